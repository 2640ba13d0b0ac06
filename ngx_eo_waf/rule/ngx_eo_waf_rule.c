
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_rule.h"


#define NGX_EO_WAF_MAX_PRIORITY  100


static void ngx_eo_waf_rules_form(ngx_eo_rule_set_t *set,
    ngx_eo_rule_t *rule);
static ngx_int_t ngx_eo_waf_rules_forms(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf);
static ngx_uint_t ngx_eo_waf_inherits(ngx_eo_rule_set_t *set,
    ngx_eo_rule_t *rule);
static int ngx_libc_cdecl ngx_eo_waf_rule_cmp(const void *one,
    const void *two);
static ngx_int_t ngx_eo_waf_rules_compile(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf);
static ngx_int_t ngx_eo_waf_rules_members(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf);


char *
ngx_eo_waf_priority(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value,
    ngx_uint_t *priority)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data, value->len);

    if (n == NGX_ERROR || n > NGX_EO_WAF_MAX_PRIORITY) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"priority=%V\" in \"%V\": a priority is "
                           "between 0 and %d, small ones come first",
                           value, &cmd->name, NGX_EO_WAF_MAX_PRIORITY);
        return NGX_CONF_ERROR;
    }

    *priority = n;

    return NGX_CONF_OK;
}


char *
ngx_eo_waf_invalid(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *param)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"%V\"", param,
                       &cmd->name);

    return NGX_CONF_ERROR;
}


ngx_eo_rule_t *
ngx_eo_waf_rule_add(ngx_conf_t *cf, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_str_t *name, ngx_str_t *text)
{
    ngx_eo_rule_t           *rule, **rulep;
    ngx_eo_expr_error_t      error;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    rule = ngx_pcalloc(cf->pool, sizeof(ngx_eo_rule_t));
    if (rule == NULL) {
        return NULL;
    }

    rule->name = *name;
    rule->place = mcf->rules.nelts;
    rule->file = cf->conf_file->file.name;
    rule->line = cf->conf_file->line;

    rule->expr = ngx_eo_expr_compile(mcf->env, text, &error);

    if (rule->expr == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "wrong expression of \"%V\", column %uz: %*s",
                           name, error.column, error.len, error.text);
        return NULL;
    }

    rule->always = ngx_eo_expr_always(rule->expr);

    rulep = ngx_array_push(&mcf->rules);
    if (rulep == NULL) {
        return NULL;
    }

    *rulep = rule;

    if (wlcf->rules == NULL) {
        wlcf->rules = ngx_array_create(cf->pool, 4,
                                       sizeof(ngx_eo_rule_t *));
        if (wlcf->rules == NULL) {
            return NULL;
        }
    }

    rulep = ngx_array_push(wlcf->rules);
    if (rulep == NULL) {
        return NULL;
    }

    *rulep = rule;

    return rule;
}


ngx_eo_rule_set_t *
ngx_eo_waf_rule_set(ngx_conf_t *cf, ngx_eo_waf_loc_conf_t *conf,
    ngx_eo_rule_set_t *parent)
{
    ngx_eo_rule_set_t       *set, **setp;
    ngx_eo_waf_main_conf_t  *mcf;

    if (parent && conf->rules == NULL && !conf->afresh && !conf->rate_afresh)
    {
        return parent;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    set = ngx_pcalloc(cf->pool, sizeof(ngx_eo_rule_set_t));
    setp = ngx_array_push(&mcf->sets);

    if (set == NULL || setp == NULL) {
        return NULL;
    }

    set->parent = parent;
    set->rules = conf->rules;
    set->afresh = conf->afresh;
    set->rate_afresh = conf->rate_afresh;

    *setp = set;

    return set;
}


void
ngx_eo_waf_rules_sort(ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t       i;
    ngx_eo_rule_t  **rules;

    rules = mcf->rules.elts;

    if (mcf->rules.nelts) {
        ngx_qsort(rules, mcf->rules.nelts, sizeof(ngx_eo_rule_t *),
                  ngx_eo_waf_rule_cmp);
    }

    mcf->first_rate = mcf->rules.nelts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        rules[i]->number = i;

        if (rules[i]->type == NGX_EO_RULE_EXCEPTION) {
            mcf->nexceptions++;

        } else if (rules[i]->action.type == NGX_EO_ACTION_BLOCK_IP) {
            mcf->block_ip = 1;
        }

        if (rules[i]->type == NGX_EO_RULE_RATE) {
            mcf->first_rate = ngx_min(mcf->first_rate, i);
        }
    }
}


ngx_int_t
ngx_eo_waf_rules_index(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    if (ngx_eo_waf_rules_compile(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_waf_rules_members(cf, mcf);
}


/*
 * Exceptions before basic rules before precise ones before rate limits, then
 * by priority, then by action, then as in the configuration.
 */

static int ngx_libc_cdecl
ngx_eo_waf_rule_cmp(const void *one, const void *two)
{
    const ngx_eo_rule_t  *a = *(ngx_eo_rule_t **) one;
    const ngx_eo_rule_t  *b = *(ngx_eo_rule_t **) two;

    if (a->type != b->type) {
        return (a->type < b->type) ? -1 : 1;
    }

    if (a->priority != b->priority) {
        return (a->priority < b->priority) ? -1 : 1;
    }

    if (a->action.type != b->action.type) {
        return (a->action.type < b->action.type) ? -1 : 1;
    }

    return (a->place < b->place) ? -1 : 1;
}


static ngx_int_t
ngx_eo_waf_rules_compile(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t       i;
    ngx_pool_t      *temp;
    ngx_eo_expr_t  **exprs;
    ngx_eo_rule_t  **rules;

    temp = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, cf->log);
    if (temp == NULL) {
        return NGX_ERROR;
    }

    exprs = ngx_palloc(temp, (mcf->rules.nelts + 1)
                             * sizeof(ngx_eo_expr_t *));

    if (exprs) {
        rules = mcf->rules.elts;

        for (i = 0; i < mcf->rules.nelts; i++) {
            exprs[i] = rules[i]->expr;
        }

        mcf->index = ngx_eo_expr_index_create(mcf->env, exprs,
                                              mcf->rules.nelts, temp);
    }

    ngx_destroy_pool(temp);

    if (mcf->index == NULL) {
        return NGX_ERROR;
    }

    mcf->nwords = ngx_eo_expr_index_words(mcf->index);

    return NGX_OK;
}


/* parents come before their children in the list */

static ngx_int_t
ngx_eo_waf_rules_members(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t           i, k, n;
    ngx_eo_rule_t      **rules, **own;
    ngx_eo_rule_set_t  **sets, *set, *parent;

    if (ngx_eo_waf_rules_forms(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    sets = mcf->sets.elts;
    rules = mcf->rules.elts;

    for (i = 0; i < mcf->sets.nelts; i++) {
        set = sets[i];
        parent = set->parent;
        set->plain = 1;

        set->members = ngx_pcalloc(cf->pool,
                                   (mcf->nwords + 1) * sizeof(uint64_t));
        if (set->members == NULL) {
            return NGX_ERROR;
        }

        for (k = 0; parent && k < mcf->rules.nelts; k++) {
            if ((parent->members[k / 64] & (uint64_t) 1 << k % 64)
                && ngx_eo_waf_inherits(set, rules[k]))
            {
                set->members[k / 64] |= (uint64_t) 1 << k % 64;
            }
        }

        if (set->rules) {
            own = set->rules->elts;

            for (k = 0; k < set->rules->nelts; k++) {
                n = own[k]->number;
                set->members[n / 64] |= (uint64_t) 1 << n % 64;
            }
        }

        for (k = 0; k < mcf->rules.nelts; k++) {

            if (!(set->members[k / 64] & (uint64_t) 1 << k % 64)) {
                continue;
            }

            set->nmembers++;

            if (rules[k]->type != NGX_EO_RULE_RATE || !rules[k]->always) {
                set->plain = 0;
            }

            if (rules[k]->type == NGX_EO_RULE_RATE) {
                set->nrates++;

                if (set->ahead == NULL && rules[k]->ahead) {
                    set->ahead = rules[k];
                    mcf->rate_ahead = 1;
                }
            }

            if (mcf->forms[k / 64] & (uint64_t) 1 << k % 64) {
                ngx_eo_waf_rules_form(set, rules[k]);
            }
        }
    }

    return NGX_OK;
}


/* rules that only observe take the body as it comes */

static void
ngx_eo_waf_rules_form(ngx_eo_rule_set_t *set, ngx_eo_rule_t *rule)
{
    set->watch = 1;
    set->plain = 0;

    if (rule->type == NGX_EO_RULE_EXCEPTION) {
        set->form_exception = 1;
        set->form = 1;

    } else if (rule->action.type != NGX_EO_ACTION_MONITOR) {
        set->form = 1;
    }
}


static ngx_int_t
ngx_eo_waf_rules_forms(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t       i;
    ngx_eo_rule_t  **rules;

    mcf->forms = ngx_pcalloc(cf->pool, (mcf->nwords + 1) * sizeof(uint64_t));
    if (mcf->forms == NULL) {
        return NGX_ERROR;
    }

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        if (ngx_eo_expr_reads(mcf->env, rules[i]->expr, NGX_EO_FIELD_FORM)
            || rules[i]->form)
        {
            mcf->forms[i / 64] |= (uint64_t) 1 << i % 64;
            mcf->watch = 1;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_waf_inherits(ngx_eo_rule_set_t *set, ngx_eo_rule_t *rule)
{
    switch (rule->type) {

    case NGX_EO_RULE_EXCEPTION:
        return 1;

    case NGX_EO_RULE_RATE:
        return !set->rate_afresh;

    default:
        return !set->afresh;
    }
}


ngx_int_t
ngx_eo_waf_rules_pages(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t        i;
    ngx_eo_rule_t   **rules;
    ngx_eo_action_t  *action;

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        action = &rules[i]->action;

        if (action->page_name.len == 0) {
            continue;
        }

        action->page = ngx_eo_response_page_find(cf, &action->page_name);

        if (action->page == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "unknown page \"%V\" of the rule \"%V\" in %V:%ui: "
                          "define it with \"eo_response_page\"",
                          &action->page_name, &rules[i]->name,
                          &rules[i]->file, rules[i]->line);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
