//! Stored numbers that must not rise: one line a case, in a file that a change updates in the same commit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// A rise of up to so many per mille passes: processors differ in the paths of the C library.
const TOLERATED: u64 = 20;

/// What is done with the numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// They are shown beside the stored ones.
    Show,
    /// A number that rose fails.
    Check,
    /// They become the stored ones.
    Update,
}

impl Action {
    /// As `--check` or `--update` ask.
    pub(crate) fn of_arguments() -> Self {
        let has = |flag: &str| std::env::args().any(|word| word == flag);
        match (has("--update"), has("--check")) {
            (true, _) => Self::Update,
            (_, true) => Self::Check,
            _ => Self::Show,
        }
    }
}

/// Numbers by case, as they are stored.
pub(crate) struct Baseline {
    path: PathBuf,
    /// What the numbers count, for people.
    unit: &'static str,
    stored: BTreeMap<String, u64>,
}

impl Baseline {
    /// That of `results/bench/FILE`; empty if there is none.
    pub(crate) fn load(file: &str, unit: &'static str) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("results/bench").join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let row = |line: &str| {
            let (case, number) = line.split_once(',')?;
            Some((case.to_string(), number.trim().parse().ok()?))
        };
        Self { path, unit, stored: text.lines().filter_map(row).collect() }
    }

    /// Shows, checks or stores `measured`; whether none rose too far.
    pub(crate) fn conclude(&self, measured: &BTreeMap<String, u64>, action: Action) -> ExitCode {
        let mut failures = Vec::new();
        println!("{:45} {:>16} {:>16} {:>8}", "case", self.unit, "stored", "change");
        for (case, number) in measured {
            let stored = self.stored.get(case);
            let change = stored.map_or("new".into(), |stored| change(*number, *stored));
            let shown = stored.map_or(String::new(), u64::to_string);
            println!("{case:45} {number:16} {shown:>16} {change:>8}");
            match stored {
                None => failures.push(format!("{case} has no stored number")),
                Some(stored) if *number > stored + stored * TOLERATED / 1000 => {
                    failures.push(format!("{case} rose by {change}: {stored} to {number}"));
                }
                Some(_) => {}
            }
        }
        let gone = self.stored.keys().filter(|case| !measured.contains_key(*case));
        failures.extend(gone.map(|case| format!("{case} is stored and no longer measured")));
        match action {
            Action::Show => ExitCode::SUCCESS,
            Action::Update => {
                let mut text = format!("case,{}\n", self.unit);
                for (case, number) in measured {
                    let _ = writeln!(text, "{case},{number}");
                }
                fs::create_dir_all(self.path.parent().expect("a folder")).expect("a folder");
                fs::write(&self.path, text).expect("a writable file");
                println!("stored in {}", self.path.display());
                ExitCode::SUCCESS
            }
            Action::Check if failures.is_empty() => ExitCode::SUCCESS,
            Action::Check => {
                for failure in &failures {
                    println!("FAILED: {failure}");
                }
                println!(
                    "If the change is worth it, store the new numbers in the same commit: the same \
                     command with --update instead of --check"
                );
                ExitCode::FAILURE
            }
        }
    }
}

/// "+1.5 %".
fn change(now: u64, before: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let percent = 100.0 * (now as f64 - before as f64) / before.max(1) as f64;
    format!("{percent:+.2} %")
}
