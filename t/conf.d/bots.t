# conf.d/bots.conf and conf.d/ai-crawlers.conf as they are, but for folders,
# the resolver, and "on" as the test goes on: nginx accepts them, and they do
# what they say.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Nginx;


my $port = EO::Origin::server_port();
my $chrome = 'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) '
    . 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
my @browser = ($chrome, 'Accept: text/html,*/*;q=0.8', 'Accept-Language: en',
               'Accept-Encoding: gzip');


# a file for EO::Nginx; every replacement has to find its place

sub configuration {
    my ($name, %replace) = @_;

    open my $in, '<', "conf.d/$name" or die "$name: $!\n";
    my $text = do { local $/; <$in> };

    for my $from (sort keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g or die "$name: no $from\n";
    }

    return $text;
}


sub node {
    my ($http, $server) = @_;

    my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    $http

    server {
        listen 127.0.0.1:%PORT%;
        $server
        location / { empty_gif; }
    }
}
_EOC_

    mkdir "$nginx->{prefix}/eo";
    mkdir "$nginx->{prefix}/eo/bots";
    $nginx->write_file('eo/bots/agents.tsv',
                       configuration('bots/agents.tsv'));
    $nginx->start();

    return $nginx;
}


sub status {
    my ($nginx, $uri, @headers) = @_;

    my $answer = $nginx->get($uri, @headers);

    return defined $answer && $answer =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 'closed';
}


my @folders = ('/var/log/nginx' => '%PREFIX%/logs',
               'resolver 127.0.0.1;' => "resolver 127.0.0.1:@{[$port + 5]};",
               'resolver_timeout 5s;' => 'resolver_timeout 1s;');

my $nginx = node(configuration('bots.conf', @folders), '');

is(status($nginx, '/', @browser), 200, 'a browser');
is(status($nginx, '/', 'User-Agent: sqlmap/1.8'), 200,
   'as it is nothing is refused');
ok($nginx->wait_for(sub {
    return $nginx->read_file('logs/bots.log')
           =~ /"BotTag":"evil_bot","BotName":"sqlmap","BotCategory":"scanner"/
           && $nginx->read_file('logs/security.log') =~ /"RuleId":"scanner"/;
}), 'but told');

$nginx->stop();

$nginx = node(configuration('bots.conf', @folders,
                            'eo_bot monitor;' => 'eo_bot on;'), '');

is(status($nginx, '/', @browser), 200, 'on: a browser');
is(status($nginx, '/', 'User-Agent: sqlmap/1.8'), 567, 'a scanner');
is(status($nginx, '/', 'User-Agent: sqlmap/1.8', 'X-Real-IP: 192.0.2.33'), 200,
   'the monitoring');
is(status($nginx, '/', 'User-Agent: curl/8.5.0'), 200, 'a tool');
is(status($nginx, '/', 'User-Agent: Bytespider'), 200, 'a crawler');
like(status($nginx, '/'), qr/^(?:567|200)$/, 'who says nothing is asked');

my $google = 'User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)';

is(status($nginx, '/', $google, 'X-Real-IP: 198.51.100.1'), 200,
   'a search engine, of which nothing is known yet');
ok($nginx->wait_for(sub {
    return status($nginx, '/', $google, 'X-Real-IP: 198.51.100.1') == 567;
}), 'and which nothing has proven');

$nginx->stop();


$nginx = node('eo_bot_agents eo/bots/agents.tsv;',
              configuration('ai-crawlers.conf'));

is(status($nginx, '/', @browser), 200, 'AI crawlers: a browser');
is(status($nginx, '/', 'User-Agent: GPTBot/1.2'), 567, 'training');
is(status($nginx, '/', 'User-Agent: OAI-SearchBot/1.0'), 200, 'search');
is(status($nginx, '/', 'User-Agent: ChatGPT-User/1.0'), 200, 'a user');

my $robots = $nginx->get('/robots.txt', 'User-Agent: GPTBot/1.2');
like($robots, qr{^User-agent: gptbot$}m, 'robots.txt names who is denied');
like($robots, qr{^User-agent: google-extended$}m,
     'and who is only there for it');
unlike($robots, qr{chatgpt-user}, 'and nobody else');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|warn)\]/,
       'nothing to warn of');

$nginx->stop();

done_testing();
