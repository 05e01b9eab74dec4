//! Any bytes for the reader `source_list`.

#![no_main]

#[path = "../../tests/it/readers/targets.rs"]
#[allow(dead_code, reason = "each program has one target")]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::target("source_list")(bytes));
