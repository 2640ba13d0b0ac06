
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_action_conf.h"
#include "challenge/ngx_eo_challenge_conf.h"


#define NGX_EO_BAN_MIN           1000
#define NGX_EO_BAN_MAX           (48 * 3600 * 1000)
#define NGX_EO_STALL_MAX         (10 * 60 * 1000)
#define NGX_EO_STALL_DEFAULT     (60 * 1000)


typedef struct {
    ngx_str_t                   name;
    ngx_eo_action_e             type;
} ngx_eo_action_name_t;


static char *ngx_eo_action_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, ngx_eo_action_t *action);
static char *ngx_eo_action_unused(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_action_status(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_action_duration(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);
static char *ngx_eo_action_url(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);


static ngx_eo_action_name_t  ngx_eo_action_names[] = {
    { ngx_string("monitor"), NGX_EO_ACTION_MONITOR },
    { ngx_string("allow"), NGX_EO_ACTION_ALLOW },
    { ngx_string("deny"), NGX_EO_ACTION_DENY },
    { ngx_string("redirect"), NGX_EO_ACTION_REDIRECT },
    { ngx_string("page"), NGX_EO_ACTION_PAGE },
    { ngx_string("block_ip"), NGX_EO_ACTION_BLOCK_IP },
    { ngx_string("stall"), NGX_EO_ACTION_STALL },
    { ngx_string("js_challenge"), NGX_EO_ACTION_JS_CHALLENGE },
    { ngx_string("managed_challenge"), NGX_EO_ACTION_MANAGED_CHALLENGE },
    { ngx_null_string, 0 }
};


ngx_int_t
ngx_eo_action_arg(ngx_eo_action_args_t *args, ngx_str_t *arg)
{
    size_t       len;
    ngx_str_t   *target;
    ngx_uint_t   i;

    static struct {
        ngx_str_t  prefix;
        size_t     offset;
    } names[] = {
        { ngx_string("action="), offsetof(ngx_eo_action_args_t, action) },
        { ngx_string("status="), offsetof(ngx_eo_action_args_t, status) },
        { ngx_string("page="), offsetof(ngx_eo_action_args_t, page) },
        { ngx_string("url="), offsetof(ngx_eo_action_args_t, url) },
        { ngx_string("duration="), offsetof(ngx_eo_action_args_t, duration) }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        len = names[i].prefix.len;

        if (arg->len > len
            && ngx_strncmp(arg->data, names[i].prefix.data, len) == 0)
        {
            target = (ngx_str_t *) ((u_char *) args + names[i].offset);
            target->data = arg->data + len;
            target->len = arg->len - len;
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
    ngx_eo_action_name_t    *known;
    ngx_eo_waf_main_conf_t  *mcf;

    for (known = ngx_eo_action_names; known->name.len; known++) {

        if (known->name.len != name->len
            || ngx_strncmp(known->name.data, name->data, name->len) != 0)
        {
            continue;
        }

        if (known->type == NGX_EO_ACTION_JS_CHALLENGE
            || known->type == NGX_EO_ACTION_MANAGED_CHALLENGE)
        {
            mcf = ngx_http_conf_get_module_main_conf(cf,
                                                     ngx_http_eo_waf_module);
            mcf->challenge_main->used = 1;
        }

        action->type = known->type;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of \"action\" in \"%V\": it must "
                       "be \"monitor\", \"allow\", \"deny\", \"redirect\", "
                       "\"page\", \"block_ip\", \"stall\", "
                       "\"js_challenge\" or \"managed_challenge\"", name,
                       &cmd->name);

    return NGX_CONF_ERROR;
}


/* a parameter that the action has no use for is a mistake */

static char *
ngx_eo_action_unused(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action)
{
    const char  *unused, *uses;

    unused = NULL;
    uses = NULL;

    if (args->status.len
        && action->type != NGX_EO_ACTION_DENY
        && action->type != NGX_EO_ACTION_PAGE
        && action->type != NGX_EO_ACTION_REDIRECT)
    {
        unused = "status";
        uses = "\"deny\", \"page\" and \"redirect\"";
    }

    if (args->page.len
        && action->type != NGX_EO_ACTION_DENY
        && action->type != NGX_EO_ACTION_PAGE)
    {
        unused = "page";
        uses = "\"deny\" and \"page\"";
    }

    if (args->url.len && action->type != NGX_EO_ACTION_REDIRECT) {
        unused = "url";
        uses = "\"redirect\"";
    }

    if (args->duration.len
        && action->type != NGX_EO_ACTION_BLOCK_IP
        && action->type != NGX_EO_ACTION_STALL)
    {
        unused = "duration";
        uses = "\"block_ip\" and \"stall\"";
    }

    if (unused) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s=\" has no meaning with \"action=%V\" in "
                           "\"%V\": it belongs to %s", unused, &args->action,
                           &cmd->name, uses);
        return NGX_CONF_ERROR;
    }

    if (action->type == NGX_EO_ACTION_PAGE && args->page.len == 0) {
        unused = "page";

    } else if (action->type == NGX_EO_ACTION_REDIRECT && args->url.len == 0) {
        unused = "url";

    } else if (action->type == NGX_EO_ACTION_BLOCK_IP
               && args->duration.len == 0)
    {
        unused = "duration";
    }

    if (unused) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"action=%V\" in \"%V\" needs \"%s=\"",
                           &args->action, &cmd->name, unused);
        return NGX_CONF_ERROR;
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

    } else if (!ngx_eo_status_allowed(status)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"status\" in \"%V\": it "
                           "must be " NGX_EO_STATUS_ALLOWED,
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
    ngx_int_t    duration, max;
    const char  *allowed;

    action->duration = NGX_EO_STALL_DEFAULT;

    if (args->duration.len == 0) {
        return NGX_CONF_OK;
    }

    duration = ngx_parse_time(&args->duration, 0);

    if (action->type == NGX_EO_ACTION_STALL) {
        max = NGX_EO_STALL_MAX;
        allowed = "10m";

    } else {
        max = NGX_EO_BAN_MAX;
        allowed = "48h";
    }

    if (duration < NGX_EO_BAN_MIN || duration > max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"duration\" in \"%V\": "
                           "it must be a time between 1s and %s",
                           &args->duration, &cmd->name, allowed);
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
