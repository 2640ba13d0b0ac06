# eo_waf_early: bans before all else that an edge says.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Test::More;

use EO::HTTP2;
use EO::Nginx;

my $early = EO::Nginx->new(configuration('eo_waf_early on;'));
my $late = EO::Nginx->new(configuration(''));

my %name = map { $_ => "$_.example" }
    qw(site monitor off excepted form inner nobody);

# what comes of a banned address: with eo_waf_early, and without

my @cases = (
    ['a page', 'GET', 'site', '/page.html', 'closed', 'closed'],
    ['a return of the location', 'GET', 'site', '/return', 'closed', 200],
    ['a return of the server', 'GET', 'site', '/page.html?return', 'closed',
     200],
    ['a redirect of the location', 'GET', 'site', '/moved', 'closed', 301],
    ['an internal redirect', 'GET', 'site', '/try', 'closed', 'closed'],
    ['a request with subrequests', 'GET', 'site', '/auth', 'closed',
     'closed'],
    ['a host that is not configured', 'GET', 'nobody', '/page.html', 'closed',
     418],
    ['a method that is not allowed', 'FOO', 'site', '/page.html', 'closed',
     400],
    ['a location without web protection', 'GET', 'site', '/free.html',
     'closed', 200],
    ['a server that watches', 'GET', 'monitor', '/page.html', 200, 200],
    ['and its return', 'GET', 'monitor', '/return', 200, 200],
    ['a server without web protection', 'GET', 'off', '/page.html', 200, 200],
    ['a location with web protection in it', 'GET', 'off', '/on/page.html',
     'closed', 'closed'],
    ['and its return', 'GET', 'off', '/on/return', 200, 200],
    ['an exception that does not hold', 'GET', 'excepted', '/return',
     'closed', 200],
    ['an exception that holds', 'GET', 'excepted', '/return', 200, 200,
     'X-Friend: yes'],
    ['and for a page', 'GET', 'excepted', '/page.html', 200, 200,
     'X-Friend: yes'],
    ['and for a page through internal redirects', 'GET', 'excepted', '/try',
     200, 200, 'X-Friend: yes'],
    ['and for a page with subrequests', 'GET', 'excepted', '/auth', 200, 200,
     'X-Friend: yes'],
    ['an exception that needs the body', 'GET', 'form', '/return', 200, 200],
    ['which does not hold later', 'GET', 'form', '/page.html', 'closed',
     'closed'],
    ['an exception of the location', 'GET', 'inner', '/spared/page.html',
     'closed', 200, 'X-Friend: yes'],
);

for my $case ([$early, 4, 'early'], [$late, 5, 'late']) {
    my ($nginx, $column, $name) = @$case;

    $nginx->write_file('html/page.html', "page\n");
    $nginx->write_file('html/free.html', "free\n");
    mkdir $nginx->prefix() . "/html/$_" for qw(on spared);
    $nginx->write_file("html/$_/page.html", "page\n") for qw(on spared);
    $nginx->start();

    # ordinary visitors

    for my $request (@cases) {
        my ($what, $method, $host, $path, @rest) = @$request;

        next if grep { $_ eq $what }
            'a host that is not configured', 'a method that is not allowed';

        my $status = ask($nginx, '192.0.2.1', $method, $host, $path);
        like($status, qr/^(?:200|301)$/, "$name, nobody is banned: $what");
    }

    is(ask($nginx, '192.0.2.2', 'GET', 'site', '/page.html?ban'), 'closed',
       "$name: an address is banned");

    # before, there is no rule

    for my $request (@cases) {
        my ($what, $method, $host, $path) = @$request;

        is(ask($nginx, '192.0.2.2', $method, $host, $path, @$request[6 .. $#$request]),
           $request->[$column], "$name: $what");
    }

    is(ask($nginx, '192.0.2.1', 'GET', 'site', '/page.html'), 200,
       "$name: others are served");
    is(ask($nginx, '192.0.2.1', 'GET', 'nobody', '/page.html'), 418,
       "$name: or refused for what is wrong");
    is(ask($nginx, '192.0.2.1', 'FOO', 'site', '/page.html'), 400,
       "$name: as ever");
}

# IPv6, with its network

is(ask($early, '2001:db8::1', 'GET', 'site', '/page.html?ban'), 'closed',
   'an IPv6 address is banned');
is(ask($early, '2001:db8::2', 'GET', 'site', '/return'), 'closed',
   'with its /64');
is(ask($early, '2001:db8:1::1', 'GET', 'site', '/return'), 200,
   'and not others');

# HTTP/2

is(ask_http2($early, '192.0.2.1', 'site.example', '/return'), 200,
   'HTTP/2: a return');
is(ask_http2($early, '192.0.2.2', 'site.example', '/return'), 'closed',
   'HTTP/2: closed before it');
is(ask_http2($early, '192.0.2.2', 'nobody.example', '/'), 'closed',
   'HTTP/2: and before 418');
is(ask_http2($late, '192.0.2.2', 'nobody.example', '/'), 418,
   'HTTP/2: which comes without eo_waf_early');

# what is told of it

my @events = events($early, '/one-event');
is(scalar @events, 0, 'no event of a request that was not there');

ask($early, '192.0.2.9', 'GET', 'site', '/page.html?ban');
ask($early, '192.0.2.9', 'GET', 'site', '/try?one-event');
ask($early, '192.0.2.9', 'GET', 'nobody', '/two-events');

@events = events($early, '/try?one-event');
is(scalar @events, 1, 'an event for each request');
like($events[0], qr/"AttackSip":"192\.0\.2\.9".*"DisposalMethod":"BlockIP"
                    .*"EdgeResponseStatusCode":444
                    .*\{"RuleId":"scanner","RuleTypeName":"PreciseMatchRule",
                    "Action":"BlockIP"\}/x, 'which says what was done');
is(scalar(events($early, '/two-events')), 1, 'be the host known or not');

$early->wait_for(sub {
    $early->read_file('logs/access.log') =~ m{^nobody\.example/two-events }m
});

like($early->read_file('logs/access.log'),
     qr{^nobody\.example/two-events 444 CustomRule BlockIP scanner no_}m,
     'the variables have it');
like($early->read_file('logs/error.log'),
     qr/connection closed: the rule "scanner" has banned this address/,
     'and the error log');

# all workers, and after a reload

for my $time ('before', 'after') {
    my %pid;

    for (1 .. 200) {
        last if keys %pid == 2;

        is(ask($early, '192.0.2.2', 'GET', 'site', "/return?$time"), 'closed',
           "closed $time a reload") if $_ == 1;
        ask($early, '192.0.2.2', 'GET', 'site', "/return?$time") if $_ > 1;

        %pid = map { $_ => 1 } $early->read_file('logs/access.log')
            =~ m{^site\.example/return\?$time 444 .* (\d+)$}mg;
    }

    is(scalar keys %pid, 2, "by each worker, $time a reload");
    ok($early->reload(), 'a reload') if $time eq 'before';
}

# the directive

for my $case (['eo_waf_early maybe;', 'invalid value "maybe" in "eo_waf_early"'
               . ' directive, it must be "on" or "off"'],
              ['eo_waf_early on; eo_waf_early on;',
               '"eo_waf_early" directive is duplicate'],
              ['server { eo_waf_early on; }',
               '"eo_waf_early" directive is not allowed here'])
{
    like(EO::Nginx->new(configuration($case->[0]))->test(),
         qr/\Q$case->[1]\E/, $case->[0]);
}

like(EO::Nginx->new("events { }\nhttp { eo_waf_early on; eo_waf on; }\n")
         ->test(), qr/test is successful/, 'nothing that bans');

for my $nginx ($early, $late) {
    unlike($nginx->read_file('logs/error.log'),
           qr/exited on signal|AddressSanitizer|\[alert\]|runtime error/,
           'nothing has gone wrong by the log');
}

done_testing();


sub configuration {
    my ($directive) = @_;

    my $port = $directive eq '' ? '%PORT2%' : '%PORT%';
    my $http2 = $directive eq '' ? '%PORT3%' : '%PORT1%';

    return <<"END";
worker_processes 2;
events { worker_connections 64; }
http {
    eo on;
    eo_waf on;
    $directive
    root %PREFIX%/html;
    log_format why '\$host\$request_uri \$status \$eo_security_module '
                   '\$eo_security_action \$eo_security_rule_id '
                   '\$eo_edge_exception \$pid';
    access_log %PREFIX%/logs/access.log why;
    eo_security_log %PREFIX%/logs/security.log;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    eo_custom_rule scanner '\${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=10m;

    server {
        listen 127.0.0.1:$port default_server reuseport;
        listen 127.0.0.1:$http2 http2;
        server_name site.example;
        if (\$args = return) { return 200 "the server's\\n"; }
        location / { }
        location /return { return 200 "the location's\\n"; }
        location /moved { rewrite ^ http://other.example/ permanent; }
        location /try { try_files /none /page.html; }
        location /auth { auth_request /ask; try_files /page.html =404; }
        location /ask { return 204; }
        location /free.html { eo_waf off; }
    }
    server {
        listen 127.0.0.1:$port;
        server_name monitor.example;
        eo_waf monitor;
        location /return { return 200; }
    }
    server {
        listen 127.0.0.1:$port;
        server_name off.example;
        eo_waf off;
        location /on/ { eo_waf on; }
        location /on/return { return 200; }
    }
    server {
        listen 127.0.0.1:$port;
        server_name excepted.example;
        eo_exception friend '\${http.request.headers["x-friend"]} in ["yes"]'
                     skip=custom-rules;
        location / { }
        location /return { return 200; }
        location /try { try_files /none /page.html; }
        location /auth { auth_request /ask; try_files /page.html =404; }
        location /ask { return 204; }
    }
    server {
        listen 127.0.0.1:$port;
        server_name form.example;
        eo_exception form '\${http.request.body.form["friend"]} in ["yes"]'
                     skip=custom-rules;
        location / { }
        location /return { return 200; }
    }
    server {
        listen 127.0.0.1:$port;
        server_name inner.example;
        location /spared/ {
            eo_exception all '\${http.request.headers["x-friend"]} in ["yes"]'
                         skip=custom-rules;
        }
    }
}
END
}


sub connect_to {
    my ($port) = @_;

    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
                                 Proto => 'tcp') || die "connect: $!\n";
}


sub ask {
    my ($nginx, $address, $method, $host, $path, @fields) = @_;

    my $socket = connect_to($nginx->port() + ($nginx == $late ? 2 : 0));

    print $socket join "\r\n", "$method $path HTTP/1.1",
        "Host: $name{$host}", "X-Real-IP: $address", 'Connection: close',
        @fields, '', '';

    local $SIG{ALRM} = sub { die "no answer\n" };
    alarm 20;
    my $text = do { local $/; <$socket> };
    alarm 0;

    return 'closed' if !defined $text || $text eq '';
    return $text =~ m{\AHTTP/1\.1 (\d+)} ? $1 : "garbage: $text";
}


sub ask_http2 {
    my ($nginx, $address, $host, $path) = @_;

    my $socket = connect_to($nginx->port() + ($nginx == $late ? 3 : 1));
    my ($bytes, %answer) = ('');

    print $socket EO::HTTP2::preface(),
        EO::HTTP2::headers(1, 1, ':method' => 'GET', ':scheme' => 'http',
                           ':path' => $path, ':authority' => $host,
                           'x-real-ip' => $address);
    $socket->flush();

    local $SIG{ALRM} = sub { die "no answer\n" };
    alarm 20;

    until ($answer{1}{end} || defined $answer{1}{reset}) {
        sysread $socket, $bytes, 65536, length $bytes or last;
        %answer = EO::HTTP2::answers($bytes);
    }

    alarm 0;

    return $answer{1}{status} || 'closed';
}


sub events {
    my ($nginx, $uri) = @_;

    return grep { /"RequestUri":"\Q$uri\E"/ }
        split /\n/, $nginx->read_file('logs/security.log');
}
