
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The rating of a request: signals, each with a name and a weight, and what
 * their sum means.
 */


#ifndef _NGX_EO_BOT_SCORE_H_INCLUDED_
#define _NGX_EO_BOT_SCORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* in the order of the table in ngx_eo_bot_score.c */

#define NGX_EO_BOT_SIGNAL_IMPERSONATED      0x0001
#define NGX_EO_BOT_SIGNAL_SCANNER           0x0002
#define NGX_EO_BOT_SIGNAL_HEADLESS          0x0004
#define NGX_EO_BOT_SIGNAL_TOOL              0x0008
#define NGX_EO_BOT_SIGNAL_DECLARED          0x0010
#define NGX_EO_BOT_SIGNAL_NO_USER_AGENT     0x0020
#define NGX_EO_BOT_SIGNAL_TLS               0x0040
#define NGX_EO_BOT_SIGNAL_HEADERS           0x0080
#define NGX_EO_BOT_SIGNAL_IDC               0x0100
#define NGX_EO_BOT_SIGNAL_REPUTATION_LOW    0x0200
#define NGX_EO_BOT_SIGNAL_REPUTATION_MID    0x0400
#define NGX_EO_BOT_SIGNAL_REPUTATION_HIGH   0x0800

/* sums from which on a request is one of these */

#define NGX_EO_BOT_LIKELY_SCORE             40
#define NGX_EO_BOT_HIGH_RISK_SCORE          80

/* room for a score and the names of all signals */

#define NGX_EO_BOT_SCORE_TEXT               384


/* in the order of the names in ngx_eo_bot_score.c */

typedef enum {
    NGX_EO_BOT_HUMAN = 0,
    NGX_EO_BOT_VERIFIED,
    NGX_EO_BOT_LIKELY,
    NGX_EO_BOT_HIGH_RISK,
    NGX_EO_BOT_RATINGS
} ngx_eo_bot_rating_e;


/* the name of a rating, and the reverse */

ngx_str_t *ngx_eo_bot_rating_name(ngx_eo_bot_rating_e rating);
ngx_int_t ngx_eo_bot_rating_find(ngx_str_t *name,
    ngx_eo_bot_rating_e *rating);

/* the sum of the weights of signals */

ngx_uint_t ngx_eo_bot_score(ngx_uint_t signals);

/* verified: a robot has proven who it is, which no sum outweighs */

ngx_eo_bot_rating_e ngx_eo_bot_rating(ngx_uint_t signals,
    ngx_uint_t verified);

/*
 * Writes the sum and what it is made of, "140=impersonated:100+tool:40", up to
 * NGX_EO_BOT_SCORE_TEXT bytes; returns the end.
 */

u_char *ngx_eo_bot_score_text(u_char *p, ngx_uint_t signals);

/*
 * Whether a JA4 is none of the browsers of today: their ClientHello offers
 * TLS 1.3, HTTP/2 and at most 26 ciphers, and names a server.  What offers no
 * HTTP/2 may still be a WebSocket of a browser.
 */

ngx_uint_t ngx_eo_bot_tls_unlike_browser(ngx_str_t *ja4,
    ngx_uint_t websocket);


#endif /* _NGX_EO_BOT_SCORE_H_INCLUDED_ */
