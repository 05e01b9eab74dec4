# Short names for what is done often; `just` lists them.

_default:
    @just --list

# Builds the program with every feature that release builds have.
build:
    bash live/build.sh
    cargo build --release --all-features

# Runs all tests that need only a Rust toolchain.
test *FILTER:
    cargo test {{FILTER}}

# Builds the Python package into target/python and runs its tests and notebooks.
python *ARGUMENTS:
    [ -x target/python/bin/python ] || python3 -m venv target/python
    target/python/bin/pip install --quiet --requirement python/tests/requirements.txt
    VIRTUAL_ENV="$PWD/target/python" target/python/bin/maturin develop --quiet --manifest-path python/Cargo.toml
    target/python/bin/python -m pytest --quiet python/tests {{ARGUMENTS}}

# The engine of live pages, for the feature `live`.
engine:
    bash live/build.sh

# Formatting and lints, as the gate asks for them.
lint:
    cargo fmt --all --check
    cargo clippy --all-targets --quiet -- -D warnings

# The whole gate.
gate:
    bash .ci/run

# Instruction counts and peak memory against the stored baselines.
bench-check:
    cargo bench --bench instructions -- --check
    cargo bench --bench memory -- --check

# Stores new baselines: commit them with the change that moves them.
bench-update:
    cargo bench --bench instructions -- --update
    cargo bench --bench memory -- --update
