# Installing for the nginx found on the machine: the shared objects into its
# modules path, the configuration files of conf.d/ into the folder eo/ beside
# its nginx.conf, programs and their manual pages into /usr/local.  Nothing
# that nginx reads by itself is changed.

# configured_path OPTION DEFAULT: as the nginx found was configured
configured_path() {
    local value

    value=$("$target_nginx" -V 2>&1 | tr ' ' '\n' | sed -n "s/^--$1=//p")
    echo "${value:-$2}"
}

# check_modules: whether the nginx found accepts the shared objects
check_modules() {
    local dir=$build/check
    mkdir -p "$dir"

    {
        cat "$out/load_module.conf"
        echo "pid $dir/nginx.pid;"
        echo "error_log stderr;"
        echo "events { }"
    } >"$dir/nginx.conf"

    "$target_nginx" -t -q -p "$dir" -c "$dir/nginx.conf" >/dev/null \
        || die "$target_nginx does not accept the shared objects in $out" \
               "build them from its own source: --nginx-src DIR"
}

# install_file SOURCE FOLDER: keeps a file of the user's that differs, and
# puts the new one beside it
install_file() {
    local target=$2/${1##*/}

    if [ -f "$target" ] && ! cmp -s "$1" "$target"; then
        note "$target is yours and was kept; the new one is $target.new"
        target=$target.new
    fi

    as_root install -m 644 "$1" "$target"
}

install_modules() {
    local modules_path conf_path programs_path manuals_path name file

    target_nginx=$(system_nginx)
    [ -n "$target_nginx" ] || die "there is no nginx to install for"
    [ -z "$asan$static" ] || die "--asan and --static cannot be installed"
    can_become_root || die "installing takes root, and there is no sudo"
    check_modules

    modules_path=${DESTDIR:-}$(configured_path modules-path \
        "$(configured_path prefix /usr/local/nginx)/modules")
    conf_path=${DESTDIR:-}$(dirname "$(configured_path conf-path \
        "$(configured_path prefix /usr/local/nginx)/conf/nginx.conf")")/eo

    programs_path=${DESTDIR:-}/usr/local/bin
    manuals_path=${DESTDIR:-}/usr/local/share/man/man1

    say "installing into $modules_path, $conf_path and $programs_path"
    as_root install -d "$modules_path" "$conf_path" "$programs_path"

    for name in "${modules[@]}" "${stream_modules[@]}"; do
        as_root install -m 644 "$out/$name" "$modules_path/$name.new"
        as_root mv -f "$modules_path/$name.new" "$modules_path/$name"
    done

    for file in "$top"/conf.d/*.conf; do
        [ ! -f "$file" ] || install_file "$file" "$conf_path"
    done

    as_root install -d "$conf_path/bots"

    for file in "$top"/conf.d/bots/*; do
        install_file "$file" "$conf_path/bots"
    done

    for name in $(program_names); do
        as_root install -m 755 "$out/$name" "$programs_path/$name"

        for file in "$top"/ngx_eo_*/"$name.1"; do
            as_root install -D -m 644 "$file" "$manuals_path/$name.1"
        done
    done

    say "at the top of nginx.conf, in this order:"
    for name in "${modules[@]}"; do
        echo "load_module ${modules_path#"${DESTDIR:-}"}/$name;"
    done

    [ ${#stream_modules[@]} -gt 0 ] || return 0

    note "and for TCP and UDP, after nginx's own ngx_stream_module.so:"
    for name in "${stream_modules[@]}"; do
        echo "load_module ${modules_path#"${DESTDIR:-}"}/$name;"
    done
}
