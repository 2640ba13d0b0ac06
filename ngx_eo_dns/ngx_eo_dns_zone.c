
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_zone.h"


static int ngx_eo_dns_record_cmp(const void *one, const void *two);
static ngx_uint_t ngx_eo_dns_zone_lower_bound(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name, ngx_uint_t type);


void
ngx_eo_dns_zone_init(ngx_eo_dns_zone_t *zone)
{
    ngx_memzero(zone, sizeof(ngx_eo_dns_zone_t));

    zone->mem.limit = NGX_EO_DNS_MEMORY;
}


void
ngx_eo_dns_zone_free(ngx_eo_dns_zone_t *zone)
{
    ngx_eo_dns_mem_free(&zone->mem);
    free(zone->records);

    zone->records = NULL;
    zone->nrecords = 0;
    zone->nalloc = 0;
}


const char *
ngx_eo_dns_zone_add(ngx_eo_dns_zone_t *zone,
    const ngx_eo_dns_record_t *record)
{
    void        *p;
    ngx_uint_t   n;

    if (zone->nrecords == NGX_EO_DNS_MAX_RECORDS) {
        return "there are more than 1000000 records";
    }

    if (zone->nrecords == zone->nalloc) {
        n = zone->nalloc ? zone->nalloc * 2 : 64;

        p = realloc(zone->records, n * sizeof(ngx_eo_dns_record_t));
        if (p == NULL) {
            return "there is no memory left";
        }

        zone->records = p;
        zone->nalloc = n;
    }

    zone->records[zone->nrecords++] = *record;

    return NULL;
}


void
ngx_eo_dns_zone_finish(ngx_eo_dns_zone_t *zone)
{
    ngx_uint_t  i;

    for (i = 0; i < zone->nrecords && zone->apex.len == 0; i++) {
        if (zone->records[i].type == NGX_EO_DNS_SOA) {
            zone->apex = zone->records[i].name;
        }
    }

    if (zone->nrecords) {
        qsort(zone->records, zone->nrecords, sizeof(ngx_eo_dns_record_t),
              ngx_eo_dns_record_cmp);
    }
}


static int
ngx_eo_dns_record_cmp(const void *one, const void *two)
{
    int                         rc;
    const ngx_eo_dns_record_t  *a = one, *b = two;

    rc = ngx_eo_dns_name_cmp(&a->name, &b->name);
    if (rc) {
        return rc;
    }

    if (a->type != b->type) {
        return a->type < b->type ? -1 : 1;
    }

    return (a->line > b->line) - (a->line < b->line);
}


/* the first record that is not before the name and type */

static ngx_uint_t
ngx_eo_dns_zone_lower_bound(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name, ngx_uint_t type)
{
    int         rc;
    ngx_uint_t  low, high, middle;

    low = 0;
    high = zone->nrecords;

    while (low < high) {
        middle = low + (high - low) / 2;

        rc = ngx_eo_dns_name_cmp(&zone->records[middle].name, name);

        if (rc < 0 || (rc == 0 && zone->records[middle].type < type)) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low;
}


ngx_eo_dns_record_t *
ngx_eo_dns_zone_find(const ngx_eo_dns_zone_t *zone, const ngx_str_t *name,
    ngx_uint_t *n)
{
    ngx_uint_t  i, first;

    first = ngx_eo_dns_zone_lower_bound(zone, name, 0);

    for (i = first; i < zone->nrecords; i++) {
        if (ngx_eo_dns_name_cmp(&zone->records[i].name, name) != 0) {
            break;
        }
    }

    *n = i - first;

    return *n ? &zone->records[first] : NULL;
}


ngx_eo_dns_record_t *
ngx_eo_dns_zone_get(const ngx_eo_dns_zone_t *zone, const ngx_str_t *name,
    ngx_uint_t type)
{
    ngx_uint_t            i;
    ngx_eo_dns_record_t  *record;

    i = ngx_eo_dns_zone_lower_bound(zone, name, type);

    if (i == zone->nrecords) {
        return NULL;
    }

    record = &zone->records[i];

    if (record->type != type
        || ngx_eo_dns_name_cmp(&record->name, name) != 0)
    {
        return NULL;
    }

    return record;
}


ngx_uint_t
ngx_eo_dns_zone_exists(const ngx_eo_dns_zone_t *zone, const ngx_str_t *name)
{
    ngx_uint_t  i;

    /* in this order a name is followed by what lies below it */

    i = ngx_eo_dns_zone_lower_bound(zone, name, 0);

    return i < zone->nrecords
           && ngx_eo_dns_name_within(&zone->records[i].name, name);
}

