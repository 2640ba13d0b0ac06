
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_response_page.h"
#include "ngx_eo_core_pages.h"


/* a page is held in memory and sent with every block: no place for megabytes */

#define NGX_EO_PAGE_MAX_SIZE  (1024 * 1024)


typedef struct {
    ngx_str_t                    text;      /* as it is, or */
    ngx_int_t                    variable;  /* index, NGX_ERROR for a text */
} ngx_eo_page_part_t;


typedef struct {
    ngx_str_t                    name;
    ngx_eo_escape_e              escape;
} ngx_eo_page_type_t;


static ngx_eo_page_type_t *ngx_eo_page_type(ngx_str_t *name);
static char *ngx_eo_page_read(ngx_conf_t *cf, ngx_str_t *file,
    ngx_str_t *text);
static ngx_int_t ngx_eo_page_compile_parts(ngx_conf_t *cf, ngx_str_t *text,
    ngx_array_t *parts);
static u_char *ngx_eo_page_variable(u_char *p, u_char *last, ngx_str_t *name);
static ngx_int_t ngx_eo_page_add_text(ngx_array_t *parts, u_char *first,
    u_char *last);


static ngx_eo_page_type_t  ngx_eo_page_types[] = {
    { ngx_string("text/html"), NGX_EO_ESCAPE_HTML },
    { ngx_string("application/json"), NGX_EO_ESCAPE_JSON },
    { ngx_string("text/plain"), NGX_EO_ESCAPE_PLAIN },
    { ngx_string("text/xml"), NGX_EO_ESCAPE_HTML }
};


ngx_int_t
ngx_eo_response_page_init(ngx_conf_t *cf, ngx_eo_core_main_conf_t *mcf)
{
    static ngx_str_t  html = ngx_string(NGX_EO_CORE_ERROR_HTML);
    static ngx_str_t  json = ngx_string(NGX_EO_CORE_ERROR_JSON);

    mcf->html_page = ngx_eo_response_page_compile(cf, &html,
                                                  &ngx_eo_page_types[0].name);

    mcf->json_page = ngx_eo_response_page_compile(cf, &json,
                                                  &ngx_eo_page_types[1].name);

    if (mcf->html_page == NULL || mcf->json_page == NULL) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


char *
ngx_eo_response_page_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_main_conf_t *mcf = conf;

    char                     *rv;
    ngx_str_t                *value, text, type;
    ngx_eo_response_page_t   *page, **pages;

    value = cf->args->elts;

    ngx_str_set(&type, "text/html");

    if (cf->args->nelts == 4) {

        if (ngx_strncmp(value[3].data, "type=", 5) != 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\" in \"%V\": the only "
                               "one is \"type=MIME\"", &value[3], &cmd->name);
            return NGX_CONF_ERROR;
        }

        type.data = value[3].data + 5;
        type.len = value[3].len - 5;
    }

    if (ngx_eo_response_page_find(cf, &value[1])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" defines the page \"%V\" a second time",
                           &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    rv = ngx_eo_page_read(cf, &value[2], &text);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    page = ngx_eo_response_page_compile(cf, &text, &type);
    if (page == NULL) {
        return NGX_CONF_ERROR;
    }

    page->name = value[1];

    pages = ngx_array_push(&mcf->pages);
    if (pages == NULL) {
        return NGX_CONF_ERROR;
    }

    *pages = page;

    return NGX_CONF_OK;
}


static char *
ngx_eo_page_read(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *text)
{
    char        *rv;
    off_t        size;
    ssize_t      n;
    ngx_file_t   file;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = *name;
    file.log = cf->log;

    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_CONF_ERROR;
    }

    rv = NGX_CONF_ERROR;

    if (ngx_fd_info(file.fd, &file.info) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);
        goto done;
    }

    size = ngx_file_size(&file.info);

    if (size > NGX_EO_PAGE_MAX_SIZE || !ngx_is_file(&file.info)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" cannot be a page: it has to be a file of "
                           "at most %d bytes", name, NGX_EO_PAGE_MAX_SIZE);
        goto done;
    }

    text->data = ngx_pnalloc(cf->pool, size ? size : 1);
    if (text->data == NULL) {
        goto done;
    }

    n = ngx_read_file(&file, text->data, size, 0);

    if (n == NGX_ERROR) {
        goto done;
    }

    text->len = n;
    rv = NGX_CONF_OK;

done:

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, cf->log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", name);
    }

    return rv;
}


ngx_eo_response_page_t *
ngx_eo_response_page_find(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_uint_t                 i;
    ngx_eo_response_page_t   **pages;
    ngx_eo_core_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);

    pages = mcf->pages.elts;

    for (i = 0; i < mcf->pages.nelts; i++) {

        if (pages[i]->name.len == name->len
            && ngx_strncmp(pages[i]->name.data, name->data, name->len) == 0)
        {
            return pages[i];
        }
    }

    return NULL;
}


ngx_eo_response_page_t *
ngx_eo_response_page_compile(ngx_conf_t *cf, ngx_str_t *text, ngx_str_t *type)
{
    ngx_eo_page_type_t      *page_type;
    ngx_eo_response_page_t  *page;

    page_type = ngx_eo_page_type(type);

    if (page_type == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid type \"%V\" of a page: it can be "
                           "text/html, application/json, text/plain or "
                           "text/xml", type);
        return NULL;
    }

    page = ngx_pcalloc(cf->pool, sizeof(ngx_eo_response_page_t));
    if (page == NULL) {
        return NULL;
    }

    page->type = page_type->name;
    page->escape = page_type->escape;

    if (ngx_array_init(&page->parts, cf->pool, 16, sizeof(ngx_eo_page_part_t))
        != NGX_OK)
    {
        return NULL;
    }

    if (ngx_eo_page_compile_parts(cf, text, &page->parts) != NGX_OK) {
        return NULL;
    }

    return page;
}


static ngx_eo_page_type_t *
ngx_eo_page_type(ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0;
         i < sizeof(ngx_eo_page_types) / sizeof(ngx_eo_page_types[0]);
         i++)
    {
        if (ngx_eo_page_types[i].name.len == name->len
            && ngx_strncasecmp(ngx_eo_page_types[i].name.data, name->data,
                               name->len)
               == 0)
        {
            return &ngx_eo_page_types[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_eo_page_compile_parts(ngx_conf_t *cf, ngx_str_t *text, ngx_array_t *parts)
{
    u_char              *p, *next, *first, *last;
    ngx_str_t            name;
    ngx_eo_page_part_t  *part;

    first = text->data;
    last = text->data + text->len;

    for (p = first; p < last; p = next) {

        next = p + 1;

        if (*p != '$') {
            continue;
        }

        if (next < last && *next == '$') {

            /* "$$" stands for one "$" */

            if (ngx_eo_page_add_text(parts, first, next) != NGX_OK) {
                return NGX_ERROR;
            }

            first = ++next;
            continue;
        }

        next = ngx_eo_page_variable(p, last, &name);

        if (next == NULL) {
            next = p + 1;
            continue;
        }

        if (ngx_eo_page_add_text(parts, first, p) != NGX_OK) {
            return NGX_ERROR;
        }

        part = ngx_array_push(parts);
        if (part == NULL) {
            return NGX_ERROR;
        }

        part->variable = ngx_http_get_variable_index(cf, &name);
        if (part->variable == NGX_ERROR) {
            return NGX_ERROR;
        }

        first = next;
    }

    return ngx_eo_page_add_text(parts, first, last);
}


/*
 * Reads $name or ${name} at p.  Returns what follows, or NULL if there is no
 * variable.
 */

static u_char *
ngx_eo_page_variable(u_char *p, u_char *last, ngx_str_t *name)
{
    u_char      ch;
    ngx_uint_t  braces;

    p++;

    braces = (p < last && *p == '{');

    if (braces) {
        p++;
    }

    for (name->data = p; p < last; p++) {
        ch = *p | 0x20;

        if (!((ch >= 'a' && ch <= 'z') || *p == '_'
              || (p != name->data && *p >= '0' && *p <= '9')))
        {
            break;
        }
    }

    name->len = p - name->data;

    if (name->len == 0) {
        return NULL;
    }

    if (braces) {
        return (p < last && *p == '}') ? p + 1 : NULL;
    }

    return p;
}


static ngx_int_t
ngx_eo_page_add_text(ngx_array_t *parts, u_char *first, u_char *last)
{
    ngx_eo_page_part_t  *part;

    if (first == last) {
        return NGX_OK;
    }

    part = ngx_array_push(parts);
    if (part == NULL) {
        return NGX_ERROR;
    }

    part->text.data = first;
    part->text.len = last - first;
    part->variable = NGX_ERROR;

    return NGX_OK;
}


ngx_int_t
ngx_eo_response_page_render(ngx_http_request_t *r,
    ngx_eo_response_page_t *page, ngx_str_t *text)
{
    u_char                     *p;
    size_t                      len;
    ngx_str_t                  *values, empty;
    ngx_uint_t                  i;
    ngx_eo_page_part_t         *part;
    ngx_http_variable_value_t  *vv;

    part = page->parts.elts;

    values = ngx_palloc(r->pool, page->parts.nelts * sizeof(ngx_str_t) + 1);
    if (values == NULL) {
        return NGX_ERROR;
    }

    len = 0;
    ngx_str_null(&empty);

    for (i = 0; i < page->parts.nelts; i++) {

        if (part[i].variable == NGX_ERROR) {
            len += part[i].text.len;
            continue;
        }

        vv = ngx_http_get_flushed_variable(r, part[i].variable);

        values[i] = empty;

        if (vv && !vv->not_found) {
            values[i].data = vv->data;
            values[i].len = vv->len;
        }

        len += values[i].len * NGX_EO_ESCAPE_MAX;
    }

    p = ngx_pnalloc(r->pool, len ? len : 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < page->parts.nelts; i++) {

        if (part[i].variable == NGX_ERROR) {
            p = ngx_cpymem(p, part[i].text.data, part[i].text.len);

        } else {
            p = ngx_eo_escape(p, &values[i], page->escape);
        }
    }

    text->len = p - text->data;

    return NGX_OK;
}
