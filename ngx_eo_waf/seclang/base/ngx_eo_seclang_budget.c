
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Processor time that rules may take for a request.
 *
 * To ask for the time that a process has computed takes a system call; the
 * clock on the wall does not, and never shows less.  So the latter is read,
 * and the former only now and then to correct it.
 */


#include <time.h>
#include "ngx_eo_seclang_budget.h"


/* between readings of the clock, by estimate */
#define NGX_EO_SECLANG_INTERVAL    50000

/* ordinary requests are done before the processor's time is asked for */
#define NGX_EO_SECLANG_ORDINARY    200000

/* what may have passed until then: the rest is another process's time */
#define NGX_EO_SECLANG_UNMEASURED  1000000


static int64_t ngx_eo_seclang_clock(clockid_t id);
static void ngx_eo_seclang_budget_correct(ngx_eo_seclang_budget_t *budget);


static ngx_eo_seclang_budget_t  ngx_eo_seclang_no_budget = {
    NGX_EO_SECLANG_NO_BUDGET, 0, 0, 0, 0
};


ngx_eo_seclang_budget_t  *ngx_eo_seclang_budget = &ngx_eo_seclang_no_budget;


static int64_t
ngx_eo_seclang_clock(clockid_t id)
{
    struct timespec  ts;

    if (clock_gettime(id, &ts) == -1) {
        return 1;
    }

    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


ngx_eo_seclang_budget_t *
ngx_eo_seclang_budget_enter(ngx_eo_seclang_budget_t *budget)
{
    ngx_eo_seclang_budget_t  *previous;

    budget->due = NGX_EO_SECLANG_INTERVAL;
    budget->wall = 0;
    budget->processor = 0;

    previous = ngx_eo_seclang_budget;
    ngx_eo_seclang_budget = budget;

    return previous;
}


void
ngx_eo_seclang_budget_leave(ngx_eo_seclang_budget_t *previous)
{
    if (ngx_eo_seclang_budget->wall) {
        (void) ngx_eo_seclang_budget_read();
    }

    ngx_eo_seclang_budget = previous;
}


/* what has passed on the wall since it was first looked at is corrected */

static void
ngx_eo_seclang_budget_correct(ngx_eo_seclang_budget_t *budget)
{
    int64_t  now, passed;

    passed = budget->measured - budget->left;

    if (budget->processor == 0) {

        if (passed < NGX_EO_SECLANG_ORDINARY) {
            return;
        }

        passed = ngx_min(passed, NGX_EO_SECLANG_UNMEASURED);
        now = ngx_eo_seclang_clock(CLOCK_THREAD_CPUTIME_ID);

    } else {

        if (budget->left >= 0) {
            return;
        }

        now = ngx_eo_seclang_clock(CLOCK_THREAD_CPUTIME_ID);
        passed = now - budget->processor;
    }

    budget->processor = now;
    budget->measured -= passed;
    budget->left = budget->measured;
}


int64_t
ngx_eo_seclang_budget_read(void)
{
    int64_t                   now;
    ngx_eo_seclang_budget_t  *budget;

    budget = ngx_eo_seclang_budget;

    if (budget->left < 0) {
        return budget->left;
    }

    now = ngx_eo_seclang_clock(CLOCK_MONOTONIC);

    if (budget->wall == 0) {
        budget->left -= NGX_EO_SECLANG_INTERVAL - budget->due;
        budget->measured = budget->left;

    } else {
        budget->left -= now - budget->wall;
        ngx_eo_seclang_budget_correct(budget);
    }

    budget->wall = now;
    budget->due = (budget->left < 0) ? 0 : NGX_EO_SECLANG_INTERVAL;

    return budget->left;
}


ngx_int_t
ngx_eo_seclang_spend_slow(int64_t time)
{
    int64_t  left;

    left = ngx_eo_seclang_budget_read();

    if (time <= NGX_EO_SECLANG_INTERVAL) {
        time = 0;
    }

    if (left >= time) {
        return NGX_OK;
    }

    /* what cannot be stopped is not begun, and neither is what comes after */

    ngx_eo_seclang_budget->left = -1;
    ngx_eo_seclang_budget->due = 0;

    return NGX_ERROR;
}
