
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_conf.h"
#include "ngx_eo_l4_zone.h"


#define NGX_EO_L4_PERIOD_MAX  3600000
#define NGX_EO_L4_COUNT_MAX   1000000000


/* a parameter of eo_l4_limit that is a number */

typedef struct {
    ngx_str_t                  name;
    ngx_uint_t                 offset;
    ngx_uint_t                 kind;
} ngx_eo_l4_param_t;


#define NGX_EO_L4_COUNT  0
#define NGX_EO_L4_BYTES  1
#define NGX_EO_L4_TIME   2


static void *ngx_eo_l4_group(void *data, ngx_str_t *name);
static ngx_uint_t ngx_eo_l4_group_match(void *group, ngx_int_t family,
    u_char *addr);
static ngx_uint_t ngx_eo_l4_is(const ngx_str_t *text, const char *begin);
static ngx_int_t ngx_eo_l4_action(ngx_conf_t *cf, ngx_str_t *value,
    ngx_uint_t limit, ngx_eo_l4_action_e *action);
static ngx_int_t ngx_eo_l4_limit_param(ngx_conf_t *cf,
    ngx_eo_l4_limit_t *limit, ngx_str_t *value);
static ngx_int_t ngx_eo_l4_limit_number(ngx_conf_t *cf,
    ngx_eo_l4_limit_t *limit, ngx_eo_l4_param_t *param, ngx_str_t *value);
static ngx_int_t ngx_eo_l4_limit_by(ngx_conf_t *cf, ngx_eo_l4_limit_t *limit,
    ngx_str_t *value);
static ngx_int_t ngx_eo_l4_limit_prefix(ngx_str_t *text, ngx_uint_t most,
    ngx_uint_t *length);
static char *ngx_eo_l4_limit_check(ngx_conf_t *cf, ngx_eo_l4_limit_t *limit);
static ngx_int_t ngx_eo_l4_inherit(ngx_conf_t *cf, ngx_array_t **array,
    ngx_array_t *inherited);
static void ngx_eo_l4_sort(ngx_array_t *rules);


static ngx_eo_l4_param_t  ngx_eo_l4_params[] = {
    { ngx_string("connections="), offsetof(ngx_eo_l4_limit_t, connections),
      NGX_EO_L4_COUNT },
    { ngx_string("rate="), offsetof(ngx_eo_l4_limit_t, rate),
      NGX_EO_L4_COUNT },
    { ngx_string("packets="), offsetof(ngx_eo_l4_limit_t, packets),
      NGX_EO_L4_COUNT },
    { ngx_string("bytes="), offsetof(ngx_eo_l4_limit_t, bytes),
      NGX_EO_L4_BYTES },
    { ngx_string("period="), offsetof(ngx_eo_l4_limit_t, period),
      NGX_EO_L4_TIME },
    { ngx_string("duration="), offsetof(ngx_eo_l4_limit_t, duration),
      NGX_EO_L4_TIME },
    { ngx_string("delay="), offsetof(ngx_eo_l4_limit_t, delay),
      NGX_EO_L4_TIME },
    { ngx_null_string, 0, 0 }
};


void *
ngx_eo_l4_create_main_conf(ngx_conf_t *cf)
{
    ngx_eo_l4_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_l4_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mcf->groups, cf->pool, 4,
                       sizeof(ngx_eo_l4_group_t *))
        != NGX_OK)
    {
        return NULL;
    }

    mcf->env = ngx_eo_expr_env_create(cf->pool, mcf, ngx_eo_l4_group,
                                      ngx_eo_l4_group_match);
    if (mcf->env == NULL) {
        return NULL;
    }

    mcf->env->sessions = 1;

    return mcf;
}


static void *
ngx_eo_l4_group(void *data, ngx_str_t *name)
{
    ngx_eo_l4_main_conf_t *mcf = data;

    ngx_uint_t           i;
    ngx_eo_l4_group_t   *group, **groups;

    groups = mcf->groups.elts;

    for (i = 0; i < mcf->groups.nelts; i++) {
        if (groups[i]->name.len == name->len
            && ngx_memcmp(groups[i]->name.data, name->data, name->len) == 0)
        {
            return groups[i];
        }
    }

    group = ngx_pcalloc(mcf->groups.pool, sizeof(ngx_eo_l4_group_t));
    groups = ngx_array_push(&mcf->groups);

    if (group == NULL || groups == NULL) {
        return NULL;
    }

    *groups = group;

    group->name.len = name->len;
    group->name.data = ngx_pstrdup(mcf->groups.pool, name);

    return group->name.data ? group : NULL;
}


static ngx_uint_t
ngx_eo_l4_group_match(void *data, ngx_int_t family, u_char *addr)
{
    ngx_eo_l4_group_t *group = data;

    return ngx_eo_ip_list_match_addr(group->list, (int) family, addr);
}


char *
ngx_eo_l4_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_eo_l4_main_conf_t *mcf = conf;

    ngx_uint_t           i;
    ngx_eo_l4_group_t  **groups;

    groups = mcf->groups.elts;

    for (i = 0; i < mcf->groups.nelts; i++) {
        groups[i]->list = ngx_eo_ip_list_find(&mcf->lists, &groups[i]->name);

        if (groups[i]->list == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "an \"eo_l4_rule\" names the address group \"%V\", "
                          "and there is no \"eo_l4_group\" of that name",
                          &groups[i]->name);
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_eo_ip_lists_finish(cf, &mcf->lists) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


void *
ngx_eo_l4_create_srv_conf(ngx_conf_t *cf)
{
    ngx_eo_l4_srv_conf_t  *lcf;

    lcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_l4_srv_conf_t));
    if (lcf == NULL) {
        return NULL;
    }

    lcf->mode = NGX_CONF_UNSET_UINT;
    lcf->payload = NGX_CONF_UNSET_SIZE;
    lcf->wait = NGX_CONF_UNSET_MSEC;
    lcf->country = NGX_CONF_UNSET_PTR;
    lcf->asn = NGX_CONF_UNSET_PTR;

    return lcf;
}


/* rules and limits are added to those of the level above */

char *
ngx_eo_l4_merge_srv_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_eo_l4_srv_conf_t *prev = parent;
    ngx_eo_l4_srv_conf_t *conf = child;

    ngx_uint_t         i;
    ngx_eo_l4_rule_t  *rules;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_EO_L4_ON);
    ngx_conf_merge_size_value(conf->payload, prev->payload,
                              NGX_EO_L4_PAYLOAD);
    ngx_conf_merge_msec_value(conf->wait, prev->wait, 1000);
    ngx_conf_merge_ptr_value(conf->country, prev->country, NULL);
    ngx_conf_merge_ptr_value(conf->asn, prev->asn, NULL);

    if (ngx_eo_l4_inherit(cf, &conf->rules, prev->rules) != NGX_OK
        || ngx_eo_l4_inherit(cf, &conf->limits, prev->limits) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->limits && conf->limits->nelts > NGX_EO_L4_MAX_LIMITS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a server has %ui \"eo_l4_limit\", with those "
                           "that it inherits; it may have %d",
                           conf->limits->nelts, NGX_EO_L4_MAX_LIMITS);
        return NGX_CONF_ERROR;
    }

    if (conf->rules) {
        ngx_eo_l4_sort(conf->rules);

        rules = conf->rules->elts;

        for (i = 0; i < conf->rules->nelts; i++) {
            conf->payloads |= rules[i].payload;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_l4_inherit(ngx_conf_t *cf, ngx_array_t **array,
    ngx_array_t *inherited)
{
    void         *elts;
    ngx_array_t  *sum;

    if (inherited == NULL) {
        return NGX_OK;
    }

    sum = ngx_array_create(cf->pool, inherited->nelts + 4, inherited->size);
    if (sum == NULL) {
        return NGX_ERROR;
    }

    elts = ngx_array_push_n(sum, inherited->nelts);
    if (elts == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(elts, inherited->elts, inherited->nelts * inherited->size);

    if (*array) {
        elts = ngx_array_push_n(sum, (*array)->nelts);
        if (elts == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(elts, (*array)->elts, (*array)->nelts * (*array)->size);
    }

    *array = sum;

    return NGX_OK;
}


/* by priority, and stable */

static void
ngx_eo_l4_sort(ngx_array_t *array)
{
    ngx_uint_t         i, j;
    ngx_eo_l4_rule_t  *rules, rule;

    rules = array->elts;

    for (i = 1; i < array->nelts; i++) {
        rule = rules[i];

        for (j = i; j && rules[j - 1].priority > rule.priority; j--) {
            rules[j] = rules[j - 1];
        }

        rules[j] = rule;
    }
}


/* eo_l4_group NAME FILE | ADDRESS ... */

char *
ngx_eo_l4_set_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_l4_main_conf_t *mcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_eo_ip_list_add(cf, &mcf->lists, &value[1], &value[2],
                           cf->args->nelts - 2)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* eo_l4_zone NAME SIZE */

char *
ngx_eo_l4_set_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t     size;
    ngx_str_t  *value;

    value = cf->args->elts;
    size = ngx_parse_size(&value[2]);

    if (size == NGX_ERROR || size < (ssize_t) NGX_EO_L4_ZONE_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" in \"eo_l4_zone\": it must "
                           "be at least %uz", &value[2],
                           (size_t) NGX_EO_L4_ZONE_MIN);
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_l4_zone_add(cf, &value[1], size) == NULL) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* eo_l4_rule NAME 'EXPRESSION' action=ACTION [priority=N] */

char *
ngx_eo_l4_set_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_l4_srv_conf_t *lcf = conf;

    ngx_int_t               n;
    ngx_str_t              *value, text;
    ngx_uint_t              i;
    ngx_eo_l4_rule_t       *rule;
    ngx_eo_expr_error_t     error;
    ngx_eo_l4_main_conf_t  *mcf;

    mcf = ngx_stream_conf_get_module_main_conf(cf, ngx_stream_eo_l4_module);
    mcf->active = 1;

    if (lcf->rules == NULL) {
        lcf->rules = ngx_array_create(cf->pool, 4, sizeof(ngx_eo_l4_rule_t));
        if (lcf->rules == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    rule = ngx_array_push(lcf->rules);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(rule, sizeof(ngx_eo_l4_rule_t));

    value = cf->args->elts;
    rule->name = value[1];

    rule->expr = ngx_eo_expr_compile(mcf->env, &value[2], &error);
    if (rule->expr == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid expression in \"eo_l4_rule %V\", column "
                           "%uz: %*s", &value[1], error.column, error.len,
                           error.text);
        return NGX_CONF_ERROR;
    }

    rule->payload = ngx_eo_expr_reads(mcf->env, rule->expr,
                                      NGX_EO_FIELD_PAYLOAD);

    for (i = 3; i < cf->args->nelts; i++) {

        if (ngx_eo_l4_is(&value[i], "action=")) {
            text.data = value[i].data + 7;
            text.len = value[i].len - 7;

            if (ngx_eo_l4_action(cf, &text, 0, &rule->action) != NGX_OK) {
                return NGX_CONF_ERROR;
            }

            continue;
        }

        if (ngx_eo_l4_is(&value[i], "priority=")) {
            n = ngx_atoi(value[i].data + 9, value[i].len - 9);

            if (n == NGX_ERROR || n > 100) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "invalid \"%V\" in \"eo_l4_rule\": it "
                                   "must be 0 to 100", &value[i]);
                return NGX_CONF_ERROR;
            }

            rule->priority = n;
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"eo_l4_rule\": it "
                           "must be \"action=\" or \"priority=\"",
                           &value[i]);
        return NGX_CONF_ERROR;
    }

    if (rule->action == NGX_EO_L4_PASS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"eo_l4_rule %V\" has no \"action=\"",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_eo_l4_is(const ngx_str_t *text, const char *begin)
{
    return text->len >= ngx_strlen(begin)
           && ngx_memcmp(text->data, begin, ngx_strlen(begin)) == 0;
}


/* rules allow, limits throttle; both block and monitor */

static ngx_int_t
ngx_eo_l4_action(ngx_conf_t *cf, ngx_str_t *value, ngx_uint_t limit,
    ngx_eo_l4_action_e *action)
{
    const char  *other;

    other = limit ? "throttle" : "allow";

    if (ngx_strcmp(value->data, "block") == 0) {
        *action = NGX_EO_L4_BLOCK;

    } else if (ngx_strcmp(value->data, "monitor") == 0) {
        *action = NGX_EO_L4_MONITOR;

    } else if (ngx_strcmp(value->data, other) == 0) {
        *action = limit ? NGX_EO_L4_THROTTLE : NGX_EO_L4_ALLOW;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"action=%V\" in \"%s\": it must be "
                           "\"block\", \"monitor\" or \"%s\"", value,
                           limit ? "eo_l4_limit" : "eo_l4_rule", other);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * eo_l4_limit NAME zone=ZONE by=KEY [connections=N] [rate=N] [packets=N]
 *             [bytes=SIZE] [period=TIME] [duration=TIME] action=ACTION
 */

char *
ngx_eo_l4_set_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_l4_srv_conf_t *lcf = conf;

    ngx_str_t              *value;
    ngx_uint_t              i;
    ngx_eo_l4_limit_t      *limit;
    ngx_eo_l4_main_conf_t  *mcf;

    mcf = ngx_stream_conf_get_module_main_conf(cf, ngx_stream_eo_l4_module);
    mcf->active = 1;

    if (lcf->limits == NULL) {
        lcf->limits = ngx_array_create(cf->pool, 4,
                                       sizeof(ngx_eo_l4_limit_t));
        if (lcf->limits == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    limit = ngx_array_push(lcf->limits);
    if (limit == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(limit, sizeof(ngx_eo_l4_limit_t));

    value = cf->args->elts;

    limit->name = value[1];
    limit->ipv4 = 32;
    limit->ipv6 = 128;
    limit->period = 1000;

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_eo_l4_limit_param(cf, limit, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return ngx_eo_l4_limit_check(cf, limit);
}


static ngx_int_t
ngx_eo_l4_limit_param(ngx_conf_t *cf, ngx_eo_l4_limit_t *limit,
    ngx_str_t *value)
{
    ngx_str_t           text;
    ngx_eo_l4_param_t  *param;

    if (ngx_eo_l4_is(value, "zone=")) {
        text.data = value->data + 5;
        text.len = value->len - 5;

        limit->zone = ngx_eo_l4_zone_add(cf, &text, 0);
        return limit->zone ? NGX_OK : NGX_ERROR;
    }

    if (ngx_eo_l4_is(value, "by=")) {
        return ngx_eo_l4_limit_by(cf, limit, value);
    }

    if (ngx_eo_l4_is(value, "action=")) {
        text.data = value->data + 7;
        text.len = value->len - 7;

        return ngx_eo_l4_action(cf, &text, 1, &limit->action);
    }

    for (param = ngx_eo_l4_params; param->name.len; param++) {
        if (ngx_eo_l4_is(value, (char *) param->name.data)) {
            return ngx_eo_l4_limit_number(cf, limit, param, value);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"eo_l4_limit\": it must "
                       "be \"zone=\", \"by=\", \"connections=\", \"rate=\", "
                       "\"packets=\", \"bytes=\", \"period=\", "
                       "\"duration=\", \"delay=\" or \"action=\"", value);

    return NGX_ERROR;
}


static ngx_int_t
ngx_eo_l4_limit_number(ngx_conf_t *cf, ngx_eo_l4_limit_t *limit,
    ngx_eo_l4_param_t *param, ngx_str_t *value)
{
    ngx_int_t    n, most;
    ngx_str_t    text;
    ngx_uint_t  *field;

    text.data = value->data + param->name.len;
    text.len = value->len - param->name.len;
    most = NGX_EO_L4_COUNT_MAX;

    switch (param->kind) {

    case NGX_EO_L4_BYTES:
        n = ngx_parse_size(&text);
        break;

    case NGX_EO_L4_TIME:
        n = ngx_parse_time(&text, 0);
        most = NGX_EO_L4_PERIOD_MAX;
        break;

    default:
        n = ngx_atoi(text.data, text.len);
        break;
    }

    if (n < 1 || n > most) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" in \"eo_l4_limit\": it must be "
                           "%s", value,
                           param->kind == NGX_EO_L4_TIME
                           ? "1ms to 1h" : "1 to 1000000000");
        return NGX_ERROR;
    }

    field = (ngx_uint_t *) ((u_char *) limit + param->offset);
    *field = n;

    return NGX_OK;
}


/* by=address, by=prefix/24/56, by=port */

static ngx_int_t
ngx_eo_l4_limit_by(ngx_conf_t *cf, ngx_eo_l4_limit_t *limit,
    ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   text;

    text.data = value->data + 3;
    text.len = value->len - 3;

    if (ngx_strcmp(text.data, "address") == 0) {
        limit->by = NGX_EO_L4_BY_ADDRESS;
        return NGX_OK;
    }

    if (ngx_strcmp(text.data, "port") == 0) {
        limit->by = NGX_EO_L4_BY_PORT;
        return NGX_OK;
    }

    if (ngx_eo_l4_is(&text, "prefix/")) {
        limit->by = NGX_EO_L4_BY_PREFIX;

        text.data += 7;
        text.len -= 7;

        p = ngx_strlchr(text.data, text.data + text.len, '/');

        if (p) {
            text.len = p - text.data;

            if (ngx_eo_l4_limit_prefix(&text, 32, &limit->ipv4) == NGX_OK) {
                text.len = value->data + value->len - p - 1;
                text.data = p + 1;

                if (ngx_eo_l4_limit_prefix(&text, 128, &limit->ipv6)
                    == NGX_OK)
                {
                    return NGX_OK;
                }
            }
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid \"%V\" in \"eo_l4_limit\": it must be "
                       "\"by=address\", \"by=port\", or \"by=prefix/N/N\" "
                       "with the lengths of prefixes of IPv4 and IPv6",
                       value);

    return NGX_ERROR;
}


static ngx_int_t
ngx_eo_l4_limit_prefix(ngx_str_t *text, ngx_uint_t most, ngx_uint_t *length)
{
    ngx_int_t  n;

    n = ngx_atoi(text->data, text->len);

    if (n < 1 || n > (ngx_int_t) most) {
        return NGX_ERROR;
    }

    *length = n;

    return NGX_OK;
}


static char *
ngx_eo_l4_limit_check(ngx_conf_t *cf, ngx_eo_l4_limit_t *limit)
{
    const char  *wrong;

    wrong = NULL;

    if (limit->zone == NULL) {
        wrong = "needs \"zone=\"";

    } else if (limit->action == NGX_EO_L4_PASS) {
        wrong = "needs \"action=\"";

    } else if (!limit->connections && !limit->rate && !limit->packets
               && !limit->bytes)
    {
        wrong = "needs one of \"connections=\", \"rate=\", \"packets=\" and "
                "\"bytes=\"";

    } else if (limit->action == NGX_EO_L4_THROTTLE
               && (limit->connections || limit->packets || limit->bytes
                   || !limit->rate))
    {
        wrong = "may throttle \"rate=\" only; of bytes, "
                "\"proxy_upload_rate\" and \"proxy_download_rate\" do";

    } else if (limit->delay && limit->action != NGX_EO_L4_THROTTLE) {
        wrong = "has \"delay=\" without \"action=throttle\"";

    } else if (limit->duration
               && (limit->action == NGX_EO_L4_THROTTLE
                   || (!limit->rate && !limit->packets && !limit->bytes)))
    {
        wrong = "has \"duration=\", which is of \"rate=\", \"packets=\" and "
                "\"bytes=\" that are not throttled";
    }

    if (wrong) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"eo_l4_limit %V\" %s",
                           &limit->name, wrong);
        return NGX_CONF_ERROR;
    }

    if (limit->delay == 0) {
        limit->delay = 5000;
    }

    return NGX_CONF_OK;
}


/* eo_l4_payload SIZE [wait=TIME] */

char *
ngx_eo_l4_set_payload(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_l4_srv_conf_t *lcf = conf;

    ssize_t     size;
    ngx_int_t   wait;
    ngx_str_t  *value, text;

    if (lcf->payload != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < 1 || size > NGX_EO_L4_PAYLOAD_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" in \"eo_l4_payload\": it "
                           "must be 1 to %d", &value[1],
                           NGX_EO_L4_PAYLOAD_MAX);
        return NGX_CONF_ERROR;
    }

    lcf->payload = size;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    wait = NGX_ERROR;

    if (ngx_eo_l4_is(&value[2], "wait=")) {
        text.data = value[2].data + 5;
        text.len = value[2].len - 5;
        wait = ngx_parse_time(&text, 0);
    }

    if (wait < 1 || wait > 60000) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"eo_l4_payload\": "
                           "it must be \"wait=\" with 1ms to 1m", &value[2]);
        return NGX_CONF_ERROR;
    }

    lcf->wait = wait;

    return NGX_CONF_OK;
}

