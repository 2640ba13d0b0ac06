
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Who sends a request: what the User-Agent claims, whether that is so, where
 * it comes from, and the signals that make up a rating.
 */


#include "ngx_eo_bot.h"
#include "ngx_eo_bot_dns.h"
#include "ngx_eo_bot_signed.h"
#include "ddos/ngx_eo_client_signals.h"
#include "ddos/ngx_eo_ddos.h"
#include "request/ngx_eo_waf_fields.h"


#define NGX_EO_BOT_FINGERPRINT_MAX  64


/* the address of a client; none if it has one of another family */

typedef struct {
    u_char                   bytes[16];
    ngx_uint_t               known;
} ngx_eo_bot_address_t;


static void ngx_eo_bot_sign(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_ctx_t *ctx);
static ngx_int_t ngx_eo_bot_agent(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_bot_address_t *address);
static ngx_int_t ngx_eo_bot_claims(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_bot_address_t *address, ngx_eo_bot_agents_found_t *found);
static ngx_eo_bot_proof_e ngx_eo_bot_prove(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_proof_t *proof,
    ngx_str_t *signer, ngx_eo_bot_address_t *address);
static void ngx_eo_bot_look_up(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_ctx_t *ctx,
    ngx_eo_bot_address_t *address);
static ngx_uint_t ngx_eo_bot_within(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_list_t *list,
    ngx_eo_bot_address_t *address);
static void ngx_eo_bot_fingerprints(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_ctx_t *ctx);
static ngx_uint_t ngx_eo_bot_is_fingerprint(ngx_str_t *value);
static void ngx_eo_bot_value(ngx_http_request_t *r, ngx_int_t index,
    ngx_str_t *value);
static void ngx_eo_bot_signals(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx);


ngx_int_t
ngx_eo_bot_identify(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_ctx_t *ctx)
{
    ngx_eo_bot_address_t  address;

    address.known = (ngx_eo_waf_client_addr(r, address.bytes) == NGX_OK);

    ngx_eo_bot_sign(r, main, ctx);

    if (ngx_eo_bot_agent(r, main, ctx, &address) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_bot_look_up(r, main, ctx, &address);
    ngx_eo_bot_fingerprints(r, main, ctx);
    ngx_eo_bot_signals(r, ctx);

    ctx->rating = ngx_eo_bot_rating(ctx->signals,
                                    ngx_eo_bot_proven(ctx->proof));

    return NGX_OK;
}


/* who signs needs no User-Agent, and who signs wrongly is nobody's robot */

static void
ngx_eo_bot_sign(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_ctx_t *ctx)
{
    ngx_int_t  rc;

    ctx->signature = "";

    if (main->keys == NULL) {
        return;
    }

    rc = ngx_eo_bot_signed(r, main, &ctx->name, &ctx->signature);

    if (rc == NGX_OK) {
        ctx->proof = NGX_EO_BOT_BY_SIGNATURE;

    } else if (rc == NGX_ERROR) {
        ctx->proof = NGX_EO_BOT_REFUTED;
        ctx->has_category = 1;
        ctx->category = NGX_EO_BOT_IMPERSONATED;
        ctx->claimed = NGX_EO_BOT_UNCATEGORIZED;
    }
}


static ngx_int_t
ngx_eo_bot_agent(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_bot_address_t *address)
{
    ngx_str_t                  *text;
    ngx_eo_bot_agents_found_t   found;

    if (r->headers_in.user_agent == NULL
        || r->headers_in.user_agent->value.len == 0)
    {
        if (!ctx->has_category && !ngx_eo_bot_proven(ctx->proof)) {
            ctx->has_category = 1;
            ctx->category = NGX_EO_BOT_NO_USER_AGENT;
            ctx->claimed = NGX_EO_BOT_NO_USER_AGENT;
        }

        return NGX_OK;
    }

    if (main->agents == NULL) {
        return NGX_OK;
    }

    text = &r->headers_in.user_agent->value;

    ngx_eo_bot_agents_search(ngx_eo_live_file_get(main->agents), text->data,
                             text->len, &found);

    return found.nfound ? ngx_eo_bot_claims(r, main, ctx, address, &found)
                        : NGX_OK;
}


/*
 * Who says several names is who it can prove to be, and if it can prove none
 * of those that can be proven, none of all.
 */

static ngx_int_t
ngx_eo_bot_claims(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_bot_address_t *address,
    ngx_eo_bot_agents_found_t *found)
{
    ngx_str_t            signer;
    ngx_uint_t           i, said;
    ngx_eo_bot_proof_e   best, result;
    ngx_eo_bot_proof_t  *proof;

    ngx_str_null(&signer);

    if (ctx->proof == NGX_EO_BOT_BY_SIGNATURE) {
        signer = ctx->name;
    }

    best = NGX_EO_BOT_UNPROVEN;
    said = 0;

    for (i = 0; i < found->nfound && !ngx_eo_bot_proven(best); i++) {
        proof = ngx_eo_bot_proof(main, &found->found[i]->name);

        if (proof == NULL) {
            continue;
        }

        result = ngx_eo_bot_prove(r, main, proof, &signer, address);

        if (best == NGX_EO_BOT_UNPROVEN || ngx_eo_bot_proven(result)
            || result == NGX_EO_BOT_PENDING)
        {
            best = result;
            said = i;
        }
    }

    if (ctx->proof == NGX_EO_BOT_REFUTED) {
        best = NGX_EO_BOT_REFUTED;
    }

    ctx->has_category = 1;
    ctx->claimed = found->found[said]->category;
    ctx->category = (best == NGX_EO_BOT_REFUTED) ? NGX_EO_BOT_IMPERSONATED
                                                 : ctx->claimed;

    if (best == NGX_EO_BOT_UNPROVEN && signer.len) {
        return NGX_OK;
    }

    ctx->proof = best;

    /* the list may be another one soon */

    ctx->name.len = found->found[said]->name.len;
    ctx->name.data = ngx_pstrdup(r->main->pool, &found->found[said]->name);

    return ctx->name.data ? NGX_OK : NGX_ERROR;
}


/* a name server that does not answer proves nothing */

static ngx_eo_bot_proof_e
ngx_eo_bot_prove(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_proof_t *proof, ngx_str_t *signer,
    ngx_eo_bot_address_t *address)
{
    if (signer->len == proof->name.len
        && ngx_strncasecmp(signer->data, proof->name.data, signer->len) == 0)
    {
        return NGX_EO_BOT_BY_SIGNATURE;
    }

    if (!address->known) {
        return NGX_EO_BOT_REFUTED;
    }

    if (proof->list
        && ngx_eo_ip_list_match_addr(proof->list, AF_INET6, address->bytes))
    {
        return NGX_EO_BOT_BY_RANGES;
    }

    if (proof->suffixes == NULL) {
        return NGX_EO_BOT_REFUTED;
    }

    switch (ngx_eo_bot_dns(r, main->dns, proof, address->bytes)) {

    case NGX_EO_BOT_DNS_CONFIRMED:
        return NGX_EO_BOT_BY_DNS;

    case NGX_EO_BOT_DNS_PENDING:
        return NGX_EO_BOT_PENDING;

    default:
        return NGX_EO_BOT_REFUTED;
    }
}


static void
ngx_eo_bot_look_up(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_ctx_t *ctx, ngx_eo_bot_address_t *address)
{
    ngx_uint_t          i;
    ngx_eo_bot_list_t  *list;

    list = main->idc->elts;

    for (i = 0; i < main->idc->nelts; i++) {
        if (ngx_eo_bot_within(r, main, &list[i], address)) {
            ctx->idc = &list[i];
            break;
        }
    }

    list = main->reputation->elts;

    for (i = 0; i < main->reputation->nelts; i++) {

        if (list[i].level + 1 <= ctx->levels[list[i].kind]
            || !ngx_eo_bot_within(r, main, &list[i], address))
        {
            continue;
        }

        ctx->levels[list[i].kind] = list[i].level + 1;

        if (ctx->reputation == NULL
            || list[i].level > ctx->reputation->level)
        {
            ctx->reputation = &list[i];
        }
    }
}


static ngx_uint_t
ngx_eo_bot_within(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_list_t *list, ngx_eo_bot_address_t *address)
{
    ngx_str_t   *asn, number;
    ngx_uint_t   i;

    if (list->list && address->known
        && ngx_eo_ip_list_match_addr(list->list, AF_INET6, address->bytes))
    {
        return 1;
    }

    if (list->asns == NULL) {
        return 0;
    }

    ngx_eo_bot_value(r, main->asn_index, &number);

    asn = list->asns->elts;

    for (i = 0; i < list->asns->nelts; i++) {
        if (asn[i].len == number.len
            && ngx_memcmp(asn[i].data, number.data, number.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
ngx_eo_bot_fingerprints(ngx_http_request_t *r, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_ctx_t *ctx)
{
    ngx_eo_bot_value(r, main->ja3_index, &ctx->ja3);
    ngx_eo_bot_value(r, main->ja4_index, &ctx->ja4);

    if (!ngx_eo_bot_is_fingerprint(&ctx->ja3)) {
        ngx_str_null(&ctx->ja3);
    }

    if (!ngx_eo_bot_is_fingerprint(&ctx->ja4)) {
        ngx_str_null(&ctx->ja4);
    }
}


/* it goes into headers, and may be of a "map" of what a client has sent */

static ngx_uint_t
ngx_eo_bot_is_fingerprint(ngx_str_t *value)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
            && !(c >= 'A' && c <= 'Z') && c != '_')
        {
            return 0;
        }
    }

    return value->len <= NGX_EO_BOT_FINGERPRINT_MAX;
}


static void
ngx_eo_bot_value(ngx_http_request_t *r, ngx_int_t index, ngx_str_t *value)
{
    ngx_http_variable_value_t  *v;

    ngx_str_null(value);

    if (index == NGX_ERROR) {
        return;
    }

    v = ngx_http_get_indexed_variable(r, index);

    if (v && v->valid && !v->not_found) {
        value->data = v->data;
        value->len = v->len;
    }
}


static void
ngx_eo_bot_signals(ngx_http_request_t *r, ngx_eo_bot_ctx_t *ctx)
{
    ngx_uint_t  browser;

    static ngx_uint_t  reputation[] = {
        NGX_EO_BOT_SIGNAL_REPUTATION_LOW,
        NGX_EO_BOT_SIGNAL_REPUTATION_MID,
        NGX_EO_BOT_SIGNAL_REPUTATION_HIGH
    };

    browser = (r->headers_in.user_agent
               && ngx_eo_client_claims_browser(
                                         &r->headers_in.user_agent->value));

    if (ctx->has_category) {

        switch (ctx->category) {

        case NGX_EO_BOT_IMPERSONATED:
            ctx->signals |= NGX_EO_BOT_SIGNAL_IMPERSONATED;
            break;

        case NGX_EO_BOT_SCANNER:
            ctx->signals |= NGX_EO_BOT_SIGNAL_SCANNER;
            break;

        case NGX_EO_BOT_HEADLESS:
            ctx->signals |= NGX_EO_BOT_SIGNAL_HEADLESS;
            break;

        case NGX_EO_BOT_TOOL:
            ctx->signals |= NGX_EO_BOT_SIGNAL_TOOL;
            break;

        case NGX_EO_BOT_NO_USER_AGENT:
            ctx->signals |= NGX_EO_BOT_SIGNAL_NO_USER_AGENT;
            break;

        default:
            ctx->signals |= NGX_EO_BOT_SIGNAL_DECLARED;
        }

    } else if (browser
               && ngx_eo_bot_tls_unlike_browser(&ctx->ja4,
                                         r->headers_in.upgrade != NULL))
    {
        ctx->signals |= NGX_EO_BOT_SIGNAL_TLS;
    }

    if (ngx_eo_client_score(ngx_eo_ddos_signals(r))
        >= NGX_EO_SIGNALS_LIMIT)
    {
        ctx->signals |= NGX_EO_BOT_SIGNAL_HEADERS;
    }

    if (ctx->idc) {
        ctx->signals |= NGX_EO_BOT_SIGNAL_IDC;
    }

    if (ctx->reputation) {
        ctx->signals |= reputation[ctx->reputation->level];
    }
}
