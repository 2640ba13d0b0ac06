
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Asking a resolver for the records of a host.
 */


#ifndef _NGX_EO_DNS_ASK_H_INCLUDED_
#define _NGX_EO_DNS_ASK_H_INCLUDED_


#include "ngx_eo_dns_finding.h"
#include "ngx_eo_dns_zone.h"


#define NGX_EO_DNS_TIMEOUT      5
#define NGX_EO_DNS_TIMEOUT_MAX  60


/*
 * Adds what is answered to a zone, whose apex is set to the owner of the SOA
 * of an answer.  One question a type; the first that is not answered within
 * the time ends it.
 *
 * resolver:  "ADDRESS" or "ADDRESS:PORT" of IPv4; NULL for those of
 *            /etc/resolv.conf
 * timeout:   in seconds, for each question
 *
 * Returns NULL, or what is wrong.
 */

const char *ngx_eo_dns_ask(ngx_eo_dns_zone_t *zone,
    ngx_eo_dns_findings_t *findings, const ngx_str_t *host,
    const char *resolver, ngx_uint_t timeout);


#endif /* _NGX_EO_DNS_ASK_H_INCLUDED_ */

