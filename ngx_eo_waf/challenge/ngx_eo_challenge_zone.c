
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_zone.h"
#include "ngx_eo_challenge_behaviour.h"
#include "ngx_eo_challenge_spent.h"
#include "shm/ngx_eo_waf_zone.h"

#include <openssl/rand.h>


/* what lies in the zone; raised with any change of it */

#define NGX_EO_CHALLENGE_ZONE_VERSION  2

#define NGX_EO_CHALLENGE_ZONE_SIZE     (2 * 1024 * 1024)

/* answers in a minute that cannot be used again: some 1000 a second */

#define NGX_EO_CHALLENGE_ZONE_SPENT    65536

/* clients of whom something is known */

#define NGX_EO_CHALLENGE_ZONE_CLIENTS  32768

/* seconds between two lines in the log about a table that is full */

#define NGX_EO_CHALLENGE_FULL_LOG      60


typedef struct {
    ngx_uint_t                  version;
    u_char                      secret[NGX_EO_CHALLENGE_SECRET_LEN];
    ngx_eo_challenge_spent_t   *spent;
    ngx_eo_challenge_behaviour_t *clients;
} ngx_eo_challenge_shctx_t;


static ngx_int_t ngx_eo_challenge_init_zone(ngx_shm_zone_t *zone, void *data);
static void ngx_eo_challenge_zone_full(ngx_shm_zone_t *zone);


ngx_shm_zone_t *
ngx_eo_challenge_zone(ngx_conf_t *cf, void *tag)
{
    ngx_shm_zone_t  *zone;

    static ngx_str_t  name = ngx_string("eo_waf_challenges");

    zone = ngx_shared_memory_add(cf, &name, NGX_EO_CHALLENGE_ZONE_SIZE, tag);

    if (zone) {
        zone->init = ngx_eo_challenge_init_zone;
    }

    return zone;
}


static ngx_int_t
ngx_eo_challenge_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_int_t                  rc;
    ngx_slab_pool_t           *shpool;
    ngx_eo_challenge_shctx_t  *sh;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    rc = ngx_eo_waf_zone_reuse(zone, data, NGX_EO_CHALLENGE_ZONE_VERSION);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    sh = ngx_slab_calloc(shpool, sizeof(ngx_eo_challenge_shctx_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    sh->version = NGX_EO_CHALLENGE_ZONE_VERSION;

    sh->spent = ngx_slab_calloc(shpool, NGX_EO_CHALLENGE_ZONE_SPENT
                                        * sizeof(ngx_eo_challenge_spent_t));
    sh->clients = ngx_slab_calloc(shpool, NGX_EO_CHALLENGE_ZONE_CLIENTS
                                      * sizeof(ngx_eo_challenge_behaviour_t));

    if (sh->spent == NULL || sh->clients == NULL) {
        return NGX_ERROR;
    }

    if (RAND_bytes(sh->secret, NGX_EO_CHALLENGE_SECRET_LEN) != 1) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "RAND_bytes() failed: there is no secret for "
                      "challenges");
        return NGX_ERROR;
    }

    ngx_eo_waf_zone_keep(zone, sh);

    return NGX_OK;
}


u_char *
ngx_eo_challenge_zone_secret(ngx_shm_zone_t *zone)
{
    ngx_eo_challenge_shctx_t  *sh;

    sh = zone->data;

    return sh->secret;
}


ngx_uint_t
ngx_eo_challenge_zone_spend(ngx_shm_zone_t *zone, uint64_t nonce,
    time_t expires)
{
    ngx_uint_t                 fresh, evicted;
    ngx_slab_pool_t           *shpool;
    ngx_eo_challenge_shctx_t  *sh;

    sh = zone->data;
    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    fresh = ngx_eo_challenge_spend(sh->spent, NGX_EO_CHALLENGE_ZONE_SPENT,
                                   nonce, expires, ngx_time(), &evicted);

    ngx_shmtx_unlock(&shpool->mutex);

    if (evicted) {
        ngx_eo_challenge_zone_full(zone);
    }

    return fresh;
}


ngx_uint_t
ngx_eo_challenge_zone_behave(ngx_shm_zone_t *zone, uint32_t client,
    ngx_uint_t points)
{
    ngx_uint_t                 steps;
    ngx_slab_pool_t           *shpool;
    ngx_eo_challenge_shctx_t  *sh;

    sh = zone->data;
    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    steps = ngx_eo_challenge_behave(sh->clients,
                                    NGX_EO_CHALLENGE_ZONE_CLIENTS, client,
                                    points, ngx_time());

    ngx_shmtx_unlock(&shpool->mutex);

    return steps;
}


static void
ngx_eo_challenge_zone_full(ngx_shm_zone_t *zone)
{
    static time_t  reported;

    if (ngx_time() - reported < NGX_EO_CHALLENGE_FULL_LOG) {
        return;
    }

    reported = ngx_time();

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "more challenges are solved than the zone \"%V\" can "
                  "remember: some answers could be used twice within their "
                  "minute", &zone->shm.name);
}
