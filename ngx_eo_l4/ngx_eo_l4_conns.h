
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * How many connections each key has, in memory that all workers share.  Every
 * connection has a ticket with the process that it belongs to, so that those
 * of a process that died can be given back.
 *
 * None of the functions locks: the caller does.
 */


#ifndef _NGX_EO_L4_CONNS_H_INCLUDED_
#define _NGX_EO_L4_CONNS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_L4_CONNS_MIN  4096


typedef struct ngx_eo_l4_conns_s  ngx_eo_l4_conns_t;


/*
 * Makes an empty table of memory that is zeroed, aligned to 8, and at least
 * NGX_EO_L4_CONNS_MIN bytes long.
 */

ngx_eo_l4_conns_t *ngx_eo_l4_conns_init(void *memory, size_t size);


/* How many connections there is room for. */

ngx_uint_t ngx_eo_l4_conns_capacity(const ngx_eo_l4_conns_t *conns);


/*
 * Takes a ticket.
 *
 * most:    the connections that the key may have; 0 for any number
 * ticket:  receives the number to give to ngx_eo_l4_conns_close()
 * count:   receives the connections of the key, with this one if it was taken
 *
 * Returns NGX_OK, NGX_BUSY if the key has as many as it may have, or
 * NGX_DECLINED if the table is full.
 */

ngx_int_t ngx_eo_l4_conns_open(ngx_eo_l4_conns_t *conns, uint64_t key,
    ngx_uint_t most, ngx_pid_t pid, ngx_uint_t *ticket, ngx_uint_t *count);


void ngx_eo_l4_conns_close(ngx_eo_l4_conns_t *conns, ngx_uint_t ticket);


/*
 * Gives back the tickets of processes of which alive() says 0.  Returns how
 * many.
 */

ngx_uint_t ngx_eo_l4_conns_sweep(ngx_eo_l4_conns_t *conns,
    ngx_uint_t (*alive)(ngx_pid_t pid));


#endif /* _NGX_EO_L4_CONNS_H_INCLUDED_ */

