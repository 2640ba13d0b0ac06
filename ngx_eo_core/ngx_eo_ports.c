
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_ports.h"


static ngx_int_t ngx_eo_port_add(ngx_array_t *ports, ngx_uint_t port);


/* those of EdgeOne */

static const in_port_t  ngx_eo_default_ports[] = { 80, 443, 8080, 0 };


char *
ngx_eo_ports_read(ngx_conf_t *cf, ngx_array_t **result)
{
    ngx_int_t         n;
    ngx_str_t        *value;
    ngx_uint_t        i;
    ngx_array_t      *ports;
    const in_port_t  *port;

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        *result = NULL;
        return NGX_CONF_OK;
    }

    ports = ngx_array_create(cf->pool, 4, sizeof(in_port_t));
    if (ports == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "default") == 0) {

            for (port = ngx_eo_default_ports; *port; port++) {
                if (ngx_eo_port_add(ports, *port) != NGX_OK) {
                    return NGX_CONF_ERROR;
                }
            }

            continue;
        }

        n = ngx_atoi(value[i].data, value[i].len);

        if (n < 1 || n > 65535) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" in \"eo_ports\": it "
                               "must be \"off\", or ports (1 to 65535) and "
                               "\"default\" for 80, 443 and 8080", &value[i]);
            return NGX_CONF_ERROR;
        }

        if (ngx_eo_port_add(ports, n) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    *result = ports;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_port_add(ngx_array_t *ports, ngx_uint_t port)
{
    in_port_t  *p;

    p = ngx_array_push(ports);
    if (p == NULL) {
        return NGX_ERROR;
    }

    *p = (in_port_t) port;

    return NGX_OK;
}


ngx_uint_t
ngx_eo_port_closed(ngx_http_request_t *r, ngx_array_t *array)
{
    in_port_t   port, *ports;
    ngx_uint_t  i;

    if (ngx_connection_local_sockaddr(r->connection, NULL, 0) != NGX_OK) {
        return 1;
    }

    port = ngx_inet_get_port(r->connection->local_sockaddr);

    if (port == 0) {
        return 0;
    }

    ports = array->elts;

    for (i = 0; i < array->nelts; i++) {
        if (ports[i] == port) {
            return 0;
        }
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "host \"%V\" is not open at port %ui by \"eo_ports\"",
                  &r->headers_in.server, (ngx_uint_t) port);

    return 1;
}

