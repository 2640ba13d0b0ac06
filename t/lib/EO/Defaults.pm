package EO::Defaults;

# What every test file of the suite sets on Test::Nginx::Socket, which it has
# to load before: the log at "info", so that a block's patterns meet what an
# operator reads; and no alert or emergency in it.

use strict;
use warnings;

use Test::Nginx::Util ();

Test::Nginx::Util::log_level('info');

Test::Nginx::Util::add_block_preprocessor(sub {
    my ($block) = @_;

    return if defined $block->must_die || defined $block->no_error_log;

    $block->set_value('no_error_log', "[alert]\n[emerg]\n");
});

1;
