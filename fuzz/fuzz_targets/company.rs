//! A random company, spelled by the bytes, under the laws and against the reference solver.

#![no_main]

#[path = "../../tests/it/laws/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the plain tests use more of it")]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::company_of_bytes(bytes));
