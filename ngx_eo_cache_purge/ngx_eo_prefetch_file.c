
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Tasks of prefetch on disk.
 */


#include "ngx_eo_prefetch_file.h"
#include <dirent.h>


#define NGX_EO_PREFETCH_HEAD  "EO prefetch 1 "

#define NGX_EO_PREFETCH_FILE_MAX  (256 * 1024 * 1024)


static u_char *ngx_eo_prefetch_name(u_char *name, ngx_eo_purge_zone_t *zone,
    u_char *id, const char *suffix);
static ngx_int_t ngx_eo_prefetch_load(u_char *name, ngx_str_t *content,
    ngx_log_t *log);
static ngx_int_t ngx_eo_prefetch_store(u_char *name, ngx_str_t *head,
    ngx_str_t *text, ngx_log_t *log);
static ngx_int_t ngx_eo_prefetch_head_read(ngx_str_t *content,
    ngx_eo_prefetch_job_t *job);
static ngx_int_t ngx_eo_prefetch_number(u_char **pos, u_char *end);
static ngx_int_t ngx_eo_prefetch_restore_one(ngx_eo_purge_zone_t *zone,
    u_char *id, ngx_log_t *log);
static void ngx_eo_prefetch_count(ngx_eo_prefetch_job_t *job,
    ngx_str_t results);
static ngx_int_t ngx_eo_prefetch_result_read(ngx_str_t *line,
    ngx_eo_prefetch_result_t *result);


/* a path in a buffer of NGX_MAX_PATH, NULL if it is too long */

static u_char *
ngx_eo_prefetch_name(u_char *name, ngx_eo_purge_zone_t *zone, u_char *id,
    const char *suffix)
{
    u_char  *p;

    p = ngx_snprintf(name, NGX_MAX_PATH, "%V/%V.%*s.%s%Z", &zone->folder,
                     &zone->name, (size_t) NGX_EO_PURGE_JOB_ID_LEN, id,
                     suffix);

    return (p == name + NGX_MAX_PATH) ? NULL : name;
}


ngx_int_t
ngx_eo_prefetch_file_write(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job, ngx_str_t *text, ngx_log_t *log)
{
    u_char     name[NGX_MAX_PATH], buffer[256], *p;
    ngx_str_t  head;

    if (ngx_eo_prefetch_name(name, zone, job->id, "prefetch") == NULL) {
        return NGX_ERROR;
    }

    p = ngx_snprintf(buffer, sizeof(buffer) - 2 * NGX_EO_PURGE_KEY_LEN,
                     NGX_EO_PREFETCH_HEAD "%T %uD %d ", job->created,
                     job->targets, (int) job->media);
    p = ngx_hex_dump(p, job->request, NGX_EO_PURGE_KEY_LEN);
    *p++ = LF;

    head.data = buffer;
    head.len = p - buffer;

    return ngx_eo_prefetch_store(name, &head, text, log);
}


static ngx_int_t
ngx_eo_prefetch_store(u_char *name, ngx_str_t *head, ngx_str_t *text,
    ngx_log_t *log)
{
    u_char     temp[NGX_MAX_PATH + 8];
    ngx_fd_t   fd;
    ngx_int_t  rc;

    (void) ngx_sprintf(temp, "%s.new%Z", name);

    fd = ngx_open_file(temp, NGX_FILE_WRONLY, NGX_FILE_TRUNCATE, 0600);

    if (fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      ngx_open_file_n " \"%s\" failed", temp);
        return NGX_ERROR;
    }

    rc = NGX_OK;

    if (ngx_write_fd(fd, head->data, head->len) != (ssize_t) head->len
        || ngx_write_fd(fd, text->data, text->len) != (ssize_t) text->len
        || fdatasync(fd) == -1)
    {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      "the prefetch task \"%s\" cannot be written", temp);
        rc = NGX_ERROR;
    }

    (void) ngx_close_file(fd);

    if (rc == NGX_OK && ngx_rename_file(temp, name) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      ngx_rename_file_n " \"%s\" failed", temp);
        rc = NGX_ERROR;
    }

    if (rc != NGX_OK) {
        (void) ngx_delete_file(temp);
    }

    return rc;
}


/* returns NGX_DECLINED, with an empty content, if there is no file */

static ngx_int_t
ngx_eo_prefetch_load(u_char *name, ngx_str_t *content, ngx_log_t *log)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    ngx_str_null(content);

    fd = ngx_open_file(name, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {

        if (ngx_errno == NGX_ENOENT) {
            return NGX_DECLINED;
        }

        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      ngx_open_file_n " \"%s\" failed", name);
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR
        || ngx_file_size(&fi) > NGX_EO_PREFETCH_FILE_MAX)
    {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      "\"%s\" is too large, or cannot be looked at", name);
        goto done;
    }

    content->data = ngx_alloc(ngx_file_size(&fi) + 1, log);

    if (content->data == NULL) {
        goto done;
    }

    n = ngx_read_fd(fd, content->data, ngx_file_size(&fi));

    if (n < 0) {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      ngx_read_fd_n " \"%s\" failed", name);
        ngx_free(content->data);
        ngx_str_null(content);
        goto done;
    }

    content->len = n;
    rc = NGX_OK;

done:

    (void) ngx_close_file(fd);

    return rc;
}


ngx_int_t
ngx_eo_prefetch_file_read(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_str_t *text, ngx_str_t *results, ngx_log_t *log)
{
    u_char                 name[NGX_MAX_PATH];
    ngx_str_t              rest;
    ngx_eo_prefetch_job_t  job;

    ngx_str_null(results);

    if (ngx_eo_prefetch_name(name, zone, id, "prefetch") == NULL
        || ngx_eo_prefetch_load(name, text, log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rest = *text;

    if (ngx_eo_prefetch_head_read(&rest, &job) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "\"%s\" is no prefetch task of this version", name);
        ngx_free(text->data);
        return NGX_ERROR;
    }

    /* the block begins where the file did, for ngx_free() */

    ngx_memmove(text->data, rest.data, rest.len);
    text->len = rest.len;

    if (ngx_eo_prefetch_results_read(zone, id, results, log) == NGX_ERROR) {
        ngx_free(text->data);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_prefetch_results_read(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_str_t *results, ngx_log_t *log)
{
    u_char  name[NGX_MAX_PATH];

    if (ngx_eo_prefetch_name(name, zone, id, "results") == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_prefetch_load(name, results, log);
}


ngx_int_t
ngx_eo_prefetch_results_keep(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_str_t *results, ngx_log_t *log)
{
    u_char                    name[NGX_MAX_PATH], *p, *start;
    ngx_str_t                 rest, none;
    ngx_eo_prefetch_result_t  result;

    rest = *results;
    p = results->data;

    while (start = rest.data, ngx_eo_prefetch_results_next(&rest, &result)) {

        /* "start" may be at lines that are none; the URL ends the line */

        if (result.state != NGX_EO_PREFETCH_RESULT_OK) {
            continue;
        }

        start = result.url.data;

        while (start > results->data && start[-1] != LF) {
            start--;
        }

        p = ngx_movemem(p, start, rest.data - start);
    }

    results->len = p - results->data;

    ngx_str_null(&none);

    if (ngx_eo_prefetch_name(name, zone, id, "results") == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_prefetch_store(name, &none, results, log);
}


ngx_int_t
ngx_eo_prefetch_results_add(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_eo_prefetch_result_t *result, ngx_log_t *log)
{
    u_char     name[NGX_MAX_PATH], *line, *p;
    size_t     len;
    ngx_fd_t   fd;
    ngx_int_t  rc;

    if (ngx_eo_prefetch_name(name, zone, id, "results") == NULL) {
        return NGX_ERROR;
    }

    len = result->url.len + result->word.len + 64 + NGX_OFF_T_LEN;

    line = ngx_alloc(len, log);
    if (line == NULL) {
        return NGX_ERROR;
    }

    p = ngx_snprintf(line, len, "%c %ui %V %O %ui %V" "\n", result->state,
                     result->status, &result->word, result->bytes,
                     result->depth, &result->url);

    fd = ngx_open_file(name, NGX_FILE_APPEND, NGX_FILE_CREATE_OR_OPEN, 0600);
    rc = NGX_ERROR;

    if (fd != NGX_INVALID_FILE) {

        if (ngx_write_fd(fd, line, p - line) == p - line) {
            rc = NGX_OK;
        }

        (void) ngx_close_file(fd);
    }

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      "the results of a prefetch, \"%s\", cannot be written",
                      name);
    }

    ngx_free(line);

    return rc;
}


ngx_uint_t
ngx_eo_prefetch_results_next(ngx_str_t *results,
    ngx_eo_prefetch_result_t *result)
{
    u_char     *p;
    ngx_str_t   line;

    while (results->len) {

        p = memchr(results->data, LF, results->len);
        if (p == NULL) {
            return 0;
        }

        line.data = results->data;
        line.len = p - line.data;

        results->len -= line.len + 1;
        results->data = p + 1;

        if (ngx_eo_prefetch_result_read(&line, result) == NGX_OK) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_eo_prefetch_result_read(ngx_str_t *line, ngx_eo_prefetch_result_t *result)
{
    u_char     *p, *end;
    ngx_int_t   status, bytes, depth;

    p = line->data;
    end = p + line->len;

    if (line->len < 3 || p[1] != ' ') {
        return NGX_DECLINED;
    }

    result->state = *p;
    p += 2;

    status = ngx_eo_prefetch_number(&p, end);

    result->word.data = p;

    while (p < end && *p != ' ') {
        p++;
    }

    result->word.len = p - result->word.data;

    if (p == end) {
        return NGX_DECLINED;
    }

    p++;

    bytes = ngx_eo_prefetch_number(&p, end);
    depth = ngx_eo_prefetch_number(&p, end);

    if (status == NGX_ERROR || bytes == NGX_ERROR || depth == NGX_ERROR) {
        return NGX_DECLINED;
    }

    result->status = status;
    result->bytes = bytes;
    result->depth = depth;
    result->url.data = p;
    result->url.len = end - p;

    return NGX_OK;
}


/* a number and the blank behind it */

static ngx_int_t
ngx_eo_prefetch_number(u_char **pos, u_char *end)
{
    u_char     *p;
    ngx_int_t   n;

    p = memchr(*pos, ' ', end - *pos);
    if (p == NULL) {
        return NGX_ERROR;
    }

    n = ngx_atoi(*pos, p - *pos);
    *pos = p + 1;

    return n;
}


void
ngx_eo_prefetch_file_delete(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_log_t *log)
{
    u_char       name[NGX_MAX_PATH];
    ngx_uint_t   i;

    static const char  *suffixes[] = { "prefetch", "results" };

    for (i = 0; i < 2; i++) {

        if (ngx_eo_prefetch_name(name, zone, id, suffixes[i])
            && ngx_delete_file(name) == NGX_FILE_ERROR
            && ngx_errno != NGX_ENOENT)
        {
            ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                          ngx_delete_file_n " \"%s\" failed", name);
        }
    }
}


static ngx_int_t
ngx_eo_prefetch_head_read(ngx_str_t *content, ngx_eo_prefetch_job_t *job)
{
    u_char      *p, *end;
    ngx_int_t    created, targets, media, n;
    ngx_uint_t   i;

    p = content->data;
    end = memchr(p, LF, content->len);

    if (end == NULL
        || (size_t) (end - p) < sizeof(NGX_EO_PREFETCH_HEAD) - 1
        || ngx_memcmp(p, NGX_EO_PREFETCH_HEAD,
                      sizeof(NGX_EO_PREFETCH_HEAD) - 1)
           != 0)
    {
        return NGX_DECLINED;
    }

    p += sizeof(NGX_EO_PREFETCH_HEAD) - 1;

    created = ngx_eo_prefetch_number(&p, end);
    targets = ngx_eo_prefetch_number(&p, end);
    media = ngx_eo_prefetch_number(&p, end);

    if (created == NGX_ERROR || targets == NGX_ERROR || media == NGX_ERROR
        || end - p != 2 * NGX_EO_PURGE_KEY_LEN)
    {
        return NGX_DECLINED;
    }

    ngx_memzero(job, sizeof(ngx_eo_prefetch_job_t));

    for (i = 0; i < NGX_EO_PURGE_KEY_LEN; i++) {
        n = ngx_hextoi(p + 2 * i, 2);

        if (n == NGX_ERROR) {
            return NGX_DECLINED;
        }

        job->request[i] = (u_char) n;
    }

    job->created = created;
    job->updated = created;
    job->targets = (uint32_t) targets;
    job->urls = job->targets;
    job->media = (media != 0);

    end++;
    content->len -= end - content->data;
    content->data = end;

    return NGX_OK;
}


ngx_int_t
ngx_eo_prefetch_restore(ngx_eo_purge_zone_t *zone, ngx_log_t *log)
{
    DIR            *dir;
    u_char          folder[NGX_MAX_PATH];
    size_t          len;
    u_char         *p;
    struct dirent  *entry;

    if (zone->folder.len >= NGX_MAX_PATH) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(folder, zone->folder.data, zone->folder.len + 1);

    dir = opendir((char *) folder);

    if (dir == NULL) {
        return NGX_OK;
    }

    while ((entry = readdir(dir)) != NULL) {
        p = (u_char *) entry->d_name;
        len = ngx_strlen(p);

        if (len == zone->name.len + 1 + NGX_EO_PURGE_JOB_ID_LEN
                   + sizeof(".prefetch") - 1
            && ngx_memcmp(p, zone->name.data, zone->name.len) == 0
            && p[zone->name.len] == '.'
            && ngx_strcmp(p + len - (sizeof(".prefetch") - 1), ".prefetch")
               == 0
            && ngx_eo_prefetch_restore_one(zone, p + zone->name.len + 1, log)
               != NGX_OK)
        {
            break;
        }
    }

    (void) closedir(dir);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefetch_restore_one(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_log_t *log)
{
    u_char                 name[NGX_MAX_PATH], *p, *end;
    u_char                 evicted[NGX_EO_PURGE_JOB_ID_LEN];
    ngx_int_t              rc;
    ngx_str_t              text, rest, results;
    ngx_eo_prefetch_job_t  job;

    if (ngx_eo_prefetch_name(name, zone, id, "prefetch") == NULL
        || ngx_eo_prefetch_load(name, &text, log) != NGX_OK)
    {
        return NGX_OK;
    }

    rest = text;

    if (ngx_eo_prefetch_head_read(&rest, &job) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "\"%s\" is no prefetch task of this version, and left "
                      "alone", name);
        ngx_free(text.data);
        return NGX_OK;
    }

    ngx_memcpy(job.id, id, NGX_EO_PURGE_JOB_ID_LEN);

    p = ngx_strnstr(rest.data, (char *) "\n\n", rest.len);

    if (rest.len && rest.data[0] == LF) {
        p = rest.data - 1;
    }

    if (p) {
        p += 2;
        end = memchr(p, LF, rest.data + rest.len - p);

        if (end) {
            job.sample_len = (uint16_t) ngx_min(end - p,
                                                NGX_EO_PURGE_SAMPLE_LEN);
            ngx_memcpy(job.sample, p, job.sample_len);
        }
    }

    if (ngx_eo_prefetch_results_read(zone, id, &results, log) == NGX_OK) {
        ngx_eo_prefetch_count(&job, results);
        ngx_free(results.data);
    }

    ngx_free(text.data);

    rc = ngx_eo_prefetch_add(zone, &job, evicted);

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "\"%s\" is left for later: there are too many "
                      "unfinished tasks", name);
        return NGX_ERROR;
    }

    if (evicted[0]) {
        ngx_eo_prefetch_file_delete(zone, evicted, log);
    }

    return NGX_OK;
}


static void
ngx_eo_prefetch_count(ngx_eo_prefetch_job_t *job, ngx_str_t results)
{
    ngx_eo_prefetch_result_t  result;

    while (ngx_eo_prefetch_results_next(&results, &result)) {

        switch (result.state) {

        case NGX_EO_PREFETCH_RESULT_OK:
            job->succeeded++;
            job->bytes += result.bytes;
            break;

        case NGX_EO_PREFETCH_RESULT_FAILED:
            job->failed++;
            break;

        case NGX_EO_PREFETCH_RESULT_INVALID:
            job->invalid++;
            break;

        case NGX_EO_PREFETCH_RESULT_ENDED:
            job->state = (job->failed || job->invalid)
                         ? NGX_EO_PREFETCH_FAILED : NGX_EO_PREFETCH_SUCCESS;
            continue;

        case NGX_EO_PREFETCH_RESULT_CANCELED:
            job->state = NGX_EO_PREFETCH_CANCELED;
            continue;

        case NGX_EO_PREFETCH_RESULT_AGAIN:
            job->state = NGX_EO_PREFETCH_PROCESSING;
            continue;

        default:
            continue;
        }

        if (result.depth) {
            job->urls++;
        }
    }
}
