
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_store.h"


#define NGX_EO_METRICS_MAGIC     0x314d4f45582d4547ULL

/* places that are looked at for a key */

#define NGX_EO_METRICS_PROBES    32

#define NGX_EO_METRICS_LABELS_MAX  16384
#define NGX_EO_METRICS_PAIRS_MAX   262144

/* an hour without a request, before a domain's place goes to another */

#define NGX_EO_METRICS_IDLE      60

#define NGX_EO_METRICS_OTHER_NAME  "other"


static void ngx_eo_metrics_layout(ngx_eo_metrics_store_t *store,
    u_char *memory, size_t size);
static ngx_uint_t ngx_eo_metrics_power(size_t n, ngx_uint_t max);
static void ngx_eo_metrics_store_name(ngx_eo_metrics_store_t *store,
    ngx_uint_t index, ngx_str_t *name);
static ngx_uint_t ngx_eo_metrics_store_reuse(ngx_eo_metrics_store_t *store,
    ngx_str_t *name, time_t now);
static void ngx_eo_metrics_store_retire(ngx_eo_metrics_store_t *store,
    ngx_uint_t index);
static uint64_t ngx_eo_metrics_hash(u_char *data, size_t len);
static uint64_t ngx_eo_metrics_mix(uint64_t n);
static ngx_uint_t ngx_eo_metrics_claim(uint64_t *place, uint64_t key,
    uint64_t *used);


const ngx_uint_t  ngx_eo_metrics_seconds[NGX_EO_METRICS_LEVELS] = {
    60, 300, 3600
};


/* two hours, two days, a week */

const ngx_uint_t  ngx_eo_metrics_slots[NGX_EO_METRICS_LEVELS] = {
    120, 576, 168
};


ngx_uint_t
ngx_eo_metrics_store_open(ngx_eo_metrics_store_t *store, void *memory,
    size_t size, time_t now)
{
    ngx_str_t               name;
    ngx_eo_metrics_head_t  *head;

    ngx_eo_metrics_layout(store, memory, size);

    head = store->head;

    if (head->magic == NGX_EO_METRICS_MAGIC + sizeof(ngx_eo_metrics_domain_t)
        && head->size == size)
    {
        return 1;
    }

    ngx_memzero(memory, size);

    head->size = size;
    head->since = now;
    head->folded = now / 60;

    ngx_str_set(&name, NGX_EO_METRICS_OTHER_NAME);

    ngx_eo_metrics_store_name(store, NGX_EO_METRICS_OTHER, &name);
    head->domains_used = 1;

    head->magic = NGX_EO_METRICS_MAGIC + sizeof(ngx_eo_metrics_domain_t);

    return 0;
}


/*
 * A quarter is for domains, an eighth for pairs, a sixteenth for labels, and
 * what remains for the history of domains.
 */

static void
ngx_eo_metrics_layout(ngx_eo_metrics_store_t *store, u_char *memory,
    size_t size)
{
    u_char      *p;
    size_t       rest;
    ngx_uint_t   i, all;

    p = memory;

    store->head = (ngx_eo_metrics_head_t *) p;
    p += ngx_align(sizeof(ngx_eo_metrics_head_t), 64);

    store->ndomains = size / 4 / sizeof(ngx_eo_metrics_domain_t);
    store->domains = (ngx_eo_metrics_domain_t *) p;
    p += ngx_align(store->ndomains * sizeof(ngx_eo_metrics_domain_t), 64);

    store->hashes = (uint64_t *) p;
    p += store->ndomains * sizeof(uint64_t);

    store->npairs = ngx_eo_metrics_power(size / 8
                                         / sizeof(ngx_eo_metrics_pair_t),
                                         NGX_EO_METRICS_PAIRS_MAX);
    store->pairs = (ngx_eo_metrics_pair_t *) p;
    p += store->npairs * sizeof(ngx_eo_metrics_pair_t);

    store->nlabels = ngx_eo_metrics_power(size / 16
                                          / sizeof(ngx_eo_metrics_label_t),
                                          NGX_EO_METRICS_LABELS_MAX);
    store->labels = (ngx_eo_metrics_label_t *) p;
    p += store->nlabels * sizeof(ngx_eo_metrics_label_t);

    all = 0;

    for (i = 0; i < NGX_EO_METRICS_LEVELS; i++) {
        store->sums[i] = (ngx_eo_metrics_cell_t *) p;
        p += ngx_eo_metrics_slots[i] * sizeof(ngx_eo_metrics_cell_t);
        all += ngx_eo_metrics_slots[i];
    }

    rest = (size - (p - memory)) / sizeof(ngx_eo_metrics_cell_t);

    for (i = 0; i < NGX_EO_METRICS_LEVELS; i++) {
        store->ncells[i] = rest * ngx_eo_metrics_slots[i] / all;
        store->cells[i] = (ngx_eo_metrics_cell_t *) p;
        p += store->ncells[i] * sizeof(ngx_eo_metrics_cell_t);
    }
}


static ngx_uint_t
ngx_eo_metrics_power(size_t n, ngx_uint_t max)
{
    ngx_uint_t  power;

    for (power = 1; power * 2 <= n && power < max; power *= 2) { /* void */ }

    return power;
}


void
ngx_eo_metrics_store_limits(ngx_eo_metrics_store_t *store,
    const ngx_eo_metrics_limits_t *limits)
{
    ngx_uint_t  i;

    if (ngx_memcmp(&store->head->limits, limits,
                   sizeof(ngx_eo_metrics_limits_t))
        == 0)
    {
        return;
    }

    store->head->limits = *limits;

    for (i = 0; i < store->ndomains; i++) {
        ngx_memzero(&store->domains[i].counters[NGX_EO_METRICS_SERIES],
                    (NGX_EO_METRICS_COUNTERS - NGX_EO_METRICS_SERIES)
                    * sizeof(uint64_t));
    }
}


ngx_uint_t
ngx_eo_metrics_store_domain(ngx_eo_metrics_store_t *store, ngx_str_t *name,
    time_t now)
{
    uint64_t    used;
    ngx_uint_t  index;

    if (name->len == 0 || name->len > NGX_EO_METRICS_NAME) {
        return NGX_EO_METRICS_OTHER;
    }

    if (ngx_eo_metrics_store_find(store, name, &index) != NGX_OK) {
        used = store->head->domains_used;

        if (used >= store->ndomains) {
            return ngx_eo_metrics_store_reuse(store, name, now);
        }

        index = used;

        ngx_eo_metrics_store_name(store, index, name);
        store->head->domains_used++;
    }

    store->domains[index].round = (uint32_t) store->head->round;

    return index;
}


static void
ngx_eo_metrics_store_name(ngx_eo_metrics_store_t *store, ngx_uint_t index,
    ngx_str_t *name)
{
    ngx_eo_metrics_domain_t  *domain;

    domain = &store->domains[index];
    store->hashes[index] = ngx_eo_metrics_hash(name->data, name->len);

    ngx_memcpy(domain->name, name->data, name->len);
    domain->name_len = (uint32_t) name->len;
}


/*
 * A place whose name is not in this configuration, nor was in the last, and
 * that has been without requests for an hour: the one for the longest time.
 */

static ngx_uint_t
ngx_eo_metrics_store_reuse(ngx_eo_metrics_store_t *store, ngx_str_t *name,
    time_t now)
{
    ngx_uint_t                i, found;
    ngx_eo_metrics_domain_t  *domain;

    found = NGX_EO_METRICS_OTHER;

    for (i = 1; i < store->ndomains; i++) {
        domain = &store->domains[i];

        if (domain->round + 1 >= (uint32_t) store->head->round
            || domain->active + NGX_EO_METRICS_IDLE > (uint64_t) now / 60)
        {
            continue;
        }

        if (found == NGX_EO_METRICS_OTHER
            || domain->active < store->domains[found].active)
        {
            found = i;
        }
    }

    if (found != NGX_EO_METRICS_OTHER) {
        ngx_eo_metrics_store_retire(store, found);
        ngx_eo_metrics_store_name(store, found, name);
        store->domains[found].round = (uint32_t) store->head->round;
    }

    return found;
}


/* what was counted moves to "other", so that sums never become smaller */

static void
ngx_eo_metrics_store_retire(ngx_eo_metrics_store_t *store, ngx_uint_t index)
{
    ngx_uint_t                i, domain, value;
    ngx_eo_metrics_pair_e     kind;
    ngx_eo_metrics_pair_t    *pair;
    ngx_eo_metrics_domain_t  *from, *to;

    from = &store->domains[index];
    to = &store->domains[NGX_EO_METRICS_OTHER];

    for (i = 0; i < NGX_EO_METRICS_COUNTERS; i++) {
        ngx_eo_metrics_count(to, i, from->counters[i]);
    }

    /* its history stays in the sums, where it has been all the time */

    for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
        to->folded[NGX_EO_METRICS_MINUTE][i] +=
                                      from->folded[NGX_EO_METRICS_MINUTE][i];
        to->folded[NGX_EO_METRICS_FIVE][i] +=
                                      from->folded[NGX_EO_METRICS_FIVE][i];
        to->folded[NGX_EO_METRICS_HOUR][i] +=
                                      from->folded[NGX_EO_METRICS_HOUR][i];
    }

    /*
     * A key is never taken out of the table, so that look-ups stay true: the
     * new domain begins with counts of 0.
     */

    for (i = 0; i < store->npairs; i++) {
        pair = &store->pairs[i];

        if (ngx_eo_metrics_pair_read(store, pair, &domain, &kind, &value)
            && domain == index && pair->count)
        {
            ngx_eo_metrics_store_pair(store, NGX_EO_METRICS_OTHER, kind,
                                      value, pair->count);
            pair->count = 0;
        }
    }

    ngx_memzero(from, sizeof(ngx_eo_metrics_domain_t));
}


ngx_int_t
ngx_eo_metrics_store_find(ngx_eo_metrics_store_t *store, ngx_str_t *name,
    ngx_uint_t *index)
{
    uint64_t                  hash;
    ngx_uint_t                i;
    ngx_eo_metrics_domain_t  *domain;

    hash = ngx_eo_metrics_hash(name->data, name->len);

    for (i = 0; i < store->ndomains && i < store->head->domains_used; i++) {

        if (store->hashes[i] != hash) {
            continue;
        }

        domain = &store->domains[i];

        if (domain->name_len == name->len
            && ngx_memcmp(domain->name, name->data, name->len) == 0)
        {
            *index = i;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_uint_t
ngx_eo_metrics_store_label(ngx_eo_metrics_store_t *store, ngx_str_t *texts,
    ngx_uint_t n)
{
    u_char                   text[NGX_EO_METRICS_LABEL], *p;
    size_t                   len, part;
    uint64_t                 hash;
    ngx_uint_t               i, place;
    ngx_eo_metrics_label_t  *label;

    part = NGX_EO_METRICS_LABEL / n;
    p = text;

    for (i = 0; i < n; i++) {
        len = ngx_min(texts[i].len, part - 1);
        p = ngx_cpymem(p, texts[i].data, len);
        *p++ = '\0';
    }

    hash = ngx_eo_metrics_hash(text, p - text);

    for (i = 0; i < NGX_EO_METRICS_PROBES; i++) {
        place = (hash + i) & (store->nlabels - 1);

        if (place == NGX_EO_METRICS_NO_LABEL) {
            continue;
        }

        label = &store->labels[place];

        if (!ngx_eo_metrics_claim(&label->hash, hash,
                                  &store->head->labels_used))
        {
            continue;
        }

        if (!__atomic_load_n(&label->ready, __ATOMIC_ACQUIRE)) {
            ngx_memcpy(label->text, text, p - text);
            label->len = (uint32_t) (p - text);
            __atomic_store_n(&label->ready, 1, __ATOMIC_RELEASE);
        }

        return place;
    }

    ngx_eo_metrics_add(&store->head->lost_labels, 1);

    return NGX_EO_METRICS_NO_LABEL;
}


ngx_str_t
ngx_eo_metrics_label_part(ngx_eo_metrics_label_t *label, ngx_uint_t i)
{
    u_char     *p, *last;
    ngx_str_t   part;

    ngx_str_null(&part);

    if (!__atomic_load_n(&label->ready, __ATOMIC_ACQUIRE)
        || label->len > NGX_EO_METRICS_LABEL)
    {
        return part;
    }

    p = label->text;
    last = p + label->len;

    while (p < last) {
        part.data = p;
        p = ngx_strlchr(p, last, '\0');

        if (p == NULL) {
            break;
        }

        if (i-- == 0) {
            part.len = p - part.data;
            return part;
        }

        p++;
    }

    ngx_str_null(&part);

    return part;
}


void
ngx_eo_metrics_store_pair(ngx_eo_metrics_store_t *store, ngx_uint_t domain,
    ngx_eo_metrics_pair_e kind, ngx_uint_t value, uint64_t n)
{
    uint64_t                key, hash;
    ngx_uint_t              i;
    ngx_eo_metrics_pair_t  *pair;

    key = (uint64_t) kind << 60 | (uint64_t) domain << 32 | value;
    hash = ngx_eo_metrics_mix(key);

    for (i = 0; i < NGX_EO_METRICS_PROBES; i++) {
        pair = &store->pairs[(hash + i) & (store->npairs - 1)];

        if (ngx_eo_metrics_claim(&pair->key, key, &store->head->pairs_used)) {
            ngx_eo_metrics_add(&pair->count, n);
            return;
        }
    }

    ngx_eo_metrics_add(&store->head->lost_pairs, 1);
}


/* whether a place has this key, as it was or from now on */

static ngx_uint_t
ngx_eo_metrics_claim(uint64_t *place, uint64_t key, uint64_t *used)
{
    uint64_t  found;

    found = ngx_eo_metrics_load(place);

    if (found == 0) {

        if (__atomic_compare_exchange_n(place, &found, key, 0,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        {
            ngx_eo_metrics_add(used, 1);
            return 1;
        }
    }

    return found == key;
}


ngx_uint_t
ngx_eo_metrics_pair_read(ngx_eo_metrics_store_t *store,
    ngx_eo_metrics_pair_t *pair, ngx_uint_t *domain,
    ngx_eo_metrics_pair_e *kind, ngx_uint_t *value)
{
    uint64_t  key;

    key = ngx_eo_metrics_load(&pair->key);

    *kind = (ngx_eo_metrics_pair_e) (key >> 60);
    *domain = (ngx_uint_t) (key >> 32 & 0x0fffffff);
    *value = (ngx_uint_t) (key & 0xffffffff);

    return key
           && *domain < store->ndomains
           && (*kind == NGX_EO_METRICS_PAIR_STATUS
               ? *value < 1000 : *value < store->nlabels);
}


void
ngx_eo_metrics_store_event(ngx_eo_metrics_store_t *store,
    ngx_eo_metrics_event_t *event)
{
    uint64_t                 number;
    ngx_eo_metrics_event_t  *place;

    number = __atomic_add_fetch(&store->head->events, 1, __ATOMIC_RELAXED);
    place = &store->head->ring[number % NGX_EO_METRICS_EVENTS];

    __atomic_store_n(&place->number, 0, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);

    event->number = 0;
    *place = *event;

    __atomic_store_n(&place->number, number, __ATOMIC_RELEASE);
}


ngx_int_t
ngx_eo_metrics_store_event_read(ngx_eo_metrics_store_t *store,
    uint64_t number, ngx_eo_metrics_event_t *copy)
{
    ngx_eo_metrics_event_t  *place;

    place = &store->head->ring[number % NGX_EO_METRICS_EVENTS];

    if (__atomic_load_n(&place->number, __ATOMIC_ACQUIRE) != number) {
        return NGX_DECLINED;
    }

    *copy = *place;

    __atomic_thread_fence(__ATOMIC_ACQUIRE);

    if (__atomic_load_n(&place->number, __ATOMIC_RELAXED) != number) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


void
ngx_eo_metrics_text_set(ngx_eo_metrics_text_t *text, ngx_str_t *value)
{
    text->len = (uint32_t) ngx_min(value->len, NGX_EO_METRICS_TEXT);
    ngx_memcpy(text->data, value->data, text->len);
}


/* FNV-1a, and never 0 */

static uint64_t
ngx_eo_metrics_hash(u_char *data, size_t len)
{
    size_t    i;
    uint64_t  hash;

    hash = 0xcbf29ce484222325ULL;

    for (i = 0; i < len; i++) {
        hash = (hash ^ data[i]) * 0x100000001b3ULL;
    }

    hash = ngx_eo_metrics_mix(hash);

    return hash ? hash : 1;
}


/* the last steps of MurmurHash3 */

static uint64_t
ngx_eo_metrics_mix(uint64_t n)
{
    n ^= n >> 33;
    n *= 0xff51afd7ed558ccdULL;
    n ^= n >> 33;
    n *= 0xc4ceb9fe1a85ec53ULL;
    n ^= n >> 33;

    return n;
}
