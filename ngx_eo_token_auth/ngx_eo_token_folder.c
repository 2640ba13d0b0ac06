
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Tokens of method HMAC that are good for all of a folder.
 *
 *   ID.EXPIRES.DEPTH.DIGEST
 *
 * DEPTH is the number of folders that were signed, as "2" of "/hls/film/",
 * whose slashes at both ends belong to what was signed.  Who has such a token
 * chooses the rest of the path, so that this must not lead out of the folder
 * by any way in which nginx or an origin could read it.
 */


#include "ngx_eo_token_part.h"


/* the least and the most that such a token may have */

#define NGX_EO_TOKEN_FOLDER_MIN                                              \
    (1 + 1 + NGX_EO_TOKEN_DEC_LEN + 1 + 1 + 1 + NGX_EO_TOKEN_HMAC_TEXT_LEN)

#define NGX_EO_TOKEN_FOLDER_MAX                                              \
    (32 + 1 + NGX_EO_TOKEN_DEC_LEN + 1 + NGX_EO_TOKEN_DEPTH_LEN + 1          \
     + NGX_EO_TOKEN_HMAC_TEXT_LEN)


static ngx_uint_t ngx_eo_token_folder_chars(u_char *p, size_t len,
    ngx_uint_t digits);
static ngx_int_t ngx_eo_token_folder_depth(ngx_str_t *text,
    ngx_uint_t *depth);
static const char *ngx_eo_token_folder_check(ngx_str_t *path);
static ngx_uint_t ngx_eo_token_folder_up(u_char *p, u_char *last);


size_t
ngx_eo_token_folder_segment(ngx_str_t *path)
{
    u_char  *p, *last, *slash, *dot;
    size_t   n;

    if (path->len <= NGX_EO_TOKEN_FOLDER_MIN + 1) {
        return 0;
    }

    p = path->data + 1;
    last = path->data + path->len;

    n = ngx_min((size_t) (last - p), NGX_EO_TOKEN_FOLDER_MAX + 1);

    slash = ngx_eo_token_chr(p, p + n, '/');

    if (slash == NULL || slash - p < NGX_EO_TOKEN_FOLDER_MIN) {
        return 0;
    }

    last = slash;

    /* the digest is of a fixed width, as is the time */

    dot = last - NGX_EO_TOKEN_HMAC_TEXT_LEN - 1;

    if (*dot != '.'
        || !ngx_eo_token_folder_chars(dot + 1, NGX_EO_TOKEN_HMAC_TEXT_LEN, 0))
    {
        return 0;
    }

    last = dot;

    dot = ngx_eo_token_chr(p, last, '.');

    if (dot == NULL || dot == p
        || !ngx_eo_token_folder_chars(p, dot - p, 0))
    {
        return 0;
    }

    p = dot + 1;

    if (last - p < NGX_EO_TOKEN_DEC_LEN + 1 + 1
        || last - p > NGX_EO_TOKEN_DEC_LEN + 1 + NGX_EO_TOKEN_DEPTH_LEN
        || !ngx_eo_token_folder_chars(p, NGX_EO_TOKEN_DEC_LEN, 1)
        || p[NGX_EO_TOKEN_DEC_LEN] != '.')
    {
        return 0;
    }

    p += NGX_EO_TOKEN_DEC_LEN + 1;

    if (!ngx_eo_token_folder_chars(p, last - p, 1)) {
        return 0;
    }

    return slash - path->data - 1;
}


/* letters, digits, "-" and "_", or digits alone */

static ngx_uint_t
ngx_eo_token_folder_chars(u_char *p, size_t len, ngx_uint_t digits)
{
    u_char  *last;

    for (last = p + len; p < last; p++) {

        if (digits ? !ngx_eo_token_is_digit(*p)
                   : (ngx_eo_token_class_of[*p] & NGX_EO_TOKEN_NO_BASE64URL))
        {
            return 0;
        }
    }

    return 1;
}


const char *
ngx_eo_token_folder(ngx_str_t *path, ngx_str_t *depth, ngx_str_t *folder)
{
    u_char      *p, *last;
    ngx_uint_t   n;
    const char  *error;

    if (ngx_eo_token_folder_depth(depth, &n) != NGX_OK) {
        return "the depth of the folder is not 0 to 99";
    }

    error = ngx_eo_token_folder_check(path);
    if (error) {
        return error;
    }

    p = path->data;
    last = p + path->len;

    /* a folder of n segments ends with slash n + 1 */

    for ( /* void */ ; p < last; p++) {
        if (*p == '/' && n-- == 0) {
            folder->data = path->data;
            folder->len = p + 1 - path->data;

            return NULL;
        }
    }

    return "the path is above the folder that was signed";
}


static ngx_int_t
ngx_eo_token_folder_depth(ngx_str_t *text, ngx_uint_t *depth)
{
    if (text->len == 0 || text->len > NGX_EO_TOKEN_DEPTH_LEN
        || (text->len > 1 && text->data[0] == '0')
        || !ngx_eo_token_folder_chars(text->data, text->len, 1))
    {
        return NGX_ERROR;
    }

    *depth = text->data[0] - '0';

    if (text->len > 1) {
        *depth = *depth * 10 + (text->data[1] - '0');
    }

    return NGX_OK;
}


const char *
ngx_eo_token_folder_of(ngx_str_t *path, ngx_str_t *folder, u_char *text,
    ngx_str_t *depth)
{
    u_char      *p, *last;
    ngx_uint_t   n;
    const char  *error;

    error = ngx_eo_token_folder_check(path);
    if (error) {
        return error;
    }

    n = 0;
    last = path->data + path->len;

    for (p = path->data; p < last; p++) {
        if (*p == '/') {
            n++;
            folder->len = p + 1 - path->data;
        }
    }

    folder->data = path->data;
    n--;

    if (n > 99) {
        return "the URL is in more than 99 folders";
    }

    depth->data = text;

    if (n > 9) {
        *text++ = (u_char) ('0' + n / 10);
    }

    *text++ = (u_char) ('0' + n % 10);

    depth->len = text - depth->data;

    return NULL;
}


/*
 * Beside what no path may have: "//", which nginx merges and others do not;
 * segments that begin with "..", as of "..;x", which some origins take for
 * ".."; backslashes; and what would become a path by a second decoding.
 */

static const char *
ngx_eo_token_folder_check(ngx_str_t *path)
{
    u_char  *p, *last;

    last = path->data + path->len;

    for (p = path->data; p < last; p++) {

        if (*p == '/') {

            if (last - p > 1 && p[1] == '/') {
                return "there is a \"//\" in the path of a signed folder";
            }

            if (ngx_eo_token_folder_up(p + 1, last)) {
                return "a segment in a signed folder begins with \"..\"";
            }

            continue;
        }

        if (*p == '\\') {
            return "there is a backslash in the path of a signed folder";
        }

        if (*p != '%' || last - p < 3) {
            continue;
        }

        if (p[1] == '5' && (p[2] | 0x20) == 'c') {
            return "there is a backslash in the path of a signed folder";
        }

        if (p[1] == '2' && p[2] == '5' && last - p > 4
            && ngx_eo_token_is_hex(p[3]) && ngx_eo_token_is_hex(p[4]))
        {
            return "the path of a signed folder is encoded twice";
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_eo_token_folder_up(u_char *p, u_char *last)
{
    ngx_uint_t  dots;

    for (dots = 0; dots < 2; dots++) {

        if (p < last && *p == '.') {
            p++;

        } else if (last - p > 2 && p[0] == '%' && p[1] == '2'
                   && (p[2] | 0x20) == 'e')
        {
            p += 3;

        } else {
            return 0;
        }
    }

    return 1;
}
