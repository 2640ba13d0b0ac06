
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of counters behind rate limits: what is counted when, what makes
 * room for what, several processes at once, and processes that die.
 */


#include "ngx_eo_unit.h"
#include "shm/ngx_eo_rate_table.h"

#include <sys/mman.h>
#include <sys/wait.h>


#define NGX_EO_TEST_SIZE       (128 * 1024 * 1024)
#define NGX_EO_TEST_KEYS       1000000

#define NGX_EO_TEST_PROCESSES  4
#define NGX_EO_TEST_EVENTS     200000
#define NGX_EO_TEST_HOT        16            /* keys that all of them count */


static ngx_eo_rate_table_t *ngx_eo_test_table(size_t size);
static void ngx_eo_test_free(void);
static uint64_t ngx_eo_test_key(ngx_eo_rate_table_t *table, uint64_t n);
static ngx_uint_t ngx_eo_test_count(ngx_eo_rate_table_t *table,
    ngx_eo_rate_limit_t *limit, ngx_msec_t now, ngx_uint_t n);
static ngx_pid_t ngx_eo_test_child(ngx_eo_rate_table_t *table,
    ngx_uint_t forever);
static void ngx_eo_test_count_all(ngx_eo_rate_table_t *table);


static uint64_t     ngx_eo_test_seed[2] = { 0x0706050403020100,
                                            0x0f0e0d0c0b0a0908 };
static void        *ngx_eo_test_memory;
static size_t       ngx_eo_test_size;


ngx_eo_unit_test(waf_rate_siphash)
{
    u_char             text[64];
    uint64_t           whole, parts;
    ngx_uint_t         i, k;
    ngx_eo_siphash_t   hash;

    for (i = 0; i < sizeof(text); i++) {
        text[i] = (u_char) i;
    }

    /* as "openssl mac -macopt c-rounds:1 -macopt d-rounds:3 SIPHASH" has it */

    ngx_eo_siphash_init(&hash, ngx_eo_test_seed);
    ngx_eo_siphash_update(&hash, text, 15);
    ngx_eo_ok(ngx_eo_siphash_final(&hash, NULL, 0) == 0xd320d86d2a519956,
              "15 bytes");

    ngx_eo_siphash_init(&hash, ngx_eo_test_seed);
    ngx_eo_ok(ngx_eo_siphash_final(&hash, NULL, 0) == 0xabac0158050fc4dc,
              "no bytes");

    whole = ngx_eo_siphash_final(&hash, text, 63);
    ngx_eo_ok(whole == 0x9d199062b7bbb3a8, "63 bytes");

    for (i = 0; i <= 63; i++) {
        k = 63 - i < 5 ? 63 - i : 5;

        ngx_eo_siphash_init(&hash, ngx_eo_test_seed);
        ngx_eo_siphash_update(&hash, text, i);
        ngx_eo_siphash_update(&hash, text + i, k);
        parts = ngx_eo_siphash_final(&hash, text + i + k, 63 - i - k);

        if (parts != whole) {
            break;
        }

        ngx_eo_siphash_update(&hash, text + i + k, 63 - i - k);

        if (ngx_eo_siphash_final(&hash, NULL, 0) != whole) {
            break;
        }
    }

    ngx_eo_is_int(i, 64, "it is the same in pieces");
}


ngx_eo_unit_test(waf_rate_keys)
{
    uint64_t              a, b;
    ngx_eo_siphash_t      hash;
    ngx_eo_rate_table_t  *table;

    table = ngx_eo_test_table(NGX_EO_RATE_MIN_SIZE);

    ngx_eo_rate_key_init(table, &hash, 1);
    ngx_eo_rate_key_add(&hash, "ab", 2);
    ngx_eo_rate_key_add(&hash, "c", 1);
    a = ngx_eo_rate_key_final(&hash);

    ngx_eo_rate_key_init(table, &hash, 1);
    ngx_eo_rate_key_add(&hash, "a", 1);
    ngx_eo_rate_key_add(&hash, "bc", 2);
    b = ngx_eo_rate_key_final(&hash);

    ngx_eo_ok(a != b, "values keep to themselves");

    ngx_eo_rate_key_init(table, &hash, 2);
    ngx_eo_rate_key_add(&hash, "ab", 2);
    ngx_eo_rate_key_add(&hash, "c", 1);

    ngx_eo_ok(a != ngx_eo_rate_key_final(&hash), "and so do rules");

    /* the last of them without its length */

    ngx_eo_rate_key_init(table, &hash, 1);
    ngx_eo_rate_key_add(&hash, "ab", 2);
    a = ngx_eo_rate_key_last(&hash, "c", 1);

    ngx_eo_ok(a != ngx_eo_rate_key_last(&hash, "d", 1)
              && a == ngx_eo_rate_key_last(&hash, "c", 1),
              "what is begun serves many keys");

    ngx_eo_rate_key_init(table, &hash, 1);
    ngx_eo_rate_key_add(&hash, "a", 1);
    b = ngx_eo_rate_key_last(&hash, "bc", 2);

    ngx_eo_ok(a != b, "values keep to themselves then, too");

    ngx_eo_rate_key_init(table, &hash, 1);
    a = ngx_eo_rate_key_last(&hash, "", 0);
    b = ngx_eo_rate_key_last(&hash, "\0", 1);

    ngx_eo_ok(a != b, "nothing is another value than a null");

    ngx_eo_test_free();
}


ngx_eo_unit_test(waf_rate_window)
{
    ngx_msec_t              now;
    ngx_uint_t              i, passed;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_test_table(NGX_EO_RATE_MIN_SIZE);
    now = 1000000;

    limit.key = ngx_eo_test_key(table, 1);
    limit.threshold = 3;
    limit.period = 10000;
    limit.penalty = 0;

    ngx_eo_rate_look(table, &limit, now, &verdict);
    ngx_eo_is_int(verdict.count, 0, "nothing is counted yet");

    for (i = 1; i <= 3; i++) {
        ngx_eo_rate_admit(table, &limit, now + i, &verdict);
        ngx_eo_ok(!verdict.exceeded, "%d of 3", (int) i);
        ngx_eo_is_int(verdict.count, i, "are counted");
    }

    ngx_eo_rate_admit(table, &limit, now + 4, &verdict);
    ngx_eo_ok(verdict.exceeded, "the fourth is too many");
    ngx_eo_is_int(verdict.wait, 10000 - 3 + 3334,
                  "and it is told when one is not");

    ngx_eo_rate_admit(table, &limit, now + 4 + verdict.wait - 2, &verdict);
    ngx_eo_ok(verdict.exceeded, "not before that");
    ngx_eo_is_int(verdict.wait, 2, "it is two milliseconds off");

    ngx_eo_rate_admit(table, &limit, now + 4 + 10000 - 3 + 3334, &verdict);
    ngx_eo_ok(!verdict.exceeded, "but then");

    ngx_eo_rate_admit(table, &limit, now + 4 + 10000 - 3 + 3334, &verdict);
    ngx_eo_ok(verdict.exceeded, "one of the last three has left");

    /* twice what is allowed, evenly */

    limit.key = ngx_eo_test_key(table, 2);
    limit.threshold = 100;
    limit.period = 1000;
    passed = 0;

    for (i = 0; i < 2000; i++) {
        ngx_eo_rate_admit(table, &limit, now + i * 5, &verdict);
        passed += !verdict.exceeded;
    }

    ngx_eo_ok(passed >= 990 && passed <= 1060,
              "of 2000 events in 10 periods of 100, %d pass", (int) passed);

    /* after two periods a counter is as new */

    limit.threshold = 1;
    ngx_eo_rate_admit(table, &limit, now + 20000, &verdict);
    ngx_eo_ok(!verdict.exceeded, "all has been forgotten");
    ngx_eo_rate_admit(table, &limit, now + 20999, &verdict);
    ngx_eo_ok(verdict.exceeded, "the window began with the event after");
    ngx_eo_is_int(verdict.wait, 1001, "of one event nothing may be left");

    /* a clock that is behind */

    ngx_eo_rate_admit(table, &limit, now + 19000, &verdict);
    ngx_eo_ok(verdict.exceeded, "who is behind is in the same window");
    ngx_eo_is_int(verdict.count, 2, "with the same count");

    /* one that steps */

    ngx_eo_rate_admit(table, &limit, 1, &verdict);
    ngx_eo_ok(verdict.exceeded, "back to the beginning");
    ngx_eo_ok(verdict.wait <= 2000, "that does not make anybody wait longer");

    ngx_eo_rate_admit(table, &limit, now + 86400000, &verdict);
    ngx_eo_ok(!verdict.exceeded, "a day on");
    ngx_eo_is_int(verdict.count, 1, "all is forgotten");

    ngx_eo_test_free();
}


ngx_eo_unit_test(waf_rate_penalty)
{
    ngx_msec_t              now;
    ngx_uint_t              i;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_test_table(NGX_EO_RATE_MIN_SIZE);
    now = 5000;

    limit.key = ngx_eo_test_key(table, 1);
    limit.threshold = 2;
    limit.period = 1000;
    limit.penalty = 60000;

    for (i = 0; i < 2; i++) {
        ngx_eo_rate_count(table, &limit, 1, now, &verdict);
        ngx_eo_ok(!verdict.exceeded, "within the threshold");
    }

    ngx_eo_rate_count(table, &limit, 1, now, &verdict);
    ngx_eo_ok(verdict.exceeded && verdict.penalised, "and over it");
    ngx_eo_is_int(verdict.wait, 60000, "for the time of the penalty");

    ngx_eo_rate_count(table, &limit, 1, now + 59999, &verdict);
    ngx_eo_ok(verdict.exceeded, "to the last millisecond");
    ngx_eo_is_int(verdict.wait, 1, "which is this one");
    ngx_eo_is_int(verdict.count, 1, "it is counted");

    ngx_eo_rate_look(table, &limit, now + 59999, &verdict);
    ngx_eo_ok(verdict.exceeded && verdict.penalised, "it is seen");
    ngx_eo_is_int(verdict.count, 1, "and not counted");

    ngx_eo_rate_count(table, &limit, 1, now + 60000, &verdict);
    ngx_eo_ok(!verdict.exceeded, "then it is over");
    ngx_eo_is_int(verdict.count, 2, "what came during it has been counted");

    ngx_eo_rate_count(table, &limit, 1, now + 60000, &verdict);
    ngx_eo_ok(verdict.penalised, "so that it may begin again at once");

    /* without one, all are counted, and the threshold is all there is */

    limit.key = ngx_eo_test_key(table, 2);
    limit.penalty = 0;

    ngx_eo_rate_count(table, &limit, 5, now, &verdict);
    ngx_eo_ok(verdict.exceeded && !verdict.penalised, "5 at once are 5");
    ngx_eo_is_int(verdict.count, 5, "by the count, too");

    ngx_eo_rate_look(table, &limit, now + 1500, &verdict);
    ngx_eo_ok(verdict.exceeded, "half of them is too many");
    ngx_eo_is_int(verdict.count, 3, "and rounded up");

    ngx_eo_rate_look(table, &limit, now + 1500 + verdict.wait, &verdict);
    ngx_eo_ok(!verdict.exceeded, "until the time that was told");

    /* another period is another counter */

    limit.period = 2000;
    ngx_eo_rate_look(table, &limit, now + 1500, &verdict);
    ngx_eo_is_int(verdict.count, 0, "a period that changes begins anew");

    /* the bounds */

    limit.threshold = 100000;
    limit.period = NGX_EO_RATE_MAX_PERIOD;
    limit.key = ngx_eo_test_key(table, 3);
    ngx_eo_rate_count(table, &limit, 100000, now, &verdict);
    ngx_eo_ok(!verdict.exceeded, "the largest threshold");
    ngx_eo_rate_count(table, &limit, 1, now, &verdict);
    ngx_eo_ok(verdict.exceeded, "and one more");
    ngx_eo_is_int(verdict.count, 100001, "all are counted");
    ngx_eo_rate_count(table, &limit, 0xffffffff, now, &verdict);
    ngx_eo_rate_count(table, &limit, 0xffffffff, now, &verdict);
    ngx_eo_is_int(verdict.count, 0xffffffff, "up to what a counter holds");
    ngx_eo_ok(verdict.wait <= 2 * NGX_EO_RATE_MAX_PERIOD,
              "nobody waits longer than two periods");

    ngx_eo_test_free();
}


/* a million keys, each with a count of its own, in 128 megabytes */

ngx_eo_unit_test(waf_rate_million)
{
    ngx_uint_t              i, evicted, wrong;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_test_table(NGX_EO_TEST_SIZE);

    limit.threshold = 2;
    limit.period = 60000;
    limit.penalty = 0;

    evicted = 0;
    wrong = 0;

    for (i = 0; i < NGX_EO_TEST_KEYS; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_count(table, &limit, i % 3 + 1, 1000, &verdict);
        evicted += verdict.evicted;
    }

    for (i = 0; i < NGX_EO_TEST_KEYS; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_look(table, &limit, 1000, &verdict);
        wrong += (verdict.count != i % 3 + 1
                  || verdict.exceeded != (i % 3 == 2));
    }

    ngx_eo_is_int(evicted, 0, "none of a million had to go");
    ngx_eo_is_int(wrong, 0, "and none has another's count");

    ngx_eo_test_free();
}


/*
 * Counters that matter, among ten times as many keys as there is room for,
 * each of which comes once.
 */

ngx_eo_unit_test(waf_rate_eviction)
{
    ngx_uint_t              i, n, evicted, lost, freed;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_test_table(1024 * 1024);

    limit.threshold = 100;
    limit.period = 10000;
    limit.penalty = 0;

    /* a count of 3; and a count of 1 with a penalty */

    for (i = 0; i < 1000; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_count(table, &limit, 3, 1000, &verdict);
    }

    limit.threshold = 0;
    limit.penalty = 60000;

    for (i = 1000; i < 2000; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_count(table, &limit, 1, 1000, &verdict);
    }

    limit.threshold = 100;
    limit.penalty = 0;
    evicted = 0;

    n = ngx_eo_rate_table_capacity(table) * 10;

    for (i = 0; i < n; i++) {
        limit.key = ngx_eo_test_key(table, 10000 + i);
        ngx_eo_rate_count(table, &limit, 1, 1001, &verdict);
        evicted += verdict.evicted;
    }

    ngx_eo_ok(evicted > n / 2, "%d counters made room", (int) evicted);

    lost = 0;

    for (i = 0; i < 1000; i++) {
        limit.key = ngx_eo_test_key(table, i);
        lost += (ngx_eo_test_count(table, &limit, 1001, 3) != 1);
    }

    ngx_eo_is_int(lost, 0, "none of them had been counted three times");

    limit.threshold = 0;
    freed = 0;

    for (i = 1000; i < 2000; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_look(table, &limit, 60999, &verdict);
        freed += !verdict.penalised;
    }

    ngx_eo_is_int(freed, 0, "and none was penalised");

    /* all penalised: the one that would be let go first */

    limit.penalty = 100000;

    for (i = 0; i < n; i++) {
        limit.key = ngx_eo_test_key(table, 20000000 + i);
        ngx_eo_rate_count(table, &limit, 1, 2000, &verdict);
    }

    freed = 0;

    for (i = 1000; i < 2000; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_look(table, &limit, 2000, &verdict);
        freed += !verdict.penalised;
    }

    ngx_eo_is_int(freed, 1000, "penalties that end first make room at last");

    /* expired ones go without being missed */

    evicted = 0;

    for (i = 0; i < 1000; i++) {
        limit.key = ngx_eo_test_key(table, 40000000 + i);
        ngx_eo_rate_count(table, &limit, 1, 200000, &verdict);
        evicted += verdict.evicted;
    }

    ngx_eo_is_int(evicted, 0, "what is over is not missed");

    ngx_eo_test_free();
}


/* several processes, on the same and on different keys: to the digit */

ngx_eo_unit_test(waf_rate_processes)
{
    int                     status;
    ngx_pid_t               pid[NGX_EO_TEST_PROCESSES];
    ngx_uint_t              i, total, failed;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_test_table(8 * NGX_EO_RATE_BUCKET);

    for (i = 0; i < NGX_EO_TEST_PROCESSES; i++) {
        pid[i] = ngx_eo_test_child(table, 0);
    }

    failed = 0;

    for (i = 0; i < NGX_EO_TEST_PROCESSES; i++) {
        failed += (waitpid(pid[i], &status, 0) != pid[i] || status != 0);
    }

    ngx_eo_is_int(failed, 0, "%d processes", NGX_EO_TEST_PROCESSES);

    limit.threshold = 1;
    limit.period = 60000;
    limit.penalty = 0;
    total = 0;

    for (i = 0; i < NGX_EO_TEST_HOT; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_look(table, &limit, 1000, &verdict);
        total += verdict.count;
    }

    ngx_eo_is_int(total, NGX_EO_TEST_PROCESSES * NGX_EO_TEST_EVENTS,
                  "all that they counted");

    ngx_eo_test_free();
}


/* processes that are killed wherever they happen to be */

ngx_eo_unit_test(waf_rate_killed)
{
    uint64_t                nsec;
    ngx_pid_t               pid;
    ngx_uint_t              i, broken, waits, wrong;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    /* one bucket, so that nearly all of the time is spent with its lock */

    table = ngx_eo_test_table(NGX_EO_RATE_MIN_SIZE);

    limit.threshold = 100;
    limit.period = 60000;
    limit.penalty = 0;

    broken = ngx_eo_rate_waits.broken;
    waits = ngx_eo_rate_waits.waits;
    nsec = ngx_eo_rate_waits.nsec;
    wrong = 0;

    for (i = 0; i < 100; i++) {
        pid = ngx_eo_test_child(table, 1);

        ngx_msleep(1);
        (void) kill(pid, SIGKILL);
        (void) waitpid(pid, NULL, 0);

        limit.key = ngx_eo_test_key(table, 1000 + i);
        ngx_eo_rate_count(table, &limit, 7, 1000, &verdict);
        wrong += (verdict.count != 7);

        ngx_eo_rate_count(table, &limit, 7, 1000, &verdict);
        wrong += (verdict.count != 14);
    }

    broken = ngx_eo_rate_waits.broken - broken;

    ngx_eo_ok(broken > 0, "%d of 100 died with the lock", (int) broken);
    ngx_eo_is_int(wrong, 0, "and the table goes on counting");
    ngx_eo_ok(ngx_eo_rate_waits.waits - waits >= broken
              && ngx_eo_rate_waits.nsec > nsec,
              "the time that this took is added up");

    ngx_eo_test_free();
}


/* takes the locks away that a process has died with */

static void
ngx_eo_test_count_all(ngx_eo_rate_table_t *table)
{
    ngx_uint_t             i;
    ngx_eo_rate_limit_t    limit;
    ngx_eo_rate_verdict_t  verdict;

    limit.threshold = 100;
    limit.period = 60000;
    limit.penalty = 0;

    for (i = 0; i < NGX_EO_TEST_HOT; i++) {
        limit.key = ngx_eo_test_key(table, i);
        ngx_eo_rate_count(table, &limit, 100, 1000, &verdict);
    }
}


/* processes that stand still wherever they happen to be, and then go on */

ngx_eo_unit_test(waf_rate_stopped)
{
    int                     status;
    time_t                  began;
    uint64_t                nsec;
    ngx_pid_t               pid;
    ngx_uint_t              i, broken, wrong;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_table_t    *table;
    ngx_eo_rate_verdict_t   verdict;

    table = ngx_eo_test_table(NGX_EO_RATE_MIN_SIZE);

    limit.threshold = 100;
    limit.period = 60000;
    limit.penalty = 0;

    broken = 0;
    nsec = 0;
    began = time(NULL);
    wrong = 0;

    /*
     * What the processes count is there, so that none of them begins it;
     * until one holds the lock, which about every fourth does.
     */

    for (i = 0; i < 100 && broken == 0; i++) {
        ngx_eo_test_count_all(table);

        broken = ngx_eo_rate_waits.broken;
        nsec = ngx_eo_rate_waits.nsec;

        pid = ngx_eo_test_child(table, 1);

        ngx_msleep(1);
        (void) kill(pid, SIGSTOP);
        (void) waitpid(pid, &status, WUNTRACED);

        limit.key = ngx_eo_test_key(table, 1000 + i);
        ngx_eo_rate_count(table, &limit, 7, 1000, &verdict);
        wrong += (verdict.count != 7);

        broken = ngx_eo_rate_waits.broken - broken;
        nsec = ngx_eo_rate_waits.nsec - nsec;

        (void) kill(pid, SIGCONT);
        ngx_msleep(1);

        ngx_eo_rate_count(table, &limit, 7, 1000, &verdict);
        wrong += (verdict.count != 14);

        (void) kill(pid, SIGKILL);
        (void) waitpid(pid, NULL, 0);
    }

    ngx_eo_ok(broken, "one of %d stood still with the lock", (int) i);
    ngx_eo_ok(time(NULL) - began < 10, "and is waited for a second");
    ngx_eo_ok(nsec >= 1000000000,
              "which is among the time waited");
    ngx_eo_is_int(wrong, 0, "it does no harm when it goes on");

    ngx_eo_test_free();
}


static ngx_eo_rate_table_t *
ngx_eo_test_table(size_t size)
{
    ngx_eo_test_size = size + 4096;
    ngx_eo_test_memory = mmap(NULL, ngx_eo_test_size, PROT_READ|PROT_WRITE,
                              MAP_ANON|MAP_SHARED, -1, 0);

    /* there is nothing that a test could do without */

    if (ngx_eo_test_memory == MAP_FAILED) {
        abort();
    }

    return ngx_eo_rate_table_init(ngx_eo_test_memory, size,
                                  ngx_eo_test_seed);
}


static void
ngx_eo_test_free(void)
{
    (void) munmap(ngx_eo_test_memory, ngx_eo_test_size);
}


static uint64_t
ngx_eo_test_key(ngx_eo_rate_table_t *table, uint64_t n)
{
    ngx_eo_siphash_t  hash;

    ngx_eo_rate_key_init(table, &hash, 0);
    ngx_eo_rate_key_add(&hash, &n, sizeof(uint64_t));

    return ngx_eo_rate_key_final(&hash);
}


static ngx_uint_t
ngx_eo_test_count(ngx_eo_rate_table_t *table, ngx_eo_rate_limit_t *limit,
    ngx_msec_t now, ngx_uint_t n)
{
    ngx_eo_rate_verdict_t  verdict;

    ngx_eo_rate_look(table, limit, now, &verdict);

    return verdict.count == n;
}


static ngx_pid_t
ngx_eo_test_child(ngx_eo_rate_table_t *table, ngx_uint_t forever)
{
    ngx_pid_t               pid;
    ngx_uint_t              i;
    ngx_eo_rate_limit_t     limit;
    ngx_eo_rate_verdict_t   verdict;

    pid = fork();

    if (pid != 0) {
        return pid;
    }

    ngx_pid = getpid();

    limit.threshold = 1;
    limit.period = 60000;
    limit.penalty = 0;

    for (i = 0; forever || i < NGX_EO_TEST_EVENTS; i++) {
        limit.key = ngx_eo_test_key(table, i % NGX_EO_TEST_HOT);
        ngx_eo_rate_count(table, &limit, 1, 1000, &verdict);
    }

    _exit(0);
}
