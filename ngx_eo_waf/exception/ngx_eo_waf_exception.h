
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Exceptions: the directive, and which managed rules a request is spared.
 */


#ifndef _NGX_EO_WAF_EXCEPTION_H_INCLUDED_
#define _NGX_EO_WAF_EXCEPTION_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"
#include "seclang/ruleset/ngx_eo_seclang_ruleset.h"


/* managed rules that an exception names */

struct ngx_eo_exception_s {
    ngx_array_t                *ids;         /* ngx_eo_exception_ids_t */
    uint64_t                    groups;      /* a bit for each */
    ngx_array_t                *fields;      /* ngx_eo_managed_field_t */
    ngx_eo_seclang_bitmap_t    *rules;       /* of each rule set read */
};


/* a directive; conf is an ngx_eo_waf_loc_conf_t */

char *ngx_eo_waf_exception(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/*
 * Finds the managed rules that exceptions name, in each rule set that was
 * read.  To be called once everything is read.
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_waf_exceptions_init(ngx_conf_t *cf,
    ngx_eo_waf_main_conf_t *mcf);


/*
 * The configuration by which managed rules look at a request: that of the
 * location, or a copy in memory of the request, without those rules that the
 * exceptions in state->exceptions name.
 *
 * Returns NULL when out of memory.
 */

ngx_eo_waf_loc_conf_t *ngx_eo_waf_exceptions_apply(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_WAF_EXCEPTION_H_INCLUDED_ */
