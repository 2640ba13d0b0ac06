
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_form.h"


#define NGX_EO_WAF_BOUNDARY_MAX  70


static void ngx_eo_waf_form_ambiguous(ngx_eo_waf_form_t *form,
    const char *why);
static void ngx_eo_waf_form_multipart(u_char *p, u_char *last,
    ngx_eo_waf_form_t *form);
static ngx_uint_t ngx_eo_waf_form_boundary(ngx_eo_waf_parameter_t *parameter);
static void ngx_eo_waf_form_urlencoded(u_char *p, u_char *last,
    ngx_eo_waf_form_t *form);
static u_char *ngx_eo_waf_form_value(u_char *p, u_char *last,
    ngx_eo_waf_parameter_t *parameter);
static u_char *ngx_eo_waf_form_skip(u_char *p, u_char *last);
static ngx_uint_t ngx_eo_waf_form_is(ngx_str_t *text, const char *name);
static ngx_uint_t ngx_eo_waf_form_count(u_char *p, u_char *last,
    const char *name);
static u_char *ngx_eo_waf_form_blanks(u_char *p, u_char *last);
static ngx_uint_t ngx_eo_waf_form_token(u_char ch);


void
ngx_eo_waf_form_type(ngx_str_t *type, ngx_eo_waf_form_t *form)
{
    u_char     *p, *last;
    ngx_str_t   name;

    form->kind = NGX_EO_WAF_FORM_NONE;
    form->why = NULL;
    form->other = 0;
    ngx_str_null(&form->boundary);

    if (type == NULL || type->len == 0) {
        form->kind = NGX_EO_WAF_FORM_URLENCODED;
        return;
    }

    last = type->data + type->len;
    p = ngx_eo_waf_form_blanks(type->data, last);

    name.data = p;

    while (p < last && (ngx_eo_waf_form_token(*p) || *p == '/')) {
        p++;
    }

    name.len = p - name.data;
    p = ngx_eo_waf_form_blanks(p, last);

    if (p == last || *p == ';') {

        if (ngx_eo_waf_form_is(&name, "application/x-www-form-urlencoded")) {
            ngx_eo_waf_form_urlencoded(p, last, form);
            return;
        }

        if (name.len > sizeof("multipart/") - 1
            && ngx_strncasecmp(name.data, (u_char *) "multipart/",
                               sizeof("multipart/") - 1)
               == 0
            && (ngx_eo_waf_form_is(&name, "multipart/form-data")
                || !ngx_eo_waf_form_named(&name)))
        {
            form->other = !ngx_eo_waf_form_is(&name, "multipart/form-data");
            ngx_eo_waf_form_multipart(p, last, form);
            return;
        }
    }

    if (ngx_eo_waf_form_named(type)) {
        ngx_eo_waf_form_ambiguous(form, "its Content-Type has the name of a "
                                  "form beside something else");
    }
}


ngx_uint_t
ngx_eo_waf_form_named(ngx_str_t *type)
{
    u_char  *p, *last;

    p = type->data;
    last = p + type->len;

    return ngx_eo_waf_form_count(p, last, "form-urlencoded")
           || ngx_eo_waf_form_count(p, last, "multipart/form-data");
}


static void
ngx_eo_waf_form_ambiguous(ngx_eo_waf_form_t *form, const char *why)
{
    form->kind = NGX_EO_WAF_FORM_AMBIGUOUS;
    form->why = why;
}


/*
 * PHP looks for "boundary" in the whole of the text, so that it may be there
 * but once, or else within the boundary itself.
 */

static void
ngx_eo_waf_form_multipart(u_char *p, u_char *last, ngx_eo_waf_form_t *form)
{
    u_char                  *start;
    ngx_uint_t               n;
    ngx_eo_waf_parameter_t   parameter;

    start = p;
    n = 0;

    while (p < last) {
        p = ngx_eo_waf_form_parameter(p + 1, last, &parameter);

        if (ngx_eo_waf_form_is(&parameter.name, "charset")
            && !ngx_eo_waf_form_charset(&parameter.value))
        {
            ngx_eo_waf_form_ambiguous(form, "its charset is not one of ASCII");
            return;
        }

        if (!ngx_eo_waf_form_is(&parameter.name, "boundary")) {
            continue;
        }

        if (n++ || !ngx_eo_waf_form_boundary(&parameter)) {
            ngx_eo_waf_form_ambiguous(form, "its boundary is not one that "
                                      "RFC 2046 allows");
            return;
        }

        form->boundary = parameter.value;
    }

    if (n == 0
        || ngx_eo_waf_form_count(start, last, "boundary")
           != 1 + ngx_eo_waf_form_count(form->boundary.data,
                                        form->boundary.data
                                        + form->boundary.len, "boundary"))
    {
        if (!form->other || n) {
            ngx_eo_waf_form_ambiguous(form, "it has not one boundary");
        }

        return;
    }

    form->kind = NGX_EO_WAF_FORM_MULTIPART;
}


/* PHP ends a boundary without quotes at a comma */

static ngx_uint_t
ngx_eo_waf_form_boundary(ngx_eo_waf_parameter_t *parameter)
{
    u_char  ch;
    size_t  i;

    if (parameter->value.len == 0
        || parameter->value.len > NGX_EO_WAF_BOUNDARY_MAX
        || parameter->escaped
        || !parameter->strict
        || parameter->value.data[parameter->value.len - 1] == ' ')
    {
        return 0;
    }

    for (i = 0; i < parameter->value.len; i++) {
        ch = parameter->value.data[i];

        if (ngx_eo_waf_form_token(ch)
            || (ch && ngx_strchr(":/=?()", ch))
            || (parameter->quoted && (ch == ',' || ch == ' ')))
        {
            continue;
        }

        return 0;
    }

    return 1;
}


static void
ngx_eo_waf_form_urlencoded(u_char *p, u_char *last, ngx_eo_waf_form_t *form)
{
    ngx_eo_waf_parameter_t  parameter;

    form->kind = NGX_EO_WAF_FORM_URLENCODED;

    while (p < last) {
        p = ngx_eo_waf_form_parameter(p + 1, last, &parameter);

        if (ngx_eo_waf_form_is(&parameter.name, "charset")
            && !ngx_eo_waf_form_charset(&parameter.value))
        {
            ngx_eo_waf_form_ambiguous(form, "its charset is not one of ASCII");
            return;
        }
    }
}


u_char *
ngx_eo_waf_form_parameter(u_char *p, u_char *last,
    ngx_eo_waf_parameter_t *parameter)
{
    ngx_memzero(parameter, sizeof(ngx_eo_waf_parameter_t));

    parameter->strict = 1;

    p = ngx_eo_waf_form_blanks(p, last);
    parameter->name.data = p;

    while (p < last && ngx_eo_waf_form_token(*p)) {
        p++;
    }

    parameter->name.len = p - parameter->name.data;

    if (p < last && *p <= ' ') {
        parameter->strict = 0;
        p = ngx_eo_waf_form_blanks(p, last);
    }

    if (p == last || *p != '=') {

        /* an empty one is allowed */

        if (parameter->name.len || (p < last && *p != ';')) {
            parameter->strict = 0;
        }

        return ngx_eo_waf_form_skip(p, last);
    }

    p++;

    if (p < last && *p <= ' ') {
        parameter->strict = 0;
        p = ngx_eo_waf_form_blanks(p, last);
    }

    return ngx_eo_waf_form_value(p, last, parameter);
}


static u_char *
ngx_eo_waf_form_value(u_char *p, u_char *last,
    ngx_eo_waf_parameter_t *parameter)
{
    parameter->value.data = p;

    if (p < last && *p == '"') {
        parameter->quoted = 1;
        parameter->value.data = ++p;

        while (p < last && *p != '"') {

            if (*p == '\\') {
                parameter->escaped = 1;
                p++;
            }

            if (p < last) {
                p++;
            }
        }

        parameter->value.len = p - parameter->value.data;

        if (p == last) {
            parameter->strict = 0;
            return last;
        }

        p++;

    } else {
        while (p < last && *p != ';' && *p > ' ' && *p != 0x7f) {
            p++;
        }

        parameter->value.len = p - parameter->value.data;

        if (parameter->value.len == 0) {
            parameter->strict = 0;
        }
    }

    p = ngx_eo_waf_form_blanks(p, last);

    if (p < last && *p != ';') {
        parameter->strict = 0;
    }

    return ngx_eo_waf_form_skip(p, last);
}


static u_char *
ngx_eo_waf_form_skip(u_char *p, u_char *last)
{
    while (p < last && *p != ';') {
        p++;
    }

    return p;
}


ngx_uint_t
ngx_eo_waf_form_charset(ngx_str_t *charset)
{
    size_t       len;
    ngx_uint_t   i;

    static const char  *known[] = {
        "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-", "iso8859-",
        "latin", "windows-125", "cp125", "koi8-", "shift_jis", "shift-jis",
        "sjis", "euc-", "gb2312", "gbk", "gb18030", "big5", "ks_c_5601",
        "windows-874", "windows-949", "windows-31j", "tis-620"
    };

    if (charset->len == 0) {
        return 1;
    }

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        len = ngx_strlen(known[i]);

        if (charset->len >= len
            && ngx_strncasecmp(charset->data, (u_char *) known[i], len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_waf_form_is(ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_strncasecmp(text->data, (u_char *) name, text->len) == 0;
}


/* how often a name is in a text */

static ngx_uint_t
ngx_eo_waf_form_count(u_char *p, u_char *last, const char *name)
{
    size_t      len;
    ngx_uint_t  n;

    len = ngx_strlen(name);

    for (n = 0; (size_t) (last - p) >= len; p++) {
        if (ngx_strncasecmp(p, (u_char *) name, len) == 0) {
            n++;
        }
    }

    return n;
}


static u_char *
ngx_eo_waf_form_blanks(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


static ngx_uint_t
ngx_eo_waf_form_token(u_char ch)
{
    return (ch >= '0' && ch <= '9')
           || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z')
           || (ch && ngx_strchr("!#$%&'*+-.^_`|~", ch));
}
