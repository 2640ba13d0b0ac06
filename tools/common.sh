# What every part of build.sh uses: messages, running a command with its
# output kept in a file, and rights.

say() {
    printf '==> %s\n' "$*"
}

note() {
    printf '    %s\n' "$*"
}

# die MESSAGE [WHAT TO DO]...
die() {
    printf 'build.sh: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    exit 1
}

# logged NAME COMMAND...: runs with the output in build/log/NAME.log and
# shows the end of it if the command fails
logged() {
    local log=$build/log/$1.log
    shift

    mkdir -p "$build/log"

    if ! "$@" >"$log" 2>&1 </dev/null; then
        grep -E '(rror|ERROR):|Error [0-9]|^E: ' "$log" | head -n 20 >&2 \
            || tail -n 15 "$log" >&2
        die "failed: $1 ${2:-} ..." "the whole output is in $log"
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

can_become_root() {
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null
}

# put FILE TARGET: replaces TARGET if it differs, by a rename, so that a
# process that has the old one mapped keeps it
put() {
    if ! cmp -s "$1" "$2"; then
        cp "$1" "$2.new"
        mv -f "$2.new" "$2"
    fi
}

# port_free PORT: whether 127.0.0.1:PORT can be listened on
port_free() {
    perl -MIO::Socket::INET -e '
        exit !IO::Socket::INET->new(LocalAddr => "127.0.0.1",
                                    LocalPort => $ARGV[0],
                                    ReuseAddr => 1, Listen => 1)' "$1"
}

# free_ports FIRST COUNT: the first port at or above FIRST with COUNT free
# ones in a row
free_ports() {
    local first=$1 count=$2 i

    while [ "$first" -lt 60000 ]; do
        for ((i = 0; i < count; i++)); do
            port_free $((first + i)) || break
        done

        if [ "$i" -eq "$count" ]; then
            echo "$first"
            return
        fi

        first=$((first + i + 1))
    done

    die "no $count free ports in a row above $1 on 127.0.0.1"
}
