
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the transformations and of the operators that need no
 * argument: the first byte chooses, the rest is the text.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "seclang/operator/ngx_eo_seclang_operator.h"
#include "seclang/transform/ngx_eo_seclang_transform.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_waf_managed_transform_one(ngx_uint_t n, ngx_eo_seclang_arena_t *arena,
    ngx_str_t *text)
{
    uint64_t   classes;
    ngx_int_t  rc;
    ngx_str_t  out;

    classes = ngx_eo_seclang_transform_classes(text);
    rc = ngx_eo_seclang_transform(n, arena, text, &out, NULL);

    /* what the classes say is left alone has to be */

    if (rc == NGX_OK && !(classes & ((uint64_t) 1 << n))) {
        abort();
    }
}


static void
fuzz_waf_managed_operators(ngx_eo_seclang_arena_t *arena, ngx_str_t *text)
{
    ngx_uint_t                  i;
    ngx_eo_seclang_operand_t    operand;
    ngx_eo_seclang_operator_t   op;

    static ngx_eo_seclang_operator_pt  handlers[] = {
        ngx_eo_seclang_op_detect_sqli,
        ngx_eo_seclang_op_detect_xss,
        ngx_eo_seclang_op_url_encoding,
        ngx_eo_seclang_op_utf8_encoding
    };

    ngx_memzero(&op, sizeof(ngx_eo_seclang_operator_t));
    ngx_memzero(&operand, sizeof(ngx_eo_seclang_operand_t));

    operand.arena = arena;
    operand.input = *text;

    for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        (void) handlers[i](&op, &operand);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t               text;
    ngx_uint_t              n;
    ngx_eo_seclang_arena_t  arena;

    if (size < 1 || ngx_eo_seclang_transform_init() != NGX_OK) {
        return 0;
    }

    text.len = size - 1;
    text.data = malloc(text.len ? text.len : 1);

    if (text.data == NULL) {
        return 0;
    }

    ngx_memcpy(text.data, data + 1, text.len);

    ngx_eo_seclang_arena_init(&arena, 64 * 1024 * 1024);

    for (n = 0; ngx_eo_seclang_transform_get(n)->handler != NULL; n++) {
        if (data[0] == 0xff || data[0] % 40 == n) {
            fuzz_waf_managed_transform_one(n, &arena, &text);
        }
    }

    fuzz_waf_managed_operators(&arena, &text);

    ngx_eo_seclang_arena_reset(&arena);
    free(text.data);

    return 0;
}
