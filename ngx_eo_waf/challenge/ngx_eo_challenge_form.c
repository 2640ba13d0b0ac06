
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_form.h"
#include "request/ngx_eo_waf_json.h"
#include "text/ngx_eo_text.h"


/* two pairs of brackets and quotes, two commas */

#define NGX_EO_CHALLENGE_FIELD_ROOM  8

/* PHP takes no more either */

#define NGX_EO_CHALLENGE_FIELDS_MAX  1000

#define NGX_EO_CHALLENGE_NAME        "name=\""
#define NGX_EO_CHALLENGE_FILE        "filename=\""


typedef struct {
    ngx_pool_t                 *pool;
    ngx_array_t                 fields;      /* ngx_eo_challenge_field_t */
    size_t                      size;
} ngx_eo_challenge_fields_t;


typedef struct {
    ngx_str_t                   name;
    ngx_str_t                   value;
    ngx_uint_t                  file;
} ngx_eo_challenge_field_t;


static ngx_int_t ngx_eo_challenge_urlencoded(
    ngx_eo_challenge_fields_t *fields, const ngx_str_t *body);
static ngx_int_t ngx_eo_challenge_decode(ngx_pool_t *pool, u_char *p,
    u_char *last, ngx_uint_t plus, ngx_str_t *text);
static ngx_int_t ngx_eo_challenge_multipart(
    ngx_eo_challenge_fields_t *fields, const ngx_str_t *body,
    const ngx_str_t *boundary);
static ngx_int_t ngx_eo_challenge_part(ngx_eo_challenge_fields_t *fields,
    u_char *p, u_char *last);
static ngx_int_t ngx_eo_challenge_disposition(
    ngx_eo_challenge_fields_t *fields, ngx_eo_challenge_field_t *field,
    u_char *p, u_char *last);
static ngx_int_t ngx_eo_challenge_quoted(u_char *p, u_char *last,
    const char *name, ngx_str_t *text);
static ngx_int_t ngx_eo_challenge_field(ngx_eo_challenge_fields_t *fields,
    ngx_eo_challenge_field_t *field);
static ngx_uint_t ngx_eo_challenge_text(const ngx_str_t *text);
static ngx_int_t ngx_eo_challenge_form_json(
    ngx_eo_challenge_fields_t *fields, ngx_str_t *json);


ngx_int_t
ngx_eo_challenge_form(ngx_pool_t *pool, const ngx_str_t *body,
    const ngx_str_t *boundary, ngx_str_t *json)
{
    ngx_int_t                  rc;
    ngx_eo_challenge_fields_t  fields;

    if (body->len > NGX_EO_CHALLENGE_FORM_MAX) {
        return NGX_DECLINED;
    }

    fields.pool = pool;
    fields.size = sizeof("[]");

    if (ngx_array_init(&fields.fields, pool, 16,
                       sizeof(ngx_eo_challenge_field_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = boundary->len ? ngx_eo_challenge_multipart(&fields, body, boundary)
                       : ngx_eo_challenge_urlencoded(&fields, body);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_challenge_form_json(&fields, json);
}


static ngx_int_t
ngx_eo_challenge_urlencoded(ngx_eo_challenge_fields_t *fields,
    const ngx_str_t *body)
{
    u_char                    *p, *end, *last, *equals;
    ngx_int_t                  rc;
    ngx_eo_challenge_field_t   field;

    last = body->data + body->len;

    for (p = body->data; p < last; p = end + 1) {
        end = ngx_strlchr(p, last, '&');

        if (end == NULL) {
            end = last;
        }

        if (end == p) {
            continue;
        }

        equals = ngx_strlchr(p, end, '=');

        field.file = 0;

        rc = ngx_eo_challenge_decode(fields->pool, p, equals ? equals : end,
                                     1, &field.name);

        if (rc == NGX_OK) {
            rc = ngx_eo_challenge_decode(fields->pool,
                                         equals ? equals + 1 : end, end, 1,
                                         &field.value);
        }

        if (rc == NGX_OK) {
            rc = ngx_eo_challenge_field(fields, &field);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* NGX_DECLINED: a percent sign that no two digits follow */

static ngx_int_t
ngx_eo_challenge_decode(ngx_pool_t *pool, u_char *p, u_char *last,
    ngx_uint_t plus, ngx_str_t *text)
{
    u_char     *dst;
    ngx_int_t   n;

    dst = ngx_pnalloc(pool, last - p + 1);
    if (dst == NULL) {
        return NGX_ERROR;
    }

    text->data = dst;

    for ( /* void */ ; p < last; p++) {

        if (*p == '+' && plus) {
            *dst++ = ' ';
            continue;
        }

        if (*p != '%') {
            *dst++ = *p;
            continue;
        }

        n = ngx_eo_percent(p, last);

        if (n < 0) {
            return NGX_DECLINED;
        }

        *dst++ = (u_char) n;
        p += 2;
    }

    text->len = dst - text->data;

    return NGX_OK;
}


/*
 * As browsers write it (HTML, 4.10.22.7): the body begins with a delimiter,
 * and ends with the last one and a line end.
 */

static ngx_int_t
ngx_eo_challenge_multipart(ngx_eo_challenge_fields_t *fields,
    const ngx_str_t *body, const ngx_str_t *boundary)
{
    size_t      len;
    u_char     *p, *start, *last, *delimiter;
    ngx_int_t   rc;

    /* CR LF "--" boundary, where the first has no line before it */

    len = boundary->len + 4;

    delimiter = ngx_pnalloc(fields->pool, len);
    if (delimiter == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(delimiter, CRLF "--", 4);
    ngx_memcpy(p, boundary->data, boundary->len);

    last = body->data + body->len;

    if (body->len < len - 2
        || ngx_memcmp(body->data, delimiter + 2, len - 2) != 0)
    {
        return NGX_DECLINED;
    }

    p = body->data + len - 2;

    for ( ;; ) {

        if (last - p >= 2 && p[0] == '-' && p[1] == '-') {
            p += 2;

            return (p == last
                    || (last - p == 2 && p[0] == CR && p[1] == LF))
                   ? NGX_OK : NGX_DECLINED;
        }

        if (last - p < 2 || p[0] != CR || p[1] != LF) {
            return NGX_DECLINED;
        }

        start = p + 2;

        for (p = start; last - p >= (ssize_t) len; p++) {
            if (*p == CR && ngx_memcmp(p, delimiter, len) == 0) {
                break;
            }
        }

        if (last - p < (ssize_t) len) {
            return NGX_DECLINED;
        }

        rc = ngx_eo_challenge_part(fields, start, p);

        if (rc != NGX_OK) {
            return rc;
        }

        p += len;
    }
}


/* header lines, an empty line, and the value */

static ngx_int_t
ngx_eo_challenge_part(ngx_eo_challenge_fields_t *fields, u_char *p,
    u_char *last)
{
    u_char                    *end;
    ngx_int_t                  rc;
    ngx_uint_t                 named;
    ngx_eo_challenge_field_t   field;

    named = 0;
    ngx_memzero(&field, sizeof(ngx_eo_challenge_field_t));

    for ( ;; ) {

        end = ngx_strlchr(p, last, LF);

        if (end == NULL || end == p || end[-1] != CR) {
            return NGX_DECLINED;
        }

        if (end == p + 1) {
            break;
        }

        if (end - p > 20
            && ngx_strncasecmp(p, (u_char *) "content-disposition:", 20) == 0)
        {
            if (named) {
                return NGX_DECLINED;
            }

            named = 1;
            rc = ngx_eo_challenge_disposition(fields, &field, p + 20,
                                              end - 1);

            if (rc != NGX_OK) {
                return rc;
            }

        } else if (ngx_strncasecmp(p, (u_char *) "content-type:",
                                   ngx_min(end - p, 13))
                   != 0)
        {
            return NGX_DECLINED;
        }

        p = end + 1;
    }

    if (!named) {
        return NGX_DECLINED;
    }

    field.value.data = end + 1;
    field.value.len = last - (end + 1);

    if (field.file && field.value.len) {
        return NGX_DECLINED;
    }

    return ngx_eo_challenge_field(fields, &field);
}


static ngx_int_t
ngx_eo_challenge_disposition(ngx_eo_challenge_fields_t *fields,
    ngx_eo_challenge_field_t *field, u_char *p, u_char *last)
{
    u_char      *q;
    ngx_int_t    rc;
    ngx_str_t    name, file;
    ngx_uint_t   i;

    static const char  *escapes[] = { "%0D", "%0A", "%22" };

    if (ngx_eo_challenge_quoted(p, last, NGX_EO_CHALLENGE_NAME, &name)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    rc = ngx_eo_challenge_quoted(p, last, NGX_EO_CHALLENGE_FILE, &file);

    if (rc == NGX_OK) {

        if (file.len) {
            return NGX_DECLINED;
        }

        field->file = 1;
    }

    /* three escapes and no others: a percent sign stands for itself */

    field->name.data = ngx_pnalloc(fields->pool, name.len + 1);
    if (field->name.data == NULL) {
        return NGX_ERROR;
    }

    q = field->name.data;
    last = name.data + name.len;

    for (p = name.data; p < last; p++) {

        for (i = 0; i < 3; i++) {
            if (last - p >= 3
                && ngx_strncasecmp(p, (u_char *) escapes[i], 3) == 0)
            {
                break;
            }
        }

        if (i < 3) {
            *q++ = (u_char) "\r\n\""[i];
            p += 2;

        } else {
            *q++ = *p;
        }
    }

    field->name.len = q - field->name.data;

    return NGX_OK;
}


/* a parameter: a semicolon, blanks, its name and a text in quotes */

static ngx_int_t
ngx_eo_challenge_quoted(u_char *p, u_char *last, const char *name,
    ngx_str_t *text)
{
    size_t       len;
    u_char      *end;
    ngx_uint_t   quoted;

    len = ngx_strlen(name);
    quoted = 0;

    for ( /* void */ ; p < last; p++) {

        if (*p == '"') {
            quoted = !quoted;
            continue;
        }

        if (*p != ';' || quoted) {
            continue;
        }

        while (p + 1 < last && p[1] == ' ') {
            p++;
        }

        if ((size_t) (last - p) <= len
            || ngx_strncasecmp(p + 1, (u_char *) name, len) != 0)
        {
            continue;
        }

        p += 1 + len;
        end = ngx_strlchr(p, last, '"');

        if (end == NULL) {
            return NGX_DECLINED;
        }

        text->data = p;
        text->len = end - p;

        return NGX_OK;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_challenge_field(ngx_eo_challenge_fields_t *fields,
    ngx_eo_challenge_field_t *field)
{
    ngx_eo_challenge_field_t  *added;

    if (fields->fields.nelts == NGX_EO_CHALLENGE_FIELDS_MAX
        || !ngx_eo_challenge_text(&field->name)
        || !ngx_eo_challenge_text(&field->value))
    {
        return NGX_DECLINED;
    }

    added = ngx_array_push(&fields->fields);
    if (added == NULL) {
        return NGX_ERROR;
    }

    *added = *field;

    fields->size += NGX_EO_CHALLENGE_FIELD_ROOM
                    + (field->name.len + field->value.len) * NGX_EO_JSON_MAX;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_challenge_text(const ngx_str_t *text)
{
    u_char    *p, *last;
    uint32_t   code;

    last = text->data + text->len;

    for (p = text->data; p < last; /* void */ ) {

        if (*p == '\0') {
            return 0;
        }

        if (*p < 0x80) {
            p++;
            continue;
        }

        code = ngx_utf8_decode(&p, last - p);

        if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_eo_challenge_form_json(ngx_eo_challenge_fields_t *fields,
    ngx_str_t *json)
{
    u_char                    *p;
    ngx_uint_t                 i;
    ngx_eo_challenge_field_t  *field;

    p = ngx_pnalloc(fields->pool, fields->size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    json->data = p;

    *p++ = '[';

    field = fields->fields.elts;

    for (i = 0; i < fields->fields.nelts; i++) {

        if (i) {
            *p++ = ',';
        }

        *p++ = '[';
        p = ngx_eo_json_string(p, &field[i].name);
        *p++ = ',';

        if (field[i].file) {
            p = ngx_cpymem(p, "null", 4);

        } else {
            p = ngx_eo_json_string(p, &field[i].value);
        }

        *p++ = ']';
    }

    *p++ = ']';

    json->len = p - json->data;

    return NGX_OK;
}
