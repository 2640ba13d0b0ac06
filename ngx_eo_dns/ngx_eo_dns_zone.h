
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The records of a zone, from whatever source, and finding them by name.
 */


#ifndef _NGX_EO_DNS_ZONE_H_INCLUDED_
#define _NGX_EO_DNS_ZONE_H_INCLUDED_


#include "ngx_eo_dns_mem.h"
#include "ngx_eo_dns_name.h"
#include "ngx_eo_dns_type.h"


#define NGX_EO_DNS_MAX_RECORDS   1000000
#define NGX_EO_DNS_MEMORY        (512 * 1024 * 1024)
#define NGX_EO_DNS_NO_WEIGHT     -1


/*
 * number:       of MX and SRV, HTTPS and SVCB: preference or priority
 * target:       the name in the data; its length is 0 where there is none
 * text:         the data as it would be written, for people and to find
 *               records that are the same
 * addr:         of A and AAAA
 * line:         in the source, from 1; 0 if there are none
 * accelerated:  a comment of the record said so
 */

typedef struct {
    ngx_str_t          name;
    ngx_uint_t         type;
    uint32_t           ttl;
    uint32_t           number;
    ngx_str_t          target;
    ngx_str_t          text;
    u_char             addr[16];
    ngx_uint_t         line;
    ngx_int_t          weight;
    unsigned           accelerated:1;
} ngx_eo_dns_record_t;


/* apex: the name of the SOA record, or what the user said; len 0 if unknown */

typedef struct {
    ngx_eo_dns_mem_t      mem;
    ngx_eo_dns_record_t  *records;
    ngx_uint_t            nrecords;
    ngx_uint_t            nalloc;
    ngx_str_t             apex;
} ngx_eo_dns_zone_t;


void ngx_eo_dns_zone_init(ngx_eo_dns_zone_t *zone);
void ngx_eo_dns_zone_free(ngx_eo_dns_zone_t *zone);


/*
 * Adds a record; its texts have to live as long as the zone.  Returns NULL,
 * or why not.
 */

const char *ngx_eo_dns_zone_add(ngx_eo_dns_zone_t *zone,
    const ngx_eo_dns_record_t *record);


/*
 * Sorts by name, type and line.  To be called after the last record; and
 * sets the apex to the owner of the first SOA if there is none.
 */

void ngx_eo_dns_zone_finish(ngx_eo_dns_zone_t *zone);


/* The first record of a name, and how many it has; NULL if it has none. */

ngx_eo_dns_record_t *ngx_eo_dns_zone_find(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name, ngx_uint_t *n);


/* The first record of a name and type; NULL if there is none. */

ngx_eo_dns_record_t *ngx_eo_dns_zone_get(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name, ngx_uint_t type);


/* Whether the name, or one below it, has records: RFC 8020. */

ngx_uint_t ngx_eo_dns_zone_exists(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name);


#endif /* _NGX_EO_DNS_ZONE_H_INCLUDED_ */

