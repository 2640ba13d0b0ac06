
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Whether a rule holds, and that it did.
 */


#ifndef _NGX_EO_WAF_MATCH_H_INCLUDED_
#define _NGX_EO_WAF_MATCH_H_INCLUDED_


#include "ngx_eo_waf_rule.h"
#include "request/ngx_eo_waf_state.h"


/* whether the expression of a rule holds for the request */

ngx_uint_t ngx_eo_waf_holds(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rule_t *rule);

/*
 * Notes for the logs that a rule has applied, and what was done.
 *
 * rule:  is kept, not copied
 *
 * Returns NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_waf_note(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_action_e type);

/* The same of an action that has a name of its own, a constant. */

ngx_int_t ngx_eo_waf_note_as(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_rule_t *rule, ngx_str_t *action);


#endif /* _NGX_EO_WAF_MATCH_H_INCLUDED_ */
