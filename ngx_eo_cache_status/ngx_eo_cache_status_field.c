
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Cache-Status, as RFC 9211 has it.
 */


#include "ngx_eo_cache_status.h"


/* "EdgeOne; fwd=uri-miss; fwd-status=200; stored", with room to spare */

#define NGX_EO_CACHE_STATUS_LEN  128


static u_char *ngx_eo_cache_status_member(u_char *p, u_char *last,
    ngx_http_request_t *r);
static u_char *ngx_eo_cache_status_forwarded(u_char *p, u_char *last,
    ngx_http_request_t *r, const char *why);


/*
 * A header of its own, behind those that caches nearer to the origin have sent:
 * together they are the list, in its order (RFC 9110, 5.3).
 */

ngx_int_t
ngx_eo_cache_status_field(ngx_http_request_t *r)
{
    u_char           *p;
    ngx_table_elt_t  *h;

    p = ngx_pnalloc(r->pool, NGX_EO_CACHE_STATUS_LEN);
    h = ngx_list_push(&r->headers_out.headers);

    if (p == NULL || h == NULL) {

        if (h) {
            h->hash = 0;
        }

        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "Cache-Status");
    h->value.data = p;
    h->value.len = ngx_eo_cache_status_member(p, p + NGX_EO_CACHE_STATUS_LEN,
                                              r)
                   - p;

    return NGX_OK;
}


static u_char *
ngx_eo_cache_status_member(u_char *p, u_char *last, ngx_http_request_t *r)
{
#if (NGX_HTTP_CACHE)

    ngx_http_cache_t  *c;

    c = r->cache;

    switch (r->upstream->cache_status) {

    case NGX_HTTP_CACHE_HIT:
        p = ngx_slprintf(p, last, "EdgeOne; hit");

        return (c && c->valid_sec)
               ? ngx_slprintf(p, last, "; ttl=%T", c->valid_sec - ngx_time())
               : p;

    /* what has expired has no time left, and nginx has forgotten since when */

    case NGX_HTTP_CACHE_STALE:
    case NGX_HTTP_CACHE_UPDATING:
        return ngx_slprintf(p, last, "EdgeOne; hit; detail=stale");

    case NGX_HTTP_CACHE_REVALIDATED:
        return ngx_slprintf(p, last, "EdgeOne; fwd=stale; fwd-status=304");

    case NGX_HTTP_CACHE_MISS:
    case NGX_HTTP_CACHE_SCARCE:
        return ngx_eo_cache_status_forwarded(p, last, r, "uri-miss");

    case NGX_HTTP_CACHE_EXPIRED:
        return ngx_eo_cache_status_forwarded(p, last, r, "stale");
    }

#endif

    return ngx_eo_cache_status_forwarded(p, last, r,
                               (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
                               ? "bypass" : "method");
}


static u_char *
ngx_eo_cache_status_forwarded(u_char *p, u_char *last, ngx_http_request_t *r,
    const char *why)
{
    p = ngx_slprintf(p, last, "EdgeOne; fwd=%s; fwd-status=%ui", why,
                     r->upstream->headers_in.status_n);

    return ngx_eo_cache_status_cacheable(r)
           ? ngx_slprintf(p, last, "; stored") : p;
}
