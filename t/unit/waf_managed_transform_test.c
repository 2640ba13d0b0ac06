
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Transformations of SecLang, with the awkward cases of each.
 */


#include "ngx_eo_unit.h"
#include "seclang/transform/ngx_eo_seclang_transform.h"


typedef struct {
    const char  *name;
    const char  *in;
    size_t       in_len;
    const char  *out;
    size_t       out_len;
} ngx_eo_test_transform_t;


#define ngx_eo_test_case(name, in, out)                                       \
    { name, in, sizeof(in) - 1, out, sizeof(out) - 1 }


static void ngx_eo_test_transform(ngx_eo_unit_t *t,
    ngx_eo_test_transform_t *test, ngx_eo_seclang_arena_t *arena);
static ngx_int_t ngx_eo_test_transform_none(ngx_eo_seclang_arena_t *arena,
    ngx_str_t *in, ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map);
static ngx_int_t ngx_eo_test_build(ngx_eo_unit_t *t, ngx_uint_t n,
    ngx_uint_t rows, ngx_eo_seclang_classes_t *table);


static ngx_eo_test_transform_t  ngx_eo_test_transforms[] = {

    ngx_eo_test_case("lowercase", "", ""),
    ngx_eo_test_case("lowercase", "AbC\0Z\xc3\x84", "abc\0z\xc3\x84"),
    ngx_eo_test_case("uppercase", "abC1z", "ABC1Z"),

    ngx_eo_test_case("parityEven7bit", "", ""),
    ngx_eo_test_case("parityEven7bit", "abc\x80\xff\0",
                     "\xe1\xe2" "c\0\xff\0"),
    ngx_eo_test_case("parityOdd7bit", "abc\x80\xff\0",
                     "ab\xe3\x80\x7f\x80"),
    ngx_eo_test_case("parityZero7bit", "abc\x80\xff\xe1", "abc\0\x7f" "a"),

    ngx_eo_test_case("urlDecode", "", ""),
    ngx_eo_test_case("urlDecode", "a+b%20c", "a b c"),
    ngx_eo_test_case("urlDecode", "%00", "\0"),
    ngx_eo_test_case("urlDecode", "%", "%"),
    ngx_eo_test_case("urlDecode", "%4", "%4"),
    ngx_eo_test_case("urlDecode", "%4g%41", "%4gA"),
    ngx_eo_test_case("urlDecode", "%%41", "%A"),
    ngx_eo_test_case("urlDecode", "%u0041", "%u0041"),

    ngx_eo_test_case("urlDecodeUni", "%u0041+%u0062", "A b"),
    ngx_eo_test_case("urlDecodeUni", "%U0041", "A"),
    ngx_eo_test_case("urlDecodeUni", "%uff1cscript%uff1E",
                     "<script>"),
    ngx_eo_test_case("urlDecodeUni", "%uff00%uff5f", "\0\x5f"),
    ngx_eo_test_case("urlDecodeUni", "%u004", "%u004"),
    ngx_eo_test_case("urlDecodeUni", "%u00g1", "%u00g1"),
    ngx_eo_test_case("urlDecodeUni", "%u1234", "\x34"),
    ngx_eo_test_case("urlDecodeUni", "%3c%3C", "<<"),

    ngx_eo_test_case("urlEncode", "a b*-\xff", "a+b*%2d%ff"),

    ngx_eo_test_case("htmlEntityDecode", "&lt;&GT;&quot;&amp;&nbsp;",
                     "<>\"&\xa0"),
    ngx_eo_test_case("htmlEntityDecode", "&lt&gt", "<>"),
    ngx_eo_test_case("htmlEntityDecode", "&#65;&#x42;&#X43", "ABC"),
    ngx_eo_test_case("htmlEntityDecode", "&#0000065;", "A"),
    ngx_eo_test_case("htmlEntityDecode", "&#;&#x;&#xg;&;", "&#;&#x;&#xg;&;"),
    ngx_eo_test_case("htmlEntityDecode", "&unknown;&", "&unknown;&"),
    ngx_eo_test_case("htmlEntityDecode", "&#321;", "A"),
    ngx_eo_test_case("htmlEntityDecode",
                     "&#99999999999999999999999;", "\xff"),

    ngx_eo_test_case("jsDecode", "\\u0041\\x42\\103", "ABC"),
    ngx_eo_test_case("jsDecode", "\\uff1c", "<"),
    ngx_eo_test_case("jsDecode", "\\n\\t\\q\\\\", "\n\tq\\"),
    ngx_eo_test_case("jsDecode", "\\u00", "u00"),
    ngx_eo_test_case("jsDecode", "\\xg1", "xg1"),
    ngx_eo_test_case("jsDecode", "\\477", "\x27" "7"),
    ngx_eo_test_case("jsDecode", "\\377", "\xff"),
    ngx_eo_test_case("jsDecode", "\\0", "\0"),
    ngx_eo_test_case("jsDecode", "a\\", "a\\"),

    ngx_eo_test_case("cssDecode", "\\41 b", "Ab"),
    ngx_eo_test_case("cssDecode", "\\00041x", "Ax"),
    ngx_eo_test_case("cssDecode", "\\ff1c", "<"),
    ngx_eo_test_case("cssDecode", "\\00ff1c", "<"),
    ngx_eo_test_case("cssDecode", "\\1ff1c", "\x1c"),
    ngx_eo_test_case("cssDecode", "\\4", "\x04"),
    ngx_eo_test_case("cssDecode", "a\\\nb", "ab"),
    ngx_eo_test_case("cssDecode", "\\q", "q"),
    ngx_eo_test_case("cssDecode", "a\\", "a"),
    ngx_eo_test_case("cssDecode", "\\65\\78p\\72\\65ssion",
                     "expression"),

    ngx_eo_test_case("escapeSeqDecode", "\\a\\x41\\101\\?\\'", "\aAA?'"),
    ngx_eo_test_case("escapeSeqDecode", "\\xag\\", "xag\\"),
    ngx_eo_test_case("escapeSeqDecode", "\\8", "8"),

    ngx_eo_test_case("utf8toUnicode", "abc", "abc"),
    ngx_eo_test_case("utf8toUnicode", "\xc3\xa4", "%u00e4"),
    ngx_eo_test_case("utf8toUnicode", "\xe2\x82\xac", "%u20ac"),
    ngx_eo_test_case("utf8toUnicode", "\xf0\x9f\x98\x80", "%u1f600"),
    ngx_eo_test_case("utf8toUnicode", "\xc0\xaf", "%u002f\xc0"),
    ngx_eo_test_case("utf8toUnicode", "\xed\xa0\x80", "%ud800\xed"),
    ngx_eo_test_case("utf8toUnicode", "a\xc3", "a"),
    ngx_eo_test_case("utf8toUnicode", "\xc3z", "z"),
    ngx_eo_test_case("utf8toUnicode", "\x80", "\x80"),

    ngx_eo_test_case("base64Decode", "VGVzdA==", "Test"),
    ngx_eo_test_case("base64Decode", "VGVzdA", "Test"),
    ngx_eo_test_case("base64Decode", "VGVz.dA==", "Tes"),
    ngx_eo_test_case("base64Decode", "", ""),
    ngx_eo_test_case("base64DecodeExt", "VG V.z!dA==", "Test"),
    ngx_eo_test_case("base64Encode", "Test", "VGVzdA=="),
    ngx_eo_test_case("base64Encode", "", ""),

    ngx_eo_test_case("hexDecode", "54657374", "Test"),
    ngx_eo_test_case("hexDecode", "5", ""),
    ngx_eo_test_case("hexEncode", "T\0\xff", "5400ff"),

    ngx_eo_test_case("sqlHexDecode", "0x414243", "ABC"),
    ngx_eo_test_case("sqlHexDecode", "a 0X4a4B4 b", "a JK4 b"),
    ngx_eo_test_case("sqlHexDecode", "0x41\0" "0x42", "A\0B"),
    ngx_eo_test_case("sqlHexDecode", "00x41 0x4", "0A 0x4"),
    ngx_eo_test_case("sqlHexDecode", "0xg1 0x", "0xg1 0x"),
    ngx_eo_test_case("sqlHexDecode", "0", "0"),

    ngx_eo_test_case("length", "", "0"),
    ngx_eo_test_case("length", "abc\0", "4"),
    ngx_eo_test_case("md5", "abc", "\x90\x01\x50\x98\x3c\xd2\x4f\xb0"
                                   "\xd6\x96\x3f\x7d\x28\xe1\x7f\x72"),
    ngx_eo_test_case("sha1", "abc",
                     "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e"
                     "\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d"),

    ngx_eo_test_case("trim", " \t\r\n\v\fa b ", "a b"),
    ngx_eo_test_case("trim", "   ", ""),
    ngx_eo_test_case("trimLeft", "  a ", "a "),
    ngx_eo_test_case("trimRight", "  a ", "  a"),

    ngx_eo_test_case("compressWhitespace", " a \t\n b", " a b"),
    ngx_eo_test_case("removeWhitespace", " a\t\xc2\xa0" "b\n", "ab"),
    ngx_eo_test_case("removeNulls", "a\0b\0", "ab"),
    ngx_eo_test_case("replaceNulls", "a\0b", "a b"),

    ngx_eo_test_case("removeComments", "a/* b */c", "ac"),
    ngx_eo_test_case("removeComments", "a<!-- b -->c", "ac"),
    ngx_eo_test_case("removeComments", "a/* b", "a "),
    ngx_eo_test_case("removeComments", "a -- b", "a "),
    ngx_eo_test_case("removeComments", "a # b", "a "),
    ngx_eo_test_case("removeCommentsChar", "/*a*/<!--b-->--c#d", "abcd"),
    ngx_eo_test_case("replaceComments", "a/* b */c", "a c"),
    ngx_eo_test_case("replaceComments", "a/* b", "a "),
    ngx_eo_test_case("replaceComments", "*/a/", "*/a/"),

    ngx_eo_test_case("cmdLine", "C^OMMAND /C", "command/c"),
    ngx_eo_test_case("cmdLine", "\"cmd\" , ; /c", "cmd/c"),
    ngx_eo_test_case("cmdLine", "a   b", "a b"),
    ngx_eo_test_case("cmdLine", "cmd (x", "cmd(x"),
    ngx_eo_test_case("cmdLine", "\\w'h^o", "who"),

    ngx_eo_test_case("normalizePath", "", ""),
    ngx_eo_test_case("normalizePath", "/", "/"),
    ngx_eo_test_case("normalizePath", "/foo/../", "/"),
    ngx_eo_test_case("normalizePath", "/foo/..", "/"),
    ngx_eo_test_case("normalizePath", "/../../etc/passwd", "/etc/passwd"),
    ngx_eo_test_case("normalizePath", "../../etc", "../../etc"),
    ngx_eo_test_case("normalizePath", "a/../../b", "../b"),
    ngx_eo_test_case("normalizePath", "dir//foo/./bar/../baz/",
                     "dir/foo/baz/"),
    ngx_eo_test_case("normalizePath", "/dir/./.././../../foo/bar",
                     "/foo/bar"),
    ngx_eo_test_case("normalizePath", "dir/./.././../../foo/bar/.",
                     "../../foo/bar"),
    ngx_eo_test_case("normalizePath", "./", ""),
    ngx_eo_test_case("normalizePath", "./..", ".."),
    ngx_eo_test_case("normalizePath", "..", ".."),
    ngx_eo_test_case("normalizePath", "...", "..."),
    ngx_eo_test_case("normalizePath", "/a/...", "/a/..."),
    ngx_eo_test_case("normalisePath", "/a//b", "/a/b"),
    ngx_eo_test_case("normalizePath", "a\\..\\b", "a\\..\\b"),
    ngx_eo_test_case("normalizePathWin", "a\\..\\b", "b"),
    ngx_eo_test_case("normalisePathWin", "\\a\\.\\b\\", "/a/b/"),

    { NULL, NULL, 0, NULL, 0 }
};


static void
ngx_eo_test_transform(ngx_eo_unit_t *t, ngx_eo_test_transform_t *test,
    ngx_eo_seclang_arena_t *arena)
{
    ngx_int_t  n, rc;
    ngx_str_t  name, in, out;
    uint64_t   classes;

    name.data = (u_char *) test->name;
    name.len = ngx_strlen(test->name);

    n = ngx_eo_seclang_transform_find(&name);

    if (!ngx_eo_ok(n >= 0, "%s is known", test->name)) {
        return;
    }

    /* memory of the exact size, so that a sanitizer sees a byte too much */

    in.len = test->in_len;
    in.data = ngx_alloc(in.len ? in.len : 1, t->log);

    if (in.data == NULL) {
        return;
    }

    ngx_memcpy(in.data, test->in, in.len);

    classes = ngx_eo_seclang_transform_classes(&in);
    rc = ngx_eo_seclang_transform(n, arena, &in, &out, NULL);

    if (rc == NGX_DECLINED) {
        out = in;
    }

    ngx_eo_is_mem(out.data, out.len, test->out, test->out_len,
                  "%s of \"%s\"", test->name, test->in);

    ngx_eo_is_mem(in.data, in.len, test->in, test->in_len,
                  "its input is not changed");

    if (rc == NGX_OK) {
        ngx_eo_ok(classes & ((uint64_t) 1 << n),
                  "a text that is changed has the class for it");
    }

    ngx_free(in.data);
}


/* texts that a pass finds to be left as they are, and others */

typedef struct {
    const char  *name;
    const char  *text;
    ngx_uint_t   set;
} ngx_eo_test_class_t;


static ngx_eo_test_class_t  ngx_eo_test_classes[] = {
    { "cmdLine", " a b/c(d) ", 0 },
    { "cmdLine", "a  b", 1 },
    { "cmdLine", "a /b", 1 },
    { "cmdLine", "a (b", 1 },
    { "compressWhitespace", " a b ", 0 },
    { "compressWhitespace", "a  b", 1 },
    { "compressWhitespace", "a\tb", 1 },
    { "htmlEntityDecode", "&field=b&", 0 },
    { "htmlEntityDecode", "a&LT;", 1 },
    { "normalisePath", "/a/index.html", 0 },
    { "normalisePath", "a/../b", 1 },
    { "normalisePath", "./a", 1 },
    { "normalisePath", "a//b", 1 },
    { "removeComments", "a/b-c<d*/", 0 },
    { "removeComments", "a/*b", 1 },
    { "removeComments", "a<!--b", 1 },
    { "removeCommentsChar", "a*/b", 1 },
    { "replaceComments", "a*/b", 0 },
    { "trim", "a b", 0 },
    { "trim", " ab", 1 },
    { "trim", "ab\n", 1 },
    { "trimLeft", "ab ", 0 },
    { "trimRight", " ab", 0 },
    { NULL, NULL, 0 }
};


ngx_eo_unit_test(waf_managed_transform_classes)
{
    uint64_t              classes;
    ngx_int_t             n;
    ngx_str_t             name, text;
    ngx_eo_test_class_t  *test;

    ngx_eo_is_int(ngx_eo_seclang_transform_init(), NGX_OK,
                  "the tables have room for all transformations");

    for (test = ngx_eo_test_classes; test->name != NULL; test++) {
        name.data = (u_char *) test->name;
        name.len = ngx_strlen(test->name);
        text.data = (u_char *) test->text;
        text.len = ngx_strlen(test->text);

        n = ngx_eo_seclang_transform_find(&name);
        classes = ngx_eo_seclang_transform_classes(&text);

        ngx_eo_is_int((classes >> n) & 1, test->set,
                      "%s may change \"%s\"", test->name, test->text);
    }
}


static ngx_int_t
ngx_eo_test_transform_none(ngx_eo_seclang_arena_t *arena, ngx_str_t *in,
    ngx_str_t *out, ngx_eo_seclang_unicode_map_t *map)
{
    return NGX_DECLINED;
}


/* "n" transformations, "rows" of which have a pair with a byte of its own */

static ngx_int_t
ngx_eo_test_build(ngx_eo_unit_t *t, ngx_uint_t n, ngx_uint_t rows,
    ngx_eo_seclang_classes_t *table)
{
    u_char                      *pairs;
    ngx_uint_t                   i;
    ngx_eo_seclang_transform_t  *list;

    list = ngx_pcalloc(t->pool, (n + 1) * sizeof(ngx_eo_seclang_transform_t));
    pairs = ngx_pcalloc(t->pool, 3 * (n + 1));

    if (list == NULL || pairs == NULL) {
        return NGX_DECLINED;
    }

    for (i = 0; i < n; i++) {

        if (i < rows) {
            pairs[3 * i] = (u_char) ('a' + i);
            pairs[3 * i + 1] = 'z';
        }

        list[i].handler = ngx_eo_test_transform_none;
        list[i].trigger = "";
        list[i].pairs = (char *) &pairs[3 * i];
        list[i].first = "";
        list[i].last = "";
    }

    return ngx_eo_seclang_classes_build(table, list);
}


ngx_eo_unit_test(waf_managed_transform_bounds)
{
    ngx_eo_seclang_classes_t  *table;

    table = ngx_palloc(t->pool, sizeof(ngx_eo_seclang_classes_t));

    if (!ngx_eo_ok(table != NULL, "memory for a table")) {
        return;
    }

    ngx_eo_is_int(ngx_eo_test_build(t, NGX_EO_SECLANG_CLASSES, 0, table),
                  NGX_OK, "as many transformations as there are bits");
    ngx_eo_is_int(ngx_eo_test_build(t, NGX_EO_SECLANG_CLASSES + 1, 0, table),
                  NGX_ERROR, "one more");

    ngx_eo_is_int(ngx_eo_test_build(t, 20, NGX_EO_SECLANG_ROWS - 2, table),
                  NGX_OK, "as many pairs as there are rows");
    ngx_eo_ok(table->behind['a']['z'] == 1
              && table->behind['b']['z'] == 2
              && table->behind['z']['z'] == 0, "each has its row");
    ngx_eo_is_int(ngx_eo_test_build(t, 20, NGX_EO_SECLANG_ROWS - 1, table),
                  NGX_ERROR, "one more");
}


ngx_eo_unit_test(waf_managed_transform)
{
    ngx_eo_seclang_arena_t    arena;
    ngx_eo_test_transform_t  *test;

    ngx_eo_seclang_arena_init(&arena, 1024 * 1024);

    ngx_eo_is_int(ngx_eo_seclang_transform_init(), NGX_OK,
                  "the tables are made");

    for (test = ngx_eo_test_transforms; test->name != NULL; test++) {
        ngx_eo_test_transform(t, test, &arena);
    }

    ngx_eo_seclang_arena_reset(&arena);
}


ngx_eo_unit_test(waf_managed_transform_unknown)
{
    ngx_str_t  name = ngx_string("rot13");

    ngx_eo_is_int(ngx_eo_seclang_transform_find(&name), NGX_ERROR,
                  "rot13 is unknown");

    ngx_str_set(&name, "LOWERCASE");
    ngx_eo_ok(ngx_eo_seclang_transform_find(&name) >= 0,
              "letter case of a name does not matter");
}


ngx_eo_unit_test(waf_managed_transform_map)
{
    ngx_int_t                      n;
    ngx_str_t                      name = ngx_string("urlDecodeUni");
    ngx_str_t                      in = ngx_string("%u2032%u0041");
    ngx_str_t                      out;
    ngx_eo_seclang_arena_t         arena;
    ngx_eo_seclang_unicode_map_t  *map;

    map = ngx_palloc(t->pool, sizeof(ngx_eo_seclang_unicode_map_t));

    if (!ngx_eo_ok(map != NULL, "memory for a map")) {
        return;
    }

    ngx_memset(map, 0xff, sizeof(ngx_eo_seclang_unicode_map_t));
    map->to[0x2032] = '\'';

    ngx_eo_seclang_arena_init(&arena, 1024 * 1024);

    n = ngx_eo_seclang_transform_find(&name);
    ngx_eo_is_int(ngx_eo_seclang_transform(n, &arena, &in, &out, map),
                  NGX_OK, "with a map");
    ngx_eo_is_str(&out, "'A", "the best fit, or the low byte");

    ngx_eo_seclang_arena_reset(&arena);
}


ngx_eo_unit_test(waf_managed_arena)
{
    u_char                  *p, *q;
    ngx_eo_seclang_arena_t   arena;

    ngx_eo_seclang_arena_init(&arena, 100000);

    p = ngx_eo_seclang_alloc(&arena, 10);
    q = ngx_eo_seclang_alloc(&arena, 10);

    ngx_eo_ok(p != NULL && q != NULL && q >= p + 10, "two allocations");
    ngx_eo_is_int((uintptr_t) q % NGX_ALIGNMENT, 0, "aligned");

    ngx_eo_ok(ngx_eo_seclang_alloc(&arena, 50000) != NULL,
              "one larger than a block");
    ngx_eo_ok(ngx_eo_seclang_alloc(&arena, 50000) == NULL,
              "none beyond the limit");
    ngx_eo_ok(ngx_eo_seclang_alloc(&arena, (size_t) -1) == NULL,
              "none of an absurd size");
    ngx_eo_ok(ngx_eo_seclang_alloc(&arena, 10) == q + 16,
              "a large one leaves the common block in use");

    ngx_eo_seclang_arena_reset(&arena);

    ngx_eo_ok(ngx_eo_seclang_alloc(&arena, 50000) != NULL,
              "memory again after a reset");

    ngx_eo_seclang_arena_reset(&arena);
}
