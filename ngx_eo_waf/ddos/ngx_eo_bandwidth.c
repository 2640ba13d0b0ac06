
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bandwidth abuse: what has been sent to a client in a sliding period.  It is
 * charged as it leaves, so that downloads that take long count while they
 * run; and it is asked at the next request, as what runs is not cut.
 */


#include "ngx_eo_bandwidth.h"
#include "shm/ngx_eo_rate_zone.h"


/* what has to leave before it is charged, except at the end */

#define NGX_EO_BANDWIDTH_STEP  65536

/* counters are in units of 2^10 bytes */

#define NGX_EO_BANDWIDTH_UNIT  10

/* beside the domain, what the counter is for */

#define NGX_EO_BANDWIDTH_ID    0x62616e6477696474


static void ngx_eo_bandwidth_charge(ngx_http_request_t *r,
    ngx_eo_ddos_ctx_t *ctx, off_t bytes);


ngx_int_t
ngx_eo_bandwidth_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_ddos_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    u_char                    addr[16];
    ngx_eo_siphash_t          hash;
    ngx_eo_rate_table_t      *table;
    ngx_eo_rate_limit_t       limit;
    ngx_eo_rate_verdict_t     verdict;
    ngx_eo_bandwidth_conf_t  *conf;

    conf = wlcf->ddos->bandwidth;

    if (conf == NULL || ctx->bandwidth
        || ngx_eo_ddos_client(r, addr) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    table = ngx_eo_rate_zone_table(conf->zone);

    ngx_eo_rate_key_init(table, &hash, wlcf->ddos->bandwidth_domain
                                       ^ NGX_EO_BANDWIDTH_ID);
    ngx_eo_rate_key_add(&hash, addr, 16);

    limit.key = ngx_eo_rate_key_final(&hash);
    limit.threshold = (ngx_uint_t) (conf->traffic >> NGX_EO_BANDWIDTH_UNIT);
    limit.period = conf->period;
    limit.penalty = 0;

    ctx->bandwidth = conf;
    ctx->bandwidth_key = limit.key;

    ngx_eo_rate_look(table, &limit, ngx_current_msec, &verdict);

    ctx->traffic = (off_t) verdict.count << NGX_EO_BANDWIDTH_UNIT;

    if (!verdict.exceeded) {
        return NGX_DECLINED;
    }

    return ngx_eo_ddos_act(r, state, wlcf, NGX_EO_DDOS_BANDWIDTH,
                           &conf->action, verdict.wait);
}


void
ngx_eo_bandwidth_sent(ngx_http_request_t *r)
{
    off_t               sent;
    ngx_eo_ddos_ctx_t  *ctx;

    ctx = ngx_eo_ddos_find_ctx(r);

    if (ctx == NULL || ctx->bandwidth == NULL) {
        return;
    }

    sent = r->connection->sent - ctx->charged;

    if (sent >= NGX_EO_BANDWIDTH_STEP) {
        ngx_eo_bandwidth_charge(r->main, ctx, sent);
    }
}


void
ngx_eo_bandwidth_log(ngx_http_request_t *r)
{
    off_t               sent;
    ngx_eo_ddos_ctx_t  *ctx;

    ctx = ngx_eo_ddos_find_ctx(r);

    if (ctx == NULL || ctx->bandwidth == NULL) {
        return;
    }

    sent = r->connection->sent - ctx->charged;

    if (sent > 0) {
        sent += (1 << NGX_EO_BANDWIDTH_UNIT) - 1;
        ngx_eo_bandwidth_charge(r, ctx, sent);
    }
}


/* what is less than a unit is left to the end, where it counts as a whole */

static void
ngx_eo_bandwidth_charge(ngx_http_request_t *r, ngx_eo_ddos_ctx_t *ctx,
    off_t bytes)
{
    off_t                     units;
    ngx_eo_waf_state_t       *state;
    ngx_eo_rate_limit_t       limit;
    ngx_eo_rate_verdict_t     verdict;
    ngx_eo_bandwidth_conf_t  *conf;

    /* a refusal is not what the client was after */

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state->done) {
        return;
    }

    conf = ctx->bandwidth;
    units = bytes >> NGX_EO_BANDWIDTH_UNIT;

    ctx->charged += units << NGX_EO_BANDWIDTH_UNIT;

    limit.key = ctx->bandwidth_key;
    limit.threshold = (ngx_uint_t) (conf->traffic >> NGX_EO_BANDWIDTH_UNIT);
    limit.period = conf->period;
    limit.penalty = 0;

    ngx_eo_rate_count(ngx_eo_rate_zone_table(conf->zone), &limit,
                      (ngx_uint_t) units, ngx_current_msec, &verdict);
}
