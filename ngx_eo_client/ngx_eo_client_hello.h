
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a TLS ClientHello offers, in the order in which it does.
 */


#ifndef _NGX_EO_CLIENT_HELLO_H_INCLUDED_
#define _NGX_EO_CLIENT_HELLO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the longest handshake message that is read, in bytes */

#define NGX_EO_CLIENT_HELLO_MAX     16384

/* values in the lists of the longest one, taken together */

#define NGX_EO_CLIENT_HELLO_VALUES  (NGX_EO_CLIENT_HELLO_MAX / 2 + 256)


/*
 * The lists are one behind the other, so that values and their number are all
 * there is to copy.  GREASE values (RFC 8701) are left out of all.
 *
 * version:    the field of the message; 0x0303 stands for TLS 1.3 as well
 * supported:  the highest one in the extension supported_versions, or 0
 * alpn:       first and last byte of the first protocol offered; both are 0 if
 *             none is
 */

typedef struct {
    uint16_t         *values;
    size_t            nvalues;

    uint16_t          nciphers;
    uint16_t          nextensions;
    uint16_t          ngroups;
    uint16_t          nformats;
    uint16_t          nsignatures;

    uint16_t          version;
    uint16_t          supported;
    u_char            alpn[2];

    unsigned          server_name:1;
    unsigned          has_alpn:1;
} ngx_eo_client_hello_t;


#define ngx_eo_hello_ciphers(h)     ((h)->values)
#define ngx_eo_hello_extensions(h)                                            \
    (ngx_eo_hello_ciphers(h) + (h)->nciphers)
#define ngx_eo_hello_groups(h)                                                \
    (ngx_eo_hello_extensions(h) + (h)->nextensions)
#define ngx_eo_hello_formats(h)                                               \
    (ngx_eo_hello_groups(h) + (h)->ngroups)
#define ngx_eo_hello_signatures(h)                                            \
    (ngx_eo_hello_formats(h) + (h)->nformats)


/*
 * Reads a ClientHello.
 *
 * hello:   to be filled in; its lists are in values
 * data:    the handshake message with its header of 4 bytes, of any content
 * values:  room for NGX_EO_CLIENT_HELLO_VALUES
 *
 * Returns NGX_OK, or NGX_ERROR if it is none, or longer than
 * NGX_EO_CLIENT_HELLO_MAX.
 */

ngx_int_t ngx_eo_client_hello_parse(ngx_eo_client_hello_t *hello,
    const u_char *data, size_t len, uint16_t *values);


#endif /* _NGX_EO_CLIENT_HELLO_H_INCLUDED_ */
