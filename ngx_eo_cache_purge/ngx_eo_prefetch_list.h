
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The tasks of prefetch that a zone knows, in memory that all workers share.
 */


#ifndef _NGX_EO_PREFETCH_LIST_H_INCLUDED_
#define _NGX_EO_PREFETCH_LIST_H_INCLUDED_


#include "ngx_eo_purge_zone.h"


/* tasks that a zone keeps; those that have ended make room for new ones */

#define NGX_EO_PREFETCH_JOBS  200


typedef enum {
    NGX_EO_PREFETCH_PROCESSING = 0,
    NGX_EO_PREFETCH_SUCCESS,
    NGX_EO_PREFETCH_FAILED,
    NGX_EO_PREFETCH_CANCELED
} ngx_eo_prefetch_state_t;


typedef struct {
    u_char                  id[NGX_EO_PURGE_JOB_ID_LEN];
                                         /* zeros: a free place */
    u_char                  request[NGX_EO_PURGE_KEY_LEN];
    time_t                  created;
    time_t                  updated;
    uint64_t                number;      /* in which order they came */
    uint64_t                bytes;       /* of bodies */
    uint32_t                targets;     /* of the submission */
    uint32_t                urls;        /* with those of playlists */
    uint32_t                succeeded;
    uint32_t                failed;
    uint32_t                invalid;
    uint8_t                 state;
    uint8_t                 media;       /* playlists are followed */
    uint16_t                sample_len;
    u_char                  sample[NGX_EO_PURGE_SAMPLE_LEN];
} ngx_eo_prefetch_job_t;


typedef struct ngx_eo_prefetch_list_s {
    ngx_eo_prefetch_job_t   jobs[NGX_EO_PREFETCH_JOBS];
    uint64_t                newest;      /* number */
    ngx_pid_t               runner;
    time_t                  turn;        /* when it was last heard of */
} ngx_eo_prefetch_list_t;


/*
 * Adds a task.
 *
 * evicted:  id of one that had to go for it, or zeros
 *
 * Returns NGX_DECLINED if all tasks that the zone keeps are unfinished.
 */

ngx_int_t ngx_eo_prefetch_add(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job, u_char *evicted);


/*
 * A copy of a task: by its id, by the idempotency key of its request, or the
 * n-th from the newest on.  Returns NGX_DECLINED if there is none.
 */

ngx_int_t ngx_eo_prefetch_job(ngx_eo_purge_zone_t *zone, ngx_str_t *id,
    ngx_eo_prefetch_job_t *job);
ngx_int_t ngx_eo_prefetch_request(ngx_eo_purge_zone_t *zone, u_char *request,
    ngx_eo_prefetch_job_t *job);
ngx_int_t ngx_eo_prefetch_nth(ngx_eo_purge_zone_t *zone, ngx_uint_t n,
    ngx_eo_prefetch_job_t *job);


/*
 * Changes the state of a task: cancels one under way, or has one that has
 * ended begin again.
 *
 * Returns NGX_DECLINED if there is no such task, and NGX_BUSY if its state does
 * not allow it.
 */

ngx_int_t ngx_eo_prefetch_change(ngx_eo_purge_zone_t *zone, ngx_str_t *id,
    ngx_uint_t state);


/*
 * For the process that runs tasks, of which there is one at a time.
 *
 * ngx_eo_prefetch_turn() takes the turn with the oldest unfinished task, or
 * returns NGX_DECLINED.  ngx_eo_prefetch_report() says how far it is and that
 * its process lives; without it the turn is lost after a minute.  It returns
 * NGX_DECLINED if the task was canceled, or begun again.
 * ngx_eo_prefetch_turn_end() gives the turn back, and is told the state that
 * the task has come to.
 */

ngx_int_t ngx_eo_prefetch_turn(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job);
ngx_int_t ngx_eo_prefetch_report(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job);
void ngx_eo_prefetch_turn_end(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job);


#endif /* _NGX_EO_PREFETCH_LIST_H_INCLUDED_ */
