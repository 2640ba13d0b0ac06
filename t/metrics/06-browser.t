# The live page in a browser: what it shows is what the JSON says, and texts
# of clients and rules stay texts.  Without Chromium it is left out.

use strict;
use warnings;

use lib 't/lib';
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;

use EO::Nginx;
use EO::Origin;

my ($browser) = grep { length } map { chomp(my $path = `command -v $_ 2>/dev/null`); $path }
                qw(chromium chromium-browser google-chrome);
plan skip_all => 'no Chromium (Debian: chromium)' unless $browser;

EO::Origin->start();

my $waf = grep { /ngx_http_eo_waf_module\.so$/ } EO::Nginx->modules();
my $evil = '<img/src=x/onerror=document.title=666>';
my $rule = $waf ? qq{eo_waf on; eo_custom_rule '$evil' '\${http.request.uri.path} in ["/no"]' action=deny;}
                : '';

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    access_log off;
    eo_metrics_zone node 2m;
    eo_metrics node;
    eo on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost "~^<b>.*x\$";
        $rule
        location / { return 200 ok; }
        location /no { root %PREFIX%/html; }
        location /refused { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_REFUSED}; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_metrics off;
        location = /metrics { eo_metrics_page node; }
    }
}
_EOC_

$nginx->start();

$nginx->get('/') for 1 .. 41;
$nginx->get('/refused') for 1 .. 2;
$nginx->get("/no?$evil", "User-Agent: $evil") for 1 .. 3;

my $json;
$nginx->wait_for(sub {
    my $answer = $nginx->request("GET /metrics?format=json HTTP/1.0\r\n\r\n", $nginx->port() + 1);
    $json = JSON::PP->new->utf8->decode($answer =~ s/.*?\r\n\r\n//sr);
    return $json->{totals}{requests} == 46;
});

my $profile = tempdir(CLEANUP => 1);
my $url = 'http://127.0.0.1:' . ($nginx->port() + 1) . '/metrics';
my $dom = `timeout 60 $browser --headless --no-sandbox --disable-gpu --user-data-dir=$profile \\
           --virtual-time-budget=4000 --dump-dom $url 2>$profile/err`;

plan skip_all => 'the browser does not run here' unless $dom =~ /<html/;

like($dom, qr/Live, every five seconds\./, 'it has read its numbers');
like($dom, qr{<dt>Requests</dt><dd>46</dd>}, 'requests');
like($dom, qr{<td>200</td><td class="number">41</td>}, 'statuses');
like($dom, qr{the origin: refused the connection[^<]*</td><td class="number">2</td>}, 'origin errors in words');
like($dom, qr{<td>localhost</td><td class="number">46</td>}, 'domains');
is(() = $dom =~ /<svg/g, 3, 'three charts');
like($dom, qr/role="img"[^>]*aria-label="[^"]*2xx 41[^"]*5xx/, '... which say what they show');

if ($waf) {
    like($dom, qr{<td>&lt;img/src=x/onerror=document\.title=666&gt;</td>}, 'a hostile rule is text');
    like($dom, qr{<td>GET localhost/no\?&lt;img}, '... and a hostile URI');
}

unlike($dom, qr/<img|<title>666/, 'nothing of it has become HTML');
like($dom, qr{<option value="\^&lt;b&gt;\.\*x\$">|<option value="\^<b>\.\*x\$">}, 'a hostile name is a value');

$nginx->stop();
done_testing();
