
/*
 * SipHash-2-4, taken piece by piece: a hash of 64 bits that nobody can make
 * collide who does not know its key.
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

/* what was given as one text; the state is used up */

uint64_t ngx_eo_siphash_final(ngx_eo_siphash_t *hash);


#endif /* _NGX_EO_SIPHASH_H_INCLUDED_ */
