# Hostile values of every header that a node reads: it answers something
# sensible, soon, and goes on.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use JSON::PP ();

EO::Origin->start();

our $config = q{
    eo on;
    eo_client_ip_header EO-Client-IP;
    eo_request_limits headers=100000 size=8m;
    large_client_header_buffers 64 64k;
    proxy_buffer_size 64k;
    proxy_buffers 8 64k;
    proxy_busy_buffers_size 128k;
    location = /alive { return 200 "alive\n"; }
    location /refused { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
};

our @names = ('CDN-Loop', 'Range', 'X-Forwarded-For', 'X-Forwarded-Proto',
              'EO-LOG-UUID', 'EO-Connecting-IP', 'EO-Client-IP', 'Accept');

our $control = join '', map { chr } 1 .. 9, 11, 12, 14 .. 31, 127 .. 255;

run_tests();

__DATA__

=== TEST 1: empty values
--- config eval: $::config
--- request eval
[('GET /t') x 8, 'GET /alive']
--- more_headers eval
[(map { "$_:" } @::names), 'X: y']
--- error_code_like eval
[(qr/\A(?:200|416)\z/) x 8, qr/200/]



=== TEST 2: empty values of requests that fail
--- config eval: $::config
--- request eval
[('GET /refused') x 8, 'GET /alive']
--- more_headers eval
[(map { "$_:" } @::names), 'X: y']
--- error_code_like eval
[(qr/\A(?:521|416)\z/) x 8, qr/200/]



=== TEST 3: 60 KB of one letter
--- config eval: $::config
--- request eval
[('GET /t') x 8, 'GET /alive']
--- more_headers eval
[(map { "$_: " . 'a' x 60_000 } @::names), 'X: y']
--- error_code_like eval
[(qr/\A(?:200|416)\z/) x 8, qr/200/]



=== TEST 4: 60 KB of separators
--- config eval: $::config
--- request eval
[('GET /t') x 40, 'GET /alive']
--- more_headers eval
[(map { my $c = $_; map { "$_: " . $c x 60_000 } @::names } ',', ';', '=', '"', '\\'),
 'X: y']
--- error_code_like eval
[(qr/\A(?:200|416|423)\z/) x 40, qr/200/]



=== TEST 5: control bytes and bytes above 127
--- config eval: $::config
--- request eval
[('GET /t') x 8, ('GET /refused') x 8, 'GET /alive']
--- more_headers eval
[(map { "$_: a$::control" } @::names) x 2, 'X: y']
--- error_code_like eval
[(qr/\A(?:200|400|416|423)\z/) x 8, (qr/\A(?:521|400|416|423)\z/) x 8, qr/200/]



=== TEST 6: a NUL is nginx's 400, with our page
--- config eval: $::config
--- request eval
[('GET /t') x 8, 'GET /alive']
--- more_headers eval
[(map { "$_: a\0b" } @::names), 'X: y']
--- error_code eval
[(400) x 8, 200]
--- raw_response_headers_like eval
[(qr/EO-LOG-UUID: \d+\r\n/) x 9]



=== TEST 7: five thousand lines of each
--- config eval: $::config
--- request eval
[('GET /alive') x 8, 'GET /alive']
--- more_headers eval
[(map { CORE::join "\n", ("$_: a=b") x 5_000 } @::names), 'X: y']
--- error_code_like eval
[(qr/\A(?:200|400|416)\z/) x 8, qr/200/]



=== TEST 8: nine hundred lines of each, to an origin
--- config eval: $::config
--- request eval
[('GET /t') x 6, 'GET /alive']
--- more_headers eval
[(map { my $name = $_; CORE::join "\n", map { "$name: x$_" } 1 .. 900 }
  grep { $_ ne 'Range' && $_ ne 'Accept' } @::names), 'X: y']
--- error_code_like eval
[(qr/\A200\z/) x 7]



=== TEST 9: thousands of members of CDN-Loop
--- config eval: $::config
--- request eval
[('GET /t') x 5, 'GET /alive']
--- more_headers eval
["CDN-Loop: " . CORE::join(',', ('TencentEdgeOne; loops=1') x 2_000),
 "CDN-Loop: " . CORE::join(',', ('TencentEdgeOne; loops=1') x 2_000, 'TencentEdgeOne; loops=16'),
 "CDN-Loop: a" . '; loops=16' x 5_000,
 "CDN-Loop: TencentEdgeOne" . '; loops=1' x 5_000,
 "CDN-Loop: " . CORE::join("\nCDN-Loop: ", map { "cdn$_; loops=99" } 1 .. 900),
 'X: y']
--- error_code_like eval
[qr/200/, qr/423/, qr/200/, qr/200|423/, qr/200/, qr/200/]



=== TEST 10: quoted strings and escapes of CDN-Loop that do not end
--- config eval: $::config
--- request eval
[('GET /t') x 7, 'GET /alive']
--- more_headers eval
[(map { "CDN-Loop: $_" } '"', '"\\', 'TencentEdgeOne; loops="', 'TencentEdgeOne; loops="1\\',
  'a; b="\\"', 'TencentEdgeOne; "loops"=1', ';loops=16'), 'X: y']
--- error_code_like eval
[(qr/\A(?:200|423)\z/) x 7, qr/200/]



=== TEST 11: loops that would overflow
--- config eval: $::config
--- request eval
[('GET /t') x 8]
--- more_headers eval
[map { "CDN-Loop: TencentEdgeOne; loops=$_" } 2**31, 2**32, 2**32 + 1,
 '18446744073709551615', '18446744073709551616', '18446744073709551617',
 '9' x 100, '9' x 60_000]
--- error_code eval
[(423) x 8]



=== TEST 12: ranges that would overflow
--- config eval: $::config
--- request eval
[('GET /t') x 7]
--- more_headers eval
[map { "Range: bytes=$_" } '18446744073709551616-0', '18446744073709551617-1',
 '9223372036854775808-0', '9' x 60_000 . '-0', '1-0', '-1-0',
 '0-1,' . '9' x 1000 . '-1']
--- error_code eval
[(416) x 7]



=== TEST 13: thousands of ranges
--- config eval: $::config . 'location /f { root html; }'
--- user_files
>>> f
0123456789
--- request eval
["GET /f", "GET /f", "GET /f", "GET /alive"]
--- more_headers eval
["Range: bytes=" . CORE::join(',', ('0-1') x 10_000),
 "Range: bytes=" . CORE::join(',', ('0-1') x 10_000, '5-2'),
 "Range: bytes=" . '-' x 50_000, "X: y"]
--- error_code_like eval
[qr/\A20[06]\z/, qr/\A416\z/, qr/\A416\z/, qr/200/]



=== TEST 14: a long list of addresses is passed on with one more
--- config eval: $::config
--- request
GET /t
--- more_headers eval
"X-Forwarded-For: " . CORE::join(', ', ('192.0.2.1') x 5_000)
--- response_body_like chomp
X-Forwarded-For: 192\.0\.2\.1, .*192\.0\.2\.1,127\.0\.0\.1\r\n



=== TEST 15: line breaks do not get into the request to the origin
--- config eval: $::config
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Forwarded-For: a\r\n folded: b\r\n\r\n"
--- error_code: 400



=== TEST 16: a bare carriage return in a value
--- config eval: $::config
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Forwarded-For: a\rEO-Evil: b\r\n\r\n"
--- error_code_like: \A(?:200|400)\z
--- response_body_unlike chomp
\nEO-Evil



=== TEST 17: hostile fields in an origin's answer
--- config eval: $::config
--- request eval
["GET /fields?Server=" . 'a' x 4_000, "GET /fields?Server=", "GET /fields?Date=" . 'a' x 4_000,
 "GET /fields?EO-LOG-UUID=" . 'a' x 4_000, "GET /fields?Server=%01%02%ff",
 "GET /fields?" . CORE::join('&', map { "EO-LOG-UUID=$_" } 1 .. 500), "GET /alive"]
--- error_code eval
[(200) x 7]
--- raw_response_headers_like eval
[(qr/\A(?!.*\nEO-LOG-UUID:.*\nEO-LOG-UUID:).*\nEO-LOG-UUID: \d{1,20}\r\n/s) x 7]



=== TEST 18: a request target of 60 KB in a page and in the log
--- config eval: $::config
--- request eval
["GET /refused" . 'a' x 60_000, "GET /refused?" . '%00"<' x 5_000, "GET /alive"]
--- error_code eval
[521, 521, 200]



=== TEST 19: hosts of every kind
--- config eval: $::config
--- request eval
[('GET /refused') x 8, 'GET /alive']
--- more_headers eval
[(map { "Host: $_" } 'a' x 60_000, $::control =~ s/[\x00-\x20\x7f]//gr, '[', '[::1', '[]:1',
  'a:99999999999999999999', ':80', '%'), 'Host: localhost']
--- error_code_like eval
[(qr/\A(?:400|418)\z/) x 8, qr/200/]



=== TEST 20: Accept with thousands of members
--- config eval: $::config
--- request eval
[('GET /refused') x 5, 'GET /alive']
--- more_headers eval
["Accept: " . CORE::join(',', ('a/b;q=0.5') x 5_000), "Accept: " . ',' x 50_000 . 'text/html',
 "Accept: text/html" . ';q=1' x 10_000, "Accept: text/html;q=" . '9' x 50_000,
 "Accept: text/html;q=\"0", "X: y"]
--- error_code eval
[(521) x 5, 200]
