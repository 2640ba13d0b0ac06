
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_counter.h"


const char *const  ngx_eo_metrics_series[NGX_EO_METRICS_SERIES] = {
    "requests",
    "bytes_in",
    "bytes_out",
    "status_none",
    "status_1xx",
    "status_2xx",
    "status_3xx",
    "status_4xx",
    "status_5xx",
    "cache_hit",
    "cache_miss",
    "cache_dynamic",
    "cache_other",
    "cache_hit_bytes",
    "origin_requests",
    "origin_bytes_in",
    "origin_bytes_out",
    "origin_errors",
    "origin_time_ms",
    "security_denied",
    "security_monitored",
    "security_challenged",
    "response_time_ms",
    "first_byte_time_ms",
    "first_bytes"
};


ngx_uint_t
ngx_eo_metrics_bucket(const ngx_eo_metrics_limits_t *limits, ngx_msec_t ms)
{
    ngx_uint_t  i;

    for (i = 0; i < limits->n; i++) {

        if (ms <= limits->ms[i]) {
            break;
        }
    }

    return i;
}
