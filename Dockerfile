# A static program alone: docker build -t updraft . && docker run --rm -v "$PWD:/work" updraft check scenario.toml
FROM rust:1.95.0 AS build
RUN rustup target add x86_64-unknown-linux-musl wasm32-unknown-unknown && \
    apt-get update -qq && apt-get install -y -qq --no-install-recommends musl-tools
WORKDIR /source
COPY . .
RUN bash live/build.sh
RUN cargo build --release --locked --all-features --target x86_64-unknown-linux-musl

FROM scratch
COPY --from=build /source/target/x86_64-unknown-linux-musl/release/updraft /updraft
WORKDIR /work
ENTRYPOINT ["/updraft"]
