
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The plan of a rule set: what was read, in the order in which it is run.
 */


#ifndef _NGX_EO_SECLANG_PLAN_H_INCLUDED_
#define _NGX_EO_SECLANG_PLAN_H_INCLUDED_


#include "seclang/ruleset/ngx_eo_seclang_ruleset.h"


/*
 * Makes the plan: to be called once, when everything is read.
 *
 * Result and errstr as of ngx_eo_seclang_read_file().
 */

ngx_int_t ngx_eo_seclang_link(ngx_eo_seclang_ruleset_t *set, u_char *errstr);


/*
 * Prepares the prefilter of a set, and then divides its phases into blocks:
 * the last steps of linking it.  Return NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_link_candidates(ngx_eo_seclang_ruleset_t *set);
ngx_int_t ngx_eo_seclang_link_blocks(ngx_eo_seclang_ruleset_t *set);


#endif /* _NGX_EO_SECLANG_PLAN_H_INCLUDED_ */
