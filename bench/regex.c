
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bytes a second at which the expressions of rule sets read texts, beside
 * PCRE2 with its compiler.  The folders of the rule files are named by
 * EO_BENCH_RULES, separated by blanks; by default it is that of Debian's
 * package modsecurity-crs.
 *
 * A text is 1 MB of a kind, or hostile: the beginning of a match of the
 * expression, as much as there is without its last byte, over and over.  Where
 * there is a match the bytes up to its end count, if they are enough to be
 * measured.
 */


#include "../t/unit/waf_regex_test.h"
#include "../t/unit/waf_regex_rules.h"


#define BENCH_TEXT    (1024 * 1024)
#define BENCH_LEAST   (64 * 1024)

/* seconds that a measurement takes, and after which PCRE2 is given up */
#define BENCH_TIME    0.004
#define BENCH_LIMIT   100000000


typedef struct {
    const char  *name;
    void       (*make)(u_char *text, rx_test_t *test);
} bench_kind_t;


typedef struct {
    double       ours[RX_RULES_MAX];
    double       theirs[RX_RULES_MAX];
    ngx_uint_t   n;
    ngx_uint_t   gave_up;
    ngx_str_t    slowest;
    double       slowest_rate;
} bench_result_t;


static void bench_prose(u_char *text, rx_test_t *test);
static void bench_source(u_char *text, rx_test_t *test);
static void bench_json(u_char *text, rx_test_t *test);
static void bench_base64(u_char *text, rx_test_t *test);
static void bench_hostile(u_char *text, rx_test_t *test);
static void bench_words(u_char *text, const char **words, ngx_uint_t n);
static double bench_now(void);
static double bench_ours(rx_test_t *test, ngx_str_t *text);
static double bench_theirs(rx_test_t *test, ngx_str_t *text);
static void bench_expression(ngx_str_t *pattern, bench_kind_t *kind,
    u_char *buf, bench_result_t *result);
static int bench_compare(const void *a, const void *b);
static void bench_report(bench_kind_t *kind, bench_result_t *result);
static void bench_folder(const char *folder, u_char *buf);


static bench_kind_t  bench_kinds[] = {
    { "prose",   bench_prose },
    { "source",  bench_source },
    { "JSON",    bench_json },
    { "base64",  bench_base64 },
    { "hostile", bench_hostile },
    { NULL,      NULL }
};


static void
bench_words(u_char *text, const char **words, ngx_uint_t n)
{
    size_t       at;
    const char  *p;

    rx_test_seed = 7;
    at = 0;

    for ( ;; ) {
        for (p = words[rx_test_random(n)]; *p; p++) {

            if (at == BENCH_TEXT) {
                return;
            }

            text[at++] = (u_char) *p;
        }
    }
}


static void
bench_prose(u_char *text, rx_test_t *test)
{
    static const char  *words[] = {
        "the ", "of ", "and ", "a ", "to ", "in ", "river ", "was ", "that ",
        "he ", "she ", "it ", "with ", "station ", "had ", "for ", "old ",
        "letters", ", ", ". ", "; ", "\n", "which ", "evening ", "from ",
        "house ", "nobody ", "remembered ", "(so ", "they said) ", "'tis ",
        "union ", "where ", "selected ", "or ", "like ", "1894 ", "in order "
    };

    bench_words(text, words, sizeof(words) / sizeof(words[0]));
}


static void
bench_source(u_char *text, rx_test_t *test)
{
    static const char  *words[] = {
        "if (", "for (i = 0; i < n; i++) {\n", "    return ", "NULL;\n",
        "static ", "ngx_int_t\n", "p->next", " = ", " == ", "(u_char *) ",
        "\"%s\"", "x[i]", "->data", ");\n", "}\n\n", "/* ", " */\n", "len",
        " + 1", "#include <stdio.h>\n", "sizeof(", "int ", "&& ", "|| ", "0x1f"
    };

    bench_words(text, words, sizeof(words) / sizeof(words[0]));
}


static void
bench_json(u_char *text, rx_test_t *test)
{
    static const char  *words[] = {
        "{\"id\":", "1742,", "\"name\":\"", "Ada Lovelace", "\",",
        "\"tags\":[",
        "\"a\",", "\"b\"],", "true,", "false,", "null,", "3.14159,", "{", "}",
        "},", "\"url\":\"https://example.com/a?b=c\",", "\"text\":\"",
        "a line\\n", "\\u00e9", "\":", "[1,2,3],"
    };

    bench_words(text, words, sizeof(words) / sizeof(words[0]));
}


static void
bench_base64(u_char *text, rx_test_t *test)
{
    size_t  i;

    static u_char  digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    rx_test_seed = 11;

    for (i = 0; i < BENCH_TEXT; i++) {
        text[i] = digits[rx_test_random(64)];
    }
}


static void
bench_hostile(u_char *text, rx_test_t *test)
{
    size_t  i, len;
    u_char  part[RX_TEST_TEXT];

    rx_test_seed = 13;

    do {
        len = rx_test_sample(&test->program, part, sizeof(part));
    } while (len < 2 && rx_test_random(50));

    len = (len > 1) ? len - 1 : 1;

    for (i = 0; i < BENCH_TEXT; i++) {
        text[i] = part[i % len];
    }
}


static double
bench_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return ts.tv_sec + ts.tv_nsec / 1e9;
}


/* seconds for a text, once its states are known */

static double
bench_ours(rx_test_t *test, ngx_str_t *text)
{
    double             begin, now;
    ngx_uint_t         n;
    ngx_eo_rx_work_t   work;

    ngx_eo_rx_begin();

    work.left = INT64_MAX;
    (void) ngx_eo_rx_test(test->rx, text, &work);

    begin = bench_now();
    n = 0;

    do {
        work.left = INT64_MAX;
        (void) ngx_eo_rx_test(test->rx, text, &work);
        now = bench_now();
        n++;
    } while (now - begin < BENCH_TIME);

    return (now - begin) / n;
}


/* below zero if it gives up */

static double
bench_theirs(rx_test_t *test, ngx_str_t *text)
{
    int         rc;
    double      begin, now;
    ngx_uint_t  n;

    begin = bench_now();
    n = 0;

    do {
        rc = pcre2_match(test->code, text->data, text->len, 0, 0, test->data,
                         test->context);
        now = bench_now();
        n++;
    } while (now - begin < BENCH_TIME);

    return (rc < PCRE2_ERROR_NOMATCH) ? -1 : (now - begin) / n;
}


static void
bench_expression(ngx_str_t *pattern, bench_kind_t *kind, u_char *buf,
    bench_result_t *result)
{
    size_t             ends[2];
    double             ours, theirs;
    ngx_log_t          log;
    ngx_str_t          text;
    rx_test_t          test;
    ngx_pool_t        *pool;
    ngx_eo_rx_work_t   work;

    ngx_memzero(&log, sizeof(ngx_log_t));

    pool = ngx_create_pool(4096, &log);
    if (pool == NULL) {
        return;
    }

    test.pattern = *pattern;
    test.options = NGX_EO_RX_DOTALL|NGX_EO_RX_DOLLAR_ENDONLY;

    if (rx_test_compile(pool, &test) == NGX_OK) {
        pcre2_set_match_limit(test.context, BENCH_LIMIT);
        kind->make(buf, &test);

        text.data = buf;
        text.len = BENCH_TEXT;
        work.left = INT64_MAX;

        if (ngx_eo_rx_has_ends(test.rx)
            && ngx_eo_rx_find(test.rx, &text, 0, ends, &work) == NGX_OK)
        {
            text.len = ends[1];
        }

        if (text.len >= BENCH_LEAST) {
            ours = text.len / bench_ours(&test, &text) / 1e6;
            theirs = text.len / bench_theirs(&test, &text) / 1e6;

            if (result->n == 0 || ours < result->slowest_rate) {
                result->slowest_rate = ours;
                result->slowest = *pattern;
            }

            if (theirs < 0) {
                result->gave_up++;
                theirs = 0;
            }

            result->ours[result->n] = ours;
            result->theirs[result->n++] = theirs;
        }
    }

    rx_test_free(&test);
    ngx_destroy_pool(pool);
}


static int
bench_compare(const void *a, const void *b)
{
    double  x, y;

    x = *(const double *) a;
    y = *(const double *) b;

    return (x > y) - (x < y);
}


static void
bench_report(bench_kind_t *kind, bench_result_t *result)
{
    if (result->n == 0) {
        return;
    }

    qsort(result->ours, result->n, sizeof(double), bench_compare);
    qsort(result->theirs, result->n, sizeof(double), bench_compare);

    printf("| %s | %u | %.0f | %.0f | %.1f | %.0f | %u |\n", kind->name,
           (unsigned) result->n, result->ours[0], result->ours[result->n / 2],
           result->theirs[0], result->theirs[result->n / 2],
           (unsigned) result->gave_up);

    if (result->slowest_rate < 100) {
        printf("slowest: %.*s\n", (int) result->slowest.len,
               (char *) result->slowest.data);
    }
}


static void
bench_folder(const char *folder, u_char *buf)
{
    ngx_uint_t       i;
    rx_rules_t      *rules;
    bench_kind_t    *kind;
    bench_result_t  *result;

    rules = malloc(sizeof(rx_rules_t));
    result = malloc(sizeof(bench_result_t));

    if (rules == NULL || result == NULL
        || rx_rules_read(rules, folder) == 0)
    {
        printf("no rules in %s\n", folder);
        return;
    }

    printf("\n%s, MB a second:\n\n"
           "| Text | Expressions | Least | Median | PCRE2: least | median"
           " | gave up |\n|---|---|---|---|---|---|---|\n", folder);

    for (kind = bench_kinds; kind->name; kind++) {
        ngx_memzero(result, sizeof(bench_result_t));

        for (i = 0; i < rules->n; i++) {
            bench_expression(&rules->patterns[i], kind, buf, result);
        }

        bench_report(kind, result);
        (void) fflush(stdout);
    }
}


int
main(void)
{
    char    *folders, *folder;
    u_char  *buf;

    buf = malloc(BENCH_TEXT);
    folders = getenv("EO_BENCH_RULES");
    folders = strdup(folders ? folders : "/usr/share/modsecurity-crs/rules");

    if (buf == NULL || folders == NULL) {
        return 1;
    }

    for (folder = strtok(folders, " "); folder; folder = strtok(NULL, " ")) {
        bench_folder(folder, buf);
    }

    return 0;
}
