#!/usr/bin/perl

# The eo-token program: vectors, round trips, exit codes.
#
#   EO_TOKEN_PROGRAM   the program; by default it is looked for beside the
#                      first of TEST_NGINX_LOAD_MODULES

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

my ($module) = split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || '';
my $program = $ENV{EO_TOKEN_PROGRAM}
    || ($module ? dirname($module) . '/eo-token' : 'eo-token');

plan skip_all => "there is no $program" if !-x $program;

my $dir = tempdir(CLEANUP => 1);

sub put {
    my ($name, $text) = @_;
    open my $file, '>', "$dir/$name" or die "$dir/$name: $!";
    print $file $text;
    close $file or die "$dir/$name: $!";
    return "$dir/$name";
}

# run($input, @arguments): exit code, standard output, standard error

sub run {
    my ($input, @arguments) = @_;
    my ($in, $out, $err) = map { "$dir/$_" } qw(in out err);
    put('in', $input);

    my $pid = fork;
    die "fork: $!" if !defined $pid;

    if (!$pid) {
        open STDIN, '<', $in or die $!;
        open STDOUT, '>', $out or die $!;
        open STDERR, '>', $err or die $!;
        exec $program, @arguments or die "$program: $!";
    }

    waitpid $pid, 0;
    my $status = $?;

    return ($status & 127 ? "signal $status" : $status >> 8, map {
        open my $file, '<', $_ or die "$_: $!";
        local $/;
        my $text = <$file>;
        defined $text ? $text : '';
    } $out, $err);
}

my $key = put('key', "DvYmqE81E1F9R791H6lmht\n");
my $hmac = put('hmac', "# rotated\nk2:fedcba9876543210\nk1:0123456789abcdef\n");
my $old = put('old', "k1:0123456789abcdef\n");
my $short = put('short', "S3cr\n");

my ($code, $out, $err) = run('', qw(sign --method A --key-file), $key,
    qw(--time 1721028437 --rand Kv4cPTAAP5YTi http://www.example.com/foo.jpg));
is($out, "http://www.example.com/foo.jpg?sign=1721028437-Kv4cPTAAP5YTi-0-"
    . "0fbdca749d7ab784750685347e42075c\n", 'signs vector A1');
is($code, 0, 'and is content');

($code, $out) = run('', qw(sign --method D --key-file), $key,
    qw(--param token --time-format dec --time 1721029907 /foo.jpg));
is($out, "/foo.jpg?token=cadcec4a04e67b9c2abf4b61c642a0dd&t=1721029907\n",
    'signs vector D1');

my $b1 = '/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg';

($code, $out) = run('', qw(verify --method B --key-file), $key,
    qw(--timeout 60), $b1);
is($out, "expired\t1721028840\t$b1\tthe time of the link is over\n",
    'tells that vector B1 has expired');
is($code, 1, 'by its exit code, too');

($code, $out) = run('', qw(verify --method B --key-file), $key,
    qw(--timeout 60 --time 1721028840), $b1);
is($out, "ok\t1721028840\t$b1\t\n", 'verifies at another time');

for my $method (qw(A B C D VOD)) {
    my ($code, $links) = run("/a/b.mp4?x=1\n\nhttp://h/\n",
        'sign', '--method', $method, '--key-file', $key,
        qw(--time 1721028437 -));
    is($code, 0, "$method: signs");

    ($code, $out) = run($links, 'verify', '--method', $method,
        '--key-file', $key, qw(--time 1721028437 -));
    is("$code " . join(' ', $out =~ /^(\w+)\t\d+\t/mg), '0 ok ok',
        "$method: verifies");
}

($code, $out) = run('', qw(sign --method HMAC --key-file), $old, '/x');
($code) = run($out, qw(verify --method HMAC --key-file), $hmac, '-');
is($code, 0, 'HMAC: verifies by the id');

($code, $out) = run('', qw(verify --method A --key-file), $key, '/x');
is("$code $out", "1 missing\t-\t/x\tthe link has no token\n",
    'a link without a token');

($code, my $link) = run('', qw(sign --method VOD --key-file), $key,
    qw(--whip 10.0.0.0/8 --whref a.com /x));
($code) = run($link, qw(verify --method VOD --key-file), $key,
    qw(--address 10.0.0.1 --referer http://a.com/ -));
is($code, 0, 'an allowed address and referer');
($code) = run($link, qw(verify --method VOD --key-file), $key,
    qw(--address 11.0.0.1 --referer http://a.com/ -));
is($code, 1, 'a denied address');

my @wrong = (
    ['no command'],
    ['an unknown command', 'make'],
    ['no method', 'sign', '--key-file', $key, '/x'],
    ['an unknown method', qw(sign --method E --key-file), $key, '/x'],
    ['no key file', qw(sign --method A /x)],
    ['a key file that is not there', qw(sign --method A --key-file),
        "$dir/none", '/x'],
    ['a short key', qw(sign --method A --key-file), $short, '/x'],
    ['a key with an id', qw(sign --method A --key-file), $hmac, '/x'],
    ['a key without an id', qw(sign --method HMAC --key-file), $key, '/x'],
    ['no URL', qw(sign --method A --key-file), $key],
    ['a wrong URL', qw(sign --method A --key-file), $key, 'foo'],
    ['a wrong time', qw(sign --method A --time 1h --key-file), $key, '/x'],
    ['a wrong timeout', qw(sign --method A --timeout 0 --key-file), $key,
        '/x'],
    ['a wrong format', qw(sign --method D --time-format oct --key-file),
        $key, '/x'],
    ['one name for two', qw(sign --method D --param t --key-file), $key,
        '/x'],
    ['a wrong address', qw(verify --method VOD --address h --key-file), $key,
        '/x'],
);

for (@wrong) {
    my ($name, @arguments) = @$_;
    ($code, $out, $err) = run('', @arguments);
    is("$code $out " . ($err =~ tr/\n//), '2  1', "$name: one line, code 2");
    unlike($err, qr/S3cr/, "$name: no key in it");
}

($code, $out) = run('', '--help');
is($code, 0, '--help');
like($out, qr/^Usage: eo-token sign .*Exit code: 0 /s, 'tells the rest');

done_testing();
