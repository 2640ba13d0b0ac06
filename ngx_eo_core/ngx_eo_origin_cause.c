
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_origin_cause.h"


#define NGX_EO_EXCEPTION(reason)  "edge_response_exception_" reason


typedef struct {
    ngx_str_t     name;
    ngx_uint_t    digit;
    const char   *exception;
} ngx_eo_origin_cause_t;


static ngx_eo_origin_cause_e ngx_eo_origin_resolve_cause(ngx_int_t state);
static ngx_eo_origin_cause_e ngx_eo_origin_peer_cause(
    ngx_eo_origin_state_t *state);
static ngx_eo_origin_cause_e ngx_eo_origin_tls_cause(
    ngx_eo_origin_state_t *state);


/* in the order of ngx_eo_origin_cause_e */

static ngx_eo_origin_cause_t  ngx_eo_origin_causes[] = {

    { ngx_string("-"), 0, "no_exception" },

    { ngx_string("response_reset"), 0, NGX_EO_EXCEPTION("peer_error") },
    { ngx_string("response_closed"), 0, NGX_EO_EXCEPTION("peer_close") },
    { ngx_string("response_invalid"), 0,
      NGX_EO_EXCEPTION("upstream_status_change") },

    { ngx_string("connect_refused"), 1, NGX_EO_EXCEPTION("upstream_failed") },
    { ngx_string("no_live_upstream"), 1,
      NGX_EO_EXCEPTION("upstream_server_is_empty") },

    { ngx_string("connect_timeout"), 2, NGX_EO_EXCEPTION("timeout") },

    { ngx_string("resolve_failed"), 3,
      NGX_EO_EXCEPTION("domain_resolve_failed") },
    { ngx_string("resolve_none"), 3, NGX_EO_EXCEPTION("domain_resolve_none") },
    { ngx_string("resolve_timeout"), 3,
      NGX_EO_EXCEPTION("domain_resolve_failed") },

    { ngx_string("response_timeout"), 4, NGX_EO_EXCEPTION("timeout") },

    { ngx_string("tls_handshake_failed"), 5,
      NGX_EO_EXCEPTION("upstream_failed") },
    { ngx_string("tls_handshake_timeout"), 5, NGX_EO_EXCEPTION("timeout") },
    { ngx_string("tls_certificate_expired"), 5,
      NGX_EO_EXCEPTION("upstream_failed") },
    { ngx_string("tls_certificate_not_yet_valid"), 5,
      NGX_EO_EXCEPTION("upstream_failed") },
    { ngx_string("tls_verify_failed"), 5,
      NGX_EO_EXCEPTION("upstream_failed") },

    { ngx_string("response_stalled"), 4, NGX_EO_EXCEPTION("timeout") },
    { ngx_string("response_truncated"), 0, NGX_EO_EXCEPTION("peer_close") }
};


ngx_eo_origin_cause_e
ngx_eo_origin_cause(ngx_eo_origin_state_t *state)
{
    if (state->header_sent) {
        return state->stalled ? NGX_EO_ORIGIN_RESPONSE_STALLED
                              : NGX_EO_ORIGIN_RESPONSE_TRUNCATED;
    }

    if (state->resolving) {
        return ngx_eo_origin_resolve_cause(state->resolve_state);
    }

    /* what request_sent says may be left from the peer tried before */

    if (!state->connected) {
        return state->no_peer ? ngx_eo_origin_peer_cause(state)
                              : NGX_EO_ORIGIN_CONNECT_REFUSED;
    }

    if (!state->request_sent) {

        /* what has been read from was up, if only for a moment */

        if (!state->established && !state->tls_begun
            && !state->eof && !state->error)
        {
            return state->timed_out ? NGX_EO_ORIGIN_CONNECT_TIMEOUT
                                    : NGX_EO_ORIGIN_CONNECT_REFUSED;
        }

        if (state->tls) {
            return ngx_eo_origin_tls_cause(state);
        }

        if (!state->timed_out && !state->eof) {
            return NGX_EO_ORIGIN_RESPONSE_RESET;
        }
    }

    if (state->timed_out) {
        return NGX_EO_ORIGIN_RESPONSE_TIMEOUT;
    }

    if (state->error) {
        return NGX_EO_ORIGIN_RESPONSE_RESET;
    }

    if (state->eof) {
        return NGX_EO_ORIGIN_RESPONSE_CLOSED;
    }

    return NGX_EO_ORIGIN_RESPONSE_INVALID;
}


static ngx_eo_origin_cause_e
ngx_eo_origin_resolve_cause(ngx_int_t state)
{
    switch (state) {

    case NGX_RESOLVE_NXDOMAIN:
        return NGX_EO_ORIGIN_RESOLVE_NONE;

    case NGX_RESOLVE_TIMEDOUT:
        return NGX_EO_ORIGIN_RESOLVE_TIMEOUT;

    default:
        return NGX_EO_ORIGIN_RESOLVE_FAILED;
    }
}


/* that no peer is left is the consequence of what the last one did */

static ngx_eo_origin_cause_e
ngx_eo_origin_peer_cause(ngx_eo_origin_state_t *state)
{
    return (state->attempt != NGX_EO_ORIGIN_OK)
           ? state->attempt
           : NGX_EO_ORIGIN_NO_LIVE_UPSTREAM;
}


static ngx_eo_origin_cause_e
ngx_eo_origin_tls_cause(ngx_eo_origin_state_t *state)
{
    if (state->certificate != NGX_EO_ORIGIN_OK) {
        return state->certificate;
    }

    if (state->handshaked) {
        return NGX_EO_ORIGIN_TLS_VERIFY_FAILED;
    }

    return state->timed_out ? NGX_EO_ORIGIN_TLS_HANDSHAKE_TIMEOUT
                            : NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED;
}


ngx_uint_t
ngx_eo_origin_cause_digit(ngx_eo_origin_cause_e cause)
{
    return ngx_eo_origin_causes[cause].digit;
}


ngx_str_t *
ngx_eo_origin_cause_name(ngx_eo_origin_cause_e cause)
{
    return &ngx_eo_origin_causes[cause].name;
}


const char *
ngx_eo_origin_cause_exception(ngx_eo_origin_cause_e cause)
{
    return ngx_eo_origin_causes[cause].exception;
}
