
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_expr_internal.h"


static int ngx_libc_cdecl ngx_eo_expr_range_cmp(const void *one,
    const void *two);
static void ngx_eo_expr_range(ngx_eo_expr_prefix_t *prefix,
    ngx_eo_expr_range_t *range);


static u_char  ngx_eo_mapped[12] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
};


ngx_int_t
ngx_eo_expr_prefix(ngx_str_t *text, ngx_eo_expr_prefix_t *prefix)
{
    u_char      *slash;
    size_t       len;
    in_addr_t    inaddr;
    ngx_int_t    bits;
    u_char       addr[16];

    slash = ngx_strlchr(text->data, text->data + text->len, '/');

    len = slash ? (size_t) (slash - text->data) : text->len;

    inaddr = ngx_inet_addr(text->data, len);

    /* 255.255.255.255 is not told from an error by its value */

    if (inaddr != INADDR_NONE
        || (len == 15 && ngx_strncmp(text->data, "255.255.255.255", 15) == 0))
    {
        ngx_memcpy(prefix->addr, ngx_eo_mapped, 12);
        ngx_memcpy(prefix->addr + 12, &inaddr, 4);
        prefix->bits = 32;

    } else if (ngx_inet6_addr(text->data, len, prefix->addr) == NGX_OK) {
        prefix->bits = 128;

    } else {
        return NGX_DECLINED;
    }

    if (slash) {
        len = text->data + text->len - slash - 1;
        bits = ngx_atoi(slash + 1, len);

        if (bits == NGX_ERROR || len > 3 || (ngx_uint_t) bits > prefix->bits) {
            return NGX_DECLINED;
        }

        prefix->bits = bits + ((prefix->bits == 32) ? 96 : 0);

    } else {
        prefix->bits = 128;
    }

    ngx_memcpy(addr, prefix->addr, 16);
    ngx_eo_expr_mask(prefix->addr, prefix->bits);

    return ngx_memcmp(addr, prefix->addr, 16) == 0 ? NGX_OK : NGX_DONE;
}


void
ngx_eo_expr_mask(u_char *addr, ngx_uint_t bits)
{
    ngx_uint_t  i;

    for (i = 0; i < 16; i++) {

        if (bits >= 8) {
            bits -= 8;
            continue;
        }

        addr[i] &= (u_char) (0xff00 >> bits);
        bits = 0;
    }
}


/* Makes sorted ranges that do not touch out of the prefixes of a list. */

ngx_int_t
ngx_eo_expr_ranges(ngx_pool_t *pool, ngx_eo_expr_test_t *test)
{
    ngx_uint_t            i, n;
    ngx_eo_expr_range_t  *ranges;

    if (test->nprefixes == 0) {
        return NGX_OK;
    }

    ranges = ngx_palloc(pool, test->nprefixes * sizeof(ngx_eo_expr_range_t));
    if (ranges == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < test->nprefixes; i++) {
        ngx_eo_expr_range(&test->prefixes[i], &ranges[i]);
    }

    ngx_qsort(ranges, test->nprefixes, sizeof(ngx_eo_expr_range_t),
              ngx_eo_expr_range_cmp);

    for (i = 1, n = 0; i < test->nprefixes; i++) {

        if (ngx_memcmp(ranges[i].first, ranges[n].last, 16) > 0) {
            ranges[++n] = ranges[i];
            continue;
        }

        if (ngx_memcmp(ranges[i].last, ranges[n].last, 16) > 0) {
            ngx_memcpy(ranges[n].last, ranges[i].last, 16);
        }
    }

    test->ranges = ranges;
    test->nranges = n + 1;

    return NGX_OK;
}


static void
ngx_eo_expr_range(ngx_eo_expr_prefix_t *prefix, ngx_eo_expr_range_t *range)
{
    u_char      mask[16];
    ngx_uint_t  i;

    ngx_memset(mask, 0xff, 16);
    ngx_eo_expr_mask(mask, prefix->bits);

    for (i = 0; i < 16; i++) {
        range->first[i] = prefix->addr[i];
        range->last[i] = prefix->addr[i] | (u_char) ~mask[i];
    }
}


static int ngx_libc_cdecl
ngx_eo_expr_range_cmp(const void *one, const void *two)
{
    const ngx_eo_expr_range_t  *a = one;
    const ngx_eo_expr_range_t  *b = two;

    return ngx_memcmp(a->first, b->first, 16);
}
