# Ten megabytes of rules: read in seconds, in force, and what is wrong in
# them is found at its line; rules that nobody writes by hand are refused,
# and a regular expression that backtracks does not hold a worker up.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Time::HiRes qw(time);

use EO::Nginx;

my $SIZE = 10 * 1024 * 1024;

# of processor time; far above what it takes, for sanitizers and old machines

my $READ_MAX = 60;


sub node {
    my ($rules) = @_;

    my $nginx = EO::Nginx->new(<<'_EOC_');
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    eo_waf on;
    include %PREFIX%/rules.conf;

    server {
        listen 127.0.0.1:%PORT%;
        root %PREFIX%/html;
    }
}
_EOC_

    $nginx->write_file('html/index.html', "served\n");
    $nginx->write_file('rules.conf', $rules);

    return $nginx;
}


sub status {
    my ($nginx, $uri, @headers) = @_;

    my $answer = $nginx->get($uri, @headers) || '';

    return $answer =~ m{\AHTTP/1\.[01] (\d+) } ? $1 : 'closed';
}


# the processor time of this process and of those that it waited for

sub processor_time {
    my @times = times;

    return $times[0] + $times[1] + $times[2] + $times[3];
}


# --- ten megabytes -----------------------------------------------------------

my @kinds = (
    '${http.request.uri.path} in ["/old/%d/page.html"]',
    '${http.request.headers["user-agent"]} contain ["robot-%d/"]',
    '${http.request.uri.path} like ["/shop/%d/*"]',
    '${http.request.ip} in ["%s"]',
    '${http.request.uri.path} matches "^/number%d/(a|b)+$"',
);

sub address { join '.', 10, $_[0] >> 16, $_[0] >> 8 & 255, $_[0] & 255 }

my ($rules, $n) = ('', 0);

while (length $rules < $SIZE) {
    my $kind = $n % @kinds;

    $rules .= sprintf "eo_custom_rule r%d '$kinds[$kind]' action=deny;\n",
                      $n, $kind == 3 ? address($n) : $n;
    $n++;
}

my $nginx = node($rules);

my $before = processor_time();
my $said = $nginx->test();

is($?, 0, "$n rules are accepted") or diag $said;
cmp_ok(processor_time() - $before, '<', $READ_MAX, 'in little time');

$nginx->start();

my $last = $n - $n % @kinds - @kinds;

for my $base (0, $last) {
    my ($path, $agent, $like, $addr, $regex) = $base .. $base + 4;

    is(status($nginx, "/old/$path/page.html"), 567, "rule $path");
    is(status($nginx, '/', "User-Agent: a robot-$agent/1"), 567,
       "rule $agent");
    is(status($nginx, "/shop/$like/x"), 567, "rule $like");
    is(status($nginx, '/', 'X-Real-IP: ' . address($addr)), 567,
       "rule $addr");
    is(status($nginx, "/number$regex/abba"), 567, "rule $regex");
}

is(status($nginx, '/', 'User-Agent: robot-0/', 'X-Real-IP: 11.0.0.3'), 200,
   'none of them');
is(status($nginx, '/number4/abc'), 404, 'nor almost');

$nginx->stop();


# --- what is refused ---------------------------------------------------------

sub refused {
    my ($text, $message, $name) = @_;

    my $said = node($text)->test();

    isnt($?, 0, $name);
    like($said, $message, "$name, with a sentence");
}

refused($rules . "eo_custom_rule bad '\${http.request.ip} is 1' "
        . "action=deny;\n",
        qr/wrong expression of "bad", column \d+: .*rules\.conf:@{[$n + 1]}$/m,
        'one wrong rule at the end');

refused("eo_custom_rule nested '" . '(' x 1000 . '*' . ')' x 1000
        . "' action=deny;\n",
        qr/wrong expression of "nested", column 101: parentheses and "not" are nested deeper than 100/,
        'a thousand parentheses');

refused("eo_custom_rule nested '" . 'not ' x 500 . "*' action=deny;\n",
        qr/wrong expression of "nested", column \d+: parentheses and "not" are nested deeper than 100/,
        'five hundred times "not"');

refused("eo_custom_rule long '\${http.request.host} in [\""
        . 'x' x $SIZE . "\"]' action=deny;\n",
        qr/too long parameter.* in .*rules\.conf:1$/m, 'one rule of 10 MB');


# --- a regular expression that backtracks ------------------------------------

$nginx = node(<<'_EOC_');
eo_custom_rule slow '${http.request.uri.args["x"]} matches "^(a+)+$"'
               action=deny;
_EOC_

$nginx->start();

my $started = time;

is(status($nginx, '/?x=' . 'a' x 4000 . 'b'), 567,
   'undecided is decided against the request');
cmp_ok(time - $started, '<', 5, 'soon');
like($nginx->read_file('logs/error.log'),
     qr/the rule "slow" was not decided: a regular expression reached its match limit/,
     'the log says why');
is(status($nginx, '/?x=' . 'a' x 20), 567, 'a match');
is(status($nginx, '/?x=ab'), 200, 'none');

done_testing();
