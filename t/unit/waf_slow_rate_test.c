
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Slow request bodies: what is too slow, what is not, when to look again.
 */


#include "ngx_eo_unit.h"
#include "ddos/ngx_eo_slow_rate.h"


static void ngx_eo_test_slow(ngx_eo_slow_rate_t *slow, uint64_t rate,
    ngx_msec_t period, ngx_msec_t idle, ngx_msec_t now);


static void
ngx_eo_test_slow(ngx_eo_slow_rate_t *slow, uint64_t rate, ngx_msec_t period,
    ngx_msec_t idle, ngx_msec_t now)
{
    ngx_memzero(slow, sizeof(ngx_eo_slow_rate_t));

    slow->limits.rate = rate;
    slow->limits.period = period;
    slow->limits.idle = idle;

    ngx_eo_slow_rate_start(slow, now);
}


/* 80 bits a second over 10 seconds are 100 bytes */

ngx_eo_unit_test(waf_slow_rate_limit)
{
    ngx_eo_slow_rate_t  slow;

    ngx_eo_test_slow(&slow, 80, 10000, 0, 5000);

    ngx_eo_slow_rate_received(&slow, 99, 6000);

    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 14999), NGX_EO_SLOW_NO,
                  "nothing is said before the period is over");
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 15000), NGX_EO_SLOW_RATE,
                  "a byte too few");
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 15050), NGX_EO_SLOW_RATE,
                  "and still when asked again");

    ngx_eo_slow_rate_received(&slow, 1, 15060);

    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 15070), NGX_EO_SLOW_NO,
                  "but not if it came meanwhile");
    ngx_eo_is_int(slow.start, 15070, "the next period has begun");

    ngx_eo_slow_rate_received(&slow, 100, 16000);

    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 25070), NGX_EO_SLOW_NO,
                  "the rate exactly is enough");
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 35070), NGX_EO_SLOW_RATE,
                  "what came in one period does not count in the next");
}


ngx_eo_unit_test(waf_slow_rate_idle)
{
    ngx_eo_slow_rate_t  slow;

    ngx_eo_test_slow(&slow, 0, 30000, 5000, 1000);

    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 5999), NGX_EO_SLOW_NO,
                  "not yet too long");
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 6000), NGX_EO_SLOW_IDLE,
                  "too long from the beginning");

    ngx_eo_slow_rate_received(&slow, 0, 5000);
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 6000), NGX_EO_SLOW_IDLE,
                  "no bytes are no sign of life");

    ngx_eo_slow_rate_received(&slow, 1, 5500);
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 10499), NGX_EO_SLOW_NO,
                  "one byte is, and there is no rate");
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 10500), NGX_EO_SLOW_IDLE,
                  "from the last byte on");

    ngx_eo_slow_rate_start(&slow, 10500);
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 15499), NGX_EO_SLOW_NO,
                  "beginning anew forgives");
}


/* an honest upload of just that rate, in pieces of every size */

ngx_eo_unit_test(waf_slow_rate_honest)
{
    ngx_uint_t           piece, cut, sent;
    ngx_msec_t           now;
    ngx_eo_slow_rate_t   slow;

    for (piece = 1; piece <= 4096; piece *= 4) {
        ngx_eo_test_slow(&slow, 8000, 10000, 6000, 0);

        cut = 0;
        sent = 0;

        for (now = 1; now <= 200000; now++) {

            /* a byte each millisecond; a piece ahead of its time */

            if (now % piece == 1 || piece == 1) {
                ngx_eo_slow_rate_received(&slow, piece, now);
                sent += piece;
            }

            if (now % 100 == 0
                && ngx_eo_slow_rate_check(&slow, now) != NGX_EO_SLOW_NO)
            {
                cut++;
            }
        }

        /* pieces that do not divide a period may fall to the other side */

        if (10000 % piece == 0) {
            ngx_eo_is_int(cut, 0, "pieces of %u bytes are not cut",
                          (unsigned) piece);
        }

        ngx_eo_ok(sent >= 200000, "%u bytes were sent", (unsigned) sent);
    }
}


ngx_eo_unit_test(waf_slow_rate_next)
{
    ngx_eo_slow_rate_t  slow;

    ngx_eo_test_slow(&slow, 80, 10000, 3000, 1000);

    ngx_eo_is_int(ngx_eo_slow_rate_next(&slow, 1000), 3000,
                  "the earlier of both: idle");

    ngx_eo_slow_rate_received(&slow, 5, 9000);
    ngx_eo_is_int(ngx_eo_slow_rate_next(&slow, 9000), 2000,
                  "the earlier of both: the period");
    ngx_eo_is_int(ngx_eo_slow_rate_next(&slow, 20000), 1,
                  "overdue is at once, not in the past");

    ngx_eo_test_slow(&slow, 80, 10000, 0, (ngx_msec_t) -4000);
    ngx_eo_is_int(ngx_eo_slow_rate_next(&slow, (ngx_msec_t) -4000), 10000,
                  "over the end of the clock");

    ngx_eo_slow_rate_received(&slow, 99, 5000);
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 5999), NGX_EO_SLOW_NO,
                  "over the end of the clock: not yet");
    ngx_eo_is_int(ngx_eo_slow_rate_check(&slow, 6000), NGX_EO_SLOW_RATE,
                  "over the end of the clock: too slow");
}


ngx_eo_unit_test(waf_slow_rate_parse)
{
    ngx_str_t   text;
    ngx_uint_t  i;

    static struct {
        const char  *text;
        uint64_t     rate;
    } cases[] = {
        { "80bps", 80 },
        { "1bps", 1 },
        { "80Bps", 80 },
        { "16kbps", 16000 },
        { "2Mbps", 2000000 },
        { "1000000mbps", 1000000000000 },
        { "1000001mbps", 0 },
        { "99999999999999999999bps", 0 },
        { "0bps", 0 },
        { "bps", 0 },
        { "kbps", 0 },
        { "80", 0 },
        { "-1bps", 0 },
        { "8 bps", 0 },
        { "80bpsx", 0 },
        { "", 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text.data = (u_char *) cases[i].text;
        text.len = ngx_strlen(cases[i].text);

        ngx_eo_is_int(ngx_eo_slow_rate_parse(&text), cases[i].rate,
                      "the rate \"%s\"", cases[i].text);
    }
}
