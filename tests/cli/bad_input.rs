//! Bad input: a clear error with its position, the right exit code, no default value instead, no panic.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use updraft::replay::NetworkFile;
use updraft::scenario::{Diagnostic, Diagnostics, Overrides, Scenario, keys};

use crate::small::SMALL;

/// The problems when `from` is replaced by `to` in a valid scenario: `line:column code`.
fn problems(from: &str, to: &str) -> Vec<String> {
    assert!(SMALL.contains(from), "{from}");
    let text = SMALL.replacen(from, to, 1);
    match Scenario::parse(&text, "bad.toml", &Overrides::default()) {
        Ok(_) => Vec::new(),
        Err(problems) => {
            let said = |problem: &updraft::scenario::Diagnostic| {
                let (line, column) = problems.position(problem);
                format!("{line}:{column} {}", problem.code)
            };
            problems.list.iter().map(said).collect()
        }
    }
}

#[test]
fn a_good_scenario_has_no_problem() {
    assert_eq!(problems("small", "small"), [""; 0]);
}

/// A threshold before the release.
fn threshold(keys: &str) -> String {
    format!("[[threshold]]\n{keys}\n[[release]]")
}

#[test]
fn each_problem_has_its_place_and_kind() {
    // An invalid time is not also reported as a missing one.
    let fault = |times: &str| format!("[[fault]]\nat = \"server\"\n{times}\n[[release]]");
    let (from, to) = (fault("from = 7200"), fault("from = \"1 h\"\nto = 7200"));
    let (every, lasts) = (fault("every = 7\nlasts = \"1 h\""), fault("every = \"1 h\"\nlasts = 7"));
    let table: [(&str, &str, &[&str]); 34] = [
        ("[[release]]", &from, &["15:8 bad-value"]),
        ("[[release]]", &to, &["16:6 bad-value"]),
        ("[[release]]", &every, &["15:9 bad-value"]),
        ("[[release]]", &lasts, &["16:9 bad-value"]),
        ("count = 2", "count = 2\ninternet_latency = \"5 ms\"", &["10:20 conflict"]),
        ("[[release]]", "[server]\npoll_every = \"1 h\"\n[[release]]", &["14:14 conflict"]),
        (
            "[[release]]",
            "[notification]\nbatch_interval = \"9 s\"\n[[release]]",
            &["14:18 conflict"],
        ),
        ("count = 2", "cuont = 2", &["9:1 unknown-key"]),
        ("agents = 5\n", "agents = -5\n", &["5:10 bad-value"]),
        ("agents = 5\n", "agents = 99999999\n", &["5:10 bad-value"]),
        ("\"100 Mbit/s\"", "100", &["6:22 bad-value"]),
        ("\"100 Mbit/s\"", "\"0 Mbit/s\"", &["6:22 bad-value"]),
        ("\"100 Mbit/s\"", "\"100 MB/s\"", &["6:22 bad-value"]),
        ("\"2 h\"", "\"0 s\"", &["3:12 bad-value"]),
        ("\"2 h\"", "\"11000 d\"", &["3:12 bad-value"]),
        ("[5, 9]", "[9, 5]", &["10:10 bad-value"]),
        ("\"Virus Pattern\"", "\"Virus Patern\"", &["16:15 unknown-name"]),
        ("\"Mon 10:15\"", "\"Mon 15:15\"", &["15:6 out-of-range"]),
        ("count = 2", "count = 2\nvia = \"hub\"", &["10:7 unknown-name"]),
        ("update_agents = 1", "update_agents = 9", &["12:17 no-such-agent"]),
        ("count = 2", "count = 1100", &["4:1 too-many-sources"]),
        ("count = 2", "count = 2\nsite_prefix = 29", &["11:10 subnet-too-small"]),
        ("count = 2", "count = 2\nsubnet = \"10.1.2.3/16\"", &["10:10 bad-value"]),
        ("[[release]]", "[release]", &["13:1 bad-table"]),
        ("name = \"small\"", "name = \"../etc\"", &["1:8 bad-name"]),
        ("name = \"small\"\n", "", &["1:1 missing-key"]),
        ("[[release]]", &threshold("metric = \"agnets\"\nmax = 1"), &["14:10 unknown-name"]),
        ("[[release]]", &threshold("metric = \"agents\""), &["13:1 no-limit"]),
        ("[[release]]", &threshold("metric = \"agents\"\nmin = 2\nmax = 1.5"), &["15:7 conflict"]),
        ("[[release]]", &threshold("metric = \"agents\"\nmax = \"2 h\""), &["15:7 bad-value"]),
        ("[[release]]", &threshold("metric = \"wan_cost\"\nmax = 1"), &["14:10 conflict"]),
        ("[[release]]", &threshold("metric = \"carried_agents\"\nmax = 1"), &["14:10 conflict"]),
        ("[[release]]", &threshold("metric = \"cost_per_year\"\nmax = 1"), &["14:10 conflict"]),
        (
            "[[release]]",
            &threshold("metric = \"agents\"\noption = \"us\"\nmax = -1"),
            &["15:10 bad-value", "16:7 bad-value"],
        ),
    ];
    for (from, to, expected) in table {
        assert_eq!(problems(from, to), expected, "{from} → {to}");
    }
}

/// What is reported of a small scenario with `more` text before its release: `line:column code`, and the message.
fn reported(scenario: &str, more: &str) -> Vec<(String, String)> {
    let text = scenario.replacen("[[release]]", &format!("{more}\n[[release]]"), 1);
    let Err(problems) = Scenario::parse(&text, "bad.toml", &Overrides::default()) else {
        return Vec::new();
    };
    let said = |problem: &Diagnostic| {
        let (line, column) = problems.position(problem);
        (format!("{line}:{column} {}", problem.code), problem.message.clone())
    };
    problems.list.iter().map(said).collect()
}

/// A site of six agents.
fn site(name: &str) -> String {
    format!("[[site]]\nname = \"{name}\"\nagents = 6\nbandwidth = \"1 Mbit/s\"\n")
}

/// Each text of `table` in a small scenario has one problem, at this place with this code, whose message says this.
fn each_is_reported(table: &[(&str, &str, &str)]) {
    for (more, place, said) in table {
        let found = reported(SMALL, more);
        assert_eq!(found.len(), 1, "{more}: {found:?}");
        assert_eq!(found[0].0, *place, "{more}");
        assert!(found[0].1.contains(said), "{more}: {found:?}");
    }
}

#[test]
fn what_would_have_no_effect_is_refused() {
    let change =
        |key: &str, to: &str| format!("[[change]]\nat = \"1 h\"\nkey = \"{key}\"\nto = {to}\n");
    let mixture = "[{ share = 1, at = \"07:00\" }, { share = 2, at = \"10:00\" }]";
    let spans = mixture.replace(":00", " min");
    let monthly = "\"monthly 3 10:00\"";
    let image = "image = { releases_behind = 3, reset = \"log-off\" }";
    let table: &[(&str, &str, &str)] = &[
        (&format!("[working_day]\narrival = {mixture}"), "14:11 bad-value", "found a mixture"),
        (&format!("[working_day]\nleaving = {mixture}"), "14:11 bad-value", "found a mixture"),
        (&format!("[working_day]\nlaptop_on = {spans}"), "14:13 bad-value", "found a mixture"),
        (&format!("[working_day]\nlaptop_off = {spans}"), "14:14 bad-value", "found a mixture"),
        (
            &format!("[notification]\nreconnect_spread = {spans}"),
            "14:20 bad-value",
            "found a mixture",
        ),
        (&change("server.schedule", monthly), "16:6 conflict", "without dates"),
        (&change("agents.schedule", monthly), "16:6 conflict", "without dates"),
        (&change("notification.cleanup", monthly), "16:6 conflict", "without dates"),
        (&change("server.poll_every", "\"1 h\""), "15:7 conflict", "no effect here"),
        (&change("agents.scan", "\"smart\""), "15:7 unknown-name", "switch-to-smart-scan"),
        (
            &format!("[agents]\n{image}\n{}releases_behind = 20", site("b")),
            "19:19 conflict",
            "no effect here",
        ),
        (
            &format!("[agents]\n{image}\n[[group]]\nname = \"b\"\nreleases_behind = 20"),
            "17:19 conflict",
            "no effect here",
        ),
    ];
    each_is_reported(table);
    // What all that is about has an effect elsewhere.
    let with_nat = format!("{}nat = true\n{}", site("b"), change("server.poll_every", "\"1 h\""));
    assert_eq!(reported(SMALL, &with_nat), []);
    let dated = SMALL.replace("Mon 10:00", "2026-11-02 10:00");
    assert_eq!(reported(&dated, &change("server.schedule", monthly)), []);
}

#[test]
fn names_and_times_that_mean_something_else_are_refused() {
    let fault = |times: &str| format!("[[fault]]\nat = \"server\"\n{times}\n");
    each_is_reported(&[
        (&site("server"), "14:8 duplicate", "another meaning"),
        (&site("internet"), "14:8 duplicate", "another meaning"),
        (&site("headquarters"), "14:8 duplicate", "another meaning"),
        (&site("active-update"), "14:8 duplicate", "another meaning"),
        (&site("none"), "14:8 duplicate", "another meaning"),
        (&site(""), "14:8 bad-name", "an empty name"),
        ("[[group]]\nname = \"\"\nnic = \"1 Mbit/s\"", "14:8 bad-name", "an empty name"),
        ("[[update_agent]]\nname = \"server\"\nsite = \"hq\"", "14:8 duplicate", "called `server`"),
        (
            "[[link]]\nname = \"server\"\nfrom = \"hq\"\nto = \"branch-001\"\n\
             bandwidth = \"1 Mbit/s\"",
            "14:8 duplicate",
            "something else",
        ),
        (
            &format!(
                "{}[[group]]\nname = \"g\"\nagents = [\"b/pc-0006\", \"b/pc-0007\"]\n\
                 nic = \"1 Mbit/s\"",
                site("b")
            ),
            "19:24 unknown-name",
            "there is no agent `b/pc-0007`: `b` has 6",
        ),
        ("[server]\npeak_hours = [3, 3]", "14:14 conflict", "hour 3 is listed twice"),
        (
            &fault("from = \"2026-11-03 10:00\""),
            "15:8 bad-value",
            "`2026-11-03 10:00` is a date, which only `start` takes",
        ),
        (&fault("from = \"10:30\""), "15:8 bad-value", "`10:30` has no weekday"),
        (
            &fault("from = \"1 h\"\nto = \"2 h\""),
            "16:6 out-of-range",
            "`2 h` is 2 h after the start, at the end of the scenario",
        ),
        (
            &fault("every = \"1 s\"\nlasts = \"1 ms\"").repeat(140),
            "571:9 absurd",
            "1006880 failures are expected by these means",
        ),
        ("[agents]\nscheduled = \"1 min 30 %\"", "14:13 bad-value", "not a percent sign"),
    ]);
}

#[test]
fn headquarters_has_room_for_its_agents_and_update_agents() {
    for (from, to, expected) in [
        ("agents = 5\n", "agents = 400\nsubnet = \"10.0.0.0/24\"\n", "5:10 subnet-too-small"),
        ("agents = 5\n", "agents = 4\nupdate_agents = 10\n", "6:17 no-such-agent"),
        ("agents = 5\n", "update_agents = 1\n", "5:17 no-such-agent"),
    ] {
        assert_eq!(problems(from, to), [expected], "{to}");
    }
    let fits = "agents = 400\nsubnet = \"10.0.0.0/23\"\nupdate_agents = 10\n";
    assert_eq!(problems("agents = 5\n", fits), [""; 0]);
}

/// A metric that is measured under a condition can have a threshold where the condition holds.
#[test]
fn thresholds_are_on_what_the_scenario_measures() {
    for (metric, before, after) in [
        ("wan_cost", "[headquarters]", "[headquarters]\ninternet_price_per_gb = 1"),
        ("wan_cost", "count = 2", "count = 2\nprice_per_gb = 1"),
        ("wan_cost", "[[release]]", "[cost]\nper_gb = 1\n[[release]]"),
        ("cost_per_year_traffic", "[[release]]", "[cost]\nper_gb = 1\n[[release]]"),
        (
            "carried_agent_hours",
            "at = \"Mon 10:15\"",
            "at = \"Mon 10:15\"\nwithdrawn_at = \"Mon 11:00\"",
        ),
    ] {
        let limits = threshold(&format!("metric = \"{metric}\"\nmax = 1"));
        let text = SMALL.replacen("[[release]]", &limits, 1);
        let read = |text: &str| Scenario::parse(text, "small.toml", &Overrides::default());
        let refused = read(&text).unwrap_err();
        assert!(refused.list[0].message.contains("is not measured"), "{refused}");
        assert!(text.contains(before), "{before}");
        assert!(read(&text.replacen(before, after, 1)).is_ok(), "{metric}: {after}");
    }
}

#[test]
fn all_problems_of_a_file_are_reported() {
    let found = problems("count = 2\nagents = [5, 9]", "cuont = 2\nagents = [9, 5]\nvia = \"x\"");
    assert_eq!(found, ["9:1 unknown-key", "10:10 bad-value", "11:7 unknown-name"]);
}

#[test]
fn update_agents_must_have_a_site_and_no_loop() {
    let more = |text: &str| problems("[[release]]", &format!("{text}\n[[release]]"));
    let nowhere = "[[update_agent]]\nname = \"a\"\nsite = \"brunch-001\"";
    assert_eq!(more(nowhere), ["15:8 unknown-name"]);
    let agent = |name: &str, source: &str| {
        format!("[[update_agent]]\nname = \"{name}\"\nsite = \"hq\"\nsource = \"{source}\"\n")
    };
    let may_look_beyond = "[update_agents]\nonly_from_server = false\n".to_string();
    let lap = agent("a", "b") + &agent("b", "a");
    assert_eq!(more(&(may_look_beyond.clone() + &lap)), ["18:10 loop", "22:10 loop"]);
    let ends = agent("a", "b") + &agent("b", "server");
    assert_eq!(more(&(may_look_beyond + &ends)), [""; 0]);
    assert_eq!(more(&ends), ["16:10 conflict"], "they update only from the server");
}

#[test]
fn no_agents_and_overlapping_ranges_are_refused() {
    let empty = "name = \"e\"\nduration = \"1 h\"\n[headquarters]\n\
                 internet_bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"1 min\"\n\
                 settings = true\n";
    let error = Scenario::parse(empty, "e.toml", &Overrides::default()).unwrap_err();
    assert_eq!(error.list[0].code, "no-agents");
    let two = "subnet = \"10.1.0.0/16\"\n[[site]]\nname = \"other\"\nagents = 1\n\
               bandwidth = \"1 Mbit/s\"\nsubnet = \"10.1.4.0/22\"\n[[release]]";
    assert_eq!(problems("[[release]]", two), ["18:10 overlap"]);
}

#[test]
fn a_wrong_table_of_a_list_yields_those_that_exist() {
    let sites = "[[site]]\nname = \"ulm\"\nagents = 1\nbandwidth = \"1 Mbit/s\"\n";
    let text = format!("{SMALL}{sites}{}", "[[background]]\nlinks = [\"ulm\"]\n".repeat(2));
    for (key, message) in [
        ("site.ulmm.count", "`site` has no `ulmm`, only `branch`, `ulm`; did you mean `ulm`?"),
        ("site.x.count", "`site` has no `x`, only `branch`, `ulm`"),
        ("background.2.share", "`background` has no `2`, only 2 tables, numbered from 0"),
    ] {
        let set = Overrides(vec![(key.into(), "2".into())]);
        let problems = Scenario::parse(&text, "bad.toml", &set).unwrap_err();
        let messages: Vec<&str> = problems.list.iter().map(|at| at.message.as_str()).collect();
        assert!(messages.contains(&message), "{messages:?}");
    }
}

#[test]
fn a_misspelt_key_yields_the_nearest_name() {
    let text = SMALL.replace("count = 2", "cuont = 2");
    let error = Scenario::parse(&text, "bad.toml", &Overrides::default()).unwrap_err();
    let shown = error.render(false);
    assert!(shown.contains("did you mean `count`?"), "{shown}");
    assert!(shown.contains("bad.toml:9:1"), "{shown}");
}

/// The reference entry of the problem with the value `1979-05-27`; no key has a date.
fn entry_of_date(problems: &Diagnostics) -> Option<&str> {
    let is_date = |problem: &&Diagnostic| problems.text[problem.span.clone()] == *"1979-05-27";
    problems.list.iter().find(is_date).and_then(|problem| problem.reference.as_deref())
}

#[test]
fn a_problem_with_any_key_names_its_entry_of_the_reference() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let docs = fs::read_to_string(docs).expect("the reference");
    let mut seen = 0;
    for (sections, is_network) in [(keys::SECTIONS, false), (keys::NETWORK_SECTIONS, true)] {
        for section in sections {
            let header = match (section.name, section.repeated()) {
                ("", _) => String::new(),
                (name, true) => format!("[[{name}]]\n"),
                (name, false) => format!("[{name}]\n"),
            };
            for key in section.keys {
                let text = format!("{header}{} = 1979-05-27\n", key.name);
                let problems = if is_network {
                    NetworkFile::parse(&text, "n.toml").map(drop).unwrap_err()
                } else {
                    Scenario::parse(&text, "s.toml", &Overrides::default()).map(drop).unwrap_err()
                };
                let dot = if section.name.is_empty() { "" } else { "." };
                let anchor = format!("{}{dot}{}", section.name, key.name);
                let entry = format!("docs/scenario.md#{anchor}");
                assert_eq!(entry_of_date(&problems), Some(entry.as_str()), "{text}");
                assert!(docs.contains(&format!("<a id=\"{anchor}\"></a>")), "{anchor}");
                seen += 1;
            }
        }
    }
    assert!(seen > 150, "{seen} keys");
}

#[test]
fn a_problem_with_a_table_names_the_table_and_one_of_an_override_its_key() {
    let entries = |text: &str, set: &[(&str, &str)]| -> Vec<Option<String>> {
        let set = set.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        let problems = Scenario::parse(text, "s.toml", &Overrides(set)).unwrap_err();
        problems.list.iter().map(|problem| problem.reference.as_deref().map(String::from)).collect()
    };
    let entry = |anchor: &str| Some(format!("docs/scenario.md#{anchor}"));
    let text = |from: &str, to: &str| SMALL.replacen(from, to, 1);
    assert_eq!(entries(&text("[[release]]", "[release]"), &[]), [entry("release")]);
    assert_eq!(entries(&text("count", "cuont"), &[]), [entry("site")]);
    assert_eq!(entries(&text("[[site]]", "sitee = 3\n[[site]]"), &[]), [entry("headquarters")]);
    assert_eq!(entries(&text("name =", "nmae = 3\nname ="), &[]), [entry("the-top-of-the-file")]);
    assert_eq!(entries(SMALL, &[("server.slots", "\"x\"")]), [entry("server.slots")]);
    assert_eq!(entries(SMALL, &[("site.branch.count", "0")]), [entry("site.count")]);
    let inline = "agents = { nic = 3 }\nname =";
    assert_eq!(entries(&text("name =", inline), &[]), [entry("agents.nic")]);
}

/// The exact output: each file of `tests/data/bad_scenarios` and its diagnostics.
#[test]
fn the_diagnostics_of_each_bad_file_are_stable() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bad_scenarios");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a readable file");
        let problems = Scenario::parse(&text, &name, &Overrides::default()).unwrap_err();
        let answer = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() && std::env::var_os("CI").is_none() {
            fs::write(&answer, problems.render(false)).expect("the answer can be written");
        }
        let kept = fs::read_to_string(&answer).expect("the answer");
        assert_eq!(problems.render(false), kept, "{name}");
        seen += 1;
    }
    assert!(seen >= 3);
}

fn updraft() -> Command {
    Command::cargo_bin("updraft").expect("the program is built")
}

#[test]
fn exit_codes_tell_what_went_wrong_and_nothing_is_written() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let bad = place.path().join("bad.toml");
    fs::write(&bad, SMALL.replace("count = 2", "cuont = 2")).expect("a file");
    let out = place.path().join("out");
    updraft().args(["compare"]).arg(&bad).arg("-o").arg(&out).assert().code(3).stderr(
        predicate::str::contains("did you mean `count`?").and(predicate::str::contains("9:1")),
    );
    updraft().args(["compare", "no-such-file.toml"]).arg("-o").arg(&out).assert().code(1);
    updraft().args(["compare"]).assert().code(2);
    updraft().args(["compare", "x.toml", "--replications", "0"]).assert().code(2);
    assert!(!out.exists());
    let good = place.path().join("good.toml");
    fs::write(&good, SMALL).expect("a file");
    let set = ["--set", "site.brunch.count=3"];
    updraft().args(["run"]).arg(&good).arg("-o").arg(&out).args(set).assert().code(3);
    updraft().args(["run"]).arg(&good).arg("-o").arg(&bad).assert().code(1);
    assert!(!out.exists());
    updraft()
        .args(["check"])
        .arg(&good)
        .assert()
        .success()
        .stdout(predicate::str::contains("valid"));
    updraft()
        .args(["run", "--option", "server", "--format", "json", "-o"])
        .arg(&out)
        .arg(&good)
        .assert()
        .success()
        .stdout(predicate::str::starts_with("{"));
    assert!(out.join("manifest.json").is_file());
}

#[test]
fn a_link_is_not_called_like_the_line_of_a_site() {
    let problems_with = |line: &str, name: &str| {
        let link = "from = \"hq\"\nto = \"branch-001\"\nbandwidth = \"1 Mbit/s\"";
        let link = format!("[[link]]\nname = \"{name}\"\n{link}\n[[release]]");
        let text = SMALL.replace("count = 2", &format!("count = 2\n{line}"));
        let text = text.replace("[[release]]", &link);
        match Scenario::parse(&text, "bad.toml", &Overrides::default()) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.list.iter().map(|problem| problem.code).collect(),
        }
    };
    let line = "internet = \"own\"\ninternet_bandwidth = \"8 Mbit/s\"\nline = \"9 Mbit/s\"";
    assert_eq!(problems_with(line, "branch-001/line"), ["duplicate"]);
    assert_eq!(problems_with(line, "branch-003/line"), [""; 0]);
    assert_eq!(problems_with("", "branch-001/line"), [""; 0]);
}
