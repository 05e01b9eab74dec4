//! The differences between two results.

use super::keys;
use crate::experiment::{Change, ChangeOutcome, Comparison, Pairing, changes, same_population};
use crate::measure::run::{Metric, RunMeasurements};
use crate::model::metric::Requirement;
use crate::report::run::Results;
use crate::scenario::ChangedKey;

/// The differences between two results.
#[derive(Debug)]
pub struct Diff {
    pub(super) before: Side,
    pub(super) after: Side,
    pub(super) keys: Vec<ChangedKey>,
    /// Why replications do not pair; `None` if they do.
    pub(super) unpaired: Option<String>,
    pub(super) options: Vec<OptionChanges>,
    /// Options that only one side has.
    pub(super) left_out: Vec<String>,
}

/// A side of the comparison.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) name: String,
    pub(super) replications: String,
    pub(super) seed: u64,
    pub(super) version: String,
}

/// The changes under an option.
#[derive(Debug)]
pub(super) struct OptionChanges {
    /// Its name, or those of both sides if each has only one option.
    pub(super) option: String,
    pub(super) changes: Vec<Change>,
}

/// An option with the runs of both sides.
type Pair<'a> = (String, &'a [RunMeasurements], &'a [RunMeasurements]);

impl Side {
    fn of(name: &str, results: &Results<'_>) -> Self {
        Self {
            name: name.into(),
            replications: results.replications(),
            seed: results.record.seed,
            version: results.record.version.clone(),
        }
    }
}

/// The differences between the results `before` and `after`, each with its name, in `metrics`, or in all metrics if
/// that is empty. Differences up to the share `tolerance` of the earlier value are ignored.
///
/// # Errors
/// If they have no option in common, or one of them does not measure one of `metrics`.
pub fn diff(
    before: (&str, &Results<'_>),
    after: (&str, &Results<'_>),
    metrics: &[Metric],
    tolerance: f64,
) -> Result<Diff, String> {
    let (own, other) = (before.1, after.1);
    let (pairs, left_out) = options(own, other);
    if pairs.is_empty() {
        return Err(format!("{} and {} have no option in common", before.0, after.0));
    }
    let unpaired = why_unpaired(own, other, &pairs);
    let pairing = if unpaired.is_none() { Pairing::Paired } else { Pairing::Independent };
    let by = Comparison { pairing, tolerance };
    let of_option = |(option, own, other): Pair<'_>| {
        let is_asked = |change: &Change| metrics.is_empty() || metrics.contains(&change.metric);
        let changes = changes(own, other, by).into_iter().filter(is_asked).collect();
        OptionChanges { option, changes }
    };
    let options: Vec<OptionChanges> = pairs.into_iter().map(of_option).collect();
    let has = |metric: &Metric| {
        options.iter().any(|at| at.changes.iter().any(|change| change.metric == *metric))
    };
    if let Some(metric) = metrics.iter().find(|metric| !has(metric)) {
        let remedy = metric.requires.map_or("", Requirement::remedy);
        let name = metric.name;
        return Err(format!("`{name}` is not measured on both sides; it requires {remedy}"));
    }
    Ok(Diff {
        before: Side::of(before.0, own),
        after: Side::of(after.0, other),
        keys: keys::changed(own.record, other.record),
        unpaired,
        options,
        left_out,
    })
}

/// The options that both sides have, with the runs of each; if each has only one, these two. And the names of the
/// options that one side lacks.
fn options<'a>(own: &Results<'a>, other: &Results<'a>) -> (Vec<Pair<'a>>, Vec<String>) {
    let of = |results: &Results<'a>| -> Vec<&'a [RunMeasurements]> {
        results.runs.chunk_by(|a, b| a.option == b.option).collect()
    };
    let (own, other) = (of(own), of(other));
    if let ([own], [other]) = (own.as_slice(), other.as_slice())
        && own[0].option != other[0].option
    {
        let name = format!("{} → {}", own[0].option.name(), other[0].option.name());
        return (vec![(name, *own, *other)], Vec::new());
    }
    let mut pairs = Vec::new();
    let mut left_out = Vec::new();
    for runs in &own {
        let option = runs[0].option;
        match other.iter().find(|at| at[0].option == option) {
            Some(partner) => pairs.push((option.name().to_string(), *runs, *partner)),
            None => left_out.push(format!("{} (only before)", option.name())),
        }
    }
    let is_new = |runs: &&&[RunMeasurements]| own.iter().all(|at| at[0].option != runs[0].option);
    let new = other.iter().filter(is_new);
    left_out.extend(new.map(|runs| format!("{} (only after)", runs[0].option.name())));
    (pairs, left_out)
}

/// Why the replications of two results do not use the same random numbers; `None` if they do.
fn why_unpaired(own: &Results<'_>, other: &Results<'_>, pairs: &[Pair<'_>]) -> Option<String> {
    let (before, after) = (own.record, other.record);
    if before.seed != after.seed {
        return Some(format!("the seeds are {} and {}", before.seed, after.seed));
    }
    if before.generator != after.generator {
        let (before, after) = (&before.generator, &after.generator);
        return Some(format!("the random generators are {before} and {after}"));
    }
    let differ = pairs.iter().any(|(_, own, other)| !same_population(own, other));
    differ.then(|| "the agents or their sites differ".into())
}

impl Diff {
    /// The number of changes with this outcome.
    pub fn count(&self, outcome: ChangeOutcome) -> usize {
        self.changes().filter(|(_, change)| change.outcome == outcome).count()
    }

    /// All changes with their options.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&str, &Change)> {
        self.options
            .iter()
            .flat_map(|at| at.changes.iter().map(move |change| (at.option.as_str(), change)))
    }

    /// "2 worse, 1 better, 3 changed; no difference shown in 38".
    pub(super) fn summary(&self) -> String {
        let count = |outcome| self.count(outcome);
        let shown = [ChangeOutcome::Worse, ChangeOutcome::Better, ChangeOutcome::Changed];
        let told: Vec<String> = shown
            .into_iter()
            .filter(|outcome| count(*outcome) > 0)
            .map(|outcome| format!("{} {}", count(outcome), outcome.name()))
            .collect();
        let none = count(ChangeOutcome::NotShown);
        match (told.is_empty(), none) {
            (true, _) => "no difference shown in any metric".into(),
            (false, 0) => told.join(", "),
            (false, none) => format!("{}; no difference shown in {none}", told.join(", ")),
        }
    }

    /// How differences are computed.
    pub(super) fn method(&self) -> String {
        let Some(cause) = &self.unpaired else {
            return "Paired by replication (the same seed and agents), 95 % intervals of the mean \
                    difference; with one replication the difference itself decides."
                .into();
        };
        format!(
            "Not paired, because {cause}: 95 % intervals of the difference of independent means; one replication \
             shows no difference."
        )
    }
}
