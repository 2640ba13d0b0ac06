
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Which rules can match at all: the prefilter, applied to the texts that rules
 * look at.
 */


#ifndef _NGX_EO_SECLANG_CANDIDATE_H_INCLUDED_
#define _NGX_EO_SECLANG_CANDIDATE_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/*
 * Starts a phase: variables may have changed.  Returns NGX_ERROR when out of
 * memory.
 */

ngx_int_t ngx_eo_seclang_forget_candidates(ngx_eo_seclang_tx_t *tx);


/*
 * Says whether the prefilter lets a rule pass: 0 if its operator matches none
 * of its texts; NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_is_candidate(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);


/* the rules of a block that the prefilter lets pass, as bits */

ngx_int_t ngx_eo_seclang_block_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_block_t *block, uint64_t *bits);


/* whether two texts of eight bytes at least differ by letter case at most */

ngx_uint_t ngx_eo_seclang_same_but_case(ngx_str_t *a, ngx_str_t *b);


#endif /* _NGX_EO_SECLANG_CANDIDATE_H_INCLUDED_ */
