# Ordinary bodies with the Core Rule Set at level loose: however they are
# written, wherever eo_managed_rules_body cuts them, and compressed ones; and
# attacks at the same places.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Compress::Gzip qw(gzip);

use EO::Nginx;

my $rules = $ENV{CRS_RULES} || '/usr/share/modsecurity-crs/rules';
my $setup = $ENV{CRS_SETUP} || '/etc/modsecurity/crs/crs-setup.conf';

plan skip_all => "no rules in $rules (Debian's package modsecurity-crs)"
    unless -f $setup && glob "$rules/*.conf";

my $BROWSER = join "\r\n",
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 '
    . 'Firefox/128.0',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

my $ATTACK = "1' or '1'='1";

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 1;

events {
    worker_connections 64;
}

http {
    access_log off;
    eo_waf on;
    client_max_body_size 4m;

    eo_managed_rules on;
    eo_managed_rules_level loose;
    eo_managed_rules_time 1s;
    eo_managed_rules_file %PREFIX%/setup.conf %PREFIX%/before.conf
                          %PREFIX%/rules.conf;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }

        location /1m {
            eo_managed_rules_body 1m;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /gzip {
            eo_managed_rules_decompress on;
            proxy_pass http://127.0.0.1:%PORT1%;
        }
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

# as docs/managed-rules.md has it

$nginx->write_file('before.conf', <<'_EOC_');
SecAction "id:10010,phase:1,pass,nolog,t:none,\
    setvar:'tx.allowed_methods=GET HEAD POST OPTIONS PUT PATCH DELETE PROPFIND'"
SecAction "id:10020,phase:1,pass,nolog,t:none,\
    setvar:'tx.restricted_headers=/accept-charset/ /proxy/ /lock-token/ /content-range/ /if/'"
_EOC_

$nginx->write_file('rules.conf', "Include $setup\nInclude $rules/*.conf\n");
$nginx->start();

# headers without a body, and types that say which boundary

for my $case (
    ['GET', 'text/xml; charset=utf-8'],
    ['GET', 'application/json'],
    ['GET', 'multipart/form-data; boundary=x'],
    ['DELETE', 'application/xml', 'Content-Length: 0'],
    ['PROPFIND', 'text/xml', 'Content-Length: 0'],
    ['POST', 'application/soap+xml', 'Content-Length: 0'],
    ['POST', 'text/xml', 'Transfer-Encoding: chunked', '0'],
    ['POST', 'application/json', 'Transfer-Encoding: chunked', '0'])
{
    my ($method, $type, $header, $body) = @$case;
    my @header = $header ? ($header) : ();

    is(status_of(join("\r\n", "$method / HTTP/1.1", 'Host: www.example.com',
                      'Connection: close', $BROWSER, "Content-Type: $type",
                      @header, '', defined $body ? ("$body", '', '') : '')),
       200, "$method, $type and no body" . ($header ? ", $header" : ''));
}

my $gecko = '----geckoformboundary4a7acee3709293e183ef2932a147a331';

for my $case (
    ["multipart/form-data;boundary=$gecko;charset=UTF-8", $gecko],
    ['multipart/form-data; boundary="9c5e"', '9c5e'],
    ['multipart/form-data; charset=utf-8; boundary=9c5e', '9c5e'],
    ['multipart/form-data; boundary="----=_Part_1_2.3"', '----=_Part_1_2.3'])
{
    my ($type, $boundary) = @$case;

    is(status_of(message('/', $type, form($boundary, f => 'hello'))), 200,
       $type);
    is(status_of(message('/', $type, form($boundary, f => $ATTACK))), 566,
       "$type, and an attack");
}

# a form of 150 fields, and others with 40 lengths before the cut

my $webkit = '----WebKitFormBoundary7MA4YWxkTrZu0gW';
my $type = "multipart/form-data; boundary=$webkit";

is(status_of(message('/', $type,
             form($webkit, map { ("attr_$_" => 'v' x ($_ % 6)) } 0 .. 149))),
   200, 'a form of 150 fields');

my @refused;

for my $n (0 .. 39) {
    my $body = form($webkit, pad => 'p' x (9900 + $n * 11),
                    'na[me]' => "Z\xc3\xbcrich", text => "a\r\n- b\r\n\r\nc",
                    map { ("f$_" => "caf\xc3\xa9 $_") } 1 .. 40);
    my $status = status_of(message('/', $type, $body));

    push @refused, "$n: $status" if $status != 200;
}

is("@refused", '', '40 forms that are cut in different places');

# every place within an escape, a character, a member, a tag

@refused = ();

for my $n (0 .. 29) {
    my $pad = 'p' x (10220 - $n);

    for my $case (
        ['application/x-www-form-urlencoded',
         "a=$pad&b=%E6%97%A5%E6%9C%AC&c=\xe6\x97\xa5&d=1"],
        ['application/json',
         "{\"a\":\"$pad\",\"b\":[\"\xe6\x97\xa5\\u65e5\\n\",-1.5e3,null]}"],
        ['text/xml', "<a><p>$pad</p><b c=\"\xe6\x97\xa5\">&amp;x</b></a>"])
    {
        my $status = status_of(message('/', @$case));
        push @refused, "$case->[0] $n: $status" if $status != 200;
    }
}

is("@refused", '', 'forms, JSON and XML that are cut in different places');

# what is broken before the cut is broken

for my $case (
    ['application/json',
     '{"a":NaN,"id":"' . $ATTACK . '","p":"' . 'p' x 12000 . '"}'],
    ['application/json', '/**/{"a":1,"p":"' . 'p' x 12000 . '"}'],
    ['application/json', '[' x 600 . '"' . 'p' x 12000 . '"'],
    ['application/json', '{"' . 'k' x 16500 . '":1,"p":"' . 'p' x 12000],
    ['text/xml', '<a>' x 260 . 'p' x 12000])
{
    my ($json_type, $body) = @$case;
    my $target = length $body > 20000 ? '/1m' : '/';

    is(status_of(message($target, $json_type, $body)), 566,
       substr($body, 0, 20) . '... is not well-formed');
}

# lists of numbers, and many small members

is(status_of(message('/', 'application/json',
             '{"ids": [' . join(', ', 0 .. 1499) . ']}')),
   200, 'a list of 1,500 numbers');

my $panels = '{"panels": [' . join(', ', map {
    "{\"id\": $_, \"title\": \"Panel \\u0041 $_\", "
    . "\"gridPos\": {\"h\": 8, \"w\": 12, \"x\": 0, \"y\": $_}}" } 0 .. 1299)
    . ']}';

like(status_of(message('/1m', 'application/json', $panels)), qr/^(?:200|566)$/,
     'a dashboard of 1,300 panels is no error');
is(status_of(message('/', 'application/json', $panels)), 200,
   'nor refused where its beginning is looked at');

# compressed ones

my ($good, $bad, $long) = ('["rememberMe","x"]', "{\"id\":\"$ATTACK\"}",
                           '{"p":"' . 'p' x 12000 . '"}');

is(status_of(gzipped('/gzip', $good)), 200, 'gzip');
is(status_of(gzipped('/gzip', $bad)), 566, 'gzip, and an attack');
is(status_of(gzipped('/gzip', $long)), 200, 'gzip, and cut');
is(status_of(gzipped('/', $good)), 566, 'gzip that is not decoded');

$nginx->stop();
done_testing();


sub form {
    my ($boundary, @fields) = @_;
    my $body = '';

    while (my ($name, $value) = splice @fields, 0, 2) {
        $body .= "--$boundary\r\nContent-Disposition: form-data; "
                 . "name=\"$name\"\r\n\r\n$value\r\n";
    }

    return "$body--$boundary--\r\n";
}


sub message {
    my ($target, $content_type, $body, @headers) = @_;

    return join "\r\n", "POST $target HTTP/1.1", 'Host: www.example.com',
        'Connection: close', $BROWSER, "Content-Type: $content_type",
        'Content-Length: ' . length $body, @headers, '', $body;
}


sub gzipped {
    my ($target, $body) = @_;
    my $compressed;

    gzip(\$body, \$compressed);

    return message($target, 'application/json', $compressed,
                   'Content-Encoding: gzip');
}


sub status_of {
    my ($message) = @_;

    my $answer = $nginx->request($message);
    my ($status) = ($answer || '') =~ m{^HTTP/1\.1 (\d+)};

    return $status || 0;
}
