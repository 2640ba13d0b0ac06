
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Tasks of prefetch in JSON.
 */


#ifndef _NGX_EO_PREFETCH_TASK_H_INCLUDED_
#define _NGX_EO_PREFETCH_TASK_H_INCLUDED_


#include "ngx_eo_prefetch_file.h"
#include "ngx_eo_purge_json.h"


typedef struct {
    ngx_eo_prefetch_job_t   job;
    ngx_str_t               text;       /* for its file */
    ngx_array_t             refused;    /* of ngx_eo_purge_refused_t */
} ngx_eo_prefetch_task_t;


/*
 * Reads a submission:
 *
 *     {"Type": "prefetch_url", "Targets": ["http://…"],
 *      "Headers": [{"Name": "Accept-Encoding", "Value": "gzip"}],
 *      "PrefetchMediaSegments": "on"}
 *
 * schemes:  what is possible: bit 0 http, bit 1 https
 *
 * Returns NGX_OK if one URL at least can be fetched, NGX_DECLINED with an
 * error, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_prefetch_task_read(ngx_pool_t *pool, json_t *root,
    ngx_uint_t schemes, ngx_eo_prefetch_task_t *task, ngx_str_t *error);


/* a task, and a result, as answers have them; NULL when out of memory */

json_t *ngx_eo_prefetch_json_job(ngx_eo_prefetch_job_t *job);
json_t *ngx_eo_prefetch_json_result(ngx_eo_prefetch_result_t *result);


#endif /* _NGX_EO_PREFETCH_TASK_H_INCLUDED_ */
