
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Submissions of prefetch and what is told of them.
 */


#include "ngx_eo_prefetch_task.h"
#include "ngx_eo_prefetch_playlist.h"


#define NGX_EO_PREFETCH_TARGETS     5000
#define NGX_EO_PREFETCH_HEADERS     20
#define NGX_EO_PREFETCH_FIELDS_MAX  8192
#define NGX_EO_PREFETCH_AGENT       "User-Agent: EO-Prefetch" CRLF


static ngx_int_t ngx_eo_prefetch_options(ngx_pool_t *pool, json_t *root,
    ngx_eo_prefetch_task_t *task, ngx_str_t *error);
static ngx_int_t ngx_eo_prefetch_fields(ngx_pool_t *pool, json_t *list,
    ngx_str_t *fields, ngx_str_t *error);
static const char *ngx_eo_prefetch_field_fault(ngx_str_t *name,
    ngx_str_t *value);
static ngx_int_t ngx_eo_prefetch_targets(ngx_pool_t *pool, json_t *targets,
    ngx_uint_t schemes, ngx_eo_prefetch_task_t *task);
static const char *ngx_eo_prefetch_target_fault(ngx_pool_t *pool,
    ngx_str_t *target, ngx_uint_t schemes);
static const char *ngx_eo_prefetch_failure(ngx_eo_prefetch_result_t *result,
    const char **type);


/* what is for the connection, what the node itself says, and Origin */

static ngx_str_t  ngx_eo_prefetch_own_fields[] = {
    ngx_string("host"),
    ngx_string("origin"),
    ngx_string("connection"),
    ngx_string("keep-alive"),
    ngx_string("content-length"),
    ngx_string("transfer-encoding"),
    ngx_string("te"),
    ngx_string("trailer"),
    ngx_string("upgrade"),
    ngx_string("expect"),
    ngx_string("http2-settings"),
    ngx_null_string
};


static const char  *ngx_eo_prefetch_states[] = {
    "processing", "success", "failed", "canceled"
};


ngx_int_t
ngx_eo_prefetch_task_read(ngx_pool_t *pool, json_t *root, ngx_uint_t schemes,
    ngx_eo_prefetch_task_t *task, ngx_str_t *error)
{
    json_t                  *targets, *value;
    size_t                   i, len;
    ngx_int_t                rc;
    ngx_str_t                fields, first;
    ngx_eo_purge_refused_t  *refused;

    ngx_memzero(task, sizeof(ngx_eo_prefetch_task_t));
    ngx_str_null(&fields);

    if (ngx_array_init(&task->refused, pool, 4,
                       sizeof(ngx_eo_purge_refused_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_eo_prefetch_options(pool, root, task, error);

    if (rc == NGX_OK) {
        rc = ngx_eo_prefetch_fields(pool, json_object_get(root, "Headers"),
                                    &fields, error);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    targets = json_object_get(root, "Targets");

    if (json_array_size(targets) == 0
        || json_array_size(targets) > NGX_EO_PREFETCH_TARGETS)
    {
        return ngx_eo_purge_json_error(pool, error,
                                       "\"Targets\" of prefetch_url has to be "
                                       "an array of 1 to %d strings",
                                       NGX_EO_PREFETCH_TARGETS);
    }

    len = fields.len + 1;

    json_array_foreach(targets, i, value) {
        len += json_string_length(value) + 1;
    }

    task->text.data = ngx_pnalloc(pool, len);
    if (task->text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(task->text.data, fields.data, fields.len);
    task->text.data[fields.len] = LF;
    task->text.len = fields.len + 1;

    if (ngx_eo_prefetch_targets(pool, targets, schemes, task) != NGX_OK) {
        return NGX_ERROR;
    }

    if (task->job.targets == 0) {
        refused = task->refused.elts;
        first = refused[0].target;
        first.len = ngx_min(first.len, NGX_EO_PURGE_QUOTE);

        return ngx_eo_purge_json_error(pool, error,
                                       "no target can be fetched; the first, "
                                       "\"%V\": %s", &first,
                                       refused[0].reason);
    }

    task->job.urls = task->job.targets;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefetch_options(ngx_pool_t *pool, json_t *root,
    ngx_eo_prefetch_task_t *task, ngx_str_t *error)
{
    json_t      *value;
    const char  *text;

    value = json_object_get(root, "Mode");
    text = json_string_value(value);

    if (value && (text == NULL || (ngx_strcmp(text, "default") != 0
                                   && ngx_strcmp(text, "edge") != 0)))
    {
        return ngx_eo_purge_json_error(pool, error,
                                       "\"Mode\" has to be default or edge");
    }

    value = json_object_get(root, "PrefetchMediaSegments");
    text = json_string_value(value);

    if (value && (text == NULL || (ngx_strcmp(text, "on") != 0
                                   && ngx_strcmp(text, "off") != 0)))
    {
        return ngx_eo_purge_json_error(pool, error,
                                       "\"PrefetchMediaSegments\" has to be "
                                       "on or off");
    }

    task->job.media = (text && ngx_strcmp(text, "on") == 0);

    return NGX_OK;
}


/* header lines, with those that each request has by itself */

static ngx_int_t
ngx_eo_prefetch_fields(ngx_pool_t *pool, json_t *list, ngx_str_t *fields,
    ngx_str_t *error)
{
    json_t      *item;
    size_t       i;
    u_char      *p, *last;
    ngx_str_t    name, value;
    ngx_uint_t   agent;
    const char  *fault;

    if ((list && !json_is_array(list))
        || json_array_size(list) > NGX_EO_PREFETCH_HEADERS)
    {
        return ngx_eo_purge_json_error(pool, error,
                                       "\"Headers\" has to be an array of up "
                                       "to %d objects with Name and Value",
                                       NGX_EO_PREFETCH_HEADERS);
    }

    p = ngx_pnalloc(pool, NGX_EO_PREFETCH_FIELDS_MAX + 256);
    if (p == NULL) {
        return NGX_ERROR;
    }

    fields->data = p;
    last = p + NGX_EO_PREFETCH_FIELDS_MAX;
    agent = 0;

    json_array_foreach(list, i, item) {

        if (ngx_eo_purge_json_string(pool, json_object_get(item, "Name"),
                                     &name)
            == NGX_ERROR
            || ngx_eo_purge_json_string(pool, json_object_get(item, "Value"),
                                        &value)
               == NGX_ERROR)
        {
            return NGX_ERROR;
        }

        fault = ngx_eo_prefetch_field_fault(&name, &value);

        if (fault) {
            return ngx_eo_purge_json_error(pool, error,
                                           "\"Headers\", \"%V\": %s", &name,
                                           fault);
        }

        p = ngx_slprintf(p, last, "%V: %V" CRLF, &name, &value);

        if (p == last) {
            return ngx_eo_purge_json_error(pool, error,
                                           "\"Headers\" has more than %d "
                                           "bytes",
                                           NGX_EO_PREFETCH_FIELDS_MAX);
        }

        agent |= (name.len == 10
                  && ngx_strncasecmp(name.data, (u_char *) "user-agent", 10)
                     == 0);
    }

    if (!agent) {
        p = ngx_cpymem(p, NGX_EO_PREFETCH_AGENT,
                       sizeof(NGX_EO_PREFETCH_AGENT) - 1);
    }

    fields->len = p - fields->data;

    return NGX_OK;
}


static const char *
ngx_eo_prefetch_field_fault(ngx_str_t *name, ngx_str_t *value)
{
    u_char      c;
    size_t      i;
    ngx_str_t  *own;

    if (name->len == 0 || name->len > 100) {
        return "a name has 1 to 100 bytes";
    }

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '-'))
        {
            return "a name has letters, digits and hyphens";
        }
    }

    for (own = ngx_eo_prefetch_own_fields; own->len; own++) {

        if (name->len == own->len
            && ngx_strncasecmp(name->data, own->data, own->len) == 0)
        {
            return "a prefetch does not send it, or says it by itself";
        }
    }

    for (i = 0; i < value->len; i++) {

        if ((value->data[i] < ' ' && value->data[i] != '\t')
            || value->data[i] == 0x7f)
        {
            return "a value has no control characters";
        }
    }

    return NULL;
}


static ngx_int_t
ngx_eo_prefetch_targets(ngx_pool_t *pool, json_t *targets, ngx_uint_t schemes,
    ngx_eo_prefetch_task_t *task)
{
    json_t                  *value;
    size_t                   i;
    u_char                  *p;
    ngx_str_t                target;
    const char              *fault;
    ngx_eo_purge_refused_t  *refused;

    json_array_foreach(targets, i, value) {

        switch (ngx_eo_purge_json_string(pool, value, &target)) {

        case NGX_ERROR:
            return NGX_ERROR;

        case NGX_DECLINED:
            fault = "is no string";
            break;

        default:
            fault = ngx_eo_prefetch_target_fault(pool, &target, schemes);
        }

        if (fault) {
            refused = ngx_array_push(&task->refused);
            if (refused == NULL) {
                return NGX_ERROR;
            }

            refused->target = target;
            refused->reason = fault;
            continue;
        }

        if (task->job.targets++ == 0) {
            task->job.sample_len = (uint16_t) ngx_min(target.len,
                                                  NGX_EO_PURGE_SAMPLE_LEN);
            ngx_memcpy(task->job.sample, target.data, task->job.sample_len);
        }

        p = task->text.data + task->text.len;
        p = ngx_cpymem(p, target.data, target.len);
        *p++ = LF;
        task->text.len = p - task->text.data;
    }

    return NGX_OK;
}


static const char *
ngx_eo_prefetch_target_fault(ngx_pool_t *pool, ngx_str_t *target,
    ngx_uint_t schemes)
{
    u_char                 key[NGX_EO_PURGE_KEY_LEN];
    size_t                 i;
    ngx_str_t              none;
    const char            *reason;
    ngx_eo_prefetch_url_t  url;

    ngx_str_null(&none);

    switch (ngx_eo_purge_target_key(pool, NGX_EO_PURGE_URL, target, &none,
                                    key, &reason))
    {
    case NGX_OK:
        break;

    case NGX_DECLINED:
        return reason;

    default:
        return "there was no memory for it";
    }

    if (ngx_eo_prefetch_url(target, &url) != NGX_OK) {
        return "is longer than 8000 bytes";
    }

    for (i = 0; i < url.path.len; i++) {
        if (url.path.data[i] == '*') {
            return "wildcards are not possible: name each URL";
        }
    }

    if (!(schemes & (1 << url.https))) {
        return url.https
               ? "\"eo_cache_prefetch\" names no https= address"
               : "\"eo_cache_prefetch\" names no http= address";
    }

    return NULL;
}


json_t *
ngx_eo_prefetch_json_job(ngx_eo_prefetch_job_t *job)
{
    json_t      *object;
    ngx_uint_t   i;

    struct {
        const char  *name;
        uint64_t     value;
    } numbers[7];

    object = json_object();

    (void) json_object_set_new(object, "JobId",
                               ngx_eo_purge_json_text(job->id,
                                                 NGX_EO_PURGE_JOB_ID_LEN));
    (void) json_object_set_new(object, "Type", json_string("prefetch_url"));
    (void) json_object_set_new(object, "Target",
                               ngx_eo_purge_json_text(job->sample,
                                                      job->sample_len));
    (void) json_object_set_new(object, "Status",
                        json_string(ngx_eo_prefetch_states[job->state]));

    numbers[0].name = "Targets";
    numbers[0].value = job->targets;
    numbers[1].name = "Urls";
    numbers[1].value = job->urls;
    numbers[2].name = "Succeeded";
    numbers[2].value = job->succeeded;
    numbers[3].name = "Failed";
    numbers[3].value = job->failed;
    numbers[4].name = "Invalid";
    numbers[4].value = job->invalid;
    numbers[5].name = "Bytes";
    numbers[5].value = job->bytes;
    numbers[6].name = NULL;

    for (i = 0; numbers[i].name; i++) {
        (void) json_object_set_new(object, numbers[i].name,
                                   json_integer(numbers[i].value));
    }

    (void) json_object_set_new(object, "CreateTime",
                               ngx_eo_purge_json_time(job->created));
    (void) json_object_set_new(object, "UpdateTime",
                               ngx_eo_purge_json_time(job->updated));

    return object;
}


json_t *
ngx_eo_prefetch_json_result(ngx_eo_prefetch_result_t *result)
{
    json_t      *object;
    const char  *type, *message;

    object = json_object();

    (void) json_object_set_new(object, "Target",
                               ngx_eo_purge_json_text(result->url.data,
                                                      result->url.len));

    if (result->status) {
        (void) json_object_set_new(object, "HttpStatus",
                                   json_integer(result->status));
    }

    message = ngx_eo_prefetch_failure(result, &type);

    (void) json_object_set_new(object, "Status",
                json_string((message == NULL) ? "success"
                            : (result->state
                               == NGX_EO_PREFETCH_RESULT_INVALID)
                              ? "invalid" : "failed"));

    if (message) {
        (void) json_object_set_new(object, "FailType", json_string(type));
        (void) json_object_set_new(object, "FailMessage",
                                   json_string(message));

    } else if (result->word.len && result->word.data[0] != '-') {
        (void) json_object_set_new(object, "CacheStatus",
                                   ngx_eo_purge_json_text(result->word.data,
                                                          result->word.len));
    }

    (void) json_object_set_new(object, "Bytes", json_integer(result->bytes));
    (void) json_object_set_new(object, "Depth", json_integer(result->depth));

    return object;
}


/* NULL for a success */

static const char *
ngx_eo_prefetch_failure(ngx_eo_prefetch_result_t *result, const char **type)
{
    ngx_uint_t  i;

    static struct {
        const char  *word;
        const char  *type;
        const char  *message;
    } failures[] = {
        { "connect", "taskFailed", "the node cannot be connected to at the "
          "address of \"eo_cache_prefetch\"" },
        { "timeout", "taskFailed", "the node did not answer in time" },
        { "closed", "originPullFailed", "the response was cut" },
        { "garbage", "taskFailed", "the response was no HTTP/1.1: the "
          "address may be one for TLS, or for the PROXY protocol" },
        { "tls", "taskFailed", "the TLS handshake with the node failed" },
        { "playlist", "downloadManifestFailed", "it was fetched, but is no "
          "playlist that can be read: plain text of up to 1 MB that begins "
          "with #EXTM3U" },
        { "scheme", "taskFailed", "\"eo_cache_prefetch\" names no address "
          "for its scheme" },
        { NULL, "taskFailed", "there was no memory for it" }
    };

    if (result->state == NGX_EO_PREFETCH_RESULT_OK) {
        return NULL;
    }

    if (result->state == NGX_EO_PREFETCH_RESULT_INVALID) {

        if (result->status == 401 || result->status == 403) {
            *type = "accessDenied";
            return "the node, or its origin, refused it";
        }

        *type = "originPullFailed";
        return "the answer was no success (2xx)";
    }

    for (i = 0; failures[i].word; i++) {

        if (result->word.len == ngx_strlen(failures[i].word)
            && ngx_strncmp(result->word.data, failures[i].word,
                           result->word.len)
               == 0)
        {
            break;
        }
    }

    *type = failures[i].type;

    return failures[i].message;
}
