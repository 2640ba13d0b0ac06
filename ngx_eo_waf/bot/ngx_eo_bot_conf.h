
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bot management in the configuration.
 */


#ifndef _NGX_EO_BOT_CONF_H_INCLUDED_
#define _NGX_EO_BOT_CONF_H_INCLUDED_


#include "ngx_eo_live_file.h"
#include "ngx_eo_bot_act.h"
#include "ngx_eo_bot_agents.h"
#include "ngx_eo_bot_score.h"


/* purposes of AI crawlers, in the order of their categories */

#define NGX_EO_BOT_AI_PURPOSES  3


/* an action, and the rule that logs name */

typedef struct {
    ngx_eo_rule_t            rule;
    ngx_eo_bot_act_t         act;
} ngx_eo_bot_part_t;


/* what proves that a robot is the one that it says it is */

typedef struct {
    ngx_str_t                name;
    ngx_uint_t               ranges;      /* there are such */
    ngx_eo_ip_list_t        *list;
    ngx_array_t             *suffixes;    /* ngx_str_t, in lower case */
    ngx_uint_t               keys;        /* there are such */
} ngx_eo_bot_proof_t;


/* eo_bot_idc_list and eo_bot_reputation_list */

typedef struct {
    ngx_eo_rule_t            rule;        /* with the name of the list */
    ngx_uint_t               addresses;   /* there are such */
    ngx_eo_ip_list_t        *list;
    ngx_array_t             *asns;        /* ngx_str_t, decimal digits */
    ngx_uint_t               kind;        /* of reputation, see below */
    ngx_uint_t               level;       /* of reputation: 0 to 2 */
} ngx_eo_bot_list_t;


/* eo_bot_idc and eo_bot_reputation: a name, or "*" */

typedef struct {
    ngx_str_t                name;
    ngx_eo_bot_part_t       *part;
} ngx_eo_bot_list_part_t;


struct ngx_eo_bot_main_conf_s {
    ngx_eo_live_file_t      *agents;
    ngx_array_t             *files;       /* ngx_eo_live_file_t * */
    ngx_eo_ip_lists_t        range_lists;
    ngx_eo_ip_lists_t        idc_lists;
    ngx_eo_ip_lists_t        reputation_lists;
    ngx_array_t             *proofs;      /* ngx_eo_bot_proof_t */
    ngx_array_t             *idc;         /* ngx_eo_bot_list_t */
    ngx_array_t             *reputation;  /* ngx_eo_bot_list_t */
    ngx_array_t             *keys;        /* ngx_eo_bot_key_file_t */
    ngx_shm_zone_t          *dns;
    ngx_shm_zone_t          *nonces;
    size_t                   dns_size;
    ngx_uint_t               nrules;
    ngx_int_t                ja3_index;
    ngx_int_t                ja4_index;
    ngx_int_t                asn_index;

    unsigned                 used:1;      /* on or monitor, somewhere */
    unsigned                 enabled:1;   /* on, somewhere */
    unsigned                 asn:1;
    unsigned                 names_dns:1;
    unsigned                 bans:1;
};


struct ngx_eo_bot_conf_s {
    ngx_uint_t               mode;        /* NGX_EO_WAF_OFF ... */
    ngx_eo_bot_part_t       *categories[NGX_EO_BOT_CATEGORIES];
    ngx_eo_bot_part_t       *ratings[NGX_EO_BOT_RATINGS];
    ngx_eo_bot_part_t       *ai[NGX_EO_BOT_AI_PURPOSES];
    ngx_array_t             *idc;         /* ngx_eo_bot_list_part_t */
    ngx_array_t             *reputation;  /* ngx_eo_bot_list_part_t */
    ngx_array_t             *rules;       /* ngx_eo_bot_part_t * */
    ngx_array_t             *sorted;      /* the same, by priority */
    ngx_uint_t               robots;      /* robots.txt is for everybody */
};


ngx_eo_bot_main_conf_t *ngx_eo_bot_create_main(ngx_conf_t *cf);
ngx_eo_bot_conf_t *ngx_eo_bot_create_conf(ngx_conf_t *cf);

/*
 * Makes what was read usable; to be called from init_main_conf.  Returns
 * NGX_CONF_ERROR with a message.
 */

char *ngx_eo_bot_init_main(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main);

/* Has files watched; to be called from init_process. */

ngx_int_t ngx_eo_bot_init_process(ngx_cycle_t *cycle,
    ngx_eo_bot_main_conf_t *main);

/* enabled: web protection is on, or monitor, at this place */

char *ngx_eo_bot_merge_conf(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_conf_t *prev, ngx_eo_bot_conf_t *conf, ngx_uint_t enabled);

/* the category whose robots an AI purpose is */

#define ngx_eo_bot_ai_category(purpose)                                       \
    ((ngx_eo_bot_category_e) (NGX_EO_BOT_AI_TRAINING + (purpose)))


/* directives; of these, conf is an ngx_eo_waf_main_conf_t */

char *ngx_eo_bot_agents_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_ranges(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_names(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_keys(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_dns_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_idc_list(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_reputation_list(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* and of these an ngx_eo_waf_loc_conf_t */

char *ngx_eo_bot_mode(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_category(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_idc(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_reputation(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_rating_action(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_bot_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_bot_ai_crawlers(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* the proof of a robot of that name, or NULL if none is asked for */

ngx_eo_bot_proof_t *ngx_eo_bot_proof(ngx_eo_bot_main_conf_t *main,
    ngx_str_t *name);

/* the kind of a reputation list as EO-Bot-Tag names it, and its level */

ngx_str_t *ngx_eo_bot_reputation_kind(ngx_uint_t kind);
ngx_str_t *ngx_eo_bot_reputation_level(ngx_uint_t level);


#endif /* _NGX_EO_BOT_CONF_H_INCLUDED_ */
