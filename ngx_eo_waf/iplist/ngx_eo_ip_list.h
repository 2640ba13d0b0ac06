
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Named lists of addresses ("eo_ip_group"), from files that are read again
 * when they change, or written in the configuration.
 *
 * Sources of the module that uses it: ngx_eo_ip_list.c, ngx_eo_prefix_set.c,
 * ngx_eo_prefix_parse.c of this folder, and ngx_eo_live_file.c of core.
 */


#ifndef _NGX_EO_IP_LIST_H_INCLUDED_
#define _NGX_EO_IP_LIST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_eo_ip_list_s  ngx_eo_ip_list_t;


/*
 * The lists of one configuration: the module keeps one in its main
 * configuration.  All zeros is a valid, empty one.
 */

typedef struct {
    ngx_array_t              *lists;    /* of ngx_eo_ip_list_t * */
    ngx_array_t              *files;    /* of ngx_eo_live_file_t * */
} ngx_eo_ip_lists_t;


/*
 * Adds to the list of that name, which it creates.  To be called once for
 * each directive, with what follows the name.
 *
 * args:  files, addresses and prefixes in any order.  What contains a colon,
 *        or starts with a digit and consists of digits, dots and slashes, is
 *        an address; the rest are files, relative ones to nginx's
 *        configuration.
 *
 * Returns NGX_OK, or NGX_ERROR with a message at the emerg level.
 */

ngx_int_t ngx_eo_ip_list_add(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists,
    ngx_str_t *name, ngx_str_t *args, ngx_uint_t nargs);


/*
 * Makes what was added usable.  To be called from init_main_conf, before any
 * list is looked into.
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_ip_lists_finish(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists);


/*
 * The list of that name, or NULL if there is none.  As groups may be defined
 * after they are named, to be called from init_main_conf or later.
 */

ngx_eo_ip_list_t *ngx_eo_ip_list_find(ngx_eo_ip_lists_t *lists,
    ngx_str_t *name);


/*
 * The same of the 4 or 16 bytes of an address, for one out of a header.
 *
 * family:  AF_INET or AF_INET6
 * addr:    in network order
 */

ngx_uint_t ngx_eo_ip_list_match_addr(ngx_eo_ip_list_t *list, int family,
    const void *addr);


/*
 * Starts watching the files; to be called from init_process.
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_ip_list_init_process(ngx_cycle_t *cycle,
    ngx_eo_ip_lists_t *lists);


#endif /* _NGX_EO_IP_LIST_H_INCLUDED_ */
