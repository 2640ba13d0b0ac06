
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * EO-LOG-UUID: the identifier of a request (docs/behaviour.md, 2.1).
 */


#ifndef _NGX_EO_LOG_UUID_H_INCLUDED_
#define _NGX_EO_LOG_UUID_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    uint64_t     position;
} ngx_eo_log_uuid_t;


/*
 * Puts the generator of a worker at a random position, by OpenSSL's CSPRNG.
 * Returns NGX_ERROR if that has no entropy.
 */

ngx_int_t ngx_eo_log_uuid_seed(ngx_eo_log_uuid_t *generator);


/* Returns the next identifier. */

uint64_t ngx_eo_log_uuid_next(ngx_eo_log_uuid_t *generator);


/* no identifier is longer */

#define NGX_EO_LOG_UUID_LEN  (sizeof("18446744073709551615") - 1)


/*
 * Writes an identifier in decimal to the end of buf, which has room for
 * NGX_EO_LOG_UUID_LEN bytes; text becomes the part of it that was needed.
 */

void ngx_eo_log_uuid_text(u_char *buf, uint64_t uuid, ngx_str_t *text);


#endif /* _NGX_EO_LOG_UUID_H_INCLUDED_ */
