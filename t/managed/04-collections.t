# Persistent collections: what rules keep from one request to the next.
#
# Each block has keys of its own, since collections outlive a reload.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', ">>> rules.conf\n" . $block->rules);
    $block->set_value('config', q{
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_file ../html/rules.conf;
        location / { root html; }
    }) unless defined $block->config;
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: a counter of each address, under its own key
--- rules
SecAction "id:1,phase:1,nolog,pass,initcol:ip=one-%{REQUEST_HEADERS.X-Who}"
SecRule ARGS:count "@eq 1" "id:2,phase:1,nolog,pass,setvar:ip.n=+1"
SecRule IP:n "@ge 3" "id:3,phase:1,deny"
--- request eval
["GET /?count=1", "GET /?count=1", "GET /", "GET /?count=1", "GET /", "GET /",
 "GET /?count=1"]
--- more_headers eval
[("X-Who: a") x 5, ("X-Who: b") x 2]
--- error_code eval
[200, 200, 200, 566, 566, 200, 200]



=== TEST 2: each of the five collections, and variables of several
--- rules
SecAction "id:1,phase:1,nolog,pass,initcol:global=two,initcol:resource=two,\
    setsid:two,setuid:two"
SecRule ARGS:set "@eq 1" "id:2,phase:1,nolog,pass,setvar:global.v=g,\
    setvar:resource.v=r,setvar:session.v=s,setvar:user.v=u,\
    setvar:user.other=%{SESSIONID}-%{USERID}"
SecRule GLOBAL:v "@streq g" "id:3,phase:2,deny,chain"
    SecRule RESOURCE:V "@streq r" "chain"
        SecRule SESSION:v "@streq s" "chain"
            SecRule USER "@streq u" "chain"
                SecRule USER:/^oth/ "@streq two-two" "chain"
                    SecRule &USER "@eq 2"
--- request eval
["GET /", "GET /?set=1", "GET /"]
--- error_code eval
[200, 566, 566]



=== TEST 3: sums, differences, removal; a value is replaced by a longer one
--- rules
SecAction "id:1,phase:1,nolog,pass,initcol:ip=three"
SecRule ARGS:do "@streq a" "id:2,phase:1,nolog,pass,setvar:ip.n=7,\
    setvar:ip.text=short"
SecRule ARGS:do "@streq b" "id:3,phase:1,nolog,pass,setvar:ip.n=-3,\
    setvar:ip.text=%{ip.text}-is-a-text-that-is-longer-now"
SecRule ARGS:do "@streq c" "id:4,phase:1,nolog,pass,setvar:!ip.n"
SecRule IP:n "@eq 4" "id:5,phase:1,redirect:/sum,chain"
    SecRule IP:text "@streq short-is-a-text-that-is-longer-now"
SecRule &IP:n "@eq 0" "id:6,phase:1,deny,chain"
    SecRule &IP:text "@eq 1"
--- request eval
["GET /", "GET /?do=a", "GET /?do=b", "GET /", "GET /?do=c", "GET /"]
--- error_code eval
[200, 200, 302, 302, 566, 566]



=== TEST 4: a collection that was not begun keeps nothing
--- rules
SecRule ARGS:set "@eq 1" "id:1,phase:1,nolog,pass,setvar:ip.n=1"
SecAction "id:2,phase:1,nolog,pass,initcol:ip=%{REQUEST_HEADERS.X-Who}"
SecRule ARGS:set "@eq 2" "id:3,phase:1,nolog,pass,setvar:ip.n=1"
SecRule IP:n "@eq 1" "id:4,phase:1,deny"
--- request eval
["GET /?set=1", "GET /", "GET /?set=2", "GET /"]
--- more_headers eval
["X-Who: four", "X-Who: four", "", "X-Who: four"]
--- error_code eval
[200, 200, 200, 200]



=== TEST 5: keys, names and values beyond the limits
--- rules
SecAction "id:1,phase:1,nolog,pass,initcol:ip=seven-%{REQUEST_HEADERS.X-Key}"
SecRule ARGS:value "@rx ^" "id:2,phase:1,nolog,pass,setvar:ip.v=%{ARGS.value}"
SecRule ARGS:name "@rx ^" "id:3,phase:1,nolog,pass,setvar:ip.%{ARGS.name}=1"
SecRule IP:v "@rx ^x{1024}$" "id:4,phase:2,deny"
SecRule ARGS:names "@eq 1" "id:5,phase:2,pass,nolog,chain"
    SecRule &IP "!@eq 0" "t:none,setvar:tx.names=1"
SecRule TX:names "@eq 1" "id:6,phase:2,deny"
--- request eval
["GET /?value=" . 'x' x 2000, "GET /", "GET /", "GET /",
 "GET /?name=" . 'n' x 129, "GET /?names=1", "GET /?name=" . 'n' x 128,
 "GET /?names=1"]
--- more_headers eval
["X-Key: " . 'k' x 500, "X-Key: " . 'k' x 500, "X-Key: " . 'k' x 501,
 "X-Key: " . 'k' x 499, ("X-Key: name") x 4]
--- error_code eval
[200, 566, 200, 200, 200, 200, 200, 566]



=== TEST 6: no more variables than a collection may have
--- rules
SecAction "id:1,phase:1,nolog,pass,initcol:ip=eight"
SecRule ARGS_NAMES "@rx ^v" "id:2,phase:1,nolog,pass,\
    setvar:ip.%{MATCHED_VAR}=1"
SecRule &IP "@eq 64" "id:3,phase:1,deny,chain"
    SecRule ARGS:look "@eq 1"
--- request eval
["GET /?" . CORE::join('&', map { "v$_=1" } 1 .. 100), "GET /?look=1",
 "GET /?look=1&v1=2"]
--- error_code eval
[200, 566, 566]



=== TEST 7: monitored requests are counted, too
--- rules
SecAction "id:1,phase:1,nolog,pass,initcol:ip=nine"
SecAction "id:2,phase:1,nolog,pass,setvar:ip.n=+1"
SecRule IP:n "@ge 2" "id:3,phase:1,deny"
--- config
    eo_waf on;
    eo_managed_rules_file ../html/rules.conf;
    location / { eo_managed_rules on; root html; }
    location /monitor { eo_managed_rules monitor; alias html; }
--- request eval
["GET /monitor/", "GET /monitor/", "GET /"]
--- error_code eval
[200, 200, 566]



=== TEST 8: the size of the zone
--- rules
SecAction "id:1,phase:1,nolog,pass"
--- http_config
    eo_managed_rules_zone 4k;
--- must_die
--- error_log: invalid value "4k" in "eo_managed_rules_zone": it must be a size of at least



=== TEST 9: a size that is none
--- rules
SecAction "id:1,phase:1,nolog,pass"
--- http_config
    eo_managed_rules_zone much;
--- must_die
--- error_log: invalid value "much" in "eo_managed_rules_zone"
