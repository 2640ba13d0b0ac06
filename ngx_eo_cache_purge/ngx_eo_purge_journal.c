
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The journal of accepted tasks.
 */


#include "ngx_eo_purge_journal.h"
#include <sys/file.h>


#define NGX_EO_PURGE_JOURNAL_HEAD  "EO purge journal 1\n"
#define NGX_EO_PURGE_HEAD_LEN      (sizeof(NGX_EO_PURGE_JOURNAL_HEAD) - 1)

/* a journal below this size is left as it is */

#define NGX_EO_PURGE_COMPACT_FROM  (1024 * 1024)


typedef struct {
    uint32_t                len;       /* of the whole record */
    uint32_t                crc;       /* of all that follows it */
    ngx_eo_purge_job_t      job;
} ngx_eo_purge_record_t;


typedef struct {
    u_char                 *start;
    u_char                 *pos;
    u_char                 *end;
    ngx_uint_t              full;
} ngx_eo_purge_compact_t;


static ngx_fd_t ngx_eo_purge_journal_open(ngx_str_t *path, ngx_log_t *log);
static ngx_int_t ngx_eo_purge_journal_write(ngx_fd_t fd, u_char *data,
    size_t len);
static void ngx_eo_purge_journal_damaged(ngx_eo_purge_zone_t *zone,
    ngx_log_t *log);
static ngx_int_t ngx_eo_purge_journal_load(ngx_str_t *path,
    ngx_str_t *content, ngx_log_t *log);
static void ngx_eo_purge_journal_close(ngx_fd_t fd, ngx_str_t *path,
    ngx_log_t *log);
static u_char *ngx_eo_purge_record(u_char *p, ngx_eo_purge_job_t *job,
    u_char *keys);
static size_t ngx_eo_purge_record_len(ngx_uint_t targets);
static void ngx_eo_purge_compact_mark(void *data, u_char *key,
    ngx_eo_purge_kind_e kind, ngx_eo_purge_mark_t *marks);
static ngx_int_t ngx_eo_purge_journal_replace(ngx_str_t *path, u_char *data,
    size_t len, ngx_log_t *log);
static void ngx_eo_purge_sync_folder(ngx_str_t *path);


ngx_int_t
ngx_eo_purge_journal_commit(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_job_t *job, u_char *keys, ngx_log_t *log)
{
    off_t       size;
    size_t      len;
    u_char     *record;
    ngx_fd_t    fd;
    ngx_int_t   rc;
    ngx_str_t  *path;

    path = &zone->journal;
    len = ngx_eo_purge_record_len(job->targets);

    record = ngx_alloc(len, log);
    if (record == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_eo_purge_record(record, job, keys);

    rc = NGX_ERROR;
    fd = ngx_eo_purge_journal_open(path, log);

    if (fd == NGX_INVALID_FILE) {
        goto done;
    }

    size = lseek(fd, 0, SEEK_END);

    if (size == -1
        || (size == 0
            && ngx_eo_purge_journal_write(fd,
                                       (u_char *) NGX_EO_PURGE_JOURNAL_HEAD,
                                       NGX_EO_PURGE_HEAD_LEN)
               != NGX_OK)
        || ngx_eo_purge_journal_write(fd, record, len) != NGX_OK
        || fdatasync(fd) == -1)
    {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      "the purge journal \"%V\" cannot be written", path);

        if (size != -1 && ftruncate(fd, size) == -1) {
            ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                          "ftruncate() \"%V\" failed", path);
        }

    } else {

        if (size == 0) {
            ngx_eo_purge_sync_folder(path);
        }

        /* within the lock, or else a new journal might be without it */

        rc = ngx_eo_purge_zone_mark(zone, job, keys);

        if (rc != NGX_OK && ftruncate(fd, size) == -1) {
            ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                          "ftruncate() \"%V\" failed", path);
        }
    }

    ngx_eo_purge_journal_close(fd, path, log);

done:

    ngx_free(record);

    return rc;
}


/*
 * Opens the file and locks it against other processes; the lock goes with the
 * descriptor.  A file that was replaced in between is not the journal any
 * more.
 */

static ngx_fd_t
ngx_eo_purge_journal_open(ngx_str_t *path, ngx_log_t *log)
{
    ngx_fd_t         fd;
    ngx_uint_t       tries;
    ngx_file_info_t  opened, named;

    for (tries = 0; tries < 10; tries++) {

        fd = ngx_open_file(path->data, NGX_FILE_RDWR,
                           NGX_FILE_CREATE_OR_OPEN, 0600);

        if (fd == NGX_INVALID_FILE) {
            ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                          ngx_open_file_n " \"%V\" failed", path);
            return NGX_INVALID_FILE;
        }

        if (flock(fd, LOCK_EX) == 0
            && ngx_fd_info(fd, &opened) != NGX_FILE_ERROR
            && ngx_file_info(path->data, &named) != NGX_FILE_ERROR
            && ngx_file_uniq(&opened) == ngx_file_uniq(&named))
        {
            return fd;
        }

        ngx_eo_purge_journal_close(fd, path, log);
    }

    ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                  "the purge journal \"%V\" cannot be locked", path);

    return NGX_INVALID_FILE;
}


static void
ngx_eo_purge_journal_close(ngx_fd_t fd, ngx_str_t *path, ngx_log_t *log)
{
    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", path);
    }
}


static ngx_int_t
ngx_eo_purge_journal_write(ngx_fd_t fd, u_char *data, size_t len)
{
    ssize_t  n;

    while (len) {
        n = write(fd, data, len);

        if (n == -1) {

            if (ngx_errno == NGX_EINTR) {
                continue;
            }

            return NGX_ERROR;
        }

        data += n;
        len -= n;
    }

    return NGX_OK;
}


static size_t
ngx_eo_purge_record_len(ngx_uint_t targets)
{
    return sizeof(ngx_eo_purge_record_t) + targets * NGX_EO_PURGE_KEY_LEN;
}


static u_char *
ngx_eo_purge_record(u_char *p, ngx_eo_purge_job_t *job, u_char *keys)
{
    size_t                  begin;
    ngx_eo_purge_record_t   record;

    ngx_memzero(&record, sizeof(ngx_eo_purge_record_t));

    record.len = (uint32_t) ngx_eo_purge_record_len(job->targets);
    record.job = *job;

    (void) ngx_cpymem(ngx_cpymem(p, &record, sizeof(ngx_eo_purge_record_t)),
                      keys, job->targets * NGX_EO_PURGE_KEY_LEN);

    begin = offsetof(ngx_eo_purge_record_t, job);
    record.crc = ngx_crc32_long(p + begin, record.len - begin);
    ngx_memcpy(p, &record, begin);

    return p + record.len;
}


ngx_int_t
ngx_eo_purge_journal_next(ngx_str_t *content, ngx_eo_purge_job_t *job,
    u_char **keys)
{
    size_t                  begin;
    ngx_eo_purge_record_t   record;

    if (content->len == 0) {
        return NGX_DONE;
    }

    if (content->len < sizeof(ngx_eo_purge_record_t)) {
        return NGX_DECLINED;
    }

    ngx_memcpy(&record, content->data, sizeof(ngx_eo_purge_record_t));

    begin = offsetof(ngx_eo_purge_record_t, job);

    if (record.job.targets > NGX_EO_PURGE_MAX_TARGETS
        || record.len != ngx_eo_purge_record_len(record.job.targets)
        || record.len > content->len
        || record.crc != ngx_crc32_long(content->data + begin,
                                        record.len - begin)
        || record.job.kind >= NGX_EO_PURGE_KINDS
        || record.job.method >= NGX_EO_PURGE_METHODS
        || record.job.state > NGX_EO_PURGE_SUCCESS
        || record.job.sample_len > NGX_EO_PURGE_SAMPLE_LEN)
    {
        return NGX_DECLINED;
    }

    *job = record.job;
    *keys = content->data + sizeof(ngx_eo_purge_record_t);

    content->data += record.len;
    content->len -= record.len;

    return NGX_OK;
}


ngx_int_t
ngx_eo_purge_journal_read(ngx_eo_purge_zone_t *zone, ngx_log_t *log)
{
    u_char              *start, *keys;
    ngx_int_t            rc;
    ngx_str_t            content;
    ngx_eo_purge_job_t   job;

    rc = ngx_eo_purge_journal_load(&zone->journal, &content, log);
    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? NGX_OK : NGX_ERROR;
    }

    start = content.data;

    if (content.len < NGX_EO_PURGE_HEAD_LEN
        || ngx_memcmp(start, NGX_EO_PURGE_JOURNAL_HEAD,
                      NGX_EO_PURGE_HEAD_LEN)
           != 0)
    {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "\"%V\" is no purge journal of this version; if what "
                      "was purged may be forgotten, remove it",
                      &zone->journal);
        ngx_free(start);
        return NGX_ERROR;
    }

    content.data += NGX_EO_PURGE_HEAD_LEN;
    content.len -= NGX_EO_PURGE_HEAD_LEN;

    while ((rc = ngx_eo_purge_journal_next(&content, &job, &keys)) == NGX_OK) {

        if (ngx_eo_purge_zone_mark(zone, &job, keys) != NGX_OK) {
            ngx_log_error(NGX_LOG_EMERG, log, 0,
                          "the zone \"%V\" of \"eo_cache_zone\" is too small "
                          "for its journal \"%V\": make it larger",
                          &zone->name, &zone->journal);
            ngx_free(start);
            return NGX_ERROR;
        }
    }

    if (rc == NGX_DECLINED
        && content.len > ngx_eo_purge_record_len(NGX_EO_PURGE_MAX_TARGETS))
    {
        ngx_eo_purge_journal_damaged(zone, log);

    } else if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "the purge journal \"%V\" ends with %uz bytes that are "
                      "no whole task, which was not answered then; they are "
                      "cut off", &zone->journal, content.len);

        if (truncate((char *) zone->journal.data, content.data - start) == -1)
        {
            ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                          "truncate() \"%V\" failed", &zone->journal);
            ngx_free(start);
            return NGX_ERROR;
        }
    }

    ngx_free(start);

    return NGX_OK;
}


/* what cannot be read may have purged anything */

static void
ngx_eo_purge_journal_damaged(ngx_eo_purge_zone_t *zone, ngx_log_t *log)
{
    u_char              key[NGX_EO_PURGE_KEY_LEN];
    ngx_eo_purge_job_t  job;

    ngx_log_error(NGX_LOG_ERR, log, 0,
                  "the purge journal \"%V\" is damaged: all objects are "
                  "revalidated, since some of them may have been purged",
                  &zone->journal);

    ngx_memzero(&job, sizeof(ngx_eo_purge_job_t));

    ngx_eo_purge_zone_begin(zone, &job);

    job.kind = NGX_EO_PURGE_ALL;
    job.method = NGX_EO_PURGE_INVALIDATE;
    job.targets = 1;

    ngx_eo_purge_all_key(key);

    (void) ngx_eo_purge_zone_mark(zone, &job, key);
}


/* returns NGX_DECLINED if there is no file, or an empty one */

static ngx_int_t
ngx_eo_purge_journal_load(ngx_str_t *path, ngx_str_t *content, ngx_log_t *log)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {

        if (ngx_errno == NGX_ENOENT) {
            return NGX_DECLINED;
        }

        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      ngx_open_file_n " \"%V\" failed", path);
        return NGX_ERROR;
    }

    rc = NGX_ERROR;
    content->data = NULL;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        goto failed;
    }

    content->len = ngx_file_size(&fi);

    if (content->len == 0) {
        rc = NGX_DECLINED;
        goto done;
    }

    content->data = ngx_alloc(content->len, log);
    if (content->data == NULL) {
        goto done;
    }

    n = ngx_read_fd(fd, content->data, content->len);

    if (n == (ssize_t) content->len) {
        rc = NGX_OK;
        goto done;
    }

    ngx_free(content->data);

failed:

    ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                  "the purge journal \"%V\" cannot be read", path);

done:

    ngx_eo_purge_journal_close(fd, path, log);

    return rc;
}


void
ngx_eo_purge_journal_compact(ngx_eo_purge_zone_t *zone, ngx_log_t *log)
{
    size_t                   len;
    ngx_fd_t                 fd;
    ngx_uint_t               n;
    ngx_file_info_t          fi;
    ngx_eo_purge_job_t       job;
    ngx_eo_purge_compact_t   compact;

    n = ngx_eo_purge_zone_size(zone) + 64;
    len = NGX_EO_PURGE_HEAD_LEN
          + n * NGX_EO_PURGE_METHODS * ngx_eo_purge_record_len(1);

    if (ngx_file_info(zone->journal.data, &fi) == NGX_FILE_ERROR
        || ngx_file_size(&fi) < NGX_EO_PURGE_COMPACT_FROM
        || ngx_file_size(&fi) < (off_t) len * 2)
    {
        return;
    }

    compact.start = ngx_alloc(len, log);
    if (compact.start == NULL) {
        return;
    }

    /* with the lock held nobody adds a task to the file that goes */

    fd = ngx_eo_purge_journal_open(&zone->journal, log);

    if (fd == NGX_INVALID_FILE) {
        ngx_free(compact.start);
        return;
    }

    compact.pos = ngx_cpymem(compact.start, NGX_EO_PURGE_JOURNAL_HEAD,
                             NGX_EO_PURGE_HEAD_LEN);
    compact.end = compact.start + len;
    compact.full = 0;

    /* numbers go on where they were, whatever is forgotten */

    ngx_memzero(&job, sizeof(ngx_eo_purge_job_t));
    job.sequence = ngx_eo_purge_zone_sequence(zone);
    compact.pos = ngx_eo_purge_record(compact.pos, &job, NULL);

    ngx_eo_purge_zone_visit(zone, ngx_eo_purge_compact_mark, &compact);

    if (!compact.full) {
        (void) ngx_eo_purge_journal_replace(&zone->journal, compact.start,
                                            compact.pos - compact.start, log);
    }

    ngx_eo_purge_journal_close(fd, &zone->journal, log);
    ngx_free(compact.start);
}


/* a mark as a task of its own, without an id and so in no list of tasks */

static void
ngx_eo_purge_compact_mark(void *data, u_char *key, ngx_eo_purge_kind_e kind,
    ngx_eo_purge_mark_t *marks)
{
    ngx_uint_t               m;
    ngx_eo_purge_job_t       job;
    ngx_eo_purge_compact_t  *compact = data;

    for (m = 0; m < NGX_EO_PURGE_METHODS; m++) {

        if (marks[m].sequence == 0) {
            continue;
        }

        if ((size_t) (compact->end - compact->pos)
            < ngx_eo_purge_record_len(1))
        {
            compact->full = 1;
            return;
        }

        ngx_memzero(&job, sizeof(ngx_eo_purge_job_t));

        job.kind = (uint8_t) kind;
        job.method = (uint8_t) m;
        job.sequence = marks[m].sequence;
        job.created = marks[m].time;
        job.targets = 1;

        compact->pos = ngx_eo_purge_record(compact->pos, &job, key);
    }
}


static ngx_int_t
ngx_eo_purge_journal_replace(ngx_str_t *path, u_char *data, size_t len,
    ngx_log_t *log)
{
    u_char    *name;
    ngx_fd_t   fd;
    ngx_int_t  rc;

    name = ngx_alloc(path->len + sizeof(".new"), log);
    if (name == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(name, "%V.new%Z", path);

    rc = NGX_ERROR;
    fd = ngx_open_file(name, NGX_FILE_WRONLY, NGX_FILE_TRUNCATE, 0600);

    if (fd != NGX_INVALID_FILE) {

        if (ngx_eo_purge_journal_write(fd, data, len) == NGX_OK
            && fdatasync(fd) == 0)
        {
            rc = NGX_OK;
        }

        ngx_eo_purge_journal_close(fd, path, log);
    }

    if (rc != NGX_OK || ngx_rename_file(name, path->data) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      "the purge journal \"%V\" cannot be written anew",
                      path);
        (void) ngx_delete_file(name);
        rc = NGX_ERROR;

    } else {
        ngx_eo_purge_sync_folder(path);
    }

    ngx_free(name);

    return rc;
}


/* so that the file's name is on disk as well */

static void
ngx_eo_purge_sync_folder(ngx_str_t *path)
{
    u_char    folder[NGX_MAX_PATH];
    size_t    len;
    ngx_fd_t  fd;

    for (len = path->len; len > 1 && path->data[len - 1] != '/'; len--) {
        /* void */
    }

    if (len >= NGX_MAX_PATH) {
        return;
    }

    (void) ngx_cpystrn(folder, path->data, len + 1);

    fd = ngx_open_file(folder, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd != NGX_INVALID_FILE) {
        (void) fsync(fd);
        (void) ngx_close_file(fd);
    }
}
