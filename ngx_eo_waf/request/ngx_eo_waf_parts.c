
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_parts.h"
#include "text/ngx_eo_text.h"


static ngx_uint_t ngx_eo_waf_path_plain(ngx_str_t *path);
static u_char *ngx_eo_waf_segments(u_char *start, u_char *last,
    ngx_uint_t merge);
static u_char *ngx_eo_waf_arg_end(u_char *p, u_char *last, ngx_uint_t loose);
static ngx_uint_t ngx_eo_waf_name_is(u_char *p, u_char *last,
    ngx_str_t *name);
static u_char *ngx_eo_waf_name_next(u_char *p, u_char *last, u_char *ch);
static u_char *ngx_eo_waf_cookie_name(u_char *p, u_char *last,
    ngx_str_t *name, ngx_uint_t loose);


ngx_int_t
ngx_eo_waf_path(ngx_pool_t *pool, ngx_str_t *target, ngx_uint_t merge,
    ngx_uint_t loose, ngx_str_t *path)
{
    u_char  *p, *last;

    last = target->data + target->len;

    for (p = target->data; p < last; p++) {
        if (*p == '?' || (*p == '#' && !loose)) {
            break;
        }
    }

    path->data = target->data;
    path->len = p - target->data;

    if (ngx_eo_waf_path_plain(path)) {
        return NGX_OK;
    }

    p = ngx_pnalloc(pool, path->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    last = ngx_eo_percent_decode(p, path->data, path->data + path->len, 0,
                                 NULL);
    last = ngx_eo_waf_segments(p, last, merge);

    path->data = p;
    path->len = last - p;

    return NGX_OK;
}


/* the usual case: nothing to decode and no empty or dot segment */

static ngx_uint_t
ngx_eo_waf_path_plain(ngx_str_t *path)
{
    u_char      *p, *last;
    ngx_uint_t   slash;

    slash = 0;
    last = path->data + path->len;

    for (p = path->data; p < last; p++) {

        if (*p == '%' || (slash && (*p == '/' || *p == '.'))) {
            return 0;
        }

        slash = (*p == '/');
    }

    return 1;
}


/* resolves ".", ".." and empty segments in place; the text only shrinks */

static u_char *
ngx_eo_waf_segments(u_char *start, u_char *last, ngx_uint_t merge)
{
    u_char  *p, *end, *dst;

    if (start == last || *start != '/') {
        return last;
    }

    dst = start;
    p = start;

    while (p < last) {

        /* p is at a slash, the segment follows it */

        end = ngx_strlchr(p + 1, last, '/');
        if (end == NULL) {
            end = last;
        }

        if (end - p == 1 && end < last && merge) {
            p = end;
            continue;
        }

        if ((end - p == 2 && p[1] == '.')
            || (end - p == 3 && p[1] == '.' && p[2] == '.'))
        {
            if (end - p == 3) {
                while (dst > start && *--dst != '/') { /* void */ }
            }

            /* a dot segment at the end stands for a folder */

            if (end == last) {
                *dst++ = '/';
            }

            p = end;
            continue;
        }

        dst = ngx_movemem(dst, p, end - p);
        p = end;
    }

    return dst;
}


void
ngx_eo_waf_query(ngx_str_t *target, ngx_uint_t loose, ngx_str_t *query)
{
    u_char  *p, *last, *hash;

    last = target->data + target->len;

    hash = loose ? NULL : ngx_strlchr(target->data, last, '#');

    if (hash) {
        last = hash;
    }

    p = ngx_strlchr(target->data, last, '?');

    if (p == NULL) {
        ngx_str_set(query, "");
        return;
    }

    query->data = p + 1;
    query->len = last - p - 1;
}


void
ngx_eo_waf_filename(ngx_str_t *path, ngx_str_t *filename)
{
    u_char  *p, *last;

    last = path->data + path->len;

    for (p = last; p > path->data && p[-1] != '/'; p--) { /* void */ }

    filename->data = p;
    filename->len = last - p;
}


void
ngx_eo_waf_extension(ngx_str_t *path, ngx_str_t *extension)
{
    u_char     *p, *last;
    ngx_str_t   filename;

    ngx_eo_waf_filename(path, &filename);

    last = filename.data + filename.len;

    for (p = last; p > filename.data; /* void */ ) {

        if (*--p == '.') {
            extension->data = p;
            extension->len = last - p;
            return;
        }
    }

    ngx_str_set(extension, "");
}


ngx_int_t
ngx_eo_waf_arg(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *name,
    ngx_uint_t loose, ngx_str_t *value)
{
    u_char  *p, *last, *end, *equal, *found, *found_end;

    found = NULL;
    found_end = NULL;

    last = text->data + text->len;

    for (p = text->data; p < last; p = end + 1) {

        end = ngx_eo_waf_arg_end(p, last, loose);

        equal = ngx_strlchr(p, end, '=');
        if (equal == NULL) {
            equal = end;
        }

        if (loose ? ngx_eo_waf_name_like(p, equal, name)
                  : ngx_eo_waf_name_is(p, equal, name))
        {
            found = (equal < end) ? equal + 1 : end;
            found_end = end;
        }
    }

    if (found == NULL) {
        return NGX_DECLINED;
    }

    value->data = ngx_pnalloc(pool, found_end - found + 1);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    value->len = ngx_eo_percent_decode(value->data, found, found_end, 1, NULL)
                 - value->data;

    return NGX_OK;
}


/* Perl's CGI and Rack before 3 take ";" for a separator as well */

static u_char *
ngx_eo_waf_arg_end(u_char *p, u_char *last, ngx_uint_t loose)
{
    u_char  *end;

    if (loose) {
        while (p < last && *p != '&' && *p != ';') {
            p++;
        }

        return p;
    }

    end = ngx_strlchr(p, last, '&');

    return end ? end : last;
}


ngx_uint_t
ngx_eo_waf_args_plain(ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        switch (*p) {

        case ';':
        case '#':
        case '%':
        case '+':
        case '.':
        case '[':
            return 0;

        default:
            if (*p <= ' ') {
                return 0;
            }
        }
    }

    return 1;
}


static ngx_uint_t
ngx_eo_waf_name_is(u_char *p, u_char *last, ngx_str_t *name)
{
    u_char  ch, *n, *end, decoded[3];
    size_t  step;

    n = name->data;
    end = n + name->len;

    /* every byte of the name takes one or three of the text */

    if ((size_t) (last - p) < name->len
        || (size_t) (last - p) > name->len * 3)
    {
        return 0;
    }

    while (p < last && n < end) {
        step = (*p == '%' && last - p > 2) ? 3 : 1;

        /* what is no escape comes out as the three bytes that it is */

        if (ngx_eo_percent_decode(decoded, p, p + step, 1, NULL)
            == decoded + 1)
        {
            ch = decoded[0];

        } else {
            step = 1;
            ch = *p;
        }

        if (ch != *n++) {
            return 0;
        }

        p += step;
    }

    return p == last && n == end;
}


/*
 * Whether it is the name for one back end at least.  PHP drops blanks before
 * a name, ends it at a NUL and makes "_" of " ", "." and "[" in it; others
 * drop blanks behind it.
 */

ngx_uint_t
ngx_eo_waf_name_like(u_char *p, u_char *last, ngx_str_t *name)
{
    u_char  ch, *n, *end, *next;

    n = name->data;
    end = n + name->len;

    if (n == end) {
        return p == last;
    }

    while (p < last) {
        next = ngx_eo_waf_name_next(p, last, &ch);

        if (ch > ' ' || ch == '\0' || ch == *n) {
            break;
        }

        p = next;
    }

    for ( /* void */ ; p < last && n < end; n++) {
        p = ngx_eo_waf_name_next(p, last, &ch);

        if (ch != *n
            && !(*n == '_' && (ch == ' ' || ch == '.' || ch == '[')))
        {
            return 0;
        }
    }

    if (n < end) {
        return 0;
    }

    while (p < last) {
        p = ngx_eo_waf_name_next(p, last, &ch);

        if (ch == '\0') {
            return 1;
        }

        if (ch > ' ') {
            return 0;
        }
    }

    return 1;
}


/* one byte of a name, decoded; returns what follows it */

static u_char *
ngx_eo_waf_name_next(u_char *p, u_char *last, u_char *ch)
{
    ngx_int_t  byte;

    byte = ngx_eo_percent(p, last);

    if (byte >= 0) {
        *ch = (u_char) byte;
        return p + 3;
    }

    *ch = (*p == '+') ? ' ' : *p;

    return p + 1;
}


ngx_int_t
ngx_eo_waf_cookie(ngx_str_t *header, ngx_str_t *name, ngx_uint_t loose,
    ngx_str_t *value)
{
    u_char     *p, *last, *end;
    ngx_int_t   rc;

    rc = NGX_DECLINED;
    last = header->data + header->len;

    for (p = header->data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, ';');
        if (end == NULL) {
            end = last;
        }

        p = ngx_eo_waf_cookie_name(p, end, name, loose);

        if (p == NULL) {
            continue;
        }

        while (loose && p < end && *p <= ' ') {
            p++;
        }

        value->data = p;
        value->len = end - value->data;

        while (value->len && (value->data[value->len - 1] == ' '
                              || value->data[value->len - 1] == '\t'))
        {
            value->len--;
        }

        rc = NGX_OK;
    }

    return rc;
}


/* where the value of the cookie begins, or NULL if it has another name */

static u_char *
ngx_eo_waf_cookie_name(u_char *p, u_char *last, ngx_str_t *name,
    ngx_uint_t loose)
{
    while (p < last && (*p == ' ' || *p == '\t' || (loose && *p < ' '))) {
        p++;
    }

    if ((size_t) (last - p) <= name->len
        || ngx_memcmp(p, name->data, name->len) != 0)
    {
        return NULL;
    }

    p += name->len;

    while (loose && p < last && *p <= ' ') {
        p++;
    }

    return (p < last && *p == '=') ? p + 1 : NULL;
}


ngx_int_t
ngx_eo_waf_forwarded(ngx_str_t *header, ngx_str_t *addr)
{
    u_char  *p, *last, *end, inet6[16];

    last = ngx_strlchr(header->data, header->data + header->len, ',');
    if (last == NULL) {
        last = header->data + header->len;
    }

    for (p = header->data; p < last && *p == ' '; p++) { /* void */ }
    while (last > p && last[-1] == ' ') {
        last--;
    }

    if (p < last && *p == '[') {
        end = ngx_strlchr(++p, last, ']');

        if (end == NULL || (end + 1 < last && end[1] != ':')) {
            return NGX_DECLINED;
        }

        last = end;

    } else {
        end = ngx_strlchr(p, last, ':');

        /* one colon is that of a port */

        if (end && ngx_strlchr(end + 1, last, ':') == NULL) {
            last = end;
        }
    }

    addr->data = p;
    addr->len = last - p;

    if (ngx_inet_addr(p, addr->len) != INADDR_NONE
        || ngx_inet6_addr(p, addr->len, inet6) == NGX_OK)
    {
        return NGX_OK;
    }

    return NGX_DECLINED;
}
