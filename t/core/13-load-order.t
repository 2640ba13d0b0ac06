# A sibling that is loaded before the core module, or without it, says so.

use strict;
use warnings;

use lib 't/lib';
use Test::More;

use EO::Nginx;

my $config = "events { }\nhttp { server { listen 127.0.0.1:%PORT%; } }\n";

my @modules = EO::Nginx->modules();
my ($core) = grep { /ngx_http_eo_core_module\.so$/ } @modules;
my @siblings = grep { !/ngx_http_eo_core_module\.so$/ } @modules;

plan skip_all => 'the modules are compiled in' unless defined $core;

my $out = EO::Nginx->new($config, modules => [$core])->test();
is($?, 0, 'the core module alone') or diag $out;

for my $sibling (@siblings) {
    my ($name) = $sibling =~ m{([^/]+)$};

    $out = EO::Nginx->new($config, modules => [$core, $sibling])->test();
    is($?, 0, "$name after the core module") or diag $out;

    for my $order ([$sibling], [$sibling, $core]) {
        my $title = @$order > 1 ? 'before' : 'without';

        $out = EO::Nginx->new($config, modules => $order)->test();
        isnt($?, 0, "$name $title the core module is refused");
        like($out, qr/\[emerg\] .*\Q$name\E needs ngx_http_eo_core_module\.so/,
             "$name $title the core module says what it needs");
    }
}

# the order among siblings is free

if (@siblings > 1) {
    $out = EO::Nginx->new($config, modules => [$core, reverse @siblings])->test();
    is($?, 0, 'the siblings in another order') or diag $out;
}

done_testing();
