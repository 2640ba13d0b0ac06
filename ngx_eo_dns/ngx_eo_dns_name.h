
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Domain names: their text (RFC 1035, 5.1) and their bytes (RFC 1035, 3.1).
 * A name is kept as the bytes, with letters in lower case: length-prefixed
 * labels and the root's zero.
 */


#ifndef _NGX_EO_DNS_NAME_H_INCLUDED_
#define _NGX_EO_DNS_NAME_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_DNS_NAME_MAX   255
#define NGX_EO_DNS_LABEL_MAX  63

/* the longest text of a name, with its NUL: every byte as \DDD */

#define NGX_EO_DNS_TEXT_MAX   1024


/*
 * Reads the text of a name.
 *
 * name:    receives the bytes in buf, of NGX_EO_DNS_NAME_MAX
 * origin:  what a name without a final dot is completed with, and what "@"
 *          means; NULL where there is none
 *
 * Returns NULL, or what is wrong, as the rest of a sentence that begins with
 * the text.
 */

const char *ngx_eo_dns_name_parse(ngx_str_t *name, u_char *buf,
    const ngx_str_t *text, const ngx_str_t *origin);


/*
 * Writes the text of a name, without the final dot but for the root's, and
 * with everything that is not plain escaped.
 *
 * buf:  of NGX_EO_DNS_TEXT_MAX; returned, NUL-terminated
 */

char *ngx_eo_dns_name_text(char *buf, const ngx_str_t *name);


/* The order of names: by their labels from the right, as RFC 4034, 6.1. */

int ngx_eo_dns_name_cmp(const ngx_str_t *a, const ngx_str_t *b);


/* Whether a name is another, or lies below it. */

ngx_uint_t ngx_eo_dns_name_within(const ngx_str_t *name,
    const ngx_str_t *parent);


/* Cuts the first label off; returns 0 for the root, which has none. */

ngx_uint_t ngx_eo_dns_name_parent(ngx_str_t *parent, const ngx_str_t *name);


#endif /* _NGX_EO_DNS_NAME_H_INCLUDED_ */

