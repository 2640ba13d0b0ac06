
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_siphash.h"


#define ngx_eo_siphash_rotate(x, n)  ((x) << (n) | (x) >> (64 - (n)))

/* on variables, which stay in registers where elements of an array do not */

#define ngx_eo_siphash_round(a, b, c, d)                                     \
    a += b;                                                                  \
    b = ngx_eo_siphash_rotate(b, 13) ^ a;                                    \
    a = ngx_eo_siphash_rotate(a, 32);                                        \
    c += d;                                                                  \
    d = ngx_eo_siphash_rotate(d, 16) ^ c;                                    \
    a += d;                                                                  \
    d = ngx_eo_siphash_rotate(d, 21) ^ a;                                    \
    c += b;                                                                  \
    b = ngx_eo_siphash_rotate(b, 17) ^ c;                                    \
    c = ngx_eo_siphash_rotate(c, 32)

#define ngx_eo_siphash_word(a, b, c, d, word)                                \
    d ^= word;                                                               \
    ngx_eo_siphash_round(a, b, c, d);                                        \
    a ^= word


static ngx_inline uint64_t ngx_eo_siphash_load(const u_char *p);
static ngx_inline uint64_t ngx_eo_siphash_load_tail(const u_char *p,
    size_t n);


void
ngx_eo_siphash_init(ngx_eo_siphash_t *hash, const uint64_t key[2])
{
    hash->v[0] = 0x736f6d6570736575 ^ key[0];
    hash->v[1] = 0x646f72616e646f6d ^ key[1];
    hash->v[2] = 0x6c7967656e657261 ^ key[0];
    hash->v[3] = 0x7465646279746573 ^ key[1];

    hash->tail = 0;
    hash->len = 0;
}


void
ngx_eo_siphash_update(ngx_eo_siphash_t *hash, const void *data, size_t len)
{
    size_t         filled;
    uint64_t       a, b, c, d, word;
    const u_char  *p, *last;

    p = data;
    last = p + len;

    filled = hash->len % 8;
    hash->len += len;

    a = hash->v[0];
    b = hash->v[1];
    c = hash->v[2];
    d = hash->v[3];

    if (filled) {
        word = hash->tail;

        for ( /* void */ ; p < last && filled < 8; filled++) {
            word |= (uint64_t) *p++ << filled * 8;
        }

        if (filled < 8) {
            hash->tail = word;
            return;
        }

        ngx_eo_siphash_word(a, b, c, d, word);
    }

    for ( /* void */ ; last - p >= 8; p += 8) {
        word = ngx_eo_siphash_load(p);
        ngx_eo_siphash_word(a, b, c, d, word);
    }

    hash->v[0] = a;
    hash->v[1] = b;
    hash->v[2] = c;
    hash->v[3] = d;

    hash->tail = ngx_eo_siphash_load_tail(p, last - p);
}


uint64_t
ngx_eo_siphash_final(const ngx_eo_siphash_t *hash, const void *data,
    size_t len)
{
    uint64_t           a, b, c, d, word, tail;
    const u_char      *p;
    ngx_eo_siphash_t   whole;

    if (len && hash->len % 8) {
        whole = *hash;
        ngx_eo_siphash_update(&whole, data, len);

        hash = &whole;
        len = 0;
    }

    a = hash->v[0];
    b = hash->v[1];
    c = hash->v[2];
    d = hash->v[3];

    tail = hash->tail | (uint64_t) (hash->len + len) << 56;

    for (p = data; len >= 8; p += 8, len -= 8) {
        word = ngx_eo_siphash_load(p);
        ngx_eo_siphash_word(a, b, c, d, word);
    }

    tail |= ngx_eo_siphash_load_tail(p, len);

    ngx_eo_siphash_word(a, b, c, d, tail);

    c ^= 0xff;

    ngx_eo_siphash_round(a, b, c, d);
    ngx_eo_siphash_round(a, b, c, d);
    ngx_eo_siphash_round(a, b, c, d);

    return a ^ b ^ c ^ d;
}


#if (NGX_HAVE_LITTLE_ENDIAN)

static ngx_inline uint64_t
ngx_eo_siphash_load(const u_char *p)
{
    uint64_t  word;

    ngx_memcpy(&word, p, 8);

    return word;
}


/* less than 8 bytes; what is read twice has the same place both times */

static ngx_inline uint64_t
ngx_eo_siphash_load_tail(const u_char *p, size_t n)
{
    uint32_t  low, high;

    if (n >= 4) {
        ngx_memcpy(&low, p, 4);
        ngx_memcpy(&high, p + n - 4, 4);

        return low | (uint64_t) high << (n - 4) * 8;
    }

    if (n) {
        return (uint64_t) p[0] | (uint64_t) p[n / 2] << n / 2 * 8
               | (uint64_t) p[n - 1] << (n - 1) * 8;
    }

    return 0;
}

#else

static ngx_inline uint64_t
ngx_eo_siphash_load(const u_char *p)
{
    return ngx_eo_siphash_load_tail(p, 8);
}


static ngx_inline uint64_t
ngx_eo_siphash_load_tail(const u_char *p, size_t n)
{
    size_t    i;
    uint64_t  word;

    word = 0;

    for (i = 0; i < n; i++) {
        word |= (uint64_t) p[i] << i * 8;
    }

    return word;
}

#endif
