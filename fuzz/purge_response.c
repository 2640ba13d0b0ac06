
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: responses to a prefetch.  In pieces they are read as they are in
 * one, and no more body is told of than there is text.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_prefetch_response.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_body(void *data, u_char *p, size_t len)
{
    size_t *total = data;

    *total += len;
}


static ngx_int_t
fuzz_read(ngx_eo_prefetch_response_t *response, const uint8_t *data,
    size_t size, size_t piece)
{
    size_t      n, len, total;
    u_char     *copy;
    ngx_int_t   rc;

    ngx_eo_prefetch_response_init(response);

    rc = NGX_AGAIN;
    total = 0;

    for (n = 0; n < size && rc == NGX_AGAIN; n += len) {
        len = ngx_min(piece, size - n);

        copy = malloc(len);
        ngx_memcpy(copy, data + n, len);

        rc = ngx_eo_prefetch_response_read(response, copy, len, fuzz_body,
                                           &total);
        free(copy);
    }

    if (total > size || (off_t) total != response->received) {
        abort();
    }

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t                    rc;
    ngx_eo_prefetch_response_t  *whole, *pieces;

    whole = malloc(sizeof(ngx_eo_prefetch_response_t));
    pieces = malloc(sizeof(ngx_eo_prefetch_response_t));

    rc = fuzz_read(whole, data, size, size);

    if (fuzz_read(pieces, data, size, 1 + size % 7) != rc
        || whole->status != pieces->status
        || whole->received != pieces->received
        || ngx_strcmp(whole->cache, pieces->cache) != 0)
    {
        abort();
    }

    free(whole);
    free(pieces);

    return 0;
}
