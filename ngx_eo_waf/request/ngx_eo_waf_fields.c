
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_fields.h"
#include "ngx_eo_waf_multipart.h"
#include "ngx_eo_waf_parts.h"


static ngx_int_t ngx_eo_waf_field_read(ngx_http_request_t *r,
    ngx_eo_expr_slot_t *slot, ngx_uint_t loose, ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_waf_field_form(ngx_http_request_t *r,
    ngx_str_t *name, ngx_uint_t loose, ngx_str_t *text);
static ngx_int_t ngx_eo_waf_field_arg(ngx_http_request_t *r,
    ngx_str_t *args, ngx_str_t *name, ngx_uint_t loose, ngx_str_t *text);
static void ngx_eo_waf_field_compare(ngx_http_request_t *r, ngx_int_t rc,
    ngx_str_t *text, ngx_int_t loose_rc, ngx_str_t *loose_text);
static void ngx_eo_waf_field_version(ngx_http_request_t *r, ngx_str_t *text);
static ngx_int_t ngx_eo_waf_field_target(ngx_http_request_t *r,
    ngx_eo_field_e id, ngx_uint_t loose, ngx_str_t *text);
static ngx_int_t ngx_eo_waf_field_path(ngx_http_request_t *r,
    ngx_uint_t loose, ngx_eo_waf_target_t *target);
static ngx_int_t ngx_eo_waf_field_uri(ngx_http_request_t *r,
    ngx_uint_t loose, ngx_eo_waf_target_t *target);
static ngx_int_t ngx_eo_waf_field_header(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *text);
static ngx_int_t ngx_eo_waf_field_cookie(ngx_http_request_t *r,
    ngx_str_t *name, ngx_uint_t loose, ngx_str_t *text);
static ngx_int_t ngx_eo_waf_cookies(ngx_http_request_t *r, ngx_str_t *name,
    ngx_uint_t loose, ngx_str_t *text);
static ngx_int_t ngx_eo_waf_field_addr(ngx_http_request_t *r,
    ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_waf_field_forwarded(ngx_http_request_t *r,
    ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_waf_field_port(ngx_http_request_t *r,
    ngx_str_t *text);
static ngx_int_t ngx_eo_waf_field_variable(ngx_http_request_t *r,
    ngx_int_t index, ngx_str_t *text);
static ngx_uint_t ngx_eo_waf_variable_defined(ngx_conf_t *cf,
    ngx_str_t *name);


ngx_int_t
ngx_eo_waf_field(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    return ngx_eo_waf_field_read(data, slot, 0, value);
}


ngx_int_t
ngx_eo_waf_field_loose(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    return ngx_eo_waf_field_read(data, slot, 1, value);
}


static ngx_int_t
ngx_eo_waf_field_read(ngx_http_request_t *r, ngx_eo_expr_slot_t *slot,
    ngx_uint_t loose, ngx_eo_expr_value_t *value)
{
    ngx_str_t                 *text, query;
    ngx_http_core_srv_conf_t  *cscf;

    text = &value->text;

    switch (slot->field->id) {

    case NGX_EO_FIELD_SCHEME:
        ngx_str_set(text, "http");

#if (NGX_HTTP_SSL)
        if (r->connection->ssl) {
            ngx_str_set(text, "https");
        }
#endif

        return NGX_OK;

    case NGX_EO_FIELD_ZONE:
        cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
        *text = cscf->server_name;
        return NGX_OK;

    case NGX_EO_FIELD_HOST:
        *text = r->headers_in.server;
        return NGX_OK;

    case NGX_EO_FIELD_METHOD:
        *text = r->method_name;
        return NGX_OK;

    case NGX_EO_FIELD_VERSION:
        ngx_eo_waf_field_version(r, text);
        return NGX_OK;

    case NGX_EO_FIELD_HEADER:
        return ngx_eo_waf_field_header(r, &slot->key, text);

    case NGX_EO_FIELD_COOKIE:
        return ngx_eo_waf_field_cookie(r, &slot->key, loose, text);

    case NGX_EO_FIELD_ARG:
        ngx_eo_waf_query(&r->unparsed_uri, loose, &query);
        return ngx_eo_waf_field_arg(r, &query, &slot->key, loose, text);

    case NGX_EO_FIELD_FORM:
        return ngx_eo_waf_field_form(r, &slot->key, loose, text);

    case NGX_EO_FIELD_IP:
        return ngx_eo_waf_field_addr(r, value);

    case NGX_EO_FIELD_XFF_IP:
        return ngx_eo_waf_field_forwarded(r, value);

    case NGX_EO_FIELD_PORT:
        return ngx_eo_waf_field_port(r, text);

    case NGX_EO_FIELD_VARIABLE:
        return ngx_eo_waf_field_variable(r, slot->variable, text);

    default:
        return ngx_eo_waf_field_target(r, slot->field->id, loose, text);
    }
}


static ngx_int_t
ngx_eo_waf_field_form(ngx_http_request_t *r, ngx_str_t *name,
    ngx_uint_t loose, ngx_str_t *text)
{
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state == NULL || !state->form_known) {
        return NGX_DECLINED;
    }

    if (state->form.kind == NGX_EO_WAF_FORM_AMBIGUOUS) {
        return NGX_ABORT;
    }

    if (!state->has_form) {
        return NGX_DECLINED;
    }

    if (state->form.kind == NGX_EO_WAF_FORM_MULTIPART) {
        return ngx_eo_waf_multipart_field(&state->form, &state->body, name,
                                          text);
    }

    return ngx_eo_waf_field_arg(r, &state->body, name, loose, text);
}


static ngx_int_t
ngx_eo_waf_field_arg(ngx_http_request_t *r, ngx_str_t *args,
    ngx_str_t *name, ngx_uint_t loose, ngx_str_t *text)
{
    ngx_int_t  rc, loose_rc;
    ngx_str_t  loose_text;

    rc = ngx_eo_waf_arg(r->pool, args, name, loose, text);

    if (loose || ngx_eo_waf_args_plain(args)) {
        return rc;
    }

    loose_rc = ngx_eo_waf_arg(r->pool, args, name, 1, &loose_text);

    ngx_eo_waf_field_compare(r, rc, text, loose_rc, &loose_text);

    return rc;
}


/* most requests have but one reading, and are evaluated once */

static void
ngx_eo_waf_field_compare(ngx_http_request_t *r, ngx_int_t rc,
    ngx_str_t *text, ngx_int_t loose_rc, ngx_str_t *loose_text)
{
    ngx_eo_waf_state_t  *state;

    if (rc == loose_rc
        && (rc != NGX_OK
            || (text->len == loose_text->len
                && ngx_memcmp(text->data, loose_text->data, text->len) == 0)))
    {
        return;
    }

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state != NULL) {
        state->differs = 1;
    }
}


/* nginx writes HTTP/2.0 and HTTP/3.0 */

static void
ngx_eo_waf_field_version(ngx_http_request_t *r, ngx_str_t *text)
{
    switch (r->http_version / 1000) {

    case 2:
        ngx_str_set(text, "HTTP/2");
        break;

    case 3:
        ngx_str_set(text, "HTTP/3");
        break;

    default:
        *text = r->http_protocol;
    }
}


static ngx_int_t
ngx_eo_waf_field_target(ngx_http_request_t *r, ngx_eo_field_e id,
    ngx_uint_t loose, ngx_str_t *text)
{
    ngx_eo_waf_state_t   *state;
    ngx_eo_waf_target_t  *target;

    if (id == NGX_EO_FIELD_QUERY) {
        ngx_eo_waf_query(&r->unparsed_uri, loose, text);
        return NGX_OK;
    }

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return NGX_ERROR;
    }

    target = &state->targets[loose];

    if (ngx_eo_waf_field_path(r, loose, target) != NGX_OK) {
        return NGX_ERROR;
    }

    switch (id) {

    case NGX_EO_FIELD_PATH:
        *text = target->path;
        return NGX_OK;

    case NGX_EO_FIELD_FILE_EXTENSION:
        ngx_eo_waf_extension(&target->path, text);
        return NGX_OK;

    case NGX_EO_FIELD_FILENAME:
        ngx_eo_waf_filename(&target->path, text);
        return NGX_OK;

    default: /* NGX_EO_FIELD_URI, NGX_EO_FIELD_FULL_URI */

        if (ngx_eo_waf_field_uri(r, loose, target) != NGX_OK) {
            return NGX_ERROR;
        }

        *text = (id == NGX_EO_FIELD_URI) ? target->uri : target->full_uri;
        return NGX_OK;
    }
}


static ngx_int_t
ngx_eo_waf_field_path(ngx_http_request_t *r, ngx_uint_t loose,
    ngx_eo_waf_target_t *target)
{
    ngx_http_core_srv_conf_t  *cscf;

    if (target->has_path) {
        return NGX_OK;
    }

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    target->has_path = 1;

    return ngx_eo_waf_path(r->pool, &r->unparsed_uri, cscf->merge_slashes,
                           loose, &target->path);
}


/* uri is the end of full_uri */

static ngx_int_t
ngx_eo_waf_field_uri(ngx_http_request_t *r, ngx_uint_t loose,
    ngx_eo_waf_target_t *target)
{
    u_char     *p;
    ngx_str_t   query;

    if (target->has_uri) {
        return NGX_OK;
    }

    ngx_eo_waf_query(&r->unparsed_uri, loose, &query);

    p = ngx_pnalloc(r->pool, sizeof("https://?") - 1
                             + r->headers_in.server.len
                             + target->path.len + query.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    target->full_uri.data = p;

#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        p = ngx_cpymem(p, "https://", sizeof("https://") - 1);

    } else
#endif
    {
        p = ngx_cpymem(p, "http://", sizeof("http://") - 1);
    }

    p = ngx_cpymem(p, r->headers_in.server.data, r->headers_in.server.len);

    target->uri.data = p;

    p = ngx_cpymem(p, target->path.data, target->path.len);

    if (query.len) {
        *p++ = '?';
        p = ngx_cpymem(p, query.data, query.len);
    }

    target->uri.len = p - target->uri.data;
    target->full_uri.len = p - target->full_uri.data;
    target->has_uri = 1;

    return NGX_OK;
}


/* of repeated headers the last */

static ngx_int_t
ngx_eo_waf_field_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *text)
{
    ngx_int_t         rc;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    rc = NGX_DECLINED;

    i = 0;
    part = &r->headers_in.headers.part;

    for ( ;; ) {
        h = ngx_eo_next_header(&part, &i);
        if (h == NULL) {
            return rc;
        }

        if (h->key.len == name->len
            && ngx_memcmp(h->lowcase_key, name->data, name->len) == 0)
        {
            *text = h->value;
            rc = NGX_OK;
        }
    }
}


static ngx_int_t
ngx_eo_waf_field_cookie(ngx_http_request_t *r, ngx_str_t *name,
    ngx_uint_t loose, ngx_str_t *text)
{
    ngx_int_t  rc, loose_rc;
    ngx_str_t  loose_text;

    rc = ngx_eo_waf_cookies(r, name, loose, text);

    if (!loose) {
        loose_rc = ngx_eo_waf_cookies(r, name, 1, &loose_text);

        ngx_eo_waf_field_compare(r, rc, text, loose_rc, &loose_text);
    }

    return rc;
}


static ngx_int_t
ngx_eo_waf_cookies(ngx_http_request_t *r, ngx_str_t *name, ngx_uint_t loose,
    ngx_str_t *text)
{
    ngx_int_t         rc;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    rc = NGX_DECLINED;

    i = 0;
    part = &r->headers_in.headers.part;

    for ( ;; ) {
        h = ngx_eo_next_header(&part, &i);
        if (h == NULL) {
            return rc;
        }

        if (h->key.len == sizeof("cookie") - 1
            && ngx_memcmp(h->lowcase_key, "cookie", sizeof("cookie") - 1) == 0
            && ngx_eo_waf_cookie(&h->value, name, loose, text) == NGX_OK)
        {
            rc = NGX_OK;
        }
    }
}


ngx_int_t
ngx_eo_waf_client_addr(ngx_http_request_t *r, u_char *addr)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (r->connection->sockaddr->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        ngx_memcpy(addr, &sin6->sin6_addr, 16);
        return NGX_OK;
#endif

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;
        ngx_memzero(addr, 10);
        addr[10] = 0xff;
        addr[11] = 0xff;
        ngx_memcpy(addr + 12, &sin->sin_addr, 4);
        return NGX_OK;

    default: /* AF_UNIX */
        return NGX_DECLINED;
    }
}


static ngx_int_t
ngx_eo_waf_field_addr(ngx_http_request_t *r, ngx_eo_expr_value_t *value)
{
    value->text = r->connection->addr_text;
    value->addr_known = 1;
    value->has_addr = (ngx_eo_waf_client_addr(r, value->addr) == NGX_OK);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_waf_field_forwarded(ngx_http_request_t *r, ngx_eo_expr_value_t *value)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    i = 0;
    part = &r->headers_in.headers.part;

    for ( ;; ) {
        h = ngx_eo_next_header(&part, &i);

        if (h == NULL) {
            return ngx_eo_waf_field_addr(r, value);
        }

        if (h->key.len != sizeof("x-forwarded-for") - 1
            || ngx_memcmp(h->lowcase_key, "x-forwarded-for",
                          sizeof("x-forwarded-for") - 1)
               != 0)
        {
            continue;
        }

        if (ngx_eo_waf_forwarded(&h->value, &value->text) != NGX_OK) {
            return ngx_eo_waf_field_addr(r, value);
        }

        return NGX_OK;
    }
}


static ngx_int_t
ngx_eo_waf_field_port(ngx_http_request_t *r, ngx_str_t *text)
{
    in_port_t  port;

    port = ngx_inet_get_port(r->connection->sockaddr);

    text->data = ngx_pnalloc(r->pool, sizeof("65535") - 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_sprintf(text->data, "%ui", (ngx_uint_t) port)
                - text->data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_waf_field_variable(ngx_http_request_t *r, ngx_int_t index,
    ngx_str_t *text)
{
    ngx_http_variable_value_t  *v;

    v = ngx_http_get_flushed_variable(r, index);

    if (v == NULL) {
        return NGX_ERROR;
    }

    if (v->not_found || v->len == 0) {
        return NGX_DECLINED;
    }

    text->data = v->data;
    text->len = v->len;

    return NGX_OK;
}


ngx_int_t
ngx_eo_waf_fields_init(ngx_conf_t *cf, ngx_eo_expr_env_t *env)
{
    ngx_str_t           *name;
    ngx_uint_t           i;
    ngx_eo_expr_slot_t  *slots;

    slots = env->slots.elts;

    for (i = 0; i < env->slots.nelts; i++) {

        if (slots[i].field->id != NGX_EO_FIELD_VARIABLE) {
            continue;
        }

        name = &slots[i].field->text;

        if (!ngx_eo_waf_variable_defined(cf, name)) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "the field \"${%V}\" needs the variable \"$%V\": "
                          "load the module that has it, or define it with "
                          "\"map\", \"geo\" or \"set\"",
                          &slots[i].field->name, name);
            return NGX_ERROR;
        }

        slots[i].variable = ngx_http_get_variable_index(cf, name);

        if (slots[i].variable == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_waf_variable_defined(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        if (key[i].key.len == name->len
            && ngx_strncmp(key[i].key.data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
