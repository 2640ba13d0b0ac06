
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Between nginx and the balancers of upstreams.
 */


#ifndef _NGX_EO_ORIGIN_PEER_H_INCLUDED_
#define _NGX_EO_ORIGIN_PEER_H_INCLUDED_


#include "ngx_eo_request.h"


/*
 * Has every upstream of the configuration watched from the moment that its
 * balancer is ready, before anything can fail.  To be called when all
 * upstreams are known.
 */

ngx_int_t ngx_eo_origin_peer_init(ngx_conf_t *cf);


#endif /* _NGX_EO_ORIGIN_PEER_H_INCLUDED_ */
