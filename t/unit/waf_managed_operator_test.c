
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Operators of SecLang.
 */


#include "ngx_eo_unit.h"
#include "seclang/base/ngx_eo_seclang_budget.h"
#include "seclang/operator/ngx_eo_seclang_operator.h"

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH  8
#endif

#include <pcre2.h>


typedef struct {
    const char  *name;
    const char  *argument;
    const char  *input;
    size_t       input_len;
    ngx_uint_t   match;
    const char  *capture;
} ngx_eo_test_operator_t;


#define ngx_eo_test_case(name, argument, input, match, capture)               \
    { name, argument, input, sizeof(input) - 1, match, capture }


static ngx_int_t ngx_eo_test_compile(ngx_eo_unit_t *t, const char *name,
    const char *argument, ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operator_conf_t *conf);
static void ngx_eo_test_operator(ngx_eo_unit_t *t,
    ngx_eo_test_operator_t *test, ngx_eo_seclang_arena_t *arena);
static void ngx_eo_test_window(ngx_eo_unit_t *t, ngx_eo_seclang_regex_t *re,
    pcre2_code *code, pcre2_match_data *data, ngx_str_t *text);
static ngx_str_t ngx_eo_test_window_text(ngx_uint_t k, u_char *buf);
static void ngx_eo_test_compute(int64_t nanoseconds);


static ngx_eo_test_operator_t  ngx_eo_test_operators[] = {

    ngx_eo_test_case("beginsWith", "abc", "abcd", 1, "abc"),
    ngx_eo_test_case("beginsWith", "abc", "ab", 0, NULL),
    ngx_eo_test_case("beginsWith", "", "x", 1, ""),
    ngx_eo_test_case("endsWith", "bc", "abc", 1, "bc"),
    ngx_eo_test_case("endsWith", "bc", "c", 0, NULL),
    ngx_eo_test_case("endsWith", "", "", 1, ""),
    ngx_eo_test_case("contains", "b\\", "ab\\c", 1, "b\\"),
    ngx_eo_test_case("contains", "B", "abc", 0, NULL),
    ngx_eo_test_case("contains", "abc", "ab", 0, NULL),
    ngx_eo_test_case("contains", "aab", "aaab", 1, "aab"),
    ngx_eo_test_case("strmatch", "b", "abc", 1, "b"),
    ngx_eo_test_case("containsWord", "bc", "a bc d", 1, "bc"),
    ngx_eo_test_case("containsWord", "bc", "abc bcd", 0, NULL),
    ngx_eo_test_case("containsWord", "bc", "abc bc", 1, "bc"),
    ngx_eo_test_case("containsWord", "bc", "bc", 1, "bc"),
    ngx_eo_test_case("containsWord", "bc", "1bc2", 1, "bc"),
    ngx_eo_test_case("streq", "a", "a", 1, "a"),
    ngx_eo_test_case("streq", "a", "A", 0, NULL),
    ngx_eo_test_case("streq", "", "", 1, ""),
    ngx_eo_test_case("within", "GET,POST", "POST", 1, "POST"),
    ngx_eo_test_case("within", "GET,POST", "PUT", 0, NULL),
    ngx_eo_test_case("within", "GET", "", 1, NULL),

    ngx_eo_test_case("eq", "0", "", 1, NULL),
    ngx_eo_test_case("eq", "0", "abc", 1, NULL),
    ngx_eo_test_case("eq", "5", " 5x", 1, NULL),
    ngx_eo_test_case("eq", "-5", "-5", 1, NULL),
    ngx_eo_test_case("eq", "0", "99999999999999999999", 1, NULL),
    ngx_eo_test_case("ge", "5", "5", 1, NULL),
    ngx_eo_test_case("ge", "5", "4", 0, NULL),
    ngx_eo_test_case("gt", "5", "6", 1, NULL),
    ngx_eo_test_case("gt", "5", "5", 0, NULL),
    ngx_eo_test_case("le", "5", "5", 1, NULL),
    ngx_eo_test_case("lt", "5", "5", 0, NULL),
    ngx_eo_test_case("lt", "5", "-6", 1, NULL),

    ngx_eo_test_case("rx", "", "", 1, ""),
    ngx_eo_test_case("rx", "b+", "abbc", 1, "bb"),
    ngx_eo_test_case("rx", "^a.c$", "a\nc", 1, "a\nc"),
    ngx_eo_test_case("rx", "^c$", "a\nc", 0, NULL),
    ngx_eo_test_case("rx", "(?m)^c$", "a\nc", 1, "c"),
    ngx_eo_test_case("rx", "^a$", "a\n", 0, NULL),
    ngx_eo_test_case("rx", "^c|a$", "b\nc\na\nb", 0, NULL),
    ngx_eo_test_case("rx", "^.*$", "a\nb\n", 1, "a\nb\n"),
    ngx_eo_test_case("rx", "^.*$", "", 1, ""),
    ngx_eo_test_case("rx", "^$", "", 1, ""),
    ngx_eo_test_case("rx", "^$", "\n", 0, NULL),
    ngx_eo_test_case("rx", "^$", "a", 0, NULL),
    ngx_eo_test_case("rx", "a", "A", 0, NULL),
    ngx_eo_test_case("rx", "(?i)a", "A", 1, "A"),
    ngx_eo_test_case("rx", "a\\x00b", "a\0b", 1, NULL),

    ngx_eo_test_case("pm", "foo bar", "xxBARxx", 1, "BAR"),
    ngx_eo_test_case("pm", "foo bar", "fo ba", 0, NULL),
    ngx_eo_test_case("pm", "he she hers", "ushers", 1, "she"),
    ngx_eo_test_case("pm", "abcd bc", "xabce", 1, "bc"),
    ngx_eo_test_case("pm", "a|2d 62|", "xa-b", 1, "a-b"),
    ngx_eo_test_case("pm", "a|b", "xa|b", 1, "a|b"),
    ngx_eo_test_case("pm", "", "x", 0, NULL),

    ngx_eo_test_case("ipMatch", "10.0.0.0/8,::1", "10.1.2.3", 1, NULL),
    ngx_eo_test_case("ipMatch", "10.0.0.0/8,::1", "11.1.2.3", 0, NULL),
    ngx_eo_test_case("ipMatch", "10.0.0.0/8,::1", "::1", 1, NULL),
    ngx_eo_test_case("ipMatch", "2001:db8::/32", "2001:db8:1::5", 1, NULL),
    ngx_eo_test_case("ipMatch", "2001:db8::/32", "2001:db9::5", 0, NULL),
    ngx_eo_test_case("ipMatch", "127.0.0.1", "garbage", 0, NULL),
    ngx_eo_test_case("ipMatch", "127.0.0.1", "", 0, NULL),

    ngx_eo_test_case("validateByteRange", "32-126,10", "abc\n", 0, NULL),
    ngx_eo_test_case("validateByteRange", "32-126", "a\0", 1, NULL),
    ngx_eo_test_case("validateByteRange", "1-255", "\xff", 0, NULL),
    ngx_eo_test_case("validateByteRange", "1-255", "", 0, NULL),

    ngx_eo_test_case("validateUrlEncoding", "", "a%20b", 0, NULL),
    ngx_eo_test_case("validateUrlEncoding", "", "a%2", 1, NULL),
    ngx_eo_test_case("validateUrlEncoding", "", "a%2g", 1, NULL),
    ngx_eo_test_case("validateUrlEncoding", "", "%", 1, NULL),
    ngx_eo_test_case("validateUrlEncoding", "", "", 0, NULL),

    ngx_eo_test_case("validateUtf8Encoding", "", "\xc3\xa4", 0, NULL),
    ngx_eo_test_case("validateUtf8Encoding", "", "\xc0\xaf", 1, NULL),
    ngx_eo_test_case("validateUtf8Encoding", "", "\xed\xa0\x80", 1, NULL),
    ngx_eo_test_case("validateUtf8Encoding", "", "\xf4\x90\x80\x80", 1,
                     NULL),
    ngx_eo_test_case("validateUtf8Encoding", "", "\xc3", 1, NULL),
    ngx_eo_test_case("validateUtf8Encoding", "", "\x80", 1, NULL),

    ngx_eo_test_case("detectSQLi", "", "1' or '1'='1", 1, NULL),
    ngx_eo_test_case("detectSQLi", "", "an ordinary sentence", 0, NULL),
    ngx_eo_test_case("detectSQLi", "", "", 0, NULL),
    ngx_eo_test_case("detectXSS", "", "<script>alert(1)</script>", 1, NULL),
    ngx_eo_test_case("detectXSS", "", "a < b", 0, NULL),
    ngx_eo_test_case("detectXSS", "", "a onbef", 0, NULL),

    ngx_eo_test_case("unconditionalMatch", "", "", 1, NULL),
    ngx_eo_test_case("noMatch", "", "x", 0, NULL),

    { NULL, NULL, NULL, 0, 0, NULL }
};


static ngx_int_t
ngx_eo_test_compile(ngx_eo_unit_t *t, const char *name, const char *argument,
    ngx_eo_seclang_operator_t *op, ngx_eo_seclang_operator_conf_t *conf)
{
    ngx_str_t                       text;
    ngx_eo_seclang_operator_def_t  *def;

    text.data = (u_char *) name;
    text.len = ngx_strlen(name);

    def = ngx_eo_seclang_operator_find(&text);

    if (!ngx_eo_ok(def != NULL, "@%s is known", name)) {
        return NGX_ERROR;
    }

    ngx_memzero(op, sizeof(ngx_eo_seclang_operator_t));
    ngx_memzero(conf, sizeof(ngx_eo_seclang_operator_conf_t));

    conf->pool = t->pool;
    conf->log = t->log;
    conf->match_limit = 1000;
    conf->argument.data = (u_char *) argument;
    conf->argument.len = ngx_strlen(argument);
    conf->errstr = ngx_pnalloc(t->pool, NGX_MAX_CONF_ERRSTR);

    return ngx_eo_seclang_operator_init(conf, def, op);
}


static void
ngx_eo_test_operator(ngx_eo_unit_t *t, ngx_eo_test_operator_t *test,
    ngx_eo_seclang_arena_t *arena)
{
    ngx_int_t                        rc;
    ngx_eo_seclang_operand_t         operand;
    ngx_eo_seclang_operator_t        op;
    ngx_eo_seclang_operator_conf_t   conf;

    rc = ngx_eo_test_compile(t, test->name, test->argument, &op, &conf);

    if (!ngx_eo_is_int(rc, NGX_OK, "@%s %s", test->name, test->argument)) {
        return;
    }

    ngx_memzero(&operand, sizeof(ngx_eo_seclang_operand_t));

    operand.arena = arena;
    operand.argument = conf.argument;
    operand.input.len = test->input_len;
    operand.input.data = ngx_alloc(test->input_len ? test->input_len : 1,
                                   t->log);
    if (operand.input.data == NULL) {
        return;
    }

    ngx_memcpy(operand.input.data, test->input, test->input_len);
    operand.number = ngx_eo_seclang_number(&operand.input);

    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand), test->match,
                  "of \"%s\"", test->input);

    if (test->capture != NULL
        && ngx_eo_ok(operand.ncaptures > 0, "captures something"))
    {
        ngx_eo_is_str(&operand.captures[0], test->capture, "that is %s",
                      test->capture);
    }

    ngx_free(operand.input.data);
}


ngx_eo_unit_test(waf_managed_operator)
{
    ngx_eo_seclang_arena_t   arena;
    ngx_eo_test_operator_t  *test;

    ngx_eo_seclang_arena_init(&arena, 1024 * 1024);

    for (test = ngx_eo_test_operators; test->name != NULL; test++) {
        ngx_eo_test_operator(t, test, &arena);
    }

    ngx_eo_seclang_arena_reset(&arena);
}


/* texts that libinjection need not look at, and others that it has to */

typedef struct {
    const char  *text;
    ngx_uint_t   never;
} ngx_eo_test_sqli_t;


static ngx_eo_test_sqli_t  ngx_eo_test_sqli[] = {

    /* words and numbers, and what is tied to them */
    { "spring", 1 },
    { "spring garden letter", 1 },
    { "2026-03-01 10:30", 1 },
    { "12.5", 1 },
    { "0a1b2c3d4e5f6071", 1 },
    { "1e garden letter", 1 },
    { "0x garden letter", 1 },
    { "a + b, c garden letter", 1 },
    { "-1", 1 },
    { "anna.larsen@example.com", 1 },
    { "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101", 1 },
    { "http://www.example.com/articles/index.html", 1 },
    { "/index.html union select 1", 1 },

    /* keywords and phrases */
    { "spring and letter", 0 },
    { "select.garden letter", 0 },
    { "sounds like", 0 },
    { "user(", 0 },
    { "a@user(", 0 },

    /* what may be read in two ways, or is not known */
    { "spring garden letter's", 0 },
    { "spring garden \"letter", 0 },
    { "spring garden `letter", 0 },
    { "spring garden /*!letter", 0 },
    { "spring -- garden", 0 },
    { "spring/**/garden", 0 },
    { "1; garden", 0 },
    { "1 garden", 1 },
    { "1 garden (", 0 },
    { "spring {garden} letter", 0 },
    { "spring::garden", 0 },
    { "a =", 0 },

    { NULL, 0 }
};


ngx_eo_unit_test(waf_managed_operator_sqli)
{
    char                             fingerprint[NGX_EO_SECLANG_FINGERPRINT];
    ngx_str_t                        text;
    ngx_uint_t                       never;
    ngx_eo_test_sqli_t              *test;
    ngx_eo_seclang_operator_t        op;
    ngx_eo_seclang_operator_conf_t   conf;

    ngx_str_t  null = ngx_string("0b1\0" "1) union select 1");

    (void) ngx_eo_test_compile(t, "detectSQLi", "", &op, &conf);

    ngx_eo_ok(ngx_eo_seclang_sqli(&null, fingerprint)
              && !ngx_eo_seclang_sqli_never(&null),
              "libinjection takes a null byte for a digit");

    for (test = ngx_eo_test_sqli; test->text != NULL; test++) {
        text.data = (u_char *) test->text;
        text.len = ngx_strlen(test->text);

        never = ngx_eo_seclang_sqli_never(&text);

        ngx_eo_is_int(never, test->never, "\"%s\" is no SQL for certain",
                      test->text);
        ngx_eo_ok(!never || !ngx_eo_seclang_sqli(&text, fingerprint),
                  "libinjection says the same of \"%s\"", test->text);
    }
}


ngx_eo_unit_test(waf_managed_operator_groups)
{
    ngx_str_t                        input = ngx_string("ac");
    ngx_eo_seclang_operand_t         operand;
    ngx_eo_seclang_operator_t        op;
    ngx_eo_seclang_operator_conf_t   conf;

    ngx_eo_is_int(ngx_eo_test_compile(t, "rx", "(a)(b)?(c)", &op, &conf),
                  NGX_OK, "an expression with groups");

    operand.input = input;

    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand), 1, "matches");
    ngx_eo_is_int(operand.ncaptures, 4, "three groups and the whole");
    ngx_eo_is_str(&operand.captures[1], "a", "the first");
    ngx_eo_ok(operand.captures[2].data == NULL, "the second is not there");
    ngx_eo_is_str(&operand.captures[3], "c", "the third");

    ngx_eo_is_int(ngx_eo_test_compile(t, "rx", "((((((((((((a))))))))))))",
                                      &op, &conf),
                  NGX_OK, "more groups than there is room for");
    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand), 1, "matches");
    ngx_eo_is_int(operand.ncaptures, NGX_EO_SECLANG_CAPTURES,
                  "as many as there is room for");
}


ngx_eo_unit_test(waf_managed_operator_limit)
{
    u_char                           text[64];
    ngx_eo_seclang_operand_t         operand;
    ngx_eo_seclang_operator_t        op;
    ngx_eo_seclang_operator_conf_t   conf;

    ngx_memset(text, 'a', sizeof(text));

    ngx_eo_is_int(ngx_eo_test_compile(t, "rx", "^(?:a+)+$|^(a|aa)+b", &op,
                                      &conf),
                  NGX_OK, "an expression that backtracks");

    text[sizeof(text) - 1] = 'x';
    operand.input.data = text;
    operand.input.len = sizeof(text);

    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand),
                  NGX_EO_SECLANG_LIMIT, "its limit is no \"no match\"");
}


ngx_eo_unit_test(waf_managed_operator_errors)
{
    ngx_str_t                        name = ngx_string("fuzzyHash");
    ngx_uint_t                       i;
    ngx_eo_seclang_operator_t        op;
    ngx_eo_seclang_operator_conf_t   conf;

    static struct {
        const char  *name;
        const char  *argument;
        const char  *says;
    } errors[] = {
        { "rx", "a(b", "PCRE2" },
        { "pmFromFile", "/nonexistent.data", "/nonexistent.data" },
        { "pmFromFile", "/", "regular" },
        { "ipMatch", "10.0.0.1,nonsense", "nonsense" },
        { "ipMatchFromFile", "/nonexistent.data", "/nonexistent.data" },
        { "validateByteRange", "1-256", "1-256" },
        { "validateByteRange", "9-3", "9-3" },
        { "validateByteRange", "x", "x" }
    };

    ngx_eo_ok(ngx_eo_seclang_operator_find(&name) == NULL,
              "fuzzyHash is unknown");

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {

        if (!ngx_eo_is_int(ngx_eo_test_compile(t, errors[i].name,
                                               errors[i].argument, &op,
                                               &conf),
                           NGX_ERROR, "@%s %s is refused", errors[i].name,
                           errors[i].argument))
        {
            continue;
        }

        ngx_eo_ok(ngx_strnstr(conf.errstr, (char *) errors[i].says,
                              conf.errlen)
                  != NULL, "and the message has \"%s\"", errors[i].says);
    }
}


/* a text whose places are few steps each, but too many altogether */

ngx_eo_unit_test(waf_managed_operator_long)
{
    u_char                          *text;
    size_t                           len;
    ngx_eo_seclang_operand_t         operand;
    ngx_eo_seclang_budget_t          budget, *previous;
    ngx_eo_seclang_operator_t        op;
    ngx_eo_seclang_operator_conf_t   conf;

    len = 1024 * 1024;
    text = ngx_alloc(len, t->log);

    if (!ngx_eo_ok(text != NULL, "memory for a text")) {
        return;
    }

    ngx_memset(text, 'a', len);
    operand.input.data = text;
    operand.input.len = len;

    ngx_eo_is_int(ngx_eo_test_compile(t, "rx", "a[^b]*b", &op, &conf), NGX_OK,
                  "an expression that looks to the end from each place");

    budget.left = 20000000;
    previous = ngx_eo_seclang_budget_enter(&budget);

    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand),
                  NGX_EO_SECLANG_LIMIT, "is stopped on a long text");
    ngx_eo_ok(budget.left > 0 && budget.left < 20000000,
              "and has left some of the time");

    budget.left = -1;

    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand), NGX_ERROR,
                  "none is left for it");

    ngx_eo_seclang_budget_leave(previous);

    ngx_memcpy(text + len - 4, "x\ny", 3);

    ngx_eo_is_int(ngx_eo_test_compile(t, "rx", "(?<=x\n)(y)a$", &op, &conf),
                  NGX_OK, "one that is found at the end");
    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand),
                  NGX_EO_SECLANG_MATCH, "is found there");
    ngx_eo_is_str(&operand.captures[1], "y", "with its groups");

    ngx_eo_is_int(ngx_eo_test_compile(t, "rx", "zz", &op, &conf), NGX_OK,
                  "one that is nowhere");
    ngx_eo_is_int(ngx_eo_seclang_operate(&op, &operand),
                  NGX_EO_SECLANG_NO_MATCH, "is not found");

    ngx_free(text);
}


/* windows must not show: the same as PCRE2 says of the whole text */

static const char  *ngx_eo_test_windowed[] = {
    "a[^b]*b",
    "a.*?b.*?c",
    "^a.*c$",
    "c$",
    "b+$",
    "(?<=ab)c(?=.*a)",
    "(?=(.*b))\\1a",
    "\\bc\\b",
    "a(?!.*b)",
    "\\Aab",
    "ab\\z",
    "(a+)(b|c)\\1 ",
    "(?:ab|ac)+ ?",
    "[^a]*? {3,}",
    "(?m)^ab+$",
    "x*",
    " \\n*b{2,9}c+?a",
    "b\\Kc{2,}"
};


static void
ngx_eo_test_window(ngx_eo_unit_t *t, ngx_eo_seclang_regex_t *re,
    pcre2_code *code, pcre2_match_data *data, ngx_str_t *text)
{
    int          rc;
    ngx_int_t    match;
    ngx_str_t    captures[NGX_EO_SECLANG_CAPTURES];
    ngx_uint_t   n;
    PCRE2_SIZE  *vector;

    match = ngx_eo_seclang_regex_match(re, text, captures, &n);

    rc = pcre2_match(code, text->data, text->len, 0, 0, data, NULL);
    vector = pcre2_get_ovector_pointer(data);

    if (rc < 0) {
        if (match == NGX_EO_SECLANG_NO_MATCH) {
            return;
        }

    } else if (match == NGX_EO_SECLANG_MATCH
               && captures[0].data == text->data + vector[0]
               && captures[0].len == vector[1] - vector[0])
    {
        return;
    }

    ngx_eo_ok(0, "%s as in the whole text of %zu bytes: %ld, %d",
              ngx_eo_seclang_regex_pattern(re)->data, text->len,
              (long) match, rc);
}


static ngx_str_t
ngx_eo_test_window_text(ngx_uint_t k, u_char *buf)
{
    ngx_str_t  text;

    static uint32_t      seed = 1;
    static const u_char  bytes[] = "aaabbbccc  \n";

    text.data = buf;

    for (text.len = 0; text.len < 130 + k * 19; text.len++) {
        seed = seed * 1103515245 + 12345;

        /* now and then the same for longer than a window */

        buf[text.len] = (k % 4 == 3 && text.len % 700 > 20)
                        ? bytes[k % 9]
                        : bytes[(seed >> 16) % (sizeof(bytes) - 1)];
    }

    return text;
}


ngx_eo_unit_test(waf_managed_operator_windows)
{
    int                      error;
    u_char                   buf[4096], errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                pattern, text;
    ngx_uint_t               i, k, n;
    PCRE2_SIZE               offset;
    pcre2_code              *code;
    pcre2_match_data        *data;
    ngx_eo_seclang_regex_t  *re;

    data = pcre2_match_data_create(NGX_EO_SECLANG_CAPTURES, NULL);
    n = sizeof(ngx_eo_test_windowed) / sizeof(ngx_eo_test_windowed[0]);

    for (i = 0; i < n; i++) {
        pattern.data = (u_char *) ngx_eo_test_windowed[i];
        pattern.len = ngx_strlen(pattern.data);

        re = ngx_eo_seclang_regex_compile(t->pool, &pattern, 0, 10000000,
                                          errstr);
        code = pcre2_compile(pattern.data, pattern.len,
                             PCRE2_DOTALL|PCRE2_DOLLAR_ENDONLY, &error,
                             &offset, NULL);

        if (!ngx_eo_ok(re != NULL && code != NULL, "%s compiles",
                       pattern.data))
        {
            return;
        }

        for (k = 0; k < 200; k++) {
            text = ngx_eo_test_window_text(k, buf);
            ngx_eo_test_window(t, re, code, data, &text);
        }

        pcre2_code_free(code);
    }

    pcre2_match_data_free(data);
}


static void
ngx_eo_test_compute(int64_t nanoseconds)
{
    struct timespec  begin, now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);

    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while ((now.tv_sec - begin.tv_sec) * 1000000000
             + (now.tv_nsec - begin.tv_nsec) < nanoseconds);
}


ngx_eo_unit_test(waf_managed_budget)
{
    ngx_uint_t                i;
    ngx_eo_seclang_budget_t   budget, *none, *previous;

    none = ngx_eo_seclang_budget;
    budget.left = 5000000;

    previous = ngx_eo_seclang_budget_enter(&budget);
    ngx_eo_ok(previous == none, "nothing was limited before");

    for (i = 0; i < 100; i++) {
        if (ngx_eo_seclang_spend(1000000) != NGX_OK) {
            break;
        }
    }

    ngx_eo_is_int(i, 100, "an estimate as such does not use it up");

    for (i = 0; i < 4; i++) {
        ngx_msleep(5);
        (void) ngx_eo_seclang_spend(1000000);
    }

    ngx_eo_is_int(ngx_eo_seclang_spend(1000000), NGX_OK,
                  "and neither does the time of others");
    ngx_eo_ok(budget.left > 0, "which is given back");

    ngx_eo_is_int(ngx_eo_seclang_spend(1000), NGX_OK,
                  "what takes little is begun");

    ngx_eo_test_compute(6000000);

    ngx_eo_is_int(ngx_eo_seclang_spend(1), NGX_OK,
                  "the clock is not looked at for a little");
    ngx_eo_is_int(ngx_eo_seclang_spend(1000000), NGX_ERROR,
                  "computing uses it up");
    ngx_eo_is_int(ngx_eo_seclang_spend(1), NGX_ERROR, "for good");
    ngx_eo_ok(ngx_eo_seclang_budget_read() < 0, "as the clock says");

    ngx_eo_seclang_budget_leave(previous);

    ngx_eo_ok(ngx_eo_seclang_budget == none, "the one before is back");

    budget.left = 5000000;
    previous = ngx_eo_seclang_budget_enter(&budget);

    ngx_eo_is_int(ngx_eo_seclang_spend(6000000), NGX_ERROR,
                  "what takes more than there is is not begun");
    ngx_eo_is_int(ngx_eo_seclang_spend(1), NGX_ERROR,
                  "nor anything after it");

    ngx_eo_seclang_budget_leave(previous);

    ngx_eo_is_int(ngx_eo_seclang_spend(1000000), NGX_OK,
                  "and nothing is limited again");
}
