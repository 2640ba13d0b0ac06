
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The puzzle of a managed challenge: which of five words is an animal, which a
 * colour?  It is read or heard, and answered with keys, a finger or a voice.
 *
 * Nothing of it is kept: the nonce of its token, together with the secret,
 * says what is asked and where the right word is.
 */


#ifndef _NGX_EO_CHALLENGE_PUZZLE_H_INCLUDED_
#define _NGX_EO_CHALLENGE_PUZZLE_H_INCLUDED_


#include "ngx_eo_challenge_key.h"


/* questions of a puzzle, and words of each */

#define NGX_EO_CHALLENGE_QUESTIONS   2
#define NGX_EO_CHALLENGE_WORDS       5

#define NGX_EO_CHALLENGE_PUZZLE_MAX  1024


/*
 * Writes the questions of a nonce as JSON: [["question",["word",...]],...].
 *
 * dst:  room for NGX_EO_CHALLENGE_PUZZLE_MAX bytes
 */

u_char *ngx_eo_challenge_puzzle_write(const ngx_eo_challenge_key_t *key,
    uint64_t nonce, ngx_uint_t chinese, u_char *dst);

/*
 * Whether an answer is right: for each question a digit, that of the word,
 * from 0 on.
 */

ngx_uint_t ngx_eo_challenge_puzzle_check(const ngx_eo_challenge_keys_t *keys,
    uint64_t nonce, const ngx_str_t *answer);


#endif /* _NGX_EO_CHALLENGE_PUZZLE_H_INCLUDED_ */
