
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * One request to the node itself, as a visitor would make it.
 */


#ifndef _NGX_EO_PREFETCH_FETCH_H_INCLUDED_
#define _NGX_EO_PREFETCH_FETCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>
#include "ngx_eo_prefetch_response.h"


/* playlists larger than this are not read */

#define NGX_EO_PREFETCH_PLAYLIST_MAX  (1024 * 1024)


typedef struct ngx_eo_prefetch_fetch_s  ngx_eo_prefetch_fetch_t;

typedef void (*ngx_eo_prefetch_fetch_pt)(ngx_eo_prefetch_fetch_t *fetch);


struct ngx_eo_prefetch_fetch_s {
    ngx_pool_t                   *pool;      /* of this fetch */
    ngx_addr_t                   *address;
    void                         *ssl;       /* ngx_ssl_t, NULL without TLS */
    ngx_str_t                     host;      /* for SNI, ends with zero */
    ngx_str_t                     request;
    ngx_msec_t                    timeout;   /* of each wait */

    ngx_eo_prefetch_fetch_pt      handler;   /* called once, at the end */
    void                         *data;

    const char                   *failure;   /* a word, or NULL */
    ngx_eo_prefetch_response_t    response;
    u_char                       *body;      /* of a playlist */
    size_t                        body_len;
    unsigned                      keep:1;    /* may be a playlist */
    unsigned                      cut:1;     /* it was too large */

    ngx_peer_connection_t         peer;
    size_t                        sent;
    u_char                        buffer[16384];
};


/*
 * Begins; what is above "failure" has been filled, and the rest is zeros.
 *
 * Returns NGX_AGAIN, and the handler is called later, or NGX_ERROR with the
 * failure, and it is not.
 */

ngx_int_t ngx_eo_prefetch_fetch(ngx_eo_prefetch_fetch_t *fetch,
    ngx_log_t *log);


/* ends it without its handler; the pool is left to the caller */

void ngx_eo_prefetch_fetch_close(ngx_eo_prefetch_fetch_t *fetch);


#endif /* _NGX_EO_PREFETCH_FETCH_H_INCLUDED_ */
