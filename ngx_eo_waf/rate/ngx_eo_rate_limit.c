
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_rate_limit.h"
#include "ngx_eo_rate_ahead.h"
#include "ngx_eo_rate_conf.h"
#include "shm/ngx_eo_rate_zone.h"
#include "action/ngx_eo_waf_action.h"
#include "rule/ngx_eo_waf_match.h"


/* seconds between two lines in the log about a zone that is full */

#define NGX_EO_RATE_FULL_LOG  60


/* what is counted when there is a response */

typedef struct {
    ngx_eo_rate_rule_t         *rate;
    ngx_eo_rate_limit_t         limit;
    unsigned                    counted:1;
} ngx_eo_rate_pending_t;


static ngx_int_t ngx_eo_rate_evaluate(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rate_ctx_t *ctx,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_rate_exceeded(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rate_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule,
    ngx_eo_rate_verdict_t *verdict);
static ngx_int_t ngx_eo_rate_charge(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rate_ctx_t *ctx, ngx_eo_rule_t *rule,
    ngx_eo_rate_verdict_t *verdict);
static ngx_int_t ngx_eo_rate_defer(ngx_http_request_t *r,
    ngx_eo_rate_ctx_t *ctx, ngx_eo_rate_rule_t *rate,
    ngx_eo_rate_limit_t *limit);
static ngx_int_t ngx_eo_rate_request_key(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rate_rule_t *rate, uint64_t *key);
static ngx_int_t ngx_eo_rate_value(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rate_rule_t *rate,
    ngx_eo_rate_key_t *key, ngx_str_t *value, u_char *addr);
static ngx_int_t ngx_eo_rate_address(ngx_eo_waf_state_t *state,
    ngx_eo_rate_key_t *key, ngx_uint_t prefix, u_char *bytes);
static void ngx_eo_rate_remember(ngx_eo_rate_ctx_t *ctx, ngx_eo_rule_t *rule,
    ngx_eo_rate_verdict_t *verdict, ngx_eo_rate_status_e status);
static ngx_int_t ngx_eo_rate_end(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_msec_t wait);
static void ngx_eo_rate_full(ngx_http_request_t *r, ngx_shm_zone_t *zone);
static void ngx_eo_rate_settle(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);
static ngx_uint_t ngx_eo_rate_applies(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_rate_rule_t *rate);


ngx_int_t
ngx_eo_rate_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t  rc;

    if (wlcf->set->nrates == 0 || state->done
        || (state->skip & NGX_EO_WAF_RATE_LIMITING)
        || state->rate.set == wlcf->set)
    {
        return NGX_DECLINED;
    }

    state->rate.set = wlcf->set;

    rc = ngx_eo_rate_evaluate(r, state, &state->rate, mcf, wlcf);

    /* NGX_DONE: a challenge has it, and the request may be gone */

    if (rc != NGX_DECLINED && rc != NGX_DONE) {
        state->done = 1;
    }

    return rc;
}


/*
 * Every rule counts, whatever becomes of the request; the first one that is
 * exceeded and not only to be noted decides.
 */

static ngx_int_t
ngx_eo_rate_evaluate(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rate_ctx_t *ctx, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    uint64_t                word, *candidates;
    ngx_int_t               rc;
    ngx_uint_t              i;
    ngx_msec_t              wait;
    ngx_eo_rule_t         **rules, *rule, *decided;
    ngx_eo_rate_verdict_t   verdict;

    /* where all rules are for all requests there was nothing to choose */

    candidates = wlcf->set->plain ? wlcf->set->members : state->candidates;

    rules = mcf->rules.elts;
    decided = NULL;
    wait = 0;

    for (i = mcf->first_rate / 64; i < mcf->nwords; i++) {
        word = wlcf->set->members[i] & ~state->evaluated[i];

        if (state->form_waits) {
            word &= ~mcf->forms[i];
        }

        state->evaluated[i] |= word;

        for (word &= candidates[i]; word; word &= word - 1) {
            rule = rules[i * 64 + __builtin_ctzll(word)];

            if (!ngx_eo_waf_holds(r, state, rule)) {
                continue;
            }

            rc = ngx_eo_rate_charge(r, state, ctx, rule, &verdict);

            if (rc == NGX_ERROR) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }

            if (rc == NGX_DECLINED) {
                continue;
            }

            if (!verdict.exceeded || decided) {
                ngx_eo_rate_remember(ctx, rule, &verdict, NGX_EO_RATE_PASSED);
                continue;
            }

            rc = ngx_eo_rate_exceeded(r, state, ctx, wlcf, rule, &verdict);

            if (rc == NGX_ERROR) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }

            if (rc == NGX_OK) {
                decided = rule;
                wait = verdict.wait;
            }
        }
    }

    if (decided == NULL || decided->action.type == NGX_EO_ACTION_ALLOW) {
        return NGX_DECLINED;
    }

    return ngx_eo_rate_end(r, wlcf, decided, wait);
}


/* NGX_OK if the rule decides, NGX_DECLINED if it only notes the request */

static ngx_int_t
ngx_eo_rate_exceeded(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rate_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule,
    ngx_eo_rate_verdict_t *verdict)
{
    ngx_eo_action_e  type;

    type = rule->action.type;

    if (wlcf->mode == NGX_EO_WAF_MONITOR && type != NGX_EO_ACTION_ALLOW) {
        type = NGX_EO_ACTION_MONITOR;
    }

    if (ngx_eo_action_passed(r, wlcf, type)) {
        ngx_eo_rate_remember(ctx, rule, verdict, NGX_EO_RATE_NOTED);
        return NGX_DECLINED;
    }

    ngx_eo_rate_remember(ctx, rule, verdict,
                         (type <= NGX_EO_ACTION_ALLOW) ? NGX_EO_RATE_NOTED
                                                       : NGX_EO_RATE_EXCEEDED);

    if (ngx_eo_waf_note(r, state, wlcf, rule, type) != NGX_OK) {
        return NGX_ERROR;
    }

    return (type == NGX_EO_ACTION_MONITOR) ? NGX_DECLINED : NGX_OK;
}


/* NGX_DECLINED: the request has not all of the keys */

static ngx_int_t
ngx_eo_rate_charge(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rate_ctx_t *ctx, ngx_eo_rule_t *rule,
    ngx_eo_rate_verdict_t *verdict)
{
    ngx_int_t             rc;
    ngx_eo_rate_rule_t   *rate;
    ngx_eo_rate_limit_t   limit;
    ngx_eo_rate_table_t  *table;

    rate = rule->rate;
    table = ngx_eo_rate_zone_table(rate->zone);

    if (ngx_eo_rate_ahead_key(r, rule, &limit.key) != NGX_OK) {
        rc = ngx_eo_rate_request_key(r, state, rate, &limit.key);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    limit.threshold = rate->threshold;
    limit.period = rate->period;
    limit.penalty = rate->penalty;

    if (rate->count != NGX_EO_RATE_REQUESTS) {
        ngx_eo_rate_look(table, &limit, ngx_current_msec, verdict);
        return ngx_eo_rate_defer(r, ctx, rate, &limit);
    }

    if (rate->throttle) {
        ngx_eo_rate_admit(table, &limit, ngx_current_msec, verdict);

    } else {
        ngx_eo_rate_count(table, &limit, 1, ngx_current_msec, verdict);
    }

    if (verdict->evicted) {
        ngx_eo_rate_full(r, rate->zone);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rate_defer(ngx_http_request_t *r, ngx_eo_rate_ctx_t *ctx,
    ngx_eo_rate_rule_t *rate, ngx_eo_rate_limit_t *limit)
{
    ngx_eo_rate_pending_t  *pending;

    if (ctx->pending == NULL) {
        ctx->pending = ngx_array_create(r->pool, 2,
                                        sizeof(ngx_eo_rate_pending_t));
        if (ctx->pending == NULL) {
            return NGX_ERROR;
        }
    }

    pending = ngx_array_push(ctx->pending);
    if (pending == NULL) {
        return NGX_ERROR;
    }

    pending->rate = rate;
    pending->limit = *limit;
    pending->counted = 0;

    return NGX_OK;
}


/* the key of a rule goes on from where ngx_eo_rate_begin_keys() has begun */

static ngx_int_t
ngx_eo_rate_request_key(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rate_rule_t *rate, uint64_t *key)
{
    u_char             addr[16];
    ngx_int_t          rc;
    ngx_str_t          value;
    ngx_uint_t         i;
    ngx_eo_siphash_t   hash;

    rc = ngx_eo_rate_value(r, state, rate, &rate->keys[0], &value, addr);

    if (rc != NGX_OK) {
        return rc;
    }

    if (rate->nkeys == 1) {
        *key = ngx_eo_rate_key_last(&rate->begun, value.data, value.len);
        return NGX_OK;
    }

    hash = rate->begun;

    for (i = 1; i < rate->nkeys; i++) {
        ngx_eo_rate_key_add(&hash, value.data, value.len);

        rc = ngx_eo_rate_value(r, state, rate, &rate->keys[i], &value, addr);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    *key = ngx_eo_rate_key_last(&hash, value.data, value.len);

    return NGX_OK;
}


/* addr: where an address is put together */

static ngx_int_t
ngx_eo_rate_value(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rate_rule_t *rate, ngx_eo_rate_key_t *key, ngx_str_t *value,
    u_char *addr)
{
    ngx_str_t                  *text;
    ngx_http_variable_value_t  *v;

    if (key->variable != NGX_ERROR) {
        v = ngx_http_get_flushed_variable(r, key->variable);

        if (v == NULL) {
            return NGX_ERROR;
        }

        if (v->not_found) {
            return NGX_DECLINED;
        }

        value->data = v->data;
        value->len = v->len;

        return NGX_OK;
    }

    if (key->address
        && ngx_eo_rate_address(state, key, rate->ipv6_prefix, addr) == NGX_OK)
    {
        value->data = addr;
        value->len = 16;

        return NGX_OK;
    }

    text = ngx_eo_expr_text(&state->ctx, key->slot);

    if (text == NULL) {

        if (state->ctx.failed) {
            return NGX_ERROR;
        }

        /* what cannot be told apart is counted as one */

        if (ngx_eo_expr_undecided(&state->ctx, key->slot)) {
            ngx_str_set(value, "");
            return NGX_OK;
        }

        return NGX_DECLINED;
    }

    *value = *text;

    return NGX_OK;
}


/* NGX_DECLINED if it is no address, as of a UNIX-domain socket */

static ngx_int_t
ngx_eo_rate_address(ngx_eo_waf_state_t *state, ngx_eo_rate_key_t *key,
    ngx_uint_t prefix, u_char *bytes)
{
    u_char  *addr;

    addr = ngx_eo_expr_addr(&state->ctx, key->slot);

    if (addr == NULL) {
        return NGX_DECLINED;
    }

    ngx_memcpy(bytes, addr, 16);

    ngx_eo_rate_mask(bytes, prefix);

    return NGX_OK;
}


void
ngx_eo_rate_mask(u_char *addr, ngx_uint_t prefix)
{
    size_t  n;

    static const u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                        0xff, 0xff };

    if (ngx_memcmp(addr, mapped, 12) != 0 && prefix < 128) {
        n = prefix / 8;
        addr[n++] &= (u_char) (0xff00 >> prefix % 8);
        ngx_memzero(addr + n, 16 - n);
    }
}


/* for the variables */

static void
ngx_eo_rate_remember(ngx_eo_rate_ctx_t *ctx, ngx_eo_rule_t *rule,
    ngx_eo_rate_verdict_t *verdict, ngx_eo_rate_status_e status)
{
    ngx_int_t  left, least;

    if (status < ctx->status
        || (status == NGX_EO_RATE_NOTED && ctx->status == status))
    {
        return;
    }

    if (ctx->rule && status == ctx->status) {
        left = rule->rate->threshold - verdict->count;
        least = ctx->rule->rate->threshold - ctx->count;

        if (left >= least) {
            return;
        }
    }

    ctx->rule = rule;
    ctx->count = verdict->count;
    ctx->wait = verdict->wait;
    ctx->status = status;
}


static ngx_int_t
ngx_eo_rate_end(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_rule_t *rule, ngx_msec_t wait)
{
    ngx_str_t  value;

    static ngx_str_t  name = ngx_string("Retry-After");

    if (rule->action.type == NGX_EO_ACTION_DENY
        || rule->action.type == NGX_EO_ACTION_PAGE)
    {
        value.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
        if (value.data == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        value.len = ngx_sprintf(value.data, "%M", (wait + 999) / 1000)
                    - value.data;

        if (ngx_eo_set_response_header(r, &name, &value) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return ngx_eo_action_run(r, wlcf, &rule->action, rule->type,
                             &rule->name);
}


static void
ngx_eo_rate_full(ngx_http_request_t *r, ngx_shm_zone_t *zone)
{
    static time_t  reported;

    if (ngx_time() - reported < NGX_EO_RATE_FULL_LOG) {
        return;
    }

    reported = ngx_time();

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "the rate zone \"%V\" is full: counters that were in use "
                  "make room for new ones", &zone->shm.name);
}


void
ngx_eo_rate_response_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_eo_rate_settle(r, state);
}


void
ngx_eo_rate_log_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_eo_rate_settle(r, state);
}


static void
ngx_eo_rate_settle(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_uint_t              i;
    ngx_eo_rate_ctx_t      *ctx;
    ngx_eo_rate_pending_t  *pending;
    ngx_eo_rate_verdict_t   verdict;

    ctx = &state->rate;

    if (ctx->pending == NULL) {
        return;
    }

    pending = ctx->pending->elts;

    for (i = 0; i < ctx->pending->nelts; i++) {

        if (pending[i].counted
            || !ngx_eo_rate_applies(r, state, pending[i].rate))
        {
            continue;
        }

        pending[i].counted = 1;

        ngx_eo_rate_count(ngx_eo_rate_zone_table(pending[i].rate->zone),
                          &pending[i].limit, 1, ngx_current_msec, &verdict);

        if (verdict.evicted) {
            ngx_eo_rate_full(r, pending[i].rate->zone);
        }
    }
}


/*
 * A response out of the cache has no upstream state.  What web protection
 * itself has answered is no status of the site.
 */

static ngx_uint_t
ngx_eo_rate_applies(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_rate_rule_t *rate)
{
    ngx_uint_t  status;

    if (rate->count == NGX_EO_RATE_ORIGIN) {
        return r->upstream_states != NULL && r->upstream_states->nelts > 0;
    }

    if (state->done) {
        return 0;
    }

    status = r->err_status ? r->err_status : r->headers_out.status;

    return status < NGX_EO_RATE_STATUSES
           && (rate->statuses[status / 64] & (uint64_t) 1 << status % 64);
}
