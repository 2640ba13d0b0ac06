
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Sets of words: one automaton of Aho and Corasick for a set, as a table of
 * states by classes of bytes, so that a text costs one step a byte.
 */


#include "ngx_eo_seclang_operator.h"


#define NGX_EO_SECLANG_WORDS_STATES  (1024 * 1024)


struct ngx_eo_seclang_words_s {
    uint32_t     nclasses;
    uint32_t     nstates;

    /* class of a byte; 0 is that of bytes that occur in no word */
    u_char       classes[256];

    /* next state by state and class */
    uint32_t    *next;

    /* length of the longest word that ends in a state, or 0 */
    uint32_t    *lengths;
};


static ngx_int_t ngx_eo_seclang_words_classes(ngx_eo_seclang_words_t *words,
    ngx_array_t *set);
static void ngx_eo_seclang_words_add(ngx_eo_seclang_words_t *words,
    ngx_str_t *word);
static void ngx_eo_seclang_words_link(ngx_eo_seclang_words_t *words,
    uint32_t *fail, uint32_t *queue);
static ngx_int_t ngx_eo_seclang_words_compile(
    ngx_eo_seclang_operator_conf_t *conf, ngx_eo_seclang_operator_t *op,
    ngx_array_t *set);
static size_t ngx_eo_seclang_words_bytes(u_char *d, ngx_str_t *text);
static ngx_uint_t ngx_eo_seclang_words_comment(u_char *p, u_char *last);


static ngx_int_t
ngx_eo_seclang_words_classes(ngx_eo_seclang_words_t *words, ngx_array_t *set)
{
    size_t       i;
    u_char       c;
    ngx_str_t   *word;
    ngx_uint_t   n, total;

    word = set->elts;
    total = 1;
    words->nclasses = 1;

    for (n = 0; n < set->nelts; n++) {
        total += word[n].len;

        for (i = 0; i < word[n].len; i++) {
            c = ngx_tolower(word[n].data[i]);

            if (words->classes[c] == 0) {
                words->classes[c] = (u_char) words->nclasses++;
            }
        }
    }

    for (c = 'A'; c <= 'Z'; c++) {
        words->classes[c] = words->classes[c | 0x20];
    }

    /* 256 classes and "none of them" would not fit into a byte */

    if (total > NGX_EO_SECLANG_WORDS_STATES || words->nclasses > 255) {
        return NGX_ERROR;
    }

    words->nstates = (uint32_t) total;

    return NGX_OK;
}


static void
ngx_eo_seclang_words_add(ngx_eo_seclang_words_t *words, ngx_str_t *word)
{
    size_t     i;
    uint32_t   state, *next;

    state = 0;

    for (i = 0; i < word->len; i++) {
        next = &words->next[state * words->nclasses
                            + words->classes[word->data[i]]];

        if (*next == 0) {
            *next = words->nstates++;
        }

        state = *next;
    }

    if (state != 0) {
        words->lengths[state] = (uint32_t) word->len;
    }
}


/*
 * Turns the trie into an automaton, in the order of a walk by levels: the
 * missing steps of a state are those of the state that its failure leads to,
 * which is nearer to the root and done already.
 */

static void
ngx_eo_seclang_words_link(ngx_eo_seclang_words_t *words, uint32_t *fail,
    uint32_t *queue)
{
    uint32_t  c, state, next, head, tail, *row, *back;

    head = 0;
    tail = 0;

    for (c = 0; c < words->nclasses; c++) {
        next = words->next[c];

        if (next != 0) {
            fail[next] = 0;
            queue[tail++] = next;
        }
    }

    while (head < tail) {
        state = queue[head++];
        row = &words->next[state * words->nclasses];
        back = &words->next[fail[state] * words->nclasses];

        if (words->lengths[state] == 0) {
            words->lengths[state] = words->lengths[fail[state]];
        }

        for (c = 0; c < words->nclasses; c++) {
            next = row[c];

            if (next == 0) {
                row[c] = back[c];
                continue;
            }

            fail[next] = back[c];
            queue[tail++] = next;
        }
    }
}


ngx_eo_seclang_words_t *
ngx_eo_seclang_words_build(ngx_pool_t *pool, ngx_array_t *set)
{
    uint32_t                *work;
    ngx_str_t               *word;
    ngx_uint_t               n, max;
    ngx_eo_seclang_words_t  *words;

    words = ngx_pcalloc(pool, sizeof(ngx_eo_seclang_words_t));
    if (words == NULL) {
        return NULL;
    }

    if (ngx_eo_seclang_words_classes(words, set) != NGX_OK) {
        return NULL;
    }

    max = words->nstates;

    words->next = ngx_pcalloc(pool,
                              max * words->nclasses * sizeof(uint32_t));
    words->lengths = ngx_pcalloc(pool, max * sizeof(uint32_t));
    work = ngx_alloc(2 * max * sizeof(uint32_t), pool->log);

    if (words->next == NULL || words->lengths == NULL || work == NULL) {
        if (work != NULL) {
            ngx_free(work);
        }

        return NULL;
    }

    words->nstates = 1;
    word = set->elts;

    for (n = 0; n < set->nelts; n++) {
        ngx_eo_seclang_words_add(words, &word[n]);
    }

    ngx_eo_seclang_words_link(words, work, work + max);
    ngx_free(work);

    return words;
}


ngx_uint_t
ngx_eo_seclang_words_find(ngx_eo_seclang_words_t *words, ngx_str_t *text,
    ngx_str_t *match)
{
    u_char    *p, *last;
    uint32_t   state;

    state = 0;
    last = text->data + text->len;

    for (p = text->data; p < last; p++) {
        state = words->next[state * words->nclasses + words->classes[*p]];

        if (words->lengths[state] != 0) {
            match->len = words->lengths[state];
            match->data = p + 1 - match->len;
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_eo_seclang_words_compile(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op, ngx_array_t *set)
{
    op->words = ngx_palloc(conf->pool, sizeof(ngx_array_t));
    op->data = ngx_eo_seclang_words_build(conf->pool, set);

    if (op->data == NULL || op->words == NULL) {
        conf->errlen = ngx_snprintf(conf->errstr, NGX_MAX_CONF_ERRSTR,
                                    "too many words, or out of memory")
                       - conf->errstr;
        return NGX_ERROR;
    }

    *op->words = *set;

    return NGX_OK;
}


/*
 * Bytes between bars are hexadecimal: "A|42 43|D".  A bar that starts no
 * such bytes is a bar.  Returns the length of what was written.
 */

static size_t
ngx_eo_seclang_words_bytes(u_char *d, ngx_str_t *text)
{
    u_char     *p, *last, *end, *start;
    ngx_int_t   byte;

    start = d;
    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p == '|') {
            end = ngx_strlchr(p + 1, last, '|');

            if (end != NULL && end - p > 2) {

                for (p++; end - p >= 2; p++) {
                    byte = ngx_hextoi(p, 2);

                    if (byte != NGX_ERROR) {
                        *d++ = (u_char) byte;
                        p++;
                    }
                }

                p = end;
                continue;
            }
        }

        *d++ = *p;
    }

    return d - start;
}


ngx_int_t
ngx_eo_seclang_init_pm(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    u_char       *p, *last;
    ngx_str_t     text, *word;
    ngx_array_t   set;

    text.data = ngx_pnalloc(conf->pool, conf->argument.len + 1);

    if (text.data == NULL
        || ngx_array_init(&set, conf->pool, 16, sizeof(ngx_str_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    text.len = ngx_eo_seclang_words_bytes(text.data, &conf->argument);

    p = text.data;
    last = p + text.len;

    while (p < last) {

        if (*p == ' ' || (*p >= '\t' && *p <= '\r')) {
            p++;
            continue;
        }

        word = ngx_array_push(&set);
        if (word == NULL) {
            return NGX_ERROR;
        }

        word->data = p;

        while (p < last && *p != ' ' && !(*p >= '\t' && *p <= '\r')) {
            p++;
        }

        word->len = p - word->data;
    }

    return ngx_eo_seclang_words_compile(conf, op, &set);
}


static ngx_uint_t
ngx_eo_seclang_words_comment(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) {
        p++;
    }

    return p == last || *p == '#';
}


ngx_int_t
ngx_eo_seclang_init_pm_from_file(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    u_char       *p, *end, *last;
    ngx_str_t     content, *word;
    ngx_array_t   set;

    if (ngx_eo_seclang_read_data(conf, &conf->argument, &content) != NGX_OK
        || ngx_array_init(&set, conf->pool, 64, sizeof(ngx_str_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    last = content.data + content.len;

    for (p = content.data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '\n');
        if (end == NULL) {
            end = last;
        }

        if (ngx_eo_seclang_words_comment(p, end)) {
            continue;
        }

        word = ngx_array_push(&set);
        if (word == NULL) {
            return NGX_ERROR;
        }

        word->data = p;
        word->len = end - p;

        if (word->len && word->data[word->len - 1] == '\r') {
            word->len--;
        }
    }

    return ngx_eo_seclang_words_compile(conf, op, &set);
}


ngx_int_t
ngx_eo_seclang_op_pm(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    if (!ngx_eo_seclang_words_find(op->data, &operand->input,
                                   &operand->captures[0]))
    {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    operand->ncaptures = 1;

    return NGX_EO_SECLANG_MATCH;
}
