
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The address where answers go:
 *
 *     ?a=TOKEN.ANSWER    an answer; JSON, and a cookie if it is right and
 *                        there is nothing more to ask
 *     ?t=TOKEN           the page, for a frame that a front end opens
 *     ?script            the script, for pages of the operator's
 *
 * It is looked at before there is a location: what a pass is like is in the
 * token, whichever location has asked for it.
 */


#include "ngx_eo_challenge.h"
#include "ngx_eo_challenge_behaviour.h"
#include "ngx_eo_challenge_captcha.h"
#include "ngx_eo_challenge_puzzle.h"
#include "ngx_eo_challenge_send.h"
#include "ngx_eo_challenge_work.h"
#include "ngx_eo_challenge_zone.h"


static ngx_int_t ngx_eo_challenge_answer(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_str_t *text);
static ngx_eo_challenge_status_e ngx_eo_challenge_judge(
    ngx_http_request_t *r, ngx_str_t *text, ngx_eo_challenge_token_t *token);
static ngx_eo_challenge_status_e ngx_eo_challenge_judge_step(
    ngx_http_request_t *r, ngx_eo_challenge_token_t *token,
    ngx_str_t *answer);
static ngx_int_t ngx_eo_challenge_verified(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx);
static ngx_int_t ngx_eo_challenge_ask(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_token_t *token);
static ngx_int_t ngx_eo_challenge_accept(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_token_t *token);
static ngx_int_t ngx_eo_challenge_reject(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_eo_challenge_token_t *token,
    ngx_eo_challenge_status_e status);
static ngx_int_t ngx_eo_challenge_cookie(ngx_http_request_t *r,
    ngx_eo_challenge_jar_t *jar, ngx_eo_challenge_token_t *token,
    time_t max_age, ngx_str_t *cookie);
static ngx_int_t ngx_eo_challenge_frame(ngx_http_request_t *r,
    ngx_eo_challenge_ctx_t *ctx, ngx_str_t *text);
static ngx_int_t ngx_eo_challenge_json(ngx_http_request_t *r,
    ngx_uint_t status, ngx_str_t *body, ngx_str_t *cookie);
static ngx_int_t ngx_eo_challenge_script(ngx_http_request_t *r);


ngx_int_t
ngx_eo_challenge_answer_handler(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_str_t                text;
    ngx_eo_challenge_ctx_t  *ctx;

    if (r->uri.len != sizeof(NGX_EO_CHALLENGE_URI) - 1
        || ngx_memcmp(r->uri.data, NGX_EO_CHALLENGE_URI, r->uri.len) != 0
        || r->args.len < 2
        || (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD))
    {
        return NGX_DECLINED;
    }

    text.data = r->args.data + 2;
    text.len = r->args.len - 2;

    ctx = ngx_eo_challenge_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->verify) {
        return ngx_eo_challenge_verified(r, ctx);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (r->args.data[0] == 'a' && r->args.data[1] == '=') {
        return ngx_eo_challenge_answer(r, ctx, &text);
    }

    if (r->args.data[0] == 't' && r->args.data[1] == '=') {
        return ngx_eo_challenge_frame(r, ctx, &text);
    }

    if (r->args.len == 6 && ngx_memcmp(r->args.data, "script", 6) == 0) {
        return ngx_eo_challenge_script(r);
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_challenge_answer(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx,
    ngx_str_t *text)
{
    ngx_int_t                  rc;
    ngx_str_t                  answer;
    ngx_eo_waf_loc_conf_t     *wlcf;
    ngx_eo_challenge_token_t   token;
    ngx_eo_challenge_status_e  status;

    status = ngx_eo_challenge_judge(r, text, &token);

    if (status != NGX_EO_CHALLENGE_OK) {
        return ngx_eo_challenge_reject(r, ctx, &token, status);
    }

    if (token.level == NGX_EO_CHALLENGE_MANAGED
        && token.step == NGX_EO_CHALLENGE_WORK)
    {
        return ngx_eo_challenge_ask(r, ctx, &token);
    }

    if (token.step == NGX_EO_CHALLENGE_CAPTCHA) {
        wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

        answer.data = text->data + NGX_EO_CHALLENGE_TOKEN_LEN + 1;
        answer.len = text->len - NGX_EO_CHALLENGE_TOKEN_LEN - 1;

        rc = ngx_eo_challenge_captcha_verify(r, ctx, wlcf->challenge->captcha,
                                             &token, &answer);

        return (rc == NGX_AGAIN) ? rc : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_challenge_accept(r, ctx, &token);
}


static ngx_eo_challenge_status_e
ngx_eo_challenge_judge(ngx_http_request_t *r, ngx_str_t *text,
    ngx_eo_challenge_token_t *token)
{
    ngx_str_t                   head, answer;
    ngx_eo_waf_main_conf_t     *mcf;
    ngx_eo_challenge_client_t   client;
    ngx_eo_challenge_status_e   status;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (text->len <= NGX_EO_CHALLENGE_TOKEN_LEN
        || text->data[NGX_EO_CHALLENGE_TOKEN_LEN] != '.')
    {
        return NGX_EO_CHALLENGE_MALFORMED;
    }

    head.data = text->data;
    head.len = NGX_EO_CHALLENGE_TOKEN_LEN;

    answer.data = text->data + NGX_EO_CHALLENGE_TOKEN_LEN + 1;
    answer.len = text->len - NGX_EO_CHALLENGE_TOKEN_LEN - 1;

    ngx_eo_challenge_client(r, &client);

    status = ngx_eo_challenge_token_check(&mcf->challenge_main->keys, &client,
                                          &head, ngx_time(), token);

    if (status != NGX_EO_CHALLENGE_OK) {
        return status;
    }

    if (token->step == NGX_EO_CHALLENGE_WORK
        && !ngx_eo_challenge_work_check(ngx_eo_challenge_token_seed(&head),
                                        &answer, token->difficulty))
    {
        return NGX_EO_CHALLENGE_WRONG;
    }

    /* a puzzle is not there to be guessed at, so a wrong answer spends it */

    if (!ngx_eo_challenge_zone_spend(mcf->challenge_main->zone, token->nonce,
                                     token->expires))
    {
        return NGX_EO_CHALLENGE_REPLAYED;
    }

    return ngx_eo_challenge_judge_step(r, token, &answer);
}


/* of a CAPTCHA the provider has to judge, if there is one still */

static ngx_eo_challenge_status_e
ngx_eo_challenge_judge_step(ngx_http_request_t *r,
    ngx_eo_challenge_token_t *token, ngx_str_t *answer)
{
    ngx_uint_t               right;
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_waf_main_conf_t  *mcf;

    switch (token->step) {

    case NGX_EO_CHALLENGE_WORK:
        return NGX_EO_CHALLENGE_OK;

    case NGX_EO_CHALLENGE_PUZZLE:
        mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

        right = ngx_eo_challenge_puzzle_check(&mcf->challenge_main->keys,
                                              token->nonce, answer);
        break;

    default: /* NGX_EO_CHALLENGE_CAPTCHA */
        wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

        right = wlcf->challenge->captcha
                && ngx_eo_challenge_captcha_text(answer);
    }

    return right ? NGX_EO_CHALLENGE_OK : NGX_EO_CHALLENGE_WRONG;
}


/* the provider has answered, or it has not */

static ngx_int_t
ngx_eo_challenge_verified(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx)
{
    ngx_eo_waf_loc_conf_t      *wlcf;
    ngx_eo_challenge_status_e   status;

    if (ctx->verify->status == 0) {
        return NGX_AGAIN;
    }

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    status = ngx_eo_challenge_captcha_verdict(r, ctx->verify,
                                              wlcf->challenge->captcha);

    if (status != NGX_EO_CHALLENGE_OK) {
        return ngx_eo_challenge_reject(r, ctx, &ctx->verify->token, status);
    }

    return ngx_eo_challenge_accept(r, ctx, &ctx->verify->token);
}


/* the work is done, now a person has to answer */

static ngx_int_t
ngx_eo_challenge_ask(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx,
    ngx_eo_challenge_token_t *token)
{
    u_char                      *p;
    size_t                       size;
    ngx_str_t                    text, body, cookie;
    ngx_eo_waf_loc_conf_t       *wlcf;
    ngx_eo_waf_main_conf_t      *mcf;
    ngx_eo_challenge_captcha_t  *captcha;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);
    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    captcha = wlcf->challenge->captcha;

    ngx_str_set(&ctx->status, "issued");

    if (captcha) {
        token->step = NGX_EO_CHALLENGE_CAPTCHA;
        size = ngx_eo_challenge_captcha_len(captcha);
        ngx_str_set(&ctx->reason, "captcha");

    } else {
        token->step = NGX_EO_CHALLENGE_PUZZLE;
        size = NGX_EO_CHALLENGE_PUZZLE_MAX;
        ngx_str_set(&ctx->reason, "puzzle");
    }

    if (ngx_eo_challenge_new_token(r, token, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = ngx_pnalloc(r->pool, 128 + text.len + size);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_sprintf(body.data, "{\"passed\":false,\"token\":\"%V\","
                    "\"%V\":", &text, &ctx->reason);

    if (captcha) {
        p = ngx_eo_challenge_captcha_write(captcha, p);

    } else {
        p = ngx_eo_challenge_puzzle_write(&mcf->challenge_main->keys.key[0],
                                          token->nonce,
                                          ngx_eo_challenge_language(r), p);
    }

    p = ngx_cpymem(p, "}" CRLF, sizeof("}" CRLF) - 1);

    body.len = p - body.data;

    ngx_str_null(&cookie);

    return ngx_eo_challenge_json(r, NGX_HTTP_OK, &body, &cookie);
}


static ngx_int_t
ngx_eo_challenge_accept(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx,
    ngx_eo_challenge_token_t *token)
{
    ngx_str_t               cookie;
    ngx_eo_challenge_jar_t  jar;

    static ngx_str_t  body = ngx_string("{\"passed\":true}" CRLF);

    ngx_str_set(&ctx->status, "passed");
    ngx_str_set(&ctx->reason, "answer");

    (void) ngx_eo_challenge_behaved(r, NGX_EO_CHALLENGE_GOT);

    ngx_eo_challenge_jar(r, token->bind, &jar);

    if (ngx_eo_challenge_cookie(r, &jar, token, token->ttl, &cookie)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_challenge_json(r, NGX_HTTP_OK, &body, &cookie);
}


/*
 * Whoever has a token of ours gets another try; for whom it is not, as when
 * the address has changed meanwhile, the try is counted, and the page asks
 * for what it was about once more.
 */

static ngx_int_t
ngx_eo_challenge_reject(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx,
    ngx_eo_challenge_token_t *token, ngx_eo_challenge_status_e status)
{
    ngx_str_t               text, body, cookie;
    ngx_eo_challenge_jar_t  jar;

    ngx_str_set(&ctx->status, "failed");
    ctx->reason = *ngx_eo_challenge_status_name(status);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "the answer to a challenge was refused: %V", &ctx->reason);

    ngx_str_null(&text);
    ngx_str_null(&cookie);

    if (status == NGX_EO_CHALLENGE_MALFORMED) {
        token->difficulty = 0;
    }

    if (status != NGX_EO_CHALLENGE_EXPIRED) {
        (void) ngx_eo_challenge_behaved(r, NGX_EO_CHALLENGE_REFUSED);
    }

    if (status == NGX_EO_CHALLENGE_WRONG
        && token->level == NGX_EO_CHALLENGE_MANAGED)
    {
        token->difficulty = ngx_min(token->difficulty + 1,
                                    NGX_EO_CHALLENGE_MAX_DIFFICULTY);
    }

    if (status == NGX_EO_CHALLENGE_FORGED) {
        ngx_eo_challenge_jar(r, token->bind, &jar);

        if (ngx_eo_challenge_cookie(r, &jar, NULL, 0, &cookie) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

    } else if (status != NGX_EO_CHALLENGE_MALFORMED) {
        token->step = NGX_EO_CHALLENGE_WORK;

        if (ngx_eo_challenge_new_token(r, token, &text) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    body.data = ngx_pnalloc(r->pool, 128 + text.len);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_sprintf(body.data, "{\"passed\":false,\"reason\":\"%V\","
                           "\"token\":\"%V\",\"difficulty\":%ui}" CRLF,
                           &ctx->reason, &text, token->difficulty)
               - body.data;

    return ngx_eo_challenge_json(r, NGX_HTTP_FORBIDDEN, &body, &cookie);
}


/* token: NULL if there is no new pass */

static ngx_int_t
ngx_eo_challenge_cookie(ngx_http_request_t *r, ngx_eo_challenge_jar_t *jar,
    ngx_eo_challenge_token_t *token, time_t max_age, ngx_str_t *cookie)
{
    u_char                     *p;
    ngx_uint_t                  i, secure, none;
    ngx_eo_waf_main_conf_t     *mcf;
    ngx_eo_challenge_client_t   client;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    secure = ngx_eo_challenge_secure(r);
    none = (secure && token && token->same_site);

    /* the other passes in it may be good for longer */

    max_age = ngx_max(max_age, NGX_EO_CHALLENGE_COUNT_TIME);

    for (i = 0; i < jar->n; i++) {
        max_age = ngx_max(max_age, (time_t) jar->expires[i] - jar->now);
    }

    p = ngx_pnalloc(r->pool, jar->name.len + NGX_EO_CHALLENGE_COOKIE_MAX
                             + sizeof("=; Path=/; Max-Age=; HttpOnly; "
                                      "SameSite=None; Secure")
                             + NGX_TIME_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    cookie->data = p;

    p = ngx_sprintf(p, "%V=", &jar->name);

    ngx_eo_challenge_client(r, &client);

    p = ngx_eo_challenge_jar_write(jar, &mcf->challenge_main->keys, &client,
                                   token, p);

    p = ngx_sprintf(p, "; Path=/; Max-Age=%T; HttpOnly; SameSite=%s%s",
                    max_age, none ? "None" : "Lax",
                    secure ? "; Secure" : "");

    cookie->len = p - cookie->data;

    return NGX_OK;
}


/* a front end was told this address by a request of its own that failed */

static ngx_int_t
ngx_eo_challenge_frame(ngx_http_request_t *r, ngx_eo_challenge_ctx_t *ctx,
    ngx_str_t *text)
{
    u_char                     *p;
    ngx_str_t                   fresh;
    ngx_eo_waf_loc_conf_t      *wlcf;
    ngx_eo_waf_main_conf_t     *mcf;
    ngx_eo_challenge_look_t     look;
    ngx_eo_challenge_token_t    token;
    ngx_eo_challenge_client_t   client;
    ngx_eo_challenge_status_e   status;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);
    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    ngx_eo_challenge_client(r, &client);

    status = ngx_eo_challenge_token_check(&mcf->challenge_main->keys, &client,
                                          text, ngx_time(), &token);

    ngx_str_null(&fresh);

    if (status == NGX_EO_CHALLENGE_OK || status == NGX_EO_CHALLENGE_EXPIRED) {
        ngx_memzero(&look, sizeof(ngx_eo_challenge_look_t));

        token.step = NGX_EO_CHALLENGE_WORK;
        ctx->level = token.level;

        look.level = token.level;
        look.difficulty = token.difficulty;

        if (ngx_eo_challenge_look(r, &look, &client, token.bind) == NGX_OK) {
            ngx_str_set(&ctx->status, "passed");
            ngx_str_set(&ctx->reason, "pass");

        } else if (ngx_eo_challenge_new_token(r, &token, &fresh) == NGX_OK) {
            ngx_str_set(&ctx->status, "issued");
            ctx->reason = *ngx_eo_challenge_status_name(look.status);

        } else {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

    } else {
        ngx_str_set(&ctx->status, "failed");
        ctx->reason = *ngx_eo_challenge_status_name(status);
        token.difficulty = NGX_EO_CHALLENGE_DIFFICULTY;
    }

    p = ngx_pnalloc(r->pool, 256 + fresh.len);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data.data = p;
    ctx->data.len = ngx_sprintf(p, "{\"url\":\"" NGX_EO_CHALLENGE_URI "\","
                                "\"token\":\"%V\",\"difficulty\":%ui,"
                                "\"count\":0,\"frame\":true,\"passed\":%s}",
                                &fresh, token.difficulty,
                                ctx->status.data[0] == 'p' ? "true" : "false")
                    - p;

    return ngx_eo_challenge_page(r, wlcf, ctx, NGX_HTTP_OK);
}


static ngx_int_t
ngx_eo_challenge_json(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *body, ngx_str_t *cookie)
{
    ngx_str_t  type, none;

    ngx_str_set(&type, "application/json");
    ngx_str_null(&none);

    return ngx_eo_challenge_send(r, status, &type, body, &none, cookie);
}


static ngx_int_t
ngx_eo_challenge_script(ngx_http_request_t *r)
{
    ngx_str_t                type, none;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    ngx_str_set(&type, "text/javascript");
    ngx_str_null(&none);

    return ngx_eo_challenge_send(r, NGX_HTTP_OK, &type,
                                 &mcf->challenge_main->script, &none, &none);
}
