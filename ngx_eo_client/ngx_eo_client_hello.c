
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a TLS ClientHello offers (RFC 5246, 7.4.1.2; RFC 8446, 4.1.2).
 */


#include "ngx_eo_client_hello.h"


#define NGX_EO_HELLO_TYPE                 1
#define NGX_EO_HELLO_RANDOM               32

#define NGX_EO_HELLO_SERVER_NAME          0
#define NGX_EO_HELLO_GROUPS               10
#define NGX_EO_HELLO_FORMATS              11
#define NGX_EO_HELLO_SIGNATURES           13
#define NGX_EO_HELLO_ALPN                 16
#define NGX_EO_HELLO_SUPPORTED_VERSIONS   43


/* what is left to read */

typedef struct {
    const u_char     *pos;
    const u_char     *last;
} ngx_eo_hello_part_t;


/* bodies of extensions that are lists of their own, or empty parts */

typedef struct {
    ngx_eo_hello_part_t   groups;
    ngx_eo_hello_part_t   formats;
    ngx_eo_hello_part_t   signatures;
} ngx_eo_hello_lists_t;


static ngx_inline ngx_uint_t ngx_eo_hello_number(const u_char *p,
    size_t width);
static ngx_inline ngx_uint_t ngx_eo_hello_grease(ngx_uint_t value);
static ngx_int_t ngx_eo_hello_part(ngx_eo_hello_part_t *from,
    ngx_eo_hello_part_t *part, size_t width);
static ngx_int_t ngx_eo_hello_only(ngx_eo_hello_part_t *from,
    ngx_eo_hello_part_t *part, size_t width);
static ngx_int_t ngx_eo_hello_list(ngx_eo_client_hello_t *hello,
    ngx_eo_hello_part_t *part, size_t width, uint16_t *n);
static ngx_int_t ngx_eo_hello_extensions_parse(ngx_eo_client_hello_t *hello,
    ngx_eo_hello_part_t *part, ngx_eo_hello_lists_t *lists);
static ngx_int_t ngx_eo_hello_extension(ngx_eo_client_hello_t *hello,
    ngx_uint_t type, ngx_eo_hello_part_t *body, ngx_eo_hello_lists_t *lists);
static ngx_int_t ngx_eo_hello_alpn(ngx_eo_client_hello_t *hello,
    ngx_eo_hello_part_t *body);
static ngx_int_t ngx_eo_hello_versions(ngx_eo_client_hello_t *hello,
    ngx_eo_hello_part_t *body);


static ngx_inline ngx_uint_t
ngx_eo_hello_number(const u_char *p, size_t width)
{
    ngx_uint_t  n;

    for (n = 0; width; width--) {
        n = n << 8 | *p++;
    }

    return n;
}


/* 0x0a0a, 0x1a1a ... 0xfafa */

static ngx_inline ngx_uint_t
ngx_eo_hello_grease(ngx_uint_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}


ngx_int_t
ngx_eo_client_hello_parse(ngx_eo_client_hello_t *hello, const u_char *data,
    size_t len, uint16_t *values)
{
    ngx_eo_hello_part_t   all, part;
    ngx_eo_hello_lists_t  lists;

    ngx_memzero(hello, sizeof(ngx_eo_client_hello_t));
    ngx_memzero(&lists, sizeof(ngx_eo_hello_lists_t));

    hello->values = values;

    if (len < 4 || len > NGX_EO_CLIENT_HELLO_MAX
        || data[0] != NGX_EO_HELLO_TYPE)
    {
        return NGX_ERROR;
    }

    part.pos = data + 1;
    part.last = data + len;

    if (ngx_eo_hello_only(&part, &all, 3) != NGX_OK
        || all.last - all.pos < 2 + NGX_EO_HELLO_RANDOM)
    {
        return NGX_ERROR;
    }

    hello->version = ngx_eo_hello_number(all.pos, 2);
    all.pos += 2 + NGX_EO_HELLO_RANDOM;

    /* the session, then the ciphers, then the methods of compression */

    if (ngx_eo_hello_part(&all, &part, 1) != NGX_OK
        || ngx_eo_hello_part(&all, &part, 2) != NGX_OK
        || ngx_eo_hello_list(hello, &part, 2, &hello->nciphers) != NGX_OK
        || ngx_eo_hello_part(&all, &part, 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (all.pos == all.last) {
        return NGX_OK;
    }

    if (ngx_eo_hello_only(&all, &part, 2) != NGX_OK
        || ngx_eo_hello_extensions_parse(hello, &part, &lists) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_eo_hello_list(hello, &lists.groups, 2, &hello->ngroups) != NGX_OK
        || ngx_eo_hello_list(hello, &lists.formats, 1, &hello->nformats)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_hello_list(hello, &lists.signatures, 2,
                             &hello->nsignatures);
}


/* takes a part that begins with its length of so many bytes */

static ngx_int_t
ngx_eo_hello_part(ngx_eo_hello_part_t *from, ngx_eo_hello_part_t *part,
    size_t width)
{
    size_t  len;

    if ((size_t) (from->last - from->pos) < width) {
        return NGX_ERROR;
    }

    len = ngx_eo_hello_number(from->pos, width);
    from->pos += width;

    if ((size_t) (from->last - from->pos) < len) {
        return NGX_ERROR;
    }

    part->pos = from->pos;
    part->last = from->pos + len;

    from->pos += len;

    return NGX_OK;
}


/* the same of a part behind which there is nothing */

static ngx_int_t
ngx_eo_hello_only(ngx_eo_hello_part_t *from, ngx_eo_hello_part_t *part,
    size_t width)
{
    if (ngx_eo_hello_part(from, part, width) != NGX_OK
        || from->pos != from->last)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_hello_list(ngx_eo_client_hello_t *hello, ngx_eo_hello_part_t *part,
    size_t width, uint16_t *n)
{
    ngx_uint_t     value;
    const u_char  *p;

    if ((part->last - part->pos) % width) {
        return NGX_ERROR;
    }

    for (p = part->pos; p < part->last; p += width) {
        value = ngx_eo_hello_number(p, width);

        if (width == 2 && ngx_eo_hello_grease(value)) {
            continue;
        }

        hello->values[hello->nvalues++] = value;
        (*n)++;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_hello_extensions_parse(ngx_eo_client_hello_t *hello,
    ngx_eo_hello_part_t *part, ngx_eo_hello_lists_t *lists)
{
    ngx_uint_t           type;
    ngx_eo_hello_part_t  body;

    while (part->pos < part->last) {

        if (part->last - part->pos < 2) {
            return NGX_ERROR;
        }

        type = ngx_eo_hello_number(part->pos, 2);
        part->pos += 2;

        if (ngx_eo_hello_part(part, &body, 2) != NGX_OK) {
            return NGX_ERROR;
        }

        if (ngx_eo_hello_grease(type)) {
            continue;
        }

        hello->values[hello->nvalues++] = type;
        hello->nextensions++;

        if (ngx_eo_hello_extension(hello, type, &body, lists) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * A second one of the same type is none of TLS, and would put more into the
 * lists than there is room for.
 */

static ngx_int_t
ngx_eo_hello_extension(ngx_eo_client_hello_t *hello, ngx_uint_t type,
    ngx_eo_hello_part_t *body, ngx_eo_hello_lists_t *lists)
{
    size_t                width;
    ngx_eo_hello_part_t  *list;

    width = 2;

    switch (type) {

    case NGX_EO_HELLO_SERVER_NAME:
        hello->server_name = 1;
        return NGX_OK;

    case NGX_EO_HELLO_ALPN:
        return ngx_eo_hello_alpn(hello, body);

    case NGX_EO_HELLO_SUPPORTED_VERSIONS:
        return ngx_eo_hello_versions(hello, body);

    case NGX_EO_HELLO_GROUPS:
        list = &lists->groups;
        break;

    case NGX_EO_HELLO_FORMATS:
        list = &lists->formats;
        width = 1;
        break;

    case NGX_EO_HELLO_SIGNATURES:
        list = &lists->signatures;
        break;

    default:
        return NGX_OK;
    }

    if (list->pos) {
        return NGX_ERROR;
    }

    return ngx_eo_hello_only(body, list, width);
}


static ngx_int_t
ngx_eo_hello_alpn(ngx_eo_client_hello_t *hello, ngx_eo_hello_part_t *body)
{
    ngx_eo_hello_part_t  list, first;

    if (hello->has_alpn
        || ngx_eo_hello_only(body, &list, 2) != NGX_OK
        || ngx_eo_hello_part(&list, &first, 1) != NGX_OK
        || first.pos == first.last)
    {
        return NGX_ERROR;
    }

    hello->has_alpn = 1;
    hello->alpn[0] = *first.pos;
    hello->alpn[1] = *(first.last - 1);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_hello_versions(ngx_eo_client_hello_t *hello, ngx_eo_hello_part_t *body)
{
    ngx_uint_t           version;
    const u_char        *p;
    ngx_eo_hello_part_t  list;

    if (ngx_eo_hello_only(body, &list, 1) != NGX_OK
        || (list.last - list.pos) % 2)
    {
        return NGX_ERROR;
    }

    for (p = list.pos; p < list.last; p += 2) {
        version = ngx_eo_hello_number(p, 2);

        if (!ngx_eo_hello_grease(version) && version > hello->supported) {
            hello->supported = version;
        }
    }

    return NGX_OK;
}
