
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Makes the plan of a rule set: what was read is put in order by phases,
 * and all that does not depend on a request is resolved.
 */


#include "ngx_eo_seclang_plan.h"
#include "ngx_eo_seclang_update.h"
#include "seclang/variable/ngx_eo_seclang_text.h"


static ngx_int_t ngx_eo_seclang_intern(ngx_eo_seclang_ruleset_t *set,
    ngx_uint_t parent, ngx_uint_t transform);
static ngx_int_t ngx_eo_seclang_link_transforms(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule);
static ngx_uint_t ngx_eo_seclang_is_unnamed(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_macro_t *name);
static ngx_int_t ngx_eo_seclang_link_setvars(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule);
static ngx_int_t ngx_eo_seclang_plan_rule(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule);
static ngx_int_t ngx_eo_seclang_plan_phases(ngx_eo_seclang_ruleset_t *set);
static ngx_uint_t ngx_eo_seclang_find_marker(ngx_eo_seclang_ruleset_t *set,
    ngx_uint_t from, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_link_jump(ngx_eo_seclang_ruleset_t *set,
    ngx_uint_t place, ngx_uint_t index, ngx_eo_seclang_rule_t *rule,
    u_char *errstr);
static ngx_int_t ngx_eo_seclang_link_jumps(ngx_eo_seclang_ruleset_t *set,
    u_char *errstr);
static ngx_int_t ngx_eo_seclang_link_ctl(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_ctl_t *ctl);
static ngx_int_t ngx_eo_seclang_link_ctls(ngx_eo_seclang_ruleset_t *set,
    u_char *errstr);
static ngx_int_t ngx_eo_seclang_link_rule_xpaths(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule, u_char *errstr);
static ngx_int_t ngx_eo_seclang_link_xpaths(ngx_eo_seclang_ruleset_t *set,
    u_char *errstr);


/* the node that applies a transformation to the result of another */

static ngx_int_t
ngx_eo_seclang_intern(ngx_eo_seclang_ruleset_t *set, ngx_uint_t parent,
    ngx_uint_t transform)
{
    ngx_uint_t              i;
    ngx_eo_seclang_node_t  *node, *new;

    node = set->nodes.elts;

    for (i = 1; i < set->nodes.nelts; i++) {
        if (node[i].parent == parent && node[i].transform == transform) {
            return i;
        }
    }

    new = ngx_array_push(&set->nodes);
    if (new == NULL) {
        return NGX_ERROR;
    }

    node = set->nodes.elts;

    new->parent = parent;
    new->transform = transform;
    new->classes = node[parent].classes | ((uint64_t) 1 << transform);

    return set->nodes.nelts - 1;
}


static ngx_int_t
ngx_eo_seclang_link_transforms(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_int_t     node;
    ngx_uint_t    i, n, *transform;
    ngx_array_t  *list[2];

    list[0] = rule->actions.no_transforms ? NULL
                                          : &rule->defaults->transforms;
    list[1] = &rule->actions.transforms;

    n = list[1]->nelts + (list[0] != NULL ? list[0]->nelts : 0);

    rule->nodes = ngx_palloc(set->pool, (n + 1) * sizeof(ngx_uint_t));
    if (rule->nodes == NULL) {
        return NGX_ERROR;
    }

    node = 0;
    rule->nodes[0] = 0;
    rule->nnodes = 1;

    for (n = 0; n < 2; n++) {

        if (list[n] == NULL) {
            continue;
        }

        transform = list[n]->elts;

        for (i = 0; i < list[n]->nelts; i++) {
            node = ngx_eo_seclang_intern(set, node, transform[i]);

            if (node == NGX_ERROR) {
                return NGX_ERROR;
            }

            rule->nodes[rule->nnodes++] = node;
        }
    }

    rule->node = node;

    return NGX_OK;
}


/*
 * A name that begins with a text which no variable with a slot begins with
 * does not have to be looked for among them.
 */

static ngx_uint_t
ngx_eo_seclang_is_unnamed(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_macro_t *name)
{
    ngx_str_t   *slot, *prefix;
    ngx_uint_t   i;

    if (name->nparts == 0 || name->parts[0].target != NULL) {
        return 0;
    }

    slot = set->slots.elts;
    prefix = &name->parts[0].literal;

    for (i = 0; i < set->slots.nelts; i++) {
        if (slot[i].len >= prefix->len
            && ngx_strncasecmp(slot[i].data, prefix->data, prefix->len) == 0)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_eo_seclang_link_setvars(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t                i;
    ngx_eo_seclang_setvar_t  *setvar;

    setvar = rule->actions.setvars.elts;

    for (i = 0; i < rule->actions.setvars.nelts; i++) {

        setvar[i].unnamed = ngx_eo_seclang_is_unnamed(set, &setvar[i].name);

        if (setvar[i].op != NGX_EO_SECLANG_SET || setvar[i].slot < 0
            || setvar[i].value.nparts)
        {
            continue;
        }

        setvar[i].constant = ngx_eo_seclang_text_constant(set->pool,
                                                      &setvar[i].value.text);
        if (setvar[i].constant == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_plan_rule(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_eo_seclang_rule_t     **slot;
    ngx_eo_seclang_actions_t   *actions, *defaults;

    slot = ngx_array_push(&set->plan);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = rule;
    rule->ordinal = set->plan.nelts - 1;

    actions = &rule->actions;
    defaults = rule->defaults;

    if (actions->disruptive == NGX_EO_SECLANG_DISRUPTIVE_UNSET
        || actions->disruptive == NGX_EO_SECLANG_BLOCK)
    {
        actions->disruptive = defaults->disruptive;
        actions->redirect = defaults->redirect;

        if (actions->status == 0) {
            actions->status = defaults->status;
        }
    }

    if (actions->log == NGX_EO_SECLANG_LOG_UNSET) {
        actions->log = defaults->log;
    }

    if (actions->log == NGX_EO_SECLANG_LOG_UNSET) {
        actions->log = 1;
    }

    if (actions->status == 0) {
        actions->status = 403;
    }

    rule->has_effects = (actions->setvars.nelts || actions->expires.nelts
                         || actions->env.nelts || actions->initcols.nelts
                         || actions->ctls.nelts || actions->capture);

    if (ngx_eo_seclang_link_setvars(set, rule) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_link_transforms(set, rule);
}


/* the paths that a rule looks at in documents */

static ngx_int_t
ngx_eo_seclang_link_rule_xpaths(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule, u_char *errstr)
{
    u_char                    reason[NGX_MAX_CONF_ERRSTR];
    ngx_uint_t                i;
    ngx_eo_seclang_target_t  *target;

    target = rule->targets.elts;

    for (i = 0; i < rule->targets.nelts; i++) {

        if ((target[i].variable != NGX_EO_SECLANG_VAR_XML
             && target[i].variable != NGX_EO_SECLANG_VAR_RESPONSE_XML)
            || target[i].name.len == 0)
        {
            continue;
        }

        if (ngx_eo_seclang_xpath_add(set->pool, &set->xpaths, &target[i].name,
                                     &rule->actions.namespaces, reason)
            != NGX_OK)
        {
            *ngx_snprintf(errstr, NGX_MAX_CONF_ERRSTR - 1,
                          "\"%V\" of the rule in %V:%ui: %s",
                          &target[i].name, &rule->file, rule->line, reason)
                = '\0';
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_xpaths(ngx_eo_seclang_ruleset_t *set, u_char *errstr)
{
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    for (i = 0; i < set->plan.nelts; i++) {
        if (ngx_eo_seclang_link_rule_xpaths(set, rules[i], errstr) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_plan_phases(ngx_eo_seclang_ruleset_t *set)
{
    ngx_uint_t                i, n, phase;
    ngx_eo_seclang_rule_t   **rules, *rule;
    ngx_eo_seclang_phase_t   *plan;

    rules = set->all.elts;

    for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {
        plan = &set->phases[phase];
        n = 0;

        for (i = 0; i < set->all.nelts; i++) {
            n += (rules[i]->actions.phase == phase && !rules[i]->removed);
        }

        plan->nrules = 0;
        plan->rules = ngx_palloc(set->pool,
                                 (n + 1) * sizeof(ngx_eo_seclang_rule_t *));
        if (plan->rules == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < set->all.nelts; i++) {
            rule = rules[i];

            if (rule->actions.phase != phase || rule->removed) {
                continue;
            }

            plan->rules[plan->nrules++] = rule;

            for ( /* void */ ; rule != NULL; rule = rule->next) {
                if (ngx_eo_seclang_plan_rule(set, rule) != NGX_OK) {
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


/* the place among all rules of the marker or rule that skipAfter names */

static ngx_uint_t
ngx_eo_seclang_find_marker(ngx_eo_seclang_ruleset_t *set, ngx_uint_t from,
    ngx_str_t *name)
{
    ngx_int_t                id;
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->all.elts;
    id = ngx_atoi(name->data, name->len);

    for (i = from + 1; i < set->all.nelts; i++) {

        if (rules[i]->is_marker
            && rules[i]->marker.len == name->len
            && ngx_memcmp(rules[i]->marker.data, name->data, name->len) == 0)
        {
            return i;
        }

        if (id > 0 && rules[i]->actions.id == (ngx_uint_t) id) {
            return i;
        }
    }

    return NGX_EO_SECLANG_END;
}


static ngx_int_t
ngx_eo_seclang_link_jump(ngx_eo_seclang_ruleset_t *set, ngx_uint_t place,
    ngx_uint_t index, ngx_eo_seclang_rule_t *rule, u_char *errstr)
{
    ngx_uint_t               i, marker;
    ngx_eo_seclang_rule_t  **rules, *starter;

    rules = set->all.elts;
    starter = rules[place];

    rule->jump = index + 1;

    if (rule->actions.skip) {
        rule->jump = index + 1 + rule->actions.skip;
        return NGX_OK;
    }

    if (rule->actions.skip_after.len == 0) {
        return NGX_OK;
    }

    marker = ngx_eo_seclang_find_marker(set, place,
                                        &rule->actions.skip_after);

    if (marker == NGX_EO_SECLANG_END) {
        *ngx_snprintf(errstr, NGX_MAX_CONF_ERRSTR - 1,
                      "\"skipAfter:%V\": there is no such SecMarker after "
                      "the rule in %V:%ui", &rule->actions.skip_after,
                      &rule->file, rule->line)
            = '\0';
        return NGX_ERROR;
    }

    for (i = place + 1; i < marker; i++) {
        rule->jump += (rules[i]->actions.phase == starter->actions.phase
                       && !rules[i]->removed);
    }

    /* a rule that is named is skipped, too */

    if (!rules[marker]->is_marker
        && rules[marker]->actions.phase == starter->actions.phase)
    {
        rule->jump++;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_jumps(ngx_eo_seclang_ruleset_t *set, u_char *errstr)
{
    ngx_uint_t               i, index[NGX_EO_SECLANG_PHASES];
    ngx_eo_seclang_rule_t  **rules, *rule;

    rules = set->all.elts;
    ngx_memzero(index, sizeof(index));

    for (i = 0; i < set->all.nelts; i++) {

        if (rules[i]->is_marker || rules[i]->removed) {
            continue;
        }

        for (rule = rules[i]; rule != NULL; rule = rule->next) {
            if (ngx_eo_seclang_link_jump(set, i,
                                         index[rules[i]->actions.phase],
                                         rule, errstr)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        index[rules[i]->actions.phase]++;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_ctl(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_ctl_t *ctl)
{
    ngx_eo_seclang_update_e  type;

    switch (ctl->type) {

    case NGX_EO_SECLANG_CTL_REMOVE_BY_ID:
    case NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_ID:
        type = NGX_EO_SECLANG_REMOVE_BY_ID;
        break;

    case NGX_EO_SECLANG_CTL_REMOVE_BY_TAG:
    case NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_TAG:
        type = NGX_EO_SECLANG_REMOVE_BY_TAG;
        break;

    case NGX_EO_SECLANG_CTL_REMOVE_BY_MSG:
    case NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_MSG:
        type = NGX_EO_SECLANG_REMOVE_BY_MSG;
        break;

    default:
        return NGX_OK;
    }

    ctl->rules = ngx_pcalloc(set->pool, (set->plan.nelts / 64 + 1)
                                        * sizeof(uint64_t));
    if (ctl->rules == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_mark(set, type, &ctl->which, ctl->rules);
}


static ngx_int_t
ngx_eo_seclang_link_ctls(ngx_eo_seclang_ruleset_t *set, u_char *errstr)
{
    ngx_uint_t               i, j;
    ngx_eo_seclang_ctl_t    *ctl;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    for (i = 0; i < set->plan.nelts; i++) {
        ctl = rules[i]->actions.ctls.elts;

        for (j = 0; j < rules[i]->actions.ctls.nelts; j++) {

            if (ngx_eo_seclang_link_ctl(set, &ctl[j]) != NGX_OK) {
                *ngx_snprintf(errstr, NGX_MAX_CONF_ERRSTR - 1,
                              "\"%V\" is no id or range of ids in %V:%ui",
                              &ctl[j].which, &rules[i]->file, rules[i]->line)
                    = '\0';
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_link(ngx_eo_seclang_ruleset_t *set, u_char *errstr)
{
    static ngx_str_t  one = ngx_string("1");

    if (ngx_eo_seclang_transform_init() != NGX_OK) {
        *ngx_snprintf(errstr, NGX_MAX_CONF_ERRSTR - 1,
                      "this build has more transformations, or more pairs of "
                      "bytes that tell them, than its tables hold (%d bits, "
                      "%d rows)", NGX_EO_SECLANG_CLASSES, NGX_EO_SECLANG_ROWS)
            = '\0';
        return NGX_ERROR;
    }

    set->exceeded = ngx_eo_seclang_text_constant(set->pool, &one);

    if (set->exceeded == NULL
        || ngx_eo_seclang_apply_updates(set) != NGX_OK
        || ngx_eo_seclang_plan_phases(set) != NGX_OK)
    {
        ngx_cpystrn(errstr, (u_char *) "out of memory for the rules",
                    NGX_MAX_CONF_ERRSTR);
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_link_xpaths(set, errstr) != NGX_OK
        || ngx_eo_seclang_link_jumps(set, errstr) != NGX_OK
        || ngx_eo_seclang_link_ctls(set, errstr) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_link_candidates(set) != NGX_OK
        || ngx_eo_seclang_link_blocks(set) != NGX_OK)
    {
        ngx_cpystrn(errstr, (u_char *) "out of memory for the prefilter",
                    NGX_MAX_CONF_ERRSTR);
        return NGX_ERROR;
    }

    return NGX_OK;
}
