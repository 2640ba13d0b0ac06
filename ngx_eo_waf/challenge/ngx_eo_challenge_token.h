
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The token of a challenge: what a client has to solve and what it will get,
 * signed, so that nothing of it is kept here.
 *
 *     VERSION EXPIRES LEVEL STEP DIFFICULTY BIND SAMESITE TTL NONCE MAC
 *
 * in lower-case hexadecimal digits, each of its own width.
 */


#ifndef _NGX_EO_CHALLENGE_TOKEN_H_INCLUDED_
#define _NGX_EO_CHALLENGE_TOKEN_H_INCLUDED_


#include "ngx_eo_challenge_key.h"


#define NGX_EO_CHALLENGE_TOKEN_HEAD  39
#define NGX_EO_CHALLENGE_TOKEN_LEN                                            \
    (NGX_EO_CHALLENGE_TOKEN_HEAD + NGX_EO_CHALLENGE_MAC_TEXT)

/* so long a proof of work is good; a person gets more time */

#define NGX_EO_CHALLENGE_WORK_TIME   60
#define NGX_EO_CHALLENGE_STEP_TIME   300


typedef enum {
    NGX_EO_CHALLENGE_JS = 1,
    NGX_EO_CHALLENGE_MANAGED
} ngx_eo_challenge_level_e;


typedef enum {
    NGX_EO_CHALLENGE_WORK = 0,
    NGX_EO_CHALLENGE_PUZZLE,
    NGX_EO_CHALLENGE_CAPTCHA
} ngx_eo_challenge_step_e;


typedef enum {
    NGX_EO_CHALLENGE_OK = 0,
    NGX_EO_CHALLENGE_MISSING,
    NGX_EO_CHALLENGE_MALFORMED,
    NGX_EO_CHALLENGE_FORGED,                 /* or of another client or host */
    NGX_EO_CHALLENGE_EXPIRED,
    NGX_EO_CHALLENGE_WEAK,                   /* less than what is asked for */
    NGX_EO_CHALLENGE_WRONG,                  /* the work or the puzzle */
    NGX_EO_CHALLENGE_REPLAYED,
    NGX_EO_CHALLENGE_UNVERIFIED              /* the provider is not there */
} ngx_eo_challenge_status_e;


typedef struct {
    time_t                      expires;
    ngx_eo_challenge_level_e    level;
    ngx_eo_challenge_step_e     step;
    ngx_uint_t                  difficulty;
    ngx_eo_challenge_bind_e     bind;
    ngx_uint_t                  same_site;   /* None, if it can be */
    time_t                      ttl;         /* of the pass */
    uint64_t                    nonce;
} ngx_eo_challenge_token_t;


/*
 * Writes a token for a client, who is bound as the token says.
 *
 * dst:  room for NGX_EO_CHALLENGE_TOKEN_LEN bytes
 */

u_char *ngx_eo_challenge_token_write(const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client,
    const ngx_eo_challenge_token_t *token, u_char *dst);

/*
 * Reads a token of a client and checks it.  Returns _OK, _MALFORMED, _FORGED
 * or _EXPIRED; the token is set for _OK and _EXPIRED.
 */

ngx_eo_challenge_status_e ngx_eo_challenge_token_check(
    const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client, const ngx_str_t *text,
    time_t now, ngx_eo_challenge_token_t *token);

/* the part of a token that the work is about: NGX_EO_CHALLENGE_MAC_TEXT */

u_char *ngx_eo_challenge_token_seed(const ngx_str_t *text);

/* a status as logs name it */

ngx_str_t *ngx_eo_challenge_status_name(ngx_eo_challenge_status_e status);


#endif /* _NGX_EO_CHALLENGE_TOKEN_H_INCLUDED_ */
