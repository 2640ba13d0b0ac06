
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_limit.h"
#include "ngx_eo_l4_zone.h"


/* what is counted: each has keys of its own */

#define NGX_EO_L4_CONNECTIONS  1
#define NGX_EO_L4_RATE         2
#define NGX_EO_L4_PACKETS      3
#define NGX_EO_L4_TRAFFIC      4


static ngx_int_t ngx_eo_l4_limit_new(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_l4_limit_t *limit);
static ngx_int_t ngx_eo_l4_limit_connections(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_l4_limit_t *limit);
static ngx_int_t ngx_eo_l4_limit_rate(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_l4_limit_t *limit);
static ngx_int_t ngx_eo_l4_limit_throttle(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_l4_limit_t *limit);
static ngx_int_t ngx_eo_l4_limit_traffic(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_l4_limit_t *limit, ngx_uint_t kind, ngx_uint_t threshold,
    ngx_uint_t n, const char *why);
static uint64_t ngx_eo_l4_limit_key(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_l4_limit_t *limit, ngx_uint_t kind);
static size_t ngx_eo_l4_limit_prefix(ngx_eo_l4_limit_t *limit,
    struct sockaddr *sockaddr, u_char *key);


ngx_int_t
ngx_eo_l4_limits(ngx_eo_l4_ctx_t *ctx)
{
    ngx_int_t           rc;
    ngx_eo_l4_limit_t  *limits;

    if (ctx->conf->limits == NULL || ctx->allowed) {
        return NGX_DECLINED;
    }

    limits = ctx->conf->limits->elts;

    while (ctx->limit < ctx->conf->limits->nelts) {

        rc = ngx_eo_l4_limit_new(ctx, &limits[ctx->limit]);
        if (rc != NGX_DECLINED) {
            return rc;
        }

        ctx->limit++;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_l4_limit_new(ngx_eo_l4_ctx_t *ctx, ngx_eo_l4_limit_t *limit)
{
    ngx_int_t  rc;

    if (limit->action == NGX_EO_L4_THROTTLE) {
        return ngx_eo_l4_limit_throttle(ctx, limit);
    }

    if (limit->rate) {
        rc = ngx_eo_l4_limit_rate(ctx, limit);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return limit->connections ? ngx_eo_l4_limit_connections(ctx, limit)
                              : NGX_DECLINED;
}


/* where there is no room to count, protection is what was asked for */

static ngx_int_t
ngx_eo_l4_limit_connections(ngx_eo_l4_ctx_t *ctx, ngx_eo_l4_limit_t *limit)
{
    uint64_t     key;
    ngx_int_t    rc;
    ngx_uint_t   most, ticket, count;
    const char  *why;

    /* who is only watched is counted on */

    most = limit->action == NGX_EO_L4_BLOCK
           && ctx->conf->mode == NGX_EO_L4_ON ? limit->connections : 0;

    key = ngx_eo_l4_limit_key(ctx, limit, NGX_EO_L4_CONNECTIONS);
    rc = ngx_eo_l4_zone_open(limit->zone, key, most, &ticket, &count);

    if (rc == NGX_OK) {
        ctx->holds[ctx->nholds].zone = limit->zone;
        ctx->holds[ctx->nholds].number = ticket;
        ctx->nholds++;

        if (count <= limit->connections) {
            return NGX_DECLINED;
        }
    }

    why = rc == NGX_DECLINED ? "its zone is full" : "too many connections";

    return ngx_eo_l4_decide(ctx, "limit", &limit->name, limit->action, why)
           ? NGX_STREAM_SERVICE_UNAVAILABLE : NGX_DECLINED;
}


static ngx_int_t
ngx_eo_l4_limit_rate(ngx_eo_l4_ctx_t *ctx, ngx_eo_l4_limit_t *limit)
{
    ngx_eo_rate_limit_t    rate;
    ngx_eo_rate_verdict_t  verdict;

    rate.key = ngx_eo_l4_limit_key(ctx, limit, NGX_EO_L4_RATE);
    rate.threshold = limit->rate;
    rate.period = limit->period;
    rate.penalty = limit->duration;

    ngx_eo_rate_count(ngx_eo_l4_zone(limit->zone)->rates, &rate, 1,
                      ngx_current_msec, &verdict);

    if (!verdict.exceeded) {
        return NGX_DECLINED;
    }

    return ngx_eo_l4_decide(ctx, "limit", &limit->name, limit->action,
                            "too many new connections")
           ? NGX_STREAM_SERVICE_UNAVAILABLE : NGX_DECLINED;
}


/* what would have to wait for longer than "delay=" is blocked */

static ngx_int_t
ngx_eo_l4_limit_throttle(ngx_eo_l4_ctx_t *ctx, ngx_eo_l4_limit_t *limit)
{
    ngx_msec_t             wait;
    ngx_eo_rate_limit_t    rate;
    ngx_eo_rate_verdict_t  verdict;

    rate.key = ngx_eo_l4_limit_key(ctx, limit, NGX_EO_L4_RATE);
    rate.threshold = limit->rate;
    rate.period = limit->period;
    rate.penalty = 0;

    ngx_eo_rate_admit(ngx_eo_l4_zone(limit->zone)->rates, &rate,
                      ngx_current_msec, &verdict);

    if (!verdict.exceeded) {
        return NGX_DECLINED;
    }

    if (ctx->conf->mode == NGX_EO_L4_MONITORED) {
        (void) ngx_eo_l4_decide(ctx, "limit", &limit->name,
                                NGX_EO_L4_MONITOR, "it would wait");
        return NGX_DECLINED;
    }

    (void) ngx_eo_l4_decide(ctx, "limit", &limit->name, NGX_EO_L4_THROTTLE,
                            "");

    wait = ngx_max(verdict.wait, 1);

    if (ctx->waited + wait > limit->delay) {
        (void) ngx_eo_l4_decide(ctx, "limit", &limit->name, NGX_EO_L4_BLOCK,
                                "it would have to wait for too long");
        return NGX_STREAM_SERVICE_UNAVAILABLE;
    }

    ctx->waited += wait;
    ctx->until = ngx_current_msec + wait;

    return NGX_AGAIN;
}


ngx_int_t
ngx_eo_l4_traffic(ngx_eo_l4_ctx_t *ctx, size_t bytes, ngx_uint_t packets)
{
    ngx_int_t           rc;
    ngx_uint_t          i;
    ngx_eo_l4_limit_t  *limits;

    ctx->packets += packets;

    if (ctx->conf->limits == NULL || ctx->allowed) {
        return NGX_OK;
    }

    limits = ctx->conf->limits->elts;
    rc = NGX_OK;

    for (i = 0; i < ctx->conf->limits->nelts && rc == NGX_OK; i++) {

        ctx->limit = i;

        if (limits[i].packets && packets) {
            rc = ngx_eo_l4_limit_traffic(ctx, &limits[i], NGX_EO_L4_PACKETS,
                                         limits[i].packets, packets,
                                         "too many datagrams");
        }

        if (limits[i].bytes && bytes && rc == NGX_OK) {
            rc = ngx_eo_l4_limit_traffic(ctx, &limits[i], NGX_EO_L4_TRAFFIC,
                                         limits[i].bytes, bytes,
                                         "too many bytes");
        }
    }

    return rc;
}


/* a limit that is only watched is told of once a session */

static ngx_int_t
ngx_eo_l4_limit_traffic(ngx_eo_l4_ctx_t *ctx, ngx_eo_l4_limit_t *limit,
    ngx_uint_t kind, ngx_uint_t threshold, ngx_uint_t n, const char *why)
{
    ngx_eo_rate_limit_t    rate;
    ngx_eo_rate_verdict_t  verdict;

    rate.key = ngx_eo_l4_limit_key(ctx, limit, kind);
    rate.threshold = threshold;
    rate.period = limit->period;
    rate.penalty = limit->duration;

    ngx_eo_rate_count(ngx_eo_l4_zone(limit->zone)->rates, &rate, n,
                      ngx_current_msec, &verdict);

    if (!verdict.exceeded || (ctx->over & ((ngx_uint_t) 1 << ctx->limit))) {
        return NGX_OK;
    }

    ctx->over |= (ngx_uint_t) 1 << ctx->limit;

    return ngx_eo_l4_decide(ctx, "limit", &limit->name, limit->action, why)
           ? NGX_ERROR : NGX_OK;
}


static uint64_t
ngx_eo_l4_limit_key(ngx_eo_l4_ctx_t *ctx, ngx_eo_l4_limit_t *limit,
    ngx_uint_t kind)
{
    size_t                len;
    u_char                key[20];
    in_port_t             port;
    ngx_connection_t     *c;
    ngx_eo_siphash_t      hash;
    ngx_eo_rate_table_t  *table;

    c = ctx->session->connection;
    table = ngx_eo_l4_zone(limit->zone)->rates;

    ngx_eo_rate_key_init(table, &hash, kind);
    ngx_eo_rate_key_add(&hash, limit->name.data, limit->name.len);

    if (limit->by == NGX_EO_L4_BY_PORT) {
        port = 0;

        if (ngx_connection_local_sockaddr(c, NULL, 0) == NGX_OK) {
            port = ngx_inet_get_port(c->local_sockaddr);
        }

        ngx_eo_rate_key_add(&hash, &port, sizeof(in_port_t));

    } else {
        len = ngx_eo_l4_limit_prefix(limit, c->sockaddr, key);
        ngx_eo_rate_key_add(&hash, key, len);
    }

    return ngx_eo_rate_key_final(&hash);
}


/* the bits of an address that count; none of a socket of Unix */

static size_t
ngx_eo_l4_limit_prefix(ngx_eo_l4_limit_t *limit, struct sockaddr *sockaddr,
    u_char *key)
{
    int         family;
    u_char     *addr;
    size_t      len;
    ngx_uint_t  bits;

    family = ngx_eo_l4_address(sockaddr, &addr);

    if (family == AF_UNIX) {
        return 0;
    }

    bits = family == AF_INET ? limit->ipv4 : limit->ipv6;
    len = (bits + 7) / 8;

    key[0] = family == AF_INET ? 4 : 6;
    ngx_memcpy(key + 1, addr, len);

    if (bits % 8) {
        key[len] &= (u_char) (0xff << (8 - bits % 8));
    }

    return len + 1;
}

