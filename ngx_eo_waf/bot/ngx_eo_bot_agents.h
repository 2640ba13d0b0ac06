
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Robots and tools by the words of a User-Agent: a list of them, and the
 * search for all in one pass.
 */


#ifndef _NGX_EO_BOT_AGENTS_H_INCLUDED_
#define _NGX_EO_BOT_AGENTS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* bounds of a list, in bytes and in words */

#define NGX_EO_BOT_AGENTS_SIZE   1048576
#define NGX_EO_BOT_AGENTS_MAX    16384

/* how many different names are told of one User-Agent */

#define NGX_EO_BOT_AGENTS_FOUND  8

#define NGX_EO_BOT_AGENTS_TEXT   64


/* in the order of the names in ngx_eo_bot_agents.c */

typedef enum {
    NGX_EO_BOT_SEARCH_ENGINE = 0,
    NGX_EO_BOT_AI_TRAINING,
    NGX_EO_BOT_AI_SEARCH,
    NGX_EO_BOT_AI_USER,
    NGX_EO_BOT_FEED,
    NGX_EO_BOT_PREVIEW,
    NGX_EO_BOT_MONITORING,
    NGX_EO_BOT_SEO,
    NGX_EO_BOT_ARCHIVE,
    NGX_EO_BOT_TOOL,
    NGX_EO_BOT_HEADLESS,
    NGX_EO_BOT_SCANNER,
    NGX_EO_BOT_UNCATEGORIZED,

    /* not of lists: what a request turns out to be */

    NGX_EO_BOT_IMPERSONATED,
    NGX_EO_BOT_NO_USER_AGENT,

    NGX_EO_BOT_CATEGORIES
} ngx_eo_bot_category_e;


typedef struct {
    ngx_str_t              word;        /* in lower case */
    ngx_str_t              name;
    ngx_eo_bot_category_e  category;
    uint32_t               next;        /* with the same hash; 0: none */

    unsigned               inside:1;    /* also within a word */
    unsigned               open:1;      /* whatever follows */
} ngx_eo_bot_agent_t;


typedef struct ngx_eo_bot_agents_s  ngx_eo_bot_agents_t;


typedef struct {
    ngx_uint_t             line;
    const char            *reason;
    u_char                 text[NGX_EO_BOT_AGENTS_TEXT + 1];
} ngx_eo_bot_agents_error_t;


/*
 * What a User-Agent says.  The first of found has the longest word, and of
 * each name there is one.
 */

typedef struct {
    ngx_eo_bot_agent_t    *found[NGX_EO_BOT_AGENTS_FOUND];
    ngx_uint_t             nfound;
} ngx_eo_bot_agents_found_t;


/* the name of a category as directives and logs have it, and the reverse */

ngx_str_t *ngx_eo_bot_category_name(ngx_eo_bot_category_e category);
ngx_int_t ngx_eo_bot_category_find(ngx_str_t *name,
    ngx_eo_bot_category_e *category);

/*
 * Reads a list: lines of WORD, CATEGORY and NAME, parted by tabs; what comes
 * behind another tab is a comment, as are lines with "#".  A word is compared
 * without letter case, and stands where a word of the User-Agent begins and
 * ends; "*" in front or behind lifts that.
 *
 * text:  not kept
 *
 * Returns a list of its own memory, outside of any pool, to be given to
 * ngx_eo_bot_agents_free(); or NULL with err filled in.
 */

ngx_eo_bot_agents_t *ngx_eo_bot_agents_parse(const u_char *text, size_t len,
    ngx_eo_bot_agents_error_t *err);
void ngx_eo_bot_agents_free(ngx_eo_bot_agents_t *agents);

/* the words of a list, in its order */

ngx_eo_bot_agent_t *ngx_eo_bot_agents_list(ngx_eo_bot_agents_t *agents,
    ngx_uint_t *n);

/* found is of the list and lives as long as that */

void ngx_eo_bot_agents_search(ngx_eo_bot_agents_t *agents, const u_char *text,
    size_t len, ngx_eo_bot_agents_found_t *found);


#endif /* _NGX_EO_BOT_AGENTS_H_INCLUDED_ */
