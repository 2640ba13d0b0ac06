
#include "ngx_eo_waf_multipart.h"


#define NGX_EO_WAF_BOUNDARY_MAX  70


static u_char *ngx_eo_waf_multipart_delimiter(u_char *p, u_char *last,
    ngx_str_t *boundary, u_char **end);
static u_char *ngx_eo_waf_multipart_headers(u_char *p, u_char *last,
    ngx_str_t *name, ngx_uint_t *found);
static ngx_uint_t ngx_eo_waf_multipart_disposition(u_char *p, u_char *last,
    ngx_str_t *name);
static u_char *ngx_eo_waf_multipart_parameter(u_char *p, u_char *last,
    ngx_str_t *name, ngx_str_t *value);
static u_char *ngx_eo_waf_multipart_value(u_char *p, u_char *last,
    ngx_str_t *value);
static ngx_uint_t ngx_eo_waf_multipart_is(ngx_str_t *text, const char *name);
static u_char *ngx_eo_waf_multipart_line(u_char *p, u_char *last);
static u_char *ngx_eo_waf_multipart_skip(u_char *p, u_char *last);


ngx_int_t
ngx_eo_waf_multipart_boundary(ngx_str_t *type, ngx_str_t *boundary)
{
    u_char     *p, *last;
    ngx_str_t   name, value;

    static ngx_str_t  form = ngx_string("multipart/form-data");

    if (type->len < form.len
        || ngx_strncasecmp(type->data, form.data, form.len) != 0)
    {
        return NGX_DECLINED;
    }

    last = type->data + type->len;
    p = ngx_eo_waf_multipart_skip(type->data + form.len, last);

    while (p < last && *p == ';') {
        p = ngx_eo_waf_multipart_parameter(p + 1, last, &name, &value);

        if (ngx_eo_waf_multipart_is(&name, "boundary")) {

            if (value.len == 0 || value.len > NGX_EO_WAF_BOUNDARY_MAX) {
                return NGX_DECLINED;
            }

            *boundary = value;

            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_waf_multipart_field(ngx_str_t *body, ngx_str_t *boundary,
    ngx_str_t *name, ngx_str_t *value)
{
    u_char      *p, *last, *data, *end;
    ngx_int_t    rc;
    ngx_uint_t   found;

    rc = NGX_DECLINED;

    last = body->data + body->len;

    /* what stands before the first delimiter is no part */

    (void) ngx_eo_waf_multipart_delimiter(body->data, last, boundary, &p);

    while (p < last) {
        data = ngx_eo_waf_multipart_headers(p, last, name, &found);

        end = ngx_eo_waf_multipart_delimiter(data, last, boundary, &p);

        if (found) {
            value->data = data;
            value->len = end - data;
            rc = NGX_OK;
        }
    }

    return rc;
}


/*
 * Looks for the next line that is a delimiter.  Returns the end of what
 * stands before it, without the line break that belongs to it; end is set to
 * the line behind it, or to last behind the closing one.
 */

static u_char *
ngx_eo_waf_multipart_delimiter(u_char *p, u_char *last, ngx_str_t *boundary,
    u_char **end)
{
    u_char      *line, *start, *q;
    ngx_uint_t   closing;

    start = p;

    for (line = p; line < last; line = ngx_eo_waf_multipart_line(line, last)) {

        if ((size_t) (last - line) < boundary->len + 2
            || line[0] != '-' || line[1] != '-'
            || ngx_memcmp(line + 2, boundary->data, boundary->len) != 0)
        {
            continue;
        }

        q = line + 2 + boundary->len;

        closing = (last - q >= 2 && q[0] == '-' && q[1] == '-');

        q = ngx_eo_waf_multipart_skip(closing ? q + 2 : q, last);

        if (q < last && *q == CR) {
            q++;
        }

        if (q < last && *q != LF) {
            continue;
        }

        *end = (closing || q == last) ? last : q + 1;

        p = line;

        if (p > start && p[-1] == LF) {
            p--;
        }

        if (p > start && p[-1] == CR) {
            p--;
        }

        return p;
    }

    *end = last;

    return last;
}


/* returns where the data of the part begins */

static u_char *
ngx_eo_waf_multipart_headers(u_char *p, u_char *last, ngx_str_t *name,
    ngx_uint_t *found)
{
    u_char  *end;

    static ngx_str_t  disposition = ngx_string("content-disposition:");

    *found = 0;

    for ( /* void */ ; p < last; p = end) {

        if (*p == LF) {
            return p + 1;
        }

        if (*p == CR && last - p > 1 && p[1] == LF) {
            return p + 2;
        }

        end = ngx_eo_waf_multipart_line(p, last);

        /* a line that begins with a blank goes on the one before */

        while (end < last && (*end == ' ' || *end == '\t')) {
            end = ngx_eo_waf_multipart_line(end, last);
        }

        if ((size_t) (end - p) >= disposition.len
            && ngx_strncasecmp(p, disposition.data, disposition.len) == 0)
        {
            *found = ngx_eo_waf_multipart_disposition(p + disposition.len,
                                                      end, name);
        }
    }

    return last;
}


static ngx_uint_t
ngx_eo_waf_multipart_disposition(u_char *p, u_char *last, ngx_str_t *name)
{
    ngx_str_t   parameter, value;
    ngx_uint_t  found;

    found = 0;

    p = ngx_strlchr(p, last, ';');

    while (p && p < last && *p == ';') {
        p = ngx_eo_waf_multipart_parameter(p + 1, last, &parameter, &value);

        if (ngx_eo_waf_multipart_is(&parameter, "name")) {
            found = (value.len == name->len
                     && ngx_memcmp(value.data, name->data, name->len) == 0);

        } else if (value.len
                   && (ngx_eo_waf_multipart_is(&parameter, "filename")
                       || ngx_eo_waf_multipart_is(&parameter, "filename*")))
        {
            return 0;
        }
    }

    return found;
}


/* takes name=value up to the next ";", whose place it returns, or to last */

static u_char *
ngx_eo_waf_multipart_parameter(u_char *p, u_char *last, ngx_str_t *name,
    ngx_str_t *value)
{
    /* also the line breaks of a folded header */

    while (p < last && *p <= ' ') {
        p++;
    }

    name->data = p;

    while (p < last && *p != '=' && *p != ';') {
        p++;
    }

    name->len = p - name->data;

    while (name->len && name->data[name->len - 1] == ' ') {
        name->len--;
    }

    ngx_str_null(value);

    if (p < last && *p == '=') {
        p = ngx_eo_waf_multipart_value(p + 1, last, value);
    }

    while (p < last && *p != ';') {
        p++;
    }

    return p;
}


static u_char *
ngx_eo_waf_multipart_value(u_char *p, u_char *last, ngx_str_t *value)
{
    p = ngx_eo_waf_multipart_skip(p, last);

    if (p < last && *p == '"') {
        value->data = ++p;

        while (p < last && *p != '"') {
            p += (*p == '\\' && last - p > 1) ? 2 : 1;
        }

        value->len = p - value->data;

        return p;
    }

    value->data = p;

    while (p < last && *p != ';' && *p > ' ') {
        p++;
    }

    value->len = p - value->data;

    return p;
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
