
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_early_data.h"
#include "ngx_eo_edge_check.h"
#include "ngx_eo_header.h"
#include "ngx_eo_host_check.h"
#include "ngx_eo_methods.h"
#include "ngx_eo_ports.h"
#include "ngx_eo_range.h"


static ngx_int_t ngx_eo_edge_check(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_uint_t host);
static ngx_uint_t ngx_eo_edge_looped(ngx_http_request_t *r,
    ngx_eo_edge_conf_t *edge, ngx_eo_cdn_loop_t *loop);
static ngx_uint_t ngx_eo_edge_host_status(ngx_http_request_t *r);
static ngx_int_t ngx_eo_edge_check_headers(ngx_http_request_t *r,
    ngx_eo_edge_conf_t *edge, ngx_eo_header_scan_t *scan);
static ngx_uint_t ngx_eo_edge_range_refused(ngx_http_request_t *r,
    off_t size);
static ngx_int_t ngx_eo_edge_refuse(ngx_http_request_t *r, ngx_uint_t status,
    const char *exception);


/*
 * Where a location of the server has settings of its own, most checks have
 * to wait until the location is known.
 */

ngx_int_t
ngx_eo_edge_check_handler(ngx_http_request_t *r)
{
    ngx_uint_t               status;
    ngx_eo_request_t        *ctx;
    ngx_eo_core_srv_conf_t  *scf;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_core_module);

    if (!scf->location_check) {
        return ngx_eo_edge_check(r, ctx, 1);
    }

    status = ngx_eo_edge_host_status(r);

    if (status) {
        return ngx_eo_edge_refuse(r, status,
                                "client_request_exception_unconfigured_host");
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_edge_check_location_handler(ngx_http_request_t *r)
{
    ngx_eo_request_t        *ctx;
    ngx_eo_core_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_core_module);

    if (r != r->main || !scf->location_check) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_edge_check(r, ctx, 0);
}


static ngx_int_t
ngx_eo_edge_check(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_uint_t host)
{
    ngx_int_t                rc;
    ngx_uint_t               status;
    ngx_eo_edge_conf_t      *edge;
    ngx_eo_header_scan_t     scan;
    ngx_eo_core_loc_conf_t  *lcf;

    /* once for a client request, whatever it is redirected to */

    if (ctx->edge_checked) {
        return NGX_DECLINED;
    }

    ctx->edge_checked = 1;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);
    edge = &lcf->edge;

    if (edge->cdn_loop || edge->max_headers || edge->max_size) {
        ngx_eo_header_scan(&r->headers_in.headers, &edge->cdn_loop_name,
                           &scan);

        ctx->first_pass = (scan.lines == 0);
        ctx->plain_headers = scan.suspects ? 0 : scan.headers;

    } else {
        ngx_memzero(&scan, sizeof(ngx_eo_header_scan_t));
    }

    if (edge->cdn_loop && ngx_eo_edge_looped(r, edge, &scan.loop)) {
        return ngx_eo_edge_refuse(r, 423, "client_request_exception_cdn_loop");
    }

    status = host ? ngx_eo_edge_host_status(r) : 0;

    if (status) {
        return ngx_eo_edge_refuse(r, status,
                                "client_request_exception_unconfigured_host");
    }

    if (edge->early_data && ngx_eo_early_data_unsafe(r)) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client sent method \"%V\" in early data, which "
                      "\"eo_reject_early_data\" refuses", &r->method_name);

        return ngx_eo_edge_refuse(r, 425,
                                  "client_request_exception_early_data");
    }

    if (edge->methods
        && !ngx_eo_methods_allow(edge->methods, r->method, &r->method_name))
    {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client sent method \"%V\", which is not among "
                      "\"eo_allowed_methods\"", &r->method_name);

        return ngx_eo_edge_refuse(r, NGX_HTTP_BAD_REQUEST,
                                  "client_request_exception_method");
    }

    rc = ngx_eo_edge_check_headers(r, edge, &scan);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    if (edge->range && r->headers_in.range
        && ngx_eo_edge_range_refused(r, -1))
    {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client sent invalid range \"%V\"",
                      &r->headers_in.range->value);

        return ngx_eo_edge_refuse(r, NGX_HTTP_RANGE_NOT_SATISFIABLE,
                                  "client_request_exception_range");
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_eo_edge_looped(ngx_http_request_t *r, ngx_eo_edge_conf_t *edge,
    ngx_eo_cdn_loop_t *loop)
{
    if (loop->loops < edge->cdn_loop_limit) {
        return 0;
    }

    if (loop->loops == NGX_EO_CDN_LOOP_GARBLED) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "client sent a CDN-Loop of \"%V\" that cannot be "
                      "counted, taken as looped", &edge->cdn_loop_name);

    } else {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "request has passed \"%V\" %ui times by CDN-Loop, "
                      "\"eo_cdn_loop_limit\" is %ui: check for an origin "
                      "that points back to this network",
                      &edge->cdn_loop_name, loop->loops, edge->cdn_loop_limit);
    }

    return 1;
}


void
ngx_eo_header_scan(ngx_list_t *headers, ngx_str_t *name,
    ngx_eo_header_scan_t *scan)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    ngx_memzero(scan, sizeof(ngx_eo_header_scan_t));

    scan->loop.name = *name;

    for (part = &headers->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            scan->size += h[i].key.len + h[i].value.len;

            switch (h[i].lowcase_key[0]) {

            case 'c':
                if (ngx_eo_header_equal(h[i].lowcase_key, h[i].key.len,
                                        (u_char *) "cdn-loop",
                                        sizeof("cdn-loop") - 1))
                {
                    scan->lines++;
                    scan->suspects++;
                    ngx_eo_cdn_loop_read(&scan->loop, &h[i].value);
                }

                break;

            case 'e':
            case 'x':
                scan->suspects++;
                break;
            }
        }

        scan->headers += part->nelts;
    }
}


/* returns the status to refuse an unconfigured host with, 0 to let it pass */

static ngx_uint_t
ngx_eo_edge_host_status(ngx_http_request_t *r)
{
    ngx_uint_t                status;
    ngx_eo_core_loc_conf_t   *lcf;
    ngx_eo_core_srv_conf_t   *scf;
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_core_module);
    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (mcf->unconfigured_host != NGX_CONF_UNSET) {
        status = mcf->unconfigured_host;

    } else {
        status = lcf->eo ? 418 : 0;
    }

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_core_module);

    if (scf->ports && ngx_eo_port_closed(r, scf->ports)) {
        return status ? status : 418;
    }

    if (status == 0 || !ngx_eo_host_unconfigured(r)) {
        return 0;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "no server is configured for host \"%V\"",
                  &r->headers_in.server);

    return status;
}


static ngx_int_t
ngx_eo_edge_check_headers(ngx_http_request_t *r, ngx_eo_edge_conf_t *edge,
    ngx_eo_header_scan_t *scan)
{
    if (edge->max_headers && scan->headers > edge->max_headers) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client sent %ui headers, \"eo_request_limits\" allows "
                      "%ui", scan->headers, edge->max_headers);

        return ngx_eo_edge_refuse(r, NGX_HTTP_BAD_REQUEST,
                                  "client_request_exception_header_count");
    }

    if (edge->max_size && scan->size > edge->max_size) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "client sent %uz bytes of headers, "
                      "\"eo_request_limits\" allows %uz",
                      scan->size, edge->max_size);

        return ngx_eo_edge_refuse(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                  "client_request_exception_header_size");
    }

    return NGX_DECLINED;
}


/* only GET has ranges (RFC 9110, 14.2); HEAD is to say what GET would */

static ngx_uint_t
ngx_eo_edge_range_refused(ngx_http_request_t *r, off_t size)
{
    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return 0;
    }

    return ngx_eo_range_check(&r->headers_in.range->value, size) != NGX_OK;
}


ngx_int_t
ngx_eo_range_check_header_filter(ngx_http_request_t *r)
{
    ngx_str_t                value;
    ngx_eo_core_loc_conf_t  *lcf;

    static ngx_str_t  name = ngx_string("Content-Range");

    if (r != r->main
        || r->headers_in.range == NULL
        || r->headers_in.if_range
        || r->headers_out.status != NGX_HTTP_OK
        || r->err_status
        || r->headers_out.content_length_n == -1)
    {
        return NGX_DECLINED;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (!lcf->edge.range
        || !ngx_eo_edge_range_refused(r, r->headers_out.content_length_n))
    {
        return NGX_DECLINED;
    }

    value.data = ngx_pnalloc(r->pool, sizeof("bytes */") - 1 + NGX_OFF_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "bytes */%O",
                            r->headers_out.content_length_n)
                - value.data;

    /* an origin's own goes, which nginx may still point to */

    r->headers_out.content_range = NULL;

    if (ngx_eo_set_response_header(r, &name, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_HTTP_RANGE_NOT_SATISFIABLE;
}


static ngx_int_t
ngx_eo_edge_refuse(ngx_http_request_t *r, ngx_uint_t status,
    const char *exception)
{
    return ngx_eo_respond(r, status, NULL, exception);
}
