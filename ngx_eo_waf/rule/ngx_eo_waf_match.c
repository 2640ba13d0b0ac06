
/*
 * Whether a rule holds, and that it did.
 */


#include "ngx_eo_waf_match.h"


/* modules as the logs name them; in the order of ngx_eo_rule_e */

static ngx_str_t  ngx_eo_waf_modules[] = {
    ngx_string("CustomRule"),
    ngx_string("CustomRule"),
    ngx_string("CustomRule"),
    ngx_string("RateLimitingCustomRule"),
    ngx_string("ManagedRule"),
    ngx_string("L7DDoS")
};


/* what cannot be decided is decided against the request */

ngx_uint_t
ngx_eo_waf_holds(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rule_t *rule)
{
    ngx_eo_expr_result_e  result;

    if (rule->always) {
        return 1;
    }

    result = ngx_eo_expr_eval(&state->ctx, rule->expr);

    if (result != NGX_EO_EXPR_LIMIT) {
        return result == NGX_EO_EXPR_TRUE;
    }

    if (!state->limit_logged) {
        state->limit_logged = 1;

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "the rule \"%V\" was not decided: %s", &rule->name,
                      state->ctx.failed ? "out of memory"
                      : "a regular expression reached its match limit");
    }

    return rule->type != NGX_EO_RULE_EXCEPTION
           && rule->action.type != NGX_EO_ACTION_ALLOW;
}


ngx_int_t
ngx_eo_waf_note(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_action_e type)
{
    ngx_eo_waf_match_t  *match;

    if (state->matches == NULL) {
        state->matches = ngx_array_create(r->pool, 2,
                                          sizeof(ngx_eo_waf_match_t));
        if (state->matches == NULL) {
            return NGX_ERROR;
        }
    }

    match = ngx_array_push(state->matches);
    if (match == NULL) {
        return NGX_ERROR;
    }

    match->rule = rule;
    match->action = ngx_eo_action_log_name(type);

    state->conf = wlcf;

    return ngx_eo_set_security(r, &ngx_eo_waf_modules[rule->type],
                               match->action, &rule->name);
}
