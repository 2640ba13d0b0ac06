
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: Range.  The first byte gives the size of the representation.
 * A range that holds for one size holds for a larger one, and for one that
 * is not known.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_range.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    off_t       length;
    ngx_str_t   value;
    ngx_int_t   rc;

    static off_t  lengths[] = {
        0, 1, 2, 1000, 1048576, 2147483648, NGX_MAX_OFF_T_VALUE - 1,
        NGX_MAX_OFF_T_VALUE
    };

    if (size == 0) {
        return 0;
    }

    length = lengths[data[0] % (sizeof(lengths) / sizeof(off_t))];

    data++;
    size--;

    /* of its own size, so that a read past it is seen */

    value.len = size;
    value.data = malloc(size + (size == 0));
    ngx_memcpy(value.data, data, size);

    rc = ngx_eo_range_check(&value, length);

    if (rc != NGX_OK && rc != NGX_DECLINED) {
        abort();
    }

    if (rc == NGX_OK
        && (length == 0
            || ngx_eo_range_check(&value, NGX_MAX_OFF_T_VALUE) != NGX_OK
            || ngx_eo_range_check(&value, -1) != NGX_OK))
    {
        abort();
    }

    free(value.data);

    return 0;
}
