
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * eo-log: reads the logs of conf.d/log-json.conf and "eo_security_log".
 */


#include "eo-log-json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>


#define EO_LOG_LINE     (256 * 1024)
#define EO_LOG_VALUE    4096
#define EO_LOG_FILTERS  16

/* different values of "top" that are counted; the rest is one */

#define EO_LOG_VALUES   100000


typedef struct {
    const char   *field;
    const char   *value;
} eo_log_filter_t;


typedef struct {
    char         *text;
    unsigned long count;
} eo_log_count_t;


typedef struct {
    const char       *command;
    const char       *subject;     /* a UUID, or a field */
    unsigned long     lines;
    int               json;
    int               once;        /* tail does not wait */
    eo_log_filter_t   filters[EO_LOG_FILTERS];
    int               nfilters;
    char            **files;
    int               nfiles;

    unsigned long     found;
    unsigned long     bad;         /* lines that are no JSON */
    int               failed;      /* files that cannot be read */

    eo_log_count_t   *counts;      /* a table of EO_LOG_VALUES * 2 */
    unsigned long     ncounts;
    unsigned long     rest;
} eo_log_t;


typedef void (*eo_log_line_pt)(eo_log_t *log, const char *line);


static int eo_log_arguments(eo_log_t *log, int argc, char **argv);
static int eo_log_option(eo_log_t *log, const char *option);
static int eo_log_filter(eo_log_t *log, const char *option);
static int eo_log_number(const char *text, unsigned long *number);
static int eo_log_usage(const char *what, const char *detail);
static void eo_log_help(void);

static int eo_log_read(eo_log_t *log, const char *name, eo_log_line_pt handler,
    int follow);
static int eo_log_matches(eo_log_t *log, const char *line);
static int eo_log_value_matches(const char *filter, const char *value);

static void eo_log_find_line(eo_log_t *log, const char *line);
static void eo_log_tell_request(const char *line);
static void eo_log_tell_status(const char *line, const char *status);
static void eo_log_tell_event(const char *line);
static const char *eo_log_cause(const char *cause);
static const char *eo_log_meaning(const char *status);

static void eo_log_top_line(eo_log_t *log, const char *line);
static void eo_log_top_print(eo_log_t *log);
static int eo_log_compare(const void *one, const void *two);

static void eo_log_tail_line(eo_log_t *log, const char *line);

static const char *eo_log_get(const char *line, const char *name, char *value,
    size_t size);
static void eo_log_clean(char *text);


int
main(int argc, char **argv)
{
    int              i, tail;
    eo_log_t         log;
    eo_log_line_pt   handler;

    memset(&log, 0, sizeof(log));
    log.lines = 10;

    if (argc == 2 && (strcmp(argv[1], "--help") == 0
                      || strcmp(argv[1], "-h") == 0))
    {
        eo_log_help();
        return 0;
    }

    i = eo_log_arguments(&log, argc, argv);

    if (i != 0) {
        return i;
    }

    tail = 0;
    handler = eo_log_find_line;

    if (strcmp(log.command, "top") == 0) {
        handler = eo_log_top_line;
        log.counts = calloc(EO_LOG_VALUES * 2, sizeof(eo_log_count_t));

        if (log.counts == NULL) {
            fprintf(stderr, "eo-log: out of memory\n");
            return 2;
        }

    } else if (strcmp(log.command, "tail") == 0) {
        handler = eo_log_tail_line;
        tail = !log.once;
    }

    for (i = 0; i < log.nfiles; i++) {

        if (eo_log_read(&log, log.files[i], handler, tail) != 0) {
            log.failed = 1;
        }
    }

    if (handler == eo_log_top_line) {
        eo_log_top_print(&log);
    }

    if (log.bad) {
        fprintf(stderr, "eo-log: %lu lines are no JSON, or too long\n",
                log.bad);
    }

    if (handler == eo_log_find_line && log.found == 0) {
        fprintf(stderr, "eo-log: no line about %s: it may be in an older "
                "file, or on another node\n", log.subject);
    }

    if (log.failed) {
        return 2;
    }

    return log.found ? 0 : 1;
}


static int
eo_log_arguments(eo_log_t *log, int argc, char **argv)
{
    int  i, n, subject;

    if (argc < 2) {
        return eo_log_usage("a command is missing", "find, top or tail");
    }

    log->command = argv[1];

    if (strcmp(argv[1], "find") != 0 && strcmp(argv[1], "top") != 0
        && strcmp(argv[1], "tail") != 0)
    {
        return eo_log_usage("unknown command", argv[1]);
    }

    subject = strcmp(argv[1], "tail") != 0;
    n = 0;

    for (i = 2; i < argc; i++) {

        if (argv[i][0] == '-' && argv[i][1] != '\0') {

            if (!eo_log_option(log, argv[i])) {
                return eo_log_usage("unknown option, or one without its value",
                                    argv[i]);
            }

            continue;
        }

        if (subject && log->subject == NULL) {
            log->subject = argv[i];
            continue;
        }

        argv[n++] = argv[i];
    }

    if (subject && log->subject == NULL) {
        return eo_log_usage("missing after the command",
                            strcmp(log->command, "find") == 0
                            ? "an EO-LOG-UUID" : "a field");
    }

    if (n == 0) {
        return eo_log_usage("missing", "the names of log files");
    }

    if (strcmp(log->command, "tail") == 0 && !log->once && n > 1) {
        return eo_log_usage("one file can be waited for", "or use --once");
    }

    log->files = argv;
    log->nfiles = n;

    return 0;
}


static int
eo_log_option(eo_log_t *log, const char *option)
{
    if (strcmp(option, "--json") == 0) {
        log->json = 1;
        return 1;
    }

    if (strcmp(option, "--once") == 0) {
        log->once = 1;
        return 1;
    }

    if (strncmp(option, "--lines=", 8) == 0) {
        return eo_log_number(option + 8, &log->lines);
    }

    return eo_log_filter(log, option);
}


static int
eo_log_filter(eo_log_t *log, const char *option)
{
    size_t  i, len;

    static const struct {
        const char  *option;
        const char  *field;
    } filters[] = {
        { "--status=", "EdgeResponseStatusCode" },
        { "--cache=", "EdgeCacheStatus" },
        { "--action=", "SecurityAction" },
        { "--rule=", "SecurityRuleID" },
        { "--host=", "RequestHost" },
        { "--client=", "ClientIP" },
        { "--origin-error=", "OriginError" }
    };

    for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
        len = strlen(filters[i].option);

        if (strncmp(option, filters[i].option, len) != 0
            || option[len] == '\0'
            || log->nfilters == EO_LOG_FILTERS)
        {
            continue;
        }

        log->filters[log->nfilters].field = filters[i].field;
        log->filters[log->nfilters].value = option + len;
        log->nfilters++;

        return 1;
    }

    return 0;
}


static int
eo_log_number(const char *text, unsigned long *number)
{
    char  *end;

    errno = 0;
    *number = strtoul(text, &end, 10);

    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}


static int
eo_log_usage(const char *what, const char *detail)
{
    fprintf(stderr, "eo-log: %s: %s\n"
            "\"eo-log --help\" tells how it is called\n", what, detail);

    return 2;
}


static void
eo_log_help(void)
{
    fputs("eo-log find UUID [--json] FILE...\n"
          "eo-log top FIELD [--lines=N] [--json] [FILTER...] FILE...\n"
          "eo-log tail [--once] [--json] [FILTER...] FILE\n"
          "\n"
          "Reads logs of the format eo_json, and of eo_security_log, also "
          "compressed by gzip.\n"
          "\n"
          "  find   a request by its EO-LOG-UUID, in plain words\n"
          "  top    the most frequent values of a field, such as RequestUrl\n"
          "  tail   requests as they come, one a line\n"
          "\n"
          "FILTER: --status=404 or 5xx, --cache=, --action=, --rule=, "
          "--host=, --client=,\n--origin-error=; \"any\" is whatever is "
          "not \"-\"\n", stdout);
}


/* plain files, too: zlib reads them as they are */

static int
eo_log_read(eo_log_t *log, const char *name, eo_log_line_pt handler,
    int follow)
{
    int      error;
    char    *line;
    size_t   len;
    gzFile   file;

    file = gzopen(name, "rb");
    line = malloc(EO_LOG_LINE);

    if (file == NULL || line == NULL) {
        fprintf(stderr, "eo-log: %s: %s\n", name, strerror(errno));

        if (file) {
            (void) gzclose(file);
        }

        free(line);
        return 1;
    }

    len = 0;

    for ( ;; ) {

        if (gzgets(file, line + len, EO_LOG_LINE - (int) len) == NULL) {

            if (!follow || (gzerror(file, &error), error != Z_OK
                                                   && error != Z_BUF_ERROR))
            {
                break;
            }

            (void) fflush(stdout);
            (void) usleep(200000);
            gzclearerr(file);
            continue;
        }

        len += strlen(line + len);

        if (len > 0 && line[len - 1] == '\n') {
            line[len - 1] = '\0';
            handler(log, line);
            len = 0;

        } else if (len == EO_LOG_LINE - 1) {
            log->bad++;
            len = 0;
        }
    }

    if (len > 0) {
        handler(log, line);
    }

    (void) gzerror(file, &error);
    (void) gzclose(file);
    free(line);

    if (error != Z_OK && error != Z_STREAM_END && error != Z_BUF_ERROR) {
        fprintf(stderr, "eo-log: %s: damaged\n", name);
        return 1;
    }

    return 0;
}


static int
eo_log_matches(eo_log_t *log, const char *line)
{
    int   i;
    char  value[EO_LOG_VALUE];

    if (!eo_log_member(line, "RequestID", value, sizeof(value))) {
        log->bad++;
        return 0;
    }

    for (i = 0; i < log->nfilters; i++) {

        if (!eo_log_member(line, log->filters[i].field, value, sizeof(value))
            || !eo_log_value_matches(log->filters[i].value, value))
        {
            return 0;
        }
    }

    return 1;
}


static int
eo_log_value_matches(const char *filter, const char *value)
{
    if (strcmp(filter, "any") == 0) {
        return strcmp(value, "-") != 0;
    }

    if (filter[0] != '\0' && strcmp(filter + 1, "xx") == 0) {
        return strlen(value) == 3 && filter[0] == value[0];
    }

    return strcmp(filter, value) == 0;
}


static void
eo_log_find_line(eo_log_t *log, const char *line)
{
    int   event;
    char  value[EO_LOG_VALUE];

    event = 0;

    if (!eo_log_member(line, "RequestID", value, sizeof(value))) {
        event = 1;

        if (!eo_log_member(line, "EventId", value, sizeof(value))) {
            return;
        }
    }

    if (strcmp(value, log->subject) != 0) {
        return;
    }

    log->found++;

    if (log->json) {
        puts(line);

    } else if (event) {
        eo_log_tell_event(line);

    } else {
        eo_log_tell_request(line);
    }
}


static void
eo_log_tell_request(const char *line)
{
    char  a[EO_LOG_VALUE], b[EO_LOG_VALUE], c[EO_LOG_VALUE], d[EO_LOG_VALUE];

    printf("request %s\n", eo_log_get(line, "RequestID", a, sizeof(a)));

    printf("  when:     %s, %s ms\n",
           eo_log_get(line, "RequestTime", a, sizeof(a)),
           eo_log_get(line, "EdgeResponseTime", b, sizeof(b)));

    printf("  what:     %s %s%s of %s\n",
           eo_log_get(line, "RequestMethod", a, sizeof(a)),
           eo_log_get(line, "RequestUrl", b, sizeof(b)),
           strcmp(eo_log_get(line, "RequestUrlQueryString", c, sizeof(c)),
                  "-") ? " (with a query)" : "",
           eo_log_get(line, "RequestHost", d, sizeof(d)));

    printf("  client:   %s, %s\n",
           eo_log_get(line, "ClientIP", a, sizeof(a)),
           eo_log_get(line, "RequestUA", b, sizeof(b)));

    printf("  node:     %s\n", eo_log_get(line, "EdgeServerID", a, sizeof(a)));

    eo_log_tell_status(line, eo_log_get(line, "EdgeResponseStatusCode", a,
                                        sizeof(a)));

    printf("  cache:    %s\n",
           eo_log_get(line, "EdgeCacheStatus", a, sizeof(a)));

    if (strcmp(eo_log_get(line, "OriginIP", a, sizeof(a)), "-") != 0) {
        printf("  origin:   %s (%s), status %s\n", a,
               eo_log_get(line, "OriginDomain", b, sizeof(b)),
               eo_log_get(line, "OriginResponseStatusCode", c, sizeof(c)));
    }

    if (strcmp(eo_log_get(line, "OriginError", a, sizeof(a)), "-") != 0) {
        printf("  failure:  %s\n", eo_log_cause(a));
    }

    if (strcmp(eo_log_get(line, "SecurityAction", a, sizeof(a)), "-") != 0) {
        printf("  security: %s by rule %s of %s\n", a,
               eo_log_get(line, "SecurityRuleID", b, sizeof(b)),
               eo_log_get(line, "SecurityModule", c, sizeof(c)));
    }
}


static void
eo_log_tell_status(const char *line, const char *status)
{
    char         value[EO_LOG_VALUE];
    const char  *meaning;

    meaning = eo_log_meaning(status);

    printf("  status:   %s%s%s", status, meaning ? ": " : "",
           meaning ? meaning : "");

    if (strcmp(eo_log_get(line, "RequestStatus", value, sizeof(value)), "2")
        == 0)
    {
        printf("; broken off before its end");
    }

    printf("\n");
}


static void
eo_log_tell_event(const char *line)
{
    char         list[EO_LOG_LINE / 4], a[EO_LOG_VALUE], b[EO_LOG_VALUE];
    const char  *place, *rule;

    printf("security event of %s: %s\n",
           eo_log_get(line, "EventId", a, sizeof(a)),
           eo_log_get(line, "DisposalMethod", b, sizeof(b)));

    if (!eo_log_member(line, "RuleDetailList", list, sizeof(list))) {
        return;
    }

    place = list;

    while ((rule = eo_log_next_object(&place)) != NULL) {
        printf("  rule %s (%s)",
               eo_log_get(rule, "RuleId", a, sizeof(a)),
               eo_log_get(rule, "RuleTypeName", b, sizeof(b)));

        printf(": %s\n", eo_log_get(rule, "Action", a, sizeof(a)));
    }
}


static const char *
eo_log_cause(const char *cause)
{
    size_t  i;

    static const struct {
        const char  *cause;
        const char  *words;
    } causes[] = {
        { "connect_refused", "the origin refused the connection: nothing "
                             "listens at its port" },
        { "connect_timeout", "the origin did not answer a connection in time"
                             },
        { "no_live_upstream", "all origins had failed a moment before" },
        { "resolve_failed", "the origin's name could not be resolved" },
        { "resolve_none", "the origin's name has no address" },
        { "resolve_timeout", "the DNS server did not answer in time" },
        { "response_timeout", "the origin took the request and did not "
                              "answer in time" },
        { "response_reset", "the origin reset the connection" },
        { "response_closed", "the origin closed the connection without an "
                             "answer" },
        { "response_invalid", "the origin answered with what is no HTTP" },
        { "response_stalled", "the origin stopped in the middle of its "
                              "response" },
        { "response_truncated", "the origin closed the connection in the "
                                "middle of its response" },
        { "tls_handshake_failed", "TLS with the origin could not be agreed "
                                  "on" },
        { "tls_handshake_timeout", "the origin did not finish its TLS "
                                   "handshake in time" },
        { "tls_certificate_expired", "the origin's certificate has expired" },
        { "tls_certificate_not_yet_valid", "the origin's certificate is not "
                                           "valid yet" },
        { "tls_verify_failed", "the origin's certificate is not trusted" }
    };

    for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {

        if (strcmp(causes[i].cause, cause) == 0) {
            return causes[i].words;
        }
    }

    return cause;
}


static const char *
eo_log_meaning(const char *status)
{
    size_t  i;

    static const struct {
        const char  *status;
        const char  *words;
    } meanings[] = {
        { "416", "the range is malformed, or behind the end" },
        { "418", "no server is configured for the host" },
        { "423", "the request went in circles between nodes" },
        { "499", "the client left before there was an answer" },
        { "520", "the origin closed the connection, or sent no HTTP" },
        { "521", "the origin refused the connection" },
        { "522", "no connection to the origin in time" },
        { "523", "the origin's name could not be resolved" },
        { "524", "the origin did not answer in time" },
        { "525", "no TLS with the origin" },
        { "566", "denied by managed rules" },
        { "567", "denied by web protection" }
    };

    for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {

        if (strcmp(meanings[i].status, status) == 0) {
            return meanings[i].words;
        }
    }

    return NULL;
}


static void
eo_log_top_line(eo_log_t *log, const char *line)
{
    char             value[EO_LOG_VALUE];
    const char      *p;
    unsigned long    hash;
    eo_log_count_t  *count;

    if (!eo_log_matches(log, line)
        || !eo_log_member(line, log->subject, value, sizeof(value)))
    {
        return;
    }

    log->found++;
    hash = 5381;

    for (p = value; *p; p++) {
        hash = hash * 33 + (unsigned char) *p;
    }

    for ( ;; hash++) {
        count = &log->counts[hash % (EO_LOG_VALUES * 2)];

        if (count->text == NULL || strcmp(count->text, value) == 0) {
            break;
        }
    }

    if (count->text == NULL) {

        if (log->ncounts < EO_LOG_VALUES) {
            count->text = strdup(value);
        }

        if (count->text == NULL) {
            log->rest++;
            return;
        }

        log->ncounts++;
    }

    count->count++;
}


static void
eo_log_top_print(eo_log_t *log)
{
    size_t  i;
    char   *text, *p;

    qsort(log->counts, EO_LOG_VALUES * 2, sizeof(eo_log_count_t),
          eo_log_compare);

    for (i = 0; i < log->lines && i < log->ncounts; i++) {
        text = log->counts[i].text;

        if (!log->json) {
            eo_log_clean(text);
            printf("%10lu  %s\n", log->counts[i].count, text);
            continue;
        }

        printf("{\"count\":%lu,\"value\":\"", log->counts[i].count);

        for (p = text; *p; p++) {

            if ((unsigned char) *p < 0x20) {
                printf("\\u%04x", *p);

            } else {
                printf(*p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
            }
        }

        printf("\"}\n");
    }

    for (i = 0; i < log->ncounts; i++) {
        free(log->counts[i].text);
    }

    free(log->counts);

    if (log->rest) {
        fprintf(stderr, "eo-log: %lu lines have other values, of which there "
                "are too many\n", log->rest);
    }
}


static int
eo_log_compare(const void *one, const void *two)
{
    const eo_log_count_t  *first = one;
    const eo_log_count_t  *second = two;

    if (first->count != second->count) {
        return first->count < second->count ? 1 : -1;
    }

    if (first->text == NULL || second->text == NULL) {
        return 0;
    }

    return strcmp(first->text, second->text);
}


static void
eo_log_tail_line(eo_log_t *log, const char *line)
{
    char  a[EO_LOG_VALUE], b[EO_LOG_VALUE], c[EO_LOG_VALUE], d[EO_LOG_VALUE];
    char  e[EO_LOG_VALUE];

    if (!eo_log_matches(log, line)) {
        return;
    }

    log->found++;

    if (log->json) {
        puts(line);
        return;
    }

    printf("%s %s %s %s",
           eo_log_get(line, "LogTime", a, sizeof(a)),
           eo_log_get(line, "EdgeResponseStatusCode", b, sizeof(b)),
           eo_log_get(line, "EdgeCacheStatus", c, sizeof(c)),
           eo_log_get(line, "ClientIP", d, sizeof(d)));

    printf(" %s %s%s %s %s\n",
           eo_log_get(line, "RequestMethod", a, sizeof(a)),
           eo_log_get(line, "RequestHost", b, sizeof(b)),
           eo_log_get(line, "RequestUrl", c, sizeof(c)),
           eo_log_get(line, "SecurityAction", d, sizeof(d)),
           eo_log_get(line, "RequestID", e, sizeof(e)));
}


/* "-" where there is none; without what a terminal would act on */

static const char *
eo_log_get(const char *line, const char *name, char *value, size_t size)
{
    if (!eo_log_member(line, name, value, size)) {
        value[0] = '-';
        value[1] = '\0';
    }

    eo_log_clean(value);

    return value;
}


static void
eo_log_clean(char *text)
{
    unsigned char  *p;

    for (p = (unsigned char *) text; *p; p++) {

        if (*p < 0x20 || *p == 0x7f) {
            *p = '?';
        }

        /* control characters of C1, as UTF-8 or as single bytes */

        if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) {
            p[0] = '?';
            p[1] = '?';
        }
    }
}
