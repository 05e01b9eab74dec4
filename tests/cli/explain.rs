//! `updraft explain`: the exact text of timelines, timelines compared with `agents.csv`, and bad input.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use predicates::prelude::*;
use proptest::prelude::*;
use updraft::experiment::{AgentTrace, Experiment, Whom};
use updraft::measure::run::{AgentOutcome, AgentRow};
use updraft::measure::timeline::{Event, Spell, Timeline, Waited};
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Overrides, Scenario};
use updraft::units::{Bytes, SimDuration, SimTime};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stories")
}

fn explain(arguments: &[&str]) -> assert_cmd::assert::Assert {
    explain_in("four-fates", arguments)
}

fn explain_in(scenario: &str, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.arg("explain").arg(folder().join(format!("{scenario}.toml"))).args(arguments).assert()
}

/// The stored timelines: the name of their files, their scenario, and the arguments.
const FATES: [(&str, &str, &[&str]); 7] = [
    (
        "waits",
        "four-fates",
        &["--agent", "crowded/pc-0005", "--set", "update_agents.overflow=queue"],
    ),
    ("refused", "four-fates", &["--agent", "crowded/pc-0005"]),
    ("off", "four-fates", &["--agent", "night/pc-0002"]),
    (
        "nobody",
        "four-fates",
        &["--agent", "walled/pc-0004", "--set", "sources.fallback_to_server=[]"],
    ),
    ("segment", "four-fates", &["--segment", "crowded"]),
    ("cut-off", "thin-and-far", &["--agent", "lap/pc-0004", "--option", "server"]),
    ("polls", "thin-and-far", &["--agent", "nat/pc-0002"]),
];

#[test]
fn rep_3_the_text_of_each_outcome_is_stable() {
    for (name, scenario, asked) in FATES {
        for (ending, format) in [("txt", "text"), ("json", "json")] {
            let out = explain_in(scenario, &[asked, &["--format", format]].concat()).success();
            let told = String::from_utf8(out.get_output().stdout.clone()).expect("UTF-8");
            let path = folder().join(format!("{name}.{ending}"));
            if std::env::var_os("UPDATE_GOLDEN").is_some() && std::env::var_os("CI").is_none() {
                fs::write(&path, &told).expect("the story can be written");
            }
            let kept = fs::read_to_string(&path).expect("the story");
            assert_eq!(told, kept, "{name}.{ending}");
            let widest = kept.lines().map(|line| line.chars().count()).max();
            assert!(format == "json" || widest <= Some(100), "{name}: {widest:?} columns");
        }
    }
}

#[test]
fn rep_3_events_are_lines_and_waits_are_slices_of_a_trace() {
    let told = |format: &str| {
        let asked = ["--segment", "crowded", "--format", format];
        String::from_utf8(explain(&asked).success().get_output().stdout.clone()).expect("UTF-8")
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let stories = json(&told("json"));
    let stories = stories["agents"].as_array().expect("stories");
    // The lines are the steps of the timelines.
    let lines: Vec<_> = told("jsonl").lines().map(json).collect();
    let steps = stories.iter().flat_map(|story| {
        let steps = story["steps"].as_array().expect("steps").iter().cloned();
        steps.map(|mut step| {
            step["agent"] = story["agent"].clone();
            step["option"] = "server-ua".into();
            step["replication"] = 1.into();
            step
        })
    });
    assert_eq!(lines, steps.collect::<Vec<_>>());
    // One track for each agent; the slices of a cause are as long as its waits, and do not overlap.
    let trace = json(&told("perfetto"));
    let events = trace["traceEvents"].as_array().expect("events");
    let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).collect::<Vec<_>>();
    assert_eq!(of("i").len(), lines.len());
    let names = of("M").into_iter().filter(|event| event["name"] == "thread_name");
    let names: Vec<_> = names.map(|event| (&event["tid"], &event["args"]["name"])).collect();
    assert_eq!(names.len(), stories.len());
    for ((track, name), story) in names.into_iter().zip(stories) {
        assert_eq!(*name, story["agent"]);
        let own: Vec<_> = of("X").into_iter().filter(|slice| slice["tid"] == *track).collect();
        let number = |slice: &serde_json::Value, key: &str| slice[key].as_f64().expect("a number");
        let end = |slice: &serde_json::Value| number(slice, "ts") + number(slice, "dur");
        assert!(own.windows(2).all(|pair| end(pair[0]) <= number(pair[1], "ts") + 1e-3), "{name}");
        for waited in story["waits"].as_array().expect("waits") {
            let same = |slice: &&&serde_json::Value| {
                slice["cat"] == waited["for"] && slice["args"]["at"] == waited["at"]
            };
            let micros: f64 = own.iter().filter(same).map(|slice| number(slice, "dur")).sum();
            let seconds = waited["waited_s"].as_f64().expect("seconds");
            // Waits for status reports and the like continue after the update.
            assert!(micros >= seconds * 1e6 - 1.0, "{name}: {waited}: {micros}");
        }
    }
    assert!(of("X").iter().any(|slice| slice["cat"] == "link" && slice["args"]["at"].is_string()));
}

#[test]
fn list_says_what_there_is() {
    let list = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        let told = command.arg("list").args(arguments).assert().success();
        String::from_utf8(told.get_output().stdout.clone()).expect("UTF-8")
    };
    let metrics = list(&["metrics"]);
    assert_eq!(metrics.lines().count(), updraft::measure::METRICS.len());
    assert!(metrics.starts_with("agents "), "{metrics}");
    let plots: serde_json::Value =
        serde_json::from_str(&list(&["plots", "--format", "json"])).expect("JSON");
    let names = plots.as_array().expect("a list").iter().map(|plot| plot["name"].as_str());
    let known = updraft::report::PLOTS.iter().map(|plot| Some(plot.name()));
    assert!(names.eq(known), "{plots}");
}

#[test]
fn an_empty_selection_is_reported() {
    explain(&["--failed"]).success().stdout(predicate::str::contains("nobody"));
    explain(&["--failed", "--quiet"]).success().stdout("");
    explain(&["--failed", "--set", "sources.fallback_to_server=[]"])
        .success()
        .stdout(predicate::str::contains("walled/pc-0004"));
}

#[test]
fn an_update_agent_is_known_by_both_its_names() {
    let told = |name| explain(&["--agent", name]).success().get_output().stdout.clone();
    assert_eq!(told("crowded/ua-1"), told("crowded/pc-0001"));
}

#[test]
fn a_wrong_name_yields_the_nearest_one() {
    let near = |help| predicate::str::contains(format!("did you mean `{help}`?"));
    explain(&["--agent", "crowded/pc-005"]).code(3).stderr(near("crowded/pc-0005")).stdout("");
    explain(&["--agent", "crowded/ua-l"]).code(3).stderr(near("crowded/ua-1"));
    explain(&["--segment", "crowd"]).code(3).stderr(near("crowded"));
    explain(&["--agent", "x"]).code(3).stderr(predicate::str::contains("such as `hq/pc-0001`"));
}

#[test]
fn wrong_usage_and_wrong_scenarios_have_their_exit_codes() {
    explain(&[]).code(2).stderr(predicate::str::contains("--agent"));
    explain(&["--agent", "hq/pc-0001", "--failed"]).code(2);
    explain(&["--slowest", "0"]).code(2);
    explain(&["--failed", "--replication", "0"]).code(2);
    explain(&["--failed", "--option", "ub"]).code(2).stderr(predicate::str::contains("server-ua"));
    explain(&["--failed", "--set", "server.slot=1"]).code(3);
    let mut command = Command::cargo_bin("updraft").expect("the program is built");
    command.args(["explain", "no-such-file.toml", "--failed"]).assert().code(1);
}

fn scenario(
    headquarters: u32,
    model: &str,
    overflow: &str,
    fallback: &str,
    unanswered: u32,
    slots: u32,
) -> Scenario {
    let text = format!(
        r#"
name = "random"
start = "Mon 15:00"
duration = "22 h"
[network]
model = "{model}"
[headquarters]
agents = {headquarters}
internet_bandwidth = "20 Mbit/s"
[[site]]
name = "site"
count = 2
agents = [2, 8]
bandwidth = ["1 Mbit/s", "10 Mbit/s"]
update_agents = 1
[[site]]
name = "vault"
agents = 3
bandwidth = "2 Mbit/s"
internet = "none"
update_agents = 1
[agents]
scan = [{{ share = 1, at = "conventional" }}, {{ share = 1, at = "smart" }}]
presence = [{{ share = 1, at = "always-on" }}, {{ share = 2, at = "office-hours" }},
    {{ share = 2, at = "laptop" }}]
releases_behind = [0, 30]
[notification]
unanswered = {unanswered}
[update_agents]
capacity = 1
overflow = "{overflow}"
[sources]
fallback_to_server = {fallback}
[server]
slots = {slots}
[[release]]
name = "one"
at = "Mon 15:20"
components = ["Virus Pattern", "Smart Scan Agent Pattern"]
[[release]]
name = "two"
at = "Mon 17:40"
components = ["Virus Pattern"]
settings = true
"#
    );
    Scenario::parse(&text, "random.toml", &Overrides::default())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The lines of `agents.csv` of an ordinary run.
fn rows(scenario: &Scenario, option: TopologyOption, seed: u64) -> Vec<AgentRow> {
    let options = vec![option];
    let (replications, keeps_agents, threads, ensemble) = (2, true, 1, &[][..]);
    let experiment =
        Experiment { scenario, ensemble, options, replications, seed, keeps_agents, threads };
    let runs = experiment.run(&AtomicBool::new(false), &|_| {}).expect("threads");
    runs.expect("not stopped").remove(1).agents
}

fn stories(scenario: &Scenario, option: TopologyOption, seed: u64, whom: Whom) -> Vec<Timeline> {
    let inquiry = AgentTrace { scenario, option, replication: 2, seed, whom };
    let answer = inquiry.answer(&AtomicBool::new(false), &|_| {}).expect("a name that is known");
    answer.expect("not stopped").timelines
}

/// Compares a timeline with the agent's row of `agents.csv`.
fn agrees(story: &Timeline, row: &AgentRow) {
    assert_eq!(&story.row, row);
    let (mut attempts, mut bytes) = (0, Bytes::ZERO);
    let (mut updated_at, mut source) = (None, "");
    let (mut outdated_since, mut outdated) = (None, SimDuration::ZERO);
    let mut last = SimTime::START;
    for step in &story.steps {
        let waited = step.waits.iter().fold(SimDuration::ZERO, |sum, waited| sum + waited.span);
        assert!(step.at >= last && waited <= step.at.since(last), "{row:?}: {step:?}");
        last = step.at;
        match &step.event {
            Event::Asked { .. } => attempts += 1,
            Event::Index { bytes: more, .. }
            | Event::Mirrored { bytes: more, .. }
            | Event::Interrupted { bytes: more, .. } => bytes += *more,
            Event::Received { bytes: more, source: from, .. } => {
                bytes += *more;
                source = from;
            }
            Event::Released { .. } => {
                updated_at = None;
                outdated_since.get_or_insert(step.at);
            }
            Event::UpToDate => {
                updated_at = Some(step.at);
                if let Some(since) = outdated_since.take() {
                    outdated += step.at.since(since);
                }
            }
            Event::End => outdated += step.at.since(outdated_since.expect("it lacks something")),
            _ => {}
        }
    }
    assert_eq!((attempts, bytes), (row.attempts, row.bytes), "{row:?}");
    assert_eq!((updated_at, source), (row.updated_at, row.source.as_str()), "{row:?}");
    assert_eq!(story.outdated, outdated, "{row:?}");
    let waited = story.waits.iter().fold(SimDuration::ZERO, |sum, waited| sum + waited.span);
    assert_eq!(waited, outdated, "{row:?}: every moment is waited for something");
    spells_agree(story);
}

/// Compares single waits with the waits of the steps: those between two steps add up to the step's.
fn spells_agree(story: &Timeline) {
    let end = |spell: &Spell| spell.from + spell.waited.span;
    assert!(story.spells.windows(2).all(|pair| end(&pair[0]) <= pair[1].from), "{story:?}");
    let mut last = SimTime::START;
    for step in &story.steps {
        for waited in &step.waits {
            let is_of = |spell: &&Spell| {
                let Waited { reason, place, rule, .. } = &spell.waited;
                (reason, place, rule) == (&waited.reason, &waited.place, &waited.rule)
            };
            let within = |spell: &Spell| {
                let (from, to) = (spell.from.max(last), end(spell).min(step.at));
                if from < to { to.since(from) } else { SimDuration::ZERO }
            };
            let spells = story.spells.iter().filter(is_of).map(within);
            assert_eq!(spells.fold(SimDuration::ZERO, |a, b| a + b), waited.span, "{step:?}");
        }
        last = step.at;
    }
}

/// More agents than the tracer observes at one instant.
#[test]
fn a_tracer_of_many_agents_accounts_for_all_time() {
    let crowd = scenario(150, "fluid", "queue", "[]", 5, 100);
    for option in TopologyOption::ALL {
        let rows = rows(&crowd, option, 1);
        let stories = stories(&crowd, option, 1, Whom::Segment("hq".into()));
        assert_eq!(stories.len(), 150);
        for story in stories {
            let row = rows.iter().find(|row| row.agent == story.row.agent);
            agrees(&story, row.expect("an agent of agents.csv"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_timeline_agrees_with_the_row_of_its_agent(
        seed in any::<u64>(),
        model in prop_oneof![Just("fluid"), Just("tcp")],
        overflow in prop_oneof![Just("refuse"), Just("queue")],
        fallback in prop_oneof![Just("[]"), Just("[\"components\", \"settings\"]")],
        unanswered in 0_u32..60,
        slots in 1_u32..8,
    ) {
        let scenario = scenario(4, model, overflow, fallback, unanswered, slots);
        for option in TopologyOption::ALL {
            let rows = rows(&scenario, option, seed);
            let mut told = 0;
            for site in ["hq", "site-001", "site-002", "vault"] {
                for story in stories(&scenario, option, seed, Whom::Segment(site.into())) {
                    let row = rows.iter().find(|row| row.agent == story.row.agent);
                    agrees(&story, row.expect("an agent of agents.csv"));
                    told += 1;
                }
            }
            prop_assert_eq!(told, rows.len());
            let of = |wanted: fn(&AgentRow) -> bool| {
                rows.iter().filter(|row| wanted(row)).cloned().collect::<Vec<_>>()
            };
            let failed: Vec<AgentRow> = stories(&scenario, option, seed, Whom::Failed)
                .into_iter()
                .map(|story| story.row)
                .collect();
            prop_assert_eq!(failed, of(|row| row.updated_at.is_none()));
            let slowest = stories(&scenario, option, seed, Whom::Slowest(3));
            let last = of(|row| row.outcome == AgentOutcome::Updated);
            let latest = last.iter().map(|row| row.updated_at).max();
            prop_assert_eq!(slowest.len(), last.len().min(3));
            prop_assert_eq!(slowest.first().map(|story| story.row.updated_at), latest);
        }
    }
}

/// A branch with two links from headquarters, the second of which is slower.
const TWO_LINKS: &str = r#"name = "two-links"
start = "Mon 10:00"
duration = "3 h"
[headquarters]
agents = 1
internet_bandwidth = "100 Mbit/s"
[[site]]
name = "branch"
agents = 2
bandwidth = "8 Mbit/s"
[[link]]
from = "branch"
to = "hq"
bandwidth = "2 Mbit/s"
latency = "90 ms"
[sources]
link_failure = "reroute"
[[release]]
name = "one"
at = "Mon 10:05"
components = ["Virus Pattern"]
"#;

/// The agent's transfers come from the server over the link of the site, and while that is cut over the other one. A route
/// is told once.
#[test]
fn the_way_of_each_transfer_is_told() {
    let told = |fault: &str| {
        let text = format!("{TWO_LINKS}{fault}");
        let scenario = Scenario::parse(&text, "two.toml", &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let whom = || Whom::Agent("branch/pc-0001".into());
        let stories = stories(&scenario, TopologyOption::Server, 1, whom());
        let ways = stories[0].steps.iter().filter_map(|step| match &step.event {
            Event::Index { way, .. } | Event::Received { way, .. } => {
                let hops: Vec<String> = way.hops.iter().map(ToString::to_string).collect();
                Some((hops.join(", "), way.is_new))
            }
            _ => None,
        });
        let ways: Vec<(String, bool)> = ways.collect();
        let trace = AgentTrace {
            scenario: &scenario,
            option: TopologyOption::Server,
            replication: 2,
            seed: 1,
            whom: whom(),
        };
        let answer = trace.answer(&AtomicBool::new(false), &|_| {}).expect("a known name");
        let text = updraft::report::timelines_as_text(&trace, &answer.expect("not stopped"), None);
        // Without the columns of times and rules, and the breaks of lines.
        let words = text.lines().map(|line| line.chars().skip(18).take(62).collect::<String>());
        let words: Vec<String> = words.map(|line| line.trim().to_string()).collect();
        (ways, words.join(" "))
    };
    let (ways, text) = told("");
    assert!(ways.len() >= 2 && ways[0].1 && !ways[1].1, "{ways:?}");
    assert!(ways.iter().all(|(way, _)| way == "server → hq, hq → branch"), "{ways:?}");
    assert_eq!(text.matches("over server → hq → branch").count(), 1, "{text}");
    let (ways, text) = told("[[fault]]\nat = \"branch\"\nfrom = \"0 s\"\n");
    assert!(ways.iter().all(|(way, _)| way == "server → hq, hq → branch (2)"), "{ways:?}");
    assert!(text.contains("over server → hq → branch (2)"), "{text}");
}

/// What an agent goes by when, and what it is held back from.
#[test]
fn changes_and_waves_are_told() {
    for (scenario, told) in [
        (
            "new-list",
            ["A setting changes: an update source list of 4 entries", "Goes by its new settings"],
        ),
        ("pilot-first", ["until its wave `branches`", "Release `bad` is withdrawn by the vendor"]),
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{scenario}.toml"));
        let mut command = Command::cargo_bin("updraft").expect("the program is built");
        let command = command.arg("explain").arg(file).args(["--agent", "branch-001/pc-0002"]);
        let output = command.assert().success().get_output().stdout.clone();
        let output = String::from_utf8(output).expect("text");
        // The table breaks lines.
        let words = output.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.iter().all(|told| words.contains(told)), "{scenario}: {output}");
    }
}
