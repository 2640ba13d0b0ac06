
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Challenges as a part of web protection.
 */


#ifndef _NGX_EO_CHALLENGE_H_INCLUDED_
#define _NGX_EO_CHALLENGE_H_INCLUDED_


#include "ngx_eo_challenge_conf.h"
#include "request/ngx_eo_waf_state.h"
#include "ngx_eo_challenge_pass.h"


/* where answers go, and what front ends are shown */

#define NGX_EO_CHALLENGE_URI  "/.well-known/eo-challenge"


typedef struct ngx_eo_challenge_verify_s  ngx_eo_challenge_verify_t;


/* what logs and the page read */

struct ngx_eo_challenge_ctx_s {
    ngx_str_t                   status;      /* issued, passed or failed */
    ngx_str_t                   reason;
    ngx_str_t                   data;        /* of the page, JSON */
    u_char                      nonce[32];   /* of the page's policy */
    ngx_uint_t                  chinese;
    ngx_eo_challenge_level_e    level;       /* of what is being issued */
    ngx_str_t                   boundary;    /* of a multipart form */
    ngx_eo_challenge_verify_t  *verify;      /* a CAPTCHA's answer */
};


/* The state of a request, made at the first call; NULL: out of memory. */

ngx_eo_challenge_ctx_t *ngx_eo_challenge_ctx(ngx_http_request_t *r);

/* The client of a request; its strings lie in the request. */

void ngx_eo_challenge_client(ngx_http_request_t *r,
    ngx_eo_challenge_client_t *client);

/*
 * Whether a request needs no challenge: its client has a pass, or it is one
 * for a certificate (RFC 8555, 8.3), which no browser sends.
 */

ngx_uint_t ngx_eo_challenge_passed(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_level_e level);

/* Ends a request with a challenge.  Returns what the stage has to return. */

ngx_int_t ngx_eo_challenge_issue(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_level_e level);

/* the stage that takes answers, before there is a location */

ngx_int_t ngx_eo_challenge_answer_handler(ngx_http_request_t *r);

ngx_int_t ngx_eo_challenge_add_variables(ngx_conf_t *cf);


/*
 * For the parts of challenges.
 *
 * secure:       whether the client has come over TLS
 * cookie_name:  of passes that are bound so
 * look:         for a pass of the client, whom this binds
 * behaved:      notes what the client of a request does, whatever it calls
 *               itself; see ngx_eo_challenge_zone_behave()
 * token:        sets expiry and nonce, and writes it
 * language:     whether texts are to be Chinese, and not English
 * page:         sends the page with ctx->data
 */

ngx_uint_t ngx_eo_challenge_secure(ngx_http_request_t *r);
void ngx_eo_challenge_cookie_name(ngx_http_request_t *r, ngx_uint_t bind,
    ngx_str_t *name);
ngx_int_t ngx_eo_challenge_look(ngx_http_request_t *r,
    ngx_eo_challenge_look_t *look, ngx_eo_challenge_client_t *client,
    ngx_uint_t bind);
void ngx_eo_challenge_jar(ngx_http_request_t *r, ngx_uint_t bind,
    ngx_eo_challenge_jar_t *jar);
ngx_uint_t ngx_eo_challenge_behaved(ngx_http_request_t *r,
    ngx_uint_t points);
ngx_int_t ngx_eo_challenge_new_token(ngx_http_request_t *r,
    ngx_eo_challenge_token_t *token, ngx_str_t *text);
ngx_uint_t ngx_eo_challenge_language(ngx_http_request_t *r);
ngx_int_t ngx_eo_challenge_page(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_challenge_ctx_t *ctx,
    ngx_uint_t status);


#endif /* _NGX_EO_CHALLENGE_H_INCLUDED_ */
