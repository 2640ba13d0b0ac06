
/*
 * Texts, what transformations make of them, lists of them, and macros.
 */


#include "seclang/run/ngx_eo_seclang_tx.h"


/* of a text with macros, without memory of the transaction */

#define NGX_EO_SECLANG_PARTS  8


static void ngx_eo_seclang_text_init(ngx_eo_seclang_text_t *text,
    ngx_str_t *str);
static ngx_eo_seclang_text_t *ngx_eo_seclang_result_text(
    ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text, ngx_str_t *str);
static ngx_eo_seclang_text_t *ngx_eo_seclang_compute(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t transform);
static ngx_eo_seclang_text_t *ngx_eo_seclang_apply(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t transform);
static ngx_int_t ngx_eo_seclang_list_grow(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_list_t *list);
static uint64_t ngx_eo_seclang_name_hash(ngx_str_t *name);


static void
ngx_eo_seclang_text_init(ngx_eo_seclang_text_t *text, ngx_str_t *str)
{
    ngx_memzero(text, sizeof(ngx_eo_seclang_text_t));

    text->str = *str;
    text->is_string = 1;
}


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


static ngx_int_t
ngx_eo_seclang_list_grow(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_list_t *list)
{
    ngx_uint_t                 n;
    ngx_eo_seclang_member_t  **elts;

    n = list->nalloc ? list->nalloc * 2 : 8;

    elts = ngx_eo_seclang_alloc(&tx->arena, n * sizeof(void *));
    if (elts == NULL) {
        return NGX_ERROR;
    }

    if (list->nelts) {
        ngx_memcpy(elts, list->elts, list->nelts * sizeof(void *));
    }

    list->elts = elts;
    list->nalloc = n;

    return NGX_OK;
}


/* of the length, the beginning and the end of a name, letter case aside */

static uint64_t
ngx_eo_seclang_name_hash(ngx_str_t *name)
{
    size_t    n;
    uint64_t  first, last, letters;

    if (name->len == 0) {
        return 0;
    }

    letters = 0x2020202020202020ULL;
    n = ngx_min(name->len, sizeof(uint64_t));

    first = 0;
    last = 0;

    ngx_memcpy(&first, name->data, n);
    ngx_memcpy(&last, name->data + name->len - n, n);

    return ((first | letters) * 31 + (last | letters)) * 31 + name->len;
}


ngx_int_t
ngx_eo_seclang_add(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_list_e which,
    ngx_str_t *name, ngx_str_t *value, ngx_uint_t origin)
{
    ngx_eo_seclang_list_t    *list;
    ngx_eo_seclang_member_t  *member;

    list = &tx->lists[which];

    if (list->nelts == list->nalloc
        && ngx_eo_seclang_list_grow(tx, list) != NGX_OK)
    {
        return NGX_ERROR;
    }

    member = ngx_eo_seclang_alloc(&tx->arena,
                                  sizeof(ngx_eo_seclang_member_t));
    if (member == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_seclang_text_init(&member->name, name);
    ngx_eo_seclang_text_init(&member->value, value);
    member->origin = origin;

    member->hash = (which >= NGX_EO_SECLANG_LIST_TX)
                   ? ngx_eo_seclang_name_hash(name) : 0;

    list->elts[list->nelts++] = member;

    return NGX_OK;
}


/* a rule may make a variable of each argument: names are told by hashes */

ngx_int_t
ngx_eo_seclang_list_find(ngx_eo_seclang_list_t *list, ngx_str_t *name)
{
    ngx_str_t   *str;
    uint64_t     hash;
    ngx_uint_t   i;

    hash = ngx_eo_seclang_name_hash(name);

    for (i = 0; i < list->nelts; i++) {

        if (list->elts[i]->hash != hash) {
            continue;
        }

        str = &list->elts[i]->name.str;

        if (str->len == name->len
            && ngx_strncasecmp(str->data, name->data, name->len) == 0)
        {
            return i;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_seclang_set_scalar(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_str_t *value)
{
    tx->scalars[variable] = ngx_eo_seclang_text(tx, value);
    tx->views[variable].valid = 0;

    return (tx->scalars[variable] == NULL) ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_eo_seclang_set_scalar_number(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_int_t number)
{
    tx->scalars[variable] = ngx_eo_seclang_text_from_number(tx, number);
    tx->views[variable].valid = 0;

    return (tx->scalars[variable] == NULL) ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_eo_seclang_full_name(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_str_t *name, ngx_str_t *out)
{
    u_char     *p;
    ngx_str_t  *collection;

    collection = &ngx_eo_seclang_variables[variable].name;

    if (!ngx_eo_seclang_variables[variable].collection || name->len == 0) {
        *out = *collection;
        return NGX_OK;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, collection->len + 1 + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    p = ngx_cpymem(p, collection->data, collection->len);
    *p++ = ':';
    p = ngx_cpymem(p, name->data, name->len);

    out->len = p - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_expand(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_macro_t *macro,
    ngx_str_t *out)
{
    size_t                  len;
    u_char                 *p;
    ngx_str_t              *values, *value, few[NGX_EO_SECLANG_PARTS];
    ngx_uint_t              i;
    ngx_eo_seclang_macro_part_t  *part;
    ngx_eo_seclang_text_t  *text;

    if (macro->nparts == 0) {
        *out = macro->text;
        return NGX_OK;
    }

    values = few;

    if (macro->nparts > NGX_EO_SECLANG_PARTS) {
        values = ngx_eo_seclang_alloc(&tx->arena,
                                      macro->nparts * sizeof(ngx_str_t));
        if (values == NULL) {
            return NGX_ERROR;
        }
    }

    len = 0;

    for (i = 0; i < macro->nparts; i++) {
        part = &macro->parts[i];
        ngx_str_null(&values[i]);

        if (part->target == NULL) {
            values[i] = part->literal;

        } else {
            text = ngx_eo_seclang_first(tx, part->target);

            if (text != NULL) {
                value = ngx_eo_seclang_text_string(tx, text);

                if (value == NULL) {
                    return NGX_ERROR;
                }

                values[i] = *value;
            }
        }

        len += values[i].len;
    }

    if (macro->nparts == 1) {
        *out = values[0];
        return NGX_OK;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;
    out->len = len;

    for (i = 0; i < macro->nparts; i++) {
        p = ngx_cpymem(p, values[i].data, values[i].len);
    }

    return NGX_OK;
}
