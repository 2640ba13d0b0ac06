
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Taking tasks of prefetch, and telling of them and of their results.
 */


#include "ngx_eo_core.h"
#include "ngx_eo_prefetch_api.h"
#include "ngx_eo_prefetch_run.h"
#include "ngx_eo_prefetch_task.h"
#include "ngx_eo_purge_api.h"
#include "ngx_http_eo_cache_purge_module.h"


typedef struct {
    ngx_http_request_t      *request;
    ngx_eo_purge_zone_t     *zone;
    ngx_eo_prefetch_task_t   task;
    ngx_int_t                rc;
} ngx_eo_prefetch_submission_t;


typedef struct {
    ngx_http_request_t      *request;
    ngx_eo_purge_zone_t     *zone;
    ngx_eo_prefetch_job_t    job;
    ngx_uint_t               limit;
    ngx_uint_t               offset;
    json_t                  *results;
} ngx_eo_prefetch_question_t;


static ngx_int_t ngx_eo_prefetch_api_create(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone, json_t *root, ngx_str_t *error);
static void ngx_eo_prefetch_api_write(void *data, ngx_log_t *log);
static ngx_int_t ngx_eo_prefetch_api_written(void *data);
static ngx_int_t ngx_eo_prefetch_api_accepted(
    ngx_eo_prefetch_submission_t *s);
static ngx_int_t ngx_eo_prefetch_api_change(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone, json_t *root, ngx_uint_t state);
static void ngx_eo_prefetch_api_read(void *data, ngx_log_t *log);
static ngx_int_t ngx_eo_prefetch_api_results(void *data);
static ngx_int_t ngx_eo_prefetch_api_answer(ngx_http_request_t *r,
    json_t *root);


ngx_uint_t
ngx_eo_prefetch_is_submission(json_t *root)
{
    const char  *type;

    type = json_string_value(json_object_get(root, "Type"));

    return type && (ngx_strcmp(type, "prefetch_url") == 0
                    || ngx_strcmp(type, "prefetch_cancel") == 0
                    || ngx_strcmp(type, "prefetch_retry") == 0);
}


ngx_uint_t
ngx_eo_prefetch_is_asked_for(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone)
{
    ngx_str_t              value;
    ngx_eo_prefetch_job_t  job;

    if (ngx_http_arg(r, (u_char *) "JobId", 5, &value) == NGX_OK) {
        return ngx_eo_prefetch_job(zone, &value, &job) == NGX_OK;
    }

    return ngx_http_arg(r, (u_char *) "Type", 4, &value) == NGX_OK
           && value.len == 12
           && ngx_strncmp(value.data, "prefetch_url", 12) == 0;
}


ngx_int_t
ngx_eo_prefetch_api_submit(ngx_http_request_t *r, json_t *root,
    ngx_str_t *error)
{
    const char                     *type;
    ngx_eo_cache_purge_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_cache_purge_module);
    type = json_string_value(json_object_get(root, "Type"));

    if (conf->api->prefetch == NULL) {
        return ngx_eo_purge_json_error(r->pool, error,
                                       "this zone does not prefetch: the "
                                       "configuration has no "
                                       "\"eo_cache_prefetch\" for it");
    }

    if (ngx_strcmp(type, "prefetch_cancel") == 0) {
        return ngx_eo_prefetch_api_change(r, conf->api, root,
                                          NGX_EO_PREFETCH_CANCELED);
    }

    if (ngx_strcmp(type, "prefetch_retry") == 0) {
        return ngx_eo_prefetch_api_change(r, conf->api, root,
                                          NGX_EO_PREFETCH_PROCESSING);
    }

    return ngx_eo_prefetch_api_create(r, conf->api, root, error);
}


static ngx_int_t
ngx_eo_prefetch_api_create(ngx_http_request_t *r, ngx_eo_purge_zone_t *zone,
    json_t *root, ngx_str_t *error)
{
    ngx_int_t                      rc;
    ngx_eo_prefetch_job_t          known, *job;
    ngx_eo_prefetch_submission_t  *s;

    s = ngx_pcalloc(r->pool, sizeof(ngx_eo_prefetch_submission_t));
    if (s == NULL) {
        return NGX_ERROR;
    }

    s->request = r;
    s->zone = zone;
    job = &s->task.job;

    rc = ngx_eo_prefetch_task_read(r->pool, root,
                                   (zone->prefetch->http ? 1 : 0)
                                   | (zone->prefetch->https ? 2 : 0),
                                   &s->task, error);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_eo_purge_api_request_key(r, job->request)
        && ngx_eo_prefetch_request(zone, job->request, &known) == NGX_OK)
    {
        *job = known;
        return ngx_eo_prefetch_api_accepted(s);
    }

    job->created = ngx_time();
    job->updated = job->created;
    ngx_eo_purge_new_id(job->id, job->created, r->connection->number);

    return ngx_eo_purge_api_defer(r, ngx_eo_prefetch_api_write,
                                  ngx_eo_prefetch_api_written, s);
}


/* on disk first: who runs the task reads it there */

static void
ngx_eo_prefetch_api_write(void *data, ngx_log_t *log)
{
    ngx_eo_prefetch_submission_t *s = data;

    u_char  evicted[NGX_EO_PURGE_JOB_ID_LEN];

    s->rc = ngx_eo_prefetch_file_write(s->zone, &s->task.job, &s->task.text,
                                       log);

    if (s->rc != NGX_OK) {
        return;
    }

    s->rc = ngx_eo_prefetch_add(s->zone, &s->task.job, evicted);

    if (s->rc != NGX_OK) {
        ngx_eo_prefetch_file_delete(s->zone, s->task.job.id, log);

    } else if (evicted[0]) {
        ngx_eo_prefetch_file_delete(s->zone, evicted, log);
    }
}


static ngx_int_t
ngx_eo_prefetch_api_written(void *data)
{
    ngx_eo_prefetch_submission_t *s = data;

    if (s->rc == NGX_DECLINED) {
        return ngx_eo_purge_api_error(s->request,
                                      NGX_HTTP_INSUFFICIENT_STORAGE,
                                      "ResourceInsufficient",
                                      "200 tasks of prefetch are unfinished: "
                                      "wait for one, or cancel one");
    }

    if (s->rc != NGX_OK) {
        return ngx_eo_purge_api_error(s->request,
                                      NGX_HTTP_INSUFFICIENT_STORAGE,
                                      "InternalError",
                                      "the task cannot be written to disk, "
                                      "and was not accepted; the error log "
                                      "says why");
    }

    return ngx_eo_prefetch_api_accepted(s);
}


static ngx_int_t
ngx_eo_prefetch_api_accepted(ngx_eo_prefetch_submission_t *s)
{
    json_t  *root;

    root = json_object();

    (void) json_object_set_new(root, "JobId",
                               ngx_eo_purge_json_text(s->task.job.id,
                                                 NGX_EO_PURGE_JOB_ID_LEN));
    (void) json_object_set_new(root, "FailedList",
                           ngx_eo_purge_json_refused(&s->task.refused));

    return ngx_eo_prefetch_api_answer(s->request, root);
}


static ngx_int_t
ngx_eo_prefetch_api_change(ngx_http_request_t *r, ngx_eo_purge_zone_t *zone,
    json_t *root, ngx_uint_t state)
{
    json_t                    *answer;
    ngx_int_t                  rc;
    ngx_str_t                  id;
    ngx_eo_prefetch_result_t   line;

    if (ngx_eo_purge_json_string(r->pool, json_object_get(root, "JobId"), &id)
        == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    rc = ngx_eo_prefetch_change(zone, &id, state);

    if (rc == NGX_DECLINED) {
        return ngx_eo_purge_api_error(r, NGX_HTTP_NOT_FOUND,
                                      "ResourceNotFound",
                                      "no such task of prefetch: \"JobId\" "
                                      "is what its submission was answered "
                                      "with");
    }

    if (rc == NGX_BUSY) {
        return ngx_eo_purge_api_error(r, NGX_HTTP_CONFLICT,
                                      "OperationDenied",
                                      (state == NGX_EO_PREFETCH_CANCELED)
                                      ? "the task has ended already"
                                      : "the task has not ended yet");
    }

    ngx_memzero(&line, sizeof(ngx_eo_prefetch_result_t));
    line.state = (state == NGX_EO_PREFETCH_CANCELED)
                 ? NGX_EO_PREFETCH_RESULT_CANCELED
                 : NGX_EO_PREFETCH_RESULT_AGAIN;
    ngx_str_set(&line.word, "-");

    (void) ngx_eo_prefetch_results_add(zone, id.data, &line,
                                       r->connection->log);

    answer = json_object();

    (void) json_object_set_new(answer, "JobId",
                               ngx_eo_purge_json_text(id.data, id.len));

    return ngx_eo_prefetch_api_answer(r, answer);
}


ngx_int_t
ngx_eo_prefetch_api_list(ngx_http_request_t *r, ngx_eo_purge_zone_t *zone,
    ngx_uint_t limit, ngx_uint_t offset)
{
    json_t                      *root, *tasks;
    ngx_str_t                    id, value;
    ngx_uint_t                   n;
    ngx_eo_prefetch_question_t  *q;

    q = ngx_pcalloc(r->pool, sizeof(ngx_eo_prefetch_question_t));
    if (q == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    q->request = r;
    q->zone = zone;
    q->limit = limit;
    q->offset = offset;

    n = 0;
    tasks = json_array();
    ngx_str_null(&id);

    if (ngx_http_arg(r, (u_char *) "JobId", 5, &id) == NGX_OK) {

        if (ngx_eo_prefetch_job(zone, &id, &q->job) == NGX_OK) {
            (void) json_array_append_new(tasks,
                                         ngx_eo_prefetch_json_job(&q->job));
            n = 1;
        }

    } else {
        while (n < limit
               && ngx_eo_prefetch_nth(zone, offset + n, &q->job) == NGX_OK)
        {
            (void) json_array_append_new(tasks,
                                         ngx_eo_prefetch_json_job(&q->job));
            n++;
        }
    }

    if (id.len && n
        && ngx_http_arg(r, (u_char *) "Results", 7, &value) == NGX_OK)
    {
        json_decref(tasks);

        if (ngx_eo_purge_api_defer(r, ngx_eo_prefetch_api_read,
                                   ngx_eo_prefetch_api_results, q)
            != NGX_AGAIN)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        r->main->count++;

        return NGX_DONE;
    }

    root = json_object();
    (void) json_object_set_new(root, "TotalCount", json_integer(n));
    (void) json_object_set_new(root, "Tasks", tasks);

    return ngx_eo_prefetch_api_answer(r, root);
}


/* allocates by malloc() only: the request's pool is its worker's */

static void
ngx_eo_prefetch_api_read(void *data, ngx_log_t *log)
{
    ngx_eo_prefetch_question_t *q = data;

    ngx_str_t                 text, rest;
    ngx_uint_t                n;
    ngx_eo_prefetch_result_t  result;

    q->results = json_array();

    if (ngx_eo_prefetch_results_read(q->zone, q->job.id, &text, log)
        != NGX_OK)
    {
        return;
    }

    rest = text;
    n = 0;

    while (n < q->offset + q->limit
           && ngx_eo_prefetch_results_next(&rest, &result))
    {
        if (result.url.len && n++ >= q->offset) {
            (void) json_array_append_new(q->results,
                                     ngx_eo_prefetch_json_result(&result));
        }
    }

    ngx_free(text.data);
}


static ngx_int_t
ngx_eo_prefetch_api_results(void *data)
{
    ngx_eo_prefetch_question_t *q = data;

    json_t  *root, *tasks;

    root = json_object();
    tasks = json_array();

    (void) json_array_append_new(tasks, ngx_eo_prefetch_json_job(&q->job));
    (void) json_object_set_new(root, "TotalCount", json_integer(1));
    (void) json_object_set_new(root, "Tasks", tasks);
    (void) json_object_set_new(root, "Results", q->results);

    return ngx_eo_prefetch_api_answer(q->request, root);
}


static ngx_int_t
ngx_eo_prefetch_api_answer(ngx_http_request_t *r, json_t *root)
{
    ngx_str_t  answer;

    ngx_eo_purge_json_answer(r->pool, root, ngx_eo_log_uuid(r), &answer);

    return ngx_eo_purge_api_send(r, NGX_HTTP_OK, &answer);
}
