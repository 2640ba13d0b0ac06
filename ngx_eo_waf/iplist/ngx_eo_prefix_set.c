
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Sets of address prefixes.  As prefixes either nest or are disjoint, a set
 * comes down to disjoint ones, sorted by their first address: an address can
 * only be within the last one that starts at or before it.
 *
 * That one is found through an index over the leading bits, sized to the
 * number of prefixes, and a binary search within one of its slots.  As the
 * first bits of IPv6 addresses are much the same everywhere, the slots of the
 * IPv6 index divide what lies between the first and the last prefix.
 */


#include "ngx_eo_prefix_set.h"
#include "ngx_eo_prefix_parse.h"

#include <sys/mman.h>


#define NGX_EO_PREFIX_SET_MAGIC     0x3153504f45786e67ULL


/* a slot of an index is for about as many starts as one line of the cache */

#define NGX_EO_PREFIX_INDEX_BITS    20
#define NGX_EO_PREFIX_IPV4_SLOT     3
#define NGX_EO_PREFIX_IPV6_SLOT     2

/* starts in a slot from which on it pays to guess where to look first */

#define NGX_EO_PREFIX_GUESS         32

#define NGX_EO_PREFIX_FIRST_ALLOC   1024

/* an IPv4 record is start << 8 | length, an IPv6 one is length, lo, hi */

#define NGX_EO_PREFIX_IPV4_WORDS    1
#define NGX_EO_PREFIX_IPV6_WORDS    3

#define ngx_eo_prefix_align(n)      (((n) + 7) & ~(size_t) 7)


/* offsets are from the start of the block */

typedef struct {
    uint64_t          magic;
    uint64_t          size;
    uint32_t          ipv4_count;
    uint32_t          ipv4_shift;
    uint32_t          ipv6_count;
    uint32_t          ipv6_slots;
    uint64_t          ipv6_shift;
    ngx_eo_prefix_ipv6_t
                      ipv6_base;
    uint64_t          ipv4_index;
    uint64_t          ipv4_starts;
    uint64_t          ipv4_lengths;
    uint64_t          ipv6_index;
    uint64_t          ipv6_starts;
    uint64_t          ipv6_lengths;
} ngx_eo_prefix_header_t;


static uint64_t *ngx_eo_prefix_records_push(ngx_eo_prefix_records_t *rs);
static void ngx_eo_prefix_records_free(ngx_eo_prefix_records_t *rs);
static ngx_int_t ngx_eo_prefix_records_sort(ngx_eo_prefix_records_t *rs,
    const ngx_atomic_t *cancel);
static ngx_uint_t ngx_eo_prefix_records_sorted(ngx_eo_prefix_records_t *rs);
static ngx_uint_t ngx_eo_prefix_records_pass(const uint64_t *from,
    uint64_t *to, size_t n, size_t words, ngx_uint_t byte);
static void ngx_eo_prefix_ipv4_unnest(ngx_eo_prefix_records_t *rs);
static void ngx_eo_prefix_ipv6_unnest(ngx_eo_prefix_records_t *rs);
static void ngx_eo_prefix_layout(const ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_header_t *h);
static void ngx_eo_prefix_ipv4_write(const ngx_eo_prefix_records_t *rs,
    const ngx_eo_prefix_header_t *h, u_char *block);
static void ngx_eo_prefix_ipv6_write(const ngx_eo_prefix_records_t *rs,
    const ngx_eo_prefix_header_t *h, u_char *block);
static uint32_t ngx_eo_prefix_index_bits(uint32_t count, uint32_t slot);
static ngx_inline uint32_t ngx_eo_prefix_bits(uint64_t value);
static uint64_t ngx_eo_prefix_place(uint64_t *offset, uint64_t n,
    size_t width);
static const void *ngx_eo_prefix_part(const void *block, size_t size,
    uint64_t offset, uint64_t n, size_t width);
static ngx_uint_t ngx_eo_prefix_ipv4_match(const ngx_eo_prefix_set_t *set,
    uint32_t addr);
static ngx_uint_t ngx_eo_prefix_ipv6_match(const ngx_eo_prefix_set_t *set,
    uint64_t hi, uint64_t lo);
static uint64_t ngx_eo_prefix_load64(const u_char *p);
static ngx_inline ngx_uint_t ngx_eo_prefix_ipv6_within(uint64_t hi,
    uint64_t lo, uint64_t start_hi, uint64_t start_lo, ngx_uint_t length);
static ngx_inline ngx_eo_prefix_ipv6_t ngx_eo_prefix_ipv6_minus(uint64_t hi,
    uint64_t lo, const ngx_eo_prefix_ipv6_t *base);
static ngx_inline uint64_t ngx_eo_prefix_ipv6_shift(
    const ngx_eo_prefix_ipv6_t *distance, uint32_t shift);
static ngx_inline uint32_t ngx_eo_prefix_search32(const uint32_t *starts,
    uint32_t n, uint32_t value);
static ngx_inline ngx_uint_t ngx_eo_prefix_ipv6_not_after(
    const ngx_eo_prefix_ipv6_t *start, uint64_t hi, uint64_t lo);
static ngx_inline uint32_t ngx_eo_prefix_search128(
    const ngx_eo_prefix_ipv6_t *starts, uint32_t n, uint64_t hi, uint64_t lo);
static ngx_inline uint32_t ngx_eo_prefix_guess128(
    const ngx_eo_prefix_ipv6_t *starts, uint32_t n, uint64_t hi, uint64_t lo);
static ngx_inline uint32_t ngx_eo_prefix_slot(const uint32_t *index,
    uint32_t slot, uint32_t count, uint32_t *n);


void
ngx_eo_prefix_builder_init(ngx_eo_prefix_builder_t *b)
{
    ngx_memzero(b, sizeof(ngx_eo_prefix_builder_t));

    b->ipv4.words = NGX_EO_PREFIX_IPV4_WORDS;
    b->ipv6.words = NGX_EO_PREFIX_IPV6_WORDS;
}


void
ngx_eo_prefix_builder_free(ngx_eo_prefix_builder_t *b)
{
    ngx_eo_prefix_records_free(&b->ipv4);
    ngx_eo_prefix_records_free(&b->ipv6);
}


ngx_int_t
ngx_eo_prefix_builder_add(ngx_eo_prefix_builder_t *b, const u_char *text,
    size_t len, const char **reason)
{
    uint64_t         *record;
    ngx_eo_prefix_t   prefix;

    if (ngx_eo_prefix_parse(&prefix, text, len, reason) != NGX_OK) {
        return NGX_ERROR;
    }

    if (b->ipv4.nelts + b->ipv6.nelts == NGX_EO_PREFIX_SET_MAX_PREFIXES) {
        *reason = "is one too many: a set takes "
                  ngx_value(NGX_EO_PREFIX_SET_MAX_PREFIXES) " prefixes";
        return NGX_ERROR;
    }

    record = ngx_eo_prefix_records_push(prefix.ipv6 ? &b->ipv6 : &b->ipv4);
    if (record == NULL) {
        *reason = "does not fit into memory";
        return NGX_ERROR;
    }

    if (prefix.ipv6) {
        record[0] = prefix.length;
        record[1] = prefix.lo;
        record[2] = prefix.hi;

    } else {
        record[0] = prefix.lo << 8 | prefix.length;
    }

    return NGX_OK;
}


/*
 * The records live in mappings of their own: a set of a million prefixes that
 * went through malloc() would leave its pages with the process.
 */

static uint64_t *
ngx_eo_prefix_records_push(ngx_eo_prefix_records_t *rs)
{
    void    *p;
    size_t   n, width;

    width = rs->words * sizeof(uint64_t);

    if (rs->nelts == rs->nalloc) {

        n = rs->nalloc ? rs->nalloc * 2 : NGX_EO_PREFIX_FIRST_ALLOC;

        if (rs->nalloc) {
            p = mremap(rs->elts, rs->nalloc * width, n * width,
                       MREMAP_MAYMOVE);

        } else {
            p = mmap(NULL, n * width, PROT_READ|PROT_WRITE,
                     MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        }

        if (p == MAP_FAILED) {
            return NULL;
        }

        rs->elts = p;
        rs->nalloc = n;
    }

    return rs->elts + rs->nelts++ * rs->words;
}


static void
ngx_eo_prefix_records_free(ngx_eo_prefix_records_t *rs)
{
    if (rs->nalloc) {
        (void) munmap(rs->elts, rs->nalloc * rs->words * sizeof(uint64_t));
    }

    rs->elts = NULL;
    rs->nelts = 0;
    rs->nalloc = 0;
}


ngx_int_t
ngx_eo_prefix_builder_finish(ngx_eo_prefix_builder_t *b)
{
    ngx_int_t  rc;

    rc = ngx_eo_prefix_records_sort(&b->ipv4, b->cancel);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_eo_prefix_records_sort(&b->ipv6, b->cancel);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_eo_prefix_ipv4_unnest(&b->ipv4);
    ngx_eo_prefix_ipv6_unnest(&b->ipv6);

    return NGX_OK;
}


/*
 * Byte by byte from the least significant one: its time does not depend on
 * the order of the list, which comes from outside.
 */

static ngx_int_t
ngx_eo_prefix_records_sort(ngx_eo_prefix_records_t *rs,
    const ngx_atomic_t *cancel)
{
    void        *spare;
    size_t       size;
    uint64_t    *from, *to, *swap;
    ngx_uint_t   byte;

    if (ngx_eo_prefix_records_sorted(rs)) {
        return NGX_OK;
    }

    size = rs->nalloc * rs->words * sizeof(uint64_t);

    spare = mmap(NULL, size, PROT_READ|PROT_WRITE,
                 MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
    if (spare == MAP_FAILED) {
        return NGX_ERROR;
    }

    from = rs->elts;
    to = spare;

    for (byte = 0; byte < rs->words * sizeof(uint64_t); byte++) {

        if (cancel && *cancel) {
            rs->elts = from;
            (void) munmap(to, size);
            return NGX_ABORT;
        }

        if (ngx_eo_prefix_records_pass(from, to, rs->nelts, rs->words, byte))
        {
            swap = from;
            from = to;
            to = swap;
        }
    }

    rs->elts = from;
    (void) munmap(to, size);

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_prefix_records_sorted(ngx_eo_prefix_records_t *rs)
{
    size_t     i, k;
    uint64_t  *p;

    for (i = 1; i < rs->nelts; i++) {
        p = rs->elts + i * rs->words;

        for (k = rs->words; k-- > 0; /* void */ ) {

            if (p[k] != *(p + k - rs->words)) {

                if (p[k] < *(p + k - rs->words)) {
                    return 0;
                }

                break;
            }
        }
    }

    return 1;
}


/* whether it moved the records, which it need not if the byte is the same */

static ngx_uint_t
ngx_eo_prefix_records_pass(const uint64_t *from, uint64_t *to, size_t n,
    size_t words, ngx_uint_t byte)
{
    size_t           i, k, at, sum, shift, word;
    u_char           c;
    uint64_t        *p;
    const uint64_t  *end;

    size_t           counts[256];

    word = byte / sizeof(uint64_t);
    shift = 8 * (byte % sizeof(uint64_t));
    end = from + n * words;

    ngx_memzero(counts, sizeof(counts));

    for (i = word; i < n * words; i += words) {
        counts[(u_char) (from[i] >> shift)]++;
    }

    if (counts[(u_char) (from[word] >> shift)] == n) {
        return 0;
    }

    for (i = 0, sum = 0; i < 256; i++) {
        at = counts[i];
        counts[i] = sum;
        sum += at;
    }

    while (from < end) {
        c = (u_char) (from[word] >> shift);
        p = to + counts[c]++ * words;

        for (k = 0; k < words; k++) {
            *p++ = *from++;
        }
    }

    return 1;
}


/*
 * In the sorted order whatever contains a prefix comes before it, and all
 * between the two is contained as well: comparing with the last one kept is
 * enough.
 */

static void
ngx_eo_prefix_ipv4_unnest(ngx_eo_prefix_records_t *rs)
{
    size_t    i, kept;
    uint64_t  start, last, host;

    kept = 0;

    for (i = 0; i < rs->nelts; i++) {

        if (kept) {
            start = rs->elts[i] >> 8;
            last = rs->elts[kept - 1] >> 8;
            host = 32 - (rs->elts[kept - 1] & 0xff);

            if (start >> host == last >> host) {
                continue;
            }
        }

        rs->elts[kept++] = rs->elts[i];
    }

    rs->nelts = kept;
}


static ngx_inline ngx_uint_t
ngx_eo_prefix_ipv6_within(uint64_t hi, uint64_t lo, uint64_t start_hi,
    uint64_t start_lo, ngx_uint_t length)
{
    if (length == 0) {
        return 1;
    }

    if (length <= 64) {
        return (hi ^ start_hi) >> (64 - length) == 0;
    }

    return hi == start_hi && (lo ^ start_lo) >> ((128 - length) & 63) == 0;
}


static void
ngx_eo_prefix_ipv6_unnest(ngx_eo_prefix_records_t *rs)
{
    size_t     i, kept;
    uint64_t  *p, *last;

    kept = 0;

    for (i = 0; i < rs->nelts; i++) {
        p = rs->elts + i * NGX_EO_PREFIX_IPV6_WORDS;
        last = rs->elts + kept * NGX_EO_PREFIX_IPV6_WORDS;

        if (kept) {
            last -= NGX_EO_PREFIX_IPV6_WORDS;

            if (ngx_eo_prefix_ipv6_within(p[2], p[1], last[2], last[1],
                                          last[0]))
            {
                continue;
            }

            last += NGX_EO_PREFIX_IPV6_WORDS;
        }

        last[0] = p[0];
        last[1] = p[1];
        last[2] = p[2];
        kept++;
    }

    rs->nelts = kept;
}


/* the distance of an IPv6 address from another before it */

static ngx_inline ngx_eo_prefix_ipv6_t
ngx_eo_prefix_ipv6_minus(uint64_t hi, uint64_t lo,
    const ngx_eo_prefix_ipv6_t *base)
{
    ngx_eo_prefix_ipv6_t  distance;

    distance.hi = hi - base->hi - (lo < base->lo);
    distance.lo = lo - base->lo;

    return distance;
}


/* its leading bits; the shift is at most 127 */

static ngx_inline uint64_t
ngx_eo_prefix_ipv6_shift(const ngx_eo_prefix_ipv6_t *distance, uint32_t shift)
{
    if (shift >= 64) {
        return distance->hi >> (shift - 64);
    }

    if (distance->hi >> shift) {
        return NGX_MAX_UINT32_VALUE;
    }

    return shift ? distance->lo >> shift | distance->hi << (64 - shift)
                 : distance->lo;
}


size_t
ngx_eo_prefix_builder_size(const ngx_eo_prefix_builder_t *b)
{
    ngx_eo_prefix_header_t  h;

    ngx_eo_prefix_layout(b, &h);

    return h.size;
}


void
ngx_eo_prefix_builder_write(const ngx_eo_prefix_builder_t *b, void *block)
{
    ngx_eo_prefix_header_t  h;

    ngx_eo_prefix_layout(b, &h);

    ngx_memzero(block, h.size);
    ngx_memcpy(block, &h, sizeof(ngx_eo_prefix_header_t));

    ngx_eo_prefix_ipv4_write(&b->ipv4, &h, block);
    ngx_eo_prefix_ipv6_write(&b->ipv6, &h, block);
}


static void
ngx_eo_prefix_layout(const ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_header_t *h)
{
    uint32_t               bits, width;
    const uint64_t        *first, *last;
    ngx_eo_prefix_ipv6_t   span;

    ngx_memzero(h, sizeof(ngx_eo_prefix_header_t));

    h->magic = NGX_EO_PREFIX_SET_MAGIC;
    h->size = sizeof(ngx_eo_prefix_header_t);

    h->ipv4_count = b->ipv4.nelts;
    bits = ngx_eo_prefix_index_bits(h->ipv4_count, NGX_EO_PREFIX_IPV4_SLOT);
    h->ipv4_shift = 32 - bits;

    h->ipv4_index = ngx_eo_prefix_place(&h->size, ((uint64_t) 1 << bits) + 1,
                                        4);
    h->ipv4_starts = ngx_eo_prefix_place(&h->size, h->ipv4_count, 4);
    h->ipv4_lengths = ngx_eo_prefix_place(&h->size, h->ipv4_count, 1);

    h->ipv6_count = b->ipv6.nelts;

    if (h->ipv6_count) {
        first = b->ipv6.elts;
        last = first + (b->ipv6.nelts - 1) * NGX_EO_PREFIX_IPV6_WORDS;

        h->ipv6_base.lo = first[1];
        h->ipv6_base.hi = first[2];

        span = ngx_eo_prefix_ipv6_minus(last[2], last[1], &h->ipv6_base);
        width = span.hi ? 64 + ngx_eo_prefix_bits(span.hi)
                        : ngx_eo_prefix_bits(span.lo);

        bits = ngx_eo_prefix_index_bits(h->ipv6_count,
                                        NGX_EO_PREFIX_IPV6_SLOT);

        h->ipv6_shift = (width > bits) ? width - bits : 0;
        h->ipv6_slots = ngx_eo_prefix_ipv6_shift(&span, h->ipv6_shift) + 1;
    }

    h->ipv6_index = ngx_eo_prefix_place(&h->size,
                                        (uint64_t) h->ipv6_slots + 1, 4);
    h->ipv6_starts = ngx_eo_prefix_place(&h->size, h->ipv6_count,
                                         sizeof(ngx_eo_prefix_ipv6_t));
    h->ipv6_lengths = ngx_eo_prefix_place(&h->size, h->ipv6_count, 1);
}


static uint32_t
ngx_eo_prefix_index_bits(uint32_t count, uint32_t slot)
{
    uint32_t  bits;

    bits = ngx_eo_prefix_bits(count >> slot | 1);

    return ngx_min(bits, NGX_EO_PREFIX_INDEX_BITS);
}


static ngx_inline uint32_t
ngx_eo_prefix_bits(uint64_t value)
{
    return value ? 64 - __builtin_clzll(value) : 0;
}


static uint64_t
ngx_eo_prefix_place(uint64_t *offset, uint64_t n, size_t width)
{
    uint64_t  place;

    place = *offset;
    *offset += ngx_eo_prefix_align(n * width);

    return place;
}


static void
ngx_eo_prefix_ipv4_write(const ngx_eo_prefix_records_t *rs,
    const ngx_eo_prefix_header_t *h, u_char *block)
{
    size_t     i, slot, slots;
    u_char    *lengths;
    uint32_t  *starts, *index;

    index = (uint32_t *) (block + h->ipv4_index);
    starts = (uint32_t *) (block + h->ipv4_starts);
    lengths = block + h->ipv4_lengths;

    slot = 0;

    /* index[n] is how many prefixes start before slot n */

    for (i = 0; i < rs->nelts; i++) {
        starts[i] = (uint32_t) (rs->elts[i] >> 8);
        lengths[i] = (u_char) rs->elts[i];

        while (slot <= starts[i] >> h->ipv4_shift) {
            index[slot++] = i;
        }
    }

    slots = (size_t) 1 << (32 - h->ipv4_shift);

    while (slot <= slots) {
        index[slot++] = rs->nelts;
    }
}


static void
ngx_eo_prefix_ipv6_write(const ngx_eo_prefix_records_t *rs,
    const ngx_eo_prefix_header_t *h, u_char *block)
{
    size_t                 i, slot;
    u_char                *lengths;
    uint32_t              *index;
    const uint64_t        *p;
    ngx_eo_prefix_ipv6_t  *starts, distance;

    index = (uint32_t *) (block + h->ipv6_index);
    starts = (ngx_eo_prefix_ipv6_t *) (block + h->ipv6_starts);
    lengths = block + h->ipv6_lengths;

    slot = 0;

    for (i = 0; i < rs->nelts; i++) {
        p = rs->elts + i * NGX_EO_PREFIX_IPV6_WORDS;

        lengths[i] = (u_char) p[0];
        starts[i].lo = p[1];
        starts[i].hi = p[2];

        distance = ngx_eo_prefix_ipv6_minus(p[2], p[1], &h->ipv6_base);

        while (slot <= ngx_eo_prefix_ipv6_shift(&distance, h->ipv6_shift)) {
            index[slot++] = i;
        }
    }

    while (slot <= h->ipv6_slots) {
        index[slot++] = rs->nelts;
    }
}


ngx_int_t
ngx_eo_prefix_set_attach(ngx_eo_prefix_set_t *set, const void *block,
    size_t size)
{
    uint64_t                slots;
    ngx_eo_prefix_header_t  h;

    if (size < sizeof(ngx_eo_prefix_header_t)) {
        return NGX_ERROR;
    }

    ngx_memcpy(&h, block, sizeof(ngx_eo_prefix_header_t));

    if (h.magic != NGX_EO_PREFIX_SET_MAGIC
        || h.size > size
        || h.ipv4_shift > 31
        || h.ipv4_shift < 32 - NGX_EO_PREFIX_INDEX_BITS
        || h.ipv6_shift > 127
        || (h.ipv6_count != 0 && h.ipv6_slots == 0))
    {
        return NGX_ERROR;
    }

    slots = (uint64_t) 1 << (32 - h.ipv4_shift);

    set->ipv4_count = h.ipv4_count;
    set->ipv4_shift = h.ipv4_shift;
    set->ipv4_index = ngx_eo_prefix_part(block, size, h.ipv4_index,
                                         slots + 1, 4);
    set->ipv4_starts = ngx_eo_prefix_part(block, size, h.ipv4_starts,
                                          h.ipv4_count, 4);
    set->ipv4_lengths = ngx_eo_prefix_part(block, size, h.ipv4_lengths,
                                           h.ipv4_count, 1);

    set->ipv6_count = h.ipv6_count;
    set->ipv6_slots = h.ipv6_slots;
    set->ipv6_shift = h.ipv6_shift;
    set->ipv6_base = h.ipv6_base;
    set->ipv6_index = ngx_eo_prefix_part(block, size, h.ipv6_index,
                                         (uint64_t) h.ipv6_slots + 1, 4);
    set->ipv6_starts = ngx_eo_prefix_part(block, size, h.ipv6_starts,
                                          h.ipv6_count,
                                          sizeof(ngx_eo_prefix_ipv6_t));
    set->ipv6_lengths = ngx_eo_prefix_part(block, size, h.ipv6_lengths,
                                           h.ipv6_count, 1);

    if (set->ipv4_index == NULL
        || set->ipv4_starts == NULL
        || set->ipv4_lengths == NULL
        || set->ipv6_index == NULL
        || set->ipv6_starts == NULL
        || set->ipv6_lengths == NULL)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static const void *
ngx_eo_prefix_part(const void *block, size_t size, uint64_t offset,
    uint64_t n, size_t width)
{
    if (offset > size || (offset & 7) != 0 || n * width > size - offset) {
        return NULL;
    }

    return (const u_char *) block + offset;
}


ngx_uint_t
ngx_eo_prefix_set_match(const ngx_eo_prefix_set_t *set, int family,
    const void *addr)
{
    uint64_t       hi, lo;
    const u_char  *p;

    p = addr;

    switch (family) {

    case AF_INET:
        return ngx_eo_prefix_ipv4_match(set, (uint32_t) p[0] << 24
                                             | (uint32_t) p[1] << 16
                                             | (uint32_t) p[2] << 8
                                             | (uint32_t) p[3]);

    case AF_INET6:
        hi = ngx_eo_prefix_load64(p);
        lo = ngx_eo_prefix_load64(p + 8);

        if (hi == 0 && lo >> 32 == 0xffff) {
            return ngx_eo_prefix_ipv4_match(set, (uint32_t) lo);
        }

        return ngx_eo_prefix_ipv6_match(set, hi, lo);
    }

    return 0;
}


static uint64_t
ngx_eo_prefix_load64(const u_char *p)
{
    return (uint64_t) p[0] << 56 | (uint64_t) p[1] << 48
           | (uint64_t) p[2] << 40 | (uint64_t) p[3] << 32
           | (uint64_t) p[4] << 24 | (uint64_t) p[5] << 16
           | (uint64_t) p[6] << 8 | (uint64_t) p[7];
}


/*
 * How many of the first n starts are not after a value.  No branch hangs on a
 * comparison, as none could be predicted.
 */

static ngx_inline uint32_t
ngx_eo_prefix_search32(const uint32_t *starts, uint32_t n, uint32_t value)
{
    uint32_t  at, half;

    for (at = 0; n > 1; n -= half) {
        half = n / 2;
        at += half & -(uint32_t) (starts[at + half - 1] <= value);
    }

    return at + (n == 1 && starts[at] <= value);
}


static ngx_inline ngx_uint_t
ngx_eo_prefix_ipv6_not_after(const ngx_eo_prefix_ipv6_t *start, uint64_t hi,
    uint64_t lo)
{
    return (start->hi < hi) | ((start->hi == hi) & (start->lo <= lo));
}


static ngx_inline uint32_t
ngx_eo_prefix_search128(const ngx_eo_prefix_ipv6_t *starts, uint32_t n,
    uint64_t hi, uint64_t lo)
{
    uint32_t  at, half;

    for (at = 0; n > 1; n -= half) {
        half = n / 2;
        at += half & -(uint32_t)
                     ngx_eo_prefix_ipv6_not_after(&starts[at + half - 1],
                                                  hi, lo);
    }

    return at + (n == 1 && ngx_eo_prefix_ipv6_not_after(&starts[at], hi, lo));
}


/*
 * The same in a slot with many starts: networks lie close together where they
 * are given out, but evenly among themselves.  So the search begins where the
 * address would be if they were all as far apart, and from there in steps
 * that double; a list made to defeat this costs two binary searches.
 */

static ngx_inline uint32_t
ngx_eo_prefix_guess128(const ngx_eo_prefix_ipv6_t *starts, uint32_t n,
    uint64_t hi, uint64_t lo)
{
    uint32_t              at, step, bits, shift;
    uint64_t              span, distance;
    ngx_eo_prefix_ipv6_t  whole, part;

    if (!ngx_eo_prefix_ipv6_not_after(&starts[0], hi, lo)) {
        return 0;
    }

    if (ngx_eo_prefix_ipv6_not_after(&starts[n - 1], hi, lo)) {
        return n;
    }

    whole = ngx_eo_prefix_ipv6_minus(starts[n - 1].hi, starts[n - 1].lo,
                                     &starts[0]);
    part = ngx_eo_prefix_ipv6_minus(hi, lo, &starts[0]);

    bits = whole.hi ? 64 + ngx_eo_prefix_bits(whole.hi)
                    : ngx_eo_prefix_bits(whole.lo);
    shift = (bits > 32) ? bits - 32 : 0;

    span = ngx_eo_prefix_ipv6_shift(&whole, shift);
    distance = ngx_eo_prefix_ipv6_shift(&part, shift);

    at = (uint32_t) (distance * (n - 1) / (span + 1));
    at = ngx_min(at, n - 1);

    if (ngx_eo_prefix_ipv6_not_after(&starts[at], hi, lo)) {

        for (step = 8; n - at > step; step *= 2) {

            if (!ngx_eo_prefix_ipv6_not_after(&starts[at + step], hi, lo)) {
                n = at + step;
                break;
            }

            at += step;
        }

    } else {
        n = at;

        for (step = 8; n > step; step *= 2) {

            if (ngx_eo_prefix_ipv6_not_after(&starts[n - step], hi, lo)) {
                break;
            }

            n -= step;
        }

        at = (n > step) ? n - step : 0;
    }

    return at + ngx_eo_prefix_search128(starts + at, n - at, hi, lo);
}


/*
 * What the index says is taken only as far as the count that was proven: the
 * block may be overwritten by a newer one while it is read.
 */

static ngx_inline uint32_t
ngx_eo_prefix_slot(const uint32_t *index, uint32_t slot, uint32_t count,
    uint32_t *n)
{
    uint32_t  first, last;

    first = ngx_min(index[slot], count);
    last = ngx_min(index[slot + 1], count);

    *n = (last > first) ? last - first : 0;

    return first;
}


static ngx_uint_t
ngx_eo_prefix_ipv4_match(const ngx_eo_prefix_set_t *set, uint32_t addr)
{
    uint32_t  at, n;

    at = ngx_eo_prefix_slot(set->ipv4_index, addr >> set->ipv4_shift,
                            set->ipv4_count, &n);
    at += ngx_eo_prefix_search32(set->ipv4_starts + at, n, addr);

    if (at == 0) {
        return 0;
    }

    at--;

    return ((uint64_t) (addr ^ set->ipv4_starts[at])
            >> ((32 - set->ipv4_lengths[at]) & 63)) == 0;
}


static ngx_uint_t
ngx_eo_prefix_ipv6_match(const ngx_eo_prefix_set_t *set, uint64_t hi,
    uint64_t lo)
{
    uint32_t                     at, n;
    uint64_t                     slot;
    ngx_eo_prefix_ipv6_t         distance;
    const ngx_eo_prefix_ipv6_t  *start;

    if (set->ipv6_count == 0
        || !ngx_eo_prefix_ipv6_not_after(&set->ipv6_base, hi, lo))
    {
        return 0;
    }

    distance = ngx_eo_prefix_ipv6_minus(hi, lo, &set->ipv6_base);
    slot = ngx_eo_prefix_ipv6_shift(&distance, set->ipv6_shift);
    slot = ngx_min(slot, set->ipv6_slots - 1);

    at = ngx_eo_prefix_slot(set->ipv6_index, slot, set->ipv6_count, &n);
    start = set->ipv6_starts + at;

    at += (n < NGX_EO_PREFIX_GUESS)
          ? ngx_eo_prefix_search128(start, n, hi, lo)
          : ngx_eo_prefix_guess128(start, n, hi, lo);

    if (at == 0) {
        return 0;
    }

    start = &set->ipv6_starts[at - 1];

    return ngx_eo_prefix_ipv6_within(hi, lo, start->hi, start->lo,
                                     set->ipv6_lengths[at - 1]);
}
