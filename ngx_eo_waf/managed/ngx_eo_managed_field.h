
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fields of a request that an exception keeps managed rules from, such as
 * "cookie:value" of those cookies for which a condition holds.
 */


#ifndef _NGX_EO_MANAGED_FIELD_H_INCLUDED_
#define _NGX_EO_MANAGED_FIELD_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"
#include "expr/ngx_eo_expr.h"


typedef struct ngx_eo_managed_kind_s  ngx_eo_managed_kind_t;


typedef struct {
    ngx_eo_managed_kind_t      *kind;
    ngx_eo_expr_t              *condition;   /* NULL: it always holds */
} ngx_eo_managed_field_t;


/* what some rules do not look at */

typedef struct {
    ngx_array_t                *fields;      /* ngx_eo_managed_field_t */
    ngx_eo_seclang_bitmap_t     rules;
} ngx_eo_managed_except_t;


/*
 * Reads "SCOPE:TARGET [CONDITION]".
 *
 * env:     an environment for members, which owns the condition
 * text:    is copied as far as needed
 * error:   receives what is wrong when NGX_ERROR is returned; column 0 if
 *          it is not the condition
 */

ngx_int_t ngx_eo_managed_field_parse(ngx_eo_expr_env_t *env, ngx_str_t *text,
    ngx_eo_managed_field_t *field, ngx_eo_expr_error_t *error);


/*
 * Marks what is in a transaction already: once when it has the headers, and
 * once when it has the body.
 *
 * excepts:  array of ngx_eo_managed_except_t
 * env:      that of the conditions
 * pool:     for what only this takes
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_managed_fields_mark(ngx_eo_seclang_tx_t *tx,
    ngx_array_t *excepts, ngx_eo_expr_env_t *env, ngx_pool_t *pool);


#endif /* _NGX_EO_MANAGED_FIELD_H_INCLUDED_ */
