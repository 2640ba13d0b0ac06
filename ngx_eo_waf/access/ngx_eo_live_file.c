
/*
 * Files with a life: this module's copy, see ngx_eo_live_file.h there.
 */


#include "../../ngx_eo_client/ngx_eo_live_file.c"
