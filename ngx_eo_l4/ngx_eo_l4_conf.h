
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The configuration, and the directives that take more than a value.
 */


#ifndef _NGX_EO_L4_CONF_H_INCLUDED_
#define _NGX_EO_L4_CONF_H_INCLUDED_


#include "ngx_eo_l4_stream.h"

#include "ngx_eo_expr.h"
#include "ngx_eo_ip_list.h"


/* limits of a server, with those that it inherits */

#define NGX_EO_L4_MAX_LIMITS   16

#define NGX_EO_L4_PAYLOAD      8
#define NGX_EO_L4_PAYLOAD_MAX  4096


typedef enum {
    NGX_EO_L4_OFF = 0,
    NGX_EO_L4_ON,
    NGX_EO_L4_MONITORED
} ngx_eo_l4_mode_e;


typedef enum {
    NGX_EO_L4_PASS = 0,
    NGX_EO_L4_MONITOR,
    NGX_EO_L4_ALLOW,
    NGX_EO_L4_THROTTLE,
    NGX_EO_L4_BLOCK
} ngx_eo_l4_action_e;


typedef enum {
    NGX_EO_L4_BY_ADDRESS = 0,
    NGX_EO_L4_BY_PREFIX,
    NGX_EO_L4_BY_PORT
} ngx_eo_l4_by_e;


/* a group that an expression names; list is set when all is read */

typedef struct {
    ngx_str_t                  name;
    ngx_eo_ip_list_t          *list;
} ngx_eo_l4_group_t;


/* payload: the expression asks for the first bytes */

typedef struct {
    ngx_str_t                  name;
    ngx_eo_expr_t             *expr;
    ngx_eo_l4_action_e         action;
    ngx_uint_t                 priority;
    ngx_uint_t                 payload;
} ngx_eo_l4_rule_t;


/*
 * connections, rate, packets, bytes: 0 where there is no such limit
 * ipv4, ipv6: length of a prefix that counts as one client
 */

typedef struct {
    ngx_str_t                  name;
    ngx_shm_zone_t            *zone;
    ngx_eo_l4_by_e             by;
    ngx_uint_t                 ipv4;
    ngx_uint_t                 ipv6;
    ngx_uint_t                 connections;
    ngx_uint_t                 rate;
    ngx_uint_t                 packets;
    ngx_uint_t                 bytes;
    ngx_msec_t                 period;
    ngx_msec_t                 duration;
    ngx_msec_t                 delay;
    ngx_eo_l4_action_e         action;
} ngx_eo_l4_limit_t;


typedef struct {
    ngx_eo_ip_lists_t          lists;
    ngx_array_t                groups;     /* of ngx_eo_l4_group_t * */
    ngx_eo_expr_env_t         *env;
    ngx_uint_t                 active;
} ngx_eo_l4_main_conf_t;


typedef struct {
    ngx_uint_t                 mode;
    ngx_array_t               *rules;      /* of ngx_eo_l4_rule_t */
    ngx_array_t               *limits;     /* of ngx_eo_l4_limit_t */
    ngx_uint_t                 payloads;   /* a rule asks for first bytes */
    size_t                     payload;
    ngx_msec_t                 wait;
    ngx_stream_complex_value_t *country;
    ngx_stream_complex_value_t *asn;
} ngx_eo_l4_srv_conf_t;


extern ngx_module_t  ngx_stream_eo_l4_module;


void *ngx_eo_l4_create_main_conf(ngx_conf_t *cf);
char *ngx_eo_l4_init_main_conf(ngx_conf_t *cf, void *conf);
void *ngx_eo_l4_create_srv_conf(ngx_conf_t *cf);
char *ngx_eo_l4_merge_srv_conf(ngx_conf_t *cf, void *parent, void *child);

char *ngx_eo_l4_set_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_l4_set_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_l4_set_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_l4_set_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_l4_set_payload(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_EO_L4_CONF_H_INCLUDED_ */

