
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * MD5 of one block (RFC 1321).  Words are in the machine's order of bytes.
 */


#include "ngx_eo_token_part.h"


static ngx_inline uint32_t ngx_eo_token_md5_rotate(uint32_t x, ngx_uint_t n);


/* the order in which the rounds take the words of a block */

static const u_char  ngx_eo_token_md5_order[] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    1, 6, 11, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12,
    5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2,
    0, 7, 14, 5, 12, 3, 10, 1, 8, 15, 6, 13, 4, 11, 2, 9
};


static const u_char  ngx_eo_token_md5_shifts[4][4] = {
    { 7, 12, 17, 22 },
    { 5, 9, 14, 20 },
    { 4, 11, 16, 23 },
    { 6, 10, 15, 21 }
};


/* 2^32 * |sin(i + 1)| */

static const uint32_t  ngx_eo_token_md5_sines[] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee,
    0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
    0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,

    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
    0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
    0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,

    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
    0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
    0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,

    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039,
    0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391
};


static ngx_inline uint32_t
ngx_eo_token_md5_rotate(uint32_t x, ngx_uint_t n)
{
    return x << n | x >> (32 - n);
}


/*
 * The functions of the rounds.  A step waits for x, which the step before has
 * made; they are written so that few operations follow it.
 */

#define NGX_EO_TOKEN_MD5_F(x, y, z)  ((z) ^ ((x) & ((y) ^ (z))))
#define NGX_EO_TOKEN_MD5_G(x, y, z)  (((z) & (x)) + (~(z) & (y)))
#define NGX_EO_TOKEN_MD5_H(x, y, z)  ((x) ^ ((y) ^ (z)))
#define NGX_EO_TOKEN_MD5_I(x, y, z)  ((y) ^ ((x) | ~(z)))


/* what step i adds */

#define ngx_eo_token_md5_term(i)                                             \
    (words[ngx_eo_token_md5_order[i]] + ngx_eo_token_md5_sines[i])

#define ngx_eo_token_md5_shift(i)                                            \
    ngx_eo_token_md5_shifts[(i) / 16][(i) % 4]


#define ngx_eo_token_md5_step(f, a, b, c, d, i)                              \
    a = b + ngx_eo_token_md5_rotate(a + ngx_eo_token_md5_term(i)             \
                                    + NGX_EO_TOKEN_MD5_##f(b, c, d),         \
                                    ngx_eo_token_md5_shift(i))


/* four steps from step i on, which bring a, b, c and d round */

#define ngx_eo_token_md5_steps(f, i)                                         \
    ngx_eo_token_md5_step(f, a, b, c, d, i);                                 \
    ngx_eo_token_md5_step(f, d, a, b, c, i + 1);                             \
    ngx_eo_token_md5_step(f, c, d, a, b, i + 2);                             \
    ngx_eo_token_md5_step(f, b, c, d, a, i + 3)


void
ngx_eo_token_md5_block(uint32_t *state, const uint32_t *words)
{
    uint32_t  a, b, c, d;

    a = state[0];
    b = state[1];
    c = state[2];
    d = state[3];

    ngx_eo_token_md5_steps(F, 0);
    ngx_eo_token_md5_steps(F, 4);
    ngx_eo_token_md5_steps(F, 8);
    ngx_eo_token_md5_steps(F, 12);

    ngx_eo_token_md5_steps(G, 16);
    ngx_eo_token_md5_steps(G, 20);
    ngx_eo_token_md5_steps(G, 24);
    ngx_eo_token_md5_steps(G, 28);

    ngx_eo_token_md5_steps(H, 32);
    ngx_eo_token_md5_steps(H, 36);
    ngx_eo_token_md5_steps(H, 40);
    ngx_eo_token_md5_steps(H, 44);

    ngx_eo_token_md5_steps(I, 48);
    ngx_eo_token_md5_steps(I, 52);
    ngx_eo_token_md5_steps(I, 56);
    ngx_eo_token_md5_steps(I, 60);

    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}
