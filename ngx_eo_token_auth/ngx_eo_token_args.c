
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The parameters of a token in a query: reading and removal.
 */


#include "ngx_eo_token_part.h"


static u_char *ngx_eo_token_arg_end(u_char *p, u_char *last);
static ngx_int_t ngx_eo_token_arg_index(u_char *p, u_char *end,
    const ngx_str_t *names, ngx_uint_t n);


ngx_int_t
ngx_eo_token_args(ngx_str_t *args, const ngx_str_t *names, ngx_uint_t n,
    ngx_str_t *values, ngx_uint_t *seen, ngx_uint_t *others)
{
    u_char     *p, *end, *last, *value;
    ngx_int_t   i;

    *seen = 0;
    *others = 0;

    last = args->data + args->len;

    for (p = args->data; p < last; p = end + (end < last)) {
        end = ngx_eo_token_arg_end(p, last);

        i = ngx_eo_token_arg_index(p, end, names, n);

        if (i == NGX_DECLINED) {
            *others = 1;
            continue;
        }

        if (*seen & ((ngx_uint_t) 1 << i)) {
            return NGX_ERROR;
        }

        *seen |= (ngx_uint_t) 1 << i;

        value = p + names[i].len;
        value += (value < end);

        values[i].data = value;
        values[i].len = end - value;
    }

    return NGX_OK;
}


size_t
ngx_eo_token_strip_args(ngx_eo_token_rule_t *rule, ngx_uint_t preview,
    ngx_str_t *args, u_char *dst)
{
    u_char     *p, *end, *last, *out;
    ngx_int_t   i;
    ngx_str_t   names[NGX_EO_TOKEN_MAX_NAMES];
    ngx_uint_t  n, first;

    n = ngx_eo_token_names(rule, names);

    last = args->data + args->len;
    out = dst;
    first = 1;

    for (p = args->data; p < last; p = end + (end < last)) {
        end = ngx_eo_token_arg_end(p, last);

        i = ngx_eo_token_arg_index(p, end, names, n);

        if (i != NGX_DECLINED
            && !(preview && rule->method == NGX_EO_TOKEN_VOD
                 && i == NGX_EO_TOKEN_VOD_EXPER))
        {
            continue;
        }

        if (!first) {
            *out++ = '&';
        }

        first = 0;

        /* the parameter without its "&"; the regions may overlap */

        ngx_memmove(out, p, end - p);
        out += end - p;
    }

    return out - dst;
}


static u_char *
ngx_eo_token_arg_end(u_char *p, u_char *last)
{
    u_char  *end;

    end = ngx_eo_token_chr(p, last, '&');

    return end ? end : last;
}


/* the name is all up to the first "=", or all if there is none */

static ngx_int_t
ngx_eo_token_arg_index(u_char *p, u_char *end, const ngx_str_t *names,
    ngx_uint_t n)
{
    size_t      j, len;
    ngx_uint_t  i;

    if (p == end) {
        return NGX_DECLINED;
    }

    for (i = 0; i < n; i++) {

        if (*p != *names[i].data) {
            continue;
        }

        len = names[i].len;

        if ((size_t) (end - p) < len || (p + len < end && p[len] != '=')) {
            continue;
        }

        /* names are short, and a call would take longer */

        for (j = 1; j < len && p[j] == names[i].data[j]; j++) { /* void */ }

        if (j == len) {
            return i;
        }
    }

    return NGX_DECLINED;
}


ngx_uint_t
ngx_eo_token_names(ngx_eo_token_rule_t *rule, ngx_str_t *names)
{
    switch (rule->method) {

    case NGX_EO_TOKEN_A:
    case NGX_EO_TOKEN_HMAC:
        names[0] = rule->param;
        return 1;

    case NGX_EO_TOKEN_D:
        names[0] = rule->param;
        names[1] = rule->time_param;
        return 2;

    case NGX_EO_TOKEN_VOD:
        ngx_memcpy(names, ngx_eo_token_vod_names,
                   NGX_EO_TOKEN_MAX_NAMES * sizeof(ngx_str_t));
        return NGX_EO_TOKEN_MAX_NAMES;

    default: /* B, C: the token is in the path */
        return 0;
    }
}


ngx_uint_t
ngx_eo_token_in_cookie(ngx_eo_token_rule_t *rule, ngx_str_t *cookie)
{
    u_char     *p, *last, *end;
    ngx_str_t   names[NGX_EO_TOKEN_MAX_NAMES];

    if (ngx_eo_token_names(rule, names) == 0) {
        return 0;
    }

    /* the parameter with the digest comes first, here and in VOD's list */

    p = cookie->data;
    last = p + cookie->len;

    while (p < last) {

        while (p < last && (*p == ' ' || *p == ';')) {
            p++;
        }

        end = ngx_eo_token_chr(p, last, ';');
        if (end == NULL) {
            end = last;
        }

        /* a cookie without a value is none */

        if (ngx_eo_token_arg_index(p, end, names, 1) == 0
            && p + names[0].len < end)
        {
            return 1;
        }

        p = end;
    }

    return 0;
}


void
ngx_eo_token_split(ngx_str_t *target, ngx_str_t *path, ngx_str_t *args)
{
    u_char  *p;

    *path = *target;

    args->len = 0;
    args->data = target->data + target->len;

    p = ngx_eo_token_chr(target->data, target->data + target->len, '?');

    if (p) {
        path->len = p - target->data;

        args->data = p + 1;
        args->len = target->len - path->len - 1;
    }
}
