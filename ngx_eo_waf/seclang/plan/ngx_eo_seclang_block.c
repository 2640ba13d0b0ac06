
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Divides the rules of each phase into basic blocks: rules that run one after
 * the other, into whose midst no jump leads.  The prefilter is asked for a
 * block as a whole.
 */


#include "ngx_eo_seclang_plan.h"


static ngx_uint_t ngx_eo_seclang_is_compare(ngx_eo_seclang_rule_t *rule);
static ngx_uint_t ngx_eo_seclang_is_of_slots(ngx_eo_seclang_macro_t *macro);
static ngx_uint_t ngx_eo_seclang_is_plain(ngx_eo_seclang_rule_t *rule);
static void ngx_eo_seclang_link_step(ngx_eo_seclang_step_t *step,
    ngx_uint_t nrules, ngx_eo_seclang_rule_t *rule);
static void ngx_eo_seclang_mark_starts(ngx_eo_seclang_phase_t *plan,
    u_char *starts);
static ngx_uint_t ngx_eo_seclang_is_of_block(ngx_eo_seclang_phase_t *plan,
    ngx_uint_t from, ngx_uint_t i);
static ngx_int_t ngx_eo_seclang_add_looks(ngx_array_t *looks,
    ngx_eo_seclang_rule_t *rule, uint64_t bit);
static ngx_int_t ngx_eo_seclang_link_block(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_phase_t *plan, ngx_uint_t from, ngx_uint_t end);
static ngx_int_t ngx_eo_seclang_link_phase(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_phase_t *plan);


/* TX variables and a number, as most rules that lead through the set have */

static ngx_uint_t
ngx_eo_seclang_is_compare(ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t                i;
    ngx_eo_seclang_target_t  *target;

    if (rule->unconditional || rule->node
        || rule->nnodes > 1 || rule->targets.nelts == 0
        || rule->exclusions.nelts || rule->op.macro
        || !(rule->op.def->flags & NGX_EO_SECLANG_OP_NUMERIC))
    {
        return 0;
    }

    target = rule->targets.elts;

    for (i = 0; i < rule->targets.nelts; i++) {
        if (target[i].slot < 0) {
            return 0;
        }
    }

    /* what is done at each match has to be done as often as there is one */

    return rule->targets.nelts == 1 || rule->actions.setvars.nelts == 0;
}


/* whether a text is made of TX variables that have a slot, if of any */

static ngx_uint_t
ngx_eo_seclang_is_of_slots(ngx_eo_seclang_macro_t *macro)
{
    ngx_uint_t  i;

    for (i = 0; i < macro->nparts; i++) {
        if (macro->parts[i].target != NULL
            && macro->parts[i].target->slot < 0)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_eo_seclang_is_plain(ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_actions_t  *actions;
    ngx_eo_seclang_setvar_t   *setvar;

    actions = &rule->actions;
    setvar = actions->setvars.elts;

    for (i = 0; i < actions->setvars.nelts; i++) {
        if (setvar[i].slot < 0
            || !ngx_eo_seclang_is_of_slots(&setvar[i].value))
        {
            return 0;
        }
    }

    return rule->next == NULL
           && !actions->expires.nelts && !actions->env.nelts
           && !actions->initcols.nelts && !actions->ctls.nelts
           && !actions->capture && !actions->log && !actions->has_severity
           && actions->disruptive == NGX_EO_SECLANG_PASS;
}


static void
ngx_eo_seclang_link_step(ngx_eo_seclang_step_t *step, ngx_uint_t nrules,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t  orders;

    ngx_memzero(step, sizeof(ngx_eo_seclang_step_t));

    step->rule = rule;
    step->jump = (uint32_t) ngx_min(rule->jump, nrules);
    step->compare = ngx_eo_seclang_is_compare(rule);
    step->plain = ngx_eo_seclang_is_plain(rule);

    if (!step->compare) {
        return;
    }

    orders = rule->op.def->flags & NGX_EO_SECLANG_OP_ORDER;

    if (rule->op.negated) {
        orders ^= NGX_EO_SECLANG_OP_ORDER;
    }

    step->orders = (unsigned) orders;
    step->gate = (step->plain && rule->actions.setvars.nelts == 0);
}


/* marks the rules that are led to, and those after one that leads away */

static void
ngx_eo_seclang_mark_starts(ngx_eo_seclang_phase_t *plan, u_char *starts)
{
    ngx_uint_t              i;
    ngx_eo_seclang_rule_t  *rule;

    for (i = 0; i < plan->nrules; i++) {

        for (rule = plan->rules[i]; rule != NULL; rule = rule->next) {

            if (!rule->actions.skip && rule->actions.skip_after.len == 0) {
                continue;
            }

            starts[i + 1] = 1;

            if (rule->jump < plan->nrules) {
                starts[rule->jump] = 1;
            }
        }
    }
}


/* whether a rule goes on with the block that begins with another one */

static ngx_uint_t
ngx_eo_seclang_is_of_block(ngx_eo_seclang_phase_t *plan, ngx_uint_t from,
    ngx_uint_t i)
{
    ngx_eo_seclang_rule_t  *first, *rule;

    first = plan->rules[from];
    rule = plan->rules[i];

    if ((first->feeds == NULL) != (rule->feeds == NULL)) {
        return 0;
    }

    return (rule->feeds == NULL) ? (i - from < 64) : (rule->unit % 64 != 0);
}


static ngx_int_t
ngx_eo_seclang_add_looks(ngx_array_t *looks, ngx_eo_seclang_rule_t *rule,
    uint64_t bit)
{
    ngx_uint_t              i, k;
    ngx_eo_seclang_look_t  *look;

    for (k = 0; k < rule->nfeeds; k++) {

        look = looks->elts;

        for (i = 0; i < looks->nelts; i++) {
            if (look[i].feed == rule->feeds[k]) {
                break;
            }
        }

        if (i == looks->nelts) {
            look = ngx_array_push(looks);
            if (look == NULL) {
                return NGX_ERROR;
            }

            look->feed = rule->feeds[k];
            look->rules = 0;

        } else {
            look = &look[i];
        }

        look->rules |= bit;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_block(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_phase_t *plan, ngx_uint_t from, ngx_uint_t end)
{
    uint64_t                 bit;
    ngx_uint_t               i, first;
    ngx_array_t              looks;
    ngx_eo_seclang_rule_t   *rule;
    ngx_eo_seclang_block_t  *block;

    block = ngx_array_push(&plan->blocks);
    if (block == NULL
        || ngx_array_init(&looks, set->pool, 4, sizeof(ngx_eo_seclang_look_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    first = (plan->rules[from]->feeds != NULL) ? plan->rules[from]->unit : 0;

    block->word = first / 64;
    block->base = (ngx_int_t) from - (ngx_int_t) (first % 64);
    block->end = end;
    block->all = 0;

    for (i = from; i < end; i++) {
        rule = plan->rules[i];
        bit = (uint64_t) 1 << (i - block->base);

        block->all |= bit;
        plan->steps[i].block = (uint32_t) (plan->blocks.nelts - 1);

        if (rule->feeds != NULL
            && ngx_eo_seclang_add_looks(&looks, rule, bit) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    block->looks = looks.elts;
    block->nlooks = looks.nelts;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_phase(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_phase_t *plan)
{
    u_char      *starts;
    ngx_uint_t   from, end;

    plan->steps = ngx_palloc(set->pool, (plan->nrules + 1)
                                        * sizeof(ngx_eo_seclang_step_t));
    starts = ngx_pcalloc(set->pool, plan->nrules + 1);

    if (plan->steps == NULL || starts == NULL
        || ngx_array_init(&plan->blocks, set->pool, 16,
                          sizeof(ngx_eo_seclang_block_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (from = 0; from < plan->nrules; from++) {
        ngx_eo_seclang_link_step(&plan->steps[from], plan->nrules,
                                 plan->rules[from]);
    }

    ngx_eo_seclang_mark_starts(plan, starts);

    for (from = 0; from < plan->nrules; from = end) {
        end = from + 1;

        while (end < plan->nrules && !starts[end]
               && ngx_eo_seclang_is_of_block(plan, from, end))
        {
            end++;
        }

        if (ngx_eo_seclang_link_block(set, plan, from, end) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_link_blocks(ngx_eo_seclang_ruleset_t *set)
{
    ngx_uint_t  phase;

    for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {
        if (ngx_eo_seclang_link_phase(set, &set->phases[phase]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
