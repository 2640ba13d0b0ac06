
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_session.h"
#include "ngx_eo_l4_zone.h"

#include <openssl/rand.h>


static void ngx_eo_l4_ctx_cleanup(void *data);
static const char *ngx_eo_l4_verb(ngx_eo_l4_action_e action);


ngx_eo_l4_ctx_t *
ngx_eo_l4_ctx(ngx_stream_session_t *s)
{
    ngx_eo_l4_ctx_t     *ctx;
    ngx_pool_cleanup_t  *cln;

    ctx = ngx_stream_get_module_ctx(s, ngx_stream_eo_l4_module);
    if (ctx) {
        return ctx;
    }

    cln = ngx_pool_cleanup_add(s->connection->pool, sizeof(ngx_eo_l4_ctx_t));
    if (cln == NULL) {
        return NULL;
    }

    ctx = cln->data;
    ngx_memzero(ctx, sizeof(ngx_eo_l4_ctx_t));

    ctx->session = s;
    ctx->conf = ngx_stream_get_module_srv_conf(s, ngx_stream_eo_l4_module);

    if (RAND_bytes((u_char *) &ctx->id, sizeof(uint64_t)) != 1) {
        ctx->id = (uint64_t) ngx_random() << 32 ^ ngx_random();
    }

    cln->handler = ngx_eo_l4_ctx_cleanup;

    ngx_stream_set_ctx(s, ctx, ngx_stream_eo_l4_module);

    return ctx;
}


static void
ngx_eo_l4_ctx_cleanup(void *data)
{
    ngx_eo_l4_ctx_t *ctx = data;

    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    while (ctx->nholds) {
        ctx->nholds--;
        ngx_eo_l4_zone_close(ctx->holds[ctx->nholds].zone,
                             ctx->holds[ctx->nholds].number);
    }
}


int
ngx_eo_l4_address(struct sockaddr *sockaddr, u_char **addr)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;

    if (sockaddr->sa_family == AF_INET6) {
        sin6 = (struct sockaddr_in6 *) sockaddr;
        *addr = sin6->sin6_addr.s6_addr;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            *addr += 12;
            return AF_INET;
        }

        return AF_INET6;
    }
#endif

    if (sockaddr->sa_family == AF_INET) {
        sin = (struct sockaddr_in *) sockaddr;
        *addr = (u_char *) &sin->sin_addr;
        return AF_INET;
    }

    *addr = NULL;

    return AF_UNIX;
}


ngx_uint_t
ngx_eo_l4_decide(ngx_eo_l4_ctx_t *ctx, const char *what, ngx_str_t *name,
    ngx_eo_l4_action_e action, const char *why)
{
    if (action == NGX_EO_L4_BLOCK
        && ctx->conf->mode == NGX_EO_L4_MONITORED)
    {
        action = NGX_EO_L4_MONITOR;
    }

    if (action > ctx->action) {
        ctx->action = action;
        ctx->rule = *name;
    }

    if (action == NGX_EO_L4_BLOCK) {
        ctx->blocked = 1;
    }

    if (action == NGX_EO_L4_BLOCK || action == NGX_EO_L4_MONITOR) {
        ngx_log_error(NGX_LOG_WARN, ctx->session->connection->log, 0,
                      "eo_l4_%s \"%V\" %s the session%s%s", what, name,
                      ngx_eo_l4_verb(action), *why ? ": " : "", why);
    }

    return action == NGX_EO_L4_BLOCK;
}


static const char *
ngx_eo_l4_verb(ngx_eo_l4_action_e action)
{
    return action == NGX_EO_L4_BLOCK ? "blocks" : "would block";
}

