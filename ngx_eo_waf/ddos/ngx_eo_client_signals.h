
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What in a request no browser and no honest program sends.  Texts in, bits
 * out.
 */


#ifndef _NGX_EO_CLIENT_SIGNALS_H_INCLUDED_
#define _NGX_EO_CLIENT_SIGNALS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* in the order of the table in ngx_eo_client_signals.c */

#define NGX_EO_SIGNAL_CONNECTION_FIELDS   0x0001
#define NGX_EO_SIGNAL_TE                  0x0002
#define NGX_EO_SIGNAL_RANGES              0x0004
#define NGX_EO_SIGNAL_KEEP_ALIVE          0x0008
#define NGX_EO_SIGNAL_TWO_AGENTS          0x0010
#define NGX_EO_SIGNAL_ACCEPT_CHARSET      0x0020
#define NGX_EO_SIGNAL_PROXY_CONNECTION    0x0040
#define NGX_EO_SIGNAL_CLIENT_HINTS        0x0080
#define NGX_EO_SIGNAL_NO_ACCEPT           0x0100
#define NGX_EO_SIGNAL_NO_LANGUAGE         0x0200
#define NGX_EO_SIGNAL_NO_ENCODING         0x0400
#define NGX_EO_SIGNAL_HTTP_10             0x0800

/* the sum of points that is too much */

#define NGX_EO_SIGNALS_LIMIT              3

/* room for the names of all signals with commas between them */

#define NGX_EO_SIGNALS_TEXT_LEN           256


/* collected header by header; begins as zeros */

typedef struct {
    ngx_str_t                   user_agent;
    ngx_uint_t                  user_agents;
    unsigned                    accept:1;
    unsigned                    accept_language:1;
    unsigned                    accept_encoding:1;
    unsigned                    accept_charset:1;
    unsigned                    keep_alive:1;
    unsigned                    proxy_connection:1;
    unsigned                    connection_fields:1;
    unsigned                    upgrade:1;
    unsigned                    te:1;        /* other than trailers */
    unsigned                    client_hints:1;
    unsigned                    forwarded:1; /* a proxy told of itself */
    unsigned                    ranges:1;    /* far too many */
} ngx_eo_client_headers_t;


/*
 * Takes note of a header of the request.
 *
 * name:   in lower case
 * value:  has to live as long as headers is used
 */

void ngx_eo_client_header(ngx_eo_client_headers_t *headers, ngx_str_t *name,
    ngx_str_t *value);

/*
 * The signals of a request, NGX_EO_SIGNAL_*.
 *
 * version:  9, 10, 11, 20 or 30
 * plain:    the method is GET or HEAD
 */

ngx_uint_t ngx_eo_client_signals(ngx_eo_client_headers_t *headers,
    ngx_uint_t version, ngx_uint_t plain);

/* The points of all of them together. */

ngx_uint_t ngx_eo_client_score(ngx_uint_t signals);

/* Writes their names, up to NGX_EO_SIGNALS_TEXT_LEN; returns the end. */

u_char *ngx_eo_client_signals_text(u_char *p, ngx_uint_t signals);

/*
 * Whether a User-Agent says that it is one of the well-known browsers; one
 * that says as well that it is a robot does not.
 */

ngx_uint_t ngx_eo_client_claims_browser(ngx_str_t *user_agent);


#endif /* _NGX_EO_CLIENT_SIGNALS_H_INCLUDED_ */
