# What a request may take of the processor's time.  The rules look from each
# "a" to the end of a text for what is not there.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $slow = join '', map { <<"END" } 1001 .. 1040;
SecRule ARGS "\@rx a[^b]*b[^c]*[cd]" "id:$_,phase:2,deny"
END

our $slow_response = join '', map { <<"END" } 2001 .. 2040;
SecRule RESPONSE_BODY "\@rx a[^b]*b[^c]*[cd]" "id:$_,phase:4,pass"
END

our $text = 'c' . 'a' x 198 . 'b';
our $body = join '&', map { "n$_=$text" } 1 .. 500;

# one that is long instead of many
our $page = 'c' . 'a' x 200_000 . 'b';
our $small = 'c' . 'a' x 4_000 . 'b';

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', ">>> rules.conf\n"
        . "SecRequestBodyAccess On\nSecResponseBodyAccess On\n"
        . "SecResponseBodyMimeType text/plain\n"
        . "SecRule ARGS:go \"\@streq on\" \"id:100,phase:1,pass,nolog,"
        . "ctl:ruleEngine=DetectionOnly\"\n"
        . $slow . $slow_response
        . ">>> page.txt\n$page\n>>> small.txt\n$small");
    $block->set_value('config', ($block->config // '') . q{
    location /none { return 200; }
    location /post { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/none; }
});
    $block->set_value('http_config', q{
        add_header X-Decision "$eo_security_module $eo_security_action $eo_security_rule_id" always;
        client_body_buffer_size 256k;
        types { text/plain txt; }
        set_real_ip_from 127.0.0.1;
        real_ip_header X-Real-IP;
        proxy_hide_header X-Decision;
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_body 256k;
        eo_managed_rules_file ../html/rules.conf;
    });
});

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: a request that takes too long is refused
--- request eval
"POST /post\n$::body"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- response_headers
X-Decision: ManagedRule Deny inspection-time
--- error_log eval
qr/\[error\] .*managed rules: refused: it takes more than the 7ms of "eo_managed_rules_time" in phase 2, last at rule 10[0-9][0-9], client/



=== TEST 2: with less time sooner
--- config
    eo_managed_rules_time 1ms;
--- request eval
"POST /post\n$::body"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 566
--- error_log
it takes more than the 1ms



=== TEST 3: without a limit it is looked at to the end
--- config
    eo_managed_rules_time off;
--- request eval
"POST /post\n$::body"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 200
--- response_headers
X-Decision: - - -
--- no_error_log
it takes more



=== TEST 4: monitor passes it on, and says so
--- config
    eo_managed_rules monitor;
--- request eval
"POST /post\n$::body"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 200
--- response_headers
X-Decision: ManagedRule Monitor inspection-time
--- error_log eval
qr/\[warn\] .*managed rules: no further rules in this phase: it takes more than the 7ms/



=== TEST 5: a rule that switched to detection does as well
--- request eval
"POST /post?go=on\n$::body"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 200
--- error_log
no further rules in this phase



=== TEST 6: who keeps on is kept out
--- config
    eo_managed_rules_scan_protection threshold=1;
    location /page.txt { root html; }
--- request eval
["POST /post\n$::body", "POST /post\n$::body", "GET /page.txt"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
X-Real-IP: 192.0.2.77
--- error_code eval
[566, 566, 566]
--- response_headers eval
["X-Decision: ManagedRule Deny inspection-time",
 "X-Decision: ManagedRule Deny inspection-time",
 "X-Decision: ManagedRule Deny frequent-scanning-protection"]



=== TEST 7: a response has a time of its own
--- config
    location / { root html; }
--- request
GET /page.txt
--- error_code: 566
--- error_log
in phase 4, last at rule 20



=== TEST 8: one that takes less than a second, with and without the limit
--- config
    location / { root html; }
    location /off/ { eo_managed_rules_time off; alias html/; }
--- request eval
["GET /small.txt", "GET /off/small.txt"]
--- error_code eval
[566, 200]
--- response_headers eval
["X-Decision: ManagedRule Deny inspection-time", "X-Decision: - - -"]



=== TEST 9: a little of the same is passed on
--- request eval
"POST /post\nn=$::text"
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 200
--- response_headers
X-Decision: - - -
--- no_error_log
[error]



=== TEST 10: after a refusal the connection serves the next request
--- pipelined_requests eval
["POST /post\n$::body", "GET /none"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[566, 200]
