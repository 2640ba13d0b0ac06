
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_origin_tls.h"


#if (NGX_HTTP_SSL)


static int ngx_eo_origin_tls_verify(int ok, X509_STORE_CTX *store);
static ngx_eo_origin_probe_t *ngx_eo_origin_tls_probe(X509_STORE_CTX *store);


void
ngx_eo_origin_tls_check_dates(ngx_http_upstream_t *u)
{
    SSL_CTX           *ssl_ctx;
    ngx_connection_t  *c;

    if (!u->ssl || u->conf->ssl == NULL) {
        return;
    }

    ssl_ctx = u->conf->ssl->ctx;

    if (SSL_CTX_get_verify_callback(ssl_ctx) != ngx_eo_origin_tls_verify) {
        SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER,
                           ngx_eo_origin_tls_verify);
    }

    /* a handshake that has begun already has copied what was there before */

    c = u->peer.connection;

    if (c && c->ssl && !c->ssl->handshaked
        && SSL_get_verify_callback(c->ssl->connection)
           != ngx_eo_origin_tls_verify)
    {
        SSL_set_verify(c->ssl->connection, SSL_VERIFY_PEER,
                       ngx_eo_origin_tls_verify);
    }
}


void
ngx_eo_origin_tls_check_session(ngx_connection_t *c)
{
    X509         *certificate;
    SSL_SESSION  *session;

    session = SSL_get_session(c->ssl->connection);

    if (session == NULL) {
        return;
    }

    certificate = SSL_SESSION_get0_peer(session);

    if (certificate == NULL) {
        return;
    }

    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0
        || X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    {
        (void) SSL_set_session(c->ssl->connection, NULL);
    }
}


/*
 * Like nginx's own callback this lets everything pass, since nginx looks at
 * SSL_get_verify_result() afterwards if "proxy_ssl_verify" is on; all but the
 * dates of the origin's own certificate.
 */

static int
ngx_eo_origin_tls_verify(int ok, X509_STORE_CTX *store)
{
    ngx_eo_origin_cause_e   cause;
    ngx_eo_origin_probe_t  *probe;

    if (ok || X509_STORE_CTX_get_error_depth(store) != 0) {
        return 1;
    }

    switch (X509_STORE_CTX_get_error(store)) {

    case X509_V_ERR_CERT_HAS_EXPIRED:
        cause = NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED;
        break;

    case X509_V_ERR_CERT_NOT_YET_VALID:
        cause = NGX_EO_ORIGIN_TLS_CERTIFICATE_NOT_YET_VALID;
        break;

    default:
        return 1;
    }

    probe = ngx_eo_origin_tls_probe(store);

    if (probe == NULL) {
        return 1;
    }

    probe->certificate = cause;

    return 0;
}


static ngx_eo_origin_probe_t *
ngx_eo_origin_tls_probe(X509_STORE_CTX *store)
{
    ngx_ssl_conn_t       *ssl_conn;
    ngx_connection_t     *c;
    ngx_eo_request_t     *ctx;
    ngx_http_request_t   *r;

    ssl_conn = X509_STORE_CTX_get_ex_data(store,
                                       SSL_get_ex_data_X509_STORE_CTX_idx());
    c = ngx_ssl_get_connection(ssl_conn);

    r = c->data;
    ctx = ngx_eo_request_find(r);

    if (ctx == NULL || r != r->main || ctx->probe.upstream != r->upstream
        || r->upstream == NULL || r->upstream->peer.connection != c)
    {
        return NULL;
    }

    return &ctx->probe;
}


#endif
