
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The baseline of a domain: what is learned, when, from whom, and how an
 * attacker fails to teach it.
 */


#include "ngx_eo_unit.h"
#include "ddos/ngx_eo_baseline.h"


#define NGX_EO_TEST_PERIOD  10000
#define NGX_EO_TEST_LEARN   60


static void ngx_eo_test_client(ngx_eo_baseline_t *b, ngx_uint_t requests,
    ngx_uint_t limit);
static void ngx_eo_test_periods(ngx_eo_baseline_t *b, ngx_uint_t *number,
    ngx_uint_t n, ngx_uint_t clients, ngx_uint_t requests,
    ngx_uint_t attackers, ngx_uint_t attack);
static ngx_uint_t ngx_eo_test_limit(ngx_eo_baseline_t *b,
    ngx_eo_sensitivity_e sensitivity);


/* all requests of a client in a period, in two steps */

static void
ngx_eo_test_client(ngx_eo_baseline_t *b, ngx_uint_t requests,
    ngx_uint_t limit)
{
    ngx_uint_t  n;

    n = ngx_min(requests, limit);

    ngx_eo_baseline_sample(b, 0, 1);
    ngx_eo_baseline_sample(b, 1, n);

    if (requests > limit) {
        ngx_eo_baseline_sample(b, n, 0);
        ngx_eo_baseline_over(b);
    }
}


/* n periods with clients, of 1 to "requests" each, and attackers */

static void
ngx_eo_test_periods(ngx_eo_baseline_t *b, ngx_uint_t *number, ngx_uint_t n,
    ngx_uint_t clients, ngx_uint_t requests, ngx_uint_t attackers,
    ngx_uint_t attack)
{
    ngx_uint_t  i, limit;

    while (n--) {
        ngx_eo_baseline_advance(b, ++*number, NGX_EO_TEST_PERIOD,
                                NGX_EO_TEST_LEARN);

        limit = ngx_eo_baseline_limit(b, NGX_EO_BASELINE_LOOSE,
                                      NGX_EO_TEST_PERIOD, 0);

        for (i = 0; i < clients; i++) {
            ngx_eo_test_client(b, 1 + i % requests, limit);
        }

        for (i = 0; i < attackers; i++) {
            ngx_eo_test_client(b, attack ? attack : limit, limit);
        }
    }
}


static ngx_uint_t
ngx_eo_test_limit(ngx_eo_baseline_t *b, ngx_eo_sensitivity_e sensitivity)
{
    return ngx_eo_baseline_limit(b, sensitivity, NGX_EO_TEST_PERIOD, 0);
}


ngx_eo_unit_test(waf_baseline_buckets)
{
    ngx_uint_t  count, bucket, wrong, before;

    wrong = 0;
    before = 0;

    for (count = 0; count < 1 << 18; count++) {
        bucket = ngx_eo_baseline_bucket(count);

        if (bucket < before || bucket > before + 1
            || count > ngx_eo_baseline_bucket_top(bucket)
            || (bucket && count <= ngx_eo_baseline_bucket_top(bucket - 1)))
        {
            wrong++;
        }

        before = bucket;
    }

    ngx_eo_is_int(wrong, 0, "every count is in one bucket, in order");
    ngx_eo_is_int(before, NGX_EO_BASELINE_BUCKETS - 1, "all are in use");
    ngx_eo_is_int(ngx_eo_baseline_bucket((ngx_uint_t) -1),
                  NGX_EO_BASELINE_BUCKETS - 1, "more than any");
    ngx_eo_is_int(ngx_eo_baseline_bucket_top(15), 15, "small ones exactly");
}


/* request by request, as the server feeds them */

ngx_eo_unit_test(waf_baseline_samples)
{
    ngx_uint_t          i, n, wrong, total;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    wrong = 0;

    for (n = 1; n <= 5000; n++) {
        ngx_eo_baseline_sample(b, n - 1, n);

        total = 0;

        for (i = 0; i < NGX_EO_BASELINE_BUCKETS; i++) {
            total += b->current[i];
        }

        if (total != 1 || b->current[ngx_eo_baseline_bucket(n)] != 1) {
            wrong++;
        }
    }

    ngx_eo_is_int(wrong, 0, "a client is one sample, where its count is");

    ngx_eo_baseline_sample(b, 5000, 0);
    ngx_eo_is_int(b->current[ngx_eo_baseline_bucket(5000)], 0,
                  "and none if it is gone");
}


ngx_eo_unit_test(waf_baseline_learning)
{
    ngx_uint_t          number;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 0;

    ngx_eo_is_int(ngx_eo_test_limit(NULL, NGX_EO_BASELINE_LOOSE), 2000,
                  "without a baseline: loose");
    ngx_eo_is_int(ngx_eo_test_limit(b, NGX_EO_BASELINE_MODERATE), 1000,
                  "learning: moderate");
    ngx_eo_is_int(ngx_eo_test_limit(b, NGX_EO_BASELINE_STRICT), 500,
                  "learning: strict");
    ngx_eo_is_int(ngx_eo_baseline_limit(b, NGX_EO_BASELINE_STRICT, 1000, 0),
                  50, "learning: a tenth of it in a tenth of the time");
    ngx_eo_is_int(ngx_eo_baseline_limit(b, NGX_EO_BASELINE_STRICT, 10000,
                                        5000),
                  5000, "learning: not below the minimum");

    /* 60 periods are added up when the 61st has begun */

    ngx_eo_test_periods(b, &number, 60, 100, 40, 0, 0);
    ngx_eo_is_int(b->baseline, 0, "59 periods are not enough");

    ngx_eo_test_periods(b, &number, 1, 100, 40, 0, 0);
    ngx_eo_is_int(b->baseline, 43000, "60 are: 40 in its bucket");

    ngx_eo_is_int(ngx_eo_test_limit(b, NGX_EO_BASELINE_LOOSE), 430, "loose");
    ngx_eo_is_int(ngx_eo_test_limit(b, NGX_EO_BASELINE_MODERATE), 215,
                  "moderate");
    ngx_eo_is_int(ngx_eo_test_limit(b, NGX_EO_BASELINE_STRICT), 129,
                  "strict");
    ngx_eo_is_int(ngx_eo_baseline_limit(b, NGX_EO_BASELINE_STRICT, 10000,
                                        700),
                  700, "not below the minimum");
}


ngx_eo_unit_test(waf_baseline_few_samples)
{
    ngx_uint_t          number;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 0;

    ngx_eo_test_periods(b, &number, 400, 1, 3, 0, 0);
    ngx_eo_is_int(b->baseline, 0, "one client: 400 periods are not enough");

    ngx_eo_test_periods(b, &number, 2000, 1, 3, 0, 0);
    ngx_eo_is_int(b->baseline, 1000, "one client: but 2400 are");
    ngx_eo_is_int(ngx_eo_test_limit(b, NGX_EO_BASELINE_STRICT), 50,
                  "a site without much traffic has the least limit");
}


/* what is not there cannot fade */

ngx_eo_unit_test(waf_baseline_pauses)
{
    uint64_t            weight;
    ngx_uint_t          number;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 100000;

    ngx_eo_test_periods(b, &number, 61, 100, 40, 0, 0);

    weight = b->weight;
    number += 100000;

    ngx_eo_test_periods(b, &number, 1, 0, 1, 0, 0);
    ngx_eo_ok(b->weight > weight, "the samples before a pause are added");

    weight = b->weight;

    ngx_eo_test_periods(b, &number, 100, 0, 1, 0, 0);
    ngx_eo_is_int(b->weight, weight, "empty periods change nothing");
    ngx_eo_is_int(b->baseline, 43000, "and the baseline stays");

    ngx_eo_baseline_sample(b, 0, 7);
    ngx_eo_baseline_advance(b, number - 5, NGX_EO_TEST_PERIOD,
                            NGX_EO_TEST_LEARN);
    ngx_eo_is_int(b->weight, weight, "a clock that is behind adds nothing");
}


/* a hundred clients of up to 40 requests, and ever more others */

ngx_eo_unit_test(waf_baseline_attackers)
{
    ngx_uint_t          number, limit;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 0;

    ngx_eo_test_periods(b, &number, 61, 100, 40, 0, 0);

    /* a day of a flood by as many as there are clients */

    ngx_eo_test_periods(b, &number, 8640, 100, 40, 100, 100000);
    ngx_eo_is_int(b->baseline, 43000,
                  "a flood over the limit teaches nothing");

    /* as many that stay at the limit, for an hour */

    ngx_eo_test_periods(b, &number, 360, 100, 40, 100, 0);
    limit = ngx_eo_test_limit(b, NGX_EO_BASELINE_LOOSE);
    ngx_eo_ok(limit <= 430 * 112 / 100,
              "at the limit: a tenth in an hour (%u)", (unsigned) limit);
    ngx_eo_ok(limit > 430, "at the limit: it rises, as it has to");

    /* those that stay below, while others are over it */

    ngx_eo_test_periods(b, &number, 1, 100, 40, 50, 100000);
    limit = b->baseline;

    ngx_eo_test_periods(b, &number, 360, 100, 400, 50, 100000);
    ngx_eo_ok(b->baseline <= limit + limit / 3000,
              "it does not rise while clients are over the limit");

    /* millions of clients that come but once */

    ngx_eo_test_periods(b, &number, 360, 10000, 1, 0, 0);
    ngx_eo_ok(b->baseline >= limit * 88 / 100,
              "addresses that come once: a tenth in an hour");
}


/* under attack from the beginning */

ngx_eo_unit_test(waf_baseline_first)
{
    ngx_uint_t          number;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 0;

    ngx_eo_test_periods(b, &number, 61, 10, 40, 1000, 1900);

    ngx_eo_is_int(b->baseline, 150000, "the first baseline is bounded");
    ngx_eo_ok(ngx_eo_test_limit(b, NGX_EO_BASELINE_LOOSE) <= 2000
              && ngx_eo_test_limit(b, NGX_EO_BASELINE_MODERATE) <= 1000
              && ngx_eo_test_limit(b, NGX_EO_BASELINE_STRICT) <= 500,
              "no limit is above that of learning");
}


/* a few heavy clients are not what most are */

ngx_eo_unit_test(waf_baseline_robust)
{
    ngx_uint_t          number;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 0;

    ngx_eo_test_periods(b, &number, 61, 1000, 10, 9, 1500);
    ngx_eo_is_int(b->baseline, 10000, "9 of 1009 are not seen");

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 0;

    ngx_eo_test_periods(b, &number, 61, 1000, 10, 30, 1000);
    ngx_eo_is_int(b->baseline, 150000, "30 of 1030 are");
}


/* requests that move their sample while a period is added up */

ngx_eo_unit_test(waf_baseline_races)
{
    ngx_uint_t          i, number;
    ngx_eo_baseline_t  *b;

    b = ngx_pcalloc(t->pool, sizeof(ngx_eo_baseline_t));
    number = 1;

    for (i = 0; i < 100000; i++) {
        ngx_eo_baseline_sample(b, i % 13, i % 7);

        if (i % 100 == 0) {
            ngx_eo_baseline_advance(b, ++number, NGX_EO_TEST_PERIOD,
                                    NGX_EO_TEST_LEARN);
        }
    }

    ngx_eo_ok(b->baseline <= 7000, "what is taken away too much is nothing");
    ngx_eo_ok(b->weight < (uint64_t) 100000 << 16, "nor does it overflow");
}
