
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Forward-confirmed reverse DNS: the name of an address ends as a robot's
 * does, and has that address.
 *
 * No request waits for it.  The answers are kept in memory that all workers
 * share: a proof for an hour, its contrary for ten minutes, and a name server
 * that has not answered for one.
 */


#ifndef _NGX_EO_BOT_DNS_H_INCLUDED_
#define _NGX_EO_BOT_DNS_H_INCLUDED_


#include "ngx_eo_bot_conf.h"


typedef enum {
    NGX_EO_BOT_DNS_PENDING = 0,
    NGX_EO_BOT_DNS_CONFIRMED,
    NGX_EO_BOT_DNS_REFUTED,
    NGX_EO_BOT_DNS_FAILED                    /* without an answer */
} ngx_eo_bot_dns_e;


/*
 * Makes the zone; 0 stands for the default size.  Returns NULL with a
 * message.
 */

ngx_shm_zone_t *ngx_eo_bot_dns_zone_add(ngx_conf_t *cf, size_t size);

/*
 * What is known of the client of a request; if it is nothing, somebody is
 * asked, and the answer is there for a later request.
 *
 * addr:  of the client, 16 bytes
 */

ngx_eo_bot_dns_e ngx_eo_bot_dns(ngx_http_request_t *r, ngx_shm_zone_t *zone,
    ngx_eo_bot_proof_t *proof, u_char *addr);


#endif /* _NGX_EO_BOT_DNS_H_INCLUDED_ */
