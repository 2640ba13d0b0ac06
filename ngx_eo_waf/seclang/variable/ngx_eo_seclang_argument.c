
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Arguments, as in a query string or a form.
 */


#include "ngx_eo_seclang_argument.h"
#include "ngx_eo_seclang_list.h"
#include "text/ngx_eo_text.h"


static ngx_int_t ngx_eo_seclang_decode_argument(ngx_eo_seclang_tx_t *tx,
    u_char *p, u_char *last, ngx_str_t *out, ngx_uint_t *invalid);


/*
 * Undoes the encoding of a form.  Sets "invalid" if a percent sign has no
 * two digits after it.
 */

static ngx_int_t
ngx_eo_seclang_decode_argument(ngx_eo_seclang_tx_t *tx, u_char *p,
    u_char *last, ngx_str_t *out, ngx_uint_t *invalid)
{
    u_char  *d, *s;

    out->data = p;
    out->len = last - p;

    for (s = p; s < last && *s != '%' && *s != '+'; s++) {
        /* void */
    }

    if (s == last) {
        return NGX_OK;
    }

    d = ngx_eo_seclang_alloc(&tx->arena, last - p);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    d = ngx_cpymem(d, p, s - p);
    d = ngx_eo_percent_decode(d, s, last, 1, invalid);

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_add_argument(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *value, ngx_uint_t origin)
{
    if (tx->in_response) {

        if (tx->lists[NGX_EO_SECLANG_LIST_RESPONSE_ARGS].nelts
            >= tx->set->arguments_limit)
        {
            return NGX_DECLINED;
        }

        return ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_RESPONSE_ARGS, name,
                                  value, origin);
    }

    if (tx->lists[NGX_EO_SECLANG_LIST_ARGS].nelts
        >= tx->set->arguments_limit)
    {
        return NGX_DECLINED;
    }

    tx->arguments_size += name->len + value->len;

    return ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_ARGS, name, value,
                              origin);
}


ngx_int_t
ngx_eo_seclang_parse_arguments(ngx_eo_seclang_tx_t *tx, ngx_str_t *text,
    ngx_uint_t origin)
{
    u_char      *p, *last, *end, *equal;
    ngx_int_t    rc;
    ngx_str_t    name, value;
    ngx_uint_t   invalid;

    static ngx_str_t  one = ngx_string("1");

    p = text->data;
    last = p + text->len;
    invalid = 0;

    while (p < last) {
        end = memchr(p, tx->set->argument_separator, last - p);
        if (end == NULL) {
            end = last;
        }

        equal = memchr(p, '=', end - p);
        if (equal == NULL) {
            equal = end;
        }

        if (ngx_eo_seclang_decode_argument(tx, p, equal, &name, &invalid)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_str_null(&value);

        if (equal < end
            && ngx_eo_seclang_decode_argument(tx, equal + 1, end, &value,
                                              &invalid)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        rc = ngx_eo_seclang_add_argument(tx, &name, &value, origin);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            break;
        }

        p = end + 1;
    }

    if (invalid) {
        return ngx_eo_seclang_set_scalar(tx,
                                    NGX_EO_SECLANG_VAR_URLENCODED_ERROR, &one);
    }

    return NGX_OK;
}
