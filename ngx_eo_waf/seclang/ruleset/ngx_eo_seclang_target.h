
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Variables by their numbers, and how rules name what they look at.
 */


#ifndef _NGX_EO_SECLANG_TARGET_H_INCLUDED_
#define _NGX_EO_SECLANG_TARGET_H_INCLUDED_


#include "seclang/operator/ngx_eo_seclang_operator.h"
#include "ngx_eo_seclang_variables.h"


#define ngx_eo_seclang_variable_number(name, change, from)                    \
    NGX_EO_SECLANG_VAR_##name,

typedef enum {
    NGX_EO_SECLANG_VARIABLE_ROWS(ngx_eo_seclang_variable_number)
    NGX_EO_SECLANG_VARIABLES
} ngx_eo_seclang_variable_e;


/* what a rule looks at: "REQUEST_HEADERS:User-Agent", "&ARGS" */

typedef struct {
    ngx_uint_t                 variable;

    /* selects one member; empty for all of them */
    ngx_str_t                  name;

    /* selects the members whose name matches */
    ngx_eo_seclang_regex_t    *regex;

    /* what such a name contains, or begins with, if the pattern says no more */
    ngx_str_t                  literal;

    /* of the TX variable that is selected, otherwise -1 */
    ngx_int_t                  slot;

    unsigned                   count:1;
    unsigned                   exclusion:1;
    unsigned                   anchored:1;

    /* selects none of the TX variables that have a slot */
    unsigned                   unnamed:1;
} ngx_eo_seclang_target_t;


/* whether the name or the pattern of a target is that of a member */

ngx_uint_t ngx_eo_seclang_selects_slow(ngx_eo_seclang_target_t *target,
    ngx_str_t *name);


/*
 * Whether a target selects a member of a variable.
 */

static ngx_inline ngx_uint_t
ngx_eo_seclang_selects(ngx_eo_seclang_target_t *target, ngx_str_t *name)
{
    if (target->name.len == 0) {
        return 1;
    }

    if (target->regex == NULL && target->name.len != name->len) {
        return 0;
    }

    return ngx_eo_seclang_selects_slow(target, name);
}


#endif /* _NGX_EO_SECLANG_TARGET_H_INCLUDED_ */
