
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The expressions of the rule files in a folder.
 */


#ifndef _WAF_REGEX_RULES_H_INCLUDED_
#define _WAF_REGEX_RULES_H_INCLUDED_


#include <glob.h>
#include <stdio.h>

#include <ngx_config.h>
#include <ngx_core.h>


#define RX_RULES_MAX  1024


typedef struct {
    ngx_str_t    patterns[RX_RULES_MAX];
    ngx_uint_t   n;
} rx_rules_t;


static ngx_inline u_char *
rx_rules_file(const char *name, size_t *len)
{
    long     size;
    FILE    *file;
    u_char  *text;

    file = fopen(name, "rb");
    if (file == NULL) {
        return NULL;
    }

    (void) fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);

    text = (size > 0) ? malloc((size_t) size + 1) : NULL;

    if (text) {
        *len = fread(text, 1, (size_t) size, file);
        text[*len] = '\0';
    }

    (void) fclose(file);

    return text;
}


/* up to the quote that has no backslash before it */

static ngx_inline u_char *
rx_rules_pattern(u_char *p, ngx_str_t *pattern)
{
    u_char  *q;

    pattern->data = malloc(strcspn((char *) p, "\n") + 2);
    pattern->len = 0;

    for (q = p; pattern->data && *q && *q != '"' && *q != '\n'; q++) {

        if (q[0] == '\\' && q[1] == '"') {
            q++;

        } else if (q[0] == '\\' && q[1] && q[1] != '\n') {
            pattern->data[pattern->len++] = *q++;
        }

        pattern->data[pattern->len++] = *q;
    }

    if (pattern->data) {
        pattern->data[pattern->len] = '\0';
    }

    return q;
}


static ngx_inline void
rx_rules_text(rx_rules_t *rules, u_char *text)
{
    u_char      *p, *line;
    ngx_str_t   *pattern;

    for (p = text; (p = (u_char *) strstr((char *) p, "@rx ")) != NULL; ) {
        line = p;

        while (line > text && line[-1] != '\n') {
            line--;
        }

        p += 4;

        if (*line == '#' || rules->n == RX_RULES_MAX) {
            continue;
        }

        pattern = &rules->patterns[rules->n];
        p = rx_rules_pattern(p, pattern);

        if (pattern->data && pattern->len
            && !strstr((char *) pattern->data, "%{"))
        {
            rules->n++;
        }
    }
}


/* Returns how many there are */

static ngx_inline ngx_uint_t
rx_rules_read(rx_rules_t *rules, const char *folder)
{
    char     name[1024];
    glob_t   found;
    size_t   i, len;
    u_char  *text;

    rules->n = 0;

    (void) snprintf(name, sizeof(name), "%s/*.conf", folder);

    if (glob(name, 0, NULL, &found) != 0) {
        return 0;
    }

    for (i = 0; i < found.gl_pathc; i++) {
        text = rx_rules_file(found.gl_pathv[i], &len);

        if (text) {
            rx_rules_text(rules, text);
        }

        free(text);
    }

    globfree(&found);

    return rules->n;
}


#endif /* _WAF_REGEX_RULES_H_INCLUDED_ */
