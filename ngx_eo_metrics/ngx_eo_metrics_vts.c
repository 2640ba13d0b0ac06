
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * JSON of the shape of nginx-module-vts, for tools that read it.
 */


#include "ngx_eo_metrics_view.h"


static void ngx_eo_metrics_vts_connections(ngx_eo_metrics_output_t *out);
static void ngx_eo_metrics_vts_server(ngx_eo_metrics_view_t *view,
    ngx_str_t name, uint64_t *c);


ngx_int_t
ngx_eo_metrics_vts(ngx_eo_metrics_view_t *view)
{
    uint64_t                 *all;
    ngx_str_t                 name;
    ngx_uint_t                i, n;
    ngx_time_t               *tp;
    ngx_eo_metrics_output_t  *out;

    out = &view->out;

    all = ngx_palloc(view->pool, NGX_EO_METRICS_COUNTERS * sizeof(uint64_t));
    if (all == NULL) {
        return NGX_ERROR;
    }

    tp = ngx_timeofday();

    ngx_eo_metrics_print(out, "{\"hostName\":");
    ngx_eo_metrics_put_json(out, ngx_cycle->hostname.data,
                            ngx_cycle->hostname.len);
    ngx_eo_metrics_print(out, ",\"moduleVersion\":\"%s\","
                              "\"nginxVersion\":\"" NGINX_VERSION "\","
                              "\"loadMsec\":%uL,\"nowMsec\":%uL",
                         NGX_EO_VERSION, view->store->head->since * 1000,
                         (uint64_t) tp->sec * 1000 + tp->msec);

    ngx_eo_metrics_vts_connections(out);

    ngx_eo_metrics_print(out, ",\"sharedZones\":{\"name\":");
    ngx_eo_metrics_put_json(out, view->zone->name.data, view->zone->name.len);

    n = ngx_eo_metrics_view_domains(view->store);

    ngx_eo_metrics_print(out, ",\"maxSize\":%uz,\"usedSize\":%uz,"
                              "\"usedNode\":%ui},\"serverZones\":{",
                         view->zone->size,
                         n * sizeof(ngx_eo_metrics_domain_t), n);

    for (i = 0; i < ngx_min(n, view->domains); i++) {
        name = ngx_eo_metrics_view_name(view->store, i);

        if (name.len) {
            ngx_eo_metrics_vts_server(view, name,
                                      view->store->domains[i].counters);
            ngx_eo_metrics_print(out, ",");
        }
    }

    ngx_eo_metrics_history_counters(view->store, NGX_EO_METRICS_ALL, all);

    ngx_str_set(&name, "*");
    ngx_eo_metrics_vts_server(view, name, all);

    ngx_eo_metrics_print(out, "},\"filterZones\":{},\"upstreamZones\":{},"
                              "\"cacheZones\":{}}\n");

    return out->failed ? NGX_ERROR : NGX_OK;
}


static void
ngx_eo_metrics_vts_connections(ngx_eo_metrics_output_t *out)
{
#if (NGX_STAT_STUB)
    ngx_eo_metrics_print(out, ",\"connections\":{\"active\":%uA,"
                              "\"reading\":%uA,\"writing\":%uA,"
                              "\"waiting\":%uA,\"accepted\":%uA,"
                              "\"handled\":%uA,\"requests\":%uA}",
                         *ngx_stat_active, *ngx_stat_reading,
                         *ngx_stat_writing, *ngx_stat_waiting,
                         *ngx_stat_accepted, *ngx_stat_handled,
                         *ngx_stat_requests);
#else
    ngx_eo_metrics_print(out, ",\"connections\":{}");
#endif
}


static void
ngx_eo_metrics_vts_server(ngx_eo_metrics_view_t *view, ngx_str_t name,
    uint64_t *c)
{
    uint64_t                  n;
    ngx_uint_t                i;
    ngx_eo_metrics_output_t  *out;
    ngx_eo_metrics_limits_t  *limits;

    out = &view->out;
    limits = &view->store->head->limits;
    n = c[NGX_EO_METRICS_REQUESTS];

    ngx_eo_metrics_put_json(out, name.data, name.len);

    ngx_eo_metrics_print(out, ":{\"requestCounter\":%uL,\"inBytes\":%uL,"
                              "\"outBytes\":%uL",
                         n, c[NGX_EO_METRICS_BYTES_IN],
                         c[NGX_EO_METRICS_BYTES_OUT]);

    ngx_eo_metrics_print(out, ",\"responses\":{\"1xx\":%uL,\"2xx\":%uL,"
                              "\"3xx\":%uL,\"4xx\":%uL,\"5xx\":%uL,"
                              "\"miss\":%uL,\"bypass\":%uL,\"expired\":0,"
                              "\"stale\":0,\"updating\":0,\"revalidated\":0,"
                              "\"hit\":%uL,\"scarce\":0}",
                         c[NGX_EO_METRICS_STATUS_1XX],
                         c[NGX_EO_METRICS_STATUS_2XX],
                         c[NGX_EO_METRICS_STATUS_3XX],
                         c[NGX_EO_METRICS_STATUS_4XX],
                         c[NGX_EO_METRICS_STATUS_5XX],
                         c[NGX_EO_METRICS_CACHE_MISS],
                         c[NGX_EO_METRICS_CACHE_DYNAMIC],
                         c[NGX_EO_METRICS_CACHE_HIT]);

    ngx_eo_metrics_print(out, ",\"requestMsecCounter\":%uL,"
                              "\"requestMsec\":%uL,"
                              "\"requestMsecs\":{\"times\":[],\"msecs\":[]},"
                              "\"requestBuckets\":{\"msecs\":[",
                         c[NGX_EO_METRICS_TIME],
                         n ? c[NGX_EO_METRICS_TIME] / n : 0);

    for (i = 0; i < limits->n; i++) {
        ngx_eo_metrics_print(out, i ? ",%uD" : "%uD", limits->ms[i]);
    }

    ngx_eo_metrics_print(out, "],\"counters\":[");

    n = 0;

    for (i = 0; i < limits->n; i++) {
        n += c[NGX_EO_METRICS_TIMES + i];
        ngx_eo_metrics_print(out, i ? ",%uL" : "%uL", n);
    }

    ngx_eo_metrics_print(out, "]},\"overCounts\":{\"maxIntegerSize\":"
                              "18446744073709551615,\"requestCounter\":0,"
                              "\"inBytes\":0,\"outBytes\":0,\"1xx\":0,"
                              "\"2xx\":0,\"3xx\":0,\"4xx\":0,\"5xx\":0,"
                              "\"miss\":0,\"bypass\":0,\"expired\":0,"
                              "\"stale\":0,\"updating\":0,\"revalidated\":0,"
                              "\"hit\":0,\"scarce\":0,"
                              "\"requestMsecCounter\":0}}");
}
