
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Transformations that undo the escapes of a language.
 */


#include "ngx_eo_seclang_transform.h"
#include "text/ngx_eo_text.h"


#define ngx_eo_seclang_octal(c)  ((c) >= '0' && (c) <= '7')

#define ngx_eo_seclang_alnum(c)                                               \
    (((c) >= '0' && (c) <= '9')                                               \
     || (((c) | 0x20) >= 'a' && ((c) | 0x20) <= 'z'))


static ngx_inline ngx_uint_t ngx_eo_seclang_is_hex(u_char *p, u_char *last,
    ngx_uint_t n);
static ngx_inline u_char ngx_eo_seclang_hex_byte(u_char *p);
static u_char ngx_eo_seclang_hex_word(u_char *p);
static u_char ngx_eo_seclang_best_fit(u_char *p,
    ngx_eo_seclang_unicode_map_t *map);
static u_char *ngx_eo_seclang_html_number(u_char *p, u_char *last, int base,
    u_char *c);
static ngx_int_t ngx_eo_seclang_html_name(u_char *name, size_t len);
static u_char *ngx_eo_seclang_html_entity(u_char *p, u_char *last, u_char *c);
static u_char *ngx_eo_seclang_octal_byte(u_char *p, u_char *last, u_char *c);
static u_char ngx_eo_seclang_control(u_char c);
static u_char ngx_eo_seclang_css_byte(u_char *p, ngx_uint_t n);
static ngx_uint_t ngx_eo_seclang_utf8_sequence(u_char *p, u_char *last,
    uint32_t *code);
static ngx_int_t ngx_eo_seclang_base64(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_uint_t ext);


static ngx_inline ngx_uint_t
ngx_eo_seclang_is_hex(u_char *p, u_char *last, ngx_uint_t n)
{
    if ((size_t) (last - p) < n) {
        return 0;
    }

    while (n--) {
        if (ngx_eo_hex[*p++] < 0) {
            return 0;
        }
    }

    return 1;
}


static ngx_inline u_char
ngx_eo_seclang_hex_byte(u_char *p)
{
    return (u_char) ((ngx_eo_hex[p[0]] << 4)
                     | ngx_eo_hex[p[1]]);
}


/*
 * The byte for four hexadecimal digits: the low byte, and the ASCII
 * character for one of the full-width forms ff01 to ff5e.
 */

static u_char
ngx_eo_seclang_hex_word(u_char *p)
{
    u_char  c;

    c = ngx_eo_seclang_hex_byte(p + 2);

    if (ngx_eo_seclang_hex_byte(p) == 0xff && c > 0x00 && c < 0x5f) {
        c += 0x20;
    }

    return c;
}


static u_char
ngx_eo_seclang_best_fit(u_char *p, ngx_eo_seclang_unicode_map_t *map)
{
    int  to, code;

    if (map != NULL) {
        code = (ngx_eo_seclang_hex_byte(p) << 8)
               | ngx_eo_seclang_hex_byte(p + 2);
        to = map->to[code];

        if (to >= 0) {
            return (u_char) to;
        }
    }

    return ngx_eo_seclang_hex_word(p);
}


ngx_int_t
ngx_eo_seclang_url_decode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *d;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    out->len = ngx_eo_percent_decode(d, in->data, in->data + in->len, 1, NULL)
               - d;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_url_decode_uni(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *p, *last, *d;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;

    for (p = in->data; p < last; p++) {

        if (*p != '%') {
            *d++ = (*p == '+') ? ' ' : *p;
            continue;
        }

        if (ngx_eo_seclang_is_hex(p + 1, last, 2)) {
            *d++ = ngx_eo_seclang_hex_byte(p + 1);
            p += 2;
            continue;
        }

        if (last - p > 5
            && (p[1] | 0x20) == 'u'
            && ngx_eo_seclang_is_hex(p + 2, last, 4))
        {
            *d++ = ngx_eo_seclang_best_fit(p + 2, map);
            p += 5;
            continue;
        }

        *d++ = *p;
    }

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_url_encode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *p, *last, *d;

    d = ngx_eo_seclang_alloc(arena, in->len * 3);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;

    for (p = in->data; p < last; p++) {

        if (*p == ' ') {
            *d++ = '+';
            continue;
        }

        if (*p == '*' || ngx_eo_seclang_alnum(*p)) {
            *d++ = *p;
            continue;
        }

        *d++ = '%';
        d = ngx_hex_dump(d, p, 1);
    }

    out->len = d - out->data;

    return NGX_OK;
}


/*
 * The number of a character reference; "base" is 10 or 16.  Returns where
 * the digits end.  Numbers too large for a long read as the largest, whose
 * low byte is 0xff, as strtol() has it.
 */

static u_char *
ngx_eo_seclang_html_number(u_char *p, u_char *last, int base, u_char *c)
{
    int       digit;
    uint64_t  n, max;

    n = 0;
    max = (uint64_t) 1 << 63;
    max--;

    for ( /* void */ ; p < last; p++) {
        digit = ngx_eo_hex[*p];

        if (digit < 0 || digit >= base) {
            break;
        }

        if (n > (max - digit) / base) {
            n = max;
            continue;
        }

        n = n * base + digit;
    }

    *c = (u_char) n;

    return p;
}


static ngx_int_t
ngx_eo_seclang_html_name(u_char *name, size_t len)
{
    ngx_uint_t  i;

    static struct {
        ngx_str_t  name;
        u_char     c;
    } entities[] = {
        { ngx_string("quot"), '"' },
        { ngx_string("amp"), '&' },
        { ngx_string("lt"), '<' },
        { ngx_string("gt"), '>' },
        { ngx_string("nbsp"), 0xa0 }
    };

    for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (entities[i].name.len == len
            && ngx_strncasecmp(entities[i].name.data, name, len) == 0)
        {
            return entities[i].c;
        }
    }

    return NGX_ERROR;
}


/*
 * Decodes the character reference whose ampersand is at "p".  Returns where
 * it ends, or NULL if it is none.
 */

static u_char *
ngx_eo_seclang_html_entity(u_char *p, u_char *last, u_char *c)
{
    int         base;
    u_char     *start;
    ngx_int_t   rc;

    p++;

    if (p < last && *p == '#') {
        p++;
        base = 10;

        if (p < last && (*p | 0x20) == 'x') {
            base = 16;
            p++;
        }

        start = p;
        p = ngx_eo_seclang_html_number(p, last, base, c);

        if (p == start) {
            return NULL;
        }

    } else {
        start = p;

        while (p < last && ngx_eo_seclang_alnum(*p)) {
            p++;
        }

        rc = ngx_eo_seclang_html_name(start, p - start);
        if (rc == NGX_ERROR) {
            return NULL;
        }

        *c = (u_char) rc;
    }

    if (p < last && *p == ';') {
        p++;
    }

    return p;
}


ngx_int_t
ngx_eo_seclang_html_entity_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *p, *last, *d, *next;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;

    while (p < last) {

        if (*p == '&') {
            next = ngx_eo_seclang_html_entity(p, last, d);

            if (next != NULL) {
                p = next;
                d++;
                continue;
            }
        }

        *d++ = *p++;
    }

    out->len = d - out->data;

    return NGX_OK;
}


/* one byte for up to three octal digits; a third must leave it one byte */

static u_char *
ngx_eo_seclang_octal_byte(u_char *p, u_char *last, u_char *c)
{
    ngx_uint_t  n, max;

    max = (*p > '3') ? 2 : 3;
    *c = 0;

    for (n = 0; n < max && p < last && ngx_eo_seclang_octal(*p); n++) {
        *c = (u_char) (*c * 8 + (*p - '0'));
        p++;
    }

    return p;
}


static u_char
ngx_eo_seclang_control(u_char c)
{
    switch (c) {
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return c;
    }
}


ngx_int_t
ngx_eo_seclang_js_decode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *p, *last, *d;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;

    while (p < last) {

        if (*p != '\\' || last - p < 2) {
            *d++ = *p++;
            continue;
        }

        p++;

        if (*p == 'u' && ngx_eo_seclang_is_hex(p + 1, last, 4)) {
            *d++ = ngx_eo_seclang_hex_word(p + 1);
            p += 5;

        } else if (*p == 'x' && ngx_eo_seclang_is_hex(p + 1, last, 2)) {
            *d++ = ngx_eo_seclang_hex_byte(p + 1);
            p += 3;

        } else if (ngx_eo_seclang_octal(*p)) {
            p = ngx_eo_seclang_octal_byte(p, last, d++);

        } else {
            *d++ = ngx_eo_seclang_control(*p++);
        }
    }

    out->len = d - out->data;

    return NGX_OK;
}


/*
 * One to six hexadecimal digits of a CSS escape.  Only the low byte counts;
 * a number that has 0xff above it and fits into 16 bits is a full-width
 * form.
 */

static u_char
ngx_eo_seclang_css_byte(u_char *p, ngx_uint_t n)
{
    if (n == 1) {
        return (u_char) ngx_eo_hex[*p];
    }

    if (n == 4
        || (n == 5 && p[0] == '0')
        || (n == 6 && p[0] == '0' && p[1] == '0'))
    {
        return ngx_eo_seclang_hex_word(p + n - 4);
    }

    return ngx_eo_seclang_hex_byte(p + n - 2);
}


ngx_int_t
ngx_eo_seclang_css_decode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p, *last, *d;
    ngx_uint_t   n;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;

    while (p < last) {

        if (*p != '\\') {
            *d++ = *p++;
            continue;
        }

        if (++p == last) {
            break;
        }

        n = 0;
        while (n < 6 && p + n < last && ngx_eo_hex[p[n]] >= 0) {
            n++;
        }

        if (n > 0) {
            *d++ = ngx_eo_seclang_css_byte(p, n);
            p += n;

            if (p < last && ngx_eo_seclang_space(*p)) {
                p++;
            }

        } else if (*p == '\n') {
            p++;

        } else {
            *d++ = *p++;
        }
    }

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_escape_seq_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p, *last, *d, c;
    ngx_uint_t   n;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;

    while (p < last) {

        if (*p != '\\' || last - p < 2) {
            *d++ = *p++;
            continue;
        }

        p++;

        if ((*p | 0x20) == 'x' && ngx_eo_seclang_is_hex(p + 1, last, 2)) {
            *d++ = ngx_eo_seclang_hex_byte(p + 1);
            p += 3;

        } else if (ngx_eo_seclang_octal(*p)) {
            c = 0;

            for (n = 0; n < 3 && p < last && ngx_eo_seclang_octal(*p); n++) {
                c = (u_char) (c * 8 + (*p++ - '0'));
            }

            *d++ = c;

        } else {
            *d++ = ngx_eo_seclang_control(*p++);
        }
    }

    out->len = d - out->data;

    return NGX_OK;
}


/*
 * Length of the UTF-8 sequence that the lead byte at "p" starts and its code
 * point; 1 for a byte that starts none, 0 for a sequence that is cut short
 * or broken off.
 */

static ngx_uint_t
ngx_eo_seclang_utf8_sequence(u_char *p, u_char *last, uint32_t *code)
{
    ngx_uint_t  n, i;

    if ((*p & 0xe0) == 0xc0) {
        n = 2;
        *code = *p & 0x1f;

    } else if ((*p & 0xf0) == 0xe0) {
        n = 3;
        *code = *p & 0x0f;

    } else if ((*p & 0xf8) == 0xf0) {
        n = 4;
        *code = *p & 0x07;

    } else {
        return 1;
    }

    if ((size_t) (last - p) < n) {
        return 0;
    }

    for (i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        *code = (*code << 6) | (p[i] & 0x3f);
    }

    return n;
}


ngx_int_t
ngx_eo_seclang_utf8_to_unicode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p, *last, *d;
    uint32_t     code;
    ngx_uint_t   n;

    /* at most "%uHHHH" and the lead byte again for two bytes */

    d = ngx_eo_seclang_alloc(arena, in->len * 4 + 8);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;

    while (p < last) {

        if (*p < 0x80) {
            *d++ = *p++;
            continue;
        }

        n = ngx_eo_seclang_utf8_sequence(p, last, &code);

        if (n == 1 || *p >= 0xf5) {
            *d++ = *p;
        }

        if (n < 2) {
            /* a sequence broken off loses its lead byte, as browsers do */
            p++;
            continue;
        }

        d = ngx_sprintf(d, "%%u%04xD", code);

        /* surrogates and needlessly long forms leave a trace */

        if ((code >= 0xd800 && code <= 0xdfff)
            || (n == 2 && code < 0x80)
            || (n == 3 && code < 0x800)
            || (n == 4 && code < 0x10000))
        {
            *d++ = *p;
        }

        p += n;
    }

    out->len = d - out->data;

    return NGX_OK;
}


static int8_t  ngx_eo_seclang_base64_digit[256] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
    -1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
    -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
};


/*
 * "+" and "/" or, when "ext" is not set, the same; "ext" skips what is not
 * of the alphabet, otherwise the text ends there.
 */

static ngx_int_t
ngx_eo_seclang_base64(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_uint_t ext)
{
    int          digit;
    u_char      *p, *last, *d;
    uint32_t     bits;
    ngx_uint_t   n;

    d = ngx_eo_seclang_alloc(arena, in->len / 4 * 3 + 4);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    bits = 0;
    n = 0;

    for (p = in->data; p < last; p++) {

        digit = ngx_eo_seclang_base64_digit[*p];

        if (digit < 0) {

            if (ext) {
                continue;
            }

            break;
        }

        bits = (bits << 6) | digit;

        if (++n == 4) {
            *d++ = (u_char) (bits >> 16);
            *d++ = (u_char) (bits >> 8);
            *d++ = (u_char) bits;
            bits = 0;
            n = 0;
        }
    }

    if (n == 2) {
        *d++ = (u_char) (bits >> 4);

    } else if (n == 3) {
        *d++ = (u_char) (bits >> 10);
        *d++ = (u_char) (bits >> 2);
    }

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_base64_decode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    return ngx_eo_seclang_base64(arena, in, out, 0);
}


ngx_int_t
ngx_eo_seclang_base64_decode_ext(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    return ngx_eo_seclang_base64(arena, in, out, 1);
}


ngx_int_t
ngx_eo_seclang_base64_encode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    out->data = ngx_eo_seclang_alloc(arena,
                                     ngx_base64_encoded_length(in->len));
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    ngx_encode_base64(out, in);

    return NGX_OK;
}


/* pairs of anything: what is no digit yields some byte all the same */

ngx_int_t
ngx_eo_seclang_hex_decode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *d, c;
    ngx_uint_t   i, j, byte;

    d = ngx_eo_seclang_alloc(arena, in->len / 2);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;

    for (i = 0; i + 1 < in->len; i += 2) {
        byte = 0;

        for (j = 0; j < 2; j++) {
            c = in->data[i + j];
            byte = byte * 16 + ((c >= 'A') ? (c & 0xdf) - 'A' + 10
                                           : c - '0');
        }

        *d++ = (u_char) byte;
    }

    out->len = d - out->data;

    return NGX_OK;
}


/* what SQL writes as 0x414243 */

ngx_int_t
ngx_eo_seclang_sql_hex_decode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *d, *p, *last;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    p = in->data;
    last = p + in->len;

    while (p < last) {

        if (p[0] != '0' || last - p < 4 || (p[1] | 0x20) != 'x'
            || !ngx_eo_seclang_is_hex(p + 2, last, 2))
        {
            *d++ = *p++;
            continue;
        }

        for (p += 2; ngx_eo_seclang_is_hex(p, last, 2); p += 2) {
            *d++ = ngx_eo_seclang_hex_byte(p);
        }
    }

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_hex_encode(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    out->data = ngx_eo_seclang_alloc(arena, in->len * 2);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    ngx_hex_dump(out->data, in->data, in->len);
    out->len = in->len * 2;

    return NGX_OK;
}
