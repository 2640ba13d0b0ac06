
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of variables.
 */


#ifndef _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_
#define _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


typedef enum {
    NGX_EO_SECLANG_LOOSE = 0,
    NGX_EO_SECLANG_STABLE,
    NGX_EO_SECLANG_FIXED
} ngx_eo_seclang_change_e;


/* see ngx_eo_seclang_variables.h */

typedef struct {
    ngx_str_t                  name;
    ngx_eo_seclang_change_e    change;

    unsigned                   collection:1; /* has members */
    unsigned                   stored:1;     /* they outlive a transaction */
    unsigned                   number:1;     /* unset it is 0, and not "" */
    unsigned                   anew:1;       /* made each time */
    unsigned                   names:1;      /* names are the values */
    unsigned                   from:3;       /* NGX_EO_SECLANG_FROM_... */

    ngx_uint_t                 list;         /* that has the members */

    ngx_int_t                (*view)(ngx_eo_seclang_tx_t *tx,
                                     ngx_eo_seclang_view_t *view,
                                     ngx_uint_t variable);
    ngx_eo_seclang_text_t   *(*made)(ngx_eo_seclang_tx_t *tx,
                                     ngx_uint_t variable);
} ngx_eo_seclang_variable_t;


extern ngx_eo_seclang_variable_t  ngx_eo_seclang_variables[];


/* of a persistent collection, whose list that is */

#define ngx_eo_seclang_is_collection(variable)                                \
    (ngx_eo_seclang_variables[variable].stored)

#define ngx_eo_seclang_collection_list(variable)                              \
    (ngx_eo_seclang_variables[variable].list)


/*
 * Finds a variable by its name, letter case aside.  Returns NGX_ERROR if
 * there is none.
 */

ngx_int_t ngx_eo_seclang_variable_find(ngx_str_t *name);


#endif /* _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_ */
