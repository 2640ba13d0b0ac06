
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Zones of shared memory of "eo_l4_zone": a quarter for connections, the rest
 * for rates.
 */


#ifndef _NGX_EO_L4_ZONE_H_INCLUDED_
#define _NGX_EO_L4_ZONE_H_INCLUDED_


#include "ngx_eo_l4_conns.h"
#include "ngx_eo_rate_table.h"


typedef struct {
    ngx_uint_t             version;
    ngx_eo_rate_table_t   *rates;
    ngx_eo_l4_conns_t     *conns;
} ngx_eo_l4_zone_t;


#define ngx_eo_l4_zone(zone)  ((ngx_eo_l4_zone_t *) (zone)->data)


/* The smallest zone that is of any use. */

#define NGX_EO_L4_ZONE_MIN  (32 * ngx_pagesize)


/*
 * Declares a zone, or finds the one of that name with a size of 0.  Returns
 * NULL with a message.
 */

ngx_shm_zone_t *ngx_eo_l4_zone_add(ngx_conf_t *cf, ngx_str_t *name,
    size_t size);


/* Connections under the lock of the zone: see ngx_eo_l4_conns.h. */

ngx_int_t ngx_eo_l4_zone_open(ngx_shm_zone_t *zone, uint64_t key,
    ngx_uint_t most, ngx_uint_t *ticket, ngx_uint_t *count);
void ngx_eo_l4_zone_close(ngx_shm_zone_t *zone, ngx_uint_t ticket);


/* Gives back the connections of processes that are gone; for init_process. */

void ngx_eo_l4_zones_sweep(ngx_cycle_t *cycle);


#endif /* _NGX_EO_L4_ZONE_H_INCLUDED_ */

