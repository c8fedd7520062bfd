# Sourced: what the tests need of the machine.

fresh_lists() { # once a run, where we may
    [ -n "${lists_are_fresh:-}" ] && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && apt-get update -qq
    lists_are_fresh=1
}

apt_install() { # Debian package
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        fresh_lists
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null
    fi
}

need() { # command, Debian package
    command -v "$1" >/dev/null 2>&1 && return
    apt_install "$2"
    command -v "$1" >/dev/null 2>&1 || { echo "tests: '$1' is missing; install $2" >&2; exit 1; }
}
