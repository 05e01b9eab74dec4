//! The work of every list that is read or run, in instructions: of a list twice as long it is at most 2.3 times as much.
//! Needs `valgrind`, which runs this program again; see `left_out` if it is missing.
//!
//! `UPDRAFT_LISTS` selects the lists whose names contain it.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use crate::lists::{List, Work, all};

/// The argument before the names of lists.
pub(crate) const CASES: &str = "--lists";
/// The length; the other is twice as long.
const LENGTH: usize = 400;

/// Does the work of some lists at both lengths; only that is counted.
pub(crate) fn carry_out(names: &[String]) -> ExitCode {
    for name in names {
        let list = all().find(|list| list.name == *name).expect("a list of this name");
        for length in [LENGTH, 2 * LENGTH] {
            measured((list.at)(length));
        }
    }
    ExitCode::SUCCESS
}

#[inline(never)]
fn measured(work: Work) {
    work();
    black_box(());
}

/// Runs the suite; returns whether it passed.
pub(crate) fn passes() -> bool {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return crate::has_passed("growth", crate::left_out("valgrind is missing"));
    }
    let wanted = std::env::var("UPDRAFT_LISTS").unwrap_or_default();
    let lists: Vec<String> =
        all().map(|list: List| list.name).filter(|name| name.contains(&wanted)).collect();
    // Valgrind takes seconds to load this program, so each process counts many lists.
    let processes = thread::available_parallelism().map_or(1, usize::from);
    let shares: Vec<Vec<&String>> = (0..processes)
        .map(|first| lists.iter().skip(first).step_by(processes).collect())
        .filter(|share: &Vec<_>| !share.is_empty())
        .collect();
    let failures: usize = thread::scope(|scope| {
        let counts: Vec<_> =
            shares.iter().map(|share| scope.spawn(|| failures_among(share))).collect();
        counts.into_iter().map(|count| count.join().expect("no panic")).sum()
    });
    println!("growth: {} of {} lists cost what they are long", lists.len() - failures, lists.len());
    failures == 0
}

/// How many of some lists fail; prints why.
fn failures_among(names: &[&String]) -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (counts, end) = instructions(names, folder.path());
    let mut failures = 0;
    for (index, name) in names.iter().enumerate() {
        let outcome = match counts.get(2 * index..2 * index + 2) {
            Some(&[one, two]) => in_proportion(one, two),
            _ => Err("not counted".into()),
        };
        if let Err(why) = outcome {
            println!("growth: {name}: FAILED: {why}");
            failures += 1;
        }
    }
    if counts.len() < 2 * names.len() {
        println!("growth: valgrind ended early:\n{end}");
    }
    failures
}

/// Whether a list of twice the length takes at most 2.3 times the instructions.
fn in_proportion(one: u64, two: u64) -> Result<(), String> {
    if one == 0 {
        return Err("callgrind counted nothing".into());
    }
    if 10 * two <= 23 * one {
        return Ok(());
    }
    let hundredths = 100 * two / one;
    let times = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    Err(format!("{one} instructions for {LENGTH}, {times} times as many for twice as many"))
}

/// The instructions of each work in turn, of one length and of the other, and what the process printed.
fn instructions(names: &[&String], folder: &Path) -> (Vec<u64>, String) {
    let dumps = folder.join("counts");
    let program = std::env::current_exe().expect("the path of this program");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        // Of two options with the same pattern, valgrind keeps one.
        .args(["--toggle-collect=*growth::measured*", "--dump-after=external::growth::measured*"])
        .arg(format!("--callgrind-out-file={}", dumps.display()))
        .arg(program)
        .arg(CASES)
        .args(names)
        .output();
    let printed = match run {
        Ok(run) => String::from_utf8_lossy(&run.stderr).into_owned(),
        Err(cause) => format!("valgrind: {cause}"),
    };
    // Callgrind numbers its dumps from 1, and starts each count at 0.
    let counts = (1..).map_while(|number| {
        let dump = fs::read_to_string(folder.join(format!("counts.{number}"))).ok()?;
        dump.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok())
    });
    (counts.take(2 * names.len()).collect(), printed)
}
