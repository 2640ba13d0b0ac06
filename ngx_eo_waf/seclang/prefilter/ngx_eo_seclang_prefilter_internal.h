
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The tables of a prefilter: for the file that builds them and the one that
 * reads texts.
 *
 * Operators have up to three clauses each, which are kept apart in as many
 * planes of bits.  A word or byte that is found sets the bits of the
 * operators that it is a clause of; where an operator has no clause, its bit
 * is set beforehand.  What is set in all planes may match.
 */


#ifndef _NGX_EO_SECLANG_PREFILTER_INTERNAL_H_INCLUDED_
#define _NGX_EO_SECLANG_PREFILTER_INTERNAL_H_INCLUDED_


#include "ngx_eo_seclang_prefilter.h"


/*
 * Literals are cut here: few texts have the beginning of one and not the rest
 * of it, and the table is smaller.
 */

#define NGX_EO_SECLANG_WORD_LENGTH  10

#define NGX_EO_SECLANG_FOUND        0x80000000


/*
 * Steps of a row that share a line of the processor's cache: the classes of
 * the commonest bytes come first, and a row begins with a line.
 */

#define NGX_EO_SECLANG_LINE         64
#define NGX_EO_SECLANG_LINE_STEPS   (NGX_EO_SECLANG_LINE / sizeof(uint32_t))


/* bits to be set in the planes */

typedef struct {
    uint32_t                    word;
    uint32_t                    next;      /* of a list, 0: the last */
    uint64_t                    bits;

    /* the word within a set of operators, as a bit; from 63 on the last */
    uint64_t                    touched;
} ngx_eo_seclang_mark_t;


/* bytes that are the same to all operators share a bit of the signature */

#define NGX_EO_SECLANG_SIGNATURE    64

/* what bytes set is kept by their signature: texts have few kinds of bytes */

#define NGX_EO_SECLANG_KEPT_BITS    8
#define NGX_EO_SECLANG_KEPT         (1 << NGX_EO_SECLANG_KEPT_BITS)


/*
 * Names, and most values of headers, are the same in many requests: what
 * short texts gave is kept by their hash, the last one of each.
 */

#define NGX_EO_SECLANG_TEXTS_BITS   10
#define NGX_EO_SECLANG_TEXTS        (1 << NGX_EO_SECLANG_TEXTS_BITS)
#define NGX_EO_SECLANG_TEXT_MAX     128

#define NGX_EO_SECLANG_HASH         0x9e3779b97f4a7c15ULL


struct ngx_eo_seclang_prefilter_s {
    ngx_uint_t                  nwords;

    /* of all planes, one after the other; those of a scan are left zeroed */
    ngx_uint_t                  nplanes;
    uint64_t                   *initial;
    uint64_t                   *planes;

    /* signatures, and for each its planes, and what is set in all of them */
    uint64_t                   *kept_signatures;
    uint64_t                   *kept;
    ngx_uint_t                  kept_size;

    /* short texts: what they gave, the length plus one, the text */
    uint64_t                   *texts;
    ngx_uint_t                  text_size;

    uint64_t                    signature[256];
    uint64_t                    signature_marks;    /* bits with marks */
    uint32_t                    byte_marks[NGX_EO_SECLANG_SIGNATURE];

    /* class of a byte; 0 is that of bytes that begin or continue no word */
    u_char                      classes[256];
    uint32_t                    nclasses;
    uint32_t                    row_size;

    /* next row by row and class, with a bit if words end there */
    uint32_t                   *next;

    /* marks by row, which is shifted so far that no two are in one place */
    uint32_t                   *found;
    ngx_uint_t                  found_shift;
    ngx_eo_seclang_mark_t      *marks;

    /* bits by place in "found": the marks of these are set for a long text */
    uint64_t                   *noted;
    size_t                      noted_size;
};


/*
 * Sets the planes of a signature, and behind them what is set in all planes.
 *
 * kept:  kept_size words
 */

void ngx_eo_seclang_keep_signature(ngx_eo_seclang_prefilter_t *prefilter,
    uint64_t *kept, uint64_t signature);


#endif /* _NGX_EO_SECLANG_PREFILTER_INTERNAL_H_INCLUDED_ */
