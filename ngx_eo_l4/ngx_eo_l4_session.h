
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A session of TCP or UDP: what is known of it, and what was decided.
 */


#ifndef _NGX_EO_L4_SESSION_H_INCLUDED_
#define _NGX_EO_L4_SESSION_H_INCLUDED_


#include "ngx_eo_l4_conf.h"


typedef struct {
    ngx_shm_zone_t            *zone;
    ngx_uint_t                 number;
} ngx_eo_l4_hold_t;


/*
 * limit:   the next limit to be looked at
 * until:   when a session that waits is looked at again; 0 if it does not
 * waited:  for how long it has waited by then
 * over:    a bit for each limit of packets and bytes that has been told of
 * ended:   who has ended it first: 0 nobody yet, 1 client, 2 origin
 * passed:  bytes of the client that went to the origin; nginx's own count
 *          leaves out those that were there before the origin was
 */

typedef struct {
    ngx_stream_session_t      *session;
    ngx_eo_l4_srv_conf_t      *conf;
    ngx_eo_expr_ctx_t          expr;
    ngx_event_t                event;
    ngx_eo_l4_hold_t           holds[NGX_EO_L4_MAX_LIMITS];
    ngx_uint_t                 nholds;
    ngx_uint_t                 limit;
    ngx_msec_t                 until;
    ngx_msec_t                 waited;
    uint64_t                   id;
    uint64_t                   packets;
    uint64_t                   passed;
    ngx_uint_t                 over;
    ngx_str_t                  rule;
    ngx_eo_l4_action_e         action;
    ngx_uint_t                 ended;
    unsigned                   ruled:1;
    unsigned                   allowed:1;
    unsigned                   checked:1;
    unsigned                   payload_wait:1;
    unsigned                   payload_done:1;
    unsigned                   blocked:1;
} ngx_eo_l4_ctx_t;


/* The state of a session, made if need be; NULL when out of memory. */

ngx_eo_l4_ctx_t *ngx_eo_l4_ctx(ngx_stream_session_t *s);


/*
 * The client's address: AF_INET with 4 bytes or AF_INET6 with 16, or AF_UNIX.
 * What IPv6 has of IPv4 is IPv4.
 */

int ngx_eo_l4_address(struct sockaddr *sockaddr, u_char **addr);


/*
 * Notes and logs what a rule or a limit has decided.  what: "rule" or
 * "limit".  Returns whether it blocks: under "monitor" nothing does.
 */

ngx_uint_t ngx_eo_l4_decide(ngx_eo_l4_ctx_t *ctx, const char *what,
    ngx_str_t *name, ngx_eo_l4_action_e action, const char *why);


#endif /* _NGX_EO_L4_SESSION_H_INCLUDED_ */

