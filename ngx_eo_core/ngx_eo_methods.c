
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_methods.h"


#define NGX_EO_METHOD_MAX  32


static ngx_eo_methods_t *ngx_eo_methods_create(ngx_conf_t *cf);
static ngx_int_t ngx_eo_methods_add(ngx_eo_methods_t *methods,
    ngx_str_t *name);
static ngx_uint_t ngx_eo_methods_valid(ngx_str_t *name);


/* docs/behaviour.md, 10 */

static ngx_str_t  ngx_eo_default_methods[] = {
    ngx_string("GET"), ngx_string("HEAD"), ngx_string("POST"),
    ngx_string("PUT"), ngx_string("DELETE"), ngx_string("TRACE"),
    ngx_string("CONNECT"), ngx_string("OPTIONS"), ngx_string("PATCH"),
    ngx_string("COPY"), ngx_string("LOCK"), ngx_string("MKCOL"),
    ngx_string("MOVE"), ngx_string("PROPFIND"), ngx_string("PROPPATCH"),
    ngx_string("UNLOCK"),
    ngx_null_string
};


static struct {
    ngx_str_t    name;
    ngx_uint_t   method;
} ngx_eo_known_methods[] = {
    { ngx_string("GET"), NGX_HTTP_GET },
    { ngx_string("HEAD"), NGX_HTTP_HEAD },
    { ngx_string("POST"), NGX_HTTP_POST },
    { ngx_string("PUT"), NGX_HTTP_PUT },
    { ngx_string("DELETE"), NGX_HTTP_DELETE },
    { ngx_string("MKCOL"), NGX_HTTP_MKCOL },
    { ngx_string("COPY"), NGX_HTTP_COPY },
    { ngx_string("MOVE"), NGX_HTTP_MOVE },
    { ngx_string("OPTIONS"), NGX_HTTP_OPTIONS },
    { ngx_string("PROPFIND"), NGX_HTTP_PROPFIND },
    { ngx_string("PROPPATCH"), NGX_HTTP_PROPPATCH },
    { ngx_string("LOCK"), NGX_HTTP_LOCK },
    { ngx_string("UNLOCK"), NGX_HTTP_UNLOCK },
    { ngx_string("PATCH"), NGX_HTTP_PATCH },
    { ngx_string("TRACE"), NGX_HTTP_TRACE },
    { ngx_string("CONNECT"), NGX_HTTP_CONNECT },
    { ngx_null_string, 0 }
};


static ngx_int_t
ngx_eo_methods_add(ngx_eo_methods_t *methods, ngx_str_t *name)
{
    ngx_str_t   *custom;
    ngx_uint_t   i;

    for (i = 0; ngx_eo_known_methods[i].name.len; i++) {

        if (ngx_eo_known_methods[i].name.len == name->len
            && ngx_strncmp(ngx_eo_known_methods[i].name.data, name->data,
                           name->len)
               == 0)
        {
            methods->known |= ngx_eo_known_methods[i].method;
            return NGX_OK;
        }
    }

    custom = ngx_array_push(&methods->names);
    if (custom == NULL) {
        return NGX_ERROR;
    }

    *custom = *name;

    return NGX_OK;
}


static ngx_eo_methods_t *
ngx_eo_methods_create(ngx_conf_t *cf)
{
    ngx_eo_methods_t  *methods;

    methods = ngx_pcalloc(cf->pool, sizeof(ngx_eo_methods_t));
    if (methods == NULL) {
        return NULL;
    }

    if (ngx_array_init(&methods->names, cf->pool, 1, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NULL;
    }

    return methods;
}


ngx_eo_methods_t *
ngx_eo_methods_default(ngx_conf_t *cf)
{
    ngx_str_t         *name;
    ngx_eo_methods_t  *methods;

    methods = ngx_eo_methods_create(cf);
    if (methods == NULL) {
        return NULL;
    }

    for (name = ngx_eo_default_methods; name->len; name++) {

        if (ngx_eo_methods_add(methods, name) != NGX_OK) {
            return NULL;
        }
    }

    return methods;
}


char *
ngx_eo_methods_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    ngx_str_t                *value, name;
    ngx_uint_t                i, more, plus;
    ngx_eo_methods_t         *methods;
    ngx_eo_core_main_conf_t  *mcf;

    if (lcf->allowed_methods != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        lcf->allowed_methods = NULL;
        return NGX_CONF_OK;
    }

    more = (ngx_strcmp(value[1].data, "default") == 0);

    if (more && cf->args->nelts == 2) {
        mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);
        lcf->allowed_methods = mcf->default_methods;
        return NGX_CONF_OK;
    }

    methods = more ? ngx_eo_methods_default(cf) : ngx_eo_methods_create(cf);
    if (methods == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1 + more; i < cf->args->nelts; i++) {

        name = value[i];

        /* behind "default" all have a plus */

        plus = (more && name.len && name.data[0] == '+');

        name.data += plus;
        name.len -= plus;

        if (plus != more || !ngx_eo_methods_valid(&name)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid method \"%V\" in \"%V\": it must be "
                               "\"off\", \"default\", \"default\" with more "
                               "as in \"default +REPORT +SEARCH\", or methods "
                               "in capital letters such as \"GET HEAD POST\"",
                               &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        if (ngx_eo_methods_add(methods, &name) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    lcf->allowed_methods = methods;

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_eo_methods_valid(ngx_str_t *name)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (!(ch >= 'A' && ch <= 'Z') && ch != '_' && ch != '-') {
            return 0;
        }
    }

    return name->len > 0 && name->len <= NGX_EO_METHOD_MAX;
}


ngx_uint_t
ngx_eo_methods_allow(ngx_eo_methods_t *methods, ngx_uint_t method,
    ngx_str_t *name)
{
    ngx_str_t   *custom;
    ngx_uint_t   i;

    if (method != NGX_HTTP_UNKNOWN) {
        return (method & methods->known) != 0;
    }

    custom = methods->names.elts;

    for (i = 0; i < methods->names.nelts; i++) {

        if (custom[i].len == name->len
            && ngx_memcmp(custom[i].data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
