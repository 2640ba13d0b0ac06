
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Files with a life, see ngx_eo_live_file.h.
 */


#include "ngx_http_eo_core_module.h"
#include "ngx_eo_live_file.h"

#include <ngx_event.h>

#include <sys/mman.h>
#include <pthread.h>


/* how often a file is looked at, in milliseconds */

#define NGX_EO_LIVE_FILE_INTERVAL  1000

/*
 * How long a slot is left alone after its successor was published: every
 * worker that is not stopped has turned away from it by then.
 */

#define NGX_EO_LIVE_FILE_LINGER    2000


/* two versions of a file that agree in all of this are taken for one */

typedef struct {
    uint64_t                        device;
    uint64_t                        inode;
    uint64_t                        size;
    uint64_t                        mtime;
    uint64_t                        ctime;
} ngx_eo_live_identity_t;


/*
 * Shared by all processes.  Slot generation % 2 is the one in use; the other
 * one has memory as long as it lingers.
 */

typedef struct {
    ngx_atomic_t                    generation;
    uint64_t                        size;
    uint64_t                        published;
    uint64_t                        lingers;
    ngx_eo_live_identity_t          identity;
} ngx_eo_live_control_t;


typedef struct {
    ngx_eo_live_build_t             build;
    const ngx_eo_live_file_type_t  *type;
    char                           *path;

    ngx_eo_live_identity_t          identity;
    ngx_int_t                       rc;
    ngx_err_t                       err;

    pthread_t                       thread;
    ngx_atomic_t                    cancel;
    ngx_atomic_t                    done;
} ngx_eo_live_job_t;


/*
 * What outlives a configuration: reloads hand it on, and the last cycle to
 * let go of it frees it.
 */

struct ngx_eo_live_file_s {
    ngx_queue_t                     queue;
    ngx_uint_t                      users;

    const ngx_eo_live_file_type_t  *type;
    ngx_str_t                       path;

    ngx_eo_live_control_t          *control;
    ngx_fd_t                        control_fd;
    ngx_fd_t                        slots[2];

    /* of this process */

    ngx_atomic_uint_t               generation;
    ngx_atomic_uint_t               failed_generation;
    void                           *object;

    ngx_eo_live_job_t              *job;
    ngx_eo_live_identity_t          seen;
    ngx_eo_live_identity_t          refused;
    ngx_uint_t                      missing;
};


typedef struct {
    ngx_event_t                     event;
    ngx_connection_t                dummy;
    ngx_array_t                    *files;
} ngx_eo_live_timer_t;


static ngx_eo_live_file_t *ngx_eo_live_file_find(ngx_str_t *path,
    const ngx_eo_live_file_type_t *type, ngx_eo_live_identity_t *identity);
static ngx_eo_live_file_t *ngx_eo_live_file_create(ngx_str_t *path,
    const ngx_eo_live_file_type_t *type, ngx_log_t *log);
static ngx_int_t ngx_eo_live_file_load(ngx_conf_t *cf,
    ngx_eo_live_file_t *file);
static void ngx_eo_live_file_release(void *data);
static void ngx_eo_live_file_attach(ngx_eo_live_file_t *file);
static void ngx_eo_live_file_publish(ngx_eo_live_file_t *file,
    ngx_eo_live_job_t *job);

static void ngx_eo_live_timer_handler(ngx_event_t *ev);
static void ngx_eo_live_timer_cleanup(void *data);
static void ngx_eo_live_file_poll(ngx_eo_live_file_t *file, ngx_log_t *log);
static void ngx_eo_live_file_forget(ngx_eo_live_file_t *file);
static void ngx_eo_live_slot_empty(ngx_fd_t slot);
static ngx_uint_t ngx_eo_live_file_due(ngx_eo_live_file_t *file,
    ngx_log_t *log);
static void ngx_eo_live_file_start(ngx_eo_live_file_t *file, ngx_log_t *log);
static void ngx_eo_live_file_finish(ngx_eo_live_file_t *file,
    ngx_log_t *log);
static void ngx_eo_live_file_stop(ngx_eo_live_file_t *file);
static ngx_int_t ngx_eo_live_file_lock(ngx_eo_live_file_t *file, short type);

static ngx_eo_live_job_t *ngx_eo_live_job_create(ngx_eo_live_file_t *file,
    ngx_log_t *log);
static void ngx_eo_live_job_free(ngx_eo_live_job_t *job);
static void *ngx_eo_live_job_thread(void *data);
static void ngx_eo_live_job_run(ngx_eo_live_job_t *job);
static ngx_int_t ngx_eo_live_job_refuse(ngx_eo_live_job_t *job,
    const char *reason, ngx_err_t err);
static void ngx_eo_live_job_log(ngx_eo_live_job_t *job, ngx_uint_t level,
    ngx_log_t *log, const char *text);
static ngx_uint_t ngx_eo_live_identity(ngx_eo_live_identity_t *identity,
    const ngx_file_info_t *fi);
static ngx_uint_t ngx_eo_live_same(const ngx_eo_live_identity_t *a,
    const ngx_eo_live_identity_t *b);


/* of this process: nothing in it belongs to a cycle */

static ngx_queue_t  ngx_eo_live_files = {
    &ngx_eo_live_files, &ngx_eo_live_files
};


ngx_eo_live_file_t *
ngx_eo_live_file_add(ngx_conf_t *cf, ngx_array_t *files, ngx_str_t *path,
    const ngx_eo_live_file_type_t *type)
{
    ngx_uint_t                i;
    ngx_file_info_t           fi;
    ngx_pool_cleanup_t       *cln;
    ngx_eo_live_file_t       *file, **added;
    ngx_eo_live_identity_t    identity;

    added = files->elts;

    for (i = 0; i < files->nelts; i++) {
        if (added[i]->type == type
            && added[i]->path.len == path->len
            && ngx_strncmp(added[i]->path.data, path->data, path->len) == 0)
        {
            return added[i];
        }
    }

    added = ngx_array_push(files);
    cln = ngx_pool_cleanup_add(cf->cycle->pool, 0);

    if (added == NULL || cln == NULL) {
        return NULL;
    }

    files->nelts--;
    file = NULL;

    if (ngx_file_info(path->data, &fi) != NGX_FILE_ERROR
        && ngx_eo_live_identity(&identity, &fi))
    {
        file = ngx_eo_live_file_find(path, type, &identity);
    }

    if (file == NULL) {
        file = ngx_eo_live_file_create(path, type, cf->log);
        if (file == NULL) {
            return NULL;
        }

        if (ngx_eo_live_file_load(cf, file) != NGX_OK) {
            file->users = 1;
            ngx_eo_live_file_release(file);
            return NULL;
        }
    }

    file->users++;
    cln->handler = ngx_eo_live_file_release;
    cln->data = file;

    if (ngx_eo_live_file_get(file) == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s \"%V\" cannot be mapped into memory",
                           type->name, path);
        return NULL;
    }

    files->nelts++;
    *added = file;

    return file;
}


static ngx_eo_live_file_t *
ngx_eo_live_file_find(ngx_str_t *path, const ngx_eo_live_file_type_t *type,
    ngx_eo_live_identity_t *identity)
{
    ngx_queue_t         *q;
    ngx_eo_live_file_t  *file;

    for (q = ngx_queue_head(&ngx_eo_live_files);
         q != ngx_queue_sentinel(&ngx_eo_live_files);
         q = ngx_queue_next(q))
    {
        file = ngx_queue_data(q, ngx_eo_live_file_t, queue);

        if (file->type == type
            && file->path.len == path->len
            && ngx_strncmp(file->path.data, path->data, path->len) == 0
            && ngx_eo_live_same(&file->control->identity, identity))
        {
            return file;
        }
    }

    return NULL;
}


static ngx_eo_live_file_t *
ngx_eo_live_file_create(ngx_str_t *path, const ngx_eo_live_file_type_t *type,
    ngx_log_t *log)
{
    void                *control;
    ngx_eo_live_file_t  *file;

    file = ngx_calloc(sizeof(ngx_eo_live_file_t) + path->len + 1, log);
    if (file == NULL) {
        return NULL;
    }

    file->type = type;
    file->path.len = path->len;
    file->path.data = (u_char *) file + sizeof(ngx_eo_live_file_t);
    (void) ngx_cpystrn(file->path.data, path->data, path->len + 1);

    ngx_queue_insert_tail(&ngx_eo_live_files, &file->queue);

    file->control_fd = memfd_create("eo_live_control", MFD_CLOEXEC);
    file->slots[0] = memfd_create("eo_live_slot", MFD_CLOEXEC);
    file->slots[1] = memfd_create("eo_live_slot", MFD_CLOEXEC);

    control = MAP_FAILED;

    if (file->control_fd != -1
        && file->slots[0] != -1
        && file->slots[1] != -1
        && ftruncate(file->control_fd, sizeof(ngx_eo_live_control_t)) == 0)
    {
        control = mmap(NULL, sizeof(ngx_eo_live_control_t),
                       PROT_READ|PROT_WRITE, MAP_SHARED, file->control_fd, 0);
    }

    if (control == MAP_FAILED) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "shared memory for \"%V\" failed", path);

        file->users = 1;
        ngx_eo_live_file_release(file);

        return NULL;
    }

    file->control = control;

    return file;
}


/* the first reading, by the master: errors are those of the configuration */

static ngx_int_t
ngx_eo_live_file_load(ngx_conf_t *cf, ngx_eo_live_file_t *file)
{
    ngx_int_t           rc;
    ngx_eo_live_job_t  *job;

    job = ngx_eo_live_job_create(file, cf->log);
    if (job == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_live_job_run(job);
    rc = job->rc;

    if (rc == NGX_OK) {
        ngx_eo_live_file_publish(file, job);
        file->control->lingers = 0;

    } else if (rc == NGX_AGAIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s \"%V\" changed while it was read",
                           file->type->name, &file->path);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, job->err, "%s %V%s",
                           file->type->name, &file->path,
                           job->build.message);
    }

    ngx_eo_live_job_free(job);

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


static void
ngx_eo_live_file_release(void *data)
{
    ngx_eo_live_file_t  *file = data;

    if (--file->users) {
        return;
    }

    ngx_eo_live_file_stop(file);

    if (file->object) {
        file->type->detach(file->object);
    }

    if (file->control) {
        (void) munmap(file->control, sizeof(ngx_eo_live_control_t));
    }

    if (file->control_fd != -1) {
        (void) close(file->control_fd);
    }

    if (file->slots[0] != -1) {
        (void) close(file->slots[0]);
    }

    if (file->slots[1] != -1) {
        (void) close(file->slots[1]);
    }

    ngx_queue_remove(&file->queue);
    ngx_free(file);
}


void *
ngx_eo_live_file_get(ngx_eo_live_file_t *file)
{
    if (ngx_eo_live_file_changed(file)
        && file->control->generation != file->failed_generation)
    {
        ngx_eo_live_file_attach(file);
    }

    return file->object;
}


ngx_uint_t
ngx_eo_live_file_changed(ngx_eo_live_file_t *file)
{
    ngx_memory_barrier();

    return file->control->generation != file->generation
           && file->control->generation != file->failed_generation;
}


static void
ngx_eo_live_file_attach(ngx_eo_live_file_t *file)
{
    void               *object;
    ngx_atomic_uint_t   generation;

    generation = file->control->generation;
    ngx_memory_barrier();

    object = file->type->attach(file->slots[generation % 2],
                                (size_t) file->control->size);
    if (object == NULL) {

        /* tried again at the next turn of the timer, not at each request */

        file->failed_generation = generation;
        return;
    }

    if (file->object) {
        file->type->detach(file->object);
    }

    file->object = object;
    file->generation = generation;
}


static void
ngx_eo_live_file_publish(ngx_eo_live_file_t *file, ngx_eo_live_job_t *job)
{
    file->control->identity = job->identity;
    file->control->size = job->build.size;
    file->control->published = ngx_current_msec;
    file->control->lingers = 1;

    ngx_memory_barrier();

    file->control->generation++;
}


ngx_int_t
ngx_eo_live_files_watch(ngx_cycle_t *cycle, ngx_array_t *files)
{
    ngx_pool_cleanup_t   *cln;
    ngx_eo_live_timer_t  *timer;

    if (files->nelts == 0
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    timer = ngx_pcalloc(cycle->pool, sizeof(ngx_eo_live_timer_t));
    if (timer == NULL) {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_eo_live_timer_cleanup;
    cln->data = timer;

    timer->files = files;
    timer->dummy.fd = (ngx_socket_t) -1;

    timer->event.handler = ngx_eo_live_timer_handler;
    timer->event.data = &timer->dummy;
    timer->event.log = cycle->log;
    timer->event.cancelable = 1;
    timer->dummy.data = timer;

    ngx_add_timer(&timer->event, NGX_EO_LIVE_FILE_INTERVAL);

    return NGX_OK;
}


static void
ngx_eo_live_timer_handler(ngx_event_t *ev)
{
    ngx_uint_t             i;
    ngx_connection_t      *c;
    ngx_eo_live_file_t   **files;
    ngx_eo_live_timer_t   *timer;

    c = ev->data;
    timer = c->data;
    files = timer->files->elts;

    for (i = 0; i < timer->files->nelts; i++) {

        files[i]->failed_generation = 0;
        (void) ngx_eo_live_file_get(files[i]);

        if (files[i]->failed_generation) {
            ngx_log_error(NGX_LOG_ERR, ev->log, 0,
                          "%s \"%V\" cannot be mapped into memory, "
                          "the old one stays in use",
                          files[i]->type->name, &files[i]->path);
        }

        if (ngx_worker == 0) {
            ngx_eo_live_file_poll(files[i], ev->log);
        }
    }

    ngx_add_timer(ev, NGX_EO_LIVE_FILE_INTERVAL);
}


static void
ngx_eo_live_timer_cleanup(void *data)
{
    ngx_eo_live_timer_t  *timer = data;

    if (timer->event.timer_set) {
        ngx_del_timer(&timer->event);
    }
}


static void
ngx_eo_live_file_poll(ngx_eo_live_file_t *file, ngx_log_t *log)
{
    if (file->job) {
        if (file->job->done) {
            ngx_eo_live_file_finish(file, log);
        }

        return;
    }

    if (file->control->lingers) {
        ngx_eo_live_file_forget(file);
        return;
    }

    if (!ngx_exiting && ngx_eo_live_file_due(file, log)) {
        ngx_eo_live_file_start(file, log);
    }
}


/* gives back the memory of the old content */

static void
ngx_eo_live_file_forget(ngx_eo_live_file_t *file)
{
    ngx_fd_t    slot;
    ngx_msec_t  published;

    published = (ngx_msec_t) file->control->published;

    if (ngx_current_msec - published < NGX_EO_LIVE_FILE_LINGER
        || ngx_eo_live_file_lock(file, F_WRLCK) != NGX_OK)
    {
        return;
    }

    slot = file->slots[(file->control->generation + 1) % 2];

    ngx_eo_live_slot_empty(slot);

    file->control->lingers = 0;

    (void) ngx_eo_live_file_lock(file, F_UNLCK);
}


/* the length stays, as mappings that end behind the file would be a SIGBUS */

static void
ngx_eo_live_slot_empty(ngx_fd_t slot)
{
    (void) fallocate(slot, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0,
                     lseek(slot, 0, SEEK_END));
}


/*
 * A file is due when it is another one than that in use and than the last one
 * refused, and did not change between two looks: who writes a file in place
 * takes a while.
 */

static ngx_uint_t
ngx_eo_live_file_due(ngx_eo_live_file_t *file, ngx_log_t *log)
{
    ngx_uint_t               settled;
    ngx_file_info_t          fi;
    ngx_eo_live_identity_t   identity;

    if (ngx_file_info(file->path.data, &fi) == NGX_FILE_ERROR) {

        if (!file->missing) {
            file->missing = 1;
            ngx_log_error(NGX_LOG_ERR, log, ngx_errno,
                          "%s \"%V\" is gone, what it held stays in use",
                          file->type->name, &file->path);
        }

        return 0;
    }

    file->missing = 0;

    (void) ngx_eo_live_identity(&identity, &fi);

    settled = ngx_eo_live_same(&file->seen, &identity);
    file->seen = identity;

    return settled
           && !ngx_eo_live_same(&file->control->identity, &identity)
           && !ngx_eo_live_same(&file->refused, &identity);
}


static void
ngx_eo_live_file_start(ngx_eo_live_file_t *file, ngx_log_t *log)
{
    int                 rc;
    sigset_t            all, old;
    ngx_eo_live_job_t  *job;

    /* after a reload, the old first worker may still be at it */

    if (ngx_eo_live_file_lock(file, F_WRLCK) != NGX_OK) {
        return;
    }

    if (file->control->lingers
        || ngx_eo_live_same(&file->control->identity, &file->seen))
    {
        (void) ngx_eo_live_file_lock(file, F_UNLCK);
        return;
    }

    job = ngx_eo_live_job_create(file, log);
    if (job == NULL) {
        (void) ngx_eo_live_file_lock(file, F_UNLCK);
        return;
    }

    sigfillset(&all);

    /* signals are for nginx's own thread */

    (void) pthread_sigmask(SIG_SETMASK, &all, &old);
    rc = pthread_create(&job->thread, NULL, ngx_eo_live_job_thread, job);
    (void) pthread_sigmask(SIG_SETMASK, &old, NULL);

    if (rc != 0) {
        ngx_log_error(NGX_LOG_ERR, log, rc, "pthread_create() failed");

        ngx_eo_live_job_free(job);
        (void) ngx_eo_live_file_lock(file, F_UNLCK);

        return;
    }

    file->job = job;
}


static void
ngx_eo_live_file_finish(ngx_eo_live_file_t *file, ngx_log_t *log)
{
    ngx_eo_live_job_t  *job;

    job = file->job;
    file->job = NULL;

    (void) pthread_join(job->thread, NULL);

    switch (job->rc) {

    case NGX_OK:
        ngx_eo_live_file_publish(file, job);
        (void) ngx_eo_live_file_get(file);
        ngx_eo_live_job_log(job, NGX_LOG_NOTICE, log, "is in use");
        break;

    case NGX_ERROR:
        file->refused = job->identity;
        ngx_eo_live_job_log(job, NGX_LOG_ERR, log, "the old one stays in use");
        break;

    default: /* NGX_AGAIN: it changed while it was read */
        break;
    }

    (void) ngx_eo_live_file_lock(file, F_UNLCK);

    ngx_eo_live_job_free(job);
}


static void
ngx_eo_live_file_stop(ngx_eo_live_file_t *file)
{
    if (file->job == NULL) {
        return;
    }

    file->job->cancel = 1;

    (void) pthread_join(file->job->thread, NULL);

    ngx_eo_live_job_free(file->job);
    file->job = NULL;
}


/*
 * The lock of one process against the others; it goes with the process.  It
 * is that of a descriptor which is never opened twice, as closing any other
 * one of the same file would drop the lock.
 */

static ngx_int_t
ngx_eo_live_file_lock(ngx_eo_live_file_t *file, short type)
{
    struct flock  lock;

    ngx_memzero(&lock, sizeof(struct flock));
    lock.l_type = type;
    lock.l_whence = SEEK_SET;

    return fcntl(file->control_fd, F_SETLK, &lock) == -1 ? NGX_ERROR : NGX_OK;
}


static ngx_eo_live_job_t *
ngx_eo_live_job_create(ngx_eo_live_file_t *file, ngx_log_t *log)
{
    ngx_eo_live_job_t  *job;

    job = ngx_calloc(sizeof(ngx_eo_live_job_t), log);
    if (job == NULL) {
        return NULL;
    }

    job->type = file->type;
    job->path = (char *) file->path.data;
    job->identity = file->seen;
    job->build.target = file->slots[(file->control->generation + 1) % 2];
    job->build.cancel = &job->cancel;

    return job;
}


static void
ngx_eo_live_job_free(ngx_eo_live_job_t *job)
{
    ngx_free(job);
}


static void *
ngx_eo_live_job_thread(void *data)
{
    ngx_eo_live_job_t  *job = data;

    ngx_eo_live_job_run(job);

    ngx_memory_barrier();
    job->done = 1;

    return NULL;
}


static void
ngx_eo_live_job_run(ngx_eo_live_job_t *job)
{
    off_t                    room;
    ngx_file_info_t          fi;
    ngx_eo_live_build_t     *build;
    ngx_eo_live_identity_t   after;

    build = &job->build;

    /* a named pipe that nobody writes to must not hold up the thread */

    build->source = open(job->path, O_RDONLY|O_NONBLOCK|O_CLOEXEC);

    if (build->source == -1) {
        job->rc = ngx_eo_live_job_refuse(job, " cannot be opened", errno);
        return;
    }

    if (fstat(build->source, &fi) == -1) {
        job->rc = ngx_eo_live_job_refuse(job, " cannot be examined", errno);

    } else if (!ngx_eo_live_identity(&job->identity, &fi)) {
        job->rc = ngx_eo_live_job_refuse(job, " is not a regular file", 0);

    } else {
        room = lseek(build->target, 0, SEEK_END);

        build->room = (size_t) room;
        build->length = (size_t) fi.st_size;

        job->rc = job->type->build(build);

        if (fstat(build->source, &fi) == -1
            || !ngx_eo_live_identity(&after, &fi)
            || !ngx_eo_live_same(&job->identity, &after))
        {
            job->rc = NGX_AGAIN;
        }

        /* what is not going to be used takes no memory until the next try */

        if (job->rc != NGX_OK) {
            ngx_eo_live_slot_empty(build->target);
        }
    }

    (void) close(build->source);
}


static ngx_int_t
ngx_eo_live_job_refuse(ngx_eo_live_job_t *job, const char *reason,
    ngx_err_t err)
{
    job->err = err;
    (void) ngx_cpystrn(job->build.message, (u_char *) reason,
                       NGX_EO_LIVE_FILE_MESSAGE);

    return NGX_ERROR;
}


static void
ngx_eo_live_job_log(ngx_eo_live_job_t *job, ngx_uint_t level, ngx_log_t *log,
    const char *text)
{
    ngx_log_error(level, log, job->err, "%s %s%s, %s", job->type->name,
                  job->path, job->build.message, text);
}


ngx_int_t
ngx_eo_live_build_reserve(ngx_eo_live_build_t *build, size_t size)
{
    /* writing to a mapping without memory behind it would be a SIGBUS */

    while (fallocate(build->target, 0, 0, (off_t) size) == -1) {

        if (errno != EINTR) {
            (void) ngx_cpystrn(build->message,
                               (u_char *) " does not fit into memory",
                               NGX_EO_LIVE_FILE_MESSAGE);
            return NGX_ERROR;
        }
    }

    build->size = size;

    return NGX_OK;
}


/* whether it is a regular file at all */

static ngx_uint_t
ngx_eo_live_identity(ngx_eo_live_identity_t *identity,
    const ngx_file_info_t *fi)
{
    identity->device = fi->st_dev;
    identity->inode = fi->st_ino;
    identity->size = fi->st_size;
    identity->mtime = (uint64_t) fi->st_mtim.tv_sec * 1000000000
                      + fi->st_mtim.tv_nsec;
    identity->ctime = (uint64_t) fi->st_ctim.tv_sec * 1000000000
                      + fi->st_ctim.tv_nsec;

    return S_ISREG(fi->st_mode) ? 1 : 0;
}


static ngx_uint_t
ngx_eo_live_same(const ngx_eo_live_identity_t *a,
    const ngx_eo_live_identity_t *b)
{
    return a->device == b->device
           && a->inode == b->inode
           && a->size == b->size
           && a->mtime == b->mtime
           && a->ctime == b->ctime;
}
