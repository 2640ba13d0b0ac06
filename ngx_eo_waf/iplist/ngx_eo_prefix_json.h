
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Address prefixes in JSON, as operators of robots and clouds publish them:
 *
 *     {"prefixes": [{"ipv4Prefix": "192.0.2.0/24"}, ...]}
 *     {"ips": [{"ip_address": "192.0.2.1"}]}
 *     {"ipv4_cidrs": ["192.0.2.0/24"]}
 *     ["192.0.2.0/24", "2001:db8::/32"]
 *
 * What counts are strings of members whose names say so, and of lists in
 * them; everything else has to be JSON and is passed over.
 */


#ifndef _NGX_EO_PREFIX_JSON_H_INCLUDED_
#define _NGX_EO_PREFIX_JSON_H_INCLUDED_


#include "ngx_eo_prefix_set.h"


#define NGX_EO_PREFIX_JSON_DEPTH  32


typedef enum {
    NGX_EO_PREFIX_JSON_VALUE = 0,
    NGX_EO_PREFIX_JSON_KEY,
    NGX_EO_PREFIX_JSON_COLON,
    NGX_EO_PREFIX_JSON_NEXT,
    NGX_EO_PREFIX_JSON_LITERAL,
    NGX_EO_PREFIX_JSON_END
} ngx_eo_prefix_json_e;


/* the reading of a text that arrives in pieces; all zeros is the beginning */

typedef struct {
    ngx_eo_prefix_json_e  state;
    ngx_uint_t            lines;     /* that have ended */
    ngx_uint_t            found;
    ngx_uint_t            depth;
    u_char                stack[NGX_EO_PREFIX_JSON_DEPTH];
    size_t                len;
    u_char                text[NGX_EO_PREFIX_TEXT_LEN];

    unsigned              string:1;
    unsigned              escape:1;
    unsigned              cut:1;     /* the string is longer */
    unsigned              counts:1;  /* what the last name stands for */
    unsigned              first:1;   /* nothing in the list or object yet */
} ngx_eo_prefix_json_t;


/* Whether a text that begins so is JSON, and not one prefix a line. */

ngx_uint_t ngx_eo_prefix_is_json(const u_char *p, size_t len);

/*
 * Reads the next piece.
 *
 * err:  line, reason, and the text that was refused
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_prefix_json_feed(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, const u_char *p, size_t len,
    ngx_eo_prefix_error_t *err);

/* The same at the end: a text without a prefix is refused as well. */

ngx_int_t ngx_eo_prefix_json_end(ngx_eo_prefix_json_t *json,
    ngx_eo_prefix_error_t *err);


#endif /* _NGX_EO_PREFIX_JSON_H_INCLUDED_ */
