
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Escaping for the types that a response page can have: every ASCII
 * character, and what is and is not UTF-8 (RFC 3629, section 4).
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_escape.h"


#define NGX_EO_TEST_FFFD  "\xef\xbf\xbd"


typedef struct {
    const char   *text;
    const char   *html;
    const char   *json;
    const char   *plain;
} escape_case_t;


typedef struct {
    const char   *what;
    const char   *text;
    ngx_uint_t    replaced;   /* 0 for well formed text */
} escape_utf8_t;


static ngx_str_t escape_run(ngx_eo_unit_t *t, const char *text, size_t len,
    ngx_eo_escape_e type);
static void escape_range(ngx_eo_unit_t *t, const char *name, uint32_t first,
    uint32_t last);
static size_t escape_encode(u_char *p, uint32_t ch);


static const char  *escape_types[] = { "HTML", "JSON", "plain text" };


static escape_case_t  escape_texts[] = {

    { "", "", "", "" },

    { "two words", "two words", "two words", "two words" },

    { "<script>alert('x')</script>",
      "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;",
      "<script>alert('x')</script>",
      "<script>alert('x')</script>" },

    { "\" onload=\"x",
      "&#34; onload=&#34;x",
      "\\\" onload=\\\"x",
      "\" onload=\"x" },

    { "&amp;&#60;",
      "&amp;amp;&amp;#60;",
      "&amp;&#60;",
      "&amp;&#60;" },

    { "a\\b\\\"c",
      "a\\b\\&#34;c",
      "a\\\\b\\\\\\\"c",
      "a\\b\\\"c" },

    { "a\r\n\tb",
      "a\r\n\tb",
      "a\\u000d\\u000a\\u0009b",
      "a\r\n\tb" },

    { "\x1b[31m\x07\x7f",
      NGX_EO_TEST_FFFD "[31m" NGX_EO_TEST_FFFD NGX_EO_TEST_FFFD,
      "\\u001b[31m\\u0007\\u007f",
      NGX_EO_TEST_FFFD "[31m" NGX_EO_TEST_FFFD NGX_EO_TEST_FFFD },

    { "Zo\xc3\xab \xe4\xbd\xa0 \xf0\x9f\x98\x80",
      "Zo\xc3\xab \xe4\xbd\xa0 \xf0\x9f\x98\x80",
      "Zo\xc3\xab \xe4\xbd\xa0 \xf0\x9f\x98\x80",
      "Zo\xc3\xab \xe4\xbd\xa0 \xf0\x9f\x98\x80" },

    { "caf\xe9<",
      "caf" NGX_EO_TEST_FFFD "&lt;",
      "caf" NGX_EO_TEST_FFFD "<",
      "caf" NGX_EO_TEST_FFFD "<" }
};


static escape_utf8_t  escape_utf8[] = {

    { "the first of two bytes", "\xc2\x80", 0 },
    { "the last of two bytes", "\xdf\xbf", 0 },
    { "the first of three bytes", "\xe0\xa0\x80", 0 },
    { "the last before the surrogates", "\xed\x9f\xbf", 0 },
    { "the first behind the surrogates", "\xee\x80\x80", 0 },
    { "the replacement character itself", NGX_EO_TEST_FFFD, 0 },
    { "the first of four bytes", "\xf0\x90\x80\x80", 0 },
    { "the last character of all", "\xf4\x8f\xbf\xbf", 0 },

    { "a lone continuation byte", "\x80", 1 },
    { "the last continuation byte", "\xbf", 1 },
    { "two bytes cut off", "\xc3", 1 },
    { "three bytes cut off after one", "\xe4", 1 },
    { "three bytes cut off after two", "\xe4\xbd", 2 },
    { "four bytes cut off after one", "\xf0", 1 },
    { "four bytes cut off after two", "\xf0\x9f", 2 },
    { "four bytes cut off after three", "\xf0\x9f\x98", 3 },
    { "bytes that begin nothing", "\xf5\xf8\xfc\xfe\xff", 5 },

    { "a slash in two bytes", "\xc0\xaf", 2 },
    { "zero in two bytes", "\xc0\x80", 2 },
    { "a less-than sign in two bytes", "\xc0\xbc", 2 },
    { "the largest overlong of two bytes", "\xc1\xbf", 2 },
    { "a slash in three bytes", "\xe0\x80\xaf", 3 },
    { "the largest overlong of three bytes", "\xe0\x9f\xbf", 3 },
    { "a slash in four bytes", "\xf0\x80\x80\xaf", 4 },
    { "the largest overlong of four bytes", "\xf0\x8f\xbf\xbf", 4 },

    { "the first surrogate", "\xed\xa0\x80", 3 },
    { "the last surrogate", "\xed\xbf\xbf", 3 },
    { "a surrogate pair", "\xed\xa0\xbd\xed\xb8\x80", 6 },
    { "above U+10FFFF", "\xf4\x90\x80\x80", 4 },
    { "five bytes of old", "\xf8\x88\x80\x80\x80", 5 }
};


static ngx_str_t
escape_run(ngx_eo_unit_t *t, const char *text, size_t len,
    ngx_eo_escape_e type)
{
    ngx_str_t  src, dst;

    /* of their own sizes, so that a sanitizer sees what goes past the end */

    src.len = len;
    src.data = ngx_pnalloc(t->pool, len + (len == 0));
    ngx_memcpy(src.data, text, len);

    dst.data = ngx_pnalloc(t->pool, len * NGX_EO_ESCAPE_MAX + (len == 0));
    dst.len = ngx_eo_escape(dst.data, &src, type) - dst.data;

    return dst;
}


ngx_eo_unit_test(core_escape_text)
{
    ngx_str_t       html, json, plain;
    ngx_uint_t      i;
    escape_case_t  *c;

    for (i = 0; i < sizeof(escape_texts) / sizeof(escape_case_t); i++) {
        c = &escape_texts[i];

        html = escape_run(t, c->text, ngx_strlen(c->text), NGX_EO_ESCAPE_HTML);
        json = escape_run(t, c->text, ngx_strlen(c->text), NGX_EO_ESCAPE_JSON);
        plain = escape_run(t, c->text, ngx_strlen(c->text),
                           NGX_EO_ESCAPE_PLAIN);

        ngx_eo_is_str(&html, c->html, "text %d as HTML", (int) i);
        ngx_eo_is_str(&json, c->json, "text %d as JSON", (int) i);
        ngx_eo_is_str(&plain, c->plain, "text %d as plain text", (int) i);
    }
}


/* what each ASCII character may look like afterwards */

ngx_eo_unit_test(core_escape_ascii)
{
    char             ch;
    u_char          *p;
    size_t           len;
    ngx_str_t        out;
    ngx_uint_t       i, type, bad;

    for (type = NGX_EO_ESCAPE_HTML; type <= NGX_EO_ESCAPE_PLAIN; type++) {

        bad = 0;

        for (i = 0; i < 0x80; i++) {
            ch = (char) i;
            out = escape_run(t, &ch, 1, type);

            for (p = out.data, len = out.len; len; p++, len--) {

                if ((*p < 0x20 || *p == 0x7f)
                    && (type == NGX_EO_ESCAPE_JSON
                        || (*p != '\t' && *p != '\n' && *p != '\r')))
                {
                    bad++;
                }

                if (type == NGX_EO_ESCAPE_HTML
                    && (*p == '<' || *p == '>' || *p == '"' || *p == '\''
                        || (*p == '&' && out.len == 1)))
                {
                    bad++;
                }
            }

            if (out.len == 0 || out.len > NGX_EO_ESCAPE_MAX) {
                bad++;
            }

            if (i >= 0x20 && i < 0x7f
                && ngx_strchr("<>&\"'\\", ch) == NULL
                && (out.len != 1 || out.data[0] != ch))
            {
                bad++;
            }
        }

        ngx_eo_is_int(bad, 0, "128 characters as %s", escape_types[type]);
    }
}


ngx_eo_unit_test(core_escape_utf8)
{
    size_t          len;
    u_char          expected[NGX_EO_ESCAPE_MAX * 8], *p;
    ngx_str_t       out;
    ngx_uint_t      i, n, type;
    escape_utf8_t  *c;

    for (i = 0; i < sizeof(escape_utf8) / sizeof(escape_utf8_t); i++) {
        c = &escape_utf8[i];
        len = ngx_strlen(c->text);

        p = ngx_cpymem(expected, "a", 1);

        if (c->replaced == 0) {
            p = ngx_cpymem(p, c->text, len);
        }

        for (n = 0; n < c->replaced; n++) {
            p = ngx_cpymem(p, NGX_EO_TEST_FFFD, 3);
        }

        for (type = NGX_EO_ESCAPE_HTML; type <= NGX_EO_ESCAPE_PLAIN; type++) {
            u_char  text[16];

            text[0] = 'a';
            ngx_memcpy(text + 1, c->text, len);

            out = escape_run(t, (char *) text, len + 1, type);

            ngx_eo_is_mem(out.data, out.len, expected, p - expected,
                          "%s as %s", c->what, escape_types[type]);
        }
    }
}


static void
escape_range(ngx_eo_unit_t *t, const char *name, uint32_t first,
    uint32_t last)
{
    u_char      src[4], dst[4 * NGX_EO_ESCAPE_MAX];
    uint32_t    ch, changed;
    ngx_str_t   text;

    changed = 0;
    text.data = src;

    for (ch = first; ch <= last; ch++) {
        text.len = escape_encode(src, ch);

        if (ngx_eo_escape(dst, &text, NGX_EO_ESCAPE_HTML) != dst + text.len
            || ngx_memcmp(dst, src, text.len) != 0)
        {
            changed++;
        }
    }

    ngx_eo_is_int(changed, 0, "%s are left as they are", name);
}


static size_t
escape_encode(u_char *p, uint32_t ch)
{
    if (ch < 0x800) {
        p[0] = 0xc0 | (ch >> 6);
        p[1] = 0x80 | (ch & 0x3f);
        return 2;
    }

    if (ch < 0x10000) {
        p[0] = 0xe0 | (ch >> 12);
        p[1] = 0x80 | ((ch >> 6) & 0x3f);
        p[2] = 0x80 | (ch & 0x3f);
        return 3;
    }

    p[0] = 0xf0 | (ch >> 18);
    p[1] = 0x80 | ((ch >> 12) & 0x3f);
    p[2] = 0x80 | ((ch >> 6) & 0x3f);
    p[3] = 0x80 | (ch & 0x3f);
    return 4;
}


ngx_eo_unit_test(core_escape_all_characters)
{
    escape_range(t, "characters of two bytes", 0x80, 0x7ff);
    escape_range(t, "characters below the surrogates", 0x800, 0xd7ff);
    escape_range(t, "characters above the surrogates", 0xe000, 0xfffd);
    escape_range(t, "characters of four bytes", 0x10000, 0x10ffff);
}


/* every pair of bytes: at most one of them stays what it was */

ngx_eo_unit_test(core_escape_pairs)
{
    u_char      src[2], dst[2 * NGX_EO_ESCAPE_MAX];
    size_t      len;
    ngx_str_t   text;
    ngx_uint_t  i, well_formed, wrong;

    wrong = 0;
    text.data = src;
    text.len = 2;

    for (i = 0x8000; i <= 0xffff; i++) {
        src[0] = (u_char) (i >> 8);
        src[1] = (u_char) i;

        well_formed = src[0] >= 0xc2 && src[0] <= 0xdf
                      && src[1] >= 0x80 && src[1] <= 0xbf;

        len = ngx_eo_escape(dst, &text, NGX_EO_ESCAPE_PLAIN) - dst;

        if (well_formed ? (len != 2 || ngx_memcmp(dst, src, 2) != 0)
                        : ngx_memcmp(dst, NGX_EO_TEST_FFFD, 3) != 0)
        {
            wrong++;
        }
    }

    ngx_eo_is_int(wrong, 0, "32768 pairs of bytes");
}
