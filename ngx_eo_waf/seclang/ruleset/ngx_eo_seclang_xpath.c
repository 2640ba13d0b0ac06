
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Compiles paths into XML documents.
 */


#include "ngx_eo_seclang_xpath.h"


/* steps are the bits of a word */

#define NGX_EO_SECLANG_XPATH_STEPS  64

#define NGX_EO_SECLANG_XPATH_FORM                                             \
    "it has to be of the form \"/a/b\", \"//a\", \"/p:a//@b\", with \"*\" "   \
    "for any name"


static ngx_uint_t ngx_eo_seclang_xpath_is_name(u_char c);
static u_char *ngx_eo_seclang_xpath_name(u_char *p, u_char *last,
    ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_xpath_prefix(ngx_array_t *namespaces,
    ngx_str_t *prefix, ngx_str_t *uri);
static u_char *ngx_eo_seclang_xpath_test(u_char *p, u_char *last,
    ngx_array_t *namespaces, ngx_eo_seclang_xpath_step_t *step, u_char *reason);
static ngx_int_t ngx_eo_seclang_xpath_parse(ngx_eo_seclang_xpath_t *path,
    ngx_array_t *namespaces, u_char *reason);
static ngx_uint_t ngx_eo_seclang_xpath_is_same(ngx_eo_seclang_xpath_t *a,
    ngx_eo_seclang_xpath_t *b);


ngx_uint_t
ngx_eo_seclang_xpath_is_plain(ngx_str_t *text)
{
    return (text->len == 2 && ngx_strncmp(text->data, "/*", 2) == 0)
           || (text->len == 4 && ngx_strncmp(text->data, "//@*", 4) == 0);
}


/* what may be in a name; libxml2 has seen to it that names are ones */

static ngx_uint_t
ngx_eo_seclang_xpath_is_name(u_char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
           || (c >= '0' && c <= '9')
           || c == '_' || c == '-' || c == '.' || c >= 0x80;
}


static u_char *
ngx_eo_seclang_xpath_name(u_char *p, u_char *last, ngx_str_t *name)
{
    name->data = p;

    if (p < last && *p == '*') {
        name->len = 0;
        return p + 1;
    }

    while (p < last && ngx_eo_seclang_xpath_is_name(*p)) {
        p++;
    }

    name->len = p - name->data;

    return name->len ? p : NULL;
}


static ngx_int_t
ngx_eo_seclang_xpath_prefix(ngx_array_t *namespaces, ngx_str_t *prefix,
    ngx_str_t *uri)
{
    ngx_uint_t     i;
    ngx_keyval_t  *namespace;

    namespace = namespaces->elts;

    for (i = 0; i < namespaces->nelts; i++) {
        if (namespace[i].key.len == prefix->len
            && ngx_memcmp(namespace[i].key.data, prefix->data, prefix->len)
               == 0)
        {
            *uri = namespace[i].value;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


/* "name", "prefix:name", "*", "prefix:*"; returns where it ends, or NULL */

static u_char *
ngx_eo_seclang_xpath_test(u_char *p, u_char *last, ngx_array_t *namespaces,
    ngx_eo_seclang_xpath_step_t *step, u_char *reason)
{
    ngx_str_t  prefix;

    p = ngx_eo_seclang_xpath_name(p, last, &step->name);

    if (p == NULL || p == last || *p != ':') {
        return p;
    }

    prefix = step->name;
    p = ngx_eo_seclang_xpath_name(p + 1, last, &step->name);

    if (p == NULL || prefix.len == 0) {
        return NULL;
    }

    if (ngx_eo_seclang_xpath_prefix(namespaces, &prefix, &step->uri)
        != NGX_OK)
    {
        *ngx_snprintf(reason, NGX_MAX_CONF_ERRSTR - 1,
                      "the rule has no \"xmlns:%V=URI\"", &prefix) = '\0';
        return NULL;
    }

    return p;
}


static ngx_int_t
ngx_eo_seclang_xpath_parse(ngx_eo_seclang_xpath_t *path,
    ngx_array_t *namespaces, u_char *reason)
{
    u_char                       *p, *last;
    ngx_eo_seclang_xpath_step_t  *step;

    p = path->text.data;
    last = p + path->text.len;

    ngx_cpystrn(reason, (u_char *) NGX_EO_SECLANG_XPATH_FORM,
                NGX_MAX_CONF_ERRSTR);

    while (p < last) {

        if (*p++ != '/' || path->attribute
            || path->nsteps == NGX_EO_SECLANG_XPATH_STEPS)
        {
            return NGX_ERROR;
        }

        step = &path->steps[path->nsteps++];
        ngx_memzero(step, sizeof(ngx_eo_seclang_xpath_step_t));

        if (p < last && *p == '/') {
            step->anywhere = 1;
            p++;
        }

        if (p < last && *p == '@') {
            path->attribute = 1;
            p++;
        }

        p = ngx_eo_seclang_xpath_test(p, last, namespaces, step, reason);

        if (p == NULL) {
            return NGX_ERROR;
        }
    }

    /* "/@a": a document has no attributes of its own */

    return (path->nsteps == 0
            || (path->attribute && path->nsteps == 1
                && !path->steps[0].anywhere))
           ? NGX_ERROR : NGX_OK;
}


static ngx_uint_t
ngx_eo_seclang_xpath_is_same(ngx_eo_seclang_xpath_t *a,
    ngx_eo_seclang_xpath_t *b)
{
    ngx_str_t   *first, *second;
    ngx_uint_t   i;

    for (i = 0; i < a->nsteps; i++) {
        first = &a->steps[i].uri;
        second = &b->steps[i].uri;

        if (first->len != second->len
            || ngx_memcmp(first->data, second->data, first->len) != 0)
        {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
ngx_eo_seclang_xpath_add(ngx_pool_t *pool, ngx_array_t *paths,
    ngx_str_t *text, ngx_array_t *namespaces, u_char *reason)
{
    ngx_uint_t               i;
    ngx_eo_seclang_xpath_t   path, *old, *new;

    if (ngx_eo_seclang_xpath_is_plain(text)) {
        return NGX_OK;
    }

    ngx_memzero(&path, sizeof(ngx_eo_seclang_xpath_t));

    path.text = *text;
    path.steps = ngx_palloc(pool, NGX_EO_SECLANG_XPATH_STEPS
                                  * sizeof(ngx_eo_seclang_xpath_step_t));

    if (path.steps == NULL
        || ngx_eo_seclang_xpath_parse(&path, namespaces, reason) != NGX_OK)
    {
        return NGX_ERROR;
    }

    old = paths->elts;

    for (i = 0; i < paths->nelts; i++) {

        if (old[i].text.len != text->len
            || ngx_strncasecmp(old[i].text.data, text->data, text->len) != 0)
        {
            continue;
        }

        /* what is found is told by the path as it is written */

        if (ngx_memcmp(old[i].text.data, text->data, text->len) == 0
            && ngx_eo_seclang_xpath_is_same(&old[i], &path))
        {
            return NGX_OK;
        }

        ngx_cpystrn(reason, (u_char *) "an earlier rule has it with other "
                    "namespaces, or in other letter case",
                    NGX_MAX_CONF_ERRSTR);
        return NGX_ERROR;
    }

    new = ngx_array_push(paths);
    if (new == NULL) {
        return NGX_ERROR;
    }

    *new = path;

    return NGX_OK;
}
