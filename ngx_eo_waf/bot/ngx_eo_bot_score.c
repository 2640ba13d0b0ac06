
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The rating of a request.
 */


#include "ngx_eo_bot_score.h"


#define NGX_EO_BOT_JA4_HEAD      10
#define NGX_EO_BOT_MAX_CIPHERS   26


typedef struct {
    ngx_uint_t        signal;
    ngx_uint_t        weight;
    ngx_str_t         name;
} ngx_eo_bot_weight_t;


static ngx_eo_bot_weight_t  ngx_eo_bot_weights[] = {
    { NGX_EO_BOT_SIGNAL_IMPERSONATED,    100, ngx_string("impersonated") },
    { NGX_EO_BOT_SIGNAL_SCANNER,          80, ngx_string("scanner") },
    { NGX_EO_BOT_SIGNAL_HEADLESS,         60, ngx_string("headless") },
    { NGX_EO_BOT_SIGNAL_TOOL,             40, ngx_string("tool") },
    { NGX_EO_BOT_SIGNAL_DECLARED,         40, ngx_string("declared") },
    { NGX_EO_BOT_SIGNAL_NO_USER_AGENT,    40, ngx_string("no-user-agent") },
    { NGX_EO_BOT_SIGNAL_TLS,              50, ngx_string("tls-unlike-browser")
    },
    { NGX_EO_BOT_SIGNAL_HEADERS,          40, ngx_string("headers") },
    { NGX_EO_BOT_SIGNAL_IDC,              20, ngx_string("idc") },
    { NGX_EO_BOT_SIGNAL_REPUTATION_LOW,   15, ngx_string("reputation-low") },
    { NGX_EO_BOT_SIGNAL_REPUTATION_MID,   40, ngx_string("reputation-mid") },
    { NGX_EO_BOT_SIGNAL_REPUTATION_HIGH,  80, ngx_string("reputation-high") }
};


#define NGX_EO_BOT_WEIGHTS                                                    \
    (sizeof(ngx_eo_bot_weights) / sizeof(ngx_eo_bot_weights[0]))


static ngx_str_t  ngx_eo_bot_rating_names[] = {
    ngx_string("human"),
    ngx_string("verified"),
    ngx_string("likely"),
    ngx_string("high_risk")
};


ngx_str_t *
ngx_eo_bot_rating_name(ngx_eo_bot_rating_e rating)
{
    return &ngx_eo_bot_rating_names[rating];
}


ngx_int_t
ngx_eo_bot_rating_find(ngx_str_t *name, ngx_eo_bot_rating_e *rating)
{
    ngx_uint_t   i;
    ngx_str_t   *known;

    for (i = 0; i < NGX_EO_BOT_RATINGS; i++) {
        known = &ngx_eo_bot_rating_names[i];

        if (known->len == name->len
            && ngx_strncmp(known->data, name->data, name->len) == 0)
        {
            *rating = i;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_uint_t
ngx_eo_bot_score(ngx_uint_t signals)
{
    ngx_uint_t  i, score;

    score = 0;

    for (i = 0; i < NGX_EO_BOT_WEIGHTS; i++) {
        if (signals & ngx_eo_bot_weights[i].signal) {
            score += ngx_eo_bot_weights[i].weight;
        }
    }

    return score;
}


ngx_eo_bot_rating_e
ngx_eo_bot_rating(ngx_uint_t signals, ngx_uint_t verified)
{
    ngx_uint_t  score;

    if (verified) {
        return NGX_EO_BOT_VERIFIED;
    }

    score = ngx_eo_bot_score(signals);

    if (score >= NGX_EO_BOT_HIGH_RISK_SCORE) {
        return NGX_EO_BOT_HIGH_RISK;
    }

    return (score >= NGX_EO_BOT_LIKELY_SCORE) ? NGX_EO_BOT_LIKELY
                                              : NGX_EO_BOT_HUMAN;
}


u_char *
ngx_eo_bot_score_text(u_char *p, ngx_uint_t signals)
{
    ngx_uint_t            i;
    u_char                separator;
    ngx_eo_bot_weight_t  *w;

    p = ngx_sprintf(p, "%ui", ngx_eo_bot_score(signals));
    separator = '=';

    for (i = 0; i < NGX_EO_BOT_WEIGHTS; i++) {
        w = &ngx_eo_bot_weights[i];

        if (signals & w->signal) {
            p = ngx_sprintf(p, "%c%V:%ui", separator, &w->name, w->weight);
            separator = '+';
        }
    }

    return p;
}


ngx_uint_t
ngx_eo_bot_tls_unlike_browser(ngx_str_t *ja4, ngx_uint_t websocket)
{
    ngx_int_t   ciphers;
    u_char     *p;

    if (ja4->len < NGX_EO_BOT_JA4_HEAD) {
        return 0;
    }

    p = ja4->data;
    ciphers = ngx_atoi(p + 4, 2);

    if (p[1] != '1' || p[2] != '3' || ciphers > NGX_EO_BOT_MAX_CIPHERS) {
        return 1;
    }

    return !websocket && p[0] == 't' && (p[8] != 'h' || p[9] != '2');
}
