#!/usr/bin/env bash
# Builds all fuzz targets and runs each for some seconds (20 by default) over its corpus and the examples of imports.
# It needs cargo-fuzz and a nightly toolchain. New inputs go to a temporary folder, so the corpora stay small.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-20}"
found="$(mktemp -d)"
trap 'rm -rf "$found"' EXIT
cargo +nightly fuzz build
for target in $(cargo +nightly fuzz list); do
    corpora=("$found/$target" "fuzz/corpus/$target")
    case "$target" in inventory | workbook | map) corpora+=(tests/data/imports/formats) ;; esac
    mkdir -p "$found/$target"
    echo "== $target"
    cargo +nightly fuzz run "$target" "${corpora[@]}" -- -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20
done
