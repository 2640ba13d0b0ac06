
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The expression language: what compiles, what each operator says of a
 * request, and the messages for what does not compile.
 */


#include "ngx_eo_unit.h"
#include "expr/ngx_eo_expr.h"


#define FALSE    NGX_EO_EXPR_FALSE
#define UNKNOWN  NGX_EO_EXPR_UNKNOWN
#define LIMIT    NGX_EO_EXPR_LIMIT
#define TRUE     NGX_EO_EXPR_TRUE


/* a request: field, key and value, ended by a NULL */

typedef struct {
    const char          *field;
    const char          *key;
    const char          *value;
} waf_expr_field_t;


typedef struct {
    const char          *text;
    ngx_uint_t           result;
} waf_expr_case_t;


static ngx_int_t waf_expr_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value);
static void *waf_expr_group(void *data, ngx_str_t *name);
static ngx_uint_t waf_expr_group_match(void *group, ngx_int_t family,
    u_char *addr);
static ngx_eo_expr_env_t *waf_expr_env(ngx_pool_t *pool);
static ngx_int_t waf_expr_result(ngx_pool_t *pool, ngx_eo_expr_env_t *env,
    const char *text, waf_expr_field_t *request);
static void waf_expr_cases(ngx_eo_unit_t *t, waf_expr_case_t *cases);
static ngx_int_t waf_expr_nested(ngx_eo_unit_t *t, ngx_uint_t depth,
    const char *open, const char *close, ngx_eo_expr_error_t *error);


static waf_expr_field_t  waf_expr_request[] = {
    { "http.request.scheme", "", "https" },
    { "http.request.host", "", "www.Example.com" },
    { "http.request.method", "", "POST" },
    { "http.request.uri", "", "/API/v3/test.JPG?k=2" },
    { "http.request.uri.path", "", "/API/v3/test.JPG" },
    { "http.request.uri.query", "", "k=2" },
    { "http.request.uri.args", "k", "2" },
    { "http.request.file_extension", "", ".JPG" },
    { "http.request.headers", "user-agent", "curl/7.88.1" },
    { "http.request.headers", "x-empty", "" },
    { "http.request.headers", "x-a", "456" },
    { "http.request.headers", "x-quote", "it's \"\\\\" },
    { "http.request.headers", "x-host", "WWW.example.COM" },
    { "http.request.cookies", "id", "7" },
    { "http.request.ip", "", "10.10.10.7" },
    { "http.request.xff_header_ip", "", "2001:db8::1" },
    { "http.request.ip.port", "", "40000" },
    { "http.request.ip.asn", "", "132203" },
    { "http.request.ip.country", "", "CN" },
    { "http.request.version", "", "HTTP/1.1" },
    { NULL, NULL, NULL }
};


static ngx_int_t
waf_expr_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    waf_expr_field_t  *field;

    for (field = data; field->field; field++) {

        if (ngx_strlen(field->field) == slot->field->name.len
            && ngx_strncmp(field->field, slot->field->name.data,
                           slot->field->name.len) == 0
            && ngx_strlen(field->key) == slot->key.len
            && ngx_memcmp(field->key, slot->key.data, slot->key.len) == 0)
        {
            value->text.data = (u_char *) field->value;
            value->text.len = ngx_strlen(field->value);
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* a group is its name, and holds 10.0.0.0/8 and 2001:db8::/32 if "ours" */

static void *
waf_expr_group(void *data, ngx_str_t *name)
{
    ngx_str_t  *group;

    group = ngx_palloc(data, sizeof(ngx_str_t));
    if (group == NULL) {
        return NULL;
    }

    group->len = name->len;
    group->data = ngx_pstrdup(data, name);

    return group->data ? group : NULL;
}


static ngx_uint_t
waf_expr_group_match(void *group, ngx_int_t family, u_char *addr)
{
    ngx_str_t  *name = group;

    if (name->len != 4 || ngx_strncmp(name->data, "ours", 4) != 0) {
        return 0;
    }

    return (family == AF_INET) ? addr[0] == 10
                               : ngx_memcmp(addr, "\x20\x01\x0d\xb8", 4) == 0;
}


static ngx_eo_expr_env_t *
waf_expr_env(ngx_pool_t *pool)
{
    return ngx_eo_expr_env_create(pool, pool, waf_expr_group,
                                  waf_expr_group_match);
}


static ngx_int_t
waf_expr_result(ngx_pool_t *pool, ngx_eo_expr_env_t *env, const char *text,
    waf_expr_field_t *request)
{
    ngx_str_t             str;
    ngx_eo_expr_t        *expr;
    ngx_eo_expr_ctx_t     ctx;
    ngx_eo_expr_error_t   error;

    str.data = (u_char *) text;
    str.len = ngx_strlen(text);

    expr = ngx_eo_expr_compile(env, &str, &error);

    if (expr == NULL) {
        printf("# column %u: %.*s\n", (unsigned) error.column,
               (int) error.len, error.text);
        return NGX_ERROR;
    }

    if (ngx_eo_expr_ctx_init(&ctx, env, pool, request, waf_expr_get)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_expr_eval(&ctx, expr);
}


static void
waf_expr_cases(ngx_eo_unit_t *t, waf_expr_case_t *cases)
{
    ngx_uint_t          i;
    ngx_eo_expr_env_t  *env;

    env = waf_expr_env(t->pool);

    if (!ngx_eo_ok(env != NULL, "an environment")) {
        return;
    }

    for (i = 0; cases[i].text; i++) {
        ngx_eo_is_int(waf_expr_result(t->pool, env, cases[i].text,
                                      waf_expr_request),
                      cases[i].result, "%s", cases[i].text);
    }
}


ngx_eo_unit_test(waf_expr_worked)
{
    static waf_expr_case_t  cases[] = {
        { "${http.request.ip} in ['1.1.1.1', '10.10.10.0/24', "
          "${security.ip_group['123'@'zone-2xsnpvkhdjes']} ]", TRUE },
        { "${http.request.ip} in ['1.1.1.1', '10.10.11.0/24', "
          "${security.ip_group['123'@'zone-2xsnpvkhdjes']} ]", FALSE },
        { "${http.request.ip} in ['1.1.1.1', '10.10.11.0/24'] or "
          "${http.request.ip.asn} in ['132203']", TRUE },
        { "${http.request.uri.path} in ['/api/v3/test','/api/v3/submit'] "
          "and ${http.request.method} in ['POST']", FALSE },
        { "${http.request.uri.path} in ['/api/v3/test.jpg'] "
          "and ${http.request.method} in ['POST']", TRUE },
        { "${http.request.uri.path} like ['/*'] and "
          "${http.request.method} in ['post']", TRUE },
        { "${http.request.headers['user-agent']} contain "
          "['curl/','Wget/','ApacheBench/']", TRUE },
        { "${http.request.headers['referer']} in ['123']", UNKNOWN },
        { "${http.request.host} contain ['test']", FALSE },
        { "${http.request.host} contain ['EXAMPLE']", TRUE },
        { "${http.request.bot.user_agent_feature_id} in ['1843332521'] and "
          "${http.request.bot.client_reputation_name} in "
          "['cyber-attack@low']", UNKNOWN },
        { "${http.request.bot.search_engine_bot_id} in ['1843332521']",
          UNKNOWN },
        { "${http.request.body.form['operationType']} in "
          "['id.dana.order.listAl']", UNKNOWN },
        { "${http.request.api_resource} in "
          "[${api_resource['apires-0000323976'@'zone-364last8ueun']}]",
          UNKNOWN },
        { "lower(${http.request.file_extension}) in "
          "['php','jsp','asp','aspx']", FALSE },
        { "${http.request.file_extension} in [\"jpg\",\"png\"]", TRUE },
        { "${http.request.uri.path} matches \"^/admin/\"", FALSE },
        { "${http.request.uri.args[\"status\"]} exists", FALSE },
        { "${http.request.uri.path} like \"/prod*\"", FALSE },
        { "${http.request.uri.path} contain [\"api\",\"login\"]", TRUE },
        { "length(${http.request.headers[\"user-agent\"]}) > 30", FALSE },
        { "*", TRUE },
        { NULL, 0 }
    };

    waf_expr_cases(t, cases);
}


ngx_eo_unit_test(waf_expr_operators)
{
    static waf_expr_case_t  cases[] = {
        { "${http.request.file_extension} in ['.jpg']", TRUE },
        { "${HTTP.Request.Scheme} in ['HTTPS']", TRUE },
        { "${http.request.scheme} matches 'TTPS$'", TRUE },
        { "${http.request.scheme} match ['zzz']", FALSE },
        { "${http.request.scheme} matches ['zzz', 'ht+ps']", TRUE },
        { "${http.request.uri.path} like '/api/v?/*.jpg'", TRUE },
        { "${http.request.uri.path} like '/api/v?'", FALSE },
        { "${http.request.uri.path} like '/api/v3/test.jpg'", TRUE },
        { "${http.request.uri.path} like '/api/v3/test.jp'", FALSE },
        { "${http.request.uri.path} like '*?est*'", TRUE },
        { "${http.request.uri.path} like '***'", TRUE },
        { "length(${http.request.uri.query}) > 2", TRUE },
        { "length(${http.request.uri.query}) > 3", FALSE },
        { "length(${http.request.uri.query}) < 3", FALSE },
        { "length(${http.request.uri.query}) < 4", TRUE },
        { "length(lower(${http.request.uri.query})) in [1, 3]", TRUE },
        { "${http.request.ip.port} > 39999", TRUE },
        { "${http.request.ip.asn} in [132203]", TRUE },
        { "${http.request.ip.asn} in ['AS132203', 1]", TRUE },
        { "${http.request.ip.asn} in ['AS13220']", FALSE },
        { "${http.request.headers['x-a']} > 455", TRUE },
        { "${http.request.headers['x-a']} in [456]", TRUE },
        { "${http.request.headers['user-agent']} > 1", FALSE },
        { "${http.request.uri.args['k']} exists", TRUE },
        { "${http.request.uri.query['k']} in ['2']", TRUE },
        { "${http.request.cookies['id']} in ['7']", TRUE },
        { "${http.request.headers['X-A']} exists", TRUE },
        { "${http.request.host} in [${http.request.headers['x-host']}]",
          TRUE },
        { "${http.request.host} in [${http.request.headers['x-a']}]", FALSE },
        { "${http.request.host} in [${http.request.headers['none']}]",
          FALSE },
        { "${http.request.headers['x-quote']} in ['it\\'s \"\\\\\\\\']",
          TRUE },
        { "${http.request.headers['x-quote']} in [\"it's \\\"\\\\\\\\\"]",
          TRUE },
        { "${http.request.headers[\"x-quote\"]} contain '\\\\'", TRUE },
        { "${http.request.headers['x-quote']} matches 's \"\\\\'", TRUE },
        { "${http.request.headers['x-a']} matches '^\\d+$'", TRUE },
        { NULL, 0 }
    };

    waf_expr_cases(t, cases);
}


ngx_eo_unit_test(waf_expr_addresses)
{
    static waf_expr_case_t  cases[] = {
        { "${http.request.ip} in ['10.10.10.7']", TRUE },
        { "${http.request.ip} in ['10.10.10.8']", FALSE },
        { "${http.request.ip} in ['10.10.10.9/29']", FALSE },
        { "${http.request.ip} in ['10.10.10.9/28']", TRUE },
        { "${http.request.ip} in ['0.0.0.0/0']", TRUE },
        { "${http.request.ip} in ['::/0']", TRUE },
        { "${http.request.ip} in ['::ffff:10.10.10.7']", TRUE },
        { "${http.request.ip} in ['255.255.255.255']", FALSE },
        { "${http.request.ip} in ['9.0.0.0/8', '10.0.0.0/8', '10.1.0.0/16', "
          "'11.0.0.0/8']", TRUE },
        { "${http.request.ip} in ['1.0.0.0/8', '10.10.10.6', '10.10.10.8']",
          FALSE },
        { "${http.request.xff_header_ip} in ['0.0.0.0/0']", FALSE },
        { "${http.request.xff_header_ip} in ['2001:db8::/32']", TRUE },
        { "${http.request.xff_header_ip} in ['2001:DB8:0:0::1']", TRUE },
        { "${http.request.xff_header_ip} in ['2001:db9::/32']", FALSE },
        { "${http.request.ip} in [${security.ip_group['ours']}]", TRUE },
        { "${http.request.ip} in ['ours']", TRUE },
        { "${http.request.xff_header_ip} in [\"ours\"]", TRUE },
        { "${http.request.ip} in ['36']", FALSE },
        { "${http.request.ip} in [36, 'ours']", TRUE },
        { "${http.request.ip} in [${http.request.xff_header_ip}]", FALSE },
        { "${http.request.ip} in [${http.request.ip}]", TRUE },
        { "${http.request.ip} like '10.10.*'", TRUE },
        { "${http.request.ip} exists", TRUE },
        { NULL, 0 }
    };

    waf_expr_cases(t, cases);
}


ngx_eo_unit_test(waf_expr_logic)
{
    static waf_expr_case_t  cases[] = {
        { "not * or *", TRUE },
        { "not (* or *)", FALSE },
        { "* or * and not *", TRUE },
        { "(* or *) and not *", FALSE },
        { "not * and not * or *", TRUE },
        { "not not *", TRUE },
        { "NOT * OR * AND *", TRUE },
        { "${http.request.scheme} in ['http'] or "
          "${http.request.scheme} in ['https'] and "
          "${http.request.method} in ['GET']", FALSE },
        { "not ${http.request.scheme} in ['http'] and "
          "${http.request.method} in ['POST']", TRUE },
        { "((((${http.request.scheme} in ['https']))))", TRUE },
        { NULL, 0 }
    };

    waf_expr_cases(t, cases);
}


/* what is not there, or has no content, decides nothing */

ngx_eo_unit_test(waf_expr_absent)
{
    static waf_expr_case_t  cases[] = {
        { "not ${http.request.headers['referer']} in ['example.com']",
          UNKNOWN },
        { "not ${http.request.headers['x-empty']} in ['example.com']",
          UNKNOWN },
        { "not ${http.request.headers['referer']} contain 'x'", UNKNOWN },
        { "not ${http.request.headers['referer']} like 'x'", UNKNOWN },
        { "not ${http.request.headers['referer']} matches 'x'", UNKNOWN },
        { "${http.request.headers['x-empty']} matches '^$'", UNKNOWN },
        { "${http.request.headers['x-empty']} like '*'", UNKNOWN },
        { "${http.request.headers['x-empty']} in ['']", TRUE },
        { "not ${http.request.headers['x-empty']} in ['']", FALSE },
        { "${http.request.headers['referer']} in ['']", UNKNOWN },
        { "length(${http.request.headers['x-empty']}) < 1", TRUE },
        { "length(${http.request.headers['referer']}) < 1", UNKNOWN },
        { "${http.request.headers['x-empty']} exists", TRUE },
        { "${http.request.headers['referer']} exists", FALSE },
        { "not ${http.request.headers['referer']} exists", TRUE },
        { "not ${http.request.uri.args['none']} in ['1']", UNKNOWN },
        { "not ${http.request.cookies['none']} in ['1']", UNKNOWN },
        { "not ${http.request.ip.continent} in ['AS']", TRUE },
        { "not ${http.request.ip.country} in ['CN']", FALSE },
        { "${http.request.ip.city} in ['']", TRUE },
        { "${http.request.headers['none']} in ['1'] or *", TRUE },
        { "${http.request.headers['none']} in ['1'] and not *", FALSE },
        { "not (${http.request.headers['none']} in ['1'] or not *)",
          UNKNOWN },
        { "not (${http.request.headers['none']} in ['1'] and not *)", TRUE },
        { NULL, 0 }
    };

    waf_expr_cases(t, cases);
}


ngx_eo_unit_test(waf_expr_errors)
{
    ngx_uint_t            i;
    ngx_str_t             text, message;
    ngx_eo_expr_env_t    *env;
    ngx_eo_expr_error_t   error;

    static struct {
        const char  *text;
        ngx_uint_t   column;
        const char  *message;
    } cases[] = {
        { "", 1, "unexpected the end, expected a field, \"not\", \"(\", "
          "\"*\", \"length\" or \"lower\"" },
        { "${http.request.host}", 21, "unexpected the end, expected \"in\", "
          "\"matches\", \"exists\", \"like\", \"contain\", \">\" or \"<\"" },
        { "${http.request.host} in 'a'", 25,
          "unexpected a string, expected \"[\"" },
        { "${http.request.host} in ['a' 'b']", 30,
          "unexpected a string, expected \",\" or \"]\"" },
        { "${http.request.host} in []", 26,
          "unexpected \"]\", expected a string, a number or a field" },
        { "${http.request.host} in ['a'", 29,
          "unexpected the end, expected \",\" or \"]\"" },
        { "${http.request.host} in ['a", 26,
          "the string is not closed, expected '" },
        { "${http.request.ip.country} in [\"DE\", \"UK\"]", 38,
          "\"UK\" is no country of ISO 3166-1, expected \"GB\"" },
        { "${http.request.ip.country} in [\"zz\"]", 32,
          "\"zz\" is no country of ISO 3166-1, expected no \"exists\" for a "
          "country that is not known" },
        { "${http.request.ip.country} in [\"Germany\"]", 32,
          "\"Germany\" is no country of ISO 3166-1, expected two letters "
          "such as \"GB\"" },
        { "not ${http.request.ip.country} in [\"EU\"]", 36,
          "\"EU\" is no country of ISO 3166-1, expected "
          "${http.request.ip.continent} for a continent" },
        { "${http.request.ip.country} like [\"UK\"]", 34,
          "\"UK\" is no country of ISO 3166-1, expected \"GB\"" },
        { "(*", 3, "unexpected the end, expected \")\"" },
        { "*)", 2, "unexpected \")\", expected \"and\", \"or\" or the end" },
        { "* *", 3, "unexpected \"*\", expected \"and\", \"or\" or the end" },
        { "* and", 6, "unexpected the end, expected a field, \"not\", "
          "\"(\", \"*\", \"length\" or \"lower\"" },
        { "${http.request.nope} exists", 1,
          "unknown field \"http.request.nope\"" },
        { "* and ${http.request.headers} exists", 7,
          "the field \"http.request.headers\" needs a key, as in "
          "${http.request.headers[\"name\"]}" },
        { "${http.request.host['a']} exists", 1,
          "the field \"http.request.host\" takes no key" },
        { "${http.request.zoneid} in ['a']", 1,
          "the field \"http.request.zoneid\" is not available: a node knows "
          "no site ids: use http.request.zone, the first server_name" },
        { "${http.request.headers['']} exists", 1,
          "the key of the field is empty" },
        { "${http.request.headers[a]} exists", 24,
          "expected a key in quotes" },
        { "${http.request.headers['a'} exists", 27,
          "expected \"]\" to end the key" },
        { "${http.request.host exists", 20,
          "expected \"}\" to end the field" },
        { "${} exists", 3, "expected the name of a field" },
        { "$http_host exists", 1, "unexpected \"$\", expected a field such "
          "as ${http.request.uri.path}" },
        { "host in ['a']", 1, "unknown word \"host\"; a field is written "
          "${...}, a text in quotes" },
        { "* & *", 3, "unexpected character \"&\"" },
        { "* \x01", 3, "unexpected byte 0x01" },
        { "${http.request.uri.path} matches '^/a(b'", 40,
          "wrong regular expression: missing closing parenthesis" },
        { "${http.request.uri.path} matches ['']", 35,
          "a regular expression of 0 bytes, expected 1 to 4096" },
        { "${http.request.uri.path} contain ''", 34, "an empty string after "
          "\"contain\", expected at least one character" },
        { "${http.request.uri.path} contain ${http.request.host}", 34,
          "unexpected a field, expected a string or a number" },
        { "${http.request.ip} in ['10.0.0.256']", 24,
          "\"10.0.0.256\" is no address, expected an IPv4 or IPv6 address, a "
          "prefix such as 192.0.2.0/24 or the name of an address group" },
        { "${http.request.ip} in ['10.0.0.0/33']", 24,
          "\"10.0.0.0/33\" is no address, expected an IPv4 or IPv6 address, "
          "a prefix such as 192.0.2.0/24 or the name of an address group" },
        { "${http.request.ip} in ['a','b','c','d','e','f','g','h','i']", 56,
          "the list names more than 8 address groups" },
        { "${http.request.host} in [${security.ip_group['a']}]", 26,
          "an address group can hold no value of this field, expected a "
          "string" },
        { "${http.request.ip} in [${security.ip_group}]", 24,
          "expected ${security.ip_group[\"name\"]}" },
        { "${http.request.ip.asn} in ['x']", 28, "\"x\" is no number, "
          "expected 0 to 18446744073709551615" },
        { "${http.request.ip.asn} in [18446744073709551616]", 28,
          "\"18446744073709551616\" is no number, expected 0 to "
          "18446744073709551615" },
        { "${http.request.ip.asn} in [${http.request.ip.port}]", 28,
          "unexpected field in a list of numbers, expected a number" },
        { "length(${http.request.host}) like 'a'", 30, "unexpected \"like\" "
          "after a length, expected \">\", \"<\" or \"in\"" },
        { "length(length(${http.request.host})) > 1", 8,
          "unexpected \"length\", expected a field or \"lower\"" },
        { "lower(length(${http.request.host})) > 1", 7,
          "unexpected \"length\", expected a field" },
        { "length(${http.request.host}) > x", 32, "unknown word \"x\"; a "
          "field is written ${...}, a text in quotes" },
        { NULL, 0, NULL }
    };

    env = waf_expr_env(t->pool);

    if (!ngx_eo_ok(env != NULL, "an environment")) {
        return;
    }

    for (i = 0; cases[i].text; i++) {
        text.data = (u_char *) cases[i].text;
        text.len = ngx_strlen(cases[i].text);

        if (!ngx_eo_ok(ngx_eo_expr_compile(env, &text, &error) == NULL,
                       "refused: %s", cases[i].text))
        {
            continue;
        }

        message.data = error.text;
        message.len = error.len;

        ngx_eo_is_int(error.column, cases[i].column, "column: %s",
                      cases[i].text);
        ngx_eo_is_str(&message, cases[i].message, "message: %s",
                      cases[i].text);
    }
}


static ngx_int_t
waf_expr_nested(ngx_eo_unit_t *t, ngx_uint_t depth, const char *open,
    const char *close, ngx_eo_expr_error_t *error)
{
    u_char             *p;
    ngx_str_t           text;
    ngx_uint_t          i;
    ngx_eo_expr_env_t  *env;

    env = waf_expr_env(t->pool);

    text.data = ngx_pnalloc(t->pool, depth * 8 + 8);

    if (env == NULL || text.data == NULL) {
        return NGX_ERROR;
    }

    p = text.data;

    for (i = 0; i < depth; i++) {
        p = ngx_cpymem(p, open, ngx_strlen(open));
    }

    *p++ = '*';

    for (i = 0; i < depth; i++) {
        p = ngx_cpymem(p, close, ngx_strlen(close));
    }

    text.len = p - text.data;

    return ngx_eo_expr_compile(env, &text, error) ? NGX_OK : NGX_DECLINED;
}


ngx_eo_unit_test(waf_expr_limits)
{
    u_char               *p;
    ngx_str_t             text, message;
    ngx_uint_t            i;
    ngx_eo_expr_env_t    *env;
    ngx_eo_expr_error_t   error;

    ngx_eo_is_int(waf_expr_nested(t, 100, "(", ")", &error), NGX_OK,
                  "100 parentheses");
    ngx_eo_is_int(waf_expr_nested(t, 101, "(", ")", &error), NGX_DECLINED,
                  "101 parentheses");
    ngx_eo_is_int(error.column, 101, "column of the parenthesis");

    ngx_eo_is_int(waf_expr_nested(t, 1000, "(", ")", &error), NGX_DECLINED,
                  "1,000 parentheses");

    message.data = error.text;
    message.len = error.len;

    ngx_eo_is_str(&message, "parentheses and \"not\" are nested deeper than "
                  "100", "message of the limit");

    ngx_eo_is_int(waf_expr_nested(t, 100, "not ", "", &error), NGX_OK,
                  "100 times not");
    ngx_eo_is_int(waf_expr_nested(t, 101, "not ", "", &error), NGX_DECLINED,
                  "101 times not");

    env = waf_expr_env(t->pool);
    text.data = ngx_pnalloc(t->pool, NGX_EO_EXPR_MAX_SIZE + 1);

    if (!ngx_eo_ok(env != NULL && text.data != NULL, "memory")) {
        return;
    }

    ngx_memset(text.data, ' ', NGX_EO_EXPR_MAX_SIZE + 1);
    text.data[0] = '*';

    text.len = NGX_EO_EXPR_MAX_SIZE;
    ngx_eo_ok(ngx_eo_expr_compile(env, &text, &error) != NULL,
              "the longest expression");

    text.len++;
    ngx_eo_ok(ngx_eo_expr_compile(env, &text, &error) == NULL,
              "a byte more");

    p = ngx_sprintf(text.data, "length(${http.request.host}) in [");

    for (i = 0; i < NGX_EO_EXPR_MAX_LIST; i++) {
        p = ngx_sprintf(p, "%s%ui", i ? "," : "", i);
    }

    *p = ']';
    text.len = p + 1 - text.data;
    ngx_eo_ok(ngx_eo_expr_compile(env, &text, &error) != NULL,
              "the longest list");

    p = ngx_sprintf(p, ",1]");
    text.len = p - text.data;
    ngx_eo_ok(ngx_eo_expr_compile(env, &text, &error) == NULL,
              "a value more");
}


/* an expression that backtracks without end is undecided, not false */

ngx_eo_unit_test(waf_expr_match_limit)
{
    u_char                a[4097];
    ngx_str_t             text;
    ngx_eo_expr_t        *expr;
    ngx_eo_expr_env_t    *env;
    ngx_eo_expr_ctx_t     ctx;
    ngx_eo_expr_error_t   error;
    waf_expr_field_t      request[2];

    ngx_memset(a, 'a', 4096);
    a[4096] = '\0';

    request[0].field = "http.request.uri.query";
    request[0].key = "";
    request[0].value = (char *) a;
    request[1].field = NULL;

    env = waf_expr_env(t->pool);

    if (!ngx_eo_ok(env != NULL, "an environment")) {
        return;
    }

    ngx_eo_is_int(waf_expr_result(t->pool, env,
                      "${http.request.uri.query} matches '^(a+)+$'", request),
                  TRUE, "a match");
    ngx_eo_is_int(waf_expr_result(t->pool, env,
                      "${http.request.uri.query} matches '^(a+)+[xy]$'",
                      request),
                  LIMIT, "the limit");
    ngx_eo_is_int(waf_expr_result(t->pool, env,
                      "not ${http.request.uri.query} matches '^(a+)+[xy]$'",
                      request),
                  LIMIT, "the limit, negated");
    ngx_eo_is_int(waf_expr_result(t->pool, env,
                      "${http.request.uri.query} matches '^(a+)+[xy]$' "
                      "and not *", request),
                  FALSE, "the rest decides that it does not hold");
    ngx_eo_is_int(waf_expr_result(t->pool, env,
                      "${http.request.uri.query} matches '^(a+)+[xy]$' or *",
                      request),
                  TRUE, "the rest decides that it holds");
    ngx_eo_is_int(waf_expr_result(t->pool, env,
                      "${http.request.headers['none']} in ['a'] and "
                      "${http.request.uri.query} matches '^(a+)+[xy]$'",
                      request),
                  LIMIT, "the limit before what is not there");

    ngx_str_set(&text, "${http.request.uri.query} matches "
                "['^(a+)+[xy]$', '^(a+)+[bx]$', '^(a+)+[cx]$', "
                "'^(a+)+[dx]$', '^a', '^a']");

    expr = ngx_eo_expr_compile(env, &text, &error);

    if (ngx_eo_ok(expr != NULL
                  && ngx_eo_expr_ctx_init(&ctx, env, t->pool, request,
                                          waf_expr_get)
                     == NGX_OK,
                  "six expressions"))
    {
        ngx_eo_is_int(ngx_eo_expr_eval(&ctx, expr), LIMIT,
                      "after four limits no other is run");
        ngx_eo_is_int(ctx.limits, NGX_EO_EXPR_MATCH_LIMITS, "four limits");
    }
}


ngx_eo_unit_test(waf_expr_slots)
{
    ngx_str_t             text;
    ngx_eo_expr_t        *expr;
    ngx_eo_expr_env_t    *env;
    ngx_eo_expr_error_t   error;

    env = waf_expr_env(t->pool);

    if (!ngx_eo_ok(env != NULL, "an environment")) {
        return;
    }

    ngx_str_set(&text, "${http.request.headers['A']} exists and "
                "${http.request.headers['a']} exists and "
                "${http.request.uri.args['a']} exists and "
                "${http.request.uri.query['a']} exists and "
                "not ${http.request.uri.args['A']} in "
                "[${http.request.body.form['a']}]");

    expr = ngx_eo_expr_compile(env, &text, &error);

    if (!ngx_eo_ok(expr != NULL, "compiles")) {
        return;
    }

    ngx_eo_is_int(env->slots.nelts, 4,
                  "names of headers have no letter case, those of "
                  "arguments do");
    ngx_eo_is_int(ngx_eo_expr_reads(env, expr, NGX_EO_FIELD_FORM), 1,
                  "the form is read");
    ngx_eo_is_int(ngx_eo_expr_reads(env, expr, NGX_EO_FIELD_COOKIE), 0,
                  "cookies are not");
}
