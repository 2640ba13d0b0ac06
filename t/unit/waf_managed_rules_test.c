
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rule sets: what the reader refuses, and what rules do to a transaction.
 */


#include "ngx_eo_unit.h"
#include "seclang/variable/ngx_eo_seclang_tx.h"
#include "seclang/body/ngx_eo_seclang_body.h"
#include "seclang/parse/ngx_eo_seclang_parse.h"
#include "seclang/plan/ngx_eo_seclang_plan.h"
#include "seclang/run/ngx_eo_seclang_fill.h"
#include "seclang/run/ngx_eo_seclang_run.h"
#include "seclang/variable/ngx_eo_seclang_text.h"


typedef struct {
    u_char   log[8192];
    u_char  *last;
} ngx_eo_test_log_t;


typedef struct {
    const char  *text;
    const char  *says;
} ngx_eo_test_error_t;


/*
 * Rules in SecLang, a request, and the ids of the rules that log, in order.
 */

typedef struct {
    const char  *name;
    const char  *rules;
    const char  *uri;
    const char  *headers;
    const char  *body;
    const char  *ids;
} ngx_eo_test_run_t;


static ngx_eo_seclang_ruleset_t *ngx_eo_test_rules(ngx_eo_unit_t *t,
    const char *rules, u_char *errstr);
static void ngx_eo_test_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static ngx_int_t ngx_eo_test_headers(ngx_eo_seclang_tx_t *tx,
    const char *headers);
static ngx_int_t ngx_eo_test_transaction(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_ruleset_t *set, ngx_eo_test_run_t *test);
static void ngx_eo_test_run(ngx_eo_unit_t *t, ngx_eo_seclang_ruleset_t *set,
    ngx_eo_test_run_t *test, ngx_uint_t prefilter);


static ngx_eo_seclang_ruleset_t *
ngx_eo_test_rules(ngx_eo_unit_t *t, const char *rules, u_char *errstr)
{
    ngx_str_t                  name, text;
    ngx_eo_seclang_ruleset_t  *set;

    ngx_str_set(&name, "test.conf");
    text.data = (u_char *) rules;
    text.len = ngx_strlen(rules);

    set = ngx_eo_seclang_create(t->pool);

    if (set == NULL
        || ngx_eo_seclang_read_text(set, &name, &text, errstr) != NGX_OK
        || ngx_eo_seclang_link(set, errstr) != NGX_OK)
    {
        return NULL;
    }

    return set;
}


static ngx_eo_test_error_t  ngx_eo_test_errors[] = {

    { "SecNonsense On", "unknown directive \"SecNonsense\" in test.conf:1" },
    { "\n\nSecRuleEngine Maybe", "On, Off or DetectionOnly in test.conf:3" },
    { "SecRule ARGS", "1 arguments of \"SecRule\"" },
    { "SecRule ARGS \"@rx a\" \"id:1", "no closing \"" },
    { "SecRule ARGS \"@rx a\"x \"id:1\"", "right after a closing quote" },
    { "SecRule NOTHING \"@rx a\" \"id:1\"", "unknown variable \"NOTHING\"" },
    { "SecRule REQUEST_URI:x \"@rx a\" \"id:1\"", "has no members" },
    { "SecRule ARGS: \"@rx a\" \"id:1\"", "nothing selected" },
    { "SecRule ARGS:/a(/ \"@rx a\" \"id:1\"", "PCRE2" },
    { "SecRule XML:/a[1] \"@rx a\" \"id:1\"", "with \"*\" for any name" },
    { "SecRule ARGS \"@nope a\" \"id:1\"", "unknown operator \"@nope\"" },
    { "SecRule ARGS \"@rx a(\" \"id:1\"", "\"@rx\": expression refused" },
    { "SecRule ARGS \"@pmFromFile no.data\" \"id:1\"", "\"no.data\"" },
    { "SecRule ARGS \"@rx %{NOPE.x}\" \"id:1\"", "unknown variable \"NOPE\"" },
    { "SecRule ARGS \"@rx a\" \"id:1,t:rot13\"",
      "unknown transformation \"t:rot13\"" },
    { "SecRule ARGS \"@rx a\" \"id:1,explode\"",
      "unknown action \"explode\"" },
    { "SecRule ARGS \"@rx a\" \"id:x\"", "action \"id:x\"" },
    { "SecRule ARGS \"@rx a\" \"phase:6,id:1\"", "action \"phase:6\"" },
    { "SecRule ARGS \"@rx a\" \"id:1,status:99\"", "100 to 599" },
    { "SecRule ARGS \"@rx a\" \"id:1,setvar:foo\"", "COLLECTION.NAME" },
    { "SecRule ARGS \"@rx a\" \"id:1,setvar:args.x=1\"", "TX, IP, GLOBAL" },
    { "SecRule ARGS \"@rx a\" \"id:1,ctl:nope=On\"", "unknown option" },
    { "SecRule ARGS \"@rx a\" \"id:1,ctl:ruleEngine=x\"", "DetectionOnly" },
    { "SecRule ARGS \"@rx a\" \"id:1,ctl:ruleRemoveById=abc\"",
      "no id or range" },
    { "SecRule ARGS \"@rx a\" \"id:1,msg:'a\"", "no closing quote" },
    { "SecRule ARGS \"@rx a\" \"phase:2\"", "without \"id\"" },
    { "SecRule ARGS \"@rx a\" \"id:1\"\nSecRule ARGS \"@rx b\" \"id:1\"",
      "in test.conf:2" },
    { "SecRule ARGS \"@rx a\" \"id:1,chain\"", "chain of rule 1" },
    { "SecRule ARGS \"@rx a\" \"id:1,chain\"\nSecMarker X",
      "within the chain" },
    { "SecAction \"id:1,skipAfter:NOWHERE\"", "skipAfter:NOWHERE" },
    { "SecDefaultAction \"log,pass\"", "without \"phase\"" },
    { "SecDefaultAction \"phase:2,log\"", "disruptive" },
    { "SecArgumentSeparator &&", "one character" },
    { "SecRequestBodyLimit lots", "a number" },
    { "Include nowhere.conf", "nowhere.conf" },
    { "Include no-such-*.conf", "no file matches" },
    { "SecRuleRemoveById 1-x", "id or a range" },
    { NULL, NULL }
};


ngx_eo_unit_test(waf_managed_rules_errors)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_eo_test_error_t       *error;
    ngx_eo_seclang_ruleset_t  *set;

    for (error = ngx_eo_test_errors; error->text != NULL; error++) {
        errstr[0] = '\0';
        set = ngx_eo_test_rules(t, error->text, errstr);

        ngx_eo_ok(set == NULL, "refused: %s", error->text);
        ngx_eo_ok(ngx_strstr(errstr, error->says) != NULL,
                  "\"%s\" has \"%s\"", errstr, error->says);
    }
}


ngx_eo_unit_test(waf_managed_rules_long_line)
{
    char                      *text;
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_eo_seclang_ruleset_t  *set;

    text = ngx_alloc(2 * 1024 * 1024 + 1, t->log);
    if (text == NULL) {
        return;
    }

    ngx_memset(text, 'x', 2 * 1024 * 1024);
    text[2 * 1024 * 1024] = '\0';

    set = ngx_eo_test_rules(t, text, errstr);

    ngx_eo_ok(set == NULL && ngx_strstr(errstr, "1 MB") != NULL,
              "a line of 2 MB is refused");

    ngx_free(text);
}


static void
ngx_eo_test_report(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_report_t *report)
{
    ngx_eo_test_log_t  *log = tx->data;

    log->last = ngx_slprintf(log->last, log->log + sizeof(log->log) - 1,
                             "%s%ui%s", log->last > log->log ? " " : "",
                             report->rule->actions.id,
                             report->disruptive ? "!" : "");
    *log->last = '\0';
}


static ngx_int_t
ngx_eo_test_headers(ngx_eo_seclang_tx_t *tx, const char *headers)
{
    u_char     *p, *end, *colon;
    ngx_str_t   name, value;

    for (p = (u_char *) headers; *p; p = end + 1) {
        end = (u_char *) ngx_strchr(p, '\n');
        colon = (u_char *) ngx_strchr(p, ':');

        name.data = p;
        name.len = colon - p;
        value.data = colon + 2;
        value.len = end - value.data;

        if (ngx_eo_seclang_tx_header(tx, &name, &value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_test_transaction(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_ruleset_t *set, ngx_eo_test_run_t *test)
{
    ngx_int_t                 rc;
    ngx_str_t                 body;
    ngx_uint_t                phase;
    ngx_eo_seclang_request_t  request;

    ngx_memzero(&request, sizeof(ngx_eo_seclang_request_t));

    ngx_str_set(&request.method, "POST");
    ngx_str_set(&request.protocol, "HTTP/1.1");
    ngx_str_set(&request.remote_addr, "192.0.2.1");
    request.uri.data = (u_char *) test->uri;
    request.uri.len = ngx_strlen(test->uri);

    body.data = (u_char *) test->body;
    body.len = ngx_strlen(test->body);

    if (ngx_eo_seclang_tx_init(tx, set, 16 * 1024 * 1024) != NGX_OK
        || ngx_eo_seclang_tx_request(tx, &request) != NGX_OK
        || ngx_eo_test_headers(tx, test->headers) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {

        if (phase == NGX_EO_SECLANG_REQUEST_BODY
            && ngx_eo_seclang_tx_body(tx, &body, 1) != NGX_OK)
        {
            return NGX_ERROR;
        }

        rc = ngx_eo_seclang_run(tx, phase);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_DECLINED;
}


#define FORM  "Content-Type: application/x-www-form-urlencoded\n"
#define JSON  "Content-Type: application/json\n"
#define XML   "Content-Type: text/xml\n"
#define PART  "Content-Type: multipart/form-data; boundary=xx\n"

#define PARSE_JSON  "SecAction \"id:90,phase:1,nolog,pass,"                   \
                    "ctl:requestBodyProcessor=JSON\"\n"
#define PARSE_XML   "SecAction \"id:91,phase:1,nolog,pass,"                   \
                    "ctl:requestBodyProcessor=XML\"\n"

#define ON  "SecRuleEngine On\n"


static ngx_eo_test_run_t  ngx_eo_test_runs[] = {

    { "a match is logged",
      ON "SecRule ARGS:a \"@streq b\" \"id:1,phase:1,pass\"",
      "/?a=b", "", "", "1" },

    { "nolog",
      ON "SecRule ARGS:a \"@streq b\" \"id:1,phase:1,pass,nolog\"",
      "/?a=b", "", "", "" },

    { "the engine is off",
      "SecRuleEngine Off\nSecAction \"id:1,phase:1,pass\"",
      "/", "", "", "" },

    { "deny ends the request",
      ON "SecAction \"id:1,phase:1,deny\"\nSecAction \"id:2,phase:1,pass\"",
      "/", "", "", "1!" },

    { "deny in detection mode",
      "SecRuleEngine DetectionOnly\nSecAction \"id:1,phase:1,deny\"\n"
      "SecAction \"id:2,phase:1,pass\"",
      "/", "", "", "1 2" },

    { "block takes the default action",
      ON "SecDefaultAction \"phase:1,log,deny\"\n"
      "SecAction \"id:1,phase:1,block\"\nSecAction \"id:2,phase:1,pass\"",
      "/", "", "", "1!" },

    { "negation",
      ON "SecRule ARGS:a \"!@streq b\" \"id:1,phase:1,pass\"",
      "/?a=c", "", "", "1" },

    { "no member, no match, negated or not",
      ON "SecRule ARGS:x \"!@streq b\" \"id:1,phase:1,pass\"",
      "/?a=c", "", "", "" },

    { "names are selected without letter case",
      ON "SecRule ARGS:FOO \"@streq 1\" \"id:1,phase:1,pass\"\n"
      "SecRule REQUEST_HEADERS:host \"@streq h\" \"id:2,phase:1,pass\"",
      "/?foo=1", "Host: h\n", "", "1 2" },

    { "selection by expression, and by a quoted one",
      ON "SecRule ARGS:/^a|b$/ \"@rx .\" \"id:1,phase:1,pass\"\n"
      "SecRule &ARGS:'/^A/' \"@eq 2\" \"id:2,phase:1,pass\"",
      "/?ax=1&ay=2", "", "", "1 2" },

    { "exclusion by name and by expression",
      ON "SecRule ARGS|!ARGS:a \"@rx x\" \"id:1,phase:1,pass\"\n"
      "SecRule ARGS|!ARGS:/^a/ \"@rx x\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS|!ARGS:b \"@rx x\" \"id:3,phase:1,pass\"",
      "/?a=x", "", "", "3" },

    { "counting",
      ON "SecRule &ARGS \"@eq 3\" \"id:1,phase:1,pass\"\n"
      "SecRule &ARGS:a \"@eq 2\" \"id:2,phase:1,pass\"\n"
      "SecRule &ARGS:z \"@eq 0\" \"id:3,phase:1,pass\"",
      "/?a=1&a=2&b=3", "", "", "1 2 3" },

    { "a chain needs all its rules",
      ON "SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,pass,chain\"\n"
      "SecRule ARGS:b \"@streq 2\"\n"
      "SecRule ARGS:a \"@streq 1\" \"id:2,phase:1,pass,chain\"\n"
      "SecRule ARGS:b \"@streq 3\"",
      "/?a=1&b=2", "", "", "1" },

    { "captures reach the rest of the chain",
      ON "SecRule ARGS:a \"@rx ^(.)(.)$\" \"id:1,phase:1,pass,capture,chain\""
      "\nSecRule TX:2 \"@streq y\" \"setvar:'tx.all=%{tx.0}-%{tx.1}'\"\n"
      "SecRule TX:all \"@streq xy-x\" \"id:2,phase:1,pass\"",
      "/?a=xy", "", "", "1 2" },

    { "variables add up once for each match",
      ON "SecRule ARGS \"@rx x\" \"id:1,phase:1,pass,nolog,"
      "setvar:tx.n=+%{tx.step},setvar:tx.last=%{matched_var_name}\"\n"
      "SecRule TX:N \"@eq 0\" \"id:2,phase:1,pass,nolog\"\n"
      "SecAction \"id:3,phase:1,pass,nolog,setvar:tx.step=5\"\n"
      "SecRule ARGS \"@rx x\" \"id:4,phase:1,pass,nolog,"
      "setvar:tx.n=+%{tx.step},setvar:'tx.last=%{matched_var_name}'\"\n"
      "SecRule TX:n \"@eq 10\" \"id:5,phase:1,pass\"\n"
      "SecRule TX:last \"@streq ARGS:b\" \"id:6,phase:1,pass\"\n"
      "SecAction \"id:7,phase:1,pass,nolog,setvar:tx.n=-4,setvar:!tx.last\"\n"
      "SecRule TX:n \"@eq -4\" \"id:8,phase:1,pass\"\n"
      "SecRule &TX:last \"@eq 0\" \"id:9,phase:1,pass\"",
      "/?a=x&b=xx", "", "", "5 6 9" },

    { "a variable is subtracted from",
      ON "SecAction \"id:1,phase:1,pass,nolog,setvar:tx.n=9,setvar:tx.n=-4\"\n"
      "SecAction \"id:2,phase:1,pass,nolog,setvar:tx.m=9\"\n"
      "SecAction \"id:3,phase:1,pass,nolog,setvar:tx.m=-%{tx.n}\"\n"
      "SecRule TX:m \"@eq 4\" \"id:4,phase:1,pass\"",
      "/", "", "", "4" },

    { "variables that are set to the same each time",
      ON "SecRule &TX:a \"@eq 0\" \"id:1,phase:1,pass,nolog,"
      "setvar:'tx.a=X%41',setvar:tx.n=7,setvar:'tx.both=%{tx.a}%{tx.n}'\"\n"
      "SecRule TX:n \"@gt 6\" \"id:2,phase:1,pass,nolog,setvar:tx.n=+1,"
      "setvar:!tx.gone\"\n"
      "SecRule TX:a \"@streq xa\" \"id:3,phase:1,pass,t:urlDecode,"
      "t:lowercase\"\n"
      "SecRule TX:a \"@streq x%41\" \"id:4,phase:1,pass,t:lowercase\"\n"
      "SecRule TX:a \"@streq X%41\" \"id:5,phase:1,pass\"\n"
      "SecRule TX:n \"@eq 8\" \"id:6,phase:1,pass\"\n"
      "SecRule TX:both \"@streq X%417\" \"id:7,phase:1,pass\"\n"
      "SecRule &TX:a \"@eq 0\" \"id:8,phase:1,pass,nolog,setvar:tx.n=1\"\n"
      "SecRule &TX:n \"@eq 1\" \"id:9,phase:1,pass,nolog,"
      "skipAfter:END,setvar:tx.m=2\"\n"
      "SecAction \"id:10,phase:1,pass\"\n"
      "SecMarker END\n"
      "SecRule TX:m \"@eq 2\" \"id:11,phase:1,pass\"",
      "/", "", "", "3 4 5 6 7 11" },

    { "dynamic names are found by expression and by name",
      ON "SecRule ARGS_NAMES \"@rx .\" \"id:1,phase:1,pass,nolog,"
      "setvar:'tx.seen_%{matched_var}=+1'\"\n"
      "SecRule TX:/^SEEN_/ \"@gt 1\" \"id:2,phase:1,pass\"\n"
      "SecRule TX:seen_b \"@eq 1\" \"id:3,phase:1,pass\"",
      "/?a=1&a=2&b=1", "", "", "2 3" },

    { "patterns of names that are words",
      ON "SecRule ARGS:/^Foo/ \"@streq 1\" \"id:1,phase:1,pass\"\n"
      "SecRule ARGS:/foo/ \"@streq 2\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS:/^oo/ \"@unconditionalMatch\" \"id:3,phase:1,pass\"\n"
      "SecRule ARGS:/^fooo*/ \"@streq 1\" \"id:4,phase:1,pass\"\n"
      "SecRule ARGS:/o_.*/ \"@streq 2\" \"id:5,phase:1,pass\"\n"
      "SecRule ARGS:/^line/ \"@streq 3\" \"id:6,phase:1,pass\"\n"
      "SecRule ARGS:/^foo_bars/ \"@unconditionalMatch\" \"id:7,phase:1,"
      "pass\"\n"
      "SecRule ARGS:/f.o_/ \"@streq 2\" \"id:8,phase:1,pass\"\n"
      "SecRule ARGS|!ARGS:/foo/ \"@rx ^[12]\" \"id:9,phase:1,pass\"",
      "/?FOO=1&xfoo_bar=2&a%0aline=3", "", "", "1 2 4 5 8" },

    { "patterns of names with backslashes",
      ON "SecRule ARGS:/^A\\\\\\/B/ \"@streq 1\" \"id:1,phase:1,pass\"\n"
      "SecRule ARGS:/a\\.b/ \"@streq 2\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS:/a\\.*b/ \"@streq 3\" \"id:3,phase:1,pass\"\n"
      "SecRule ARGS:/c\\d/ \"@streq 4\" \"id:4,phase:1,pass\"\n"
      "SecRule ARGS:/c\\\\d/ \"@streq 5\" \"id:5,phase:1,pass\"\n"
      "SecRule ARGS:/e\\.*/ \"@streq 6\" \"id:6,phase:1,pass\"",
      "/?a%5c/bc=1&xa.bx=2&axb=2&ab=3&c7=4&c%5cd=5&ef=6", "", "",
      "1 2 3 4 5 6" },

    { "names that begin like none that is known, and like one",
      ON "SecRule ARGS_NAMES \"@rx .\" \"id:1,phase:1,pass,nolog,"
      "setvar:'tx.none_%{matched_var}=1',setvar:'tx.some_%{matched_var}=1',"
      "setvar:'tx.some_%{matched_var}=+1',setvar:'tx.none_x=3'\"\n"
      "SecRule TX:some_a \"@eq 2\" \"id:2,phase:1,pass\"\n"
      "SecRule TX:/^some_b/ \"@eq 2\" \"id:3,phase:1,pass\"\n"
      "SecRule TX:none_x \"@eq 3\" \"id:4,phase:1,pass\"\n"
      "SecRule TX:/^other_/ \"@eq 3\" \"id:5,phase:1,pass\"\n"
      "SecRule ARGS_NAMES \"@rx .\" \"id:6,phase:1,pass,nolog,"
      "setvar:'tx.other_%{matched_var}=4',"
      "setvar:!tx.other_%{matched_var},"
      "setvar:'tx.other_%{matched_var}=+4'\"\n"
      "SecRule TX:/^other_/ \"@eq 4\" \"id:7,phase:1,pass\"",
      "/?a=1&b=2", "", "", "2 3 4 7" },

    { "matched variables of a chain",
      ON "SecRule ARGS \"@rx ^x\" \"id:1,phase:1,pass,chain\"\n"
      "SecRule MATCHED_VARS \"@streq xb\" \"chain\"\n"
      "SecRule MATCHED_VARS_NAMES \"@streq ARGS:b\"\n",
      "/?a=xa&b=xb&c=y", "", "", "1" },

    { "the whole request",
      ON "SecRule FULL_REQUEST \"@rx ^\\nHost: h\\nX-B: 1\\n.*\\n\\n\\na=b$\" "
      "\"id:1,phase:2,pass\"\n"
      "SecRule FULL_REQUEST_LENGTH \"@gt 20\" \"id:2,phase:2,pass\"",
      "/", "Host: h\nX-B: 1\nContent-Type: "
      "application/x-www-form-urlencoded\n", "a=b", "1 2" },

    { "the path ends at \"?\" as it was sent",
      ON "SecRule REQUEST_FILENAME \"@streq /x?/.git/config\" "
      "\"id:1,phase:1,pass\"\n"
      "SecRule REQUEST_BASENAME \"@streq config\" \"id:2,phase:1,pass\"\n"
      "SecRule PATH_INFO \"@contains .git\" \"id:3,phase:1,pass\"\n"
      "SecRule QUERY_STRING \"@streq a?b\" \"id:4,phase:1,pass\"",
      "/x%3f/.git/config?a?b", "", "", "1 2 3 4" },

    { "and its end is that of the file",
      ON "SecRule REQUEST_BASENAME \"@endsWith .bak\" \"id:1,phase:1,"
      "pass\"\nSecRule REQUEST_FILENAME \"@endsWith a.bak\" "
      "\"id:2,phase:1,pass\"\nSecRule ARGS|QUERY_STRING \"@rx .\" "
      "\"id:3,phase:1,pass\"",
      "/a%3f/%23a.bak", "", "", "1 2" },

    { "a separator that is encoded separates nothing",
      ON "SecRule ARGS:b|REQUEST_COOKIES:b \"@rx .\" \"id:1,phase:1,pass\""
      "\nSecRule ARGS:a \"@streq 1&b=2\" \"id:2,phase:1,pass\"\n"
      "SecRule REQUEST_COOKIES:a \"@contains b\" \"id:3,phase:1,pass\"",
      "/?a=1%26b%3d2", "Cookie: a=1%3bb%3d2\n", "", "2 3" },

    { "a fragment is query to some",
      ON "SecRule ARGS:id \"@streq attack\" \"id:1,phase:1,pass\"\n"
      "SecRule QUERY_STRING \"@contains attack\" \"id:2,phase:1,pass\"\n"
      "SecRule REQUEST_URI \"@contains attack\" \"id:3,phase:1,pass\"\n"
      "SecRule REQUEST_FILENAME \"@streq /\" \"id:4,phase:1,pass\"",
      "/?#&id=attack", "", "", "1 2 3 4" },

    { "and none to others",
      ON "SecRule ARGS:id \"@streq attack\" \"id:1,phase:1,pass\"\n"
      "SecRule ARGS:id \"@streq attack#&\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS:id \"@streq attack#x\" \"id:3,phase:1,pass\"",
      "/?a=1&id=attack#x&b=2", "", "", "1 3" },

    { "a fragment is path to some, and ends it for others",
      ON "SecRule REQUEST_FILENAME \"@streq /a.bak\" \"id:1,phase:1,pass\""
      "\nSecRule REQUEST_BASENAME \"@streq a.bak\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS \"@streq /../.git\" \"id:3,phase:1,pass\"\n"
      "SecRule ARGS:id \"@streq 1\" \"id:4,phase:1,pass\"\n"
      "SecRule REQUEST_URI \"@streq /a.bak#/../.git?id=1\" \"id:5,phase:1,"
      "pass\"",
      "/a.bak#/..%2f.git?id=1", "", "", "1 2 3 4 5" },

    { "skipAfter, skip and markers",
      ON "SecAction \"id:1,phase:1,pass,skipAfter:END\"\n"
      "SecAction \"id:2,phase:1,pass\"\n"
      "SecAction \"id:3,phase:2,pass\"\nSecMarker END\n"
      "SecAction \"id:4,phase:1,pass,skip:1\"\n"
      "SecAction \"id:5,phase:1,pass\"\nSecAction \"id:6,phase:1,pass\"",
      "/", "", "", "1 4 6 3" },

    { "allow",
      ON "SecAction \"id:1,phase:1,allow\"\nSecAction \"id:2,phase:1,pass\"\n"
      "SecAction \"id:3,phase:2,pass\"\nSecAction \"id:4,phase:5,pass\"",
      "/", "", "", "1 4" },

    { "allow:phase",
      ON "SecAction \"id:1,phase:1,allow:phase\"\n"
      "SecAction \"id:2,phase:1,pass\"\nSecAction \"id:3,phase:2,pass\"",
      "/", "", "", "1 3" },

    { "allow:request",
      ON "SecAction \"id:1,phase:1,allow:request\"\n"
      "SecAction \"id:2,phase:2,pass\"\nSecAction \"id:3,phase:3,pass\"",
      "/", "", "", "1 3" },

    { "rules are removed",
      ON "SecAction \"id:1,phase:1,pass\"\nSecAction \"id:2,phase:1,pass,"
      "tag:'a/b'\"\nSecAction \"id:3,phase:1,pass,msg:'m n'\"\n"
      "SecAction \"id:4,phase:1,pass\"\nSecRuleRemoveById 1 5-9\n"
      "SecRuleRemoveByTag a/b\nSecRuleRemoveByMsg \"m n\"",
      "/", "", "", "4" },

    { "ctl takes rules out",
      ON "SecAction \"id:1,phase:1,pass,nolog,ctl:ruleRemoveById=2-3,"
      "ctl:ruleRemoveByTag=t,ctl:ruleRemoveByMsg=m\"\n"
      "SecAction \"id:2,phase:1,pass\"\nSecAction \"id:3,phase:1,pass\"\n"
      "SecAction \"id:4,phase:1,pass,tag:t\"\n"
      "SecAction \"id:5,phase:1,pass,msg:m\"\nSecAction \"id:6,phase:1,pass\"",
      "/", "", "", "6" },

    { "ctl takes targets out",
      ON "SecAction \"id:1,phase:1,pass,nolog,"
      "ctl:ruleRemoveTargetById=2;ARGS:a,"
      "ctl:ruleRemoveTargetByTag=t;ARGS\"\n"
      "SecRule ARGS \"@rx x\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS \"@rx x\" \"id:3,phase:1,pass,tag:t\"\n"
      "SecRule ARGS \"@rx x\" \"id:4,phase:1,pass\"",
      "/?a=x", "", "", "4" },

    { "targets are updated",
      ON "SecRule ARGS \"@rx x\" \"id:1,phase:1,pass\"\n"
      "SecRule ARGS \"@rx x\" \"id:2,phase:1,pass,tag:t\"\n"
      "SecRuleUpdateTargetById 1 !ARGS:a\n"
      "SecRuleUpdateTargetByTag t REQUEST_URI|!ARGS",
      "/x?a=x", "", "", "2" },

    { "actions are updated",
      ON "SecAction \"id:1,phase:1,deny\"\nSecAction \"id:2,phase:1,pass\"\n"
      "SecRuleUpdateActionById 1 \"pass,nolog\"",
      "/", "", "", "2" },

    { "ctl:ruleEngine",
      ON "SecAction \"id:1,phase:1,pass,nolog,ctl:ruleEngine=DetectionOnly\""
      "\nSecAction \"id:2,phase:1,deny\"\n"
      "SecAction \"id:3,phase:1,pass,nolog,ctl:ruleEngine=Off\"\n"
      "SecAction \"id:4,phase:1,deny\"",
      "/", "", "", "2" },

    { "transformations, in their order, and t:none",
      ON "SecDefaultAction \"phase:1,log,pass,t:lowercase\"\n"
      "SecRule ARGS:a \"@streq x<y\" \"id:1,phase:1,t:htmlEntityDecode\"\n"
      "SecRule ARGS:a \"@streq x&lt;y\" \"id:2,phase:1\"\n"
      "SecRule ARGS:a \"@streq X&LT;y\" \"id:3,phase:1,t:none\"",
      "/?a=X%26LT;y", "", "", "1 2 3" },

    { "multiMatch among texts of which most cannot match",
      ON "SecRule ARGS \"@rx /\\*\" \"id:1,phase:1,pass,nolog,multiMatch,"
      "t:none,t:urlDecodeUni,t:replaceComments,setvar:tx.n=+1\"\n"
      "SecRule TX:n \"@eq 2\" \"id:2,phase:1,pass\"",
      "/?a=x&b=%252f%252a1&c=/*2&d=%2bplain&e=*", "", "", "2" },

    { "multiMatch looks at each result",
      ON "SecRule ARGS:a \"@streq a+b\" \"id:1,phase:1,pass,multiMatch,"
      "t:none,t:urlDecode,t:lowercase,setvar:tx.n=+1\"\n"
      "SecRule ARGS:a \"@rx ^\" \"id:2,phase:1,pass,nolog,multiMatch,t:none,"
      "t:urlDecode,t:lowercase,setvar:tx.m=+1\"\n"
      "SecRule TX:m \"@eq 2\" \"id:3,phase:1,pass\"",
      "/?a=a%2bb", "", "", "1 3" },

    { "macros in an operator",
      ON "SecAction \"id:1,phase:1,pass,nolog,setvar:'tx.m=|POST|'\"\n"
      "SecRule REQUEST_METHOD \"@within %{tx.m}\" \"id:2,phase:1,pass\"\n"
      "SecRule ARGS:a \"@rx ^%{request_headers.x}$\" \"id:3,phase:1,pass\"",
      "/?a=yy", "X: y+\n", "", "2 3" },

    { "a message that names itself",
      ON "SecAction \"id:1,phase:1,pass,msg:'%{rule.msg}',"
      "logdata:'%{rule.logdata}%{rule.id}'\"",
      "/", "", "", "1" },

    { "names of paths",
      ON "SecRule REQUEST_FILENAME \"@streq /a b/c.php\" \"id:1,phase:1,"
      "pass\"\nSecRule REQUEST_BASENAME \"@streq c.php\" \"id:2,phase:1,pass\""
      "\nSecRule REQUEST_URI_RAW \"@streq /a%20b/c.php?x=%41+b#f\" \"id:3,"
      "phase:1,pass\"\nSecRule QUERY_STRING \"@streq x=%41+b#f\" \"id:4,"
      "phase:1,pass\"\nSecRule ARGS_GET:x \"@streq A b\" \"id:5,phase:1,"
      "pass\"\nSecRule REQUEST_URI \"@streq /a b/c.php?x=A+b#f\" \"id:6,"
      "phase:1,pass\"",
      "/a%20b/c.php?x=%41+b#f", "", "", "1 2 3 4 5 6" },

    { "cookies",
      ON "SecRule &REQUEST_COOKIES \"@eq 3\" \"id:1,phase:1,pass\"\n"
      "SecRule REQUEST_COOKIES:b \"@streq c=d\" \"id:2,phase:1,pass\"\n"
      "SecRule REQUEST_COOKIES_NAMES \"@streq lone\" \"id:3,phase:1,pass\"",
      "/", "Cookie: a=1; b=c=d;; lone; =x\n", "", "1 2 3" },

    { "a form",
      ON "SecRule ARGS_POST:a \"@streq 1 2\" \"id:1,phase:2,pass\"\n"
      "SecRule &ARGS_POST \"@eq 3\" \"id:2,phase:2,pass\"\n"
      "SecRule REQUEST_BODY \"@contains a=1\" \"id:3,phase:2,pass\"\n"
      "SecRule ARGS_COMBINED_SIZE \"@eq 7\" \"id:4,phase:2,pass\"\n"
      "SecRule REQBODY_PROCESSOR \"@streq URLENCODED\" \"id:5,phase:1,pass\"",
      "/?z=9", FORM, "a=1+2&b&=", "5 1 2 3 4" },

    { "broken encoding of a form",
      ON "SecRule URLENCODED_ERROR \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", FORM, "a=%zz", "1" },

    { "a limit of arguments",
      ON "SecArgumentsLimit 2\nSecRule &ARGS \"@eq 2\" \"id:1,phase:2,pass\"",
      "/", FORM, "a=1&b=2&c=3&d=4", "1" },

    { "JSON",
      ON PARSE_JSON
      "SecRule ARGS:json.user.name \"@streq \xc3\xa4<\" \"id:1,phase:2,pass\""
      "\nSecRule ARGS:json.list.array_1 \"@eq 22\" \"id:2,phase:2,pass\"\n"
      "SecRule ARGS:json.list.array_2.x \"@streq true\" \"id:3,phase:2,pass\""
      "\nSecRule ARGS_NAMES \"@streq json.n\" \"id:4,phase:2,pass\"\n"
      "SecRule REQBODY_ERROR \"@eq 0\" \"id:5,phase:2,pass\"\n"
      "SecRule REQUEST_BODY \"@rx .\" \"id:6,phase:2,pass\"",
      "/", JSON,
      "{\"user\": {\"name\":\"\\u00e4\\u003c\"}, \"n\" :null,"
      "\"list\":[1,22,{\"x\":true}]}",
      "1 2 3 4 5" },

    { "a scalar is JSON, too",
      ON PARSE_JSON "SecRule ARGS:json \"@eq 5\" \"id:1,phase:2,pass\"",
      "/", JSON, " 5 ", "1" },

    { "JSON cut short: an error, and what there is of it",
      ON PARSE_JSON "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"\n"
      "SecRule ARGS:json.a \"@streq <scr\" \"id:2,phase:2,pass\"",
      "/", JSON, "{\"a\":\"<scr", "1 2" },

    { "JSON with garbage behind it",
      ON PARSE_JSON "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", JSON, "{}{}", "1" },

    { "JSON nested too deeply",
      ON "SecRequestBodyJsonDepthLimit 3\n" PARSE_JSON
      "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", JSON, "[[[[1]]]]", "1" },

    { "JSON nested as deeply as allowed",
      ON "SecRequestBodyJsonDepthLimit 3\n" PARSE_JSON
      "SecRule ARGS:json.array_0.array_0.array_0 \"@eq 1\" \"id:1,phase:2,"
      "pass\"",
      "/", JSON, "[[[1]]]", "1" },

    { "XML",
      ON PARSE_XML "SecRule XML:/* \"@contains a<b c\" \"id:1,phase:2,pass\""
      "\nSecRule XML://@* \"@streq v&w\" \"id:2,phase:2,pass\"\n"
      "SecRule &XML://@* \"@eq 2\" \"id:3,phase:2,pass\"\n"
      "SecRule REQBODY_ERROR \"@eq 0\" \"id:4,phase:2,pass\"",
      "/", XML, "<x p='v&amp;w'>a&lt;b <![CDATA[c]]><y q='1'/></x>",
      "1 2 3 4" },

    { "XML that is not well-formed",
      ON PARSE_XML "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"\n"
      "SecRule XML:/* \"@contains evil\" \"id:2,phase:2,pass\"",
      "/", XML, "<x><y>evil</x>", "1 2" },

    { "an external entity is not fetched",
      ON PARSE_XML "SecRule XML:/* \"@contains root:\" \"id:1,phase:2,pass\"",
      "/", XML, "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
      "<x>&e;</x>", "" },

    { "entities that multiply",
      ON PARSE_XML "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", XML, "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">"
      "<!ENTITY b \"&a;&b;&b;\">]><x>&b;</x>", "1" },

    { "a multipart form",
      ON "SecRule ARGS_POST:a \"@streq 1\" \"id:1,phase:2,pass\"\n"
      "SecRule FILES:f \"@streq x.php\" \"id:2,phase:2,pass\"\n"
      "SecRule FILES_NAMES \"@streq f\" \"id:3,phase:2,pass\"\n"
      "SecRule FILES_COMBINED_SIZE \"@eq 4\" \"id:4,phase:2,pass\"\n"
      "SecRule MULTIPART_PART_HEADERS:f \"@streq X: y\" \"id:5,phase:2,pass\""
      "\nSecRule MULTIPART_STRICT_ERROR \"@eq 0\" \"id:6,phase:2,pass\"\n"
      "SecRule REQBODY_ERROR \"@eq 0\" \"id:7,phase:2,pass\"",
      "/", PART,
      "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
      "--xx\r\nContent-Disposition: form-data; name=f; filename=\"x.php\"\r\n"
      "X: y\r\n\r\n\r\n<?\r\n--xx--\r\n",
      "1 2 3 4 5 6 7" },

    { "a multipart form without its end",
      ON "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"\n"
      "SecRule ARGS_POST:a \"@streq evil\" \"id:2,phase:2,pass\"",
      "/", PART,
      "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nevil",
      "1 2" },

    { "flags of a multipart form",
      ON "SecRule MULTIPART_DATA_BEFORE \"@eq 1\" \"id:1,phase:2,pass\"\n"
      "SecRule MULTIPART_DATA_AFTER \"@eq 1\" \"id:2,phase:2,pass\"\n"
      "SecRule MULTIPART_LF_LINE \"@eq 1\" \"id:3,phase:2,pass\"\n"
      "SecRule MULTIPART_CRLF_LF_LINES \"@eq 1\" \"id:4,phase:2,pass\"\n"
      "SecRule MULTIPART_HEADER_FOLDING \"@eq 1\" \"id:5,phase:2,pass\"\n"
      "SecRule MULTIPART_INVALID_QUOTING \"@eq 1\" \"id:6,phase:2,pass\"\n"
      "SecRule MULTIPART_STRICT_ERROR \"@eq 1\" \"id:7,phase:2,pass\"\n"
      "SecRule MULTIPART_MISSING_SEMICOLON \"@eq 0\" \"id:8,phase:2,pass\"",
      "/", PART,
      "before\r\n--xx\r\nContent-Disposition: form-data; name='a'\n"
      "X: y\r\n z\r\n\r\n1\r\n--xx--\r\nafter",
      "1 2 3 4 5 6 7 8" },

    { "an unmatched boundary",
      ON "SecRule MULTIPART_UNMATCHED_BOUNDARY \"@eq 1\" \"id:1,phase:2,pass\""
      "\nSecRule MULTIPART_UNMATCHED_BOUNDARY \"!@eq 0\" \"id:2,phase:2,pass\"",
      "/", PART,
      "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--yy\r\n"
      "--xx--\r\n",
      "2" },

    { "a boundary where data ought to begin",
      ON "SecRule MULTIPART_INVALID_PART \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", PART,
      "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
      "--xx\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n"
      "--xx--\r\n",
      "1" },

    { "a part without a name, and one with two",
      ON "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", PART,
      "--xx\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n"
      "1\r\n--xx--\r\n",
      "1" },

    { "a boundary in quotes",
      ON "SecRule MULTIPART_BOUNDARY_QUOTED \"@eq 1\" \"id:1,phase:2,pass\"\n"
      "SecRule ARGS:a \"@eq 1\" \"id:2,phase:2,pass\"",
      "/", "Content-Type: multipart/form-data; boundary=\"xx\"\n",
      "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
      "--xx--\r\n",
      "1 2" },

    { "two boundaries",
      ON "SecRule REQBODY_ERROR \"@eq 1\" \"id:1,phase:2,pass\"",
      "/", "Content-Type: multipart/form-data; boundary=xx; boundary=yy\n",
      "--xx--\r\n", "1" },

    { "only a processor or a wish shows the raw body",
      ON "SecRule REQUEST_BODY \"@rx .\" \"id:1,phase:2,pass\"\n"
      "SecRule REQUEST_BODY_LENGTH \"@eq 3\" \"id:2,phase:2,pass\"",
      "/", "Content-Type: text/plain\n", "abc", "2" },

    { "forceRequestBodyVariable",
      ON "SecAction \"id:9,phase:1,nolog,pass,"
      "ctl:forceRequestBodyVariable=On\"\n"
      "SecRule REQUEST_BODY \"@rx .\" \"id:1,phase:2,pass\"",
      "/", "Content-Type: text/plain\n", "abc", "1" },

    { "collections last as long as the transaction without a store",
      ON "SecAction \"id:1,phase:1,nolog,pass,initcol:ip=%{remote_addr},"
      "setvar:ip.n=+3\"\n"
      "SecAction \"id:2,phase:1,nolog,pass,setvar:ip.n=+3\"\n"
      "SecAction \"id:3,phase:1,nolog,pass,setvar:global.n=+3\"\n"
      "SecRule IP:n \"@eq 6\" \"id:4,phase:1,pass\"\n"
      "SecRule &GLOBAL:n \"@eq 0\" \"id:5,phase:1,pass\"",
      "/", "", "", "4 5" },

    { "continued lines, comments and quotes",
      ON "# SecNonsense \\\n  still a comment\n"
      "SecRule ARGS:a \\\n    \"@streq a\\\"b\" \\\r\n"
      "    \"id:1,\\\n    phase:1,pass,msg:'it\\'s'\"\n"
      "SecRule ARGS:a '@streq a\"b' 'id:2,phase:1,pass'",
      "/?a=a%22b", "", "", "1 2" },

    { "backslashes in quotes",
      ON "SecRule ARGS:a \"@rx ^\\\\\\\\\\w$\" \"id:1,phase:1,pass\"\n"
      "SecRule ARGS:a \"@streq \\\\b\" \"id:2,phase:1,pass\"",
      "/?a=%5cb", "", "", "1 2" },

    { NULL, NULL, NULL, NULL, NULL, NULL }
};


static void
ngx_eo_test_run(ngx_eo_unit_t *t, ngx_eo_seclang_ruleset_t *set,
    ngx_eo_test_run_t *test, ngx_uint_t prefilter)
{
    ngx_int_t            rc;
    ngx_eo_test_log_t    log;
    ngx_eo_seclang_tx_t  tx;

    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));

    log.last = log.log;
    log.log[0] = '\0';
    tx.data = &log;
    tx.report = ngx_eo_test_report;
    tx.prefilter = prefilter;

    rc = ngx_eo_test_transaction(&tx, set, test);

    ngx_eo_ok(rc != NGX_ERROR, "%s: the rules run", test->name);
    ngx_eo_is_mem(log.log, log.last - log.log, test->ids,
                  ngx_strlen(test->ids), "%s%s", test->name,
                  prefilter ? ", with the prefilter" : "");

    ngx_eo_seclang_tx_done(&tx);
}


/* each set serves several transactions, and both ways of running rules */

ngx_eo_unit_test(waf_managed_rules)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_eo_test_run_t         *test;
    ngx_eo_seclang_ruleset_t  *set;

    for (test = ngx_eo_test_runs; test->name != NULL; test++) {
        errstr[0] = '\0';
        set = ngx_eo_test_rules(t, test->rules, errstr);

        if (!ngx_eo_ok(set != NULL, "%s: the rules are read%s", test->name,
                       errstr))
        {
            continue;
        }

        ngx_eo_test_run(t, set, test, 0);
        ngx_eo_test_run(t, set, test, 1);
        ngx_eo_test_run(t, set, test, 0);
    }
}


ngx_eo_unit_test(waf_managed_rules_cached)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                  str = ngx_string("AB%43");
    ngx_uint_t                 node;
    ngx_eo_seclang_tx_t        tx;
    ngx_eo_seclang_rule_t    **rules;
    ngx_eo_seclang_text_t     *text, *once;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_rules(t,
              "SecRule ARGS \"@rx x\" \"id:1,phase:1,pass,t:none,"
              "t:urlDecode,t:lowercase\"\n"
              "SecRule ARGS \"@rx y\" \"id:2,phase:1,pass,t:none,"
              "t:urlDecode,t:lowercase,t:removeNulls\"", errstr);

    if (!ngx_eo_ok(set != NULL, "two rules")) {
        return;
    }

    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));

    ngx_eo_is_int(ngx_eo_seclang_tx_init(&tx, set, 1024 * 1024), NGX_OK,
                  "a transaction");

    rules = set->plan.elts;
    node = rules[0]->node;

    ngx_eo_ok(rules[1]->nodes[2] == node, "what both begin with is shared");

    text = ngx_eo_seclang_text(&tx, &str);
    once = ngx_eo_seclang_derive(&tx, text, node);

    ngx_eo_is_str(&once->str, "abc", "transformed");
    ngx_eo_ok(ngx_eo_seclang_derive(&tx, text, node) == once,
              "and not a second time");
    ngx_eo_ok(ngx_eo_seclang_derive(&tx, text, rules[1]->node) == once,
              "nor by what changes nothing");
    ngx_eo_ok(ngx_eo_seclang_derive(&tx, once, node) == once,
              "nor what is so already");

    ngx_eo_seclang_tx_done(&tx);
}


ngx_eo_unit_test(waf_managed_rules_memory)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                  body;
    ngx_eo_seclang_tx_t        tx;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_rules(t,
              "SecRuleEngine On\nSecRule REQUEST_BODY \"@rx x\" \"id:1,"
              "phase:2,pass,t:none,t:uppercase\"", errstr);

    if (!ngx_eo_ok(set != NULL, "a rule")) {
        return;
    }

    body.len = 100000;
    body.data = ngx_pnalloc(t->pool, body.len);

    if (body.data == NULL) {
        return;
    }

    ngx_memset(body.data, 'a', body.len);
    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));

    ngx_eo_is_int(ngx_eo_seclang_tx_init(&tx, set, 65536), NGX_OK,
                  "a transaction of little memory");

    tx.body_processor = NGX_EO_SECLANG_BODY_URLENCODED;

    ngx_eo_is_int(ngx_eo_seclang_tx_body(&tx, &body, 1), NGX_OK,
                  "a body that is only referred to");
    ngx_eo_is_int(ngx_eo_seclang_run(&tx, NGX_EO_SECLANG_REQUEST_BODY),
                  NGX_ERROR, "what needs more memory fails");

    ngx_eo_seclang_tx_done(&tx);
}
