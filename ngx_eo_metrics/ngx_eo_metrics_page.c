
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_page.h"
#include "ngx_eo_metrics_view.h"
#include "ngx_eo_metrics_pages.h"


/* milliseconds between the steps of a long answer */

#define NGX_EO_METRICS_STEP_PAUSE  1


typedef ngx_int_t (*ngx_eo_metrics_format_pt)(ngx_eo_metrics_view_t *view);


typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  type;
    ngx_eo_metrics_format_pt   write;        /* NULL for the page itself */
} ngx_eo_metrics_format_t;


typedef struct {
    ngx_eo_metrics_view_t      view;
    ngx_eo_metrics_format_pt   write;
    ngx_event_t                event;
    ngx_http_request_t        *request;
} ngx_eo_metrics_page_ctx_t;


static ngx_int_t ngx_eo_metrics_page_view(ngx_http_request_t *r,
    ngx_eo_metrics_loc_conf_t *conf, ngx_eo_metrics_view_t *view);
static ngx_int_t ngx_eo_metrics_page_range(ngx_http_request_t *r,
    ngx_eo_metrics_view_t *view);
static ngx_int_t ngx_eo_metrics_page_domain(ngx_http_request_t *r,
    ngx_eo_metrics_view_t *view);
static ngx_int_t ngx_eo_metrics_page_headers(ngx_http_request_t *r,
    ngx_eo_metrics_format_e format);
static ngx_int_t ngx_eo_metrics_page_html(ngx_http_request_t *r);
static ngx_int_t ngx_eo_metrics_page_text(ngx_http_request_t *r,
    ngx_eo_metrics_loc_conf_t *conf, ngx_eo_metrics_format_pt write);
static ngx_int_t ngx_eo_metrics_page_wait(ngx_http_request_t *r,
    ngx_eo_metrics_page_ctx_t *ctx);
static void ngx_eo_metrics_page_step(ngx_event_t *ev);
static void ngx_eo_metrics_page_cleanup(void *data);
static ngx_int_t ngx_eo_metrics_page_send(ngx_http_request_t *r,
    ngx_eo_metrics_output_t *out);


static ngx_eo_metrics_format_t  ngx_eo_metrics_formats[] = {

    { ngx_string("html"), ngx_string("text/html; charset=utf-8"), NULL },

    { ngx_string("json"), ngx_string("application/json"),
      ngx_eo_metrics_json },

    { ngx_string("prometheus"),
      ngx_string("text/plain; version=0.0.4; charset=utf-8"),
      ngx_eo_metrics_prometheus },

    { ngx_string("vts"), ngx_string("application/json"),
      ngx_eo_metrics_vts }
};


static u_char  ngx_eo_metrics_html[] =
    NGX_EO_METRICS_PAGE_TOP
    NGX_EO_METRICS_PAGE_STYLE
    NGX_EO_METRICS_PAGE_BODY
    NGX_EO_METRICS_PAGE_SCRIPT
    "</script>\n</body>\n</html>\n";


/* nothing but what is in the page, and the JSON from where it came */

static ngx_str_t  ngx_eo_metrics_policy = ngx_string(
    "default-src 'none'; "
    "style-src 'sha256-" NGX_EO_METRICS_PAGE_STYLE_HASH "'; "
    "script-src 'sha256-" NGX_EO_METRICS_PAGE_SCRIPT_HASH "'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'");


ngx_int_t
ngx_eo_metrics_page_format(ngx_str_t *name, ngx_eo_metrics_format_e *format)
{
    ngx_uint_t  i;

    for (i = 0; i <= NGX_EO_METRICS_VTS; i++) {

        if (ngx_eo_metrics_formats[i].name.len == name->len
            && ngx_memcmp(ngx_eo_metrics_formats[i].name.data, name->data,
                          name->len)
               == 0)
        {
            *format = (ngx_eo_metrics_format_e) i;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_metrics_page_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_str_t                   value;
    ngx_eo_metrics_format_e     format;
    ngx_eo_metrics_loc_conf_t  *conf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_metrics_module);
    format = conf->format;

    if (ngx_http_arg(r, (u_char *) "format", 6, &value) == NGX_OK
        && ngx_eo_metrics_page_format(&value, &format) != NGX_OK)
    {
        return NGX_HTTP_BAD_REQUEST;
    }

    rc = ngx_eo_metrics_page_headers(r, format);

    if (rc != NGX_OK) {
        return rc;
    }

    if (format == NGX_EO_METRICS_HTML) {
        return ngx_eo_metrics_page_html(r);
    }

    return ngx_eo_metrics_page_text(r, conf,
                                    ngx_eo_metrics_formats[format].write);
}


static ngx_int_t
ngx_eo_metrics_page_headers(ngx_http_request_t *r,
    ngx_eo_metrics_format_e format)
{
    ngx_uint_t  i;

    static struct {
        ngx_str_t  name;
        ngx_str_t  value;
    } headers[] = {
        { ngx_string("Cache-Control"), ngx_string("no-store") },
        { ngx_string("X-Content-Type-Options"), ngx_string("nosniff") },
        { ngx_string("Referrer-Policy"), ngx_string("no-referrer") }
    };

    static ngx_str_t  policy = ngx_string("Content-Security-Policy");

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {

        if (ngx_eo_set_response_header(r, &headers[i].name, &headers[i].value)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (format == NGX_EO_METRICS_HTML
        && ngx_eo_set_response_header(r, &policy, &ngx_eo_metrics_policy)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.content_type = ngx_eo_metrics_formats[format].type;
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_metrics_page_html(ngx_http_request_t *r)
{
    ngx_buf_t                *b;
    ngx_eo_metrics_output_t   out;

    ngx_eo_metrics_output_init(&out, r->pool);

    b = ngx_calloc_buf(r->pool);
    out.chain = ngx_alloc_chain_link(r->pool);

    if (b == NULL || out.chain == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = ngx_eo_metrics_html;
    b->last = b->pos + sizeof(ngx_eo_metrics_html) - 1;
    b->memory = 1;

    out.chain->buf = b;
    out.chain->next = NULL;
    out.last = out.chain;
    out.length = b->last - b->pos;

    return ngx_eo_metrics_page_send(r, &out);
}


static ngx_int_t
ngx_eo_metrics_page_text(ngx_http_request_t *r,
    ngx_eo_metrics_loc_conf_t *conf, ngx_eo_metrics_format_pt write)
{
    ngx_int_t                   rc;
    ngx_eo_metrics_page_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_eo_metrics_page_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->write = write;
    ctx->request = r;

    rc = ngx_eo_metrics_page_view(r, conf, &ctx->view);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = write(&ctx->view);

    if (rc == NGX_AGAIN) {
        return ngx_eo_metrics_page_wait(r, ctx);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_metrics_page_send(r, &ctx->view.out);
}


static ngx_int_t
ngx_eo_metrics_page_view(ngx_http_request_t *r,
    ngx_eo_metrics_loc_conf_t *conf, ngx_eo_metrics_view_t *view)
{
    ngx_int_t  rc;

    ngx_eo_metrics_output_init(&view->out, r->pool);

    view->zone = conf->page;
    view->store = &conf->page->store;
    view->pool = r->pool;
    view->now = ngx_time();
    view->domains = conf->domains;

    rc = ngx_eo_metrics_page_range(r, view);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_metrics_page_domain(r, view);
}


static ngx_int_t
ngx_eo_metrics_page_range(ngx_http_request_t *r, ngx_eo_metrics_view_t *view)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    static ngx_str_t  ranges[] = {
        ngx_string("hour"), ngx_string("day"), ngx_string("week")
    };

    view->level = NGX_EO_METRICS_MINUTE;

    if (ngx_http_arg(r, (u_char *) "range", 5, &value) != NGX_OK) {
        return NGX_OK;
    }

    for (i = 0; i < NGX_EO_METRICS_LEVELS; i++) {

        if (value.len == ranges[i].len
            && ngx_memcmp(value.data, ranges[i].data, value.len) == 0)
        {
            view->level = (ngx_eo_metrics_level_e) i;
            return NGX_OK;
        }
    }

    return NGX_HTTP_BAD_REQUEST;
}


static ngx_int_t
ngx_eo_metrics_page_domain(ngx_http_request_t *r, ngx_eo_metrics_view_t *view)
{
    u_char     *dst, *src;
    ngx_str_t   value, name;

    view->domain = NGX_EO_METRICS_ALL;

    if (ngx_http_arg(r, (u_char *) "domain", 6, &value) != NGX_OK
        || value.len == 0)
    {
        return NGX_OK;
    }

    name.data = ngx_pnalloc(r->pool, value.len);
    if (name.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    src = value.data;
    dst = name.data;

    ngx_unescape_uri(&dst, &src, value.len, 0);

    name.len = dst - name.data;

    if (name.len == 1 && name.data[0] == '*') {
        return NGX_OK;
    }

    if (ngx_eo_metrics_store_find(view->store, &name, &view->domain)
        != NGX_OK)
    {
        return NGX_HTTP_NOT_FOUND;
    }

    return NGX_OK;
}


/* the rest is done in between other requests */

static ngx_int_t
ngx_eo_metrics_page_wait(ngx_http_request_t *r, ngx_eo_metrics_page_ctx_t *ctx)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_eo_metrics_page_cleanup;
    cln->data = ctx;

    ctx->event.handler = ngx_eo_metrics_page_step;
    ctx->event.data = ctx;
    ctx->event.log = r->connection->log;

    r->main->count++;

    ngx_add_timer(&ctx->event, NGX_EO_METRICS_STEP_PAUSE);

    return NGX_DONE;
}


static void
ngx_eo_metrics_page_step(ngx_event_t *ev)
{
    ngx_int_t                   rc;
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_eo_metrics_page_ctx_t  *ctx;

    ctx = ev->data;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ctx->write(&ctx->view);

    if (rc == NGX_AGAIN) {
        ngx_add_timer(ev, NGX_EO_METRICS_STEP_PAUSE);
        return;
    }

    rc = (rc == NGX_OK) ? ngx_eo_metrics_page_send(r, &ctx->view.out)
                        : NGX_HTTP_INTERNAL_SERVER_ERROR;

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static void
ngx_eo_metrics_page_cleanup(void *data)
{
    ngx_eo_metrics_page_ctx_t *ctx = data;

    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }
}


static ngx_int_t
ngx_eo_metrics_page_send(ngx_http_request_t *r, ngx_eo_metrics_output_t *out)
{
    ngx_int_t  rc;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = out->length;

    out->last->buf->last_buf = (r == r->main) ? 1 : 0;
    out->last->buf->last_in_chain = 1;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, out->chain);
}
