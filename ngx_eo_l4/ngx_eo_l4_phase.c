
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_limit.h"
#include "ngx_eo_l4_phase.h"
#include "ngx_eo_l4_rule.h"


static ngx_int_t ngx_eo_l4_handler_add(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_stream_handler_pt handler);
static ngx_uint_t ngx_eo_l4_off(ngx_stream_session_t *s);
static ngx_int_t ngx_eo_l4_access_handler(ngx_stream_session_t *s);
static ngx_int_t ngx_eo_l4_preread_handler(ngx_stream_session_t *s);
static void ngx_eo_l4_wait(ngx_eo_l4_ctx_t *ctx, ngx_msec_t wait);
static void ngx_eo_l4_resume(ngx_event_t *ev);
static ngx_int_t ngx_eo_l4_filter(ngx_stream_session_t *s,
    ngx_chain_t *chain, ngx_uint_t from_upstream);


static ngx_stream_filter_pt  ngx_eo_l4_next_filter;


ngx_int_t
ngx_eo_l4_phases_add(ngx_conf_t *cf)
{
    if (ngx_eo_l4_handler_add(cf, NGX_STREAM_ACCESS_PHASE,
                              ngx_eo_l4_access_handler)
        != NGX_OK
        || ngx_eo_l4_handler_add(cf, NGX_STREAM_PREREAD_PHASE,
                                 ngx_eo_l4_preread_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_eo_l4_next_filter = ngx_stream_top_filter;
    ngx_stream_top_filter = ngx_eo_l4_filter;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_l4_handler_add(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_stream_handler_pt handler)
{
    ngx_stream_handler_pt        *h;
    ngx_stream_core_main_conf_t  *cmcf;

    cmcf = ngx_stream_conf_get_module_main_conf(cf, ngx_stream_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_l4_off(ngx_stream_session_t *s)
{
    ngx_eo_l4_srv_conf_t  *lcf;

    lcf = ngx_stream_get_module_srv_conf(s, ngx_stream_eo_l4_module);

    return lcf->mode == NGX_EO_L4_OFF
           || (lcf->rules == NULL && lcf->limits == NULL);
}


static ngx_int_t
ngx_eo_l4_access_handler(ngx_stream_session_t *s)
{
    ngx_int_t         rc;
    ngx_eo_l4_ctx_t  *ctx;

    if (ngx_eo_l4_off(s)) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_l4_ctx(s);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (ctx->checked) {
        return NGX_DECLINED;
    }

    /* bytes of a client that waits call this, too */

    if (ctx->event.timer_set) {
        return NGX_AGAIN;
    }

    if (!ctx->ruled) {
        ctx->ruled = 1;

        rc = ngx_eo_l4_rules(ctx, 0);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    rc = ngx_eo_l4_limits(ctx);

    if (rc == NGX_AGAIN) {
        ngx_eo_l4_wait(ctx, ctx->until - ngx_current_msec);
        return NGX_AGAIN;
    }

    ctx->checked = 1;

    return rc;
}


/*
 * A session whose client sends too little is decided about with what is
 * there when its time is over: servers may be the first to speak.  A client
 * that closes before ends its session in nginx.
 */

static ngx_int_t
ngx_eo_l4_preread_handler(ngx_stream_session_t *s)
{
    size_t                 size;
    ngx_buf_t             *b;
    ngx_connection_t      *c;
    ngx_eo_l4_ctx_t       *ctx;
    ngx_eo_l4_srv_conf_t  *lcf;

    lcf = ngx_stream_get_module_srv_conf(s, ngx_stream_eo_l4_module);

    if (ngx_eo_l4_off(s) || !lcf->payloads) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_l4_ctx(s);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (ctx->payload_done || ctx->allowed) {
        return NGX_DECLINED;
    }

    c = s->connection;
    b = c->buffer;
    size = b ? b->last - b->pos : 0;

    if (c->type != SOCK_DGRAM && size < lcf->payload
        && (b == NULL || b->last != b->end))
    {
        if (!ctx->event.timer_set) {
            ctx->payload_wait = 1;
            ngx_eo_l4_wait(ctx, lcf->wait);
        }

        return NGX_AGAIN;
    }

    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    ctx->payload_done = 1;

    return ngx_eo_l4_rules(ctx, 1);
}


static void
ngx_eo_l4_wait(ngx_eo_l4_ctx_t *ctx, ngx_msec_t wait)
{
    ctx->event.handler = ngx_eo_l4_resume;
    ctx->event.data = ctx;
    ctx->event.log = ctx->session->connection->log;

    ngx_add_timer(&ctx->event, wait);
}


static void
ngx_eo_l4_resume(ngx_event_t *ev)
{
    ngx_int_t              rc;
    ngx_connection_t      *c;
    ngx_eo_l4_ctx_t       *ctx;
    ngx_stream_session_t  *s;

    ctx = ev->data;
    s = ctx->session;
    c = s->connection;

    if (ctx->payload_wait) {
        ctx->payload_done = 1;

        rc = ngx_eo_l4_rules(ctx, 1);

        if (rc != NGX_DECLINED) {
            ngx_stream_finalize_session(s, rc == NGX_ERROR
                                        ? NGX_STREAM_INTERNAL_SERVER_ERROR
                                        : (ngx_uint_t) rc);
            return;
        }

        /* with its timer set, the phase would go on reading */

        if (c->read->timer_set) {
            ngx_del_timer(c->read);
        }
    }

    ngx_stream_core_run_phases(s);
}


static ngx_int_t
ngx_eo_l4_filter(ngx_stream_session_t *s, ngx_chain_t *chain,
    ngx_uint_t from_upstream)
{
    size_t            bytes;
    ngx_uint_t        packets;
    ngx_chain_t      *cl;
    ngx_eo_l4_ctx_t  *ctx;

    ctx = ngx_stream_get_module_ctx(s, ngx_stream_eo_l4_module);

    if (ctx == NULL) {
        return ngx_eo_l4_next_filter(s, chain, from_upstream);
    }

    bytes = 0;
    packets = 0;

    for (cl = chain; cl; cl = cl->next) {
        bytes += ngx_buf_size(cl->buf);
        packets++;

        if (cl->buf->last_buf && !ctx->ended) {
            ctx->ended = from_upstream ? 2 : 1;
        }
    }

    if (!from_upstream) {
        ctx->passed += bytes;
    }

    if (from_upstream || s->connection->type != SOCK_DGRAM) {
        packets = 0;
    }

    if (chain && ngx_eo_l4_traffic(ctx, bytes, packets) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_l4_next_filter(s, chain, from_upstream);
}

