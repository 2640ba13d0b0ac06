
/*
 * The stage of web protection in the access phase.
 */


#ifndef _NGX_EO_WAF_ACCESS_H_INCLUDED_
#define _NGX_EO_WAF_ACCESS_H_INCLUDED_


#include "ngx_http_eo_waf_module.h"


ngx_int_t ngx_eo_waf_access_handler(ngx_http_request_t *r);

/* whether the expression of a rule holds for the request */

ngx_uint_t ngx_eo_waf_holds(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rule_t *rule);

/*
 * Notes for the logs that a rule has applied, and what was done.
 *
 * action:  as the logs name it; not copied
 *
 * Returns NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_waf_note(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_str_t *action);


#endif /* _NGX_EO_WAF_ACCESS_H_INCLUDED_ */
