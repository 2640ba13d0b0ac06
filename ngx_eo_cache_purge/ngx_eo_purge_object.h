
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What an object that is, or will be, in the cache says of itself: its header
 * as the origin sent it, which nginx keeps in the object's file, with one line
 * of this module in it that names its URL.
 */


#ifndef _NGX_EO_PURGE_OBJECT_H_INCLUDED_
#define _NGX_EO_PURGE_OBJECT_H_INCLUDED_


#include "ngx_eo_purge_zone.h"


#define NGX_EO_PURGE_HEADERS      16     /* with tags, of an object */
#define NGX_EO_PURGE_MARKER       "EO-Cache-Object: "


typedef struct {
    ngx_str_t             marker;        /* value of the line with the URL */
    ngx_str_t             tags[NGX_EO_PURGE_HEADERS];
    ngx_uint_t            ntags;
} ngx_eo_purge_header_t;


/*
 * Finds tags and the line of this module in the header of an object.
 *
 * start, end:  the header, or more; FastCGI's records in between do no harm
 * header:      to be filled; points into the object's header
 */

void ngx_eo_purge_header_read(u_char *start, u_char *end,
    ngx_eo_purge_header_t *header);


/*
 * Whether a response header is for this module alone, and not for clients:
 * the object's URL, and its tags.
 */

ngx_uint_t ngx_eo_purge_header_marker(ngx_str_t *name);
ngx_uint_t ngx_eo_purge_header_tags(ngx_str_t *name);


/*
 * Length of the line that names a URL, and the line itself: written to p, to
 * its end, which is returned.
 */

size_t ngx_eo_purge_marker_len(ngx_eo_purge_url_t *url);
u_char *ngx_eo_purge_marker(u_char *p, ngx_eo_purge_url_t *url);


/*
 * Reads the value of that line.
 *
 * dst:  room for value->len bytes, for the path
 *
 * Returns NGX_DECLINED if it is no URL.
 */

ngx_int_t ngx_eo_purge_marker_read(u_char *dst, ngx_str_t *value,
    ngx_eo_purge_url_t *url);


#endif /* _NGX_EO_PURGE_OBJECT_H_INCLUDED_ */
