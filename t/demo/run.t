#!/usr/bin/perl

# "./build.sh run" in front of its demo origin: every curl line that it
# prints shows the status that it promises, and nothing is left running when
# it ends.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);
use Test::More;

use constant START_SECONDS => 300;
use constant STOP_SECONDS => 10;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $port = free_port();

my ($pid, $out) = start($port);
my $printed = read_until($out, qr/^==> Ctrl-C/m);
my @lines = $printed =~ /^(# \d+ .*\ncurl .*)$/mg;

like($printed, qr/^==> Ctrl-C/m, 'the edge starts') or diag($printed);
cmp_ok(scalar @lines, '>', 20, 'curl lines are printed');

for my $line (@lines) {
    my ($status, $expected, $curl) = $line =~ /^# (\d+) (.*)\n(.*)$/;
    my $answer = `$curl -sS --max-time 20 2>&1`;
    my ($got) = $answer =~ m{\AHTTP/[\d.]+ (\d+)};

    is($got // $answer, $status, "$status $expected") or diag($curl);

    if ($expected =~ /^(EO-Cache-Status): (\w+)/) {
        like($answer, qr/^$1: $2\r?$/mi, $expected);
    }

    if ($expected =~ /(\[id "\d+"\]) in the error log/) {
        like(error_log($printed), qr/\Q$1\E/, $expected);
    }
}

my @processes = children($pid);
cmp_ok(scalar @processes, '>=', 3, 'processes run');

kill 'TERM', $pid;
ok(ended($pid), 'it ends when it is told to');
is(join(' ', grep { kill 0, $_ } @processes), '', 'with all it has started');

# the switch that blocks what is only reported otherwise

($pid, $out) = start($port, MANAGED_RULES => 'on');
$printed = read_until($out, qr/^==> Ctrl-C/m);
@lines = $printed =~ /^(# \d+ .*error log.*\ncurl .*)$/mg;

cmp_ok(scalar @lines, '>', 0, 'attacks are among the lines');

for my $line (@lines) {
    my ($curl) = $line =~ /^# 566 .*\n(.*)$/ or fail($line);
    like(scalar `$curl -sS --max-time 20 2>&1`, qr{\AHTTP/[\d.]+ 566 },
         'blocked with MANAGED_RULES=on');
}

kill 'TERM', $pid;
ok(ended($pid), 'it ends, too');

remove_tree("$top/build/run/$port");

done_testing();

# the harness gives each file ports that nobody's connections take
sub free_port {
    return $ENV{TEST_NGINX_SERVER_PORT} if $ENV{TEST_NGINX_SERVER_PORT};

    my $socket = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', Listen => 1) or die "no port: $!";
    my $number = $socket->sockport();

    return $number <= 60000 ? $number : $number - 20000;
}

sub start {
    my ($number, %environment) = @_;
    my @options = split ' ', $ENV{EO_BUILD_OPTIONS} || '';

    my $child = open my $output, '-|';
    die "fork: $!" if !defined $child;

    if (!$child) {
        %ENV = (%ENV, PORT => $number, %environment);
        open STDERR, '>&', \*STDOUT or die "dup: $!";
        exec "$top/build.sh", 'run', @options or die "build.sh: $!";
    }

    return ($child, $output);
}

sub read_until {
    my ($handle, $pattern) = @_;
    my $text = '';

    local $SIG{ALRM} = sub { die "no answer:\n$text" };
    alarm START_SECONDS;

    while ($text !~ $pattern) {
        sysread $handle, $text, 4096, length $text or last;
    }

    alarm 0;
    return $text;
}

sub error_log {
    my ($text) = @_;

    my ($name) = $text =~ /errors:\s+(\S+)/ or return '';
    open my $handle, '<', $name or return '';
    local $/;

    return <$handle>;
}

# all descendants, by /proc
sub children {
    my ($parent) = @_;
    my @found;

    for my $file (glob "/proc/$parent/task/*/children") {
        open my $handle, '<', $file or next;

        for my $child (split ' ', <$handle> // '') {
            push @found, $child, children($child);
        }
    }

    return @found;
}

sub ended {
    my ($child) = @_;

    for (1 .. STOP_SECONDS * 10) {
        return 1 if waitpid($child, WNOHANG) == $child;
        select undef, undef, undef, 0.1;
    }

    return 0;
}
