# EO-LOG-UUID: the same unsigned decimal to client, origin and log.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our %seen;

# turns a body that is an id into "new" or "seen before"

our $new_or_seen = sub {
    my ($id) = @_;

    return "not an id: $id" if $id !~ /\A(?:0|[1-9][0-9]{0,19})\z/;
    return $seen{$id}++ ? 'seen before' : 'new';
};

our $log_format = q{
    log_format uuid "log=$eo_log_uuid client=$sent_http_eo_log_uuid "
                    "origin=$upstream_http_x_seen uri=$uri";

    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        location / {
            add_header X-Seen $http_eo_log_uuid always;
            root html;
        }
        location = /302 { return 302 /; }
        location = /404 {
            add_header X-Seen $http_eo_log_uuid always;
            return 404;
        }
        location = /accel {
            add_header X-Seen $http_eo_log_uuid always;
            add_header X-Accel-Redirect /accel-target;
            return 200;
        }
    }
};

our $same = qr{log=(\d{1,20}) client=\1 origin=\1 };

run_tests();

__DATA__

=== TEST 1: a decimal without dashes, in the documented spelling
--- config
    eo on;
    location /t { return 200 ok; }
--- request
GET /t
--- raw_response_headers_like chomp
\r\nEO-LOG-UUID: (?:0|[1-9][0-9]{0,19})\r\n
--- response_body: ok



=== TEST 2: once in the response, and once in the request to the origin
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /echo
--- raw_response_headers_unlike chomp
(?i)EO-LOG-UUID.*EO-LOG-UUID
--- response_body_like chomp
\A(?!.*EO-LOG-UUID.*EO-LOG-UUID).*\r\nEO-LOG-UUID: \d{1,20}\r\n



=== TEST 3: the same to client, origin and log
--- http_config eval: $::log_format
--- config
    eo on;
    access_log logs/access.log uuid;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
--- user_files
>>> a.html
page
--- request
GET /a.html
--- response_body
page
--- access_log eval: $::same



=== TEST 4: a client cannot choose it
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /echo", "GET /echo", "GET /echo"]
--- more_headers eval
["EO-LOG-UUID: 12345",
 "eo-log-uuid: 12345",
 "EO-LOG-UUID: 12345\nEO-Log-Uuid: 12345\neo-LOG-uuid: 12345"]
--- raw_response_headers_unlike eval
[qr/12345\r/, qr/12345\r/, qr/12345\r/]
--- response_body_like eval
my $once = qr/\A(?!.*12345\r)(?!.*(?i:EO-LOG-UUID).*(?i:EO-LOG-UUID)).*\r\nEO-LOG-UUID: \d{1,20}\r\n/s;
[$once, $once, $once]



=== TEST 5: every request has another
--- config
    eo on;
    location /t { return 200 $eo_log_uuid; }
--- pipelined_requests eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t"]
--- response_body_filters eval
$::new_or_seen
--- response_body eval
[('new') x 5]



=== TEST 6: and so after a restart
--- config
    eo on;
    location /t { return 200 $eo_log_uuid; }
--- request eval
[('GET /t') x 5]
--- response_body_filters eval
$::new_or_seen
--- response_body eval
[('new') x 5]



=== TEST 7: on every kind of answer that nginx makes
--- config
    eo on;
    location = /204 { return 204; }
    location = /301 { return 301 /; }
    location = /401 { return 401; }
    location = /403 { deny all; }
    location = /405 { root html; }
    location = /500 { return 500; }
    location = /599 { return 599; }
    location = /empty { empty_gif; }
--- user_files
>>> a.html
0123456789
--- request eval
["GET /204", "GET /301", "GET /401", "GET /403", "POST /a.html\nx", "GET /500",
 "GET /599", "GET /missing", "GET /a.html", "HEAD /a.html", "GET /a.html HTTP/1.0"]
--- error_code eval
[204, 301, 401, 403, 405, 500, 599, 404, 200, 200, 200]
--- raw_response_headers_like eval
[(qr/\r\nEO-LOG-UUID: \d{1,20}\r\n/) x 11]



=== TEST 8: on a partial answer and on one that is not modified
--- config
    eo on;
    if_modified_since before;
--- user_files
>>> a.html
0123456789
--- request eval
["GET /a.html", "GET /a.html"]
--- more_headers eval
["Range: bytes=0-3", "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT"]
--- error_code eval
[206, 304]
--- raw_response_headers_like eval
[(qr/\r\nEO-LOG-UUID: \d{1,20}\r\n/) x 2]



=== TEST 9: the same after error_page with a URI
--- http_config eval: $::log_format
--- config
    eo on;
    access_log logs/access.log uuid;
    location = /uri {
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1/404;
        proxy_intercept_errors on;
        error_page 404 /other;
    }
    location = /other {
        internal;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1/404;
    }
--- request
GET /uri
--- error_code: 404
--- access_log eval
qr{log=(\d+) client=\1 origin=\1 uri=/other}



=== TEST 10: the same after error_page with a named location
--- http_config eval: $::log_format
--- config
    eo on;
    access_log logs/access.log uuid;
    location = /named {
        error_page 403 = @named;
        deny all;
    }
    location @named {
        rewrite ^ /404 break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- request
GET /named
--- error_code: 404
--- access_log eval
qr{log=(\d+) client=\1 origin=\1 uri=/404}



=== TEST 11: the same after try_files, rewrite and index
--- http_config eval: $::log_format
--- config
    eo on;
    access_log logs/access.log uuid;
    location /try { try_files /missing @origin; }
    location /rewrite { rewrite ^ /a.html last; }
    location /dir/ { root html; index missing.html /a.html; }
    location /a.html { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
    location @origin {
        rewrite ^ /a.html break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- user_files
>>> a.html
page
>>> dir/x
x
--- request eval
["GET /try", "GET /rewrite", "GET /dir/"]
--- response_body eval
["page\n", "page\n", "page\n"]
--- no_access_log eval
[qr{log=(\d+) client=(?!\1 )}, qr{log=(\d+) client=\1 origin=(?!\1 )}]



=== TEST 12: the same after X-Accel-Redirect
--- http_config eval: $::log_format
--- config
    eo on;
    access_log logs/access.log uuid;
    location = /accel { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
    location = /accel-target {
        internal;
        add_header X-Id $eo_log_uuid;
        root html;
    }
--- user_files
>>> accel-target
target
--- request
GET /accel
--- response_body
target
--- raw_response_headers_like chomp
EO-LOG-UUID: (\d+)\r\n.*X-Id: \1\r\n
--- access_log eval
qr{log=(\d+) client=\1 origin=\1 uri=/accel-target}



=== TEST 13: the same in subrequests (auth_request, mirror, SSI, addition)
--- http_config eval: $::log_format
--- config
    eo on;
    log_subrequest on;
    access_log logs/access.log uuid;
    location = /main {
        auth_request /sub;
        mirror /sub-mirror;
        ssi on;
        ssi_types text/plain;
        add_before_body /sub-before;
        addition_types text/plain;
        root html;
    }
    location /sub {
        rewrite ^ /a.html break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- user_files
>>> main
id <!--#echo var="eo_log_uuid" --> <!--#include virtual="/sub-ssi" -->
>>> a.html
sub
--- request
GET /main
--- wait: 0.2
--- response_body_like chomp
sub\nid \d{1,20} sub
--- access_log eval
[(qr{log=(\d+) client=\S+ origin=\1 uri=/a\.html}) x 4, qr{uri=/main}]
--- no_access_log eval
qr{log=(\d+) client=\S* origin=(?!\1 |- )}



=== TEST 14: each slice request carries the id of its main request
--- skip_eval: 4: system("$Test::Nginx::Util::NginxBinary -V 2>&1 | grep -q with-http_slice_module") != 0
--- http_config
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        access_log logs/origin.log;
        location / { root html; add_header X-Seen $http_eo_log_uuid always; }
    }
    log_format slices "log=$eo_log_uuid origin=$upstream_http_x_seen.";
--- config
    eo on;
    log_subrequest on;
    access_log logs/access.log slices;
    location / {
        slice 4;
        proxy_cache c;
        proxy_cache_key $uri$slice_range;
        proxy_cache_valid 200 206 1h;
        proxy_set_header Range $slice_range;
        proxy_http_version 1.1;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- user_files
>>> a.html
0123456789
--- request
GET /a.html
--- response_body
0123456789
--- access_log eval
qr{log=(\d+) origin=\1\.}
--- no_access_log eval
qr{log=(\d+) origin=(?!\1\.)}



=== TEST 15: an id in the origin's answer is replaced
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /fields?EO-LOG-UUID=777x&eo-log-uuid=777y
--- raw_response_headers_unlike chomp
(?i)777[xy]|EO-LOG-UUID.*EO-LOG-UUID
--- raw_response_headers_like chomp
EO-LOG-UUID: \d{1,20}\r\n



=== TEST 16: a cached answer gets the id of its own request
--- http_config
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
--- config
    eo on;
    location /fields {
        proxy_cache c;
        proxy_cache_valid 200 1h;
        add_header X-Cache $upstream_cache_status;
        add_header X-Id $eo_log_uuid;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request eval
[("GET /fields?EO-LOG-UUID=777x") x 2]
--- raw_response_headers_like eval
[qr/EO-LOG-UUID: (\d+)\r\n(?=.*X-Cache: MISS).*X-Id: \1\r\n/s,
 qr/EO-LOG-UUID: (\d+)\r\n(?=.*X-Cache: HIT).*X-Id: \1\r\n/s]
--- raw_response_headers_unlike eval
[(qr/777x|EO-LOG-UUID.*EO-LOG-UUID/s) x 2]



=== TEST 17: over HTTP/2
--- http2
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /echo
--- raw_response_headers_like chomp
\r\neo-log-uuid: \d{1,20}\r\n
--- response_body_like chomp
\r\nEO-LOG-UUID: \d{1,20}\r\n



=== TEST 18: switched off, nothing is sent
--- config
    eo on;
    eo_log_uuid off;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /echo
--- raw_response_headers_unlike chomp
(?i)EO-LOG-UUID
--- response_body_unlike chomp
(?i)EO-LOG-UUID



=== TEST 19: switched on alone, nothing else is
--- config
    eo_log_uuid on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /echo
--- raw_response_headers_like chomp
\r\nEO-LOG-UUID: \d{1,20}\r\n
--- response_body_like chomp
\A(?!.*(?:EO-Connecting-IP|CDN-Loop|X-Forwarded)).*\r\nEO-LOG-UUID: \d{1,20}\r\n



=== TEST 20: a location may differ from its server
--- config
    eo on;
    location /off { eo_log_uuid off; return 200 off; }
    location /on { return 200 on; }
--- request eval
["GET /off", "GET /on"]
--- raw_response_headers_like eval
[qr/\A(?!.*EO-LOG-UUID)/s, qr/\r\nEO-LOG-UUID: \d/]
--- response_body eval
["off", "on"]
