
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Actions of bot management: one, or one of several by chance; and the delay
 * of a request, which is an action of its own.
 */


#ifndef _NGX_EO_BOT_ACT_H_INCLUDED_
#define _NGX_EO_BOT_ACT_H_INCLUDED_


#include "action/ngx_eo_waf_action_conf.h"
#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"


#define NGX_EO_BOT_CHOICES  10


/* a delay is min to max milliseconds, by chance; max 0: none */

typedef struct {
    ngx_eo_action_t        action;
    ngx_msec_t             min;
    ngx_msec_t             max;
    ngx_uint_t             weight;      /* of 100 */
} ngx_eo_bot_choice_t;


typedef struct {
    ngx_eo_bot_choice_t    choices[NGX_EO_BOT_CHOICES];
    ngx_uint_t             nchoices;
} ngx_eo_bot_act_t;


/* parameters as they are collected */

typedef struct {
    ngx_eo_action_args_t   action;
    ngx_str_t              weights;
    ngx_str_t              delay;
} ngx_eo_bot_args_t;


/*
 * Takes a parameter if it is one of an action.  Returns NGX_OK, or
 * NGX_DECLINED if it is not.
 */

ngx_int_t ngx_eo_bot_arg(ngx_eo_bot_args_t *args, ngx_str_t *arg);

/* Makes actions of parameters.  Returns NGX_CONF_ERROR with a message. */

char *ngx_eo_bot_act_parse(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_eo_bot_act_t *act);

/*
 * Finds the pages of actions, once all are defined.  Returns NGX_CONF_ERROR
 * with a message.
 */

char *ngx_eo_bot_act_pages(ngx_conf_t *cf, ngx_eo_bot_act_t *act);

/* whether one of the actions bans addresses */

ngx_uint_t ngx_eo_bot_act_bans(ngx_eo_bot_act_t *act);

/*
 * Carries out what was asked for, and notes it for the logs.
 *
 * monitor:  nothing is to be done
 * tag:      set to what EO-Bot-Tag calls the action
 *
 * Returns NGX_DECLINED to go on, NGX_OK if the request is let pass by the
 * rest of bot management, NGX_AGAIN if it is delayed and bot management with
 * it done, or what ends the request.
 */

ngx_int_t ngx_eo_bot_act(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_bot_act_t *act,
    ngx_uint_t monitor, ngx_str_t *tag);


#endif /* _NGX_EO_BOT_ACT_H_INCLUDED_ */
