//! The number of agents from which on an Update Agent saves WAN traffic: found by simulation, not by formula.

use updraft::measure::run::Value;
use updraft::model::settings::TopologyOption;

use crate::one_run;

const SMART: &str = "Smart Scan Agent Pattern";

/// Bytes over the site's link with `agents` agents there, all `behind` releases behind, of a release of one pattern:
/// the Virus Pattern to agents with conventional scan, or the Smart Scan Agent Pattern to others.
fn wan_bytes(agents: u32, behind: u32, sizes: &str, option: TopologyOption) -> u64 {
    let (pattern, scan) =
        if sizes.contains(SMART) { (SMART, "smart") } else { ("Virus Pattern", "conventional") };
    let text = format!(
        r#"
name = "break-even"
start = "Mon 10:00"
duration = "6 h"
sample_every = "1 h"
[headquarters]
internet_bandwidth = "10 Gbit/s"
server_nic = "10 Gbit/s"
[[site]]
name = "site"
agents = {agents}
site_prefix = 20
bandwidth = "1 Gbit/s"
update_agents = 1
[agents]
releases_behind = {behind}
scan = "{scan}"
[sizes]
index = "0 B"
[server]
report_size = "0 B"
[[component]]
name = "{pattern}"
{sizes}
[[release]]
name = "one"
at = "Mon 10:15"
components = ["{pattern}"]
"#
    );
    let run = one_run::run(&one_run::scenario(&text, &[]), option);
    let outdated = value(&run, "agents_outdated");
    assert_eq!(outdated, 0, "{agents} agents, {option:?}");
    // The server's own downloads cross the Internet access under both options.
    value(&run, "wan_bytes") - value(&run, "au_egress_bytes")
}

fn value(run: &updraft::measure::run::RunMeasurements, name: &str) -> u64 {
    match run.metrics.iter().find(|(metric, _)| metric.name == name) {
        Some((_, Value::Count(count))) => *count,
        other => panic!("{name} is {other:?}"),
    }
}

/// The smallest number of agents from which an Update Agent moves fewer bytes over the WAN.
fn break_even(behind: u32, sizes: &str, range: std::ops::Range<u32>) -> Option<u32> {
    range.into_iter().find(|&agents| {
        wan_bytes(agents, behind, sizes, TopologyOption::ServerUa)
            < wan_bytes(agents, behind, sizes, TopologyOption::Server)
    })
}

#[test]
fn with_incrementals_of_equal_size_an_update_agent_pays_beyond_fourteen_agents() {
    let equal = "incremental_base = \"60 kB\"\nincremental_step = \"0 B\"";
    assert_eq!(break_even(0, equal, 12..18), Some(15));
}

#[test]
fn with_sizes_that_grow_with_the_span_it_pays_beyond_a_hundred_and_five() {
    let growing = "incremental_base = \"0 B\"\nincremental_step = \"60 kB\"";
    assert_eq!(break_even(0, growing, 103..108), Some(106));
}

#[test]
fn where_full_files_are_due_it_pays_from_two() {
    // All agents have missed 20 releases; so has the Update Agent. Other components lag too and are not released, so
    // only the Virus Pattern and newer content of the server is fetched.
    let growing = "incremental_base = \"0 B\"\nincremental_step = \"60 kB\"";
    assert_eq!(break_even(20, growing, 1..4), Some(2));
}

/// With the catalogue: 14 incrementals of 1,321,257 bytes together, and 3,090 bytes for one release back. 427 agents
/// fetch 1,319,430 bytes, 428 fetch 1,322,520.
#[test]
fn with_the_published_sizes_it_pays_from_428_agents_one_release_behind() {
    let published = format!("# {SMART}");
    assert_eq!(break_even(0, &published, 426..430), Some(428));
}

/// The second snapshot: 1,678,008 bytes together and 716 for one release back. 2,343 agents fetch 1,677,588 bytes,
/// 2,344 fetch 1,678,304.
#[test]
fn with_the_second_snapshot_it_pays_from_2344() {
    let sizes = [
        716, 1_002, 2_842, 3_846, 5_236, 161_158, 162_008, 164_001, 164_156, 198_882, 199_643,
        203_420, 204_333, 206_765,
    ];
    let sizes = sizes.map(|size: u32| format!("\"{size} B\"")).join(", ");
    let second = format!("# {SMART}\nincremental_sizes = [{sizes}]");
    assert_eq!(break_even(0, &second, 2_343..2_346), Some(2_344));
}
