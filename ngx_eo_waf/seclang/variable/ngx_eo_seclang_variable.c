
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of variables.
 */


#include "ngx_eo_seclang_variable.h"
#include "ngx_eo_seclang_made.h"
#include "ngx_eo_seclang_view.h"


/*
 * Where values come from, as the rows name it.  In the order of the fields:
 * collection, stored, number, anew, names, from, list, view, made.
 */

#define NGX_EO_SECLANG_TEXT                                                   \
    0, 0, 0, 0, 0, 0, 0, ngx_eo_seclang_view_text, NULL

#define NGX_EO_SECLANG_NUMBER                                                 \
    0, 0, 1, 0, 0, 0, 0, ngx_eo_seclang_view_text, NULL

#define NGX_EO_SECLANG_MADE(name)                                             \
    0, 0, 0, 0, 0, 0, 0, ngx_eo_seclang_view_text, ngx_eo_seclang_made_##name

#define NGX_EO_SECLANG_ANEW(name)                                             \
    0, 0, 0, 1, 0, 0, 0, ngx_eo_seclang_view_text, ngx_eo_seclang_made_##name

#define NGX_EO_SECLANG_MEMBERS(list, from)                                    \
    1, 0, 0, 0, 0, NGX_EO_SECLANG_FROM_##from, NGX_EO_SECLANG_LIST_##list,    \
    ngx_eo_seclang_view_list, NULL

#define NGX_EO_SECLANG_NAMES(list, from)                                      \
    1, 0, 0, 0, 1, NGX_EO_SECLANG_FROM_##from, NGX_EO_SECLANG_LIST_##list,    \
    ngx_eo_seclang_view_list, NULL

#define NGX_EO_SECLANG_STORED(list)                                           \
    1, 1, 0, 0, 0, NGX_EO_SECLANG_FROM_ANY, NGX_EO_SECLANG_LIST_##list,       \
    ngx_eo_seclang_view_list, NULL

#define NGX_EO_SECLANG_VIEW(name)                                             \
    1, 0, 0, 0, 0, 0, 0, ngx_eo_seclang_view_##name, NULL


#define ngx_eo_seclang_variable_row(name, change, source)                     \
    { ngx_string(#name), NGX_EO_SECLANG_##change, NGX_EO_SECLANG_##source },

ngx_eo_seclang_variable_t  ngx_eo_seclang_variables[] = {
    NGX_EO_SECLANG_VARIABLE_ROWS(ngx_eo_seclang_variable_row)
};


ngx_int_t
ngx_eo_seclang_variable_find(ngx_str_t *name)
{
    ngx_str_t   *candidate;
    ngx_uint_t   n;

    for (n = 0; n < NGX_EO_SECLANG_VARIABLES; n++) {
        candidate = &ngx_eo_seclang_variables[n].name;

        if (candidate->len == name->len
            && ngx_strncasecmp(candidate->data, name->data, name->len) == 0)
        {
            return n;
        }
    }

    return NGX_ERROR;
}
