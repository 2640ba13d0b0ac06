
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_follow.h"


static ngx_uint_t ngx_eo_dns_follow_step(const ngx_eo_dns_zone_t *zone,
    ngx_str_t *name);
static ngx_eo_dns_end_e ngx_eo_dns_follow_end(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name);
static ngx_uint_t ngx_eo_dns_wildcard(const ngx_eo_dns_zone_t *zone,
    const ngx_str_t *name);
static void ngx_eo_dns_follow_cname(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_record_t *record);
static void ngx_eo_dns_follow_target(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_record_t *record);
static void ngx_eo_dns_follow_cut(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_record_t *record);


ngx_eo_dns_end_e
ngx_eo_dns_follow(const ngx_eo_dns_zone_t *zone, ngx_str_t *name,
    ngx_uint_t *n)
{
    ngx_str_t   slow;
    ngx_uint_t  steps;

    /* a second finger at half the speed meets the first one in a loop */

    slow = *name;
    steps = 0;

    while (ngx_eo_dns_follow_step(zone, name)) {
        steps++;

        if (steps % 2 == 0) {
            (void) ngx_eo_dns_follow_step(zone, &slow);
        }

        if (ngx_eo_dns_name_cmp(name, &slow) == 0) {
            *n = steps;
            return NGX_EO_DNS_LOOPS;
        }

        if (steps == NGX_EO_DNS_CHAIN_MAX * 2) {
            break;
        }
    }

    *n = steps;

    if (steps > NGX_EO_DNS_CHAIN_MAX) {
        return NGX_EO_DNS_TOO_LONG;
    }

    return ngx_eo_dns_follow_end(zone, name);
}


static ngx_uint_t
ngx_eo_dns_follow_step(const ngx_eo_dns_zone_t *zone, ngx_str_t *name)
{
    const ngx_eo_dns_record_t  *cname;

    cname = ngx_eo_dns_zone_get(zone, name, NGX_EO_DNS_CNAME);
    if (cname == NULL) {
        return 0;
    }

    *name = cname->target;

    return 1;
}


static ngx_eo_dns_end_e
ngx_eo_dns_follow_end(const ngx_eo_dns_zone_t *zone, const ngx_str_t *name)
{
    if (ngx_eo_dns_zone_get(zone, name, NGX_EO_DNS_A)
        || ngx_eo_dns_zone_get(zone, name, NGX_EO_DNS_AAAA))
    {
        return NGX_EO_DNS_ENDS;
    }

    if (zone->apex.len == 0 || !ngx_eo_dns_name_within(name, &zone->apex)
        || ngx_eo_dns_wildcard(zone, name))
    {
        return NGX_EO_DNS_LEAVES;
    }

    return ngx_eo_dns_zone_exists(zone, name) ? NGX_EO_DNS_NO_ADDRESS
                                              : NGX_EO_DNS_NO_NAME;
}


/* whether a wildcard, a delegation or DNAME answers for a name of the zone */

static ngx_uint_t
ngx_eo_dns_wildcard(const ngx_eo_dns_zone_t *zone, const ngx_str_t *name)
{
    u_char     buf[NGX_EO_DNS_NAME_MAX + 2];
    ngx_str_t  parent, star;

    parent = *name;
    star.data = buf;
    buf[0] = 1;
    buf[1] = '*';

    do {
        if (parent.len != zone->apex.len
            && ngx_eo_dns_zone_get(zone, &parent, NGX_EO_DNS_NS))
        {
            return 1;
        }

        if (parent.len == name->len) {
            continue;
        }

        if (ngx_eo_dns_zone_get(zone, &parent, NGX_EO_DNS_DNAME)) {
            return 1;
        }

        star.len = parent.len + 2;
        ngx_memcpy(buf + 2, parent.data, parent.len);

        if (ngx_eo_dns_zone_exists(zone, &star)) {
            return 1;
        }

    } while (parent.len > zone->apex.len
             && ngx_eo_dns_name_parent(&parent, &parent));

    return 0;
}


void
ngx_eo_dns_follow_all(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone)
{
    ngx_uint_t                  i;
    const ngx_eo_dns_record_t  *record;

    for (i = 0; i < zone->nrecords; i++) {
        record = &zone->records[i];

        switch (record->type) {

        case NGX_EO_DNS_CNAME:
            ngx_eo_dns_follow_cname(findings, zone, record);
            break;

        case NGX_EO_DNS_NS:
        case NGX_EO_DNS_MX:
        case NGX_EO_DNS_SRV:
            ngx_eo_dns_follow_target(findings, zone, record);
            break;

        default:
            break;
        }

        ngx_eo_dns_follow_cut(findings, zone, record);
    }
}


static void
ngx_eo_dns_follow_cname(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_record_t *record)
{
    char        text[NGX_EO_DNS_TEXT_MAX];
    ngx_str_t   name;
    ngx_uint_t  n;

    name = record->name;

    switch (ngx_eo_dns_follow(zone, &name, &n)) {

    case NGX_EO_DNS_LOOPS:
        ngx_eo_dns_find(findings, NGX_EO_DNS_CONFLICT, "cname-loop",
            &record->name, record->line, 0,
            "The CNAME leads in a circle, by way of %s.  A resolver gives "
            "up and answers SERVFAIL (RFC 1034, 3.6.2).",
            ngx_eo_dns_name_text(text, &name));
        return;

    case NGX_EO_DNS_TOO_LONG:
        ngx_eo_dns_find(findings, NGX_EO_DNS_CONFLICT, "cname-chain",
            &record->name, record->line, 0,
            "More than %d CNAMEs follow one another.  Resolvers give up "
            "before the end.", NGX_EO_DNS_CHAIN_MAX);
        return;

    case NGX_EO_DNS_NO_NAME:
        ngx_eo_dns_find(findings, NGX_EO_DNS_WARNING, "leads-nowhere",
            &record->name, record->line, 0,
            "The CNAME leads to %s, which is not in the zone: NXDOMAIN.  "
            "Is a final dot missing?", ngx_eo_dns_name_text(text, &name));
        return;

    case NGX_EO_DNS_NO_ADDRESS:
        ngx_eo_dns_find(findings, NGX_EO_DNS_NOTE, "no-address",
            &record->name, record->line, 0,
            "The CNAME leads to %s, which has no address.",
            ngx_eo_dns_name_text(text, &name));
        return;

    default:
        break;
    }

    if (n > NGX_EO_DNS_CHAIN) {
        ngx_eo_dns_find(findings, NGX_EO_DNS_WARNING, "cname-chain",
            &record->name, record->line, 0,
            "%u CNAMEs follow one another; some resolvers give up before "
            "the end.", (unsigned) n);
    }
}


/* RFC 2181, 10.3; RFC 2782 */

static void
ngx_eo_dns_follow_target(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_record_t *record)
{
    char                        type[NGX_EO_DNS_TYPE_TEXT];
    char                        text[NGX_EO_DNS_TEXT_MAX];
    ngx_eo_dns_severity_e       severity;
    const ngx_eo_dns_record_t  *cname;

    cname = ngx_eo_dns_zone_get(zone, &record->target, NGX_EO_DNS_CNAME);
    if (cname == NULL) {
        return;
    }

    severity = record->type == NGX_EO_DNS_NS ? ngx_eo_dns_standard(findings)
                                             : NGX_EO_DNS_WARNING;

    ngx_eo_dns_find(findings, severity, "target-is-alias", &record->name,
        record->line, cname->line,
        "%s names %s, which is a CNAME.  It has to be a host with addresses "
        "of its own (RFC 2181, 10.3): %s.",
        ngx_eo_dns_type_text(type, record->type),
        ngx_eo_dns_name_text(text, &record->target),
        record->type == NGX_EO_DNS_NS ? "resolvers may not find the zone"
        : record->type == NGX_EO_DNS_MX ? "some senders do not deliver"
        : "clients may not follow it");
}


/* records below a delegation or DNAME: nobody asks this zone for them */

static void
ngx_eo_dns_follow_cut(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_record_t *record)
{
    char                        type[NGX_EO_DNS_TYPE_TEXT];
    char                        text[NGX_EO_DNS_TEXT_MAX];
    ngx_str_t                   parent;
    const ngx_eo_dns_record_t  *cut;

    parent = record->name;

    while (zone->apex.len && parent.len > zone->apex.len
           && ngx_eo_dns_name_parent(&parent, &parent))
    {
        cut = ngx_eo_dns_zone_get(zone, &parent, NGX_EO_DNS_DNAME);

        if (cut == NULL && parent.len != zone->apex.len
            && record->type != NGX_EO_DNS_A
            && record->type != NGX_EO_DNS_AAAA)
        {
            cut = ngx_eo_dns_zone_get(zone, &parent, NGX_EO_DNS_NS);
        }

        if (cut) {
            ngx_eo_dns_find(findings, NGX_EO_DNS_WARNING, "not-seen",
                &record->name, record->line, cut->line,
                "The record lies below %s at %s, which hands everything "
                "below it over: nobody is answered with it.",
                ngx_eo_dns_type_text(type, cut->type),
                ngx_eo_dns_name_text(text, &parent));
            return;
        }
    }
}

