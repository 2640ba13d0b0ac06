
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What clients did lately with challenges: a table of fixed size, without
 * pointers, for shared memory.  Points of a client halve every minute.
 */


#ifndef _NGX_EO_CHALLENGE_BEHAVIOUR_H_INCLUDED_
#define _NGX_EO_CHALLENGE_BEHAVIOUR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* points of a challenge asked for, of a pass, and of an answer refused */

#define NGX_EO_CHALLENGE_ASKED    1
#define NGX_EO_CHALLENGE_GOT      2
#define NGX_EO_CHALLENGE_REFUSED  4

/* steps by which a challenge becomes more difficult at most */

#define NGX_EO_CHALLENGE_STEPS    6


typedef struct {
    uint32_t                    client;      /* its tag */
    uint32_t                    points;      /* at that time */
    uint32_t                    time;        /* 0: nothing */
} ngx_eo_challenge_behaviour_t;


/*
 * Adds points to a client.
 *
 * entries, n:  the table, zeroed before its first use
 *
 * Returns the steps by which its next challenge is more difficult: none up to
 * 16 points, and one for each doubling.  The caller has the lock.
 */

ngx_uint_t ngx_eo_challenge_behave(ngx_eo_challenge_behaviour_t *entries,
    ngx_uint_t n, uint32_t client, ngx_uint_t points, time_t now);


#endif /* _NGX_EO_CHALLENGE_BEHAVIOUR_H_INCLUDED_ */
