
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_expr_internal.h"


typedef struct {
    ngx_str_t                  word;
    ngx_eo_token_e             type;
} ngx_eo_keyword_t;


static ngx_int_t ngx_eo_lexer_string(ngx_eo_lexer_t *lexer, ngx_str_t *text);
static ngx_int_t ngx_eo_lexer_field(ngx_eo_lexer_t *lexer,
    ngx_eo_expr_token_t *token);
static ngx_int_t ngx_eo_lexer_key(ngx_eo_lexer_t *lexer,
    ngx_eo_expr_token_t *token);
static ngx_int_t ngx_eo_lexer_number(ngx_eo_lexer_t *lexer,
    ngx_eo_expr_token_t *token);
static ngx_int_t ngx_eo_lexer_word(ngx_eo_lexer_t *lexer,
    ngx_eo_expr_token_t *token);
static size_t ngx_eo_lexer_column(ngx_eo_lexer_t *lexer);


static ngx_eo_keyword_t  ngx_eo_keywords[] = {
    { ngx_string("and"), NGX_EO_TOKEN_AND },
    { ngx_string("or"), NGX_EO_TOKEN_OR },
    { ngx_string("not"), NGX_EO_TOKEN_NOT },
    { ngx_string("in"), NGX_EO_TOKEN_IN },
    { ngx_string("like"), NGX_EO_TOKEN_LIKE },
    { ngx_string("contain"), NGX_EO_TOKEN_CONTAIN },
    { ngx_string("matches"), NGX_EO_TOKEN_MATCHES },
    { ngx_string("match"), NGX_EO_TOKEN_MATCHES },
    { ngx_string("exists"), NGX_EO_TOKEN_EXISTS },
    { ngx_string("length"), NGX_EO_TOKEN_LENGTH },
    { ngx_string("lower"), NGX_EO_TOKEN_LOWER },
    { ngx_null_string, NGX_EO_TOKEN_END }
};


void
ngx_eo_lexer_init(ngx_eo_lexer_t *lexer, ngx_str_t *text,
    ngx_eo_expr_error_t *error)
{
    lexer->start = text->data;
    lexer->pos = text->data;
    lexer->end = text->data + text->len;
    lexer->error = error;
}


ngx_int_t
ngx_eo_lexer_next(ngx_eo_lexer_t *lexer, ngx_eo_expr_token_t *token)
{
    u_char  ch;

    ngx_memzero(token, sizeof(ngx_eo_expr_token_t));

    while (lexer->pos < lexer->end
           && (*lexer->pos == ' ' || *lexer->pos == '\t'
               || *lexer->pos == CR || *lexer->pos == LF))
    {
        lexer->pos++;
    }

    token->column = ngx_eo_lexer_column(lexer);

    if (lexer->pos == lexer->end) {
        token->type = NGX_EO_TOKEN_END;
        return NGX_OK;
    }

    ch = *lexer->pos;

    switch (ch) {

    case '(':
        token->type = NGX_EO_TOKEN_LPAREN;
        break;

    case ')':
        token->type = NGX_EO_TOKEN_RPAREN;
        break;

    case '[':
        token->type = NGX_EO_TOKEN_LBRACKET;
        break;

    case ']':
        token->type = NGX_EO_TOKEN_RBRACKET;
        break;

    case ',':
        token->type = NGX_EO_TOKEN_COMMA;
        break;

    case '*':
        token->type = NGX_EO_TOKEN_ALL;
        break;

    case '>':
        token->type = NGX_EO_TOKEN_GREATER;
        break;

    case '<':
        token->type = NGX_EO_TOKEN_LESS;
        break;

    case '\'':
    case '"':
        token->type = NGX_EO_TOKEN_STRING;
        return ngx_eo_lexer_string(lexer, &token->text);

    case '$':
        return ngx_eo_lexer_field(lexer, token);

    default:

        if (ch >= '0' && ch <= '9') {
            return ngx_eo_lexer_number(lexer, token);
        }

        return ngx_eo_lexer_word(lexer, token);
    }

    lexer->pos++;

    return NGX_OK;
}


/*
 * A backslash takes the character after it along, so that a quote can be
 * written in the string; what it means is decided by the operator.
 */

static ngx_int_t
ngx_eo_lexer_string(ngx_eo_lexer_t *lexer, ngx_str_t *text)
{
    u_char  quote, *p;
    size_t  column;

    column = ngx_eo_lexer_column(lexer);

    quote = *lexer->pos++;
    text->data = lexer->pos;

    for (p = lexer->pos; p < lexer->end; p++) {

        if (*p == quote) {
            text->len = p - text->data;
            lexer->pos = p + 1;
            return NGX_OK;
        }

        if (*p == '\\' && p + 1 < lexer->end) {
            p++;
        }
    }

    ngx_eo_expr_fail(lexer->error, column,
                     "the string is not closed, expected %c", quote);

    return NGX_ERROR;
}


static ngx_int_t
ngx_eo_lexer_field(ngx_eo_lexer_t *lexer, ngx_eo_expr_token_t *token)
{
    u_char  *p;

    token->type = NGX_EO_TOKEN_FIELD;

    p = lexer->pos + 1;

    if (p == lexer->end || *p != '{') {
        ngx_eo_expr_fail(lexer->error, token->column,
                         "unexpected \"$\", expected a field such as "
                         "${http.request.uri.path}");
        return NGX_ERROR;
    }

    p++;
    token->text.data = p;

    while (p < lexer->end
           && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
               || (*p >= '0' && *p <= '9') || *p == '_' || *p == '.'))
    {
        p++;
    }

    token->text.len = p - token->text.data;
    lexer->pos = p;

    if (p < lexer->end && *p == '[') {
        lexer->pos++;

        if (ngx_eo_lexer_key(lexer, token) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (lexer->pos == lexer->end || *lexer->pos != '}'
        || token->text.len == 0)
    {
        ngx_eo_expr_fail(lexer->error, ngx_eo_lexer_column(lexer),
                         "expected %s", token->text.len == 0
                                        ? "the name of a field"
                                        : "\"}\" to end the field");
        return NGX_ERROR;
    }

    lexer->pos++;

    return NGX_OK;
}


/* 'key' or 'key'@'zone', the zone has no meaning on a node */

static ngx_int_t
ngx_eo_lexer_key(ngx_eo_lexer_t *lexer, ngx_eo_expr_token_t *token)
{
    ngx_str_t   zone, *text;
    ngx_uint_t  i;

    for (i = 0, text = &token->key; i < 2; i++, text = &zone) {

        if (lexer->pos == lexer->end
            || (*lexer->pos != '\'' && *lexer->pos != '"'))
        {
            ngx_eo_expr_fail(lexer->error, ngx_eo_lexer_column(lexer),
                             "expected a key in quotes");
            return NGX_ERROR;
        }

        if (ngx_eo_lexer_string(lexer, text) != NGX_OK) {
            return NGX_ERROR;
        }

        if (lexer->pos == lexer->end || *lexer->pos != '@') {
            break;
        }

        lexer->pos++;
    }

    if (lexer->pos == lexer->end || *lexer->pos != ']') {
        ngx_eo_expr_fail(lexer->error, ngx_eo_lexer_column(lexer),
                         "expected \"]\" to end the key");
        return NGX_ERROR;
    }

    lexer->pos++;

    if (token->key.len == 0) {
        ngx_eo_expr_fail(lexer->error, token->column,
                         "the key of the field is empty");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_lexer_number(ngx_eo_lexer_t *lexer, ngx_eo_expr_token_t *token)
{
    token->type = NGX_EO_TOKEN_NUMBER;
    token->text.data = lexer->pos;

    while (lexer->pos < lexer->end
           && *lexer->pos >= '0' && *lexer->pos <= '9')
    {
        lexer->pos++;
    }

    token->text.len = lexer->pos - token->text.data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_lexer_word(ngx_eo_lexer_t *lexer, ngx_eo_expr_token_t *token)
{
    u_char            *p;
    size_t             len;
    ngx_eo_keyword_t  *keyword;

    p = lexer->pos;

    while (p < lexer->end
           && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
               || (*p >= '0' && *p <= '9') || *p == '_' || *p == '.'))
    {
        p++;
    }

    len = p - lexer->pos;

    if (len == 0) {
        ngx_eo_expr_fail(lexer->error, token->column,
                         (*p >= 0x20 && *p < 0x7f)
                         ? "unexpected character \"%c\""
                         : "unexpected byte 0x%02xd", (int) *p);
        return NGX_ERROR;
    }

    for (keyword = ngx_eo_keywords; keyword->word.len; keyword++) {

        if (keyword->word.len == len
            && ngx_strncasecmp(keyword->word.data, lexer->pos, len) == 0)
        {
            token->type = keyword->type;
            lexer->pos = p;
            return NGX_OK;
        }
    }

    token->text.data = lexer->pos;
    token->text.len = ngx_min(len, 64);

    ngx_eo_expr_fail(lexer->error, token->column,
                     "unknown word \"%V\"; a field is written ${...}, a text "
                     "in quotes", &token->text);

    return NGX_ERROR;
}


static size_t
ngx_eo_lexer_column(ngx_eo_lexer_t *lexer)
{
    return lexer->pos - lexer->start + 1;
}


const char *
ngx_eo_token_name(ngx_eo_token_e type)
{
    static const char  *names[] = {
        "the end", "\"(\"", "\")\"", "\"[\"", "\"]\"", "\",\"", "\"*\"",
        "\">\"", "\"<\"", "a string", "a number", "a field", "\"and\"",
        "\"or\"", "\"not\"", "\"in\"", "\"like\"", "\"contain\"",
        "\"matches\"", "\"exists\"", "\"length\"", "\"lower\""
    };

    return names[type];
}


void ngx_cdecl
ngx_eo_expr_fail(ngx_eo_expr_error_t *error, size_t column, const char *fmt,
    ...)
{
    u_char   *p;
    va_list   args;

    error->column = column;

    va_start(args, fmt);
    p = ngx_vslprintf(error->text, error->text + NGX_EO_EXPR_ERROR_LEN, fmt,
                      args);
    va_end(args);

    error->len = p - error->text;
}
