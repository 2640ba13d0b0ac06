
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Actions on a request.
 */


#ifndef _NGX_EO_WAF_ACTION_H_INCLUDED_
#define _NGX_EO_WAF_ACTION_H_INCLUDED_


#include "conf/ngx_eo_waf_conf.h"


/* parameters of actions, as bits */

#define NGX_EO_ACTION_WITH_STATUS    1
#define NGX_EO_ACTION_WITH_PAGE      2
#define NGX_EO_ACTION_WITH_URL       4
#define NGX_EO_ACTION_WITH_DURATION  8


/*
 * The actions, in the order in which they win if rules have the same
 * priority, a row each:
 *
 *   its number, NGX_EO_ACTION_...
 *   its names, in the configuration and in logs
 *   the parameters that it may have, and those that it must have
 *   the longest duration; "" if it has none
 *   which challenge it is, or 0
 *   what carries it out, in ngx_eo_waf_action.c; NULL if the request goes on
 */

#define NGX_EO_ACTIONS(row)                                                   \
                                                                              \
    row(MONITOR, "monitor", "Monitor", 0, 0, "", 0, NULL)                     \
                                                                              \
    row(ALLOW, "allow", "Allow", 0, 0, "", 0, NULL)                           \
                                                                              \
    row(MANAGED_CHALLENGE, "managed_challenge", "ManagedChallenge", 0, 0, "", \
        NGX_EO_CHALLENGE_MANAGED, ngx_eo_action_run_challenge)                \
                                                                              \
    row(JS_CHALLENGE, "js_challenge", "JSChallenge", 0, 0, "",                \
        NGX_EO_CHALLENGE_JS, ngx_eo_action_run_challenge)                     \
                                                                              \
    row(REDIRECT, "redirect", "Redirect",                                     \
        NGX_EO_ACTION_WITH_STATUS|NGX_EO_ACTION_WITH_URL,                     \
        NGX_EO_ACTION_WITH_URL, "", 0, ngx_eo_action_run_redirect)            \
                                                                              \
    row(PAGE, "page", "ReturnCustomPage",                                     \
        NGX_EO_ACTION_WITH_STATUS|NGX_EO_ACTION_WITH_PAGE,                    \
        NGX_EO_ACTION_WITH_PAGE, "", 0, ngx_eo_action_run_page)               \
                                                                              \
    row(BLOCK_IP, "block_ip", "BlockIP", NGX_EO_ACTION_WITH_DURATION,         \
        NGX_EO_ACTION_WITH_DURATION, "48h", 0, ngx_eo_action_run_block_ip)    \
                                                                              \
    row(STALL, "stall", "Silence", NGX_EO_ACTION_WITH_DURATION, 0, "10m", 0,  \
        ngx_eo_action_run_stall)                                              \
                                                                              \
    row(DENY, "deny", "Deny",                                                 \
        NGX_EO_ACTION_WITH_STATUS|NGX_EO_ACTION_WITH_PAGE, 0, "", 0,          \
        ngx_eo_action_run_deny)


#define ngx_eo_action_number(number, name, log, may, must, longest,           \
    challenge, run)                                                           \
    NGX_EO_ACTION_##number,

typedef enum {
    NGX_EO_ACTIONS(ngx_eo_action_number)
    NGX_EO_ACTION_TYPES
} ngx_eo_action_e;


typedef struct {
    ngx_eo_action_e             type;
    ngx_uint_t                  status;      /* 0: that of all blocks */
    ngx_str_t                   page_name;
    ngx_eo_response_page_t     *page;
    ngx_http_complex_value_t   *url;
    ngx_msec_t                  duration;    /* of block_ip and stall */
} ngx_eo_action_t;


typedef struct {
    ngx_str_t                   name;
    ngx_str_t                   log_name;
    ngx_uint_t                  may;         /* NGX_EO_ACTION_WITH_... */
    ngx_uint_t                  must;
    ngx_str_t                   longest;     /* duration; empty: has none */
    ngx_uint_t                  challenge;   /* NGX_EO_CHALLENGE_..., or 0 */

    ngx_int_t                 (*run)(ngx_http_request_t *r,
                                     ngx_eo_waf_loc_conf_t *wlcf,
                                     ngx_eo_action_t *action,
                                     ngx_uint_t type, ngx_str_t *name);
} ngx_eo_action_kind_t;


/* the row of an action */

ngx_eo_action_kind_t *ngx_eo_action_kind(ngx_eo_action_e type);

/* the name of an action in logs */

#define ngx_eo_action_log_name(type)  (&ngx_eo_action_kind(type)->log_name)

/*
 * Whether an action is a challenge that the request does not need, so that
 * the next rules have their turn.
 */

ngx_uint_t ngx_eo_action_passed(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_e type);

/*
 * Carries out an action that ends the request.
 *
 * type, name:  of the rule whose action it is; a ban keeps them
 *
 * Returns what the stage has to return.
 */

ngx_int_t ngx_eo_action_run(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);

/*
 * Sends the client elsewhere.
 *
 * url:  may hold what a client sent, by way of a variable or a macro; one
 *       with control characters is refused
 *
 * Returns the status, or that of a failure.
 */

ngx_int_t ngx_eo_action_redirect(ngx_http_request_t *r, ngx_str_t *url,
    ngx_uint_t status);


#endif /* _NGX_EO_WAF_ACTION_H_INCLUDED_ */
