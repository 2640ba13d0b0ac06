package EO::Defaults;

# What every test file of the suite sets on Test::Nginx::Socket, which it has
# to load before: the log at "info", so that a block's patterns meet what an
# operator reads; no alert or emergency in it; and the stock "location /",
# which serves the block's files, only where the block has none of its own.
# Under TEST_NGINX_USE_HUP, where nginx keeps running from block to block, the
# access log begins anew with each, as it does without.

use strict;
use warnings;

use Test::Nginx::Util ();

Test::Nginx::Util::log_level('info');
Test::Nginx::Util::no_root_location();

Test::Nginx::Util::add_block_preprocessor(sub {
    my ($block) = @_;

    my $config = $block->config;

    if (defined $config && $config !~ m{^\s*location\s+/\s*\{}m) {
        $block->set_value('config', "$config\n    location / {\n"
            . "        root html;\n        index index.html;\n    }\n");
    }

    return if defined $block->must_die || defined $block->no_error_log;

    $block->set_value('no_error_log', "[alert]\n[emerg]\n");
});


# Test::Nginx 0.32 writes "http2 on" from nginx 1.19.9 on, which nginx knows
# only since 1.25.1; between them the block's configuration is written as for
# an older nginx, with the parameter of "listen".

sub without_http2_directive {
    my ($version) = @_;

    return $version >= 1.019009 && $version < 1.025001 ? 1.019008 : $version;
}


{
    no warnings qw(redefine prototype);

    my $write_config_file = \&Test::Nginx::Util::write_config_file;

    *Test::Nginx::Util::write_config_file = sub {
        local $Test::Nginx::Util::NginxVersion
            = without_http2_directive($Test::Nginx::Util::NginxVersion);

        my $access_log = $Test::Nginx::Util::AccLogFile;
        truncate $access_log, 0 if -f $access_log;

        return $write_config_file->(@_);
    };
}

1;
