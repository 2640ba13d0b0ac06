use FindBin;
use lib $FindBin::Bin;
use Links;

use Test::Nginx::Socket 'no_plan';

# Links of a folder by method HMAC: what is in it opens, what is beside it or
# above it does not, whichever way it is written.

add_block_preprocessor(sub {
    my ($block) = @_;

    if (!defined $block->http_config) {
        $block->set_value('http_config', <<'END');
    eo_token_auth_key k1:0123456789abcdef k2:fedcba9876543210;
END
    }

    if (!defined $block->user_files) {
        $block->set_value('user_files', <<'END');
>>> hls/film/index.m3u8
#EXTM3U
720/one.ts
>>> hls/film/720/one.ts
one
>>> hls/film2/two.ts
two
>>> hls/above.ts
above
>>> a/x
a
>>> ab/x
ab
END
    }
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: the token in front of the path
--- config
    location /hls/ {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
        add_header X-URI "$uri $request_uri $eo_token_auth_status";
    }
--- request eval
my $t = Links::folder('/hls/film/');
["GET /$t/hls/film/index.m3u8", "GET /$t/hls/film/720/one.ts?x=1"]
--- response_body eval
["#EXTM3U\n720/one.ts\n", "one\n"]
--- response_headers eval
["X-URI: /hls/film/index.m3u8 /hls/film/index.m3u8 ok",
 "X-URI: /hls/film/720/one.ts /hls/film/720/one.ts?x=1 ok"]


=== TEST 2: the token as a parameter, and the link of one file
--- config
    location /hls/ {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
        add_header X-URI "$request_uri";
    }
--- request eval
my $t = Links::folder('/hls/film/');
["GET /hls/film/index.m3u8?sign=$t", "GET /hls/film/720/one.ts?x=1&sign=$t",
 "GET " . Links::link_hmac('/hls/film/720/one.ts')]
--- response_body eval
["#EXTM3U\n720/one.ts\n", "one\n", "one\n"]
--- response_headers eval
["X-URI: /hls/film/index.m3u8", "X-URI: /hls/film/720/one.ts?x=1",
 "X-URI: /hls/film/720/one.ts"]


=== TEST 3: what is not in the folder, the token in front
--- config
    eo_token_auth HMAC;
    eo_token_auth_scope prefix;
    location ~ . {
        empty_gif;
    }
--- request eval
my $t = Links::folder('/hls/film/');
[map { "GET /$t$_" } @Links::outside]
--- error_code eval
[map { 403 } @Links::outside]
--- response_body_unlike eval
[map { qr/GIF/ } @Links::outside]


=== TEST 4: what is not in the folder, the token as a parameter
--- config
    eo_token_auth HMAC;
    eo_token_auth_scope prefix;
    location ~ . {
        empty_gif;
    }
--- request eval
my $t = Links::folder('/hls/film/');
[map { "GET $_?sign=$t" } @Links::outside]
--- error_code eval
[map { 403 } @Links::outside]
--- response_body_unlike eval
[map { qr/GIF/ } @Links::outside]


=== TEST 5: ordinary names in the folder
--- config
    eo_token_auth HMAC;
    eo_token_auth_scope prefix;
    location ~ . {
        empty_gif;
    }
--- request eval
my $t = Links::folder('/hls/film/');
[map { "GET /$t/hls/film/$_" } '', 'a..b.ts', 'x.ts?y=../..', 'a/b/c/d.m4s',
 'a%20b.ts', '%E6%98%9F.ts', '100%25.ts', '.hidden', 'a;v=1.ts', 'init-0.mp4',
 'seg_1,2.ts', 'a+b(1).vtt', 'k1.1721028437.2.x/a.ts']
--- response_body_like eval
[(qr/^GIF/) x 13]


=== TEST 6: a folder /a is not /ab, and a token of a file is none of a folder
--- config
    eo_token_auth HMAC;
    eo_token_auth_scope prefix;
--- request eval
my $t = Links::folder('/a/');
my ($f) = Links::link_hmac('/a/') =~ /sign=(.*)/;
my $d = $f =~ s/\.([^.]+)$/.1.$1/r;
["GET /$t/a/x", "GET /$t/ab/x", "GET /ab/x?sign=$t", "GET /a/x?sign=$f",
 "GET /a/x?sign=$d", "GET /$d/a/x",
 "GET /" . Links::folder('/a', depth => 1) . "/a/x",
 "GET /" . Links::folder('/a', depth => 0) . "/ab/x"]
--- error_code eval
[200, (403) x 7]


=== TEST 7: time, keys, depth
--- config
    eo_token_auth HMAC;
    eo_token_auth_scope prefix;
--- request eval
my $t = Links::folder('/hls/');
my $p = '/hls/film/720/one.ts';
["GET /$t$p", "GET /" . Links::folder('/') . $p,
 "GET /" . Links::folder('/hls/film/720/') . $p,
 "GET /" . Links::folder('/hls/', id => 'k2', key => 'fedcba9876543210') . $p,
 "GET /" . Links::folder('/hls/', expires => time - 1) . $p,
 "GET /" . Links::folder('/hls/', key => '0123456789abcdeX') . $p,
 "GET /" . Links::folder('/hls/', id => 'k3') . $p,
 "GET /" . Links::folder('/hls/', depth => 0) . $p,
 "GET /" . Links::folder('/hls/', depth => 2) . $p,
 "GET /" . Links::folder('/hls/', depth => '01') . $p,
 "GET $p?sign=" . Links::folder('/hls/', depth => '-1'),
 "GET $p?sign=" . Links::folder('/hls/', depth => ''),
 "GET $p?sign=" . Links::folder('/hls/', depth => '99999999999999999999'),
 "GET /$t/$t$p", "GET /$t"]
--- error_code eval
[(200) x 4, (403) x 11]


=== TEST 8: without the scope a token of a folder opens nothing
--- config
    location /hls/ {
        eo_token_auth HMAC;
    }
--- request eval
my $t = Links::folder('/hls/film/');
["GET /$t/hls/film/720/one.ts", "GET /hls/film/720/one.ts?sign=$t",
 "GET " . Links::link_hmac('/hls/film/720/one.ts')]
--- error_code eval
[404, 403, 200]


=== TEST 9: the log says what is missing
--- config
    eo_token_auth HMAC;
--- request eval
"GET /hls/film/720/one.ts?sign=" . Links::folder('/hls/film/')
--- error_code: 403
--- error_log
malformed (the token is that of a folder; see eo_token_auth_scope)


=== TEST 10: a path of that look where nothing is checked
--- config
    location /hls/ {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
    }
    location /k1. {
        return 200 "$uri\n";
    }
    location /open/ {
        return 200 "$uri\n";
    }
--- request eval
my $t = Links::folder('/open/');
["GET /$t/open/x", "GET /open/x"]
--- response_body_like eval
[qr{^/k1\.\d+\.1\.[\w-]+/open/x$}, qr{^/open/x$}]


=== TEST 11: strip off, one cached object, the request to the origin
--- http_config
    eo_token_auth_key k1:0123456789abcdef;
    proxy_cache_path $TEST_NGINX_SERVROOT/cache keys_zone=folder:1m;
--- config
    location /hls/ {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin/;
        proxy_cache folder;
        proxy_cache_valid 200 1m;
        add_header X-Cache $upstream_cache_status;
    }
    location ~ ^/[^/]+/kept/ {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
        eo_token_auth_strip off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin$request_uri;
    }
    location /origin/ {
        return 200 "$request_uri\n";
    }
--- request eval
["GET /" . Links::folder('/hls/film/') . '/hls/film/a.ts?q=1',
 "GET /hls/film/a.ts?q=1&sign=" . Links::folder('/hls/'),
 "GET /" . Links::folder('/kept/') . '/kept/x']
--- response_body_like eval
[qr{^/origin/film/a.ts\?q=1$}, qr{^/origin/film/a.ts\?q=1$},
 qr{^/origin/k1\.\d+\.1\.[\w-]+/kept/x$}]
--- response_headers eval
["X-Cache: MISS", "X-Cache: HIT", "X-Cache:"]


=== TEST 12: links of a folder are made
--- config
    location = /sign {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
        eo_token_auth_sign;
    }
--- request eval
["GET /sign?time=1721028437&url=/hls/film/index.m3u8%3Fa%3D1",
 "GET /sign?time=1721028437&url=http://h/", "GET /sign?url=/a//b",
 "GET /sign?url=/a/..%253bx/b"]
--- response_body_like eval
my $link = Links::folder('/hls/film/', expires => 1721030237);
my $root = Links::folder('/', expires => 1721030237);
[qr{^\Q{"url":"/$link/hls/film/index.m3u8?a=1","expires":1721030237}\E$},
 qr{^\Q{"url":"http://h/$root/","expires":1721030237}\E$},
 qr/"error":"there is a \\"\/\/\\" in the path/,
 qr/"error":"a segment in a signed folder begins with/]
--- error_code eval
[200, 200, 400, 400]


=== TEST 13: the scope is of method HMAC
--- config
    eo_token_auth A;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_scope prefix;
--- must_die
--- error_log
the scope "prefix" is for method HMAC only


=== TEST 14: an unknown scope
--- config
    eo_token_auth_scope folder;
--- must_die
--- error_log
invalid value "folder" in "eo_token_auth_scope" directive, it must be "path" or "prefix"


=== TEST 15: an unknown rule of us
--- config
    eo_token_auth_vod_us none;
--- must_die
--- error_log
invalid value "none" in "eo_token_auth_vod_us" directive, it must be "apart" or "any"


=== TEST 16: a rewrite of the server and an unchecked location
--- config
    rewrite ^/old/(.*)$ /open/$1;
    location /hls/ {
        eo_token_auth HMAC;
        eo_token_auth_scope prefix;
    }
    location /open/ {
        return 200 "open\n";
    }
    location /k1. {
        return 200 "whole\n";
    }
--- request eval
"GET /" . Links::folder('/old/') . '/old/x'
--- response_body
whole
