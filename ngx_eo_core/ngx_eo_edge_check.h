
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a node refuses before anything else looks at the request: 423, 418,
 * 400, 413 and 416, in this order.
 */


#ifndef _NGX_EO_EDGE_CHECK_H_INCLUDED_
#define _NGX_EO_EDGE_CHECK_H_INCLUDED_


#include "ngx_eo_request.h"
#include "ngx_eo_cdn_loop.h"


/* The handlers of NGX_EO_STAGE_EDGE_CHECK and _EDGE_CHECK_LOCATION. */

ngx_int_t ngx_eo_edge_check_handler(ngx_http_request_t *r);
ngx_int_t ngx_eo_edge_check_location_handler(ngx_http_request_t *r);


/*
 * The handler of NGX_EO_STAGE_RANGE_CHECK: ranges beyond the end of what is
 * about to be sent whole.
 */

ngx_int_t ngx_eo_range_check_header_filter(ngx_http_request_t *r);


/*
 * What one pass over the headers of a request finds.
 */

typedef struct {
    ngx_uint_t           headers;
    size_t               size;       /* of names and values, in bytes */
    ngx_uint_t           lines;      /* of CDN-Loop */
    ngx_uint_t           suspects;   /* may have a name that the node sets */
    ngx_eo_cdn_loop_t    loop;
} ngx_eo_header_scan_t;


/*
 * Scans a list of headers.
 *
 * name:  of this node in CDN-Loop
 */

void ngx_eo_header_scan(ngx_list_t *headers, ngx_str_t *name,
    ngx_eo_header_scan_t *scan);


#endif /* _NGX_EO_EDGE_CHECK_H_INCLUDED_ */
