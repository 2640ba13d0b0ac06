
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of bodies with a Content-Encoding.  The first byte of the input
 * says which, and whether the body is complete; the second how much may come
 * out of it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "managed/ngx_eo_managed_decompress.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       limit;
    u_char      *copy;
    ngx_str_t    in, out;
    ngx_pool_t  *pool;
    ngx_uint_t   complete;
    const char  *reason;

    if (size < 3) {
        return 0;
    }

    copy = malloc(size - 2);
    if (copy == NULL) {
        return 0;
    }

    ngx_memcpy(copy, data + 2, size - 2);

    in.data = copy;
    in.len = size - 2;
    limit = (size_t) data[1] * 1024 + 1;
    complete = data[0] & 1;

    pool = ngx_create_pool(4096, ngx_cycle->log);

    if (pool != NULL
        && ngx_eo_managed_decompress(pool, (data[0] >> 1)
                                           % (NGX_EO_MANAGED_UNDECODABLE + 1),
                                     &in, limit, &complete, &out, &reason)
           == NGX_OK
        && out.len > limit)
    {
        abort();
    }

    if (pool != NULL) {
        ngx_destroy_pool(pool);
    }

    free(copy);

    return 0;
}
