
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: ClientHellos.  Of one that is read, the lists add up and stay
 * within their room, and each fingerprint has its length and its letters.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_fingerprint.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_client_hello_plain(const u_char *text, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            abort();
        }
    }
}


static void
fuzz_client_hello_fingerprints(const ngx_eo_client_hello_t *hello)
{
    u_char      ja3[NGX_EO_JA3_LEN], ja4[NGX_EO_JA4_LEN];
    ngx_str_t   text;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(4096, ngx_cycle->log);

    if (ngx_eo_ja3_text(hello, pool, &text) != NGX_OK
        || ngx_eo_ja3(hello, pool, ja3) != NGX_OK
        || ngx_eo_ja4(hello, NGX_EO_JA4_TCP, pool, ja4) != NGX_OK)
    {
        abort();
    }

    fuzz_client_hello_plain(text.data, text.len);
    fuzz_client_hello_plain(ja3, sizeof(ja3));
    fuzz_client_hello_plain(ja4, sizeof(ja4));

    if (ja4[10] != '_' || ja4[23] != '_'
        || ngx_eo_ja4_raw(hello, NGX_EO_JA4_QUIC, pool, &text) != NGX_OK
        || ngx_memcmp(ja4 + 1, text.data + 1, 10) != 0)
    {
        abort();
    }

    fuzz_client_hello_plain(text.data, text.len);

    ngx_destroy_pool(pool);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                 *text;
    uint16_t               *values;
    ngx_eo_client_hello_t   hello;

    text = malloc(size + (size == 0));
    values = malloc(NGX_EO_CLIENT_HELLO_VALUES * sizeof(uint16_t));
    ngx_memcpy(text, data, size);

    if (ngx_eo_client_hello_parse(&hello, text, size, values) == NGX_OK) {

        if (hello.nvalues != (size_t) hello.nciphers + hello.nextensions
                             + hello.ngroups + hello.nformats
                             + hello.nsignatures)
        {
            abort();
        }

        fuzz_client_hello_fingerprints(&hello);
    }

    free(values);
    free(text);

    return 0;
}
