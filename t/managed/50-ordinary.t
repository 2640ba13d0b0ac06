# Ordinary requests of real applications: at level loose with the Core Rule
# Set none of them is blocked.
#
# ordinary.txt has them: forms, JSON APIs, uploads, search boxes in several
# languages.  A request is "GET TARGET", "FORM TARGET BODY", "JSON TARGET
# BODY" or "FILE TARGET NAME FILENAME TEXT"; "\n" in it is a line break.
#
# What version 3.3.4 itself takes for an attack is not among them: an argument
# that starts with the name of a program ("python list"), or GraphQL that asks
# for an "id" right after a brace.

use strict;
use warnings;

use lib 't/lib';
use Test::More;

use EO::Nginx;

my $rules = $ENV{CRS_RULES} || '/usr/share/modsecurity-crs/rules';
my $setup = $ENV{CRS_SETUP} || '/etc/modsecurity/crs/crs-setup.conf';

plan skip_all => "no rules in $rules (Debian's package modsecurity-crs)"
    unless -f $setup && glob "$rules/*.conf";

my $BROWSER = join "\r\n",
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 '
    . 'Firefox/128.0',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Language: en-US,en;q=0.5',
    'Cookie: session=4f9d2c81a7be; theme=dark; _ga=GA1.2.1412.1699';

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 1;

events {
    worker_connections 64;
}

http {
    access_log off;
    eo_waf on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;

        eo_managed_rules on;
        eo_managed_rules_level loose;
        eo_managed_rules_body 128k;
        eo_managed_rules_file %PREFIX%/setup.conf %PREFIX%/rules.conf;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_waf off;
        location / { return 200 "hello\n"; }
    }
}
_EOC_

(my $here = __FILE__) =~ s{[^/]*$}{};

open my $in, '<', "${here}../../conf.d/managed-rules/setup.conf"
    or die "setup.conf: $!\n";
$nginx->write_file('setup.conf', do { local $/; <$in> });
$nginx->write_file('rules.conf', "Include $setup\nInclude $rules/*.conf\n");
$nginx->start();

my @requests = ordinary("${here}ordinary.txt");

cmp_ok(scalar @requests, '>=', 200, 'at least 200 requests');

is(status_of(request('GET', "/?id=1'+or+'1'%3D'1")), 566,
   'an attack is blocked');

for my $line (@requests) {
    is(status_of(request(split / /, $line, 3)), 200, $line);
}

$nginx->stop();
done_testing();


sub ordinary {
    my ($name) = @_;

    open my $file, '<', $name or die "$name: $!\n";
    my @lines = grep { !/^\s*(?:#|$)/ } <$file>;
    chomp @lines;

    return @lines;
}


sub request {
    my ($kind, $target, $rest) = @_;

    return message('GET', $target) if $kind eq 'GET';

    $rest =~ s/\\n/\n/g if $kind ne 'JSON';

    return message('POST', $target, 'application/x-www-form-urlencoded',
                   $rest) if $kind eq 'FORM';
    return message('POST', $target, 'application/json', $rest)
        if $kind eq 'JSON';

    my ($name, $filename, $text) = split / /, $rest, 3;
    my $body = join "\r\n", '--x7f3a', 'Content-Disposition: form-data; '
        . "name=\"$name\"; filename=\"$filename\"",
        'Content-Type: application/octet-stream', '', $text, '--x7f3a--', '';

    return message('POST', $target, 'multipart/form-data; boundary=x7f3a',
                   $body);
}


sub message {
    my ($method, $target, $type, $body) = @_;

    my @entity = defined $body
        ? ("Content-Type: $type", 'Content-Length: ' . length $body) : ();

    return join("\r\n", "$method $target HTTP/1.1", 'Host: shop.example.com',
                'Connection: close', $BROWSER, @entity, '', '')
           . (defined $body ? $body : '');
}


sub status_of {
    my ($message) = @_;

    my $answer = $nginx->request($message);
    my ($status) = ($answer || '') =~ m{^HTTP/1\.1 (\d+)};

    return $status;
}
