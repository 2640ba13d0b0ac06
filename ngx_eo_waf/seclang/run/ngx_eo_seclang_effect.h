
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The actions of a rule.
 */


#ifndef _NGX_EO_SECLANG_EFFECT_H_INCLUDED_
#define _NGX_EO_SECLANG_EFFECT_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/* actions of a rule: at each match, and when it has matched in full */

ngx_int_t ngx_eo_seclang_at_match(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);
ngx_int_t ngx_eo_seclang_at_end(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);


/*
 * Takes rules out of a transaction, or only a target of theirs.
 *
 * rules:   a bitmap over the plan that lives as long as the transaction
 * target:  what the rules do not look at; NULL for the rules themselves
 */

ngx_int_t ngx_eo_seclang_tx_remove(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_bitmap_t rules, ngx_eo_seclang_target_t *target);


/*
 * Keeps rules from one text of a transaction.
 *
 * rules:  a bitmap over the plan that lives as long as the transaction
 */

ngx_int_t ngx_eo_seclang_text_except(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_eo_seclang_bitmap_t rules);


#endif /* _NGX_EO_SECLANG_EFFECT_H_INCLUDED_ */
