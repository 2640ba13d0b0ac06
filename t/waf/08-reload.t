# What outlives a reload and what does not need one: bans, address groups
# in files, the security log; and that reloads leave nothing behind.

use strict;
use warnings;

use lib 't/lib';
use Test::More;

use EO::Nginx;

my $RELOADS = 60;

# What 50 reloads may add to the master process, in KB; a leak of the rules
# below is about as much each time.

my $GROWTH_MAX = 1024;

my $rules = join '', map {
    "eo_custom_rule r$_ '\${http.request.uri.path} matches "
    . "\"^/old$_/(a|b)+\$\"' action=deny;\n"
} 1 .. 500;

my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;

events {
    worker_connections 256;
}

http {
    access_log off;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    eo_waf on;
    eo_security_log %PREFIX%/logs/security.log;
    eo_ip_group list %PREFIX%/list.txt;
    $rules

    server {
        listen 127.0.0.1:%PORT%;
        eo_client_ip match list action=deny;
        eo_custom_rule ban '\${http.request.uri.args["ban"]} exists'
                       action=block_ip duration=1h;
        root %PREFIX%/html;
    }
}
_EOC_

$nginx->write_file('html/index.html', 'served');
$nginx->write_file('list.txt', "192.0.2.0/24\n");
$nginx->start();

# status(ADDRESS, URI): the status, or "closed"
sub status {
    my ($addr, $uri) = @_;

    my $answer = $nginx->get($uri || '/', "X-Real-IP: $addr");

    return $answer =~ m{^HTTP/1.1 (\d+)} ? $1 : 'closed';
}

is(status('198.51.100.1'), 200, 'a request');
is(status('192.0.2.1'), 567, 'one of the list');
is(status('198.51.100.1', '/?ban'), 'closed', 'a ban');

# requests go to either worker, so several
is_deeply([map { status('198.51.100.1') } 1 .. 8], [('closed') x 8],
          'every worker knows of the ban');

ok($nginx->reload(), 'a reload');
is(status('198.51.100.1'), 'closed', 'the ban outlives the reload');
is(status('198.51.100.2'), 200, 'others are served');

$nginx->write_file('list.txt', "203.0.113.0/24\n");

ok($nginx->wait_for(sub {
    return !grep { $_ != 567 } map { status('203.0.113.1') } 1 .. 8;
}, 30), 'a list that has changed is read without a reload');
is(status('192.0.2.1'), 200, 'what it has no more is let through');

$nginx->write_file('list.txt', "203.0.113.0/24\nnonsense\n");

ok($nginx->wait_for(sub {
    return $nginx->read_file('logs/error.log') =~ /list\.txt:2\b.*nonsense/;
}, 30), 'a broken list is told with its line');
is(status('203.0.113.1'), 567, 'and the one before stays');

$nginx->write_file('list.txt', "203.0.113.0/24\n");

my $prefix = $nginx->prefix();
rename "$prefix/logs/security.log", "$prefix/logs/security.old";
kill 'USR1', $nginx->pid();

ok($nginx->wait_for(sub {
    status('203.0.113.1');
    return -s "$prefix/logs/security.log";
}), 'USR1 opens the security log anew');
like($nginx->read_file('logs/security.old'), qr/"RuleId":"ban"/,
     'the old file has what happened before');
unlike($nginx->read_file('logs/security.log'), qr/"RuleId":"ban"/,
       'and the new one has not');

for (1 .. 10) {
    $nginx->reload() or last;
}

my $before = $nginx->memory($nginx->pid());

for (11 .. $RELOADS) {
    $nginx->reload() or last;
}

my $growth = $nginx->memory($nginx->pid()) - $before;

SKIP: {
    skip 'memory under AddressSanitizer', 1 if defined $ENV{ASAN_OPTIONS};

    cmp_ok($growth, '<', $GROWTH_MAX,
           "50 reloads with 500 expressions add $growth KB");
}

is(status('198.51.100.1'), 'closed', 'and the ban is still there');
unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg)\]/,
       'nothing alarming in the log');

done_testing();
