
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * SipHash-1-3, taken piece by piece: a hash of 64 bits that nobody can make
 * collide who does not know its key.
 *
 * One round a word and three at the end, instead of two and four, is what
 * hash tables of languages take: the two more are there for a hash that is
 * shown to whoever attacks it, as a signature is.  These hashes never leave
 * the shared memory, and texts that meet are all that there is to gain.
 */


#ifndef _NGX_EO_SIPHASH_H_INCLUDED_
#define _NGX_EO_SIPHASH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    uint64_t                    v[4];
    uint64_t                    tail;        /* bytes that fill no word yet */
    size_t                      len;         /* of all so far */
} ngx_eo_siphash_t;


/* key: 128 bits, the first word being bytes 0 to 7 in little-endian order */

void ngx_eo_siphash_init(ngx_eo_siphash_t *hash, const uint64_t key[2]);

void ngx_eo_siphash_update(ngx_eo_siphash_t *hash, const void *data,
    size_t len);

/*
 * The hash of what was given so far and of one more piece, which may be
 * empty, as one text.  The state stays as it is, so that texts with the same
 * beginning can share it.
 */

uint64_t ngx_eo_siphash_final(const ngx_eo_siphash_t *hash, const void *data,
    size_t len);


#endif /* _NGX_EO_SIPHASH_H_INCLUDED_ */
