
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Answers of a CAPTCHA provider, which is asked whether they are right by a
 * subrequest to a location that passes it on: names, TLS and time-outs are
 * those of the location.
 */


#ifndef _NGX_EO_CHALLENGE_CAPTCHA_H_INCLUDED_
#define _NGX_EO_CHALLENGE_CAPTCHA_H_INCLUDED_


#include "ngx_eo_challenge.h"
#include "ngx_eo_challenge_captcha_conf.h"


/* of the provider, as the browser got it */

#define NGX_EO_CHALLENGE_CAPTCHA_MAX  4096


/* of a request whose answer is being verified */

struct ngx_eo_challenge_verify_s {
    ngx_eo_challenge_token_t    token;
    ngx_uint_t                  status;      /* of HTTP; 0: not yet there */
    ngx_str_t                   body;
};


/* the length of what ngx_eo_challenge_captcha_write() writes */

size_t ngx_eo_challenge_captcha_len(ngx_eo_challenge_captcha_t *captcha);

/* Writes what the page needs to show a CAPTCHA, as a JSON object. */

u_char *ngx_eo_challenge_captcha_write(ngx_eo_challenge_captcha_t *captcha,
    u_char *dst);

/* Whether a text can be an answer: RFC 3986's unreserved characters. */

ngx_uint_t ngx_eo_challenge_captcha_text(const ngx_str_t *answer);

/*
 * Asks the provider.  Returns NGX_AGAIN, after which the stage runs again with
 * ctx->verify->status set; or NGX_ERROR.
 */

ngx_int_t ngx_eo_challenge_captcha_verify(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_captcha_t *captcha,
    ngx_eo_challenge_token_t *token, ngx_str_t *answer);

/* What came of it: _OK, _WRONG or _UNVERIFIED. */

ngx_eo_challenge_status_e ngx_eo_challenge_captcha_verdict(
    ngx_http_request_t *r, ngx_eo_challenge_verify_t *verify,
    ngx_eo_challenge_captcha_t *captcha);


#endif /* _NGX_EO_CHALLENGE_CAPTCHA_H_INCLUDED_ */
