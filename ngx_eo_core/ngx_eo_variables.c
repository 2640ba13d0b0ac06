
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_variables.h"
#include "ngx_eo_origin_error.h"
#include "ngx_eo_origin_headers.h"


/* "2024-10-14T05:13:43Z" (docs/behaviour.md, 8) */

#define NGX_EO_TIME_LEN  (sizeof("1970-01-01T00:00:00Z") - 1)


static ngx_int_t ngx_eo_variable_log_uuid(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_cdn_loop(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_edge_exception(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_origin_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_ctx_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_status_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_status_message(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_request_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_first_byte_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_response_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_origin_ip(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_variable_origin_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

static void ngx_eo_variable_set(ngx_http_variable_value_t *v, ngx_str_t *s);
static ngx_int_t ngx_eo_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_int_t n);
static ngx_int_t ngx_eo_variable_utc(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, time_t t);
static ngx_int_t ngx_eo_variable_peer_ip(ngx_http_request_t *r,
    ngx_str_t *peer, ngx_str_t *ip);
static ngx_http_upstream_state_t *ngx_eo_variable_origin_state(
    ngx_http_request_t *r);


#define NGX_EO_VOLATILE  NGX_HTTP_VAR_NOCACHEABLE


static ngx_http_variable_t  ngx_eo_variables[] = {

    { ngx_string("eo_log_uuid"), NULL, ngx_eo_variable_log_uuid, 0, 0, 0 },

    { ngx_string("eo_cdn_loop"), NULL, ngx_eo_variable_cdn_loop, 0,
      NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_edge_exception"), NULL, ngx_eo_variable_edge_exception,
      0, NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_origin_error"), NULL, ngx_eo_variable_origin_error, 0,
      NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_security_module"), NULL, ngx_eo_variable_ctx_text,
      offsetof(ngx_eo_request_t, security_module), NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_security_action"), NULL, ngx_eo_variable_ctx_text,
      offsetof(ngx_eo_request_t, security_action), NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_security_rule_id"), NULL, ngx_eo_variable_ctx_text,
      offsetof(ngx_eo_request_t, security_rule_id), NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_connecting_ip"), NULL, ngx_eo_variable_ctx_text,
      offsetof(ngx_eo_request_t, peer_addr), 0, 0 },

    { ngx_string("eo_status"), NULL, ngx_eo_variable_status, 0,
      NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_status_reason"), NULL, ngx_eo_variable_status_reason, 0,
      NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_status_message"), NULL, ngx_eo_variable_status_message,
      0, NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_time"), NULL, ngx_eo_variable_time, 0,
      NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_request_time"), NULL, ngx_eo_variable_request_time, 0,
      0, 0 },

    { ngx_string("eo_edge_internal_time"), NULL,
      ngx_eo_variable_first_byte_time, 0, NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_edge_response_time"), NULL,
      ngx_eo_variable_response_time, 0, NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_origin_ip"), NULL, ngx_eo_variable_origin_ip, 0,
      NGX_EO_VOLATILE, 0 },

    { ngx_string("eo_origin_status"), NULL, ngx_eo_variable_origin_status, 0,
      NGX_EO_VOLATILE, 0 },

    ngx_http_null_variable
};


static ngx_str_t  ngx_eo_variable_none = ngx_string("-");


ngx_int_t
ngx_eo_variables_add(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_variables);
}


ngx_int_t
ngx_eo_add_variables(ngx_conf_t *cf, ngx_http_variable_t *variables)
{
    ngx_http_variable_t  *var, *v;

    for (v = variables; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_log_uuid(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t  *uuid;

    uuid = ngx_eo_log_uuid(r);
    if (uuid == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_variable_set(v, uuid);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_cdn_loop(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t  value;

    if (ngx_eo_origin_cdn_loop(r, NULL, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_variable_set(v, &value);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_edge_exception(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t          value;
    ngx_eo_request_t  *ctx;

    (void) ngx_eo_origin_error(r);

    ctx = ngx_eo_request_find(r);

    ngx_str_set(&value, "no_exception");

    if (ctx && ctx->exception) {
        value.data = (u_char *) ctx->exception;
        value.len = ngx_strlen(ctx->exception);
    }

    ngx_eo_variable_set(v, &value);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_origin_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_variable_set(v, ngx_eo_origin_cause_name(ngx_eo_origin_error(r)));

    return NGX_OK;
}


/* data is the offset of a string in the request context */

static ngx_int_t
ngx_eo_variable_ctx_text(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t         *value;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    value = (ngx_str_t *) ((u_char *) ctx + data);

    ngx_eo_variable_set(v, value->len ? value : &ngx_eo_variable_none);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_status(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_uint_t         status;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    if (ctx && ctx->response.status) {
        status = ctx->response.status;

    } else {
        status = r->err_status ? r->err_status : r->headers_out.status;
    }

    return ngx_eo_variable_number(r, v, status);
}


static ngx_int_t
ngx_eo_variable_status_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t          reason;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    if (ctx && ctx->response.reason) {
        reason = ngx_eo_status_reason(ctx->response.reason);

    } else {
        ngx_str_set(&reason, "Error");
    }

    ngx_eo_variable_set(v, &reason);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_status_message(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t          message;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    if (ctx && ctx->response.reason) {
        message = ctx->response.reason->message;

    } else {
        ngx_str_set(&message, "The request could not be served.");
    }

    ngx_eo_variable_set(v, &message);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_time(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    return ngx_eo_variable_utc(r, v, ngx_time());
}


static ngx_int_t
ngx_eo_variable_request_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    return ngx_eo_variable_utc(r, v, r->main->start_sec);
}


/* milliseconds from the request to the first byte of the response, -1: none */

static ngx_int_t
ngx_eo_variable_first_byte_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    return ngx_eo_variable_number(r, v, ngx_eo_first_byte(r));
}


static ngx_int_t
ngx_eo_variable_response_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_time_t      *tp;
    ngx_msec_int_t   ms;

    tp = ngx_timeofday();

    ms = (ngx_msec_int_t) ((tp->sec - r->main->start_sec) * 1000
                           + (tp->msec - r->main->start_msec));

    return ngx_eo_variable_number(r, v, ngx_max(ms, 0));
}


/* the origin that was asked last, without its port */

static ngx_int_t
ngx_eo_variable_origin_ip(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_int_t                   rc;
    ngx_str_t                   ip;
    ngx_uint_t                  i;
    ngx_http_upstream_state_t  *state;

    ip = ngx_eo_variable_none;

    if (r->upstream_states) {
        state = r->upstream_states->elts;

        for (i = r->upstream_states->nelts; i > 0; i--) {

            if (state[i - 1].peer == NULL) {
                continue;
            }

            rc = ngx_eo_variable_peer_ip(r, state[i - 1].peer, &ip);

            if (rc == NGX_ERROR) {
                return NGX_ERROR;
            }

            if (rc == NGX_OK) {
                break;
            }
        }
    }

    ngx_eo_variable_set(v, &ip);

    return NGX_OK;
}


/* where no peer is alive, its name is that of the upstream */

static ngx_int_t
ngx_eo_variable_peer_ip(ngx_http_request_t *r, ngx_str_t *peer, ngx_str_t *ip)
{
    ngx_addr_t  addr;

    if (peer->len > 5 && ngx_strncmp(peer->data, "unix:", 5) == 0) {
        *ip = *peer;
        return NGX_OK;
    }

    if (ngx_parse_addr_port(r->pool, &addr, peer->data, peer->len) != NGX_OK) {
        return NGX_DECLINED;
    }

    ip->data = ngx_pnalloc(r->pool, NGX_SOCKADDR_STRLEN);
    if (ip->data == NULL) {
        return NGX_ERROR;
    }

    ip->len = ngx_sock_ntop(addr.sockaddr, addr.socklen, ip->data,
                            NGX_SOCKADDR_STRLEN, 0);

    return NGX_OK;
}


/* what the origin answered last, -1: nothing */

static ngx_int_t
ngx_eo_variable_origin_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_upstream_state_t  *state;

    state = ngx_eo_variable_origin_state(r);

    if (state == NULL
        || state->status == 0
        || state->header_time == (ngx_msec_t) -1)
    {
        return ngx_eo_variable_number(r, v, -1);
    }

    return ngx_eo_variable_number(r, v, state->status);
}


static ngx_http_upstream_state_t *
ngx_eo_variable_origin_state(ngx_http_request_t *r)
{
    ngx_uint_t                  i;
    ngx_http_upstream_state_t  *state;

    if (r->upstream_states == NULL) {
        return NULL;
    }

    state = r->upstream_states->elts;

    for (i = r->upstream_states->nelts; i > 0; i--) {

        /* a zeroed entry separates the rounds of internal redirects */

        if (state[i - 1].peer) {
            return &state[i - 1];
        }
    }

    return NULL;
}


static void
ngx_eo_variable_set(ngx_http_variable_value_t *v, ngx_str_t *s)
{
    v->len = s->len;
    v->data = s->data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}


static ngx_int_t
ngx_eo_variable_number(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    ngx_int_t n)
{
    ngx_str_t  s;

    s.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (s.data == NULL) {
        return NGX_ERROR;
    }

    s.len = ngx_sprintf(s.data, "%i", n) - s.data;

    ngx_eo_variable_set(v, &s);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_variable_utc(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    time_t t)
{
    ngx_tm_t   tm;
    ngx_str_t  s;

    s.data = ngx_pnalloc(r->pool, NGX_EO_TIME_LEN);
    if (s.data == NULL) {
        return NGX_ERROR;
    }

    ngx_gmtime(t, &tm);

    s.len = ngx_sprintf(s.data, "%4d-%02d-%02dT%02d:%02d:%02dZ",
                        tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                        tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec)
            - s.data;

    ngx_eo_variable_set(v, &s);

    return NGX_OK;
}
