
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_bandwidth.h"
#include "ngx_eo_ddos_conf.h"
#include "ngx_eo_slow_attack.h"
#include "ngx_eo_baselines.h"
#include "action/ngx_eo_waf_action_conf.h"
#include "shm/ngx_eo_rate_zone.h"


/* counters, unless "zone=" names others: about half a million */

#define NGX_EO_DDOS_ZONE_SIZE  (16 * 1024 * 1024)

#define NGX_EO_DDOS_MIN_TRAFFIC  65536
#define NGX_EO_DDOS_MAX_TRAFFIC  ((off_t) 1 << 40)

#define NGX_EO_DDOS_MAX_MINIMUM  1000000


/* what a time in a directive may be, in milliseconds */

typedef struct {
    ngx_msec_t                  min;
    ngx_msec_t                  max;
    const char                 *text;
} ngx_eo_ddos_time_t;


typedef struct {
    ngx_str_t                   value;
    const char                 *prefix;
} ngx_eo_ddos_param_t;


static ngx_uint_t ngx_eo_ddos_off(ngx_conf_t *cf);
static char *ngx_eo_ddos_params(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_uint_t first, ngx_eo_ddos_param_t *params,
    ngx_eo_action_args_t *args);
static char *ngx_eo_ddos_action(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_ddos_time(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_ddos_param_t *param, ngx_eo_ddos_time_t *bounds,
    ngx_msec_t *time);
static ngx_shm_zone_t *ngx_eo_ddos_zone(ngx_conf_t *cf,
    ngx_eo_ddos_param_t *param);
static char *ngx_eo_ddos_sensitivity(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_eo_sensitivity_e *sensitivity);
static char *ngx_eo_ddos_page(ngx_conf_t *cf, ngx_eo_action_t *action);


static ngx_eo_ddos_time_t  ngx_eo_ddos_adaptive_period = {
    1000, 60000, "1s and 60s"
};

static ngx_eo_ddos_time_t  ngx_eo_ddos_adaptive_learn = {
    10000, 7 * 24 * 3600 * 1000, "10s and 7d"
};

static ngx_eo_ddos_time_t  ngx_eo_ddos_bandwidth_period = {
    1000, NGX_EO_RATE_MAX_PERIOD, "1s and 4h"
};

static ngx_eo_ddos_time_t  ngx_eo_ddos_slow_period = {
    1000, 3600000, "1s and 1h"
};

static ngx_eo_ddos_time_t  ngx_eo_ddos_slow_idle = {
    1000, 120000, "1s and 120s"
};


ngx_eo_ddos_conf_t *
ngx_eo_ddos_create_conf(ngx_conf_t *cf)
{
    ngx_eo_ddos_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_ddos_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->adaptive = NGX_CONF_UNSET_PTR;
    conf->bandwidth = NGX_CONF_UNSET_PTR;
    conf->filter = NGX_CONF_UNSET_PTR;
    conf->slow = NGX_CONF_UNSET_PTR;

    return conf;
}


char *
ngx_eo_ddos_merge_conf(ngx_conf_t *cf, ngx_eo_ddos_main_conf_t *main,
    ngx_eo_ddos_conf_t *prev, ngx_eo_ddos_conf_t *conf, ngx_uint_t enabled)
{
    ngx_http_core_srv_conf_t  *cscf;

    ngx_conf_merge_ptr_value(conf->adaptive, prev->adaptive, NULL);
    ngx_conf_merge_ptr_value(conf->bandwidth, prev->bandwidth, NULL);
    ngx_conf_merge_ptr_value(conf->filter, prev->filter, NULL);
    ngx_conf_merge_ptr_value(conf->slow, prev->slow, NULL);

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (conf->adaptive) {
        conf->adaptive_domain = ngx_eo_baselines_key(&cscf->server_name,
                                                     conf->adaptive->period);

        if (ngx_eo_ddos_page(cf, &conf->adaptive->action) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (conf->bandwidth) {
        conf->bandwidth_domain = ngx_eo_baselines_key(&cscf->server_name,
                                                    conf->bandwidth->period);

        if (ngx_eo_ddos_page(cf, &conf->bandwidth->action) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (conf->filter
        && ngx_eo_ddos_page(cf, &conf->filter->action) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->slow
        && ngx_eo_ddos_page(cf, &conf->slow->action) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    conf->access = (conf->adaptive || conf->bandwidth || conf->filter);

    if (!enabled) {
        return NGX_CONF_OK;
    }

    if (conf->access || conf->slow) {
        main->enabled = 1;
    }

    if (conf->adaptive) {
        main->adaptive = 1;
    }

    if (conf->bandwidth) {
        main->bandwidth = 1;
    }

    if (conf->slow) {
        main->slow = 1;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_eo_ddos_init(ngx_conf_t *cf, ngx_eo_ddos_main_conf_t *main)
{
    ngx_http_core_main_conf_t  *cmcf;

    if (main->adaptive) {
        cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

        main->baselines = ngx_eo_baselines_zone(cf, cmcf->servers.nelts);
        if (main->baselines == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* pages may be defined after they are named */

static char *
ngx_eo_ddos_page(ngx_conf_t *cf, ngx_eo_action_t *action)
{
    if (action->page_name.len == 0 || action->page) {
        return NGX_CONF_OK;
    }

    action->page = ngx_eo_response_page_find(cf, &action->page_name);

    if (action->page == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown page \"%V\" of an action of the DDoS "
                           "defence: define it with \"eo_response_page\"",
                           &action->page_name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_eo_ddos_off(ngx_conf_t *cf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0;
}


/*
 * Collects parameters: those of the action, and those of the list, which ends
 * with a NULL prefix.  Each but once.
 */

static char *
ngx_eo_ddos_params(ngx_conf_t *cf, ngx_command_t *cmd, ngx_uint_t first,
    ngx_eo_ddos_param_t *params, ngx_eo_action_args_t *args)
{
    size_t                len;
    ngx_str_t            *value;
    ngx_uint_t            i;
    ngx_eo_ddos_param_t  *param;

    ngx_memzero(args, sizeof(ngx_eo_action_args_t));

    value = cf->args->elts;

    for (i = first; i < cf->args->nelts; i++) {

        if (ngx_eo_action_arg(args, &value[i]) == NGX_OK) {
            continue;
        }

        for (param = params; param->prefix; param++) {
            len = ngx_strlen(param->prefix);

            if (value[i].len > len
                && ngx_strncmp(value[i].data, param->prefix, len) == 0)
            {
                break;
            }
        }

        if (param->prefix == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\" in \"%V\"",
                               &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        if (param->value.data) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate \"%s\" in \"%V\"",
                               param->prefix, &cmd->name);
            return NGX_CONF_ERROR;
        }

        param->value.data = value[i].data + len;
        param->value.len = value[i].len - len;
    }

    return NGX_CONF_OK;
}


/* without "action=" the client is challenged */

static char *
ngx_eo_ddos_action(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    ngx_eo_waf_main_conf_t  *mcf;

    if (args->action.len == 0) {
        ngx_str_set(&args->action, "js_challenge");
    }

    if (ngx_eo_action_parse(cf, cmd, args, action) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (action->type == NGX_EO_ACTION_ALLOW) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"action=allow\" has no meaning in \"%V\": what "
                           "is to be let through is an \"eo_exception\" with "
                           "\"skip=adaptive-control\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (action->type == NGX_EO_ACTION_BLOCK_IP) {
        mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);
        mcf->block_ip = 1;
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_ddos_time(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_ddos_param_t *param, ngx_eo_ddos_time_t *bounds, ngx_msec_t *time)
{
    ngx_int_t  n;

    n = ngx_parse_time(&param->value, 0);

    if (n == NGX_ERROR || (ngx_msec_t) n < bounds->min
        || (ngx_msec_t) n > bounds->max)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"%s\" in \"%V\": it "
                           "must be a time between %s", &param->value,
                           param->prefix, &cmd->name, bounds->text);
        return NGX_CONF_ERROR;
    }

    *time = n;

    return NGX_CONF_OK;
}


/* the zone of an eo_rate_zone, or one of our own */

static ngx_shm_zone_t *
ngx_eo_ddos_zone(ngx_conf_t *cf, ngx_eo_ddos_param_t *param)
{
    static ngx_str_t  name = ngx_string("eo_waf_ddos");

    if (param->value.len) {
        return ngx_eo_rate_zone_add(cf, &param->value, 0);
    }

    return ngx_eo_rate_zone_add(cf, &name, NGX_EO_DDOS_ZONE_SIZE);
}


/*
 * eo_adaptive_limit off|loose|moderate|strict [zone=ZONE] [period=TIME]
 *                   [learn=TIME] [minimum=NUMBER] [action=...]
 */

char *
ngx_eo_ddos_adaptive_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_int_t                n;
    ngx_str_t               *value;
    ngx_eo_ddos_conf_t      *dcf;
    ngx_eo_action_args_t     args;
    ngx_eo_adaptive_conf_t  *adaptive;
    ngx_eo_ddos_param_t      params[] = {
        { ngx_null_string, "zone=" },
        { ngx_null_string, "period=" },
        { ngx_null_string, "learn=" },
        { ngx_null_string, "minimum=" },
        { ngx_null_string, NULL }
    };

    dcf = wlcf->ddos;

    if (dcf->adaptive != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_eo_ddos_off(cf)) {
        dcf->adaptive = NULL;
        return NGX_CONF_OK;
    }

    value = cf->args->elts;

    adaptive = ngx_pcalloc(cf->pool, sizeof(ngx_eo_adaptive_conf_t));

    if (adaptive == NULL
        || ngx_eo_ddos_sensitivity(cf, cmd, &value[1],
                                   &adaptive->sensitivity)
           != NGX_CONF_OK
        || ngx_eo_ddos_params(cf, cmd, 2, params, &args) != NGX_CONF_OK
        || ngx_eo_ddos_action(cf, cmd, &args, &adaptive->action)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    adaptive->period = NGX_EO_BASELINE_PERIOD;
    adaptive->learn = 600000;

    if (params[1].value.len
        && ngx_eo_ddos_time(cf, cmd, &params[1], &ngx_eo_ddos_adaptive_period,
                            &adaptive->period)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (params[2].value.len
        && ngx_eo_ddos_time(cf, cmd, &params[2], &ngx_eo_ddos_adaptive_learn,
                            &adaptive->learn)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (adaptive->learn < 10 * adaptive->period) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"learn=\" of \"%V\" must be at least ten times "
                           "its \"period=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (params[3].value.len) {
        n = ngx_atoi(params[3].value.data, params[3].value.len);

        if (n < 1 || n > NGX_EO_DDOS_MAX_MINIMUM) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" of \"minimum=\" in "
                               "\"%V\": it must be a number between 1 and %d",
                               &params[3].value, &cmd->name,
                               NGX_EO_DDOS_MAX_MINIMUM);
            return NGX_CONF_ERROR;
        }

        adaptive->minimum = n;
    }

    adaptive->zone = ngx_eo_ddos_zone(cf, &params[0]);
    if (adaptive->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    dcf->adaptive = adaptive;

    return NGX_CONF_OK;
}


static char *
ngx_eo_ddos_sensitivity(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value,
    ngx_eo_sensitivity_e *sensitivity)
{
    if (ngx_strcmp(value->data, "loose") == 0) {
        *sensitivity = NGX_EO_BASELINE_LOOSE;

    } else if (ngx_strcmp(value->data, "moderate") == 0) {
        *sensitivity = NGX_EO_BASELINE_MODERATE;

    } else if (ngx_strcmp(value->data, "strict") == 0) {
        *sensitivity = NGX_EO_BASELINE_STRICT;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"loose\", \"moderate\" or \"strict\", or "
                           "\"off\" and nothing else", value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * eo_bandwidth_abuse off | traffic=SIZE [period=TIME] [zone=ZONE]
 *                    [action=...]
 */

char *
ngx_eo_ddos_bandwidth_abuse(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_eo_ddos_conf_t       *dcf;
    ngx_eo_action_args_t      args;
    ngx_eo_bandwidth_conf_t  *bandwidth;
    ngx_eo_ddos_param_t       params[] = {
        { ngx_null_string, "zone=" },
        { ngx_null_string, "period=" },
        { ngx_null_string, "traffic=" },
        { ngx_null_string, NULL }
    };

    dcf = wlcf->ddos;

    if (dcf->bandwidth != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_eo_ddos_off(cf)) {
        dcf->bandwidth = NULL;
        return NGX_CONF_OK;
    }

    bandwidth = ngx_pcalloc(cf->pool, sizeof(ngx_eo_bandwidth_conf_t));

    if (bandwidth == NULL
        || ngx_eo_ddos_params(cf, cmd, 1, params, &args) != NGX_CONF_OK
        || ngx_eo_ddos_action(cf, cmd, &args, &bandwidth->action)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (params[2].value.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs \"traffic=\", or must be \"off\"",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    bandwidth->traffic = ngx_parse_offset(&params[2].value);

    if (bandwidth->traffic < NGX_EO_DDOS_MIN_TRAFFIC
        || bandwidth->traffic > NGX_EO_DDOS_MAX_TRAFFIC)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"traffic=\" in \"%V\": "
                           "it must be a size between 64k and 1024g",
                           &params[2].value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    bandwidth->period = 60000;

    if (params[1].value.len
        && ngx_eo_ddos_time(cf, cmd, &params[1],
                            &ngx_eo_ddos_bandwidth_period,
                            &bandwidth->period)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    bandwidth->zone = ngx_eo_ddos_zone(cf, &params[0]);
    if (bandwidth->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    dcf->bandwidth = bandwidth;

    return NGX_CONF_OK;
}


/* eo_client_filter on|off [action=ACTION [PARAMETER...]] */

char *
ngx_eo_ddos_client_filter(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t                    *value;
    ngx_eo_ddos_param_t           params[] = { { ngx_null_string, NULL } };
    ngx_eo_ddos_conf_t           *dcf;
    ngx_eo_action_args_t          args;
    ngx_eo_client_filter_conf_t  *filter;

    dcf = wlcf->ddos;

    if (dcf->filter != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_eo_ddos_off(cf)) {
        dcf->filter = NULL;
        return NGX_CONF_OK;
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "on") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"on\", with an \"action=\" or without, or "
                           "\"off\"", &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    filter = ngx_pcalloc(cf->pool, sizeof(ngx_eo_client_filter_conf_t));

    if (filter == NULL
        || ngx_eo_ddos_params(cf, cmd, 2, params, &args) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    dcf->filter = filter;

    return ngx_eo_ddos_action(cf, cmd, &args, &filter->action);
}


/* eo_slow_attack off | [rate=RATE] [period=TIME] [idle=TIME] [action=...] */

char *
ngx_eo_ddos_slow_attack(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_eo_ddos_conf_t         *dcf;
    ngx_eo_action_args_t        args;
    ngx_eo_slow_attack_conf_t  *slow;
    ngx_eo_ddos_param_t         params[] = {
        { ngx_null_string, "rate=" },
        { ngx_null_string, "period=" },
        { ngx_null_string, "idle=" },
        { ngx_null_string, NULL }
    };

    dcf = wlcf->ddos;

    if (dcf->slow != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_eo_ddos_off(cf)) {
        dcf->slow = NULL;
        return NGX_CONF_OK;
    }

    slow = ngx_pcalloc(cf->pool, sizeof(ngx_eo_slow_attack_conf_t));

    if (slow == NULL
        || ngx_eo_ddos_params(cf, cmd, 1, params, &args) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (args.action.len == 0) {
        ngx_str_set(&args.action, "deny");
    }

    if (ngx_eo_ddos_action(cf, cmd, &args, &slow->action) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_action_kind(slow->action.type)->challenge) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"action=%V\" has no meaning in \"%V\": who "
                           "sends slowly cannot be asked for anything",
                           &args.action, &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (slow->action.type == NGX_EO_ACTION_STALL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"action=stall\" has no meaning in \"%V\": to "
                           "keep the connection open is what a slow attack "
                           "is after", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (slow->action.status == NGX_HTTP_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"status=200\" is not possible in \"%V\": a "
                           "request of which the body is not there can only "
                           "end with an error", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (params[0].value.len == 0 && params[2].value.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs \"rate=\" or \"idle=\", or must be "
                           "\"off\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (params[1].value.len && params[0].value.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"period=\" has no meaning without \"rate=\" in "
                           "\"%V\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    slow->limits.period = 30000;

    if (params[0].value.len) {
        slow->limits.rate = ngx_eo_slow_rate_parse(&params[0].value);

        if (slow->limits.rate == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" of \"rate=\" in "
                               "\"%V\": it must be bits a second, such as "
                               "\"80bps\", \"16kbps\" or \"1mbps\"",
                               &params[0].value, &cmd->name);
            return NGX_CONF_ERROR;
        }
    }

    if (params[1].value.len
        && ngx_eo_ddos_time(cf, cmd, &params[1], &ngx_eo_ddos_slow_period,
                            &slow->limits.period)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (params[2].value.len
        && ngx_eo_ddos_time(cf, cmd, &params[2], &ngx_eo_ddos_slow_idle,
                            &slow->limits.idle)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    dcf->slow = slow;

    return NGX_CONF_OK;
}
