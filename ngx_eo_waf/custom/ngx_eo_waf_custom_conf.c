
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * eo_custom_rule.
 */


#include "ngx_eo_waf_custom.h"
#include "action/ngx_eo_waf_action_conf.h"


static char *ngx_eo_waf_rule_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_uint_t *priority, ngx_str_t *param);


/* eo_custom_rule NAME 'EXPRESSION' action=... [priority=] [type=] ... */

char *
ngx_eo_waf_custom_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t             *value;
    ngx_uint_t             i, priority;
    ngx_eo_rule_t         *rule;
    ngx_eo_action_args_t   args;

    value = cf->args->elts;

    rule = ngx_eo_waf_rule_add(cf, wlcf, &value[1], &value[2]);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    rule->type = NGX_EO_RULE_PRECISE;
    priority = NGX_CONF_UNSET_UINT;

    ngx_memzero(&args, sizeof(ngx_eo_action_args_t));

    for (i = 3; i < cf->args->nelts; i++) {

        if (ngx_eo_action_arg(&args, &value[i]) == NGX_OK) {
            continue;
        }

        if (ngx_eo_waf_rule_param(cf, cmd, rule, &priority, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (priority != NGX_CONF_UNSET_UINT) {

        if (rule->type == NGX_EO_RULE_BASIC) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"priority=\" has no meaning with "
                               "\"type=basic\" in \"%V\": basic rules come "
                               "before all others", &cmd->name);
            return NGX_CONF_ERROR;
        }

        rule->priority = priority;
    }

    return ngx_eo_action_parse(cf, cmd, &args, &rule->action);
}


static char *
ngx_eo_waf_rule_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_rule_t *rule, ngx_uint_t *priority, ngx_str_t *param)
{
    ngx_str_t  value;

    if (ngx_strncmp(param->data, "priority=", 9) == 0) {
        value.data = param->data + 9;
        value.len = param->len - 9;

        return ngx_eo_waf_priority(cf, cmd, &value, priority);
    }

    if (ngx_strncmp(param->data, "type=", 5) != 0) {
        return ngx_eo_waf_invalid(cf, cmd, param);
    }

    if (ngx_strcmp(param->data + 5, "basic") == 0) {
        rule->type = NGX_EO_RULE_BASIC;

    } else if (ngx_strcmp(param->data + 5, "precise") == 0) {
        rule->type = NGX_EO_RULE_PRECISE;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" in \"%V\": it must be "
                           "\"type=basic\" or \"type=precise\"",
                           param, &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
