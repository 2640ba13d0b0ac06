
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_baseline.h"


/* the history fades by a 512th each period */

#define NGX_EO_BASELINE_FADE     9
#define NGX_EO_BASELINE_ONE      ((uint64_t) 1 << 16)

/* a tenth in 360 periods */

#define NGX_EO_BASELINE_STEP     3600

/*
 * The first baseline, in requests of 10 seconds: with it no limit is above
 * that of learning.
 */

#define NGX_EO_BASELINE_FIRST    150

/* a client that was counted more often does not fit into the histogram */

#define NGX_EO_BASELINE_MAX      ((1 << 18) - 1)


typedef struct {
    ngx_uint_t                  factor;      /* of the baseline */
    ngx_uint_t                  minimum;     /* in 10 seconds */
    ngx_uint_t                  learning;    /* in 10 seconds */
} ngx_eo_sensitivity_t;


static uint64_t ngx_eo_baseline_add(ngx_eo_baseline_t *b);
static ngx_uint_t ngx_eo_baseline_percentile(ngx_eo_baseline_t *b);
static void ngx_eo_baseline_follow(ngx_eo_baseline_t *b, ngx_uint_t target,
    ngx_uint_t attacked);
static ngx_uint_t ngx_eo_baseline_scale(ngx_uint_t count, ngx_msec_t period);


static ngx_eo_sensitivity_t  ngx_eo_sensitivities[] = {
    { 10, 200, 2000 },                       /* loose */
    { 5, 100, 1000 },                        /* moderate */
    { 3, 50, 500 }                           /* strict */
};


ngx_uint_t
ngx_eo_baseline_bucket(ngx_uint_t count)
{
    ngx_uint_t  power;

    if (count < 16) {
        return count;
    }

    count = ngx_min(count, NGX_EO_BASELINE_MAX);

    power = 31 - __builtin_clz((uint32_t) count);

    return 16 + (power - 4) * 8 + ((count >> (power - 3)) & 7);
}


ngx_uint_t
ngx_eo_baseline_bucket_top(ngx_uint_t bucket)
{
    ngx_uint_t  power, eighth;

    if (bucket < 16) {
        return bucket;
    }

    power = 4 + (bucket - 16) / 8;
    eighth = (bucket - 16) % 8;

    return ((8 + eighth + 1) << (power - 3)) - 1;
}


void
ngx_eo_baseline_sample(ngx_eo_baseline_t *b, ngx_uint_t from, ngx_uint_t to)
{
    from = ngx_eo_baseline_bucket(from);
    to = ngx_eo_baseline_bucket(to);

    if (from == to) {
        return;
    }

    if (from) {
        (void) ngx_atomic_fetch_add(&b->current[from], -1);
    }

    if (to) {
        (void) ngx_atomic_fetch_add(&b->current[to], 1);
    }
}


void
ngx_eo_baseline_over(ngx_eo_baseline_t *b)
{
    (void) ngx_atomic_fetch_add(&b->over, 1);
}


void
ngx_eo_baseline_advance(ngx_eo_baseline_t *b, ngx_atomic_uint_t number,
    ngx_msec_t period, ngx_uint_t learn)
{
    uint64_t           samples;
    ngx_uint_t         target, first;
    ngx_atomic_uint_t  before, over;

    before = b->number;

    /* the clocks of processes are some milliseconds apart */

    if ((ngx_atomic_int_t) (number - before) <= 0 && before != 0) {
        return;
    }

    if (!ngx_atomic_cmp_set(&b->number, before, number) || before == 0) {
        return;
    }

    over = b->over;
    (void) ngx_atomic_fetch_add(&b->over, -(ngx_atomic_int_t) over);

    samples = ngx_eo_baseline_add(b);

    if (samples == 0) {
        return;
    }

    b->periods++;

    target = ngx_eo_baseline_percentile(b) * 1000;

    if (b->baseline) {
        ngx_eo_baseline_follow(b, target,
                               over * 100 > (ngx_atomic_uint_t) samples);
        return;
    }

    if (b->periods >= learn
        && b->weight >= NGX_EO_BASELINE_MIN_SAMPLES * NGX_EO_BASELINE_ONE)
    {
        first = ngx_eo_baseline_scale(NGX_EO_BASELINE_FIRST, period) * 1000;

        b->baseline = ngx_min(target, first);
    }
}


/* returns how many samples there were */

static uint64_t
ngx_eo_baseline_add(ngx_eo_baseline_t *b)
{
    uint64_t          samples, weight, fresh[NGX_EO_BASELINE_BUCKETS];
    ngx_uint_t        i;
    ngx_atomic_int_t  n;

    samples = 0;

    for (i = 1; i < NGX_EO_BASELINE_BUCKETS; i++) {
        n = (ngx_atomic_int_t) b->current[i];
        (void) ngx_atomic_fetch_add(&b->current[i], -n);

        /* of a request that was just moving its sample */

        fresh[i] = ngx_max(n, 0);
        samples += fresh[i];
    }

    /* periods without traffic do not fade, or nights would be forgotten */

    if (samples == 0) {
        return 0;
    }

    weight = 0;

    for (i = 1; i < NGX_EO_BASELINE_BUCKETS; i++) {
        b->history[i] -= b->history[i] >> NGX_EO_BASELINE_FADE;
        b->history[i] += fresh[i] * NGX_EO_BASELINE_ONE;
        weight += b->history[i];
    }

    b->weight = weight;

    return samples;
}


/* the count that 99 of 100 samples do not exceed */

static ngx_uint_t
ngx_eo_baseline_percentile(ngx_eo_baseline_t *b)
{
    uint64_t    above;
    ngx_uint_t  i;

    above = 0;

    for (i = NGX_EO_BASELINE_BUCKETS - 1; i > 1; i--) {
        above += b->history[i];

        if (above > b->weight / 100) {
            break;
        }
    }

    return ngx_eo_baseline_bucket_top(i);
}


static void
ngx_eo_baseline_follow(ngx_eo_baseline_t *b, ngx_uint_t target,
    ngx_uint_t attacked)
{
    ngx_uint_t  baseline, step;

    baseline = b->baseline;
    step = ngx_max(baseline / NGX_EO_BASELINE_STEP, 1);

    if (target > baseline) {

        if (!attacked) {
            b->baseline = ngx_min(target, baseline + step);
        }

    } else if (target < baseline) {
        b->baseline = ngx_max(target, baseline - step);
    }
}


ngx_uint_t
ngx_eo_baseline_limit(ngx_eo_baseline_t *b, ngx_eo_sensitivity_e sensitivity,
    ngx_msec_t period, ngx_uint_t minimum)
{
    uint64_t               limit;
    ngx_uint_t             least;
    ngx_eo_sensitivity_t  *s;

    s = &ngx_eo_sensitivities[sensitivity];

    least = ngx_eo_baseline_scale(s->minimum, period);
    least = ngx_max(least, minimum);

    if (b == NULL || b->baseline == 0) {
        limit = ngx_eo_baseline_scale(s->learning, period);

    } else {
        limit = (uint64_t) b->baseline * s->factor / 1000;
    }

    return (ngx_uint_t) ngx_max(limit, least);
}


static ngx_uint_t
ngx_eo_baseline_scale(ngx_uint_t count, ngx_msec_t period)
{
    return (ngx_uint_t) ((uint64_t) count * period / NGX_EO_BASELINE_PERIOD);
}
