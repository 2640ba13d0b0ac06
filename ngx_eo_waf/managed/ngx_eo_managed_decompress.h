
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bodies with a Content-Encoding, decoded to be looked at.
 */


#ifndef _NGX_EO_MANAGED_DECOMPRESS_H_INCLUDED_
#define _NGX_EO_MANAGED_DECOMPRESS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_EO_MANAGED_IDENTITY = 0,
    NGX_EO_MANAGED_GZIP,
    NGX_EO_MANAGED_DEFLATE,
    NGX_EO_MANAGED_BROTLI,

    /* unknown here, or several, one within the other */
    NGX_EO_MANAGED_UNDECODABLE
} ngx_eo_managed_coding_e;


/*
 * Takes the value of a Content-Encoding to what the ones before it have said.
 */

ngx_eo_managed_coding_e ngx_eo_managed_coding(ngx_eo_managed_coding_e before,
    ngx_str_t *value);


/*
 * Decodes the beginning of a body.
 *
 * in:        the body, or its beginning
 * limit:     how much may come out of it
 * complete:  whether "in" is all of it; afterwards, whether "out" is all that
 *            comes out of it
 * out:       in memory of the pool
 *
 * Returns NGX_OK; NGX_DECLINED with "reason" if it cannot be decoded, or grows
 * like nothing that anybody sends; NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_managed_decompress(ngx_pool_t *pool,
    ngx_eo_managed_coding_e coding, ngx_str_t *in, size_t limit,
    ngx_uint_t *complete, ngx_str_t *out, const char **reason);


#endif /* _NGX_EO_MANAGED_DECOMPRESS_H_INCLUDED_ */
