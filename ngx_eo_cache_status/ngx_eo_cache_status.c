
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_cache_status.h"


static ngx_eo_cache_status_t *ngx_eo_cache_status_of(ngx_http_upstream_t *u);
static ngx_uint_t ngx_eo_cache_status_from_origin(ngx_http_request_t *r,
    ngx_http_upstream_t *noted);


static ngx_eo_cache_status_t  ngx_eo_cache_status_node = {
    ngx_string(""), ngx_string("other"), ngx_string("other")
};

static ngx_eo_cache_status_t  ngx_eo_cache_status_hit = {
    ngx_string("HIT"), ngx_string("hit"), ngx_string("hit")
};

static ngx_eo_cache_status_t  ngx_eo_cache_status_refresh = {
    ngx_string("RefreshHit"), ngx_string("hit"), ngx_string("hit")
};

static ngx_eo_cache_status_t  ngx_eo_cache_status_miss = {
    ngx_string("MISS"), ngx_string("miss"), ngx_string("dynamic")
};

static ngx_eo_cache_status_t  ngx_eo_cache_status_dynamic = {
    ngx_string("MISS"), ngx_string("dynamic"), ngx_string("dynamic")
};


void
ngx_eo_cache_status_note(ngx_http_request_t *r, ngx_eo_cache_status_ctx_t *ctx)
{
    if (ngx_eo_cache_status_from_origin(r, ctx->upstream)) {
        ctx->status = ngx_eo_cache_status_of(r->upstream);

    } else {
        ctx->status = &ngx_eo_cache_status_node;
    }

    ctx->upstream = r->upstream;
}


static ngx_eo_cache_status_t *
ngx_eo_cache_status_of(ngx_http_upstream_t *u)
{
#if (NGX_HTTP_CACHE)

    switch (u->cache_status) {

    case NGX_HTTP_CACHE_HIT:
    case NGX_HTTP_CACHE_STALE:
    case NGX_HTTP_CACHE_UPDATING:
        return &ngx_eo_cache_status_hit;

    case NGX_HTTP_CACHE_REVALIDATED:
        return &ngx_eo_cache_status_refresh;

    case NGX_HTTP_CACHE_MISS:
    case NGX_HTTP_CACHE_EXPIRED:
    case NGX_HTTP_CACHE_SCARCE:
        return &ngx_eo_cache_status_miss;
    }

#endif

    return &ngx_eo_cache_status_dynamic;
}


/*
 * A request keeps its upstream when the node answers after all, with a page
 * of its own, or a file that an error_page or X-Accel-Redirect names.  By
 * then the upstream is finalized, unless a header filter has put a status of
 * the node in place of what came, as nginx does with its 412.  One that serves
 * a cached object is not even begun; its response is the first that is seen of
 * it.
 */

static ngx_uint_t
ngx_eo_cache_status_from_origin(ngx_http_request_t *r,
    ngx_http_upstream_t *noted)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (u == NULL) {
        return 0;
    }

    if (r->filter_finalize
        && u->headers_in.status_n != r->headers_out.status)
    {
        return 0;
    }

    if (u->cleanup) {
        return 1;
    }

#if (NGX_HTTP_CACHE)

    return r->cached
           && u != noted
           && (u->headers_in.x_accel_redirect == NULL
               || (u->conf->ignore_headers
                   & NGX_HTTP_UPSTREAM_IGN_XA_REDIRECT));

#else

    return 0;

#endif
}


ngx_uint_t
ngx_eo_cache_status_cacheable(ngx_http_request_t *r)
{
#if (NGX_HTTP_CACHE)

    return r->upstream && r->upstream->cacheable;

#else

    return 0;

#endif
}
