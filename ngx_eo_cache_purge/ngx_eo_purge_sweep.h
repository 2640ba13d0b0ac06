
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The sweep: what was purged comes off the disk, and tasks come to their end.
 */


#ifndef _NGX_EO_PURGE_SWEEP_H_INCLUDED_
#define _NGX_EO_PURGE_SWEEP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_eo_purge_zone.h"


/*
 * Begins to look, once a second, whether a zone has tasks that no sweep has
 * seen; to be called in each worker.  One process at a time reads the files of
 * the zone's caches, on a thread.
 */

ngx_int_t ngx_eo_purge_sweep_start(ngx_cycle_t *cycle,
    ngx_eo_purge_zone_t *zone);


#endif /* _NGX_EO_PURGE_SWEEP_H_INCLUDED_ */
