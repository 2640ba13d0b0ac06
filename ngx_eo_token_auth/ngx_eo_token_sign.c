
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The content handler that makes links: GET with a URL in the query, POST
 * with JSON.  All its answers are JSON.
 */


#include "ngx_http_eo_token_auth_module.h"
#include "ngx_eo_token_batch.h"


#define NGX_EO_TOKEN_SIGN_BODY   (8 * 1024 * 1024)
#define NGX_EO_TOKEN_SIGN_CHUNK  32768
#define NGX_EO_TOKEN_SIGN_RAND   16


typedef struct {
    ngx_http_request_t   *request;
    ngx_chain_t          *head;
    ngx_chain_t         **last;
    ngx_buf_t            *buf;
    off_t                 size;
} ngx_eo_token_out_t;


static ngx_int_t ngx_eo_token_sign_query(ngx_http_request_t *r);
static const char *ngx_eo_token_sign_arg(ngx_http_request_t *r, u_char *p,
    u_char *last, ngx_eo_token_link_t *link);
static const char *ngx_eo_token_sign_arg_set(ngx_eo_token_link_t *link,
    ngx_str_t *name, ngx_str_t *value);
static void ngx_eo_token_sign_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_eo_token_sign_body(ngx_http_request_t *r);
static ngx_uint_t ngx_eo_token_sign_json_type(ngx_http_request_t *r);
static ngx_int_t ngx_eo_token_sign_read(ngx_http_request_t *r,
    ngx_str_t *body);
static u_char *ngx_eo_token_sign_read_buf(ngx_http_request_t *r, u_char *p,
    ngx_buf_t *b);
static ngx_int_t ngx_eo_token_sign_batch(ngx_http_request_t *r,
    ngx_eo_token_batch_t *batch);
static const char *ngx_eo_token_sign_url(ngx_eo_token_out_t *out,
    ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link, u_char *buf);
static void ngx_eo_token_sign_defaults(ngx_http_request_t *r,
    ngx_eo_token_link_t *link);
static ngx_int_t ngx_eo_token_sign_error(ngx_http_request_t *r,
    ngx_uint_t status, const char *error, ngx_int_t index);
static ngx_int_t ngx_eo_token_sign_send(ngx_http_request_t *r,
    ngx_uint_t status, ngx_eo_token_out_t *out);
static void ngx_eo_token_out_init(ngx_eo_token_out_t *out,
    ngx_http_request_t *r);
static ngx_int_t ngx_eo_token_out(ngx_eo_token_out_t *out, const u_char *p,
    size_t len);
static ngx_int_t ngx_eo_token_out_string(ngx_eo_token_out_t *out,
    ngx_str_t *text);
static ngx_int_t ngx_eo_token_out_number(ngx_eo_token_out_t *out,
    int64_t value);


/* what is no fault of the request */

static const char  ngx_eo_token_sign_failed[] = "memory is short";


#define ngx_eo_token_out_text(out, text)                                     \
    ngx_eo_token_out(out, (u_char *) text, sizeof(text) - 1)


ngx_int_t
ngx_eo_token_sign_handler(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    static ngx_str_t  name = ngx_string("Allow");
    static ngx_str_t  value = ngx_string("GET, HEAD, POST");

    if (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)) {

        rc = ngx_http_discard_request_body(r);
        if (rc != NGX_OK) {
            return rc;
        }

        return ngx_eo_token_sign_query(r);
    }

    if (r->method == NGX_HTTP_POST) {

        rc = ngx_http_read_client_request_body(r,
                                               ngx_eo_token_sign_body_handler);
        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        return NGX_DONE;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_eo_set_response_header(r, &name, &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_token_sign_error(r, NGX_HTTP_NOT_ALLOWED,
                                   "the method must be GET, HEAD or POST",
                                   NGX_ERROR);
}


static ngx_int_t
ngx_eo_token_sign_query(ngx_http_request_t *r)
{
    u_char                *p, *last, *end;
    ngx_str_t              url;
    const char            *error;
    ngx_eo_token_batch_t   batch;

    ngx_memzero(&batch, sizeof(ngx_eo_token_batch_t));
    ngx_eo_token_sign_defaults(r, &batch.link);

    p = r->args.data;
    last = p + r->args.len;

    while (p < last) {
        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        error = ngx_eo_token_sign_arg(r, p, end, &batch.link);

        if (error == ngx_eo_token_sign_failed) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (error) {
            return ngx_eo_token_sign_error(r, NGX_HTTP_BAD_REQUEST, error,
                                           NGX_ERROR);
        }

        p = end + 1;
    }

    url = batch.link.url;

    if (url.data == NULL) {
        return ngx_eo_token_sign_error(r, NGX_HTTP_BAD_REQUEST,
                                       "the parameter \"url\" is missing",
                                       NGX_ERROR);
    }

    batch.urls = &url;
    batch.nurls = 1;

    return ngx_eo_token_sign_batch(r, &batch);
}


static const char *
ngx_eo_token_sign_arg(ngx_http_request_t *r, u_char *p, u_char *last,
    ngx_eo_token_link_t *link)
{
    u_char     *equal, *src, *dst;
    ngx_str_t   name, value;

    equal = ngx_strlchr(p, last, '=');

    if (equal == NULL) {
        return "a parameter has no value";
    }

    name.data = p;
    name.len = equal - p;

    src = equal + 1;

    dst = ngx_pnalloc(r->pool, last - src + 1);
    if (dst == NULL) {
        return ngx_eo_token_sign_failed;
    }

    value.data = dst;

    ngx_unescape_uri(&dst, &src, last - src, 0);

    value.len = dst - value.data;

    return ngx_eo_token_sign_arg_set(link, &name, &value);
}


static const char *
ngx_eo_token_sign_arg_set(ngx_eo_token_link_t *link, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_uint_t   known;
    const char  *error;

    if (name->len == 3 && ngx_strncmp(name->data, "url", 3) == 0) {

        if (link->url.data) {
            return "the parameter \"url\" is there twice";
        }

        link->url = *value;
        return NULL;
    }

    error = ngx_eo_token_link_set(link, name, value, &known);

    if (!known) {
        return "there is an unknown parameter; what belongs to the URL has "
               "to be percent-encoded";
    }

    return error;
}


static void
ngx_eo_token_sign_body_handler(ngx_http_request_t *r)
{
    ngx_http_finalize_request(r, ngx_eo_token_sign_body(r));
}


static ngx_int_t
ngx_eo_token_sign_body(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_str_t              body;
    const char            *error;
    ngx_eo_token_batch_t   batch;

    if (!ngx_eo_token_sign_json_type(r)) {
        return ngx_eo_token_sign_error(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                "the Content-Type must be application/json",
                                NGX_ERROR);
    }

    rc = ngx_eo_token_sign_read(r, &body);

    if (rc == NGX_DECLINED) {
        return ngx_eo_token_sign_error(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                       "the body is larger than 8 megabytes",
                                       NGX_ERROR);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&batch, sizeof(ngx_eo_token_batch_t));
    ngx_eo_token_sign_defaults(r, &batch.link);

    batch.urls = ngx_palloc(r->pool,
                            NGX_EO_TOKEN_BATCH_URLS * sizeof(ngx_str_t));
    if (batch.urls == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    error = ngx_eo_token_batch_parse(&body, &batch);

    if (error) {
        return ngx_eo_token_sign_error(r,
                               batch.too_many
                               ? NGX_HTTP_REQUEST_ENTITY_TOO_LARGE
                               : NGX_HTTP_BAD_REQUEST,
                               error, NGX_ERROR);
    }

    return ngx_eo_token_sign_batch(r, &batch);
}


static ngx_uint_t
ngx_eo_token_sign_json_type(ngx_http_request_t *r)
{
    size_t      len;
    u_char     *p;
    ngx_str_t  *type;

    static ngx_str_t  json = ngx_string("application/json");

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    type = &r->headers_in.content_type->value;
    len = json.len;

    if (type->len < len
        || ngx_strncasecmp(type->data, json.data, len) != 0)
    {
        return 0;
    }

    /* parameters may follow */

    p = type->data + len;

    return type->len == len || *p == ';' || *p == ' ' || *p == '\t';
}


/*
 * The body in one piece, wherever nginx keeps it.  Returns NGX_DECLINED if it
 * is too large.
 */

static ngx_int_t
ngx_eo_token_sign_read(ngx_http_request_t *r, ngx_str_t *body)
{
    off_t         size;
    u_char       *p;
    ngx_chain_t  *cl;

    ngx_str_null(body);

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    size = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    if (size > NGX_EO_TOKEN_SIGN_BODY) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, size + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = size;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {

        p = ngx_eo_token_sign_read_buf(r, p, cl->buf);
        if (p == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static u_char *
ngx_eo_token_sign_read_buf(ngx_http_request_t *r, u_char *p, ngx_buf_t *b)
{
    size_t   size;
    ssize_t  n;

    size = ngx_buf_size(b);

    if (ngx_buf_in_memory(b)) {
        return ngx_cpymem(p, b->pos, size);
    }

    if (!b->in_file) {
        return p;
    }

    n = ngx_read_file(b->file, p, size, b->file_pos);

    if (n == NGX_ERROR || (size_t) n != size) {
        return NULL;
    }

    return p + size;
}


static ngx_int_t
ngx_eo_token_sign_batch(ngx_http_request_t *r, ngx_eo_token_batch_t *batch)
{
    size_t                              size;
    u_char                             *buf;
    ngx_uint_t                          i;
    const char                         *error;
    ngx_eo_token_out_t                  out;
    ngx_eo_token_link_t                *link;
    ngx_eo_token_rule_t                *rule;
    ngx_http_eo_token_auth_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_token_auth_module);
    rule = lcf->rule;
    link = &batch->link;

    size = 0;

    for (i = 0; i < batch->nurls; i++) {
        size = ngx_max(size, batch->urls[i].len);
    }

    link->url.len = size;

    size = ngx_eo_token_sign_size(rule, link) + NGX_EO_TOKEN_SIGN_RAND;

    buf = ngx_pnalloc(r->pool, size);
    if (buf == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_eo_token_out_init(&out, r);

    if (batch->list && ngx_eo_token_out_text(&out, "{\"urls\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < batch->nurls; i++) {

        if (i && ngx_eo_token_out_text(&out, ",\n") != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        link->url = batch->urls[i];

        error = ngx_eo_token_sign_url(&out, rule, link, buf);

        if (error == ngx_eo_token_sign_failed) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (error) {
            return ngx_eo_token_sign_error(r, NGX_HTTP_BAD_REQUEST, error,
                                           batch->list ? (ngx_int_t) i
                                                       : NGX_ERROR);
        }
    }

    if (batch->list && ngx_eo_token_out_text(&out, "]}") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_token_sign_send(r, NGX_HTTP_OK, &out);
}


/* a link that names no rand gets a new one for each URL */

static const char *
ngx_eo_token_sign_url(ngx_eo_token_out_t *out, ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, u_char *buf)
{
    u_char                rand[NGX_EO_TOKEN_SIGN_RAND];
    int64_t               expires;
    ngx_str_t             url;
    const char           *error;
    ngx_eo_token_link_t   one;

    one = *link;

    if (one.rand.data == NULL
        && (rule->method == NGX_EO_TOKEN_A
            || rule->method == NGX_EO_TOKEN_VOD))
    {
        if (ngx_eo_token_random(rand, sizeof(rand)) != NGX_OK) {
            return ngx_eo_token_sign_failed;
        }

        one.rand.data = rand;
        one.rand.len = sizeof(rand);
    }

    error = ngx_eo_token_sign(rule, &one, buf, &url, &expires);
    if (error) {
        return error;
    }

    if (ngx_eo_token_out_text(out, "{\"url\":\"") != NGX_OK
        || ngx_eo_token_out_string(out, &url) != NGX_OK
        || ngx_eo_token_out_text(out, "\",\"expires\":") != NGX_OK
        || ngx_eo_token_out_number(out, expires) != NGX_OK
        || ngx_eo_token_out_text(out, "}") != NGX_OK)
    {
        return ngx_eo_token_sign_failed;
    }

    return NULL;
}


static void
ngx_eo_token_sign_defaults(ngx_http_request_t *r, ngx_eo_token_link_t *link)
{
    ngx_http_eo_token_auth_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_token_auth_module);

    link->time = ngx_time();
    link->timeout = lcf->rule->timeout;
}


/* index: of the URL at fault in a list, or NGX_ERROR */

static ngx_int_t
ngx_eo_token_sign_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *error, ngx_int_t index)
{
    ngx_str_t           text;
    ngx_eo_token_out_t  out;

    text.data = (u_char *) error;
    text.len = ngx_strlen(error);

    ngx_eo_token_out_init(&out, r);

    if (ngx_eo_token_out_text(&out, "{\"error\":\"") != NGX_OK
        || ngx_eo_token_out_string(&out, &text) != NGX_OK
        || ngx_eo_token_out_text(&out, "\"") != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (index != NGX_ERROR
        && (ngx_eo_token_out_text(&out, ",\"index\":") != NGX_OK
            || ngx_eo_token_out_number(&out, index) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_eo_token_out_text(&out, "}") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_token_sign_send(r, status, &out);
}


static ngx_int_t
ngx_eo_token_sign_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_eo_token_out_t *out)
{
    ngx_int_t  rc;

    static ngx_str_t  name = ngx_string("Cache-Control");
    static ngx_str_t  value = ngx_string("no-store");

    if (ngx_eo_token_out_text(out, "\n") != NGX_OK
        || ngx_eo_set_response_header(r, &name, &value) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = out->size;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out->buf->last_buf = (r == r->main) ? 1 : 0;
    out->buf->last_in_chain = 1;

    return ngx_http_output_filter(r, out->head);
}


static void
ngx_eo_token_out_init(ngx_eo_token_out_t *out, ngx_http_request_t *r)
{
    out->request = r;
    out->head = NULL;
    out->last = &out->head;
    out->buf = NULL;
    out->size = 0;
}


static ngx_int_t
ngx_eo_token_out(ngx_eo_token_out_t *out, const u_char *p, size_t len)
{
    size_t        n;
    ngx_chain_t  *cl;

    while (len) {

        if (out->buf == NULL || out->buf->last == out->buf->end) {

            cl = ngx_alloc_chain_link(out->request->pool);
            if (cl == NULL) {
                return NGX_ERROR;
            }

            out->buf = ngx_create_temp_buf(out->request->pool,
                                           out->buf ? NGX_EO_TOKEN_SIGN_CHUNK
                                                    : 1024);
            if (out->buf == NULL) {
                return NGX_ERROR;
            }

            cl->buf = out->buf;
            cl->next = NULL;

            *out->last = cl;
            out->last = &cl->next;
        }

        n = ngx_min(len, (size_t) (out->buf->end - out->buf->last));

        out->buf->last = ngx_cpymem(out->buf->last, p, n);
        out->size += n;

        p += n;
        len -= n;
    }

    return NGX_OK;
}


/* URLs and messages are printable ASCII */

static ngx_int_t
ngx_eo_token_out_string(ngx_eo_token_out_t *out, ngx_str_t *text)
{
    u_char  *p, *start, *last;

    p = text->data;
    start = p;
    last = p + text->len;

    for ( /* void */ ; p < last; p++) {

        if (*p != '"' && *p != '\\') {
            continue;
        }

        if (ngx_eo_token_out(out, start, p - start) != NGX_OK
            || ngx_eo_token_out_text(out, "\\") != NGX_OK)
        {
            return NGX_ERROR;
        }

        start = p;
    }

    return ngx_eo_token_out(out, start, p - start);
}


static ngx_int_t
ngx_eo_token_out_number(ngx_eo_token_out_t *out, int64_t value)
{
    u_char  text[NGX_INT64_LEN], *p;

    p = ngx_sprintf(text, "%L", value);

    return ngx_eo_token_out(out, text, p - text);
}
