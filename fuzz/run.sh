#!/usr/bin/env bash
# Builds all fuzz targets and runs each for some seconds (20 by default), as many at once as there are processors,
# over its corpus and the examples of imports. Further arguments are flags of libFuzzer: with `-seed=1` the inputs are the
# same in every run of a build. A stable toolchain is enough; with the `dev` profile, the
# default, assertions are on and dependencies are those of the tests. New inputs go to a temporary folder, so the corpora
# stay small; an input that fails is kept in `fuzz/artifacts`.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds="${1:-20}" flags="${*:2}"
RUSTC_WORKSPACE_WRAPPER="$PWD/fuzz/coverage.sh" cargo build --quiet --package updraft-fuzz
found="$(mktemp -d)"
export found
trap 'rm -rf "$found"' EXIT

fuzz() {
    corpora=("$found/$1" "fuzz/corpus/$1")
    case "$1" in inventory | workbook | map) corpora+=(tests/data/imports/formats) ;; esac
    mkdir -p "$found/$1" "fuzz/artifacts/$1"
    if ! "target/debug/$1" "${corpora[@]}" -artifact_prefix="fuzz/artifacts/$1/" \
        -max_total_time="$seconds" $flags -rss_limit_mb=2048 -timeout=20 >"$found/$1.log" 2>&1; then
        cat "$found/$1.log"
        exit 255
    fi
    echo "$1: $(tail -n 1 "$found/$1.log")"
}
export -f fuzz
sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"$/\1/p' fuzz/Cargo.toml |
    xargs -P "$(nproc)" -I '{}' bash -euo pipefail -c 'fuzz {}'
