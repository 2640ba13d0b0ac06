
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Web protection: directives, merging and phase wiring.
 */


#include "ngx_eo_waf_access.h"
#include "ngx_eo_waf_body_filter.h"
#include "ngx_eo_waf_header_filter.h"
#include "ngx_eo_waf_log.h"
#include "ngx_eo_waf_mask.h"
#include "ngx_eo_waf_request_filter.h"
#include "action/ngx_eo_waf_action_conf.h"
#include "action/ngx_eo_waf_ban.h"
#include "challenge/ngx_eo_challenge.h"
#include "challenge/ngx_eo_challenge_captcha_conf.h"
#include "challenge/ngx_eo_challenge_conf.h"
#include "bot/ngx_eo_bot.h"
#include "custom/ngx_eo_waf_banned.h"
#include "custom/ngx_eo_waf_custom.h"
#include "ddos/ngx_eo_ddos.h"
#include "ddos/ngx_eo_ddos_conf.h"
#include "exception/ngx_eo_waf_exception.h"
#include "managed/ngx_eo_managed.h"
#include "managed/ngx_eo_managed_charset.h"
#include "rate/ngx_eo_rate_ahead.h"
#include "rate/ngx_eo_rate_conf.h"
#include "rate/ngx_eo_rate_limit.h"
#include "request/ngx_eo_waf_fields.h"
#include "request/ngx_eo_waf_watch.h"
#include "rule/ngx_eo_waf_ip_group.h"


#define NGX_EO_WAF_BAN_ZONE_SIZE  (4 * 1024 * 1024)
#define NGX_EO_WAF_MAX_STALLED    256


static ngx_int_t ngx_http_eo_waf_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_waf_postconfiguration(ngx_conf_t *cf);
static void *ngx_http_eo_waf_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_eo_waf_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_eo_waf_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_eo_waf_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_eo_waf_merge_block(ngx_conf_t *cf,
    ngx_eo_block_t *conf, ngx_eo_block_t *prev, ngx_uint_t status);
static ngx_int_t ngx_http_eo_waf_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_eo_waf_init_process(ngx_cycle_t *cycle);
static char *ngx_http_eo_waf_rules_none(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_waf_block_response(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_eo_waf_security_log(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_eo_waf_security_log_mask(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_eo_waf_ban_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_conf_enum_t  ngx_http_eo_waf_modes[] = {
    { ngx_string("off"), NGX_EO_WAF_OFF },
    { ngx_string("on"), NGX_EO_WAF_ON },
    { ngx_string("monitor"), NGX_EO_WAF_MONITOR },
    { ngx_null_string, 0 }
};


static ngx_conf_num_bounds_t  ngx_http_eo_waf_stall_bounds = {
    ngx_conf_check_num_bounds, 0, 65535
};


static ngx_command_t  ngx_http_eo_waf_commands[] = {

    { ngx_string("eo_waf"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_waf_loc_conf_t, mode),
      &ngx_http_eo_waf_modes },

    { ngx_string("eo_ip_group"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_ip_group,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_custom_rule"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_custom_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_custom_rules"),
      NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_waf_rules_none,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_client_ip"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_basic_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_region"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_basic_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_asn"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_basic_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_referer"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_basic_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_user_agent"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_basic_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_url"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_basic_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_exception"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_waf_exception,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_rate_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_eo_rate_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_rate_limit"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_rate_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_block_response"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_eo_waf_block_response,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_security_log"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_waf_security_log,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_security_log_mask"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_eo_waf_security_log_mask,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_ban_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_waf_ban_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_stall_limit"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_eo_waf_main_conf_t, max_stalled),
      &ngx_http_eo_waf_stall_bounds },

    { ngx_string("eo_waf_early"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_eo_waf_main_conf_t, early),
      NULL },

    { ngx_string("eo_managed_rules"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_managed_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_managed_conf_t, mode),
      &ngx_eo_managed_modes },

    { ngx_string("eo_managed_rules_file"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_managed_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_managed_rules_level"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_managed_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_managed_conf_t, level),
      &ngx_eo_managed_levels },

    { ngx_string("eo_managed_rules_score"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_eo_managed_score,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_managed_rules_body"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_eo_managed_body,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_managed_rules_decompress"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_eo_managed_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_managed_conf_t, decompress),
      NULL },

    { ngx_string("eo_managed_rules_time"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_managed_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_managed_rules_prefilter"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_eo_managed_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_managed_conf_t, prefilter),
      NULL },

    { ngx_string("eo_managed_rules_group"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_managed_group,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_managed_rules_scan_protection"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_managed_scanning,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_managed_rules_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_eo_managed_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_adaptive_limit"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_ddos_adaptive_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bandwidth_abuse"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_ddos_bandwidth_abuse,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_client_filter"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_ddos_client_filter,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_slow_attack"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_ddos_slow_attack,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_challenge_secret"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_secret,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_challenge_ttl"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_challenge_conf_t, ttl),
      &ngx_eo_challenge_ttl_check },

    { ngx_string("eo_challenge_status"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_challenge_conf_t, status),
      &ngx_eo_challenge_status_check },

    { ngx_string("eo_challenge_difficulty"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_challenge_conf_t, difficulty),
      &ngx_eo_challenge_difficulty_check },

    { ngx_string("eo_challenge_bind"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_challenge_conf_t, bind),
      &ngx_eo_challenge_binds },

    { ngx_string("eo_challenge_same_site"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_challenge_conf_t, same_site),
      &ngx_eo_challenge_same_sites },

    { ngx_string("eo_challenge_captcha"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_CONF_1MORE,
      ngx_eo_challenge_captcha,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_challenge_page"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_challenge_string,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_challenge_conf_t, page_name),
      NULL },

    { ngx_string("eo_bot"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_bot_mode,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_agents"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_eo_bot_agents_file,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_ranges"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_ranges,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_dns"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_names,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_keys"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_eo_bot_keys,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_dns_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_eo_bot_dns_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_idc_list"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_idc_list,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_reputation_list"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_reputation_list,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_category"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_category,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_idc"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_idc,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_reputation"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_reputation,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_rating"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_rating_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_bot_rule"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_bot_rule,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_ai_crawlers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_bot_ai_crawlers,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_ai_robots_txt"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_eo_bot_robots_txt,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_waf_module_ctx = {
    ngx_http_eo_waf_preconfiguration,      /* preconfiguration */
    ngx_http_eo_waf_postconfiguration,     /* postconfiguration */

    ngx_http_eo_waf_create_main_conf,      /* create main configuration */
    ngx_http_eo_waf_init_main_conf,        /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_eo_waf_create_loc_conf,       /* create location configuration */
    ngx_http_eo_waf_merge_loc_conf         /* merge location configuration */
};


ngx_module_t  ngx_http_eo_waf_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_waf_module_ctx,           /* module context */
    ngx_http_eo_waf_commands,              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_eo_waf_init_module,           /* init module */
    ngx_http_eo_waf_init_process,          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_eo_waf_log_exit,                   /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_eo_waf_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_core_require(cf, "ngx_http_eo_waf_module.so") != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_ddos_add_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_rate_add_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_challenge_add_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_bot_add_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_managed_add_variables(cf);
}


static ngx_int_t
ngx_http_eo_waf_postconfiguration(ngx_conf_t *cf)
{
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    ngx_eo_waf_rules_sort(mcf);

    if (ngx_eo_rate_init(cf, mcf) != NGX_OK
        || ngx_eo_waf_rules_index(cf, mcf) != NGX_OK
        || ngx_eo_waf_exceptions_init(cf, mcf) != NGX_OK
        || ngx_eo_waf_rules_pages(cf, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!mcf->enabled
        || (mcf->rules.nelts == 0 && !mcf->managed_main->enabled
            && !mcf->ddos_main->enabled && !mcf->bot_main->enabled))
    {
        return NGX_OK;
    }

    /*
     * The first stage brings core's filters with it.  They have to be there
     * before ours, which look at what an origin has sent and not at pages
     * that core puts in its place, whether core has stages of its own or not.
     */

    if (ngx_eo_stage_add(cf, NGX_EO_STAGE_WAF, ngx_eo_waf_access_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->block_ip || mcf->bot_main->bans) {
        mcf->bans = ngx_eo_ban_zone(cf, mcf->ban_zone_size,
                                    &ngx_http_eo_waf_module);
        if (mcf->bans == NULL) {
            return NGX_ERROR;
        }

        if (mcf->early
            && ngx_eo_stage_add(cf, NGX_EO_STAGE_WAF_EARLY,
                                ngx_eo_waf_banned_early)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_eo_managed_init_zone(cf, mcf->managed_main, &ngx_http_eo_waf_module)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->managed_main->response) {

        if (ngx_eo_managed_charset_init(cf) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_eo_waf_header_filter_init();
    }

    if (mcf->managed_main->response || mcf->ddos_main->bandwidth) {
        ngx_eo_waf_body_filter_init();
    }

    if (ngx_eo_ddos_init(cf, mcf->ddos_main) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_challenge_init(cf, mcf->challenge_main, &ngx_http_eo_waf_module)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->challenge_main->used
        && ngx_eo_stage_add(cf, NGX_EO_STAGE_WAF_CHALLENGE,
                            ngx_eo_challenge_answer_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->bot_main->enabled
        && ngx_eo_stage_add(cf, NGX_EO_STAGE_ORIGIN_BOT_HEADERS,
                            ngx_eo_bot_headers_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->rate_response
        && ngx_eo_stage_add(cf, NGX_EO_STAGE_WAF_RESPONSE,
                            ngx_eo_waf_response_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->rate_ahead
        && ngx_eo_stage_add(cf, NGX_EO_STAGE_WAF_AHEAD,
                            ngx_eo_rate_ahead_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->watch || mcf->managed_main->enabled || mcf->ddos_main->slow) {
        ngx_eo_waf_request_filter_init();
    }

    if (!mcf->log && !mcf->managed_main->enabled && !mcf->ddos_main->enabled
        && !mcf->rate_response && !mcf->watch)
    {
        return NGX_OK;
    }

    return ngx_eo_stage_add(cf, NGX_EO_STAGE_WAF_LOG, ngx_eo_waf_log_handler);
}


static void *
ngx_http_eo_waf_create_main_conf(ngx_conf_t *cf)
{
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_waf_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mcf->rules, cf->pool, 4, sizeof(ngx_eo_rule_t *))
        != NGX_OK
        || ngx_array_init(&mcf->sets, cf->pool, 4,
                          sizeof(ngx_eo_rule_set_t *))
           != NGX_OK
        || ngx_array_init(&mcf->groups, cf->pool, 4,
                          sizeof(ngx_eo_ip_group_t *))
           != NGX_OK)
    {
        return NULL;
    }

    mcf->conf = cf;
    mcf->env = ngx_eo_expr_env_create(cf->pool, mcf, ngx_eo_waf_ip_group_use,
                                      ngx_eo_waf_ip_group_match);
    if (mcf->env == NULL) {
        return NULL;
    }

    mcf->managed_main = ngx_pcalloc(cf->pool,
                                    sizeof(ngx_eo_managed_main_conf_t));
    mcf->ddos_main = ngx_pcalloc(cf->pool, sizeof(ngx_eo_ddos_main_conf_t));
    mcf->challenge_main = ngx_pcalloc(cf->pool,
                                      sizeof(ngx_eo_challenge_main_conf_t));

    mcf->bot_main = ngx_eo_bot_create_main(cf);

    if (mcf->bot_main == NULL) {
        return NULL;
    }

    if (mcf->managed_main == NULL || mcf->ddos_main == NULL
        || mcf->challenge_main == NULL)
    {
        return NULL;
    }

    mcf->max_stalled = NGX_CONF_UNSET;
    mcf->early = NGX_CONF_UNSET;

    return mcf;
}


static char *
ngx_http_eo_waf_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_conf_init_value(mcf->max_stalled, NGX_EO_WAF_MAX_STALLED);
    ngx_conf_init_value(mcf->early, 0);

    if (mcf->ban_zone_size == 0) {
        mcf->ban_zone_size = NGX_EO_WAF_BAN_ZONE_SIZE;
    }

    /* other modules look in their postconfiguration what is in use */

    if (ngx_eo_waf_fields_init(cf, mcf->env) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_bot_init_main(cf, mcf->bot_main) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_eo_waf_ip_groups_init(cf, mcf);
}


static void *
ngx_http_eo_waf_create_loc_conf(ngx_conf_t *cf)
{
    ngx_eo_waf_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_waf_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->afresh = 0;
     *     conf->rate_afresh = 0;
     *     conf->rules = NULL;
     *     conf->set = NULL;
     *     conf->managed_block = { 0, { 0, NULL }, NULL };
     *     conf->other_block = { 0, { 0, NULL }, NULL };
     */

    conf->mode = NGX_CONF_UNSET_UINT;
    conf->log = NGX_CONF_UNSET_PTR;
    conf->log_mask = NGX_CONF_UNSET_PTR;

    conf->managed_rules = ngx_eo_managed_create_conf(cf);
    conf->ddos = ngx_eo_ddos_create_conf(cf);
    conf->bot = ngx_eo_bot_create_conf(cf);

    if (conf->bot == NULL) {
        return NULL;
    }

    conf->challenge = ngx_eo_challenge_create_conf(cf);

    if (conf->managed_rules == NULL || conf->ddos == NULL
        || conf->challenge == NULL)
    {
        return NULL;
    }

    return conf;
}


static char *
ngx_http_eo_waf_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_eo_waf_loc_conf_t *prev = parent;
    ngx_eo_waf_loc_conf_t *conf = child;

    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_EO_WAF_OFF);
    ngx_conf_merge_ptr_value(conf->log, prev->log, NULL);
    ngx_conf_merge_ptr_value(conf->log_mask, prev->log_mask, NULL);

    if (conf->mode != NGX_EO_WAF_OFF) {
        mcf->enabled = 1;
    }

    if (conf->log) {
        mcf->log = 1;
    }

    if (ngx_http_eo_waf_merge_block(cf, &conf->managed_block,
                                    &prev->managed_block, 566)
        != NGX_CONF_OK
        || ngx_http_eo_waf_merge_block(cf, &conf->other_block,
                                       &prev->other_block, 567)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    /* the http level is nobody's child, so its set is made here */

    if (prev->set == NULL) {
        prev->set = ngx_eo_waf_rule_set(cf, prev, NULL);
        if (prev->set == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    conf->set = ngx_eo_waf_rule_set(cf, conf, prev->set);

    if (ngx_eo_managed_merge_conf(cf, mcf->managed_main, prev->managed_rules,
                                  conf->managed_rules,
                                  conf->mode != NGX_EO_WAF_OFF)
        != NGX_CONF_OK
        || ngx_eo_ddos_merge_conf(cf, mcf->ddos_main, prev->ddos, conf->ddos,
                                  conf->mode != NGX_EO_WAF_OFF)
           != NGX_CONF_OK
        || ngx_eo_challenge_merge_conf(cf, mcf->challenge_main, prev->challenge,
                                       conf->challenge)
           != NGX_CONF_OK
        || ngx_eo_bot_merge_conf(cf, mcf->bot_main, prev->bot, conf->bot,
                                 conf->mode != NGX_EO_WAF_OFF)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return conf->set ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_eo_waf_merge_block(ngx_conf_t *cf, ngx_eo_block_t *conf,
    ngx_eo_block_t *prev, ngx_uint_t status)
{
    if (conf->status == 0) {
        *conf = *prev;
    }

    if (conf->status == 0) {
        conf->status = status;
    }

    if (conf->page_name.len == 0 || conf->page) {
        return NGX_CONF_OK;
    }

    conf->page = ngx_eo_response_page_find(cf, &conf->page_name);

    if (conf->page == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown page \"%V\" in \"eo_block_response\": "
                           "define it with \"eo_response_page\"",
                           &conf->page_name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * In a process without workers a new cycle takes the place of the old one.
 * Zones have their content by now.
 */

static ngx_int_t
ngx_http_eo_waf_init_module(ngx_cycle_t *cycle)
{
    ngx_eo_waf_main_conf_t  *mcf;

    ngx_eo_waf_log_exit(cycle);

    mcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_eo_waf_module);

    if (mcf) {
        ngx_eo_rate_begin_keys(mcf);
        ngx_eo_challenge_init_keys(mcf->challenge_main);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_waf_init_process(ngx_cycle_t *cycle)
{
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_eo_waf_module);

    if (mcf == NULL) {
        return NGX_OK;
    }

    if (ngx_eo_bot_init_process(cycle, mcf->bot_main) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_ip_list_init_process(cycle, &mcf->lists);
}


static char *
ngx_http_eo_waf_rules_none(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "none") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"none\"", &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    wlcf->afresh = 1;

    return NGX_CONF_OK;
}


/* eo_block_response managed=STATUS[,PAGE] other=STATUS[,PAGE] */

static char *
ngx_http_eo_waf_block_response(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t       *value, text;
    ngx_uint_t       i;
    ngx_eo_block_t  *block;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        text = value[i];

        if (ngx_strncmp(text.data, "managed=", 8) == 0) {
            block = &wlcf->managed_block;
            text.data += 8;
            text.len -= 8;

        } else if (ngx_strncmp(text.data, "other=", 6) == 0) {
            block = &wlcf->other_block;
            text.data += 6;
            text.len -= 6;

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\" in \"%V\": it must "
                               "be \"managed=\" or \"other=\"", &value[i],
                               &cmd->name);
            return NGX_CONF_ERROR;
        }

        if (block->status) {
            return "is duplicate";
        }

        if (ngx_eo_block_parse(cf, cmd, &text, block) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_waf_security_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t  *value;

    if (wlcf->log != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        wlcf->log = NULL;
        return NGX_CONF_OK;
    }

    wlcf->log = ngx_conf_open_file(cf->cycle, &value[1]);

    return wlcf->log ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_eo_waf_security_log_mask(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_eo_waf_loc_conf_t *wlcf = conf;

    ngx_str_t   *value, *name;
    ngx_uint_t   i;

    if (wlcf->log_mask != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        wlcf->log_mask = NULL;
        return NGX_CONF_OK;
    }

    wlcf->log_mask = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                      sizeof(ngx_str_t));
    if (wlcf->log_mask == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len == 0 || value[i].len > NGX_EO_WAF_MASK_NAME) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" in \"%V\": it takes "
                               "names of arguments, of %d bytes at most, or "
                               "\"off\"", &value[i], &cmd->name,
                               NGX_EO_WAF_MASK_NAME);
            return NGX_CONF_ERROR;
        }

        name = ngx_array_push(wlcf->log_mask);
        *name = value[i];
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_waf_ban_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ssize_t     size;
    ngx_str_t  *value;

    if (mcf->ban_zone_size) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < (ssize_t) (8 * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be a size "
                           "of at least %uz bytes, such as \"4m\"",
                           &value[1], &cmd->name, 8 * ngx_pagesize);
        return NGX_CONF_ERROR;
    }

    mcf->ban_zone_size = size;

    return NGX_CONF_OK;
}
