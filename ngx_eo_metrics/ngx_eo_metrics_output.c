
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_output.h"
#include "ngx_eo_escape.h"


#define NGX_EO_METRICS_BUFFER  (32 * 1024)

/* texts from outside are cut */

#define NGX_EO_METRICS_ESCAPE  512


static u_char *ngx_eo_metrics_output_room(ngx_eo_metrics_output_t *out,
    size_t len);


void
ngx_eo_metrics_output_init(ngx_eo_metrics_output_t *out, ngx_pool_t *pool)
{
    ngx_memzero(out, sizeof(ngx_eo_metrics_output_t));
    out->pool = pool;
}


void
ngx_eo_metrics_print(ngx_eo_metrics_output_t *out, const char *fmt, ...)
{
    u_char   *p, *end;
    va_list   args;

    p = ngx_eo_metrics_output_room(out, NGX_EO_METRICS_PRINT);

    if (p == NULL) {
        return;
    }

    va_start(args, fmt);
    end = ngx_vslprintf(p, p + NGX_EO_METRICS_PRINT, fmt, args);
    va_end(args);

    out->last->buf->last = end;
    out->length += end - p;
}


void
ngx_eo_metrics_put(ngx_eo_metrics_output_t *out, const void *data, size_t len)
{
    u_char  *p;

    p = ngx_eo_metrics_output_room(out, len);

    if (p == NULL) {
        return;
    }

    out->last->buf->last = ngx_cpymem(p, data, len);
    out->length += len;
}


void
ngx_eo_metrics_put_json(ngx_eo_metrics_output_t *out, u_char *data,
    size_t len)
{
    u_char     *p, *end;
    ngx_str_t   text;

    text.data = data;
    text.len = ngx_min(len, NGX_EO_METRICS_ESCAPE);

    p = ngx_eo_metrics_output_room(out, 2 + text.len * NGX_EO_ESCAPE_MAX);

    if (p == NULL) {
        return;
    }

    end = p;
    *end++ = '"';
    end = ngx_eo_escape(end, &text, NGX_EO_ESCAPE_JSON);
    *end++ = '"';

    out->last->buf->last = end;
    out->length += end - p;
}


/*
 * In JSON "/" and control bytes are escaped in ways that Prometheus does not
 * know: it has \\, \" and \n.
 */

void
ngx_eo_metrics_put_label(ngx_eo_metrics_output_t *out, u_char *data,
    size_t len)
{
    u_char      clean[NGX_EO_METRICS_ESCAPE * NGX_EO_ESCAPE_MAX];
    u_char     *p, *end, *last, *c;
    ngx_str_t   text;

    text.data = data;
    text.len = ngx_min(len, NGX_EO_METRICS_ESCAPE);

    last = ngx_eo_escape(clean, &text, NGX_EO_ESCAPE_PLAIN);

    p = ngx_eo_metrics_output_room(out, 2 + (last - clean) * 2);

    if (p == NULL) {
        return;
    }

    end = p;
    *end++ = '"';

    for (c = clean; c < last; c++) {

        if (*c < 0x20) {
            *end++ = ' ';
            continue;
        }

        if (*c == '\\' || *c == '"') {
            *end++ = '\\';
        }

        *end++ = *c;
    }

    *end++ = '"';

    out->last->buf->last = end;
    out->length += end - p;
}


/* NULL if it cannot be had, now or ever after */

static u_char *
ngx_eo_metrics_output_room(ngx_eo_metrics_output_t *out, size_t len)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (out->failed) {
        return NULL;
    }

    if (out->last && (size_t) (out->last->buf->end - out->last->buf->last)
                     >= len)
    {
        return out->last->buf->last;
    }

    b = ngx_create_temp_buf(out->pool, ngx_max(len, NGX_EO_METRICS_BUFFER));
    cl = ngx_alloc_chain_link(out->pool);

    if (b == NULL || cl == NULL) {
        out->failed = 1;
        return NULL;
    }

    cl->buf = b;
    cl->next = NULL;

    if (out->last) {
        out->last->next = cl;

    } else {
        out->chain = cl;
    }

    out->last = cl;

    return b->last;
}
