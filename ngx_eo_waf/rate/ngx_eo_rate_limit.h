
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rate limits of a request.
 */


#ifndef _NGX_EO_RATE_LIMIT_H_INCLUDED_
#define _NGX_EO_RATE_LIMIT_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"


/*
 * The turn of rate limits in the access phase, between custom and managed
 * rules: all rules that hold count the request, and those that are exceeded
 * are applied by priority.  Returns what the stage has to return.
 */

ngx_int_t ngx_eo_rate_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf);

/* Leaves those bits of an address that tell clients apart. */

void ngx_eo_rate_mask(u_char *addr, ngx_uint_t ipv6_prefix);

/*
 * Counts for the rules that only the response tells whether they count: as
 * soon as its header is there, before anything is sent.
 */

void ngx_eo_rate_response_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);

/* the same in the log phase, for requests that had no response */

void ngx_eo_rate_log_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state);

/* adds the variables $eo_rate_...; from preconfiguration */

ngx_int_t ngx_eo_rate_add_variables(ngx_conf_t *cf);


#endif /* _NGX_EO_RATE_LIMIT_H_INCLUDED_ */
