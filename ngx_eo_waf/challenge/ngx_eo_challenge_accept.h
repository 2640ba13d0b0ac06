
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a client's headers say about how it takes a challenge.
 */


#ifndef _NGX_EO_CHALLENGE_ACCEPT_H_INCLUDED_
#define _NGX_EO_CHALLENGE_ACCEPT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* headers of a request; empty: not there */

typedef struct {
    ngx_str_t                   mode;        /* Sec-Fetch-Mode */
    ngx_str_t                   site;        /* Sec-Fetch-Site */
    ngx_str_t                   requested;   /* X-Requested-With */
    ngx_str_t                   accept;
    ngx_str_t                   origin;
    ngx_str_t                   referer;
} ngx_eo_challenge_headers_t;


/*
 * Whether a browser shows what it gets, so that a page can be sent.  A browser
 * that does not say so names HTML in Accept, which scripts, images and
 * programs do not.
 */

ngx_uint_t ngx_eo_challenge_navigates(
    const ngx_eo_challenge_headers_t *headers);

/*
 * Whether a form was sent from the site itself.  If not, or if nobody can
 * tell, it must not be sent again from a page of the site: cookies and
 * headers by which the site tells its own forms from others would be there.
 *
 * scheme, host:  of the request; the host with its port, as the client has it
 */

ngx_uint_t ngx_eo_challenge_same_origin(
    const ngx_eo_challenge_headers_t *headers, const ngx_str_t *scheme,
    const ngx_str_t *host);

/*
 * Whether Accept-Language prefers Chinese to English (RFC 9110, 12.5.4);
 * whoever wants neither gets English.
 */

ngx_uint_t ngx_eo_challenge_chinese(const ngx_str_t *accept_language);


#endif /* _NGX_EO_CHALLENGE_ACCEPT_H_INCLUDED_ */
