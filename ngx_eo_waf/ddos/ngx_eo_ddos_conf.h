
/*
 * The directives of the HTTP DDoS defence, which the module of web protection
 * has in its table.
 */


#ifndef _NGX_EO_DDOS_CONF_H_INCLUDED_
#define _NGX_EO_DDOS_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_eo_baseline.h"


typedef struct ngx_eo_adaptive_conf_s  ngx_eo_adaptive_conf_t;
typedef struct ngx_eo_bandwidth_conf_s  ngx_eo_bandwidth_conf_t;
typedef struct ngx_eo_client_filter_conf_s  ngx_eo_client_filter_conf_t;
typedef struct ngx_eo_slow_attack_conf_s  ngx_eo_slow_attack_conf_t;


/* what is in use anywhere */

typedef struct {
    ngx_shm_zone_t               *baselines;  /* NULL if none are needed */

    unsigned                      enabled:1;
    unsigned                      adaptive:1;
    unsigned                      bandwidth:1;
    unsigned                      slow:1;
    unsigned                      full:1;     /* of baselines; was logged */
} ngx_eo_ddos_main_conf_t;


/* of a location; NULL where a defence is off */

typedef struct {
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
} ngx_eo_ddos_conf_t;


/*
 * Entries for the module's table of directives.
 *
 * type, member:  where the ngx_eo_ddos_conf_t is in the location
 *                configuration
 */

#define NGX_EO_DDOS_CONTEXT                                                   \
    NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF

#define ngx_eo_ddos_commands(type, member)                                    \
                                                                              \
    { ngx_string("eo_adaptive_limit"),                                        \
      NGX_EO_DDOS_CONTEXT|NGX_CONF_1MORE,                                     \
      ngx_eo_ddos_adaptive_limit,                                             \
      NGX_HTTP_LOC_CONF_OFFSET,                                               \
      offsetof(type, member),                                                 \
      NULL },                                                                 \
                                                                              \
    { ngx_string("eo_bandwidth_abuse"),                                       \
      NGX_EO_DDOS_CONTEXT|NGX_CONF_1MORE,                                     \
      ngx_eo_ddos_bandwidth_abuse,                                            \
      NGX_HTTP_LOC_CONF_OFFSET,                                               \
      offsetof(type, member),                                                 \
      NULL },                                                                 \
                                                                              \
    { ngx_string("eo_client_filter"),                                         \
      NGX_EO_DDOS_CONTEXT|NGX_CONF_1MORE,                                     \
      ngx_eo_ddos_client_filter,                                              \
      NGX_HTTP_LOC_CONF_OFFSET,                                               \
      offsetof(type, member),                                                 \
      NULL },                                                                 \
                                                                              \
    { ngx_string("eo_slow_attack"),                                           \
      NGX_EO_DDOS_CONTEXT|NGX_CONF_1MORE,                                     \
      ngx_eo_ddos_slow_attack,                                                \
      NGX_HTTP_LOC_CONF_OFFSET,                                               \
      offsetof(type, member),                                                 \
      NULL }


char *ngx_eo_ddos_adaptive_limit(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_ddos_bandwidth_abuse(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_ddos_client_filter(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_ddos_slow_attack(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* a configuration that says nothing, in memory zeroed by the caller */

void ngx_eo_ddos_create_conf(ngx_eo_ddos_conf_t *conf);


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
