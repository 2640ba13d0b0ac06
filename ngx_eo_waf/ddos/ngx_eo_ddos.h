
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * HTTP DDoS defence as a part of web protection.
 */


#ifndef _NGX_EO_DDOS_H_INCLUDED_
#define _NGX_EO_DDOS_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


/*
 * The turn of the defence in the access phase, beside rate limits.  Returns
 * what the stage has to return.
 */

ngx_int_t ngx_eo_ddos_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf);


/* its turn in the log phase, before the security log is written */

void ngx_eo_ddos_log_stage(ngx_http_request_t *r);


/* Adds the variables; from preconfiguration. */

ngx_int_t ngx_eo_ddos_add_variables(ngx_conf_t *cf);

/* NGX_EO_SIGNAL_* of a request */

ngx_uint_t ngx_eo_ddos_signals(ngx_http_request_t *r);



#endif /* _NGX_EO_DDOS_H_INCLUDED_ */
