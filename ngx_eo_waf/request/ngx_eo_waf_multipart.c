
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_multipart.h"
#include "ngx_eo_waf_parts.h"


typedef struct {
    u_char                     *last;
    ngx_str_t                  *boundary;
    ngx_str_t                  *name;        /* of the field looked for */
    const char                 *why;         /* it is ambiguous, or NULL */
    unsigned                    crlf:1;      /* line ends that were seen */
    unsigned                    lf:1;
} ngx_eo_waf_multipart_t;


/* what the headers of a part say */

typedef struct {
    ngx_uint_t                  dispositions;
    ngx_uint_t                  filenames;
    unsigned                    named:1;     /* as the field looked for */
    unsigned                    file:1;
    unsigned                    filename_star:1;
    unsigned                    encoded:1;   /* not as it stands */
} ngx_eo_waf_part_t;


static u_char *ngx_eo_waf_multipart_delimiter(ngx_eo_waf_multipart_t *m,
    u_char *p, u_char **end);
static void ngx_eo_waf_multipart_epilogue(ngx_eo_waf_multipart_t *m,
    u_char *p);
static u_char *ngx_eo_waf_multipart_headers(ngx_eo_waf_multipart_t *m,
    u_char *p, ngx_eo_waf_part_t *part);
static void ngx_eo_waf_multipart_header(ngx_eo_waf_multipart_t *m,
    u_char *p, u_char *last, ngx_eo_waf_part_t *part);
static void ngx_eo_waf_multipart_disposition(ngx_eo_waf_multipart_t *m,
    u_char *p, u_char *last, ngx_eo_waf_part_t *part);
static void ngx_eo_waf_multipart_name(ngx_eo_waf_multipart_t *m,
    ngx_eo_waf_parameter_t *parameter, ngx_eo_waf_part_t *part);
static ngx_uint_t ngx_eo_waf_multipart_encoded(u_char *p, u_char *last);
static ngx_uint_t ngx_eo_waf_multipart_found(ngx_eo_waf_multipart_t *m,
    ngx_eo_waf_part_t *part);
static void ngx_eo_waf_multipart_odd(ngx_eo_waf_multipart_t *m,
    const char *why);
static ngx_uint_t ngx_eo_waf_multipart_is(ngx_str_t *text, const char *name);
static u_char *ngx_eo_waf_multipart_line(u_char *p, u_char *last);
static u_char *ngx_eo_waf_multipart_skip(u_char *p, u_char *last);


ngx_int_t
ngx_eo_waf_multipart_field(ngx_eo_waf_form_t *form, ngx_str_t *body,
    ngx_str_t *name, ngx_str_t *value)
{
    u_char                  *p, *data, *end;
    ngx_int_t                rc;
    ngx_eo_waf_part_t        part;
    ngx_eo_waf_multipart_t   m;

    ngx_memzero(&m, sizeof(ngx_eo_waf_multipart_t));

    m.last = body->data + body->len;
    m.boundary = &form->boundary;
    m.name = name;

    rc = NGX_DECLINED;

    /* what stands before the first delimiter is no part */

    (void) ngx_eo_waf_multipart_delimiter(&m, body->data, &p);

    while (p < m.last) {
        data = ngx_eo_waf_multipart_headers(&m, p, &part);

        if (data == NULL) {
            break;
        }

        end = ngx_eo_waf_multipart_delimiter(&m, data, &p);

        if (ngx_eo_waf_multipart_found(&m, &part)) {
            value->data = data;
            value->len = end - data;
            rc = NGX_OK;
        }
    }

    if (m.crlf && m.lf) {
        ngx_eo_waf_multipart_odd(&m, "some of its lines end in LF alone");
    }

    /* what is no form for most needs no doubt */

    if (m.why == NULL || form->other) {
        return rc;
    }

    form->why = m.why;

    return NGX_ABORT;
}


static void
ngx_eo_waf_multipart_odd(ngx_eo_waf_multipart_t *m, const char *why)
{
    if (m->why == NULL) {
        m->why = why;
    }
}


/*
 * Looks for the next line that is a delimiter.  Returns the end of what
 * stands before it, without the line break that belongs to it; end is set to
 * the line behind it, or to last behind the closing one.
 *
 * For PHP the data of a part ends at every line that begins with the
 * delimiter, whatever follows.
 */

static u_char *
ngx_eo_waf_multipart_delimiter(ngx_eo_waf_multipart_t *m, u_char *p,
    u_char **end)
{
    u_char      *line, *start, *q;
    ngx_uint_t   closing;

    start = p;

    for (line = p;
         line < m->last;
         line = ngx_eo_waf_multipart_line(line, m->last))
    {
        if ((size_t) (m->last - line) < m->boundary->len + 2
            || line[0] != '-' || line[1] != '-'
            || ngx_memcmp(line + 2, m->boundary->data, m->boundary->len) != 0)
        {
            continue;
        }

        q = line + 2 + m->boundary->len;

        closing = (m->last - q >= 2 && q[0] == '-' && q[1] == '-');

        if (closing) {
            q += 2;
        }

        if (q < m->last && (*q == ' ' || *q == '\t')) {
            ngx_eo_waf_multipart_odd(m, "a delimiter has blanks behind it");
            q = ngx_eo_waf_multipart_skip(q, m->last);
        }

        if (q < m->last && *q == CR) {
            q++;
        }

        if (q < m->last && *q != LF) {
            ngx_eo_waf_multipart_odd(m, "a line begins like a delimiter");
            continue;
        }

        if (q < m->last) {
            if (q[-1] == CR) {
                m->crlf = 1;

            } else {
                m->lf = 1;
            }
        }

        *end = (closing || q == m->last) ? m->last : q + 1;

        if (closing) {
            ngx_eo_waf_multipart_epilogue(m, q);
        }

        p = line;

        if (p > start && p[-1] == LF) {
            p--;

            if (p > start && p[-1] == CR) {
                p--;
                m->crlf = 1;

            } else {
                m->lf = 1;
            }
        }

        return p;
    }

    *end = m->last;

    return m->last;
}


/* PHP goes on reading parts behind the closing delimiter */

static void
ngx_eo_waf_multipart_epilogue(ngx_eo_waf_multipart_t *m, u_char *p)
{
    for (p = ngx_eo_waf_multipart_line(p, m->last);
         p < m->last;
         p = ngx_eo_waf_multipart_line(p, m->last))
    {
        if ((size_t) (m->last - p) >= m->boundary->len + 2
            && p[0] == '-' && p[1] == '-'
            && ngx_memcmp(p + 2, m->boundary->data, m->boundary->len) == 0)
        {
            ngx_eo_waf_multipart_odd(m, "it goes on behind its end");
            return;
        }
    }
}


/* returns where the data of the part begins, or NULL if that is cut off */

static u_char *
ngx_eo_waf_multipart_headers(ngx_eo_waf_multipart_t *m, u_char *p,
    ngx_eo_waf_part_t *part)
{
    u_char  *end, *last;

    ngx_memzero(part, sizeof(ngx_eo_waf_part_t));

    for ( /* void */ ; p < m->last; p = end) {

        end = memchr(p, LF, m->last - p);

        if (end == NULL) {
            return NULL;
        }

        last = end++;

        if (last > p && last[-1] == CR) {
            last--;
            m->crlf = 1;

        } else {
            m->lf = 1;
        }

        if (last == p) {
            return end;
        }

        ngx_eo_waf_multipart_header(m, p, last, part);
    }

    return NULL;
}


static void
ngx_eo_waf_multipart_header(ngx_eo_waf_multipart_t *m, u_char *p,
    u_char *last, ngx_eo_waf_part_t *part)
{
    u_char     *q;
    ngx_str_t   name;

    for (q = p; q < last; q++) {
        if ((*q < ' ' && *q != '\t') || *q == 0x7f) {
            ngx_eo_waf_multipart_odd(m, "a header of a part has control "
                                     "characters");
            return;
        }
    }

    name.data = p;

    while (p < last && *p > ' ' && *p != ':') {
        p++;
    }

    name.len = p - name.data;

    if (name.len == 0 || p == last || *p != ':') {
        ngx_eo_waf_multipart_odd(m, "a header of a part is folded or not "
                                 "written as \"NAME: VALUE\"");
        return;
    }

    p = ngx_eo_waf_multipart_skip(p + 1, last);

    if (ngx_eo_waf_multipart_is(&name, "content-disposition")) {

        if (part->dispositions++) {
            ngx_eo_waf_multipart_odd(m, "a part has several "
                                     "Content-Disposition");
        }

        ngx_eo_waf_multipart_disposition(m, p, last, part);

    } else if (ngx_eo_waf_multipart_is(&name, "content-transfer-encoding")) {
        name.data = p;
        name.len = last - p;

        if (!ngx_eo_waf_multipart_is(&name, "7bit")
            && !ngx_eo_waf_multipart_is(&name, "8bit")
            && !ngx_eo_waf_multipart_is(&name, "binary"))
        {
            part->encoded = 1;
        }

    } else if (ngx_eo_waf_multipart_is(&name, "content-type")
               && ngx_eo_waf_multipart_encoded(p, last))
    {
        part->encoded = 1;
    }
}


static void
ngx_eo_waf_multipart_disposition(ngx_eo_waf_multipart_t *m, u_char *p,
    u_char *last, ngx_eo_waf_part_t *part)
{
    ngx_str_t               type;
    ngx_uint_t              names;
    ngx_eo_waf_parameter_t  parameter;

    names = 0;
    type.data = p;

    while (p < last && *p != ';' && *p > ' ') {
        p++;
    }

    type.len = p - type.data;
    p = ngx_eo_waf_multipart_skip(p, last);

    if (!ngx_eo_waf_multipart_is(&type, "form-data")
        || (p < last && *p != ';'))
    {
        ngx_eo_waf_multipart_odd(m, "a part is not \"form-data\"");
        p = ngx_strlchr(p, last, ';');
    }

    while (p && p < last && *p == ';') {
        p = ngx_eo_waf_form_parameter(p + 1, last, &parameter);

        if (!parameter.strict) {
            ngx_eo_waf_multipart_odd(m, "a Content-Disposition has no "
                                     "NAME=VALUE");
        }

        if (ngx_eo_waf_multipart_is(&parameter.name, "name")) {

            if (names++) {
                ngx_eo_waf_multipart_odd(m, "a part has several names");
            }

            ngx_eo_waf_multipart_name(m, &parameter, part);

        } else if (ngx_eo_waf_multipart_is(&parameter.name, "filename")) {

            if (part->filenames++
                || memmem(parameter.value.data, parameter.value.len,
                          "\\\"", 2))
            {
                ngx_eo_waf_multipart_odd(m, "a part has several file names, "
                                         "or one with \\\"");
            }

            part->file |= (parameter.value.len != 0);

        } else if (ngx_eo_waf_multipart_is(&parameter.name, "filename*")) {
            part->filename_star = 1;
            part->file |= (parameter.value.len != 0);

        } else if (ngx_strlchr(parameter.name.data,
                               parameter.name.data + parameter.name.len, '*'))
        {
            ngx_eo_waf_multipart_odd(m, "a name is written as in RFC 2231");
        }
    }
}


/* names that some back ends take for another one */

static void
ngx_eo_waf_multipart_name(ngx_eo_waf_multipart_t *m,
    ngx_eo_waf_parameter_t *parameter, ngx_eo_waf_part_t *part)
{
    ngx_str_t  *value;

    value = &parameter->value;

    if (parameter->escaped
        || (!parameter->quoted
            && value->len && ngx_strlchr(value->data,
                                         value->data + value->len, '\'')))
    {
        ngx_eo_waf_multipart_odd(m, "a name has a backslash, or stands in "
                                 "single quotes");
    }

    if (memmem(value->data, value->len, "=?", 2)) {
        ngx_eo_waf_multipart_odd(m, "a name is written as in RFC 2047");
    }

    if (value->len == m->name->len
        && ngx_memcmp(value->data, m->name->data, value->len) == 0)
    {
        part->named = 1;
        return;
    }

    part->named = 0;

    if (ngx_eo_waf_name_like(value->data, value->data + value->len, m->name)) {
        ngx_eo_waf_multipart_odd(m, "a name is nearly that of the field");
    }
}


static ngx_uint_t
ngx_eo_waf_multipart_encoded(u_char *p, u_char *last)
{
    ngx_eo_waf_parameter_t  parameter;

    p = ngx_strlchr(p, last, ';');

    while (p && p < last) {
        p = ngx_eo_waf_form_parameter(p + 1, last, &parameter);

        if (ngx_eo_waf_multipart_is(&parameter.name, "charset")
            && !ngx_eo_waf_form_charset(&parameter.value))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_waf_multipart_found(ngx_eo_waf_multipart_t *m, ngx_eo_waf_part_t *part)
{
    if (part->dispositions == 0) {
        ngx_eo_waf_multipart_odd(m, "a part has no Content-Disposition");
        return 0;
    }

    if (!part->named) {
        return 0;
    }

    if (part->file) {

        if (part->filename_star && !part->filenames) {
            ngx_eo_waf_multipart_odd(m, "the field has a \"filename*\" alone, "
                                     "which PHP does not know");
        }

        return 0;
    }

    if (part->encoded) {
        ngx_eo_waf_multipart_odd(m, "the field has a transfer encoding or "
                                 "a charset");
    }

    return 1;
}


static ngx_uint_t
ngx_eo_waf_multipart_is(ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_strncasecmp(text->data, (u_char *) name, text->len) == 0;
}


/* the line behind the one that p is in, or last */

static u_char *
ngx_eo_waf_multipart_line(u_char *p, u_char *last)
{
    p = memchr(p, LF, last - p);

    return p ? p + 1 : last;
}


static u_char *
ngx_eo_waf_multipart_skip(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}
