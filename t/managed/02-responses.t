# Managed rules on responses: what is held back, what streams, what is sent
# in place of a response that is blocked.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $rules = q{>>> rules.conf
SecResponseBodyAccess On
SecResponseBodyMimeType text/html text/plain
SecResponseBodyLimit 1000
SecRule RESPONSE_HEADERS:X-Leak "@rx ." "id:200,phase:3,deny"
SecRule RESPONSE_BODY "@contains secret" "id:201,phase:4,deny"
SecRule RESPONSE_STATUS "@eq 404" "id:202,phase:5,pass,log"
>>> secret.txt
a secret
>>> good.txt
all is well
>>> empty.txt
};

our $config = q{
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
};

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', $::rules)
        unless defined $block->user_files;
    $block->set_value('config', $::config . ($block->config || ''));
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: a file that is well
--- config
    location / { root html; types { text/plain txt; } }
--- request eval
["GET /good.txt", "GET /good.txt", "HEAD /secret.txt"]
--- error_code eval
[200, 200, 200]
--- response_body eval
["all is well\n", "all is well\n", ""]



=== TEST 2: one that is not
--- config
    location / { root html; types { text/plain txt; } }
--- request
GET /secret.txt
--- error_code: 566
--- response_headers
Cache-Control: no-store
--- response_body_unlike: a secret
--- error_log: phase 4



=== TEST 3: of another type
--- config
    location / { root html; types { application/x txt; } }
--- request
GET /secret.txt
--- error_code: 200
--- response_body
a secret



=== TEST 4: an empty file
--- config
    location / { root html; types { text/plain txt; } }
--- request
GET /empty.txt
--- error_code: 200
--- response_body:



=== TEST 5: a header
--- config
    location / { proxy_pass http://127.0.0.1:$server_port/origin; }
    location /origin { eo_waf off; add_header X-Leak 1; return 200 "x"; }
--- request
GET /
--- error_code: 566
--- response_headers
X-Leak:
--- error_log: phase 3



=== TEST 6: from an origin, through buffers and without them
--- config
    location /a { proxy_pass http://127.0.0.1:$server_port/origin; }
    location /b { proxy_buffering off; proxy_pass http://127.0.0.1:$server_port/origin; }
    location /good { proxy_buffering off; proxy_pass http://127.0.0.1:$server_port/origin/good; }
    location /origin { eo_waf off; return 200 "the secret of it"; }
    location /origin/good { eo_waf off; return 200 "good\n"; }
--- request eval
["GET /a", "GET /b", "GET /good"]
--- error_code eval
[566, 566, 200]
--- response_body_like eval
["Blocked", "Blocked", "^good\$"]



=== TEST 7: no more than the limit is held back
--- user_files eval
$::rules . ">>> long.txt\n" . "x" x 999 . " secret\n"
. ">>> near.txt\n" . "x" x 900 . " secret\n" . "y" x 100000 . "\n"
--- config
    location / { root html; types { text/plain txt; } }
--- request eval
["GET /long.txt", "GET /near.txt"]
--- error_code eval
[200, 566]
--- response_body_like eval
["x secret\n\$", "Blocked"]



=== TEST 8: compressed by nginx after it was looked at
--- config
    gzip on;
    gzip_min_length 1;
    gzip_types text/plain;
    location / { root html; types { text/plain txt; } }
--- request eval
["GET /good.txt", "GET /secret.txt"]
--- more_headers
Accept-Encoding: gzip
--- error_code eval
[200, 566]
--- response_headers eval
["Content-Encoding: gzip", "Cache-Control: no-store"]



=== TEST 9: over HTTP/2
--- http2
--- config
    location / { root html; types { text/plain txt; } }
--- request
GET /good.txt
--- error_code: 200
--- response_body
all is well



=== TEST 10: over HTTP/1.0
--- config
    location / { root html; types { text/plain txt; } }
--- raw_request eval
"GET /good.txt HTTP/1.0\r\n\r\n"
--- error_code: 200
--- response_body
all is well



=== TEST 11: server-side includes
--- user_files eval
$::rules . ">>> page.html\nbefore <!--#include virtual=\"/good.txt\" --> after\n"
--- config
    ssi on;
    location / { root html; types { text/html html; text/plain txt; } }
--- request
GET /page.html
--- error_code: 200
--- response_body eval
"before all is well\n after\n"



=== TEST 12: a range of what is held back is not cut out
--- config
    location / { root html; types { text/plain txt; } }
--- request
GET /good.txt
--- more_headers
Range: bytes=4-5
--- error_code: 200
--- response_headers
! Accept-Ranges
--- response_body
all is well



=== TEST 13: the log phase
--- config
    location / { root html; }
--- request
GET /missing
--- error_code: 404
--- error_log: id "202"



=== TEST 14: monitor
--- config
    location / { eo_managed_rules monitor; root html; types { text/plain txt; } }
--- request
GET /secret.txt
--- error_code: 200
--- response_body
a secret
--- error_log: id "201"



=== TEST 15: names in a listing are measured as the charset says
--- user_files eval
$::rules . ">>> \xc3\xa4" . "\xc3\xb6" x 59 . "\n1\n>>> a" . "\xc3\xbc" x 59 . "\n2\n"
--- config
    location /held/ { charset utf-8; index none; autoindex on; alias html/; }
    location /free/ { charset utf-8; index none; autoindex on; alias html/; eo_waf off; }
    location /bytes/ { index none; autoindex on; alias html/; }
    location /free-bytes/ { index none; autoindex on; alias html/; eo_waf off; }
--- request eval
["GET /held/", "GET /free/", "GET /bytes/", "GET /free-bytes/"]
--- error_code eval
[200, 200, 200, 200]
--- response_headers eval
["Content-Type: text/html; charset=utf-8", "Content-Type: text/html; charset=utf-8",
 "Content-Type: text/html", "Content-Type: text/html"]
--- response_body_like eval
[(qr/>\xc3\xa4(?:\xc3\xb6){46}\.\.&gt;<\/a> /) x 2,
 (qr/>a(?:\xc3\xbc){23}\.\.&gt;<\/a> /) x 2]



=== TEST 16: a longer response, where the limit rejects and where it does not
--- user_files eval
$::rules =~ s/(?<=1000\n)/SecResponseBodyLimitAction Reject\n/r . ">>> long.txt\n" . "x" x 1001
. "\n>>> even.txt\n" . "x" x 999 . "\n"
--- config
    location / { root html; types { text/plain txt; } }
    location /monitor/ { eo_managed_rules monitor; alias html/; types { text/plain txt; } }
--- request eval
["GET /long.txt", "GET /even.txt", "GET /monitor/long.txt", "GET /secret.txt"]
--- error_code eval
[566, 200, 200, 566]



=== TEST 17: no type is left after SecResponseBodyMimeTypesClear
--- user_files eval
$::rules =~ s/(?<=1000\n)/SecResponseBodyMimeTypesClear\n/r
--- config
    location / { root html; types { text/plain txt; } }
--- request
GET /secret.txt
--- error_code: 200



=== TEST 18: but those that follow it
--- user_files eval
$::rules =~ s/(?<=1000\n)/SecResponseBodyMimeTypesClear\nSecResponseBodyMimeType text\/css\n/r
--- config
    location / { root html; types { text/plain txt; text/css css; } }
    location = /css { alias html/secret.txt; default_type text/css; types { } }
--- request eval
["GET /secret.txt", "GET /css"]
--- error_code eval
[200, 566]
