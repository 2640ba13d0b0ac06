
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * eo-dns: which records of a zone conflict, and where its names lead.
 */


#include "ngx_eo_dns_ask.h"
#include "ngx_eo_dns_check.h"
#include "ngx_eo_dns_follow.h"
#include "ngx_eo_dns_master.h"
#include "ngx_eo_dns_node.h"
#include "ngx_eo_dns_report.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <ifaddrs.h>


/* exit codes */

#define EO_DNS_NONE       0
#define EO_DNS_CONFLICTS  1
#define EO_DNS_FAILED     2

#define EO_DNS_HOSTS      64


typedef struct {
    ngx_uint_t               json;
    ngx_uint_t               timeout;
    ngx_uint_t               asked;
    const char              *what;
    const char              *config;
    const char              *resolver;
    ngx_str_t                origin;
    ngx_str_t                hosts[EO_DNS_HOSTS];
    ngx_uint_t               nhosts;
    ngx_eo_dns_zone_t        zone;
    ngx_eo_dns_findings_t    findings;
    ngx_eo_dns_node_t        node;
    ngx_eo_dns_conf_t        conf;
    ngx_eo_dns_mem_t         mem;
} eo_dns_t;


static int eo_dns_options(eo_dns_t *t, int argc, char *const *argv);
static int eo_dns_option(eo_dns_t *t, int option, const char *value);
static int eo_dns_name(eo_dns_t *t, ngx_str_t *name, const char *option,
    const char *value);
static int eo_dns_timeout(eo_dns_t *t, const char *value);
static int eo_dns_place(eo_dns_t *t, const char *value);
static void eo_dns_own_addresses(eo_dns_t *t);
static int eo_dns_check(eo_dns_t *t);
static int eo_dns_read(eo_dns_t *t);
static int eo_dns_zone_file(eo_dns_t *t);
static void eo_dns_line(void *data, ngx_uint_t line, const ngx_str_t *text,
    const char *reason);
static int eo_dns_configuration(eo_dns_t *t);
static int eo_dns_node(eo_dns_t *t);
static int eo_dns_load(eo_dns_t *t, const char *name, ngx_str_t *text);
static const char *eo_dns_load_stream(FILE *file, ngx_str_t *text);
static int eo_dns_fail(const char *what, const char *value,
    const char *reason);


enum {
    EO_DNS_JSON = 1,
    EO_DNS_STRICT,
    EO_DNS_ORIGIN,
    EO_DNS_NAME,
    EO_DNS_NODE,
    EO_DNS_CONFIG,
    EO_DNS_RESOLVER,
    EO_DNS_TIME,
    EO_DNS_HELP
};


static const struct option  eo_dns_long_options[] = {
    { "json", no_argument, NULL, EO_DNS_JSON },
    { "strict", no_argument, NULL, EO_DNS_STRICT },
    { "origin", required_argument, NULL, EO_DNS_ORIGIN },
    { "name", required_argument, NULL, EO_DNS_NAME },
    { "node", required_argument, NULL, EO_DNS_NODE },
    { "config", required_argument, NULL, EO_DNS_CONFIG },
    { "resolver", required_argument, NULL, EO_DNS_RESOLVER },
    { "timeout", required_argument, NULL, EO_DNS_TIME },
    { "help", no_argument, NULL, EO_DNS_HELP },
    { NULL, 0, NULL, 0 }
};


static const char  eo_dns_help[] =
"Usage: eo-dns check [OPTION]... DOMAIN | ZONEFILE | -\n"
"\n"
"Tells which records of a zone conflict, what a resolver makes of them, and\n"
"whether its hosts lead to this node and are served by it.  A file is a zone\n"
"file, or what dig printed; \"-\" reads one from standard input; of a domain\n"
"a resolver is asked.\n"
"\n"
"  --json            findings as JSON\n"
"  --strict          what EdgeOne allows against the standards is a conflict\n"
"  --origin NAME     of names in a file before its $ORIGIN: the zone\n"
"  --name NAME       a host to follow to the node; may be repeated.  Without\n"
"                    it, DOMAIN, or the records with \"; eo=accelerated\"\n"
"  --node PLACE      an address or a name of the node; may be repeated.\n"
"                    Without it, the addresses of this machine, if there is\n"
"                    a --config\n"
"  --config FILE     what \"nginx -T\" prints on the node; \"-\" reads it\n"
"                    from standard input\n"
"  --resolver ADDRESS[:PORT]\n"
"                    of IPv4; without it those of /etc/resolv.conf\n"
"  --timeout SECONDS for each question to the resolver, 1 to 60: 5\n"
"  --help            this text\n"
"\n"
"Exit code: 0 if there is no conflict, 1 if there is one, 2 for wrong\n"
"options, files that cannot be read, a resolver that does not answer.\n";


int
main(int argc, char *const *argv)
{
    int        rc;
    eo_dns_t  *t;

    t = calloc(1, sizeof(eo_dns_t));
    if (t == NULL) {
        return eo_dns_fail("memory", NULL, "is short");
    }

    t->timeout = NGX_EO_DNS_TIMEOUT;
    t->mem.limit = NGX_EO_DNS_MEMORY;
    ngx_eo_dns_zone_init(&t->zone);
    ngx_eo_dns_findings_init(&t->findings);

    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(eo_dns_help, stdout);
        return EO_DNS_NONE;
    }

    if (argc < 2 || strcmp(argv[1], "check") != 0) {
        fputs("eo-dns: say \"check\"; \"eo-dns --help\" tells more\n",
              stderr);
        return EO_DNS_FAILED;
    }

    rc = eo_dns_options(t, argc - 1, argv + 1);

    if (rc < 0) {
        rc = eo_dns_check(t);
    }

    if (fflush(stdout) != 0 || ferror(stdout)) {
        return eo_dns_fail("standard output", NULL, strerror(errno));
    }

    return rc;
}


/* returns an exit code, or -1 to go on */

static int
eo_dns_options(eo_dns_t *t, int argc, char *const *argv)
{
    int  option;

    opterr = 0;

    while ((option = getopt_long(argc, argv, "", eo_dns_long_options, NULL))
           != -1)
    {
        if (option == EO_DNS_HELP) {
            fputs(eo_dns_help, stdout);
            return EO_DNS_NONE;
        }

        if (option == '?') {
            return eo_dns_fail("option", argv[optind - 1],
                               "is unknown, or lacks its value");
        }

        if (eo_dns_option(t, option, optarg) != 0) {
            return EO_DNS_FAILED;
        }
    }

    if (argc - optind != 1) {
        return eo_dns_fail("DOMAIN or ZONEFILE", NULL,
                           argc == optind ? "is needed" : "is one");
    }

    t->what = argv[optind];

    if (t->config && strcmp(t->config, "-") == 0
        && strcmp(t->what, "-") == 0)
    {
        return eo_dns_fail("standard input", NULL,
                           "is either the zone or the configuration");
    }

    return -1;
}


static int
eo_dns_option(eo_dns_t *t, int option, const char *value)
{
    switch (option) {

    case EO_DNS_JSON:
        t->json = 1;
        return 0;

    case EO_DNS_STRICT:
        t->findings.strict = 1;
        return 0;

    case EO_DNS_ORIGIN:
        return eo_dns_name(t, &t->origin, "--origin", value);

    case EO_DNS_NAME:
        if (t->nhosts == EO_DNS_HOSTS) {
            return eo_dns_fail("--name", value, "is one too many: 64");
        }

        return eo_dns_name(t, &t->hosts[t->nhosts++], "--name", value);

    case EO_DNS_NODE:
        return eo_dns_place(t, value);

    case EO_DNS_CONFIG:
        t->config = value;
        return 0;

    case EO_DNS_RESOLVER:
        t->resolver = value;
        return 0;

    default:
        return eo_dns_timeout(t, value);
    }
}


/* names of options are complete without a final dot */

static int
eo_dns_name(eo_dns_t *t, ngx_str_t *name, const char *option,
    const char *value)
{
    u_char       buf[NGX_EO_DNS_NAME_MAX];
    ngx_str_t    text, root;
    const char  *error;

    text.data = (u_char *) value;
    text.len = ngx_strlen(value);
    root.data = (u_char *) "";
    root.len = 1;

    error = ngx_eo_dns_name_parse(name, buf, &text, &root);
    if (error) {
        return eo_dns_fail(option, value, error);
    }

    name->data = ngx_eo_dns_copy(&t->mem, name->data, name->len);
    if (name->data == NULL) {
        return eo_dns_fail("memory", NULL, "is short");
    }

    return 0;
}


static int
eo_dns_timeout(eo_dns_t *t, const char *value)
{
    char  *end;
    long   seconds;

    seconds = strtol(value, &end, 10);

    if (end == value || *end || seconds < 1
        || seconds > NGX_EO_DNS_TIMEOUT_MAX)
    {
        return eo_dns_fail("--timeout", value,
                           "is no number of seconds from 1 to 60");
    }

    t->timeout = (ngx_uint_t) seconds;

    return 0;
}


static int
eo_dns_place(eo_dns_t *t, const char *value)
{
    ngx_eo_dns_place_t  *place;

    if (t->node.nplaces == NGX_EO_DNS_NODES) {
        return eo_dns_fail("--node", value, "is one too many: 64");
    }

    place = &t->node.places[t->node.nplaces++];

    if (inet_pton(AF_INET, value, place->addr) == 1) {
        place->type = NGX_EO_DNS_A;
        return 0;
    }

    if (inet_pton(AF_INET6, value, place->addr) == 1) {
        place->type = NGX_EO_DNS_AAAA;
        return 0;
    }

    place->type = NGX_EO_DNS_CNAME;

    return eo_dns_name(t, &place->name, "--node", value);
}


/* those of loopback lead to whoever asks */

static void
eo_dns_own_addresses(eo_dns_t *t)
{
    char                  text[INET6_ADDRSTRLEN];
    const void           *addr;
    struct ifaddrs       *list, *ifa;
    struct sockaddr_in   *sin;
    struct sockaddr_in6  *sin6;

    if (getifaddrs(&list) != 0) {
        return;
    }

    for (ifa = list; ifa; ifa = ifa->ifa_next) {

        if (ifa->ifa_addr == NULL || t->node.nplaces == NGX_EO_DNS_NODES) {
            continue;
        }

        if (ifa->ifa_addr->sa_family == AF_INET) {
            sin = (struct sockaddr_in *) ifa->ifa_addr;
            addr = &sin->sin_addr;

        } else if (ifa->ifa_addr->sa_family == AF_INET6) {
            sin6 = (struct sockaddr_in6 *) ifa->ifa_addr;
            addr = &sin6->sin6_addr;

        } else {
            continue;
        }

        if (inet_ntop(ifa->ifa_addr->sa_family, addr, text, sizeof(text))
            && strncmp(text, "127.", 4) != 0 && strcmp(text, "::1") != 0)
        {
            (void) eo_dns_place(t, text);
        }
    }

    freeifaddrs(list);
}


static int
eo_dns_check(eo_dns_t *t)
{
    int  rc;

    rc = eo_dns_read(t);

    if (rc == 0 && t->config) {
        rc = eo_dns_configuration(t);
    }

    if (rc != 0) {
        return rc;
    }

    ngx_eo_dns_check(&t->findings, &t->zone);
    ngx_eo_dns_follow_all(&t->findings, &t->zone);

    if (t->node.nplaces || t->node.conf) {
        rc = eo_dns_node(t);
        if (rc != 0) {
            return rc;
        }
    }

    if (t->findings.failed) {
        return eo_dns_fail("memory", NULL, "is short");
    }

    if (t->json) {
        ngx_eo_dns_report_json(stdout, t->what, &t->zone, &t->findings);

    } else {
        ngx_eo_dns_report(stdout, t->what, &t->zone, &t->findings);
    }

    return t->findings.counts[NGX_EO_DNS_CONFLICT] ? EO_DNS_CONFLICTS
                                                   : EO_DNS_NONE;
}


/* what is no file and has no slash is a domain */

static int
eo_dns_read(eo_dns_t *t)
{
    ngx_str_t    host;
    const char  *error;

    if (strcmp(t->what, "-") == 0 || strchr(t->what, '/')
        || access(t->what, F_OK) == 0)
    {
        return eo_dns_zone_file(t);
    }

    if (eo_dns_name(t, &host, "DOMAIN", t->what) != 0) {
        return EO_DNS_FAILED;
    }

    t->asked = 1;
    t->zone.apex = t->origin;

    if (t->nhosts == 0) {
        t->hosts[t->nhosts++] = host;
    }

    error = ngx_eo_dns_ask(&t->zone, &t->findings, &host, t->resolver,
                           t->timeout);
    if (error) {
        return eo_dns_fail("DOMAIN", t->what, error);
    }

    ngx_eo_dns_zone_finish(&t->zone);

    return 0;
}


static int
eo_dns_zone_file(eo_dns_t *t)
{
    ngx_str_t   text;
    ngx_uint_t  errors;

    if (eo_dns_load(t, t->what, &text) != 0) {
        return EO_DNS_FAILED;
    }

    t->zone.apex = t->origin;

    errors = ngx_eo_dns_master_read(&t->zone, &text,
                                    t->origin.len ? &t->origin : NULL,
                                    eo_dns_line, t);
    if (errors) {
        return EO_DNS_FAILED;
    }

    if (t->zone.nrecords == 0) {
        return eo_dns_fail("zone file", t->what, "has no records");
    }

    ngx_eo_dns_zone_finish(&t->zone);

    return 0;
}


static void
eo_dns_line(void *data, ngx_uint_t line, const ngx_str_t *text,
    const char *reason)
{
    size_t     i;
    eo_dns_t  *t = data;

    fprintf(stderr, "eo-dns: %s:%u: ", t->what, (unsigned) line);

    if (text) {
        fputc('"', stderr);

        for (i = 0; i < text->len && i < 100; i++) {
            fputc(text->data[i] < 0x20 || text->data[i] >= 0x7f
                  ? '?' : text->data[i], stderr);
        }

        fputs("\" ", stderr);
    }

    fprintf(stderr, "%s\n", reason);
}


static int
eo_dns_configuration(eo_dns_t *t)
{
    ngx_str_t    text;
    ngx_uint_t   line;
    const char  *error;

    if (eo_dns_load(t, t->config, &text) != 0) {
        return EO_DNS_FAILED;
    }

    error = ngx_eo_dns_conf_read(&t->conf, &t->mem, &text, &line);
    if (error) {
        fprintf(stderr, "eo-dns: %s:%u: %s\n", t->config, (unsigned) line,
                error);
        return EO_DNS_FAILED;
    }

    if (t->conf.servers == NULL) {
        return eo_dns_fail("--config", t->config, "has no server {}; it has "
                           "to be what \"nginx -T\" prints");
    }

    t->node.conf = &t->conf;

    if (t->node.nplaces == 0) {
        eo_dns_own_addresses(t);
    }

    return 0;
}


static int
eo_dns_node(eo_dns_t *t)
{
    ngx_uint_t                  i;
    const ngx_eo_dns_record_t  *record;

    for (i = 0; i < t->nhosts; i++) {
        ngx_eo_dns_node_check(&t->findings, &t->zone, &t->node, &t->hosts[i],
                              t->asked);
    }

    if (t->nhosts) {
        return 0;
    }

    for (i = 0; i < t->zone.nrecords; i++) {
        record = &t->zone.records[i];

        if (!record->accelerated
            || (i && record[-1].accelerated
                && ngx_eo_dns_name_cmp(&record->name, &record[-1].name) == 0))
        {
            continue;
        }

        ngx_eo_dns_node_check(&t->findings, &t->zone, &t->node,
                              &record->name, 0);
        t->asked = 1;
    }

    if (!t->asked) {
        return eo_dns_fail("--name", NULL, "is needed, or a record with "
                           "\"; eo=accelerated\", to be followed to the "
                           "node");
    }

    return 0;
}


static int
eo_dns_load(eo_dns_t *t, const char *name, ngx_str_t *text)
{
    FILE        *file;
    const char  *error;

    file = strcmp(name, "-") ? fopen(name, "r") : stdin;
    if (file == NULL) {
        return eo_dns_fail("file", name, strerror(errno));
    }

    error = eo_dns_load_stream(file, text);

    if (file != stdin) {
        fclose(file);
    }

    return error ? eo_dns_fail("file", name, error) : 0;
}


/* the text lives as long as the program */

static const char *
eo_dns_load_stream(FILE *file, ngx_str_t *text)
{
    u_char  *p;
    size_t   n, room;

    text->len = 0;
    text->data = NULL;
    room = 0;

    do {
        if (text->len == room) {
            room = room ? room * 2 : 65536;

            if (room > NGX_EO_DNS_MAX_BYTES) {
                return "is larger than 128 MB";
            }

            p = realloc(text->data, room);
            if (p == NULL) {
                return "is larger than the memory";
            }

            text->data = p;
        }

        n = fread(text->data + text->len, 1, room - text->len, file);
        text->len += n;

    } while (n);

    return ferror(file) ? "cannot be read" : NULL;
}


static int
eo_dns_fail(const char *what, const char *value, const char *reason)
{
    if (value) {
        fprintf(stderr, "eo-dns: %s \"%s\" %s\n", what, value, reason);

    } else {
        fprintf(stderr, "eo-dns: %s %s\n", what, reason);
    }

    return EO_DNS_FAILED;
}

