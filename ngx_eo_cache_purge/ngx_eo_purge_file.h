
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Files of cached objects.
 */


#ifndef _NGX_EO_PURGE_FILE_H_INCLUDED_
#define _NGX_EO_PURGE_FILE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * Deletes the file of an object, and has the cache know.
 *
 * key:   NGX_HTTP_CACHE_KEY_LEN bytes
 * uniq:  of the file that is meant, so that one which has come in its place is
 *        kept
 * name:  path, ending with a zero byte
 *
 * Returns NGX_OK if the file was there and is not any more, NGX_DECLINED if it
 * was gone already or another one, and NGX_ERROR, with a message, if it cannot
 * be deleted.
 */

ngx_int_t ngx_eo_purge_file_delete(ngx_http_file_cache_t *cache, u_char *key,
    ngx_file_uniq_t uniq, ngx_str_t *name, ngx_log_t *log);


/*
 * Has the object in a file expire, as ngx_http_file_cache_update_header()
 * would prolong it.  Arguments and result as above; one that has expired
 * already is NGX_DECLINED.
 */

ngx_int_t ngx_eo_purge_file_expire(ngx_str_t *name, ngx_file_uniq_t uniq,
    ngx_log_t *log);


#endif /* _NGX_EO_PURGE_FILE_H_INCLUDED_ */
