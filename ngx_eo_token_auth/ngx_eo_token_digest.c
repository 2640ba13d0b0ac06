
/*
 * Digests: MD5 as EdgeOne writes it, HMAC-SHA-256, and their comparison.
 *
 * Within nginx MD5 is nginx's own, which works where OpenSSL's is switched
 * off by policy; NGX_EO_TOKEN_STANDALONE takes OpenSSL's, so that a program
 * needs no object of nginx.
 */


#include "ngx_eo_token_part.h"

#include <openssl/evp.h>

#if !(NGX_EO_TOKEN_STANDALONE)
#include <ngx_md5.h>
#endif


#define NGX_EO_TOKEN_SHA256_LEN    32
#define NGX_EO_TOKEN_SHA256_BLOCK  64


static ngx_int_t ngx_eo_token_md5_binary(const ngx_str_t *parts, ngx_uint_t n,
    u_char *dst);
static ngx_int_t ngx_eo_token_sha256(const u_char *pad,
    const ngx_str_t *parts, ngx_uint_t n, u_char *dst);
static EVP_MD_CTX *ngx_eo_token_sha256_init(void);
static u_char *ngx_eo_token_base64url(u_char *dst, const u_char *src,
    size_t len);


size_t
ngx_eo_token_md5(const ngx_str_t *parts, ngx_uint_t n, u_char *dst)
{
    u_char      md5[16];
    ngx_uint_t  i;

    static const u_char  hex[] =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
        "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
        "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
        "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
        "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

    if (ngx_eo_token_md5_binary(parts, n, md5) != NGX_OK) {
        return 0;
    }

    for (i = 0; i < sizeof(md5); i++) {
        dst = ngx_cpymem(dst, &hex[md5[i] * 2], 2);
    }

    return 2 * sizeof(md5);
}


#if !(NGX_EO_TOKEN_STANDALONE)

static ngx_int_t
ngx_eo_token_md5_binary(const ngx_str_t *parts, ngx_uint_t n, u_char *dst)
{
    ngx_md5_t   md5;
    ngx_uint_t  i;

    ngx_md5_init(&md5);

    for (i = 0; i < n; i++) {

        /* parts may be absent, without an address */

        if (parts[i].len) {
            ngx_md5_update(&md5, parts[i].data, parts[i].len);
        }
    }

    ngx_md5_final(dst, &md5);

    return NGX_OK;
}

#else

static ngx_int_t
ngx_eo_token_md5_binary(const ngx_str_t *parts, ngx_uint_t n, u_char *dst)
{
    int          ok;
    ngx_uint_t   i;
    EVP_MD_CTX  *ctx;

    ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    ok = EVP_DigestInit_ex(ctx, EVP_md5(), NULL);

    for (i = 0; ok && i < n; i++) {
        ok = EVP_DigestUpdate(ctx, parts[i].data, parts[i].len);
    }

    ok = ok && EVP_DigestFinal_ex(ctx, dst, NULL);

    EVP_MD_CTX_free(ctx);

    return ok ? NGX_OK : NGX_ERROR;
}

#endif


size_t
ngx_eo_token_hmac(ngx_str_t *key, const ngx_str_t *parts, ngx_uint_t n,
    u_char *dst)
{
    u_char      inner[NGX_EO_TOKEN_SHA256_LEN];
    u_char      pad[NGX_EO_TOKEN_SHA256_BLOCK];
    u_char      block[NGX_EO_TOKEN_SHA256_BLOCK];
    ngx_str_t   digest;
    ngx_uint_t  i;

    ngx_memzero(block, sizeof(block));

    if (key->len <= sizeof(block)) {
        ngx_memcpy(block, key->data, key->len);

    } else if (ngx_eo_token_sha256(NULL, key, 1, block) != NGX_OK) {
        return 0;
    }

    for (i = 0; i < sizeof(block); i++) {
        pad[i] = block[i] ^ 0x36;
    }

    if (ngx_eo_token_sha256(pad, parts, n, inner) != NGX_OK) {
        return 0;
    }

    for (i = 0; i < sizeof(block); i++) {
        pad[i] = block[i] ^ 0x5c;
    }

    digest.len = sizeof(inner);
    digest.data = inner;

    if (ngx_eo_token_sha256(pad, &digest, 1, inner) != NGX_OK) {
        return 0;
    }

    return ngx_eo_token_base64url(dst, inner, sizeof(inner)) - dst;
}


static ngx_int_t
ngx_eo_token_sha256(const u_char *pad, const ngx_str_t *parts, ngx_uint_t n,
    u_char *dst)
{
    ngx_uint_t   i;
    EVP_MD_CTX  *ctx;

    ctx = ngx_eo_token_sha256_init();
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (pad && !EVP_DigestUpdate(ctx, pad, NGX_EO_TOKEN_SHA256_BLOCK)) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (!EVP_DigestUpdate(ctx, parts[i].data, parts[i].len)) {
            return NGX_ERROR;
        }
    }

    if (!EVP_DigestFinal_ex(ctx, dst, NULL)) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * OpenSSL 3 looks EVP_sha256() up among its providers each time, which takes
 * longer than the digest of a link: the process keeps what was found, and the
 * context with it.
 */

static EVP_MD_CTX *
ngx_eo_token_sha256_init(void)
{
    static EVP_MD_CTX    *ctx;
    static const EVP_MD  *sha256;

    if (ctx == NULL) {
        ctx = EVP_MD_CTX_new();

#if (OPENSSL_VERSION_NUMBER >= 0x30000000L)
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
#else
        sha256 = EVP_sha256();
#endif
    }

    if (ctx == NULL || sha256 == NULL
        || !EVP_DigestInit_ex(ctx, sha256, NULL))
    {
        return NULL;
    }

    return ctx;
}


static u_char *
ngx_eo_token_base64url(u_char *dst, const u_char *src, size_t len)
{
    uint32_t  bits;

    static const u_char  basis[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for ( /* void */ ; len >= 3; len -= 3, src += 3) {
        bits = (uint32_t) src[0] << 16 | (uint32_t) src[1] << 8 | src[2];

        *dst++ = basis[bits >> 18];
        *dst++ = basis[(bits >> 12) & 0x3f];
        *dst++ = basis[(bits >> 6) & 0x3f];
        *dst++ = basis[bits & 0x3f];
    }

    if (len) {
        bits = (uint32_t) src[0] << 16;

        if (len == 2) {
            bits |= (uint32_t) src[1] << 8;
        }

        *dst++ = basis[bits >> 18];
        *dst++ = basis[(bits >> 12) & 0x3f];

        if (len == 2) {
            *dst++ = basis[(bits >> 6) & 0x3f];
        }
    }

    return dst;
}


ngx_uint_t
ngx_eo_token_equal(const u_char *sent, const u_char *computed, size_t len,
    ngx_uint_t fold)
{
    size_t             i;
    uint64_t           one, two, letters;
    volatile uint64_t  difference;

    /*
     * bit 6 is set in letters and clear in digits: no branch, no table; it
     * stays within its byte when it goes to bit 5
     */

    letters = fold ? 0x4040404040404040ULL : 0;

    /* volatile: no compiler may find out that one difference is enough */

    difference = 0;

    for (i = 0; i + sizeof(one) <= len; i += sizeof(one)) {
        ngx_memcpy(&one, sent + i, sizeof(one));
        ngx_memcpy(&two, computed + i, sizeof(two));

        one |= (one & letters) >> 1;
        difference |= one ^ two;
    }

    for ( /* void */ ; i < len; i++) {
        one = sent[i];
        two = computed[i];

        one |= (one & letters & 0xff) >> 1;
        difference |= one ^ two;
    }

    return difference == 0;
}
