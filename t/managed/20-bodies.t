# Managed rules on request bodies: which are read, how long and how large
# they may be, what they are decoded from, and what becomes of a request that
# there is no memory for.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use IO::Compress::Deflate qw(deflate);
use IO::Compress::Gzip qw(gzip);
use IO::Compress::RawDeflate qw(rawdeflate);
use EO::Defaults;
use EO::RawRequests;

our $log = q{
    log_format waf "$eo_security_action $eo_security_rule_id $status";
    access_log logs/access.log waf;
};

our $rules = q{>>> rules.conf
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "json" "id:90,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "xml" "id:91,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule ARGS|XML:/*|XML://@* "@contains evil" "id:100,phase:2,deny,msg:'Evil'"
SecRule REQBODY_ERROR "!@eq 0" "id:104,phase:2,deny,logdata:'%{reqbody_error_msg}'"
};

our $config = q{
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
    location /monitor { eo_managed_rules monitor; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin; }
    location = /origin { eo_waf off; return 200; }
};

our $form = "Content-Type: application/x-www-form-urlencoded\n";
our $json = "Content-Type: application/json\n";

sub squeezed {
    my ($how, $text) = @_;
    my $out;

    $how->(\$text, \$out);

    return $out;
}

# a request in bytes that Test::Nginx leaves as they are

sub post {
    my ($target, $headers, $body) = @_;

    $headers =~ s/\n*\z/\n/;
    $headers =~ s/\n/\r\n/g;

    return "POST $target HTTP/1.1\r\nHost: localhost\r\n"
           . "Connection: close\r\n${headers}Content-Length: "
           . length($body) . "\r\n\r\n$body";
}

our ($good, $bad) = ('["rememberMe"]', '["evil"]');

# a stream of brotli with a block that is not compressed

our $brotli = "\x70\x00\x10" . $bad . "\x03";

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', $::rules)
        unless defined $block->user_files;
    $block->set_value('http_config', $::log)
        unless defined $block->http_config;
    $block->set_value('config', $::config)
        unless defined $block->config;
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: a request that asks for another protocol has a body all the same
--- config eval
$::config . 'location /ws { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin; }'
--- raw_requests eval
[::post("/", $::form . "Upgrade: x", "a=evil"),
::post("/", $::json . "Upgrade: websocket", '{"a":"evil"}'),
::post("/ws", $::form . "Upgrade: websocket", "a=evil"),
::post("/ws", $::form . "Upgrade: h2c", "a=good"),
::post("/monitor", $::form . "Upgrade: websocket", "a=evil")]
--- error_code eval
[566, 566, 566, 200, 200]



=== TEST 2: nor does it matter over HTTP/2
--- http2
--- request
POST /
a=evil
--- more_headers eval
$::form . "Upgrade: websocket"
--- error_code: 566



=== TEST 3: chunked
--- raw_request eval
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade, close\r\nUpgrade: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n6\r\na=evil\r\n0\r\n\r\n"
--- error_code: 566



=== TEST 4: a tunnel has no body, and nothing is waited for
--- raw_request eval
"GET /origin HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n"
--- error_code: 200



=== TEST 5: a longer body is refused, by its length and when it has been read
--- config eval
$::config . 'eo_managed_rules_body 20 deny;'
--- raw_requests eval
["POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 21\r\n\r\na=" . "x" x 19,
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n15\r\na=" . "x" x 19 . "\r\n0\r\n\r\n",
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n[\"" . "x" x 17 . "\"]",
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/xml\r\nContent-Length: 21\r\n\r\n<a>" . "x" x 14 . "</a>"]
--- error_code eval
[566, 566, 566, 566]
--- error_log
refused: the request body is longer than "eo_managed_rules_body" allows
--- access_log
Deny request-body-size 566



=== TEST 6: one that is not is looked at, and one that is not parsed passes
--- config eval
$::config . 'eo_managed_rules_body 20 deny;'
--- raw_requests eval
["POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\na=" . "x" x 18,
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\na=" . "x" x 14 . "evil",
"PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\n" . "x" x 100,
"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"]
--- error_code eval
[405, 566, 405, 200]
--- no_error_log
request body is longer



=== TEST 7: under monitor it is only said
--- config eval
$::config . 'eo_managed_rules_body 20 deny;'
--- request eval
"POST /monitor\na=" . "x" x 100
--- more_headers eval
$::form
--- error_code: 200
--- error_log
not refused, as rules only watch: the request body is longer than "eo_managed_rules_body" allows
--- access_log
Monitor request-body-size 200



=== TEST 8: SecRequestBodyLimit, rejecting
--- user_files eval
$::rules . "SecRequestBodyLimit 5\nSecRequestBodyLimitAction Reject\n"
--- request eval
["POST /\na=1&b=evil", "POST /\na=123", "POST /\na=1234", "PUT /\n123456", "POST /monitor\na=1&b=evil"]
--- more_headers eval
$::form
--- error_code eval
[566, 405, 566, 566, 200]



=== TEST 9: SecRequestBodyLimit, taking the beginning
--- user_files eval
$::rules . "SecRequestBodyLimit 6\nSecRequestBodyLimitAction ProcessPartial\n"
--- request eval
["POST /\na=1&b=evil", "POST /\na=evil&b"]
--- more_headers eval
$::form
--- error_code eval
[405, 566]



=== TEST 10: what is broken at the cut is not, elsewhere it is
--- config eval
$::config . 'eo_managed_rules_body 20;'
--- request eval
["POST /\n[\"" . "x" x 30 . "\"]", "POST /\n[1,],\"" . "x" x 30 . "\"]", "POST /\n[NaN,\"" . "x" x 30 . "\"]"]
--- more_headers eval
$::json
--- error_code eval
[405, 566, 566]



=== TEST 11: types without a body
--- request eval
["GET /origin", "DELETE /"]
--- more_headers
Content-Type: text/xml
--- error_code eval
[200, 405]



=== TEST 12: two types are none
--- raw_requests eval
["POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"]
--- error_code eval
[566, 405]



=== TEST 13: attributes made of entities
--- request
POST /
<!DOCTYPE a [<!ENTITY e "ev"><!ENTITY f "&e;il">]><a b="&f;"/>
--- more_headers
Content-Type: text/xml
--- error_code: 566
--- error_log: XML://@*



=== TEST 14: entities that grow are refused, and pass under monitor
--- config eval
$::config . 'eo_managed_rules_body 1m;'
--- request eval
["POST /\n<!DOCTYPE a [<!ENTITY e \"" . "x" x 65536 . "\">]><a>" . "&e;" x 20000 . "</a>",
"POST /monitor\n<!DOCTYPE a [<!ENTITY e \"" . "x" x 65536 . "\">]><a>" . "&e;" x 20000 . "</a>",
"POST /\n<!DOCTYPE a [<!ENTITY e \"" . "x" x 65536 . "\">]><a b='" . "&e;" x 20000 . "'/>"]
--- more_headers
Content-Type: text/xml
--- error_code eval
[566, 200, 566]
--- error_log
entities grow too much
--- no_error_log
out of memory



=== TEST 15: members with escapes take memory for themselves only
--- config eval
$::config . 'eo_managed_rules_body 1m; client_body_buffer_size 1m;'
--- user_files eval
"$::rules\nSecArgumentsLimit 20000\n"
--- request eval
"POST /\n[" . CORE::join(",", map { "{\"\\u0041$_\":\"\\n\"}" } 1 .. 9000) . "]"
--- more_headers eval
$::json
--- error_code: 405
--- no_error_log
[alert]
out of memory



=== TEST 16: no memory is a refusal
--- config eval
$::config . 'eo_managed_rules_body 1m; eo_managed_rules_time off;'
--- user_files eval
"$::rules\nSecArgumentsLimit 1000000\n"
--- request eval
"POST /\n" . "a&" x 400000
--- more_headers eval
$::form
--- error_code: 566
--- error_log
managed rules: refused: out of memory for the request body
--- access_log
Deny inspection-memory 566
--- timeout: 20



=== TEST 17: and none under monitor
--- config eval
$::config . 'eo_managed_rules_body 1m; eo_managed_rules_time off;'
--- user_files eval
"$::rules\nSecArgumentsLimit 1000000\n"
--- request eval
"POST /monitor\n" . "a&" x 400000
--- more_headers eval
$::form
--- error_code: 200
--- error_log
managed rules: not refused, as rules only watch: out of memory for the request body
--- timeout: 20



=== TEST 18: gzip, deflate with and without its header
--- config eval
$::config . 'eo_managed_rules_decompress on;'
--- raw_requests eval
[map { my ($how, $name) = @$_;
map { ::post("/", $::json . "Content-Encoding: $name", ::squeezed($how, $_)) } $::good, $::bad }
[\&::gzip, "gzip"], [\&::deflate, "deflate"], [\&::rawdeflate, "identity, Deflate"]]
--- error_code eval
[405, 566, 405, 566, 405, 566]



=== TEST 19: several members of gzip, and what cannot be decoded
--- config eval
$::config . 'eo_managed_rules_decompress on;'
--- raw_requests eval
[(map { ::post("/", $::json . "Content-Encoding: gzip", $_) }
::squeezed(\&::gzip, '["x",') . ::squeezed(\&::gzip, '"evil"]'),
::squeezed(\&::gzip, '["x",') . ::squeezed(\&::gzip, '"y"]'),
::squeezed(\&::gzip, $::good) . "x",
substr(::squeezed(\&::gzip, $::good), 0, -1),
$::good),
::post("/", $::json . "Content-Encoding: gzip, gzip", ::squeezed(\&::gzip, $::good)),
::post("/", $::json . "Content-Encoding: gzip\nContent-Encoding: gzip", ::squeezed(\&::gzip, $::good)),
::post("/", $::json . "Content-Encoding: zstd", ::squeezed(\&::gzip, $::good)),
::post("/monitor", $::json . "Content-Encoding: gzip", $::good)]
--- error_code eval
[566, 405, 566, 566, 566, 566, 566, 566, 200]



=== TEST 20: which is said
--- config eval
$::config . 'eo_managed_rules_decompress on;'
--- raw_request eval
::post("/", $::json . "Content-Encoding: gzip", $::good)
--- error_code: 566
--- error_log
managed rules: refused: the Content-Encoding of the request body cannot be decoded: it is broken
--- access_log
Deny content-encoding 566



=== TEST 21: what is decoded is looked at as far as any body
--- config eval
$::config . 'eo_managed_rules_decompress on; eo_managed_rules_body 100;
location /deny { eo_managed_rules_body 100 deny; root html; }
location /large { eo_managed_rules_body 2m; root html; }'
--- raw_requests eval
[map { ::post($_->[0], $::json . "Content-Encoding: gzip", ::squeezed(\&::gzip, $_->[1])) }
["/", '["' . "x" x 92 . 'evil"]'],
["/", '["' . "x" x 95 . 'evil"]'],
["/deny", '["' . "x" x 95 . 'evil"]'],
["/deny", '["' . "x" x 94 . '"]'],
["/large", '["' . "x" x 1000000 . '"]'],
["/large", '[' . CORE::join(",", (map { $_ % 7 } 1 .. 900), '"' . "ab" x 10000 . '"') . ']']]
--- error_code eval
[566, 405, 566, 404, 566, 404]



=== TEST 22: brotli, where this was built with it, is decoded; elsewhere it is refused
--- config eval
$::config . 'eo_managed_rules_decompress on;'
--- raw_request eval
::post("/", $::json . "Content-Encoding: br", $::brotli)
--- error_code: 566
--- error_log eval
qr/Evil|not one of those that are known/



=== TEST 23: a coding matters where the body would be looked at
--- config eval
$::config . 'eo_managed_rules_decompress on;'
--- raw_requests eval
[::post("/", "Content-Type: application/octet-stream\nContent-Encoding: zstd", "x"),
::post("/", $::json . "Content-Encoding: zstd", ""),
::post("/", $::json . "Content-Encoding: identity", $::bad)]
--- error_code eval
[405, 405, 566]



=== TEST 24: the origin has the body as it was
--- config eval
$::config . 'eo_managed_rules_decompress on; location /p { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/length; }
location = /length { eo_waf off; return 200 "$content_length $http_content_encoding"; }'
--- raw_request eval
::post("/p", $::json . "Content-Encoding: gzip", ::squeezed(\&::gzip, $::good))
--- response_body eval
length(::squeezed(\&::gzip, $::good)) . " gzip"



=== TEST 25: of numbers and words in arrays the first 256 are arguments, of texts all
--- config eval
$::config . 'eo_managed_rules_body 128k;'
--- raw_requests eval
[map { ::post("/", $::json, "{\"list\":[$_]}") }
 CORE::join(',', (1) x 300, '"evil"'),
 CORE::join(',', ('true') x 300, '"evil"', (1) x 300),
 CORE::join(',', ('"a"') x 256, '"evil"'),
 CORE::join(',', ('"a"') x 900, '"evil"'),
 CORE::join(',', (1) x 300, '["evil"]'),
 CORE::join(',', (1) x 300, '{"a":"evil"}'),
 CORE::join(',', (1) x 300, '{"evil":1}', '"good"'),
 CORE::join(',', (1) x 5000, '"good"', (2) x 5000)]
--- error_code eval
[566, 566, 566, 566, 566, 566, 405, 405]
