
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_rate_ahead.h"
#include "ngx_eo_rate_conf.h"
#include "shm/ngx_eo_rate_zone.h"
#include "action/ngx_eo_waf_action_conf.h"
#include "rule/ngx_eo_waf_rule.h"


#define NGX_EO_RATE_MAX_THRESHOLD   100000
#define NGX_EO_RATE_MAX_DURATION    (30 * 24 * 3600)
#define NGX_EO_RATE_DURATION        60
#define NGX_EO_RATE_IPV6_PREFIX     64


/* the parameters of a rule as they are collected */

typedef struct {
    ngx_eo_rule_t              *rule;
    ngx_eo_rate_rule_t         *rate;
    ngx_eo_action_args_t        action;
    ngx_str_t                   duration;
    ngx_uint_t                  seen;        /* a bit a parameter */
} ngx_eo_rate_args_t;


typedef char *(*ngx_eo_rate_param_pt)(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);


typedef struct {
    ngx_str_t                   name;
    ngx_uint_t                  needed;
    ngx_eo_rate_param_pt        handler;
} ngx_eo_rate_param_t;


static char *ngx_eo_rate_none(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_waf_loc_conf_t *wlcf);
static char *ngx_eo_rate_parameter(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *arg);
static char *ngx_eo_rate_invalid(ngx_conf_t *cf, ngx_command_t *cmd,
    const char *name, ngx_str_t *value, const char *allowed);
static char *ngx_eo_rate_param_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_param_by(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static u_char *ngx_eo_rate_key_end(u_char *p, u_char *last);
static char *ngx_eo_rate_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_rule_t *rate, ngx_str_t *text);
static char *ngx_eo_rate_key_field(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_key_t *key, ngx_str_t *text);
static char *ngx_eo_rate_key_variable(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_key_t *key, ngx_str_t *text);
static char *ngx_eo_rate_param_threshold(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_param_period(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_param_mode(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_param_duration(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_param_count(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_statuses(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_rule_t *rate, ngx_str_t *value);
static char *ngx_eo_rate_param_ipv6(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_param_priority(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value);
static char *ngx_eo_rate_action(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args);
static void ngx_eo_rate_identify(ngx_conf_t *cf, ngx_eo_rule_t *rule);


static ngx_eo_rate_param_t  ngx_eo_rate_params[] = {
    { ngx_string("zone="), 1, ngx_eo_rate_param_zone },
    { ngx_string("by="), 1, ngx_eo_rate_param_by },
    { ngx_string("threshold="), 1, ngx_eo_rate_param_threshold },
    { ngx_string("period="), 1, ngx_eo_rate_param_period },
    { ngx_string("mode="), 0, ngx_eo_rate_param_mode },
    { ngx_string("duration="), 0, ngx_eo_rate_param_duration },
    { ngx_string("count="), 0, ngx_eo_rate_param_count },
    { ngx_string("ipv6_prefix="), 0, ngx_eo_rate_param_ipv6 },
    { ngx_string("priority="), 0, ngx_eo_rate_param_priority },
    { ngx_null_string, 0, NULL }
};


/* seconds */

static ngx_int_t  ngx_eo_rate_periods[] = {
    1, 5, 10, 20, 30, 40, 50, 60, 120, 300, 600, 3600, 0
};


/* eo_rate_zone NAME SIZE */

char *
ngx_eo_rate_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t          size;
    ngx_str_t       *value;
    ngx_shm_zone_t  *zone;

    value = cf->args->elts;
    size = ngx_parse_size(&value[2]);

    if (size < (ssize_t) NGX_EO_RATE_ZONE_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" in \"%V\": it must be at "
                           "least %uz bytes; \"128m\" has room for some "
                           "four million counters",
                           &value[2], &cmd->name, NGX_EO_RATE_ZONE_MIN);
        return NGX_CONF_ERROR;
    }

    zone = ngx_eo_rate_zone_add(cf, &value[1], size);
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    /* until it is in use this says that it was declared */

    if (zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "duplicate \"%V %V\"",
                           &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    zone->data = cmd;

    return NGX_CONF_OK;
}


/* eo_rate_limit NAME 'EXPRESSION' zone= by= threshold= period= action= ... */

char *
ngx_eo_rate_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t            *value;
    ngx_uint_t            i;
    ngx_eo_rate_args_t    args;
    ngx_eo_rate_param_t  *param;

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "none") == 0) {
        return ngx_eo_rate_none(cf, cmd, wlcf);
    }

    if (cf->args->nelts == 2) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs a name, an expression and "
                           "parameters, or is \"%V none\"",
                           &cmd->name, &cmd->name);
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&args, sizeof(ngx_eo_rate_args_t));

    args.rule = ngx_eo_waf_rule_add(cf, wlcf, &value[1], &value[2]);
    args.rate = ngx_pcalloc(cf->pool, sizeof(ngx_eo_rate_rule_t));

    if (args.rule == NULL || args.rate == NULL) {
        return NGX_CONF_ERROR;
    }

    args.rule->type = NGX_EO_RULE_RATE;
    args.rate->ipv6_prefix = NGX_EO_RATE_IPV6_PREFIX;

    for (i = 3; i < cf->args->nelts; i++) {
        if (ngx_eo_rate_parameter(cf, cmd, &args, &value[i]) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    for (param = ngx_eo_rate_params; param->name.len; param++) {
        if (param->needed
            && !(args.seen & 1 << (param - ngx_eo_rate_params)))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" needs \"%V\"", &cmd->name,
                               &param->name);
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_eo_rate_action(cf, cmd, &args) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    args.rule->rate = args.rate;

    ngx_eo_rate_identify(cf, args.rule);

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_none(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    if (cf->cmd_type == NGX_HTTP_MAIN_CONF) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V none\" has no meaning on the \"http\" "
                           "level, above which there are no rules",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    wlcf->rate_afresh = 1;

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_parameter(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *arg)
{
    ngx_str_t             value;
    ngx_uint_t            bit;
    ngx_eo_rate_param_t  *param;

    for (param = ngx_eo_rate_params; param->name.len; param++) {

        if (ngx_strncmp(arg->data, param->name.data, param->name.len) != 0) {
            continue;
        }

        bit = 1 << (param - ngx_eo_rate_params);

        if (args->seen & bit) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate \"%V\" in \"%V\"", &param->name,
                               &cmd->name);
            return NGX_CONF_ERROR;
        }

        args->seen |= bit;

        value.data = arg->data + param->name.len;
        value.len = arg->len - param->name.len;

        return param->handler(cf, cmd, args, &value);
    }

    if (ngx_eo_action_arg(&args->action, arg) == NGX_OK) {
        return NGX_CONF_OK;
    }

    return ngx_eo_waf_invalid(cf, cmd, arg);
}


static char *
ngx_eo_rate_invalid(ngx_conf_t *cf, ngx_command_t *cmd, const char *name,
    ngx_str_t *value, const char *allowed)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of \"%s\" in \"%V\": it must be "
                       "%s", value, name, &cmd->name, allowed);

    return NGX_CONF_ERROR;
}


static char *
ngx_eo_rate_param_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    if (value->len == 0) {
        return ngx_eo_rate_invalid(cf, cmd, "zone", value,
                                   "the name of an \"eo_rate_zone\"");
    }

    args->rate->zone = ngx_eo_rate_zone_add(cf, value, 0);

    return args->rate->zone ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_eo_rate_param_by(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    u_char     *p, *last, *end;
    ngx_str_t   key;

    last = value->data + value->len;

    for (p = value->data; p <= last; p = end + 1) {
        end = ngx_eo_rate_key_end(p, last);

        if (args->rate->nkeys == NGX_EO_RATE_MAX_KEYS) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "too many keys \"%V\" of \"by\" in \"%V\": "
                               "there may be one to %d", value, &cmd->name,
                               NGX_EO_RATE_MAX_KEYS);
            return NGX_CONF_ERROR;
        }

        key.data = p;
        key.len = end - p;

        if (ngx_eo_rate_key(cf, cmd, args->rate, &key) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* a comma may be in the name of a header or cookie, within quotes */

static u_char *
ngx_eo_rate_key_end(u_char *p, u_char *last)
{
    u_char  quote;

    for (quote = 0; p < last; p++) {

        if (quote) {
            quote = (*p == quote) ? 0 : quote;

        } else if (*p == '"' || *p == '\'') {
            quote = *p;

        } else if (*p == ',') {
            break;
        }
    }

    return p;
}


static char *
ngx_eo_rate_key(ngx_conf_t *cf, ngx_command_t *cmd, ngx_eo_rate_rule_t *rate,
    ngx_str_t *text)
{
    ngx_str_t           name;
    ngx_eo_rate_key_t  *key;

    key = &rate->keys[rate->nkeys++];
    name = *text;

    if (name.len > 3 && name.data[0] == '$' && name.data[1] == '{'
        && name.data[name.len - 1] == '}')
    {
        name.data += 2;
        name.len -= 3;

    } else if (name.len > 1 && name.data[0] == '$') {
        name.data++;
        name.len--;

        return ngx_eo_rate_key_variable(cf, cmd, key, &name);
    }

    return ngx_eo_rate_key_field(cf, cmd, key, &name);
}


/* "http.request.ip" or "http.request.headers['x-key']" */

static char *
ngx_eo_rate_key_field(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_key_t *key, ngx_str_t *text)
{
    u_char                  *bracket, *last;
    ngx_str_t                name, member;
    ngx_eo_expr_slot_t      *slots;
    ngx_eo_expr_error_t      error;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    name = *text;
    ngx_str_null(&member);

    last = text->data + text->len;
    bracket = ngx_strlchr(text->data, last, '[');

    if (bracket) {

        if (last - bracket < 5 || last[-1] != ']'
            || (bracket[1] != '\'' && bracket[1] != '"')
            || last[-2] != bracket[1])
        {
            return ngx_eo_rate_invalid(cf, cmd, "by", text,
                                       "written as in "
                                       "http.request.headers['x-key']");
        }

        name.len = bracket - text->data;
        member.data = bracket + 2;
        member.len = last - bracket - 4;
    }

    key->variable = NGX_ERROR;
    key->slot = ngx_eo_expr_slot(mcf->env, &name, &member, &error);

    if (key->slot == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key \"%V\" of \"by\" in \"%V\": %*s; it "
                           "must be a field of expressions, such as "
                           "http.request.ip, or a $variable",
                           text, &cmd->name, error.len, error.text);
        return NGX_CONF_ERROR;
    }

    slots = mcf->env->slots.elts;

    key->address = ((slots[key->slot].field->flags & NGX_EO_FIELD_ADDRESS)
                    != 0);
    key->client = (slots[key->slot].field->id == NGX_EO_FIELD_IP);

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_key_variable(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_key_t *key, ngx_str_t *text)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9') || ch == '_'))
        {
            return ngx_eo_rate_invalid(cf, cmd, "by", text,
                                       "a single variable after a \"$\"");
        }
    }

    if (text->len > 4 && ngx_strncasecmp(text->data, (u_char *) "arg_", 4)
                         == 0)
    {
        key->arg.data = text->data + 4;
        key->arg.len = text->len - 4;
    }

    key->slot = NGX_ERROR;
    key->variable = ngx_http_get_variable_index(cf, text);

    return (key->variable == NGX_ERROR) ? NGX_CONF_ERROR : NGX_CONF_OK;
}


static char *
ngx_eo_rate_param_threshold(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data, value->len);

    if (n < 1 || n > NGX_EO_RATE_MAX_THRESHOLD) {
        return ngx_eo_rate_invalid(cf, cmd, "threshold", value,
                                   "a number between 1 and 100000");
    }

    args->rate->threshold = n;

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_param_period(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    ngx_int_t   period;
    ngx_uint_t  i;

    period = ngx_parse_time(value, 1);

    for (i = 0; ngx_eo_rate_periods[i]; i++) {
        if (ngx_eo_rate_periods[i] == period) {
            args->rate->period = period * 1000;
            return NGX_CONF_OK;
        }
    }

    return ngx_eo_rate_invalid(cf, cmd, "period", value,
                               "1s, 5s, 10s, 20s, 30s, 40s, 50s, 1m, 2m, 5m, "
                               "10m or 1h");
}


static char *
ngx_eo_rate_param_mode(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    if (ngx_strcmp(value->data, "throttle") == 0) {
        args->rate->throttle = 1;

    } else if (ngx_strcmp(value->data, "block") != 0) {
        return ngx_eo_rate_invalid(cf, cmd, "mode", value,
                                   "\"block\" or \"throttle\"");
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_param_duration(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    ngx_int_t  duration;

    duration = ngx_parse_time(value, 1);

    if (duration < 1 || duration > NGX_EO_RATE_MAX_DURATION) {
        return ngx_eo_rate_invalid(cf, cmd, "duration", value,
                                   "a time between 1s and 30d");
    }

    args->duration = *value;
    args->rate->penalty = (ngx_msec_t) duration * 1000;

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_param_count(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    ngx_str_t  statuses;

    if (ngx_strcmp(value->data, "request") == 0) {
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value->data, "origin") == 0) {
        args->rate->count = NGX_EO_RATE_ORIGIN;
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value->data, "status:", 7) == 0) {
        args->rate->count = NGX_EO_RATE_STATUS;

        statuses.data = value->data + 7;
        statuses.len = value->len - 7;

        return ngx_eo_rate_statuses(cf, cmd, args->rate, &statuses);
    }

    return ngx_eo_rate_invalid(cf, cmd, "count", value,
                               "\"request\", \"origin\" or \"status:\" with "
                               "statuses, such as \"status:404,500-599\"");
}


static char *
ngx_eo_rate_statuses(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_rule_t *rate, ngx_str_t *value)
{
    u_char     *p, *last, *end, *dash;
    ngx_int_t   from, to;

    last = value->data + value->len;

    for (p = value->data; p <= last; p = end + 1) {

        end = ngx_strlchr(p, last, ',');
        end = end ? end : last;

        dash = ngx_strlchr(p, end, '-');

        from = ngx_atoi(p, (dash ? dash : end) - p);
        to = dash ? ngx_atoi(dash + 1, end - dash - 1) : from;

        if (from < 100 || to < from || to >= NGX_EO_RATE_STATUSES) {
            return ngx_eo_rate_invalid(cf, cmd, "count=status:", value,
                                       "statuses between 100 and 599, or "
                                       "ranges of them, with commas between");
        }

        for ( /* void */ ; from <= to; from++) {
            rate->statuses[from / 64] |= (uint64_t) 1 << from % 64;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_param_ipv6(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data, value->len);

    if (n < 1 || n > 128) {
        return ngx_eo_rate_invalid(cf, cmd, "ipv6_prefix", value,
                                   "a number of bits between 1 and 128");
    }

    args->rate->ipv6_prefix = n;

    return NGX_CONF_OK;
}


static char *
ngx_eo_rate_param_priority(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args, ngx_str_t *value)
{
    return ngx_eo_waf_priority(cf, cmd, value, &args->rule->priority);
}


/* "duration" is that of the penalty; that of a ban is the same */

static char *
ngx_eo_rate_action(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rate_args_t *args)
{
    ngx_str_t  *action;

    action = &args->action.action;

    if (action->len == sizeof("block_ip") - 1
        && ngx_strncmp(action->data, "block_ip", action->len) == 0)
    {
        args->action.duration = args->duration;

    } else if (args->rate->throttle && args->duration.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"duration=\" has no meaning with "
                           "\"mode=throttle\" in \"%V\": it belongs to "
                           "\"mode=block\" and \"action=block_ip\"",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (args->rate->throttle) {
        args->rate->penalty = 0;

    } else if (args->rate->penalty == 0) {
        args->rate->penalty = NGX_EO_RATE_DURATION * 1000;
    }

    return ngx_eo_action_parse(cf, cmd, &args->action, &args->rule->action);
}


/*
 * A rule finds its counters again after a reload by its settings, so that one
 * that has changed begins anew.  Rules that are alike in different places
 * count for themselves: the first of them, the second.
 */

static void
ngx_eo_rate_identify(ngx_conf_t *cf, ngx_eo_rule_t *rule)
{
    uint64_t                  len, number;
    ngx_str_t                *value;
    ngx_uint_t                i;
    ngx_eo_rule_t           **rules;
    ngx_eo_siphash_t          hash;
    ngx_eo_waf_main_conf_t   *mcf;

    static const uint64_t     key[2] = { 0, 0 };

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    value = cf->args->elts;

    ngx_eo_siphash_init(&hash, key);

    for (i = 1; i < cf->args->nelts; i++) {
        len = value[i].len;
        ngx_eo_siphash_update(&hash, &len, sizeof(uint64_t));
        ngx_eo_siphash_update(&hash, value[i].data, value[i].len);
    }

    rule->rate->settings = ngx_eo_siphash_final(&hash, NULL, 0);

    number = 0;
    rules = mcf->rules.elts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        if (rules[i]->rate
            && rules[i]->rate->settings == rule->rate->settings)
        {
            number++;
        }
    }

    ngx_eo_siphash_init(&hash, key);
    ngx_eo_siphash_update(&hash, &rule->rate->settings, sizeof(uint64_t));
    ngx_eo_siphash_update(&hash, &number, sizeof(uint64_t));

    rule->rate->id = ngx_eo_siphash_final(&hash, NULL, 0);
}


ngx_uint_t
ngx_eo_rate_reads_form(ngx_eo_waf_main_conf_t *mcf, ngx_eo_rule_t *rule)
{
    ngx_uint_t           i;
    ngx_eo_rate_key_t   *key;
    ngx_eo_expr_slot_t  *slots;

    if (rule->rate == NULL) {
        return 0;
    }

    slots = mcf->env->slots.elts;

    for (i = 0; i < rule->rate->nkeys; i++) {
        key = &rule->rate->keys[i];

        if (key->variable == NGX_ERROR
            && slots[key->slot].field->id == NGX_EO_FIELD_FORM)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_rate_init(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t       i;
    ngx_eo_rule_t  **rules, *rule;

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        rule = rules[i];

        if (rule->rate == NULL) {
            continue;
        }

        rule->form = ngx_eo_rate_reads_form(mcf, rule);
        rule->ahead = ngx_eo_rate_ahead_can(rule);

        if (rule->rate->count != NGX_EO_RATE_REQUESTS) {
            mcf->rate_response = 1;
        }

        if (rule->rate->zone->shm.size == 0) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "unknown zone \"%V\" of the rule \"%V\" in %V:%ui: "
                          "define it with \"eo_rate_zone\"",
                          &rule->rate->zone->shm.name, &rule->name,
                          &rule->file, rule->line);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_eo_rate_begin_keys(ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t           i;
    ngx_eo_rule_t      **rules;
    ngx_eo_rate_rule_t  *rate;

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        rate = rules[i]->rate;

        if (rate) {
            ngx_eo_rate_key_init(ngx_eo_rate_zone_table(rate->zone),
                                 &rate->begun, rate->id);
        }
    }
}
