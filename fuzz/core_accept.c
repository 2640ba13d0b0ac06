
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: Accept.  Members that name other types, before or behind it,
 * do not change what a value admits.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_accept.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_uint_t
fuzz_accept(const char *before, const uint8_t *data, size_t size,
    const char *behind)
{
    u_char      *p;
    ngx_str_t    value;
    ngx_uint_t   html;

    /* of its own size, so that a read past it is seen */

    value.len = ngx_strlen(before) + size + ngx_strlen(behind);
    value.data = malloc(value.len + (value.len == 0));

    p = ngx_cpymem(value.data, before, ngx_strlen(before));
    p = ngx_cpymem(p, data, size);
    ngx_memcpy(p, behind, ngx_strlen(behind));

    html = ngx_eo_accept_html(&value);

    free(value.data);

    if (html > 1) {
        abort();
    }

    return html;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_uint_t  html;

    html = fuzz_accept("", data, size, "");

    if (fuzz_accept("application/json, ", data, size, "") != html
        || fuzz_accept("", data, size, ", image/*;q=0") != html)
    {
        abort();
    }

    if (!fuzz_accept("text/html, ", data, size, "")
        || fuzz_accept("text/html;q=0, ", data, size, ""))
    {
        abort();
    }

    return 0;
}
