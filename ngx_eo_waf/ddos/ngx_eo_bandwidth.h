
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Defence against abuse of bandwidth.
 */


#ifndef _NGX_EO_BANDWIDTH_H_INCLUDED_
#define _NGX_EO_BANDWIDTH_H_INCLUDED_


#include "ngx_eo_ddos_act.h"


/* its turn in the access phase, once in a request */

ngx_int_t ngx_eo_bandwidth_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_ddos_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);


/*
 * Charges what has been sent: in the body filter once it is enough to be
 * counted, and what is left in the log phase.
 */

void ngx_eo_bandwidth_sent(ngx_http_request_t *r);
void ngx_eo_bandwidth_log(ngx_http_request_t *r);


#endif /* _NGX_EO_BANDWIDTH_H_INCLUDED_ */
