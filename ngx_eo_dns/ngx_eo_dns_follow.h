
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Where the names of a zone lead: what a resolver does with them.
 */


#ifndef _NGX_EO_DNS_FOLLOW_H_INCLUDED_
#define _NGX_EO_DNS_FOLLOW_H_INCLUDED_


#include "ngx_eo_dns_finding.h"
#include "ngx_eo_dns_zone.h"


/* CNAMEs one behind the other that resolvers follow, most of them */

#define NGX_EO_DNS_CHAIN       8
#define NGX_EO_DNS_CHAIN_MAX   16


typedef enum {
    NGX_EO_DNS_ENDS = 0,       /* the last name has other records */
    NGX_EO_DNS_NO_NAME,        /* it is in the zone, and does not exist */
    NGX_EO_DNS_NO_ADDRESS,     /* it exists without records of its own */
    NGX_EO_DNS_LEAVES,         /* it is in another zone */
    NGX_EO_DNS_LOOPS,
    NGX_EO_DNS_TOO_LONG
} ngx_eo_dns_end_e;


/*
 * Follows CNAMEs.
 *
 * name:  receives the last name of the chain; its bytes are the zone's
 * n:     receives the number of CNAMEs
 */

ngx_eo_dns_end_e ngx_eo_dns_follow(const ngx_eo_dns_zone_t *zone,
    ngx_str_t *name, ngx_uint_t *n);


/* Loops, names that lead nowhere, records that nobody sees. */

void ngx_eo_dns_follow_all(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone);


#endif /* _NGX_EO_DNS_FOLLOW_H_INCLUDED_ */

