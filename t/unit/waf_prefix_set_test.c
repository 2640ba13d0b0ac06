
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Sets of address prefixes: their text, what an address matches, and the
 * behaviour of both with input that is not what it should be.
 */


#include "ngx_eo_unit.h"
#include "iplist/ngx_eo_prefix_set.h"
#include "iplist/ngx_eo_prefix_parse.h"

#include <arpa/inet.h>


#define NGX_EO_TEST_MILLION  1000000

/* microseconds of the processor for a million; sanitizers take their share */

#if (defined __SANITIZE_ADDRESS__)
#define NGX_EO_TEST_USEC     5000000
#else
#define NGX_EO_TEST_USEC     1000000
#endif


typedef struct {
    const char       *text;
    const char       *addr;
    ngx_uint_t        match;
} ngx_eo_test_match_t;


typedef struct {
    const char       *text;
    ngx_uint_t        line;
    const char       *reason;
} ngx_eo_test_error_t;


static ngx_int_t ngx_eo_test_attach(ngx_eo_unit_t *t,
    ngx_eo_prefix_builder_t *b, ngx_eo_prefix_set_t *set);
static ngx_uint_t ngx_eo_test_match(ngx_eo_prefix_set_t *set,
    const char *addr);
static ngx_uint_t ngx_eo_test_list(ngx_eo_unit_t *t, const char *text,
    ngx_eo_prefix_set_t *set);
static uint64_t ngx_eo_test_random(void);
static ngx_fd_t ngx_eo_test_file(ngx_eo_unit_t *t, const char *text,
    size_t len);
static uint64_t ngx_eo_test_usec(void);


static uint64_t  ngx_eo_test_seed;


static ngx_eo_test_match_t  ngx_eo_test_matches[] = {

    { "192.0.2.0/24", "192.0.2.0", 1 },
    { "192.0.2.0/24", "192.0.2.255", 1 },
    { "192.0.2.0/24", "192.0.1.255", 0 },
    { "192.0.2.0/24", "192.0.3.0", 0 },
    { "192.0.2.77/24", "192.0.2.1", 1 },
    { "192.0.2.1", "192.0.2.1", 1 },
    { "192.0.2.1", "192.0.2.0", 0 },
    { "192.0.2.1", "192.0.2.2", 0 },
    { "0.0.0.0/0", "255.255.255.255", 1 },
    { "0.0.0.0/0", "0.0.0.0", 1 },
    { "0.0.0.0/0", "2001:db8::1", 0 },
    { "255.255.255.255", "255.255.255.255", 1 },
    { "128.0.0.0/1", "127.255.255.255", 0 },
    { "128.0.0.0/1", "128.0.0.0", 1 },

    /* nested, duplicate and neighbouring ones, in any order */

    { "10.1.2.3\n10.0.0.0/8\n10.1.0.0/16\n10.1.0.0/16", "10.200.0.1", 1 },
    { "10.1.2.3\n10.0.0.0/8\n10.1.0.0/16\n10.1.0.0/16", "11.0.0.0", 0 },
    { "10.1.2.3\n10.0.0.0/8\n10.1.0.0/16\n10.1.0.0/16", "9.255.255.255", 0 },
    { "10.0.0.0/9\n10.128.0.0/9", "10.128.0.0", 1 },
    { "10.0.0.0/9\n10.128.0.0/9", "10.127.255.255", 1 },
    { "10.0.0.0/24\n10.0.2.0/24", "10.0.1.255", 0 },

    { "2001:db8::/32", "2001:db8::", 1 },
    { "2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 1 },
    { "2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
    { "2001:db8::/32", "2001:db9::", 0 },
    { "2001:db8::1", "2001:db8::1", 1 },
    { "2001:db8::1", "2001:db8::2", 0 },
    { "2001:db8::/127", "2001:db8::1", 1 },
    { "2001:db8::/127", "2001:db8::2", 0 },
    { "2001:db8::/64", "2001:db8::ffff:0:0:1", 1 },
    { "2001:db8::/65", "2001:db8::ffff:0:0:1", 0 },
    { "2001:db8::/65", "2001:db8::7fff:0:0:1", 1 },
    { "2001:db8::/63", "2001:db8:0:1::", 1 },
    { "2001:db8::/63", "2001:db8:0:2::", 0 },
    { "::/0", "ffff::", 1 },
    { "::/0", "::", 1 },
    { "::/0", "192.0.2.1", 0 },
    { "8000::/1", "7fff::", 0 },
    { "2001:db8::/32\n2001:db8:1::/48\n2001:db8:1::1", "2001:db8:2::", 1 },
    { "2001:db8::/33\n2001:db8:8000::/33", "2001:db8:8000::", 1 },

    /* comments, as Spamhaus has them too */

    { "; DROP List\n192.0.2.0/24 ; SBL1\r\n198.51.100.0/24;SBL2 # x ;\n; EOF",
      "192.0.2.7", 1 },
    { "; DROP List\n192.0.2.0/24 ; SBL1\r\n198.51.100.0/24;SBL2 # x ;\n; EOF",
      "198.51.100.7", 1 },
    { "192.0.2.0/24 ; 203.0.113.0/24\n; 203.0.113.0/24\n#;203.0.113.0/24\n",
      "203.0.113.7", 0 },

    /* IPv4-mapped addresses are IPv4 ones on either side */

    { "192.0.2.0/24", "::ffff:192.0.2.9", 1 },
    { "192.0.2.0/24", "::ffff:192.0.3.9", 0 },
    { "::ffff:192.0.2.0/120", "192.0.2.9", 1 },
    { "::ffff:192.0.2.0/120", "::ffff:192.0.2.9", 1 },
    { "::ffff:c000:209", "192.0.2.9", 1 },
    { "::ffff:0:0/96", "198.51.100.1", 1 },
    { "::ffff:0:0/95", "198.51.100.1", 0 },
    { "::/0", "::ffff:192.0.2.9", 0 },
    { "::192.0.2.0/120", "192.0.2.9", 0 },
    { "::192.0.2.0/120", "::192.0.2.9", 1 },

    /* the other ways to write an address */

    { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", 1 },
    { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", 1 },
    { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", 1 },
    { "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201", 1 },
    { "2001:DB8::AbCd", "2001:db8::abcd", 1 },
    { "64:ff9b::192.0.2.33", "64:ff9b::c000:221", 1 },

    /* the ways to write a line */

    { "", "192.0.2.1", 0 },
    { "\n\r\n \t \n#192.0.2.1", "192.0.2.1", 0 },
    { "  192.0.2.1\t# ours, 198.51.100.1", "192.0.2.1", 1 },
    { "192.0.2.1# ours", "192.0.2.1", 1 },
    { "192.0.2.1\r\n198.51.100.1\r\n", "198.51.100.1", 1 },
    { "192.0.2.1\r\n198.51.100.1\r", "192.0.2.1", 1 },
    { "\xef\xbb\xbf" "192.0.2.1", "192.0.2.1", 1 },
    { "\xef\xbb\xbf# list\n192.0.2.1", "192.0.2.1", 1 },

    { NULL, NULL, 0 }
};


static ngx_eo_test_error_t  ngx_eo_test_errors[] = {

    { "192.0.2.0/33", 1, "needs a prefix length from 0 to 32" },
    { "192.0.2.0/", 1, "needs a prefix length from 0 to 32" },
    { "192.0.2.0/-1", 1, "needs a prefix length from 0 to 32" },
    { "192.0.2.0/0008", 1, "needs a prefix length from 0 to 32" },
    { "192.0.2.0/255.255.255.0", 1, "needs a prefix length from 0 to 32" },
    { "192.0.2.0/24/8", 1, "needs a prefix length from 0 to 32" },
    { "2001:db8::/129", 1, "needs a prefix length from 0 to 128" },
    { "192.0.2", 1, "is not an IPv4 or IPv6 address" },
    { "192.0.2.", 1, "is not an IPv4 or IPv6 address" },
    { "192.0.2.256", 1, "is not an IPv4 or IPv6 address" },
    { "192.0.2.1.1", 1, "is not an IPv4 or IPv6 address" },
    { "192.0.02.1", 1, "is not an IPv4 or IPv6 address" },
    { "192.0.2.4294967297", 1, "is not an IPv4 or IPv6 address" },
    { "/24", 1, "is not an IPv4 or IPv6 address" },
    { "example.com", 1, "is not an IPv4 or IPv6 address" },
    { ":", 1, "is not an IPv6 address" },
    { ":::", 1, "is not an IPv6 address" },
    { "1::2::3", 1, "is not an IPv6 address" },
    { ":1::", 1, "is not an IPv6 address" },
    { "1:2:3:4:5:6:7", 1, "is not an IPv6 address" },
    { "1:2:3:4:5:6:7:", 1, "is not an IPv6 address" },
    { "1:2:3:4:5:6:7:8:9", 1, "is not an IPv6 address" },
    { "1:2:3:4::5:6:7:8", 1, "is not an IPv6 address" },
    { "::12345", 1, "is not an IPv6 address" },
    { "::g", 1, "is not an IPv6 address" },
    { "fe80::1%eth0", 1, "is not an IPv6 address" },
    { "1:2:3:4:5:6:7:192.0.2.1", 1, "is not an IPv6 address" },
    { "::192.0.2", 1, "is not an IPv6 address" },
    { "::192.0.2.1:1", 1, "is not an IPv6 address" },

    { "192.0.2.1\n\n# x\nnonsense\n", 4, "is not an IPv4 or IPv6 address" },
    { "192.0.2.1\r\nnonsense\r\n", 2, "is not an IPv4 or IPv6 address" },
    { "192.0.2.1 192.0.2.2", 1, "is followed by more text on its line" },
    { "192.0.2.1\n192.0.2.1\rx", 2, "is followed by more text on its line" },
    { "192.0.2.1\n\xef\xbb\xbf" "192.0.2.1", 2,
      "is not an IPv4 or IPv6 address" },
    { "0000000000000000000000000000000000000000000000000000000000000000"
      "0", 1, "is longer than any address" },
    { "\x7f" "ELF\x02\x01", 1, "is not an IPv4 or IPv6 address" },

    { NULL, 0, NULL }
};


ngx_eo_unit_test(waf_prefix_set_match)
{
    ngx_eo_prefix_set_t   set;
    ngx_eo_test_match_t  *m;

    for (m = ngx_eo_test_matches; m->text; m++) {

        if (ngx_eo_test_list(t, m->text, &set)) {
            ngx_eo_is_int(ngx_eo_test_match(&set, m->addr), m->match,
                          "%s in the list that starts with %.20s",
                          m->addr, m->text[0] == '\n' ? "\\n" : m->text);
        }
    }

    if (ngx_eo_test_list(t, "0.0.0.0/0\n::/0", &set)) {
        ngx_eo_is_int(ngx_eo_prefix_set_match(&set, AF_UNIX, "/socket"), 0,
                      "a UNIX-domain socket is in no prefix");
    }
}


ngx_eo_unit_test(waf_prefix_set_errors)
{
    ngx_str_t                 reason;
    ngx_eo_test_error_t      *e;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    for (e = ngx_eo_test_errors; e->text; e++) {

        ngx_eo_prefix_builder_init(&b);
        err.line = 0;
        err.reason = "";

        ngx_eo_is_int(ngx_eo_prefix_builder_add_text(&b, (u_char *) e->text,
                                                     ngx_strlen(e->text),
                                                     &err),
                      NGX_ERROR, "%.20s is refused", e->text);

        reason.data = (u_char *) err.reason;
        reason.len = ngx_strlen(reason.data);

        ngx_eo_is_int(err.line, e->line, "the line of %.20s", e->text);
        ngx_eo_is_str(&reason, e->reason, "the reason for %.20s", e->text);

        ngx_eo_prefix_builder_free(&b);
    }

    ngx_eo_prefix_builder_init(&b);

    ngx_eo_is_int(ngx_eo_prefix_builder_add_text(&b, (u_char *) "1\0.2\x1b[m",
                                                 7, &err),
                  NGX_ERROR, "binary junk is refused");
    ngx_eo_is_mem(err.text, ngx_strlen(err.text), "1?.2?[m", 7,
                  "and shown without its control characters");

    ngx_eo_prefix_builder_free(&b);
}


ngx_eo_unit_test(waf_prefix_set_file)
{
    size_t                    i, len;
    u_char                   *text;
    ngx_fd_t                  fd, pipe[2];
    ngx_atomic_t              cancel;
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    /* lines that straddle the end of whatever one read() returns */

    len = 10 * 20000;
    text = ngx_pnalloc(t->pool, len + 1);

    for (i = 0; i < 20000; i++) {
        (void) ngx_sprintf(text + 10 * i, "%9V\n",
                           &(ngx_str_t) ngx_string("192.0.2.1"));
    }

    ngx_memcpy(text + 10 * 19999, "192.0.2.9\n", 10);

    fd = ngx_eo_test_file(t, (char *) text, len);
    ngx_eo_prefix_builder_init(&b);

    ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, fd, &err), NGX_OK,
                  "a file of 200,000 bytes");
    ngx_eo_is_int(b.ipv4.nelts, 20000, "has all its lines");

    (void) ngx_close_file(fd);

    if (ngx_eo_is_int(ngx_eo_test_attach(t, &b, &set), NGX_OK, "its block")) {
        ngx_eo_is_int(set.ipv4_count, 2, "duplicates are kept once");
        ngx_eo_is_int(ngx_eo_test_match(&set, "192.0.2.9"), 1, "the last");
    }

    ngx_eo_prefix_builder_free(&b);

    /* a line without an end is bounded, a comment may be of any length */

    ngx_memset(text, '1', len);

    fd = ngx_eo_test_file(t, (char *) text, len);

    ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, fd, &err), NGX_ERROR,
                  "a line of 200,000 characters");

    (void) ngx_close_file(fd);

    text[0] = '#';
    fd = ngx_eo_test_file(t, (char *) text, len);

    ngx_eo_prefix_builder_init(&b);
    ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, fd, &err), NGX_OK,
                  "a comment of 200,000 characters");

    cancel = 1;
    b.cancel = &cancel;

    ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, fd, &err), NGX_ABORT,
                  "a read that is called off");

    (void) ngx_close_file(fd);
    ngx_eo_prefix_builder_free(&b);

    ngx_eo_prefix_builder_init(&b);
    fd = open("/", O_RDONLY);

    ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, fd, &err), NGX_ERROR,
                  "a directory");
    ngx_eo_is_int(err.line, 0, "has no line");
    ngx_eo_is_int(err.code, NGX_EISDIR, "but an error code");

    (void) ngx_close_file(fd);

    /* a file that is cut within a line */

    if (pipe2(pipe, O_CLOEXEC) == 0) {
        (void) ngx_write_fd(pipe[1], "192.0.2.1\n198.51.", 17);
        (void) ngx_close_file(pipe[1]);

        ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, pipe[0], &err),
                      NGX_ERROR, "a file cut within a line");
        ngx_eo_is_int(err.line, 2, "names that line");

        (void) ngx_close_file(pipe[0]);
    }

    ngx_eo_prefix_builder_free(&b);
}


ngx_eo_unit_test(waf_prefix_set_blocks)
{
    u_char                   *block, *copy;
    size_t                    size, i;
    ngx_uint_t                refused, attached;
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    const char  *text = "10.0.0.0/8\n192.0.2.1\n2001:db8::/32\n::1";

    ngx_eo_prefix_builder_init(&b);

    (void) ngx_eo_prefix_builder_add_text(&b, (u_char *) text,
                                          ngx_strlen(text), &err);
    (void) ngx_eo_prefix_builder_finish(&b);

    size = ngx_eo_prefix_builder_size(&b);
    block = ngx_palloc(t->pool, size);
    ngx_eo_prefix_builder_write(&b, block);

    ngx_eo_is_int(ngx_eo_prefix_set_attach(&set, block, size), NGX_OK,
                  "a block");

    for (i = 0, refused = 0; i < size; i++) {
        copy = ngx_alloc(i ? i : 1, t->log);
        ngx_memcpy(copy, block, i);

        refused += (ngx_eo_prefix_set_attach(&set, copy, i) != NGX_OK);
        ngx_free(copy);
    }

    ngx_eo_is_int(refused, size, "a block cut anywhere is refused");

    /* a damaged one is refused, or stays within its bounds under ASan */

    attached = 0;

    for (i = 0; i < size; i++) {
        copy = ngx_alloc(size, t->log);
        ngx_memcpy(copy, block, size);
        copy[i] ^= 0xff;

        if (ngx_eo_prefix_set_attach(&set, copy, size) == NGX_OK) {
            attached++;
            (void) ngx_eo_test_match(&set, "10.0.0.1");
            (void) ngx_eo_test_match(&set, "255.0.0.1");
            (void) ngx_eo_test_match(&set, "::1");
            (void) ngx_eo_test_match(&set, "ffff::1");
        }

        ngx_free(copy);
    }

    ngx_eo_ok(attached < size, "damage to the header is noticed");

    /* the block may lie anywhere */

    copy = ngx_alloc(size + 64, t->log);
    ngx_memcpy(copy + 64, block, size);
    ngx_memset(block, 0xff, size);

    if (ngx_eo_is_int(ngx_eo_prefix_set_attach(&set, copy + 64, size), NGX_OK,
                      "a block that was moved"))
    {
        ngx_eo_is_int(ngx_eo_test_match(&set, "10.9.8.7"), 1, "IPv4 there");
        ngx_eo_is_int(ngx_eo_test_match(&set, "::1"), 1, "IPv6 there");
        ngx_eo_is_int(ngx_eo_test_match(&set, "::2"), 0, "none there");

        /* overwritten by zeros while attached */

        ngx_memzero(copy + 64, size);

        ngx_eo_is_int(ngx_eo_test_match(&set, "192.0.2.7"), 0,
                      "a block that vanished");
    }

    ngx_free(copy);
    ngx_eo_prefix_builder_free(&b);
}


/*
 * Random prefixes of all lengths against a linear walk over the same ones.
 */

ngx_eo_unit_test(waf_prefix_set_random)
{
    u_char                    addr[16], text[64];
    size_t                    len;
    ngx_uint_t                i, k, round, family, expected, differ, found;
    const char               *reason;
    ngx_eo_prefix_t          *prefixes, *p;
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_builder_t   b;

    prefixes = ngx_palloc(t->pool, 3000 * sizeof(ngx_eo_prefix_t));
    ngx_eo_test_seed = 20260;

    differ = 0;
    found = 0;

    for (round = 0; round < 40; round++) {

        ngx_eo_prefix_builder_init(&b);

        for (i = 0; i < 75 * (round + 1); i++) {
            family = ngx_eo_test_random() & 1;

            *(uint64_t *) addr = ngx_eo_test_random()
                                 & (round & 1 ? ~0ULL : 0x0f03);
            *(uint64_t *) (addr + 8) = ngx_eo_test_random()
                                 & (round & 2 ? ~0ULL : 0x0300000000000000);

            (void) inet_ntop(family ? AF_INET6 : AF_INET, addr,
                             (char *) text, sizeof(text));
            len = ngx_strlen(text);
            len = ngx_sprintf(text + len, "/%uL",
                              ngx_eo_test_random() % (family ? 121 : 25)
                              + 8) - text;

            (void) ngx_eo_prefix_parse(&prefixes[i], text, len, &reason);

            if (ngx_eo_prefix_builder_add(&b, text, len, &reason) != NGX_OK) {
                differ++;
            }
        }

        if (ngx_eo_test_attach(t, &b, &set) != NGX_OK) {
            differ++;
        }

        for (k = 0; k < 1000; k++) {
            p = &prefixes[ngx_eo_test_random() % i];

            /* near the edges of a prefix, where mistakes are */

            ngx_eo_prefix_t  probe = *p;

            switch (ngx_eo_test_random() % 4) {
            case 0:
                probe.lo--;
                break;
            case 1:
                probe.lo += ngx_eo_test_random() & 0x1ff;
                break;
            case 2:
                probe.hi ^= ngx_eo_test_random() & 0x3;
                break;
            }

            family = p->ipv6;

            for (len = 0; len < 8; len++) {
                addr[len] = (u_char) (probe.hi >> (56 - 8 * len));
                addr[8 + len] = (u_char) (probe.lo >> (56 - 8 * len));
            }

            expected = 0;

            for (i = 0; i < 75 * (round + 1) && !expected; i++) {
                p = &prefixes[i];

                if (p->ipv6 != family) {
                    continue;
                }

                if (!family) {
                    expected = (uint64_t) ((uint32_t) probe.lo
                                           ^ (uint32_t) p->lo)
                               >> (32 - p->length) == 0;

                } else if (p->length <= 64) {
                    expected = (probe.hi ^ p->hi) >> (64 - p->length) == 0;

                } else {
                    expected = probe.hi == p->hi
                               && (p->length == 128 ? probe.lo == p->lo
                                   : (probe.lo ^ p->lo)
                                     >> (128 - p->length) == 0);
                }
            }

            found += expected;

            if (ngx_eo_prefix_set_match(&set, family ? AF_INET6 : AF_INET,
                                        family ? addr : addr + 12)
                != expected)
            {
                differ++;
            }

            i = 75 * (round + 1);
        }

        ngx_eo_prefix_builder_free(&b);
    }

    ngx_eo_is_int(differ, 0, "look-ups that differ from a linear walk");
    ngx_eo_ok(found > 10000 && found < 39000, "%lu of 40000 are in a prefix",
              (unsigned long) found);
}


/*
 * Hosts that lie as unevenly as can be: each further group is 16 times as far
 * away as the one before, so that any guess from the ends is wrong.
 */

ngx_eo_unit_test(waf_prefix_set_uneven)
{
    u_char                    addr[16], text[64];
    size_t                    len;
    uint64_t                  value;
    ngx_uint_t                group, i, k, missed, wrong;
    const char               *reason;
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_builder_t   b;

    ngx_eo_prefix_builder_init(&b);
    ngx_memzero(addr, 16);
    ngx_memcpy(addr, "\x20\x01\x0d\xb8", 4);

    missed = 0;
    wrong = 0;

    for (k = 0; k < 2; k++) {

        for (group = 0; group < 13; group++) {
            for (i = 0; i < 400; i++) {

                /* those with an even number are in the list */

                value = ((uint64_t) 1 << (4 * group + 12)) + i;

                for (len = 0; len < 8; len++) {
                    addr[8 + len] = (u_char) (value >> (56 - 8 * len));
                }

                if (k == 1) {
                    if (ngx_eo_prefix_set_match(&set, AF_INET6, addr)
                        != (i % 2 == 0))
                    {
                        i % 2 ? wrong++ : missed++;
                    }

                } else if (i % 2 == 0) {
                    (void) inet_ntop(AF_INET6, addr, (char *) text,
                                     sizeof(text));
                    (void) ngx_eo_prefix_builder_add(&b, text,
                                                     ngx_strlen(text),
                                                     &reason);
                }
            }
        }

        if (k == 0
            && !ngx_eo_is_int(ngx_eo_test_attach(t, &b, &set), NGX_OK,
                              "a set of 13 groups of 200 hosts"))
        {
            break;
        }
    }

    ngx_eo_is_int(missed, 0, "hosts that are not found");
    ngx_eo_is_int(wrong, 0, "hosts that are found and not there");

    ngx_eo_prefix_builder_free(&b);
}


/*
 * The promised size and time.  For look-ups the bound is far above what is
 * measured on a quiet machine: bench/prefix_set.c measures.
 */

ngx_eo_unit_test(waf_prefix_set_million)
{
    u_char                   *text, *p, addr[16];
    ngx_fd_t                  fd;
    uint64_t                  started, usec, hi;
    ngx_uint_t                i, family, found;
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    text = ngx_alloc(NGX_EO_TEST_MILLION * 40, t->log);

    for (family = 0; family < 2; family++) {

        ngx_eo_test_seed = 7;

        for (i = 0, p = text; i < NGX_EO_TEST_MILLION; i++) {
            hi = ngx_eo_test_random();

            p = family
                ? ngx_sprintf(p, "2%xd:%xd:%xd::/64\n", (int) (hi & 0xfff),
                              (int) (hi >> 12 & 0xffff),
                              (int) (hi >> 28 & 0xffff))
                : ngx_sprintf(p, "%ud.%ud.%ud.%ud\n", (unsigned) (hi & 0xff),
                              (unsigned) (hi >> 8 & 0xff),
                              (unsigned) (hi >> 16 & 0xff),
                              (unsigned) (hi >> 24 & 0xff));
        }

        fd = ngx_eo_test_file(t, (char *) text, p - text);
        ngx_eo_prefix_builder_init(&b);
        started = ngx_eo_test_usec();

        ngx_eo_is_int(ngx_eo_prefix_builder_add_file(&b, fd, &err), NGX_OK,
                      "a million lines");

        if (ngx_eo_test_attach(t, &b, &set) != NGX_OK) {
            ngx_eo_ok(0, "a block of a million prefixes");
            break;
        }

        usec = ngx_eo_test_usec() - started;

        ngx_eo_ok(usec < NGX_EO_TEST_USEC, "loaded in %lu ms",
                  (unsigned long) usec / 1000);
        ngx_eo_ok(ngx_eo_prefix_builder_size(&b) < 24 * 1024 * 1024,
                  "in %lu bytes", (unsigned long)
                                  ngx_eo_prefix_builder_size(&b));

        (void) ngx_close_file(fd);

        ngx_eo_test_seed = 7;
        found = 0;
        ngx_memzero(addr, 16);
        started = ngx_eo_test_usec();

        for (i = 0; i < NGX_EO_TEST_MILLION; i++) {
            hi = ngx_eo_test_random();

            if (family) {
                addr[0] = 0x20 | (u_char) (hi >> 8 & 0xf);
                addr[1] = (u_char) hi;
                addr[2] = (u_char) (hi >> 20);
                addr[3] = (u_char) (hi >> 12);
                addr[4] = (u_char) (hi >> 36);
                addr[5] = (u_char) (hi >> 28);

                found += ngx_eo_prefix_set_match(&set, AF_INET6, addr);

            } else {
                ngx_memcpy(addr, &hi, 4);
                found += ngx_eo_prefix_set_match(&set, AF_INET, addr);
            }
        }

        usec = ngx_eo_test_usec() - started;

#if (NGX_HAVE_LITTLE_ENDIAN)
        /* "2%x" with fewer than three digits is another address */

        ngx_eo_ok(found > (family ? 900000 : 999999), "%lu of them are found",
                  (unsigned long) found);
#endif
        /* bench/prefix_set measures; this notices a linear walk */

        ngx_eo_ok(usec < 20000000, "each within %lu ns",
                  (unsigned long) usec / 1000);

        ngx_eo_prefix_builder_free(&b);
    }

    ngx_free(text);
}


static ngx_uint_t
ngx_eo_test_list(ngx_eo_unit_t *t, const char *text, ngx_eo_prefix_set_t *set)
{
    ngx_uint_t                ok;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    ngx_eo_prefix_builder_init(&b);
    err.reason = "";

    ok = ngx_eo_prefix_builder_add_text(&b, (u_char *) text,
                                        ngx_strlen(text), &err) == NGX_OK
         && ngx_eo_test_attach(t, &b, set) == NGX_OK;

    ngx_eo_ok(ok, "the list that starts with %.20s %s",
              text[0] == '\n' ? "\\n" : text, err.reason);

    ngx_eo_prefix_builder_free(&b);

    return ok;
}


static ngx_int_t
ngx_eo_test_attach(ngx_eo_unit_t *t, ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_set_t *set)
{
    void   *block;
    size_t  size;

    if (ngx_eo_prefix_builder_finish(b) != NGX_OK) {
        return NGX_ERROR;
    }

    size = ngx_eo_prefix_builder_size(b);

    block = ngx_palloc(t->pool, size);
    if (block == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_prefix_builder_write(b, block);

    return ngx_eo_prefix_set_attach(set, block, size);
}


static ngx_uint_t
ngx_eo_test_match(ngx_eo_prefix_set_t *set, const char *addr)
{
    int     family;
    u_char  bytes[16];

    family = strchr(addr, ':') ? AF_INET6 : AF_INET;

    if (inet_pton(family, addr, bytes) != 1) {
        return 2;
    }

    return ngx_eo_prefix_set_match(set, family, bytes);
}


/* xorshift: the same numbers on every run */

static uint64_t
ngx_eo_test_random(void)
{
    ngx_eo_test_seed ^= ngx_eo_test_seed << 13;
    ngx_eo_test_seed ^= ngx_eo_test_seed >> 7;
    ngx_eo_test_seed ^= ngx_eo_test_seed << 17;

    return ngx_eo_test_seed;
}


static ngx_fd_t
ngx_eo_test_file(ngx_eo_unit_t *t, const char *text, size_t len)
{
    ngx_fd_t  fd;

    fd = memfd_create("eo_test", MFD_CLOEXEC);

    if (fd == NGX_INVALID_FILE
        || ngx_write_fd(fd, (void *) text, len) != (ssize_t) len
        || lseek(fd, 0, SEEK_SET) != 0)
    {
        ngx_log_error(NGX_LOG_EMERG, t->log, ngx_errno, "test file failed");
    }

    return fd;
}


static uint64_t
ngx_eo_test_usec(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}
