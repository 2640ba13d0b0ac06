
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * eo-token: makes and checks signed URLs with the units of the module.
 */


#include "ngx_eo_token.h"
#include "ngx_eo_token_batch.h"

#include <arpa/inet.h>
#include <getopt.h>


/* exit codes */

#define EO_TOKEN_DONE     0
#define EO_TOKEN_REFUSED  1
#define EO_TOKEN_FAILED   2

#define EO_TOKEN_RAND     16
#define EO_TOKEN_FILE     65536

/* the most that one line of standard input may have */

#define EO_TOKEN_LINE     65536


typedef struct {
    ngx_uint_t               verify;
    ngx_uint_t               timed;          /* --time was given */
    const char              *key_file;
    ngx_eo_token_rule_t      rule;
    ngx_eo_token_link_t      link;
    ngx_eo_token_request_t   request;
    ngx_eo_token_key_t       keys[NGX_EO_TOKEN_MAX_KEYS];
} eo_token_t;


typedef int (*eo_token_handler_pt)(eo_token_t *t, ngx_str_t *url);


static int eo_token_options(eo_token_t *t, int argc, char *const *argv);
static int eo_token_option(eo_token_t *t, int option, char *value);
static int eo_token_link_option(eo_token_t *t, const char *name,
    ngx_str_t *value);
static int eo_token_keys(eo_token_t *t);
static int eo_token_urls(eo_token_t *t, char *const *urls);
static int eo_token_lines(eo_token_t *t, eo_token_handler_pt handler);
static int eo_token_sign(eo_token_t *t, ngx_str_t *url);
static int eo_token_verify(eo_token_t *t, ngx_str_t *url);
static int eo_token_address(eo_token_t *t, const char *text);
static int eo_token_fail(const char *what, const char *value,
    const char *reason);


enum {
    EO_TOKEN_METHOD = 1,
    EO_TOKEN_KEY_FILE,
    EO_TOKEN_PARAM,
    EO_TOKEN_TIME_PARAM,
    EO_TOKEN_TIME_FORMAT,
    EO_TOKEN_SCOPE,
    EO_TOKEN_VOD_US,
    EO_TOKEN_REFERER,
    EO_TOKEN_ADDRESS,
    EO_TOKEN_HELP,
    EO_TOKEN_LINK                    /* and the ones after it */
};


static const struct option  eo_token_long_options[] = {
    { "method", required_argument, NULL, EO_TOKEN_METHOD },
    { "key-file", required_argument, NULL, EO_TOKEN_KEY_FILE },
    { "param", required_argument, NULL, EO_TOKEN_PARAM },
    { "time-param", required_argument, NULL, EO_TOKEN_TIME_PARAM },
    { "time-format", required_argument, NULL, EO_TOKEN_TIME_FORMAT },
    { "scope", required_argument, NULL, EO_TOKEN_SCOPE },
    { "vod-us", required_argument, NULL, EO_TOKEN_VOD_US },
    { "referer", required_argument, NULL, EO_TOKEN_REFERER },
    { "address", required_argument, NULL, EO_TOKEN_ADDRESS },
    { "help", no_argument, NULL, EO_TOKEN_HELP },
    { "time", required_argument, NULL, EO_TOKEN_LINK },
    { "timeout", required_argument, NULL, EO_TOKEN_LINK + 1 },
    { "rand", required_argument, NULL, EO_TOKEN_LINK + 2 },
    { "exper", required_argument, NULL, EO_TOKEN_LINK + 3 },
    { "plive", required_argument, NULL, EO_TOKEN_LINK + 4 },
    { "whref", required_argument, NULL, EO_TOKEN_LINK + 5 },
    { "bkref", required_argument, NULL, EO_TOKEN_LINK + 6 },
    { "whip", required_argument, NULL, EO_TOKEN_LINK + 7 },
    { "bkip", required_argument, NULL, EO_TOKEN_LINK + 8 },
    { NULL, 0, NULL, 0 }
};


static const char  eo_token_help[] =
"Usage: eo-token sign   --method METHOD --key-file FILE [OPTION]... URL...\n"
"       eo-token verify --method METHOD --key-file FILE [OPTION]... URL...\n"
"\n"
"Makes signed URLs and checks them as ngx_eo_token_auth does.  A URL is\n"
"\"/path?args\" or \"http://host/path?args\"; \"-\" reads one URL a line from\n"
"standard input.\n"
"\n"
"  --method METHOD       A, B, C, D, VOD or HMAC\n"
"  --key-file FILE       one key a line; the first one signs, any verifies\n"
"  --param NAME          parameter of the token (A, D, HMAC): sign\n"
"  --time-param NAME     parameter of the time (D): t\n"
"  --time-format FORMAT  hex or dec (D): hex\n"
"  --scope SCOPE         path, or prefix for links of a folder (HMAC): path\n"
"  --vod-us RULE         apart or any, see eo_token_auth_vod_us (VOD): apart\n"
"  --time SECONDS        Unix time to sign for, or to verify at: now\n"
"  --timeout SECONDS     lifetime of a link: 1800\n"
"  --help                this text\n"
"\n"
"sign:\n"
"  --rand TEXT           random part (A, VOD): 16 letters and digits\n"
"  --exper SECONDS       preview (VOD)\n"
"  --plive TIME          start, hexadecimal Unix time (VOD)\n"
"  --whref LIST          allowed referer hosts (VOD); --bkref: denied ones\n"
"  --whip LIST           allowed addresses (VOD); --bkip: denied ones\n"
"\n"
"verify:\n"
"  --referer URL         Referer header of the request (VOD)\n"
"  --address ADDRESS     address of the client (VOD)\n"
"\n"
"sign prints one signed URL a line.  verify prints, separated by tabs, the\n"
"status (ok, missing, malformed, expired, mismatch, denied), the last valid\n"
"second or \"-\", the URL, and what is wrong with it.\n"
"\n"
"Exit code: 0 if all went well, 1 if a URL was refused by verify, 2 for a\n"
"wrong option, key or URL to sign, and if something could not be read.\n";


int
main(int argc, char *const *argv)
{
    int         rc;
    eo_token_t  t;

    ngx_memzero(&t, sizeof(eo_token_t));

    t.rule.hex = 1;
    t.rule.keys = t.keys;
    t.link.timeout = NGX_EO_TOKEN_DEFAULT_TIMEOUT;
    ngx_str_set(&t.rule.param, "sign");
    ngx_str_set(&t.rule.time_param, "t");

    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(eo_token_help, stdout);
        return EO_TOKEN_DONE;
    }

    if (argc > 1 && strcmp(argv[1], "verify") == 0) {
        t.verify = 1;

    } else if (argc < 2 || strcmp(argv[1], "sign") != 0) {
        fputs("eo-token: say \"sign\" or \"verify\"; "
              "\"eo-token --help\" tells more\n", stderr);
        return EO_TOKEN_FAILED;
    }

    rc = eo_token_options(&t, argc - 1, argv + 1);
    if (rc >= 0) {
        return rc;
    }

    rc = eo_token_keys(&t);
    if (rc != EO_TOKEN_DONE) {
        return rc;
    }

    rc = eo_token_urls(&t, argv + 1 + optind);

    if (fflush(stdout) != 0 || ferror(stdout)) {
        return eo_token_fail("standard output", NULL, strerror(errno));
    }

    return rc;
}


/* returns an exit code, or -1 to go on */

static int
eo_token_options(eo_token_t *t, int argc, char *const *argv)
{
    int  option;

    while ((option = getopt_long(argc, argv, "", eo_token_long_options, NULL))
           != -1)
    {
        if (option == EO_TOKEN_HELP) {
            fputs(eo_token_help, stdout);
            return EO_TOKEN_DONE;
        }

        if (option == '?'
            || eo_token_option(t, option, optarg) != EO_TOKEN_DONE)
        {
            return EO_TOKEN_FAILED;
        }
    }

    if (t->rule.method == NGX_EO_TOKEN_OFF) {
        return eo_token_fail("--method", NULL, "is needed");
    }

    if (t->key_file == NULL) {
        return eo_token_fail("--key-file", NULL, "is needed");
    }

    if (optind == argc) {
        return eo_token_fail("URL", NULL, "is needed");
    }

    t->rule.timeout = t->link.timeout;

    if (!t->timed) {
        t->link.time = time(NULL);
    }

    t->request.now = t->link.time;

    return -1;
}


static int
eo_token_option(eo_token_t *t, int option, char *value)
{
    ngx_str_t  text;

    text.data = (u_char *) value;
    text.len = strlen(value);

    switch (option) {

    case EO_TOKEN_METHOD:
        t->rule.method = ngx_eo_token_method(&text);

        if (t->rule.method == NGX_EO_TOKEN_OFF
            || t->rule.method == NGX_EO_TOKEN_METHODS)
        {
            return eo_token_fail("--method", value,
                                 "is none of A, B, C, D, VOD and HMAC");
        }

        return EO_TOKEN_DONE;

    case EO_TOKEN_KEY_FILE:
        t->key_file = value;
        return EO_TOKEN_DONE;

    case EO_TOKEN_PARAM:
        t->rule.param = text;
        return EO_TOKEN_DONE;

    case EO_TOKEN_TIME_PARAM:
        t->rule.time_param = text;
        return EO_TOKEN_DONE;

    case EO_TOKEN_TIME_FORMAT:
        t->rule.hex = (strcmp(value, "hex") == 0);

        if (!t->rule.hex && strcmp(value, "dec") != 0) {
            return eo_token_fail("--time-format", value,
                                 "is neither hex nor dec");
        }

        return EO_TOKEN_DONE;

    case EO_TOKEN_SCOPE:
        t->rule.folder = (strcmp(value, "prefix") == 0);

        if (!t->rule.folder && strcmp(value, "path") != 0) {
            return eo_token_fail("--scope", value,
                                 "is neither path nor prefix");
        }

        return EO_TOKEN_DONE;

    case EO_TOKEN_VOD_US:
        t->rule.any_us = (strcmp(value, "any") == 0);

        if (!t->rule.any_us && strcmp(value, "apart") != 0) {
            return eo_token_fail("--vod-us", value,
                                 "is neither apart nor any");
        }

        return EO_TOKEN_DONE;

    case EO_TOKEN_REFERER:
        t->request.referer = text;
        return EO_TOKEN_DONE;

    case EO_TOKEN_ADDRESS:
        return eo_token_address(t, value);

    default:
        t->timed |= (option == EO_TOKEN_LINK);

        return eo_token_link_option(t,
                       eo_token_long_options[option - 1].name, &text);
    }
}


static int
eo_token_link_option(eo_token_t *t, const char *name, ngx_str_t *value)
{
    ngx_str_t    text;
    ngx_uint_t   known;
    const char  *error;

    text.data = (u_char *) name;
    text.len = strlen(name);

    error = ngx_eo_token_link_set(&t->link, &text, value, &known);

    if (error) {
        return eo_token_fail(name, (char *) value->data, error);
    }

    return EO_TOKEN_DONE;
}


static int
eo_token_keys(eo_token_t *t)
{
    FILE        *file;
    char         number[32];
    ngx_str_t    text;
    ngx_uint_t   line;
    const char  *error;

    static u_char  content[EO_TOKEN_FILE];

    file = fopen(t->key_file, "r");
    if (file == NULL) {
        return eo_token_fail("key file", t->key_file, strerror(errno));
    }

    text.data = content;
    text.len = fread(content, 1, sizeof(content), file);

    error = ferror(file) ? strerror(errno) : NULL;

    if (error == NULL && text.len == sizeof(content)) {
        error = "is too large";
    }

    fclose(file);

    if (error) {
        return eo_token_fail("key file", t->key_file, error);
    }

    error = ngx_eo_token_key_file_parse(&text, t->keys, &t->rule.nkeys,
                                        &line);
    if (error) {
        snprintf(number, sizeof(number), "%lu", (unsigned long) line);
        fprintf(stderr, "eo-token: key file \"%s\", line %s: %s\n",
                t->key_file, number, error);
        return EO_TOKEN_FAILED;
    }

    error = ngx_eo_token_rule_check(&t->rule);
    if (error) {
        return eo_token_fail("options", NULL, error);
    }

    return EO_TOKEN_DONE;
}


static int
eo_token_urls(eo_token_t *t, char *const *urls)
{
    int                  rc, worst;
    ngx_str_t            url;
    eo_token_handler_pt  handler;

    handler = t->verify ? eo_token_verify : eo_token_sign;
    worst = EO_TOKEN_DONE;

    for ( /* void */ ; *urls; urls++) {

        if (strcmp(*urls, "-") == 0) {
            rc = eo_token_lines(t, handler);

        } else {
            url.data = (u_char *) *urls;
            url.len = strlen(*urls);

            rc = handler(t, &url);
        }

        worst = ngx_max(worst, rc);
    }

    return worst;
}


static int
eo_token_lines(eo_token_t *t, eo_token_handler_pt handler)
{
    int        rc, worst;
    size_t     len;
    ngx_str_t  url;

    static char  line[EO_TOKEN_LINE];

    worst = EO_TOKEN_DONE;

    while (fgets(line, sizeof(line), stdin)) {
        len = strlen(line);

        if (len == sizeof(line) - 1 && line[len - 1] != '\n') {
            return eo_token_fail("standard input", NULL,
                                 "a line is too long");
        }

        while (len && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
            len--;
        }

        if (len == 0) {
            continue;
        }

        url.data = (u_char *) line;
        url.len = len;

        rc = handler(t, &url);
        worst = ngx_max(worst, rc);
    }

    if (ferror(stdin)) {
        return eo_token_fail("standard input", NULL, strerror(errno));
    }

    return worst;
}


static int
eo_token_sign(eo_token_t *t, ngx_str_t *url)
{
    u_char               *buf, rand[EO_TOKEN_RAND];
    int64_t               expires;
    ngx_str_t             signed_url;
    const char           *error;
    ngx_eo_token_link_t   link;

    link = t->link;
    link.url = *url;

    if (link.rand.data == NULL
        && (t->rule.method == NGX_EO_TOKEN_A
            || t->rule.method == NGX_EO_TOKEN_VOD))
    {
        if (ngx_eo_token_random(rand, sizeof(rand)) != NGX_OK) {
            return eo_token_fail("random numbers", NULL,
                                 "the system gives none");
        }

        link.rand.data = rand;
        link.rand.len = sizeof(rand);
    }

    buf = malloc(ngx_eo_token_sign_size(&t->rule, &link));
    if (buf == NULL) {
        return eo_token_fail("memory", NULL, strerror(errno));
    }

    error = ngx_eo_token_sign(&t->rule, &link, buf, &signed_url, &expires);

    if (error == NULL) {
        printf("%.*s\n", (int) signed_url.len, signed_url.data);

    } else {
        fprintf(stderr, "eo-token: \"%.*s\": %s\n",
                (int) url->len, url->data, error);
    }

    free(buf);

    return error ? EO_TOKEN_FAILED : EO_TOKEN_DONE;
}


static int
eo_token_verify(eo_token_t *t, ngx_str_t *url)
{
    ngx_str_t               origin;
    const char             *error;
    ngx_eo_token_result_t   result;

    ngx_memzero(&result, sizeof(ngx_eo_token_result_t));

    error = ngx_eo_token_url_split(url, &origin, &t->request.path,
                                   &t->request.args);

    if (error) {
        result.status = NGX_EO_TOKEN_MALFORMED;
        result.reason = error;

    } else {
        ngx_eo_token_verify(&t->rule, &t->request, &result);
    }

    fputs(ngx_eo_token_status_names[result.status], stdout);

    if (result.expires) {
        printf("\t%lld", (long long) result.expires);

    } else {
        fputs("\t-", stdout);
    }

    printf("\t%.*s\t%s\n", (int) url->len, url->data,
           result.reason ? result.reason : "");

    return result.status == NGX_EO_TOKEN_OK ? EO_TOKEN_DONE
                                            : EO_TOKEN_REFUSED;
}


static int
eo_token_address(eo_token_t *t, const char *text)
{
    if (inet_pton(AF_INET, text, t->request.address) == 1) {
        t->request.address_len = 4;

    } else if (inet_pton(AF_INET6, text, t->request.address) == 1) {
        t->request.address_len = 16;

    } else {
        return eo_token_fail("--address", text, "is not an address");
    }

    return EO_TOKEN_DONE;
}


static int
eo_token_fail(const char *what, const char *value, const char *reason)
{
    if (value) {
        fprintf(stderr, "eo-token: %s \"%s\": %s\n", what, value, reason);

    } else {
        fprintf(stderr, "eo-token: %s: %s\n", what, reason);
    }

    return EO_TOKEN_FAILED;
}
