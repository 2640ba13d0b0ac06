
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Each upstream{}, and each proxy_pass without variables, has a function that
 * nginx calls for a request before it connects.  Balancers put theirs there
 * and call the one that they have found, and so does this.
 */


#include "ngx_eo_origin_peer.h"
#include "ngx_eo_origin_probe.h"


typedef struct {
    ngx_http_upstream_srv_conf_t   *upstream;
    ngx_http_upstream_init_peer_pt  init;
} ngx_eo_origin_peer_t;


static ngx_int_t ngx_eo_origin_peer_start(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us);
static int ngx_libc_cdecl ngx_eo_origin_peer_cmp(const void *one,
    const void *two);


ngx_int_t
ngx_eo_origin_peer_init(ngx_conf_t *cf)
{
    ngx_uint_t                       i;
    ngx_eo_origin_peer_t            *peer;
    ngx_eo_core_main_conf_t         *mcf;
    ngx_http_upstream_srv_conf_t   **us;
    ngx_http_upstream_main_conf_t   *umcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);
    umcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_upstream_module);

    if (ngx_array_init(&mcf->peers, cf->pool, umcf->upstreams.nelts + 1,
                       sizeof(ngx_eo_origin_peer_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    us = umcf->upstreams.elts;

    for (i = 0; i < umcf->upstreams.nelts; i++) {

        if (us[i]->peer.init == NULL) {
            continue;
        }

        peer = ngx_array_push(&mcf->peers);
        if (peer == NULL) {
            return NGX_ERROR;
        }

        peer->upstream = us[i];
        peer->init = us[i]->peer.init;

        us[i]->peer.init = ngx_eo_origin_peer_start;
    }

    ngx_qsort(mcf->peers.elts, mcf->peers.nelts, sizeof(ngx_eo_origin_peer_t),
              ngx_eo_origin_peer_cmp);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_origin_peer_start(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us)
{
    ngx_int_t                 rc;
    ngx_uint_t                first, last, middle;
    ngx_eo_origin_peer_t     *peers;
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_core_module);

    peers = mcf->peers.elts;
    first = 0;
    last = mcf->peers.nelts;

    while (last - first > 1) {
        middle = first + (last - first) / 2;

        if ((uintptr_t) us < (uintptr_t) peers[middle].upstream) {
            last = middle;

        } else {
            first = middle;
        }
    }

    rc = peers[first].init(r, us);

    if (rc == NGX_OK) {
        ngx_eo_origin_watch(r);
    }

    return rc;
}


static int ngx_libc_cdecl
ngx_eo_origin_peer_cmp(const void *one, const void *two)
{
    const ngx_eo_origin_peer_t  *first = one;
    const ngx_eo_origin_peer_t  *second = two;

    return ((uintptr_t) first->upstream > (uintptr_t) second->upstream)
           - ((uintptr_t) first->upstream < (uintptr_t) second->upstream);
}
