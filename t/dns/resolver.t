#!/usr/bin/perl

# eo-dns check DOMAIN: questions to a resolver, which is one of ours here.

use strict;
use warnings;

use IO::Socket::INET;
use Test::More;

use EO::Program qw(program run);

my $program = program('eo-dns');
plan skip_all => 'there is no eo-dns' if !$program;

my %types = (A => 1, NS => 2, CNAME => 5, SOA => 6, MX => 15, TXT => 16,
             AAAA => 28, SRV => 33, HTTPS => 65, CAA => 257);
my %names = reverse %types;

# records by name: [type, data]; data begins behind a name that it has

my %zone = (
    'www.example.com' => [['CNAME', 'edge.example.net'],
                          ['MX', "\0\12", 'mail.example.com']],
    'edge.example.net' => [['A', "\300\0\2\1"]],
    'loop.example.com' => [['CNAME', 'loop.example.com']],
    'example.com' => [['A', "\300\0\2\2"], ['TXT', "\3abc"],
                      ['SRV', "\0\1\0\2\0\3", 'www.example.com'],
                      ['HTTPS', "\0\1\0\0\1\0\3\2h2"]],
);

sub wire {
    my ($name) = @_;
    return join('', map { chr(length) . $_ } split /\./, $name) . "\0";
}

sub data {
    my ($type, @parts) = @_;
    return $parts[0] if $type =~ /^(A|TXT|HTTPS|AAAA|CAA)$/;
    my $name = pop @parts;
    return join('', @parts) . wire($name);
}

sub record {
    my ($name, $type, $data) = @_;
    return wire($name) . pack('nnNn', $types{$type}, 1, 60, length $data)
           . $data;
}

# answer(QUESTION): the message, with compressed names where it can
sub answer {
    my ($query) = @_;
    my ($id) = unpack 'n', $query;
    my ($at, @labels) = (12);

    while (my $length = ord substr $query, $at, 1) {
        push @labels, substr $query, $at + 1, $length;
        $at += $length + 1;
    }

    my $name = lc join '.', @labels;
    my $type = $names{unpack 'n', substr $query, $at + 1, 2} || '';
    my $question = substr $query, 12, $at + 5 - 12;
    my ($count, $body) = (0, '');

    return pack('nnnnnn', $id, 0x8182, 1, 0, 0, 0) . $question
        if $name eq 'broken.example.com';
    return pack('nnnnnn', $id, 0x8180, 1, 9, 0, 0) . $question . "\300\14"
        if $name eq 'garbage.example.com';

    if ($name =~ /(^|\.)example\.com$/ && !$zone{$name}) {
        my $soa = record('example.com', 'SOA', wire('ns.example.com')
                         . wire('h.example.com') . pack('N5', 1 .. 5));
        return pack('nnnnnn', $id, 0x8183, 1, 0, 1, 0) . $question . $soa;
    }

    for my $entry (@{$zone{$name} || []}) {
        my ($of, @parts) = @$entry;
        next if $of ne $type && $of ne 'CNAME';
        my $data = data($of, @parts);
        $body .= "\300\14" . pack('nnNn', $types{$of}, 1, 60, length $data)
                 . $data;
        $count++;

        if ($of eq 'CNAME' && $type eq 'A') {
            for my $next (grep { $_->[0] eq 'A' } @{$zone{$parts[0]}}) {
                $body .= record($parts[0], 'A', $next->[1]);
                $count++;
            }
        }
    }

    return pack('nnnnnn', $id, 0x8180, 1, $count, 0, 0) . $question . $body;
}

my $udp = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'udp')
    or die "udp: $!";
my $resolver = '127.0.0.1:' . $udp->sockport;
my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'udp')
    or die "udp: $!";

my $pid = fork;
die "fork: $!" if !defined $pid;

if (!$pid) {
    alarm 300;
    while (my $peer = $udp->recv(my $query, 4096)) {
        $udp->send(answer($query), 0, $peer);
    }
    exit;
}

END { kill 'KILL', $pid if $pid }

sub ask {
    return run('', $program, 'check', '--resolver', $resolver, @_);
}

my ($code, $out, $err) = ask('www.example.com', '--node', '192.0.2.1');
is($code, 1, 'CNAME and MX of one host, as an authoritative server has them');
like($out, qr/conflict: CNAME and MX are at one host/, 'are a conflict');
like($out, qr/www\.example\.com leads to the node/, 'it leads to the node');
unlike($out, qr/ lines? /, 'answers have no lines');

($code, $out) = ask('www.example.com', '--node', 'edge.example.net');
like($out, qr/leads to the node/, 'by name as well');

($code, $out) = ask('www.example.com', '--node', '192.0.2.77');
like($out, qr/does not lead to the node, but to edge\.example\.net/,
     'or not');

($code, $out, $err) = ask('example.com');
is($code, 0, 'an ordinary host');
like($out, qr/^example\.com: 4 records, 0 conflicts/m, 'all its records');

($code, $out) = ask('loop.example.com');
is($code, 1, 'a loop');
like($out, qr/leads in a circle/, 'is told');

($code, $out) = ask('none.example.com');
is($code, 0, 'a name that does not exist');
like($out, qr/NXDOMAIN/, 'is told');

($code, $out, $err) = ask('broken.example.com');
is($code, 2, 'an error of the resolver is no answer');
like($err, qr/SERVFAIL/, 'a resolver that fails is told');

($code, $out, $err) = ask('garbage.example.com');
is($code, 2, 'garbage is no answer');
like($err, qr/no proper message/, 'and is told');

($code, $out, $err) = run('', $program, 'check', '--timeout', '1',
    '--resolver', '127.0.0.1:' . $silent->sockport, 'example.com');
is($code, 2, 'a resolver that is silent');
like($err, qr/within the time/, 'ends at its time');

done_testing();
