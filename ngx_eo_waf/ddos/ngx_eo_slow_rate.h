
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Whether a request body comes too slowly.  Plain numbers in and out: the
 * clock is the caller's.
 */


#ifndef _NGX_EO_SLOW_RATE_H_INCLUDED_
#define _NGX_EO_SLOW_RATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_EO_SLOW_NO = 0,
    NGX_EO_SLOW_RATE,                        /* less than the rate */
    NGX_EO_SLOW_IDLE                         /* nothing for too long */
} ngx_eo_slow_e;


typedef struct {
    uint64_t                    rate;        /* bits a second; 0: any */
    ngx_msec_t                  period;      /* over which it is taken */
    ngx_msec_t                  idle;        /* 0: any */
} ngx_eo_slow_limits_t;


typedef struct {
    ngx_eo_slow_limits_t        limits;
    ngx_msec_t                  start;       /* of the period */
    ngx_msec_t                  last;        /* something came */
    uint64_t                    received;    /* bytes in the period */
} ngx_eo_slow_rate_t;


/*
 * Begins to watch, or begins anew: what was before is forgiven.
 *
 * now:  in milliseconds, as in all of these, of a clock without steps
 */

void ngx_eo_slow_rate_start(ngx_eo_slow_rate_t *slow, ngx_msec_t now);

/* Takes note of bytes of the body; none at all are no sign of life. */

void ngx_eo_slow_rate_received(ngx_eo_slow_rate_t *slow, uint64_t bytes,
    ngx_msec_t now);

/*
 * Says what is wrong.  The rate is judged at the end of each period, and a
 * period that was good is followed by the next one.
 */

ngx_eo_slow_e ngx_eo_slow_rate_check(ngx_eo_slow_rate_t *slow,
    ngx_msec_t now);

/* How long nothing can be wrong: at least 1 ms. */

ngx_msec_t ngx_eo_slow_rate_next(ngx_eo_slow_rate_t *slow, ngx_msec_t now);

/*
 * Reads a rate: digits and "bps", "kbps" or "mbps", in any letter case.
 * Returns bits a second, or 0 if it is not a rate between 1 and 10^12.
 */

uint64_t ngx_eo_slow_rate_parse(ngx_str_t *text);


#endif /* _NGX_EO_SLOW_RATE_H_INCLUDED_ */
