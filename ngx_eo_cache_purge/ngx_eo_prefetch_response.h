
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The response to a prefetch, as far as a prefetch wants to know it: HTTP/1.1
 * of the node itself, read piece by piece.
 */


#ifndef _NGX_EO_PREFETCH_RESPONSE_H_INCLUDED_
#define _NGX_EO_PREFETCH_RESPONSE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_PREFETCH_LINE_MAX    8192
#define NGX_EO_PREFETCH_HEADER_MAX  (256 * 1024)


typedef struct {
    ngx_uint_t      status;
    off_t           length;           /* of the body, -1: not known */
    off_t           received;         /* of the body, decoded */
    u_char          cache[16];        /* EO-Cache-Status, ends with zero */

    ngx_uint_t      state;
    off_t           rest;             /* of the body or a chunk */
    size_t          header;           /* bytes of header lines so far */
    size_t          line_len;
    u_char          line[NGX_EO_PREFETCH_LINE_MAX];

    unsigned        chunked:1;
    unsigned        playlist:1;       /* Content-Type says so */
    unsigned        encoded:1;        /* Content-Encoding */
} ngx_eo_prefetch_response_t;


/* is given the body, piece by piece */

typedef void (*ngx_eo_prefetch_body_pt)(void *data, u_char *p, size_t len);


void ngx_eo_prefetch_response_init(ngx_eo_prefetch_response_t *response);


/*
 * Reads on.
 *
 * Returns NGX_AGAIN if there is more to come, NGX_OK when the response is
 * whole, and NGX_ERROR if it is no HTTP.
 */

ngx_int_t ngx_eo_prefetch_response_read(ngx_eo_prefetch_response_t *response,
    u_char *p, size_t len, ngx_eo_prefetch_body_pt body, void *data);


/*
 * The connection was closed: returns NGX_OK if that is the end of the response,
 * and NGX_ERROR if it was cut.
 */

ngx_int_t ngx_eo_prefetch_response_end(ngx_eo_prefetch_response_t *response);


#endif /* _NGX_EO_PREFETCH_RESPONSE_H_INCLUDED_ */
