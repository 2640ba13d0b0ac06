# What nginx -t refuses, and how it says so.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

# each block is one directive and the message

my @refused = (
    ['eo_waf yes', 'invalid value "yes"'],
    [q{eo_custom_rule r '${http.request.host}' action=deny},
     'wrong expression of "r", column 21: unexpected the end, expected "in"'],
    [q{eo_custom_rule r '*'}, '"eo_custom_rule" needs "action="'],
    [q{eo_custom_rule r '*' action=drop},
     'invalid value "drop" of "action" in "eo_custom_rule": it must be '
     . '"monitor", "allow", "managed_challenge", "js_challenge", "redirect", '
     . '"page", "block_ip", "stall" or "deny"'],
    [q{eo_custom_rule r '*' action=stall status=403},
     '"status=" has no meaning with "action=stall" in "eo_custom_rule": it '
     . 'belongs to "redirect", "page" and "deny"'],
    [q{eo_custom_rule r '*' action=stall page=x},
     '"page=" has no meaning with "action=stall" in "eo_custom_rule": it '
     . 'belongs to "page" and "deny"'],
    [q{eo_custom_rule r '*' action=monitor status=403},
     '"status=" has no meaning with "action=monitor"'],
    [q{eo_custom_rule r '*' action=deny status=399},
     'invalid value "399" of "status" in "eo_custom_rule": it must be 200 or '
     . 'between 400 and 599'],
    [q{eo_region match CN action=deny status=600},
     'invalid value "600" of "status" in "eo_region"'],
    [q{eo_custom_rule r '*' action=deny status=4x9},
     'invalid value "4x9" of "status"'],
    [q{eo_custom_rule r '*' action=deny page=nope},
     'unknown page "nope" of the rule "r"'],
    [q{eo_custom_rule r '*' action=deny url=/x}, '"url=" has no meaning'],
    [q{eo_custom_rule r '*' action=deny duration=1s},
     '"duration=" has no meaning'],
    [q{eo_custom_rule r '*' action=page}, 'needs "page="'],
    [q{eo_custom_rule r '*' action=redirect}, 'needs "url="'],
    [q{eo_custom_rule r '*' action=block_ip}, 'needs "duration="'],
    [q{eo_custom_rule r '*' action=redirect url=/x status=304},
     'it must be 301, 302, 303, 307 or 308'],
    [q{eo_custom_rule r '*' action=page page=x status=302},
     'it must be 200 or between 400 and 599'],
    [q{eo_custom_rule r '*' action=deny status=201},
     'it must be 200 or between 400 and 599'],
    [q{eo_custom_rule r '*' action=block_ip duration=49h},
     'it must be a time between 1s and 48h'],
    [q{eo_custom_rule r '*' action=stall duration=0},
     'it must be a time between 1s and 10m'],
    [q{eo_custom_rule r '*' action=redirect url=$nope},
     'unknown "nope" variable'],
    [q{eo_custom_rule r '*' action=page page=nope},
     'unknown page "nope" of the rule "r"'],
    [q{eo_custom_rule r '*' action=deny priority=101},
     'a priority is between 0 and 100, small ones come first'],
    [q{eo_custom_rule r '*' action=deny priority=1 type=basic},
     '"priority=" has no meaning with "type=basic"'],
    [q{eo_custom_rule r '*' action=deny type=x},
     'it must be "type=basic" or "type=precise"'],
    [q{eo_custom_rule r '*' action=deny foo=x},
     'invalid parameter "foo=x" in "eo_custom_rule"'],
    [q{eo_custom_rules all}, 'it must be "none"'],
    [q{eo_region is CN action=deny}, 'it must be "match" or "mismatch"'],
    [q{eo_region match CHN action=deny}, 'invalid region "CHN"'],
    [q{eo_region match DE UK action=deny}, 'invalid region "UK" in "eo_region"'
     . ': it must be the two letters of ISO 3166-1, such as "CN"; expected '
     . '"GB"'],
    [q{eo_region mismatch zz action=deny}, 'invalid region "zz"'],
    [q{eo_custom_rule c '${http.request.ip.country} in ["FR", "UK"]' action=deny},
     '"UK" is no country of ISO 3166-1, expected "GB"'],
    [q{eo_region match action=deny}, 'needs a value to compare with'],
    [q{eo_referer mismatch empty action=deny},
     'needs a value beside "empty"'],
    [q{eo_client_ip match 10.0.0.256 action=deny}, '"10.0.0.256" is no'],
    [q{eo_client_ip match nope action=deny},
     '"nope" is neither an address nor the name of an "eo_ip_group" in'],
    [q{eo_asn match x action=deny}, '"x" is no number'],
    [q{eo_exception e '*' foo=x}, 'invalid parameter "foo=x"'],
    [q{eo_exception e '*' skip=nope}, 'invalid module "nope" of "skip"'],
    [q{eo_exception e '*' skip=bot/all}, 'invalid module "bot/all" of "skip"'],
    [q{eo_exception e '*' skip=all foo=x}, 'invalid parameter "foo=x"'],
    [q{eo_exception e '*' skip=custom-rules,}, 'invalid module "" of "skip"'],
    [q{eo_exception e '*' rules=}, 'invalid id "" of "rules"'],
    [q{eo_exception e '*' rules=x}, 'invalid id "x" of "rules"'],
    [q{eo_exception e '*' rules=0}, 'invalid id "0" of "rules"'],
    [q{eo_exception e '*' rules=9-1}, 'invalid id "9-1" of "rules"'],
    [q{eo_exception e '*' rules=1-}, 'invalid id "1-" of "rules"'],
    [q{eo_exception e '*' rules=1,-2}, 'invalid id "-2" of "rules"'],
    [q{eo_exception e '*' groups=nope},
     'unknown group "nope" of "groups" in "eo_exception": it must be one of '
     . 'webshell-attacks, '],
    [q{eo_exception e '*' 'fields=body.json:value ${key} in ["ARGS:json.q"]'},
     'no "${key}" is "args:json.q": leave out the variable'],
    [q{eo_exception e '*' 'fields=header:key ${key} like ["x-*", "x y"]'},
     'no "${key}" is "x y": the name of a header has neither blanks nor'],
    [q{eo_exception e '*' 'fields=header:value ${key} in ["x:"]'},
     'no "${key}" is "x:": the name of a header has neither blanks nor'],
    [q{eo_exception e '*' 'fields=cookie:value not ${key} in ["a=b"]'},
     'no "${key}" is "a=b": the name of a cookie has neither'],
    [q{eo_exception e '*' fields=},
     'invalid "fields=" in "eo_exception": unknown field ""'],
    [q{eo_exception e '*' rules=1 fields=x},
     'unknown field "x": it must be "key" or "value" of "uri.query"'],
    [q{eo_exception e '*' fields=cookie}, 'unknown field "cookie"'],
    [q{eo_exception e '*' 'fields=uri:path ${key} in ["a"]'},
     '"uri:path" is whole and has no members'],
    [q{eo_exception e '*' 'fields=cookie:value ${http.request.ip} exists'},
     'wrong condition of "fields=cookie:value ${http.request.ip} exists" in '
     . '"eo_exception", column 14: unknown field "http.request.ip"'],
    [q{eo_exception e '${key} in ["a"]' fields=cookie:key},
     'unknown field "key"'],
    [q{eo_block_response x=1}, 'it must be "managed=" or "other="'],
    [q{eo_block_response other=200}, 'a status between 400 and 599'],
    [q{eo_block_response other=403,nope}, 'unknown page "nope"'],
    [q{eo_block_response other=403 other=404}, 'is duplicate'],
);

my @refused_http = (
    ['eo_ip_group a/b 10.0.0.1', 'invalid name "a/b" in "eo_ip_group"'],
    ['eo_ip_group g nope.txt', 'nope.txt'],
    ['eo_ban_zone 1k', 'it must be a size of at least'],
    ['eo_stall_limit 65536', 'value must be between 0 and 65535'],
);

my $blocks = '';
my $n = 0;

for my $case (@refused, @refused_http) {
    my ($directive, $message) = @$case;
    my $where = $n < @refused ? 'config' : 'http_config';
    my $config = $where eq 'config' ? '' : "--- config\n";

    $n++;
    $blocks .= "=== TEST $n: $directive\n--- $where\n$directive;\n$config"
        . "--- must_die\n--- error_log\n$message\n\n\n\n";
}

Test::Nginx::Socket->can('default_object')->()->spec_string($blocks);

run_tests();
