
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_rule.h"


static ngx_int_t ngx_eo_l4_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_l4_get_address(ngx_eo_l4_ctx_t *ctx,
    struct sockaddr *sockaddr, ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_l4_get_port(ngx_eo_l4_ctx_t *ctx,
    struct sockaddr *sockaddr, ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_l4_get_value(ngx_eo_l4_ctx_t *ctx,
    ngx_stream_complex_value_t *cv, ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_l4_get_payload(ngx_eo_l4_ctx_t *ctx,
    ngx_eo_expr_value_t *value);


ngx_int_t
ngx_eo_l4_rules(ngx_eo_l4_ctx_t *ctx, ngx_uint_t payload)
{
    ngx_uint_t              i;
    ngx_connection_t       *c;
    ngx_eo_l4_rule_t       *rules;
    ngx_eo_expr_result_e    result;
    ngx_eo_l4_main_conf_t  *mcf;

    if (ctx->conf->rules == NULL || ctx->allowed) {
        return NGX_DECLINED;
    }

    c = ctx->session->connection;
    mcf = ngx_stream_get_module_main_conf(ctx->session,
                                          ngx_stream_eo_l4_module);

    /* values are kept until the first bytes are there */

    if (ctx->expr.env == NULL
        && ngx_eo_expr_ctx_init(&ctx->expr, mcf->env, c->pool, ctx,
                                ngx_eo_l4_get)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rules = ctx->conf->rules->elts;

    for (i = 0; i < ctx->conf->rules->nelts; i++) {

        if (rules[i].payload != payload) {
            continue;
        }

        result = ngx_eo_expr_eval(&ctx->expr, rules[i].expr);

        if (ctx->expr.failed) {
            return NGX_ERROR;
        }

        /* what could not be decided holds where it protects */

        if (result != NGX_EO_EXPR_TRUE
            && (result != NGX_EO_EXPR_LIMIT
                || rules[i].action == NGX_EO_L4_ALLOW))
        {
            continue;
        }

        if (ngx_eo_l4_decide(ctx, "rule", &rules[i].name, rules[i].action,
                             ""))
        {
            return NGX_STREAM_FORBIDDEN;
        }

        if (rules[i].action == NGX_EO_L4_ALLOW) {
            ctx->allowed = 1;
            return NGX_DECLINED;
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_l4_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    ngx_eo_l4_ctx_t *ctx = data;

    ngx_connection_t  *c;

    c = ctx->session->connection;

    switch (slot->field->id) {

    case NGX_EO_FIELD_IP:
        return ngx_eo_l4_get_address(ctx, c->sockaddr, value);

    case NGX_EO_FIELD_PORT:
        return ngx_eo_l4_get_port(ctx, c->sockaddr, value);

    case NGX_EO_FIELD_SERVER_IP:
        if (ngx_connection_local_sockaddr(c, NULL, 0) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_eo_l4_get_address(ctx, c->local_sockaddr, value);

    case NGX_EO_FIELD_SERVER_PORT:
        if (ngx_connection_local_sockaddr(c, NULL, 0) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_eo_l4_get_port(ctx, c->local_sockaddr, value);

    case NGX_EO_FIELD_COUNTRY_CODE:
        return ngx_eo_l4_get_value(ctx, ctx->conf->country, value);

    case NGX_EO_FIELD_ASN:
        return ngx_eo_l4_get_value(ctx, ctx->conf->asn, value);

    case NGX_EO_FIELD_PROTOCOL:
        if (c->type == SOCK_DGRAM) {
            ngx_str_set(&value->text, "UDP");

        } else {
            ngx_str_set(&value->text, "TCP");
        }

        return NGX_OK;

    case NGX_EO_FIELD_PAYLOAD:
        return ngx_eo_l4_get_payload(ctx, value);

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
ngx_eo_l4_get_address(ngx_eo_l4_ctx_t *ctx, struct sockaddr *sockaddr,
    ngx_eo_expr_value_t *value)
{
    int                family;
    u_char            *addr;
    ngx_connection_t  *c;

    c = ctx->session->connection;
    family = ngx_eo_l4_address(sockaddr, &addr);

    if (family == AF_UNIX) {
        return NGX_DECLINED;
    }

    value->text.data = ngx_pnalloc(c->pool, NGX_SOCKADDR_STRLEN);
    if (value->text.data == NULL) {
        return NGX_ERROR;
    }

    value->text.len = ngx_inet_ntop(family, addr, value->text.data,
                                    NGX_SOCKADDR_STRLEN);
    value->has_addr = 1;

    if (family == AF_INET6) {
        ngx_memcpy(value->addr, addr, 16);

    } else {
        ngx_memzero(value->addr, 10);
        value->addr[10] = 0xff;
        value->addr[11] = 0xff;
        ngx_memcpy(value->addr + 12, addr, 4);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_l4_get_port(ngx_eo_l4_ctx_t *ctx, struct sockaddr *sockaddr,
    ngx_eo_expr_value_t *value)
{
    u_char  *p;

    p = ngx_pnalloc(ctx->session->connection->pool, NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->text.data = p;
    value->text.len = ngx_sprintf(p, "%ui",
                                  (ngx_uint_t) ngx_inet_get_port(sockaddr))
                      - p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_l4_get_value(ngx_eo_l4_ctx_t *ctx, ngx_stream_complex_value_t *cv,
    ngx_eo_expr_value_t *value)
{
    if (cv == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_stream_complex_value(ctx->session, cv, &value->text) != NGX_OK) {
        return NGX_ERROR;
    }

    return value->text.len ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_eo_l4_get_payload(ngx_eo_l4_ctx_t *ctx, ngx_eo_expr_value_t *value)
{
    ngx_buf_t  *b;

    b = ctx->session->connection->buffer;

    if (b == NULL || b->last == b->pos) {
        return NGX_DECLINED;
    }

    value->text.data = b->pos;
    value->text.len = b->last - b->pos;

    return NGX_OK;
}

