
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Tasks of prefetch, and whose turn it is to run them.
 */


#include "ngx_eo_prefetch_list.h"


#define NGX_EO_PREFETCH_TURN  60       /* seconds without a word */


static ngx_eo_prefetch_job_t *ngx_eo_prefetch_place(
    ngx_eo_prefetch_list_t *list);
static ngx_eo_prefetch_job_t *ngx_eo_prefetch_find(
    ngx_eo_prefetch_list_t *list, u_char *id);
static ngx_uint_t ngx_eo_prefetch_turn_is_free(ngx_eo_prefetch_list_t *list);


ngx_int_t
ngx_eo_prefetch_add(ngx_eo_purge_zone_t *zone, ngx_eo_prefetch_job_t *job,
    u_char *evicted)
{
    ngx_eo_prefetch_job_t   *place;
    ngx_eo_prefetch_list_t  *list;

    list = ngx_eo_purge_zone_prefetch(zone);

    ngx_shmtx_lock(&zone->shpool->mutex);

    place = ngx_eo_prefetch_place(list);

    if (place == NULL) {
        ngx_shmtx_unlock(&zone->shpool->mutex);
        return NGX_DECLINED;
    }

    ngx_memcpy(evicted, place->id, NGX_EO_PURGE_JOB_ID_LEN);

    /* by age, also of those that a restart finds in whatever order */

    job->number = ((uint64_t) job->created << 20) + (++list->newest & 0xfffff);
    *place = *job;

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return NGX_OK;
}


/* a free one, or that of the oldest task that has ended */

static ngx_eo_prefetch_job_t *
ngx_eo_prefetch_place(ngx_eo_prefetch_list_t *list)
{
    ngx_uint_t              i;
    ngx_eo_prefetch_job_t  *job, *place;

    place = NULL;

    for (i = 0; i < NGX_EO_PREFETCH_JOBS; i++) {
        job = &list->jobs[i];

        if (job->id[0] == '\0') {
            return job;
        }

        if (job->state != NGX_EO_PREFETCH_PROCESSING
            && (place == NULL || job->number < place->number))
        {
            place = job;
        }
    }

    return place;
}


static ngx_eo_prefetch_job_t *
ngx_eo_prefetch_find(ngx_eo_prefetch_list_t *list, u_char *id)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_PREFETCH_JOBS; i++) {

        if (list->jobs[i].id[0]
            && ngx_memcmp(list->jobs[i].id, id, NGX_EO_PURGE_JOB_ID_LEN) == 0)
        {
            return &list->jobs[i];
        }
    }

    return NULL;
}


ngx_int_t
ngx_eo_prefetch_job(ngx_eo_purge_zone_t *zone, ngx_str_t *id,
    ngx_eo_prefetch_job_t *job)
{
    ngx_eo_prefetch_job_t  *found;

    if (id->len != NGX_EO_PURGE_JOB_ID_LEN) {
        return NGX_DECLINED;
    }

    ngx_shmtx_lock(&zone->shpool->mutex);

    found = ngx_eo_prefetch_find(ngx_eo_purge_zone_prefetch(zone), id->data);

    if (found) {
        *job = *found;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return found ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_eo_prefetch_request(ngx_eo_purge_zone_t *zone, u_char *request,
    ngx_eo_prefetch_job_t *job)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_eo_prefetch_list_t  *list;

    list = ngx_eo_purge_zone_prefetch(zone);
    rc = NGX_DECLINED;

    ngx_shmtx_lock(&zone->shpool->mutex);

    for (i = 0; i < NGX_EO_PREFETCH_JOBS; i++) {

        if (list->jobs[i].id[0]
            && ngx_memcmp(list->jobs[i].request, request,
                          NGX_EO_PURGE_KEY_LEN)
               == 0)
        {
            *job = list->jobs[i];
            rc = NGX_OK;
            break;
        }
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


ngx_int_t
ngx_eo_prefetch_nth(ngx_eo_purge_zone_t *zone, ngx_uint_t n,
    ngx_eo_prefetch_job_t *job)
{
    uint64_t                 before;
    ngx_uint_t               i;
    ngx_eo_prefetch_job_t   *found;
    ngx_eo_prefetch_list_t  *list;

    list = ngx_eo_purge_zone_prefetch(zone);
    before = (uint64_t) -1;

    if (n >= NGX_EO_PREFETCH_JOBS) {
        return NGX_DECLINED;
    }

    ngx_shmtx_lock(&zone->shpool->mutex);

    for ( ;; ) {
        found = NULL;

        for (i = 0; i < NGX_EO_PREFETCH_JOBS; i++) {

            if (list->jobs[i].id[0] && list->jobs[i].number < before
                && (found == NULL || list->jobs[i].number > found->number))
            {
                found = &list->jobs[i];
            }
        }

        if (found == NULL || n-- == 0) {
            break;
        }

        before = found->number;
    }

    if (found) {
        *job = *found;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return found ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_eo_prefetch_change(ngx_eo_purge_zone_t *zone, ngx_str_t *id,
    ngx_uint_t state)
{
    ngx_int_t               rc;
    ngx_eo_prefetch_job_t  *job;

    if (id->len != NGX_EO_PURGE_JOB_ID_LEN) {
        return NGX_DECLINED;
    }

    ngx_shmtx_lock(&zone->shpool->mutex);

    job = ngx_eo_prefetch_find(ngx_eo_purge_zone_prefetch(zone), id->data);

    if (job == NULL) {
        rc = NGX_DECLINED;

    } else if ((job->state == NGX_EO_PREFETCH_PROCESSING)
               == (state == NGX_EO_PREFETCH_PROCESSING))
    {
        rc = NGX_BUSY;

    } else {
        job->state = (uint8_t) state;
        job->updated = ngx_time();
        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


ngx_int_t
ngx_eo_prefetch_turn(ngx_eo_purge_zone_t *zone, ngx_eo_prefetch_job_t *job)
{
    ngx_uint_t               i;
    ngx_eo_prefetch_job_t   *found;
    ngx_eo_prefetch_list_t  *list;

    list = ngx_eo_purge_zone_prefetch(zone);
    found = NULL;

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (ngx_eo_prefetch_turn_is_free(list)) {

        for (i = 0; i < NGX_EO_PREFETCH_JOBS; i++) {

            if (list->jobs[i].id[0]
                && list->jobs[i].state == NGX_EO_PREFETCH_PROCESSING
                && (found == NULL || list->jobs[i].number < found->number))
            {
                found = &list->jobs[i];
            }
        }
    }

    if (found) {
        list->runner = ngx_pid;
        list->turn = ngx_time();
        *job = *found;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return found ? NGX_OK : NGX_DECLINED;
}


/* a process that has died is known at once, one that hangs after a while */

static ngx_uint_t
ngx_eo_prefetch_turn_is_free(ngx_eo_prefetch_list_t *list)
{
    return list->runner == 0
           || list->runner == ngx_pid
           || ngx_time() - list->turn > NGX_EO_PREFETCH_TURN
           || (kill(list->runner, 0) == -1 && ngx_errno == NGX_ESRCH);
}


ngx_int_t
ngx_eo_prefetch_report(ngx_eo_purge_zone_t *zone, ngx_eo_prefetch_job_t *job)
{
    ngx_int_t                rc;
    ngx_eo_prefetch_job_t   *found;
    ngx_eo_prefetch_list_t  *list;

    list = ngx_eo_purge_zone_prefetch(zone);
    rc = NGX_DECLINED;

    ngx_shmtx_lock(&zone->shpool->mutex);

    found = ngx_eo_prefetch_find(list, job->id);

    if (found && found->state == NGX_EO_PREFETCH_PROCESSING
        && list->runner == ngx_pid)
    {
        list->turn = ngx_time();
        job->updated = list->turn;
        *found = *job;
        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


void
ngx_eo_prefetch_turn_end(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job)
{
    ngx_eo_prefetch_job_t   *found;
    ngx_eo_prefetch_list_t  *list;

    list = ngx_eo_purge_zone_prefetch(zone);

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (list->runner == ngx_pid) {
        list->runner = 0;

        found = ngx_eo_prefetch_find(list, job->id);

        if (found && found->state == NGX_EO_PREFETCH_PROCESSING) {
            job->updated = ngx_time();
            *found = *job;
        }
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}
