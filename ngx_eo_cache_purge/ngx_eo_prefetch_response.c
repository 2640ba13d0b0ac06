
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reading a response (RFC 9112).
 */


#include "ngx_eo_prefetch_response.h"


typedef enum {
    NGX_EO_PREFETCH_STATUS = 0,
    NGX_EO_PREFETCH_FIELDS,
    NGX_EO_PREFETCH_BODY,
    NGX_EO_PREFETCH_UNTIL_CLOSE,
    NGX_EO_PREFETCH_CHUNK_SIZE,
    NGX_EO_PREFETCH_CHUNK,
    NGX_EO_PREFETCH_CHUNK_END,
    NGX_EO_PREFETCH_TRAILER,
    NGX_EO_PREFETCH_DONE
} ngx_eo_prefetch_state_e;


static size_t ngx_eo_prefetch_take(ngx_eo_prefetch_response_t *response,
    u_char *p, size_t len, ngx_eo_prefetch_body_pt body, void *data);
static ngx_int_t ngx_eo_prefetch_line(ngx_eo_prefetch_response_t *response);
static ngx_int_t ngx_eo_prefetch_status_line(
    ngx_eo_prefetch_response_t *response);
static ngx_int_t ngx_eo_prefetch_field(ngx_eo_prefetch_response_t *response);
static void ngx_eo_prefetch_header_end(ngx_eo_prefetch_response_t *response);
static ngx_int_t ngx_eo_prefetch_chunk_size(
    ngx_eo_prefetch_response_t *response);
static ngx_uint_t ngx_eo_prefetch_is(ngx_str_t *name, const char *text);


void
ngx_eo_prefetch_response_init(ngx_eo_prefetch_response_t *response)
{
    ngx_memzero(response, offsetof(ngx_eo_prefetch_response_t, line));
    response->length = -1;
    response->chunked = 0;
    response->playlist = 0;
    response->encoded = 0;
}


ngx_int_t
ngx_eo_prefetch_response_read(ngx_eo_prefetch_response_t *response, u_char *p,
    size_t len, ngx_eo_prefetch_body_pt body, void *data)
{
    size_t   n;
    u_char  *end, c;

    end = p + len;

    while (p < end && response->state != NGX_EO_PREFETCH_DONE) {

        n = ngx_eo_prefetch_take(response, p, end - p, body, data);

        if (n) {
            p += n;
            continue;
        }

        c = *p++;

        if (c != LF) {

            /* a longer line is none that matters, and its beginning is kept */

            if (response->line_len < NGX_EO_PREFETCH_LINE_MAX) {
                response->line[response->line_len++] = c;
            }

            if (++response->header > NGX_EO_PREFETCH_HEADER_MAX) {
                return NGX_ERROR;
            }

            continue;
        }

        if (response->line_len
            && response->line[response->line_len - 1] == CR)
        {
            response->line_len--;
        }

        if (ngx_eo_prefetch_line(response) != NGX_OK) {
            return NGX_ERROR;
        }

        response->line_len = 0;
    }

    return (response->state == NGX_EO_PREFETCH_DONE) ? NGX_OK : NGX_AGAIN;
}


/* what is body; returns 0 where a line is expected */

static size_t
ngx_eo_prefetch_take(ngx_eo_prefetch_response_t *response, u_char *p,
    size_t len, ngx_eo_prefetch_body_pt body, void *data)
{
    switch (response->state) {

    case NGX_EO_PREFETCH_BODY:
    case NGX_EO_PREFETCH_CHUNK:
        len = (size_t) ngx_min((off_t) len, response->rest);
        response->rest -= len;
        break;

    case NGX_EO_PREFETCH_UNTIL_CLOSE:
        break;

    default:
        return 0;
    }

    response->received += len;
    body(data, p, len);

    if (response->rest == 0) {

        if (response->state == NGX_EO_PREFETCH_BODY) {
            response->state = NGX_EO_PREFETCH_DONE;

        } else if (response->state == NGX_EO_PREFETCH_CHUNK) {
            response->state = NGX_EO_PREFETCH_CHUNK_END;
        }
    }

    return len;
}


static ngx_int_t
ngx_eo_prefetch_line(ngx_eo_prefetch_response_t *response)
{
    switch (response->state) {

    case NGX_EO_PREFETCH_STATUS:
        return ngx_eo_prefetch_status_line(response);

    case NGX_EO_PREFETCH_FIELDS:

        if (response->line_len) {
            return ngx_eo_prefetch_field(response);
        }

        ngx_eo_prefetch_header_end(response);
        return NGX_OK;

    case NGX_EO_PREFETCH_CHUNK_SIZE:
        return ngx_eo_prefetch_chunk_size(response);

    case NGX_EO_PREFETCH_CHUNK_END:

        if (response->line_len) {
            return NGX_ERROR;
        }

        response->state = NGX_EO_PREFETCH_CHUNK_SIZE;
        return NGX_OK;

    default: /* NGX_EO_PREFETCH_TRAILER */

        if (response->line_len == 0) {
            response->state = NGX_EO_PREFETCH_DONE;
        }

        return NGX_OK;
    }
}


static ngx_int_t
ngx_eo_prefetch_status_line(ngx_eo_prefetch_response_t *response)
{
    u_char     *p;
    ngx_int_t   status;

    p = response->line;

    if (response->line_len < sizeof("HTTP/1.1 200") - 1
        || ngx_strncmp(p, "HTTP/1.", 7) != 0 || p[8] != ' ')
    {
        return NGX_ERROR;
    }

    status = ngx_atoi(p + 9, 3);

    if (status < 100) {
        return NGX_ERROR;
    }

    response->status = status;
    response->state = NGX_EO_PREFETCH_FIELDS;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefetch_field(ngx_eo_prefetch_response_t *response)
{
    u_char     *p, *end;
    ngx_str_t   name, value;

    end = response->line + response->line_len;

    p = memchr(response->line, ':', response->line_len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    name.data = response->line;
    name.len = p - name.data;

    for (p++; p < end && (*p == ' ' || *p == '\t'); p++) { /* void */ }

    while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    value.data = p;
    value.len = end - p;

    if (ngx_eo_prefetch_is(&name, "content-length")) {
        response->length = ngx_atoof(value.data, value.len);

        if (response->length < 0) {
            return NGX_ERROR;
        }

    } else if (ngx_eo_prefetch_is(&name, "transfer-encoding")) {
        response->chunked = 1;

    } else if (ngx_eo_prefetch_is(&name, "content-encoding")) {
        response->encoded = 1;

    } else if (ngx_eo_prefetch_is(&name, "content-type")) {
        response->playlist = (ngx_strlcasestrn(value.data,
                                        value.data + value.len,
                                        (u_char *) "mpegurl", 7 - 1)
                              != NULL);

    } else if (ngx_eo_prefetch_is(&name, "eo-cache-status")) {
        (void) ngx_cpystrn(response->cache, value.data,
                           ngx_min(value.len + 1, sizeof(response->cache)));
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_prefetch_is(ngx_str_t *name, const char *text)
{
    return name->len == ngx_strlen(text)
           && ngx_strncasecmp(name->data, (u_char *) text, name->len) == 0;
}


static void
ngx_eo_prefetch_header_end(ngx_eo_prefetch_response_t *response)
{
    if (response->status < 200) {
        response->state = NGX_EO_PREFETCH_STATUS;
        response->length = -1;
        response->chunked = 0;
        return;
    }

    if (response->status == 204 || response->status == 304) {
        response->state = NGX_EO_PREFETCH_DONE;

    } else if (response->chunked) {
        response->state = NGX_EO_PREFETCH_CHUNK_SIZE;

    } else if (response->length == -1) {
        response->state = NGX_EO_PREFETCH_UNTIL_CLOSE;

    } else {
        response->rest = response->length;
        response->state = response->rest ? NGX_EO_PREFETCH_BODY
                                         : NGX_EO_PREFETCH_DONE;
    }

    response->header = 0;
}


static ngx_int_t
ngx_eo_prefetch_chunk_size(ngx_eo_prefetch_response_t *response)
{
    size_t     n;
    ngx_int_t  size;

    for (n = 0; n < response->line_len; n++) {
        if (response->line[n] == ';' || response->line[n] == ' ') {
            break;
        }
    }

    size = (n > 15) ? NGX_ERROR : ngx_hextoi(response->line, n);

    if (size == NGX_ERROR) {
        return NGX_ERROR;
    }

    response->header = 0;
    response->rest = size;
    response->state = size ? NGX_EO_PREFETCH_CHUNK : NGX_EO_PREFETCH_TRAILER;

    return NGX_OK;
}


ngx_int_t
ngx_eo_prefetch_response_end(ngx_eo_prefetch_response_t *response)
{
    return (response->state == NGX_EO_PREFETCH_DONE
            || response->state == NGX_EO_PREFETCH_UNTIL_CLOSE)
           ? NGX_OK : NGX_ERROR;
}
