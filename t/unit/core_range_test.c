
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Range: the four faults that an edge answers with 416, and what it is not
 * to take for one.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_range.h"


typedef struct {
    const char   *value;
    off_t         size;       /* -1 for one that is not known yet */
    ngx_int_t     expected;
} range_case_t;


static void range_check(ngx_eo_unit_t *t, range_case_t *cases, ngx_uint_t n);


#define NGX_EO_TEST_MAX_OFF_T  "9223372036854775807"


static range_case_t  range_form[] = {

    { "bytes=0-0", -1, NGX_OK },
    { "bytes=0-", -1, NGX_OK },
    { "bytes=-1", -1, NGX_OK },
    { "bytes=0-99,200-299", -1, NGX_OK },
    { "bytes=0-99, 200-299", -1, NGX_OK },
    { "bytes= \t0-99 \t,\t 200- , -5 ", -1, NGX_OK },
    { "bytes=5-5", -1, NGX_OK },
    { "bytes=000000000000000000000000000001-2", -1, NGX_OK },

    { "", -1, NGX_DECLINED },
    { "b", -1, NGX_DECLINED },
    { "bytes", -1, NGX_DECLINED },
    { "bytes=", -1, NGX_DECLINED },
    { "bytes= ", -1, NGX_DECLINED },
    { "bytes=-", -1, NGX_DECLINED },
    { "bytes=--1", -1, NGX_DECLINED },
    { "bytes=,", -1, NGX_DECLINED },
    { "bytes=,0-1", -1, NGX_DECLINED },
    { "bytes=0-1,", -1, NGX_DECLINED },
    { "bytes=0-1,,2-3", -1, NGX_DECLINED },
    { "bytes=0", -1, NGX_DECLINED },
    { "bytes=0 -1", -1, NGX_DECLINED },
    { "bytes=0- 1", -1, NGX_DECLINED },
    { "bytes=- 1", -1, NGX_DECLINED },
    { "bytes=0-1 2-3", -1, NGX_DECLINED },
    { "bytes=0-1;2-3", -1, NGX_DECLINED },
    { "bytes=0-1-2", -1, NGX_DECLINED },
    { "bytes=0-1x", -1, NGX_DECLINED },
    { "bytes=-1-", -1, NGX_DECLINED },
    { "bytes=x-1", -1, NGX_DECLINED },
    { "bytes=0x0-1", -1, NGX_DECLINED },
    { "bytes=+0-1", -1, NGX_DECLINED },
    { "bytes=1.0-2", -1, NGX_DECLINED },

    /* the unit */

    { "byte=0-1", -1, NGX_DECLINED },
    { "Bytes=0-1", -1, NGX_DECLINED },
    { "bytes =0-1", -1, NGX_DECLINED },
    { "bytes:0-1", -1, NGX_DECLINED },
    { "items=0-1", -1, NGX_DECLINED },
    { "seconds=0-1", -1, NGX_DECLINED },
    { " bytes=0-1", -1, NGX_DECLINED },

    /* first above last, also where another range is good */

    { "bytes=1-0", -1, NGX_DECLINED },
    { "bytes=0-1,5-4", -1, NGX_DECLINED },
    { "bytes=5-4,0-1", -1, NGX_DECLINED }
};


static range_case_t  range_sizes[] = {

    { "bytes=0-0", 1, NGX_OK },
    { "bytes=0-999", 1, NGX_OK },
    { "bytes=1-1", 1, NGX_DECLINED },
    { "bytes=1-", 1, NGX_DECLINED },
    { "bytes=999-", 1000, NGX_OK },
    { "bytes=1000-", 1000, NGX_DECLINED },
    { "bytes=1000-1001", 1000, NGX_DECLINED },

    { "bytes=-0", -1, NGX_DECLINED },
    { "bytes=-0", 1000, NGX_DECLINED },
    { "bytes=-00", 1000, NGX_DECLINED },
    { "bytes=-1", 1000, NGX_OK },
    { "bytes=-1000", 1000, NGX_OK },
    { "bytes=-1001", 1000, NGX_OK },

    /* one that can be satisfied is enough */

    { "bytes=1000-,0-0", 1000, NGX_OK },
    { "bytes=0-0,1000-", 1000, NGX_OK },
    { "bytes=1000-,-1", 1000, NGX_OK },
    { "bytes=1000-,-0", 1000, NGX_DECLINED },
    { "bytes=1000-,2000-2001", 1000, NGX_DECLINED },

    /* an empty representation is sent as a whole, as nginx does */

    { "bytes=0-0", 0, NGX_OK },
    { "bytes=0-", 0, NGX_OK },
    { "bytes=-1", 0, NGX_OK },
    { "bytes=-0", 0, NGX_OK },
    { "bytes=5-", 0, NGX_DECLINED },
    { "bytes=5-,0-", 0, NGX_OK }
};


static range_case_t  range_overflows[] = {

    { "bytes=0-" NGX_EO_TEST_MAX_OFF_T, -1, NGX_OK },
    { "bytes=0-9223372036854775808", -1, NGX_OK },
    { "bytes=0-18446744073709551616", -1, NGX_OK },
    { "bytes=0-99999999999999999999999999999999999999", 1, NGX_OK },
    { "bytes=9223372036854775806-", -1, NGX_OK },
    { "bytes=9223372036854775806-", 1000, NGX_DECLINED },
    { "bytes=" NGX_EO_TEST_MAX_OFF_T "-", -1, NGX_DECLINED },
    { "bytes=9223372036854775808-", -1, NGX_DECLINED },
    { "bytes=9223372036854775808-9223372036854775809", -1, NGX_DECLINED },
    { "bytes=18446744073709551616-", -1, NGX_DECLINED },
    { "bytes=18446744073709551616-18446744073709551617", 10, NGX_DECLINED },
    { "bytes=18446744073709551616-1", -1, NGX_DECLINED },
    { "bytes=-18446744073709551616", 10, NGX_OK },
    { "bytes=-9223372036854775808", 10, NGX_OK },
    { "bytes=1-0000000000000000000000000000000000000000", 10, NGX_DECLINED }
};


static void
range_check(ngx_eo_unit_t *t, range_case_t *cases, ngx_uint_t n)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {

        /* of its own size, so that a sanitizer sees a read past the end */

        value.len = ngx_strlen(cases[i].value);
        value.data = ngx_pnalloc(t->pool, value.len + (value.len == 0));
        ngx_memcpy(value.data, cases[i].value, value.len);

        ngx_eo_is_int(ngx_eo_range_check(&value, cases[i].size),
                      cases[i].expected, "\"%s\" of %lld bytes",
                      cases[i].value, (long long) cases[i].size);
    }
}


ngx_eo_unit_test(core_range_form)
{
    range_check(t, range_form, sizeof(range_form) / sizeof(range_case_t));
}


ngx_eo_unit_test(core_range_size)
{
    range_check(t, range_sizes, sizeof(range_sizes) / sizeof(range_case_t));
}


ngx_eo_unit_test(core_range_overflow)
{
    range_check(t, range_overflows,
                sizeof(range_overflows) / sizeof(range_case_t));
}


ngx_eo_unit_test(core_range_bytes)
{
    u_char     *p;
    ngx_str_t   value;

    static u_char  zero[] = "bytes=0-1\0";
    static u_char  zero_unit[] = "bytes\0=0-1";

    value.data = zero;
    value.len = sizeof(zero) - 1;
    ngx_eo_is_int(ngx_eo_range_check(&value, -1), NGX_DECLINED,
                  "a zero byte behind the range");

    value.data = zero_unit;
    value.len = sizeof(zero_unit) - 1;
    ngx_eo_is_int(ngx_eo_range_check(&value, -1), NGX_DECLINED,
                  "a zero byte behind the unit");

    /* what lies behind the value does not count */

    value.data = (u_char *) "bytes=0-15-3";
    value.len = sizeof("bytes=0-1") - 1;
    ngx_eo_is_int(ngx_eo_range_check(&value, -1), NGX_OK,
                  "a value that ends within a number");

    value.len = 60 * 1024;
    value.data = ngx_pnalloc(t->pool, value.len);

    p = ngx_cpymem(value.data, "bytes=", sizeof("bytes=") - 1);
    ngx_memset(p, '1', value.data + value.len - p);
    ngx_eo_is_int(ngx_eo_range_check(&value, -1), NGX_DECLINED,
                  "60K of digits");

    value.data[value.len - 1] = '-';
    ngx_eo_is_int(ngx_eo_range_check(&value, -1), NGX_DECLINED,
                  "60K of digits and a hyphen");

    while (p + 4 <= value.data + value.len) {
        p = ngx_cpymem(p, "0-0,", 4);
    }

    value.len = p - 1 - value.data;
    ngx_eo_is_int(ngx_eo_range_check(&value, 1), NGX_OK,
                  "60K of good ranges");
}
