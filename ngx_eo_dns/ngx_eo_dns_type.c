
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_type.h"


static const ngx_eo_dns_type_t  ngx_eo_dns_types[] = {
    { "A", NGX_EO_DNS_A, 0, 0, 0 },
    { "NS", NGX_EO_DNS_NS, 0, 1, 0 },
    { "CNAME", NGX_EO_DNS_CNAME, 0, 1, 0 },
    { "SOA", NGX_EO_DNS_SOA, 0, 1, 1 },
    { "PTR", NGX_EO_DNS_PTR, 0, 1, 0 },
    { "HINFO", 13, 0, 0, 1 },
    { "MX", NGX_EO_DNS_MX, 1, 1, 0 },
    { "TXT", NGX_EO_DNS_TXT, 0, 0, 1 },
    { "RP", 17, 0, 0, 1 },
    { "AFSDB", 18, 1, 1, 0 },
    { "KEY", NGX_EO_DNS_KEY, 0, 0, 1 },
    { "AAAA", NGX_EO_DNS_AAAA, 0, 0, 0 },
    { "LOC", 29, 0, 0, 1 },
    { "SRV", NGX_EO_DNS_SRV, 3, 1, 0 },
    { "NAPTR", 35, 0, 0, 1 },
    { "CERT", 37, 0, 0, 1 },
    { "DNAME", NGX_EO_DNS_DNAME, 0, 1, 0 },
    { "DS", NGX_EO_DNS_DS, 0, 0, 1 },
    { "SSHFP", 44, 0, 0, 1 },
    { "RRSIG", NGX_EO_DNS_RRSIG, 0, 0, 1 },
    { "NSEC", NGX_EO_DNS_NSEC, 0, 0, 1 },
    { "DNSKEY", 48, 0, 0, 1 },
    { "NSEC3", NGX_EO_DNS_NSEC3, 0, 0, 1 },
    { "NSEC3PARAM", 51, 0, 0, 1 },
    { "TLSA", 52, 0, 0, 1 },
    { "SMIMEA", 53, 0, 0, 1 },
    { "CDS", 59, 0, 0, 1 },
    { "CDNSKEY", 60, 0, 0, 1 },
    { "OPENPGPKEY", 61, 0, 0, 1 },
    { "ZONEMD", 63, 0, 0, 1 },
    { "SVCB", NGX_EO_DNS_SVCB, 1, 1, 1 },
    { "HTTPS", NGX_EO_DNS_HTTPS, 1, 1, 1 },
    { "SPF", 99, 0, 0, 1 },
    { "URI", 256, 0, 0, 1 },
    { "CAA", NGX_EO_DNS_CAA, 0, 0, 1 },
    { NULL, 0, 0, 0, 0 }
};


ngx_uint_t
ngx_eo_dns_type_parse(const ngx_str_t *text)
{
    size_t                    i;
    ngx_uint_t                n;
    const ngx_eo_dns_type_t  *type;

    for (type = ngx_eo_dns_types; type->name; type++) {
        if (text->len == ngx_strlen(type->name)
            && strncasecmp((char *) text->data, type->name, text->len) == 0)
        {
            return type->type;
        }
    }

    if (text->len < 5 || text->len > 9
        || strncasecmp((char *) text->data, "TYPE", 4) != 0)
    {
        return 0;
    }

    n = 0;

    for (i = 4; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }

        n = n * 10 + (text->data[i] - '0');
    }

    return n > 65535 ? 0 : n;
}


const ngx_eo_dns_type_t *
ngx_eo_dns_type(ngx_uint_t number)
{
    const ngx_eo_dns_type_t  *type;

    for (type = ngx_eo_dns_types; type->name; type++) {
        if (type->type == number) {
            return type;
        }
    }

    return NULL;
}


char *
ngx_eo_dns_type_text(char *buf, ngx_uint_t number)
{
    const ngx_eo_dns_type_t  *type;

    type = ngx_eo_dns_type(number);

    if (type) {
        snprintf(buf, NGX_EO_DNS_TYPE_TEXT, "%s", type->name);

    } else {
        snprintf(buf, NGX_EO_DNS_TYPE_TEXT, "TYPE%u", (unsigned) number);
    }

    return buf;
}

