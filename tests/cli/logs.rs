//! A run in the formats of the product's own logs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::small::{SMALL, files, place};
use assert_cmd::Command;
use predicates::str::contains;

fn updraft(place: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.current_dir(place).args(words).assert()
}

/// The folder of a run with all logs.
fn logged(place: &Path, more: &[&str]) -> std::path::PathBuf {
    let words = ["run", "small.toml", "--log-as", "ptndp,iis,csv", "--quiet", "-o", "out"];
    let words: Vec<&str> = words.iter().chain(more).copied().collect();
    let _ = updraft(place, &words).success();
    place.join("out")
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a text")
}

/// The value of a metric.
fn metric(folder: &Path, name: &str) -> u64 {
    let summary = text(folder, "summary.csv");
    let row = summary.lines().find(|line| line.contains(&format!(",1,,{name},")));
    let value = row.and_then(|row| row.rsplit(',').next()).expect("the metric");
    value.parse().expect("a whole number")
}

/// The lines of an access log by their fields.
fn requests(log: &str) -> Vec<Vec<&str>> {
    let lines = log.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').collect()).collect()
}

#[test]
fn a_deployment_log_has_the_three_states_of_each_agent_that_the_server_tells() {
    let place = place(SMALL);
    let folder = logged(place.path(), &["--option", "server"]);
    let log = text(&folder, "server_PtnDP.log");
    let lines: Vec<Vec<&str>> = log.lines().map(|line| line.split(',').collect()).collect();
    assert!(lines.iter().all(|line| line.len() == 6));
    let of = |state: &str| lines.iter().filter(|line| line[3] == state).collect::<Vec<_>>();
    let count = usize::try_from(metric(&folder, "agents")).expect("few");
    let [begun, told, updated] = ["#BEGIN_Notify", "#OK_Notify", "#OK_Update"].map(of);
    assert_eq!([begun.len(), told.len(), updated.len()], [count; 3]);
    assert_eq!(lines.len(), 3 * count);
    // A thread that is answered is busy for half a second.
    assert!(told.iter().all(|line| line[4] == "0.500000" && line[5] == "#NA"));
    // 10,000 releases before the scenario and one in it, two numbers each: 20.002.00. The server has the second-to-last
    // address of headquarters' range, 10.0.0.0/24.
    assert!(
        updated
            .iter()
            .all(|line| line[1..2] == [""] && line[4..] == ["2000200", "10.0.0.254:8080"])
    );
    // Undated scenarios begin in the week of 1 January 2024: Monday 10:00 is 1,704,103,200. The server checks at the
    // full hour; its downloads take seconds.
    let first: u64 = lines[0][0].parse().expect("Unix seconds");
    assert!((1_704_106_800..1_704_106_860).contains(&first), "{first}");
    let agents: BTreeSet<&str> = lines.iter().map(|line| line[2]).collect();
    assert_eq!(agents.len(), count);
    let addresses: BTreeSet<&str> = told.iter().map(|line| line[1]).collect();
    assert!(addresses.contains("10.0.0.1") && addresses.contains("10.0.2.1"), "{addresses:?}");
}

#[test]
fn agents_that_do_not_answer_are_told_as_often_as_the_server_tries() {
    let place = place(SMALL);
    let unanswered = ["--option", "server", "--set", "notification.unanswered=100 %"];
    let folder = logged(place.path(), &unanswered);
    let log = text(&folder, "server_PtnDP.log");
    let failed = log.lines().filter(|line| line.contains("#FAIL_Notify,#NA,#NA")).count();
    assert_eq!(failed, usize::try_from(metric(&folder, "notifications_sent")).expect("few"));
    assert!(failed > 0 && !log.contains("#OK_"), "{log}");
}

#[test]
fn only_the_server_s_own_notifications_are_in_its_deployment_log() {
    let place = place(SMALL);
    let folder = logged(place.path(), &["--option", "server-ua"]);
    let log = text(&folder, "server_PtnDP.log");
    // Headquarters' five agents and the two Update Agents; the others are notified by these.
    assert_eq!(log.lines().filter(|line| line.contains("#OK_Notify")).count(), 7);
    let from_update_agents = log.lines().filter(|line| line.ends_with(":21112")).count();
    let all = usize::try_from(metric(&folder, "agents")).expect("few");
    assert_eq!(from_update_agents, all - 7);
    let plain = text(&folder, "events.csv");
    assert_eq!(plain.lines().filter(|line| line.contains(",answered,")).count(), all);
}

#[test]
fn an_access_log_has_every_byte_that_the_server_sends_and_is_in_order() {
    let place =
        place(&SMALL.replace("\"Virus Pattern\"", "\"Virus Pattern\", \"Spyware Pattern\""));
    for option in ["server", "server-ua", "direct"] {
        let folder = logged(place.path(), &["--option", option]);
        let log = text(&folder, "server_u_ex.log");
        let header = log.lines().nth(3).expect("a header").split(' ').skip(1).collect::<Vec<_>>();
        let rows = requests(&log);
        assert!(rows.iter().all(|row| row.len() == header.len()), "{option}");
        let at = |name: &str| header.iter().position(|field| *field == name).expect("a field");
        let sent: u64 =
            rows.iter().map(|row| row[at("sc-bytes")].parse::<u64>().expect("bytes")).sum();
        assert_eq!(sent, metric(&folder, "server_egress_bytes"), "{option}");
        assert!(rows.is_sorted_by_key(|row| (row[0], row[1])), "{option}");
        let reports = rows.iter().filter(|row| row[at("cs-uri-stem")].ends_with("cgiLog.exe"));
        assert_eq!(
            reports.count(),
            rows.iter().filter(|row| row[at("cs-bytes")] == "2000").count()
        );
    }
    let folder = logged(place.path(), &["--option", "server"]);
    let log = text(&folder, "server_u_ex.log");
    // One release behind: an incremental of each of the two patterns, 60,000 and 20,000 bytes.
    let of = |path: &str, bytes: &str| {
        let path = format!("/officescan/download/pattern/{path}_2000000.2000200");
        requests(&log).iter().filter(|row| row[4] == path && row[13] == bytes).count()
    };
    let agents = usize::try_from(metric(&folder, "agents")).expect("few");
    assert_eq!(of("virus-pattern", "60000"), agents);
    assert_eq!(of("spyware-pattern", "20000"), agents);
}

#[test]
fn an_update_agent_that_is_full_is_in_the_plain_table_and_a_full_server_in_its_log() {
    let place = place(SMALL);
    let full = ["--option", "server", "--set", "server.max_transfers=1"];
    let full: Vec<&str> =
        full.iter().chain(&["--set", "server.overflow=refuse"]).copied().collect();
    let folder = logged(place.path(), &full);
    let refused = usize::try_from(metric(&folder, "server_refused")).expect("few");
    let log = text(&folder, "server_u_ex.log");
    assert!(refused > 0);
    assert_eq!(requests(&log).iter().filter(|row| row[10] == "503").count(), refused);
    let plain = text(&folder, "events.csv");
    assert_eq!(plain.lines().filter(|line| line.contains(",refused,server,")).count(), refused);
}

#[test]
fn computers_that_are_switched_on_connect() {
    let scenario =
        SMALL.replace("[headquarters]", "[agents]\npresence = \"office-hours\"\n[headquarters]");
    let scenario = scenario.replace("Mon 10:00", "Mon 06:00").replace("\"2 h\"", "\"6 h\"");
    let place = place(&scenario);
    let folder = logged(place.path(), &["--option", "server"]);
    let (plain, access) = (text(&folder, "events.csv"), text(&folder, "server_u_ex.log"));
    let on = plain.lines().filter(|line| line.contains(",on,,")).count();
    assert!(on > 0, "{plain}");
    assert_eq!(access.matches("POST /officescan/cgi/cgiOnStart.exe").count(), on);
}

#[test]
fn logs_are_the_same_bytes_whatever_the_threads_verified_and_kept_when_drawn_again() {
    let place = place(SMALL);
    let folder = logged(place.path(), &["--replications", "3", "--threads", "1"]);
    let first = files(&folder);
    let folder = logged(place.path(), &["--replications", "3", "--threads", "2"]);
    assert_eq!(files(&folder), first);
    let _ = updraft(place.path(), &["report", "out"]).success();
    assert_eq!(files(&folder), first);
    let _ = updraft(place.path(), &["verify", "out"]).success();
    let _ = updraft(place.path(), &["verify", "out", "--sample", "1"]).success();
    let changed = text(&folder, "events.csv").replacen("index", "idnex", 1);
    fs::write(folder.join("events.csv"), changed).expect("a file");
    let _ = updraft(place.path(), &["verify", "out"]).code(4).stderr(contains("events.csv"));
}

#[test]
fn logs_change_nothing_else_and_need_a_folder() {
    let place = place(SMALL);
    let with = files(&logged(place.path(), &[]));
    let _ = updraft(place.path(), &["run", "small.toml", "--quiet", "-o", "out"]).success();
    let without = files(&place.path().join("out"));
    let logs =
        ["server_PtnDP.log", "server_u_ex.log", "events.csv", "manifest.json", "report.html"];
    for (name, content) in with.iter().filter(|(name, _)| !logs.contains(&name.as_str())) {
        assert_eq!(Some(content), without.get(name), "{name}");
    }
    let _ = updraft(place.path(), &["run", "small.toml", "--log-as", "iis", "-o", "-"])
        .code(2)
        .stderr(contains("--log-as has no effect with it"));
}

#[test]
fn a_log_that_was_changed_is_not_kept_when_its_folder_is_drawn_again() {
    let place = place(SMALL);
    let out = logged(place.path(), &[]);
    let _ = updraft(place.path(), &["report", "out"]).success();
    let log = out.join("events.csv");
    fs::write(&log, text(&out, "events.csv") + "9,9\n").expect("a file");
    let refused = updraft(place.path(), &["report", "out"]).code(3);
    let _ = refused.stderr(contains("events.csv: it was changed after it was written"));
    let _ = updraft(place.path(), &["verify", "out", "--no-run"]).code(4);
}
