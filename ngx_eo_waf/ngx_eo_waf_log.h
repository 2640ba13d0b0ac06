
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The security log: one JSON object a line for each request that a rule
 * matched.
 */


#ifndef _NGX_EO_WAF_LOG_H_INCLUDED_
#define _NGX_EO_WAF_LOG_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


/* The handler of the log stage. */

ngx_int_t ngx_eo_waf_log_handler(ngx_http_request_t *r);

/* Writes what is still to be said of events left out. */

void ngx_eo_waf_log_exit(ngx_cycle_t *cycle);


#endif /* _NGX_EO_WAF_LOG_H_INCLUDED_ */
