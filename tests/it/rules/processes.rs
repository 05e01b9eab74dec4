//! Rules that no single decision shows, observed in small runs.

use updraft::measure::run::{RunMeasurements, Value};
use updraft::model::settings::TopologyOption::{self, Direct, Server, ServerUa};

use crate::one_run;

const WORLD: &str = r#"
name = "rules"
start = "Mon 08:00"
duration = "6 h"
[headquarters]
agents = 4
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 6
bandwidth = "10 Mbit/s"
update_agents = 1
"#;

/// A run of the small world with `more`, all agents kept.
fn run(option: TopologyOption, more: &str) -> RunMeasurements {
    one_run::run(&one_run::scenario(&format!("{WORLD}{more}"), &[]), option)
}

fn count(run: &RunMeasurements, name: &str) -> u64 {
    match run.metrics.iter().find(|(metric, _)| metric.name == name) {
        Some((_, Value::Count(count))) => *count,
        other => panic!("{name} is {other:?}"),
    }
}

const PATTERN: &str =
    "[[release]]\nname = \"p\"\nat = \"Mon 08:30\"\ncomponents = [\"Virus Pattern\"]\n";

#[test]
fn srv_3_settings_and_programs_are_deployed_as_components_are() {
    let more = "[sizes]\nsettings = \"10 kB\"\nprogram = \"1 MB\"\n[[release]]\nname = \"s\"\n\
                at = \"Mon 09:30\"\nsettings = true\nprogram = true\n";
    let run = run(Server, more);
    assert_eq!(count(&run, "agents_up_to_date"), 10);
    // Each agent: an index, the settings and the program; no component has changed.
    let per_agent = 16_384 + 10_000 + 1_000_000;
    assert_eq!(count(&run, "server_egress_bytes"), 10 * per_agent);
    assert_eq!(count(&run, "full_downloads") + count(&run, "incremental_downloads"), 0);
}

#[test]
fn srv_8_the_load_is_counted_where_it_arises() {
    let server = run(Server, PATTERN);
    let peak = |run: &RunMeasurements, of: fn(&updraft::measure::run::ServerSample) -> u64| {
        run.server.iter().map(of).max().unwrap_or_default()
    };
    assert!(peak(&server, |sample| sample.egress.bits_per_sec()) > 0);
    assert!(server.server.iter().any(|sample| sample.requests_per_s > 0.0));
    assert!(server.server.iter().any(|sample| sample.reports_per_s > 0.0));
    assert_eq!(count(&server, "server_requests"), 10);
    assert_eq!(count(&server, "server_files_read"), 10, "an incremental for each agent");
    // Six incrementals are generated of two seconds each (DUP-5).
    let cpu = server.server.last().expect("samples").cpu.as_secs_f64();
    assert!(cpu >= 12.0, "{cpu}");
    let direct = run(Direct, PATTERN);
    assert_eq!(count(&direct, "server_requests"), 0);
}

#[test]
fn uag_3_what_an_update_agent_does_not_host_comes_from_the_server() {
    let more = "[update_agents]\nhosts = [\"components\"]\n[[release]]\nname = \"s\"\n\
                at = \"Mon 08:30\"\ncomponents = [\"Virus Pattern\"]\nsettings = true\n";
    let split = run(ServerUa, more);
    assert_eq!(count(&split, "agents_up_to_date"), 10);
    let hosting =
        run(ServerUa, &more.replace("[\"components\"]", "[\"components\", \"settings\"]"));
    assert_eq!(count(&hosting, "agents_up_to_date"), 10);
    assert!(count(&split, "fallbacks") >= 5, "the branch's agents ask the server for settings");
    assert!(count(&split, "server_requests") > count(&hosting, "server_requests"));
}

#[test]
fn uag_7_an_update_agent_sends_by_its_own_network_card() {
    let slow = "[update_agents]\nuplink = \"1 Mbit/s\"\n";
    let text = format!("{slow}{PATTERN}");
    let run = run(ServerUa, &text);
    let row = run.links.iter().find(|row| row.direction.starts_with("branch/ua-1 →"));
    let row = row.expect("the Update Agent's link");
    assert_eq!(row.capacity.bits_per_sec(), 1_000_000);
    assert_eq!(row.bytes.count(), count(&run, "ua_egress_bytes"));
    assert!(row.saturated.as_nanos() > 0, "five agents at once fill it");
}

#[test]
fn rep_1_up_to_date_and_outdated_over_time_are_all_agents() {
    let run = run(Server, PATTERN);
    assert!(run.protection.iter().all(|sample| sample.up_to_date + sample.outdated == 10));
    let at = |minutes: u64| {
        let time = updraft::units::SimTime::from_secs(minutes * 60);
        run.protection.iter().find(|sample| sample.time == time).expect("a sample").up_to_date
    };
    // Current until the release at 8:30; the server checks at 9:00.
    assert_eq!((at(29), at(31), at(70)), (10, 0, 10));
}

#[test]
fn rep_2_each_update_agent_reports_its_agents() {
    let run = run(ServerUa, PATTERN);
    let [row] = &run.update_agents[..] else { panic!("one Update Agent") };
    assert_eq!(row.update_agent, "branch/ua-1");
    // It is in its own range, but its own source is the server.
    assert_eq!((row.agents, row.served, row.refused), (5, 5, 0));
    assert_eq!((row.fell_back, row.outdated), (0, 0));
}

/// SRC-5, KA-0015106: an agent that finds no source tries again as often as it may.
///
/// The server's link is down from 8:59:50 to 9:40. The branch's agents are told by nobody; those that Update Now at 9:05
/// find no source after 30 s, and try again 15 min later each time: at 9:20:30, 9:36 and 9:51:30. So two retries are too
/// few, and the third finds the server.
#[test]
fn src_5_an_agent_without_a_source_tries_again_as_often_as_it_may() {
    let more = "[notification]\non_restart = false\nattempts = 1\n[update_agents]\nhosts = [\"components\"]\n\
                [[fault]]\nat = \"branch\"\nfrom = \"Mon 08:59:50\"\nto = \"Mon 09:40\"\n\
                [[command]]\nat = \"Mon 09:05\"\nwhat = \"update-now\"\nsites = \"branch\"\n";
    let runs = [0, 2, 3, 5].map(|retries| {
        let more = format!("{more}[sources]\nretries = {retries}\n{PATTERN}");
        run(Server, &more)
    });
    let updated = runs.each_ref().map(|run| count(run, "agents_up_to_date"));
    assert_eq!(updated, [4, 4, 10, 10]);
    let last = |run: &RunMeasurements| run.agents.iter().filter_map(|row| row.updated_at).max();
    for run in &runs[2..] {
        let last = last(run).expect("updates").as_secs_f64();
        assert!((last - (111.0 * 60.0 + 30.0)).abs() < 30.0, "{last}");
    }
    let attempts = |run: &RunMeasurements| {
        run.agents.iter().filter(|row| row.segment == "branch").map(|row| row.attempts).max()
    };
    assert_eq!(runs.each_ref().map(attempts), [Some(1), Some(3), Some(4), Some(4)]);
}

/// The support of virtual desktops lets one of each virtualization server update at a time (*Virtual Server
/// Connections*).
///
/// Three desktops, each at a line of 1 Mbit/s of its own: the full pattern of 10 MB takes 80 s, and with its index of
/// 16,384 B 80.1 s. Together they end at once; one at a time they end 80.1 s after one another.
#[test]
fn non_persistent_desktops_update_one_at_a_time_if_the_server_supports_virtual_desktops() {
    let company = |updates: u32| {
        let text = format!(
            "name = \"vdi\"\nstart = \"Mon 08:00\"\nduration = \"4 h\"\n[server]\nimage_updates = {updates}\n\
             [headquarters]\nagents = 1\ninternet_bandwidth = \"100 Mbit/s\"\n\
             [[site]]\nname = \"d\"\ncount = 3\nagents = 1\nbandwidth = \"1 Mbit/s\"\n\
             image = {{ releases_behind = 20, reset = \"log-off\" }}\n\
             [[component]]\nname = \"Virus Pattern\"\nfull = \"10 MB\"\n\
             [[release]]\nname = \"p\"\nat = \"Mon 08:30\"\ncomponents = [\"Virus Pattern\"]\n"
        );
        one_run::run(&one_run::scenario(&text, &[]), Server)
    };
    let ends = |run: &RunMeasurements| {
        let desktops = run.agents.iter().filter(|row| row.agent.starts_with("d-"));
        let mut ends: Vec<f64> =
            desktops.map(|row| row.updated_at.expect("an update").as_secs_f64()).collect();
        ends.sort_by(f64::total_cmp);
        ends
    };
    let (free, alone, two) = (ends(&company(0)), ends(&company(1)), ends(&company(2)));
    assert_eq!(free.len(), 3);
    assert!(free[2] - free[0] < 2.0, "{free:?}");
    for pair in alone.windows(2) {
        assert!((pair[1] - pair[0] - 80.1).abs() < 2.0, "{alone:?}");
    }
    assert!(two[1] - two[0] < 2.0 && (two[2] - two[1] - 80.1).abs() < 3.0, "{two:?}");
}
