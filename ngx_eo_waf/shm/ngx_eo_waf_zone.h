
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Shared memory that outlives a reload.
 */


#ifndef _NGX_EO_WAF_ZONE_H_INCLUDED_
#define _NGX_EO_WAF_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * To be called first from the init handler of a zone: takes over what the
 * cycle before has left in it, which begins with an ngx_uint_t, its version.
 *
 * data:     as the handler has it
 * version:  of what this module puts into the zone
 *
 * Returns NGX_OK with zone->data set, NGX_DECLINED if the memory is new, or
 * NGX_ERROR, with a message, if it has another version.
 */

ngx_int_t ngx_eo_waf_zone_reuse(ngx_shm_zone_t *zone, void *data,
    ngx_uint_t version);


/* Keeps what is in new memory, for this cycle and the next. */

void ngx_eo_waf_zone_keep(ngx_shm_zone_t *zone, void *content);


#endif /* _NGX_EO_WAF_ZONE_H_INCLUDED_ */
