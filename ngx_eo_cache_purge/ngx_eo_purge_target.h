
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What can be purged: targets as the API takes them, and the identity of a
 * cached object that they are compared with.
 */


#ifndef _NGX_EO_PURGE_TARGET_H_INCLUDED_
#define _NGX_EO_PURGE_TARGET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* folders that a prefix may have, and that are looked up for an object */

#define NGX_EO_PURGE_MAX_DEPTH  32

/* bounds of an object's tags; what is beyond them is not kept */

#define NGX_EO_PURGE_MAX_TAGS       1000
#define NGX_EO_PURGE_MAX_TAG_BYTES  16384

#define NGX_EO_PURGE_KEY_LEN  16


typedef enum {
    NGX_EO_PURGE_URL = 0,
    NGX_EO_PURGE_PREFIX,
    NGX_EO_PURGE_HOST,
    NGX_EO_PURGE_TAG,
    NGX_EO_PURGE_ALL,
    NGX_EO_PURGE_KINDS
} ngx_eo_purge_kind_e;


typedef struct {
    ngx_str_t    host;      /* lower case, without port */
    ngx_str_t    path;      /* decoded, without dot segments */
    ngx_str_t    args;      /* what follows "?", as it stands */
    unsigned     has_args:1;
} ngx_eo_purge_url_t;


/*
 * Brings the path of a URL into the form in which paths are compared:
 * percent-encoding decoded, "." and ".." resolved, slashes merged.
 *
 * path:  in and out; begins with "/"
 * dst:   room for path->len bytes, which the result points into
 *
 * Returns NGX_DECLINED if the path is none: a wrong escape, a zero byte, or
 * one that leads above the root.
 */

ngx_int_t ngx_eo_purge_normalize(u_char *dst, ngx_str_t *path);


/*
 * Reads a target of a task.
 *
 * pool:    for what the key needs while it is made
 * kind:    of the task
 * text:    the target; ignored for NGX_EO_PURGE_ALL
 * domain:  the host of a tag; empty for all hosts
 * key:     NGX_EO_PURGE_KEY_LEN bytes, by which the target is looked up
 * reason:  what is wrong, in words, a constant
 *
 * Returns NGX_OK, NGX_DECLINED with a reason, or NGX_ERROR when out of
 * memory.
 */

ngx_int_t ngx_eo_purge_target_key(ngx_pool_t *pool, ngx_eo_purge_kind_e kind,
    ngx_str_t *text, ngx_str_t *domain, u_char *key, const char **reason);


/*
 * Keys of an object, the same that targets have.  The key of a prefix is that
 * of the first "len" bytes of the path; that of a tag is made of the tag
 * without regard to letter case, and of a host that may be empty.
 */

void ngx_eo_purge_url_key(ngx_eo_purge_url_t *url, u_char *key);
void ngx_eo_purge_prefix_key(ngx_eo_purge_url_t *url, size_t len, u_char *key);
void ngx_eo_purge_host_key(ngx_str_t *host, u_char *key);
void ngx_eo_purge_tag_key(ngx_str_t *tag, ngx_str_t *host, u_char *key);
void ngx_eo_purge_all_key(u_char *key);


/*
 * Takes the next tag off the value of a Cache-Tag, Surrogate-Key or
 * Cache-Groups header.
 *
 * list:  what is left of it, in and out
 *
 * Returns 0 at its end; empty members are left out.
 */

ngx_uint_t ngx_eo_purge_next_tag(ngx_str_t *list, ngx_str_t *tag);


#endif /* _NGX_EO_PURGE_TARGET_H_INCLUDED_ */
