
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Texts, and what transformations make of them.
 */


#include "ngx_eo_seclang_text.h"


static ngx_eo_seclang_text_t *ngx_eo_seclang_result_text(
    ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text, ngx_str_t *str);
static ngx_eo_seclang_text_t *ngx_eo_seclang_compute(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t transform);
static ngx_eo_seclang_text_t *ngx_eo_seclang_apply(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t transform);


ngx_eo_seclang_text_t *
ngx_eo_seclang_text(ngx_eo_seclang_tx_t *tx, ngx_str_t *str)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_alloc(&tx->arena, sizeof(ngx_eo_seclang_text_t));
    if (text == NULL) {
        return NULL;
    }

    ngx_eo_seclang_text_init(text, str);

    return text;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_text_from_number(ngx_eo_seclang_tx_t *tx, ngx_int_t number)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_calloc(&tx->arena, sizeof(ngx_eo_seclang_text_t));
    if (text == NULL) {
        return NULL;
    }

    text->number = number;
    text->is_number = 1;

    return text;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_text_constant(ngx_pool_t *pool, ngx_str_t *str)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_palloc(pool, sizeof(ngx_eo_seclang_text_t));
    if (text == NULL) {
        return NULL;
    }

    ngx_eo_seclang_text_init(text, str);

    text->constant = 1;

    (void) ngx_eo_seclang_text_number(text);
    (void) ngx_eo_seclang_text_classes(text);

    return text;
}


ngx_int_t
ngx_eo_seclang_text_number(ngx_eo_seclang_text_t *text)
{
    if (!text->is_number) {
        text->number = ngx_eo_seclang_number(&text->str);
        text->is_number = 1;
    }

    return text->number;
}


ngx_str_t *
ngx_eo_seclang_text_string(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text)
{
    if (text->is_string) {
        return &text->str;
    }

    text->str.data = ngx_eo_seclang_alloc(&tx->arena, NGX_INT_T_LEN);
    if (text->str.data == NULL) {
        return NULL;
    }

    text->str.len = ngx_sprintf(text->str.data, "%i", text->number)
                    - text->str.data;
    text->is_string = 1;

    return &text->str;
}


/* transformations that are much alike, such as urlDecode, often agree */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_result_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_str_t *str)
{
    ngx_str_t                *known;
    ngx_eo_seclang_result_t  *result;

    for (result = text->results; result != NULL; result = result->next) {
        known = &result->text->str;

        if (known->len == str->len
            && ngx_memcmp(known->data, str->data, str->len) == 0)
        {
            return result->text;
        }
    }

    return ngx_eo_seclang_text(tx, str);
}


/* nanoseconds, by estimate */

#define ngx_eo_seclang_transform_time(len)  (50 + 2 * (len))


static ngx_eo_seclang_text_t *
ngx_eo_seclang_compute(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text,
    ngx_uint_t transform)
{
    ngx_int_t                 rc;
    ngx_str_t                 out;
    ngx_eo_seclang_result_t  *result;

    if (ngx_eo_seclang_spend(ngx_eo_seclang_transform_time(text->str.len))
        != NGX_OK)
    {
        return NULL;
    }

    rc = ngx_eo_seclang_transform(transform, &tx->arena, &text->str, &out,
                                  tx->set->unicode_map);

    if (rc == NGX_DECLINED) {

        /* now it is known */

        text->classes &= ~((uint64_t) 1 << transform);
        return text;
    }

    if (rc != NGX_OK) {
        return NULL;
    }

    result = ngx_eo_seclang_alloc(&tx->arena,
                                  sizeof(ngx_eo_seclang_result_t));
    if (result == NULL) {
        return NULL;
    }

    result->text = ngx_eo_seclang_result_text(tx, text, &out);
    if (result->text == NULL) {
        return NULL;
    }

    result->transform = transform;
    result->next = text->results;
    text->results = result;

    return result->text;
}


/* nodes with other transformations before it may come to the same text */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_apply(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text,
    ngx_uint_t transform)
{
    ngx_eo_seclang_result_t  *result;

    if (!(ngx_eo_seclang_text_classes(text) & ((uint64_t) 1 << transform))) {
        return text;
    }

    for (result = text->results; result != NULL; result = result->next) {
        if (result->transform == transform) {
            return result->text;
        }
    }

    return ngx_eo_seclang_compute(tx, text, transform);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_derive_slow(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t n)
{
    ngx_array_t            *nodes;
    ngx_eo_seclang_node_t  *node;
    ngx_eo_seclang_text_t  *parent;

    if (ngx_eo_seclang_text_string(tx, text) == NULL) {
        return NULL;
    }

    nodes = &tx->set->nodes;
    node = nodes->elts;
    node += n;

    if (!(ngx_eo_seclang_text_classes(text) & node->classes)) {
        return text;
    }

    if (text->constant) {
        text = ngx_eo_seclang_text(tx, &text->str);

        if (text == NULL) {
            return NULL;
        }
    }

    if (text->derived == NULL) {
        text->derived = ngx_eo_seclang_calloc(&tx->arena,
                                              nodes->nelts * sizeof(void *));
        if (text->derived == NULL) {
            return NULL;
        }
    }

    if (text->derived[n] != NULL) {
        return text->derived[n];
    }

    parent = ngx_eo_seclang_derive(tx, text, node->parent);
    if (parent == NULL) {
        return NULL;
    }

    text->derived[n] = ngx_eo_seclang_apply(tx, parent, node->transform);

    return text->derived[n];
}
