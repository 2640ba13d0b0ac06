
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the evaluation of rules costs a request, by their number, without
 * the rest of nginx: a table of nanoseconds of processor time for finding the
 * candidates and evaluating them, none of which holds.  The rules are those
 * of bench/rules, and the request is a browser's.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "expr/ngx_eo_expr.h"

#include <stdio.h>
#include <time.h>


#define NGX_EO_BENCH_ROUNDS  20000


static const char  *ngx_eo_bench_rules[] = {
    "${http.request.uri.path} in [\"/old/%d\", \"/gone/%d.html\"]",
    "${http.request.headers[\"user-agent\"]} contain [\"bad-client-%d\"]",
    "${http.request.uri.path} like [\"/private%d/*.php\"]",
    "${http.request.uri.path} matches \"^/(wp|cms)%d-admin/.*\\.php$\"",
    "${http.request.ip} in [\"group%d\"]",
    "${http.request.ip.country} in [\"X%d\", \"Y%d\"]",
    "${http.request.headers[\"referer\"]} like \"*spam%d*\" and "
        "not ${http.request.ip} in [\"group%d\"]",
    "${http.request.ip.country} in [\"DE\"] and "
        "${http.request.uri.query} contain [\"exploit-%d\"]",
    "${http.request.ip} in [\"198.18.7.0/24\"] or "
        "${http.request.uri.args[\"token\"]} in [\"t%d\"]",
    "${http.request.method} in [\"GET\"] and "
        "${http.request.headers[\"user-agent\"]} matches "
        "\"(scanner|fuzzer)/%d\\.[0-9]+\""
};


static ngx_int_t
ngx_eo_bench_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    switch (slot->field->id) {

    case NGX_EO_FIELD_PATH:
        ngx_str_set(&value->text, "/index.html");
        return NGX_OK;

    case NGX_EO_FIELD_QUERY:
        ngx_str_set(&value->text, "page=2&token=0123456789");
        return NGX_OK;

    case NGX_EO_FIELD_ARG:
        ngx_str_set(&value->text, "0123456789");
        return NGX_OK;

    case NGX_EO_FIELD_METHOD:
        ngx_str_set(&value->text, "GET");
        return NGX_OK;

    case NGX_EO_FIELD_IP:
        ngx_str_set(&value->text, "127.0.0.1");
        return NGX_OK;

    case NGX_EO_FIELD_VARIABLE:
        ngx_str_set(&value->text, "DE");
        return NGX_OK;

    case NGX_EO_FIELD_HEADER:

        if (slot->key.len == sizeof("referer") - 1) {
            return NGX_DECLINED;
        }

        ngx_str_set(&value->text, "Mozilla/5.0 (X11; Linux x86_64) "
                    "AppleWebKit/537.36 (KHTML, like Gecko) "
                    "Chrome/119.0.0.0 Safari/537.36");
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


/* ten groups; what a look-up in one costs, bench/prefix_set tells */

static void *
ngx_eo_bench_group(void *data, ngx_str_t *name)
{
    static u_char  groups[10];

    return &groups[name->data[name->len - 1] - '0'];
}


static ngx_uint_t
ngx_eo_bench_group_match(void *group, ngx_int_t family, u_char *addr)
{
    return 0;
}


static ngx_eo_expr_t *
ngx_eo_bench_rule(ngx_eo_expr_env_t *env, ngx_uint_t i)
{
    char                  buf[512];
    ngx_str_t             text;
    ngx_eo_expr_t        *expr;
    ngx_eo_expr_error_t   error;

    text.data = (u_char *) buf;
    text.len = snprintf(buf, sizeof(buf), ngx_eo_bench_rules[i % 10],
                        (int) i, (int) i);

    expr = ngx_eo_expr_compile(env, &text, &error);

    if (expr == NULL) {
        fprintf(stderr, "%s: %.*s\n", buf, (int) error.len, error.text);
        exit(1);
    }

    return expr;
}


static double
ngx_eo_bench_now(clockid_t clock)
{
    struct timespec  ts;

    clock_gettime(clock, &ts);

    return ts.tv_sec * 1e9 + ts.tv_nsec;
}


static void
ngx_eo_bench_request(ngx_eo_expr_env_t *env, ngx_eo_expr_index_t *index,
    ngx_eo_expr_t **exprs, ngx_pool_t *pool, ngx_uint_t *candidates)
{
    uint64_t            words[160], word;
    ngx_uint_t          i;
    ngx_eo_expr_ctx_t   ctx;

    if (ngx_eo_expr_ctx_init(&ctx, env, pool, NULL, ngx_eo_bench_get)
        != NGX_OK)
    {
        exit(1);
    }

    ngx_eo_expr_index_match(index, &ctx, words);

    for (i = 0; i < ngx_eo_expr_index_words(index); i++) {

        for (word = words[i]; word; word &= word - 1) {
            (*candidates)++;

            if (ngx_eo_expr_eval(&ctx,
                                 exprs[i * 64 + __builtin_ctzll(word)])
                == NGX_EO_EXPR_TRUE)
            {
                fprintf(stderr, "a rule matched\n");
                exit(1);
            }
        }
    }
}


static void
ngx_eo_bench_run(ngx_uint_t n, ngx_log_t *log)
{
    double                 began, load, used;
    ngx_uint_t             i, candidates;
    ngx_pool_t            *pool, *temp;
    ngx_eo_expr_t        **exprs;
    ngx_eo_expr_env_t     *env;
    ngx_eo_expr_index_t   *index;

    began = ngx_eo_bench_now(CLOCK_PROCESS_CPUTIME_ID);

    pool = ngx_create_pool(65536, log);
    temp = ngx_create_pool(65536, log);

    env = ngx_eo_expr_env_create(pool, NULL, ngx_eo_bench_group,
                                 ngx_eo_bench_group_match);
    exprs = ngx_palloc(pool, n * sizeof(ngx_eo_expr_t *));

    if (env == NULL || exprs == NULL) {
        exit(1);
    }

    for (i = 0; i < n; i++) {
        exprs[i] = ngx_eo_bench_rule(env, i);
    }

    index = ngx_eo_expr_index_create(env, exprs, n, temp);

    if (index == NULL) {
        exit(1);
    }

    ngx_destroy_pool(temp);

    load = ngx_eo_bench_now(CLOCK_PROCESS_CPUTIME_ID) - began;

    candidates = 0;
    temp = ngx_create_pool(65536, log);

    began = ngx_eo_bench_now(CLOCK_PROCESS_CPUTIME_ID);

    for (i = 0; i < NGX_EO_BENCH_ROUNDS; i++) {
        ngx_eo_bench_request(env, index, exprs, temp, &candidates);
        ngx_reset_pool(temp);
    }

    used = ngx_eo_bench_now(CLOCK_PROCESS_CPUTIME_ID) - began;

    printf("%8u %12.0f %12.2f %12.1f\n", (unsigned) n,
           used / NGX_EO_BENCH_ROUNDS,
           (double) candidates / NGX_EO_BENCH_ROUNDS, load / 1e6);

    ngx_destroy_pool(temp);
    ngx_destroy_pool(pool);
}


int
main(void)
{
    ngx_uint_t        n;
    static ngx_log_t  log;

    ngx_pagesize = 4096;

    printf("%8s %12s %12s %12s\n", "rules", "ns/request", "evaluated",
           "load, ms");

    for (n = 1; n <= 10000; n *= 10) {
        ngx_eo_bench_run(n, &log);
    }

    return 0;
}
