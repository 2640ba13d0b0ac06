
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_log_variables.h"
#include "ngx_eo_origin_times.h"
#include "ngx_eo_request.h"
#include "ngx_eo_traceparent.h"

#include <openssl/rand.h>


static ngx_int_t ngx_eo_log_variable_body_bytes(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_log_variable_connection(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_log_variable_origin_domain(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_log_variable_origin_protocol(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_log_variable_origin_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_log_variable_sampled(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_log_variable_traceparent(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_str_t *ngx_eo_log_variable_header(ngx_http_request_t *r,
    ngx_str_t *name);
static ngx_uint_t ngx_eo_log_variable_asked(ngx_http_request_t *r);
static ngx_int_t ngx_eo_log_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_int_t n);
static void ngx_eo_log_variable_text(ngx_http_variable_value_t *v,
    const void *data, size_t len);


static ngx_http_variable_t  ngx_eo_log_variables[] = {

    { ngx_string("eo_request_body_bytes"), NULL,
      ngx_eo_log_variable_body_bytes, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_connection_id"), NULL, ngx_eo_log_variable_connection,
      0, 0, 0 },

    { ngx_string("eo_origin_domain"), NULL,
      ngx_eo_log_variable_origin_domain, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_origin_ssl_protocol"), NULL,
      ngx_eo_log_variable_origin_protocol, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_origin_dns_time"), NULL,
      ngx_eo_log_variable_origin_time, NGX_EO_ORIGIN_TIME_DNS,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_origin_tcp_time"), NULL,
      ngx_eo_log_variable_origin_time, NGX_EO_ORIGIN_TIME_TCP,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_origin_tls_time"), NULL,
      ngx_eo_log_variable_origin_time, NGX_EO_ORIGIN_TIME_TLS,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_origin_header_time"), NULL,
      ngx_eo_log_variable_origin_time, NGX_EO_ORIGIN_TIME_HEADER,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_log_sampled"), NULL, ngx_eo_log_variable_sampled, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_traceparent"), NULL, ngx_eo_log_variable_traceparent, 0,
      0, 0 },

    ngx_http_null_variable
};


/* where this worker's numbers begin: nginx counts from 1 after each start */

static uint64_t  ngx_eo_log_connections;


ngx_int_t
ngx_eo_log_variables_add(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_log_variables);
}


ngx_int_t
ngx_eo_log_variables_init_process(void)
{
    if (RAND_bytes((u_char *) &ngx_eo_log_connections,
                   sizeof(ngx_eo_log_connections))
        != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


char *
ngx_eo_log_sample(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (lcf->log_sample != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = ngx_atoi(value[1].data, value[1].len);

    if (n == NGX_ERROR || n > 1000) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it is how many of "
                           "1000 requests are logged, from 0 to 1000",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    lcf->log_sample = n;

    return NGX_CONF_OK;
}


/* as it came, with the lines of a chunked one; 0 where there was none */

static ngx_int_t
ngx_eo_log_variable_body_bytes(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    off_t              n;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    n = 0;

    if (ctx && ctx->header_length) {
        n = r->main->request_length - ctx->header_length;
    }

    return ngx_eo_log_variable_number(r, v, (ngx_int_t) ngx_max(n, 0));
}


static ngx_int_t
ngx_eo_log_variable_connection(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char             *p;
    ngx_str_t           text;
    ngx_eo_log_uuid_t   generator;

    p = ngx_pnalloc(r->pool, NGX_EO_LOG_UUID_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    generator.position = ngx_eo_log_connections + r->connection->number;

    ngx_eo_log_uuid_text(p, ngx_eo_log_uuid_next(&generator), &text);
    ngx_eo_log_variable_text(v, text.data, text.len);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_log_variable_origin_domain(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t             host;
    ngx_http_upstream_t  *u;

    ngx_str_set(&host, "-");

    u = r->upstream;

    if (ngx_eo_log_variable_asked(r)) {

        if (u->resolved && u->resolved->host.len) {
            host = u->resolved->host;

        } else if (u->upstream && u->upstream->host.len) {
            host = u->upstream->host;
        }
    }

    ngx_eo_log_variable_text(v, host.data, host.len);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_log_variable_origin_protocol(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char        *protocol;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);
    protocol = "-";

    if (ctx && ctx->origin_times.protocol && ngx_eo_log_variable_asked(r)) {
        protocol = ctx->origin_times.protocol;
    }

    ngx_eo_log_variable_text(v, protocol, ngx_strlen(protocol));

    return NGX_OK;
}


static ngx_int_t
ngx_eo_log_variable_origin_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    return ngx_eo_log_variable_number(r, v,
               ngx_eo_origin_times_part(r, ctx ? &ctx->origin_times : NULL,
                                        (ngx_eo_origin_time_e) data));
}


/* a cached response has an upstream, too, which was never asked */

static ngx_uint_t
ngx_eo_log_variable_asked(ngx_http_request_t *r)
{
    return r->upstream && r->upstream_states && r->upstream_states->nelts;
}


/*
 * By the identifier of the request, which is random: a request is in all logs
 * of a node, or in none.
 */

static ngx_int_t
ngx_eo_log_variable_sampled(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               *uuid;
    ngx_uint_t               i, n;
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    uuid = ngx_eo_log_uuid(r);
    if (uuid == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (i = uuid->len > 3 ? uuid->len - 3 : 0; i < uuid->len; i++) {
        n = n * 10 + (uuid->data[i] - '0');
    }

    ngx_eo_log_variable_text(v, n < lcf->log_sample ? "1" : "0", 1);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_log_variable_traceparent(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char             *p, random[24];
    ngx_str_t          *value;
    ngx_eo_request_t   *ctx;

    static ngx_str_t  name = ngx_string("traceparent");

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    /* once for a request, whatever redirects do to nginx's variables */

    if (ctx->traceparent.len == 0) {
        p = ngx_pnalloc(r->main->pool, NGX_EO_TRACEPARENT_LEN);

        if (p == NULL || RAND_bytes(random, sizeof(random)) != 1) {
            return NGX_ERROR;
        }

        random[0] |= 1;
        random[16] |= 1;

        value = ngx_eo_log_variable_header(r->main, &name);

        (void) ngx_eo_traceparent(p, value, random, random + 16);

        ctx->traceparent.data = p;
        ctx->traceparent.len = NGX_EO_TRACEPARENT_LEN;
    }

    ngx_eo_log_variable_text(v, ctx->traceparent.data, ctx->traceparent.len);

    return NGX_OK;
}


/* NULL if it is not there, or more than once, which no trace begins with */

static ngx_str_t *
ngx_eo_log_variable_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_str_t        *value;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &r->headers_in.headers.part;
    i = 0;
    value = NULL;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (h->key.len != name->len
            || ngx_strncasecmp(h->key.data, name->data, name->len) != 0)
        {
            continue;
        }

        if (value) {
            return NULL;
        }

        value = &h->value;
    }

    return value;
}


static ngx_int_t
ngx_eo_log_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_int_t n)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_log_variable_text(v, p, ngx_sprintf(p, "%i", n) - p);

    return NGX_OK;
}


static void
ngx_eo_log_variable_text(ngx_http_variable_value_t *v, const void *data,
    size_t len)
{
    v->len = len;
    v->data = (u_char *) data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}
