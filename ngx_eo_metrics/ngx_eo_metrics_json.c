
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The JSON of docs/metrics.md.
 */


#include "ngx_eo_metrics_view.h"


/* rules that are listed, those with the highest counts */

#define NGX_EO_METRICS_RULES  50


typedef struct {
    uint64_t                   count;
    ngx_uint_t                 index;
} ngx_eo_metrics_rank_t;


static void ngx_eo_metrics_json_head(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_json_series(ngx_eo_metrics_output_t *out,
    uint64_t *values);
static void ngx_eo_metrics_json_history(ngx_eo_metrics_view_t *view,
    ngx_eo_metrics_cell_t *cells);
static void ngx_eo_metrics_json_times(ngx_eo_metrics_view_t *view,
    uint64_t *counters);
static void ngx_eo_metrics_json_buckets(ngx_eo_metrics_view_t *view,
    const char *name, uint64_t *buckets);
static ngx_int_t ngx_eo_metrics_json_pairs(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_json_statuses(ngx_eo_metrics_view_t *view,
    uint64_t *statuses);
static void ngx_eo_metrics_json_causes(ngx_eo_metrics_view_t *view,
    uint64_t *labels);
static void ngx_eo_metrics_json_rules(ngx_eo_metrics_view_t *view,
    uint64_t *labels);
static void ngx_eo_metrics_json_domains(ngx_eo_metrics_view_t *view,
    ngx_eo_metrics_rank_t *ranks);
static ngx_uint_t ngx_eo_metrics_json_rank(ngx_eo_metrics_rank_t *ranks,
    ngx_uint_t n, ngx_uint_t max, uint64_t count, ngx_uint_t index);
static void ngx_eo_metrics_json_events(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_json_text(ngx_eo_metrics_output_t *out,
    const char *name, ngx_eo_metrics_text_t *text);
static void ngx_eo_metrics_json_zone(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_json_string(ngx_eo_metrics_output_t *out,
    ngx_str_t text);


ngx_int_t
ngx_eo_metrics_json(ngx_eo_metrics_view_t *view)
{
    uint64_t               *counters;
    ngx_eo_metrics_rank_t  *ranks;
    ngx_eo_metrics_cell_t  *cells;

    counters = ngx_palloc(view->pool,
                          NGX_EO_METRICS_COUNTERS * sizeof(uint64_t));
    cells = ngx_palloc(view->pool, ngx_eo_metrics_slots[view->level]
                                   * sizeof(ngx_eo_metrics_cell_t));
    ranks = ngx_palloc(view->pool, (view->domains + 1)
                                   * sizeof(ngx_eo_metrics_rank_t));

    if (counters == NULL || cells == NULL || ranks == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_metrics_json_head(view);

    ngx_eo_metrics_history_counters(view->store, view->domain, counters);

    ngx_eo_metrics_print(&view->out, ",\"totals\":");
    ngx_eo_metrics_json_series(&view->out, counters);

    ngx_eo_metrics_json_times(view, counters);

    ngx_eo_metrics_history_running(view->store, view->domain, counters);

    ngx_eo_metrics_print(&view->out, ",\"running\":");
    ngx_eo_metrics_json_series(&view->out, counters);

    ngx_eo_metrics_json_history(view, cells);

    if (ngx_eo_metrics_json_pairs(view) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_metrics_json_domains(view, ranks);
    ngx_eo_metrics_json_events(view);
    ngx_eo_metrics_json_zone(view);

    ngx_eo_metrics_print(&view->out, "}\n");

    return view->out.failed ? NGX_ERROR : NGX_OK;
}


static void
ngx_eo_metrics_json_head(ngx_eo_metrics_view_t *view)
{
    ngx_str_t                 name;
    ngx_eo_metrics_output_t  *out;

    static const char  *ranges[] = { "hour", "day", "week" };

    out = &view->out;

    ngx_eo_metrics_print(out, "{\"version\":%d,\"node\":",
                         NGX_EO_METRICS_JSON_VERSION);
    ngx_eo_metrics_json_string(out, ngx_cycle->hostname);

    ngx_str_set(&name, "*");

    if (view->domain != NGX_EO_METRICS_ALL) {
        name = ngx_eo_metrics_view_name(view->store, view->domain);
    }

    ngx_eo_metrics_print(out, ",\"time\":%T,\"since\":%uL,\"domain\":",
                         view->now, view->store->head->since);
    ngx_eo_metrics_json_string(out, name);

    ngx_eo_metrics_print(out, ",\"range\":\"%s\",\"step\":%ui",
                         ranges[view->level],
                         ngx_eo_metrics_seconds[view->level]);
}


static void
ngx_eo_metrics_json_series(ngx_eo_metrics_output_t *out, uint64_t *values)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
        ngx_eo_metrics_print(out, "%c\"%s\":%uL", i ? ',' : '{',
                             ngx_eo_metrics_series[i], values[i]);
    }

    ngx_eo_metrics_print(out, "}");
}


/* by column, the oldest first: a name is there once and not 576 times */

static void
ngx_eo_metrics_json_history(ngx_eo_metrics_view_t *view,
    ngx_eo_metrics_cell_t *cells)
{
    ngx_uint_t                n, i, c;
    ngx_eo_metrics_output_t  *out;

    out = &view->out;

    n = ngx_eo_metrics_history_read(view->store, view->domain, view->level,
                                    view->now, cells);

    ngx_eo_metrics_print(out, ",\"history\":{\"time\":[");

    for (c = n; c > 0; c--) {
        ngx_eo_metrics_print(out, c < n ? ",%uL" : "%uL", cells[c - 1].time);
    }

    for (i = 0; i < NGX_EO_METRICS_SERIES; i++) {
        ngx_eo_metrics_print(out, "],\"%s\":[", ngx_eo_metrics_series[i]);

        for (c = n; c > 0; c--) {
            ngx_eo_metrics_print(out, c < n ? ",%uL" : "%uL",
                                 cells[c - 1].values[i]);
        }
    }

    ngx_eo_metrics_print(out, "]}");
}


static void
ngx_eo_metrics_json_times(ngx_eo_metrics_view_t *view, uint64_t *counters)
{
    ngx_uint_t                i;
    ngx_eo_metrics_limits_t  *limits;

    limits = &view->store->head->limits;

    ngx_eo_metrics_print(&view->out, ",\"histograms\":{\"limits_ms\":[");

    for (i = 0; i < limits->n; i++) {
        ngx_eo_metrics_print(&view->out, i ? ",%uD" : "%uD", limits->ms[i]);
    }

    ngx_eo_metrics_print(&view->out, "]");

    ngx_eo_metrics_json_buckets(view, "response",
                                &counters[NGX_EO_METRICS_TIMES]);
    ngx_eo_metrics_json_buckets(view, "first_byte",
                                &counters[NGX_EO_METRICS_FIRST_BYTE_TIMES]);
    ngx_eo_metrics_json_buckets(view, "origin",
                                &counters[NGX_EO_METRICS_ORIGIN_TIMES]);

    ngx_eo_metrics_print(&view->out, "}");
}


static void
ngx_eo_metrics_json_buckets(ngx_eo_metrics_view_t *view, const char *name,
    uint64_t *buckets)
{
    ngx_uint_t  i;

    ngx_eo_metrics_print(&view->out, ",\"%s\":[", name);

    for (i = 0; i <= view->store->head->limits.n; i++) {
        ngx_eo_metrics_print(&view->out, i ? ",%uL" : "%uL", buckets[i]);
    }

    ngx_eo_metrics_print(&view->out, "]");
}


static ngx_int_t
ngx_eo_metrics_json_pairs(ngx_eo_metrics_view_t *view)
{
    uint64_t                *statuses, *causes, *rules, count;
    ngx_uint_t               i, domain, value;
    ngx_eo_metrics_pair_e    kind;
    ngx_eo_metrics_store_t  *store;

    store = view->store;

    statuses = ngx_pcalloc(view->pool, 1000 * sizeof(uint64_t));
    causes = ngx_pcalloc(view->pool, store->nlabels * sizeof(uint64_t));
    rules = ngx_pcalloc(view->pool, store->nlabels * sizeof(uint64_t));

    if (statuses == NULL || causes == NULL || rules == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < store->npairs; i++) {

        if (!ngx_eo_metrics_pair_read(store, &store->pairs[i], &domain, &kind,
                                      &value)
            || (view->domain != NGX_EO_METRICS_ALL && view->domain != domain))
        {
            continue;
        }

        count = ngx_eo_metrics_load(&store->pairs[i].count);

        switch (kind) {

        case NGX_EO_METRICS_PAIR_STATUS:
            statuses[value] += count;
            break;

        case NGX_EO_METRICS_PAIR_CAUSE:
            causes[value] += count;
            break;

        case NGX_EO_METRICS_PAIR_RULE:
            rules[value] += count;
            break;
        }
    }

    ngx_eo_metrics_json_statuses(view, statuses);
    ngx_eo_metrics_json_causes(view, causes);
    ngx_eo_metrics_json_rules(view, rules);

    return NGX_OK;
}


static void
ngx_eo_metrics_json_statuses(ngx_eo_metrics_view_t *view, uint64_t *statuses)
{
    ngx_uint_t  i, n;

    ngx_eo_metrics_print(&view->out, ",\"statuses\":{");

    for (i = 0, n = 0; i < 1000; i++) {

        if (statuses[i]) {
            ngx_eo_metrics_print(&view->out, n++ ? ",\"%ui\":%uL"
                                                 : "\"%ui\":%uL",
                                 i, statuses[i]);
        }
    }

    ngx_eo_metrics_print(&view->out, "}");
}


static void
ngx_eo_metrics_json_causes(ngx_eo_metrics_view_t *view, uint64_t *labels)
{
    ngx_str_t   name;
    ngx_uint_t  i, n;

    ngx_eo_metrics_print(&view->out, ",\"origin_errors\":{");

    for (i = 0, n = 0; i < view->store->nlabels; i++) {

        if (labels[i] == 0) {
            continue;
        }

        if (n++) {
            ngx_eo_metrics_print(&view->out, ",");
        }

        name = ngx_eo_metrics_label_part(&view->store->labels[i], 0);

        if (name.len == 0) {
            ngx_str_set(&name, "other");
        }

        ngx_eo_metrics_json_string(&view->out, name);
        ngx_eo_metrics_print(&view->out, ":%uL", labels[i]);
    }

    ngx_eo_metrics_print(&view->out, "}");
}


static void
ngx_eo_metrics_json_rules(ngx_eo_metrics_view_t *view, uint64_t *labels)
{
    ngx_uint_t                i, n;
    ngx_eo_metrics_label_t   *label;
    ngx_eo_metrics_output_t  *out;
    ngx_eo_metrics_rank_t     ranks[NGX_EO_METRICS_RULES + 1];

    out = &view->out;
    n = 0;

    for (i = 0; i < view->store->nlabels; i++) {

        if (labels[i]) {
            n = ngx_eo_metrics_json_rank(ranks, n, NGX_EO_METRICS_RULES,
                                         labels[i], i);
        }
    }

    ngx_eo_metrics_print(out, ",\"rules\":[");

    for (i = 0; i < n; i++) {
        label = &view->store->labels[ranks[i].index];

        ngx_eo_metrics_print(out, i ? ",{\"module\":" : "{\"module\":");
        ngx_eo_metrics_json_string(out, ngx_eo_metrics_label_part(label, 0));
        ngx_eo_metrics_print(out, ",\"action\":");
        ngx_eo_metrics_json_string(out, ngx_eo_metrics_label_part(label, 1));
        ngx_eo_metrics_print(out, ",\"rule\":");
        ngx_eo_metrics_json_string(out, ngx_eo_metrics_label_part(label, 2));
        ngx_eo_metrics_print(out, ",\"count\":%uL}", ranks[i].count);
    }

    ngx_eo_metrics_print(out, "]");
}


static void
ngx_eo_metrics_json_domains(ngx_eo_metrics_view_t *view,
    ngx_eo_metrics_rank_t *ranks)
{
    uint64_t                  requests;
    ngx_uint_t                i, n, all;
    ngx_eo_metrics_output_t  *out;

    out = &view->out;
    all = ngx_eo_metrics_view_domains(view->store);
    n = 0;

    for (i = 0; i < all; i++) {
        requests = view->store->domains[i].counters[NGX_EO_METRICS_REQUESTS];

        if (view->store->domains[i].name_len) {
            n = ngx_eo_metrics_json_rank(ranks, n, view->domains, requests, i);
        }
    }

    ngx_eo_metrics_print(out, ",\"domains\":[");

    for (i = 0; i < n; i++) {
        ngx_eo_metrics_print(out, i ? ",{\"name\":" : "{\"name\":");
        ngx_eo_metrics_json_string(out,
                                   ngx_eo_metrics_view_name(view->store,
                                                            ranks[i].index));
        ngx_eo_metrics_print(out, ",\"totals\":");
        ngx_eo_metrics_json_series(out, view->store->domains[ranks[i].index]
                                        .counters);
        ngx_eo_metrics_print(out, "}");
    }

    ngx_eo_metrics_print(out, "]");
}


/* keeps the highest counts in falling order; returns how many there are */

static ngx_uint_t
ngx_eo_metrics_json_rank(ngx_eo_metrics_rank_t *ranks, ngx_uint_t n,
    ngx_uint_t max, uint64_t count, ngx_uint_t index)
{
    ngx_uint_t  i;

    if (n == max && (max == 0 || count <= ranks[n - 1].count)) {
        return n;
    }

    for (i = n; i > 0 && ranks[i - 1].count < count; i--) {
        ranks[i] = ranks[i - 1];
    }

    ranks[i].count = count;
    ranks[i].index = index;

    return (n < max) ? n + 1 : n;
}


static void
ngx_eo_metrics_json_events(ngx_eo_metrics_view_t *view)
{
    uint64_t                  number, last;
    ngx_uint_t                n;
    ngx_eo_metrics_event_t    event;
    ngx_eo_metrics_output_t  *out;

    out = &view->out;
    n = 0;

    ngx_eo_metrics_print(out, ",\"events\":[");

    number = ngx_eo_metrics_load(&view->store->head->events);
    last = number > NGX_EO_METRICS_EVENTS ? number - NGX_EO_METRICS_EVENTS : 0;

    for ( /* void */ ; number > last; number--) {

        if (ngx_eo_metrics_store_event_read(view->store, number, &event)
            != NGX_OK
            || (view->domain != NGX_EO_METRICS_ALL
                && view->domain != event.domain))
        {
            continue;
        }

        ngx_eo_metrics_print(out, n++ ? ",{\"time\":%uL,\"status\":%uD"
                                      : "{\"time\":%uL,\"status\":%uD",
                             event.time, event.status);

        ngx_eo_metrics_json_text(out, "id", &event.id);
        ngx_eo_metrics_json_text(out, "client", &event.client);
        ngx_eo_metrics_json_text(out, "module", &event.module);
        ngx_eo_metrics_json_text(out, "action", &event.action);
        ngx_eo_metrics_json_text(out, "rule", &event.rule);
        ngx_eo_metrics_json_text(out, "method", &event.method);
        ngx_eo_metrics_json_text(out, "host", &event.host);
        ngx_eo_metrics_json_text(out, "uri", &event.uri);

        ngx_eo_metrics_print(out, "}");
    }

    ngx_eo_metrics_print(out, "]");
}


static void
ngx_eo_metrics_json_text(ngx_eo_metrics_output_t *out, const char *name,
    ngx_eo_metrics_text_t *text)
{
    ngx_eo_metrics_print(out, ",\"%s\":", name);
    ngx_eo_metrics_put_json(out, text->data,
                            ngx_min(text->len, NGX_EO_METRICS_TEXT));
}


static void
ngx_eo_metrics_json_zone(ngx_eo_metrics_view_t *view)
{
    ngx_eo_metrics_head_t   *head;
    ngx_eo_metrics_store_t  *store;

    store = view->store;
    head = store->head;

    ngx_eo_metrics_print(&view->out, ",\"zone\":{\"name\":");
    ngx_eo_metrics_json_string(&view->out, view->zone->name);

    ngx_eo_metrics_print(&view->out,
                         ",\"size\":%uL,\"domains\":%ui,\"domains_max\":%ui,"
                         "\"pairs\":%uL,\"pairs_max\":%ui,\"pairs_lost\":%uL,"
                         "\"labels\":%uL,\"labels_max\":%ui,"
                         "\"labels_lost\":%uL}",
                         head->size, ngx_eo_metrics_view_domains(store),
                         store->ndomains,
                         ngx_eo_metrics_load(&head->pairs_used),
                         store->npairs,
                         ngx_eo_metrics_load(&head->lost_pairs),
                         ngx_eo_metrics_load(&head->labels_used),
                         store->nlabels,
                         ngx_eo_metrics_load(&head->lost_labels));
}


static void
ngx_eo_metrics_json_string(ngx_eo_metrics_output_t *out, ngx_str_t text)
{
    ngx_eo_metrics_put_json(out, text.data, text.len);
}
