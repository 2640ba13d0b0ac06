
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * OpenSSL's SHA-256 is taken by its compression function, as ngx_eo_token_auth
 * does: there is no context to allocate and look up, which takes longer than
 * the digest of a pass.
 */


/* what is deprecated about it is that it passes the providers by */

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "ngx_eo_challenge_key.h"
#include "shm/ngx_eo_siphash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>


#define NGX_EO_CHALLENGE_BLOCK  64

/* label, length of the text, of the host, of the agent */

#define NGX_EO_CHALLENGE_HEAD   7


static void ngx_eo_challenge_pad(const u_char *block, u_char pad,
    uint32_t *chaining);
static void ngx_eo_challenge_begin(SHA256_CTX *ctx, const uint32_t *chaining);


void
ngx_eo_challenge_key(ngx_eo_challenge_key_t *key, const u_char *secret,
    size_t len)
{
    u_char    block[NGX_EO_CHALLENGE_BLOCK];
    uint32_t  tag[8];

    ngx_memzero(block, sizeof(block));

    if (len <= sizeof(block)) {
        ngx_memcpy(block, secret, len);

    } else {
        (void) SHA256(secret, len, block);
    }

    ngx_eo_challenge_pad(block, 0x36, key->inner);
    ngx_eo_challenge_pad(block, 0x5c, key->outer);

    /* a key of its own, from which the secret does not come back */

    ngx_eo_challenge_pad(block, 0x63, tag);
    ngx_memcpy(key->tag, tag, sizeof(key->tag));

    OPENSSL_cleanse(block, sizeof(block));
}


static void
ngx_eo_challenge_pad(const u_char *secret, u_char pad, uint32_t *chaining)
{
    u_char      block[NGX_EO_CHALLENGE_BLOCK];
    ngx_uint_t  i;
    SHA256_CTX  ctx;

    for (i = 0; i < NGX_EO_CHALLENGE_BLOCK; i++) {
        block[i] = secret[i] ^ pad;
    }

    (void) SHA256_Init(&ctx);
    SHA256_Transform(&ctx, block);

    ngx_memcpy(chaining, ctx.h, sizeof(ctx.h));

    OPENSSL_cleanse(block, sizeof(block));
}


void
ngx_eo_challenge_bind(ngx_eo_challenge_client_t *client,
    ngx_eo_challenge_bind_e bind)
{
    size_t  keep;

    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    if (bind == NGX_EO_CHALLENGE_NONE) {
        keep = 0;

    } else if (ngx_memcmp(client->addr, mapped, sizeof(mapped)) == 0) {
        keep = (bind == NGX_EO_CHALLENGE_PREFIX) ? 15 : 16;

    } else {
        keep = (bind == NGX_EO_CHALLENGE_PREFIX) ? 6 : 8;
    }

    ngx_memzero(client->addr + keep, sizeof(client->addr) - keep);
}


void
ngx_eo_challenge_mac(const ngx_eo_challenge_key_t *key, u_char label,
    const ngx_str_t *text, const ngx_eo_challenge_client_t *client,
    u_char *mac)
{
    size_t      len;
    u_char      head[NGX_EO_CHALLENGE_HEAD], digest[SHA256_DIGEST_LENGTH];
    SHA256_CTX  ctx;

    head[0] = label;
    head[1] = (u_char) (text->len >> 8);
    head[2] = (u_char) text->len;
    head[3] = (u_char) (client->host.len >> 8);
    head[4] = (u_char) client->host.len;
    head[5] = (u_char) (client->agent.len >> 8);
    head[6] = (u_char) client->agent.len;

    ngx_eo_challenge_begin(&ctx, key->inner);

    (void) SHA256_Update(&ctx, head, sizeof(head));
    (void) SHA256_Update(&ctx, text->data, text->len);
    (void) SHA256_Update(&ctx, client->addr, sizeof(client->addr));

    if (client->host.len) {
        (void) SHA256_Update(&ctx, client->host.data, client->host.len);
    }

    len = ngx_min(client->agent.len, NGX_EO_CHALLENGE_AGENT_MAX);

    if (len) {
        (void) SHA256_Update(&ctx, client->agent.data, len);
    }

    (void) SHA256_Final(digest, &ctx);

    ngx_eo_challenge_begin(&ctx, key->outer);

    (void) SHA256_Update(&ctx, digest, sizeof(digest));
    (void) SHA256_Final(digest, &ctx);

    (void) ngx_hex_dump(mac, digest, NGX_EO_CHALLENGE_MAC_LEN);
}


/* a block of the key has gone in */

static void
ngx_eo_challenge_begin(SHA256_CTX *ctx, const uint32_t *chaining)
{
    (void) SHA256_Init(ctx);

    ngx_memcpy(ctx->h, chaining, sizeof(ctx->h));
    ctx->Nl = NGX_EO_CHALLENGE_BLOCK * 8;
}


ngx_uint_t
ngx_eo_challenge_mac_check(const ngx_eo_challenge_keys_t *keys, u_char label,
    const ngx_str_t *text, const ngx_eo_challenge_client_t *client,
    const u_char *mac)
{
    u_char      right[NGX_EO_CHALLENGE_MAC_TEXT];
    ngx_uint_t  i;

    for (i = 0; i < keys->n; i++) {
        ngx_eo_challenge_mac(&keys->key[i], label, text, client, right);

        if (CRYPTO_memcmp(right, mac, sizeof(right)) == 0) {
            return 1;
        }
    }

    return 0;
}


uint32_t
ngx_eo_challenge_tag(const ngx_eo_challenge_key_t *key,
    const ngx_eo_challenge_client_t *client)
{
    u_char            len[2];
    ngx_eo_siphash_t  hash;

    len[0] = (u_char) (client->host.len >> 8);
    len[1] = (u_char) client->host.len;

    ngx_eo_siphash_init(&hash, key->tag);
    ngx_eo_siphash_update(&hash, client->addr, sizeof(client->addr));
    ngx_eo_siphash_update(&hash, len, sizeof(len));
    ngx_eo_siphash_update(&hash, client->host.data, client->host.len);

    return (uint32_t) ngx_eo_siphash_final(&hash, client->agent.data,
                                           ngx_min(client->agent.len,
                                               NGX_EO_CHALLENGE_AGENT_MAX));
}


ngx_int_t
ngx_eo_challenge_hex(const u_char *p, size_t len, uint64_t *value)
{
    uint64_t  n;

    for (n = 0; len; len--, p++) {

        if (*p >= '0' && *p <= '9') {
            n = n << 4 | (uint64_t) (*p - '0');

        } else if (*p >= 'a' && *p <= 'f') {
            n = n << 4 | (uint64_t) (*p - 'a' + 10);

        } else {
            return NGX_DECLINED;
        }
    }

    *value = n;

    return NGX_OK;
}
