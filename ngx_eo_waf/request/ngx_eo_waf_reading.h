
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The readings of a request.
 *
 * A request that back ends can read in more than one way has two: that of
 * nginx, and the loose one of ngx_eo_waf_parts.h.
 */


#ifndef _NGX_EO_WAF_READING_H_INCLUDED_
#define _NGX_EO_WAF_READING_H_INCLUDED_


#include "ngx_eo_waf_state.h"


/* Finds the rules that can hold in one of them, into state->candidates. */

void ngx_eo_waf_candidates(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf);

/*
 * Finds them again when the body is there: the location before may have had
 * no rule on form fields, so that they were taken as missing.
 */

void ngx_eo_waf_candidates_form(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf);

/* The loose one, made when it is asked for first; NULL: out of memory. */

ngx_eo_expr_ctx_t *ngx_eo_waf_loose(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf);


#endif /* _NGX_EO_WAF_READING_H_INCLUDED_ */
