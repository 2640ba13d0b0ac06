
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Processor time that rules may take for a request.
 */


#ifndef _NGX_EO_SECLANG_BUDGET_H_INCLUDED_
#define _NGX_EO_SECLANG_BUDGET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {

    /* nanoseconds; below zero when it is used up */
    int64_t   left;

    /* what may still be spent by estimate before a clock is read */
    int64_t   due;

    /* a reading of the clock on the wall, 0 if there is none */
    int64_t   wall;

    /* one of the processor's time, 0 if there is none */
    int64_t   processor;

    /* what was left at that one, or else at the first of the other */
    int64_t   measured;

} ngx_eo_seclang_budget_t;


#define NGX_EO_SECLANG_NO_BUDGET  (INT64_MAX / 2)


/* what is spent from now on; it is never NULL */

extern ngx_eo_seclang_budget_t  *ngx_eo_seclang_budget;


/*
 * Begins to spend from a budget, whose "left" the caller has set, until
 * ..._leave() is called.  NGX_EO_SECLANG_NO_BUDGET is as much as it takes.
 *
 * Returns what was spent from before, for ..._leave().
 */

ngx_eo_seclang_budget_t *ngx_eo_seclang_budget_enter(
    ngx_eo_seclang_budget_t *budget);

void ngx_eo_seclang_budget_leave(ngx_eo_seclang_budget_t *previous);


/*
 * Reads the clock.  Returns the nanoseconds that are left, below zero once
 * the budget is used up.
 */

int64_t ngx_eo_seclang_budget_read(void);


ngx_int_t ngx_eo_seclang_spend_slow(int64_t time);


/*
 * Says that work is about to be done.
 *
 * time:  nanoseconds that it takes by estimate; it is the clock that counts,
 *        and the estimate says when to look at it
 *
 * Returns NGX_ERROR if the budget is used up or would be, NGX_OK otherwise.
 */

static ngx_inline ngx_int_t
ngx_eo_seclang_spend(int64_t time)
{
    ngx_eo_seclang_budget->due -= time;

    if (ngx_eo_seclang_budget->due >= 0) {
        return NGX_OK;
    }

    return ngx_eo_seclang_spend_slow(time);
}


#endif /* _NGX_EO_SECLANG_BUDGET_H_INCLUDED_ */
