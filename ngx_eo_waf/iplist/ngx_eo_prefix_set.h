
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Sets of IPv4 and IPv6 prefixes: a builder that reads them as text, and a
 * packed block of memory in which an address is found without a linear walk.
 *
 * The block holds offsets and no pointers, so it may be written to a shared
 * mapping by one process and attached by others at any address.
 */


#ifndef _NGX_EO_PREFIX_SET_H_INCLUDED_
#define _NGX_EO_PREFIX_SET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* bounds of what is accepted from outside */

#define NGX_EO_PREFIX_SET_MAX_PREFIXES  4000000
#define NGX_EO_PREFIX_SET_MAX_BYTES     268435456

/* longest text of one prefix, an IPv6 one with an IPv4 tail */

#define NGX_EO_PREFIX_TEXT_LEN          64

typedef struct {
    uint64_t          hi;
    uint64_t          lo;
} ngx_eo_prefix_ipv6_t;


/*
 * A block as one process sees it.  Counts and addresses are copied out of
 * the block and proven when it is attached, so that a look-up stays within
 * the block whatever happens to its content meanwhile.
 */

typedef struct {
    uint32_t               ipv4_count;
    uint32_t               ipv4_shift;
    const uint32_t        *ipv4_index;
    const uint32_t        *ipv4_starts;
    const u_char          *ipv4_lengths;

    uint32_t               ipv6_count;
    uint32_t               ipv6_slots;
    uint32_t               ipv6_shift;
    ngx_eo_prefix_ipv6_t   ipv6_base;
    const uint32_t        *ipv6_index;
    const ngx_eo_prefix_ipv6_t
                          *ipv6_starts;
    const u_char          *ipv6_lengths;
} ngx_eo_prefix_set_t;


/* growing array of fixed-size records outside of any pool */

typedef struct {
    uint64_t              *elts;
    size_t                 nelts;
    size_t                 nalloc;
    size_t                 words;
} ngx_eo_prefix_records_t;


/*
 * Where a text ceased to be a list of prefixes.  A line of 0 means the file
 * as a whole; code is then what errno was, or 0.
 */

typedef struct {
    ngx_uint_t             line;
    ngx_err_t              code;
    const char            *reason;
    u_char                 text[NGX_EO_PREFIX_TEXT_LEN + 1];
} ngx_eo_prefix_error_t;


typedef struct {
    ngx_eo_prefix_records_t  ipv4;
    ngx_eo_prefix_records_t  ipv6;

    /* set by another thread to make a long read or sort give up */

    const ngx_atomic_t      *cancel;
} ngx_eo_prefix_builder_t;


/*
 * Starts an empty set.  Nothing is allocated before the first prefix.  All
 * memory of a builder is its own mapping, and every function of a builder may
 * be called from a thread other than nginx's.
 */

void ngx_eo_prefix_builder_init(ngx_eo_prefix_builder_t *b);


/*
 * Gives the builder's memory back; it is empty afterwards.
 */

void ngx_eo_prefix_builder_free(ngx_eo_prefix_builder_t *b);


/*
 * Adds one prefix: "192.0.2.0/24", "192.0.2.1", "2001:db8::/32".  Bits beyond
 * the length are ignored.  Prefixes within ::ffff:0:0/96 are taken as the
 * IPv4 prefixes they stand for.
 *
 * reason:  set to a sentence without a subject if the text is refused
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_prefix_builder_add(ngx_eo_prefix_builder_t *b,
    const u_char *text, size_t len, const char **reason);


/*
 * Adds a text of one prefix a line.  "#" starts a comment, lines may end in
 * CR LF, blank lines are skipped.
 *
 * err:  line (from 1), reason and the beginning of the text refused
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_prefix_builder_add_text(ngx_eo_prefix_builder_t *b,
    const u_char *data, size_t len, ngx_eo_prefix_error_t *err);


/*
 * The same of a file, or of one in JSON (ngx_eo_prefix_json.h), read from its
 * current position to its end by read(), so that a file which changes
 * meanwhile does no harm.
 *
 * err:  as above, with line 0 if reading failed or the file is too long
 *
 * Returns NGX_OK, NGX_ERROR, or NGX_ABORT if b->cancel was raised.
 */

ngx_int_t ngx_eo_prefix_builder_add_file(ngx_eo_prefix_builder_t *b,
    ngx_fd_t fd, ngx_eo_prefix_error_t *err);


/*
 * Sorts what was added and drops duplicates and prefixes within others.
 *
 * Returns NGX_OK, NGX_ABORT if b->cancel was raised, or NGX_ERROR when out of
 * memory.
 */

ngx_int_t ngx_eo_prefix_builder_finish(ngx_eo_prefix_builder_t *b);


/*
 * Size in bytes of the block of a finished set, and the writing of it.
 *
 * block:  that many bytes, aligned to 8, owned by the caller; all of them are
 *         written
 */

size_t ngx_eo_prefix_builder_size(const ngx_eo_prefix_builder_t *b);
void ngx_eo_prefix_builder_write(const ngx_eo_prefix_builder_t *b,
    void *block);


/*
 * Makes a block usable for look-ups.
 *
 * set:    filled in; it points into the block and owns nothing
 * block:  aligned to 8; has to stay mapped for as long as the set is used
 * size:   bytes that are mapped at block, at least those written
 *
 * Returns NGX_OK, or NGX_ERROR if the bytes are not a block.
 */

ngx_int_t ngx_eo_prefix_set_attach(ngx_eo_prefix_set_t *set,
    const void *block, size_t size);


/*
 * Whether an address lies within one of the prefixes.
 *
 * family:  AF_INET or AF_INET6; any other never matches
 * addr:    4 or 16 bytes in network order; an IPv4-mapped IPv6 address is
 *          looked up as the IPv4 address it stands for
 */

ngx_uint_t ngx_eo_prefix_set_match(const ngx_eo_prefix_set_t *set,
    int family, const void *addr);


#endif /* _NGX_EO_PREFIX_SET_H_INCLUDED_ */
