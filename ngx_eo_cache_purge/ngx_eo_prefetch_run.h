
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Running tasks of prefetch.
 */


#ifndef _NGX_EO_PREFETCH_RUN_H_INCLUDED_
#define _NGX_EO_PREFETCH_RUN_H_INCLUDED_


#include "ngx_eo_purge_zone.h"


/* how many playlists may lead to a URL */

#define NGX_EO_PREFETCH_DEPTH     3

/* URLs that the playlists of a task may add */

#define NGX_EO_PREFETCH_MEDIA     20000


/* of the "eo_cache_prefetch" directive */

struct ngx_eo_prefetch_conf_s {
    ngx_addr_t    *http;           /* NULL: none */
    ngx_addr_t    *https;
    void          *ssl;            /* ngx_ssl_t */
    ngx_uint_t     concurrency;
    ngx_uint_t     rate;           /* a second */
    ngx_msec_t     timeout;
};


/*
 * Begins to look, twice a second, whether a zone has tasks to run; to be called
 * in each worker.
 */

ngx_int_t ngx_eo_prefetch_start(ngx_cycle_t *cycle,
    ngx_eo_purge_zone_t *zone);


#endif /* _NGX_EO_PREFETCH_RUN_H_INCLUDED_ */
