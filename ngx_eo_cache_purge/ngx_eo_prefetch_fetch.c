
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A client on nginx's event loop.
 */


#include "ngx_eo_prefetch_fetch.h"


static void ngx_eo_prefetch_connected(ngx_event_t *ev);
static void ngx_eo_prefetch_send(ngx_event_t *ev);
static void ngx_eo_prefetch_receive(ngx_event_t *ev);
static void ngx_eo_prefetch_nothing(ngx_event_t *ev);
static void ngx_eo_prefetch_body(void *data, u_char *p, size_t len);
static void ngx_eo_prefetch_end(ngx_eo_prefetch_fetch_t *fetch,
    const char *failure);

#if (NGX_SSL)
static void ngx_eo_prefetch_tls(ngx_eo_prefetch_fetch_t *fetch);
static void ngx_eo_prefetch_tls_done(ngx_connection_t *c);
#endif


ngx_int_t
ngx_eo_prefetch_fetch(ngx_eo_prefetch_fetch_t *fetch, ngx_log_t *log)
{
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_peer_connection_t  *peer;

    ngx_eo_prefetch_response_init(&fetch->response);

    peer = &fetch->peer;
    peer->sockaddr = fetch->address->sockaddr;
    peer->socklen = fetch->address->socklen;
    peer->name = &fetch->address->name;
    peer->get = ngx_event_get_peer;
    peer->log = log;
    peer->log_error = NGX_ERROR_ERR;

    rc = ngx_event_connect_peer(peer);

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        ngx_eo_prefetch_fetch_close(fetch);
        fetch->failure = "connect";
        return NGX_ERROR;
    }

    c = peer->connection;
    c->data = fetch;
    c->pool = fetch->pool;

    c->read->handler = ngx_eo_prefetch_nothing;
    c->write->handler = ngx_eo_prefetch_connected;

    ngx_add_timer(c->write, fetch->timeout);

    if (rc == NGX_OK) {
        ngx_post_event(c->write, &ngx_posted_events);
    }

    return NGX_AGAIN;
}


static void
ngx_eo_prefetch_connected(ngx_event_t *ev)
{
    int                       err;
    socklen_t                 len;
    ngx_connection_t         *c;
    ngx_eo_prefetch_fetch_t  *fetch;

    c = ev->data;
    fetch = c->data;

    if (ev->timedout) {
        ngx_eo_prefetch_end(fetch, "timeout");
        return;
    }

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1
        || err)
    {
        ngx_log_error(NGX_LOG_ERR, c->log, err,
                      "a prefetch cannot connect to %V, which \"http\" or "
                      "\"https\" of \"eo_cache_prefetch\" names",
                      fetch->peer.name);
        ngx_eo_prefetch_end(fetch, "connect");
        return;
    }

#if (NGX_SSL)

    if (fetch->ssl) {
        ngx_eo_prefetch_tls(fetch);
        return;
    }

#endif

    c->write->handler = ngx_eo_prefetch_send;
    c->read->handler = ngx_eo_prefetch_receive;

    ngx_eo_prefetch_send(c->write);
}


#if (NGX_SSL)

static void
ngx_eo_prefetch_tls(ngx_eo_prefetch_fetch_t *fetch)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = fetch->peer.connection;

    if (ngx_ssl_create_connection(fetch->ssl, c,
                                  NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK
        || SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) fetch->host.data)
           == 0)
    {
        ngx_eo_prefetch_end(fetch, "tls");
        return;
    }

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {

        if (!c->write->timer_set) {
            ngx_add_timer(c->write, fetch->timeout);
        }

        c->ssl->handler = ngx_eo_prefetch_tls_done;
        return;
    }

    ngx_eo_prefetch_tls_done(c);
}


static void
ngx_eo_prefetch_tls_done(ngx_connection_t *c)
{
    ngx_eo_prefetch_fetch_t  *fetch;

    fetch = c->data;

    if (!c->ssl->handshaked) {
        ngx_eo_prefetch_end(fetch, (c->read->timedout || c->write->timedout)
                                   ? "timeout" : "tls");
        return;
    }

    c->write->handler = ngx_eo_prefetch_send;
    c->read->handler = ngx_eo_prefetch_receive;

    ngx_eo_prefetch_send(c->write);
}

#endif


static void
ngx_eo_prefetch_nothing(ngx_event_t *ev)
{
    /* void */
}


static void
ngx_eo_prefetch_send(ngx_event_t *ev)
{
    ssize_t                   n;
    ngx_connection_t         *c;
    ngx_eo_prefetch_fetch_t  *fetch;

    c = ev->data;
    fetch = c->data;

    if (ev->timedout) {
        ngx_eo_prefetch_end(fetch, "timeout");
        return;
    }

    while (fetch->sent < fetch->request.len) {

        n = c->send(c, fetch->request.data + fetch->sent,
                    fetch->request.len - fetch->sent);

        if (n == NGX_AGAIN) {

            if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
                ngx_eo_prefetch_end(fetch, "closed");
            }

            return;
        }

        if (n <= 0) {
            ngx_eo_prefetch_end(fetch, "closed");
            return;
        }

        fetch->sent += n;
    }

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    c->write->handler = ngx_eo_prefetch_nothing;

    ngx_add_timer(c->read, fetch->timeout);

    if (c->read->ready) {
        ngx_post_event(c->read, &ngx_posted_events);
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK
        || ngx_handle_read_event(c->read, 0) != NGX_OK)
    {
        ngx_eo_prefetch_end(fetch, "closed");
    }
}


static void
ngx_eo_prefetch_receive(ngx_event_t *ev)
{
    ssize_t                   n;
    ngx_int_t                 rc;
    ngx_uint_t                rounds;
    ngx_connection_t         *c;
    ngx_eo_prefetch_fetch_t  *fetch;

    c = ev->data;
    fetch = c->data;

    if (ev->timedout) {
        ngx_eo_prefetch_end(fetch, "timeout");
        return;
    }

    /* a fast response leaves the worker to others now and then */

    for (rounds = 0; rounds < 16; rounds++) {

        n = c->recv(c, fetch->buffer, sizeof(fetch->buffer));

        if (n == NGX_AGAIN) {
            break;
        }

        if (n <= 0) {
            rc = (n == 0) ? ngx_eo_prefetch_response_end(&fetch->response)
                          : NGX_ERROR;
            ngx_eo_prefetch_end(fetch, (rc == NGX_OK) ? NULL : "closed");
            return;
        }

        rc = ngx_eo_prefetch_response_read(&fetch->response, fetch->buffer, n,
                                           ngx_eo_prefetch_body, fetch);

        if (rc != NGX_AGAIN) {
            ngx_eo_prefetch_end(fetch, (rc == NGX_OK) ? NULL : "garbage");
            return;
        }
    }

    ngx_add_timer(c->read, fetch->timeout);

    if (rounds == 16) {
        ngx_post_event(c->read, &ngx_posted_next_events);
        return;
    }

    if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
        ngx_eo_prefetch_end(fetch, "closed");
    }
}


/* nothing is kept but a playlist */

static void
ngx_eo_prefetch_body(void *data, u_char *p, size_t len)
{
    ngx_eo_prefetch_fetch_t *fetch = data;

    if (!fetch->keep && !fetch->response.playlist) {
        return;
    }

    if (fetch->body == NULL) {
        fetch->body = ngx_palloc(fetch->pool, NGX_EO_PREFETCH_PLAYLIST_MAX);
    }

    if (fetch->body == NULL
        || len > NGX_EO_PREFETCH_PLAYLIST_MAX - fetch->body_len)
    {
        fetch->cut = 1;
        return;
    }

    ngx_memcpy(fetch->body + fetch->body_len, p, len);
    fetch->body_len += len;
}


static void
ngx_eo_prefetch_end(ngx_eo_prefetch_fetch_t *fetch, const char *failure)
{
    fetch->failure = failure;

    ngx_eo_prefetch_fetch_close(fetch);

    fetch->handler(fetch);
}


void
ngx_eo_prefetch_fetch_close(ngx_eo_prefetch_fetch_t *fetch)
{
    ngx_connection_t  *c;

    c = fetch->peer.connection;

    if (c == NULL) {
        return;
    }

    fetch->peer.connection = NULL;

#if (NGX_SSL)

    if (c->ssl) {
        c->ssl->no_wait_shutdown = 1;
        c->ssl->no_send_shutdown = 1;
        (void) ngx_ssl_shutdown(c);
    }

#endif

    ngx_close_connection(c);
}
