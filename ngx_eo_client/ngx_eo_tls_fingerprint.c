
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * OpenSSL shows each handshake message, put together from its records, to the
 * message callback of a connection, which SSL_new() takes from the context of
 * the listening socket's default server.  nginx leaves it alone; the client
 * hello callback, of which there is one, is nginx's own since 1.29.2.
 *
 * What a ClientHello offers is kept until the connection ends, and hashed
 * once, when somebody asks.
 */


#include "ngx_eo_tls_fingerprint.h"
#include "ngx_eo_fingerprint.h"


#if (NGX_HTTP_SSL)


typedef struct {
    ngx_eo_client_hello_t   hello;
    u_char                  ja3[NGX_EO_JA3_LEN];
    u_char                  ja4[NGX_EO_JA4_LEN];

    unsigned                has_ja3:1;
    unsigned                has_ja4:1;
} ngx_eo_tls_client_t;


static void ngx_eo_tls_message(int sent, int version, int type,
    const void *data, size_t len, SSL *ssl, void *arg);
static ngx_eo_tls_client_t *ngx_eo_tls_keep(ngx_pool_t *pool,
    ngx_eo_client_hello_t *hello);
static ngx_eo_tls_client_t *ngx_eo_tls_client(ngx_http_request_t *r);
static u_char ngx_eo_tls_transport(ngx_http_request_t *r);


static int  ngx_eo_tls_index = -1;


ngx_int_t
ngx_eo_tls_fingerprint_init(ngx_conf_t *cf)
{
    ngx_uint_t                   i;
    ngx_http_ssl_srv_conf_t     *sscf;
    ngx_http_core_srv_conf_t   **servers;
    ngx_http_core_main_conf_t   *cmcf;

    if (ngx_eo_tls_index == -1) {
        ngx_eo_tls_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);

        if (ngx_eo_tls_index == -1) {
            ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0,
                          "SSL_get_ex_new_index() failed");
            return NGX_ERROR;
        }
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {
        sscf = servers[i]->ctx->srv_conf[ngx_http_ssl_module.ctx_index];

        if (sscf->ssl.ctx) {
            SSL_CTX_set_msg_callback(sscf->ssl.ctx, ngx_eo_tls_message);
        }
    }

    return NGX_OK;
}


/* the first ClientHello counts, and not what follows a HelloRetryRequest */

static void
ngx_eo_tls_message(int sent, int version, int type, const void *data,
    size_t len, SSL *ssl, void *arg)
{
    uint16_t                values[NGX_EO_CLIENT_HELLO_VALUES];
    ngx_connection_t       *c;
    ngx_eo_tls_client_t    *client;
    ngx_eo_client_hello_t   hello;

    if (sent || type != SSL3_RT_HANDSHAKE || len == 0
        || *(const u_char *) data != SSL3_MT_CLIENT_HELLO
        || SSL_get_ex_data(ssl, ngx_eo_tls_index))
    {
        return;
    }

    c = ngx_ssl_get_connection(ssl);

    if (ngx_eo_client_hello_parse(&hello, data, len, values) != NGX_OK) {
        ngx_log_error(NGX_LOG_INFO, c->log, 0,
                      "no fingerprint of a ClientHello of %uz bytes: it is "
                      "%s", len, (len > NGX_EO_CLIENT_HELLO_MAX)
                                 ? "too long" : "malformed");
        return;
    }

    client = ngx_eo_tls_keep(c->pool, &hello);

    if (client == NULL
        || SSL_set_ex_data(ssl, ngx_eo_tls_index, client) == 0)
    {
        ngx_log_error(NGX_LOG_ALERT, c->log, 0,
                      "no fingerprint of a client: out of memory");
    }
}


static ngx_eo_tls_client_t *
ngx_eo_tls_keep(ngx_pool_t *pool, ngx_eo_client_hello_t *hello)
{
    size_t                size;
    ngx_eo_tls_client_t  *client;

    size = hello->nvalues * sizeof(uint16_t);

    client = ngx_palloc(pool, sizeof(ngx_eo_tls_client_t) + size);
    if (client == NULL) {
        return NULL;
    }

    client->hello = *hello;
    client->hello.values = (uint16_t *) (client + 1);
    client->has_ja3 = 0;
    client->has_ja4 = 0;

    ngx_memcpy(client->hello.values, hello->values, size);

    return client;
}


ngx_int_t
ngx_eo_tls_fingerprint(ngx_http_request_t *r, ngx_eo_tls_fingerprint_e which,
    ngx_str_t *value)
{
    ngx_eo_tls_client_t  *client;

    ngx_str_null(value);

    client = ngx_eo_tls_client(r);
    if (client == NULL) {
        return NGX_OK;
    }

    switch (which) {

    case NGX_EO_TLS_JA3:

        if (!client->has_ja3
            && ngx_eo_ja3(&client->hello, r->pool, client->ja3) != NGX_OK)
        {
            return NGX_ERROR;
        }

        client->has_ja3 = 1;

        value->data = client->ja3;
        value->len = NGX_EO_JA3_LEN;
        return NGX_OK;

    case NGX_EO_TLS_JA3_TEXT:
        return ngx_eo_ja3_text(&client->hello, r->pool, value);

    case NGX_EO_TLS_JA4:

        if (!client->has_ja4
            && ngx_eo_ja4(&client->hello, ngx_eo_tls_transport(r), r->pool,
                          client->ja4)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        client->has_ja4 = 1;

        value->data = client->ja4;
        value->len = NGX_EO_JA4_LEN;
        return NGX_OK;

    default: /* NGX_EO_TLS_JA4_RAW */
        return ngx_eo_ja4_raw(&client->hello, ngx_eo_tls_transport(r),
                              r->pool, value);
    }
}


static ngx_eo_tls_client_t *
ngx_eo_tls_client(ngx_http_request_t *r)
{
    if (ngx_eo_tls_index == -1 || r->connection->ssl == NULL) {
        return NULL;
    }

    return SSL_get_ex_data(r->connection->ssl->connection, ngx_eo_tls_index);
}


static u_char
ngx_eo_tls_transport(ngx_http_request_t *r)
{
#if (NGX_HTTP_V3)
    if (r->http_version == NGX_HTTP_VERSION_30) {
        return NGX_EO_JA4_QUIC;
    }
#endif

    return NGX_EO_JA4_TCP;
}


#else


ngx_int_t
ngx_eo_tls_fingerprint_init(ngx_conf_t *cf)
{
    return NGX_OK;
}


ngx_int_t
ngx_eo_tls_fingerprint(ngx_http_request_t *r, ngx_eo_tls_fingerprint_e which,
    ngx_str_t *value)
{
    ngx_str_null(value);

    return NGX_OK;
}


#endif
