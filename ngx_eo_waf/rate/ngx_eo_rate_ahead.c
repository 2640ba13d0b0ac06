
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_rate_ahead.h"
#include "ngx_eo_rate_conf.h"
#include "ngx_eo_rate_limit.h"
#include "shm/ngx_eo_rate_zone.h"
#include "request/ngx_eo_waf_fields.h"


/*
 * Of the request that was last in the post-read phase.  Its access phase
 * mostly follows at once; if another request comes in between, the key is
 * made again.
 */

typedef struct {
    ngx_http_request_t         *request;     /* NULL: there is no key */
    ngx_eo_rule_t              *rule;
    void                       *source;      /* what it was made of */
    size_t                      len;
    uint64_t                    key;
} ngx_eo_rate_ahead_t;


static void ngx_eo_rate_ahead_source(ngx_http_request_t *r,
    ngx_eo_rate_key_t *key, ngx_eo_rate_ahead_t *ahead);


static ngx_eo_rate_ahead_t  ngx_eo_rate_ahead;


ngx_uint_t
ngx_eo_rate_ahead_can(ngx_eo_rule_t *rule)
{
    ngx_eo_rate_key_t  *key;

    key = &rule->rate->keys[0];

    return rule->always && rule->rate->nkeys == 1
           && (key->arg.len || key->client);
}


ngx_int_t
ngx_eo_rate_ahead_handler(ngx_http_request_t *r)
{
    u_char                  addr[16];
    ngx_str_t               value;
    ngx_eo_rule_t          *rule;
    ngx_eo_rate_key_t      *key;
    ngx_eo_waf_loc_conf_t  *wlcf;

    ngx_eo_rate_ahead.request = NULL;

    /* of the server; a location that has other rules does not use the key */

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);
    rule = wlcf->set->ahead;

    if (wlcf->mode == NGX_EO_WAF_OFF || rule == NULL) {
        return NGX_DECLINED;
    }

    key = &rule->rate->keys[0];

    if (key->client) {

        if (ngx_eo_waf_client_addr(r, addr) != NGX_OK) {
            return NGX_DECLINED;
        }

        ngx_eo_rate_mask(addr, rule->rate->ipv6_prefix);

        value.data = addr;
        value.len = 16;

    } else if (ngx_http_arg(r, key->arg.data, key->arg.len, &value)
               != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ngx_eo_rate_ahead.request = r;
    ngx_eo_rate_ahead.rule = rule;
    ngx_eo_rate_ahead.key = ngx_eo_rate_key_last(&rule->rate->begun,
                                                 value.data, value.len);

    ngx_eo_rate_prefetch(ngx_eo_rate_zone_table(rule->rate->zone),
                         ngx_eo_rate_ahead.key);

    ngx_eo_rate_ahead_source(r, key, &ngx_eo_rate_ahead);

    return NGX_DECLINED;
}


/*
 * An internal redirect, for one, can come without a post-read phase; and
 * what has changed, by "set $args" or realip, is in other memory then.
 */

ngx_int_t
ngx_eo_rate_ahead_key(ngx_http_request_t *r, ngx_eo_rule_t *rule,
    uint64_t *key)
{
    ngx_eo_rate_ahead_t  now;

    if (ngx_eo_rate_ahead.request != r || ngx_eo_rate_ahead.rule != rule
        || r->internal)
    {
        return NGX_DECLINED;
    }

    ngx_eo_rate_ahead_source(r, &rule->rate->keys[0], &now);

    if (now.source != ngx_eo_rate_ahead.source
        || now.len != ngx_eo_rate_ahead.len)
    {
        return NGX_DECLINED;
    }

    *key = ngx_eo_rate_ahead.key;

    return NGX_OK;
}


static void
ngx_eo_rate_ahead_source(ngx_http_request_t *r, ngx_eo_rate_key_t *key,
    ngx_eo_rate_ahead_t *ahead)
{
    if (key->client) {
        ahead->source = r->connection->sockaddr;
        ahead->len = 0;
        return;
    }

    ahead->source = r->args.data;
    ahead->len = r->args.len;
}
