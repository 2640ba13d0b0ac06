
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * URLs of a prefetch, and those that a media playlist names (RFC 8216).
 */


#ifndef _NGX_EO_PREFETCH_PLAYLIST_H_INCLUDED_
#define _NGX_EO_PREFETCH_PLAYLIST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* what nginx takes as a request line, large_client_header_buffers as it is */

#define NGX_EO_PREFETCH_URL_MAX  8000


typedef struct {
    ngx_str_t    host;      /* with the port, as it stands */
    ngx_str_t    path;      /* may be empty */
    ngx_str_t    args;      /* with "?", may be empty */
    unsigned     https:1;
} ngx_eo_prefetch_url_t;


/*
 * Takes a URL apart; a fragment is left out.
 *
 * url:  points into the text
 *
 * Returns NGX_DECLINED if it is none of http or https, is too long, or has
 * blanks or control characters.
 */

ngx_int_t ngx_eo_prefetch_url(ngx_str_t *text, ngx_eo_prefetch_url_t *url);


/*
 * Whether a text is a playlist: it begins with the tag that each one does.  A
 * byte order mark before it is taken off.
 */

ngx_uint_t ngx_eo_playlist(ngx_str_t *text);


/*
 * Takes the next reference off a playlist: a media segment or another playlist
 * on a line of its own, or what a tag has in URI="...".  Keys are no media, and
 * are left out.
 *
 * text:  what is left of the playlist, in and out
 *
 * Returns 0 at its end.
 */

ngx_uint_t ngx_eo_playlist_next(ngx_str_t *text, ngx_str_t *reference);


/*
 * Resolves a reference, as RFC 3986, 5.2 has it.
 *
 * base:  URL of the playlist
 * dst:   room for NGX_EO_PREFETCH_URL_MAX bytes
 * text:  the URL, in dst
 *
 * Returns NGX_DECLINED if it is no URL of http or https.
 */

ngx_int_t ngx_eo_playlist_resolve(ngx_eo_prefetch_url_t *base,
    ngx_str_t *reference, u_char *dst, ngx_str_t *text);


#endif /* _NGX_EO_PREFETCH_PLAYLIST_H_INCLUDED_ */
