
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The entries of a master file (RFC 1035, 5.1): words, quoted strings,
 * parentheses over several lines, comments.
 */


#ifndef _NGX_EO_DNS_ENTRY_H_INCLUDED_
#define _NGX_EO_DNS_ENTRY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_DNS_MAX_WORDS  2048


/* escapes are as they were written */

typedef struct {
    ngx_str_t            text;
    unsigned             quoted:1;
} ngx_eo_dns_word_t;


/*
 * p, end, line:  what is left of the text, and the number of its line
 * started:       the number of the line where the entry begins
 * indented:      it begins with a blank: its owner is the one before
 * comment:       the last one of the entry, without the semicolon
 */

typedef struct {
    const u_char        *p;
    const u_char        *end;
    ngx_uint_t           line;

    ngx_uint_t           started;
    ngx_eo_dns_word_t    words[NGX_EO_DNS_MAX_WORDS];
    ngx_uint_t           nwords;
    ngx_str_t            comment;
    unsigned             indented:1;
} ngx_eo_dns_entry_t;


/* text has to live as long as the words. */

void ngx_eo_dns_entry_init(ngx_eo_dns_entry_t *entry, const ngx_str_t *text);


/*
 * Reads the next entry that has words.
 *
 * Returns NGX_OK, NGX_DONE at the end of the text, or NGX_ERROR with a reason
 * and the entry's line; the entry after it may then be read.
 */

ngx_int_t ngx_eo_dns_entry_next(ngx_eo_dns_entry_t *entry,
    const char **reason);


#endif /* _NGX_EO_DNS_ENTRY_H_INCLUDED_ */

