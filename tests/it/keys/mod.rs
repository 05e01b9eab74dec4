//! Every key of a scenario changes a result: for each there is a small company in which another value of the
//! key changes the metrics or the tables of a run, or, of what is only for people, what is printed.

mod company;
mod product;
mod timeline;

use std::collections::BTreeSet;

use updraft::experiment::{Experiment, estimates};
use updraft::measure::run::RunMeasurements;
use updraft::report::{Record, Results, verdicts};
use updraft::scenario::keys::SECTIONS;
use updraft::scenario::reference::full_name;
use updraft::scenario::{Layers, Scenario};

/// A company in which a key matters.
pub(crate) struct Case {
    /// The key, as `--set` names it.
    pub(crate) key: &'static str,
    /// What is laid over [`BASE`]; `@` stands for the value, or, where that has two parts with `|` between
    /// them, `@` for the first and `%%` for the second.
    pub(crate) more: &'static str,
    /// Two values with different results; an empty one: the line with `@` is left out.
    pub(crate) values: [&'static str; 2],
}

pub(crate) const fn case(
    key: &'static str,
    more: &'static str,
    one: &'static str,
    other: &'static str,
) -> Case {
    Case { key, more, values: [one, other] }
}

/// Two agents at headquarters, and four at a branch that fetch 48 MB each over 10 Mbit/s from 60 min on.
const BASE: &str = r#"
name = "keys"
start = "Mon 00:00"
duration = "12 h"
sample_every = "10 min"
option = "server-ua"
[headquarters]
internet_bandwidth = "10 Mbit/s"
agents = 2
[[site]]
name = "branch"
agents = 4
bandwidth = "10 Mbit/s"
[agents]
releases_behind = 20
[[release]]
name = "one"
at = "30 min"
components = ["Virus Pattern"]
"#;

/// The keys that `[agents]`, headquarters, sites and groups share: in each of these tables the key matters.
const TRAITS: &[(&str, &str, &str, &str)] = &[
    ("scan", "", "\"conventional\"", "\"smart\""),
    ("presence", "", "\"always-on\"", "\"office-hours\""),
    ("releases_behind", "", "0", "20"),
    (
        "scope",
        "[[release]]\nname = \"two\"\nat = \"2 h\"\nprogram = true",
        "\"everything\"",
        "\"patterns-only\"",
    ),
    ("independent", "", "\"0 %\"", "\"100 %\""),
    ("scheduled", "[notification]\non_update = false", "\"0 %\"", "\"100 %\""),
    (
        "may_disable_schedule",
        "scheduled = \"100 %\"\ndisable_schedule = \"100 %\"\n[notification]\non_update = false",
        "true",
        "false",
    ),
    (
        "disable_schedule",
        "scheduled = \"100 %\"\nmay_disable_schedule = true\n[notification]\non_update = false",
        "\"0 %\"",
        "\"100 %\"",
    ),
    (
        "settings_once_per_day",
        "scheduled = \"100 %\"\n[notification]\non_update = false\n[[release]]\nname = \"two\"\nat = \"2 h\"\nsettings = true\n[[release]]\nname = \"three\"\nat = \"5 h\"\nsettings = true",
        "false",
        "true",
    ),
    (
        "settings_check",
        "[update_agents]\nhosts = [\"components\"]\n[[update_agent]]\nname = \"one\"\nsite = \"hq\"\n[[update_agent]]\nname = \"two\"\nsite = \"branch\"",
        "\"news\"",
        "\"always\"",
    ),
    ("nic", "", "\"1 Gbit/s\"", "\"1 Mbit/s\""),
    (
        "image",
        "presence = \"office-hours\"\n- releases_behind = 20\n[working_day]\narrival = \"00:10\"\nleaving = \"06:00\"",
        "{ releases_behind = 0, reset = \"log-off\" }",
        "{ releases_behind = 30, reset = \"log-off\" }",
    ),
    (
        "roaming",
        "presence = \"office-hours\"\n[working_day]\narrival = \"00:10\"\nleaving = \"06:00\"",
        "\"0 %\"",
        "\"100 %\"",
    ),
    (
        "roams_to",
        "roaming = \"100 %\"\npresence = \"office-hours\"\n[working_day]\narrival = \"00:10\"\nleaving = \"06:00\"",
        "[\"hq\"]",
        "[\"branch\"]",
    ),
    ("schedule", "scheduled = \"100 %\"", "\"every 1 h\"", "\"every 3 h\""),
];

/// The tables that have these, and how they begin.
const CARRIERS: &[(&str, &str)] = &[
    ("agents", "[agents]"),
    ("headquarters", "[headquarters]"),
    ("site", "[[site]]\nname = \"branch\""),
    ("group", "[[group]]\nname = \"all\""),
];

/// There is one version of the format, so its key has one value.
const OF_ONE_VALUE: &[&str] = &["schema"];

/// Lines of `more` that begin with `- ` are taken out of [`BASE`]; the others are laid over it.
fn scenario(more: &str, value: &str) -> Scenario {
    let lines = more.lines().filter(|line| !value.is_empty() || !line.contains('@'));
    let (gone, lines): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with("- "));
    let (first, second) = value.split_once('|').unwrap_or((value, ""));
    let overlay = lines.join("\n").replace('@', first).replace("%%", second);
    let is_kept = |line: &&str| !gone.iter().any(|gone| gone[2..] == **line);
    let base = BASE.lines().filter(is_kept).collect::<Vec<_>>().join("\n");
    let layers =
        Layers { overlays: vec![("more.toml".into(), overlay.clone())], ..Layers::default() };
    Scenario::parse_with(&base, "base.toml", &layers)
        .unwrap_or_else(|problems| panic!("{overlay}\n{}", problems.render(false)))
}

/// Everything that a reader of the results sees, without counts of the work.
fn seen(scenario: &Scenario) -> String {
    let experiment = Experiment {
        scenario,
        options: vec![scenario.option],
        replications: scenario.replications,
        seed: scenario.seed,
        keeps_agents: true,
        ensemble: &[],
        threads: 1,
    };
    let of = |(option, replication): &(_, u32)| RunMeasurements {
        work: updraft::measure::run::Work::default(),
        ..experiment.run_on_this_thread(*option, *replication)
    };
    let runs: Vec<RunMeasurements> = experiment.plan().iter().map(of).collect();
    let (command, name) = (Vec::new(), &scenario.name);
    let record = Record::new(scenario, command, scenario.seed, scenario.replications);
    let estimates = estimates(&runs);
    let scenario = Some(scenario);
    let results = Results { scenario, record: &record, runs: &runs, estimates: &estimates };
    format!("{name} {} {}\n{runs:?}", record.title(), verdicts(&results))
}

/// The keys of `cases` whose two values have the same results.
fn without_effect(cases: impl Iterator<Item = (String, String, [&'static str; 2])>) -> Vec<String> {
    let is_without = |(_, more, values): &(String, String, [&str; 2])| {
        let [one, other] = values.map(|value| seen(&scenario(more, value)));
        one == other
    };
    cases.filter(is_without).map(|(key, ..)| key).collect()
}

fn traits() -> impl Iterator<Item = (String, String, [&'static str; 2])> {
    CARRIERS.iter().flat_map(|(table, head)| {
        TRAITS.iter().map(move |(name, more, one, other)| {
            (format!("{table}.{name}"), format!("{head}\n{name} = @\n{more}"), [*one, *other])
        })
    })
}

fn own() -> impl Iterator<Item = &'static Case> {
    [company::CASES, product::CASES, timeline::CASES].into_iter().flatten()
}

#[test]
fn every_key_has_a_company_in_which_it_matters() {
    let known: BTreeSet<String> = traits()
        .map(|(key, ..)| key)
        .chain(own().map(|case| case.key.to_string()))
        .chain(OF_ONE_VALUE.iter().map(|key| (*key).to_string()))
        .collect();
    let all: BTreeSet<String> = SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(|key| full_name(section, key)))
        .collect();
    let lacking: Vec<&String> = all.difference(&known).collect();
    assert!(lacking.is_empty(), "no company shows what these keys do: {lacking:?}");
    let unknown: Vec<&String> = known.difference(&all).collect();
    assert!(unknown.is_empty(), "there are no such keys: {unknown:?}");
}

#[test]
fn keys_that_agents_sites_and_groups_share_change_results() {
    assert_eq!(without_effect(traits()), Vec::<String>::new());
}

#[test]
fn keys_of_the_company_change_results() {
    changes(company::CASES);
}

#[test]
fn keys_of_the_product_change_results() {
    changes(product::CASES);
}

#[test]
fn keys_of_what_happens_change_results() {
    changes(timeline::CASES);
}

fn changes(cases: &'static [Case]) {
    let of = |case: &'static Case| (case.key.to_string(), case.more.to_string(), case.values);
    assert_eq!(without_effect(cases.iter().map(of)), Vec::<String>::new());
}
