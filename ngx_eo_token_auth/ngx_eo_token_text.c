
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Text and what it stands for: letters and digits, hexadecimal, base64url.
 */


#include "ngx_eo_token_part.h"


#define NGX_EO_TOKEN_BYTES(byte)  ((byte) * 0x0101010101010101ULL)


static ngx_inline uint64_t ngx_eo_token_not_hex(uint64_t word);


const u_char  ngx_eo_token_class_of[256] = {
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
    0xc0, 0x40, 0x40, 0xc0, 0x40, 0xc0, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x3e, 0x40, 0xc0,
    0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b,
    0x3c, 0x3d, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
    0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
    0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16,
    0x17, 0x18, 0x19, 0x40, 0x40, 0x40, 0x40, 0x3f,
    0x40, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20,
    0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30,
    0x31, 0x32, 0x33, 0x40, 0x40, 0x40, 0x40, 0xc0,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40
};


u_char *
ngx_eo_token_put(u_char *dst, const ngx_str_t *text)
{
    /* absent parts have no address, which memcpy() must not see */

    if (text->len == 0) {
        return dst;
    }

    return ngx_cpymem(dst, text->data, text->len);
}


ngx_uint_t
ngx_eo_token_alnum(ngx_str_t *text, size_t max)
{
    u_char    *p, *last;
    uint64_t   wrong;

    if (text->len > max) {
        return 0;
    }

    p = text->data;
    last = p + text->len;
    wrong = 0;

    for ( /* void */ ; p < last; p++) {
        wrong |= !ngx_eo_token_is_alnum(*p);
    }

    return wrong == 0;
}


ngx_uint_t
ngx_eo_token_hex(ngx_str_t *text, size_t len)
{
    u_char    *p, *last;
    uint64_t   wrong;

    if (text->len != len) {
        return 0;
    }

    p = text->data;
    last = p + len;
    wrong = 0;

    for ( /* void */ ; last - p >= 8; p += 8) {
        wrong |= ngx_eo_token_not_hex(ngx_eo_token_word(p));
    }

    for ( /* void */ ; p < last; p++) {
        wrong |= !ngx_eo_token_is_hex(*p);
    }

    return wrong == 0;
}


ngx_int_t
ngx_eo_token_decode_hex(ngx_str_t *text, size_t len, u_char *dst)
{
    u_char    *p, *last;
    uint32_t   bytes;
    uint64_t   word, wrong;

    if (text->len != len) {
        return NGX_ERROR;
    }

    p = text->data;
    last = p + len;
    wrong = 0;

    for ( /* void */ ; p < last; p += 8) {
        word = ngx_eo_token_word(p);

        wrong |= ngx_eo_token_not_hex(word);

        /* letters of both cases have bit 6; their last bits are 9 short */

        word = (word & NGX_EO_TOKEN_BYTES(0x0f))
               + ((word >> 6) & NGX_EO_TOKEN_BYTES(0x01)) * 9;

        /* two digits become a byte, and the four bytes move together */

        word = (word << 4 | word >> 8) & 0x00ff00ff00ff00ffULL;
        word = (word | word >> 8) & 0x0000ffff0000ffffULL;
        bytes = (uint32_t) (word | word >> 16);

        dst[0] = (u_char) bytes;
        dst[1] = (u_char) (bytes >> 8);
        dst[2] = (u_char) (bytes >> 16);
        dst[3] = (u_char) (bytes >> 24);
        dst += 4;
    }

    return wrong ? NGX_ERROR : NGX_OK;
}


/*
 * Sets bit 7 of each byte that is no hexadecimal digit.  Of bytes without
 * their bit 7 an addition sets it in those that reach the first of a range;
 * none of them overflows.
 */

static ngx_inline uint64_t
ngx_eo_token_not_hex(uint64_t word)
{
    uint64_t  ascii, digits, letters;

    ascii = word & NGX_EO_TOKEN_BYTES(0x7f);

    digits = (ascii + NGX_EO_TOKEN_BYTES(0x80 - '0'))
             & ~(ascii + NGX_EO_TOKEN_BYTES(0x80 - ('9' + 1)));

    ascii |= NGX_EO_TOKEN_BYTES(0x20);

    letters = (ascii + NGX_EO_TOKEN_BYTES(0x80 - 'a'))
              & ~(ascii + NGX_EO_TOKEN_BYTES(0x80 - ('f' + 1)));

    return (~(digits | letters) | word) & NGX_EO_TOKEN_BYTES(0x80);
}


u_char *
ngx_eo_token_encode_hex(u_char *dst, const u_char *src, size_t len)
{
    const u_char  *last;

    static const u_char  hex[] = "0123456789abcdef";

    for (last = src + len; src < last; src++) {
        *dst++ = hex[*src >> 4];
        *dst++ = hex[*src & 0xf];
    }

    return dst;
}


ngx_int_t
ngx_eo_token_decode_base64url(const u_char *p, size_t len, u_char *dst)
{
    u_char         a, b, c, d, wrong;
    uint32_t       bits;
    const u_char  *of;

    of = ngx_eo_token_class_of;
    wrong = 0;

    for ( /* void */ ; len >= 4; len -= 4, p += 4) {
        a = of[p[0]];
        b = of[p[1]];
        c = of[p[2]];
        d = of[p[3]];

        wrong |= a | b | c | d;
        bits = (uint32_t) a << 18 | (uint32_t) b << 12 | (uint32_t) c << 6 | d;

        *dst++ = (u_char) (bits >> 16);
        *dst++ = (u_char) (bits >> 8);
        *dst++ = (u_char) bits;
    }

    if (len == 3) {
        a = of[p[0]];
        b = of[p[1]];
        c = of[p[2]];

        wrong |= a | b | c;
        bits = (uint32_t) a << 12 | (uint32_t) b << 6 | c;

        *dst++ = (u_char) (bits >> 10);
        *dst++ = (u_char) (bits >> 2);
        *dst = (u_char) (bits & 0x3);

    } else if (len) {
        return NGX_ERROR;
    }

    return (wrong & NGX_EO_TOKEN_NO_BASE64URL) ? NGX_ERROR : NGX_OK;
}


u_char *
ngx_eo_token_encode_base64url(u_char *dst, const u_char *src, size_t len)
{
    uint32_t  bits;

    static const u_char  basis[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for ( /* void */ ; len >= 3; len -= 3, src += 3) {
        bits = (uint32_t) src[0] << 16 | (uint32_t) src[1] << 8 | src[2];

        *dst++ = basis[bits >> 18];
        *dst++ = basis[(bits >> 12) & 0x3f];
        *dst++ = basis[(bits >> 6) & 0x3f];
        *dst++ = basis[bits & 0x3f];
    }

    if (len) {
        bits = (uint32_t) src[0] << 16;

        if (len == 2) {
            bits |= (uint32_t) src[1] << 8;
        }

        *dst++ = basis[bits >> 18];
        *dst++ = basis[(bits >> 12) & 0x3f];

        if (len == 2) {
            *dst++ = basis[(bits >> 6) & 0x3f];
        }
    }

    return dst;
}
