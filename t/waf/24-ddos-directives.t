# What nginx -t refuses of the HTTP DDoS defence, and how it says so.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

# each block is one directive and the message

my @refused = (
    ['eo_adaptive_limit', 'invalid number of arguments'],
    ['eo_adaptive_limit on',
     'invalid value "on" in "eo_adaptive_limit": it must be "loose", '
     . '"moderate" or "strict", or "off" and nothing else'],
    ['eo_adaptive_limit off action=deny', 'invalid value "off"'],
    ['eo_adaptive_limit loose period=0',
     'invalid value "0" of "period=" in "eo_adaptive_limit": it must be a '
     . 'time between 1s and 60s'],
    ['eo_adaptive_limit loose period=61s', 'a time between 1s and 60s'],
    ['eo_adaptive_limit loose learn=9s', 'a time between 10s and 7d'],
    ['eo_adaptive_limit loose learn=8d', 'a time between 10s and 7d'],
    ['eo_adaptive_limit loose period=10s learn=99s',
     '"learn=" of "eo_adaptive_limit" must be at least ten times its '
     . '"period="'],
    ['eo_adaptive_limit loose minimum=0',
     'invalid value "0" of "minimum=" in "eo_adaptive_limit": it must be a '
     . 'number between 1 and 1000000'],
    ['eo_adaptive_limit loose minimum=1000001', 'between 1 and 1000000'],
    ['eo_adaptive_limit loose minimum=x', 'between 1 and 1000000'],
    ['eo_adaptive_limit loose zone=nope', 'zero size shared memory zone'],
    ['eo_adaptive_limit loose action=allow', '"action=allow" has no meaning'],
    ['eo_adaptive_limit loose action=page page=nope', 'unknown page "nope"'],
    ['eo_adaptive_limit loose threshold=5',
     'invalid parameter "threshold=5" in "eo_adaptive_limit"'],
    ['eo_adaptive_limit off; eo_adaptive_limit loose', 'is duplicate'],

    ['eo_bandwidth_abuse', 'invalid number of arguments'],
    ['eo_bandwidth_abuse period=1m',
     '"eo_bandwidth_abuse" needs "traffic=", or must be "off"'],
    ['eo_bandwidth_abuse traffic=63k',
     'invalid value "63k" of "traffic=" in "eo_bandwidth_abuse": it must be '
     . 'a size between 64k and 1024g'],
    ['eo_bandwidth_abuse traffic=1025g', 'a size between 64k and 1024g'],
    ['eo_bandwidth_abuse traffic=much', 'a size between 64k and 1024g'],
    ['eo_bandwidth_abuse traffic=1g period=5h',
     'invalid value "5h" of "period=" in "eo_bandwidth_abuse": it must be a '
     . 'time between 1s and 4h'],
    ['eo_bandwidth_abuse traffic=1g zone=nope',
     'zero size shared memory zone'],
    ['eo_bandwidth_abuse traffic=1g action=allow', 'has no meaning'],
    ['eo_bandwidth_abuse traffic=1g action=page page=nope',
     'unknown page "nope"'],
    ['eo_bandwidth_abuse off; eo_bandwidth_abuse off', 'is duplicate'],

    ['eo_client_filter', 'invalid number of arguments'],
    ['eo_client_filter yes',
     'invalid value "yes" in "eo_client_filter": it must be "on", with an '
     . '"action=" or without, or "off"'],
    ['eo_client_filter off action=deny',
     'invalid value "off" in "eo_client_filter"'],
    ['eo_client_filter on action=allow',
     '"action=allow" has no meaning in "eo_client_filter": what is to be let '
     . 'through is an "eo_exception" with "skip=adaptive-control"'],
    ['eo_client_filter on action=managed_challenge page=x',
     '"page=" has no meaning with "action=managed_challenge"'],
    ['eo_client_filter on action=drop',
     'invalid value "drop" of "action" in "eo_client_filter"'],
    ['eo_client_filter on action=block_ip',
     '"action=block_ip" in "eo_client_filter" needs "duration="'],
    ['eo_client_filter on action=deny status=302',
     'invalid value "302" of "status" in "eo_client_filter": it must be '
     . '200 or between 400 and 599'],
    ['eo_client_filter on action=deny page=nope',
     'unknown page "nope" of an action of the DDoS defence'],
    ['eo_client_filter on status=403',
     '"status=" has no meaning with "action=js_challenge" in '
     . '"eo_client_filter"'],
    ['eo_client_filter on action=page page=nope',
     'unknown page "nope" of an action of the DDoS defence'],
    ['eo_client_filter on foo=1',
     'invalid parameter "foo=1" in "eo_client_filter"'],
    ['eo_client_filter on; eo_client_filter off', 'is duplicate'],

    ['eo_slow_attack action=deny',
     '"eo_slow_attack" needs "rate=" or "idle=", or must be "off"'],
    ['eo_slow_attack on', 'invalid parameter "on" in "eo_slow_attack"'],
    ['eo_slow_attack rate=80',
     'invalid value "80" of "rate=" in "eo_slow_attack": it must be bits a '
     . 'second, such as "80bps", "16kbps" or "1mbps"'],
    ['eo_slow_attack rate=0bps', 'invalid value "0bps" of "rate="'],
    ['eo_slow_attack rate=', 'invalid parameter "rate="'],
    ['eo_slow_attack rate=1bps rate=2bps',
     'duplicate "rate=" in "eo_slow_attack"'],
    ['eo_slow_attack rate=80bps period=500ms',
     'invalid value "500ms" of "period=" in "eo_slow_attack": it must be a '
     . 'time between 1s and 1h'],
    ['eo_slow_attack rate=80bps period=61m', 'a time between 1s and 1h'],
    ['eo_slow_attack idle=5s period=10s',
     '"period=" has no meaning without "rate=" in "eo_slow_attack"'],
    ['eo_slow_attack idle=121s',
     'invalid value "121s" of "idle=" in "eo_slow_attack": it must be a time '
     . 'between 1s and 120s'],
    ['eo_slow_attack idle=-1', 'invalid value "-1" of "idle="'],
    ['eo_slow_attack idle=5s action=deny status=200',
     '"status=200" is not possible in "eo_slow_attack": a request of which '
     . 'the body is not there can only end with an error'],
    ['eo_slow_attack idle=5s action=stall',
     '"action=stall" has no meaning in "eo_slow_attack": to keep the '
     . 'connection open is what a slow attack is after'],
    ['eo_slow_attack idle=5s action=allow', '"action=allow" has no meaning'],
    ['eo_slow_attack idle=5s action=page page=nope', 'unknown page "nope"'],
    ['eo_slow_attack idle=5s; eo_slow_attack off', 'is duplicate'],
);

my $blocks = '';
my $n = 0;

for my $case (@refused) {
    my ($directive, $message) = @$case;

    $n++;
    $blocks .= "=== TEST $n: $directive\n--- config\n$directive;\n"
        . "--- must_die\n--- error_log\n$message\n\n\n\n";
}

Test::Nginx::Socket->can('default_object')->()->spec_string($blocks);

run_tests();
