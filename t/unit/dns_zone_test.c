
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Zone files, conflicts, and the servers of a configuration.
 */


#include "ngx_eo_unit.h"

#include "ngx_eo_dns_check.h"
#include "ngx_eo_dns_conf.h"
#include "ngx_eo_dns_follow.h"
#include "ngx_eo_dns_master.h"


typedef struct {
    const char       *text;
    const char       *name;
} ngx_eo_dns_name_case_t;


typedef struct {
    const char       *zone;
    ngx_uint_t        line;
    const char       *reason;
} ngx_eo_dns_error_case_t;


static ngx_uint_t ngx_eo_dns_read(ngx_eo_dns_zone_t *zone, const char *text);
static void ngx_eo_dns_last_error(void *data, ngx_uint_t line,
    const ngx_str_t *text, const char *reason);
static ngx_uint_t ngx_eo_dns_has(const ngx_eo_dns_findings_t *findings,
    const char *code);


static ngx_uint_t   ngx_eo_dns_line;
static const char  *ngx_eo_dns_reason;


static ngx_uint_t
ngx_eo_dns_read(ngx_eo_dns_zone_t *zone, const char *text)
{
    ngx_str_t   origin, source;
    ngx_uint_t  errors;

    ngx_str_set(&origin, "\7example\3com");
    origin.len++;

    source.data = (u_char *) text;
    source.len = ngx_strlen(text);

    ngx_eo_dns_zone_init(zone);
    zone->apex = origin;

    errors = ngx_eo_dns_master_read(zone, &source, &origin,
                                    ngx_eo_dns_last_error, NULL);
    ngx_eo_dns_zone_finish(zone);

    return errors;
}


static void
ngx_eo_dns_last_error(void *data, ngx_uint_t line, const ngx_str_t *text,
    const char *reason)
{
    ngx_eo_dns_line = line;
    ngx_eo_dns_reason = reason;
}


static ngx_uint_t
ngx_eo_dns_has(const ngx_eo_dns_findings_t *findings, const char *code)
{
    const ngx_eo_dns_finding_t  *finding;

    for (finding = findings->first; finding; finding = finding->next) {
        if (ngx_strcmp(finding->code, code) == 0) {
            return 1;
        }
    }

    return 0;
}


ngx_eo_unit_test(dns_names)
{
    char                           text[NGX_EO_DNS_TEXT_MAX];
    u_char                         buf[NGX_EO_DNS_NAME_MAX];
    ngx_str_t                      name, source, origin;
    const char                    *error;
    const ngx_eo_dns_name_case_t  *test;

    static const ngx_eo_dns_name_case_t  cases[] = {
        { "www", "www.example.com" },
        { "WWW.Example.NET.", "www.example.net" },
        { "@", "example.com" },
        { ".", "." },
        { "a\\.b", "a\\.b.example.com" },
        { "\\065\\000\\255.", "a\\000\\255" },
        { "\\@", "\\@.example.com" },
        { "*", "*.example.com" },
        { "", NULL },
        { "a..b", NULL },
        { ".a", NULL },
        { "a\\", NULL },
        { "a\\25", NULL },
        { "a\\256", NULL },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          NULL },
        { NULL, NULL }
    };

    ngx_str_set(&origin, "\7example\3com");
    origin.len++;

    for (test = cases; test->text; test++) {
        source.data = (u_char *) test->text;
        source.len = ngx_strlen(test->text);

        error = ngx_eo_dns_name_parse(&name, buf, &source, &origin);

        if (test->name == NULL) {
            ngx_eo_ok(error != NULL, "\"%s\" is refused", test->text);
            continue;
        }

        if (!ngx_eo_ok(error == NULL, "\"%s\" is read", test->text)) {
            continue;
        }

        (void) ngx_eo_dns_name_text(text, &name);
        ngx_eo_ok(ngx_strcmp(text, test->name) == 0, "\"%s\" is %s",
                  test->text, text);
    }
}


ngx_eo_unit_test(dns_master_forms)
{
    ngx_str_t             name;
    ngx_eo_dns_zone_t     zone;
    ngx_eo_dns_record_t  *record;

    static const char  text[] =
        "$TTL 1h\n"
        "@ IN SOA ns hostmaster ( 1 ; serial\n"
        "   2h 30m\n"
        "   4w 60 )\n"
        "  NS ns\n"
        "ns 300 IN A 192.0.2.1\n"
        "   IN 300 AAAA 2001:db8::1\n"
        "txt TXT \"a;b(\" \"\\\"c\" d\\;e\n"
        "gen TYPE1 \\# 4 C0 000207\n"
        "gen CLASS1 AAAA \\# 16 20010db8000000000000000000000009\n"
        "new TYPE65300 \\# 2 abcd\n"
        "$ORIGIN sub\n"
        "www CNAME @ ; eo=accelerated weight=10\n"
        "_s._tcp SRV 1 2 3 www.example.com.\n"
        "h HTTPS 1 . alpn=\"h2,h3\" port=443\n"
        "; end, without a line feed\n"
        "mx MX 10 mail";

    ngx_eo_is_int(ngx_eo_dns_read(&zone, text), 0, "no errors");
    ngx_eo_is_int(zone.nrecords, 12, "records");

    ngx_str_set(&name, "\3gen\7example\3com");
    name.len++;
    record = ngx_eo_dns_zone_get(&zone, &name, NGX_EO_DNS_A);
    ngx_eo_ok(record && ngx_memcmp(record->addr, "\xc0\0\2\7", 4) == 0,
              "TYPE1 with \\# is an address");
    ngx_eo_ok(ngx_eo_dns_zone_get(&zone, &name, NGX_EO_DNS_AAAA) != NULL,
              "AAAA with \\#");

    ngx_str_set(&name, "\3www\3sub\7example\3com");
    name.len++;
    record = ngx_eo_dns_zone_get(&zone, &name, NGX_EO_DNS_CNAME);

    if (ngx_eo_ok(record != NULL, "a relative $ORIGIN")) {
        ngx_eo_is_int(record->weight, 10, "weight of a comment");
        ngx_eo_is_int(record->accelerated, 1, "accelerated by a comment");
        ngx_eo_is_int(record->ttl, 300, "the last TTL");
        ngx_eo_is_int(record->line, 13, "line");
    }

    ngx_str_set(&name, "\2ns\7example\3com");
    name.len++;
    ngx_eo_ok(ngx_eo_dns_zone_get(&zone, &name, NGX_EO_DNS_AAAA) != NULL,
              "the owner before");

    ngx_eo_dns_zone_free(&zone);
}


ngx_eo_unit_test(dns_master_errors)
{
    ngx_eo_dns_zone_t               zone;
    const ngx_eo_dns_error_case_t  *test;

    static const ngx_eo_dns_error_case_t  cases[] = {
        { "a A 192.0.2.256\n", 1, "has no IPv4 address" },
        { "a AAAA 192.0.2.1\n", 1, "has no IPv6 address" },
        { "\na A\n", 2, "has no data" },
        { "a FOO 1\n", 1, "is no type of record" },
        { "a CH TXT x\n", 1, "is another class than IN" },
        { "a 300 IN\n", 1, "is not a record: it has no type" },
        { "  A 192.0.2.1\n", 1,
          "begins with a blank, and there is no name before it" },
        { "a MX mail\n", 1, "has too little data" },
        { "a MX ten mail\n", 1,
          "has something else where a number belongs" },
        { "a MX 70000 mail\n", 1, "has a number above 65535" },
        { "a CNAME b c\n", 1,
          "has more data than its type has room for" },
        { "a TXT \"b\n", 1,
          "has a quoted string that does not end on its line" },
        { "a TXT ( b\n", 1, "has a parenthesis that is not closed" },
        { "a TXT b )\n", 1,
          "closes a parenthesis that was not opened" },
        { "a TXT ( ( b ) )\n", 1,
          "has a parenthesis within parentheses" },
        { "a TYPE999 x\n", 1,
          "is of a type whose data has to be written with \\#" },
        { "a A \\# 4 c000\n", 1, "has less data than it says" },
        { "a A \\# 2 c00002\n", 1, "has more data than it says" },
        { "a A \\# 3 c00002\n", 1, "has no address" },
        { "a CNAME \\# 3 056100\n", 1,
          "has no proper name in its data" },
        { "$INCLUDE b\n", 1,
          "is not followed: put what is in the file in its place" },
        { "$GENERATE 1-9 a$ A 192.0.2.$\n", 1,
          "is not standard and not read: write the records out" },
        { "$TTL x\n", 1, "is not a time to live" },
        { "$TTL 2147483648\n", 1, "is not a time to live" },
        { "$FOO x\n", 1, "is no directive of zone files" },
        { NULL, 0, NULL }
    };

    for (test = cases; test->zone; test++) {
        ngx_eo_dns_reason = "nothing";
        ngx_eo_dns_line = 0;

        ngx_eo_is_int(ngx_eo_dns_read(&zone, test->zone), 1,
                      "one error in case %d", (int) (test - cases));
        ngx_eo_ok(ngx_strcmp(ngx_eo_dns_reason, test->reason) == 0,
                  "it is: %s", ngx_eo_dns_reason);
        ngx_eo_is_int(ngx_eo_dns_line, test->line, "its line");

        ngx_eo_dns_zone_free(&zone);
    }
}


ngx_eo_unit_test(dns_table)
{
    ngx_uint_t  i, j, apex;

    static const ngx_uint_t  types[] = {
        NGX_EO_DNS_A, NGX_EO_DNS_AAAA, NGX_EO_DNS_CNAME, NGX_EO_DNS_MX,
        NGX_EO_DNS_NS, NGX_EO_DNS_TXT, NGX_EO_DNS_SRV, NGX_EO_DNS_CAA
    };

    for (apex = 0; apex < 2; apex++) {
        for (i = 0; i < 8; i++) {
            for (j = 0; j < 8; j++) {
                if (ngx_eo_dns_conflict(types[i], types[j], apex)
                    != ngx_eo_dns_conflict(types[j], types[i], apex))
                {
                    ngx_eo_ok(0, "the table is not symmetrical at %d, %d",
                              (int) types[i], (int) types[j]);
                }
            }
        }
    }

    ngx_eo_ok(ngx_eo_dns_conflict(NGX_EO_DNS_CNAME, NGX_EO_DNS_MX, 0),
              "CNAME and MX conflict");
    ngx_eo_ok(!ngx_eo_dns_conflict(NGX_EO_DNS_CNAME, NGX_EO_DNS_MX, 1),
              "but not at @");
    ngx_eo_ok(!ngx_eo_dns_conflict(NGX_EO_DNS_CNAME, NGX_EO_DNS_TXT, 1),
              "nor do CNAME and TXT");
    ngx_eo_ok(ngx_eo_dns_conflict(NGX_EO_DNS_CNAME, NGX_EO_DNS_A, 1),
              "CNAME and A conflict at @, too");
    ngx_eo_ok(!ngx_eo_dns_conflict(NGX_EO_DNS_A, NGX_EO_DNS_AAAA, 0),
              "A and AAAA belong together");
}


ngx_eo_unit_test(dns_chains)
{
    ngx_eo_dns_zone_t      zone;
    ngx_eo_dns_findings_t  findings;

    ngx_eo_is_int(ngx_eo_dns_read(&zone, "a CNAME b\nb CNAME c\nc CNAME b\n"
                                         "self CNAME self\n"), 0, "read");
    ngx_eo_dns_findings_init(&findings);
    ngx_eo_dns_follow_all(&findings, &zone);

    ngx_eo_is_int(findings.counts[NGX_EO_DNS_CONFLICT], 4,
                  "each CNAME of a loop, and before it");
    ngx_eo_ok(ngx_eo_dns_has(&findings, "cname-loop"), "is told");

    ngx_eo_dns_findings_free(&findings);
    ngx_eo_dns_zone_free(&zone);

    ngx_eo_is_int(ngx_eo_dns_read(&zone,
        "a CNAME b.other.\nw CNAME x.wild\n*.wild A 192.0.2.1\n"
        "e CNAME wild\nd CNAME x.sub\nsub NS ns.other.\n"), 0, "read");
    ngx_eo_dns_findings_init(&findings);
    ngx_eo_dns_follow_all(&findings, &zone);

    ngx_eo_ok(!ngx_eo_dns_has(&findings, "leads-nowhere"),
              "wildcards, delegations and other zones may have the name");
    ngx_eo_ok(ngx_eo_dns_has(&findings, "no-address"),
              "an empty name is no missing one");

    ngx_eo_dns_findings_free(&findings);
    ngx_eo_dns_zone_free(&zone);
}


ngx_eo_unit_test(dns_servers)
{
    ngx_str_t             text, listen, host;
    ngx_uint_t            line, named;
    const char           *error;
    ngx_eo_dns_mem_t      mem;
    ngx_eo_dns_conf_t     conf;
    ngx_eo_dns_server_t  *server;

    static const char  source[] =
        "http { # { }\n"
        "  map $host $x { default \"}\"; }\n"
        "  upstream origin { server 192.0.2.1; }\n"
        "  server { listen 80; server_name www.example.com *.example.com;\n"
        "    location / { proxy_pass http://origin; } }\n"
        "  server { listen 80 default_server; listen 443 ssl;\n"
        "    server_name a.example.com \"~^re\\d{2}$\"; }\n"
        "  server { listen 443 ssl; server_name .example.org mail.*; }\n"
        "}\n";

    ngx_memzero(&mem, sizeof(ngx_eo_dns_mem_t));
    mem.limit = 1024 * 1024;

    text.data = (u_char *) source;
    text.len = sizeof(source) - 1;

    error = ngx_eo_dns_conf_read(&conf, &mem, &text, &line);
    ngx_eo_ok(error == NULL, "read: %s", error ? error : "well");

    ngx_str_set(&listen, "*:80");
    ngx_str_set(&host, "a.example.com");
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);
    ngx_eo_ok(server && server->line == 6 && named,
              "a name comes before a wildcard");

    ngx_str_set(&host, "b.example.com");
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);
    ngx_eo_ok(server && server->line == 4 && named, "a wildcard");

    ngx_str_set(&host, "re42");
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);
    ngx_eo_ok(server && named, "a regular expression with braces");

    ngx_str_set(&host, "example.org");
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);
    ngx_eo_ok(server && server->line == 6 && !named, "the default server");

    ngx_str_set(&listen, "*:443");
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);
    ngx_eo_ok(server && server->line == 8 && named, "a leading dot");

    ngx_str_set(&host, "mail.example.net");
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);
    ngx_eo_ok(server && server->line == 8 && named, "a trailing wildcard");

    ngx_eo_dns_mem_free(&mem);
}

