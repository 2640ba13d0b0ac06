
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * How an automaton goes on with a symbol: from the steps that it is at to
 * those that it gets to, in order of priority, each once.
 */


#include "ngx_eo_rx_program.h"


/* the next symbol is not known */

#define NGX_EO_RX_UNKNOWN  ((ngx_uint_t) -1)


/* where steps are put, and what is known there */

typedef struct {
    ngx_eo_rx_program_t  *program;
    ngx_eo_rx_scratch_t  *scratch;
    ngx_eo_rx_mode_e      mode;

    uint16_t             *steps;
    ngx_uint_t            n;
    ngx_uint_t            nseen;

    ngx_uint_t            before;
    ngx_uint_t            after;

    unsigned              waiting:1;
    unsigned              match:1;
} ngx_eo_rx_walk_t;


static ngx_int_t ngx_eo_rx_scratch_grow(ngx_uint_t size);
static ngx_int_t ngx_eo_rx_walk(ngx_eo_rx_walk_t *walk, ngx_uint_t start);
static ngx_inline ngx_uint_t ngx_eo_rx_walk_is_new(
    ngx_eo_rx_walk_t *walk, ngx_uint_t step);
static ngx_int_t ngx_eo_rx_walk_check(ngx_eo_rx_walk_t *walk,
    ngx_eo_rx_check_t *check);
static ngx_int_t ngx_eo_rx_resolve(ngx_eo_rx_walk_t *walk,
    ngx_eo_rx_list_t *from, ngx_uint_t class);
static ngx_int_t ngx_eo_rx_advance_steps(ngx_eo_rx_walk_t *walk,
    uint16_t *steps, ngx_uint_t n, ngx_uint_t class,
    ngx_eo_rx_list_t *list);
static void ngx_eo_rx_finish(ngx_eo_rx_walk_t *walk, ngx_eo_rx_list_t *list);
static void ngx_eo_rx_sort(uint16_t *steps, ngx_uint_t n);


static ngx_eo_rx_scratch_t  ngx_eo_rx_memory_to_work_in;


ngx_eo_rx_scratch_t *
ngx_eo_rx_scratch(ngx_eo_rx_program_t *program)
{
    if (ngx_eo_rx_memory_to_work_in.size < program->nsteps
        && ngx_eo_rx_scratch_grow(program->nsteps) != NGX_OK)
    {
        return NULL;
    }

    return &ngx_eo_rx_memory_to_work_in;
}


/* one piece of memory; a step may be on the stack twice before it is seen */

static ngx_int_t
ngx_eo_rx_scratch_grow(ngx_uint_t size)
{
    uint16_t             *p;
    ngx_eo_rx_scratch_t  *scratch;

    scratch = &ngx_eo_rx_memory_to_work_in;

    p = calloc(size * 7 + 2, sizeof(uint16_t));
    if (p == NULL) {
        return NGX_ERROR;
    }

    free(scratch->seen);

    scratch->seen = p;
    scratch->place = p + size;
    scratch->resolved = p + 2 * size;
    scratch->lists[0] = p + 3 * size;
    scratch->lists[1] = p + 4 * size;
    scratch->stack = p + 5 * size;
    scratch->size = size;

    return NGX_OK;
}


ngx_int_t
ngx_eo_rx_begin_list(ngx_eo_rx_program_t *program, ngx_eo_rx_mode_e mode,
    ngx_uint_t start, ngx_uint_t before, ngx_eo_rx_list_t *list)
{
    ngx_eo_rx_walk_t  walk;

    ngx_memzero(&walk, sizeof(ngx_eo_rx_walk_t));

    walk.program = program;
    walk.scratch = ngx_eo_rx_scratch(program);
    walk.mode = mode;
    walk.steps = list->steps;
    walk.before = before;
    walk.after = NGX_EO_RX_UNKNOWN;

    if (ngx_eo_rx_walk(&walk, start) == NGX_DONE
        && mode == NGX_EO_RX_ANY)
    {
        return NGX_DONE;
    }

    ngx_eo_rx_finish(&walk, list);

    return NGX_OK;
}


ngx_int_t
ngx_eo_rx_advance(ngx_eo_rx_program_t *program, ngx_eo_rx_mode_e mode,
    ngx_eo_rx_list_t *from, ngx_uint_t class, ngx_eo_rx_list_t *list)
{
    uint16_t          *steps;
    ngx_uint_t         n;
    ngx_eo_rx_walk_t   walk;

    ngx_memzero(&walk, sizeof(ngx_eo_rx_walk_t));

    walk.program = program;
    walk.scratch = ngx_eo_rx_scratch(program);
    walk.mode = mode;

    steps = from->steps;
    n = from->n;

    if (from->waiting) {

        if (ngx_eo_rx_resolve(&walk, from, class) == NGX_DONE
            && mode == NGX_EO_RX_ANY)
        {
            return NGX_DONE;
        }

        steps = walk.steps;
        n = walk.n;

        walk.n = 0;
        walk.nseen = 0;
        walk.waiting = 0;
    }

    walk.steps = list->steps;
    walk.before = class;
    walk.after = NGX_EO_RX_UNKNOWN;

    return ngx_eo_rx_advance_steps(&walk, steps, n, class, list);
}


/* conditions that waited for the symbol are decided */

static ngx_int_t
ngx_eo_rx_resolve(ngx_eo_rx_walk_t *walk, ngx_eo_rx_list_t *from,
    ngx_uint_t class)
{
    ngx_uint_t  i;

    walk->steps = walk->scratch->resolved;
    walk->before = from->context;
    walk->after = class;

    for (i = 0; i < from->n; i++) {
        if (ngx_eo_rx_walk(walk, from->steps[i]) == NGX_DONE) {
            return NGX_DONE;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_advance_steps(ngx_eo_rx_walk_t *walk, uint16_t *steps,
    ngx_uint_t n, ngx_uint_t class, ngx_eo_rx_list_t *list)
{
    ngx_uint_t         i;
    ngx_eo_rx_step_t  *step;

    for (i = 0; i < n; i++) {
        step = &walk->program->steps[steps[i]];

        if (step->kind == NGX_EO_RX_MATCH) {
            walk->match = 1;

            if (walk->mode == NGX_EO_RX_FIRST) {
                break;
            }

            continue;
        }

        if (step->kind != NGX_EO_RX_READ
            || !ngx_eo_rx_member(walk->program, class, step->arg))
        {
            continue;
        }

        if (ngx_eo_rx_walk(walk, step->out) == NGX_DONE) {

            if (walk->mode == NGX_EO_RX_ANY) {
                return NGX_DONE;
            }

            break;
        }
    }

    ngx_eo_rx_finish(walk, list);

    return NGX_OK;
}


static void
ngx_eo_rx_finish(ngx_eo_rx_walk_t *walk, ngx_eo_rx_list_t *list)
{
    list->n = walk->n;
    list->waiting = walk->waiting;
    list->match = walk->match;
    list->context = 0;

    if (walk->waiting) {
        list->context = walk->program->contexts[walk->before];
    }

    /* without priorities the order makes no state of its own */

    if (walk->mode != NGX_EO_RX_FIRST) {
        ngx_eo_rx_sort(list->steps, list->n);
    }
}


/*
 * Puts what can be got to without a symbol.  Returns NGX_DONE if a match is
 * among it and nothing that comes later matters.
 */

static ngx_int_t
ngx_eo_rx_walk(ngx_eo_rx_walk_t *walk, ngx_uint_t start)
{
    uint16_t          *stack;
    ngx_int_t          rc;
    ngx_uint_t         n, at;
    ngx_eo_rx_step_t  *step;

    stack = walk->scratch->stack;
    stack[0] = (uint16_t) start;
    n = 1;

    while (n) {
        at = stack[--n];

        if (!ngx_eo_rx_walk_is_new(walk, at)) {
            continue;
        }

        step = &walk->program->steps[at];

        switch (step->kind) {

        case NGX_EO_RX_READ:
            walk->steps[walk->n++] = (uint16_t) at;
            break;

        case NGX_EO_RX_SPLIT:
            stack[n++] = step->arg;
            stack[n++] = step->out;
            break;

        case NGX_EO_RX_CHECK:
            rc = ngx_eo_rx_walk_check(walk,
                                      &walk->program->checks[step->arg]);

            if (rc == NGX_OK) {
                stack[n++] = step->out;

            } else if (rc == NGX_AGAIN) {
                walk->steps[walk->n++] = (uint16_t) at;
                walk->waiting = 1;
            }

            break;

        default: /* NGX_EO_RX_MATCH */
            walk->steps[walk->n++] = (uint16_t) at;

            if (walk->mode != NGX_EO_RX_LONGEST) {
                return NGX_DONE;
            }
        }
    }

    return NGX_OK;
}


static ngx_inline ngx_uint_t
ngx_eo_rx_walk_is_new(ngx_eo_rx_walk_t *walk, ngx_uint_t step)
{
    ngx_uint_t            place;
    ngx_eo_rx_scratch_t  *scratch;

    scratch = walk->scratch;
    place = scratch->place[step];

    if (place < walk->nseen && scratch->seen[place] == step) {
        return 0;
    }

    scratch->place[step] = (uint16_t) walk->nseen;
    scratch->seen[walk->nseen++] = (uint16_t) step;

    return 1;
}


/* Returns NGX_OK, NGX_DECLINED, or NGX_AGAIN if the next symbol decides */

static ngx_int_t
ngx_eo_rx_walk_check(ngx_eo_rx_walk_t *walk, ngx_eo_rx_check_t *check)
{
    ngx_uint_t            first, second;
    ngx_eo_rx_program_t  *program;

    program = walk->program;

    first = ngx_eo_rx_member(program, walk->before, check->before[0]);
    second = ngx_eo_rx_member(program, walk->before, check->before[1]);

    if (walk->after != NGX_EO_RX_UNKNOWN) {
        first = first && ngx_eo_rx_member(program, walk->after,
                                          check->after[0]);
        second = second && ngx_eo_rx_member(program, walk->after,
                                            check->after[1]);

        return (first || second) ? NGX_OK : NGX_DECLINED;
    }

    if ((first && check->any0) || (second && check->any1)
        || (first && second && check->any))
    {
        return NGX_OK;
    }

    return (first || second) ? NGX_AGAIN : NGX_DECLINED;
}


/* most lists are short, and most are nearly in order */

static void
ngx_eo_rx_sort(uint16_t *steps, ngx_uint_t n)
{
    uint16_t    step;
    ngx_uint_t  gap, i, j;

    for (gap = n / 2; gap; gap /= 2) {

        for (i = gap; i < n; i++) {
            step = steps[i];

            for (j = i; j >= gap && steps[j - gap] > step; j -= gap) {
                steps[j] = steps[j - gap];
            }

            steps[j] = step;
        }
    }
}
