
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
 * is off (facts, 5.2 and 12).  Only requests that the suite watches are
 * concerned, though the context may be shared with others.
 */

void ngx_eo_origin_tls_check_dates(ngx_http_upstream_t *u);

#endif


#endif /* _NGX_EO_ORIGIN_TLS_H_INCLUDED_ */
