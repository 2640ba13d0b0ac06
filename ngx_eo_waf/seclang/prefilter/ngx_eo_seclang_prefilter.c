
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The prefilter reads a text: an Aho-Corasick automaton finds the required
 * literals in it, and a table has what single bytes say.
 */


#include "ngx_eo_seclang_prefilter_internal.h"


/*
 * From this length on a text is read as two streams, its halves, in one loop:
 * each step of an automaton waits for the one before, and those of the other
 * stream fill the time.
 */

#define NGX_EO_SECLANG_SPLIT        16


/*
 * Long texts are read as four streams.  The loop has no branch that depends
 * on where a literal ends, which no branch prediction can tell: the rows in
 * which one does are noted, and looked at after a stretch of bytes.
 */

#define NGX_EO_SECLANG_LONG          1024
#define NGX_EO_SECLANG_LONG_STREAMS  4
#define NGX_EO_SECLANG_STRETCH       128


typedef struct {
    /* of the first stream, and bytes from one to the next */
    u_char                     *pos;
    size_t                      step;

    uint32_t                    rows[NGX_EO_SECLANG_LONG_STREAMS];
    uint64_t                    signature;
} ngx_eo_seclang_streams_t;


static ngx_inline void ngx_eo_seclang_mark_set(
    ngx_eo_seclang_prefilter_t *prefilter, uint64_t *planes, uint32_t i);
static uint64_t *ngx_eo_seclang_prefilter_kept(
    ngx_eo_seclang_prefilter_t *prefilter, uint64_t signature);
static ngx_inline uint64_t ngx_eo_seclang_prefilter_found(
    ngx_eo_seclang_prefilter_t *prefilter, size_t row);
static void ngx_eo_seclang_prefilter_combine(
    ngx_eo_seclang_prefilter_t *prefilter, uint64_t *kept, uint64_t touched,
    uint64_t *out);
static void ngx_eo_seclang_prefilter_result(
    ngx_eo_seclang_prefilter_t *prefilter, uint64_t signature,
    uint64_t touched, uint64_t *out);
static void ngx_eo_seclang_prefilter_read(
    ngx_eo_seclang_prefilter_t *prefilter, ngx_str_t *text, uint64_t *out);
static ngx_inline uint32_t *ngx_eo_seclang_prefilter_step(uint32_t *next,
    ngx_uint_t class, uint32_t *row, uint32_t *note);
static uint32_t *ngx_eo_seclang_prefilter_stretch(
    ngx_eo_seclang_prefilter_t *prefilter, ngx_eo_seclang_streams_t *streams,
    size_t n, uint32_t *note);
static uint64_t ngx_eo_seclang_prefilter_noted(
    ngx_eo_seclang_prefilter_t *prefilter, uint32_t *note, uint32_t *last);
static void ngx_eo_seclang_prefilter_read_long(
    ngx_eo_seclang_prefilter_t *prefilter, ngx_str_t *text, uint64_t *out);
static ngx_inline uint64_t ngx_eo_seclang_text_word(u_char *p);
static ngx_inline uint64_t ngx_eo_seclang_text_hash(ngx_str_t *text);


static ngx_inline void
ngx_eo_seclang_mark_set(ngx_eo_seclang_prefilter_t *prefilter,
    uint64_t *planes, uint32_t i)
{
    ngx_eo_seclang_mark_t  *mark;

    for ( /* void */ ; i; i = mark->next) {
        mark = &prefilter->marks[i];
        planes[mark->word] |= mark->bits;
    }
}


void
ngx_eo_seclang_keep_signature(ngx_eo_seclang_prefilter_t *prefilter,
    uint64_t *kept, uint64_t signature)
{
    ngx_uint_t  i, n;

    n = prefilter->nwords;

    ngx_memcpy(kept, prefilter->initial,
               prefilter->nplanes * n * sizeof(uint64_t));

    for ( /* void */ ; signature; signature &= signature - 1) {
        i = __builtin_ctzll(signature);
        ngx_eo_seclang_mark_set(prefilter, kept, prefilter->byte_marks[i]);
    }

    for (i = 0; i < n; i++) {
        kept[prefilter->nplanes * n + i] = kept[i] & kept[n + i]
                                           & kept[2 * n + i];
    }
}


ngx_uint_t
ngx_eo_seclang_prefilter_words(ngx_eo_seclang_prefilter_t *prefilter)
{
    return prefilter->nwords;
}


static uint64_t *
ngx_eo_seclang_prefilter_kept(ngx_eo_seclang_prefilter_t *prefilter,
    uint64_t signature)
{
    uint64_t    *kept;
    ngx_uint_t   i;

    signature &= prefilter->signature_marks;

    i = (ngx_uint_t) (signature * 0x9e3779b97f4a7c15ULL
                      >> (64 - NGX_EO_SECLANG_KEPT_BITS));

    kept = prefilter->kept + i * prefilter->kept_size;

    if (prefilter->kept_signatures[i] != signature) {
        prefilter->kept_signatures[i] = signature;
        ngx_eo_seclang_keep_signature(prefilter, kept, signature);
    }

    return kept;
}


/* sets the planes for what ends in a row, and says what that concerns */

static ngx_inline uint64_t
ngx_eo_seclang_prefilter_found(ngx_eo_seclang_prefilter_t *prefilter,
    size_t row)
{
    uint32_t                i;
    uint64_t                touched;
    ngx_eo_seclang_mark_t  *mark;

    touched = 0;

    for (i = prefilter->found[row >> prefilter->found_shift];
         i;
         i = mark->next)
    {
        mark = &prefilter->marks[i];

        prefilter->planes[mark->word] |= mark->bits;
        touched |= mark->touched;
    }

    return touched;
}


/* what words and bytes of a text allow, for the words that were found */

static void
ngx_eo_seclang_prefilter_combine(ngx_eo_seclang_prefilter_t *prefilter,
    uint64_t *kept, uint64_t touched, uint64_t *out)
{
    uint64_t    *planes;
    ngx_uint_t   i, n;

    n = prefilter->nwords;

    for ( /* void */ ; touched; touched &= touched - 1) {
        i = __builtin_ctzll(touched);

        do {
            planes = prefilter->planes + i;

            out[i] = (planes[0] | kept[i]) & (planes[n] | kept[n + i])
                     & (planes[2 * n] | kept[2 * n + i]);

            planes[0] = 0;
            planes[n] = 0;
            planes[2 * n] = 0;

            i++;

        } while (i > 63 && i < n);
    }
}


static void
ngx_eo_seclang_prefilter_result(ngx_eo_seclang_prefilter_t *prefilter,
    uint64_t signature, uint64_t touched, uint64_t *out)
{
    uint64_t    *kept;
    ngx_uint_t   i, n;

    n = prefilter->nwords;
    kept = ngx_eo_seclang_prefilter_kept(prefilter, signature);

    for (i = 0; i < n; i++) {
        out[i] = kept[prefilter->nplanes * n + i];
    }

    if (touched) {
        ngx_eo_seclang_prefilter_combine(prefilter, kept, touched, out);
    }
}


static void
ngx_eo_seclang_prefilter_read(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_str_t *text, uint64_t *out)
{
    size_t       row, second;
    u_char      *p, *q, *last, *classes;
    uint32_t    *next;
    uint64_t     signature, touched, *signatures;
    ngx_uint_t   n;

    classes = prefilter->classes;
    signatures = prefilter->signature;
    next = prefilter->next;

    signature = 0;
    touched = 0;
    row = 0;

    p = text->data;
    last = p + text->len;

    if (text->len >= NGX_EO_SECLANG_SPLIT) {

        /* the streams share all of a literal but its last byte */

        n = (text->len + NGX_EO_SECLANG_WORD_LENGTH) / 2;
        q = last - n;
        last = p + n;
        second = 0;

        do {
            signature |= signatures[*p] | signatures[*q];
            row = next[row + classes[*p++]];
            second = next[second + classes[*q++]];

            if (((row | second) & NGX_EO_SECLANG_FOUND) == 0) {
                continue;
            }

            if (row & NGX_EO_SECLANG_FOUND) {
                row &= ~(size_t) NGX_EO_SECLANG_FOUND;
                touched |= ngx_eo_seclang_prefilter_found(prefilter, row);
            }

            if (second & NGX_EO_SECLANG_FOUND) {
                second &= ~(size_t) NGX_EO_SECLANG_FOUND;
                touched |= ngx_eo_seclang_prefilter_found(prefilter, second);
            }

        } while (p < last);
    }

    while (p < last) {
        signature |= signatures[*p];
        row = next[row + classes[*p++]];

        if (row & NGX_EO_SECLANG_FOUND) {
            row &= ~(size_t) NGX_EO_SECLANG_FOUND;
            touched |= ngx_eo_seclang_prefilter_found(prefilter, row);
        }
    }

    ngx_eo_seclang_prefilter_result(prefilter, signature, touched, out);
}


/* one step of one stream; returns where the next row is to be noted */

static ngx_inline uint32_t *
ngx_eo_seclang_prefilter_step(uint32_t *next, ngx_uint_t class, uint32_t *row,
    uint32_t *note)
{
    uint32_t  to;

    to = next[(size_t) *row + class];

    *row = to & ~NGX_EO_SECLANG_FOUND;
    *note = *row;

    return note + (to / NGX_EO_SECLANG_FOUND);
}


/* reads "n" bytes of each stream; returns the end of the notes */

static uint32_t *
ngx_eo_seclang_prefilter_stretch(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_eo_seclang_streams_t *streams, size_t n, uint32_t *note)
{
    size_t     step;
    u_char    *p, *q, *last, *classes;
    uint32_t  *next, first, second, third, fourth;
    uint64_t   signature, *signatures;

    next = prefilter->next;
    classes = prefilter->classes;
    signatures = prefilter->signature;
    signature = streams->signature;

    step = streams->step;
    p = streams->pos;
    q = p + 2 * step;
    last = p + n;

    first = streams->rows[0];
    second = streams->rows[1];
    third = streams->rows[2];
    fourth = streams->rows[3];

    while (p < last) {
        signature |= signatures[p[0]] | signatures[p[step]]
                     | signatures[q[0]] | signatures[q[step]];

        note = ngx_eo_seclang_prefilter_step(next, classes[p[0]], &first,
                                             note);
        note = ngx_eo_seclang_prefilter_step(next, classes[p[step]], &second,
                                             note);
        note = ngx_eo_seclang_prefilter_step(next, classes[q[0]], &third,
                                             note);
        note = ngx_eo_seclang_prefilter_step(next, classes[q[step]], &fourth,
                                             note);
        p++;
        q++;
    }

    streams->pos = p;
    streams->rows[0] = first;
    streams->rows[1] = second;
    streams->rows[2] = third;
    streams->rows[3] = fourth;
    streams->signature = signature;

    return note;
}


/* what ends in the rows that were noted; each counts once in a text */

static uint64_t
ngx_eo_seclang_prefilter_noted(ngx_eo_seclang_prefilter_t *prefilter,
    uint32_t *note, uint32_t *last)
{
    size_t     place;
    uint64_t   bit, touched;

    touched = 0;

    for ( /* void */ ; note < last; note++) {
        place = *note >> prefilter->found_shift;
        bit = (uint64_t) 1 << (place % 64);

        if (!(prefilter->noted[place / 64] & bit)) {
            prefilter->noted[place / 64] |= bit;
            touched |= ngx_eo_seclang_prefilter_found(prefilter, *note);
        }
    }

    return touched;
}


/* neighbouring streams share all of a literal but its last byte */

static void
ngx_eo_seclang_prefilter_read_long(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_str_t *text, uint64_t *out)
{
    size_t                     n, rest;
    uint32_t                  *last;
    uint64_t                   touched;
    ngx_eo_seclang_streams_t   streams;

    uint32_t  notes[NGX_EO_SECLANG_STRETCH * NGX_EO_SECLANG_LONG_STREAMS];

    ngx_memzero(&streams, sizeof(ngx_eo_seclang_streams_t));
    ngx_memzero(prefilter->noted, prefilter->noted_size);

    streams.pos = text->data;
    streams.step = (text->len - NGX_EO_SECLANG_WORD_LENGTH)
                  / NGX_EO_SECLANG_LONG_STREAMS;

    /* the last stream ends with the text, the others are as long as it */

    rest = text->len - (NGX_EO_SECLANG_LONG_STREAMS - 1) * streams.step;
    touched = 0;

    while (rest) {
        n = ngx_min(rest, NGX_EO_SECLANG_STRETCH);
        rest -= n;

        last = ngx_eo_seclang_prefilter_stretch(prefilter, &streams, n, notes);
        touched |= ngx_eo_seclang_prefilter_noted(prefilter, notes, last);
    }

    ngx_eo_seclang_prefilter_result(prefilter, streams.signature, touched,
                                    out);
}


static ngx_inline uint64_t
ngx_eo_seclang_text_word(u_char *p)
{
    uint64_t  word;

    ngx_memcpy(&word, p, sizeof(uint64_t));

    return word;
}


/* the last bytes are read together with some of those before them */

static ngx_inline uint64_t
ngx_eo_seclang_text_hash(ngx_str_t *text)
{
    u_char    *p, *last;
    uint64_t   hash;
    uint32_t   first, second;

    p = text->data;
    last = p + text->len;
    hash = text->len * NGX_EO_SECLANG_HASH;

    if (text->len >= 8) {

        for ( /* void */ ; last - p > 8; p += 8) {
            hash = (hash ^ ngx_eo_seclang_text_word(p)) * NGX_EO_SECLANG_HASH;
            hash ^= hash >> 32;
        }

        hash ^= ngx_eo_seclang_text_word(last - 8);

    } else if (text->len >= 4) {
        ngx_memcpy(&first, p, sizeof(uint32_t));
        ngx_memcpy(&second, last - 4, sizeof(uint32_t));

        hash ^= (uint64_t) first << 32 | second;

    } else if (text->len) {
        hash ^= (uint64_t) p[0] << 16 | p[text->len / 2] << 8 | last[-1];
    }

    return hash * NGX_EO_SECLANG_HASH;
}


void
ngx_eo_seclang_prefilter_scan(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_str_t *text, uint64_t *out)
{
    u_char      *data;
    uint64_t    *kept;
    ngx_uint_t   i, n;

    if (text->len >= NGX_EO_SECLANG_LONG) {
        ngx_eo_seclang_prefilter_read_long(prefilter, text, out);
        return;
    }

    if (text->len > NGX_EO_SECLANG_TEXT_MAX) {
        ngx_eo_seclang_prefilter_read(prefilter, text, out);
        return;
    }

    n = prefilter->nwords;
    kept = prefilter->texts
           + (ngx_eo_seclang_text_hash(text)
              >> (64 - NGX_EO_SECLANG_TEXTS_BITS))
             * prefilter->text_size;
    data = (u_char *) (kept + n + 1);

    if (kept[n] != text->len + 1
        || ngx_memcmp(data, text->data, text->len) != 0)
    {
        ngx_eo_seclang_prefilter_read(prefilter, text, kept);

        kept[n] = text->len + 1;
        ngx_memcpy(data, text->data, text->len);
    }

    for (i = 0; i < n; i++) {
        out[i] = kept[i];
    }
}
