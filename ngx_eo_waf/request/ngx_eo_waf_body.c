
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_body.h"


static ngx_uint_t ngx_eo_waf_body_header(ngx_table_elt_t *header,
    const char *name);


void
ngx_eo_waf_body_form(ngx_http_request_t *r, ngx_eo_waf_form_t *form)
{
    ngx_str_t        *type;
    ngx_uint_t        i, types, named, encoded;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    form->kind = NGX_EO_WAF_FORM_NONE;

    if (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked) {
        return;
    }

    type = NULL;
    types = 0;
    named = 0;
    encoded = 0;

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (ngx_eo_waf_body_header(h, "content-type")) {
            type = &h->value;
            types++;
            named |= ngx_eo_waf_form_named(type);

        } else if (ngx_eo_waf_body_header(h, "content-encoding")) {
            encoded |= (h->value.len != sizeof("identity") - 1
                        || ngx_strncasecmp(h->value.data,
                                           (u_char *) "identity",
                                           sizeof("identity") - 1)
                           != 0);
        }
    }

    ngx_eo_waf_form_type(type, form);

    if (types > 1 && named) {
        form->kind = NGX_EO_WAF_FORM_AMBIGUOUS;
        form->why = "the form has several Content-Type";

    } else if (encoded && type != NULL
               && form->kind != NGX_EO_WAF_FORM_NONE)
    {
        form->kind = NGX_EO_WAF_FORM_AMBIGUOUS;
        form->why = "the form has a Content-Encoding";
    }
}


static ngx_uint_t
ngx_eo_waf_body_header(ngx_table_elt_t *header, const char *name)
{
    return header->key.len == ngx_strlen(name)
           && ngx_memcmp(header->lowcase_key, name, header->key.len) == 0;
}


ngx_int_t
ngx_eo_waf_body_read(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_int_t   rc;
    ngx_uint_t  complete;

    if (!state->reading && r->request_body == NULL) {
        state->reading = 1;

        ngx_eo_waf_body_prepare(r);

        rc = ngx_http_read_client_request_body(r, ngx_eo_waf_body_handler);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        ngx_http_finalize_request(r, NGX_DONE);
        return NGX_DONE;
    }

    if (ngx_eo_waf_body_join(r, NGX_EO_WAF_BODY_MAX, &state->body, &complete)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_OK;
}


void
ngx_eo_waf_body_prepare(ngx_http_request_t *r)
{
    /* perl and njs ask for one buffer, or for a file that has a name */

    r->request_body_in_single_buf = 1;

    if (!r->request_body_in_persistent_file) {
        r->request_body_in_persistent_file = 1;
        r->request_body_in_clean_file = 1;
    }

    /* as ngx_http_dav_handler(), which is no handler of a location */

    if (r->method == NGX_HTTP_PUT && r->content_handler == NULL) {
        r->request_body_in_file_only = 1;
        r->request_body_file_group_access = 1;
        r->request_body_file_log_level = 0;
    }
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
