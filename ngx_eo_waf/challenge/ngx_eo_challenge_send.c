
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_send.h"
#include "ngx_eo_core.h"


static void **ngx_eo_challenge_filter_confs(ngx_conf_t *cf);
static ngx_int_t ngx_eo_challenge_plain_conf(ngx_conf_t *cf,
    ngx_module_t *module, void **conf);
static ngx_int_t ngx_eo_challenge_header(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);


/* modules that add to responses or change them */

static const char  *ngx_eo_challenge_filters[] = {
    "ngx_http_addition_filter_module",
    "ngx_http_headers_filter_module",
    "ngx_http_image_filter_module",
    "ngx_http_ssi_filter_module",
    "ngx_http_sub_filter_module",
    "ngx_http_xslt_filter_module",
    NULL
};


ngx_int_t
ngx_eo_challenge_plain(ngx_conf_t *cf, ngx_eo_challenge_conf_t *conf)
{
    void        **filters;
    ngx_uint_t    i;

    filters = ngx_eo_challenge_filter_confs(cf);
    if (filters == NULL) {
        return NGX_ERROR;
    }

    for ( /* void */ ; conf; conf = conf->next) {

        conf->plain = ngx_palloc(cf->pool,
                                 sizeof(void *) * ngx_http_max_module);
        if (conf->plain == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < ngx_http_max_module; i++) {
            conf->plain[i] = filters[i] ? filters[i] : conf->loc_conf[i];
        }
    }

    return NGX_OK;
}


/* an array like a loc_conf, with NULL for the modules that are no filters */

static void **
ngx_eo_challenge_filter_confs(ngx_conf_t *cf)
{
    void          **filters;
    ngx_uint_t      i, k;
    ngx_module_t   *module;

    filters = ngx_pcalloc(cf->pool, sizeof(void *) * ngx_http_max_module);
    if (filters == NULL) {
        return NULL;
    }

    for (i = 0; cf->cycle->modules[i]; i++) {
        module = cf->cycle->modules[i];

        if (module->type != NGX_HTTP_MODULE) {
            continue;
        }

        for (k = 0; ngx_eo_challenge_filters[k]; k++) {

            if (ngx_strcmp(module->name, ngx_eo_challenge_filters[k]) == 0
                && ngx_eo_challenge_plain_conf(cf, module,
                                               &filters[module->ctx_index])
                   != NGX_OK)
            {
                return NULL;
            }
        }
    }

    return filters;
}


/* what a location has of which nothing was said */

static ngx_int_t
ngx_eo_challenge_plain_conf(ngx_conf_t *cf, ngx_module_t *module,
    void **conf)
{
    void               *parent;
    ngx_http_module_t  *ctx;

    ctx = module->ctx;

    if (ctx->create_loc_conf == NULL || ctx->merge_loc_conf == NULL) {
        return NGX_OK;
    }

    parent = ctx->create_loc_conf(cf);
    *conf = ctx->create_loc_conf(cf);

    if (parent == NULL || *conf == NULL
        || ctx->merge_loc_conf(cf, parent, *conf) != NGX_CONF_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_challenge_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body, ngx_str_t *policy, ngx_str_t *cookie)
{
    ngx_int_t               rc;
    ngx_buf_t              *b;
    ngx_str_t               no_store, nosniff;
    ngx_chain_t             out;
    ngx_eo_waf_loc_conf_t  *wlcf;

    ngx_str_set(&no_store, "no-store");
    ngx_str_set(&nosniff, "nosniff");

    /* an error_page may have led here */

    r->err_status = 0;

    r->headers_out.status = status;
    r->headers_out.content_length_n = body->len;
    r->headers_out.content_type = *type;
    r->headers_out.content_type_len = type->len;
    r->headers_out.content_type_lowcase = NULL;

    /* RFC 8259, 11: application/json has no charset */

    if (ngx_strncmp(type->data, "text/", 5) == 0) {
        ngx_str_set(&r->headers_out.charset, "utf-8");

    } else {
        ngx_str_null(&r->headers_out.charset);
    }

    r->allow_ranges = 0;
    r->disable_not_modified = 1;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);
    r->loc_conf = wlcf->challenge->plain;

    if (ngx_eo_challenge_header(r, "Cache-Control", &no_store) != NGX_OK
        || ngx_eo_challenge_header(r, "X-Content-Type-Options", &nosniff)
           != NGX_OK
        || ngx_eo_challenge_header(r, "Content-Security-Policy", policy)
           != NGX_OK
        || ngx_eo_challenge_header(r, "Set-Cookie", cookie) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = (body->len > 0);
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_OK && !r->header_only) {
        rc = ngx_http_output_filter(r, &out);
    }

    return (rc == NGX_ERROR || rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc
                                                                : NGX_HTTP_OK;
}


static ngx_int_t
ngx_eo_challenge_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_str_t  key;

    if (value->len == 0) {
        return NGX_OK;
    }

    key.data = (u_char *) name;
    key.len = ngx_strlen(name);

    return ngx_eo_set_response_header(r, &key, value);
}
