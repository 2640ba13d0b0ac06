
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Small states by a hash, in shared memory.
 */


#include "ngx_eo_bot_table.h"
#include "shm/ngx_eo_siphash.h"
#include "shm/ngx_eo_waf_zone.h"

#include <openssl/rand.h>


#define NGX_EO_BOT_TABLE_VERSION  1
#define NGX_EO_BOT_TABLE_WAYS     4


typedef struct {
    uint64_t                  key;
    uint32_t                  until;     /* seconds of ngx_time() */
    uint32_t                  state;
} ngx_eo_bot_entry_t;


typedef struct {
    ngx_uint_t                version;
    uint64_t                  secret[2];
    ngx_uint_t                nsets;
    ngx_eo_bot_entry_t        entries[1];
} ngx_eo_bot_table_t;


static ngx_int_t ngx_eo_bot_table_init(ngx_shm_zone_t *zone, void *data);
static ngx_eo_bot_entry_t *ngx_eo_bot_table_set(ngx_shm_zone_t *zone,
    uint64_t key);
static ngx_eo_bot_entry_t *ngx_eo_bot_table_place(ngx_eo_bot_entry_t *set,
    uint64_t key);


size_t
ngx_eo_bot_table_min(void)
{
    return 8 * ngx_pagesize;
}


ngx_shm_zone_t *
ngx_eo_bot_table_zone(ngx_conf_t *cf, ngx_str_t *name, size_t size,
    void *tag)
{
    ngx_shm_zone_t  *zone;

    zone = ngx_shared_memory_add(cf, name, size, tag);
    if (zone == NULL) {
        return NULL;
    }

    zone->init = ngx_eo_bot_table_init;

    return zone;
}


/* half of the zone: what manages its pages needs some of the rest */

static ngx_int_t
ngx_eo_bot_table_init(ngx_shm_zone_t *zone, void *data)
{
    size_t               size;
    ngx_int_t            rc;
    ngx_slab_pool_t     *shpool;
    ngx_eo_bot_table_t  *table;

    rc = ngx_eo_waf_zone_reuse(zone, data, NGX_EO_BOT_TABLE_VERSION);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    shpool = (ngx_slab_pool_t *) zone->shm.addr;
    size = zone->shm.size / 2;

    table = ngx_slab_calloc(shpool, size);
    if (table == NULL) {
        return NGX_ERROR;
    }

    table->version = NGX_EO_BOT_TABLE_VERSION;
    table->nsets = (size - offsetof(ngx_eo_bot_table_t, entries))
                   / sizeof(ngx_eo_bot_entry_t) / NGX_EO_BOT_TABLE_WAYS;

    if (RAND_bytes((u_char *) table->secret, sizeof(table->secret)) != 1) {
        return NGX_ERROR;
    }

    ngx_eo_waf_zone_keep(zone, table);

    return NGX_OK;
}


uint64_t
ngx_eo_bot_table_key(ngx_shm_zone_t *zone, ngx_str_t *one, ngx_str_t *two)
{
    ngx_eo_siphash_t     hash;
    ngx_eo_bot_table_t  *table;

    table = zone->data;

    ngx_eo_siphash_init(&hash, table->secret);
    ngx_eo_siphash_update(&hash, &one->len, sizeof(size_t));
    ngx_eo_siphash_update(&hash, one->data, one->len);

    return ngx_eo_siphash_final(&hash, two->data, two->len);
}


ngx_uint_t
ngx_eo_bot_table_find(ngx_shm_zone_t *zone, uint64_t key, ngx_uint_t *state)
{
    ngx_uint_t           found;
    ngx_slab_pool_t     *shpool;
    ngx_eo_bot_entry_t  *entry;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    entry = ngx_eo_bot_table_place(ngx_eo_bot_table_set(zone, key), key);

    found = (entry->key == key && entry->until > (uint32_t) ngx_time());

    if (found) {
        *state = entry->state;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return found;
}


void
ngx_eo_bot_table_store(ngx_shm_zone_t *zone, uint64_t key, ngx_uint_t state,
    ngx_uint_t seconds)
{
    ngx_slab_pool_t     *shpool;
    ngx_eo_bot_entry_t  *entry;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    entry = ngx_eo_bot_table_place(ngx_eo_bot_table_set(zone, key), key);

    entry->key = key;
    entry->state = state;
    entry->until = (uint32_t) ngx_time() + seconds;

    ngx_shmtx_unlock(&shpool->mutex);
}


ngx_uint_t
ngx_eo_bot_table_once(ngx_shm_zone_t *zone, uint64_t key, ngx_uint_t seconds)
{
    ngx_uint_t           first;
    ngx_slab_pool_t     *shpool;
    ngx_eo_bot_entry_t  *entry;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    entry = ngx_eo_bot_table_place(ngx_eo_bot_table_set(zone, key), key);

    first = (entry->key != key || entry->until <= (uint32_t) ngx_time());

    if (first) {
        entry->key = key;
        entry->state = 1;
        entry->until = (uint32_t) ngx_time() + seconds;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return first;
}


static ngx_eo_bot_entry_t *
ngx_eo_bot_table_set(ngx_shm_zone_t *zone, uint64_t key)
{
    ngx_eo_bot_table_t  *table;

    table = zone->data;

    return &table->entries[key % table->nsets * NGX_EO_BOT_TABLE_WAYS];
}


/* where a key is, or would be */

static ngx_eo_bot_entry_t *
ngx_eo_bot_table_place(ngx_eo_bot_entry_t *set, uint64_t key)
{
    ngx_uint_t           i;
    ngx_eo_bot_entry_t  *entry;

    entry = set;

    for (i = 0; i < NGX_EO_BOT_TABLE_WAYS; i++) {

        if (set[i].key == key) {
            return &set[i];
        }

        if (set[i].until < entry->until) {
            entry = &set[i];
        }
    }

    return entry;
}
