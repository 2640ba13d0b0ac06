
/*
 * HTTP DDoS defence as a part of web protection: the stage, the log, and what
 * its functions share.
 */


#ifndef _NGX_EO_DDOS_H_INCLUDED_
#define _NGX_EO_DDOS_H_INCLUDED_


#include "ngx_http_eo_waf_module.h"
#include "ngx_eo_baseline.h"
#include "ngx_eo_slow_rate.h"


struct ngx_eo_adaptive_conf_s {
    ngx_eo_action_t             action;
    ngx_eo_sensitivity_e        sensitivity;
    ngx_shm_zone_t             *zone;        /* of counters */
    ngx_msec_t                  period;
    ngx_msec_t                  learn;
    ngx_uint_t                  minimum;
};


struct ngx_eo_bandwidth_conf_s {
    ngx_eo_action_t             action;
    ngx_shm_zone_t             *zone;        /* of counters */
    ngx_msec_t                  period;
    off_t                       traffic;     /* bytes in a period */
};


struct ngx_eo_client_filter_conf_s {
    ngx_eo_action_t             action;
};


struct ngx_eo_slow_attack_conf_s {
    ngx_eo_action_t             action;
    ngx_eo_slow_limits_t        limits;
};


typedef enum {
    NGX_EO_DDOS_ADAPTIVE = 0,
    NGX_EO_DDOS_BANDWIDTH,
    NGX_EO_DDOS_CLIENT_FILTERING,
    NGX_EO_DDOS_SLOW_ATTACK
} ngx_eo_ddos_function_e;


/* a body that is being watched */

typedef struct {
    ngx_event_t                 event;
    ngx_eo_slow_rate_t          rate;
    ngx_http_request_t         *request;
    ngx_eo_slow_attack_conf_t  *conf;
    ngx_int_t                   verdict;     /* NGX_OK: none */
    unsigned                    suspect:1;
    unsigned                    ended:1;
} ngx_eo_slow_watch_t;


/* of one client request, state->ddos */

typedef struct {
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
} ngx_eo_ddos_ctx_t;


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
 * The turn of the defence in the access phase, beside rate limits.  Returns
 * what the stage has to return.
 */

ngx_int_t ngx_eo_ddos_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf);


/* its turn in the log phase, before the security log is written */

void ngx_eo_ddos_log_stage(ngx_http_request_t *r);


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


/* Adds the variables; from preconfiguration. */

ngx_int_t ngx_eo_ddos_add_variables(ngx_conf_t *cf);


/* The turns of single functions, each once in a request. */

ngx_int_t ngx_eo_adaptive_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_ddos_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
ngx_int_t ngx_eo_bandwidth_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_ddos_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);


/*
 * Bandwidth abuse: the filter of response bodies, and what is left to charge
 * in the log phase.
 */

void ngx_eo_bandwidth_init_filter(void);
void ngx_eo_bandwidth_log(ngx_http_request_t *r);


/*
 * Slow attacks: the filter of request bodies, and requests whose header never
 * came, in the log phase.
 */

void ngx_eo_slow_attack_init_filter(void);
void ngx_eo_slow_attack_log(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_DDOS_H_INCLUDED_ */
