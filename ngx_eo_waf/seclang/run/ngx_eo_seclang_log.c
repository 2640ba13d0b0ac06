
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The log line of a rule that matched.
 */


#include "ngx_eo_seclang_log.h"


/* longest part of a value that a line shows, as ModSecurity cuts it */

#define NGX_EO_SECLANG_LOG_VALUE  100
#define NGX_EO_SECLANG_LOG_FIELD  200

/*
 * A message is the rule's own and may be longer, as the one with all scores
 * is in version 4 of the Core Rule Set.  It is cut as it is written, since
 * what a request puts into it must leave room for the fields behind it.
 */

#define NGX_EO_SECLANG_LOG_MSG    512

/* what is kept for the fields at the end, which tell the request */

#define NGX_EO_SECLANG_LOG_TAIL   512


#define ngx_eo_seclang_literal(p, last, s)                                    \
    ngx_cpymem(p, s, ngx_min(sizeof(s) - 1, (size_t) ((last) - (p))))


static u_char *ngx_eo_seclang_log_escape(u_char *p, u_char *last,
    ngx_str_t *text, size_t max);
static u_char *ngx_eo_seclang_log_part(u_char *p, u_char *last,
    const char *name, ngx_str_t *value, size_t max);
static u_char *ngx_eo_seclang_log_field(u_char *p, u_char *last,
    const char *name, ngx_str_t *value);
static u_char *ngx_eo_seclang_log_message(u_char *p, u_char *last,
    ngx_str_t *msg);
static u_char *ngx_eo_seclang_log_number(u_char *p, u_char *last,
    const char *name, ngx_uint_t value);
static u_char *ngx_eo_seclang_log_match(ngx_eo_seclang_report_t *report,
    u_char *p, u_char *last);
static ngx_str_t *ngx_eo_seclang_log_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);
static u_char *ngx_eo_seclang_log_optional(u_char *p, u_char *last,
    const char *name, ngx_str_t *value);
static u_char *ngx_eo_seclang_log_verdict(ngx_eo_seclang_tx_t *tx, u_char *p,
    u_char *last);
static u_char *ngx_eo_seclang_log_notes(ngx_eo_seclang_report_t *report,
    u_char *p, u_char *last);


/*
 * Writes a text so that it can neither end its field nor its line.
 */

static u_char *
ngx_eo_seclang_log_escape(u_char *p, u_char *last, ngx_str_t *text,
    size_t max)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < text->len && i < max && last - p >= 4; i++) {
        c = text->data[i];

        if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
            *p++ = '\\';
            *p++ = 'x';
            p = ngx_hex_dump(p, &c, 1);
            continue;
        }

        *p++ = c;
    }

    if (i < text->len) {
        p = ngx_eo_seclang_literal(p, last, "...");
    }

    return p;
}


static u_char *
ngx_eo_seclang_log_part(u_char *p, u_char *last, const char *name,
    ngx_str_t *value, size_t max)
{
    size_t  len;

    len = ngx_strlen(name);

    if ((size_t) (last - p) < len + sizeof(" [ \"\"]")) {
        return p;
    }

    *p++ = ' ';
    *p++ = '[';
    p = ngx_cpymem(p, name, len);
    *p++ = ' ';
    *p++ = '"';
    p = ngx_eo_seclang_log_escape(p, last - 2, value, max);
    *p++ = '"';
    *p++ = ']';

    return p;
}


static u_char *
ngx_eo_seclang_log_field(u_char *p, u_char *last, const char *name,
    ngx_str_t *value)
{
    return ngx_eo_seclang_log_part(p, last, name, value,
                                   NGX_EO_SECLANG_LOG_FIELD);
}


static u_char *
ngx_eo_seclang_log_message(u_char *p, u_char *last, ngx_str_t *msg)
{
    if (last - p > NGX_EO_SECLANG_LOG_MSG) {
        last = p + NGX_EO_SECLANG_LOG_MSG;
    }

    return ngx_eo_seclang_log_part(p, last, "msg", msg, msg->len);
}


static u_char *
ngx_eo_seclang_log_number(u_char *p, u_char *last, const char *name,
    ngx_uint_t value)
{
    u_char     buf[NGX_INT_T_LEN];
    ngx_str_t  text;

    text.data = buf;
    text.len = ngx_sprintf(buf, "%ui", value) - buf;

    return ngx_eo_seclang_log_field(p, last, name, &text);
}


static u_char *
ngx_eo_seclang_log_match(ngx_eo_seclang_report_t *report, u_char *p,
    u_char *last)
{
    ngx_eo_seclang_rule_t  *rule;

    rule = report->rule;

    /* what matched is what the last rule of the chain has found */

    while (rule->next != NULL) {
        rule = rule->next;
    }

    if (rule->unconditional) {
        return ngx_eo_seclang_literal(p, last,
                                      "Unconditional match in SecAction.");
    }

    p = ngx_slprintf(p, last, "Matched \"Operator `%V' with parameter `",
                     &rule->op.def->name);
    p = ngx_eo_seclang_log_escape(p, last, &report->argument,
                                  NGX_EO_SECLANG_LOG_VALUE);
    p = ngx_eo_seclang_literal(p, last, "' against variable `");
    p = ngx_eo_seclang_log_escape(p, last, &report->name,
                                  NGX_EO_SECLANG_LOG_FIELD);
    p = ngx_eo_seclang_literal(p, last, "' (Value: `");
    p = ngx_eo_seclang_log_escape(p, last, &report->value,
                                  NGX_EO_SECLANG_LOG_VALUE);

    return ngx_eo_seclang_literal(p, last, "' )\"");
}


static ngx_str_t *
ngx_eo_seclang_log_scalar(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_eo_seclang_text_t  *text;

    static ngx_str_t  none = ngx_null_string;

    text = tx->scalars[variable];

    return (text != NULL && text->is_string) ? &text->str : &none;
}


static u_char *
ngx_eo_seclang_log_optional(u_char *p, u_char *last, const char *name,
    ngx_str_t *value)
{
    return value->len ? ngx_eo_seclang_log_field(p, last, name, value) : p;
}


static u_char *
ngx_eo_seclang_log_verdict(ngx_eo_seclang_tx_t *tx, u_char *p, u_char *last)
{
    switch (tx->action) {

    case NGX_EO_SECLANG_DROP:
        p = ngx_eo_seclang_literal(p, last,
                                   "Access denied with connection close");
        break;

    case NGX_EO_SECLANG_REDIRECT:
        p = ngx_eo_seclang_literal(p, last,
                                   "Access denied with redirection to ");
        p = ngx_eo_seclang_log_escape(p, last, &tx->url,
                                      NGX_EO_SECLANG_LOG_FIELD);
        p = ngx_slprintf(p, last, " using status %ui", tx->status);
        break;

    default:
        p = ngx_slprintf(p, last, "Access denied with code %ui",
                         tx->block_status ? tx->block_status : tx->status);
    }

    return ngx_slprintf(p, last, " (phase %ui). ", tx->phase);
}


/* the messages of a chain follow that of the rule that begins it */

static u_char *
ngx_eo_seclang_log_notes(ngx_eo_seclang_report_t *report, u_char *p,
    u_char *last)
{
    ngx_uint_t              i;
    ngx_eo_seclang_note_t  *note;

    for (i = 0; i < report->nnotes; i++) {
        note = &report->notes[i];

        if (i == 0 || note->msg.len) {
            p = ngx_eo_seclang_log_message(p, last, &note->msg);
        }

        if (i == 0 || note->data.len) {
            p = ngx_eo_seclang_log_field(p, last, "data", &note->data);
        }
    }

    return p;
}


u_char *
ngx_eo_seclang_log_line(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report, u_char *p, u_char *end)
{
    u_char                    *last;
    ngx_uint_t                 i;
    ngx_eo_seclang_rule_t     *rule;
    ngx_eo_seclang_actions_t  *actions;

    rule = report->rule;
    actions = &rule->actions;

    last = (end - p > 2 * NGX_EO_SECLANG_LOG_TAIL)
           ? end - NGX_EO_SECLANG_LOG_TAIL : end;

    if (report->disruptive) {
        p = ngx_eo_seclang_log_verdict(tx, p, last);
    } else {
        p = ngx_eo_seclang_literal(p, last, "Warning. ");
    }

    if (report->limit) {
        p = ngx_eo_seclang_literal(p, last, "Match limit of the expression "
                                   "reached, taken as a match. ");
    }

    p = ngx_eo_seclang_log_match(report, p, last);

    p = ngx_eo_seclang_log_field(p, last, "file", &rule->file);
    p = ngx_eo_seclang_log_number(p, last, "line", rule->line);
    p = ngx_eo_seclang_log_number(p, last, "id", actions->id);
    p = ngx_eo_seclang_log_optional(p, last, "rev", &actions->rev);
    p = ngx_eo_seclang_log_notes(report, p, last);
    p = ngx_eo_seclang_log_number(p, last, "severity", actions->severity);
    p = ngx_eo_seclang_log_optional(p, last, "ver", &actions->ver);
    p = ngx_eo_seclang_log_optional(p, last, "maturity", &actions->maturity);
    p = ngx_eo_seclang_log_optional(p, last, "accuracy", &actions->accuracy);

    for (i = 0; i < actions->tags.nelts; i++) {
        p = ngx_eo_seclang_log_field(p, last, "tag", &report->tags[i]);
    }

    p = ngx_eo_seclang_log_field(p, end, "hostname",
              ngx_eo_seclang_log_scalar(tx, NGX_EO_SECLANG_VAR_SERVER_NAME));
    p = ngx_eo_seclang_log_field(p, end, "uri",
         ngx_eo_seclang_log_scalar(tx, NGX_EO_SECLANG_VAR_REQUEST_FILENAME));

    return ngx_eo_seclang_log_field(p, end, "unique_id",
                ngx_eo_seclang_log_scalar(tx, NGX_EO_SECLANG_VAR_UNIQUE_ID));
}
