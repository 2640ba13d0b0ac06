
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Runs the unit tests while the configuration is read, after the modules
 * under test have been set up, and prints TAP to the standard output.  A
 * failed check makes the configuration fail, so that "nginx -t" tells.
 */


#include "ngx_eo_unit.h"


#define NGX_EO_UNIT_POOL_SIZE  4096


static void ngx_eo_unit_report(ngx_uint_t ok, const char *fmt, va_list args);
static void ngx_eo_unit_where(const char *file, ngx_uint_t line);
static void ngx_eo_unit_print_mem(const char *what, const void *data,
    size_t len);
static ngx_int_t ngx_http_eo_unit_run(ngx_conf_t *cf);


static ngx_http_module_t  ngx_http_eo_unit_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_eo_unit_run,                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_eo_unit_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_unit_module_ctx,          /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_eo_unit_test_t  *ngx_eo_unit_tests;
static ngx_uint_t           ngx_eo_unit_checks;
static ngx_uint_t           ngx_eo_unit_failed;
static const char          *ngx_eo_unit_name;


void
ngx_eo_unit_add(ngx_eo_unit_test_t *test)
{
    ngx_eo_unit_test_t  **last;

    for (last = &ngx_eo_unit_tests; *last; last = &(*last)->next) {
        if (strcmp((*last)->name, test->name) > 0) {
            break;
        }
    }

    test->next = *last;
    *last = test;
}


ngx_uint_t
ngx_eo_unit_ok(ngx_uint_t ok, const char *condition, const char *file,
    ngx_uint_t line, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    ngx_eo_unit_report(ok, fmt, args);
    va_end(args);

    if (!ok) {
        ngx_eo_unit_where(file, line);
        printf("#   does not hold: %s\n", condition);
    }

    return ok;
}


ngx_uint_t
ngx_eo_unit_is_int(int64_t got, int64_t expected, const char *file,
    ngx_uint_t line, const char *fmt, ...)
{
    va_list     args;
    ngx_uint_t  ok;

    ok = (got == expected);

    va_start(args, fmt);
    ngx_eo_unit_report(ok, fmt, args);
    va_end(args);

    if (!ok) {
        ngx_eo_unit_where(file, line);
        printf("#        got: %lld\n#   expected: %lld\n",
               (long long) got, (long long) expected);
    }

    return ok;
}


ngx_uint_t
ngx_eo_unit_is_str(const ngx_str_t *got, const char *expected,
    const char *file, ngx_uint_t line, const char *fmt, ...)
{
    size_t      len;
    va_list     args;
    ngx_uint_t  ok;

    len = strlen(expected);

    ok = (got != NULL
          && got->len == len
          && (len == 0 || ngx_memcmp(got->data, expected, len) == 0));

    va_start(args, fmt);
    ngx_eo_unit_report(ok, fmt, args);
    va_end(args);

    if (!ok) {
        ngx_eo_unit_where(file, line);
        ngx_eo_unit_print_mem("     got", got ? got->data : NULL,
                              got ? got->len : 0);
        ngx_eo_unit_print_mem("expected", expected, len);
    }

    return ok;
}


ngx_uint_t
ngx_eo_unit_is_mem(const void *got, size_t got_len, const void *expected,
    size_t expected_len, const char *file, ngx_uint_t line,
    const char *fmt, ...)
{
    va_list     args;
    ngx_uint_t  ok;

    ok = (got != NULL
          && got_len == expected_len
          && ngx_memcmp(got, expected, got_len) == 0);

    va_start(args, fmt);
    ngx_eo_unit_report(ok, fmt, args);
    va_end(args);

    if (!ok) {
        ngx_eo_unit_where(file, line);
        ngx_eo_unit_print_mem("     got", got, got_len);
        ngx_eo_unit_print_mem("expected", expected, expected_len);
    }

    return ok;
}


static void
ngx_eo_unit_report(ngx_uint_t ok, const char *fmt, va_list args)
{
    ngx_eo_unit_checks++;

    if (!ok) {
        ngx_eo_unit_failed++;
    }

    printf("%sok %u - %s: ", ok ? "" : "not ", (unsigned) ngx_eo_unit_checks,
           ngx_eo_unit_name);
    vprintf(fmt, args);
    printf("\n");
}


static void
ngx_eo_unit_where(const char *file, ngx_uint_t line)
{
    printf("#   at %s line %u\n", file, (unsigned) line);
}


static void
ngx_eo_unit_print_mem(const char *what, const void *data, size_t len)
{
    size_t         i;
    const u_char  *p;

    if (data == NULL) {
        printf("#   %s: NULL\n", what);
        return;
    }

    printf("#   %s: %u bytes \"", what, (unsigned) len);

    for (p = data, i = 0; i < len; i++) {
        if (p[i] < 0x20 || p[i] > 0x7e || p[i] == '\\') {
            printf("\\x%02x", p[i]);

        } else {
            printf("%c", p[i]);
        }
    }

    printf("\"\n");
}


static ngx_int_t
ngx_http_eo_unit_run(ngx_conf_t *cf)
{
    ngx_eo_unit_t        t;
    ngx_eo_unit_test_t  *test;

    /* what has been printed must not get lost in a crash */

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    t.cf = cf;
    t.log = cf->log;

    for (test = ngx_eo_unit_tests; test; test = test->next) {

        t.pool = ngx_create_pool(NGX_EO_UNIT_POOL_SIZE, cf->log);
        if (t.pool == NULL) {
            return NGX_ERROR;
        }

        ngx_eo_unit_name = test->name;
        test->run(&t);

        ngx_destroy_pool(t.pool);
    }

    printf("1..%u\n", (unsigned) ngx_eo_unit_checks);
    fflush(stdout);

    return ngx_eo_unit_failed ? NGX_ERROR : NGX_OK;
}
