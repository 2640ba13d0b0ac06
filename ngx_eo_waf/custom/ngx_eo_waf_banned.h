
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Requests of banned addresses.
 */


#ifndef _NGX_EO_WAF_BANNED_H_INCLUDED_
#define _NGX_EO_WAF_BANNED_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


/*
 * In the access phase, when exceptions have had their turn.  Returns
 * NGX_DECLINED if the address of the request is not banned, or what the stage
 * has to return.
 */

ngx_int_t ngx_eo_waf_banned(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf);

/* The handler of NGX_EO_STAGE_WAF_EARLY. */

ngx_int_t ngx_eo_waf_banned_early(ngx_http_request_t *r);


#endif /* _NGX_EO_WAF_BANNED_H_INCLUDED_ */
