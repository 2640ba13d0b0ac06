
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Transformations of SecLang ("t:lowercase").
 */


#ifndef _NGX_EO_SECLANG_TRANSFORM_H_INCLUDED_
#define _NGX_EO_SECLANG_TRANSFORM_H_INCLUDED_


#include "seclang/base/ngx_eo_seclang_arena.h"


/*
 * A best-fit table of SecUnicodeMapFile: what each code point up to 0xffff
 * becomes, or -1.
 */

#define NGX_EO_SECLANG_UNICODE_MAP_SIZE  65536

typedef struct {
    int16_t   to[NGX_EO_SECLANG_UNICODE_MAP_SIZE];
} ngx_eo_seclang_unicode_map_t;


/*
 * Transforms a text.
 *
 * arena:  takes the result
 * in:     the text, any bytes; never changed
 * out:    the result
 * map:    table for "%u" escapes, or NULL
 *
 * Returns NGX_OK; NGX_DECLINED if the text is left as it is ("out" is not
 * set); NGX_ERROR when out of memory.
 */

typedef ngx_int_t (*ngx_eo_seclang_transform_pt)(
    ngx_eo_seclang_arena_t *arena, ngx_str_t *in, ngx_str_t *out,
    ngx_eo_seclang_unicode_map_t *map);


typedef struct {
    ngx_str_t                     name;
    ngx_eo_seclang_transform_pt   handler;

    /*
     * Bytes, pairs of bytes, bytes at the start and at the end: a text that
     * has none of them is left as it is.  NULL for the bytes if there is no
     * such text.
     */
    char                         *trigger;
    size_t                        ntrigger;
    char                         *pairs;
    char                         *first;
    char                         *last;
} ngx_eo_seclang_transform_t;


/* transformations are the bits of a word */

#define NGX_EO_SECLANG_CLASSES  64

/* behind any byte, behind none, and behind each first byte of a pair */

#define NGX_EO_SECLANG_ROWS     8


/*
 * The transformations that a byte may bring about, by row, the row behind
 * each byte, and those that it may bring about as the last one.
 */

typedef struct {
    uint64_t                      rows[NGX_EO_SECLANG_ROWS][256];
    uint64_t                     *behind[256];
    uint64_t                      last[256];
    uint64_t                      unconditional;
    ngx_uint_t                    nrows;
} ngx_eo_seclang_classes_t;


/*
 * Makes a table of classes.
 *
 * transforms:  ends with one that has no handler
 *
 * Returns NGX_ERROR if they have more than NGX_EO_SECLANG_CLASSES entries, or
 * pairs for more than NGX_EO_SECLANG_ROWS rows.
 */

ngx_int_t ngx_eo_seclang_classes_build(ngx_eo_seclang_classes_t *table,
    ngx_eo_seclang_transform_t *transforms);


/*
 * Makes the table of the transformations that there are; to be called before
 * ngx_eo_seclang_transform_classes().  Result as above.
 */

ngx_int_t ngx_eo_seclang_transform_init(void);


/*
 * Finds a transformation by its name, letter case aside.
 *
 * Returns its number, which counts from 0, or NGX_ERROR if there is none.
 * "none" is not among them: it is a matter of the rule.
 */

ngx_int_t ngx_eo_seclang_transform_find(ngx_str_t *name);


/*
 * The transformation of a number that ngx_eo_seclang_transform_find() has
 * returned.
 */

ngx_eo_seclang_transform_t *ngx_eo_seclang_transform_get(ngx_uint_t n);


/*
 * Says which transformations may change a text, in one pass over it.
 *
 * Returns a set of bits: bit N is clear only if transformation N leaves the
 * text as it is.
 */

uint64_t ngx_eo_seclang_transform_classes(ngx_str_t *text);


/*
 * Applies transformation "n".  Arguments and result as of a handler; a
 * result equal to the text is reported as NGX_DECLINED.
 */

ngx_int_t ngx_eo_seclang_transform(ngx_uint_t n,
    ngx_eo_seclang_arena_t *arena, ngx_str_t *in, ngx_str_t *out,
    ngx_eo_seclang_unicode_map_t *map);


/* isspace() of the C locale */

#define ngx_eo_seclang_space(c)                                               \
    ((c) == ' ' || ((c) >= '\t' && (c) <= '\r'))


ngx_int_t ngx_eo_seclang_url_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_url_decode_uni(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_url_encode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_html_entity_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_js_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_css_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_escape_seq_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_utf8_to_unicode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_base64_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_base64_decode_ext(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_base64_encode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_hex_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_sql_hex_decode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_hex_encode(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_cmd_line(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_normalize_path(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_normalize_path_win(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_remove_comments(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_remove_comments_char(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
ngx_int_t ngx_eo_seclang_replace_comments(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);


#endif /* _NGX_EO_SECLANG_TRANSFORM_H_INCLUDED_ */
