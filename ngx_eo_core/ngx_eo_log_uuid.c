
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/rand.h>
#include "ngx_eo_log_uuid.h"


static ngx_inline u_char *ngx_eo_log_uuid_four_digits(u_char *p, uint32_t n);
static ngx_inline u_char *ngx_eo_log_uuid_two_digits(u_char *p, uint32_t n);


ngx_int_t
ngx_eo_log_uuid_seed(ngx_eo_log_uuid_t *generator)
{
    if (RAND_bytes((u_char *) &generator->position,
                   sizeof(generator->position))
        != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * SplitMix64: a bijection of a counter, so that a worker does not repeat
 * itself within 2^64 requests.  All workers of all starts walk the same
 * cycle from random positions: n requests in all meet with a probability of
 * about n * workers / 2^64, while n independent random numbers would meet
 * with one of n^2 / 2^65.  The identifier is not a secret.
 */

uint64_t
ngx_eo_log_uuid_next(ngx_eo_log_uuid_t *generator)
{
    uint64_t  z;

    generator->position += 0x9e3779b97f4a7c15ULL;

    z = generator->position;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;

    return z ^ (z >> 31);
}


/* every request has one: two digits a step instead of ngx_sprintf() */

void
ngx_eo_log_uuid_text(u_char *buf, uint64_t uuid, ngx_str_t *text)
{
    u_char    *p;
    uint32_t   n;

    p = buf + NGX_EO_LOG_UUID_LEN;

    /* eight digits fit what a processor divides fast */

    while (uuid >= 100000000) {
        n = (uint32_t) (uuid % 100000000);
        uuid /= 100000000;

        p = ngx_eo_log_uuid_four_digits(p, n % 10000);
        p = ngx_eo_log_uuid_four_digits(p, n / 10000);
    }

    n = (uint32_t) uuid;

    while (n >= 100) {
        p = ngx_eo_log_uuid_two_digits(p, n % 100);
        n /= 100;
    }

    if (n >= 10) {
        p = ngx_eo_log_uuid_two_digits(p, n);

    } else {
        *--p = (u_char) ('0' + n);
    }

    text->len = buf + NGX_EO_LOG_UUID_LEN - p;
    text->data = p;
}


/* writes what ends at p and returns where it begins */

static ngx_inline u_char *
ngx_eo_log_uuid_four_digits(u_char *p, uint32_t n)
{
    p = ngx_eo_log_uuid_two_digits(p, n % 100);

    return ngx_eo_log_uuid_two_digits(p, n / 100);
}


static ngx_inline u_char *
ngx_eo_log_uuid_two_digits(u_char *p, uint32_t n)
{
    static const u_char  digits[] =
        "00010203040506070809101112131415161718192021222324"
        "25262728293031323334353637383940414243444546474849"
        "50515253545556575859606162636465666768697071727374"
        "75767778798081828384858687888990919293949596979899";

    p -= 2;

    ngx_memcpy(p, &digits[n * 2], 2);

    return p;
}
