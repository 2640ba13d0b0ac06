
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The boundary in the Content-Type of a multipart/form-data body.  A header
 * in which another parser might find another boundary has none.
 */


#include "ngx_eo_seclang_multipart.h"


#define NGX_EO_SECLANG_CONTENT_TYPE  1024


typedef struct {
    ngx_str_t  name;
    ngx_str_t  value;
    unsigned   quoted:1;

    /* where RFC 9110 has none: around "=" */
    unsigned   blanks:1;
} ngx_eo_seclang_type_param_t;


static ngx_int_t ngx_eo_seclang_boundary_fail(ngx_eo_seclang_multipart_t *m,
    const char *text);
static ngx_uint_t ngx_eo_seclang_boundary_at(u_char *p, u_char *last);
static ngx_int_t ngx_eo_seclang_boundary_search(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *type);
static u_char *ngx_eo_seclang_type_value(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *last, ngx_eo_seclang_type_param_t *param);
static u_char *ngx_eo_seclang_type_param(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *last, ngx_eo_seclang_type_param_t *param);
static ngx_uint_t ngx_eo_seclang_boundary_valid(ngx_str_t *boundary);
static ngx_int_t ngx_eo_seclang_boundary_take(ngx_eo_seclang_multipart_t *m,
    ngx_eo_seclang_type_param_t *param);
static ngx_int_t ngx_eo_seclang_boundary_params(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *last);


static ngx_int_t
ngx_eo_seclang_boundary_fail(ngx_eo_seclang_multipart_t *m, const char *text)
{
    m->failed = 1;
    ngx_eo_seclang_part_error(m, text);

    return NGX_DECLINED;
}


/*
 * Whether "boundary" stands at "p", letter case aside, as the name of a
 * parameter or the end of one, possibly in the way of RFC 2231.
 */

static ngx_uint_t
ngx_eo_seclang_boundary_at(u_char *p, u_char *last)
{
    if (last - p < 8 || ngx_strncasecmp(p, (u_char *) "boundary", 8) != 0) {
        return 0;
    }

    p += 8;

    while (p < last && (*p == '*' || (*p >= '0' && *p <= '9'))) {
        p++;
    }

    p = ngx_eo_seclang_skip_blanks(p, last);

    return p < last && *p == '=';
}


/* parsers that search instead of parsing have to find the same one */

static ngx_int_t
ngx_eo_seclang_boundary_search(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *type)
{
    u_char      *p, *last, *first;
    ngx_uint_t   n;

    last = type->data + type->len;
    first = NULL;
    n = 0;

    for (p = type->data; p < last; p++) {

        if (*p < 0x20 ? (*p != '\t') : (*p == 0x7f || *p == '\\')) {
            return ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                                "(malformed).");
        }

        if (last - p >= 8
            && ngx_strncasecmp(p, (u_char *) "boundary", 8) == 0)
        {
            if (first == NULL) {
                first = p;
            }

            n += ngx_eo_seclang_boundary_at(p, last);
        }
    }

    if (first == NULL || n == 0) {
        return ngx_eo_seclang_boundary_fail(m, "Boundary not found in C-T.");
    }

    if (n > 1 || !ngx_eo_seclang_boundary_at(first, last)) {
        return ngx_eo_seclang_boundary_fail(m, "Multiple boundary "
                                            "parameters in C-T.");
    }

    return NGX_OK;
}


static u_char *
ngx_eo_seclang_type_value(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *last, ngx_eo_seclang_type_param_t *param)
{
    u_char  *end;

    if (p < last && *p == '"') {
        end = ngx_strlchr(++p, last, '"');

        if (end == NULL) {
            ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                         "(quote).");
            return NULL;
        }

        param->quoted = 1;
        param->value.data = p;
        param->value.len = end - p;

        return end + 1;
    }

    /* a comma ends it for some; a quote within it is one of nobody's */

    for (end = p; end < last && *end != ';' && *end != ' ' && *end != '\t';
         end++)
    {
        if (*end == ',' || *end == '"') {
            ngx_eo_seclang_boundary_fail(m, (*end == '"')
                                         ? "Invalid boundary in C-T (quote)."
                                         : "Invalid boundary in C-T "
                                           "(characters).");
            return NULL;
        }
    }

    param->value.data = p;
    param->value.len = end - p;

    return end;
}


/* name=value at "p"; returns where it ends, or NULL */

static u_char *
ngx_eo_seclang_type_param(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *last, ngx_eo_seclang_type_param_t *param)
{
    u_char  *start;

    ngx_memzero(param, sizeof(ngx_eo_seclang_type_param_t));

    param->name.data = p;

    while (p < last && ngx_eo_seclang_is_token(*p)) {
        p++;
    }

    param->name.len = p - param->name.data;

    start = p;
    p = ngx_eo_seclang_skip_blanks(p, last);
    param->blanks = (p != start);

    if (param->name.len == 0 || p == last || *p != '=') {
        ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                     "(malformed).");
        return NULL;
    }

    start = ++p;
    p = ngx_eo_seclang_skip_blanks(p, last);
    param->blanks |= (p != start);

    p = ngx_eo_seclang_type_value(m, p, last, param);
    if (p == NULL) {
        return NULL;
    }

    start = p;
    p = ngx_eo_seclang_skip_blanks(p, last);
    param->blanks |= (p != start && !param->quoted);

    if (p < last && *p != ';') {
        ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                     "(malformed).");
        return NULL;
    }

    return p;
}


/* the characters of RFC 2046 */

static ngx_uint_t
ngx_eo_seclang_boundary_valid(ngx_str_t *boundary)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < boundary->len; i++) {
        c = boundary->data[i];

        if ((c >= '0' && c <= '9')
            || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
            || (c == ' ' && i + 1 < boundary->len)
            || (c != 0 && ngx_strchr("'()+_,-./:=?", c) != NULL))
        {
            continue;
        }

        return 0;
    }

    return 1;
}


static ngx_int_t
ngx_eo_seclang_boundary_take(ngx_eo_seclang_multipart_t *m,
    ngx_eo_seclang_type_param_t *param)
{
    if (param->name.len != 8
        || ngx_strncasecmp(param->name.data, (u_char *) "boundary", 8) != 0)
    {
        return NGX_OK;
    }

    if (!ngx_eo_seclang_boundary_valid(&param->value)) {
        return ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                            "(characters).");
    }

    if (param->value.len == 0) {
        return ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                            "(empty).");
    }

    m->boundary = param->value;
    m->boundary_quoted = param->quoted;
    m->boundary_whitespace = param->blanks;

    return NGX_OK;
}


/* what follows the type: parameters, each behind a semicolon */

static ngx_int_t
ngx_eo_seclang_boundary_params(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *last)
{
    u_char                       *start;
    ngx_eo_seclang_type_param_t   param;

    start = p;
    p = ngx_eo_seclang_skip_blanks(p, last);

    if (p < last && *p != ';') {

        if (p == start) {
            return ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                                "(malformed).");
        }

        m->missing_semicolon = 1;
    }

    while (p < last) {

        if (*p == ';' || *p == ' ' || *p == '\t') {
            p++;
            continue;
        }

        p = ngx_eo_seclang_type_param(m, p, last, &param);

        if (p == NULL || ngx_eo_seclang_boundary_take(m, &param) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    if (m->boundary.len == 0) {
        return ngx_eo_seclang_boundary_fail(m, "Boundary not found in C-T.");
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_boundary(ngx_eo_seclang_multipart_t *m, ngx_str_t *type)
{
    if (type->len > NGX_EO_SECLANG_CONTENT_TYPE) {
        return ngx_eo_seclang_boundary_fail(m, "Invalid boundary in C-T "
                                            "(length).");
    }

    if (type->len < 19
        || ngx_strncasecmp(type->data, (u_char *) "multipart/form-data", 19)
           != 0)
    {
        return ngx_eo_seclang_boundary_fail(m, "Invalid MIME type.");
    }

    if (ngx_eo_seclang_boundary_search(m, type) != NGX_OK) {
        return NGX_DECLINED;
    }

    return ngx_eo_seclang_boundary_params(m, type->data + 19,
                                          type->data + type->len);
}
