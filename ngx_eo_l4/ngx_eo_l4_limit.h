
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Limits of a server: "eo_l4_limit".
 */


#ifndef _NGX_EO_L4_LIMIT_H_INCLUDED_
#define _NGX_EO_L4_LIMIT_H_INCLUDED_


#include "ngx_eo_l4_session.h"


/*
 * Counts a new session, once for each limit.
 *
 * Returns NGX_DECLINED; NGX_AGAIN if it has to wait for ctx->until; or
 * NGX_STREAM_SERVICE_UNAVAILABLE.
 */

ngx_int_t ngx_eo_l4_limits(ngx_eo_l4_ctx_t *ctx);


/*
 * Counts bytes, in either direction, and datagrams of the client.
 *
 * Returns NGX_OK, or NGX_ERROR if the session has to end.
 */

ngx_int_t ngx_eo_l4_traffic(ngx_eo_l4_ctx_t *ctx, size_t bytes,
    ngx_uint_t packets);


#endif /* _NGX_EO_L4_LIMIT_H_INCLUDED_ */

