
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Submissions and answers of the API, in the shapes that EdgeOne's has.
 */


#include "ngx_eo_purge_task.h"


#define NGX_EO_PURGE_DOMAINS  100


typedef struct {
    const char            *name;
    ngx_eo_purge_method_e  method;     /* where none is given */
    ngx_uint_t             targets;    /* at the most, of a submission */
} ngx_eo_purge_type_t;


static ngx_int_t ngx_eo_purge_task_type(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_job_t *job, ngx_str_t *error);
static ngx_int_t ngx_eo_purge_task_method(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_job_t *job, ngx_str_t *error);
static ngx_int_t ngx_eo_purge_task_targets(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_task_t *task, ngx_str_t *error);
static json_t *ngx_eo_purge_task_domains(json_t *root);
static ngx_int_t ngx_eo_purge_task_target(ngx_pool_t *pool, json_t *value,
    json_t *domains, ngx_eo_purge_task_t *task);
static ngx_int_t ngx_eo_purge_task_key(ngx_pool_t *pool, ngx_str_t *target,
    ngx_str_t *domain, ngx_eo_purge_task_t *task);
static ngx_int_t ngx_eo_purge_task_refuse(ngx_pool_t *pool,
    ngx_str_t *target, const char *reason, ngx_eo_purge_task_t *task);
static void ngx_eo_purge_task_sample(ngx_eo_purge_job_t *job,
    ngx_str_t *target);
static json_t *ngx_eo_purge_json_job(ngx_eo_purge_job_t *job);


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
ngx_eo_purge_task_read(ngx_pool_t *pool, json_t *root,
    ngx_eo_purge_task_t *task, ngx_str_t *error)
{
    ngx_int_t  rc;

    ngx_memzero(&task->job, sizeof(ngx_eo_purge_job_t));

    if (ngx_array_init(&task->refused, pool, 4,
                       sizeof(ngx_eo_purge_refused_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_eo_purge_task_type(pool, root, &task->job, error);

    if (rc == NGX_OK) {
        rc = ngx_eo_purge_task_method(pool, root, &task->job, error);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_purge_task_targets(pool, root, task, error);
    }

    return rc;
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

    return ngx_eo_purge_json_error(pool, error,
                                   "\"Type\" has to be purge_url, "
                                   "purge_prefix, purge_host, "
                                   "purge_cache_tag, purge_all, "
                                   "prefetch_url, prefetch_cancel or "
                                   "prefetch_retry");
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

    return ngx_eo_purge_json_error(pool, error,
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
    ngx_str_t                none, first;
    ngx_eo_purge_type_t     *type;
    ngx_eo_purge_refused_t  *refused;

    type = &ngx_eo_purge_types[task->job.kind];

    targets = json_object_get(root, "Targets");
    domains = ngx_eo_purge_task_domains(root);

    if (domains == NULL && json_object_get(root, "CacheTag")) {
        return ngx_eo_purge_json_error(pool, error,
                                       "\"CacheTag\" has to be an object of "
                                       "one member, \"Domains\", an array of "
                                       "names");
    }

    n = json_array_size(targets);
    ndomains = json_array_size(domains);

    if (task->job.kind == NGX_EO_PURGE_ALL) {

        if (n) {
            return ngx_eo_purge_json_error(pool, error,
                                           "purge_all has no \"Targets\"");
        }

        n = 1;

    } else if (n == 0 || n > type->targets) {
        return ngx_eo_purge_json_error(pool, error,
                                       "\"Targets\" of %s has to be an array "
                                       "of 1 to %ui strings", type->name,
                                       type->targets);
    }

    if (ndomains > NGX_EO_PURGE_DOMAINS || n * ndomains > 5000) {
        return ngx_eo_purge_json_error(pool, error,
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
        first = refused[0].target;
        first.len = ngx_min(first.len, NGX_EO_PURGE_QUOTE);

        return ngx_eo_purge_json_error(pool, error,
                                       "no target can be purged; the first, "
                                       "\"%V\": %s", &first,
                                       refused[0].reason);
    }

    return NGX_OK;
}


/*
 * A member with another name is not passed over: without its names a tag is
 * purged for all of them.
 */

static json_t *
ngx_eo_purge_task_domains(json_t *root)
{
    json_t  *tag, *domains;

    tag = json_object_get(root, "CacheTag");
    domains = json_object_get(tag, "Domains");

    return (json_is_array(domains) && json_object_size(tag) == 1) ? domains
                                                                  : NULL;
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

    rc = ngx_eo_purge_json_string(pool, value, &target);

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

        rc = ngx_eo_purge_json_string(pool, host, &domain);

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
                               ngx_eo_purge_json_refused(&task->refused));

    ngx_eo_purge_json_answer(pool, root, uuid, answer);
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

    ngx_eo_purge_json_answer(pool, root, uuid, answer);
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

    ngx_eo_purge_json_answer(pool, root, uuid, answer);
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
