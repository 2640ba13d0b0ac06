
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What is counted for a domain: an array of 64-bit numbers that only grow.
 * The first of them, the series, have a history by minute.
 */


#ifndef _NGX_EO_METRICS_COUNTER_H_INCLUDED_
#define _NGX_EO_METRICS_COUNTER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* limits of a histogram, and one more bucket for what is above them all */

#define NGX_EO_METRICS_LIMITS   12
#define NGX_EO_METRICS_BUCKETS  (NGX_EO_METRICS_LIMITS + 1)


typedef enum {

    NGX_EO_METRICS_REQUESTS = 0,
    NGX_EO_METRICS_BYTES_IN,
    NGX_EO_METRICS_BYTES_OUT,

    NGX_EO_METRICS_STATUS_NONE,        /* ended before it had a status */
    NGX_EO_METRICS_STATUS_1XX,
    NGX_EO_METRICS_STATUS_2XX,
    NGX_EO_METRICS_STATUS_3XX,
    NGX_EO_METRICS_STATUS_4XX,
    NGX_EO_METRICS_STATUS_5XX,

    NGX_EO_METRICS_CACHE_HIT,
    NGX_EO_METRICS_CACHE_MISS,
    NGX_EO_METRICS_CACHE_DYNAMIC,
    NGX_EO_METRICS_CACHE_OTHER,
    NGX_EO_METRICS_CACHE_HIT_BYTES,

    NGX_EO_METRICS_ORIGIN_REQUESTS,
    NGX_EO_METRICS_ORIGIN_BYTES_IN,
    NGX_EO_METRICS_ORIGIN_BYTES_OUT,
    NGX_EO_METRICS_ORIGIN_ERRORS,
    NGX_EO_METRICS_ORIGIN_TIME,        /* milliseconds, all together */

    NGX_EO_METRICS_SECURITY_DENIED,
    NGX_EO_METRICS_SECURITY_MONITORED,
    NGX_EO_METRICS_SECURITY_CHALLENGED,

    NGX_EO_METRICS_TIME,               /* milliseconds, all together */
    NGX_EO_METRICS_FIRST_BYTE_TIME,
    NGX_EO_METRICS_FIRST_BYTES,        /* requests that had a first byte */

    NGX_EO_METRICS_SERIES,             /* how many have a history */

    NGX_EO_METRICS_TIMES = NGX_EO_METRICS_SERIES,
    NGX_EO_METRICS_FIRST_BYTE_TIMES = NGX_EO_METRICS_TIMES
                                      + NGX_EO_METRICS_BUCKETS,
    NGX_EO_METRICS_ORIGIN_TIMES = NGX_EO_METRICS_FIRST_BYTE_TIMES
                                  + NGX_EO_METRICS_BUCKETS,

    NGX_EO_METRICS_COUNTERS = NGX_EO_METRICS_ORIGIN_TIMES
                              + NGX_EO_METRICS_BUCKETS

} ngx_eo_metrics_counter_e;


/* names of the series, in their order, as the JSON has them */

extern const char *const  ngx_eo_metrics_series[NGX_EO_METRICS_SERIES];


/* limits of the histograms in milliseconds, in rising order */

typedef struct {
    uint32_t                   n;
    uint32_t                   ms[NGX_EO_METRICS_LIMITS];
} ngx_eo_metrics_limits_t;


/* Returns the bucket, from 0 to limits->n, that a duration belongs to. */

ngx_uint_t ngx_eo_metrics_bucket(const ngx_eo_metrics_limits_t *limits,
    ngx_msec_t ms);


#endif /* _NGX_EO_METRICS_COUNTER_H_INCLUDED_ */
