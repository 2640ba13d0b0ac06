# How version 4 of the Core Rule Set writes what version 3 does not: dynamic
# names, collections that begin in a chain, levels for blocking and for
# detection, exclusions that are read after the rules.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('config', q{
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_file ../html/rules.conf;
        location / { error_page 405 =200 /ok; root html; }
        location = /ok { return 200; }
    } . ($block->more_config || ''));
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: headers of parts, collected under numbered names
--- user_files
>>> rules.conf
SecRequestBodyAccess On
SecRule &MULTIPART_PART_HEADERS "@gt 0" \
    "id:1,phase:2,pass,nolog,setvar:'tx.part_number=0'"
SecRule MULTIPART_PART_HEADERS "@rx ^content-type\s*:\s*(.*)$" \
    "id:2,phase:2,pass,nolog,capture,t:none,t:lowercase,\
    setvar:'tx.part_type_%{tx.part_number}=%{tx.1}',\
    setvar:'tx.part_number=+1'"
SecRule TX:/PART_TYPE_*/ "!@rx ^text/(?:plain|html)(?:;\s*charset=utf-8)?$" \
    "id:3,phase:2,deny,capture,t:none,t:lowercase"
SecRule TX:part_number "@eq 3" "id:4,phase:2,redirect:/three"
SecRule &MULTIPART_PART_HEADERS:_charset_ "!@eq 0" \
    "id:5,phase:2,deny,t:none,setvar:'tx.5_charset=|%{ARGS._charset_}|',chain"
    SecRule TX:5_CHARSET "!@within |utf-8| |iso-8859-1|" "t:lowercase"
--- request eval
my $part = sub {
    my ($name, $type, $text) = @_;
    return "--x\r\nContent-Disposition: form-data; name=\"$name\"\r\n"
        . ($type ? "Content-Type: $type\r\n" : '') . "\r\n$text\r\n";
};
["POST /\n" . $part->('a', 'text/plain', 1) . "--x--\r\n",
 "POST /\n" . $part->('a', 'text/plain', 1)
            . $part->('a', 'TEXT/html; charset=UTF-8', 1) . "--x--\r\n",
 "POST /\n" . $part->('a', 'text/plain', 1)
            . $part->('a', 'text/plain; charset=utf-7', 1) . "--x--\r\n",
 "POST /\n" . $part->('a', 'text/plain', 1) x 3 . "--x--\r\n",
 "POST /\n" . $part->('_charset_', '', 'UTF-8') . "--x--\r\n",
 "POST /\n" . $part->('_charset_', '', 'utf-7') . "--x--\r\n"]
--- more_headers
Content-Type: multipart/form-data; boundary=x
--- error_code eval
[200, 200, 566, 302, 200, 566]



=== TEST 2: a collection that begins at the end of a chain, by a digest
--- user_files
>>> rules.conf
SecRule &TX:with_collections "@eq 0" \
    "id:1,phase:1,pass,nolog,setvar:'tx.ua=%{REQUEST_HEADERS.User-Agent}',chain"
    SecRule TX:UA "@unconditionalMatch" \
        "t:none,t:sha1,t:hexEncode,initcol:global=v4,\
        initcol:ip=v4_%{remote_addr}_%{MATCHED_VAR}"
SecRule ARGS:count "@eq 1" "id:2,phase:1,pass,nolog,setvar:'ip.n=+1',\
    setvar:'global.n=+1'"
SecRule IP:n "@eq 2" "id:3,phase:1,deny"
SecRule GLOBAL:n "@eq 3" "id:4,phase:1,redirect:/three"
--- request eval
["GET /?count=1", "GET /?count=1", "GET /", "GET /?count=1", "GET /"]
--- more_headers eval
["User-Agent: v4-a", "User-Agent: v4-a", "User-Agent: v4-b",
 "User-Agent: v4-b", "User-Agent: v4-a"]
--- error_code eval
[200, 566, 200, 302, 566]



=== TEST 3: levels, early blocking, scores that are summed in two phases
--- user_files
>>> rules.conf
SecRequestBodyAccess On
SecRule &TX:inbound_anomaly_score_threshold "@eq 0" \
    "id:1,phase:1,pass,nolog,setvar:'tx.inbound_anomaly_score_threshold=5'"
SecRule &TX:blocking_paranoia_level "@eq 0" \
    "id:2,phase:1,pass,nolog,setvar:'tx.blocking_paranoia_level=1'"
SecRule &TX:detection_paranoia_level "@eq 0" \
    "id:3,phase:1,pass,nolog,\
    setvar:'tx.detection_paranoia_level=%{TX.blocking_paranoia_level}'"
SecRule ARGS:early "@eq 1" "id:4,phase:1,pass,nolog,setvar:tx.early_blocking=1"
SecRule REQUEST_HEADERS:X-Bad "@eq 1" "id:5,phase:1,pass,\
    setvar:'tx.inbound_anomaly_score_pl1=+5'"
SecRule TX:DETECTION_PARANOIA_LEVEL "@lt 2" "id:6,phase:1,pass,nolog,\
    skipAfter:END-LEVELS"
SecRule REQUEST_HEADERS:X-Odd "@eq 1" "id:7,phase:1,pass,\
    setvar:'tx.inbound_anomaly_score_pl2=+5'"
SecMarker "END-LEVELS"
SecRule TX:BLOCKING_PARANOIA_LEVEL "@ge 1" "id:8,phase:1,pass,nolog,\
    setvar:'tx.blocking_inbound_anomaly_score=+%{tx.inbound_anomaly_score_pl1}'"
SecAction "id:9,phase:2,pass,nolog,setvar:'tx.blocking_inbound_anomaly_score=0'"
SecRule TX:BLOCKING_PARANOIA_LEVEL "@ge 1" "id:10,phase:2,pass,nolog,\
    setvar:'tx.blocking_inbound_anomaly_score=+%{tx.inbound_anomaly_score_pl1}'"
SecRule TX:BLOCKING_PARANOIA_LEVEL "@ge 2" "id:11,phase:2,pass,nolog,\
    setvar:'tx.blocking_inbound_anomaly_score=+%{tx.inbound_anomaly_score_pl2}'"
SecRule TX:BLOCKING_INBOUND_ANOMALY_SCORE \
    "@ge %{tx.inbound_anomaly_score_threshold}" "id:12,phase:1,redirect:/early,\
    chain"
    SecRule TX:EARLY_BLOCKING "@eq 1"
SecRule TX:BLOCKING_INBOUND_ANOMALY_SCORE \
    "@ge %{tx.inbound_anomaly_score_threshold}" "id:13,phase:2,deny,\
    msg:'Total Score: %{TX.BLOCKING_INBOUND_ANOMALY_SCORE}'"
--- more_config
    location /normal/ { eo_managed_rules_level normal; alias html/; }
    location /score/ { eo_managed_rules_score 6; alias html/; }
--- request eval
["GET /", "GET /", "GET /?early=1", "GET /", "GET /normal/", "GET /normal/",
 "GET /score/"]
--- more_headers eval
["", "X-Bad: 1", "X-Bad: 1", "X-Odd: 1", "X-Odd: 1", "", "X-Bad: 1"]
--- error_code eval
[200, 566, 302, 200, 566, 200, 200]



=== TEST 4: exclusions behind the rules, by name, by pattern, without quotes
--- user_files
>>> rules.conf
SecRule REQUEST_HEADERS:Content-Type "^application/json" \
    "id:9,phase:1,pass,nolog,t:lowercase,ctl:requestBodyProcessor=JSON"
SecRequestBodyAccess On
SecRule REQUEST_COOKIES|REQUEST_COOKIES_NAMES|ARGS_NAMES "@contains bad" \
    "id:1,phase:2,deny"
SecRuleUpdateTargetById 1 "!REQUEST_COOKIES:/^_ga(?:_\w+)?$/"
SecRuleUpdateTargetById 1 "!REQUEST_COOKIES:__gads"
SecRuleUpdateTargetById 1 !ARGS_NAMES:json.bad
SecRuleUpdateTargetById 1 "!ARGS_NAMES:/^json\.worse\w+/"
--- request eval
[("GET /") x 5, map { "POST /\n{\"$_\":1}" } "bad", "bad2", "worse_bad"]
--- more_headers eval
["Cookie: a=bad", "Cookie: _ga=bad", "Cookie: _ga_X1=bad",
 "Cookie: _gab=bad", "Cookie: __GADS=bad",
 ("Content-Type: application/json") x 3]
--- error_code eval
[566, 200, 200, 566, 200, 200, 566, 200]



=== TEST 5: sampling by digits of a digest, and all rules of a tag at once
--- user_files
>>> rules.conf
SecRule UNIQUE_ID "@rx ^[a-f]*([0-9])[a-f]*([0-9])" \
    "id:1,phase:1,pass,nolog,capture,t:sha1,t:hexEncode,\
    setvar:'TX.random=%{TX.1}%{TX.2}'"
SecRule ARGS:percentage "@eq 0" "id:2,phase:1,pass,nolog,\
    setvar:tx.percentage=0"
SecRule TX:random "!@lt %{tx.percentage}" "id:3,phase:1,pass,nolog,chain"
    SecRule &TX:percentage "@eq 1" "ctl:ruleRemoveByTag=OWASP_CRS"
SecRule TX:random "@rx ^[0-9][0-9]$" "id:4,phase:1,deny,tag:'OWASP_CRS'"
--- request eval
["GET /", "GET /?percentage=0"]
--- error_code eval
[566, 200]



=== TEST 6: "^" and "$" are the ends of a text, not of its lines
--- user_files
>>> rules.conf
SecRequestBodyAccess On
SecRule FILES|ARGS "!@rx ^[a-z.]*$" "id:1,phase:2,deny,t:none,t:urlDecodeUni"
SecRule ARGS_NAMES "@rx ^#!" "id:2,phase:2,deny"
SecRule ARGS_NAMES "@rx ^%{tx.none}#" "id:3,phase:2,deny"
SecRule ARGS_NAMES "@rx (?m)^!$" "id:4,phase:2,redirect:/line"
--- request eval
my $file = sub {
    return "POST /\n--x\r\nContent-Disposition: form-data; name=\"f\"; "
        . "filename=\"$_[0]\"\r\n\r\nx\r\n--x--\r\n";
};
[$file->('a.txt'), $file->('%27%0aa.txt'), $file->('a.txt%0a'),
 "GET /?a=b", "GET /?a=%27%0ab", "GET /?a=b%0a", "GET /?x%0a%23!=b",
 "GET /?%23!=b", "GET /?%23=b", "GET /?x%0a!%0ax=b"]
--- more_headers
Content-Type: multipart/form-data; boundary=x
--- error_code eval
[200, 566, 566, 200, 566, 566, 200, 566, 566, 302]



=== TEST 7: a message as long as that of all scores is logged as a whole
--- user_files eval
my $long = CORE::join ', ', map { "score_$_=%{tx.score}" } 1 .. 24;
">>> rules.conf
SecAction \"id:1,phase:1,pass,nolog,setvar:tx.score=100\"
SecAction \"id:2,phase:5,pass,t:none,msg:'Scores: \\
($long) - \\
(end=%{tx.score})',tag:'reporting'\"
"
--- request
GET /
--- error_code: 200
--- error_log eval
my $long = CORE::join ', ', map { "score_$_=100" } 1 .. 24;
["[id \"2\"] [msg \"Scores: ($long) - (end=100)\"] [data \"\"]",
 '[tag "reporting"]']



=== TEST 8: one that a request makes long leaves room for what follows it
--- user_files
>>> rules.conf
SecRule ARGS:a "@rx ." "id:1,phase:1,deny,msg:'Long (%{MATCHED_VAR})',\
    logdata:'of it: %{MATCHED_VAR}',severity:2,tag:'attack-protocol'"
--- request eval
"GET /?a=" . 'b' x 600
--- error_code: 566
--- error_log eval
[qr/\[msg "Long \(b{400,}\.{0,3}"\] \[data "of it: b{193}\.\.\."\]/,
 '[tag "attack-protocol"]', '[unique_id "']



=== TEST 9: cookies whose names an expression says
--- user_files
>>> rules.conf
SecRule REQUEST_COOKIES:/\x22?\x24Version/ "@streq 1" \
    "id:1,phase:1,deny,capture,t:none,t:lowercase"
--- request eval
[("GET /") x 5]
--- more_headers eval
['Cookie: $Version=1; a=b', 'Cookie: "$Version=1; a=b',
 'Cookie: a=b; $version=1', 'Cookie: $Version=0', 'Cookie: MyVersion=1']
--- error_code eval
[566, 566, 566, 200, 200]



=== TEST 10: a method that an argument overrides
--- user_files
>>> rules.conf
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/x-www" \
    "id:9,phase:1,pass,nolog,t:lowercase"
SecRule &TX:allowed "@eq 0" "id:1,phase:2,deny,t:none,chain"
    SecRule REQUEST_METHOD "!@streq %{ARGS._method}" \
        "t:none,t:lowercase,chain"
        SecRule ARGS:_method "@rx ^[a-z]{3,10}$" \
            "t:none,t:urlDecodeUni,t:lowercase,\
            setvar:'tx.score=+%{tx.five}'"
--- request eval
["POST /?_method=DELETE", "POST /\n_method=Put&id=1",
 "GET /?a=1&_method=%50OST", "POST /?_method=AB", "POST /?method=DELETE",
 "POST /?_method=X-DELETE", "GET /?_method=get", "GET /"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[566, 566, 566, 200, 200, 200, 200, 200]



=== TEST 11: a rule that another removes for JSON, and file names
--- user_files
>>> rules.conf
SecRule REQUEST_HEADERS:Content-Type "^application/json" \
    "id:9,phase:1,pass,nolog,t:lowercase,ctl:requestBodyProcessor=JSON"
SecRequestBodyAccess On
SecRule REQBODY_PROCESSOR "@streq JSON" \
    "id:1,phase:2,pass,nolog,t:none,ctl:ruleRemoveById=2"
SecRule REQUEST_URI|ARGS|ARGS_NAMES "@rx (?i)\x5cu[0-9a-f]{4}" \
    "id:2,phase:2,deny,capture,t:none,logdata:'%{MATCHED_VAR_NAME}'"
--- request eval
["POST /\na=%5cu0061", "POST /\n{\"a\":\"\\\\u0061\"}", "GET /?a=%5Cu0061"]
--- more_headers eval
["Content-Type: application/x-www-form-urlencoded",
 "Content-Type: application/json", ""]
--- error_code eval
[566, 200, 566]



=== TEST 12: how plugins except fields: by tag, by id, of a counter
--- user_files
>>> rules.conf
SecRule TX:some-plugin_enabled "@eq 0" \
    "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=2-99"
SecRule REQUEST_FILENAME "@endsWith /login.php" \
    "id:2,phase:1,pass,t:none,nolog,\
    ctl:ruleRemoveTargetById=102;TX:counter_ARGS_NAMES:list,\
    ctl:ruleRemoveTargetByTag=OWASP_CRS;ARGS:pwd,ver:'some-plugin/1.0.0'"
SecRule ARGS_NAMES "@rx ." \
    "id:101,phase:1,pass,nolog,setvar:'TX.counter_%{MATCHED_VAR_NAME}=+1'"
SecRule TX:/counter_.*/ "@gt 1" "id:102,phase:1,deny"
SecRule ARGS "@contains '" "id:103,phase:1,deny,tag:'OWASP_CRS'"
>>> login.php
--- request eval
["GET /login.php?pwd=%27", "GET /login.php?pw=%27", "GET /?pwd=%27",
 "GET /login.php?list=1&list=2", "GET /login.php?other=1&other=2",
 "GET /?list=1&list=2"]
--- error_code eval
[200, 566, 566, 200, 566, 566]



=== TEST 13: arguments decoded into variables, and these once more
--- user_files
>>> rules.conf
SecRule ARGS "!@streq %{ARGS}" "id:1,phase:1,pass,t:none,t:sqlHexDecode,nolog,\
    setvar:'tx.tf_1_hex_%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"
SecRule TX:/^tf_1_*/ "!@streq %{MATCHED_VAR_NAME}" \
    "id:2,phase:1,pass,t:none,t:base64DecodeExt,nolog,\
    setvar:'tx.tf_2_base64_%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"
SecRule TX:/^tf_1_/ "@streq evil" "id:3,phase:1,deny"
SecRule TX:/^tf_2_/ "@streq evil" "id:4,phase:1,redirect:/twice"
--- request eval
["GET /?a=0x6576696c", "GET /?a=0x6576", "GET /?a=b&b=0x5a585a7062413d3d"]
--- error_code eval
[566, 200, 302]



=== TEST 14: the name of an array in JSON is a name (rule 934210 of version 4)
--- user_files
>>> rules.conf
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "json" \
    "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule ARGS_NAMES|REQUEST_BODY "@rx __(?:i?(?:startswith|e(?:ndswith|xact)|contains|regex)|i(?:snull|n)|range|[gl]te?|has_(?:keys?|any_keys)|contained_by)(?:$|\"[\s\x0b]*:)" \
    "id:934210,phase:2,deny,capture,t:none,t:urlDecodeUni,\
    msg:'ORM Lookup Operator Injection',\
    logdata:'Matched Data: %{TX.0} found within %{MATCHED_VAR_NAME}: %{MATCHED_VAR}'"
--- request eval
["POST /\n" . '{"roles__contained_by":["a"]}',
 "POST /\n" . '{"user":{"roles__in":[1,2]}}',
 "POST /\n" . '{"roles__contained_by":{"a":1}}',
 "POST /\n" . '{"roles__contained_by":[]}',
 "POST /\n" . '{"roles__contained_by":"a"}',
 "POST /\n" . '{"roles":["a"],"contained_by":["b"],"__typename":["c"]}',
 "POST /\n" . '{"roles__contained_by_us":["a"]}']
--- more_headers
Content-Type: application/json
--- error_code eval
[566, 566, 566, 566, 566, 200, 200]
