
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the cache had to do with a response (docs/behaviour.md, 1).
 */


#ifndef _NGX_EO_CACHE_STATUS_H_INCLUDED_
#define _NGX_EO_CACHE_STATUS_H_INCLUDED_


#include "ngx_eo_core.h"


typedef struct {
    ngx_str_t    header;        /* EO-Cache-Status, empty for none */
    ngx_str_t    log;           /* EdgeCacheStatus */
    ngx_str_t    log_uncached;  /* the same if nothing may be stored */
} ngx_eo_cache_status_t;


/* in NGX_EO_SLOT_CACHE_STATUS */

typedef struct {
    ngx_eo_cache_status_t   *status;
    ngx_http_upstream_t     *upstream;  /* whose response it was */
} ngx_eo_cache_status_ctx_t;


/*
 * Notes in ctx, which has been zeroed before the first response header of the
 * request, the status of the one that is about to be sent.
 */

void ngx_eo_cache_status_note(ngx_http_request_t *r,
    ngx_eo_cache_status_ctx_t *ctx);


/*
 * Whether what the origin sends may be stored; known for certain once the
 * response has been sent.
 */

ngx_uint_t ngx_eo_cache_status_cacheable(ngx_http_request_t *r);


/*
 * Adds Cache-Status to a response that came from the origin or the cache.
 */

ngx_int_t ngx_eo_cache_status_field(ngx_http_request_t *r);


#endif /* _NGX_EO_CACHE_STATUS_H_INCLUDED_ */
