
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The parts of bot management in their order: custom rules, networks of data
 * centres, categories, AI crawlers, reputation, and the rating in the end.
 */


#include "ngx_eo_bot.h"
#include "rule/ngx_eo_waf_match.h"


static ngx_int_t ngx_eo_bot_rules(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_bot_networks(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_bot_categories(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_bot_crawlers(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_bot_reputations(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_bot_ratings(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_bot_listed(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_array_t *parts, ngx_eo_bot_list_t *list);
static ngx_int_t ngx_eo_bot_apply(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_bot_act_t *act);
static ngx_uint_t ngx_eo_bot_acted(ngx_eo_bot_ctx_t *ctx,
    ngx_eo_bot_act_t *act);


typedef struct {
    ngx_uint_t    skip;
    ngx_int_t   (*run)(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
                       ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf);
} ngx_eo_bot_step_t;


static ngx_eo_bot_step_t  ngx_eo_bot_steps[] = {
    { NGX_EO_WAF_BOT_RULES, ngx_eo_bot_rules },
    { NGX_EO_WAF_BOT_BASIC, ngx_eo_bot_networks },
    { NGX_EO_WAF_BOT_BASIC, ngx_eo_bot_categories },
    { NGX_EO_WAF_BOT_AI, ngx_eo_bot_crawlers },
    { NGX_EO_WAF_BOT_REPUTATION, ngx_eo_bot_reputations },
    { NGX_EO_WAF_BOT_RATING, ngx_eo_bot_ratings }
};


ngx_str_t *
ngx_eo_bot_proof_name(ngx_eo_bot_proof_e proof)
{
    static ngx_str_t  names[] = {
        ngx_null_string,
        ngx_string("pending"),
        ngx_string("refuted"),
        ngx_string("ranges"),
        ngx_string("dns"),
        ngx_string("signature")
    };

    return &names[proof];
}


ngx_eo_bot_ctx_t *
ngx_eo_bot_ctx(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_bot_ctx_t        *ctx;
    ngx_eo_waf_state_t      *state;
    ngx_eo_waf_main_conf_t  *mcf;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state && state->bot_ctx) {
        return state->bot_ctx;
    }

    if (wlcf->mode == NGX_EO_WAF_OFF || wlcf->bot->mode == NGX_EO_WAF_OFF) {
        return NULL;
    }

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return NULL;
    }

    ctx = ngx_pcalloc(r->main->pool, sizeof(ngx_eo_bot_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (ngx_eo_bot_identify(r, mcf->bot_main, ctx) != NGX_OK) {
        return NULL;
    }

    ngx_str_set(&ctx->applied, "trans");

    state->bot_ctx = ctx;

    return ctx;
}


ngx_int_t
ngx_eo_bot_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    ngx_eo_bot_ctx_t  *ctx;

    if (wlcf->bot->mode == NGX_EO_WAF_OFF || state->done
        || (state->skip & NGX_EO_WAF_BOT) == NGX_EO_WAF_BOT)
    {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_bot_ctx(r, wlcf);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (wlcf->mode == NGX_EO_WAF_ON && wlcf->bot->mode == NGX_EO_WAF_ON) {
        ctx->on = 1;
    }

    for (i = 0; i < sizeof(ngx_eo_bot_steps) / sizeof(ngx_eo_bot_steps[0]);
         i++)
    {
        if (ctx->over) {
            return NGX_DECLINED;
        }

        if (state->skip & ngx_eo_bot_steps[i].skip) {
            continue;
        }

        rc = ngx_eo_bot_steps[i].run(r, state, ctx, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_rules(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_eo_bot_part_t  **parts;

    if (wlcf->bot->sorted == NULL) {
        return NGX_DECLINED;
    }

    parts = wlcf->bot->sorted->elts;

    for (i = 0; i < wlcf->bot->sorted->nelts && !ctx->over; i++) {

        if (ngx_eo_bot_acted(ctx, &parts[i]->act)
            || !ngx_eo_waf_holds(r, state, &parts[i]->rule))
        {
            continue;
        }

        rc = ngx_eo_bot_apply(r, state, ctx, wlcf, &parts[i]->rule,
                              &parts[i]->act);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_networks(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    return ngx_eo_bot_listed(r, state, ctx, wlcf, wlcf->bot->idc, ctx->idc);
}


static ngx_int_t
ngx_eo_bot_categories(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_bot_part_t  *part;

    part = ctx->has_category ? wlcf->bot->categories[ctx->category] : NULL;

    return part ? ngx_eo_bot_apply(r, state, ctx, wlcf, &part->rule,
                                   &part->act)
                : NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_crawlers(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_uint_t          i;
    ngx_eo_bot_part_t  *part;

    if (wlcf->bot->robots) {
        return NGX_DECLINED;
    }

    for (i = 0; i < NGX_EO_BOT_AI_PURPOSES; i++) {

        if (!ctx->has_category
            || ctx->category != ngx_eo_bot_ai_category(i))
        {
            continue;
        }

        part = wlcf->bot->ai[i];

        return part ? ngx_eo_bot_apply(r, state, ctx, wlcf, &part->rule,
                                       &part->act)
                    : NGX_DECLINED;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_reputations(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    return ngx_eo_bot_listed(r, state, ctx, wlcf, wlcf->bot->reputation,
                             ctx->reputation);
}


static ngx_int_t
ngx_eo_bot_ratings(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    u_char             *p;
    ngx_eo_bot_part_t  *part;

    part = wlcf->bot->ratings[ctx->rating];

    if (part == NULL || ngx_eo_bot_acted(ctx, &part->act)) {
        return NGX_DECLINED;
    }

    if (ctx->signals) {
        p = ngx_pnalloc(r->pool, NGX_EO_BOT_SCORE_TEXT);

        if (p) {
            ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                          "rated \"%V\": %*s", &part->rule.name,
                          ngx_eo_bot_score_text(p, ctx->signals) - p, p);
        }
    }

    return ngx_eo_bot_apply(r, state, ctx, wlcf, &part->rule, &part->act);
}


/* the first part that names the list counts */

static ngx_int_t
ngx_eo_bot_listed(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf, ngx_array_t *parts,
    ngx_eo_bot_list_t *list)
{
    ngx_uint_t               i;
    ngx_eo_bot_list_part_t  *part;

    if (list == NULL || parts == NULL) {
        return NGX_DECLINED;
    }

    part = parts->elts;

    for (i = 0; i < parts->nelts; i++) {

        if ((part[i].name.len == list->rule.name.len
             && ngx_strncmp(part[i].name.data, list->rule.name.data,
                            list->rule.name.len)
                == 0)
            || (part[i].name.len == 1 && part[i].name.data[0] == '*'))
        {
            return ngx_eo_bot_apply(r, state, ctx, wlcf, &list->rule,
                                    &part[i].part->act);
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_apply(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule,
    ngx_eo_bot_act_t *act)
{
    ngx_int_t          rc;
    ngx_uint_t         monitor;
    ngx_eo_bot_act_t **slot;

    if (ngx_eo_bot_acted(ctx, act)) {
        return NGX_DECLINED;
    }

    if (ctx->acted == NULL) {
        ctx->acted = ngx_array_create(r->main->pool, 4,
                                      sizeof(ngx_eo_bot_act_t *));
        if (ctx->acted == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    slot = ngx_array_push(ctx->acted);
    if (slot == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    *slot = act;

    monitor = (wlcf->mode == NGX_EO_WAF_MONITOR
               || wlcf->bot->mode == NGX_EO_WAF_MONITOR);

    rc = ngx_eo_bot_act(r, state, wlcf, rule, act, monitor, &ctx->applied);

    /* NGX_DONE: a challenge has it, and the request may be gone */

    if (rc == NGX_DECLINED || rc == NGX_DONE) {
        return rc;
    }

    /* let pass, delayed or ended: the rest has no say */

    ctx->over = 1;

    if (rc == NGX_OK) {
        return NGX_DECLINED;
    }

    if (rc != NGX_AGAIN) {
        state->done = 1;
    }

    return rc;
}


/* a request may come by again, and in another location */

static ngx_uint_t
ngx_eo_bot_acted(ngx_eo_bot_ctx_t *ctx, ngx_eo_bot_act_t *act)
{
    ngx_uint_t          i;
    ngx_eo_bot_act_t  **acted;

    if (ctx->acted == NULL) {
        return 0;
    }

    acted = ctx->acted->elts;

    for (i = 0; i < ctx->acted->nelts; i++) {
        if (acted[i] == act) {
            return 1;
        }
    }

    return 0;
}
