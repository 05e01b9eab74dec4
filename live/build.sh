#!/usr/bin/env bash
# Builds the engine of the live page as WebAssembly: target/live/updraft-live.wasm.gz, which the cargo feature `live`
# puts into the program.
#
# With the target wasm32-unknown-unknown of the toolchain, which rustup adds if it is missing, or else with Debian's
# packages, which are installed if they are missing and the user is root. `build.sh debian` uses the latter.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_INCREMENTAL=0
build() {
    cargo=$1
    shift
    "$cargo" build --quiet --locked --package updraft-live --profile live --target "$target" "$@"
}
target=wasm32-unknown-unknown
packages=(rustc-web cargo-web rust-web-src lld-22)

has_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; }
if [ "${1:-}" != debian ] && ! has_target && command -v rustup >/dev/null; then
    rustup --quiet target add "$target" || echo "rustup could not add $target"
fi
if [ "${1:-}" != debian ] && has_target; then
    export CARGO_TARGET_DIR=target/live
    build cargo
else
    # The same target directory would be built again for each compiler.
    export CARGO_TARGET_DIR=target/live/debian
    missing=()
    for package in "${packages[@]}"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        apt-get update -qq || echo "the list of packages could not be updated"
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || {
            echo "error: the engine needs the target $target (rustup target add $target)," \
                "or Debian's packages ${packages[*]} (bookworm-security)" >&2
            exit 1
        }
    fi
    # Debian has no compiled standard library for this target; cargo builds it from its sources, without backtraces,
    # which a page does not have.
    export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
    build /usr/bin/cargo -Zbuild-std=std,panic_abort -Zbuild-std-features=
fi
gzip -9nc "$CARGO_TARGET_DIR/$target/live/updraft_live.wasm" >target/live/updraft-live.wasm.gz.new
mv target/live/updraft-live.wasm.gz.new target/live/updraft-live.wasm.gz
echo "target/live/updraft-live.wasm.gz: $(wc -c <target/live/updraft-live.wasm.gz) bytes"
