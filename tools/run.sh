# ./build.sh run: an edge in the foreground, in front of a site or of the
# demo origin.  Everything it writes is in build/run/PORT/.

run_pids=()
origin_url=

run_edge() {
    choose_ports
    prepare_run
    at_exit stop_all

    if [ -n "$origin_url" ]; then
        front_site
    else
        front_demo
    fi

    # from here on the end of any of them is the end of all

    wait -n "${run_pids[@]}" || true
    die "a process ended by itself" "see the logs in $run"
}

# check_run [ORIGIN_URL]: what can be wrong with the arguments, before
# anything is built
check_run() {
    [ $# -le 1 ] || die "run takes one ORIGIN_URL" "see ./build.sh help"

    port=${PORT:-8080}
    [[ $port =~ ^[0-9]+$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 60000 ] \
        || die "PORT=$port is not a port between 1 and 60000"

    managed_rules=${MANAGED_RULES:-monitor}
    [[ $managed_rules =~ ^(on|off|monitor)$ ]] \
        || die "MANAGED_RULES=$managed_rules is not on, off or monitor"

    [ $# -eq 1 ] || return 0

    origin_url=${1%/}
    [[ $origin_url =~ ^https?://[A-Za-z0-9._-]+(:[0-9]+)?$ \
        || $origin_url =~ ^https?://\[[0-9a-fA-F:.]+\](:[0-9]+)?$ ]] \
        || die "$1 is not an origin to run in front of" \
               "http://HOST or https://HOST, with or without :PORT, no path"
}

# choose_ports: PORT, and free ones above it for the rest
choose_ports() {
    local first

    port_free "$port" || die "127.0.0.1:$port is taken, or not for you" \
        "try PORT=$((port < 1024 ? 8080 : port + 10)) ./build.sh run"

    first=$(free_ports $((port + 1)) 8)

    port_names=(TLS ORIGIN EXPIRED ECHO SILENT FULL CLOSED DNS)
    port_first=$first
}

port_of() {
    local i

    for i in "${!port_names[@]}"; do
        if [ "${port_names[i]}" = "$1" ]; then
            echo $((port_first + i))
        fi
    done
}

prepare_run() {
    local name

    run=$build/run/$port
    rm -rf "$run"
    mkdir -p "$run"/{edge,origin,http.d,server.d}

    make_certificates

    for name in $(short_module_names); do
        add_http_part "$name"
    done

    fill "$top/demo/edge.conf" "$run/edge.conf"
}

# fill TEMPLATE TARGET: puts in what stands between percent signs
fill() {
    local name attack=200
    local http2_parameter='' http2_directive='' user='' script=''

    # older nginx knows only the parameter, newer complains about it

    case $nginx_version in
        0.* | 1.?.* | 1.1?.* | 1.2[0-4].* | 1.25.0) http2_parameter=' http2' ;;
        *) http2_directive='http2 on;' ;;
    esac

    # workers of another user could not read below root's home

    [ "$(id -u)" -ne 0 ] || user='user root;'

    [ "$managed_rules" != on ] || attack=566

    for name in "${port_names[@]}"; do
        script+="s|%$name%|$(port_of "$name")|g;"
    done

    sed -e "$script" -e "s|%PORT%|$port|g; s|%RUN%|$run|g" \
        -e "s|%URL%|http://127.0.0.1:$port|g" \
        -e "s|%TLS_URL%|https://127.0.0.1:$(port_of TLS)|g" \
        -e "s|%MODULES%|$out|g; s|%DEMO%|$top/demo|g" \
        -e "s|%CONF%|$top/conf.d|g; s|%MANAGED_RULES%|$managed_rules|g" \
        -e "s|%ATTACK_STATUS%|$attack|g" \
        -e "s|%HTTP2_PARAMETER%|$http2_parameter|" \
        -e "s|%HTTP2_DIRECTIVE%|$http2_directive|; s|%USER%|$user|" \
        -e "s|%ORIGIN_URL%|$origin_url|" "$1" >"$2"
}

make_certificates() {
    need openssl
    logged certificates make_certificate_files
}

# edge.crt is good for the day; expired.crt has been good for January 2020
make_certificate_files() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
        -nodes -keyout "$run/edge.key" -out "$run/edge.crt" -days 1 \
        -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
        -nodes -keyout "$run/expired.key" -out "$run/expired.csr" \
        -subj /CN=127.0.0.1 \
    && printf '%s\n' '[ca]' 'default_ca = demo' '[demo]' \
        "database = $run/index.txt" "new_certs_dir = $run" \
        'rand_serial = yes' 'default_md = sha256' 'policy = any' '[any]' \
        'commonName = supplied' >"$run/ca.conf" \
    && : >"$run/index.txt" \
    && openssl ca -batch -selfsign -config "$run/ca.conf" -notext \
        -keyfile "$run/expired.key" -in "$run/expired.csr" \
        -out "$run/expired.crt" \
        -startdate 20200101000000Z -enddate 20200201000000Z
}

# start NAME COMMAND...: in the background, with its output in a log
start() {
    local name=$1
    shift

    "$@" >"$run/$name.log" 2>&1 </dev/null 9>&- &
    run_pids+=($!)
}

stop_all() {
    local pid

    for pid in "${run_pids[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done

    for pid in "${run_pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
}

# start_nginx NAME PORT: with the configuration NAME.conf, and waits until
# it listens
start_nginx() {
    local name=$1 i

    "$nginx_binary" -t -q -p "$run" -c "$run/$name.conf" \
        -e "$run/$name-error.log" \
        || die "the configuration $run/$name.conf does not hold"

    start "$name" "$nginx_binary" -p "$run" -c "$run/$name.conf" \
        -e "$run/$name-error.log"

    for ((i = 0; i < 100; i++)); do
        ! port_free "$2" || { sleep 0.1; continue; }
        return
    done

    die "nginx ($name) does not listen on port $2" \
        "see $run/$name.log and $run/$name-error.log"
}

front_site() {
    local host

    host=${origin_url#*://}
    fill "$top/demo/site.conf" "$run/server.d/site.conf"
    start_nginx edge "$port"

    say "the edge in front of $origin_url: http://127.0.0.1:$port/ and \
https://127.0.0.1:$(port_of TLS)/"
    print_logs
    echo
    echo "curl -i http://127.0.0.1:$port/    # as $host answers," \
        "with EO-LOG-UUID"
    echo
    say "Ctrl-C ends it"
}

front_demo() {
    local name

    make_header_files
    fill "$top/demo/origin.conf" "$run/origin.conf"

    for name in $(short_module_names); do
        add_server_part "$name"
    done

    start_faulty_origin
    start_nginx origin "$(port_of ORIGIN)"
    start_nginx edge "$port"

    say "an edge in front of a demo origin: http://127.0.0.1:$port/ and \
https://127.0.0.1:$(port_of TLS)/"
    print_logs
    print_curl_lines
    say "Ctrl-C ends it"
}

# add_http_part MODULE: its part of the http block, if there is one, and the
# packages that it wants
add_http_part() {
    local file=$top/demo/edge.d/$1

    # shellcheck disable=SC2046
    need $(packages_of "$file.packages")
    [ ! -f "$file.http.conf" ] || fill "$file.http.conf" "$run/http.d/$1.conf"
}

# add_server_part MODULE: its part of the server block, if the demo has one
add_server_part() {
    local file=$top/demo/edge.d/$1

    [ ! -f "$file.conf" ] || fill "$file.conf" "$run/server.d/$1.conf"
}

# headers that are too many, and too long, for "curl -H @FILE"
make_header_files() {
    local i long

    long=$(printf 'x%.0s' {1..4000})

    for ((i = 1; i <= 257; i++)); do
        echo "X-Demo-$i: $i"
    done >"$run/257-headers.txt"

    for ((i = 1; i <= 35; i++)); do
        echo "X-Demo-$i: $long"
    done >"$run/136k-of-headers.txt"
}

start_faulty_origin() {
    local i

    start faulty-origin perl "$top/demo/origin.pl" \
        echo="$(port_of ECHO)" silent="$(port_of SILENT)" \
        full="$(port_of FULL)" closed="$(port_of CLOSED)" \
        dns="$(port_of DNS)"

    for ((i = 0; i < 100; i++)); do
        ! grep -q ready "$run/faulty-origin.log" || return 0
        sleep 0.1
    done

    die "the faulty origin did not start" "see $run/faulty-origin.log"
}

print_logs() {
    note "errors:   $run/edge-error.log"
    note "requests: $run/edge-access.log"
}

print_curl_lines() {
    local name status expect arguments file

    echo
    need curl

    for name in $(short_module_names); do
        file=$top/demo/edge.d/$name.try
        [ -f "$file" ] || continue

        fill "$file" "$run/$name.try"

        while IFS='|' read -r expect arguments; do
            [[ $expect != '#'* ]] || continue
            status=${expect%% *}
            expect=${expect#* }
            printf '# %s %s\ncurl -i%s\n\n' "$status" "${expect% }" \
                "$arguments"
        done <"$run/$name.try"
    done
}
