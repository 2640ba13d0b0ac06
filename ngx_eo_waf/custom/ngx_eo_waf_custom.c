
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Exceptions, bans and custom rules: their turn in the access phase.
 */


#include "ngx_eo_waf_custom.h"
#include "ngx_eo_waf_banned.h"
#include "request/ngx_eo_waf_body.h"
#include "request/ngx_eo_waf_fields.h"
#include "request/ngx_eo_waf_reading.h"
#include "request/ngx_eo_waf_watch.h"
#include "rule/ngx_eo_waf_match.h"


static ngx_int_t ngx_eo_waf_read_form(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_waf_evaluate(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_uint_t bans);
static ngx_int_t ngx_eo_waf_rule(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_rule_t *rule);
static ngx_int_t ngx_eo_waf_except(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rule_t *rule);


ngx_int_t
ngx_eo_waf_custom_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t  rc;

    /* the state is the same whatever the location if its rules are */

    if (state->done || state->set == wlcf->set
        || (wlcf->set->nmembers == 0 && mcf->bans == NULL))
    {
        return NGX_DECLINED;
    }

    if (wlcf->set->watch && !state->has_form && !state->form_waits) {
        rc = ngx_eo_waf_read_form(r, state, mcf, wlcf);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!state->indexed) {
        state->indexed = 1;
        ngx_eo_waf_candidates(r, state, mcf);
    }

    state->set = wlcf->set;

    rc = ngx_eo_waf_evaluate(r, state, mcf, wlcf, 0);

    /* NGX_DONE: a challenge has it, and the request may be gone */

    if (rc != NGX_DECLINED && rc != NGX_DONE) {
        state->done = 1;
    }

    return rc;
}


void
ngx_eo_waf_custom_seen(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    state->form_waits = 0;
    state->has_form = 1;
    state->body = state->watch->text;

    ngx_eo_waf_candidates_form(r, state, mcf);

    (void) ngx_eo_waf_evaluate(r, state, mcf, wlcf, 1);
}


/*
 * The location before may have had no rule on form fields, so that the body
 * was not read and they were taken as missing.
 */

static ngx_int_t
ngx_eo_waf_read_form(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t  rc;

    if (!state->form_known) {
        ngx_eo_waf_body_form(r, &state->form);
        state->form_known = 1;

        if (state->form.kind == NGX_EO_WAF_FORM_AMBIGUOUS) {
            ngx_eo_waf_candidates_form(r, state, mcf);
        }
    }

    if (state->form.kind != NGX_EO_WAF_FORM_URLENCODED
        && state->form.kind != NGX_EO_WAF_FORM_MULTIPART)
    {
        return NGX_OK;
    }

    if ((wlcf->mode == NGX_EO_WAF_MONITOR || !wlcf->set->form)
        && ngx_eo_waf_watch(r, state, NGX_EO_WAF_BODY_MAX) == NGX_OK)
    {
        state->form_waits = 1;
        state->watch_conf = wlcf;

        return NGX_OK;
    }

    rc = ngx_eo_waf_body_read(r, state);

    if (rc == NGX_OK) {
        state->has_form = 1;
        ngx_eo_waf_candidates_form(r, state, mcf);
    }

    return rc;
}


/*
 * Rules in the order of their numbers, each but once in a request; rate
 * limits, which come last, have their turn later.
 *
 * bans:  whether bans have had their turn
 */

static ngx_int_t
ngx_eo_waf_evaluate(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_uint_t bans)
{
    uint64_t         word;
    ngx_int_t        rc;
    ngx_uint_t       i, n;
    ngx_eo_rule_t  **rules;

    rules = mcf->rules.elts;

    for (i = 0; i * 64 < mcf->first_rate; i++) {
        word = wlcf->set->members[i] & ~state->evaluated[i];

        if (mcf->first_rate - i * 64 < 64) {
            word &= ((uint64_t) 1 << (mcf->first_rate - i * 64)) - 1;
        }

        if (state->form_waits) {
            word &= ~mcf->forms[i];
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

    if (ngx_eo_action_passed(r, wlcf, type)) {
        return NGX_DECLINED;
    }

    if (ngx_eo_waf_note(r, state, wlcf, rule, type) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (type == NGX_EO_ACTION_MONITOR) {
        return NGX_DECLINED;
    }

    if (type == NGX_EO_ACTION_ALLOW) {
        state->allowed = 1;
        return NGX_DECLINED;
    }

    return ngx_eo_action_run(r, wlcf, &rule->action, rule->type,
                             &rule->name);
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
