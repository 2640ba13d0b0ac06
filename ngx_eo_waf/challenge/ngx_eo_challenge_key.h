
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Secrets of challenges, and what is signed with them.
 */


#ifndef _NGX_EO_CHALLENGE_KEY_H_INCLUDED_
#define _NGX_EO_CHALLENGE_KEY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_CHALLENGE_KEYS       2

/* of HMAC-SHA-256 so many bytes are kept, and written as hexadecimal text */

#define NGX_EO_CHALLENGE_MAC_LEN    16
#define NGX_EO_CHALLENGE_MAC_TEXT   (2 * NGX_EO_CHALLENGE_MAC_LEN)

/* bytes of a User-Agent that count, beside its length */

#define NGX_EO_CHALLENGE_AGENT_MAX  512


/* what a pass is bound to, beside User-Agent and host */

typedef enum {
    NGX_EO_CHALLENGE_ADDRESS = 0,            /* of IPv6 the first 64 bits */
    NGX_EO_CHALLENGE_PREFIX,                 /* IPv4 /24, IPv6 /48 */
    NGX_EO_CHALLENGE_NONE
} ngx_eo_challenge_bind_e;


/* a secret as the two chaining values of HMAC that it leads to */

typedef struct {
    uint32_t                    inner[8];
    uint32_t                    outer[8];
    uint64_t                    tag[2];      /* of SipHash */
} ngx_eo_challenge_key_t;


/* the first key signs, all are good for what was signed before */

typedef struct {
    ngx_eo_challenge_key_t      key[NGX_EO_CHALLENGE_KEYS];
    ngx_uint_t                  n;
} ngx_eo_challenge_keys_t;


/* addr: 16 bytes, IPv4 as ::ffff:a.b.c.d */

typedef struct {
    u_char                      addr[16];
    ngx_str_t                   host;
    ngx_str_t                   agent;
} ngx_eo_challenge_client_t;


void ngx_eo_challenge_key(ngx_eo_challenge_key_t *key, const u_char *secret,
    size_t len);

/*
 * Leaves of a client's address what a pass is bound to, so that addresses
 * that count as one are one.
 */

void ngx_eo_challenge_bind(ngx_eo_challenge_client_t *client,
    ngx_eo_challenge_bind_e bind);

/*
 * HMAC-SHA-256 over a text and a client, of which each part has its length
 * before it, so that none can be moved into its neighbour.
 *
 * label:  tells kinds of text from each other
 * mac:    room for NGX_EO_CHALLENGE_MAC_TEXT characters
 */

void ngx_eo_challenge_mac(const ngx_eo_challenge_key_t *key, u_char label,
    const ngx_str_t *text, const ngx_eo_challenge_client_t *client,
    u_char *mac);

/*
 * Whether one of the keys has made a MAC, in a time that does not tell how
 * much of it is right.
 */

ngx_uint_t ngx_eo_challenge_mac_check(const ngx_eo_challenge_keys_t *keys,
    u_char label, const ngx_str_t *text,
    const ngx_eo_challenge_client_t *client, const u_char *mac);

/*
 * A short name of a client, which finds its passes among others.  It proves
 * nothing, but nobody without the secret can make one on purpose.
 */

uint32_t ngx_eo_challenge_tag(const ngx_eo_challenge_key_t *key,
    const ngx_eo_challenge_client_t *client);

/*
 * Reads a number of fixed width, lower-case hexadecimal digits and nothing
 * else.  Returns NGX_OK or NGX_DECLINED.
 */

ngx_int_t ngx_eo_challenge_hex(const u_char *p, size_t len, uint64_t *value);


#endif /* _NGX_EO_CHALLENGE_KEY_H_INCLUDED_ */
