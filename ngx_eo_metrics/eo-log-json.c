
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "eo-log-json.h"

#include <string.h>


static const char *eo_log_blanks(const char *p);
static const char *eo_log_string(const char *p, char *value, size_t size);
static const char *eo_log_escape(const char *p, char *utf8, size_t *len);
static int eo_log_hex(const char *p, unsigned *code);
static size_t eo_log_utf8(unsigned code, char *utf8);
static const char *eo_log_value(const char *p);


int
eo_log_member(const char *text, const char *name, char *value, size_t size)
{
    char         key[64];
    size_t       len;
    const char  *p, *end;

    p = eo_log_blanks(text);

    if (*p++ != '{') {
        return 0;
    }

    for ( ;; ) {
        p = eo_log_blanks(p);

        if (*p != '"') {
            return 0;
        }

        p = eo_log_string(p, key, sizeof(key));

        if (p == NULL) {
            return 0;
        }

        p = eo_log_blanks(p);

        if (*p++ != ':') {
            return 0;
        }

        p = eo_log_blanks(p);
        end = eo_log_value(p);

        if (end == NULL) {
            return 0;
        }

        if (strcmp(key, name) == 0) {

            if (*p == '"') {
                return eo_log_string(p, value, size) != NULL;
            }

            len = end - p;

            if (len > size - 1) {
                len = size - 1;
            }

            memcpy(value, p, len);
            value[len] = '\0';

            return 1;
        }

        p = eo_log_blanks(end);

        if (*p++ != ',') {
            return 0;
        }
    }
}


const char *
eo_log_next_object(const char **place)
{
    const char  *p, *end;

    p = *place;

    while (*p == '[' || *p == ',' || *p == ' ') {
        p++;
    }

    if (*p != '{') {
        return NULL;
    }

    end = eo_log_value(p);

    if (end == NULL) {
        return NULL;
    }

    *place = end;

    return p;
}


static const char *
eo_log_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') {
        p++;
    }

    return p;
}


/* the end of any value; brackets are counted, and not gone into */

static const char *
eo_log_value(const char *p)
{
    size_t       depth;
    const char  *begin;

    depth = 0;
    begin = p;

    while (*p) {

        switch (*p) {

        case '"':
            p = eo_log_string(p, NULL, 0);

            if (p == NULL) {
                return NULL;
            }

            if (depth == 0) {
                return p;
            }

            continue;

        case '{':
        case '[':
            depth++;
            break;

        case '}':
        case ']':

            if (depth == 0) {
                return p > begin ? p : NULL;
            }

            if (--depth == 0) {
                return p + 1;
            }

            break;

        case ',':

            if (depth == 0) {
                return p > begin ? p : NULL;
            }

            break;
        }

        p++;
    }

    return NULL;
}


/* returns what is behind the closing quote, NULL if there is none */

static const char *
eo_log_string(const char *p, char *value, size_t size)
{
    char    utf8[4];
    size_t  n, len;

    n = 0;

    for (p++; *p != '"'; /* void */ ) {

        if (*p == '\0') {
            return NULL;
        }

        if (*p == '\\') {
            p = eo_log_escape(p + 1, utf8, &len);

            if (p == NULL) {
                return NULL;
            }

        } else {
            utf8[0] = *p++;
            len = 1;
        }

        if (value && n + len < size) {
            memcpy(value + n, utf8, len);
            n += len;
        }
    }

    if (value && size) {
        value[n] = '\0';
    }

    return p + 1;
}


/* surrogates become two characters each of which is the replacement */

static const char *
eo_log_escape(const char *p, char *utf8, size_t *len)
{
    unsigned     code;
    const char  *at;

    static const char  from[] = "\"\\/bfnrt";
    static const char  to[] = "\"\\/\b\f\n\r\t";

    if (*p == '\0') {
        return NULL;
    }

    if (*p != 'u') {
        at = strchr(from, *p);

        if (at == NULL) {
            return NULL;
        }

        utf8[0] = to[at - from];
        *len = 1;

        return p + 1;
    }

    if (!eo_log_hex(p + 1, &code)) {
        return NULL;
    }

    if (code == 0 || (code >= 0xd800 && code <= 0xdfff)) {
        code = 0xfffd;
    }

    *len = eo_log_utf8(code, utf8);

    return p + 5;
}


static int
eo_log_hex(const char *p, unsigned *code)
{
    int  i;

    *code = 0;

    for (i = 0; i < 4; i++) {

        if (p[i] >= '0' && p[i] <= '9') {
            *code = *code * 16 + (unsigned) (p[i] - '0');

        } else if ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f') {
            *code = *code * 16 + (unsigned) ((p[i] | 0x20) - 'a' + 10);

        } else {
            return 0;
        }
    }

    return 1;
}


static size_t
eo_log_utf8(unsigned code, char *utf8)
{
    if (code < 0x80) {
        utf8[0] = (char) code;
        return 1;
    }

    if (code < 0x800) {
        utf8[0] = (char) (0xc0 | code >> 6);
        utf8[1] = (char) (0x80 | (code & 0x3f));
        return 2;
    }

    utf8[0] = (char) (0xe0 | code >> 12);
    utf8[1] = (char) (0x80 | (code >> 6 & 0x3f));
    utf8[2] = (char) (0x80 | (code & 0x3f));

    return 3;
}
