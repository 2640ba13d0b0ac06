
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_ask.h"
#include "ngx_eo_dns_data.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <resolv.h>


#define NGX_EO_DNS_QUERY   1024
#define NGX_EO_DNS_ANSWER  65535


typedef struct {
    ngx_eo_dns_zone_t       *zone;
    ngx_eo_dns_findings_t   *findings;
    const ngx_str_t         *host;
    struct __res_state       state;
    u_char                   answer[NGX_EO_DNS_ANSWER];
} ngx_eo_dns_ask_t;


static const char *ngx_eo_dns_ask_init(ngx_eo_dns_ask_t *ask,
    const char *resolver, ngx_uint_t timeout);
static const char *ngx_eo_dns_ask_address(struct sockaddr_in *sin,
    const char *text);
static const char *ngx_eo_dns_ask_type(ngx_eo_dns_ask_t *ask,
    const char *host, ngx_uint_t type, int *rcode);
static const char *ngx_eo_dns_ask_section(ngx_eo_dns_ask_t *ask,
    ns_msg *message, ns_sect section);
static const char *ngx_eo_dns_ask_record(ngx_eo_dns_ask_t *ask,
    ns_msg *message, ns_rr *rr);
static const char *ngx_eo_dns_ask_name(ngx_eo_dns_ask_t *ask,
    ngx_str_t *name, const char *text);
static const char *ngx_eo_dns_ask_data(ngx_eo_dns_ask_t *ask,
    ns_msg *message, ns_rr *rr, ngx_eo_dns_record_t *record);
static ngx_uint_t ngx_eo_dns_ask_known(const ngx_eo_dns_zone_t *zone,
    const ngx_eo_dns_record_t *record);


static const ngx_uint_t  ngx_eo_dns_ask_types[] = {
    NGX_EO_DNS_SOA, NGX_EO_DNS_CNAME, NGX_EO_DNS_A, NGX_EO_DNS_AAAA,
    NGX_EO_DNS_NS, NGX_EO_DNS_MX, NGX_EO_DNS_TXT, NGX_EO_DNS_SRV,
    NGX_EO_DNS_CAA, NGX_EO_DNS_HTTPS, 0
};


const char *
ngx_eo_dns_ask(ngx_eo_dns_zone_t *zone, ngx_eo_dns_findings_t *findings,
    const ngx_str_t *host, const char *resolver, ngx_uint_t timeout)
{
    int                rcode;
    char               text[NGX_EO_DNS_TEXT_MAX];
    ngx_uint_t         i;
    const char        *error;
    ngx_eo_dns_ask_t  *ask;

    ask = calloc(1, sizeof(ngx_eo_dns_ask_t));
    if (ask == NULL) {
        return "there is no memory left";
    }

    ask->zone = zone;
    ask->findings = findings;
    ask->host = host;

    (void) ngx_eo_dns_name_text(text, host);
    error = ngx_eo_dns_ask_init(ask, resolver, timeout);
    rcode = ns_r_noerror;

    for (i = 0; error == NULL && ngx_eo_dns_ask_types[i]; i++) {
        error = ngx_eo_dns_ask_type(ask, text, ngx_eo_dns_ask_types[i],
                                    &rcode);

        if (rcode == ns_r_nxdomain) {
            ngx_eo_dns_find(findings, NGX_EO_DNS_WARNING, "no-such-name",
                host, 0, 0, "The resolver says that there is no such name "
                "(NXDOMAIN).");
            break;
        }
    }

    res_nclose(&ask->state);
    free(ask);

    return error;
}


static const char *
ngx_eo_dns_ask_init(ngx_eo_dns_ask_t *ask, const char *resolver,
    ngx_uint_t timeout)
{
    const char          *error;
    struct sockaddr_in   sin;

    if (res_ninit(&ask->state) != 0) {
        return "the resolver library cannot be initialised";
    }

    ask->state.retrans = (int) timeout;
    ask->state.retry = 1;

    if (resolver == NULL) {
        return NULL;
    }

    error = ngx_eo_dns_ask_address(&sin, resolver);
    if (error) {
        return error;
    }

    ask->state.nscount = 1;
    ask->state.nsaddr_list[0] = sin;

    return NULL;
}


static const char *
ngx_eo_dns_ask_address(struct sockaddr_in *sin, const char *text)
{
    char   address[INET_ADDRSTRLEN], *end;
    long   port;
    size_t len;

    ngx_memzero(sin, sizeof(struct sockaddr_in));
    port = NS_DEFAULTPORT;
    len = strcspn(text, ":");

    if (text[len] == ':') {
        port = strtol(text + len + 1, &end, 10);

        if (end == text + len + 1 || *end || port < 1 || port > 65535) {
            return "the resolver has no port between 1 and 65535";
        }
    }

    if (len < sizeof(address)) {
        ngx_memcpy(address, text, len);
        address[len] = '\0';

        if (inet_pton(AF_INET, address, &sin->sin_addr) == 1) {
            sin->sin_family = AF_INET;
            sin->sin_port = htons((in_port_t) port);
            return NULL;
        }
    }

    return "the resolver is no IPv4 address; name those of IPv6 in "
           "/etc/resolv.conf";
}


static const char *
ngx_eo_dns_ask_type(ngx_eo_dns_ask_t *ask, const char *host, ngx_uint_t type,
    int *rcode)
{
    int          n, len;
    char         name[NGX_EO_DNS_TYPE_TEXT];
    ns_msg       message;
    u_char       query[NGX_EO_DNS_QUERY];
    const char  *error;

    n = res_nmkquery(&ask->state, ns_o_query, host, ns_c_in, (int) type,
                     NULL, 0, NULL, query, sizeof(query));
    if (n < 0) {
        return "the name cannot be put into a question";
    }

    len = res_nsend(&ask->state, query, n, ask->answer, sizeof(ask->answer));

    if (len < 0) {
        return "no resolver has answered within the time (--timeout), other "
               "than perhaps with SERVFAIL or REFUSED";
    }

    if (len > (int) sizeof(ask->answer)
        || ns_initparse(ask->answer, len, &message) != 0)
    {
        return "the answer of the resolver is no proper message";
    }

    *rcode = ns_msg_getflag(message, ns_f_rcode);

    if (*rcode != ns_r_noerror && *rcode != ns_r_nxdomain) {
        ngx_eo_dns_find(ask->findings, NGX_EO_DNS_WARNING, "no-answer",
            ask->host, 0, 0, "Asked for %s, the resolver answers with an "
            "error (RCODE %d).", ngx_eo_dns_type_text(name, type), *rcode);
        return NULL;
    }

    error = ngx_eo_dns_ask_section(ask, &message, ns_s_an);

    return error ? error : ngx_eo_dns_ask_section(ask, &message, ns_s_ns);
}


static const char *
ngx_eo_dns_ask_section(ngx_eo_dns_ask_t *ask, ns_msg *message,
    ns_sect section)
{
    int          i;
    ns_rr        rr;
    const char  *error;

    for (i = 0; i < ns_msg_count(*message, section); i++) {

        if (ns_parserr(message, section, i, &rr) != 0) {
            return "the answer of the resolver is no proper message";
        }

        if (ns_rr_class(rr) != ns_c_in
            || (section == ns_s_ns && ns_rr_type(rr) != ns_t_soa))
        {
            continue;
        }

        error = ngx_eo_dns_ask_record(ask, message, &rr);
        if (error) {
            return error;
        }
    }

    return NULL;
}


static const char *
ngx_eo_dns_ask_record(ngx_eo_dns_ask_t *ask, ns_msg *message, ns_rr *rr)
{
    const char           *error;
    ngx_eo_dns_record_t   record;

    ngx_memzero(&record, sizeof(ngx_eo_dns_record_t));

    record.type = ns_rr_type(*rr);
    record.ttl = ns_rr_ttl(*rr);
    record.weight = NGX_EO_DNS_NO_WEIGHT;

    error = ngx_eo_dns_ask_name(ask, &record.name, ns_rr_name(*rr));
    if (error) {
        return error;
    }

    /* the SOA of a parent or of another zone is not at "@" */

    if (record.type == NGX_EO_DNS_SOA
        && (ask->zone->apex.len
            || !ngx_eo_dns_name_within(ask->host, &record.name)))
    {
        return NULL;
    }

    error = ngx_eo_dns_ask_data(ask, message, rr, &record);
    if (error) {
        return error;
    }

    if (record.type == NGX_EO_DNS_SOA) {
        ask->zone->apex = record.name;
    }

    if (ngx_eo_dns_ask_known(ask->zone, &record)) {
        return NULL;
    }

    return ngx_eo_dns_zone_add(ask->zone, &record);
}


static const char *
ngx_eo_dns_ask_name(ngx_eo_dns_ask_t *ask, ngx_str_t *name, const char *text)
{
    u_char       buf[NGX_EO_DNS_NAME_MAX];
    ngx_str_t    value, root;
    const char  *error;

    value.data = (u_char *) text;
    value.len = ngx_strlen(text);
    root.data = (u_char *) "";
    root.len = 1;

    if (value.len == 0) {
        value.data = (u_char *) ".";
        value.len = 1;
    }

    error = ngx_eo_dns_name_parse(name, buf, &value, &root);
    if (error) {
        return "a name in the answer of the resolver cannot be read";
    }

    name->data = ngx_eo_dns_copy(&ask->zone->mem, name->data, name->len);

    return name->data ? NULL : "there is no memory left";
}


/* names in a message may be compressed (RFC 1035, 4.1.4) */

static const char *
ngx_eo_dns_ask_data(ngx_eo_dns_ask_t *ask, ns_msg *message, ns_rr *rr,
    ngx_eo_dns_record_t *record)
{
    int                       used;
    u_char                    buf[8 + NGX_EO_DNS_NAME_MAX + 1];
    size_t                    ahead;
    const char               *error;
    const u_char             *data;
    const ngx_eo_dns_type_t  *type;

    type = ngx_eo_dns_type(record->type);
    data = ns_rr_rdata(*rr);

    if (type == NULL || !type->target || record->type == NGX_EO_DNS_HTTPS
        || record->type == NGX_EO_DNS_SVCB)
    {
        error = ngx_eo_dns_data_bytes(&ask->zone->mem, record, data,
                                      ns_rr_rdlen(*rr));
        return error ? "a record in the answer cannot be read" : NULL;
    }

    ahead = type->numbers * 2;

    if (ns_rr_rdlen(*rr) < ahead) {
        return "a record in the answer cannot be read";
    }

    ngx_memcpy(buf, data, ahead);

    used = ns_name_unpack(ns_msg_base(*message), ns_msg_end(*message),
                          data + ahead, buf + ahead, NGX_EO_DNS_NAME_MAX);
    if (used < 0) {
        return "a name in the answer of the resolver cannot be read";
    }

    used = 0;

    while (buf[ahead + used]) {
        used += buf[ahead + used] + 1;
    }

    error = ngx_eo_dns_data_bytes(&ask->zone->mem, record, buf,
                                  ahead + used + 1);

    return error ? "a record in the answer cannot be read" : NULL;
}


static ngx_uint_t
ngx_eo_dns_ask_known(const ngx_eo_dns_zone_t *zone,
    const ngx_eo_dns_record_t *record)
{
    ngx_uint_t                  i;
    const ngx_eo_dns_record_t  *other;

    for (i = 0; i < zone->nrecords; i++) {
        other = &zone->records[i];

        if (other->type == record->type
            && ngx_eo_dns_name_cmp(&other->name, &record->name) == 0
            && other->text.len == record->text.len
            && ngx_memcmp(other->text.data, record->text.data,
                          record->text.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}

