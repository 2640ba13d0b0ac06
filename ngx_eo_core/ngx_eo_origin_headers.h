
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Headers to the origin (docs/behaviour.md, 2.2, 2.3 and 3).
 */


#ifndef _NGX_EO_ORIGIN_HEADERS_H_INCLUDED_
#define _NGX_EO_ORIGIN_HEADERS_H_INCLUDED_


#include "ngx_eo_request.h"


/* The handler of NGX_EO_STAGE_ORIGIN_HEADERS. */

ngx_int_t ngx_eo_origin_headers_handler(ngx_http_request_t *r);


/*
 * Writes the CDN-Loop for the origin.
 *
 * client:  the headers of the client, NULL to have them found
 * value:   allocated from the request's pool, or a constant
 *
 * Returns NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_origin_cdn_loop(ngx_http_request_t *r, ngx_list_t *client,
    ngx_str_t *value);


/*
 * The handler of "eo_forwarded_proto_from": a list of addresses in cmd->offset.
 */

char *ngx_eo_forwarded_proto_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/*
 * Prepares the headers of a location; to be called when its configuration has
 * been merged.  Returns NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_origin_headers_prepare(ngx_conf_t *cf,
    ngx_eo_core_loc_conf_t *lcf);


#endif /* _NGX_EO_ORIGIN_HEADERS_H_INCLUDED_ */
