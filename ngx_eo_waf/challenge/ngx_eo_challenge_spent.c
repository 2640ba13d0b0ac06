
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_spent.h"


/* entries in which a nonce may be, one after another */

#define NGX_EO_CHALLENGE_SPENT_WAYS  8


ngx_uint_t
ngx_eo_challenge_spend(ngx_eo_challenge_spent_t *entries, ngx_uint_t n,
    uint64_t nonce, time_t expires, time_t now, ngx_uint_t *evicted)
{
    ngx_uint_t                 i;
    ngx_eo_challenge_spent_t  *set, *oldest;

    *evicted = 0;

    set = entries + nonce % (n / NGX_EO_CHALLENGE_SPENT_WAYS)
                    * NGX_EO_CHALLENGE_SPENT_WAYS;
    oldest = set;

    for (i = 0; i < NGX_EO_CHALLENGE_SPENT_WAYS; i++) {

        if (set[i].nonce == nonce && set[i].expires >= (uint32_t) now) {
            return 0;
        }

        if (set[i].expires < oldest->expires) {
            oldest = &set[i];
        }
    }

    if (oldest->expires >= (uint32_t) now) {
        *evicted = 1;
    }

    oldest->nonce = nonce;
    oldest->expires = (uint32_t) expires;

    return 1;
}
