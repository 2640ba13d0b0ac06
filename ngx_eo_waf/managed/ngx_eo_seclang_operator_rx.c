
/*
 * Expressions: PCRE2 with its compiler, under a limit of steps.
 */


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <time.h>
#include "ngx_eo_seclang_operator.h"


#define NGX_EO_SECLANG_JIT_STACK_MIN  (32 * 1024)
#define NGX_EO_SECLANG_JIT_STACK_MAX  (1024 * 1024)
#define NGX_EO_SECLANG_HEAP_LIMIT     (4 * 1024)

/*
 * As in ModSecurity 2, which the Core Rule Set is written for: a rule that
 * allows "^[a-z]+$" would allow anything that has one such line otherwise.
 */

#define NGX_EO_SECLANG_RX_OPTIONS                                             \
    (PCRE2_DOTALL|PCRE2_DOLLAR_ENDONLY|PCRE2_USE_OFFSET_LIMIT)

/*
 * The limit of steps counts anew at each place where a match may start, and
 * a step may be as long as the text, so that it does not bound what a text
 * costs.  Expressions that run into the first limit, and texts longer than
 * these bytes, are tried some places at a time, more at once as long as it
 * goes fast, and with more steps where they are needed, up to so many
 * nanoseconds of this process for the expression, and of a budget for all.
 * When that is used up, each still has a moment, which suffices for most.
 */

#define NGX_EO_SECLANG_LONG_TEXT      1024
#define NGX_EO_SECLANG_FIRST_LIMIT    1000
#define NGX_EO_SECLANG_LEAST_LIMIT    32
#define NGX_EO_SECLANG_PLACES         1
#define NGX_EO_SECLANG_TIME           4000000
#define NGX_EO_SECLANG_TIME_LEAST     50000
#define NGX_EO_SECLANG_TIME_FAST      100000
#define NGX_EO_SECLANG_TIME_SLOW      1000000


struct ngx_eo_seclang_regex_s {
    ngx_str_t             pattern;
    pcre2_code           *code;
    pcre2_match_context  *context;
    ngx_uint_t            limit;
    unsigned              jit:1;

    /* "^.*$" and "^$", which need no PCRE2 */
    unsigned              whole:1;
    unsigned              empty:1;
};


/*
 * Working memory of this process.  It has nothing of a configuration in it,
 * so that it serves all of them one after the other.
 */

static pcre2_match_data  *ngx_eo_seclang_match_data;
static pcre2_jit_stack   *ngx_eo_seclang_jit_stack;


/* what is left for the transaction that is being looked at */

static int64_t  ngx_eo_seclang_regex_left = NGX_EO_SECLANG_REGEX_TIME;


int64_t
ngx_eo_seclang_regex_time(int64_t left)
{
    int64_t  previous;

    previous = ngx_eo_seclang_regex_left;
    ngx_eo_seclang_regex_left = left;

    return previous;
}


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


static ngx_uint_t
ngx_eo_seclang_regex_is(ngx_str_t *pattern, const char *text)
{
    return pattern->len == ngx_strlen(text)
           && ngx_memcmp(pattern->data, text, pattern->len) == 0;
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
    options = NGX_EO_SECLANG_RX_OPTIONS | (nocase ? PCRE2_CASELESS : 0);

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

    re->limit = limit;

    pcre2_set_match_limit(re->context,
                          ngx_min(limit, NGX_EO_SECLANG_FIRST_LIMIT));
    pcre2_set_heap_limit(re->context, NGX_EO_SECLANG_HEAP_LIMIT);
    pcre2_jit_stack_assign(re->context, ngx_eo_seclang_get_jit_stack, NULL);

    re->jit = (pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0);

    re->whole = ngx_eo_seclang_regex_is(pattern, "^.*$");
    re->empty = ngx_eo_seclang_regex_is(pattern, "^$");

    return re;
}


static ngx_inline int
ngx_eo_seclang_regex_exec(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    size_t from)
{
    if (re->jit) {
        return pcre2_jit_match(re->code, text->data, text->len, from, 0,
                               ngx_eo_seclang_match_data, re->context);
    }

    return pcre2_match(re->code, text->data, text->len, from, 0,
                       ngx_eo_seclang_match_data, re->context);
}


/* time that this process has computed for, in nanoseconds */

static int64_t
ngx_eo_seclang_cpu_time(void)
{
    struct timespec  ts;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts) == -1) {
        return 0;
    }

    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static int
ngx_eo_seclang_regex_long(ngx_eo_seclang_regex_t *re, ngx_str_t *text)
{
    int         rc;
    size_t      from, places;
    int64_t     start, before, now, time;
    ngx_uint_t  limit;

    rc = PCRE2_ERROR_NOMATCH;
    places = NGX_EO_SECLANG_PLACES;
    limit = NGX_EO_SECLANG_FIRST_LIMIT * NGX_EO_SECLANG_LONG_TEXT
            / (text->len + 1);
    limit = ngx_max(limit, NGX_EO_SECLANG_LEAST_LIMIT);
    limit = ngx_min(limit, re->limit);

    pcre2_set_match_limit(re->context, limit);

    start = ngx_eo_seclang_cpu_time();
    now = start;

    time = ngx_min(ngx_eo_seclang_regex_left, NGX_EO_SECLANG_TIME);
    time = ngx_max(time, NGX_EO_SECLANG_TIME_LEAST);

    for (from = 0; from <= text->len; /* void */ ) {

        pcre2_set_offset_limit(re->context, from + places - 1);

        rc = ngx_eo_seclang_regex_exec(re, text, from);

        before = now;
        now = ngx_eo_seclang_cpu_time();

        if (rc == PCRE2_ERROR_MATCHLIMIT && limit < re->limit
            && now - start + (now - before) * 4 < time)
        {
            /* it goes on at the same place */

            limit = ngx_min(limit * 4, re->limit);
            pcre2_set_match_limit(re->context, limit);
            continue;
        }

        if (rc != PCRE2_ERROR_NOMATCH) {
            break;
        }

        from += places;

        if (from <= text->len && now - start > time) {
            rc = PCRE2_ERROR_MATCHLIMIT;
            break;
        }

        if (now - before < NGX_EO_SECLANG_TIME_FAST) {
            places *= 4;

        } else if (now - before > NGX_EO_SECLANG_TIME_SLOW && places >= 4) {
            places /= 4;
        }
    }

    pcre2_set_offset_limit(re->context, PCRE2_UNSET);

    pcre2_set_match_limit(re->context,
                          ngx_min(re->limit, NGX_EO_SECLANG_FIRST_LIMIT));

    ngx_eo_seclang_regex_left -= now - start;

    return rc;
}


ngx_int_t
ngx_eo_seclang_regex_match(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    ngx_str_t *captures, ngx_uint_t *n)
{
    int          rc;
    ngx_uint_t   i, count;
    PCRE2_SIZE  *vector;

    if (re->empty && text->len) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    if (re->whole || re->empty) {

        if (captures != NULL) {
            captures[0] = *text;
            *n = 1;
        }

        return NGX_EO_SECLANG_MATCH;
    }

    rc = PCRE2_ERROR_MATCHLIMIT;

    if (text->len <= NGX_EO_SECLANG_LONG_TEXT) {
        rc = ngx_eo_seclang_regex_exec(re, text, 0);
    }

    if (rc == PCRE2_ERROR_MATCHLIMIT) {
        rc = ngx_eo_seclang_regex_long(re, text);
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
                            NGX_EO_SECLANG_RX_OPTIONS, &code, &offset, NULL);
    if (re.code == NULL) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    re.context = pcre2_match_context_create(NULL);
    if (re.context == NULL) {
        pcre2_code_free(re.code);
        return NGX_ERROR;
    }

    re.limit = macro->limit;

    pcre2_set_match_limit(re.context,
                          ngx_min(re.limit, NGX_EO_SECLANG_FIRST_LIMIT));
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
