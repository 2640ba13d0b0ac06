
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Directories of public keys (RFC 7517), as robots publish them.
 */


#ifndef _NGX_EO_BOT_JWKS_H_INCLUDED_
#define _NGX_EO_BOT_JWKS_H_INCLUDED_


#include "ngx_eo_bot_signature.h"


/* bounds of a directory, in bytes and in keys */

#define NGX_EO_BOT_JWKS_SIZE  262144
#define NGX_EO_BOT_JWKS_KEYS  256


typedef struct {
    u_char                 thumbprint[NGX_EO_BOT_THUMBPRINT];
    u_char                 key[NGX_EO_BOT_ED25519_KEY];
} ngx_eo_bot_key_t;


/*
 * Reads keys for Ed25519 out of {"keys":[{"kty":"OKP","crv":"Ed25519",
 * "x":"..."}]}, or one of them alone; other keys are passed over.
 *
 * keys:    room for NGX_EO_BOT_JWKS_KEYS
 * reason:  why not, a string constant
 *
 * Returns their number, or NGX_ERROR.
 */

ngx_int_t ngx_eo_bot_jwks_parse(const u_char *text, size_t len,
    ngx_eo_bot_key_t *keys, const char **reason);


#endif /* _NGX_EO_BOT_JWKS_H_INCLUDED_ */
