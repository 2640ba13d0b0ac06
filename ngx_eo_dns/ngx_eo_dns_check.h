
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Records of one host that conflict: docs/dns.md has the table.
 */


#ifndef _NGX_EO_DNS_CHECK_H_INCLUDED_
#define _NGX_EO_DNS_CHECK_H_INCLUDED_


#include "ngx_eo_dns_finding.h"
#include "ngx_eo_dns_zone.h"


/*
 * Whether EdgeOne refuses two types of records at one host.
 *
 * apex:  the host is "@"
 */

ngx_uint_t ngx_eo_dns_conflict(ngx_uint_t one, ngx_uint_t other,
    ngx_uint_t apex);


/* Looks at every host of a zone, which is sorted. */

void ngx_eo_dns_check(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone);


#endif /* _NGX_EO_DNS_CHECK_H_INCLUDED_ */

