package EO::Node;

# An EO::Nginx for files that change while it runs and for the memory of its
# processes: two workers with the rights of nobody.
#
#   my $node = EO::Node->new($http_block);  # in its own folder, $node->dir
#   $node->start();
#   $node->get('/path', 'Header: value');   # the response's body
#   $node->workers();                       # process ids
#   $node->log();                           # the error log so far
#   $node->reload();                        # the old workers have gone
#
# $PORT in the block is the port to listen at, $DIR the folder.

use strict;
use warnings;

use parent 'EO::Nginx';

my $WORKERS = 2;


sub new {
    my ($class, $http) = @_;

    $http =~ s/\$PORT/%PORT%/g;
    $http =~ s/\$DIR/%PREFIX%/g;

    my $temp = join "\n", map { "${_}_temp_path %PREFIX%/temp/$_;" }
        qw(client_body proxy fastcgi uwsgi scgi);

    my $self = $class->SUPER::new(<<"_EOC_", user => 'nobody nogroup');
worker_processes $WORKERS;
events { worker_connections 64; }
http {
    access_log off;
    $temp
    $http
}
_EOC_

    mkdir "$self->{prefix}/temp";

    return $self;
}


sub dir { return $_[0]->prefix() }
sub log { return $_[0]->read_file('logs/error.log') }


# whether nginx, called with these arguments, ends well

sub run {
    my ($self, @arguments) = @_;

    my $command = $self->command(@arguments);
    `$command 2>&1`;

    return $? == 0;
}


sub workers {
    my ($self) = @_;

    my $master = $self->pid() or return;

    my @workers = sort { $a <=> $b } $self->children($master);

    return @workers;
}


sub reload {
    my ($self) = @_;

    my %old = map { $_ => 1 } $self->workers();

    kill 'HUP', $self->pid();

    return $self->wait_for(sub {
        my @workers = $self->workers();
        @workers == $WORKERS && !grep { $old{$_} } @workers;
    });
}


sub get {
    my ($self, $path, @headers) = @_;

    my $answer = $self->SUPER::get($path, @headers);

    return unless defined $answer;

    $answer =~ s/.*?\r\n\r\n//s;
    return $answer;
}


# kilobytes of a process: RssAnon is what it has for itself

sub memory {
    my ($self, $pid, $what) = @_;

    open my $in, '<', "/proc/$pid/status" or return 0;

    while (my $line = <$in>) {
        return $1 if $line =~ /^\Q$what\E:\s+(\d+)/;
    }

    return 0;
}


sub descriptors {
    my ($self, $pid) = @_;

    my @names = glob "/proc/$pid/fd/*";

    return scalar @names;
}


sub wait_for {
    my ($self, $condition) = @_;

    return $self->SUPER::wait_for($condition, 30);
}

1;
