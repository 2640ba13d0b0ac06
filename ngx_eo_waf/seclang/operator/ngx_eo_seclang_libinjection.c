
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Compiles the half of libinjection that knows SQL.  The file is not ours:
 * warnings that its authors live with are none of this suite's.
 *
 * Its 9,000 keywords and fingerprints are in a sorted table that it searches
 * for each word of a text; here they are found by a hash.
 */


#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"

/*
 * A name for the version: 3.9.2 defines the macro itself, 4 leaves that to its
 * own build.  This is no macro, so that it yields to theirs.
 */

static const char  LIBINJECTION_VERSION[] __attribute__((unused)) = "Debian";

#include "libinjection_sqli.c"

#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_seclang_operator.h"


#define NGX_EO_SECLANG_KEYWORDS  32768


static ngx_inline u_char ngx_eo_seclang_upper(u_char c);
static ngx_uint_t ngx_eo_seclang_keyword_hash(const char *word, size_t len);
static char ngx_eo_seclang_keyword(const char *word, size_t len);
static char ngx_eo_seclang_sqli_lookup(struct libinjection_sqli_state *state,
    int type, const char *word, size_t len);


/*
 * Numbers of keywords from 1 on, 0 where there is none.  It depends on nothing
 * that is configured.
 */

static uint16_t  ngx_eo_seclang_keywords[NGX_EO_SECLANG_KEYWORDS];
static size_t    ngx_eo_seclang_keyword_max;


static ngx_inline u_char
ngx_eo_seclang_upper(u_char c)
{
    return (c >= 'a' && c <= 'z') ? (u_char) (c & ~0x20) : c;
}


static ngx_uint_t
ngx_eo_seclang_keyword_hash(const char *word, size_t len)
{
    size_t    i;
    uint32_t  hash;

    hash = 0;

    for (i = 0; i < len; i++) {
        hash = hash * 31 + ngx_eo_seclang_upper((u_char) word[i]);
    }

    return (hash ^ hash >> 15) % NGX_EO_SECLANG_KEYWORDS;
}


static char
ngx_eo_seclang_keyword(const char *word, size_t len)
{
    size_t       i;
    ngx_uint_t   h, n;
    const char  *keyword;

    if (len > ngx_eo_seclang_keyword_max) {
        return CHAR_NULL;
    }

    h = ngx_eo_seclang_keyword_hash(word, len);

    for ( ;; ) {
        n = ngx_eo_seclang_keywords[h];

        if (n == 0) {
            return CHAR_NULL;
        }

        keyword = sql_keywords[n - 1].word;

        for (i = 0; i < len; i++) {
            if (keyword[i] == '\0'
                || (u_char) keyword[i]
                   != ngx_eo_seclang_upper((u_char) word[i]))
            {
                break;
            }
        }

        if (i == len && keyword[i] == '\0') {
            return sql_keywords[n - 1].type;
        }

        h = (h + 1) % NGX_EO_SECLANG_KEYWORDS;
    }
}


ngx_int_t
ngx_eo_seclang_init_detect_sqli(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    size_t       len;
    ngx_uint_t   i, h;
    const char  *word;

    if (ngx_eo_seclang_keyword_max) {
        return NGX_OK;
    }

    ngx_eo_seclang_sqli_prefix_init();

    for (i = 0; i < sql_keywords_sz; i++) {
        word = sql_keywords[i].word;
        len = ngx_strlen(word);

        if (sql_keywords[i].type == TYPE_FINGERPRINT) {
            ngx_eo_seclang_sqli_prefix_fingerprint(word + 1);

        } else {
            ngx_eo_seclang_sqli_prefix_word(word);
        }

        h = ngx_eo_seclang_keyword_hash(word, len);

        while (ngx_eo_seclang_keywords[h]) {
            h = (h + 1) % NGX_EO_SECLANG_KEYWORDS;
        }

        ngx_eo_seclang_keywords[h] = (uint16_t) (i + 1);
        ngx_eo_seclang_keyword_max = ngx_max(ngx_eo_seclang_keyword_max, len);
    }

    return NGX_OK;
}


/* the fingerprint as a keyword: "0", and its letters in upper case */

static char
ngx_eo_seclang_sqli_lookup(struct libinjection_sqli_state *state, int type,
    const char *word, size_t len)
{
    char    name[8];
    size_t  i;

    if (type != LOOKUP_FINGERPRINT) {
        return ngx_eo_seclang_keyword(word, len);
    }

    len = ngx_strlen(state->fingerprint);

    if (len == 0 || len >= sizeof(name)) {
        return CHAR_NULL;
    }

    name[0] = '0';

    for (i = 0; i < len; i++) {
        name[i + 1] = state->fingerprint[i];
    }

    if (ngx_eo_seclang_keyword(name, len + 1) != TYPE_FINGERPRINT
        || !libinjection_sqli_not_whitelist(state))
    {
        return CHAR_NULL;
    }

    return 'X';
}


ngx_uint_t
ngx_eo_seclang_sqli(ngx_str_t *text, char *fingerprint)
{
    struct libinjection_sqli_state  state;

    libinjection_sqli_init(&state, (const char *) text->data, text->len, 0);
    libinjection_sqli_callback(&state, ngx_eo_seclang_sqli_lookup, NULL);

    if (!libinjection_is_sqli(&state)) {
        return 0;
    }

    ngx_cpystrn((u_char *) fingerprint, (u_char *) state.fingerprint,
                NGX_EO_SECLANG_FINGERPRINT);

    return 1;
}
