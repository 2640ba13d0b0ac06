
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_zone.h"


ngx_int_t
ngx_eo_waf_zone_reuse(ngx_shm_zone_t *zone, void *data, ngx_uint_t version)
{
    ngx_uint_t       *content;
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    content = zone->shm.exists ? shpool->data : data;

    if (content == NULL) {
        return NGX_DECLINED;
    }

    if (*content != version) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "what is in the zone \"%V\" is that of another version "
                      "of ngx_http_eo_waf_module.so: restart nginx",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    zone->data = content;

    return NGX_OK;
}


void
ngx_eo_waf_zone_keep(ngx_shm_zone_t *zone, void *content)
{
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    shpool->data = content;
    zone->data = content;
}
