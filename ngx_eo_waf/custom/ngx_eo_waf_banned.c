
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Requests of banned addresses.  A ban comes of a custom rule, so what excepts
 * from those excepts from it.
 */


#include "ngx_eo_waf_banned.h"
#include "action/ngx_eo_waf_ban.h"
#include "request/ngx_eo_waf_fields.h"
#include "rule/ngx_eo_waf_match.h"


static ngx_int_t ngx_eo_waf_ban_excepted(ngx_http_request_t *r,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf);
static ngx_int_t ngx_eo_waf_ban_note(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_ban_t *ban);


/*
 * The location is not known, so that what the server says holds.  Mostly
 * nobody is banned, and this returns at its first question.
 */

ngx_int_t
ngx_eo_waf_banned_early(ngx_http_request_t *r)
{
    u_char                   addr[16];
    ngx_int_t                rc;
    ngx_eo_waf_state_t      *state;
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);
    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    if (wlcf->mode != NGX_EO_WAF_ON
        || ngx_eo_waf_client_addr(r, addr) != NGX_OK
        || !ngx_eo_ban_find(mcf->bans, addr, NULL))
    {
        return NGX_DECLINED;
    }

    rc = ngx_eo_waf_ban_excepted(r, mcf, wlcf);

    if (rc != NGX_OK) {
        return rc;
    }

    state = ngx_eo_waf_state(r);
    if (state == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_eo_waf_banned(r, state, mcf, wlcf);

    if (rc != NGX_DECLINED) {
        state->done = 1;
    }

    return rc;
}


/*
 * Leaves it to the access phase to note what holds, as the location may have
 * rules that are not the server's.  NGX_OK if no exception can hold.
 */

static ngx_int_t
ngx_eo_waf_ban_excepted(ngx_http_request_t *r, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_uint_t            i;
    ngx_eo_rule_t       **rules;
    ngx_eo_waf_state_t   *state;

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->nexceptions; i++) {

        if ((wlcf->set->members[i / 64] & (uint64_t) 1 << i % 64) == 0
            || (rules[i]->skip & NGX_EO_WAF_CUSTOM_RULES) == 0)
        {
            continue;
        }

        /* it is not known before the body is there */

        if (mcf->forms[i / 64] & (uint64_t) 1 << i % 64) {
            return NGX_DECLINED;
        }

        state = ngx_eo_waf_state(r);
        if (state == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (ngx_eo_waf_holds(r, state, rules[i])) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_waf_banned(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    u_char        addr[16];
    ngx_eo_ban_t  ban;

    if (mcf->bans == NULL
        || wlcf->mode == NGX_EO_WAF_MONITOR
        || (state->skip & NGX_EO_WAF_CUSTOM_RULES)
        || ngx_eo_waf_client_addr(r, addr) != NGX_OK
        || !ngx_eo_ban_find(mcf->bans, addr, &ban))
    {
        return NGX_DECLINED;
    }

    if (ngx_eo_waf_ban_note(r, state, wlcf, &ban) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_HTTP_CLOSE;
}


/*
 * The rule may be one of another location, or of a configuration before a
 * reload, so that only its name is left.  Who is banned and comes again and
 * again must not fill the error log.
 */

static ngx_int_t
ngx_eo_waf_ban_note(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_ban_t *ban)
{
    ngx_eo_rule_t  *rule;

    rule = ngx_pcalloc(r->pool, sizeof(ngx_eo_rule_t));
    if (rule == NULL) {
        return NGX_ERROR;
    }

    rule->name.data = ngx_pnalloc(r->pool, ban->len + 1);
    if (rule->name.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(rule->name.data, ban->name, ban->len);
    rule->name.len = ban->len;
    rule->type = ban->type;

    if (ban->tell) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "connection closed: the rule \"%V\" has banned this "
                      "address, for %Ms more", &rule->name,
                      (ban->left + 999) / 1000);
    }

    return ngx_eo_waf_note(r, state, wlcf, rule, NGX_EO_ACTION_BLOCK_IP);
}
