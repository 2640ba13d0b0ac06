
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#ifndef _NGX_EO_EXPR_COVER_H_INCLUDED_
#define _NGX_EO_EXPR_COVER_H_INCLUDED_


#include "ngx_eo_expr_internal.h"


typedef enum {
    NGX_EO_TRIGGER_VALUE = 0,  /* the value is the key */
    NGX_EO_TRIGGER_NUMBER,
    NGX_EO_TRIGGER_PREFIX,
    NGX_EO_TRIGGER_LITERAL,    /* the value contains the key */
    NGX_EO_TRIGGER_GROUP,
    NGX_EO_TRIGGER_EXISTS
} ngx_eo_trigger_e;


typedef struct {
    ngx_eo_trigger_e           type;
    ngx_uint_t                 slot;
    ngx_str_t                  key;
    ngx_uint_t                 bits;       /* of a prefix */
    void                      *group;
} ngx_eo_trigger_t;


typedef struct {
    ngx_eo_expr_env_t         *env;
    ngx_pool_t                *pool;
    ngx_array_t                triggers;   /* of ngx_eo_trigger_t */
    ngx_uint_t                 weight;
} ngx_eo_cover_t;


/*
 * Finds the cover of an expression.
 *
 * pool:   owns the triggers; their keys may be parts of the expression
 *
 * Returns NGX_OK, NGX_DECLINED if there is none, so that the expression has
 * to be evaluated always, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_cover(ngx_eo_expr_env_t *env, ngx_pool_t *pool,
    ngx_eo_expr_t *expr, ngx_eo_cover_t *cover);


#endif /* _NGX_EO_EXPR_COVER_H_INCLUDED_ */
