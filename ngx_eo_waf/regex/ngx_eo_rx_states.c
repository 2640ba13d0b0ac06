
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Keeps the states of an automaton.
 *
 * They are found when a text leads to them and kept for the texts after it,
 * in all requests of this process.  The work that a text counts for must not
 * depend on what others have left here.  So every way from one state to
 * another has a tag of the request that went it last, and a way without the
 * tag of this request is paid for as if it had to be found, whether it is
 * known or not.  For the same reason nothing is thrown away while a request
 * runs: before it begins there is room made for as many states as it may
 * find, and after those a text is read without keeping states.
 */


#include "ngx_eo_rx_states.h"


static ngx_int_t ngx_eo_rx_states_init(ngx_eo_rx_states_t *states);
static ngx_int_t ngx_eo_rx_states_grow(ngx_eo_rx_states_t *states);
static ngx_int_t ngx_eo_rx_states_grow_steps(ngx_eo_rx_states_t *states,
    ngx_uint_t n);
static void *ngx_eo_rx_states_resize(ngx_eo_rx_states_t *states, void *p,
    size_t from, size_t to);
static void ngx_eo_rx_states_trim(void);
static void ngx_eo_rx_states_untag(ngx_eo_rx_states_t *states);

static ngx_int_t ngx_eo_rx_states_get(ngx_eo_rx_states_t *states,
    ngx_eo_rx_list_t *list, uint32_t *place);
static uint32_t ngx_eo_rx_states_hash(ngx_eo_rx_list_t *list);
static ngx_uint_t ngx_eo_rx_states_is(ngx_eo_rx_states_t *states,
    ngx_eo_rx_state_t *state, ngx_eo_rx_list_t *list);
static ngx_int_t ngx_eo_rx_states_add(ngx_eo_rx_states_t *states,
    ngx_eo_rx_list_t *list, uint32_t hash, uint32_t *place);
static void ngx_eo_rx_states_list(ngx_eo_rx_states_t *states,
    uint32_t place, ngx_eo_rx_list_t *list);
static ngx_int_t ngx_eo_rx_states_visit(ngx_eo_rx_states_t *states,
    uint32_t place, ngx_eo_rx_list_t *list, ngx_eo_rx_work_t *work);
static ngx_int_t ngx_eo_rx_states_find(ngx_eo_rx_states_t *states,
    uint32_t from, ngx_uint_t class, uint32_t *place, ngx_eo_rx_list_t *list,
    ngx_eo_rx_work_t *work);

static ngx_int_t ngx_eo_rx_states_skips(ngx_eo_rx_states_t *states);
static void ngx_eo_rx_states_leaves(ngx_eo_rx_states_t *states,
    uint32_t place);


static uint64_t     ngx_eo_rx_request = 1;
static size_t       ngx_eo_rx_kept;

/* the one used last comes first */
static ngx_queue_t  ngx_eo_rx_queue = { &ngx_eo_rx_queue, &ngx_eo_rx_queue };


void
ngx_eo_rx_states_begin(void)
{
    ngx_eo_rx_request++;

    if (ngx_eo_rx_kept > NGX_EO_RX_MEMORY) {
        ngx_eo_rx_states_trim();
    }
}


size_t
ngx_eo_rx_states_memory(void)
{
    return ngx_eo_rx_kept;
}


static void
ngx_eo_rx_states_trim(void)
{
    ngx_queue_t  *q;

    while (ngx_eo_rx_kept > NGX_EO_RX_MEMORY / 2
           && !ngx_queue_empty(&ngx_eo_rx_queue))
    {
        q = ngx_queue_last(&ngx_eo_rx_queue);
        ngx_eo_rx_states_free(ngx_queue_data(q, ngx_eo_rx_states_t, queue));
    }
}


void
ngx_eo_rx_states_free(ngx_eo_rx_states_t *states)
{
    ngx_eo_rx_states_t  kept;

    if (states->width == 0) {
        return;
    }

    free(states->rows);
    free(states->states);
    free(states->steps);
    free(states->table);
    free(states->starts);
    free(states->leave);

    ngx_eo_rx_kept -= states->memory;
    ngx_queue_remove(&states->queue);

    kept = *states;
    ngx_memzero(states, sizeof(ngx_eo_rx_states_t));

    states->program = kept.program;
    states->mode = kept.mode;
    states->begin = kept.begin;
}


/* what is new is zero */

static void *
ngx_eo_rx_states_resize(ngx_eo_rx_states_t *states, void *p, size_t from,
    size_t to)
{
    u_char  *q;

    q = realloc(p, to);
    if (q == NULL) {
        return NULL;
    }

    ngx_memzero(q + from, to - from);

    states->memory += to - from;
    ngx_eo_rx_kept += to - from;

    return q;
}


ngx_int_t
ngx_eo_rx_states_enter(ngx_eo_rx_states_t *states)
{
    if (states->request == ngx_eo_rx_request) {
        return NGX_OK;
    }

    if (states->states
        && states->nstates + ngx_min(NGX_EO_RX_FRESH, states->max / 2)
           > states->max)
    {
        ngx_eo_rx_states_free(states);
    }

    if (ngx_eo_rx_scratch(states->program) == NULL) {
        return NGX_ERROR;
    }

    if (states->states == NULL && ngx_eo_rx_states_init(states) != NGX_OK) {
        ngx_eo_rx_states_free(states);
        return NGX_ERROR;
    }

    states->request = ngx_eo_rx_request;
    states->fresh = 0;

    if (++states->tag > NGX_EO_RX_TAG_MAX) {
        ngx_eo_rx_states_untag(states);
        states->tag = 1;
    }

    ngx_queue_remove(&states->queue);
    ngx_queue_insert_head(&ngx_eo_rx_queue, &states->queue);

    return NGX_OK;
}


static void
ngx_eo_rx_states_untag(ngx_eo_rx_states_t *states)
{
    ngx_uint_t  i;

    for (i = 0; i < states->nstates * states->width; i++) {
        states->rows[i] &= NGX_EO_RX_PLACE|NGX_EO_RX_SPECIAL;
    }

    for (i = 0; i < states->nstates; i++) {
        states->states[i].seen = 0;
    }
}


static ngx_int_t
ngx_eo_rx_states_init(ngx_eo_rx_states_t *states)
{
    ngx_uint_t  n;

    n = states->program->nclasses;

    ngx_queue_insert_head(&ngx_eo_rx_queue, &states->queue);
    states->width = n;
    states->max = NGX_EO_RX_ROWS / n;

    states->starts = ngx_eo_rx_states_resize(states, NULL, 0,
                                             n * sizeof(uint32_t));
    if (states->starts == NULL) {
        return NGX_ERROR;
    }

    do {
        if (ngx_eo_rx_states_grow(states) != NGX_OK) {
            return NGX_ERROR;
        }

    } while (states->size <= NGX_EO_RX_STATES);

    states->nstates = NGX_EO_RX_STATES;

    if (states->mode == NGX_EO_RX_ANY
        && states->begin == states->program->anywhere
        && !states->program->anchored)
    {
        return ngx_eo_rx_states_skips(states);
    }

    return NGX_OK;
}


/* room for more states: twice as many */

static ngx_int_t
ngx_eo_rx_states_grow(ngx_eo_rx_states_t *states)
{
    size_t              row;
    uint32_t           *rows, *table;
    ngx_uint_t          i, at, size;
    ngx_eo_rx_state_t  *kept;

    size = states->size ? states->size * 2 : 8;
    row = states->width * sizeof(uint32_t);

    rows = ngx_eo_rx_states_resize(states, states->rows, states->size * row,
                                   size * row);
    if (rows == NULL) {
        return NGX_ERROR;
    }

    states->rows = rows;

    kept = ngx_eo_rx_states_resize(states, states->states,
                                   states->size * sizeof(ngx_eo_rx_state_t),
                                   size * sizeof(ngx_eo_rx_state_t));
    if (kept == NULL) {
        return NGX_ERROR;
    }

    states->states = kept;
    states->size = size;

    /* it is filled anew */

    if (states->table) {
        ngx_memzero(states->table, states->table_size * sizeof(uint32_t));
    }

    table = ngx_eo_rx_states_resize(states, states->table,
                                    states->table_size * sizeof(uint32_t),
                                    size * 2 * sizeof(uint32_t));
    if (table == NULL) {
        return NGX_ERROR;
    }

    states->table = table;
    states->table_size = size * 2;

    for (i = NGX_EO_RX_STATES; i < states->nstates; i++) {
        at = states->states[i].hash & (states->table_size - 1);

        while (table[at]) {
            at = (at + 1) & (states->table_size - 1);
        }

        table[at] = (uint32_t) i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_states_grow_steps(ngx_eo_rx_states_t *states, ngx_uint_t n)
{
    uint16_t    *steps;
    ngx_uint_t   size;

    if (states->nsteps + n <= states->steps_size) {
        return NGX_OK;
    }

    size = (states->nsteps + n) * 2;

    steps = ngx_eo_rx_states_resize(states, states->steps,
                                    states->steps_size * sizeof(uint16_t),
                                    size * sizeof(uint16_t));
    if (steps == NULL) {
        return NGX_ERROR;
    }

    states->steps = steps;
    states->steps_size = size;

    return NGX_OK;
}


static uint32_t
ngx_eo_rx_states_hash(ngx_eo_rx_list_t *list)
{
    uint32_t    hash;
    ngx_uint_t  i;

    hash = list->context * 2 + list->match;

    for (i = 0; i < list->n; i++) {
        hash = (hash ^ list->steps[i]) * 0x9e3779b1;
        hash ^= hash >> 15;
    }

    return hash;
}


static ngx_uint_t
ngx_eo_rx_states_is(ngx_eo_rx_states_t *states, ngx_eo_rx_state_t *state,
    ngx_eo_rx_list_t *list)
{
    uint16_t  *steps;

    if (state->n != list->n || state->context != list->context
        || state->match != list->match)
    {
        return 0;
    }

    steps = states->steps + state->steps;

    return list->n == 0
           || ngx_memcmp(steps, list->steps, list->n * sizeof(uint16_t)) == 0;
}


/* Returns NGX_DECLINED if there is no room for a new one */

static ngx_int_t
ngx_eo_rx_states_get(ngx_eo_rx_states_t *states, ngx_eo_rx_list_t *list,
    uint32_t *place)
{
    uint32_t    hash;
    ngx_uint_t  at, i;

    hash = ngx_eo_rx_states_hash(list);

    at = hash & (states->table_size - 1);

    while (states->table[at]) {
        i = states->table[at];

        if (states->states[i].hash == hash
            && ngx_eo_rx_states_is(states, &states->states[i], list))
        {
            *place = (uint32_t) (i * states->width);
            return NGX_OK;
        }

        at = (at + 1) & (states->table_size - 1);
    }

    return ngx_eo_rx_states_add(states, list, hash, place);
}


static ngx_int_t
ngx_eo_rx_states_add(ngx_eo_rx_states_t *states, ngx_eo_rx_list_t *list,
    uint32_t hash, uint32_t *place)
{
    ngx_uint_t          at, i;
    ngx_eo_rx_state_t  *state;

    if (states->fresh >= NGX_EO_RX_FRESH
        || states->fresh >= states->max / 2)
    {
        return NGX_DECLINED;
    }

    if ((states->nstates == states->size
         && ngx_eo_rx_states_grow(states) != NGX_OK)
        || ngx_eo_rx_states_grow_steps(states, list->n) != NGX_OK)
    {
        return NGX_ERROR;
    }

    i = states->nstates++;
    state = &states->states[i];

    state->steps = (uint32_t) states->nsteps;
    state->hash = hash;
    state->n = (uint16_t) list->n;
    state->context = list->context;
    state->match = list->match;
    state->waiting = list->waiting;

    ngx_memcpy(states->steps + states->nsteps, list->steps,
               list->n * sizeof(uint16_t));
    states->nsteps += list->n;

    at = hash & (states->table_size - 1);

    while (states->table[at]) {
        at = (at + 1) & (states->table_size - 1);
    }

    states->table[at] = (uint32_t) i;

    *place = (uint32_t) (i * states->width);

    return NGX_OK;
}


static void
ngx_eo_rx_states_list(ngx_eo_rx_states_t *states, uint32_t place,
    ngx_eo_rx_list_t *list)
{
    ngx_eo_rx_state_t  *state;

    state = ngx_eo_rx_state_at(states, place);

    list->steps = states->steps + state->steps;
    list->n = state->n;
    list->context = state->context;
    list->match = state->match;
    list->waiting = state->waiting;
}


/* a state that this request has not been in counts */

static ngx_int_t
ngx_eo_rx_states_visit(ngx_eo_rx_states_t *states, uint32_t place,
    ngx_eo_rx_list_t *list, ngx_eo_rx_work_t *work)
{
    ngx_eo_rx_list_t    from;
    ngx_eo_rx_state_t  *state;

    state = ngx_eo_rx_state_at(states, place);

    if (state->seen == states->tag) {
        return NGX_OK;
    }

    if (states->fresh >= NGX_EO_RX_FRESH
        || states->fresh >= states->max / 2)
    {
        ngx_eo_rx_states_list(states, place, &from);
        ngx_memcpy(list->steps, from.steps, from.n * sizeof(uint16_t));
        from.steps = list->steps;
        *list = from;

        return NGX_AGAIN;
    }

    states->fresh++;
    state->seen = (uint16_t) states->tag;
    work->left -= ngx_eo_rx_state_price(state->n, states->width);

    return NGX_OK;
}


ngx_int_t
ngx_eo_rx_states_start(ngx_eo_rx_states_t *states, ngx_uint_t before,
    uint32_t *place, ngx_eo_rx_list_t *list, ngx_eo_rx_work_t *work)
{
    ngx_int_t             rc;
    ngx_eo_rx_scratch_t  *scratch;

    scratch = ngx_eo_rx_scratch(states->program);
    list->steps = scratch->lists[0];

    if (states->starts[before] == 0) {

        if (ngx_eo_rx_begin_list(states->program, states->mode,
                                 states->begin, before, list)
            == NGX_DONE)
        {
            states->starts[before] = NGX_EO_RX_MATCHED;

        } else {
            rc = ngx_eo_rx_states_get(states, list, &states->starts[before]);

            if (rc != NGX_OK) {
                return (rc == NGX_DECLINED) ? NGX_AGAIN : rc;
            }
        }
    }

    if (states->starts[before] == NGX_EO_RX_MATCHED) {
        return NGX_DONE;
    }

    *place = states->starts[before];

    return ngx_eo_rx_states_visit(states, *place, list, work);
}


ngx_int_t
ngx_eo_rx_states_turn(ngx_eo_rx_states_t *states, uint32_t from,
    ngx_uint_t class, uint32_t *place, ngx_eo_rx_list_t *list,
    ngx_eo_rx_work_t *work)
{
    uint32_t            entry, tag;
    ngx_int_t           rc;
    ngx_eo_rx_state_t  *state;

    entry = states->rows[from + class];
    tag = (uint32_t) states->tag << NGX_EO_RX_TAG_SHIFT;

    if (entry >> NGX_EO_RX_TAG_SHIFT == states->tag) {
        *place = entry & NGX_EO_RX_PLACE;
        return NGX_OK;
    }

    if (entry == 0) {
        rc = ngx_eo_rx_states_find(states, from, class, place, list, work);

        if (rc != NGX_OK) {
            return rc;
        }

        entry = states->rows[from + class];

    } else {
        *place = entry & NGX_EO_RX_PLACE;
    }

    state = ngx_eo_rx_state_at(states, from);

    if (*place == NGX_EO_RX_MATCHED) {
        work->left -= ngx_eo_rx_price(state->n, state->n);
        return NGX_DONE;
    }

    work->left -= ngx_eo_rx_price(state->n,
                                  ngx_eo_rx_state_at(states, *place)->n);

    rc = ngx_eo_rx_states_visit(states, *place, list, work);

    /* what ends the run is looked at each time */

    if (rc == NGX_OK && ngx_eo_rx_state_at(states, *place)->n) {
        states->rows[from + class] = (entry & (NGX_EO_RX_PLACE
                                               |NGX_EO_RX_SPECIAL))
                                     | tag;
    }

    return rc;
}


/* a way that is not known */

static ngx_int_t
ngx_eo_rx_states_find(ngx_eo_rx_states_t *states, uint32_t from,
    ngx_uint_t class, uint32_t *place, ngx_eo_rx_list_t *list,
    ngx_eo_rx_work_t *work)
{
    ngx_int_t           rc;
    ngx_eo_rx_list_t    source;
    ngx_eo_rx_state_t  *state;

    ngx_eo_rx_states_list(states, from, &source);
    list->steps = ngx_eo_rx_scratch(states->program)->lists[0];

    if (ngx_eo_rx_advance(states->program, states->mode, &source, class, list)
        == NGX_DONE)
    {
        states->rows[from + class] = NGX_EO_RX_MATCHED|NGX_EO_RX_SPECIAL;
        *place = NGX_EO_RX_MATCHED;
        return NGX_OK;
    }

    rc = ngx_eo_rx_states_get(states, list, place);

    if (rc == NGX_DECLINED) {
        work->left -= ngx_eo_rx_price(source.n, list->n);
        return NGX_AGAIN;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    state = ngx_eo_rx_state_at(states, *place);

    states->rows[from + class] = *place;

    if (state->match || state->n == 0 || state->start) {
        states->rows[from + class] |= NGX_EO_RX_SPECIAL;
    }

    return NGX_OK;
}


/*
 * Bytes after which an automaton that looks for a match anywhere is where it
 * began are skipped.  What it began with depends on the byte before only.
 */

static ngx_int_t
ngx_eo_rx_states_skips(ngx_eo_rx_states_t *states)
{
    ngx_int_t             rc;
    ngx_uint_t            c;
    ngx_eo_rx_work_t      work;
    ngx_eo_rx_list_t      list;
    ngx_eo_rx_program_t  *program;

    program = states->program;

    states->leave = ngx_eo_rx_states_resize(states, NULL, 0, 256);
    if (states->leave == NULL) {
        return NGX_ERROR;
    }

    work.left = 0;

    for (c = 0; c < program->nclasses; c++) {
        rc = ngx_eo_rx_states_start(states, c, &states->starts[c], &list,
                                    &work);
        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc != NGX_OK) {
            return NGX_OK;
        }
    }

    for (c = NGX_EO_RX_STATES; c < states->nstates; c++) {
        ngx_eo_rx_states_leaves(states, c * states->width);
    }

    for (c = 0; c < 256; c++) {
        if (states->leave[c]) {
            states->leave_byte = (u_char) c;
            states->nleave++;
        }
    }

    if (states->nleave <= 128) {
        for (c = NGX_EO_RX_STATES; c < states->nstates; c++) {
            states->states[c].start = 1;
        }
    }

    states->fresh = 0;

    return NGX_OK;
}


static void
ngx_eo_rx_states_leaves(ngx_eo_rx_states_t *states, uint32_t place)
{
    u_char                left[NGX_EO_RX_SYMBOLS];
    uint32_t              start;
    ngx_uint_t            c;
    ngx_eo_rx_list_t      list, source;
    ngx_eo_rx_program_t  *program;

    program = states->program;

    ngx_memzero(left, sizeof(left));
    ngx_eo_rx_states_list(states, place, &source);
    list.steps = ngx_eo_rx_scratch(program)->lists[0];

    for (c = 0; c < program->nclasses; c++) {
        start = states->starts[c];

        left[c] = (ngx_eo_rx_advance(program, NGX_EO_RX_ANY, &source, c,
                                     &list)
                   == NGX_DONE
                   || !ngx_eo_rx_states_is(states,
                                           ngx_eo_rx_state_at(states, start),
                                           &list));
    }

    for (c = 0; c < 256; c++) {
        if (left[program->classes[c]]) {
            states->leave[c] = 1;
        }
    }
}
