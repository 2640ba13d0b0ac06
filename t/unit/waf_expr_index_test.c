
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The index: it may name an expression that does not hold, but never leave
 * out one that does; and it leaves out those that share nothing with the
 * request.
 */


#include "ngx_eo_unit.h"
#include "expr/ngx_eo_expr_internal.h"


#define WAF_INDEX_EXPRS     400
#define WAF_INDEX_REQUESTS  400


typedef struct {
    ngx_str_t            path;
    ngx_str_t            agent;
    ngx_str_t            ip;
    ngx_str_t            country;
    ngx_str_t            asn;
} waf_index_request_t;


static ngx_int_t waf_index_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value);
static void *waf_index_group(void *data, ngx_str_t *name);
static ngx_uint_t waf_index_group_match(void *group, ngx_int_t family,
    u_char *addr);
static ngx_uint_t waf_index_random(uint32_t *seed, ngx_uint_t n);
static u_char *waf_index_word(u_char *p, uint32_t *seed);
static u_char *waf_index_test(u_char *p, uint32_t *seed);
static u_char *waf_index_expr(u_char *p, uint32_t *seed, ngx_uint_t depth);
static void waf_index_request(waf_index_request_t *request, ngx_pool_t *pool,
    uint32_t *seed);
static void waf_scan_found(void *data, ngx_uint_t pattern);


static ngx_int_t
waf_index_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    waf_index_request_t  *request = data;

    switch (slot->field->id) {

    case NGX_EO_FIELD_PATH:
        value->text = request->path;
        break;

    case NGX_EO_FIELD_HEADER:
        value->text = request->agent;
        break;

    case NGX_EO_FIELD_IP:
        value->text = request->ip;
        break;

    default:
        value->text = (slot->field->flags & NGX_EO_FIELD_NUMBER)
                      ? request->asn : request->country;
    }

    return value->text.data ? NGX_OK : NGX_DECLINED;
}


/* a group is the second byte of the IPv4 addresses in it */

static void *
waf_index_group(void *data, ngx_str_t *name)
{
    u_char  *byte;

    byte = ngx_palloc(data, 1);

    if (byte) {
        *byte = name->data[name->len - 1] - '0';
    }

    return byte;
}


static ngx_uint_t
waf_index_group_match(void *group, ngx_int_t family, u_char *addr)
{
    return family == AF_INET && addr[1] == *(u_char *) group;
}


static ngx_uint_t
waf_index_random(uint32_t *seed, ngx_uint_t n)
{
    *seed = *seed * 1664525 + 1013904223;

    return (*seed >> 8) % n;
}


/* short texts of few letters, so that much of it meets */

static u_char *
waf_index_word(u_char *p, uint32_t *seed)
{
    ngx_uint_t  n;

    for (n = waf_index_random(seed, 4) + 1; n; n--) {
        *p++ = "abC/."[waf_index_random(seed, 5)];
    }

    return p;
}


static u_char *
waf_index_test(u_char *p, uint32_t *seed)
{
    static const char  *operators[] = { "in [", "contain [", "like [" };
    static const char  *fields[] = {
        "${http.request.uri.path}", "${http.request.headers['user-agent']}",
        "${http.request.ip.country}"
    };

    switch (waf_index_random(seed, 10)) {

    case 0:
        p = ngx_sprintf(p, "${http.request.ip} in ['10.%ui.0.0/%ui', 'g%ui']",
                        waf_index_random(seed, 3),
                        waf_index_random(seed, 8) + 12,
                        waf_index_random(seed, 4));
        break;

    case 1:
        p = ngx_sprintf(p, "${http.request.ip.asn} in [%ui, %ui]",
                        waf_index_random(seed, 4), waf_index_random(seed, 4));
        break;

    case 2:
        p = ngx_sprintf(p, "%s exists", fields[waf_index_random(seed, 3)]);
        break;

    case 3:
        p = ngx_sprintf(p, "%s matches '",
                        fields[waf_index_random(seed, 2)]);
        p = waf_index_word(p, seed);
        p = ngx_sprintf(p, "%s", waf_index_random(seed, 2) ? "?" : "(");
        p = (p[-1] == '(') ? waf_index_word(p, seed) : p;
        p = ngx_sprintf(p, "|");
        p = waf_index_word(p, seed);
        p = ngx_sprintf(p, "%s",
                        ngx_strlchr(p - 16, p, '(')
                        ? ")" : "");
        p = ngx_sprintf(p, "'");
        break;

    case 4:
        p = ngx_sprintf(p, "length(%s) < %ui",
                        fields[waf_index_random(seed, 2)],
                        waf_index_random(seed, 8));
        break;

    default:
        p = ngx_sprintf(p, "%s %s'", fields[waf_index_random(seed, 3)],
                        operators[waf_index_random(seed, 3)]);
        p = waf_index_word(p, seed);
        p = ngx_sprintf(p, "%s', '", waf_index_random(seed, 3) ? "" : "*");
        p = waf_index_word(p, seed);
        p = ngx_sprintf(p, "']");
    }

    return p;
}


static u_char *
waf_index_expr(u_char *p, uint32_t *seed, ngx_uint_t depth)
{
    if (waf_index_random(seed, 4) == 0) {
        p = ngx_sprintf(p, "not ");
    }

    if (depth == 0 || waf_index_random(seed, 3) == 0) {
        return waf_index_test(p, seed);
    }

    *p++ = '(';
    p = waf_index_expr(p, seed, depth - 1);
    p = ngx_sprintf(p, waf_index_random(seed, 3) ? " and " : " or ");
    p = waf_index_expr(p, seed, depth - 1);
    *p++ = ')';

    return p;
}


static void
waf_index_request(waf_index_request_t *request, ngx_pool_t *pool,
    uint32_t *seed)
{
    u_char     *p;
    ngx_str_t  *text;

    p = ngx_palloc(pool, 512);

    for (text = &request->path; text <= &request->country; text++) {
        ngx_str_null(text);

        if (p == NULL || waf_index_random(seed, 8) == 0) {
            continue;
        }

        text->data = p;

        if (text == &request->ip) {
            p = ngx_sprintf(p, "10.%ui.%ui.1", waf_index_random(seed, 4),
                            waf_index_random(seed, 256));

        } else if (waf_index_random(seed, 8)) {
            p = waf_index_word(waf_index_word(p, seed), seed);
        }

        text->len = p - text->data;
    }

    request->asn.data = (u_char *) "0123" + waf_index_random(seed, 4);
    request->asn.len = 1;
}


ngx_eo_unit_test(waf_expr_index_candidates)
{
    u_char                 buf[4096];
    uint32_t               seed;
    uint64_t               words[WAF_INDEX_EXPRS / 64 + 1];
    ngx_str_t              text;
    ngx_uint_t             i, k, n, held, candidates, missed;
    ngx_eo_expr_t         *exprs[WAF_INDEX_EXPRS];
    ngx_eo_expr_env_t     *env;
    ngx_eo_expr_ctx_t      ctx;
    waf_index_request_t    request;
    ngx_eo_expr_error_t    error;
    ngx_eo_expr_index_t   *index;
    ngx_eo_expr_result_e   result;

    seed = 1;

    env = ngx_eo_expr_env_create(t->pool, t->pool, waf_index_group,
                                 waf_index_group_match);

    if (!ngx_eo_ok(env != NULL, "an environment")) {
        return;
    }

    for (n = 0; n < WAF_INDEX_EXPRS; /* void */ ) {
        text.data = buf;
        text.len = waf_index_expr(buf, &seed, 3) - buf;

        exprs[n] = ngx_eo_expr_compile(env, &text, &error);

        /* some regular expressions are wrong, and that is all */

        if (exprs[n]) {
            n++;
        }
    }

    index = ngx_eo_expr_index_create(env, exprs, n, t->pool);

    if (!ngx_eo_ok(index != NULL, "an index")) {
        return;
    }

    ngx_eo_is_int(ngx_eo_expr_index_words(index), (WAF_INDEX_EXPRS + 63) / 64,
                  "words");

    held = 0;
    missed = 0;
    candidates = 0;

    for (i = 0; i < WAF_INDEX_REQUESTS; i++) {
        waf_index_request(&request, t->pool, &seed);

        if (ngx_eo_expr_ctx_init(&ctx, env, t->pool, &request, waf_index_get)
            != NGX_OK)
        {
            break;
        }

        ngx_eo_expr_index_match(index, &ctx, words);

        for (k = 0; k < n; k++) {
            result = ngx_eo_expr_eval(&ctx, exprs[k]);

            if (words[k / 64] & (uint64_t) 1 << k % 64) {
                candidates++;

            } else if (result == NGX_EO_EXPR_TRUE) {
                missed++;
            }

            held += (result == NGX_EO_EXPR_TRUE);
        }
    }

    ngx_eo_is_int(i, WAF_INDEX_REQUESTS, "requests");
    ngx_eo_is_int(missed, 0, "no expression that holds is left out");
    ngx_eo_ok(held > WAF_INDEX_REQUESTS, "%u held", (unsigned) held);
    ngx_eo_ok(candidates < WAF_INDEX_REQUESTS * WAF_INDEX_EXPRS,
              "%u candidates of %u", (unsigned) candidates,
              WAF_INDEX_REQUESTS * WAF_INDEX_EXPRS);
}


/* each of these kinds is left out for a request that has nothing of it */

ngx_eo_unit_test(waf_expr_index_leaves_out)
{
    uint64_t               word;
    ngx_str_t              text;
    ngx_uint_t             i;
    ngx_eo_expr_t         *exprs[16];
    ngx_eo_expr_env_t     *env;
    ngx_eo_expr_ctx_t      ctx;
    waf_index_request_t    request;
    ngx_eo_expr_error_t    error;
    ngx_eo_expr_index_t   *index;

    static const char  *texts[] = {
        "${http.request.uri.path} in ['/a', '/b']",
        "${http.request.headers['user-agent']} contain ['sqlmap']",
        "${http.request.headers['user-agent']} like 'nikto*'",
        "${http.request.headers['user-agent']} matches '^(masscan|zgrab)/'",
        "${http.request.uri.path} matches '\\.(php|asp)$'",
        "${http.request.ip} in ['192.0.2.0/24', '2001:db8::/32', 'g9']",
        "${http.request.ip.country} in ['KP'] and not "
            "${http.request.uri.path} in ['/a']",
        "${http.request.ip.asn} in [64496]",
        "not ${http.request.ip.country} in ['CN'] and "
            "${http.request.uri.path} like '/admin/*'",
        "not (not ${http.request.uri.path} in ['/c'] or "
            "${http.request.ip} exists)",
        "length(${http.request.uri.path}) > 8000",
        NULL
    };

    env = ngx_eo_expr_env_create(t->pool, t->pool, waf_index_group,
                                 waf_index_group_match);

    if (!ngx_eo_ok(env != NULL, "an environment")) {
        return;
    }

    for (i = 0; texts[i]; i++) {
        text.data = (u_char *) texts[i];
        text.len = ngx_strlen(texts[i]);

        exprs[i] = ngx_eo_expr_compile(env, &text, &error);

        if (!ngx_eo_ok(exprs[i] != NULL, "%s", texts[i])) {
            return;
        }
    }

    index = ngx_eo_expr_index_create(env, exprs, i, t->pool);

    if (!ngx_eo_ok(index != NULL, "an index")) {
        return;
    }

    ngx_str_set(&request.path, "/index.html");
    ngx_str_set(&request.agent, "Mozilla/5.0 (X11; Linux x86_64)");
    ngx_str_set(&request.ip, "10.1.2.3");
    ngx_str_set(&request.country, "DE");
    ngx_str_set(&request.asn, "1");

    if (!ngx_eo_ok(ngx_eo_expr_ctx_init(&ctx, env, t->pool, &request,
                                        waf_index_get)
                   == NGX_OK, "a context"))
    {
        return;
    }

    ngx_eo_expr_index_match(index, &ctx, &word);
    ngx_eo_is_int(word, 1 << 10, "nothing else is a candidate");

    ngx_str_set(&request.path, "/Admin/x.PHP");
    ngx_str_set(&request.agent, "SQLMap nikto");
    ngx_str_set(&request.ip, "10.9.2.3");

    if (!ngx_eo_ok(ngx_eo_expr_ctx_init(&ctx, env, t->pool, &request,
                                        waf_index_get)
                   == NGX_OK, "another context"))
    {
        return;
    }

    ngx_eo_expr_index_match(index, &ctx, &word);
    ngx_eo_is_int(word, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 10,
                  "those that share something are");
}


typedef struct {
    ngx_uint_t           count[64];
} waf_scan_count_t;


static void
waf_scan_found(void *data, ngx_uint_t pattern)
{
    waf_scan_count_t  *count = data;

    count->count[pattern]++;
}


/* the scanner against a search for one pattern after the other */

ngx_eo_unit_test(waf_expr_scan)
{
    u_char             buf[64 * 8], *p, *start, string[200], mixed[200];
    uint32_t           seed;
    ngx_str_t          patterns[64], text;
    ngx_uint_t         i, k, n, round, wrong, found, expected;
    ngx_eo_scan_t     *scan;
    waf_scan_count_t   count;

    seed = 7;
    wrong = 0;
    found = 0;

    for (round = 0; round < 200; round++) {

        for (n = 0, p = buf; n < 64; n++) {
            start = p;

            if (round % 2) {
                *p++ = "abc"[waf_index_random(&seed, 3)];
            }

            p = waf_index_word(p, &seed);
            ngx_strlow(start, start, p - start);

            patterns[n].data = start;
            patterns[n].len = p - start;

            for (i = 0; i < n; i++) {
                if (patterns[i].len == patterns[n].len
                    && ngx_memcmp(patterns[i].data, start, p - start) == 0)
                {
                    break;
                }
            }

            /* patterns are distinct */

            if (i < n) {
                break;
            }
        }

        scan = ngx_eo_scan_create(t->pool, t->pool, patterns, n);
        if (!ngx_eo_ok(scan != NULL, "a scanner")) {
            return;
        }

        for (i = 0; i < sizeof(string); i++) {
            string[i] = "abc/.xyz"[waf_index_random(&seed, 8)];
        }

        ngx_memcpy(mixed, string, sizeof(string));

        for (i = 0; i < sizeof(mixed); i += 3) {
            mixed[i] = ngx_toupper(mixed[i]);
        }

        text.data = mixed;
        text.len = sizeof(mixed);

        ngx_memzero(&count, sizeof(waf_scan_count_t));
        ngx_eo_scan_run(scan, &text, &count, waf_scan_found);

        for (k = 0; k < n; k++) {
            expected = 0;

            for (i = 0; i + patterns[k].len <= sizeof(string); i++) {
                expected += (ngx_memcmp(&string[i], patterns[k].data,
                                        patterns[k].len) == 0);
            }

            wrong += (expected != count.count[k]);
            found += expected;
        }
    }

    ngx_eo_is_int(wrong, 0, "every pattern is found where it is");
    ngx_eo_ok(found > 1000, "%u places", (unsigned) found);
}


ngx_eo_unit_test(waf_expr_literals)
{
    u_char             *p, buf[1024];
    ngx_str_t           pattern, got;
    ngx_uint_t          i, k;
    ngx_eo_literals_t   literals;

    static struct {
        const char  *pattern;
        const char  *literals;
    } cases[] = {
        { "admin", "admin" },
        { "^/Admin/", "/admin/" },
        { "ab+cde", "cde" },
        { "ab*cde", "cde" },
        { "abc?d", "ab" },
        { "abcd{0,3}e", "abc" },
        { "abcd{2,3}e", "abcd" },
        { "abc+?d++e", "abc" },
        { "a.bc", "bc" },
        { "a[bc]def", "def" },
        { "a[]bc]def[^]]", "def" },
        { "a[\\]bc]def", "def" },
        { "a\\.b\\/c", "a.b/c" },
        { "\\bfoo\\b", "foo" },
        { "foo\\d+barbaz\\w", "barbaz" },
        { "(foo|barb)", "foo barb" },
        { "(?:foo|barb)+x", "foo barb" },
        { "(?:foo|barb)?xy", "xy" },
        { "(a|b)longer", "longer" },
        { "x(foo(bar|qux)|zzzz)", "foo zzzz" },
        { "foo|bar", "foo bar" },
        { "foo|", "" },
        { "foo|.*", "" },
        { ".*", "" },
        { "(?i)foo", "" },
        { "(?=foo)bar", "" },
        { "(?!foo)bar", "" },
        { "(?<n>foo)", "" },
        { "(?#c)foo", "" },
        { "(*ANYCRLF)foo", "" },
        { "\\Qfoo\\E", "" },
        { "\\x41foo", "" },
        { "(foo)\\1", "" },
        { "foo{,3}bar", "" },
        { "fo{x}", "" },
        { "[[:alpha:]]foo", "" },
        { "a\\tb", "a\tb" },
        { NULL, NULL }
    };

    for (i = 0; cases[i].pattern; i++) {
        pattern.data = (u_char *) cases[i].pattern;
        pattern.len = ngx_strlen(cases[i].pattern);

        if (!ngx_eo_is_int(ngx_eo_regex_literals(t->pool, &pattern,
                                                 &literals),
                           NGX_OK, "read: %s", cases[i].pattern))
        {
            continue;
        }

        p = buf;

        for (k = 0; k < literals.nelts; k++) {
            p = ngx_sprintf(p, "%s%V", k ? " " : "", &literals.elts[k]);
        }

        got.data = buf;
        got.len = p - buf;

        ngx_eo_is_str(&got, cases[i].literals, "literals: %s",
                      cases[i].pattern);
    }
}
