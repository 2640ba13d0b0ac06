
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Parts of a request as rules see them.
 */


#include "ngx_eo_unit.h"
#include "request/ngx_eo_waf_form.h"
#include "request/ngx_eo_waf_multipart.h"
#include "request/ngx_eo_waf_parts.h"


static ngx_str_t waf_parts_str(const char *text);
static void waf_multipart_is(ngx_eo_unit_t *t, const char *text,
    const char *expected, ngx_uint_t n);


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
        rc = ngx_eo_waf_path(t->pool, &target, cases[i].merge, 0, &path);

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
    ngx_eo_waf_query(&target, 0, &value);
    ngx_eo_is_str(&value, "b?c", "a query");

    target = waf_parts_str("/a#b?c");
    ngx_eo_waf_query(&target, 0, &value);
    ngx_eo_is_str(&value, "", "a query in the fragment is none");

    ngx_eo_waf_query(&target, 1, &value);
    ngx_eo_is_str(&value, "c", "for who knows no fragment it is one");

    target = waf_parts_str("/?#&id=1");
    ngx_eo_waf_query(&target, 1, &value);
    ngx_eo_is_str(&value, "#&id=1", "nor does a fragment end it");

    ngx_eo_is_int(ngx_eo_waf_path(t->pool, &target, 1, 1, &value), NGX_OK,
                  "a path before a query");
    ngx_eo_is_str(&value, "/", "ends there");

    target = waf_parts_str("/a#/../b/%2e%2e/c?d");
    ngx_eo_is_int(ngx_eo_waf_path(t->pool, &target, 1, 1, &value), NGX_OK,
                  "a path without fragment");
    ngx_eo_is_str(&value, "/c", "is all of it");
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

        rc = ngx_eo_waf_arg(t->pool, &text, &name, 0, &value);

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

    ngx_eo_is_int(ngx_eo_waf_arg(t->pool, &text, &name, 0, &value), NGX_OK,
                  "a NUL in an argument");
    ngx_eo_is_mem(value.data, value.len, "a\0b", 3, "is kept");
}


/* what PHP, Perl and Rack read into a query */

ngx_eo_unit_test(waf_parts_arg_loose)
{
    ngx_int_t   rc;
    ngx_str_t   text, name, value;
    ngx_uint_t  i;

    static struct {
        const char  *text;
        const char  *name;
        const char  *value;
        ngx_uint_t   plain;
    } cases[] = {
        { "k=1&k=2", "k", "2", 1 },
        { "+k=1", "k", "1", 0 },
        { "%20k=1", "k", "1", 0 },
        { "%09%0Ak=1", "k", "1", 0 },
        { " k=1", "k", "1", 0 },
        { "k+=1", "k", "1", 0 },
        { "k%00=1", "k", "1", 0 },
        { "k%00x=1", "k", "1", 0 },
        { "%00k=1", "k", NULL, 0 },
        { "a=1;k=2", "k", "2", 0 },
        { "k=2;a=1", "k", "2", 0 },
        { "a=1&amp;k=2", "k", "2", 0 },
        { "#&k=1", "k", "1", 0 },
        { "#k=1", "k", NULL, 0 },
        { "a.b=1", "a_b", "1", 0 },
        { "a+b=1", "a_b", "1", 0 },
        { "a[b=1", "a_b", "1", 0 },
        { "a_b=1", "a.b", NULL, 1 },
        { "k[]=1", "k", NULL, 0 },
        { "kk=1", "k", NULL, 1 },
        { "K=1", "k", NULL, 1 },
        { "=1", "k", NULL, 1 },
        { "%=1", "k", NULL, 0 },
        { "%2=1", "k", NULL, 0 },
        { "", "k", NULL, 1 },
        { NULL, NULL, NULL, 0 }
    };

    for (i = 0; cases[i].text; i++) {
        text = waf_parts_str(cases[i].text);
        name = waf_parts_str(cases[i].name);

        rc = ngx_eo_waf_arg(t->pool, &text, &name, 1, &value);

        ngx_eo_is_int(ngx_eo_waf_args_plain(&text), cases[i].plain,
                      "whether \"%s\" has one reading", cases[i].text);

        if (cases[i].value == NULL) {
            ngx_eo_is_int(rc, NGX_DECLINED, "loosely no \"%s\" in \"%s\"",
                          cases[i].name, cases[i].text);
            continue;
        }

        ngx_eo_is_int(rc, NGX_OK, "loosely \"%s\" in \"%s\"",
                      cases[i].name, cases[i].text);
        ngx_eo_is_str(&value, cases[i].value,
                      "loosely the value of \"%s\" in \"%s\"",
                      cases[i].name, cases[i].text);
    }
}


ngx_eo_unit_test(waf_parts_cookie)
{
    ngx_str_t  text, name, value;

    text = waf_parts_str("a=1; id=2;id=3 ; ID=4; idx=5; e=; id");

    name = waf_parts_str("id");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, 0, &value), NGX_OK,
                  "a cookie");
    ngx_eo_is_str(&value, "3", "the last of its name");

    name = waf_parts_str("e");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, 0, &value), NGX_OK,
                  "an empty cookie");
    ngx_eo_is_str(&value, "", "is empty");

    name = waf_parts_str("d");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, 0, &value), NGX_DECLINED,
                  "no cookie");

    text = waf_parts_str("a=1; \vd = 2");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, 0, &value), NGX_DECLINED,
                  "no cookie with blanks about its name");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, 1, &value), NGX_OK,
                  "but one for those who drop them");
    ngx_eo_is_str(&value, "2", "with its value");

    text = waf_parts_str("a=x%3bd=2");
    ngx_eo_is_int(ngx_eo_waf_cookie(&text, &name, 1, &value), NGX_DECLINED,
                  "what is encoded separates nothing");
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


ngx_eo_unit_test(waf_form_type)
{
    ngx_str_t          text;
    ngx_uint_t         i;
    ngx_eo_waf_form_t  form;

#define URLENCODED  NGX_EO_WAF_FORM_URLENCODED, ""
#define NONE        NGX_EO_WAF_FORM_NONE, ""
#define AMBIGUOUS   NGX_EO_WAF_FORM_AMBIGUOUS, NULL
#define MULTIPART   NGX_EO_WAF_FORM_MULTIPART

    static struct {
        const char         *text;
        ngx_eo_waf_form_e   kind;
        const char         *boundary;
    } cases[] = {
        { "", URLENCODED },
        { "application/x-www-form-urlencoded", URLENCODED },
        { "Application/X-WWW-Form-Urlencoded;charset=UTF-8", URLENCODED },
        { "application/x-www-form-urlencoded\t; charset=utf-8;", URLENCODED },
        { "application/x-www-form-urlencoded; charset=\"ISO-8859-1\"",
          URLENCODED },
        { "application/x-www-form-urlencoded ", URLENCODED },
        { "application/x-www-form-urlencoded; charset=ibm037", AMBIGUOUS },
        { "application/x-www-form-urlencoded; charset=utf-16", AMBIGUOUS },
        { "application/x-www-form-urlencoded, text/plain", AMBIGUOUS },
        { "application/x-www-form-urlencoded text", AMBIGUOUS },
        { "application/x-www-form-urlencodedx", AMBIGUOUS },
        { "text/plain, application/x-www-form-urlencoded", AMBIGUOUS },
        { "application/json", NONE },
        { "text/plain; boundary=x", NONE },
        { "multipart", NONE },

        { "multipart/form-data; boundary=abc", MULTIPART, "abc" },
        { "Multipart/Form-Data;charset=utf-8 ; BOUNDARY=\"a b;c\"; x",
          AMBIGUOUS },
        { "Multipart/Form-Data;charset=utf-8 ; BOUNDARY=\"a b,c\"; x",
          MULTIPART, "a b,c" },
        { "multipart/form-data;boundary=x;charset=UTF-8", MULTIPART, "x" },
        { "multipart/form-data; boundary="
          "----WebKitFormBoundary7MA4YWxkTrZu0gW", MULTIPART,
          "----WebKitFormBoundary7MA4YWxkTrZu0gW" },
        { "multipart/form-data; boundary=\"=_boundary_1\"", MULTIPART,
          "=_boundary_1" },
        { "multipart/form-data; boundary=----=_Part_3_12.34", MULTIPART,
          "----=_Part_3_12.34" },
        { "multipart/related; type=\"text/xml\"; boundary=b", MULTIPART, "b" },
        { "multipart/mixed", NONE },
        { "multipart/form-data; boundary = abc ; x=y", AMBIGUOUS },
        { "multipart/form-data; xboundary=abc", AMBIGUOUS },
        { "multipart/form-data; xboundary=abc; boundary=b", AMBIGUOUS },
        { "multipart/form-data; boundary=a; boundary=b", AMBIGUOUS },
        { "multipart/form-data; boundary=a; BOUNDARY=a", AMBIGUOUS },
        { "multipart/form-data; boundary=", AMBIGUOUS },
        { "multipart/form-data; boundary", AMBIGUOUS },
        { "multipart/form-data; boundary=\"\"", AMBIGUOUS },
        { "multipart/form-data; boundary=\"a", AMBIGUOUS },
        { "multipart/form-data; boundary=\"a\\b\"", AMBIGUOUS },
        { "multipart/form-data; boundary=\"a\"b", AMBIGUOUS },
        { "multipart/form-data; boundary=a,b", AMBIGUOUS },
        { "multipart/form-data; boundary=a\"b", AMBIGUOUS },
        { "multipart/form-data; boundary*=utf-8''a", AMBIGUOUS },
        { "multipart/form-data, boundary=abc", AMBIGUOUS },
        { "multipart/form-data boundary=abc", AMBIGUOUS },
        { "multipart/form-datax; boundary=abc", AMBIGUOUS },
        { "multipart/form-data; boundary=b; charset=utf-7", AMBIGUOUS },
        { "multipart/form-data", AMBIGUOUS },
        { "multipart/form-data; boundary="
          "12345678901234567890123456789012345678901234567890"
          "12345678901234567890", MULTIPART,
          "12345678901234567890123456789012345678901234567890"
          "12345678901234567890" },
        { "multipart/form-data; boundary="
          "12345678901234567890123456789012345678901234567890"
          "123456789012345678901", AMBIGUOUS },
        { NULL, NONE }
    };

#undef URLENCODED
#undef NONE
#undef AMBIGUOUS
#undef MULTIPART

    for (i = 0; cases[i].text; i++) {
        text = waf_parts_str(cases[i].text);

        ngx_eo_waf_form_type(&text, &form);

        ngx_eo_is_int(form.kind, cases[i].kind, "what is \"%s\"",
                      cases[i].text);

        if (cases[i].boundary && form.kind == cases[i].kind) {
            ngx_eo_is_str(&form.boundary, cases[i].boundary,
                          "the boundary of \"%s\"", cases[i].text);
        }

        if (form.kind == NGX_EO_WAF_FORM_AMBIGUOUS) {
            ngx_eo_ok(form.why != NULL, "and why: \"%s\"", cases[i].text);
        }
    }

    ngx_eo_waf_form_type(NULL, &form);
    ngx_eo_is_int(form.kind, NGX_EO_WAF_FORM_URLENCODED, "no type at all");
}


/* value: NULL if there is no such field, ABORT if that cannot be said */

#define ABORT  "?"


static void
waf_multipart_is(ngx_eo_unit_t *t, const char *text, const char *expected,
    ngx_uint_t n)
{
    ngx_int_t          rc;
    ngx_str_t          body, name, value;
    ngx_eo_waf_form_t  form;

    ngx_memzero(&form, sizeof(ngx_eo_waf_form_t));
    ngx_str_set(&form.boundary, "b");
    ngx_str_set(&name, "n");

    body = waf_parts_str(text);

    rc = ngx_eo_waf_multipart_field(&form, &body, &name, &value);

    if (expected == NULL) {
        ngx_eo_is_int(rc, NGX_DECLINED, "no field, %lu", n);

    } else if (ngx_strcmp(expected, ABORT) == 0) {
        ngx_eo_is_int(rc, NGX_ABORT, "an ambiguous form, %lu", n);
        ngx_eo_ok(form.why != NULL, "and why, %lu", n);

    } else if (ngx_eo_is_int(rc, NGX_OK, "a field, %lu", n)) {
        ngx_eo_is_str(&value, expected, "its value, %lu", n);
    }
}


#define HEADER(header, data)  "--b\r\n" header "\r\n\r\n" data "\r\n"

#define PART(parameters, data)                                               \
    HEADER("Content-Disposition: form-data; " parameters, data)


ngx_eo_unit_test(waf_multipart_field)
{
    ngx_uint_t  i;

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
        { PART("name=\"n\"", "a\nb") "--b--", "a\nb" },
        { PART("name=\"n\"; filename=\"f\"", "1") "--b--", NULL },
        { PART("filename=f; name=\"n\"", "1") "--b--", NULL },
        { PART("name=\"n\"; filename=\"f\"; filename*=utf-8''f", "1")
          "--b--", NULL },
        { PART("name=\"f\"; filename*=utf-8''f", "1") "--b--", NULL },
        { PART("name=\"n\"; filename=\"\"", "1") "--b--", "1" },
        { PART("filename=\"; name=n\"", "1") "--b--", NULL },
        { PART("name=\"f\"; filename=\"C:\\a\\b.jpg\"", "1") "--b--", NULL },
        { PART("name=\"n;\"", "1") "--b--", NULL },
        { PART("name=\"n[]\"", "1") "--b--", NULL },
        { "preamble\r\n" PART("name=n", "1") "--b--", "1" },
        { PART("name=n", "1") "--b--\r\nepilogue", "1" },
        { "--b\ncontent-disposition:form-data;name=n\n\n1\n--b--", "1" },
        { HEADER("Content-Type: text/plain; charset=UTF-8\r\n"
                 "Content-Transfer-Encoding: 8bit\r\n"
                 "Content-Disposition: form-data; name=\"n\"", "1") "--b--",
          "1" },
        { HEADER("Content-Disposition: form-data; name=\"f\"; filename=\"f\""
                 "\r\nContent-Transfer-Encoding: base64", "1")
          PART("name=\"n\"", "1") "--b--", "1" },
        { HEADER("content-disposition: form-data; name=\"n\"\r\n"
                 "content-type: application/json", "{}") "--b--", "{}" },
        { PART("name=\"\xd0\xbf\"", "1") PART("name=\"n\"", "1") "--b--",
          "1" },
        { "--b\r\nContent-Disposition: form-data; name=n\r\n\r\ncut o",
          "cut o" },
        { "--b\r\nContent-Disposition: form-data; name=n", NULL },
        { "n=1", NULL },
        { "", NULL },
        { NULL, NULL }
    };

    for (i = 0; cases[i].body; i++) {
        waf_multipart_is(t, cases[i].body, cases[i].value, i);
    }
}


/* a field for one back end or another, which is not for all of them */

ngx_eo_unit_test(waf_multipart_ambiguous)
{
    ngx_uint_t  i;

    static const char  *cases[] = {
        PART("name*=utf-8''n", "1") "--b--",
        PART("name*0=n", "1") "--b--",
        PART("name='n'", "1") "--b--",
        PART("name=\"\\n\"", "1") "--b--",
        PART("name =\"n\"", "1") "--b--",
        PART("name= \"n\"", "1") "--b--",
        PART("name=\" n\"", "1") "--b--",
        PART("name=\"n \"", "1") "--b--",
        PART("name=\"n\"x", "1") "--b--",
        PART("name=\"n", "1") "--b--",
        PART("name=\"a\"; name=\"n\"", "1") "--b--",
        PART("name=\"n\"; name=\"a\"", "1") "--b--",
        PART("name=\"=?utf-8?B?bg==?=\"", "1") "--b--",
        PART("name=\"n\"; filename*=utf-8''f", "1") "--b--",
        PART("filename=\"\\\"; name=\"n\"; name=n", "1") "--b--",
        PART("name=\"n\"; filename=\"f\"; filename=\"\"", "1") "--b--",
        PART("name", "1") "--b--",
        HEADER("Content-Disposition : form-data; name=\"n\"", "1") "--b--",
        HEADER("Content-Disposition: attachment; name=\"n\"", "1") "--b--",
        HEADER("Content-Disposition: form-data, name=\"n\"", "1") "--b--",
        HEADER("Content-Disposition: form-data; name=\"a\"\r\n"
               "Content-Disposition: form-data; name=\"n\"", "1") "--b--",
        HEADER("Content-Disposition: form-data; name=\"n\"\r\n"
               "Content-Disposition: form-data; name=\"a\"", "1") "--b--",
        HEADER("\x0e" "Content-Disposition\x0e: form-data; name=\"n\"", "1")
            "--b--",
        HEADER("Content-Disposition: form-data;\r\n name=\"n\"", "1") "--b--",
        HEADER("Content-Disposition\r\n: form-data; name=\"n\"", "1") "--b--",
        HEADER("X: y", "1") "--b--",
        "--b\r\n\r\nContent-Disposition: form-data; name=n\r\n\r\n1\r\n--b--",
        HEADER("Content-Disposition: form-data; name=\"n\"\r\n"
               "Content-Transfer-Encoding: base64", "MQ==") "--b--",
        HEADER("Content-Disposition: form-data; name=\"n\"\r\n"
               "Content-Type: text/plain; charset=utf-16", "1") "--b--",
        PART("name=\"a\"", "1\n--b\nContent-Disposition: form-data; "
             "name=\"n\"\n\n2") "--b--",
        PART("name=\"n\"", "1\r\n--bc") "--b--",
        PART("name=\"a\"", "1") "--b--\r\n" PART("name=\"n\"", "1"),
        "--b \r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--b--",
        NULL
    };

    for (i = 0; cases[i]; i++) {
        waf_multipart_is(t, cases[i], ABORT, i);
    }
}
