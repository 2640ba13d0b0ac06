
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_certificate.h"
#include "ngx_eo_dns_follow.h"
#include "ngx_eo_dns_node.h"


#define NGX_EO_DNS_LISTENS  64


typedef struct {
    ngx_eo_dns_findings_t      *findings;
    const ngx_eo_dns_zone_t    *zone;
    const ngx_eo_dns_node_t    *node;
    const ngx_str_t            *host;
    char                        text[NGX_EO_DNS_TEXT_MAX];
    ngx_uint_t                  line;
    ngx_uint_t                  asked;
} ngx_eo_dns_way_t;


static ngx_uint_t ngx_eo_dns_node_leads(const ngx_eo_dns_way_t *way,
    const ngx_str_t *host, ngx_uint_t *strangers);
static ngx_uint_t ngx_eo_dns_node_is(const ngx_eo_dns_node_t *node,
    ngx_uint_t type, const u_char *addr, const ngx_str_t *name);
static void ngx_eo_dns_node_way(ngx_eo_dns_way_t *way);
static void ngx_eo_dns_node_servers(ngx_eo_dns_way_t *way);
static ngx_uint_t ngx_eo_dns_node_listens(ngx_eo_dns_conf_t *conf,
    const ngx_eo_dns_value_t **listens);
static ngx_uint_t ngx_eo_dns_node_serves(ngx_eo_dns_way_t *way,
    const ngx_eo_dns_value_t *listen);
static void ngx_eo_dns_node_certificates(ngx_eo_dns_way_t *way,
    const ngx_eo_dns_server_t *server);
static void ngx_eo_dns_node_origins(ngx_eo_dns_way_t *way,
    const ngx_eo_dns_server_t *server);
static ngx_uint_t ngx_eo_dns_node_origin(ngx_eo_dns_way_t *way,
    const ngx_str_t *url, ngx_str_t *host);


void
ngx_eo_dns_node_check(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_node_t *node,
    const ngx_str_t *host, ngx_uint_t asked)
{
    ngx_uint_t                  n;
    ngx_eo_dns_way_t            way;
    const ngx_eo_dns_record_t  *record;

    way.findings = findings;
    way.zone = zone;
    way.node = node;
    way.host = host;
    way.asked = asked;

    (void) ngx_eo_dns_name_text(way.text, host);

    record = ngx_eo_dns_zone_find(zone, host, &n);
    way.line = record ? record->line : 0;

    if (record && record->accelerated) {
        ngx_eo_dns_find(findings, NGX_EO_DNS_NOTE, "accelerated", host,
            way.line, 0, "%s is accelerated: EdgeOne's name servers answer "
            "with the node, and the record is its origin.", way.text);

    } else if (node->nplaces) {
        ngx_eo_dns_node_way(&way);
    }

    if (node->conf) {
        ngx_eo_dns_node_servers(&way);
    }
}


static void
ngx_eo_dns_node_way(ngx_eo_dns_way_t *way)
{
    char              text[NGX_EO_DNS_TEXT_MAX];
    ngx_str_t         last;
    ngx_uint_t        n, strangers;
    ngx_eo_dns_end_e  end;

    if (ngx_eo_dns_node_leads(way, way->host, &strangers)) {

        ngx_eo_dns_find(way->findings,
            strangers ? NGX_EO_DNS_WARNING : NGX_EO_DNS_NOTE,
            strangers ? "leads-to-node-and-others" : "leads-to-node",
            way->host, way->line, 0,
            strangers ? "%s leads to the node and to addresses that are not "
                        "the node's: those are neither protected nor cached."
                      : "%s leads to the node.", way->text);
        return;
    }

    last = *way->host;
    end = ngx_eo_dns_follow(way->zone, &last, &n);
    (void) ngx_eo_dns_name_text(text, &last);

    if (end == NGX_EO_DNS_LEAVES && !way->asked) {
        ngx_eo_dns_find(way->findings, NGX_EO_DNS_WARNING, "leads-elsewhere",
            way->host, way->line, 0,
            "%s leads to %s, of which the zone has no address and which "
            "is no name of the node.  \"eo-dns check %s\" asks a resolver.",
            way->text, text, way->text);
        return;
    }

    ngx_eo_dns_find(way->findings, NGX_EO_DNS_CONFLICT, "not-the-node",
        way->host, way->line, 0,
        "%s does not lead to the node%s%s: requests pass it by.",
        way->text, n ? ", but to " : "", n ? text : "");
}


/* strangers: receives the number of addresses that are not the node's */

static ngx_uint_t
ngx_eo_dns_node_leads(const ngx_eo_dns_way_t *way, const ngx_str_t *host,
    ngx_uint_t *strangers)
{
    ngx_str_t                   name;
    ngx_uint_t                  i, n, found;
    const ngx_eo_dns_record_t  *record;

    name = *host;
    *strangers = 0;

    for (i = 0; i <= NGX_EO_DNS_CHAIN_MAX; i++) {

        if (ngx_eo_dns_node_is(way->node, NGX_EO_DNS_CNAME, NULL, &name)) {
            return 1;
        }

        record = ngx_eo_dns_zone_get(way->zone, &name, NGX_EO_DNS_CNAME);
        if (record == NULL) {
            break;
        }

        name = record->target;
    }

    record = ngx_eo_dns_zone_find(way->zone, &name, &n);
    found = 0;

    for (i = 0; i < n; i++) {

        if (record[i].type != NGX_EO_DNS_A
            && record[i].type != NGX_EO_DNS_AAAA)
        {
            continue;
        }

        if (ngx_eo_dns_node_is(way->node, record[i].type, record[i].addr,
                               NULL))
        {
            found++;

        } else {
            (*strangers)++;
        }
    }

    return found;
}


static ngx_uint_t
ngx_eo_dns_node_is(const ngx_eo_dns_node_t *node, ngx_uint_t type,
    const u_char *addr, const ngx_str_t *name)
{
    ngx_uint_t                 i;
    const ngx_eo_dns_place_t  *place;

    for (i = 0; i < node->nplaces; i++) {
        place = &node->places[i];

        if (place->type != type) {
            continue;
        }

        if (name ? ngx_eo_dns_name_cmp(name, &place->name) == 0
                 : ngx_memcmp(addr, place->addr,
                              type == NGX_EO_DNS_A ? 4 : 16) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
ngx_eo_dns_node_servers(ngx_eo_dns_way_t *way)
{
    ngx_uint_t                 i, n, served;
    const ngx_eo_dns_value_t  *listens[NGX_EO_DNS_LISTENS];

    n = ngx_eo_dns_node_listens(way->node->conf, listens);
    served = 0;

    for (i = 0; i < n; i++) {
        served += ngx_eo_dns_node_serves(way, listens[i]);
    }

    if (served == 0) {
        ngx_eo_dns_find(way->findings, NGX_EO_DNS_CONFLICT, "no-server",
            way->host, way->line, 0,
            "The node has no server for %s: it answers 418 "
            "(eo_unconfigured_host).  Add it to a server_name.", way->text);
    }
}


/* the addresses that servers listen on, each once */

static ngx_uint_t
ngx_eo_dns_node_listens(ngx_eo_dns_conf_t *conf,
    const ngx_eo_dns_value_t **listens)
{
    ngx_uint_t                  i, n;
    const ngx_eo_dns_value_t   *value;
    const ngx_eo_dns_server_t  *server;

    n = 0;

    for (server = conf->servers; server; server = server->next) {
        for (value = server->listens; value; value = value->next) {

            for (i = 0; i < n; i++) {
                if (listens[i]->text.len == value->text.len
                    && ngx_memcmp(listens[i]->text.data, value->text.data,
                                  value->text.len) == 0)
                {
                    break;
                }
            }

            if (i == n && n < NGX_EO_DNS_LISTENS) {
                listens[n++] = value;
            }
        }
    }

    return n;
}


static ngx_uint_t
ngx_eo_dns_node_serves(ngx_eo_dns_way_t *way,
    const ngx_eo_dns_value_t *listen)
{
    ngx_str_t             host;
    ngx_uint_t            named;
    ngx_eo_dns_server_t  *server;

    host.data = (u_char *) way->text;
    host.len = ngx_strlen(way->text);

    server = ngx_eo_dns_conf_choose(way->node->conf, &listen->text, &host,
                                    &named);
    if (server == NULL) {
        return 0;
    }

    if (!named && ngx_eo_dns_conf_has_names(server)) {
        ngx_eo_dns_find(way->findings, NGX_EO_DNS_NOTE, "no-server-here",
            way->host, way->line, 0,
            "At %s the node has no server for %s and answers 418.",
            listen->text.data, way->text);
        return 0;
    }

    ngx_eo_dns_find(way->findings, NGX_EO_DNS_NOTE, "served", way->host,
        way->line, 0, "At %s the node has %s for %s, on line %u of its "
        "configuration.", listen->text.data,
        named ? "a server" : "a server without names", way->text,
        (unsigned) server->line);

    if (listen->tls) {
        ngx_eo_dns_node_certificates(way, server);
    }

    ngx_eo_dns_node_origins(way, server);

    return 1;
}


/* of several certificates, one that is good is enough */

static void
ngx_eo_dns_node_certificates(ngx_eo_dns_way_t *way,
    const ngx_eo_dns_server_t *server)
{
    const char                *error;
    const ngx_eo_dns_value_t  *value, *wrong;

    error = NULL;
    wrong = NULL;

    for (value = server->certificates; value; value = value->next) {

        if (value->text.data[0] != '/'
            || ngx_strchr(value->text.data, '$'))
        {
            return;
        }

        error = ngx_eo_dns_certificate((char *) value->text.data,
                                       way->text);
        if (error == NULL) {
            return;
        }

        wrong = value;
    }

    if (wrong) {
        ngx_eo_dns_find(way->findings, NGX_EO_DNS_WARNING, "certificate",
            way->host, way->line, 0, "The certificate %s for %s %s.",
            wrong->text.data, way->text, error);
    }
}


static void
ngx_eo_dns_node_origins(ngx_eo_dns_way_t *way,
    const ngx_eo_dns_server_t *server)
{
    u_char                     buf[NGX_EO_DNS_NAME_MAX];
    ngx_str_t                  host, name, root;
    ngx_uint_t                 n, strangers;
    ngx_eo_dns_end_e           end;
    const ngx_eo_dns_value_t  *value;

    ngx_str_set(&root, "");
    root.len = 1;

    for (value = server->origins; value; value = value->next) {

        if (!ngx_eo_dns_node_origin(way, &value->text, &host)
            || ngx_eo_dns_name_parse(&name, buf, &host, &root) != NULL)
        {
            continue;
        }

        if (ngx_eo_dns_name_cmp(&name, way->host) == 0
            || ngx_eo_dns_node_leads(way, &name, &strangers))
        {
            ngx_eo_dns_find(way->findings, NGX_EO_DNS_CONFLICT,
                "origin-is-node", way->host, way->line, 0,
                "The origin of %s, %.*s, is the node itself: requests go in "
                "circles until CDN-Loop ends them with 423.",
                way->text, (int) host.len, host.data);
            return;
        }

        end = ngx_eo_dns_follow(way->zone, &name, &n);

        if (end == NGX_EO_DNS_NO_NAME || end == NGX_EO_DNS_LOOPS) {
            ngx_eo_dns_find(way->findings, NGX_EO_DNS_WARNING,
                "origin-not-found", way->host, way->line, 0,
                "The origin of %s, %.*s, has no address in the zone: the "
                "node answers 523.", way->text, (int) host.len, host.data);
            return;
        }
    }
}


/* the host of "http://host:port/"; none of variables and upstreams */

static ngx_uint_t
ngx_eo_dns_node_origin(ngx_eo_dns_way_t *way, const ngx_str_t *url,
    ngx_str_t *host)
{
    u_char                    *p, *end;
    const ngx_eo_dns_value_t  *value;

    p = (u_char *) strstr((char *) url->data, "://");

    if (p == NULL || ngx_strchr(url->data, '$') || p[3] == '[') {
        return 0;
    }

    p += 3;

    for (end = p; *end && *end != ':' && *end != '/'; end++) { /* void */ }

    host->data = p;
    host->len = end - p;

    for (value = way->node->conf->upstreams; value; value = value->next) {
        if (value->text.len == host->len
            && ngx_memcmp(value->text.data, p, host->len) == 0)
        {
            return 0;
        }
    }

    return host->len != 0;
}

