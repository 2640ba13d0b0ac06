use FindBin;
use lib $FindBin::Bin;
use Links;

use Test::Nginx::Socket 'no_plan';

# Links in the locations where operators have them: static files by root and
# alias, origins with and without a URI, try_files, internal redirects.

our $origin = <<'END';
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    proxy_cache_path servroot_cache levels=1 keys_zone=cache:1m;

    server {
        listen 127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
        eo_token_auth off;
        add_header X-Origin-URI $request_uri;
        location / {
            return 200 "$request_uri\n";
        }
    }
END

$ENV{TEST_NGINX_ORIGIN_PORT} ||=
    ($ENV{TEST_NGINX_SERVER_PORT} || 1984) + 1;

my $root = $ENV{TEST_NGINX_SERVROOT} || 't/servroot';
$origin =~ s/servroot_cache/$root\/cache/;

add_block_preprocessor(sub {
    my ($block) = @_;

    if (!defined $block->user_files) {
        $block->set_value('user_files',
            ">>> foo.jpg\nroot\n>>> video/foo.jpg\nvideo\n"
            . ">>> denied.html\nmy page\n>>> video/index.html\nindex\n");
    }

    if (!defined $block->http_config) {
        $block->set_value('http_config', $main::origin);
    }
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: B, the location is that of the signed path
--- config
    location /video/ {
        eo_token_auth B;
        add_header X-URI $uri;
        add_header X-Request-URI $request_uri;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg') . "?a=1"
--- response_body
video
--- response_headers
X-URI: /video/foo.jpg
X-Request-URI: /video/foo.jpg?a=1


=== TEST 2: C, the location is that of the signed path
--- config
    location /video/ {
        eo_token_auth C;
        add_header X-Request-URI $request_uri;
    }
--- request eval
"GET " . Links::link_c('/video/foo.jpg')
--- response_body
video
--- response_headers
X-Request-URI: /video/foo.jpg


=== TEST 3: B, a direct request has no token
--- config
    location /video/ {
        eo_token_auth B;
    }
--- request
GET /video/foo.jpg
--- error_code: 403
--- error_log
missing (the path does not begin with a token)


=== TEST 4: B, a wrong key
--- config
    location /video/ {
        eo_token_auth B;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg', key => 'abcdef')
--- error_code: 403
--- error_log
mismatch (the digest fits none of the keys)


=== TEST 5: B, alias
--- config
    location /v/ {
        eo_token_auth B;
        alias html/video/;
    }
--- request eval
"GET " . Links::link_b('/v/foo.jpg')
--- response_body
video


=== TEST 6: B, an exact location
--- config
    location = /video/foo.jpg {
        eo_token_auth B;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg')
--- response_body
video


=== TEST 7: B, a location that matches the prefix
--- config
    location ~ "^/\d{12}/[0-9a-f]{32}/" {
        eo_token_auth B;
        add_header X-Location prefix;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg')
--- response_body
video
--- response_headers
X-Location: prefix


=== TEST 8: B, a path of that look where nothing is checked
--- config
    location /video/ {
        eo_token_auth B;
    }
    location /2 {
        return 200 "$uri $request_uri\n";
    }
--- request
GET /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg
--- response_body
/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg


=== TEST 9: B, the rewrites of a location that the request is not for
--- config
    location /video/ {
        eo_token_auth B;
    }
    location = /foo.jpg {
        return 200 "wrong\n";
    }
    location /2 {
        return 200 "right\n";
    }
--- request
GET /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg
--- response_body
right


=== TEST 10: B, a link does not open an internal location
--- config
    location /video/ {
        internal;
        eo_token_auth B;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg')
--- error_code: 404


=== TEST 11: B, rewrites of the server see the signed path
--- config
    rewrite ^/old/(.*)$ /video/$1;
    eo_token_auth B;
--- request eval
"GET " . Links::link_b('/old/foo.jpg')
--- response_body
video


=== TEST 12: B, an origin without a URI
--- config
    location /video/ {
        eo_token_auth B;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_b('/video/a%20b+c.jpg') . "?x=%20"
--- response_body
/video/a%20b+c.jpg?x=%20


=== TEST 13: B, an origin with a URI
--- config
    location /video/ {
        eo_token_auth B;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT/base/;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg') . "?x=1"
--- response_body
/base/foo.jpg?x=1


=== TEST 14: B, a location that matches the prefix, an origin
--- config
    location /2 {
        eo_token_auth B;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg')
--- response_body
/video/foo.jpg


=== TEST 15: B, a long location by the prefix and its URI is not put in, as after a rewrite
--- config
    location /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo {
        eo_token_auth B;
        eo_token_auth_timeout 20y;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT/base;
    }
--- request
GET /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg
--- response_body
/foo.jpg


=== TEST 16: B, strip off, the location is that of the path as sent
--- config
    location /2 {
        eo_token_auth B;
        eo_token_auth_strip off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
    location /video/ {
        return 200 "wrong\n";
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg')
--- response_body_like
^/\d{12}/[0-9a-f]{32}/video/foo.jpg$


=== TEST 17: A, the origin gets no token
--- config
    location /video/ {
        eo_token_auth A;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_a('/video/a%20b.jpg', args => 'a=%31&b')
--- response_body
/video/a%20b.jpg?a=%31&b


=== TEST 18: A, the token was the only argument
--- config
    location /video/ {
        eo_token_auth A;
        add_header X-URI "$uri$is_args$args|$request_uri|$arg_sign|";
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- response_body
/video/foo.jpg
--- response_headers
X-URI: /video/foo.jpg|/video/foo.jpg||


=== TEST 19: A, strip off
--- config
    location /video/ {
        eo_token_auth A;
        eo_token_auth_strip off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg', args => 'x=1')
--- response_body_like
^/video/foo.jpg\?x=1&sign=\d{10}-r4nd-0-[0-9a-f]{32}$


=== TEST 20: D, an origin with a URI
--- config
    location /video/ {
        eo_token_auth D;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT/base/;
    }
--- request eval
"GET " . Links::link_d('/video/foo.jpg', args => 'a=1&b=2')
--- response_body
/base/foo.jpg?a=1&b=2


=== TEST 21: $request_uri was evaluated before the check
--- config
    location /video/ {
        eo_token_auth A;
        set $seen $request_uri;
        add_header X-Request-URI $request_uri;
        add_header X-Seen $seen;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- response_body
video
--- response_headers_like
X-Request-URI: ^/video/foo.jpg$
X-Seen: ^/video/foo.jpg\?sign=.*


=== TEST 22: a rewrite before the check, as of a front controller
--- config
    rewrite ^/(.*)$ /video/foo.jpg?from=$1 last;
    eo_token_auth A;
    add_header X-Args $args;
--- request eval
"GET " . Links::link_a('/some/page', args => 'x=1')
--- response_body
video
--- response_headers
X-Args: from=some/page&x=1


=== TEST 23: a rewrite does not lead around the check
--- config
    rewrite ^/(.*)$ /video/foo.jpg last;
    eo_token_auth A;
--- request
GET /some/page
--- error_code: 403


=== TEST 24: try_files and a named location are checked once
--- config
    eo_token_auth A;
    location /video/ {
        try_files $uri @origin;
    }
    location @origin {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_a('/video/none.jpg')
--- response_body
/video/none.jpg
--- no_error_log
link refused


=== TEST 25: index, an internal redirect
--- config
    eo_token_auth A;
--- request eval
"GET " . Links::link_a('/video/')
--- response_body
index


=== TEST 26: an internal redirect adds the rule of the other location
--- config
    location /video/ {
        eo_token_auth A;
        try_files /nothing /other/foo.jpg;
    }
    location /other/ {
        eo_token_auth A;
        eo_token_auth_param token;
        alias html/video/;
        add_header X-Status $eo_token_auth_status always;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- error_code: 403
--- response_headers
X-Status: missing


=== TEST 27: both rules hold
--- config
    location /video/ {
        eo_token_auth A;
        try_files /nothing /other/foo.jpg?$args;
    }
    location /other/ {
        eo_token_auth A;
        eo_token_auth_param token;
        alias html/video/;
        add_header X-Args "-$args-";
    }
--- request eval
my ($token) = Links::link_a('/video/foo.jpg', param => 'token') =~ /\?(.*)/;
"GET " . Links::link_a('/video/foo.jpg', args => $token)
--- response_body
video
--- response_headers
X-Args: --


=== TEST 28: the same rule, written twice
--- config
    location /video/ {
        eo_token_auth A;
        try_files /nothing /other/foo.jpg;
    }
    location /other/ {
        eo_token_auth A;
        alias html/video/;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- response_body
video


=== TEST 29: an error page for a refused link
--- config
    eo_token_auth A;
    error_page 403 /denied.html;
    location = /denied.html {
        eo_token_auth off;
    }
--- request
GET /foo.jpg
--- error_code: 403
--- response_body
my page


=== TEST 30: an error page of another status
--- config
    eo_token_auth A;
    error_page 404 /denied.html;
--- request eval
"GET " . Links::link_a('/none.jpg')
--- error_code: 404
--- response_body
my page


=== TEST 31: satisfy any, a refused link is final
--- config
    eo_token_auth A;
    location /video/ {
        satisfy any;
        allow all;
    }
--- request
GET /video/foo.jpg
--- error_code: 403


=== TEST 32: satisfy any, a good link does not stand in for a password
--- config
    eo_token_auth A;
    location /video/ {
        satisfy any;
        deny all;
        auth_basic "closed";
        auth_basic_user_file html/foo.jpg;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- error_code: 401


=== TEST 33: deny beside a good link
--- config
    eo_token_auth A;
    location /video/ {
        deny all;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- error_code: 403


=== TEST 34: one cached object, whatever the token
--- config
    location /video/ {
        eo_token_auth A;
        proxy_cache cache;
        proxy_cache_valid 200 1m;
        add_header X-Cache $upstream_cache_status;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
["GET " . Links::link_a('/video/c.jpg', args => 'x=1'),
 "GET " . Links::link_a('/video/c.jpg', args => 'x=1', time => time - 60),
 "GET /video/c.jpg?x=1"]
--- error_code eval
[200, 200, 403]
--- response_headers eval
["X-Cache: MISS", "X-Cache: HIT", ""]


=== TEST 35: one cached object by $request_uri and prefix tokens
--- config
    location /video/ {
        eo_token_auth C;
        proxy_cache cache;
        proxy_cache_key $request_uri;
        proxy_cache_valid 200 1m;
        add_header X-Cache $upstream_cache_status;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
["GET " . Links::link_c('/video/d.jpg'),
 "GET " . Links::link_c('/video/d.jpg', time => time - 60)]
--- response_headers eval
["X-Cache: MISS", "X-Cache: HIT"]


=== TEST 36: Range
--- config
    eo_token_auth HMAC;
    eo_token_auth_key k1:0123456789abcdef;
--- request eval
"GET " . Links::link_hmac('/video/foo.jpg')
--- more_headers
Range: bytes=1-2
--- error_code: 206
--- response_body: id


=== TEST 37: HEAD
--- config
    eo_token_auth VOD;
--- request eval
["HEAD " . Links::link_vod('/video/foo.jpg'), "HEAD /video/foo.jpg"]
--- error_code eval
[200, 403]
--- response_body eval
["", ""]


=== TEST 38: HTTP/2
--- http2
--- skip_nginx: 3: < 1.25.1
--- config
    location /video/ {
        eo_token_auth B;
        add_header X-Proto $server_protocol;
    }
--- request eval
"GET " . Links::link_b('/video/foo.jpg')
--- response_body
video
--- response_headers
X-Proto: HTTP/2.0


=== TEST 39: a subrequest is not asked for a token
--- config
    location /video/ {
        eo_token_auth A;
        auth_request /auth;
    }
    location = /auth {
        eo_token_auth A;
        eo_token_auth_param token;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
"GET " . Links::link_a('/video/foo.jpg')
--- response_body
video


=== TEST 40: HMAC, an older key by its id
--- config
    eo_token_auth HMAC;
    eo_token_auth_key k2:fedcba9876543210 k1:0123456789abcdef;
--- request eval
["GET " . Links::link_hmac('/foo.jpg'),
 "GET " . Links::link_hmac('/foo.jpg', id => 'k2'),
 "GET " . Links::link_hmac('/foo.jpg', id => 'k3'),
 "GET " . Links::link_hmac('/foo.jpg', expires => time - 1)]
--- error_code eval
[200, 403, 403, 403]


=== TEST 41: VOD, a preview stays for the origin and has its own object
--- config
    location /video/ {
        eo_token_auth VOD;
        add_header X-Preview $eo_token_auth_preview;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
["GET " . Links::link_vod('/video/a.mp4', exper => 30, us => 'x1'),
 "GET " . Links::link_vod('/video/a.mp4', exper => 0, us => 'x2')]
--- response_body eval
["/video/a.mp4?exper=30\n", "/video/a.mp4\n"]
--- response_headers eval
["X-Preview: 30", "X-Preview:"]


=== TEST 42: VOD, referer, start and address
--- config
    eo_token_auth VOD;
    add_header X-Status $eo_token_auth_status always;
--- more_headers
Referer: https://www.example.com/page
--- request eval
["GET " . Links::link_vod('/foo.jpg', whref => '*.example.com'),
 "GET " . Links::link_vod('/foo.jpg', bkref => '*.example.com'),
 "GET " . Links::link_vod('/foo.jpg', whip => '127.0.0.0/8'),
 "GET " . Links::link_vod('/foo.jpg', bkip => '127.0.0.0/8'),
 "GET " . Links::link_vod('/foo.jpg', plive => sprintf '%08x', time - 5),
 "GET " . Links::link_vod('/foo.jpg', plive => sprintf '%08x', time + 3000),
 "GET " . Links::link_vod('/foo.jpg', time => time - 20),
 "GET " . Links::link_vod('/foo.jpg', time => time - 400)]
--- error_code eval
[200, 403, 200, 403, 200, 403, 200, 403]
--- response_headers eval
["X-Status: ok", "X-Status: denied", "X-Status: ok", "X-Status: denied",
 "X-Status: ok", "X-Status: denied", "X-Status: ok", "X-Status: expired"]


=== TEST 43: VOD, the address that realip has found
--- config
    eo_token_auth VOD;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
--- more_headers
X-Real-IP: 2001:db8::7
--- request eval
["GET " . Links::link_vod('/foo.jpg', whip => '2001:db8::/32'),
 "GET " . Links::link_vod('/foo.jpg', whip => '127.0.0.1')]
--- error_code eval
[200, 403]


=== TEST 44: several locations with their own methods and keys
--- config
    location /video/ {
        eo_token_auth D;
    }
    location /foo.jpg {
        eo_token_auth A;
        eo_token_auth_key BCChgIM4o0k08Uk0Jgi3f27ir3;
    }
--- request eval
["GET " . Links::link_d('/video/foo.jpg'),
 "GET " . Links::link_a('/foo.jpg', key => 'BCChgIM4o0k08Uk0Jgi3f27ir3'),
 "GET " . Links::link_a('/foo.jpg'),
 "GET " . Links::link_a('/video/foo.jpg')]
--- error_code eval
[200, 200, 403, 403]


=== TEST 45: the page tells nothing of the reason
--- config
    eo_token_auth A;
--- request
GET /foo.jpg?sign=nonsense
--- more_headers
Accept: application/json
--- error_code: 403
--- response_body_unlike: malformed|timestamp|digest|token


=== TEST 46: the exception in the log
--- config
    eo_token_auth A;
    add_header X-Exception $eo_edge_exception always;
--- request
GET /foo.jpg
--- error_code: 403
--- response_headers
X-Exception: client_request_exception_token_auth


=== TEST 47: a refused link stays refused in a named location
--- config
    eo_token_auth A;
    error_page 403 = @app;
    location @app {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
["GET /secret", "GET /secret?sign=1721028437-r-0-" . 'a' x 32,
 "GET " . Links::link_a('/secret') . "0", "GET " . Links::link_a('/secret'),
 "HEAD /secret"]
--- error_code eval
[403, 403, 403, 404, 403]
--- response_body_unlike eval
[qr/secret/, qr/secret/, qr/secret/, qr/secret/, qr/secret/]


=== TEST 48: a refused link stays refused at a page under the same rule
--- config
    eo_token_auth A;
    error_page 403 =200 /foo.jpg;
--- request eval
["GET /foo.jpg", "GET /video/foo.jpg"]
--- error_code eval
[403, 403]
--- response_body_unlike eval
[qr/^root$/, qr/^root$/]
--- error_log
the page in place of a refused link is refused, too


=== TEST 49: a refused link under another rule, and one that was met before
--- config
    eo_token_auth A;
    location /video/ {
        eo_token_auth D;
        error_page 403 = @app;
    }
    location @app {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
["GET /video/x", "GET " . Links::link_a('/video/x'),
 "GET " . Links::link_d('/video/foo.jpg')]
--- error_code eval
[403, 200, 200]
--- response_body_like eval
[qr/403/, qr{^/video/x$}, qr/^video$/]


=== TEST 50: a valid link falls back to a named location
--- config
    eo_token_auth A;
    location ~ . {
        try_files $uri @app;
    }
    location @app {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    }
--- request eval
["GET " . Links::link_a('/none'), "GET " . Links::link_a('/foo.jpg'),
 "GET /none"]
--- error_code eval
[200, 200, 403]
--- response_body_like eval
[qr{^/none$}, qr/^root$/, qr/403/]


=== TEST 51: B, a rewrite of the server, and an unchecked location after it
--- config
    rewrite ^/old/(.*)$ /open/$1;
    location /video/ {
        eo_token_auth B;
    }
    location /open/ {
        return 200 "open $uri\n";
    }
    location /2 {
        return 200 "whole $uri $args\n";
    }
--- request eval
my $t = '/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e';
["GET $t/old/x?a=1", "GET $t/x?a=1", "GET /old/x",
 "GET " . Links::link_b('/video/foo.jpg')]
--- response_body eval
my $t = '/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e';
["whole $t/old/x a=1\n", "whole $t/x a=1\n", "open /open/x\n", "video\n"]


=== TEST 52: C, a rewrite of the server with arguments, a map and an internal location
--- http_config eval
$main::origin . <<'END'
    map $uri $side {
        ~^/old/  stripped;
        default  whole;
    }
END
--- config
    if ($side = stripped) {
        set $seen stripped;
    }
    rewrite ^/old/(.*)$ /open/$1?from=old;
    rewrite ^/in/(.*)$ /hidden/$1;
    location /video/ {
        eo_token_auth C;
    }
    location /open/ {
        return 200 "open\n";
    }
    location ~ ^/[0-9a-f]+/[0-9a-f]+/in/ {
        internal;
        return 200 "hidden\n";
    }
    location /d1f0 {
        return 200 "$side $seen $uri $args\n";
    }
--- request eval
my $t = '/d1f0b51c6894231fc12e054fcc7f0b3e/6694d30f';
["GET $t/old/x?a=1", "GET $t/in/x", "GET /old/x"]
--- error_code eval
[200, 404, 200]
--- response_body_like eval
my $t = '/d1f0b51c6894231fc12e054fcc7f0b3e/6694d30f';
[qr{^whole  \Q$t\E/old/x a=1$}, qr/404/, qr/^open$/]


=== TEST 53: B, a rewrite of the server from one signed path to another
--- config
    rewrite ^/old/(.*)$ /video/$1;
    location /video/ {
        eo_token_auth B;
    }
--- request eval
["GET " . Links::link_b('/old/foo.jpg'),
 "GET " . Links::link_b('/old/foo.jpg', key => 'abcdef'),
 "GET /old/foo.jpg"]
--- error_code eval
[200, 403, 403]
--- response_body_like eval
[qr/^video$/, qr/403/, qr/403/]
