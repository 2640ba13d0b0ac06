package EO::Harness;

# prove's harness with one line more at the end, "N passed, N failed", which
# is over all test points of all files.  What keeps a file from having its
# say (it died, or left out planned tests) counts as failed too; a run
# without any test is a failed one.

use strict;
use warnings;

use parent 'TAP::Harness';

use List::Util qw(max);

sub summary {
    my ($self, $aggregate, @rest) = @_;

    $self->SUPER::summary($aggregate, @rest);

    my ($passed, $failed) = (0, 0);

    for my $parser ($aggregate->parsers) {
        my $good = $parser->passed;
        my $bad = $parser->failed;
        my $planned = $parser->tests_planned || 0;

        $bad += max(0, $planned - $good - $bad);
        $bad++ if !$bad && $parser->has_problems;

        $passed += $good;
        $failed += $bad;
    }

    $failed ||= 1 if !$passed;

    printf "%d passed, %d failed\n", $passed, $failed;
}

1;
