#!/usr/bin/perl

# eo-dns check: conflicts of a zone, ordinary zones, bad input, the node.

use strict;
use warnings;

use JSON::PP;
use Test::More;

use EO::Program qw(program put run);

my $program = program('eo-dns');
plan skip_all => 'there is no eo-dns' if !$program;

# check(ZONE, OPTION...): exit code and the findings by code
sub check {
    my ($zone, @options) = @_;
    my ($code, $out, $err) = run($zone, $program, 'check', '--json',
                                 '--origin', 'example.com', @options, '-');
    my $json = $out eq '' ? {} : decode_json($out);
    my %found;

    push @{$found{$_->{code}}}, $_ for @{$json->{findings} || []};

    return ($code, \%found, $err, $json);
}

my $ordinary = <<'END';
$TTL 3600
@       SOA ns1 hostmaster ( 2024010101 7200 3600 1209600 300 )
        NS  ns1
        NS  ns2
        A   192.0.2.10
        AAAA 2001:db8::10
        MX  10 mail
        MX  20 mail2.example.net.
        TXT "v=spf1 mx -all"
        TXT "google-site-verification=abc; def (ghi)"
        CAA 0 issue "letsencrypt.org"
        HTTPS 1 . alpn="h2,h3"
ns1     A   192.0.2.1
ns2     A   192.0.2.2
mail    A   192.0.2.3
        AAAA 2001:db8::3
www     CNAME @
cdn     CNAME www.example.com.eo.dnse1.com.
*.user  A   192.0.2.20
_sip._tcp SRV 10 5 5060 sip
sip     A   192.0.2.5
selector._domainkey TXT ( "v=DKIM1; k=rsa; "
                          "p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" )
_acme-challenge.www CNAME www.acme.example.net.
sub     NS  ns1.sub
        NS  ns.example.net.
        DS  12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef01234567
ns1.sub A   192.0.2.30
; the end
END

my ($code, $found, $err, $json) = check($ordinary, '--strict');
is($code, 0, 'an ordinary zone has no conflict, not even a strict one');
is_deeply([sort keys %$found], [], 'and nothing to tell');
is($json->{records}, 26, 'all its records were read');
is($json->{apex}, 'example.com', 'and its apex');
is($err, '', 'nothing on standard error');

# what conflicts

my @cases = (
    # zone, code of the finding, exit code, exit code with --strict
    ["www A 192.0.2.1\nwww CNAME x.net.\n", 'cname-and-other-data', 1, 1],
    ["www CNAME x.net.\nwww MX 10 m.net.\n", 'cname-and-other-data', 1, 1],
    ["www CNAME x.net.\nwww TXT a\n", 'cname-and-other-data', 1, 1],
    ["www CNAME x.net.\nwww HTTPS 1 .\n", 'cname-and-other-data', 1, 1],
    ["WWW CNAME x.net.\nwww.Example.Com. CAA 0 issue \";\"\n",
     'cname-and-other-data', 1, 1],
    ["@ CNAME x.net.\n@ A 192.0.2.1\n", 'cname-and-other-data', 1, 1],
    ["@ CNAME x.net.\n@ MX 10 m.net.\n", 'cname-at-apex', 0, 1],
    ["@ CNAME x.net.\n@ TXT a\n", 'cname-at-apex', 0, 1],
    ["sub NS n.net.\nsub TXT a\n", 'ns-and-other-data', 1, 1],
    ["sub NS n.net.\nsub CNAME x.net.\n", 'cname-and-other-data', 1, 1],
    ["www CNAME a.net.\nwww CNAME b.net.\n", 'several-cnames', 1, 1],
    ["www CNAME a.net. ; weight=10\nwww CNAME b.net.\n", 'several-cnames',
     1, 1],
    ["www CNAME a.net. ; weight=10\nwww CNAME b.net. ; weight=20\n",
     'several-weighted-cnames', 0, 1],
    ["www A 192.0.2.1 ; eo=accelerated\nwww A 192.0.2.2\n",
     'acceleration-and-resolution', 1, 1],
    ["a CNAME b\nb CNAME a\n", 'cname-loop', 1, 1],
    ["a CNAME a\n", 'cname-loop', 1, 1],
    ["a CNAME nowhere\n", 'leads-nowhere', 0, 0],
    ["@ NS ns\nns CNAME n.net.\n", 'target-is-alias', 0, 1],
    ["@ MX 1 m\nm CNAME n.net.\n", 'target-is-alias', 0, 0],
    ["sub NS n.net.\nx.sub TXT a\n", 'not-seen', 0, 0],
    ["@ HTTPS 0 x.net.\n@ HTTPS 1 .\n", 'alias-and-service', 0, 0],
    ["a 60 A 192.0.2.1\na 90 A 192.0.2.2\n", 'different-ttls', 0, 0],
    ["a A 192.0.2.1\na A 192.0.2.1\n", 'twice', 0, 0],
);

for my $case (@cases) {
    my ($zone, $finding, $exit, $strict) = @$case;
    (my $name = $zone) =~ s/\n/; /g;

    ($code, $found) = check($zone);
    is($code, $exit, "exit code of $name");
    ok($found->{$finding}, "$finding is found");
    is((check($zone, '--strict'))[0], $strict, 'with --strict');
}

my @fine = (
    "www A 192.0.2.1\nwww AAAA 2001:db8::1\nwww TXT a\nwww MX 1 m.net.\n",
    "www A 192.0.2.1 ; eo=accelerated\nwww AAAA ::9 ; eo=accelerated\n"
        . "www TXT resolved\n",
    "@ NS n.net.\n@ A 192.0.2.1\n@ MX 1 m.net.\n@ TXT a\n",
    "www CNAME x.net.\nwww RRSIG CNAME 13 3 300 1 1 1 example.com. AAAA\n",
    "www CNAME x.net.\nwww CNAME x.net.\n",
);

for my $zone (@fine) {
    (my $name = $zone) =~ s/\n/; /g;
    is((check($zone, '--strict'))[0], 0, "no conflict: $name");
}

# sentences

($code, my $out) = run("www A 192.0.2.1\nwww CNAME edge.example.net.\n",
                       $program, 'check', '--origin', 'example.com', '-');
like($out, qr/^www\.example\.com: conflict: CNAME and A are at one host\./,
     'a sentence says what');
like($out, qr/RFC 1034.* takes the A of edge\.example\.net.*lines 2 and 1/s,
     'what a resolver does, and where');
like($out, qr/^-: 2 records, 1 conflict, 0 warnings$/m, 'and a summary');

# what dig prints

($code, $out) = run(<<'END', $program, 'check', '-');

; <<>> DiG 9.18.24 <<>> www.example.com
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1

;; QUESTION SECTION:
;www.example.com.		IN	A

;; ANSWER SECTION:
www.example.com.	300	IN	CNAME	edge.example.net.
edge.example.net.	60	IN	A	192.0.2.1

;; Query time: 4 msec
END
is($code, 0, 'dig: no conflict');
like($out, qr/^-: 2 records/m, 'its answers are records');

# input that is wrong, and usage

my @wrong = (
    ["www A 192.0.2.1\n", 'relative, and there is no \$ORIGIN'],
    ["www.a. A nothing\n", 'has no IPv4 address'],
    ["\$INCLUDE /etc/passwd\n", 'is not followed'],
    ["x. TXT \"\n", ':1: .*does not end'],
    ["\0\0\0\n", 'relative'],
    ["x. TXT (\n" . "a\n" x 10000, 'more than 2048 words'],
    ['', 'has no records'],
    ["a" x 1000000, 'relative|label'],
    ["\xff" x 64 . ". A 192.0.2.1\n", 'more than 63 bytes'],
);

for my $case (@wrong) {
    ($code, $out, $err) = run($case->[0], $program, 'check', '-');
    is($code, 2, "refused: $case->[1]");
    like($err, qr/^eo-dns: .*$case->[1]/s, 'with a reason');
    is($out, '', 'and nothing else');
}

for my $options ([], ['frob'], ['check'], ['check', 'a', 'b'],
                 ['check', '--frob', '-'], ['check', '--timeout', '0', 'a'],
                 ['check', '--timeout', '5s', 'a'],
                 ['check', '--origin', 'a..b', '-'],
                 ['check', '/nonexistent/zone'],
                 ['check', '--config', '-', '-'],
                 ['check', '--resolver', '127.0.0.1:99999', 'example.com'],
                 ['check', '--node', '192.0.2.1', '-'])
{
    ($code, $out, $err) = run("a. A 192.0.2.1\n", $program, @$options);
    is($code, 2, "usage: @$options");
    like($err, qr/^eo-dns: /m, 'says why');
}

# binary names, many records, many CNAMEs

($code, $found) = check("\\000\\255\\\"x CNAME a.net.\n"
                        . "\\000\\255\\\"x A 192.0.2.1\n");
is($code, 1, 'a binary name has conflicts as well');
is($found->{'cname-and-other-data'}[0]{name}, '\000\255\"x.example.com',
   'and is told in escapes');

($code, $found, $err, $json) = check(join '', map {
    "h$_ A 192.0.2.1\nh$_ TXT \"t$_\"\n" } 1 .. 50000);
is($code, 0, '100,000 records');
is($json->{records}, 100000, 'all of them');

($code, $found, $err, $json) = check(join '', map {
    "h$_ CNAME x.net.\nh$_ TXT t\n" } 1 .. 3000);
is($json->{conflicts}, 3000, 'conflicts are all counted');
is($json->{left_out}, 2000, 'and the first thousand told');

($code, $found) = check(join '', map {
    "c$_ CNAME c" . ($_ + 1) . "\n" } 1 .. 20000);
is($code, 1, 'a chain of 20,000 CNAMEs ends');
ok($found->{'cname-chain'}, 'and is told');

# the node

my $conf = put('nginx.conf', <<'END');
# configuration file /etc/nginx/nginx.conf:
events { }
http {
    include sites/*.conf;
}
# configuration file /etc/nginx/sites/a.conf:
upstream pool { server 192.0.2.9; }
server {
    listen 80;
    listen 127.0.0.1:8080;
    server_name www.example.com *.cdn.example.com;
    location / { proxy_pass http://pool/; }
}
server {
    listen 80;
    server_name loop.example.com;
    location / { proxy_pass http://loop.example.com; }
}
server {
    listen 80;
    server_name gone.example.com;
    location / { proxy_pass http://gone-origin.example.com:8080; }
}
END

my $zone = <<'END';
www     CNAME edge
a.cdn   CNAME edge.example.net.
loop    CNAME edge
gone    CNAME edge
other   CNAME edge
past    A 198.51.100.1
half    A 192.0.2.1
half    A 198.51.100.1
edge    A 192.0.2.1
far     CNAME far.example.org.
acc     A 198.51.100.7 ; eo=accelerated
END

my @node = ('--config', $conf, '--node', '192.0.2.1', '--node',
            'edge.example.net');

for (['www', 0, 'leads-to-node served'],
     ['a.cdn', 0, 'leads-to-node served'],
     ['loop', 1, 'leads-to-node origin-is-node served'],
     ['gone', 0, 'leads-to-node origin-not-found served'],
     ['other', 1, 'leads-to-node no-server no-server-here'],
     ['past', 1, 'no-server no-server-here not-the-node'],
     ['half', 1, 'leads-to-node-and-others no-server no-server-here'],
     ['far', 1, 'leads-elsewhere no-server no-server-here'])
{
    my ($name, $exit, $codes) = @$_;
    ($code, $found) = check($zone, @node, '--name', "$name.example.com");
    is($code, $exit, "exit code of $name");
    delete $found->{'no-server-here'} if $codes !~ /no-server-here/;
    is(join(' ', grep { $_ !~ /different|twice|acceler/ } sort keys %$found),
       $codes, "$name");
}

($code, $found) = check($zone, @node);
ok($found->{'no-server'} && $found->{'no-server'}[0]{name}
   eq 'acc.example.com', 'accelerated records are looked at by themselves');
like($found->{'no-server'}[0]{text}, qr/418/, 'what has no server is 418');

my $catch = put('catch.conf', "http { server { listen 80; server_name a; }\n"
                . "server { listen 80 default_server; } }\n");
($code, $found) = check($zone, '--config', $catch, '--node', '192.0.2.1',
                        '--name', 'other.example.com');
is($code, 0, 'a server without names takes every host');
like($found->{served}[0]{text}, qr/a server without names/, 'and is named');

for my $bad ("server {", "}", "http { \"", "events { }") {
    ($code, $out, $err) = run($zone, $program, 'check', '--origin', 'a',
                              '--config', put('bad.conf', $bad), '-');
    is($code, 2, "a configuration of \"$bad\"");
}

# certificates

SKIP: {
    my $key = put('key', '');
    my $pem = put('cert', '');
    skip 'no openssl', 4
        if system("openssl req -x509 -newkey ec -pkeyopt "
                  . "ec_paramgen_curve:prime256v1 -nodes -keyout $key "
                  . "-out $pem -days 2 -subj /CN=x -addext "
                  . "subjectAltName=DNS:www.example.com >/dev/null 2>&1");

    my $tls = put('tls.conf', "http { server { listen 443 ssl;\n"
        . "ssl_certificate $pem; server_name .example.com; } }\n");

    ($code, $found) = check($zone, '--config', $tls, '--node', '192.0.2.1',
                            '--name', 'www.example.com');
    is($code, 0, 'a certificate that names the host');
    ok(!$found->{certificate}, 'is nothing to tell');

    ($code, $found) = check($zone, '--config', $tls, '--node', '192.0.2.1',
                            '--name', 'half.example.com');
    ok($found->{certificate}, 'one that does not is');
    like($found->{certificate}[0]{text}, qr/does not name it/, 'told');
}

done_testing();
