
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Operators that check an encoding, and those of libinjection.
 */


#include <libinjection.h>
#include "ngx_eo_seclang_operator.h"
#include "text/ngx_eo_text.h"
#include "seclang/transform/ngx_eo_seclang_transform.h"


static ngx_int_t ngx_eo_seclang_byte_range_error(
    ngx_eo_seclang_operator_conf_t *conf, u_char *p, u_char *last);
static ngx_uint_t ngx_eo_seclang_utf8_length(u_char *p, u_char *last);


static ngx_int_t
ngx_eo_seclang_byte_range_error(ngx_eo_seclang_operator_conf_t *conf,
    u_char *p, u_char *last)
{
    conf->errlen = ngx_snprintf(conf->errstr, NGX_MAX_CONF_ERRSTR,
                                "no byte or range of bytes from 0 to 255: "
                                "\"%*s\"", (size_t) (last - p), p)
                   - conf->errstr;

    return NGX_ERROR;
}


ngx_int_t
ngx_eo_seclang_init_byte_range(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    u_char     *p, *last, *end, *dash, *table;
    ngx_int_t   from, to;

    table = ngx_pcalloc(conf->pool, 256);
    if (table == NULL) {
        return NGX_ERROR;
    }

    op->data = table;
    last = conf->argument.data + conf->argument.len;

    for (p = conf->argument.data; p < last; p = end + 1) {

        while (p < last && *p == ' ') {
            p++;
        }

        end = ngx_strlchr(p, last, ',');
        if (end == NULL) {
            end = last;
        }

        dash = ngx_strlchr(p, end, '-');

        if (dash == NULL) {
            from = ngx_atoi(p, end - p);
            to = from;

        } else {
            from = ngx_atoi(p, dash - p);
            to = ngx_atoi(dash + 1, end - dash - 1);
        }

        if (from == NGX_ERROR || to == NGX_ERROR || from > to || to > 255) {
            return ngx_eo_seclang_byte_range_error(conf, p, end);
        }

        while (from <= to) {
            table[from++] = 1;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_op_byte_range(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char  *p, *last, *table;

    table = op->data;
    last = operand->input.data + operand->input.len;

    for (p = operand->input.data; p < last; p++) {
        if (!table[*p]) {
            return NGX_EO_SECLANG_MATCH;
        }
    }

    return NGX_EO_SECLANG_NO_MATCH;
}


ngx_int_t
ngx_eo_seclang_op_url_encoding(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char  *p, *last;

    p = operand->input.data;
    last = p + operand->input.len;

    while (p < last) {

        p = memchr(p, '%', last - p);
        if (p == NULL) {
            break;
        }

        if (ngx_eo_percent(p, last) < 0) {
            return NGX_EO_SECLANG_MATCH;
        }

        p += 3;
    }

    return NGX_EO_SECLANG_NO_MATCH;
}


/* length of the character at "p", or 0 if it is not well-formed */

static ngx_uint_t
ngx_eo_seclang_utf8_length(u_char *p, u_char *last)
{
    uint32_t    code, least;
    ngx_uint_t  n, i;

    if (*p < 0x80) {
        return 1;
    }

    if ((*p & 0xe0) == 0xc0) {
        n = 2;
        least = 0x80;
        code = *p & 0x1f;

    } else if ((*p & 0xf0) == 0xe0) {
        n = 3;
        least = 0x800;
        code = *p & 0x0f;

    } else if ((*p & 0xf8) == 0xf0) {
        n = 4;
        least = 0x10000;
        code = *p & 0x07;

    } else {
        return 0;
    }

    if ((size_t) (last - p) < n) {
        return 0;
    }

    for (i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        code = (code << 6) | (p[i] & 0x3f);
    }

    if (code < least || code > 0x10ffff
        || (code >= 0xd800 && code <= 0xdfff))
    {
        return 0;
    }

    return n;
}


ngx_int_t
ngx_eo_seclang_op_utf8_encoding(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char      *p, *last;
    ngx_uint_t   n;

    p = operand->input.data;
    last = p + operand->input.len;

    while (p < last) {
        n = ngx_eo_seclang_utf8_length(p, last);

        if (n == 0) {
            return NGX_EO_SECLANG_MATCH;
        }

        p += n;
    }

    return NGX_EO_SECLANG_NO_MATCH;
}


ngx_int_t
ngx_eo_seclang_op_detect_sqli(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    char        fingerprint[NGX_EO_SECLANG_FINGERPRINT];
    size_t      len;
    u_char     *p;
    ngx_str_t  *text;

    text = &operand->input;

    if (text->len == 0 || ngx_eo_seclang_sqli_never(text)) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    ngx_memzero(fingerprint, sizeof(fingerprint));

    if (!ngx_eo_seclang_sqli(text, fingerprint)) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    len = ngx_strlen(fingerprint);

    p = ngx_eo_seclang_alloc(operand->arena, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, fingerprint, len);

    operand->captures[0].data = p;
    operand->captures[0].len = len;
    operand->ncaptures = 1;

    return NGX_EO_SECLANG_MATCH;
}


/*
 * libinjection compares the names of events ("onload") without a look at
 * where the text ends: a byte that is in none of them stops it there.
 */

ngx_int_t
ngx_eo_seclang_op_detect_xss(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char     *p;
    ngx_str_t  *text;

    text = &operand->input;

    if (text->len == 0) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    p = ngx_eo_seclang_alloc(operand->arena, text->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, text->data, text->len);
    p[text->len] = '\x01';

    if (!libinjection_xss((const char *) p, text->len)) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    operand->captures[0] = *text;
    operand->ncaptures = 1;

    return NGX_EO_SECLANG_MATCH;
}
