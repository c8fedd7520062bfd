#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
    cat <<'END'
Usage: tests/run.sh [--long]

Everything that is tested, as CI does it. Installs what it needs where it may (apt as
root, npm and pip into target/servers); needs cargo. `cargo test` alone runs all that
needs only cargo.

  --long  after it, what CI leaves out: incidents of real servers that take minutes, and
          those that only root may set up (tests/real/long.rs)
  --help  this
END
}

long=
case "${1:-}" in
"") ;;
--long) long=1 ;;
-h | --help)
    usage
    exit 0
    ;;
*)
    echo "tests: '$1' is no option of tests/run.sh: --long or --help" >&2
    exit 2
    ;;
esac

. tests/need.sh

need ss iproute2
need setsid util-linux
need setpriv util-linux
need unshare util-linux
need ip iproute2
need tmux tmux
need victoria-metrics victoria-metrics
need promtool prometheus
need prometheus-alertmanager prometheus-alertmanager

echo "== format and lints"
cargo fmt --check
cargo clippy --all-targets --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet

echo "== tests"
# They wait more than they work, on sockets and screens.
cargo test --quiet -- --test-threads 3

echo "== memory after two weeks and every size of screen, beside the release build"
# The build has one core for minutes, these two the other.
slow() {
    cargo test --quiet --test memory -- --ignored fourteen_days
    cargo test --quiet --lib -- --ignored no_size_panics
}
slow > target/slow.txt 2>&1 &
slow=$!
cargo build --release --quiet
wait "$slow" || { cat target/slow.txt >&2; exit 1; }
# A filter that matches nothing is no success.
[ "$(grep -c '^test result: ok\. 1 passed' target/slow.txt)" -eq 2 ]

echo "== budgets of the release binary"
size=$(stat -c %s target/release/herdtop)
if [ "$size" -ge 12582912 ]; then
    echo "tests: the binary has $size bytes, the budget is 12 MiB" >&2
    exit 1
fi
export HERDTOP_BIN="$PWD/target/release/herdtop"
cargo test --quiet -- --ignored --skip real:: --skip fourteen_days --skip no_size_panics \
    --skip ten_thousand_listeners

# They wait more than they work: four at a time, whatever the cores.
real() { # filters
    cargo test --quiet --test tests -- --ignored --test-threads 4 "$@" | tee target/real.txt
    # A filter that matches nothing is no success.
    grep -Eq '^test result: ok\. [1-9][0-9]* passed; 0 failed; 0 ignored' target/real.txt
}

echo "== probes against real servers, and what goes wrong with them"
bash tests/servers/setup.sh
# Open faults, which --long shows: 10 000 listeners take 33.8 MB, 32 MiB are allowed; wrong
# in some runs is the total of a herd beside calm churn (449 of 400); between two waves of
# those told 1013 the lost worker leads again for a second, in one run of three.
open=(real::newcomers real::asked::those_told_1013)
real real:: --skip real::long "${open[@]/#/--skip=}"

if [ -n "$long" ]; then
    echo "== what takes minutes, or only root may set up, and what is open"
    real real::long "${open[@]}" ten_thousand_listeners
fi
