
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge.h"


/* what a variable reads */

#define NGX_EO_CHALLENGE_STATUS_VAR    0
#define NGX_EO_CHALLENGE_REASON_VAR    1
#define NGX_EO_CHALLENGE_DATA_VAR      2
#define NGX_EO_CHALLENGE_NONCE_VAR     3
#define NGX_EO_CHALLENGE_LANGUAGE_VAR  4
#define NGX_EO_CHALLENGE_TITLE_VAR     5


static ngx_int_t ngx_eo_challenge_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_eo_challenge_variables[] = {

    { ngx_string("eo_challenge_status"), NULL, ngx_eo_challenge_variable,
      NGX_EO_CHALLENGE_STATUS_VAR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_challenge_reason"), NULL, ngx_eo_challenge_variable,
      NGX_EO_CHALLENGE_REASON_VAR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_challenge"), NULL, ngx_eo_challenge_variable,
      NGX_EO_CHALLENGE_DATA_VAR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_challenge_nonce"), NULL, ngx_eo_challenge_variable,
      NGX_EO_CHALLENGE_NONCE_VAR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_challenge_language"), NULL, ngx_eo_challenge_variable,
      NGX_EO_CHALLENGE_LANGUAGE_VAR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_challenge_title"), NULL, ngx_eo_challenge_variable,
      NGX_EO_CHALLENGE_TITLE_VAR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_eo_challenge_add_variables(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_challenge_variables);
}


/* not found where no challenge was asked for */

static ngx_int_t
ngx_eo_challenge_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                value;
    ngx_eo_waf_state_t      *state;
    ngx_eo_challenge_ctx_t  *ctx;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);
    ctx = state ? state->challenge_ctx : NULL;

    if (ctx == NULL || ctx->status.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    switch (data) {

    case NGX_EO_CHALLENGE_STATUS_VAR:
        value = ctx->status;
        break;

    case NGX_EO_CHALLENGE_REASON_VAR:
        value = ctx->reason;
        break;

    case NGX_EO_CHALLENGE_DATA_VAR:
        value = ctx->data;
        break;

    case NGX_EO_CHALLENGE_NONCE_VAR:
        value.data = ctx->nonce;
        value.len = ctx->data.len ? sizeof(ctx->nonce) : 0;
        break;

    case NGX_EO_CHALLENGE_LANGUAGE_VAR:

        if (ctx->chinese) {
            ngx_str_set(&value, "zh");

        } else {
            ngx_str_set(&value, "en");
        }

        break;

    default: /* NGX_EO_CHALLENGE_TITLE_VAR */

        if (ctx->chinese) {
            ngx_str_set(&value, "正在检查您的浏览器");

        } else {
            ngx_str_set(&value, "Checking your browser");
        }
    }

    v->data = value.data;
    v->len = value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
