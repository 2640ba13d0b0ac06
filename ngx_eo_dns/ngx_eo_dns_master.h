
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Master files (RFC 1035, 5; RFC 2308, 4; RFC 3597), and what dig prints,
 * which is one with the questions in comments.
 *
 * "$INCLUDE" and "$GENERATE" are refused, and so are classes other than IN.
 *
 * A comment of a record may say what a zone file has no place for:
 *
 *     www  CNAME  edge.example.net.   ; eo=accelerated weight=10
 */


#ifndef _NGX_EO_DNS_MASTER_H_INCLUDED_
#define _NGX_EO_DNS_MASTER_H_INCLUDED_


#include "ngx_eo_dns_zone.h"


#define NGX_EO_DNS_MAX_BYTES       (128 * 1024 * 1024)
#define NGX_EO_DNS_MAX_ERRORS      10


/* reason: the rest of a sentence about what is on the line, or its text */

typedef void (*ngx_eo_dns_error_pt)(void *data, ngx_uint_t line,
    const ngx_str_t *text, const char *reason);


/*
 * Adds the records of a text to a zone.
 *
 * text:    has to live as long as the zone
 * origin:  of names before the first $ORIGIN; NULL where there is none
 * error:   called for the first NGX_EO_DNS_MAX_ERRORS lines that are wrong
 *
 * Returns the number of lines that are wrong.
 */

ngx_uint_t ngx_eo_dns_master_read(ngx_eo_dns_zone_t *zone,
    const ngx_str_t *text, const ngx_str_t *origin,
    ngx_eo_dns_error_pt error, void *data);


#endif /* _NGX_EO_DNS_MASTER_H_INCLUDED_ */

