
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * EO-Bot-Tag and EO-Bot-* to the origin: docs/bots.md has their members.
 */


#include "ngx_eo_bot.h"
#include "request/ngx_eo_waf_json.h"


/* room for what is constant in a header */

#define NGX_EO_BOT_HEADER_FIXED  512


static ngx_int_t ngx_eo_bot_header_strip(ngx_http_request_t *r);
static ngx_int_t ngx_eo_bot_header_tag(ngx_http_request_t *r,
    ngx_eo_bot_ctx_t *ctx);
static u_char *ngx_eo_bot_header_category(u_char *p, ngx_eo_bot_ctx_t *ctx);
static ngx_int_t ngx_eo_bot_header_parts(ngx_http_request_t *r,
    ngx_eo_bot_ctx_t *ctx);
static u_char *ngx_eo_bot_header_known(u_char *p, ngx_eo_bot_ctx_t *ctx);
static ngx_int_t ngx_eo_bot_header_set(ngx_http_request_t *r,
    const char *name, u_char *data, u_char *last);
static const char *ngx_eo_bot_type(ngx_eo_bot_ctx_t *ctx);
static const char *ngx_eo_bot_behavior(ngx_eo_bot_ctx_t *ctx);


/*
 * The client's own are removed wherever bot management is on; ours are there
 * if it has had its turn.
 */

ngx_int_t
ngx_eo_bot_headers_handler(ngx_http_request_t *r)
{
    ngx_eo_bot_ctx_t       *ctx;
    ngx_eo_waf_state_t     *state;
    ngx_eo_waf_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    if (r->content_handler == NULL || wlcf->mode != NGX_EO_WAF_ON
        || wlcf->bot->mode != NGX_EO_WAF_ON)
    {
        return NGX_DECLINED;
    }

    if (ngx_eo_bot_header_strip(r) != NGX_OK) {
        return NGX_ERROR;
    }

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);
    ctx = state ? state->bot_ctx : NULL;

    if (ctx == NULL || !ctx->on) {
        return NGX_DECLINED;
    }

    if (ngx_eo_bot_header_tag(r, ctx) != NGX_OK
        || ngx_eo_bot_header_parts(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_header_strip(ngx_http_request_t *r)
{
    ngx_str_t         none;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static u_char  prefix[] = "eo-bot-";

    ngx_str_set(&none, "");

    /* removing one may make the list anew */

again:

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (h->key.len > sizeof(prefix) - 1
            && ngx_strncasecmp(h->key.data, prefix, sizeof(prefix) - 1) == 0)
        {
            if (ngx_eo_set_origin_header(r, &h->key, &none) != NGX_OK) {
                return NGX_ERROR;
            }

            goto again;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_bot_header_tag(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx)
{
    u_char  *p, *data;
    size_t   size;

    size = NGX_EO_BOT_HEADER_FIXED
           + (ctx->name.len + (ctx->idc ? ctx->idc->rule.name.len : 0))
             * NGX_EO_JSON_MAX;

    data = ngx_pnalloc(r->pool, size);
    if (data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(data, "{\"bot type\":\"%s\",\"bot name\":",
                    ngx_eo_bot_type(ctx));
    p = ngx_eo_json_string(p, &ctx->name);
    p = ngx_sprintf(p, ",\"botnetID\":\"\",\"JA3 signature\":\"%V\","
                    "\"applied action\":\"%V\",\"category\":", &ctx->ja3,
                    &ctx->applied);
    p = ngx_eo_bot_header_category(p, ctx);
    p = ngx_sprintf(p, ",\"behavior\":\"%s\"}", ngx_eo_bot_behavior(ctx));

    return ngx_eo_bot_header_set(r, "EO-Bot-Tag", data, p);
}


static u_char *
ngx_eo_bot_header_category(u_char *p, ngx_eo_bot_ctx_t *ctx)
{
    *p++ = '{';

    if (ctx->reputation) {
        p = ngx_sprintf(p, "\"client_reputation\":[{\"type\":\"%V\","
                        "\"credibility\":\"%V\"}]",
                        ngx_eo_bot_reputation_kind(ctx->reputation->kind),
                        ngx_eo_bot_reputation_level(ctx->reputation->level));
    }

    if (ctx->idc) {

        if (ctx->reputation) {
            *p++ = ',';
        }

        p = ngx_sprintf(p, "\"idc\":{\"name\":");
        p = ngx_eo_json_string(p, &ctx->idc->rule.name);
        *p++ = '}';
    }

    *p++ = '}';

    return p;
}


/* dictionaries of RFC 9651; names have no quotes and no backslashes */

static ngx_int_t
ngx_eo_bot_header_parts(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx)
{
    u_char  *p, *data;
    size_t   size;

    size = NGX_EO_BOT_HEADER_FIXED + ctx->name.len
           + (ctx->idc ? ctx->idc->rule.name.len : 0);

    data = ngx_pnalloc(r->pool, 5 * size);
    if (data == NULL) {
        return NGX_ERROR;
    }

    if (ctx->ja4.len) {
        p = ngx_sprintf(data, "ja3=\"%V\", ja4=\"%V\"", &ctx->ja3, &ctx->ja4);

        if (ngx_eo_bot_header_set(r, "EO-Bot-Fingerprint", data, p)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        data += size;
    }

    if (ctx->name.len) {
        p = ngx_eo_bot_header_known(data, ctx);

        if (ngx_eo_bot_header_set(r,
                                  (ctx->claimed == NGX_EO_BOT_SEARCH_ENGINE)
                                  ? "EO-Bot-Search-Engine"
                                  : "EO-Bot-Known-Tool", data, p)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        data += size;
    }

    if (ctx->idc) {
        p = ngx_sprintf(data, "name=\"%V\"", &ctx->idc->rule.name);

        if (ngx_eo_bot_header_set(r, "EO-Bot-Source-IDC", data, p)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        data += size;
    }

    if (ctx->reputation) {
        p = ngx_sprintf(data, "type=\"%V\", credibility=\"%V\"",
                        ngx_eo_bot_reputation_kind(ctx->reputation->kind),
                        ngx_eo_bot_reputation_level(ctx->reputation->level));

        if (ngx_eo_bot_header_set(r, "EO-Bot-IP-Reputation", data, p)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        data += size;
    }

    p = ngx_sprintf(data, "rating=\"%V\", score=%ui",
                    ngx_eo_bot_rating_name(ctx->rating),
                    ngx_eo_bot_score(ctx->signals));

    return ngx_eo_bot_header_set(r, "EO-Bot-Intelligence", data, p);
}


static u_char *
ngx_eo_bot_header_known(u_char *p, ngx_eo_bot_ctx_t *ctx)
{
    p = ngx_sprintf(p, "category_name=\"%V\", name=\"%V\"",
                    ngx_eo_bot_category_name(ctx->category), &ctx->name);

    if (ngx_eo_bot_proven(ctx->proof)) {
        p = ngx_sprintf(p, ", verified=\"%V\"",
                        ngx_eo_bot_proof_name(ctx->proof));
    }

    return p;
}


static ngx_int_t
ngx_eo_bot_header_set(ngx_http_request_t *r, const char *name, u_char *data,
    u_char *last)
{
    ngx_str_t  key, value;

    key.data = (u_char *) name;
    key.len = ngx_strlen(name);

    value.data = data;
    value.len = last - data;

    return ngx_eo_set_origin_header(r, &key, &value);
}


static const char *
ngx_eo_bot_type(ngx_eo_bot_ctx_t *ctx)
{
    static const char  *types[] = {
        "Search Engine",
        "AI Crawler",
        "AI Search",
        "AI Assistant",
        "Feed Fetcher",
        "Page Preview",
        "Site Monitor",
        "SEO",
        "Archiver",
        "Tool",
        "Headless Browser",
        "Scanner",
        "Unknown Bot",
        "Impersonated Bot",
        "Unknown Bot"
    };

    return ctx->has_category ? types[ctx->category] : "";
}


static const char *
ngx_eo_bot_behavior(ngx_eo_bot_ctx_t *ctx)
{
    switch (ctx->rating) {

    case NGX_EO_BOT_HIGH_RISK:
        return "evil_bot";

    case NGX_EO_BOT_LIKELY:
        return "suspect_bot";

    default:
        return "normal";
    }
}
