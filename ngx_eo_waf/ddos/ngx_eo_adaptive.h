
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Adaptive frequency control.
 */


#ifndef _NGX_EO_ADAPTIVE_H_INCLUDED_
#define _NGX_EO_ADAPTIVE_H_INCLUDED_


#include "ngx_eo_ddos_act.h"


/* its turn in the access phase, once in a request */

ngx_int_t ngx_eo_adaptive_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_ddos_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_ADAPTIVE_H_INCLUDED_ */
