
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the connection to an origin took, in parts.  nginx keeps one time for
 * all that is before the request; the probe notes the moments in between.
 */


#ifndef _NGX_EO_ORIGIN_TIMES_H_INCLUDED_
#define _NGX_EO_ORIGIN_TIMES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


typedef struct {
    ngx_msec_t                  resolve_begin;
    ngx_msec_t                  resolve;       /* how long it took */
    ngx_msec_t                  tcp;           /* the same */
    ngx_uint_t                  attempt;       /* whose tcp it is, from 1 */
    const char                 *protocol;      /* of TLS; NULL for none */
    unsigned                    resolving:1;
    unsigned                    resolved:1;
    unsigned                    kept:1;        /* the connection was there */
} ngx_eo_origin_times_t;


typedef enum {
    NGX_EO_ORIGIN_TIME_DNS = 0,
    NGX_EO_ORIGIN_TIME_TCP,
    NGX_EO_ORIGIN_TIME_TLS,
    NGX_EO_ORIGIN_TIME_HEADER
} ngx_eo_origin_time_e;


/* A resolver is about to be waited for, and has answered. */

void ngx_eo_origin_times_resolving(ngx_eo_origin_times_t *times);
void ngx_eo_origin_times_resolved(ngx_eo_origin_times_t *times);


/* TCP is up, and TLS about to begin. */

void ngx_eo_origin_times_connected(ngx_eo_origin_times_t *times,
    ngx_http_request_t *r);


/* The connection is about to be given back. */

void ngx_eo_origin_times_free(ngx_eo_origin_times_t *times,
    ngx_peer_connection_t *pc);


/*
 * Milliseconds of a part of the last attempt; -1 where there was none or it is
 * not known, 0 for connections that were kept.
 *
 * times:  NULL where no origin was watched
 */

ngx_int_t ngx_eo_origin_times_part(ngx_http_request_t *r,
    ngx_eo_origin_times_t *times, ngx_eo_origin_time_e part);


#endif /* _NGX_EO_ORIGIN_TIMES_H_INCLUDED_ */
