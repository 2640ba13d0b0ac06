# Bodies under monitor, which are looked at on their way; and what content
# handlers need of a body that was read before their turn.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $rules = q{>>> rules.conf
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "@contains json" "id:90,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule ARGS "@contains evil" "id:100,phase:2,deny,msg:'evil %{matched_var_name}'"
SecRule REQUEST_HEADERS:X-Evil "@rx ." "id:101,phase:1,deny"
SecRule REQUEST_BODY_LENGTH "@gt 0" "id:102,phase:2,pass,msg:'length %{matched_var}.'"
SecAction "id:103,phase:2,pass,msg:'phase two'"
SecRule RESPONSE_STATUS "@eq 405" "id:104,phase:3,pass,msg:'phase three'"
};

our $urlencoded = 'Content-Type: application/x-www-form-urlencoded';

# what the origin gets, and whether it gets it at once
our $origin = q{
    server {
        listen unix:$TEST_NGINX_SERVER_ROOT/html/o.sock;
        location / {
            proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/i.sock;
            proxy_set_header X-Length $http_content_length;
            proxy_set_header X-Encoding $http_transfer_encoding;
        }
    }
    server {
        listen unix:$TEST_NGINX_SERVER_ROOT/html/i.sock;
        location / { return 200 "$http_x_length $http_x_encoding\n"; }
    }
    upstream origin { server unix:$TEST_NGINX_SERVER_ROOT/html/o.sock; }
    log_format sec "$eo_security_module $eo_security_action "
                   "$eo_security_rule_id $status";
    access_log logs/access.log sec;
};

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', $::rules . ($block->more_files // ''));
    $block->set_value('http_config',
                      $::origin . ($block->more_http_config // ''));
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: WebDAV stores a file, with managed rules under monitor
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    location /d/ { root html; dav_methods PUT; create_full_put_path on; }
--- request eval
["PUT /d/a.txt\na=evil", "GET /d/a.txt", "PUT /d/e.txt\n", "GET /d/e.txt"]
--- more_headers eval
[$::urlencoded, "", "Content-Length: 0", ""]
--- error_code eval
[201, 200, 201, 200]
--- response_body_like eval
["", "a=evil", "", ""]



=== TEST 2: and the body was looked at
--- config
    eo_waf on;
    eo_managed_rules monitor;
    eo_managed_rules_file ../html/rules.conf;
    location /d/ { root html; dav_methods PUT; create_full_put_path on; }
--- request
PUT /d/b.txt
a=evil
--- more_headers eval
$::urlencoded
--- error_code: 201
--- error_log
evil ARGS:a
--- access_log
ManagedRule Monitor



=== TEST 3: with eo_waf under monitor
--- config
    eo_waf monitor;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_custom_rule form '${http.request.body.form["a"]} in ["evil"]'
                   action=deny;
    location /d/ { root html; dav_methods PUT; create_full_put_path on; }
--- request
PUT /d/c.txt
a=evil
--- more_headers eval
$::urlencoded
--- error_code: 201
--- error_log
evil ARGS:a



=== TEST 4: with a form rule alone, under monitor and not
--- config
    location /m/ {
        eo_waf monitor;
        eo_custom_rule form '${http.request.body.form["a"]} in ["evil"]'
                       action=deny;
        root html; dav_methods PUT; create_full_put_path on;
    }
    location /o/ {
        eo_waf on;
        eo_custom_rule form '${http.request.body.form["a"]} in ["evil"]'
                       action=deny;
        root html; dav_methods PUT; create_full_put_path on;
    }
    location /a/ {
        eo_waf on;
        eo_custom_rule form '${http.request.body.form["a"]} in ["evil"]'
                       action=monitor;
        root html; dav_methods PUT; create_full_put_path on;
    }
--- request eval
["PUT /m/a\na=evil", "PUT /o/a\na=evil", "PUT /o/a\na=good", "GET /o/a",
 "PUT /a/a\na=evil", "GET /a/a"]
--- more_headers eval
[$::urlencoded, $::urlencoded, $::urlencoded, "", $::urlencoded, ""]
--- error_code eval
[201, 567, 201, 200, 201, 200]
--- response_body_like eval
["", "567", "", "a=good", "", "a=evil"]
--- access_log
CustomRule Monitor form 201



=== TEST 5: with managed rules that block
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location /d/ { root html; dav_methods PUT; create_full_put_path on; }
--- request eval
["PUT /d/a\na=evil", "GET /d/a", "PUT /d/a\na=good", "GET /d/a",
 "PUT /d/b\n" . "a=good" . "x" x 40000, "GET /d/b"]
--- more_headers eval
[$::urlencoded, "", $::urlencoded, "", $::urlencoded, ""]
--- error_code eval
[566, 404, 201, 200, 201, 200]
--- response_body_like eval
["", "", "", "a=good", "", '\Aa=goodx{40000}\z']



=== TEST 6: nothing changes of what an origin gets that is sent to as a stream
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules monitor;
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["a"]} in ["evil"]'
                   action=monitor;
    proxy_request_buffering off;
    proxy_http_version 1.1;
    location / { proxy_pass http://origin; }
--- raw_request eval
["POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n$::urlencoded\r\n"
 . "Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n", "4\r\nevil\r\n0\r\n\r\n"]
--- raw_request_middle_delay: 0.5
--- response_body
 chunked
--- error_log
evil ARGS:a
--- access_log
ManagedRule Monitor



=== TEST 7: the same where it is buffered
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules on;
    eo_waf monitor;
    location / { proxy_pass http://origin; }
--- raw_request eval
"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n$::urlencoded\r\n"
. "Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n4\r\nevil\r\n0\r\n\r\n"
--- response_body eval
"6 \n"
--- error_log
evil ARGS:a



=== TEST 8: a body that nobody reads is not read, and the log says so
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules monitor;
    eo_waf on;
    location / { root html; }
--- request
POST /x.html?b=evil
a=evil
--- more_headers eval
$::urlencoded
--- more_files
>>> x.html
x
--- error_code: 405
--- error_log
evil ARGS:b
phase two
phase three
web protection: of the request body 0 bytes were inspected, not its end
--- no_error_log
evil ARGS:a



=== TEST 9: a body in pieces, longer than what is looked at
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules_body 8k;
    eo_managed_rules monitor;
    eo_waf on;
    location / { proxy_pass http://origin; }
--- request eval
"POST /\na=evil&b=" . "x" x 50000 . "&c=evil"
--- more_headers eval
$::urlencoded
--- response_body eval
"50016 \n"
--- error_log
evil ARGS:a
length 8192.
--- no_error_log
evil ARGS:c
not its end



=== TEST 10: bodies over HTTP/1.0, and a body after a rule of the first phase
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules monitor;
    eo_waf on;
    location / { proxy_pass http://origin; }
--- request
POST / HTTP/1.0
a=evil
--- more_headers eval
"$::urlencoded\nX-Evil: 1"
--- response_body eval
"6 \n"
--- error_log
id "101"
evil ARGS:a



=== TEST 11: rules on a form and exceptions on one, in their order
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules on;
    eo_waf monitor;
    eo_exception form '${http.request.body.form["a"]} in ["evil"]'
                 skip=managed-rules;
    location / { proxy_pass http://origin; }
--- request
POST /
a=evil
--- more_headers eval
"$::urlencoded\nX-Evil: 1"
--- response_body eval
"6 \n"
--- no_error_log
evil ARGS:a
id "101"



=== TEST 12: rate limits on a field of a form count under monitor
--- more_http_config
    eo_rate_zone z 1m;
--- config
    eo_waf monitor;
    eo_rate_limit form '*' zone=z by=http.request.body.form['a'] threshold=1
                  period=10s action=deny;
    location / { proxy_pass http://origin; }
    location /log { eo_waf off; alias logs/access.log; }
--- request eval
["POST /\na=1", "POST /\na=1", "GET /log"]
--- more_headers eval
[$::urlencoded, $::urlencoded, ""]
--- error_code eval
[200, 200, 200]
--- response_body_like eval
["", "", '(?m)^RateLimitingCustomRule Monitor form 200$']



=== TEST 13: the page of an error is sent to with the body, and seen once
--- config
    eo_managed_rules_file ../html/rules.conf;
    eo_managed_rules monitor;
    eo_waf on;
    location / { root html; error_page 405 = @origin; }
    location @origin { proxy_pass http://origin; }
--- request
POST /
a=evil
--- more_headers eval
$::urlencoded
--- error_code: 200
--- error_log
evil ARGS:a
--- no_error_log
not its end
