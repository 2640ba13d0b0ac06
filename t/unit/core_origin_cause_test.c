
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Why an origin failed: each state that nginx can leave an origin connection
 * in, and the digit, the word and the exception of each cause.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_origin_cause.h"
#include <ngx_event.h>


#define NGX_EO_TEST_CAUSES  (NGX_EO_ORIGIN_RESPONSE_TRUNCATED + 1)
#define NGX_EO_TEST_FLAGS   13


typedef struct {
    const char               *what;
    ngx_eo_origin_state_t     state;
    ngx_eo_origin_cause_e     cause;
} origin_state_case_t;


typedef struct {
    ngx_eo_origin_cause_e     cause;
    ngx_uint_t                digit;
    const char               *name;
    const char               *exception;
} origin_cause_case_t;


static void origin_cause_state(ngx_eo_origin_state_t *state, ngx_uint_t bits);
static ngx_uint_t origin_cause_fits(ngx_eo_origin_state_t *state,
    ngx_eo_origin_cause_e cause);


static origin_state_case_t  origin_states[] = {

    /* names */

    { "the name does not exist",
      { .resolving = 1, .resolve_state = NGX_RESOLVE_NXDOMAIN },
      NGX_EO_ORIGIN_RESOLVE_NONE },

    { "the resolver is silent",
      { .resolving = 1, .resolve_state = NGX_RESOLVE_TIMEDOUT },
      NGX_EO_ORIGIN_RESOLVE_TIMEOUT },

    { "the resolver refuses",
      { .resolving = 1, .resolve_state = NGX_RESOLVE_REFUSED },
      NGX_EO_ORIGIN_RESOLVE_FAILED },

    { "the resolver fails",
      { .resolving = 1, .resolve_state = NGX_RESOLVE_SERVFAIL },
      NGX_EO_ORIGIN_RESOLVE_FAILED },

    { "the resolver does not understand",
      { .resolving = 1, .resolve_state = NGX_RESOLVE_FORMERR },
      NGX_EO_ORIGIN_RESOLVE_FAILED },

    { "the resolver cannot be reached",
      { .resolving = 1, .resolve_state = NGX_OK },
      NGX_EO_ORIGIN_RESOLVE_FAILED },

    /* connections */

    { "no peer is alive",
      { .no_peer = 1 },
      NGX_EO_ORIGIN_NO_LIVE_UPSTREAM },

    { "no peer is alive after one has timed out",
      { .no_peer = 1, .timed_out = 1, .request_sent = 1 },
      NGX_EO_ORIGIN_NO_LIVE_UPSTREAM },

    { "connect() itself fails",
      { .connected = 0 },
      NGX_EO_ORIGIN_CONNECT_REFUSED },

    { "connect() itself fails after a peer has had the request",
      { .connected = 0, .request_sent = 1, .error = 1 },
      NGX_EO_ORIGIN_CONNECT_REFUSED },

    { "the connection is refused",
      { .connected = 1 },
      NGX_EO_ORIGIN_CONNECT_REFUSED },

    { "the connection is closed before the request is sent",
      { .connected = 1, .eof = 1 },
      NGX_EO_ORIGIN_RESPONSE_CLOSED },

    { "the connection is reset before the request is sent",
      { .connected = 1, .error = 1 },
      NGX_EO_ORIGIN_RESPONSE_RESET },

    { "nobody answers the connection",
      { .connected = 1, .timed_out = 1 },
      NGX_EO_ORIGIN_CONNECT_TIMEOUT },

    { "no handshake either where TLS has not begun",
      { .connected = 1, .timed_out = 1,
        .certificate = NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED },
      NGX_EO_ORIGIN_CONNECT_TIMEOUT },

    /* TLS */

    { "an alert, a reset or plain text in the handshake",
      { .connected = 1, .tls = 1, .tls_begun = 1 },
      NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED },

    { "the end of the connection in the handshake",
      { .connected = 1, .tls = 1, .tls_begun = 1, .eof = 1,
        .error = 1 },
      NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED },

    { "silence in the handshake",
      { .connected = 1, .tls = 1, .tls_begun = 1,
        .timed_out = 1 },
      NGX_EO_ORIGIN_TLS_HANDSHAKE_TIMEOUT },

    { "a handshake that is done, and refused",
      { .connected = 1, .tls = 1, .tls_begun = 1,
        .handshaked = 1 },
      NGX_EO_ORIGIN_TLS_VERIFY_FAILED },

    { "a certificate that has expired",
      { .connected = 1, .tls = 1, .tls_begun = 1, .handshaked = 1,
        .certificate = NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED },
      NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED },

    { "a certificate that is not valid yet",
      { .connected = 1, .tls = 1, .tls_begun = 1, .handshaked = 1,
        .certificate = NGX_EO_ORIGIN_TLS_CERTIFICATE_NOT_YET_VALID },
      NGX_EO_ORIGIN_TLS_CERTIFICATE_NOT_YET_VALID },

    { "a certificate that has expired ends the handshake",
      { .connected = 1, .tls = 1, .tls_begun = 1, .timed_out = 1,
        .certificate = NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED },
      NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED },

    /* TLS is to be spoken and has not begun */

    { "a TLS origin that refuses the connection",
      { .connected = 1, .tls = 1 },
      NGX_EO_ORIGIN_CONNECT_REFUSED },

    { "a TLS origin that nobody answers for",
      { .connected = 1, .tls = 1, .timed_out = 1 },
      NGX_EO_ORIGIN_CONNECT_TIMEOUT },

    { "a TLS origin that closes when it has accepted",
      { .connected = 1, .tls = 1, .eof = 1 },
      NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED },

    { "a TLS origin that was up for a moment",
      { .connected = 1, .tls = 1, .established = 1 },
      NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED },

    { "an origin that was up for a moment",
      { .connected = 1, .established = 1 },
      NGX_EO_ORIGIN_RESPONSE_RESET },

    /* the peer before */

    { "no peer is left after a reset",
      { .no_peer = 1, .attempt = NGX_EO_ORIGIN_RESPONSE_RESET },
      NGX_EO_ORIGIN_RESPONSE_RESET },

    { "no peer is left after silence",
      { .no_peer = 1, .attempt = NGX_EO_ORIGIN_RESPONSE_TIMEOUT },
      NGX_EO_ORIGIN_RESPONSE_TIMEOUT },

    { "a refusal after a reset",
      { .connected = 1, .attempt = NGX_EO_ORIGIN_RESPONSE_RESET },
      NGX_EO_ORIGIN_CONNECT_REFUSED },

    /* responses */

    { "a reset before the response",
      { .connected = 1, .request_sent = 1, .error = 1 },
      NGX_EO_ORIGIN_RESPONSE_RESET },

    { "a reset before the response, with end of file",
      { .connected = 1, .request_sent = 1, .error = 1, .eof = 1 },
      NGX_EO_ORIGIN_RESPONSE_RESET },

    { "the end before the response",
      { .connected = 1, .request_sent = 1, .eof = 1 },
      NGX_EO_ORIGIN_RESPONSE_CLOSED },

    { "the end before the response over TLS",
      { .connected = 1, .request_sent = 1, .eof = 1, .tls = 1,
        .handshaked = 1 },
      NGX_EO_ORIGIN_RESPONSE_CLOSED },

    { "something that is no response",
      { .connected = 1, .request_sent = 1 },
      NGX_EO_ORIGIN_RESPONSE_INVALID },

    { "something that is no response over TLS",
      { .connected = 1, .request_sent = 1, .tls = 1, .handshaked = 1 },
      NGX_EO_ORIGIN_RESPONSE_INVALID },

    { "silence after the request",
      { .connected = 1, .request_sent = 1, .timed_out = 1 },
      NGX_EO_ORIGIN_RESPONSE_TIMEOUT },

    { "silence after the request over TLS",
      { .connected = 1, .request_sent = 1, .timed_out = 1, .tls = 1,
        .handshaked = 1 },
      NGX_EO_ORIGIN_RESPONSE_TIMEOUT },

    /* the client has the header */

    { "the end within the body",
      { .connected = 1, .request_sent = 1, .header_sent = 1, .eof = 1 },
      NGX_EO_ORIGIN_RESPONSE_TRUNCATED },

    { "a reset within the body",
      { .connected = 1, .request_sent = 1, .header_sent = 1, .error = 1 },
      NGX_EO_ORIGIN_RESPONSE_TRUNCATED },

    { "silence within the body",
      { .connected = 1, .request_sent = 1, .header_sent = 1, .stalled = 1 },
      NGX_EO_ORIGIN_RESPONSE_STALLED }
};


static origin_cause_case_t  origin_causes[] = {
    { NGX_EO_ORIGIN_OK, 0, "-", "no_exception" },

    { NGX_EO_ORIGIN_RESPONSE_RESET, 0, "response_reset", "peer_error" },
    { NGX_EO_ORIGIN_RESPONSE_CLOSED, 0, "response_closed", "peer_close" },
    { NGX_EO_ORIGIN_RESPONSE_INVALID, 0, "response_invalid",
      "upstream_status_change" },

    { NGX_EO_ORIGIN_CONNECT_REFUSED, 1, "connect_refused",
      "upstream_failed" },
    { NGX_EO_ORIGIN_NO_LIVE_UPSTREAM, 1, "no_live_upstream",
      "upstream_server_is_empty" },

    { NGX_EO_ORIGIN_CONNECT_TIMEOUT, 2, "connect_timeout", "timeout" },

    { NGX_EO_ORIGIN_RESOLVE_FAILED, 3, "resolve_failed",
      "domain_resolve_failed" },
    { NGX_EO_ORIGIN_RESOLVE_NONE, 3, "resolve_none", "domain_resolve_none" },
    { NGX_EO_ORIGIN_RESOLVE_TIMEOUT, 3, "resolve_timeout",
      "domain_resolve_failed" },

    { NGX_EO_ORIGIN_RESPONSE_TIMEOUT, 4, "response_timeout", "timeout" },

    { NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED, 5, "tls_handshake_failed",
      "upstream_failed" },
    { NGX_EO_ORIGIN_TLS_HANDSHAKE_TIMEOUT, 5, "tls_handshake_timeout",
      "timeout" },
    { NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED, 5, "tls_certificate_expired",
      "upstream_failed" },
    { NGX_EO_ORIGIN_TLS_CERTIFICATE_NOT_YET_VALID, 5,
      "tls_certificate_not_yet_valid", "upstream_failed" },
    { NGX_EO_ORIGIN_TLS_VERIFY_FAILED, 5, "tls_verify_failed",
      "upstream_failed" },

    { NGX_EO_ORIGIN_RESPONSE_STALLED, 4, "response_stalled", "timeout" },
    { NGX_EO_ORIGIN_RESPONSE_TRUNCATED, 0, "response_truncated",
      "peer_close" }
};


ngx_eo_unit_test(core_origin_cause_state)
{
    ngx_uint_t              i;
    origin_state_case_t    *c;
    ngx_eo_origin_cause_e   cause;

    for (i = 0; i < sizeof(origin_states) / sizeof(origin_state_case_t); i++) {
        c = &origin_states[i];
        cause = ngx_eo_origin_cause(&c->state);

        if (!ngx_eo_is_int(cause, c->cause, "%s", c->what)
            && cause < NGX_EO_TEST_CAUSES)
        {
            ngx_eo_is_str(ngx_eo_origin_cause_name(cause),
                          (char *) ngx_eo_origin_cause_name(c->cause)->data,
                          "%s, in a word", c->what);
        }
    }
}


static void
origin_cause_state(ngx_eo_origin_state_t *state, ngx_uint_t bits)
{
    ngx_memzero(state, sizeof(ngx_eo_origin_state_t));

    state->resolving = bits & 1;
    state->no_peer = (bits >> 1) & 1;
    state->connected = (bits >> 2) & 1;
    state->tls = (bits >> 3) & 1;
    state->handshaked = (bits >> 4) & 1;
    state->request_sent = (bits >> 5) & 1;
    state->timed_out = (bits >> 6) & 1;
    state->eof = (bits >> 7) & 1;
    state->error = (bits >> 8) & 1;
    state->header_sent = (bits >> 9) & 1;
    state->stalled = (bits >> 10) & 1;
    state->established = (bits >> 11) & 1;
    state->tls_begun = (bits >> 12) & 1;
}


/* how far the connection had come decides on the series of causes */

static ngx_uint_t
origin_cause_fits(ngx_eo_origin_state_t *state, ngx_eo_origin_cause_e cause)
{
    ngx_uint_t  up;

    up = state->request_sent || state->established || state->tls_begun
         || state->eof || state->error;

    if (state->header_sent) {
        return cause >= NGX_EO_ORIGIN_RESPONSE_STALLED
               && cause <= NGX_EO_ORIGIN_RESPONSE_TRUNCATED;
    }

    switch (ngx_eo_origin_cause_digit(cause)) {

    case 0:
        return cause >= NGX_EO_ORIGIN_RESPONSE_RESET
               && cause <= NGX_EO_ORIGIN_RESPONSE_INVALID
               && state->connected && up
               && (state->request_sent || !state->tls)
               && !(state->request_sent && state->timed_out)
               && !state->resolving;

    case 1:
        return !state->resolving && !(state->connected && up);

    case 2:
        return !state->resolving && state->connected && !up
               && state->timed_out;

    case 3:
        return state->resolving;

    case 4:
        return cause == NGX_EO_ORIGIN_RESPONSE_TIMEOUT
               && !state->resolving && state->connected && up
               && state->timed_out;

    default:
        return !state->resolving && state->connected && state->tls && up
               && !state->request_sent;
    }
}


ngx_eo_unit_test(core_origin_cause_every_state)
{
    ngx_uint_t              i, n, wrong, seen;
    ngx_eo_origin_cause_e   cause;
    ngx_eo_origin_state_t   state;

    static ngx_eo_origin_cause_e  certificates[] = {
        NGX_EO_ORIGIN_OK,
        NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED,
        NGX_EO_ORIGIN_TLS_CERTIFICATE_NOT_YET_VALID
    };

    static ngx_int_t  resolves[] = {
        NGX_OK, NGX_RESOLVE_NXDOMAIN, NGX_RESOLVE_TIMEDOUT
    };

    seen = 0;
    wrong = 0;

    for (i = 0; i < 1 << NGX_EO_TEST_FLAGS; i++) {

        for (n = 0; n < 9; n++) {
            origin_cause_state(&state, i);
            state.certificate = certificates[n % 3];
            state.resolve_state = resolves[n / 3];

            cause = ngx_eo_origin_cause(&state);

            if (cause >= NGX_EO_TEST_CAUSES
                || !origin_cause_fits(&state, cause))
            {
                wrong++;
                continue;
            }

            seen |= (ngx_uint_t) 1 << cause;
        }
    }

    ngx_eo_is_int(wrong, 0, "each of %d states has a cause that fits",
                  9 << NGX_EO_TEST_FLAGS);

    ngx_eo_is_int(seen, ((1 << NGX_EO_TEST_CAUSES) - 1)
                        - (1 << NGX_EO_ORIGIN_OK),
                  "each cause has a state");
}


ngx_eo_unit_test(core_origin_cause_table)
{
    u_char                buf[128];
    ngx_uint_t            i;
    origin_cause_case_t  *c;

    ngx_eo_is_int(sizeof(origin_causes) / sizeof(origin_cause_case_t),
                  NGX_EO_TEST_CAUSES, "every cause is listed here");

    for (i = 0; i < sizeof(origin_causes) / sizeof(origin_cause_case_t); i++) {
        c = &origin_causes[i];

        ngx_sprintf(buf, "%s%s%Z",
                    c->cause == NGX_EO_ORIGIN_OK
                    ? "" : "edge_response_exception_", c->exception);

        ngx_eo_is_int(c->cause, i, "%s stands in its place", c->name);
        ngx_eo_is_str(ngx_eo_origin_cause_name(c->cause), c->name,
                      "the word for %s", c->name);
        ngx_eo_is_int(ngx_eo_origin_cause_digit(c->cause), c->digit,
                      "the digit of %s", c->name);
        ngx_eo_ok(ngx_strcmp(ngx_eo_origin_cause_exception(c->cause), buf)
                  == 0, "the exception of %s", c->name);
    }
}
