
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Checks of the checks: what each of them takes for equal.
 */


#include "ngx_eo_unit.h"


ngx_eo_unit_test(unit_pool)
{
    u_char      *p;
    ngx_str_t    value, empty;

    p = ngx_pnalloc(t->pool, NGX_INT64_LEN);

    if (!ngx_eo_ok(p != NULL, "memory from the pool of the test")) {
        return;
    }

    value.data = p;
    value.len = ngx_sprintf(p, "%L", (int64_t) 423) - p;

    ngx_str_null(&empty);

    ngx_eo_is_str(&value, "423", "a string of nginx's");
    ngx_eo_is_str(&empty, "", "an empty string without data");
    ngx_eo_is_int(ngx_atoi(value.data, value.len), 423, "a function of nginx");
    ngx_eo_is_int(ngx_atoi((u_char *) "x", 1), NGX_ERROR, "a negative value");
    ngx_eo_is_mem(value.data, 3, "42\063", 3, "memory");
    ngx_eo_ok(t->cf->cycle->modules_n > 0, "%s is at hand",
              "the configuration");
}
