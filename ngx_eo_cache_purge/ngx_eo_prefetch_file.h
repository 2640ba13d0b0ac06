
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Files of a prefetch, in the zone's folder: NAME.ID.prefetch, which is the
 * task, and NAME.ID.results, which has a line for each URL that has ended.
 */


#ifndef _NGX_EO_PREFETCH_FILE_H_INCLUDED_
#define _NGX_EO_PREFETCH_FILE_H_INCLUDED_


#include "ngx_eo_prefetch_list.h"


/* a line of the results */

typedef struct {
    u_char          state;       /* of the ngx_eo_prefetch_result_e */
    ngx_uint_t      status;      /* of HTTP, 0: none */
    ngx_str_t       word;        /* EO-Cache-Status, or why it failed */
    off_t           bytes;
    ngx_uint_t      depth;       /* playlists that led to it */
    ngx_str_t       url;
} ngx_eo_prefetch_result_t;


#define NGX_EO_PREFETCH_RESULT_OK       'S'
#define NGX_EO_PREFETCH_RESULT_FAILED   'F'
#define NGX_EO_PREFETCH_RESULT_INVALID  'I'

/* lines without a URL: what has become of the whole task */

#define NGX_EO_PREFETCH_RESULT_ENDED     'E'
#define NGX_EO_PREFETCH_RESULT_CANCELED  'C'
#define NGX_EO_PREFETCH_RESULT_AGAIN     'R'


/*
 * Writes a task to disk, safely.
 *
 * text:  its header fields, a line each, an empty line, and its URLs, a line
 *        each
 */

ngx_int_t ngx_eo_prefetch_file_write(ngx_eo_purge_zone_t *zone,
    ngx_eo_prefetch_job_t *job, ngx_str_t *text, ngx_log_t *log);


/*
 * Reads a task: text as above, and the results so far, both to be freed with
 * ngx_free().  Results may be empty.  Blocks.
 */

ngx_int_t ngx_eo_prefetch_file_read(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_str_t *text, ngx_str_t *results, ngx_log_t *log);
ngx_int_t ngx_eo_prefetch_results_read(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_str_t *results, ngx_log_t *log);


/*
 * Writes the results anew with those lines only that are successes, and leaves
 * them in "results", too.  Blocks.
 */

ngx_int_t ngx_eo_prefetch_results_keep(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_str_t *results, ngx_log_t *log);


/* adds a line to the results */

ngx_int_t ngx_eo_prefetch_results_add(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_eo_prefetch_result_t *result, ngx_log_t *log);


/*
 * Takes the next whole line off the results.  Returns 0 at their end; lines
 * that are none are left out.
 */

ngx_uint_t ngx_eo_prefetch_results_next(ngx_str_t *results,
    ngx_eo_prefetch_result_t *result);


/* removes both files */

void ngx_eo_prefetch_file_delete(ngx_eo_purge_zone_t *zone, u_char *id,
    ngx_log_t *log);


/*
 * Reads the folder of a zone that has just been made.
 */

ngx_int_t ngx_eo_prefetch_restore(ngx_eo_purge_zone_t *zone, ngx_log_t *log);


#endif /* _NGX_EO_PREFETCH_FILE_H_INCLUDED_ */
