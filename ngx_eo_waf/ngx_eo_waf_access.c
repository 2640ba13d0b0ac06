
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What happens to a request: exceptions, bans, custom rules, rate limits,
 * managed rules, bot management, in this order.
 *
 * The handler runs again after every internal redirect.  It never asks
 * r->internal, which a plain "rewrite" sets as well: the state of the request
 * knows which rules have had their turn.
 */


#include "ngx_eo_waf_access.h"
#include "bot/ngx_eo_bot.h"
#include "custom/ngx_eo_waf_custom.h"
#include "ddos/ngx_eo_ddos.h"
#include "ddos/ngx_eo_ddos_conf.h"
#include "exception/ngx_eo_waf_exception.h"
#include "managed/ngx_eo_managed.h"
#include "rate/ngx_eo_rate_limit.h"
#include "managed/ngx_eo_managed_conf.h"
#include "request/ngx_eo_waf_watch.h"
#include "rule/ngx_eo_waf_rule.h"


static ngx_int_t ngx_eo_waf_stages(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_waf_refuse_again(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf);
static ngx_uint_t ngx_eo_waf_in_force(ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_rule_t *rule);
static ngx_uint_t ngx_eo_waf_page(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);
static ngx_int_t ngx_eo_waf_managed_rules(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);


ngx_int_t
ngx_eo_waf_access_handler(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t      *state;
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_waf_main_conf_t  *mcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (wlcf->mode == NGX_EO_WAF_OFF
        || (wlcf->set->nmembers == 0 && mcf->bans == NULL
            && wlcf->managed_rules->mode == NGX_EO_MANAGED_OFF
            && !wlcf->ddos->access
            && wlcf->bot->mode == NGX_EO_WAF_OFF))
    {
        return NGX_DECLINED;
    }

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (state->refused) {
        return ngx_eo_waf_refuse_again(r, state, wlcf);
    }

    return ngx_eo_waf_refused(r, state,
                              ngx_eo_waf_stages(r, state, mcf, wlcf));
}


static ngx_int_t
ngx_eo_waf_stages(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t  rc;

    /* what is off is not even called */

    if (!wlcf->set->plain || mcf->bans) {
        rc = ngx_eo_waf_custom_stage(r, state, mcf, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (wlcf->ddos->access) {
        rc = ngx_eo_ddos_stage(r, state, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (wlcf->set->nrates) {
        rc = ngx_eo_rate_stage(r, state, mcf, wlcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    rc = ngx_eo_waf_managed_rules(r, state, mcf, wlcf);

    if (rc != NGX_DECLINED || wlcf->bot->mode == NGX_EO_WAF_OFF) {
        return rc;
    }

    return ngx_eo_bot_stage(r, state, wlcf);
}


/*
 * An error_page may show a page to who was refused, but not what it was
 * refused: "error_page 403 404 = @app" is meant for something else.
 */

static ngx_int_t
ngx_eo_waf_refuse_again(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    if (wlcf->mode == NGX_EO_WAF_MONITOR
        || !ngx_eo_waf_in_force(wlcf, state->verdict)
        || ngx_eo_waf_page(r, state))
    {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                  "an error_page of %ui leads a request that was refused to "
                  "what is protected: it is refused there, too; \"eo_waf "
                  "off\" belongs into the location if everybody may see it",
                  state->refused);

    return ngx_eo_respond_again(r, state->refused);
}


/* rule: NULL if it could not be found out which rules hold */

static ngx_uint_t
ngx_eo_waf_in_force(ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule)
{
    if (rule == NULL) {
        return 1;
    }

    switch (rule->type) {

    case NGX_EO_RULE_MANAGED:
        return wlcf->managed_rules->mode == NGX_EO_MANAGED_ON;

    case NGX_EO_RULE_DDOS:
        return wlcf->ddos->access || wlcf->ddos->slow;

    case NGX_EO_RULE_BOT:
    case NGX_EO_RULE_BOT_REPUTATION:
    case NGX_EO_RULE_BOT_RATING:
    case NGX_EO_RULE_BOT_CUSTOM:
        return wlcf->bot->mode == NGX_EO_WAF_ON;

    default:
        return (wlcf->set->members[rule->number / 64]
                & (uint64_t) 1 << rule->number % 64) != 0;
    }
}


/*
 * Whether the redirect has led to a file that is not the one asked for.  A
 * named location keeps the client's URI, and so may a content handler.
 */

static ngx_uint_t
ngx_eo_waf_page(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return !clcf->named
           && r->content_handler == NULL
           && (r->uri.len != state->refused_uri.len
               || ngx_memcmp(r->uri.data, state->refused_uri.data, r->uri.len)
                  != 0);
}


static ngx_int_t
ngx_eo_waf_managed_rules(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    size_t      limit;
    ngx_int_t   rc;
    ngx_uint_t  waits;

    limit = 0;

    /* an exception may depend on the body */

    waits = (state->form_waits && wlcf->set->form_exception
             && state->managed_ctx == NULL
             && wlcf->managed_rules->mode != NGX_EO_MANAGED_OFF);

    if (waits) {
        limit = ngx_eo_managed_body_limit(wlcf->managed_rules);

    } else {
        if (state->exceptions) {
            wlcf = ngx_eo_waf_exceptions_apply(r, state, mcf, wlcf);
            if (wlcf == NULL) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }
        }

        if (wlcf->managed_rules->mode == NGX_EO_MANAGED_OFF
            && state->managed_ctx == NULL)
        {
            return NGX_DECLINED;
        }

        rc = ngx_eo_managed_stage(r, state, wlcf);

        if (rc != NGX_AGAIN) {
            return rc;
        }

        limit = ngx_eo_managed_body_limit(wlcf->managed_rules);
    }

    /* the body is looked at when it goes by */

    if (ngx_eo_waf_watch(r, state, limit) != NGX_OK) {
        state->watch_over = 1;
        return ngx_eo_managed_stage(r, state, wlcf);
    }

    state->managed_waits = 1;
    state->watch_conf = wlcf;

    return NGX_DECLINED;
}


/*
 * Has only rules left that observe, so that whatever they return nothing is
 * done about the request.
 */

void
ngx_eo_waf_body_seen(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);
    wlcf = state->watch_conf;

    if (state->form_waits) {
        ngx_eo_waf_custom_seen(r, state, mcf, wlcf);

        if (wlcf->set->nrates) {
            state->rate.set = NULL;
            (void) ngx_eo_rate_stage(r, state, mcf, wlcf);
        }
    }

    if (!state->managed_waits) {
        return;
    }

    state->managed_waits = 0;

    if (state->exceptions) {
        wlcf = ngx_eo_waf_exceptions_apply(r, state, mcf, wlcf);
    }

    if (wlcf != NULL) {
        state->watch_over = 1;
        (void) ngx_eo_managed_stage(r, state, wlcf);
    }
}
