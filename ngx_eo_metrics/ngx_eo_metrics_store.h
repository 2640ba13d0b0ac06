
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The memory of a zone: counters of domains, of pairs (a domain and a status,
 * a cause or a rule), and what they were at the end of each minute.
 *
 * All workers write into it at once and none ever waits: numbers are added to
 * atomically, places of tables are claimed by one atomic exchange, and what a
 * claimed place says can be written by any number of workers, as all of them
 * write the same.  A worker may die at any instruction.  There are no pointers
 * in it, and everything that is read from it is checked, so that it can be a
 * file that has seen a crash.
 */


#ifndef _NGX_EO_METRICS_STORE_H_INCLUDED_
#define _NGX_EO_METRICS_STORE_H_INCLUDED_


#include "ngx_eo_metrics_counter.h"


#define NGX_EO_METRICS_NAME     255
#define NGX_EO_METRICS_LABEL    240
#define NGX_EO_METRICS_EVENTS   64
#define NGX_EO_METRICS_TEXT     128

/* the domain that takes what no other does, always there */

#define NGX_EO_METRICS_OTHER    0

/* the label for what has no room, always there */

#define NGX_EO_METRICS_NO_LABEL  0


typedef enum {
    NGX_EO_METRICS_MINUTE = 0,
    NGX_EO_METRICS_FIVE,
    NGX_EO_METRICS_HOUR,
    NGX_EO_METRICS_LEVELS
} ngx_eo_metrics_level_e;


typedef enum {
    NGX_EO_METRICS_PAIR_STATUS = 1,
    NGX_EO_METRICS_PAIR_CAUSE,
    NGX_EO_METRICS_PAIR_RULE
} ngx_eo_metrics_pair_e;


/* what a domain had in a stretch of time */

typedef struct {
    uint64_t                   number;    /* of the cell, from 1; 0: none */
    uint64_t                   before;    /* the domain's cell before it */
    uint64_t                   time;      /* seconds, when it began */
    uint64_t                   values[NGX_EO_METRICS_SERIES];
} ngx_eo_metrics_cell_t;


typedef struct {
    uint64_t                   counters[NGX_EO_METRICS_COUNTERS];
    uint64_t                   folded[NGX_EO_METRICS_LEVELS]
                                     [NGX_EO_METRICS_SERIES];
    uint64_t                   last[NGX_EO_METRICS_LEVELS];  /* cells */
    uint64_t                   active;    /* minute of the last change */
    uint32_t                   round;     /* configuration that has it */
    uint32_t                   name_len;  /* 0: free */
    u_char                     name[NGX_EO_METRICS_NAME + 1];
} ngx_eo_metrics_domain_t;


typedef struct {
    uint64_t                   key;       /* 0: free */
    uint64_t                   count;
} ngx_eo_metrics_pair_t;


/* a text that pairs refer to: parts with a NUL behind each */

typedef struct {
    uint64_t                   hash;      /* 0: free */
    uint32_t                   ready;
    uint32_t                   len;
    u_char                     text[NGX_EO_METRICS_LABEL];
} ngx_eo_metrics_label_t;


typedef struct {
    uint32_t                   len;
    u_char                     data[NGX_EO_METRICS_TEXT];
} ngx_eo_metrics_text_t;


/* a request that web protection has had to do with */

typedef struct {
    uint64_t                   number;    /* from 1, 0 while it is written */
    uint64_t                   time;
    uint32_t                   status;
    uint32_t                   domain;
    ngx_eo_metrics_text_t      id;
    ngx_eo_metrics_text_t      client;
    ngx_eo_metrics_text_t      module;
    ngx_eo_metrics_text_t      action;
    ngx_eo_metrics_text_t      rule;
    ngx_eo_metrics_text_t      method;
    ngx_eo_metrics_text_t      host;
    ngx_eo_metrics_text_t      uri;
} ngx_eo_metrics_event_t;


typedef struct {
    uint64_t                   magic;
    uint64_t                   size;
    uint64_t                   since;     /* seconds, when counting began */
    uint64_t                   round;     /* configurations so far */
    uint64_t                   events;    /* so far */
    uint64_t                   lost_pairs;   /* adds that found no room */
    uint64_t                   lost_labels;
    uint64_t                   pairs_used;
    uint64_t                   labels_used;
    uint64_t                   domains_used;  /* places ever taken */
    ngx_eo_metrics_limits_t    limits;

    /* the end of a minute, which one worker at a time sees to */

    uint64_t                   claim;     /* second and process */
    uint64_t                   folded;    /* minutes before it are done */
    uint64_t                   target;    /* the minute being folded up to */
    uint64_t                   position;  /* the next domain */
    uint64_t                   sums[NGX_EO_METRICS_LEVELS]
                                   [NGX_EO_METRICS_SERIES];
    uint64_t                   last[NGX_EO_METRICS_LEVELS];  /* of all */

    uint64_t                   cells[NGX_EO_METRICS_LEVELS];  /* so far */
    uint64_t                   sum_cells[NGX_EO_METRICS_LEVELS];

    ngx_eo_metrics_event_t     ring[NGX_EO_METRICS_EVENTS];
} ngx_eo_metrics_head_t;


/* a process's view of the memory */

typedef struct {
    ngx_eo_metrics_head_t     *head;

    ngx_eo_metrics_domain_t   *domains;
    uint64_t                  *hashes;       /* of their names */
    ngx_uint_t                 ndomains;

    ngx_eo_metrics_label_t    *labels;
    ngx_uint_t                 nlabels;      /* a power of 2 */

    ngx_eo_metrics_pair_t     *pairs;
    ngx_uint_t                 npairs;       /* a power of 2 */

    /* of all domains together, and of each */

    ngx_eo_metrics_cell_t     *sums[NGX_EO_METRICS_LEVELS];
    ngx_eo_metrics_cell_t     *cells[NGX_EO_METRICS_LEVELS];
    ngx_uint_t                 ncells[NGX_EO_METRICS_LEVELS];
} ngx_eo_metrics_store_t;


#define NGX_EO_METRICS_SIZE_MIN  (2 * 1024 * 1024)

extern const ngx_uint_t  ngx_eo_metrics_seconds[NGX_EO_METRICS_LEVELS];
extern const ngx_uint_t  ngx_eo_metrics_slots[NGX_EO_METRICS_LEVELS];


/*
 * Lays the tables out in memory, and begins anew if what is there is not a
 * store of this size and version.
 *
 * memory:  aligned to 8 bytes, zeroed if it is new; stays the caller's
 * size:    NGX_EO_METRICS_SIZE_MIN at least
 * now:     seconds
 *
 * Returns 1 if counters that were there are kept, 0 if they begin.
 */

ngx_uint_t ngx_eo_metrics_store_open(ngx_eo_metrics_store_t *store,
    void *memory, size_t size, time_t now);


/*
 * Sets the limits of the histograms; when they are others than before, the
 * histograms begin anew.
 */

void ngx_eo_metrics_store_limits(ngx_eo_metrics_store_t *store,
    const ngx_eo_metrics_limits_t *limits);


/*
 * The place of a domain, made if need be, for the configuration being read.
 * To be called by one process at a time, after an increase of head->round.
 *
 * Returns NGX_EO_METRICS_OTHER if there is no room.
 */

ngx_uint_t ngx_eo_metrics_store_domain(ngx_eo_metrics_store_t *store,
    ngx_str_t *name, time_t now);


/* Finds a domain that is there; NGX_DECLINED if it is not. */

ngx_int_t ngx_eo_metrics_store_find(ngx_eo_metrics_store_t *store,
    ngx_str_t *name, ngx_uint_t *index);


/*
 * The number of a label, made if need be; NGX_EO_METRICS_NO_LABEL if there is
 * no room.  Texts are cut so that all fit.
 */

ngx_uint_t ngx_eo_metrics_store_label(ngx_eo_metrics_store_t *store,
    ngx_str_t *texts, ngx_uint_t n);


/* Part i of a label, empty if there is none; points into the store. */

ngx_str_t ngx_eo_metrics_label_part(ngx_eo_metrics_label_t *label,
    ngx_uint_t i);


/* Adds n to a pair. */

void ngx_eo_metrics_store_pair(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, ngx_eo_metrics_pair_e kind, ngx_uint_t value,
    uint64_t n);


/* What a pair's key is made of; 0 if it is none of a store. */

ngx_uint_t ngx_eo_metrics_pair_read(ngx_eo_metrics_store_t *store,
    ngx_eo_metrics_pair_t *pair, ngx_uint_t *domain,
    ngx_eo_metrics_pair_e *kind, ngx_uint_t *value);


/*
 * Keeps an event, in place of the oldest.  A worker that dies meanwhile
 * leaves a place that reads as empty.
 */

void ngx_eo_metrics_store_event(ngx_eo_metrics_store_t *store,
    ngx_eo_metrics_event_t *event);


/*
 * Reads the event of a number into copy; NGX_DECLINED if it is gone, or not
 * whole yet.
 */

ngx_int_t ngx_eo_metrics_store_event_read(ngx_eo_metrics_store_t *store,
    uint64_t number, ngx_eo_metrics_event_t *copy);


/* Sets a text of an event, cut to its room. */

void ngx_eo_metrics_text_set(ngx_eo_metrics_text_t *text, ngx_str_t *value);


/* atomic, and without order among each other */

#define ngx_eo_metrics_add(p, n)                                              \
    (void) __atomic_fetch_add(p, n, __ATOMIC_RELAXED)

#define ngx_eo_metrics_load(p)   __atomic_load_n(p, __ATOMIC_RELAXED)


static ngx_inline void
ngx_eo_metrics_count(ngx_eo_metrics_domain_t *domain, ngx_uint_t counter,
    uint64_t n)
{
    if (n) {
        ngx_eo_metrics_add(&domain->counters[counter], n);
    }
}


#endif /* _NGX_EO_METRICS_STORE_H_INCLUDED_ */
