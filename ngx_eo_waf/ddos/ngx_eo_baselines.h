
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The baselines of all domains, in a zone that all workers share and that
 * outlives reloads.
 */


#ifndef _NGX_EO_BASELINES_H_INCLUDED_
#define _NGX_EO_BASELINES_H_INCLUDED_


#include "ngx_eo_baseline.h"


/*
 * Makes the zone.
 *
 * domains:  how many there are in the configuration; there is room for twice
 *           as many, and for 1024 at least
 *
 * Returns NULL with a message.
 */

ngx_shm_zone_t *ngx_eo_baselines_zone(ngx_conf_t *cf, ngx_uint_t domains);

/* The key of a domain by its name and the period that it counts. */

ngx_atomic_uint_t ngx_eo_baselines_key(ngx_str_t *name, ngx_msec_t period);

/* The baseline of a domain, made at the first call; NULL: no room. */

ngx_eo_baseline_t *ngx_eo_baselines_find(ngx_shm_zone_t *zone,
    ngx_atomic_uint_t key);


#endif /* _NGX_EO_BASELINES_H_INCLUDED_ */
