
/*
 * Parts of a request as rules see them.
 */


#include "ngx_eo_unit.h"
#include "request/ngx_eo_waf_multipart.h"
#include "request/ngx_eo_waf_parts.h"


static ngx_str_t waf_parts_str(const char *text);


static ngx_str_t
waf_parts_str(const char *text)
{
    ngx_str_t  str;

    str.data = (u_char *) text;
    str.len = ngx_strlen(text);

    return str;
}


ngx_eo_unit_test(waf_parts_path)
{
    ngx_int_t    rc;
    ngx_str_t    target, path;
    ngx_uint_t   i;

    static struct {
        const char  *target;
        ngx_uint_t   merge;
        const char  *path;
    } cases[] = {
        { "/", 1, "/" },
        { "/a/b.html", 1, "/a/b.html" },
        { "/a?b=/../c", 1, "/a" },
        { "/a#b?c", 1, "/a" },
        { "/%61dmin", 1, "/admin" },
        { "/%2561", 1, "/%61" },
        { "/a%2Fb", 1, "/a/b" },
        { "/a%3Fb", 1, "/a?b" },
        { "/a%", 1, "/a%" },
        { "/a%2", 1, "/a%2" },
        { "/a%zz", 1, "/a%zz" },
        { "//a///b", 1, "/a/b" },
        { "//a///b", 0, "//a///b" },
        { "/a//", 1, "/a/" },
        { "/a//", 0, "/a//" },
        { "/./a", 1, "/a" },
        { "/a/.", 1, "/a/" },
        { "/a/./", 1, "/a/" },
        { "/a/..", 1, "/" },
        { "/a/b/..", 1, "/a/" },
        { "/a/../b", 1, "/b" },
        { "/a/%2e%2E/b", 1, "/b" },
        { "/a/..%2fb", 1, "/b" },
        { "/../../a", 1, "/a" },
        { "/a//../b", 1, "/b" },
        { "/a//../b", 0, "/a/b" },
        { "/a/...", 1, "/a/..." },
        { "/.a/..b", 1, "/.a/..b" },
        { "/a+b", 1, "/a+b" },
        { "*", 1, "*" },
        { "", 1, "" },
        { NULL, 0, NULL }
    };

    for (i = 0; cases[i].target; i++) {
        target = waf_parts_str(cases[i].target);
        rc = ngx_eo_waf_path(t->pool, &target, cases[i].merge, &path);

        ngx_eo_is_int(rc, NGX_OK, "a path: %s", cases[i].target);
        ngx_eo_is_str(&path, cases[i].path, "path of %s, merge %u",
                      cases[i].target, (unsigned) cases[i].merge);
    }
}


ngx_eo_unit_test(waf_parts_names)
{
    ngx_str_t   target, value;
    ngx_uint_t  i;

    static struct {
        const char  *path;
        const char  *filename;
        const char  *extension;
    } cases[] = {
        { "/a/b.jpg", "b.jpg", ".jpg" },
        { "/a.b/c", "c", "" },
        { "/a/b.tar.gz", "b.tar.gz", ".gz" },
        { "/.htaccess", ".htaccess", ".htaccess" },
        { "/a.", "a.", "." },
        { "/", "", "" },
        { NULL, NULL, NULL }
    };

    for (i = 0; cases[i].path; i++) {
        target = waf_parts_str(cases[i].path);

        ngx_eo_waf_filename(&target, &value);
        ngx_eo_is_str(&value, cases[i].filename, "filename of %s",
                      cases[i].path);

        ngx_eo_waf_extension(&target, &value);
        ngx_eo_is_str(&value, cases[i].extension, "extension of %s",
                      cases[i].path);
    }

    target = waf_parts_str("/a?b?c#d?e");
    ngx_eo_waf_query(&target, &value);
    ngx_eo_is_str(&value, "b?c", "a query");

    target = waf_parts_str("/a#b?c");
    ngx_eo_waf_query(&target, &value);
    ngx_eo_is_str(&value, "", "a query in the fragment is none");
}


ngx_eo_unit_test(waf_parts_arg)
{
    ngx_int_t   rc;
    ngx_str_t   text, name, value;
    ngx_uint_t  i;

    static struct {
        const char  *text;
        const char  *name;
        const char  *value;
    } cases[] = {
        { "k=1&k=2", "k", "2" },
        { "k=2&K=1", "k", "2" },
        { "k=1&k", "k", "" },
        { "k=1&k=", "k", "" },
        { "a=1&&b=2", "b", "2" },
        { "%6b=%31%2B+x", "k", "1+ x" },
        { "a+b=1", "a b", "1" },
        { "k=a=b", "k", "a=b" },
        { "k=%", "k", "%" },
        { "%k=1", "%k", "1" },
        { "%3]=1", "%3]", "1" },
        { "%3]=1&k=2", "k", "2" },
        { "%zz%zz%zz=1", "abc", NULL },
        { "%6%6b=1", "%6k", "1" },
        { "kk=1", "k", NULL },
        { "k%00=1", "k", NULL },
        { "", "k", NULL },
        { "=1", "k", NULL },
        { NULL, NULL, NULL }
    };

    for (i = 0; cases[i].text; i++) {
        text = waf_parts_str(cases[i].text);
        name = waf_parts_str(cases[i].name);

        rc = ngx_eo_waf_arg(t->pool, &text, &name, &value);

        if (cases[i].value == NULL) {
            ngx_eo_is_int(rc, NGX_DECLINED, "no \"%s\" in \"%s\"",
                          cases[i].name, cases[i].text);
            continue;
        }

        ngx_eo_is_int(rc, NGX_OK, "\"%s\" in \"%s\"", cases[i].name,
                      cases[i].text);
        ngx_eo_is_str(&value, cases[i].value, "value of \"%s\" in \"%s\"",
                      cases[i].name, cases[i].text);
    }

    text = waf_parts_str("k=a%00b");
    name = waf_parts_str("k");

    ngx_eo_is_int(ngx_eo_waf_arg(t->pool, &text, &name, &value), NGX_OK,
                  "a NUL in an argument");
    ngx_eo_is_mem(value.data, value.len, "a\0b", 3, "is kept");
}


ngx_eo_unit_test(waf_parts_cookie)
{
    ngx_str_t  text, name, value;

    text = waf_parts_str("a=1; id=2;id=3 ; ID=4; idx=5; e=; id");

    name = waf_parts_str("id");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, &value), NGX_OK,
                  "a cookie");
    ngx_eo_is_str(&value, "3", "the last of its name");

    name = waf_parts_str("e");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, &value), NGX_OK,
                  "an empty cookie");
    ngx_eo_is_str(&value, "", "is empty");

    name = waf_parts_str("d");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, &value), NGX_DECLINED,
                  "no cookie");
}


ngx_eo_unit_test(waf_parts_forwarded)
{
    ngx_str_t   text, value;
    ngx_uint_t  i;

    static struct {
        const char  *text;
        const char  *addr;
    } cases[] = {
        { "192.0.2.1", "192.0.2.1" },
        { " 192.0.2.1 , 10.0.0.1", "192.0.2.1" },
        { "192.0.2.1:8080", "192.0.2.1" },
        { "2001:db8::1,10.0.0.1", "2001:db8::1" },
        { "[2001:db8::1]:443", "2001:db8::1" },
        { "[2001:db8::1]", "2001:db8::1" },
        { "[2001:db8::1]x", NULL },
        { "[2001:db8::1", NULL },
        { "unknown, 192.0.2.1", NULL },
        { "192.0.2.256", NULL },
        { "192.0.2.0/24", NULL },
        { ", 192.0.2.1", NULL },
        { "", NULL },
        { NULL, NULL }
    };

    for (i = 0; cases[i].text; i++) {
        text = waf_parts_str(cases[i].text);

        if (cases[i].addr == NULL) {
            ngx_eo_is_int(ngx_eo_waf_forwarded(&text, &value), NGX_DECLINED,
                          "no address: \"%s\"", cases[i].text);
            continue;
        }

        ngx_eo_is_int(ngx_eo_waf_forwarded(&text, &value), NGX_OK,
                      "an address: \"%s\"", cases[i].text);
        ngx_eo_is_str(&value, cases[i].addr, "which: \"%s\"",
                      cases[i].text);
    }
}


ngx_eo_unit_test(waf_multipart_boundary)
{
    ngx_str_t   text, value;
    ngx_uint_t  i;

    static struct {
        const char  *text;
        const char  *boundary;
    } cases[] = {
        { "multipart/form-data; boundary=abc", "abc" },
        { "Multipart/Form-Data;charset=utf-8 ; BOUNDARY=\"a b;c\"; x",
          "a b;c" },
        { "multipart/form-data; boundary = abc ; x=y", "abc" },
        { "multipart/form-data; xboundary=abc", NULL },
        { "multipart/form-data; boundary=", NULL },
        { "multipart/form-data; boundary", NULL },
        { "multipart/form-data boundary=abc", NULL },
        { "multipart/form-datax; boundary=abc", NULL },
        { "multipart/mixed; boundary=abc", NULL },
        { "multipart/form-data; boundary="
          "12345678901234567890123456789012345678901234567890"
          "123456789012345678901", NULL },
        { "", NULL },
        { NULL, NULL }
    };

    for (i = 0; cases[i].text; i++) {
        text = waf_parts_str(cases[i].text);

        if (cases[i].boundary == NULL) {
            ngx_eo_is_int(ngx_eo_waf_multipart_boundary(&text, &value),
                          NGX_DECLINED, "no boundary: \"%s\"",
                          cases[i].text);
            continue;
        }

        ngx_eo_is_int(ngx_eo_waf_multipart_boundary(&text, &value), NGX_OK,
                      "a boundary: \"%s\"", cases[i].text);
        ngx_eo_is_str(&value, cases[i].boundary, "which: \"%s\"",
                      cases[i].text);
    }
}


ngx_eo_unit_test(waf_multipart_field)
{
    ngx_str_t   body, boundary, name, value;
    ngx_uint_t  i;

#define PART(parameters, data)                                               \
    "--b\r\nContent-Disposition: form-data; " parameters "\r\n\r\n" data "\r\n"

    static struct {
        const char  *body;
        const char  *value;
    } cases[] = {
        { PART("name=\"n\"", "1") "--b--\r\n", "1" },
        { PART("name=n", "1") "--b--", "1" },
        { PART("name=\"n\"", "1") PART("name=\"n\"", "2") "--b--", "2" },
        { PART("name=\"n\"", "1") PART("name=\"N\"", "2") "--b--", "1" },
        { PART("name=\"n\"", "") "--b--", "" },
        { PART("name=\"n\"", "\r\n") "--b--", "\r\n" },
        { PART("name=\"n\"", "--b") "--b--", "" },
        { PART("name=\"n\"", "--bc\r\n-b") "--b--", "--bc\r\n-b" },
        { PART("name=\"n\"; filename=\"f\"", "1") "--b--", NULL },
        { PART("filename=f; name=\"n\"", "1") "--b--", NULL },
        { PART("name=\"n\"; filename=\"\"", "1") "--b--", "1" },
        { PART("filename=\"; name=n\"", "1") "--b--", NULL },
        { PART("name=\"n;\"", "1") "--b--", NULL },
        { PART("filename=\"\\\"; name=\"n\"; name=n", "1") "--b--", NULL },
        { "preamble\r\n" PART("name=n", "1") "--b--", "1" },
        { "--b  \ncontent-disposition:form-data;name=n\n\n1\n--b--", "1" },
        { "--b\r\nX: y\r\nContent-Disposition: form-data;\r\n"
          " name=\"n\"\r\n\r\n1\r\n--b--", "1" },
        { PART("name=n", "1") "--b--\r\n" PART("name=n", "2"), "1" },
        { "--b\r\nContent-Disposition: form-data; name=n\r\n\r\ncut o",
          "cut o" },
        { "--b\r\nContent-Disposition: form-data; name=n", "" },
        { "--b\r\n\r\nContent-Disposition: form-data; name=n\r\n\r\n",
          NULL },
        { "n=1", NULL },
        { "", NULL },
        { NULL, NULL }
    };

#undef PART

    ngx_str_set(&boundary, "b");
    ngx_str_set(&name, "n");

    for (i = 0; cases[i].body; i++) {
        body = waf_parts_str(cases[i].body);

        if (cases[i].value == NULL) {
            ngx_eo_is_int(ngx_eo_waf_multipart_field(&body, &boundary, &name,
                                                     &value),
                          NGX_DECLINED, "no field, %lu", i);
            continue;
        }

        ngx_eo_is_int(ngx_eo_waf_multipart_field(&body, &boundary, &name,
                                                 &value),
                      NGX_OK, "a field, %lu", i);
        ngx_eo_is_str(&value, cases[i].value, "its value, %lu", i);
    }
}
