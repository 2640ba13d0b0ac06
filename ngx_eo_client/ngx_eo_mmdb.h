
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The proof that bytes are a sound MaxMind DB file (format 2).
 */


#ifndef _NGX_EO_MMDB_H_INCLUDED_
#define _NGX_EO_MMDB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_MMDB_TYPE_LEN  64


/*
 * metadata:  offset of the metadata section's marker in the file
 * type:      "GeoLite2-Country", cut if longer, NUL-terminated, printable
 */

typedef struct {
    size_t            metadata;
    uint64_t          build_epoch;
    uint32_t          node_count;
    uint32_t          record_size;
    uint32_t          ip_version;
    u_char            type[NGX_EO_MMDB_TYPE_LEN + 1];
} ngx_eo_mmdb_t;


/*
 * Looks at everything that a reader may come upon: metadata, each record of
 * the search tree and each value that one of them leads to.  A reader that
 * trusts a file which has passed neither leaves it nor recurses without end.
 * May be called from any thread.
 *
 * data:    the whole file
 * db:      filled in on success
 * reason:  a sentence without a subject on failure, a string constant
 * cancel:  makes it give up when raised; may be NULL
 *
 * Returns NGX_OK, NGX_ERROR or NGX_ABORT.
 */

ngx_int_t ngx_eo_mmdb_check(const u_char *data, size_t size,
    ngx_eo_mmdb_t *db, const char **reason, const ngx_atomic_t *cancel);


#endif /* _NGX_EO_MMDB_H_INCLUDED_ */
