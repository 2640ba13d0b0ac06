
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_rate_zone.h"
#include "ngx_eo_waf_zone.h"

#include <openssl/rand.h>


static ngx_int_t ngx_eo_rate_zone_init(ngx_shm_zone_t *zone, void *data);


/* its address tells nginx what the zones are used for */

static ngx_uint_t  ngx_eo_rate_zone_tag;


ngx_shm_zone_t *
ngx_eo_rate_zone_add(ngx_conf_t *cf, ngx_str_t *name, size_t size)
{
    ngx_shm_zone_t  *zone;

    zone = ngx_shared_memory_add(cf, name, size, &ngx_eo_rate_zone_tag);

    if (zone) {
        zone->init = ngx_eo_rate_zone_init;
    }

    return zone;
}


static ngx_int_t
ngx_eo_rate_zone_init(ngx_shm_zone_t *zone, void *data)
{
    void                 *memory;
    size_t                size;
    uint64_t              seed[2];
    ngx_int_t             rc;
    ngx_slab_pool_t      *shpool;
    ngx_eo_rate_table_t  *table;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    rc = ngx_eo_waf_zone_reuse(zone, data, NGX_EO_RATE_VERSION);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (RAND_bytes((u_char *) seed, sizeof(seed)) != 1) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "no random numbers for the zone \"%V\"",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    size = shpool->pfree * ngx_pagesize;

    memory = ngx_slab_alloc(shpool, size);
    if (memory == NULL) {
        return NGX_ERROR;
    }

    /* it is new memory and zeroed, which takes no time; but for debugging */

#if (NGX_DEBUG_MALLOC || NGX_HAVE_DEBUG_MALLOC)
    ngx_memzero(memory, size);
#endif

    table = ngx_eo_rate_table_init(memory, size, seed);

    ngx_eo_waf_zone_keep(zone, table);

    return NGX_OK;
}
