
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a text has to contain for an operator to match: found when the rules
 * are read, so that one pass over a text tells which operators cannot match.
 */


#ifndef _NGX_EO_SECLANG_REQUIRE_H_INCLUDED_
#define _NGX_EO_SECLANG_REQUIRE_H_INCLUDED_


#include "seclang/operator/ngx_eo_seclang_operator.h"


/* letter case aside: bytes and words are in lower case */

#define NGX_EO_SECLANG_CLAUSES  3


/* one of these bytes, or one of these words of two bytes at least */

typedef struct {
    uint64_t                    bytes[4];
    ngx_uint_t                  nwords;
    ngx_str_t                  *words;

    /* estimate of the share of ordinary texts that have one of them */
    double                      share;
} ngx_eo_seclang_clause_t;


/* all of the clauses hold in every text that matches; none: nothing known */

typedef struct {
    ngx_uint_t                  nclauses;
    ngx_eo_seclang_clause_t     clauses[NGX_EO_SECLANG_CLAUSES];
} ngx_eo_seclang_require_t;


#define ngx_eo_seclang_byte_bit(bytes, c)                                     \
    ((bytes)[(c) / 64] & ((uint64_t) 1 << ((c) % 64)))

#define ngx_eo_seclang_set_byte(bytes, c)                                     \
    ((bytes)[(c) / 64] |= ((uint64_t) 1 << ((c) % 64)))


/*
 * Finds what an operator requires of a text that it matches, its negation
 * aside.
 *
 * pool:     owns the words
 * require:  the result; without clauses if nothing is known
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_require(ngx_pool_t *pool,
    ngx_eo_seclang_operator_t *op, ngx_eo_seclang_require_t *require);


/*
 * The same for an expression of PCRE2, compiled without UTF and without
 * "extended".  What is not understood makes nothing known.
 */

ngx_int_t ngx_eo_seclang_require_rx(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_eo_seclang_require_t *require);


/*
 * Adds a clause if it is among the best; one that nearly every text fulfils
 * is left out.  The estimate is made here.
 */

void ngx_eo_seclang_require_add(ngx_eo_seclang_require_t *require,
    ngx_eo_seclang_clause_t *clause);


static ngx_inline void
ngx_eo_seclang_add_bytes(uint64_t *bytes, uint64_t *more)
{
    ngx_uint_t  i;

    for (i = 0; i < 4; i++) {
        bytes[i] |= more[i];
    }
}


/* an expression that is being read */

typedef struct {
    ngx_pool_t                 *pool;
    u_char                     *pos;
    u_char                     *last;
    ngx_uint_t                  nesting;
} ngx_eo_seclang_rx_reader_t;


/*
 * Reads a class of characters, from behind its bracket to behind its end.
 *
 * bytes:  set to what it matches, letter case as written
 *
 * Returns NGX_OK, or NGX_DECLINED for what is not understood.
 */

ngx_int_t ngx_eo_seclang_rx_class(ngx_eo_seclang_rx_reader_t *reader,
    uint64_t *bytes);


/*
 * Reads an escape, from behind its backslash.
 *
 * in_class:  within brackets
 * bytes:     zeroed; set to what it matches
 *
 * Returns NGX_OK; NGX_DONE for an assertion, which takes no byte; or
 * NGX_DECLINED.
 */

ngx_int_t ngx_eo_seclang_rx_escape(ngx_eo_seclang_rx_reader_t *reader,
    ngx_uint_t in_class, uint64_t *bytes);


#endif /* _NGX_EO_SECLANG_REQUIRE_H_INCLUDED_ */
