
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The client filter: requests as browsers and honest programs really send
 * them get no 3 points; those of flooding programs do.
 */


#include "ngx_eo_unit.h"
#include "ddos/ngx_eo_client_signals.h"


typedef struct {
    const char       *what;
    ngx_uint_t        version;
    const char       *headers;               /* "name: value\n..." */
    const char       *signals;
    ngx_uint_t        post;
} ngx_eo_test_client_t;


static ngx_uint_t ngx_eo_test_signals(ngx_eo_test_client_t *client);


#define NGX_EO_TEST_CHROME                                                    \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "           \
    "(KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"

#define NGX_EO_TEST_FIREFOX                                                   \
    "Mozilla/5.0 (X11; Linux x86_64; rv:45.0) Gecko/20100101 Firefox/45.0"

#define NGX_EO_TEST_SAFARI                                                    \
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6) AppleWebKit/601.7.8 "    \
    "(KHTML, like Gecko) Version/9.1.3 Safari/601.7.8"


static ngx_eo_test_client_t  ngx_eo_test_honest[] = {

    { "Chrome, a page", 20,
      "sec-ch-ua: \"Chromium\";v=\"120\"\nuser-agent: " NGX_EO_TEST_CHROME
      "\naccept: text/html,*/*;q=0.8\naccept-encoding: gzip, deflate, br\n"
      "accept-language: de\n", "", 0 },

    { "Firefox, a page, with te", 20,
      "user-agent: " NGX_EO_TEST_FIREFOX "\naccept: text/html\n"
      "accept-language: en-US,en;q=0.5\naccept-encoding: gzip\n"
      "te: trailers\n", "", 0 },

    { "Firefox over HTTP/1.1", 11,
      "user-agent: " NGX_EO_TEST_FIREFOX "\naccept: text/html\n"
      "accept-language: en-US,en;q=0.5\naccept-encoding: gzip\n"
      "connection: keep-alive\nupgrade-insecure-requests: 1\n", "", 0 },

    { "Internet Explorer 11", 11,
      "accept: text/html, application/xhtml+xml, */*\naccept-language: de\n"
      "user-agent: Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; "
      "rv:11.0) like Gecko\naccept-encoding: gzip, deflate\n"
      "connection: Keep-Alive\n", "", 0 },

    { "an old Safari's WebSocket", 11,
      "upgrade: websocket\nconnection: Upgrade\norigin: http://a\n"
      "user-agent: " NGX_EO_TEST_SAFARI "\n", "", 0 },

    { "a report that Chrome sends by itself", 20,
      "user-agent: " NGX_EO_TEST_CHROME "\n"
      "content-type: application/reports+json\n", "", 1 },

    { "the media player of an old Android, as Chrome", 11,
      "user-agent: Mozilla/5.0 (Linux; Android 6.0; Nexus 5) "
      "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.78 Mobile "
      "Safari/537.36\naccept-encoding: gzip\nconnection: Keep-Alive\n",
      "no-accept,no-accept-language", 0 },

    { "the browser of Android 4", 11,
      "user-agent: Mozilla/5.0 (Linux; U; Android 4.0.3; de-de) "
      "AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile "
      "Safari/534.30\naccept: text/html\naccept-language: de-DE\n"
      "accept-encoding: gzip\naccept-charset: utf-8, *;q=0.7\n",
      "accept-charset", 0 },

    { "Chrome behind a proxy that speaks HTTP/1.0", 10,
      "x-forwarded-for: 192.0.2.1\nuser-agent: " NGX_EO_TEST_CHROME
      "\naccept-language: de\n", "no-accept,no-accept-encoding", 0 },

    { "Chrome that says that it is Firefox", 20,
      "sec-ch-ua: \"Chromium\"\nuser-agent: " NGX_EO_TEST_FIREFOX
      "\naccept: */*\naccept-encoding: gzip\naccept-language: de\n",
      "client-hints", 0 },

    { "curl", 11, "user-agent: curl/7.88.1\naccept: */*\n", "", 0 },
    { "curl over HTTP/2", 20, "user-agent: curl/7.88.1\naccept: */*\n", "",
      0 },
    { "curl -A as a browser", 11,
      "user-agent: " NGX_EO_TEST_CHROME "\naccept: */*\n",
      "no-accept-language,no-accept-encoding", 0 },
    { "curl -x, which is a proxy here", 11,
      "user-agent: curl/7.88.1\naccept: */*\nproxy-connection: Keep-Alive\n",
      "", 0 },
    { "wget", 11, "user-agent: Wget/1.21.3\naccept: */*\n"
      "accept-encoding: identity\nconnection: Keep-Alive\n", "", 0 },
    { "wget -U as a browser", 11, "user-agent: " NGX_EO_TEST_CHROME "\n"
      "accept: */*\naccept-encoding: identity\n", "no-accept-language", 0 },
    { "Python's urllib", 11, "accept-encoding: identity\n"
      "user-agent: Python-urllib/3.11\nconnection: close\n", "", 0 },
    { "Python's requests", 11, "user-agent: python-requests/2.31\n"
      "accept-encoding: gzip\naccept: */*\nconnection: keep-alive\n", "", 0 },
    { "Go", 11, "user-agent: Go-http-client/1.1\naccept-encoding: gzip\n",
      "", 0 },
    { "ApacheBench", 10, "user-agent: ApacheBench/2.3\naccept: */*\n", "",
      0 },
    { "a load balancer's check", 10, "", "", 0 },
    { "check_http of Nagios", 11,
      "user-agent: check_http/v2.3.3 (monitoring-plugins 2.3.3)\n"
      "connection: close\n", "", 0 },
    { "UptimeRobot", 11, "user-agent: Mozilla/5.0+(compatible; "
      "UptimeRobot/2.0; http://www.uptimerobot.com/)\n", "", 0 },
    { "Googlebot", 11, "user-agent: Mozilla/5.0 (compatible; "
      "Googlebot/2.1; +http://www.google.com/bot.html)\naccept: */*\n"
      "accept-encoding: gzip\nfrom: googlebot(at)googlebot.com\n", "", 0 },
    { "Googlebot as a phone, whatever it sends", 11,
      "user-agent: Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) "
      "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile "
      "Safari/537.36 (compatible; Googlebot/2.1; "
      "+http://www.google.com/bot.html)\n", "", 0 },
    { "bingbot", 11, "user-agent: Mozilla/5.0 AppleWebKit/537.36 (KHTML, "
      "like Gecko; compatible; bingbot/2.0; "
      "+http://www.bing.com/bingbot.htm) Chrome/100.0 Safari/537.36\n", "",
      0 },
    { "the preview of a message", 11,
      "user-agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) "
      "AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 "
      "facebookexternalhit/1.1 Facebot Twitterbot/1.0\n", "", 0 },
    { "an app of iOS", 11, "user-agent: App/1 CFNetwork/1209 Darwin/20.2\n",
      "", 0 },
    { "an empty User-Agent", 11, "user-agent: \n", "", 0 },
    { "a reader of documents, 8 ranges", 11,
      "user-agent: x\nrange: bytes=0-1,2-3,4-5,6-7,8-9,10-11,12-13,14-15\n",
      "", 0 },

    { NULL, 0, NULL, NULL, 0 }
};


static ngx_eo_test_client_t  ngx_eo_test_attackers[] = {

    { "connection in HTTP/2", 20,
      "user-agent: " NGX_EO_TEST_CHROME "\naccept: */*\n"
      "accept-language: de\naccept-encoding: gzip\nconnection: close\n",
      "connection-fields", 0 },
    { "transfer-encoding in HTTP/2, no User-Agent", 20,
      "transfer-encoding: chunked\n", "connection-fields", 1 },
    { "upgrade in HTTP/3", 30, "upgrade: h2c\n", "connection-fields", 0 },
    { "te in HTTP/2", 20, "user-agent: x\nte: gzip\n", "te", 0 },
    { "a browser with nothing but its name", 11,
      "user-agent: " NGX_EO_TEST_CHROME "\nconnection: keep-alive\n",
      "no-accept,no-accept-language,no-accept-encoding", 0 },
    { "the headers of a browser of long ago, under a new name", 11,
      "user-agent: " NGX_EO_TEST_CHROME "\ncache-control: no-cache\n"
      "accept-charset: ISO-8859-1,utf-8;q=0.7,*;q=0.7\nkeep-alive: 115\n"
      "accept: */*\naccept-language: en\naccept-encoding: gzip\n"
      "connection: keep-alive\n", "keep-alive,accept-charset", 0 },
    { "keep-alive and no accept", 11,
      "user-agent: " NGX_EO_TEST_FIREFOX "\nkeep-alive: 733\n"
      "accept-encoding: gzip\nconnection: keep-alive\n",
      "keep-alive,no-accept,no-accept-language", 0 },
    { "a browser of HTTP/1.0", 10,
      "user-agent: " NGX_EO_TEST_CHROME "\naccept-language: en\n",
      "no-accept,no-accept-encoding,http-1.0", 0 },
    { "two browsers at once", 11,
      "user-agent: " NGX_EO_TEST_FIREFOX "\n"
      "user-agent: " NGX_EO_TEST_CHROME "\n"
      "accept: */*\naccept-encoding: gzip\n",
      "two-user-agents,no-accept-language", 0 },

    { NULL, 0, NULL, NULL, 0 }
};


static ngx_uint_t
ngx_eo_test_signals(ngx_eo_test_client_t *client)
{
    u_char                   *p, *colon, *end;
    ngx_str_t                 name, value;
    ngx_eo_client_headers_t   headers;

    ngx_memzero(&headers, sizeof(ngx_eo_client_headers_t));

    for (p = (u_char *) client->headers; *p; p = end + 1) {
        colon = (u_char *) ngx_strchr(p, ':');
        end = (u_char *) ngx_strchr(p, '\n');

        name.data = p;
        name.len = colon - p;
        value.data = colon + 2;
        value.len = end - value.data;

        ngx_eo_client_header(&headers, &name, &value);
    }

    return ngx_eo_client_signals(&headers, client->version, !client->post);
}


ngx_eo_unit_test(waf_client_signals_honest)
{
    u_char                 buf[NGX_EO_SIGNALS_TEXT_LEN];
    ngx_str_t              text;
    ngx_uint_t             signals;
    ngx_eo_test_client_t  *client;

    for (client = ngx_eo_test_honest; client->what; client++) {
        signals = ngx_eo_test_signals(client);

        text.data = buf;
        text.len = ngx_eo_client_signals_text(buf, signals) - buf;

        ngx_eo_is_str(&text, client->signals, "%s", client->what);
        ngx_eo_ok(ngx_eo_client_score(signals) < NGX_EO_SIGNALS_LIMIT,
                  "%s passes", client->what);
    }
}


ngx_eo_unit_test(waf_client_signals_attackers)
{
    u_char                 buf[NGX_EO_SIGNALS_TEXT_LEN];
    ngx_str_t              text;
    ngx_uint_t             signals;
    ngx_eo_test_client_t  *client;

    for (client = ngx_eo_test_attackers; client->what; client++) {
        signals = ngx_eo_test_signals(client);

        text.data = buf;
        text.len = ngx_eo_client_signals_text(buf, signals) - buf;

        ngx_eo_is_str(&text, client->signals, "%s", client->what);
        ngx_eo_ok(ngx_eo_client_score(signals) >= NGX_EO_SIGNALS_LIMIT,
                  "%s does not pass", client->what);
    }
}


ngx_eo_unit_test(waf_client_signals_bounds)
{
    u_char                    buf[NGX_EO_SIGNALS_TEXT_LEN], *big;
    ngx_str_t                 name, value;
    ngx_uint_t                i;
    ngx_eo_client_headers_t   headers;

    ngx_memzero(&headers, sizeof(ngx_eo_client_headers_t));

    ngx_eo_ok((size_t) (ngx_eo_client_signals_text(buf, 0xffffffff) - buf)
              <= sizeof(buf), "all names together fit");

    ngx_str_set(&name, "");
    ngx_str_set(&value, "");
    ngx_eo_client_header(&headers, &name, &value);

    ngx_eo_is_int(ngx_eo_client_signals(&headers, 11, 1), 0,
                  "an empty name is nothing");

    ngx_str_set(&name, "range");

    big = ngx_palloc(t->pool, 1024);
    ngx_memset(big, ',', 1024);

    value.data = big;
    value.len = 199;
    ngx_eo_client_header(&headers, &name, &value);
    ngx_eo_is_int(ngx_eo_client_signals(&headers, 11, 1), 0, "200 ranges");

    value.len = 200;
    ngx_eo_client_header(&headers, &name, &value);
    ngx_eo_is_int(ngx_eo_client_signals(&headers, 11, 1),
                  NGX_EO_SIGNAL_RANGES, "201 ranges");

    /* each length of a User-Agent ends where it says, not at a zero */

    for (i = 0; i < sizeof(NGX_EO_TEST_CHROME) - 1; i++) {
        value.data = ngx_palloc(t->pool, i + 1);
        value.len = i;
        ngx_memcpy(value.data, NGX_EO_TEST_CHROME, i);
        value.data[i] = '/';

        if (ngx_eo_client_claims_browser(&value)) {
            break;
        }
    }

    ngx_eo_is_int(i, ngx_strlen(NGX_EO_TEST_CHROME)
                     - ngx_strlen("120.0.0.0 Safari/537.36"),
                  "a browser from \"Chrome/\" on");
}
