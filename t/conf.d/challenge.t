# conf.d/challenge.conf as it is, with the file of a secret: nginx accepts it,
# and those are challenged of whom it says so, and nobody else.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Challenge;
use EO::Nginx;

my $name = 'conf.d/challenge.conf';
open my $in, '<', $name or die "$name: $!\n";
my $challenges = do { local $/; <$in> };

$challenges =~ s{#eo_challenge_secret challenge.key}
                {eo_challenge_secret %PREFIX%/challenge.key}
    or die "$name: no secret\n";

my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    $challenges

    server {
        listen 127.0.0.1:%PORT%;
        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_waf off;
        location / { return 200 "origin\\n"; }
    }
}
_EOC_

$nginx->write_file('challenge.key', '0123456789abcdef' x 4 . "\n");

my $said = $nginx->test();

is($?, 0, 'accepted') or diag $said;
unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');

$nginx->start();

sub client { return EO::Challenge->new($nginx->port(), @_) }


# what Firefox sends, and what curl does

my %firefox = (
    'Accept-Language' => 'en-GB,en;q=0.5',
    'Accept-Encoding' => 'gzip, deflate, br, zstd',
    'Upgrade-Insecure-Requests' => '1',
    'Sec-Fetch-Dest' => 'document',
    'Sec-Fetch-Mode' => 'navigate',
    'Sec-Fetch-Site' => 'none',
    'Sec-Fetch-User' => '?1',
);

my @curl = (agent => 'curl/8.14.1', accept => '*/*');

is(client()->get('/', %firefox)->{status}, 200, 'a browser is not asked');
is(client(@curl)->get('/')->{status}, 200, 'nor is a program');

my $visitor = client();
my $page = $visitor->get('/register', %firefox);

is($page->{status}, 567, 'but where there is a form');
is($visitor->answer($page->{data})->{status}, 200, 'a browser answers');
is($visitor->get('/register', %firefox)->{status}, 200, 'and gets there');

is(client(@curl)->get('/contact/us')->{status}, 567, 'a program does not');
is(client(ip => '192.0.2.77')->get('/', 'Accept' => undef)->{status}, 567,
   'who claims to be a browser, and sends nothing else, is asked');


# a search

my $searching = client(ip => '192.0.2.90', cookies => {});
my @seen = map { $searching->get('/search?q=a', %firefox)->{status} } 1 .. 20;

is_deeply([grep { $_ != 200 } @seen], [], 'twenty searches');
is($searching->get('/search?q=a', %firefox)->{status}, 567, 'and one more');
is($searching->pass('/search?q=a')->get('/search?q=a', %firefox)->{status},
   200, 'with a pass it goes on');


# the monitoring

is(client(@curl, agent => 'MyMonitor/1', ip => '192.0.2.3')
       ->get('/register')->{status}, 200, 'the monitoring is not asked');
is(client(@curl, agent => 'MyMonitor/1', ip => '198.51.100.3')
       ->get('/register')->{status}, 567, 'unless it comes from elsewhere');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'nothing bad in the log');

done_testing();
