
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A strict reader for the little JSON that a signing request needs.
 */


#include "ngx_eo_token_json.h"


#define NGX_EO_TOKEN_JSON_DIGITS  15


static ngx_int_t ngx_eo_token_json_escape(ngx_eo_token_json_t *json,
    u_char **dst);
static ngx_int_t ngx_eo_token_json_unicode(ngx_eo_token_json_t *json,
    uint32_t *code);
static u_char *ngx_eo_token_json_utf8(u_char *dst, uint32_t code);


u_char
ngx_eo_token_json_peek(ngx_eo_token_json_t *json)
{
    while (json->pos < json->last
           && (*json->pos == ' ' || *json->pos == '\t'
               || *json->pos == '\r' || *json->pos == '\n'))
    {
        json->pos++;
    }

    return json->pos < json->last ? *json->pos : 0;
}


ngx_int_t
ngx_eo_token_json_take(ngx_eo_token_json_t *json, u_char c)
{
    if (ngx_eo_token_json_peek(json) != c) {
        json->error = "this is not valid JSON";
        return NGX_ERROR;
    }

    json->pos++;

    return NGX_OK;
}


ngx_int_t
ngx_eo_token_json_string(ngx_eo_token_json_t *json, ngx_str_t *value)
{
    u_char  *dst;

    if (ngx_eo_token_json_peek(json) != '"') {
        json->error = "a string was expected";
        return NGX_ERROR;
    }

    json->pos++;

    dst = json->pos;
    value->data = dst;

    while (json->pos < json->last) {

        switch (*json->pos) {

        case '"':
            json->pos++;
            value->len = dst - value->data;
            return NGX_OK;

        case '\\':
            json->pos++;

            if (ngx_eo_token_json_escape(json, &dst) != NGX_OK) {
                return NGX_ERROR;
            }

            break;

        default:
            if (*json->pos < 0x20) {
                json->error = "a string has a control character";
                return NGX_ERROR;
            }

            *dst++ = *json->pos++;
        }
    }

    json->error = "a string does not end";

    return NGX_ERROR;
}


/* what an escape stands for is never longer than the escape */

static ngx_int_t
ngx_eo_token_json_escape(ngx_eo_token_json_t *json, u_char **dst)
{
    u_char    c;
    uint32_t  code, low;

    c = json->pos < json->last ? *json->pos++ : 0;

    switch (c) {

    case '"':
    case '\\':
    case '/':
        break;

    case 'b':
        c = '\b';
        break;

    case 'f':
        c = '\f';
        break;

    case 'n':
        c = '\n';
        break;

    case 'r':
        c = '\r';
        break;

    case 't':
        c = '\t';
        break;

    case 'u':
        if (ngx_eo_token_json_unicode(json, &code) != NGX_OK) {
            return NGX_ERROR;
        }

        if (code >= 0xd800 && code < 0xdc00
            && json->last - json->pos > 2
            && json->pos[0] == '\\' && json->pos[1] == 'u')
        {
            json->pos += 2;

            if (ngx_eo_token_json_unicode(json, &low) != NGX_OK) {
                return NGX_ERROR;
            }

            if (low >= 0xdc00 && low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
        }

        if (code >= 0xd800 && code < 0xe000) {
            json->error = "a string has a lone surrogate";
            return NGX_ERROR;
        }

        *dst = ngx_eo_token_json_utf8(*dst, code);

        return NGX_OK;

    default:
        json->error = "a string has an unknown escape";
        return NGX_ERROR;
    }

    *(*dst)++ = c;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_token_json_unicode(ngx_eo_token_json_t *json, uint32_t *code)
{
    u_char      c;
    ngx_uint_t  i;

    *code = 0;

    for (i = 0; i < 4; i++) {
        c = json->pos < json->last ? *json->pos++ : 0;

        if (c >= '0' && c <= '9') {
            *code = *code * 16 + (c - '0');
            continue;
        }

        c |= 0x20;

        if (c >= 'a' && c <= 'f') {
            *code = *code * 16 + (c - 'a' + 10);
            continue;
        }

        json->error = "a string has an unknown escape";
        return NGX_ERROR;
    }

    return NGX_OK;
}


static u_char *
ngx_eo_token_json_utf8(u_char *dst, uint32_t code)
{
    if (code < 0x80) {
        *dst++ = (u_char) code;
        return dst;
    }

    if (code < 0x800) {
        *dst++ = (u_char) (0xc0 | code >> 6);
        *dst++ = (u_char) (0x80 | (code & 0x3f));
        return dst;
    }

    if (code < 0x10000) {
        *dst++ = (u_char) (0xe0 | code >> 12);

    } else {
        *dst++ = (u_char) (0xf0 | code >> 18);
        *dst++ = (u_char) (0x80 | ((code >> 12) & 0x3f));
    }

    *dst++ = (u_char) (0x80 | ((code >> 6) & 0x3f));
    *dst++ = (u_char) (0x80 | (code & 0x3f));

    return dst;
}


ngx_int_t
ngx_eo_token_json_number(ngx_eo_token_json_t *json, int64_t *value)
{
    u_char  *start;

    (void) ngx_eo_token_json_peek(json);

    start = json->pos;

    for (*value = 0; json->pos < json->last; json->pos++) {

        if (*json->pos < '0' || *json->pos > '9') {
            break;
        }

        if (json->pos - start == NGX_EO_TOKEN_JSON_DIGITS) {
            break;
        }

        *value = *value * 10 + (*json->pos - '0');
    }

    if (json->pos == start
        || (*start == '0' && json->pos - start > 1)
        || (json->pos < json->last
            && ((*json->pos >= '0' && *json->pos <= '9')
                || *json->pos == '.' || *json->pos == 'e'
                || *json->pos == 'E')))
    {
        json->error = "a whole number was expected";
        return NGX_ERROR;
    }

    return NGX_OK;
}
