
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_conf.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>


#define NGX_EO_DNS_CONF_WORDS  64
#define NGX_EO_DNS_CONF_DEPTH  1000


/* depth: of braces; within: the depth inside the server, or 0 */

typedef struct {
    ngx_eo_dns_conf_t     *conf;
    ngx_eo_dns_mem_t      *mem;
    const u_char          *p;
    const u_char          *end;
    ngx_uint_t             line;
    ngx_str_t              words[NGX_EO_DNS_CONF_WORDS + 1];
    ngx_uint_t             nwords;
    ngx_uint_t             started;
    ngx_uint_t             depth;
    ngx_uint_t             within;
    ngx_uint_t             nservers;
    ngx_eo_dns_server_t   *server;
    ngx_eo_dns_server_t  **last;
} ngx_eo_dns_reader_t;


static const char *ngx_eo_dns_conf_word(ngx_eo_dns_reader_t *reader);
static const char *ngx_eo_dns_conf_quoted(ngx_eo_dns_reader_t *reader,
    ngx_str_t *word);
static void ngx_eo_dns_conf_plain(ngx_eo_dns_reader_t *reader,
    ngx_str_t *word);
static const char *ngx_eo_dns_conf_open(ngx_eo_dns_reader_t *reader);
static const char *ngx_eo_dns_conf_close(ngx_eo_dns_reader_t *reader);
static const char *ngx_eo_dns_conf_directive(ngx_eo_dns_reader_t *reader);
static const char *ngx_eo_dns_conf_listen(ngx_eo_dns_reader_t *reader);
static ngx_eo_dns_value_t *ngx_eo_dns_conf_add(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_value_t **list, const u_char *data, size_t len);
static ngx_uint_t ngx_eo_dns_conf_is(const ngx_str_t *word,
    const char *text);
static ngx_uint_t ngx_eo_dns_conf_listens(const ngx_eo_dns_server_t *server,
    const ngx_str_t *listen, ngx_uint_t *first);
static ngx_uint_t ngx_eo_dns_conf_rank(const ngx_eo_dns_server_t *server,
    const ngx_str_t *host);
static ngx_uint_t ngx_eo_dns_conf_match(const ngx_str_t *name,
    const ngx_str_t *host);
static ngx_uint_t ngx_eo_dns_conf_regex(const ngx_str_t *name,
    const ngx_str_t *host);


static const char  ngx_eo_dns_conf_memory[] = "there is no memory left";


const char *
ngx_eo_dns_conf_read(ngx_eo_dns_conf_t *conf, ngx_eo_dns_mem_t *mem,
    const ngx_str_t *text, ngx_uint_t *line)
{
    const char           *error;
    ngx_eo_dns_reader_t   reader;

    ngx_memzero(conf, sizeof(ngx_eo_dns_conf_t));
    ngx_memzero(&reader, sizeof(ngx_eo_dns_reader_t));

    reader.conf = conf;
    reader.mem = mem;
    reader.p = text->data;
    reader.end = text->data + text->len;
    reader.line = 1;
    reader.last = &conf->servers;

    error = NULL;

    while (reader.p < reader.end && error == NULL) {

        switch (*reader.p) {

        case '\n':
            reader.line++;
            reader.p++;
            break;

        case ' ':
        case '\t':
        case '\r':
            reader.p++;
            break;

        case '#':
            while (reader.p < reader.end && *reader.p != '\n') {
                reader.p++;
            }
            break;

        case ';':
            reader.p++;
            error = ngx_eo_dns_conf_directive(&reader);
            break;

        case '{':
            reader.p++;
            error = ngx_eo_dns_conf_open(&reader);
            break;

        case '}':
            reader.p++;
            error = ngx_eo_dns_conf_close(&reader);
            break;

        default:
            error = ngx_eo_dns_conf_word(&reader);
        }
    }

    *line = reader.line;

    if (error == NULL && (reader.depth || reader.nwords)) {
        error = "ends within a block or a directive";
    }

    return error;
}


/* words beyond the limit share the last place: they are of no interest */

static const char *
ngx_eo_dns_conf_word(ngx_eo_dns_reader_t *reader)
{
    ngx_str_t   *word;
    const char  *error;

    if (reader->nwords == 0) {
        reader->started = reader->line;
    }

    word = &reader->words[reader->nwords];
    error = NULL;

    if (*reader->p == '"' || *reader->p == '\'') {
        error = ngx_eo_dns_conf_quoted(reader, word);

    } else {
        ngx_eo_dns_conf_plain(reader, word);
    }

    if (reader->nwords < NGX_EO_DNS_CONF_WORDS) {
        reader->nwords++;
    }

    return error;
}


static const char *
ngx_eo_dns_conf_quoted(ngx_eo_dns_reader_t *reader, ngx_str_t *word)
{
    u_char         quote;
    const u_char  *p;

    quote = *reader->p;
    word->data = (u_char *) reader->p + 1;

    for (p = reader->p + 1; p < reader->end && *p != quote; p++) {

        if (*p == '\\' && p + 1 < reader->end) {
            p++;
        }

        if (*p == '\n') {
            reader->line++;
        }
    }

    if (p == reader->end) {
        return "has a quoted string without an end";
    }

    word->len = p - word->data;
    reader->p = p + 1;

    return NULL;
}


/* "${name}" is part of a word, as in nginx */

static void
ngx_eo_dns_conf_plain(ngx_eo_dns_reader_t *reader, ngx_str_t *word)
{
    const u_char  *p;

    for (p = reader->p; p < reader->end; p++) {

        if (*p <= ' ' || *p == ';') {
            break;
        }

        if (*p == '{' && (p == reader->p || p[-1] != '$')) {
            break;
        }

        if (*p == '\\' && p + 1 < reader->end && p[1] > ' ') {
            p++;
        }
    }

    /* a control character begins no word, and must not stop the reading */

    if (p == reader->p) {
        p++;
    }

    word->data = (u_char *) reader->p;
    word->len = p - reader->p;
    reader->p = p;
}


static const char *
ngx_eo_dns_conf_open(ngx_eo_dns_reader_t *reader)
{
    ngx_eo_dns_server_t  *server;

    if (++reader->depth > NGX_EO_DNS_CONF_DEPTH) {
        return "has blocks too deep in one another";
    }

    if (reader->nwords == 2 && reader->within == 0
        && ngx_eo_dns_conf_is(&reader->words[0], "upstream")
        && ngx_eo_dns_conf_add(reader->mem, &reader->conf->upstreams,
                               reader->words[1].data, reader->words[1].len)
           == NULL)
    {
        return ngx_eo_dns_conf_memory;
    }

    if (reader->nwords == 1 && reader->within == 0
        && ngx_eo_dns_conf_is(&reader->words[0], "server"))
    {
        if (reader->nservers++ == NGX_EO_DNS_MAX_SERVERS) {
            return "has more than 10000 servers";
        }

        server = ngx_eo_dns_alloc(reader->mem, sizeof(ngx_eo_dns_server_t));
        if (server == NULL) {
            return ngx_eo_dns_conf_memory;
        }

        server->line = reader->started;
        reader->server = server;
        reader->within = reader->depth;

        *reader->last = server;
        reader->last = &server->next;
    }

    reader->nwords = 0;

    return NULL;
}


static const char *
ngx_eo_dns_conf_close(ngx_eo_dns_reader_t *reader)
{
    ngx_eo_dns_server_t  *server;

    if (reader->depth == 0) {
        return "closes a block that was not opened";
    }

    server = reader->server;

    if (reader->depth == reader->within) {

        if (server->listens == NULL
            && ngx_eo_dns_conf_add(reader->mem, &server->listens,
                                   (u_char *) "*:80", 4) == NULL)
        {
            return ngx_eo_dns_conf_memory;
        }

        reader->within = 0;
        reader->server = NULL;
    }

    reader->depth--;
    reader->nwords = 0;

    return NULL;
}


static const char *
ngx_eo_dns_conf_directive(ngx_eo_dns_reader_t *reader)
{
    ngx_str_t            *words;
    ngx_uint_t            i, n;
    ngx_eo_dns_value_t  **list;

    words = reader->words;
    n = reader->nwords;
    reader->nwords = 0;
    list = NULL;

    if (reader->within == 0 || n < 2) {
        return NULL;
    }

    if (reader->depth == reader->within) {

        if (ngx_eo_dns_conf_is(&words[0], "listen")) {
            reader->nwords = n;
            return ngx_eo_dns_conf_listen(reader);
        }

        if (ngx_eo_dns_conf_is(&words[0], "server_name")) {
            list = &reader->server->names;

        } else if (ngx_eo_dns_conf_is(&words[0], "ssl_certificate")) {
            list = &reader->server->certificates;
        }
    }

    if (ngx_eo_dns_conf_is(&words[0], "proxy_pass")
        || ngx_eo_dns_conf_is(&words[0], "grpc_pass"))
    {
        list = &reader->server->origins;
    }

    for (i = 1; list && i < n; i++) {
        if (ngx_eo_dns_conf_add(reader->mem, list, words[i].data,
                                words[i].len)
            == NULL)
        {
            return ngx_eo_dns_conf_memory;
        }
    }

    return NULL;
}


/* "80", "[::]:80", "192.0.2.1" are completed; sockets of Unix are left out */

static const char *
ngx_eo_dns_conf_listen(ngx_eo_dns_reader_t *reader)
{
    u_char               buf[128], *p;
    ngx_str_t           *word;
    ngx_uint_t           i, colon, digits, n;
    ngx_eo_dns_value_t  *value;

    word = &reader->words[1];
    n = reader->nwords;
    reader->nwords = 0;

    if (word->len > 100
        || (word->len > 5 && ngx_memcmp(word->data, "unix:", 5) == 0))
    {
        return NULL;
    }

    colon = 0;
    digits = 1;

    for (i = 0; i < word->len; i++) {

        if (word->data[i] == ']') {
            colon = 0;

        } else if (word->data[i] == ':') {
            colon = 1;
        }

        if (word->data[i] < '0' || word->data[i] > '9') {
            digits = 0;
        }
    }

    p = buf;

    if (digits) {
        p = ngx_cpymem(p, "*:", 2);
    }

    p = ngx_cpymem(p, word->data, word->len);

    if (!digits && !colon) {
        p = ngx_cpymem(p, ":80", 3);
    }

    value = ngx_eo_dns_conf_add(reader->mem, &reader->server->listens, buf,
                                p - buf);
    if (value == NULL) {
        return ngx_eo_dns_conf_memory;
    }

    for (i = 2; i < n; i++) {
        if (ngx_eo_dns_conf_is(&reader->words[i], "default_server")) {
            value->first = 1;

        } else if (ngx_eo_dns_conf_is(&reader->words[i], "ssl")
                   || ngx_eo_dns_conf_is(&reader->words[i], "quic"))
        {
            value->tls = 1;
        }
    }

    return NULL;
}


static ngx_eo_dns_value_t *
ngx_eo_dns_conf_add(ngx_eo_dns_mem_t *mem, ngx_eo_dns_value_t **list,
    const u_char *data, size_t len)
{
    ngx_eo_dns_value_t  *value;

    value = ngx_eo_dns_alloc(mem, sizeof(ngx_eo_dns_value_t));
    if (value == NULL) {
        return NULL;
    }

    value->text.len = len;
    value->text.data = ngx_eo_dns_copy(mem, data, len);
    if (value->text.data == NULL) {
        return NULL;
    }

    while (*list) {
        list = &(*list)->next;
    }

    *list = value;

    return value;
}


static ngx_uint_t
ngx_eo_dns_conf_is(const ngx_str_t *word, const char *text)
{
    return word->len == ngx_strlen(text)
           && ngx_memcmp(word->data, text, word->len) == 0;
}


ngx_eo_dns_server_t *
ngx_eo_dns_conf_choose(ngx_eo_dns_conf_t *conf, const ngx_str_t *listen,
    const ngx_str_t *host, ngx_uint_t *named)
{
    ngx_uint_t            rank, best, first;
    ngx_eo_dns_server_t  *server, *found, *fallback;

    best = 0;
    found = NULL;
    fallback = NULL;

    for (server = conf->servers; server; server = server->next) {

        if (!ngx_eo_dns_conf_listens(server, listen, &first)) {
            continue;
        }

        if (fallback == NULL || first) {
            fallback = server;
        }

        rank = ngx_eo_dns_conf_rank(server, host);

        if (rank > best) {
            best = rank;
            found = server;
        }
    }

    *named = (found != NULL);

    return found ? found : fallback;
}


static ngx_uint_t
ngx_eo_dns_conf_listens(const ngx_eo_dns_server_t *server,
    const ngx_str_t *listen, ngx_uint_t *first)
{
    const ngx_eo_dns_value_t  *value;

    for (value = server->listens; value; value = value->next) {
        if (value->text.len == listen->len
            && ngx_memcmp(value->text.data, listen->data, listen->len) == 0)
        {
            *first = value->first;
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_dns_conf_rank(const ngx_eo_dns_server_t *server,
    const ngx_str_t *host)
{
    ngx_uint_t                 rank, best;
    const ngx_eo_dns_value_t  *value;

    best = 0;

    for (value = server->names; value; value = value->next) {
        rank = ngx_eo_dns_conf_match(&value->text, host);
        best = ngx_max(best, rank);
    }

    return best;
}


/*
 * nginx's order: the name itself, the longest "*.example.com", the longest
 * "www.*", the first regular expression; 0 if it does not match
 */

static ngx_uint_t
ngx_eo_dns_conf_match(const ngx_str_t *name, const ngx_str_t *host)
{
    size_t   len;
    u_char  *p;

    p = name->data;
    len = name->len;

    if (len == 0) {
        return 0;
    }

    if (p[0] == '~') {
        return ngx_eo_dns_conf_regex(name, host);
    }

    if (len == host->len && strncasecmp((char *) p, (char *) host->data, len)
                            == 0)
    {
        return 3000;
    }

    if (len > 2 && p[len - 1] == '*' && p[len - 2] == '.') {
        return host->len >= len
               && strncasecmp((char *) p, (char *) host->data, len - 1) == 0
               ? 1000 + ngx_min(len, 900) : 0;
    }

    if (p[0] == '.') {

        if (len - 1 == host->len
            && strncasecmp((char *) p + 1, (char *) host->data, len - 1) == 0)
        {
            return 3000;
        }

    } else if (len > 2 && p[0] == '*' && p[1] == '.') {
        p++;
        len--;

    } else {
        return 0;
    }

    return host->len > len
           && strncasecmp((char *) p, (char *) host->data + host->len - len,
                          len) == 0
           ? 2000 + ngx_min(len, 900) : 0;
}


static ngx_uint_t
ngx_eo_dns_conf_regex(const ngx_str_t *name, const ngx_str_t *host)
{
    int                   error;
    ngx_uint_t            matches;
    PCRE2_SIZE            at;
    pcre2_code           *code;
    pcre2_match_data     *match;
    pcre2_match_context  *context;

    code = pcre2_compile(name->data + 1, name->len - 1, PCRE2_CASELESS,
                         &error, &at, NULL);
    if (code == NULL) {
        return 0;
    }

    match = pcre2_match_data_create(1, NULL);
    context = pcre2_match_context_create(NULL);
    matches = 0;

    if (match && context) {
        pcre2_set_match_limit(context, 100000);
        matches = pcre2_match(code, host->data, host->len, 0, 0, match,
                              context)
                  >= 0;
    }

    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
    pcre2_code_free(code);

    return matches ? 1 : 0;
}


ngx_uint_t
ngx_eo_dns_conf_has_names(const ngx_eo_dns_server_t *server)
{
    const ngx_eo_dns_value_t  *value;

    for (value = server->names; value; value = value->next) {
        if (value->text.len && !ngx_eo_dns_conf_is(&value->text, "_")) {
            return 1;
        }
    }

    return 0;
}

