
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The states of an automaton that has been made deterministic as far as
 * texts have led it.
 */


#ifndef _NGX_EO_RX_STATES_H_INCLUDED_
#define _NGX_EO_RX_STATES_H_INCLUDED_


#include "ngx_eo_rx_program.h"


/*
 * An entry of a row: where a class of symbols leads to.
 *
 *     20 bits  the place of the row that comes next, in words
 *      1 bit   there is something to do when it is reached
 *     11 bits  when this was last used: zero if never, or if it is to be
 *              looked at each time
 *
 * An entry that is zero has not been found out.
 */

#define NGX_EO_RX_PLACE        0xfffff
#define NGX_EO_RX_SPECIAL      0x100000
#define NGX_EO_RX_TAG_SHIFT    21
#define NGX_EO_RX_TAG_MAX      2047

/* words of the rows of an automaton, at most */
#define NGX_EO_RX_ROWS         (256 * 1024)

/* states that the texts of a request may make it find, at most */
#define NGX_EO_RX_FRESH        2048

/* bytes that all automata may keep when a request begins */
#define NGX_EO_RX_MEMORY       (32 * 1024 * 1024)


/* what it costs, in bytes read: to find out where a symbol leads to */

#define ngx_eo_rx_price(from, to)    (16 + (from) + 2 * (to))

/* and a state that has not been seen in this request */

#define ngx_eo_rx_state_price(steps, row)  (16 + (steps) + (row))


/* the first row belongs to no state, so that no place of one is zero */

#define NGX_EO_RX_MATCHED      1
#define NGX_EO_RX_STATES       2


typedef struct {
    uint32_t                steps;      /* in the steps of all states */
    uint32_t                hash;
    uint16_t                n;
    uint16_t                context;
    uint16_t                seen;       /* the tag of the request */
    unsigned                match:1;
    unsigned                waiting:1;

    /* of the states to begin with, where bytes can be skipped */
    unsigned                start:1;
} ngx_eo_rx_state_t;


typedef struct {
    ngx_eo_rx_program_t    *program;
    ngx_eo_rx_mode_e        mode;
    ngx_uint_t              begin;      /* the step */

    uint32_t               *rows;
    ngx_uint_t              width;
    ngx_eo_rx_state_t      *states;
    ngx_uint_t              nstates;
    ngx_uint_t              size;
    ngx_uint_t              max;

    uint16_t               *steps;
    ngx_uint_t              nsteps;
    ngx_uint_t              steps_size;

    uint32_t               *table;      /* of states by their hashes */
    ngx_uint_t              table_size;

    /* the place of the state to begin with after a class; 0: not known */
    uint32_t               *starts;

    /* bytes that lead away from the states to begin with */
    u_char                 *leave;
    ngx_uint_t              nleave;
    u_char                  leave_byte;

    uint64_t                request;
    ngx_uint_t              tag;
    ngx_uint_t              fresh;

    size_t                  memory;
    ngx_queue_t             queue;
} ngx_eo_rx_states_t;


#define ngx_eo_rx_state_at(states, place)                                     \
    (&(states)->states[(place) / (states)->width])


/* a request begins; its number is what states compare */
void ngx_eo_rx_states_begin(void);

/* to be called before each text: Returns NGX_OK or NGX_ERROR */
ngx_int_t ngx_eo_rx_states_enter(ngx_eo_rx_states_t *states);

/*
 * The place of the state to begin with after a class of symbols, and of the
 * one that a class leads to.  Both return
 *
 *     NGX_OK        with the place
 *     NGX_DONE      a match, if any will do
 *     NGX_AGAIN     too many states: "list" says how to go on without them
 *     NGX_ERROR     memory is short
 */
ngx_int_t ngx_eo_rx_states_start(ngx_eo_rx_states_t *states,
    ngx_uint_t before, uint32_t *place, ngx_eo_rx_list_t *list,
    ngx_eo_rx_work_t *work);
ngx_int_t ngx_eo_rx_states_turn(ngx_eo_rx_states_t *states, uint32_t from,
    ngx_uint_t class, uint32_t *place, ngx_eo_rx_list_t *list,
    ngx_eo_rx_work_t *work);

void ngx_eo_rx_states_free(ngx_eo_rx_states_t *states);
size_t ngx_eo_rx_states_memory(void);


#endif /* _NGX_EO_RX_STATES_H_INCLUDED_ */
