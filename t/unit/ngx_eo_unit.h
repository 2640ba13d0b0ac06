
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a unit test sees: registration and checks.  Each check prints one
 * line of TAP.
 */


#ifndef _NGX_EO_UNIT_H_INCLUDED_
#define _NGX_EO_UNIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


typedef struct ngx_eo_unit_test_s  ngx_eo_unit_test_t;


/*
 * cf:    the configuration being read: for functions that compile things
 * pool:  created before the test and destroyed after it
 * log:   the error log of the run
 */

typedef struct {
    ngx_conf_t          *cf;
    ngx_pool_t          *pool;
    ngx_log_t           *log;
} ngx_eo_unit_t;


typedef void (*ngx_eo_unit_pt)(ngx_eo_unit_t *t);


struct ngx_eo_unit_test_s {
    const char          *name;
    ngx_eo_unit_pt       run;
    ngx_eo_unit_test_t  *next;
};


/*
 * Defines and registers a test:
 *
 *     ngx_eo_unit_test(token_auth_digest)
 *     {
 *         ngx_eo_is_int(ngx_atoi((u_char *) "7", 1), 7, "a digit");
 *     }
 *
 * The body sees "t", an ngx_eo_unit_t.
 */

#define ngx_eo_unit_test(id)                                                  \
    static void id##_run(ngx_eo_unit_t *t);                                   \
    static ngx_eo_unit_test_t  id##_test = { #id, id##_run, NULL };           \
                                                                              \
    static void __attribute__((constructor))                                  \
    id##_register(void)                                                       \
    {                                                                         \
        ngx_eo_unit_add(&id##_test);                                          \
    }                                                                         \
                                                                              \
    static void                                                               \
    id##_run(ngx_eo_unit_t *t)


/*
 * Checks.  The last arguments name the check, in the format of printf(3);
 * a failed check shows where it stands and what it got.  Each returns
 * whether the check held, so that a test can leave off.
 *
 * ngx_eo_is_str() compares an ngx_str_t * with a C string, ngx_eo_is_mem()
 * two stretches of memory of their own lengths; a NULL pointer is unequal to
 * everything.
 */

#define ngx_eo_ok(condition, ...)                                             \
    ngx_eo_unit_ok((condition) ? 1 : 0, #condition, __FILE__, __LINE__,       \
                   __VA_ARGS__)

#define ngx_eo_is_int(got, expected, ...)                                     \
    ngx_eo_unit_is_int((int64_t) (got), (int64_t) (expected),                 \
                       __FILE__, __LINE__, __VA_ARGS__)

#define ngx_eo_is_str(got, expected, ...)                                     \
    ngx_eo_unit_is_str((got), (expected), __FILE__, __LINE__, __VA_ARGS__)

#define ngx_eo_is_mem(got, got_len, expected, expected_len, ...)              \
    ngx_eo_unit_is_mem((got), (got_len), (expected), (expected_len),          \
                       __FILE__, __LINE__, __VA_ARGS__)


void ngx_eo_unit_add(ngx_eo_unit_test_t *test);

ngx_uint_t ngx_eo_unit_ok(ngx_uint_t ok, const char *condition,
    const char *file, ngx_uint_t line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
ngx_uint_t ngx_eo_unit_is_int(int64_t got, int64_t expected,
    const char *file, ngx_uint_t line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
ngx_uint_t ngx_eo_unit_is_str(const ngx_str_t *got, const char *expected,
    const char *file, ngx_uint_t line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
ngx_uint_t ngx_eo_unit_is_mem(const void *got, size_t got_len,
    const void *expected, size_t expected_len, const char *file,
    ngx_uint_t line, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));


#endif /* _NGX_EO_UNIT_H_INCLUDED_ */
