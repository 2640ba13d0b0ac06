
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The servers of an nginx, out of what "nginx -T" prints.
 */


#ifndef _NGX_EO_DNS_CONF_H_INCLUDED_
#define _NGX_EO_DNS_CONF_H_INCLUDED_


#include "ngx_eo_dns_mem.h"


#define NGX_EO_DNS_MAX_SERVERS  10000


/* a list of words in the order of the configuration */

typedef struct ngx_eo_dns_value_s  ngx_eo_dns_value_t;

struct ngx_eo_dns_value_s {
    ngx_str_t             text;
    unsigned              first:1;      /* of a "listen": default_server */
    unsigned              tls:1;
    ngx_eo_dns_value_t   *next;
};


typedef struct ngx_eo_dns_server_s  ngx_eo_dns_server_t;

/* names: of server_name; origins: of proxy_pass and grpc_pass */

struct ngx_eo_dns_server_s {
    ngx_uint_t            line;
    ngx_eo_dns_value_t   *names;
    ngx_eo_dns_value_t   *listens;
    ngx_eo_dns_value_t   *certificates;
    ngx_eo_dns_value_t   *origins;
    ngx_eo_dns_server_t  *next;
};


typedef struct {
    ngx_eo_dns_server_t  *servers;
    ngx_eo_dns_value_t   *upstreams;
} ngx_eo_dns_conf_t;


/*
 * Reads a configuration; what is within is owned by mem.
 *
 * line:  receives the place of an error
 *
 * Returns NULL, or what is wrong.
 */

const char *ngx_eo_dns_conf_read(ngx_eo_dns_conf_t *conf,
    ngx_eo_dns_mem_t *mem, const ngx_str_t *text, ngx_uint_t *line);


/*
 * The server that nginx would choose at a listening address.
 *
 * listen:  as "listen" has it, completed: "*:80"
 * host:    in lower case, without a final dot
 * named:   receives whether it has the host among its names; it is the
 *          default server otherwise
 *
 * Returns NULL if there is none at the address.
 */

ngx_eo_dns_server_t *ngx_eo_dns_conf_choose(ngx_eo_dns_conf_t *conf,
    const ngx_str_t *listen, const ngx_str_t *host, ngx_uint_t *named);


/* Whether a server names hosts of its own: it is no catch-all. */

ngx_uint_t ngx_eo_dns_conf_has_names(const ngx_eo_dns_server_t *server);


#endif /* _NGX_EO_DNS_CONF_H_INCLUDED_ */

