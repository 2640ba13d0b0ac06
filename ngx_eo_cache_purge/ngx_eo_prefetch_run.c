
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * One process of a node runs one task of a zone at a time.  Its URLs are
 * fetched from the node itself, so many at once and so many a second, and the
 * result of each goes to a file; whoever takes the turn after a reload, or
 * after the end of the process, goes on with those that have none.
 */


#include "ngx_eo_prefetch_run.h"
#include "ngx_eo_prefetch_fetch.h"
#include "ngx_eo_prefetch_file.h"
#include "ngx_eo_prefetch_list.h"
#include "ngx_eo_prefetch_playlist.h"
#include <ngx_thread_pool.h>


#define NGX_EO_PREFETCH_INTERVAL  500       /* ms */

/* a URL that fails is tried so often, after so many ms more each time */

#define NGX_EO_PREFETCH_TRIES     3
#define NGX_EO_PREFETCH_PAUSE     1000


typedef struct {
    ngx_str_node_t               node;      /* by the URL */
    ngx_queue_t                  queue;
    ngx_uint_t                   depth;
    ngx_uint_t                   tries;
    ngx_msec_t                   due;       /* when it may be tried again */
    unsigned                     done:1;    /* before; to be read again only */
} ngx_eo_prefetch_entry_t;


typedef struct ngx_eo_prefetch_run_s  ngx_eo_prefetch_run_t;

typedef struct {
    ngx_eo_prefetch_fetch_t      fetch;
    ngx_eo_prefetch_run_t       *run;
    ngx_eo_prefetch_entry_t     *entry;
    ngx_queue_t                  queue;
} ngx_eo_prefetch_active_t;


struct ngx_eo_prefetch_run_s {
    ngx_eo_purge_zone_t         *zone;
    ngx_eo_prefetch_conf_t      *conf;
    ngx_thread_pool_t           *threads;
    ngx_event_t                  timer;
    ngx_log_t                   *log;

    /* of the task, if there is one */

    ngx_eo_prefetch_job_t        job;
    ngx_pool_t                  *pool;
    ngx_str_t                    text;      /* of its file */
    ngx_str_t                    results;
    ngx_int_t                    rc;        /* of the thread */
    ngx_str_t                    fields;    /* header lines */
    ngx_rbtree_t                 urls;
    ngx_rbtree_node_t            sentinel;
    ngx_queue_t                  waiting;
    ngx_queue_t                  later;     /* failed, and tried again */
    ngx_queue_t                  fetches;   /* of ngx_eo_prefetch_active_t */
    ngx_uint_t                   active;
    ngx_uint_t                   media;     /* URLs found in playlists */
    ngx_uint_t                   second;    /* begun in this second */
    time_t                       now;

    unsigned                     busy:1;
};


static void ngx_eo_prefetch_timer(ngx_event_t *ev);
static ngx_int_t ngx_eo_prefetch_begin(ngx_eo_prefetch_run_t *run);
static void ngx_eo_prefetch_thread(void *data, ngx_log_t *log);
static void ngx_eo_prefetch_loaded(ngx_event_t *ev);
static ngx_int_t ngx_eo_prefetch_urls(ngx_eo_prefetch_run_t *run);
static ngx_eo_prefetch_entry_t *ngx_eo_prefetch_known(
    ngx_eo_prefetch_run_t *run, ngx_str_t *url);
static ngx_eo_prefetch_entry_t *ngx_eo_prefetch_entry(
    ngx_eo_prefetch_run_t *run, ngx_str_t *url, ngx_uint_t depth);
static void ngx_eo_prefetch_done_before(ngx_eo_prefetch_run_t *run);
static void ngx_eo_prefetch_pump(ngx_eo_prefetch_run_t *run);
static ngx_eo_prefetch_entry_t *ngx_eo_prefetch_next(
    ngx_eo_prefetch_run_t *run);
static void ngx_eo_prefetch_one(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry);
static ngx_int_t ngx_eo_prefetch_prepare(ngx_eo_prefetch_active_t *active);
static void ngx_eo_prefetch_fetched(ngx_eo_prefetch_fetch_t *fetch);
static void ngx_eo_prefetch_result(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_eo_prefetch_fetch_t *fetch);
static ngx_uint_t ngx_eo_prefetch_again(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_eo_prefetch_fetch_t *fetch);
static void ngx_eo_prefetch_follow(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_eo_prefetch_fetch_t *fetch);
static void ngx_eo_prefetch_follow_one(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_str_t *url);
static ngx_uint_t ngx_eo_prefetch_may_be_playlist(ngx_str_t *url);
static void ngx_eo_prefetch_stop(ngx_eo_prefetch_run_t *run);
static void ngx_eo_prefetch_finish(ngx_eo_prefetch_run_t *run);


ngx_int_t
ngx_eo_prefetch_start(ngx_cycle_t *cycle, ngx_eo_purge_zone_t *zone)
{
    ngx_str_t               name;
    ngx_eo_prefetch_run_t  *run;

    ngx_str_set(&name, "default");

    run = ngx_pcalloc(cycle->pool, sizeof(ngx_eo_prefetch_run_t));
    if (run == NULL) {
        return NGX_ERROR;
    }

    run->zone = zone;
    run->conf = zone->prefetch;
    run->log = cycle->log;
    run->threads = ngx_thread_pool_get(cycle, &name);

    if (run->threads == NULL) {
        return NGX_ERROR;
    }

    run->timer.handler = ngx_eo_prefetch_timer;
    run->timer.data = run;
    run->timer.log = cycle->log;
    run->timer.cancelable = 1;

    ngx_add_timer(&run->timer, NGX_EO_PREFETCH_INTERVAL);

    return NGX_OK;
}


static void
ngx_eo_prefetch_timer(ngx_event_t *ev)
{
    ngx_eo_prefetch_run_t *run = ev->data;

    if (run->busy) {

        if (run->pool) {
            ngx_eo_prefetch_pump(run);
        }

    } else if (!ngx_exiting
               && ngx_eo_prefetch_turn(run->zone, &run->job) == NGX_OK
               && ngx_eo_prefetch_begin(run) != NGX_OK)
    {
        ngx_eo_prefetch_turn_end(run->zone, &run->job);
    }

    if (!ngx_exiting && !ev->timer_set) {
        ngx_add_timer(ev, NGX_EO_PREFETCH_INTERVAL);
    }
}


static ngx_int_t
ngx_eo_prefetch_begin(ngx_eo_prefetch_run_t *run)
{
    ngx_thread_task_t  *task;

    task = ngx_calloc(sizeof(ngx_thread_task_t), run->log);
    if (task == NULL) {
        return NGX_ERROR;
    }

    task->ctx = run;
    task->handler = ngx_eo_prefetch_thread;
    task->event.handler = ngx_eo_prefetch_loaded;
    task->event.data = task;

    if (ngx_thread_task_post(run->threads, task) != NGX_OK) {
        ngx_free(task);
        return NGX_ERROR;
    }

    run->busy = 1;

    return NGX_OK;
}


static void
ngx_eo_prefetch_thread(void *data, ngx_log_t *log)
{
    ngx_eo_prefetch_run_t *run = data;

    run->rc = ngx_eo_prefetch_file_read(run->zone, run->job.id, &run->text,
                                        &run->results, log);

    if (run->rc == NGX_OK && run->results.len) {

        /* without it, what failed before is told twice */

        (void) ngx_eo_prefetch_results_keep(run->zone, run->job.id,
                                            &run->results, log);
    }
}


static void
ngx_eo_prefetch_loaded(ngx_event_t *ev)
{
    ngx_thread_task_t *task = ev->data;

    ngx_eo_prefetch_run_t  *run;

    run = task->ctx;
    ngx_free(task);

    if (run->rc == NGX_OK) {
        run->pool = ngx_create_pool(16384, run->log);

        if (run->pool && ngx_eo_prefetch_urls(run) == NGX_OK) {
            ngx_eo_prefetch_pump(run);
            return;
        }

        ngx_eo_prefetch_stop(run);
    }

    ngx_log_error(NGX_LOG_ERR, run->log, 0,
                  "the prefetch %*s cannot be run",
                  (size_t) NGX_EO_PURGE_JOB_ID_LEN, run->job.id);

    run->job.state = NGX_EO_PREFETCH_FAILED;
    run->busy = 0;

    ngx_eo_prefetch_turn_end(run->zone, &run->job);
}


static ngx_int_t
ngx_eo_prefetch_urls(ngx_eo_prefetch_run_t *run)
{
    u_char     *p, *last;
    ngx_str_t   url;

    ngx_rbtree_init(&run->urls, &run->sentinel, ngx_str_rbtree_insert_value);
    ngx_queue_init(&run->waiting);
    ngx_queue_init(&run->later);
    ngx_queue_init(&run->fetches);

    run->active = 0;
    run->media = 0;
    run->job.urls = 0;
    run->job.succeeded = 0;
    run->job.failed = 0;
    run->job.invalid = 0;
    run->job.bytes = 0;

    p = run->text.data;
    last = p + run->text.len;

    /* header lines, up to an empty one */

    run->fields.data = p;

    while (p < last && *p != LF) {
        p = ngx_strlchr(p, last, LF);

        if (p == NULL) {
            return NGX_ERROR;
        }

        p++;
    }

    run->fields.len = p - run->fields.data;

    for (p++; p < last; p = url.data + url.len + 1) {
        url.data = p;
        p = ngx_strlchr(p, last, LF);
        url.len = (p ? p : last) - url.data;

        if (url.len && ngx_eo_prefetch_known(run, &url) == NULL
            && ngx_eo_prefetch_entry(run, &url, 0) == NULL)
        {
            return NGX_ERROR;
        }
    }

    ngx_eo_prefetch_done_before(run);

    return NGX_OK;
}


static ngx_eo_prefetch_entry_t *
ngx_eo_prefetch_known(ngx_eo_prefetch_run_t *run, ngx_str_t *url)
{
    return (ngx_eo_prefetch_entry_t *)
               ngx_str_rbtree_lookup(&run->urls, url,
                                     ngx_crc32_short(url->data, url->len));
}


static ngx_eo_prefetch_entry_t *
ngx_eo_prefetch_entry(ngx_eo_prefetch_run_t *run, ngx_str_t *url,
    ngx_uint_t depth)
{
    ngx_eo_prefetch_entry_t  *entry;

    entry = ngx_pcalloc(run->pool, sizeof(ngx_eo_prefetch_entry_t));
    if (entry == NULL) {
        return NULL;
    }

    entry->node.str = *url;
    entry->node.node.key = ngx_crc32_short(url->data, url->len);
    entry->depth = depth;

    ngx_rbtree_insert(&run->urls, &entry->node.node);
    ngx_queue_insert_tail(&run->waiting, &entry->queue);

    run->job.urls++;

    return entry;
}


/*
 * What has succeeded is not fetched again, but for playlists, in which the
 * others are found: a hit.
 */

static void
ngx_eo_prefetch_done_before(ngx_eo_prefetch_run_t *run)
{
    ngx_str_t                  results;
    ngx_eo_prefetch_entry_t   *entry;
    ngx_eo_prefetch_result_t   result;

    results = run->results;

    while (ngx_eo_prefetch_results_next(&results, &result)) {

        entry = ngx_eo_prefetch_known(run, &result.url);

        if (entry == NULL) {
            entry = ngx_eo_prefetch_entry(run, &result.url, result.depth);

            if (entry == NULL) {
                return;
            }

            run->media++;
        }

        if (entry->done) {
            continue;
        }

        entry->done = 1;
        run->job.succeeded++;
        run->job.bytes += result.bytes;

        if (!run->job.media
            || !ngx_eo_prefetch_may_be_playlist(&result.url))
        {
            ngx_queue_remove(&entry->queue);
        }
    }
}


/* begins as many fetches as may be; to be called again when one has ended */

static void
ngx_eo_prefetch_pump(ngx_eo_prefetch_run_t *run)
{
    ngx_eo_prefetch_entry_t  *entry;

    if (ngx_eo_prefetch_report(run->zone, &run->job) != NGX_OK) {

        /* canceled: what is under way is given up */

        ngx_eo_prefetch_stop(run);
        run->busy = 0;
        ngx_eo_prefetch_turn_end(run->zone, &run->job);
        return;
    }

    if (run->now != ngx_time()) {
        run->now = ngx_time();
        run->second = 0;
    }

    while (!ngx_exiting
           && run->active < run->conf->concurrency
           && run->second < run->conf->rate)
    {
        entry = ngx_eo_prefetch_next(run);

        if (entry == NULL) {
            break;
        }

        run->second++;
        ngx_eo_prefetch_one(run, entry);
    }

    if (run->active == 0
        && (ngx_exiting
            || (ngx_queue_empty(&run->waiting)
                && ngx_queue_empty(&run->later))))
    {
        ngx_eo_prefetch_finish(run);
    }
}


static ngx_eo_prefetch_entry_t *
ngx_eo_prefetch_next(ngx_eo_prefetch_run_t *run)
{
    ngx_queue_t              *q;
    ngx_eo_prefetch_entry_t  *entry;

    if (!ngx_queue_empty(&run->later)) {
        q = ngx_queue_head(&run->later);
        entry = ngx_queue_data(q, ngx_eo_prefetch_entry_t, queue);

        if ((ngx_msec_int_t) (entry->due - ngx_current_msec) <= 0) {
            ngx_queue_remove(q);
            return entry;
        }
    }

    if (ngx_queue_empty(&run->waiting)) {
        return NULL;
    }

    q = ngx_queue_head(&run->waiting);
    ngx_queue_remove(q);

    return ngx_queue_data(q, ngx_eo_prefetch_entry_t, queue);
}


static void
ngx_eo_prefetch_one(ngx_eo_prefetch_run_t *run, ngx_eo_prefetch_entry_t *entry)
{
    ngx_pool_t                *pool;
    ngx_eo_prefetch_active_t  *active;

    pool = ngx_create_pool(1024, run->log);
    if (pool == NULL) {
        ngx_queue_insert_tail(&run->later, &entry->queue);
        return;
    }

    active = ngx_pcalloc(pool, sizeof(ngx_eo_prefetch_active_t));

    if (active == NULL) {
        ngx_destroy_pool(pool);
        ngx_queue_insert_tail(&run->later, &entry->queue);
        return;
    }

    active->run = run;
    active->entry = entry;
    active->fetch.pool = pool;

    if (ngx_eo_prefetch_prepare(active) != NGX_OK
        || ngx_eo_prefetch_fetch(&active->fetch, run->log) != NGX_AGAIN)
    {
        entry->tries++;
        ngx_eo_prefetch_result(run, entry, &active->fetch);
        ngx_destroy_pool(pool);
        return;
    }

    ngx_queue_insert_tail(&run->fetches, &active->queue);
    run->active++;
}


static ngx_int_t
ngx_eo_prefetch_prepare(ngx_eo_prefetch_active_t *active)
{
    u_char                   *p, *end;
    ngx_str_t                *text;
    ngx_eo_prefetch_url_t     url;
    ngx_eo_prefetch_run_t    *run;
    ngx_eo_prefetch_conf_t   *conf;
    ngx_eo_prefetch_fetch_t  *fetch;

    run = active->run;
    conf = run->conf;
    fetch = &active->fetch;
    text = &active->entry->node.str;

    fetch->failure = "memory";

    if (ngx_eo_prefetch_url(text, &url) != NGX_OK) {
        fetch->failure = "url";
        return NGX_ERROR;
    }

    fetch->address = url.https ? conf->https : conf->http;
    fetch->ssl = url.https ? conf->ssl : NULL;

    if (fetch->address == NULL) {
        fetch->failure = "scheme";
        return NGX_ERROR;
    }

    fetch->request.data = ngx_pnalloc(fetch->pool,
                                      text->len + run->fields.len + 256);
    fetch->host.data = ngx_pnalloc(fetch->pool, url.host.len + 1);

    if (fetch->request.data == NULL || fetch->host.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(fetch->request.data,
                    "GET %s%V%V HTTP/1.1" CRLF "Host: %V" CRLF
                    "Connection: close" CRLF,
                    url.path.len ? "" : "/", &url.path, &url.args, &url.host);

    p = ngx_cpymem(p, run->fields.data, run->fields.len);
    p = ngx_cpymem(p, CRLF, sizeof(CRLF) - 1);

    fetch->request.len = p - fetch->request.data;

    (void) ngx_cpystrn(fetch->host.data, url.host.data, url.host.len + 1);

    end = fetch->host.data + url.host.len;
    p = (fetch->host.data[0] == '[')
        ? NULL : ngx_strlchr(fetch->host.data, end, ':');

    if (p) {
        *p = '\0';
    }

    fetch->timeout = conf->timeout;
    fetch->handler = ngx_eo_prefetch_fetched;
    fetch->keep = run->job.media && ngx_eo_prefetch_may_be_playlist(text);
    fetch->failure = NULL;

    return NGX_OK;
}


static void
ngx_eo_prefetch_fetched(ngx_eo_prefetch_fetch_t *fetch)
{
    ngx_eo_prefetch_run_t     *run;
    ngx_eo_prefetch_active_t  *active;

    active = (ngx_eo_prefetch_active_t *) fetch;
    run = active->run;

    ngx_queue_remove(&active->queue);
    run->active--;

    active->entry->tries++;

    if (!ngx_eo_prefetch_again(run, active->entry, fetch)) {
        ngx_eo_prefetch_follow(run, active->entry, fetch);
        ngx_eo_prefetch_result(run, active->entry, fetch);
    }

    ngx_destroy_pool(fetch->pool);

    ngx_eo_prefetch_pump(run);
}


/* what went wrong on the way, and what an origin has trouble with now */

static ngx_uint_t
ngx_eo_prefetch_again(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_eo_prefetch_fetch_t *fetch)
{
    if ((fetch->failure == NULL && fetch->response.status < 500)
        || entry->tries >= NGX_EO_PREFETCH_TRIES)
    {
        return 0;
    }

    entry->due = ngx_current_msec + entry->tries * NGX_EO_PREFETCH_PAUSE;
    ngx_queue_insert_tail(&run->later, &entry->queue);

    return 1;
}


static void
ngx_eo_prefetch_result(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_eo_prefetch_fetch_t *fetch)
{
    const char                *word;
    ngx_eo_prefetch_result_t   result;

    if (entry->done) {
        return;
    }

    word = fetch->failure;

    result.url = entry->node.str;
    result.depth = entry->depth;
    result.status = fetch->response.status;
    result.bytes = fetch->response.received;

    if (word) {
        result.state = NGX_EO_PREFETCH_RESULT_FAILED;
        run->job.failed++;

    } else if (result.status < 200 || result.status > 299) {
        result.state = NGX_EO_PREFETCH_RESULT_INVALID;
        run->job.invalid++;

    } else {
        result.state = NGX_EO_PREFETCH_RESULT_OK;
        run->job.succeeded++;
        run->job.bytes += result.bytes;
    }

    if (word == NULL) {
        word = fetch->response.cache[0] ? (char *) fetch->response.cache
                                        : "-";
    }

    result.word.data = (u_char *) word;
    result.word.len = ngx_strlen(word);

    (void) ngx_eo_prefetch_results_add(run->zone, run->job.id, &result,
                                       run->log);
}


/* what a playlist names is fetched as well */

static void
ngx_eo_prefetch_follow(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_eo_prefetch_fetch_t *fetch)
{
    u_char                 buffer[NGX_EO_PREFETCH_URL_MAX];
    ngx_str_t              text, reference, url;
    ngx_eo_prefetch_url_t  base;

    text.data = fetch->body;
    text.len = fetch->body_len;

    if (!run->job.media || fetch->failure
        || fetch->response.status != 200
        || (!fetch->keep && !fetch->response.playlist)
        || entry->depth >= NGX_EO_PREFETCH_DEPTH
        || ngx_eo_prefetch_url(&entry->node.str, &base) != NGX_OK)
    {
        return;
    }

    if (text.len == 0 || fetch->cut || fetch->response.encoded
        || !ngx_eo_playlist(&text))
    {
        fetch->failure = "playlist";
        return;
    }

    while (ngx_eo_playlist_next(&text, &reference)) {

        if (ngx_eo_playlist_resolve(&base, &reference, buffer, &url)
            == NGX_OK)
        {
            ngx_eo_prefetch_follow_one(run, entry, &url);
        }
    }
}


/* only of the playlist's own host: it does not tell the node whom to ask */

static void
ngx_eo_prefetch_follow_one(ngx_eo_prefetch_run_t *run,
    ngx_eo_prefetch_entry_t *entry, ngx_str_t *url)
{
    ngx_str_t              own;
    ngx_eo_prefetch_url_t  base, other;

    if (ngx_eo_prefetch_url(&entry->node.str, &base) != NGX_OK
        || ngx_eo_prefetch_url(url, &other) != NGX_OK
        || base.host.len != other.host.len
        || ngx_strncasecmp(base.host.data, other.host.data, base.host.len)
           != 0
        || ngx_eo_prefetch_known(run, url))
    {
        return;
    }

    if (run->media == NGX_EO_PREFETCH_MEDIA) {
        ngx_log_error(NGX_LOG_WARN, run->log, 0,
                      "the playlists of the prefetch %*s name more than %d "
                      "URLs, the rest of which is left out",
                      (size_t) NGX_EO_PURGE_JOB_ID_LEN, run->job.id,
                      NGX_EO_PREFETCH_MEDIA);
    }

    if (run->media++ >= NGX_EO_PREFETCH_MEDIA) {
        return;
    }

    own.len = other.args.data + other.args.len - url->data;
    own.data = ngx_pnalloc(run->pool, own.len);

    if (own.data == NULL) {
        return;
    }

    ngx_memcpy(own.data, url->data, own.len);

    (void) ngx_eo_prefetch_entry(run, &own, entry->depth + 1);
}


static ngx_uint_t
ngx_eo_prefetch_may_be_playlist(ngx_str_t *url)
{
    ngx_eo_prefetch_url_t  parts;

    return ngx_eo_prefetch_url(url, &parts) == NGX_OK
           && parts.path.len > 5
           && ngx_strncasecmp(parts.path.data + parts.path.len - 5,
                              (u_char *) ".m3u8", 5)
              == 0;
}


static void
ngx_eo_prefetch_stop(ngx_eo_prefetch_run_t *run)
{
    ngx_queue_t               *q;
    ngx_eo_prefetch_active_t  *active;

    while (run->active) {
        q = ngx_queue_head(&run->fetches);
        active = ngx_queue_data(q, ngx_eo_prefetch_active_t, queue);

        ngx_queue_remove(q);
        run->active--;

        ngx_eo_prefetch_fetch_close(&active->fetch);
        ngx_destroy_pool(active->fetch.pool);
    }

    if (run->pool) {
        ngx_destroy_pool(run->pool);
        run->pool = NULL;
    }

    ngx_free(run->text.data);

    if (run->results.data) {
        ngx_free(run->results.data);
        ngx_str_null(&run->results);
    }
}


/* the task has ended, or this process, and another one goes on with it */

static void
ngx_eo_prefetch_finish(ngx_eo_prefetch_run_t *run)
{
    ngx_eo_prefetch_result_t  end;

    if (ngx_queue_empty(&run->waiting) && ngx_queue_empty(&run->later)) {

        run->job.state = (run->job.failed || run->job.invalid)
                         ? NGX_EO_PREFETCH_FAILED : NGX_EO_PREFETCH_SUCCESS;

        ngx_memzero(&end, sizeof(ngx_eo_prefetch_result_t));
        end.state = NGX_EO_PREFETCH_RESULT_ENDED;
        ngx_str_set(&end.word, "-");

        (void) ngx_eo_prefetch_results_add(run->zone, run->job.id, &end,
                                           run->log);
    }

    ngx_eo_prefetch_stop(run);
    run->busy = 0;

    ngx_eo_prefetch_turn_end(run->zone, &run->job);
}
