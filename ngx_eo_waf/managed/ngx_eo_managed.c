
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Managed rules as a part of web protection.
 */


#include "ngx_eo_managed.h"
#include "ngx_eo_managed_charset.h"
#include "ngx_eo_managed_request.h"
#include "ngx_eo_managed_scanning.h"
#include "rule/ngx_eo_waf_match.h"
#include "action/ngx_eo_waf_action.h"


static ngx_eo_managed_ctx_t *ngx_eo_managed_ctx(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);
static void ngx_eo_managed_seen(ngx_eo_managed_ctx_t *ctx,
    ngx_eo_waf_watch_t *watch);
static void ngx_eo_managed_note(ngx_http_request_t *r, ngx_str_t *id,
    ngx_uint_t deny);
static void ngx_eo_managed_note_action(ngx_http_request_t *r, ngx_str_t *id,
    ngx_eo_action_e type);
static ngx_int_t ngx_eo_managed_banned(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_managed_verdict(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_managed_filter_verdict(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static ngx_int_t ngx_eo_managed_env_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_eo_managed_ctx_t *ngx_eo_managed_response_ctx(
    ngx_http_request_t *r);
static ngx_eo_action_e ngx_eo_managed_action(ngx_eo_waf_state_t *state,
    ngx_uint_t deny);


static ngx_eo_managed_ctx_t *
ngx_eo_managed_ctx(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_eo_managed_ctx_t    *ctx;
    ngx_eo_waf_main_conf_t  *mcf;

    if (state->managed_ctx != NULL) {
        return state->managed_ctx;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_eo_managed_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ctx->match = ngx_eo_managed_note;
    ctx->tx.store = mcf->managed_main->store;
    state->managed_ctx = ctx;

    return ctx;
}


ngx_int_t
ngx_eo_managed_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t              rc;
    ngx_eo_managed_ctx_t  *ctx;

    if (state->done
        || (state->managed_ctx == NULL
            && (wlcf->managed_rules->mode == NGX_EO_MANAGED_OFF
                || (state->skip & NGX_EO_WAF_MANAGED_RULES))))
    {
        return NGX_DECLINED;
    }

    if (state->managed_ctx == NULL && wlcf->managed_rules->scanning != NULL) {
        rc = ngx_eo_managed_banned(r, state, wlcf);

        if (rc == NGX_DONE) {
            return rc;
        }

        if (rc != NGX_DECLINED) {
            state->done = 1;
            return rc;
        }
    }

    ctx = ngx_eo_managed_ctx(r, state);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->tx.block_status = wlcf->managed_block.status;

    if (state->watch_over && !ctx->watched) {
        ngx_eo_managed_seen(ctx, state->watch);
    }

    rc = ngx_eo_managed_access(r, ctx, wlcf->managed_rules,
                               wlcf->mode == NGX_EO_WAF_MONITOR);

    if (rc == NGX_DECLINED || rc == NGX_DONE || rc == NGX_AGAIN) {
        return rc;
    }

    state->done = 1;

    return (rc == NGX_ABORT) ? ngx_eo_managed_verdict(r, ctx, wlcf) : rc;
}


/* takes what was watched, if there was anything */

static void
ngx_eo_managed_seen(ngx_eo_managed_ctx_t *ctx, ngx_eo_waf_watch_t *watch)
{
    ctx->watched = 1;
    ctx->body_complete = 1;

    if (watch != NULL) {
        ctx->body = watch->text;
        ctx->body_size = watch->total;
        ctx->body_complete = watch->complete
                             && (off_t) watch->text.len == watch->total;
    }
}


/* a client that managed rules have blocked too often */

static ngx_int_t
ngx_eo_managed_banned(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_action_t             action;
    ngx_eo_managed_scanning_t  *scanning;

    scanning = wlcf->managed_rules->scanning;

    if (!ngx_eo_managed_scanning_banned(r, state, scanning)) {
        return NGX_DECLINED;
    }

    ngx_memzero(&action, sizeof(ngx_eo_action_t));

    action.type = scanning->action;

    if (wlcf->mode == NGX_EO_WAF_MONITOR
        || wlcf->managed_rules->mode == NGX_EO_MANAGED_MONITOR)
    {
        action.type = NGX_EO_ACTION_MONITOR;
    }

    if (ngx_eo_action_passed(r, wlcf, action.type)) {
        return NGX_DECLINED;
    }

    ngx_eo_managed_note_action(r, &ngx_eo_managed_scanning_name, action.type);

    if (action.type == NGX_EO_ACTION_MONITOR) {
        return NGX_DECLINED;
    }

    if (action.type == NGX_EO_ACTION_DENY) {
        return ngx_eo_respond(r, wlcf->managed_block.status,
                              wlcf->managed_block.page, NULL);
    }

    return ngx_eo_action_run(r, wlcf, &action, NGX_EO_RULE_MANAGED,
                             &ngx_eo_managed_scanning_name);
}


static ngx_eo_action_e
ngx_eo_managed_action(ngx_eo_waf_state_t *state, ngx_uint_t deny)
{
    ngx_eo_managed_ctx_t  *ctx;

    ctx = state->managed_ctx;

    if (!deny) {
        return NGX_EO_ACTION_MONITOR;
    }

    return (ctx != NULL && ctx->tx.verdict != NULL
            && ctx->tx.action == NGX_EO_SECLANG_REDIRECT)
           ? NGX_EO_ACTION_REDIRECT : NGX_EO_ACTION_DENY;
}


/* for the security log and its variables */

static void
ngx_eo_managed_note(ngx_http_request_t *r, ngx_str_t *id, ngx_uint_t deny)
{
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    ngx_eo_managed_note_action(r, id, ngx_eo_managed_action(state, deny));
}


static void
ngx_eo_managed_note_action(ngx_http_request_t *r, ngx_str_t *id,
    ngx_eo_action_e type)
{
    ngx_eo_rule_t          *rule;
    ngx_eo_waf_state_t     *state;
    ngx_eo_waf_loc_conf_t  *wlcf;

    rule = ngx_pcalloc(r->pool, sizeof(ngx_eo_rule_t));
    if (rule == NULL) {
        return;
    }

    rule->type = NGX_EO_RULE_MANAGED;
    rule->name = *id;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);
    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    (void) ngx_eo_waf_note(r, state, wlcf, rule, type);
}


static ngx_int_t
ngx_eo_managed_verdict(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_waf_state_t         *state;
    ngx_eo_managed_scanning_t  *scanning;

    scanning = ctx->conf->scanning;

    if (scanning != NULL && (ctx->tx.verdict != NULL || ctx->timed_out)) {
        state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);
        ngx_eo_managed_scanning_count(r, state, scanning);
    }

    switch (ctx->tx.action) {

    case NGX_EO_SECLANG_REDIRECT:
        return ngx_eo_action_redirect(r, &ctx->tx.url, ctx->tx.status);

    case NGX_EO_SECLANG_DROP:
        return NGX_HTTP_CLOSE;

    default:
        return ngx_eo_respond(r, wlcf->managed_block.status,
                              wlcf->managed_block.page, NULL);
    }
}


static ngx_int_t
ngx_eo_managed_env_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                 name, *text;
    ngx_uint_t                i;
    ngx_eo_seclang_list_t    *list;
    ngx_eo_waf_state_t       *state;
    ngx_eo_managed_ctx_t     *ctx;
    ngx_eo_seclang_member_t  *member;

    v->not_found = 1;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state == NULL || state->managed_ctx == NULL) {
        return NGX_OK;
    }

    name = *(ngx_str_t *) data;
    name.data += sizeof("eo_env_") - 1;
    name.len -= sizeof("eo_env_") - 1;

    ctx = state->managed_ctx;
    list = &ctx->tx.lists[NGX_EO_SECLANG_LIST_ENV];

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];
        text = &member->name.str;

        if (text->len == name.len
            && ngx_strncasecmp(text->data, name.data, name.len) == 0)
        {
            v->data = member->value.str.data;
            v->len = member->value.str.len;
            v->valid = 1;
            v->no_cacheable = 0;
            v->not_found = 0;

            return NGX_OK;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_managed_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var;

    static ngx_str_t  name = ngx_string("eo_env_");

    var = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE
                                           |NGX_HTTP_VAR_PREFIX);
    if (var == NULL) {
        return NGX_ERROR;
    }

    var->get_handler = ngx_eo_managed_env_variable;

    return NGX_OK;
}


void
ngx_eo_managed_log_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    if (state->managed_ctx != NULL) {
        ngx_eo_managed_log(r, state->managed_ctx);
    }
}


/* the context of a response that rules look at */

static ngx_eo_managed_ctx_t *
ngx_eo_managed_response_ctx(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t    *state;
    ngx_eo_managed_ctx_t  *ctx;

    if (r != r->main) {
        return NULL;
    }

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state == NULL || state->done || state->managed_ctx == NULL) {
        return NULL;
    }

    ctx = state->managed_ctx;

    return ctx->started ? ctx : NULL;
}


/*
 * Sends the answer to a verdict in place of a response of which nothing has
 * been sent, in the way of ngx_http_filter_finalize_request(); unlike there,
 * the core module has to find its context again before it is told what to
 * send.
 */

static ngx_int_t
ngx_eo_managed_filter_verdict(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_eo_waf_state_t     *state;
    ngx_eo_waf_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    ngx_http_clean_header(r);
    ngx_memzero(r->ctx, sizeof(void *) * ngx_http_max_module);

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);
    state->done = 1;
    ctx->held = NULL;

    rc = ngx_eo_waf_refused(r, state, ngx_eo_managed_verdict(r, ctx, wlcf));

    if (rc == NGX_HTTP_CLOSE) {
        return NGX_ERROR;
    }

    /* what is left of the response is not waited for */

    r->keepalive = 0;
    r->filter_finalize = 1;

    rc = ngx_http_special_response_handler(r, rc);

    return (rc == NGX_OK || rc == NGX_DONE) ? NGX_ERROR : rc;
}


ngx_int_t
ngx_eo_managed_header_stage(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_eo_managed_ctx_t  *ctx;

    ctx = ngx_eo_managed_response_ctx(r);

    if (ctx == NULL) {
        return NGX_DECLINED;
    }

    rc = ngx_eo_managed_header(r, ctx);

    return (rc == NGX_ABORT) ? ngx_eo_managed_filter_verdict(r, ctx) : rc;
}


ngx_int_t
ngx_eo_managed_body_stage(ngx_http_request_t *r, ngx_chain_t *in,
    ngx_chain_t **held)
{
    ngx_eo_managed_ctx_t  *ctx;

    ctx = ngx_eo_managed_response_ctx(r);

    if (ctx == NULL || !ctx->holding) {
        return NGX_DECLINED;
    }

    if (in == NULL) {
        return NGX_OK;
    }

    switch (ngx_eo_managed_response(r, ctx, in)) {

    case NGX_AGAIN:
        return NGX_OK;

    case NGX_DECLINED:
        *held = ctx->held;
        ctx->held = NULL;
        return NGX_DONE;

    case NGX_ABORT:
        return ngx_eo_managed_filter_verdict(r, ctx);

    default:
        return NGX_ERROR;
    }
}
