//! A resolved scenario, the identity of its runs, and the summary of a run.

use crate::measure::METRICS;
use crate::measure::run::{Caution, Metric, RunMeasurements, Value, Work};
use crate::model::settings::TopologyOption;
use crate::scenario::Scenario;

/// The identity of the program: its version, and a hash of the sources that a run depends on. The same on every
/// machine; other sources may yield other numbers.
pub const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("UPDRAFT_SOURCES"));

/// A resolved scenario to run.
#[derive(Debug)]
pub struct ResolvedScenario {
    /// The scenario.
    pub scenario: Scenario,
    /// The hash of all parts that a run depends on, except those in the run itself.
    pub hash: String,
}

/// A run of one of several cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// The case, by its index.
    pub case: usize,
    /// The option.
    pub option: TopologyOption,
    /// The number of the replication, from 1: its random numbers are the same in all cases and under all options.
    pub replication: u32,
}

/// Everything that the outcome of a run depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId {
    /// The program.
    pub program: String,
    /// The hash of the case.
    pub case: String,
    /// The option.
    pub option: TopologyOption,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of the replication, from 1.
    pub replication: u32,
}

/// The stored outcome of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The values of [`crate::measure::METRICS`], in their order; `None` for one that the scenario does not measure.
    pub values: Vec<Option<Value>>,
    /// The operations of the engine.
    pub work: Work,
    /// Reasons to doubt the numbers.
    pub cautions: Vec<Caution>,
}

impl ResolvedScenario {
    /// The case of `scenario`. Its name, title, seed, number of replications and option are not part of it: the first
    /// two have no effect, the others are part of the run.
    pub fn new(scenario: Scenario) -> Self {
        let alike = Scenario {
            name: String::new(),
            title: String::new(),
            seed: 0,
            replications: 1,
            option: TopologyOption::Server,
            ..scenario.clone()
        };
        let text = serde_json::to_string(&alike).expect("scenarios have string keys");
        Self { scenario, hash: blake3::hash(text.as_bytes()).to_hex().to_string() }
    }

    /// The key under which a run of this case is stored.
    pub fn run_id(&self, run: Run, seed: u64) -> RunId {
        let (option, replication) = (run.option, run.replication);
        RunId { program: PROGRAM.into(), case: self.hash.clone(), option, seed, replication }
    }
}

impl From<RunMeasurements> for Summary {
    fn from(run: RunMeasurements) -> Self {
        let value = |metric: &Metric| {
            let found = run.metrics.iter().find(|(measured, _)| *measured == metric);
            found.map(|(_, value)| *value)
        };
        let values = METRICS.iter().map(value).collect();
        Self { values, work: run.work, cautions: run.cautions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Template, keys};

    const TEXT: &str = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
                        internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"b\"\nagents = 3\n\
                        bandwidth = \"1 Mbit/s\"\nnat = true\n[[release]]\nname = \"r\"\n\
                        at = \"2 min\"\ncomponents = [\"Virus Pattern\"]\n";

    fn hash(settings: &[(&str, &str)]) -> Option<String> {
        let set = Overrides::default();
        let template = Template { file: "small.toml".into(), text: TEXT.into(), set };
        let own = |(key, value): &(&str, &str)| (key.to_string(), value.to_string());
        let settings: Vec<_> = settings.iter().map(own).collect();
        Some(ResolvedScenario::new(template.resolve(&settings).ok()?).hash)
    }

    #[test]
    fn what_a_run_says_itself_is_not_part_of_its_case() {
        let plain = hash(&[]).unwrap();
        for same in [("seed", "7"), ("replications", "9"), ("option", "ua"), ("title", "x")] {
            assert_eq!(hash(&[same]).unwrap(), plain, "{same:?}");
        }
        assert_ne!(hash(&[("duration", "3 h")]).unwrap(), plain);
    }

    /// If the hash missed a key, results of other settings would be reused.
    #[test]
    fn every_key_changes_the_hash() {
        let plain = hash(&[]).unwrap();
        let values = ["3", "7 min", "7 kB", "7 Mbit/s", "11:11", "7 %", "true", "false", "[3]"];
        let mut seen = 0;
        for section in keys::SECTIONS.iter().filter(|section| !section.repeated()) {
            for key in section.keys {
                let name = format!("{}.{}", section.name, key.name);
                let name = name.trim_start_matches('.');
                // `releases` adds releases, none of which is due in so short a time.
                let others =
                    ["schema", "name", "title", "seed", "replications", "option", "releases"];
                if others.contains(&name) {
                    continue;
                }
                let words = match key.form {
                    crate::scenario::ValueType::Choice(words) => words,
                    _ => &[],
                };
                let tries = values.iter().chain(words).map(|value| hash(&[(name, value)]));
                let valid: Vec<String> = tries.flatten().collect();
                // A value may be the default; if several are valid, one is not.
                let is_told = valid.iter().any(|hash| *hash != plain);
                assert!(valid.len() < 2 || is_told, "{name}");
                seen += usize::from(is_told);
            }
        }
        assert!(seen > 60, "only {seen} keys were tried");
    }
}
