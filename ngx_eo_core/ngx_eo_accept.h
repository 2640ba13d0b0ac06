
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a client's Accept header admits.
 */


#ifndef _NGX_EO_ACCEPT_H_INCLUDED_
#define _NGX_EO_ACCEPT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Whether an Accept header admits text/html: RFC 9110, 12.5.1, the most
 * specific of text/html and the two wildcards decides, a weight of 0 excludes.
 *
 * value: of the header, all lines joined by commas
 */

ngx_uint_t ngx_eo_accept_html(ngx_str_t *value);


#endif /* _NGX_EO_ACCEPT_H_INCLUDED_ */
