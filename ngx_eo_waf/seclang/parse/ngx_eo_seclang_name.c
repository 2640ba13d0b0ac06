
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * How rules name what they look at: targets, and macros in texts.
 */


#include "ngx_eo_seclang_reader.h"
#include "seclang/variable/ngx_eo_seclang_variable.h"


static u_char *ngx_eo_seclang_delimited(u_char *p, u_char *last,
    u_char delimiter);
static ngx_uint_t ngx_eo_seclang_is_word(u_char c);
static ngx_int_t ngx_eo_seclang_find_literal(ngx_pool_t *pool,
    ngx_str_t *pattern, ngx_eo_seclang_target_t *target);
static ngx_int_t ngx_eo_seclang_select(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *name, ngx_eo_seclang_target_t *target);
static u_char *ngx_eo_seclang_target_end(u_char *p, u_char *last);
static ngx_int_t ngx_eo_seclang_check_macro(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_target_t *target);


/*
 * Takes a selection between two delimiters, in which a backslash keeps the
 * delimiter; "p" points behind the first.  Returns where it ends, or NULL.
 */

static u_char *
ngx_eo_seclang_delimited(u_char *p, u_char *last, u_char delimiter)
{
    for ( /* void */ ; p < last; p++) {

        if (*p == '\\') {
            p++;

        } else if (*p == delimiter
                   && (p + 1 == last || p[1] == '|' || p[1] == '\''))
        {
            return p;
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_eo_seclang_is_word(u_char c)
{
    return (c >= '0' && c <= '9') || c == '_'
           || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}


/*
 * A pattern that is a word, at the beginning of a name or anywhere in it: what
 * may follow as often as it likes, or not at all, says nothing more.  A
 * backslash makes any other byte as good as one of a word.
 */

static ngx_int_t
ngx_eo_seclang_find_literal(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_eo_seclang_target_t *target)
{
    size_t     i;
    u_char    *p;
    ngx_str_t  word;

    word = *pattern;

    p = ngx_pnalloc(pool, word.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (word.len && word.data[0] == '^') {
        target->anchored = 1;
        word.data++;
        word.len--;
    }

    if (word.len > 2 && word.data[word.len - 1] == '*'
        && (word.data[word.len - 2] == '.'
            || ngx_eo_seclang_is_word(word.data[word.len - 2])))
    {
        word.len -= 2;
    }

    target->literal.data = p;

    for (i = 0; i < word.len; i++) {

        if (word.data[i] == '\\' && i + 1 < word.len
            && !ngx_eo_seclang_is_word(word.data[i + 1])
            && word.data[i + 1] > ' ' && word.data[i + 1] < 0x7f)
        {
            i++;

        } else if (!ngx_eo_seclang_is_word(word.data[i])) {
            return NGX_OK;
        }

        *p++ = word.data[i];
    }

    target->literal.len = p - target->literal.data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_select(ngx_eo_seclang_reader_t *reader, ngx_str_t *name,
    ngx_eo_seclang_target_t *target)
{
    u_char     *errstr;
    ngx_str_t   pattern;

    if (name->len == 0) {
        return ngx_eo_seclang_error(reader, "nothing selected after \"%V:\"",
                            &ngx_eo_seclang_variables[target->variable].name);
    }

    /* paths are compiled when the rule is complete, with its namespaces */

    if (target->variable == NGX_EO_SECLANG_VAR_XML
        || target->variable == NGX_EO_SECLANG_VAR_RESPONSE_XML)
    {
        target->name = *name;
        return NGX_OK;
    }

    if (name->len > 2
        && name->data[0] == '/' && name->data[name->len - 1] == '/')
    {
        errstr = ngx_pnalloc(reader->pool, NGX_MAX_CONF_ERRSTR);
        if (errstr == NULL) {
            return NGX_ERROR;
        }

        pattern.data = name->data + 1;
        pattern.len = name->len - 2;

        target->regex = ngx_eo_seclang_regex_compile(reader->pool, &pattern,
                                                1, reader->set->match_limit,
                                                errstr);
        if (target->regex == NULL) {
            return ngx_eo_seclang_error(reader, "\"%V\": %s", name, errstr);
        }

        target->name = *name;

        return ngx_eo_seclang_find_literal(reader->pool, &pattern, target);
    }

    target->name = *name;

    if (target->variable == NGX_EO_SECLANG_VAR_TX) {
        target->slot = ngx_eo_seclang_slot_add(reader->set, name);

        if (target->slot == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_parse_target(ngx_eo_seclang_reader_t *reader, ngx_str_t *text,
    ngx_eo_seclang_target_t *target)
{
    u_char     *colon, *last;
    ngx_int_t   variable;
    ngx_str_t   name, selection;

    ngx_memzero(target, sizeof(ngx_eo_seclang_target_t));

    target->slot = -1;

    last = text->data + text->len;
    colon = text->data;

    while (colon < last && *colon != ':' && *colon != '.') {
        colon++;
    }

    name.data = text->data;
    name.len = colon - text->data;

    variable = ngx_eo_seclang_variable_find(&name);
    if (variable == NGX_ERROR) {
        return ngx_eo_seclang_unknown(reader, NGX_EO_SECLANG_KIND_VARIABLE,
                                      &name);
    }

    target->variable = variable;
    reader->set->used[variable] = 1;

    if (colon == last) {
        return NGX_OK;
    }

    if (!ngx_eo_seclang_variables[variable].collection) {
        return ngx_eo_seclang_error(reader, "\"%V\": the variable \"%V\" has "
                                    "no members", text, &name);
    }

    selection.data = colon + 1;
    selection.len = last - selection.data;

    /* a selection in quotes may have anything in it */

    if (selection.len > 1
        && selection.data[0] == '\''
        && selection.data[selection.len - 1] == '\'')
    {
        selection.data++;
        selection.len -= 2;
    }

    return ngx_eo_seclang_select(reader, &selection, target);
}


/* where one target of a list ends */

static u_char *
ngx_eo_seclang_target_end(u_char *p, u_char *last)
{
    u_char  *colon, *end;

    colon = p;

    while (colon < last && *colon != ':' && *colon != '|') {
        colon++;
    }

    if (colon < last && *colon == ':' && colon + 1 < last) {
        end = NULL;

        if (colon[1] == '\'') {
            end = ngx_eo_seclang_delimited(colon + 2, last, '\'');

        } else if (colon[1] == '/'
                   && !(colon - p >= 3
                        && ngx_strncasecmp(colon - 3, (u_char *) "XML", 3)
                           == 0))
        {
            end = ngx_eo_seclang_delimited(colon + 2, last, '/');
        }

        if (end != NULL) {
            return end + 1;
        }
    }

    while (colon < last && *colon != '|') {
        colon++;
    }

    return colon;
}


ngx_int_t
ngx_eo_seclang_parse_targets(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_array_t *targets, ngx_array_t *exclusions)
{
    u_char                   *p, *last;
    ngx_str_t                 one;
    ngx_uint_t                count, exclusion;
    ngx_eo_seclang_target_t  *target;

    p = text->data;
    last = p + text->len;

    while (p < last) {

        while (p < last && (*p == ' ' || *p == '\t' || *p == '|')) {
            p++;
        }

        if (p == last) {
            break;
        }

        count = (*p == '&');
        exclusion = (*p == '!');
        p += count + exclusion;

        one.data = p;
        p = ngx_eo_seclang_target_end(p, last);
        one.len = p - one.data;

        while (one.len && one.data[one.len - 1] == ' ') {
            one.len--;
        }

        target = ngx_array_push(exclusion ? exclusions : targets);
        if (target == NULL) {
            return NGX_ERROR;
        }

        if (ngx_eo_seclang_parse_target(reader, &one, target) != NGX_OK) {
            return NGX_ERROR;
        }

        target->count = (count != 0);
        target->exclusion = (exclusion != 0);
    }

    if (targets->nelts == 0 && exclusions->nelts == 0) {
        return ngx_eo_seclang_error(reader, "no variable in \"%V\"", text);
    }

    return NGX_OK;
}


/* paths are looked for in a document if a rule has them as a target */

static ngx_int_t
ngx_eo_seclang_check_macro(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_target_t *target)
{
    if ((target->variable == NGX_EO_SECLANG_VAR_XML
         || target->variable == NGX_EO_SECLANG_VAR_RESPONSE_XML)
        && target->name.len && !ngx_eo_seclang_xpath_is_plain(&target->name))
    {
        return ngx_eo_seclang_error(reader, "\"%%{%V:%V}\": in a macro it has "
                            "to be \"/*\" or \"//@*\"",
                            &ngx_eo_seclang_variables[target->variable].name,
                            &target->name);
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_parse_macro(ngx_eo_seclang_reader_t *reader, ngx_str_t *text,
    ngx_eo_seclang_macro_t *macro)
{
    u_char                 *p, *last, *start, *end;
    ngx_str_t               name;
    ngx_array_t             parts;
    ngx_eo_seclang_macro_part_t  *part;

    macro->text = *text;
    macro->nparts = 0;
    macro->parts = NULL;

    p = text->data;
    last = p + text->len;

    if (ngx_strnstr(p, "%{", text->len) == NULL) {
        return NGX_OK;
    }

    if (ngx_array_init(&parts, reader->pool, 4,
                       sizeof(ngx_eo_seclang_macro_part_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    while (p < last) {
        start = p;
        end = NULL;

        for ( /* void */ ; p < last; p++) {
            if (*p == '%' && p + 1 < last && p[1] == '{') {
                end = ngx_strlchr(p, last, '}');
                break;
            }
        }

        if (end == NULL) {
            p = last;
        }

        if (p > start) {
            part = ngx_array_push(&parts);
            if (part == NULL) {
                return NGX_ERROR;
            }

            part->literal.data = start;
            part->literal.len = p - start;
            part->target = NULL;
        }

        if (end == NULL) {
            break;
        }

        name.data = p + 2;
        name.len = end - name.data;
        p = end + 1;

        part = ngx_array_push(&parts);
        if (part == NULL) {
            return NGX_ERROR;
        }

        ngx_str_null(&part->literal);

        part->target = ngx_palloc(reader->pool,
                                  sizeof(ngx_eo_seclang_target_t));
        if (part->target == NULL
            || ngx_eo_seclang_parse_target(reader, &name, part->target)
               != NGX_OK
            || ngx_eo_seclang_check_macro(reader, part->target) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    macro->nparts = parts.nelts;
    macro->parts = parts.elts;

    return NGX_OK;
}
