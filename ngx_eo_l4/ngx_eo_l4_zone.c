
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_zone.h"

#include <openssl/rand.h>


#define NGX_EO_L4_ZONE_VERSION  1


static ngx_int_t ngx_eo_l4_zone_init(ngx_shm_zone_t *zone, void *data);
static ngx_uint_t ngx_eo_l4_alive(ngx_pid_t pid);


/* its address tells nginx what the zones are used for */

static ngx_uint_t  ngx_eo_l4_zone_tag;


ngx_shm_zone_t *
ngx_eo_l4_zone_add(ngx_conf_t *cf, ngx_str_t *name, size_t size)
{
    ngx_shm_zone_t  *zone;

    zone = ngx_shared_memory_add(cf, name, size, &ngx_eo_l4_zone_tag);

    if (zone) {
        zone->init = ngx_eo_l4_zone_init;
    }

    return zone;
}


static ngx_int_t
ngx_eo_l4_zone_init(ngx_shm_zone_t *zone, void *data)
{
    void              *memory;
    size_t             size;
    uint64_t           seed[2];
    ngx_slab_pool_t   *shpool;
    ngx_eo_l4_zone_t  *content;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;
    content = data ? data : zone->shm.exists ? shpool->data : NULL;

    if (content) {

        if (content->version != NGX_EO_L4_ZONE_VERSION) {
            ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                          "the zone \"%V\" is that of another version of "
                          "ngx_stream_eo_l4_module.so: restart nginx",
                          &zone->shm.name);
            return NGX_ERROR;
        }

        zone->data = content;
        return NGX_OK;
    }

    if (RAND_bytes((u_char *) seed, sizeof(seed)) != 1) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "no random numbers for the zone \"%V\"",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    content = ngx_slab_calloc(shpool, sizeof(ngx_eo_l4_zone_t));
    if (content == NULL) {
        return NGX_ERROR;
    }

    size = (shpool->pfree / 4) * ngx_pagesize;

    memory = ngx_slab_calloc(shpool, size);
    if (memory == NULL) {
        return NGX_ERROR;
    }

    content->conns = ngx_eo_l4_conns_init(memory, size);

    size = shpool->pfree * ngx_pagesize;

    memory = ngx_slab_calloc(shpool, size);
    if (memory == NULL) {
        return NGX_ERROR;
    }

    content->rates = ngx_eo_rate_table_init(memory, size, seed);
    content->version = NGX_EO_L4_ZONE_VERSION;

    shpool->data = content;
    zone->data = content;

    return NGX_OK;
}


ngx_int_t
ngx_eo_l4_zone_open(ngx_shm_zone_t *zone, uint64_t key, ngx_uint_t most,
    ngx_uint_t *ticket, ngx_uint_t *count)
{
    ngx_int_t         rc;
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    rc = ngx_eo_l4_conns_open(ngx_eo_l4_zone(zone)->conns, key, most,
                              ngx_pid, ticket, count);

    ngx_shmtx_unlock(&shpool->mutex);

    return rc;
}


void
ngx_eo_l4_zone_close(ngx_shm_zone_t *zone, ngx_uint_t ticket)
{
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);
    ngx_eo_l4_conns_close(ngx_eo_l4_zone(zone)->conns, ticket);
    ngx_shmtx_unlock(&shpool->mutex);
}


void
ngx_eo_l4_zones_sweep(ngx_cycle_t *cycle)
{
    ngx_uint_t        i, n;
    ngx_shm_zone_t   *zone;
    ngx_list_part_t  *part;
    ngx_slab_pool_t  *shpool;

    part = &cycle->shared_memory.part;
    zone = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {

            if (part->next == NULL) {
                return;
            }

            part = part->next;
            zone = part->elts;
            i = 0;
        }

        if (part->nelts == 0 || zone[i].tag != &ngx_eo_l4_zone_tag
            || zone[i].data == NULL)
        {
            continue;
        }

        shpool = (ngx_slab_pool_t *) zone[i].shm.addr;

        ngx_shmtx_lock(&shpool->mutex);
        n = ngx_eo_l4_conns_sweep(ngx_eo_l4_zone(&zone[i])->conns,
                                  ngx_eo_l4_alive);
        ngx_shmtx_unlock(&shpool->mutex);

        if (n) {
            ngx_log_error(NGX_LOG_NOTICE, cycle->log, 0,
                          "%ui connections of processes that ended early "
                          "are no longer counted in the zone \"%V\"",
                          n, &zone[i].shm.name);
        }
    }
}


static ngx_uint_t
ngx_eo_l4_alive(ngx_pid_t pid)
{
    return pid == ngx_pid || kill(pid, 0) == 0 || ngx_errno != ESRCH;
}

