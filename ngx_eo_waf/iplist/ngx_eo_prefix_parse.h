
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The text of one address prefix.
 */


#ifndef _NGX_EO_PREFIX_PARSE_H_INCLUDED_
#define _NGX_EO_PREFIX_PARSE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * An IPv4 prefix has its address in the low 32 bits of lo and a length of
 * 0 to 32; an IPv6 one is in hi and lo, with a length of 0 to 128.  Bits
 * beyond the length are zero.
 */

typedef struct {
    uint64_t          hi;
    uint64_t          lo;
    uint32_t          length;
    unsigned          ipv6:1;
} ngx_eo_prefix_t;


/*
 * Parses "ADDRESS" or "ADDRESS/LENGTH".  Prefixes within ::ffff:0:0/96 come
 * out as IPv4.  No leading zeros in the numbers of an IPv4 address, as some
 * read them as octal; no zone in an IPv6 one.
 *
 * prefix:  filled in on success
 * reason:  a sentence without a subject on failure, a string constant
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_prefix_parse(ngx_eo_prefix_t *prefix, const u_char *text,
    size_t len, const char **reason);


#endif /* _NGX_EO_PREFIX_PARSE_H_INCLUDED_ */
