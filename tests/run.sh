#!/usr/bin/env bash
# Everything that is tested, as CI does it. Installs what it needs where it may
# (apt as root); needs cargo. `cargo test` alone runs all that needs only cargo.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # command, Debian package
    command -v "$1" >/dev/null 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq && apt-get install -y -qq "$2" >/dev/null
    fi
    command -v "$1" >/dev/null 2>&1 || { echo "tests: '$1' is missing; install $2" >&2; exit 1; }
}
need ss iproute2
need setsid util-linux
need setpriv util-linux

echo "== format and lints"
cargo fmt --check
cargo clippy --all-targets --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet

echo "== tests"
cargo test --quiet

echo "== budgets of the release binary"
cargo build --release --quiet
size=$(stat -c %s target/release/herdtop)
if [ "$size" -ge 8388608 ]; then
    echo "tests: the binary has $size bytes, the budget is 8 MiB" >&2
    exit 1
fi
HERDTOP_BIN="$PWD/target/release/herdtop" cargo test --quiet -- --ignored
