
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * HTTP DDoS defence as a part of web protection.
 */


#include "ngx_eo_ddos.h"
#include "ngx_eo_adaptive.h"
#include "ngx_eo_bandwidth.h"
#include "ngx_eo_client_signals.h"
#include "ngx_eo_slow_attack.h"


/* what a variable reads */

#define NGX_EO_DDOS_COUNT    0
#define NGX_EO_DDOS_LIMIT    1
#define NGX_EO_DDOS_TRAFFIC  2


static ngx_int_t ngx_eo_ddos_filter_client(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_ddos_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_uint_t ngx_eo_ddos_version(ngx_http_request_t *r);
static ngx_int_t ngx_eo_ddos_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_ddos_filter_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_eo_ddos_variables[] = {

    { ngx_string("eo_adaptive_count"), NULL, ngx_eo_ddos_number_variable,
      NGX_EO_DDOS_COUNT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_adaptive_limit"), NULL, ngx_eo_ddos_number_variable,
      NGX_EO_DDOS_LIMIT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_bandwidth_traffic"), NULL, ngx_eo_ddos_number_variable,
      NGX_EO_DDOS_TRAFFIC, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_client_filter"), NULL, ngx_eo_ddos_filter_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_eo_ddos_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t           rc;
    ngx_eo_ddos_ctx_t  *ctx;

    if (state->done
        || (state->skip & NGX_EO_WAF_ADAPTIVE_CONTROL)
        || !wlcf->ddos->access)
    {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_ddos_ctx(r, state);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_eo_ddos_filter_client(r, state, ctx, wlcf);

    if (rc == NGX_DECLINED) {
        rc = ngx_eo_bandwidth_stage(r, state, ctx, wlcf);
    }

    if (rc == NGX_DECLINED) {
        rc = ngx_eo_adaptive_stage(r, state, ctx, wlcf);
    }

    return rc;
}


static ngx_int_t
ngx_eo_ddos_filter_client(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_ddos_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    if (wlcf->ddos->filter == NULL || ctx->filtered) {
        return NGX_DECLINED;
    }

    ctx->filtered = 1;
    ctx->signals = ngx_eo_ddos_signals(r);

    if (ngx_eo_client_score(ctx->signals) < NGX_EO_SIGNALS_LIMIT) {
        return NGX_DECLINED;
    }

    return ngx_eo_ddos_act(r, state, wlcf, NGX_EO_DDOS_CLIENT_FILTERING,
                           &wlcf->ddos->filter->action, 0);
}


ngx_uint_t
ngx_eo_ddos_signals(ngx_http_request_t *r)
{
    ngx_str_t                 name;
    ngx_uint_t                i;
    ngx_list_part_t          *part;
    ngx_table_elt_t          *h;
    ngx_eo_client_headers_t   headers;

    ngx_memzero(&headers, sizeof(ngx_eo_client_headers_t));

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {
        name.data = h->lowcase_key;
        name.len = h->key.len;

        ngx_eo_client_header(&headers, &name, &h->value);
    }

    return ngx_eo_client_signals(&headers, ngx_eo_ddos_version(r),
                                 r->method == NGX_HTTP_GET
                                 || r->method == NGX_HTTP_HEAD);
}


static ngx_uint_t
ngx_eo_ddos_version(ngx_http_request_t *r)
{
    return r->http_version / 1000 * 10 + r->http_version % 1000;
}


void
ngx_eo_ddos_log_stage(ngx_http_request_t *r)
{
    ngx_eo_waf_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    ngx_eo_slow_attack_log(r, wlcf);
    ngx_eo_bandwidth_log(r);
}


ngx_int_t
ngx_eo_ddos_add_variables(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_ddos_variables);
}


/* not found where the function has not had its turn */

static ngx_int_t
ngx_eo_ddos_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    off_t               n;
    ngx_eo_ddos_ctx_t  *ctx;

    ctx = ngx_eo_ddos_find_ctx(r);

    if (ctx == NULL
        || (data == NGX_EO_DDOS_TRAFFIC ? ctx->bandwidth == NULL
                                        : !ctx->counted))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    switch (data) {

    case NGX_EO_DDOS_COUNT:
        n = ctx->count;
        break;

    case NGX_EO_DDOS_LIMIT:
        n = ctx->limit;
        break;

    default: /* NGX_EO_DDOS_TRAFFIC */
        n = ctx->traffic;
    }

    v->data = ngx_pnalloc(r->pool, NGX_OFF_T_LEN);
    if (v->data == NULL) {
        return NGX_ERROR;
    }

    v->len = ngx_sprintf(v->data, "%O", n) - v->data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* the signals found; not found where the filter has not looked */

static ngx_int_t
ngx_eo_ddos_filter_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char             *p;
    ngx_eo_ddos_ctx_t  *ctx;

    ctx = ngx_eo_ddos_find_ctx(r);

    if (ctx == NULL || !ctx->filtered || ctx->signals == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_EO_SIGNALS_TEXT_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->data = p;
    v->len = ngx_eo_client_signals_text(p, ctx->signals) - p;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
