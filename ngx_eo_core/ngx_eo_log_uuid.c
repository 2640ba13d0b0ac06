
#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/rand.h>
#include "ngx_eo_log_uuid.h"


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
