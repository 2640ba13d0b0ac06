
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * CDN-Loop: what counts as ours, how often the request has passed, and what
 * is sent on.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_cdn_loop.h"


#define NGX_EO_TEST_LINES  3
#define NGX_EO_TEST_LARGE  (60 * 1024)


typedef struct {
    const char   *name;
    const char   *lines[NGX_EO_TEST_LINES];
    ngx_uint_t    present;
    ngx_uint_t    loops;
    const char   *foreign;
} cdn_loop_case_t;


static ngx_str_t cdn_loop_text(ngx_eo_unit_t *t, const char *text);
static void cdn_loop_check(ngx_eo_unit_t *t, cdn_loop_case_t *c);
static void cdn_loop_large(ngx_eo_unit_t *t, const char *what,
    const char *member, ngx_uint_t loops, ngx_uint_t foreign);


static cdn_loop_case_t  cdn_loop_members[] = {

    { "a member without parameters",
      { "TencentEdgeOne" }, 1, 0, "" },

    { "a first pass",
      { "TencentEdgeOne; loops=1" }, 1, 1, "" },

    { "no space around the semicolon",
      { "TencentEdgeOne;loops=3" }, 1, 3, "" },

    { "spaces and tabs around everything",
      { " \t TencentEdgeOne \t ; \t loops=3 \t " }, 1, 3, "" },

    { "spaces around the equals sign",
      { "TencentEdgeOne; loops = 3" }, 1, 3, "" },

    { "letter case of the name",
      { "tENCENTeDGEoNE; loops=3" }, 1, 3, "" },

    { "letter case of the parameter",
      { "TencentEdgeOne; LOOPS=3" }, 1, 3, "" },

    { "a value as a quoted-string",
      { "TencentEdgeOne; loops=\"3\"" }, 1, 3, "" },

    { "other parameters around it",
      { "TencentEdgeOne; a=9; loops=3; b=\"x;loops=8\"" }, 1, 3, "" },

    { "a parameter without a value before it",
      { "TencentEdgeOne; a; loops=3" }, 1, 3, "" },

    { "parameters with names alike",
      { "TencentEdgeOne; loop=7; loopss=8; xloops=9" }, 1, 0, "" },

    { "the parameter twice: the higher one",
      { "TencentEdgeOne; loops=7; loops=3" }, 1, 7, "" },

    { "semicolons without parameters",
      { "TencentEdgeOne;; ;loops=3;" }, 1, 3, "" },

    { "leading zeros",
      { "TencentEdgeOne; loops=000000000000016" }, 1, 16, "" },

    { "the largest number that counts",
      { "TencentEdgeOne; loops=4294967294" }, 1, 4294967294, "" },

    { "nothing at all",
      { "" }, 0, 0, "" },

    { "empty members only",
      { " , ,,\t," }, 0, 0, "" },

    { "a name that ours is the beginning of",
      { "TencentEdgeOne2; loops=16" }, 0, 0, "TencentEdgeOne2; loops=16, " },

    { "a name that is the beginning of ours",
      { "TencentEdge; loops=16" }, 0, 0, "TencentEdge; loops=16, " },

    { "our name as the parameter of another",
      { "other; TencentEdgeOne; loops=16" }, 0, 0,
      "other; TencentEdgeOne; loops=16, " }
};


static cdn_loop_case_t  cdn_loop_lists[] = {

    { "another network before ours",
      { "cloudflare; loops=7, TencentEdgeOne; loops=2" }, 1, 2,
      "cloudflare; loops=7, " },

    { "another network behind ours",
      { "TencentEdgeOne; loops=2, cloudflare; loops=7" }, 1, 2,
      "cloudflare; loops=7, " },

    { "members of others keep order and bytes",
      { "b ;x=1 ,,\ta;y=\"1, 2\" , c" }, 0, 0,
      "b ;x=1, a;y=\"1, 2\", c, " },

    { "several of ours: the highest",
      { "TencentEdgeOne; loops=2, a, TencentEdgeOne; loops=15, "
        "TencentEdgeOne" }, 1, 15, "a, " },

    { "ours within a quoted-string is text of another",
      { "a; x=\", TencentEdgeOne; loops=16, \", b" }, 0, 0,
      "a; x=\", TencentEdgeOne; loops=16, \", b, " },

    { "an escaped quote does not end a quoted-string",
      { "a; x=\"\\\", TencentEdgeOne; loops=16\", TencentEdgeOne; loops=2" },
      1, 2, "a; x=\"\\\", TencentEdgeOne; loops=16\", " },

    { "an escaped backslash before the closing quote",
      { "a; x=\"\\\\\", TencentEdgeOne; loops=2" }, 1, 2,
      "a; x=\"\\\\\", " },

    { "a backslash outside of quotes is nothing special",
      { "a\\, TencentEdgeOne; loops=2" }, 1, 2, "a\\, " },

    { "several lines, as if they were one",
      { "a, TencentEdgeOne; loops=3", "TencentEdgeOne; loops=5, b",
        "c; d=e" }, 1, 5, "a, b, c; d=e, " },

    { "lines that are empty",
      { "", "TencentEdgeOne; loops=5", " \t " }, 1, 5, "" }
};


/* a count that is not to be trusted */

static const char  *cdn_loop_garbled[] = {
    "loops",
    "loops=",
    "loops= ",
    "loops=\"\"",
    "loops=\"",
    "loops=\"3",
    "loops=3\"",
    "loops=x",
    "loops=3x",
    "loops=0x3",
    "loops=-1",
    "loops=+3",
    "loops=3.0",
    "loops=1e1",
    "loops=1 6",
    "loops==3",
    "loops='3'",
    "loops=\xef\xbc\x93",
    "loops=4294967295",
    "loops=4294967296",
    "loops=4294967297",
    "loops=999999999999999",
    "loops=0000000000000001",
    "loops=18446744073709551616",
    "loops=18446744073709551617",
    "loops=3; loops=x",
    "loops=x; loops=3"
};


/*
 * Quotes that do not end: whatever is sent on would be within them at the
 * next pass, the member of this node too
 */

static const char  *cdn_loop_unterminated[] = {
    "\"",
    "\"x",
    "a; b=\"c",
    "a; b=\"c\\\"",
    "a; b=\"c\\",
    "TencentEdgeOne; loops=3, \"x",
    "\"x, TencentEdgeOne; loops=3",
    "TencentEdgeOne; loops=3; a=\"x",
    "a; b=\"c\"; d=\", e"
};


static ngx_str_t  cdn_loop_name = ngx_string("TencentEdgeOne");


/* of its own size, so that a sanitizer sees a read past the end */

static ngx_str_t
cdn_loop_text(ngx_eo_unit_t *t, const char *text)
{
    ngx_str_t  copy;

    copy.len = ngx_strlen(text);
    copy.data = ngx_pnalloc(t->pool, copy.len + (copy.len == 0));
    ngx_memcpy(copy.data, text, copy.len);

    return copy;
}


static void
cdn_loop_check(ngx_eo_unit_t *t, cdn_loop_case_t *c)
{
    u_char             *p;
    ngx_str_t           lines[NGX_EO_TEST_LINES], foreign;
    ngx_uint_t          i, n;
    ngx_eo_cdn_loop_t   loop;

    ngx_memzero(&loop, sizeof(ngx_eo_cdn_loop_t));
    loop.name = cdn_loop_name;

    for (n = 0; n < NGX_EO_TEST_LINES && c->lines[n]; n++) {
        lines[n] = cdn_loop_text(t, c->lines[n]);
        ngx_eo_cdn_loop_read(&loop, &lines[n]);
    }

    foreign.data = ngx_pnalloc(t->pool, loop.foreign + 1);
    p = foreign.data;

    for (i = 0; i < n; i++) {
        p = ngx_eo_cdn_loop_copy_foreign(p, &loop, &lines[i]);
    }

    foreign.len = p - foreign.data;

    ngx_eo_is_int(loop.present, c->present, "%s: present", c->name);
    ngx_eo_is_int(loop.loops, c->loops, "%s: loops", c->name);
    ngx_eo_is_str(&foreign, c->foreign, "%s: members of others", c->name);
    ngx_eo_is_int(loop.foreign, foreign.len, "%s: their size", c->name);
}


ngx_eo_unit_test(core_cdn_loop_member)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(cdn_loop_members) / sizeof(cdn_loop_case_t); i++) {
        cdn_loop_check(t, &cdn_loop_members[i]);
    }
}


ngx_eo_unit_test(core_cdn_loop_list)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(cdn_loop_lists) / sizeof(cdn_loop_case_t); i++) {
        cdn_loop_check(t, &cdn_loop_lists[i]);
    }
}


ngx_eo_unit_test(core_cdn_loop_garbled)
{
    u_char             *last;
    u_char              buf[NGX_MAX_ERROR_STR];
    ngx_str_t           line;
    ngx_uint_t          i;
    ngx_eo_cdn_loop_t   loop;

    for (i = 0; i < sizeof(cdn_loop_garbled) / sizeof(char *); i++) {

        ngx_memzero(&loop, sizeof(ngx_eo_cdn_loop_t));
        loop.name = cdn_loop_name;

        last = ngx_sprintf(buf, "TencentEdgeOne; %s%Z", cdn_loop_garbled[i]);
        line = cdn_loop_text(t, (char *) buf);

        ngx_eo_cdn_loop_read(&loop, &line);

        ngx_eo_ok(loop.present, "%s is ours", cdn_loop_garbled[i]);
        ngx_eo_is_int(loop.loops, NGX_EO_CDN_LOOP_GARBLED,
                      "%s, %d bytes, is taken as looped",
                      cdn_loop_garbled[i], (int) (last - buf));
    }
}


ngx_eo_unit_test(core_cdn_loop_unterminated)
{
    ngx_str_t           line;
    ngx_uint_t          i;
    ngx_eo_cdn_loop_t   loop;

    for (i = 0; i < sizeof(cdn_loop_unterminated) / sizeof(char *); i++) {

        ngx_memzero(&loop, sizeof(ngx_eo_cdn_loop_t));
        loop.name = cdn_loop_name;

        line = cdn_loop_text(t, cdn_loop_unterminated[i]);

        ngx_eo_cdn_loop_read(&loop, &line);

        ngx_eo_is_int(loop.loops, NGX_EO_CDN_LOOP_GARBLED,
                      "%s is taken as looped", cdn_loop_unterminated[i]);
    }
}


ngx_eo_unit_test(core_cdn_loop_bytes)
{
    u_char             *p;
    ngx_str_t           line, foreign;
    ngx_eo_cdn_loop_t   loop;

    static u_char  text[] = "a\0b, \x01\xff\x80; x=\0, TencentEdgeOne\0; "
                            "loops=16, TencentEdgeOne; loops=2";
    static u_char  kept[] = "a\0b, \x01\xff\x80; x=\0, TencentEdgeOne\0; "
                            "loops=16, ";

    ngx_memzero(&loop, sizeof(ngx_eo_cdn_loop_t));
    loop.name = cdn_loop_name;

    line.data = text;
    line.len = sizeof(text) - 1;

    ngx_eo_cdn_loop_read(&loop, &line);

    ngx_eo_is_int(loop.loops, 2, "a zero byte ends no name");

    foreign.data = ngx_pnalloc(t->pool, loop.foreign + 1);
    p = ngx_eo_cdn_loop_copy_foreign(foreign.data, &loop, &line);

    ngx_eo_is_mem(foreign.data, p - foreign.data, kept, sizeof(kept) - 1,
                  "zero, control and high bytes of others are kept");
}


static void
cdn_loop_large(ngx_eo_unit_t *t, const char *what, const char *member,
    ngx_uint_t loops, ngx_uint_t foreign)
{
    u_char             *p, *buf;
    size_t              len, i;
    ngx_str_t           line;
    ngx_eo_cdn_loop_t   loop;

    len = ngx_strlen(member);
    line.data = ngx_pnalloc(t->pool, NGX_EO_TEST_LARGE);
    line.len = 0;

    for (i = 0; line.len + len <= NGX_EO_TEST_LARGE; i++) {
        ngx_memcpy(line.data + line.len, member, len);
        line.len += len;
    }

    ngx_memzero(&loop, sizeof(ngx_eo_cdn_loop_t));
    loop.name = cdn_loop_name;

    ngx_eo_cdn_loop_read(&loop, &line);

    ngx_eo_is_int(loop.loops, loops, "%s: loops", what);
    ngx_eo_is_int(loop.foreign, foreign * i, "%s: size of others", what);

    buf = ngx_pnalloc(t->pool, loop.foreign + 1);
    p = ngx_eo_cdn_loop_copy_foreign(buf, &loop, &line);

    ngx_eo_is_int(p - buf, loop.foreign, "%s: written", what);
}


ngx_eo_unit_test(core_cdn_loop_large)
{
    cdn_loop_large(t, "60K of commas", ",", 0, 0);
    cdn_loop_large(t, "60K of members of one byte", "a,", 0, 3);
    cdn_loop_large(t, "60K of ours", "TencentEdgeOne; loops=4,", 4, 0);
    cdn_loop_large(t, "60K of ours and others",
                   "TencentEdgeOne; loops=4, b;loops=16,", 4, 12);
    cdn_loop_large(t, "60K of quoted-strings", "a=\",\\\"\",", 0, 9);
}
