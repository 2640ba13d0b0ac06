
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Lists of named texts, and variables that are one text.
 */


#ifndef _NGX_EO_SECLANG_LIST_H_INCLUDED_
#define _NGX_EO_SECLANG_LIST_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


/*
 * Adds a member to a list.
 *
 * origin:  NGX_EO_SECLANG_FROM_..., or 0
 *
 * Returns NGX_ERROR when out of memory, as all of these.
 */

ngx_int_t ngx_eo_seclang_add(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_list_e list, ngx_str_t *name, ngx_str_t *value,
    ngx_uint_t origin);


/*
 * Finds a member of TX, ENV or a persistent collection by its name, letter
 * case aside.  Returns its number, or NGX_DECLINED if there is none.
 */

ngx_int_t ngx_eo_seclang_list_find(ngx_eo_seclang_list_t *list,
    ngx_str_t *name);


ngx_int_t ngx_eo_seclang_set_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_str_t *value);
ngx_int_t ngx_eo_seclang_set_scalar_number(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_int_t number);


#endif /* _NGX_EO_SECLANG_LIST_H_INCLUDED_ */
