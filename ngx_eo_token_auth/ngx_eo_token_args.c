
/*
 * The parameters of a token in a query: reading and removal.
 */


#include "ngx_eo_token_part.h"


static u_char *ngx_eo_token_arg(u_char *p, u_char *last, ngx_str_t *name,
    ngx_str_t *value);
static ngx_int_t ngx_eo_token_index(ngx_str_t *name, const ngx_str_t *names,
    ngx_uint_t n);


ngx_int_t
ngx_eo_token_args(ngx_str_t *args, const ngx_str_t *names, ngx_uint_t n,
    ngx_str_t *values, ngx_uint_t *seen, ngx_uint_t *others)
{
    u_char     *p, *last;
    ngx_int_t   i;
    ngx_str_t   name, value;

    ngx_memzero(values, n * sizeof(ngx_str_t));
    *seen = 0;
    *others = 0;

    if (args->len == 0) {
        return NGX_OK;
    }

    p = args->data;
    last = p + args->len;

    while (p < last) {
        p = ngx_eo_token_arg(p, last, &name, &value);

        i = ngx_eo_token_index(&name, names, n);
        if (i == NGX_DECLINED) {
            *others = 1;
            continue;
        }

        if (*seen & ((ngx_uint_t) 1 << i)) {
            return NGX_ERROR;
        }

        *seen |= (ngx_uint_t) 1 << i;
        values[i] = value;
    }

    return NGX_OK;
}


size_t
ngx_eo_token_strip_args(ngx_eo_token_rule_t *rule, ngx_uint_t preview,
    ngx_str_t *args, u_char *dst)
{
    size_t      len;
    u_char     *p, *start, *last, *out;
    ngx_int_t   i;
    ngx_str_t   name, value, names[NGX_EO_TOKEN_MAX_NAMES];
    ngx_uint_t  n, first;

    if (args->len == 0) {
        return 0;
    }

    n = ngx_eo_token_names(rule, names);

    p = args->data;
    last = p + args->len;
    out = dst;
    first = 1;

    while (p < last) {
        start = p;
        p = ngx_eo_token_arg(p, last, &name, &value);

        i = ngx_eo_token_index(&name, names, n);

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

        len = value.data + value.len - start;
        ngx_memmove(out, start, len);
        out += len;
    }

    return out - dst;
}


/* takes one parameter off a query, with the "&" after it */

static u_char *
ngx_eo_token_arg(u_char *p, u_char *last, ngx_str_t *name, ngx_str_t *value)
{
    u_char  *end, *equal;

    end = ngx_eo_token_chr(p, last, '&');
    if (end == NULL) {
        end = last;
    }

    equal = ngx_eo_token_chr(p, end, '=');

    name->data = p;
    name->len = (equal ? equal : end) - p;

    value->data = equal ? equal + 1 : end;
    value->len = end - value->data;

    return end < last ? end + 1 : last;
}


static ngx_int_t
ngx_eo_token_index(ngx_str_t *name, const ngx_str_t *names, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (names[i].len == name->len
            && ngx_memcmp(names[i].data, name->data, name->len) == 0)
        {
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
    u_char     *p, *last, *end, *equal;
    ngx_str_t   name, names[NGX_EO_TOKEN_MAX_NAMES];

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

        equal = ngx_eo_token_chr(p, end, '=');

        if (equal) {
            name.data = p;
            name.len = equal - p;

            if (ngx_eo_token_index(&name, names, 1) == 0) {
                return 1;
            }
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
