
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Addresses that "block_ip" has banned, in a zone that all workers share and
 * that outlives reloads.
 */


#ifndef _NGX_EO_WAF_BAN_H_INCLUDED_
#define _NGX_EO_WAF_BAN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Makes the zone; returns NULL with a message. */

ngx_shm_zone_t *ngx_eo_ban_zone(ngx_conf_t *cf, size_t size, void *tag);

/*
 * Bans an address for a time, from now on; a ban that is there already is
 * made longer, not shorter.  If the zone is full the oldest bans make room.
 *
 * addr:  16 bytes, IPv4 as ::ffff:a.b.c.d; of IPv6 the first 64 bits count
 * time:  in milliseconds
 */

void ngx_eo_ban_add(ngx_shm_zone_t *zone, u_char *addr, ngx_msec_t time);

/* Whether an address is banned now. */

ngx_uint_t ngx_eo_ban_find(ngx_shm_zone_t *zone, u_char *addr);


#endif /* _NGX_EO_WAF_BAN_H_INCLUDED_ */
