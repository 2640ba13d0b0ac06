
/*
 * nginx leaves 502 or 504 of every failure.  What it knew lies in the
 * connection to the origin until ngx_http_upstream_finalize_request() has
 * called u->finalize_request(); so the content handler is called from here,
 * and when it has returned, the callbacks of the upstream it has made are
 * replaced by ours.
 *
 * A failure within the content handler itself (no live peer, an error of
 * connect()) is over by then, and the header filter sees it first.
 */


#include "ngx_eo_origin_error.h"
#include "ngx_eo_origin_tls.h"
#include "ngx_eo_response.h"


static ngx_int_t ngx_eo_origin_content_handler(ngx_http_request_t *r);
static ngx_inline void ngx_eo_origin_note_immediate(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static void ngx_eo_origin_note_failure(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static void ngx_eo_origin_wrap(ngx_http_request_t *r,
    ngx_eo_origin_probe_t *probe);
static ngx_int_t ngx_eo_origin_process_header(ngx_http_request_t *r);
static ngx_int_t ngx_eo_origin_reinit_request(ngx_http_request_t *r);
static void ngx_eo_origin_resolved(ngx_resolver_ctx_t *resolver_ctx);
static void ngx_eo_origin_finalize_request(ngx_http_request_t *r,
    ngx_int_t rc);
static ngx_uint_t ngx_eo_origin_failed(ngx_http_upstream_t *u, ngx_int_t rc);
static ngx_eo_origin_cause_e ngx_eo_origin_examine(ngx_http_request_t *r,
    ngx_eo_origin_probe_t *probe, ngx_int_t rc);
static ngx_uint_t ngx_eo_origin_unresolved(ngx_http_upstream_t *u);
static ngx_uint_t ngx_eo_origin_no_peer(ngx_http_upstream_t *u);
static ngx_uint_t ngx_eo_origin_note(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_eo_origin_cause_e cause);
static ngx_int_t ngx_eo_origin_error_page(ngx_http_request_t *r,
    ngx_int_t expected, ngx_uint_t code);
static ngx_http_err_page_t *ngx_eo_origin_error_page_find(ngx_array_t *pages,
    ngx_int_t status);


ngx_int_t
ngx_eo_origin_probe_handler(ngx_http_request_t *r)
{
    ngx_eo_request_t        *ctx;
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (r != r->main
        || lcf->origin_errors == 0
        || r->content_handler == NULL
        || r->content_handler == ngx_eo_origin_content_handler)
    {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->probe.content_handler = r->content_handler;
    r->content_handler = ngx_eo_origin_content_handler;

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_origin_content_handler(ngx_http_request_t *r)
{
    void                   **loc_conf, **armed;
    ngx_int_t                rc;
    ngx_eo_request_t        *ctx;
    ngx_eo_origin_probe_t   *probe;
    ngx_eo_core_loc_conf_t  *lcf;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    probe = &ctx->probe;
    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    ngx_eo_origin_note_immediate(r, ctx);

    probe->upstream = NULL;
    probe->starting = 1;
    probe->noted = 0;
    probe->certificate = NGX_EO_ORIGIN_OK;
    probe->resolve_state = NGX_OK;

    /* a connect() that fails at once has only the pages of these in force */

    loc_conf = r->loc_conf;

    if (ngx_eo_origin_error_page(r, NGX_HTTP_BAD_GATEWAY,
                                 lcf->origin_errors + 1)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    armed = r->loc_conf;

    rc = probe->content_handler(r);

    if (r->loc_conf == armed) {
        r->loc_conf = loc_conf;
    }

    /* an error_page may have led to another origin meanwhile */

    if (probe->starting) {
        ngx_eo_origin_note_immediate(r, ctx);

        probe->starting = 0;

        if (r->upstream) {
            ngx_eo_origin_wrap(r, probe);
        }
    }

    return rc;
}


/* notes the cause of a failure that was over before it could be watched */

static ngx_inline void
ngx_eo_origin_note_immediate(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    if (ctx->probe.starting && !ctx->probe.noted && r->upstream) {
        ngx_eo_origin_note_failure(r, ctx);
    }
}


static void
ngx_eo_origin_note_failure(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    ngx_http_upstream_t    *u;
    ngx_eo_origin_probe_t  *probe;

    u = r->upstream;
    probe = &ctx->probe;

    if (u->header_sent
        || u->state == NULL || u->state->status != NGX_HTTP_BAD_GATEWAY)
    {
        return;
    }

    probe->upstream = u;
    probe->noted = 1;

    (void) ngx_eo_origin_note(r, ctx,
                              ngx_eo_origin_examine(r, probe,
                                                    NGX_HTTP_BAD_GATEWAY));
}


static void
ngx_eo_origin_wrap(ngx_http_request_t *r, ngx_eo_origin_probe_t *probe)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (u->finalize_request == ngx_eo_origin_finalize_request) {
        return;
    }

    probe->upstream = u;

    probe->finalize_request = u->finalize_request;
    u->finalize_request = ngx_eo_origin_finalize_request;

    probe->process_header = u->process_header;
    u->process_header = ngx_eo_origin_process_header;

    probe->reinit_request = u->reinit_request;
    u->reinit_request = ngx_eo_origin_reinit_request;

    if (u->resolved && u->resolved->ctx) {
        probe->resolve_handler = u->resolved->ctx->handler;
        u->resolved->ctx->handler = ngx_eo_origin_resolved;
    }

#if (NGX_HTTP_SSL)
    ngx_eo_origin_tls_check_dates(u);
#endif
}


/*
 * The proxy module takes what does not begin with a status line for
 * HTTP/0.9 and passes it to the client; it is no response (facts, 15).
 */

static ngx_int_t
ngx_eo_origin_process_header(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_uint_t              version;
    ngx_eo_request_t       *ctx;
    ngx_http_upstream_t    *u;
    ngx_eo_origin_probe_t  *probe;

    ctx = ngx_eo_request(r);

    u = r->upstream;
    probe = &ctx->probe;

    version = r->http_version;

    u->process_header = probe->process_header;

    rc = u->process_header(r);

    probe->process_header = u->process_header;
    u->process_header = ngx_eo_origin_process_header;

    if (rc == NGX_OK
        && r->http_version == NGX_HTTP_VERSION_9
        && version != NGX_HTTP_VERSION_9)
    {
        r->http_version = version;

        return r->cached ? NGX_OK : NGX_HTTP_UPSTREAM_INVALID_HEADER;
    }

    return rc;
}


static ngx_int_t
ngx_eo_origin_reinit_request(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    ngx_eo_request_t     *ctx;
    ngx_http_upstream_t  *u;

    ctx = ngx_eo_request(r);
    u = r->upstream;

    ctx->probe.certificate = NGX_EO_ORIGIN_OK;

    rc = ctx->probe.reinit_request(r);

    if (u->process_header != ngx_eo_origin_process_header) {
        ctx->probe.process_header = u->process_header;
        u->process_header = ngx_eo_origin_process_header;
    }

    return rc;
}


static void
ngx_eo_origin_resolved(ngx_resolver_ctx_t *resolver_ctx)
{
    ngx_eo_request_t    *ctx;
    ngx_http_request_t  *r;

    r = resolver_ctx->data;
    ctx = ngx_eo_request(r);

    ctx->probe.resolve_state = resolver_ctx->state;

    ctx->probe.resolve_handler(resolver_ctx);
}


static void
ngx_eo_origin_finalize_request(ngx_http_request_t *r, ngx_int_t rc)
{
    ngx_uint_t              code;
    ngx_eo_request_t       *ctx;
    ngx_eo_origin_cause_e   cause;
    ngx_eo_origin_probe_t  *probe;

    ctx = ngx_eo_request(r);
    probe = &ctx->probe;

    if (ngx_eo_origin_failed(probe->upstream, rc)) {
        cause = ngx_eo_origin_examine(r, probe, rc);
        code = ngx_eo_origin_note(r, ctx, cause);

        if (!probe->upstream->header_sent) {
            code = ngx_eo_response_prepare(r, ctx, code, rc, NULL);

            /* out of memory costs the operator's page and nothing else */

            (void) ngx_eo_origin_error_page(r, rc, code);
        }
    }

    probe->finalize_request(r, rc);
}


/*
 * rc is 502 or 504 too when the origin has answered so and the response is
 * intercepted for an error_page: by then its header has been read.
 */

static ngx_uint_t
ngx_eo_origin_failed(ngx_http_upstream_t *u, ngx_int_t rc)
{
    if (u->pipe && u->pipe->downstream_error) {
        return 0;
    }

    if (rc != NGX_HTTP_BAD_GATEWAY && rc != NGX_HTTP_GATEWAY_TIME_OUT) {
        return u->header_sent && rc == NGX_ERROR;
    }

    return u->header_sent
           || u->state == NULL
           || u->headers_in.status_n == 0
           || u->state->header_time == (ngx_msec_t) -1;
}


static ngx_eo_origin_cause_e
ngx_eo_origin_examine(ngx_http_request_t *r, ngx_eo_origin_probe_t *probe,
    ngx_int_t rc)
{
    ngx_connection_t       *c;
    ngx_http_upstream_t    *u;
    ngx_eo_origin_state_t   state;

    u = probe->upstream;
    c = u->peer.connection;

    ngx_memzero(&state, sizeof(ngx_eo_origin_state_t));

    state.resolve_state = probe->resolve_state;
    state.certificate = probe->certificate;
    state.resolving = ngx_eo_origin_unresolved(u);
    state.no_peer = ngx_eo_origin_no_peer(u);
    state.request_sent = u->request_sent;
    state.timed_out = (rc == NGX_HTTP_GATEWAY_TIME_OUT);
    state.header_sent = u->header_sent;

    if (c) {
        state.connected = 1;
        state.eof = c->read->eof;
        state.error = c->read->error || c->write->error;
        state.stalled = c->read->timedout || c->write->timedout;

#if (NGX_HTTP_SSL)
        if (c->ssl) {
            state.tls = 1;
            state.handshaked = c->ssl->handshaked;
        }
#endif
    }

    return ngx_eo_origin_cause(&state);
}


static ngx_uint_t
ngx_eo_origin_unresolved(ngx_http_upstream_t *u)
{
    return u->resolved
           && u->upstream == NULL
           && u->resolved->naddrs == 0
           && u->resolved->sockaddr == NULL;
}


/* a balancer that has no peer to offer leaves the name of the upstream */

static ngx_uint_t
ngx_eo_origin_no_peer(ngx_http_upstream_t *u)
{
    ngx_str_t  *host;

    if (u->peer.name == NULL) {
        return 1;
    }

    if (u->upstream) {
        host = &u->upstream->host;

    } else if (u->resolved) {
        host = &u->resolved->host;

    } else {
        return 0;
    }

    return u->peer.name->len == host->len
           && ngx_strncmp(u->peer.name->data, host->data, host->len) == 0;
}


/* returns the status for a cause, before eo_error_response */

static ngx_uint_t
ngx_eo_origin_note(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_eo_origin_cause_e cause)
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

    return code;
}


/*
 * nginx is about to look for an error_page of the expected status: gives it
 * that of the code, or else that of the expected status with the code as the
 * status to send.  The location's configuration is not the request's own, so
 * that it gets a copy.
 */

static ngx_int_t
ngx_eo_origin_error_page(ngx_http_request_t *r, ngx_int_t expected,
    ngx_uint_t code)
{
    void                     **loc_conf;
    size_t                     size;
    ngx_array_t               *pages;
    ngx_http_err_page_t       *found, *page;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->error_pages == NULL) {
        return NGX_OK;
    }

    found = ngx_eo_origin_error_page_find(clcf->error_pages, code);

    if (found == NULL) {
        found = ngx_eo_origin_error_page_find(clcf->error_pages, expected);
    }

    if (found == NULL) {
        return NGX_OK;
    }

    size = sizeof(void *) * ngx_http_max_module;

    loc_conf = ngx_palloc(r->pool, size);
    pages = ngx_array_create(r->pool, 1, sizeof(ngx_http_err_page_t));

    if (loc_conf == NULL || pages == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(loc_conf, r->loc_conf, size);

    page = ngx_array_push(pages);
    clcf = ngx_palloc(r->pool, sizeof(ngx_http_core_loc_conf_t));

    if (page == NULL || clcf == NULL) {
        return NGX_ERROR;
    }

    *page = *found;
    page->status = expected;

    if (page->overwrite == -1) {
        page->overwrite = code;
    }

    *clcf = *(ngx_http_core_loc_conf_t *)
                                loc_conf[ngx_http_core_module.ctx_index];
    clcf->error_pages = pages;

    loc_conf[ngx_http_core_module.ctx_index] = clcf;
    r->loc_conf = loc_conf;

    return NGX_OK;
}


static ngx_http_err_page_t *
ngx_eo_origin_error_page_find(ngx_array_t *pages, ngx_int_t status)
{
    ngx_uint_t            i;
    ngx_http_err_page_t  *page;

    page = pages->elts;

    for (i = 0; i < pages->nelts; i++) {

        if (page[i].status == status) {
            return &page[i];
        }
    }

    return NULL;
}


ngx_eo_origin_cause_e
ngx_eo_origin_error(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    if (ctx == NULL) {
        return NGX_EO_ORIGIN_OK;
    }

    ngx_eo_origin_note_immediate(r->main, ctx);

    return ctx->origin_cause;
}


/* what failed before the upstream could be wrapped */

ngx_int_t
ngx_eo_origin_error_header_filter(ngx_http_request_t *r)
{
    ngx_uint_t               code;
    ngx_eo_request_t        *ctx;
    ngx_http_upstream_t     *u;
    ngx_eo_core_loc_conf_t  *lcf;

    u = r->upstream;

    if (r != r->main || u == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_request_find(r);

    if (ctx == NULL || !ctx->probe.starting) {
        return NGX_DECLINED;
    }

    ngx_eo_origin_note_immediate(r, ctx);

    if (r->err_status != NGX_HTTP_BAD_GATEWAY
        || r->headers_out.status != NGX_HTTP_BAD_GATEWAY)
    {
        return NGX_DECLINED;
    }

    if (!ctx->probe.noted) {
        ctx->probe.noted = 1;

        /*
         * no resolver, or "proxy_cache_valid 502" has kept the failure but
         * not its cause
         */

        (void) ngx_eo_origin_note(r, ctx, ngx_eo_origin_unresolved(u)
                                          ? NGX_EO_ORIGIN_RESOLVE_FAILED
                                          : NGX_EO_ORIGIN_UNKNOWN);
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    code = lcf->origin_errors + ngx_eo_origin_cause_digit(ctx->origin_cause);

    (void) ngx_eo_response_prepare(r, ctx, code, NGX_HTTP_BAD_GATEWAY, NULL);

    return NGX_DECLINED;
}
