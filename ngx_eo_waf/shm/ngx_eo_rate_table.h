
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A table of counters in memory that all workers share: how many events each
 * key had in the last period.
 *
 * A period slides: it is two adjacent windows, of which the one before counts
 * with the share that the period still covers.  The first window of a key
 * begins with its first event.
 *
 * A key is a hash of 64 bits by a random key of the table, so that nobody
 * can make keys meet, and a counter takes the same room whatever it counts.
 * Counters lie in buckets of NGX_EO_RATE_WAYS, each of them with a lock of
 * its own; an operation looks at one bucket, whatever the size of the table.
 *
 * If the bucket of a new key is full, a counter makes room: one whose period
 * is over, or else, of those without a penalty, the one with the smallest
 * count, of equal ones the one whose window began first; or else the one
 * whose penalty ends first.  So keys that come once push each other out, and
 * not those that came more often.
 *
 * A process that dies while it has a bucket locked, or is stopped for more
 * than a second, loses the lock to the next one that wants it.  What it had
 * not written is lost, at most the count of one key; there are no pointers in
 * a bucket that could lead astray.
 *
 * The memory has to be mapped at the same address in all processes.
 */


#ifndef _NGX_EO_RATE_TABLE_H_INCLUDED_
#define _NGX_EO_RATE_TABLE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_siphash.h"


/* raised with any change of what lies in the memory */

#define NGX_EO_RATE_VERSION     2

/* counters in a bucket, which with its lock takes NGX_EO_RATE_BUCKET bytes */

#define NGX_EO_RATE_WAYS        31
#define NGX_EO_RATE_BUCKET      1024

#define NGX_EO_RATE_MIN_SIZE    (2 * NGX_EO_RATE_BUCKET)

#define NGX_EO_RATE_MAX_PERIOD  (4 * 3600 * 1000)


typedef struct ngx_eo_rate_table_s  ngx_eo_rate_table_t;


/*
 * key:        of ngx_eo_rate_key_final()
 * threshold:  events in a period that are not too many
 * period:     milliseconds, 1 to NGX_EO_RATE_MAX_PERIOD; always the same for
 *             a key: another one starts it afresh
 * penalty:    milliseconds for which a key is over the threshold once it has
 *             been, from the event that made it so; 0 for none
 */

typedef struct {
    uint64_t                    key;
    ngx_uint_t                  threshold;
    ngx_msec_t                  period;
    ngx_msec_t                  penalty;
} ngx_eo_rate_limit_t;


/*
 * count:      events in the sliding period, rounded up
 * wait:       if exceeded, milliseconds until a further event would not be
 *             too many, provided that there is none before
 * exceeded:   too many events, or penalised
 * penalised:  a penalty is on, also if this call began it
 * evicted:    a counter whose period was not over had to make room
 */

typedef struct {
    ngx_uint_t                  count;
    ngx_msec_t                  wait;

    unsigned                    exceeded:1;
    unsigned                    penalised:1;
    unsigned                    evicted:1;
} ngx_eo_rate_verdict_t;


/* what this process had to wait for locks since it began */

typedef struct {
    ngx_uint_t                  waits;
    uint64_t                    nsec;
    ngx_uint_t                  broken;      /* locks of dead processes */
} ngx_eo_rate_waits_t;


extern ngx_eo_rate_waits_t  ngx_eo_rate_waits;


/*
 * Makes a table.
 *
 * memory:  zeroed, at least NGX_EO_RATE_MIN_SIZE; stays the caller's
 * seed:    128 random bits
 *
 * Returns the table, which lies in the memory and is used up with it; it
 * begins with NGX_EO_RATE_VERSION.
 */

ngx_eo_rate_table_t *ngx_eo_rate_table_init(void *memory, size_t size,
    const uint64_t seed[2]);

/* for how many counters there is room */

ngx_uint_t ngx_eo_rate_table_capacity(ngx_eo_rate_table_t *table);

/*
 * The key of a counter: begin with what tells counters apart that have the
 * same values (the rule), and add each value.  A value is added with its
 * length, so that "ab", "c" is another key than "a", "bc".
 *
 * The last value may be given to ngx_eo_rate_key_last() instead, which needs
 * no length and leaves the hash as it is, so that one that was begun serves
 * many keys; but all keys of an id have to be made in the same way.
 */

void ngx_eo_rate_key_init(ngx_eo_rate_table_t *table, ngx_eo_siphash_t *hash,
    uint64_t id);
void ngx_eo_rate_key_add(ngx_eo_siphash_t *hash, const void *data,
    size_t len);
uint64_t ngx_eo_rate_key_final(ngx_eo_siphash_t *hash);
uint64_t ngx_eo_rate_key_last(const ngx_eo_siphash_t *hash, const void *data,
    size_t len);

/*
 * Asks for the memory of a key's counter some time before it is needed: that
 * of a large table is in none of the processor's caches.
 */

void ngx_eo_rate_prefetch(ngx_eo_rate_table_t *table, uint64_t key);

/*
 * Counts n events, those over the threshold as well.
 *
 * now:  ngx_current_msec, which does not follow the wall clock and is the
 *       same in all processes but for a few milliseconds
 */

void ngx_eo_rate_count(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_uint_t n, ngx_msec_t now, ngx_eo_rate_verdict_t *verdict);

/*
 * Counts one event if it is not too many, and leaves the count as it is
 * otherwise: whoever comes twice as often as allowed gets every other event
 * through.  There is no penalty.
 */

void ngx_eo_rate_admit(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now, ngx_eo_rate_verdict_t *verdict);

/* Counts nothing, and tells whether what was counted is too much. */

void ngx_eo_rate_look(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now, ngx_eo_rate_verdict_t *verdict);


#endif /* _NGX_EO_RATE_TABLE_H_INCLUDED_ */
