
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_alt_svc.h"
#include "ngx_eo_response_headers.h"


static ngx_table_elt_t *ngx_eo_response_header_find(ngx_http_request_t *r,
    ngx_str_t *name);
static ngx_int_t ngx_eo_response_server(ngx_http_request_t *r,
    ngx_eo_core_loc_conf_t *lcf);
static ngx_str_t *ngx_eo_response_origin_server(ngx_http_request_t *r);


ngx_int_t
ngx_eo_response_headers_filter(ngx_http_request_t *r)
{
    ngx_str_t               *uuid;
    ngx_eo_core_loc_conf_t  *lcf;

    static ngx_str_t  name = ngx_string("EO-LOG-UUID");

    if (r != r->main) {
        return NGX_DECLINED;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (lcf->log_uuid) {
        uuid = ngx_eo_log_uuid(r);

        if (uuid == NULL
            || ngx_eo_set_response_header(r, &name, uuid) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (lcf->alt_svc && ngx_eo_alt_svc_add(r) != NGX_OK) {
        return NGX_ERROR;
    }

    /* the node's clock, and not that of the origin: docs/behaviour.md, 2.4 */

    if (lcf->node_date && r->headers_out.date) {
        r->headers_out.date->hash = 0;
        r->headers_out.date = NULL;
    }

    if (lcf->server_header.len) {
        return ngx_eo_response_server(r, lcf);
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_set_response_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_eo_response_header_find(r, name);

    if (value->len == 0) {
        return NGX_OK;
    }

    if (h == NULL) {
        h = ngx_list_push(&r->headers_out.headers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        h->lowcase_key = NULL;

#if (nginx_version >= 1023000)
        h->next = NULL;
#endif
    }

    h->hash = 1;
    h->key = *name;
    h->value = *value;

    return NGX_OK;
}


/* switches off every header of a name and returns the first of them */

static ngx_table_elt_t *
ngx_eo_response_header_find(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *found;

    found = NULL;

    for (part = &r->headers_out.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != name->len
                || ngx_strncasecmp(h[i].key.data, name->data, name->len) != 0)
            {
                continue;
            }

            h[i].hash = 0;

            if (found == NULL) {
                found = &h[i];
            }
        }
    }

    return found;
}


static ngx_int_t
ngx_eo_response_server(ngx_http_request_t *r, ngx_eo_core_loc_conf_t *lcf)
{
    ngx_str_t        *value;
    ngx_table_elt_t  *h;

    h = r->headers_out.server;

    if (h == NULL) {
        h = ngx_list_push(&r->headers_out.headers);
        if (h == NULL) {
            return NGX_ERROR;
        }

#if (nginx_version >= 1023000)
        h->next = NULL;
#endif

        h->lowcase_key = NULL;
        r->headers_out.server = h;

    } else if (h->hash && h->value.len) {
        return NGX_DECLINED;
    }

    /* the proxy module puts an empty one where the origin sent none */

    value = ngx_eo_response_origin_server(r);

    h->hash = 1;
    ngx_str_set(&h->key, "Server");
    h->value = value ? *value : lcf->server_header;

    return NGX_DECLINED;
}


/*
 * The proxy modules hide the origin's Server header, but they have read it;
 * it is not passed on with a response that the node makes itself.
 */

static ngx_str_t *
ngx_eo_response_origin_server(ngx_http_request_t *r)
{
    ngx_table_elt_t   *h;
    ngx_eo_request_t  *ctx;

    if (r->upstream == NULL || r->upstream->headers_in.server == NULL) {
        return NULL;
    }

    ctx = ngx_eo_request_find(r);

    if (ctx && ctx->response.replace) {
        return NULL;
    }

    h = r->upstream->headers_in.server;

    return h->value.len ? &h->value : NULL;
}
