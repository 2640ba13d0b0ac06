
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the matcher beside PCRE2: the first byte is the options, up
 * to the first byte 0xff comes the expression, and then the text.  Without
 * one, an expression and texts are made by chance from the input.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "../t/unit/waf_regex_test.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_uint_t
fuzz_waf_regex_by_chance(const uint8_t *data, size_t size, u_char *buf,
    rx_test_t *test)
{
    size_t            i;
    rx_test_writer_t  writer;

    rx_test_seed = 1;

    for (i = 0; i < size; i++) {
        rx_test_seed = rx_test_seed * 31 + data[i];
    }

    rx_test_seed |= 1;

    writer.pos = buf;
    writer.last = buf + 200;
    rx_test_expression(&writer, 3);

    test->pattern.data = buf;
    test->pattern.len = writer.pos - buf;

    return 10;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char       buf[RX_TEST_TEXT], pattern[RX_TEST_TEXT];
    u_char      *end;
    ngx_str_t    text;
    rx_test_t    test;
    ngx_uint_t   n;
    ngx_pool_t  *pool;

    if (size == 0 || size > RX_TEST_TEXT) {
        return 0;
    }

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return 0;
    }

    n = 0;
    test.options = data[0] & 0x1f;

    end = memchr(data + 1, 0xff, size - 1);

    if (end == NULL) {
        n = fuzz_waf_regex_by_chance(data, size, pattern, &test);

    } else {
        ngx_memcpy(pattern, data, size);
        test.pattern.data = pattern + 1;
        test.pattern.len = end - data - 1;
    }

    if (rx_test_compile(pool, &test) == NGX_OK) {

        if (end) {
            text.data = end + 1;
            text.len = data + size - text.data;

            if (!rx_test_agree(&test, &text)) {
                abort();
            }
        }

        while (n--) {
            rx_test_text(&test, buf, &text);

            if (!rx_test_agree(&test, &text)) {
                abort();
            }
        }
    }

    rx_test_free(&test);
    ngx_destroy_pool(pool);

    return 0;
}
