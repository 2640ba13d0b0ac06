
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Alt-Svc: tells clients of HTTP/1.1 and HTTP/2 that a server speaks HTTP/3
 * (RFC 7838, RFC 9114, 3.1.1).
 */


#ifndef _NGX_EO_ALT_SVC_H_INCLUDED_
#define _NGX_EO_ALT_SVC_H_INCLUDED_


#include "ngx_eo_request.h"


/*
 * Finds out which servers listen for QUIC, and where; to be called when the
 * configuration has been read.
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_alt_svc_init(ngx_conf_t *cf);


/*
 * Adds the header to a response over TLS whose server listens for QUIC.
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_alt_svc_add(ngx_http_request_t *r);


#endif /* _NGX_EO_ALT_SVC_H_INCLUDED_ */

