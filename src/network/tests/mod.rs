//! The solvers against each other and against the definition, on random networks.

mod agreement;

use proptest::test_runner::Config;

/// Few random cases by default, so that the suite stays quick; `PROPTEST_CASES` for more.
fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { failure_persistence: None, ..Config::with_cases(cases.unwrap_or(300)) }
}
