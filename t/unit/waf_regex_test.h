
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The matcher beside PCRE2: expressions and texts by chance, and whether the
 * two agree.
 */


#ifndef _WAF_REGEX_TEST_H_INCLUDED_
#define _WAF_REGEX_TEST_H_INCLUDED_


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "regex/ngx_eo_rx_program.h"


#define RX_TEST_TEXT   512
#define RX_TEST_LIMIT  50000


typedef struct {
    ngx_str_t             pattern;
    ngx_uint_t            options;
    ngx_eo_rx_t          *rx;
    ngx_eo_rx_program_t   program;
    pcre2_code           *code;
    pcre2_match_data     *data;
    pcre2_match_context  *context;

    /* why it is not taken */
    const char           *reason;
} rx_test_t;


static uint64_t  rx_test_seed = 1;


static ngx_inline ngx_uint_t
rx_test_random(ngx_uint_t n)
{
    rx_test_seed ^= rx_test_seed << 13;
    rx_test_seed ^= rx_test_seed >> 7;
    rx_test_seed ^= rx_test_seed << 17;

    return (ngx_uint_t) (rx_test_seed >> 11) % n;
}


static ngx_inline uint32_t
rx_test_pcre2_options(ngx_uint_t options)
{
    return ((options & NGX_EO_RX_CASELESS) ? PCRE2_CASELESS : 0)
           | ((options & NGX_EO_RX_DOTALL) ? PCRE2_DOTALL : 0)
           | ((options & NGX_EO_RX_MULTILINE) ? PCRE2_MULTILINE : 0)
           | ((options & NGX_EO_RX_DOLLAR_ENDONLY) ? PCRE2_DOLLAR_ENDONLY : 0)
           | ((options & NGX_EO_RX_EXTENDED) ? PCRE2_EXTENDED : 0);
}


/* what a sampled text is made from */

static ngx_inline ngx_int_t
rx_test_program(ngx_pool_t *pool, rx_test_t *test)
{
    ngx_eo_rx_node_t    *root;
    ngx_eo_rx_parser_t   parser;

    ngx_memzero(&parser, sizeof(ngx_eo_rx_parser_t));
    ngx_memzero(&test->program, sizeof(ngx_eo_rx_program_t));

    parser.pool = pool;
    parser.pos = test->pattern.data;
    parser.end = parser.pos + test->pattern.len;
    parser.options = test->options;

    root = ngx_eo_rx_parse(&parser);

    return root ? ngx_eo_rx_program(pool, &parser, root, &test->program)
                : NGX_ERROR;
}


/*
 * Returns NGX_OK if both take the expression, NGX_DECLINED if PCRE2 does not,
 * NGX_ABORT if only PCRE2 does, or NGX_ERROR.
 */

static ngx_inline ngx_int_t
rx_test_compile(ngx_pool_t *pool, rx_test_t *test)
{
    int         code;
    ngx_int_t   rc;
    PCRE2_SIZE  offset;

    test->data = NULL;
    test->context = NULL;
    test->reason = NULL;

    /*
     * Two of its optimizations go wrong: "." before \R never gives back a
     * carriage return, and "(?=a)x?a" is not found in "xa".
     */

    test->code = pcre2_compile(test->pattern.data, test->pattern.len,
                               rx_test_pcre2_options(test->options)
                               | PCRE2_NO_AUTO_POSSESS
                               | PCRE2_NO_START_OPTIMIZE,
                               &code, &offset, NULL);

    rc = ngx_eo_rx_compile(pool, &test->pattern, test->options, &test->rx,
                           &test->reason);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (test->code == NULL) {
        return NGX_DECLINED;
    }

    if (rc == NGX_DECLINED) {
        return NGX_ABORT;
    }

    (void) pcre2_jit_compile(test->code, PCRE2_JIT_COMPLETE);

    test->data = pcre2_match_data_create(1, NULL);
    test->context = pcre2_match_context_create(NULL);

    if (test->data == NULL || test->context == NULL) {
        return NGX_ERROR;
    }

    pcre2_set_match_limit(test->context, RX_TEST_LIMIT);
    pcre2_set_depth_limit(test->context, RX_TEST_LIMIT);

    return rx_test_program(pool, test);
}


static ngx_inline void
rx_test_free(rx_test_t *test)
{
    pcre2_match_context_free(test->context);
    pcre2_match_data_free(test->data);
    pcre2_code_free(test->code);
}


/*
 * Returns 0 if the two differ, or if the work does when the text is read
 * again; 2 if PCRE2 came to its limit.
 */

static ngx_inline ngx_uint_t
rx_test_agree(rx_test_t *test, ngx_str_t *text)
{
    int                rc;
    size_t             ends[2];
    ngx_int_t          ours, found;
    ngx_uint_t         i;
    PCRE2_SIZE        *vector;
    ngx_eo_rx_work_t   work[2];

    rc = pcre2_match(test->code, text->data, text->len, 0, 0, test->data,
                     test->context);

    if (rc < 0 && rc != PCRE2_ERROR_NOMATCH) {
        return 2;
    }

    found = NGX_DECLINED;
    ours = NGX_DECLINED;

    for (i = 0; i < 2; i++) {
        work[i].left = 1000000000;
        ngx_eo_rx_begin();
        ours = ngx_eo_rx_test(test->rx, text, &work[i]);

        if (ngx_eo_rx_has_ends(test->rx)) {
            found = ngx_eo_rx_find(test->rx, text, 0, ends, &work[i]);
        }
    }

    if (work[0].left != work[1].left
        || ours != ((rc >= 0) ? NGX_OK : NGX_DECLINED))
    {
        return 0;
    }

    if (!ngx_eo_rx_has_ends(test->rx)) {
        return 1;
    }

    if (found != ours) {
        return 0;
    }

    vector = pcre2_get_ovector_pointer(test->data);

    return found != NGX_OK || (ends[0] == vector[0] && ends[1] == vector[1]);
}


/* a symbol of a set by chance */

static ngx_inline ngx_uint_t
rx_test_byte(ngx_eo_rx_program_t *program, ngx_uint_t set)
{
    u_char      c;
    ngx_uint_t  i, first;

    static u_char  usual[] = "aeiou nrst019_-=/\\'\"<>();,.:*\n\r\t\0\xa0";

    first = rx_test_random(sizeof(usual));

    for (i = 0; i < sizeof(usual); i++) {
        c = usual[(first + i) % sizeof(usual)];

        if (ngx_eo_rx_member(program, program->classes[c], set)) {
            return c;
        }
    }

    first = rx_test_random(256);

    for (i = 0; i < 256; i++) {
        c = (u_char) (first + i);

        if (ngx_eo_rx_member(program, program->classes[c], set)) {
            return c;
        }
    }

    return 0;
}


/* a text that matches but for the conditions; returns its length */

static ngx_inline size_t
rx_test_sample(ngx_eo_rx_program_t *program, u_char *text, size_t size)
{
    size_t             len;
    ngx_uint_t         at, steps;
    ngx_eo_rx_step_t  *step;

    at = program->here;
    len = 0;

    for (steps = 0; at != NGX_EO_RX_MATCH_STEP && steps < 5000; steps++) {
        step = &program->steps[at];

        if (step->kind == NGX_EO_RX_READ) {

            if (len == size) {
                break;
            }

            text[len++] = (u_char) rx_test_byte(program, step->arg);
        }

        at = (step->kind == NGX_EO_RX_SPLIT && rx_test_random(2))
             ? step->arg : step->out;
    }

    return len;
}


/* bytes are changed, put in, taken out, doubled */

static ngx_inline size_t
rx_test_mutate(u_char *text, size_t len, size_t size)
{
    size_t      at, n;
    ngx_uint_t  i, times;

    static u_char  odd[] = "ab1_ \n\r'\"<=>()\\;-\0\x85\xa0\xffxXyY";

    times = rx_test_random(4);

    for (i = 0; i < times; i++) {
        at = rx_test_random(len + 1);

        switch (rx_test_random(6)) {

        case 0:
            if (at < len) {
                text[at] = odd[rx_test_random(sizeof(odd) - 1)];
            }

            break;

        case 1:
            if (at < len) {
                text[at] ^= 0x20;
            }

            break;

        case 2:
            if (at < len) {
                ngx_memmove(text + at, text + at + 1, len - at - 1);
                len--;
            }

            break;

        case 3:
            if (len < size) {
                ngx_memmove(text + at + 1, text + at, len - at);
                text[at] = odd[rx_test_random(sizeof(odd) - 1)];
                len++;
            }

            break;

        case 4:
            n = ngx_min(len - at, size - len);
            ngx_memcpy(text + len, text + at, n);
            len += n;
            break;

        default:
            len = at;
        }
    }

    return len;
}


/* a text for an expression: of its own words, or of any */

static ngx_inline void
rx_test_text(rx_test_t *test, u_char *buf, ngx_str_t *text)
{
    size_t      len, n;
    ngx_uint_t  kind;

    static u_char  some[] = "aabbccABC012 _-\n\n\r.,x\xe9";

    kind = rx_test_random(8);
    len = 0;

    if (kind == 0 || kind > 5) {
        n = rx_test_random(20);

        while (len < n) {
            buf[len++] = some[rx_test_random(sizeof(some) - 1)];
        }
    }

    if (kind) {
        len += rx_test_sample(&test->program, buf + len,
                              RX_TEST_TEXT / 2 - len);
    }

    if (kind > 3) {
        len = rx_test_mutate(buf, len, RX_TEST_TEXT);
    }

    text->data = buf;
    text->len = len;
}


typedef struct {
    u_char      *pos;
    u_char      *last;
} rx_test_writer_t;


static ngx_inline void
rx_test_put(rx_test_writer_t *w, const char *text)
{
    while (*text && w->pos < w->last) {
        *w->pos++ = (u_char) *text++;
    }
}


#define rx_test_pick(w, words)                                                \
    rx_test_put(w, words[rx_test_random(sizeof(words) / sizeof(words[0]))])


/* an expression by chance, whose groups are "depth" deep at most */

static ngx_inline void
rx_test_expression(rx_test_writer_t *w, ngx_uint_t depth)
{
    ngx_uint_t  items;

    static const char  *atoms[] = {
        "a", "b", "c", "A", "B", "ab", "1", "_", " ", "x", "\\.", ".", ".",
        "\\d", "\\w", "\\s", "\\W", "\\D", "\\S", "\\h", "\\v", "\\N", "\\R",
        "\\n", "\\r", "\\x61", "\\x{62}", "\\0", "\\141", "\\x85", "\\xe9",
        "[ab]", "[^a]", "[a-c]", "[^\\n]", "[\\w-]", "[[:alpha:]]",
        "[[:^digit:]_]", "[]a]", "[^]b\\d]", "[\\x00-\\x20]", "[B-b]",
        "\\Qa.\\E", "-", "{", "]"
    };

    static const char  *conditions[] = {
        "^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "(?=a)", "(?!b)",
        "(?<=a)", "(?<!\\w)", "(?=\\n)", "(?i)", "(?-i)", "(?s)", "(?m)"
    };

    static const char  *groups[] = {
        "(?:", "(", "(?i:", "(?s-m:", "(?<n>", "(?|", "(?>", "(?m:"
    };

    static const char  *repeats[] = {
        "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}",
        "{1,}?", "*+", "++", "?+", "{1,2}+"
    };

    for (items = 1 + rx_test_random(4); items; items--) {

        switch (rx_test_random(depth ? 8 : 5)) {

        case 0:
            rx_test_pick(w, conditions);
            continue;

        case 5:
        case 6:
            rx_test_pick(w, groups);
            rx_test_expression(w, depth - 1);

            while (rx_test_random(2)) {
                rx_test_put(w, "|");

                if (rx_test_random(6)) {
                    rx_test_expression(w, depth - 1);
                }
            }

            rx_test_put(w, ")");
            break;

        default:
            rx_test_pick(w, atoms);
        }

        if (rx_test_random(3) == 0) {
            rx_test_pick(w, repeats);
        }
    }
}


#endif /* _WAF_REGEX_TEST_H_INCLUDED_ */
