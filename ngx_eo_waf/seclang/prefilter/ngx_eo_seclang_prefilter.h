
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * One pass over a text that tells which of many operators cannot match it.
 */


#ifndef _NGX_EO_SECLANG_PREFILTER_H_INCLUDED_
#define _NGX_EO_SECLANG_PREFILTER_H_INCLUDED_


#include "ngx_eo_seclang_require.h"


typedef struct ngx_eo_seclang_prefilter_s  ngx_eo_seclang_prefilter_t;


/*
 * Builds a prefilter.
 *
 * pool:      owns the result
 * requires:  of each operator, in the order of their numbers
 * n:         of operators
 *
 * Returns NULL when out of memory.
 */

ngx_eo_seclang_prefilter_t *ngx_eo_seclang_prefilter_build(ngx_pool_t *pool,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n);


/* words of 64 bits that a set of operators takes */

ngx_uint_t ngx_eo_seclang_prefilter_words(
    ngx_eo_seclang_prefilter_t *prefilter);


/*
 * Scans a text.
 *
 * out:  ngx_eo_seclang_prefilter_words() words: bit N is clear only if
 *       operator N does not match the text
 */

void ngx_eo_seclang_prefilter_scan(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_str_t *text, uint64_t *out);


#endif /* _NGX_EO_SECLANG_PREFILTER_H_INCLUDED_ */
