# What eo_metrics_page answers: the page, JSON, Prometheus' text, the JSON of
# nginx-module-vts; with hostile names and texts.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_base64);
use JSON::PP ();
use Test::More;

use EO::Nginx;

my $waf = grep { /ngx_http_eo_waf_module\.so$/ } EO::Nginx->modules();
my $evil = '</script><img/src=x/onerror=alert(1)>';
my $rule = $waf ? qq{eo_waf on; eo_custom_rule '"$evil' '\${http.request.uri.path} in ["/blocked"]' action=deny;}
                : '';
my $many = join "\n", map {
    "server { listen 127.0.0.1:%PORT%; server_name d$_.example; return 200 ok; }"
} 1 .. 300;

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    access_log off;
    server_names_hash_max_size 4096;
    server_names_hash_bucket_size 128;
    eo_metrics_zone node 4m;
    eo_metrics node;
    eo on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name a.example;
        $rule
        location / { return 200 ok; }
        location /blocked { root %PREFIX%/html; }
    }

    server {
        listen 127.0.0.1:%PORT%;
        server_name '~^(?<q>"quoted\\\\"|x\\.y)\$';
        location / { return 200 ok; }
    }

    $many

    server {
        listen 127.0.0.1:%PORT1%;
        eo_metrics off;
        location = /metrics { eo_metrics_page node; }
        location = /prometheus { eo_metrics_page node prometheus domains=10; }
        location = /vts { eo_metrics_page node vts domains=10; }
    }
}
_EOC_

$nginx->start();

sub raw {
    my ($request, $port) = @_;
    my $answer = $nginx->request($request, $nginx->port() + ($port || 0));
    my ($head, $body) = split /\r\n\r\n/, $answer // '', 2;
    return ($head // '', $body // '');
}

sub page {
    my ($uri, $method) = @_;
    return raw(($method || 'GET') . " $uri HTTP/1.1\r\nHost: localhost\r\n"
               . "Connection: close\r\n\r\n", 1);
}

sub visit {
    my ($host, $uri) = @_;
    return raw("GET $uri HTTP/1.1\r\nHost: $host\r\nUser-Agent: $evil\r\n"
               . "Connection: close\r\n\r\n");
}

visit('a.example', "/?$evil");
visit('a.example', "/blocked?\"$evil\xff\\");
visit($evil, '/');
visit('x.y', '/');
visit("d$_.example", '/') for 1 .. 30;


# the page

my ($head, $body) = page('/metrics');
like($head, qr/^HTTP\S+ 200 /, 'the page');
like($head, qr{^Content-Type: text/html; charset=utf-8\r$}m, '... is HTML');
like($head, qr/^Cache-Control: no-store\r$/m, '... not kept');
like($head, qr/^X-Content-Type-Options: nosniff\r$/m, '... nor guessed at');

my ($policy) = $head =~ /^Content-Security-Policy: (.*)\r$/m;
my ($style) = $body =~ m{<style>(.*?)</style>}s;
my ($script) = $body =~ m{<script>(.*?)</script>}s;

like($policy, qr/default-src 'none'/, 'nothing is allowed');
unlike($policy, qr/unsafe/, '... that is unsafe');
like($policy, qr/style-src 'sha256-\Q@{[sha256_base64($style)]}\E='/, '... but the style');
like($policy, qr/script-src 'sha256-\Q@{[sha256_base64($script)]}\E='/, '... and the script');
is(() = $body =~ /<script|<style/g, 2, '... of which there is one each');
unlike($body, qr{https?://(?!www\.w3\.org/2000/svg)|//cdn}, 'nothing from outside');
unlike($body, qr/\son[a-z]+=|style=|javascript:/i, 'no code in attributes');
unlike($script, qr/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function/,
       'no text becomes HTML');
like($body, qr/<html lang="en">/, 'it has a language');
my %id = map { $_ => 1 } $body =~ /\bid="([^"]+)"/g;
ok(!(grep { !$id{$_} } $body =~ /(?:for|aria-labelledby)="([^"]+)"/g), 'labels have what they are for');
ok(!(grep { !$id{$_} } $script =~ /\bget\("([^"]+)"\)/g), 'the script finds what it looks for');

($head, $body) = page('/metrics', 'HEAD');
like($head, qr/^HTTP\S+ 200 /, 'HEAD');
is($body, '', '... has no body');
like((page('/metrics', 'POST'))[0], qr/^HTTP\S+ 405 /, 'POST');
like((page('/metrics?format=xml'))[0], qr/^HTTP\S+ 400 /, 'an unknown format');
like((page('/metrics?format=json&range=year'))[0], qr/^HTTP\S+ 400 /, 'an unknown range');
like((page('/metrics?format=json&domain=no.example'))[0], qr/^HTTP\S+ 404 /, 'an unknown domain');


# the JSON

my $json;
$nginx->wait_for(sub {
    ($head, $body) = page('/metrics?format=json');
    $json = JSON::PP->new->utf8->decode($body);
    return $json->{totals}{requests} >= 34;
});

like($head, qr{^Content-Type: application/json\r$}m, 'JSON');
is($json->{totals}{requests}, 34, 'its numbers');
is(scalar @{ $json->{domains} }, 200, 'domains, the first 200');
is($json->{domains}[0]{name}, 'a.example', '... by requests');
is(JSON::PP->new->utf8->decode((page("/metrics?format=json&range=$_"))[1])->{range}, $_,
   "range $_") for qw(hour day week);

if ($waf) {
    my ($event) = @{ $json->{events} };
    is($event->{rule}, "\"$evil", 'an event with the name of its rule as it is');
    is($event->{action}, 'Deny', '... what was done');
    is($event->{status}, 567, '... the status');
    is($event->{uri}, "/blocked?\"$evil\x{fffd}\\", '... the URI');
    like($event->{id}, qr/^\d+$/, '... the EO-LOG-UUID');
    is_deeply($json->{rules}, [{ module => 'CustomRule', action => 'Deny',
                                 rule => "\"$evil", count => 1 }], 'rules');
    is($json->{totals}{security_denied}, 1, 'denied');
}


# Prometheus: each line of the right form, each metric in one place, each
# sample once

($head, my $text) = page('/prometheus');
like($head, qr{^Content-Type: text/plain; version=0\.0\.4; charset=utf-8\r$}m, 'Prometheus');

my (%samples, %closed, $metric, @bad);
my $label = qr/[a-z_]+="(?:[^"\\\n]|\\["\\n])*"/;

for (split /\n/, $text) {
    if (/^# (?:HELP|TYPE) (\w+) \S/) {
        $closed{$metric}++ if $metric && $metric ne $1;
        push @bad, $_ if $closed{$1};
        $metric = $1;
    } elsif (/^(\w+?)(?:_bucket|_sum|_count)?(?:\{$label(?:,$label)*\})? \d+(?:\.\d+)?$/) {
        push @bad, $_ if index($metric, $1) != 0;
        push @bad, $_ if $samples{ s/ [\d.]+$//r }++;
    } else {
        push @bad, $_;
    }
}

is("@bad", '', 'every line is well-formed, in its place, and there once');
like($text, qr/^eo_requests_total\{domain="a\.example"\} 2$/m, 'a counter');
like($text, qr/^eo_requests_total\{domain="d8\.example"\} 1$/m, 'the last one told');
unlike($text, qr/"d9\.example"/, '... of ten');
like($text, qr/^eo_requests_total\{domain="other"\} 23$/m, 'the rest together');
like($text, qr/^eo_responses_total\{domain="other",status="200"\} \d+$/m, '... by status, too');
like($text, qr/^eo_requests_total\{domain="\^\(\?<q>\\"quoted\\\\\\"\|x\\\\\.y\)\$"\} 1$/m,
     'quotes and backslashes') or diag $text =~ /^(eo_requests_total.*quoted.*)$/m;

SKIP: {
    chomp(my $promtool = `command -v promtool 2>/dev/null`);
    skip 'no promtool (Debian: prometheus)', 1 unless $promtool;
    $nginx->write_file('metrics', $text);
    my $out = `$promtool check metrics < @{[$nginx->prefix()]}/metrics 2>&1`;
    is($?, 0, 'promtool check metrics') or diag $out;
}


# the JSON of nginx-module-vts

my $vts = JSON::PP->new->utf8->decode((page('/vts'))[1]);
is($vts->{serverZones}{'a.example'}{requestCounter}, 2, 'vts: requests');
is($vts->{serverZones}{'*'}{requestCounter}, 34, '... of all');
is($vts->{serverZones}{'a.example'}{responses}{'2xx'}, $waf ? 1 : 2, '... by status');
is(scalar keys %{ $vts->{serverZones} }, 11, '... of ten domains');
ok(exists $vts->{$_}, "vts: $_") for qw(hostName nginxVersion loadMsec nowMsec connections sharedZones);

$nginx->stop();
unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/, 'no alert in the log');

done_testing();
