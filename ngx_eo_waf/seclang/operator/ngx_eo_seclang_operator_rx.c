
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Expressions: PCRE2 with its compiler, under a limit of steps.
 */


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include "seclang/base/ngx_eo_seclang_budget.h"
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
 * a step may be as long as the text: neither bounds what a text costs, and
 * between the first place and the last there is no way to look at the clock.
 * Texts longer than this, and those that run into the first limit, are
 * therefore tried in windows: some places at a time, in as many bytes.  As
 * PCRE2 says whether more bytes could make a difference (a partial match),
 * the outcome is that of the whole text.
 */

#define NGX_EO_SECLANG_SHORT_TEXT     128
#define NGX_EO_SECLANG_SHORT_LIMIT    128

#define NGX_EO_SECLANG_WINDOW         256
#define NGX_EO_SECLANG_WINDOW_LIMIT   32
#define NGX_EO_SECLANG_LEAST_LIMIT    2

/* of the time that is left an expression may take so much for a text */
#define NGX_EO_SECLANG_SHARE          2

/* by how much places, windows and limits change */
#define NGX_EO_SECLANG_PLACES_FACTOR  8
#define NGX_EO_SECLANG_FACTOR         4

/* by estimate: hostile texts take longer the longer they are */
#define ngx_eo_seclang_short_time(len)  (100 + (len) * (len) / 8)

/* not a code of PCRE2: the time for the request is used up */
#define NGX_EO_SECLANG_NO_TIME        -1000


struct ngx_eo_seclang_regex_s {
    ngx_str_t             pattern;
    pcre2_code           *code;
    pcre2_match_context  *context;
    ngx_uint_t            limit;

    /* where a match may start first; 0 but while others are looked for */
    size_t                from;

    unsigned              jit:1;

    /* a match starts at the beginning of a text or nowhere */
    unsigned              anchored:1;

    /* "^.*$" and "^$", which need no PCRE2 */
    unsigned              whole:1;
    unsigned              empty:1;
};


/* where and how far a long text is tried */

typedef struct {
    size_t      from;      /* first place where a match may start */
    size_t      places;    /* how many such places */
    size_t      window;    /* bytes from the first one on */
    ngx_uint_t  limit;     /* of steps at each */
} ngx_eo_seclang_try_t;


static ngx_int_t ngx_eo_seclang_regex_prepare(void);
static pcre2_jit_stack *ngx_eo_seclang_get_jit_stack(void *data);
static void ngx_eo_seclang_regex_cleanup(void *data);
static ngx_uint_t ngx_eo_seclang_regex_is(ngx_str_t *pattern,
    const char *text);
static void ngx_eo_seclang_regex_info(ngx_eo_seclang_regex_t *re);
static void ngx_eo_seclang_regex_short(ngx_eo_seclang_regex_t *re);
static ngx_inline int ngx_eo_seclang_regex_exec(ngx_eo_seclang_regex_t *re,
    ngx_str_t *text, size_t len, size_t from, uint32_t options);
static void ngx_eo_seclang_try_at(ngx_eo_seclang_try_t *try, size_t from);
static void ngx_eo_seclang_try_wider(ngx_eo_seclang_try_t *try);
static int ngx_eo_seclang_try(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    ngx_eo_seclang_try_t *try);
static ngx_int_t ngx_eo_seclang_try_next(ngx_eo_seclang_regex_t *re,
    ngx_str_t *text, ngx_eo_seclang_try_t *try, int rc);
static int ngx_eo_seclang_regex_long(ngx_eo_seclang_regex_t *re,
    ngx_str_t *text);
static int ngx_eo_seclang_regex_run(ngx_eo_seclang_regex_t *re,
    ngx_str_t *text);
static ngx_int_t ngx_eo_seclang_op_rx_macro(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_regex_global(ngx_eo_seclang_regex_t *re,
    ngx_eo_seclang_operand_t *operand);


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


static ngx_uint_t
ngx_eo_seclang_regex_is(ngx_str_t *pattern, const char *text)
{
    return pattern->len == ngx_strlen(text)
           && ngx_memcmp(pattern->data, text, pattern->len) == 0;
}


/* what the compiled expression says of itself */

static void
ngx_eo_seclang_regex_info(ngx_eo_seclang_regex_t *re)
{
    uint32_t  options;

    if (pcre2_pattern_info(re->code, PCRE2_INFO_ALLOPTIONS, &options) == 0) {
        re->anchored = ((options & PCRE2_ANCHORED) != 0);
    }
}


/* what short texts need is set all the time */

static void
ngx_eo_seclang_regex_short(ngx_eo_seclang_regex_t *re)
{
    pcre2_set_offset_limit(re->context, PCRE2_UNSET);
    pcre2_set_match_limit(re->context,
                          ngx_min(re->limit, NGX_EO_SECLANG_SHORT_LIMIT));
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

    pcre2_set_heap_limit(re->context, NGX_EO_SECLANG_HEAP_LIMIT);
    pcre2_jit_stack_assign(re->context, ngx_eo_seclang_get_jit_stack, NULL);

    re->jit = (pcre2_jit_compile(re->code,
                                 PCRE2_JIT_COMPLETE|PCRE2_JIT_PARTIAL_HARD)
               == 0);

    ngx_eo_seclang_regex_info(re);
    ngx_eo_seclang_regex_short(re);

    re->whole = ngx_eo_seclang_regex_is(pattern, "^.*$");
    re->empty = ngx_eo_seclang_regex_is(pattern, "^$");

    return re;
}


/*
 * len:      of the text, as far as the expression may look
 * from:     where a match may start first
 * options:  PCRE2_PARTIAL_HARD if the text goes on
 */

static ngx_inline int
ngx_eo_seclang_regex_exec(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    size_t len, size_t from, uint32_t options)
{
    if (re->jit) {
        return pcre2_jit_match(re->code, text->data, len, from, options,
                               ngx_eo_seclang_match_data, re->context);
    }

    return pcre2_match(re->code, text->data, len, from, options,
                       ngx_eo_seclang_match_data, re->context);
}


static void
ngx_eo_seclang_try_at(ngx_eo_seclang_try_t *try, size_t from)
{
    try->from = from;
    try->window = NGX_EO_SECLANG_WINDOW;
    try->limit = NGX_EO_SECLANG_WINDOW_LIMIT;
}


/* at the first place only, and with more bytes */

static void
ngx_eo_seclang_try_wider(ngx_eo_seclang_try_t *try)
{
    try->places = 1;
    try->window *= NGX_EO_SECLANG_FACTOR;
    try->limit = NGX_EO_SECLANG_WINDOW_LIMIT * NGX_EO_SECLANG_WINDOW
                 / try->window;
    try->limit = ngx_max(try->limit, NGX_EO_SECLANG_LEAST_LIMIT);
}


static int
ngx_eo_seclang_try(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    ngx_eo_seclang_try_t *try)
{
    size_t    len;
    uint32_t  options;

    len = text->len;
    options = 0;

    if (len - try->from > try->window) {
        len = try->from + try->window;
        options = PCRE2_PARTIAL_HARD;
        try->places = ngx_min(try->places, try->window);
    }

    pcre2_set_match_limit(re->context, ngx_min(try->limit, re->limit));
    pcre2_set_offset_limit(re->context, try->from + try->places - 1);

    return ngx_eo_seclang_regex_exec(re, text, len, try->from, options);
}


/*
 * Decides how to go on after a window.  Returns NGX_AGAIN if the same place
 * is tried with more effort, NGX_OK if another one is, NGX_DONE if the answer
 * of PCRE2 is the one.
 */

static ngx_int_t
ngx_eo_seclang_try_next(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    ngx_eo_seclang_try_t *try, int rc)
{
    size_t  start;

    switch (rc) {

    case PCRE2_ERROR_NOMATCH:

        if (re->anchored || text->len - try->from < try->places) {
            return NGX_DONE;
        }

        ngx_eo_seclang_try_at(try, try->from + try->places);
        try->places = ngx_min(try->places * NGX_EO_SECLANG_PLACES_FACTOR,
                              NGX_EO_SECLANG_WINDOW);
        return NGX_OK;

    case PCRE2_ERROR_PARTIAL:

        start = pcre2_get_ovector_pointer(ngx_eo_seclang_match_data)[0];

        if (start > try->from) {
            ngx_eo_seclang_try_at(try, start);
            return NGX_OK;
        }

        ngx_eo_seclang_try_wider(try);
        return NGX_AGAIN;

    case PCRE2_ERROR_MATCHLIMIT:

        if (try->places > 1) {
            try->places = ngx_max(try->places / NGX_EO_SECLANG_PLACES_FACTOR,
                                  1);
            return NGX_OK;
        }

        if (try->limit >= re->limit) {
            return NGX_DONE;
        }

        try->limit *= NGX_EO_SECLANG_FACTOR;
        return NGX_AGAIN;

    default:
        return NGX_DONE;
    }
}


static int
ngx_eo_seclang_regex_long(ngx_eo_seclang_regex_t *re, ngx_str_t *text)
{
    int                   rc;
    int64_t               before, left, end;
    ngx_int_t             next;
    ngx_eo_seclang_try_t  try;

    ngx_eo_seclang_try_at(&try, re->from);
    try.places = re->anchored ? 1 : NGX_EO_SECLANG_WINDOW;

    left = ngx_eo_seclang_budget_read();
    end = left / NGX_EO_SECLANG_SHARE;

    for ( ;; ) {
        before = left;
        rc = ngx_eo_seclang_try(re, text, &try);
        left = ngx_eo_seclang_budget_read();

        next = ngx_eo_seclang_try_next(re, text, &try, rc);

        if (next == NGX_DONE) {
            return rc;
        }

        if (left < 0) {
            return NGX_EO_SECLANG_NO_TIME;
        }

        if (left < end
            || (next == NGX_AGAIN
                && left - end < (before - left) * NGX_EO_SECLANG_FACTOR))
        {
            return PCRE2_ERROR_MATCHLIMIT;
        }
    }
}


static int
ngx_eo_seclang_regex_run(ngx_eo_seclang_regex_t *re, ngx_str_t *text)
{
    int  rc;

    if (text->len <= NGX_EO_SECLANG_SHORT_TEXT) {

        if (ngx_eo_seclang_spend(ngx_eo_seclang_short_time(text->len))
            != NGX_OK)
        {
            return NGX_EO_SECLANG_NO_TIME;
        }

        rc = ngx_eo_seclang_regex_exec(re, text, text->len, re->from, 0);

        if (rc != PCRE2_ERROR_MATCHLIMIT) {
            return rc;
        }
    }

    rc = ngx_eo_seclang_regex_long(re, text);

    ngx_eo_seclang_regex_short(re);

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

    rc = ngx_eo_seclang_regex_run(re, text);

    if (rc == PCRE2_ERROR_NOMATCH) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    if (rc == NGX_EO_SECLANG_NO_TIME) {
        return NGX_ERROR;
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


ngx_int_t
ngx_eo_seclang_regex_match_from(ngx_eo_seclang_regex_t *re, ngx_str_t *text,
    size_t from, ngx_str_t *captures, ngx_uint_t *n)
{
    ngx_int_t  rc;

    if (from == 0) {
        return ngx_eo_seclang_regex_match(re, text, captures, n);
    }

    if (from > text->len || re->whole || re->empty) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    re->from = from;

    rc = ngx_eo_seclang_regex_match(re, text, captures, n);

    re->from = 0;

    return rc;
}


ngx_str_t *
ngx_eo_seclang_regex_pattern(ngx_eo_seclang_regex_t *re)
{
    return &re->pattern;
}


/* all matches, of whose groups the last ones are kept */

static ngx_int_t
ngx_eo_seclang_regex_global(ngx_eo_seclang_regex_t *re,
    ngx_eo_seclang_operand_t *operand)
{
    u_char     *start, *end;
    size_t      from;
    ngx_int_t   rc;
    ngx_str_t   captures[NGX_EO_SECLANG_CAPTURES];
    ngx_uint_t  i, n, matched;

    start = operand->input.data;
    matched = 0;
    from = 0;

    for ( ;; ) {
        rc = ngx_eo_seclang_regex_match_from(re, &operand->input, from,
                                             captures, &n);

        if (rc != NGX_EO_SECLANG_MATCH) {
            return (rc == NGX_EO_SECLANG_NO_MATCH && matched)
                   ? NGX_EO_SECLANG_MATCH : rc;
        }

        matched = 1;

        for (i = operand->ncaptures; i < n; i++) {
            ngx_str_null(&operand->captures[i]);
        }

        operand->ncaptures = ngx_max(operand->ncaptures, n);

        for (i = 0; i < n; i++) {
            if (captures[i].data != NULL) {
                operand->captures[i] = captures[i];
            }
        }

        /* a match of nothing must not be found again */

        end = captures[0].data + captures[0].len;
        from = end - start + (captures[0].len == 0);
    }
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

    pcre2_set_heap_limit(re.context, NGX_EO_SECLANG_HEAP_LIMIT);
    ngx_eo_seclang_regex_info(&re);
    ngx_eo_seclang_regex_short(&re);

    rc = (op->def->handler == ngx_eo_seclang_op_rx_global)
         ? ngx_eo_seclang_regex_global(&re, operand)
         : ngx_eo_seclang_regex_match(&re, &operand->input, operand->captures,
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


ngx_int_t
ngx_eo_seclang_op_rx_global(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return ngx_eo_seclang_regex_global(op->data, operand);
}
