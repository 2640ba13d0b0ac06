
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: escaping for response pages.  What comes out is of the size
 * that was announced, has nothing in it that the type gives a meaning to,
 * and is UTF-8: escaping it as plain text changes nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_escape.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_str_t
fuzz_escape(ngx_str_t *src, ngx_eo_escape_e type)
{
    ngx_str_t  dst;

    dst.data = malloc(src->len * NGX_EO_ESCAPE_MAX + (src->len == 0));
    dst.len = ngx_eo_escape(dst.data, src, type) - dst.data;

    if (dst.len < src->len) {
        abort();
    }

    return dst;
}


static void
fuzz_escape_html(ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p == '<' || *p == '>' || *p == '"' || *p == '\'') {
            abort();
        }

        if (*p == '&' && memchr(p, ';', ngx_min(last - p, 5)) == NULL) {
            abort();
        }
    }
}


static void
fuzz_escape_json(ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p == '"' || *p < 0x20) {
            abort();
        }

        if (*p != '\\') {
            continue;
        }

        if (++p == last) {
            abort();
        }

        if (*p == 'u') {

            if (last - p < 5 || ngx_hextoi(p + 1, 4) == NGX_ERROR) {
                abort();
            }

            p += 4;
            continue;
        }

        if (*p != '"' && *p != '\\') {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t        src, dst, again;
    ngx_eo_escape_e  type;

    /* of its own size, so that a read past it is seen */

    src.len = size;
    src.data = malloc(size + (size == 0));
    ngx_memcpy(src.data, data, size);

    for (type = NGX_EO_ESCAPE_HTML; type <= NGX_EO_ESCAPE_PLAIN; type++) {
        dst = fuzz_escape(&src, type);

        if (type == NGX_EO_ESCAPE_HTML) {
            fuzz_escape_html(&dst);
        }

        if (type == NGX_EO_ESCAPE_JSON) {
            fuzz_escape_json(&dst);
        }

        again = fuzz_escape(&dst, NGX_EO_ESCAPE_PLAIN);

        if (again.len != dst.len
            || ngx_memcmp(again.data, dst.data, dst.len) != 0)
        {
            abort();
        }

        free(again.data);
        free(dst.data);
    }

    free(src.data);

    return 0;
}
