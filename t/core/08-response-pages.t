# The pages that a node sends with its own statuses, built in and replaced.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use JSON::PP ();

EO::Origin->start();

our $http = q{
    proxy_connect_timeout 300ms;
    proxy_read_timeout 300ms;
    resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
    resolver_timeout 300ms;
};

# a server with a location for each of its own statuses

our $statuses = q{
    eo on;
    large_client_header_buffers 40 8k;
    location /423 { return 200; }
    location /400 { eo_allowed_methods POST; return 200; }
    location /413 { eo_request_limits size=10; return 200; }
    location /416 { return 200; }
    location /520 { rewrite ^ /reset break; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /521 { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /522 { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /523 { set $o nx.test; proxy_pass http://$o; }
    location /524 { rewrite ^ /silent break; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /525 { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
    location /55 { eo_origin_errors 550; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /ok { return 200 "ok\n"; }
};

our @status = (423, 400, 413, 416, 520 .. 525, 551);

our @request = map { "GET /$_" } @status;

our @headers = map {
    "X: y" . ($_ == 423 ? "\nCDN-Loop: TencentEdgeOne; loops=16"
              : $_ == 416 ? "\nRange: bytes=5-2" : '')
} @status;

our @html_headers = map { "$_\nAccept: text/html,application/xhtml+xml,*/*;q=0.8" } @headers;
our @json_headers = map { "$_\nAccept: application/json" } @headers;

# An HTML page, small, with nothing from elsewhere.

our $html = sub {
    my ($page) = @_;

    my @faults;
    push @faults, 'too large: ' . length $page if length $page >= 8192;
    push @faults, 'no doctype' if $page !~ /\A<!doctype html>/i;
    push @faults, 'no end' if $page !~ m{</html>\s*\z}i;
    push @faults, 'no language' if $page !~ /<html[^>]* lang=/i;
    push @faults, 'no charset' if $page !~ /<meta charset=/i;
    push @faults, 'no viewport' if $page !~ /<meta name="?viewport/i;
    push @faults, 'no title' if $page !~ m{<title>[^<]+</title>}i;
    push @faults, 'no heading' if $page !~ /<h1/i;
    push @faults, 'no dark mode' if $page !~ /prefers-color-scheme/;
    push @faults, "external: $&" if $page =~ m{(?:src|href)\s*=\s*["']?(?!#|data:)[^\s>]+|url\((?!["']?data:)|\@import}i;
    push @faults, 'script' if $page =~ /<script/i;
    push @faults, 'no client address' if $page !~ /127\.0\.0\.1/;
    push @faults, 'no time' if $page !~ /\b20\d\d-?\d\d-?\d\d|\d\d \w{3} 20\d\d/;
    push @faults, 'no id' if $page !~ /\b\d{5,20}\b/;
    push @faults, "unexpanded: $&" if $page =~ /\$\w+/;

    return @faults ? join('; ', @faults) : 'good';
};

# A JSON object that tells the same.

our $json = sub {
    my ($page) = @_;

    my $object = eval { JSON::PP->new->utf8->decode($page) };
    return "no JSON: $@" if !defined $object;
    return 'no object' if ref $object ne 'HASH';

    my @values = values %$object;
    my @faults;
    push @faults, 'no status' unless grep { /\A[45]\d\d\z/ } @values;
    push @faults, 'no id' unless grep { /\A\d{5,20}\z/ } @values;
    push @faults, 'no client address' unless grep { $_ eq '127.0.0.1' } @values;
    push @faults, 'no time' unless grep { /\b20\d\d\b/ } @values;

    return @faults ? join('; ', @faults) : 'good';
};

run_tests();

__DATA__

=== TEST 1: HTML for every status
--- http_config eval: $::http
--- config eval: $::statuses
--- request eval: \@::request
--- more_headers eval: \@::html_headers
--- error_code eval: \@::status
--- response_headers_like eval
[("Content-Type: text/html.*\nCache-Control: no-store\nEO-LOG-UUID: \\d+\nServer: TencentEdgeOne") x 11]
--- response_body_filters eval: $::html
--- response_body eval
[('good') x 11]
--- timeout: 5



=== TEST 2: JSON for every status
--- http_config eval: $::http
--- config eval: $::statuses
--- request eval: \@::request
--- more_headers eval: \@::json_headers
--- error_code eval: \@::status
--- response_headers_like eval
[("Content-Type: application/json.*\nCache-Control: no-store\nEO-LOG-UUID: \\d+") x 11]
--- response_body_filters eval: $::json
--- response_body eval
[('good') x 11]
--- timeout: 5



=== TEST 3: each page shows its status, each status line has a reason
--- http_config eval: $::http
--- config eval: $::statuses
--- request eval: \@::request
--- more_headers eval: \@::headers
--- error_code eval: \@::status
--- raw_response_headers_like eval
[map { qr/\AHTTP\/1\.1 $_ [A-Z][\w' -]+\r\n/ } @::status]
--- response_body_like eval
[map { qr/$_/ } @::status]
--- timeout: 5



=== TEST 4: 418 and 554, which have no location of their own above
--- http_config
    eo on;
    server {
        listen $TEST_NGINX_SERVER_PORT default_server;
        server_name one.example;
    }
--- config
    eo on;
--- request
GET /
--- more_headers
Host: two.example
--- error_code: 418
--- raw_response_headers_like: \AHTTP/1\.1 418 \w
--- response_headers_like
Content-Type: text/html.*
Cache-Control: no-store
--- response_body_filters eval: $::html
--- response_body chomp
good



=== TEST 5: which of the two, by Accept
--- config eval: $::statuses
--- request eval
[('GET /521') x 13]
--- more_headers eval
["X: y", map { "Accept: $_" } '*/*', 'text/html', 'text/*', 'TEXT/HTML',
 'text/html;q=0.1, application/json', 'application/json', 'image/png',
 'text/html;q=0, application/json', 'text/html; q=0.000', 'application/json, text/plain',
 'text/htmlx', 'image/png, */*;q=0.1']
--- error_code eval
[(521) x 13]
--- response_headers_like eval
[map { "Content-Type: $_.*" } ('text/html') x 6, ('application/json') x 6, 'text/html']



=== TEST 6: the page, the header and the log carry one id
--- http_config
    log_format id "id=$eo_log_uuid.";
--- config
    eo on;
    access_log logs/access.log id;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request
GET /t
--- http09
--- response_body_like eval
qr/\r\nEO-LOG-UUID: (\d+)\r\n.*\r\n\r\n.*\b\1\b/s
--- access_log eval: qr/id=\d{1,20}\./



=== TEST 7: and so does the JSON object
--- config eval: $::statuses
--- request
GET /521
--- more_headers
Accept: application/json
--- http09
--- response_body_like eval
qr/\r\nEO-LOG-UUID: (\d+)\r\n.*\r\n\r\n\{.*"\1"/s



=== TEST 8: the client's address is what realip found
--- config
    eo on;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval
["GET /t", "PURGE /t"]
--- more_headers
X-Real-IP: 203.0.113.9
--- error_code eval
[521, 400]
--- response_body_like eval
[(qr/203\.0\.113\.9/) x 2]



=== TEST 9: HEAD has the length and no body
--- config eval: $::statuses
--- request eval
["HEAD /521", "HEAD /400"]
--- error_code eval
[521, 400]
--- response_headers_like eval
[("Content-Length: [1-9]\\d+") x 2]
--- response_body eval
["", ""]



=== TEST 10: HEAD on a kept connection
--- config eval: $::statuses
--- http09
--- raw_request eval
"HEAD /521 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /ok HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- response_body_like eval
qr/\AHTTP\/1\.1 521 [^\n]*\n(?:[^\r]+\r\n)+\r\nHTTP\/1\.1 200 OK.*ok\n\z/s



=== TEST 11: the connection is kept, whatever the status
--- http_config eval: $::http
--- config eval: $::statuses
--- pipelined_requests eval
["GET /521", "GET /ok", "GET /523", "GET /423", "GET /416", "GET /520", "GET /524", "GET /525", "GET /ok"]
--- more_headers eval
["X: y", "X: y", "X: y", "CDN-Loop: TencentEdgeOne; loops=16", "Range: bytes=5-2", ("X: y") x 4]
--- error_code eval
[521, 200, 523, 423, 416, 520, 524, 525, 200]
--- response_body_like eval
[qr/521/, qr/\Aok\n/, qr/523/, qr/423/, qr/416/, qr/520/, qr/524/, qr/525/, qr/\Aok\n/]
--- timeout: 5



=== TEST 12: also after a request body that nobody read
--- config eval: $::statuses
--- pipelined_requests eval
["POST /ok\nbody body body", "GET /ok", "POST /521\nbody body body", "GET /ok"]
--- more_headers eval
["CDN-Loop: TencentEdgeOne; loops=16", "X: y", "X: y", "X: y"]
--- error_code eval
[423, 200, 521, 200]



=== TEST 13: HTTP/1.0, with and without keep-alive
--- config eval: $::statuses
--- request eval
["GET /521 HTTP/1.0", "GET /400 HTTP/1.0"]
--- error_code eval
[521, 400]
--- raw_response_headers_like eval
[(qr/Content-Length: \d+.*Connection: close\r\n|Connection: close\r\n.*Content-Length: \d+/s) x 2]
--- raw_response_headers_unlike eval
[(qr/Transfer-Encoding/) x 2]
--- response_body_like eval
[qr/521/, qr/400/]



=== TEST 14: HTTP/2
--- http2
--- http_config eval: $::http
--- config eval: $::statuses
--- request eval: \@::request
--- more_headers eval: \@::html_headers
--- error_code eval: \@::status
--- response_headers_like eval
[("Content-Type: text/html.*\nCache-Control: no-store\nEO-LOG-UUID: \\d+") x 11]
--- response_body_filters eval: $::html
--- response_body eval
[('good') x 11]
--- timeout: 5



=== TEST 15: HTTP/2, HEAD
--- http2
--- config eval: $::statuses
--- request
HEAD /521
--- error_code: 521
--- response_headers_like
Content-Length: [1-9]\d+
--- response_body



=== TEST 16: a range, a condition or an encoding changes no error page
--- config eval: 'gzip on;' . $::statuses
--- request eval
[('GET /521') x 4]
--- more_headers eval
["Range: bytes=0-3", "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT",
 "If-None-Match: *", "If-Match: x"]
--- error_code eval
[(521) x 4]
--- response_body_like eval
[(qr/\A<!doctype html>.*521.*<\/html>/is) x 4]



=== TEST 17: gzip works on a page where nginx does it for the status
--- config eval: 'gzip on; eo_error_response 521 code=403;' . $::statuses
--- request
GET /521
--- more_headers
Accept-Encoding: gzip
--- error_code: 403
--- response_headers
Content-Encoding: gzip



=== TEST 18: an attacker's text is not in the page, or escaped
--- config eval: $::statuses
--- request eval
["GET /521<script>alert(1)</script>?%3Cscript%3E", "GET /521", "GET /521"]
--- more_headers eval
["User-Agent: <script>alert(1)</script>\nReferer: <script>alert(1)</script>",
 "Accept: application/json\nUser-Agent: \"\\\nX-Forwarded-For: \"}",
 "EO-LOG-UUID: <script>alert(1)</script>\nX-Forwarded-For: <script>"]
--- error_code eval
[521, 521, 521]
--- response_body_like eval
[qr/\A(?!.*<script)/is, qr/\A\{[^{}]*\}\s*\z/, qr/\A(?!.*<script)/is]



=== TEST 19: a page of one's own, its variables escaped for HTML
--- http_config
    eo_response_page sorry $TEST_NGINX_SERVER_ROOT/html/sorry.html;
--- config
    eo on;
    eo_error_response 521 423 page=sorry;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> sorry.html
[$http_x_text] [${http_x_text}] [$status] [$eo_log_uuid] costs $5 $ ${ $} $$status 100$
--- request
GET /t
--- more_headers
X-Text: <b>"it's" & that</b>
--- error_code: 521
--- response_headers_like
Content-Type: text/html.*
Cache-Control: no-store
--- response_body_like eval
my $text = qr/\[&lt;b&gt;(?:&quot;|&#34;)it(?:'|&#39;|&#x27;|&apos;)s(?:&quot;|&#34;) &amp; that&lt;\/b&gt;\]/;
qr/\A$text $text \[521\] \[\d+\] costs \$5 \$ \$\{ \$\} \$status 100\$\n\z/



=== TEST 20: escaped for JSON
--- http_config
    eo_response_page sorry $TEST_NGINX_SERVER_ROOT/html/sorry.json type=application/json;
--- config
    eo on;
    eo_error_response 521 page=sorry;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> sorry.json
{"text":"$http_x_text","id":"$eo_log_uuid"}
--- request
GET /t
--- more_headers eval
"X-Text: \"quoted\\ \t \x01 </script> \x7f"
--- error_code: 521
--- response_headers_like
Content-Type: application/json.*
--- response_body_filters eval
sub {
    my $object = eval { JSON::PP->new->utf8->decode($_[0]) };
    return $object ? $object->{text} : "not JSON: $_[0]";
}
--- response_body eval
"\"quoted\\ \t \x01 </script> \x7f"



=== TEST 21: bytes that are no UTF-8 leave the JSON object valid
--- http_config
    eo_response_page sorry $TEST_NGINX_SERVER_ROOT/html/sorry.json type=application/json;
--- config
    eo on;
    eo_error_response 521 page=sorry;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> sorry.json
{"text":"$http_x_text"}
--- request
GET /t
--- more_headers eval
"X-Text: a\xff\xc3(\xed\xa0\x80b"
--- error_code: 521
--- response_body_filters eval
sub {
    my $object = eval { JSON::PP->new->utf8->decode($_[0]) };
    return $object && $object->{text} =~ /\Aa.*b\z/s ? 'valid' : "not: $_[0]";
}
--- response_body chomp
valid



=== TEST 22: escaped for XML, and left alone in plain text
--- http_config
    eo_response_page xml $TEST_NGINX_SERVER_ROOT/html/sorry.xml type=text/xml;
    eo_response_page text $TEST_NGINX_SERVER_ROOT/html/sorry.xml type=text/plain;
--- config
    eo on;
    location /xml { eo_error_response 521 page=xml; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /text { eo_error_response 521 page=text; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> sorry.xml
<a>$http_x_text</a>
--- request eval
["GET /xml", "GET /text"]
--- more_headers
X-Text: <b>&
--- error_code eval
[521, 521]
--- response_headers_like eval
["Content-Type: text/xml.*", "Content-Type: text/plain.*"]
--- response_body eval
["<a>&lt;b&gt;&amp;</a>\n", "<a><b>&</a>\n"]



=== TEST 23: a page named before it is defined, an empty one and a large one
--- http_config eval
'server { listen 127.0.0.1:$TEST_NGINX_PORT_1; eo on; eo_error_response 400 page=large; }
 eo_response_page empty $TEST_NGINX_SERVER_ROOT/html/empty.html;
 eo_response_page large $TEST_NGINX_SERVER_ROOT/html/large.html;'
--- config
    eo on;
    location /empty { eo_error_response 521 page=empty; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /large { eo_error_response 521 page=large; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files eval
">>> empty.html\n>>> large.html\n" . ("0123456789\$status\n" x 20_000)
--- request eval
["GET /empty", "GET /large", "HEAD /large"]
--- error_code eval
[521, 521, 521]
--- response_body_filters: length
--- response_body eval
["0", 14 * 20_000, "0"]



=== TEST 24: another status
--- config
    eo on;
    eo_error_response 423 521 code=503;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval
["GET /t", "GET /t", "PURGE /t"]
--- more_headers eval
["X: y", "CDN-Loop: TencentEdgeOne; loops=16", "X: y"]
--- error_code eval
[503, 503, 400]
--- response_body_like eval
[qr/503/, qr/503/, qr/400/]



=== TEST 25: another status and page at once
--- http_config
    eo_response_page sorry $TEST_NGINX_SERVER_ROOT/html/sorry.html;
    eo_response_page other $TEST_NGINX_SERVER_ROOT/html/other.html;
--- config
    eo on;
    eo_error_response 400 413 page=sorry code=403;
    eo_error_response 521 page=other;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> sorry.html
sorry $status
>>> other.html
other $status
--- request eval
["PURGE /t", "GET /t"]
--- error_code eval
[403, 521]
--- response_body eval
["sorry 403\n", "other 521\n"]



=== TEST 26: the operator's error_page wins
--- http_config
    eo_response_page sorry $TEST_NGINX_SERVER_ROOT/html/sorry.html;
--- config
    eo on;
    eo_error_response 423 521 page=sorry;
    error_page 423 521 400 /page.html;
    location /t { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> sorry.html
sorry
>>> page.html
page
--- request eval
["GET /t", "GET /t", "PURGE /t"]
--- more_headers eval
["X: y", "CDN-Loop: TencentEdgeOne; loops=16", "X: y"]
--- error_code eval
[521, 423, 400]
--- response_body eval
["page\n", "page\n", "page\n"]



=== TEST 27: error_page sees the changed status
--- config
    eo on;
    eo_error_response 423 521 code=503;
    error_page 503 /page.html;
    location /t { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> page.html
page
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["X: y", "CDN-Loop: TencentEdgeOne; loops=16"]
--- error_code eval
[503, 503]
--- response_body eval
["page\n", "page\n"]



=== TEST 28: inherited by locations, and replaced by their own
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html;
    eo_response_page b $TEST_NGINX_SERVER_ROOT/html/b.html;
    eo on;
    eo_error_response 521 page=a;
--- config
    location /a { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /b { eo_error_response 521 page=b; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> a.html
page a
>>> b.html
page b
--- request eval
["GET /a", "GET /b"]
--- error_code eval
[521, 521]
--- response_body eval
["page a\n", "page b\n"]



=== TEST 29: pages of other statuses are nginx's or the operator's
--- config
    eo on;
    location /403 { deny all; }
    location /502 { return 502; }
    location /521 { return 521 "mine\n"; }
    location /503 { return 503 "mine\n"; }
--- request eval
["GET /missing", "GET /403", "GET /502", "GET /521", "GET /503"]
--- error_code eval
[404, 403, 502, 521, 503]
--- response_body_like eval
[qr/<center>nginx/, qr/<center>nginx/, qr/<center>nginx/, qr/\Amine\n\z/, qr/\Amine\n\z/]



=== TEST 30: an answer of the origin is never replaced by a page
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
[map { "GET /status-$_" } 400, 413, 416, 418, 423, 502, 521]
--- error_code eval
[400, 413, 416, 418, 423, 502, 521]
--- response_body eval
[map { "origin says $_\n" } 400, 413, 416, 418, 423, 502, 521]



=== TEST 31: what is behind a page stays out of it
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request
GET /t?secret=token
--- more_headers
Cookie: session=secret
Authorization: Basic c2VjcmV0
--- error_code: 521
--- response_body_unlike eval
qr/secret|c2VjcmV0|connect_refused|$ENV{TEST_NGINX_ORIGIN_REFUSED}/
