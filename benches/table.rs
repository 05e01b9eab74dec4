//! Generates `benches/README.md`: the workloads and a company as multiples of the floor, and the event queue.
//!
//! `cargo bench --bench table` prints it, `-- --write` stores it, `-- --small` measures a hundredth, `-- --company` the
//! company alone. `-- --export DIR` writes the inputs of `benches/peers` instead.
#![expect(clippy::print_stdout, reason = "this is a report")]
#![expect(clippy::disallowed_types, reason = "a bench has a wall clock")]

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use heap_floor::floor;
use updraft::engine::{EventQueue, Ordered};
use updraft::experiment::Experiment;
use updraft::model::settings::TopologyOption;
use updraft::network::Method;
use updraft::scenario::{Overrides, Scenario};
use updraft::units::SimDuration;
use workloads::{Workload, downloads, segments};

mod heap_floor;
#[path = "../tests/it/network/workloads.rs"]
mod workloads;

const WORKLOADS: [(&str, Workload); 3] =
    [("W1", Workload::Direct), ("W2", Workload::UpdateAgents), ("W3", Workload::AllAtOnce)];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| words.iter().any(|word| word == flag);
    if let Some(place) = words.iter().position(|word| word == "--export") {
        let folder = words.get(place + 1).map_or_else(|| PathBuf::from("peers"), PathBuf::from);
        export(&folder);
        return;
    }
    if has("--company") {
        print!("{}", company());
        return;
    }
    let divisor = if has("--small") { 100 } else { 1 };
    let text = document(divisor);
    if has("--write") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        fs::write(path, text).expect("a writable file");
    } else {
        print!("{text}");
    }
}

fn document(divisor: usize) -> String {
    let mut out = String::from(
        "# Measured times\n\n\
         Made by `cargo bench --bench table -- --write`; do not edit. Times are medians of three, on one thread. Counts of \
         instructions and memory, which do not depend on the load of a machine, are in `results/bench/` and checked by the \
         gate. `benches/peers/run.sh` compares with SimGrid and SimPy, `benches/python/measure.sh` measures the Python package, \
         `cargo bench --bench network` settlements.\n\n",
    );
    let _ = writeln!(out, "Machine: {}, {}.\n", processor(), compiler());
    out.push_str(
        "## The network core\n\n\
         The floor is the time to push as many (time, id) pairs into std's binary heap and pop them, measured in the same \
         process. W1: all agents from the uplink over ten minutes; W2: one Update Agent a segment first, the others from it; \
         W3: all at one instant. At most 1,000 segments.\n\n\
         | workload | transfers | floor | run | × floor | ns an event |\n|---|---|---|---|---|---|\n",
    );
    for n in [10_000, 100_000, 1_000_000].map(|n: usize| n / divisor) {
        for (name, workload) in WORKLOADS {
            let floor = median(|| floor(workload, n));
            let run = median(|| run(workload, n));
            #[expect(clippy::cast_precision_loss, reason = "for people")]
            let event = run * 1e9 / (2 * n) as f64;
            let _ = writeln!(
                out,
                "| {name} | {n} | {floor:.4} s | {run:.4} s | {:.1} | {event:.0} |",
                run / floor
            );
        }
    }
    if divisor == 1 {
        out.push_str(&company());
    }
    out.push_str(
        "\n## The event queue\n\n\
         Hold model: nanoseconds to take the next event and put it back a random span later.\n\n\
         | pending | uniform spans | one in ten 15 minutes |\n|---|---|---|\n",
    );
    for pending in [1_000_u32, 10_000, 100_000, 1_000_000] {
        let [uniform, timers] = [0, 10].map(|timers| median(|| hold(pending, timers)) * 1e9);
        let _ = writeln!(out, "| {pending} | {uniform:.0} | {timers:.0} |");
    }
    out
}

/// The four options of a company of a million agents.
fn company() -> String {
    let text = include_str!("../scenarios/million-agents.toml");
    let scenario = Scenario::parse(text, "million-agents.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let mut out = String::from(
        "\n## A company of a million agents\n\n\
         `scenarios/million-agents.toml`: sampled, simulated and measured, without files; the floor is that of a million.\n\n\
         | option | events | floor | run | × floor | ns an event |\n|---|---|---|---|---|---|\n",
    );
    for option in TopologyOption::ALL {
        let experiment = Experiment {
            scenario: &scenario,
            options: vec![option],
            replications: 1,
            seed: scenario.seed,
            keeps_agents: false,
            ensemble: &[],
            threads: 1,
        };
        let events = Cell::new(0);
        let floor = median(|| floor(Workload::Direct, 1_000_000));
        let run = median(|| {
            let start = Instant::now();
            let runs = experiment.run(&AtomicBool::new(false), &|_| {});
            let time = start.elapsed().as_secs_f64();
            let runs = runs.expect("a thread").expect("nobody interrupts");
            events.set(runs[0].work.events);
            time
        });
        let events = events.get();
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let event = run * 1e9 / events as f64;
        let _ = writeln!(
            out,
            "| {} | {events} | {floor:.3} s | {run:.2} s | {:.1} | {event:.0} |",
            option.name(),
            run / floor
        );
    }
    out
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map_or("unknown processor", |at| at.1);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores")
}

fn compiler() -> String {
    let version = std::process::Command::new("rustc").arg("--version").output();
    let version = version.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_string());
    version.unwrap_or_else(|_| "unknown compiler".into())
}

fn median(measure: impl Fn() -> f64) -> f64 {
    let mut times = [measure(), measure(), measure()];
    times.sort_by(f64::total_cmp);
    times[1]
}

fn run(workload: Workload, n: usize) -> f64 {
    let mut network = workloads::network(segments(n), Method::Automatic);
    let start = Instant::now();
    let _ = black_box(workloads::run(segments(n), workload, n, &mut network));
    start.elapsed().as_secs_f64()
}

#[derive(Clone, Copy)]
struct Event(u32);

impl Ordered for Event {
    fn rank(&self) -> u64 {
        u64::from(self.0)
    }
}

/// Seconds to take an event and reinsert it, with this many pending.
fn hold(pending: u32, timers: u64) -> f64 {
    let mut state = 42_u64;
    let mut span = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state % 100 < timers {
            SimDuration::from_mins(15)
        } else {
            SimDuration::from_nanos(state % 2_000_000_000)
        }
    };
    let mut queue = EventQueue::new();
    for id in 0..pending {
        queue.after(span(), Event(id));
    }
    let rounds = pending.max(100_000);
    let start = Instant::now();
    for _ in 0..rounds {
        queue.advance_to(queue.next_time());
        let event = queue.pop_due().expect("one is due");
        queue.after(span(), event);
    }
    start.elapsed().as_secs_f64() / f64::from(rounds)
}

/// The inputs of the other programs: W1 to W3 at 10,000, W1 at 30,000.
fn export(folder: &Path) {
    for (name, workload) in WORKLOADS {
        export_case(&folder.join(format!("{name}-10000")), workload, 10_000);
    }
    export_case(&folder.join("W1-30000"), Workload::Direct, 30_000);
}

/// The links and transfers of a workload, for `updraft replay` and for the other programs. In W2, agents start when the
/// Update Agent of their segment has its file; these times are computed by updraft.
fn export_case(folder: &Path, workload: Workload, n: usize) {
    fs::create_dir_all(folder).expect("a folder");
    let count = segments(n);
    let mut network = workloads::network(count, Method::Automatic);
    let times = workloads::run(count, workload, n, &mut network);
    let has_agents = workload == Workload::UpdateAgents;
    let mut links = String::from("name,bandwidth_bps\nuplink,1000000000\n");
    let mut toml = String::from("[network]\nmodel = \"fluid\"\n");
    let mut nodes = vec!["hq".to_string(), "core".into()];
    let mut joined = vec![("hq".to_string(), "core".to_string(), 1000)];
    for i in 0..count {
        let rate = 2 + 2 * (i % 10);
        let _ = writeln!(links, "wan{i},{}", rate * 1_000_000);
        nodes.extend([format!("gate{i}"), format!("site{i}")]);
        joined.push(("core".into(), format!("gate{i}"), rate));
        if has_agents {
            let _ = writeln!(links, "lan{i},100000000");
            joined.push((format!("gate{i}"), format!("site{i}"), 100));
        }
    }
    for node in nodes {
        let _ = write!(toml, "[[network.node]]\nname = \"{node}\"\n");
    }
    for (from, to, rate) in joined {
        let _ = write!(
            toml,
            "[[network.link]]\nfrom = \"{from}\"\nto = \"{to}\"\nbandwidth = \"{rate} Mbit/s\"\n\
             latency = \"0 ms\"\n"
        );
    }
    let mut rows: Vec<(u64, String, String, String, u64, String)> = Vec::new();
    let from_hq = |i: usize| ("hq".to_string(), format!("gate{i}"), format!("uplink;wan{i}"));
    if has_agents {
        for i in 0..count {
            let (from, to, path) = from_hq(i);
            rows.push((0, format!("ua{i}"), from, to, 60_000_000, path));
        }
    }
    for (k, (download, (start, _))) in downloads(workload, n).iter().zip(&times).enumerate() {
        let i = k % count;
        let (from, to, path) = if has_agents {
            (format!("gate{i}"), format!("site{i}"), format!("lan{i}"))
        } else {
            from_hq(i)
        };
        rows.push((*start, format!("a{k}"), from, to, download.bytes, path));
    }
    rows.sort_by_key(|row| row.0);
    let mut replay = String::from("id,start_s,from,to,bytes\n");
    let mut transfers = String::from("id,start_s,from,to,bytes,links\n");
    for (start, id, from, to, bytes, path) in rows {
        let (seconds, nanos) = (start / 1_000_000_000, start % 1_000_000_000);
        let row = format!("{id},{seconds}.{nanos:09},{from},{to},{bytes}");
        let _ = writeln!(replay, "{row}");
        let _ = writeln!(transfers, "{row},{path}");
    }
    for (name, text) in [
        ("links.csv", links),
        ("network.toml", toml),
        ("replay.csv", replay),
        ("transfers.csv", transfers),
    ] {
        fs::write(folder.join(name), text).expect("a writable file");
    }
}
