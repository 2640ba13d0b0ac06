
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_history.h"


/* seconds without a sign of life, before another process takes over */

#define NGX_EO_METRICS_LEASE  10


static ngx_uint_t ngx_eo_metrics_history_claim(ngx_eo_metrics_head_t *head,
    time_t now, ngx_uint_t process);
static void ngx_eo_metrics_history_domain(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain);
static void ngx_eo_metrics_history_end(ngx_eo_metrics_store_t *store);
static ngx_uint_t ngx_eo_metrics_history_due(ngx_eo_metrics_head_t *head,
    ngx_uint_t level);
static void ngx_eo_metrics_history_append(ngx_eo_metrics_cell_t *ring,
    ngx_uint_t n, uint64_t *cells, uint64_t *last, uint64_t time,
    uint64_t *values);
static ngx_int_t ngx_eo_metrics_history_cell(ngx_eo_metrics_cell_t *ring,
    ngx_uint_t n, uint64_t number, ngx_eo_metrics_cell_t *cell);
static ngx_uint_t ngx_eo_metrics_history_domains(
    ngx_eo_metrics_store_t *store);


ngx_int_t
ngx_eo_metrics_history_fold(ngx_eo_metrics_store_t *store, time_t now,
    ngx_uint_t process, ngx_uint_t domains)
{
    uint64_t                minute, end;
    ngx_eo_metrics_head_t  *head;

    head = store->head;
    minute = (uint64_t) now / 60;

    if (ngx_eo_metrics_load(&head->folded) == minute) {
        return NGX_OK;
    }

    if (!ngx_eo_metrics_history_claim(head, now, process)) {
        return NGX_OK;
    }

    if (head->folded >= minute) {

        /* done meanwhile, or the clock has been set back */

        if (head->folded > minute + 1) {
            head->folded = minute;
        }

        __atomic_store_n(&head->claim, 0, __ATOMIC_RELEASE);
        return NGX_OK;
    }

    /* otherwise a process has left off before its end */

    if (head->target <= head->folded || head->target > minute) {
        head->target = minute;
        head->position = 0;
        ngx_memzero(head->sums, sizeof(head->sums));
    }

    end = ngx_min(head->position + domains,
                  ngx_eo_metrics_history_domains(store));

    while (head->position < end) {
        ngx_eo_metrics_history_domain(store, head->position);
        head->position++;
    }

    if (head->position < ngx_eo_metrics_history_domains(store)) {
        return NGX_AGAIN;
    }

    ngx_eo_metrics_history_end(store);

    __atomic_store_n(&head->claim, 0, __ATOMIC_RELEASE);

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_metrics_history_claim(ngx_eo_metrics_head_t *head, time_t now,
    ngx_uint_t process)
{
    uint64_t  claim, mine;

    mine = (uint64_t) now << 24 | (process & 0xffffff);
    claim = ngx_eo_metrics_load(&head->claim);

    if (claim != 0
        && (claim & 0xffffff) != (process & 0xffffff)
        && (claim >> 24) <= (uint64_t) now
        && (claim >> 24) + NGX_EO_METRICS_LEASE > (uint64_t) now)
    {
        return 0;
    }

    return __atomic_compare_exchange_n(&head->claim, &claim, mine, 0,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}


static void
ngx_eo_metrics_history_domain(ngx_eo_metrics_store_t *store, ngx_uint_t n)
{
    uint64_t                  now[NGX_EO_METRICS_SERIES];
    uint64_t                  values[NGX_EO_METRICS_SERIES], any, all;
    ngx_uint_t                i, level;
    ngx_eo_metrics_head_t    *head;
    ngx_eo_metrics_domain_t  *domain;

    head = store->head;
    domain = &store->domains[n];
    all = 0;

    for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
        now[i] = ngx_eo_metrics_load(&domain->counters[i]);
        all |= now[i];
    }

    if (all == 0) {
        return;
    }

    for (level = 0; level < NGX_EO_METRICS_LEVELS; level++) {

        if (!ngx_eo_metrics_history_due(head, level)) {
            continue;
        }

        any = 0;

        for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
            values[i] = now[i] - domain->folded[level][i];
            head->sums[level][i] += values[i];
            any |= values[i];
        }

        if (any == 0) {
            continue;
        }

        domain->active = head->target;

        ngx_memcpy(domain->folded[level], now, sizeof(now));

        ngx_eo_metrics_history_append(store->cells[level],
                                      store->ncells[level],
                                      &head->cells[level],
                                      &domain->last[level],
                                      head->target * 60
                                      - ngx_eo_metrics_seconds[level],
                                      values);
    }
}


static void
ngx_eo_metrics_history_end(ngx_eo_metrics_store_t *store)
{
    uint64_t                any;
    ngx_uint_t              i, level;
    ngx_eo_metrics_head_t  *head;

    head = store->head;

    for (level = 0; level < NGX_EO_METRICS_LEVELS; level++) {

        if (!ngx_eo_metrics_history_due(head, level)) {
            continue;
        }

        any = 0;

        for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
            any |= head->sums[level][i];
        }

        if (any) {
            ngx_eo_metrics_history_append(store->sums[level],
                                          ngx_eo_metrics_slots[level],
                                          &head->sum_cells[level],
                                          &head->last[level],
                                          head->target * 60
                                          - ngx_eo_metrics_seconds[level],
                                          head->sums[level]);
        }
    }

    head->folded = head->target;
}


/* whether a cell of this length ends with the minutes that are folded */

static ngx_uint_t
ngx_eo_metrics_history_due(ngx_eo_metrics_head_t *head, ngx_uint_t level)
{
    ngx_uint_t  minutes;

    minutes = ngx_eo_metrics_seconds[level] / 60;

    return head->target / minutes != head->folded / minutes;
}


static void
ngx_eo_metrics_history_append(ngx_eo_metrics_cell_t *ring, ngx_uint_t n,
    uint64_t *cells, uint64_t *last, uint64_t time, uint64_t *values)
{
    uint64_t                number;
    ngx_eo_metrics_cell_t  *cell;

    if (n == 0) {
        return;
    }

    number = *cells + 1;
    cell = &ring[number % n];

    /* who reads meanwhile sees that the cell is not what it looked for */

    __atomic_store_n(&cell->number, 0, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);

    cell->before = *last;
    cell->time = time;
    ngx_memcpy(cell->values, values, sizeof(cell->values));

    __atomic_store_n(&cell->number, number, __ATOMIC_RELEASE);

    *cells = number;
    __atomic_store_n(last, number, __ATOMIC_RELEASE);
}


ngx_uint_t
ngx_eo_metrics_history_read(ngx_eo_metrics_store_t *store, ngx_uint_t domain,
    ngx_eo_metrics_level_e level, time_t now, ngx_eo_metrics_cell_t *cells)
{
    uint64_t                number, oldest;
    ngx_uint_t              n, size;
    ngx_eo_metrics_cell_t  *ring;

    if (domain == NGX_EO_METRICS_ALL) {
        ring = store->sums[level];
        size = ngx_eo_metrics_slots[level];
        number = ngx_eo_metrics_load(&store->head->last[level]);

    } else {
        ring = store->cells[level];
        size = store->ncells[level];
        number = ngx_eo_metrics_load(&store->domains[domain].last[level]);
    }

    oldest = now - (uint64_t) ngx_eo_metrics_slots[level]
                   * ngx_eo_metrics_seconds[level];

    for (n = 0; n < ngx_eo_metrics_slots[level]; n++) {

        if (ngx_eo_metrics_history_cell(ring, size, number, &cells[n])
            != NGX_OK
            || cells[n].time < oldest
            || cells[n].before >= number)
        {
            break;
        }

        number = cells[n].before;
    }

    return n;
}


static ngx_int_t
ngx_eo_metrics_history_cell(ngx_eo_metrics_cell_t *ring, ngx_uint_t n,
    uint64_t number, ngx_eo_metrics_cell_t *cell)
{
    ngx_eo_metrics_cell_t  *place;

    if (number == 0 || n == 0) {
        return NGX_DECLINED;
    }

    place = &ring[number % n];

    if (__atomic_load_n(&place->number, __ATOMIC_ACQUIRE) != number) {
        return NGX_DECLINED;
    }

    *cell = *place;

    __atomic_thread_fence(__ATOMIC_ACQUIRE);

    if (__atomic_load_n(&place->number, __ATOMIC_RELAXED) != number) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


void
ngx_eo_metrics_history_counters(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, uint64_t *counters)
{
    ngx_uint_t  i, n, last;

    ngx_memzero(counters, NGX_EO_METRICS_COUNTERS * sizeof(uint64_t));

    n = domain;
    last = domain + 1;

    if (domain == NGX_EO_METRICS_ALL) {
        n = 0;
        last = ngx_eo_metrics_history_domains(store);
    }

    for ( /* void */ ; n < last; n++) {

        for (i = 0; i < NGX_EO_METRICS_COUNTERS; i++) {
            counters[i] += ngx_eo_metrics_load(&store->domains[n].counters[i]);
        }
    }
}


void
ngx_eo_metrics_history_running(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, uint64_t *values)
{
    uint64_t                  value;
    ngx_uint_t                i, n, last;
    ngx_eo_metrics_domain_t  *d;

    ngx_memzero(values, NGX_EO_METRICS_SERIES * sizeof(uint64_t));

    n = domain;
    last = domain + 1;

    if (domain == NGX_EO_METRICS_ALL) {
        n = 0;
        last = ngx_eo_metrics_history_domains(store);
    }

    for ( /* void */ ; n < last; n++) {
        d = &store->domains[n];

        for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
            value = ngx_eo_metrics_load(&d->folded[NGX_EO_METRICS_MINUTE][i]);
            values[i] += ngx_eo_metrics_load(&d->counters[i]) - value;
        }
    }
}


static ngx_uint_t
ngx_eo_metrics_history_domains(ngx_eo_metrics_store_t *store)
{
    return ngx_min(store->head->domains_used, store->ndomains);
}
