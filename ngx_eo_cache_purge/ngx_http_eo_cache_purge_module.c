
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Purging cached objects: directives and wiring.
 */


#include "ngx_eo_core.h"
#include "ngx_http_eo_cache_purge_module.h"
#include "ngx_eo_prefetch_conf.h"
#include "ngx_eo_prefetch_file.h"
#include "ngx_eo_prefetch_run.h"
#include "ngx_eo_purge_api.h"
#include "ngx_eo_purge_journal.h"
#include "ngx_eo_purge_object.h"
#include "ngx_eo_purge_sweep.h"
#include "ngx_eo_purge_watch.h"


#define NGX_EO_PURGE_ZONE_MIN  (1024 * 1024)


static ngx_int_t ngx_http_eo_cache_purge_filter(ngx_http_request_t *r);

static char *ngx_http_eo_cache_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_cache_zone_path(ngx_conf_t *cf,
    ngx_eo_purge_zone_t *zone, ngx_str_t *value);
static ngx_int_t ngx_http_eo_cache_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);
static char *ngx_http_eo_cache_purge(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_cache_api(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static ngx_int_t ngx_http_eo_cache_purge_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_cache_purge_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_cache_purge_init_process(ngx_cycle_t *cycle);
static void *ngx_http_eo_cache_purge_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_eo_cache_purge_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_eo_cache_purge_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);


static ngx_command_t  ngx_http_eo_cache_purge_commands[] = {

    { ngx_string("eo_cache_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE23,
      ngx_http_eo_cache_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_cache_prefetch"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_prefetch_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_cache_purge"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_cache_purge,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_cache_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_cache_api,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_cache_tags_to_client"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_cache_purge_loc_conf_t, keep_tags),
      NULL },

    ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_cache_purge_module_ctx = {
    ngx_http_eo_cache_purge_preconfiguration, /* preconfiguration */
    ngx_http_eo_cache_purge_init,          /* postconfiguration */

    ngx_http_eo_cache_purge_create_main_conf, /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_eo_cache_purge_create_loc_conf, /* create location conf */
    ngx_http_eo_cache_purge_merge_loc_conf /* merge location configuration */
};


ngx_module_t  ngx_http_eo_cache_purge_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_cache_purge_module_ctx,   /* module context */
    ngx_http_eo_cache_purge_commands,      /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_eo_cache_purge_init_process,  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_variable_t  ngx_http_eo_cache_purge_variables[] = {

    { ngx_string(NGX_EO_PURGE_VARIABLE), NULL, ngx_eo_purge_watch_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    ngx_http_null_variable
};


/* what the origin, or this module, says to caches alone */

static ngx_int_t
ngx_http_eo_cache_purge_filter(ngx_http_request_t *r)
{
    ngx_uint_t                      i;
    ngx_list_part_t                *part;
    ngx_table_elt_t                *h;
    ngx_eo_cache_purge_loc_conf_t  *conf;

    if (r->upstream == NULL) {
        return NGX_DECLINED;
    }

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_cache_purge_module);

    part = &r->headers_out.headers.part;
    i = 0;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (ngx_eo_purge_header_marker(&h->key)
            || (conf->zone && !conf->keep_tags
                && ngx_eo_purge_header_tags(&h->key)))
        {
            h->hash = 0;
        }
    }

    return NGX_DECLINED;
}


static char *
ngx_http_eo_cache_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_cache_purge_main_conf_t *mcf = conf;

    char                  *rv;
    ssize_t                size;
    ngx_str_t             *value;
    ngx_uint_t             i;
    ngx_shm_zone_t        *shm_zone;
    ngx_eo_purge_zone_t   *zone, **zones;

    value = cf->args->elts;

    zones = mcf->zones.elts;

    for (i = 0; i < mcf->zones.nelts; i++) {

        if (zones[i]->name.len == value[1].len
            && ngx_strncmp(zones[i]->name.data, value[1].data, value[1].len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate zone \"%V\" in \"%V\"", &value[1],
                               &cmd->name);
            return NGX_CONF_ERROR;
        }
    }

    size = ngx_parse_size(&value[2]);

    if (size == NGX_ERROR || size < NGX_EO_PURGE_ZONE_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" in \"%V\": it has to be 1m at "
                           "least", &value[2], &cmd->name);
        return NGX_CONF_ERROR;
    }

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_eo_purge_zone_t));
    zones = ngx_array_push(&mcf->zones);

    if (zone == NULL || zones == NULL
        || ngx_array_init(&zone->caches, cf->pool, 4, sizeof(ngx_shm_zone_t *))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    *zones = zone;
    zone->name = value[1];

    if (cf->args->nelts == 4) {
        rv = ngx_http_eo_cache_zone_path(cf, zone, &value[3]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    shm_zone = ngx_shared_memory_add(cf, &zone->name, size,
                                     &ngx_http_eo_cache_purge_module);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (shm_zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" of \"%V\" is in use already",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_http_eo_cache_zone_init;
    shm_zone->data = zone;

    return NGX_CONF_OK;
}


/* nginx makes the folder, and gives it to the user of its workers */

static char *
ngx_http_eo_cache_zone_path(ngx_conf_t *cf, ngx_eo_purge_zone_t *zone,
    ngx_str_t *value)
{
    ngx_path_t  *path;

    if (value->len <= 5 || ngx_strncmp(value->data, "path=", 5) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"eo_cache_zone\": "
                           "what may follow the size is path=FOLDER", value);
        return NGX_CONF_ERROR;
    }

    path = ngx_pcalloc(cf->pool, sizeof(ngx_path_t));
    if (path == NULL) {
        return NGX_CONF_ERROR;
    }

    path->name.data = value->data + 5;
    path->name.len = value->len - 5;

    if (path->name.data[path->name.len - 1] == '/') {
        path->name.len--;
    }

    if (ngx_conf_full_name(cf->cycle, &path->name, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    path->conf_file = cf->conf_file->file.name.data;
    path->line = cf->conf_file->line;

    if (ngx_add_path(cf, &path) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    zone->folder = path->name;
    zone->journal.len = path->name.len + 1 + zone->name.len
                        + sizeof(".journal") - 1;
    zone->journal.data = ngx_pnalloc(cf->pool, zone->journal.len + 1);

    if (zone->journal.data == NULL) {
        return NGX_CONF_ERROR;
    }

    (void) ngx_sprintf(zone->journal.data, "%V/%V.journal%Z", &path->name,
                       &zone->name);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_eo_cache_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_eo_purge_zone_t *before = data;

    ngx_eo_purge_zone_t  *zone;

    zone = shm_zone->data;
    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (before) {
        zone->sh = before->sh;

        if (zone->journal.len != before->journal.len
            || ngx_strncmp(zone->journal.data, before->journal.data,
                           zone->journal.len)
               != 0)
        {
            ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                          "the path of the zone \"%V\" cannot change while "
                          "nginx runs: give the zone another name, or restart",
                          &zone->name);
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    if (shm_zone->shm.exists) {
        zone->sh = zone->shpool->data;
        return NGX_OK;
    }

    if (ngx_eo_purge_zone_create(zone, shm_zone->shm.log) != NGX_OK) {
        return NGX_ERROR;
    }

    if (zone->journal.len == 0) {
        return NGX_OK;
    }

    if (ngx_eo_purge_journal_read(zone, shm_zone->shm.log) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_prefetch_restore(zone, shm_zone->shm.log);
}


static char *
ngx_http_eo_cache_purge(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_cache_purge_loc_conf_t *lcf = conf;

    ngx_str_t  *value;

    if (lcf->zone != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        lcf->zone = NULL;
        return NGX_CONF_OK;
    }

    lcf->zone = ngx_http_eo_cache_find_zone(cf, cmd, &value[1]);

    return lcf->zone ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_eo_cache_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_cache_purge_loc_conf_t *lcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    if (lcf->api) {
        return "is duplicate";
    }

    value = cf->args->elts;

    lcf->api = ngx_http_eo_cache_find_zone(cf, cmd, &value[1]);

    if (lcf->api == NULL) {
        return NGX_CONF_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_eo_purge_api_handler;

    return NGX_CONF_OK;
}


ngx_eo_purge_zone_t *
ngx_http_eo_cache_find_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name)
{
    ngx_uint_t                       i;
    ngx_eo_purge_zone_t            **zones;
    ngx_eo_cache_purge_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_eo_cache_purge_module);
    zones = mcf->zones.elts;

    for (i = 0; i < mcf->zones.nelts; i++) {

        if (zones[i]->name.len == name->len
            && ngx_strncmp(zones[i]->name.data, name->data, name->len) == 0)
        {
            return zones[i];
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown zone \"%V\" in \"%V\": define it before, with "
                       "\"eo_cache_zone\"", name, &cmd->name);

    return NULL;
}


static ngx_int_t
ngx_http_eo_cache_purge_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_core_require(cf, "ngx_http_eo_cache_purge_module.so")
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_add_variables(cf, ngx_http_eo_cache_purge_variables);
}


static ngx_int_t
ngx_http_eo_cache_purge_init(ngx_conf_t *cf)
{
    ngx_eo_cache_purge_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_eo_cache_purge_module);

    if (mcf->zones.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_thread_pool_add(cf, NULL) == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_stage_add(cf, NGX_EO_STAGE_CACHE_PURGE,
                            ngx_http_eo_cache_purge_filter);
}


static ngx_int_t
ngx_http_eo_cache_purge_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                       i;
    ngx_eo_purge_zone_t            **zones;
    ngx_eo_cache_purge_main_conf_t  *mcf;

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    mcf = ngx_http_cycle_get_module_main_conf(cycle,
                                              ngx_http_eo_cache_purge_module);
    if (mcf == NULL) {
        return NGX_OK;
    }

    zones = mcf->zones.elts;

    for (i = 0; i < mcf->zones.nelts; i++) {

        if (ngx_eo_purge_sweep_start(cycle, zones[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        if (zones[i]->prefetch
            && ngx_eo_prefetch_start(cycle, zones[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void *
ngx_http_eo_cache_purge_create_main_conf(ngx_conf_t *cf)
{
    ngx_eo_cache_purge_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_cache_purge_main_conf_t));

    if (mcf == NULL
        || ngx_array_init(&mcf->zones, cf->pool, 2,
                          sizeof(ngx_eo_purge_zone_t *))
           != NGX_OK)
    {
        return NULL;
    }

    return mcf;
}


static void *
ngx_http_eo_cache_purge_create_loc_conf(ngx_conf_t *cf)
{
    ngx_eo_cache_purge_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_cache_purge_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->zone = NGX_CONF_UNSET_PTR;
    conf->keep_tags = NGX_CONF_UNSET;

    return conf;
}


static char *
ngx_http_eo_cache_purge_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_eo_cache_purge_loc_conf_t *prev = parent;
    ngx_eo_cache_purge_loc_conf_t *conf = child;

    ngx_conf_merge_ptr_value(conf->zone, prev->zone, NULL);
    ngx_conf_merge_value(conf->keep_tags, prev->keep_tags, 0);

    if (conf->zone && ngx_eo_purge_watch_caches(cf, conf->zone) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
