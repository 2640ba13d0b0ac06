
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Connections of keys: limits, a full table, processes that are gone.
 */


#include "ngx_eo_unit.h"

#include "ngx_eo_l4_conns.h"


#define NGX_EO_L4_TEST_SIZE  16384


static ngx_uint_t ngx_eo_l4_test_alive(ngx_pid_t pid);


static ngx_uint_t
ngx_eo_l4_test_alive(ngx_pid_t pid)
{
    return pid != 2;
}


ngx_eo_unit_test(l4_conns_limit)
{
    void               *memory;
    ngx_uint_t          one, two, three, count;
    ngx_eo_l4_conns_t  *conns;

    memory = ngx_pcalloc(t->pool, NGX_EO_L4_TEST_SIZE);
    conns = ngx_eo_l4_conns_init(memory, NGX_EO_L4_TEST_SIZE);

    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 7, 2, 1, &one, &count), NGX_OK,
                  "the first");
    ngx_eo_is_int(count, 1, "is counted");
    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 7, 2, 1, &two, &count), NGX_OK,
                  "the second");
    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 7, 2, 1, &three, &count),
                  NGX_BUSY, "no third");
    ngx_eo_is_int(count, 2, "and it is not counted");
    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 8, 2, 1, &three, &count),
                  NGX_OK, "another key has its own");

    ngx_eo_l4_conns_close(conns, one);
    ngx_eo_l4_conns_close(conns, one);

    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 7, 2, 1, &one, &count), NGX_OK,
                  "one that is closed makes room");
    ngx_eo_is_int(count, 2, "once, however often it is closed");
    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 7, 0, 1, &one, &count), NGX_OK,
                  "without a limit there is always room");
    ngx_eo_is_int(count, 3, "and it is counted");
}


ngx_eo_unit_test(l4_conns_full)
{
    void               *memory;
    ngx_uint_t          i, n, round, ticket, count, failed;
    ngx_eo_l4_conns_t  *conns;

    memory = ngx_pcalloc(t->pool, NGX_EO_L4_TEST_SIZE);
    conns = ngx_eo_l4_conns_init(memory, NGX_EO_L4_TEST_SIZE);
    n = ngx_eo_l4_conns_capacity(conns);

    ngx_eo_ok(n > 300, "there is room for %d", (int) n);

    /* all keys in one bucket, then each in its own */

    for (round = 0; round < 2; round++) {
        failed = 0;

        for (i = 0; i < n; i++) {
            if (ngx_eo_l4_conns_open(conns, round ? i : i * n, 1, 1 + i % 2,
                                     &ticket, &count)
                != NGX_OK || count != 1)
            {
                failed++;
            }
        }

        ngx_eo_is_int(failed, 0, "as many as there is room for");
        ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 1, 0, 1, &ticket, &count),
                      NGX_DECLINED, "and not one more");

        ngx_eo_is_int(ngx_eo_l4_conns_sweep(conns, ngx_eo_l4_test_alive),
                      n / 2, "those of a process that is gone");
        ngx_eo_is_int(ngx_eo_l4_conns_sweep(conns, ngx_eo_l4_test_alive), 0,
                      "are given back once");

        for (i = 1; i <= n; i++) {
            ngx_eo_l4_conns_close(conns, i);
        }
    }

    ngx_eo_is_int(ngx_eo_l4_conns_open(conns, 1, 1, 1, &ticket, &count),
                  NGX_OK, "an empty table again");
}

