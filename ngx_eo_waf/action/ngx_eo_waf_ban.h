
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


/* bytes of the name of a rule that are kept */

#define NGX_EO_BAN_NAME  42


typedef struct {
    ngx_msec_t                  left;        /* until the ban ends */
    ngx_uint_t                  type;        /* of the rule, see below */
    ngx_uint_t                  tell;        /* the first time this second */
    size_t                      len;
    u_char                      name[NGX_EO_BAN_NAME];
} ngx_eo_ban_t;


/* Makes the zone; returns NULL with a message. */

ngx_shm_zone_t *ngx_eo_ban_zone(ngx_conf_t *cf, size_t size, void *tag);

/*
 * Bans an address for a time, from now on; a ban that is there already is
 * made longer, not shorter.  If the zone is full the oldest bans make room.
 *
 * addr:  16 bytes, IPv4 as ::ffff:a.b.c.d; of IPv6 the first 64 bits count
 * time:  in milliseconds
 * type:  of the rule that bans, up to 255; kept for ngx_eo_ban_find()
 * name:  of the rule; what is longer than NGX_EO_BAN_NAME is cut
 */

void ngx_eo_ban_add(ngx_shm_zone_t *zone, u_char *addr, ngx_msec_t time,
    ngx_uint_t type, ngx_str_t *name);

/*
 * Whether an address is banned now; if it is, found says why, unless it is
 * NULL.
 */

ngx_uint_t ngx_eo_ban_find(ngx_shm_zone_t *zone, u_char *addr,
    ngx_eo_ban_t *found);


#endif /* _NGX_EO_WAF_BAN_H_INCLUDED_ */
