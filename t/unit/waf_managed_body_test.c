
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Body processors: bodies that were cut at every place, bodies that are
 * broken elsewhere, headers that name a boundary, and memory.
 */


#include "ngx_eo_unit.h"
#include "seclang/body/ngx_eo_seclang_body.h"
#include "seclang/parse/ngx_eo_seclang_parse.h"
#include "seclang/plan/ngx_eo_seclang_plan.h"
#include "seclang/run/ngx_eo_seclang_fill.h"
#include "seclang/run/ngx_eo_seclang_run.h"


#define NGX_EO_TEST_MEMORY  (32 * 1024 * 1024)


typedef struct {
    const char  *type;
    const char  *body;
} ngx_eo_test_body_t;


typedef struct {
    const char  *type;
    const char  *body;

    /* what is to be found in ARGS, ARGS_NAMES or XML, or NULL */
    const char  *found;
} ngx_eo_test_found_t;


/* a body of many like pieces, made to take more memory than it is worth */

typedef struct {
    const char  *type;
    const char  *head;
    const char  *piece;
    const char  *tail;
    ngx_uint_t   n;
} ngx_eo_test_large_t;


typedef struct {
    u_char       ids[256];
    u_char      *last;
    size_t       memory;
} ngx_eo_test_outcome_t;


#define FORM  "application/x-www-form-urlencoded"
#define JSON  "application/json"
#define XML   "text/xml"
#define PART  "multipart/form-data; boundary=bound"
#define TEXT  "text/plain"


static ngx_eo_seclang_ruleset_t *ngx_eo_test_body_set(ngx_eo_unit_t *t);
static void ngx_eo_test_body_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static ngx_int_t ngx_eo_test_body_run(ngx_eo_seclang_ruleset_t *set,
    const char *type, ngx_str_t *body, ngx_uint_t complete,
    ngx_eo_test_outcome_t *outcome);
static ngx_int_t ngx_eo_test_large(ngx_eo_unit_t *t, ngx_eo_test_large_t *test,
    ngx_str_t *body);


static const char  ngx_eo_test_rules[] =
    "SecRuleEngine On\n"
    "SecArgumentsLimit 20000\n"
    "SecRule REQUEST_HEADERS:Content-Type \"json\" \"id:90,phase:1,pass,"
    "nolog,ctl:requestBodyProcessor=JSON\"\n"
    "SecRule REQUEST_HEADERS:Content-Type \"xml\" \"id:91,phase:1,pass,"
    "nolog,ctl:requestBodyProcessor=XML\"\n"
    "SecRule REQUEST_HEADERS:Content-Type \"text/plain\" \"id:92,phase:1,"
    "pass,nolog,ctl:forceRequestBodyVariable=On\"\n"
    "SecRule REQBODY_ERROR \"!@eq 0\" \"id:1,phase:2,pass\"\n"
    "SecRule MULTIPART_STRICT_ERROR \"!@eq 0\" \"id:2,phase:2,pass\"\n"
    "SecRule MULTIPART_UNMATCHED_BOUNDARY \"@eq 1\" \"id:3,phase:2,pass\"\n"
    "SecRule REQUEST_HEADERS:Content-Type \"urlencoded\" \"id:4,phase:2,"
    "pass,chain\"\n"
    "SecRule REQUEST_BODY \"@validateUrlEncoding\" \"t:none\"\n"
    "SecRule REQUEST_BODY|ARGS|ARGS_NAMES|XML:/*|XML://@* "
    "\"@validateUtf8Encoding\" \"id:5,phase:2,pass\"\n"
    "SecRule URLENCODED_ERROR \"@eq 1\" \"id:6,phase:2,pass\"\n"
    "SecRule ARGS \"@contains --\" \"id:7,phase:2,pass\"\n"
    "SecRule ARGS_NAMES|ARGS|XML:/*|XML://@* \"@rx evil$\" "
    "\"id:8,phase:2,pass\"\n";


static ngx_eo_seclang_ruleset_t *
ngx_eo_test_body_set(ngx_eo_unit_t *t)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                  name, text;
    ngx_eo_seclang_ruleset_t  *set;

    ngx_str_set(&name, "test.conf");
    text.data = (u_char *) ngx_eo_test_rules;
    text.len = sizeof(ngx_eo_test_rules) - 1;

    set = ngx_eo_seclang_create(t->pool);

    if (set == NULL
        || ngx_eo_seclang_read_text(set, &name, &text, errstr) != NGX_OK
        || ngx_eo_seclang_link(set, errstr) != NGX_OK)
    {
        ngx_eo_ok(0, "rules are read: %s", errstr);
        return NULL;
    }

    return set;
}


static void
ngx_eo_test_body_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report)
{
    ngx_eo_test_outcome_t  *outcome = tx->data;

    outcome->last = ngx_slprintf(outcome->last,
                                 outcome->ids + sizeof(outcome->ids) - 1,
                                 "%ui ", report->rule->actions.id);
    *outcome->last = '\0';
}


/* the ids of the rules that match */

static ngx_int_t
ngx_eo_test_body_run(ngx_eo_seclang_ruleset_t *set, const char *type,
    ngx_str_t *body, ngx_uint_t complete, ngx_eo_test_outcome_t *outcome)
{
    u_char               *copy;
    ngx_int_t             rc;
    ngx_str_t             name, value, text;
    ngx_eo_seclang_tx_t   tx;

    ngx_memzero(outcome, sizeof(ngx_eo_test_outcome_t));
    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));

    outcome->last = outcome->ids;
    tx.data = outcome;
    tx.report = ngx_eo_test_body_report;

    ngx_str_set(&name, "Content-Type");
    value.data = (u_char *) type;
    value.len = ngx_strlen(type);

    /* in memory of its own size, so that what is read behind it is seen */

    copy = ngx_alloc(body->len ? body->len : 1, ngx_cycle->log);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(copy, body->data, body->len);
    text.data = copy;
    text.len = body->len;

    rc = NGX_ERROR;

    if (ngx_eo_seclang_tx_init(&tx, set, NGX_EO_TEST_MEMORY) == NGX_OK
        && ngx_eo_seclang_tx_header(&tx, &name, &value) == NGX_OK
        && ngx_eo_seclang_run(&tx, NGX_EO_SECLANG_REQUEST_HEADERS)
           == NGX_DECLINED
        && ngx_eo_seclang_tx_body(&tx, &text, complete) == NGX_OK)
    {
        outcome->memory = tx.arena.size;
        rc = ngx_eo_seclang_run(&tx, NGX_EO_SECLANG_REQUEST_BODY);
    }

    ngx_eo_seclang_tx_done(&tx);
    ngx_free(copy);

    return rc;
}


#define PART_OF(name)                                                         \
    "--bound\r\nContent-Disposition: form-data; name=\"" name "\"\r\n"

static ngx_eo_test_body_t  ngx_eo_test_ordinary[] = {

    { FORM, "a=1&b=%E6%97%A5%e6%9c%ac&c=\xe6\x97\xa5+x%20y&%F0%9F%98%80=z&"
            "d=100%25&e=%25E6" },

    { JSON, "\xef\xbb\xbf {\"a\": [1, -2.5e+10, true, false, null, []], "
            "\"b\\u00e9\\n\": \"\xe6\x97\xa5 \\ud83d\\ude00 \\\" \\\\ x\", "
            "\"\xf0\x9f\x98\x80\": {\"c\": {}, \"d\": \"\"}, \"e\":0} \r\n" },

    { JSON, "[[[\"a\\tb\", {\"x\": [\"y\"]}], 0.5E-3, \"\"], \"z\"]" },

    { XML, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE r [\n"
           "<!ENTITY e \"text\">\n]>\n<!-- c --><r a=\"1\" "
           "b='\xe6\x97\xa5 &amp; &e;'>\xf0\x9f\x98\x80 &lt; &e; &#x65e5;"
           "<![CDATA[ x < y ]]><p:q xmlns:p=\"http://n/\"/><?pi x?></r>\n" },

    { XML, "<a xmlns=\"http://www.w3.org/\"><b c=''>d</b>\r\n</a>" },

    { XML, "<?xml version='1.0' encoding='windows-1252'?><a b='\x80'>"
           "caf\xe9</a>" },

    { PART, PART_OF("a") "\r\n1\r\n"
            PART_OF("\xe6\x97\xa5") "\r\n\xe6\x97\xa5\xe6\x9c\xac\r\n"
            PART_OF("c")
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
            "line\r\n-line\r\n\r\nend\r\n"
            "--bound\r\nContent-Disposition: form-data; name=\"f\"; "
            "filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"
            "-----BEGIN X-----\r\n--b\r\n-- \r\n--boun\r\n\r\n"
            PART_OF("empty") "\r\n\r\n"
            "--bound--\r\n" },

    { "multipart/form-data; boundary=\"bound\"",
      PART_OF("a") "\r\n1\r\n--bound--" },

    { TEXT, "100% \xe6\x97\xa5\xf0\x9f\x98\x80" },

    { NULL, NULL }
};


ngx_eo_unit_test(waf_managed_body_cuts)
{
    size_t                     cut;
    ngx_str_t                  body;
    ngx_uint_t                 failed, complete;
    ngx_eo_test_body_t        *test;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    if (set == NULL) {
        return;
    }

    for (test = ngx_eo_test_ordinary; test->type != NULL; test++) {

        body.data = (u_char *) test->body;
        failed = 0;

        for (cut = 0; cut <= ngx_strlen(test->body); cut++) {

            body.len = cut;
            complete = (cut == ngx_strlen(test->body));

            if (ngx_eo_test_body_run(set, test->type, &body, 0, &outcome)
                != NGX_DECLINED
                || outcome.ids[0] != '\0')
            {
                ngx_eo_ok(0, "cut at %zu: rules %s match \"%.*s\"",
                          cut, outcome.ids, (int) body.len, body.data);
                failed = 1;
            }

            if (complete
                && (ngx_eo_test_body_run(set, test->type, &body, 1, &outcome)
                    != NGX_DECLINED
                    || outcome.ids[0] != '\0'))
            {
                ngx_eo_ok(0, "whole: rules %s match \"%s\"", outcome.ids,
                          test->body);
                failed = 1;
            }
        }

        ngx_eo_ok(!failed, "%s, cut at %zu places", test->type, cut);
    }
}


/* what does not lie at the cut is an error all the same */

static ngx_eo_test_body_t  ngx_eo_test_broken[] = {
    { JSON, "{\"a\":NaN,\"id\":\"x\",\"p\":\"pad" },
    { JSON, "/**/{\"a\":1,\"p\":\"pad" },
    { JSON, "[1,],\"pad" },
    { JSON, "[1,2],\"pad" },
    { JSON, "[01,\"pad" },
    { JSON, "[1.e1,\"pad" },
    { JSON, "[-x,\"pad" },
    { JSON, "[1e+,\"pad" },
    { JSON, "{'a':1,\"p\":\"pad" },
    { JSON, "{a:1,\"p\":\"pad" },
    { JSON, "{\"a\" 1,\"p\":\"pad" },
    { JSON, "{\"a\":1 \"p\":\"pad" },
    { JSON, "{\"a\":1,}\"p\":\"pad" },
    { JSON, "{\"a\":tru,\"p\":\"pad" },
    { JSON, "{\"a\":\"\\x41\",\"p\":\"pad" },
    { JSON, "{\"a\":\"\\u00\",\"p\":\"pad" },
    { JSON, "{\"a\":\"\n\",\"p\":\"pad" },
    { JSON, "\xff\xfe{" },
    { JSON, "\xef\xbb{\"a\":1,\"p\":\"pad" },
    { JSON, "{\"a\":1}}\"pad" },
    { XML, "<a><b></a>pad" },
    { XML, "<a b=c>pad" },
    { XML, "<a b='1' b='2'>pad" },
    { XML, "x<a>pad" },
    { XML, "<a>&none;pad" },
    { XML, "<a>\xff pad" },
    { XML, "<a b='<'>pad" },
    { XML, "<?xml version='1.0' encoding='none-such'?><a>pad" },
    { XML, "<?xml version='1.0' encoding='utf-7'?><a>pad" },
    { XML, "<!DOCTYPE r [<!ENTITY % p \"<!ENTITY x 'evil'>\">%p;]>"
           "<r a='&x;'>" },
    { XML, "<!DOCTYPE r SYSTEM 'x' [%u;<!ENTITY a 'evil'>]><r b='&a;'>" },
    { PART, "x\r\n" PART_OF("a") "\r\npad" },
    { PART, PART_OF("a") "X\x0ey: 1\r\n\r\npad" },
    { PART, "--bound\r\n\x0e" "Content-Disposition\x0e: form-data; "
            "name=\"f\"; filename=\"1.jsp\"\r\n"
            "Content-Disposition: form-data; name=\"f\"\r\n\r\npad" },
    { PART, "--bound\r\nContent-Disposition : form-data; name=\"f\"\r\n\r\n"
            "pad" },
    { PART, PART_OF("a") "Content-Type: a\x0b" "b\r\n\r\npad" },
    { PART, PART_OF("a") "Content-Type: a\rX-B: c\r\n\r\npad" },
    { PART, PART_OF("a") "X\xc3\xa9: 1\r\n\r\npad" },
    { PART, "--bound\r\nContent-Disposition: form-data; name=\"\"; "
            "name=\"f\"\r\n\r\npad" },
    { PART, "--bound\r\nX: 1\r\n\r\npad" },
    { PART, "--boundx\r\n" PART_OF("a") "\r\npad" },
    { NULL, NULL }
};


ngx_eo_unit_test(waf_managed_body_broken)
{
    ngx_str_t                  body;
    ngx_eo_test_body_t        *test;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    if (set == NULL) {
        return;
    }

    for (test = ngx_eo_test_broken; test->type != NULL; test++) {
        body.data = (u_char *) test->body;
        body.len = ngx_strlen(test->body);

        ngx_eo_ok(ngx_eo_test_body_run(set, test->type, &body, 0, &outcome)
                  == NGX_DECLINED
                  && (ngx_strstr(outcome.ids, "1 ") != NULL
                      || ngx_strstr(outcome.ids, "2 ") != NULL),
                  "broken before the cut: %s", test->body);
    }
}


/* what the parsers find */

static ngx_eo_test_found_t  ngx_eo_test_finds[] = {
    { JSON, "{\"x__evil\":[\"a\"]}", "8 " },
    { JSON, "{\"x__evil\":[]}", "8 " },
    { JSON, "{\"x__evil\":{\"a\":1}}", "8 " },
    { JSON, "{\"x__evil\":{}}", "8 " },
    { JSON, "[{\"x__evil\":[[1]]}]", "8 " },
    { JSON, "{\"evils\":[\"a\"]}", "" },
    { JSON, "{\"a\":\"\\u0065vil\"}", "8 " },
    { XML, "<a>evil</a>", "8 " },
    { XML, "<a b='evil'/>", "8 " },
    { XML, "<a xmlns='evil'/>", "" },
    { XML, "<!DOCTYPE a [<!ENTITY e 'evil'>]><a b='&e;'/>", "8 " },
    { XML, "<!DOCTYPE a [<!ENTITY e 'evil'>]><a>&e;</a>", "8 " },
    { XML, "<!DOCTYPE a [<!ENTITY e 'vil'><!ENTITY f 'e&e;'>]>"
           "<a b='&f;'/>", "8 " },
    { XML, "<!DOCTYPE a [<!ENTITY e '&#101;vil'>]><a b='x &e;'/>", "8 " },
    { XML, "<!DOCTYPE a [<!ATTLIST a b CDATA 'evil'>]><a/>", "8 " },
    { XML, "<!DOCTYPE a [<!ENTITY e \"<b c='evil'/>\">]><a>&e;</a>", "8 " },
    { XML, "<a b='&#101;vil'/>", "8 " },
    { XML, "<?xml version='1.0' encoding='koi8-r'?><a>\xd4\xc5 evil</a>",
      "8 " },
    { XML, "<?xml version='1.0' encoding='GB18030'?><a>\x81\x30\x81\x30"
           "\xc4\xe3 evil</a>", "8 " },
    { XML, "<?xml version='1.0' encoding='Shift_JIS'?><a>\x93\xfa evil</a>",
      "8 " },
    { XML, "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' "
           "'http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd'>"
           "<html a='x&nbsp;y'>&nbsp;</html>", "" },
    { XML, "", "" },
    { JSON, "", "" },
    { FORM, "", "" },
    { PART, "", "" },
    { NULL, NULL, NULL }
};


ngx_eo_unit_test(waf_managed_body_finds)
{
    ngx_str_t                  body;
    ngx_eo_test_found_t       *test;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    if (set == NULL) {
        return;
    }

    for (test = ngx_eo_test_finds; test->type != NULL; test++) {
        body.data = (u_char *) test->body;
        body.len = ngx_strlen(test->body);

        ngx_eo_ok(ngx_eo_test_body_run(set, test->type, &body, 1, &outcome)
                  == NGX_DECLINED
                  && ngx_strcmp(outcome.ids, test->found) == 0,
                  "rules \"%s\" match \"%s\" in %s", outcome.ids, test->body,
                  test->type);
    }
}


typedef struct {
    const char  *type;

    /* whether it says which boundary, so that all parsers agree */
    ngx_uint_t   good;
} ngx_eo_test_type_t;


static ngx_eo_test_type_t  ngx_eo_test_types[] = {
    { "multipart/form-data; boundary=bound", 1 },
    { "multipart/form-data;boundary=bound", 1 },
    { "multipart/form-data;boundary=bound;charset=UTF-8", 1 },
    { "multipart/form-data; boundary=bound; charset=UTF-8", 1 },
    { "multipart/form-data; charset=UTF-8; boundary=bound", 1 },
    { "multipart/form-data; charset=\"utf-8\" ; boundary=\"bound\"", 1 },
    { "multipart/form-data; boundary=\"bound\"; charset=utf-8", 1 },
    { "multipart/form-data ; boundary=\"bound\"", 1 },
    { "multipart/form-data; boundary=bound;", 1 },
    { "multipart/form-data;; boundary=bound", 1 },
    { "Multipart/Form-Data; Boundary=bound", 1 },
    { "multipart/form-data; BOUNDARY=bound", 1 },
    { "multipart/form-data", 0 },
    { "multipart/form-data;", 0 },
    { "multipart/form-data; boundary=", 0 },
    { "multipart/form-data; boundary=\"\"", 0 },
    { "multipart/form-data boundary=bound", 0 },
    { "multipart/form-data, boundary=bound", 0 },
    { "multipart/form-datax; boundary=bound", 0 },
    { "multipart/form-data; boundary=bound; boundary=other", 0 },
    { "multipart/form-data; boundary=bound; boundary=bound", 0 },
    { "multipart/form-data; boundary=bound; Boundary=other", 0 },
    { "multipart/form-data; boundary=bound; boundary*=utf-8''x", 0 },
    { "multipart/form-data; boundary*=utf-8''bound", 0 },
    { "multipart/form-data; boundary*0=bo; boundary*1=und", 0 },
    { "multipart/form-data; boundary=bound; xboundary=other", 0 },
    { "multipart/form-data; xboundary=other; boundary=bound", 0 },
    { "multipart/form-data; x=boundary; charset=other; boundary=bound", 0 },
    { "multipart/form-data; x=\"; boundary=other\"; boundary=bound", 0 },
    { "multipart/form-data; x=\"boundary=other; boundary=bound", 0 },
    { "multipart/form-data; x=\"\\\"; boundary=bound", 0 },
    { "multipart/form-data; boundary=bound,other", 0 },
    { "multipart/form-data; boundary=bound, boundary=other", 0 },
    { "multipart/form-data; boundary=bound other", 0 },
    { "multipart/form-data; boundary =bound", 0 },
    { "multipart/form-data; boundary= bound", 0 },
    { "multipart/form-data; boundary=bound ; charset=utf-8", 0 },
    { "multipart/form-data; boundary=\"bound", 0 },
    { "multipart/form-data; boundary=bound\"", 0 },
    { "multipart/form-data; boundary=\"bound\"x", 0 },
    { "multipart/form-data; boundary=\"bo\\und\"", 0 },
    { "multipart/form-data; boundary=bo\x0bund", 0 },
    { NULL, 0 }
};


ngx_eo_unit_test(waf_managed_body_boundaries)
{
    ngx_str_t                  body;
    ngx_uint_t                 good;
    ngx_eo_test_type_t        *test;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    if (set == NULL) {
        return;
    }

    ngx_str_set(&body, PART_OF("a") "\r\nevil\r\n--bound--\r\n");

    for (test = ngx_eo_test_types; test->type != NULL; test++) {

        good = (ngx_eo_test_body_run(set, test->type, &body, 1, &outcome)
                == NGX_DECLINED
                && ngx_strcmp(outcome.ids, "8 ") == 0);

        ngx_eo_ok(good == test->good, "\"%s\" is %s: %s", test->type,
                  test->good ? "good" : "refused", outcome.ids);
    }
}


static ngx_eo_test_large_t  ngx_eo_test_larges[] = {
    { JSON, "[", "\"\\n\",", "1]", 20000 },
    { JSON, "[", "{\"\\n\":1},", "1]", 10000 },
    { JSON, "[\"", "\\n", "\"]", 50000 },
    { FORM, "", "%41=%42&", "", 12000 },
    { PART, "", PART_OF("a") "\r\n1\r\n", "--bound--", 1500 },
    { PART, "--bound\r\nContent-Disposition: form-data",
      "; name=\"\"", "\r\n\r\n1\r\n--bound--", 400 },
    { PART, "--bound\r\nA: b\r\n", " c\r\n", "\r\n1\r\n--bound--", 2000 },
    { PART, "--bound\r\nA: \"", "\\\"", "\r\n\r\n1\r\n--bound--", 2000 },
    { XML, "<a>", "<b c='1'/>", "</a>", 10000 },
    { XML, "<a>", "b&amp;", "</a>", 10000 },
    { XML, "<!DOCTYPE a [<!ENTITY e '0123456789012345678901234567890123456"
           "789012345678901234567890123456789012345678901234567890123456789'>"
           "]><a>", "&e;", "</a>", 20000 },
    { XML, "<!DOCTYPE a [<!ENTITY e '0123456789012345678901234567890123456"
           "789012345678901234567890123456789012345678901234567890123456789'>"
           "]><a b='", "&e;", "'/>", 20000 },
    { XML, "<!DOCTYPE a [<!ATTLIST b c CDATA '01234567890123456789012345678"
           "789012345678901234567890123456789012345678901234567890123456789'>"
           "]><a>", "<b/>", "</a>", 20000 },
    { XML, "<!DOCTYPE a [", "<!ENTITY a 'b'>", "]><a/>", 20000 },
    { NULL, NULL, NULL, NULL, 0 }
};


static ngx_int_t
ngx_eo_test_large(ngx_eo_unit_t *t, ngx_eo_test_large_t *test,
    ngx_str_t *body)
{
    u_char      *p;
    ngx_uint_t   i;

    body->data = ngx_pnalloc(t->pool, ngx_strlen(test->head)
                                      + test->n * ngx_strlen(test->piece)
                                      + ngx_strlen(test->tail));
    if (body->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(body->data, test->head, ngx_strlen(test->head));

    for (i = 0; i < test->n; i++) {
        p = ngx_cpymem(p, test->piece, ngx_strlen(test->piece));
    }

    p = ngx_cpymem(p, test->tail, ngx_strlen(test->tail));
    body->len = p - body->data;

    return NGX_OK;
}


ngx_eo_unit_test(waf_managed_body_memory)
{
    ngx_str_t                  body;
    ngx_eo_test_large_t       *test;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    if (set == NULL) {
        return;
    }

    for (test = ngx_eo_test_larges; test->type != NULL; test++) {

        if (ngx_eo_test_large(t, test, &body) != NGX_OK) {
            return;
        }

        (void) ngx_eo_test_body_run(set, test->type, &body, 1, &outcome);

        ngx_eo_ok(outcome.memory != 0
                  && outcome.memory <= 150 * body.len + 256 * 1024,
                  "%zu bytes for the %zu of %s%s...", outcome.memory,
                  body.len, test->head, test->piece);
    }
}


/* a name that each of many members has before its own */

ngx_eo_unit_test(waf_managed_body_json_names)
{
    u_char                    *p;
    ngx_str_t                  body;
    ngx_uint_t                 i;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    body.data = ngx_pnalloc(t->pool, 64 * 1024);

    if (set == NULL || body.data == NULL) {
        return;
    }

    p = ngx_cpymem(body.data, "{\"", 2);
    ngx_memset(p, 'a', 16000);
    p = ngx_cpymem(p + 16000, "\":[1", 4);

    for (i = 0; i < 2000; i++) {
        p = ngx_cpymem(p, ",1", 2);
    }

    p = ngx_cpymem(p, "]}", 2);
    body.len = p - body.data;

    (void) ngx_eo_test_body_run(set, JSON, &body, 1, &outcome);

    ngx_eo_ok(ngx_strstr(outcome.ids, "1 ") != NULL,
              "names that are too long altogether are an error");
    ngx_eo_ok(outcome.memory <= 128 * body.len, "of bounded memory: %zu",
              outcome.memory);
}


/* thousands of attributes are no work that grows with their square */

ngx_eo_unit_test(waf_managed_body_xml_attributes)
{
    u_char                    *p;
    ngx_str_t                  body;
    ngx_uint_t                 i;
    struct timespec            from, to;
    ngx_eo_test_outcome_t      outcome;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_test_body_set(t);
    body.data = ngx_pnalloc(t->pool, 256 * 1024);

    if (set == NULL || body.data == NULL) {
        return;
    }

    p = ngx_cpymem(body.data, "<a", 2);

    for (i = 0; i < 16000; i++) {
        p = ngx_sprintf(p, " b%ui=''", i);
    }

    p = ngx_cpymem(p, "/>", 2);
    body.len = p - body.data;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    (void) ngx_eo_test_body_run(set, XML, &body, 1, &outcome);
    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);

    ngx_eo_ok(outcome.ids[0] == '\0', "16,000 attributes are ordinary");
    ngx_eo_ok((to.tv_sec - from.tv_sec) * 1000
              + (to.tv_nsec - from.tv_nsec) / 1000000
              < 250, "and take little time");
}
