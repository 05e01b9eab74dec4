//! The online patterns of computers, from lines about switching on and off.

use std::collections::BTreeMap;

use super::cells::day_of;
use super::estimate::{CONFIDENCE, Estimate};
use super::plausible::Plausible;
use super::shape::{LogDay, Shape};
use crate::experiment::intervals::of_probability;
use crate::ids::AgentId;
use crate::model::observation::{Event, Observation};
use crate::units::SimDuration;

/// The minimum number of agent-days.
const FEWEST: usize = 10;
/// The share of its days on which a laptop has a break, at least: 1 / 2.
const HALF: usize = 2;

/// An agent's day.
#[derive(Default)]
struct OwnDay {
    on: Vec<SimDuration>,
    off: Vec<SimDuration>,
}

/// The online patterns, and the working day. `events` are those of the counted days, `roster` is the number of agents
/// in any line, `days` the days themselves.
pub(super) fn estimates(
    events: &[&Observation],
    roster: usize,
    days: &[LogDay],
    shape: &Shape,
) -> Vec<Estimate> {
    let mut own: BTreeMap<AgentId, BTreeMap<LogDay, OwnDay>> = BTreeMap::new();
    let mut lines = 0;
    for seen in events.iter().filter(|seen| matches!(seen.event, Event::On | Event::Off)) {
        let day = own.entry(seen.agent).or_default().entry(day_of(seen, shape)).or_default();
        let clock = shape.clock(seen.at);
        if seen.event == Event::On {
            day.on.push(clock);
        } else {
            day.off.push(clock);
        }
        lines += 1;
    }
    if lines < FEWEST {
        return Vec::new();
    }
    let tells_off = own.values().flat_map(BTreeMap::values).any(|day| !day.off.is_empty());
    let mut all = vec![patterns(&own, roster, lines, tells_off)];
    let whole = |day: &&OwnDay| tells_off && day.on.len() == day.off.len() && !day.on.is_empty();
    let all_days = || own.values().flat_map(BTreeMap::values);
    let arrivals: Vec<SimDuration> = all_days()
        .filter(|day| !tells_off || day.off.first().is_none_or(|off| day.on.first() < Some(off)))
        .filter_map(|day| day.on.first().copied())
        .collect();
    all.extend(clocks("working_day.arrival", "first start of a day", &arrivals));
    let leavings: Vec<SimDuration> =
        all_days().filter(whole).filter_map(|day| day.off.last().copied()).collect();
    all.extend(clocks("working_day.leaving", "last end of a day", &leavings));
    all.extend(absence(&own, days, shape, lines));
    let spans = |from: fn(&OwnDay) -> &[SimDuration], to: fn(&OwnDay) -> &[SimDuration]| {
        let of = move |day: &OwnDay| -> Vec<SimDuration> {
            from(day).iter().zip(to(day)).map(|(from, to)| to.saturating_sub(*from)).collect()
        };
        all_days().filter(whole).filter(|day| day.on.len() > 1).flat_map(of).collect::<Vec<_>>()
    };
    // The last span of a day ends at the departure.
    let on = spans(|day| &day.on[..day.on.len() - 1], |day| &day.off);
    let off = spans(|day| &day.off[..day.off.len() - 1], |day| &day.on[1..]);
    all.extend(durations("working_day.laptop_on", "spans before a break", &on));
    all.extend(durations("working_day.laptop_off", "breaks", &off));
    all
}

/// The number of agents with each online pattern.
fn patterns(
    own: &BTreeMap<AgentId, BTreeMap<LogDay, OwnDay>>,
    roster: usize,
    lines: usize,
    tells_off: bool,
) -> Estimate {
    let breaks = |days: &BTreeMap<LogDay, OwnDay>| {
        let with_break = days.values().filter(|day| day.on.len() > 1 || day.off.len() > 1).count();
        with_break * HALF > days.len()
    };
    let laptops = own.values().filter(|days| breaks(days)).count();
    let (office, always) = (own.len() - laptops, roster.saturating_sub(own.len()));
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let parts = vec![
        ("\"always-on\"".to_string(), count(always)),
        ("\"office-hours\"".to_string(), count(office)),
        ("\"laptop\"".to_string(), count(laptops)),
    ];
    let share = of_probability(count(always), count(roster), CONFIDENCE);
    let evidence = format!(
        "{always} agents of {roster} never start, {office} start once a day, {laptops} have breaks{}",
        if tells_off { "" } else { "; no line says when a computer is switched off" }
    );
    let estimate =
        Estimate::of("agents.presence", "share of always-on", "multinomial; Wilson", lines)
            .valued(f64::from(count(always)) / f64::from(count(roster).max(1)), share)
            .from(evidence);
    estimate.given(Plausible::Mixture(parts))
}

/// Working days on which an agent that works on working days does not start.
fn absence(
    own: &BTreeMap<AgentId, BTreeMap<LogDay, OwnDay>>,
    days: &[LogDay],
    shape: &Shape,
    lines: usize,
) -> Option<Estimate> {
    // A day counts if most agents came: the log may begin after their arrival on the first.
    let came = |day: &LogDay| {
        own.values().filter(|days| days.get(day).is_some_and(|day| !day.on.is_empty())).count()
    };
    let full: Vec<usize> = days
        .iter()
        .filter(|day| shape.weekday(day.day).is_working_day())
        .map(came)
        .filter(|came| came * 2 > own.len())
        .collect();
    let possible = u32::try_from(full.len() * own.len()).ok().filter(|all| *all > 0)?;
    let present = u32::try_from(full.iter().sum::<usize>()).ok()?;
    let absent = possible.saturating_sub(present);
    let share = f64::from(absent) / f64::from(possible);
    let evidence = format!("{absent} of {possible} working days of agents without a start");
    Some(
        Estimate::of("working_day.absent", "share", "Wilson", lines)
            .valued(share, of_probability(absent, possible, CONFIDENCE))
            .from(evidence)
            .given(Plausible::Share { times: absent, of: possible }),
    )
}

/// The ends of a uniform distribution, by maximum likelihood: the least and the greatest observed value.
fn ends(values: &[SimDuration]) -> Option<(SimDuration, SimDuration, u32)> {
    let (from, to) = (values.iter().min()?, values.iter().max()?);
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    (values.len() >= FEWEST).then_some((*from, *to, count))
}

/// An estimate of a range: its middle, with its ends in place of an interval.
fn range(key: &str, what: &str, (from, to, count): (SimDuration, SimDuration, u32)) -> Estimate {
    let (low, high) = (from.as_secs_f64(), to.as_secs_f64());
    let evidence = format!(
        "{count} {what}, from {low:.0} s to {high:.0} s; the interval includes all of them"
    );
    Estimate::of(key, "s", "uniform, maximum likelihood", count as usize)
        .valued(f64::midpoint(low, high), Some((low, high)))
        .from(evidence)
}

fn clocks(key: &str, what: &str, values: &[SimDuration]) -> Option<Estimate> {
    let (from, to, count) = ends(values)?;
    Some(range(key, what, (from, to, count)).given(Plausible::Clocks { from, to, count }))
}

fn durations(key: &str, what: &str, values: &[SimDuration]) -> Option<Estimate> {
    let (from, to, count) = ends(values)?;
    Some(range(key, what, (from, to, count)).given(Plausible::Durations { from, to, count }))
}
