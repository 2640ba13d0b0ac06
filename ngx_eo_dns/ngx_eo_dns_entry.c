
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_entry.h"


#define ngx_eo_dns_blank(c)                                                   \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\f')


static const char *ngx_eo_dns_entry_read(ngx_eo_dns_entry_t *entry);
static void ngx_eo_dns_entry_comment(ngx_eo_dns_entry_t *entry);
static const char *ngx_eo_dns_entry_word(ngx_eo_dns_entry_t *entry);
static const char *ngx_eo_dns_entry_quoted(ngx_eo_dns_entry_t *entry,
    ngx_eo_dns_word_t *word);
static void ngx_eo_dns_entry_plain(ngx_eo_dns_entry_t *entry,
    ngx_eo_dns_word_t *word);
static void ngx_eo_dns_entry_skip(ngx_eo_dns_entry_t *entry);


void
ngx_eo_dns_entry_init(ngx_eo_dns_entry_t *entry, const ngx_str_t *text)
{
    entry->p = text->data;
    entry->end = text->data + text->len;
    entry->line = 1;
    entry->nwords = 0;
}


ngx_int_t
ngx_eo_dns_entry_next(ngx_eo_dns_entry_t *entry, const char **reason)
{
    do {
        if (entry->p == entry->end) {
            return NGX_DONE;
        }

        entry->started = entry->line;
        entry->nwords = 0;
        entry->comment.len = 0;
        entry->indented = ngx_eo_dns_blank(*entry->p);

        *reason = ngx_eo_dns_entry_read(entry);

        if (*reason) {
            ngx_eo_dns_entry_skip(entry);
            return NGX_ERROR;
        }

    } while (entry->nwords == 0);

    return NGX_OK;
}


static const char *
ngx_eo_dns_entry_read(ngx_eo_dns_entry_t *entry)
{
    const char  *reason;
    ngx_uint_t   within;

    within = 0;

    while (entry->p < entry->end) {

        switch (*entry->p) {

        case '\n':
            entry->p++;
            entry->line++;

            if (!within) {
                return NULL;
            }

            break;

        case ' ':
        case '\t':
        case '\r':
        case '\f':
            entry->p++;
            break;

        case '(':
            if (within) {
                return "has a parenthesis within parentheses";
            }

            within = 1;
            entry->p++;
            break;

        case ')':
            if (!within) {
                return "closes a parenthesis that was not opened";
            }

            within = 0;
            entry->p++;
            break;

        case ';':
            ngx_eo_dns_entry_comment(entry);
            break;

        default:
            reason = ngx_eo_dns_entry_word(entry);
            if (reason) {
                return reason;
            }
        }
    }

    return within ? "has a parenthesis that is not closed" : NULL;
}


/* up to the end of the line, which is left */

static void
ngx_eo_dns_entry_comment(ngx_eo_dns_entry_t *entry)
{
    const u_char  *start;

    start = ++entry->p;

    while (entry->p < entry->end && *entry->p != '\n') {
        entry->p++;
    }

    entry->comment.data = (u_char *) start;
    entry->comment.len = entry->p - start;
}


static const char *
ngx_eo_dns_entry_word(ngx_eo_dns_entry_t *entry)
{
    ngx_eo_dns_word_t  *word;

    if (entry->nwords == NGX_EO_DNS_MAX_WORDS) {
        return "has more than 2048 words";
    }

    if (entry->nwords == 0) {
        entry->started = entry->line;
    }

    word = &entry->words[entry->nwords++];

    if (*entry->p == '"') {
        return ngx_eo_dns_entry_quoted(entry, word);
    }

    ngx_eo_dns_entry_plain(entry, word);

    return NULL;
}


static const char *
ngx_eo_dns_entry_quoted(ngx_eo_dns_entry_t *entry, ngx_eo_dns_word_t *word)
{
    const u_char  *p;

    word->quoted = 1;
    word->text.data = (u_char *) entry->p + 1;

    for (p = entry->p + 1; p < entry->end && *p != '\n'; p++) {

        if (*p == '"') {
            word->text.len = p - word->text.data;
            entry->p = p + 1;
            return NULL;
        }

        if (*p == '\\' && p + 1 < entry->end && p[1] != '\n') {
            p++;
        }
    }

    entry->p = p;

    return "has a quoted string that does not end on its line";
}


static void
ngx_eo_dns_entry_plain(ngx_eo_dns_entry_t *entry, ngx_eo_dns_word_t *word)
{
    const u_char  *p;

    word->quoted = 0;

    for (p = entry->p; p < entry->end; p++) {

        if (ngx_eo_dns_blank(*p) || ngx_strchr("\n();\"", *p)) {

            /* a NUL is none of these, but strchr() finds it */

            if (*p) {
                break;
            }
        }

        if (*p == '\\' && p + 1 < entry->end && p[1] != '\n') {
            p++;
        }
    }

    word->text.data = (u_char *) entry->p;
    word->text.len = p - entry->p;
    entry->p = p;
}


/* to the next line, which is the best guess at where to go on */

static void
ngx_eo_dns_entry_skip(ngx_eo_dns_entry_t *entry)
{
    while (entry->p < entry->end) {
        if (*entry->p++ == '\n') {
            entry->line++;
            return;
        }
    }
}

