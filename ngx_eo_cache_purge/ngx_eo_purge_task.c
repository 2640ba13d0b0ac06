
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Submissions and answers of the API, in the shapes that EdgeOne's has.
 */


#include "ngx_eo_purge_task.h"
#include <jansson.h>


#define NGX_EO_PURGE_DOMAINS  100


typedef struct {
    const char            *name;
    ngx_eo_purge_method_e  method;     /* where none is given */
    ngx_uint_t             targets;    /* at the most, of a submission */
} ngx_eo_purge_type_t;


static json_t *ngx_eo_purge_task_parse(ngx_pool_t *pool, ngx_str_t *body,
    ngx_str_t *error);
static ngx_int_t ngx_eo_purge_task_type(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_job_t *job, ngx_str_t *error);
static ngx_int_t ngx_eo_purge_task_method(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_job_t *job, ngx_str_t *error);
static ngx_int_t ngx_eo_purge_task_targets(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_task_t *task, ngx_str_t *error);
static ngx_int_t ngx_eo_purge_task_target(ngx_pool_t *pool, json_t *value,
    json_t *domains, ngx_eo_purge_task_t *task);
static ngx_int_t ngx_eo_purge_task_key(ngx_pool_t *pool, ngx_str_t *target,
    ngx_str_t *domain, ngx_eo_purge_task_t *task);
static ngx_int_t ngx_eo_purge_task_refuse(ngx_pool_t *pool,
    ngx_str_t *target, const char *reason, ngx_eo_purge_task_t *task);
static void ngx_eo_purge_task_sample(ngx_eo_purge_job_t *job,
    ngx_str_t *target);
static ngx_int_t ngx_eo_purge_text(ngx_pool_t *pool, json_t *value,
    ngx_str_t *text);
static ngx_int_t ngx_eo_purge_task_error(ngx_pool_t *pool, ngx_str_t *error,
    const char *fmt, ...);
static json_t *ngx_eo_purge_json_job(ngx_eo_purge_job_t *job);
static json_t *ngx_eo_purge_json_time(time_t t);
static json_t *ngx_eo_purge_json_refused(ngx_eo_purge_task_t *task);
static json_t *ngx_eo_purge_json_text(u_char *data, size_t len);
static void ngx_eo_purge_answer(ngx_pool_t *pool, json_t *root,
    ngx_str_t *uuid, ngx_str_t *answer);


static ngx_eo_purge_type_t  ngx_eo_purge_types[NGX_EO_PURGE_KINDS] = {
    { "purge_url", NGX_EO_PURGE_DELETE, 5000 },
    { "purge_prefix", NGX_EO_PURGE_INVALIDATE, 1000 },
    { "purge_host", NGX_EO_PURGE_INVALIDATE, 1000 },
    { "purge_cache_tag", NGX_EO_PURGE_DELETE, 100 },
    { "purge_all", NGX_EO_PURGE_INVALIDATE, 0 }
};


static const char  *ngx_eo_purge_methods[] = { "delete", "invalidate" };
static const char  *ngx_eo_purge_states[] = { "processing", "success" };


ngx_int_t
ngx_eo_purge_task_read(ngx_pool_t *pool, ngx_str_t *body,
    ngx_eo_purge_task_t *task, ngx_str_t *error)
{
    json_t     *root;
    ngx_int_t   rc;

    ngx_memzero(&task->job, sizeof(ngx_eo_purge_job_t));

    if (ngx_array_init(&task->refused, pool, 4,
                       sizeof(ngx_eo_purge_refused_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    root = ngx_eo_purge_task_parse(pool, body, error);
    if (root == NULL) {
        return error->len ? NGX_DECLINED : NGX_ERROR;
    }

    rc = ngx_eo_purge_task_type(pool, root, &task->job, error);

    if (rc == NGX_OK) {
        rc = ngx_eo_purge_task_method(pool, root, &task->job, error);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_purge_task_targets(pool, root, task, error);
    }

    json_decref(root);

    return rc;
}


static json_t *
ngx_eo_purge_task_parse(ngx_pool_t *pool, ngx_str_t *body, ngx_str_t *error)
{
    json_t        *root;
    json_error_t   e;

    ngx_str_null(error);

    root = json_loadb((char *) body->data, body->len, JSON_REJECT_DUPLICATES,
                      &e);

    if (root == NULL) {
        (void) ngx_eo_purge_task_error(pool, error,
                                       "the body is no JSON: line %d, column "
                                       "%d: %s", e.line, e.column, e.text);
        return NULL;
    }

    if (!json_is_object(root)) {
        (void) ngx_eo_purge_task_error(pool, error,
                                       "the body is no JSON object");
        json_decref(root);
        return NULL;
    }

    return root;
}


static ngx_int_t
ngx_eo_purge_task_type(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_job_t *job, ngx_str_t *error)
{
    ngx_uint_t   i;
    const char  *type;

    type = json_string_value(json_object_get(root, "Type"));

    for (i = 0; type && i < NGX_EO_PURGE_KINDS; i++) {

        if (ngx_strcmp(type, ngx_eo_purge_types[i].name) == 0) {
            job->kind = (uint8_t) i;
            return NGX_OK;
        }
    }

    return ngx_eo_purge_task_error(pool, error,
                                   "\"Type\" has to be purge_url, "
                                   "purge_prefix, purge_host, "
                                   "purge_cache_tag or purge_all");
}


static ngx_int_t
ngx_eo_purge_task_method(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_job_t *job, ngx_str_t *error)
{
    json_t      *value;
    ngx_uint_t   i;
    const char  *method;

    job->method = ngx_eo_purge_types[job->kind].method;

    value = json_object_get(root, "Method");

    if (value == NULL || json_is_null(value)) {
        return NGX_OK;
    }

    method = json_string_value(value);

    for (i = 0; method && i < NGX_EO_PURGE_METHODS; i++) {

        if (ngx_strcmp(method, ngx_eo_purge_methods[i]) == 0) {
            job->method = (uint8_t) i;
            return NGX_OK;
        }
    }

    return ngx_eo_purge_task_error(pool, error,
                                   "\"Method\" has to be delete or "
                                   "invalidate");
}


static ngx_int_t
ngx_eo_purge_task_targets(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_task_t *task, ngx_str_t *error)
{
    json_t                  *targets, *domains, *value;
    size_t                   i, n, ndomains;
    ngx_int_t                rc;
    ngx_str_t                none;
    ngx_eo_purge_type_t     *type;
    ngx_eo_purge_refused_t  *refused;

    type = &ngx_eo_purge_types[task->job.kind];

    targets = json_object_get(root, "Targets");
    domains = json_object_get(json_object_get(root, "CacheTag"), "Domains");

    n = json_array_size(targets);
    ndomains = json_array_size(domains);

    if (task->job.kind == NGX_EO_PURGE_ALL) {

        if (n) {
            return ngx_eo_purge_task_error(pool, error,
                                           "purge_all has no \"Targets\"");
        }

        n = 1;

    } else if (n == 0 || n > type->targets) {
        return ngx_eo_purge_task_error(pool, error,
                                       "\"Targets\" of %s has to be an array "
                                       "of 1 to %ui strings", type->name,
                                       type->targets);
    }

    if (ndomains > NGX_EO_PURGE_DOMAINS || n * ndomains > 5000) {
        return ngx_eo_purge_task_error(pool, error,
                                       "\"CacheTag.Domains\" has 100 names at "
                                       "the most, and 5000 pairs of tag and "
                                       "name");
    }

    task->keys = ngx_palloc(pool, n * ngx_max(ndomains, 1)
                                  * NGX_EO_PURGE_KEY_LEN);
    if (task->keys == NULL) {
        return NGX_ERROR;
    }

    if (task->job.kind == NGX_EO_PURGE_ALL) {
        ngx_str_null(&none);
        return ngx_eo_purge_task_key(pool, &none, &none, task);
    }

    json_array_foreach(targets, i, value) {

        rc = ngx_eo_purge_task_target(pool, value, domains, task);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (task->job.targets == 0) {
        refused = task->refused.elts;

        return ngx_eo_purge_task_error(pool, error,
                                       "no target can be purged; the first, "
                                       "\"%V\": %s", &refused[0].target,
                                       refused[0].reason);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_task_target(ngx_pool_t *pool, json_t *value, json_t *domains,
    ngx_eo_purge_task_t *task)
{
    json_t     *host;
    size_t      i;
    ngx_int_t   rc;
    ngx_str_t   target, domain;

    ngx_str_null(&domain);

    rc = ngx_eo_purge_text(pool, value, &target);

    if (rc == NGX_DECLINED) {
        return ngx_eo_purge_task_refuse(pool, &target, "is no string", task);
    }

    if (rc != NGX_OK
        || task->job.kind != NGX_EO_PURGE_TAG
        || json_array_size(domains) == 0)
    {
        return (rc != NGX_OK) ? rc
                              : ngx_eo_purge_task_key(pool, &target, &domain,
                                                      task);
    }

    json_array_foreach(domains, i, host) {

        rc = ngx_eo_purge_text(pool, host, &domain);

        if (rc == NGX_DECLINED) {
            rc = ngx_eo_purge_task_refuse(pool, &target,
                                    "a name in \"CacheTag.Domains\" is no "
                                    "string", task);

        } else if (rc == NGX_OK) {
            rc = ngx_eo_purge_task_key(pool, &target, &domain, task);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_task_key(ngx_pool_t *pool, ngx_str_t *target, ngx_str_t *domain,
    ngx_eo_purge_task_t *task)
{
    ngx_int_t    rc;
    const char  *reason;

    rc = ngx_eo_purge_target_key(pool, task->job.kind, target, domain,
                                 task->keys
                                 + task->job.targets * NGX_EO_PURGE_KEY_LEN,
                                 &reason);

    if (rc == NGX_DECLINED) {
        return ngx_eo_purge_task_refuse(pool, target, reason, task);
    }

    if (rc == NGX_OK && task->job.targets++ == 0) {
        ngx_eo_purge_task_sample(&task->job, target);
    }

    return rc;
}


static ngx_int_t
ngx_eo_purge_task_refuse(ngx_pool_t *pool, ngx_str_t *target,
    const char *reason, ngx_eo_purge_task_t *task)
{
    ngx_eo_purge_refused_t  *refused;

    refused = ngx_array_push(&task->refused);
    if (refused == NULL) {
        return NGX_ERROR;
    }

    refused->target = *target;
    refused->reason = reason;

    return NGX_OK;
}


/* the beginning of a target, to the end of a character */

static void
ngx_eo_purge_task_sample(ngx_eo_purge_job_t *job, ngx_str_t *target)
{
    size_t  len;

    len = target->len;

    if (len > NGX_EO_PURGE_SAMPLE_LEN) {
        len = NGX_EO_PURGE_SAMPLE_LEN;

        while (len && (target->data[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    ngx_memcpy(job->sample, target->data, len);
    job->sample_len = (uint16_t) len;
}


/* a copy of a string; NGX_DECLINED, with an empty text, for anything else */

static ngx_int_t
ngx_eo_purge_text(ngx_pool_t *pool, json_t *value, ngx_str_t *text)
{
    ngx_str_null(text);

    if (!json_is_string(value)) {
        return NGX_DECLINED;
    }

    text->len = json_string_length(value);
    text->data = ngx_pnalloc(pool, text->len + 1);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, json_string_value(value), text->len);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_task_error(ngx_pool_t *pool, ngx_str_t *error, const char *fmt,
    ...)
{
    u_char   *p, buffer[1024];
    va_list   args;

    va_start(args, fmt);
    p = ngx_vslprintf(buffer, buffer + sizeof(buffer), fmt, args);
    va_end(args);

    error->len = p - buffer;
    error->data = ngx_pnalloc(pool, error->len);

    if (error->data == NULL) {
        error->len = 0;
        return NGX_ERROR;
    }

    ngx_memcpy(error->data, buffer, error->len);

    return NGX_DECLINED;
}


void
ngx_eo_purge_answer_accepted(ngx_pool_t *pool, ngx_eo_purge_task_t *task,
    ngx_str_t *uuid, ngx_str_t *answer)
{
    json_t  *root;

    root = json_object();

    (void) json_object_set_new(root, "JobId",
                               ngx_eo_purge_json_text(task->job.id,
                                                 NGX_EO_PURGE_JOB_ID_LEN));
    (void) json_object_set_new(root, "FailedList",
                               ngx_eo_purge_json_refused(task));

    ngx_eo_purge_answer(pool, root, uuid, answer);
}


void
ngx_eo_purge_answer_error(ngx_pool_t *pool, const char *code,
    ngx_str_t *error, ngx_str_t *uuid, ngx_str_t *answer)
{
    json_t  *root, *object;

    root = json_object();
    object = json_object();

    (void) json_object_set_new(object, "Code", json_string(code));
    (void) json_object_set_new(object, "Message",
                               ngx_eo_purge_json_text(error->data,
                                                      error->len));
    (void) json_object_set_new(root, "Error", object);

    ngx_eo_purge_answer(pool, root, uuid, answer);
}


void
ngx_eo_purge_answer_tasks(ngx_pool_t *pool, ngx_eo_purge_job_t *jobs,
    ngx_uint_t n, ngx_str_t *uuid, ngx_str_t *answer)
{
    json_t      *root, *tasks;
    ngx_uint_t   i;

    root = json_object();
    tasks = json_array();

    for (i = 0; i < n; i++) {
        (void) json_array_append_new(tasks, ngx_eo_purge_json_job(&jobs[i]));
    }

    (void) json_object_set_new(root, "TotalCount", json_integer(n));
    (void) json_object_set_new(root, "Tasks", tasks);

    ngx_eo_purge_answer(pool, root, uuid, answer);
}


static json_t *
ngx_eo_purge_json_job(ngx_eo_purge_job_t *job)
{
    json_t  *object;

    object = json_object();

    (void) json_object_set_new(object, "JobId",
                               ngx_eo_purge_json_text(job->id,
                                                 NGX_EO_PURGE_JOB_ID_LEN));
    (void) json_object_set_new(object, "Type",
                        json_string(ngx_eo_purge_types[job->kind].name));
    (void) json_object_set_new(object, "Method",
                        json_string(ngx_eo_purge_methods[job->method]));
    (void) json_object_set_new(object, "Target",
                        ngx_eo_purge_json_text(job->sample,
                                               job->sample_len));
    (void) json_object_set_new(object, "Targets", json_integer(job->targets));
    (void) json_object_set_new(object, "Status",
                        json_string(ngx_eo_purge_states[job->state]));
    (void) json_object_set_new(object, "Objects", json_integer(job->objects));
    (void) json_object_set_new(object, "CreateTime",
                               ngx_eo_purge_json_time(job->created));
    (void) json_object_set_new(object, "UpdateTime",
                               ngx_eo_purge_json_time(job->updated));

    return object;
}


static json_t *
ngx_eo_purge_json_time(time_t t)
{
    u_char    *p, buffer[sizeof("1970-09-28T12:00:00Z")];
    ngx_tm_t   tm;

    ngx_gmtime(t, &tm);

    p = ngx_snprintf(buffer, sizeof(buffer), "%4d-%02d-%02dT%02d:%02d:%02dZ",
                     tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                     tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec);

    return ngx_eo_purge_json_text(buffer, p - buffer);
}


/* as EdgeOne has it: a list a reason */

static json_t *
ngx_eo_purge_json_refused(ngx_eo_purge_task_t *task)
{
    json_t                  *list, *object, *targets;
    ngx_uint_t               i, j;
    ngx_eo_purge_refused_t  *refused;

    list = json_array();
    refused = task->refused.elts;

    for (i = 0; i < task->refused.nelts; i++) {

        for (j = 0; j < json_array_size(list); j++) {
            object = json_array_get(list, j);

            if (ngx_strcmp(json_string_value(json_object_get(object,
                                                             "Reason")),
                           refused[i].reason)
                == 0)
            {
                break;
            }
        }

        if (j == json_array_size(list)) {
            object = json_object();
            (void) json_object_set_new(object, "Reason",
                                       json_string(refused[i].reason));
            (void) json_object_set_new(object, "Targets", json_array());
            (void) json_array_append_new(list, object);
        }

        targets = json_object_get(json_array_get(list, j), "Targets");

        (void) json_array_append_new(targets,
                            ngx_eo_purge_json_text(refused[i].target.data,
                                                   refused[i].target.len));
    }

    return list;
}


/* what is no UTF-8 is not quoted: JSON has no way to say it */

static json_t *
ngx_eo_purge_json_text(u_char *data, size_t len)
{
    json_t  *text;

    text = json_stringn((char *) data, len);

    return text ? text : json_string("");
}


static void
ngx_eo_purge_answer(ngx_pool_t *pool, json_t *root, ngx_str_t *uuid,
    ngx_str_t *answer)
{
    char  *text;

    if (uuid) {
        (void) json_object_set_new(root, "RequestId",
                                   ngx_eo_purge_json_text(uuid->data,
                                                          uuid->len));
    }

    ngx_str_null(answer);

    text = json_dumps(root, JSON_COMPACT);
    json_decref(root);

    if (text == NULL) {
        return;
    }

    answer->len = ngx_strlen(text) + 1;
    answer->data = ngx_pnalloc(pool, answer->len);

    if (answer->data) {
        ngx_memcpy(answer->data, text, answer->len - 1);
        answer->data[answer->len - 1] = LF;
    }

    free(text);
}
