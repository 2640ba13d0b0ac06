
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A request that is challenged gets a page if a browser shows it, and a few
 * words of JSON if not.
 */


#include "ngx_eo_challenge.h"
#include "ngx_eo_challenge_accept.h"
#include "ngx_eo_challenge_behaviour.h"
#include "ngx_eo_challenge_captcha_conf.h"
#include "ngx_eo_challenge_form.h"
#include "ngx_eo_challenge_send.h"
#include "ngx_eo_challenge_work.h"
#include "request/ngx_eo_waf_body.h"

#include <openssl/rand.h>


#define NGX_EO_CHALLENGE_STATUS  567

#define NGX_EO_CHALLENGE_POLICY                                               \
    "default-src 'none'; script-src 'nonce-%*s' %V; "                         \
    "style-src 'nonce-%*s' %V; img-src 'self' data: %V; font-src 'self'; "    \
    "connect-src 'self' %V; worker-src blob:; child-src blob: %V; "           \
    "frame-src %V; base-uri 'none'; frame-ancestors 'self'"


static void ngx_eo_challenge_headers(ngx_http_request_t *r,
    ngx_eo_challenge_headers_t *headers);
static ngx_int_t ngx_eo_challenge_refuse(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx);
static ngx_int_t ngx_eo_challenge_token(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx,
    ngx_eo_challenge_token_t *token, ngx_str_t *text);
static ngx_int_t ngx_eo_challenge_post(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx,
    ngx_eo_challenge_headers_t *headers);
static const char *ngx_eo_challenge_lost(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_headers_t *headers);
static ngx_uint_t ngx_eo_challenge_form_type(ngx_http_request_t *r,
    ngx_str_t *boundary);
static void ngx_eo_challenge_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_eo_challenge_policy(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx,
    ngx_str_t *policy);
static ngx_int_t ngx_eo_challenge_page_data(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx,
    ngx_str_t *form, const char *lost);


ngx_int_t
ngx_eo_challenge_issue(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_level_e level)
{
    ngx_int_t                    rc;
    ngx_eo_waf_state_t          *state;
    ngx_eo_challenge_ctx_t      *ctx;
    ngx_eo_challenge_headers_t   headers;

    ctx = ngx_eo_challenge_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* the request may be gone when this returns */

    state = ngx_eo_waf_state(r);
    state->done = 1;

    ngx_str_set(&ctx->status, "issued");
    ctx->level = level;

    ngx_eo_challenge_headers(r, &headers);

    if (r->method == NGX_HTTP_POST && ngx_eo_challenge_navigates(&headers)) {
        return ngx_eo_challenge_post(r, wlcf, ctx, &headers);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if ((r->method == NGX_HTTP_GET || r->method == NGX_HTTP_HEAD)
        && ngx_eo_challenge_navigates(&headers))
    {
        rc = ngx_eo_challenge_page_data(r, wlcf, ctx, NULL, NULL);

        if (rc == NGX_OK) {
            rc = ngx_eo_challenge_page(r, wlcf, ctx, wlcf->challenge->status);
        }

        return rc;
    }

    return ngx_eo_challenge_refuse(r, wlcf, ctx);
}


static void
ngx_eo_challenge_headers(ngx_http_request_t *r,
    ngx_eo_challenge_headers_t *headers)
{
    ngx_str_t        *value;
    ngx_uint_t        i, k;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static struct {
        ngx_str_t  name;
        size_t     offset;
    } names[] = {
        { ngx_string("sec-fetch-mode"),
          offsetof(ngx_eo_challenge_headers_t, mode) },
        { ngx_string("sec-fetch-site"),
          offsetof(ngx_eo_challenge_headers_t, site) },
        { ngx_string("x-requested-with"),
          offsetof(ngx_eo_challenge_headers_t, requested) },
        { ngx_string("accept"),
          offsetof(ngx_eo_challenge_headers_t, accept) },
        { ngx_string("origin"),
          offsetof(ngx_eo_challenge_headers_t, origin) },
        { ngx_string("referer"),
          offsetof(ngx_eo_challenge_headers_t, referer) }
    };

    ngx_memzero(headers, sizeof(ngx_eo_challenge_headers_t));

    part = &r->headers_in.headers.part;
    i = 0;

    for ( ;; ) {
        h = ngx_eo_next_header(&part, &i);

        if (h == NULL) {
            return;
        }

        for (k = 0; k < sizeof(names) / sizeof(names[0]); k++) {

            if (h->key.len == names[k].name.len
                && ngx_memcmp(h->lowcase_key, names[k].name.data,
                              names[k].name.len)
                   == 0)
            {
                value = (ngx_str_t *) ((u_char *) headers
                                       + names[k].offset);
                *value = h->value;
            }
        }
    }
}


static ngx_int_t
ngx_eo_challenge_refuse(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_ctx_t *ctx)
{
    ngx_str_t                  token, body, type, none, *uuid;
    ngx_eo_challenge_token_t   parts;

    uuid = ngx_eo_log_uuid(r);

    if (uuid == NULL
        || ngx_eo_challenge_token(r, wlcf, ctx, &parts, &token) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = ngx_pnalloc(r->pool, 256 + token.len + uuid->len);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_sprintf(body.data, "{\"status\":%d,\"error\":\"a browser "
                           "has to pass a challenge first\","
                           "\"challenge\":\"" NGX_EO_CHALLENGE_URI "?t=%V\","
                           "\"request_id\":\"%V\"}" CRLF,
                           NGX_EO_CHALLENGE_STATUS, &token, uuid)
               - body.data;

    ngx_str_set(&type, "application/json");
    ngx_str_null(&none);

    return ngx_eo_challenge_send(r, NGX_EO_CHALLENGE_STATUS, &type, &body,
                                 &none, &none);
}


static ngx_int_t
ngx_eo_challenge_token(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_token_t *token,
    ngx_str_t *text)
{
    ngx_uint_t  steps;

    ngx_memzero(token, sizeof(ngx_eo_challenge_token_t));

    token->level = ctx->level;
    token->step = NGX_EO_CHALLENGE_WORK;
    token->difficulty = wlcf->challenge->difficulty;
    token->bind = (ngx_eo_challenge_bind_e) wlcf->challenge->bind;
    token->ttl = wlcf->challenge->ttl;
    token->same_site = wlcf->challenge->same_site;

    steps = ngx_eo_challenge_behaved(r, NGX_EO_CHALLENGE_ASKED);

    if (ctx->level == NGX_EO_CHALLENGE_MANAGED) {
        token->difficulty = ngx_min(token->difficulty + steps,
                                    NGX_EO_CHALLENGE_MAX_DIFFICULTY);
    }

    return ngx_eo_challenge_new_token(r, token, text);
}


/*
 * The body of a form is read here, and not by the stage: that would go on
 * with the request once it is there.
 */

static ngx_int_t
ngx_eo_challenge_post(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_headers_t *headers)
{
    ngx_int_t    rc;
    const char  *lost;

    lost = ngx_eo_challenge_lost(r, ctx, headers);

    if (lost == NULL) {
        rc = ngx_http_read_client_request_body(r,
                                               ngx_eo_challenge_body_handler);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        ngx_http_finalize_request(r, NGX_DONE);

        return NGX_DONE;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_eo_challenge_page_data(r, wlcf, ctx, NULL, lost);

    if (rc == NGX_OK) {
        rc = ngx_eo_challenge_page(r, wlcf, ctx, wlcf->challenge->status);
    }

    return rc;
}


/* why a form cannot be sent again, or NULL */

static const char *
ngx_eo_challenge_lost(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx,
    ngx_eo_challenge_headers_t *headers)
{
    ngx_str_t  scheme, host;

    ngx_str_set(&scheme, "http");

#if (NGX_HTTP_SSL)

    if (r->connection->ssl) {
        ngx_str_set(&scheme, "https");
    }

#endif

    ngx_str_null(&host);

    if (r->headers_in.host) {
        host = r->headers_in.host->value;
    }

    if (!ngx_eo_challenge_same_origin(headers, &scheme, &host)) {
        return "site";
    }

    if (!ngx_eo_challenge_form_type(r, &ctx->boundary)) {
        return "type";
    }

    if (r->headers_in.chunked
        || r->headers_in.content_length_n > NGX_EO_CHALLENGE_FORM_MAX)
    {
        return "size";
    }

    return NULL;
}


/* boundary: stays empty if the form is urlencoded */

static ngx_uint_t
ngx_eo_challenge_form_type(ngx_http_request_t *r, ngx_str_t *boundary)
{
    ngx_eo_waf_form_t  form;

    if (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked) {
        return 1;
    }

    ngx_memzero(&form, sizeof(ngx_eo_waf_form_t));
    ngx_eo_waf_body_form(r, &form);

    if (form.kind == NGX_EO_WAF_FORM_MULTIPART && !form.other) {
        *boundary = form.boundary;
        return 1;
    }

    return form.kind == NGX_EO_WAF_FORM_URLENCODED;
}


static void
ngx_eo_challenge_body_handler(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_str_t                body, form;
    ngx_uint_t               complete;
    const char              *lost;
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_challenge_ctx_t  *ctx;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    ctx = ngx_eo_challenge_ctx(r);

    rc = ctx ? ngx_eo_waf_body_join(r, NGX_EO_CHALLENGE_FORM_MAX, &body,
                                    &complete)
             : NGX_ERROR;

    if (rc == NGX_OK) {
        rc = complete ? ngx_eo_challenge_form(r->pool, &body, &ctx->boundary,
                                              &form)
                      : NGX_DECLINED;
    }

    if (rc != NGX_ERROR) {
        lost = (rc == NGX_OK) ? NULL : "type";

        rc = ngx_eo_challenge_page_data(r, wlcf, ctx, lost ? NULL : &form,
                                        lost);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_challenge_page(r, wlcf, ctx, wlcf->challenge->status);

    } else if (rc == NGX_ERROR) {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_finalize_request(r, rc);
}


/*
 * What the page's script reads:
 *
 *     {"url":"...","token":"...","difficulty":16,"count":0,
 *      "type":"...","form":[...]} or "lost":"size"
 */

static ngx_int_t
ngx_eo_challenge_page_data(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx,
    ngx_str_t *form, const char *lost)
{
    u_char                    *p;
    ngx_str_t                  token;
    ngx_eo_challenge_jar_t     jar;
    ngx_eo_challenge_token_t   parts;

    if (ngx_eo_challenge_token(r, wlcf, ctx, &parts, &token) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_eo_challenge_jar(r, wlcf->challenge->bind, &jar);

    p = ngx_pnalloc(r->pool, 256 + token.len + (form ? form->len : 0));
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data.data = p;

    p = ngx_sprintf(p, "{\"url\":\"" NGX_EO_CHALLENGE_URI "\",\"token\":\"%V\","
                    "\"difficulty\":%ui,\"count\":%ui",
                    &token, parts.difficulty,
                    ngx_eo_challenge_jar_count(&jar));

    if (form) {
        p = ngx_sprintf(p, ",\"type\":\"%s\",\"form\":%V",
                        ctx->boundary.len
                        ? "multipart/form-data"
                        : "application/x-www-form-urlencoded", form);
    }

    if (lost) {
        p = ngx_sprintf(p, ",\"lost\":\"%s\"", lost);
    }

    *p++ = '}';

    ctx->data.len = p - ctx->data.data;

    return NGX_OK;
}


/* a CAPTCHA's provider is trusted where there may be one */

static ngx_int_t
ngx_eo_challenge_policy(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_ctx_t *ctx, ngx_str_t *policy)
{
    ngx_str_t                    sources, frames;
    ngx_eo_challenge_captcha_t  *captcha;

    captcha = (ctx->level == NGX_EO_CHALLENGE_MANAGED)
              ? wlcf->challenge->captcha : NULL;

    if (captcha) {
        sources = captcha->sources;
        frames = sources;

    } else {
        ngx_str_null(&sources);
        ngx_str_set(&frames, "'none'");
    }

    policy->data = ngx_pnalloc(r->pool, sizeof(NGX_EO_CHALLENGE_POLICY)
                                        + 2 * sizeof(ctx->nonce)
                                        + 5 * sources.len + frames.len);
    if (policy->data == NULL) {
        return NGX_ERROR;
    }

    policy->len = ngx_sprintf(policy->data, NGX_EO_CHALLENGE_POLICY,
                              sizeof(ctx->nonce), ctx->nonce, &sources,
                              sizeof(ctx->nonce), ctx->nonce, &sources,
                              &sources, &sources, &sources, &frames)
                  - policy->data;

    return NGX_OK;
}


ngx_uint_t
ngx_eo_challenge_language(ngx_http_request_t *r)
{
    return r->headers_in.accept_language
           && ngx_eo_challenge_chinese(&r->headers_in.accept_language->value);
}


ngx_int_t
ngx_eo_challenge_page(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_ctx_t *ctx, ngx_uint_t status)
{
    u_char                   random[sizeof(ctx->nonce) / 2];
    ngx_str_t                body, type, policy, none;
    ngx_eo_response_page_t  *page;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (RAND_bytes(random, sizeof(random)) != 1) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    (void) ngx_hex_dump(ctx->nonce, random, sizeof(random));

    ctx->chinese = ngx_eo_challenge_language(r);

    page = wlcf->challenge->page ? wlcf->challenge->page
                                 : mcf->challenge_main->page;

    if (ngx_eo_response_page_render(r, page, &body) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_eo_challenge_policy(r, wlcf, ctx, &policy) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&type, "text/html");
    ngx_str_null(&none);

    return ngx_eo_challenge_send(r, status, &type, &body, &policy, &none);
}
