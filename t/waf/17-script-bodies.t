# Request bodies that scripts ask for, in nginx's perl module and in njs: they
# find what they would find without web protection, be the body read before
# their turn or watched on its way.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::UNIX;
use Test::More;

use EO::HTTP2;
use EO::Nginx;

my $folder = '/usr/lib/nginx/modules';
my %module = (perl => "$folder/ngx_http_perl_module.so",
              js => "$folder/ngx_http_js_module.so");

# those of the system fit its own nginx alone

my @scripts = grep { loads($module{$_}) } sort keys %module;

plan(skip_all => 'neither perl nor njs for this nginx') unless @scripts;

my %mode = (
    off => 'eo_waf off;',
    managed => 'eo_managed_rules on;',
    watched => 'eo_managed_rules monitor;',
    monitor => 'eo_waf monitor; eo_managed_rules on;',
    form => q{eo_custom_rule f '${http.request.body.form["a"]} in ["evil"]'
              action=deny;},
    formwatched => q{eo_custom_rule f '${http.request.body.form["a"]} in
                     ["evil"]' action=monitor;},
);

my $nginx = EO::Nginx->new(configuration(), modules => [
    EO::Nginx->modules(), @module{@scripts}]);

$nginx->write_file('rules.conf', <<'END');
SecRequestBodyAccess On
SecRule ARGS:a "@streq evil" "id:100,phase:2,deny"
END

$nginx->write_file('Body.pm', <<'END');
package Body;

use nginx;

sub handler {
    my ($r) = @_;

    return $r->has_request_body(\&post) ? OK : 204;
}

sub post {
    my ($r) = @_;
    my ($body, $file) = ($r->request_body, $r->request_body_file);
    my $where = defined $body ? 'memory' : 'file';

    if (!defined $body) {
        open my $in, '<', $file or return 500;
        local $/;
        $body = <$in>;
    }

    $r->send_http_header('text/plain');
    $r->print(join ' ', $where, length $body, substr($body, 0, 8),
              substr($body, -3));
    return OK;
}

1;
END

$nginx->write_file('main.js', <<'END');
function handler(r) {
    var body = r.requestText;

    if (body === undefined) {
        r.return(204);
        return;
    }

    r.return(200, ['memory', body.length, body.slice(0, 8),
                   body.slice(-3)].join(' '));
}

export default {handler};
END

$nginx->start();

for my $script (@scripts) {
    for my $http ('1.1', '2') {
        for my $size (1, 1000, 9_000, 60_000) {
            next if $script eq 'js' && $size > 50_000;

            my $good = 'a=good&b=' . 'x' x $size . 'end';
            my $expect = ask($http, "/$script/off", $good);

            like($expect, qr/^200 (?:memory|file) \d+ a=good&b end$/,
                 "$script, HTTP/$http, $size bytes");

            for my $mode (grep { $_ ne 'off' } sort keys %mode) {
                my $name = "$script, HTTP/$http, $size bytes, $mode";
                my $answer = ask($http, "/$script/$mode", $good);

                # a body read ahead of its turn may be in a file sooner

                is($answer =~ s/^200 \w+/200/r, $expect =~ s/^200 \w+/200/r,
                   $name);

                my $evil = ask($http, "/$script/$mode", $good =~ s/good/evil/r);

                like($evil, $mode eq 'managed' ? qr/^566/
                            : $mode eq 'form' ? qr/^567/
                            : qr/^200 \w+ \d+ a=evil&b end$/,
                     "$name, with an attack");
            }
        }

        my $expect = ask($http, "/$script/off", '');

        like($expect, qr/^20[04] /, "$script, HTTP/$http, no body");
        is(ask($http, "/$script/$_", ''), $expect,
           "$script, HTTP/$http, no body, $_")
            for sort keys %mode;
    }
}

unlike($nginx->read_file('logs/error.log'),
       qr/exited on signal|AddressSanitizer|\[alert\]|\[crit\]|runtime error/,
       'nothing has gone wrong by the log');

done_testing();


sub loads {
    my ($module) = @_;

    return -e $module
           && EO::Nginx->new("events { }\n", modules => [$module])->test()
              =~ /test is successful/;
}


# The status, and the body of the answer.

sub ask {
    my ($http, $path, $body) = @_;

    my @fields = ('content-type' => 'application/x-www-form-urlencoded',
                  'content-length' => length $body);
    my $socket = IO::Socket::UNIX->new(
        Peer => $nginx->prefix() . "/edge-$http.sock") || die "$!\n";

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "$path: no answer\n" };
    alarm 20;

    if ($http eq '2') {
        my ($bytes, %answer) = ('');

        print $socket EO::HTTP2::preface(),
            EO::HTTP2::headers(1, !length $body, ':method' => 'POST',
                               ':scheme' => 'http', ':path' => $path,
                               ':authority' => 'localhost', @fields);

        while (length $body) {
            my $part = substr $body, 0, 10_000, '';
            print $socket EO::HTTP2::data(1, !length $body, $part);
        }

        $socket->flush();

        until ($answer{1}{end} || defined $answer{1}{reset}) {
            sysread $socket, $bytes, 65536, length $bytes or last;
            %answer = EO::HTTP2::answers($bytes);
        }

        alarm 0;
        return ($answer{1}{status} || 'none') . ' '
               . ($answer{1}{body} || '');
    }

    my $head = "POST $path HTTP/1.1\r\nHost: localhost\r\n"
        . "Connection: close\r\n";

    while (my ($name, $value) = splice @fields, 0, 2) {
        $head .= "$name: $value\r\n";
    }

    print $socket "$head\r\n$body";
    $socket->flush();

    my $text = do { local $/; <$socket> };
    alarm 0;

    return 'none' unless defined $text
        && $text =~ m{\AHTTP/1\.1 (\d+).*?\r\n\r\n(.*)\z}s;

    my ($status, $rest) = ($1, $2);

    return "$status "
           . ($text =~ /^Transfer-Encoding: chunked/mi
              && $rest =~ /\A[0-9a-f]+\r\n(.*?)\r\n/s ? $1 : $rest);
}


sub configuration {
    my $locations = '';

    for my $mode (sort keys %mode) {
        $locations .= "location /perl/$mode { $mode{$mode}"
            . " perl Body::handler; }\n" if grep { $_ eq 'perl' } @scripts;
        $locations .= "location /js/$mode { $mode{$mode}"
            . ' client_body_buffer_size 64k;'
            . " js_content main.handler; }\n" if grep { $_ eq 'js' } @scripts;
    }

    my $perl = grep({ $_ eq 'perl' } @scripts)
        ? "perl_modules %PREFIX%;\nperl_require Body.pm;\n" : '';
    my $js = grep({ $_ eq 'js' } @scripts)
        ? "js_path %PREFIX%;\njs_import main from main.js;\n" : '';

    return <<"END";
events { worker_connections 64; }
http {
    $perl
    $js
    access_log off;
    server {
        listen unix:%PREFIX%/edge-1.1.sock;
        listen unix:%PREFIX%/edge-2.sock http2;
        eo_waf on;
        eo_managed_rules_file %PREFIX%/rules.conf;
        $locations
    }
}
END
}
