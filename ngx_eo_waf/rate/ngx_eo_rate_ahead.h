
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The counter of a rate limit, asked for as soon as a request is there.
 *
 * The counters of a large zone are in none of the processor's caches, and to
 * get at one takes as long as hundreds of instructions.  So the key of a rule
 * that will count nearly every request is made in the post-read phase, and
 * the counter's memory comes while nginx looks for the location.  Nothing is
 * counted, and no variable is evaluated: their values are kept, and the
 * configuration of the location may not be there for that.
 */


#ifndef _NGX_EO_RATE_AHEAD_H_INCLUDED_
#define _NGX_EO_RATE_AHEAD_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"


/*
 * Whether the counter of a rule can be asked for: it counts whatever the
 * request is, by one key that is an argument or the client's address.
 */

ngx_uint_t ngx_eo_rate_ahead_can(ngx_eo_rule_t *rule);

/* The handler of NGX_EO_STAGE_WAF_AHEAD. */

ngx_int_t ngx_eo_rate_ahead_handler(ngx_http_request_t *r);

/*
 * The key of a rule for a request, if it was made ahead and the request is
 * the same as it was; NGX_DECLINED if not.
 */

ngx_int_t ngx_eo_rate_ahead_key(ngx_http_request_t *r, ngx_eo_rule_t *rule,
    uint64_t *key);


#endif /* _NGX_EO_RATE_AHEAD_H_INCLUDED_ */
