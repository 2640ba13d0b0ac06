
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Adaptive frequency control: requests of a client are counted in a sliding
 * period and held against the limit that its domain has learned.
 */


#include "ngx_eo_adaptive.h"
#include "ngx_eo_baselines.h"
#include "shm/ngx_eo_rate_zone.h"


/*
 * What marks the count of a client for its sample in a period, which it had
 * to give up when it went over the limit.
 */

#define NGX_EO_ADAPTIVE_GONE  (1 << 24)


static ngx_eo_baseline_t *ngx_eo_adaptive_baseline(ngx_http_request_t *r,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf);
static void ngx_eo_adaptive_sample(ngx_eo_adaptive_conf_t *conf,
    ngx_eo_baseline_t *baseline, uint64_t key, ngx_uint_t exceeded);
static uint64_t ngx_eo_adaptive_period_key(uint64_t key, uint64_t number);


ngx_int_t
ngx_eo_adaptive_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_ddos_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    u_char                   addr[16];
    ngx_msec_t               now;
    ngx_eo_siphash_t         hash;
    ngx_eo_baseline_t       *baseline;
    ngx_atomic_uint_t        number;
    ngx_eo_rate_table_t     *table;
    ngx_eo_rate_limit_t      limit;
    ngx_eo_rate_verdict_t    verdict;
    ngx_eo_adaptive_conf_t  *conf;
    ngx_eo_waf_main_conf_t  *mcf;

    conf = wlcf->ddos->adaptive;

    if (conf == NULL || ctx->counted
        || ngx_eo_ddos_client(r, addr) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ctx->counted = 1;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    now = ngx_current_msec;
    number = now / conf->period + 1;

    baseline = ngx_eo_adaptive_baseline(r, mcf, wlcf);

    if (baseline) {
        ngx_eo_baseline_advance(baseline, number, conf->period,
                                conf->learn / conf->period);
    }

    table = ngx_eo_rate_zone_table(conf->zone);

    ngx_eo_rate_key_init(table, &hash, wlcf->ddos->adaptive_domain);
    ngx_eo_rate_key_add(&hash, addr, 16);

    limit.key = ngx_eo_rate_key_final(&hash);
    limit.threshold = ngx_eo_baseline_limit(baseline, conf->sensitivity,
                                            conf->period, conf->minimum);
    limit.period = conf->period;
    limit.penalty = 0;

    ngx_eo_rate_count(table, &limit, 1, now, &verdict);

    ctx->limit = limit.threshold;
    ctx->count = verdict.count;

    if (baseline) {
        ngx_eo_adaptive_sample(conf, baseline,
                               ngx_eo_adaptive_period_key(limit.key, number),
                               verdict.exceeded);
    }

    if (!verdict.exceeded) {
        return NGX_DECLINED;
    }

    return ngx_eo_ddos_act(r, state, wlcf, NGX_EO_DDOS_ADAPTIVE,
                           &conf->action, verdict.wait);
}


/*
 * NULL if there is no room for it, and there never will be: baselines stay,
 * also those of domains that are in the configuration no more.
 */

static ngx_eo_baseline_t *
ngx_eo_adaptive_baseline(ngx_http_request_t *r, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_ddos_conf_t        *conf;
    ngx_http_core_srv_conf_t  *cscf;

    conf = wlcf->ddos;

    if (conf->baseline_known) {
        return conf->baseline;
    }

    conf->baseline_known = 1;
    conf->baseline = ngx_eo_baselines_find(mcf->ddos_main->baselines,
                                           conf->adaptive_domain);

    if (conf->baseline == NULL && !mcf->ddos_main->full) {
        mcf->ddos_main->full = 1;

        cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "no room for the baseline of \"%V\": what "
                      "\"eo_adaptive_limit\" has not met before stays at "
                      "its limit of the time of learning; a restart makes "
                      "room", &cscf->server_name);
    }

    return conf->baseline;
}


/*
 * A client has a counter of its own in each period for its sample, which
 * tells where the sample is.
 */

static void
ngx_eo_adaptive_sample(ngx_eo_adaptive_conf_t *conf,
    ngx_eo_baseline_t *baseline, uint64_t key, ngx_uint_t exceeded)
{
    ngx_uint_t              n, count;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_rate_zone_table(conf->zone);

    limit.key = key;
    limit.threshold = NGX_EO_ADAPTIVE_GONE;
    limit.period = conf->period;
    limit.penalty = 0;

    n = exceeded ? NGX_EO_ADAPTIVE_GONE : 1;

    ngx_eo_rate_count(table, &limit, n, ngx_current_msec, &verdict);

    count = verdict.count - n;

    if (count >= NGX_EO_ADAPTIVE_GONE) {
        return;
    }

    if (exceeded) {
        ngx_eo_baseline_sample(baseline, count, 0);
        ngx_eo_baseline_over(baseline);
        return;
    }

    ngx_eo_baseline_sample(baseline, count, count + 1);
}


/*
 * Of the client's key, which is a hash that nobody knows, a mere mixture is
 * as good as another hash.  0 is no key.
 */

static uint64_t
ngx_eo_adaptive_period_key(uint64_t key, uint64_t number)
{
    key ^= number * 0x9e3779b97f4a7c15;

    key = (key ^ key >> 32) * 0xd6e8feb86659fd93;
    key = (key ^ key >> 32) * 0xd6e8feb86659fd93;
    key ^= key >> 32;

    return key ? key : 1;
}
