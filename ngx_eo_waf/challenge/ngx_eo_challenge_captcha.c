
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_captcha.h"
#include "ngx_eo_challenge_verdict.h"
#include "request/ngx_eo_waf_fields.h"


#define NGX_EO_CHALLENGE_CAPTCHA_JSON                                         \
    "{\"name\":\"%V\",\"script\":\"%V\",\"key\":\"%V\"}"

#define NGX_EO_CHALLENGE_CAPTCHA_FORM  "secret=%V&response=%V&remoteip="


static ngx_int_t ngx_eo_challenge_captcha_body(ngx_http_request_t *r,
    ngx_eo_challenge_captcha_t *captcha, ngx_str_t *answer,
    ngx_http_request_body_t **body);
static ngx_int_t ngx_eo_challenge_captcha_request(ngx_http_request_t *sr,
    ngx_http_request_body_t *body);
static ngx_int_t ngx_eo_challenge_captcha_done(ngx_http_request_t *sr,
    void *data, ngx_int_t rc);


size_t
ngx_eo_challenge_captcha_len(ngx_eo_challenge_captcha_t *captcha)
{
    return sizeof(NGX_EO_CHALLENGE_CAPTCHA_JSON) + captcha->name.len
           + captcha->script.len + captcha->site_key.len;
}


u_char *
ngx_eo_challenge_captcha_write(ngx_eo_challenge_captcha_t *captcha,
    u_char *dst)
{
    return ngx_sprintf(dst, NGX_EO_CHALLENGE_CAPTCHA_JSON, &captcha->name,
                       &captcha->script, &captcha->site_key);
}


ngx_uint_t
ngx_eo_challenge_captcha_text(const ngx_str_t *answer)
{
    u_char  *p, *last;

    last = answer->data + answer->len;

    for (p = answer->data; p < last; p++) {

        if (!((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z')
              || (*p >= 'A' && *p <= 'Z')
              || *p == '-' || *p == '.' || *p == '_' || *p == '~'))
        {
            return 0;
        }
    }

    return answer->len && answer->len <= NGX_EO_CHALLENGE_CAPTCHA_MAX;
}


ngx_int_t
ngx_eo_challenge_captcha_verify(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_captcha_t *captcha,
    ngx_eo_challenge_token_t *token, ngx_str_t *answer)
{
    ngx_http_request_t          *sr;
    ngx_http_request_body_t     *body;
    ngx_eo_challenge_verify_t   *verify;
    ngx_http_post_subrequest_t  *ps;

    verify = ngx_pcalloc(r->pool, sizeof(ngx_eo_challenge_verify_t));
    ps = ngx_palloc(r->pool, sizeof(ngx_http_post_subrequest_t));

    if (verify == NULL || ps == NULL
        || ngx_eo_challenge_captcha_body(r, captcha, answer, &body) != NGX_OK)
    {
        return NGX_ERROR;
    }

    verify->token = *token;

    ps->handler = ngx_eo_challenge_captcha_done;
    ps->data = verify;

    if (ngx_http_subrequest(r, &captcha->verify, NULL, &sr, ps,
                            NGX_HTTP_SUBREQUEST_IN_MEMORY
                            |NGX_HTTP_SUBREQUEST_WAITED)
        != NGX_OK
        || ngx_eo_challenge_captcha_request(sr, body) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->verify = verify;

    return NGX_AGAIN;
}


static ngx_int_t
ngx_eo_challenge_captcha_body(ngx_http_request_t *r,
    ngx_eo_challenge_captcha_t *captcha, ngx_str_t *answer,
    ngx_http_request_body_t **body)
{
    u_char        addr[16];
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = ngx_create_temp_buf(r->pool, sizeof(NGX_EO_CHALLENGE_CAPTCHA_FORM)
                                     + captcha->secret.len + answer->len
                                     + r->connection->addr_text.len);
    cl = ngx_alloc_chain_link(r->pool);
    *body = ngx_pcalloc(r->pool, sizeof(ngx_http_request_body_t));

    if (b == NULL || cl == NULL || *body == NULL) {
        return NGX_ERROR;
    }

    b->last = ngx_sprintf(b->last, NGX_EO_CHALLENGE_CAPTCHA_FORM,
                          &captcha->secret, answer);

    if (ngx_eo_waf_client_addr(r, addr) == NGX_OK) {
        b->last = ngx_cpymem(b->last, r->connection->addr_text.data,
                             r->connection->addr_text.len);

    } else {
        b->last -= sizeof("&remoteip=") - 1;
    }

    b->last_buf = 1;
    b->last_in_chain = 1;

    cl->buf = b;
    cl->next = NULL;

    (*body)->bufs = cl;
    (*body)->buf = b;

    return NGX_OK;
}


/* nothing of the client's own headers is for the provider */

static ngx_int_t
ngx_eo_challenge_captcha_request(ngx_http_request_t *sr,
    ngx_http_request_body_t *body)
{
    ngx_table_elt_t  *h;

    static ngx_str_t  post = ngx_string("POST");

    sr->method = NGX_HTTP_POST;
    sr->method_name = post;
    sr->request_body = body;

    if (ngx_list_init(&sr->headers_in.headers, sr->pool, 1,
                      sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    h = ngx_list_push(&sr->headers_in.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "Content-Type");
    ngx_str_set(&h->value, "application/x-www-form-urlencoded");
    h->lowcase_key = (u_char *) "content-type";

    sr->headers_in.content_type = h;
    sr->headers_in.content_length = NULL;
    sr->headers_in.content_length_n = ngx_buf_size(body->buf);
    sr->headers_in.chunked = 0;

    return NGX_OK;
}


/*
 * NGX_OK in place of an error: nobody sees nginx's page for it, and without
 * the page this is called once only.  Where the client has failed, or the
 * response did not fit, c->error ends the request all the same.
 */

static ngx_int_t
ngx_eo_challenge_captcha_done(ngx_http_request_t *sr, void *data,
    ngx_int_t rc)
{
    ngx_eo_challenge_verify_t *verify = data;

    if (verify->status) {
        return rc;
    }

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        verify->status = rc;
        return NGX_OK;
    }

    if (rc != NGX_OK || sr->headers_out.status == 0) {
        verify->status = NGX_HTTP_BAD_GATEWAY;
        return NGX_OK;
    }

    verify->status = sr->headers_out.status;

    if (sr->out && sr->out->buf) {
        verify->body.data = sr->out->buf->pos;
        verify->body.len = ngx_buf_size(sr->out->buf);
    }

    return rc;
}


ngx_eo_challenge_status_e
ngx_eo_challenge_captcha_verdict(ngx_http_request_t *r,
    ngx_eo_challenge_verify_t *verify, ngx_eo_challenge_captcha_t *captcha)
{
    ngx_int_t   rc;
    ngx_uint_t  open;

    rc = verify->body.len ? ngx_eo_challenge_verdict(&verify->body)
                          : NGX_ERROR;

    if (rc == NGX_OK && verify->status == NGX_HTTP_OK) {
        return NGX_EO_CHALLENGE_OK;
    }

    if (rc == NGX_DECLINED) {
        return NGX_EO_CHALLENGE_WRONG;
    }

    /* what the client sent can be the cause of 4xx */

    open = captcha->fail_open
           && verify->status >= NGX_HTTP_INTERNAL_SERVER_ERROR;

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "the CAPTCHA provider at \"%V\" gave no verdict but status "
                  "%ui: the answer is %s", &captcha->verify, verify->status,
                  open ? "taken, as \"fail=open\" says" : "refused");

    return open ? NGX_EO_CHALLENGE_OK : NGX_EO_CHALLENGE_UNVERIFIED;
}
