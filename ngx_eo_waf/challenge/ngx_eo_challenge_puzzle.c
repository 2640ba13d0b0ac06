
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_puzzle.h"


#define NGX_EO_CHALLENGE_PUZZLE_LABEL  'q'

#define NGX_EO_CHALLENGE_KINDS         6
#define NGX_EO_CHALLENGE_EACH          8


/* in English and in Chinese */

typedef struct {
    const char                 *question[2];
    const char                 *words[NGX_EO_CHALLENGE_EACH][2];
} ngx_eo_challenge_kind_t;


/* of a question: the kind asked for, and the words that are shown */

typedef struct {
    ngx_uint_t                  right;
    ngx_uint_t                  kind[NGX_EO_CHALLENGE_WORDS];
    ngx_uint_t                  word[NGX_EO_CHALLENGE_WORDS];
} ngx_eo_challenge_question_t;


static void ngx_eo_challenge_question(const ngx_eo_challenge_key_t *key,
    uint64_t nonce, ngx_uint_t number, ngx_eo_challenge_question_t *question);


static ngx_eo_challenge_kind_t  ngx_eo_challenge_kinds[] = {

    { { "Which of these is an animal?", "以下哪一个是动物？" },
      { { "horse", "马" }, { "cat", "猫" }, { "elephant", "大象" },
        { "rabbit", "兔子" }, { "tiger", "老虎" }, { "sheep", "绵羊" },
        { "monkey", "猴子" }, { "dog", "狗" } } },

    { { "Which of these is a colour?", "以下哪一个是颜色？" },
      { { "red", "红色" }, { "green", "绿色" }, { "blue", "蓝色" },
        { "yellow", "黄色" }, { "white", "白色" }, { "black", "黑色" },
        { "brown", "棕色" }, { "grey", "灰色" } } },

    { { "Which of these is a number?", "以下哪一个是数字？" },
      { { "three", "三" }, { "seven", "七" }, { "twelve", "十二" },
        { "twenty", "二十" }, { "nine", "九" }, { "eleven", "十一" },
        { "fifty", "五十" }, { "four", "四" } } },

    { { "Which of these is a month?", "以下哪一个是月份？" },
      { { "January", "一月" }, { "February", "二月" }, { "April", "四月" },
        { "June", "六月" }, { "August", "八月" }, { "October", "十月" },
        { "November", "十一月" }, { "December", "十二月" } } },

    { { "Which of these is a piece of clothing?", "以下哪一个是衣物？" },
      { { "shirt", "衬衫" }, { "trousers", "裤子" }, { "hat", "帽子" },
        { "coat", "大衣" }, { "sock", "袜子" }, { "scarf", "围巾" },
        { "glove", "手套" }, { "skirt", "裙子" } } },

    { { "Which of these is a vehicle?", "以下哪一个是交通工具？" },
      { { "bicycle", "自行车" }, { "bus", "公共汽车" }, { "train", "火车" },
        { "aeroplane", "飞机" }, { "ship", "轮船" }, { "lorry", "卡车" },
        { "motorcycle", "摩托车" }, { "tram", "电车" } } }
};


u_char *
ngx_eo_challenge_puzzle_write(const ngx_eo_challenge_key_t *key,
    uint64_t nonce, ngx_uint_t chinese, u_char *dst)
{
    ngx_uint_t                    i, k, kind;
    ngx_eo_challenge_question_t   question;

    *dst++ = '[';

    for (i = 0; i < NGX_EO_CHALLENGE_QUESTIONS; i++) {
        ngx_eo_challenge_question(key, nonce, i, &question);

        kind = question.kind[question.right];

        dst = ngx_sprintf(dst, "%s[\"%s\",[", i ? "," : "",
                          ngx_eo_challenge_kinds[kind].question[chinese]);

        for (k = 0; k < NGX_EO_CHALLENGE_WORDS; k++) {
            kind = question.kind[k];

            dst = ngx_sprintf(dst, "%s\"%s\"", k ? "," : "",
                              ngx_eo_challenge_kinds[kind]
                                       .words[question.word[k]][chinese]);
        }

        *dst++ = ']';
        *dst++ = ']';
    }

    *dst++ = ']';

    return dst;
}


ngx_uint_t
ngx_eo_challenge_puzzle_check(const ngx_eo_challenge_keys_t *keys,
    uint64_t nonce, const ngx_str_t *answer)
{
    ngx_uint_t                    i, k, right;
    ngx_eo_challenge_question_t   question;

    if (answer->len != NGX_EO_CHALLENGE_QUESTIONS) {
        return 0;
    }

    for (i = 0; i < keys->n; i++) {
        right = 0;

        for (k = 0; k < NGX_EO_CHALLENGE_QUESTIONS; k++) {
            ngx_eo_challenge_question(&keys->key[i], nonce, k, &question);

            right += (answer->data[k] == (u_char) ('0' + question.right));
        }

        if (right == NGX_EO_CHALLENGE_QUESTIONS) {
            return 1;
        }
    }

    return 0;
}


/*
 * Kinds are put in an order that digits of the MAC give, and the first ones
 * are taken, each with a word of its own.
 */

static void
ngx_eo_challenge_question(const ngx_eo_challenge_key_t *key, uint64_t nonce,
    ngx_uint_t number, ngx_eo_challenge_question_t *question)
{
    u_char                     mac[NGX_EO_CHALLENGE_MAC_TEXT], text[17], *p;
    uint64_t                   random[2];
    ngx_str_t                  seed;
    ngx_uint_t                 i, k, kinds[NGX_EO_CHALLENGE_KINDS];
    ngx_eo_challenge_client_t  nobody;

    ngx_memzero(&nobody, sizeof(ngx_eo_challenge_client_t));

    seed.data = text;
    p = ngx_sprintf(text, "%016xL%01xi", nonce, number);
    seed.len = p - text;

    ngx_eo_challenge_mac(key, NGX_EO_CHALLENGE_PUZZLE_LABEL, &seed, &nobody,
                         mac);

    (void) ngx_eo_challenge_hex(mac, 16, &random[0]);
    (void) ngx_eo_challenge_hex(mac + 16, 16, &random[1]);

    for (i = 0; i < NGX_EO_CHALLENGE_KINDS; i++) {
        k = random[0] % (i + 1);
        random[0] /= i + 1;

        kinds[i] = i;
        kinds[i] = kinds[k];
        kinds[k] = i;
    }

    for (i = 0; i < NGX_EO_CHALLENGE_WORDS; i++) {
        question->kind[i] = kinds[i];
        question->word[i] = random[1] % NGX_EO_CHALLENGE_EACH;
        random[1] /= NGX_EO_CHALLENGE_EACH;
    }

    question->right = random[1] % NGX_EO_CHALLENGE_WORDS;
}
