
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What all workers know for a while: small states by a hash, in a table of a
 * size that does not change.  Where it is full, what would end first goes.
 */


#ifndef _NGX_EO_BOT_TABLE_H_INCLUDED_
#define _NGX_EO_BOT_TABLE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the smallest size that a zone may have, in bytes */

size_t ngx_eo_bot_table_min(void);

/* Makes a zone with a table; returns NULL with a message. */

ngx_shm_zone_t *ngx_eo_bot_table_zone(ngx_conf_t *cf, ngx_str_t *name,
    size_t size, void *tag);

/* the hash of two texts, with a secret of the zone */

uint64_t ngx_eo_bot_table_key(ngx_shm_zone_t *zone, ngx_str_t *one,
    ngx_str_t *two);

/* Whether there is a state, which is then set. */

ngx_uint_t ngx_eo_bot_table_find(ngx_shm_zone_t *zone, uint64_t key,
    ngx_uint_t *state);

void ngx_eo_bot_table_store(ngx_shm_zone_t *zone, uint64_t key,
    ngx_uint_t state, ngx_uint_t seconds);

/* Stores 1 if there is nothing; returns whether that was so. */

ngx_uint_t ngx_eo_bot_table_once(ngx_shm_zone_t *zone, uint64_t key,
    ngx_uint_t seconds);


#endif /* _NGX_EO_BOT_TABLE_H_INCLUDED_ */
