
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rules that are named by id, tag or message, and directives that change them.
 */


#ifndef _NGX_EO_SECLANG_UPDATE_H_INCLUDED_
#define _NGX_EO_SECLANG_UPDATE_H_INCLUDED_


#include "seclang/ruleset/ngx_eo_seclang_ruleset.h"


/*
 * Says whether a rule has a tag, letter case aside, as SecRuleRemoveByTag
 * and its like name it.
 */

ngx_uint_t ngx_eo_seclang_has_tag(ngx_eo_seclang_rule_t *rule,
    ngx_str_t *tag);


/*
 * Marks the rules of a plan that have an id, a tag or a message.
 *
 * type:   NGX_EO_SECLANG_REMOVE_BY_ID, _BY_TAG or _BY_MSG
 * which:  ids and ranges ("942100 942200-942299"), a tag, or a message
 * map:    set for each rule that is named
 *
 * Returns NGX_ERROR if an id is no number.
 */

ngx_int_t ngx_eo_seclang_mark(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_update_e type, ngx_str_t *which,
    ngx_eo_seclang_bitmap_t map);


/* carries out what directives such as SecRuleRemoveById say of rules */

ngx_int_t ngx_eo_seclang_apply_updates(ngx_eo_seclang_ruleset_t *set);


#endif /* _NGX_EO_SECLANG_UPDATE_H_INCLUDED_ */
