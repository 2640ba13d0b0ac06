
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * traceparent: which traces go on.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_traceparent.h"


#define TRACE   "0af7651916cd43dd8448eb211c80319c"
#define PARENT  "b7ad6b7169203331"

#define ON      "00-" TRACE "-0202020202020202-0"
#define BEGUN   "00-01010101010101010101010101010101-0202020202020202-00"


ngx_eo_unit_test(core_traceparent)
{
    u_char       text[NGX_EO_TRACEPARENT_LEN];
    u_char       trace[16], parent[8];
    ngx_str_t    value;
    ngx_uint_t   i, on;

    static const struct {
        const char  *value;
        const char  *expected;
    } cases[] = {

        { "00-" TRACE "-" PARENT "-01", ON "1" },
        { "00-" TRACE "-" PARENT "-00", ON "0" },
        { "00-" TRACE "-" PARENT "-03", ON "1" },
        { "00-" TRACE "-" PARENT "-fe", ON "0" },
        { "cc-" TRACE "-" PARENT "-01", ON "1" },
        { "cc-" TRACE "-" PARENT "-01-what-the-future-will-be", ON "1" },
        { "01-" TRACE "-" PARENT "-01-", ON "1" },

        { "", BEGUN },
        { "00", BEGUN },
        { "00-" TRACE "-" PARENT "-0", BEGUN },
        { "00-" TRACE "-" PARENT "-01-", BEGUN },
        { "00-" TRACE "-" PARENT "-01-x", BEGUN },
        { "01-" TRACE "-" PARENT "-01x", BEGUN },
        { "ff-" TRACE "-" PARENT "-01", BEGUN },
        { "0x-" TRACE "-" PARENT "-01", BEGUN },
        { "00-" TRACE "-" PARENT "-0x", BEGUN },
        { "00-0AF7651916cd43dd8448eb211c80319c-" PARENT "-01", BEGUN },
        { "00-0af7651916cd43dd8448eb211c80319 -" PARENT "-01", BEGUN },
        { "00-00000000000000000000000000000000-" PARENT "-01", BEGUN },
        { "00-" TRACE "-0000000000000000-01", BEGUN },
        { "00_" TRACE "-" PARENT "-01", BEGUN },
        { "00-" TRACE "_" PARENT "-01", BEGUN },
        { "00-" TRACE "-" PARENT "_01", BEGUN }
    };

    memset(trace, 1, sizeof(trace));
    memset(parent, 2, sizeof(parent));

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        value.data = (u_char *) cases[i].value;
        value.len = strlen(cases[i].value);

        on = ngx_eo_traceparent(text, &value, trace, parent);

        ngx_eo_is_mem(text, sizeof(text), cases[i].expected,
                      strlen(cases[i].expected), "\"%s\"", cases[i].value);
        ngx_eo_is_int(on, strcmp(cases[i].expected, BEGUN) != 0,
                      "\"%s\" goes on or not", cases[i].value);
    }

    on = ngx_eo_traceparent(text, NULL, trace, parent);

    ngx_eo_is_mem(text, sizeof(text), BEGUN, strlen(BEGUN), "no header");
    ngx_eo_is_int(on, 0, "no header begins a trace");
}
