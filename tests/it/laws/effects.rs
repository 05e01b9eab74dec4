//! Every key of the scenario reference does something: for each there is a random company in which
//! another value changes what is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use updraft::experiment::Experiment;
use updraft::measure::run::RunMeasurements;
use updraft::model::settings::TopologyOption;
use updraft::scenario::{Scenario, keys};

use super::choices::Choices;
use super::company;

/// Keys that are no part of what is simulated, each with what they do.
const OUTSIDE: &[(&str, &str)] = &[
    (".schema", "one value"),
    (".name", "names the results folder"),
    (".title", "stands on the page"),
    (".option", "which option `run` simulates"),
    (".replications", "how many runs are made"),
    ("threshold.metric", "judges results: tests/cli/thresholds.rs"),
    ("threshold.option", "judges results: tests/cli/thresholds.rs"),
    ("threshold.min", "judges results: tests/cli/thresholds.rs"),
    ("threshold.max", "judges results: tests/cli/thresholds.rs"),
    ("threshold.on_undecided", "judges results: tests/cli/thresholds.rs"),
    ("release.name", "names rows of tables"),
];

/// Random companies in which keys are looked for.
const COMPANIES: u64 = 1500;

/// Where a key stands: the company's number and the line.
type Place = (usize, usize);

/// Random companies, where each key stands in them, and the values that it has there.
struct Companies {
    texts: Vec<String>,
    places: BTreeMap<String, Vec<Place>>,
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Companies {
    fn new() -> Self {
        let mut all =
            Self { texts: Vec::new(), places: BTreeMap::new(), values: BTreeMap::new() };
        for seed in 0..COMPANIES {
            let (text, _) = company::valid(&mut Choices::from_seed(seed));
            all.add(text);
        }
        for (section, key, text) in WITNESSES {
            all.add(text.replace("<VALUE>", section).replace("<OTHER>", key));
        }
        all
    }

    fn add(&mut self, text: String) {
        let mut section = "";
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']);
            } else if let Some((key, value)) = line.split_once(" = ") {
                let path = format!("{section}.{key}");
                let _ = self.values.entry(path.clone()).or_default().insert(value.into());
                self.places.entry(path).or_default().push((self.texts.len(), number));
            }
        }
        self.texts.push(text);
    }

    /// A company in which another value of the key at `path` changes what is measured.
    fn witness(&self, path: &str) -> Option<(String, String)> {
        let values = self.values.get(path)?;
        for (company, line) in self.places.get(path)?.iter().take(80) {
            let text = &self.texts[*company];
            let mut measured = None;
            for value in values.iter().filter(|value| !text_has(text, *line, value)).take(5) {
                let changed = with_value(text, *line, value);
                let Ok(other) = company::read(&changed) else { continue };
                let measured = measured
                    .get_or_insert_with(|| measure(&company::read(text).expect("it is valid")));
                if *measured != measure(&other) {
                    return Some((text.clone(), changed));
                }
            }
        }
        None
    }
}

fn text_has(text: &str, line: usize, value: &str) -> bool {
    text.lines().nth(line).is_some_and(|line| line.ends_with(&format!(" = {value}")))
}

fn with_value(text: &str, line: usize, value: &str) -> String {
    let lines = text.lines().enumerate().map(|(number, old)| {
        let (key, _) = old.split_once(" = ").unwrap_or((old, ""));
        if number == line { format!("{key} = {value}\n") } else { format!("{old}\n") }
    });
    lines.collect()
}

/// What a company measures under every option, without the counts of work.
fn measure(scenario: &Scenario) -> Vec<RunMeasurements> {
    let experiment = Experiment {
        scenario,
        options: TopologyOption::ALL.to_vec(),
        replications: 1,
        seed: scenario.seed,
        keeps_agents: true,
        threads: 1,
    };
    let runs = experiment.run(&AtomicBool::new(false), &|_| ()).expect("threads");
    let mut runs = runs.expect("nobody stops it");
    runs.iter_mut().for_each(|run| run.work = updraft::measure::run::Work::default());
    runs
}

/// Companies for keys that random ones seldom show: the key's two values and the company.
const WITNESSES: &[(&str, &str, &str)] = &[];

#[test]
fn every_key_changes_a_result() {
    let companies = Companies::new();
    let mut idle = Vec::new();
    for section in keys::SECTIONS {
        for key in section.keys {
            let path = format!("{}.{}", section.name, key.name);
            if OUTSIDE.iter().any(|(known, _)| *known == path) {
                continue;
            }
            if companies.witness(&path).is_none() {
                let places = companies.places.get(&path).map_or(0, Vec::len);
                idle.push(format!("{path} ({places} companies have it)"));
            }
        }
    }
    assert!(idle.is_empty(), "these keys change nothing: {idle:#?}");
}
