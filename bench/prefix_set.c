
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Time and size of prefix sets, as a table: loading a list from a file, and
 * looking up addresses in random order.  A function of its own of the process
 * and no nginx around it:
 *
 *     cc -O2 -I objs -I src/core -I src/event -I src/os/unix \
 *        -I .../ngx_eo_waf/iplist -o prefix_set .../bench/prefix_set.c \
 *        .../ngx_eo_waf/iplist/ngx_eo_prefix_set.c \
 *        .../ngx_eo_waf/iplist/ngx_eo_prefix_json.c \
 *        .../ngx_eo_waf/iplist/ngx_eo_prefix_parse.c
 *
 * in a configured nginx tree.  The only argument is the number of prefixes,
 * by default 1,000,000.
 */


#include "ngx_eo_prefix_set.h"

#include <stdio.h>
#include <sys/mman.h>


#define NGX_EO_BENCH_LOOKUPS  (1 << 20)
#define NGX_EO_BENCH_ROUNDS   8


typedef struct ngx_eo_bench_list_s  ngx_eo_bench_list_t;

typedef void (*ngx_eo_bench_pt)(ngx_eo_bench_list_t *list, u_char *addr);


struct ngx_eo_bench_list_s {
    const char       *name;
    int               family;
    ngx_uint_t        length;
    ngx_eo_bench_pt   make;
};


static void ngx_eo_bench_uniform(ngx_eo_bench_list_t *list,
    u_char *addr);
static void ngx_eo_bench_allocated(ngx_eo_bench_list_t *list,
    u_char *addr);
static void ngx_eo_bench_one_network(ngx_eo_bench_list_t *list,
    u_char *addr);
static void ngx_eo_bench_run(ngx_eo_bench_list_t *list, size_t n);
static ngx_fd_t ngx_eo_bench_file(ngx_eo_bench_list_t *list, size_t n);
static double ngx_eo_bench_lookups(ngx_eo_prefix_set_t *set,
    ngx_eo_bench_list_t *list, ngx_uint_t *found, uint64_t seed);
static uint64_t ngx_eo_bench_random(void);
static double ngx_eo_bench_now(void);


static uint64_t  ngx_eo_bench_seed;


static ngx_eo_bench_list_t  ngx_eo_bench_lists[] = {
    { "IPv4, spread evenly, /32", AF_INET, 32, ngx_eo_bench_uniform },
    { "IPv4, within 1,000 /16, /32", AF_INET, 32, ngx_eo_bench_allocated },
    { "IPv6, spread evenly, /48", AF_INET6, 48, ngx_eo_bench_uniform },
    { "IPv6, within 1,000 /32, /64", AF_INET6, 64, ngx_eo_bench_allocated },
    { "IPv6, within one /64, /128", AF_INET6, 128, ngx_eo_bench_one_network }
};


int
main(int argc, char *argv[])
{
    size_t      n;
    ngx_uint_t  i;

    n = (argc > 1) ? (size_t) atol(argv[1]) : 1000000;

    if (n == 0 || n > NGX_EO_PREFIX_SET_MAX_PREFIXES) {
        fprintf(stderr, "prefix_set: a number from 1 to %u is needed\n",
                NGX_EO_PREFIX_SET_MAX_PREFIXES);
        return 2;
    }

    printf("%-30s %8s %8s %10s %10s\n", "list of prefixes", "load ms",
           "MB", "ns, in it", "ns, not");

    for (i = 0; i < sizeof(ngx_eo_bench_lists)
                    / sizeof(ngx_eo_bench_list_t); i++)
    {
        ngx_eo_bench_run(&ngx_eo_bench_lists[i], n);
    }

    return 0;
}


static void
ngx_eo_bench_run(ngx_eo_bench_list_t *list, size_t n)
{
    void                     *block;
    size_t                    size;
    double                    started, load, hit, miss;
    ngx_fd_t                  fd;
    ngx_uint_t                found;
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    fd = ngx_eo_bench_file(list, n);

    started = ngx_eo_bench_now();

    ngx_eo_prefix_builder_init(&b);

    if (ngx_eo_prefix_builder_add_file(&b, fd, &err) != NGX_OK
        || ngx_eo_prefix_builder_finish(&b) != NGX_OK)
    {
        fprintf(stderr, "prefix_set: the list was refused\n");
        exit(1);
    }

    size = ngx_eo_prefix_builder_size(&b);
    block = mmap(NULL, size, PROT_READ|PROT_WRITE,
                 MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    ngx_eo_prefix_builder_write(&b, block);
    ngx_eo_prefix_builder_free(&b);

    load = ngx_eo_bench_now() - started;

    if (ngx_eo_prefix_set_attach(&set, block, size) != NGX_OK) {
        fprintf(stderr, "prefix_set: the block was refused\n");
        exit(1);
    }

    hit = ngx_eo_bench_lookups(&set, list, &found, 7);

    if (found != NGX_EO_BENCH_LOOKUPS && n >= NGX_EO_BENCH_LOOKUPS) {
        fprintf(stderr, "prefix_set: %lu addresses were found\n",
                (unsigned long) found);
        exit(1);
    }

    miss = ngx_eo_bench_lookups(&set, list, &found, 77777);

    printf("%-30s %8.0f %8.1f %10.0f %10.0f\n", list->name, load * 1e3,
           size / 1048576.0, hit, miss);

    (void) munmap(block, size);
    (void) close(fd);
}


static ngx_fd_t
ngx_eo_bench_file(ngx_eo_bench_list_t *list, size_t n)
{
    char       text[64];
    FILE      *file;
    u_char     addr[16];
    ngx_fd_t   fd;

    fd = memfd_create("prefixes", 0);
    file = fdopen(dup(fd), "w");

    ngx_eo_bench_seed = 7;

    while (n--) {
        list->make(list, addr);
        (void) inet_ntop(list->family, addr, text, sizeof(text));
        fprintf(file, "%s/%lu\n", text, (unsigned long) list->length);
    }

    (void) fclose(file);
    (void) lseek(fd, 0, SEEK_SET);

    return fd;
}


static double
ngx_eo_bench_lookups(ngx_eo_prefix_set_t *set, ngx_eo_bench_list_t *list,
    ngx_uint_t *found, uint64_t seed)
{
    u_char      *addrs;
    double       started, best, took;
    ngx_uint_t   i, round;

    addrs = malloc(NGX_EO_BENCH_LOOKUPS * 16);

    ngx_eo_bench_seed = seed;

    for (i = 0; i < NGX_EO_BENCH_LOOKUPS; i++) {
        list->make(list, addrs + i * 16);
    }

    best = 1e9;

    for (round = 0; round < NGX_EO_BENCH_ROUNDS; round++) {
        *found = 0;
        started = ngx_eo_bench_now();

        for (i = 0; i < NGX_EO_BENCH_LOOKUPS; i++) {
            *found += ngx_eo_prefix_set_match(set, list->family,
                                              addrs + i * 16);
        }

        took = (ngx_eo_bench_now() - started) * 1e9 / NGX_EO_BENCH_LOOKUPS;
        best = ngx_min(best, took);
    }

    free(addrs);

    return best;
}


static void
ngx_eo_bench_uniform(ngx_eo_bench_list_t *list, u_char *addr)
{
    uint64_t  value;

    value = ngx_eo_bench_random();
    ngx_memcpy(addr, &value, 8);

    value = ngx_eo_bench_random();
    ngx_memcpy(addr + 8, &value, 8);
}


/* the first 16 or 32 bits are one of 1,000 values within a real range */

static void
ngx_eo_bench_allocated(ngx_eo_bench_list_t *list, u_char *addr)
{
    uint32_t  network;

    ngx_eo_bench_uniform(list, addr);

    network = (uint32_t) (ngx_eo_bench_random() % 1000) * 2654435761U;

    addr[0] = (network & 0x8000) ? 0x20 : 0x2a;
    addr[1] = (u_char) network;

    if (list->family == AF_INET6) {
        addr[2] = (u_char) (network >> 16);
        addr[3] = (u_char) (network >> 24);
    }
}


static void
ngx_eo_bench_one_network(ngx_eo_bench_list_t *list, u_char *addr)
{
    ngx_eo_bench_uniform(list, addr);
    ngx_memcpy(addr, "\x20\x01\x0d\xb8\0\0\0\1", 8);
}


static uint64_t
ngx_eo_bench_random(void)
{
    ngx_eo_bench_seed ^= ngx_eo_bench_seed << 13;
    ngx_eo_bench_seed ^= ngx_eo_bench_seed >> 7;
    ngx_eo_bench_seed ^= ngx_eo_bench_seed << 17;

    return ngx_eo_bench_seed;
}


static double
ngx_eo_bench_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec + ts.tv_nsec / 1e9;
}
