
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * nginx leaves 502 or 504 of every failure.  What it knew lies in the
 * connection to the origin until ngx_http_upstream_finalize_request() has
 * called u->finalize_request(), so that the callbacks of the upstream are
 * replaced by ours: when its balancer is ready (ngx_eo_origin_peer.c), when
 * the content handler has returned, and for upstreams named by variables,
 * whose resolving begins later, when there is something new to be seen.
 *
 * What has failed before that, within the content handler itself (no
 * resolver, an address in a variable that cannot be connected to, a failure
 * that is in the cache), is seen when nginx answers it.
 */


#include "ngx_eo_origin_probe.h"
#include "ngx_eo_origin_error.h"
#include "ngx_eo_origin_tls.h"


static ngx_int_t ngx_eo_origin_content_handler(ngx_http_request_t *r);
static void ngx_eo_origin_watch_peer(ngx_http_upstream_t *u,
    ngx_eo_origin_probe_t *probe);
static void ngx_eo_origin_look_again(ngx_http_request_t *r,
    ngx_eo_origin_probe_t *probe);
static void ngx_eo_origin_look(ngx_event_t *ev);
static ngx_int_t ngx_eo_origin_create_request(ngx_http_request_t *r);
static ngx_int_t ngx_eo_origin_process_header(ngx_http_request_t *r);
static ngx_int_t ngx_eo_origin_reinit_request(ngx_http_request_t *r);
static void ngx_eo_origin_resolved(ngx_resolver_ctx_t *resolver_ctx);
static void ngx_eo_origin_free_peer(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t state);
#if (NGX_HTTP_SSL)
static ngx_int_t ngx_eo_origin_set_session(ngx_peer_connection_t *pc,
    void *data);
#endif
static ngx_http_request_t *ngx_eo_origin_peer_request(
    ngx_peer_connection_t *pc);
static void ngx_eo_origin_finalize_request(ngx_http_request_t *r,
    ngx_int_t rc);
static ngx_uint_t ngx_eo_origin_failed(ngx_http_request_t *r,
    ngx_http_upstream_t *u, ngx_int_t rc);
static void ngx_eo_origin_examine_connection(ngx_eo_origin_state_t *state,
    ngx_http_upstream_t *u);
static ngx_uint_t ngx_eo_origin_established(ngx_connection_t *c);
static ngx_uint_t ngx_eo_origin_no_peer(ngx_http_upstream_t *u);


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


/* a subrequest may be a clone of the main request, with its handler */

static ngx_int_t
ngx_eo_origin_content_handler(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_eo_request_t       *ctx;
    ngx_eo_origin_probe_t  *probe;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    probe = &ctx->probe;

    if (r != r->main) {
        return probe->content_handler(r);
    }

    probe->before = r->upstream;
    probe->error_page = r->error_page;
    probe->failed = 0;
    probe->noted = 0;
    probe->starting = 1;

    rc = probe->content_handler(r);

    /* an error_page may have led to another origin meanwhile */

    if (probe->starting) {
        probe->starting = 0;

        ngx_eo_origin_watch(r);
    }

    return rc;
}


void
ngx_eo_origin_watch(ngx_http_request_t *r)
{
    ngx_eo_request_t       *ctx;
    ngx_http_upstream_t    *u;
    ngx_eo_origin_probe_t  *probe;

    u = r->upstream;

    if (r != r->main
        || r->content_handler != ngx_eo_origin_content_handler
        || u == NULL)
    {
        return;
    }

    ctx = ngx_eo_request_find(r);

    if (ctx == NULL) {
        return;
    }

    probe = &ctx->probe;

    if (u == probe->before) {
        return;
    }

    if (u != probe->upstream) {
        probe->upstream = u;

        probe->create_request = u->create_request;
        u->create_request = ngx_eo_origin_create_request;

        probe->process_header = u->process_header;
        u->process_header = ngx_eo_origin_process_header;

        probe->reinit_request = u->reinit_request;
        u->reinit_request = ngx_eo_origin_reinit_request;

        probe->finalize_request = u->finalize_request;
        u->finalize_request = ngx_eo_origin_finalize_request;

        probe->free_peer = NULL;
        probe->set_session = NULL;
        probe->resolve_state = NGX_OK;
        probe->certificate = NGX_EO_ORIGIN_OK;
        probe->attempt = NGX_EO_ORIGIN_OK;

        ngx_memzero(&ctx->origin_times, sizeof(ngx_eo_origin_times_t));
    }

    if (u->resolved && u->resolved->ctx
        && u->resolved->ctx->handler != ngx_eo_origin_resolved)
    {
        ngx_eo_origin_times_resolving(&ctx->origin_times);
    }

    ngx_eo_origin_watch_peer(u, probe);
}


static void
ngx_eo_origin_watch_peer(ngx_http_upstream_t *u, ngx_eo_origin_probe_t *probe)
{
    if (u->resolved && u->resolved->ctx
        && u->resolved->ctx->handler != ngx_eo_origin_resolved)
    {
        probe->resolve_handler = u->resolved->ctx->handler;
        u->resolved->ctx->handler = ngx_eo_origin_resolved;
    }

    if (u->peer.free && u->peer.free != ngx_eo_origin_free_peer) {
        probe->free_peer = u->peer.free;
        u->peer.free = ngx_eo_origin_free_peer;
    }

#if (NGX_HTTP_SSL)

    if (u->peer.set_session
        && u->peer.set_session != ngx_eo_origin_set_session)
    {
        probe->set_session = u->peer.set_session;
        u->peer.set_session = ngx_eo_origin_set_session;
    }

    ngx_eo_origin_tls_check_dates(u);

#endif
}


static void
ngx_eo_origin_look_again(ngx_http_request_t *r, ngx_eo_origin_probe_t *probe)
{
    probe->look.handler = ngx_eo_origin_look;
    probe->look.data = r;
    probe->look.log = r->connection->log;

    ngx_post_event(&probe->look, &ngx_posted_events);
}


static void
ngx_eo_origin_look(ngx_event_t *ev)
{
    ngx_http_request_t *r = ev->data;

    if (r->upstream && r->upstream->cleanup) {
        ngx_eo_origin_watch(r);
    }
}


/* a name is resolved after this */

static ngx_int_t
ngx_eo_origin_create_request(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    if (r->upstream->resolved) {
        ngx_eo_origin_look_again(r, &ctx->probe);
    }

    return ctx->probe.create_request(r);
}


/*
 * The proxy module takes what does not begin with a status line for
 * HTTP/0.9 and passes it to the client; it is no response.
 */

static ngx_int_t
ngx_eo_origin_process_header(ngx_http_request_t *r)
{
    ngx_int_t               rc;
    ngx_uint_t              version;
    ngx_eo_request_t       *ctx;
    ngx_http_upstream_t    *u;
    ngx_eo_origin_probe_t  *probe;

    ctx = ngx_eo_request_find(r);

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

    ctx = ngx_eo_request_find(r);
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
    ctx = ngx_eo_request_find(r);

    ctx->probe.resolve_state = resolver_ctx->state;

    ngx_eo_origin_times_resolved(&ctx->origin_times);

    /* there will be a balancer */

    ngx_eo_origin_look_again(r, &ctx->probe);

    ctx->probe.resolve_handler(resolver_ctx);
}


/*
 * nginx gives a peer back before it tries the next.  An answer that nginx
 * does not accept, as "proxy_next_upstream http_503" asks for, is no failure
 * of the connection.
 */

static void
ngx_eo_origin_free_peer(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t state)
{
    ngx_int_t               rc;
    ngx_eo_request_t       *ctx;
    ngx_http_request_t     *r;
    ngx_http_upstream_t    *u;
    ngx_eo_origin_probe_t  *probe;

    r = ngx_eo_origin_peer_request(pc);
    ctx = ngx_eo_request_find(r);

    u = r->upstream;
    probe = &ctx->probe;

    ngx_eo_origin_times_free(&ctx->origin_times, pc);

    if (state & NGX_PEER_FAILED) {
        probe->attempt = NGX_EO_ORIGIN_OK;

        if (u->headers_in.status_n == 0) {
            rc = NGX_HTTP_BAD_GATEWAY;

            if (pc->connection
                && (pc->connection->read->timedout
                    || pc->connection->write->timedout))
            {
                rc = NGX_HTTP_GATEWAY_TIME_OUT;
            }

            probe->attempt = ngx_eo_origin_examine(u, probe, rc);
        }
    }

    probe->free_peer(pc, data, state);
}


#if (NGX_HTTP_SSL)

static ngx_int_t
ngx_eo_origin_set_session(ngx_peer_connection_t *pc, void *data)
{
    ngx_int_t            rc;
    ngx_eo_request_t    *ctx;
    ngx_http_request_t  *r;

    r = ngx_eo_origin_peer_request(pc);
    ctx = ngx_eo_request_find(r);

    ngx_eo_origin_times_connected(&ctx->origin_times, r);

    rc = ctx->probe.set_session(pc, data);

    if (rc == NGX_OK) {
        ngx_eo_origin_tls_check_session(pc->connection);
    }

    return rc;
}

#endif


/*
 * The log of a client's connection, which is that of the peer, has the
 * request, since nginx writes about it there.
 */

static ngx_http_request_t *
ngx_eo_origin_peer_request(ngx_peer_connection_t *pc)
{
    ngx_http_log_ctx_t *log_ctx = pc->log->data;

    return log_ctx->request;
}


static void
ngx_eo_origin_finalize_request(ngx_http_request_t *r, ngx_int_t rc)
{
    ngx_eo_request_t       *ctx;
    ngx_http_upstream_t    *u;
    ngx_eo_origin_probe_t  *probe;

    ctx = ngx_eo_request_find(r);

    u = r->upstream;
    probe = &ctx->probe;

    if (ngx_eo_origin_failed(r, u, rc)) {
        ngx_eo_origin_note_failure(r, ctx, ngx_eo_origin_examine(u, probe, rc),
                                   u->header_sent ? 0 : rc);
    }

    probe->finalize_request(r, rc);
}


/*
 * rc is 502 or 504 too when the origin has answered so and the response is
 * intercepted for an error_page: by then its header has been read.  NGX_ERROR
 * behind the header is the origin's fault unless the client has gone.
 */

static ngx_uint_t
ngx_eo_origin_failed(ngx_http_request_t *r, ngx_http_upstream_t *u,
    ngx_int_t rc)
{
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (lcf->origin_errors == 0
        || (u->pipe && u->pipe->downstream_error))
    {
        return 0;
    }

    if (rc != NGX_HTTP_BAD_GATEWAY && rc != NGX_HTTP_GATEWAY_TIME_OUT) {
        return u->header_sent && rc == NGX_ERROR && !r->connection->error;
    }

    return u->header_sent
           || u->state == NULL
           || u->headers_in.status_n == 0
           || u->state->header_time == (ngx_msec_t) -1;
}


ngx_eo_origin_cause_e
ngx_eo_origin_examine(ngx_http_upstream_t *u, ngx_eo_origin_probe_t *probe,
    ngx_int_t rc)
{
    ngx_eo_origin_state_t  state;

    ngx_memzero(&state, sizeof(ngx_eo_origin_state_t));

    state.resolve_state = probe->resolve_state;
    state.certificate = probe->certificate;
    state.attempt = probe->attempt;
    state.resolving = (u->resolved
                       && u->upstream == NULL
                       && u->resolved->naddrs == 0
                       && u->resolved->sockaddr == NULL);
    state.no_peer = ngx_eo_origin_no_peer(u);
    state.request_sent = u->request_sent;
    state.timed_out = (rc == NGX_HTTP_GATEWAY_TIME_OUT);
    state.header_sent = u->header_sent;

    if (u->peer.connection) {
        ngx_eo_origin_examine_connection(&state, u);
    }

    return ngx_eo_origin_cause(&state);
}


static void
ngx_eo_origin_examine_connection(ngx_eo_origin_state_t *state,
    ngx_http_upstream_t *u)
{
    ngx_connection_t  *c;

    c = u->peer.connection;

    state->connected = 1;
    state->eof = c->read->eof;
    state->error = c->read->error || c->write->error;
    state->stalled = c->read->timedout || c->write->timedout;

    if (!u->request_sent) {
        state->established = ngx_eo_origin_established(c);
    }

#if (NGX_HTTP_SSL)

    state->tls = u->ssl;

    if (c->ssl) {
        state->tls_begun = 1;
        state->handshaked = c->ssl->handshaked;
    }

#endif
}


/*
 * A connection that was reset before nginx looked has no more to say than one
 * that was refused; but the kernel has measured how long its handshake took.
 */

static ngx_uint_t
ngx_eo_origin_established(ngx_connection_t *c)
{
#if (NGX_HAVE_TCP_INFO)

    socklen_t        len;
    struct tcp_info  info;

    len = sizeof(struct tcp_info);

    ngx_memzero(&info, sizeof(struct tcp_info));

    if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1) {
        return 0;
    }

    return info.tcpi_rtt != 0;

#else

    return 0;

#endif
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
