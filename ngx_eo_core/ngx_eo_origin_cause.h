
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Why an origin failed: from what nginx knows when it gives up.
 */


#ifndef _NGX_EO_ORIGIN_CAUSE_H_INCLUDED_
#define _NGX_EO_ORIGIN_CAUSE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_EO_ORIGIN_OK = 0,

    NGX_EO_ORIGIN_RESPONSE_RESET,
    NGX_EO_ORIGIN_RESPONSE_CLOSED,
    NGX_EO_ORIGIN_RESPONSE_INVALID,

    NGX_EO_ORIGIN_CONNECT_REFUSED,
    NGX_EO_ORIGIN_NO_LIVE_UPSTREAM,

    NGX_EO_ORIGIN_CONNECT_TIMEOUT,

    NGX_EO_ORIGIN_RESOLVE_FAILED,
    NGX_EO_ORIGIN_RESOLVE_NONE,
    NGX_EO_ORIGIN_RESOLVE_TIMEOUT,

    NGX_EO_ORIGIN_RESPONSE_TIMEOUT,

    NGX_EO_ORIGIN_TLS_HANDSHAKE_FAILED,
    NGX_EO_ORIGIN_TLS_HANDSHAKE_TIMEOUT,
    NGX_EO_ORIGIN_TLS_CERTIFICATE_EXPIRED,
    NGX_EO_ORIGIN_TLS_CERTIFICATE_NOT_YET_VALID,
    NGX_EO_ORIGIN_TLS_VERIFY_FAILED,

    /* after the response header: the client has it already */

    NGX_EO_ORIGIN_RESPONSE_STALLED,
    NGX_EO_ORIGIN_RESPONSE_TRUNCATED,

    NGX_EO_ORIGIN_CAUSES                      /* how many there are */
} ngx_eo_origin_cause_e;


/* the state of an origin connection at the moment nginx gives it up */

typedef struct {
    ngx_int_t               resolve_state;    /* ngx_resolver_ctx_t's */
    ngx_eo_origin_cause_e   certificate;      /* what its check found */
    ngx_eo_origin_cause_e   attempt;          /* of the peer tried before */
    unsigned                resolving:1;      /* no address yet */
    unsigned                no_peer:1;        /* none that is alive */
    unsigned                connected:1;      /* there is a connection */
    unsigned                established:1;    /* TCP has been up */
    unsigned                tls:1;            /* is to be spoken */
    unsigned                tls_begun:1;
    unsigned                handshaked:1;
    unsigned                request_sent:1;   /* TCP and TLS are up */
    unsigned                timed_out:1;      /* nginx says 504 */
    unsigned                eof:1;
    unsigned                error:1;
    unsigned                header_sent:1;    /* to the client */
    unsigned                stalled:1;        /* a read timed out */
} ngx_eo_origin_state_t;


/* Returns the cause that a state points to. */

ngx_eo_origin_cause_e ngx_eo_origin_cause(ngx_eo_origin_state_t *state);


/*
 * Returns the last digit of the status for a cause: 0 for 520 and 550, up to
 * 5 for 525 and 555.
 */

ngx_uint_t ngx_eo_origin_cause_digit(ngx_eo_origin_cause_e cause);


/* Returns a cause in a word, for $eo_origin_error and the log. */

ngx_str_t *ngx_eo_origin_cause_name(ngx_eo_origin_cause_e cause);


/* Returns what $eo_edge_exception says of a cause. */

const char *ngx_eo_origin_cause_exception(ngx_eo_origin_cause_e cause);


#endif /* _NGX_EO_ORIGIN_CAUSE_H_INCLUDED_ */
