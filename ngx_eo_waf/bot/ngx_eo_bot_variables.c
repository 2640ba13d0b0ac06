
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What is known of the sender of a request, as variables.
 */


#include "ngx_eo_bot.h"


typedef enum {
    NGX_EO_BOT_VAR_TAG = 0,
    NGX_EO_BOT_VAR_NAME,
    NGX_EO_BOT_VAR_CATEGORY,
    NGX_EO_BOT_VAR_PROOF,
    NGX_EO_BOT_VAR_SIGNATURE,
    NGX_EO_BOT_VAR_RATING,
    NGX_EO_BOT_VAR_SCORE,
    NGX_EO_BOT_VAR_IDC,
    NGX_EO_BOT_VAR_SEARCH_ENGINE,
    NGX_EO_BOT_VAR_REPUTATION,
    NGX_EO_BOT_VAR_CLASS                     /* and the kinds behind it */
} ngx_eo_bot_variable_e;


static ngx_int_t ngx_eo_bot_variable_handler(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_bot_variable_value(ngx_http_request_t *r,
    ngx_eo_bot_ctx_t *ctx, ngx_uint_t which, ngx_str_t *value);
static void ngx_eo_bot_variable_tag(ngx_eo_bot_ctx_t *ctx, ngx_str_t *value);
static ngx_int_t ngx_eo_bot_variable_score(ngx_http_request_t *r,
    ngx_eo_bot_ctx_t *ctx, ngx_str_t *value);
static ngx_int_t ngx_eo_bot_variable_reputation(ngx_http_request_t *r,
    ngx_eo_bot_ctx_t *ctx, ngx_str_t *value);


#define ngx_eo_bot_variable(name, which)                                      \
    { ngx_string(name), NULL, ngx_eo_bot_variable_handler, which,             \
      NGX_HTTP_VAR_NOCACHEABLE, 0 }

/* a field of expressions, which an operator's own "map" may fill instead */

#define ngx_eo_bot_field(name, which)                                         \
    { ngx_string(name), NULL, ngx_eo_bot_variable_handler, which,             \
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_CHANGEABLE, 0 }


static ngx_http_variable_t  ngx_eo_bot_variables[] = {
    ngx_eo_bot_variable("eo_bot_tag", NGX_EO_BOT_VAR_TAG),
    ngx_eo_bot_variable("eo_bot_name", NGX_EO_BOT_VAR_NAME),
    ngx_eo_bot_variable("eo_bot_category", NGX_EO_BOT_VAR_CATEGORY),
    ngx_eo_bot_variable("eo_bot_proof", NGX_EO_BOT_VAR_PROOF),
    ngx_eo_bot_variable("eo_bot_signature", NGX_EO_BOT_VAR_SIGNATURE),
    ngx_eo_bot_variable("eo_bot_rating", NGX_EO_BOT_VAR_RATING),
    ngx_eo_bot_variable("eo_bot_score", NGX_EO_BOT_VAR_SCORE),
    ngx_eo_bot_variable("eo_bot_idc", NGX_EO_BOT_VAR_IDC),

    /* behind fields of expressions, http.request.bot.* */

    ngx_eo_bot_field("eo_bot_user_agent_feature_id",
                     NGX_EO_BOT_VAR_CATEGORY),
    ngx_eo_bot_field("eo_bot_search_engine_bot_id",
                     NGX_EO_BOT_VAR_SEARCH_ENGINE),
    ngx_eo_bot_field("eo_bot_client_reputation_name",
                     NGX_EO_BOT_VAR_REPUTATION),

    /* in the order of the kinds of reputation */

    ngx_eo_bot_variable("eo_bot_class_attacker", NGX_EO_BOT_VAR_CLASS),
    ngx_eo_bot_variable("eo_bot_class_proxy", NGX_EO_BOT_VAR_CLASS + 1),
    ngx_eo_bot_variable("eo_bot_class_scanner", NGX_EO_BOT_VAR_CLASS + 2),
    ngx_eo_bot_variable("eo_bot_class_account_takeover",
                        NGX_EO_BOT_VAR_CLASS + 3),
    ngx_eo_bot_variable("eo_bot_class_malicious_bot",
                        NGX_EO_BOT_VAR_CLASS + 4),

      ngx_http_null_variable
};


ngx_int_t
ngx_eo_bot_add_variables(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_bot_variables);
}


static ngx_int_t
ngx_eo_bot_variable_handler(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               value;
    ngx_eo_bot_ctx_t       *ctx;
    ngx_eo_waf_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    ctx = ngx_eo_bot_ctx(r, wlcf);

    ngx_str_null(&value);

    if (ctx && ngx_eo_bot_variable_value(r, ctx, data, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    if (value.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = value.data;
    v->len = value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_bot_variable_value(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx,
    ngx_uint_t which, ngx_str_t *value)
{
    ngx_uint_t  level;

    switch (which) {

    case NGX_EO_BOT_VAR_TAG:
        ngx_eo_bot_variable_tag(ctx, value);
        return NGX_OK;

    case NGX_EO_BOT_VAR_NAME:
        *value = ctx->name;
        return NGX_OK;

    case NGX_EO_BOT_VAR_CATEGORY:

        if (ctx->has_category) {
            *value = *ngx_eo_bot_category_name(ctx->category);
        }

        return NGX_OK;

    case NGX_EO_BOT_VAR_PROOF:
        *value = *ngx_eo_bot_proof_name(ctx->proof);
        return NGX_OK;

    case NGX_EO_BOT_VAR_SIGNATURE:
        value->data = (u_char *) ctx->signature;
        value->len = ngx_strlen(ctx->signature);
        return NGX_OK;

    case NGX_EO_BOT_VAR_RATING:
        *value = *ngx_eo_bot_rating_name(ctx->rating);
        return NGX_OK;

    case NGX_EO_BOT_VAR_SCORE:
        return ngx_eo_bot_variable_score(r, ctx, value);

    case NGX_EO_BOT_VAR_IDC:

        if (ctx->idc) {
            *value = ctx->idc->rule.name;
        }

        return NGX_OK;

    case NGX_EO_BOT_VAR_SEARCH_ENGINE:

        if (ctx->has_category
            && ctx->category == NGX_EO_BOT_SEARCH_ENGINE)
        {
            *value = ctx->name;
        }

        return NGX_OK;

    case NGX_EO_BOT_VAR_REPUTATION:
        return ngx_eo_bot_variable_reputation(r, ctx, value);

    default: /* NGX_EO_BOT_VAR_CLASS */
        level = ctx->levels[which - NGX_EO_BOT_VAR_CLASS];

        if (level) {
            *value = *ngx_eo_bot_reputation_level(level - 1);
        }

        return NGX_OK;
    }
}


static void
ngx_eo_bot_variable_tag(ngx_eo_bot_ctx_t *ctx, ngx_str_t *value)
{
    switch (ctx->rating) {

    case NGX_EO_BOT_HIGH_RISK:
        ngx_str_set(value, "evil_bot");
        break;

    case NGX_EO_BOT_LIKELY:
        ngx_str_set(value, "suspect_bot");
        break;

    case NGX_EO_BOT_VERIFIED:
        ngx_str_set(value, "good_bot");
        break;

    default: /* NGX_EO_BOT_HUMAN */
        ngx_str_set(value, "normal");
    }
}


static ngx_int_t
ngx_eo_bot_variable_score(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx,
    ngx_str_t *value)
{
    value->data = ngx_pnalloc(r->pool, NGX_EO_BOT_SCORE_TEXT);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    value->len = ngx_eo_bot_score_text(value->data, ctx->signals)
                 - value->data;

    return NGX_OK;
}


/* "attacker@high" */

static ngx_int_t
ngx_eo_bot_variable_reputation(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx,
    ngx_str_t *value)
{
    ngx_str_t  *kind, *level;

    if (ctx->reputation == NULL) {
        return NGX_OK;
    }

    kind = ngx_eo_bot_reputation_kind(ctx->reputation->kind);
    level = ngx_eo_bot_reputation_level(ctx->reputation->level);

    value->data = ngx_pnalloc(r->pool, kind->len + 1 + level->len);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    value->len = ngx_sprintf(value->data, "%V@%V", kind, level)
                 - value->data;

    return NGX_OK;
}
