
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * EO-LOG-UUID: identifiers do not repeat.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_log_uuid.h"


#define NGX_EO_TEST_UUIDS   10000000
#define NGX_EO_TEST_SEEDS   1000
#define NGX_EO_TEST_RADIX   65536


static void log_uuid_sort(uint64_t *values, uint64_t *spare, ngx_uint_t n);
static ngx_uint_t log_uuid_repeats(uint64_t *values, ngx_uint_t n);


static void
log_uuid_sort(uint64_t *values, uint64_t *spare, ngx_uint_t n)
{
    uint64_t    *swap;
    ngx_uint_t   i, shift, sum, count;

    static ngx_uint_t  place[NGX_EO_TEST_RADIX];

    for (shift = 0; shift < 64; shift += 16) {
        ngx_memzero(place, sizeof(place));

        for (i = 0; i < n; i++) {
            place[(values[i] >> shift) % NGX_EO_TEST_RADIX]++;
        }

        for (i = 0, sum = 0; i < NGX_EO_TEST_RADIX; i++) {
            count = place[i];
            place[i] = sum;
            sum += count;
        }

        for (i = 0; i < n; i++) {
            spare[place[(values[i] >> shift) % NGX_EO_TEST_RADIX]++]
                                                                  = values[i];
        }

        swap = values;
        values = spare;
        spare = swap;
    }
}


static ngx_uint_t
log_uuid_repeats(uint64_t *values, ngx_uint_t n)
{
    ngx_uint_t  i, repeats;

    repeats = 0;

    for (i = 1; i < n; i++) {
        repeats += (values[i] == values[i - 1]);
    }

    return repeats;
}


ngx_eo_unit_test(core_log_uuid_known)
{
    ngx_eo_log_uuid_t  generator;

    generator.position = 1234567;

    ngx_eo_ok(ngx_eo_log_uuid_next(&generator) == 6457827717110365317ULL,
              "the first of SplitMix64 from a known position");
    ngx_eo_ok(ngx_eo_log_uuid_next(&generator) == 3203168211198807973ULL,
              "the second");
    ngx_eo_ok(ngx_eo_log_uuid_next(&generator) == 9817491932198370423ULL,
              "the third");

    generator.position = 0;

    ngx_eo_ok(ngx_eo_log_uuid_next(&generator) == 0xe220a8397b1dcdafULL,
              "the first from position 0");
}


ngx_eo_unit_test(core_log_uuid_unique)
{
    uint64_t           *values, *spare;
    ngx_uint_t          i;
    ngx_eo_log_uuid_t   generator;

    values = ngx_alloc(NGX_EO_TEST_UUIDS * sizeof(uint64_t), t->log);
    spare = ngx_alloc(NGX_EO_TEST_UUIDS * sizeof(uint64_t), t->log);

    if (!ngx_eo_ok(values && spare, "memory for 10 million identifiers")) {
        ngx_free(values);
        ngx_free(spare);
        return;
    }

    ngx_eo_is_int(ngx_eo_log_uuid_seed(&generator), NGX_OK, "a position");

    for (i = 0; i < NGX_EO_TEST_UUIDS; i++) {
        values[i] = ngx_eo_log_uuid_next(&generator);
    }

    /* an even number of passes leaves them where they were */

    log_uuid_sort(values, spare, NGX_EO_TEST_UUIDS);

    ngx_eo_ok(values[0] < values[NGX_EO_TEST_UUIDS / 2]
              && values[NGX_EO_TEST_UUIDS / 2]
                 < values[NGX_EO_TEST_UUIDS - 1],
              "they are sorted now");

    ngx_eo_is_int(log_uuid_repeats(values, NGX_EO_TEST_UUIDS), 0,
                  "10 million in a row without a repeat");

    ngx_free(values);
    ngx_free(spare);
}


/* also where the position passes from 2^64 - 1 to 0 */

ngx_eo_unit_test(core_log_uuid_wrap)
{
    uint64_t           *values, *spare;
    ngx_uint_t          i;
    ngx_eo_log_uuid_t   generator;

    values = ngx_palloc(t->pool, NGX_EO_TEST_SEEDS * sizeof(uint64_t));
    spare = ngx_palloc(t->pool, NGX_EO_TEST_SEEDS * sizeof(uint64_t));

    generator.position = (uint64_t) -1;

    for (i = 0; i < NGX_EO_TEST_SEEDS; i++) {
        values[i] = ngx_eo_log_uuid_next(&generator);
    }

    log_uuid_sort(values, spare, NGX_EO_TEST_SEEDS);

    ngx_eo_is_int(log_uuid_repeats(values, NGX_EO_TEST_SEEDS), 0,
                  "no repeat around the end of the counter");
}


/* each worker of each start is one seed */

ngx_eo_unit_test(core_log_uuid_seed)
{
    uint64_t           *values, *spare;
    ngx_uint_t          i;
    ngx_eo_log_uuid_t   generator;

    values = ngx_palloc(t->pool, 2 * NGX_EO_TEST_SEEDS * sizeof(uint64_t));
    spare = ngx_palloc(t->pool, 2 * NGX_EO_TEST_SEEDS * sizeof(uint64_t));

    for (i = 0; i < NGX_EO_TEST_SEEDS; i++) {

        if (ngx_eo_log_uuid_seed(&generator) != NGX_OK) {
            break;
        }

        values[2 * i] = generator.position;
        values[2 * i + 1] = ngx_eo_log_uuid_next(&generator);
    }

    if (!ngx_eo_is_int(i, NGX_EO_TEST_SEEDS, "1000 generators are seeded")) {
        return;
    }

    log_uuid_sort(values, spare, 2 * NGX_EO_TEST_SEEDS);

    ngx_eo_is_int(log_uuid_repeats(values, 2 * NGX_EO_TEST_SEEDS), 0,
                  "no two begin at one position, or alike");
}


/* as ngx_sprintf() writes it, at every border of its steps and between */

ngx_eo_unit_test(core_log_uuid_text)
{
    u_char             *last, expected[NGX_INT64_LEN];
    u_char              buf[NGX_EO_LOG_UUID_LEN];
    uint64_t            uuid;
    ngx_str_t           text;
    ngx_uint_t          i, n, wrong;
    ngx_eo_log_uuid_t   generator;

    generator.position = 1;
    wrong = 0;

    for (i = 0; i < 100000; i++) {

        uuid = ngx_eo_log_uuid_next(&generator) >> (i % 64);

        if (i < 60) {
            uuid = 1;

            for (n = i / 3; n > 0; n--) {
                uuid *= 10;
            }

            uuid += i % 3 - 1;
        }

        ngx_eo_log_uuid_text(buf, uuid, &text);
        last = ngx_sprintf(expected, "%uL", uuid);

        if (text.len != (size_t) (last - expected)
            || ngx_memcmp(text.data, expected, text.len) != 0)
        {
            wrong++;
        }
    }

    ngx_eo_is_int(wrong, 0, "100,000 identifiers are written in decimal");

    ngx_eo_log_uuid_text(buf, 0xffffffffffffffffULL, &text);

    ngx_eo_ok(text.len == NGX_EO_LOG_UUID_LEN && text.data == buf,
              "the largest fits");
}
