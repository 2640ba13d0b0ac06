
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * EO-Cache-Status.
 */


#include "ngx_eo_cache_status.h"


typedef struct {
    unsigned     wanted:1;
} ngx_eo_cache_status_main_conf_t;


typedef struct {
    ngx_flag_t   enable;    /* NGX_CONF_UNSET where it is left to "eo" */
    ngx_flag_t   header;    /* in force */
    ngx_flag_t   field;     /* Cache-Status */
} ngx_eo_cache_status_loc_conf_t;


static ngx_int_t ngx_http_eo_cache_status_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_eo_cache_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_eo_edge_cache_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

static ngx_int_t ngx_http_eo_cache_status_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_cache_status_init(ngx_conf_t *cf);
static ngx_uint_t ngx_http_eo_cache_status_logged(ngx_conf_t *cf);
static void *ngx_http_eo_cache_status_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_eo_cache_status_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_eo_cache_status_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);


static ngx_command_t  ngx_http_eo_cache_status_commands[] = {

    { ngx_string("eo_cache_status"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_cache_status_loc_conf_t, enable),
      NULL },

    { ngx_string("eo_cache_status_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_cache_status_loc_conf_t, field),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_cache_status_module_ctx = {
    ngx_http_eo_cache_status_preconfiguration, /* preconfiguration */
    ngx_http_eo_cache_status_init,         /* postconfiguration */

    ngx_http_eo_cache_status_create_main_conf, /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_eo_cache_status_create_loc_conf, /* create location conf */
    ngx_http_eo_cache_status_merge_loc_conf /* merge location configuration */
};


ngx_module_t  ngx_http_eo_cache_status_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_cache_status_module_ctx,  /* module context */
    ngx_http_eo_cache_status_commands,     /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_variable_t  ngx_http_eo_cache_status_variables[] = {

    { ngx_string("eo_cache_status"), NULL,
      ngx_http_eo_cache_status_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_edge_cache_status"), NULL,
      ngx_http_eo_edge_cache_status_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    ngx_http_null_variable
};


static ngx_int_t
ngx_http_eo_cache_status_filter(ngx_http_request_t *r)
{
    ngx_eo_cache_status_ctx_t       *ctx;
    ngx_eo_cache_status_loc_conf_t  *clcf;

    static ngx_str_t  name = ngx_string("EO-Cache-Status");

    if (r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_CACHE_STATUS);

    if (ctx == NULL) {
        ctx = ngx_pcalloc(r->pool, sizeof(ngx_eo_cache_status_ctx_t));
        if (ctx == NULL
            || ngx_eo_set_ctx(r, NGX_EO_SLOT_CACHE_STATUS, ctx) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_eo_cache_status_note(r, ctx);

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_cache_status_module);

    if (clcf->header
        && ngx_eo_set_response_header(r, &name, &ctx->status->header)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (clcf->field && ctx->status->header.len
        && ngx_eo_cache_status_field(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_eo_cache_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_cache_status_ctx_t  *ctx;

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_CACHE_STATUS);

    if (ctx == NULL || ctx->status->header.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->len = ctx->status->header.len;
    v->data = ctx->status->header.data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_edge_cache_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                   value;
    ngx_eo_cache_status_ctx_t  *ctx;

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_CACHE_STATUS);

    if (ctx == NULL) {
        ngx_str_set(&value, "other");

    } else if (ngx_eo_cache_status_cacheable(r->main)) {
        value = ctx->status->log;

    } else {
        value = ctx->status->log_uncached;
    }

    v->len = value.len;
    v->data = value.data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_cache_status_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_core_require(cf, "ngx_http_eo_cache_status_module.so")
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_add_variables(cf, ngx_http_eo_cache_status_variables);
}


static ngx_int_t
ngx_http_eo_cache_status_init(ngx_conf_t *cf)
{
    ngx_eo_cache_status_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_eo_cache_status_module);

    if (!mcf->wanted && !ngx_http_eo_cache_status_logged(cf)) {
        return NGX_OK;
    }

    return ngx_eo_stage_add(cf, NGX_EO_STAGE_CACHE_STATUS,
                            ngx_http_eo_cache_status_filter);
}


/* a log may name the variables where the header is off */

static ngx_uint_t
ngx_http_eo_cache_status_logged(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_variable_t        *v, *own;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        for (own = ngx_http_eo_cache_status_variables; own->name.len; own++) {

            if (v[i].name.len == own->name.len
                && ngx_strncmp(v[i].name.data, own->name.data, own->name.len)
                   == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


static void *
ngx_http_eo_cache_status_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_eo_cache_status_main_conf_t));
}


static void *
ngx_http_eo_cache_status_create_loc_conf(ngx_conf_t *cf)
{
    ngx_eo_cache_status_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_cache_status_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->enable = NGX_CONF_UNSET;
    conf->field = NGX_CONF_UNSET;

    return conf;
}


static char *
ngx_http_eo_cache_status_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_eo_cache_status_loc_conf_t *prev = parent;
    ngx_eo_cache_status_loc_conf_t *conf = child;

    ngx_eo_cache_status_main_conf_t  *mcf;

    if (conf->enable == NGX_CONF_UNSET) {
        conf->enable = prev->enable;
    }

    conf->header = (conf->enable == NGX_CONF_UNSET) ? ngx_eo_enabled(cf)
                                                    : conf->enable;

    ngx_conf_merge_value(conf->field, prev->field, 0);

    if (conf->header || conf->field) {
        mcf = ngx_http_conf_get_module_main_conf(cf,
                                            ngx_http_eo_cache_status_module);
        mcf->wanted = 1;
    }

    return NGX_CONF_OK;
}
