
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fingerprints of TLS clients: JA3 and JA4.
 */


#ifndef _NGX_EO_FINGERPRINT_H_INCLUDED_
#define _NGX_EO_FINGERPRINT_H_INCLUDED_


#include "ngx_eo_client_hello.h"


#define NGX_EO_JA3_LEN      32
#define NGX_EO_JA4_LEN      36

#define NGX_EO_JA4_TCP      't'
#define NGX_EO_JA4_QUIC     'q'


/*
 * Of each function:
 *
 * pool:       for texts, also for those of which only the hash is asked for
 * transport:  NGX_EO_JA4_TCP or NGX_EO_JA4_QUIC
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

/* the text of which JA3 is the MD5: "771,4865-4866,0-23,29-23,0" */

ngx_int_t ngx_eo_ja3_text(const ngx_eo_client_hello_t *hello,
    ngx_pool_t *pool, ngx_str_t *text);

/* ja3: room for NGX_EO_JA3_LEN bytes, without a terminating one */

ngx_int_t ngx_eo_ja3(const ngx_eo_client_hello_t *hello, ngx_pool_t *pool,
    u_char *ja3);

/* JA4_r, with sorted lists in place of their hashes */

ngx_int_t ngx_eo_ja4_raw(const ngx_eo_client_hello_t *hello,
    u_char transport, ngx_pool_t *pool, ngx_str_t *text);

/* ja4: room for NGX_EO_JA4_LEN bytes, without a terminating one */

ngx_int_t ngx_eo_ja4(const ngx_eo_client_hello_t *hello, u_char transport,
    ngx_pool_t *pool, u_char *ja4);


#endif /* _NGX_EO_FINGERPRINT_H_INCLUDED_ */
