#!/usr/bin/env bash
# A wrapper of the compiler (RUSTC_WORKSPACE_WRAPPER) that counts, for libFuzzer, which parts of the crates of this
# workspace are reached. The flags are those of `cargo fuzz --sanitizer none`, which a stable toolchain has.
set -euo pipefail
flags=(
    --cfg fuzzing
    -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
)
# A build script is a program without libFuzzer.
case " $* " in *" --crate-name build_script_build "*) flags=() ;; esac
exec "$@" "${flags[@]}"
