
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reads SecLang files: lines, words and includes.
 */


#include "ngx_eo_seclang_parse.h"
#include "ngx_eo_seclang_reader.h"


static ngx_int_t ngx_eo_seclang_read(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text);
static void ngx_eo_seclang_set_file(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_load(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *name, ngx_str_t *text);
static ngx_int_t ngx_eo_seclang_read_one(ngx_eo_seclang_reader_t *parent,
    ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_read_glob(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *pattern, ngx_uint_t optional);
static void ngx_eo_seclang_reader_init(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_ruleset_t *set, ngx_str_t *name, u_char *errstr);
static ngx_int_t ngx_eo_seclang_line(ngx_eo_seclang_reader_t *reader,
    u_char **pos, u_char *last, ngx_str_t *line, ngx_uint_t *lines);
static ngx_int_t ngx_eo_seclang_quoted(ngx_eo_seclang_reader_t *reader,
    u_char **pos, u_char *last, ngx_str_t *word);
static ngx_int_t ngx_eo_seclang_words(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *line);


static void
ngx_eo_seclang_set_file(ngx_eo_seclang_reader_t *reader, ngx_str_t *name)
{
    size_t  len;

    reader->file = *name;

    for (len = name->len; len && name->data[len - 1] != '/'; len--) {
        /* void */
    }

    reader->directory.data = name->data;
    reader->directory.len = len;
}


static ngx_int_t
ngx_eo_seclang_load(ngx_eo_seclang_reader_t *reader, ngx_str_t *name,
    ngx_str_t *text)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return ngx_eo_seclang_error(reader, "cannot open \"%V\": %s", name,
                                    strerror(ngx_errno));
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR || !ngx_is_file(&fi)) {
        ngx_eo_seclang_error(reader, "\"%V\" is no regular file", name);
        goto done;
    }

    if (ngx_file_size(&fi) > NGX_EO_SECLANG_MAX_FILE) {
        ngx_eo_seclang_error(reader, "\"%V\" is larger than 64 MB", name);
        goto done;
    }

    text->len = (size_t) ngx_file_size(&fi);
    text->data = ngx_pnalloc(reader->pool, text->len + 1);

    if (text->data == NULL) {
        ngx_eo_seclang_error(reader, "out of memory for \"%V\"", name);
        goto done;
    }

    n = ngx_read_fd(fd, text->data, text->len);

    if (n < 0 || (size_t) n != text->len) {
        ngx_eo_seclang_error(reader, "cannot read \"%V\"", name);
        goto done;
    }

    rc = NGX_OK;

done:

    ngx_close_file(fd);

    return rc;
}


static ngx_int_t
ngx_eo_seclang_read_one(ngx_eo_seclang_reader_t *parent, ngx_str_t *name)
{
    ngx_str_t                 text;
    ngx_eo_seclang_reader_t   reader, *up;

    if (parent->depth >= NGX_EO_SECLANG_MAX_DEPTH) {
        return ngx_eo_seclang_error(parent, "more than %d files deep "
                                    "at \"%V\"", NGX_EO_SECLANG_MAX_DEPTH,
                                    name);
    }

    for (up = parent; up != NULL; up = up->parent) {
        if (up->file.len == name->len
            && ngx_memcmp(up->file.data, name->data, name->len) == 0)
        {
            return ngx_eo_seclang_error(parent, "\"%V\" includes itself",
                                        name);
        }
    }

    if (ngx_eo_seclang_load(parent, name, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    reader = *parent;

    ngx_eo_seclang_set_file(&reader, name);

    reader.parent = parent;
    reader.depth++;

    return ngx_eo_seclang_read(&reader, &text);
}


static ngx_int_t
ngx_eo_seclang_read_glob(ngx_eo_seclang_reader_t *reader, ngx_str_t *pattern,
    ngx_uint_t optional)
{
    ngx_int_t   rc;
    ngx_str_t   name, copy;
    ngx_glob_t  gl;

    if (ngx_strlchr(pattern->data, pattern->data + pattern->len, '*') == NULL
        && ngx_strlchr(pattern->data, pattern->data + pattern->len, '?')
           == NULL
        && ngx_strlchr(pattern->data, pattern->data + pattern->len, '[')
           == NULL)
    {
        return ngx_eo_seclang_read_one(reader, pattern);
    }

    ngx_memzero(&gl, sizeof(ngx_glob_t));

    gl.pattern = pattern->data;
    gl.log = reader->pool->log;
    gl.test = 1;

    if (ngx_open_glob(&gl) != NGX_OK) {
        return ngx_eo_seclang_error(reader, "cannot read the folder of "
                                    "\"%V\"", pattern);
    }

    rc = NGX_OK;

    while (rc == NGX_OK && ngx_read_glob(&gl, &name) == NGX_OK) {
        copy.len = name.len;
        copy.data = ngx_pnalloc(reader->pool, name.len + 1);

        if (copy.data == NULL) {
            rc = NGX_ERROR;
            break;
        }

        (void) ngx_cpystrn(copy.data, name.data, name.len + 1);

        rc = ngx_eo_seclang_read_one(reader, &copy);
        optional = 1;
    }

    ngx_close_glob(&gl);

    if (rc == NGX_OK && !optional) {
        return ngx_eo_seclang_error(reader, "no file matches \"%V\"",
                                    pattern);
    }

    return rc;
}


ngx_int_t
ngx_eo_seclang_include(ngx_eo_seclang_reader_t *reader, ngx_uint_t optional)
{
    u_char     *p;
    ngx_str_t   name, *arg;

    arg = &reader->args[1];

    name.data = ngx_pnalloc(reader->pool,
                            reader->directory.len + arg->len + 1);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    p = name.data;

    if (arg->len == 0 || arg->data[0] != '/') {
        p = ngx_cpymem(p, reader->directory.data, reader->directory.len);
    }

    p = ngx_cpymem(p, arg->data, arg->len);
    *p = '\0';

    name.len = p - name.data;

    return ngx_eo_seclang_read_glob(reader, &name, optional);
}


static void
ngx_eo_seclang_reader_init(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_ruleset_t *set, ngx_str_t *name, u_char *errstr)
{
    ngx_memzero(reader, sizeof(ngx_eo_seclang_reader_t));

    reader->set = set;
    reader->pool = set->pool;
    reader->errstr = errstr;

    ngx_eo_seclang_set_file(reader, name);
}


ngx_int_t
ngx_eo_seclang_read_file(ngx_eo_seclang_ruleset_t *set, ngx_str_t *name,
    u_char *errstr)
{
    ngx_str_t                directive;
    ngx_eo_seclang_reader_t  reader;

    ngx_str_set(&directive, "eo_managed_rules_file");
    ngx_eo_seclang_reader_init(&reader, set, &directive, errstr);

    return ngx_eo_seclang_read_glob(&reader, name, 0);
}


ngx_int_t
ngx_eo_seclang_read_text(ngx_eo_seclang_ruleset_t *set, ngx_str_t *name,
    ngx_str_t *text, u_char *errstr)
{
    ngx_eo_seclang_reader_t  reader;

    ngx_eo_seclang_reader_init(&reader, set, name, errstr);

    return ngx_eo_seclang_read(&reader, text);
}


/*
 * Takes the next logical line off a text, with backslashes at the ends of
 * lines resolved in place, and counts the lines it spans.
 */

static ngx_int_t
ngx_eo_seclang_line(ngx_eo_seclang_reader_t *reader, u_char **pos,
    u_char *last, ngx_str_t *line, ngx_uint_t *lines)
{
    u_char  *p, *d, *end;
    size_t   len;

    p = *pos;
    d = p;
    line->data = p;
    line->len = 0;
    *lines = 0;

    for ( ;; ) {
        end = memchr(p, '\n', last - p);
        if (end == NULL) {
            end = last;
        }

        (*lines)++;

        len = end - p;
        if (len && p[len - 1] == '\r') {
            len--;
        }

        if ((size_t) (d - line->data) + len > NGX_EO_SECLANG_MAX_LINE) {
            return ngx_eo_seclang_error(reader, "a line of more than 1 MB");
        }

        ngx_memmove(d, p, len);
        d += len;

        p = (end < last) ? end + 1 : last;

        if (len == 0 || d[-1] != '\\') {
            break;
        }

        d--;

        if (p == last) {
            break;
        }
    }

    *pos = p;
    line->len = d - line->data;

    return NGX_OK;
}


/*
 * Takes a word in quotes, as Apache does, for whom the rule set is written:
 * a backslash before the quote or another backslash goes, every other stays.
 * The text is changed in place.
 */

static ngx_int_t
ngx_eo_seclang_quoted(ngx_eo_seclang_reader_t *reader, u_char **pos,
    u_char *last, ngx_str_t *word)
{
    u_char  *p, *d, quote;

    p = *pos;
    quote = *p++;
    d = p;
    word->data = p;

    for ( /* void */ ; p < last && *p != quote; p++) {

        if (*p == '\\' && p + 1 < last) {

            if (p[1] == quote || p[1] == '\\') {
                p++;

            } else {
                *d++ = *p++;
            }
        }

        *d++ = *p;
    }

    if (p >= last) {
        return ngx_eo_seclang_error(reader, "no closing %c for \"%*s\"",
                                    quote,
                                    ngx_min((size_t) (d - word->data), 60),
                                    word->data);
    }

    word->len = d - word->data;
    p++;

    if (p < last && *p != ' ' && *p != '\t') {
        return ngx_eo_seclang_error(reader, "\"%*s\" right after a closing "
                                    "quote",
                                    ngx_min((size_t) (last - p), 60), p);
    }

    *pos = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_words(ngx_eo_seclang_reader_t *reader, ngx_str_t *line)
{
    u_char     *p, *last;
    ngx_str_t  *word;

    p = line->data;
    last = p + line->len;
    reader->nargs = 0;

    for ( ;; ) {
        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }

        if (p == last || (reader->nargs == 0 && *p == '#')) {
            return NGX_OK;
        }

        if (reader->nargs == NGX_EO_SECLANG_MAX_ARGS) {
            return ngx_eo_seclang_error(reader, "too many words after "
                                        "\"%V\"", &reader->args[0]);
        }

        word = &reader->args[reader->nargs++];

        if (*p == '"' || *p == '\'') {

            if (ngx_eo_seclang_quoted(reader, &p, last, word) != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        word->data = p;

        while (p < last && *p != ' ' && *p != '\t') {
            p++;
        }

        word->len = p - word->data;
    }
}


static ngx_int_t
ngx_eo_seclang_read(ngx_eo_seclang_reader_t *reader, ngx_str_t *text)
{
    u_char      *p, *last, *copy;
    ngx_str_t    line;
    ngx_uint_t   lines;

    copy = ngx_pstrdup(reader->pool, text);
    if (copy == NULL) {
        return (text->len == 0) ? NGX_OK : NGX_ERROR;
    }

    p = copy;
    last = p + text->len;
    reader->line = 1;

    /* a byte order mark is no word */

    if (last - p >= 3 && ngx_memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        p += 3;
    }

    for ( /* void */ ; p < last; reader->line += lines) {

        if (ngx_eo_seclang_line(reader, &p, last, &line, &lines) != NGX_OK
            || ngx_eo_seclang_words(reader, &line) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (reader->nargs == 0) {
            continue;
        }

        if (ngx_eo_seclang_directive(reader) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (reader->chain != NULL) {
        return ngx_eo_seclang_error(reader, "the chain of rule %ui does not "
                                    "end before the file does",
                                    reader->starter->actions.id);
    }

    return NGX_OK;
}
