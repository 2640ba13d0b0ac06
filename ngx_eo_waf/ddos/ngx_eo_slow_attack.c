
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Request bodies that come too slowly.  The filter of request bodies sees
 * each piece as it arrives, in HTTP/1.1, HTTP/2 and HTTP/3, buffered or not.
 * A timer looks whether enough came; if not, the request's own read handler
 * is called, as it is when nginx's timer expires, and the filter returns the
 * verdict to it.  So the request ends in the way that nginx has for an error
 * of reading a body, whoever reads it.
 */


#include "ngx_eo_slow_attack.h"


/*
 * Before a verdict the events are handled once more: a worker that was held
 * up may have data that it has not yet read.
 */

#define NGX_EO_SLOW_GRACE  50


/* a body that is being watched */

struct ngx_eo_slow_watch_s {
    ngx_event_t                 event;
    ngx_eo_slow_rate_t          rate;
    ngx_http_request_t         *request;
    ngx_eo_slow_attack_conf_t  *conf;
    ngx_int_t                   verdict;     /* NGX_OK: none */
    unsigned                    suspect:1;
    unsigned                    ended:1;
};


static ngx_eo_slow_watch_t *ngx_eo_slow_attack_watch(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_eo_slow_watch_t *ngx_eo_slow_attack_start(ngx_http_request_t *r,
    ngx_eo_slow_attack_conf_t *conf);
static void ngx_eo_slow_attack_handler(ngx_event_t *ev);
static void ngx_eo_slow_attack_verdict(ngx_eo_slow_watch_t *watch);
static ngx_uint_t ngx_eo_slow_attack_waiting(ngx_http_request_t *r);
static ngx_uint_t ngx_eo_slow_attack_excepted(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf);
static void ngx_eo_slow_attack_end(ngx_eo_slow_watch_t *watch);
static void ngx_eo_slow_attack_cleanup(void *data);


ngx_int_t
ngx_eo_slow_attack_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    uint64_t                bytes;
    ngx_uint_t              last;
    ngx_chain_t            *cl;
    ngx_eo_slow_watch_t    *watch;
    ngx_eo_waf_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    watch = ngx_eo_slow_attack_watch(r, wlcf);

    if (watch == NULL) {
        return NGX_OK;
    }

    if (watch->verdict != NGX_OK) {
        return watch->verdict;
    }

    bytes = 0;
    last = 0;

    for (cl = in; cl; cl = cl->next) {
        bytes += ngx_buf_size(cl->buf);
        last |= cl->buf->last_buf;
    }

    ngx_eo_slow_rate_received(&watch->rate, bytes, ngx_current_msec);

    if (last) {
        ngx_eo_slow_attack_end(watch);
    }

    return NGX_OK;
}


/* NULL if the body is not to be watched, or not any more */

static ngx_eo_slow_watch_t *
ngx_eo_slow_attack_watch(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_ddos_ctx_t   *ctx;
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state && state->ddos_ctx) {
        ctx = state->ddos_ctx;

        if (ctx->slow) {
            return ctx->slow->ended ? NULL : ctx->slow;
        }
    }

    if (r != r->main
        || wlcf->mode == NGX_EO_WAF_OFF
        || wlcf->ddos->slow == NULL
        || (state && (state->skip & NGX_EO_WAF_ADAPTIVE_CONTROL)))
    {
        return NULL;
    }

    return ngx_eo_slow_attack_start(r, wlcf->ddos->slow);
}


/* a request for which there is no memory is not watched */

static ngx_eo_slow_watch_t *
ngx_eo_slow_attack_start(ngx_http_request_t *r,
    ngx_eo_slow_attack_conf_t *conf)
{
    ngx_event_t          *ev;
    ngx_eo_ddos_ctx_t    *ctx;
    ngx_eo_waf_state_t   *state;
    ngx_pool_cleanup_t   *cln;
    ngx_eo_slow_watch_t  *watch;

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return NULL;
    }

    ctx = ngx_eo_ddos_ctx(r, state);
    if (ctx == NULL) {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_eo_slow_watch_t));
    if (cln == NULL) {
        return NULL;
    }

    watch = cln->data;
    ngx_memzero(watch, sizeof(ngx_eo_slow_watch_t));

    cln->handler = ngx_eo_slow_attack_cleanup;

    watch->request = r;
    watch->conf = conf;
    watch->verdict = NGX_OK;
    watch->rate.limits = conf->limits;

    ev = &watch->event;
    ev->handler = ngx_eo_slow_attack_handler;
    ev->data = watch;
    ev->log = r->connection->log;

    ngx_eo_slow_rate_start(&watch->rate, ngx_current_msec);

    ngx_add_timer(ev, ngx_eo_slow_rate_next(&watch->rate, ngx_current_msec));

    ctx->slow = watch;

    return watch;
}


static void
ngx_eo_slow_attack_handler(ngx_event_t *ev)
{
    ngx_eo_slow_e         slow;
    ngx_http_request_t   *r;
    ngx_eo_slow_watch_t  *watch;

    watch = ev->data;
    r = watch->request;

    if (ngx_eo_slow_attack_waiting(r)) {
        ngx_eo_slow_rate_start(&watch->rate, ngx_current_msec);
    }

    slow = ngx_eo_slow_rate_check(&watch->rate, ngx_current_msec);

    if (slow == NGX_EO_SLOW_NO) {
        watch->suspect = 0;
        ngx_add_timer(ev, ngx_eo_slow_rate_next(&watch->rate,
                                                ngx_current_msec));
        return;
    }

    if (!watch->suspect) {
        watch->suspect = 1;
        ngx_add_timer(ev, NGX_EO_SLOW_GRACE);
        return;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "client sends its request body too slowly: %s",
                  slow == NGX_EO_SLOW_IDLE ? "nothing for too long"
                                           : "less than the rate");

    ngx_eo_slow_attack_verdict(watch);
}


static void
ngx_eo_slow_attack_verdict(ngx_eo_slow_watch_t *watch)
{
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_http_request_t     *r;
    ngx_eo_waf_state_t     *state;
    ngx_eo_waf_loc_conf_t  *wlcf;

    r = watch->request;
    c = r->connection;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);
    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state->done || ngx_eo_slow_attack_excepted(r, state, wlcf)) {
        ngx_eo_slow_attack_end(watch);
        return;
    }

    rc = ngx_eo_ddos_act(r, state, wlcf, NGX_EO_DDOS_SLOW_ATTACK,
                         &watch->conf->action, 0);

    if (rc == NGX_DECLINED) {
        ngx_eo_slow_attack_end(watch);
        return;
    }

    /* what may still come of the body is neither waited for nor read */

    r->keepalive = 0;
    r->lingering_close = 0;

    watch->verdict = ngx_eo_waf_refused(r, state, rc);
    r->read_event_handler(r);

    ngx_http_run_posted_requests(c);
}


/*
 * Whether it is the origin that a body waits for, which passes on to it as
 * it comes: nothing is read as long as the origin takes nothing.
 */

static ngx_uint_t
ngx_eo_slow_attack_waiting(ngx_http_request_t *r)
{
    if (!r->request_body_no_buffering) {
        return 0;
    }

    return r->upstream == NULL
           || !r->upstream->request_sent
           || r->upstream->request_body_blocked;
}


/*
 * A body may be read for the sake of rules that look at forms, before
 * exceptions have had their turn; those that do not need the form are asked
 * here.
 */

static ngx_uint_t
ngx_eo_slow_attack_excepted(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_uint_t                i;
    ngx_eo_rule_t           **rules;
    ngx_eo_waf_main_conf_t   *mcf;

    if (state->set) {
        return (state->skip & NGX_EO_WAF_ADAPTIVE_CONTROL) ? 1 : 0;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);
    rules = mcf->rules.elts;

    for (i = 0; i < mcf->nexceptions; i++) {

        if ((wlcf->set->members[i / 64] & (uint64_t) 1 << i % 64)
            && (rules[i]->skip & NGX_EO_WAF_ADAPTIVE_CONTROL)
            && !ngx_eo_expr_reads(mcf->env, rules[i]->expr,
                                  NGX_EO_FIELD_FORM)
            && ngx_eo_expr_eval(&state->ctx, rules[i]->expr)
               == NGX_EO_EXPR_TRUE)
        {
            return 1;
        }
    }

    return 0;
}


static void
ngx_eo_slow_attack_end(ngx_eo_slow_watch_t *watch)
{
    watch->ended = 1;

    if (watch->event.timer_set) {
        ngx_del_timer(&watch->event);
    }
}


static void
ngx_eo_slow_attack_cleanup(void *data)
{
    ngx_eo_slow_attack_end(data);
}


/*
 * nginx ends a request whose header does not come within
 * client_header_timeout; all that is left to do is to take note of it, and to
 * ban the address.  No exception can hold for a request that is not there.
 */

void
ngx_eo_slow_attack_log(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_eo_action_t      action;
    ngx_eo_waf_state_t  *state;

    if (wlcf->mode == NGX_EO_WAF_OFF
        || wlcf->ddos->slow == NULL
        || r->write_event_handler != NULL
        || r->headers_out.status != NGX_HTTP_REQUEST_TIME_OUT)
    {
        return;
    }

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return;
    }

    action = wlcf->ddos->slow->action;

    /* a page or a redirect would have nobody to go to */

    if (action.type != NGX_EO_ACTION_BLOCK_IP) {
        action.type = NGX_EO_ACTION_MONITOR;
    }

    (void) ngx_eo_ddos_act(r, state, wlcf, NGX_EO_DDOS_SLOW_ATTACK, &action,
                           0);
}
