
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * How many requests clients of a domain make in a period, learned from those
 * that behave, and the limit that follows from it.
 *
 * Each client is one sample a period, whatever it sends: its count in that
 * period, in a histogram with buckets an eighth of a power of two wide.  As
 * a count grows its sample moves up; a client over the limit has none.  At
 * the end of a period the samples are added to a history that fades by a
 * 512th each period with traffic, and the 99th percentile of the history is
 * where the baseline goes: by no more than a tenth in 360 periods, up or
 * down, and not up while more than one in a hundred clients are over the
 * limit.  So whoever wants to move the baseline needs many addresses, has to
 * stay below the limit with them, and has to do so for days.
 *
 * A baseline may lie in shared memory.  Samples are moved by atomic
 * operations; whoever comes first in a new period adds up the one before.
 * There is no lock: a process that dies while it adds up loses some samples,
 * and nothing else.
 */


#ifndef _NGX_EO_BASELINE_H_INCLUDED_
#define _NGX_EO_BASELINE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* raised with any change of ngx_eo_baseline_t */

#define NGX_EO_BASELINE_VERSION      1

#define NGX_EO_BASELINE_BUCKETS      128

/* samples that are needed before anything is learned from them */

#define NGX_EO_BASELINE_MIN_SAMPLES  500

/* the period for which the numbers of a sensitivity are given */

#define NGX_EO_BASELINE_PERIOD       10000   /* milliseconds */


typedef enum {
    NGX_EO_BASELINE_LOOSE = 0,
    NGX_EO_BASELINE_MODERATE,
    NGX_EO_BASELINE_STRICT
} ngx_eo_sensitivity_e;


typedef struct {
    ngx_atomic_t                number;      /* of the period; 0: none yet */
    ngx_atomic_t                baseline;    /* thousandths; 0: learning */
    ngx_atomic_t                over;        /* clients over the limit */
    ngx_atomic_t                current[NGX_EO_BASELINE_BUCKETS];

    /* written by whoever adds up; samples are in 65536ths */

    uint64_t                    periods;     /* with traffic, that were added */
    uint64_t                    weight;      /* of the history */
    uint64_t                    history[NGX_EO_BASELINE_BUCKETS];
} ngx_eo_baseline_t;


/* the bucket of a count, and the largest count of a bucket */

ngx_uint_t ngx_eo_baseline_bucket(ngx_uint_t count);
ngx_uint_t ngx_eo_baseline_bucket_top(ngx_uint_t bucket);

/*
 * Moves the sample of a client.
 *
 * from, to:  its count before and now; 0: no sample
 */

void ngx_eo_baseline_sample(ngx_eo_baseline_t *b, ngx_uint_t from,
    ngx_uint_t to);

/* Takes note of a client that has gone over the limit in this period. */

void ngx_eo_baseline_over(ngx_eo_baseline_t *b);

/*
 * Adds up the period before if a new one has begun.
 *
 * number:  of the period, from 1 on
 * period:  its length in milliseconds
 * learn:   periods with traffic that are needed before anything is learned
 */

void ngx_eo_baseline_advance(ngx_eo_baseline_t *b, ngx_atomic_uint_t number,
    ngx_msec_t period, ngx_uint_t learn);

/*
 * How many requests a client may make in a period.
 *
 * b:        NULL is the same as one that is still learning
 * minimum:  the least that the limit may be, beside that of the sensitivity
 */

ngx_uint_t ngx_eo_baseline_limit(ngx_eo_baseline_t *b,
    ngx_eo_sensitivity_e sensitivity, ngx_msec_t period, ngx_uint_t minimum);


#endif /* _NGX_EO_BASELINE_H_INCLUDED_ */
