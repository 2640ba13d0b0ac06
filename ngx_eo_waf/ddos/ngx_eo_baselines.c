
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_baselines.h"
#include "shm/ngx_eo_waf_zone.h"


#define NGX_EO_BASELINES_MIN  1024


typedef struct {
    ngx_atomic_t                key;         /* 0: not in use */
    ngx_eo_baseline_t           baseline;
} ngx_eo_baselines_entry_t;


typedef struct {
    ngx_uint_t                  version;
    ngx_uint_t                  nentries;    /* a power of two */
    ngx_eo_baselines_entry_t    entries[1];
} ngx_eo_baselines_t;


static ngx_int_t ngx_eo_baselines_init_zone(ngx_shm_zone_t *zone, void *data);
static size_t ngx_eo_baselines_size(ngx_uint_t nentries);


static ngx_uint_t  ngx_eo_baselines_tag;


/* a size in steps, so that it stays the same if servers are added */

ngx_shm_zone_t *
ngx_eo_baselines_zone(ngx_conf_t *cf, ngx_uint_t domains)
{
    size_t           size;
    ngx_uint_t       nentries;
    ngx_shm_zone_t  *zone;

    static ngx_str_t  name = ngx_string("eo_waf_baselines");

    nentries = NGX_EO_BASELINES_MIN;

    while (nentries < domains * 2) {
        nentries *= 2;
    }

    /* what a slab pool itself takes is less than a tenth, and some pages */

    size = ngx_eo_baselines_size(nentries);
    size = ngx_align(size + size / 10 + 8 * ngx_pagesize, ngx_pagesize);

    zone = ngx_shared_memory_add(cf, &name, size, &ngx_eo_baselines_tag);

    if (zone) {
        zone->init = ngx_eo_baselines_init_zone;
        zone->data = (void *) nentries;
    }

    return zone;
}


static size_t
ngx_eo_baselines_size(ngx_uint_t nentries)
{
    return offsetof(ngx_eo_baselines_t, entries)
           + nentries * sizeof(ngx_eo_baselines_entry_t);
}


static ngx_int_t
ngx_eo_baselines_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_int_t            rc;
    ngx_uint_t           nentries;
    ngx_slab_pool_t     *shpool;
    ngx_eo_baselines_t  *baselines;

    nentries = (ngx_uint_t) zone->data;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    rc = ngx_eo_waf_zone_reuse(zone, data, NGX_EO_BASELINE_VERSION);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    /* new memory is zeroed, and takes no room until it is used */

    baselines = ngx_slab_alloc(shpool, ngx_eo_baselines_size(nentries));
    if (baselines == NULL) {
        return NGX_ERROR;
    }

#if (NGX_DEBUG_MALLOC || NGX_HAVE_DEBUG_MALLOC)
    ngx_memzero(baselines, ngx_eo_baselines_size(nentries));
#endif

    baselines->version = NGX_EO_BASELINE_VERSION;
    baselines->nentries = nentries;

    ngx_eo_waf_zone_keep(zone, baselines);

    return NGX_OK;
}


ngx_atomic_uint_t
ngx_eo_baselines_key(ngx_str_t *name, ngx_msec_t period)
{
    uint32_t           low, high;
    ngx_atomic_uint_t  key;

    low = ngx_murmur_hash2(name->data, name->len);
    high = ngx_crc32_long(name->data, name->len) ^ (uint32_t) period;

    key = (ngx_atomic_uint_t) ((uint64_t) high << 32 | low);

    return key ? key : 1;
}


ngx_eo_baseline_t *
ngx_eo_baselines_find(ngx_shm_zone_t *zone, ngx_atomic_uint_t key)
{
    ngx_uint_t                 i, n;
    ngx_eo_baselines_t        *baselines;
    ngx_eo_baselines_entry_t  *entry;

    baselines = zone->data;

    n = (ngx_uint_t) key;

    for (i = 0; i < baselines->nentries; i++) {
        entry = &baselines->entries[(n + i) & (baselines->nentries - 1)];

        if (entry->key == key) {
            return &entry->baseline;
        }

        if (entry->key == 0
            && (ngx_atomic_cmp_set(&entry->key, 0, key) || entry->key == key))
        {
            return &entry->baseline;
        }
    }

    return NULL;
}
