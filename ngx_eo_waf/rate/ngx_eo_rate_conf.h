
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rate limits in the configuration.
 */


#ifndef _NGX_EO_RATE_CONF_H_INCLUDED_
#define _NGX_EO_RATE_CONF_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"
#include "rule/ngx_eo_waf_rule.h"
#include "shm/ngx_eo_siphash.h"


#define NGX_EO_RATE_MAX_KEYS  5

/* statuses that a rule can count: 100 to 599 */

#define NGX_EO_RATE_STATUSES  600


typedef enum {
    NGX_EO_RATE_REQUESTS = 0,
    NGX_EO_RATE_ORIGIN,                      /* what went to the origin */
    NGX_EO_RATE_STATUS                       /* responses of a status */
} ngx_eo_rate_count_e;


typedef struct {
    ngx_int_t                   slot;        /* of an expression's field */
    ngx_int_t                   variable;    /* NGX_ERROR: it is a field */
    ngx_str_t                   arg;         /* the variable is $arg_... */
    unsigned                    address:1;
    unsigned                    client:1;    /* the client's address */
} ngx_eo_rate_key_t;


struct ngx_eo_rate_rule_s {
    ngx_shm_zone_t             *zone;
    uint64_t                    settings;    /* a hash of them */
    uint64_t                    id;
    ngx_eo_siphash_t            begun;       /* of all of its keys */
    ngx_eo_rate_key_t           keys[NGX_EO_RATE_MAX_KEYS];
    ngx_uint_t                  nkeys;
    ngx_uint_t                  ipv6_prefix;
    ngx_uint_t                  threshold;
    ngx_msec_t                  period;
    ngx_msec_t                  penalty;     /* of mode=block */
    ngx_eo_rate_count_e         count;
    uint64_t                    statuses[NGX_EO_RATE_STATUSES / 64 + 1];
    unsigned                    throttle:1;
};


/* directives; conf is the main configuration, and that of a location */

char *ngx_eo_rate_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_rate_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* whether a key of the rule reads the request body */

ngx_uint_t ngx_eo_rate_reads_form(ngx_eo_waf_main_conf_t *mcf,
    ngx_eo_rule_t *rule);

/*
 * Checks what can only be checked once everything is read.  Returns
 * NGX_ERROR with a message.
 */

ngx_int_t ngx_eo_rate_init(ngx_conf_t *cf, ngx_eo_waf_main_conf_t *mcf);

/* Begins the keys of all rules, by the random numbers of their zones. */

void ngx_eo_rate_begin_keys(ngx_eo_waf_main_conf_t *mcf);


#endif /* _NGX_EO_RATE_CONF_H_INCLUDED_ */
