
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The prefilter: what it says of single expressions, that it never says of a
 * text that matches that it cannot match, and that rules have the same
 * outcome with and without it.
 */


#include "ngx_eo_unit.h"
#include "seclang/variable/ngx_eo_seclang_tx.h"
#include "seclang/body/ngx_eo_seclang_body.h"
#include "seclang/parse/ngx_eo_seclang_parse.h"
#include "seclang/plan/ngx_eo_seclang_plan.h"
#include "seclang/run/ngx_eo_seclang_candidate.h"
#include "seclang/run/ngx_eo_seclang_fill.h"
#include "seclang/run/ngx_eo_seclang_run.h"


typedef struct {
    const char  *pattern;
    const char  *text;
    ngx_uint_t   candidate;
} ngx_eo_test_candidate_t;


typedef struct {
    ngx_uint_t  large;
    ngx_str_t   uri;
    ngx_str_t   agent;
    ngx_str_t   cookie;
    ngx_str_t   type;
    ngx_str_t   body;
    u_char      data[5][8192];
} ngx_eo_test_request_t;


typedef struct {
    u_char       log[65536];
    u_char      *last;
    ngx_uint_t   limit;
} ngx_eo_test_outcome_t;


static ngx_uint_t ngx_eo_test_random(ngx_uint_t n);
static ngx_int_t ngx_eo_test_candidate(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_str_t *text, ngx_uint_t n, ngx_int_t *matches);
static u_char *ngx_eo_test_pattern(u_char *p, u_char *last, ngx_uint_t depth);
static void ngx_eo_test_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static u_char *ngx_eo_test_arguments(u_char *p, u_char *last,
    ngx_uint_t encode);
static u_char *ngx_eo_test_long_argument(u_char *p, u_char *last);
static void ngx_eo_test_generate(ngx_eo_test_request_t *request);
static ngx_int_t ngx_eo_test_run(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_test_request_t *from, ngx_uint_t prefilter,
    ngx_eo_test_outcome_t *outcome);
static void ngx_eo_test_compare(ngx_eo_unit_t *t, char *rules,
    ngx_uint_t requests, ngx_uint_t large);


/* the numbers are the same in every run */

static uint32_t  ngx_eo_test_seed;


static ngx_uint_t
ngx_eo_test_random(ngx_uint_t n)
{
    ngx_eo_test_seed = ngx_eo_test_seed * 1103515245 + 12345;

    return (ngx_eo_test_seed >> 16) % n;
}


/* -1: the expression is refused */

static ngx_int_t
ngx_eo_test_candidate(ngx_pool_t *pool, ngx_str_t *pattern, ngx_str_t *text,
    ngx_uint_t n, ngx_int_t *matches)
{
    u_char                       errstr[NGX_MAX_CONF_ERRSTR];
    uint64_t                     bits;
    ngx_int_t                    missed;
    ngx_uint_t                   i;
    ngx_eo_seclang_regex_t      *re;
    ngx_eo_seclang_require_t     require;
    ngx_eo_seclang_prefilter_t  *prefilter;

    re = ngx_eo_seclang_regex_compile(pool, pattern, 0, 10000, errstr);
    if (re == NULL) {
        return -1;
    }

    if (ngx_eo_seclang_require_rx(pool, pattern, &require) != NGX_OK) {
        return -1;
    }

    prefilter = ngx_eo_seclang_prefilter_build(pool, &require, 1);
    if (prefilter == NULL) {
        return -1;
    }

    missed = 0;
    *matches = 0;

    for (i = 0; i < n; i++) {
        bits = 0;
        ngx_eo_seclang_prefilter_scan(prefilter, &text[i], &bits);

        if (n == 1) {
            return bits & 1;
        }

        if (ngx_eo_seclang_regex_match(re, &text[i], NULL, NULL)
            == NGX_EO_SECLANG_MATCH)
        {
            (*matches)++;
            missed += !(bits & 1);
        }
    }

    return missed;
}


static ngx_eo_test_candidate_t  ngx_eo_test_candidates[] = {

    /* words */
    { "select", "a SELECT b", 1 },
    { "select", "selec", 0 },
    { "s(?:elect|leep)\\s*\\(", "x sleep (1)", 1 },
    { "s(?:elect|leep)\\s*\\(", "sleep", 0 },
    { "(?i)union.*?select.*?from", "union all", 0 },
    { "[sS][eE]t", "SET", 1 },
    { "[sS][eE]t", "sit", 0 },
    { "ab?c", "xacx", 1 },
    { "ab?c", "abbc", 0 },
    { "ab+c", "abbbbc", 1 },
    { "(?:ab)+c", "ababc", 1 },
    { "(?:ab)+c", "acbc", 0 },
    { "a{2}b", "caab", 1 },
    { "a{2}{3}b", "aaaaaab", 1 },
    { "a{,2}b", "b", 1 },
    { "x{y", "x{y", 1 },
    { "x{y", "xy", 0 },
    { "foo|", "bar", 1 },
    { "(?:foo|bar)baz", "foobaz", 1 },
    { "(?:foo|bar)baz", "fobaz", 0 },

    /* bytes */
    { "[\\n\\r]", "a b", 0 },
    { "[\\n\\r]", "a\rb", 1 },
    { "\\x25", "100%", 1 },
    { "\\x25", "100", 0 },
    { "[^\\x00-\\x7f]", "abc", 0 },
    { "[^a-z0-9 ]", "abc_1", 1 },
    { "[]x]", "]", 1 },
    { "[a\\]]", "]", 1 },
    { "[!-\\-]", "-", 1 },

    /* assertions take nothing */
    { "^\\bfoo\\b$", "foo", 1 },
    { "foo(?=bar)baz", "foobaz", 1 },
    { "(?!xyz)abc", "abc", 1 },
    { "(?<=xyz)abc", "abc", 1 },

    /* optional parts, with and without rare bytes */
    { "l[\\\\'\"]*s", "ls", 1 },
    { "l[\\\\'\"]*s", "l's", 1 },
    { "l[\\\\'\"]*s", "l s", 0 },
    { "a(?:'b)?c", "a'bc", 1 },
    { "a(?:'b)?c", "ac", 1 },
    { "a(?:'b)?c", "abc", 0 },

    /* what is not understood */
    { "(?x) a b c", "abc", 1 },
    { "\\Qa.b\\Ec", "a.bc", 1 },
    { "(a)\\1b", "aab", 1 },
    { "(?:(a)|b)(?(1)c|d)", "bd", 1 },
    { "(?R)?x", "x", 1 },
    { "[[:alpha:]]z", "az", 1 },
    { "(*UTF8)x", "y", 1 },
    { "\\p{L}", "a", 1 },
    { "a\\Kb", "ab", 1 },

    { NULL, NULL, 0 }
};


ngx_eo_unit_test(waf_managed_prefilter_expressions)
{
    ngx_int_t                 candidate, matches;
    ngx_str_t                 pattern, text;
    ngx_eo_test_candidate_t  *test;

    for (test = ngx_eo_test_candidates; test->pattern != NULL; test++) {
        pattern.data = (u_char *) test->pattern;
        pattern.len = ngx_strlen(test->pattern);
        text.data = (u_char *) test->text;
        text.len = ngx_strlen(test->text);

        candidate = ngx_eo_test_candidate(t->pool, &pattern, &text, 1,
                                          &matches);

        if (candidate == -1) {
            /* a version of PCRE2 that refuses it */
            continue;
        }

        ngx_eo_is_int(candidate, test->candidate, "\"%s\" and \"%s\"",
                      test->pattern, test->text);
    }
}


static const char  *ngx_eo_test_atoms[] = {
    "a", "b", "c", "B", "ab", "bc", ".", "\\w", "\\s", "\\d", "[ab]", "[^a]",
    "[a-c']", "[\\\\']", "\\'", "'", "\"", "<", "\\x61", "^", "$", "\\b",
    "(?=a)", "(?!b)", "(?<=a)", "\\x{62}", "{", "-", "[A-C]", "[^\\s\\S]",
    "\\\\", "(?i)", "cab", "\\W", "[]a]", "\\1", "a{2}", "\\t"
};


static const char  *ngx_eo_test_quantifiers[] = {
    "", "", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,1}",
    "{1,3}", "{2,}", "?+", "*+", "{0}"
};


#define ngx_eo_test_pick(list)                                                \
    list[ngx_eo_test_random(sizeof(list) / sizeof(list[0]))]


static u_char *
ngx_eo_test_pattern(u_char *p, u_char *last, ngx_uint_t depth)
{
    ngx_uint_t  i, n;

    n = 1 + ngx_eo_test_random(5);

    for (i = 0; i < n && last - p > 64; i++) {

        switch (ngx_eo_test_random(depth ? 6 : 4)) {

        case 4:
            p = ngx_cpymem(p, "(?:", 3);
            p = ngx_eo_test_pattern(p, last, depth - 1);
            *p++ = ')';
            break;

        case 5:
            *p++ = '(';
            p = ngx_eo_test_pattern(p, last, depth - 1);
            *p++ = '|';
            p = ngx_eo_test_pattern(p, last, depth - 1);
            *p++ = ')';
            break;

        default:
            p = ngx_slprintf(p, last, "%s",
                             ngx_eo_test_pick(ngx_eo_test_atoms));
        }

        p = ngx_slprintf(p, last, "%s",
                         ngx_eo_test_pick(ngx_eo_test_quantifiers));
    }

    return p;
}


#define NGX_EO_TEST_TEXTS     24
#define NGX_EO_TEST_PATTERNS  4000


ngx_eo_unit_test(waf_managed_prefilter_random)
{
    u_char       buf[1024], data[NGX_EO_TEST_TEXTS][16];
    ngx_int_t    missed, matches;
    ngx_str_t    pattern, texts[NGX_EO_TEST_TEXTS];
    ngx_uint_t   i, k, n, patterns, all;
    ngx_pool_t  *pool;

    static u_char  bytes[] = "aaabbbccAB'\"<\\{- \t1xé";

    ngx_eo_test_seed = 7;
    patterns = 0;
    all = 0;

    for (n = 0; n < NGX_EO_TEST_PATTERNS; n++) {
        pattern.data = buf;
        pattern.len = ngx_eo_test_pattern(buf, buf + sizeof(buf) / 2, 2)
                      - buf;

        for (i = 0; i < NGX_EO_TEST_TEXTS; i++) {
            texts[i].data = data[i];
            texts[i].len = ngx_eo_test_random(sizeof(data[i]));

            for (k = 0; k < texts[i].len; k++) {
                data[i][k] = bytes[ngx_eo_test_random(sizeof(bytes) - 1)];
            }
        }

        pool = ngx_create_pool(4096, t->log);
        if (pool == NULL) {
            return;
        }

        missed = ngx_eo_test_candidate(pool, &pattern, texts,
                                       NGX_EO_TEST_TEXTS, &matches);

        ngx_destroy_pool(pool);

        if (missed == -1) {
            continue;
        }

        patterns++;
        all += matches;

        if (missed) {
            ngx_eo_ok(0, "every match of \"%.*s\" passes",
                      (int) pattern.len, buf);
        }
    }

    ngx_eo_ok(patterns > NGX_EO_TEST_PATTERNS / 4, "%d patterns",
              (int) patterns);
    ngx_eo_ok(all > NGX_EO_TEST_PATTERNS, "%d matches", (int) all);
}


/* pieces of requests that rules of all kinds look for, and harmless ones */

static const char  *ngx_eo_test_pieces[] = {
    "' or '1'='1", "1 union select a from b", "<script>alert(1)</script>",
    "../../etc/passwd", "; cat /etc/passwd", "$(id)", "`ls`", "onload=x",
    "javascript:alert(1)", "%00", "%0d%0aSet-Cookie: a=b", "\\x5c", "--",
    "/*!50000*/", "<?php eval($_GET[a]);", "O:8:\"stdClass\":0:{}",
    "http://10.0.0.1/x", "php://input", "java.lang.Runtime", "rO0ABQ",
    "{{7*7}}", "sleep(5)", "0x414243", "\"><img src=x onerror=y>", "l's -la",
    "&#106;avascript", "+ADw-script", "${jndi:ldap://x}", "()  { :; };",
    "hello", "world", "2026-11-22", "anna@example.com", "a b c", "42",
    "The quick brown fox", "/index.html", "x=1&y=2", "caf%c3%a9", "O'Neil",
    "wget%20http", "expect://id", "session_id", "cmd.exe /c dir", "%u0027",
    "select", "having 1=1", ")(|(uid=*)", "document.cookie", "[$ne]", "~!@#$"
};


static const char  *ngx_eo_test_names[] = {
    "id", "q", "page", "a[b]", "x'", "url", "file", "<b>", "phpsessid"
};


static void
ngx_eo_test_report(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_report_t *report)
{
    ngx_eo_test_outcome_t  *outcome = tx->data;

    outcome->limit |= report->limit;
    outcome->last = ngx_slprintf(outcome->last,
                                 outcome->log + sizeof(outcome->log),
                                 "%ui %V=%V \"%V\" %V;",
                                 report->rule->actions.id, &report->name,
                                 &report->value, &report->notes->msg,
                                 &report->notes->data);
}


static u_char *
ngx_eo_test_arguments(u_char *p, u_char *last, ngx_uint_t encode)
{
    u_char      *s;
    ngx_uint_t   i, n;

    n = ngx_eo_test_random(4);

    for (i = 0; i < n; i++) {
        p = ngx_slprintf(p, last, "%s%s=", i ? "&" : "",
                         ngx_eo_test_pick(ngx_eo_test_names));

        for (s = (u_char *) ngx_eo_test_pick(ngx_eo_test_pieces); *s; s++) {

            if (encode && ngx_strchr(" &#%+\"<>", *s)) {
                p = ngx_slprintf(p, last, "%%%02xd", (ngx_uint_t) *s);

            } else {
                *p++ = *s;
            }
        }
    }

    return p;
}


/*
 * One argument of some kilobytes: transformations change it in many places,
 * and find words in it that are not there before.
 */

static u_char *
ngx_eo_test_long_argument(u_char *p, u_char *last)
{
    u_char      *s, *end;
    ngx_uint_t   twice;

    p = ngx_slprintf(p, last, "%slong=", ngx_eo_test_random(2) ? "" : "&");
    end = p + 2000 + ngx_eo_test_random(1500);

    while (p < end) {
        p = ngx_slprintf(p, last, "%s+",
                         ngx_eo_test_random(3) ? "Plain prose"
                         : ngx_eo_test_random(3) ? "%26amp;%2575+\\x%2f%2a%2a/"
                         : "  \t\r\n/./");

        if (ngx_eo_test_random(40)) {
            continue;
        }

        twice = ngx_eo_test_random(3);

        for (s = (u_char *) ngx_eo_test_pick(ngx_eo_test_pieces); *s; s++) {
            p = ngx_slprintf(p, last, twice ? "%%25%02xd" : "%%%02xd",
                             (ngx_uint_t) *s);
        }
    }

    return p;
}


static void
ngx_eo_test_generate(ngx_eo_test_request_t *request)
{
    u_char  *p, *last;

    static ngx_str_t  types[] = {
        ngx_string("application/x-www-form-urlencoded"),
        ngx_string("application/json"),
        ngx_string("text/xml")
    };

    p = request->uri.data = request->data[0];
    last = p + 1000;
    p = ngx_slprintf(p, last, "/%s?", ngx_eo_test_random(3) ? "index.php"
                                     : "a/../.htaccess");
    p = ngx_eo_test_arguments(p, last, 1);
    request->uri.len = p - request->uri.data;

    p = request->agent.data = request->data[1];
    p = ngx_slprintf(p, p + 1000, "%s %s",
                     ngx_eo_test_random(4) ? "Mozilla/5.0" : "sqlmap/1.0",
                     ngx_eo_test_pick(ngx_eo_test_pieces));
    request->agent.len = p - request->agent.data;

    p = request->cookie.data = request->data[2];
    p = ngx_slprintf(p, p + 1000, "s=%s; __utmz=%s",
                     ngx_eo_test_pick(ngx_eo_test_pieces),
                     ngx_eo_test_pick(ngx_eo_test_pieces));
    request->cookie.len = p - request->cookie.data;

    request->type = types[request->large ? 0 : ngx_eo_test_random(3)];

    p = request->body.data = request->data[4];
    last = p + 1000;

    if (request->type.data == types[0].data) {
        p = ngx_eo_test_arguments(p, last, ngx_eo_test_random(2));

        if (request->large) {
            p = ngx_eo_test_long_argument(p, last + 7000);
        }

    } else if (request->type.data == types[1].data) {
        p = ngx_slprintf(p, last, "{\"a\":\"%s\",\"b\":[1,\"x y\"]}",
                         ngx_eo_test_random(2) ? "sleep(5)" : "hello");

    } else {
        p = ngx_slprintf(p, last, "<a b=\"%s\">%s</a>",
                         ngx_eo_test_random(2) ? "1 union select 2" : "b",
                         ngx_eo_test_random(2) ? "$(id)" : "text");
    }

    request->body.len = p - request->body.data;
}


static ngx_int_t
ngx_eo_test_run(ngx_eo_seclang_ruleset_t *set, ngx_eo_test_request_t *from,
    ngx_uint_t prefilter, ngx_eo_test_outcome_t *outcome)
{
    ngx_uint_t                i, phase;
    ngx_eo_seclang_tx_t       tx;
    ngx_eo_seclang_request_t  request;

    static ngx_str_t  names[] = {
        ngx_string("Host"), ngx_string("User-Agent"), ngx_string("Cookie"),
        ngx_string("Content-Type"), ngx_string("Accept")
    };

    static ngx_str_t  host = ngx_string("www.example.com");
    static ngx_str_t  accept = ngx_string("*/*");

    ngx_str_t  *values[] = {
        &host, &from->agent, &from->cookie, &from->type, &accept
    };

    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));
    ngx_memzero(&request, sizeof(ngx_eo_seclang_request_t));

    outcome->last = outcome->log;
    outcome->limit = 0;

    tx.data = outcome;
    tx.report = ngx_eo_test_report;
    tx.prefilter = prefilter;

    ngx_str_set(&request.method, "POST");
    ngx_str_set(&request.protocol, "HTTP/1.1");
    ngx_str_set(&request.remote_addr, "192.0.2.1");
    ngx_str_set(&request.unique_id, "5834168759555580806");
    request.uri = from->uri;

    if (ngx_eo_seclang_tx_init(&tx, set, 16 * 1024 * 1024) != NGX_OK
        || ngx_eo_seclang_tx_request(&tx, &request) != NGX_OK)
    {
        goto failed;
    }

    tx.engine = NGX_EO_SECLANG_ENGINE_DETECTION;

    for (i = 0; i < 5; i++) {
        if (ngx_eo_seclang_tx_header(&tx, &names[i], values[i]) != NGX_OK) {
            goto failed;
        }
    }

    for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {

        if (phase == NGX_EO_SECLANG_REQUEST_BODY
            && ngx_eo_seclang_tx_body(&tx, &from->body, 1) != NGX_OK)
        {
            goto failed;
        }

        if (ngx_eo_seclang_run(&tx, phase) != NGX_DECLINED) {
            goto failed;
        }
    }

    ngx_eo_seclang_tx_done(&tx);

    return NGX_OK;

failed:

    ngx_eo_seclang_tx_done(&tx);

    return NGX_ERROR;
}


/*
 * Rules with what the Core Rule Set has none or little of; where that is
 * installed, it is tested as well.
 */

static char  ngx_eo_test_own_rules[] =
    "SecRequestBodyAccess On\n"
    "SecRule REQUEST_HEADERS:Content-Type \"^application/json\" "
        "\"id:1,phase:1,nolog,pass,ctl:requestBodyProcessor=JSON\"\n"
    "SecRule REQUEST_HEADERS:Content-Type \"^text/xml\" "
        "\"id:2,phase:1,nolog,pass,ctl:requestBodyProcessor=XML\"\n"
    "SecRule ARGS|ARGS_NAMES \"@rx (?i)UNION\\s+SELECT\" "
        "\"id:10,phase:2,pass,log,t:lowercase,setvar:tx.n=+1\"\n"
    "SecRule ARGS \"!@rx ^[a-z0-9 ]*$\" \"id:11,phase:2,pass,log\"\n"
    "SecRule ARGS|!ARGS:id \"@contains alert\" \"id:12,phase:2,pass,log\"\n"
    "SecRule REQUEST_HEADERS \"@pm sqlmap nikto ;\" \"id:13,phase:1,pass,"
        "log,capture,msg:'%{TX.0}'\"\n"
    "SecRule ARGS \"@rx [<>]\" \"id:14,phase:2,pass,log,multiMatch,"
        "t:urlDecodeUni,t:htmlEntityDecode,t:lowercase\"\n"
    "SecRule &ARGS \"@gt 1\" \"id:15,phase:2,pass,log\"\n"
    "SecRule ARGS:q|ARGS:/^p/ \"@beginsWith hello\" "
        "\"id:16,phase:2,pass,log\"\n"
    "SecRule REQUEST_COOKIES|XML:/* \"@streq $(id)\" "
        "\"id:17,phase:2,pass,log\"\n"
    "SecRule ARGS \"@detectXSS\" \"id:18,phase:2,pass,log\"\n"
    "SecRule ARGS \"@detectSQLi\" \"id:19,phase:2,pass,log\"\n"
    "SecRule ARGS|REQUEST_BODY \"@validateByteRange 32-126\" "
        "\"id:20,phase:2,pass,log,t:urlDecode\"\n"
    "SecRule ARGS \"@within hello world\" \"id:21,phase:2,pass,log\"\n"
    "SecRule ARGS \"@rx select\" \"id:22,phase:2,pass,log,chain\"\n"
    "SecRule MATCHED_VAR \"@rx union\" \"chain\"\n"
    "SecRule REQUEST_URI \"@rx q=\" \"setvar:tx.n=+2\"\n"
    "SecRule TX:n \"@ge 2\" \"id:23,phase:2,pass,log\"\n"
    "SecRule TX:/^n/ \"@rx .\" \"id:24,phase:2,pass,log\"\n"
    "SecRule ARGS \"@endsWith passwd\" \"id:25,phase:2,pass,log,"
        "ctl:ruleRemoveTargetById=26;ARGS:file\"\n"
    "SecRule ARGS \"@containsWord cat\" \"id:26,phase:2,pass,log\"\n"
    "SecRule TX:n \"@lt 1\" \"id:27,phase:2,pass,nolog,skipAfter:END\"\n"
    "SecRule REQUEST_COOKIES \"@rx .\" \"id:28,phase:2,pass,log\"\n"
    "SecMarker END\n"
    "SecRule ARGS \"@validateUrlEncoding\" \"id:29,phase:2,pass,log\"\n"
    "SecRule ARGS \"@rx l[\\\\'\\\"]*s\\b\" \"id:30,phase:2,pass,log\"\n";


static char  ngx_eo_test_core_rules[] =
    "SecRequestBodyAccess On\n"
    "SecRule REQUEST_HEADERS:Content-Type \"^application/json\" "
        "\"id:1,phase:1,nolog,pass,ctl:requestBodyProcessor=JSON\"\n"
    "SecRule REQUEST_HEADERS:Content-Type \"^text/xml\" "
        "\"id:2,phase:1,nolog,pass,ctl:requestBodyProcessor=XML\"\n"
    "Include /etc/modsecurity/crs/crs-setup.conf\n"
    "SecAction \"id:3,phase:1,nolog,pass,setvar:tx.paranoia_level=4\"\n"
    "Include /usr/share/modsecurity-crs/rules/*.conf\n";


static void
ngx_eo_test_compare(ngx_eo_unit_t *t, char *rules, ngx_uint_t requests,
    ngx_uint_t large)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                  name, text;
    ngx_uint_t                 n, compared, matched, different;
    ngx_eo_test_request_t      request;
    ngx_eo_test_outcome_t     *with, *without;
    ngx_eo_seclang_ruleset_t  *set;

    ngx_str_set(&name, "test.conf");
    text.data = (u_char *) rules;
    text.len = ngx_strlen(rules);

    set = ngx_eo_seclang_create(t->pool);
    with = ngx_palloc(t->pool, sizeof(ngx_eo_test_outcome_t));
    without = ngx_palloc(t->pool, sizeof(ngx_eo_test_outcome_t));

    errstr[0] = '\0';

    if (!ngx_eo_ok(set != NULL && with != NULL && without != NULL
                   && ngx_eo_seclang_read_text(set, &name, &text, errstr)
                      == NGX_OK
                   && ngx_eo_seclang_link(set, errstr) == NGX_OK,
                   "rules compile: %s", errstr))
    {
        return;
    }

    ngx_eo_test_seed = 1;
    compared = 0;
    matched = 0;
    different = 0;

    request.large = large;

    for (n = 0; n < requests; n++) {
        ngx_eo_test_generate(&request);

        if (ngx_eo_test_run(set, &request, 1, with) != NGX_OK
            || ngx_eo_test_run(set, &request, 0, without) != NGX_OK)
        {
            ngx_eo_ok(0, "request %d is evaluated", (int) n);
            return;
        }

        matched += (with->last != with->log);

        /*
         * An expression at its limit may not have been run with it; that of
         * time, which large texts have, may be reached in any run.
         */

        if (without->limit || (large && with->limit)) {
            continue;
        }

        compared++;

        if (with->last - with->log != without->last - without->log
            || ngx_memcmp(with->log, without->log, with->last - with->log)
               != 0)
        {
            different++;
            ngx_eo_ok(0, "%.*s: %.*s, not %.*s", (int) request.uri.len,
                      request.uri.data, (int) (with->last - with->log),
                      with->log, (int) (without->last - without->log),
                      without->log);
        }
    }

    ngx_eo_is_int(different, 0, "the same outcome with and without it");
    ngx_eo_ok(matched > requests / 2, "%d requests match", (int) matched);
    ngx_eo_ok(compared > requests / 4, "%d were compared", (int) compared);
}


ngx_eo_unit_test(waf_managed_prefilter_rules)
{
    ngx_eo_test_compare(t, ngx_eo_test_own_rules, 3000, 0);
    ngx_eo_test_compare(t, ngx_eo_test_own_rules, 1000, 1);
}


ngx_eo_unit_test(waf_managed_prefilter_core_rules)
{
    ngx_file_info_t  fi;

    if (ngx_file_info("/usr/share/modsecurity-crs/rules", &fi)
        == NGX_FILE_ERROR)
    {
        return;
    }

    ngx_eo_test_compare(t, ngx_eo_test_core_rules, 600, 0);
    ngx_eo_test_compare(t, ngx_eo_test_core_rules, 200, 1);
}


/* a word is found wherever it is, and nothing stays for the next text */

ngx_eo_unit_test(waf_managed_prefilter_places)
{
    size_t                       len, at;
    u_char                       text[150];
    uint64_t                     bits;
    ngx_str_t                    word = ngx_string("needle");
    ngx_str_t                    str;
    ngx_uint_t                   missed, extra;
    ngx_eo_seclang_require_t     require;
    ngx_eo_seclang_prefilter_t  *prefilter;

    if (!ngx_eo_is_int(ngx_eo_seclang_require_rx(t->pool, &word, &require),
                       NGX_OK, "what a word requires"))
    {
        return;
    }

    prefilter = ngx_eo_seclang_prefilter_build(t->pool, &require, 1);

    if (!ngx_eo_ok(prefilter != NULL, "is built")) {
        return;
    }

    missed = 0;
    extra = 0;
    str.data = text;

    for (len = word.len; len <= sizeof(text); len++) {

        for (at = 0; at + word.len <= len; at++) {
            ngx_memset(text, 'n', len);
            str.len = len;

            ngx_eo_seclang_prefilter_scan(prefilter, &str, &bits);
            extra += bits & 1;

            ngx_memcpy(text + at, word.data, word.len);

            ngx_eo_seclang_prefilter_scan(prefilter, &str, &bits);
            missed += !(bits & 1);
        }
    }

    ngx_eo_is_int(missed, 0, "found everywhere");
    ngx_eo_is_int(extra, 0, "and nowhere else");
}


/* the same where texts are read in four places: all lengths, all places */

ngx_eo_unit_test(waf_managed_prefilter_long_places)
{
    size_t                       len, at, other;
    u_char                       text[2304];
    uint64_t                     bits;
    ngx_str_t                    str;
    ngx_uint_t                   missed, extra;
    ngx_eo_seclang_require_t     require;
    ngx_eo_seclang_prefilter_t  *prefilter;

    static u_char  first[] = "needleworker";
    static u_char  second[] = "THREADBARELY";

    ngx_str_t  pattern = ngx_string("(?i)needleworker.*threadbarely");

    if (!ngx_eo_is_int(ngx_eo_seclang_require_rx(t->pool, &pattern,
                                                 &require),
                       NGX_OK, "what two words require"))
    {
        return;
    }

    prefilter = ngx_eo_seclang_prefilter_build(t->pool, &require, 1);

    if (!ngx_eo_ok(prefilter != NULL, "is built")) {
        return;
    }

    missed = 0;
    extra = 0;
    str.data = text;

    /* a word in one place and one in another, both or one of them */

    for (len = 1010; len <= sizeof(text); len += (len < 1040) ? 1 : 59) {

        ngx_memset(text, 'n', len);
        str.len = len;

        for (at = 0; at + 12 <= len; at++) {
            other = (at + len / 2) % (len - 12);

            ngx_memcpy(text + at, first, 12);

            ngx_eo_seclang_prefilter_scan(prefilter, &str, &bits);
            extra += bits & 1;

            ngx_memcpy(text + other, second, 12);

            ngx_eo_seclang_prefilter_scan(prefilter, &str, &bits);
            missed += !(bits & 1);

            ngx_memset(text + at, 'n', 12);

            ngx_eo_seclang_prefilter_scan(prefilter, &str, &bits);
            extra += bits & 1;

            ngx_memset(text + other, 'n', 12);
        }
    }

    ngx_eo_is_int(missed, 0, "found everywhere");
    ngx_eo_is_int(extra, 0, "and nowhere else");
}


/* all pairs of bytes, and texts that differ in one place */

ngx_eo_unit_test(waf_managed_prefilter_same_but_case)
{
    u_char      x[24], y[24];
    ngx_str_t   a, b;
    ngx_uint_t  i, k, at, wrong;

    a.data = x;
    b.data = y;
    wrong = 0;

    for (at = 0; at < sizeof(x); at++) {

        a.len = ngx_max(at + 1, 8);
        b.len = a.len;

        ngx_memset(x, 'q', sizeof(x));
        ngx_memset(y, 'Q', sizeof(y));

        for (i = 0; i < 256; i++) {
            x[at] = (u_char) i;

            for (k = 0; k < 256; k++) {
                y[at] = (u_char) k;

                wrong += ngx_eo_seclang_same_but_case(&a, &b)
                         != (ngx_tolower((u_char) i)
                             == ngx_tolower((u_char) k));
            }
        }
    }

    ngx_eo_is_int(wrong, 0, "pairs of bytes");

    ngx_memset(x, 'q', sizeof(x));

    a.len = sizeof(x);
    b.len = sizeof(x) - 1;
    b.data = x;

    ngx_eo_is_int(ngx_eo_seclang_same_but_case(&a, &b), 0,
                  "a text that goes on");
}


/* more operators than a set of words of 64 bits can be noted for one by one */

#define NGX_EO_TEST_OPERATORS  4480

ngx_eo_unit_test(waf_managed_prefilter_many)
{
    u_char                       text[2100];
    uint64_t                     bits[NGX_EO_TEST_OPERATORS / 64];
    ngx_str_t                    word;
    ngx_uint_t                   i, k, n, wrong;
    ngx_eo_seclang_require_t    *requires;
    ngx_eo_seclang_prefilter_t  *prefilter;

    n = NGX_EO_TEST_OPERATORS;
    requires = ngx_pcalloc(t->pool, n * sizeof(ngx_eo_seclang_require_t));

    if (requires == NULL) {
        return;
    }

    for (i = 0; i < n; i++) {
        word.data = ngx_pnalloc(t->pool, 8);

        if (word.data == NULL) {
            return;
        }

        word.len = ngx_sprintf(word.data, "w%04uix", i) - word.data;

        if (ngx_eo_seclang_require_rx(t->pool, &word, &requires[i]) != NGX_OK)
        {
            return;
        }
    }

    prefilter = ngx_eo_seclang_prefilter_build(t->pool, requires, n);

    if (!ngx_eo_ok(prefilter != NULL, "is built")) {
        return;
    }

    wrong = 0;
    word.data = text;
    ngx_memset(text, '-', sizeof(text));

    for (i = 0; i < n; i += 7) {

        /* short texts, such as are not kept, and long ones */

        word.len = (i % 3 == 0) ? 10 : (i % 3 == 1) ? 200 : sizeof(text);
        (void) ngx_sprintf(text + 3, "w%04uix", i);

        ngx_eo_seclang_prefilter_scan(prefilter, &word, bits);

        for (k = 0; k < n; k++) {
            wrong += ((bits[k / 64] >> (k % 64)) & 1) != (k == i);
        }
    }

    ngx_eo_is_int(wrong, 0, "each finds its own text only");
}


/* what is said of libinjection: see NGX_EO_SECLANG_OP_SQLI and _XSS */

ngx_eo_unit_test(waf_managed_prefilter_libinjection)
{
    u_char       word[40];
    char         fingerprint[NGX_EO_SECLANG_FINGERPRINT];
    size_t       k;
    ngx_str_t    text;
    ngx_uint_t   n, found;

    ngx_eo_seclang_operator_t       op;
    ngx_eo_seclang_arena_t          arena;
    ngx_eo_seclang_operand_t        operand;
    ngx_eo_seclang_operator_conf_t  conf;

    static u_char  letters[] = "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRST"
                               "UVWXYZ";
    static u_char  others[] = "abonclid /'\"`>:\t&;-#!?()x1%";

    ngx_memzero(&conf, sizeof(ngx_eo_seclang_operator_conf_t));
    ngx_memzero(&op, sizeof(ngx_eo_seclang_operator_t));
    ngx_eo_seclang_arena_init(&arena, 1024 * 1024);

    ngx_eo_is_int(ngx_eo_seclang_init_detect_sqli(&conf, &op), NGX_OK,
                  "keywords");

    ngx_eo_test_seed = 3;
    found = 0;
    text.data = word;

    for (n = 0; n < 200000; n++) {
        text.len = 1 + ngx_eo_test_random(n % 2 ? 6 : sizeof(word));

        for (k = 0; k < text.len; k++) {
            word[k] = letters[ngx_eo_test_random(sizeof(letters) - 1)];
        }

        found += ngx_eo_seclang_sqli(&text, fingerprint);
    }

    ngx_eo_is_int(found, 0, "a single word is no SQL");

    for (n = 0; n < 200000; n++) {
        text.len = 1 + ngx_eo_test_random(sizeof(word));

        for (k = 0; k < text.len; k++) {
            word[k] = others[ngx_eo_test_random(sizeof(others) - 1)];
        }

        operand.input = text;
        operand.arena = &arena;
        found += (ngx_eo_seclang_op_detect_xss(&op, &operand)
                  != NGX_EO_SECLANG_NO_MATCH);

        ngx_eo_seclang_arena_reset(&arena);
    }

    ngx_eo_is_int(found, 0, "nothing without \"<\" and \"=\" is a script");
}
