
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The request body of managed rules: reads it, finds out whether it is one
 * that is to be refused for its size or its coding, and hands it over.
 */


#include "ngx_eo_core.h"
#include "ngx_eo_managed.h"
#include "ngx_eo_managed_body.h"
#include "ngx_eo_managed_decompress.h"
#include "request/ngx_eo_waf_body.h"
#include "seclang/body/ngx_eo_seclang_body.h"


/* what compression adds to a body that it cannot make smaller */
#define NGX_EO_MANAGED_CODING_EXTRA  4096


static ngx_uint_t ngx_eo_managed_parses_body(ngx_eo_managed_ctx_t *ctx);
static ngx_uint_t ngx_eo_managed_measures_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static ngx_int_t ngx_eo_managed_check_size(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, off_t size);
static off_t ngx_eo_managed_body_size(ngx_http_request_t *r);
static ngx_eo_managed_coding_e ngx_eo_managed_body_coding(
    ngx_http_request_t *r);
static ngx_int_t ngx_eo_managed_decode_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_eo_managed_coding_e coding, size_t limit,
    ngx_str_t *body, ngx_uint_t *complete);
static ngx_int_t ngx_eo_managed_take_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, size_t limit, ngx_str_t *body,
    ngx_uint_t *complete);
static ngx_int_t ngx_eo_managed_get_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_str_t *body, ngx_uint_t *complete);


static ngx_str_t  ngx_eo_managed_size_name = ngx_string("request-body-size");
static ngx_str_t  ngx_eo_managed_coding_name = ngx_string("content-encoding");


/*
 * It does not matter that a request asks for another protocol: what comes
 * after the answer 101 is no body, and what has a length or is chunked is
 * one.
 */

ngx_uint_t
ngx_eo_managed_wants_body(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    off_t                   length;
    ngx_eo_managed_conf_t  *conf;

    conf = ctx->conf;
    length = r->headers_in.content_length_n;

    if (!ctx->tx.request_body_access || conf->body == 0) {
        return 0;
    }

    if (conf->longer == NGX_EO_MANAGED_SKIP && length > (off_t) conf->body) {
        return 0;
    }

    if (length <= 0 && !r->headers_in.chunked) {
        return 0;
    }

    /* uploads and streams of which nothing is looked at are not held */

    return ngx_eo_managed_parses_body(ctx)
           || ngx_eo_managed_measures_body(r, ctx);
}


/* whether a body is parsed, or looked at as one text */

static ngx_uint_t
ngx_eo_managed_parses_body(ngx_eo_managed_ctx_t *ctx)
{
    return ctx->tx.body_processor != NGX_EO_SECLANG_BODY_NONE
           || ctx->tx.force_body;
}


/* whether rules ask how long a body is, or for all that was sent */

static ngx_uint_t
ngx_eo_managed_measures_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx)
{
    ngx_eo_seclang_ruleset_t  *set;

    set = ctx->conf->set;

    return set->used[NGX_EO_SECLANG_VAR_REQUEST_BODY_LENGTH]
           || set->used[NGX_EO_SECLANG_VAR_FULL_REQUEST]
           || set->used[NGX_EO_SECLANG_VAR_FULL_REQUEST_LENGTH]
           || set->used[NGX_EO_SECLANG_VAR_INBOUND_DATA_ERROR]
           || (set->request_body_reject && r->headers_in.chunked);
}


/*
 * Refuses a body that is too long, be it that it says so or that it has been
 * read.  Returns NGX_OK if it is not.
 */

static ngx_int_t
ngx_eo_managed_check_size(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    off_t size)
{
    ngx_eo_managed_conf_t     *conf;
    ngx_eo_seclang_ruleset_t  *set;

    conf = ctx->conf;
    set = conf->set;

    if (ctx->too_large) {
        return NGX_OK;
    }

    if (set->request_body_reject && size > (off_t) set->request_body_limit) {
        ctx->too_large = 1;
        return ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_size_name,
                                     "the request body is longer than "
                                     "\"SecRequestBodyLimit\" allows");
    }

    if (conf->longer == NGX_EO_MANAGED_DENY && size > (off_t) conf->body
        && ngx_eo_managed_parses_body(ctx))
    {
        ctx->too_large = 1;
        return ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_size_name,
                                     "the request body is longer than "
                                     "\"eo_managed_rules_body\" allows");
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_managed_read_body(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ctx->reading || r->request_body != NULL) {
        return NGX_OK;
    }

    if (ctx->tx.request_body_access && ctx->conf->body != 0) {
        rc = ngx_eo_managed_check_size(r, ctx,
                                       r->headers_in.content_length_n);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!ngx_eo_managed_wants_body(r, ctx)) {
        return NGX_OK;
    }

    ctx->reading = 1;

    ngx_eo_waf_body_prepare(r);

    rc = ngx_http_read_client_request_body(r, ngx_eo_waf_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


size_t
ngx_eo_managed_body_limit(ngx_eo_managed_conf_t *conf)
{
    size_t  limit;

    limit = ngx_min(conf->body, conf->set->request_body_limit);

    return conf->decompress ? limit + limit / 64 + NGX_EO_MANAGED_CODING_EXTRA
                            : limit;
}


static off_t
ngx_eo_managed_body_size(ngx_http_request_t *r)
{
    off_t         total;
    ngx_chain_t  *cl;

    total = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        total += ngx_buf_size(cl->buf);
    }

    return total;
}


static ngx_eo_managed_coding_e
ngx_eo_managed_body_coding(ngx_http_request_t *r)
{
    ngx_uint_t                i;
    ngx_list_part_t          *part;
    ngx_table_elt_t          *h;
    ngx_eo_managed_coding_e   coding;

    static ngx_str_t  name = ngx_string("content-encoding");

    i = 0;
    part = &r->headers_in.headers.part;
    coding = NGX_EO_MANAGED_IDENTITY;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {
        if (h->key.len == name.len
            && ngx_strncasecmp(h->key.data, name.data, name.len) == 0)
        {
            coding = ngx_eo_managed_coding(coding, &h->value);
        }
    }

    return coding;
}


/*
 * Replaces the body with what it says.  Returns NGX_DECLINED if that cannot
 * be known, and it was let pass.
 */

static ngx_int_t
ngx_eo_managed_decode_body(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_eo_managed_coding_e coding, size_t limit, ngx_str_t *body,
    ngx_uint_t *complete)
{
    u_char       text[128], *p;
    ngx_int_t    rc;
    ngx_str_t    plain;
    const char  *reason;

    reason = "";

    rc = ngx_eo_managed_decompress(r->pool, coding, body, limit, complete,
                                   &plain, &reason);

    if (rc == NGX_OK) {
        *body = plain;
        return NGX_OK;
    }

    ngx_str_null(body);
    *complete = 1;

    if (rc == NGX_ERROR) {
        rc = ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                   "out of memory for the decoded request "
                                   "body");
        return (rc == NGX_OK) ? NGX_DECLINED : rc;
    }

    p = ngx_snprintf(text, sizeof(text) - 1,
                     "the Content-Encoding of the request body cannot be "
                     "decoded: %s", reason);
    *p = '\0';

    rc = ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_coding_name,
                               (char *) text);

    return (rc == NGX_OK) ? NGX_DECLINED : rc;
}


/* a body that was read, or what was seen of one that went through */

static ngx_int_t
ngx_eo_managed_take_body(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    size_t limit, ngx_str_t *body, ngx_uint_t *complete)
{
    if (!ctx->watched) {
        return ngx_eo_waf_body_join(r, limit, body, complete);
    }

    *complete = (ctx->body_complete && ctx->body.len <= limit);
    body->data = ctx->body.data;
    body->len = ngx_min(ctx->body.len, limit);

    return NGX_OK;
}


/* what of the body is looked at */

static ngx_int_t
ngx_eo_managed_get_body(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_str_t *body, ngx_uint_t *complete)
{
    off_t                     size;
    size_t                    limit, wanted;
    ngx_int_t                 rc;
    ngx_eo_managed_coding_e   coding;

    limit = ngx_min(ctx->conf->body, ctx->conf->set->request_body_limit);
    size = ctx->watched ? ctx->body_size : ngx_eo_managed_body_size(r);

    rc = ngx_eo_managed_check_size(r, ctx, size);

    if (rc != NGX_OK) {
        return rc;
    }

    coding = NGX_EO_MANAGED_IDENTITY;
    wanted = limit;

    if (ctx->conf->decompress && size > 0 && ngx_eo_managed_parses_body(ctx))
    {
        coding = ngx_eo_managed_body_coding(r);

        if (coding != NGX_EO_MANAGED_IDENTITY) {
            wanted = ngx_eo_managed_body_limit(ctx->conf);
        }
    }

    if (ngx_eo_managed_take_body(r, ctx, wanted, body, complete) != NGX_OK) {
        ngx_str_null(body);
        return ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                     "the request body cannot be read");
    }

    if (coding == NGX_EO_MANAGED_IDENTITY) {
        return NGX_OK;
    }

    rc = ngx_eo_managed_decode_body(r, ctx, coding, limit, body, complete);

    if (rc != NGX_OK || *complete) {
        return (rc == NGX_DECLINED) ? NGX_OK : rc;
    }

    /* one that is longer only when it is decoded */

    return ngx_eo_managed_check_size(r, ctx, (off_t) limit + 1);
}


ngx_int_t
ngx_eo_managed_set_body(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_str_t               body;
    ngx_uint_t              complete;
    ngx_eo_managed_conf_t  *conf;

    conf = ctx->conf;

    ngx_str_null(&body);
    complete = 1;

    if (ctx->watched
        || (r->request_body != NULL && ngx_eo_managed_wants_body(r, ctx)))
    {
        rc = ngx_eo_managed_get_body(r, ctx, &body, &complete);

        if (rc != NGX_OK) {
            return rc;
        }

        if (!complete && conf->longer == NGX_EO_MANAGED_SKIP) {
            ngx_str_null(&body);
            complete = 1;
        }
    }

    if (ngx_eo_seclang_tx_body(&ctx->tx, &body, complete) != NGX_OK
        || ngx_eo_managed_excepts(r, ctx) != NGX_OK)
    {
        return ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                     "out of memory for the request body");
    }

    return NGX_OK;
}
