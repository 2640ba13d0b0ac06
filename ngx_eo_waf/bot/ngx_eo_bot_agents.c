
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Words are found by a hash of their first three letters: at most places of a
 * User-Agent there is none, and one look at a table is all.
 */


#include "ngx_eo_bot_agents.h"


#define NGX_EO_BOT_AGENTS_BUCKETS  4096
#define NGX_EO_BOT_AGENTS_START    3


struct ngx_eo_bot_agents_s {
    ngx_eo_bot_agent_t    *agents;      /* the first one stands for none */
    ngx_uint_t             nagents;
    u_char                *text;
    uint16_t               buckets[NGX_EO_BOT_AGENTS_BUCKETS];
};


/* what a line is made of */

typedef struct {
    ngx_str_t              fields[3];
    ngx_uint_t             nfields;
} ngx_eo_bot_agents_line_t;


static ngx_inline u_char ngx_eo_bot_lower(u_char c);
static ngx_inline ngx_uint_t ngx_eo_bot_is_word(u_char c);
static ngx_inline ngx_uint_t ngx_eo_bot_hash(const u_char *p);
static ngx_uint_t ngx_eo_bot_agents_count(const u_char *p,
    const u_char *last);
static u_char *ngx_eo_bot_agents_split(u_char *p, u_char *last,
    ngx_eo_bot_agents_line_t *line);
static const char *ngx_eo_bot_agents_add(ngx_eo_bot_agents_t *agents,
    ngx_eo_bot_agents_line_t *line);
static void ngx_eo_bot_agents_error(ngx_eo_bot_agents_error_t *err,
    ngx_uint_t line, ngx_str_t *text, const char *reason);
static ngx_uint_t ngx_eo_bot_agents_stands(ngx_eo_bot_agent_t *agent,
    const u_char *text, const u_char *p, const u_char *last);
static void ngx_eo_bot_agents_found(ngx_eo_bot_agents_found_t *found,
    ngx_eo_bot_agent_t *agent);


static ngx_str_t  ngx_eo_bot_category_names[] = {
    ngx_string("search-engine"),
    ngx_string("ai-training"),
    ngx_string("ai-search"),
    ngx_string("ai-user"),
    ngx_string("feed"),
    ngx_string("preview"),
    ngx_string("monitoring"),
    ngx_string("seo"),
    ngx_string("archive"),
    ngx_string("tool"),
    ngx_string("headless"),
    ngx_string("scanner"),
    ngx_string("uncategorized"),
    ngx_string("impersonated"),
    ngx_string("no-user-agent")
};


static ngx_inline u_char
ngx_eo_bot_lower(u_char c)
{
    return (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
}


static ngx_inline ngx_uint_t
ngx_eo_bot_is_word(u_char c)
{
    c = ngx_eo_bot_lower(c);

    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}


static ngx_inline ngx_uint_t
ngx_eo_bot_hash(const u_char *p)
{
    return (ngx_eo_bot_lower(p[0]) ^ ngx_eo_bot_lower(p[1]) << 3
            ^ ngx_eo_bot_lower(p[2]) << 5)
           % NGX_EO_BOT_AGENTS_BUCKETS;
}


ngx_str_t *
ngx_eo_bot_category_name(ngx_eo_bot_category_e category)
{
    return &ngx_eo_bot_category_names[category];
}


ngx_int_t
ngx_eo_bot_category_find(ngx_str_t *name, ngx_eo_bot_category_e *category)
{
    ngx_uint_t   i;
    ngx_str_t   *known;

    for (i = 0; i < NGX_EO_BOT_CATEGORIES; i++) {
        known = &ngx_eo_bot_category_names[i];

        if (known->len == name->len
            && ngx_strncmp(known->data, name->data, name->len) == 0)
        {
            *category = i;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_eo_bot_agents_t *
ngx_eo_bot_agents_parse(const u_char *text, size_t len,
    ngx_eo_bot_agents_error_t *err)
{
    size_t                     size;
    u_char                    *p, *last;
    ngx_str_t                  part;
    ngx_uint_t                 n, number;
    const char                *reason;
    ngx_eo_bot_agents_t       *agents;
    ngx_eo_bot_agents_line_t   line;

    ngx_str_null(&part);

    if (len > NGX_EO_BOT_AGENTS_SIZE) {
        ngx_eo_bot_agents_error(err, 1, &part, "the list is longer than "
                                "1 MB");
        return NULL;
    }

    n = ngx_eo_bot_agents_count(text, text + len) + 1;

    size = sizeof(ngx_eo_bot_agents_t) + n * sizeof(ngx_eo_bot_agent_t);

    agents = calloc(1, size + len);
    if (agents == NULL) {
        ngx_eo_bot_agents_error(err, 1, &part, "memory is short");
        return NULL;
    }

    agents->agents = (ngx_eo_bot_agent_t *) (agents + 1);
    agents->nagents = 1;
    agents->text = (u_char *) agents + size;

    ngx_memcpy(agents->text, text, len);

    p = agents->text;
    last = p + len;

    for (number = 1; p < last; number++) {
        part.data = p;
        p = ngx_eo_bot_agents_split(p, last, &line);
        part.len = p - part.data;

        if (line.nfields == 0) {
            continue;
        }

        reason = ngx_eo_bot_agents_add(agents, &line);

        if (reason) {
            ngx_eo_bot_agents_error(err, number, &part, reason);
            ngx_eo_bot_agents_free(agents);
            return NULL;
        }
    }

    return agents;
}


void
ngx_eo_bot_agents_free(ngx_eo_bot_agents_t *agents)
{
    free(agents);
}


ngx_eo_bot_agent_t *
ngx_eo_bot_agents_list(ngx_eo_bot_agents_t *agents, ngx_uint_t *n)
{
    *n = agents->nagents - 1;

    return agents->agents + 1;
}


static ngx_uint_t
ngx_eo_bot_agents_count(const u_char *p, const u_char *last)
{
    ngx_uint_t  n;

    for (n = 1; p < last; p++) {
        n += (*p == LF);
    }

    return ngx_min(n, NGX_EO_BOT_AGENTS_MAX);
}


/* returns where the next line begins */

static u_char *
ngx_eo_bot_agents_split(u_char *p, u_char *last,
    ngx_eo_bot_agents_line_t *line)
{
    u_char     *end, *next, *tab;
    ngx_str_t  *field;

    line->nfields = 0;

    end = ngx_strlchr(p, last, LF);
    next = end ? end + 1 : last;
    end = end ? end : last;

    if (end > p && end[-1] == CR) {
        end--;
    }

    if (p == end || *p == '#') {
        return next;
    }

    while (p <= end && line->nfields < 3) {
        tab = ngx_strlchr(p, end, '\t');
        tab = tab ? tab : end;

        field = &line->fields[line->nfields++];
        field->data = p;
        field->len = tab - p;

        p = tab + 1;
    }

    return next;
}


/* returns what is wrong with a line, or NULL */

static const char *
ngx_eo_bot_agents_add(ngx_eo_bot_agents_t *agents,
    ngx_eo_bot_agents_line_t *line)
{
    size_t               i;
    uint16_t            *bucket;
    ngx_str_t            word;
    ngx_eo_bot_agent_t  *agent;

    if (line->nfields < 3) {
        return "has not three fields: word, category and name";
    }

    if (agents->nagents == NGX_EO_BOT_AGENTS_MAX) {
        return "is one line too many";
    }

    agent = &agents->agents[agents->nagents];

    if (ngx_eo_bot_category_find(&line->fields[1], &agent->category)
        != NGX_OK
        || agent->category > NGX_EO_BOT_UNCATEGORIZED)
    {
        return "has an unknown category";
    }

    if (line->fields[2].len == 0) {
        return "has no name";
    }

    word = line->fields[0];

    if (word.len && word.data[0] == '*') {
        agent->inside = 1;
        word.data++;
        word.len--;
    }

    if (word.len && word.data[word.len - 1] == '*') {
        agent->open = 1;
        word.len--;
    }

    if (word.len < NGX_EO_BOT_AGENTS_START) {
        return "has a word of less than three bytes";
    }

    for (i = 0; i < word.len; i++) {
        word.data[i] = ngx_eo_bot_lower(word.data[i]);
    }

    for (i = 0; i < line->fields[2].len; i++) {
        if (line->fields[2].data[i] < ' ' || line->fields[2].data[i] > '~'
            || line->fields[2].data[i] == '"'
            || line->fields[2].data[i] == '\\')
        {
            return "has a name that is not plain ASCII without quotes";
        }
    }

    bucket = &agents->buckets[ngx_eo_bot_hash(word.data)];

    agent->word = word;
    agent->name = line->fields[2];
    agent->next = *bucket;

    *bucket = (uint16_t) agents->nagents++;

    return NULL;
}


/* the text goes to a log, and may be anything */

static void
ngx_eo_bot_agents_error(ngx_eo_bot_agents_error_t *err, ngx_uint_t line,
    ngx_str_t *text, const char *reason)
{
    size_t  i;
    u_char  c;

    err->line = line;
    err->reason = reason;

    for (i = 0; i < text->len && i < NGX_EO_BOT_AGENTS_TEXT; i++) {
        c = text->data[i];

        if (c == CR || c == LF) {
            break;
        }

        err->text[i] = (c < ' ' || c > '~') ? ' ' : c;
    }

    err->text[i] = '\0';
}


void
ngx_eo_bot_agents_search(ngx_eo_bot_agents_t *agents, const u_char *text,
    size_t len, ngx_eo_bot_agents_found_t *found)
{
    ngx_uint_t           i;
    const u_char        *p, *last;
    ngx_eo_bot_agent_t  *agent;

    found->nfound = 0;

    last = text + len;

    for (p = text; last - p >= NGX_EO_BOT_AGENTS_START; p++) {

        for (i = agents->buckets[ngx_eo_bot_hash(p)]; i; i = agent->next) {
            agent = &agents->agents[i];

            if (ngx_eo_bot_agents_stands(agent, text, p, last)) {
                ngx_eo_bot_agents_found(found, agent);
            }
        }
    }
}


static ngx_uint_t
ngx_eo_bot_agents_stands(ngx_eo_bot_agent_t *agent, const u_char *text,
    const u_char *p, const u_char *last)
{
    size_t         i;
    const u_char  *end;

    if ((size_t) (last - p) < agent->word.len
        || (!agent->inside && p > text && ngx_eo_bot_is_word(*p)
            && ngx_eo_bot_is_word(p[-1])))
    {
        return 0;
    }

    for (i = 0; i < agent->word.len; i++) {
        if (ngx_eo_bot_lower(p[i]) != agent->word.data[i]) {
            return 0;
        }
    }

    end = p + agent->word.len;

    return agent->open || end == last
           || !ngx_eo_bot_is_word(*end) || !ngx_eo_bot_is_word(end[-1]);
}


static void
ngx_eo_bot_agents_found(ngx_eo_bot_agents_found_t *found,
    ngx_eo_bot_agent_t *agent)
{
    ngx_uint_t           i;
    ngx_eo_bot_agent_t  *other;

    for (i = 0; i < found->nfound; i++) {
        other = found->found[i];

        if (other->name.len == agent->name.len
            && ngx_strncmp(other->name.data, agent->name.data,
                           agent->name.len)
               == 0)
        {
            break;
        }
    }

    if (i == found->nfound) {

        if (found->nfound < NGX_EO_BOT_AGENTS_FOUND) {
            found->nfound++;

        } else {
            i--;

            if (agent->word.len <= found->found[i]->word.len) {
                return;
            }
        }

        found->found[i] = agent;

    } else if (agent->word.len > found->found[i]->word.len) {
        found->found[i] = agent;
    }

    if (agent->word.len > found->found[0]->word.len) {
        found->found[i] = found->found[0];
        found->found[0] = agent;
    }
}
