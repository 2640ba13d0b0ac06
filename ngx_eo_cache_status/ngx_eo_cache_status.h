
/*
 * What the cache had to do with a response (facts, 1 and 15).
 */


#ifndef _NGX_EO_CACHE_STATUS_H_INCLUDED_
#define _NGX_EO_CACHE_STATUS_H_INCLUDED_


#include "ngx_eo_core.h"


typedef struct {
    ngx_str_t    header;        /* EO-Cache-Status, empty for none */
    ngx_str_t    log;           /* EdgeCacheStatus */
    ngx_str_t    log_uncached;  /* the same if nothing may be stored */
} ngx_eo_cache_status_t;


/*
 * Returns the status of the response whose header is about to be sent; it
 * points to a constant.
 */

ngx_eo_cache_status_t *ngx_eo_cache_status(ngx_http_request_t *r);


/*
 * Whether what the origin sends may be stored; known for certain once the
 * response has been sent.
 */

ngx_uint_t ngx_eo_cache_status_cacheable(ngx_http_request_t *r);


#endif /* _NGX_EO_CACHE_STATUS_H_INCLUDED_ */
