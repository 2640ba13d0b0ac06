
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Actions of bot management.
 */


#include "ngx_eo_bot_act.h"
#include "rule/ngx_eo_waf_match.h"


#define NGX_EO_BOT_SHORT_MIN  0
#define NGX_EO_BOT_SHORT_MAX  5000
#define NGX_EO_BOT_LONG_MIN   5000
#define NGX_EO_BOT_LONG_MAX   10000


static char *ngx_eo_bot_act_one(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_eo_bot_choice_t *choice);
static char *ngx_eo_bot_act_delay(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_eo_bot_choice_t *choice);
static char *ngx_eo_bot_act_weights(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_eo_bot_act_t *act);
static char *ngx_eo_bot_act_weight(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_str_t *member, ngx_eo_bot_act_t *act);
static ngx_eo_bot_choice_t *ngx_eo_bot_act_choose(ngx_eo_bot_act_t *act);
static ngx_int_t ngx_eo_bot_delay(ngx_http_request_t *r,
    ngx_eo_bot_choice_t *choice);
static void ngx_eo_bot_delay_end(ngx_http_request_t *r);
static void ngx_eo_bot_delay_cleanup(void *data);


/* requests that this worker process delays */

static ngx_int_t  ngx_eo_bot_delayed;


ngx_int_t
ngx_eo_bot_arg(ngx_eo_bot_args_t *args, ngx_str_t *arg)
{
    ngx_str_t  *value;

    if (arg->len > 8 && ngx_strncmp(arg->data, "weights=", 8) == 0) {
        value = &args->weights;
        value->data = arg->data + 8;
        value->len = arg->len - 8;
        return NGX_OK;
    }

    if (arg->len > 6 && ngx_strncmp(arg->data, "delay=", 6) == 0) {
        value = &args->delay;
        value->data = arg->data + 6;
        value->len = arg->len - 6;
        return NGX_OK;
    }

    return ngx_eo_action_arg(&args->action, arg);
}


char *
ngx_eo_bot_act_parse(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_eo_bot_act_t *act)
{
    ngx_uint_t  i, used;

    ngx_memzero(act, sizeof(ngx_eo_bot_act_t));

    if (args->weights.len) {

        if (args->action.action.len) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" has either \"action=\" or "
                               "\"weights=\"", &cmd->name);
            return NGX_CONF_ERROR;
        }

        if (ngx_eo_bot_act_weights(cf, cmd, args, act) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }

    } else {
        act->nchoices = 1;
        act->choices[0].weight = 100;

        if (ngx_eo_bot_act_one(cf, cmd, args, &act->choices[0])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    used = 0;

    for (i = 0; i < act->nchoices; i++) {
        used |= (act->choices[i].max != 0);
    }

    if (args->delay.len && !used) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"delay=%V\" in \"%V\" belongs to "
                           "\"action=delay\"", &args->delay, &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_act_one(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_eo_bot_choice_t *choice)
{
    ngx_str_t             *name;
    ngx_eo_action_args_t   allow;

    name = &args->action.action;

    if (name->len != 5 || ngx_strncmp(name->data, "delay", 5) != 0) {
        return ngx_eo_action_parse(cf, cmd, &args->action, &choice->action);
    }

    if (ngx_eo_bot_act_delay(cf, cmd, &args->delay, choice) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    /* for the parameters that it has no use for */

    allow = args->action;
    ngx_str_set(&allow.action, "allow");

    return ngx_eo_action_parse(cf, cmd, &allow, &choice->action);
}


/* "short", "long" or "MIN-MAX" */

static char *
ngx_eo_bot_act_delay(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value,
    ngx_eo_bot_choice_t *choice)
{
    u_char     *dash;
    ngx_int_t   min, max;
    ngx_str_t   from, to;

    if (value->len == 0
        || (value->len == 5 && ngx_strncmp(value->data, "short", 5) == 0))
    {
        choice->min = NGX_EO_BOT_SHORT_MIN;
        choice->max = NGX_EO_BOT_SHORT_MAX;
        return NGX_CONF_OK;
    }

    if (value->len == 4 && ngx_strncmp(value->data, "long", 4) == 0) {
        choice->min = NGX_EO_BOT_LONG_MIN;
        choice->max = NGX_EO_BOT_LONG_MAX;
        return NGX_CONF_OK;
    }

    dash = ngx_strlchr(value->data, value->data + value->len, '-');

    min = NGX_ERROR;
    max = NGX_ERROR;

    if (dash) {
        from.data = value->data;
        from.len = dash - value->data;
        to.data = dash + 1;
        to.len = value->data + value->len - to.data;

        min = ngx_parse_time(&from, 0);
        max = ngx_parse_time(&to, 0);
    }

    if (min < 0 || max < 1 || min > max || max > NGX_EO_BOT_LONG_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"delay\" in \"%V\": it "
                           "must be \"short\" (up to 5s), \"long\" (5s to "
                           "10s) or two times up to 10s, such as \"1s-3s\"",
                           value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    choice->min = min;
    choice->max = max;

    return NGX_CONF_OK;
}


/* "ACTION:WEIGHT,ACTION:WEIGHT..." */

static char *
ngx_eo_bot_act_weights(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_eo_bot_act_t *act)
{
    u_char      *p, *last, *comma;
    ngx_str_t    member;
    ngx_uint_t   i, sum;

    p = args->weights.data;
    last = p + args->weights.len;

    while (p <= last) {
        comma = ngx_strlchr(p, last, ',');
        comma = comma ? comma : last;

        member.data = p;
        member.len = comma - p;
        p = comma + 1;

        if (ngx_eo_bot_act_weight(cf, cmd, args, &member, act)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    sum = 0;

    for (i = 0; i < act->nchoices; i++) {
        sum += act->choices[i].weight;
    }

    if (sum != 100) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the weights \"%V\" in \"%V\" add up to %ui, and "
                           "not to 100", &args->weights, &cmd->name, sum);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_act_weight(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_args_t *args, ngx_str_t *member, ngx_eo_bot_act_t *act)
{
    u_char               *colon;
    ngx_int_t             weight;
    ngx_eo_bot_args_t     one;
    ngx_eo_bot_choice_t  *choice;

    colon = ngx_strlchr(member->data, member->data + member->len, ':');

    weight = colon ? ngx_atoi(colon + 1, member->data + member->len
                                         - (colon + 1))
                   : NGX_ERROR;

    if (weight < 10 || weight > 100 || weight % 10
        || act->nchoices == NGX_EO_BOT_CHOICES)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" in \"weights\" of \"%V\": it must "
                           "be an action and a weight of 10, 20 ... 100, as "
                           "\"deny:30,allow:70\"", member, &cmd->name);
        return NGX_CONF_ERROR;
    }

    choice = &act->choices[act->nchoices++];
    choice->weight = weight;

    one = *args;
    one.action.action.data = member->data;
    one.action.action.len = colon - member->data;

    return ngx_eo_bot_act_one(cf, cmd, &one, choice);
}


char *
ngx_eo_bot_act_pages(ngx_conf_t *cf, ngx_eo_bot_act_t *act)
{
    ngx_uint_t        i;
    ngx_eo_action_t  *action;

    for (i = 0; i < act->nchoices; i++) {
        action = &act->choices[i].action;

        if (action->page_name.len == 0 || action->page) {
            continue;
        }

        action->page = ngx_eo_response_page_find(cf, &action->page_name);

        if (action->page == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown page \"%V\" in bot management: "
                               "define it with \"eo_response_page\"",
                               &action->page_name);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


ngx_uint_t
ngx_eo_bot_act_bans(ngx_eo_bot_act_t *act)
{
    ngx_uint_t  i;

    for (i = 0; i < act->nchoices; i++) {
        if (act->choices[i].action.type == NGX_EO_ACTION_BLOCK_IP) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_bot_act(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_bot_act_t *act,
    ngx_uint_t monitor, ngx_str_t *tag)
{
    ngx_str_t            *name;
    ngx_eo_action_e       type;
    ngx_eo_bot_choice_t  *choice;

    static ngx_str_t  short_delay = ngx_string("ShortDelay");
    static ngx_str_t  long_delay = ngx_string("LongDelay");

    choice = ngx_eo_bot_act_choose(act);
    type = choice->action.type;

    if (ngx_eo_action_passed(r, wlcf, type)) {
        return NGX_DECLINED;
    }

    if (monitor && type != NGX_EO_ACTION_ALLOW) {
        type = NGX_EO_ACTION_MONITOR;
    }

    name = ngx_eo_action_log_name(type);

    if (choice->max && !monitor) {
        name = (choice->max > NGX_EO_BOT_SHORT_MAX) ? &long_delay
                                                    : &short_delay;

    } else if (choice->max) {
        type = NGX_EO_ACTION_MONITOR;
        name = ngx_eo_action_log_name(type);
    }

    if (ngx_eo_waf_note_as(r, state, wlcf, rule, name) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (type == NGX_EO_ACTION_MONITOR) {
        ngx_str_set(tag, "monitor");
        return NGX_DECLINED;
    }

    if (choice->max) {

        if (choice->max > NGX_EO_BOT_SHORT_MAX) {
            ngx_str_set(tag, "slow");

        } else {
            ngx_str_set(tag, "delay");
        }

        return ngx_eo_bot_delay(r, choice);
    }

    if (type == NGX_EO_ACTION_ALLOW) {
        ngx_str_set(tag, "allow");
        return NGX_OK;
    }

    return ngx_eo_action_run(r, wlcf, &choice->action, rule->type,
                             &rule->name);
}


static ngx_eo_bot_choice_t *
ngx_eo_bot_act_choose(ngx_eo_bot_act_t *act)
{
    ngx_uint_t  i, n;

    if (act->nchoices == 1) {
        return &act->choices[0];
    }

    n = ngx_random() % 100;

    for (i = 0; i < act->nchoices - 1; i++) {

        if (n < act->choices[i].weight) {
            break;
        }

        n -= act->choices[i].weight;
    }

    return &act->choices[i];
}


/*
 * As limit_req delays a request.  Only so many: more would use up the
 * worker's connections, and go on at once.
 */

static ngx_int_t
ngx_eo_bot_delay(ngx_http_request_t *r, ngx_eo_bot_choice_t *choice)
{
    ngx_event_t             *wev;
    ngx_pool_cleanup_t      *cln;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (ngx_eo_bot_delayed >= mcf->max_stalled) {
        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_eo_bot_delay_cleanup;
    ngx_eo_bot_delayed++;

    wev = r->connection->write;

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);

    } else if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_eo_bot_delay_end;

    wev->delayed = 1;
    ngx_add_timer(wev, choice->min + ngx_random()
                                     % (choice->max - choice->min + 1));

    return NGX_AGAIN;
}


static void
ngx_eo_bot_delay_end(ngx_http_request_t *r)
{
    ngx_event_t         *wev;
    ngx_pool_cleanup_t  *cln;

    wev = r->connection->write;

    if (wev->delayed) {

        if (ngx_handle_write_event(wev, 0) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        }

        return;
    }

    /* the answer may take any time, and is not counted */

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler == ngx_eo_bot_delay_cleanup) {
            cln->handler = NULL;
            ngx_eo_bot_delayed--;
        }
    }

    if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


static void
ngx_eo_bot_delay_cleanup(void *data)
{
    ngx_eo_bot_delayed--;
}
