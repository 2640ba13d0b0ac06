
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The text format of Prometheus, version 0.0.4.  All samples of a metric have
 * to stand together, so that the domains are gone through once for each.
 */


#include "ngx_eo_metrics_view.h"


/* lines of one step, and pairs that are looked at */

#define NGX_EO_METRICS_LINES   2000
#define NGX_EO_METRICS_LOOK    30000

/* lines of rules; the rest are one */

#define NGX_EO_METRICS_RULE_LINES  1000


typedef struct {
    const char                *name;
    const char                *type;
    const char                *help;
    ngx_uint_t                 counter;      /* the first of them */
    const char                *label;        /* NULL for none */
    const char                *values[4];    /* one for each counter */
} ngx_eo_metrics_family_t;


typedef struct {
    const char                *name;
    const char                *help;
    ngx_uint_t                 buckets;
    ngx_uint_t                 sum;
} ngx_eo_metrics_histogram_t;


typedef struct {
    ngx_eo_metrics_pair_e      kind;
    const char                *name;
    const char                *help;
} ngx_eo_metrics_pairs_t;


static ngx_int_t ngx_eo_metrics_prometheus_begin(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_prometheus_domains(ngx_eo_metrics_view_t *view,
    ngx_uint_t histogram);
static void ngx_eo_metrics_prometheus_next(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_prometheus_head(ngx_eo_metrics_view_t *view,
    const char *name, const char *type, const char *help);
static void ngx_eo_metrics_prometheus_family(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_family_t *family, ngx_str_t name, uint64_t *c);
static void ngx_eo_metrics_prometheus_histogram(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_histogram_t *histogram, ngx_str_t name, uint64_t *c);
static void ngx_eo_metrics_prometheus_pairs(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_pairs_t *pairs);
static void ngx_eo_metrics_prometheus_pair(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_pairs_t *pairs, ngx_str_t name, ngx_uint_t value,
    uint64_t count);
static void ngx_eo_metrics_prometheus_zone(ngx_eo_metrics_view_t *view);
static void ngx_eo_metrics_prometheus_value(ngx_eo_metrics_view_t *view,
    const char *name, const char *type, const char *help, uint64_t value);


static const ngx_eo_metrics_family_t  ngx_eo_metrics_families[] = {

    { "eo_requests_total", "counter", "Requests that have ended.",
      NGX_EO_METRICS_REQUESTS, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_received_bytes_total", "counter",
      "Bytes from clients, header and body, as they came.",
      NGX_EO_METRICS_BYTES_IN, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_sent_bytes_total", "counter",
      "Bytes to clients, header and body, as they left.",
      NGX_EO_METRICS_BYTES_OUT, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_cache_requests_total", "counter", "Requests by cache status.",
      NGX_EO_METRICS_CACHE_HIT, "cache",
      { "hit", "miss", "dynamic", "other" } },

    { "eo_cache_hit_sent_bytes_total", "counter",
      "Bytes to clients of responses from the cache.",
      NGX_EO_METRICS_CACHE_HIT_BYTES, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_origin_requests_total", "counter",
      "Requests to origins, each attempt.",
      NGX_EO_METRICS_ORIGIN_REQUESTS, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_origin_received_bytes_total", "counter", "Bytes from origins.",
      NGX_EO_METRICS_ORIGIN_BYTES_IN, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_origin_sent_bytes_total", "counter", "Bytes to origins.",
      NGX_EO_METRICS_ORIGIN_BYTES_OUT, NULL, { NULL, NULL, NULL, NULL } },

    { "eo_security_requests_total", "counter",
      "Requests that web protection has acted on.",
      NGX_EO_METRICS_SECURITY_DENIED, "result",
      { "denied", "monitored", "challenged", NULL } }
};


static const ngx_eo_metrics_histogram_t  ngx_eo_metrics_histograms[] = {

    { "eo_response_duration_seconds",
      "From a request to the end of its response.",
      NGX_EO_METRICS_TIMES, NGX_EO_METRICS_TIME },

    { "eo_first_byte_duration_seconds",
      "From a request to the first byte of its response.",
      NGX_EO_METRICS_FIRST_BYTE_TIMES, NGX_EO_METRICS_FIRST_BYTE_TIME },

    { "eo_origin_duration_seconds", "What a request to an origin took.",
      NGX_EO_METRICS_ORIGIN_TIMES, NGX_EO_METRICS_ORIGIN_TIME }
};


static const ngx_eo_metrics_pairs_t  ngx_eo_metrics_pairs[] = {

    { NGX_EO_METRICS_PAIR_STATUS, "eo_responses_total",
      "Responses by status." },

    { NGX_EO_METRICS_PAIR_CAUSE, "eo_origin_errors_total",
      "Requests whose origin has failed, by cause." },

    { NGX_EO_METRICS_PAIR_RULE, "eo_security_events_total",
      "Requests that web protection has acted on, by rule." }
};


#define NGX_EO_METRICS_FAMILIES    (sizeof(ngx_eo_metrics_families)           \
                                    / sizeof(ngx_eo_metrics_families[0]))
#define NGX_EO_METRICS_HISTOGRAMS  (sizeof(ngx_eo_metrics_histograms)         \
                                    / sizeof(ngx_eo_metrics_histograms[0]))
#define NGX_EO_METRICS_PAIRS       (sizeof(ngx_eo_metrics_pairs)              \
                                    / sizeof(ngx_eo_metrics_pairs[0]))


ngx_int_t
ngx_eo_metrics_prometheus(ngx_eo_metrics_view_t *view)
{
    ngx_uint_t  stage;

    if (view->rest == NULL) {
        return ngx_eo_metrics_prometheus_begin(view);
    }

    stage = view->stage;

    if (stage < NGX_EO_METRICS_FAMILIES) {
        ngx_eo_metrics_prometheus_domains(view, 0);

    } else if (stage < NGX_EO_METRICS_FAMILIES + NGX_EO_METRICS_HISTOGRAMS) {
        ngx_eo_metrics_prometheus_domains(view, 1);

    } else if (stage < NGX_EO_METRICS_FAMILIES + NGX_EO_METRICS_HISTOGRAMS
                       + NGX_EO_METRICS_PAIRS)
    {
        ngx_eo_metrics_prometheus_pairs(view, &ngx_eo_metrics_pairs[stage
                                              - NGX_EO_METRICS_FAMILIES
                                              - NGX_EO_METRICS_HISTOGRAMS]);

    } else {
        ngx_eo_metrics_prometheus_zone(view);
        return view->out.failed ? NGX_ERROR : NGX_OK;
    }

    return view->out.failed ? NGX_ERROR : NGX_AGAIN;
}


/* what the domains have counted that are not told one by one */

static ngx_int_t
ngx_eo_metrics_prometheus_begin(ngx_eo_metrics_view_t *view)
{
    ngx_uint_t                i, n, all;
    ngx_eo_metrics_domain_t  *domain;

    view->rest = ngx_pcalloc(view->pool,
                             NGX_EO_METRICS_COUNTERS * sizeof(uint64_t));
    view->rest_pairs = ngx_pcalloc(view->pool,
                                   ngx_max(view->store->nlabels, 1000)
                                   * sizeof(uint64_t));

    if (view->rest == NULL || view->rest_pairs == NULL) {
        return NGX_ERROR;
    }

    all = ngx_eo_metrics_view_domains(view->store);

    for (n = 0; n < all; n++) {

        if (n > 0 && n <= view->domains) {
            continue;
        }

        domain = &view->store->domains[n];

        for (i = 0; i < NGX_EO_METRICS_COUNTERS; i++) {
            view->rest[i] += ngx_eo_metrics_load(&domain->counters[i]);
        }
    }

    view->position = 0;

    return NGX_AGAIN;
}


/* position 0 is the domain "other", with all that are not told */

static void
ngx_eo_metrics_prometheus_domains(ngx_eo_metrics_view_t *view,
    ngx_uint_t histogram)
{
    uint64_t    *counters;
    ngx_str_t    name;
    ngx_uint_t   n, i, all;

    all = ngx_min(ngx_eo_metrics_view_domains(view->store),
                  view->domains + 1);

    for (n = 0; n < NGX_EO_METRICS_LINES / 16; n++) {
        i = view->position++;

        if (i >= all) {
            ngx_eo_metrics_prometheus_next(view);
            return;
        }

        name = ngx_eo_metrics_view_name(view->store, i);
        counters = i ? view->store->domains[i].counters : view->rest;

        if (name.len == 0) {
            continue;
        }

        if (histogram) {
            ngx_eo_metrics_prometheus_histogram(view,
                         &ngx_eo_metrics_histograms[view->stage
                                                    - NGX_EO_METRICS_FAMILIES],
                         name, counters);

        } else {
            ngx_eo_metrics_prometheus_family(view,
                                     &ngx_eo_metrics_families[view->stage],
                                     name, counters);
        }
    }
}


static void
ngx_eo_metrics_prometheus_next(ngx_eo_metrics_view_t *view)
{
    view->stage++;
    view->position = 0;
    view->lines = 0;

    ngx_memzero(view->rest_pairs, ngx_max(view->store->nlabels, 1000)
                                  * sizeof(uint64_t));
}


static void
ngx_eo_metrics_prometheus_head(ngx_eo_metrics_view_t *view, const char *name,
    const char *type, const char *help)
{
    ngx_eo_metrics_print(&view->out, "# HELP %s %s\n# TYPE %s %s\n", name,
                         help, name, type);
}


static void
ngx_eo_metrics_prometheus_family(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_family_t *family, ngx_str_t name, uint64_t *c)
{
    ngx_uint_t                i;
    ngx_eo_metrics_output_t  *out;

    out = &view->out;

    if (view->position == 1) {
        ngx_eo_metrics_prometheus_head(view, family->name, family->type,
                                       family->help);
    }

    for (i = 0; i == 0 || (i < 4 && family->values[i]); i++) {
        ngx_eo_metrics_print(out, "%s{domain=", family->name);
        ngx_eo_metrics_put_label(out, name.data, name.len);

        if (family->label) {
            ngx_eo_metrics_print(out, ",%s=\"%s\"", family->label,
                                 family->values[i]);
        }

        ngx_eo_metrics_print(out, "} %uL\n",
                             ngx_eo_metrics_load(&c[family->counter + i]));
    }
}


static void
ngx_eo_metrics_prometheus_histogram(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_histogram_t *histogram, ngx_str_t name, uint64_t *c)
{
    uint64_t                  n, sum;
    ngx_uint_t                i;
    ngx_eo_metrics_output_t  *out;
    ngx_eo_metrics_limits_t  *limits;

    out = &view->out;
    limits = &view->store->head->limits;
    n = 0;

    if (view->position == 1) {
        ngx_eo_metrics_prometheus_head(view, histogram->name, "histogram",
                                       histogram->help);
    }

    for (i = 0; i <= limits->n; i++) {
        n += ngx_eo_metrics_load(&c[histogram->buckets + i]);

        ngx_eo_metrics_print(out, "%s_bucket{domain=", histogram->name);
        ngx_eo_metrics_put_label(out, name.data, name.len);

        if (i < limits->n) {
            ngx_eo_metrics_print(out, ",le=\"%uD.%03uD\"} %uL\n",
                                 limits->ms[i] / 1000, limits->ms[i] % 1000,
                                 n);

        } else {
            ngx_eo_metrics_print(out, ",le=\"+Inf\"} %uL\n", n);
        }
    }

    sum = ngx_eo_metrics_load(&c[histogram->sum]);

    ngx_eo_metrics_print(out, "%s_sum{domain=", histogram->name);
    ngx_eo_metrics_put_label(out, name.data, name.len);
    ngx_eo_metrics_print(out, "} %uL.%03uL\n", sum / 1000, sum % 1000);

    ngx_eo_metrics_print(out, "%s_count{domain=", histogram->name);
    ngx_eo_metrics_put_label(out, name.data, name.len);
    ngx_eo_metrics_print(out, "} %uL\n", n);
}


static void
ngx_eo_metrics_prometheus_pairs(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_pairs_t *pairs)
{
    uint64_t                 count;
    ngx_str_t                name;
    ngx_uint_t               end, domain, value, rest;
    ngx_eo_metrics_pair_e    kind;
    ngx_eo_metrics_store_t  *store;

    store = view->store;
    end = ngx_min(view->position + NGX_EO_METRICS_LOOK, store->npairs);

    if (view->position == 0) {
        ngx_eo_metrics_prometheus_head(view, pairs->name, "counter",
                                       pairs->help);
    }

    for ( /* void */ ; view->position < end; view->position++) {

        if (!ngx_eo_metrics_pair_read(store, &store->pairs[view->position],
                                      &domain, &kind, &value)
            || kind != pairs->kind)
        {
            continue;
        }

        count = ngx_eo_metrics_load(&store->pairs[view->position].count);

        if (domain == NGX_EO_METRICS_OTHER || domain > view->domains) {
            view->rest_pairs[value] += count;
            continue;
        }

        if (kind == NGX_EO_METRICS_PAIR_RULE
            && ++view->lines > NGX_EO_METRICS_RULE_LINES)
        {
            view->rest_pairs[NGX_EO_METRICS_NO_LABEL] += count;
            continue;
        }

        name = ngx_eo_metrics_view_name(store, domain);
        ngx_eo_metrics_prometheus_pair(view, pairs, name, value, count);
    }

    if (view->position < store->npairs) {
        return;
    }

    name = ngx_eo_metrics_view_name(store, NGX_EO_METRICS_OTHER);
    rest = (pairs->kind == NGX_EO_METRICS_PAIR_STATUS) ? 1000 : store->nlabels;

    for (value = 0; value < rest; value++) {

        if (view->rest_pairs[value]) {
            ngx_eo_metrics_prometheus_pair(view, pairs, name, value,
                                           view->rest_pairs[value]);
        }
    }

    ngx_eo_metrics_prometheus_next(view);
}


static void
ngx_eo_metrics_prometheus_pair(ngx_eo_metrics_view_t *view,
    const ngx_eo_metrics_pairs_t *pairs, ngx_str_t name, ngx_uint_t value,
    uint64_t count)
{
    ngx_str_t                 part;
    ngx_uint_t                i;
    ngx_eo_metrics_label_t   *label;
    ngx_eo_metrics_output_t  *out;

    static const char  *names[] = { "module", "action", "rule" };

    out = &view->out;
    label = &view->store->labels[value % view->store->nlabels];

    ngx_eo_metrics_print(out, "%s{domain=", pairs->name);
    ngx_eo_metrics_put_label(out, name.data, name.len);

    switch (pairs->kind) {

    case NGX_EO_METRICS_PAIR_STATUS:
        ngx_eo_metrics_print(out, ",status=\"%ui\"", value);
        break;

    case NGX_EO_METRICS_PAIR_CAUSE:
        part = ngx_eo_metrics_label_part(label, 0);
        ngx_eo_metrics_print(out, ",cause=");
        ngx_eo_metrics_put_label(out, part.data, part.len);
        break;

    case NGX_EO_METRICS_PAIR_RULE:

        for (i = 0; i < 3; i++) {
            part = ngx_eo_metrics_label_part(label, i);
            ngx_eo_metrics_print(out, ",%s=", names[i]);
            ngx_eo_metrics_put_label(out, part.data, part.len);
        }

        break;
    }

    ngx_eo_metrics_print(out, "} %uL\n", count);
}


static void
ngx_eo_metrics_prometheus_zone(ngx_eo_metrics_view_t *view)
{
    ngx_eo_metrics_head_t   *head;
    ngx_eo_metrics_store_t  *store;

    store = view->store;
    head = store->head;

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_start_time_seconds",
                                    "gauge", "When counting began.",
                                    head->since);

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_zone_size_bytes",
                                    "gauge", "Memory of the zone.",
                                    head->size);

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_zone_domains", "gauge",
                                    "Domains that have a place in the zone.",
                                    ngx_eo_metrics_view_domains(store));

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_zone_domains_max",
                                    "gauge", "Places for domains.",
                                    store->ndomains);

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_zone_pairs", "gauge",
                                    "Pairs of a domain and a status, cause "
                                    "or rule in the zone.",
                                    ngx_eo_metrics_load(&head->pairs_used));

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_zone_pairs_max",
                                    "gauge", "Places for pairs.",
                                    store->npairs);

    ngx_eo_metrics_prometheus_value(view, "eo_metrics_zone_lost_total",
                                    "counter", "Counts of pairs that found "
                                    "no room.",
                                    ngx_eo_metrics_load(&head->lost_pairs)
                                    + ngx_eo_metrics_load(&head->lost_labels));
}


static void
ngx_eo_metrics_prometheus_value(ngx_eo_metrics_view_t *view, const char *name,
    const char *type, const char *help, uint64_t value)
{
    ngx_eo_metrics_prometheus_head(view, name, type, help);
    ngx_eo_metrics_print(&view->out, "%s %uL\n", name, value);
}
