
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The charset of a response whose header is held.
 */


#ifndef _NGX_EO_MANAGED_CHARSET_H_INCLUDED_
#define _NGX_EO_MANAGED_CHARSET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * Learns how the charset filter of nginx writes down "charset utf-8"; to be
 * called when the configuration has been read.
 */

ngx_int_t ngx_eo_managed_charset_init(ngx_conf_t *cf);


/*
 * Sets the charset of a response, if the charset filter would set it to UTF-8
 * and its turn is still to come: a listing of a folder is made of names that
 * are measured by it, once its header has been handed over.
 *
 * ngx_eo_managed_charset_unset() takes it away again, so that the filter does
 * as ever.
 */

void ngx_eo_managed_charset_set(ngx_http_request_t *r);
void ngx_eo_managed_charset_unset(ngx_http_request_t *r);


#endif /* _NGX_EO_MANAGED_CHARSET_H_INCLUDED_ */
