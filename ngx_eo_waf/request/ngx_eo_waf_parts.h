
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Parts of a request as rules see them, out of its texts.  What comes out
 * either lies in the text that was given or is allocated from the pool.
 *
 * Back ends do not agree on all texts.  "loose" asks for the other reading,
 * that of the most generous ones: a target has no fragment, ";" separates
 * arguments, and a name may have blanks around it or end at a NUL.
 */


#ifndef _NGX_EO_WAF_PARTS_H_INCLUDED_
#define _NGX_EO_WAF_PARTS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * The path of a request target: percent-decoded, without dot segments, up to
 * "?" or, unless loose, "#", as nginx makes it for its locations.
 *
 * target:  as on the request line, from its first slash on
 * merge:   whether slashes in a row are one
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_waf_path(ngx_pool_t *pool, ngx_str_t *target,
    ngx_uint_t merge, ngx_uint_t loose, ngx_str_t *path);

/* The part after the first "?", up to a "#" unless loose. */

void ngx_eo_waf_query(ngx_str_t *target, ngx_uint_t loose, ngx_str_t *query);

/* The extension of the last segment, with its dot; empty if it has none. */

void ngx_eo_waf_extension(ngx_str_t *path, ngx_str_t *extension);
void ngx_eo_waf_filename(ngx_str_t *path, ngx_str_t *filename);

/*
 * The last argument of a name in an urlencoded text such as a query; names
 * are compared with their letter case, both decoded ("+" is a space).
 *
 * Returns NGX_OK, NGX_DECLINED if there is none, or NGX_ERROR when out of
 * memory.
 */

ngx_int_t ngx_eo_waf_arg(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *name,
    ngx_uint_t loose, ngx_str_t *value);

/*
 * Whether a name is that one in the loose reading; percent escapes and "+"
 * are taken for what they stand for.
 */

ngx_uint_t ngx_eo_waf_name_like(u_char *p, u_char *last, ngx_str_t *name);

/* Whether the text can have but one reading. */

ngx_uint_t ngx_eo_waf_args_plain(ngx_str_t *text);

/*
 * The last cookie of a name in the value of one Cookie header.  Returns
 * NGX_OK or NGX_DECLINED.
 */

ngx_int_t ngx_eo_waf_cookie(ngx_str_t *header, ngx_str_t *name,
    ngx_uint_t loose, ngx_str_t *value);

/*
 * The first member of an X-Forwarded-For header, without port.  Returns
 * NGX_OK, or NGX_DECLINED if it is no address.
 */

ngx_int_t ngx_eo_waf_forwarded(ngx_str_t *header, ngx_str_t *addr);


#endif /* _NGX_EO_WAF_PARTS_H_INCLUDED_ */
