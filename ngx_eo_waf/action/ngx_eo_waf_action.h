
/*
 * Actions on a request.
 */


#ifndef _NGX_EO_WAF_ACTION_H_INCLUDED_
#define _NGX_EO_WAF_ACTION_H_INCLUDED_


#include "ngx_http_eo_waf_module.h"


/* the name of an action in logs */

ngx_str_t *ngx_eo_action_log_name(ngx_eo_action_e type);

/*
 * Carries out an action that ends the request.  Returns what the stage has
 * to return.
 */

ngx_int_t ngx_eo_action_run(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action);


#endif /* _NGX_EO_WAF_ACTION_H_INCLUDED_ */
