
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Findings, for people and for programs.
 */


#ifndef _NGX_EO_DNS_REPORT_H_INCLUDED_
#define _NGX_EO_DNS_REPORT_H_INCLUDED_


#include "ngx_eo_dns_finding.h"
#include "ngx_eo_dns_zone.h"


/* what: the file or domain that was looked at */

void ngx_eo_dns_report(FILE *file, const char *what,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_findings_t *findings);

void ngx_eo_dns_report_json(FILE *file, const char *what,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_findings_t *findings);


#endif /* _NGX_EO_DNS_REPORT_H_INCLUDED_ */

