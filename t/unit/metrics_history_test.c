
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Metrics: places of domains, pairs and labels, and what is kept of each
 * minute, five minutes and hour.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_metrics_history.h"


#define HISTORY_BEGIN  1199998800    /* a full hour */


static void *history_store(ngx_eo_unit_t *t, ngx_eo_metrics_store_t *store,
    size_t size);
static ngx_uint_t history_domain(ngx_eo_metrics_store_t *store,
    const char *name, time_t now);
static void history_fold(ngx_eo_metrics_store_t *store, time_t now);
static uint64_t history_pair(ngx_eo_metrics_store_t *store,
    ngx_uint_t domain, ngx_eo_metrics_pair_e kind, ngx_uint_t value);


static void *
history_store(ngx_eo_unit_t *t, ngx_eo_metrics_store_t *store, size_t size)
{
    void  *memory;

    memory = calloc(1, size);

    ngx_eo_is_int(ngx_eo_metrics_store_open(store, memory, size,
                                            HISTORY_BEGIN),
                  0, "a new store");

    store->head->round = 1;

    return memory;
}


static ngx_uint_t
history_domain(ngx_eo_metrics_store_t *store, const char *name, time_t now)
{
    ngx_str_t  text;

    text.data = (u_char *) name;
    text.len = strlen(name);

    return ngx_eo_metrics_store_domain(store, &text, now);
}


static void
history_fold(ngx_eo_metrics_store_t *store, time_t now)
{
    while (ngx_eo_metrics_history_fold(store, now, 1, 3) == NGX_AGAIN) {
        /* void */
    }
}


static uint64_t
history_pair(ngx_eo_metrics_store_t *store, ngx_uint_t domain,
    ngx_eo_metrics_pair_e kind, ngx_uint_t value)
{
    uint64_t               count;
    ngx_uint_t             i, d, v;
    ngx_eo_metrics_pair_e  k;

    count = 0;

    for (i = 0; i < store->npairs; i++) {

        if (ngx_eo_metrics_pair_read(store, &store->pairs[i], &d, &k, &v)
            && d == domain && k == kind && v == value)
        {
            count += store->pairs[i].count;
        }
    }

    return count;
}


ngx_eo_unit_test(metrics_history_levels)
{
    void                    *memory;
    uint64_t                 sum;
    ngx_uint_t               a, b, i, n;
    ngx_eo_metrics_cell_t    cells[576];
    ngx_eo_metrics_store_t   store;

    memory = history_store(t, &store, NGX_EO_METRICS_SIZE_MIN);

    a = history_domain(&store, "a.example", HISTORY_BEGIN);
    b = history_domain(&store, "b.example", HISTORY_BEGIN);

    ngx_eo_ok(a != b && a != NGX_EO_METRICS_OTHER, "two places");

    /* minute i has i + 1 requests of a, and each tenth one of b */

    for (i = 0; i < 150; i++) {
        ngx_eo_metrics_count(&store.domains[a], NGX_EO_METRICS_REQUESTS,
                             i + 1);

        if (i % 10 == 0) {
            ngx_eo_metrics_count(&store.domains[b], NGX_EO_METRICS_BYTES_OUT,
                                 1000);
        }

        history_fold(&store, HISTORY_BEGIN + (i + 1) * 60);
    }

    n = ngx_eo_metrics_history_read(&store, a, NGX_EO_METRICS_MINUTE,
                                    HISTORY_BEGIN + 150 * 60, cells);

    ngx_eo_is_int(n, 120, "two hours of minutes");
    ngx_eo_is_int(cells[0].time, HISTORY_BEGIN + 149 * 60, "the newest first");
    ngx_eo_is_int(cells[0].values[NGX_EO_METRICS_REQUESTS], 150, "its count");
    ngx_eo_is_int(cells[119].values[NGX_EO_METRICS_REQUESTS], 31, "oldest");

    n = ngx_eo_metrics_history_read(&store, b, NGX_EO_METRICS_MINUTE,
                                    HISTORY_BEGIN + 150 * 60, cells);

    ngx_eo_is_int(n, 12, "minutes without a request have no cell");
    ngx_eo_is_int(cells[0].time, HISTORY_BEGIN + 140 * 60, "when it was");

    n = ngx_eo_metrics_history_read(&store, NGX_EO_METRICS_ALL,
                                    NGX_EO_METRICS_FIVE,
                                    HISTORY_BEGIN + 150 * 60, cells);

    ngx_eo_is_int(n, 30, "five minutes each");

    for (i = 0, sum = 0; i < n; i++) {
        sum += cells[i].values[NGX_EO_METRICS_REQUESTS];
    }

    ngx_eo_is_int(sum, 150 * 151 / 2, "all requests");
    ngx_eo_is_int(cells[29].time, HISTORY_BEGIN, "from the beginning");
    ngx_eo_is_int(cells[29].values[NGX_EO_METRICS_REQUESTS], 15, "1 to 5");
    ngx_eo_is_int(cells[29].values[NGX_EO_METRICS_BYTES_OUT], 1000, "both");

    n = ngx_eo_metrics_history_read(&store, a, NGX_EO_METRICS_HOUR,
                                    HISTORY_BEGIN + 150 * 60, cells);

    ngx_eo_is_int(n, 2, "the full hours");
    ngx_eo_is_int(cells[1].values[NGX_EO_METRICS_REQUESTS], 60 * 61 / 2,
                  "the first");

    free(memory);
}


ngx_eo_unit_test(metrics_history_takeover)
{
    void                    *memory;
    uint64_t                 sum;
    ngx_uint_t               i, n;
    ngx_eo_metrics_cell_t    cells[120];
    ngx_eo_metrics_store_t   store;

    static const char  *names[] = { "a", "b", "c", "d", "e" };

    memory = history_store(t, &store, NGX_EO_METRICS_SIZE_MIN);

    for (i = 0; i < 5; i++) {
        ngx_eo_metrics_count(&store.domains[history_domain(&store, names[i],
                                                           HISTORY_BEGIN)],
                             NGX_EO_METRICS_REQUESTS, 1 << i);
    }

    ngx_eo_is_int(ngx_eo_metrics_history_fold(&store, HISTORY_BEGIN + 60, 7,
                                              3),
                  NGX_AGAIN, "a process begins, and is killed");

    ngx_eo_is_int(ngx_eo_metrics_history_fold(&store, HISTORY_BEGIN + 61, 8,
                                              3),
                  NGX_OK, "another leaves it alone");
    ngx_eo_is_int(store.head->folded, HISTORY_BEGIN / 60, "not done");

    ngx_eo_is_int(ngx_eo_metrics_history_fold(&store, HISTORY_BEGIN + 72, 8,
                                              3),
                  NGX_OK, "... for ten seconds");
    ngx_eo_is_int(store.head->folded, HISTORY_BEGIN / 60 + 1, "done");

    n = ngx_eo_metrics_history_read(&store, NGX_EO_METRICS_ALL,
                                    NGX_EO_METRICS_MINUTE,
                                    HISTORY_BEGIN + 72, cells);

    ngx_eo_is_int(n, 1, "one minute");
    ngx_eo_is_int(cells[0].values[NGX_EO_METRICS_REQUESTS], 31, "of all");

    /* an hour without a process is in the minute that ended it */

    ngx_eo_metrics_count(&store.domains[1], NGX_EO_METRICS_REQUESTS, 100);
    history_fold(&store, HISTORY_BEGIN + 3600 + 60);

    n = ngx_eo_metrics_history_read(&store, NGX_EO_METRICS_ALL,
                                    NGX_EO_METRICS_MINUTE,
                                    HISTORY_BEGIN + 3660, cells);

    for (i = 0, sum = 0; i < n; i++) {
        sum += cells[i].values[NGX_EO_METRICS_REQUESTS];
    }

    ngx_eo_is_int(sum, 131, "nothing is lost");

    /* a clock that was set back by a day */

    history_fold(&store, HISTORY_BEGIN - 86400);
    ngx_eo_is_int(store.head->folded, (HISTORY_BEGIN - 86400) / 60,
                  "minutes go on from there");

    free(memory);
}


ngx_eo_unit_test(metrics_store_full)
{
    char                     name[32];
    void                    *memory;
    ngx_str_t                text;
    ngx_uint_t               i, place, last, label;
    ngx_eo_metrics_cell_t    cells[120];
    ngx_eo_metrics_store_t   store;

    memory = history_store(t, &store, NGX_EO_METRICS_SIZE_MIN);

    last = 0;
    place = 0;

    for (i = 0; i < store.ndomains + 10; i++) {
        (void) snprintf(name, sizeof(name), "d%d.example", (int) i);
        place = history_domain(&store, name, HISTORY_BEGIN);

        if (i < store.ndomains - 1) {
            last = place;
        }

        ngx_eo_metrics_count(&store.domains[place], NGX_EO_METRICS_REQUESTS,
                             1);
    }

    ngx_eo_is_int(last, store.ndomains - 1, "each has its place");
    ngx_eo_is_int(place, NGX_EO_METRICS_OTHER, "... until there is none");
    ngx_eo_is_int(store.domains[0].counters[NGX_EO_METRICS_REQUESTS], 11,
                  "the rest is \"other\"");

    /* pairs and labels by far more than there is room for */

    for (i = 0; i < 100000; i++) {
        (void) snprintf(name, sizeof(name), "rule-%d", (int) i);

        text.data = (u_char *) name;
        text.len = strlen(name);

        label = ngx_eo_metrics_store_label(&store, &text, 1);
        ngx_eo_metrics_store_pair(&store, i % store.ndomains,
                                  NGX_EO_METRICS_PAIR_RULE, label, 1);
    }

    ngx_eo_ok(store.head->labels_used < store.nlabels, "labels: %d of %d",
              (int) store.head->labels_used, (int) store.nlabels);
    ngx_eo_ok(store.head->pairs_used <= store.npairs, "pairs: %d of %d",
              (int) store.head->pairs_used, (int) store.npairs);
    ngx_eo_ok(store.head->lost_labels + store.head->lost_pairs > 0,
              "what is lost is counted");

    /* a cell of every domain in each minute of a day: the ring goes round */

    for (i = 1; i <= 1440; i++) {

        for (place = 0; place < store.ndomains; place++) {
            ngx_eo_metrics_count(&store.domains[place],
                                 NGX_EO_METRICS_REQUESTS, 1);
        }

        history_fold(&store, HISTORY_BEGIN + i * 60);
    }

    i = ngx_eo_metrics_history_read(&store, 5, NGX_EO_METRICS_MINUTE,
                                    HISTORY_BEGIN + 86400, cells);

    ngx_eo_ok(i > 0 && i < 120, "some minutes are left: %d", (int) i);
    ngx_eo_is_int(cells[i - 1].values[NGX_EO_METRICS_REQUESTS], 1,
                  "... and right");

    i = ngx_eo_metrics_history_read(&store, NGX_EO_METRICS_ALL,
                                    NGX_EO_METRICS_MINUTE,
                                    HISTORY_BEGIN + 86400, cells);

    ngx_eo_is_int(i, 120, "of all together there is everything");
    ngx_eo_is_int(cells[119].values[NGX_EO_METRICS_REQUESTS], store.ndomains,
                  "... and right");

    free(memory);
}


ngx_eo_unit_test(metrics_store_reuse)
{
    char                     name[32];
    void                    *memory;
    uint64_t                 all[NGX_EO_METRICS_COUNTERS];
    ngx_uint_t               i, place;
    ngx_eo_metrics_store_t   store;

    memory = history_store(t, &store, NGX_EO_METRICS_SIZE_MIN);

    for (i = 1; i < store.ndomains; i++) {
        (void) snprintf(name, sizeof(name), "d%d.example", (int) i);
        place = history_domain(&store, name, HISTORY_BEGIN);
        ngx_eo_metrics_count(&store.domains[place], NGX_EO_METRICS_REQUESTS,
                             2);
        ngx_eo_metrics_store_pair(&store, place, NGX_EO_METRICS_PAIR_STATUS,
                                  200, 2);
    }

    history_fold(&store, HISTORY_BEGIN + 60);

    store.head->round = 3;

    ngx_eo_is_int(history_domain(&store, "new.example", HISTORY_BEGIN + 120),
                  NGX_EO_METRICS_OTHER, "they have been busy a minute ago");

    place = history_domain(&store, "new.example", HISTORY_BEGIN + 7200);

    ngx_eo_ok(place != NGX_EO_METRICS_OTHER, "an idle one's place");
    ngx_eo_is_int(store.domains[place].counters[NGX_EO_METRICS_REQUESTS], 0,
                  "... from zero");
    ngx_eo_is_int(history_pair(&store, place, NGX_EO_METRICS_PAIR_STATUS,
                               200),
                  0, "... in pairs, too");
    ngx_eo_is_int(history_pair(&store, NGX_EO_METRICS_OTHER,
                               NGX_EO_METRICS_PAIR_STATUS, 200),
                  2, "... which are those of \"other\" now");

    ngx_eo_metrics_history_counters(&store, NGX_EO_METRICS_ALL, all);

    ngx_eo_is_int(all[NGX_EO_METRICS_REQUESTS], 2 * (store.ndomains - 1),
                  "the sum is what it was");

    free(memory);
}


/* a file that was damaged: whatever is in it, nothing is read past the end */

ngx_eo_unit_test(metrics_store_damaged)
{
    u_char                  *memory;
    size_t                   i;
    uint32_t                 random;
    ngx_str_t                text;
    ngx_uint_t               round, n;
    ngx_eo_metrics_cell_t    cells[576];
    ngx_eo_metrics_store_t   store;
    ngx_eo_metrics_head_t   *head;
    ngx_eo_metrics_event_t   event;

    memory = history_store(t, &store, NGX_EO_METRICS_SIZE_MIN);
    head = store.head;
    random = 1;
    n = 0;

    for (round = 0; round < 4; round++) {

        for (i = 2 * sizeof(uint64_t); i < NGX_EO_METRICS_SIZE_MIN; i++) {
            random = random * 1664525 + 1013904223;
            memory[i] = (u_char) (round == 3 ? 0xff : random >> 24);
        }

        if (!ngx_eo_metrics_store_open(&store, memory,
                                       NGX_EO_METRICS_SIZE_MIN,
                                       HISTORY_BEGIN))
        {
            ngx_eo_ok(0, "its head is whole");
        }

        history_fold(&store, HISTORY_BEGIN + 60);

        for (i = 0; i < store.ndomains; i++) {
            n += ngx_eo_metrics_history_read(&store, i, NGX_EO_METRICS_FIVE,
                                             HISTORY_BEGIN + 60, cells);
        }

        for (i = 0; i < store.nlabels; i++) {
            text = ngx_eo_metrics_label_part(&store.labels[i], 2);
            n += text.len;
        }

        for (i = 0; i < NGX_EO_METRICS_EVENTS; i++) {
            n += ngx_eo_metrics_store_event_read(&store, i, &event) == NGX_OK;
        }

        ngx_str_set(&text, "a.example");
        (void) ngx_eo_metrics_store_domain(&store, &text, HISTORY_BEGIN);
    }

    ngx_eo_ok(n < (ngx_uint_t) -1, "read to the end");

    head->size++;

    ngx_eo_is_int(ngx_eo_metrics_store_open(&store, memory,
                                            NGX_EO_METRICS_SIZE_MIN,
                                            HISTORY_BEGIN),
                  0, "what is of another size begins anew");
    ngx_eo_is_int(store.head->domains_used, 1, "... empty");

    free(memory);
}
