
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Directives of bot management that say what is done.
 */


#include "ngx_eo_bot_conf.h"


#define NGX_EO_BOT_RULE_PRIORITY  50


static ngx_eo_bot_main_conf_t *ngx_eo_bot_main(ngx_conf_t *cf);
static char *ngx_eo_bot_args(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_uint_t *names);
static ngx_eo_bot_part_t *ngx_eo_bot_part(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_str_t *name, ngx_eo_rule_e type);
static char *ngx_eo_bot_list_parts(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t **parts, ngx_array_t *lists, ngx_eo_rule_e type);
static ngx_uint_t ngx_eo_bot_list_known(ngx_array_t *lists, ngx_str_t *name);
static char *ngx_eo_bot_human(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_part_t *part);
static char *ngx_eo_bot_rule_priority(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_uint_t *priority);
static ngx_eo_bot_part_t *ngx_eo_bot_rule_part(ngx_conf_t *cf,
    ngx_str_t *name, ngx_str_t *text);
static char *ngx_eo_bot_ai_purpose(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_conf_t *conf, ngx_str_t *param);


/* in the order of their categories; the longest first of "ai-..." */

static ngx_str_t  ngx_eo_bot_ai_purposes[] = {
    ngx_string("training="),
    ngx_string("search="),
    ngx_string("user=")
};


static ngx_eo_bot_main_conf_t *
ngx_eo_bot_main(ngx_conf_t *cf)
{
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    return mcf->bot_main;
}


/* eo_bot on|off|monitor */

char *
ngx_eo_bot_mode(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t          *value;
    ngx_eo_bot_conf_t  *bot;

    bot = wlcf->bot;

    if (bot->mode != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        bot->mode = NGX_EO_WAF_OFF;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "on") == 0) {
        bot->mode = NGX_EO_WAF_ON;

    } else if (ngx_strcmp(value[1].data, "monitor") == 0) {
        bot->mode = NGX_EO_WAF_MONITOR;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"on\", \"off\" or \"monitor\"", &value[1],
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    ngx_eo_bot_main(cf)->used = 1;

    return NGX_CONF_OK;
}


/* takes the parameters of an action; names: how many words come before */

static char *
ngx_eo_bot_args(ngx_conf_t *cf, ngx_command_t *cmd, ngx_eo_bot_args_t *args,
    ngx_uint_t *names)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    ngx_memzero(args, sizeof(ngx_eo_bot_args_t));

    value = cf->args->elts;
    *names = 0;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_eo_bot_arg(args, &value[i]) == NGX_OK) {
            continue;
        }

        if (i != *names + 1) {
            return ngx_eo_waf_invalid(cf, cmd, &value[i]);
        }

        *names = i;
    }

    if (*names == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs names before its action",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_eo_bot_part_t *
ngx_eo_bot_part(ngx_conf_t *cf, ngx_command_t *cmd, ngx_eo_bot_args_t *args,
    ngx_str_t *name, ngx_eo_rule_e type)
{
    ngx_eo_bot_part_t  *part;

    part = ngx_pcalloc(cf->pool, sizeof(ngx_eo_bot_part_t));
    if (part == NULL) {
        return NULL;
    }

    part->rule.name = *name;
    part->rule.type = type;

    if (ngx_eo_bot_act_parse(cf, cmd, args, &part->act) != NGX_CONF_OK) {
        return NULL;
    }

    return part;
}


/* eo_bot_category NAME... ACTION */

char *
ngx_eo_bot_category(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t              *value;
    ngx_uint_t              i, names;
    ngx_eo_bot_args_t       args;
    ngx_eo_bot_part_t     **part;
    ngx_eo_bot_category_e   category;

    if (ngx_eo_bot_args(cf, cmd, &args, &names) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i <= names; i++) {

        if (ngx_eo_bot_category_find(&value[i], &category) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown category \"%V\" in \"%V\": it must be "
                               "\"search-engine\", \"ai-training\", "
                               "\"ai-search\", \"ai-user\", \"feed\", "
                               "\"preview\", \"monitoring\", \"seo\", "
                               "\"archive\", \"tool\", \"headless\", "
                               "\"scanner\", \"uncategorized\", "
                               "\"impersonated\" or \"no-user-agent\"",
                               &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        part = &wlcf->bot->categories[category];

        if (*part) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "category \"%V\" has two actions in \"%V\"",
                               &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        *part = ngx_eo_bot_part(cf, cmd, &args,
                                ngx_eo_bot_category_name(category),
                                NGX_EO_RULE_BOT);
        if (*part == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* eo_bot_rating NAME... ACTION */

char *
ngx_eo_bot_rating_action(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t            *value;
    ngx_uint_t            i, names;
    ngx_eo_bot_args_t     args;
    ngx_eo_bot_part_t   **part;
    ngx_eo_bot_rating_e   rating;

    if (ngx_eo_bot_args(cf, cmd, &args, &names) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i <= names; i++) {

        if (ngx_eo_bot_rating_find(&value[i], &rating) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown rating \"%V\" in \"%V\": it must be "
                               "\"high_risk\", \"likely\", \"verified\" or "
                               "\"human\"", &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        part = &wlcf->bot->ratings[rating];

        if (*part) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "rating \"%V\" has two actions in \"%V\"",
                               &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        *part = ngx_eo_bot_part(cf, cmd, &args,
                                ngx_eo_bot_rating_name(rating),
                                NGX_EO_RULE_BOT_RATING);
        if (*part == NULL) {
            return NGX_CONF_ERROR;
        }

        if (rating == NGX_EO_BOT_HUMAN
            && ngx_eo_bot_human(cf, cmd, *part) != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_human(ngx_conf_t *cf, ngx_command_t *cmd, ngx_eo_bot_part_t *part)
{
    ngx_eo_bot_choice_t  *choice;

    choice = &part->act.choices[0];

    if (part->act.nchoices == 1 && choice->max == 0
        && (choice->action.type == NGX_EO_ACTION_ALLOW
            || choice->action.type == NGX_EO_ACTION_MONITOR))
    {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"human\" in \"%V\" can only have \"action=allow\" "
                       "or \"action=monitor\"", &cmd->name);

    return NGX_CONF_ERROR;
}


/* eo_bot_idc NAME...|* ACTION */

char *
ngx_eo_bot_idc(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_eo_bot_list_parts(cf, cmd, &wlcf->bot->idc,
                                 ngx_eo_bot_main(cf)->idc, NGX_EO_RULE_BOT);
}


/* eo_bot_reputation ID...|* ACTION */

char *
ngx_eo_bot_reputation(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_eo_bot_list_parts(cf, cmd, &wlcf->bot->reputation,
                                 ngx_eo_bot_main(cf)->reputation,
                                 NGX_EO_RULE_BOT_REPUTATION);
}


static char *
ngx_eo_bot_list_parts(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t **parts, ngx_array_t *lists, ngx_eo_rule_e type)
{
    ngx_str_t               *value;
    ngx_uint_t               i, names;
    ngx_eo_bot_args_t        args;
    ngx_eo_bot_list_part_t  *part;

    if (ngx_eo_bot_args(cf, cmd, &args, &names) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (*parts == NULL) {
        *parts = ngx_array_create(cf->pool, 4,
                                  sizeof(ngx_eo_bot_list_part_t));
        if (*parts == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i <= names; i++) {

        if (!ngx_eo_bot_list_known(lists, &value[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown list \"%V\" in \"%V\": define it "
                               "before by \"%V_list\" in the \"http\" block, "
                               "or write \"*\" for all", &value[i],
                               &cmd->name, &cmd->name);
            return NGX_CONF_ERROR;
        }

        part = ngx_array_push(*parts);
        if (part == NULL) {
            return NGX_CONF_ERROR;
        }

        part->name = value[i];
        part->part = ngx_eo_bot_part(cf, cmd, &args, &value[i], type);

        if (part->part == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_eo_bot_list_known(ngx_array_t *lists, ngx_str_t *name)
{
    ngx_uint_t          i;
    ngx_eo_bot_list_t  *list;

    if (name->len == 1 && name->data[0] == '*') {
        return 1;
    }

    list = lists->elts;

    for (i = 0; i < lists->nelts; i++) {
        if (list[i].rule.name.len == name->len
            && ngx_strncmp(list[i].rule.name.data, name->data, name->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* eo_bot_rule NAME 'EXPRESSION' ACTION [priority=1..100] */

char *
ngx_eo_bot_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t           *value, text;
    ngx_uint_t           i;
    ngx_eo_bot_args_t    args;
    ngx_eo_bot_part_t   *part, **slot;

    value = cf->args->elts;

    part = ngx_eo_bot_rule_part(cf, &value[1], &value[2]);
    if (part == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&args, sizeof(ngx_eo_bot_args_t));

    for (i = 3; i < cf->args->nelts; i++) {

        if (ngx_eo_bot_arg(&args, &value[i]) == NGX_OK) {
            continue;
        }

        if (ngx_strncmp(value[i].data, "priority=", 9) != 0) {
            return ngx_eo_waf_invalid(cf, cmd, &value[i]);
        }

        text.data = value[i].data + 9;
        text.len = value[i].len - 9;

        if (ngx_eo_bot_rule_priority(cf, cmd, &text, &part->rule.priority)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_eo_bot_act_parse(cf, cmd, &args, &part->act) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    /* what cannot be decided is decided against the request, unless that */

    part->rule.action.type = part->act.choices[0].max
                             ? NGX_EO_ACTION_MONITOR
                             : part->act.choices[0].action.type;

    if (wlcf->bot->rules == NULL) {
        wlcf->bot->rules = ngx_array_create(cf->pool, 4,
                                            sizeof(ngx_eo_bot_part_t *));
        if (wlcf->bot->rules == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    slot = ngx_array_push(wlcf->bot->rules);
    if (slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = part;

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_rule_priority(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_uint_t *priority)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data, value->len);

    if (n < 1 || n > 100) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"priority=%V\" in \"%V\": it must be a "
                           "number between 1 and 100, and small ones come "
                           "first", value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    *priority = n;

    return NGX_CONF_OK;
}


static ngx_eo_bot_part_t *
ngx_eo_bot_rule_part(ngx_conf_t *cf, ngx_str_t *name, ngx_str_t *text)
{
    ngx_eo_rule_t           *rule;
    ngx_eo_bot_part_t       *part;
    ngx_eo_expr_error_t      error;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    part = ngx_pcalloc(cf->pool, sizeof(ngx_eo_bot_part_t));
    if (part == NULL) {
        return NULL;
    }

    rule = &part->rule;

    rule->name = *name;
    rule->type = NGX_EO_RULE_BOT_CUSTOM;
    rule->priority = NGX_EO_BOT_RULE_PRIORITY;
    rule->place = mcf->bot_main->nrules++;
    rule->file = cf->conf_file->file.name;
    rule->line = cf->conf_file->line;

    rule->expr = ngx_eo_expr_compile(mcf->env, text, &error);

    if (rule->expr == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "wrong expression of \"%V\", column %uz: %*s",
                           name, error.column, error.len, error.text);
        return NULL;
    }

    if (ngx_eo_expr_reads(mcf->env, rule->expr, NGX_EO_FIELD_FORM)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the bot rule \"%V\" reads a field of the request "
                           "body: only \"eo_custom_rule\" can", name);
        return NULL;
    }

    rule->always = ngx_eo_expr_always(rule->expr);

    return part;
}


/* eo_ai_crawlers [training=ACTION] [search=ACTION] [user=ACTION] */

char *
ngx_eo_bot_ai_crawlers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_eo_bot_ai_purpose(cf, cmd, wlcf->bot, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_ai_purpose(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_conf_t *conf, ngx_str_t *param)
{
    ngx_str_t          *purpose, *action;
    ngx_uint_t          i;
    ngx_eo_bot_args_t   args;

    for (i = 0; i < NGX_EO_BOT_AI_PURPOSES; i++) {
        purpose = &ngx_eo_bot_ai_purposes[i];

        if (param->len > purpose->len
            && ngx_strncmp(param->data, purpose->data, purpose->len) == 0)
        {
            break;
        }
    }

    if (i == NGX_EO_BOT_AI_PURPOSES) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": it must be "
                           "\"training=\", \"search=\" or \"user=\" with "
                           "\"allow\", \"deny\", \"challenge\" or "
                           "\"monitor\"", param, &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (conf->ai[i]) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is duplicate in \"%V\"", param,
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&args, sizeof(ngx_eo_bot_args_t));

    action = &args.action.action;
    action->data = param->data + purpose->len;
    action->len = param->len - purpose->len;

    if (action->len == 9 && ngx_strncmp(action->data, "challenge", 9) == 0) {
        ngx_str_set(action, "managed_challenge");
    }

    conf->ai[i] = ngx_eo_bot_part(cf, cmd, &args,
                                  ngx_eo_bot_category_name(
                                      ngx_eo_bot_ai_category(i)),
                                  NGX_EO_RULE_BOT);

    return conf->ai[i] ? NGX_CONF_OK : NGX_CONF_ERROR;
}
