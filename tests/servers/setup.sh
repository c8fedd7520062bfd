#!/usr/bin/env bash
# Installs the servers the probes are tested against, at the versions pinned
# beside this file, into one folder: npm's ws, a Python environment with Django
# Channels, daphne, uvicorn and gunicorn, nginx and HAProxy. The folder is kept until
# this file or a version changes.
set -euo pipefail
cd "$(dirname "$0")"
. ../need.sh
into=${HERDTOP_TEST_SERVERS:-$PWD/../../target/servers}

need node nodejs
need npm npm
need openssl openssl
# Debian's listens on nothing until it is told to.
need haproxy haproxy
need python3 python3-venv
python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv

versions=$(python3 --version; cat setup.sh package-lock.json requirements.txt | sha256sum)
if [ "$(cat "$into/versions" 2>/dev/null)" = "$versions" ]; then
    exit 0
fi
mkdir -p "$into"
into=$(cd "$into" && pwd)
rm -rf "$into/versions" "$into/node_modules" "$into/venv" "$into/usr" "$into/bin"
mkdir "$into/bin"

echo "== servers to test against, into $into"
cp package.json package-lock.json "$into"
(cd "$into" && npm ci --loglevel=error --ignore-scripts --no-audit --no-fund)
python3 -m venv "$into/venv"
"$into/venv/bin/pip" install --quiet --requirement requirements.txt

# Unpacked, not installed: Debian's package starts a server on port 80.
if command -v nginx >/dev/null 2>&1; then
    ln -s "$(command -v nginx)" "$into/bin/nginx"
else
    fresh_lists
    rm -f "$into"/nginx_*.deb
    # As ourselves: apt's own user may not write into our folder, and apt warns.
    (cd "$into" && apt-get -o APT::Sandbox::User=root download -qq nginx && dpkg-deb -x nginx_*.deb .)
    ln -s ../usr/sbin/nginx "$into/bin/nginx"
fi
"$into/bin/nginx" -v
ln -s "$(command -v haproxy)" "$into/bin/haproxy"
"$into/bin/haproxy" -v | head -1

echo "$versions" >"$into/versions"
