
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Regular expressions under a limit.  nginx's own ngx_regex has none, and a
 * pattern that backtracks over what a client sends would hold the worker.
 */


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "ngx_eo_expr_internal.h"


#define NGX_EO_REGEX_STACK_MIN  32768
#define NGX_EO_REGEX_STACK_MAX  524288


struct ngx_eo_regex_env_s {
    ngx_pool_t                *pool;
    pcre2_match_context       *context;
    pcre2_match_data          *data;
    pcre2_jit_stack           *stack;
};


struct ngx_eo_expr_regex_s {
    pcre2_code                *code;
    ngx_str_t                  pattern;
};


static void ngx_eo_regex_env_cleanup(void *data);
static void ngx_eo_regex_cleanup(void *data);


ngx_eo_regex_env_t *
ngx_eo_regex_env_create(ngx_pool_t *pool)
{
    ngx_eo_regex_env_t  *env;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, sizeof(ngx_eo_regex_env_t));
    if (cln == NULL) {
        return NULL;
    }

    env = cln->data;
    ngx_memzero(env, sizeof(ngx_eo_regex_env_t));

    cln->handler = ngx_eo_regex_env_cleanup;

    env->pool = pool;
    env->context = pcre2_match_context_create(NULL);
    env->data = pcre2_match_data_create(1, NULL);
    env->stack = pcre2_jit_stack_create(NGX_EO_REGEX_STACK_MIN,
                                        NGX_EO_REGEX_STACK_MAX, NULL);

    if (env->context == NULL || env->data == NULL) {
        return NULL;
    }

    pcre2_set_match_limit(env->context, NGX_EO_EXPR_MATCH_LIMIT);
    pcre2_set_depth_limit(env->context, NGX_EO_EXPR_MATCH_LIMIT);

    /* without JIT in the library there is no stack, and none is needed */

    if (env->stack) {
        pcre2_jit_stack_assign(env->context, NULL, env->stack);
    }

    return env;
}


static void
ngx_eo_regex_env_cleanup(void *data)
{
    ngx_eo_regex_env_t  *env = data;

    pcre2_match_context_free(env->context);
    pcre2_match_data_free(env->data);
    pcre2_jit_stack_free(env->stack);
}


/*
 * Compiles a regular expression, without letter case, over bytes.
 *
 * error:   receives the reason, in the environment's pool
 * offset:  receives the place in the pattern
 *
 * Returns NULL when the expression is wrong or memory is short.
 */

ngx_eo_expr_regex_t *
ngx_eo_regex_compile(ngx_eo_regex_env_t *env, ngx_str_t *pattern,
    ngx_str_t *error, size_t *offset)
{
    int                   code;
    PCRE2_SIZE            at;
    ngx_pool_cleanup_t   *cln;
    ngx_eo_expr_regex_t  *regex;

    *offset = 0;
    ngx_str_set(error, "out of memory");

    cln = ngx_pool_cleanup_add(env->pool, sizeof(ngx_eo_expr_regex_t));
    if (cln == NULL) {
        return NULL;
    }

    regex = cln->data;
    regex->code = NULL;

    regex->pattern.len = pattern->len;
    regex->pattern.data = ngx_pstrdup(env->pool, pattern);
    if (regex->pattern.data == NULL) {
        return NULL;
    }

    regex->code = pcre2_compile(pattern->data, pattern->len,
                                PCRE2_CASELESS|PCRE2_DOTALL
                                |PCRE2_NEVER_BACKSLASH_C|PCRE2_NEVER_UTF,
                                &code, &at, NULL);

    if (regex->code == NULL) {
        *offset = at;

        error->data = ngx_pnalloc(env->pool, NGX_EO_EXPR_ERROR_LEN);

        if (error->data == NULL) {
            ngx_str_set(error, "out of memory");
            return NULL;
        }

        if (pcre2_get_error_message(code, error->data, NGX_EO_EXPR_ERROR_LEN)
            < 0)
        {
            ngx_str_set(error, "not a regular expression");
            return NULL;
        }

        error->len = ngx_strlen(error->data);

        return NULL;
    }

    cln->handler = ngx_eo_regex_cleanup;

    /* what JIT cannot take is interpreted */

    (void) pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);

    return regex;
}


static void
ngx_eo_regex_cleanup(void *data)
{
    ngx_eo_expr_regex_t  *regex = data;

    pcre2_code_free(regex->code);
}


/*
 * Returns NGX_OK, NGX_DECLINED if the text does not match, or NGX_ABORT if
 * that could not be decided within the limits.
 */

ngx_int_t
ngx_eo_regex_match(ngx_eo_regex_env_t *env, ngx_eo_expr_regex_t *regex,
    ngx_str_t *text)
{
    int          rc;
    PCRE2_SPTR   subject;

    subject = text->len ? text->data : (PCRE2_SPTR) "";

    rc = pcre2_match(regex->code, subject, text->len, 0, 0, env->data,
                     env->context);

    if (rc >= 0) {
        return NGX_OK;
    }

    return (rc == PCRE2_ERROR_NOMATCH) ? NGX_DECLINED : NGX_ABORT;
}


ngx_str_t *
ngx_eo_regex_pattern(ngx_eo_expr_regex_t *regex)
{
    return &regex->pattern;
}
