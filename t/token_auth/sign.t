use FindBin;
use lib $FindBin::Bin;
use Links;

use Test::Nginx::Socket 'no_plan';

use Digest::MD5;
use LWP::UserAgent;
use URI::Escape;

# Making links, and following them.

add_block_preprocessor(sub {
    my ($block) = @_;

    if (!defined $block->http_config) {
        $block->set_value('http_config', <<'END');
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 20y;
END
    }

    if (!defined $block->user_files) {
        $block->set_value('user_files', ">>> foo.jpg\npicture\n");
    }
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: method A, with time and rand
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- request
GET /sign?url=http%3A%2F%2Fwww.example.com%2Ffoo.jpg&time=1721028437&rand=Kv4cPTAAP5YTi
--- response_body
{"url":"http://www.example.com/foo.jpg?sign=1721028437-Kv4cPTAAP5YTi-0-0fbdca749d7ab784750685347e42075c","expires":2351748437}
--- response_headers
Content-Type: application/json
Cache-Control: no-store


=== TEST 2: method A, an empty rand
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- request
GET /sign?url=/foo.jpg&time=1721028437&rand=
--- response_body
{"url":"/foo.jpg?sign=1721028437--0-e1ca3bbbd815e12b627b91c06957f6eb","expires":2351748437}


=== TEST 3: methods B, C and D
--- config
    location = /b {
        eo_token_auth B;
        eo_token_auth_sign;
    }
    location = /c {
        eo_token_auth C;
        eo_token_auth_sign;
    }
    location = /d {
        eo_token_auth D;
        eo_token_auth_param token;
        eo_token_auth_time_format dec;
        eo_token_auth_sign;
    }
--- request eval
["GET /b?url=/foo.jpg&time=1721028780", "GET /c?url=/foo.jpg&time=1721029386",
 "GET /d?url=/foo.jpg&time=1721029907"]
--- response_body eval
[qq({"url":"/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg","expires":2351748780}\n),
 qq({"url":"/6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg","expires":2351749386}\n),
 qq({"url":"/foo.jpg?token=cadcec4a04e67b9c2abf4b61c642a0dd&t=1721029907","expires":2351749907}\n)]


=== TEST 4: method VOD with its conditions
--- config
    location = /sign {
        eo_token_auth VOD;
        eo_token_auth_timeout 1h;
        eo_token_auth_sign;
    }
--- request
GET /sign?url=/v.mp4&time=1721028437&timeout=60&rand=r1&exper=30&plive=669f9b40&whref=*.a.com&bkref=b.a.com&whip=10.0.0.0%2F8,%3A%3A1&bkip=10.1.0.0%2F16
--- response_body eval
my $md5 = Digest::MD5::md5_hex('DvYmqE81E1F9R791H6lmht/v.mp46694cf9130r1669f9b40'
    . '*.a.comb.a.com10.0.0.0/8,::110.1.0.0/16');
qq({"url":"/v.mp4?t=6694cf91&exper=30&us=r1&plive=669f9b40&whref=*.a.com)
    . qq(&bkref=b.a.com&whip=10.0.0.0/8,::1&bkip=10.1.0.0/16&sign=$md5",)
    . qq("expires":1721028497}\n)


=== TEST 5: method HMAC
--- config
    location = /sign {
        eo_token_auth HMAC;
        eo_token_auth_key k1:0123456789abcdef;
        eo_token_auth_sign;
    }
--- request
GET /sign?url=/foo.jpg&time=1721028437&timeout=63
--- response_body eval
my $link = Links::link_hmac('/foo.jpg', expires => 1721028500);
qq({"url":"$link","expires":1721028500}\n)


=== TEST 6: a list by POST
--- config
    location = /sign {
        eo_token_auth C;
        eo_token_auth_sign;
    }
--- request
POST /sign
{"urls": ["/foo.jpg", "\/foo.jpg?a=\"b\""], "time": 1721029386}
--- more_headers
Content-Type: application/json; charset=utf-8
--- response_body
{"urls":[{"url":"/6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg","expires":2351749386},
{"url":"/6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg?a=\"b\"","expires":2351749386}]}


=== TEST 7: one URL by POST, and a bare list
--- config
    location = /sign {
        eo_token_auth C;
        eo_token_auth_sign;
    }
--- more_headers
Content-Type: application/json
--- request eval
["POST /sign\n{\"url\":\"/foo.jpg\",\"time\":1721029386}", "POST /sign\n[\"/foo.jpg\"]"]
--- response_body_like eval
[qr/^\{"url":"\/6688749e8906a726c12fe1be3aacd016\/6694d30a\/foo.jpg","expires":2351749386}$/,
 qr/^\{"urls":\[\{"url":"\/[0-9a-f]{32}\/[0-9a-f]{8}\/foo.jpg","expires":\d{10}\}\]\}$/]


=== TEST 8: 5000 URLs, in a file
--- config
    client_body_buffer_size 1k;
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- more_headers
Content-Type: application/json
--- request eval
"POST /sign\n[" . CORE::join(',', map { qq("/some/path/number/$_/foo.jpg") } 1 .. 5000) . "]"
--- response_body_like eval
qr/^\{"urls":\[(?:\{"url":"[^"]+\?sign=\d{10}-[0-9A-Za-z]{16}-0-[0-9a-f]{32}","expires":\d{10}\},?\n?){5000}\]\}$/
--- no_error_log
[error]


=== TEST 9: 5001 URLs
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- more_headers
Content-Type: application/json
--- request eval
"POST /sign\n[" . CORE::join(',', map { qq("/$_") } 1 .. 5001) . "]"
--- error_code: 413
--- response_body
{"error":"there are more than 5000 URLs"}


=== TEST 10: a body above 8 megabytes
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- more_headers
Content-Type: application/json
--- request eval
"POST /sign\n[\"" . ('x' x 8388605) . "\"]"
--- error_code: 413
--- response_body
{"error":"the body is larger than 8 megabytes"}


=== TEST 11: wrong requests
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- request eval
["GET /sign", "GET /sign?url=", "GET /sign?url=foo", "GET /sign?url=/a%20b",
 "GET /sign?url=/a%23b", "GET /sign?url=/a/../b", "GET /sign?url=/a%252fb",
 "GET /sign?url=/x&b=1", "GET /sign?url=/x&time=now",
 "GET /sign?url=/x&time=99999999999", "GET /sign?url=/x&rand=a-b",
 "GET /sign?url=/x&url=/y", "GET /sign?url"]
--- error_code eval
[(400) x 13]
--- response_body_like eval
[qr/^\{"error":"the parameter \\"url\\" is missing"\}$/,
 qr/^\{"error":"the URL is empty"\}$/,
 qr/^\{"error":"the URL must begin with /,
 qr/^\{"error":"the URL has a character that must be percent-encoded"\}$/,
 qr/^\{"error":"the URL has a fragment/,
 qr/^\{"error":"there is a \\"..\\" in the path"\}$/,
 qr/^\{"error":"there is an encoded slash in the path"\}$/,
 qr/^\{"error":"there is an unknown parameter/,
 qr/^\{"error":"the time and the timeout are whole numbers/,
 qr/^\{"error":"the time is out of range"\}$/,
 qr/^\{"error":"rand may have/,
 qr/^\{"error":"the parameter \\"url\\" is there twice"\}$/,
 qr/^\{"error":"a parameter has no value"\}$/]


=== TEST 12: wrong bodies
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- more_headers
Content-Type: application/json
--- request eval
["POST /sign\n", "POST /sign\n{", "POST /sign\n[]",
 "POST /sign\n[\"/a\",\"b\",\"/c\"]", "POST /sign\n{\"urlz\":\"/a\"}"]
--- error_code eval
[(400) x 5]
--- response_body_like eval
[qr/^\{"error":"a list or an object was expected"\}$/,
 qr/^\{"error":"a string was expected"\}$/,
 qr/^\{"error":"there is no URL to sign"\}$/,
 qr/^\{"error":"the URL must begin with .*","index":1\}$/,
 qr/^\{"error":"there is an unknown member"\}$/]


=== TEST 13: another type of content
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- request
POST /sign
url=/foo.jpg
--- error_code: 415
--- response_body
{"error":"the Content-Type must be application/json"}


=== TEST 14: another method
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- request
PUT /sign?url=/foo.jpg
--- error_code: 405
--- response_headers
Allow: GET, HEAD, POST
--- response_body
{"error":"the method must be GET, HEAD or POST"}


=== TEST 15: HEAD
--- config
    location = /sign {
        eo_token_auth A;
        eo_token_auth_sign;
    }
--- request
HEAD /sign?url=/foo.jpg&time=1721028437&rand=
--- response_headers
Content-Type: application/json
Content-Length: 92
--- response_body


=== TEST 16: a location that signs is protected by other means
--- config
    eo_token_auth A;
    location = /sign {
        eo_token_auth_sign;
        allow 127.0.0.1;
        deny all;
    }
    location = /closed {
        eo_token_auth_sign;
        deny all;
    }
--- request eval
["GET /sign?url=/foo.jpg", "GET /closed?url=/foo.jpg"]
--- error_code eval
[200, 403]


=== TEST 17: round trips
--- config
    eo_token_auth_timeout 60;
    location /a/ { eo_token_auth A; alias html/; }
    location /b/ { eo_token_auth B; alias html/; }
    location /c/ { eo_token_auth C; alias html/; }
    location /d/ { eo_token_auth D; alias html/; }
    location /v/ { eo_token_auth VOD; alias html/; }
    location /h/ {
        eo_token_auth HMAC;
        eo_token_auth_key k1:0123456789abcdef;
        alias html/;
    }
    location = /sign/a { eo_token_auth A; eo_token_auth_sign; }
    location = /sign/b { eo_token_auth B; eo_token_auth_sign; }
    location = /sign/c { eo_token_auth C; eo_token_auth_sign; }
    location = /sign/d { eo_token_auth D; eo_token_auth_sign; }
    location = /sign/v { eo_token_auth VOD; eo_token_auth_sign; }
    location = /sign/h {
        eo_token_auth HMAC;
        eo_token_auth_key k1:0123456789abcdef;
        eo_token_auth_sign;
    }
--- request
GET /sign/a?url=/a/foo.jpg
--- response_body_like: "url"
--- response_body_filters eval
sub {
    my $body = shift;
    my $base = 'http://127.0.0.1:' . Test::Nginx::Socket::server_port();
    my $agent = LWP::UserAgent->new;

    for my $method (qw(a b c d v h)) {
        my $url = URI::Escape::uri_escape("/$method/foo.jpg?x=1");
        my $answer = $agent->get("$base/sign/$method?url=$url&time=" . time);
        my ($link) = $answer->content =~ /"url":"([^"]+)"/ or return "$method: no link";
        my $got = $agent->get($base . $link)->content;
        return "$method: $link gives $got" if $got ne "picture\n";

        (my $bad = $link) =~ s/foo/bar/;
        my $code = $agent->get($base . $bad)->code;
        return "$method: $bad gives $code" if $code != 403;
    }

    return $body;
}
