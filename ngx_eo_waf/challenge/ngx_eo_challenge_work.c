
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/* what is deprecated about OpenSSL's is that it passes the providers by */

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "ngx_eo_challenge_work.h"
#include "ngx_eo_challenge_key.h"

#include <openssl/sha.h>


/* bits by which a part is easier than the whole */

#define NGX_EO_CHALLENGE_PART_BITS  3

#define NGX_EO_CHALLENGE_TEXT_LEN   (NGX_EO_CHALLENGE_SEED_LEN + 12)


static ngx_uint_t ngx_eo_challenge_work_part(const u_char *text,
    ngx_uint_t bits);


ngx_uint_t
ngx_eo_challenge_work_check(const u_char *seed, const ngx_str_t *answer,
    ngx_uint_t difficulty)
{
    return ngx_eo_challenge_work_parts(seed, answer, difficulty)
           == NGX_EO_CHALLENGE_PARTS;
}


ngx_uint_t
ngx_eo_challenge_work_parts(const u_char *seed, const ngx_str_t *answer,
    ngx_uint_t difficulty)
{
    u_char      text[NGX_EO_CHALLENGE_TEXT_LEN], *p;
    uint64_t    number;
    ngx_uint_t  i;

    if (answer->len != NGX_EO_CHALLENGE_WORK_LEN
        || difficulty < NGX_EO_CHALLENGE_MIN_DIFFICULTY
        || difficulty > NGX_EO_CHALLENGE_MAX_DIFFICULTY)
    {
        return 0;
    }

    p = ngx_cpymem(text, seed, NGX_EO_CHALLENGE_SEED_LEN);
    p = ngx_cpymem(p, "000", 3);

    for (i = 0; i < NGX_EO_CHALLENGE_PARTS; i++) {

        if (ngx_eo_challenge_hex(answer->data + 8 * i, 8, &number)
            != NGX_OK)
        {
            break;
        }

        p[0] = (u_char) ('0' + i);
        ngx_memcpy(p + 1, answer->data + 8 * i, 8);

        if (!ngx_eo_challenge_work_part(text, difficulty
                                              - NGX_EO_CHALLENGE_PART_BITS))
        {
            break;
        }
    }

    return i;
}


static ngx_uint_t
ngx_eo_challenge_work_part(const u_char *text, ngx_uint_t bits)
{
    u_char      digest[SHA256_DIGEST_LENGTH];
    uint32_t    first;
    SHA256_CTX  ctx;

    (void) SHA256_Init(&ctx);
    (void) SHA256_Update(&ctx, text, NGX_EO_CHALLENGE_TEXT_LEN);
    (void) SHA256_Final(digest, &ctx);

    first = (uint32_t) digest[0] << 24 | (uint32_t) digest[1] << 16
            | (uint32_t) digest[2] << 8 | (uint32_t) digest[3];

    return first >> (32 - bits) == 0;
}
