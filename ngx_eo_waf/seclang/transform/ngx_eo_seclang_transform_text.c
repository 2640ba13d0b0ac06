
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Transformations that bring paths, commands and comments into one form.
 */


#include "ngx_eo_seclang_transform.h"


static u_char *ngx_eo_seclang_path_up(u_char *start, u_char *d);
static u_char *ngx_eo_seclang_path_segments(u_char *p, u_char *last, u_char *d,
    ngx_uint_t relative, ngx_uint_t win);
static ngx_int_t ngx_eo_seclang_path(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_uint_t win);


ngx_int_t
ngx_eo_seclang_cmd_line(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p, *last, *d;
    ngx_uint_t   space;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    space = 0;

    for (p = in->data; p < last; p++) {

        switch (*p) {

        case '"':
        case '\'':
        case '\\':
        case '^':
            break;

        case ' ':
        case ',':
        case ';':
        case '\t':
        case '\r':
        case '\n':
            if (!space) {
                space = 1;
                *d++ = ' ';
            }

            break;

        case '/':
        case '(':
            if (space) {
                d--;
            }

            space = 0;
            *d++ = *p;
            break;

        default:
            space = 0;
            *d++ = ngx_tolower(*p);
        }
    }

    out->len = d - out->data;

    return NGX_OK;
}


/* the start of the last segment that has been written */

static u_char *
ngx_eo_seclang_path_up(u_char *start, u_char *d)
{
    while (d > start && d[-1] != '/') {
        d--;
    }

    return d;
}


/*
 * Writes the segments of a path, each followed by a slash; "d" points
 * behind the root slash, if any, and "start" too.
 */

static u_char *
ngx_eo_seclang_path_segments(u_char *p, u_char *last, u_char *d,
    ngx_uint_t relative, ngx_uint_t win)
{
    u_char  *start, *segment, *previous;
    size_t   len;

    start = d;

    while (p < last) {
        segment = p;

        while (p < last && *p != '/' && !(win && *p == '\\')) {
            p++;
        }

        len = p - segment;
        p++;

        if (len == 0 || (len == 1 && segment[0] == '.')) {
            continue;
        }

        if (len == 2 && segment[0] == '.' && segment[1] == '.') {

            if (d > start) {
                previous = ngx_eo_seclang_path_up(start, d - 1);

                if (d - previous != 3
                    || previous[0] != '.' || previous[1] != '.')
                {
                    d = previous;
                    continue;
                }
            }

            if (!relative) {
                continue;
            }
        }

        d = ngx_cpymem(d, segment, len);
        *d++ = '/';
    }

    return d;
}


static ngx_int_t
ngx_eo_seclang_path(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_uint_t win)
{
    u_char      *p, *last, *d, c;
    ngx_uint_t   relative, trailing;

    if (in->len == 0) {
        return NGX_DECLINED;
    }

    /* a segment that ends the path gets its slash for a moment */

    d = ngx_eo_seclang_alloc(arena, in->len + 1);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    p = in->data;
    last = p + in->len;

    relative = 1;

    if (*p == '/' || (win && *p == '\\')) {
        relative = 0;
        *d++ = '/';
        p++;
    }

    c = last[-1];
    trailing = (c == '/' || (win && c == '\\'));

    d = ngx_eo_seclang_path_segments(p, last, d, relative, win);

    out->len = d - out->data;

    if (!trailing && out->len > (relative ? 0 : 1)) {
        out->len--;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_normalize_path(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    return ngx_eo_seclang_path(arena, in, out, 0);
}


ngx_int_t
ngx_eo_seclang_normalize_path_win(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    return ngx_eo_seclang_path(arena, in, out, 1);
}


#define ngx_eo_seclang_at(p, last, s)                                         \
    ((size_t) ((last) - (p)) >= sizeof(s) - 1                                 \
     && ngx_memcmp(p, s, sizeof(s) - 1) == 0)


/*
 * Comments of C, of HTML, and those that go on to the end of the text: "--"
 * and "#".  A comment without an end leaves a space.
 */

ngx_int_t
ngx_eo_seclang_remove_comments(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p, *last, *d;
    ngx_uint_t   comment;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;
    comment = 0;

    while (p < last) {

        if (comment) {

            if (ngx_eo_seclang_at(p, last, "*/")) {
                comment = 0;
                p += 2;

            } else if (ngx_eo_seclang_at(p, last, "-->")) {
                comment = 0;
                p += 3;

            } else {
                p++;
            }

            continue;
        }

        if (ngx_eo_seclang_at(p, last, "/*")) {
            comment = 1;
            p += 2;

        } else if (ngx_eo_seclang_at(p, last, "<!--")) {
            comment = 1;
            p += 4;

        } else if (*p == '#' || ngx_eo_seclang_at(p, last, "--")) {
            break;

        } else {
            *d++ = *p++;
        }
    }

    if (comment) {
        *d++ = ' ';
    }

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_remove_comments_char(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
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

        if (ngx_eo_seclang_at(p, last, "<!--")) {
            p += 4;

        } else if (ngx_eo_seclang_at(p, last, "-->")) {
            p += 3;

        } else if (ngx_eo_seclang_at(p, last, "/*")
                   || ngx_eo_seclang_at(p, last, "*/")
                   || ngx_eo_seclang_at(p, last, "--"))
        {
            p += 2;

        } else if (*p == '#') {
            p++;

        } else {
            *d++ = *p++;
        }
    }

    out->len = d - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_replace_comments(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p, *last, *d;
    ngx_uint_t   comment;

    d = ngx_eo_seclang_alloc(arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    last = in->data + in->len;
    p = in->data;
    comment = 0;

    while (p < last) {

        if (comment) {

            if (ngx_eo_seclang_at(p, last, "*/")) {
                comment = 0;
                p += 2;
                *d++ = ' ';

            } else {
                p++;
            }

            continue;
        }

        if (ngx_eo_seclang_at(p, last, "/*")) {
            comment = 1;
            p += 2;
            continue;
        }

        *d++ = *p++;
    }

    if (comment) {
        *d++ = ' ';
    }

    out->len = d - out->data;

    return NGX_OK;
}
