
/*
 * Makes the plan of a rule set: what was read is put in order by phases,
 * and all that does not depend on a request is resolved.
 */


#include "seclang/parse/ngx_eo_seclang_reader.h"
#include "seclang/run/ngx_eo_seclang_tx.h"


#define NGX_EO_SECLANG_MATCH_LIMIT        100000
#define NGX_EO_SECLANG_BODY_LIMIT         (128 * 1024 * 1024)
#define NGX_EO_SECLANG_NO_FILES_LIMIT     (1024 * 1024)
#define NGX_EO_SECLANG_RESPONSE_LIMIT     (512 * 1024)
#define NGX_EO_SECLANG_JSON_DEPTH         512
#define NGX_EO_SECLANG_ARGUMENTS          1000
#define NGX_EO_SECLANG_UPLOAD_FILES       100
#define NGX_EO_SECLANG_COLLECTION_TIME    3600


static ngx_int_t ngx_eo_seclang_init_slots(ngx_eo_seclang_ruleset_t *set);
static ngx_int_t ngx_eo_seclang_next_range(u_char **pos, u_char *last,
    ngx_uint_t *from, ngx_uint_t *to);
static ngx_int_t ngx_eo_seclang_in_ids(ngx_str_t *ids, ngx_uint_t id);
static ngx_int_t ngx_eo_seclang_is_named(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_e type, ngx_str_t *which);
static ngx_int_t ngx_eo_seclang_append_targets(ngx_array_t *to,
    ngx_array_t *from);
static ngx_int_t ngx_eo_seclang_apply(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_t *update);
static ngx_int_t ngx_eo_seclang_apply_updates(ngx_eo_seclang_ruleset_t *set);
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


static ngx_int_t
ngx_eo_seclang_init_slots(ngx_eo_seclang_ruleset_t *set)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    static u_char  digits[] = "0123456789";

    for (i = 0; i < NGX_EO_SECLANG_CAPTURE_SLOTS; i++) {
        name = ngx_array_push(&set->slots);
        if (name == NULL) {
            return NGX_ERROR;
        }

        name->len = 1;
        name->data = &digits[i];
    }

    return NGX_OK;
}


ngx_eo_seclang_ruleset_t *
ngx_eo_seclang_create(ngx_pool_t *pool)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_actions_t  *actions;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_pcalloc(pool, sizeof(ngx_eo_seclang_ruleset_t));
    if (set == NULL) {
        return NULL;
    }

    set->pool = pool;
    set->engine = NGX_EO_SECLANG_ENGINE_OFF;
    set->request_body_limit = NGX_EO_SECLANG_BODY_LIMIT;
    set->request_body_no_files_limit = NGX_EO_SECLANG_NO_FILES_LIMIT;
    set->request_body_reject = 1;
    set->response_body_limit = NGX_EO_SECLANG_RESPONSE_LIMIT;
    set->json_depth_limit = NGX_EO_SECLANG_JSON_DEPTH;
    set->arguments_limit = NGX_EO_SECLANG_ARGUMENTS;
    set->upload_file_limit = NGX_EO_SECLANG_UPLOAD_FILES;
    set->collection_timeout = NGX_EO_SECLANG_COLLECTION_TIME;
    set->match_limit = NGX_EO_SECLANG_MATCH_LIMIT;
    set->argument_separator = '&';

    if (ngx_array_init(&set->all, pool, 256, sizeof(void *)) != NGX_OK
        || ngx_array_init(&set->plan, pool, 256, sizeof(void *)) != NGX_OK
        || ngx_array_init(&set->updates, pool, 4,
                          sizeof(ngx_eo_seclang_update_t))
           != NGX_OK
        || ngx_array_init(&set->nodes, pool, 64,
                          sizeof(ngx_eo_seclang_node_t))
           != NGX_OK
        || ngx_array_init(&set->slots, pool, 128, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&set->warnings, pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&set->response_mime_types, pool, 4,
                          sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_push(&set->nodes) == NULL
        || ngx_eo_seclang_init_slots(set) != NGX_OK)
    {
        return NULL;
    }

    ngx_memzero(set->nodes.elts, sizeof(ngx_eo_seclang_node_t));

    for (i = 0; i < NGX_EO_SECLANG_PHASES; i++) {
        actions = ngx_palloc(pool, sizeof(ngx_eo_seclang_actions_t));

        if (actions == NULL
            || ngx_eo_seclang_actions_init(pool, actions) != NGX_OK)
        {
            return NULL;
        }

        actions->phase = i;
        actions->log = 1;
        actions->disruptive = NGX_EO_SECLANG_PASS;

        set->defaults[i] = actions;
    }

    return set;
}


ngx_int_t
ngx_eo_seclang_slot_find(ngx_eo_seclang_ruleset_t *set, ngx_str_t *name)
{
    ngx_str_t   *slot;
    ngx_uint_t   i;

    slot = set->slots.elts;

    for (i = 0; i < set->slots.nelts; i++) {
        if (slot[i].len == name->len
            && ngx_strncasecmp(slot[i].data, name->data, name->len) == 0)
        {
            return i;
        }
    }

    return -1;
}


ngx_int_t
ngx_eo_seclang_slot_add(ngx_eo_seclang_ruleset_t *set, ngx_str_t *name)
{
    ngx_int_t   n;
    ngx_str_t  *slot;

    n = ngx_eo_seclang_slot_find(set, name);
    if (n >= 0) {
        return n;
    }

    slot = ngx_array_push(&set->slots);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = *name;

    return set->slots.nelts - 1;
}


ngx_uint_t
ngx_eo_seclang_has_tag(ngx_eo_seclang_rule_t *rule, ngx_str_t *tag)
{
    ngx_str_t   *own;
    ngx_uint_t   i;

    own = rule->actions.tags.elts;

    for (i = 0; i < rule->actions.tags.nelts; i++) {
        if (own[i].len == tag->len
            && ngx_strncasecmp(own[i].data, tag->data, tag->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* takes the next id or range off a list; NGX_DONE at its end */

static ngx_int_t
ngx_eo_seclang_next_range(u_char **pos, u_char *last, ngx_uint_t *from,
    ngx_uint_t *to)
{
    u_char     *p, *start, *dash;
    ngx_int_t   a, b;

    p = *pos;

    while (p < last && (*p == ' ' || *p == ',')) {
        p++;
    }

    if (p == last) {
        return NGX_DONE;
    }

    start = p;

    while (p < last && *p != ' ' && *p != ',') {
        p++;
    }

    *pos = p;

    dash = ngx_strlchr(start, p, '-');

    if (dash == NULL) {
        a = ngx_atoi(start, p - start);
        b = a;

    } else {
        a = ngx_atoi(start, dash - start);
        b = ngx_atoi(dash + 1, p - dash - 1);
    }

    if (a == NGX_ERROR || b == NGX_ERROR) {
        return NGX_ERROR;
    }

    *from = a;
    *to = b;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_in_ids(ngx_str_t *ids, ngx_uint_t id)
{
    u_char      *p, *last;
    ngx_int_t    rc;
    ngx_uint_t   from, to;

    p = ids->data;
    last = p + ids->len;

    for ( ;; ) {
        rc = ngx_eo_seclang_next_range(&p, last, &from, &to);

        if (rc == NGX_DONE) {
            return 0;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (id >= from && id <= to) {
            return 1;
        }
    }
}


static ngx_int_t
ngx_eo_seclang_is_named(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_e type, ngx_str_t *which)
{
    ngx_str_t  *msg;

    switch (type) {

    case NGX_EO_SECLANG_REMOVE_BY_TAG:
    case NGX_EO_SECLANG_UPDATE_TARGET_BY_TAG:
        return ngx_eo_seclang_has_tag(rule, which);

    case NGX_EO_SECLANG_REMOVE_BY_MSG:
    case NGX_EO_SECLANG_UPDATE_TARGET_BY_MSG:
        msg = &rule->actions.msg.text;

        return msg->len == which->len
               && ngx_memcmp(msg->data, which->data, msg->len) == 0;

    default:
        return ngx_eo_seclang_in_ids(which, rule->actions.id);
    }
}


ngx_int_t
ngx_eo_seclang_mark(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_update_e type, ngx_str_t *which,
    ngx_eo_seclang_bitmap_t map)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    for (i = 0; i < set->plan.nelts; i++) {

        if (rules[i]->actions.id == 0) {
            continue;
        }

        rc = ngx_eo_seclang_is_named(rules[i], type, which);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc) {
            ngx_eo_seclang_set_bit(map, i);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_append_targets(ngx_array_t *to, ngx_array_t *from)
{
    void  *elts;

    if (from->nelts == 0) {
        return NGX_OK;
    }

    elts = ngx_array_push_n(to, from->nelts);
    if (elts == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(elts, from->elts, from->nelts * from->size);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_apply(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_t *update)
{
    switch (update->type) {

    case NGX_EO_SECLANG_REMOVE_BY_ID:
    case NGX_EO_SECLANG_REMOVE_BY_TAG:
    case NGX_EO_SECLANG_REMOVE_BY_MSG:
        rule->removed = 1;
        return NGX_OK;

    case NGX_EO_SECLANG_UPDATE_ACTION_BY_ID:
        return ngx_eo_seclang_actions_update(&rule->actions,
                                             &update->actions);

    default:
        if (ngx_eo_seclang_append_targets(&rule->targets, &update->targets)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        return ngx_eo_seclang_append_targets(&rule->exclusions,
                                             &update->exclusions);
    }
}


static ngx_int_t
ngx_eo_seclang_apply_updates(ngx_eo_seclang_ruleset_t *set)
{
    ngx_int_t                 rc;
    ngx_uint_t                i, j;
    ngx_eo_seclang_rule_t   **rules;
    ngx_eo_seclang_update_t  *update;

    update = set->updates.elts;
    rules = set->all.elts;

    for (i = 0; i < set->updates.nelts; i++) {

        for (j = 0; j < set->all.nelts; j++) {

            if (rules[j]->is_marker) {
                continue;
            }

            rc = ngx_eo_seclang_is_named(rules[j], update[i].type,
                                         &update[i].which);

            if (rc == NGX_ERROR
                || (rc && ngx_eo_seclang_apply(rules[j], &update[i])
                          != NGX_OK))
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


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
    if (ngx_eo_seclang_apply_updates(set) != NGX_OK
        || ngx_eo_seclang_plan_phases(set) != NGX_OK)
    {
        ngx_cpystrn(errstr, (u_char *) "out of memory for the rules",
                    NGX_MAX_CONF_ERRSTR);
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_link_jumps(set, errstr) != NGX_OK
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
