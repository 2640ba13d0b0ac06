
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the functions of the defence share: their state of a request, the client
 * as they count it, and what is done when one has found something.
 */


#ifndef _NGX_EO_DDOS_ACT_H_INCLUDED_
#define _NGX_EO_DDOS_ACT_H_INCLUDED_


#include "ngx_eo_ddos_conf.h"
#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"


typedef enum {
    NGX_EO_DDOS_ADAPTIVE = 0,
    NGX_EO_DDOS_BANDWIDTH,
    NGX_EO_DDOS_CLIENT_FILTERING,
    NGX_EO_DDOS_SLOW_ATTACK
} ngx_eo_ddos_function_e;


typedef struct ngx_eo_slow_watch_s  ngx_eo_slow_watch_t;


/* of one client request, state->ddos_ctx */

struct ngx_eo_ddos_ctx_s {
    ngx_uint_t                  signals;     /* of the client filter */
    ngx_eo_slow_watch_t        *slow;

    ngx_uint_t                  count;       /* adaptive control */
    ngx_uint_t                  limit;

    ngx_eo_bandwidth_conf_t    *bandwidth;   /* NULL: nothing is charged */
    uint64_t                    bandwidth_key;
    off_t                       traffic;     /* before this request */
    off_t                       charged;     /* of this request */

    unsigned                    filtered:1;  /* has had its turn */
    unsigned                    counted:1;
};


/* The state of a request, made at the first call; NULL: out of memory. */

ngx_eo_ddos_ctx_t *ngx_eo_ddos_ctx(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);


/* The same, but NULL if there is none yet. */

ngx_eo_ddos_ctx_t *ngx_eo_ddos_find_ctx(ngx_http_request_t *r);


/*
 * The client as it is counted: its address, of IPv6 the /64.
 *
 * addr:  16 bytes, IPv4 as ::ffff:a.b.c.d
 *
 * Returns NGX_DECLINED for a connection that has no address.
 */

ngx_int_t ngx_eo_ddos_client(ngx_http_request_t *r, u_char *addr);


/*
 * Notes what a function found, for logs and variables, and carries out the
 * action.
 *
 * wait:  milliseconds after which the client may try again, for Retry-After;
 *        0 for none
 *
 * Returns NGX_DECLINED if the request may go on, or what ends it.
 */

ngx_int_t ngx_eo_ddos_act(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_ddos_function_e function,
    ngx_eo_action_t *action, ngx_msec_t wait);


#endif /* _NGX_EO_DDOS_ACT_H_INCLUDED_ */
