
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#ifndef _NGX_EO_WAF_JSON_H_INCLUDED_
#define _NGX_EO_WAF_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* a byte of the source becomes at most that many */

#define NGX_EO_JSON_MAX  6


/*
 * Writes a text as a JSON string with its quotes.  What is no UTF-8 becomes
 * U+FFFD, so that the line stays readable whatever a client sends.
 *
 * dst:  room for src->len * NGX_EO_JSON_MAX + 2 bytes
 *
 * Returns the end of what was written.
 */

u_char *ngx_eo_json_string(u_char *dst, ngx_str_t *src);


#endif /* _NGX_EO_WAF_JSON_H_INCLUDED_ */
