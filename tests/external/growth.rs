//! The work of every list that is read or run, in instructions: of a list twice as long it is at most 2.3 times as much.
//! Needs `valgrind`, which runs this program again for each list; see `left_out` if it is missing.
//!
//! `UPDRAFT_LISTS` selects the lists whose names contain it.

use std::hint::black_box;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::thread;

use crate::lists::{List, Work, all};

/// The argument before the name of a list and its length.
pub(crate) const CASE: &str = "--list";
/// The length; the other is twice as long.
const LENGTH: usize = 400;

/// Does the work of a list; only that is counted.
pub(crate) fn carry_out(name: &str, count: &str) -> ExitCode {
    let list = all().find(|list| list.name == name).expect("a list of this name");
    let work = (list.at)(count.parse().expect("a length"));
    measured(work);
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
        return match super::left_out("valgrind is missing") {
            Ok(said) => {
                println!("growth: {said}");
                true
            }
            Err(why) => {
                println!("growth: FAILED: {why}");
                false
            }
        };
    }
    let wanted = std::env::var("UPDRAFT_LISTS").unwrap_or_default();
    let lists: Vec<String> =
        all().map(|list: List| list.name).filter(|name| name.contains(&wanted)).collect();
    let next = Mutex::new(lists.iter());
    let failures = Mutex::new(0_usize);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(name) = next.lock().expect("no panic").next() else { break };
                    if let Err(why) = in_proportion(name) {
                        println!("growth: {name}: FAILED: {why}");
                        *failures.lock().expect("no panic") += 1;
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    println!("growth: {} of {} lists cost what they are long", lists.len() - failures, lists.len());
    failures == 0
}

/// Whether a list of twice the length takes at most 2.3 times the instructions.
fn in_proportion(name: &str) -> Result<(), String> {
    let [one, two] = [instructions(name, LENGTH)?, instructions(name, 2 * LENGTH)?];
    if 10 * two <= 23 * one {
        return Ok(());
    }
    let hundredths = 100 * two / one.max(1);
    let times = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    Err(format!("{one} instructions for {LENGTH}, {times} times as many for twice as many"))
}

/// The instructions of a list's work.
fn instructions(name: &str, count: usize) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|cause| cause.to_string())?;
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*growth::measured*"])
        .arg("--callgrind-out-file=/dev/null")
        .arg(program)
        .args([CASE, name, &count.to_string()])
        .output()
        .map_err(|cause| format!("valgrind: {cause}"))?;
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    if !run.status.success() {
        return Err(told);
    }
    let counted = told.lines().find_map(|line| line.split_once("Collected : "));
    let counted = counted.and_then(|(_, count)| count.trim().parse().ok());
    counted.filter(|count| *count > 0).ok_or_else(|| "callgrind counted nothing".into())
}
