
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_ip_group.h"


char *
ngx_eo_waf_ip_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    u_char       ch;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 0; i < value[1].len; i++) {
        ch = value[1].data[i];

        if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
            || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-')
        {
            continue;
        }

        break;
    }

    if (i < value[1].len || value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name \"%V\" in \"%V\": it must consist of "
                           "letters, digits, \"_\" and \"-\"", &value[1],
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_ip_list_add(cf, &mcf->lists, &value[1], &value[2],
                           cf->args->nelts - 2)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


void *
ngx_eo_waf_ip_group_use(void *data, ngx_str_t *name)
{
    ngx_eo_waf_main_conf_t  *mcf = data;

    ngx_conf_t          *cf;
    ngx_uint_t           i;
    ngx_eo_ip_group_t  **groups, *group;

    groups = mcf->groups.elts;

    for (i = 0; i < mcf->groups.nelts; i++) {

        if (groups[i]->name.len == name->len
            && ngx_strncmp(groups[i]->name.data, name->data, name->len) == 0)
        {
            return groups[i];
        }
    }

    cf = mcf->conf;

    group = ngx_pcalloc(cf->pool, sizeof(ngx_eo_ip_group_t));
    if (group == NULL) {
        return NULL;
    }

    group->name.len = name->len;
    group->name.data = ngx_pstrdup(cf->pool, name);

    groups = ngx_array_push(&mcf->groups);

    if (group->name.data == NULL || groups == NULL) {
        return NULL;
    }

    group->file = cf->conf_file->file.name;
    group->line = cf->conf_file->line;

    *groups = group;

    return group;
}


ngx_uint_t
ngx_eo_waf_ip_group_match(void *data, ngx_int_t family, u_char *addr)
{
    ngx_eo_ip_group_t  *group = data;

    return ngx_eo_ip_list_match_addr(group->list, family, addr);
}


char *
ngx_eo_waf_ip_groups_init(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf)
{
    ngx_uint_t           i;
    ngx_eo_ip_group_t  **groups;

    if (ngx_eo_ip_lists_finish(cf, &mcf->lists) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    groups = mcf->groups.elts;

    for (i = 0; i < mcf->groups.nelts; i++) {
        groups[i]->list = ngx_eo_ip_list_find(&mcf->lists, &groups[i]->name);

        if (groups[i]->list == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"%V\" is neither an address nor the name of an "
                          "\"eo_ip_group\" in %V:%ui", &groups[i]->name,
                          &groups[i]->file, groups[i]->line);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}
