
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Files with a life: read when the configuration is, kept in memory that all
 * worker processes share, and read again when they change, without a reload
 * and without holding up a worker.
 *
 * Each file has two slots in memory and a counter of generations, made before
 * the workers are forked.  The first worker watches the file.  When it has
 * changed, a thread of that worker builds the new content in the slot not in
 * use; once that is proven good, the counter is advanced and every worker
 * turns to the other slot at its next look-up.  Whatever is wrong with a new
 * file, the old content stays.
 *
 * A slot never becomes shorter.  So a process that was stopped within a
 * look-up for seconds, and goes on when its slot is being overwritten, reads
 * nonsense but never past the end: see ngx_eo_live_file_changed().
 */


#ifndef _NGX_EO_LIVE_FILE_H_INCLUDED_
#define _NGX_EO_LIVE_FILE_H_INCLUDED_


#include "ngx_eo_core.h"


#define NGX_EO_LIVE_FILE_MESSAGE   256


typedef struct ngx_eo_live_file_s  ngx_eo_live_file_t;


/*
 * The making of a slot, mostly on a thread: no function of nginx that logs
 * or allocates may be called.
 *
 * source:   the file, open for reading at its beginning
 * length:   of the source when it was opened, in bytes
 * target:   the slot; to be read and written, by pwrite() or as a mapping
 * room:     bytes that the slot has already
 * cancel:   raised when the process wants to end
 * size:     to be set: how many bytes of the slot are content
 * message:  to be set: why the file is refused, or a few words about what is
 *           in it; starts with ":LINE: " where there is a line to name
 */

typedef struct {
    ngx_fd_t                       source;
    size_t                         length;
    ngx_fd_t                       target;
    size_t                         room;
    const ngx_atomic_t            *cancel;
    size_t                         size;
    u_char                         message[NGX_EO_LIVE_FILE_MESSAGE];
} ngx_eo_live_build_t;


/*
 * A kind of file.
 *
 * name:    for the log: "address list"
 * build:   returns NGX_OK, NGX_ERROR with a message, or NGX_ABORT
 * attach:  makes a slot usable in this process; returns what
 *          ngx_eo_live_file_get() hands out, or NULL
 * detach:  the reverse
 */

typedef struct {
    const char                    *name;
    ngx_int_t                    (*build)(ngx_eo_live_build_t *build);
    void                        *(*attach)(ngx_fd_t slot, size_t size);
    void                         (*detach)(void *object);
} ngx_eo_live_file_type_t;


/*
 * Takes a file into a configuration.  It is read at once, unless the running
 * configuration has it and it has not changed since.  The file lives as long
 * as the cycle.
 *
 * files:  an array of ngx_eo_live_file_t * to which the file is added, unless
 *         it is there; to be given to ngx_eo_live_files_watch()
 * path:   absolute and NUL-terminated; has to live as long as the cycle
 * type:   a constant
 *
 * Returns NULL, with a message at the emerg level, if the file cannot be
 * read or is refused, or memory is short.
 */

NGX_EO_CORE_API ngx_eo_live_file_t *ngx_eo_live_file_add(ngx_conf_t *cf,
    ngx_array_t *files, ngx_str_t *path, const ngx_eo_live_file_type_t *type);


/*
 * To be called from a module's init_process handler.  Does nothing in
 * processes that serve no clients.
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_live_files_watch(ngx_cycle_t *cycle,
    ngx_array_t *files);


/*
 * What attach() made of the newest content; owned by the file and valid until
 * the next call.
 */

NGX_EO_CORE_API void *ngx_eo_live_file_get(ngx_eo_live_file_t *file);


/*
 * Whether there is newer content than what ngx_eo_live_file_get() returned
 * last.  What was read of it does not count then and has to be read again.
 */

NGX_EO_CORE_API ngx_uint_t ngx_eo_live_file_changed(
    ngx_eo_live_file_t *file);


/*
 * Reserves memory for the slot's content, for build().
 *
 * Returns NGX_OK, or NGX_ERROR with build->message set.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_live_build_reserve(
    ngx_eo_live_build_t *build, size_t size);


#endif /* _NGX_EO_LIVE_FILE_H_INCLUDED_ */
