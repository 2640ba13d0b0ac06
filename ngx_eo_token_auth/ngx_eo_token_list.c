
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Lists of referers and addresses that a link of method VOD carries.
 */


#include "ngx_eo_token_part.h"

#include <arpa/inet.h>


typedef struct {
    u_char      address[16];
    ngx_uint_t  len;             /* 4 or 16 */
    ngx_uint_t  bits;
} ngx_eo_token_prefix_t;


static ngx_uint_t ngx_eo_token_list_next(ngx_str_t *rest, ngx_str_t *member);
static ngx_uint_t ngx_eo_token_referer_valid(ngx_str_t *member);
static ngx_int_t ngx_eo_token_address_prefix(ngx_str_t *member,
    ngx_eo_token_prefix_t *prefix);
static ngx_int_t ngx_eo_token_prefix_bits(const u_char *p, const u_char *last,
    ngx_uint_t max, ngx_uint_t *bits);
static ngx_uint_t ngx_eo_token_same(const u_char *a, const u_char *b,
    size_t len);


ngx_uint_t
ngx_eo_token_referer_list_valid(ngx_str_t *list)
{
    ngx_str_t   rest, member;
    ngx_uint_t  n;

    rest = *list;

    for (n = 0; ngx_eo_token_list_next(&rest, &member); n++) {
        if (!ngx_eo_token_referer_valid(&member)) {
            return 0;
        }
    }

    return n >= 1 && n <= NGX_EO_TOKEN_MAX_LIST;
}


ngx_uint_t
ngx_eo_token_address_list_valid(ngx_str_t *list)
{
    ngx_str_t              rest, member;
    ngx_uint_t             n;
    ngx_eo_token_prefix_t  prefix;

    rest = *list;

    for (n = 0; ngx_eo_token_list_next(&rest, &member); n++) {
        if (ngx_eo_token_address_prefix(&member, &prefix) != NGX_OK) {
            return 0;
        }
    }

    return n >= 1 && n <= NGX_EO_TOKEN_MAX_LIST;
}


/* an empty member is one too, and valid nowhere; data is NULL at the end */

static ngx_uint_t
ngx_eo_token_list_next(ngx_str_t *rest, ngx_str_t *member)
{
    u_char  *last, *comma;

    if (rest->data == NULL) {
        return 0;
    }

    last = rest->data + rest->len;
    comma = ngx_strlchr(rest->data, last, ',');

    member->data = rest->data;
    member->len = (comma ? comma : last) - rest->data;

    if (comma) {
        rest->data = comma + 1;
        rest->len = last - rest->data;

    } else {
        rest->data = NULL;
        rest->len = 0;
    }

    return 1;
}


static ngx_uint_t
ngx_eo_token_referer_valid(ngx_str_t *member)
{
    u_char  *p, *last;

    p = member->data;
    last = p + member->len;

    if (member->len > 2 && p[0] == '*' && p[1] == '.') {
        p += 2;
    }

    if (p == last || *p == '.') {
        return 0;
    }

    for ( /* void */ ; p < last; p++) {
        if (!ngx_eo_token_is_alnum(*p) && *p != '.' && *p != '-') {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
ngx_eo_token_referer_host(ngx_str_t *referer, ngx_str_t *host)
{
    u_char  *p, *start, *last;

    if (referer->len == 0) {
        return NGX_DECLINED;
    }

    p = referer->data;
    last = p + referer->len;

    if (referer->len > 7 && ngx_eo_token_same(p, (u_char *) "http://", 7)) {
        p += 7;

    } else if (referer->len > 8
               && ngx_eo_token_same(p, (u_char *) "https://", 8))
    {
        p += 8;

    } else {
        return NGX_DECLINED;
    }

    /* what is before an "@" is not the host, whatever it looks like */

    start = p;

    for ( /* void */ ; p < last; p++) {

        if (*p == '/' || *p == '?' || *p == '#' || *p == '\\') {
            break;
        }

        if (*p == '@') {
            start = p + 1;
        }
    }

    last = p;

    p = ngx_strlchr(start, last, ':');
    if (p) {
        last = p;
    }

    /* a name may be written with the root's dot */

    if (last > start && last[-1] == '.') {
        last--;
    }

    host->data = start;
    host->len = last - start;

    return host->len ? NGX_OK : NGX_DECLINED;
}


ngx_uint_t
ngx_eo_token_referer_listed(ngx_str_t *list, ngx_str_t *host)
{
    size_t     len;
    ngx_str_t  rest, member;

    rest = *list;

    while (ngx_eo_token_list_next(&rest, &member)) {

        if (member.len > 2 && member.data[0] == '*') {

            /* the wildcard stands for one label at least */

            len = member.len - 1;

            if (host->len > len
                && ngx_eo_token_same(host->data + host->len - len,
                                     member.data + 1, len))
            {
                return 1;
            }

            continue;
        }

        if (host->len == member.len
            && ngx_eo_token_same(host->data, member.data, member.len))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_eo_token_address_listed(ngx_str_t *list, const u_char *address,
    ngx_uint_t len)
{
    ngx_str_t              rest, member;
    ngx_uint_t             bytes, mask;
    ngx_eo_token_prefix_t  prefix;

    rest = *list;

    while (ngx_eo_token_list_next(&rest, &member)) {

        if (ngx_eo_token_address_prefix(&member, &prefix) != NGX_OK
            || prefix.len != len)
        {
            continue;
        }

        bytes = prefix.bits / 8;

        if (ngx_memcmp(prefix.address, address, bytes) != 0) {
            continue;
        }

        if (prefix.bits % 8 == 0) {
            return 1;
        }

        mask = 0xff << (8 - prefix.bits % 8);

        if (((prefix.address[bytes] ^ address[bytes]) & mask & 0xff) == 0) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_eo_token_address_prefix(ngx_str_t *member, ngx_eo_token_prefix_t *prefix)
{
    u_char  *last, *slash;
    size_t   len;
    char     text[INET6_ADDRSTRLEN];

    last = member->data + member->len;
    slash = ngx_strlchr(member->data, last, '/');

    len = (slash ? slash : last) - member->data;

    if (len == 0 || len >= sizeof(text)) {
        return NGX_ERROR;
    }

    ngx_memcpy(text, member->data, len);
    text[len] = '\0';

    /* the library stops at a NUL, which is no part of an address */

    if (ngx_strlen(text) != len) {
        return NGX_ERROR;
    }

    if (inet_pton(AF_INET, text, prefix->address) == 1) {
        prefix->len = 4;

    } else if (inet_pton(AF_INET6, text, prefix->address) == 1) {
        prefix->len = 16;

    } else {
        return NGX_ERROR;
    }

    prefix->bits = prefix->len * 8;

    if (slash == NULL) {
        return NGX_OK;
    }

    return ngx_eo_token_prefix_bits(slash + 1, last, prefix->len * 8,
                                    &prefix->bits);
}


static ngx_int_t
ngx_eo_token_prefix_bits(const u_char *p, const u_char *last, ngx_uint_t max,
    ngx_uint_t *bits)
{
    if (p == last || last - p > 3) {
        return NGX_ERROR;
    }

    for (*bits = 0; p < last; p++) {
        if (!ngx_eo_token_is_digit(*p)) {
            return NGX_ERROR;
        }

        *bits = *bits * 10 + (*p - '0');
    }

    return *bits <= max ? NGX_OK : NGX_ERROR;
}


/* compares without regard to the case of ASCII letters */

static ngx_uint_t
ngx_eo_token_same(const u_char *a, const u_char *b, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (ngx_tolower(a[i]) != ngx_tolower(b[i])) {
            return 0;
        }
    }

    return 1;
}
