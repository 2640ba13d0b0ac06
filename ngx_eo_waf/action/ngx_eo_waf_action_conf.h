
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Actions in the configuration.
 */


#ifndef _NGX_EO_WAF_ACTION_CONF_H_INCLUDED_
#define _NGX_EO_WAF_ACTION_CONF_H_INCLUDED_


#include "ngx_eo_waf_action.h"


/* the parameters of an action as they are collected */

typedef struct {
    ngx_str_t                   action;
    ngx_str_t                   status;
    ngx_str_t                   page;
    ngx_str_t                   url;
    ngx_str_t                   duration;
} ngx_eo_action_args_t;


/*
 * Takes a parameter if it is one of an action.  Returns NGX_OK, or
 * NGX_DECLINED if it is not.
 */

ngx_int_t ngx_eo_action_arg(ngx_eo_action_args_t *args, ngx_str_t *arg);

/*
 * Makes an action of its parameters.  Returns NGX_CONF_ERROR with a message,
 * in which cmd->name is the directive.
 */

char *ngx_eo_action_parse(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_action_args_t *args, ngx_eo_action_t *action);

/* "STATUS[,PAGE]" of eo_block_response */

char *ngx_eo_block_parse(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_eo_block_t *block);


#endif /* _NGX_EO_WAF_ACTION_CONF_H_INCLUDED_ */
