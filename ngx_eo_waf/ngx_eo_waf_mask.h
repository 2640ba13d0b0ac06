
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Values of arguments that are not to be in a log.
 */


#ifndef _NGX_EO_WAF_MASK_H_INCLUDED_
#define _NGX_EO_WAF_MASK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the longest name of an argument that can be masked */

#define NGX_EO_WAF_MASK_NAME  128

/* a text becomes no more than this many times as long, as "a=" does */

#define NGX_EO_WAF_MASK_MAX   3


/*
 * Copies a URI with "***" for the values of arguments.
 *
 * dst:    has room for uri->len * NGX_EO_WAF_MASK_MAX bytes
 * names:  compared with what the client has written, without escapes and
 *         without regard to letter case
 *
 * Returns the end of what was written.
 */

u_char *ngx_eo_waf_mask(u_char *dst, ngx_str_t *uri, ngx_str_t *names,
    ngx_uint_t n);


#endif /* _NGX_EO_WAF_MASK_H_INCLUDED_ */
