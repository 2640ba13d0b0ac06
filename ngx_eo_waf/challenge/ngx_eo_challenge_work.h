
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The proof of work of a challenge.
 *
 * A client finds eight numbers: with each, the SHA-256 of
 *
 *     SEED "000" INDEX NUMBER
 *
 * begins with so many zero bits, where SEED are the 32 last characters of the
 * token, INDEX is a digit from 0 to 7, and NUMBER has eight lower-case
 * hexadecimal digits.  Eight small searches take as long as a large one, but
 * seldom much longer, and show how far they have come.
 */


#ifndef _NGX_EO_CHALLENGE_WORK_H_INCLUDED_
#define _NGX_EO_CHALLENGE_WORK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_CHALLENGE_PARTS     8
#define NGX_EO_CHALLENGE_SEED_LEN  32
#define NGX_EO_CHALLENGE_WORK_LEN  (8 * NGX_EO_CHALLENGE_PARTS)

/* hashes that it takes in all, as a power of two */

#define NGX_EO_CHALLENGE_MIN_DIFFICULTY  8
#define NGX_EO_CHALLENGE_MAX_DIFFICULTY  24
#define NGX_EO_CHALLENGE_DIFFICULTY      16


/*
 * Whether an answer solves the work.  A wrong one costs a digest or two.
 *
 * answer:  the numbers, one after another
 */

ngx_uint_t ngx_eo_challenge_work_check(const u_char *seed,
    const ngx_str_t *answer, ngx_uint_t difficulty);

/* The numbers of an answer that are right, up to the first that is not. */

ngx_uint_t ngx_eo_challenge_work_parts(const u_char *seed,
    const ngx_str_t *answer, ngx_uint_t difficulty);


#endif /* _NGX_EO_CHALLENGE_WORK_H_INCLUDED_ */
