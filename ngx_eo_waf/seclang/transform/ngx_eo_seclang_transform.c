
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of transformations, and those of them that look at one byte at
 * a time.
 */


#include <ngx_md5.h>
#include <ngx_sha1.h>
#include "ngx_eo_seclang_transform.h"


#define NGX_EO_SECLANG_UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NGX_EO_SECLANG_LOWER  "abcdefghijklmnopqrstuvwxyz"
#define NGX_EO_SECLANG_SPACE  " \t\n\v\f\r"


#define ngx_eo_seclang_entry(name, handler, trigger)                          \
    { ngx_string(name), handler, trigger, sizeof(trigger) - 1, "", "", "" }

#define ngx_eo_seclang_entry_pairs(name, handler, trigger, pairs)             \
    { ngx_string(name), handler, trigger, sizeof(trigger) - 1, pairs, "", "" }

#define ngx_eo_seclang_entry_ends(name, handler, pairs, first, last)          \
    { ngx_string(name), handler, "", 0, pairs, first, last }

#define ngx_eo_seclang_always(name, handler)                                  \
    { ngx_string(name), handler, NULL, 0, "", "", "" }


/* rows of classes: behind any byte, behind none, behind the first of a pair */

#define NGX_EO_SECLANG_ANY    0
#define NGX_EO_SECLANG_START  1


static ngx_int_t ngx_eo_seclang_lowercase(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_uppercase(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_trim(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_trim_left(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_trim_right(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_compress_whitespace(
    ngx_eo_seclang_arena_t *arena, ngx_str_t *in, ngx_str_t *out,
    ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_remove_whitespace(
    ngx_eo_seclang_arena_t *arena, ngx_str_t *in, ngx_str_t *out,
    ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_remove_nulls(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_replace_nulls(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_length(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_parity_even(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_parity_odd(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_parity_zero(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_md5(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_seclang_sha1(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static void ngx_eo_seclang_add_classes(uint64_t *row, char *bytes, size_t n,
    uint64_t bit);
static uint64_t *ngx_eo_seclang_pair_row(ngx_eo_seclang_classes_t *table,
    u_char c);
static ngx_int_t ngx_eo_seclang_add_transform(ngx_eo_seclang_classes_t *table,
    ngx_eo_seclang_transform_t *transform, uint64_t bit);
static ngx_int_t ngx_eo_seclang_parity(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, u_char *bit);


/*
 * utf8toUnicode and parityZero7bit look at bytes above 0x7f only; they are
 * added to their triggers when the table of classes is built.
 */

static ngx_eo_seclang_transform_t  ngx_eo_seclang_transforms[] = {

    ngx_eo_seclang_always("base64Decode", ngx_eo_seclang_base64_decode),
    ngx_eo_seclang_always("base64DecodeExt",
                          ngx_eo_seclang_base64_decode_ext),
    ngx_eo_seclang_always("base64Encode", ngx_eo_seclang_base64_encode),
    ngx_eo_seclang_entry_pairs("cmdLine", ngx_eo_seclang_cmd_line,
                         NGX_EO_SECLANG_UPPER "\"'\\^,;\t\r\n",
                         "  " " /" " ("),
    ngx_eo_seclang_entry_pairs("compressWhitespace",
                         ngx_eo_seclang_compress_whitespace,
                         "\t\n\v\f\r", "  "),
    ngx_eo_seclang_entry("cssDecode", ngx_eo_seclang_css_decode, "\\"),
    ngx_eo_seclang_entry("escapeSeqDecode",
                         ngx_eo_seclang_escape_seq_decode, "\\"),
    ngx_eo_seclang_always("hexDecode", ngx_eo_seclang_hex_decode),
    ngx_eo_seclang_always("hexEncode", ngx_eo_seclang_hex_encode),
    ngx_eo_seclang_entry_pairs("htmlEntityDecode",
                         ngx_eo_seclang_html_entity_decode, "",
                         "&#" "&q" "&Q" "&a" "&A" "&l" "&L" "&g" "&G"
                         "&n" "&N"),
    ngx_eo_seclang_entry("jsDecode", ngx_eo_seclang_js_decode, "\\"),
    ngx_eo_seclang_always("length", ngx_eo_seclang_length),
    ngx_eo_seclang_entry("lowercase", ngx_eo_seclang_lowercase,
                         NGX_EO_SECLANG_UPPER),
    ngx_eo_seclang_always("md5", ngx_eo_seclang_md5),
    ngx_eo_seclang_entry_ends("normalisePath", ngx_eo_seclang_normalize_path,
                         "/." "//", ".", ""),
    ngx_eo_seclang_entry_ends("normalizePath", ngx_eo_seclang_normalize_path,
                         "/." "//", ".", ""),
    ngx_eo_seclang_entry("normalisePathWin",
                         ngx_eo_seclang_normalize_path_win, "./\\"),
    ngx_eo_seclang_entry("normalizePathWin",
                         ngx_eo_seclang_normalize_path_win, "./\\"),
    ngx_eo_seclang_always("parityEven7bit", ngx_eo_seclang_parity_even),
    ngx_eo_seclang_always("parityOdd7bit", ngx_eo_seclang_parity_odd),
    ngx_eo_seclang_entry("parityZero7bit", ngx_eo_seclang_parity_zero, ""),
    ngx_eo_seclang_entry_pairs("removeComments",
                         ngx_eo_seclang_remove_comments, "#", "/*" "--"),
    ngx_eo_seclang_entry_pairs("removeCommentsChar",
                         ngx_eo_seclang_remove_comments_char, "#",
                         "/*" "*/" "--"),
    ngx_eo_seclang_entry("removeNulls", ngx_eo_seclang_remove_nulls, "\0"),
    ngx_eo_seclang_entry("removeWhitespace",
                         ngx_eo_seclang_remove_whitespace,
                         NGX_EO_SECLANG_SPACE "\xa0\xc2"),
    ngx_eo_seclang_entry_pairs("replaceComments",
                         ngx_eo_seclang_replace_comments, "", "/*"),
    ngx_eo_seclang_entry("replaceNulls", ngx_eo_seclang_replace_nulls, "\0"),
    ngx_eo_seclang_always("sha1", ngx_eo_seclang_sha1),
    ngx_eo_seclang_entry_pairs("sqlHexDecode", ngx_eo_seclang_sql_hex_decode,
                         "", "0x" "0X"),
    ngx_eo_seclang_entry_ends("trim", ngx_eo_seclang_trim, "",
                         NGX_EO_SECLANG_SPACE, NGX_EO_SECLANG_SPACE),
    ngx_eo_seclang_entry_ends("trimLeft", ngx_eo_seclang_trim_left, "",
                         NGX_EO_SECLANG_SPACE, ""),
    ngx_eo_seclang_entry_ends("trimRight", ngx_eo_seclang_trim_right, "",
                         "", NGX_EO_SECLANG_SPACE),
    ngx_eo_seclang_entry("uppercase", ngx_eo_seclang_uppercase,
                         NGX_EO_SECLANG_LOWER),
    ngx_eo_seclang_entry("urlDecode", ngx_eo_seclang_url_decode, "%+"),
    ngx_eo_seclang_entry("urlDecodeUni", ngx_eo_seclang_url_decode_uni,
                         "%+"),
    ngx_eo_seclang_always("urlEncode", ngx_eo_seclang_url_encode),
    ngx_eo_seclang_entry("utf8toUnicode", ngx_eo_seclang_utf8_to_unicode,
                         ""),

    { ngx_null_string, NULL, NULL, 0, NULL, NULL, NULL }
};


#define NGX_EO_SECLANG_TRANSFORMS                                             \
    (sizeof(ngx_eo_seclang_transforms) / sizeof(ngx_eo_seclang_transform_t))

/* each has a bit, and the last entry ends the table */

typedef char  ngx_eo_seclang_transforms_have_bits
    [(NGX_EO_SECLANG_TRANSFORMS - 1 <= NGX_EO_SECLANG_CLASSES) ? 1 : -1];


static ngx_eo_seclang_classes_t  ngx_eo_seclang_classes;
static ngx_uint_t                ngx_eo_seclang_classes_done;


static void
ngx_eo_seclang_add_classes(uint64_t *row, char *bytes, size_t n, uint64_t bit)
{
    while (n--) {
        row[(u_char) *bytes++] |= bit;
    }
}


/* the row behind a byte that is the first of a pair, or NULL */

static uint64_t *
ngx_eo_seclang_pair_row(ngx_eo_seclang_classes_t *table, u_char c)
{
    if (table->behind[c] == table->rows[NGX_EO_SECLANG_ANY]) {

        if (table->nrows == NGX_EO_SECLANG_ROWS) {
            return NULL;
        }

        table->behind[c] = table->rows[table->nrows++];
    }

    return table->behind[c];
}


static ngx_int_t
ngx_eo_seclang_add_transform(ngx_eo_seclang_classes_t *table,
    ngx_eo_seclang_transform_t *transform, uint64_t bit)
{
    char        *pair;
    uint64_t    *row;
    ngx_uint_t   i, c;

    if (transform->trigger == NULL) {
        table->unconditional |= bit;
        return NGX_OK;
    }

    for (i = 0; i < NGX_EO_SECLANG_ROWS; i++) {
        row = table->rows[i];

        ngx_eo_seclang_add_classes(row, transform->trigger,
                                   transform->ntrigger, bit);

        if (transform->handler != ngx_eo_seclang_utf8_to_unicode
            && transform->handler != ngx_eo_seclang_parity_zero)
        {
            continue;
        }

        for (c = 0x80; c < 256; c++) {
            row[c] |= bit;
        }
    }

    for (pair = transform->pairs; *pair; pair += 2) {
        row = ngx_eo_seclang_pair_row(table, (u_char) pair[0]);

        if (row == NULL) {
            return NGX_ERROR;
        }

        ngx_eo_seclang_add_classes(row, &pair[1], 1, bit);
    }

    ngx_eo_seclang_add_classes(table->rows[NGX_EO_SECLANG_START],
                               transform->first,
                               ngx_strlen(transform->first), bit);
    ngx_eo_seclang_add_classes(table->last, transform->last,
                               ngx_strlen(transform->last), bit);

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_classes_build(ngx_eo_seclang_classes_t *table,
    ngx_eo_seclang_transform_t *transforms)
{
    ngx_uint_t  n, c;

    ngx_memzero(table, sizeof(ngx_eo_seclang_classes_t));

    table->nrows = NGX_EO_SECLANG_START + 1;

    for (c = 0; c < 256; c++) {
        table->behind[c] = table->rows[NGX_EO_SECLANG_ANY];
    }

    for (n = 0; transforms[n].handler != NULL; n++) {

        if (n == NGX_EO_SECLANG_CLASSES
            || ngx_eo_seclang_add_transform(table, &transforms[n],
                                            (uint64_t) 1 << n)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_transform_init(void)
{
    if (ngx_eo_seclang_classes_done) {
        return NGX_OK;
    }

    if (ngx_eo_seclang_classes_build(&ngx_eo_seclang_classes,
                                     ngx_eo_seclang_transforms)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_eo_seclang_classes_done = 1;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_transform_find(ngx_str_t *name)
{
    ngx_uint_t  n;
    ngx_str_t  *candidate;

    for (n = 0; ngx_eo_seclang_transforms[n].handler != NULL; n++) {
        candidate = &ngx_eo_seclang_transforms[n].name;

        if (candidate->len == name->len
            && ngx_strncasecmp(candidate->data, name->data, name->len) == 0)
        {
            return n;
        }
    }

    return NGX_ERROR;
}


ngx_eo_seclang_transform_t *
ngx_eo_seclang_transform_get(ngx_uint_t n)
{
    return &ngx_eo_seclang_transforms[n];
}


uint64_t
ngx_eo_seclang_transform_classes(ngx_str_t *text)
{
    u_char    *p, *last;
    uint64_t   classes, *row, **behind;

    behind = ngx_eo_seclang_classes.behind;
    row = ngx_eo_seclang_classes.rows[NGX_EO_SECLANG_START];
    classes = ngx_eo_seclang_classes.unconditional;
    last = text->data + text->len;

    for (p = text->data; p + 1 < last; p += 2) {
        classes |= row[p[0]] | behind[p[0]][p[1]];
        row = behind[p[1]];
    }

    if (p < last) {
        classes |= row[*p];
    }

    if (text->len) {
        classes |= ngx_eo_seclang_classes.last[last[-1]];
    }

    return classes;
}


ngx_int_t
ngx_eo_seclang_transform(ngx_uint_t n, ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    ngx_int_t  rc;

    rc = ngx_eo_seclang_transforms[n].handler(arena, in, out, map);

    if (rc == NGX_OK
        && out->len == in->len
        && (in->len == 0 || ngx_memcmp(out->data, in->data, in->len) == 0))
    {
        return NGX_DECLINED;
    }

    return rc;
}


static ngx_int_t
ngx_eo_seclang_lowercase(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *p;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow(p, in->data, in->len);

    out->len = in->len;
    out->data = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_uppercase(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    size_t   i;
    u_char  *p;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < in->len; i++) {
        p[i] = ngx_toupper(in->data[i]);
    }

    out->len = in->len;
    out->data = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_trim_left(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    *out = *in;

    while (out->len && ngx_eo_seclang_space(out->data[0])) {
        out->data++;
        out->len--;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_trim_right(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    *out = *in;

    while (out->len && ngx_eo_seclang_space(out->data[out->len - 1])) {
        out->len--;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_trim(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    ngx_str_t  right;

    (void) ngx_eo_seclang_trim_right(arena, in, &right, map);

    return ngx_eo_seclang_trim_left(arena, &right, out, map);
}


static ngx_int_t
ngx_eo_seclang_compress_whitespace(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    size_t       i;
    u_char      *p, c;
    ngx_uint_t   space;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;
    space = 0;

    for (i = 0; i < in->len; i++) {
        c = in->data[i];

        if (!ngx_eo_seclang_space(c)) {
            space = 0;
            *p++ = c;

        } else if (!space) {
            space = 1;
            *p++ = ' ';
        }
    }

    out->len = p - out->data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_remove_whitespace(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    size_t   i;
    u_char  *p, c;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    for (i = 0; i < in->len; i++) {
        c = in->data[i];

        /* the no-break space, in Latin-1 and in both bytes of UTF-8 */

        if (!ngx_eo_seclang_space(c) && c != 0xa0 && c != 0xc2) {
            *p++ = c;
        }
    }

    out->len = p - out->data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_remove_nulls(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    size_t   i;
    u_char  *p;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    for (i = 0; i < in->len; i++) {
        if (in->data[i] != '\0') {
            *p++ = in->data[i];
        }
    }

    out->len = p - out->data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_replace_nulls(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    size_t   i;
    u_char  *p;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < in->len; i++) {
        p[i] = (in->data[i] == '\0') ? ' ' : in->data[i];
    }

    out->len = in->len;
    out->data = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_length(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char  *p;

    p = ngx_eo_seclang_alloc(arena, NGX_SIZE_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;
    out->len = ngx_sprintf(p, "%uz", in->len) - p;

    return NGX_OK;
}


/* what the eighth bit of each byte has to be is said by "bit" */

static ngx_int_t
ngx_eo_seclang_parity(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, u_char *bit)
{
    u_char  *p;
    size_t   i;

    p = ngx_eo_seclang_alloc(arena, in->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < in->len; i++) {
        p[i] = (u_char) ((in->data[i] & 0x7f)
                         | bit[__builtin_parity(in->data[i] & 0x7f)]);
    }

    out->len = in->len;
    out->data = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_parity_even(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    static u_char  bit[] = { 0, 0x80 };

    return ngx_eo_seclang_parity(arena, in, out, bit);
}


static ngx_int_t
ngx_eo_seclang_parity_odd(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    static u_char  bit[] = { 0x80, 0 };

    return ngx_eo_seclang_parity(arena, in, out, bit);
}


static ngx_int_t
ngx_eo_seclang_parity_zero(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    static u_char  bit[] = { 0, 0 };

    return ngx_eo_seclang_parity(arena, in, out, bit);
}


static ngx_int_t
ngx_eo_seclang_md5(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char     *p;
    ngx_md5_t   md5;

    p = ngx_eo_seclang_alloc(arena, 16);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_md5_init(&md5);
    ngx_md5_update(&md5, in->data, in->len);
    ngx_md5_final(p, &md5);

    out->len = 16;
    out->data = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_sha1(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    u_char      *p;
    ngx_sha1_t   sha1;

    p = ngx_eo_seclang_alloc(arena, 20);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_sha1_init(&sha1);
    ngx_sha1_update(&sha1, in->data, in->len);
    ngx_sha1_final(p, &sha1);

    out->len = 20;
    out->data = p;

    return NGX_OK;
}
