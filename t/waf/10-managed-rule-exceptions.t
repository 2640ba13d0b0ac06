# Exceptions for managed rules: all of them, some, groups.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

my $rules = q{>>> rules.conf
SecRequestBodyAccess On
SecRule REQUEST_BODY "@contains sql" "id:942300,phase:2,deny"
SecRule ARGS:a "@contains sql" "id:942100,phase:1,deny,tag:'attack-sqli'"
SecRule ARGS:b "@contains sql" "id:942200,phase:1,deny,tag:'attack-sqli',chain"
    SecRule ARGS:c "@contains sql"
SecRule ARGS:a "@contains xss" "id:941100,phase:1,deny,tag:'attack-xss'"
>>> other.conf
SecRule ARGS:a "@contains xss" "id:941100,phase:1,deny,tag:'attack-xss'"
SecRule ARGS:a "@contains sql" "id:942100,phase:1,deny,tag:'attack-sqli'"
};

my $http = q{
    log_format waf "$request_uri $status $eo_security_rule_id";
    access_log logs/access.log waf;
};

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', $rules);
    $block->set_value('http_config', $http);
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: all managed rules, and custom rules stay
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_custom_rule host '${http.request.host} in ["blocked"]' action=deny;
    eo_exception e '${http.request.headers["x-e"]} exists' skip=managed-rules;
    location / { root html; }
--- request eval
["GET /?a=sql", "GET /?a=sql", "GET /"]
--- more_headers eval
["", "X-E: 1", "X-E: 1\nHost: blocked"]
--- error_code eval
[566, 200, 567]



=== TEST 2: some ids, with the chains that they begin
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception e '${http.request.headers["x-e"]} exists'
                 rules=942099,942150-942300;
    location / { root html; }
--- request eval
["GET /?b=sql&c=sql", "GET /?b=sql&c=sql", "GET /?a=sql", "GET /?a=xss"]
--- more_headers eval
["", "X-E: 1", "X-E: 1", "X-E: 1"]
--- error_code eval
[566, 200, 566, 566]



=== TEST 3: groups; "skip" with them means only these
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception e '${http.request.headers["x-e"]} exists'
                 skip=managed-rules groups=wafgroup-sql-injections,ssrf-attacks;
    location / { root html; }
--- request eval
["GET /?a=sql", "GET /?a=sql", "GET /?b=sql&c=sql", "GET /?a=xss"]
--- more_headers eval
["", "X-E: 1", "X-E: 1", "X-E: 1"]
--- error_code eval
[566, 200, 200, 566]



=== TEST 4: exceptions add up, also to what a location disables
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception one '${http.request.headers["x-e"]} in ["1", "3"]'
                 rules=942100;
    eo_exception two '${http.request.headers["x-e"]} in ["2", "3"]'
                 rules=942200;
    location / { root html; }
    location /xss/ {
        alias html/;
        eo_managed_rules_group xss-attacks action=disabled;
    }
--- request eval
["GET /?a=sql", "GET /?b=sql&c=sql", "GET /?a=sql", "GET /?b=sql&c=sql",
 "GET /?a=sql&b=sql&c=sql", "GET /?a=xss", "GET /xss/?a=xss",
 "GET /xss/?a=sql&b=sql&c=sql", "GET /xss/?a=xss", "GET /xss/?a=sql"]
--- more_headers eval
["X-E: 1", "X-E: 1", "X-E: 2", "X-E: 2", "X-E: 3", "X-E: 3", "X-E: 3",
 "X-E: 3", "", ""]
--- error_code eval
[200, 566, 566, 200, 200, 566, 200, 200, 200, 566]



=== TEST 5: locations with other rules, other places in them
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception e '${http.request.headers["x-e"]} exists' rules=942100;
    location / { root html; }
    location /other/ {
        alias html/;
        eo_managed_rules_file ../html/other.conf;
    }
    location /off/ {
        alias html/;
        eo_managed_rules off;
    }
--- request eval
["GET /?a=sql", "GET /other/?a=sql", "GET /?a=xss", "GET /other/?a=xss",
 "GET /off/?a=xss", "GET /other/?a=sql"]
--- more_headers eval
["X-E: 1", "X-E: 1", "X-E: 1", "X-E: 1", "X-E: 1", ""]
--- error_code eval
[200, 200, 566, 566, 200, 566]



=== TEST 6: "skip=all" with rules takes the custom rules along
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_custom_rule all '*' action=deny;
    eo_exception e '${http.request.headers["x-e"]} exists'
                 skip=all rules=942100;
    location / { root html; }
--- request eval
["GET /?a=sql", "GET /?a=xss", "GET /?a=sql"]
--- more_headers eval
["X-E: 1", "X-E: 1", ""]
--- error_code eval
[200, 566, 567]



=== TEST 7: a rule that is named without managed rules
--- config
    eo_waf on;
    eo_exception e '*' rules=942100;
    location / { root html; }
--- request
GET /
--- error_code: 200
--- no_error_log
[warn]



=== TEST 8: ids that no rule has
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception e '*' rules=7,942100,8-9;
    location / { root html; }
--- request
GET /?a=sql
--- error_code: 200
--- error_log eval
[qr/\[warn\] .*no managed rule has the id 7 of the exception "e" in .*nginx\.conf:\d+/,
 qr/\[warn\] .*no managed rule has an id from 8 to 9 of the exception "e" in/]
--- no_error_log
942100 of the



=== TEST 9: rules that wait for the body
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_exception e '${http.request.headers["x-e"]} exists' rules=942300;
    location / { error_page 405 =200 /ok; root html; }
    location = /ok { return 200; }
--- request eval
["POST /\nx=sql", "POST /\nx=sql"]
--- more_headers eval
["Content-Type: application/x-www-form-urlencoded",
 "Content-Type: application/x-www-form-urlencoded\nX-E: 1"]
--- error_code eval
[566, 200]
