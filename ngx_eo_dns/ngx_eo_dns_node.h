
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Whether a host leads to a node, and whether the node serves it.
 */


#ifndef _NGX_EO_DNS_NODE_H_INCLUDED_
#define _NGX_EO_DNS_NODE_H_INCLUDED_


#include "ngx_eo_dns_conf.h"
#include "ngx_eo_dns_finding.h"
#include "ngx_eo_dns_zone.h"


#define NGX_EO_DNS_NODES  64


typedef struct {
    ngx_uint_t           type;         /* A, AAAA, or CNAME for a name */
    u_char               addr[16];
    ngx_str_t            name;
} ngx_eo_dns_place_t;


/* conf: NULL if no configuration is known */

typedef struct {
    ngx_eo_dns_place_t   places[NGX_EO_DNS_NODES];
    ngx_uint_t           nplaces;
    ngx_eo_dns_conf_t   *conf;
} ngx_eo_dns_node_t;


/*
 * Looks at one host.  Certificates are read from the files that the
 * configuration names, if it names them from the root.
 *
 * asked:  the records are answers of a resolver, and no zone
 */

void ngx_eo_dns_node_check(ngx_eo_dns_findings_t *findings,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_node_t *node,
    const ngx_str_t *host, ngx_uint_t asked);


#endif /* _NGX_EO_DNS_NODE_H_INCLUDED_ */

