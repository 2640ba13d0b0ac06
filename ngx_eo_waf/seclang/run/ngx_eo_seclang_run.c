
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Runs the plan of a phase: rules in their order, targets in theirs.
 */


#include "ngx_eo_seclang_run.h"
#include "ngx_eo_seclang_candidate.h"
#include "ngx_eo_seclang_effect.h"
#include "seclang/variable/ngx_eo_seclang_macro.h"
#include "seclang/variable/ngx_eo_seclang_text.h"
#include "seclang/variable/ngx_eo_seclang_view.h"


/* nanoseconds, by estimate: an operator, and what is done at a match */

#define ngx_eo_seclang_operate_time(def, len)                                 \
    (((def)->flags & (NGX_EO_SECLANG_OP_SQLI|NGX_EO_SECLANG_OP_XSS))          \
     ? 100 + 16 * (len) : 20 + (len))

#define NGX_EO_SECLANG_MATCH_TIME  500


/* a rule while it is evaluated */

typedef struct {
    ngx_eo_seclang_tx_t       *tx;
    ngx_eo_seclang_rule_t     *rule;
    ngx_eo_seclang_operand_t   operand;
    ngx_uint_t                 matches;
} ngx_eo_seclang_eval_t;


static ngx_int_t ngx_eo_seclang_push_matched(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_int_t ngx_eo_seclang_capture(ngx_eo_seclang_eval_t *e);
static ngx_int_t ngx_eo_seclang_operate_on(ngx_eo_seclang_eval_t *e,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_int_t ngx_eo_seclang_may_match(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_text_t *text, ngx_uint_t scan_node);
static ngx_int_t ngx_eo_seclang_operate_on_each(ngx_eo_seclang_eval_t *e,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_int_t ngx_eo_seclang_transform_and_operate(ngx_eo_seclang_eval_t *e,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_uint_t ngx_eo_seclang_is_excluded(ngx_eo_seclang_eval_t *e,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_uint_t ngx_eo_seclang_is_no_match(ngx_eo_seclang_eval_t *e,
    ngx_uint_t n);
static ngx_int_t ngx_eo_seclang_count(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_target_t *target);
static ngx_int_t ngx_eo_seclang_one(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_target_t *target);
static ngx_int_t ngx_eo_seclang_target(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_target_t *target);
static ngx_inline ngx_uint_t ngx_eo_seclang_is_ruled_out(
    ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_rule_t *rule, ngx_uint_t target);
static ngx_int_t ngx_eo_seclang_eval_chain(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *starter);
static ngx_int_t ngx_eo_seclang_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule, ngx_uint_t disruptive);
static ngx_int_t ngx_eo_seclang_matched_rule(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *starter, ngx_uint_t *next);
static ngx_uint_t ngx_eo_seclang_is_allowed(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t phase);
static ngx_int_t ngx_eo_seclang_run_rule(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule, ngx_uint_t *next);
static ngx_inline ngx_uint_t ngx_eo_seclang_compares(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_step_t *step);
static ngx_int_t ngx_eo_seclang_run_step(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_step_t *step, ngx_uint_t *next);
static ngx_int_t ngx_eo_seclang_run_block(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_phase_t *plan, ngx_eo_seclang_block_t *block,
    ngx_uint_t *next);
static ngx_int_t ngx_eo_seclang_run_phase(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t phase);
static ngx_int_t ngx_eo_seclang_report_notes(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static ngx_int_t ngx_eo_seclang_report_tags(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static ngx_int_t ngx_eo_seclang_report_match(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static ngx_int_t ngx_eo_seclang_set_verdict(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);


static ngx_int_t
ngx_eo_seclang_push_matched(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_str_t *name, ngx_eo_seclang_text_t *text)
{
    ngx_uint_t                 n;
    ngx_eo_seclang_matched_t  *matched;

    if (tx->nmatched == tx->nmatched_alloc) {
        n = tx->nmatched_alloc ? tx->nmatched_alloc * 2 : 8;

        matched = ngx_eo_seclang_alloc(&tx->arena,
                                       n * sizeof(ngx_eo_seclang_matched_t));
        if (matched == NULL) {
            return NGX_ERROR;
        }

        if (tx->nmatched) {
            ngx_memcpy(matched, tx->matched,
                       tx->nmatched * sizeof(ngx_eo_seclang_matched_t));
        }

        tx->matched = matched;
        tx->nmatched_alloc = n;
    }

    matched = &tx->matched[tx->nmatched++];

    matched->variable = variable;
    matched->name = name;
    matched->text = text;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_capture(ngx_eo_seclang_eval_t *e)
{
    ngx_uint_t               i;
    ngx_eo_seclang_text_t   *text;
    ngx_eo_seclang_operand_t *operand;

    operand = &e->operand;

    if (operand->ncaptures == 0) {
        return NGX_OK;
    }

    for (i = 0; i < NGX_EO_SECLANG_CAPTURE_SLOTS; i++) {

        if (i >= operand->ncaptures || operand->captures[i].data == NULL) {
            e->tx->slots[i] = NULL;
            continue;
        }

        text = ngx_eo_seclang_text(e->tx, &operand->captures[i]);
        if (text == NULL) {
            return NGX_ERROR;
        }

        e->tx->slots[i] = text;
    }

    return NGX_OK;
}


/* runs the operator against one text, and the actions of a match */

static ngx_int_t
ngx_eo_seclang_operate_on(ngx_eo_seclang_eval_t *e, ngx_uint_t variable,
    ngx_str_t *name, ngx_eo_seclang_text_t *text)
{
    ngx_int_t                   rc;
    ngx_str_t                  *input;
    ngx_eo_seclang_operator_t  *op;

    op = &e->rule->op;

    if (op->def->flags & NGX_EO_SECLANG_OP_NUMERIC) {
        e->operand.number = ngx_eo_seclang_text_number(text);

    } else {
        input = ngx_eo_seclang_text_string(e->tx, text);
        if (input == NULL) {
            return NGX_ERROR;
        }

        e->operand.input = *input;

        if (ngx_eo_seclang_spend(ngx_eo_seclang_operate_time(op->def,
                                                             input->len))
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if ((op->def->flags & NGX_EO_SECLANG_OP_GEO) && e->tx->geo != NULL) {
        e->operand.ncaptures = 0;
        rc = e->tx->geo(e->tx, &e->operand.input);

    } else {
        rc = ngx_eo_seclang_operate(op, &e->operand);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_EO_SECLANG_LIMIT) {
        e->tx->limit = 1;
        e->tx->slots[NGX_EO_SECLANG_LIMIT_SLOT] = e->tx->set->exceeded;

    } else if (rc == (ngx_int_t) op->negated) {
        return NGX_OK;
    }

    e->matches++;

    if (ngx_eo_seclang_spend(NGX_EO_SECLANG_MATCH_TIME) != NGX_OK) {
        return NGX_ERROR;
    }

    if (e->rule->actions.capture && ngx_eo_seclang_capture(e) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_push_matched(e->tx, variable, name, text) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_at_match(e->tx, e->rule);
}


/* 0 if the prefilter has said that the text is of no interest to the rule */

static ngx_int_t
ngx_eo_seclang_may_match(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_text_t *text, ngx_uint_t scan_node)
{
    if (!e->tx->prefilter || e->rule->feeds == NULL) {
        return 1;
    }

    text = ngx_eo_seclang_derive(e->tx, text, scan_node);

    if (text == NULL) {
        return NGX_ERROR;
    }

    return (text->candidates == NULL
            || ngx_eo_seclang_bit(text->candidates, e->rule->unit));
}


static ngx_int_t
ngx_eo_seclang_operate_on_each(ngx_eo_seclang_eval_t *e,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text)
{
    ngx_int_t               rc;
    ngx_uint_t              i;
    ngx_eo_seclang_rule_t  *rule;
    ngx_eo_seclang_text_t  *derived, *previous;

    rule = e->rule;
    previous = NULL;

    for (i = 0; i < rule->nnodes; i++) {
        rc = ngx_eo_seclang_may_match(e, text,
                                      rule->feeds ? rule->scan_nodes[i] : 0);
        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == 0) {
            continue;
        }

        derived = ngx_eo_seclang_derive(e->tx, text, rule->nodes[i]);
        if (derived == NULL) {
            return NGX_ERROR;
        }

        if (derived == previous) {
            continue;
        }

        previous = derived;

        if (ngx_eo_seclang_operate_on(e, variable, name, derived) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_transform_and_operate(ngx_eo_seclang_eval_t *e,
    ngx_uint_t variable, ngx_str_t *name, ngx_eo_seclang_text_t *text)
{
    if (e->rule->actions.multi_match) {
        return ngx_eo_seclang_operate_on_each(e, variable, name, text);
    }

    if (e->rule->node) {
        text = ngx_eo_seclang_derive(e->tx, text, e->rule->node);
        if (text == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_eo_seclang_operate_on(e, variable, name, text);
}


static ngx_uint_t
ngx_eo_seclang_is_excluded(ngx_eo_seclang_eval_t *e, ngx_uint_t variable,
    ngx_str_t *name, ngx_eo_seclang_text_t *text)
{
    ngx_uint_t                 i;
    ngx_array_t               *list;
    ngx_eo_seclang_tx_t       *tx;
    ngx_eo_seclang_target_t   *target;
    ngx_eo_seclang_removal_t  *removal;

    if (text->excepted != NULL
        && ngx_eo_seclang_bit(text->excepted, e->rule->ordinal))
    {
        return 1;
    }

    list = &e->rule->exclusions;
    target = list->elts;

    for (i = 0; i < list->nelts; i++) {
        if (target[i].variable == variable
            && ngx_eo_seclang_selects(&target[i], name))
        {
            return 1;
        }
    }

    tx = e->tx;

    for (i = 0; i < tx->nremovals; i++) {
        removal = &tx->removals[i];

        if (removal->target->variable == variable
            && ngx_eo_seclang_bit(removal->rules, e->rule->ordinal)
            && ngx_eo_seclang_selects(removal->target, name))
        {
            return 1;
        }
    }

    return 0;
}


/* whether a number as such does not match, so that no text of it is needed */

static ngx_uint_t
ngx_eo_seclang_is_no_match(ngx_eo_seclang_eval_t *e, ngx_uint_t n)
{
    ngx_eo_seclang_operator_t  *op;

    op = &e->rule->op;

    if (!(op->def->flags & NGX_EO_SECLANG_OP_NUMERIC) || e->rule->nnodes > 1)
    {
        return 0;
    }

    e->operand.number = n;

    return ngx_eo_seclang_operate(op, &e->operand) == (ngx_int_t) op->negated;
}


static ngx_int_t
ngx_eo_seclang_count(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_target_t *target)
{
    ngx_uint_t              i, n;
    ngx_eo_seclang_view_t  *view;
    ngx_eo_seclang_text_t  *text;

    if (target->slot >= 0) {
        n = (ngx_eo_seclang_first(e->tx, target) != NULL);

    } else {
        view = ngx_eo_seclang_target_view(e->tx, target);
        if (view == NULL) {
            return NGX_ERROR;
        }

        n = 0;

        for (i = 0; i < view->nitems; i++) {
            n += (ngx_eo_seclang_selects(target, view->items[i].name)
                  && !ngx_eo_seclang_is_excluded(e, target->variable,
                                                 view->items[i].name,
                                                 view->items[i].text));
        }
    }

    if (ngx_eo_seclang_is_no_match(e, n)) {
        return NGX_OK;
    }

    text = ngx_eo_seclang_text_from_number(e->tx, n);
    if (text == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_transform_and_operate(e, target->variable,
                                                &target->name, text);
}


/* a target that names one member which is found without a search */

static ngx_int_t
ngx_eo_seclang_one(ngx_eo_seclang_eval_t *e, ngx_eo_seclang_target_t *target)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_first(e->tx, target);

    if (text == NULL
        || ngx_eo_seclang_is_excluded(e, target->variable, &target->name,
                                      text))
    {
        return NGX_OK;
    }

    return ngx_eo_seclang_transform_and_operate(e, target->variable,
                                                &target->name, text);
}


static ngx_int_t
ngx_eo_seclang_target(ngx_eo_seclang_eval_t *e,
    ngx_eo_seclang_target_t *target)
{
    ngx_int_t               rc;
    ngx_str_t              *name;
    ngx_uint_t              i, n;
    ngx_eo_seclang_view_t  *view;
    ngx_eo_seclang_item_t  *items;

    if (target->count) {
        return ngx_eo_seclang_count(e, target);
    }

    if (target->slot >= 0) {
        return ngx_eo_seclang_one(e, target);
    }

    view = ngx_eo_seclang_target_view(e->tx, target);
    if (view == NULL) {
        return NGX_ERROR;
    }

    /* a match may change the view, but not the items it had */

    items = view->items;
    n = view->nitems;

    for (i = 0; i < n; i++) {
        name = items[i].name;

        if (!ngx_eo_seclang_selects(target, name)) {
            continue;
        }

        rc = e->rule->actions.multi_match
             ? 1 : ngx_eo_seclang_may_match(e, items[i].text,
                                            e->rule->scan_node);
        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == 0) {
            continue;
        }

        if ((e->rule->exclusions.nelts || e->tx->nremovals
             || items[i].text->excepted != NULL)
            && ngx_eo_seclang_is_excluded(e, target->variable, name,
                                          items[i].text))
        {
            continue;
        }

        if (ngx_eo_seclang_transform_and_operate(e, target->variable, name,
                                                 items[i].text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * Whether the prefilter has said that no text of a target can match; a rule
 * that is a candidate may have feeds that it has not looked at yet.
 */

static ngx_inline ngx_uint_t
ngx_eo_seclang_is_ruled_out(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule, ngx_uint_t target)
{
    uint64_t    *bits;
    ngx_uint_t   feed;

    if (!tx->prefilter || rule->feeds == NULL || rule->actions.multi_match) {
        return 0;
    }

    feed = rule->feeds[target];

    if (!tx->feeds_done[feed]) {
        return 0;
    }

    bits = tx->feeds[feed].bits;

    return (bits == NULL || !ngx_eo_seclang_bit(bits, rule->unit));
}


/* 1: the rule and the chain that it starts match; 0: they do not */

static ngx_int_t
ngx_eo_seclang_eval_chain(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *starter)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_eo_seclang_eval_t     e;
    ngx_eo_seclang_rule_t    *rule;
    ngx_eo_seclang_target_t  *target;

    for (rule = starter; rule != NULL; rule = rule->next) {

        if (rule->unconditional) {

            if (ngx_eo_seclang_at_match(tx, rule) != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        if (tx->prefilter && rule != starter && rule->feeds != NULL) {
            rc = ngx_eo_seclang_is_candidate(tx, rule);

            if (rc != 1) {
                return rc;
            }
        }

        e.tx = tx;
        e.rule = rule;
        e.matches = 0;
        e.operand.arena = &tx->arena;

        e.operand.argument = rule->argument.text;

        if (rule->argument.nparts
            && ngx_eo_seclang_expand(tx, &rule->argument,
                                     &e.operand.argument)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        target = rule->targets.elts;

        for (i = 0; i < rule->targets.nelts; i++) {

            if (ngx_eo_seclang_is_ruled_out(tx, rule, i)) {
                continue;
            }

            if (ngx_eo_seclang_target(&e, &target[i]) != NGX_OK) {
                return NGX_ERROR;
            }
        }

        if (e.matches == 0) {
            return 0;
        }
    }

    return 1;
}


/* messages of a chain; what matched last is what their macros tell */

static ngx_int_t
ngx_eo_seclang_report_notes(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report)
{
    ngx_uint_t              n;
    ngx_eo_seclang_note_t  *note;
    ngx_eo_seclang_rule_t  *rule;

    n = 0;

    for (rule = report->rule; rule != NULL; rule = rule->next) {
        n++;
    }

    report->notes = ngx_eo_seclang_alloc(&tx->arena,
                                         n * sizeof(ngx_eo_seclang_note_t));
    if (report->notes == NULL) {
        return NGX_ERROR;
    }

    for (rule = report->rule; rule != NULL; rule = rule->next) {

        if (rule != report->rule && rule->actions.msg.text.len == 0
            && rule->actions.logdata.text.len == 0)
        {
            continue;
        }

        note = &report->notes[report->nnotes++];

        if (ngx_eo_seclang_expand(tx, &rule->actions.msg, &note->msg)
            != NGX_OK
            || ngx_eo_seclang_expand(tx, &rule->actions.logdata, &note->data)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_report_tags(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report)
{
    ngx_uint_t               i, n;
    ngx_eo_seclang_macro_t  *tag;

    tag = report->rule->actions.tags.elts;
    n = report->rule->actions.tags.nelts;

    report->tags = ngx_eo_seclang_alloc(&tx->arena, n * sizeof(ngx_str_t));
    if (report->tags == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (ngx_eo_seclang_expand(tx, &tag[i], &report->tags[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_report_match(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report)
{
    ngx_str_t                 *value;
    ngx_eo_seclang_rule_t     *rule;
    ngx_eo_seclang_matched_t  *matched;

    for (rule = report->rule; rule->next != NULL; rule = rule->next) {
        /* void */
    }

    if (ngx_eo_seclang_expand(tx, &rule->argument, &report->argument)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (tx->nmatched == 0) {
        return NGX_OK;
    }

    matched = &tx->matched[tx->nmatched - 1];
    value = ngx_eo_seclang_text_string(tx, matched->text);

    if (value == NULL) {
        return NGX_ERROR;
    }

    report->value = *value;

    return ngx_eo_seclang_full_name(tx, matched->variable, matched->name,
                                    &report->name);
}


static ngx_int_t
ngx_eo_seclang_report(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_rule_t *rule,
    ngx_uint_t disruptive)
{
    ngx_eo_seclang_report_t  report;

    if (tx->report == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&report, sizeof(ngx_eo_seclang_report_t));

    report.rule = rule;
    report.limit = tx->limit;
    report.disruptive = disruptive;
    report.log = (rule->actions.log || tx->limit);

    if (ngx_eo_seclang_report_notes(tx, &report) != NGX_OK
        || ngx_eo_seclang_report_tags(tx, &report) != NGX_OK
        || ngx_eo_seclang_report_match(tx, &report) != NGX_OK)
    {
        return NGX_ERROR;
    }

    tx->report(tx, &report);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_verdict(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule)
{
    tx->verdict = rule;
    tx->action = rule->actions.disruptive;
    tx->status = rule->actions.status;

    if (tx->action == NGX_EO_SECLANG_REDIRECT
        && !ngx_eo_seclang_is_redirect(tx->status))
    {
        tx->status = 302;
    }

    return ngx_eo_seclang_expand(tx, &rule->actions.redirect, &tx->url);
}


/*
 * Actions of a rule whose whole chain has matched.  Returns NGX_DONE if the
 * request ends here.
 */

static ngx_int_t
ngx_eo_seclang_matched_rule(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *starter, ngx_uint_t *next)
{
    ngx_uint_t                 disruptive;
    ngx_eo_seclang_rule_t     *rule;
    ngx_eo_seclang_actions_t  *actions;

    actions = &starter->actions;

    for (rule = starter; rule != NULL; rule = rule->next) {

        if (rule->has_effects && ngx_eo_seclang_at_end(tx, rule) != NGX_OK) {
            return NGX_ERROR;
        }

        if (rule->actions.skip || rule->actions.skip_after.len) {
            *next = rule->jump;
        }
    }

    if (actions->has_severity && actions->severity < tx->highest_severity) {
        tx->highest_severity = actions->severity;
    }

    disruptive = (tx->engine == NGX_EO_SECLANG_ENGINE_ON
                  && (tx->monitored == NULL
                      || !ngx_eo_seclang_bit(tx->monitored,
                                             starter->ordinal))
                  && (actions->disruptive == NGX_EO_SECLANG_DENY
                      || actions->disruptive == NGX_EO_SECLANG_DROP
                      || actions->disruptive == NGX_EO_SECLANG_REDIRECT));

    if (disruptive && ngx_eo_seclang_set_verdict(tx, starter) != NGX_OK) {
        return NGX_ERROR;
    }

    if (actions->log || disruptive || tx->limit) {
        if (ngx_eo_seclang_report(tx, starter, disruptive) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (disruptive) {
        return NGX_DONE;
    }

    if (tx->engine == NGX_EO_SECLANG_ENGINE_ON
        && (actions->disruptive == NGX_EO_SECLANG_ALLOW
            || actions->disruptive == NGX_EO_SECLANG_ALLOW_PHASE
            || actions->disruptive == NGX_EO_SECLANG_ALLOW_REQUEST))
    {
        tx->allow = actions->disruptive;
    }

    return NGX_OK;
}


/* whether an "allow" of an earlier phase covers this one */

static ngx_uint_t
ngx_eo_seclang_is_allowed(ngx_eo_seclang_tx_t *tx, ngx_uint_t phase)
{
    switch (tx->allow) {

    case NGX_EO_SECLANG_ALLOW:
        if (phase != NGX_EO_SECLANG_LOGGING) {
            return 1;
        }

        break;

    case NGX_EO_SECLANG_ALLOW_REQUEST:
        if (phase <= NGX_EO_SECLANG_REQUEST_BODY) {
            return 1;
        }

        break;

    default:
        break;
    }

    tx->allow = NGX_EO_SECLANG_PASS;

    return 0;
}


static ngx_int_t
ngx_eo_seclang_run_rule(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_rule_t *rule,
    ngx_uint_t *next)
{
    ngx_int_t  rc;

    tx->rule = rule;
    tx->limit = 0;

    rc = ngx_eo_seclang_eval_chain(tx, rule);

    if (rc == 1) {
        rc = ngx_eo_seclang_matched_rule(tx, rule, next);

    } else if (rc == 0) {
        rc = NGX_OK;
    }

    tx->nmatched = 0;

    if (rc != NGX_ERROR) {
        tx->rule = NULL;
    }

    return rc;
}


/* whether a rule that compares TX variables with a number matches */

static ngx_inline ngx_uint_t
ngx_eo_seclang_compares(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_step_t *step)
{
    ngx_int_t                 n;
    ngx_uint_t                i;
    ngx_eo_seclang_rule_t    *rule;
    ngx_eo_seclang_text_t    *text;
    ngx_eo_seclang_target_t  *target;

    rule = step->rule;
    target = rule->targets.elts;

    for (i = 0; i < rule->targets.nelts; i++) {
        text = tx->slots[target[i].slot];

        if (target[i].count) {
            n = (text != NULL);

        } else if (text == NULL) {
            continue;

        } else if (text->is_number) {
            n = text->number;

        } else {
            n = ngx_eo_seclang_text_number(text);
        }

        if (step->orders & ngx_eo_seclang_order(n, rule->op.number)) {
            return 1;
        }
    }

    return 0;
}


/* runs the rule of a step, or decides about it without */

static ngx_int_t
ngx_eo_seclang_run_step(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_step_t *step,
    ngx_uint_t *next)
{
    if (!tx->prefilter || !step->compare || tx->nremovals) {
        return ngx_eo_seclang_run_rule(tx, step->rule, next);
    }

    if (!ngx_eo_seclang_compares(tx, step)) {
        return NGX_OK;
    }

    if (!step->plain) {
        return ngx_eo_seclang_run_rule(tx, step->rule, next);
    }

    if (step->rule->actions.skip || step->rule->actions.skip_after.len) {
        *next = step->jump;
    }

    return ngx_eo_seclang_at_match(tx, step->rule);
}


/* the rules of a block that the prefilter lets pass */

static ngx_int_t
ngx_eo_seclang_run_block(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_phase_t *plan, ngx_eo_seclang_block_t *block,
    ngx_uint_t *next)
{
    uint64_t                bits;
    ngx_int_t               rc;
    ngx_eo_seclang_step_t  *step;

    bits = block->all;

    if (tx->prefilter && block->nlooks
        && ngx_eo_seclang_block_candidates(tx, block, &bits) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for ( /* void */ ; bits; bits &= bits - 1) {

        if (tx->engine == NGX_EO_SECLANG_ENGINE_OFF
            || tx->allow != NGX_EO_SECLANG_PASS)
        {
            *next = plan->nrules;
            break;
        }

        step = &plan->steps[block->base + __builtin_ctzll(bits)];

        if (tx->skipped != NULL
            && ngx_eo_seclang_bit(tx->skipped, step->rule->ordinal))
        {
            continue;
        }

        rc = ngx_eo_seclang_run_step(tx, step, next);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_run_phase(ngx_eo_seclang_tx_t *tx, ngx_uint_t phase)
{
    ngx_int_t                rc;
    ngx_uint_t               i, next;
    ngx_eo_seclang_step_t   *step;
    ngx_eo_seclang_block_t  *blocks, *block;
    ngx_eo_seclang_phase_t  *plan;

    tx->phase = phase;

    if (ngx_eo_seclang_is_allowed(tx, phase)) {
        return NGX_DECLINED;
    }

    if (tx->prefilter && ngx_eo_seclang_forget_candidates(tx) != NGX_OK) {
        return NGX_ERROR;
    }

    plan = &tx->set->phases[phase];
    blocks = plan->blocks.elts;

    for (i = 0; i < plan->nrules; i = next) {
        step = &plan->steps[i];

        if (step->gate && tx->prefilter && tx->skipped == NULL
            && !tx->nremovals)
        {
            next = ngx_eo_seclang_compares(tx, step) ? step->jump : i + 1;
            continue;
        }

        block = &blocks[step->block];
        next = block->end;

        rc = ngx_eo_seclang_run_block(tx, plan, block, &next);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_seclang_run(ngx_eo_seclang_tx_t *tx, ngx_uint_t phase)
{
    ngx_int_t                 rc;
    ngx_eo_seclang_budget_t  *previous;

    /* a request that took too long may still be counted and logged */

    if (phase == NGX_EO_SECLANG_RESPONSE_HEADERS
        || phase == NGX_EO_SECLANG_LOGGING)
    {
        tx->budget.left = tx->time;
    }

    previous = ngx_eo_seclang_budget_enter(&tx->budget);

    rc = ngx_eo_seclang_run_phase(tx, phase);

    ngx_eo_seclang_budget_leave(previous);

    return (rc == NGX_ERROR && tx->budget.left < 0) ? NGX_BUSY : rc;
}
