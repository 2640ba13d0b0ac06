
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bodies with a Content-Encoding: its names, and where decoding ends.
 */


#include "ngx_eo_unit.h"
#include "managed/ngx_eo_managed_decompress.h"


typedef struct {
    const char               *value;
    ngx_eo_managed_coding_e   coding;
} ngx_eo_test_coding_t;


#if (NGX_EO_BROTLI)
#define NGX_EO_TEST_BROTLI  NGX_EO_MANAGED_BROTLI
#else
#define NGX_EO_TEST_BROTLI  NGX_EO_MANAGED_UNDECODABLE
#endif


static ngx_eo_test_coding_t  ngx_eo_test_codings[] = {
    { "", NGX_EO_MANAGED_IDENTITY },
    { "identity", NGX_EO_MANAGED_IDENTITY },
    { ", identity ,", NGX_EO_MANAGED_IDENTITY },
    { "gzip", NGX_EO_MANAGED_GZIP },
    { "GZip", NGX_EO_MANAGED_GZIP },
    { "x-gzip", NGX_EO_MANAGED_GZIP },
    { " identity,\tgzip ", NGX_EO_MANAGED_GZIP },
    { "deflate", NGX_EO_MANAGED_DEFLATE },
    { "br", NGX_EO_TEST_BROTLI },
    { "gzip, gzip", NGX_EO_MANAGED_UNDECODABLE },
    { "deflate, br", NGX_EO_MANAGED_UNDECODABLE },
    { "zstd", NGX_EO_MANAGED_UNDECODABLE },
    { "gzi", NGX_EO_MANAGED_UNDECODABLE },
    { "gzip;q=1", NGX_EO_MANAGED_UNDECODABLE },
    { NULL, NGX_EO_MANAGED_IDENTITY }
};


ngx_eo_unit_test(waf_managed_decompress_codings)
{
    ngx_str_t              value;
    ngx_eo_test_coding_t  *test;

    for (test = ngx_eo_test_codings; test->value != NULL; test++) {
        value.data = (u_char *) test->value;
        value.len = ngx_strlen(test->value);

        ngx_eo_ok(ngx_eo_managed_coding(NGX_EO_MANAGED_IDENTITY, &value)
                  == test->coding,
                  "\"%s\"", test->value);
    }

    ngx_str_set(&value, "gzip");

    ngx_eo_ok(ngx_eo_managed_coding(NGX_EO_MANAGED_DEFLATE, &value)
              == NGX_EO_MANAGED_UNDECODABLE,
              "a second header");
}


typedef struct {
    const char               *name;
    ngx_eo_managed_coding_e   coding;
    const char               *in;
    size_t                    len;
    size_t                    limit;
    ngx_uint_t                complete;

    /* what comes out, or NULL if it cannot be decoded */
    const char               *out;
    ngx_uint_t                all;
} ngx_eo_test_decoded_t;


/* "hello", in a block that is not compressed */

#define STORED   "\x01\x05\x00\xfa\xff" "hello"
#define ZLIB     "\x78\x01" STORED "\x06\x2c\x02\x15"
#define GZIP     "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" STORED            \
                 "\x86\xa6\x10\x36\x05\x00\x00\x00"
#define BROTLI   "\x40\x00\x10" "hello" "\x03"

#define SIZED(s)  s, sizeof(s) - 1


static ngx_eo_test_decoded_t  ngx_eo_test_decodeds[] = {
    { "raw deflate", NGX_EO_MANAGED_DEFLATE, SIZED(STORED), 99, 1,
      "hello", 1 },
    { "zlib", NGX_EO_MANAGED_DEFLATE, SIZED(ZLIB), 99, 1, "hello", 1 },
    { "gzip", NGX_EO_MANAGED_GZIP, SIZED(GZIP), 99, 1, "hello", 1 },
    { "as much as the limit", NGX_EO_MANAGED_GZIP, SIZED(GZIP), 5, 1,
      "hello", 1 },
    { "more than the limit", NGX_EO_MANAGED_GZIP, SIZED(GZIP), 4, 1,
      "hell", 0 },
    { "two members", NGX_EO_MANAGED_GZIP, SIZED(GZIP GZIP), 99, 1,
      "hellohello", 1 },
    { "a broken checksum", NGX_EO_MANAGED_DEFLATE,
      SIZED("\x78\x01" STORED "\x06\x2c\x02\x16"), 99, 1, NULL, 0 },
    { "garbage behind", NGX_EO_MANAGED_GZIP, SIZED(GZIP "x"), 99, 1,
      NULL, 0 },
    { "the same where the input was cut", NGX_EO_MANAGED_GZIP,
      SIZED(GZIP "x"), 99, 0, NULL, 0 },
    { "cut", NGX_EO_MANAGED_GZIP, GZIP, sizeof(GZIP) - 11, 99, 0,
      "hel", 0 },
    { "ends early", NGX_EO_MANAGED_GZIP, GZIP, sizeof(GZIP) - 2, 99, 1,
      NULL, 0 },
    { "plain text", NGX_EO_MANAGED_GZIP, SIZED("hello"), 99, 1, NULL, 0 },
    { "unknown", NGX_EO_MANAGED_UNDECODABLE, SIZED("hello"), 99, 1, NULL, 0 },
#if (NGX_EO_BROTLI)
    { "brotli", NGX_EO_MANAGED_BROTLI, SIZED(BROTLI), 99, 1, "hello", 1 },
    { "brotli, over the limit", NGX_EO_MANAGED_BROTLI, SIZED(BROTLI), 4, 1,
      "hell", 0 },
    { "brotli, cut", NGX_EO_MANAGED_BROTLI, BROTLI, 6, 99, 0, "hel", 0 },
    { "brotli that ends early", NGX_EO_MANAGED_BROTLI, BROTLI, 6, 99, 1,
      NULL, 0 },
    { "brotli, garbage behind", NGX_EO_MANAGED_BROTLI, SIZED(BROTLI "x"), 99,
      1, NULL, 0 },
    { "no brotli", NGX_EO_MANAGED_BROTLI, SIZED("\xff\xff\xff"), 99, 1,
      NULL, 0 },
#endif
    { NULL, NGX_EO_MANAGED_IDENTITY, NULL, 0, 0, 0, NULL, 0 }
};


ngx_eo_unit_test(waf_managed_decompress_bodies)
{
    ngx_int_t               rc;
    ngx_str_t               in, out;
    ngx_uint_t              complete;
    const char             *reason;
    ngx_eo_test_decoded_t  *test;

    for (test = ngx_eo_test_decodeds; test->name != NULL; test++) {
        in.data = (u_char *) test->in;
        in.len = test->len;
        complete = test->complete;
        reason = NULL;

        rc = ngx_eo_managed_decompress(t->pool, test->coding, &in,
                                       test->limit, &complete, &out, &reason);

        if (test->out == NULL) {
            ngx_eo_ok(rc == NGX_DECLINED && reason != NULL, "%s: refused, %s",
                      test->name, reason);
            continue;
        }

        if (ngx_eo_ok(rc == NGX_OK, "%s: decoded", test->name)) {
            ngx_eo_is_str(&out, test->out, "%s: what comes out", test->name);
            ngx_eo_ok(complete == test->all, "%s: whether it is all",
                      test->name);
        }
    }
}
