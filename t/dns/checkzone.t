#!/usr/bin/perl

# The table beside BIND's named-checkzone, where both judge the same thing:
# what the standards allow at one host.  "eo-dns check --strict" counts that.

use strict;
use warnings;

use Test::More;

use EO::Program qw(program put run);

my $program = program('eo-dns');
my ($bind) = grep { -x } map { "$_/named-checkzone" }
    split(/:/, $ENV{PATH}), '/usr/sbin', '/usr/bin';

plan skip_all => 'there is no eo-dns' if !$program;
plan skip_all => 'there is no named-checkzone (Debian: bind9-utils)'
    if !$bind;

my %data = (
    A => '192.0.2.7', AAAA => '2001:db8::7', CNAME => 'edge.example.net.',
    MX => '10 mail.example.net.', NS => 'ns.example.net.', TXT => '"text"',
    SRV => '1 2 3 srv.example.net.', CAA => '0 issue "ca.example.net"',
    HTTPS => '1 . alpn="h2"', PTR => 'ptr.example.net.',
);

my $soa = "\$TTL 300\n@ SOA ns.example.net. h.example.net. 1 2 3 4 5\n"
          . "@ NS ns.example.net.\n";

# by_bind(ZONE), by_us(ZONE): whether it is fine

sub by_bind {
    my ($file) = @_;
    my ($code) = run('', $bind, '-q', '-i', 'none', '-k', 'ignore',
                     'example.com', $file);
    return $code == 0;
}

sub by_us {
    my ($file) = @_;
    my ($code) = run('', $program, 'check', '--strict', '--origin',
                     'example.com', $file);
    return $code == 0;
}

sub one_line {
    my ($text) = @_;
    $text =~ s/[\r\n]+/; /g;
    return $text;
}

# NS with other data is fine for BIND, as glue or not answered at all; for
# EdgeOne it is a conflict, other than at "@"

my @types = sort keys %data;
my ($same, @different) = (0);

for my $host ('@', 'www') {
    for my $i (0 .. $#types) {
        for my $j ($i + 1 .. $#types) {
            my ($one, $other) = @types[$i, $j];
            next if $host ne '@' && ($one eq 'NS' || $other eq 'NS')
                    && $one ne 'CNAME' && $other ne 'CNAME';

            my $zone = put('zone', "$soa$host $one $data{$one}\n"
                                   . "$host $other $data{$other}\n");

            if (by_bind($zone) == by_us($zone)) {
                $same++;
            } else {
                push @different, "$host $one $other";
            }
        }
    }
}

is("@different", '', "$same pairs of types are judged alike");
cmp_ok($same, '>', 70, 'which are most pairs');

# several CNAMEs, with a comment about weights or without

for my $comment ('', ' ; weight=1') {
    my $zone = put('zone', $soa . "www CNAME a.net.$comment\n"
                           . "www CNAME b.net.$comment\n");
    ok(!by_bind($zone) && !by_us($zone), "two CNAMEs$comment");
}

# forms of a zone file that both read, and faults that both refuse

for my $text ("a 1h IN A 192.0.2.1\n", "a IN 1h A 192.0.2.1\n",
              "a TXT ( \"b\"\n ; c\n \"d\" )\n", "a TYPE1 \\# 4 C0000201\n",
              "a A 192.0.2.1\n  AAAA ::1\n", "\$ORIGIN b\na CNAME \@\n",
              "a\\.b TXT x\n", "a TYPE65300 \\# 2 ab cd\n",
              "a A 192.0.2.1\r\n", "A.EXAMPLE.COM. TXT a\\;b\n")
{
    my $zone = put('zone', $soa . $text);
    ok(by_bind($zone) && by_us($zone), 'read by both: ' . one_line($text));
}

for my $text ("a A 192.0.2.256\n", "a AAAA 1.2.3.4\n", "a MX mail\n",
              "a TXT (\n", "a TXT )\n", "a FOO x\n", "a..b A 192.0.2.1\n",
              "a TYPE1 \\# 3 c00002\n", "a CNAME\n",
              'a' x 64 . " A 192.0.2.1\n", "\$TTL\n")
{
    my $zone = put('zone', $soa . $text);
    ok(!by_bind($zone) && !by_us($zone),
       'refused by both: ' . one_line($text));
}

done_testing();
