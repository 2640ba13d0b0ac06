# The regression tests of the Core Rule Set 4 (EO::CRS).
#
# CRS4_TESTS names the folder of their YAML files.  The rules are those of
# CRS4_RULES and CRS4_SETUP; without them those beside the tests, as the rule
# set's repository has them, and else those of Debian's package
# modsecurity-crs, if they are of version 4.  A test that fails for a reason
# which is not the engine's is in crs-4-misses.txt.

use strict;
use warnings;

use lib 't/lib';
use EO::CRS;

my $tests = $ENV{CRS4_TESTS} || '';
my ($beside) = grep { length $tests && -d "$_/rules" }
    map { "$tests/$_" } '..', '../..', '../../..';

(my $misses = __FILE__) =~ s{[^/]*$}{crs-4-misses.txt};

EO::CRS::run(
    tests => $tests,
    rules => $ENV{CRS4_RULES} || ($beside ? "$beside/rules"
                                          : '/usr/share/modsecurity-crs/rules'),
    setup => $ENV{CRS4_SETUP} || setup_file(),
    overrides => $ENV{CRS4_OVERRIDES} || overrides_file(),
    misses => $misses,
    known_for => '',
    major => '4.',
    only => 1,
    at_least => 2426,
);


sub setup_file {
    my ($found) = grep { -f } map { $beside ? "$beside/$_" : () }
        'crs-setup.conf', 'crs-setup.conf.example';

    return $found || '/etc/modsecurity/crs/crs-setup.conf';
}


sub overrides_file {
    my ($found) = grep { -f } map { $beside ? "$beside/$_" : () }
        'nginx-overrides.yaml', 'tests/regression/nginx-overrides.yaml';

    return $found || '';
}
