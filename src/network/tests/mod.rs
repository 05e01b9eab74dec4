//! The solvers against each other and against the definition, on random networks.

mod agreement;

/// How many random cases: few by default, so that the suite stays quick; `PROPTEST_CASES` for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}
