
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Classes of characters and escapes of an expression, as sets of bytes.
 */


#include "ngx_eo_seclang_require.h"


static void ngx_eo_seclang_add_range(uint64_t *bytes, ngx_uint_t from,
    ngx_uint_t to);
static void ngx_eo_seclang_add_negated(uint64_t *bytes, uint64_t *other);
static ngx_int_t ngx_eo_seclang_rx_type(u_char type, uint64_t *bytes);
static ngx_int_t ngx_eo_seclang_rx_hex(ngx_eo_seclang_rx_reader_t *reader,
    uint64_t *bytes);
static ngx_int_t ngx_eo_seclang_rx_member(ngx_eo_seclang_rx_reader_t *reader,
    uint64_t *bytes, ngx_int_t *byte);


static void
ngx_eo_seclang_add_range(uint64_t *bytes, ngx_uint_t from, ngx_uint_t to)
{
    while (from <= to) {
        ngx_eo_seclang_set_byte(bytes, from);
        from++;
    }
}


static void
ngx_eo_seclang_add_negated(uint64_t *bytes, uint64_t *other)
{
    ngx_uint_t  i;

    for (i = 0; i < 4; i++) {
        bytes[i] |= ~other[i];
    }
}


/* "d", "w", "s", "h" and "v", and in upper case all other bytes */

static ngx_int_t
ngx_eo_seclang_rx_type(u_char type, uint64_t *bytes)
{
    uint64_t  set[4];

    ngx_memzero(set, sizeof(set));

    switch (type | 0x20) {

    case 'd':
        ngx_eo_seclang_add_range(set, '0', '9');
        break;

    case 'w':
        ngx_eo_seclang_add_range(set, '0', '9');
        ngx_eo_seclang_add_range(set, 'a', 'z');
        ngx_eo_seclang_add_range(set, 'A', 'Z');
        ngx_eo_seclang_set_byte(set, '_');
        break;

    case 's':
        ngx_eo_seclang_add_range(set, '\t', '\r');
        ngx_eo_seclang_set_byte(set, ' ');
        break;

    case 'h':
        ngx_eo_seclang_set_byte(set, '\t');
        ngx_eo_seclang_set_byte(set, ' ');
        ngx_eo_seclang_set_byte(set, 0xa0);
        break;

    case 'v':
        ngx_eo_seclang_add_range(set, '\n', '\r');
        ngx_eo_seclang_set_byte(set, 0x85);
        break;

    default:
        return NGX_DECLINED;
    }

    if (type & 0x20) {
        ngx_eo_seclang_add_bytes(bytes, set);

    } else {
        ngx_eo_seclang_add_negated(bytes, set);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_rx_hex(ngx_eo_seclang_rx_reader_t *reader, uint64_t *bytes)
{
    u_char      *p;
    ngx_int_t    c;
    ngx_uint_t   n, brace;

    p = reader->pos;
    brace = (p < reader->last && *p == '{');
    p += brace;
    c = 0;

    for (n = 0; p < reader->last && (brace || n < 2); n++, p++) {

        if (*p >= '0' && *p <= '9') {
            c = c * 16 + *p - '0';

        } else if ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'f') {
            c = c * 16 + (*p | 0x20) - 'a' + 10;

        } else {
            break;
        }

        if (c > 255) {
            return NGX_DECLINED;
        }
    }

    if (brace) {
        if (n == 0 || p == reader->last || *p != '}') {
            return NGX_DECLINED;
        }

        p++;
    }

    ngx_eo_seclang_set_byte(bytes, c);
    reader->pos = p;

    return NGX_OK;
}


/* behind the backslash; NGX_DONE: an assertion, which takes no byte */

ngx_int_t
ngx_eo_seclang_rx_escape(ngx_eo_seclang_rx_reader_t *reader,
    ngx_uint_t in_class, uint64_t *bytes)
{
    u_char   c, *p;
    u_char  *name;

    static u_char  names[] = "aefnrt";
    static u_char  values[] = "\a\033\f\n\r\t";

    if (reader->pos == reader->last) {
        return NGX_DECLINED;
    }

    c = *reader->pos++;

    if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')))
    {
        ngx_eo_seclang_set_byte(bytes, c);
        return NGX_OK;
    }

    name = (u_char *) strchr((char *) names, c);

    if (name != NULL) {
        ngx_eo_seclang_set_byte(bytes, values[name - names]);
        return NGX_OK;
    }

    switch (c) {

    case 'x':
        return ngx_eo_seclang_rx_hex(reader, bytes);

    case '0':
        p = reader->pos;

        if (p < reader->last && *p >= '0' && *p <= '7') {
            return NGX_DECLINED;
        }

        ngx_eo_seclang_set_byte(bytes, 0);
        return NGX_OK;

    case 'b':
        if (in_class) {
            ngx_eo_seclang_set_byte(bytes, '\b');
            return NGX_OK;
        }

        return NGX_DONE;

    case 'A':
    case 'B':
    case 'G':
    case 'Z':
    case 'z':
        return in_class ? NGX_DECLINED : NGX_DONE;

    default:
        return ngx_eo_seclang_rx_type(c, bytes);
    }
}


/* one member of a class: a byte, which "byte" is set to, or a type */

static ngx_int_t
ngx_eo_seclang_rx_member(ngx_eo_seclang_rx_reader_t *reader, uint64_t *bytes,
    ngx_int_t *byte)
{
    u_char      c;
    uint64_t    set[4];
    ngx_int_t   rc;
    ngx_uint_t  i, n;

    c = *reader->pos++;

    if (c != '\\') {
        ngx_eo_seclang_set_byte(bytes, c);
        *byte = c;
        return NGX_OK;
    }

    ngx_memzero(set, sizeof(set));

    rc = ngx_eo_seclang_rx_escape(reader, 1, set);

    if (rc != NGX_OK) {
        return NGX_DECLINED;
    }

    n = 0;

    for (i = 0; i < 256; i++) {
        if (ngx_eo_seclang_byte_bit(set, i)) {
            ngx_eo_seclang_set_byte(bytes, i);
            *byte = i;
            n++;
        }
    }

    if (n != 1) {
        *byte = -1;
    }

    return NGX_OK;
}


/* behind the bracket */

ngx_int_t
ngx_eo_seclang_rx_class(ngx_eo_seclang_rx_reader_t *reader, uint64_t *bytes)
{
    uint64_t    set[4];
    ngx_int_t   from, to;
    ngx_uint_t  first, negated;

    ngx_memzero(set, sizeof(set));

    negated = (reader->pos < reader->last && *reader->pos == '^');
    reader->pos += negated;

    for (first = 1; reader->pos < reader->last; first = 0) {

        if (*reader->pos == ']' && !first) {
            reader->pos++;

            if (negated) {
                ngx_eo_seclang_add_negated(bytes, set);

            } else {
                ngx_memcpy(bytes, set, sizeof(set));
            }

            return NGX_OK;
        }

        /* "[:alpha:]" and the like are not read */

        if (*reader->pos == '[' && reader->last - reader->pos > 1
            && (reader->pos[1] == ':' || reader->pos[1] == '.'
                || reader->pos[1] == '='))
        {
            return NGX_DECLINED;
        }

        if (ngx_eo_seclang_rx_member(reader, set, &from) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (reader->last - reader->pos < 2 || reader->pos[0] != '-'
            || reader->pos[1] == ']' || from < 0)
        {
            continue;
        }

        reader->pos++;

        /* a range to a type is none; "[" may begin a posix name here, too */

        if (*reader->pos == '['
            || ngx_eo_seclang_rx_member(reader, set, &to) != NGX_OK
            || to < from)
        {
            return NGX_DECLINED;
        }

        ngx_eo_seclang_add_range(set, from, to);
    }

    return NGX_DECLINED;
}
