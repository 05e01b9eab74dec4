//! Peak heap memory of large runs, counted by an allocator and compared with `results/bench/memory.csv`.
//!
//! `cargo bench --bench memory` shows it, `-- --check` fails if it rose by more than 2 %, `-- --update` stores it.
#![expect(clippy::print_stdout, reason = "this is a report")]
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use baseline::{Action, Baseline};
use updraft::experiment::{Experiment, estimates};
use updraft::model::settings::TopologyOption;
use updraft::report::{AtomicDirectory, Record, Results};
use updraft::scenario::{Overrides, Scenario};

mod baseline;

/// Counts bytes in use, and their maximum.
struct Counting;

static IN_USE: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let in_use = IN_USE.fetch_add(layout.size() as u64, Ordering::Relaxed);
        let _ = PEAK.fetch_max(in_use + layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = IN_USE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// 100,000 agents at 100 sites: a tenth of a million.
const TENTH_OF_A_MILLION: &str = r#"
name = "tenth-of-a-million"
start = "Mon 09:00"
duration = "6 h"
[network]
model = "fluid"
[headquarters]
agents = 0
internet_bandwidth = "1 Gbit/s"
[[site]]
name = "site"
count = 100
agents = 1000
bandwidth = ["50 Mbit/s", "200 Mbit/s"]
site_prefix = 22
update_agents = 1
[[release]]
name = "pattern"
at = "Mon 09:30"
components = ["Virus Pattern"]
"#;

fn main() -> ExitCode {
    let mut measured = BTreeMap::new();
    for option in [TopologyOption::Server, TopologyOption::ServerUa] {
        let bytes = peak(|| run_and_write(option));
        let _ = measured.insert(format!("100000 agents {}", option.name()), bytes);
    }
    Baseline::load("memory.csv", "bytes").conclude(&measured, Action::of_arguments())
}

/// The maximum number of bytes in use during `work`, minus those before it.
fn peak(work: impl FnOnce()) -> u64 {
    let before = IN_USE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    work();
    PEAK.load(Ordering::Relaxed) - before
}

/// A run with all its files, as in `updraft run`.
fn run_and_write(option: TopologyOption) {
    let name = "tenth-of-a-million.toml";
    let scenario = Scenario::parse(TENTH_OF_A_MILLION, name, &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let experiment = Experiment {
        scenario: &scenario,
        options: vec![option],
        replications: 1,
        seed: 1,
        keeps_agents: false,
        ensemble: &[],
        threads: 1,
    };
    let runs = [experiment.run_on_this_thread(option, 1)];
    assert_eq!(runs[0].value("agents"), Some(100_000.0));
    let record = Record::new(&scenario, vec!["updraft".into(), "run".into()], 1, 1);
    let estimates = estimates(&runs);
    let scenario = Some(&scenario);
    let results = Results { scenario, record: &record, runs: &runs, estimates: &estimates };
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory-of-a-bench");
    let folder = AtomicDirectory::claim(&place).expect("a folder");
    updraft::report::write(&results, folder).expect("it can be written");
}
