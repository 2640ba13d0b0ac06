
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_watch.h"


#define NGX_EO_WAF_WATCH_SIZE  4096


static ngx_uint_t ngx_eo_waf_watch_chain(ngx_http_request_t *r,
    ngx_eo_waf_watch_t *watch, ngx_chain_t *in);
static ngx_int_t ngx_eo_waf_watch_copy(ngx_http_request_t *r,
    ngx_eo_waf_watch_t *watch, u_char *p, size_t len);


ngx_int_t
ngx_eo_waf_watch(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    size_t limit)
{
    ngx_eo_waf_watch_t  *watch;

    watch = state->watch;

    if (watch == NULL) {

        if (r->request_body != NULL || r->discard_body
            || (r->headers_in.content_length_n <= 0
                && !r->headers_in.chunked))
        {
            return NGX_DECLINED;
        }

        watch = ngx_pcalloc(r->pool, sizeof(ngx_eo_waf_watch_t));
        if (watch == NULL) {
            return NGX_ERROR;
        }

        state->watch = watch;
    }

    if (watch->seen) {
        return NGX_DECLINED;
    }

    watch->limit = ngx_max(watch->limit, limit);

    return NGX_OK;
}


ngx_uint_t
ngx_eo_waf_watch_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_eo_waf_state_t  *state;
    ngx_eo_waf_watch_t  *watch;

    if (r != r->main || in == NULL) {
        return 0;
    }

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state == NULL || state->watch == NULL || state->watch->seen) {
        return 0;
    }

    watch = state->watch;

    if (!ngx_eo_waf_watch_chain(r, watch, in)) {
        return 0;
    }

    watch->complete = 1;
    watch->seen = 1;

    return 1;
}


/* returns whether the end of the body is in the chain */

static ngx_uint_t
ngx_eo_waf_watch_chain(ngx_http_request_t *r, ngx_eo_waf_watch_t *watch,
    ngx_chain_t *in)
{
    size_t        size;
    ngx_buf_t    *b;
    ngx_uint_t    last;
    ngx_chain_t  *cl;

    last = 0;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;
        last |= b->last_buf;

        if (!ngx_buf_in_memory(b) || b->last == b->pos) {
            continue;
        }

        size = b->last - b->pos;
        watch->total += size;
        size = ngx_min(size, watch->limit - watch->text.len);

        if (ngx_eo_waf_watch_copy(r, watch, b->pos, size) != NGX_OK) {
            watch->limit = watch->text.len;
        }
    }

    return last;
}


static ngx_int_t
ngx_eo_waf_watch_copy(ngx_http_request_t *r, ngx_eo_waf_watch_t *watch,
    u_char *p, size_t len)
{
    off_t    length;
    size_t   size;
    u_char  *data;

    if (watch->text.len + len > watch->size) {
        length = r->headers_in.chunked ? 0 : r->headers_in.content_length_n;

        size = ngx_max(watch->size * 2, NGX_EO_WAF_WATCH_SIZE);
        size = ngx_max(size, watch->text.len + len);
        size = ngx_max(size, (size_t) ngx_min(length, (off_t) watch->limit));
        size = ngx_min(size, watch->limit);

        data = ngx_pnalloc(r->pool, size);
        if (data == NULL) {
            return NGX_ERROR;
        }

        if (watch->text.len) {
            ngx_memcpy(data, watch->text.data, watch->text.len);
        }

        watch->text.data = data;
        watch->size = size;
    }

    ngx_memcpy(watch->text.data + watch->text.len, p, len);
    watch->text.len += len;

    return NGX_OK;
}


ngx_uint_t
ngx_eo_waf_watch_end(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_eo_waf_watch_t  *watch;

    watch = state->watch;

    if (watch == NULL || watch->seen) {
        return 0;
    }

    watch->seen = 1;

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "web protection: of the request body %O bytes were "
                  "inspected, not its end: under \"monitor\" a body is seen "
                  "only as far as something else reads it",
                  watch->total);

    return 1;
}
