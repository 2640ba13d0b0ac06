
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * nginx finalizes a request whose origin has failed with 502 or 504 and looks
 * for an error_page of that status, while the operator's may be for 520 to
 * 525, or has to be sent with one of these.  Neither the request's
 * configuration nor nginx's copy of the status can be changed at that moment;
 * so the pages of 502 and 504 have values that are chosen when nginx asks for
 * them.  They are part of the configuration, as the operator's are.
 *
 * Where the operator has none of 502 or 504, nginx turns to its special
 * response, whose header passes by the header filter; the request is then
 * finalized anew, with the status that there is an error_page for.
 */


#include "ngx_eo_error_page.h"
#include "ngx_eo_error_response.h"
#include "ngx_eo_origin_error.h"


/* a program of one instruction; nginx's ends at a NULL */

typedef struct {
    ngx_http_script_code_pt      code;
    ngx_int_t                    status;
    uintptr_t                    end;
} ngx_eo_error_page_script_t;


static ngx_array_t *ngx_eo_error_page_list(ngx_conf_t *cf,
    ngx_array_t *pages);
static ngx_int_t ngx_eo_error_page_chosen(ngx_conf_t *cf,
    ngx_http_err_page_t *page);
static ngx_eo_error_page_script_t *ngx_eo_error_page_script(ngx_conf_t *cf,
    ngx_http_script_code_pt code, ngx_int_t status);
static size_t ngx_eo_error_page_length(ngx_http_script_engine_t *e);
static void ngx_eo_error_page_copy(ngx_http_script_engine_t *e);
static ngx_int_t ngx_eo_error_page_choose(ngx_http_request_t *r,
    ngx_int_t status, ngx_str_t *uri);
static ngx_int_t ngx_eo_error_page_uri(ngx_http_request_t *r,
    ngx_http_err_page_t *page, ngx_str_t *uri);
static ngx_int_t ngx_eo_error_page_status(ngx_http_err_page_t *page,
    ngx_str_t *uri, ngx_int_t status);
static ngx_http_err_page_t *ngx_eo_error_page_find(ngx_array_t *pages,
    ngx_int_t status);
static void ngx_eo_error_page_finalize(ngx_http_request_t *r);


ngx_int_t
ngx_eo_error_page_prepare(ngx_conf_t *cf, ngx_eo_core_loc_conf_t *conf)
{
    ngx_uint_t                 i;
    ngx_array_t               *pages;
    ngx_eo_error_pages_t      *known;
    ngx_eo_core_main_conf_t   *mcf;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (conf->origin_errors == 0 || clcf->error_pages == NULL) {
        return NGX_OK;
    }

    conf->error_pages = clcf->error_pages;

    /* levels that inherit a list share it, and share ours as well */

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);

    known = mcf->error_pages.elts;

    for (i = mcf->error_pages.nelts; i > 0; i--) {

        if (known[i - 1].operators == clcf->error_pages) {
            clcf->error_pages = known[i - 1].chosen;
            return NGX_OK;
        }
    }

    pages = ngx_eo_error_page_list(cf, clcf->error_pages);
    if (pages == NULL) {
        return NGX_ERROR;
    }

    known = ngx_array_push(&mcf->error_pages);
    if (known == NULL) {
        return NGX_ERROR;
    }

    known->operators = clcf->error_pages;
    known->chosen = pages;

    clcf->error_pages = pages;

    return NGX_OK;
}


static ngx_array_t *
ngx_eo_error_page_list(ngx_conf_t *cf, ngx_array_t *pages)
{
    ngx_uint_t            i;
    ngx_array_t          *list;
    ngx_http_err_page_t  *page;

    list = ngx_array_create(cf->pool, pages->nelts,
                            sizeof(ngx_http_err_page_t));
    if (list == NULL) {
        return NULL;
    }

    page = ngx_array_push_n(list, pages->nelts);
    if (page == NULL) {
        return NULL;
    }

    ngx_memcpy(page, pages->elts, pages->nelts * sizeof(ngx_http_err_page_t));

    for (i = 0; i < pages->nelts; i++) {

        if (page[i].status != NGX_HTTP_BAD_GATEWAY
            && page[i].status != NGX_HTTP_GATEWAY_TIME_OUT)
        {
            continue;
        }

        if (ngx_eo_error_page_chosen(cf, &page[i]) != NGX_OK) {
            return NULL;
        }
    }

    return list;
}


/*
 * With a redirect for what is to be sent, nginx takes the status from
 * r->err_status, whatever kind of page the value turns out to be.
 */

static ngx_int_t
ngx_eo_error_page_chosen(ngx_conf_t *cf, ngx_http_err_page_t *page)
{
    ngx_eo_error_page_script_t  *length, *copy;

    length = ngx_eo_error_page_script(cf,
                  (ngx_http_script_code_pt) (void *) ngx_eo_error_page_length,
                  page->status);
    copy = ngx_eo_error_page_script(cf, ngx_eo_error_page_copy, page->status);

    if (length == NULL || copy == NULL) {
        return NGX_ERROR;
    }

    page->overwrite = NGX_HTTP_MOVED_TEMPORARILY;

    ngx_memzero(&page->value, sizeof(ngx_http_complex_value_t));

    page->value.lengths = length;
    page->value.values = copy;

    ngx_str_null(&page->args);

    return NGX_OK;
}


static ngx_eo_error_page_script_t *
ngx_eo_error_page_script(ngx_conf_t *cf, ngx_http_script_code_pt code,
    ngx_int_t status)
{
    ngx_eo_error_page_script_t  *script;

    script = ngx_pcalloc(cf->pool, sizeof(ngx_eo_error_page_script_t));
    if (script == NULL) {
        return NULL;
    }

    script->code = code;
    script->status = status;

    return script;
}


static size_t
ngx_eo_error_page_length(ngx_http_script_engine_t *e)
{
    ngx_str_t                    uri;
    ngx_eo_request_t            *ctx;
    ngx_http_request_t          *r;
    ngx_eo_error_page_script_t  *script;

    r = e->request;
    script = (ngx_eo_error_page_script_t *) e->ip;
    e->ip += offsetof(ngx_eo_error_page_script_t, end);

    ctx = ngx_eo_request(r);

    if (ctx == NULL
        || ngx_eo_error_page_choose(r, script->status, &uri) != NGX_OK)
    {
        /* out of memory, and a value has no way to say so */

        r->connection->error = 1;

        return 0;
    }

    ctx->error_page.uri = uri;

    return uri.len;
}


static void
ngx_eo_error_page_copy(ngx_http_script_engine_t *e)
{
    ngx_eo_request_t  *ctx;

    e->ip += offsetof(ngx_eo_error_page_script_t, end);

    ctx = ngx_eo_request_find(e->request);

    if (ctx && !e->request->connection->error) {
        e->pos = ngx_copy(e->pos, ctx->error_page.uri.data,
                          ctx->error_page.uri.len);
    }
}


static ngx_int_t
ngx_eo_error_page_choose(ngx_http_request_t *r, ngx_int_t status,
    ngx_str_t *uri)
{
    ngx_int_t                code;
    ngx_http_err_page_t     *page;
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    page = NULL;
    code = ngx_eo_origin_failure(r, status);

    if (code) {
        ngx_eo_origin_failure_answered(r);
        page = ngx_eo_error_page_find(lcf->error_pages, code);

    } else {
        code = status;
    }

    if (page == NULL) {
        page = ngx_eo_error_page_find(lcf->error_pages, status);
    }

    if (ngx_eo_error_page_uri(r, page, uri) != NGX_OK) {
        return NGX_ERROR;
    }

    r->err_status = ngx_eo_error_page_status(page, uri, code);

    /* as nginx does: "=" and "=200" leave the body to be asked for */

    if ((page->overwrite == 0 || page->overwrite == NGX_HTTP_OK)
        && r->request_body == NULL && !r->discard_body)
    {
        r->expect_tested = 0;
    }

    return NGX_OK;
}


/* nginx has cut the arguments off where the page is a constant */

static ngx_int_t
ngx_eo_error_page_uri(ngx_http_request_t *r, ngx_http_err_page_t *page,
    ngx_str_t *uri)
{
    u_char     *p;
    ngx_str_t   path;

    if (ngx_http_complex_value(r, &page->value, uri) != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->args.len == 0) {
        return NGX_OK;
    }

    path = *uri;

    uri->len = path.len + 1 + page->args.len;
    uri->data = ngx_pnalloc(r->pool, uri->len);
    if (uri->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_copy(uri->data, path.data, path.len);
    *p++ = '?';
    ngx_memcpy(p, page->args.data, page->args.len);

    return NGX_OK;
}


/* as ngx_http_send_error_page() has it */

static ngx_int_t
ngx_eo_error_page_status(ngx_http_err_page_t *page, ngx_str_t *uri,
    ngx_int_t status)
{
    if (uri->len && (uri->data[0] == '/' || uri->data[0] == '@')) {
        return (page->overwrite >= 0) ? page->overwrite : status;
    }

    switch (page->overwrite) {

    case NGX_HTTP_MOVED_PERMANENTLY:
    case NGX_HTTP_MOVED_TEMPORARILY:
    case NGX_HTTP_SEE_OTHER:
    case NGX_HTTP_TEMPORARY_REDIRECT:
    case NGX_HTTP_PERMANENT_REDIRECT:
        return page->overwrite;

    default:
        return NGX_HTTP_MOVED_TEMPORARILY;
    }
}


static ngx_http_err_page_t *
ngx_eo_error_page_find(ngx_array_t *pages, ngx_int_t status)
{
    ngx_uint_t            i;
    ngx_http_err_page_t  *page;

    page = pages->elts;

    for (i = 0; i < pages->nelts; i++) {

        if (page[i].status == status) {
            return &page[i];
        }
    }

    return NULL;
}


/*
 * ngx_http_send_special_response() returns what the header filters return,
 * without a body, if r->header_only is set.  NGX_DONE then costs a reference
 * to the request, and the request goes on when this event is over.
 */

ngx_int_t
ngx_eo_error_page_follow(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_uint_t code)
{
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (lcf->error_pages == NULL
        || ctx->probe.error_page
        || r->filter_finalize
        || r->uri_changes == 0
        || ngx_eo_error_page_find(lcf->error_pages, code) == NULL)
    {
        return NGX_DECLINED;
    }

    ctx->error_page.status = code;
    ctx->error_page.header_only = r->header_only;

    r->main->count++;

    r->header_only = 1;
    r->write_event_handler = ngx_eo_error_page_finalize;

    ngx_post_event(r->connection->write, &ngx_posted_events);

    return NGX_DONE;
}


static void
ngx_eo_error_page_finalize(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    r->write_event_handler = ngx_http_request_empty_handler;

    r->header_only = ctx->error_page.header_only;
    r->error_page = 0;
    r->err_status = 0;

    r->headers_out.status = 0;
    r->headers_out.content_length_n = -1;

    ngx_http_finalize_request(r, ctx->error_page.status);
}
