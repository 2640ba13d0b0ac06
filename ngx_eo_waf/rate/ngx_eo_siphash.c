
#include "ngx_eo_siphash.h"


#define ngx_eo_siphash_rotate(x, n)  ((x) << (n) | (x) >> (64 - (n)))


static ngx_inline uint64_t ngx_eo_siphash_load(const u_char *p);
static ngx_inline void ngx_eo_siphash_rounds(uint64_t *v, ngx_uint_t n);
static void ngx_eo_siphash_word(ngx_eo_siphash_t *hash, uint64_t word);


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
    const u_char  *p, *last;

    p = data;
    last = p + len;

    while (p < last && hash->len % 8) {
        hash->tail |= (uint64_t) *p++ << hash->len % 8 * 8;

        if (++hash->len % 8 == 0) {
            ngx_eo_siphash_word(hash, hash->tail);
            hash->tail = 0;
        }
    }

    for ( /* void */ ; last - p >= 8; p += 8) {
        ngx_eo_siphash_word(hash, ngx_eo_siphash_load(p));
        hash->len += 8;
    }

    while (p < last) {
        hash->tail |= (uint64_t) *p++ << hash->len++ % 8 * 8;
    }
}


uint64_t
ngx_eo_siphash_final(ngx_eo_siphash_t *hash)
{
    uint64_t  *v;

    v = hash->v;

    ngx_eo_siphash_word(hash, hash->tail | (uint64_t) hash->len << 56);

    v[2] ^= 0xff;
    ngx_eo_siphash_rounds(v, 4);

    return v[0] ^ v[1] ^ v[2] ^ v[3];
}


static ngx_inline uint64_t
ngx_eo_siphash_load(const u_char *p)
{
    uint64_t    word;

#if (NGX_HAVE_LITTLE_ENDIAN)

    ngx_memcpy(&word, p, 8);

#else

    ngx_uint_t  i;

    word = 0;

    for (i = 0; i < 8; i++) {
        word |= (uint64_t) p[i] << i * 8;
    }

#endif

    return word;
}


static void
ngx_eo_siphash_word(ngx_eo_siphash_t *hash, uint64_t word)
{
    hash->v[3] ^= word;
    ngx_eo_siphash_rounds(hash->v, 2);
    hash->v[0] ^= word;
}


static ngx_inline void
ngx_eo_siphash_rounds(uint64_t *v, ngx_uint_t n)
{
    uint64_t  a, b, c, d;

    a = v[0];
    b = v[1];
    c = v[2];
    d = v[3];

    while (n--) {
        a += b;
        b = ngx_eo_siphash_rotate(b, 13) ^ a;
        a = ngx_eo_siphash_rotate(a, 32);

        c += d;
        d = ngx_eo_siphash_rotate(d, 16) ^ c;

        a += d;
        d = ngx_eo_siphash_rotate(d, 21) ^ a;

        c += b;
        b = ngx_eo_siphash_rotate(b, 17) ^ c;
        c = ngx_eo_siphash_rotate(c, 32);
    }

    v[0] = a;
    v[1] = b;
    v[2] = c;
    v[3] = d;
}
