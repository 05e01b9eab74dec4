//! Plot: utilization of the busiest links over time.

use super::plot::Plot;
use crate::answer::window::Window;
use crate::answer::{first_runs, intervals, protection_window};
use crate::measure::run::{LinkRow, RunMeasurements};
use crate::report::draw::{Drawing, SHADES, Span, TimeHeatMap};
use crate::report::run::results::Results;

/// The links that are busiest under any option.
pub(in crate::report) struct BusiestLinks;

/// The number of link directions in the picture.
const ROWS: usize = 16;
/// The maximum number of spans of time in a row.
const COLUMNS: usize = 120;

impl Plot for BusiestLinks {
    fn name(&self) -> &'static str {
        "busiest_links"
    }

    fn caption(&self) -> &'static str {
        "Utilization of the busiest links under any option, one column for each option, first \
         replication"
    }

    fn draw(&self, results: &Results<'_>) -> Result<Drawing, String> {
        heat_map(results).draw(results.record.plots.paper())
    }
}

/// Chooses links and their spans.
pub(in crate::report) fn heat_map(results: &Results<'_>) -> TimeHeatMap {
    let window = protection_window(results.runs);
    let runs: Vec<&RunMeasurements> = first_runs(results.runs).collect();
    // All options have the same links in the same order.
    let count = runs.iter().map(|run| run.links.len()).min().unwrap_or(0);
    let busy = |link: usize| runs.iter().map(|run| busy(run, &run.links[link], window)).max();
    let mut all: Vec<(u64, usize)> = (0..count)
        .map(|link| (busy(link).unwrap_or(0), link))
        .filter(|(busy, _)| *busy > 0)
        .collect();
    all.sort_by_key(|(busy, link)| (std::cmp::Reverse(*busy), *link));
    all.truncate(ROWS);
    let spans = |run: &&RunMeasurements| {
        all.iter().map(|(_, link)| spans(run, &run.links[*link], window)).collect()
    };
    TimeHeatMap {
        options: runs.iter().map(|run| run.option).collect(),
        window,
        title: "Busiest links (mean utilization)",
        rows: all.iter().map(|(_, link)| runs[0].links[*link].direction.clone()).collect(),
        spans: runs.iter().map(spans).collect(),
        if_empty: "No link carries any traffic in this time.",
    }
}

/// An interval, and the link's utilization in it, in thousandths.
type Sample = ((f64, f64), u16);

/// The samples in a window.
fn samples<'a>(
    run: &'a RunMeasurements,
    link: &'a LinkRow,
    window: Window,
) -> impl Iterator<Item = Sample> + 'a {
    let spans = intervals(run, run.protection.iter().map(|sample| sample.time));
    let shares = link.utilization_per_mille.iter().copied();
    spans.zip(shares).filter(move |((_, end), _)| window.holds(*end))
}

fn busy(run: &RunMeasurements, link: &LinkRow, window: Window) -> u64 {
    samples(run, link, window).map(|(_, share)| u64::from(share)).sum()
}

/// Spans of equal shade; white ones are omitted.
fn spans(run: &RunMeasurements, link: &LinkRow, window: Window) -> Vec<Span> {
    let samples: Vec<Sample> = samples(run, link, window).collect();
    let bunch = samples.len().div_ceil(COLUMNS).max(1);
    let mut spans: Vec<Span> = Vec::new();
    for bunch in samples.chunks(bunch) {
        let sum: u32 = bunch.iter().map(|(_, share)| u32::from(*share)).sum();
        let most = 1000 * u32::try_from(bunch.len()).expect("a few samples");
        let shade = (sum * SHADES).div_ceil(most);
        let ((from, _), (_, to)) = (bunch[0].0, bunch[bunch.len() - 1].0);
        let from = from.max(window.from);
        match spans.last_mut() {
            Some(last) if last.2 == shade => last.1 = to,
            _ => spans.push((from, to, shade)),
        }
    }
    spans.retain(|(.., shade)| *shade > 0);
    spans
}
