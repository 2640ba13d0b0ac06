
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fingerprints of the TLS client behind a request.
 */


#ifndef _NGX_EO_TLS_FINGERPRINT_H_INCLUDED_
#define _NGX_EO_TLS_FINGERPRINT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


typedef enum {
    NGX_EO_TLS_JA3 = 0,
    NGX_EO_TLS_JA3_TEXT,
    NGX_EO_TLS_JA4,
    NGX_EO_TLS_JA4_RAW
} ngx_eo_tls_fingerprint_e;


/*
 * Has ClientHellos kept from now on.  To be called from postconfiguration,
 * when servers have their contexts of OpenSSL.
 *
 * Returns NGX_OK, or NGX_ERROR with a message.
 */

ngx_int_t ngx_eo_tls_fingerprint_init(ngx_conf_t *cf);

/*
 * value:  lives as long as the request; empty without TLS, or if the message
 *         was not seen or not understood
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_tls_fingerprint(ngx_http_request_t *r,
    ngx_eo_tls_fingerprint_e which, ngx_str_t *value);


#endif /* _NGX_EO_TLS_FINGERPRINT_H_INCLUDED_ */
