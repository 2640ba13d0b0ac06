
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#ifndef _NGX_EO_BOT_NAME_H_INCLUDED_
#define _NGX_EO_BOT_NAME_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* longest name of a host, RFC 1035, 2.3.4 */

#define NGX_EO_BOT_NAME_MAX  253


/*
 * Takes the name of a host out of an answer, which may be anything: letters,
 * digits, "-", "_" and single dots, without one at the end and in lower case.
 *
 * dst:  room for NGX_EO_BOT_NAME_MAX bytes
 *
 * Returns the length, or 0 if it is no name.
 */

size_t ngx_eo_bot_name(u_char *dst, ngx_str_t *src);

/* whether a name is within a domain, "googlebot.com", or is it */

ngx_uint_t ngx_eo_bot_name_within(ngx_str_t *name, ngx_str_t *domain);


#endif /* _NGX_EO_BOT_NAME_H_INCLUDED_ */
