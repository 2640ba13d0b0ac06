
/*
 * What happens to a request: exceptions, bans, custom rules, rate limits,
 * managed rules, in this order.
 *
 * The handler runs again after every internal redirect.  It never asks
 * r->internal, which a plain "rewrite" sets as well: the state of the request
 * knows which rules have had their turn.
 */


#include "ngx_eo_waf_access.h"
#include "action/ngx_eo_waf_action.h"
#include "action/ngx_eo_waf_ban.h"
#include "request/ngx_eo_waf_body.h"
#include "exception/ngx_eo_waf_exception.h"
#include "request/ngx_eo_waf_fields.h"
#include "ddos/ngx_eo_ddos.h"
#include "managed/ngx_eo_managed.h"
#include "rate/ngx_eo_rate_limit.h"


static ngx_int_t ngx_eo_waf_custom_rules(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);
static void ngx_eo_waf_forget_form(ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf);
static ngx_int_t ngx_eo_waf_evaluate(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_waf_rule(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_rule_t *rule);
static ngx_int_t ngx_eo_waf_except(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rule_t *rule);
static ngx_int_t ngx_eo_waf_banned(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);


static ngx_str_t  ngx_eo_waf_custom_module = ngx_string("CustomRule");
static ngx_str_t  ngx_eo_waf_rate_module = ngx_string("RateLimitingCustomRule");


ngx_int_t
ngx_eo_waf_access_handler(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_eo_waf_state_t      *state;
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_waf_main_conf_t  *mcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (wlcf->mode == NGX_EO_WAF_OFF
        || (wlcf->set->nmembers == 0 && mcf->bans == NULL
            && wlcf->managed_rules.mode == NGX_EO_MANAGED_OFF
            && !wlcf->ddos.access))
    {
        return NGX_DECLINED;
    }

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* what is off is not even called */

    if (!wlcf->set->plain || mcf->bans) {
        rc = ngx_eo_waf_custom_rules(r, state, mcf, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (wlcf->ddos.access) {
        rc = ngx_eo_ddos_stage(r, state, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (wlcf->set->nrates) {
        rc = ngx_eo_rate_stage(r, state, mcf, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (state->exceptions) {
        wlcf = ngx_eo_waf_exceptions_apply(r, state, mcf, wlcf);
        if (wlcf == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (wlcf->managed_rules.mode == NGX_EO_MANAGED_OFF
        && state->managed == NULL)
    {
        return NGX_DECLINED;
    }

    return ngx_eo_managed_stage(r, state, wlcf);
}


static ngx_int_t
ngx_eo_waf_custom_rules(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t  rc;

    /* the state is the same whatever the location if its rules are */

    if (state->done || state->set == wlcf->set
        || (wlcf->set->nmembers == 0 && mcf->bans == NULL))
    {
        return NGX_DECLINED;
    }

    if (wlcf->set->form && !state->has_form) {
        rc = ngx_eo_waf_body_read(r, state);

        if (rc != NGX_OK) {
            return rc;
        }

        ngx_eo_waf_forget_form(state, mcf);
    }

    if (!state->indexed) {
        state->indexed = 1;
        ngx_eo_expr_index_match(mcf->index, &state->ctx, state->candidates);
    }

    state->set = wlcf->set;

    rc = ngx_eo_waf_evaluate(r, state, mcf, wlcf);

    if (rc != NGX_DECLINED) {
        state->done = 1;
    }

    return rc;
}


ngx_eo_waf_state_t *
ngx_eo_waf_state(ngx_http_request_t *r)
{
    size_t                   size;
    ngx_eo_waf_state_t      *state;
    ngx_eo_expr_value_t     *values;
    ngx_eo_waf_main_conf_t  *mcf;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state) {
        return state;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    size = sizeof(ngx_eo_waf_state_t)
           + mcf->env->slots.nelts * sizeof(ngx_eo_expr_value_t)
           + mcf->nwords * 2 * sizeof(uint64_t);

    state = ngx_eo_new_ctx(r, NGX_EO_SLOT_WAF, size);
    if (state == NULL) {
        return NULL;
    }

    values = (ngx_eo_expr_value_t *) (state + 1);

    ngx_eo_expr_ctx_set(&state->ctx, mcf->env, r->pool, r, ngx_eo_waf_field,
                        values);

    state->candidates = (uint64_t *) (values + mcf->env->slots.nelts);
    state->evaluated = state->candidates + mcf->nwords;

    return state;
}


/*
 * The location before may have had no rule on form fields, so that the body
 * was not read and they were taken as missing.
 */

static void
ngx_eo_waf_forget_form(ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t           i;
    ngx_eo_expr_slot_t  *slots;

    if (!state->has_form || !state->indexed) {
        return;
    }

    slots = mcf->env->slots.elts;

    for (i = 0; i < mcf->env->slots.nelts; i++) {
        if (slots[i].field->id == NGX_EO_FIELD_FORM) {
            ngx_memzero(&state->ctx.values[i], sizeof(ngx_eo_expr_value_t));
        }
    }

    ngx_eo_expr_index_match(mcf->index, &state->ctx, state->candidates);
}


/*
 * Rules in the order of their numbers, each but once in a request; rate
 * limits, which come last, have their turn later.
 */

static ngx_int_t
ngx_eo_waf_evaluate(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    uint64_t         word;
    ngx_int_t        rc;
    ngx_uint_t       i, n, bans;
    ngx_eo_rule_t  **rules;

    rules = mcf->rules.elts;

    bans = 0;

    for (i = 0; i * 64 < mcf->first_rate; i++) {
        word = wlcf->set->members[i] & ~state->evaluated[i];

        if (mcf->first_rate - i * 64 < 64) {
            word &= ((uint64_t) 1 << (mcf->first_rate - i * 64)) - 1;
        }

        state->evaluated[i] |= word;

        for (word &= state->candidates[i]; word; word &= word - 1) {
            n = i * 64 + __builtin_ctzll(word);

            if (rules[n]->type != NGX_EO_RULE_EXCEPTION && !bans) {
                bans = 1;
                rc = ngx_eo_waf_banned(r, state, mcf, wlcf);

                if (rc != NGX_DECLINED) {
                    return rc;
                }
            }

            rc = ngx_eo_waf_rule(r, state, wlcf, rules[n]);

            if (rc != NGX_DECLINED) {
                return rc;
            }
        }
    }

    return bans ? NGX_DECLINED : ngx_eo_waf_banned(r, state, mcf, wlcf);
}


static ngx_int_t
ngx_eo_waf_rule(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule)
{
    ngx_eo_action_e  type;

    if (rule->type != NGX_EO_RULE_EXCEPTION
        && (state->allowed || (state->skip & NGX_EO_WAF_CUSTOM_RULES)))
    {
        return NGX_DECLINED;
    }

    if (!ngx_eo_waf_holds(r, state, rule)) {
        return NGX_DECLINED;
    }

    if (rule->type == NGX_EO_RULE_EXCEPTION) {
        return ngx_eo_waf_except(r, state, rule);
    }

    type = rule->action.type;

    if (wlcf->mode == NGX_EO_WAF_MONITOR && type != NGX_EO_ACTION_ALLOW) {
        type = NGX_EO_ACTION_MONITOR;
    }

    if (ngx_eo_waf_note(r, state, wlcf, rule, ngx_eo_action_log_name(type))
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (type == NGX_EO_ACTION_MONITOR) {
        return NGX_DECLINED;
    }

    if (type == NGX_EO_ACTION_ALLOW) {
        state->allowed = 1;
        return NGX_DECLINED;
    }

    return ngx_eo_action_run(r, wlcf, &rule->action);
}


static ngx_int_t
ngx_eo_waf_except(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rule_t *rule)
{
    ngx_eo_exception_t  **exception;

    state->skip |= rule->skip;

    if (rule->exception == NULL) {
        return NGX_DECLINED;
    }

    if (state->exceptions == NULL) {
        state->exceptions = ngx_array_create(r->pool, 2,
                                             sizeof(ngx_eo_exception_t *));
        if (state->exceptions == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    exception = ngx_array_push(state->exceptions);
    if (exception == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    *exception = rule->exception;

    return NGX_DECLINED;
}


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

    return ngx_eo_set_security(r, (rule->type == NGX_EO_RULE_RATE)
                                  ? &ngx_eo_waf_rate_module
                                  : &ngx_eo_waf_custom_module,
                               action, &rule->name);
}


/* a ban comes of a custom rule, so what excepts from those excepts from it */

static ngx_int_t
ngx_eo_waf_banned(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    u_char  addr[16];

    static ngx_str_t  rule = ngx_string("");

    if (mcf->bans == NULL
        || wlcf->mode == NGX_EO_WAF_MONITOR
        || (state->skip & NGX_EO_WAF_CUSTOM_RULES)
        || ngx_eo_waf_client_addr(r, addr) != NGX_OK
        || !ngx_eo_ban_find(mcf->bans, addr))
    {
        return NGX_DECLINED;
    }

    if (ngx_eo_set_security(r, &ngx_eo_waf_custom_module,
                            ngx_eo_action_log_name(NGX_EO_ACTION_BLOCK_IP),
                            &rule)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_HTTP_CLOSE;
}
