
/*
 * The stage of web protection in the access phase.
 */


#ifndef _NGX_EO_WAF_ACCESS_H_INCLUDED_
#define _NGX_EO_WAF_ACCESS_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


ngx_int_t ngx_eo_waf_access_handler(ngx_http_request_t *r);


#endif /* _NGX_EO_WAF_ACCESS_H_INCLUDED_ */
