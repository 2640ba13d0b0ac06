
#include "ngx_eo_waf_body.h"
#include "ngx_eo_waf_multipart.h"


static ngx_uint_t ngx_eo_waf_body_is_form(ngx_http_request_t *r,
    ngx_str_t *boundary);


ngx_int_t
ngx_eo_waf_body_read(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_int_t   rc;
    ngx_uint_t  complete;

    if (!ngx_eo_waf_body_is_form(r, &state->boundary)) {
        return NGX_OK;
    }

    if (!state->reading) {
        state->reading = 1;

        rc = ngx_http_read_client_request_body(r, ngx_eo_waf_body_handler);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        ngx_http_finalize_request(r, NGX_DONE);
        return NGX_DONE;
    }

    if (ngx_eo_waf_body_join(r, NGX_EO_WAF_BODY_MAX, &state->form, &complete)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    state->has_form = 1;

    return NGX_OK;
}


/* boundary: stays empty if the form is urlencoded */

static ngx_uint_t
ngx_eo_waf_body_is_form(ngx_http_request_t *r, ngx_str_t *boundary)
{
    ngx_str_t  *type;

    static ngx_str_t  form = ngx_string("application/x-www-form-urlencoded");

    if (r->headers_in.content_type == NULL
        || (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked))
    {
        return 0;
    }

    type = &r->headers_in.content_type->value;

    if (ngx_eo_waf_multipart_boundary(type, boundary) == NGX_OK) {
        return 1;
    }

    return type->len >= form.len
           && ngx_strncasecmp(type->data, form.data, form.len) == 0
           && (type->len == form.len || type->data[form.len] == ';'
               || type->data[form.len] == ' ');
}


void
ngx_eo_waf_body_handler(ngx_http_request_t *r)
{
    /* an error_page must not lose what has been read */

    r->preserve_body = 1;

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


ngx_int_t
ngx_eo_waf_body_join(ngx_http_request_t *r, size_t limit, ngx_str_t *body,
    ngx_uint_t *complete)
{
    off_t         total;
    size_t        size;
    u_char       *p, *last;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    total = 0;
    ngx_str_null(body);
    *complete = 1;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        total += ngx_buf_size(cl->buf);
    }

    cl = r->request_body->bufs;
    *complete = (total <= (off_t) limit);
    size = *complete ? (size_t) total : limit;

    if (size == 0) {
        return NGX_OK;
    }

    b = cl->buf;

    if (!b->in_file && (size_t) (b->last - b->pos) >= size) {
        body->data = b->pos;
        body->len = size;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    last = p + size;

    for ( /* void */ ; cl && p < last; cl = cl->next) {
        b = cl->buf;
        size = (size_t) ngx_min(ngx_buf_size(b), last - p);

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, size);
            continue;
        }

        n = ngx_read_file(b->file, p, size, b->file_pos);

        if (n == NGX_ERROR || (size_t) n != size) {
            return NGX_ERROR;
        }

        p += n;
    }

    body->len = p - body->data;

    return NGX_OK;
}
