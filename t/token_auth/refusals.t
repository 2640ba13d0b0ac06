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
