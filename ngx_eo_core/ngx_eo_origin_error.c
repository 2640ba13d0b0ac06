
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A failure has one cause, one line in the log and one status.  It is noted
 * when the upstream is finalized, or, if it was over before it could be
 * watched, when nginx comes to answer it.
 */


#include "ngx_eo_origin_error.h"
#include "ngx_eo_origin_probe.h"
#include "ngx_eo_error_page.h"
#include "ngx_eo_response.h"


/*
 * The bit of valid_msec that tells a cause from the stamps of
 * ngx_eo_cache_purge, which never have it.
 */

#define NGX_EO_ORIGIN_CACHED  0x200


static ngx_eo_origin_cause_e ngx_eo_origin_unseen(ngx_http_request_t *r,
    ngx_eo_origin_probe_t *probe, ngx_int_t status);
#if (NGX_HTTP_CACHE)
static void ngx_eo_origin_cache_cause(ngx_http_request_t *r,
    ngx_eo_origin_cause_e cause);
static ngx_eo_origin_cause_e ngx_eo_origin_cached_cause(ngx_http_request_t *r);
#endif


void
ngx_eo_origin_note_failure(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_eo_origin_cause_e cause, ngx_int_t expected)
{
    ngx_uint_t               code;
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    code = lcf->origin_errors + ngx_eo_origin_cause_digit(cause);

    ctx->origin_cause = cause;
    ctx->exception = ngx_eo_origin_cause_exception(cause);

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "eo origin error %ui \"%V\"", code,
                  ngx_eo_origin_cause_name(cause));

    ctx->probe.noted = 1;

    if (expected == 0) {
        return;
    }

    ctx->probe.failed = expected;
    ctx->probe.code = ngx_eo_response_prepare(r, ctx, code, expected, NULL);

    if (!ctx->probe.starting) {
        ctx->probe.error_page = r->error_page;
    }

#if (NGX_HTTP_CACHE)
    ngx_eo_origin_cache_cause(r, cause);
#endif
}


ngx_uint_t
ngx_eo_origin_failure(ngx_http_request_t *r, ngx_int_t status)
{
    ngx_eo_request_t        *ctx;
    ngx_eo_origin_cause_e    cause;
    ngx_eo_origin_probe_t   *probe;
    ngx_eo_core_loc_conf_t  *lcf;

    ctx = ngx_eo_request_find(r);

    if (r != r->main || ctx == NULL) {
        return 0;
    }

    probe = &ctx->probe;
    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (!probe->noted
        && lcf->origin_errors
        && r->upstream && r->upstream != probe->before)
    {
        cause = ngx_eo_origin_unseen(r, probe, status);

        /* what follows is a page, which is sent with this status or not */

        probe->noted = 1;

        if (cause != NGX_EO_ORIGIN_OK) {
            ngx_eo_origin_note_failure(r, ctx, cause, status);
        }
    }

    return (probe->failed == status) ? probe->code : 0;
}


void
ngx_eo_origin_failure_answered(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    if (ctx) {
        ctx->probe.failed = 0;
        ctx->response.expected = 0;
    }
}


/* returns NGX_EO_ORIGIN_OK if the upstream has nothing to do with status */

static ngx_eo_origin_cause_e
ngx_eo_origin_unseen(ngx_http_request_t *r, ngx_eo_origin_probe_t *probe,
    ngx_int_t status)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

#if (NGX_HTTP_CACHE)

    if (r->cache && u->cache_status == NGX_HTTP_CACHE_HIT) {
        return (r->cache->error == (ngx_uint_t) status)
               ? ngx_eo_origin_cached_cause(r)
               : NGX_EO_ORIGIN_OK;
    }

#endif

    if (!probe->starting || r->cached || u->cleanup || u == probe->upstream) {
        return NGX_EO_ORIGIN_OK;
    }

    if (u->state && u->state->status && u->state->status != (ngx_uint_t) status)
    {
        return NGX_EO_ORIGIN_OK;
    }

    return ngx_eo_origin_examine(u, probe, status);
}


#if (NGX_HTTP_CACHE)

/*
 * A failure that "proxy_cache_valid" keeps is a status in the node of the
 * cache, without a file.  The node has milliseconds for its validity that
 * nginx takes over from the request and never looks at; the cause goes there.
 * A response of the origin that nginx keeps as a status does not have the bit.
 */

static void
ngx_eo_origin_cache_cause(ngx_http_request_t *r, ngx_eo_origin_cause_e cause)
{
    if (r->cache && r->upstream->cacheable) {
        r->cache->valid_msec = NGX_EO_ORIGIN_CACHED|cause;
    }
}


static ngx_eo_origin_cause_e
ngx_eo_origin_cached_cause(ngx_http_request_t *r)
{
    ngx_uint_t  cause;

    if (r->cache->node == NULL) {
        return NGX_EO_ORIGIN_OK;
    }

    cause = r->cache->node->valid_msec;

    if (!(cause & NGX_EO_ORIGIN_CACHED)) {
        return NGX_EO_ORIGIN_OK;
    }

    cause &= ~NGX_EO_ORIGIN_CACHED;

    return (cause < NGX_EO_ORIGIN_CAUSES) ? cause : NGX_EO_ORIGIN_OK;
}

#endif


ngx_eo_origin_cause_e
ngx_eo_origin_error(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    return ctx ? ctx->origin_cause : NGX_EO_ORIGIN_OK;
}


/* the failures that nginx has found no error_page for */

ngx_int_t
ngx_eo_origin_error_header_filter(ngx_http_request_t *r)
{
    ngx_int_t          status;
    ngx_uint_t         code;
    ngx_eo_request_t  *ctx;

    status = r->err_status;

    if (r != r->main
        || r->upstream == NULL
        || (status != NGX_HTTP_BAD_GATEWAY
            && status != NGX_HTTP_GATEWAY_TIME_OUT)
        || r->headers_out.status != r->err_status)
    {
        return NGX_DECLINED;
    }

    code = ngx_eo_origin_failure(r, status);

    if (code == 0) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_request_find(r);
    ctx->probe.failed = 0;

    if (ngx_eo_error_page_follow(r, ctx, code) == NGX_DONE) {
        ctx->response.expected = 0;
        return NGX_DONE;
    }

    return NGX_DECLINED;
}
