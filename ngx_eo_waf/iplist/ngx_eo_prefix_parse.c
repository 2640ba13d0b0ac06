
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The text of one address prefix, and of a list of them.
 */


#include "ngx_eo_prefix_parse.h"
#include "ngx_eo_prefix_json.h"
#include "ngx_eo_prefix_set.h"
#include "text/ngx_eo_text.h"


#define NGX_EO_PREFIX_GROUPS     8
#define NGX_EO_PREFIX_READ_SIZE  32768


/* the reading of a text that arrives in pieces */

typedef struct {
    ngx_uint_t        line;
    size_t            len;
    u_char            text[NGX_EO_PREFIX_TEXT_LEN];
    unsigned          ended:1;
    unsigned          comment:1;
} ngx_eo_prefix_reader_t;


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

static ngx_int_t ngx_eo_prefix_reader_feed(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_reader_t *rd, const u_char *p, size_t len,
    ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_reader_text(ngx_eo_prefix_reader_t *rd,
    u_char c, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_reader_line(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_reader_t *rd, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_error(ngx_eo_prefix_error_t *err,
    ngx_eo_prefix_reader_t *rd, const char *reason);
static ngx_int_t ngx_eo_prefix_file_error(ngx_eo_prefix_error_t *err,
    ngx_err_t code, const char *reason);


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
    uint32_t    value;
    ngx_uint_t  digits;

    value = 0;

    for (digits = 0; p < end && digits < 4; digits++, p++) {

        if (ngx_eo_hex[*p] < 0) {
            break;
        }

        value = value * 16 + ngx_eo_hex[*p];
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


ngx_int_t
ngx_eo_prefix_builder_add_text(ngx_eo_prefix_builder_t *b,
    const u_char *data, size_t len, ngx_eo_prefix_error_t *err)
{
    ngx_eo_prefix_reader_t  rd;

    ngx_memzero(&rd, sizeof(ngx_eo_prefix_reader_t));
    rd.line = 1;

    if (ngx_eo_prefix_reader_feed(b, &rd, data, len, err) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_prefix_reader_line(b, &rd, err);
}


ngx_int_t
ngx_eo_prefix_builder_add_file(ngx_eo_prefix_builder_t *b, ngx_fd_t fd,
    ngx_eo_prefix_error_t *err)
{
    size_t                  total;
    ssize_t                 n;
    u_char                  buf[NGX_EO_PREFIX_READ_SIZE];
    ngx_int_t               rc;
    ngx_uint_t              is_json;
    ngx_eo_prefix_json_t    json;
    ngx_eo_prefix_reader_t  rd;

    ngx_memzero(&rd, sizeof(ngx_eo_prefix_reader_t));
    ngx_memzero(&json, sizeof(ngx_eo_prefix_json_t));
    rd.line = 1;
    total = 0;
    is_json = 0;

    for ( ;; ) {

        if (b->cancel && *b->cancel) {
            return NGX_ABORT;
        }

        n = read(fd, buf, NGX_EO_PREFIX_READ_SIZE);

        if (n == -1) {

            if (errno == EINTR) {
                continue;
            }

            return ngx_eo_prefix_file_error(err, errno, "cannot be read");
        }

        if (n == 0) {
            break;
        }

        if (total == 0) {
            is_json = ngx_eo_prefix_is_json(buf, n);
        }

        total += n;

        if (total > NGX_EO_PREFIX_SET_MAX_BYTES) {
            return ngx_eo_prefix_file_error(err, 0, "is longer than "
                              ngx_value(NGX_EO_PREFIX_SET_MAX_BYTES) " bytes");
        }

        rc = is_json ? ngx_eo_prefix_json_feed(b, &json, buf, n, err)
                     : ngx_eo_prefix_reader_feed(b, &rd, buf, n, err);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return is_json ? ngx_eo_prefix_json_end(&json, err)
                   : ngx_eo_prefix_reader_line(b, &rd, err);
}


static ngx_int_t
ngx_eo_prefix_reader_feed(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_reader_t *rd, const u_char *p, size_t len,
    ngx_eo_prefix_error_t *err)
{
    u_char         c;
    const u_char  *end;

    for (end = p + len; p < end; p++) {
        c = *p;

        if (c == LF) {
            if (ngx_eo_prefix_reader_line(b, rd, err) != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        if (rd->comment) {
            continue;
        }

        /* Spamhaus' lists have ";" */

        if (c == '#' || c == ';') {
            rd->comment = 1;
            continue;
        }

        if (c == ' ' || c == '\t' || c == CR) {
            rd->ended = (rd->len != 0);
            continue;
        }

        if (ngx_eo_prefix_reader_text(rd, c, err) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_reader_text(ngx_eo_prefix_reader_t *rd, u_char c,
    ngx_eo_prefix_error_t *err)
{
    if (rd->ended) {
        return ngx_eo_prefix_error(err, rd, "is followed by more text "
                                            "on its line");
    }

    if (rd->len == NGX_EO_PREFIX_TEXT_LEN) {
        return ngx_eo_prefix_error(err, rd, "is longer than any address");
    }

    rd->text[rd->len++] = c;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_reader_line(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_reader_t *rd, ngx_eo_prefix_error_t *err)
{
    u_char      *text;
    size_t       len;
    const char  *reason;

    text = rd->text;
    len = rd->len;

    /* editors of one platform start a UTF-8 file with a byte order mark */

    if (rd->line == 1 && len >= 3 && ngx_memcmp(text, "\xef\xbb\xbf", 3) == 0)
    {
        text += 3;
        len -= 3;
    }

    if (len != 0
        && ngx_eo_prefix_builder_add(b, text, len, &reason) != NGX_OK)
    {
        return ngx_eo_prefix_error(err, rd, reason);
    }

    rd->line++;
    rd->len = 0;
    rd->ended = 0;
    rd->comment = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_error(ngx_eo_prefix_error_t *err, ngx_eo_prefix_reader_t *rd,
    const char *reason)
{
    size_t  i;

    err->line = rd->line;
    err->code = 0;
    err->reason = reason;

    /* the text goes to a log, and may be anything */

    for (i = 0; i < rd->len; i++) {
        err->text[i] = (rd->text[i] > 0x20 && rd->text[i] < 0x7f)
                       ? rd->text[i] : '?';
    }

    err->text[rd->len] = '\0';

    return NGX_ERROR;
}


static ngx_int_t
ngx_eo_prefix_file_error(ngx_eo_prefix_error_t *err, ngx_err_t code,
    const char *reason)
{
    err->line = 0;
    err->code = code;
    err->reason = reason;
    err->text[0] = '\0';

    return NGX_ERROR;
}
