
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * nginx looks for "$http_name" in r->headers_in.headers, the same list that
 * its upstream modules send.  Once that is the node's, the client's own
 * headers are put in its place for as long as a variable is read.
 */


#include "ngx_eo_header_variables.h"
#include "ngx_eo_request.h"


static ngx_int_t ngx_eo_header_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


void
ngx_eo_header_variables_init(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_variable_t        *v;
    ngx_eo_core_main_conf_t    *mcf;
    ngx_http_core_main_conf_t  *cmcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);
    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->prefix_variables.elts;

    for (i = 0; i < cmcf->prefix_variables.nelts; i++) {

        if (v[i].name.len == sizeof("http_") - 1
            && ngx_strncmp(v[i].name.data, "http_", sizeof("http_") - 1) == 0)
        {
            mcf->header_variable = v[i].get_handler;
            v[i].get_handler = ngx_eo_header_variable;
        }
    }
}


static ngx_int_t
ngx_eo_header_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_int_t                 rc;
    ngx_list_t                list;
    ngx_eo_request_t         *ctx;
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_core_module);
    ctx = ngx_eo_request_find(r);

    if (ctx == NULL || !ctx->headers_kept) {
        return mcf->header_variable(r, v, data);
    }

    list = r->headers_in.headers;
    r->headers_in.headers = ctx->client_headers;

    rc = mcf->header_variable(r, v, data);

    r->headers_in.headers = list;

    return rc;
}
