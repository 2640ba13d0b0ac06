#!/usr/bin/perl

# The eo-log program: plain and compressed logs, filters, hostile lines, exit
# codes.
#
#   EO_LOG_PROGRAM   the program; by default it is looked for beside the first
#                    of TEST_NGINX_LOAD_MODULES

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Compress::Gzip qw(gzip $GzipError);
use JSON::PP ();
use Test::More;

my ($module) = split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || '';
my $program = $ENV{EO_LOG_PROGRAM} || ($module ? dirname($module) . '/eo-log' : 'eo-log');

plan skip_all => "there is no $program" if !-x $program;

my $dir = tempdir(CLEANUP => 1);

sub put {
    my ($name, $text) = @_;
    open my $file, '>:raw', "$dir/$name" or die "$dir/$name: $!";
    print $file $text;
    close $file or die "$dir/$name: $!";
    return "$dir/$name";
}

# run(@arguments): exit code, standard output, standard error

sub run {
    my (@arguments) = @_;
    my $pid = fork;
    die "fork: $!" if !defined $pid;

    if (!$pid) {
        open STDOUT, '>', "$dir/out" or die $!;
        open STDERR, '>', "$dir/err" or die $!;
        exec $program, @arguments or die "$program: $!";
    }

    waitpid $pid, 0;
    my $status = $?;

    return ($status & 127 ? "signal $status" : $status >> 8, map {
        open my $file, '<:raw', "$dir/$_" or die "$_: $!";
        local $/;
        my $text = <$file>;
        defined $text ? $text : '';
    } qw(out err));
}

my $json = JSON::PP->new->utf8->canonical;

sub record {
    my (%field) = @_;
    return $json->encode({
        LogTime => '2026-01-02T03:04:05Z', RequestTime => '2026-01-02T03:04:05Z',
        RequestID => '1', RequestStatus => 1, RequestMethod => 'GET', RequestUrl => '/',
        RequestUrlQueryString => '-', RequestHost => 'a.example', ClientIP => '192.0.2.1',
        RequestUA => 'test', EdgeServerID => 'node', EdgeResponseTime => 5,
        EdgeResponseStatusCode => 200, EdgeCacheStatus => 'hit', OriginIP => '-',
        OriginError => '-', SecurityAction => '-', %field }) . "\n";
}

my $uuid = '17738392048408037582';

my $log = put('eo.json', join '',
    record(RequestID => '1'),
    record(RequestID => $uuid, EdgeResponseStatusCode => 525, OriginIP => '192.0.2.9',
           OriginDomain => 'origin.example', OriginResponseStatusCode => -1,
           OriginError => 'tls_certificate_expired', EdgeCacheStatus => 'miss',
           RequestUrl => '/shop', RequestUrlQueryString => 'secret=1', RequestStatus => 2),
    record(RequestID => '3', EdgeResponseStatusCode => 567, SecurityAction => 'Deny',
           SecurityModule => 'CustomRule', SecurityRuleID => 'no-bots',
           RequestUA => "\e]0;evil\a\x{9b}31m\n\"\\", RequestUrl => '/login'),
    record(RequestID => '4', EdgeResponseStatusCode => 500, RequestUrl => '/shop'));

my $security = put('security.json', $json->encode({
    EventId => '3', AttackTime => 1, DisposalMethod => 'Deny',
    RuleDetailList => [{ RuleId => 'no-bots', RuleTypeName => 'PreciseMatchRule',
                         Action => 'a ] } " Deny' },
                       { RuleId => '942100', RuleTypeName => 'ManagedRule',
                         Action => 'Monitor' }] }) . "\n");

my $old = "$dir/eo.json.1.gz";
my $text = record(RequestID => '9', RequestUrl => '/old') . record(RequestID => '10');
gzip(\$text, $old) or die $GzipError;


my ($status, $out, $err) = run('find', $uuid, $log, $security);
is($status, 0, 'find');
like($out, qr/525: no TLS with the origin; broken off before its end/, '... the status in words');
like($out, qr/failure: +the origin's certificate has expired/, '... and the failure');
like($out, qr{GET /shop \(with a query\) of a\.example}, '... the request');
unlike($out, qr/secret/, '... without its query');
is($err, '', '... nothing else');

($status, $out) = run('find', '3', $log, $security);
like($out, qr/security: Deny by rule no-bots of CustomRule/, 'a request and its event');
like($out, qr/rule no-bots \(PreciseMatchRule\): a \] \} " Deny/, '... with a rule');
like($out, qr/rule 942100 \(ManagedRule\): Monitor/, '... and another');
unlike($out, qr/[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/, '... and nothing for the terminal');

($status, $out) = run('find', '9', $log, $old);
like($out, qr{GET /old}, 'a compressed log');

($status, $out) = run('find', $uuid, '--json', $log, $old);
is($json->decode($out)->{RequestID}, $uuid, '--json');
is(() = $out =~ /\n/g, 1, '... is one line');

($status, $out, $err) = run('find', '77', $log);
is($status, 1, 'not found');
like($err, qr/no line about 77: .*older file, or on another node/, '... says so');

($status, $out) = run('top', 'RequestUrl', $log, $old);
is($status, 0, 'top');
is($out, "         2  /\n         2  /shop\n         1  /login\n         1  /old\n", '... in order');
($status, $out) = run('top', 'RequestUrl', '--lines=1', '--status=5xx', '--json', $log);
is($out, qq({"count":2,"value":"/shop"}\n), '... filtered, as JSON');
($status, $out) = run('top', 'RequestUA', '--action=any', '--json', $log);
is(JSON::PP->new->utf8->decode($out)->{value}, "\e]0;evil\a\x{9b}31m\n\"\\", '... whatever it is');
($status, $out) = run('top', 'RequestUA', '--action=any', $log);
unlike($out, qr/[\x00-\x09\x0b-\x1f]/, '... but not for the terminal');

($status, $out) = run('tail', '--once', '--cache=miss', $log);
is($out, "2026-01-02T03:04:05Z 525 miss 192.0.2.1 GET a.example/shop - $uuid\n", 'tail');
for my $filter (['--status=500', 1], ['--host=a.example', 4], ['--client=192.0.2.1', 4],
                ['--rule=no-bots', 1], ['--origin-error=any', 1], ['--host=b', 0]) {
    ($status, $out) = run('tail', '--once', $filter->[0], $log);
    is(() = $out =~ /\n/g, $filter->[1], $filter->[0]);
}

# a log that grows

{
    my $grows = put('grows', record(RequestID => '1'));
    my $pid = open my $tail, '-|', $program, 'tail', $grows or die $!;
    my $first = <$tail>;
    open my $more, '>>', $grows or die $!;
    print $more substr(record(RequestID => '2'), 0, 50);
    close $more;
    select undef, undef, undef, 0.3;
    open $more, '>>', $grows or die $!;
    print $more substr(record(RequestID => '2'), 50);
    close $more;
    my $second = eval { local $SIG{ALRM} = sub { die }; alarm 20; my $l = <$tail>; alarm 0; $l };
    kill 'TERM', $pid;
    close $tail;
    like($second // '', qr/ 2$/, 'tail waits, also for the rest of a line');
}

# what is no log

my $bad = put('bad', join "\n", '{', '{"RequestID"', '{"RequestID":', '{"RequestID":"', '[]', '',
    '{"RequestID":"\\', '{"RequestID":"\\u12', '{"RequestID":"\\x"}', '{"a":[[[[', '{"a":}',
    '{"RequestID":"5","x":' . '[' x 100_000, "\0\0", 'x' x 300_000,
    '{"RequestID":"\\u00e9\\ud83d\\ude00\\u0000"}', "\xff\xfe", '{"EventId":"5","RuleDetailList":[{]}');
($status, $out, $err) = run('find', '5', $bad);
is($status, 0, 'damaged lines are passed over');
($status, $out, $err) = run('top', 'RequestID', $bad);
like($err, qr/\d+ lines are no JSON/, '... and counted');

open my $whole, '<:raw', $old or die $!;
put('cut.gz', substr do { local $/; scalar <$whole> }, 0, 60);
($status, $out, $err) = run('find', '9', "$dir/cut.gz");
unlike($status, qr/signal/, 'a compressed log that is cut');

($status, $out, $err) = run('find', '9', "$dir/nowhere");
is($status, 2, 'no such file');
like($err, qr/nowhere: No such file/, '... says so');

for my $wrong ([], ['look'], ['find'], ['find', '1'], ['top', $log], ['tail'],
               ['find', '1', '--what', $log], ['top', 'a', '--lines=x', $log],
               ['top', 'a', '--status=', $log], ['tail', $log, $log]) {
    ($status, $out, $err) = run(@$wrong);
    is($status, 2, "wrong: @$wrong");
    like($err, qr/^eo-log: .+\n.*--help/, '... says so');
}

($status, $out) = run('--help');
is($status, 0, '--help');
like($out, qr/eo-log find UUID/, '... tells');

# the manual has every option

open my $man, '<', 'ngx_eo_metrics/eo-log.1' or die $!;
my $manual = do { local $/; <$man> } =~ tr/\\//dr;
like($manual, qr/\Q$_\E/, "manual: $_") for $out =~ /(--[a-z-]+)/g;

done_testing();
