
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The multipart/form-data body processor.  It is strict: whatever another
 * parser might read differently raises a flag that rules can look at.
 */


#include "ngx_eo_seclang_multipart.h"
#include "ngx_eo_seclang_body.h"
#include "seclang/transform/ngx_eo_seclang_cut.h"
#include "seclang/variable/ngx_eo_seclang_argument.h"
#include "seclang/variable/ngx_eo_seclang_list.h"


/* longest line of a part's header */

#define NGX_EO_SECLANG_PART_LINE  4096
#define NGX_EO_SECLANG_PARTS      4096


static ngx_int_t ngx_eo_seclang_multipart_fail(ngx_eo_seclang_multipart_t *m,
    const char *text);
static ngx_int_t ngx_eo_seclang_part_file(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *value);
static ngx_int_t ngx_eo_seclang_part_end(ngx_eo_seclang_multipart_t *m,
    u_char *end);
static ngx_int_t ngx_eo_seclang_boundary_line(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end, u_char *data_end);
static ngx_int_t ngx_eo_seclang_hyphen_line(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end, u_char *data_end);
static void ngx_eo_seclang_look_for_boundary(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end);
static ngx_uint_t ngx_eo_seclang_cut_boundary(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end);
static u_char *ngx_eo_seclang_cut_data(ngx_eo_seclang_multipart_t *m,
    u_char *end);
static ngx_int_t ngx_eo_seclang_multipart_line(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end);
static ngx_int_t ngx_eo_seclang_multipart_lines(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *body);
static ngx_int_t ngx_eo_seclang_multipart_flags(ngx_eo_seclang_multipart_t *m);
static void ngx_eo_seclang_multipart_cut(ngx_eo_seclang_multipart_t *m);


void
ngx_eo_seclang_part_error(ngx_eo_seclang_multipart_t *m, const char *text)
{
    /* the first one tells most */

    if (m->error.len == 0) {
        m->error.data = (u_char *) text;
        m->error.len = ngx_strlen(text);
    }
}


static ngx_int_t
ngx_eo_seclang_multipart_fail(ngx_eo_seclang_multipart_t *m,
    const char *text)
{
    m->failed = 1;
    ngx_eo_seclang_part_error(m, text);

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_seclang_part_file(ngx_eo_seclang_multipart_t *m, ngx_str_t *value)
{
    u_char                 *p;
    ngx_str_t               size;
    ngx_eo_seclang_tx_t    *tx;
    ngx_eo_seclang_part_t  *part;

    tx = m->tx;
    part = &m->part;

    if (++m->nfiles > tx->set->upload_file_limit) {
        m->file_limit_exceeded = 1;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, NGX_SIZE_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    size.data = p;
    size.len = ngx_sprintf(p, "%uz", value->len) - p;
    m->files_len += value->len;

    if (ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_FILES, &part->name,
                           &part->filename, 0)
        != NGX_OK
        || ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_FILE_CONTENTS,
                              &part->name, value, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_FILE_SIZES,
                              &part->name, &size, 0);
}


/* ends the part that is being read; its data reach up to "end" */

static ngx_int_t
ngx_eo_seclang_part_end(ngx_eo_seclang_multipart_t *m, u_char *end)
{
    ngx_str_t               value;
    ngx_uint_t              i;
    ngx_eo_seclang_part_t  *part;

    if (!m->in_part) {
        return NGX_OK;
    }

    m->in_part = 0;
    part = &m->part;

    for (i = 0; i < part->nlines; i++) {
        if (ngx_eo_seclang_add(m->tx, NGX_EO_SECLANG_LIST_PART_HEADERS,
                               &part->name, &part->lines[i], 0)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (part->name.len == 0) {

        if (!m->header_cut) {
            m->invalid_part = 1;
        }

        return NGX_OK;
    }

    value.data = (part->data != NULL) ? part->data : end;
    value.len = (end > value.data) ? (size_t) (end - value.data) : 0;

    if (part->filename.len == 0) {
        m->no_files_len += value.len;

        if (ngx_eo_seclang_add_argument(m->tx, &part->name, &value,
                                        NGX_EO_SECLANG_FROM_BODY)
            == NGX_ERROR)
        {
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    return ngx_eo_seclang_part_file(m, &value);
}


/*
 * What stands behind a boundary: the end of the line, or the two hyphens of
 * the last one.  "p" is behind the boundary, "end" behind the line.
 */

static ngx_int_t
ngx_eo_seclang_boundary_line(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end, u_char *data_end)
{
    ngx_uint_t  final;

    if (m->nboundaries) {
        m->unmatched_boundary = 2;
    }

    final = 0;

    if (end - p >= 2 && p[0] == '-' && p[1] == '-') {
        final = 1;
        p += 2;
    }

    if (end - p == 2 && p[0] == '\r' && p[1] == '\n') {
        m->crlf_line = 1;

    } else if (end - p == 1 && p[0] == '\n') {
        m->lf_line = 1;

    } else if (!(final && p == end)) {
        return ngx_eo_seclang_multipart_fail(m, "Invalid boundary.");
    }

    if (ngx_eo_seclang_part_end(m, data_end) != NGX_OK) {
        return NGX_ERROR;
    }

    m->nboundaries++;

    if (final) {
        m->complete = 1;
        return NGX_OK;
    }

    if (m->nboundaries > NGX_EO_SECLANG_PARTS) {
        return ngx_eo_seclang_multipart_fail(m, "Too many parts.");
    }

    ngx_memzero(&m->part, sizeof(ngx_eo_seclang_part_t));

    m->in_part = 1;
    m->in_headers = 1;
    m->data_read = 0;

    return NGX_OK;
}


/*
 * A line that starts with two hyphens.  Returns NGX_DONE if it has been a
 * boundary, NGX_OK if it is to be taken as data.
 */

static ngx_int_t
ngx_eo_seclang_hyphen_line(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end, u_char *data_end)
{
    u_char     *q;
    size_t      left;
    ngx_int_t   rc;
    ngx_str_t  *boundary;

    boundary = &m->boundary;
    q = p + 2;
    left = end - q;

    if (left >= boundary->len
        && ngx_memcmp(q, boundary->data, boundary->len) == 0)
    {
        if (m->bare_newline) {
            m->lf_line = 1;
        }

        if (!m->data_read && m->nboundaries > 0) {
            /* where the header or the data of a part ought to begin */
            m->invalid_part = 1;

            /* the very last one ends the body all the same */

            if (left != boundary->len + 2 || end != m->last
                || ngx_memcmp(q + boundary->len, "--", 2) != 0)
            {
                return NGX_OK;
            }
        }

        rc = ngx_eo_seclang_boundary_line(m, q + boundary->len, end,
                                          data_end);

        return (rc == NGX_OK) ? NGX_DONE : rc;
    }

    if (m->boundary_quoted && left > boundary->len && *q == '"'
        && ngx_memcmp(q + 1, boundary->data, boundary->len) == 0)
    {
        return ngx_eo_seclang_multipart_fail(m, "Invalid boundary (quotes).");
    }

    while (q < end && ngx_eo_seclang_space(*q)) {
        q++;
    }

    if (q != p + 2
        && (size_t) (end - q) >= boundary->len
        && ngx_memcmp(q, boundary->data, boundary->len) == 0)
    {
        return ngx_eo_seclang_multipart_fail(m, "Invalid boundary "
                                             "(whitespace).");
    }

    m->unmatched_boundary = 1;

    return NGX_OK;
}


/* two hyphens and the boundary somewhere in a line */

static void
ngx_eo_seclang_look_for_boundary(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end)
{
    ngx_str_t  *boundary;

    boundary = &m->boundary;

    while ((size_t) (end - p) >= boundary->len + 2) {
        p = memchr(p, '-', end - p - boundary->len - 1);

        if (p == NULL) {
            return;
        }

        if (p[1] == '-'
            && ngx_memcmp(p + 2, boundary->data, boundary->len) == 0)
        {
            m->unmatched_boundary = 1;
            return;
        }

        p++;
    }
}


/*
 * Whether the last line of a body that was cut may be the beginning of a
 * boundary, or a boundary whose end is missing.
 */

static ngx_uint_t
ngx_eo_seclang_cut_boundary(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end)
{
    size_t  len;

    if (!m->cut || end != m->last || end[-1] == '\n') {
        return 0;
    }

    len = end - p;

    if (ngx_memcmp(p, "--", ngx_min(len, 2)) != 0) {
        return 0;
    }

    if (len <= 2) {
        return 1;
    }

    p += 2;
    len = ngx_min(len - 2, m->boundary.len);

    if (ngx_memcmp(p, m->boundary.data, len) != 0) {
        return 0;
    }

    p += len;
    len = end - p;

    if (len >= 2 && p[0] == '-' && p[1] == '-') {
        len -= 2;
        p += 2;
    }

    return len == 0 || (len == 1 && (*p == '\r' || *p == '-'));
}


/* where the data end in a body that was cut at "end" */

static u_char *
ngx_eo_seclang_cut_data(ngx_eo_seclang_multipart_t *m, u_char *end)
{
    u_char     *start;
    ngx_str_t   data;

    start = m->part.data;

    if (start == NULL || end <= start) {
        return end;
    }

    /* the line break may be that before a boundary */

    if (end > start && end[-1] == '\n') {
        end--;
    }

    if (end > start && end[-1] == '\r') {
        end--;
    }

    data.data = start;
    data.len = end - start;

    return start + ngx_eo_seclang_cut_utf8(&data);
}


static ngx_int_t
ngx_eo_seclang_multipart_line(ngx_eo_seclang_multipart_t *m, u_char *p,
    u_char *end)
{
    u_char     *data_end;
    ngx_int_t   rc;

    if (ngx_eo_seclang_cut_boundary(m, p, end)) {
        m->last = p;
        return NGX_OK;
    }

    /* the line break before a boundary belongs to it, not to the data */

    data_end = p;

    if (m->part.data != NULL && data_end > m->part.data) {
        data_end--;

        if (data_end > m->part.data && data_end[-1] == '\r') {
            data_end--;
        }
    }

    if (end - p > 3 && p[0] == '-' && p[1] == '-') {
        rc = ngx_eo_seclang_hyphen_line(m, p, end, data_end);

        if (rc != NGX_OK) {
            return (rc == NGX_DONE) ? NGX_OK : rc;
        }

    } else {
        ngx_eo_seclang_look_for_boundary(m, p, end);
    }

    if (!m->in_part) {
        m->data_before = 1;
        return NGX_OK;
    }

    if (!m->in_headers) {
        m->data_read = 1;
        return NGX_OK;
    }

    if (end - p >= NGX_EO_SECLANG_PART_LINE) {
        return ngx_eo_seclang_multipart_fail(m, "Part header line over 4096 "
                                             "bytes long");
    }

    if (end[-1] != '\n') {
        /* cut off: what it would have been is not known */
        return NGX_OK;
    }

    return ngx_eo_seclang_part_header(m, p, end);
}


static ngx_int_t
ngx_eo_seclang_multipart_lines(ngx_eo_seclang_multipart_t *m, ngx_str_t *body)
{
    u_char     *p, *end;
    ngx_int_t   rc;

    p = body->data;
    m->last = p + body->len;

    while (p < m->last) {

        if (m->complete) {
            m->data_after = 1;
            return NGX_OK;
        }

        end = memchr(p, '\n', m->last - p);
        end = (end == NULL) ? m->last : end + 1;

        rc = ngx_eo_seclang_multipart_line(m, p, end);

        if (rc != NGX_OK) {
            return rc;
        }

        m->bare_newline = !(end - p >= 2 && end[-2] == '\r');
        p = end;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_multipart_flags(ngx_eo_seclang_multipart_t *m)
{
    ngx_uint_t  i, strict;

    /* quotes around a boundary are as good as none: RFC 9110, 5.6.6 */

    strict = (m->failed || m->boundary_whitespace || m->data_before
              || m->data_after || m->header_folding || m->lf_line
              || m->missing_semicolon || m->invalid_quoting
              || m->invalid_part || m->invalid_header_folding
              || m->file_limit_exceeded);

    struct {
        ngx_uint_t  variable;
        ngx_uint_t  value;
    } flags[] = {
        { NGX_EO_SECLANG_VAR_MULTIPART_BOUNDARY_QUOTED, m->boundary_quoted },
        { NGX_EO_SECLANG_VAR_MULTIPART_BOUNDARY_WHITESPACE,
          m->boundary_whitespace },
        { NGX_EO_SECLANG_VAR_MULTIPART_CRLF_LF_LINES,
          m->crlf_line && m->lf_line },
        { NGX_EO_SECLANG_VAR_MULTIPART_DATA_AFTER, m->data_after },
        { NGX_EO_SECLANG_VAR_MULTIPART_DATA_BEFORE, m->data_before },
        { NGX_EO_SECLANG_VAR_MULTIPART_FILE_LIMIT_EXCEEDED,
          m->file_limit_exceeded },
        { NGX_EO_SECLANG_VAR_MULTIPART_HEADER_FOLDING, m->header_folding },
        { NGX_EO_SECLANG_VAR_MULTIPART_INVALID_HEADER_FOLDING,
          m->invalid_header_folding },
        { NGX_EO_SECLANG_VAR_MULTIPART_INVALID_PART, m->invalid_part },
        { NGX_EO_SECLANG_VAR_MULTIPART_INVALID_QUOTING, m->invalid_quoting },
        { NGX_EO_SECLANG_VAR_MULTIPART_LF_LINE, m->lf_line },
        { NGX_EO_SECLANG_VAR_MULTIPART_MISSING_SEMICOLON,
          m->missing_semicolon },
        { NGX_EO_SECLANG_VAR_MULTIPART_STRICT_ERROR, strict },
        { NGX_EO_SECLANG_VAR_MULTIPART_UNMATCHED_BOUNDARY,
          m->unmatched_boundary },
        { NGX_EO_SECLANG_VAR_FILES_COMBINED_SIZE, m->files_len }
    };

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (ngx_eo_seclang_set_scalar_number(m->tx, flags[i].variable,
                                             flags[i].value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* a body whose end is not known has not gone wrong there */

static void
ngx_eo_seclang_multipart_cut(ngx_eo_seclang_multipart_t *m)
{
    m->header_cut = (m->in_part && m->in_headers);

    /* whether the boundary comes that belongs to the parts cannot be said */

    if (m->nboundaries && m->unmatched_boundary == 1) {
        m->unmatched_boundary = 0;
    }

    m->last = ngx_eo_seclang_cut_data(m, m->last);
}


ngx_int_t
ngx_eo_seclang_body_multipart(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete, ngx_str_t *error, size_t *no_files_len)
{
    ngx_int_t                   rc;
    ngx_eo_seclang_multipart_t  m;

    ngx_memzero(&m, sizeof(ngx_eo_seclang_multipart_t));

    m.tx = tx;
    m.cut = !complete;

    rc = ngx_eo_seclang_boundary(&m, &tx->content_type);

    if (rc == NGX_OK) {
        rc = ngx_eo_seclang_multipart_lines(&m, body);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_OK && m.cut && !m.complete) {
        ngx_eo_seclang_multipart_cut(&m);

    } else if (rc == NGX_OK && body->len && !m.complete) {
        ngx_eo_seclang_part_error(&m, m.nboundaries
                                  ? "Final boundary missing."
                                  : "No boundaries found in payload.");
    }

    /* a part that does not end is looked at as far as it goes */

    if (ngx_eo_seclang_part_end(&m, m.last) != NGX_OK
        || ngx_eo_seclang_multipart_flags(&m) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *no_files_len = m.no_files_len;

    if (m.error.len) {
        *error = m.error;
        return NGX_DECLINED;
    }

    return NGX_OK;
}
