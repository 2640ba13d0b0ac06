
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the expression language.  The input is an expression, a
 * line feed, and the value that every field of the request has; without the
 * line feed the request has no fields.  What compiles is evaluated, and the
 * index must not leave out an expression that holds.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "expr/ngx_eo_expr.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_int_t
fuzz_waf_expr_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    ngx_str_t  *text = data;

    if (text->data == NULL) {
        return NGX_DECLINED;
    }

    value->text = *text;

    return NGX_OK;
}


static void *
fuzz_waf_expr_group(void *data, ngx_str_t *name)
{
    return data;
}


static ngx_uint_t
fuzz_waf_expr_group_match(void *group, ngx_int_t family, u_char *addr)
{
    return addr[0] & 1;
}


static void
fuzz_waf_expr_run(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *value)
{
    uint64_t               word;
    ngx_eo_expr_t         *expr;
    ngx_eo_expr_env_t     *env;
    ngx_eo_expr_ctx_t      ctx;
    ngx_eo_expr_error_t    error;
    ngx_eo_expr_index_t   *index;

    env = ngx_eo_expr_env_create(pool, pool, fuzz_waf_expr_group,
                                 fuzz_waf_expr_group_match);
    if (env == NULL) {
        return;
    }

    expr = ngx_eo_expr_compile(env, text, &error);

    if (expr == NULL) {

        if (error.len == 0 || error.column > text->len + 2) {
            abort();
        }

        return;
    }

    index = ngx_eo_expr_index_create(env, &expr, 1, pool);

    if (index == NULL
        || ngx_eo_expr_ctx_init(&ctx, env, pool, value, fuzz_waf_expr_get)
           != NGX_OK)
    {
        abort();
    }

    ngx_eo_expr_index_match(index, &ctx, &word);

    if (ngx_eo_expr_eval(&ctx, expr) == NGX_EO_EXPR_TRUE && !(word & 1)) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char            *copy, *p;
    ngx_str_t          text, value;
    ngx_pool_t        *pool;
    static ngx_log_t   log;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, &log);
    if (pool == NULL) {
        return 0;
    }

    /* a copy of the exact size shows what is read past the end */

    copy = ngx_alloc(size + 1, &log);
    if (copy == NULL) {
        ngx_destroy_pool(pool);
        return 0;
    }

    ngx_memcpy(copy, data, size);

    p = ngx_strlchr(copy, copy + size, LF);

    text.data = copy;
    text.len = p ? (size_t) (p - copy) : size;

    value.data = p ? p + 1 : NULL;
    value.len = p ? size - text.len - 1 : 0;

    fuzz_waf_expr_run(pool, &text, &value);

    ngx_free(copy);
    ngx_destroy_pool(pool);

    return 0;
}
