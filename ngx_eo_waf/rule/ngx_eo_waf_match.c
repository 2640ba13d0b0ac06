
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Whether a rule holds, and that it did.
 */


#include "ngx_eo_waf_match.h"
#include "request/ngx_eo_waf_reading.h"


static ngx_uint_t ngx_eo_waf_decides(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rule_t *rule, ngx_eo_expr_ctx_t *ctx,
    ngx_uint_t undecided);
static const char *ngx_eo_waf_why(ngx_eo_waf_state_t *state,
    ngx_eo_expr_ctx_t *ctx);


/* modules as the logs name them; in the order of ngx_eo_rule_e */

static ngx_str_t  ngx_eo_waf_modules[] = {
    ngx_string("CustomRule"),
    ngx_string("CustomRule"),
    ngx_string("CustomRule"),
    ngx_string("RateLimitingCustomRule"),
    ngx_string("ManagedRule"),
    ngx_string("L7DDoS"),
    ngx_string("BotManagement"),
    ngx_string("BotClientReputation"),
    ngx_string("BotBehaviorAnalysis"),
    ngx_string("BotCustomRule")
};


/*
 * What cannot be decided is decided against the request.  Of two readings, a
 * rule that blocks or observes has to hold in one, what lets pass in both.
 */

ngx_uint_t
ngx_eo_waf_holds(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rule_t *rule)
{
    ngx_uint_t               holds, against;
    ngx_eo_expr_ctx_t       *loose;
    ngx_eo_waf_main_conf_t  *mcf;

    if (rule->always) {
        return 1;
    }

    against = (rule->type != NGX_EO_RULE_EXCEPTION
               && rule->action.type != NGX_EO_ACTION_ALLOW);

    holds = ngx_eo_waf_decides(r, state, rule, &state->ctx, against);

    if (!state->differs || holds == against) {
        return holds;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    loose = ngx_eo_waf_loose(r, state, mcf);

    return loose ? ngx_eo_waf_decides(r, state, rule, loose, against)
                 : against;
}


static ngx_uint_t
ngx_eo_waf_decides(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rule_t *rule, ngx_eo_expr_ctx_t *ctx, ngx_uint_t undecided)
{
    ngx_eo_expr_result_e  result;

    result = ngx_eo_expr_eval(ctx, rule->expr);

    if (result != NGX_EO_EXPR_LIMIT) {
        return result == NGX_EO_EXPR_TRUE;
    }

    if (!state->limit_logged) {
        state->limit_logged = 1;

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "the rule \"%V\" was not decided: %s", &rule->name,
                      ngx_eo_waf_why(state, ctx));
    }

    return undecided;
}


static const char *
ngx_eo_waf_why(ngx_eo_waf_state_t *state, ngx_eo_expr_ctx_t *ctx)
{
    if (ctx->failed) {
        return "out of memory";
    }

    if (ctx->limits == 0 && ctx->undecided && state->form.why) {
        return state->form.why;
    }

    return "a regular expression reached its match limit";
}


ngx_int_t
ngx_eo_waf_note(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_action_e type)
{
    return ngx_eo_waf_note_as(r, state, wlcf, rule,
                              ngx_eo_action_log_name(type));
}


ngx_int_t
ngx_eo_waf_note_as(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_str_t *action)
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
    match->action = action;

    state->conf = wlcf;

    if (action != ngx_eo_action_log_name(NGX_EO_ACTION_MONITOR)
        && action != ngx_eo_action_log_name(NGX_EO_ACTION_ALLOW))
    {
        state->verdict = rule;
    }

    return ngx_eo_set_security(r, &ngx_eo_waf_modules[rule->type],
                               match->action, &rule->name);
}
