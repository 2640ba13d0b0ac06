# docs/grafana-dashboard.json, docs/prometheus.yml and its alerts: every metric
# and label they name is there; and where Prometheus is installed, it takes
# the files, scrapes a running node, and each expression has an answer.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use JSON::PP ();
use Test::More;

use EO::Nginx;
use EO::Origin;

EO::Origin->start();

sub file {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    return scalar <$in>;
}

my $waf = grep { /ngx_http_eo_waf_module\.so$/ } EO::Nginx->modules();
my $rule = $waf ? q{eo_waf on; eo_custom_rule no '${http.request.uri.path} in ["/no"]' action=deny;} : '';

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    access_log off;
    eo_metrics_zone node 2m;
    eo_metrics node;
    eo on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;
        $rule
        location / { return 200 ok; }
        location /no { root %PREFIX%/html; }
        location /refused { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_REFUSED}; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_metrics off;
        location = /prometheus { eo_metrics_page node prometheus; }
    }
}
_EOC_

$nginx->start();
$nginx->get($_) for '/', '/no', '/refused';

my $text = '';
$nginx->wait_for(sub {
    $text = $nginx->request("GET /prometheus HTTP/1.0\r\n\r\n", $nginx->port() + 1);
    return $text =~ /^eo_requests_total\{domain="localhost"\} 3$/m;
});

my %labels;
while ($text =~ /^(eo_\w+)(?:\{(.*)\})? /mg) {
    my ($name, $list) = ($1, $2 // '');
    $labels{$name}{$1} = 1 while $list =~ /(\w+)="/g;
    $labels{$name}{instance} = $labels{$name}{job} = 1;
}

my $dashboard = JSON::PP->new->utf8->decode(file('docs/grafana-dashboard.json'));
my @dashboard = map { map { $_->{expr} } @{ $_->{targets} } } @{ $dashboard->{panels} };
my $alerts = file('docs/prometheus-alerts.yml');
my @alerts = map { s/^>\s*//r =~ s/\s+/ /gr }
             $alerts =~ /^ +expr: (.*?)\n +(?:for|annotations):/msg;

cmp_ok(scalar @dashboard, '>', 10, 'expressions of the dashboard');
is(scalar @alerts, () = $alerts =~ /- alert:/g, 'one for each alert');

for my $expression (@dashboard, @alerts) {
    my @wrong;

    while ($expression =~ /\b(eo_\w+)(?:\{([^}]*)\})?/g) {
        my ($name, $list) = ($1, $2 // '');
        next if !$waf && $name eq 'eo_security_events_total';
        push @wrong, $name unless $labels{$name};
        push @wrong, "$name\{$_\}" for grep { !$labels{$name}{$_} } $list =~ /(\w+)=/g;
    }

    is("@wrong", '', "known: $expression");
}

my %panel;
is((grep { $panel{ $_->{id} }++ } @{ $dashboard->{panels} }), 0, 'each panel has its number');

SKIP: {
    chomp(my $promtool = `command -v promtool 2>/dev/null`);
    chomp(my $prometheus = `command -v prometheus 2>/dev/null`);
    skip 'no Prometheus (Debian: prometheus)', 1 unless $promtool && $prometheus;

    my $prefix = $nginx->prefix();
    my $port = $nginx->port() + 2;

    my $conf = file('docs/prometheus.yml');
    $conf =~ s/127\.0\.0\.1:8082/'127.0.0.1:' . ($nginx->port() + 1)/e or die;
    $conf =~ s/scrape_interval: 30s/scrape_interval: 1s/ or die;
    $nginx->write_file('prometheus.yml', $conf);
    $nginx->write_file('prometheus-alerts.yml', $alerts);

    my $out = `$promtool check config $prefix/prometheus.yml 2>&1`;
    is($?, 0, 'promtool takes the files') or diag $out;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', "$prefix/logs/prometheus.log";
        open STDERR, '>&', \*STDOUT;
        exec $prometheus, "--config.file=$prefix/prometheus.yml",
             "--storage.tsdb.path=$prefix/data", "--web.listen-address=127.0.0.1:$port";
        exit 1;
    }

    my $query = sub {
        my ($expression) = @_;
        $expression =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ge;
        my $answer = $nginx->request("GET /api/v1/query?query=$expression HTTP/1.1\r\n"
                                     . "Host: localhost\r\nConnection: close\r\n\r\n", $port);
        my ($json) = ($answer // '') =~ /\r\n\r\n(?:[0-9a-f]+\r\n)?(\{.*\})/s;
        return eval { JSON::PP->new->utf8->decode($json) } || {};
    };

    ok($nginx->wait_for(sub {
        $nginx->get('/');
        my $up = $query->('count_over_time(up{job="edgeone"}[1m]) > 2');
        return @{ $up->{data}{result} || [] };
    }, 60), 'Prometheus scrapes the node');

    for my $expression (@dashboard) {
        my $e = $expression =~ s/\$__rate_interval/1m/gr =~ s/\$(?:instance|domain)/.*/gr;
        next if !$waf && $e =~ /eo_security_events_total/;
        cmp_ok(scalar @{ $query->($e)->{data}{result} || [] }, '>', 0, "data: $expression");
    }

    is($query->($_)->{status}, 'success', "an alert's expression: $_") for @alerts;

    kill 'TERM', $pid;
    waitpid $pid, 0;
}

$nginx->stop();
done_testing();
