
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Marks of what has been purged, and the tasks that made them.
 */


#include "ngx_eo_prefetch_list.h"


#define NGX_EO_PURGE_NONE  0xffffffff


typedef struct {
    u_char                      key[NGX_EO_PURGE_KEY_LEN];
    ngx_eo_purge_mark_t         marks[NGX_EO_PURGE_METHODS];
    uint32_t                    next;
    uint32_t                    kind;
} ngx_eo_purge_entry_t;


typedef struct ngx_eo_purge_shared_s {
    uint64_t                    sequence;
    uint64_t                    order;       /* of the newest mark */
    time_t                      newest;      /* time of the newest mark */
    ngx_uint_t                  counts[NGX_EO_PURGE_KINDS];

    uint32_t                    capacity;
    uint32_t                    entries_used;
    uint32_t                    free;        /* entries */
    uint32_t                    nbuckets;    /* a power of two */
    uint32_t                   *buckets;
    ngx_eo_purge_entry_t       *entries;

    ngx_uint_t                  njobs;       /* ever */
    ngx_eo_purge_job_t         *jobs;
    ngx_eo_prefetch_list_t     *prefetch;

    ngx_pid_t                   sweeper;
    time_t                      turn;        /* when it was last heard of */
    uint64_t                    swept;       /* up to this order */
    uint64_t                    needless;    /* marks up to this order */
    time_t                      forgot;
} ngx_eo_purge_shared_t;


typedef struct {
    ngx_eo_purge_object_t      *object;
    ngx_eo_purge_shared_t      *sh;
    time_t                      now;
    ngx_int_t                   rc;
} ngx_eo_purge_lookup_t;


static ngx_uint_t ngx_eo_purge_capacity(size_t bytes, uint32_t *nbuckets);
static void ngx_eo_purge_free_entries(ngx_eo_purge_shared_t *sh);
static ngx_eo_purge_entry_t *ngx_eo_purge_find(ngx_eo_purge_shared_t *sh,
    u_char *key);
static void ngx_eo_purge_set(ngx_eo_purge_shared_t *sh,
    ngx_eo_purge_job_t *job, u_char *key);
static uint32_t *ngx_eo_purge_bucket(ngx_eo_purge_shared_t *sh, u_char *key);
static void ngx_eo_purge_add_job(ngx_eo_purge_shared_t *sh,
    ngx_eo_purge_job_t *job);
static ngx_uint_t ngx_eo_purge_lookup(ngx_eo_purge_lookup_t *lookup,
    u_char *key);
static void ngx_eo_purge_lookup_prefixes(ngx_eo_purge_lookup_t *lookup,
    ngx_eo_purge_url_t *url);
static void ngx_eo_purge_lookup_tags(ngx_eo_purge_lookup_t *lookup);
static ngx_eo_purge_job_t *ngx_eo_purge_nth(ngx_eo_purge_shared_t *sh,
    ngx_uint_t n);
static void ngx_eo_purge_forget(ngx_eo_purge_shared_t *sh);


ngx_int_t
ngx_eo_purge_zone_create(ngx_eo_purge_zone_t *zone, ngx_log_t *log)
{
    size_t                  size;
    ngx_slab_pool_t        *pool;
    ngx_eo_purge_shared_t  *sh;

    pool = zone->shpool;

    sh = ngx_slab_calloc(pool, sizeof(ngx_eo_purge_shared_t));
    if (sh == NULL) {
        goto small;
    }

    sh->jobs = ngx_slab_calloc(pool, NGX_EO_PURGE_JOBS
                                     * sizeof(ngx_eo_purge_job_t));
    sh->prefetch = ngx_slab_calloc(pool, sizeof(ngx_eo_prefetch_list_t));

    if (sh->jobs == NULL || sh->prefetch == NULL || pool->pfree < 16) {
        goto small;
    }

    size = (pool->pfree - 8) * ngx_pagesize;
    sh->capacity = ngx_eo_purge_capacity(size / 2, &sh->nbuckets);

    sh->buckets = ngx_slab_alloc(pool, sh->nbuckets * sizeof(uint32_t));
    if (sh->buckets == NULL) {
        goto small;
    }

    size = (pool->pfree - 2) * ngx_pagesize;
    sh->capacity = size / sizeof(ngx_eo_purge_entry_t);

    sh->entries = ngx_slab_alloc(pool, sh->capacity
                                       * sizeof(ngx_eo_purge_entry_t));
    if (sh->entries == NULL) {
        goto small;
    }

    ngx_eo_purge_free_entries(sh);

    sh->sequence = 1;
    zone->sh = sh;
    pool->data = sh;

    return NGX_OK;

small:

    ngx_log_error(NGX_LOG_EMERG, log, 0,
                  "the zone \"%V\" of \"eo_cache_zone\" is too small",
                  &zone->name);

    return NGX_ERROR;
}


static ngx_uint_t
ngx_eo_purge_capacity(size_t bytes, uint32_t *nbuckets)
{
    ngx_uint_t  n;

    n = bytes / sizeof(ngx_eo_purge_entry_t);

    for (*nbuckets = 64; *nbuckets < n; *nbuckets *= 2) { /* void */ }

    return n;
}


static void
ngx_eo_purge_free_entries(ngx_eo_purge_shared_t *sh)
{
    uint32_t  i;

    for (i = 0; i < sh->nbuckets; i++) {
        sh->buckets[i] = NGX_EO_PURGE_NONE;
    }

    for (i = 0; i < sh->capacity; i++) {
        sh->entries[i].next = i + 1;
    }

    sh->entries[sh->capacity - 1].next = NGX_EO_PURGE_NONE;
    sh->free = 0;
}


void
ngx_eo_purge_zone_begin(ngx_eo_purge_zone_t *zone, ngx_eo_purge_job_t *job)
{
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;

    ngx_shmtx_lock(&zone->shpool->mutex);

    job->sequence = ++sh->sequence;
    job->created = ngx_time();

    /*
     * A clock that was set back does not put a purge before objects that it
     * is to meet; one that was an hour ahead is not followed.
     */

    if (sh->newest > job->created
        && sh->newest - job->created < NGX_EO_PURGE_WINDOW)
    {
        job->created = sh->newest;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    job->updated = job->created;
    job->state = NGX_EO_PURGE_PROCESSING;
    job->objects = 0;

    ngx_eo_purge_new_id(job->id, job->created, job->sequence);
}


struct ngx_eo_prefetch_list_s *
ngx_eo_purge_zone_prefetch(ngx_eo_purge_zone_t *zone)
{
    return zone->sh->prefetch;
}


/* an id need not be a secret, but differ from those of other nodes */

void
ngx_eo_purge_new_id(u_char *id, time_t created, uint64_t salt)
{
    salt ^= (uint64_t) ngx_random() << 20 ^ (uint64_t) ngx_random();

    (void) ngx_sprintf(id, "%010xL%010xL",
                       (uint64_t) created & 0xffffffffffULL,
                       salt & 0xffffffffffULL);
}


ngx_int_t
ngx_eo_purge_zone_mark(ngx_eo_purge_zone_t *zone, ngx_eo_purge_job_t *job,
    u_char *keys)
{
    uint32_t                i;
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (sh->capacity - sh->entries_used < job->targets) {
        ngx_shmtx_unlock(&zone->shpool->mutex);
        return NGX_DECLINED;
    }

    job->order = ++sh->order;

    for (i = 0; i < job->targets; i++) {
        ngx_eo_purge_set(sh, job, keys + i * NGX_EO_PURGE_KEY_LEN);
    }

    if (job->sequence > sh->sequence) {
        sh->sequence = job->sequence;
    }

    if (job->created > sh->newest) {
        sh->newest = job->created;
    }

    if (job->id[0]) {
        ngx_eo_purge_add_job(sh, job);
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return NGX_OK;
}


static void
ngx_eo_purge_set(ngx_eo_purge_shared_t *sh, ngx_eo_purge_job_t *job,
    u_char *key)
{
    uint32_t              *bucket, n;
    ngx_eo_purge_mark_t   *mark;
    ngx_eo_purge_entry_t  *entry;

    entry = ngx_eo_purge_find(sh, key);

    if (entry == NULL) {
        n = sh->free;
        entry = &sh->entries[n];
        sh->free = entry->next;
        sh->entries_used++;

        ngx_memzero(entry, sizeof(ngx_eo_purge_entry_t));
        ngx_memcpy(entry->key, key, NGX_EO_PURGE_KEY_LEN);
        entry->kind = job->kind;

        /* linked when it is whole: a process may die holding the lock */

        bucket = ngx_eo_purge_bucket(sh, key);
        entry->next = *bucket;
        ngx_memory_barrier();
        *bucket = n;

        sh->counts[job->kind]++;
    }

    mark = &entry->marks[job->method];

    mark->order = job->order;

    if (mark->sequence < job->sequence) {
        mark->time = ngx_max(mark->time, job->created);
        mark->sequence = job->sequence;
    }
}


static ngx_eo_purge_entry_t *
ngx_eo_purge_find(ngx_eo_purge_shared_t *sh, u_char *key)
{
    uint32_t               n;
    ngx_eo_purge_entry_t  *entry;

    for (n = *ngx_eo_purge_bucket(sh, key);
         n != NGX_EO_PURGE_NONE;
         n = entry->next)
    {
        entry = &sh->entries[n];

        if (ngx_memcmp(entry->key, key, NGX_EO_PURGE_KEY_LEN) == 0) {
            return entry;
        }
    }

    return NULL;
}


static uint32_t *
ngx_eo_purge_bucket(ngx_eo_purge_shared_t *sh, u_char *key)
{
    uint32_t  hash;

    ngx_memcpy(&hash, key, sizeof(uint32_t));

    return &sh->buckets[hash & (sh->nbuckets - 1)];
}


static void
ngx_eo_purge_add_job(ngx_eo_purge_shared_t *sh, ngx_eo_purge_job_t *job)
{
    sh->jobs[sh->njobs % NGX_EO_PURGE_JOBS] = *job;
    sh->njobs++;
}


ngx_uint_t
ngx_eo_purge_zone_room(ngx_eo_purge_zone_t *zone, ngx_uint_t n)
{
    return zone->sh->capacity - zone->sh->entries_used >= n;
}


ngx_uint_t
ngx_eo_purge_zone_size(ngx_eo_purge_zone_t *zone)
{
    return zone->sh->entries_used;
}


uint64_t
ngx_eo_purge_zone_sequence(ngx_eo_purge_zone_t *zone)
{
    return zone->sh->sequence;
}


ngx_uint_t
ngx_eo_purge_zone_concerns(ngx_eo_purge_zone_t *zone, time_t date)
{
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;

    return sh->entries_used
           && (date <= sh->newest || date - sh->newest < NGX_EO_PURGE_WINDOW);
}


ngx_int_t
ngx_eo_purge_zone_check(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_object_t *object, time_t now)
{
    u_char                  key[NGX_EO_PURGE_KEY_LEN];
    ngx_uint_t              i;
    ngx_eo_purge_lookup_t   lookup;
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;

    lookup.object = object;
    lookup.sh = sh;
    lookup.now = now;
    lookup.rc = NGX_OK;

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (sh->counts[NGX_EO_PURGE_ALL]) {
        ngx_eo_purge_all_key(key);
        (void) ngx_eo_purge_lookup(&lookup, key);
    }

    for (i = 0; i < object->nurls && lookup.rc != NGX_DECLINED; i++) {

        if (sh->counts[NGX_EO_PURGE_HOST]) {
            ngx_eo_purge_host_key(&object->urls[i].host, key);
            (void) ngx_eo_purge_lookup(&lookup, key);
        }

        if (sh->counts[NGX_EO_PURGE_URL]) {
            ngx_eo_purge_url_key(&object->urls[i], key);
            (void) ngx_eo_purge_lookup(&lookup, key);
        }

        if (sh->counts[NGX_EO_PURGE_PREFIX]) {
            ngx_eo_purge_lookup_prefixes(&lookup, &object->urls[i]);
        }
    }

    if (sh->counts[NGX_EO_PURGE_TAG] && lookup.rc != NGX_DECLINED) {
        ngx_eo_purge_lookup_tags(&lookup);
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return lookup.rc;
}


/* returns 1 once the object is gone, which no further mark can change */

static ngx_uint_t
ngx_eo_purge_lookup(ngx_eo_purge_lookup_t *lookup, u_char *key)
{
    ngx_eo_purge_mark_t   *marks;
    ngx_eo_purge_entry_t  *entry;

    entry = ngx_eo_purge_find(lookup->sh, key);

    if (entry == NULL || lookup->rc == NGX_DECLINED) {
        return lookup->rc == NGX_DECLINED;
    }

    marks = entry->marks;

    if (ngx_eo_purge_older(&lookup->object->stamp,
                           &marks[NGX_EO_PURGE_DELETE], lookup->now))
    {
        lookup->object->sequence = marks[NGX_EO_PURGE_DELETE].sequence;
        lookup->rc = NGX_DECLINED;
        return 1;
    }

    if (ngx_eo_purge_older(&lookup->object->stamp,
                           &marks[NGX_EO_PURGE_INVALIDATE], lookup->now))
    {
        lookup->object->sequence = marks[NGX_EO_PURGE_INVALIDATE].sequence;
        lookup->rc = NGX_AGAIN;
    }

    return 0;
}


static void
ngx_eo_purge_lookup_prefixes(ngx_eo_purge_lookup_t *lookup,
    ngx_eo_purge_url_t *url)
{
    u_char      key[NGX_EO_PURGE_KEY_LEN];
    size_t      i;
    ngx_uint_t  depth;

    depth = 0;

    for (i = 0; i < url->path.len && depth < NGX_EO_PURGE_MAX_DEPTH; i++) {

        if (url->path.data[i] != '/') {
            continue;
        }

        depth++;

        ngx_eo_purge_prefix_key(url, i + 1, key);

        if (ngx_eo_purge_lookup(lookup, key)) {
            return;
        }
    }
}


static void
ngx_eo_purge_lookup_tags(ngx_eo_purge_lookup_t *lookup)
{
    u_char                  key[NGX_EO_PURGE_KEY_LEN];
    ngx_str_t               list, tag;
    ngx_uint_t              i, j, n;
    ngx_eo_purge_object_t  *object;

    static ngx_str_t  any = ngx_null_string;

    object = lookup->object;
    n = 0;

    for (i = 0; i < object->ntags; i++) {
        list = object->tags[i];

        while (ngx_eo_purge_next_tag(&list, &tag)
               && n++ < NGX_EO_PURGE_MAX_TAGS)
        {
            ngx_eo_purge_tag_key(&tag, &any, key);

            if (ngx_eo_purge_lookup(lookup, key)) {
                return;
            }

            for (j = 0; j < object->nurls; j++) {
                ngx_eo_purge_tag_key(&tag, &object->urls[j].host, key);

                if (ngx_eo_purge_lookup(lookup, key)) {
                    return;
                }
            }
        }
    }
}


ngx_uint_t
ngx_eo_purge_older(ngx_eo_purge_stamp_t *stamp, ngx_eo_purge_mark_t *mark,
    time_t now)
{
    time_t      date;
    ngx_uint_t  n;

    if (mark->sequence == 0) {
        return 0;
    }

    /* a date of a clock that was ahead says nothing */

    date = ngx_min(stamp->date, now);

    if (date < mark->time) {
        return 1;
    }

    if (date - mark->time >= NGX_EO_PURGE_WINDOW) {
        return 0;
    }

    /* numbers of 15 bits, the sign of whose difference is the highest one */

    n = ngx_eo_purge_stamp_number(stamp->sequence);

    return ((n - (ngx_uint_t) mark->sequence) & 0x4000) != 0;
}


ngx_int_t
ngx_eo_purge_zone_job(ngx_eo_purge_zone_t *zone, ngx_str_t *id,
    ngx_eo_purge_job_t *job)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_eo_purge_job_t  *found;

    if (id->len != NGX_EO_PURGE_JOB_ID_LEN) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;

    ngx_shmtx_lock(&zone->shpool->mutex);

    for (i = 0; (found = ngx_eo_purge_nth(zone->sh, i)) != NULL; i++) {

        if (ngx_memcmp(found->id, id->data, id->len) == 0) {
            *job = *found;
            rc = NGX_OK;
            break;
        }
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


ngx_int_t
ngx_eo_purge_zone_request(ngx_eo_purge_zone_t *zone, u_char *request,
    ngx_eo_purge_job_t *job)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_eo_purge_job_t  *found;

    rc = NGX_DECLINED;

    ngx_shmtx_lock(&zone->shpool->mutex);

    for (i = 0; (found = ngx_eo_purge_nth(zone->sh, i)) != NULL; i++) {

        if (ngx_memcmp(found->request, request, NGX_EO_PURGE_KEY_LEN) == 0) {
            *job = *found;
            rc = NGX_OK;
            break;
        }
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


ngx_int_t
ngx_eo_purge_zone_nth(ngx_eo_purge_zone_t *zone, ngx_uint_t n,
    ngx_eo_purge_job_t *job)
{
    ngx_eo_purge_job_t  *found;

    ngx_shmtx_lock(&zone->shpool->mutex);

    found = ngx_eo_purge_nth(zone->sh, n);

    if (found) {
        *job = *found;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return found ? NGX_OK : NGX_DECLINED;
}


static ngx_eo_purge_job_t *
ngx_eo_purge_nth(ngx_eo_purge_shared_t *sh, ngx_uint_t n)
{
    if (n >= sh->njobs || n >= NGX_EO_PURGE_JOBS) {
        return NULL;
    }

    return &sh->jobs[(sh->njobs - 1 - n) % NGX_EO_PURGE_JOBS];
}


uint64_t
ngx_eo_purge_zone_turn(ngx_eo_purge_zone_t *zone)
{
    uint64_t                order;
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;
    order = 0;

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (sh->swept == sh->order) {

        if (sh->entries_used && ngx_time() - sh->forgot > 600) {
            ngx_eo_purge_forget(sh);
        }

    } else if (sh->sweeper == 0 || sh->sweeper == ngx_pid
               || ngx_time() - sh->turn > 60)
    {
        sh->sweeper = ngx_pid;
        sh->turn = ngx_time();
        order = sh->order;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return order;
}


void
ngx_eo_purge_zone_keep_turn(ngx_eo_purge_zone_t *zone)
{
    zone->sh->turn = ngx_time();
}


void
ngx_eo_purge_zone_found(ngx_eo_purge_zone_t *zone, uint64_t sequence)
{
    ngx_uint_t           i;
    ngx_eo_purge_job_t  *job;

    ngx_shmtx_lock(&zone->shpool->mutex);

    zone->sh->turn = ngx_time();

    for (i = 0; (job = ngx_eo_purge_nth(zone->sh, i)) != NULL; i++) {

        if (job->sequence == sequence) {
            job->objects++;
            job->updated = ngx_time();
            break;
        }
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


void
ngx_eo_purge_zone_turn_end(ngx_eo_purge_zone_t *zone, uint64_t order,
    ngx_uint_t ended, ngx_uint_t forget)
{
    ngx_uint_t              i;
    ngx_eo_purge_job_t     *job;
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;

    ngx_shmtx_lock(&zone->shpool->mutex);

    sh->sweeper = 0;

    if (ended) {
        sh->swept = order;

        for (i = 0; (job = ngx_eo_purge_nth(sh, i)) != NULL; i++) {

            if (job->order <= order
                && job->state == NGX_EO_PURGE_PROCESSING)
            {
                job->state = NGX_EO_PURGE_SUCCESS;
                job->updated = ngx_time();
            }
        }
    }

    if (forget) {
        sh->needless = order;
        ngx_eo_purge_forget(sh);
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/*
 * No object is older than these marks any more, but a fetch that began before
 * may still be on its way: for it they stay as long as fetches last.
 */

static void
ngx_eo_purge_forget(ngx_eo_purge_shared_t *sh)
{
    time_t                 now;
    uint32_t              *link, i, n;
    ngx_uint_t             m;
    ngx_eo_purge_mark_t   *mark;
    ngx_eo_purge_entry_t  *entry;

    sh->forgot = ngx_time();

    now = ngx_time();

    for (i = 0; i < sh->nbuckets; i++) {
        link = &sh->buckets[i];

        while (*link != NGX_EO_PURGE_NONE) {
            n = *link;
            entry = &sh->entries[n];

            for (m = 0; m < NGX_EO_PURGE_METHODS; m++) {
                mark = &entry->marks[m];

                if (mark->order > sh->needless
                    || (mark->sequence
                        && now - mark->time < NGX_EO_PURGE_WINDOW))
                {
                    break;
                }
            }

            if (m < NGX_EO_PURGE_METHODS) {
                link = &entry->next;
                continue;
            }

            *link = entry->next;
            sh->counts[entry->kind]--;
            sh->entries_used--;
            entry->next = sh->free;
            sh->free = n;
        }
    }
}


void
ngx_eo_purge_zone_visit(ngx_eo_purge_zone_t *zone,
    ngx_eo_purge_visit_pt visit, void *data)
{
    uint32_t                i, n;
    ngx_eo_purge_entry_t   *entry;
    ngx_eo_purge_shared_t  *sh;

    sh = zone->sh;

    ngx_shmtx_lock(&zone->shpool->mutex);

    for (i = 0; i < sh->nbuckets; i++) {
        for (n = sh->buckets[i]; n != NGX_EO_PURGE_NONE; n = entry->next) {
            entry = &sh->entries[n];
            visit(data, entry->key, entry->kind, entry->marks);
        }
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}
