
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * eo-cache: purge and prefetch from the command line, by the API of
 * ngx_http_eo_cache_purge_module.
 */


#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>


/* exit codes */

#define EO_CACHE_DONE     0
#define EO_CACHE_REFUSED  1
#define EO_CACHE_FAILED   2

#define EO_CACHE_API      "http://127.0.0.1:8081/purge"
#define EO_CACHE_ANSWER   (64 * 1024 * 1024)
#define EO_CACHE_LINE     65536
#define EO_CACHE_BAR      30


typedef struct {
    const char   *api;
    char          host[256];
    char          port[8];
    const char   *path;
    const char   *authority;
    int           authority_len;

    const char   *method;
    const char   *file;
    int           json;
    int           wait;
    int           media;
    json_t       *domains;
    json_t       *headers;
    json_t       *targets;
} eo_cache_t;


typedef struct {
    const char   *name;
    const char   *type;         /* of a task, or NULL */
    int         (*run)(eo_cache_t *c, const char *type, char **args);
} eo_cache_command_t;


static int eo_cache_api_address(eo_cache_t *c);
static int eo_cache_options(eo_cache_t *c, int argc, char **argv);
static int eo_cache_header(eo_cache_t *c, const char *text);
static int eo_cache_submit(eo_cache_t *c, const char *type, char **args);
static int eo_cache_targets(eo_cache_t *c, char **args);
static int eo_cache_lines(eo_cache_t *c);
static int eo_cache_change(eo_cache_t *c, const char *type, char **args);
static int eo_cache_status(eo_cache_t *c, const char *type, char **args);
static int eo_cache_list(eo_cache_t *c, const char *type, char **args);
static int eo_cache_follow(eo_cache_t *c, const char *id);
static void eo_cache_bar(json_t *task);
static void eo_cache_task(json_t *task);
static int eo_cache_refused(json_t *answer);
static json_t *eo_cache_ask(eo_cache_t *c, const char *query, json_t *body);
static json_t *eo_cache_answer(char *text, size_t len);
static int eo_cache_connect(eo_cache_t *c);
static int eo_cache_send(int fd, const char *text, size_t len);
static char *eo_cache_receive(int fd, size_t *len);
static void eo_cache_print(json_t *json);
static long long eo_cache_number(json_t *object, const char *name);
static const char *eo_cache_string(json_t *object, const char *name);
static int eo_cache_usage(FILE *out, int rc);


static const eo_cache_command_t  eo_cache_commands[] = {
    { "purge-url", "purge_url", eo_cache_submit },
    { "purge-prefix", "purge_prefix", eo_cache_submit },
    { "purge-host", "purge_host", eo_cache_submit },
    { "purge-tag", "purge_cache_tag", eo_cache_submit },
    { "purge-all", "purge_all", eo_cache_submit },
    { "prefetch", "prefetch_url", eo_cache_submit },
    { "cancel", "prefetch_cancel", eo_cache_change },
    { "retry", "prefetch_retry", eo_cache_change },
    { "status", NULL, eo_cache_status },
    { "list", NULL, eo_cache_list },
    { NULL, NULL, NULL }
};


static const struct option  eo_cache_long_options[] = {
    { "api", required_argument, NULL, 'a' },
    { "domain", required_argument, NULL, 'd' },
    { "file", required_argument, NULL, 'f' },
    { "header", required_argument, NULL, 'H' },
    { "help", no_argument, NULL, 'h' },
    { "json", no_argument, NULL, 'j' },
    { "media", no_argument, NULL, 'M' },
    { "method", required_argument, NULL, 'm' },
    { "wait", no_argument, NULL, 'w' },
    { NULL, 0, NULL, 0 }
};


int
main(int argc, char **argv)
{
    int                        rc;
    eo_cache_t                 c;
    const eo_cache_command_t  *command;

    memset(&c, 0, sizeof(eo_cache_t));

    c.api = getenv("EO_CACHE_API");

    if (c.api == NULL || *c.api == '\0') {
        c.api = EO_CACHE_API;
    }

    c.domains = json_array();
    c.headers = json_array();
    c.targets = json_array();

    rc = eo_cache_options(&c, argc, argv);

    if (rc != -1) {
        return rc;
    }

    if (argv[optind] == NULL) {
        return eo_cache_usage(stderr, EO_CACHE_FAILED);
    }

    for (command = eo_cache_commands; command->name; command++) {
        if (strcmp(command->name, argv[optind]) == 0) {
            break;
        }
    }

    if (command->name == NULL) {
        fprintf(stderr, "eo-cache: \"%s\" is no command\n", argv[optind]);
        return eo_cache_usage(stderr, EO_CACHE_FAILED);
    }

    if (eo_cache_api_address(&c) == -1) {
        return EO_CACHE_FAILED;
    }

    rc = command->run(&c, command->type, argv + optind + 1);

    json_decref(c.domains);
    json_decref(c.headers);
    json_decref(c.targets);

    return rc;
}


/* returns -1 to go on, or an exit code */

static int
eo_cache_options(eo_cache_t *c, int argc, char **argv)
{
    int  option;

    while ((option = getopt_long(argc, argv, "f:H:hjm:w",
                                 eo_cache_long_options, NULL))
           != -1)
    {
        switch (option) {

        case 'a':
            c->api = optarg;
            break;

        case 'd':
            json_array_append_new(c->domains, json_string(optarg));
            break;

        case 'f':
            c->file = optarg;
            break;

        case 'H':
            if (eo_cache_header(c, optarg) == -1) {
                return EO_CACHE_FAILED;
            }
            break;

        case 'h':
            return eo_cache_usage(stdout, EO_CACHE_DONE);

        case 'j':
            c->json = 1;
            break;

        case 'M':
            c->media = 1;
            break;

        case 'm':
            c->method = optarg;
            break;

        case 'w':
            c->wait = 1;
            break;

        default:
            return eo_cache_usage(stderr, EO_CACHE_FAILED);
        }
    }

    return -1;
}


static int
eo_cache_header(eo_cache_t *c, const char *text)
{
    json_t      *header;
    const char  *colon, *value;

    colon = strchr(text, ':');

    if (colon == NULL) {
        fprintf(stderr, "eo-cache: a header is written as \"Name: value\", "
                "and not as \"%s\"\n", text);
        return -1;
    }

    for (value = colon + 1; *value == ' '; value++) { /* void */ }

    header = json_object();
    json_object_set_new(header, "Name", json_stringn(text, colon - text));
    json_object_set_new(header, "Value", json_string(value));
    json_array_append_new(c->headers, header);

    return 0;
}


/* http://HOST[:PORT]/PATH */

static int
eo_cache_api_address(eo_cache_t *c)
{
    size_t       len;
    const char  *p, *end, *port;

    if (strncmp(c->api, "http://", 7) != 0) {
        goto wrong;
    }

    p = c->api + 7;
    end = p + strcspn(p, "/");

    c->authority = p;
    c->authority_len = (int) (end - p);
    c->path = *end ? end : "/";

    port = end;

    if (*p == '[') {
        p++;
        len = strcspn(p, "]");

        if (p + len >= end) {
            goto wrong;
        }

        if (p[len + 1] == ':') {
            port = p + len + 1;
        }

    } else {
        len = strcspn(p, ":/");

        if (p[len] == ':') {
            port = p + len;
        }
    }

    if (len == 0 || len >= sizeof(c->host)) {
        goto wrong;
    }

    memcpy(c->host, p, len);
    strcpy(c->port, "80");

    if (port < end) {
        port++;

        if (port == end || (size_t) (end - port) >= sizeof(c->port)) {
            goto wrong;
        }

        memcpy(c->port, port, end - port);
        c->port[end - port] = '\0';
    }

    for (p = c->api; *p; p++) {
        if ((unsigned char) *p <= ' ') {
            goto wrong;
        }
    }

    return 0;

wrong:

    fprintf(stderr, "eo-cache: the API is at http://HOST:PORT/PATH, and not "
            "at \"%s\"\n", c->api);

    return -1;
}


static int
eo_cache_submit(eo_cache_t *c, const char *type, char **args)
{
    int      rc;
    char     id[64];
    json_t  *body, *answer, *tag;

    if (eo_cache_targets(c, args) == -1) {
        return EO_CACHE_FAILED;
    }

    body = json_object();

    json_object_set_new(body, "Type", json_string(type));

    if (json_array_size(c->targets)) {
        json_object_set(body, "Targets", c->targets);
    }

    if (c->method) {
        json_object_set_new(body, "Method", json_string(c->method));
    }

    if (json_array_size(c->domains)) {
        tag = json_object();
        json_object_set(tag, "Domains", c->domains);
        json_object_set_new(body, "CacheTag", tag);
    }

    if (json_array_size(c->headers)) {
        json_object_set(body, "Headers", c->headers);
    }

    if (c->media) {
        json_object_set_new(body, "PrefetchMediaSegments",
                            json_string("on"));
    }

    answer = eo_cache_ask(c, "", body);
    json_decref(body);

    if (answer == NULL) {
        return EO_CACHE_FAILED;
    }

    rc = eo_cache_refused(answer) ? EO_CACHE_REFUSED : EO_CACHE_DONE;

    snprintf(id, sizeof(id), "%s", eo_cache_string(answer, "JobId"));

    if (!c->wait) {

        if (c->json) {
            eo_cache_print(answer);

        } else {
            printf("%s\n", id);
        }
    }

    json_decref(answer);

    if (c->wait && eo_cache_follow(c, id) != EO_CACHE_DONE) {
        rc = EO_CACHE_REFUSED;
    }

    return rc;
}


static int
eo_cache_targets(eo_cache_t *c, char **args)
{
    json_t  *target;

    for ( /* void */ ; *args; args++) {
        target = json_string(*args);

        if (target == NULL) {
            fprintf(stderr, "eo-cache: \"%s\" is no UTF-8\n", *args);
            return -1;
        }

        json_array_append_new(c->targets, target);
    }

    return c->file ? eo_cache_lines(c) : 0;
}


/* a target a line; empty ones and those that begin with "#" are left out */

static int
eo_cache_lines(eo_cache_t *c)
{
    int      rc;
    char    *line;
    FILE    *in;
    size_t   len;
    json_t  *target;

    in = (strcmp(c->file, "-") == 0) ? stdin : fopen(c->file, "r");
    line = malloc(EO_CACHE_LINE);

    if (in == NULL || line == NULL) {
        fprintf(stderr, "eo-cache: %s: %s\n", c->file, strerror(errno));
        free(line);
        return -1;
    }

    rc = 0;

    while (rc == 0 && fgets(line, EO_CACHE_LINE, in)) {
        len = strcspn(line, "\r\n");

        if (len == EO_CACHE_LINE - 1) {
            fprintf(stderr, "eo-cache: %s: a line is too long\n", c->file);
            rc = -1;
            break;
        }

        if (len == 0 || line[0] == '#') {
            continue;
        }

        target = json_stringn(line, len);

        if (target == NULL) {
            fprintf(stderr, "eo-cache: %s: a line is no UTF-8\n", c->file);
            rc = -1;
            break;
        }

        json_array_append_new(c->targets, target);
    }

    free(line);

    if (in != stdin) {
        fclose(in);
    }

    return rc;
}


static int
eo_cache_change(eo_cache_t *c, const char *type, char **args)
{
    json_t  *body, *answer;

    if (args[0] == NULL || args[1]) {
        fprintf(stderr, "eo-cache: one JOB is to be named\n");
        return EO_CACHE_FAILED;
    }

    body = json_object();
    json_object_set_new(body, "Type", json_string(type));
    json_object_set_new(body, "JobId", json_string(args[0]));

    answer = eo_cache_ask(c, "", body);
    json_decref(body);

    if (answer == NULL) {
        return EO_CACHE_FAILED;
    }

    if (c->json && !c->wait) {
        eo_cache_print(answer);
    }

    json_decref(answer);

    return c->wait ? eo_cache_follow(c, args[0]) : EO_CACHE_DONE;
}


static int
eo_cache_status(eo_cache_t *c, const char *type, char **args)
{
    char     query[128];
    size_t   i;
    json_t  *answer, *results, *result;

    (void) type;

    if (args[0] == NULL || args[1]
        || strspn(args[0], "0123456789abcdef") != strlen(args[0])
        || strlen(args[0]) > 40)
    {
        fprintf(stderr, "eo-cache: one JOB is to be named, which is "
                "hexadecimal digits\n");
        return EO_CACHE_FAILED;
    }

    if (c->wait) {
        return eo_cache_follow(c, args[0]);
    }

    snprintf(query, sizeof(query), "?JobId=%s&Results=1&Limit=100", args[0]);

    answer = eo_cache_ask(c, query, NULL);

    if (answer == NULL) {
        return EO_CACHE_FAILED;
    }

    if (c->json) {
        eo_cache_print(answer);
        json_decref(answer);
        return EO_CACHE_DONE;
    }

    eo_cache_task(json_array_get(json_object_get(answer, "Tasks"), 0));

    results = json_object_get(answer, "Results");

    json_array_foreach(results, i, result) {
        printf("  %-8s %3lld %-10s %s%s%s\n",
               eo_cache_string(result, "Status"),
               eo_cache_number(result, "HttpStatus"),
               eo_cache_string(result, "CacheStatus"),
               eo_cache_string(result, "Target"),
               json_object_get(result, "FailMessage") ? ": " : "",
               eo_cache_string(result, "FailMessage"));
    }

    json_decref(answer);

    return EO_CACHE_DONE;
}


static int
eo_cache_list(eo_cache_t *c, const char *type, char **args)
{
    size_t       i, n;
    json_t      *answer, *tasks, *all, *task;

    static const char  *queries[] = { "?Limit=20",
                                      "?Type=prefetch_url&Limit=20" };

    (void) type;

    if (args[0]) {
        fprintf(stderr, "eo-cache: list takes no arguments\n");
        return EO_CACHE_FAILED;
    }

    all = json_array();

    for (i = 0; i < 2; i++) {
        answer = eo_cache_ask(c, queries[i], NULL);

        if (answer == NULL) {
            json_decref(all);
            return EO_CACHE_FAILED;
        }

        tasks = json_object_get(answer, "Tasks");

        json_array_foreach(tasks, n, task) {
            json_array_append(all, task);
        }

        json_decref(answer);
    }

    if (c->json) {
        eo_cache_print(all);

    } else {
        json_array_foreach(all, n, task) {
            eo_cache_task(task);
        }
    }

    json_decref(all);

    return EO_CACHE_DONE;
}


/* shows how far a task is until it has ended */

static int
eo_cache_follow(eo_cache_t *c, const char *id)
{
    int               rc;
    char              query[128];
    json_t           *answer, *task;
    struct timespec   pause;

    snprintf(query, sizeof(query), "?JobId=%s", id);

    for ( ;; ) {
        answer = eo_cache_ask(c, query, NULL);

        if (answer == NULL) {
            return EO_CACHE_FAILED;
        }

        task = json_array_get(json_object_get(answer, "Tasks"), 0);

        if (isatty(STDERR_FILENO)) {
            eo_cache_bar(task);
        }

        if (strcmp(eo_cache_string(task, "Status"), "processing") != 0) {
            break;
        }

        json_decref(answer);

        pause.tv_sec = 0;
        pause.tv_nsec = 250 * 1000 * 1000;
        nanosleep(&pause, NULL);
    }

    if (isatty(STDERR_FILENO)) {
        fputc('\n', stderr);
    }

    rc = (strcmp(eo_cache_string(task, "Status"), "success") == 0)
         ? EO_CACHE_DONE : EO_CACHE_REFUSED;

    if (c->json) {
        eo_cache_print(answer);

    } else {
        eo_cache_task(task);
    }

    json_decref(answer);

    return rc;
}


/* a purge holds at once, and what is waited for is its sweep of the disk */

static void
eo_cache_bar(json_t *task)
{
    char       bar[EO_CACHE_BAR + 1];
    long long  all, done;

    all = eo_cache_number(task, "Urls");

    if (all == 0) {
        fprintf(stderr, "\rin force; %lld objects met so far ",
                eo_cache_number(task, "Objects"));
        return;
    }

    done = eo_cache_number(task, "Succeeded")
           + eo_cache_number(task, "Failed")
           + eo_cache_number(task, "Invalid");

    if (done > all) {
        done = all;
    }

    memset(bar, '.', EO_CACHE_BAR);
    memset(bar, '#', done * EO_CACHE_BAR / all);
    bar[EO_CACHE_BAR] = '\0';

    fprintf(stderr, "\r[%s] %lld of %lld, %lld bytes ", bar, done, all,
            eo_cache_number(task, "Bytes"));
}


static void
eo_cache_task(json_t *task)
{
    printf("%s %-15s %-10s %s", eo_cache_string(task, "JobId"),
           eo_cache_string(task, "Type"), eo_cache_string(task, "Status"),
           eo_cache_string(task, "CreateTime"));

    if (json_object_get(task, "Urls")) {
        printf(" urls=%lld succeeded=%lld failed=%lld invalid=%lld "
               "bytes=%lld", eo_cache_number(task, "Urls"),
               eo_cache_number(task, "Succeeded"),
               eo_cache_number(task, "Failed"),
               eo_cache_number(task, "Invalid"),
               eo_cache_number(task, "Bytes"));

    } else {
        printf(" %s targets=%lld objects=%lld",
               eo_cache_string(task, "Method"),
               eo_cache_number(task, "Targets"),
               eo_cache_number(task, "Objects"));
    }

    printf(" %s\n", eo_cache_string(task, "Target"));
}


/* tells what of a submission was not accepted; returns how much that is */

static int
eo_cache_refused(json_t *answer)
{
    int      n;
    size_t   i, j;
    json_t  *group, *target, *list;

    n = 0;
    list = json_object_get(answer, "FailedList");

    json_array_foreach(list, i, group) {

        json_array_foreach(json_object_get(group, "Targets"), j, target) {
            fprintf(stderr, "eo-cache: \"%s\" %s\n",
                    json_string_value(target),
                    eo_cache_string(group, "Reason"));
            n++;
        }
    }

    return n;
}


/* asks the API; NULL, with a message, unless it answers with success */

static json_t *
eo_cache_ask(eo_cache_t *c, const char *query, json_t *body)
{
    int      fd, rc;
    char    *text, head[4096], *answer;
    size_t   len;
    json_t  *json;

    text = body ? json_dumps(body, JSON_COMPACT) : NULL;

    if (body && text == NULL) {
        fprintf(stderr, "eo-cache: out of memory\n");
        return NULL;
    }

    rc = snprintf(head, sizeof(head),
                  "%s %s%s HTTP/1.0\r\nHost: %.*s\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  body ? "POST" : "GET", c->path, query, c->authority_len,
                  c->authority, text ? strlen(text) : 0);

    if (rc < 0 || rc >= (int) sizeof(head)) {
        fprintf(stderr, "eo-cache: the address of the API is too long\n");
        free(text);
        return NULL;
    }

    answer = NULL;
    fd = eo_cache_connect(c);

    if (fd != -1) {

        /* an answer may come, and say why, before all was taken */

        (void) (eo_cache_send(fd, head, strlen(head)) == 0 && text
                && eo_cache_send(fd, text, strlen(text)));

        answer = eo_cache_receive(fd, &len);
        close(fd);
    }

    free(text);

    if (answer == NULL) {
        return NULL;
    }

    json = eo_cache_answer(answer, len);

    free(answer);

    return json;
}


static json_t *
eo_cache_answer(char *text, size_t len)
{
    int      status;
    char    *body;
    json_t  *json, *error;

    if (sscanf(text, "HTTP/1.%*1d %3d", &status) != 1) {
        fprintf(stderr, "eo-cache: what the API answered is no HTTP\n");
        return NULL;
    }

    body = strstr(text, "\r\n\r\n");
    json = body ? json_loadb(body + 4, len - (body + 4 - text), 0, NULL)
                : NULL;

    error = json_object_get(json, "Error");

    if (error) {
        fprintf(stderr, "eo-cache: %s: %s\n", eo_cache_string(error, "Code"),
                eo_cache_string(error, "Message"));

    } else if (status != 200 || json == NULL) {
        fprintf(stderr, "eo-cache: the API answered with status %d%s\n",
                status, (status == 413)
                        ? ": its location needs client_max_body_size 10m"
                        : "");

    } else {
        return json;
    }

    json_decref(json);

    return NULL;
}


static int
eo_cache_connect(eo_cache_t *c)
{
    int               fd, rc;
    struct timeval    tv;
    struct addrinfo   hints, *all, *one;

    memset(&hints, 0, sizeof(struct addrinfo));
    hints.ai_socktype = SOCK_STREAM;

    rc = getaddrinfo(c->host, c->port, &hints, &all);

    if (rc != 0) {
        fprintf(stderr, "eo-cache: %s: %s\n", c->host, gai_strerror(rc));
        return -1;
    }

    fd = -1;

    for (one = all; one; one = one->ai_next) {
        fd = socket(one->ai_family, one->ai_socktype, one->ai_protocol);

        if (fd != -1 && connect(fd, one->ai_addr, one->ai_addrlen) == 0) {
            break;
        }

        if (fd != -1) {
            rc = errno;
            close(fd);
            errno = rc;
            fd = -1;
        }
    }

    freeaddrinfo(all);

    if (fd == -1) {
        fprintf(stderr, "eo-cache: no connection to %s, port %s: %s; --api or "
                "EO_CACHE_API says where the API is\n", c->host, c->port,
                strerror(errno));
        return -1;
    }

    tv.tv_sec = 60;
    tv.tv_usec = 0;

    (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
    (void) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));

    return fd;
}


static int
eo_cache_send(int fd, const char *text, size_t len)
{
    ssize_t  n;

    while (len) {
        n = send(fd, text, len, MSG_NOSIGNAL);

        if (n <= 0) {
            return -1;
        }

        text += n;
        len -= n;
    }

    return 0;
}


static char *
eo_cache_receive(int fd, size_t *len)
{
    char     *text, *larger;
    size_t    size;
    ssize_t   n;

    size = 65536;
    *len = 0;
    text = malloc(size);

    while (text) {

        n = recv(fd, text + *len, size - *len - 1, 0);

        if (n < 0) {
            fprintf(stderr, "eo-cache: no answer from the API: %s\n",
                    strerror(errno));
            free(text);
            return NULL;
        }

        if (n == 0) {
            text[*len] = '\0';
            return text;
        }

        *len += n;

        if (size - *len > 1) {
            continue;
        }

        larger = (size < EO_CACHE_ANSWER) ? realloc(text, size * 2) : NULL;

        if (larger == NULL) {
            break;
        }

        text = larger;
        size *= 2;
    }

    fprintf(stderr, "eo-cache: the answer of the API is too large\n");
    free(text);

    return NULL;
}


static void
eo_cache_print(json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
}


static long long
eo_cache_number(json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}


static const char *
eo_cache_string(json_t *object, const char *name)
{
    const char  *text;

    text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}


static int
eo_cache_usage(FILE *out, int rc)
{
    fputs("Usage: eo-cache [OPTION]... COMMAND\n"
          "\n"
          "  purge-url URL...      purge-prefix URL...   purge-host HOST...\n"
          "  purge-tag TAG...      purge-all             prefetch URL...\n"
          "  status JOB            list                  cancel JOB\n"
          "  retry JOB\n"
          "\n"
          "  --api URL             of the API; $EO_CACHE_API, or\n"
          "                        " EO_CACHE_API "\n"
          "  -f, --file FILE       more targets, one a line; - for standard "
          "input\n"
          "  -m, --method METHOD   delete or invalidate\n"
          "  --domain HOST         limits tags to a host; may be repeated\n"
          "  -H, --header FIELD    of a prefetch, \"Name: value\"; may be "
          "repeated\n"
          "  --media               a prefetch follows playlists\n"
          "  -w, --wait            until the task has ended\n"
          "  -j, --json            what the API says, as it is\n"
          "\n"
          "Exit code: 0 if all went well, 1 if a target was refused or a task "
          "failed,\n2 if nothing was done.\n", out);

    return rc;
}
