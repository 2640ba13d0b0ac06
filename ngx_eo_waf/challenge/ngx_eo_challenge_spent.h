
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Answers that were good once: a table of fixed size, without pointers, for
 * shared memory.
 */


#ifndef _NGX_EO_CHALLENGE_SPENT_H_INCLUDED_
#define _NGX_EO_CHALLENGE_SPENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    uint64_t                    nonce;
    uint32_t                    expires;     /* 0: nothing */
    uint32_t                    unused;
} ngx_eo_challenge_spent_t;


/*
 * Takes the nonce of an answer.
 *
 * entries, n:  the table, zeroed before its first use
 * expires:     until when the answer would be good
 * evicted:     set if one that is still good had to make room, so that it
 *              could be used again
 *
 * Returns 1 if it is the first answer of that nonce, else 0.  The caller has
 * the lock.
 */

ngx_uint_t ngx_eo_challenge_spend(ngx_eo_challenge_spent_t *entries,
    ngx_uint_t n, uint64_t nonce, time_t expires, time_t now,
    ngx_uint_t *evicted);


#endif /* _NGX_EO_CHALLENGE_SPENT_H_INCLUDED_ */
