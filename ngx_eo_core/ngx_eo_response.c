
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A stage that ends a request returns a status, and nginx makes a special
 * response of it, or follows the operator's error_page.  In the first case
 * the header filter finds the status that it expects and puts the page in
 * place of nginx's body; in the second the internal redirect has cleared
 * r->ctx, and nothing is expected any more (see ngx_eo_request.c).
 */


#include "ngx_eo_response.h"
#include "ngx_eo_response_page.h"
#include "ngx_eo_accept.h"
#include "ngx_eo_error_response.h"


static void ngx_eo_response_first_byte(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static ngx_uint_t ngx_eo_response_of_nginx(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static const char *ngx_eo_response_exception(ngx_uint_t status);
static ngx_int_t ngx_eo_response_send(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static ngx_eo_response_page_t *ngx_eo_response_builtin_page(
    ngx_http_request_t *r);
static ngx_uint_t ngx_eo_response_accepts_html(ngx_http_request_t *r);
static void ngx_eo_response_status_line(ngx_http_request_t *r);
static void ngx_eo_response_entity(ngx_http_request_t *r,
    ngx_eo_response_page_t *page, off_t size);
static ngx_int_t ngx_eo_response_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);


static ngx_http_output_body_filter_pt  ngx_http_next_body_filter;


ngx_int_t
ngx_eo_respond(ngx_http_request_t *r, ngx_uint_t status,
    ngx_eo_response_page_t *page, const char *exception)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (exception) {
        ctx->exception = exception;
    }

    return ngx_eo_response_prepare(r, ctx, status, 0, page);
}


ngx_int_t
ngx_eo_respond_ok(ngx_http_request_t *r, ngx_eo_response_page_t *page)
{
    ngx_int_t          rc;
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ctx->response.status = NGX_HTTP_OK;
    ctx->response.expected = NGX_HTTP_OK;
    ctx->response.reason = NULL;
    ctx->response.page = page;

    r->headers_out.status = NGX_HTTP_OK;

    /* what a client has of the site is no condition for this */

    r->disable_not_modified = 1;

    rc = ngx_http_send_header(r);

    if (rc == NGX_OK && !r->header_only) {
        rc = ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    /* for ngx_http_finalize_request() all that is no error is the same */

    return (rc == NGX_ERROR || rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc
                                                                : NGX_HTTP_OK;
}


ngx_int_t
ngx_eo_respond_again(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* see ngx_http_special_response_handler() */

    r->error_page = 1;

    if (ctx->response.status == status) {
        ctx->response.expected = status;
    }

    return status;
}


ngx_uint_t
ngx_eo_status_allowed(ngx_int_t status)
{
    switch (status) {

    case NGX_HTTP_REQUEST_TIME_OUT:
    case NGX_HTTP_CLOSE:
        return 0;

    default:
        return status >= NGX_HTTP_BAD_REQUEST && status <= 599
               && (status < NGX_HTTP_NGINX_CODES
                   || status > NGX_HTTP_CLIENT_CLOSED_REQUEST);
    }
}


ngx_uint_t
ngx_eo_response_prepare(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_uint_t status, ngx_uint_t expected, ngx_eo_response_page_t *page)
{
    ngx_uint_t                code;
    ngx_eo_core_loc_conf_t   *lcf;
    ngx_eo_error_response_t  *configured;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    code = status;
    configured = ngx_eo_error_response_find(lcf->error_responses, status);

    if (configured) {

        if (configured->code) {
            code = configured->code;
        }

        if (page == NULL) {
            page = configured->page;
        }
    }

    ctx->response.status = code;
    ctx->response.expected = expected ? expected : code;
    ctx->response.reason = ngx_eo_status_find(status);
    ctx->response.page = page;

    return code;
}


ngx_int_t
ngx_eo_response_header_filter(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    if (r != r->main) {
        return NGX_DECLINED;
    }

    /* what nginx refuses for its form alone begins with the response */

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_response_first_byte(r, ctx);

    if (ctx->response.expected
        && ctx->response.expected == r->headers_out.status)
    {
        return ngx_eo_response_send(r, ctx);
    }

    if (ngx_eo_response_of_nginx(r, ctx)) {

        if (ctx->exception == NULL) {
            ctx->exception = ngx_eo_response_exception(r->err_status);
        }

        (void) ngx_eo_response_prepare(r, ctx, r->err_status, 0, NULL);

        return ngx_eo_response_send(r, ctx);
    }

    ngx_eo_response_status_line(r);

    return NGX_DECLINED;
}


static void
ngx_eo_response_first_byte(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    ctx->first_byte_sent = 1;
    ctx->first_byte = (ngx_msec_t) ((tp->sec - r->start_sec) * 1000
                                    + (tp->msec - r->start_msec));
}


ngx_msec_int_t
ngx_eo_first_byte(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    return ctx && ctx->first_byte_sent ? (ngx_msec_int_t) ctx->first_byte : -1;
}


/*
 * Whether nginx itself refuses the request for one of the reasons that the
 * suite has a page for, and what is sent is not the operator's page for it.
 */

static ngx_uint_t
ngx_eo_response_of_nginx(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    return lcf->pages
           && r->err_status
           && r->err_status == r->headers_out.status
           && r->err_status != ctx->followed
           && ngx_eo_response_exception(r->err_status) != NULL;
}


static const char *
ngx_eo_response_exception(ngx_uint_t status)
{
    switch (status) {

    case NGX_HTTP_BAD_REQUEST:
        return "client_request_exception_bad_request";

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        return "client_request_exception_body_size";

    case NGX_HTTP_RANGE_NOT_SATISFIABLE:
        return "client_request_exception_range";

    default:
        return NULL;
    }
}


static ngx_int_t
ngx_eo_response_send(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    ngx_eo_response_t       *response;
    ngx_eo_response_page_t  *page;

    static ngx_str_t  cache_control = ngx_string("Cache-Control");
    static ngx_str_t  no_store = ngx_string("no-store");

    response = &ctx->response;

    /* $status has to read as sent */

    r->err_status = response->status;
    r->headers_out.status = response->status;

    page = response->page;

    if (page == NULL && response->status >= NGX_HTTP_BAD_REQUEST) {
        page = ngx_eo_response_builtin_page(r);
    }

    if (page && ngx_eo_response_page_render(r, page, &response->body) != NGX_OK)
    {
        return NGX_ERROR;
    }

    response->expected = 0;
    response->replace = 1;

    ngx_eo_response_status_line(r);
    ngx_eo_response_entity(r, page, response->body.len);

    if (ngx_eo_set_response_header(r, &cache_control, &no_store) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static ngx_eo_response_page_t *
ngx_eo_response_builtin_page(ngx_http_request_t *r)
{
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_core_module);

    return ngx_eo_response_accepts_html(r) ? mcf->html_page : mcf->json_page;
}


/* several Accept lines are one list; without any, everything is admitted */

static ngx_uint_t
ngx_eo_response_accepts_html(ngx_http_request_t *r)
{
    ngx_uint_t        i, found;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    found = 0;

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (h->key.len != sizeof("accept") - 1
            || ngx_strncmp(h->lowcase_key, "accept", h->key.len) != 0)
        {
            continue;
        }

        found = 1;

        if (ngx_eo_accept_html(&h->value)) {
            return 1;
        }
    }

    return !found;
}


/*
 * nginx knows no reason phrases for these; ngx_http_send_header() clears the
 * line, so that it is set in the header filter.
 */

static void
ngx_eo_response_status_line(ngx_http_request_t *r)
{
    const ngx_eo_status_t  *status;

    if (r->headers_out.status_line.len
        || r->headers_out.status < NGX_HTTP_BAD_REQUEST)
    {
        return;
    }

    status = ngx_eo_status_find(r->headers_out.status);

    if (status) {
        r->headers_out.status_line = status->line;
    }
}


static void
ngx_eo_response_entity(ngx_http_request_t *r, ngx_eo_response_page_t *page,
    off_t size)
{
    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    if (r->headers_out.content_encoding) {
        r->headers_out.content_encoding->hash = 0;
        r->headers_out.content_encoding = NULL;
    }

    r->headers_out.content_length_n = size;

    if (page == NULL) {
        ngx_str_null(&r->headers_out.content_type);
        return;
    }

    r->headers_out.content_type = page->type;
    r->headers_out.content_type_len = page->type.len;
    r->headers_out.content_type_lowcase = NULL;

    /* RFC 8259, 11: application/json has no charset */

    if (page->escape == NGX_EO_ESCAPE_JSON) {
        ngx_str_null(&r->headers_out.charset);

    } else {
        ngx_str_set(&r->headers_out.charset, "utf-8");
    }
}


void
ngx_eo_response_install_body_filter(void)
{
    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_eo_response_body_filter;
}


static ngx_int_t
ngx_eo_response_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t         *b;
    ngx_chain_t        out;
    ngx_eo_request_t  *ctx;

    if (in == NULL || r != r->main) {
        return ngx_http_next_body_filter(r, in);
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_eo_core_module);

    if (ctx == NULL || !ctx->response.replace) {
        return ngx_http_next_body_filter(r, in);
    }

    for ( /* void */ ; in; in = in->next) {
        in->buf->pos = in->buf->last;
        in->buf->file_pos = in->buf->file_last;
    }

    if (ctx->response.sent) {
        return NGX_OK;
    }

    ctx->response.sent = 1;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = ctx->response.body.data;
    b->last = b->pos + ctx->response.body.len;
    b->memory = (b->pos != b->last);
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_next_body_filter(r, &out);
}
