
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Contexts, and the small states of siblings behind them, are not in the
 * pool of their request, of which they would take the better part, so that
 * every allocation after them had to walk to a further block.
 */


#include "ngx_eo_request.h"


/* bytes of siblings with each context */

#define NGX_EO_REQUEST_MEMORY  1024


static void ngx_eo_request_cleanup(void *data);


static ngx_eo_log_uuid_t  ngx_eo_log_uuid_generator;


ngx_int_t
ngx_eo_request_handler(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);

    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* no byte of the body has been counted yet */

    ctx->header_length = r->request_length;

    return NGX_DECLINED;
}


ngx_eo_request_t *
ngx_eo_request_recover(ngx_http_request_t *r)
{
    ngx_eo_request_t    *ctx;
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler == ngx_eo_request_cleanup) {
            ctx = cln->data;

            /* whatever response was meant, the operator's has taken over */

            ctx->response.expected = 0;
            ctx->followed = r->internal ? r->err_status : 0;

            ngx_http_set_ctx(r, ctx, ngx_http_eo_core_module);

            return ctx;
        }
    }

    return NULL;
}


ngx_eo_request_t *
ngx_eo_request_create(ngx_http_request_t *r)
{
    ngx_eo_request_t    *ctx;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    ctx = ngx_alloc(sizeof(ngx_eo_request_t) + NGX_EO_REQUEST_MEMORY,
                    r->connection->log);
    if (ctx == NULL) {
        return NULL;
    }

    ngx_memzero(ctx, sizeof(ngx_eo_request_t));

    ctx->peer_addr = r->connection->addr_text;
    ctx->followed = r->internal ? r->err_status : 0;
    ctx->probe.resolve_state = NGX_OK;

    cln->handler = ngx_eo_request_cleanup;
    cln->data = ctx;

    ngx_http_set_ctx(r, ctx, ngx_http_eo_core_module);

    return ctx;
}


/* by its address this also marks the context among the pool's clean-ups */

static void
ngx_eo_request_cleanup(void *data)
{
    ngx_eo_request_t  *ctx = data;

    if (ctx->probe.look.posted) {
        ngx_delete_posted_event(&ctx->probe.look);
    }

    ngx_free(ctx);
}


ngx_int_t
ngx_eo_request_init_process(ngx_cycle_t *cycle)
{
    if (ngx_eo_log_uuid_seed(&ngx_eo_log_uuid_generator) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "no random numbers to start EO-LOG-UUID from");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_eo_core_api_version(void)
{
    return NGX_EO_CORE_API_VERSION;
}


void *
ngx_eo_get_ctx(ngx_http_request_t *r, ngx_eo_slot_e slot)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    return ctx ? ctx->slots[slot] : NULL;
}


void *
ngx_eo_new_ctx(ngx_http_request_t *r, ngx_eo_slot_e slot, size_t size)
{
    void              *data;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NULL;
    }

    size = ngx_align(size, NGX_ALIGNMENT);

    if (size <= NGX_EO_REQUEST_MEMORY - ctx->used) {
        data = (u_char *) (ctx + 1) + ctx->used;
        ctx->used += size;

        ngx_memzero(data, size);

    } else {
        data = ngx_pcalloc(r->main->pool, size);
        if (data == NULL) {
            return NULL;
        }
    }

    ctx->slots[slot] = data;

    return data;
}


ngx_int_t
ngx_eo_set_ctx(ngx_http_request_t *r, ngx_eo_slot_e slot, void *data)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    ctx->slots[slot] = data;

    return NGX_OK;
}


ngx_str_t *
ngx_eo_log_uuid(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NULL;
    }

    if (ctx->log_uuid.len == 0) {
        ngx_eo_log_uuid_text(ctx->log_uuid_text,
                             ngx_eo_log_uuid_next(&ngx_eo_log_uuid_generator),
                             &ctx->log_uuid);
    }

    return &ctx->log_uuid;
}


#define ngx_eo_security_is(action, s)                                         \
    ((action)->len == sizeof(s) - 1                                           \
     && ngx_strncmp((action)->data, s, sizeof(s) - 1) == 0)


ngx_int_t
ngx_eo_set_security(ngx_http_request_t *r, ngx_str_t *module,
    ngx_str_t *action, ngx_str_t *rule_id)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    /* what is only watched does not tell how the request has ended */

    if (ngx_eo_security_is(action, "Monitor")
        && ctx->security_action.len
        && !ngx_eo_security_is(&ctx->security_action, "Monitor")
        && !ngx_eo_security_is(&ctx->security_action, "Allow"))
    {
        return NGX_OK;
    }

    ctx->security_module = *module;
    ctx->security_action = *action;
    ctx->security_rule_id = *rule_id;

    return NGX_OK;
}
