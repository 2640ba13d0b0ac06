
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Messages about rule files.
 */


#include "ngx_eo_seclang_reader.h"


ngx_int_t
ngx_eo_seclang_error(ngx_eo_seclang_reader_t *reader, const char *fmt, ...)
{
    u_char   *p, *last;
    va_list   args;

    p = reader->errstr;
    last = p + NGX_MAX_CONF_ERRSTR - 1;

    va_start(args, fmt);
    p = ngx_vslprintf(p, last, fmt, args);
    va_end(args);

    /* what a directive of nginx names has no line of SecLang */

    if (reader->line) {
        p = ngx_slprintf(p, last, " in %V:%ui", &reader->file, reader->line);
    }

    *p = '\0';

    return NGX_ERROR;
}
