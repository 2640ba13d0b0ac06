
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_alt_svc.h"


#if (NGX_HTTP_V3)

#define NGX_EO_ALT_SVC  "h3=\":65535\"; ma=86400"


static ngx_int_t ngx_eo_alt_svc_address(ngx_conf_t *cf,
    ngx_http_conf_addr_t *addr, ngx_uint_t port);
static ngx_int_t ngx_eo_alt_svc_server(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf, ngx_uint_t port);


/* of several ports the lowest is told, which is the one most may reach */

ngx_int_t
ngx_eo_alt_svc_init(ngx_conf_t *cf)
{
    ngx_uint_t                  i, j;
    ngx_http_conf_port_t       *port;
    ngx_http_conf_addr_t       *addr;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (cmcf->ports == NULL) {
        return NGX_OK;
    }

    port = cmcf->ports->elts;

    for (i = 0; i < cmcf->ports->nelts; i++) {

        addr = port[i].addrs.elts;

        for (j = 0; j < port[i].addrs.nelts; j++) {
            if (addr[j].opt.quic
                && ngx_eo_alt_svc_address(cf, &addr[j], port[i].port)
                   != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_alt_svc_address(ngx_conf_t *cf, ngx_http_conf_addr_t *addr,
    ngx_uint_t port)
{
    ngx_uint_t                  i;
    ngx_http_core_srv_conf_t  **cscfp;

    cscfp = addr->servers.elts;

    for (i = 0; i < addr->servers.nelts; i++) {
        if (ngx_eo_alt_svc_server(cf, cscfp[i], port) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_alt_svc_server(ngx_conf_t *cf, ngx_http_core_srv_conf_t *cscf,
    ngx_uint_t port)
{
    ngx_eo_core_srv_conf_t  *scf;

    scf = cscf->ctx->srv_conf[ngx_http_eo_core_module.ctx_index];

    if (scf->quic_port && scf->quic_port <= port) {
        return NGX_OK;
    }

    scf->quic_port = port;

    scf->alt_svc.data = ngx_pnalloc(cf->pool, sizeof(NGX_EO_ALT_SVC));
    if (scf->alt_svc.data == NULL) {
        return NGX_ERROR;
    }

    scf->alt_svc.len = ngx_sprintf(scf->alt_svc.data, "h3=\":%ui\"; ma=86400",
                                   port)
                       - scf->alt_svc.data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_alt_svc_add(ngx_http_request_t *r)
{
    ngx_eo_core_srv_conf_t  *scf;

    static ngx_str_t  name = ngx_string("Alt-Svc");

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_core_module);

    if (scf->alt_svc.len == 0 || r->connection->ssl == NULL) {
        return NGX_OK;
    }

    return ngx_eo_set_response_header(r, &name, &scf->alt_svc);
}

#else

ngx_int_t
ngx_eo_alt_svc_init(ngx_conf_t *cf)
{
    return NGX_OK;
}


ngx_int_t
ngx_eo_alt_svc_add(ngx_http_request_t *r)
{
    return NGX_OK;
}

#endif

