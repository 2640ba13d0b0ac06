use FindBin;
use lib $FindBin::Bin;
use Links;

use Test::Nginx::Socket 'no_plan';

# What is no link: 403 with a reason in the log and in a variable, never 500.
# The whole table is in t/unit/token_auth_verify_test.c; here is what depends
# on nginx, and one of each kind.

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('config', ($block->config || '') . <<'END');
        eo_token_auth_key DvYmqE81E1F9R791H6lmht;
        eo_token_auth_timeout 20y;
        add_header X-Status $eo_token_auth_status always;
END

    if (!defined $block->error_code) {
        $block->set_value('error_code', 403);
    }

    if (!defined $block->no_error_log) {
        $block->set_value('no_error_log', "[alert]\n[crit]");
    }

    if (!defined $block->response_headers) {
        $block->set_value('response_headers', 'X-Status: malformed');
    }
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: A, a doubled parameter
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/x') . "&sign=1"


=== TEST 2: A, an overlong digest
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/x') . "0"


=== TEST 3: A, a very long digest
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/x') . ('0' x 6000)


=== TEST 4: A, a time that overflows
--- config
    eo_token_auth A;
--- request
GET /x?sign=99999999999999999999-r-0-0123456789abcdef0123456789abcdef


=== TEST 5: A, an empty token
--- config
    eo_token_auth A;
--- request
GET /x?sign=


=== TEST 6: A, an encoded slash
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/a%2fb')


=== TEST 7: A, a signed way out
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/a/../b')


=== TEST 8: A, an encoded way out
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/a/%2e%2e/b')


=== TEST 9: A, an empty path
--- config
    eo_token_auth A;
--- raw_request eval
my $link = Links::link_a('');
"GET http://localhost$link HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


=== TEST 10: A, a fragment
--- config
    eo_token_auth A;
--- raw_request eval
my $link = Links::link_a('/x');
$link =~ s/\?/#/;
"GET $link HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


=== TEST 11: A, a cookie
--- config
    eo_token_auth A;
--- request
GET /x
--- more_headers eval
my ($token) = Links::link_a('/x') =~ /\?(.*)/;
"Cookie: a=b; $token"
--- error_log
malformed (the token is in a cookie, not in the link)


=== TEST 12: A, nothing
--- config
    eo_token_auth A;
--- request
GET /x
--- response_headers
X-Status: missing


=== TEST 13: A, HTTP/1.0
--- config
    eo_token_auth A;
--- request
GET /x HTTP/1.0
--- response_headers
X-Status: missing


=== TEST 14: A, POST
--- config
    eo_token_auth A;
--- request
POST /x?sign=1
body


=== TEST 15: B, an encoded slash
--- config
    eo_token_auth B;
--- request eval
my $link = Links::link_b('/x');
$link =~ s{(\d{12})/}{$1%2F};
"GET $link"


=== TEST 16: B, a way out of the signed path
--- config
    eo_token_auth B;
--- request eval
"GET " . Links::link_b('/a/b/../../../../../x')
--- error_code: 400
--- response_headers
X-Status:


=== TEST 17: B, a way up in the signed path
--- config
    eo_token_auth B;
--- request eval
"GET " . Links::link_b('/a/../x')


=== TEST 18: B, a way up into the token
--- config
    eo_token_auth B;
--- request eval
"GET " . Links::link_b('/../../x')


=== TEST 19: B, no path
--- config
    eo_token_auth B;
--- request
GET /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e


=== TEST 20: B, month 13
--- config
    eo_token_auth B;
--- request
GET /202413151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg


=== TEST 21: C, a time that is not hexadecimal
--- config
    eo_token_auth C;
--- request
GET /6688749e8906a726c12fe1be3aacd016/6694d30x/foo.jpg


=== TEST 22: C, a time that overflows
--- config
    eo_token_auth C;
--- request
GET /6688749e8906a726c12fe1be3aacd016/ffffffffffffffffffff/foo.jpg


=== TEST 23: C, two slashes
--- config
    eo_token_auth C;
--- request eval
"GET /" . Links::link_c('/x')


=== TEST 24: C, two slashes in the signed path are what was signed
--- config
    eo_token_auth C;
--- user_files
>>> a/x
here
--- request eval
"GET " . Links::link_c('/a//x')
--- error_code: 200
--- response_body
here
--- response_headers
X-Status: ok


=== TEST 25: D, the time twice
--- config
    eo_token_auth D;
--- request eval
"GET " . Links::link_d('/x') . "&t=6694d513"


=== TEST 26: D, no time
--- config
    eo_token_auth D;
--- request
GET /x?sign=0123456789abcdef0123456789abcdef


=== TEST 27: VOD, a list with a scheme
--- config
    eo_token_auth VOD;
--- request eval
"GET " . Links::link_vod('/x', whref => 'http://a.com')


=== TEST 28: VOD, eleven addresses
--- config
    eo_token_auth VOD;
--- request eval
"GET " . Links::link_vod('/x', whip => CORE::join ',', ('::1') x 11)


=== TEST 29: arguments without end
--- config
    eo_token_auth VOD;
--- request eval
"GET /x?" . ('&' x 3000) . ('a=&' x 1000)
--- response_headers
X-Status: missing


=== TEST 30: VOD, the end of t in the path and the beginning of us in t
--- config
    eo_token_auth VOD;
    location ~ . {
        empty_gif;
    }
--- request eval
my $one = Links::link_vod('/v/123', t => '6b0c4d06', us => 'f0abc');
my $two = Links::link_vod('/v/127', t => '6b0c4d06', us => 'x0abc');
my $three = Links::link_vod('/v/123', t => '6b0c7abc', exper => '1234',
    us => 'x');
["GET $one", "GET " . ($one =~ s{123\?t=6b0c4d06&us=f}{1236?t=b0c4d06f&us=}r),
 "GET " . ($two =~ s{127\?t=6b0c4d06}{12?t=76b0c4d0&exper=6}r),
 "GET $three",
 "GET " . Links::link_vod('/v/123', t => '6B0C4D06'),
 "GET " . Links::link_vod('/v/123', t => 'f00c4d06'),
 "GET " . Links::link_vod('/v/123', us => '0abc'),
 "GET " . Links::link_vod('/v/123.mp4', us => 'Abc'),
 "GET " . Links::link_vod('/v/123', whip => '127.0.0.1'),
 "GET " . Links::link_vod('/v/1.23', exper => 30)]
--- error_code eval
[(403) x 10]
--- response_headers eval
[('X-Status: malformed') x 10]


=== TEST 31: VOD, links that cannot be read in two ways
--- config
    eo_token_auth VOD;
    location ~ . {
        empty_gif;
    }
--- request eval
["GET " . Links::link_vod('/v/123'),
 "GET " . Links::link_vod('/v/123', us => 'x0abc'),
 "GET " . Links::link_vod('/v/123', us => 'Zf0abc', whip => '127.0.0.1'),
 "GET " . Links::link_vod('/v/123', bkref => '*.example.com'),
 "GET " . Links::link_vod('/v/film.mp4', exper => 30, us => 'x1'),
 "GET " . Links::link_vod('/v/film.m3u8', exper => 30),
 "GET " . Links::link_vod('/v/a.b.aac', exper => 30),
 "GET " . Links::link_vod('/v/film.mp4', whip => '127.0.0.1')]
--- error_code eval
[(200) x 8]
--- response_headers eval
[('X-Status: ok') x 8]


=== TEST 32: VOD, eo_token_auth_vod_us any takes what other software makes
--- config
    eo_token_auth VOD;
    eo_token_auth_vod_us any;
    location ~ . {
        empty_gif;
    }
--- request eval
my $one = Links::link_vod('/v/123', t => '6b0c4d06', us => 'f0abc');
["GET " . Links::link_vod('/v/123', us => 'f0abc'),
 "GET " . Links::link_vod('/v/123', exper => 300, us => '72d4cd1101'),
 "GET " . Links::link_vod('/v/123', t => 'f00c4d06', us => 'f0abc'),
 "GET " . ($one =~ s{123\?t=6b0c4d06&us=f}{1236?t=b0c4d06f&us=}r)]
--- error_code eval
[200, 200, 403, 403]
--- response_headers eval
[('X-Status: ok') x 2, ('X-Status: malformed') x 2]


=== TEST 33: VOD, the reason says which directive to look at
--- config
    eo_token_auth VOD;
--- request eval
"GET " . Links::link_vod('/v/123', us => 'f0abc')
--- error_log
us begins with a hexadecimal digit, which could be a part of t; see eo_token_auth_vod_us


=== TEST 34: A, a UUID for rand
--- config
    eo_token_auth A;
--- request eval
use Digest::MD5 'md5_hex';
my $uuid = '7ba7c469-e650-42c8-a904-ca6e598c2769';
"GET /x?sign=1721028437-$uuid-0-"
    . md5_hex("/x-1721028437-$uuid-0-DvYmqE81E1F9R791H6lmht")
--- error_log
malformed (rand or uid has a dash, which parts the fields of a token: a UUID has to be written without)


=== TEST 35: A, a UUID for uid
--- config
    eo_token_auth A;
--- request eval
use Digest::MD5 'md5_hex';
my $uuid = '550e8400-e29b-41d4-a716-446655440000';
"GET /x?sign=1721028437-abc123-$uuid-"
    . md5_hex("/x-1721028437-abc123-$uuid-DvYmqE81E1F9R791H6lmht")
--- error_log
malformed (rand or uid has a dash, which parts the fields of a token: a UUID has to be written without)


=== TEST 36: A, a UUID without dashes, a number and a cuid
--- config
    eo_token_auth A;
    location ~ . {
        empty_gif;
    }
--- request eval
use Digest::MD5 'md5_hex';
[map {
    "GET /x?sign=1721028437-$_-"
        . md5_hex("/x-1721028437-$_-DvYmqE81E1F9R791H6lmht")
} qw(e06faf2db92841c88be6457d1064aca1-0 abc123-42 abc123-clx7h2k9d0000 -0)]
--- error_code eval
[(200) x 4]
--- response_headers eval
[('X-Status: ok') x 4]


=== TEST 37: A, a digest of another form is still called so
--- config
    eo_token_auth A;
--- request
GET /x?sign=1721028437-abc123-0-0123
--- error_log
the digest is not 32 hexadecimal digits
