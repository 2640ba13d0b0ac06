
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Hexadecimal digits and percent-escapes, one way for all rooms.
 */


#ifndef _NGX_EO_TEXT_H_INCLUDED_
#define _NGX_EO_TEXT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the value of a hexadecimal digit, or -1 */

extern const int8_t  ngx_eo_hex[256];


/* the byte of an escape, "%41", that would begin at p; -1 if none does */

static ngx_inline ngx_int_t
ngx_eo_percent(const u_char *p, const u_char *last)
{
    if (last - p < 3 || *p != '%'
        || ngx_eo_hex[p[1]] < 0 || ngx_eo_hex[p[2]] < 0)
    {
        return -1;
    }

    return ngx_eo_hex[p[1]] << 4 | ngx_eo_hex[p[2]];
}


/*
 * Undoes escapes; what is none stays as it is.
 *
 * dst:      has room for the text, and may be src
 * plus:     a plus is a blank, as in forms
 * invalid:  is set if a percent sign begins no escape; may be NULL
 *
 * Returns the end of what was written.
 */

u_char *ngx_eo_percent_decode(u_char *dst, u_char *src, u_char *last,
    ngx_uint_t plus, ngx_uint_t *invalid);


#endif /* _NGX_EO_TEXT_H_INCLUDED_ */
