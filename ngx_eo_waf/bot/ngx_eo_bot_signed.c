
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Signed requests: their components, and that no signature comes twice.
 */


#include "ngx_eo_bot_signed.h"
#include "ngx_eo_bot_keys.h"
#include "ngx_eo_bot_table.h"


/* seconds that a nonce is remembered at most */

#define NGX_EO_BOT_NONCE_TIME  86400


static ngx_int_t ngx_eo_bot_signed_component(void *data, ngx_str_t *name,
    ngx_str_t *value);
static ngx_int_t ngx_eo_bot_signed_derived(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *value);
static ngx_int_t ngx_eo_bot_signed_authority(ngx_http_request_t *r,
    ngx_str_t *value);
static ngx_int_t ngx_eo_bot_signed_target(ngx_http_request_t *r,
    ngx_str_t *value);
static void ngx_eo_bot_signed_scheme(ngx_http_request_t *r,
    ngx_str_t *value);
static ngx_int_t ngx_eo_bot_signed_header(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *value);
static ngx_uint_t ngx_eo_bot_signed_first(ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_signature_t *signature);


ngx_int_t
ngx_eo_bot_signed(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_str_t *name, const char **reason)
{
    u_char                   key[NGX_EO_BOT_ED25519_KEY];
    ngx_int_t                rc;
    ngx_str_t                input, value, *owner;
    ngx_uint_t               agent;
    ngx_eo_bot_signature_t   signature;

    static ngx_str_t  input_name = ngx_string("signature-input");
    static ngx_str_t  value_name = ngx_string("signature");
    static ngx_str_t  agent_name = ngx_string("signature-agent");

    *reason = "";

    if (ngx_eo_bot_signed_header(r, &input_name, &input) != NGX_OK
        || ngx_eo_bot_signed_header(r, &value_name, &value) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    rc = ngx_eo_bot_signature_parse(&signature, &input, &value, reason);

    if (rc == NGX_DECLINED) {
        *reason = "";
    }

    if (rc != NGX_OK) {
        return NGX_DECLINED;
    }

    owner = ngx_eo_bot_keys_find(main->keys, &signature.keyid, key);

    if (owner == NULL) {
        *reason = "unknown key";
        return NGX_DECLINED;
    }

    agent = (ngx_eo_bot_signed_header(r, &agent_name, &value) == NGX_OK);

    if (ngx_eo_bot_signature_check(&signature, ngx_time(), agent, reason)
        != NGX_OK
        || ngx_eo_bot_signature_verify(&signature, key,
                                       ngx_eo_bot_signed_component, r, reason)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_eo_bot_signed_first(main, &signature)) {
        *reason = "nonce was used before";
        return NGX_ERROR;
    }

    *name = *owner;
    *reason = "ok";

    return NGX_OK;
}


static ngx_int_t
ngx_eo_bot_signed_component(void *data, ngx_str_t *name, ngx_str_t *value)
{
    ngx_http_request_t  *r = data;

    return (name->data[0] == '@') ? ngx_eo_bot_signed_derived(r, name, value)
                                  : ngx_eo_bot_signed_header(r, name, value);
}


/* RFC 9421, 2.2 */

static ngx_int_t
ngx_eo_bot_signed_derived(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    u_char  *question, *last;

    if (name->len == 7 && ngx_memcmp(name->data, "@method", 7) == 0) {
        *value = r->method_name;
        return NGX_OK;
    }

    if (name->len == 10 && ngx_memcmp(name->data, "@authority", 10) == 0) {
        return ngx_eo_bot_signed_authority(r, value);
    }

    if (name->len == 11 && ngx_memcmp(name->data, "@target-uri", 11) == 0) {
        return ngx_eo_bot_signed_target(r, value);
    }

    if (name->len == 7 && ngx_memcmp(name->data, "@scheme", 7) == 0) {
        ngx_eo_bot_signed_scheme(r, value);
        return NGX_OK;
    }

    last = r->unparsed_uri.data + r->unparsed_uri.len;
    question = ngx_strlchr(r->unparsed_uri.data, last, '?');

    if (name->len == 5 && ngx_memcmp(name->data, "@path", 5) == 0) {
        value->data = r->unparsed_uri.data;
        value->len = (question ? question : last) - value->data;
        return NGX_OK;
    }

    if (name->len == 6 && ngx_memcmp(name->data, "@query", 6) == 0) {

        if (question == NULL) {
            ngx_str_set(value, "?");
            return NGX_OK;
        }

        value->data = question;
        value->len = last - question;
        return NGX_OK;
    }

    return NGX_DECLINED;
}


/* in lower case, without the port that the scheme has anyway */

static ngx_int_t
ngx_eo_bot_signed_authority(ngx_http_request_t *r, ngx_str_t *value)
{
    ngx_str_t  *host, scheme, port;

    if (r->headers_in.host == NULL) {
        return NGX_DECLINED;
    }

    host = &r->headers_in.host->value;

    value->data = ngx_pnalloc(r->pool, host->len + 1);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow(value->data, host->data, host->len);
    value->len = host->len;

    ngx_eo_bot_signed_scheme(r, &scheme);

    if (scheme.len == 5) {
        ngx_str_set(&port, ":443");

    } else {
        ngx_str_set(&port, ":80");
    }

    if (value->len > port.len
        && ngx_memcmp(value->data + value->len - port.len, port.data,
                      port.len)
           == 0)
    {
        value->len -= port.len;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_bot_signed_target(ngx_http_request_t *r, ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   authority, scheme;

    if (ngx_eo_bot_signed_authority(r, &authority) != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_eo_bot_signed_scheme(r, &scheme);

    p = ngx_pnalloc(r->pool, scheme.len + 3 + authority.len
                             + r->unparsed_uri.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;
    value->len = ngx_sprintf(p, "%V://%V%V", &scheme, &authority,
                             &r->unparsed_uri)
                 - p;

    return NGX_OK;
}


static void
ngx_eo_bot_signed_scheme(ngx_http_request_t *r, ngx_str_t *value)
{
#if (NGX_HTTP_SSL)

    if (r->connection->ssl) {
        ngx_str_set(value, "https");
        return;
    }

#endif

    ngx_str_set(value, "http");
}


/* all values of a header, joined as RFC 9421, 2.1 has it */

static ngx_int_t
ngx_eo_bot_signed_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    u_char           *p;
    size_t            len;
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    i = 0;
    n = 0;
    len = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (h->key.len == name->len
            && ngx_strncasecmp(h->key.data, name->data, name->len) == 0)
        {
            *value = h->value;
            len += h->value.len + 2;
            n++;
        }
    }

    if (n < 2) {
        return n ? NGX_OK : NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (h->key.len == name->len
            && ngx_strncasecmp(h->key.data, name->data, name->len) == 0)
        {
            if (p != value->data) {
                *p++ = ',';
                *p++ = ' ';
            }

            p = ngx_cpymem(p, h->value.data, h->value.len);
        }
    }

    value->len = p - value->data;

    return NGX_OK;
}


/* a signature without a nonce may come again until it expires */

static ngx_uint_t
ngx_eo_bot_signed_first(ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_signature_t *signature)
{
    time_t  left;

    if (signature->nonce.len == 0) {
        return 1;
    }

    left = signature->expires - ngx_time();

    return ngx_eo_bot_table_once(main->nonces,
                                 ngx_eo_bot_table_key(main->nonces,
                                                      &signature->keyid,
                                                      &signature->nonce),
                                 ngx_min(left, NGX_EO_BOT_NONCE_TIME));
}
