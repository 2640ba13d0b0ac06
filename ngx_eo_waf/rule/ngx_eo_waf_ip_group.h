
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Address groups as expressions name them.
 */


#ifndef _NGX_EO_WAF_IP_GROUP_H_INCLUDED_
#define _NGX_EO_WAF_IP_GROUP_H_INCLUDED_


#include "conf/ngx_eo_waf_conf.h"


/* an address group that an expression names; defined before it or after */

typedef struct {
    ngx_str_t                   name;
    ngx_eo_ip_list_t           *list;
    ngx_str_t                   file;
    ngx_uint_t                  line;
} ngx_eo_ip_group_t;


/* eo_ip_group NAME FILE|ADDRESS...; conf is an ngx_eo_waf_main_conf_t */

char *ngx_eo_waf_ip_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* For the environment of expressions; data is an ngx_eo_waf_main_conf_t. */

void *ngx_eo_waf_ip_group_use(void *data, ngx_str_t *name);
ngx_uint_t ngx_eo_waf_ip_group_match(void *group, ngx_int_t family,
    u_char *addr);

/* Finds the lists; NGX_CONF_ERROR with a message if one is not defined. */

char *ngx_eo_waf_ip_groups_init(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf);


#endif /* _NGX_EO_WAF_IP_GROUP_H_INCLUDED_ */
