
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The parts of the token units: times, queries, prefixes, keys, JSON.
 */


#include "token_auth_test.h"


ngx_eo_unit_test(token_auth_minutes)
{
    u_char      buf[12];
    int64_t     time, day;
    ngx_str_t   text;
    struct tm   tm;
    time_t      clock;
    char        expected[32];
    ngx_uint_t  wrong;

    text = token_str("202407151533");
    ngx_eo_ok(ngx_eo_token_time_minute(&text, &time) == NGX_OK
           && time == 1721028780, "202407151533 of UTC+8");

    text = token_str("197001010800");
    ngx_eo_ok(ngx_eo_token_time_minute(&text, &time) == NGX_OK && time == 0,
              "the epoch");

    text = token_str("202402290000");
    ngx_eo_ok(ngx_eo_token_time_minute(&text, &time) == NGX_OK, "a leap day");

    text = token_str("210002290000");
    ngx_eo_ok(ngx_eo_token_time_minute(&text, &time) == NGX_ERROR,
              "2100 is no leap year");

    text = token_str("20240715153a");
    ngx_eo_ok(ngx_eo_token_time_minute(&text, &time) == NGX_ERROR, "a letter");

    /* against the C library, every 13 days and some up to the year 9999 */

    wrong = 0;

    for (day = 0; day < 253402272000LL; day += 13 * 86400 + 12345) {
        clock = day + 8 * 3600;
        gmtime_r(&clock, &tm);
        strftime(expected, sizeof(expected), "%Y%m%d%H%M", &tm);

        if (ngx_eo_token_write_minute(buf, day) != buf + 12
            || memcmp(buf, expected, 12) != 0)
        {
            wrong++;
            continue;
        }

        text.data = buf;
        text.len = 12;

        if (ngx_eo_token_time_minute(&text, &time) != NGX_OK
            || time != day - day % 60)
        {
            wrong++;
        }
    }

    ngx_eo_ok(wrong == 0, "every minute there and back");
    ngx_eo_ok(ngx_eo_token_write_minute(buf, 253402272000LL) == NULL,
              "the year 10000");
}


ngx_eo_unit_test(token_auth_times)
{
    u_char     buf[16];
    int64_t    time;
    ngx_str_t  text;

    text = token_str("FfFfFfFf");
    ngx_eo_ok(ngx_eo_token_time_hex(&text, &time) == NGX_OK
           && time == 0xffffffffLL, "hexadecimal of both cases");

    text = token_str("9999999999");
    ngx_eo_ok(ngx_eo_token_time_dec(&text, &time) == NGX_OK
           && time == 9999999999LL, "the largest decimal time");

    text.data = buf;

    text.len = ngx_eo_token_write_hex(buf, 0x669f9b40) - buf;
    ngx_eo_is_str(&text, "669f9b40", "writes hexadecimal");

    text.len = ngx_eo_token_write_hex(buf, 1) - buf;
    ngx_eo_is_str(&text, "00000001", "of a fixed width");

    text.len = ngx_eo_token_write_dec(buf, 77) - buf;
    ngx_eo_is_str(&text, "0000000077", "writes decimal");

    ngx_eo_ok(ngx_eo_token_write_hex(buf, 0x100000000LL) == NULL
           && ngx_eo_token_write_dec(buf, 10000000000LL) == NULL
           && ngx_eo_token_write_dec(buf, -1) == NULL, "out of range");
}


static void strip(ngx_uint_t method, ngx_uint_t preview, const char *args,
    const char *expected);
static void prefix(const char *path, ngx_uint_t method, size_t len);
static void key(const char *text, int valid);
static void key_file(const char *text, ngx_uint_t n, ngx_uint_t fault);
static void cookie(const char *text, ngx_uint_t found);
static const char *parse(const char *text);


static void
strip(ngx_uint_t method, ngx_uint_t preview, const char *args,
    const char *expected)
{
    size_t               len;
    u_char              *copy;
    ngx_str_t            text;
    ngx_eo_token_rule_t  rule;

    memset(&rule, 0, sizeof(rule));
    rule.method = method;
    rule.param = token_str("sign");
    rule.time_param = token_str("t");

    len = strlen(args);
    copy = malloc(len + 1);

    text = token_str(args);
    text.len = ngx_eo_token_strip_args(&rule, preview, &text, copy);
    text.data = copy;
    ngx_eo_is_str(&text, expected, "%s", args);

    /* in place */

    memcpy(copy, args, len);
    text.data = copy;
    text.len = len;
    text.len = ngx_eo_token_strip_args(&rule, preview, &text, copy);
    ngx_eo_is_str(&text, expected, "in place");

    free(copy);
}


ngx_eo_unit_test(token_auth_stripping)
{
    strip(NGX_EO_TOKEN_A, 0, "", "");
    strip(NGX_EO_TOKEN_A, 0, "sign=1", "");
    strip(NGX_EO_TOKEN_A, 0, "sign=1&a=2", "a=2");
    strip(NGX_EO_TOKEN_A, 0, "a=2&sign=1", "a=2");
    strip(NGX_EO_TOKEN_A, 0, "a=2&sign=1&b=3", "a=2&b=3");
    strip(NGX_EO_TOKEN_A, 0, "a&sign&b", "a&b");
    strip(NGX_EO_TOKEN_A, 0, "xsign=1&signx=2&t=3", "xsign=1&signx=2&t=3");
    strip(NGX_EO_TOKEN_A, 0, "a=sign=1", "a=sign=1");
    strip(NGX_EO_TOKEN_A, 0, "a&&b&sign=", "a&&b");
    strip(NGX_EO_TOKEN_HMAC, 0, "sign=1&sign=2&t=3", "t=3");
    strip(NGX_EO_TOKEN_D, 0, "t=1&a=2&sign=3", "a=2");
    strip(NGX_EO_TOKEN_B, 0, "t=1&sign=3", "t=1&sign=3");
    strip(NGX_EO_TOKEN_C, 0, "t=1&sign=3", "t=1&sign=3");
    strip(NGX_EO_TOKEN_VOD, 0, "t=1&exper=9&us=1&x=y&plive=1&whref=a&bkref=b"
          "&whip=c&bkip=d&sign=1", "x=y");
    strip(NGX_EO_TOKEN_VOD, 1, "t=1&exper=9&us=1&x=y&sign=1", "exper=9&x=y");
}


static void
prefix(const char *path, ngx_uint_t method, size_t len)
{
    ngx_str_t   text;
    ngx_uint_t  found;

    text = token_str(path);
    found = 0;

    ngx_eo_ok(ngx_eo_token_prefix(&text, &found) == len && found == method,
              "%s", path);
}


ngx_eo_unit_test(token_auth_prefixes)
{
    prefix("/202407151533/0123456789abcdef0123456789abcdef/a",
           NGX_EO_TOKEN_B, 46);
    prefix("/202407151533/0123456789ABCDEF0123456789abcdef/",
           NGX_EO_TOKEN_B, 46);
    prefix("/0123456789abcdef0123456789abcdef/6694d30a/a/b",
           NGX_EO_TOKEN_C, 42);
    prefix("/202407151533/0123456789abcdef0123456789abcdef", 0, 0);
    prefix("/202413151533/0123456789abcdef0123456789abcdef/a", 0, 0);
    prefix("/202407151533/0123456789abcdef0123456789abcdefa/a", 0, 0);
    prefix("/0123456789abcdef0123456789abcdef/0x6694d30a/a", 0, 0);
    prefix("//202407151533/0123456789abcdef0123456789abcdef/a", 0, 0);
    prefix("/foo.jpg", 0, 0);
    prefix("/", 0, 0);
    prefix("", 0, 0);
}


static void
key(const char *text, int valid)
{
    ngx_str_t            s;
    const char          *error;
    ngx_eo_token_key_t   k;

    s = token_str(text);
    error = ngx_eo_token_key_parse(&s, &k);

    ngx_eo_ok((error == NULL) == valid, "%s", text);
}


static void
key_file(const char *text, ngx_uint_t n, ngx_uint_t fault)
{
    ngx_str_t            s;
    ngx_uint_t           nkeys, line;
    const char          *error;
    ngx_eo_token_key_t   keys[NGX_EO_TOKEN_MAX_KEYS];

    s = token_str(text);
    error = ngx_eo_token_key_file_parse(&s, keys, &nkeys, &line);

    if (n) {
        ngx_eo_ok(error == NULL && nkeys == n, "a file of keys");

    } else {
        ngx_eo_ok(error != NULL && line == fault, "a wrong file of keys");
    }
}


ngx_eo_unit_test(token_auth_keys)
{
    int   i;
    char  many[18 * 8];

    key("abcde", 0);
    key("abcdef", 1);
    key("0123456789012345678901234567890123456789", 1);
    key("01234567890123456789012345678901234567890", 0);
    key("", 0);
    key("abc$ef", 0);
    key("abc\"ef", 0);
    key("abc def", 0);
    key("k1:0123456789abcdef", 1);
    key("k1:0123456789abcde", 0);
    key("key-2_b:!\"$%&/()=?+*#:;,._", 1);
    key(":0123456789abcdef", 0);
    key("k.1:0123456789abcdef", 0);
    key("k1:0123456789 abcdef", 0);
    key("k1:0123456789abcdef\xc3\xa4", 0);
    key("123456789012345678901234567890123:0123456789abcdef", 0);

    key_file("abcdef", 1, 0);
    key_file("# primary\n\n  abcdef\t\r\nbcdefg\n", 2, 0);
    key_file("k1:0123456789abcdef\nk2:0123456789abcdef", 2, 0);
    key_file("", 0, 0);
    key_file("# nothing\n\n", 0, 2);
    key_file("abcdef\nabc\n", 0, 2);

    many[0] = '\0';

    for (i = 0; i < 16; i++) {
        strcat(many, "abcdef\n");
    }

    key_file(many, 16, 0);
    strcat(many, "abcdef\n");
    key_file(many, 0, 17);
}


ngx_eo_unit_test(token_auth_rules)
{
    ngx_eo_token_key_t   k[2];
    ngx_eo_token_rule_t  rule;

    memset(k, 0, sizeof(k));
    memset(&rule, 0, sizeof(rule));

    rule.method = NGX_EO_TOKEN_D;
    rule.timeout = 1;
    rule.param = token_str("sign");
    rule.time_param = token_str("t");
    rule.keys = k;
    k[0].value = token_str("abcdef");
    k[1].value = token_str("bcdefg");

    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "no key");

    rule.nkeys = 2;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) == NULL, "a rule");

    rule.time_param = rule.param;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "one name for two");
    rule.method = NGX_EO_TOKEN_A;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) == NULL, "which A does not mind");

    rule.timeout = 0;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "no timeout");
    rule.timeout = 630720001;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "a long timeout");
    rule.timeout = 630720000;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) == NULL, "the longest timeout");

    rule.param = token_str("a-b");
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "a wrong name");
    rule.param = token_str("sign");

    rule.method = NGX_EO_TOKEN_HMAC;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "HMAC without ids");
    k[0].id = token_str("k1");
    k[1].id = token_str("k1");
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "the same id twice");
    k[1].id = token_str("k2");
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) == NULL, "two ids");
    rule.method = NGX_EO_TOKEN_B;
    ngx_eo_ok(ngx_eo_token_rule_check(&rule) != NULL, "ids without HMAC");
}


static void
cookie(const char *text, ngx_uint_t found)
{
    ngx_str_t            s;
    ngx_eo_token_rule_t  rule;

    memset(&rule, 0, sizeof(rule));
    rule.method = NGX_EO_TOKEN_D;
    rule.param = token_str("sign");
    rule.time_param = token_str("t");

    s = token_str(text);
    ngx_eo_ok(ngx_eo_token_in_cookie(&rule, &s) == found, "%s", text);
}


ngx_eo_unit_test(token_auth_cookies)
{
    cookie("sign=1", 1);
    cookie("a=b; sign=1; c=d", 1);
    cookie("a=b;sign=", 1);
    cookie("a=b; xsign=1", 0);
    cookie("a=sign=1", 0);
    cookie("t=1", 0);
    cookie("sign", 0);
    cookie(";; ; ", 0);
    cookie("", 0);
}


static ngx_str_t             urls[NGX_EO_TOKEN_BATCH_URLS];
static ngx_eo_token_batch_t  batch;


static const char *
parse(const char *text)
{
    ngx_str_t       s;
    static u_char  *copy;

    free(copy);

    s.len = strlen(text);
    copy = malloc(s.len ? s.len : 1);
    memcpy(copy, text, s.len);
    s.data = copy;

    memset(&batch, 0, sizeof(batch));
    batch.urls = urls;

    return ngx_eo_token_batch_parse(&s, &batch);
}


ngx_eo_unit_test(token_auth_batches)
{
    size_t   i;
    char    *big, *p;

    static const char  *bad[] = {
        "", " ", "null", "1", "\"/a\"", "[", "]", "[]", "{}", "{", "[\"/a\"",
        "[\"/a\",]", "[,\"/a\"]", "[\"/a\" \"/b\"]", "[\"/a\"] x",
        "[\"/a\"]]", "[1]", "[null]", "[[\"/a\"]]", "[\"/a]", "[\"\\\"]",
        "[\"\\x\"]", "[\"\\u12\"]", "[\"\\u12g4\"]", "[\"\\ud800\"]",
        "[\"\\udc00\"]", "[\"\\ud800\\u0041\"]", "[\"\\ud800\\", "[\"a\nb\"]",
        "{\"url\"}", "{\"url\":}", "{\"url\":1}", "{\"url\":[\"/a\"]}",
        "{\"urls\":\"/a\"}", "{\"url\":\"/a\",}", "{url:\"/a\"}",
        "{\"url\":\"/a\",\"url\":\"/b\"}",
        "{\"url\":\"/a\",\"urls\":[\"/b\"]}",
        "{\"url\":\"/a\",\"time\":1,\"time\":2}",
        "{\"url\":\"/a\",\"tine\":1}", "{\"url\":\"/a\",\"time\":-1}",
        "{\"url\":\"/a\",\"time\":1.5}", "{\"url\":\"/a\",\"time\":1e3}",
        "{\"url\":\"/a\",\"time\":01}", "{\"url\":\"/a\",\"time\":\"1\"}",
        "{\"url\":\"/a\",\"time\":1234567890123456}",
        "{\"url\":\"/a\",\"rand\":1}", "{\"url\":\"/a\"}{", "{\"time\":1}",
        "{\"url\":\"/a\",\"exper\":true}", "'/a'"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ngx_eo_ok(parse(bad[i]) != NULL, "%s", bad[i]);
    }

    ngx_eo_ok(parse(" [ \"/a\" , \"/b\" ] \n") == NULL && batch.nurls == 2
           && batch.list, "a list");
    ngx_eo_is_str(&urls[1], "/b", "its second URL");

    ngx_eo_ok(parse("{\"url\":\"\\/a\\u0041\\u00e9\\ud83d\\ude00\\\\\\\"\","
                 "\"time\":1721028437,\"timeout\":60,\"rand\":\"x\","
                 "\"exper\":30,\"plive\":\"669f9b40\",\"whref\":\"a.com\","
                 "\"bkref\":\"b.com\",\"whip\":\"::1\",\"bkip\":\"::2\"}")
           == NULL && batch.nurls == 1 && !batch.list, "an object");
    ngx_eo_is_str(&urls[0], "/aA\xc3\xa9\xf0\x9f\x98\x80\\\"", "escapes");
    ngx_eo_ok(batch.link.time == 1721028437 && batch.link.timeout == 60,
              "numbers");
    ngx_eo_is_str(&batch.link.vod.exper, "30",
                  "a number for a string of digits");
    ngx_eo_is_str(&batch.link.vod.bkip, "::2", "the last member");

    ngx_eo_ok(parse("{\"exper\":\"30\",\"urls\":[\"/a\"]}") == NULL
           && batch.list, "a list in an object");

    big = malloc(NGX_EO_TOKEN_BATCH_URLS * 5 + 16);
    p = big;
    *p++ = '[';

    for (i = 0; i < NGX_EO_TOKEN_BATCH_URLS; i++) {
        p += sprintf(p, "%s\"/a\"", i ? "," : "");
    }

    strcpy(p, "]");
    ngx_eo_ok(parse(big) == NULL && batch.nurls == NGX_EO_TOKEN_BATCH_URLS,
              "5000 URLs");

    strcpy(p, ",\"/\"]");
    ngx_eo_ok(parse(big) != NULL && batch.too_many, "5001 URLs");

    free(big);
}


ngx_eo_unit_test(token_auth_randomness)
{
    u_char     a[32], b[32];
    ngx_str_t  text;

    ngx_eo_ok(ngx_eo_token_random(a, sizeof(a)) == NGX_OK
           && ngx_eo_token_random(b, sizeof(b)) == NGX_OK
           && memcmp(a, b, sizeof(a)) != 0, "two random texts differ");

    text.data = a;
    text.len = sizeof(a);
    ngx_eo_ok(ngx_eo_token_alnum(&text, 32), "and are letters and digits");
}
