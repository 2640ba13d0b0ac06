
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_early_data.h"
#include "ngx_eo_header.h"


static ngx_uint_t ngx_eo_early_data_here(ngx_http_request_t *r);
static ngx_uint_t ngx_eo_early_data_said(ngx_http_request_t *r);


ngx_uint_t
ngx_eo_early_data_unsafe(ngx_http_request_t *r)
{
    if (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS
                     |NGX_HTTP_TRACE|NGX_HTTP_PROPFIND))
    {
        return 0;
    }

    return ngx_eo_early_data_here(r) || ngx_eo_early_data_said(r);
}


static ngx_uint_t
ngx_eo_early_data_here(ngx_http_request_t *r)
{
#if (NGX_HTTP_SSL)
    ngx_str_t  early;

    if (r->connection->ssl == NULL) {
        return 0;
    }

    return ngx_ssl_get_early_data(r->connection, r->pool, &early) == NGX_OK
           && early.len != 0;
#else
    return 0;
#endif
}


static ngx_uint_t
ngx_eo_early_data_said(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_eo_header_equal(h[i].lowcase_key, h[i].key.len,
                                    (u_char *) "early-data",
                                    sizeof("early-data") - 1)
                && h[i].value.len == 1 && h[i].value.data[0] == '1')
            {
                return 1;
            }
        }
    }

    return 0;
}

