
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Variables that are one text, and made when a rule asks for them.
 */


#ifndef _NGX_EO_SECLANG_MADE_H_INCLUDED_
#define _NGX_EO_SECLANG_MADE_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


/*
 * For the rows of ngx_eo_seclang_variables.h: makes the text of a variable,
 * in memory of the transaction.  Returns NULL when out of memory.
 */

ngx_eo_seclang_text_t *ngx_eo_seclang_made_arguments_size(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_web_app_id(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_highest_severity(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_duration(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_limits_exceeded(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_matched_value(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_matched_name(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_status_line(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_full_request(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_full_request_length(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_time(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);
ngx_eo_seclang_text_t *ngx_eo_seclang_made_time_field(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);


#endif /* _NGX_EO_SECLANG_MADE_H_INCLUDED_ */
