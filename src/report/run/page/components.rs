//! The components that change: a curve for each, and their state at the end (REP-1).

use minijinja::{Value, context};
use serde::Serialize;

use crate::answer::first_runs;
use crate::answer::quantities::thousands;
use crate::answer::series::{Chart, component_curves, rounded};
use crate::measure::run::{ComponentCount, ComponentRow, RunMeasurements};
use crate::report::run::results::Results;

/// A component, relative to the server's version and relative to the vendor's.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Component<'a> {
    name: &'a str,
    by_server: Chart,
    by_vendor: Chart,
}

/// The components that change in the runs, in the order of the catalogue; the others are sampled once. In a run of one
/// sample these are the ones of which there is a release, or which some agent lacks.
fn changing<'a>(results: &Results<'a>) -> Vec<&'a str> {
    let Some(run) = results.runs.first() else { return Vec::new() };
    let Some(first) = run.components.first() else { return Vec::new() };
    let at_first = run.components.iter().take_while(|row| row.time == first.time);
    let names = at_first.map(|row| &*row.component);
    let is_new = |count: ComponentCount| count.latest > 0 || count.outdated > 0;
    let changes = |name: &&str| {
        let mut rows = of_run(run, name);
        let first = rows.next().is_some_and(|row| is_new(row.at_server) || is_new(row.at_vendor));
        rows.next().is_some() || first && run.protection.len() == 1
    };
    names.filter(changes).collect()
}

/// The samples of a component in a run, in the order of time.
fn of_run<'a>(run: &'a RunMeasurements, name: &str) -> impl Iterator<Item = &'a ComponentRow> {
    run.components.iter().filter(move |row| &*row.component == name)
}

/// The curves of all components that change, first replication.
pub(in crate::report) fn components<'a>(results: &Results<'a>) -> Vec<Component<'a>> {
    let curves = |name: &str, by: fn(&ComponentRow) -> ComponentCount| {
        let of_option = |run| of_run(run, name).map(|row| (row.time, share(by(row)))).collect();
        component_curves(&results.outcome(), first_runs(results.runs).map(of_option).collect())
    };
    let component = |name: &'a str| Component {
        name,
        by_server: curves(name, |row| row.at_server),
        by_vendor: curves(name, |row| row.at_vendor),
    };
    changing(results).into_iter().map(component).collect()
}

/// The percentage of agents that have the version, of those that get the component.
#[expect(clippy::cast_precision_loss, reason = "a picture")]
fn share(count: ComponentCount) -> f64 {
    let agents = count.updated + count.outdated;
    if agents == 0 { 100.0 } else { rounded(100.0 * count.updated as f64 / agents as f64) }
}

/// The state of each at the end of the scenario, by option.
#[expect(clippy::cast_precision_loss, reason = "fewer agents than an f64 counts")]
pub(in crate::report) fn at_end(results: &Results<'_>) -> Vec<Value> {
    let told = |count: ComponentCount| {
        let [updated, outdated] = [count.updated, count.outdated].map(|at| thousands(at as f64));
        context! { latest => count.latest, updated, outdated }
    };
    let row = |name: &str| {
        let last = |run| of_run(run, name).last();
        let cells = first_runs(results.runs).filter_map(last).map(|row| {
            context! { server => told(row.at_server), vendor => told(row.at_vendor) }
        });
        context! { name, cells => cells.collect::<Vec<_>>() }
    };
    changing(results).into_iter().map(row).collect()
}
