# Protection from frequent scanning.  Each block has addresses of its own,
# since counters outlive a reload.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', q{>>> rules.conf
SecRule ARGS:a "@streq bad" "id:1,phase:1,deny"
SecRule ARGS:a "@streq odd" "id:2,phase:1,pass"
SecRule RESPONSE_HEADERS:X-Leak "@streq 1" "id:3,phase:3,deny"
});
    $block->set_value('http_config', q{
        add_header X-Decision "$eo_security_module $eo_security_action $eo_security_rule_id" always;
        set_real_ip_from 127.0.0.1;
        real_ip_header X-Real-IP;
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_file ../html/rules.conf;
    });
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: after more than the threshold all requests of the client
--- config
    eo_managed_rules_scan_protection threshold=2;
    location / { root html; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /", "GET /?a=bad", "GET /", "GET /",
 "GET /", "GET /"]
--- more_headers eval
[("X-Real-IP: 192.0.2.1") x 5, "X-Real-IP: 192.0.2.2",
 "X-Real-IP: 2001:db8::1", "X-Real-IP: 192.0.2.1"]
--- error_code eval
[566, 566, 200, 566, 566, 200, 200, 566]
--- response_headers eval
my $ban = "X-Decision: ManagedRule Deny frequent-scanning-protection";
[("X-Decision: ManagedRule Deny 1") x 2, "X-Decision: - - -",
 "X-Decision: ManagedRule Deny 1", $ban, ("X-Decision: - - -") x 2, $ban]



=== TEST 2: what does not block does not count
--- config
    eo_managed_rules_scan_protection threshold=1 period=30s duration=60s;
    location / { root html; }
    location /monitor/ { eo_managed_rules monitor; alias html/; }
--- request eval
[("GET /?a=odd") x 4, ("GET /monitor/?a=bad") x 4, "GET /?a=bad", "GET /"]
--- more_headers
X-Real-IP: 192.0.2.3
--- error_code eval
[(200) x 8, 566, 200]



=== TEST 3: all addresses of a network of IPv6 are one client
--- config
    eo_managed_rules_scan_protection threshold=1;
    location / { root html; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 2001:db8:1:1::1", "X-Real-IP: 2001:db8:1:1::2",
 "X-Real-IP: 2001:db8:1:1::3", "X-Real-IP: 2001:db8:1:2::1"]
--- error_code eval
[566, 566, 566, 200]



=== TEST 4: clients by X-Forwarded-For, or by address without it
--- config
    eo_managed_rules_scan_protection threshold=1 by=xff_header_ip;
    location / { root html; }
--- request eval
[("GET /?a=bad") x 2, "GET /", "GET /", "GET /",
 ("GET /?a=bad") x 2, "GET /", "GET /"]
--- more_headers eval
my $real = "X-Real-IP: 192.0.2.5";
[("$real\nX-Forwarded-For: 198.51.100.1") x 3,
 "$real\nX-Forwarded-For: 198.51.100.2", $real,
 ($real) x 3, "$real\nX-Forwarded-For: 198.51.100.2"]
--- error_code eval
[566, 566, 566, 200, 200, 566, 566, 566, 200]



=== TEST 5: only noted
--- config
    eo_managed_rules_scan_protection threshold=1 action=monitor;
    location / { root html; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /", "GET /?a=bad"]
--- more_headers
X-Real-IP: 192.0.2.6
--- error_code eval
[566, 566, 200, 566]
--- response_headers eval
[("X-Decision: ManagedRule Deny 1") x 2,
 "X-Decision: ManagedRule Monitor frequent-scanning-protection",
 "X-Decision: ManagedRule Deny 1"]



=== TEST 6: a location that watches watches
--- config
    eo_managed_rules_scan_protection threshold=1;
    location / { root html; }
    location /monitor/ { eo_managed_rules monitor; alias html/; }
    location /waf/ { eo_waf monitor; alias html/; }
    location /off/ { eo_managed_rules off; alias html/; }
    location /none/ { eo_managed_rules_scan_protection off; alias html/; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /", "GET /monitor/", "GET /waf/",
 "GET /off/", "GET /none/"]
--- more_headers
X-Real-IP: 192.0.2.7
--- error_code eval
[566, 566, 566, 200, 200, 200, 200]



=== TEST 7: an exception for managed rules is one for this, too
--- config
    eo_managed_rules_scan_protection threshold=1;
    eo_exception e '${http.request.headers["x-e"]} exists'
                 skip=managed-rules;
    location / { root html; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /", "GET /", "GET /?a=bad"]
--- more_headers eval
[("X-Real-IP: 192.0.2.8") x 3, ("X-Real-IP: 192.0.2.8\nX-E: 1") x 2]
--- error_code eval
[566, 566, 566, 200, 200]



=== TEST 8: responses that are blocked count; and the page for it
--- config
    eo_managed_rules_scan_protection threshold=1 period=31s;
    eo_block_response managed=403;
    location / { root html; }
    location /leak/ { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/; }
    location = /leaking {
        eo_waf off;
        add_header X-Leak 1;
        return 200;
    }
--- request eval
["GET /leak/leaking", "GET /leak/leaking", "GET /"]
--- more_headers
X-Real-IP: 192.0.2.9
--- error_code eval
[403, 403, 403]



=== TEST 9: other numbers are other counters, the same ones are not
--- config
    eo_managed_rules_scan_protection threshold=1 period=32s;
    location / { root html; }
    location /same/ {
        eo_managed_rules_scan_protection duration=10m period=32s threshold=1;
        alias html/;
    }
    location /other/ {
        eo_managed_rules_scan_protection threshold=2 period=32s;
        alias html/;
    }
--- request eval
["GET /?a=bad", "GET /same/?a=bad", "GET /", "GET /other/"]
--- more_headers
X-Real-IP: 192.0.2.10
--- error_code eval
[566, 566, 566, 200]



=== TEST 10: a redirect to a page of one's own does not count twice
--- config
    eo_managed_rules_scan_protection threshold=2 period=33s;
    error_page 566 /sorry.html;
    location / { root html; }
    location = /sorry.html { internal; root html; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /index.html", "GET /?a=bad", "GET /"]
--- more_headers
X-Real-IP: 192.0.2.11
--- error_code eval
[404, 404, 200, 404, 404]
