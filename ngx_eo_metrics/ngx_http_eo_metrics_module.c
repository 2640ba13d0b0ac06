
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Metrics: directives and wiring.
 */


#include "ngx_http_eo_metrics_module.h"
#include "ngx_eo_metrics_name.h"
#include "ngx_eo_metrics_page.h"
#include "ngx_eo_metrics_record.h"
#include "ngx_eo_metrics_zone.h"


#define NGX_EO_METRICS_DOMAINS      200
#define NGX_EO_METRICS_DOMAINS_MAX  2000


static char *ngx_http_eo_metrics(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_metrics_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_metrics_page_parameter(ngx_conf_t *cf,
    ngx_eo_metrics_loc_conf_t *lcf, ngx_str_t *value);
static char *ngx_http_eo_metrics_buckets(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static ngx_int_t ngx_http_eo_metrics_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_metrics_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_metrics_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_eo_metrics_init_process(ngx_cycle_t *cycle);
static void *ngx_http_eo_metrics_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_eo_metrics_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_eo_metrics_create_srv_conf(ngx_conf_t *cf);
static void *ngx_http_eo_metrics_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_eo_metrics_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);


static ngx_command_t  ngx_http_eo_metrics_commands[] = {

    { ngx_string("eo_metrics_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE23,
      ngx_eo_metrics_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_metrics_buckets"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_eo_metrics_buckets,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_metrics"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_metrics,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_metrics_page"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_eo_metrics_page,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_metrics_module_ctx = {
    ngx_http_eo_metrics_preconfiguration,  /* preconfiguration */
    ngx_http_eo_metrics_init,              /* postconfiguration */

    ngx_http_eo_metrics_create_main_conf,  /* create main configuration */
    ngx_http_eo_metrics_init_main_conf,    /* init main configuration */

    ngx_http_eo_metrics_create_srv_conf,   /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_eo_metrics_create_loc_conf,   /* create location configuration */
    ngx_http_eo_metrics_merge_loc_conf     /* merge location configuration */
};


ngx_module_t  ngx_http_eo_metrics_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_metrics_module_ctx,       /* module context */
    ngx_http_eo_metrics_commands,          /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_eo_metrics_init_module,       /* init module */
    ngx_http_eo_metrics_init_process,      /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* up to what a visitor notices, and a few above */

static ngx_eo_metrics_limits_t  ngx_http_eo_metrics_limits = {
    8, { 50, 100, 250, 500, 1000, 2500, 5000, 10000 }
};


static char *
ngx_http_eo_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_metrics_loc_conf_t *lcf = conf;

    ngx_str_t                   *value;
    ngx_eo_metrics_main_conf_t  *mcf;

    if (lcf->zone != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        lcf->zone = NULL;
        return NGX_CONF_OK;
    }

    lcf->zone = ngx_eo_metrics_zone_find(cf, cmd, &value[1]);

    if (lcf->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_metrics_module);
    mcf->wanted = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_metrics_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_metrics_loc_conf_t *lcf = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_uint_t                 i;
    ngx_http_core_loc_conf_t  *clcf;

    if (lcf->page) {
        return "is duplicate";
    }

    value = cf->args->elts;

    lcf->page = ngx_eo_metrics_zone_find(cf, cmd, &value[1]);

    if (lcf->page == NULL) {
        return NGX_CONF_ERROR;
    }

    lcf->domains = NGX_EO_METRICS_DOMAINS;

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_eo_metrics_page_parameter(cf, lcf, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_eo_metrics_page_handler;

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_metrics_page_parameter(ngx_conf_t *cf,
    ngx_eo_metrics_loc_conf_t *lcf, ngx_str_t *value)
{
    ngx_int_t  n;

    if (value->len > 8 && ngx_strncmp(value->data, "domains=", 8) == 0) {
        n = ngx_atoi(value->data + 8, value->len - 8);

        if (n >= 0 && n <= NGX_EO_METRICS_DOMAINS_MAX) {
            lcf->domains = n;
            return NGX_CONF_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" in \"eo_metrics_page\": 0 to %d "
                           "domains can be told one by one", value,
                           NGX_EO_METRICS_DOMAINS_MAX);
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_metrics_page_format(value, &lcf->format) == NGX_OK) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"eo_metrics_page\": what "
                       "may follow the zone is " NGX_EO_METRICS_FORMATS_KNOWN
                       ", and domains=NUMBER", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_eo_metrics_buckets(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_metrics_main_conf_t *mcf = conf;

    ngx_int_t                 ms;
    ngx_str_t                *value;
    ngx_uint_t                i, n;
    ngx_eo_metrics_limits_t  *limits;

    limits = &mcf->limits;

    if (limits->n) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = cf->args->nelts - 1;

    if (n > NGX_EO_METRICS_LIMITS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "too many times in \"%V\": %ui, while there are "
                           "%d at most", &cmd->name, n, NGX_EO_METRICS_LIMITS);
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < n; i++) {
        ms = ngx_parse_time(&value[i + 1], 0);

        if (ms == NGX_ERROR || ms == 0 || ms > NGX_MAX_INT32_VALUE
            || (i > 0 && (uint32_t) ms <= limits->ms[i - 1]))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid \"%V\" in \"%V\": it takes times such "
                               "as 250ms or 2s, each longer than the one "
                               "before", &value[i + 1], &cmd->name);
            return NGX_CONF_ERROR;
        }

        limits->ms[i] = (uint32_t) ms;
    }

    limits->n = (uint32_t) n;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_eo_metrics_preconfiguration(ngx_conf_t *cf)
{
    return ngx_eo_core_require(cf, "ngx_http_eo_metrics_module.so");
}


static ngx_int_t
ngx_http_eo_metrics_init(ngx_conf_t *cf)
{
    ngx_eo_metrics_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_metrics_module);

    if (!mcf->wanted) {
        return NGX_OK;
    }

    if (ngx_eo_metrics_names_init(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_metrics_record_init(cf, mcf);
}


static ngx_int_t
ngx_http_eo_metrics_init_module(ngx_cycle_t *cycle)
{
    ngx_eo_metrics_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_eo_metrics_module);

    if (mcf == NULL || ngx_test_config) {
        return NGX_OK;
    }

    return ngx_eo_metrics_zones_attach(cycle, mcf);
}


static ngx_int_t
ngx_http_eo_metrics_init_process(ngx_cycle_t *cycle)
{
    ngx_eo_metrics_main_conf_t  *mcf;

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_eo_metrics_module);

    if (mcf == NULL || !mcf->wanted) {
        return NGX_OK;
    }

    return ngx_eo_metrics_record_start(cycle);
}


static void *
ngx_http_eo_metrics_create_main_conf(ngx_conf_t *cf)
{
    ngx_eo_metrics_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_metrics_main_conf_t));

    if (mcf == NULL
        || ngx_array_init(&mcf->zones, cf->pool, 2,
                          sizeof(ngx_eo_metrics_zone_t *))
           != NGX_OK
        || ngx_array_init(&mcf->names, cf->pool, 16, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NULL;
    }

    ngx_rbtree_init(&mcf->tree, &mcf->sentinel, ngx_str_rbtree_insert_value);

    return mcf;
}


static char *
ngx_http_eo_metrics_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_eo_metrics_main_conf_t *mcf = conf;

    if (mcf->limits.n == 0) {
        mcf->limits = ngx_http_eo_metrics_limits;
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_eo_metrics_create_srv_conf(ngx_conf_t *cf)
{
    ngx_eo_metrics_srv_conf_t  *scf;

    scf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_metrics_srv_conf_t));

    if (scf == NULL
        || ngx_array_init(&scf->exact, cf->pool, 2,
                          sizeof(ngx_eo_metrics_name_t))
           != NGX_OK
        || ngx_array_init(&scf->patterns, cf->pool, 1,
                          sizeof(ngx_eo_metrics_name_t))
           != NGX_OK)
    {
        return NULL;
    }

    return scf;
}


static void *
ngx_http_eo_metrics_create_loc_conf(ngx_conf_t *cf)
{
    ngx_eo_metrics_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_metrics_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->zone = NGX_CONF_UNSET_PTR;

    return conf;
}


static char *
ngx_http_eo_metrics_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_eo_metrics_loc_conf_t *prev = parent;
    ngx_eo_metrics_loc_conf_t *conf = child;

    ngx_conf_merge_ptr_value(conf->zone, prev->zone, NULL);

    return NGX_CONF_OK;
}
