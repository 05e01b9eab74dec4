//! Layers: defaults, `updraft.toml`, the scenario, overlays, the environment, `--set`, a later one overriding an
//! earlier one; errors at their positions, and results that do not depend on the layer of a value.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use updraft::scenario::{Environment, Layers, Overrides, Scenario};

const SCENARIO: &str = r#"name = "small"
start = "Mon 10:00"
duration = "2 h"
[headquarters]
agents = 5
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch-office"
count = 2
agents = [5, 9]
bandwidth = ["4 Mbit/s", "20 Mbit/s"]
[server]
slots = 20
[[release]]
name = "one"
at = "Mon 10:15"
components = ["Virus Pattern"]
"#;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::write(place.path("s.toml"), SCENARIO).expect("a scenario");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn project(&self, text: &str) {
        fs::write(self.path("updraft.toml"), text).expect("a project file");
    }

    fn updraft(&self) -> Command {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        command.current_dir(&self.0);
        command
    }
}

/// Keys, or names of variables, with values.
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn layered(project: &str, variables: Pairs<'_>, set: Pairs<'_>) -> Layers {
    let pair = |(key, value): &(&str, &str)| ((*key).to_string(), (*value).to_string());
    let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
    Layers {
        project: Some(("updraft.toml".into(), project.into())),
        overlays: Vec::new(),
        environment: Environment::of(variables).expect("Unicode"),
        set: Overrides(set.iter().map(pair).collect()),
    }
}

#[test]
fn the_stronger_layer_counts() {
    let project = "[server]\nslots = 10\nslots_peak = 11\n[agents]\nnic = \"1 Mbit/s\"\n";
    let variable = ("UPDRAFT__SERVER__SLOTS_PEAK", "12");
    let cases: [(Pairs, Pairs, [u32; 3]); 4] = [
        (&[], &[], [20, 11, 250]),
        (&[variable], &[], [20, 12, 250]),
        (&[("UPDRAFT__SERVER__SLOTS", "30"), variable], &[("server.slots", "40")], [40, 12, 250]),
        (&[], &[("server.slots_off_peak", "13")], [20, 11, 13]),
    ];
    for (variables, set, expected) in cases {
        let layers = layered(project, variables, set);
        let scenario = Scenario::parse_with(SCENARIO, "s.toml", &layers).expect("valid");
        let slots = scenario.settings.server.slots;
        assert_eq!([slots.normal, slots.peak, slots.off_peak], expected);
        assert_eq!(scenario.settings.agent.nic, updraft::units::BitRate::from_megabits(1));
    }
}

#[test]
fn lists_of_the_scenario_replace_those_of_the_project_and_names_may_be_in_capitals() {
    let project = "[[site]]\nname = \"other\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n\
                   [[command]]\nat = \"Mon 10:30\"\nwhat = \"update-server\"\n";
    let variable = ("UPDRAFT__SITE__BRANCH_OFFICE__COUNT", "4");
    let layers = layered(project, &[variable], &[]);
    let scenario = Scenario::parse_with(SCENARIO, "s.toml", &layers).expect("valid");
    assert_eq!(scenario.groups.len(), 2, "headquarters and the scenario's own group");
    assert_eq!(scenario.groups[1].count, 4);
    assert_eq!(scenario.commands.len(), 1, "the project's, because the scenario has none");
    let set = layered("", &[], &[("site.branch_office.count", "4")]);
    assert!(Scenario::parse_with(SCENARIO, "s.toml", &set).is_err(), "--set is exact");
}

#[test]
fn each_value_has_its_source() {
    let project = "\nproduct = \"officescan-10\"\n[server]\nslots_peak = 11\nslots = 1\n";
    let layers = layered(project, &[("UPDRAFT__SEED", "7")], &[("site.branch-office.count", "3")]);
    let scenario = Scenario::parse_with(SCENARIO, "s.toml", &layers).expect("valid");
    let source = |key: &str| {
        let given = scenario.given.iter().find(|given| given.key == key);
        given.map(|given| (given.value.as_str(), given.source.as_str()))
    };
    assert_eq!(source("seed"), Some(("7", "environment")));
    assert_eq!(source("server.slots"), Some(("20", "s.toml:13")));
    assert_eq!(source("server.slots_peak"), Some(("11", "updraft.toml:4")));
    assert_eq!(source("product"), Some(("\"officescan-10\"", "updraft.toml:2")));
    assert_eq!(source("site.branch-office.count"), Some(("3", "--set")));
    let preset = Some(("true", "default of officescan-10"));
    assert_eq!(source("update_agents.idle_mirrors"), preset);
    assert_eq!(source("release.one.at"), Some(("\"Mon 10:15\"", "s.toml:16")));
    assert_eq!(source("server.slots_off_peak"), None, "a default");
    let written = SCENARIO.replace("slots = 20", "slots = 250");
    let scenario = Scenario::parse(&written, "s.toml", &Overrides::default()).expect("valid");
    assert!(scenario.given.iter().all(|given| given.key != "server.slots"), "written, the default");
}

#[test]
fn errors_are_reported_in_the_layer_that_has_them() {
    let place = |project: &str, variables: Pairs<'_>, set: Pairs<'_>| {
        let layers = layered(project, variables, set);
        let problems = Scenario::parse_with(SCENARIO, "s.toml", &layers).unwrap_err();
        problems
            .to_string()
            .lines()
            .map(|line| line.split(": ").next().unwrap_or("").to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(place("[server]\n\nslots_peak = \"x\"", &[], &[]), ["updraft.toml:3:14"]);
    assert_eq!(place("[server]\nslts = 1", &[], &[]), ["updraft.toml:2:1"]);
    assert_eq!(place("a = [[\n", &[], &[])[0], "updraft.toml:1:7");
    let two = [("UPDRAFT__SEED", "x"), ("UPDRAFT__SREVER__SLOTS", "1")];
    assert_eq!(place("", &two, &[]), ["environment:1:17", "environment:2:1"]);
    assert_eq!(place("", &[("UPDRAFT__", "1")], &[]), ["environment:1:1"]);
    assert_eq!(place("", &[], &[("seed", "1"), ("seed", "-1")]), ["--set:2:8"]);
    assert_eq!(place("", &[], &[("site.brunch.count", "1")]), ["--set:1:1"]);
    // A value that a stronger layer replaces is not checked.
    let layers = layered("[server]\nslots = \"x\"", &[], &[]);
    assert!(Scenario::parse_with(SCENARIO, "s.toml", &layers).is_ok());
}

/// The files of `run`, except for the command line in the manifest.
fn results(place: &Place, more: &[&str], variable: Option<(&str, &str)>) -> Vec<(String, Vec<u8>)> {
    let mut command = place.updraft();
    command.args(["run", "s.toml", "--quiet", "-o", "out"]).args(more);
    if let Some((name, value)) = variable {
        command.env(name, value);
    }
    command.assert().success();
    let entries = fs::read_dir(place.path("out")).expect("results");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let mut content = fs::read(entry.path()).expect("a file");
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "manifest.json" {
                let mut manifest: serde_json::Value =
                    serde_json::from_slice(&content).expect("JSON");
                assert_eq!(manifest["scenario"]["settings"]["server"]["slots"]["peak"], 3);
                // They contain the position of the value.
                manifest["command_line"] = serde_json::Value::Null;
                manifest["scenario_toml"] = serde_json::Value::Null;
                // The page contains the command line.
                manifest["files_blake3"]["report.html"] = serde_json::Value::Null;
                content = manifest.to_string().into_bytes();
            }
            (name, content)
        })
        .filter(|(name, _)| name != "report.html")
        .collect();
    files.sort();
    fs::remove_dir_all(place.path("out")).expect("results");
    files
}

#[test]
fn results_do_not_depend_on_the_layer_of_a_value() {
    let place = Place::new();
    let by_set = results(&place, &["--set", "server.slots_peak=3"], None);
    let by_variable = results(&place, &[], Some(("UPDRAFT__SERVER__SLOTS_PEAK", "3")));
    assert!(by_set == by_variable);
    place.project("[server]\nslots_peak = 3\n");
    assert!(by_set == results(&place, &[], None));
    fs::remove_file(place.path("updraft.toml")).expect("it is there");
    let written = SCENARIO.replace("slots = 20", "slots = 20\nslots_peak = 3");
    fs::write(place.path("s.toml"), written).expect("a scenario");
    assert!(by_set == results(&place, &[], None));
}

#[test]
fn what_the_layers_say_is_written_into_the_scenario() {
    // The same in other notations: inline tables, dotted keys.
    let other_form = "\
name = \"small\"
start = \"Mon 10:00\"
duration = \"2 h\"
server.slots = 20 # few
headquarters = { agents = 5, internet_bandwidth = \"100 Mbit/s\" }
site = [{ name = \"branch-office\", count = 2, agents = 5, bandwidth = \"4 Mbit/s\" }]
release = [{ name = \"one\", at = \"Mon 10:15\", components = [\"Virus Pattern\"] }]
";
    let project = "\
seed = 5
server.slots_peak = 11
headquarters = { internet_latency = \"7 ms\" }
[agents]
nic = \"1 Mbit/s\"
scan = [{ share = 1, at = \"smart\" }, { share = 3, at = \"conventional\" }]
[[command]]
at = \"Mon 10:30\"
what = \"update-server\"
";
    let variables = [
        ("UPDRAFT__HEADQUARTERS__AGENTS", "7"),
        ("UPDRAFT__SEED", "6"),
        ("UPDRAFT__SITE__BRANCH_OFFICE__COUNT", "3"),
        ("UPDRAFT__RELEASE__0__NAME", "two"),
        ("UPDRAFT__TITLE", "by a variable"),
        // TOML has times of day; a scenario uses texts.
        ("UPDRAFT__WORKING_DAY__ARRIVAL", "07:30"),
        ("UPDRAFT__UPDATE_AGENTS__CAPACITY", "9"),
    ];
    let set = Overrides(vec![("server.slots".into(), "40".into())]);
    let as_json = |scenario: &Scenario| serde_json::to_value(scenario).expect("JSON");
    let read = |text: &str, layers: &Layers| {
        Scenario::parse_with(text, "s.toml", layers)
            .unwrap_or_else(|problems| panic!("{problems}\n{text}"))
    };
    for text in [SCENARIO, other_form] {
        let layered = Layers { set: set.clone(), ..layered(project, &variables, &[]) };
        let alone = Layers { set: set.clone(), ..Layers::default() };
        let scenario = read(text, &layered);
        assert_eq!((scenario.seed, scenario.groups[1].count), (6, 3));
        let again = read(&scenario.toml, &alone);
        assert_eq!(as_json(&again), as_json(&scenario), "{}", scenario.toml);
        assert_eq!(scenario.toml.contains("# few"), text.contains("# few"), "comments stay");
        assert_eq!(read(text, &alone).toml, text, "without layers to the letter");
    }
}

/// `SCENARIO` with these overlays, the weakest first.
fn overlaid(overlays: &[&str], set: Pairs<'_>) -> Layers {
    let named = |(number, text): (usize, &&str)| (format!("o{number}.toml"), (*text).to_string());
    let overlays = overlays.iter().enumerate().map(named).collect();
    Layers { overlays, ..layered("[server]\nslots_peak = 11\n", &[], set) }
}

#[test]
fn overlays_are_joined_key_by_key_and_lists_name_by_name() {
    let first = "\
[server]
slots = 30
slots_peak = 31
[[site]]
name = \"branch-office\"
count = 3
[[site]]
name = \"depot\"
agents = 4
bandwidth = \"2 Mbit/s\"
[[command]]
at = \"Mon 10:30\"
what = \"update-server\"
";
    // A list without names is replaced; the later overlay wins.
    let second = "\
site = [{ name = \"depot\", count = 2 }, { name = \"branch-office\", agents = 7 }]
[[command]]
at = \"Mon 10:40\"
what = \"update-server\"
[server]
slots = 40
";
    let layers = overlaid(&[first, second], &[("server.slots_off_peak", "50")]);
    let scenario = Scenario::parse_with(SCENARIO, "s.toml", &layers).expect("valid");
    let slots = scenario.settings.server.slots;
    assert_eq!([slots.normal, slots.peak, slots.off_peak], [40, 31, 50]);
    let groups: Vec<(&str, u32, u64)> = scenario
        .groups
        .iter()
        .map(|group| (group.name.as_str(), group.count, group.agents[0].from))
        .collect();
    assert_eq!(groups, [("hq", 1, 5), ("branch-office", 3, 7), ("depot", 2, 4)]);
    assert_eq!(scenario.commands.len(), 1);
    let emptied = overlaid(&[first, "command = []\n"], &[]);
    let scenario = Scenario::parse_with(SCENARIO, "s.toml", &emptied).expect("valid");
    assert!(scenario.commands.is_empty());
    let stronger = overlaid(&[first], &[("server.slots", "60"), ("site.depot.count", "9")]);
    let scenario = Scenario::parse_with(SCENARIO, "s.toml", &stronger).expect("valid");
    assert_eq!((scenario.settings.server.slots.normal, scenario.groups[2].count), (60, 9));
}

#[test]
fn an_overlay_is_told_as_the_source_of_its_values_and_as_the_place_of_its_errors() {
    let first = "\n[server]\nslots = 30\n[[site]]\nname = \"branch-office\"\ncount = 3\n";
    let layers = overlaid(&[first, "[server]\nslots_peak = 31\n"], &[]);
    let scenario = Scenario::parse_with(SCENARIO, "s.toml", &layers).expect("valid");
    let source = |key: &str| {
        let given = scenario.given.iter().find(|given| given.key == key);
        given.map(|given| given.source.as_str())
    };
    assert_eq!(source("server.slots"), Some("o0.toml:3"));
    assert_eq!(source("server.slots_peak"), Some("o1.toml:2"));
    assert_eq!(source("site.branch-office.count"), Some("o0.toml:6"));
    assert_eq!(source("site.branch-office.agents"), Some("s.toml:10"));
    let places = |overlays: &[&str]| {
        let problems =
            Scenario::parse_with(SCENARIO, "s.toml", &overlaid(overlays, &[])).unwrap_err();
        let place = |line: &str| line.splitn(3, ": ").take(2).collect::<Vec<_>>().join(": ");
        problems.to_string().lines().map(place).collect::<Vec<_>>()
    };
    assert_eq!(places(&["", "[server]\n slots = \"x\""]), ["o1.toml:2:10: error[bad-value]"]);
    assert_eq!(places(&["[server]\nslts = 1"]), ["o0.toml:2:1: error[unknown-key]"]);
    assert_eq!(places(&["\n[[site]]\nagents = 1"])[0], "o0.toml:2:1: error[missing-key]");
    assert_eq!(places(&["server = 1"]), ["o0.toml:1:10: error[bad-table]"]);
    assert!(places(&["a = [[\n"])[0].starts_with("o0.toml:1:7: error[syntax]"));
    // Duplicates are reported.
    let twice = "[[site]]\nname = \"depot\"\nagents = 4\nbandwidth = \"2 Mbit/s\"\n".repeat(2);
    assert!(places(&[&twice])[0].starts_with("o0.toml:6:"), "{:?}", places(&[&twice]));
    // A value that an overlay replaces is not checked.
    assert!(
        Scenario::parse_with(SCENARIO, "s.toml", &overlaid(&["duration = \"3 h\""], &[])).is_ok()
    );
}

#[test]
fn what_overlays_say_is_written_into_the_scenario_in_whatever_form_it_is() {
    let tables = "\
seed = 5
[headquarters]
internet_latency = \"7 ms\"
[server] # fewer
slots = 12
[network]
model = \"tcp\"
[[site]]
name = \"depot\"
agents = 4
bandwidth = \"2 Mbit/s\"
[[site]]
name = \"branch-office\"
count = 4
[[release]]
name = \"two\"
at = \"Mon 10:20\"
components = [\"Virus Pattern\"]
";
    let inline = "\
site = [{ name = \"branch-office\", bandwidth = \"3 Mbit/s\" }, { name = \"shop\", agents = 2, bandwidth = \"1 Mbit/s\" }]
server = { slots_peak = 13 }
headquarters.agents = 6
release = [{ name = \"one\", at = \"Mon 10:10\" }]
";
    let scenarios = [
        SCENARIO,
        "name = \"small\"\nstart = \"Mon 10:00\"\nduration = \"2 h\"\n\
         headquarters = { agents = 5, internet_bandwidth = \"100 Mbit/s\" }\n\
         site = [{ name = \"branch-office\", agents = 5, bandwidth = \"4 Mbit/s\" }]\n\
         release = [{ name = \"one\", at = \"Mon 10:15\", components = [\"Virus Pattern\"] }]\n",
    ];
    let as_json = |scenario: &Scenario| serde_json::to_value(scenario).expect("JSON");
    for text in scenarios {
        for overlays in [[tables, inline], [inline, tables]] {
            let layers = overlaid(&overlays, &[("server.slots_off_peak", "3")]);
            let scenario = Scenario::parse_with(text, "s.toml", &layers)
                .unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(scenario.groups.len(), 4);
            let alone = Layers { set: layers.set.clone(), ..Layers::default() };
            let again = Scenario::parse_with(&scenario.toml, "s.toml", &alone)
                .unwrap_or_else(|problems| panic!("{problems}\n{}", scenario.toml));
            assert_eq!(as_json(&again), as_json(&scenario), "{}", scenario.toml);
        }
    }
}

#[test]
fn a_table_of_update_sources_is_told_as_the_source_of_its_values_and_as_the_place_of_its_errors() {
    let place = Place::new();
    let check = |table: &str| {
        fs::write(place.path("list.csv"), table).expect("an overlay");
        let mut command = place.updraft();
        command.args(["check", "s.toml", "-v", "--overlay", "list.csv"]).assert()
    };
    let told =
        check("\u{feff}Prefix,Source, ORDER \r\n10.1.0.0/16,server,2\r\n10.2.0.0/16,server,1\r\n");
    let told = told.success().stdout(contains("10.2.0.0/16").and(contains("list.csv:3")));
    let text = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    assert!(text.find("10.2.0.0/16") < text.find("10.1.0.0/16"), "{text}");
    for (table, at, what) in [
        ("prefix,source\n10.1.0.0/16,server\n10.2.0.0/16,sever\n", "3:13", "`server`"),
        ("prefix,source,source\n10.1.0.0/16,server,server\n", "1:15", "`source` is repeated"),
        ("prefix,sorce\n10.1.0.0/16,server\n", "1:8", "did you mean `source`?"),
        ("prefix,update_agent,source\n10.1.0.0/16,,\n", "2:13", "no source of the entry"),
    ] {
        let told = check(table).code(3).stderr(contains(format!("list.csv:{at}\n")));
        told.stderr(contains(what)).stderr(contains("1 problem in list.csv"));
    }
}

#[test]
fn a_table_of_update_sources_is_written_into_the_scenario() {
    let base =
        format!("{SCENARIO}[[update_source]]\nrange = \"10.0.0.0/8\"\nsource = \"server\"\n");
    let read = |text: &str, overlays: &[(&str, &str)]| {
        let owned = |(name, text): &(&str, &str)| ((*name).to_string(), (*text).to_string());
        let overlays = overlays.iter().map(owned).collect();
        let layers = Layers { overlays, ..Layers::default() };
        Scenario::parse_with(text, "s.toml", &layers)
            .unwrap_or_else(|problems| panic!("{problems}"))
    };
    let table = "from_address,to_address,source\n\"10.1.0.0\",10.1.0.9,'server'\n10.2.0.0,10.2.0.255,server\n";
    let other = "[[other_source]]\nname = \"'server'\"\nbandwidth = \"1 Gbit/s\"\n";
    let scenario = read(&base, &[("o.toml", other), ("list.CSV", table)]);
    let ranges: Vec<String> =
        scenario.update_sources.iter().map(|entry| entry.range.to_string()).collect();
    assert_eq!(ranges, ["10.1.0.0-10.1.0.9", "10.2.0.0/24"]);
    assert_eq!(read(&scenario.toml, &[]).update_sources, scenario.update_sources);
    // It is the list of the start; those of changes stay.
    let later = "[[change]]\nname = \"later\"\nat = \"1 h\"\n[[update_source]]\nchange = \"later\"\n\
                 range = \"10.0.0.0/8\"\nsource = \"active-update\"\n";
    let changed =
        read(&format!("{base}{later}"), &[("o.toml", other), ("a.csv", table), ("b.csv", table)]);
    assert_eq!(changed.update_sources, scenario.update_sources);
    let of_change = changed.changes[0].list.as_ref().expect("a list");
    assert_eq!(of_change[0].range.to_string(), "10.0.0.0/8");
    let again = read(&changed.toml, &[]);
    assert_eq!(again.update_sources, changed.update_sources);
    assert_eq!(again.changes[0].list.as_ref(), Some(of_change));
    // A table without rows empties the list.
    let emptied = read(&base, &[("list.csv", "prefix,source\n")]);
    assert!(emptied.update_sources.is_empty());
    assert_eq!(read(&emptied.toml, &[]).update_sources, []);
}

#[test]
fn every_command_that_reads_a_scenario_lays_overlays_over_it() {
    let place = Place::new();
    fs::write(place.path("over.toml"), "[server]\nslots = x\n").expect("an overlay");
    let at = "over.toml:2:9";
    for line in [
        "check s.toml",
        "run s.toml",
        "compare s.toml",
        "explain s.toml --failed",
        "plan s.toml --target protected_p95_s<=7200",
        "sweep s.toml --vary seed=1",
        "sensitivity s.toml --assumptions",
        "diff s.toml s.toml",
    ] {
        let mut command = place.updraft();
        command.args(line.split_whitespace()).args(["--overlay", "over.toml"]);
        command.assert().code(3).stderr(contains(at));
    }
    fs::write(place.path("over.toml"), "[server]\nslots_peak = 3\n").expect("an overlay");
    let mut run = place.updraft();
    run.args(["run", "s.toml", "-o", "out", "--overlay", "./over.toml"]).assert().success();
    let manifest = fs::read_to_string(place.path("out/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["scenario"]["settings"]["server"]["slots"]["peak"], 3);
    let words = manifest["command_line"].as_array().expect("words");
    assert!(words.windows(2).any(|pair| pair[0] == "--overlay" && pair[1] == "over.toml"));
    // The manifest alone is sufficient.
    fs::remove_file(place.path("over.toml")).expect("it is there");
    place.updraft().args(["verify", "out"]).assert().success();
    let mut missing = place.updraft();
    let missing = missing.args(["check", "s.toml", "--overlay", "over.toml"]).assert().code(1);
    missing.stderr(contains("cannot read over.toml"));
}

#[test]
fn the_program_reads_the_project_file_of_its_folder_and_its_environment() {
    let place = Place::new();
    place.project("seed = 5\n");
    let checked = place.updraft().args(["check", "s.toml", "-v"]).assert().success();
    checked.stdout(contains("seed = 5   updraft.toml:1").and(contains("agents = 5   s.toml:5")));
    let mut other = place.updraft();
    let checked = other.args(["check", "s.toml", "-v"]).env("UPDRAFT__SEED", "6").assert();
    checked.success().stdout(contains("seed = 6   environment"));
    place.project("seed = x\n");
    place.updraft().args(["check", "s.toml"]).assert().code(3).stderr(contains("updraft.toml:1:8"));
    // As the scenario it is not also a layer below itself.
    place.project(SCENARIO);
    let checked = place.updraft().args(["check", "updraft.toml", "-v"]).assert().success();
    checked.stdout(contains("server.slots = 20   updraft.toml:13"));
    fs::remove_file(place.path("updraft.toml")).expect("it is there");
    fs::create_dir(place.path("updraft.toml")).expect("a folder");
    place.updraft().args(["check", "s.toml"]).assert().code(1);
}
