
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Escaping of hostile text for the types that a response page can have.
 */


#ifndef _NGX_EO_ESCAPE_H_INCLUDED_
#define _NGX_EO_ESCAPE_H_INCLUDED_


#include "ngx_eo_core.h"


typedef enum {
    NGX_EO_ESCAPE_HTML = 0,     /* and XML: text and quoted attributes */
    NGX_EO_ESCAPE_JSON,         /* within a string */
    NGX_EO_ESCAPE_PLAIN
} ngx_eo_escape_e;


/* no byte of the source becomes more than this many */

#define NGX_EO_ESCAPE_MAX  6


/*
 * Copies src to dst, escaped.  What is not UTF-8, and control characters
 * that the type cannot express, become U+FFFD.
 *
 * dst:  has room for src->len * NGX_EO_ESCAPE_MAX bytes
 *
 * Returns the end of what was written.
 */

NGX_EO_CORE_API u_char *ngx_eo_escape(u_char *dst, ngx_str_t *src,
    ngx_eo_escape_e type);


#endif /* _NGX_EO_ESCAPE_H_INCLUDED_ */
