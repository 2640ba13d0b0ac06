
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Texts of a transaction, and what transformations make of them.
 */


#ifndef _NGX_EO_SECLANG_TEXT_H_INCLUDED_
#define _NGX_EO_SECLANG_TEXT_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


/* a text in memory of the caller */

static ngx_inline void
ngx_eo_seclang_text_init(ngx_eo_seclang_text_t *text, ngx_str_t *str)
{
    ngx_memzero(text, sizeof(ngx_eo_seclang_text_t));

    text->str = *str;
    text->is_string = 1;
}


/* one in memory of the transaction; NULL: out of memory */

ngx_eo_seclang_text_t *ngx_eo_seclang_text(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *str);
ngx_eo_seclang_text_t *ngx_eo_seclang_text_from_number(
    ngx_eo_seclang_tx_t *tx, ngx_int_t number);

/* one that all transactions may have; it lives as long as the pool */

ngx_eo_seclang_text_t *ngx_eo_seclang_text_constant(ngx_pool_t *pool,
    ngx_str_t *str);

ngx_int_t ngx_eo_seclang_text_number(ngx_eo_seclang_text_t *text);
ngx_str_t *ngx_eo_seclang_text_string(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text);

/* transformations that may change a text */

static ngx_inline uint64_t
ngx_eo_seclang_text_classes(ngx_eo_seclang_text_t *text)
{
    if (!text->classified) {
        text->classes = ngx_eo_seclang_transform_classes(&text->str);
        text->classified = 1;
    }

    return text->classes;
}

/* what the transformations of a node make of a text */

ngx_eo_seclang_text_t *ngx_eo_seclang_derive_slow(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t node);


static ngx_inline ngx_eo_seclang_text_t *
ngx_eo_seclang_derive(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text,
    ngx_uint_t node)
{
    ngx_eo_seclang_node_t  *nodes;

    if (text->classified) {
        nodes = tx->set->nodes.elts;

        if (!(text->classes & nodes[node].classes)) {
            return text;
        }

        if (text->derived != NULL && text->derived[node] != NULL) {
            return text->derived[node];
        }
    }

    return ngx_eo_seclang_derive_slow(tx, text, node);
}


#endif /* _NGX_EO_SECLANG_TEXT_H_INCLUDED_ */
