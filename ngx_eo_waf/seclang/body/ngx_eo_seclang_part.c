
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The header of a part of a multipart/form-data body.
 */


#include "ngx_eo_seclang_multipart.h"
#include "seclang/variable/ngx_eo_seclang_list.h"
#include "text/ngx_eo_text.h"


static ngx_uint_t ngx_eo_seclang_is_alnum(u_char c);
static u_char *ngx_eo_seclang_extended_value(u_char *p, u_char *last,
    ngx_str_t *value);
static u_char *ngx_eo_seclang_quoted_value(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *last, ngx_str_t *value);
static u_char *ngx_eo_seclang_token_value(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *last, ngx_str_t *value);
static u_char *ngx_eo_seclang_disposition_value(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *name, u_char *p, u_char *last, ngx_str_t *extended);
static ngx_int_t ngx_eo_seclang_disposition(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *header);
static ngx_int_t ngx_eo_seclang_find_header(ngx_eo_seclang_part_t *part,
    u_char *name, size_t len);
static ngx_int_t ngx_eo_seclang_part_headers_end(ngx_eo_seclang_multipart_t *m,
    u_char *end);
static ngx_int_t ngx_eo_seclang_part_fold(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end);
static ngx_uint_t ngx_eo_seclang_part_controls(u_char *p, u_char *end);
static ngx_uint_t ngx_eo_seclang_part_name_valid(u_char *p, u_char *colon);


ngx_uint_t
ngx_eo_seclang_is_token(u_char c)
{
    return c > 32 && c < 127 && ngx_strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}


static ngx_uint_t
ngx_eo_seclang_is_alnum(u_char c)
{
    return (c >= '0' && c <= '9')
           || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}


u_char *
ngx_eo_seclang_skip_blanks(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


/*
 * charset'language'value, as of "filename*".  Returns where it ends, or NULL
 * if it is malformed.
 */

static u_char *
ngx_eo_seclang_extended_value(u_char *p, u_char *last, ngx_str_t *value)
{
    u_char  *start;

    start = p;

    while (p < last
           && (ngx_eo_seclang_is_alnum(*p)
               || (*p != 0 && ngx_strchr("!#$%&+-^_`{}~", *p) != NULL)))
    {
        p++;
    }

    if (p == start || p == last || *p != '\'') {
        return NULL;
    }

    p = ngx_strlchr(p + 1, last, '\'');
    if (p == NULL) {
        return NULL;
    }

    value->data = ++p;

    for ( /* void */ ; p < last && *p != ';'; p++) {

        if (*p == '%') {

            if (ngx_eo_percent(p, last) < 0) {
                return NULL;
            }

            p += 2;

        } else if (!ngx_eo_seclang_is_alnum(*p)
                   && (*p == 0
                       || ngx_strchr("!#$&+-.^_`|~", *p) == NULL))
        {
            return NULL;
        }
    }

    value->len = p - value->data;

    return p;
}


/*
 * A value in quotes, which may be single ones, though they ought not.
 * Returns where it ends, or NULL if it ends within an escape.
 */

static u_char *
ngx_eo_seclang_quoted_value(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *last, ngx_str_t *value)
{
    u_char  *d, *end, quote;

    quote = *p++;

    if (quote == '\'') {
        m->invalid_quoting = 1;
    }

    /* as much memory as the value takes, not as the header has left */

    for (end = p; end < last && *end != quote; end++) {

        if (*end != '\\') {
            continue;
        }

        if (end + 1 == last) {
            return NULL;
        }

        /* browsers send file names with lone backslashes */

        if (end[1] == quote || end[1] == '\\') {
            end++;
        }
    }

    d = ngx_eo_seclang_alloc(&m->tx->arena, end - p);
    if (p == last || d == NULL) {
        return NULL;
    }

    value->data = d;

    for ( /* void */ ; p < end; p++) {

        if (*p == '\\' && (p[1] == quote || p[1] == '\\')) {
            p++;
        }

        if (*p == '\'' && quote != '"') {
            m->invalid_quoting = 1;
        }

        *d++ = *p;
    }

    value->len = d - value->data;

    return (p < last) ? p + 1 : p;
}


static u_char *
ngx_eo_seclang_token_value(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *last, ngx_str_t *value)
{
    value->data = p;

    while (p < last && ngx_eo_seclang_is_token(*p)) {

        if (*p == '\'') {
            m->invalid_quoting = 1;
        }

        p++;
    }

    value->len = p - value->data;

    return p;
}


#define ngx_eo_seclang_param_is(name, s)                                      \
    ((name)->len == sizeof(s) - 1                                             \
     && ngx_memcmp((name)->data, s, sizeof(s) - 1) == 0)


/* the value of one parameter; NULL if it is malformed or there twice */

static u_char *
ngx_eo_seclang_disposition_value(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *name, u_char *p, u_char *last, ngx_str_t *extended)
{
    ngx_str_t  value, *to;

    ngx_str_null(&value);

    if (ngx_eo_seclang_param_is(name, "filename*")) {
        to = extended;
        p = ngx_eo_seclang_extended_value(p, last, &value);

    } else {

        if (ngx_eo_seclang_param_is(name, "name")) {
            to = &m->part.name;

        } else if (ngx_eo_seclang_param_is(name, "filename")) {
            to = &m->part.filename;

        } else {
            return NULL;
        }

        p = (*p == '"' || *p == '\'')
            ? ngx_eo_seclang_quoted_value(m, p, last, &value)
            : ngx_eo_seclang_token_value(m, p, last, &value);
    }

    if (p == NULL || to->data != NULL) {
        return NULL;
    }

    *to = value;

    return p;
}


static ngx_int_t
ngx_eo_seclang_disposition(ngx_eo_seclang_multipart_t *m, ngx_str_t *header)
{
    u_char     *p, *last;
    ngx_str_t   name, extended;

    p = header->data;
    last = p + header->len;
    ngx_str_null(&extended);

    if (header->len < 9 || ngx_memcmp(p, "form-data", 9) != 0) {
        return NGX_DECLINED;
    }

    p = ngx_eo_seclang_skip_blanks(p + 9, last);

    if (p == last) {
        return NGX_OK;
    }

    if (*p++ != ';') {
        return NGX_DECLINED;
    }

    while (p < last) {
        p = ngx_eo_seclang_skip_blanks(p, last);
        name.data = p;

        while (p < last && *p != '=' && *p != ' ' && *p != '\t') {
            p++;
        }

        name.len = p - name.data;
        p = ngx_eo_seclang_skip_blanks(p, last);

        if (p == last || *p != '=') {
            return NGX_DECLINED;
        }

        p = ngx_eo_seclang_skip_blanks(p + 1, last);

        if (p == last) {
            return NGX_DECLINED;
        }

        p = ngx_eo_seclang_disposition_value(m, &name, p, last, &extended);
        if (p == NULL) {
            return NGX_DECLINED;
        }

        p = ngx_eo_seclang_skip_blanks(p, last);

        if (p == last) {
            break;
        }

        if (*p != ';') {

            if (p[-1] == '"' || p[-1] == '\'') {
                m->invalid_quoting = 1;
            }

            return NGX_DECLINED;
        }

        p++;
    }

    /* a file name that only some parsers see */

    if (extended.len && m->part.filename.len == 0) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_find_header(ngx_eo_seclang_part_t *part, u_char *name,
    size_t len)
{
    ngx_uint_t  i;

    for (i = 0; i < part->nlines; i++) {
        if (part->names[i] == len
            && ngx_strncasecmp(part->lines[i].data, name, len) == 0)
        {
            return i;
        }
    }

    return -1;
}


static ngx_int_t
ngx_eo_seclang_part_headers_end(ngx_eo_seclang_multipart_t *m, u_char *end)
{
    ngx_int_t               n, rc;
    ngx_str_t               value;
    ngx_eo_seclang_part_t  *part;

    part = &m->part;

    m->in_headers = 0;
    m->data_read = 0;
    part->data = end;

    n = ngx_eo_seclang_find_header(part, (u_char *) "content-disposition",
                                   sizeof("content-disposition") - 1);
    if (n < 0) {
        ngx_eo_seclang_part_error(m, "Part missing Content-Disposition "
                                  "header.");
        return NGX_OK;
    }

    value.data = part->lines[n].data + part->values[n];
    value.len = part->lines[n].len - part->values[n];

    rc = ngx_eo_seclang_disposition(m, &value);

    if (rc != NGX_OK) {
        ngx_eo_seclang_part_error(m, "Invalid Content-Disposition header.");

    } else if (part->name.len == 0) {
        ngx_eo_seclang_part_error(m, "Content-Disposition header missing "
                                  "name field.");

    } else if (part->filename.len
               && ngx_strnstr(value.data, "filename=", value.len) == NULL)
    {
        /* crude parsers would not see that this is a file */

        ngx_eo_seclang_part_error(m, "Invalid Content-Disposition header "
                                  "(filename).");
    }

    if (part->name.len
        && ngx_eo_seclang_add(m->tx, NGX_EO_SECLANG_LIST_PART_NAMES,
                              &part->name, &part->name, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (part->filename.len
        && ngx_eo_seclang_add(m->tx, NGX_EO_SECLANG_LIST_PART_FILENAMES,
                              &part->filename, &part->filename, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* a line that continues the header before it */

static ngx_int_t
ngx_eo_seclang_part_fold(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end)
{
    size_t                 *size, need;
    u_char                 *d;
    ngx_str_t              *line;
    ngx_eo_seclang_part_t  *part;

    part = &m->part;
    m->header_folding = 1;

    for ( /* void */ ; p < end && ngx_eo_seclang_space(*p); p++) {
        if (*p != ' ' && *p != '\t') {
            m->invalid_header_folding = 1;
        }
    }

    if (part->nlines == 0) {
        ngx_eo_seclang_part_error(m, "Invalid part header (folding error).");
        return NGX_OK;
    }

    line = &part->lines[part->nlines - 1];

    if (line->len + (end - p) > 4096) {
        ngx_eo_seclang_part_error(m, "Part header too long.");
        return NGX_OK;
    }

    size = &part->sizes[part->nlines - 1];
    need = line->len + 1 + (end - p);

    if (need > *size) {
        *size = need * 2;

        d = ngx_eo_seclang_alloc(&m->tx->arena, *size);
        if (d == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(d, line->data, line->len);
        line->data = d;
    }

    d = line->data + line->len;
    *d++ = ' ';
    ngx_memcpy(d, p, end - p);

    line->len = need;

    return NGX_OK;
}


/* control characters, which parsers skip, or take for the end of something */

static ngx_uint_t
ngx_eo_seclang_part_controls(u_char *p, u_char *end)
{
    for ( /* void */ ; p < end; p++) {
        if ((*p < 0x20 && *p != '\t') || *p == 0x7f) {
            return 1;
        }
    }

    return 0;
}


/* the name of a header: RFC 5322, 2.2 */

static ngx_uint_t
ngx_eo_seclang_part_name_valid(u_char *p, u_char *colon)
{
    for ( /* void */ ; p < colon; p++) {
        if (*p <= 0x20 || *p >= 0x7f) {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
ngx_eo_seclang_part_header(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end)
{
    u_char                 *colon, *text_end;
    size_t                  value;
    ngx_eo_seclang_part_t  *part;

    part = &m->part;
    text_end = end - 1;

    m->no_files_len += end - p;

    if (text_end > p && text_end[-1] == '\r') {
        text_end--;
        m->crlf_line = 1;

    } else {
        m->lf_line = 1;
    }

    if (text_end == p) {
        return ngx_eo_seclang_part_headers_end(m, end);
    }

    if (ngx_strlchr(p, text_end, '\0') != NULL) {
        ngx_eo_seclang_part_error(m, "Nul byte in part headers.");
        return NGX_OK;
    }

    if (ngx_eo_seclang_part_controls(p, text_end)) {
        ngx_eo_seclang_part_error(m, "Control character in part headers.");
    }

    if (ngx_eo_seclang_space(*p)) {
        return ngx_eo_seclang_part_fold(m, p, text_end);
    }

    colon = ngx_strlchr(p, text_end, ':');

    if (colon == NULL) {
        ngx_eo_seclang_part_error(m, "Invalid part header (colon missing).");
        return NGX_OK;
    }

    if (colon == p) {
        ngx_eo_seclang_part_error(m, "Invalid part header (header name "
                                  "missing).");
        return NGX_OK;
    }

    if (!ngx_eo_seclang_part_name_valid(p, colon)) {
        ngx_eo_seclang_part_error(m, "Invalid part header (header name).");
    }

    if (ngx_eo_seclang_find_header(part, p, colon - p) >= 0) {
        ngx_eo_seclang_part_error(m, "Duplicate part header.");
        return NGX_OK;
    }

    if (part->nlines == NGX_EO_SECLANG_PART_HEADERS) {
        ngx_eo_seclang_part_error(m, "Too many part headers.");
        return NGX_OK;
    }

    value = ngx_eo_seclang_skip_blanks(colon + 1, text_end) - p;

    part->lines[part->nlines].data = p;
    part->lines[part->nlines].len = text_end - p;
    part->names[part->nlines] = colon - p;
    part->values[part->nlines] = value;
    part->nlines++;

    return NGX_OK;
}
