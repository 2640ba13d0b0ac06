
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The configuration of web protection.  What a room has of its own is behind a
 * pointer, and known to that room.
 */


#ifndef _NGX_EO_WAF_CONF_H_INCLUDED_
#define _NGX_EO_WAF_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_eo_core.h"
#include "expr/ngx_eo_expr.h"
#include "iplist/ngx_eo_ip_list.h"


typedef struct ngx_eo_rule_s  ngx_eo_rule_t;
typedef struct ngx_eo_rule_set_s  ngx_eo_rule_set_t;
typedef struct ngx_eo_bot_conf_s  ngx_eo_bot_conf_t;
typedef struct ngx_eo_bot_main_conf_s  ngx_eo_bot_main_conf_t;
typedef struct ngx_eo_challenge_conf_s  ngx_eo_challenge_conf_t;
typedef struct ngx_eo_challenge_main_conf_s  ngx_eo_challenge_main_conf_t;
typedef struct ngx_eo_ddos_conf_s  ngx_eo_ddos_conf_t;
typedef struct ngx_eo_ddos_main_conf_s  ngx_eo_ddos_main_conf_t;
typedef struct ngx_eo_managed_conf_s  ngx_eo_managed_conf_t;
typedef struct ngx_eo_managed_main_conf_s  ngx_eo_managed_main_conf_t;


#define NGX_EO_WAF_OFF      0
#define NGX_EO_WAF_ON       1
#define NGX_EO_WAF_MONITOR  2


typedef struct {
    ngx_eo_expr_env_t          *env;
    ngx_eo_expr_env_t          *members_env; /* of fields of exceptions */
    ngx_array_t                 rules;       /* ngx_eo_rule_t * */
    ngx_array_t                 sets;        /* ngx_eo_rule_set_t * */
    ngx_array_t                 groups;      /* ngx_eo_ip_group_t * */
    ngx_eo_expr_index_t        *index;
    ngx_uint_t                  nwords;
    uint64_t                   *forms;       /* rules that read forms */
    ngx_uint_t                  nexceptions;
    ngx_uint_t                  first_rate;  /* number of a rule */
    ngx_eo_ip_lists_t           lists;
    ngx_shm_zone_t             *bans;
    size_t                      ban_zone_size;
    ngx_int_t                   max_stalled; /* in each worker process */
    ngx_flag_t                  early;       /* bans before all else */
    ngx_conf_t                 *conf;        /* while it is read */
    ngx_eo_managed_main_conf_t *managed_main;
    ngx_eo_ddos_main_conf_t    *ddos_main;
    ngx_eo_challenge_main_conf_t *challenge_main;
    ngx_eo_bot_main_conf_t     *bot_main;

    unsigned                    enabled:1;
    unsigned                    log:1;
    unsigned                    watch:1;     /* rules wait for bodies */
    unsigned                    block_ip:1;
    unsigned                    rate_response:1;
    unsigned                    rate_ahead:1;
} ngx_eo_waf_main_conf_t;


/* eo_block_response */

typedef struct {
    ngx_uint_t                  status;
    ngx_str_t                   page_name;
    ngx_eo_response_page_t     *page;
} ngx_eo_block_t;


typedef struct {
    ngx_uint_t                  mode;
    ngx_flag_t                  afresh;
    ngx_flag_t                  rate_afresh;
    ngx_array_t                *rules;       /* ngx_eo_rule_t *, own ones */
    ngx_eo_rule_set_t          *set;
    ngx_eo_block_t              managed_block;
    ngx_eo_block_t              other_block;
    ngx_open_file_t            *log;
    ngx_array_t                *log_mask;    /* ngx_str_t, of arguments */
    ngx_eo_managed_conf_t      *managed_rules;
    ngx_eo_ddos_conf_t         *ddos;
    ngx_eo_challenge_conf_t    *challenge;
    ngx_eo_bot_conf_t          *bot;
} ngx_eo_waf_loc_conf_t;


extern ngx_module_t  ngx_http_eo_waf_module;


#endif /* _NGX_EO_WAF_CONF_H_INCLUDED_ */
