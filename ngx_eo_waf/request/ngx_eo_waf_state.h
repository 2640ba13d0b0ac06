
/*
 * The state of a request.
 */


#ifndef _NGX_EO_WAF_STATE_H_INCLUDED_
#define _NGX_EO_WAF_STATE_H_INCLUDED_


#include "conf/ngx_eo_waf_conf.h"


typedef struct ngx_eo_ddos_ctx_s  ngx_eo_ddos_ctx_t;
typedef struct ngx_eo_managed_ctx_s  ngx_eo_managed_ctx_t;


/* the modules of web protection that an exception can name */

#define NGX_EO_WAF_CUSTOM_RULES      0x01
#define NGX_EO_WAF_RATE_LIMITING     0x02
#define NGX_EO_WAF_MANAGED_RULES     0x04
#define NGX_EO_WAF_BOT               0x08
#define NGX_EO_WAF_ADAPTIVE_CONTROL  0x10


/* rate limits */

typedef enum {
    NGX_EO_RATE_PASSED = 0,
    NGX_EO_RATE_NOTED,                       /* exceeded, but for a monitor */
    NGX_EO_RATE_EXCEEDED
} ngx_eo_rate_status_e;


typedef struct {
    ngx_eo_rule_set_t          *set;         /* evaluated last */
    ngx_array_t                *pending;     /* counted by the response */

    /* the rule that was exceeded, or is nearest to that; or NULL */

    ngx_eo_rule_t              *rule;
    ngx_uint_t                  count;
    ngx_msec_t                  wait;
    ngx_eo_rate_status_e        status;
} ngx_eo_rate_ctx_t;


/*
 * The state of one client request, kept in NGX_EO_SLOT_WAF.  The values of
 * expressions and the bitmaps lie behind it, in the same allocation.
 */

typedef struct {
    ngx_eo_expr_ctx_t           ctx;
    uint64_t                   *candidates;
    uint64_t                   *evaluated;
    ngx_eo_rule_set_t          *set;         /* evaluated last */

    ngx_uint_t                  skip;        /* modules excepted */
    ngx_array_t                *exceptions;  /* ngx_eo_exception_t * */
    ngx_array_t                *matches;     /* ngx_eo_waf_match_t */
    ngx_eo_waf_loc_conf_t      *conf;        /* of the last match */
    ngx_eo_managed_ctx_t       *managed_ctx;
    ngx_eo_ddos_ctx_t          *ddos_ctx;
    ngx_eo_rate_ctx_t           rate;

    ngx_str_t                   path;
    ngx_str_t                   uri;
    ngx_str_t                   full_uri;
    ngx_str_t                   form;        /* the body, if one is read */
    ngx_str_t                   boundary;    /* of a multipart form */

    unsigned                    indexed:1;   /* candidates are known */
    unsigned                    has_path:1;
    unsigned                    has_uri:1;
    unsigned                    has_form:1;
    unsigned                    reading:1;
    unsigned                    allowed:1;
    unsigned                    done:1;      /* a verdict ended the request */
    unsigned                    stalled:1;
    unsigned                    limit_logged:1;
} ngx_eo_waf_state_t;


/* The state of a request, made at the first call; NULL: out of memory. */

ngx_eo_waf_state_t *ngx_eo_waf_state(ngx_http_request_t *r);


/*
 * Forgets what was said of form fields before the body was read: the location
 * before may have had no rule on them, so that they were taken as missing.
 */

void ngx_eo_waf_forget_form(ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf);


#endif /* _NGX_EO_WAF_STATE_H_INCLUDED_ */
