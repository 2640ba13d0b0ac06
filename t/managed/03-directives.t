# Values of the directives of managed rules, and rule files that are refused.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

no_root_location();
run_tests();

__DATA__

=== TEST 1: a mode that does not exist
--- config
    eo_waf on;
    eo_managed_rules maybe;
--- must_die
--- error_log: invalid value "maybe" in "eo_managed_rules": it must be one of "off", "on", "monitor"



=== TEST 2: rules without files
--- config
    eo_waf on;
    eo_managed_rules on;
--- must_die
--- error_log: name them with "eo_managed_rules_file"



=== TEST 3: a file that is not there
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file nothing.conf;
--- must_die
--- error_log: conf/nothing.conf



=== TEST 4: a pattern that matches nothing
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file nothing/*.conf;
--- must_die
--- error_log: no file matches



=== TEST 5: a word that does not exist, with file and line
--- user_files
>>> rules.conf
SecRuleEngine On

SecRule ARGS "@rxx a" "id:1"
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- must_die
--- error_log eval
qr{unknown operator "\@rxx" in \S+rules\.conf:3}



=== TEST 6: a file that includes itself
--- user_files
>>> rules.conf
Include other.conf
>>> other.conf
Include rules.conf
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
--- must_die
--- error_log eval
qr{rules\.conf" includes itself in \S+other\.conf:1}



=== TEST 7: a level that does not exist
--- config
    eo_managed_rules_level five;
--- must_die
--- error_log: invalid value "five" in "eo_managed_rules_level": it must be one of "loose", "normal", "strict", "extreme"



=== TEST 8: scores
--- config
    eo_managed_rules_score 0;
--- must_die
--- error_log: it must be a score from 1 to 100000



=== TEST 9: sizes
--- config
    eo_managed_rules_body large;
--- must_die
--- error_log: it must be a size up to "64m", or "off"



=== TEST 10: what becomes of larger ones
--- config
    eo_managed_rules_body 10k drop;
--- must_die
--- error_log: it must be "scan", "skip" or "deny"



=== TEST 11: groups
--- config
    eo_managed_rules_group xss action=deny;
--- must_die
--- error_log: webshell-attacks, xxe-attacks



=== TEST 12: actions of groups
--- config
    eo_managed_rules_group xss-attacks action=allow;
--- must_die
--- error_log: "action=deny", "action=monitor" or "action=disabled"



=== TEST 13: files that nobody uses are not read
--- config
    eo_managed_rules_file nothing.conf;
    location / { return 200; }
--- request
GET /
--- error_code: 200



=== TEST 14: files through a pattern, data files beside them, and what has no effect
--- user_files
>>> a/1.conf
SecAuditLog /nowhere
SecAuditLogParts ABC
SecRule ARGS "@pmFromFile words.data" "id:1,phase:1,deny"
>>> a/2.conf
SecRule ARGS "@streq two" "id:2,phase:1,deny"
>>> a/words.data
# comment
one
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/a/*.conf;
--- request eval
["GET /?a=xonex", "GET /?a=two", "GET /?a=comment"]
--- error_code eval
[566, 566, 200]



=== TEST 15: scan protection, threshold=0
--- config
    eo_managed_rules_scan_protection threshold=0;
--- must_die
--- error_log: invalid "threshold=0" in "eo_managed_rules_scan_protection": it must be a number from 1 to 4294967294



=== TEST 16: scan protection, threshold=4294967295
--- config
    eo_managed_rules_scan_protection threshold=4294967295;
--- must_die
--- error_log: it must be a number from 1 to 4294967294



=== TEST 17: scan protection, period=10s
--- config
    eo_managed_rules_scan_protection period=10s;
--- must_die
--- error_log: "eo_managed_rules_scan_protection" needs "threshold="



=== TEST 18: scan protection, threshold=1 period=4s
--- config
    eo_managed_rules_scan_protection threshold=1 period=4s;
--- must_die
--- error_log: invalid "period=4s" in "eo_managed_rules_scan_protection": it must be a time between 5s and 1800s



=== TEST 19: scan protection, threshold=1 duration=86401s
--- config
    eo_managed_rules_scan_protection threshold=1 duration=86401s;
--- must_die
--- error_log: it must be a time between 60s and 86400s



=== TEST 20: scan protection, threshold=1 action=block_ip
--- config
    eo_managed_rules_scan_protection threshold=1 action=block_ip;
--- must_die
--- error_log: invalid parameter "action=block_ip"



=== TEST 21: scan protection, threshold=1 by=country
--- config
    eo_managed_rules_scan_protection threshold=1 by=country;
--- must_die
--- error_log: "by=ip" or "by=xff_header_ip"



=== TEST 22: scan protection, on
--- config
    eo_managed_rules_scan_protection on;
--- must_die
--- error_log: invalid parameter "on" in "eo_managed_rules_scan_protection"



=== TEST 23: what has no effect is named, each but once
--- user_files
>>> rules.conf
SecPcreMatchLimit 1000
SecPcreMatchLimitRecursion 1000
SecAuditEngine Off
SecPcreMatchLimit 2000
SecGeoLookupDB /none.mmdb
SecRule ARGS:a "@streq b" "id:1,phase:1,deny"
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
--- request
GET /
--- error_code: 200
--- error_log
managed rules: without effect in nginx: SecPcreMatchLimit, SecPcreMatchLimitRecursion, SecAuditEngine in
managed rules: the file of "SecGeoLookupDB" is not read: name it in "eo_geo_database"



=== TEST 24: times
--- config
    eo_managed_rules_time 11s;
--- must_die
--- error_log: invalid value "11s" in "eo_managed_rules_time": it must be a time from "1ms" to "10s", or "off"
