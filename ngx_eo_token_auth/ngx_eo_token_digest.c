
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Digests: MD5 as EdgeOne writes it, HMAC-SHA-256, and their comparison.
 *
 * Both stand on compression functions alone, ngx_eo_token_md5_block() and
 * that of OpenSSL's SHA-256.  These have no context to allocate and look up,
 * which takes longer than the digest of a link; MD5 works where it is switched
 * off by policy; and a key of HMAC is kept as the two chaining values that it
 * leads to.
 */


/* what is deprecated about OpenSSL's is that it passes the providers by */

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "ngx_eo_token_part.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>


#define NGX_EO_TOKEN_BLOCK  64

/* where the length is in the last block, and as words of 32 bits */

#define NGX_EO_TOKEN_TAIL   56
#define NGX_EO_TOKEN_WORDS  16


typedef struct {
    union {
        u_char                bytes[NGX_EO_TOKEN_BLOCK];  /* 0 past used */
        uint32_t              words[NGX_EO_TOKEN_WORDS];
        uint64_t              longs[NGX_EO_TOKEN_BLOCK / 8];
    } block;

    size_t                    used;
    uint64_t                  len;       /* of all that was hashed, bytes */
    ngx_uint_t                is_sha256;

    union {
        uint32_t              md5[4];
        SHA256_CTX            sha256;    /* of which the chaining value */
    } state;
} ngx_eo_token_hash_t;


static void ngx_eo_token_hash_add(ngx_eo_token_hash_t *hash,
    const ngx_str_t *parts, ngx_uint_t n);
static void ngx_eo_token_hash_pad(ngx_eo_token_hash_t *hash);
static ngx_inline void ngx_eo_token_hash_block(ngx_eo_token_hash_t *hash);
static ngx_inline void ngx_eo_token_hash_forget(ngx_eo_token_hash_t *hash);
static void ngx_eo_token_md5_parts(ngx_eo_token_hash_t *hash,
    const ngx_str_t *parts, ngx_uint_t n);
static ngx_inline void ngx_eo_token_md5_words(uint32_t *words, ngx_uint_t n);
static void ngx_eo_token_sha256_end(ngx_eo_token_hash_t *hash, u_char *dst);
static void ngx_eo_token_hmac_pad(const u_char *key, u_char pad,
    uint32_t *chaining);


void
ngx_eo_token_md5(const ngx_str_t *parts, ngx_uint_t n, u_char *dst)
{
    uint32_t             word;
    ngx_uint_t           i;
    ngx_eo_token_hash_t  hash;

    ngx_eo_token_md5_parts(&hash, parts, n);
    ngx_eo_token_md5_block(hash.state.md5, hash.block.words);
    ngx_eo_token_hash_forget(&hash);

    for (i = 0; i < 4; i++) {
        word = hash.state.md5[i];

        *dst++ = (u_char) word;
        *dst++ = (u_char) (word >> 8);
        *dst++ = (u_char) (word >> 16);
        *dst++ = (u_char) (word >> 24);
    }
}


ngx_uint_t
ngx_eo_token_md5_fits(const ngx_str_t *parts, ngx_uint_t n,
    const u_char *sent)
{
    u_char  digest[NGX_EO_TOKEN_MD5_LEN];

    ngx_eo_token_md5(parts, n, digest);

    return CRYPTO_memcmp(digest, sent, NGX_EO_TOKEN_MD5_LEN) == 0;
}


/* all but the last block, whose words are left in hash->block */

static void
ngx_eo_token_md5_parts(ngx_eo_token_hash_t *hash, const ngx_str_t *parts,
    ngx_uint_t n)
{
    ngx_memzero(hash->block.bytes, sizeof(hash->block.bytes));
    hash->used = 0;
    hash->len = 0;
    hash->is_sha256 = 0;

    hash->state.md5[0] = 0x67452301;
    hash->state.md5[1] = 0xefcdab89;
    hash->state.md5[2] = 0x98badcfe;
    hash->state.md5[3] = 0x10325476;

    ngx_eo_token_hash_add(hash, parts, n);
    ngx_eo_token_hash_pad(hash);

    ngx_eo_token_md5_words(hash->block.words, NGX_EO_TOKEN_WORDS);

    hash->block.words[NGX_EO_TOKEN_WORDS - 2] = (uint32_t) (hash->len << 3);
    hash->block.words[NGX_EO_TOKEN_WORDS - 1] = (uint32_t) (hash->len >> 29);
}


/* MD5 has its words with the lowest byte first */

static ngx_inline void
ngx_eo_token_md5_words(uint32_t *words, ngx_uint_t n)
{
#if !(NGX_HAVE_LITTLE_ENDIAN)
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        words[i] = words[i] << 24 | (words[i] & 0xff00) << 8
                   | (words[i] >> 8 & 0xff00) | words[i] >> 24;
    }
#endif
}


void
ngx_eo_token_hmac_key(ngx_str_t *key, ngx_eo_token_hmac_key_t *chaining)
{
    u_char  block[NGX_EO_TOKEN_BLOCK];

    ngx_memzero(block, sizeof(block));

    if (key->len <= sizeof(block)) {
        ngx_memcpy(block, key->data, key->len);

    } else {
        (void) SHA256(key->data, key->len, block);
    }

    ngx_eo_token_hmac_pad(block, 0x36, chaining->inner);
    ngx_eo_token_hmac_pad(block, 0x5c, chaining->outer);

    OPENSSL_cleanse(block, sizeof(block));
}


static void
ngx_eo_token_hmac_pad(const u_char *key, u_char pad, uint32_t *chaining)
{
    u_char      block[NGX_EO_TOKEN_BLOCK];
    ngx_uint_t  i;
    SHA256_CTX  state;

    for (i = 0; i < NGX_EO_TOKEN_BLOCK; i++) {
        block[i] = key[i] ^ pad;
    }

    (void) SHA256_Init(&state);
    SHA256_Transform(&state, block);

    ngx_memcpy(chaining, state.h, sizeof(state.h));

    OPENSSL_cleanse(block, sizeof(block));
}


void
ngx_eo_token_hmac(const ngx_eo_token_hmac_key_t *key, const ngx_str_t *parts,
    ngx_uint_t n, u_char *dst)
{
    ngx_eo_token_hash_t  hash;

    ngx_memzero(hash.block.bytes, sizeof(hash.block.bytes));
    hash.used = 0;
    hash.len = NGX_EO_TOKEN_BLOCK;
    hash.is_sha256 = 1;

    ngx_memcpy(hash.state.sha256.h, key->inner, sizeof(key->inner));

    ngx_eo_token_hash_add(&hash, parts, n);
    ngx_eo_token_sha256_end(&hash, hash.block.bytes);

    hash.used = SHA256_DIGEST_LENGTH;
    hash.len = NGX_EO_TOKEN_BLOCK + SHA256_DIGEST_LENGTH;

    ngx_memcpy(hash.state.sha256.h, key->outer, sizeof(key->outer));

    ngx_eo_token_sha256_end(&hash, dst);
}


static void
ngx_eo_token_sha256_end(ngx_eo_token_hash_t *hash, u_char *dst)
{
    uint32_t    word;
    ngx_uint_t  i;

    ngx_eo_token_hash_pad(hash);

    hash->block.words[NGX_EO_TOKEN_WORDS - 2] =
                                           htonl((uint32_t) (hash->len >> 29));
    hash->block.words[NGX_EO_TOKEN_WORDS - 1] =
                                           htonl((uint32_t) (hash->len << 3));

    ngx_eo_token_hash_block(hash);

    for (i = 0; i < SHA256_DIGEST_LENGTH / 4; i++) {
        word = htonl(hash->state.sha256.h[i]);
        dst = ngx_cpymem(dst, &word, sizeof(word));
    }
}


static void
ngx_eo_token_hash_add(ngx_eo_token_hash_t *hash, const ngx_str_t *parts,
    ngx_uint_t n)
{
    size_t           len, room;
    const u_char    *p;
    const ngx_str_t *last;

    for (last = parts + n; parts < last; parts++) {

        /* a part may be absent, without an address */

        if (parts->len == 0) {
            continue;
        }

        p = parts->data;
        len = parts->len;
        hash->len += len;

        for (room = NGX_EO_TOKEN_BLOCK - hash->used;
             len >= room;
             room = NGX_EO_TOKEN_BLOCK)
        {
            ngx_memcpy(hash->block.bytes + hash->used, p, room);
            ngx_eo_token_hash_block(hash);

            p += room;
            len -= room;
        }

        ngx_memcpy(hash->block.bytes + hash->used, p, len);
        hash->used += len;
    }
}


/* leaves the last block in hash->block, padded but for the length */

static void
ngx_eo_token_hash_pad(ngx_eo_token_hash_t *hash)
{
    hash->block.bytes[hash->used] = 0x80;

    if (hash->used >= NGX_EO_TOKEN_TAIL) {
        ngx_eo_token_hash_block(hash);
    }
}


static ngx_inline void
ngx_eo_token_hash_block(ngx_eo_token_hash_t *hash)
{
    if (hash->is_sha256) {
        SHA256_Transform(&hash->state.sha256, hash->block.bytes);

    } else {
        ngx_eo_token_md5_words(hash->block.words, NGX_EO_TOKEN_WORDS);
        ngx_eo_token_md5_block(hash->state.md5, hash->block.words);
    }

    ngx_memzero(hash->block.bytes, sizeof(hash->block.bytes));
    hash->used = 0;
}


/* the key was in the block; volatile keeps the compiler from saving it */

static ngx_inline void
ngx_eo_token_hash_forget(ngx_eo_token_hash_t *hash)
{
    volatile uint64_t  *longs;

    longs = hash->block.longs;

    longs[0] = 0;
    longs[1] = 0;
    longs[2] = 0;
    longs[3] = 0;
    longs[4] = 0;
    longs[5] = 0;
    longs[6] = 0;
    longs[7] = 0;
}


ngx_uint_t
ngx_eo_token_equal(const u_char *sent, const u_char *computed)
{
    uint64_t           one[NGX_EO_TOKEN_BINARY_SIZE / 8];
    uint64_t           two[NGX_EO_TOKEN_BINARY_SIZE / 8];
    volatile uint64_t  difference;

    ngx_memcpy(one, sent, sizeof(one));
    ngx_memcpy(two, computed, sizeof(two));

    /* volatile: no compiler may find out that one difference is enough */

    difference = (one[0] ^ two[0]) | (one[1] ^ two[1]);
    difference |= (one[2] ^ two[2]) | (one[3] ^ two[3]);
    difference |= one[4] ^ two[4];

    return difference == 0;
}
