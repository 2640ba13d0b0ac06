# Configuring an nginx tree with the suite in it, and making it.

# what every nginx build needs; each module adds its own in
# ngx_eo_*/debian-packages
build_packages='gcc make libc6-dev libpcre2-dev libssl-dev zlib1g-dev'

# the modules of a full build, near to what Debian's nginx has
nginx_options=(
    --with-compat
    --with-debug
    --with-file-aio
    --with-threads
    --with-pcre-jit
    --with-http_addition_module
    --with-http_auth_request_module
    --with-http_dav_module
    --with-http_gunzip_module
    --with-http_gzip_static_module
    --with-http_realip_module
    --with-http_secure_link_module
    --with-http_slice_module
    --with-http_ssl_module
    --with-http_stub_status_module
    --with-http_sub_module
    --with-http_v2_module
    --with-stream
    --with-stream_ssl_module
)

hardening='-g -O2 -fstack-protector-strong -Wformat -Werror=format-security
           -D_FORTIFY_SOURCE=2'

# nginx itself passes NULL with a length of 0 to functions that forbid it
sanitizers='-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined
            -fno-sanitize=nonnull-attribute -fno-sanitize-recover=undefined
            -DNGX_DEBUG_PALLOC=1 -DNGX_HAVE_NONALIGNED=0'

# clang has warnings that no release of nginx was written for, and finds fault
# with the empty string of nginx, NULL and a length of 0, and with handlers of
# another type of argument than their caller has
fuzz_sanitizers="$sanitizers -fsanitize=fuzzer-no-link -Wno-error
                 -fno-sanitize=pointer-overflow,function"

# build_nginx: everything from the options to the shared objects in $out
build_nginx() {
    # shellcheck disable=SC2046,SC2086
    need $build_packages $(packages_of "$top"/ngx_eo_*/debian-packages)
    choose_nginx

    exec 9>"$build/lock"
    flock 9

    prepare_tree
    configure_tree
    make_tree
    collect_modules
    make_programs

    exec 9>&-
}

configure_flags() {
    local cc=$hardening ld='-Wl,-z,relro -Wl,-z,now'
    local dynamic=dynamic-
    [ -z "$static" ] || dynamic=

    if [ -n "$asan" ]; then
        cc=$sanitizers
        ld=-fsanitize=address,undefined
    fi

    [ -z "$fuzz" ] || cc=$fuzz_sanitizers

    if [ -n "$from_source" ]; then
        flags=(
            "--prefix=$out" --sbin-path="$nginx_binary"
            --conf-path=nginx.conf --error-log-path=stderr
            --http-log-path=access.log --pid-path=nginx.pid
            --modules-path="$out"
            "${nginx_options[@]}"
        )

        if grep -q with-http_v3_module "$tree/auto/options"; then
            flags+=(--with-http_v3_module)
        fi

    else
        local NGX_CONF_FLAGS
        # shellcheck source=/dev/null
        . "$tree/conf_flags"
        flags=("${NGX_CONF_FLAGS[@]}")
    fi

    flags+=(
        "--with-cc-opt=$(tr -s '\n ' ' ' <<<"$cc ${EO_CC_OPT:-}")"
        "--with-ld-opt=$ld ${EO_LD_OPT:-}"
        "--add-${dynamic}module=$top" "--add-dynamic-module=$top/t/unit"
    )
}

# configure_inputs: all that a new configure would depend on, as text
configure_inputs() {
    printf '%s\n' "${flags[@]}" "CC=${CC:-}" "EO_MODULES=${EO_MODULES:-}"

    (
        cd "$top"
        find config ngx_eo_* t/unit \
            \( -name config -o -name '*.config' -o -name '*.html' \
               -o -name '*.css' -o -name '*.js' -o -name '*.sh' \) \
            -type f -exec sha256sum {} + | sort -k 2
        find ngx_eo_* t/unit -name '*.[ch]' | sort
    )
}

# configure_tree: runs configure if what it depends on has changed.  The
# headers that it writes keep their times when their content is the same, so
# that nginx itself is not compiled again.
configure_tree() {
    local flags=() header
    configure_flags

    if [ -f "$tree/objs/Makefile" ] && [ -f "$out/configured" ] \
        && cmp -s "$out/configured" <(configure_inputs)
    then
        return
    fi

    say "configuring nginx $nginx_version in ${tree#"$top/"}"
    rm -f "$out/configured"

    if ! cmp -s "$out/flags" <(printf '%s\n' "${flags[@]}" "${CC:-}"); then
        rm -rf "$tree/objs"
        printf '%s\n' "${flags[@]}" "${CC:-}" >"$out/flags"
    fi

    for header in ngx_auto_config.h ngx_auto_headers.h; do
        if [ -f "$tree/objs/$header" ]; then
            cp -p "$tree/objs/$header" "$tree/objs/$header.kept"
        fi
    done

    logged configure bash -c 'cd "$1" && shift && ./configure "$@"' \
        configure "$tree" "${flags[@]}"

    for header in ngx_auto_config.h ngx_auto_headers.h; do
        if cmp -s "$tree/objs/$header" "$tree/objs/$header.kept"; then
            mv "$tree/objs/$header.kept" "$tree/objs/$header"
        fi
    done

    configure_inputs >"$out/configured"
}

make_tree() {
    local target=modules
    [ -z "$from_source" ] || target=build

    if ! make -q -C "$tree" -f objs/Makefile "$target" >/dev/null 2>&1; then
        say "compiling in ${tree#"$top/"}"
    fi

    logged make make -C "$tree" -f objs/Makefile -j "$(jobs_at_once)" "$target"
}

jobs_at_once() {
    echo "${EO_JOBS:-$(nproc)}"
}

# collect_modules: puts what was made into $out
collect_modules() {
    local name file

    mapfile -t modules < <(modules_in_order)
    mapfile -t stream_modules < <(stream_modules_in_order)

    for name in "${modules[@]}" "${stream_modules[@]}" \
        ngx_http_eo_unit_module.so
    do
        put "$tree/objs/$name" "$out/$name"
    done

    # what an earlier build had and this one has not

    for file in "$out"/*.so; do
        case " ${modules[*]} ${stream_modules[*]} \
ngx_http_eo_unit_module.so " in
            *" ${file##*/} "*) ;;
            *) rm "$file" ;;
        esac
    done

    if [ -n "$from_source" ]; then
        put "$tree/objs/nginx" "$nginx_binary"
    fi

    for name in "${modules[@]}"; do
        echo "load_module $out/$name;"
    done >"$out/load_module.conf"
}

# stream_modules_in_order: the suite's shared objects of stream, which need
# nginx's stream to be loaded before, and are not in load_module.conf
stream_modules_in_order() {
    sed -n 's,^modules:.*objs/\(ngx_stream_eo_[a-z0-9_]*_module\.so\).*,\1,p' \
        "$tree/objs/Makefile"
}

# nginx_stream: nginx's own shared object of stream; empty if stream is built
# into nginx, fails if there is none
nginx_stream() {
    local file

    if "$nginx_binary" -V 2>&1 | tr ' ' '\n' | grep -qx -e --with-stream; then
        return
    fi

    file=$(target_nginx=$nginx_binary configured_path modules-path \
        /usr/lib/nginx/modules)/ngx_stream_module.so

    [ -f "$file" ] && echo "$file"
}

# make_programs: what a module has to run from the command line.  They take
# the headers of the tree that has been configured.
make_programs() {
    local name cflags='-O2 -g'
    [ -z "$asan" ] || cflags=$(tr -s ' \n' ' ' <<<"$sanitizers")

    # headers of nginx 1.25 and later include those of QUIC

    cflags+=" -I$tree/src/event/quic"

    for name in $(short_module_names) $(names_without_module); do
        if [ -f "$top/ngx_eo_$name/Makefile" ]; then
            logged "program-$name" make -C "$top/ngx_eo_$name" \
                NGX="$tree" OUT="$out" CFLAGS="$cflags"
        fi
    done
}

# names_without_module: of folders that have a program, and no module
names_without_module() {
    local dir

    for dir in "$top"/ngx_eo_*; do
        [ -f "$dir/module.config" ] || echo "${dir##*/ngx_eo_}"
    done
}

# program_names: of the programs in $out
program_names() {
    (
        cd "$out"
        for name in eo-*; do
            [ ! -x "$name" ] || echo "$name"
        done
    )
}

# short_module_names: of the modules that were built, as in "token_auth",
# core first
short_module_names() {
    if [ -n "$static" ]; then
        sed -n 's/^    "ngx_http_eo_\(.*\)_module",$/\1/p' \
            "$tree/objs/ngx_modules.c"
    else
        printf '%s\n' "${modules[@]}" \
            | sed 's/^ngx_http_eo_\(.*\)_module\.so$/\1/'
    fi
}

# modules_in_order: the suite's shared objects as configure added them, core
# first
modules_in_order() {
    sed -n 's,^modules:.*objs/\(ngx_http_eo_[a-z_]*_module\.so\).*,\1,p' \
        "$tree/objs/Makefile" | grep -v ngx_http_eo_unit_module || true
}
