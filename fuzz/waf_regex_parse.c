
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the parser of expressions and of what is made from them:
 * the first byte is the options, what follows is the expression, which is
 * then its own text.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "regex/ngx_eo_rx.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t             ends[2];
    ngx_str_t          pattern;
    ngx_pool_t        *pool;
    const char        *reason;
    ngx_eo_rx_t       *rx;
    ngx_eo_rx_work_t   work;

    if (size == 0) {
        return 0;
    }

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return 0;
    }

    pattern.len = size - 1;
    pattern.data = malloc(size);

    if (pattern.data) {
        ngx_memcpy(pattern.data, data + 1, size - 1);

        if (ngx_eo_rx_compile(pool, &pattern, data[0] & 0x1f, &rx, &reason)
            == NGX_OK)
        {
            ngx_eo_rx_begin();
            work.left = 1000000;

            (void) ngx_eo_rx_test(rx, &pattern, &work);

            if (ngx_eo_rx_has_ends(rx)
                && ngx_eo_rx_find(rx, &pattern, 0, ends, &work) == NGX_OK
                && (ends[0] > ends[1] || ends[1] > pattern.len))
            {
                abort();
            }
        }

        free(pattern.data);
    }

    ngx_destroy_pool(pool);

    return 0;
}
