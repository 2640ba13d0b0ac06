
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_slow_rate.h"


#define NGX_EO_SLOW_RATE_MAX  (uint64_t) 1000000000000


void
ngx_eo_slow_rate_start(ngx_eo_slow_rate_t *slow, ngx_msec_t now)
{
    slow->start = now;
    slow->last = now;
    slow->received = 0;
}


void
ngx_eo_slow_rate_received(ngx_eo_slow_rate_t *slow, uint64_t bytes,
    ngx_msec_t now)
{
    if (bytes == 0) {
        return;
    }

    slow->last = now;
    slow->received += bytes;
}


ngx_eo_slow_e
ngx_eo_slow_rate_check(ngx_eo_slow_rate_t *slow, ngx_msec_t now)
{
    double      needed;
    ngx_msec_t  elapsed;

    if (slow->limits.idle && now - slow->last >= slow->limits.idle) {
        return NGX_EO_SLOW_IDLE;
    }

    if (slow->limits.rate == 0) {
        return NGX_EO_SLOW_NO;
    }

    elapsed = now - slow->start;

    if (elapsed < slow->limits.period) {
        return NGX_EO_SLOW_NO;
    }

    /* of the period, not of the time until somebody came to look */

    needed = (double) slow->limits.rate * slow->limits.period / 8000;

    if ((double) slow->received < needed) {
        return NGX_EO_SLOW_RATE;
    }

    slow->start = now;
    slow->received = 0;

    return NGX_EO_SLOW_NO;
}


ngx_msec_t
ngx_eo_slow_rate_next(ngx_eo_slow_rate_t *slow, ngx_msec_t now)
{
    ngx_msec_int_t  next, idle;

    next = NGX_MAX_INT32_VALUE;

    if (slow->limits.rate) {
        next = (ngx_msec_int_t) (slow->start + slow->limits.period - now);
    }

    if (slow->limits.idle) {
        idle = (ngx_msec_int_t) (slow->last + slow->limits.idle - now);
        next = ngx_min(next, idle);
    }

    return (ngx_msec_t) ngx_max(next, 1);
}


uint64_t
ngx_eo_slow_rate_parse(ngx_str_t *text)
{
    size_t      len;
    uint64_t    rate, unit;
    ngx_int_t   n;
    ngx_uint_t  i;

    static struct {
        ngx_str_t  name;
        uint64_t   bits;
    } units[] = {
        { ngx_string("kbps"), 1000 },
        { ngx_string("mbps"), 1000000 },
        { ngx_string("bps"), 1 }
    };

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        len = units[i].name.len;

        if (text->len <= len
            || ngx_strncasecmp(text->data + text->len - len,
                               units[i].name.data, len)
               != 0)
        {
            continue;
        }

        n = ngx_atoi(text->data, text->len - len);
        unit = units[i].bits;

        if (n <= 0 || (uint64_t) n > NGX_EO_SLOW_RATE_MAX / unit) {
            return 0;
        }

        rate = (uint64_t) n * unit;

        return rate;
    }

    return 0;
}
