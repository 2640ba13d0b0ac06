
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * CDN-Loop (RFC 8586): reading what arrives, writing what goes on.
 */


#ifndef _NGX_EO_CDN_LOOP_H_INCLUDED_
#define _NGX_EO_CDN_LOOP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* a "loops" that cannot be trusted counts as looped: docs/behaviour.md, 3 */

#define NGX_EO_CDN_LOOP_GARBLED  NGX_MAX_UINT32_VALUE


typedef struct {
    ngx_str_t    name;      /* cdn-id of this node, compared without case */
    ngx_uint_t   loops;     /* highest "loops" of a member of ours */
    size_t       foreign;   /* bytes that the members of others need */
    unsigned     present:1; /* there is a member of ours */
} ngx_eo_cdn_loop_t;


/*
 * Reads one CDN-Loop line into loop, which has been zeroed but for its name
 * before the first line.  A missing "loops" counts as 0, a garbled one and a
 * line with a quoted-string that does not end as NGX_EO_CDN_LOOP_GARBLED.
 */

void ngx_eo_cdn_loop_read(ngx_eo_cdn_loop_t *loop, ngx_str_t *line);


/*
 * Copies the members of others on a line to p, in their order, each followed
 * by ", ", and returns the end.  Of all lines together not more is written
 * than loop->foreign says after they have been read.
 */

u_char *ngx_eo_cdn_loop_copy_foreign(u_char *p, ngx_eo_cdn_loop_t *loop,
    ngx_str_t *line);


#endif /* _NGX_EO_CDN_LOOP_H_INCLUDED_ */
