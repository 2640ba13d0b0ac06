
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_action_conf.h"
#include "challenge/ngx_eo_challenge_conf.h"


#define NGX_EO_ACTION_SHORTEST       1000
#define NGX_EO_ACTION_DURATION       (60 * 1000)


/* a parameter of an action; all have "action=" itself, whose bit is 0 */

typedef struct {
    ngx_str_t                   prefix;
    ngx_uint_t                  bit;         /* NGX_EO_ACTION_WITH_... */
    size_t                      offset;
} ngx_eo_action_param_t;


static char *ngx_eo_action_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, ngx_eo_action_t *action);
static u_char *ngx_eo_action_list(ngx_conf_t *cf, ngx_uint_t with,
    const char *last);
static char *ngx_eo_action_unused(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_action_status(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_action_duration(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_action_url(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);


static ngx_eo_action_param_t  ngx_eo_action_params[] = {
    { ngx_string("action="), 0,
      offsetof(ngx_eo_action_args_t, action) },
    { ngx_string("status="), NGX_EO_ACTION_WITH_STATUS,
      offsetof(ngx_eo_action_args_t, status) },
    { ngx_string("page="), NGX_EO_ACTION_WITH_PAGE,
      offsetof(ngx_eo_action_args_t, page) },
    { ngx_string("url="), NGX_EO_ACTION_WITH_URL,
      offsetof(ngx_eo_action_args_t, url) },
    { ngx_string("duration="), NGX_EO_ACTION_WITH_DURATION,
      offsetof(ngx_eo_action_args_t, duration) },
    { ngx_null_string, 0, 0 }
};


ngx_int_t
ngx_eo_action_arg(ngx_eo_action_args_t *args, ngx_str_t *arg)
{
    ngx_str_t              *target;
    ngx_eo_action_param_t  *param;

    for (param = ngx_eo_action_params; param->prefix.len; param++) {

        if (arg->len > param->prefix.len
            && ngx_strncmp(arg->data, param->prefix.data, param->prefix.len)
               == 0)
        {
            target = (ngx_str_t *) ((u_char *) args + param->offset);
            target->data = arg->data + param->prefix.len;
            target->len = arg->len - param->prefix.len;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


char *
ngx_eo_action_parse(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    ngx_memzero(action, sizeof(ngx_eo_action_t));

    if (args->action.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs \"action=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_action_name(cf, cmd, &args->action, action) != NGX_CONF_OK
        || ngx_eo_action_unused(cf, cmd, args, action) != NGX_CONF_OK
        || ngx_eo_action_status(cf, cmd, args, action) != NGX_CONF_OK
        || ngx_eo_action_duration(cf, cmd, args, action) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    action->page_name = args->page;

    return ngx_eo_action_url(cf, cmd, args, action);
}


static char *
ngx_eo_action_name(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *name,
    ngx_eo_action_t *action)
{
    u_char                  *list;
    ngx_uint_t               type;
    ngx_eo_action_kind_t    *kind;
    ngx_eo_waf_main_conf_t  *mcf;

    for (type = 0; type < NGX_EO_ACTION_TYPES; type++) {
        kind = ngx_eo_action_kind(type);

        if (kind->name.len != name->len
            || ngx_strncmp(kind->name.data, name->data, name->len) != 0)
        {
            continue;
        }

        if (kind->challenge) {
            mcf = ngx_http_conf_get_module_main_conf(cf,
                                                     ngx_http_eo_waf_module);
            mcf->challenge_main->used = 1;
        }

        action->type = type;
        return NGX_CONF_OK;
    }

    list = ngx_eo_action_list(cf, 0, "or");
    if (list == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of \"action\" in \"%V\": it must "
                       "be %s", name, &cmd->name, list);

    return NGX_CONF_ERROR;
}


/*
 * The names of the actions that may have a parameter, for a message; of all
 * actions if with is 0.
 */

static u_char *
ngx_eo_action_list(ngx_conf_t *cf, ngx_uint_t with, const char *last)
{
    u_char                *list, *p;
    size_t                 len;
    ngx_uint_t             type, n, total;
    ngx_eo_action_kind_t  *kind;

    total = 0;
    len = 1 + ngx_strlen(last);

    for (type = 0; type < NGX_EO_ACTION_TYPES; type++) {
        kind = ngx_eo_action_kind(type);

        if ((kind->may & with) == with) {
            total++;
            len += kind->name.len + sizeof("\"\", ");
        }
    }

    list = ngx_pnalloc(cf->pool, len);
    if (list == NULL) {
        return NULL;
    }

    p = list;
    n = 0;

    for (type = 0; type < NGX_EO_ACTION_TYPES; type++) {
        kind = ngx_eo_action_kind(type);

        if ((kind->may & with) != with) {
            continue;
        }

        if (n > 0) {
            p = (n == total - 1) ? ngx_sprintf(p, " %s ", last)
                                 : ngx_cpymem(p, ", ", 2);
        }

        p = ngx_sprintf(p, "\"%V\"", &kind->name);
        n++;
    }

    *p = '\0';

    return list;
}


/* a parameter that the action has no use for is a mistake */

static char *
ngx_eo_action_unused(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    u_char                 *list;
    ngx_str_t              *value;
    ngx_eo_action_kind_t   *kind;
    ngx_eo_action_param_t  *param;

    kind = ngx_eo_action_kind(action->type);

    for (param = ngx_eo_action_params; param->prefix.len; param++) {

        value = (ngx_str_t *) ((u_char *) args + param->offset);

        if (value->len && (kind->may & param->bit) != param->bit) {

            list = ngx_eo_action_list(cf, param->bit, "and");
            if (list == NULL) {
                return NGX_CONF_ERROR;
            }

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" has no meaning with \"action=%V\" in "
                               "\"%V\": it belongs to %s", &param->prefix,
                               &args->action, &cmd->name, list);
            return NGX_CONF_ERROR;
        }

        if (value->len == 0 && (kind->must & param->bit)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"action=%V\" in \"%V\" needs \"%V\"",
                               &args->action, &cmd->name,
                               &param->prefix);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_action_status(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    ngx_int_t  status;

    if (action->type == NGX_EO_ACTION_REDIRECT) {
        action->status = NGX_HTTP_MOVED_TEMPORARILY;
    }

    if (args->status.len == 0) {
        return NGX_CONF_OK;
    }

    status = ngx_atoi(args->status.data, args->status.len);

    if (action->type == NGX_EO_ACTION_REDIRECT) {

        if (status != 301 && status != 302 && status != 303 && status != 307
            && status != 308)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" of \"status\" in \"%V\": "
                               "it must be 301, 302, 303, 307 or 308",
                               &args->status, &cmd->name);
            return NGX_CONF_ERROR;
        }

    } else if (status != NGX_HTTP_OK && !ngx_eo_status_allowed(status)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"status\" in \"%V\": it "
                           "must be 200 or " NGX_EO_STATUS_ALLOWED,
                           &args->status, &cmd->name);
        return NGX_CONF_ERROR;
    }

    action->status = status;

    return NGX_CONF_OK;
}


static char *
ngx_eo_action_duration(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    ngx_str_t  *longest;
    ngx_int_t   duration;

    action->duration = NGX_EO_ACTION_DURATION;

    if (args->duration.len == 0) {
        return NGX_CONF_OK;
    }

    duration = ngx_parse_time(&args->duration, 0);
    longest = &ngx_eo_action_kind(action->type)->longest;

    if (duration < NGX_EO_ACTION_SHORTEST
        || duration > ngx_parse_time(longest, 0))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"duration\" in \"%V\": "
                           "it must be a time between 1s and %V",
                           &args->duration, &cmd->name, longest);
        return NGX_CONF_ERROR;
    }

    action->duration = duration;

    return NGX_CONF_OK;
}


static char *
ngx_eo_action_url(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    ngx_http_compile_complex_value_t  ccv;

    if (args->url.len == 0) {
        return NGX_CONF_OK;
    }

    action->url = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (action->url == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &args->url;
    ccv.complex_value = action->url;

    return (ngx_http_compile_complex_value(&ccv) == NGX_OK)
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_eo_block_parse(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value,
    ngx_eo_block_t *block)
{
    u_char     *comma;
    size_t      len;
    ngx_int_t   status;

    comma = ngx_strlchr(value->data, value->data + value->len, ',');

    len = comma ? (size_t) (comma - value->data) : value->len;

    status = ngx_atoi(value->data, len);

    if (status < 400 || status > 599) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be a "
                           "status between 400 and 599, and may have a comma "
                           "and the name of a page after it",
                           value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    block->status = status;

    if (comma) {
        block->page_name.data = comma + 1;
        block->page_name.len = value->data + value->len - comma - 1;
    }

    return NGX_CONF_OK;
}
