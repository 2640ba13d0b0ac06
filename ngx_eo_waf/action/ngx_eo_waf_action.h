
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Actions on a request.
 */


#ifndef _NGX_EO_WAF_ACTION_H_INCLUDED_
#define _NGX_EO_WAF_ACTION_H_INCLUDED_


#include "conf/ngx_eo_waf_conf.h"


/* in the order in which they win if rules have the same priority */

typedef enum {
    NGX_EO_ACTION_MONITOR = 0,
    NGX_EO_ACTION_ALLOW,
    NGX_EO_ACTION_MANAGED_CHALLENGE,
    NGX_EO_ACTION_JS_CHALLENGE,
    NGX_EO_ACTION_REDIRECT,
    NGX_EO_ACTION_PAGE,
    NGX_EO_ACTION_BLOCK_IP,
    NGX_EO_ACTION_STALL,
    NGX_EO_ACTION_DENY
} ngx_eo_action_e;


typedef struct {
    ngx_eo_action_e             type;
    ngx_uint_t                  status;      /* 0: that of all blocks */
    ngx_str_t                   page_name;
    ngx_eo_response_page_t     *page;
    ngx_http_complex_value_t   *url;
    ngx_msec_t                  duration;    /* of block_ip and stall */
} ngx_eo_action_t;


/* the name of an action in logs */

ngx_str_t *ngx_eo_action_log_name(ngx_eo_action_e type);

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
