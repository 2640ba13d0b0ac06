
/*
 * HTTP DDoS defence as a part of web protection: the stage, the log, and what
 * its functions share.
 */


#ifndef _NGX_EO_DDOS_H_INCLUDED_
#define _NGX_EO_DDOS_H_INCLUDED_


#include "ngx_http_eo_waf_module.h"
#include "ngx_eo_slow_rate.h"


struct ngx_eo_client_filter_conf_s {
    ngx_eo_action_t             action;
};


struct ngx_eo_slow_attack_conf_s {
    ngx_eo_action_t             action;
    ngx_eo_slow_limits_t        limits;
};


typedef enum {
    NGX_EO_DDOS_CLIENT_FILTERING = 0,
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
    unsigned                    filtered:1;  /* has had its turn */
} ngx_eo_ddos_ctx_t;


/* The state of a request, made at the first call; NULL: out of memory. */

ngx_eo_ddos_ctx_t *ngx_eo_ddos_ctx(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);


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
 * Returns NGX_DECLINED if the request may go on, or what ends it.
 */

ngx_int_t ngx_eo_ddos_act(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_ddos_function_e function,
    ngx_eo_action_t *action);


/* Puts the filters in place that are needed; from postconfiguration. */

void ngx_eo_ddos_init_filters(ngx_eo_ddos_main_conf_t *main);


/* Adds $eo_client_filter; from preconfiguration. */

ngx_int_t ngx_eo_ddos_add_variables(ngx_conf_t *cf);


/*
 * Slow attacks: the filter of request bodies, and requests whose header never
 * came, in the log phase.
 */

void ngx_eo_slow_attack_init_filter(void);
void ngx_eo_slow_attack_log(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_DDOS_H_INCLUDED_ */
