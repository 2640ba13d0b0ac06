package EO::Node;

# An nginx of a test's own, for what declarative blocks cannot say: files that
# change while it runs, reloads, the memory of its processes.
#
#   my $node = EO::Node->new($http_block);  # in its own folder, $node->dir
#   $node->start();
#   $node->get('/path', 'Header: value');   # the response's body
#   $node->workers();                       # process ids
#   $node->log();                           # the error log so far
#   $node->reload();
#
# $PORT in the block is the port to listen at.  It is stopped when the object
# goes.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET;
use Time::HiRes qw(sleep time);

sub new {
    my ($class, $http, %options) = @_;

    my $self = bless {
        dir => tempdir('eo-node-XXXXXX', TMPDIR => 1, CLEANUP => 1),
        port => ($ENV{TEST_NGINX_SERVER_PORT} || 1984) + 7,
        binary => $ENV{TEST_NGINX_BINARY} || 'nginx',
        workers => $options{workers} || 2,
    }, $class;

    chmod 0755, $self->{dir};
    mkdir "$self->{dir}/$_" for qw(logs conf temp);

    $self->configure($http);

    return $self;
}

sub dir { $_[0]->{dir} }

sub configure {
    my ($self, $http) = @_;

    my $load = join '', map { "load_module $_;\n" }
        split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || '';

    my $user = $> == 0 ? 'user nobody nogroup;' : '';

    $http =~ s/\$PORT/$self->{port}/g;
    $http =~ s/\$DIR/$self->{dir}/g;

    my $temp = join "\n", map { "${_}_temp_path temp/$_;" }
        qw(client_body proxy fastcgi uwsgi scgi);

    open my $handle, '>', "$self->{dir}/conf/nginx.conf" or die $!;
    print $handle <<"_EOC_";
${load}$user
worker_processes $self->{workers};
pid logs/nginx.pid;
error_log logs/error.log notice;
events { worker_connections 64; }
http {
    access_log off;
    $temp
    $http
}
_EOC_
    close $handle;
}

sub run {
    my ($self, @arguments) = @_;

    my @command = ($self->{binary}, '-p', "$self->{dir}/",
                   '-c', 'conf/nginx.conf', '-e', 'logs/error.log',
                   @arguments);

    my $pid = fork();
    die "fork: $!" unless defined $pid;

    if ($pid == 0) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        exec @command or POSIX::_exit(127);
    }

    waitpid $pid, 0;

    return $? == 0;
}

sub start {
    my ($self) = @_;

    $self->run()
        && $self->wait_for(sub { $self->connect && $self->pid })
        or die "nginx does not start:\n" . $self->log;

    # the folder may be gone by the time that it is stopped
    $self->{master} = $self->pid;
    $self->{owner} = $$;

    return 1;
}

sub pid {
    my ($self) = @_;

    open my $handle, '<', "$self->{dir}/logs/nginx.pid" or return;
    my $pid = <$handle>;

    return unless defined $pid && $pid =~ /^(\d+)/;
    return $1;
}

sub workers {
    my ($self) = @_;

    my $pid = $self->pid or return;

    open my $handle, '<', "/proc/$pid/task/$pid/children" or return;

    return sort { $a <=> $b } split ' ', scalar(<$handle>) || '';
}

# the new workers are there and the old ones have gone
sub reload {
    my ($self) = @_;

    my %old = map { $_ => 1 } $self->workers;

    kill HUP => $self->pid;

    return $self->wait_for(sub {
        my @workers = $self->workers;
        @workers == $self->{workers} && !grep { $old{$_} } @workers;
    });
}

sub connect {
    my ($self) = @_;

    return IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                 PeerPort => $self->{port}, Timeout => 5);
}

sub get {
    my ($self, $path, @headers) = @_;

    my $socket = $self->connect or return;

    print $socket join "\r\n", "GET $path HTTP/1.0", 'Host: localhost',
        @headers, '', '';

    local $/;
    my $response = <$socket>;

    return unless defined $response;

    $response =~ s/.*?\r\n\r\n//s;
    return $response;
}

sub log {
    my ($self) = @_;

    open my $handle, '<', "$self->{dir}/logs/error.log" or return '';
    local $/;

    return scalar <$handle>;
}

# kilobytes of a process: RssAnon is what it has for itself
sub memory {
    my ($self, $pid, $what) = @_;

    open my $handle, '<', "/proc/$pid/status" or return 0;

    while (my $line = <$handle>) {
        return $1 if $line =~ /^\Q$what\E:\s+(\d+)/;
    }

    return 0;
}

sub descriptors {
    my ($self, $pid) = @_;

    my @names = glob "/proc/$pid/fd/*";

    return scalar @names;
}

# polls until the sub returns something true, for at most 30 seconds
sub wait_for {
    my ($self, $sub) = @_;

    my $until = time + 30;

    while (time < $until) {
        my $value = $sub->();
        return $value if $value;
        sleep 0.05;
    }

    return 0;
}

sub DESTROY {
    my ($self) = @_;

    my $pid = $self->{master};

    return unless defined $pid && $self->{owner} == $$;

    local $?;
    kill TERM => $pid;
    $self->wait_for(sub { !kill 0 => $pid });
}

1;
