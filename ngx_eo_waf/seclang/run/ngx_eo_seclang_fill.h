
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fills a transaction: request line, headers, cookies, response.
 */


#ifndef _NGX_EO_SECLANG_FILL_H_INCLUDED_
#define _NGX_EO_SECLANG_FILL_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/* the request line and the connection; what is unknown is left empty */

typedef struct {
    ngx_str_t                   method;
    ngx_str_t                   uri;           /* as on the request line */
    ngx_str_t                   protocol;      /* "HTTP/1.1" */
    ngx_str_t                   request_line;
    ngx_str_t                   remote_addr;
    ngx_str_t                   remote_port;
    ngx_str_t                   remote_user;
    ngx_str_t                   server_addr;
    ngx_str_t                   server_port;
    ngx_str_t                   unique_id;
} ngx_eo_seclang_request_t;


/*
 * Starts a transaction.
 *
 * tx:     zeroed memory of the caller, with data, log, report, geo, store,
 *         start, prefilter and time set as wanted
 * set:    a linked rule set
 * limit:  bytes that the transaction may take
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory; ngx_eo_seclang_tx_done()
 * has to be called in both cases.
 */

ngx_int_t ngx_eo_seclang_tx_init(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_ruleset_t *set, size_t limit);


/* gives all memory of a transaction back */

void ngx_eo_seclang_tx_done(ngx_eo_seclang_tx_t *tx);


/*
 * Sets the request line and the connection, and parses path and arguments.
 */

ngx_int_t ngx_eo_seclang_tx_request(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_request_t *request);


/*
 * Adds a request header; cookies and the content type are taken from it.
 */

ngx_int_t ngx_eo_seclang_tx_header(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *value);


ngx_int_t ngx_eo_seclang_tx_response_header(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *name, ngx_str_t *value);
ngx_int_t ngx_eo_seclang_tx_response_status(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t status, ngx_str_t *protocol);
ngx_int_t ngx_eo_seclang_tx_response_body(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete);


#endif /* _NGX_EO_SECLANG_FILL_H_INCLUDED_ */
