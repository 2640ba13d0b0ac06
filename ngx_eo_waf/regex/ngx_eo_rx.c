
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Compiles expressions and reads texts with them.
 */


#include "ngx_eo_rx_states.h"


#define NGX_EO_RX_TEMP_POOL   16384

/* skipping pays if so many bytes go by at a time, after so many times */

#define NGX_EO_RX_SKIP_BYTES  8
#define NGX_EO_RX_SKIP_TIMES  16


struct ngx_eo_rx_s {
    ngx_eo_rx_program_t     program;
    ngx_eo_rx_states_t      any;
    ngx_eo_rx_states_t      first;
    ngx_eo_rx_states_t      backwards;
    unsigned                ends:1;
};


/*
 * A text and the way through it.  The symbols are the bytes from "from" to
 * "to" and what is beyond them, which decides the conditions that wait.
 */

typedef struct {
    u_char                 *text;
    size_t                  len;
    size_t                  at;
    size_t                  to;
    ngx_uint_t              backwards;

    /* where a match has ended */
    size_t                  end;
    unsigned                found:1;

    ngx_eo_rx_work_t       *work;
} ngx_eo_rx_run_t;


static ngx_int_t ngx_eo_rx_build_rx(ngx_pool_t *pool, ngx_pool_t *temp,
    ngx_str_t *pattern, ngx_uint_t options, ngx_eo_rx_t **rx,
    const char **reason);
static void ngx_eo_rx_cleanup(void *data);
static void ngx_eo_rx_init_states(ngx_eo_rx_t *rx,
    ngx_eo_rx_states_t *states, ngx_eo_rx_mode_e mode, ngx_uint_t begin);

static ngx_uint_t ngx_eo_rx_class_at(ngx_eo_rx_program_t *program,
    ngx_eo_rx_run_t *run, size_t i);
static ngx_int_t ngx_eo_rx_test_start(ngx_eo_rx_states_t *states,
    ngx_eo_rx_run_t *run);
static ngx_int_t ngx_eo_rx_test_text(ngx_eo_rx_states_t *states,
    ngx_eo_rx_run_t *run, uint32_t place);
static u_char *ngx_eo_rx_fast(ngx_eo_rx_states_t *states, u_char *p,
    u_char *last, uint32_t *place);
static u_char *ngx_eo_rx_fast_without_skips(ngx_eo_rx_states_t *states,
    u_char *p, u_char *last, uint32_t *place);
static u_char *ngx_eo_rx_skip(ngx_eo_rx_states_t *states, u_char *p,
    u_char *last);
static ngx_int_t ngx_eo_rx_walk_text(ngx_eo_rx_states_t *states,
    ngx_eo_rx_run_t *run);
static ngx_int_t ngx_eo_rx_walk_on(ngx_eo_rx_states_t *states,
    ngx_eo_rx_run_t *run, uint32_t place);
static ngx_int_t ngx_eo_rx_without_states(ngx_eo_rx_states_t *states,
    ngx_eo_rx_run_t *run, ngx_eo_rx_list_t *list);
static void ngx_eo_rx_run_note(ngx_eo_rx_run_t *run, ngx_uint_t match);
static ngx_uint_t ngx_eo_rx_run_next(ngx_eo_rx_run_t *run);


ngx_int_t
ngx_eo_rx_compile(ngx_pool_t *pool, ngx_str_t *pattern, ngx_uint_t options,
    ngx_eo_rx_t **rx, const char **reason)
{
    ngx_int_t    rc;
    ngx_pool_t  *temp;

    temp = ngx_create_pool(NGX_EO_RX_TEMP_POOL, pool->log);
    if (temp == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_eo_rx_build_rx(pool, temp, pattern, options, rx, reason);

    ngx_destroy_pool(temp);

    return rc;
}


static ngx_int_t
ngx_eo_rx_build_rx(ngx_pool_t *pool, ngx_pool_t *temp, ngx_str_t *pattern,
    ngx_uint_t options, ngx_eo_rx_t **rx, const char **reason)
{
    ngx_int_t            rc;
    ngx_eo_rx_t         *re;
    ngx_eo_rx_node_t    *root;
    ngx_pool_cleanup_t  *cln;
    ngx_eo_rx_parser_t   parser;

    ngx_memzero(&parser, sizeof(ngx_eo_rx_parser_t));

    parser.pool = temp;
    parser.pos = pattern->data;
    parser.end = pattern->data + pattern->len;
    parser.options = options;

    root = ngx_eo_rx_parse(&parser);
    *reason = parser.reason;

    if (root == NULL) {
        return parser.reason ? NGX_DECLINED : NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(pool, sizeof(ngx_eo_rx_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    re = cln->data;
    ngx_memzero(re, sizeof(ngx_eo_rx_t));

    rc = ngx_eo_rx_program(pool, &parser, root, &re->program);
    *reason = parser.reason;

    if (rc != NGX_OK) {
        return rc;
    }

    re->ends = !parser.no_ends;

    ngx_eo_rx_init_states(re, &re->any, NGX_EO_RX_ANY, re->program.anywhere);
    ngx_eo_rx_init_states(re, &re->first, NGX_EO_RX_FIRST,
                          re->program.anywhere);
    ngx_eo_rx_init_states(re, &re->backwards, NGX_EO_RX_LONGEST,
                          re->program.backwards);

    cln->handler = ngx_eo_rx_cleanup;
    *rx = re;

    return NGX_OK;
}


static void
ngx_eo_rx_init_states(ngx_eo_rx_t *rx, ngx_eo_rx_states_t *states,
    ngx_eo_rx_mode_e mode, ngx_uint_t begin)
{
    states->program = &rx->program;
    states->mode = mode;
    states->begin = begin;
}


static void
ngx_eo_rx_cleanup(void *data)
{
    ngx_eo_rx_t  *rx = data;

    ngx_eo_rx_states_free(&rx->any);
    ngx_eo_rx_states_free(&rx->first);
    ngx_eo_rx_states_free(&rx->backwards);
}


ngx_uint_t
ngx_eo_rx_has_ends(ngx_eo_rx_t *rx)
{
    return rx->ends;
}


void
ngx_eo_rx_begin(void)
{
    ngx_eo_rx_states_begin();
}


size_t
ngx_eo_rx_memory(void)
{
    return ngx_eo_rx_states_memory();
}


/* of a byte, or of the edge beyond the bytes */

static ngx_uint_t
ngx_eo_rx_class_at(ngx_eo_rx_program_t *program, ngx_eo_rx_run_t *run,
    size_t i)
{
    if (i >= run->len) {
        return program->classes[NGX_EO_RX_EDGE];
    }

    if (run->text[i] == '\n' && i == run->len - 1) {
        return program->classes[NGX_EO_RX_LAST];
    }

    return program->classes[run->text[i]];
}


ngx_int_t
ngx_eo_rx_test(ngx_eo_rx_t *rx, ngx_str_t *text, ngx_eo_rx_work_t *work)
{
    ngx_int_t        rc;
    ngx_eo_rx_run_t  run;

    if (ngx_eo_rx_states_enter(&rx->any) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(&run, sizeof(ngx_eo_rx_run_t));

    run.text = text->data;
    run.len = text->len;
    run.to = text->len;
    run.work = work;

    rc = ngx_eo_rx_test_start(&rx->any, &run);

    if (rc == NGX_DONE) {
        rc = NGX_OK;
    }

    return (rc != NGX_ERROR && work->left < 0) ? NGX_BUSY : rc;
}


static ngx_int_t
ngx_eo_rx_test_start(ngx_eo_rx_states_t *states, ngx_eo_rx_run_t *run)
{
    uint32_t          place;
    ngx_int_t         rc;
    ngx_eo_rx_list_t  list;

    rc = ngx_eo_rx_states_start(states,
                                states->program->classes[NGX_EO_RX_EDGE],
                                &place, &list, run->work);
    switch (rc) {

    case NGX_OK:
        return ngx_eo_rx_test_text(states, run, place);

    case NGX_AGAIN:
        return ngx_eo_rx_without_states(states, run, &list);

    default:
        return rc;
    }
}


/* whether there is a match: as fast as can be */

static ngx_int_t
ngx_eo_rx_test_text(ngx_eo_rx_states_t *states, ngx_eo_rx_run_t *run,
    uint32_t place)
{
    u_char             *p, *q, *last;
    int64_t             bytes;
    ngx_int_t           rc;
    ngx_uint_t          class, skip, times;
    ngx_eo_rx_list_t    list;
    ngx_eo_rx_state_t  *state;

    p = run->text;
    last = p + run->len;
    times = 0;
    bytes = 0;

    if (states->program->last && last > p && last[-1] == '\n') {
        last--;
    }

    state = ngx_eo_rx_state_at(states, place);
    skip = 1;

    if (state->start) {
        p = ngx_eo_rx_skip(states, p, last);

        if (p > run->text) {
            place = states->starts[states->program->classes[p[-1]]];
        }
    }

    while (p < last) {
        p = skip ? ngx_eo_rx_fast(states, p, last, &place)
                 : ngx_eo_rx_fast_without_skips(states, p, last, &place);

        if (p == last) {
            break;
        }

        class = states->program->classes[*p++];
        rc = ngx_eo_rx_states_turn(states, place, class, &place, &list,
                                   run->work);

        if (rc != NGX_OK || run->work->left < p - run->text) {
            run->work->left -= p - run->text;

            if (rc == NGX_AGAIN) {
                run->at = p - run->text;
                return ngx_eo_rx_without_states(states, run, &list);
            }

            return rc;
        }

        state = ngx_eo_rx_state_at(states, place);

        if (state->start && skip) {
            q = ngx_eo_rx_skip(states, p, last);

            if (q > p) {
                bytes += q - p;
                p = q;
                place = states->starts[states->program->classes[p[-1]]];
            }

            if (++times == NGX_EO_RX_SKIP_TIMES) {
                skip = (bytes >= NGX_EO_RX_SKIP_TIMES
                                 * NGX_EO_RX_SKIP_BYTES);
                times = 0;
                bytes = 0;
            }

        } else if (state->n == 0) {
            run->work->left -= p - run->text;
            return NGX_DECLINED;
        }
    }

    run->work->left -= p - run->text;
    run->at = p - run->text;

    return ngx_eo_rx_walk_on(states, run, place);
}


/*
 * Goes on while the ways are known and there is nothing to do: entries have
 * the tag of this request and nothing else above the place.  The tag is
 * taken off the address of the rows instead of each entry, so that there is
 * nothing between one look-up and the next.
 */

static u_char *
ngx_eo_rx_fast(ngx_eo_rx_states_t *states, u_char *p, u_char *last,
    uint32_t *place)
{
    uint32_t         next, tag;
    uintptr_t        rows, entry;
    const uint16_t  *classes;

    tag = (uint32_t) states->tag << NGX_EO_RX_TAG_SHIFT;
    rows = (uintptr_t) states->rows - (uintptr_t) tag * sizeof(uint32_t);
    classes = states->program->classes;
    entry = (uintptr_t) tag + *place;

    while (p < last) {
        next = *(uint32_t *) (rows + classes[*p] * sizeof(uint32_t)
                              + entry * sizeof(uint32_t));

        if ((next ^ tag) > NGX_EO_RX_PLACE) {
            break;
        }

        entry = next;
        p++;
    }

    *place = (uint32_t) entry ^ tag;

    return p;
}


/* the same where bytes could be skipped, but too few at a time */

static u_char *
ngx_eo_rx_fast_without_skips(ngx_eo_rx_states_t *states, u_char *p,
    u_char *last, uint32_t *place)
{
    uint32_t         at, entry;
    const uint16_t  *classes;

    classes = states->program->classes;
    at = *place;

    while (p < last) {
        entry = states->rows[at + classes[*p]];

        if (entry >> NGX_EO_RX_TAG_SHIFT != states->tag) {
            break;
        }

        at = entry & NGX_EO_RX_PLACE;
        p++;
    }

    *place = at;

    return p;
}


static u_char *
ngx_eo_rx_skip(ngx_eo_rx_states_t *states, u_char *p, u_char *last)
{
    u_char        *found;
    const u_char  *leave;

    if (states->nleave == 1) {
        found = (p < last) ? memchr(p, states->leave_byte, last - p) : NULL;
        return found ? found : last;
    }

    leave = states->leave;

    while (last - p >= 8) {

        if (leave[p[0]] | leave[p[1]] | leave[p[2]] | leave[p[3]]
            | leave[p[4]] | leave[p[5]] | leave[p[6]] | leave[p[7]])
        {
            break;
        }

        p += 8;
    }

    while (p < last && !leave[*p]) {
        p++;
    }

    return p;
}


/* the end of the match first, and then, backwards from there, its start */

ngx_int_t
ngx_eo_rx_find(ngx_eo_rx_t *rx, ngx_str_t *text, size_t from, size_t *ends,
    ngx_eo_rx_work_t *work)
{
    ngx_int_t        rc;
    ngx_eo_rx_run_t  run;

    if (ngx_eo_rx_states_enter(&rx->first) != NGX_OK
        || ngx_eo_rx_states_enter(&rx->backwards) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memzero(&run, sizeof(ngx_eo_rx_run_t));

    run.text = text->data;
    run.len = text->len;
    run.at = from;
    run.to = text->len;
    run.work = work;

    rc = ngx_eo_rx_walk_text(&rx->first, &run);

    if (rc == NGX_OK) {
        ends[1] = run.end;

        run.backwards = 1;
        run.found = 0;
        run.at = run.end;
        run.to = from;

        rc = ngx_eo_rx_walk_text(&rx->backwards, &run);

        ends[0] = run.end;
    }

    return (rc != NGX_ERROR && work->left < 0) ? NGX_BUSY : rc;
}


/* Returns NGX_OK with where a match ends */

static ngx_int_t
ngx_eo_rx_walk_text(ngx_eo_rx_states_t *states, ngx_eo_rx_run_t *run)
{
    size_t            before;
    uint32_t          place;
    ngx_int_t         rc;
    ngx_eo_rx_list_t  list;

    before = run->backwards ? run->at : run->at - 1;

    rc = ngx_eo_rx_states_start(states,
                                ngx_eo_rx_class_at(states->program, run,
                                                   before),
                                &place, &list, run->work);
    switch (rc) {

    case NGX_OK:
        return ngx_eo_rx_walk_on(states, run, place);

    case NGX_AGAIN:
        return ngx_eo_rx_without_states(states, run, &list);

    default:
        return rc;
    }
}


static ngx_int_t
ngx_eo_rx_walk_on(ngx_eo_rx_states_t *states, ngx_eo_rx_run_t *run,
    uint32_t place)
{
    uint32_t            entry;
    ngx_int_t           rc;
    ngx_uint_t          class;
    ngx_eo_rx_list_t    list;
    ngx_eo_rx_state_t  *state;

    for ( ;; ) {
        class = ngx_eo_rx_class_at(states->program, run,
                                   run->backwards ? run->at - 1 : run->at);
        run->work->left--;

        entry = states->rows[place + class];

        if (entry >> (NGX_EO_RX_TAG_SHIFT - 1) == states->tag << 1) {
            place = entry & NGX_EO_RX_PLACE;

        } else {
            rc = ngx_eo_rx_states_turn(states, place, class, &place, &list,
                                       run->work);

            if (rc == NGX_AGAIN) {
                ngx_eo_rx_run_note(run, list.match);

                if (ngx_eo_rx_run_next(run)) {
                    return ngx_eo_rx_without_states(states, run, &list);
                }

                break;
            }

            if (rc != NGX_OK) {
                return rc;
            }

            state = ngx_eo_rx_state_at(states, place);
            ngx_eo_rx_run_note(run, state->match);

            if (state->n == 0 || run->work->left < 0) {
                break;
            }
        }

        if (!ngx_eo_rx_run_next(run)) {
            break;
        }
    }

    return run->found ? NGX_OK : NGX_DECLINED;
}


/* each byte costs what finding a state costs, and no memory */

static ngx_int_t
ngx_eo_rx_without_states(ngx_eo_rx_states_t *states, ngx_eo_rx_run_t *run,
    ngx_eo_rx_list_t *list)
{
    ngx_int_t             rc;
    ngx_uint_t            i, class;
    ngx_eo_rx_list_t      lists[2];
    ngx_eo_rx_scratch_t  *scratch;

    scratch = ngx_eo_rx_scratch(states->program);

    lists[0] = *list;
    lists[1].steps = scratch->lists[1];

    for (i = 0; run->work->left >= 0; i = 1 - i) {
        class = ngx_eo_rx_class_at(states->program, run,
                                   run->backwards ? run->at - 1 : run->at);

        rc = ngx_eo_rx_advance(states->program, states->mode, &lists[i],
                               class, &lists[1 - i]);

        if (rc == NGX_DONE) {
            return NGX_DONE;
        }

        run->work->left -= ngx_eo_rx_price(lists[i].n, lists[1 - i].n);

        ngx_eo_rx_run_note(run, lists[1 - i].match);

        if (lists[1 - i].n == 0 || !ngx_eo_rx_run_next(run)) {
            break;
        }
    }

    return run->found ? NGX_OK : NGX_DECLINED;
}


static void
ngx_eo_rx_run_note(ngx_eo_rx_run_t *run, ngx_uint_t match)
{
    if (match) {
        run->found = 1;
        run->end = run->at;
    }
}


/* to the next symbol; the one beyond the last byte is the last one */

static ngx_uint_t
ngx_eo_rx_run_next(ngx_eo_rx_run_t *run)
{
    if (run->at == run->to) {
        return 0;
    }

    run->at = run->backwards ? run->at - 1 : run->at + 1;

    return 1;
}
