
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_session.h"
#include "ngx_eo_l4_variables.h"


static ngx_int_t ngx_eo_l4_variable_text(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_l4_variable_number(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_l4_variable_time(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_l4_variable_region(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data);
static const char *ngx_eo_l4_reason(ngx_stream_session_t *s,
    ngx_eo_l4_ctx_t *ctx);
static void ngx_eo_l4_variable_set(ngx_stream_variable_value_t *v,
    const void *data, size_t len);


enum {
    NGX_EO_L4_VARIABLE_ACTION = 0,
    NGX_EO_L4_VARIABLE_RULE,
    NGX_EO_L4_VARIABLE_REASON,
    NGX_EO_L4_VARIABLE_ID,
    NGX_EO_L4_VARIABLE_PACKETS,
    NGX_EO_L4_VARIABLE_RECEIVED,
    NGX_EO_L4_VARIABLE_BEGIN,
    NGX_EO_L4_VARIABLE_END
};


static ngx_stream_variable_t  ngx_eo_l4_variables[] = {

    { ngx_string("eo_l4_action"), NULL, ngx_eo_l4_variable_text,
      NGX_EO_L4_VARIABLE_ACTION, NGX_STREAM_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_l4_rule"), NULL, ngx_eo_l4_variable_text,
      NGX_EO_L4_VARIABLE_RULE, NGX_STREAM_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_l4_disconnect_reason"), NULL, ngx_eo_l4_variable_text,
      NGX_EO_L4_VARIABLE_REASON, NGX_STREAM_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_l4_session_id"), NULL, ngx_eo_l4_variable_number,
      NGX_EO_L4_VARIABLE_ID, 0, 0 },

    { ngx_string("eo_l4_packets"), NULL, ngx_eo_l4_variable_number,
      NGX_EO_L4_VARIABLE_PACKETS, NGX_STREAM_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_l4_bytes_received"), NULL, ngx_eo_l4_variable_number,
      NGX_EO_L4_VARIABLE_RECEIVED, NGX_STREAM_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_l4_connect_time"), NULL, ngx_eo_l4_variable_time,
      NGX_EO_L4_VARIABLE_BEGIN, 0, 0 },

    { ngx_string("eo_l4_time"), NULL, ngx_eo_l4_variable_time,
      NGX_EO_L4_VARIABLE_END, NGX_STREAM_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_l4_client_country"), NULL, ngx_eo_l4_variable_region,
      offsetof(ngx_eo_l4_srv_conf_t, country), 0, 0 },

    { ngx_string("eo_l4_client_asn"), NULL, ngx_eo_l4_variable_region,
      offsetof(ngx_eo_l4_srv_conf_t, asn), 0, 0 },

    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};


ngx_int_t
ngx_eo_l4_add_variables(ngx_conf_t *cf)
{
    ngx_stream_variable_t  *var, *v;

    for (v = ngx_eo_l4_variables; v->name.len; v++) {
        var = ngx_stream_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_l4_variable_text(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data)
{
    const char       *text;
    ngx_eo_l4_ctx_t  *ctx;

    static const char  *actions[] = {
        "-", "Monitor", "Allow", "Throttle", "Block"
    };

    ctx = ngx_eo_l4_ctx(s);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (data == NGX_EO_L4_VARIABLE_RULE && ctx->rule.len) {
        ngx_eo_l4_variable_set(v, ctx->rule.data, ctx->rule.len);
        return NGX_OK;
    }

    switch (data) {

    case NGX_EO_L4_VARIABLE_ACTION:
        text = actions[ctx->action];
        break;

    case NGX_EO_L4_VARIABLE_REASON:
        text = ngx_eo_l4_reason(s, ctx);
        break;

    default:
        text = "-";
        break;
    }

    ngx_eo_l4_variable_set(v, text, ngx_strlen(text));

    return NGX_OK;
}


/*
 * EdgeOne's words.  nginx has closed the origin's connection by the time of
 * the log, so what it has had to say is what went through the filter.
 */

static const char *
ngx_eo_l4_reason(ngx_stream_session_t *s, ngx_eo_l4_ctx_t *ctx)
{
    ngx_connection_t  *c;

    c = s->connection;

    if (ctx->blocked) {
        return "down:net_exception_closed";
    }

    if (s->status == NGX_STREAM_BAD_GATEWAY) {
        return "up:create_peer_channel_exception";
    }

    if (c->read->error || c->write->error || c->error) {
        return "down:net_exception_peer_error";
    }

    if (ctx->ended) {
        return ctx->ended == 1 ? "down:net_exception_peer_close"
                               : "up:net_exception_peer_close";
    }

    return c->read->eof ? "down:net_exception_peer_close"
                        : "down:net_exception_timeout";
}


static ngx_int_t
ngx_eo_l4_variable_number(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data)
{
    u_char           *p;
    uint64_t          number;
    ngx_eo_l4_ctx_t  *ctx;

    ctx = ngx_eo_l4_ctx(s);
    p = ngx_pnalloc(s->connection->pool, NGX_INT64_LEN);

    if (ctx == NULL || p == NULL) {
        return NGX_ERROR;
    }

    switch (data) {

    case NGX_EO_L4_VARIABLE_ID:
        number = ctx->id;
        break;

    case NGX_EO_L4_VARIABLE_PACKETS:
        number = ctx->packets;
        break;

    default:
        number = ngx_max(ctx->passed, (uint64_t) s->received);
        break;
    }

    ngx_eo_l4_variable_set(v, p, ngx_sprintf(p, "%uL", number) - p);

    return NGX_OK;
}


/* ISO 8601 in UTC, as EdgeOne's logs have it */

static ngx_int_t
ngx_eo_l4_variable_time(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data)
{
    u_char    *p;
    time_t     sec;
    ngx_tm_t   tm;

    p = ngx_pnalloc(s->connection->pool, sizeof("1970-01-01T00:00:00Z"));
    if (p == NULL) {
        return NGX_ERROR;
    }

    sec = data == NGX_EO_L4_VARIABLE_BEGIN ? s->start_sec : ngx_time();

    ngx_gmtime(sec, &tm);

    ngx_eo_l4_variable_set(v, p, ngx_sprintf(p, "%4d-%02d-%02dT%02d:%02d:%02dZ",
                                             tm.ngx_tm_year, tm.ngx_tm_mon,
                                             tm.ngx_tm_mday, tm.ngx_tm_hour,
                                             tm.ngx_tm_min, tm.ngx_tm_sec)
                                 - p);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_l4_variable_region(ngx_stream_session_t *s,
    ngx_stream_variable_value_t *v, uintptr_t data)
{
    u_char                       *conf;
    ngx_str_t                     text;
    ngx_stream_complex_value_t  **cv;

    conf = ngx_stream_get_module_srv_conf(s, ngx_stream_eo_l4_module);
    cv = (ngx_stream_complex_value_t **) (conf + data);

    ngx_str_set(&text, "");

    if (*cv && ngx_stream_complex_value(s, *cv, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (text.len == 0) {
        ngx_str_set(&text, "-");
    }

    ngx_eo_l4_variable_set(v, text.data, text.len);

    return NGX_OK;
}


static void
ngx_eo_l4_variable_set(ngx_stream_variable_value_t *v, const void *data,
    size_t len)
{
    v->data = (u_char *) data;
    v->len = len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}

