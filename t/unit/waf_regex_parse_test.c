
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What is taken, what is not and why, and what stands for what.
 */


#include "ngx_eo_unit.h"
#include "waf_regex_test.h"


typedef struct {
    const char  *pattern;
    const char  *reason;
} rx_parse_reason_t;


typedef struct {
    const char  *pattern;
    const char  *text;
    ngx_uint_t   options;
    int          start;        /* -1: no match */
    int          end;
} rx_parse_match_t;


ngx_eo_unit_test(waf_regex_parse_reasons)
{
    u_char             *p;
    ngx_str_t           pattern;
    ngx_uint_t          i;
    const char         *reason;
    ngx_eo_rx_t        *rx;

    static rx_parse_reason_t  cases[] = {
        { "(a)\\1", "a back-reference" },
        { "(?<x>a)\\k<x>", "a back-reference" },
        { "(?P<x>a)(?P=x)", "a reference to a group" },
        { "(?R)", "a condition, a recursion or a call-out" },
        { "(a)?(?(1)b|c)", "a condition, a recursion or a call-out" },
        { "(?<=ab)c", "a look-behind of several bytes" },
        { "(?!a|bc)d", "a look-ahead of several bytes" },
        { "(?!ab)c", "a look-ahead of several bytes that is not last" },
        { "(?:a(?!bc)|d)e", "a look-ahead of several bytes that is not last" },
        { "(?>ab|a)c", "an atomic group" },
        { "(?:ab)*+a", "a possessive repeat of more than a byte" },
        { "(*UTF)a", "a verb \"(*...\"" },
        { "a\\Kb", "an escape that only PCRE2 knows" },
        { "\\pL", "an escape that only PCRE2 knows" },
        { "\\X", "an escape that only PCRE2 knows" },
        { "(?xx)[a b]", "the flag \"xx\"" },
        { "[[:<:]]a", "a class of POSIX that only PCRE2 knows" },
        { "x{,3}", "braces that versions of PCRE2 read differently" },
        { "x{1 ,3}", "braces that versions of PCRE2 read differently" },
        { "\\b+a", "a repeat of something without bytes" },
        { "(?:[a-z]{1000}x){100}", "it has too many states" },
        { "a)", "it is not valid" },
        { "(a", "it is not valid" },
        { "[a", "it is not valid" },
        { "*a", "it is not valid" },
        { "a\\", "it is not valid" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pattern.data = (u_char *) cases[i].pattern;
        pattern.len = ngx_strlen(cases[i].pattern);
        reason = NULL;

        ngx_eo_is_int(ngx_eo_rx_compile(t->pool, &pattern, 0, &rx, &reason),
                      NGX_DECLINED, "%s is not taken", cases[i].pattern);
        ngx_eo_ok(reason && ngx_strcmp(reason, cases[i].reason) == 0,
                  "%s: %s", cases[i].pattern, reason ? reason : "(none)");
    }

    /* groups: as many within one another as PCRE2 takes, and one more */

    p = ngx_pnalloc(t->pool, 600);

    if (!ngx_eo_ok(p != NULL, "memory")) {
        return;
    }

    for (i = 249; i <= 250; i++) {
        ngx_memset(p, '(', i);
        p[i] = 'a';
        ngx_memset(p + i + 1, ')', i);
        pattern.data = p;
        pattern.len = 2 * i + 1;

        ngx_eo_is_int(ngx_eo_rx_compile(t->pool, &pattern, 0, &rx, &reason),
                      (i == 249) ? NGX_OK : NGX_DECLINED,
                      "%d groups within one another", (int) i);
    }
}


ngx_eo_unit_test(waf_regex_parse_matches)
{
    int                ours, theirs;
    size_t             ends[2];
    ngx_int_t          rc;
    ngx_str_t          text;
    ngx_uint_t         i;
    rx_test_t          test;
    ngx_eo_rx_work_t   work;

    static rx_parse_match_t  cases[] = {
        { "a|ab", "xab", 0, 1, 2 },
        { "ab|a", "xab", 0, 1, 3 },
        { "a+?", "caab", 0, 1, 2 },
        { "a+", "caab", 0, 1, 3 },
        { "(?:|a)+", "aa", 0, 0, 0 },
        { "(?:|a)+?$", "aa", 0, 0, 2 },
        { "(?:a|b|)*c", "abac", 0, 0, 4 },
        { "^a", "\na", 0, -1, 0 },
        { "^a", "\na", NGX_EO_RX_MULTILINE, 1, 2 },
        { "a$", "a\n", 0, 0, 1 },
        { "a$", "a\n", NGX_EO_RX_DOLLAR_ENDONLY, -1, 0 },
        { "a$", "a\n\n", 0, -1, 0 },
        { "a\\Z", "a\n", NGX_EO_RX_DOLLAR_ENDONLY, 0, 1 },
        { "a\\z", "a\n", 0, -1, 0 },
        { "\\n$", "a\n\n", 0, 1, 2 },
        { "^", "a\n", NGX_EO_RX_MULTILINE, 0, 0 },
        { "\\n^", "a\n", NGX_EO_RX_MULTILINE, -1, 0 },
        { "\\bfoo\\b", "xfoo foo", 0, 5, 8 },
        { "o\\B", "foo", 0, 1, 2 },
        { ".", "\n", 0, -1, 0 },
        { ".", "\n", NGX_EO_RX_DOTALL, 0, 1 },
        { "A(?i)B|c", "C", 0, 0, 1 },
        { "A(?i:b)c", "ABC", 0, -1, 0 },
        { "[^a]", "aAb", NGX_EO_RX_CASELESS, 2, 3 },
        { "[[:upper:]]", "a", NGX_EO_RX_CASELESS, 0, 1 },
        { "[a-\\x7a]{3}", "ab-abcd", 0, 3, 6 },
        { "a*+a", "aaa", 0, -1, 0 },
        { "a{1,2}+a", "aaa", 0, 0, 3 },
        { "(?>a+)b", "aab", 0, 0, 3 },
        { "a(?!b)", "abac", 0, 2, 3 },
        { "(?<![\\w.])a", ".a a", 0, 3, 4 },
        { "(?<=\\n)a", "a\na", 0, 2, 3 },
        { "\\R\\n", "\r\n", 0, -1, 0 },
        { "\\Qa.b\\E", "acb a.b", 0, 4, 7 },
        { "a b # c", "ab", NGX_EO_RX_EXTENDED, 0, 2 },
        { "(?<name>a)(?'other'b)", "ab", 0, 0, 2 },
        { "(?|a|b)c", "bc", 0, 0, 2 },
        { "a{b}", "a{b}", 0, 0, 4 },
        { "\\x41[\\101]\\o{101}\\x{41}\\cA", "AAAA\x01", 0, 0, 5 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test.pattern.data = (u_char *) cases[i].pattern;
        test.pattern.len = ngx_strlen(cases[i].pattern);
        test.options = cases[i].options;

        text.data = (u_char *) cases[i].text;
        text.len = ngx_strlen(cases[i].text);

        rc = rx_test_compile(t->pool, &test);

        if (!ngx_eo_is_int(rc, NGX_OK, "%s is taken", cases[i].pattern)) {
            rx_test_free(&test);
            continue;
        }

        ends[0] = 0;
        ends[1] = 0;
        work.left = 1000000;

        ngx_eo_rx_begin();

        ours = (ngx_eo_rx_find(test.rx, &text, 0, ends, &work) == NGX_OK)
               ? (int) ends[0] : -1;

        ngx_eo_is_int(ours, cases[i].start, "where %s begins",
                      cases[i].pattern);

        if (ours != -1) {
            ngx_eo_is_int(ends[1], cases[i].end, "and ends");
        }

        theirs = (int) rx_test_agree(&test, &text);
        ngx_eo_is_int(theirs, 1, "so does PCRE2");

        rx_test_free(&test);
    }
}


/* what is taken roughly matches whatever PCRE2 matches */

ngx_eo_unit_test(waf_regex_rough)
{
    ngx_str_t          pattern, text;
    ngx_uint_t         i;
    const char        *reason;
    ngx_eo_rx_t       *rx;
    ngx_eo_rx_work_t   work;

    static const char  *cases[][3] = {
        { "(a+)b\\1c", "aabaac", "aabaad" },
        { "(?:ab|a)*+c(?!dd)e", "ababce", "ababde" },
        { "(?<!&amp|&lt);x", "a;x", "a;y" },
        { "(?>a|ab)c", "ac", "ad" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pattern.data = (u_char *) cases[i][0];
        pattern.len = ngx_strlen(cases[i][0]);

        if (!ngx_eo_is_int(ngx_eo_rx_compile(t->pool, &pattern,
                                             NGX_EO_RX_ROUGH, &rx, &reason),
                           NGX_OK, "%s is taken", cases[i][0]))
        {
            continue;
        }

        ngx_eo_rx_begin();
        work.left = 1000000;

        text.data = (u_char *) cases[i][1];
        text.len = ngx_strlen(cases[i][1]);
        ngx_eo_is_int(ngx_eo_rx_test(rx, &text, &work), NGX_OK, "matches");

        text.data = (u_char *) cases[i][2];
        text.len = ngx_strlen(cases[i][2]);
        ngx_eo_is_int(ngx_eo_rx_test(rx, &text, &work), NGX_DECLINED,
                      "and does not match everything");
    }
}


/* from an offset on, what is before it is seen by conditions alone */

ngx_eo_unit_test(waf_regex_find_from)
{
    size_t             ends[2];
    ngx_str_t          text, pattern;
    ngx_uint_t         n;
    const char        *reason;
    ngx_eo_rx_t       *rx;
    ngx_eo_rx_work_t   work;

    ngx_str_set(&pattern, "\\ba+");
    ngx_str_set(&text, "aa baa aaa");

    if (!ngx_eo_is_int(ngx_eo_rx_compile(t->pool, &pattern, 0, &rx, &reason),
                       NGX_OK, "compiles"))
    {
        return;
    }

    ngx_eo_rx_begin();
    work.left = 1000000;

    ngx_eo_is_int(ngx_eo_rx_find(rx, &text, 1, ends, &work), NGX_OK,
                  "found after an offset");
    ngx_eo_is_int(ends[0], 7, "where it begins");
    ngx_eo_is_int(ends[1], 10, "where it ends");

    ngx_eo_is_int(ngx_eo_rx_find(rx, &text, 8, ends, &work), NGX_DECLINED,
                  "not in the middle of a word");

    for (n = 0; n < text.len; n++) {
        work.left = (int64_t) n;
        ngx_eo_is_int(ngx_eo_rx_find(rx, &text, 8, ends, &work), NGX_BUSY,
                      "work for %d bytes does not suffice", (int) n);
    }
}


/* what a request counts does not depend on those before it */

ngx_eo_unit_test(waf_regex_work)
{
    ngx_str_t          texts[3], pattern;
    ngx_uint_t         i, n, different;
    const char        *reason;
    ngx_eo_rx_t       *rx;
    ngx_eo_rx_work_t   work, first[3];

    ngx_str_set(&pattern, "(?i)union\\s+(?:all\\s+)?select|\\bor\\b.{1,9}=");
    ngx_str_set(&texts[0], "the union of all who select or are = selected");
    ngx_str_set(&texts[1], "nothing of the kind, nor of another kind");
    ngx_str_set(&texts[2], "unionunionunion oror or or or or selectselect");

    if (!ngx_eo_is_int(ngx_eo_rx_compile(t->pool, &pattern, 0, &rx, &reason),
                       NGX_OK, "compiles"))
    {
        return;
    }

    different = 0;

    /* often enough for the tags of requests to begin again */

    for (n = 0; n < 5000; n++) {
        i = (n < 3) ? n : (n * 7 / 3) % 3;

        ngx_eo_rx_begin();
        work.left = 1000000;
        (void) ngx_eo_rx_test(rx, &texts[i], &work);

        if (n < 3) {
            first[i] = work;
        }

        different += (work.left != first[i].left);
    }

    ngx_eo_is_int(different, 0, "the same work each time");

    /* within a request a state is found once */

    (void) ngx_eo_rx_test(rx, &texts[i], &work);

    ngx_eo_ok(work.left > first[i].left - (1000000 - first[i].left) / 2,
              "a text again costs less in the same request");
}
