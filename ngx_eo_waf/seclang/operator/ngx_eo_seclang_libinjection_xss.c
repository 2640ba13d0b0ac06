
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Compiles the half of libinjection that knows HTML.  The files are not
 * ours: warnings that their authors live with are none of this suite's.
 */


#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"

#include "libinjection_html5.c"
#include "libinjection_xss.c"
