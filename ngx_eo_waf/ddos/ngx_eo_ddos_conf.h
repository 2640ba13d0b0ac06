
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The configuration of the HTTP DDoS defence.
 */


#ifndef _NGX_EO_DDOS_CONF_H_INCLUDED_
#define _NGX_EO_DDOS_CONF_H_INCLUDED_


#include "ngx_eo_baseline.h"
#include "ngx_eo_slow_rate.h"
#include "action/ngx_eo_waf_action.h"


typedef struct ngx_eo_adaptive_conf_s  ngx_eo_adaptive_conf_t;
typedef struct ngx_eo_bandwidth_conf_s  ngx_eo_bandwidth_conf_t;
typedef struct ngx_eo_client_filter_conf_s  ngx_eo_client_filter_conf_t;
typedef struct ngx_eo_slow_attack_conf_s  ngx_eo_slow_attack_conf_t;


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


/* what is in use anywhere */

struct ngx_eo_ddos_main_conf_s {
    ngx_shm_zone_t               *baselines;  /* NULL if none are needed */

    unsigned                      enabled:1;
    unsigned                      adaptive:1;
    unsigned                      bandwidth:1;
    unsigned                      slow:1;
    unsigned                      full:1;     /* of baselines; was logged */
};


/* of a location; NULL where a defence is off */

struct ngx_eo_ddos_conf_s {
    ngx_eo_adaptive_conf_t       *adaptive;
    ngx_eo_bandwidth_conf_t      *bandwidth;
    ngx_eo_client_filter_conf_t  *filter;
    ngx_eo_slow_attack_conf_t    *slow;

    ngx_uint_t                    access;    /* the stage has something to do */
    ngx_atomic_uint_t             adaptive_domain;
    ngx_atomic_uint_t             bandwidth_domain;

    /* as this process has found it, which is once and for all */

    ngx_eo_baseline_t            *baseline;
    unsigned                      baseline_known:1;
};


/* directives; conf is an ngx_eo_waf_loc_conf_t */

char *ngx_eo_ddos_adaptive_limit(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_ddos_bandwidth_abuse(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_ddos_client_filter(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_ddos_slow_attack(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* a configuration that says nothing; NULL: out of memory */

ngx_eo_ddos_conf_t *ngx_eo_ddos_create_conf(ngx_conf_t *cf);


/*
 * Merges configurations.
 *
 * main:     of the cycle; learns what is in use
 * enabled:  whether web protection is on at all
 */

char *ngx_eo_ddos_merge_conf(ngx_conf_t *cf, ngx_eo_ddos_main_conf_t *main,
    ngx_eo_ddos_conf_t *prev, ngx_eo_ddos_conf_t *conf, ngx_uint_t enabled);


/*
 * Makes what is needed for the functions in use: the zone of baselines, and
 * filters.  From postconfiguration; returns NGX_ERROR with a message.
 */

ngx_int_t ngx_eo_ddos_init(ngx_conf_t *cf, ngx_eo_ddos_main_conf_t *main);


#endif /* _NGX_EO_DDOS_CONF_H_INCLUDED_ */
