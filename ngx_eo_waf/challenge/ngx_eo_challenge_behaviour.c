
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_behaviour.h"


/* entries in which a client may be, one after another */

#define NGX_EO_CHALLENGE_BEHAVIOUR_WAYS  4

#define NGX_EO_CHALLENGE_HALF_LIFE       60
#define NGX_EO_CHALLENGE_FREE_POINTS     16
#define NGX_EO_CHALLENGE_MAX_POINTS      100000


static ngx_uint_t ngx_eo_challenge_points(
    ngx_eo_challenge_behaviour_t *entry, time_t now);


ngx_uint_t
ngx_eo_challenge_behave(ngx_eo_challenge_behaviour_t *entries, ngx_uint_t n,
    uint32_t client, ngx_uint_t points, time_t now)
{
    ngx_uint_t                     i, steps, least, left;
    ngx_eo_challenge_behaviour_t  *set, *entry;

    set = entries + client % (n / NGX_EO_CHALLENGE_BEHAVIOUR_WAYS)
                    * NGX_EO_CHALLENGE_BEHAVIOUR_WAYS;
    entry = NULL;
    least = NGX_EO_CHALLENGE_MAX_POINTS + 1;

    for (i = 0; i < NGX_EO_CHALLENGE_BEHAVIOUR_WAYS; i++) {
        left = ngx_eo_challenge_points(&set[i], now);

        if (set[i].client == client && set[i].time) {
            entry = &set[i];
            points += left;
            break;
        }

        /* who has fewest points makes room */

        if (left < least) {
            least = left;
            entry = &set[i];
        }
    }

    points = ngx_min(points, NGX_EO_CHALLENGE_MAX_POINTS);

    entry->client = client;
    entry->points = (uint32_t) points;
    entry->time = (uint32_t) now;

    for (steps = 0; steps < NGX_EO_CHALLENGE_STEPS; steps++) {
        if (points <= (ngx_uint_t) NGX_EO_CHALLENGE_FREE_POINTS << steps) {
            break;
        }
    }

    return steps;
}


/* what is left of an entry's points: half of them each minute */

static ngx_uint_t
ngx_eo_challenge_points(ngx_eo_challenge_behaviour_t *entry, time_t now)
{
    time_t  age, rest;

    age = now - (time_t) entry->time;

    if (age < 0) {
        age = 0;
    }

    if (age >= 17 * NGX_EO_CHALLENGE_HALF_LIFE) {
        return 0;
    }

    rest = age % NGX_EO_CHALLENGE_HALF_LIFE;

    return (entry->points >> (age / NGX_EO_CHALLENGE_HALF_LIFE))
           * (ngx_uint_t) (2 * NGX_EO_CHALLENGE_HALF_LIFE - rest)
           / (2 * NGX_EO_CHALLENGE_HALF_LIFE);
}
