
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Texts with macros: "%%{ARGS.foo}".
 */


#include "ngx_eo_seclang_macro.h"
#include "ngx_eo_seclang_text.h"
#include "ngx_eo_seclang_variable.h"
#include "ngx_eo_seclang_view.h"


/* of a text with macros, without memory of the transaction */

#define NGX_EO_SECLANG_PARTS  8


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
