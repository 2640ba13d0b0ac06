# What nginx -t refuses of rate limits, and how it says so.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

my $rest = 'period=10s action=deny';
my $rule = "eo_rate_limit r '*' zone=z by=http.request.ip";

# a directive of a server, and the message

my @refused = (
    ['eo_rate_limit all', '"eo_rate_limit" needs a name, an expression and '
     . 'parameters, or is "eo_rate_limit none"'],
    [q{eo_rate_limit r '${http.request.host}' zone=z},
     'wrong expression of "r", column 21'],
    ["eo_rate_limit r '*' by=http.request.ip threshold=1 $rest",
     '"eo_rate_limit" needs "zone="'],
    ["eo_rate_limit r '*' zone=z threshold=1 $rest", 'needs "by="'],
    ["$rule $rest", 'needs "threshold="'],
    ["$rule threshold=1 action=deny", 'needs "period="'],
    ["$rule threshold=1 period=1s", 'needs "action="'],
    ["$rule threshold=1 threshold=2 $rest",
     'duplicate "threshold=" in "eo_rate_limit"'],
    ["$rule threshold=1 foo=1 $rest",
     'invalid parameter "foo=1" in "eo_rate_limit"'],
    ["eo_rate_limit r '*' zone= by=http.request.ip threshold=1 $rest",
     'invalid value "" of "zone" in "eo_rate_limit": it must be the name of '
     . 'an "eo_rate_zone"'],
    ["eo_rate_limit r '*' zone=nope by=http.request.ip threshold=1 $rest",
     'unknown zone "nope" of the rule "r" in'],
    map({ ["$rule threshold=$_ $rest", "invalid value \"$_\" of \"threshold\" "
           . 'in "eo_rate_limit": it must be a number between 1 and 100000'] }
        '', 0, 100001, -1, 'x', '1r/s', '18446744073709551617'),
    map({ ["$rule threshold=1 period=$_ action=deny",
           "invalid value \"$_\" of \"period\" in \"eo_rate_limit\": it must "
           . 'be 1s, 5s, 10s, 20s, 30s, 40s, 50s, 1m, 2m, 5m, 10m or 1h'] }
        '', 0, '2s', '15s', '2h', '100ms', 'x'),
    ["$rule threshold=1 mode=x $rest",
     'invalid value "x" of "mode" in "eo_rate_limit": it must be "block" or '
     . '"throttle"'],
    map({ ["$rule threshold=1 duration=$_ $rest", "invalid value \"$_\" of "
           . '"duration" in "eo_rate_limit": it must be a time between 1s '
           . 'and 30d'] } '', '0s', '31d', '100ms', 'x'),
    ["$rule threshold=1 mode=throttle duration=5s $rest",
     '"duration=" has no meaning with "mode=throttle" in "eo_rate_limit": it '
     . 'belongs to "mode=block" and "action=block_ip"'],
    ["$rule threshold=1 period=1s action=block_ip", 'needs "duration="'],
    ["$rule threshold=1 period=1s action=block_ip duration=49h",
     'it must be a time between 1s and 48h'],
    map({ ["$rule threshold=1 count=$_ $rest",
           "invalid value \"$_\" of \"count\" in \"eo_rate_limit\": it must "
           . 'be "request", "origin" or "status:" with statuses'] }
        '', 'response', 'status'),
    map({ ["$rule threshold=1 count=status:$_ $rest", "invalid value \"$_\" "
           . 'of "count=status:" in "eo_rate_limit": it must be statuses '
           . 'between 100 and 599'] }
        '', '99', '600', '404,', '404,,500', '500-499', '500-600', '4xx'),
    map({ ["$rule threshold=1 ipv6_prefix=$_ $rest",
           "invalid value \"$_\" of \"ipv6_prefix\""] } '', 0, 129, 'x'),
    ["$rule threshold=1 priority=101 $rest",
     'invalid "priority=101" in "eo_rate_limit": a priority is between 0 and '
     . '100, small ones come first'],
    ["$rule threshold=1 period=1s action=drop", 'invalid value "drop"'],
    ["$rule threshold=1 period=1s action=managed_challenge status=403",
     '"status=" has no meaning with "action=managed_challenge"'],
    ["$rule threshold=1 period=1s action=page page=nope",
     'unknown page "nope" of the rule "r"'],
    map({ ["eo_rate_limit r '*' zone=z by=$_->[0] threshold=1 $rest",
           $_->[1]] }
        ['ip', 'invalid key "ip" of "by" in "eo_rate_limit": unknown field '
         . '"ip"'],
        ['', 'invalid key "" of "by"'],
        ['http.request.ip,', 'invalid key "" of "by"'],
        ['http.request.headers', 'http.request.headers'],
        [q{http.request.headers[x]}, 'it must be written as in '
         . q{http.request.headers['x-key']}],
        [q{http.request.headers['x'}, 'it must be written as in'],
        [q{http.request.headers['']}, 'it must be written as in'],
        [q{http.request.ip['x']}, 'http.request.ip'],
        ['$nope', 'unknown "nope" variable'],
        ['a$host', 'unknown field "a$host"'],
        ['$host$uri', 'it must be a single variable after a "$"'],
        ['http.request.api_resource', 'the field '
         . '"${http.request.api_resource}" needs the variable '
         . '"$eo_api_resource"'],
        ['$host,$uri,$args,$scheme,$is_args,$request_uri',
         'there may be one to 5']),
);

my @refused_http = (
    ['eo_rate_zone y', 'invalid number of arguments'],
    ['eo_rate_zone y 1k', 'invalid size "1k" in "eo_rate_zone": it must be '
     . 'at least 65536 bytes'],
    ['eo_rate_zone y x', 'invalid size "x"'],
    ['eo_rate_zone z 1m', 'duplicate "eo_rate_zone z"'],
    ['eo_rate_limit none', '"eo_rate_limit none" has no meaning on the '
     . '"http" level'],
);

my $blocks = '';
my $n = 0;

for my $case (@refused, @refused_http) {
    my ($directive, $message) = @$case;
    my $server = $n < @refused ? $directive : '';
    my $http = $n < @refused ? '' : $directive;
    $n++;

    $blocks .= "=== TEST $n: $directive\n"
        . "--- http_config\n    eo_rate_zone z 1m;\n"
        . ($http ? "    $http;\n" : '')
        . "--- config\n    eo_waf on;\n" . ($server ? "    $server;\n" : '')
        . "--- must_die\n--- error_log\n$message\n\n\n\n";
}

Test::Nginx::Socket->can('default_object')->()->spec_string($blocks);

run_tests();
