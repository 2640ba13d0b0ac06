
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rules in the configuration: directives, order, sets of locations.
 */


#ifndef _NGX_EO_WAF_RULE_H_INCLUDED_
#define _NGX_EO_WAF_RULE_H_INCLUDED_


#include "action/ngx_eo_waf_action.h"


typedef struct ngx_eo_exception_s  ngx_eo_exception_t;
typedef struct ngx_eo_rate_rule_s  ngx_eo_rate_rule_t;


/* exceptions first, then basic rules, precise ones, rate limits */

typedef enum {
    NGX_EO_RULE_EXCEPTION = 0,
    NGX_EO_RULE_BASIC,
    NGX_EO_RULE_PRECISE,
    NGX_EO_RULE_RATE,
    NGX_EO_RULE_MANAGED,                     /* of logs only */
    NGX_EO_RULE_DDOS,
    NGX_EO_RULE_BOT,
    NGX_EO_RULE_BOT_REPUTATION,
    NGX_EO_RULE_BOT_RATING,
    NGX_EO_RULE_BOT_CUSTOM
} ngx_eo_rule_e;


/*
 * Rules of the whole configuration are numbered in the order in which they
 * are looked at, so that any part of them is a bitmap, and one index serves
 * all locations.
 */

struct ngx_eo_rule_s {
    ngx_str_t                   name;
    ngx_eo_rule_e               type;
    ngx_uint_t                  priority;
    ngx_uint_t                  place;       /* in the configuration */
    ngx_uint_t                  number;
    ngx_eo_expr_t              *expr;
    ngx_eo_action_t             action;      /* of an exception: none */
    ngx_uint_t                  skip;        /* NGX_EO_WAF_CUSTOM_RULES ... */
    ngx_eo_exception_t         *exception;   /* NULL: no single rules */
    ngx_eo_rate_rule_t         *rate;        /* of a rate limit */
    ngx_str_t                   file;
    ngx_uint_t                  line;
    unsigned                    always:1;    /* the expression is "*" */
    unsigned                    form:1;      /* a key is of the body */
    unsigned                    ahead:1;     /* see ngx_eo_rate_ahead.h */
};


/* the rules of a location; a location without its own shares its parent's */

struct ngx_eo_rule_set_s {
    ngx_eo_rule_set_t          *parent;
    ngx_array_t                *rules;       /* ngx_eo_rule_t *, own ones */
    uint64_t                   *members;
    ngx_uint_t                  nmembers;
    ngx_uint_t                  nrates;      /* of the members */
    ngx_eo_rule_t              *ahead;       /* see ngx_eo_rate_ahead.h */
    unsigned                    afresh:1;    /* no custom rules of parents */
    unsigned                    rate_afresh:1;
    unsigned                    form:1;      /* reads the request body */
    unsigned                    watch:1;     /* or looks at it going by */
    unsigned                    form_exception:1;
    unsigned                    plain:1;     /* rate limits with "*" only */
};


typedef struct {
    ngx_eo_rule_t              *rule;
    ngx_str_t                  *action;      /* as the log names it */
} ngx_eo_waf_match_t;


/* the value of "priority="; NGX_CONF_ERROR with a message */

char *ngx_eo_waf_priority(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_uint_t *priority);

/* says that a directive has no such parameter; returns NGX_CONF_ERROR */

char *ngx_eo_waf_invalid(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *param);

/*
 * Adds a rule at the place being read, without action.
 *
 * name:  not copied
 * text:  the expression
 *
 * Returns NULL with a message.
 */

ngx_eo_rule_t *ngx_eo_waf_rule_add(ngx_conf_t *cf,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_str_t *name, ngx_str_t *text);

/*
 * The set of rules of a location; parent is that of the level above, or
 * NULL.  Returns NULL when out of memory.
 */

ngx_eo_rule_set_t *ngx_eo_waf_rule_set(ngx_conf_t *cf,
    ngx_eo_waf_loc_conf_t *conf, ngx_eo_rule_set_t *parent);

/*
 * Steps to be taken in this order once everything is read: all rules are put
 * in order; then, when rate limits know what they read and whether they can
 * be asked for ahead, they are indexed and the sets filled in; and the pages
 * of their actions are found.
 */

void ngx_eo_waf_rules_sort(ngx_eo_waf_main_conf_t *mcf);
ngx_int_t ngx_eo_waf_rules_index(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf);
ngx_int_t ngx_eo_waf_rules_pages(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf);


#endif /* _NGX_EO_WAF_RULE_H_INCLUDED_ */
