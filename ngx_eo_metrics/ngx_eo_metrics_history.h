
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The history of a zone.  At the end of a minute one of the workers goes
 * through the domains, and writes what each has counted since the last time
 * into a cell; every five minutes and every hour the same for longer cells.
 * Cells of a length are one ring, in which those of a domain are a list.
 */


#ifndef _NGX_EO_METRICS_HISTORY_H_INCLUDED_
#define _NGX_EO_METRICS_HISTORY_H_INCLUDED_


#include "ngx_eo_metrics_store.h"


/* what ngx_eo_metrics_history_read() takes for all domains together */

#define NGX_EO_METRICS_ALL  ((ngx_uint_t) -1)


/*
 * Does a part of what the end of a minute asks for.
 *
 * now:      seconds
 * process:  a number that tells this process from the others
 * domains:  how many may be gone through
 *
 * Returns NGX_OK if there is nothing to do, or another process does it;
 * NGX_AGAIN if there is more to do.
 */

ngx_int_t ngx_eo_metrics_history_fold(ngx_eo_metrics_store_t *store,
    time_t now, ngx_uint_t process, ngx_uint_t domains);


/*
 * Reads the history of a domain, or of NGX_EO_METRICS_ALL.
 *
 * cells:  room for ngx_eo_metrics_slots[level] of them
 *
 * Returns how many there are, the newest first; times without any request
 * have none, and those that the ring has no room for any more are gone.
 */

ngx_uint_t ngx_eo_metrics_history_read(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, ngx_eo_metrics_level_e level, time_t now,
    ngx_eo_metrics_cell_t *cells);


/*
 * Adds up the counters of all domains, NGX_EO_METRICS_COUNTERS numbers, or
 * copies those of one.
 */

void ngx_eo_metrics_history_counters(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, uint64_t *counters);


/* The same of what has been counted since the last minute's end; series. */

void ngx_eo_metrics_history_running(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, uint64_t *values);


#endif /* _NGX_EO_METRICS_HISTORY_H_INCLUDED_ */
