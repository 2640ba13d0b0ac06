
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Tasks in JSON: what a submission says, and answers.
 */


#ifndef _NGX_EO_PURGE_TASK_H_INCLUDED_
#define _NGX_EO_PURGE_TASK_H_INCLUDED_


#include "ngx_eo_purge_json.h"
#include "ngx_eo_purge_zone.h"


typedef struct {
    ngx_eo_purge_job_t    job;
    u_char               *keys;       /* of job.targets */
    ngx_array_t           refused;    /* of ngx_eo_purge_refused_t */
} ngx_eo_purge_task_t;


/*
 * Reads a submission:
 *
 *     {"Type": "purge_url", "Method": "delete", "Targets": ["http://…"]}
 *
 * pool:   for keys and refused targets
 * root:   the submission
 * task:   to be filled: kind, method, targets, sample, keys, refused
 * error:  what is wrong, allocated from the pool
 *
 * Returns NGX_OK if one target at least can be purged, NGX_DECLINED with an
 * error, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_purge_task_read(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_task_t *task, ngx_str_t *error);


/*
 * Answers, in memory of the pool; data is NULL when out of memory.
 *
 * uuid:  EO-LOG-UUID of the request
 */

void ngx_eo_purge_answer_accepted(ngx_pool_t *pool, ngx_eo_purge_task_t *task,
    ngx_str_t *uuid, ngx_str_t *answer);
void ngx_eo_purge_answer_error(ngx_pool_t *pool, const char *code,
    ngx_str_t *error, ngx_str_t *uuid, ngx_str_t *answer);
void ngx_eo_purge_answer_tasks(ngx_pool_t *pool, ngx_eo_purge_job_t *jobs,
    ngx_uint_t n, ngx_str_t *uuid, ngx_str_t *answer);


#endif /* _NGX_EO_PURGE_TASK_H_INCLUDED_ */
