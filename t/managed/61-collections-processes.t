# Persistent collections and processes: several workers, times that run out,
# reloads, workers that are killed, a zone that is too small; and the rules
# of the Core Rule Set that live of them.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use POSIX ();
use Time::HiRes qw(sleep);

use EO::Nginx;

my $crs = $ENV{CRS_RULES} || '/usr/share/modsecurity-crs/rules';
my $setup = $ENV{CRS_SETUP} || '/etc/modsecurity/crs/crs-setup.conf';
my $has_crs = -f $setup && glob "$crs/REQUEST-912-*.conf";

my $nginx = EO::Nginx->new(configuration('', $has_crs ? <<'_EOC_' : ''));
    server {
        listen 127.0.0.1:%PORT1%;
        eo_managed_rules_file %PREFIX%/crs.conf;
        root %PREFIX%/html;
    }
_EOC_

$nginx->write_file('rules.conf', <<'_EOC_');
SecAction "id:1,phase:1,nolog,pass,initcol:ip=%{REQUEST_HEADERS.X-Who}"
SecRule ARGS:do "@streq count" "id:2,phase:1,nolog,pass,setvar:ip.n=+1"
SecRule ARGS:do "@streq expire" "id:3,phase:1,nolog,pass,setvar:ip.n=5,\
    setvar:ip.long=1,expirevar:ip.n=1,expirevar:ip.long=100"
SecRule ARGS:do "@streq large" "id:4,phase:1,nolog,pass,\
    setvar:ip.large=%{ARGS.v}"
SecRule ARGS:is "!@eq %{ip.n}" "id:5,phase:1,deny"
SecRule ARGS:long "@eq %{ip.long}" "id:6,phase:1,deny"
SecRule ARGS:large "@streq %{ip.large}" "id:7,phase:1,deny"
_EOC_

$nginx->write_file('short.conf', <<'_EOC_');
SecCollectionTimeout 1
SecAction "id:1,phase:1,nolog,pass,initcol:ip=short"
SecRule ARGS:do "@streq count" "id:2,phase:1,nolog,pass,setvar:ip.n=+1"
SecRule &IP:n "@eq 1" "id:3,phase:1,deny"
_EOC_

$nginx->write_file('crs.conf', <<"_EOC_") if $has_crs;
SecAction "id:1,phase:1,nolog,pass,setvar:tx.dos_burst_time_slice=60,\\
    setvar:tx.dos_counter_threshold=5,setvar:tx.dos_block_timeout=2,\\
    setvar:tx.do_reput_block=1,setvar:tx.reput_block_duration=2"
Include $setup
Include $crs/*.conf
_EOC_

$nginx->write_file('html/index.html', "ok\n");
$nginx->start();

workers_share();
times_run_out();
reloads_keep();
killed_workers();

SKIP: {
    skip "no rules in $crs (Debian's package modsecurity-crs)", 8
        unless $has_crs;

    flood();
    reputation();
}

$nginx->stop();
small_zone();

done_testing();


sub configuration {
    my ($main, $servers) = @_;

    return <<"_EOC_";
worker_processes 2;

events {
    worker_connections 64;
}

http {
    access_log off;
    eo_waf on;
    eo_managed_rules on;
    $main

    server {
        listen 127.0.0.1:%PORT% reuseport;
        eo_managed_rules_file %PREFIX%/rules.conf;
        root %PREFIX%/html;

        location /short/ {
            alias %PREFIX%/html/;
            eo_managed_rules_file %PREFIX%/short.conf;
        }
    }

    $servers
}
_EOC_
}


sub status {
    my ($uri, $who) = @_;

    my $answer = $nginx->get($uri, 'X-Who: ' . ($who || 'x'));
    my ($status) = ($answer || '') =~ m{^HTTP/1\.1 (\d+)};

    return $status || 'none';
}


# reuseport spreads connections over the workers

sub workers_share {
    my @children = map {
        my $pid = fork;
        die "fork: $!\n" unless defined $pid;

        if (!$pid) {
            status('/?do=count', 'shared') for 1 .. 50;
            POSIX::_exit(0);
        }

        $pid;
    } 1 .. 4;

    waitpid $_, 0 for @children;

    is(status('/?is=200', 'shared'), 200, 'no count is lost among workers');
    is(status('/?is=199', 'shared'), 566, 'nor is there another');
}


sub times_run_out {
    status('/?do=expire', 'times');
    status('/short/?do=count');

    is(status('/?is=5', 'times'), 200, 'a variable with a time is there');
    is(status('/short/'), 566, 'a collection with a timeout is there');

    # a change does not make the time longer

    status('/?do=count', 'times');
    is(status('/?is=6', 'times'), 200, 'and counts');

    sleep 1.2;

    is(status('/?is=6', 'times'), 566, 'the variable is gone');
    is(status('/?long=1', 'times'), 566, 'another one is not');
    is(status('/short/'), 200, 'the collection is gone');

    status('/?do=count', 'times');
    is(status('/?is=1', 'times'), 200, 'a new variable begins at nothing');
}


sub reloads_keep {
    status('/?do=count', 'reload');
    ok($nginx->reload(), 'a reload');
    status('/?do=count', 'reload');
    is(status('/?is=2', 'reload'), 200, 'keeps what was counted');
}


sub killed_workers {
    my $pid = fork;
    die "fork: $!\n" unless defined $pid;

    if (!$pid) {
        status('/?do=count', "killed$_") for 1 .. 2000;
        POSIX::_exit(0);
    }

    for (1 .. 10) {
        sleep 0.05;
        kill 'KILL', ($nginx->workers())[0] || ();
    }

    waitpid $pid, 0;
    $nginx->wait_for(sub { $nginx->workers() == 2 });

    status('/?do=count', 'killed');
    is(status('/?is=1', 'killed'), 200, 'killed workers leave no lock');
}


# 912xxx: two bursts of five requests within a minute

sub flood {
    my @agent = ('User-Agent: Mozilla/5.0', 'Accept: */*');
    my $get = sub {
        my $answer = $nginx->request(join("\r\n", "GET /$_[0] HTTP/1.1",
            'Host: example.com', 'Connection: close', @agent, '', ''),
            $nginx->port() + 1);
        return ($answer || '') =~ m{^HTTP/1\.1 (\d+)} ? $1 : 'closed';
    };

    my @statuses = map { $get->($_) } 1 .. 10;
    is("@statuses[0 .. 4]", '404 404 404 404 404', 'a few requests pass');

    $nginx->wait_for(sub { $get->('more') eq 'closed' });
    is($get->('again'), 'closed', 'a flood is dropped');
    like($nginx->read_file('logs/error.log'),
         qr/\[id "912170"\] \[msg "Potential Denial of Service/, 'and logged');

    @agent = ('User-Agent: Other/1.0', 'Accept: */*');
    is($get->('other'), 404, 'another client is not');

    @agent = ('User-Agent: Mozilla/5.0', 'Accept: */*');
    ok($nginx->wait_for(sub { $get->('x.png') eq '404' }),
       'it ends after its time');
}


# 913xxx marks the address, 910000 blocks what it asks for later

sub reputation {
    my $get = sub {
        my $answer = $nginx->request(join("\r\n", 'GET / HTTP/1.1',
            'Host: example.com', 'Connection: close', "User-Agent: $_[0]",
            'Accept: */*', '', ''), $nginx->port() + 1);
        return ($answer || '') =~ m{^HTTP/1\.1 (\d+)} ? $1 : 'closed';
    };

    is($get->('sqlmap'), 566, 'a scanner is blocked');
    unlike($nginx->read_file('logs/error.log'), qr/\[id "910000"\]/,
           'it has no reputation yet');

    $get->('sqlmap');
    like($nginx->read_file('logs/error.log'), qr/\[id "910000"\]/,
         'but when it comes again');
}


sub small_zone {
    $nginx = EO::Nginx->new(configuration('eo_managed_rules_zone 64k;', ''));
    $nginx->write_file('rules.conf', <<'_EOC_');
SecAction "id:1,phase:1,nolog,pass,initcol:ip=%{REQUEST_HEADERS.X-Who}"
SecRule ARGS:v "@rx ^" "id:2,phase:1,nolog,pass,setvar:ip.v=%{ARGS.v}"
SecRule ARGS:is "!@streq %{ip.v}" "id:3,phase:1,deny"
SecRule ARGS_NAMES "@beginsWith n" "id:4,phase:1,nolog,pass,\
    setvar:ip.%{MATCHED_VAR}=1"
_EOC_
    $nginx->write_file('short.conf', 'SecAction "id:1,phase:1,pass,nolog"');
    $nginx->write_file('html/index.html', "ok\n");
    $nginx->start();

    my ($wrong, $size) = (0);

    for my $n (1 .. 1500) {
        $size = 1 + $n * 7 % 1000;
        status('/?v=' . 'v' x $size, "who$n");
        $wrong++ if status('/?is=' . 'v' x $size, "who$n") != 200;
    }

    is($wrong, 0, 'a full zone keeps what comes last');
    is(status('/?is=' . 'v' x 8, 'who1'), 566, 'and not what came first');

    status('/?' . join('&', map { "n$_=1" } 1 .. 65));
    like($nginx->read_file('logs/error.log'),
         qr/no room for the variable "n65" in a collection of the zone/,
         'what a collection has no room for is logged');
    unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
           'no alert');

    $nginx->stop();
}
