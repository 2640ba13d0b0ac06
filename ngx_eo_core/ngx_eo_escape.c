
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_eo_core_module.h"
#include "ngx_eo_escape.h"


#define NGX_EO_REPLACEMENT  "\xef\xbf\xbd"


static size_t ngx_eo_escape_utf8_len(u_char *p, u_char *last);
static u_char *ngx_eo_escape_control(u_char *dst, u_char ch,
    ngx_eo_escape_e type);
static u_char *ngx_eo_escape_ascii(u_char *dst, u_char ch,
    ngx_eo_escape_e type);


#define ngx_eo_escape_literal(dst, s)                                         \
    ngx_cpymem(dst, s, sizeof(s) - 1)


u_char *
ngx_eo_escape(u_char *dst, ngx_str_t *src, ngx_eo_escape_e type)
{
    size_t   len;
    u_char  *p, *last;

    p = src->data;
    last = p + src->len;

    while (p < last) {

        if (*p < 0x20 || *p == 0x7f) {
            dst = ngx_eo_escape_control(dst, *p++, type);
            continue;
        }

        if (*p < 0x80) {
            dst = ngx_eo_escape_ascii(dst, *p++, type);
            continue;
        }

        len = ngx_eo_escape_utf8_len(p, last);

        if (len == 0) {
            dst = ngx_eo_escape_literal(dst, NGX_EO_REPLACEMENT);
            p++;
            continue;
        }

        dst = ngx_cpymem(dst, p, len);
        p += len;
    }

    return dst;
}


/* length of the well-formed character at p (RFC 3629, 4), 0 if there is none */

static size_t
ngx_eo_escape_utf8_len(u_char *p, u_char *last)
{
    size_t  i, len;
    u_char  min, max;

    min = 0x80;
    max = 0xbf;

    if (*p >= 0xc2 && *p <= 0xdf) {
        len = 2;

    } else if (*p >= 0xe0 && *p <= 0xef) {
        len = 3;

        if (*p == 0xe0) {
            min = 0xa0;

        } else if (*p == 0xed) {
            max = 0x9f;
        }

    } else if (*p >= 0xf0 && *p <= 0xf4) {
        len = 4;

        if (*p == 0xf0) {
            min = 0x90;

        } else if (*p == 0xf4) {
            max = 0x8f;
        }

    } else {
        return 0;
    }

    if ((size_t) (last - p) < len || p[1] < min || p[1] > max) {
        return 0;
    }

    for (i = 2; i < len; i++) {
        if (p[i] < 0x80 || p[i] > 0xbf) {
            return 0;
        }
    }

    return len;
}


static u_char *
ngx_eo_escape_control(u_char *dst, u_char ch, ngx_eo_escape_e type)
{
    if (type == NGX_EO_ESCAPE_JSON) {
        dst = ngx_eo_escape_literal(dst, "\\u00");
        return ngx_hex_dump(dst, &ch, 1);
    }

    if (ch == '\t' || ch == '\n' || ch == '\r') {
        *dst++ = ch;
        return dst;
    }

    return ngx_eo_escape_literal(dst, NGX_EO_REPLACEMENT);
}


static u_char *
ngx_eo_escape_ascii(u_char *dst, u_char ch, ngx_eo_escape_e type)
{
    if (type == NGX_EO_ESCAPE_HTML) {

        switch (ch) {

        case '<':
            return ngx_eo_escape_literal(dst, "&lt;");

        case '>':
            return ngx_eo_escape_literal(dst, "&gt;");

        case '&':
            return ngx_eo_escape_literal(dst, "&amp;");

        case '"':
            return ngx_eo_escape_literal(dst, "&#34;");

        case '\'':
            return ngx_eo_escape_literal(dst, "&#39;");
        }
    }

    if (type == NGX_EO_ESCAPE_JSON && (ch == '"' || ch == '\\')) {
        *dst++ = '\\';
    }

    *dst++ = ch;

    return dst;
}
