
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Custom rules, basic ones among them.
 */


#ifndef _NGX_EO_WAF_CUSTOM_H_INCLUDED_
#define _NGX_EO_WAF_CUSTOM_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"


/* directives; conf is an ngx_eo_waf_loc_conf_t */

char *ngx_eo_waf_custom_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_waf_basic_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/*
 * The turn of exceptions, bans and custom rules in the access phase.  Returns
 * what the stage has to return.
 */

ngx_int_t ngx_eo_waf_custom_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);

/* The turn of those that waited for the body to go by. */

void ngx_eo_waf_custom_seen(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_WAF_CUSTOM_H_INCLUDED_ */
