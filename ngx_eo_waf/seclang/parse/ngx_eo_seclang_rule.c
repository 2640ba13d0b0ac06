
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Compiles SecRule, SecAction, SecMarker and SecDefaultAction.
 */


#include "ngx_eo_seclang_reader.h"


static ngx_int_t ngx_eo_seclang_parse_operator(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_eo_seclang_rule_t *rule);
static ngx_eo_seclang_rule_t *ngx_eo_seclang_new_rule(
    ngx_eo_seclang_reader_t *reader);
static ngx_int_t ngx_eo_seclang_check_id(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_rule_t *rule);
static ngx_int_t ngx_eo_seclang_add_rule(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_rule_t *rule);


/*
 * "@rx ^a", "!@eq 0", or an expression without an operator.
 */

static ngx_int_t
ngx_eo_seclang_parse_operator(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_eo_seclang_rule_t *rule)
{
    u_char                          *p, *last, errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                        name, argument;
    ngx_uint_t                       negated;
    ngx_eo_seclang_operator_def_t   *def;
    ngx_eo_seclang_operator_conf_t   conf;

    p = text->data;
    last = p + text->len;

    while (p < last && *p == ' ') {
        p++;
    }

    negated = 0;

    if (p < last && *p == '!') {
        negated = 1;
        p++;

        while (p < last && *p == ' ') {
            p++;
        }
    }

    ngx_str_set(&name, "rx");

    if (p < last && *p == '@') {
        name.data = ++p;

        while (p < last && *p != ' ' && *p != '\t') {
            p++;
        }

        name.len = p - name.data;

        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }
    }

    def = ngx_eo_seclang_operator_find(&name);
    if (def == NULL) {
        return ngx_eo_seclang_unknown(reader, NGX_EO_SECLANG_KIND_OPERATOR,
                                      &name);
    }

    argument.data = p;
    argument.len = last - p;

    if (def->flags & NGX_EO_SECLANG_OP_MACRO) {
        if (ngx_eo_seclang_parse_macro(reader, &argument, &rule->argument)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

    } else {
        rule->argument.text = argument;
    }

    ngx_memzero(&conf, sizeof(ngx_eo_seclang_operator_conf_t));

    conf.pool = reader->pool;
    conf.log = reader->pool->log;
    conf.argument = argument;
    conf.macro = rule->argument.nparts;
    conf.directory = reader->directory;
    conf.match_limit = reader->set->match_limit;
    conf.errstr = errstr;

    if (ngx_eo_seclang_operator_init(&conf, def, &rule->op) != NGX_OK) {
        return ngx_eo_seclang_error(reader, "\"@%V\": %*s", &def->name,
                                    conf.errlen, errstr);
    }

    rule->op.negated = (negated != 0);

    return NGX_OK;
}


static ngx_eo_seclang_rule_t *
ngx_eo_seclang_new_rule(ngx_eo_seclang_reader_t *reader)
{
    ngx_pool_t             *pool;
    ngx_eo_seclang_rule_t  *rule;

    pool = reader->pool;

    rule = ngx_pcalloc(pool, sizeof(ngx_eo_seclang_rule_t));
    if (rule == NULL) {
        return NULL;
    }

    rule->file = reader->file;
    rule->line = reader->line;
    rule->jump = NGX_EO_SECLANG_END;

    if (ngx_array_init(&rule->targets, pool, 4,
                       sizeof(ngx_eo_seclang_target_t))
        != NGX_OK
        || ngx_array_init(&rule->exclusions, pool, 1,
                          sizeof(ngx_eo_seclang_target_t))
           != NGX_OK
        || ngx_eo_seclang_actions_init(pool, &rule->actions) != NGX_OK)
    {
        return NULL;
    }

    return rule;
}


static ngx_int_t
ngx_eo_seclang_check_id(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **all;

    if (rule->actions.id == 0) {
        return ngx_eo_seclang_error(reader, "a rule without \"id\"");
    }

    all = reader->set->all.elts;

    for (i = 0; i < reader->set->all.nelts; i++) {
        if (all[i]->actions.id == rule->actions.id) {
            return ngx_eo_seclang_error(reader, "id %ui is that of the rule "
                                        "in %V:%ui too", rule->actions.id,
                                        &all[i]->file, all[i]->line);
        }
    }

    return NGX_OK;
}


/* puts a rule behind the one whose chain it continues, or into the set */

static ngx_int_t
ngx_eo_seclang_add_rule(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t               phase;
    ngx_eo_seclang_rule_t  **slot;

    if (reader->chain != NULL) {
        rule->actions.phase = reader->starter->actions.phase;
        rule->defaults = reader->starter->defaults;

        reader->chain->next = rule;
        reader->chain = rule->actions.chain ? rule : NULL;

        return NGX_OK;
    }

    if (ngx_eo_seclang_check_id(reader, rule) != NGX_OK) {
        return NGX_ERROR;
    }

    phase = rule->actions.phase;

    if (phase == 0) {
        phase = NGX_EO_SECLANG_REQUEST_BODY;
        rule->actions.phase = phase;
    }

    rule->defaults = reader->set->defaults[phase];

    slot = ngx_array_push(&reader->set->all);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = rule;

    if (rule->actions.chain) {
        reader->chain = rule;
        reader->starter = rule;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_sec_rule(ngx_eo_seclang_reader_t *reader)
{
    ngx_eo_seclang_rule_t  *rule;

    rule = ngx_eo_seclang_new_rule(reader);
    if (rule == NULL) {
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_parse_targets(reader, &reader->args[1],
                                     &rule->targets, &rule->exclusions)
        != NGX_OK
        || ngx_eo_seclang_parse_operator(reader, &reader->args[2], rule)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (reader->nargs > 3
        && ngx_eo_seclang_parse_actions(reader, &reader->args[3],
                                        &rule->actions)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_add_rule(reader, rule);
}


ngx_int_t
ngx_eo_seclang_sec_action(ngx_eo_seclang_reader_t *reader)
{
    ngx_eo_seclang_rule_t  *rule;

    rule = ngx_eo_seclang_new_rule(reader);
    if (rule == NULL) {
        return NGX_ERROR;
    }

    rule->unconditional = 1;

    if (ngx_eo_seclang_parse_actions(reader, &reader->args[1],
                                     &rule->actions)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_add_rule(reader, rule);
}


ngx_int_t
ngx_eo_seclang_sec_marker(ngx_eo_seclang_reader_t *reader)
{
    ngx_eo_seclang_rule_t  *rule, **slot;

    rule = ngx_eo_seclang_new_rule(reader);
    slot = ngx_array_push(&reader->set->all);

    if (rule == NULL || slot == NULL) {
        return NGX_ERROR;
    }

    rule->is_marker = 1;
    rule->marker = reader->args[1];

    *slot = rule;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_sec_default_action(ngx_eo_seclang_reader_t *reader)
{
    ngx_eo_seclang_actions_t  *actions;

    actions = ngx_pcalloc(reader->pool, sizeof(ngx_eo_seclang_actions_t));

    if (actions == NULL
        || ngx_eo_seclang_actions_init(reader->pool, actions) != NGX_OK
        || ngx_eo_seclang_parse_actions(reader, &reader->args[1], actions)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (actions->phase == 0) {
        return ngx_eo_seclang_error(reader, "\"SecDefaultAction\" without "
                                    "\"phase\"");
    }

    if (actions->disruptive == NGX_EO_SECLANG_DISRUPTIVE_UNSET) {
        return ngx_eo_seclang_error(reader, "\"SecDefaultAction\" without a "
                                    "disruptive action such as \"pass\" or "
                                    "\"deny\"");
    }

    if (actions->id || actions->chain || actions->skip
        || actions->skip_after.len
        || actions->disruptive == NGX_EO_SECLANG_BLOCK)
    {
        return ngx_eo_seclang_error(reader, "\"SecDefaultAction\" cannot "
                                    "have \"id\", \"chain\", \"skip\", "
                                    "\"skipAfter\" or \"block\"");
    }

    reader->set->defaults[actions->phase] = actions;

    return NGX_OK;
}
