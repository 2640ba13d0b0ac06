
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Passes: what a client has that has solved a challenge, and the cookie that
 * holds up to four of them, for a browser that changes its address.
 *
 *     cookie  STAMP COUNT *4( "-" pass )
 *     pass    TAG EXPIRES LEVEL DIFFICULTY MAC
 *
 * in lower-case hexadecimal digits, each of its own width.  COUNT are the
 * answers since STAMP: many of them in a short time, and the passes do not
 * help.
 */


#ifndef _NGX_EO_CHALLENGE_PASS_H_INCLUDED_
#define _NGX_EO_CHALLENGE_PASS_H_INCLUDED_


#include "ngx_eo_challenge_token.h"


#define NGX_EO_CHALLENGE_PASSES      4
#define NGX_EO_CHALLENGE_PASS_HEAD   19
#define NGX_EO_CHALLENGE_PASS_LEN                                             \
    (NGX_EO_CHALLENGE_PASS_HEAD + NGX_EO_CHALLENGE_MAC_TEXT)
#define NGX_EO_CHALLENGE_COUNT_LEN   9
#define NGX_EO_CHALLENGE_COOKIE_MAX                                           \
    (NGX_EO_CHALLENGE_COUNT_LEN                                               \
     + NGX_EO_CHALLENGE_PASSES * (1 + NGX_EO_CHALLENGE_PASS_LEN))

/* the count begins anew after so many seconds, and goes no further than 15 */

#define NGX_EO_CHALLENGE_COUNT_TIME  120

/* longest time to live of a pass, seconds */

#define NGX_EO_CHALLENGE_MAX_TTL     (30 * 86400)


/* what is asked of a pass, and what was found */

typedef struct {
    const ngx_eo_challenge_keys_t    *keys;
    const ngx_eo_challenge_client_t  *client;     /* bound */
    ngx_str_t                         name;       /* of the cookie */
    ngx_eo_challenge_level_e          level;
    ngx_uint_t                        difficulty;
    time_t                            now;

    /* _MISSING before the first header, and all behind it zero */

    ngx_eo_challenge_status_e         status;
    ngx_uint_t                        checked;    /* digests made */
    uint32_t                          tags[NGX_EO_CHALLENGE_KEYS];
    unsigned                          tagged:1;
} ngx_eo_challenge_look_t;


/* what of a cookie goes into the next one */

typedef struct {
    ngx_str_t                         name;
    time_t                            now;
    u_char                           *passes[NGX_EO_CHALLENGE_PASSES];
    uint64_t                          expires[NGX_EO_CHALLENGE_PASSES];
    ngx_uint_t                        n;
    uint64_t                          stamp;
    ngx_uint_t                        count;
} ngx_eo_challenge_jar_t;


/*
 * Looks for a pass of the client in the value of a Cookie header; to be
 * called for each header until there is one.  Whatever is in it, at most
 * eight digests are made of all headers.
 *
 * Returns NGX_OK if there is one, else NGX_DECLINED, and look->status says
 * why.
 */

ngx_int_t ngx_eo_challenge_pass_find(ngx_eo_challenge_look_t *look,
    const ngx_str_t *header);

/*
 * Collects from the value of a Cookie header the passes that would still be
 * good, up to four of them, those that are good longest; and the count.
 *
 * jar:  zeroed before the first header but for name and now
 */

void ngx_eo_challenge_jar_read(ngx_eo_challenge_jar_t *jar,
    const ngx_str_t *header);

/* The answers that were given lately. */

ngx_uint_t ngx_eo_challenge_jar_count(const ngx_eo_challenge_jar_t *jar);

/*
 * Writes the value of a cookie: a pass for a client, and those in the jar of
 * other clients as far as there is room; and counts an answer.
 *
 * token:  what the client has solved; NULL: no new pass
 * dst:    room for NGX_EO_CHALLENGE_COOKIE_MAX bytes
 */

u_char *ngx_eo_challenge_jar_write(const ngx_eo_challenge_jar_t *jar,
    const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client,
    const ngx_eo_challenge_token_t *token, u_char *dst);


#endif /* _NGX_EO_CHALLENGE_PASS_H_INCLUDED_ */
