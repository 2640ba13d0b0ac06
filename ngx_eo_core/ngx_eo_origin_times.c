
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_origin_times.h"


static ngx_int_t ngx_eo_origin_times_connect(ngx_http_request_t *r,
    ngx_eo_origin_times_t *times, ngx_http_upstream_state_t *state,
    ngx_eo_origin_time_e part);


void
ngx_eo_origin_times_resolving(ngx_eo_origin_times_t *times)
{
    times->resolving = 1;
    times->resolve_begin = ngx_current_msec;
}


void
ngx_eo_origin_times_resolved(ngx_eo_origin_times_t *times)
{
    if (times->resolving) {
        times->resolving = 0;
        times->resolved = 1;
        times->resolve = ngx_current_msec - times->resolve_begin;
    }
}


void
ngx_eo_origin_times_connected(ngx_eo_origin_times_t *times,
    ngx_http_request_t *r)
{
    times->tcp = ngx_current_msec - r->upstream->start_time;
    times->attempt = r->upstream_states ? r->upstream_states->nelts : 0;
}


void
ngx_eo_origin_times_free(ngx_eo_origin_times_t *times,
    ngx_peer_connection_t *pc)
{
    times->kept = pc->cached;
    times->protocol = NULL;

#if (NGX_HTTP_SSL)

    if (pc->connection && pc->connection->ssl
        && pc->connection->ssl->handshaked)
    {
        times->protocol = SSL_get_version(pc->connection->ssl->connection);
    }

#endif
}


ngx_int_t
ngx_eo_origin_times_part(ngx_http_request_t *r, ngx_eo_origin_times_t *times,
    ngx_eo_origin_time_e part)
{
    ngx_uint_t                  n;
    ngx_http_upstream_state_t  *state;

    if (part == NGX_EO_ORIGIN_TIME_DNS) {
        return times && times->resolved ? (ngx_int_t) times->resolve : -1;
    }

    if (r->upstream == NULL || r->upstream_states == NULL) {
        return -1;
    }

    n = r->upstream_states->nelts;
    state = (ngx_http_upstream_state_t *) r->upstream_states->elts + n - 1;

    if (n == 0 || state->peer == NULL) {
        return -1;
    }

    if (part == NGX_EO_ORIGIN_TIME_HEADER) {

        if (state->header_time == (ngx_msec_t) -1
            || state->connect_time == (ngx_msec_t) -1)
        {
            return -1;
        }

        return (ngx_msec_int_t) (state->header_time - state->connect_time);
    }

    return ngx_eo_origin_times_connect(r, times, state, part);
}


static ngx_int_t
ngx_eo_origin_times_connect(ngx_http_request_t *r,
    ngx_eo_origin_times_t *times, ngx_http_upstream_state_t *state,
    ngx_eo_origin_time_e part)
{
    ngx_uint_t  tls, noted;

#if (NGX_HTTP_SSL)
    tls = r->upstream->ssl;
#else
    tls = 0;
#endif

    if (part == NGX_EO_ORIGIN_TIME_TLS && !tls) {
        return -1;
    }

    if (times && times->kept) {
        return 0;
    }

    noted = times && times->attempt == r->upstream_states->nelts;

    if (part == NGX_EO_ORIGIN_TIME_TCP && noted) {
        return (ngx_int_t) times->tcp;
    }

    /* nginx's time has TLS in it */

    if (state->connect_time == (ngx_msec_t) -1 || (tls && !noted)) {
        return -1;
    }

    return (ngx_int_t) state->connect_time - (tls ? (ngx_int_t) times->tcp
                                                  : 0);
}
