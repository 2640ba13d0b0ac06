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
>>> fields.conf
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "json" \
    "id:9,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule ARGS|ARGS_NAMES|FILES|MULTIPART_PART_HEADERS "@contains bad" \
    "id:1,phase:2,deny"
SecRule ARGS_GET|ARGS_GET_NAMES|ARGS_POST "@contains bad" \
    "id:3,phase:2,deny,chain"
    SecRule REQUEST_METHOD "@rx ." "t:none"
SecRule REQUEST_COOKIES|REQUEST_HEADERS|!REQUEST_HEADERS:Cookie \
    "@contains bad" "id:4,phase:1,deny"
>>> uri.conf
SecRule REQUEST_FILENAME "@contains bad" "id:5,phase:1,deny"
SecRule REQUEST_BASENAME "@contains bad" "id:6,phase:1,deny"
SecRule QUERY_STRING "@contains worse" "id:7,phase:1,deny"
SecRule REQUEST_URI|REQUEST_URI_RAW|REQUEST_LINE "@contains worst" \
    "id:8,phase:1,deny"
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



=== TEST 10: members of the query, by key and by value
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/fields.conf;
    eo_exception value '${http.request.headers["x-e"]} in ["value"]'
                 rules=1,3 'fields=uri.query:value ${key} in ["a"]';
    eo_exception one '${http.request.headers["x-e"]} in ["one"]'
                 rules=1 'fields=uri.query:value ${key} in ["a"]';
    eo_exception key '${http.request.headers["x-e"]} in ["key"]'
                 rules=1,3 fields=uri.query:key;
    eo_exception both '${http.request.headers["x-e"]} in ["both"]'
                 'fields=uri.query:value ${key} in ["a"]
                  and ${value} like ["ok-*"]';
    location / { root html; }
--- request eval
["GET /?a=bad", "GET /?a=bad", "GET /?a=bad", "GET /?b=bad",
 "GET /?a=bad&b=bad",
 "GET /?a=1&bad=1", "GET /?bad=1", "GET /?bad=1", "GET /?bad=bad",
 "GET /?a=ok-bad", "GET /?a=bad", "GET /?a=ok-bad&a=bad", "GET /?A=OK-bad"]
--- more_headers eval
["", "X-E: value", "X-E: one", "X-E: value", "X-E: value", "X-E: value", "",
 "X-E: key", "X-E: key", "X-E: both", "X-E: both", "X-E: both", "X-E: both"]
--- error_code eval
[566, 200, 566, 566, 566, 566, 566, 200, 566, 200, 566, 566, 200]



=== TEST 11: cookies and headers
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/fields.conf;
    eo_exception cookie '${http.request.headers["x-e"]} exists'
                 rules=4 'fields=cookie:value ${key} in ["account"]'
                 'fields=header:value ${key} like ["x-auth-*"] and
                  ${value} like ["Bearer *"]';
    location / { root html; }
--- request eval
["GET /", "GET /", "GET /", "GET /", "GET /", "GET /"]
--- more_headers eval
["Cookie: account=bad", "X-E: 1\nCookie: account=bad",
 "X-E: 1\nCookie: account=bad; other=bad",
 "X-Auth-Token: Bearer bad", "X-E: 1\nX-Auth-Token: Bearer bad",
 "X-E: 1\nX-Auth-Token: Basic bad"]
--- error_code eval
[566, 200, 566, 566, 200, 566]



=== TEST 12: the URI
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/uri.conf;
    eo_exception path '${http.request.headers["x-e"]} in ["path"]'
                 fields=uri:path;
    eo_exception query '${http.request.headers["x-e"]} in ["query"]'
                 fields=uri:query;
    eo_exception full '${http.request.headers["x-e"]} in ["full"]'
                 fields=uri:fullpath;
    eo_exception two '${http.request.headers["x-e"]} in ["two"]'
                 rules=5 fields=uri:path;
    eo_exception three '${http.request.headers["x-e"]} in ["two"]'
                 rules=6 fields=uri:path;
    location / { return 200; }
    location /bad { error_page 404 =200 /ok; root html; }
    location = /ok { return 200; }
--- request eval
["GET /bad", "GET /bad", "GET /bad?worse", "GET /bad?worse", "GET /bad?worst",
 "GET /bad?worst", "GET /bad", "GET /bad?worst"]
--- more_headers eval
["", "X-E: path", "X-E: path", "X-E: query", "X-E: full", "X-E: path",
 "X-E: two", ""]
--- error_code eval
[566, 200, 566, 566, 200, 566, 200, 566]



=== TEST 13: bodies: JSON members, multipart, all of it
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/fields.conf;
    eo_exception json '${http.request.headers["x-e"]} in ["json"]'
                 'fields=body.json:value ${key} in ["user.id"]';
    eo_exception multipart '${http.request.headers["x-e"]} in ["multipart"]'
                 fields=body:multipart;
    eo_exception full '${http.request.headers["x-e"]} in ["full"]'
                 fields=body:fullbody;
    location / { error_page 405 =200 /ok; root html; }
    location = /ok { return 200; }
--- request eval
my $json = "POST /\n" . '{"user":{"id":"bad"}}';
my $two = "POST /\n" . '{"user":{"id":"bad"},"id":"bad"}';
my $part = "POST /\n" . CORE::join "\r\n", '--x', 'Content-Disposition: form-data; '
    . 'name="a"', '', 'bad', '--x--', '';
my $file = "POST /\n" . CORE::join "\r\n", '--x', 'Content-Disposition: form-data; '
    . 'name="a"; filename="bad"', '', '', '--x--', '';
[$json, $json, $two, $json, $two, $part, $part, $part, $part, $file, $file,
 "POST /\na=bad", "POST /\na=bad", "POST /\na=bad", "POST /?a=bad\na=1"]
--- more_headers eval
my $json = "Content-Type: application/json";
my $part = "Content-Type: multipart/form-data; boundary=x";
my $form = "Content-Type: application/x-www-form-urlencoded";
[$json, "$json\nX-E: json", "$json\nX-E: json", "$json\nX-E: multipart",
 "$json\nX-E: full", $part, "$part\nX-E: json", "$part\nX-E: multipart",
 "$part\nX-E: full", $part, "$part\nX-E: multipart",
 $form, "$form\nX-E: multipart", "$form\nX-E: full", "$form\nX-E: full"]
--- error_code eval
[566, 200, 566, 566, 200, 566, 566, 200, 200, 566, 200, 566, 566, 200, 566]



=== TEST 14: JSON members as logs name them
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/fields.conf;
    eo_exception in '${http.request.headers["x-e"]} in ["in"]'
                 'fields=body.json:value ${key} in ["zzz", "json.user.id"]';
    eo_exception like '${http.request.headers["x-e"]} in ["like"]'
                 'fields=body.json:value ${key} like ["JSON.user.*"]';
    eo_exception not '${http.request.headers["x-e"]} in ["not"]'
                 'fields=body.json:value not ${key} in ["json.user.id"]';
    location / { error_page 405 =200 /ok; root html; }
    location = /ok { return 200; }
--- request eval
my $id = "POST /\n" . '{"user":{"id":"bad"}}';
my $other = "POST /\n" . '{"user":{"id":"1"},"other":"bad"}';
[$id, $id, $other, $id, $other, $id, $other]
--- more_headers eval
my $json = "Content-Type: application/json";
[$json, "$json\nX-E: in", "$json\nX-E: in", "$json\nX-E: like",
 "$json\nX-E: like", "$json\nX-E: not", "$json\nX-E: not"]
--- error_code eval
[566, 200, 566, 200, 566, 566, 200]
