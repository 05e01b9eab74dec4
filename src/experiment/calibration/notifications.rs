//! Estimates from notifications: the share answered, connect times, and the number of threads.

use std::collections::BTreeMap;

use super::answers::Series;
use super::estimate::{CONFIDENCE, Estimate};
use super::log_normal::LogNormalFit;
use super::overlap::overlap;
use super::plausible::Plausible;
use super::shape::in_one_line;
use crate::experiment::intervals::of_probability;
use crate::ids::AgentId;
use crate::model::observation::{Event, Observation, Observations, ObservedSource};
use crate::units::SimTime;

/// Notifications by the server.
pub(super) fn estimates(events: &[&Observation], observations: &Observations) -> Vec<Estimate> {
    let is_by_server = |seen: &Observation| {
        matches!(observations.source(seen), ObservedSource::Server | ObservedSource::Unknown)
    };
    let told: Vec<&Observation> = events
        .iter()
        .copied()
        .filter(|seen| is_notification(seen.event) && is_by_server(seen))
        .collect();
    if told.is_empty() {
        return Vec::new();
    }
    let calls = Calls::of(&told);
    let mut all = answers(&calls.series);
    all.extend(connect_times(&calls));
    all.extend(threads(&told));
    all
}

fn is_notification(event: Event) -> bool {
    matches!(event, Event::NotifyBegins | Event::Answered | Event::Unanswered)
}

/// Calls, reconstructed from their lines.
#[derive(Default)]
struct Calls {
    series: Series,
    /// The durations of answers and of failures, in seconds.
    answered: Vec<f64>,
    silent: Vec<f64>,
}

/// The maximum gap between attempts of one notification: the longest usual interval, and the wait in the queue.
const SERIES_GAP_S: f64 = 3_600.0;

impl Calls {
    fn of(told: &[&Observation]) -> Self {
        let mut calls = Self::default();
        // By agent: the attempts since the last answer, the time of the last attempt, and the start of the call in
        // progress.
        let mut open: BTreeMap<(u16, AgentId), (usize, SimTime)> = BTreeMap::new();
        let mut begun: BTreeMap<(u16, AgentId), SimTime> = BTreeMap::new();
        for seen in told {
            let of = (seen.window, seen.agent);
            match seen.event {
                Event::NotifyBegins => {
                    begun.insert(of, seen.at);
                }
                Event::Answered => {
                    let earlier = calls.earlier(&mut open, of, seen.at);
                    calls.series.answered(earlier + 1);
                    let since = begun.remove(&of);
                    let took = match seen.took().as_secs_f64() {
                        0.0 => since.map_or(0.0, |since| seen.at.since(since).as_secs_f64()),
                        took => took,
                    };
                    calls.answered.push(took);
                }
                _ => {
                    let earlier = calls.earlier(&mut open, of, seen.at);
                    open.insert(of, (earlier + 1, seen.at));
                    if let Some(since) = begun.remove(&of) {
                        calls.silent.push(seen.at.since(since).as_secs_f64());
                    }
                }
            }
        }
        calls.series.never += u32::try_from(open.len()).unwrap_or(u32::MAX);
        calls
    }

    /// The number of earlier failed attempts of the same notification; an earlier notification that was given up is
    /// closed.
    fn earlier(
        &mut self,
        open: &mut BTreeMap<(u16, AgentId), (usize, SimTime)>,
        of: (u16, AgentId),
        at: SimTime,
    ) -> usize {
        match open.remove(&of) {
            Some((count, last)) if at.since(last).as_secs_f64() <= SERIES_GAP_S => count,
            Some(_) => {
                self.series.never += 1;
                0
            }
            None => 0,
        }
    }
}

fn answers(series: &Series) -> Vec<Estimate> {
    const METHOD: &str = "cut-off geometric, maximum likelihood";
    let mut all = Vec::new();
    let (answers, failures) = (series.answers(), series.failures());
    if let Some(unanswered) = series.unanswered() {
        let tried = answers + failures;
        let end = |quantile| series.plausible(quantile);
        let tail = (1.0 - CONFIDENCE) / 2.0;
        let interval = end(tail).zip(end(1.0 - tail));
        let evidence = format!(
            "{failures} of {tried} attempts at agents that finally answered; {} series without an answer are attributed \
             to agents that were off",
            series.never
        );
        all.push(
            Estimate::of("notification.unanswered", "share", METHOD, tried as usize)
                .valued(unanswered, interval)
                .from(evidence)
                .given(Plausible::Unanswered(series.clone())),
        );
    }
    for (attempt, (answered, tried)) in (1..).zip(series.by_attempt()) {
        let estimate = Estimate::of(
            format!("answered_at_attempt_{attempt}"),
            "share",
            "Wilson",
            tried as usize,
        );
        let share = f64::from(answered) / f64::from(tried.max(1));
        let evidence = format!("{answered} of {tried} attempts, whether or not the agent was on");
        let interval = of_probability(answered, tried, CONFIDENCE);
        all.push(estimate.without_key().valued(share, interval).from(evidence));
    }
    all
}

/// The time of a thread for an agent that answers, and for one that does not.
fn connect_times(calls: &Calls) -> Vec<Estimate> {
    const METHOD: &str = "log-normal, censored, maximum likelihood";
    let mut all = Vec::new();
    let timeout = median(&calls.silent);
    if let Some(fit) = LogNormalFit::of(&calls.answered, &[]) {
        // The scenario has one value for all: the mean time of a thread.
        let (mean, scale) = (fit.mean(), fit.mean() / fit.median());
        let (low, high) = fit.interval(CONFIDENCE);
        let evidence = format!(
            "{} answers, median {:.3} s, σ of the logarithm {:.3}",
            calls.answered.len(),
            fit.median(),
            fit.sigma
        );
        all.push(
            Estimate::of("notification.connect_time", "s", METHOD, calls.answered.len())
                .valued(mean, Some((low * scale, high * scale)))
                .from(evidence)
                .given(Plausible::Time { mean, error: mean * fit.error }),
        );
    }
    if let Some(timeout) = timeout {
        let count = calls.silent.len();
        let half = half_second(count);
        all.push(
            Estimate::of("notification.connect_timeout", "s", "median", count)
                .valued(timeout, Some((timeout - half, timeout + half)))
                .from(format!("{count} attempts without an answer, from begin to failure"))
                .given(Plausible::Time { mean: timeout, error: 0.0 }),
        );
    }
    all
}

/// The possible error of a median of times that were rounded to whole seconds at both ends.
fn half_second(count: usize) -> f64 {
    if count < 5 { 1.0 } else { 0.5 }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

fn threads(told: &[&Observation]) -> Option<Estimate> {
    let at = |seen: &&Observation| in_one_line(seen);
    let of = |is: fn(Event) -> bool| told.iter().copied().filter(move |seen| is(seen.event));
    let begins = of(|event| event == Event::NotifyBegins);
    let ends = of(|event| event != Event::NotifyBegins);
    let begun = begins.clone().count();
    if begun == 0 {
        return None;
    }
    let found = overlap(begins.map(|seen| at(&seen)), ends.map(|seen| at(&seen)));
    let estimate = Estimate::of("notification.threads", "count", "overlap", told.len());
    let peak = f64::from(found.peak);
    let evidence = format!(
        "at most {} in progress at once, for {} whole seconds of {} busy ones",
        found.peak, found.seconds_at_peak, found.busy_seconds
    );
    Some(if found.is_bound() {
        let given = Plausible::Count(u64::from(found.peak));
        estimate.valued(peak, Some((peak, peak))).from(evidence).given(given)
    } else {
        estimate.from(format!("not identified, at least {}: {evidence}", found.peak))
    })
}
