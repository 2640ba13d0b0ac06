
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of variables.
 */


#ifndef _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_
#define _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_


#include "seclang/ruleset/ngx_eo_seclang_target.h"


typedef struct {
    ngx_str_t                  name;

    /* has members, which can be selected */
    ngx_uint_t                 collection;
} ngx_eo_seclang_variable_t;


/* in the order of the numbers above */

extern ngx_eo_seclang_variable_t  ngx_eo_seclang_variables[];


/*
 * Finds a variable by its name, letter case aside.  Returns NGX_ERROR if
 * there is none.
 */

ngx_int_t ngx_eo_seclang_variable_find(ngx_str_t *name);


#endif /* _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_ */
