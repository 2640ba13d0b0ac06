
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The matcher says what PCRE2 says: of the expressions of the Core Rule Set
 * and of others by chance, with texts by chance.  EO_REGEX_PAIRS asks for
 * about so many pairs of an expression and a text, and CRS4_RULES names the
 * folder of another rule set.
 */


#include "ngx_eo_unit.h"
#include "waf_regex_test.h"
#include "waf_regex_rules.h"


#define RX_EQUAL_EXPRESSIONS  10000
#define RX_EQUAL_SHOWN        20


typedef struct {
    ngx_uint_t            taken;
    ngx_uint_t            refused;
    ngx_uint_t            pairs;
    ngx_uint_t            limits;
    ngx_uint_t            different;
} rx_equal_t;


static void rx_equal_report(rx_test_t *test, ngx_str_t *text);
static void rx_equal_bytes(const char *name, ngx_str_t *str);
static ngx_uint_t rx_equal_pairs(ngx_uint_t usual);
static ngx_int_t rx_equal_expression(ngx_eo_unit_t *t, ngx_str_t *pattern,
    ngx_uint_t options, ngx_uint_t texts, rx_equal_t *equal);
static void rx_equal_rules(ngx_eo_unit_t *t, const char *folder,
    ngx_uint_t refused);


static ngx_uint_t
rx_equal_pairs(ngx_uint_t usual)
{
    char  *pairs;

    pairs = getenv("EO_REGEX_PAIRS");

    return pairs ? (ngx_uint_t) atoll(pairs) : usual;
}


static void
rx_equal_bytes(const char *name, ngx_str_t *str)
{
    size_t  i;

    printf("# %s ", name);

    for (i = 0; i < str->len; i++) {

        if (str->data[i] < 0x20 || str->data[i] > 0x7e) {
            printf("\\x%02x", str->data[i]);

        } else {
            printf("%c", str->data[i]);
        }
    }

    printf("\n");
}


static void
rx_equal_report(rx_test_t *test, ngx_str_t *text)
{
    printf("# options %u\n", (unsigned) test->options);
    rx_equal_bytes("expression", &test->pattern);
    rx_equal_bytes("text", text);
}


/* texts of their exact size, so that what is read past the end is seen */

static ngx_int_t
rx_equal_expression(ngx_eo_unit_t *t, ngx_str_t *pattern, ngx_uint_t options,
    ngx_uint_t texts, rx_equal_t *equal)
{
    u_char       buf[RX_TEST_TEXT];
    ngx_int_t    rc;
    ngx_str_t    text, exact;
    ngx_uint_t   i, agree;
    rx_test_t    test;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(4096, t->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    test.pattern = *pattern;
    test.options = options;

    rc = rx_test_compile(pool, &test);

    equal->taken += (rc == NGX_OK);
    equal->refused += (rc == NGX_ABORT);

    for (i = 0; rc == NGX_OK && i < texts; i++) {
        rx_test_text(&test, buf, &text);

        exact.len = text.len;
        exact.data = ngx_alloc(text.len ? text.len : 1, t->log);

        if (exact.data == NULL) {
            rc = NGX_ERROR;
            break;
        }

        ngx_memcpy(exact.data, text.data, text.len);

        agree = rx_test_agree(&test, &exact);

        equal->pairs++;
        equal->limits += (agree == 2);

        if (agree == 0 && equal->different++ < RX_EQUAL_SHOWN) {
            rx_equal_report(&test, &exact);
        }

        ngx_free(exact.data);
    }

    rx_test_free(&test);
    ngx_destroy_pool(pool);

    return rc;
}


static void
rx_equal_rules(ngx_eo_unit_t *t, const char *folder, ngx_uint_t refused)
{
    ngx_uint_t   i, texts;
    rx_equal_t   equal;
    rx_rules_t  *rules;

    rules = ngx_palloc(t->pool, sizeof(rx_rules_t));

    if (rules == NULL || rx_rules_read(rules, folder) == 0) {
        return;
    }

    ngx_memzero(&equal, sizeof(rx_equal_t));

    texts = rx_equal_pairs(10000) / rules->n;

    for (i = 0; i < rules->n; i++) {

        if (rx_equal_expression(t, &rules->patterns[i],
                                NGX_EO_RX_DOTALL|NGX_EO_RX_DOLLAR_ENDONLY,
                                texts, &equal)
            == NGX_ERROR)
        {
            ngx_eo_ok(0, "memory suffices");
            return;
        }
    }

    ngx_eo_ok(equal.taken > 200, "%d expressions of %s",
              (int) equal.taken, folder);
    ngx_eo_is_int(equal.refused, refused, "refused");
    ngx_eo_is_int(equal.different, 0, "%d texts: the same as PCRE2",
                  (int) equal.pairs);
    ngx_eo_ok(equal.limits < equal.pairs / 50,
              "PCRE2 gave up %d times", (int) equal.limits);
}


/* a look-behind of several bytes, and a back-reference */

ngx_eo_unit_test(waf_regex_equal_rules)
{
    rx_test_seed = 1;
    rx_equal_rules(t, "/usr/share/modsecurity-crs/rules", 2);

    if (getenv("CRS4_RULES")) {
        rx_equal_rules(t, getenv("CRS4_RULES"), 0);
    }
}


ngx_eo_unit_test(waf_regex_equal_generated)
{
    u_char             buf[256];
    ngx_str_t          pattern;
    ngx_uint_t         i, n, texts;
    rx_equal_t         equal;
    rx_test_writer_t   writer;

    ngx_memzero(&equal, sizeof(rx_equal_t));

    rx_test_seed = 1;

    n = getenv("EO_REGEX_PAIRS") ? RX_EQUAL_EXPRESSIONS : 2000;
    texts = rx_equal_pairs(40000) / n;

    for (i = 0; i < n; i++) {
        writer.pos = buf;
        writer.last = buf + sizeof(buf);

        rx_test_expression(&writer, 3);

        pattern.data = buf;
        pattern.len = writer.pos - buf;

        if (rx_equal_expression(t, &pattern, rx_test_random(16), texts,
                                &equal)
            == NGX_ERROR)
        {
            ngx_eo_ok(0, "memory suffices");
            return;
        }
    }

    ngx_eo_ok(equal.taken > n / 2, "%d expressions", (int) equal.taken);
    ngx_eo_is_int(equal.different, 0, "%d texts: the same as PCRE2",
                  (int) equal.pairs);
    ngx_eo_ok(equal.limits < equal.pairs / 50,
              "PCRE2 gave up %d times", (int) equal.limits);
}


/* more states than are kept: the text is read without them */

ngx_eo_unit_test(waf_regex_equal_many_states)
{
    size_t            i, len;
    u_char           *p;
    ngx_str_t         text;
    ngx_uint_t        agreed;
    rx_test_t         test;
    ngx_eo_rx_work_t  work;

    ngx_str_set(&test.pattern, "[ab]*a[ab]{14}c");
    test.options = 0;

    len = 20000;
    p = ngx_palloc(t->pool, len);

    if (!ngx_eo_ok(p && rx_test_compile(t->pool, &test) == NGX_OK,
                   "compiles"))
    {
        return;
    }

    rx_test_seed = 1;

    for (i = 0; i < len; i++) {
        p[i] = rx_test_random(2) ? 'a' : 'b';
    }

    pcre2_set_match_limit(test.context, 100000000);

    text.data = p;
    text.len = len;
    agreed = rx_test_agree(&test, &text);

    p[len - 1] = 'c';
    p[len - 16] = 'a';
    agreed += rx_test_agree(&test, &text);

    ngx_eo_is_int(agreed, 2, "a text that makes thousands of states");

    work.left = 10000;
    ngx_eo_rx_begin();
    ngx_eo_is_int(ngx_eo_rx_test(test.rx, &text, &work), NGX_BUSY,
                  "the work comes to its end");
    ngx_eo_ok(ngx_eo_rx_memory() < 32 * 1024 * 1024, "memory has a bound");

    rx_test_free(&test);
}
