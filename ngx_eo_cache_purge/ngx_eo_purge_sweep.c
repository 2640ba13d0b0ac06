
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reading all files of the caches that a zone is for.
 *
 * A purge holds without it: it frees the disk, counts what a task has met, and
 * tells when marks are not needed any more.
 */


#include "ngx_eo_purge_sweep.h"
#include "ngx_eo_purge_file.h"
#include "ngx_eo_purge_journal.h"
#include "ngx_eo_purge_object.h"
#include <dirent.h>


#define NGX_EO_PURGE_SWEEP_INTERVAL  1000    /* ms */

/* after so many files the thread rests for so many microseconds */

#define NGX_EO_PURGE_SWEEP_FILES     100
#define NGX_EO_PURGE_SWEEP_REST      2000

/* ngx_http_file_cache_header_t keeps the end of the header in 16 bits */

#define NGX_EO_PURGE_HEADER_MAX      65536


typedef struct {
    ngx_eo_purge_zone_t    *zone;
    ngx_event_t             timer;
    ngx_thread_pool_t      *pool;
    ngx_array_t             caches;    /* of ngx_http_file_cache_t * */
    ngx_cycle_t            *cycle;
} ngx_eo_purge_sweep_t;


typedef struct {
    ngx_eo_purge_sweep_t   *sweep;
    ngx_eo_purge_zone_t    *zone;
    ngx_http_file_cache_t  *cache;
    ngx_log_t              *log;
    uint64_t                order;
    ngx_uint_t              files;
    u_char                 *buffer;
    u_char                 *path;      /* room for a URL's path */
    u_char                  name[NGX_MAX_PATH];

    unsigned                failed:1;
    unsigned                unknown:1; /* objects without a URL, and old */
} ngx_eo_purge_round_t;


static ngx_int_t ngx_eo_purge_sweep_caches(ngx_cycle_t *cycle,
    ngx_eo_purge_sweep_t *sweep);
static ngx_uint_t ngx_eo_purge_sweep_is_cache(ngx_cycle_t *cycle, void *tag);
static void ngx_eo_purge_sweep_timer(ngx_event_t *ev);
static void ngx_eo_purge_sweep_thread(void *data, ngx_log_t *log);
static void ngx_eo_purge_sweep_done(ngx_event_t *ev);
static void ngx_eo_purge_sweep_folder(ngx_eo_purge_round_t *round,
    size_t len, ngx_uint_t level);
static ngx_int_t ngx_eo_purge_sweep_entry(ngx_eo_purge_round_t *round,
    size_t len, ngx_uint_t level, const char *name);
static void ngx_eo_purge_sweep_file(ngx_eo_purge_round_t *round, size_t len);
static ngx_int_t ngx_eo_purge_sweep_read(ngx_eo_purge_round_t *round,
    ngx_file_info_t *fi, size_t *header_len);
static void ngx_eo_purge_sweep_judge(ngx_eo_purge_round_t *round,
    ngx_str_t *name, ngx_file_uniq_t uniq, size_t header_len);
static ngx_int_t ngx_eo_purge_sweep_key(ngx_str_t *name, u_char *key);


ngx_int_t
ngx_eo_purge_sweep_start(ngx_cycle_t *cycle, ngx_eo_purge_zone_t *zone)
{
    ngx_str_t              name;
    ngx_eo_purge_sweep_t  *sweep;

    ngx_str_set(&name, "default");

    sweep = ngx_pcalloc(cycle->pool, sizeof(ngx_eo_purge_sweep_t));
    if (sweep == NULL) {
        return NGX_ERROR;
    }

    sweep->zone = zone;
    sweep->cycle = cycle;
    sweep->pool = ngx_thread_pool_get(cycle, &name);

    if (sweep->pool == NULL
        || ngx_eo_purge_sweep_caches(cycle, sweep) != NGX_OK)
    {
        return NGX_ERROR;
    }

    sweep->timer.handler = ngx_eo_purge_sweep_timer;
    sweep->timer.data = sweep;
    sweep->timer.log = cycle->log;
    sweep->timer.cancelable = 1;

    ngx_add_timer(&sweep->timer, NGX_EO_PURGE_SWEEP_INTERVAL);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_sweep_caches(ngx_cycle_t *cycle, ngx_eo_purge_sweep_t *sweep)
{
    ngx_uint_t               i;
    ngx_shm_zone_t         **named, *shm_zone;
    ngx_list_part_t         *part;
    ngx_http_file_cache_t  **cache;

    if (ngx_array_init(&sweep->caches, cycle->pool, 4,
                       sizeof(ngx_http_file_cache_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!sweep->zone->any_cache) {
        named = sweep->zone->caches.elts;

        for (i = 0; i < sweep->zone->caches.nelts; i++) {
            cache = ngx_array_push(&sweep->caches);
            if (cache == NULL) {
                return NGX_ERROR;
            }

            *cache = named[i]->data;
        }

        return NGX_OK;
    }

    part = &cycle->shared_memory.part;
    shm_zone = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            shm_zone = part->elts;
            i = 0;
        }

        if (!ngx_eo_purge_sweep_is_cache(cycle, shm_zone[i].tag)) {
            continue;
        }

        cache = ngx_array_push(&sweep->caches);
        if (cache == NULL) {
            return NGX_ERROR;
        }

        *cache = shm_zone[i].data;
    }

    return NGX_OK;
}


/* the tag of a cache's zone is the module with a directive "*_cache_path" */

static ngx_uint_t
ngx_eo_purge_sweep_is_cache(ngx_cycle_t *cycle, void *tag)
{
    ngx_uint_t      i;
    ngx_command_t  *cmd;

    for (i = 0; cycle->modules[i]; i++) {

        if (cycle->modules[i] != tag || cycle->modules[i]->commands == NULL) {
            continue;
        }

        for (cmd = cycle->modules[i]->commands; cmd->name.len; cmd++) {

            if (cmd->set == ngx_http_file_cache_set_slot) {
                return 1;
            }
        }
    }

    return 0;
}


static void
ngx_eo_purge_sweep_timer(ngx_event_t *ev)
{
    uint64_t               order;
    ngx_thread_task_t     *task;
    ngx_eo_purge_round_t  *round;
    ngx_eo_purge_sweep_t  *sweep = ev->data;

    if (ngx_exiting) {
        return;
    }

    order = ngx_eo_purge_zone_turn(sweep->zone);

    if (order == 0) {
        ngx_add_timer(ev, NGX_EO_PURGE_SWEEP_INTERVAL);
        return;
    }

    task = ngx_calloc(sizeof(ngx_thread_task_t)
                      + sizeof(ngx_eo_purge_round_t)
                      + 2 * NGX_EO_PURGE_HEADER_MAX, ev->log);

    if (task) {
        round = (ngx_eo_purge_round_t *) (task + 1);

        round->sweep = sweep;
        round->zone = sweep->zone;
        round->log = ev->log;
        round->order = order;
        round->buffer = (u_char *) (round + 1);
        round->path = round->buffer + NGX_EO_PURGE_HEADER_MAX;

        task->ctx = round;
        task->handler = ngx_eo_purge_sweep_thread;
        task->event.handler = ngx_eo_purge_sweep_done;
        task->event.data = task;

        if (ngx_thread_task_post(sweep->pool, task) == NGX_OK) {
            return;
        }

        ngx_free(task);
    }

    ngx_eo_purge_zone_turn_end(sweep->zone, order, 0, 0);
    ngx_add_timer(ev, NGX_EO_PURGE_SWEEP_INTERVAL);
}


static void
ngx_eo_purge_sweep_thread(void *data, ngx_log_t *log)
{
    size_t                   len;
    ngx_uint_t               i;
    ngx_eo_purge_round_t    *round = data;
    ngx_http_file_cache_t  **caches;

    caches = round->sweep->caches.elts;

    for (i = 0; i < round->sweep->caches.nelts && !round->failed; i++) {

        round->cache = caches[i];
        len = round->cache->path->name.len;

        if (len + 64 > NGX_MAX_PATH) {
            round->failed = 1;
            break;
        }

        ngx_memcpy(round->name, round->cache->path->name.data, len);
        round->name[len] = '\0';

        ngx_eo_purge_sweep_folder(round, len, 0);

        /* what the loader has not seen is on the disk all the same */
    }

    if (!round->failed && !round->unknown && round->zone->journal.len) {
        ngx_eo_purge_journal_compact(round->zone, log);
    }
}


static void
ngx_eo_purge_sweep_done(ngx_event_t *ev)
{
    ngx_thread_task_t     *task = ev->data;
    ngx_eo_purge_round_t  *round;
    ngx_eo_purge_sweep_t  *sweep;

    round = task->ctx;
    sweep = round->sweep;

    ngx_eo_purge_zone_turn_end(sweep->zone, round->order, !round->failed,
                               !round->failed && !round->unknown);

    ngx_free(task);

    if (!ngx_exiting) {
        ngx_add_timer(&sweep->timer, NGX_EO_PURGE_SWEEP_INTERVAL);
    }
}


/*
 * round->name is the folder's path of "len" bytes; objects lie below as many
 * levels of folders as the cache has, three at the most.
 */

static void
ngx_eo_purge_sweep_folder(ngx_eo_purge_round_t *round, size_t len,
    ngx_uint_t level)
{
    DIR            *dir;
    struct dirent  *entry;

    dir = opendir((char *) round->name);

    if (dir == NULL) {

        if (ngx_errno != NGX_ENOENT) {
            ngx_log_error(NGX_LOG_CRIT, round->log, ngx_errno,
                          "opendir() \"%s\" failed", round->name);
            round->failed = 1;
        }

        return;
    }

    while ((entry = readdir(dir)) != NULL) {

        if (ngx_eo_purge_sweep_entry(round, len, level, entry->d_name)
            != NGX_OK)
        {
            break;
        }

        round->name[len] = '\0';
    }

    (void) closedir(dir);
}


static ngx_int_t
ngx_eo_purge_sweep_entry(ngx_eo_purge_round_t *round, size_t len,
    ngx_uint_t level, const char *name)
{
    size_t       n;
    ngx_path_t  *path;

    path = round->cache->path;
    n = ngx_strlen(name);

    if (level < NGX_MAX_PATH_LEVEL && path->level[level]) {

        if (n != path->level[level]) {
            return NGX_OK;
        }

    } else if (n != 2 * NGX_HTTP_CACHE_KEY_LEN) {
        return NGX_OK;
    }

    round->name[len] = '/';
    ngx_memcpy(round->name + len + 1, name, n + 1);
    len += n + 1;

    if (level < NGX_MAX_PATH_LEVEL && path->level[level]) {
        ngx_eo_purge_sweep_folder(round, len, level + 1);

    } else {
        ngx_eo_purge_sweep_file(round, len);

        if (++round->files % NGX_EO_PURGE_SWEEP_FILES == 0) {
            ngx_eo_purge_zone_keep_turn(round->zone);
            (void) usleep(NGX_EO_PURGE_SWEEP_REST);
        }
    }

    if (ngx_exiting || ngx_quit || ngx_terminate) {
        round->failed = 1;
    }

    return round->failed ? NGX_DONE : NGX_OK;
}


static void
ngx_eo_purge_sweep_file(ngx_eo_purge_round_t *round, size_t len)
{
    size_t           header_len;
    ngx_str_t        name;
    ngx_file_info_t  fi;

    if (ngx_eo_purge_sweep_read(round, &fi, &header_len) == NGX_OK) {
        name.data = round->name;
        name.len = len;

        ngx_eo_purge_sweep_judge(round, &name, ngx_file_uniq(&fi),
                                 header_len);
    }
}


/* reads a file's header if a mark could apply to it */

static ngx_int_t
ngx_eo_purge_sweep_read(ngx_eo_purge_round_t *round, ngx_file_info_t *fi,
    size_t *header_len)
{
    size_t                         len;
    ssize_t                        n;
    ngx_fd_t                       fd;
    ngx_int_t                      rc;
    ngx_http_file_cache_header_t  *h;

    fd = ngx_open_file(round->name, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;

    if (ngx_fd_info(fd, fi) == NGX_FILE_ERROR) {
        goto done;
    }

    n = pread(fd, round->buffer, 4096, 0);

    if (n < (ssize_t) sizeof(ngx_http_file_cache_header_t)) {
        goto done;
    }

    h = (ngx_http_file_cache_header_t *) round->buffer;
    len = h->body_start;

    if (h->version != NGX_HTTP_CACHE_VERSION
        || h->header_start > len
        || !ngx_eo_purge_zone_concerns(round->zone, h->date))
    {
        goto done;
    }

    if (len > (size_t) n) {
        n = pread(fd, round->buffer, len, 0);
    }

    if (n >= (ssize_t) len) {
        *header_len = len;
        rc = NGX_OK;
    }

done:

    (void) ngx_close_file(fd);

    return rc;
}


static void
ngx_eo_purge_sweep_judge(ngx_eo_purge_round_t *round, ngx_str_t *name,
    ngx_file_uniq_t uniq, size_t header_len)
{
    u_char                         key[NGX_HTTP_CACHE_KEY_LEN];
    ngx_int_t                      rc;
    ngx_eo_purge_url_t             url;
    ngx_eo_purge_header_t          header;
    ngx_eo_purge_object_t          object;
    ngx_http_file_cache_header_t  *h;

    h = (ngx_http_file_cache_header_t *) round->buffer;

    ngx_eo_purge_header_read(round->buffer + h->header_start,
                             round->buffer + header_len, &header);

    object.urls = &url;
    object.nurls = 0;
    object.tags = header.tags;
    object.ntags = header.ntags;
    object.stamp.date = h->date;
    object.stamp.sequence = h->valid_msec;

    if (header.marker.len
        && ngx_eo_purge_marker_read(round->path, &header.marker, &url)
           == NGX_OK)
    {
        object.nurls = 1;
    }

    rc = ngx_eo_purge_zone_check(round->zone, &object, ngx_time());

    if (rc == NGX_OK) {
        round->unknown |= (object.nurls == 0);
        return;
    }

    if (rc == NGX_DECLINED) {

        if (ngx_eo_purge_sweep_key(name, key) != NGX_OK
            || ngx_eo_purge_file_delete(round->cache, key, uniq, name,
                                        round->log)
               != NGX_OK)
        {
            return;
        }

    } else if (ngx_eo_purge_file_expire(name, uniq, round->log) != NGX_OK) {
        return;
    }

    ngx_eo_purge_zone_found(round->zone, object.sequence);
}


/* the name of a file is the object's key in hexadecimal digits */

static ngx_int_t
ngx_eo_purge_sweep_key(ngx_str_t *name, u_char *key)
{
    u_char      *p;
    ngx_int_t    n;
    ngx_uint_t   i;

    p = name->data + name->len - 2 * NGX_HTTP_CACHE_KEY_LEN;

    for (i = 0; i < NGX_HTTP_CACHE_KEY_LEN; i++) {
        n = ngx_hextoi(p + 2 * i, 2);

        if (n == NGX_ERROR) {
            return NGX_ERROR;
        }

        key[i] = (u_char) n;
    }

    return NGX_OK;
}
