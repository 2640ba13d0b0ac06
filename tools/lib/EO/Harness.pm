package EO::Harness;

# prove's harness with one line more at the end, "N passed, N failed", which
# is over all test points of all files.  What keeps a file from having its
# say (it died, or left out planned tests) counts as failed too, and so does
# each report of a sanitizer in the folder EO_SANITIZER_REPORTS; a run without
# any test is a failed one.
#
# Test files wait more than they work, so several run at once, each with ports
# and a folder of its own.

use strict;
use warnings;

use parent 'TAP::Harness';

use List::Util qw(max);

use constant REPORT_LINES => 40;

# no test file uses more, counted from TEST_NGINX_SERVER_PORT
use constant PORTS_PER_FILE => 40;

sub new {
    my ($class, $arguments) = @_;

    my $port = $ENV{TEST_NGINX_SERVER_PORT};
    my $folder = $ENV{TEST_NGINX_SERVROOT};
    my $number = 0;

    $arguments->{exec} = sub {
        my (undef, $file) = @_;
        my $own = $number++;

        return ['env',
                'TEST_NGINX_SERVER_PORT=' . ($port + $own * PORTS_PER_FILE),
                "TEST_NGINX_SERVROOT=$folder/$own",
                $^X, $file];
    };

    return $class->SUPER::new($arguments);
}

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

    $failed += sanitizer_reports();
    $failed ||= 1 if !$passed;

    printf "%d passed, %d failed\n", $passed, $failed;

    # prove itself knows nothing of the reports

    exit 1 if $failed;
}

# shows the beginning of each report, returns how many there are
sub sanitizer_reports {
    my $folder = $ENV{EO_SANITIZER_REPORTS} or return 0;
    my @reports = grep { -s } glob "$folder/*";

    for my $report (@reports) {
        open my $handle, '<', $report or next;
        print "--- $report\n";

        while (<$handle>) {
            last if $. > REPORT_LINES;
            print;
        }
    }

    return scalar @reports;
}

1;
