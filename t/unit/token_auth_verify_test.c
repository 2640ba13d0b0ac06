
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Signing and verification: published vectors, round trips, expiry, rotation
 * and the table of refusals.
 */


#include "token_auth_test.h"


#define KEY    "DvYmqE81E1F9R791H6lmht"
#define OTHER  "BCChgIM4o0k08Uk0Jgi3f27ir3"
#define DIG    "0123456789abcdef0123456789abcdef"
#define LONG   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


static void set_key(ngx_uint_t i, const char *id, const char *value);
static void setup(ngx_uint_t method);
static void verify(const char *target, ngx_uint_t status, const char *name);
static const char *sign(ngx_eo_token_link_t *link, const char *url,
    ngx_str_t *out);


static ngx_eo_token_key_t      keys[2];
static ngx_eo_token_rule_t     rule;
static ngx_eo_token_result_t   result;
static ngx_eo_token_request_t  request;


static void
set_key(ngx_uint_t i, const char *id, const char *value)
{
    keys[i].id = token_str(id);
    keys[i].value = token_str(value);

    ngx_eo_token_key_prepare(&keys[i]);
}


static void
setup(ngx_uint_t method)
{
    memset(&rule, 0, sizeof(rule));
    memset(&request, 0, sizeof(request));
    memset(keys, 0, sizeof(keys));

    set_key(0, method == NGX_EO_TOKEN_HMAC ? "k1" : "", KEY);

    rule.method = method;
    rule.hex = 1;
    rule.keys = keys;
    rule.nkeys = 1;
    rule.timeout = 600;
    rule.param = token_str("sign");
    rule.time_param = token_str("t");

    request.now = 1721028437;
}


static void
verify(const char *target, ngx_uint_t status, const char *name)
{
    char        title[512];
    u_char     *copy;
    ngx_str_t   text;

    /* a copy without a terminator, so that a read past it is seen */

    text.len = strlen(target);
    copy = malloc(text.len ? text.len : 1);
    memcpy(copy, target, text.len);
    text.data = copy;

    ngx_eo_token_split(&text, &request.path, &request.args);
    ngx_eo_token_verify(&rule, &request, &result);

    snprintf(title, sizeof(title), "%s: %s is %s",
             ngx_eo_token_method_names[rule.method], name,
             ngx_eo_token_status_names[status]);

    ngx_eo_ok(result.status == status
              && (status == NGX_EO_TOKEN_OK) == (result.reason == NULL),
              "%s", title);

    if (result.status != status) {
        printf("# got %s (%s) for %s\n",
               ngx_eo_token_status_names[result.status],
               result.reason ? result.reason : "", target);
    }

    free(copy);
}


static const char *
sign(ngx_eo_token_link_t *link, const char *url, ngx_str_t *out)
{
    size_t        size;
    int64_t       expires;
    const char   *error;

    static u_char  *buf;

    link->url = token_str(url);

    if (link->timeout == 0) {
        link->timeout = 600;
    }

    free(buf);
    size = ngx_eo_token_sign_size(&rule, link);
    buf = malloc(size + 1);

    error = ngx_eo_token_sign(&rule, link, buf, out, &expires);

    if (error == NULL) {
        out->data[out->len] = '\0';
        ngx_eo_ok(out->len <= size, "the bound of the length holds");
    }

    return error;
}


ngx_eo_unit_test(token_auth_published_vectors)
{
    ngx_str_t            url;
    ngx_eo_token_link_t  link;

    setup(NGX_EO_TOKEN_A);

    verify("/foo.jpg?sign=1721028437-Kv4cPTAAP5YTi-0-"
           "0fbdca749d7ab784750685347e42075c", NGX_EO_TOKEN_OK, "vector A1");
    verify("/foo.jpg?sign=1721028437--0-"
           "e1ca3bbbd815e12b627b91c06957f6eb", NGX_EO_TOKEN_OK, "vector A2");
    verify("/foo.jpg?a=1&sign=1721028437-Kv4cPTAAP5YTi-0-"
           "0FBDCA749D7AB784750685347E42075C&b=2", NGX_EO_TOKEN_OK,
           "an upper-case digest among other parameters");

    memset(&link, 0, sizeof(link));
    link.time = 1721028437;
    link.rand = token_str("Kv4cPTAAP5YTi");
    sign(&link, "http://www.example.com/foo.jpg", &url);
    ngx_eo_is_str(&url, "http://www.example.com/foo.jpg?sign=1721028437-"
           "Kv4cPTAAP5YTi-0-0fbdca749d7ab784750685347e42075c", "signs A1");

    link.rand = token_str("");
    sign(&link, "/foo.jpg", &url);
    ngx_eo_is_str(&url, "/foo.jpg?sign=1721028437--0-"
           "e1ca3bbbd815e12b627b91c06957f6eb", "signs A2");

    setup(NGX_EO_TOKEN_B);
    request.now = 1721028780;
    verify("/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg",
           NGX_EO_TOKEN_OK, "vector B1");
    ngx_eo_ok(result.prefix == 46, "B1: the token's part of the path");

    link.time = 1721028780 + 59;
    sign(&link, "/foo.jpg", &url);
    ngx_eo_is_str(&url,
                  "/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg",
                  "signs B1");

    setup(NGX_EO_TOKEN_C);
    request.now = 1721029386;
    verify("/6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg",
           NGX_EO_TOKEN_OK, "vector C1");
    ngx_eo_ok(result.prefix == 42, "C1: the token's part of the path");

    link.time = 1721029386;
    sign(&link, "https://www.example.com/foo.jpg?a=b", &url);
    ngx_eo_is_str(&url,
                  "https://www.example.com/6688749e8906a726c12fe1be3aacd016/"
           "6694d30a/foo.jpg?a=b", "signs C1");

    setup(NGX_EO_TOKEN_D);
    rule.param = token_str("token");
    request.now = 1721029907;
    link.time = 1721029907;

    verify("/foo.jpg?token=10a9ca5e024dca096f9651b13614a3f9&t=6694d513",
           NGX_EO_TOKEN_OK, "vector D2");
    verify("/foo.jpg?t=0x6694d513&token=10a9ca5e024dca096f9651b13614a3f9",
           NGX_EO_TOKEN_OK, "vector D2 with 0x");
    sign(&link, "/foo.jpg", &url);
    ngx_eo_is_str(&url,
                  "/foo.jpg?token=10a9ca5e024dca096f9651b13614a3f9&t=6694d513",
                  "signs D2");

    rule.hex = 0;
    verify("/foo.jpg?token=cadcec4a04e67b9c2abf4b61c642a0dd&t=1721029907",
           NGX_EO_TOKEN_OK, "vector D1");
    sign(&link, "/foo.jpg", &url);
    ngx_eo_is_str(&url, "/foo.jpg?token=cadcec4a04e67b9c2abf4b61c642a0dd"
           "&t=1721029907", "signs D1");
}


/* digests made outside of these units, by md5sum and openssl */

ngx_eo_unit_test(token_auth_other_vectors)
{
    setup(NGX_EO_TOKEN_VOD);
    request.now = 0x6694d513;

    rule.any_us = 1;
    verify("/dir1/dir2/myVideo.mp4?t=6694d513&exper=300&us=72d4cd1101"
           "&sign=bd222d2c9541fbf7b517f69a8b061da4", NGX_EO_TOKEN_OK,
           "a preview");
    ngx_eo_ok(result.preview == 300, "VOD: the preview's seconds");
    rule.any_us = 0;

    verify("/dir1/dir2/myVideo.mp4?t=6694d513"
           "&sign=b44e24200ef7cda6df32cc33f8f59d68", NGX_EO_TOKEN_OK,
           "the shortest link");
    ngx_eo_ok(result.preview == 0, "VOD: no preview");

    setup(NGX_EO_TOKEN_HMAC);
    verify("/foo.jpg?sign=k1.1721028437."
           "j95Xik3Bgicz9qejjFP4NVNIv4Wq3G0mHBEC4X2qfeo", NGX_EO_TOKEN_OK,
           "a link");

    set_key(0, "k1", LONG);
    verify("/foo.jpg?sign=k1.1721028437."
           "kqejWzHD3h2kxd669CKQ59k1fq8rVeVqqYBqkY73oKc", NGX_EO_TOKEN_OK,
           "a key longer than a block");
}


ngx_eo_unit_test(token_auth_expiry)
{
    ngx_str_t            url;
    ngx_eo_token_link_t  link;
    ngx_uint_t           method;

    static int64_t  grace[] = { 0, 600, 600, 600, 600, 300, 0 };
    static int64_t  minute = 1721028780;

    for (method = NGX_EO_TOKEN_A; method < NGX_EO_TOKEN_METHODS; method++) {
        setup(method);

        memset(&link, 0, sizeof(link));
        link.time = minute;

        if (method >= NGX_EO_TOKEN_VOD) {
            link.time -= 600;
        }

        ngx_eo_ok(sign(&link, "/dir/foo.jpg?x=1", &url) == NULL, "signs");

        request.now = minute + grace[method];
        verify((char *) url.data, NGX_EO_TOKEN_OK, "the last second");
        ngx_eo_ok(result.expires == request.now, "and it is told");

        request.now++;
        verify((char *) url.data, NGX_EO_TOKEN_EXPIRED, "the second after");

        request.now = minute - 600000000;
        verify((char *) url.data, NGX_EO_TOKEN_OK, "a time in the future");

        rule.timeout = NGX_EO_TOKEN_MAX_TIMEOUT;
        request.now = 0x7fffffffffffffffLL;
        verify((char *) url.data, NGX_EO_TOKEN_EXPIRED, "the end of time");

        /* expiry is looked at before the digest */

        set_key(0, method == NGX_EO_TOKEN_HMAC ? "k1" : "", OTHER);
        verify((char *) url.data, NGX_EO_TOKEN_EXPIRED, "an old wrong one");

        request.now = minute - 600000000;
        verify((char *) url.data, NGX_EO_TOKEN_MISMATCH, "a wrong key");
    }
}


ngx_eo_unit_test(token_auth_rotation)
{
    ngx_str_t            url;
    ngx_uint_t           method;
    ngx_eo_token_link_t  link;

    for (method = NGX_EO_TOKEN_A; method < NGX_EO_TOKEN_METHODS; method++) {
        setup(method);

        memset(&link, 0, sizeof(link));
        link.time = request.now;
        sign(&link, "/foo.jpg", &url);

        /* the key that has signed becomes the backup */

        keys[1] = keys[0];
        set_key(0, method == NGX_EO_TOKEN_HMAC ? "k2" : "", OTHER);

        verify((char *) url.data, NGX_EO_TOKEN_MISMATCH, "without a backup");

        rule.nkeys = 2;
        verify((char *) url.data, NGX_EO_TOKEN_OK, "the backup key");

        sign(&link, "/foo.jpg", &url);
        verify((char *) url.data, NGX_EO_TOKEN_OK, "the primary key");

        rule.nkeys = 1;
        verify((char *) url.data, NGX_EO_TOKEN_OK, "the primary key alone");
    }
}


/* every byte of a token counts, and every byte of the path */

ngx_eo_unit_test(token_auth_tampering)
{
    size_t               i;
    ngx_str_t            url;
    ngx_uint_t           method, passed;
    ngx_eo_token_link_t  link;

    for (method = NGX_EO_TOKEN_A; method < NGX_EO_TOKEN_METHODS; method++) {
        setup(method);

        memset(&link, 0, sizeof(link));
        link.time = request.now;
        link.rand = token_str("r4nd");
        link.vod.whip = token_str("10.0.0.0/8");
        request.address_len = 4;
        request.address[0] = 10;

        sign(&link, "/dir/foo.jpg", &url);
        verify((char *) url.data, NGX_EO_TOKEN_OK, "before tampering");

        passed = 0;

        for (i = 0; i < url.len; i++) {
            url.data[i] ^= 1;

            ngx_eo_token_split(&url, &request.path, &request.args);
            passed += (ngx_eo_token_verify(&rule, &request, &result)
                       == NGX_EO_TOKEN_OK);

            url.data[i] ^= 1;
        }

        ngx_eo_ok(passed == 0, "no changed byte passes");

        for (i = 0; i < url.len; i++) {
            ngx_eo_token_split(&url, &request.path, &request.args);

            url.len = i;
            ngx_eo_token_split(&url, &request.path, &request.args);
            passed += (ngx_eo_token_verify(&rule, &request, &result)
                       == NGX_EO_TOKEN_OK);

            url.len = strlen((char *) url.data);
        }

        ngx_eo_ok(passed == 0, "no shortened link passes");
    }
}


typedef struct {
    ngx_uint_t   method;
    ngx_uint_t   status;
    const char  *target;
    const char  *name;
} refusal_t;


#define A  NGX_EO_TOKEN_A
#define B  NGX_EO_TOKEN_B
#define C  NGX_EO_TOKEN_C
#define D  NGX_EO_TOKEN_D
#define V  NGX_EO_TOKEN_VOD
#define H  NGX_EO_TOKEN_HMAC

#define MISSING    NGX_EO_TOKEN_MISSING
#define MALFORMED  NGX_EO_TOKEN_MALFORMED
#define MISMATCH   NGX_EO_TOKEN_MISMATCH

#define B64  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"


static refusal_t  refusals[] = {

    { A, MISSING, "/foo.jpg", "no query" },
    { A, MISSING, "/foo.jpg?", "an empty query" },
    { A, MISSING, "/foo.jpg?a=1&b=2", "a query without the token" },
    { A, MISSING, "/foo.jpg?SIGN=1721028437-r-0-" DIG, "another name" },
    { A, MALFORMED, "/foo.jpg?sign", "a parameter without a value" },
    { A, MALFORMED, "/foo.jpg?sign=", "an empty value" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437", "the time alone" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0", "no digest" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0-", "an empty digest" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-" DIG, "three parts" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r--" DIG, "an empty uid" },
    { A, MALFORMED, "/foo.jpg?sign=-r-0-" DIG, "an empty time" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0-0-" DIG, "five parts" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0-" DIG "0",
      "an overlong digest" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0-" DIG LONG LONG,
      "a very long digest" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0-"
      "0123456789abcdef0123456789abcdeg", "a digest that is not hex" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r%2D0-" DIG, "an escape" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r_r-0-" DIG, "a bad rand" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-" LONG "-0-" DIG,
      "a rand of 101 characters" },
    { A, MALFORMED, "/foo.jpg?sign=172102843-r-0-" DIG, "9 digits" },
    { A, MALFORMED, "/foo.jpg?sign=17210284370-r-0-" DIG, "11 digits" },
    { A, MALFORMED, "/foo.jpg?sign=99999999999999999999-r-0-" DIG,
      "a time that overflows" },
    { A, MALFORMED, "/foo.jpg?sign=-172102843-r-0-" DIG, "a sign" },
    { A, MALFORMED, "/foo.jpg?sign=0x6694d30a-r-0-" DIG, "0x" },
    { A, MALFORMED, "/foo.jpg?sign=1721028437-r-0-" DIG
      "&sign=1721028437-r-0-" DIG, "a doubled parameter" },
    { A, MALFORMED, "/foo.jpg?sign=&sign=1721028437-r-0-" DIG,
      "a doubled parameter, one empty" },
    { A, MALFORMED, "?sign=1721028437-r-0-" DIG, "an empty path" },
    { A, MALFORMED, "", "nothing" },
    { A, MALFORMED, "/a%2Ffoo.jpg?sign=1721028437-r-0-" DIG,
      "an encoded slash" },
    { A, MALFORMED, "/a%2ffoo.jpg?sign=1721028437-r-0-" DIG,
      "an encoded slash in lower case" },
    { A, MALFORMED, "/a/../foo.jpg?sign=1721028437-r-0-" DIG, "a .." },
    { A, MALFORMED, "/a/..?sign=1721028437-r-0-" DIG, "a .. at the end" },
    { A, MALFORMED, "/a/%2e%2E/b?sign=1721028437-r-0-" DIG,
      "an encoded .." },
    { A, MALFORMED, "/a/.%2e/b?sign=1721028437-r-0-" DIG,
      "a half-encoded .." },
    { A, MALFORMED, "/foo.jpg#sign=1721028437-r-0-" DIG, "a fragment" },
    { A, MALFORMED, "/foo\n.jpg?sign=1721028437-r-0-" DIG, "a line feed" },
    { A, MISMATCH, "/foo..jpg?sign=1721028437-r-0-" DIG,
      "two dots in a name" },
    { A, MISMATCH, "/.../foo?sign=1721028437-r-0-" DIG, "three dots" },
    { A, MISMATCH, "/foo%?sign=1721028437-r-0-" DIG, "a lone percent" },
    { A, MISMATCH, "/?sign=1721028437-r-0-" DIG, "the root" },

    { B, MISSING, "/", "the root" },
    { B, MISSING, "/foo.jpg", "a path without a token" },
    { B, MISSING, "/a/b/foo.jpg", "a path of three segments" },
    { B, MISSING, "/foo.jpg?sign=1721028437-r-0-" DIG, "method A's token" },
    { B, MALFORMED, "/202407151533/foo.jpg", "no digest" },
    { B, MALFORMED, "/" DIG "/foo.jpg", "no time" },
    { B, MALFORMED, "/a/" DIG "/foo.jpg", "a time that is none" },
    { B, MALFORMED, "/" DIG "/202407151533/foo.jpg", "parts swapped" },
    { B, MALFORMED, "/202407151533/" DIG "0/foo.jpg", "an overlong digest" },
    { B, MALFORMED, "/202407151533/0123456789abcdef/foo.jpg",
      "a short digest" },
    { B, MALFORMED, "/202407151533/0123456789abcdef0123456789abcdex/foo.jpg",
      "a digest that is not hex" },
    { B, MALFORMED, "/202413151533/" DIG "/foo.jpg", "month 13" },
    { B, MALFORMED, "/202400151533/" DIG "/foo.jpg", "month 0" },
    { B, MALFORMED, "/202402301533/" DIG "/foo.jpg", "30 February" },
    { B, MALFORMED, "/202302291533/" DIG "/foo.jpg", "29 February 2023" },
    { B, MALFORMED, "/202407152433/" DIG "/foo.jpg", "hour 24" },
    { B, MALFORMED, "/202407151560/" DIG "/foo.jpg", "minute 60" },
    { B, MALFORMED, "/20240715153/" DIG "/foo.jpg", "11 digits" },
    { B, MALFORMED, "/2024071515330/" DIG "/foo.jpg", "13 digits" },
    { B, MALFORMED, "/202407151533/" DIG, "no path" },
    { B, MALFORMED, "/202407151533%2F" DIG "/foo.jpg", "an encoded slash" },
    { B, MALFORMED, "/202407151533/" DIG "/../foo.jpg", "a .." },
    { B, MALFORMED, "/202407151533/" DIG "/%2e%2e/foo.jpg",
      "an encoded .." },
    { B, MALFORMED, "//202407151533/" DIG "/foo.jpg", "two slashes" },
    { B, MISMATCH, "/202407151533/" DIG "/", "the root" },

    { C, MISSING, "/", "the root" },
    { C, MISSING, "/foo.jpg", "a path without a token" },
    { C, MISSING, "/a/clip1.ts", "a path of two segments" },
    { C, MALFORMED, "/" DIG "/foo.jpg", "no time" },
    { C, MALFORMED, "/6694d30a/" DIG "/foo.jpg", "parts swapped" },
    { C, MALFORMED, "/a/6694d30a/foo.jpg", "no digest" },
    { C, MALFORMED, "/" DIG "/6694d30/foo.jpg", "7 digits" },
    { C, MALFORMED, "/" DIG "/06694d30a/foo.jpg", "9 digits" },
    { C, MALFORMED, "/" DIG "/0x6694d30a/foo.jpg", "0x" },
    { C, MALFORMED, "/" DIG "/6694d30g/foo.jpg", "a time that is not hex" },
    { C, MALFORMED, "/" DIG "/ffffffffffffffff/foo.jpg",
      "a time that overflows" },
    { C, MALFORMED, "/" DIG "/6694d30a", "no path" },
    { C, MALFORMED, "/" DIG "f/6694d30a/foo.jpg", "an overlong digest" },
    { C, MISMATCH, "/" DIG "/ffffffff/foo.jpg", "the largest time" },

    { D, MISSING, "/foo.jpg", "no query" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG, "no time" },
    { D, MALFORMED, "/foo.jpg?t=6694d513", "no digest" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&t=", "an empty time" },
    { D, MALFORMED, "/foo.jpg?sign=&t=6694d513", "an empty digest" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&t=6694d513&t=6694d513",
      "the time twice" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&sign=" DIG "&t=6694d513",
      "the digest twice" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&t=1721029907",
      "decimal for hexadecimal" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&t=0x", "0x alone" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&t=0x0x6694d513", "0x twice" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "&t=ffffffffffffffff",
      "a time that overflows" },
    { D, MALFORMED, "/foo.jpg?sign=" DIG "00&t=6694d513",
      "an overlong digest" },

    { V, MISSING, "/foo.mp4", "no query" },
    { V, MISSING, "/foo.mp4?exper=30&us=1", "conditions without a token" },
    { V, MALFORMED, "/foo.mp4?t=6694d513", "no digest" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG, "no time" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=1721029907", "a decimal time" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694D513", "an upper-case time" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513a", "9 digits" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=8c2cd556", "20 years and more" },
    { V, MISMATCH, "/foo.mp4?sign=" DIG "&t=8c2cd555", "20 years" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&us=0x", "us as of t" },
    { V, MALFORMED, "/foo?sign=" DIG "&t=6694d513&exper=1", "exper as of t" },
    { V, MALFORMED, "/a.mp4/b?sign=" DIG "&t=6694d513&exper=1",
      "the extension of a folder" },
    { V, MALFORMED, "/foo?sign=" DIG "&t=6694d513&plive=6694d513",
      "plive as of t" },
    { V, MALFORMED, "/foo?sign=" DIG "&t=6694d513&whref=a.com",
      "whref as of t" },
    { V, MISMATCH, "/foo?sign=" DIG "&t=6694d513&us=x&plive=6694d513",
      "us in between" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&exper=", "no preview" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&exper=-1",
      "a negative preview" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&exper=9999999999",
      "a preview that overflows" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&exper=1&exper=2",
      "a doubled preview" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&us=a.b", "a bad us" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&plive=0", "a short "
      "start" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=",
      "an empty list" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=a.com,",
      "an empty member" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=http://a.com",
      "a scheme" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=*", "a lone *" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=a.*.com",
      "a * inside" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG
      "&t=6694d513&whref=a,b,c,d,e,f,g,h,i,j,k", "11 hosts" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=%2",
      "half an escape" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whip=10.0.0.256",
      "a bad address" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whip=10.0.0.0/33",
      "a prefix too long" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&bkip=::1/129",
      "an IPv6 prefix too long" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&bkip=::1/",
      "a prefix without bits" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&bkip=::1%00",
      "a NUL" },
    { V, MALFORMED, "/foo.mp4?sign=" DIG "&t=6694d513&whref=" LONG LONG LONG
      LONG LONG LONG LONG LONG LONG LONG LONG, "a list too long" },

    { H, MISSING, "/foo.jpg", "no query" },
    { H, MALFORMED, "/foo.jpg?sign=k1", "the id alone" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437", "no digest" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437.", "an empty digest" },
    { H, MALFORMED, "/foo.jpg?sign=k1.." B64, "an empty expiry" },
    { H, MALFORMED, "/foo.jpg?sign=k1.172102843." B64, "9 digits" },
    { H, MALFORMED, "/foo.jpg?sign=k1.99999999999." B64, "11 digits" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437." B64 "A", "overlong" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437." B64 "=", "padding" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437.a." B64, "four parts" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437." DIG, "a hex digest" },
    { H, MALFORMED, "/foo.jpg?sign=k1.1721028437."
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop+", "base64" },
    { H, MISMATCH, "/foo.jpg?sign=k1.1721028437." B64, "a wrong digest" },
    { H, MISMATCH, "/foo.jpg?sign=k2.1721028437." B64, "an unknown id" },
    { H, MISMATCH, "/foo.jpg?sign=.1721028437." B64, "an empty id" }
};


ngx_eo_unit_test(token_auth_refusal_table)
{
    size_t  i;

    for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        setup(refusals[i].method);
        verify(refusals[i].target, refusals[i].status, refusals[i].name);
    }
}


typedef struct {
    const char  *whref;
    const char  *bkref;
    const char  *referer;
    ngx_uint_t   allowed;
} referer_case_t;


static referer_case_t  referer_cases[] = {
    { "a.com", "", "http://a.com/", 1 },
    { "a.com", "", "https://A.COM", 1 },
    { "a.com", "", "https://a.com:8443/x?y", 1 },
    { "a.com", "", "https://a.com./x", 1 },
    { "a.com", "", "", 0 },
    { "a.com", "", "a.com", 0 },
    { "a.com", "", "ftp://a.com/", 0 },
    { "a.com", "", "http://b.com/", 0 },
    { "a.com", "", "http://w.a.com/", 0 },
    { "a.com", "", "http://a.com.b.com/", 0 },
    { "a.com", "", "http://a.com@b.com/", 0 },
    { "a.com", "", "http://b.com/http://a.com", 0 },
    { "a.com", "", "http://b.com\\@a.com/", 0 },
    { "a.com", "", "http://", 0 },
    { "a.com", "", "http:///a.com", 0 },
    { "*.a.com", "", "http://w.a.com/", 1 },
    { "*.a.com", "", "http://v.w.a.com/", 1 },
    { "*.a.com", "", "http://a.com/", 0 },
    { "*.a.com", "", "http://ba.com/", 0 },
    { "*.a.com,a.com", "", "http://a.com/", 1 },
    { "", "a.com,*.b.com", "http://c.com/", 1 },
    { "", "a.com,*.b.com", "", 1 },
    { "", "a.com,*.b.com", "http://a.com/", 0 },
    { "", "a.com,*.b.com", "http://x.b.com/", 0 },
    { "*.a.com", "bad.a.com", "http://good.a.com/", 1 },
    { "*.a.com", "bad.a.com", "http://bad.a.com/", 0 }
};


typedef struct {
    const char  *whip;
    const char  *bkip;
    const char  *address;
    ngx_uint_t   len;
    ngx_uint_t   allowed;
} address_case_t;


static address_case_t  address_cases[] = {
    { "10.1.2.3", "", "\x0a\x01\x02\x03", 4, 1 },
    { "10.1.2.3", "", "\x0a\x01\x02\x04", 4, 0 },
    { "10.1.2.0/24", "", "\x0a\x01\x02\x04", 4, 1 },
    { "10.1.2.0/23", "", "\x0a\x01\x03\x04", 4, 1 },
    { "10.1.2.0/23", "", "\x0a\x01\x04\x04", 4, 0 },
    { "10.1.2.3/23", "", "\x0a\x01\x03\x04", 4, 1 },
    { "0.0.0.0/0", "", "\x0a\x01\x03\x04", 4, 1 },
    { "0.0.0.0/0", "", "", 0, 0 },
    { "192.0.2.1,2001:db8::/33", "",
      "\x20\x01\x0d\xb8\x7f\0\0\0\0\0\0\0\0\0\0\x01", 16, 1 },
    { "192.0.2.1,2001:db8::/33", "",
      "\x20\x01\x0d\xb8\x80\0\0\0\0\0\0\0\0\0\0\x01", 16, 0 },
    { "::1/128", "", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16, 1 },
    { "", "10.0.0.0/8", "\x0a\x01\x02\x03", 4, 0 },
    { "", "10.0.0.0/8", "\x0b\x01\x02\x03", 4, 1 },
    { "", "10.0.0.0/8", "", 0, 1 },
    { "10.0.0.0/8", "10.1.0.0/16", "\x0a\x01\x02\x03", 4, 0 },
    { "10.0.0.0/8", "10.1.0.0/16", "\x0a\x02\x02\x03", 4, 1 }
};


ngx_eo_unit_test(token_auth_vod_conditions)
{
    size_t                i;
    ngx_str_t             url;
    ngx_eo_token_link_t   link;

    for (i = 0; i < sizeof(referer_cases) / sizeof(referer_cases[0]); i++) {
        setup(NGX_EO_TOKEN_VOD);
        memset(&link, 0, sizeof(link));

        link.time = request.now;
        link.vod.whref = token_str(referer_cases[i].whref);
        link.vod.bkref = token_str(referer_cases[i].bkref);
        request.referer = token_str(referer_cases[i].referer);

        ngx_eo_ok(sign(&link, "/v.mp4", &url) == NULL, "signs");
        verify((char *) url.data,
               referer_cases[i].allowed ? NGX_EO_TOKEN_OK
                                        : NGX_EO_TOKEN_DENIED,
               referer_cases[i].referer);
    }

    for (i = 0; i < sizeof(address_cases) / sizeof(address_cases[0]); i++) {
        setup(NGX_EO_TOKEN_VOD);
        memset(&link, 0, sizeof(link));

        link.time = request.now;
        link.vod.whip = token_str(address_cases[i].whip);
        link.vod.bkip = token_str(address_cases[i].bkip);
        request.address_len = address_cases[i].len;
        memcpy(request.address, address_cases[i].address, request.address_len);

        ngx_eo_ok(sign(&link, "/v.mp4", &url) == NULL, "signs");
        verify((char *) url.data,
               address_cases[i].allowed ? NGX_EO_TOKEN_OK
                                        : NGX_EO_TOKEN_DENIED,
               address_cases[i].whip);
    }

    setup(NGX_EO_TOKEN_VOD);
    memset(&link, 0, sizeof(link));
    link.time = 0x669f9b40;
    link.vod.plive = token_str("669f9b40");
    sign(&link, "/v.mp4", &url);

    request.now = 0x669f9b3f;
    verify((char *) url.data, NGX_EO_TOKEN_DENIED, "a second before plive");
    request.now++;
    verify((char *) url.data, NGX_EO_TOKEN_OK, "the second of plive");

    /* a client may have encoded what stands in a list */

    setup(NGX_EO_TOKEN_VOD);
    memset(&link, 0, sizeof(link));
    link.time = request.now;
    link.vod.whip = token_str("10.0.0.0/8,::1");
    link.timeout = 1;
    sign(&link, "/v.mp4", &url);
    ngx_eo_ok(strstr((char *) url.data, "whip=10.0.0.0/8,::1") != NULL,
              "lists are written as they are");

    {
        char  encoded[512], *p;

        p = strstr((char *) url.data, "10.0.0.0/8,::1");
        snprintf(encoded, sizeof(encoded), "%.*s10.0.0.0%%2F8%%2C%%3a%%3A1%s",
                 (int) (p - (char *) url.data), url.data, p + 14);

        request.address_len = 4;
        request.address[0] = 10;
        verify(encoded, NGX_EO_TOKEN_OK, "an encoded list");
    }
}


/* of the five parts of a link none may pass for another */

ngx_eo_unit_test(token_auth_ambiguity)
{
    ngx_str_t            url;
    ngx_eo_token_link_t  link;
    char                 forged[256];
    const char          *digest;

    setup(NGX_EO_TOKEN_C);
    memset(&link, 0, sizeof(link));
    link.time = 0x66940000;
    request.now = 0x66940000;

    sign(&link, "/a1", &url);
    snprintf(forged, sizeof(forged), "/%.32s/166940000/a", url.data + 1);
    verify(forged, NGX_EO_TOKEN_MALFORMED, "the path's end moved to the time");

    setup(NGX_EO_TOKEN_D);
    rule.hex = 0;
    link.time = 1721028437;
    sign(&link, "/a1", &url);
    digest = strstr((char *) url.data, "sign=") + 5;
    snprintf(forged, sizeof(forged), "/a?sign=%.32s&t=11721028437", digest);
    verify(forged, NGX_EO_TOKEN_MALFORMED, "the path's end moved to the time");

    setup(NGX_EO_TOKEN_VOD);
    sign(&link, "/a1", &url);
    digest = strstr((char *) url.data, "sign=") + 5;
    snprintf(forged, sizeof(forged), "/a?t=1%.8s&sign=%.32s",
             strstr((char *) url.data, "t=") + 2, digest);
    verify(forged, NGX_EO_TOKEN_MALFORMED, "the path's end moved to the time");
}


ngx_eo_unit_test(token_auth_sign_errors)
{
    size_t               i;
    ngx_str_t            url;
    ngx_uint_t           method;
    ngx_eo_token_link_t  link;

    static const char  *bad[] = {
        "", "foo.jpg", "//host/foo.jpg", "ftp://host/foo", "http://",
        "http:///foo", "http://?a", "/a b", "/a\tb", "/\xc3\xa9", "/a#b",
        "/a/../b", "/..", "/%2e%2e/", "/a%2Fb", "http://h/%2f"
    };

    for (method = NGX_EO_TOKEN_A; method < NGX_EO_TOKEN_METHODS; method++) {
        setup(method);

        for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            memset(&link, 0, sizeof(link));
            link.time = request.now;

            ngx_eo_ok(sign(&link, bad[i], &url) != NULL, "%s", bad[i]);
        }

        memset(&link, 0, sizeof(link));
        link.time = 253402300800LL;
        ngx_eo_ok(sign(&link, "/x", &url) != NULL, "a time after all others");

        link.time = -1;
        ngx_eo_ok(sign(&link, "/x", &url) != NULL, "a negative time");

        link.time = request.now;
        ngx_eo_ok(sign(&link, "http://example.com?x=1", &url) == NULL,
                  "a URL without a path");
        verify(strchr((char *) url.data + 7, '/'), NGX_EO_TOKEN_OK,
               "the path that was put in");
    }

    setup(NGX_EO_TOKEN_A);
    memset(&link, 0, sizeof(link));
    link.rand = token_str("a-b");
    ngx_eo_ok(sign(&link, "/x", &url) != NULL, "a rand with a dash");

    setup(NGX_EO_TOKEN_VOD);
    memset(&link, 0, sizeof(link));
    link.vod.whip = token_str("localhost");
    ngx_eo_ok(sign(&link, "/x", &url) != NULL, "a name for an address");
}


ngx_eo_unit_test(token_auth_resigning)
{
    ngx_str_t            url;
    ngx_uint_t           method;
    ngx_eo_token_link_t  link;

    for (method = NGX_EO_TOKEN_A; method < NGX_EO_TOKEN_METHODS; method++) {
        setup(method);
        memset(&link, 0, sizeof(link));
        link.time = request.now;

        sign(&link, "/x?a=1&sign=old&t=66666666&sign=older&b", &url);
        verify((char *) url.data, NGX_EO_TOKEN_OK,
               "a URL that had a token");
        ngx_eo_ok(strstr((char *) url.data, "a=1") != NULL
               && strstr((char *) url.data, "&b") != NULL,
              "other parameters stay");
    }
}
