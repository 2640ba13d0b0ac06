
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_rate_table.h"

#include <time.h>


/* a holder of a lock that stands still that long has lost it */

#define NGX_EO_RATE_STALE     1000000000     /* nanoseconds */

/* looks at a lock before the processor is given to others */

#define NGX_EO_RATE_SPINS     1024

/* bytes of a line of a processor's cache */

#define NGX_EO_RATE_LINE      64

#if (__GNUC__)
#define ngx_eo_rate_fetch(p)  __builtin_prefetch(p, 1)
#else
#define ngx_eo_rate_fetch(p)
#endif

#define NGX_EO_RATE_START     40             /* bits */
#define NGX_EO_RATE_PERIOD    24


/* two of them in a line of the cache */

typedef struct {
    uint64_t                    key;         /* 0: never used */
    uint64_t                    start:NGX_EO_RATE_START;
    uint64_t                    period:NGX_EO_RATE_PERIOD;
    uint64_t                    until;       /* of the penalty */
    uint32_t                    count;       /* since start */
    uint32_t                    previous;    /* in the period before it */
} ngx_eo_rate_counter_t;


/*
 * The lower half of a key tells where in its bucket it is looked for first,
 * and from there on to the first place that was never used.  So an operation
 * touches two lines, that of the lock and that of the counter, as long as the
 * table is far from full.
 */

typedef struct {

    union {
        ngx_atomic_t            lock;        /* process id of the holder */
        ngx_eo_rate_counter_t   unused;
    } head;

    ngx_eo_rate_counter_t       counters[NGX_EO_RATE_WAYS];
} ngx_eo_rate_bucket_t;


struct ngx_eo_rate_table_s {
    ngx_uint_t                  version;
    ngx_uint_t                  nbuckets;
    uint64_t                    seed[2];
    u_char                     *buckets;
};


static ngx_inline ngx_eo_rate_bucket_t *ngx_eo_rate_bucket(
    ngx_eo_rate_table_t *table, uint64_t key);
static ngx_inline ngx_uint_t ngx_eo_rate_home(uint64_t key);
static ngx_inline ngx_uint_t ngx_eo_rate_next(ngx_uint_t i);
static ngx_eo_rate_counter_t *ngx_eo_rate_find(ngx_eo_rate_bucket_t *bucket,
    ngx_eo_rate_limit_t *limit, ngx_msec_t now);
static ngx_eo_rate_counter_t *ngx_eo_rate_take(ngx_eo_rate_bucket_t *bucket,
    ngx_eo_rate_limit_t *limit, ngx_msec_t now,
    ngx_eo_rate_verdict_t *verdict);
static ngx_eo_rate_counter_t *ngx_eo_rate_victim(
    ngx_eo_rate_bucket_t *bucket, uint64_t key, ngx_msec_t now,
    ngx_eo_rate_verdict_t *verdict);
static void ngx_eo_rate_begin(ngx_eo_rate_counter_t *counter,
    ngx_msec_t period, ngx_msec_t now);
static void ngx_eo_rate_advance(ngx_eo_rate_counter_t *counter,
    ngx_msec_t now);
static void ngx_eo_rate_add(uint32_t *count, ngx_uint_t n);
static ngx_uint_t ngx_eo_rate_expired(ngx_eo_rate_counter_t *counter,
    ngx_msec_t now);
static uint64_t ngx_eo_rate_weight(ngx_eo_rate_counter_t *counter,
    ngx_msec_t now);
static ngx_msec_t ngx_eo_rate_wait(ngx_eo_rate_counter_t *counter,
    ngx_uint_t room, ngx_msec_t now);
static void ngx_eo_rate_lock(ngx_eo_rate_bucket_t *bucket);
static void ngx_eo_rate_unlock(ngx_eo_rate_bucket_t *bucket);
static void ngx_eo_rate_lock_wait(ngx_eo_rate_bucket_t *bucket);
static ngx_uint_t ngx_eo_rate_dead(ngx_atomic_uint_t pid);
static uint64_t ngx_eo_rate_nsec(void);


typedef char ngx_eo_rate_bucket_fits[
    sizeof(ngx_eo_rate_bucket_t) == NGX_EO_RATE_BUCKET ? 1 : -1];


ngx_eo_rate_waits_t  ngx_eo_rate_waits;


ngx_eo_rate_table_t *
ngx_eo_rate_table_init(void *memory, size_t size, const uint64_t seed[2])
{
    u_char               *last;
    ngx_eo_rate_table_t  *table;

    table = (ngx_eo_rate_table_t *) ngx_align_ptr(memory, NGX_EO_RATE_LINE);
    last = (u_char *) memory + size;

    table->version = NGX_EO_RATE_VERSION;
    table->seed[0] = seed[0];
    table->seed[1] = seed[1];

    table->buckets = ngx_align_ptr((u_char *) table
                                   + sizeof(ngx_eo_rate_table_t),
                                   NGX_EO_RATE_LINE);
    table->nbuckets = (last - table->buckets) / NGX_EO_RATE_BUCKET;

    return table;
}


ngx_uint_t
ngx_eo_rate_table_capacity(ngx_eo_rate_table_t *table)
{
    return table->nbuckets * NGX_EO_RATE_WAYS;
}


void
ngx_eo_rate_key_init(ngx_eo_rate_table_t *table, ngx_eo_siphash_t *hash,
    uint64_t id)
{
    ngx_eo_siphash_init(hash, table->seed);
    ngx_eo_siphash_update(hash, &id, sizeof(uint64_t));
}


void
ngx_eo_rate_key_add(ngx_eo_siphash_t *hash, const void *data, size_t len)
{
    uint64_t  size;

    size = len;

    ngx_eo_siphash_update(hash, &size, sizeof(uint64_t));
    ngx_eo_siphash_update(hash, data, len);
}


uint64_t
ngx_eo_rate_key_final(ngx_eo_siphash_t *hash)
{
    return ngx_eo_rate_key_last(hash, NULL, 0);
}


/* 0 is a place without a counter */

uint64_t
ngx_eo_rate_key_last(const ngx_eo_siphash_t *hash, const void *data,
    size_t len)
{
    uint64_t  key;

    key = ngx_eo_siphash_final(hash, data, len);

    return key ? key : 1;
}


void
ngx_eo_rate_prefetch(ngx_eo_rate_table_t *table, uint64_t key)
{
    ngx_eo_rate_bucket_t  *bucket;

    bucket = ngx_eo_rate_bucket(table, key);

    ngx_eo_rate_fetch(&bucket->head);
}


void
ngx_eo_rate_count(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_uint_t n, ngx_msec_t now, ngx_eo_rate_verdict_t *verdict)
{
    uint64_t                weight;
    ngx_eo_rate_bucket_t   *bucket;
    ngx_eo_rate_counter_t  *counter;

    ngx_memzero(verdict, sizeof(ngx_eo_rate_verdict_t));

    bucket = ngx_eo_rate_bucket(table, limit->key);

    ngx_eo_rate_lock(bucket);

    counter = ngx_eo_rate_take(bucket, limit, now, verdict);

    ngx_eo_rate_add(&counter->count, n);

    weight = ngx_eo_rate_weight(counter, now);

    if (counter->until > now) {
        verdict->exceeded = 1;
        verdict->penalised = 1;

    } else if (weight > (uint64_t) limit->threshold * limit->period) {
        verdict->exceeded = 1;

        if (limit->penalty) {
            verdict->penalised = 1;
            counter->until = (uint64_t) now + limit->penalty;
        }
    }

    if (verdict->penalised) {
        verdict->wait = (ngx_msec_t) (counter->until - now);

    } else if (verdict->exceeded) {
        verdict->wait = ngx_eo_rate_wait(counter, limit->threshold - 1, now);
    }

    ngx_eo_rate_unlock(bucket);

    verdict->count = (weight + limit->period - 1) / limit->period;
}


void
ngx_eo_rate_admit(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now, ngx_eo_rate_verdict_t *verdict)
{
    uint64_t                weight;
    ngx_eo_rate_bucket_t   *bucket;
    ngx_eo_rate_counter_t  *counter;

    ngx_memzero(verdict, sizeof(ngx_eo_rate_verdict_t));

    bucket = ngx_eo_rate_bucket(table, limit->key);

    ngx_eo_rate_lock(bucket);

    counter = ngx_eo_rate_take(bucket, limit, now, verdict);

    weight = ngx_eo_rate_weight(counter, now) + limit->period;

    if (weight > (uint64_t) limit->threshold * limit->period) {
        verdict->exceeded = 1;
        verdict->wait = ngx_eo_rate_wait(counter, limit->threshold - 1, now);

    } else {
        ngx_eo_rate_add(&counter->count, 1);
    }

    ngx_eo_rate_unlock(bucket);

    verdict->count = (weight + limit->period - 1) / limit->period;
}


void
ngx_eo_rate_look(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now, ngx_eo_rate_verdict_t *verdict)
{
    uint64_t                weight;
    ngx_eo_rate_bucket_t   *bucket;
    ngx_eo_rate_counter_t  *counter;

    ngx_memzero(verdict, sizeof(ngx_eo_rate_verdict_t));

    bucket = ngx_eo_rate_bucket(table, limit->key);

    ngx_eo_rate_lock(bucket);

    counter = ngx_eo_rate_find(bucket, limit, now);

    if (counter == NULL) {
        ngx_eo_rate_unlock(bucket);
        return;
    }

    weight = ngx_eo_rate_weight(counter, now);

    if (counter->until > now) {
        verdict->exceeded = 1;
        verdict->penalised = 1;
        verdict->wait = (ngx_msec_t) (counter->until - now);

    } else if (weight > (uint64_t) limit->threshold * limit->period) {
        verdict->exceeded = 1;
        verdict->wait = ngx_eo_rate_wait(counter, limit->threshold, now);
    }

    ngx_eo_rate_unlock(bucket);

    verdict->count = (weight + limit->period - 1) / limit->period;
}


/*
 * The upper half of the key, scaled to the number of buckets.  A large table
 * is in no cache, so the counter is asked for before the lock is waited for.
 */

static ngx_inline ngx_eo_rate_bucket_t *
ngx_eo_rate_bucket(ngx_eo_rate_table_t *table, uint64_t key)
{
    uint64_t               n;
    ngx_eo_rate_bucket_t  *bucket;

    n = (key >> 32) * table->nbuckets >> 32;

    bucket = (ngx_eo_rate_bucket_t *) (table->buckets
                                       + n * NGX_EO_RATE_BUCKET);

    ngx_eo_rate_fetch(&bucket->counters[ngx_eo_rate_home(key)]);

    return bucket;
}


static ngx_inline ngx_uint_t
ngx_eo_rate_home(uint64_t key)
{
    return (ngx_uint_t) ((key & 0xffffffff) * NGX_EO_RATE_WAYS >> 32);
}


static ngx_inline ngx_uint_t
ngx_eo_rate_next(ngx_uint_t i)
{
    return (i + 1 < NGX_EO_RATE_WAYS) ? i + 1 : 0;
}


/* the counter of a key, brought up to the present; NULL if there is none */

static ngx_eo_rate_counter_t *
ngx_eo_rate_find(ngx_eo_rate_bucket_t *bucket, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now)
{
    ngx_uint_t              i, n;
    ngx_eo_rate_counter_t  *counter;

    i = ngx_eo_rate_home(limit->key);

    for (n = 0; n < NGX_EO_RATE_WAYS; n++) {
        counter = &bucket->counters[i];

        if (counter->key == limit->key) {

            if (counter->period != limit->period) {
                ngx_eo_rate_begin(counter, limit->period, now);

            } else {
                ngx_eo_rate_advance(counter, now);
            }

            return counter;
        }

        if (counter->key == 0) {
            return NULL;
        }

        i = ngx_eo_rate_next(i);
    }

    return NULL;
}


/* the same, and a new counter if there is none */

static ngx_eo_rate_counter_t *
ngx_eo_rate_take(ngx_eo_rate_bucket_t *bucket, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now, ngx_eo_rate_verdict_t *verdict)
{
    ngx_eo_rate_counter_t  *counter;

    counter = ngx_eo_rate_find(bucket, limit, now);

    if (counter) {
        return counter;
    }

    counter = ngx_eo_rate_victim(bucket, limit->key, now, verdict);

    /* the key comes last: if this process dies, nobody inherits a count */

    ngx_eo_rate_begin(counter, limit->period, now);
    ngx_memory_barrier();
    counter->key = limit->key;

    return counter;
}


/*
 * From the same place on as a key is looked for: what was used once never
 * becomes unused again, so that the way to the counter has no gap.
 */

static ngx_eo_rate_counter_t *
ngx_eo_rate_victim(ngx_eo_rate_bucket_t *bucket, uint64_t key, ngx_msec_t now,
    ngx_eo_rate_verdict_t *verdict)
{
    uint64_t                count, least;
    ngx_uint_t              i, n, penalised;
    ngx_eo_rate_counter_t  *counter, *chosen;

    chosen = NULL;
    least = 0;

    i = ngx_eo_rate_home(key);

    for (n = 0; n < NGX_EO_RATE_WAYS; n++) {
        counter = &bucket->counters[i];
        i = ngx_eo_rate_next(i);

        if (counter->key == 0 || ngx_eo_rate_expired(counter, now)) {
            return counter;
        }

        penalised = (counter->until > now);

        /* with four bits of fraction, as windows before fade away */

        count = penalised ? counter->until
                          : (ngx_eo_rate_weight(counter, now) << 4)
                            / counter->period;

        if (chosen) {

            if (penalised != (chosen->until > now)) {
                if (penalised) {
                    continue;
                }

            } else if (count > least
                       || (count == least && counter->start >= chosen->start))
            {
                continue;
            }
        }

        chosen = counter;
        least = count;
    }

    verdict->evicted = 1;

    return chosen;
}


static void
ngx_eo_rate_begin(ngx_eo_rate_counter_t *counter, ngx_msec_t period,
    ngx_msec_t now)
{
    counter->until = 0;
    counter->count = 0;
    counter->previous = 0;
    counter->start = now;
    counter->period = period;
}


/* a process whose clock is a little behind is in the window that is there */

static void
ngx_eo_rate_advance(ngx_eo_rate_counter_t *counter, ngx_msec_t now)
{
    uint64_t  start, period;

    start = counter->start;
    period = counter->period;

    if (now < start + period) {
        return;
    }

    if (now < start + 2 * period) {
        counter->previous = counter->count;
        counter->count = 0;
        counter->start = start + period;
        return;
    }

    counter->count = 0;
    counter->previous = 0;
    counter->start = now;
}


static void
ngx_eo_rate_add(uint32_t *count, ngx_uint_t n)
{
    uint32_t  room;

    room = 0xffffffff - *count;

    *count += (n < room) ? (uint32_t) n : room;
}


static ngx_uint_t
ngx_eo_rate_expired(ngx_eo_rate_counter_t *counter, ngx_msec_t now)
{
    return counter->until <= now
           && now >= counter->start + 2 * (uint64_t) counter->period;
}


/* events in the sliding period, times the period */

static uint64_t
ngx_eo_rate_weight(ngx_eo_rate_counter_t *counter, ngx_msec_t now)
{
    uint64_t  elapsed, period;

    period = counter->period;
    elapsed = (now > counter->start) ? now - counter->start : 0;

    if (elapsed < period) {
        return counter->count * period
               + counter->previous * (period - elapsed);
    }

    if (elapsed < 2 * period) {
        return counter->count * (2 * period - elapsed);
    }

    return 0;
}


/* how long until no more than "room" events are in the sliding period */

static ngx_msec_t
ngx_eo_rate_wait(ngx_eo_rate_counter_t *counter, ngx_uint_t room,
    ngx_msec_t now)
{
    uint64_t  elapsed, period;

    period = counter->period;
    elapsed = (now > counter->start) ? now - counter->start : 0;

    if (elapsed >= period) {
        elapsed = period - 1;
    }

    if (counter->count <= room && counter->previous) {
        return period - ngx_min((room - counter->count) * period
                                / counter->previous, period - elapsed)
               - elapsed;
    }

    if (counter->count <= room) {
        return 0;
    }

    /* the window has to end, and then its events have to fade */

    return 2 * period - elapsed - room * period / counter->count;
}


static void
ngx_eo_rate_lock(ngx_eo_rate_bucket_t *bucket)
{
    if (!ngx_atomic_cmp_set(&bucket->head.lock, 0,
                            (ngx_atomic_uint_t) ngx_pid))
    {
        ngx_eo_rate_lock_wait(bucket);
    }
}


/* the lock may have been lost to another process */

static void
ngx_eo_rate_unlock(ngx_eo_rate_bucket_t *bucket)
{
    ngx_memory_barrier();

    (void) ngx_atomic_cmp_set(&bucket->head.lock, (ngx_atomic_uint_t) ngx_pid,
                              0);
}


static void
ngx_eo_rate_lock_wait(ngx_eo_rate_bucket_t *bucket)
{
    uint64_t            began, since, now;
    ngx_uint_t          n;
    ngx_atomic_uint_t   pid, holder, seen;

    pid = (ngx_atomic_uint_t) ngx_pid;
    seen = 0;

    began = ngx_eo_rate_nsec();
    since = began;

    for (n = 1; /* void */ ; n++) {

        holder = bucket->head.lock;

        if (holder == 0) {
            seen = 0;

            if (ngx_atomic_cmp_set(&bucket->head.lock, 0, pid)) {
                break;
            }

            continue;
        }

        if (ngx_ncpu > 1 && n % NGX_EO_RATE_SPINS) {
            ngx_cpu_pause();
            continue;
        }

        ngx_sched_yield();

        now = ngx_eo_rate_nsec();

        if (holder != seen) {
            seen = holder;
            since = now;
        }

        /* a process that was given the number of a dead one is not it */

        if ((holder == pid || ngx_eo_rate_dead(holder)
             || now - since > NGX_EO_RATE_STALE)
            && ngx_atomic_cmp_set(&bucket->head.lock, holder, pid))
        {
            ngx_eo_rate_waits.broken++;
            break;
        }
    }

    ngx_eo_rate_waits.waits++;
    ngx_eo_rate_waits.nsec += ngx_eo_rate_nsec() - began;
}


/* one that has ended but not been waited for is seen as dead a little later */

static ngx_uint_t
ngx_eo_rate_dead(ngx_atomic_uint_t pid)
{
    return kill((ngx_pid_t) pid, 0) == -1 && ngx_errno == NGX_ESRCH;
}


static uint64_t
ngx_eo_rate_nsec(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}
