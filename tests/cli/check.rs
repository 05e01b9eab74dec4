//! The output of `check`: what would be simulated, its cost, and warnings from the documents.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// Thirty agents in each of two branches.
const COMPANY: &str = r#"name = "small"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 50
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
count = 2
agents = 30
bandwidth = "8 Mbit/s"
update_agents = 1
[[site]]
name = "attic"
agents = 3
bandwidth = "2 Mbit/s"
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
settings = true
"#;

fn check(scenario: &str, more: &[&str]) -> String {
    let place = tempfile::tempdir().expect("a temporary folder");
    fs::write(place.path().join("s.toml"), scenario).expect("a scenario");
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    let done = command.current_dir(&place).args(["check", "s.toml"]).args(more).assert().success();
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 1, "nothing is written");
    String::from_utf8(done.get_output().stdout.clone()).expect("UTF-8")
}

fn json(scenario: &str, more: &[&str]) -> Value {
    let more = [&["--format", "json"], more].concat();
    serde_json::from_str(&check(scenario, &more)).expect("JSON")
}

/// The names of the warnings, and their observations.
fn warnings(more: &[&str]) -> Vec<(String, String)> {
    warnings_of(COMPANY, more)
}

fn warnings_of(scenario: &str, more: &[&str]) -> Vec<(String, String)> {
    let all = json(scenario, more);
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let list = all["warnings"].as_array().expect("a list").iter();
    list.map(|warning| (text(&warning["name"]), text(&warning["seen"]))).collect()
}

#[test]
fn what_will_be_simulated_is_told_by_group_thin_links_first() {
    let text = check(COMPANY, &[]);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
    let parts = ["s.toml: valid", "113 agents at 4 sites", "Agents\n", "branch  ", "Sources\n"];
    let more = ["Slowest links", "hq → attic", "hq → branch-001", "Releases", "settings", "events"];
    let places: Vec<usize> = parts.iter().chain(&more).map(|part| at(part)).collect();
    assert!(places.is_sorted(), "{text}");
    let all = json(COMPANY, &[]);
    assert_eq!(all["groups"][1]["agents"], 60);
    assert_eq!(all["groups"][1]["update_agents"], 2);
    assert_eq!(all["thinnest_links"][0]["bandwidth_bps"], 2_000_000);
    assert!(all["values"].is_null());
    let values = json(COMPANY, &["-v"]);
    assert!(values["values"].as_array().is_some_and(|values| !values.is_empty()));
}

#[test]
fn events_of_a_small_company_are_counted_and_of_a_large_one_close() {
    let events = |text: &str, more: &[&str]| -> Vec<u64> {
        let place = tempfile::tempdir().expect("a temporary folder");
        fs::write(place.path().join("s.toml"), text).expect("a scenario");
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        let compare = ["compare", "s.toml", "--replications", "1", "-o", "out", "--quiet"];
        command.current_dir(&place).args(compare).args(more);
        command.assert().success();
        let manifest = fs::read(place.path().join("out/manifest.json")).expect("results");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let work = manifest["work"].as_array().expect("a list").iter();
        work.map(|row| row["events"].as_u64().expect("a count")).collect()
    };
    let expected = |text: &str, more: &[&str]| -> Vec<u64> {
        let all = json(text, more);
        let of = |option: &str| all["estimate"]["events"][option].as_u64();
        ["server", "server-ua", "ua", "direct"].iter().filter_map(|option| of(option)).collect()
    };
    assert_eq!(expected(COMPANY, &[]), events(COMPANY, &[]));
    let campus = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/campus.toml");
    let campus = fs::read_to_string(campus).expect("shipped");
    // A slow machine may reach the time limit; the estimates up to then must be right.
    for (expected, counted) in expected(&campus, &[]).iter().zip(events(&campus, &[])) {
        assert!(expected.abs_diff(counted) * 10 < counted, "{expected} for {counted}");
    }
}

#[test]
fn uag_1_too_many_agents_for_an_update_agent_are_warned_of() {
    assert_eq!(warnings(&[]), []);
    // One of the 30 is the Update Agent itself.
    let found = warnings(&["--set", "update_agents.capacity=28"]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "update-agent-limit");
    let told = "UAG-1: 29 agents for `branch-001/ua-1`, with 28 requests at once";
    assert!(found[0].1.starts_with(told), "{}", found[0].1);
    assert!(found[0].1.ends_with("2 such Update Agents"), "{}", found[0].1);
    assert_eq!(warnings(&["--set", "update_agents.capacity=29"]), []);
    let two = ["--set", "update_agents.capacity=14", "--set", "site.branch.update_agents=2"];
    assert_eq!(warnings(&two), [], "two share the work");
}

#[test]
fn update_agents_are_told_with_their_own_capacities() {
    let sources = |more: &str| {
        let all = json(&format!("{COMPANY}{more}"), &[]);
        all["sources"][2].as_str().map(String::from)
    };
    let own = |name: &str, capacity: u32| {
        format!("[[update_agent]]\nname = \"{name}\"\nsite = \"attic\"\ncapacity = {capacity}\n")
    };
    let told = |text: &str| Some(text.to_string());
    assert_eq!(sources(""), told("2 Update Agents of 250 requests at once"));
    assert_eq!(sources(&own("a", 3)), told("3 Update Agents of 3 to 250 requests at once"));
    let [a, b] = [own("a", 3), own("b", 3)];
    let company = COMPANY.replace("update_agents = 1\n", "");
    let all = json(&format!("{company}{a}{b}"), &[]);
    assert_eq!(all["sources"][2], "2 Update Agents of 3 requests at once");
    assert_eq!(
        json(&format!("{company}{a}"), &[])["sources"][2],
        "1 Update Agent of 3 requests at once"
    );
    // UAG-1: what the vendor measured with the network card of each.
    let current = |of_all: &str, of_one: &str| {
        let one = "[[update_agent]]\nname = \"a\"\nsite = \"attic\"\nuplink = \"100 Mbit/s\"\n";
        let more = format!("[update_agents]\n{of_all}\n{one}{of_one}\n");
        let all = json(&format!("product = \"apex-one-current\"\n{COMPANY}{more}"), &[]);
        all["sources"][2].as_str().map(String::from)
    };
    for (of_all, of_one, capacities) in [
        ("", "", "400 to 900"),
        ("uplink = \"10 Gbit/s\"", "", "400 to 7700"),
        ("", "capacity = 350", "350 to 900"),
        ("capacity = 300", "", "300"),
    ] {
        let expected = format!("3 Update Agents of {capacities} requests at once");
        assert_eq!(current(of_all, of_one), Some(expected));
    }
}

#[test]
fn uag_1_update_agents_are_clients_of_the_one_that_they_update_from() {
    let nested = |count: u32| {
        let below = |n: u32| {
            format!("[[update_agent]]\nname = \"u{n}\"\nsite = \"attic\"\nsource = \"top\"\n")
        };
        let own = "[update_agents]\nonly_from_server = false\ncapacity = 31\n\
                   [[update_agent]]\nname = \"top\"\nsite = \"branch-001\"\n";
        let below: String = (1..=count).map(below).collect();
        let company = COMPANY.replace("update_agents = 1\n", "");
        let set = ["--set", "site.attic.agents=9", "--set", "site.attic.bandwidth=50 Mbit/s"];
        let found = warnings_of(&format!("{company}{own}{below}"), &set);
        found.into_iter().find(|(name, _)| name == "update-agent-limit").map(|(_, seen)| seen)
    };
    assert_eq!(nested(2), None);
    let told = nested(3).expect("too many");
    assert!(told.starts_with("UAG-1: 32 agents for `top`, with 31 requests"), "{told}");
}

#[test]
fn uag_6_an_update_agent_is_not_its_own_client() {
    let with = |agents: u32| {
        let agents = format!("site.branch.agents={agents}");
        warnings(&["--set", &agents]).into_iter().any(|(name, _)| name == "excessive-update-agents")
    };
    assert_eq!([with(5), with(6)], [true, false]);
}

#[test]
fn uag_2_disk_and_uag_6_excess_and_src_2_length_are_warned_of() {
    let names = |more: &[&str]| -> Vec<String> {
        warnings(more).into_iter().map(|(name, _)| name).collect()
    };
    let disk = ["--set", "update_agents.free_disk=299 MB"];
    assert_eq!(names(&disk), ["update-agent-disk"]);
    assert_eq!(names(&["--set", "site.attic.update_agents=1"]), ["excessive-update-agents"]);
    let many = ["--set", "site.branch.count=1000", "--set", "headquarters.agents=0"];
    assert_eq!(names(&many), ["long-source-list"]);
    assert_eq!(names(&["--set", "update_agents.capacity=1000"]), ["update-agent-capacity"]);
}

#[test]
fn top_2_thin_sites_without_an_update_agent_are_warned_of() {
    let thin = ["--set", "site.attic.agents=40"];
    let found = warnings(&thin);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "thin-site");
    assert!(found[0].1.contains("40 full files of 48 MB"), "{}", found[0].1);
    let served = [thin.as_slice(), &["--set", "site.attic.update_agents=1"]].concat();
    assert_eq!(warnings(&served), []);
    // The link of a hub carries what the sites behind it fetch.
    let behind = "[[site]]\nname = \"shed\"\nvia = \"attic\"\ncount = 5\nagents = 8\n\
                  bandwidth = \"100 Mbit/s\"\n";
    let found = warnings_of(&format!("{COMPANY}{behind}"), &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    let told = ["TOP-2: 1 site on", "43 full files of 48 MB", "`attic` and the sites behind it"];
    assert!(told.iter().all(|part| found[0].1.contains(part)), "{found:?}");
}

#[test]
fn src_2_a_source_that_nothing_names_is_warned_of() {
    let mirror = "[[other_source]]\nname = \"mirror\"\n[[other_source]]\nname = \"spare\"\n";
    let found = warnings_of(&format!("{COMPANY}{mirror}"), &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "unused-source");
    assert!(found[0].1.contains("2 other update sources, such as `mirror`"), "{}", found[0].1);
    // The list, an Update Agent and `sources.external` each name one.
    let entry = "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"mirror\"\n";
    let external = ["--set", "sources.external=spare"];
    let found = warnings_of(&format!("{COMPANY}{mirror}{entry}"), &external);
    assert!(found.iter().all(|(name, _)| name != "unused-source"), "{found:?}");
    let found = warnings_of(&format!("{COMPANY}{mirror}"), &external);
    assert!(found[0].1.contains("1 other update source, such as `mirror`"), "{found:?}");
    // So does a list that comes later.
    let later = format!("{LATER}source = \"mirror\"\n");
    let found = warnings_of(&format!("{COMPANY}{mirror}{later}"), &external);
    assert_eq!(found, []);
}

#[test]
fn an_update_agent_that_no_agent_is_left_for_is_warned_of() {
    let extra = |name: &str| format!("[[update_agent]]\nname = \"{name}\"\nsite = \"attic\"\n");
    let three = ["a", "b", "c"].map(extra).concat();
    let warned = |more: &str| -> Vec<String> {
        let all = warnings_of(&format!("{COMPANY}{more}"), &[]).into_iter();
        all.filter(|(name, _)| name == "unplaced-update-agent").map(|(_, seen)| seen).collect()
    };
    assert_eq!(warned(&three), [""; 0]);
    let found = warned(&(three + &extra("d") + &extra("e")));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("2 Update Agents, such as `d`"), "{found:?}");
}

#[test]
fn names_and_changes_are_shown_as_they_are_written() {
    let more = "[[site]]\nname = \"O'Brien\"\nagents = 3\nbandwidth = \"2 Mbit/s\"\n\
                [[change]]\nat = \"1 h\"\nkey = \"server.schedule\"\nto = \"every 30 min\"\n";
    let told = check(&format!("{COMPANY}{more}"), &[]);
    assert!(told.contains(": server.schedule = \"every 30 min\"\n"), "{told}");
    assert!(told.contains("  O'Brien "), "{told}");
}

/// The list of a change, up to the source of its entry.
const LATER: &str = r#"[[change]]
name = "new"
at = "Mon 11:00"
[[update_source]]
change = "new"
range = "10.0.0.0/8"
"#;

#[test]
fn lists_that_changes_bring_count_for_src_2_uag_1_uag_6_and_top_2() {
    let thin = ["--set", "site.attic.agents=40"];
    let to_server = "[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n";
    let names = |scenario: &str| -> Vec<String> {
        warnings_of(scenario, &thin).into_iter().map(|(name, _)| name).collect()
    };
    let at_first = format!("{COMPANY}{to_server}");
    assert_eq!(names(&at_first), ["excessive-update-agents", "thin-site"]);
    // An Update Agent that serves later is not excessive, and a site that it serves then is not without one.
    let own =
        |name: &str| LATER.replace("10.0.0.0/8", "0.0.0.0/0") + &format!("source = \"{name}\"\n");
    let later = format!("{at_first}{}", own("branch-001/ua-1"));
    let found = warnings_of(&later, &thin);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.starts_with("UAG-6: 1 of 2 Update Agents"), "{found:?}");
    // One that has too many then has too many.
    let few = [thin.as_slice(), &["--set", "update_agents.capacity=100"]].concat();
    let found = warnings_of(&later, &few);
    let told = "UAG-1: 148 agents for `branch-001/ua-1`, ";
    assert!(found[0].1.starts_with(told), "{found:?}");
}

#[test]
fn top_2_several_ranges_together_serve_a_site() {
    let entries = |ranges: &[&str]| -> String {
        let entry = |range: &&str| {
            format!("[[update_source]]\nrange = \"{range}\"\nsource = \"branch-001/ua-1\"\n")
        };
        ranges.iter().map(entry).collect()
    };
    let thin = [
        "--set",
        "site.attic.agents=40",
        "--set",
        "site.attic.subnet=10.9.0.0/24",
        "--set",
        "site.branch.subnet=10.8.0.0/16",
    ];
    let of = |ranges: &[&str]| {
        let found = warnings_of(&format!("{COMPANY}{}", entries(ranges)), &thin);
        found.into_iter().find(|(name, _)| name == "thin-site").map(|(_, seen)| seen)
    };
    let branches = "10.8.0.0/16";
    assert_eq!(of(&[branches, "10.9.0.0/28", "10.9.0.16-10.9.0.255"]), None);
    let some = of(&[branches, "10.9.0.32-10.9.0.255"]).expect("most have none");
    assert!(
        some.contains("1 site on low bandwidth with agents that no Update Agent serves"),
        "{some}"
    );
    assert!(some.contains("31 full files of 48 MB"), "{some}");
}
