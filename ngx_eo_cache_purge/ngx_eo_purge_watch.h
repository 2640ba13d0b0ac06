
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Watching the cache of a request: the variable by which it is noticed, and
 * what is put around the upstream's functions.
 */


#ifndef _NGX_EO_PURGE_WATCH_H_INCLUDED_
#define _NGX_EO_PURGE_WATCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_eo_purge_zone.h"


/* of the variable, which is asked for ahead of the cache's bypass conditions */

#define NGX_EO_PURGE_VARIABLE  "eo_cache_purge_watch"


/*
 * Puts the variable into the bypass conditions of each cache that a location
 * has: of proxy, fastcgi, uwsgi and scgi, by the offset that their own
 * directives name.  To be called while the location is merged, after theirs.
 *
 * zone:  is told which caches it is of
 */

ngx_int_t ngx_eo_purge_watch_caches(ngx_conf_t *cf,
    ngx_eo_purge_zone_t *zone);


/*
 * The variable's handler.  It is always empty; evaluated when the key of the
 * request is known and its object has not been looked for, it begins to watch
 * the upstream.
 */

ngx_int_t ngx_eo_purge_watch_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


#endif /* _NGX_EO_PURGE_WATCH_H_INCLUDED_ */
