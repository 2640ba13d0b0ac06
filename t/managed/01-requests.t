# Managed rules on requests: verdicts, modes, bodies of every kind, what is
# logged.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::RawRequests;

our $log = q{
    log_format waf "$eo_security_module $eo_security_action "
                   "$eo_security_rule_id $status";
    access_log logs/access.log waf;
};

our $rules = q{>>> rules.conf
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:90,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "^text/xml" "id:91,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule ARGS|XML:/* "@contains evil" "id:100,phase:2,deny,msg:'Evil in %{matched_var_name}',logdata:'%{matched_var}',severity:CRITICAL,tag:'attack-generic',ver:'1'"
SecRule REQUEST_HEADERS:X-Evil "@rx ." "id:101,phase:1,deny"
SecRule REQUEST_HEADERS:X-Away "@rx ." "id:102,phase:1,redirect:https://example.com/%{request_headers.x-away}"
SecRule REQUEST_HEADERS:X-Drop "@rx ." "id:103,phase:1,drop"
SecRule REQBODY_ERROR "!@eq 0" "id:104,phase:2,deny"
SecRule &ARGS "@ge 1000" "id:105,phase:2,deny"
SecRule FILES "@endsWith .php" "id:106,phase:2,deny"
};

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', $::rules)
        unless defined $block->user_files;
    $block->set_value('http_config', $::log)
        unless defined $block->http_config;
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: an ordinary request passes
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location /x { return 200; }
    location / { root html; }
--- request
GET /rules.conf?a=good
--- error_code: 200
--- access_log
- - - 200



=== TEST 2: one that a rule denies is answered with 566
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
--- request
GET /rules.conf?a=evil%0a"
--- error_code: 566
--- response_headers
Cache-Control: no-store
--- access_log
ManagedRule Deny 100 566
--- error_log eval
[qr/\[error\] .*managed rules: Access denied with code 566 \(phase 2\)\. Matched "Operator `contains' with parameter `evil' against variable `ARGS:a' \(Value: `evil\\x0a\\x22' \)"/,
qr/\[id "100"\] \[msg "Evil in ARGS:a"\] \[data "evil\\x0a\\x22"\] \[severity "2"\] \[ver "1"\] \[tag "attack-generic"\] \[hostname "localhost"\] \[uri "\/rules\.conf"\] \[unique_id "\d+"\]/]



=== TEST 3: a verdict on headers needs no body
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
GET /
--- more_headers
X-Evil: 1
--- error_code: 566
--- error_log: phase 1



=== TEST 4: monitor blocks nothing and logs
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
--- request
GET /rules.conf?a=evil
--- error_code: 200
--- access_log
ManagedRule Monitor 100 200
--- error_log eval
qr/\[warn\] .*managed rules: Warning\. .*\[id "100"\]/



=== TEST 5: nor does eo_waf monitor
--- config
    eo_waf monitor;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
--- request
GET /rules.conf?a=evil
--- error_code: 200
--- error_log: [id "100"]



=== TEST 6: off by default, in a location, and with eo_waf off
--- config
    eo_waf on;
    eo_managed_rules_file ../html/rules.conf;
    location /on { eo_managed_rules on; alias html; }
    location /off { eo_waf off; eo_managed_rules on; alias html; }
    location / { root html; }
--- request eval
["GET /rules.conf?a=evil", "GET /off/rules.conf?a=evil", "GET /on/x?a=evil"]
--- error_code eval
[200, 200, 566]



=== TEST 7: redirect and drop
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
GET /
--- more_headers
X-Away: there
--- error_code: 302
--- response_headers
Location: https://example.com/there



=== TEST 8: drop closes the connection
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location /t { eo_managed_rules off; proxy_pass http://127.0.0.1:$server_port/dropped; proxy_set_header X-Drop 1; }
--- request
GET /t
--- error_code: 502
--- error_log: Access denied



=== TEST 9: a form
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
POST /
a=1&b=e%76il
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- error_log: Evil in ARGS:b



=== TEST 10: a form that is chunked
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- raw_request eval
"POST / HTTP/1.1\r
Host: localhost\r
Connection: close\r
Content-Type: application/x-www-form-urlencoded\r
Transfer-Encoding: chunked\r
\r
3\r
a=e\r
3\r
vil\r
0\r
\r
"
--- error_code: 566
--- error_log: Evil in ARGS:a



=== TEST 11: a form over HTTP/2
--- http2
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
POST /
a=evil
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- error_log: Evil in ARGS:a



=== TEST 12: a form that went to a file
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 64k;
    client_body_in_file_only clean;
--- request eval
"POST /\n" . "a=" . "x" x 30000 . "&b=evil"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- error_log: Evil in ARGS:b



=== TEST 13: a form partly in memory, partly in a file
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 64k;
    client_body_buffer_size 8k;
--- request eval
"POST /\n" . "a=" . "x" x 30000 . "&b=evil"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- error_log: Evil in ARGS:b



=== TEST 14: the size up to which a body is looked at: at it, over it
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 100 scan;
    location / { root html; }
--- request eval
["POST /\n" . "a=" . "x" x 94 . "evil", "POST /\n" . "a=" . "x" x 95 . "evil"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[566, 405]
--- no_error_log
[alert]
id "104"



=== TEST 15: a body over the size is skipped
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 100 skip;
    location / { root html; }
--- request eval
["POST /\n" . "a=" . "x" x 94 . "evil", "POST /\n" . "a=evil&b=" . "x" x 95]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[566, 405]



=== TEST 16: bodies can be left alone
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body off;
    location / { root html; }
--- request eval
["POST /\na=evil", "POST /?a=evil\na=1"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[405, 566]



=== TEST 17: JSON
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
POST /
{"a":["x","\u0065vil"]}
--- more_headers
Content-Type: application/json
--- error_code: 566
--- error_log: Evil in ARGS:json.a.array_1



=== TEST 18: JSON that is cut by the size is no error
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 10;
    location / { root html; }
--- request
POST /
{"a":"good, but long"}
--- more_headers
Content-Type: application/json
--- error_code: 405



=== TEST 19: JSON that its sender cut is one
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
POST /
{"a":"good
--- more_headers
Content-Type: application/json
--- error_code: 566
--- error_log: id "104"



=== TEST 20: a hundred thousand brackets
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 1m;
--- request eval
"POST /\n" . "[" x 100000
--- more_headers
Content-Type: application/json
--- error_code: 566
--- error_log: id "104"



=== TEST 21: XML
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request
POST /
<a><b>e</b>vil</a>
--- more_headers
Content-Type: text/xml
--- error_code: 566
--- error_log: Evil in XML:/*



=== TEST 22: entities that grow are refused
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request eval
'POST /
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
. CORE::join('', map { "<!ENTITY " . chr(97 + $_) . ' "' . ('&' . chr(96 + $_) . ';') x 10 . '">' } 1 .. 12)
. ']><x>&m;</x>'
--- more_headers
Content-Type: text/xml
--- error_code_like: ^(566|405)$
--- timeout: 5
--- no_error_log
[alert]
exited on signal



=== TEST 23: an upload
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- request eval
"POST /\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.php\"\r\n\r\n<?\r\n--b--\r\n"
--- more_headers
Content-Type: multipart/form-data; boundary=b
--- error_code: 566
--- error_log: id "106"



=== TEST 24: ten thousand arguments
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 1m;
--- request eval
"POST /\n" . CORE::join '&', map { "a$_=$_" } 1 .. 10000
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- error_log: id "105"



=== TEST 25: the body goes on to the origin
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location /origin { eo_waf off; proxy_pass http://127.0.0.1:$server_port/echo; }
    location /echo { eo_waf off; client_body_in_single_buffer on; proxy_pass http://127.0.0.1:$server_port/back; proxy_set_header X-Body $request_body; }
    location /back { eo_waf off; return 200 "$http_x_body\n"; }
    location / { proxy_pass http://127.0.0.1:$server_port/echo; }
--- request
POST /
a=1&b=2
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- response_body
a=1&b=2



=== TEST 26: an exception
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception office '${http.request.uri.path} like ["/office*"]' skip=managed-rules;
    location / { root html; }
--- request eval
["GET /office?a=evil", "GET /x?a=evil"]
--- error_code eval
[404, 566]



=== TEST 27: groups
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location /monitor { eo_managed_rules_group wafgroup-other-vulnerabilities action=monitor; root html; }
    location /disabled { eo_managed_rules_group other-vulnerabilities action=disabled; root html; }
    location / { root html; }
--- request eval
["GET /monitor?a=evil", "GET /disabled?a=evil", "GET /x?a=evil"]
--- error_code eval
[404, 404, 566]



=== TEST 28: a page of one's own, which is not blocked again
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    error_page 566 /rules.conf;
    location / { root html; }
--- request
GET /x?a=evil
--- error_code: 566
--- response_body_like: SecRequestBodyAccess



=== TEST 29: a rule has one turn, whatever the location
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    location / { try_files /nothing /rules.conf; }
    location = /rules.conf { root html; }
--- request
GET /x?a=evil
--- grep_error_log eval: qr/id "100"/
--- grep_error_log_out
id "100"
--- error_code: 200



=== TEST 30: levels and scores are those of the rules
--- user_files
>>> rules.conf
SecRule &TX:paranoia_level "@eq 0" "id:1,phase:1,pass,nolog,setvar:tx.paranoia_level=1"
SecRule &TX:inbound_anomaly_score_threshold "@eq 0" "id:2,phase:1,pass,nolog,setvar:tx.inbound_anomaly_score_threshold=5"
SecRule &TX:outbound_anomaly_score_threshold "@eq 0" "id:3,phase:1,pass,nolog,setvar:tx.outbound_anomaly_score_threshold=4"
SecAction "id:4,phase:1,pass,msg:'level %{tx.paranoia_level} %{tx.inbound_anomaly_score_threshold} %{tx.outbound_anomaly_score_threshold}.'"
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
--- request
GET /a
--- error_code: 404
--- error_log: level 1 5 4.



=== TEST 31: a level and a score
--- user_files
>>> rules.conf
SecRule &TX:paranoia_level "@eq 0" "id:1,phase:1,pass,nolog,setvar:tx.paranoia_level=1"
SecRule &TX:inbound_anomaly_score_threshold "@eq 0" "id:2,phase:1,pass,nolog,setvar:tx.inbound_anomaly_score_threshold=5"
SecRule &TX:outbound_anomaly_score_threshold "@eq 0" "id:3,phase:1,pass,nolog,setvar:tx.outbound_anomaly_score_threshold=4"
SecAction "id:4,phase:1,pass,msg:'level %{tx.paranoia_level} %{tx.inbound_anomaly_score_threshold} %{tx.outbound_anomaly_score_threshold}.'"
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_level strict;
    eo_managed_rules_score 7;
    location / { root html; }
--- request
GET /a
--- error_code: 404
--- error_log: level 3 7 4.



=== TEST 32: two scores
--- user_files
>>> rules.conf
SecRule &TX:paranoia_level "@eq 0" "id:1,phase:1,pass,nolog,setvar:tx.paranoia_level=1"
SecRule &TX:inbound_anomaly_score_threshold "@eq 0" "id:2,phase:1,pass,nolog,setvar:tx.inbound_anomaly_score_threshold=5"
SecRule &TX:outbound_anomaly_score_threshold "@eq 0" "id:3,phase:1,pass,nolog,setvar:tx.outbound_anomaly_score_threshold=4"
SecAction "id:4,phase:1,pass,msg:'level %{tx.paranoia_level} %{tx.inbound_anomaly_score_threshold} %{tx.outbound_anomaly_score_threshold}.'"
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_level extreme;
    eo_managed_rules_score 8 9;
    location / { root html; }
--- request
GET /a
--- error_code: 404
--- error_log: level 4 8 9.



=== TEST 33: setenv is a variable
--- user_files
>>> rules.conf
SecRule ARGS:a "@rx ^(.)" "id:1,phase:1,pass,nolog,capture,setenv:'Kind=is %{tx.1}'"
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    location / { proxy_pass http://127.0.0.1:$server_port/origin; proxy_set_header X-Kind "$eo_env_kind."; }
    location /origin { eo_waf off; return 200 "$http_x_kind\n"; }
--- request eval
["GET /?a=xyz", "GET /"]
--- response_body eval
["is x.\n", ".\n"]



=== TEST 34: the time a request has taken
--- user_files
>>> rules.conf
SecRule DURATION "@le 2000" "id:1,phase:1,pass,msg:'took %{matched_var}.'"
SecRule DURATION "@lt 0" "id:2,phase:1,deny"
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
--- request
GET /x
--- error_code: 404
--- error_log: id "1"
--- no_error_log
id "2"
[alert]



=== TEST 35: what stands behind "#" or "%3f" is looked at
--- user_files
>>> rules.conf
SecRule ARGS:id "@streq ATTACK" "id:1,phase:2,deny"
SecRule REQUEST_FILENAME "@contains /.git/" "id:2,phase:2,deny"
SecRule REQUEST_BASENAME "@endsWith .bak" "id:3,phase:2,deny"
SecRule ARGS "@contains ../" "id:4,phase:2,deny"
>>> index.html
fine
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; try_files /index.html =404; }
--- raw_requests eval
[map { "GET $_ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" }
 "/?#&id=ATTACK", "/?id=ATTACK#x", "/#?id=ATTACK", "/x%3f/.git/config",
 "/a%3f/a.bak", "/a.bak#x", "/a%23/a.bak", "/a#/../.git/config",
 "/#top", "/#/route/x", "/?id=1#top", "/x?/.git/config", "/x%3fa.bakery"]
--- error_code eval
[(566) x 8, (200) x 5]
