
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: CDN-Loop, one line of the header a line of the input.  Not
 * more is written than was announced, and what another node reads of it is
 * what this one has read.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_cdn_loop.h"


#define FUZZ_LINES  8
#define FUZZ_OWN    "TencentEdgeOne; loops="


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_uint_t
fuzz_cdn_loop_lines(const uint8_t *data, size_t size, ngx_str_t *lines)
{
    size_t          len;
    ngx_uint_t      n;
    const uint8_t  *lf;

    n = 0;

    do {
        lf = memchr(data, LF, size);
        len = lf ? (size_t) (lf - data) : size;

        /* of its own size, so that a read past it is seen */

        lines[n].len = len;
        lines[n].data = malloc(len + (len == 0));
        ngx_memcpy(lines[n].data, data, len);
        n++;

        data += len + 1;
        size -= lf ? len + 1 : len;

    } while (lf && n < FUZZ_LINES);

    return n;
}


static void
fuzz_cdn_loop_read(ngx_eo_cdn_loop_t *loop, ngx_str_t *lines, ngx_uint_t n)
{
    ngx_uint_t  i;

    ngx_memzero(loop, sizeof(ngx_eo_cdn_loop_t));
    ngx_str_set(&loop->name, "TencentEdgeOne");

    for (i = 0; i < n; i++) {
        ngx_eo_cdn_loop_read(loop, &lines[i]);
    }

    if (!loop->present
        && loop->loops && loop->loops != NGX_EO_CDN_LOOP_GARBLED)
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char             *p;
    ngx_str_t           lines[FUZZ_LINES], sent;
    ngx_uint_t          i, n;
    ngx_eo_cdn_loop_t   loop, next;

    n = fuzz_cdn_loop_lines(data, size, lines);

    fuzz_cdn_loop_read(&loop, lines, n);

    sent.data = malloc(loop.foreign + sizeof(FUZZ_OWN) + NGX_INT_T_LEN);
    p = sent.data;

    for (i = 0; i < n; i++) {
        p = ngx_eo_cdn_loop_copy_foreign(p, &loop, &lines[i]);
    }

    sent.len = p - sent.data;

    if (sent.len != loop.foreign) {
        abort();
    }

    /* as it is sent on, where it is */

    sent.len = ngx_sprintf(p, FUZZ_OWN "%ui", loop.loops + 1) - sent.data;

    fuzz_cdn_loop_read(&next, &sent, 1);

    if (loop.loops < NGX_EO_CDN_LOOP_GARBLED - 1
        && (!next.present
            || next.loops != loop.loops + 1
            || next.foreign != loop.foreign))
    {
        abort();
    }

    free(sent.data);

    for (i = 0; i < n; i++) {
        free(lines[i].data);
    }

    return 0;
}
