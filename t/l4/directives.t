# What "nginx -t" says of directives that are wrong, and of modules that are
# loaded in another order.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Nginx;
use EO::Stream;

my $server = 'server { listen 127.0.0.1:%PORT%; return ok;';

for (
    ['eo_l4 maybe;', 'invalid value "maybe"'],
    ['eo_l4_zone z 1k;', 'invalid size "1k" in "eo_l4_zone"'],
    ['eo_l4_group g 192.0.2.0/33;', '192\.0\.2\.0/33'],
    ['eo_l4_group g /nonexistent/list;', '/nonexistent/list'],
    ["eo_l4_rule r 'x' action=block;", 'invalid expression in "eo_l4_rule r"'],
    ["eo_l4_rule r '\${http.request.host} in [\"a\"]' action=block;",
     'unknown field "http\.request\.host"'],
    ["eo_l4_rule r '*' action=deny;",
     'invalid "action=deny" in "eo_l4_rule": it must be "block", "monitor" '
     . 'or "allow"'],
    ["eo_l4_rule r '*' priority=1;", '"eo_l4_rule r" has no "action="'],
    ["eo_l4_rule r '*' action=block priority=101;", 'it must be 0 to 100'],
    ["eo_l4_rule r '*' action=block colour=red;", 'invalid parameter'],
    ["eo_l4_rule r '\${l4.client.ip} in [\${security.ip_group[\"no\"]}]' "
     . 'action=block;', 'there is no "eo_l4_group" of that name'],
    ['eo_l4_limit l by=address rate=1 action=block;', 'needs "zone="'],
    ['eo_l4_limit l zone=z rate=1;', 'needs "action="'],
    ['eo_l4_limit l zone=z action=block;', 'needs one of "connections="'],
    ['eo_l4_limit l zone=z rate=0 action=block;', '"rate=0"'],
    ['eo_l4_limit l zone=z rate=1 period=2h action=block;', '1ms to 1h'],
    ['eo_l4_limit l zone=z rate=1 by=host action=block;', '"by=host"'],
    ['eo_l4_limit l zone=z rate=1 by=prefix/33/64 action=block;',
     '"by=prefix/33/64"'],
    ['eo_l4_limit l zone=z bytes=1m action=throttle;',
     'may throttle "rate=" only'],
    ['eo_l4_limit l zone=z rate=1 delay=1s action=block;',
     '"delay=" without "action=throttle"'],
    ['eo_l4_limit l zone=z connections=1 duration=1s action=block;',
     'has "duration="'],
    ['eo_l4_limit l zone=z rate=1 action=allow;',
     '"block", "monitor" or "throttle"'],
    ['eo_l4_payload 0;', 'invalid size "0" in "eo_l4_payload"'],
    ['eo_l4_payload 8 wait=2m;', 'invalid parameter "wait=2m"'],
    ['eo_l4_payload 8; eo_l4_payload 9;', '"eo_l4_payload" directive is dup'],
    [join("\n", map { "eo_l4_limit l$_ zone=z rate=1 action=block;" } 1 .. 17),
     'a server has 17 "eo_l4_limit"'],
) {
    my ($directive, $message) = @$_;
    my $zone = $directive =~ /eo_l4_zone/ ? '' : 'eo_l4_zone z 1m;';
    my $text = EO::Stream::says("$zone $directive $server }");

    like($text, qr/$message/, $directive =~ /\n/ ? '17 limits' : $directive);
    isnt($?, 0, 'is refused');
}

like(EO::Stream::says("eo_l4_limit l zone=z rate=1 action=block; $server }"),
     qr/zero size shared memory zone "z"/, 'a zone that is not declared');

# load_module

my @stream = EO::Stream::modules();
my @http = EO::Nginx->modules;
my $l4 = $stream[-1] || '';

SKIP: {
    skip 'stream is built into this nginx', 6 if @stream < 2;

    my $text = EO::Nginx->new("events { }\nstream { }\n",
                              modules => [@http, reverse @stream])->test();
    isnt($?, 0, 'before ngx_stream_module.so');
    like($text, qr/needs nginx's stream: put the "load_module" line of ngx_s/,
         'says so');

    $text = EO::Nginx->new("events { }\n", modules => [@http, $l4])->test();
    isnt($?, 0, 'without ngx_stream_module.so');
    like($text, qr/libnginx-mod-stream/, 'says what to install');

    $text = EO::Nginx->new("events { }\nstream { }\n",
                           modules => [@stream])->test();
    isnt($?, 0, 'without core');
    like($text, qr/needs ngx_http_eo_core_module\.so|undefined symbol/,
         'says what it needs');
}

done_testing();
