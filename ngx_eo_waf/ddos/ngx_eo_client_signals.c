
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A signal of 3 points is enough by itself: no program sends that by a
 * mistake of its user.  The others are small contradictions between what a
 * client says that it is and what it sends; each of them has an innocent
 * explanation, so that it takes several.
 */


#include "ngx_eo_client_signals.h"


/* readers of documents ask for dozens at once */

#define NGX_EO_CLIENT_MAX_RANGES  200

/* of a User-Agent, however long, so much is looked at */

#define NGX_EO_CLIENT_MAX_AGENT   1024


typedef struct {
    ngx_str_t                   name;
    ngx_uint_t                  points;
} ngx_eo_client_signal_t;


static ngx_uint_t ngx_eo_client_browser_signals(
    ngx_eo_client_headers_t *headers, ngx_uint_t version, ngx_uint_t plain);
static ngx_uint_t ngx_eo_client_too_many_ranges(ngx_str_t *value);
static ngx_uint_t ngx_eo_client_contains(ngx_str_t *text, const char *part);
static ngx_uint_t ngx_eo_client_contains_any_case(ngx_str_t *text,
    const char *part, size_t len);


static ngx_eo_client_signal_t  ngx_eo_client_signal_table[] = {
    { ngx_string("connection-fields"), 3 },
    { ngx_string("te"), 3 },
    { ngx_string("ranges"), 3 },
    { ngx_string("keep-alive"), 2 },
    { ngx_string("two-user-agents"), 2 },
    { ngx_string("accept-charset"), 1 },
    { ngx_string("proxy-connection"), 1 },
    { ngx_string("client-hints"), 1 },
    { ngx_string("no-accept"), 1 },
    { ngx_string("no-accept-language"), 1 },
    { ngx_string("no-accept-encoding"), 1 },
    { ngx_string("http-1.0"), 1 },
    { ngx_null_string, 0 }
};


#define ngx_eo_client_is(name, text)                                          \
    ((name)->len == sizeof(text) - 1                                          \
     && ngx_memcmp((name)->data, text, sizeof(text) - 1) == 0)


void
ngx_eo_client_header(ngx_eo_client_headers_t *headers, ngx_str_t *name,
    ngx_str_t *value)
{
    if (name->len == 0) {
        return;
    }

    switch (name->data[0]) {

    case 'a':

        if (ngx_eo_client_is(name, "accept")) {
            headers->accept = 1;

        } else if (ngx_eo_client_is(name, "accept-language")) {
            headers->accept_language = 1;

        } else if (ngx_eo_client_is(name, "accept-encoding")) {
            headers->accept_encoding = 1;

        } else if (ngx_eo_client_is(name, "accept-charset")) {
            headers->accept_charset = 1;
        }

        return;

    case 'c':

        if (ngx_eo_client_is(name, "connection")) {
            headers->connection_fields = 1;
        }

        return;

    case 'f':

        if (ngx_eo_client_is(name, "forwarded")) {
            headers->forwarded = 1;
        }

        return;

    case 'k':

        if (ngx_eo_client_is(name, "keep-alive")) {
            headers->keep_alive = 1;
            headers->connection_fields = 1;
        }

        return;

    case 'p':

        if (ngx_eo_client_is(name, "proxy-connection")) {
            headers->proxy_connection = 1;
            headers->connection_fields = 1;
        }

        return;

    case 'r':

        if (ngx_eo_client_is(name, "range")
            && ngx_eo_client_too_many_ranges(value))
        {
            headers->ranges = 1;
        }

        return;

    case 's':

        if (ngx_eo_client_is(name, "sec-ch-ua")) {
            headers->client_hints = 1;
        }

        return;

    case 't':

        if (ngx_eo_client_is(name, "te")) {

            if (value->len != sizeof("trailers") - 1
                || ngx_strncasecmp(value->data, (u_char *) "trailers",
                                   sizeof("trailers") - 1)
                   != 0)
            {
                headers->te = 1;
            }

        } else if (ngx_eo_client_is(name, "transfer-encoding")) {
            headers->connection_fields = 1;
        }

        return;

    case 'u':

        if (ngx_eo_client_is(name, "user-agent")) {
            headers->user_agents++;
            headers->user_agent.data = value->data;
            headers->user_agent.len = ngx_min(value->len,
                                              NGX_EO_CLIENT_MAX_AGENT);

        } else if (ngx_eo_client_is(name, "upgrade")) {
            headers->upgrade = 1;
            headers->connection_fields = 1;
        }

        return;

    case 'v':

        if (ngx_eo_client_is(name, "via")) {
            headers->forwarded = 1;
        }

        return;

    case 'x':

        if (ngx_eo_client_is(name, "x-forwarded-for")
            || ngx_eo_client_is(name, "x-real-ip"))
        {
            headers->forwarded = 1;
        }

        return;
    }
}


static ngx_uint_t
ngx_eo_client_too_many_ranges(ngx_str_t *value)
{
    size_t      i;
    ngx_uint_t  n;

    n = 1;

    for (i = 0; i < value->len; i++) {
        if (value->data[i] == ',') {
            n++;
        }
    }

    return n > NGX_EO_CLIENT_MAX_RANGES;
}


ngx_uint_t
ngx_eo_client_signals(ngx_eo_client_headers_t *headers, ngx_uint_t version,
    ngx_uint_t plain)
{
    ngx_uint_t  signals, browser;

    signals = 0;

    if (version >= 20) {

        if (headers->connection_fields) {
            signals |= NGX_EO_SIGNAL_CONNECTION_FIELDS;
        }

        if (headers->te) {
            signals |= NGX_EO_SIGNAL_TE;
        }
    }

    if (headers->ranges) {
        signals |= NGX_EO_SIGNAL_RANGES;
    }

    if (headers->user_agents > 1) {
        signals |= NGX_EO_SIGNAL_TWO_AGENTS;
    }

    /* few requests have any of these, so that the claim comes last */

    browser = ngx_eo_client_browser_signals(headers, version, plain);

    if (browser && ngx_eo_client_claims_browser(&headers->user_agent)) {
        signals |= browser;
    }

    return signals;
}


/* what is a signal only of a client that says that it is a browser */

static ngx_uint_t
ngx_eo_client_browser_signals(ngx_eo_client_headers_t *headers,
    ngx_uint_t version, ngx_uint_t plain)
{
    ngx_uint_t  signals;

    signals = 0;

    if (headers->keep_alive && version < 20) {
        signals |= NGX_EO_SIGNAL_KEEP_ALIVE;
    }

    if (headers->accept_charset) {
        signals |= NGX_EO_SIGNAL_ACCEPT_CHARSET;
    }

    if (headers->proxy_connection && version < 20) {
        signals |= NGX_EO_SIGNAL_PROXY_CONNECTION;
    }

    if (headers->client_hints
        && ngx_eo_client_contains(&headers->user_agent, "Firefox/"))
    {
        signals |= NGX_EO_SIGNAL_CLIENT_HINTS;
    }

    if (version <= 10 && !headers->forwarded) {
        signals |= NGX_EO_SIGNAL_HTTP_10;
    }

    /*
     * WebSocket handshakes of some browsers, and reports that browsers send
     * of their own accord, go without them.
     */

    if (!plain || headers->upgrade) {
        return signals;
    }

    if (!headers->accept) {
        signals |= NGX_EO_SIGNAL_NO_ACCEPT;
    }

    if (!headers->accept_language) {
        signals |= NGX_EO_SIGNAL_NO_LANGUAGE;
    }

    if (!headers->accept_encoding) {
        signals |= NGX_EO_SIGNAL_NO_ENCODING;
    }

    return signals;
}


ngx_uint_t
ngx_eo_client_score(ngx_uint_t signals)
{
    ngx_uint_t  i, score;

    score = 0;

    for (i = 0; ngx_eo_client_signal_table[i].name.len; i++) {
        if (signals & (ngx_uint_t) 1 << i) {
            score += ngx_eo_client_signal_table[i].points;
        }
    }

    return score;
}


u_char *
ngx_eo_client_signals_text(u_char *p, ngx_uint_t signals)
{
    u_char      *start;
    ngx_uint_t   i;

    start = p;

    for (i = 0; ngx_eo_client_signal_table[i].name.len; i++) {

        if (!(signals & (ngx_uint_t) 1 << i)) {
            continue;
        }

        if (p != start) {
            *p++ = ',';
        }

        p = ngx_cpymem(p, ngx_eo_client_signal_table[i].name.data,
                       ngx_eo_client_signal_table[i].name.len);
    }

    return p;
}


ngx_uint_t
ngx_eo_client_claims_browser(ngx_str_t *user_agent)
{
    ngx_uint_t  i;

    static const char  *browsers[] = {
        "Chrome/", "Firefox/", "Safari/", "Trident/", "Edge/", NULL
    };

    static ngx_str_t  robots[] = {
        ngx_string("bot"),
        ngx_string("crawl"),
        ngx_string("spider"),
        ngx_string("preview"),
        ngx_string("monitor"),
        ngx_string("http:"),
        ngx_string("https:"),
        ngx_string("compatible;"),
        ngx_null_string
    };

    if (user_agent->len < sizeof("Mozilla/5.0 (") - 1
        || ngx_strncmp(user_agent->data, "Mozilla/5.0 (",
                       sizeof("Mozilla/5.0 (") - 1)
           != 0)
    {
        return 0;
    }

    for (i = 0; robots[i].len; i++) {
        if (ngx_eo_client_contains_any_case(user_agent,
                                            (char *) robots[i].data,
                                            robots[i].len))
        {
            return 0;
        }
    }

    for (i = 0; browsers[i]; i++) {
        if (ngx_eo_client_contains(user_agent, browsers[i])) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_client_contains(ngx_str_t *text, const char *part)
{
    size_t   len;
    u_char  *p, *last;

    len = ngx_strlen(part);

    if (text->len < len) {
        return 0;
    }

    last = text->data + text->len - len;

    for (p = text->data; p <= last; p++) {
        if (*p == (u_char) *part && ngx_memcmp(p, part, len) == 0) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_client_contains_any_case(ngx_str_t *text, const char *part,
    size_t len)
{
    u_char  *p, *last;

    if (text->len < len) {
        return 0;
    }

    last = text->data + text->len - len;

    for (p = text->data; p <= last; p++) {
        if (ngx_tolower(*p) == (u_char) *part
            && ngx_strncasecmp(p, (u_char *) part, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
