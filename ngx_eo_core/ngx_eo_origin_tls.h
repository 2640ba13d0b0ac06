
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Certificates of origins.
 */


#ifndef _NGX_EO_ORIGIN_TLS_H_INCLUDED_
#define _NGX_EO_ORIGIN_TLS_H_INCLUDED_


#include "ngx_eo_request.h"


#if (NGX_HTTP_SSL)

/*
 * Has the handshakes of an upstream's TLS context fail if the origin's
 * certificate has expired or is not valid yet, even where "proxy_ssl_verify"
 * is off.  Only requests that the suite watches are
 * concerned, though the context may be shared with others.
 */

void ngx_eo_origin_tls_check_dates(ngx_http_upstream_t *u);


/*
 * Drops the session that is about to be resumed if the certificate it was
 * made with is not valid now: resuming does not show it again.
 */

void ngx_eo_origin_tls_check_session(ngx_connection_t *c);

#endif


#endif /* _NGX_EO_ORIGIN_TLS_H_INCLUDED_ */
