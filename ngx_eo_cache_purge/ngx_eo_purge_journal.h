
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The journal of a zone: accepted tasks, on disk before they are answered.
 *
 * A file begins with a line that names its version; records follow, each with
 * its length and a checksum, all numbers in the byte order of the machine.  A
 * record that a crash cut short ends the file.
 */


#ifndef _NGX_EO_PURGE_JOURNAL_H_INCLUDED_
#define _NGX_EO_PURGE_JOURNAL_H_INCLUDED_


#include "ngx_eo_purge_zone.h"


/* targets of a task at the most: 5,000 URLs */

#define NGX_EO_PURGE_MAX_TARGETS  5000


/*
 * Adds a task, and marks its targets in the zone when it is safely on disk.
 * It may wait for the disk, so that it is for a thread.
 *
 * keys:  of the job's targets
 *
 * Returns NGX_ERROR, with a message, if the disk refuses, and NGX_DECLINED if
 * the zone has no room; the journal is then as it was.
 */

ngx_int_t ngx_eo_purge_journal_commit(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_job_t *job, u_char *keys, ngx_log_t *log);


/*
 * Reads the journal into a zone that has just been made; a file that does not
 * exist is an empty one.
 *
 * Returns NGX_ERROR, with a message, if the file is none of ours, or larger
 * than the zone.
 */

ngx_int_t ngx_eo_purge_journal_read(ngx_eo_purge_zone_t *zone,
    ngx_log_t *log);


/*
 * Writes the journal anew with the marks that the zone still has, if it has
 * grown to several times their size.  It is for a thread.
 */

void ngx_eo_purge_journal_compact(ngx_eo_purge_zone_t *zone, ngx_log_t *log);


/*
 * Takes the next record off the content of a journal.
 *
 * content:  what is left of it, in and out
 * job:      to be filled
 * keys:     of its targets, within the content
 *
 * Returns NGX_DONE at its end, and NGX_DECLINED at a broken record.
 */

ngx_int_t ngx_eo_purge_journal_next(ngx_str_t *content,
    ngx_eo_purge_job_t *job, u_char **keys);


#endif /* _NGX_EO_PURGE_JOURNAL_H_INCLUDED_ */
