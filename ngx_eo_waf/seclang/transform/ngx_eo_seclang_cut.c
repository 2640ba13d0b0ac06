
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The end of a body that was cut at a limit.
 */


#include "ngx_eo_seclang_cut.h"
#include "text/ngx_eo_text.h"


static size_t ngx_eo_seclang_cut_need(u_char c);
static size_t ngx_eo_seclang_cut_last(u_char *p, size_t len, ngx_uint_t form,
    u_char *c);
static size_t ngx_eo_seclang_cut_character(ngx_str_t *text, size_t len,
    ngx_uint_t form);


/* how many bytes the character has that a byte begins; 1 if it begins none */

static size_t
ngx_eo_seclang_cut_need(u_char c)
{
    if (c >= 0xc2 && c <= 0xdf) {
        return 2;
    }

    if (c >= 0xe0 && c <= 0xef) {
        return 3;
    }

    if (c >= 0xf0 && c <= 0xf4) {
        return 4;
    }

    return 1;
}


/*
 * The last byte of a text, undone if it is an escape.  Returns how many bytes
 * of the text stand for it.
 */

static size_t
ngx_eo_seclang_cut_last(u_char *p, size_t len, ngx_uint_t form, u_char *c)
{
    int  high, low;

    if (form && len >= 3 && p[len - 3] == '%') {
        high = ngx_eo_hex[p[len - 2]];
        low = ngx_eo_hex[p[len - 1]];

        if (high >= 0 && low >= 0) {
            *c = (u_char) (high << 4 | low);
            return 3;
        }
    }

    *c = p[len - 1];

    return 1;
}


static size_t
ngx_eo_seclang_cut_character(ngx_str_t *text, size_t len, ngx_uint_t form)
{
    u_char  c;
    size_t  rest, n;

    rest = len;

    for (n = 1; rest && n < 4; n++) {
        rest -= ngx_eo_seclang_cut_last(text->data, rest, form, &c);

        if ((c & 0xc0) != 0x80) {
            return (ngx_eo_seclang_cut_need(c) > n) ? rest : len;
        }
    }

    return len;
}


size_t
ngx_eo_seclang_cut_utf8(ngx_str_t *text)
{
    return ngx_eo_seclang_cut_character(text, text->len, 0);
}


size_t
ngx_eo_seclang_cut_form(ngx_str_t *text)
{
    size_t  len;

    len = text->len;

    if (len >= 1 && text->data[len - 1] == '%') {
        len--;

    } else if (len >= 2 && text->data[len - 2] == '%'
               && ngx_eo_hex[text->data[len - 1]] >= 0)
    {
        len -= 2;
    }

    return ngx_eo_seclang_cut_character(text, len, 1);
}
