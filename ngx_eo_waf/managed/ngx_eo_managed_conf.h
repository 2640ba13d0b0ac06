
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The configuration of managed rules.
 */


#ifndef _NGX_EO_MANAGED_CONF_H_INCLUDED_
#define _NGX_EO_MANAGED_CONF_H_INCLUDED_


#include "conf/ngx_eo_waf_conf.h"
#include "seclang/variable/ngx_eo_seclang_tx.h"


#define NGX_EO_MANAGED_OFF      0
#define NGX_EO_MANAGED_ON       1
#define NGX_EO_MANAGED_MONITOR  2


typedef struct ngx_eo_managed_scanning_s  ngx_eo_managed_scanning_t;


typedef enum {
    NGX_EO_MANAGED_GROUP_DENY = 0,
    NGX_EO_MANAGED_GROUP_MONITOR,
    NGX_EO_MANAGED_GROUP_DISABLED
} ngx_eo_managed_action_e;


/* a rule set that was read once for all who name the same files */

typedef struct {
    ngx_str_t                   key;
    ngx_eo_seclang_ruleset_t   *set;
} ngx_eo_managed_set_t;


struct ngx_eo_managed_main_conf_s {
    ngx_array_t                *sets;         /* ngx_eo_managed_set_t */
    size_t                      zone_size;
    ngx_eo_seclang_store_t     *store;        /* NULL: nothing to keep */
    unsigned                    enabled:1;
    unsigned                    response:1;   /* some set has rules for it */
    unsigned                    collections:1;  /* ... rules that keep */
};


typedef struct {
    ngx_uint_t                  group;
    ngx_eo_managed_action_e     action;
} ngx_eo_managed_group_t;


/* a TX variable that transactions begin with */

typedef struct {
    ngx_uint_t                  slot;
    ngx_eo_seclang_text_t      *text;
} ngx_eo_managed_preset_t;


#define NGX_EO_MANAGED_PRESETS  4


/* what becomes of a body that is longer than what is looked at */

typedef enum {
    NGX_EO_MANAGED_SCAN = 0,
    NGX_EO_MANAGED_SKIP,
    NGX_EO_MANAGED_DENY
} ngx_eo_managed_longer_e;


struct ngx_eo_managed_conf_s {
    ngx_uint_t                  mode;
    ngx_array_t                *files;        /* ngx_str_t */
    ngx_array_t                *groups;       /* ngx_eo_managed_group_t */
    ngx_uint_t                  level;        /* paranoia level; 0: theirs */
    ngx_int_t                   inbound;      /* score; 0: theirs */
    ngx_int_t                   outbound;
    size_t                      body;
    ngx_uint_t                  longer;       /* bodies: ..._longer_e */
    ngx_flag_t                  decompress;
    ngx_flag_t                  prefilter;
    ngx_msec_t                  time;         /* 0: no limit */
    ngx_eo_managed_scanning_t  *scanning;     /* NULL: off */

    ngx_eo_seclang_ruleset_t   *set;
    ngx_eo_seclang_bitmap_t     disabled;
    ngx_eo_seclang_bitmap_t     monitored;

    /* of a request with exceptions: ngx_eo_managed_except_t, or NULL */
    ngx_array_t                *excepts;
    ngx_eo_expr_env_t          *excepts_env;

    /* level and scores */
    ngx_uint_t                  npresets;
    ngx_eo_managed_preset_t     presets[NGX_EO_MANAGED_PRESETS];
};


/*
 * Directives; conf is an ngx_eo_waf_loc_conf_t, or the main configuration.
 * The offset of those that set a single value is one in ngx_eo_managed_conf_t.
 */

extern ngx_conf_enum_t  ngx_eo_managed_modes[];
extern ngx_conf_enum_t  ngx_eo_managed_levels[];

char *ngx_eo_managed_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_flag(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_score(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_scanning(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_managed_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* a configuration that says nothing; NULL: out of memory */

ngx_eo_managed_conf_t *ngx_eo_managed_create_conf(ngx_conf_t *cf);


/*
 * Merges configurations, and reads the rules where they are in use.
 *
 * main:     of the cycle; keeps the rule sets that were read
 * enabled:  whether web protection is on at all
 */

char *ngx_eo_managed_merge_conf(ngx_conf_t *cf,
    ngx_eo_managed_main_conf_t *main, ngx_eo_managed_conf_t *prev,
    ngx_eo_managed_conf_t *conf, ngx_uint_t enabled);


/*
 * Makes the zone of persistent collections, if some rule set has any; from
 * postconfiguration.
 *
 * tag:  of the module
 *
 * Returns NGX_OK, or NGX_ERROR with a message.
 */

ngx_int_t ngx_eo_managed_init_zone(ngx_conf_t *cf,
    ngx_eo_managed_main_conf_t *main, void *tag);


/*
 * The seventeen groups of rules.
 */

#define NGX_EO_MANAGED_GROUPS  17


/* NGX_ERROR if there is no group of that name */

ngx_int_t ngx_eo_managed_group_find(ngx_str_t *name);

/* names of all groups, for messages */

u_char *ngx_eo_managed_group_names(u_char *buf, u_char *last);

/*
 * The group of a rule: by its tags, else by the file it is in.  Returns
 * NGX_DECLINED for rules that belong to none, such as those that set up and
 * count.
 */

ngx_int_t ngx_eo_managed_group_of(ngx_eo_seclang_rule_t *rule);


#endif /* _NGX_EO_MANAGED_CONF_H_INCLUDED_ */
