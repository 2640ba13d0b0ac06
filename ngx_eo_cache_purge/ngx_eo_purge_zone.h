
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What has been purged, in memory that all workers share.
 *
 * An object is not touched by a purge.  The zone keeps a mark for each target
 * (a time and a sequence number), and an object is compared with the marks
 * that apply to it whenever it is about to be served: it is gone, or stale, if
 * its fetch began before.  So a purge costs as much as it has targets,
 * however many objects it meets, and holds for those being written.
 */


#ifndef _NGX_EO_PURGE_ZONE_H_INCLUDED_
#define _NGX_EO_PURGE_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_purge_target.h"


/*
 * How long after a purge sequence numbers are compared: longer than any fetch
 * lasts from its start to its response header.
 */

#define NGX_EO_PURGE_WINDOW  3600


typedef enum {
    NGX_EO_PURGE_DELETE = 0,
    NGX_EO_PURGE_INVALIDATE,
    NGX_EO_PURGE_METHODS
} ngx_eo_purge_method_e;


typedef struct {
    time_t                  time;
    uint64_t                sequence;    /* 0: never */
    uint64_t                order;       /* in which marks were made */
} ngx_eo_purge_mark_t;


/*
 * When an object's fetch was: its response header's time, and the task that was
 * the newest at its beginning, as ngx_eo_purge_stamp() makes it of the task's
 * number.
 */

typedef struct {
    time_t                  date;
    uint16_t                sequence;
} ngx_eo_purge_stamp_t;


/*
 * 15 bits of a task's number without the bit 0x200, which ngx_eo_core sets in
 * the same field of a cache's node for an error that is kept.
 */

#define ngx_eo_purge_stamp(n)                                                 \
    (uint16_t) (((n) & 0x1ff) | (((n) & 0x7e00) << 1))

#define ngx_eo_purge_stamp_number(stamp)                                      \
    (((stamp) & 0x1ff) | (((stamp) >> 1) & 0x7e00))


typedef struct ngx_eo_purge_zone_s  ngx_eo_purge_zone_t;
typedef struct ngx_eo_prefetch_conf_s  ngx_eo_prefetch_conf_t;


#define NGX_EO_PURGE_JOB_ID_LEN   20
#define NGX_EO_PURGE_SAMPLE_LEN   256
#define NGX_EO_PURGE_JOBS         1000


typedef enum {
    NGX_EO_PURGE_PROCESSING = 0,
    NGX_EO_PURGE_SUCCESS
} ngx_eo_purge_state_e;


typedef struct {
    u_char                  id[NGX_EO_PURGE_JOB_ID_LEN];
    u_char                  request[NGX_EO_PURGE_KEY_LEN];
                                   /* of the idempotency key, or zeros */
    uint64_t                sequence;
    uint64_t                order;
    time_t                  created;
    time_t                  updated;
    ngx_uint_t              objects;     /* found by the sweep so far */
    uint32_t                targets;
    uint8_t                 kind;
    uint8_t                 method;
    uint8_t                 state;
    uint16_t                sample_len;
    u_char                  sample[NGX_EO_PURGE_SAMPLE_LEN];
                                         /* the first target */
} ngx_eo_purge_job_t;


/*
 * The zone's memory is made by its directive; the handle lives as long as the
 * configuration.
 */

struct ngx_eo_purge_zone_s {
    struct ngx_eo_purge_shared_s  *sh;
    ngx_slab_pool_t               *shpool;
    ngx_str_t                      name;
    ngx_str_t                      folder;    /* or empty */
    ngx_str_t                      journal;   /* a path, or empty */
    ngx_eo_prefetch_conf_t        *prefetch;  /* or NULL */
    ngx_array_t                    caches;    /* of ngx_shm_zone_t * */
    unsigned                       any_cache:1;
                               /* some are only known at run time */
};


/*
 * Sets the zone up in fresh shared memory.
 *
 * Returns NGX_ERROR, with a message, if it is too small.
 */

ngx_int_t ngx_eo_purge_zone_create(ngx_eo_purge_zone_t *zone, ngx_log_t *log);


/*
 * The zone's tasks of prefetch; the zone's mutex is to be held.
 */

struct ngx_eo_prefetch_list_s *ngx_eo_purge_zone_prefetch(
    ngx_eo_purge_zone_t *zone);


/*
 * Makes an id of NGX_EO_PURGE_JOB_ID_LEN bytes; salt is a number that no other
 * task of the node has.
 */

void ngx_eo_purge_new_id(u_char *id, time_t created, uint64_t salt);


/*
 * Begins a task: a sequence number and a time of its own, and an id.
 */

void ngx_eo_purge_zone_begin(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_job_t *job);


/*
 * Marks targets; from here on no worker serves what they name.
 *
 * job:   from ngx_eo_purge_zone_begin(), or read from the journal
 * keys:  job->targets times NGX_EO_PURGE_KEY_LEN bytes
 *
 * Returns NGX_DECLINED, with nothing marked, if the zone has no room.
 */

ngx_int_t ngx_eo_purge_zone_mark(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_job_t *job, u_char *keys);


/*
 * Whether the zone has room for so many targets more, and how many it has.
 */

ngx_uint_t ngx_eo_purge_zone_room(ngx_eo_purge_zone_t *zone, ngx_uint_t n);
ngx_uint_t ngx_eo_purge_zone_size(ngx_eo_purge_zone_t *zone);


/*
 * The number of the newest task; ngx_eo_purge_stamp() of it is the stamp of a
 * fetch that begins now.
 */

uint64_t ngx_eo_purge_zone_sequence(ngx_eo_purge_zone_t *zone);


/*
 * Whether any mark could apply to an object of this date; no lock is taken.
 */

ngx_uint_t ngx_eo_purge_zone_concerns(ngx_eo_purge_zone_t *zone,
    time_t date);


/*
 * Compares an object with all marks that apply to it.
 *
 * urls:   its URLs: the client's, and the location's if it was rewritten
 * tags:   values of its Cache-Tag headers
 * now:    a date behind it is taken for it
 *
 * Returns NGX_OK if the object may be served, NGX_DECLINED if it is gone, and
 * NGX_AGAIN if it is stale and has to be revalidated; object->sequence is then
 * that of the task that said so.
 */

typedef struct {
    ngx_eo_purge_url_t     *urls;
    ngx_uint_t              nurls;
    ngx_str_t              *tags;
    ngx_uint_t              ntags;
    ngx_eo_purge_stamp_t    stamp;
    uint64_t                sequence;
} ngx_eo_purge_object_t;

ngx_int_t ngx_eo_purge_zone_check(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_object_t *object, time_t now);


/*
 * Whether a fetch with this stamp is older than a mark.
 */

ngx_uint_t ngx_eo_purge_older(ngx_eo_purge_stamp_t *stamp,
    ngx_eo_purge_mark_t *mark, time_t now);


/*
 * A copy of a task; by its id, by the idempotency key of its request, or the
 * n-th from the newest on.
 *
 * Returns NGX_DECLINED if there is none (the newest 1000 are kept).
 */

ngx_int_t ngx_eo_purge_zone_job(ngx_eo_purge_zone_t *zone, ngx_str_t *id,
    ngx_eo_purge_job_t *job);
ngx_int_t ngx_eo_purge_zone_request(ngx_eo_purge_zone_t *zone,
    u_char *request, ngx_eo_purge_job_t *job);
ngx_int_t ngx_eo_purge_zone_nth(ngx_eo_purge_zone_t *zone, ngx_uint_t n,
    ngx_eo_purge_job_t *job);


/*
 * For the sweep: takes the turn, of which there is one for all processes, and
 * gives it back.  "ended" says that all objects were compared with the marks
 * up to "order", so that tasks up to it have ended; "forget", that none is left
 * for which those marks are needed.
 *
 * ngx_eo_purge_zone_turn() returns the order up to which there are marks, or 0
 * if there is nothing to do or another process has the turn.
 * ngx_eo_purge_zone_keep_turn() says that its holder lives; without it the turn
 * is lost after a minute.  ngx_eo_purge_zone_found() counts an object for a
 * task.
 */

uint64_t ngx_eo_purge_zone_turn(ngx_eo_purge_zone_t *zone);
void ngx_eo_purge_zone_keep_turn(ngx_eo_purge_zone_t *zone);
void ngx_eo_purge_zone_found(ngx_eo_purge_zone_t *zone, uint64_t sequence);
void ngx_eo_purge_zone_turn_end(ngx_eo_purge_zone_t *zone, uint64_t order,
    ngx_uint_t ended, ngx_uint_t forget);


/*
 * Calls a function for each target that is marked; the zone is locked.
 */

typedef void (*ngx_eo_purge_visit_pt)(void *data, u_char *key,
    ngx_eo_purge_kind_e kind, ngx_eo_purge_mark_t *marks);

void ngx_eo_purge_zone_visit(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_visit_pt visit, void *data);


#endif /* _NGX_EO_PURGE_ZONE_H_INCLUDED_ */
