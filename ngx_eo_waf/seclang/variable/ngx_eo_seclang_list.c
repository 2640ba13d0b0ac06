
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Lists of named texts, and variables that are one text.
 */


#include "ngx_eo_seclang_list.h"
#include "ngx_eo_seclang_text.h"


static ngx_int_t ngx_eo_seclang_list_grow(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_list_t *list);
static uint64_t ngx_eo_seclang_name_hash(ngx_str_t *name);


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
