
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The proof that bytes are a sound MaxMind DB file.  The format is specified
 * at https://maxmind.github.io/MaxMind-DB/: a search tree of nodes with two
 * records each, 16 zero bytes, the data section, a marker and the metadata.
 */


#include "ngx_eo_mmdb.h"

#include <stdlib.h>


#define NGX_EO_MMDB_MARKER          "\xab\xcd\xefMaxMind.com"
#define NGX_EO_MMDB_MARKER_LEN      (sizeof(NGX_EO_MMDB_MARKER) - 1)

#define NGX_EO_MMDB_METADATA_MAX    (128 * 1024)
#define NGX_EO_MMDB_SEPARATOR       16

/* values within values, pointers counted too; databases in use need 6 */

#define NGX_EO_MMDB_DEPTH           32

/* values a byte of data may be part of: files are made to share, not to tax */

#define NGX_EO_MMDB_EFFORT          8

#define NGX_EO_MMDB_POINTER         1
#define NGX_EO_MMDB_STRING          2
#define NGX_EO_MMDB_DOUBLE          3
#define NGX_EO_MMDB_BYTES           4
#define NGX_EO_MMDB_UINT16          5
#define NGX_EO_MMDB_UINT32          6
#define NGX_EO_MMDB_MAP             7
#define NGX_EO_MMDB_INT32           8
#define NGX_EO_MMDB_UINT64          9
#define NGX_EO_MMDB_UINT128         10
#define NGX_EO_MMDB_ARRAY           11
#define NGX_EO_MMDB_BOOLEAN         14
#define NGX_EO_MMDB_FLOAT           15


/*
 * A section of values.  proven has a bit for each byte that starts a value
 * which was gone through; it may be NULL.
 */

typedef struct {
    const u_char          *data;
    size_t                 size;
    u_char                *proven;
    uint64_t               effort;
} ngx_eo_mmdb_section_t;


/* number is the value of an integer, and what a pointer points to */

typedef struct {
    ngx_uint_t             type;
    size_t                 size;
    size_t                 content;
    uint64_t               number;
} ngx_eo_mmdb_value_t;


static size_t ngx_eo_mmdb_find_metadata(const u_char *data, size_t size);
static ngx_int_t ngx_eo_mmdb_metadata(ngx_eo_mmdb_section_t *section,
    ngx_eo_mmdb_t *db);
static void ngx_eo_mmdb_metadata_field(ngx_eo_mmdb_section_t *section,
    ngx_eo_mmdb_value_t *key, ngx_eo_mmdb_value_t *value, ngx_eo_mmdb_t *db);
static void ngx_eo_mmdb_type(const u_char *p, size_t len, ngx_eo_mmdb_t *db);
static ngx_int_t ngx_eo_mmdb_tree(const u_char *tree, ngx_eo_mmdb_t *db,
    ngx_eo_mmdb_section_t *section, const char **reason,
    const ngx_atomic_t *cancel);
static uint32_t ngx_eo_mmdb_record(const u_char *node, uint32_t record_size,
    ngx_uint_t right);
static ngx_int_t ngx_eo_mmdb_prove(ngx_eo_mmdb_section_t *section, size_t at,
    ngx_uint_t depth, size_t *end);
static ngx_int_t ngx_eo_mmdb_prove_items(ngx_eo_mmdb_section_t *section,
    ngx_eo_mmdb_value_t *value, ngx_uint_t depth, size_t *end);
static ngx_int_t ngx_eo_mmdb_prove_key(ngx_eo_mmdb_section_t *section,
    size_t at);
static ngx_int_t ngx_eo_mmdb_decode(ngx_eo_mmdb_section_t *section, size_t at,
    ngx_eo_mmdb_value_t *value);
static ngx_int_t ngx_eo_mmdb_decode_pointer(ngx_eo_mmdb_section_t *section,
    size_t at, ngx_eo_mmdb_value_t *value);
static ngx_uint_t ngx_eo_mmdb_fits(const ngx_eo_mmdb_value_t *value);
static uint64_t ngx_eo_mmdb_number(const u_char *p, size_t len);


ngx_int_t
ngx_eo_mmdb_check(const u_char *data, size_t size, ngx_eo_mmdb_t *db,
    const char **reason, const ngx_atomic_t *cancel)
{
    uint64_t                tree;
    ngx_int_t               rc;
    ngx_eo_mmdb_section_t   section;

    ngx_memzero(db, sizeof(ngx_eo_mmdb_t));

    db->metadata = ngx_eo_mmdb_find_metadata(data, size);

    if (db->metadata == size) {
        *reason = "has no metadata: it is cut off, or no MaxMind DB";
        return NGX_ERROR;
    }

    section.data = data + db->metadata + NGX_EO_MMDB_MARKER_LEN;
    section.size = size - db->metadata - NGX_EO_MMDB_MARKER_LEN;
    section.proven = NULL;
    section.effort = section.size * NGX_EO_MMDB_EFFORT;

    if (ngx_eo_mmdb_metadata(&section, db) != NGX_OK) {
        *reason = "has damaged metadata";
        return NGX_ERROR;
    }

    if ((db->record_size != 24 && db->record_size != 28
         && db->record_size != 32)
        || (db->ip_version != 4 && db->ip_version != 6)
        || db->node_count == 0)
    {
        *reason = "has metadata of an unknown kind";
        return NGX_ERROR;
    }

    tree = (uint64_t) db->node_count * db->record_size / 4;

    if (tree + NGX_EO_MMDB_SEPARATOR > db->metadata) {
        *reason = "is shorter than its metadata says";
        return NGX_ERROR;
    }

    section.data = data + tree + NGX_EO_MMDB_SEPARATOR;
    section.size = db->metadata - tree - NGX_EO_MMDB_SEPARATOR;
    section.effort = (uint64_t) section.size * NGX_EO_MMDB_EFFORT;

    section.proven = calloc(section.size / 8 + 1, 1);
    if (section.proven == NULL) {
        *reason = "cannot be examined: out of memory";
        return NGX_ERROR;
    }

    rc = ngx_eo_mmdb_tree(data, db, &section, reason, cancel);

    free(section.proven);

    return rc;
}


/* the last marker counts, as the data may contain one by chance */

static size_t
ngx_eo_mmdb_find_metadata(const u_char *data, size_t size)
{
    size_t  at, first;

    if (size < NGX_EO_MMDB_MARKER_LEN) {
        return size;
    }

    first = (size > NGX_EO_MMDB_METADATA_MAX)
            ? size - NGX_EO_MMDB_METADATA_MAX : 0;

    for (at = size - NGX_EO_MMDB_MARKER_LEN + 1; at-- > first; /* void */ ) {

        if (ngx_memcmp(data + at, NGX_EO_MMDB_MARKER, NGX_EO_MMDB_MARKER_LEN)
            == 0)
        {
            return at;
        }
    }

    return size;
}


static ngx_int_t
ngx_eo_mmdb_metadata(ngx_eo_mmdb_section_t *section, ngx_eo_mmdb_t *db)
{
    size_t               at, end;
    uint64_t             n;
    ngx_eo_mmdb_value_t  map, key, value;

    if (ngx_eo_mmdb_prove(section, 0, 0, &end) != NGX_OK
        || ngx_eo_mmdb_decode(section, 0, &map) != NGX_OK
        || map.type != NGX_EO_MMDB_MAP)
    {
        return NGX_ERROR;
    }

    at = map.content;

    for (n = 0; n < map.size; n++) {

        if (ngx_eo_mmdb_decode(section, at, &key) != NGX_OK
            || key.type != NGX_EO_MMDB_STRING)
        {
            return NGX_ERROR;
        }

        at = key.content + key.size;

        if (ngx_eo_mmdb_decode(section, at, &value) != NGX_OK
            || ngx_eo_mmdb_prove(section, at, 0, &at) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_eo_mmdb_metadata_field(section, &key, &value, db);
    }

    return NGX_OK;
}


static void
ngx_eo_mmdb_metadata_field(ngx_eo_mmdb_section_t *section,
    ngx_eo_mmdb_value_t *key, ngx_eo_mmdb_value_t *value, ngx_eo_mmdb_t *db)
{
    const u_char  *name;

    name = section->data + key->content;

#define ngx_eo_mmdb_is(text)                                                  \
    (key->size == sizeof(text) - 1                                            \
     && ngx_memcmp(name, text, sizeof(text) - 1) == 0)

    if (value->type == NGX_EO_MMDB_STRING) {

        if (ngx_eo_mmdb_is("database_type")) {
            ngx_eo_mmdb_type(section->data + value->content, value->size, db);
        }

        return;
    }

    if (value->type == NGX_EO_MMDB_POINTER
        || value->number > NGX_MAX_UINT32_VALUE)
    {
        return;
    }

    if (ngx_eo_mmdb_is("node_count")) {
        db->node_count = (uint32_t) value->number;

    } else if (ngx_eo_mmdb_is("record_size")) {
        db->record_size = (uint32_t) value->number;

    } else if (ngx_eo_mmdb_is("ip_version")) {
        db->ip_version = (uint32_t) value->number;

    } else if (ngx_eo_mmdb_is("build_epoch")) {
        db->build_epoch = value->number;
    }

#undef ngx_eo_mmdb_is
}


static void
ngx_eo_mmdb_type(const u_char *p, size_t len, ngx_eo_mmdb_t *db)
{
    size_t  i;

    len = ngx_min(len, NGX_EO_MMDB_TYPE_LEN);

    for (i = 0; i < len; i++) {
        db->type[i] = (p[i] >= 0x20 && p[i] < 0x7f) ? p[i] : '?';
    }

    db->type[len] = '\0';
}


static ngx_int_t
ngx_eo_mmdb_tree(const u_char *tree, ngx_eo_mmdb_t *db,
    ngx_eo_mmdb_section_t *section, const char **reason,
    const ngx_atomic_t *cancel)
{
    size_t         end, at;
    uint32_t       i, record;
    ngx_uint_t     right, values;
    const u_char  *node;

    values = 0;

    for (i = 0; i < db->node_count; i++) {

        if (i % 65536 == 0 && cancel && *cancel) {
            return NGX_ABORT;
        }

        node = tree + (size_t) i * (db->record_size / 4);

        for (right = 0; right < 2; right++) {

            record = ngx_eo_mmdb_record(node, db->record_size, right);

            if (record <= db->node_count) {
                continue;
            }

            at = (size_t) record - db->node_count;

            if (at < NGX_EO_MMDB_SEPARATOR
                || ngx_eo_mmdb_prove(section, at - NGX_EO_MMDB_SEPARATOR, 0,
                                     &end)
                   != NGX_OK)
            {
                *reason = "is damaged";
                return NGX_ERROR;
            }

            values++;
        }
    }

    if (values == 0) {
        *reason = "has no networks in it";
        return NGX_ERROR;
    }

    return NGX_OK;
}


static uint32_t
ngx_eo_mmdb_record(const u_char *node, uint32_t record_size, ngx_uint_t right)
{
    uint32_t  high;

    switch (record_size) {

    case 24:
        return (uint32_t) ngx_eo_mmdb_number(node + 3 * right, 3);

    case 28:

        /* the middle byte has the upper four bits of both */

        high = right ? node[3] & 0x0f : node[3] >> 4;

        return high << 24
               | (uint32_t) ngx_eo_mmdb_number(node + 4 * right, 3);

    default: /* 32 */
        return (uint32_t) ngx_eo_mmdb_number(node + 4 * right, 4);
    }
}


/*
 * Goes through a value and all in it; sets end to what follows it.
 */

static ngx_int_t
ngx_eo_mmdb_prove(ngx_eo_mmdb_section_t *section, size_t at, ngx_uint_t depth,
    size_t *end)
{
    size_t               next;
    ngx_int_t            rc;
    ngx_eo_mmdb_value_t  value;

    if (depth > NGX_EO_MMDB_DEPTH || at >= section->size) {
        return NGX_ERROR;
    }

    /* what was gone through needs no second time when it is pointed to */

    if (depth == 0
        && section->proven
        && (section->proven[at / 8] & (1 << at % 8)))
    {
        *end = at;
        return NGX_OK;
    }

    if (section->effort-- == 0
        || ngx_eo_mmdb_decode(section, at, &value) != NGX_OK)
    {
        section->effort = 0;
        return NGX_ERROR;
    }

    switch (value.type) {

    case NGX_EO_MMDB_POINTER:
        *end = value.content;

        if (section->proven
            && value.number < section->size
            && (section->proven[value.number / 8]
                & (1 << value.number % 8)))
        {
            return NGX_OK;
        }

        rc = ngx_eo_mmdb_prove(section, value.number, depth + 1, &next);
        at = value.number;
        break;

    case NGX_EO_MMDB_MAP:
    case NGX_EO_MMDB_ARRAY:
        rc = ngx_eo_mmdb_prove_items(section, &value, depth, end);
        break;

    default:
        *end = value.content + value.size;
        rc = NGX_OK;
    }

    if (rc == NGX_OK
        && section->proven
        && (depth == 0 || value.type == NGX_EO_MMDB_POINTER))
    {
        section->proven[at / 8] |= 1 << at % 8;
    }

    return rc;
}


static ngx_int_t
ngx_eo_mmdb_prove_items(ngx_eo_mmdb_section_t *section,
    ngx_eo_mmdb_value_t *value, ngx_uint_t depth, size_t *end)
{
    size_t               at, n;
    ngx_eo_mmdb_value_t  key;

    at = value->content;

    for (n = 0; n < value->size; n++) {

        if (value->type == NGX_EO_MMDB_MAP) {

            if (ngx_eo_mmdb_prove_key(section, at) != NGX_OK
                || ngx_eo_mmdb_decode(section, at, &key) != NGX_OK)
            {
                return NGX_ERROR;
            }

            at = key.content
                 + (key.type == NGX_EO_MMDB_POINTER ? 0 : key.size);
        }

        if (ngx_eo_mmdb_prove(section, at, depth + 1, &at) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    *end = at;

    return NGX_OK;
}


/* a string, or a pointer to one */

static ngx_int_t
ngx_eo_mmdb_prove_key(ngx_eo_mmdb_section_t *section, size_t at)
{
    ngx_eo_mmdb_value_t  key;

    if (section->effort == 0) {
        return NGX_ERROR;
    }

    section->effort--;

    if (ngx_eo_mmdb_decode(section, at, &key) != NGX_OK) {
        return NGX_ERROR;
    }

    if (key.type == NGX_EO_MMDB_POINTER
        && ngx_eo_mmdb_decode(section, key.number, &key) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return key.type == NGX_EO_MMDB_STRING ? NGX_OK : NGX_ERROR;
}


/*
 * The control byte has the type in its upper three bits, 0 for one that
 * follows in a byte of its own, and the size in the lower five, 29 to 31 for
 * one that follows in as many bytes less 28.
 */

static ngx_int_t
ngx_eo_mmdb_decode(ngx_eo_mmdb_section_t *section, size_t at,
    ngx_eo_mmdb_value_t *value)
{
    size_t  more;
    u_char  control;

    static const size_t  bases[] = { 29, 285, 65821 };

    if (at >= section->size) {
        return NGX_ERROR;
    }

    control = section->data[at];
    value->type = control >> 5;
    value->number = 0;

    if (value->type == NGX_EO_MMDB_POINTER) {
        return ngx_eo_mmdb_decode_pointer(section, at, value);
    }

    at++;

    if (value->type == 0) {

        if (at >= section->size) {
            return NGX_ERROR;
        }

        value->type = section->data[at++] + 7;

        /* the first seven have a form without the byte */

        if (value->type < NGX_EO_MMDB_INT32) {
            return NGX_ERROR;
        }
    }

    value->size = control & 0x1f;

    if (value->size >= 29) {
        more = value->size - 28;

        if (section->size - at < more) {
            return NGX_ERROR;
        }

        value->size = bases[more - 1]
                      + ngx_eo_mmdb_number(section->data + at, more);
        at += more;
    }

    value->content = at;

    if (!ngx_eo_mmdb_fits(value)) {
        return NGX_ERROR;
    }

    switch (value->type) {

    /* these two count items, of one byte at least, and a boolean is its size */

    case NGX_EO_MMDB_MAP:
    case NGX_EO_MMDB_ARRAY:
        return (value->size > section->size - at) ? NGX_ERROR : NGX_OK;

    case NGX_EO_MMDB_BOOLEAN:
        value->size = 0;
        return NGX_OK;
    }

    if (value->size > section->size - at) {
        return NGX_ERROR;
    }

    if (value->type == NGX_EO_MMDB_UINT16
        || value->type == NGX_EO_MMDB_UINT32
        || value->type == NGX_EO_MMDB_UINT64)
    {
        value->number = ngx_eo_mmdb_number(section->data + at, value->size);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_mmdb_decode_pointer(ngx_eo_mmdb_section_t *section, size_t at,
    ngx_eo_mmdb_value_t *value)
{
    size_t  more;
    u_char  control;

    static const uint64_t  bases[] = { 0, 2048, 526336, 0 };

    control = section->data[at++];
    more = (control >> 3 & 3) + 1;

    if (section->size - at < more) {
        return NGX_ERROR;
    }

    value->number = ngx_eo_mmdb_number(section->data + at, more);

    if (more < 4) {
        value->number |= (uint64_t) (control & 7) << (8 * more);
    }

    value->number += bases[more - 1];
    value->size = more;
    value->content = at + more;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_mmdb_fits(const ngx_eo_mmdb_value_t *value)
{
    switch (value->type) {

    case NGX_EO_MMDB_STRING:
    case NGX_EO_MMDB_BYTES:
    case NGX_EO_MMDB_MAP:
    case NGX_EO_MMDB_ARRAY:
        return 1;

    case NGX_EO_MMDB_DOUBLE:
        return value->size == 8;

    case NGX_EO_MMDB_FLOAT:
        return value->size == 4;

    case NGX_EO_MMDB_UINT16:
        return value->size <= 2;

    case NGX_EO_MMDB_UINT32:
    case NGX_EO_MMDB_INT32:
        return value->size <= 4;

    case NGX_EO_MMDB_UINT64:
        return value->size <= 8;

    case NGX_EO_MMDB_UINT128:
        return value->size <= 16;

    case NGX_EO_MMDB_BOOLEAN:
        return value->size <= 1;
    }

    return 0;
}


static uint64_t
ngx_eo_mmdb_number(const u_char *p, size_t len)
{
    uint64_t  number;

    for (number = 0; len; len--) {
        number = number << 8 | *p++;
    }

    return number;
}
