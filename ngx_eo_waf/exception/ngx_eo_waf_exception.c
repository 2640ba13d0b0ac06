
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_exception.h"
#include "rule/ngx_eo_waf_rule.h"
#include "managed/ngx_eo_managed_conf.h"
#include "managed/ngx_eo_managed_field.h"


typedef struct {
    ngx_str_t                   name;
    ngx_uint_t                  mask;
} ngx_eo_waf_module_name_t;


/* ids of managed rules, both ends included */

typedef struct {
    ngx_uint_t                  from;
    ngx_uint_t                  to;
} ngx_eo_exception_ids_t;


typedef char *(*ngx_eo_waf_member_pt)(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name);


static char *ngx_eo_waf_exception_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *param);
static char *ngx_eo_waf_members(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *param, ngx_eo_waf_member_pt member);
static char *ngx_eo_waf_except_module(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name);
static char *ngx_eo_waf_except_ids(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name);
static char *ngx_eo_waf_except_group(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name);
static char *ngx_eo_waf_except_field(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *param);
static ngx_eo_exception_t *ngx_eo_waf_exception_rules(ngx_conf_t *cf,
    ngx_eo_rule_t *rule);
static ngx_int_t ngx_eo_waf_exception_init(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_exception_t *exception);
static ngx_uint_t ngx_eo_waf_excepted(ngx_eo_exception_t *exception,
    ngx_eo_seclang_rule_t *rule);
static void ngx_eo_waf_unknown_ids(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_rule_t *rule);
static ngx_uint_t ngx_eo_waf_ids_known(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_exception_ids_t *ids);
static ngx_eo_managed_except_t *ngx_eo_waf_except_add(ngx_http_request_t *r,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_managed_conf_t *conf);


static ngx_eo_waf_module_name_t  ngx_eo_waf_module_names[] = {
    { ngx_string("custom-rules"), NGX_EO_WAF_CUSTOM_RULES },
    { ngx_string("rate-limiting"), NGX_EO_WAF_RATE_LIMITING },
    { ngx_string("managed-rules"), NGX_EO_WAF_MANAGED_RULES },
    { ngx_string("bot"), NGX_EO_WAF_BOT },
    { ngx_string("bot/basic-feature"), NGX_EO_WAF_BOT_BASIC },
    { ngx_string("bot/ip-reputation"), NGX_EO_WAF_BOT_REPUTATION },
    { ngx_string("bot/bot-intelligence"), NGX_EO_WAF_BOT_RATING },
    { ngx_string("bot/custom-rules"), NGX_EO_WAF_BOT_RULES },
    { ngx_string("bot/ai-crawler-detection"), NGX_EO_WAF_BOT_AI },
    { ngx_string("adaptive-control"), NGX_EO_WAF_ADAPTIVE_CONTROL },
    { ngx_string("all"), NGX_EO_WAF_CUSTOM_RULES|NGX_EO_WAF_RATE_LIMITING
                         |NGX_EO_WAF_MANAGED_RULES|NGX_EO_WAF_BOT
                         |NGX_EO_WAF_ADAPTIVE_CONTROL },
    { ngx_null_string, 0 }
};


/*
 * eo_exception NAME 'EXPRESSION' [skip=MODULE[,MODULE...]]
 *              [rules=ID[-ID][,ID...]] [groups=NAME[,NAME...]]
 *              ['fields=SCOPE:TARGET [CONDITION]' ...]
 */

char *
ngx_eo_waf_exception(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t      *value;
    ngx_uint_t      i;
    ngx_eo_rule_t  *rule;

    value = cf->args->elts;

    rule = ngx_eo_waf_rule_add(cf, wlcf, &value[1], &value[2]);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    rule->type = NGX_EO_RULE_EXCEPTION;

    for (i = 3; i < cf->args->nelts; i++) {
        if (ngx_eo_waf_exception_param(cf, cmd, rule, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (rule->skip == 0 && rule->exception == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs \"skip=\", \"rules=\", "
                           "\"groups=\" or \"fields=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    /* some of the managed rules, or of the fields, instead of all */

    if (rule->exception) {
        rule->skip &= ~NGX_EO_WAF_MANAGED_RULES;
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_waf_exception_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *param)
{
    if (ngx_strncmp(param->data, "skip=", 5) == 0) {
        return ngx_eo_waf_members(cf, cmd, rule, param,
                                  ngx_eo_waf_except_module);
    }

    if (ngx_strncmp(param->data, "rules=", 6) == 0) {
        return ngx_eo_waf_members(cf, cmd, rule, param,
                                  ngx_eo_waf_except_ids);
    }

    if (ngx_strncmp(param->data, "groups=", 7) == 0) {
        return ngx_eo_waf_members(cf, cmd, rule, param,
                                  ngx_eo_waf_except_group);
    }

    if (ngx_strncmp(param->data, "fields=", 7) == 0) {
        return ngx_eo_waf_except_field(cf, cmd, rule, param);
    }

    return ngx_eo_waf_invalid(cf, cmd, param);
}


/* "NAME=MEMBER,MEMBER..." */

static char *
ngx_eo_waf_members(ngx_conf_t *cf, ngx_command_t *cmd, ngx_eo_rule_t *rule,
    ngx_str_t *param, ngx_eo_waf_member_pt member)
{
    u_char     *p, *last, *end;
    ngx_str_t   name;

    last = param->data + param->len;
    p = ngx_strlchr(param->data, last, '=') + 1;

    for ( /* void */ ; p <= last; p = end + 1) {

        end = ngx_strlchr(p, last, ',');
        if (end == NULL) {
            end = last;
        }

        name.data = p;
        name.len = end - p;

        if (member(cf, cmd, rule, &name) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_waf_except_module(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name)
{
    ngx_eo_waf_module_name_t  *known;

    for (known = ngx_eo_waf_module_names; known->name.len; known++) {
        if (known->name.len == name->len
            && ngx_strncmp(known->name.data, name->data, name->len) == 0)
        {
            break;
        }
    }

    if (known->name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid module \"%V\" of \"skip\" in \"%V\": "
                           "it must be \"custom-rules\", "
                           "\"rate-limiting\", \"managed-rules\", "
                           "\"bot\", \"bot/basic-feature\", "
                           "\"bot/ip-reputation\", "
                           "\"bot/bot-intelligence\", "
                           "\"bot/custom-rules\", "
                           "\"bot/ai-crawler-detection\", "
                           "\"adaptive-control\" or \"all\"",
                           name, &cmd->name);
        return NGX_CONF_ERROR;
    }

    rule->skip |= known->mask;

    return NGX_CONF_OK;
}


/* "942100" or "942000-942999" */

static char *
ngx_eo_waf_except_ids(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name)
{
    u_char                  *dash, *last;
    ngx_int_t                from, to;
    ngx_eo_exception_t      *exception;
    ngx_eo_exception_ids_t  *ids;

    last = name->data + name->len;
    dash = ngx_strlchr(name->data, last, '-');

    if (dash) {
        from = ngx_atoi(name->data, dash - name->data);
        to = ngx_atoi(dash + 1, last - dash - 1);

    } else {
        from = ngx_atoi(name->data, name->len);
        to = from;
    }

    if (from < 1 || to < from) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid id \"%V\" of \"rules\" in \"%V\": it "
                           "must be that of a managed rule, such as "
                           "\"942100\", or a range of them, such as "
                           "\"942000-942999\"", name, &cmd->name);
        return NGX_CONF_ERROR;
    }

    exception = ngx_eo_waf_exception_rules(cf, rule);
    if (exception == NULL) {
        return NGX_CONF_ERROR;
    }

    ids = ngx_array_push(exception->ids);
    if (ids == NULL) {
        return NGX_CONF_ERROR;
    }

    ids->from = from;
    ids->to = to;

    return NGX_CONF_OK;
}


static char *
ngx_eo_waf_except_group(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *name)
{
    u_char               names[1024];
    ngx_int_t            group;
    ngx_eo_exception_t  *exception;

    group = ngx_eo_managed_group_find(name);

    if (group == NGX_ERROR) {
        *ngx_eo_managed_group_names(names, names + sizeof(names) - 1) = '\0';
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown group \"%V\" of \"groups\" in \"%V\": "
                           "it must be one of %s", name, &cmd->name, names);
        return NGX_CONF_ERROR;
    }

    exception = ngx_eo_waf_exception_rules(cf, rule);
    if (exception == NULL) {
        return NGX_CONF_ERROR;
    }

    exception->groups |= (uint64_t) 1 << group;

    return NGX_CONF_OK;
}


/* "fields=cookie:value ${key} in ["token"]" */

static char *
ngx_eo_waf_except_field(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_str_t *param)
{
    ngx_str_t                text;
    ngx_eo_exception_t      *exception;
    ngx_eo_expr_error_t      error;
    ngx_eo_waf_main_conf_t  *mcf;
    ngx_eo_managed_field_t  *field;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    if (mcf->members_env == NULL) {
        mcf->members_env = ngx_eo_expr_env_create(cf->pool, NULL, NULL, NULL);
        if (mcf->members_env == NULL) {
            return NGX_CONF_ERROR;
        }

        mcf->members_env->members = 1;
    }

    exception = ngx_eo_waf_exception_rules(cf, rule);
    if (exception == NULL) {
        return NGX_CONF_ERROR;
    }

    if (exception->fields == NULL) {
        exception->fields = ngx_array_create(cf->pool, 2,
                                             sizeof(ngx_eo_managed_field_t));
        if (exception->fields == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    field = ngx_array_push(exception->fields);
    if (field == NULL) {
        return NGX_CONF_ERROR;
    }

    text.data = param->data + sizeof("fields=") - 1;
    text.len = param->len - (sizeof("fields=") - 1);

    if (ngx_eo_managed_field_parse(mcf->members_env, &text, field, &error)
        == NGX_OK)
    {
        return NGX_CONF_OK;
    }

    if (error.column == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" in \"%V\": %*s", param,
                           &cmd->name, error.len, error.text);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "wrong condition of \"%V\" in \"%V\", column "
                           "%uz: %*s", param, &cmd->name, error.column,
                           error.len, error.text);
    }

    return NGX_CONF_ERROR;
}


static ngx_eo_exception_t *
ngx_eo_waf_exception_rules(ngx_conf_t *cf, ngx_eo_rule_t *rule)
{
    ngx_eo_exception_t  *exception;

    if (rule->exception) {
        return rule->exception;
    }

    exception = ngx_pcalloc(cf->pool, sizeof(ngx_eo_exception_t));
    if (exception == NULL) {
        return NULL;
    }

    exception->ids = ngx_array_create(cf->pool, 4,
                                      sizeof(ngx_eo_exception_ids_t));
    if (exception->ids == NULL) {
        return NULL;
    }

    rule->exception = exception;

    return exception;
}


ngx_int_t
ngx_eo_waf_exceptions_init(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t       i;
    ngx_eo_rule_t  **rules;

    if (mcf->managed_main->sets == NULL) {
        return NGX_OK;
    }

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->nexceptions; i++) {

        if (rules[i]->exception == NULL) {
            continue;
        }

        if (ngx_eo_waf_exception_init(cf, mcf, rules[i]->exception)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_eo_waf_unknown_ids(cf, mcf, rules[i]);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_waf_exception_init(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_exception_t *exception)
{
    ngx_uint_t                 i, k;
    ngx_array_t               *plan;
    ngx_eo_managed_set_t      *sets;
    ngx_eo_seclang_rule_t    **rules, *rule;
    ngx_eo_seclang_bitmap_t    map;

    sets = mcf->managed_main->sets->elts;

    exception->rules = ngx_palloc(cf->pool, mcf->managed_main->sets->nelts
                                            * sizeof(ngx_eo_seclang_bitmap_t));
    if (exception->rules == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < mcf->managed_main->sets->nelts; i++) {
        plan = &sets[i].set->plan;

        map = ngx_pcalloc(cf->pool, (plan->nelts / 64 + 1)
                                    * sizeof(uint64_t));
        if (map == NULL) {
            return NGX_ERROR;
        }

        exception->rules[i] = map;
        rules = plan->elts;

        for (k = 0; k < plan->nelts; k++) {

            if (!ngx_eo_waf_excepted(exception, rules[k])) {
                continue;
            }

            /* a rule takes its chain along */

            for (rule = rules[k]; rule != NULL; rule = rule->next) {
                ngx_eo_seclang_set_bit(map, rule->ordinal);
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_waf_excepted(ngx_eo_exception_t *exception,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_int_t                group;
    ngx_uint_t               i, id;
    ngx_eo_exception_ids_t  *ids;

    id = rule->actions.id;

    if (id == 0) {
        return 0;
    }

    ids = exception->ids->elts;

    for (i = 0; i < exception->ids->nelts; i++) {
        if (id >= ids[i].from && id <= ids[i].to) {
            return 1;
        }
    }

    if (exception->groups == 0) {

        /* fields alone are those of all rules */

        return exception->ids->nelts == 0;
    }

    group = ngx_eo_managed_group_of(rule);

    return group != NGX_DECLINED
           && (exception->groups & (uint64_t) 1 << group);
}


/* an id that no rule has is a slip of the pen, or of another version */

static void
ngx_eo_waf_unknown_ids(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_rule_t *rule)
{
    ngx_uint_t               i, k, n;
    ngx_eo_managed_set_t    *sets;
    ngx_eo_exception_ids_t  *ids;

    sets = mcf->managed_main->sets->elts;
    n = mcf->managed_main->sets->nelts;

    ids = rule->exception->ids->elts;

    for (i = 0; i < rule->exception->ids->nelts; i++) {

        for (k = 0; k < n; k++) {
            if (ngx_eo_waf_ids_known(sets[k].set, &ids[i])) {
                break;
            }
        }

        if (k < n) {
            continue;
        }

        if (ids[i].from == ids[i].to) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "no managed rule has the id %ui of the exception "
                          "\"%V\" in %V:%ui", ids[i].from, &rule->name,
                          &rule->file, rule->line);

        } else {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "no managed rule has an id from %ui to %ui of the "
                          "exception \"%V\" in %V:%ui", ids[i].from,
                          ids[i].to, &rule->name, &rule->file, rule->line);
        }
    }
}


static ngx_uint_t
ngx_eo_waf_ids_known(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_exception_ids_t *ids)
{
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    for (i = 0; i < set->plan.nelts; i++) {
        if (rules[i]->actions.id >= ids->from
            && rules[i]->actions.id <= ids->to)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_eo_managed_except_t *
ngx_eo_waf_except_add(ngx_http_request_t *r, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_managed_conf_t *conf)
{
    if (conf->excepts == NULL) {
        conf->excepts = ngx_array_create(r->pool, 2,
                                         sizeof(ngx_eo_managed_except_t));
        if (conf->excepts == NULL) {
            return NULL;
        }

        conf->excepts_env = mcf->members_env;
    }

    return ngx_array_push(conf->excepts);
}


ngx_eo_waf_loc_conf_t *
ngx_eo_waf_exceptions_apply(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf, ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_uint_t                i, k, n, words;
    ngx_eo_exception_t      **exceptions;
    ngx_eo_managed_set_t     *sets;
    ngx_eo_waf_loc_conf_t    *copy;
    ngx_eo_managed_conf_t    *managed;
    ngx_eo_managed_except_t  *except;
    ngx_eo_seclang_bitmap_t   disabled;

    /* managed rules keep to the configuration that they began with */

    if (state->exceptions == NULL || state->managed_ctx != NULL
        || wlcf->managed_rules->mode == NGX_EO_MANAGED_OFF)
    {
        return wlcf;
    }

    sets = mcf->managed_main->sets->elts;

    for (n = 0; sets[n].set != wlcf->managed_rules->set; n++) { /* void */ }

    words = sets[n].set->plan.nelts / 64 + 1;

    copy = ngx_palloc(r->pool, sizeof(ngx_eo_waf_loc_conf_t));
    managed = ngx_palloc(r->pool, sizeof(ngx_eo_managed_conf_t));
    disabled = ngx_pcalloc(r->pool, words * sizeof(uint64_t));

    if (copy == NULL || managed == NULL || disabled == NULL) {
        return NULL;
    }

    *copy = *wlcf;
    *managed = *wlcf->managed_rules;
    copy->managed_rules = managed;

    if (wlcf->managed_rules->disabled) {
        ngx_memcpy(disabled, wlcf->managed_rules->disabled,
                   words * sizeof(uint64_t));
    }

    managed->disabled = disabled;

    exceptions = state->exceptions->elts;

    for (i = 0; i < state->exceptions->nelts; i++) {

        if (exceptions[i]->fields != NULL) {
            except = ngx_eo_waf_except_add(r, mcf, managed);
            if (except == NULL) {
                return NULL;
            }

            except->fields = exceptions[i]->fields;
            except->rules = exceptions[i]->rules[n];

            continue;
        }

        for (k = 0; k < words; k++) {
            disabled[k] |= exceptions[i]->rules[n][k];
        }
    }

    return copy;
}
