
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_log.h"
#include "ngx_eo_waf_access.h"
#include "ngx_eo_waf_mask.h"
#include "request/ngx_eo_waf_fields.h"
#include "request/ngx_eo_waf_watch.h"
#include "action/ngx_eo_waf_action.h"
#include "request/ngx_eo_waf_json.h"
#include "ddos/ngx_eo_ddos.h"
#include "managed/ngx_eo_managed.h"
#include "rate/ngx_eo_rate_limit.h"


/* events of one address, and of all, that are written in a second */

#define NGX_EO_WAF_LOG_CLIENT   10
#define NGX_EO_WAF_LOG_WORKER   1000

#define NGX_EO_WAF_LOG_CLIENTS  4096

/* texts from a client are cut */

#define NGX_EO_WAF_LOG_TEXT     2048

/* rules of one event that are listed */

#define NGX_EO_WAF_LOG_RULES    64


typedef struct {
    time_t                      second;
    uint32_t                    hash;
    uint32_t                    count;
} ngx_eo_waf_log_client_t;


static ngx_uint_t ngx_eo_waf_log_admit(ngx_http_request_t *r,
    ngx_open_file_t *file);
static void ngx_eo_waf_log_omit(ngx_open_file_t *file);
static void ngx_eo_waf_log_omitted(ngx_event_t *ev);
static u_char *ngx_eo_waf_log_event(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, u_char *p);
static u_char *ngx_eo_waf_log_country(u_char *p, ngx_http_request_t *r);
static u_char *ngx_eo_waf_log_rule(u_char *p, ngx_eo_waf_match_t *match);
static size_t ngx_eo_waf_log_size(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);
static u_char *ngx_eo_waf_log_text(u_char *p, const char *name,
    ngx_str_t *text);
static void ngx_eo_waf_log_write(ngx_open_file_t *file, u_char *buf,
    size_t len, ngx_log_t *log);
static ngx_str_t *ngx_eo_waf_log_disposal(ngx_eo_waf_match_t *match,
    ngx_uint_t n);


/*
 * Of this worker process, which has one configuration for all its life; in
 * the master process nothing is counted.
 */

static ngx_eo_waf_log_client_t  ngx_eo_waf_log_clients[NGX_EO_WAF_LOG_CLIENTS];
static ngx_eo_waf_log_client_t  ngx_eo_waf_log_all;
static ngx_open_file_t         *ngx_eo_waf_log_omit_file;
static ngx_uint_t               ngx_eo_waf_log_omit_count;
static ngx_event_t              ngx_eo_waf_log_omit_event;
static ngx_connection_t         ngx_eo_waf_log_omit_dumb;


ngx_int_t
ngx_eo_waf_log_handler(ngx_http_request_t *r)
{
    u_char              *buf, *p;
    ngx_open_file_t     *file;
    ngx_eo_waf_state_t  *state;

    ngx_eo_ddos_log_stage(r);

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state == NULL) {
        return NGX_OK;
    }

    if (ngx_eo_waf_watch_end(r, state)) {
        ngx_eo_waf_body_seen(r, state);
    }

    ngx_eo_rate_log_stage(r, state);
    ngx_eo_managed_log_stage(r, state);

    if (state->matches == NULL) {
        return NGX_OK;
    }

    file = state->conf->log;

    if (file == NULL || !ngx_eo_waf_log_admit(r, file)) {
        return NGX_OK;
    }

    buf = ngx_pnalloc(r->pool, ngx_eo_waf_log_size(r, state));
    if (buf == NULL) {
        return NGX_ERROR;
    }

    p = ngx_eo_waf_log_event(r, state, buf);

    ngx_eo_waf_log_write(file, buf, p - buf, r->connection->log);

    return NGX_OK;
}


/*
 * Addresses share counters if their hashes meet in the table; the only harm
 * is that one of two in the same second is written less often.
 */

static ngx_uint_t
ngx_eo_waf_log_admit(ngx_http_request_t *r, ngx_open_file_t *file)
{
    u_char                    addr[16];
    uint32_t                  hash;
    ngx_eo_waf_log_client_t  *client;

    hash = 0;

    if (ngx_eo_waf_client_addr(r, addr) == NGX_OK) {
        hash = ngx_crc32_short(addr, 16);
    }

    client = &ngx_eo_waf_log_clients[hash % NGX_EO_WAF_LOG_CLIENTS];

    if (client->second != ngx_time()) {
        client->second = ngx_time();
        client->count = 0;
    }

    if (ngx_eo_waf_log_all.second != ngx_time()) {
        ngx_eo_waf_log_all.second = ngx_time();
        ngx_eo_waf_log_all.count = 0;
    }

    if (client->count >= NGX_EO_WAF_LOG_CLIENT
        || ngx_eo_waf_log_all.count >= NGX_EO_WAF_LOG_WORKER)
    {
        ngx_eo_waf_log_omit(file);
        return 0;
    }

    client->count++;
    ngx_eo_waf_log_all.count++;

    return 1;
}


static void
ngx_eo_waf_log_omit(ngx_open_file_t *file)
{
    ngx_event_t  *ev;

    if (ngx_eo_waf_log_omit_count && ngx_eo_waf_log_omit_file != file) {
        ngx_eo_waf_log_omitted(&ngx_eo_waf_log_omit_event);
    }

    ngx_eo_waf_log_omit_file = file;
    ngx_eo_waf_log_omit_count++;

    ev = &ngx_eo_waf_log_omit_event;

    if (ev->timer_set || ngx_exiting) {
        return;
    }

    ngx_eo_waf_log_omit_dumb.fd = (ngx_socket_t) -1;

    ev->handler = ngx_eo_waf_log_omitted;
    ev->data = &ngx_eo_waf_log_omit_dumb;
    ev->log = ngx_cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, 1000);
}


static void
ngx_eo_waf_log_omitted(ngx_event_t *ev)
{
    u_char   buf[128], *p;

    if (ngx_eo_waf_log_omit_count == 0) {
        return;
    }

    p = ngx_sprintf(buf, "{\"AttackTime\":%T,\"OmittedEvents\":%ui}\n",
                    ngx_time(), ngx_eo_waf_log_omit_count);

    ngx_eo_waf_log_omit_count = 0;

    ngx_eo_waf_log_write(ngx_eo_waf_log_omit_file, buf, p - buf,
                         ngx_cycle->log);
}


void
ngx_eo_waf_log_exit(ngx_cycle_t *cycle)
{
    ngx_eo_waf_log_omitted(&ngx_eo_waf_log_omit_event);
}


/* what has ended the request; rules that only watch may come after it */

static ngx_str_t *
ngx_eo_waf_log_disposal(ngx_eo_waf_match_t *match, ngx_uint_t n)
{
    ngx_str_t   *monitor, *allow;
    ngx_uint_t   i;

    monitor = ngx_eo_action_log_name(NGX_EO_ACTION_MONITOR);
    allow = ngx_eo_action_log_name(NGX_EO_ACTION_ALLOW);

    for (i = n; i--; /* void */ ) {
        if (match[i].action != monitor && match[i].action != allow) {
            return match[i].action;
        }
    }

    return match[n - 1].action;
}


static u_char *
ngx_eo_waf_log_event(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    u_char *p)
{
    u_char               masked[NGX_EO_WAF_LOG_TEXT * NGX_EO_WAF_MASK_MAX];
    ngx_str_t           *uuid, empty, uri;
    ngx_uint_t           i, n;
    ngx_eo_waf_match_t  *match;

    ngx_str_set(&empty, "");

    match = state->matches->elts;
    n = state->matches->nelts;

    uuid = ngx_eo_log_uuid(r);

    p = ngx_sprintf(p, "{\"EventId\":\"%V\",\"AttackTime\":%T,",
                    uuid ? uuid : &empty, ngx_time());
    p = ngx_eo_waf_log_text(p, "AttackSip", &r->connection->addr_text);
    p = ngx_eo_waf_log_country(p, r);
    p = ngx_eo_waf_log_text(p, "AttackDomain", &r->headers_in.server);

    uri.len = ngx_min(r->unparsed_uri.len, NGX_EO_WAF_LOG_TEXT);
    uri.data = r->unparsed_uri.data;

    if (state->conf->log_mask) {
        uri.len = ngx_eo_waf_mask(masked, &uri, state->conf->log_mask->elts,
                                  state->conf->log_mask->nelts)
                  - masked;
        uri.data = masked;
    }

    p = ngx_eo_waf_log_text(p, "RequestUri", &uri);
    p = ngx_eo_waf_log_text(p, "RequestMethod", &r->method_name);
    p = ngx_eo_waf_log_text(p, "Ua", r->headers_in.user_agent
                                     ? &r->headers_in.user_agent->value
                                     : &empty);
    p = ngx_eo_waf_log_text(p, "DisposalMethod",
                            ngx_eo_waf_log_disposal(match, n));

    p = ngx_sprintf(p, "\"EdgeResponseStatusCode\":%ui,\"HitCount\":%ui,"
                    "\"RuleDetailList\":[",
                    r->err_status ? r->err_status : r->headers_out.status, n);

    for (i = 0; i < n && i < NGX_EO_WAF_LOG_RULES; i++) {

        if (i) {
            *p++ = ',';
        }

        p = ngx_eo_waf_log_rule(p, &match[i]);
    }

    *p++ = ']';
    *p++ = '}';
    *p++ = LF;

    return p;
}


/* the client module's variable, if there is one */

static u_char *
ngx_eo_waf_log_country(u_char *p, ngx_http_request_t *r)
{
    ngx_str_t                   country;
    ngx_http_variable_value_t  *value;

    static ngx_str_t  name = ngx_string("eo_client_country");

    value = ngx_http_get_variable(r, &name,
                                  ngx_hash_key(name.data, name.len));

    if (value == NULL || value->not_found || value->len == 0) {
        return p;
    }

    country.len = value->len;
    country.data = value->data;

    return ngx_eo_waf_log_text(p, "SipCountryCode", &country);
}


static u_char *
ngx_eo_waf_log_rule(u_char *p, ngx_eo_waf_match_t *match)
{
    ngx_str_t  type;

    if (match->rule->type == NGX_EO_RULE_BASIC) {
        ngx_str_set(&type, "BasicAccessRule");

    } else if (match->rule->type == NGX_EO_RULE_MANAGED) {
        ngx_str_set(&type, "ManagedRule");

    } else if (match->rule->type == NGX_EO_RULE_DDOS) {
        ngx_str_set(&type, "L7DDoS");

    } else if (match->rule->type == NGX_EO_RULE_RATE) {
        ngx_str_set(&type, "RateLimitingRule");

    } else if (match->rule->type == NGX_EO_RULE_BOT
               || match->rule->type == NGX_EO_RULE_BOT_REPUTATION
               || match->rule->type == NGX_EO_RULE_BOT_RATING)
    {
        ngx_str_set(&type, "BotManagement");

    } else if (match->rule->type == NGX_EO_RULE_BOT_CUSTOM) {
        ngx_str_set(&type, "BotCustomRule");

    } else {
        ngx_str_set(&type, "PreciseMatchRule");
    }

    *p++ = '{';

    p = ngx_eo_waf_log_text(p, "RuleId", &match->rule->name);
    p = ngx_eo_waf_log_text(p, "RuleTypeName", &type);
    p = ngx_eo_waf_log_text(p, "Action", match->action);

    p[-1] = '}';

    return p;
}


static size_t
ngx_eo_waf_log_size(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    size_t               size;
    ngx_uint_t           i, n;
    ngx_eo_waf_match_t  *match;

    match = state->matches->elts;
    n = ngx_min(state->matches->nelts, NGX_EO_WAF_LOG_RULES);

    size = 1024 + 6 * NGX_EO_WAF_LOG_TEXT * NGX_EO_JSON_MAX;

    for (i = 0; i < n; i++) {
        size += 256 + ngx_min(match[i].rule->name.len, NGX_EO_WAF_LOG_TEXT)
                      * NGX_EO_JSON_MAX;
    }

    return size;
}


static u_char *
ngx_eo_waf_log_text(u_char *p, const char *name, ngx_str_t *text)
{
    ngx_str_t  cut;

    cut.data = text->data;
    cut.len = ngx_min(text->len, NGX_EO_WAF_LOG_TEXT);

    p = ngx_sprintf(p, "\"%s\":", name);
    p = ngx_eo_json_string(p, &cut);

    *p++ = ',';

    return p;
}


static void
ngx_eo_waf_log_write(ngx_open_file_t *file, u_char *buf, size_t len,
    ngx_log_t *log)
{
    ssize_t        n;
    static time_t  reported;

    n = ngx_write_fd(file->fd, buf, len);

    if (n == (ssize_t) len || ngx_time() - reported < 60) {
        return;
    }

    reported = ngx_time();

    if (n == -1) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_write_fd_n " to \"%s\" failed", file->name.data);
        return;
    }

    ngx_log_error(NGX_LOG_ALERT, log, 0,
                  ngx_write_fd_n " to \"%s\" was incomplete: %z of %uz",
                  file->name.data, n, len);
}
