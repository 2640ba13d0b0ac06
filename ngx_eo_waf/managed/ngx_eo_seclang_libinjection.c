
/*
 * Compiles the half of libinjection that knows SQL.  The file is not ours:
 * warnings that its authors live with are none of this suite's.
 */


#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-compare"

#ifndef LIBINJECTION_VERSION
#define LIBINJECTION_VERSION  "Debian"
#endif

#include "libinjection_sqli.c"
