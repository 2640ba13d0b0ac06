
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_rate_limit.h"
#include "ngx_eo_rate_conf.h"
#include "shm/ngx_eo_rate_table.h"


/* what a variable tells of the rule that was exceeded or is nearest to it */

typedef enum {
    NGX_EO_RATE_THRESHOLD = 0,
    NGX_EO_RATE_EVENTS,
    NGX_EO_RATE_REMAINING,
    NGX_EO_RATE_RETRY_AFTER
} ngx_eo_rate_number_e;


static ngx_eo_rate_ctx_t *ngx_eo_rate_variable_ctx(ngx_http_request_t *r);
static ngx_int_t ngx_eo_rate_variable_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_rate_variable_rule(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_rate_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_rate_variable_lock_wait(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_eo_rate_variable_text(ngx_http_variable_value_t *v,
    ngx_str_t *text);
static ngx_int_t ngx_eo_rate_variable_print(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uint64_t n);


static ngx_http_variable_t  ngx_eo_rate_vars[] = {

    { ngx_string("eo_rate_status"), NULL, ngx_eo_rate_variable_status, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_rate_rule"), NULL, ngx_eo_rate_variable_rule, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_rate_threshold"), NULL, ngx_eo_rate_variable_number,
      NGX_EO_RATE_THRESHOLD, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_rate_count"), NULL, ngx_eo_rate_variable_number,
      NGX_EO_RATE_EVENTS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_rate_remaining"), NULL, ngx_eo_rate_variable_number,
      NGX_EO_RATE_REMAINING, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_rate_retry_after"), NULL, ngx_eo_rate_variable_number,
      NGX_EO_RATE_RETRY_AFTER, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_rate_lock_wait"), NULL, ngx_eo_rate_variable_lock_wait,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_eo_rate_add_variables(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_rate_vars);
}


/* NULL: no rule has counted the request */

static ngx_eo_rate_ctx_t *
ngx_eo_rate_variable_ctx(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    return (state && state->rate.rule) ? &state->rate : NULL;
}


static ngx_int_t
ngx_eo_rate_variable_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_rate_ctx_t  *ctx;

    static ngx_str_t  names[] = {
        ngx_string("passed"),
        ngx_string("monitored"),
        ngx_string("exceeded")
    };

    ctx = ngx_eo_rate_variable_ctx(r);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_eo_rate_variable_text(v, &names[ctx->status]);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rate_variable_rule(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_rate_ctx_t  *ctx;

    ctx = ngx_eo_rate_variable_ctx(r);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_eo_rate_variable_text(v, &ctx->rule->name);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rate_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_uint_t          threshold;
    ngx_eo_rate_ctx_t  *ctx;

    ctx = ngx_eo_rate_variable_ctx(r);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    threshold = ctx->rule->rate->threshold;

    switch (data) {

    case NGX_EO_RATE_THRESHOLD:
        return ngx_eo_rate_variable_print(r, v, threshold);

    case NGX_EO_RATE_EVENTS:
        return ngx_eo_rate_variable_print(r, v, ctx->count);

    case NGX_EO_RATE_REMAINING:
        return ngx_eo_rate_variable_print(r, v, threshold
                                          - ngx_min(ctx->count, threshold));

    default: /* NGX_EO_RATE_RETRY_AFTER */
        return ngx_eo_rate_variable_print(r, v, (ctx->wait + 999) / 1000);
    }
}


static ngx_int_t
ngx_eo_rate_variable_lock_wait(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    return ngx_eo_rate_variable_print(r, v, ngx_eo_rate_waits.nsec / 1000);
}


static void
ngx_eo_rate_variable_text(ngx_http_variable_value_t *v, ngx_str_t *text)
{
    v->data = text->data;
    v->len = text->len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}


static ngx_int_t
ngx_eo_rate_variable_print(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uint64_t n)
{
    ngx_str_t  text;

    text.data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    text.len = ngx_sprintf(text.data, "%uL", n) - text.data;

    ngx_eo_rate_variable_text(v, &text);

    return NGX_OK;
}
