//! The `updraft` program.
fn main() {}
