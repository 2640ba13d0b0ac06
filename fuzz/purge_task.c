
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: submissions of purge and prefetch.  One that is accepted has
 * targets within its bounds; one that is not says why.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_prefetch_task.h"
#include "ngx_eo_purge_task.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_purge(ngx_pool_t *pool, json_t *root)
{
    ngx_int_t             rc;
    ngx_str_t             error, answer;
    ngx_eo_purge_task_t   task;

    ngx_str_null(&error);

    rc = ngx_eo_purge_task_read(pool, root, &task, &error);

    if (rc == NGX_DECLINED && error.len == 0) {
        abort();
    }

    if (rc != NGX_OK) {
        return;
    }

    if (task.job.targets == 0 || task.job.targets > 5000
        || task.job.sample_len > NGX_EO_PURGE_SAMPLE_LEN)
    {
        abort();
    }

    ngx_eo_purge_answer_accepted(pool, &task, NULL, &answer);
}


/* the text is a line for each field, an empty one, and one for each URL */

static void
fuzz_prefetch(ngx_pool_t *pool, json_t *root)
{
    u_char                  *p, *last;
    ngx_int_t                rc;
    ngx_str_t                error;
    ngx_uint_t               lines, empty;
    ngx_eo_prefetch_task_t   task;

    ngx_str_null(&error);

    rc = ngx_eo_prefetch_task_read(pool, root, 3, &task, &error);

    if (rc == NGX_DECLINED && error.len == 0) {
        abort();
    }

    if (rc != NGX_OK) {
        return;
    }

    lines = 0;
    empty = 0;
    last = task.text.data + task.text.len;

    for (p = task.text.data; p < last; p++) {

        if (*p != LF) {
            continue;
        }

        if (p == task.text.data || p[-1] == LF) {
            empty++;
        }

        lines += empty;
    }

    if (empty != 1 || lines != task.job.targets + 1
        || ngx_strlcasestrn(task.text.data, last, (u_char *) "\norigin:",
                            8 - 1))
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t      *root;
    ngx_log_t    log;
    ngx_str_t    body, error;
    ngx_pool_t  *pool;

    ngx_memzero(&log, sizeof(ngx_log_t));

    pool = ngx_create_pool(4096, &log);
    if (pool == NULL) {
        return 0;
    }

    body.data = (u_char *) data;
    body.len = size;

    root = ngx_eo_purge_json_parse(pool, &body, &error);

    if (root) {
        fuzz_purge(pool, root);
        fuzz_prefetch(pool, root);
        json_decref(root);

    } else if (error.len == 0) {
        abort();
    }

    ngx_destroy_pool(pool);

    return 0;
}
