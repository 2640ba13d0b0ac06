
/*
 * Rules in the configuration: directives, order, sets of locations.
 */


#ifndef _NGX_EO_WAF_RULE_H_INCLUDED_
#define _NGX_EO_WAF_RULE_H_INCLUDED_


#include "ngx_http_eo_waf_module.h"


/* directives; conf is an ngx_eo_waf_loc_conf_t */

char *ngx_eo_waf_custom_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_waf_basic_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

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
 * Puts all rules in order, fills the sets in, builds the index, finds pages
 * and the managed rules of exceptions.  To be called once everything is read.
 */

ngx_int_t ngx_eo_waf_rules_init(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf);


#endif /* _NGX_EO_WAF_RULE_H_INCLUDED_ */
