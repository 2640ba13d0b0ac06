
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Protection from frequent scanning: the directive, and the counters, which
 * all workers share.
 */


#include "ngx_eo_managed_scanning.h"
#include "challenge/ngx_eo_challenge_conf.h"
#include "request/ngx_eo_waf_fields.h"
#include "shm/ngx_eo_rate_zone.h"


/* room for about 30,000 clients */

#define NGX_EO_SCANNING_ZONE_SIZE     (1024 * 1024)

#define NGX_EO_SCANNING_PERIOD        (60 * 1000)
#define NGX_EO_SCANNING_MIN_PERIOD    (5 * 1000)
#define NGX_EO_SCANNING_MAX_PERIOD    (1800 * 1000)

#define NGX_EO_SCANNING_DURATION      (600 * 1000)
#define NGX_EO_SCANNING_MIN_DURATION  (60 * 1000)
#define NGX_EO_SCANNING_MAX_DURATION  (86400 * 1000)

#define NGX_EO_SCANNING_MAX           4294967294U


static char *ngx_eo_managed_scanning_param(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_managed_scanning_t *scanning,
    ngx_str_t *field, ngx_str_t *param);
static char *ngx_eo_managed_scanning_time(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_str_t *param, size_t name, ngx_msec_t min,
    ngx_msec_t max, ngx_msec_t *time);
static ngx_int_t ngx_eo_managed_scanning_limit(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_managed_scanning_t *scanning,
    ngx_eo_rate_limit_t *limit);


ngx_str_t  ngx_eo_managed_scanning_name =
    ngx_string("frequent-scanning-protection");


/*
 * eo_managed_rules_scan_protection off
 * eo_managed_rules_scan_protection threshold=N [period=] [duration=]
 *                                  [action=deny|js_challenge|managed_challenge|
 *                                          monitor]
 *                                  [by=ip|xff_header_ip]
 */

char *
ngx_eo_managed_scanning(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_int_t                    slot;
    ngx_str_t                   *value, field, none;
    ngx_uint_t                   i;
    ngx_eo_expr_error_t          error;
    ngx_eo_managed_conf_t       *mlcf;
    ngx_eo_waf_main_conf_t      *mcf;
    ngx_eo_managed_scanning_t   *scanning;

    static ngx_str_t  zone = ngx_string("eo_managed_rules_scanning");

    mlcf = wlcf->managed_rules;

    if (mlcf->scanning != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        mlcf->scanning = NULL;
        return NGX_CONF_OK;
    }

    scanning = ngx_pcalloc(cf->pool, sizeof(ngx_eo_managed_scanning_t));
    if (scanning == NULL) {
        return NGX_CONF_ERROR;
    }

    scanning->action = NGX_EO_ACTION_DENY;
    scanning->period = NGX_EO_SCANNING_PERIOD;
    scanning->duration = NGX_EO_SCANNING_DURATION;
    ngx_str_set(&field, "http.request.ip");

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_eo_managed_scanning_param(cf, cmd, scanning, &field,
                                          &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (scanning->threshold == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs \"threshold=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);
    ngx_str_null(&none);

    slot = ngx_eo_expr_slot(mcf->env, &field, &none, &error);
    if (slot == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    scanning->slot = slot;
    scanning->zone = ngx_eo_rate_zone_add(cf, &zone,
                                          NGX_EO_SCANNING_ZONE_SIZE);
    if (scanning->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    mlcf->scanning = scanning;

    return NGX_CONF_OK;
}


static char *
ngx_eo_managed_scanning_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_managed_scanning_t *scanning, ngx_str_t *field, ngx_str_t *param)
{
    off_t                    n;
    ngx_eo_waf_main_conf_t  *mcf;

    if (ngx_strncmp(param->data, "threshold=", 10) == 0) {
        n = ngx_atoof(param->data + 10, param->len - 10);

        if (n < 1 || n > (off_t) NGX_EO_SCANNING_MAX) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid \"%V\" in \"%V\": it must be a "
                               "number from 1 to %uD", param, &cmd->name,
                               (uint32_t) NGX_EO_SCANNING_MAX);
            return NGX_CONF_ERROR;
        }

        scanning->threshold = (ngx_uint_t) n;
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(param->data, "period=", 7) == 0) {
        return ngx_eo_managed_scanning_time(cf, cmd, param, 7,
                                            NGX_EO_SCANNING_MIN_PERIOD,
                                            NGX_EO_SCANNING_MAX_PERIOD,
                                            &scanning->period);
    }

    if (ngx_strncmp(param->data, "duration=", 9) == 0) {
        return ngx_eo_managed_scanning_time(cf, cmd, param, 9,
                                            NGX_EO_SCANNING_MIN_DURATION,
                                            NGX_EO_SCANNING_MAX_DURATION,
                                            &scanning->duration);
    }

    if (ngx_strcmp(param->data, "action=deny") == 0) {
        scanning->action = NGX_EO_ACTION_DENY;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(param->data, "action=js_challenge") == 0
        || ngx_strcmp(param->data, "action=managed_challenge") == 0)
    {
        mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);
        mcf->challenge_main->used = 1;
        scanning->action = (param->data[7] == 'j')
                           ? NGX_EO_ACTION_JS_CHALLENGE
                           : NGX_EO_ACTION_MANAGED_CHALLENGE;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(param->data, "action=monitor") == 0) {
        scanning->action = NGX_EO_ACTION_MONITOR;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(param->data, "by=ip") == 0) {
        ngx_str_set(field, "http.request.ip");
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(param->data, "by=xff_header_ip") == 0) {
        ngx_str_set(field, "http.request.xff_header_ip");
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"%V\": it must be "
                       "\"threshold=\", \"period=\", \"duration=\", "
                       "\"action=deny\", \"action=js_challenge\", "
                       "\"action=managed_challenge\", "
                       "\"action=monitor\", \"by=ip\" or "
                       "\"by=xff_header_ip\"", param, &cmd->name);

    return NGX_CONF_ERROR;
}


static char *
ngx_eo_managed_scanning_time(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *param, size_t name, ngx_msec_t min, ngx_msec_t max,
    ngx_msec_t *time)
{
    ngx_int_t  n;
    ngx_str_t  text;

    text.data = param->data + name;
    text.len = param->len - name;

    n = ngx_parse_time(&text, 0);

    if (n == NGX_ERROR || (ngx_msec_t) n < min || (ngx_msec_t) n > max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" in \"%V\": it must be a time "
                           "between %Ms and %Ms", param, &cmd->name,
                           min / 1000, max / 1000);
        return NGX_CONF_ERROR;
    }

    *time = n;

    return NGX_CONF_OK;
}


/*
 * The counter of a client; wherever the numbers are the same, it is one.
 * Returns NGX_DECLINED for a client without an address.
 */

static ngx_int_t
ngx_eo_managed_scanning_limit(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_managed_scanning_t *scanning,
    ngx_eo_rate_limit_t *limit)
{
    u_char                key[16], *addr;
    ngx_eo_siphash_t      hash;
    ngx_eo_rate_table_t  *table;

    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    addr = ngx_eo_expr_addr(&state->ctx, scanning->slot);

    if (addr != NULL) {
        ngx_memcpy(key, addr, 16);

    } else if (ngx_eo_waf_client_addr(r, key) != NGX_OK) {
        return NGX_DECLINED;
    }

    /* a client has all of its /64 to choose an address from */

    if (ngx_memcmp(key, mapped, 12) != 0) {
        ngx_memzero(key + 8, 8);
    }

    table = ngx_eo_rate_zone_table(scanning->zone);

    limit->threshold = scanning->threshold;
    limit->period = scanning->period;
    limit->penalty = scanning->duration;

    ngx_eo_rate_key_init(table, &hash, scanning->threshold);
    ngx_eo_rate_key_add(&hash, &limit->period, sizeof(ngx_msec_t));
    ngx_eo_rate_key_add(&hash, &limit->penalty, sizeof(ngx_msec_t));
    ngx_eo_rate_key_add(&hash, key, 16);

    limit->key = ngx_eo_rate_key_final(&hash);

    return NGX_OK;
}


ngx_uint_t
ngx_eo_managed_scanning_banned(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_managed_scanning_t *scanning)
{
    ngx_eo_rate_limit_t    limit;
    ngx_eo_rate_verdict_t  verdict;

    if (ngx_eo_managed_scanning_limit(r, state, scanning, &limit) != NGX_OK) {
        return 0;
    }

    ngx_eo_rate_look(ngx_eo_rate_zone_table(scanning->zone), &limit,
                     ngx_current_msec, &verdict);

    return verdict.penalised;
}


void
ngx_eo_managed_scanning_count(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_managed_scanning_t *scanning)
{
    ngx_eo_rate_limit_t    limit;
    ngx_eo_rate_verdict_t  before, after;
    ngx_eo_rate_table_t   *table;

    if (ngx_eo_managed_scanning_limit(r, state, scanning, &limit) != NGX_OK) {
        return;
    }

    table = ngx_eo_rate_zone_table(scanning->zone);

    ngx_eo_rate_look(table, &limit, ngx_current_msec, &before);
    ngx_eo_rate_count(table, &limit, 1, ngx_current_msec, &after);

    if (after.penalised && !before.penalised) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "managed rules: frequent scanning, %ui requests "
                      "blocked in %Ms: the client is %s for %Ms",
                      after.count, scanning->period / 1000,
                      (scanning->action == NGX_EO_ACTION_MONITOR) ? "noted"
                      : (scanning->action == NGX_EO_ACTION_DENY)
                      ? "kept out" : "challenged",
                      scanning->duration / 1000);
    }
}
