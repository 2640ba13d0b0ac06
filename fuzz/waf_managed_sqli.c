
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the short cut of @detectSQLi: where libinjection takes a text
 * for SQL, the short cut must not have ruled it out.  Besides the input as it
 * is, words of SQL put together by its bytes are tried.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "seclang/operator/ngx_eo_seclang_operator.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const char  *fuzz_waf_managed_sqli_pieces[] = {
    " ", " ", " ", "\t", "\xa0", "\x01", "\x7f", "",
    "a", "b", "x", "word", "another", "e", "n", "q", "u", "_a", "\xc3\xa9",
    "1", "2", "0", "12.5", "0x1f", "0x", "0b1", "1e5", "1e", "1.f", "5d",
    ".", "..", "a.b", "a.1", "select.a", "$", "$1", "$a$", "$$",
    "@", "@a", "@@", "@user", "@version", "@`a`", "user", "password",
    "user_id", "database", "current_user", "localtime",
    "+", "-", "--", "-- ", "*", "/", "/*", "*/", "/*!", "%", "^", "~", "!",
    "=", "<", ">", "<=", "<=>", "<>", "!=", "!!", "||", "&&", "|", "&", ":=",
    "::", ":", ":/", "(", ")", "((", "))", ",", ";", ";;", "?", "[", "]",
    "{", "}", "`", "``", "'", "\"", "\\", "\\N", "#", "\n",
    "select", "union", "union all", "from", "where", "or", "and", "not",
    "in", "is", "null", "like", "between", "group", "by", "order", "having",
    "limit", "into", "outfile", "insert", "update", "delete", "drop",
    "table", "exec", "declare", "set", "waitfor", "delay", "sleep(", "if",
    "case", "when", "end", "begin", "goto", "collate", "latin1_bin", "int",
    "binary", "natural", "join", "left", "outer", "cross", "xor", "div",
    "sounds", "create", "replace", "alter", "procedure", "analyse", "true",
    "print", "cast(", "sp_password", "partition", "next", "value", "for"
};

#define FUZZ_PIECES                                                           \
    (sizeof(fuzz_waf_managed_sqli_pieces)                                     \
     / sizeof(fuzz_waf_managed_sqli_pieces[0]))


/* memory of the exact size, so that what is read past the end is seen */

static void
fuzz_waf_managed_sqli_text(const u_char *data, size_t len)
{
    char       fingerprint[NGX_EO_SECLANG_FINGERPRINT];
    ngx_str_t  text;

    text.len = len;
    text.data = malloc(len ? len : 1);

    if (text.data == NULL) {
        return;
    }

    ngx_memcpy(text.data, data, len);

    if (len && ngx_eo_seclang_sqli_never(&text)
        && ngx_eo_seclang_sqli(&text, fingerprint))
    {
        abort();
    }

    free(text.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       i, len;
    u_char       text[256];
    const char  *piece;

    (void) ngx_eo_seclang_init_detect_sqli(NULL, NULL);

    fuzz_waf_managed_sqli_text(data, size);

    len = 0;

    for (i = 0; i < size && i < 12; i++) {
        piece = fuzz_waf_managed_sqli_pieces[data[i] % FUZZ_PIECES];

        ngx_memcpy(text + len, piece, ngx_strlen(piece));
        len += ngx_strlen(piece);
    }

    fuzz_waf_managed_sqli_text(text, len);

    return 0;
}
