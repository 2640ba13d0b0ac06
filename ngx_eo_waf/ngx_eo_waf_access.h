
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The stage of web protection in the access phase.
 */


#ifndef _NGX_EO_WAF_ACCESS_H_INCLUDED_
#define _NGX_EO_WAF_ACCESS_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


ngx_int_t ngx_eo_waf_access_handler(ngx_http_request_t *r);

/* what waited for the request body, which has gone by */

void ngx_eo_waf_body_seen(ngx_http_request_t *r, ngx_eo_waf_state_t *state);


#endif /* _NGX_EO_WAF_ACCESS_H_INCLUDED_ */
