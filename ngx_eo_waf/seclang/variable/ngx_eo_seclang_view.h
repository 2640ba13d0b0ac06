
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Views: the members of a variable, and the variables that are one text.
 */


#ifndef _NGX_EO_SECLANG_VIEW_H_INCLUDED_
#define _NGX_EO_SECLANG_VIEW_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


/*
 * All members of a variable.  Returns NULL when out of memory.
 */

ngx_eo_seclang_view_t *ngx_eo_seclang_view(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);

/* the members of a variable that a target may select */

ngx_eo_seclang_view_t *ngx_eo_seclang_target_view(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_target_t *target);

/* what was known of arguments, files and the like has changed */

void ngx_eo_seclang_forget_views(ngx_eo_seclang_tx_t *tx);

/* the one member that a target without a pattern selects, or NULL */

ngx_eo_seclang_text_t *ngx_eo_seclang_first(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_target_t *target);


/*
 * For the rows of ngx_eo_seclang_variables.h: puts the members of a variable
 * into its view, and says whether the view is valid until it is forgotten.
 * NGX_ERROR: out of memory.
 */

ngx_int_t ngx_eo_seclang_view_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_list(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_tx(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_matched(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_matched_names(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_xml(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_response_xml(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
ngx_int_t ngx_eo_seclang_view_rule(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);


#endif /* _NGX_EO_SECLANG_VIEW_H_INCLUDED_ */
