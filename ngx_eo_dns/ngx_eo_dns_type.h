
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Types of records, and what the data of each begins with.
 */


#ifndef _NGX_EO_DNS_TYPE_H_INCLUDED_
#define _NGX_EO_DNS_TYPE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_DNS_A       1
#define NGX_EO_DNS_NS      2
#define NGX_EO_DNS_CNAME   5
#define NGX_EO_DNS_SOA     6
#define NGX_EO_DNS_PTR     12
#define NGX_EO_DNS_MX      15
#define NGX_EO_DNS_TXT     16
#define NGX_EO_DNS_KEY     25
#define NGX_EO_DNS_AAAA    28
#define NGX_EO_DNS_SRV     33
#define NGX_EO_DNS_DNAME   39
#define NGX_EO_DNS_DS      43
#define NGX_EO_DNS_RRSIG   46
#define NGX_EO_DNS_NSEC    47
#define NGX_EO_DNS_NSEC3   50
#define NGX_EO_DNS_SVCB    64
#define NGX_EO_DNS_HTTPS   65
#define NGX_EO_DNS_CAA     257

#define NGX_EO_DNS_TYPE_TEXT  16


/*
 * numbers:  16-bit numbers before the name; the first of them is kept
 * name:     a name follows; with "rest", and then other things
 * rest:     anything may follow
 */

typedef struct {
    const char  *name;
    ngx_uint_t   type;
    unsigned     numbers:2;
    unsigned     target:1;
    unsigned     rest:1;
} ngx_eo_dns_type_t;


/* By name, in any letter case, or as TYPE65 (RFC 3597); 0 if it is none. */

ngx_uint_t ngx_eo_dns_type_parse(const ngx_str_t *text);


/* NULL for a type of which only the number is known. */

const ngx_eo_dns_type_t *ngx_eo_dns_type(ngx_uint_t type);


/* buf of NGX_EO_DNS_TYPE_TEXT; returned. */

char *ngx_eo_dns_type_text(char *buf, ngx_uint_t type);


#endif /* _NGX_EO_DNS_TYPE_H_INCLUDED_ */

