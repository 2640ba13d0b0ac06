
/*
 * Expressions: PCRE2 with its compiler, under a limit of steps.
 */


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include "ngx_eo_seclang_operator.h"


#define NGX_EO_SECLANG_JIT_STACK_MIN  (32 * 1024)
#define NGX_EO_SECLANG_JIT_STACK_MAX  (1024 * 1024)
#define NGX_EO_SECLANG_HEAP_LIMIT     (4 * 1024)


struct ngx_eo_seclang_regex_s {
    ngx_str_t             pattern;
    pcre2_code           *code;
    pcre2_match_context  *context;
    unsigned              jit:1;
};


/*
 * Working memory of this process.  It has nothing of a configuration in it,
 * so that it serves all of them one after the other.
 */

static pcre2_match_data  *ngx_eo_seclang_match_data;
static pcre2_jit_stack   *ngx_eo_seclang_jit_stack;


static ngx_int_t
ngx_eo_seclang_regex_prepare(void)
{
    if (ngx_eo_seclang_match_data == NULL) {
        ngx_eo_seclang_match_data =
            pcre2_match_data_create(NGX_EO_SECLANG_CAPTURES, NULL);
    }

    if (ngx_eo_seclang_jit_stack == NULL) {
        ngx_eo_seclang_jit_stack =
            pcre2_jit_stack_create(NGX_EO_SECLANG_JIT_STACK_MIN,
                                   NGX_EO_SECLANG_JIT_STACK_MAX, NULL);
    }

    if (ngx_eo_seclang_match_data == NULL
        || ngx_eo_seclang_jit_stack == NULL)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static pcre2_jit_stack *
ngx_eo_seclang_get_jit_stack(void *data)
{
    return ngx_eo_seclang_jit_stack;
}


static void
ngx_eo_seclang_regex_cleanup(void *data)
{
    ngx_eo_seclang_regex_t  *re = data;

    pcre2_match_context_free(re->context);
    pcre2_code_free(re->code);
}


ngx_eo_seclang_regex_t *
ngx_eo_seclang_regex_compile(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_uint_t nocase, ngx_uint_t limit, u_char *errstr)
{
    int                      code;
    u_char                  *p, text[128];
    uint32_t                 options;
    PCRE2_SIZE               offset;
    ngx_pool_cleanup_t      *cln;
    ngx_eo_seclang_regex_t  *re;

    re = ngx_pcalloc(pool, sizeof(ngx_eo_seclang_regex_t));
    cln = ngx_pool_cleanup_add(pool, 0);

    if (re == NULL || cln == NULL
        || ngx_eo_seclang_regex_prepare() != NGX_OK)
    {
        ngx_cpystrn(errstr, (u_char *) "out of memory", NGX_MAX_CONF_ERRSTR);
        return NULL;
    }

    re->pattern = *pattern;
    options = PCRE2_DOTALL|PCRE2_MULTILINE|(nocase ? PCRE2_CASELESS : 0);

    re->code = pcre2_compile(pattern->data, pattern->len, options, &code,
                             &offset, NULL);
    if (re->code == NULL) {
        ngx_memzero(text, sizeof(text));
        pcre2_get_error_message(code, text, sizeof(text) - 1);
        p = ngx_snprintf(errstr, NGX_MAX_CONF_ERRSTR - 1,
                         "expression refused by PCRE2 at offset %uz: %s",
                         (size_t) offset, text);
        *p = '\0';
        return NULL;
    }

    re->context = pcre2_match_context_create(NULL);
    if (re->context == NULL) {
        pcre2_code_free(re->code);
        ngx_cpystrn(errstr, (u_char *) "out of memory", NGX_MAX_CONF_ERRSTR);
        return NULL;
    }

    cln->handler = ngx_eo_seclang_regex_cleanup;
    cln->data = re;

    pcre2_set_match_limit(re->context, limit);
    pcre2_set_heap_limit(re->context, NGX_EO_SECLANG_HEAP_LIMIT);
    pcre2_jit_stack_assign(re->context, ngx_eo_seclang_get_jit_stack, NULL);

    re->jit = (pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0);

    return re;
}


ngx_int_t
ngx_eo_seclang_regex_match(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    ngx_str_t *captures, ngx_uint_t *n)
{
    int          rc;
    ngx_uint_t   i, count;
    PCRE2_SIZE  *vector;

    if (re->jit) {
        rc = pcre2_jit_match(re->code, text->data, text->len, 0, 0,
                             ngx_eo_seclang_match_data, re->context);
    } else {
        rc = pcre2_match(re->code, text->data, text->len, 0, 0,
                         ngx_eo_seclang_match_data, re->context);
    }

    if (rc == PCRE2_ERROR_NOMATCH) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    if (rc < 0) {
        return NGX_EO_SECLANG_LIMIT;
    }

    if (captures == NULL) {
        return NGX_EO_SECLANG_MATCH;
    }

    /* 0: the groups are more than there is room for */

    count = (rc == 0) ? NGX_EO_SECLANG_CAPTURES : (ngx_uint_t) rc;
    vector = pcre2_get_ovector_pointer(ngx_eo_seclang_match_data);

    for (i = 0; i < count; i++) {

        if (vector[2 * i] == PCRE2_UNSET
            || vector[2 * i] > vector[2 * i + 1])
        {
            ngx_str_null(&captures[i]);
            continue;
        }

        captures[i].data = text->data + vector[2 * i];
        captures[i].len = vector[2 * i + 1] - vector[2 * i];
    }

    *n = count;

    return NGX_EO_SECLANG_MATCH;
}


ngx_str_t *
ngx_eo_seclang_regex_pattern(ngx_eo_seclang_regex_t *re)
{
    return &re->pattern;
}


/* an expression with macros in it has to be compiled for each text */

typedef struct {
    ngx_uint_t  limit;
} ngx_eo_seclang_rx_macro_t;


static ngx_int_t
ngx_eo_seclang_op_rx_macro(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    int                         code;
    ngx_int_t                   rc;
    PCRE2_SIZE                  offset;
    ngx_eo_seclang_regex_t      re;
    ngx_eo_seclang_rx_macro_t  *macro;

    macro = op->data;

    ngx_memzero(&re, sizeof(ngx_eo_seclang_regex_t));

    re.code = pcre2_compile(operand->argument.data, operand->argument.len,
                            PCRE2_DOTALL|PCRE2_MULTILINE, &code, &offset,
                            NULL);
    if (re.code == NULL) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    re.context = pcre2_match_context_create(NULL);
    if (re.context == NULL) {
        pcre2_code_free(re.code);
        return NGX_ERROR;
    }

    pcre2_set_match_limit(re.context, macro->limit);
    pcre2_set_heap_limit(re.context, NGX_EO_SECLANG_HEAP_LIMIT);

    rc = ngx_eo_seclang_regex_match(&re, &operand->input, operand->captures,
                                    &operand->ncaptures);

    pcre2_match_context_free(re.context);
    pcre2_code_free(re.code);

    return rc;
}


ngx_int_t
ngx_eo_seclang_init_rx(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    ngx_eo_seclang_rx_macro_t  *macro;

    if (conf->macro) {
        macro = ngx_palloc(conf->pool, sizeof(ngx_eo_seclang_rx_macro_t));

        if (macro == NULL || ngx_eo_seclang_regex_prepare() != NGX_OK) {
            return NGX_ERROR;
        }

        macro->limit = conf->match_limit;

        op->data = macro;
        op->handler = ngx_eo_seclang_op_rx_macro;

        return NGX_OK;
    }

    op->data = ngx_eo_seclang_regex_compile(conf->pool, &conf->argument, 0,
                                            conf->match_limit, conf->errstr);
    if (op->data == NULL) {
        conf->errlen = ngx_strlen(conf->errstr);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_op_rx(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return ngx_eo_seclang_regex_match(op->data, &operand->input,
                                      operand->captures,
                                      &operand->ncaptures);
}
