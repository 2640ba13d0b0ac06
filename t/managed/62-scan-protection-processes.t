# Protection from frequent scanning: workers together, over reloads, and
# what was long ago does not count.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Time::HiRes qw(sleep);

use EO::Nginx;

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 2;

events {
    worker_connections 64;
}

http {
    access_log off;
    eo_security_log %PREFIX%/logs/security.log;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    server {
        listen 127.0.0.1:%PORT% reuseport;
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_file %PREFIX%/rules.conf;
        eo_managed_rules_scan_protection threshold=20 period=5s;
        root %PREFIX%/html;
    }
}
_EOC_

$nginx->write_file('rules.conf',
                   'SecRule ARGS:a "@streq bad" "id:1,phase:1,deny"' . "\n");
$nginx->write_file('html/index.html', "ok\n");
$nginx->start();

status('/?a=bad', 'slow') for 1 .. 20;

status('/?a=bad', 'fast') for 1 .. 20;
is(status('/', 'fast'), 200, 'as many as allowed, of two workers');

status('/?a=bad', 'fast');
is(status('/', 'fast'), 566, 'one more');

like($nginx->read_file('logs/error.log'),
     qr/\[error\].* managed rules: frequent scanning, 21 requests blocked in 5s: the client is kept out for 600s, client: 192\.0\.2\.2/,
     'the error log has the beginning');
# which takes ten of an address in a second

ok($nginx->wait_for(sub {
       status('/', 'fast');
       sleep 0.2;
       $nginx->read_file('logs/security.log')
           =~ /"RuleId":"frequent-scanning-protection"/;
   }), 'the security log has the request');

ok($nginx->reload(), 'a reload');
is(status('/', 'fast'), 566, 'ends nothing');

sleep 10.1;

status('/?a=bad', 'slow') for 1 .. 20;
is(status('/', 'slow'), 200, 'what was two periods ago does not count');
is(status('/', 'fast'), 566, 'and ends nothing');

$nginx->stop();
done_testing();


sub status {
    my ($uri, $who) = @_;

    my $address = $who eq 'slow' ? '192.0.2.1' : '192.0.2.2';
    my $answer = $nginx->get($uri, "X-Real-IP: $address");
    my ($status) = ($answer || '') =~ m{^HTTP/1\.1 (\d+)};

    return $status || 0;
}
