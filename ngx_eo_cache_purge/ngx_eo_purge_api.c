
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * POST takes a task, GET tells of one, or of the newest ones.
 */


#include "ngx_eo_core.h"
#include "ngx_eo_prefetch_api.h"
#include "ngx_eo_purge_api.h"
#include "ngx_eo_purge_journal.h"
#include "ngx_eo_purge_task.h"
#include "ngx_http_eo_cache_purge_module.h"
#include <ngx_md5.h>


/* 5,000 URLs of 2,000 bytes */

#define NGX_EO_PURGE_BODY_MAX   (10 * 1024 * 1024)

#define NGX_EO_PURGE_LIST       20
#define NGX_EO_PURGE_LIST_MAX   100
#define NGX_EO_PURGE_OFFSET_MAX 25000


typedef struct {
    ngx_http_request_t    *request;
    ngx_eo_purge_zone_t   *zone;
    ngx_eo_purge_task_t    task;
    ngx_int_t              rc;
} ngx_eo_purge_submission_t;


typedef struct {
    ngx_http_request_t    *request;
    void                 (*thread)(void *data, ngx_log_t *log);
    ngx_int_t            (*answer)(void *data);
    void                  *data;
} ngx_eo_purge_deferred_t;


static ngx_int_t ngx_eo_purge_api_list(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone);
static void ngx_eo_purge_api_body(ngx_http_request_t *r);
static ngx_int_t ngx_eo_purge_api_text(ngx_http_request_t *r,
    ngx_str_t *text);
static ngx_int_t ngx_eo_purge_api_submit(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_int_t ngx_eo_purge_api_purge(ngx_http_request_t *r, json_t *root,
    ngx_str_t *error);
static ngx_uint_t ngx_eo_purge_api_known(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone, ngx_eo_purge_job_t *job);
static ngx_int_t ngx_eo_purge_api_commit(ngx_eo_purge_submission_t *s);
static void ngx_eo_purge_api_thread(void *data, ngx_log_t *log);
static ngx_int_t ngx_eo_purge_api_committed(void *data);
static void ngx_eo_purge_api_in_thread(void *data, ngx_log_t *log);
static void ngx_eo_purge_api_continue(ngx_event_t *ev);
static ngx_int_t ngx_eo_purge_api_result(ngx_eo_purge_submission_t *s);


ngx_int_t
ngx_eo_purge_api_handler(ngx_http_request_t *r)
{
    ngx_int_t                       rc;
    ngx_eo_cache_purge_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_cache_purge_module);

    if (r->method == NGX_HTTP_POST) {
        rc = ngx_http_read_client_request_body(r, ngx_eo_purge_api_body);

        return (rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc : NGX_DONE;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_eo_purge_api_error(r, NGX_HTTP_NOT_ALLOWED,
                                      "InvalidMethod",
                                      "POST takes a task, GET tells of "
                                      "tasks");
    }

    return ngx_eo_purge_api_list(r, conf->api);
}


static ngx_int_t
ngx_eo_purge_api_list(ngx_http_request_t *r, ngx_eo_purge_zone_t *zone)
{
    ngx_int_t            limit, offset;
    ngx_str_t            id, answer;
    ngx_uint_t           n;
    ngx_eo_purge_job_t  *jobs;

    limit = ngx_eo_purge_api_number(r, "Limit", 5, NGX_EO_PURGE_LIST,
                                    NGX_EO_PURGE_LIST_MAX);
    offset = ngx_eo_purge_api_number(r, "Offset", 6, 0,
                                     NGX_EO_PURGE_OFFSET_MAX);

    if (limit == NGX_ERROR || offset == NGX_ERROR) {
        return ngx_eo_purge_api_error(r, NGX_HTTP_BAD_REQUEST,
                                      "InvalidParameter",
                                      "\"Limit\" is a number up to 100, "
                                      "\"Offset\" one up to 25000");
    }

    jobs = ngx_palloc(r->pool, (limit + 1) * sizeof(ngx_eo_purge_job_t));
    if (jobs == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    n = 0;

    if (ngx_eo_prefetch_is_asked_for(r, zone)) {
        return ngx_eo_prefetch_api_list(r, zone, limit, offset);
    }

    if (ngx_http_arg(r, (u_char *) "JobId", 5, &id) == NGX_OK) {

        if (ngx_eo_purge_zone_job(zone, &id, jobs) != NGX_OK) {
            return ngx_eo_purge_api_error(r, NGX_HTTP_NOT_FOUND,
                                          "ResourceNotFound",
                                          "no such task; the newest 1000 are "
                                          "kept");
        }

        n = 1;

    } else {

        while (n < (ngx_uint_t) limit
               && ngx_eo_purge_zone_nth(zone, offset + n, &jobs[n]) == NGX_OK)
        {
            n++;
        }
    }

    ngx_eo_purge_answer_tasks(r->pool, jobs, n, ngx_eo_log_uuid(r), &answer);

    return ngx_eo_purge_api_send(r, NGX_HTTP_OK, &answer);
}


ngx_int_t
ngx_eo_purge_api_number(ngx_http_request_t *r, const char *name, size_t len,
    ngx_int_t value, ngx_int_t max)
{
    ngx_str_t  arg;

    if (ngx_http_arg(r, (u_char *) name, len, &arg) != NGX_OK) {
        return value;
    }

    value = ngx_atoi(arg.data, arg.len);

    return (value > max) ? NGX_ERROR : value;
}


static void
ngx_eo_purge_api_body(ngx_http_request_t *r)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_eo_purge_api_text(r, &text);

    if (rc == NGX_DECLINED) {
        rc = ngx_eo_purge_api_error(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                    "InvalidParameter",
                                    "a submission has 10 MB at the most");

    } else if (rc == NGX_OK) {
        rc = ngx_eo_purge_api_submit(r, &text);

    } else {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(r, rc);
    }
}


/* the body in one piece, wherever nginx has put it */

static ngx_int_t
ngx_eo_purge_api_text(ngx_http_request_t *r, ngx_str_t *text)
{
    off_t         size;
    u_char       *p;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_str_null(text);
    size = 0;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    if (size > NGX_EO_PURGE_BODY_MAX) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, size + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
            continue;
        }

        size = b->file_last - b->file_pos;
        n = ngx_read_file(b->file, p, size, b->file_pos);

        if (n != (ssize_t) size) {
            return NGX_ERROR;
        }

        p += n;
    }

    text->len = p - text->data;

    return NGX_OK;
}


/* returns NGX_AGAIN if a thread is to answer */

static ngx_int_t
ngx_eo_purge_api_submit(ngx_http_request_t *r, ngx_str_t *body)
{
    json_t     *root;
    ngx_int_t   rc;
    ngx_str_t   error, answer;

    root = ngx_eo_purge_json_parse(r->pool, body, &error);

    if (root) {
        rc = ngx_eo_prefetch_is_submission(root)
             ? ngx_eo_prefetch_api_submit(r, root, &error)
             : ngx_eo_purge_api_purge(r, root, &error);

        json_decref(root);

    } else {
        rc = error.len ? NGX_DECLINED : NGX_ERROR;
    }

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_DECLINED) {
        ngx_eo_purge_answer_error(r->pool, "InvalidParameter", &error,
                                  ngx_eo_log_uuid(r), &answer);
        return ngx_eo_purge_api_send(r, NGX_HTTP_BAD_REQUEST, &answer);
    }

    return rc;
}


/* returns NGX_DECLINED with an error, or what the request ends with */

static ngx_int_t
ngx_eo_purge_api_purge(ngx_http_request_t *r, json_t *root, ngx_str_t *error)
{
    ngx_int_t                       rc;
    ngx_eo_purge_submission_t      *s;
    ngx_eo_cache_purge_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_cache_purge_module);

    s = ngx_pcalloc(r->pool, sizeof(ngx_eo_purge_submission_t));
    if (s == NULL) {
        return NGX_ERROR;
    }

    s->request = r;
    s->zone = conf->api;

    rc = ngx_eo_purge_task_read(r->pool, root, &s->task, error);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_eo_purge_api_known(r, s->zone, &s->task.job)) {
        s->rc = NGX_OK;
        return ngx_eo_purge_api_result(s);
    }

    ngx_eo_purge_zone_begin(s->zone, &s->task.job);

    return ngx_eo_purge_api_commit(s);
}


/*
 * Idempotency-Key: what was submitted with the same key, and still is among
 * the tasks kept, is not done again.
 */

static ngx_uint_t
ngx_eo_purge_api_known(ngx_http_request_t *r, ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_job_t *job)
{
    ngx_eo_purge_job_t  known;

    if (!ngx_eo_purge_api_request_key(r, job->request)
        || ngx_eo_purge_zone_request(zone, job->request, &known) != NGX_OK)
    {
        return 0;
    }

    *job = known;

    return 1;
}


ngx_uint_t
ngx_eo_purge_api_request_key(ngx_http_request_t *r, u_char *key)
{
    ngx_md5_t         md5;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  name = ngx_string("idempotency-key");

    part = &r->headers_in.headers.part;
    i = 0;

    do {
        h = ngx_eo_next_header(&part, &i);

        if (h == NULL) {
            return 0;
        }

    } while (h->key.len != name.len
             || ngx_strncasecmp(h->key.data, name.data, name.len) != 0);

    ngx_md5_init(&md5);
    ngx_md5_update(&md5, h->value.data, h->value.len);
    ngx_md5_final(key, &md5);

    return 1;
}


static ngx_int_t
ngx_eo_purge_api_commit(ngx_eo_purge_submission_t *s)
{
    if (!ngx_eo_purge_zone_room(s->zone, s->task.job.targets)) {
        s->rc = NGX_DECLINED;
        return ngx_eo_purge_api_result(s);
    }

    if (s->zone->journal.len == 0) {
        s->rc = ngx_eo_purge_zone_mark(s->zone, &s->task.job, s->task.keys);
        return ngx_eo_purge_api_result(s);
    }

    return ngx_eo_purge_api_defer(s->request, ngx_eo_purge_api_thread,
                                  ngx_eo_purge_api_committed, s);
}


ngx_int_t
ngx_eo_purge_api_defer(ngx_http_request_t *r,
    void (*thread)(void *data, ngx_log_t *log),
    ngx_int_t (*answer)(void *data), void *data)
{
    ngx_str_t                 name;
    ngx_thread_pool_t        *pool;
    ngx_thread_task_t        *task;
    ngx_eo_purge_deferred_t  *deferred;

    ngx_str_set(&name, "default");
    pool = ngx_thread_pool_get((ngx_cycle_t *) ngx_cycle, &name);

    task = ngx_thread_task_alloc(r->pool, sizeof(ngx_eo_purge_deferred_t));

    if (pool == NULL || task == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    deferred = task->ctx;
    deferred->request = r;
    deferred->thread = thread;
    deferred->answer = answer;
    deferred->data = data;

    task->handler = ngx_eo_purge_api_in_thread;
    task->event.handler = ngx_eo_purge_api_continue;
    task->event.data = deferred;

    if (ngx_thread_task_post(pool, task) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->main->blocked++;
    r->aio = 1;

    return NGX_AGAIN;
}


static void
ngx_eo_purge_api_in_thread(void *data, ngx_log_t *log)
{
    ngx_eo_purge_deferred_t *deferred = data;

    deferred->thread(deferred->data, log);
}


static void
ngx_eo_purge_api_continue(ngx_event_t *ev)
{
    ngx_connection_t         *c;
    ngx_http_request_t       *r;
    ngx_eo_purge_deferred_t  *deferred = ev->data;

    r = deferred->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    r->main->blocked--;
    r->aio = 0;

    ngx_http_finalize_request(r, deferred->answer(deferred->data));

    ngx_http_run_posted_requests(c);
}


static void
ngx_eo_purge_api_thread(void *data, ngx_log_t *log)
{
    ngx_eo_purge_submission_t *s = data;

    s->rc = ngx_eo_purge_journal_commit(s->zone, &s->task.job, s->task.keys,
                                        log);
}


static ngx_int_t
ngx_eo_purge_api_committed(void *data)
{
    return ngx_eo_purge_api_result(data);
}


static ngx_int_t
ngx_eo_purge_api_result(ngx_eo_purge_submission_t *s)
{
    ngx_str_t            answer;
    ngx_http_request_t  *r;

    r = s->request;

    if (s->rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "a purge of %uD targets was refused: the zone \"%V\" is "
                      "full", s->task.job.targets, &s->zone->name);

        return ngx_eo_purge_api_error(r, NGX_HTTP_INSUFFICIENT_STORAGE,
                                      "ResourceInsufficient",
                                      "the zone has no room for the targets: "
                                      "purge a host or everything instead, "
                                      "or make the zone larger");
    }

    if (s->rc != NGX_OK) {
        return ngx_eo_purge_api_error(r, NGX_HTTP_INSUFFICIENT_STORAGE,
                                      "InternalError",
                                      "the journal cannot be written, so "
                                      "nothing was purged; the error log "
                                      "says why");
    }

    ngx_eo_purge_answer_accepted(r->pool, &s->task, ngx_eo_log_uuid(r),
                                 &answer);

    return ngx_eo_purge_api_send(r, NGX_HTTP_OK, &answer);
}


ngx_int_t
ngx_eo_purge_api_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *code, const char *message)
{
    ngx_str_t  text, answer;

    text.data = (u_char *) message;
    text.len = ngx_strlen(message);

    ngx_eo_purge_answer_error(r->pool, code, &text, ngx_eo_log_uuid(r),
                              &answer);

    return ngx_eo_purge_api_send(r, status, &answer);
}


ngx_int_t
ngx_eo_purge_api_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *answer)
{
    ngx_int_t    rc;
    ngx_buf_t   *b;
    ngx_str_t    name, value;
    ngx_chain_t  out;

    if (answer->data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&name, "Cache-Control");
    ngx_str_set(&value, "no-store");

    if (ngx_eo_set_response_header(r, &name, &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = answer->len;
    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = answer->data;
    b->last = answer->data + answer->len;
    b->memory = 1;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
