
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Signatures of robots: HTTP Message Signatures (RFC 9421) with the tag
 * "web-bot-auth" and Ed25519.
 */


#ifndef _NGX_EO_BOT_SIGNATURE_H_INCLUDED_
#define _NGX_EO_BOT_SIGNATURE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* longest header that is read, and longest text that is signed, in bytes */

#define NGX_EO_BOT_SIGNATURE_HEADER      8192
#define NGX_EO_BOT_SIGNATURE_BASE        16384

#define NGX_EO_BOT_SIGNATURE_COMPONENTS  16

#define NGX_EO_BOT_ED25519_KEY           32
#define NGX_EO_BOT_ED25519_SIGNATURE     64

/* base64url of SHA-256 */

#define NGX_EO_BOT_THUMBPRINT            43

/* seconds that the clock of a signer may be ahead of ours */

#define NGX_EO_BOT_SIGNATURE_SKEW        60


/* "@authority", or a header; key: of a member of it, or empty */

typedef struct {
    ngx_str_t              name;
    ngx_str_t              key;
} ngx_eo_bot_component_t;


/* texts are those of the headers */

typedef struct {
    ngx_str_t              label;
    ngx_str_t              params;      /* from "(" to the end */
    ngx_str_t              keyid;
    ngx_str_t              nonce;
    ngx_str_t              alg;
    ngx_str_t              tag;
    time_t                 created;     /* 0: none is given */
    time_t                 expires;
    ngx_eo_bot_component_t components[NGX_EO_BOT_SIGNATURE_COMPONENTS];
    ngx_uint_t             ncomponents;
    u_char                 value[NGX_EO_BOT_ED25519_SIGNATURE];
} ngx_eo_bot_signature_t;


/*
 * A component of the request: "@authority" and so on, or a header by its name
 * in lower case, of which all values are joined with ", ".  Returns NGX_OK, or
 * NGX_DECLINED if there is none.
 */

typedef ngx_int_t (*ngx_eo_bot_component_pt)(void *data, ngx_str_t *name,
    ngx_str_t *value);


/*
 * Reads the headers Signature-Input and Signature.
 *
 * reason:  why not, a string constant
 *
 * Returns NGX_OK, NGX_DECLINED if no signature is that of a robot, or
 * NGX_ERROR if one is malformed or of a kind that is not known.
 */

ngx_int_t ngx_eo_bot_signature_parse(ngx_eo_bot_signature_t *signature,
    ngx_str_t *input, ngx_str_t *value, const char **reason);

/*
 * Whether a signature covers what it has to, and its time has come and is not
 * over.
 *
 * agent:  the request has a header Signature-Agent
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_bot_signature_check(ngx_eo_bot_signature_t *signature,
    time_t now, ngx_uint_t agent, const char **reason);

/*
 * Whether the key has made the signature of this request.
 *
 * key:  NGX_EO_BOT_ED25519_KEY bytes
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_bot_signature_verify(ngx_eo_bot_signature_t *signature,
    const u_char *key, ngx_eo_bot_component_pt component, void *data,
    const char **reason);

/*
 * Names a public key as robots do: the thumbprint of its JWK (RFC 7638,
 * RFC 8037).
 *
 * dst:  room for NGX_EO_BOT_THUMBPRINT bytes
 */

void ngx_eo_bot_thumbprint(u_char *dst, const u_char *key);


#endif /* _NGX_EO_BOT_SIGNATURE_H_INCLUDED_ */
