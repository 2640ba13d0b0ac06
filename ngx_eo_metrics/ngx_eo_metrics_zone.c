
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_zone.h"

#include <sys/mman.h>


static ngx_int_t ngx_eo_metrics_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);
static char *ngx_eo_metrics_zone_file(ngx_conf_t *cf,
    ngx_eo_metrics_zone_t *zone, ngx_str_t *value);
static char *ngx_eo_metrics_zone_map(ngx_conf_t *cf,
    ngx_eo_metrics_zone_t *zone);
static ngx_fd_t ngx_eo_metrics_zone_open(ngx_conf_t *cf,
    ngx_eo_metrics_zone_t *zone);
static void ngx_eo_metrics_zone_unmap(void *data);
static ngx_int_t ngx_eo_metrics_zone_attach(ngx_cycle_t *cycle,
    ngx_eo_metrics_main_conf_t *mcf, ngx_eo_metrics_zone_t *zone);


char *
ngx_eo_metrics_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_metrics_main_conf_t *mcf = conf;

    ssize_t                  size;
    ngx_str_t               *value;
    ngx_uint_t               i;
    ngx_shm_zone_t          *shm_zone;
    ngx_eo_metrics_zone_t   *zone, **zones;

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

    if (size == NGX_ERROR || size < NGX_EO_METRICS_SIZE_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" in \"%V\": it has to be 2m at "
                           "least", &value[2], &cmd->name);
        return NGX_CONF_ERROR;
    }

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_eo_metrics_zone_t));
    zones = ngx_array_push(&mcf->zones);

    if (zone == NULL || zones == NULL) {
        return NGX_CONF_ERROR;
    }

    *zones = zone;

    zone->name = value[1];
    zone->size = size;

    if (cf->args->nelts == 4) {
        return ngx_eo_metrics_zone_file(cf, zone, &value[3]);
    }

    /* nginx's own head of the memory, and its list of pages, come on top */

    size += 8 * ngx_pagesize + size / ngx_pagesize * sizeof(ngx_slab_page_t);

    shm_zone = ngx_shared_memory_add(cf, &zone->name, size,
                                     &ngx_http_eo_metrics_module);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (shm_zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" of \"%V\" is in use already",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_eo_metrics_zone_init;
    shm_zone->data = zone;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_metrics_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_slab_pool_t        *shpool;
    ngx_eo_metrics_zone_t  *zone;

    zone = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (data == NULL && !shm_zone->shm.exists) {
        shpool->data = ngx_slab_calloc(shpool, zone->size);

        if (shpool->data == NULL) {
            return NGX_ERROR;
        }
    }

    zone->memory = shpool->data;

    return NGX_OK;
}


static char *
ngx_eo_metrics_zone_file(ngx_conf_t *cf, ngx_eo_metrics_zone_t *zone,
    ngx_str_t *value)
{
    if (value->len <= 5 || ngx_strncmp(value->data, "file=", 5) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"eo_metrics_zone\": "
                           "what may follow the size is file=PATH", value);
        return NGX_CONF_ERROR;
    }

    zone->file.data = value->data + 5;
    zone->file.len = value->len - 5;

    if (ngx_conf_full_name(cf->cycle, &zone->file, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    /* "nginx -t" and "nginx -s" leave the file of a running nginx alone */

    if (ngx_test_config || ngx_process == NGX_PROCESS_SIGNALLER) {
        return NGX_CONF_OK;
    }

    return ngx_eo_metrics_zone_map(cf, zone);
}


static char *
ngx_eo_metrics_zone_map(ngx_conf_t *cf, ngx_eo_metrics_zone_t *zone)
{
    int                  err;
    ngx_fd_t             fd;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    fd = ngx_eo_metrics_zone_open(cf, zone);

    if (fd == NGX_INVALID_FILE) {
        return NGX_CONF_ERROR;
    }

    zone->memory = MAP_FAILED;

    /* a write to a mapping without room on the disk would end the process */

    err = posix_fallocate(fd, 0, zone->size);

    if (err == 0) {
        zone->memory = mmap(NULL, zone->size, PROT_READ|PROT_WRITE,
                            MAP_SHARED, fd, 0);
        err = ngx_errno;
    }

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", &zone->file);
    }

    if (zone->memory == MAP_FAILED) {
        zone->memory = NULL;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, err,
                           "\"%V\" of \"eo_metrics_zone\" cannot be used: it "
                           "needs %uz bytes on a local disk", &zone->file,
                           zone->size);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_eo_metrics_zone_unmap;
    cln->data = zone;

    return NGX_CONF_OK;
}


/*
 * A file of another size is not made longer or shorter, which would pull it
 * from under workers that have a mapping of it: a new one takes its name.
 */

static ngx_fd_t
ngx_eo_metrics_zone_open(ngx_conf_t *cf, ngx_eo_metrics_zone_t *zone)
{
    ngx_fd_t         fd;
    ngx_uint_t       again;
    ngx_file_info_t  fi;

    for (again = 0; /* void */ ; again++) {
        fd = open((const char *) zone->file.data, O_RDWR|O_CREAT|O_CLOEXEC,
                  0600);

        if (fd == NGX_INVALID_FILE || ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
            break;
        }

        if (!ngx_is_file(&fi)) {
            ngx_set_errno(NGX_EINVAL);
            break;
        }

        if (fi.st_size == 0 || fi.st_size == (off_t) zone->size || again) {
            return fd;
        }

        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" of \"eo_metrics_zone\" has another size: "
                           "its counters begin anew", &zone->file);

        (void) ngx_close_file(fd);

        if (ngx_delete_file(zone->file.data) == NGX_FILE_ERROR) {
            fd = NGX_INVALID_FILE;
            break;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                       "\"%V\" of \"eo_metrics_zone\" cannot be opened: it "
                       "has to be a plain file in a folder that is there",
                       &zone->file);

    if (fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(fd);
    }

    return NGX_INVALID_FILE;
}


static void
ngx_eo_metrics_zone_unmap(void *data)
{
    ngx_eo_metrics_zone_t *zone = data;

    (void) munmap(zone->memory, zone->size);
}


ngx_eo_metrics_zone_t *
ngx_eo_metrics_zone_find(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *name)
{
    ngx_uint_t                   i;
    ngx_eo_metrics_zone_t      **zones;
    ngx_eo_metrics_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_metrics_module);
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
                       "\"eo_metrics_zone\"", name, &cmd->name);

    return NULL;
}


ngx_int_t
ngx_eo_metrics_zones_attach(ngx_cycle_t *cycle,
    ngx_eo_metrics_main_conf_t *mcf)
{
    ngx_uint_t               i;
    ngx_eo_metrics_zone_t  **zones;

    zones = mcf->zones.elts;

    for (i = 0; i < mcf->zones.nelts; i++) {

        if (ngx_eo_metrics_zone_attach(cycle, mcf, zones[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_metrics_zone_attach(ngx_cycle_t *cycle,
    ngx_eo_metrics_main_conf_t *mcf, ngx_eo_metrics_zone_t *zone)
{
    ngx_str_t   *names;
    ngx_uint_t   i, left;

    if (ngx_eo_metrics_store_open(&zone->store, zone->memory, zone->size,
                                  ngx_time()))
    {
        ngx_log_error(NGX_LOG_INFO, cycle->log, 0,
                      "the counters of the zone \"%V\" go on", &zone->name);
    }

    ngx_eo_metrics_store_limits(&zone->store, &mcf->limits);

    zone->places = ngx_palloc(cycle->pool,
                              (mcf->names.nelts + 1) * sizeof(ngx_uint_t));
    if (zone->places == NULL) {
        return NGX_ERROR;
    }

    zone->store.head->round++;

    names = mcf->names.elts;
    left = 0;

    for (i = 0; i < mcf->names.nelts; i++) {
        zone->places[i] = ngx_eo_metrics_store_domain(&zone->store, &names[i],
                                                      ngx_time());

        if (zone->places[i] == NGX_EO_METRICS_OTHER) {
            left++;
        }
    }

    if (left) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "the zone \"%V\" has room for %ui domains: %ui of %ui "
                      "are counted as \"other\"; make it larger",
                      &zone->name, zone->store.ndomains - 1, left,
                      mcf->names.nelts);
    }

    return NGX_OK;
}
