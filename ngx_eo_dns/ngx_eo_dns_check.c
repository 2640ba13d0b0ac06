
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_check.h"


/* types with a place in the table, and how many types one host may have */

#define NGX_EO_DNS_TABLE  8
#define NGX_EO_DNS_TYPES  64


/* the first record of each type of one host */

typedef struct {
    ngx_eo_dns_findings_t      *findings;
    const ngx_eo_dns_record_t  *records;
    ngx_uint_t                  nrecords;
    const ngx_eo_dns_record_t  *types[NGX_EO_DNS_TYPES];
    ngx_uint_t                  ntypes;
    ngx_uint_t                  apex;
} ngx_eo_dns_host_t;


static ngx_int_t ngx_eo_dns_table_place(ngx_uint_t type);
static ngx_uint_t ngx_eo_dns_host_read(ngx_eo_dns_host_t *host,
    const ngx_eo_dns_zone_t *zone, ngx_uint_t first);
static void ngx_eo_dns_host_check(ngx_eo_dns_host_t *host);
static void ngx_eo_dns_host_pair(ngx_eo_dns_host_t *host,
    const ngx_eo_dns_record_t *one, const ngx_eo_dns_record_t *other);
static void ngx_eo_dns_host_cname(ngx_eo_dns_host_t *host,
    const ngx_eo_dns_record_t *cname, const ngx_eo_dns_record_t *other);
static ngx_uint_t ngx_eo_dns_beside_cname(ngx_uint_t type);
static void ngx_eo_dns_host_cnames(ngx_eo_dns_host_t *host);
static void ngx_eo_dns_host_accelerated(ngx_eo_dns_host_t *host);
static void ngx_eo_dns_host_sets(ngx_eo_dns_host_t *host);
static void ngx_eo_dns_host_aliases(ngx_eo_dns_host_t *host);


/*
 * A, AAAA, CNAME, MX, NS, TXT, SRV, CAA: a bit for each type that a type
 * conflicts with, at "@" and elsewhere
 */

static const ngx_uint_t  ngx_eo_dns_table_types[NGX_EO_DNS_TABLE] = {
    NGX_EO_DNS_A, NGX_EO_DNS_AAAA, NGX_EO_DNS_CNAME, NGX_EO_DNS_MX,
    NGX_EO_DNS_NS, NGX_EO_DNS_TXT, NGX_EO_DNS_SRV, NGX_EO_DNS_CAA
};

#define A      0x01
#define AAAA   0x02
#define CNAME  0x04
#define MX     0x08
#define NS     0x10
#define TXT    0x20
#define SRV    0x40
#define CAA    0x80

static const u_char  ngx_eo_dns_table[2][NGX_EO_DNS_TABLE] = {
    {
        CNAME | NS,
        CNAME | NS,
        A | AAAA | MX | NS | TXT | SRV | CAA,
        CNAME | NS,
        A | AAAA | CNAME | MX | TXT | SRV | CAA,
        CNAME | NS,
        CNAME | NS,
        CNAME | NS
    },
    {
        CNAME,
        CNAME,
        A | AAAA | SRV | CAA,
        0,
        0,
        0,
        CNAME,
        CNAME
    }
};

#undef A
#undef AAAA
#undef CNAME
#undef MX
#undef NS
#undef TXT
#undef SRV
#undef CAA


ngx_uint_t
ngx_eo_dns_conflict(ngx_uint_t one, ngx_uint_t other, ngx_uint_t apex)
{
    ngx_int_t  a, b;

    a = ngx_eo_dns_table_place(one);
    b = ngx_eo_dns_table_place(other);

    if (a == NGX_ERROR || b == NGX_ERROR) {
        return 0;
    }

    return (ngx_eo_dns_table[apex != 0][a] >> b) & 1;
}


static ngx_int_t
ngx_eo_dns_table_place(ngx_uint_t type)
{
    ngx_int_t  i;

    for (i = 0; i < NGX_EO_DNS_TABLE; i++) {
        if (ngx_eo_dns_table_types[i] == type) {
            return i;
        }
    }

    return NGX_ERROR;
}


void
ngx_eo_dns_check(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone)
{
    ngx_uint_t         i;
    ngx_eo_dns_host_t  host;

    host.findings = findings;

    for (i = 0; i < zone->nrecords; /* void */) {
        i = ngx_eo_dns_host_read(&host, zone, i);
        ngx_eo_dns_host_check(&host);
    }
}


/* returns the number of the next host's first record */

static ngx_uint_t
ngx_eo_dns_host_read(ngx_eo_dns_host_t *host, const ngx_eo_dns_zone_t *zone,
    ngx_uint_t first)
{
    ngx_uint_t                  i;
    const ngx_eo_dns_record_t  *record;

    host->records = &zone->records[first];
    host->ntypes = 0;
    host->apex = zone->apex.len
                 && ngx_eo_dns_name_cmp(&host->records->name,
                                        &zone->apex) == 0;

    for (i = first; i < zone->nrecords; i++) {
        record = &zone->records[i];

        if (i != first
            && ngx_eo_dns_name_cmp(&record->name, &host->records->name) != 0)
        {
            break;
        }

        if ((i == first || record->type != record[-1].type)
            && host->ntypes < NGX_EO_DNS_TYPES)
        {
            host->types[host->ntypes++] = record;
        }
    }

    host->nrecords = i - first;

    return i;
}


static void
ngx_eo_dns_host_check(ngx_eo_dns_host_t *host)
{
    ngx_uint_t  i, j;

    for (i = 0; i < host->ntypes; i++) {
        for (j = i + 1; j < host->ntypes; j++) {
            ngx_eo_dns_host_pair(host, host->types[i], host->types[j]);
        }
    }

    ngx_eo_dns_host_cnames(host);
    ngx_eo_dns_host_accelerated(host);
    ngx_eo_dns_host_sets(host);
    ngx_eo_dns_host_aliases(host);
}


static void
ngx_eo_dns_host_pair(ngx_eo_dns_host_t *host,
    const ngx_eo_dns_record_t *one, const ngx_eo_dns_record_t *other)
{
    char                        type[NGX_EO_DNS_TYPE_TEXT];
    const ngx_eo_dns_record_t  *swap;

    if (other->type == NGX_EO_DNS_CNAME || other->type == NGX_EO_DNS_NS) {
        swap = one;
        one = other;
        other = swap;
    }

    if (one->type == NGX_EO_DNS_NS && other->type == NGX_EO_DNS_CNAME) {
        swap = one;
        one = other;
        other = swap;
    }

    if (one->type == NGX_EO_DNS_CNAME) {
        ngx_eo_dns_host_cname(host, one, other);
        return;
    }

    if (one->type != NGX_EO_DNS_NS
        || !ngx_eo_dns_conflict(one->type, other->type, host->apex))
    {
        return;
    }

    ngx_eo_dns_find(host->findings, NGX_EO_DNS_CONFLICT, "ns-and-other-data",
        &one->name, one->line, other->line,
        "NS and %s are at one host.  NS hands the host over to other name "
        "servers: a resolver gets a referral to them (RFC 1034, 4.3.2) and "
        "never the %s of this zone%s.  Move it there, or take NS away.",
        ngx_eo_dns_type_text(type, other->type), type,
        other->type == NGX_EO_DNS_A || other->type == NGX_EO_DNS_AAAA
        ? ", but as glue" : "");
}


static void
ngx_eo_dns_host_cname(ngx_eo_dns_host_t *host,
    const ngx_eo_dns_record_t *cname, const ngx_eo_dns_record_t *other)
{
    char  type[NGX_EO_DNS_TYPE_TEXT], target[NGX_EO_DNS_TEXT_MAX];

    if (ngx_eo_dns_beside_cname(other->type)) {
        return;
    }

    (void) ngx_eo_dns_type_text(type, other->type);
    (void) ngx_eo_dns_name_text(target, &cname->target);

    if (host->apex && ngx_eo_dns_table_place(other->type) != NGX_ERROR
        && !ngx_eo_dns_conflict(NGX_EO_DNS_CNAME, other->type, 1))
    {
        ngx_eo_dns_find(host->findings, ngx_eo_dns_standard(host->findings),
            "cname-at-apex", &cname->name, cname->line, other->line,
            "CNAME and %s are both at @.  EdgeOne allows it; the standard "
            "does not (RFC 1034, 3.6.2), and other name servers refuse the "
            "zone.  A resolver that has the CNAME in its cache takes the %s "
            "of %s instead, so that %s.",
            type, type, target,
            other->type == NGX_EO_DNS_MX ? "mail arrives at times only"
            : other->type == NGX_EO_DNS_TXT ? "proofs by TXT fail at times"
            : "the zone may not be found at all");
        return;
    }

    if (host->apex && other->type == NGX_EO_DNS_SOA) {
        ngx_eo_dns_find(host->findings, ngx_eo_dns_standard(host->findings),
            "cname-at-apex", &cname->name, cname->line, other->line,
            "There is a CNAME at @, where every zone has its SOA.  EdgeOne "
            "allows it; the standard does not (RFC 1034, 3.6.2), and other "
            "name servers refuse the zone.");
        return;
    }

    ngx_eo_dns_find(host->findings, NGX_EO_DNS_CONFLICT,
        "cname-and-other-data", &cname->name, cname->line, other->line,
        "CNAME and %s are at one host.  Only one of them can be there "
        "(RFC 1034, 3.6.2; RFC 2181, 10.1): a resolver that has the CNAME "
        "in its cache takes the %s of %s, and never this one.  Delete one "
        "of the two, or give it another host.",
        type, type, target);
}


/* RFC 4034, 2.5, 3 and 4; RFC 3007 for KEY */

static ngx_uint_t
ngx_eo_dns_beside_cname(ngx_uint_t type)
{
    return type == NGX_EO_DNS_RRSIG || type == NGX_EO_DNS_NSEC
           || type == NGX_EO_DNS_NSEC3 || type == NGX_EO_DNS_KEY;
}


static void
ngx_eo_dns_host_cnames(ngx_eo_dns_host_t *host)
{
    ngx_uint_t                  i, n, weights;
    const ngx_eo_dns_record_t  *record, *first, *second;

    n = 0;
    weights = 0;
    first = NULL;
    second = NULL;

    for (i = 0; i < host->nrecords; i++) {
        record = &host->records[i];

        if (record->type != NGX_EO_DNS_CNAME) {
            continue;
        }

        if (first == NULL) {
            first = record;

        } else if (ngx_eo_dns_name_cmp(&record->target, &first->target) == 0)
        {
            continue;

        } else if (second == NULL) {
            second = record;
        }

        n++;
        weights += record->weight != NGX_EO_DNS_NO_WEIGHT;
    }

    if (n < 2) {
        return;
    }

    if (weights == n) {
        ngx_eo_dns_find(host->findings, ngx_eo_dns_standard(host->findings),
            "several-weighted-cnames", &first->name, first->line,
            second->line,
            "There are %u CNAMEs, each with a weight.  EdgeOne answers with "
            "one of them at a time; other name servers refuse the zone "
            "(RFC 2181, 10.1).", (unsigned) n);
        return;
    }

    ngx_eo_dns_find(host->findings, NGX_EO_DNS_CONFLICT, "several-cnames",
        &first->name, first->line, second->line,
        "There are %u CNAMEs and %s of them has a weight.  A host has one "
        "canonical name (RFC 2181, 10.1); EdgeOne takes several if each has "
        "a weight.", (unsigned) n, weights ? "not each" : "none");
}


static void
ngx_eo_dns_host_accelerated(ngx_eo_dns_host_t *host)
{
    char                        one[NGX_EO_DNS_TYPE_TEXT];
    char                        other[NGX_EO_DNS_TYPE_TEXT];
    ngx_uint_t                  i;
    const ngx_eo_dns_record_t  *record, *accelerated, *resolved;

    accelerated = NULL;
    resolved = NULL;

    for (i = 0; i < host->nrecords; i++) {
        record = &host->records[i];

        if (record->type != NGX_EO_DNS_A && record->type != NGX_EO_DNS_AAAA
            && record->type != NGX_EO_DNS_CNAME)
        {
            continue;
        }

        if (record->accelerated && accelerated == NULL) {
            accelerated = record;
        }

        if (!record->accelerated && resolved == NULL) {
            resolved = record;
        }
    }

    if (accelerated == NULL || resolved == NULL) {
        return;
    }

    ngx_eo_dns_find(host->findings, NGX_EO_DNS_CONFLICT,
        "acceleration-and-resolution", &accelerated->name,
        accelerated->line, resolved->line,
        "%s is accelerated and %s is only resolved.  Accelerated, a host "
        "answers with addresses of the node, and only resolved, with its "
        "own: it cannot be both.",
        ngx_eo_dns_type_text(one, accelerated->type),
        ngx_eo_dns_type_text(other, resolved->type));
}


/* RFC 2181, 5: a set has one time to live, and no record twice */

static void
ngx_eo_dns_host_sets(ngx_eo_dns_host_t *host)
{
    char                        type[NGX_EO_DNS_TYPE_TEXT];
    ngx_uint_t                  i, ttl, twice;
    const ngx_eo_dns_record_t  *record, *before;

    ttl = 0;
    twice = 0;

    for (i = 1; i < host->nrecords; i++) {
        record = &host->records[i];
        before = record - 1;

        if (record->type != before->type) {
            ttl = 0;
            twice = 0;
            continue;
        }

        if (record->ttl != before->ttl && !ttl
            && record->type != NGX_EO_DNS_RRSIG)
        {
            ttl = 1;
            ngx_eo_dns_find(host->findings, NGX_EO_DNS_WARNING,
                "different-ttls", &record->name, before->line, record->line,
                "Records of %s have different times to live, %u and %u.  A "
                "resolver keeps them for the shortest (RFC 2181, 5.2).",
                ngx_eo_dns_type_text(type, record->type),
                (unsigned) before->ttl, (unsigned) record->ttl);
        }

        if (!twice && record->text.len == before->text.len
            && ngx_memcmp(record->text.data, before->text.data,
                          record->text.len) == 0)
        {
            twice = 1;
            ngx_eo_dns_find(host->findings, NGX_EO_DNS_NOTE, "twice",
                &record->name, before->line, record->line,
                "A record of %s is there twice (RFC 2181, 5).",
                ngx_eo_dns_type_text(type, record->type));
        }
    }
}


/* RFC 9460, 2.4.1: AliasMode has the priority 0, and makes the others void */

static void
ngx_eo_dns_host_aliases(ngx_eo_dns_host_t *host)
{
    char                        type[NGX_EO_DNS_TYPE_TEXT];
    ngx_uint_t                  i;
    const ngx_eo_dns_record_t  *record, *alias;

    alias = NULL;

    for (i = 0; i < host->nrecords; i++) {
        record = &host->records[i];

        if (record->type != NGX_EO_DNS_HTTPS
            && record->type != NGX_EO_DNS_SVCB)
        {
            continue;
        }

        if (alias == NULL || alias->type != record->type) {
            alias = record;
            continue;
        }

        if (alias->number == 0 || record->number == 0) {
            ngx_eo_dns_find(host->findings, NGX_EO_DNS_WARNING,
                "alias-and-service", &record->name, alias->line,
                record->line,
                "%s has an alias (priority 0) beside another record.  A "
                "browser ignores all that are no alias, and takes one alias "
                "at random (RFC 9460, 2.4.1 and 2.4.2).",
                ngx_eo_dns_type_text(type, record->type));
            return;
        }
    }
}

