# conf.d/managed-rules/apis.conf as it is, with the Core Rule Set: ordinary
# requests of REST APIs, WebDAV, GraphQL and TUS pass, as they do not without
# it, and an attack in the same API is refused.
#
# CRS_RULES and CRS_SETUP name other rules than those of Debian's package.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Compress::Gzip qw(gzip);
use JSON::PP;

use EO::Nginx;

my $rules = $ENV{CRS_RULES} || '/usr/share/modsecurity-crs/rules';
my $setup = $ENV{CRS_SETUP} || '/etc/modsecurity/crs/crs-setup.conf';

plan skip_all => "no rules in $rules (Debian's package modsecurity-crs)"
    unless -f $setup && glob "$rules/*.conf";

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 1;

events {
    worker_connections 64;
}

http {
    access_log off;

    client_max_body_size 8m;
    eo_waf on;
    eo_managed_rules on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name with;

        eo_managed_rules_file %PREFIX%/setup.conf %PREFIX%/crs-setup.conf
                              %PREFIX%/apis.conf %PREFIX%/rules.conf;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }

        location /api/ {
            eo_managed_rules_body 128k deny;
            eo_managed_rules_decompress on;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /files/ {
            eo_managed_rules_body off;
            proxy_request_buffering off;
            proxy_pass http://127.0.0.1:%PORT1%;
        }
    }

    server {
        listen 127.0.0.1:%PORT%;
        server_name without;

        eo_managed_rules_file %PREFIX%/setup.conf %PREFIX%/crs-setup.conf
                              %PREFIX%/rules.conf;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_waf off;
        location / { return 200 "hello\n"; }
    }
}
_EOC_

$nginx->write_file("$_.conf", file_of("conf.d/managed-rules/$_.conf"))
    for qw(setup apis);
$nginx->write_file('crs-setup.conf', "Include $setup\n");
$nginx->write_file('rules.conf', "Include $rules/*.conf\n");
$nginx->start();

my $sql = "1' or '1'='1' -- x";
my $shell = '; cat /etc/passwd';
my $json = 'application/json';
my $xml = 'text/xml; charset="utf-8"';
my $query = 'query Shop($id: ID!) { product(id: $id) { id name } }';
my $lock = '<?xml version="1.0" encoding="utf-8"?><D:lockinfo '
    . 'xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    . '<D:locktype><D:write/></D:locktype></D:lockinfo>';

# REST: more methods and types

passes('PUT', '/api/items/17', $json, '{"name":"chair","price":12.5}');
passes('DELETE', '/api/items/17');
passes('PATCH', '/api/items/17', 'application/merge-patch+json',
       '{"price":null}');
passes('PATCH', '/api/items/17', 'application/json-patch+json',
       '[{"op":"replace","path":"/price","value":7}]');
passes('POST', '/api/items', 'application/vnd.api+json',
       '{"data":{"type":"items","attributes":{"name":"O\'Neill"}}}');

is(status('with', 'PUT', '/api/items/17', $json, json({name => $sql})), 566,
   'REST: an attack in a PUT');
is(status('with', 'PATCH', '/api/items/17', 'application/merge-patch+json',
          json({name => $sql})), 566, 'REST: an attack in a PATCH');
is(status('with', 'DELETE', "/api/items?id=1'+or+'1'%3D'1"), 566,
   'REST: an attack in the query of a DELETE');
is(status('with', 'TRACE', '/api/items'), 405, 'REST: TRACE, by nginx');
is(status('with', 'PUT', '/other', $json, '{}'), 566,
   'REST: a PUT elsewhere');
is(status('with', 'POST', '/api/items', 'text/x-python', 'x'), 566,
   'REST: a type that is not allowed');

# JSON behind gzip

my @gzip = ('Content-Encoding: gzip');

passes('POST', '/api/items', $json, packed('{"name":"chair"}'), @gzip);
is(status('with', 'POST', '/api/items', $json, packed(json({name => $sql})),
          @gzip), 566, 'gzip: an attack');
is(status('with', 'POST', '/api/items', $json, '{"name":"chair"}', @gzip),
   566, 'gzip: what is not gzip');
is(status('with', 'POST', '/api/items', $json,
          packed(json({pad => 'x' x 200_000, name => $sql})), @gzip), 566,
   'gzip: an attack behind padding');

# GraphQL

passes('POST', '/graphql', $json,
       json({query => $query, variables => {id => 17}}));
passes('POST', '/graphql', $json, json({query => '{ id name }'}));
is(status('with', 'POST', '/graphql', $json,
          json({query => $query, variables => {id => $sql}})), 566,
   'GraphQL: an attack in a variable');
is(status('with', 'POST', '/graphql', $json,
          json({query => $query, variables => {id => $shell}})), 566,
   'GraphQL: a command in a variable');
is(status('with', 'POST', '/graphql', $json,
          json({query => "{ product(id: \"$sql\") { name } }"})), 566,
   'GraphQL: an attack in the document');

# WebDAV

my @locked = ('If: (<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>)');

passes('PROPFIND', '/dav/', $xml, '<?xml version="1.0"?><D:propfind '
       . 'xmlns:D="DAV:"><D:allprop/></D:propfind>', 'Depth: 1');
passes('PROPFIND', '/dav/', undef, undef, 'Depth: 0');
passes('MKCOL', '/dav/new/');
passes('LOCK', '/dav/a.txt', $xml, $lock, 'Timeout: Second-600');
passes('UNLOCK', '/dav/a.txt', undef, undef,
       'Lock-Token: <urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>');
passes('PUT', '/dav/a.png', 'image/png', "\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
       @locked);
passes('MOVE', '/dav/a.txt', undef, undef,
       'Destination: http://with/dav/b.txt', 'Overwrite: F');

is(status('with', 'PROPFIND', '/dav/', $xml,
          "<D:propfind xmlns:D=\"DAV:\"><D:prop>$sql</D:prop></D:propfind>"),
   566, 'WebDAV: an attack in a PROPFIND');
is(status('with', 'PUT', '/dav/a.txt?from=../../../../etc/passwd',
          'text/plain', 'x'),
   566, 'WebDAV: a path that leads out, in the query of a PUT');
is(status('with', 'PROPFIND', '/'), 566, 'WebDAV: elsewhere');

# TUS, and uploads that are as large

my @tus = ('Tus-Resumable: 1.0.0');
my $piece = "PK\3\4" . "' or 1=1 -- <script>" x 60_000;

passes('OPTIONS', '/files/', undef, undef, @tus);
passes('POST', '/files/', undef, '', @tus, 'Upload-Length: 1200004',
       'Upload-Metadata: filename d29ybGQucGRm,is_confidential');
passes('HEAD', '/files/24e533e02ec3bc40', undef, undef, @tus);
passes('PATCH', '/files/24e533e02ec3bc40', 'application/offset+octet-stream',
       $piece, @tus, 'Upload-Offset: 0');
is(status('with', 'PATCH', "/files/1?x=1'+or+'1'%3D'1",
          'application/offset+octet-stream', 'x', @tus, 'Upload-Offset: 0'),
   566, 'TUS: an attack in the query');
is(status('with', 'POST', '/files/', undef, '', @tus, 'Upload-Length: 1',
          'User-Agent: sqlmap/1.4'), 566, 'TUS: a scanner');
is(status('with', 'PUT', '/files/24e533e02ec3bc40', 'text/plain', 'x'), 566,
   'TUS: a method that is none of its');

# what of it the rule set refuses on its own

for (['PATCH', '/api/items/17', $json, '{}'],
     ['POST', '/api/items', 'application/vnd.api+json', '{}'],
     ['POST', '/api/items', $json, packed('{}'), @gzip],
     ['PROPFIND', '/dav/', undef, undef, 'Depth: 0'],
     ['PATCH', '/files/1', 'application/offset+octet-stream', 'x', @tus])
{
    is(status('without', @$_), 566, "without the file: $_->[0] $_->[1]");
}

$nginx->stop();
done_testing();


sub passes {
    my ($method, $target, @rest) = @_;

    is(status('with', $method, $target, @rest), 200,
       join(' ', 'passes:', $method, $target, $rest[0] // ()));
}


sub status {
    my ($host, $method, $target, $type, $body, @headers) = @_;

    my @agent = grep({ /^User-Agent:/ } @headers)
        ? () : ('User-Agent: client/1.0');

    my $message = join "\r\n", "$method $target HTTP/1.1", "Host: $host",
        'Accept: */*', 'Connection: close', @agent, @headers,
        (defined $type ? "Content-Type: $type" : ()),
        (defined $body ? 'Content-Length: ' . length $body : ()), '', '';

    my $answer = $nginx->request($message . ($body // '')) || '';

    return $answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : 'none';
}


sub json { return JSON::PP->new->canonical->encode($_[0]) }


sub packed {
    my ($text) = @_;

    gzip(\$text, \my $packed) or die "gzip\n";

    return $packed;
}


sub file_of {
    my ($name) = @_;

    open my $in, '<', $name or die "$name: $!\n";

    return do { local $/; <$in> };
}
