# Origin errors beside what an operator has configured: error_page,
# proxy_intercept_errors, cached copies, the other series, off.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $why = q{
    log_format why "status=$status origin=$eo_origin_error "
                   "edge=$eo_edge_exception upstream=$upstream_status.";
    proxy_connect_timeout 150ms;
    proxy_read_timeout 150ms;
    resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
    resolver_timeout 150ms;
};

our $line = qr/eo origin error \d+ "\w+"/;

# files for error_page

our $files = join '', map { ">>> $_.html\n$_ page\n" } qw(old new fallback);

our $origins = q{
    location /refused/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /full/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /nx/ { set $o nx.test; proxy_pass http://$o; }
    location /unix/ { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/missing.sock; }
    location /tls/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
    location /http/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
};

our @all = ('/refused/t', '/full/t', '/nx/t', '/unix/t', '/tls/t',
            '/http/reset', '/http/silent', '/http/garbage');
our @codes = (521, 522, 523, 521, 525, 520, 524, 520);

run_tests();

__DATA__

=== TEST 1: an error page for nginx's own codes is shown with our status
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 504 /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [@::codes]
--- response_body_like eval: [(qr/\Aold page\n\z/) x 8]
--- timeout: 5



=== TEST 2: "=200" and "=" are obeyed
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 =200 /old.html;
    error_page 504 = /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [(200) x 8]
--- response_body_like eval: [(qr/\Aold page\n\z/) x 8]
--- timeout: 5



=== TEST 3: "=503" is obeyed
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 504 =503 /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [(503) x 8]
--- response_body_like eval: [(qr/\Aold page\n\z/) x 8]
--- timeout: 5



=== TEST 4: error pages for the new codes
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 520 521 522 523 524 525 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [@::codes]
--- response_body_like eval: [(qr/\Anew page\n\z/) x 8]
--- timeout: 5



=== TEST 5: the new codes come before the old
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 504 /old.html;
    error_page 520 521 522 523 524 525 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [@::codes]
--- response_body_like eval: [(qr/\Anew page\n\z/) x 8]
--- timeout: 5



=== TEST 6: whatever the order of the lines
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 520 521 522 523 524 525 /new.html;
    error_page 502 504 /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [@::codes]
--- response_body_like eval: [(qr/\Anew page\n\z/) x 8]
--- timeout: 5



=== TEST 7: new codes with "=200", "=" and "=503"
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 520 521 =200 /new.html;
    error_page 522 523 = /new.html;
    error_page 524 525 =503 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [200, 200, 200, 200, 503, 200, 503, 200]
--- response_body_like eval: [(qr/\Anew page\n\z/) x 8]
--- timeout: 5



=== TEST 8: one new code; the others keep our page
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [@::codes]
--- response_body_like eval
[qr/new page/, qr/522/, qr/523/, qr/new page/, qr/525/, qr/520/, qr/524/, qr/520/]
--- timeout: 5



=== TEST 9: a timeout is 504 to error_page, all else 502
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 504 /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [@::codes]
--- response_body_like eval
[qr/521/, qr/old page/, qr/523/, qr/521/, qr/525/, qr/520/, qr/old page/, qr/520/]
--- timeout: 5



=== TEST 10: named locations
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 520 521 522 523 = @new;
    error_page 524 525 @new;
    location @new { return 200 "named $uri\n"; }
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [200, 200, 200, 200, 525, 200, 524, 200]
--- response_body_like eval: [map { qr/\Anamed $_\n\z/ } @::all]
--- timeout: 5



=== TEST 11: named locations for the old codes
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 = @old;
    error_page 504 @old;
    location @old { return 200 "named $uri\n"; }
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [200, 522, 200, 200, 200, 200, 524, 200]
--- response_body_like eval: [map { qr/\Anamed $_\n\z/ } @::all]
--- timeout: 5



=== TEST 12: a named location that asks another origin
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 523 = @next;
    location @next { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
} . $::origins
--- user_files eval: $::files
--- request eval: ["GET /refused/t", "GET /nx/t"]
--- error_code eval: [200, 200]
--- response_body_like eval: [qr{\AGET /refused/t }, qr{\AGET /nx/t }]
--- timeout: 5



=== TEST 13: a second origin that fails as well
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 = @next;
    location @next { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
} . $::origins
--- user_files eval: $::files
--- request eval
["GET /refused/reset", "GET /refused/silent", "GET /unix/close"]
--- error_code eval: [520, 524, 520]
--- response_body_like eval: [qr/520/, qr/524/, qr/520/]
--- timeout: 5



=== TEST 14: with recursive_error_pages the second failure has its page
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    recursive_error_pages on;
    error_page 521 = @next;
    error_page 520 /new.html;
    location @next { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
} . $::origins
--- user_files eval: $::files
--- request
GET /refused/reset
--- error_code: 520
--- response_body
new page



=== TEST 15: without it, our page
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 = @next;
    error_page 520 /new.html;
    location @next { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
} . $::origins
--- user_files eval: $::files
--- request
GET /refused/reset
--- error_code: 520
--- response_body_like: \A(?!new page).*520



=== TEST 16: an error page somewhere else
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 http://elsewhere.example/sorry;
    error_page 524 =301 http://elsewhere.example/slow;
} . $::origins
--- request eval: ["GET /refused/t", "GET /http/silent"]
--- error_code eval: [302, 301]
--- response_headers eval
["Location: http://elsewhere.example/sorry", "Location: http://elsewhere.example/slow"]
--- timeout: 5



=== TEST 17: an error page that does not exist
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 /missing.html;
} . $::origins
--- request
GET /refused/t
--- error_code: 404



=== TEST 18: an error page with variables
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 521 /$arg_page.html;
} . $::origins
--- user_files eval: $::files
--- request
GET /refused/t?page=fallback
--- error_code: 521
--- response_body
fallback page



=== TEST 19: POST, HEAD, HTTP/1.0
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 /old.html;
    error_page 524 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval
["POST /refused/t\nsome body", "GET /refused/t HTTP/1.0", "POST /http/silent\nsome body", "GET /http/silent HTTP/1.0"]
--- error_code eval: [521, 521, 524, 524]
--- response_body eval: ["old page\n", "old page\n", "new page\n", "new page\n"]
--- timeout: 5



=== TEST 20: HEAD
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 /old.html;
} . $::origins
--- user_files eval: $::files
--- request
HEAD /refused/t
--- error_code: 521
--- response_headers: Content-Length: 9
--- response_body



=== TEST 21: HTTP/2
--- http2
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 /old.html;
    error_page 524 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval
["GET /refused/t", "POST /http/silent\nsome body", "GET /nx/t"]
--- error_code eval: [521, 524, 523]
--- response_body eval: ["old page\n", "new page\n", "old page\n"]
--- timeout: 5



=== TEST 22: the log keeps the reason behind an error page
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 =200 /old.html;
} . $::origins
--- user_files eval: $::files
--- request
GET /refused/t
--- error_code: 200
--- response_body
old page
--- access_log
status=200 origin=connect_refused edge=edge_response_exception_upstream_failed
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 521 "connect_refused"



=== TEST 23: error pages of the location win over those of the server
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    error_page 521 /new.html;
    location /a { error_page 502 /old.html; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /b { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files eval: $::files
--- request eval: ["GET /a", "GET /b"]
--- error_code eval: [(521) x 2]
--- response_body eval: ["old page\n", "new page\n"]



=== TEST 24: proxy_intercept_errors: an origin's own 502 and 504 have the old pages
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    proxy_intercept_errors on;
    error_page 502 504 /old.html;
    error_page 520 521 524 /new.html;
} . $::origins
--- user_files eval: $::files
--- request eval
["GET /http/status-502", "GET /http/status-504", "GET /http/status-521", "GET /http/status-503", "GET /refused/t", "GET /http/silent"]
--- error_code eval: [502, 504, 521, 503, 521, 524]
--- response_body eval
["old page\n", "old page\n", "new page\n", "origin says 503\n", "new page\n", "new page\n"]
--- timeout: 5



=== TEST 25: proxy_intercept_errors without pages changes nothing
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    proxy_intercept_errors on;
} . $::origins
--- request eval: ["GET /http/status-502", "GET /refused/t"]
--- error_code eval: [502, 521]
--- response_body_like eval: [qr/\Aorigin says 502\n\z/, qr/521/]



=== TEST 26: without it, an origin's own errors pass by every page
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    error_page 502 504 521 /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval
["GET /http/status-502", "GET /http/status-504", "GET /http/status-521"]
--- error_code eval: [502, 504, 521]
--- response_body eval: [map { "origin says $_\n" } 502, 504, 521]



=== TEST 27: a stale copy wins, except where nginx asks for none: a name that does not resolve
--- http_config eval
$::why . q{
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
}
--- config
    proxy_cache_use_stale error timeout invalid_header;

    eo on;
    access_log logs/access.log why;
    proxy_cache c;
    proxy_cache_key one;
    location /http/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /refused/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /full/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /nx/ { set $o nx.test; proxy_pass http://$o; }
    location /tls/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval
["GET /http/fields?X-Accel-Expires=%401", "GET /refused/t", "GET /full/t", "GET /nx/t", "GET /tls/t", "GET /http/reset", "GET /http/silent", "GET /http/garbage"]
--- error_code eval: [200, 200, 200, 523, (200) x 4]
--- response_body_like eval
[(qr{\AGET /http/fields}) x 3, qr/523/, (qr{\AGET /http/fields}) x 4]
--- timeout: 5



=== TEST 28: without leave to use it, the error
--- http_config eval
$::why . q{
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
}
--- config
    eo on;
    access_log logs/access.log why;
    proxy_cache c;
    proxy_cache_key one;
    location /http/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /refused/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /full/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /nx/ { set $o nx.test; proxy_pass http://$o; }
    location /tls/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval
["GET /http/fields?X-Accel-Expires=%401", "GET /refused/t", "GET /full/t", "GET /nx/t", "GET /tls/t", "GET /http/reset", "GET /http/silent", "GET /http/garbage"]
--- error_code eval: [200, 521, 522, 523, 525, 520, 524, 520]
--- timeout: 5



=== TEST 29: a stale copy while it is updated, though the update fails
--- http_config eval
$::why . q{
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
}
--- config
    proxy_cache_use_stale updating;
    proxy_cache_background_update on;

    eo on;
    access_log logs/access.log why;
    proxy_cache c;
    proxy_cache_key one;
    location /http/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /refused/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /full/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /nx/ { set $o nx.test; proxy_pass http://$o; }
    location /tls/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval
["GET /http/fields?X-Accel-Expires=%401", "GET /refused/t", "GET /http/reset"]
--- error_code eval: [(200) x 3]
--- response_body_like eval: [(qr{\AGET /http/fields}) x 3]
--- wait: 0.2



=== TEST 30: a first request that fails is not kept
--- http_config eval
$::why . q{
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
}
--- config
    proxy_cache_valid 200 1m;

    eo on;
    access_log logs/access.log why;
    proxy_cache c;
    proxy_cache_key one;
    location /http/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /refused/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /full/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /nx/ { set $o nx.test; proxy_pass http://$o; }
    location /tls/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval: ["GET /refused/t", "GET /http/t", "GET /refused/t"]
--- error_code eval: [521, 200, 200]



=== TEST 31: the parent series
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    eo_origin_errors 550;
} . $::origins
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [map { $_ + 30 } @::codes]
--- response_body_like eval: [map { my $c = $_ + 30; qr/$c/ } @::codes]
--- timeout: 5



=== TEST 32: the parent series in the log
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    eo_origin_errors 550;
} . $::origins
--- request
GET /refused/t
--- error_code: 551
--- access_log
status=551 origin=connect_refused
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 551 "connect_refused"



=== TEST 33: the parent series and error_page
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    eo_origin_errors 550;
    error_page 502 504 /old.html;
    error_page 551 /new.html;
    error_page 521 /fallback.html;
} . $::origins
--- user_files eval: $::files
--- request eval: [map { "GET $_" } @::all]
--- error_code eval: [map { $_ + 30 } @::codes]
--- response_body_like eval: [map { $_ == 521 ? qr/new page/ : qr/old page/ } @::codes]
--- timeout: 5



=== TEST 34: off, nginx as it was
--- http_config eval: $::why
--- config eval
q{
    eo on;
    access_log logs/access.log why;
    eo_origin_errors off;
    error_page 502 /old.html;
} . $::origins
--- user_files eval: $::files
--- request eval: ["GET /refused/t", "GET /http/silent", "GET /nx/t"]
--- error_code eval: [502, 504, 502]
--- response_body_like eval: [qr/old page/, qr/504/, qr/old page/]
--- timeout: 5



=== TEST 35: alone, without the rest of the node
--- http_config eval: $::why
--- config
    eo_origin_errors 520;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval: ["GET /t", "PURGE /t"]
--- error_code eval: [(521) x 2]



=== TEST 36: one series or none in each location
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location /520 { eo_origin_errors 520; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /550 { eo_origin_errors 550; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /off { eo_origin_errors off; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval: ["GET /520", "GET /550", "GET /off", "GET /t"]
--- error_code eval: [521, 551, 502, 521]



=== TEST 37: auth_request to an origin that fails is 500, as in nginx
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location = /t { auth_request /auth; return 200; root html; }
    location = /u { auth_request /auth; root html; }
    location = /auth { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request
GET /u
--- error_code: 500



=== TEST 38: a mirror that fails does not matter
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location = /t { mirror /mirror; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location = /mirror { internal; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request
GET /t
--- error_code: 200
--- access_log
status=200



=== TEST 39: a part of a page that fails does not change the whole
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location = /t { ssi on; ssi_types text/plain; root html; }
    location = /part { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> t
before <!--#include virtual="/part" --> after
--- request
GET /t
--- error_code: 200
--- response_body_like: \Abefore .* after
