
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The body of a request: its processor, limits and errors.
 */


#ifndef _NGX_EO_SECLANG_BODY_H_INCLUDED_
#define _NGX_EO_SECLANG_BODY_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/*
 * Sets and parses the request body.
 *
 * body:      as much of it as is to be looked at, in one piece
 * complete:  whether that is all of it; what else there would be does not
 *            make an error of how it ends
 */

ngx_int_t ngx_eo_seclang_tx_body(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete);


/*
 * Takes a response apart, if a rule has asked for it.  Arguments as above.
 */

ngx_int_t ngx_eo_seclang_tx_response_parts(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete);


/*
 * Body processors.  Each fills the transaction; NGX_DECLINED with "error"
 * set to a constant sentence says that the body is not well-formed.  One that
 * is not complete is not the worse for what is missing at its end.
 */

ngx_int_t ngx_eo_seclang_body_json(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete, ngx_str_t *error);
ngx_int_t ngx_eo_seclang_body_xml(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete, ngx_str_t *error);
ngx_int_t ngx_eo_seclang_body_multipart(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete, ngx_str_t *error,
    size_t *no_files_len);


#endif /* _NGX_EO_SECLANG_BODY_H_INCLUDED_ */
