
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_record.h"
#include "ngx_eo_metrics_history.h"
#include "ngx_eo_metrics_name.h"


/* requests under way, and domains, that are gone through at once */

#define NGX_EO_METRICS_STEP     2000
#define NGX_EO_METRICS_FOLD     500

/* milliseconds in between */

#define NGX_EO_METRICS_PAUSE    2


typedef struct {
    ngx_queue_t                queue;
    ngx_http_request_t        *request;
    ngx_eo_metrics_zone_t     *zone;         /* NULL until it is known */
    ngx_uint_t                 domain;
    off_t                      sent;         /* so far, and counted */
    off_t                      received;
} ngx_eo_metrics_ctx_t;


static ngx_int_t ngx_eo_metrics_record_begin(ngx_http_request_t *r);
static ngx_int_t ngx_eo_metrics_record_end(ngx_http_request_t *r);
static void ngx_eo_metrics_record_domain(ngx_http_request_t *r,
    ngx_eo_metrics_ctx_t *ctx);
static void ngx_eo_metrics_record_flush(ngx_eo_metrics_ctx_t *ctx);
static void ngx_eo_metrics_record_status(ngx_http_request_t *r,
    ngx_eo_metrics_ctx_t *ctx, ngx_eo_metrics_domain_t *domain);
static void ngx_eo_metrics_record_times(ngx_http_request_t *r,
    ngx_eo_metrics_ctx_t *ctx, ngx_eo_metrics_domain_t *domain);
static void ngx_eo_metrics_record_cache(ngx_http_request_t *r,
    ngx_eo_metrics_variables_t *variables, ngx_eo_metrics_domain_t *domain);
static void ngx_eo_metrics_record_origin(ngx_http_request_t *r,
    ngx_eo_metrics_variables_t *variables, ngx_eo_metrics_ctx_t *ctx,
    ngx_eo_metrics_domain_t *domain);
static void ngx_eo_metrics_record_security(ngx_http_request_t *r,
    ngx_eo_metrics_variables_t *variables, ngx_eo_metrics_ctx_t *ctx,
    ngx_eo_metrics_domain_t *domain);
static void ngx_eo_metrics_record_event(ngx_http_request_t *r,
    ngx_eo_metrics_ctx_t *ctx, ngx_str_t *texts);
static ngx_uint_t ngx_eo_metrics_record_status_of(ngx_http_request_t *r);
static ngx_str_t ngx_eo_metrics_record_text(ngx_http_request_t *r,
    ngx_int_t variable);
static ngx_uint_t ngx_eo_metrics_record_is(ngx_str_t *text, const char *name);
static ngx_int_t ngx_eo_metrics_record_variable(ngx_conf_t *cf,
    const char *name);
static void ngx_eo_metrics_record_bytes(void);
static void ngx_eo_metrics_record_second(ngx_event_t *ev);


/*
 * Of this worker process, which has one configuration for all its life; in
 * the master process nothing is counted.
 */

static ngx_queue_t                  ngx_eo_metrics_record_requests;
static ngx_uint_t                   ngx_eo_metrics_record_count;
static ngx_uint_t                   ngx_eo_metrics_record_left;
static ngx_event_t                  ngx_eo_metrics_record_timer;
static ngx_connection_t             ngx_eo_metrics_record_dumb;
static time_t                       ngx_eo_metrics_record_at;


ngx_int_t
ngx_eo_metrics_record_init(ngx_conf_t *cf, ngx_eo_metrics_main_conf_t *mcf)
{
    ngx_eo_metrics_variables_t  *v;

    v = &mcf->variables;

    v->cache_status = ngx_eo_metrics_record_variable(cf,
                                                     "eo_edge_cache_status");
    v->origin_error = ngx_eo_metrics_record_variable(cf, "eo_origin_error");
    v->security_module = ngx_eo_metrics_record_variable(cf,
                                                        "eo_security_module");
    v->security_action = ngx_eo_metrics_record_variable(cf,
                                                        "eo_security_action");
    v->security_rule = ngx_eo_metrics_record_variable(cf,
                                                      "eo_security_rule_id");

    if (v->cache_status == NGX_ERROR
        || v->origin_error == NGX_ERROR
        || v->security_module == NGX_ERROR
        || v->security_action == NGX_ERROR
        || v->security_rule == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    if (ngx_eo_stage_add(cf, NGX_EO_STAGE_METRICS_BEGIN,
                         ngx_eo_metrics_record_begin)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_stage_add(cf, NGX_EO_STAGE_METRICS_LOG,
                            ngx_eo_metrics_record_end);
}


/*
 * An index that nobody defines a variable for is an error to nginx, and
 * variables of siblings that are not loaded are not defined.
 */

static ngx_int_t
ngx_eo_metrics_record_variable(ngx_conf_t *cf, const char *name)
{
    ngx_str_t                   text;
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    text.data = (u_char *) name;
    text.len = ngx_strlen(name);

    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        if (key[i].key.len == text.len
            && ngx_memcmp(key[i].key.data, text.data, text.len) == 0)
        {
            return ngx_http_get_variable_index(cf, &text);
        }
    }

    return NGX_EO_METRICS_NO_VARIABLE;
}


static ngx_int_t
ngx_eo_metrics_record_begin(ngx_http_request_t *r)
{
    ngx_eo_metrics_ctx_t  *ctx;

    if (ngx_eo_get_ctx(r, NGX_EO_SLOT_METRICS)) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_new_ctx(r, NGX_EO_SLOT_METRICS, sizeof(ngx_eo_metrics_ctx_t));

    if (ctx == NULL) {
        return NGX_ERROR;
    }

    ctx->request = r;

    ngx_queue_insert_head(&ngx_eo_metrics_record_requests, &ctx->queue);
    ngx_eo_metrics_record_count++;

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_metrics_record_end(ngx_http_request_t *r)
{
    ngx_eo_metrics_ctx_t        *ctx, local;
    ngx_eo_metrics_domain_t     *domain;
    ngx_eo_metrics_main_conf_t  *mcf;

    if (r != r->main) {
        return NGX_OK;
    }

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_METRICS);

    if (ctx == NULL) {

        /* a request that was refused while its header was being read */

        ngx_memzero(&local, sizeof(ngx_eo_metrics_ctx_t));
        local.request = r;
        ctx = &local;

    } else {

        if (ctx->request == NULL) {
            return NGX_OK;
        }

        ngx_queue_remove(&ctx->queue);
        ngx_eo_metrics_record_count--;
    }

    ngx_eo_metrics_record_flush(ctx);

    ctx->request = NULL;

    if (ctx->zone == NULL) {
        return NGX_OK;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_metrics_module);

    domain = &ctx->zone->store.domains[ctx->domain];

    ngx_eo_metrics_count(domain, NGX_EO_METRICS_REQUESTS, 1);

    ngx_eo_metrics_record_status(r, ctx, domain);
    ngx_eo_metrics_record_times(r, ctx, domain);
    ngx_eo_metrics_record_cache(r, &mcf->variables, domain);
    ngx_eo_metrics_record_origin(r, &mcf->variables, ctx, domain);
    ngx_eo_metrics_record_security(r, &mcf->variables, ctx, domain);

    return NGX_OK;
}


static void
ngx_eo_metrics_record_domain(ngx_http_request_t *r, ngx_eo_metrics_ctx_t *ctx)
{
    ngx_int_t                   number;
    ngx_eo_metrics_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_metrics_module);

    if (conf->zone == ctx->zone) {
        return;
    }

    ctx->zone = conf->zone;

    if (ctx->zone == NULL) {
        return;
    }

    number = ngx_eo_metrics_name(r);

    ctx->domain = (number == NGX_DECLINED) ? NGX_EO_METRICS_OTHER
                                           : ctx->zone->places[number];
}


/* what has come and gone since the last time */

static void
ngx_eo_metrics_record_flush(ngx_eo_metrics_ctx_t *ctx)
{
    off_t                     sent, received;
    ngx_http_request_t       *r;
    ngx_eo_metrics_domain_t  *domain;

    r = ctx->request;

    sent = r->connection->sent - ctx->sent;
    received = r->request_length - ctx->received;

    ngx_eo_metrics_record_domain(r, ctx);

    ctx->sent += sent;
    ctx->received += received;

    if (ctx->zone == NULL) {
        return;
    }

    domain = &ctx->zone->store.domains[ctx->domain];

    if (sent > 0) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_BYTES_OUT, sent);
    }

    if (received > 0) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_BYTES_IN, received);
    }
}


static void
ngx_eo_metrics_record_status(ngx_http_request_t *r, ngx_eo_metrics_ctx_t *ctx,
    ngx_eo_metrics_domain_t *domain)
{
    ngx_uint_t  status, class;

    status = ngx_eo_metrics_record_status_of(r);
    class = status / 100;

    if (class < 1 || class > 5) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_STATUS_NONE, 1);
        return;
    }

    ngx_eo_metrics_count(domain, NGX_EO_METRICS_STATUS_NONE + class, 1);
    ngx_eo_metrics_store_pair(&ctx->zone->store, ctx->domain,
                              NGX_EO_METRICS_PAIR_STATUS, status, 1);
}


/* as $status */

static ngx_uint_t
ngx_eo_metrics_record_status_of(ngx_http_request_t *r)
{
    return r->err_status ? r->err_status : r->headers_out.status;
}


static void
ngx_eo_metrics_record_times(ngx_http_request_t *r, ngx_eo_metrics_ctx_t *ctx,
    ngx_eo_metrics_domain_t *domain)
{
    ngx_time_t               *tp;
    ngx_msec_int_t            ms;
    ngx_eo_metrics_limits_t  *limits;

    limits = &ctx->zone->store.head->limits;

    tp = ngx_timeofday();

    ms = (ngx_msec_int_t) ((tp->sec - r->start_sec) * 1000
                           + (tp->msec - r->start_msec));
    ms = ngx_max(ms, 0);

    ngx_eo_metrics_count(domain, NGX_EO_METRICS_TIME, ms);
    ngx_eo_metrics_count(domain, NGX_EO_METRICS_TIMES
                                 + ngx_eo_metrics_bucket(limits, ms), 1);

    ms = ngx_eo_first_byte(r);

    if (ms >= 0) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_FIRST_BYTES, 1);
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_FIRST_BYTE_TIME, ms);
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_FIRST_BYTE_TIMES
                                     + ngx_eo_metrics_bucket(limits, ms), 1);
    }
}


static void
ngx_eo_metrics_record_cache(ngx_http_request_t *r,
    ngx_eo_metrics_variables_t *variables, ngx_eo_metrics_domain_t *domain)
{
    ngx_str_t  status;

    status = ngx_eo_metrics_record_text(r, variables->cache_status);

    if (ngx_eo_metrics_record_is(&status, "hit")) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_CACHE_HIT, 1);
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_CACHE_HIT_BYTES,
                             ngx_max(r->connection->sent, 0));

    } else if (ngx_eo_metrics_record_is(&status, "miss")) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_CACHE_MISS, 1);

    } else if (ngx_eo_metrics_record_is(&status, "dynamic")) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_CACHE_DYNAMIC, 1);

    } else {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_CACHE_OTHER, 1);
    }
}


static void
ngx_eo_metrics_record_origin(ngx_http_request_t *r,
    ngx_eo_metrics_variables_t *variables, ngx_eo_metrics_ctx_t *ctx,
    ngx_eo_metrics_domain_t *domain)
{
    ngx_str_t                   cause;
    ngx_uint_t                  i, label;
    ngx_msec_t                  ms;
    ngx_eo_metrics_store_t     *store;
    ngx_http_upstream_state_t  *state;

    if (r->upstream_states == NULL) {
        return;
    }

    store = &ctx->zone->store;
    state = r->upstream_states->elts;

    for (i = 0; i < r->upstream_states->nelts; i++) {

        /* a zeroed entry separates the rounds of internal redirects */

        if (state[i].peer == NULL) {
            continue;
        }

        ngx_eo_metrics_count(domain, NGX_EO_METRICS_ORIGIN_REQUESTS, 1);
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_ORIGIN_BYTES_IN,
                             state[i].bytes_received);
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_ORIGIN_BYTES_OUT,
                             state[i].bytes_sent);

        ms = state[i].response_time;

        if (ms == (ngx_msec_t) -1) {
            continue;
        }

        ngx_eo_metrics_count(domain, NGX_EO_METRICS_ORIGIN_TIME, ms);
        ngx_eo_metrics_count(domain,
                             NGX_EO_METRICS_ORIGIN_TIMES
                             + ngx_eo_metrics_bucket(&store->head->limits, ms),
                             1);
    }

    cause = ngx_eo_metrics_record_text(r, variables->origin_error);

    if (cause.len == 0) {
        return;
    }

    ngx_eo_metrics_count(domain, NGX_EO_METRICS_ORIGIN_ERRORS, 1);

    label = ngx_eo_metrics_store_label(store, &cause, 1);

    ngx_eo_metrics_store_pair(store, ctx->domain, NGX_EO_METRICS_PAIR_CAUSE,
                              label, 1);
}


static void
ngx_eo_metrics_record_security(ngx_http_request_t *r,
    ngx_eo_metrics_variables_t *variables, ngx_eo_metrics_ctx_t *ctx,
    ngx_eo_metrics_domain_t *domain)
{
    ngx_str_t   texts[3], *action;
    ngx_uint_t  label;

    action = &texts[1];
    *action = ngx_eo_metrics_record_text(r, variables->security_action);

    if (action->len == 0) {
        return;
    }

    texts[0] = ngx_eo_metrics_record_text(r, variables->security_module);
    texts[2] = ngx_eo_metrics_record_text(r, variables->security_rule);

    label = ngx_eo_metrics_store_label(&ctx->zone->store, texts, 3);

    ngx_eo_metrics_store_pair(&ctx->zone->store, ctx->domain,
                              NGX_EO_METRICS_PAIR_RULE, label, 1);

    ngx_eo_metrics_record_event(r, ctx, texts);

    if (ngx_eo_metrics_record_is(action, "Monitor")) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_SECURITY_MONITORED, 1);

    } else if (ngx_eo_metrics_record_is(action, "JSChallenge")
               || ngx_eo_metrics_record_is(action, "ManagedChallenge"))
    {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_SECURITY_CHALLENGED, 1);

    } else if (!ngx_eo_metrics_record_is(action, "Allow")) {
        ngx_eo_metrics_count(domain, NGX_EO_METRICS_SECURITY_DENIED, 1);
    }
}


static void
ngx_eo_metrics_record_event(ngx_http_request_t *r, ngx_eo_metrics_ctx_t *ctx,
    ngx_str_t *texts)
{
    ngx_str_t               *id;
    ngx_eo_metrics_event_t   event;

    id = ngx_eo_log_uuid(r);

    if (id == NULL) {
        return;
    }

    ngx_memzero(&event, sizeof(ngx_eo_metrics_event_t));

    event.time = ngx_time();
    event.status = ngx_eo_metrics_record_status_of(r);
    event.domain = ctx->domain;

    ngx_eo_metrics_text_set(&event.id, id);
    ngx_eo_metrics_text_set(&event.client, &r->connection->addr_text);
    ngx_eo_metrics_text_set(&event.module, &texts[0]);
    ngx_eo_metrics_text_set(&event.action, &texts[1]);
    ngx_eo_metrics_text_set(&event.rule, &texts[2]);
    ngx_eo_metrics_text_set(&event.method, &r->method_name);
    ngx_eo_metrics_text_set(&event.host, &r->headers_in.server);
    ngx_eo_metrics_text_set(&event.uri, &r->unparsed_uri);

    ngx_eo_metrics_store_event(&ctx->zone->store, &event);
}


/* empty, too, for what the suite's variables say where there is nothing */

static ngx_str_t
ngx_eo_metrics_record_text(ngx_http_request_t *r, ngx_int_t variable)
{
    ngx_str_t                   text;
    ngx_http_variable_value_t  *v;

    ngx_str_null(&text);

    if (variable < 0) {
        return text;
    }

    v = ngx_http_get_flushed_variable(r, variable);

    if (v == NULL || v->not_found || (v->len == 1 && v->data[0] == '-')) {
        return text;
    }

    text.len = v->len;
    text.data = v->data;

    return text;
}


static ngx_uint_t
ngx_eo_metrics_record_is(ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_memcmp(text->data, name, text->len) == 0;
}


ngx_int_t
ngx_eo_metrics_record_start(ngx_cycle_t *cycle)
{
    ngx_event_t  *ev;

    ngx_queue_init(&ngx_eo_metrics_record_requests);

    ngx_eo_metrics_record_dumb.fd = (ngx_socket_t) -1;

    ev = &ngx_eo_metrics_record_timer;

    ev->handler = ngx_eo_metrics_record_second;
    ev->data = &ngx_eo_metrics_record_dumb;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, 1000);

    return NGX_OK;
}


static void
ngx_eo_metrics_record_bytes(void)
{
    ngx_uint_t             n;
    ngx_queue_t           *q;
    ngx_eo_metrics_ctx_t  *ctx;

    n = ngx_min(ngx_eo_metrics_record_left, ngx_eo_metrics_record_count);
    n = ngx_min(n, NGX_EO_METRICS_STEP);

    ngx_eo_metrics_record_left -= n;

    if (n == 0) {
        ngx_eo_metrics_record_left = 0;
    }

    /* new requests are put at the head, and those done with there, too */

    while (n--) {
        q = ngx_queue_last(&ngx_eo_metrics_record_requests);

        ngx_queue_remove(q);
        ngx_queue_insert_head(&ngx_eo_metrics_record_requests, q);

        ctx = ngx_queue_data(q, ngx_eo_metrics_ctx_t, queue);

        ngx_eo_metrics_record_flush(ctx);
    }
}


/* at the beginning of each second, so that minutes end where they should */

static void
ngx_eo_metrics_record_second(ngx_event_t *ev)
{
    ngx_int_t                     rc;
    ngx_uint_t                    i, more;
    ngx_time_t                   *tp;
    ngx_eo_metrics_zone_t       **zones;
    ngx_eo_metrics_main_conf_t   *mcf;

    /* without a master process the configuration is not the first for ever */

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_eo_metrics_module);

    if (mcf == NULL) {
        return;
    }

    if (ngx_eo_metrics_record_at != ngx_time()) {
        ngx_eo_metrics_record_at = ngx_time();
        ngx_eo_metrics_record_left = ngx_eo_metrics_record_count;
    }

    ngx_eo_metrics_record_bytes();

    more = ngx_eo_metrics_record_left;

    zones = mcf->zones.elts;

    for (i = 0; i < mcf->zones.nelts; i++) {
        rc = ngx_eo_metrics_history_fold(&zones[i]->store, ngx_time(),
                                         ngx_pid, NGX_EO_METRICS_FOLD);
        more |= (rc == NGX_AGAIN);
    }

    tp = ngx_timeofday();

    ngx_add_timer(ev, more ? NGX_EO_METRICS_PAUSE
                           : 1000 - tp->msec % 1000);
}
