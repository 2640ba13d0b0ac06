
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Lists of robots and tools, names of hosts, ratings, and lists of addresses
 * in JSON.
 */


#include "ngx_eo_unit.h"
#include "bot/ngx_eo_bot_agents.h"
#include "bot/ngx_eo_bot_name.h"
#include "bot/ngx_eo_bot_score.h"
#include "iplist/ngx_eo_prefix_json.h"


static ngx_eo_bot_agents_t *bot_agents(ngx_eo_unit_t *t, const char *text);
static ngx_int_t bot_json(const char *text, size_t len, size_t piece,
    ngx_uint_t *prefixes, ngx_eo_prefix_error_t *err);


static ngx_eo_bot_agents_t *
bot_agents(ngx_eo_unit_t *t, const char *text)
{
    ngx_eo_bot_agents_t        *agents;
    ngx_eo_bot_agents_error_t   err;

    agents = ngx_eo_bot_agents_parse((u_char *) text, ngx_strlen(text), &err);
    ngx_eo_ok(agents != NULL, "a list is read");

    return agents;
}


ngx_eo_unit_test(waf_bot_agents_search)
{
    ngx_uint_t                  i;
    ngx_eo_bot_agents_t        *agents;
    ngx_eo_bot_agents_found_t   found;

    static struct {
        const char  *text;
        const char  *name;
    } rows[] = {
        { "Googlebot/2.1", "Googlebot" },
        { "Mozilla/5.0 (compatible; GOOGLEBOT/2.1; +x)", "Googlebot" },
        { "Googlebot-Image/1.0", "Images" },
        { "x Googlebot Googlebot-Image", "Images" },
        { "Googlebots", NULL },
        { "MyGooglebot 2", NULL },
        { "My-Googlebot/2", "Googlebot" },
        { "Googlebo", NULL },
        { "somebot/1", "Any" },
        { "somebots/1", NULL },
        { "curly", "Open" },
        { "got (https://x)", "got" },
        { "forgot (https://x)", NULL },
        { "gotten", NULL },
        { "", NULL },
        { "ab", NULL }
    };

    agents = bot_agents(t, "# list\r\n\n"
                           "Googlebot\tsearch-engine\tGooglebot\r\n"
                           "Googlebot-Image\tsearch-engine\tImages\tof X\n"
                           "*bot/\tuncategorized\tAny\n"
                           "cur*\ttool\tOpen\n"
                           "got (\ttool\tgot");
    if (agents == NULL) {
        return;
    }

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ngx_eo_bot_agents_search(agents, (u_char *) rows[i].text,
                                 ngx_strlen(rows[i].text), &found);

        if (rows[i].name == NULL) {
            ngx_eo_is_int(found.nfound, 0, "nothing: %s", rows[i].text);

        } else if (ngx_eo_ok(found.nfound > 0, "found: %s", rows[i].text)) {
            ngx_eo_is_str(&found.found[0]->name, rows[i].name, "%s",
                          rows[i].text);
        }
    }

    ngx_eo_bot_agents_search(agents, (u_char *) "Googlebot Googlebot-Image "
                             "Googlebot curlx", 41, &found);
    ngx_eo_is_int(found.nfound, 3, "each name once");

    ngx_eo_bot_agents_free(agents);
}


ngx_eo_unit_test(waf_bot_agents_many)
{
    u_char                     *p, *list, *text;
    ngx_uint_t                  i;
    ngx_eo_bot_agents_t        *agents;
    ngx_eo_bot_agents_error_t   err;
    ngx_eo_bot_agents_found_t   found;

    list = ngx_palloc(t->pool, 65536);
    text = ngx_palloc(t->pool, 65536);

    for (i = 0, p = list; i < 20; i++) {
        p = ngx_sprintf(p, "word%02ui\ttool\tname%ui\n", i, i);
    }

    agents = ngx_eo_bot_agents_parse(list, p - list, &err);

    for (i = 0, p = text; i < 20; i++) {
        p = ngx_sprintf(p, "word%02ui ", i);
    }

    ngx_eo_bot_agents_search(agents, text, p - text, &found);
    ngx_eo_is_int(found.nfound, NGX_EO_BOT_AGENTS_FOUND,
                  "no more names than there is room for");

    ngx_memset(text, 'w', 65536);
    ngx_eo_bot_agents_search(agents, text, 65536, &found);
    ngx_eo_is_int(found.nfound, 0, "64 KB of beginnings");

    ngx_eo_bot_agents_free(agents);

    for (i = 0, p = list; i < 10; i++) {
        p = ngx_cpymem(p, "\n\n\n\n", 4);
    }

    agents = ngx_eo_bot_agents_parse(list, p - list, &err);
    (void) ngx_eo_bot_agents_list(agents, &i);
    ngx_eo_is_int(i, 0, "empty lines");
    ngx_eo_bot_agents_free(agents);
}


ngx_eo_unit_test(waf_bot_names)
{
    u_char      text[NGX_EO_BOT_NAME_MAX];
    ngx_str_t   name, domain;
    ngx_uint_t  i;

    static struct {
        const char  *name;
        size_t       len;
        const char  *got;
    } rows[] = {
        { "crawl.GoogleBot.com", 19, "crawl.googlebot.com" },
        { "crawl.googlebot.com.", 20, "crawl.googlebot.com" },
        { "a_b-c.d", 7, "a_b-c.d" },
        { "", 0, "" },
        { ".", 1, "" },
        { "a..b", 4, "" },
        { ".a", 2, "" },
        { "a..", 3, "" },
        { "a\0.googlebot.com", 16, "" },
        { "a b.com", 7, "" },
        { "a\".com", 6, "" }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        name.data = (u_char *) rows[i].name;
        name.len = rows[i].len;

        ngx_eo_is_mem(text, ngx_eo_bot_name(text, &name), rows[i].got,
                      ngx_strlen(rows[i].got), "name %d", (int) i);
    }

    name.len = NGX_EO_BOT_NAME_MAX + 1;
    name.data = ngx_palloc(t->pool, name.len);
    ngx_memset(name.data, 'a', name.len);
    ngx_eo_is_int(ngx_eo_bot_name(text, &name), 0, "too long");

    ngx_str_set(&domain, "googlebot.com");
    ngx_str_set(&name, "a.googlebot.com");
    ngx_eo_ok(ngx_eo_bot_name_within(&name, &domain), "within");
    ngx_str_set(&name, "googlebot.com");
    ngx_eo_ok(ngx_eo_bot_name_within(&name, &domain), "the domain");
    ngx_str_set(&name, "agooglebot.com");
    ngx_eo_ok(!ngx_eo_bot_name_within(&name, &domain), "beside it");
    ngx_str_set(&name, "com");
    ngx_eo_ok(!ngx_eo_bot_name_within(&name, &domain), "above it");
}


ngx_eo_unit_test(waf_bot_ratings)
{
    u_char      text[NGX_EO_BOT_SCORE_TEXT];
    size_t      len;
    ngx_str_t   ja4;
    ngx_uint_t  all;

    ngx_eo_is_int(ngx_eo_bot_rating(0, 0), NGX_EO_BOT_HUMAN, "nothing");
    ngx_eo_is_int(ngx_eo_bot_rating(NGX_EO_BOT_SIGNAL_IDC, 0),
                  NGX_EO_BOT_HUMAN, "a little");
    ngx_eo_is_int(ngx_eo_bot_rating(NGX_EO_BOT_SIGNAL_TOOL, 0),
                  NGX_EO_BOT_LIKELY, "more");
    ngx_eo_is_int(ngx_eo_bot_rating(NGX_EO_BOT_SIGNAL_TOOL
                                    |NGX_EO_BOT_SIGNAL_HEADERS, 0),
                  NGX_EO_BOT_HIGH_RISK, "much");
    ngx_eo_is_int(ngx_eo_bot_rating(NGX_EO_BOT_SIGNAL_TOOL
                                    |NGX_EO_BOT_SIGNAL_HEADERS, 1),
                  NGX_EO_BOT_VERIFIED, "but proven");

    len = ngx_eo_bot_score_text(text, NGX_EO_BOT_SIGNAL_TOOL
                                      |NGX_EO_BOT_SIGNAL_IDC)
          - text;
    ngx_eo_is_mem(text, len, "60=tool:40+idc:20", 17, "the sum in words");

    all = NGX_EO_BOT_SIGNAL_REPUTATION_HIGH * 2 - 1;
    len = ngx_eo_bot_score_text(text, all) - text;
    ngx_eo_ok(len <= NGX_EO_BOT_SCORE_TEXT, "all of it has room");

    ngx_str_set(&ja4, "");
    ngx_eo_ok(!ngx_eo_bot_tls_unlike_browser(&ja4, 0), "without TLS");
    ngx_str_set(&ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    ngx_eo_ok(!ngx_eo_bot_tls_unlike_browser(&ja4, 0), "Chrome");
    ngx_str_set(&ja4, "q13d0310h3_8daaf6152771_e5627efa2ab1");
    ngx_eo_ok(!ngx_eo_bot_tls_unlike_browser(&ja4, 0), "over QUIC");
    ngx_str_set(&ja4, "t13d1516h1_8daaf6152771_e5627efa2ab1");
    ngx_eo_ok(ngx_eo_bot_tls_unlike_browser(&ja4, 0), "without HTTP/2");
    ngx_eo_ok(!ngx_eo_bot_tls_unlike_browser(&ja4, 1), "a WebSocket");
    ngx_str_set(&ja4, "t13d3112h2_e8f1e7e78f70_6fa1c6077631");
    ngx_eo_ok(ngx_eo_bot_tls_unlike_browser(&ja4, 0), "31 ciphers");
}


static ngx_int_t
bot_json(const char *text, size_t len, size_t piece, ngx_uint_t *prefixes,
    ngx_eo_prefix_error_t *err)
{
    size_t                    n;
    ngx_int_t                 rc;
    ngx_eo_prefix_json_t      json;
    ngx_eo_prefix_builder_t   b;

    ngx_memzero(&json, sizeof(ngx_eo_prefix_json_t));
    ngx_eo_prefix_builder_init(&b);

    rc = NGX_OK;

    for (n = 0; rc == NGX_OK && n < len; n += piece) {
        rc = ngx_eo_prefix_json_feed(&b, &json, (u_char *) text + n,
                                     ngx_min(piece, len - n), err);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_prefix_json_end(&json, err);
    }

    *prefixes = b.ipv4.nelts + b.ipv6.nelts;
    ngx_eo_prefix_builder_free(&b);

    return rc;
}


ngx_eo_unit_test(waf_bot_ranges_json)
{
    size_t                  len;
    ngx_uint_t              i, n, piece, read;
    ngx_eo_prefix_error_t   err;

    static struct {
        const char  *text;
        ngx_int_t    prefixes;               /* or NGX_ERROR */
    } rows[] = {
        { "{\"creationTime\": \"2026-11-29T00:00:00.000000\", \"prefixes\": ["
          "{\"ipv6Prefix\": \"2001:4860:4801:10::/64\"},\n"
          "{\"ipv4Prefix\": \"192.178.5.0/27\"}]}", 2 },
        { "{\"token\": \"1\", \"prefixes\": [{\"ip_prefix\": \"3.2.0.0/24\","
          "\"region\": \"eu\", \"service\": \"1.2.3.4\"}], \"ipv6_prefixes\": ["
          "{\"ipv6_prefix\": \"2a05::/36\", \"region\": \"eu\"}]}", 2 },
        { "{\"values\": [{\"id\": 1, \"properties\": {\"addressPrefixes\": "
          "[\"4.1.0.0/16\", \"4.2.0.0/16\"]}}]}", 2 },
        { "{\"result\": {\"ipv4_cidrs\": [\"173.245.48.0/20\"], "
          "\"ipv6_cidrs\": [\"2400:cb00::/32\"]}, \"success\": true}", 2 },
        { "{\"addresses\": [\"23.235.32.0\\/20\"], "
          "\"ipv6_addresses\": [\"2a04:4e40::/32\"]}", 2 },
        { "{\"ips\": [{\"ip_address\": \"5.39.1.224\"}]}", 1 },
        { " [\"192.0.2.1\", [\"192.0.2.2\"], \"2001:db8::1\"] ", 3 },
        { "{\"prefixes\": []}", NGX_ERROR },
        { "{}", NGX_ERROR },
        { "[]", NGX_ERROR },
        { "[1]", NGX_ERROR },
        { "[\"a\"]", NGX_ERROR },
        { "{\"prefix\": \"\"}", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.1\"", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.1\"]", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.1\"}}", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.1\",}", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.1\" \"x\": 1}", NGX_ERROR },
        { "{\"prefix\" \"192.0.2.1\"}", NGX_ERROR },
        { "{prefix: \"192.0.2.1\"}", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.\\u0031\"}", NGX_ERROR },
        { "{\"prefix\": \"192.0.2.1\n\"}", NGX_ERROR },
        { "[\"192.0.2.1\",,\"192.0.2.2\"]", NGX_ERROR },
        { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"192.0.2.1\"]]]]]]]]]]]]]]]]"
          "]]]]]]]]]]]]]]]]]]", NGX_ERROR }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        len = ngx_strlen(rows[i].text);

        for (piece = 1; piece <= len; piece = piece * 4 + 1) {

            if (rows[i].prefixes == NGX_ERROR) {
                ngx_eo_is_int(bot_json(rows[i].text, len, piece, &n, &err),
                              NGX_ERROR, "%s", rows[i].text);
                continue;
            }

            ngx_eo_is_int(bot_json(rows[i].text, len, piece, &n, &err),
                          NGX_OK, "%s", rows[i].text);
            ngx_eo_is_int(n, rows[i].prefixes, "prefixes, in pieces of %d",
                          (int) piece);
        }
    }

    for (read = 0, len = 0; len < ngx_strlen(rows[0].text); len++) {
        read += (bot_json(rows[0].text, len, len + 1, &n, &err) == NGX_OK);
    }

    ngx_eo_is_int(read, 0, "a file that is cut anywhere");

    ngx_eo_is_int(ngx_eo_prefix_is_json((u_char *) " \n{", 3), 1, "JSON");
    ngx_eo_is_int(ngx_eo_prefix_is_json((u_char *) "1.2.3.4 {", 9), 0,
                  "no JSON");

    (void) bot_json("{\"prefix\":\n\n\"1.2.3.4.5\"}", 24, 100, &n, &err);
    ngx_eo_is_int(err.line, 3, "the line of what is wrong");
    ngx_eo_ok(ngx_strcmp(err.text, "1.2.3.4.5") == 0, "and its text");
}
