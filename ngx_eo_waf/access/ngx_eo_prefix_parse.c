
/*
 * The text of one address prefix.
 */


#include "ngx_eo_prefix_parse.h"


#define NGX_EO_PREFIX_GROUPS  8


static ngx_int_t ngx_eo_prefix_parse_ipv4(const u_char *p, const u_char *end,
    uint32_t *addr);
static ngx_int_t ngx_eo_prefix_parse_ipv6(const u_char *p, const u_char *end,
    ngx_eo_prefix_t *prefix);
static ngx_int_t ngx_eo_prefix_parse_groups(const u_char *p,
    const u_char *end, uint32_t *group, ngx_uint_t *count, ngx_int_t *gap);
static const u_char *ngx_eo_prefix_parse_group(const u_char *p,
    const u_char *end, uint32_t *group);
static void ngx_eo_prefix_expand(uint32_t *group, ngx_uint_t count,
    ngx_int_t gap, ngx_eo_prefix_t *prefix);
static ngx_int_t ngx_eo_prefix_parse_length(const u_char *p,
    const u_char *end, uint32_t max, uint32_t *length);
static void ngx_eo_prefix_unmap(ngx_eo_prefix_t *prefix);
static void ngx_eo_prefix_mask(ngx_eo_prefix_t *prefix);


ngx_int_t
ngx_eo_prefix_parse(ngx_eo_prefix_t *prefix, const u_char *text, size_t len,
    const char **reason)
{
    uint32_t       ipv4, max;
    const u_char  *end, *slash;

    end = text + len;

    slash = memchr(text, '/', len);
    if (slash == NULL) {
        slash = end;
    }

    prefix->hi = 0;
    prefix->lo = 0;

    if (memchr(text, ':', slash - text) != NULL) {

        if (ngx_eo_prefix_parse_ipv6(text, slash, prefix) != NGX_OK) {
            *reason = "is not an IPv6 address";
            return NGX_ERROR;
        }

        prefix->ipv6 = 1;
        max = 128;

    } else {

        if (ngx_eo_prefix_parse_ipv4(text, slash, &ipv4) != NGX_OK) {
            *reason = "is not an IPv4 or IPv6 address";
            return NGX_ERROR;
        }

        prefix->lo = ipv4;
        prefix->ipv6 = 0;
        max = 32;
    }

    prefix->length = max;

    if (slash != end
        && ngx_eo_prefix_parse_length(slash + 1, end, max, &prefix->length)
           != NGX_OK)
    {
        *reason = (max == 32) ? "needs a prefix length from 0 to 32"
                              : "needs a prefix length from 0 to 128";
        return NGX_ERROR;
    }

    ngx_eo_prefix_unmap(prefix);
    ngx_eo_prefix_mask(prefix);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_parse_ipv4(const u_char *p, const u_char *end, uint32_t *addr)
{
    uint32_t     value, octet;
    ngx_uint_t   n, digits;

    value = 0;

    for (n = 0; n < 4; n++) {

        if (n > 0) {
            if (p == end || *p != '.') {
                return NGX_ERROR;
            }

            p++;
        }

        octet = 0;

        for (digits = 0; p < end && *p >= '0' && *p <= '9'; digits++) {

            if (digits > 0 && octet == 0) {
                return NGX_ERROR;
            }

            octet = octet * 10 + (*p++ - '0');

            if (octet > 255) {
                return NGX_ERROR;
            }
        }

        if (digits == 0) {
            return NGX_ERROR;
        }

        value = (value << 8) | octet;
    }

    if (p != end) {
        return NGX_ERROR;
    }

    *addr = value;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_parse_ipv6(const u_char *p, const u_char *end,
    ngx_eo_prefix_t *prefix)
{
    uint32_t    group[NGX_EO_PREFIX_GROUPS];
    ngx_int_t   gap;
    ngx_uint_t  count;

    if (ngx_eo_prefix_parse_groups(p, end, group, &count, &gap) != NGX_OK) {
        return NGX_ERROR;
    }

    /* "::" stands for one group at least */

    if ((gap == -1) != (count == NGX_EO_PREFIX_GROUPS)) {
        return NGX_ERROR;
    }

    ngx_eo_prefix_expand(group, count, gap, prefix);

    return NGX_OK;
}


/*
 * Reads the groups that are written; gap is how many of them stand before
 * the "::", -1 if there is none.
 */

static ngx_int_t
ngx_eo_prefix_parse_groups(const u_char *p, const u_char *end,
    uint32_t *group, ngx_uint_t *count, ngx_int_t *gap)
{
    uint32_t       ipv4;
    ngx_uint_t     n;
    const u_char  *next;

    n = 0;
    *gap = -1;

    if (end - p >= 2 && p[0] == ':' && p[1] == ':') {
        *gap = 0;
        p += 2;

        if (p == end) {
            *count = 0;
            return NGX_OK;
        }
    }

    for ( ;; ) {

        if (n == NGX_EO_PREFIX_GROUPS) {
            return NGX_ERROR;
        }

        next = ngx_eo_prefix_parse_group(p, end, &group[n]);
        if (next == NULL) {
            return NGX_ERROR;
        }

        if (next < end && *next == '.') {

            if (n > NGX_EO_PREFIX_GROUPS - 2
                || ngx_eo_prefix_parse_ipv4(p, end, &ipv4) != NGX_OK)
            {
                return NGX_ERROR;
            }

            group[n++] = ipv4 >> 16;
            group[n++] = ipv4 & 0xffff;
            break;
        }

        n++;
        p = next;

        if (p == end) {
            break;
        }

        /* a group ends before ':' or '.' or at the end */

        p++;

        if (p < end && *p == ':') {

            if (*gap != -1) {
                return NGX_ERROR;
            }

            *gap = n;
            p++;

            if (p == end) {
                break;
            }
        }
    }

    *count = n;

    return NGX_OK;
}


static const u_char *
ngx_eo_prefix_parse_group(const u_char *p, const u_char *end,
    uint32_t *group)
{
    u_char      c;
    uint32_t    value;
    ngx_uint_t  digits;

    value = 0;

    for (digits = 0; p < end && digits < 4; digits++, p++) {

        c = *p;

        if (c >= '0' && c <= '9') {
            value = value * 16 + (c - '0');
            continue;
        }

        c |= 0x20;

        if (c >= 'a' && c <= 'f') {
            value = value * 16 + (c - 'a' + 10);
            continue;
        }

        break;
    }

    if (digits == 0 || (p < end && *p != ':' && *p != '.')) {
        return NULL;
    }

    *group = value;

    return p;
}


static void
ngx_eo_prefix_expand(uint32_t *group, ngx_uint_t count, ngx_int_t gap,
    ngx_eo_prefix_t *prefix)
{
    uint64_t     half[2];
    ngx_uint_t   i, at, shift;

    half[0] = 0;
    half[1] = 0;

    shift = NGX_EO_PREFIX_GROUPS - count;

    for (i = 0; i < count; i++) {
        at = (gap != -1 && i >= (ngx_uint_t) gap) ? i + shift : i;

        half[at / 4] |= (uint64_t) group[i] << (48 - 16 * (at % 4));
    }

    prefix->hi = half[0];
    prefix->lo = half[1];
}


static ngx_int_t
ngx_eo_prefix_parse_length(const u_char *p, const u_char *end, uint32_t max,
    uint32_t *length)
{
    uint32_t  value;

    if (p == end || end - p > 3) {
        return NGX_ERROR;
    }

    for (value = 0; p < end; p++) {

        if (*p < '0' || *p > '9') {
            return NGX_ERROR;
        }

        value = value * 10 + (*p - '0');
    }

    if (value > max) {
        return NGX_ERROR;
    }

    *length = value;

    return NGX_OK;
}


static void
ngx_eo_prefix_unmap(ngx_eo_prefix_t *prefix)
{
    if (!prefix->ipv6
        || prefix->length < 96
        || prefix->hi != 0
        || prefix->lo >> 32 != 0xffff)
    {
        return;
    }

    prefix->lo &= 0xffffffff;
    prefix->length -= 96;
    prefix->ipv6 = 0;
}


static void
ngx_eo_prefix_mask(ngx_eo_prefix_t *prefix)
{
    uint32_t  host;

    host = (prefix->ipv6 ? 128 : 32) - prefix->length;

    if (host >= 64) {
        prefix->lo = 0;
        prefix->hi = (host == 128) ? 0 : prefix->hi >> (host - 64)
                                                    << (host - 64);
        return;
    }

    prefix->lo = prefix->lo >> host << host;
}
