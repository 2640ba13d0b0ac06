
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Where a node reaches itself, and how fast it may.
 */


#include "ngx_eo_prefetch_conf.h"
#include "ngx_eo_prefetch_run.h"
#include "ngx_http_eo_cache_purge_module.h"


static const char *ngx_eo_prefetch_parameter(ngx_conf_t *cf,
    ngx_eo_prefetch_conf_t *prefetch, ngx_str_t *parameter);
static const char *ngx_eo_prefetch_address(ngx_conf_t *cf, ngx_str_t *value,
    ngx_addr_t **address);
static const char *ngx_eo_prefetch_count(ngx_str_t *value, ngx_uint_t max,
    ngx_uint_t *count);
static char *ngx_eo_prefetch_ssl(ngx_conf_t *cf,
    ngx_eo_prefetch_conf_t *prefetch);


char *
ngx_eo_prefetch_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t               *value;
    ngx_uint_t               i;
    const char              *wrong;
    ngx_eo_purge_zone_t     *zone;
    ngx_eo_prefetch_conf_t  *prefetch;

    value = cf->args->elts;

    zone = ngx_http_eo_cache_find_zone(cf, cmd, &value[1]);
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (zone->prefetch) {
        return "is duplicate";
    }

    if (zone->folder.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the zone \"%V\" of \"%V\" keeps tasks in a "
                           "folder: give its \"eo_cache_zone\" a path=FOLDER",
                           &zone->name, &cmd->name);
        return NGX_CONF_ERROR;
    }

    prefetch = ngx_pcalloc(cf->pool, sizeof(ngx_eo_prefetch_conf_t));
    if (prefetch == NULL) {
        return NGX_CONF_ERROR;
    }

    prefetch->concurrency = 8;
    prefetch->rate = 100;
    prefetch->timeout = 60000;

    for (i = 2; i < cf->args->nelts; i++) {
        wrong = ngx_eo_prefetch_parameter(cf, prefetch, &value[i]);

        if (wrong) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\" in \"%V\": %s",
                               &value[i], &cmd->name, wrong);
            return NGX_CONF_ERROR;
        }
    }

    if (prefetch->http == NULL && prefetch->https == NULL) {
        return "needs http=ADDRESS or https=ADDRESS: where the node itself "
               "is reached";
    }

    zone->prefetch = prefetch;

    return prefetch->https ? ngx_eo_prefetch_ssl(cf, prefetch)
                           : NGX_CONF_OK;
}


/* returns what is wrong with it, or NULL */

static const char *
ngx_eo_prefetch_parameter(ngx_conf_t *cf, ngx_eo_prefetch_conf_t *prefetch,
    ngx_str_t *parameter)
{
    u_char     *p;
    ngx_str_t   name, value;

    p = ngx_strlchr(parameter->data, parameter->data + parameter->len, '=');

    if (p) {
        name.data = parameter->data;
        name.len = p - name.data;
        value.data = p + 1;
        value.len = parameter->data + parameter->len - value.data;

        if (name.len == 4 && ngx_strncmp(name.data, "http", 4) == 0) {
            return ngx_eo_prefetch_address(cf, &value, &prefetch->http);
        }

        if (name.len == 5 && ngx_strncmp(name.data, "https", 5) == 0) {
            return ngx_eo_prefetch_address(cf, &value, &prefetch->https);
        }

        if (name.len == 11 && ngx_strncmp(name.data, "concurrency", 11) == 0) {
            return ngx_eo_prefetch_count(&value, 256, &prefetch->concurrency);
        }

        if (name.len == 4 && ngx_strncmp(name.data, "rate", 4) == 0) {

            if (value.len < 4
                || ngx_strncmp(value.data + value.len - 3, "r/s", 3) != 0)
            {
                return "a rate is written as in rate=100r/s";
            }

            value.len -= 3;
            return ngx_eo_prefetch_count(&value, 10000, &prefetch->rate);
        }

        if (name.len == 7 && ngx_strncmp(name.data, "timeout", 7) == 0) {
            prefetch->timeout = ngx_parse_time(&value, 0);

            return (prefetch->timeout == (ngx_msec_t) NGX_ERROR
                    || prefetch->timeout == 0
                    || prefetch->timeout > 3600 * 1000)
                   ? "it is a time of up to one hour" : NULL;
        }
    }

    return "there are http=, https=, concurrency=, rate= and timeout=";
}


static const char *
ngx_eo_prefetch_address(ngx_conf_t *cf, ngx_str_t *value,
    ngx_addr_t **address)
{
    ngx_url_t  u;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = *value;
    u.no_resolve = 1;

    if (ngx_parse_url(cf->pool, &u) != NGX_OK || u.naddrs == 0
        || (u.no_port && u.family != AF_UNIX))
    {
        return "it is a numeric address with a port, as in 127.0.0.1:80, or "
               "unix:PATH";
    }

    *address = u.addrs;

    return NULL;
}


static const char *
ngx_eo_prefetch_count(ngx_str_t *value, ngx_uint_t max, ngx_uint_t *count)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data, value->len);

    if (n < 1 || (ngx_uint_t) n > max) {
        return (max == 256) ? "it is a number from 1 to 256"
                            : "it is a number from 1 to 10000";
    }

    *count = n;

    return NULL;
}


/* certificates are not verified: the address is the node's own */

static char *
ngx_eo_prefetch_ssl(ngx_conf_t *cf, ngx_eo_prefetch_conf_t *prefetch)
{
#if (NGX_SSL)

    ngx_ssl_t           *ssl;
    ngx_pool_cleanup_t  *cln;

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (ssl == NULL) {
        return NGX_CONF_ERROR;
    }

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(ssl);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    prefetch->ssl = ssl;

    return NGX_CONF_OK;

#else

    return "has https=, which this nginx was built without";

#endif
}
