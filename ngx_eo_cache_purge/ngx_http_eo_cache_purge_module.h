
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Configuration of ngx_http_eo_cache_purge_module.
 */


#ifndef _NGX_HTTP_EO_CACHE_PURGE_MODULE_H_INCLUDED_
#define _NGX_HTTP_EO_CACHE_PURGE_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_eo_purge_zone.h"


typedef struct {
    ngx_array_t             zones;     /* of ngx_eo_purge_zone_t * */
} ngx_eo_cache_purge_main_conf_t;


typedef struct {
    ngx_eo_purge_zone_t    *zone;      /* of the cached objects, or NULL */
    ngx_eo_purge_zone_t    *api;       /* that the location answers for */
    ngx_flag_t              keep_tags;
} ngx_eo_cache_purge_loc_conf_t;


/*
 * The zone of a name; NULL, with a message, if no directive before has defined
 * it.
 */

ngx_eo_purge_zone_t *ngx_http_eo_cache_find_zone(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_str_t *name);


extern ngx_module_t  ngx_http_eo_cache_purge_module;


#endif /* _NGX_HTTP_EO_CACHE_PURGE_MODULE_H_INCLUDED_ */
