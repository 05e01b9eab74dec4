//! The numbers of a day by which a log and a run are compared.

use std::collections::{BTreeMap, BTreeSet};

use super::envelope::{Transfer, busy_rates};
use super::shape::{LogDay, Shape};
use crate::ids::{AgentId, SiteId};
use crate::model::observation::{Event, Observation, Observations, ObservedSource};
use crate::units::{Bytes, SimDuration, SimTime};

/// A number of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayCell {
    /// The measure.
    pub measure: Measure,
    /// The group of sites.
    pub group: usize,
    /// The hour, if the measure has a value for each.
    pub hour: Option<u8>,
}

/// A measure of a day and a group of sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The share of agents that have reported an update by the end of an hour.
    Updated,
    /// The share of updates that came from the server.
    FromServer,
    /// From Update Agents.
    FromUpdateAgents,
    /// From `ActiveUpdate`.
    FromInternet,
    /// The median of the time of day at which agents reported their first update.
    UpdateMedian,
    /// Its 90 % quantile.
    UpdateLate,
    /// Notifications by the server, for each agent.
    Notified,
    /// The median of the time from an agent's answer until its update.
    FetchMedian,
    /// Its 90 % quantile.
    FetchLate,
    /// The bytes that the server sent in an hour, for each agent.
    Egress,
    /// Requests refused for lack of a place, for each agent.
    Refused,
    /// The median of the rates of what the server sent, without index files.
    SendMedian,
    /// The highest of them: the rate of the link, if it is the bottleneck of a transfer that is alone.
    SendTop,
    /// The median of the rates at which sites received from the server in busy periods, over the group's sites. Unlike the
    /// rate of a transfer, it does not depend on how many transfers share a link that is the bottleneck.
    BusyMedian,
    /// The highest of them.
    BusyTop,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 15] = [
        Self::Updated,
        Self::FromServer,
        Self::FromUpdateAgents,
        Self::FromInternet,
        Self::UpdateMedian,
        Self::UpdateLate,
        Self::Notified,
        Self::FetchMedian,
        Self::FetchLate,
        Self::Egress,
        Self::Refused,
        Self::SendMedian,
        Self::SendTop,
        Self::BusyMedian,
        Self::BusyTop,
    ];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Updated => "updated_share",
            Self::FromServer => "from_server_share",
            Self::FromUpdateAgents => "from_update_agents_share",
            Self::FromInternet => "from_active_update_share",
            Self::UpdateMedian => "update_clock_p50_s",
            Self::UpdateLate => "update_clock_p90_s",
            Self::Notified => "notifications_per_agent",
            Self::FetchMedian => "answer_to_update_p50_s",
            Self::FetchLate => "answer_to_update_p90_s",
            Self::Egress => "server_egress_bytes_per_agent",
            Self::Refused => "refused_per_agent",
            Self::SendMedian => "send_rate_p50_bps",
            Self::SendTop => "send_rate_max_bps",
            Self::BusyMedian => "busy_rate_p50_bps",
            Self::BusyTop => "busy_rate_max_bps",
        }
    }

    /// What it measures, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Updated => "agents that have updated",
            Self::FromServer => "updates from the server",
            Self::FromUpdateAgents => "updates from Update Agents",
            Self::FromInternet => "updates from ActiveUpdate",
            Self::UpdateMedian => "time of day of updates, median",
            Self::UpdateLate => "time of day of updates, 90 % quantile",
            Self::Notified => "notifications per agent",
            Self::FetchMedian => "time from answer to update, median",
            Self::FetchLate => "time from answer to update, 90 % quantile",
            Self::Egress => "sent by the server per agent",
            Self::Refused => "refused requests per agent",
            Self::SendMedian => "rate of the server's transfers, median",
            Self::SendTop => "rate of the server's transfers, maximum",
            Self::BusyMedian => "rate of the server in busy periods, median",
            Self::BusyTop => "rate of the server in busy periods, maximum",
        }
    }

    /// The unit of its values; empty for a count.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Updated | Self::FromServer | Self::FromUpdateAgents | Self::FromInternet => {
                "share"
            }
            Self::UpdateMedian | Self::UpdateLate => "time of day",
            Self::Notified | Self::Refused => "",
            Self::FetchMedian | Self::FetchLate => "s",
            Self::Egress => "bytes",
            Self::SendMedian | Self::SendTop | Self::BusyMedian | Self::BusyTop => "bit/s",
        }
    }

    /// The events that a log must contain for this measure.
    const fn needs(self) -> &'static [Event] {
        match self {
            Self::Updated
            | Self::FromServer
            | Self::FromUpdateAgents
            | Self::FromInternet
            | Self::UpdateMedian
            | Self::UpdateLate => &[Event::Updated],
            Self::Notified => &[Event::NotifyBegins],
            Self::FetchMedian | Self::FetchLate => &[Event::Answered, Event::Updated],
            Self::Egress | Self::SendMedian | Self::SendTop | Self::BusyMedian | Self::BusyTop => {
                &[Event::Sent]
            }
            Self::Refused => &[Event::Sent, Event::Refused],
        }
    }

    /// Smaller differences are ignored: the minimum standard deviation, for a value of this size.
    pub fn least_deviation(self, value: f64) -> f64 {
        match self {
            Self::Updated | Self::FromServer | Self::FromUpdateAgents | Self::FromInternet => 0.02,
            Self::UpdateMedian | Self::UpdateLate => 15.0,
            Self::Notified | Self::Refused => 0.02 + 0.02 * value,
            Self::FetchMedian | Self::FetchLate => 1.0 + 0.03 * value,
            Self::Egress | Self::SendMedian | Self::BusyMedian => 1_000.0 + 0.03 * value,
            Self::SendTop | Self::BusyTop => 1_000.0 + 0.05 * value,
        }
    }
}

/// The measures that logs permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvents(BTreeSet<Event>);

impl LoggedEvents {
    /// The measures that `observations` permit.
    pub fn of(observations: &Observations) -> Self {
        Self(Event::ALL.into_iter().filter(|event| observations.tell_of(*event)).collect())
    }

    /// The permitted measures.
    pub fn measures(&self) -> impl Iterator<Item = Measure> {
        Measure::ALL
            .into_iter()
            .filter(|measure| measure.needs().iter().all(|event| self.0.contains(event)))
    }
}

/// The numbers of a day.
pub type Day = BTreeMap<DayCell, f64>;

/// The minimum number of values for a quantile.
const FEWEST: usize = 5;

/// The counts of a group on a day.
#[derive(Debug, Default)]
struct Tally {
    first_updates: BTreeMap<AgentId, SimTime>,
    /// Updates by source: the server, Update Agents, `ActiveUpdate`.
    by_source: [u32; 3],
    notified: u32,
    refused: u32,
    fetches: Vec<f64>,
    send_rates: Vec<f64>,
    /// What the server sent over each site's link.
    received: BTreeMap<SiteId, Vec<Transfer>>,
    egress: [Bytes; 24],
}

/// The numbers of each day, as far as `logged` permits.
pub fn days(
    observations: &Observations,
    shape: &Shape,
    logged: &LoggedEvents,
) -> BTreeMap<LogDay, Day> {
    let mut tallies: BTreeMap<(LogDay, usize), Tally> = BTreeMap::new();
    let mut answered: BTreeMap<AgentId, (LogDay, SimTime)> = BTreeMap::new();
    // A log with names and a log with addresses may contain the same agent twice: each counts its own.
    let mut rosters: BTreeMap<usize, [BTreeSet<AgentId>; 2]> = BTreeMap::new();
    let mut known: BTreeSet<LogDay> = BTreeSet::new();
    for seen in observations.list.iter().filter(|seen| logged.0.contains(&seen.event)) {
        let Some(site) = observations.agents[seen.agent] else { continue };
        let (group, day) = (shape.group(site), day_of(seen, shape));
        known.insert(day);
        let tally = tallies.entry((day, group)).or_default();
        let source = observations.source(seen);
        let by_server = matches!(source, ObservedSource::Server | ObservedSource::Unknown);
        let own = rosters.entry(group).or_default();
        if is_told(seen.event) {
            own[0].insert(seen.agent);
        } else if seen.event == Event::Sent && source == ObservedSource::Server {
            own[1].insert(seen.agent);
        }
        match seen.event {
            Event::NotifyBegins if by_server => tally.notified += 1,
            Event::Answered if by_server => {
                answered.insert(seen.agent, (day, seen.at));
            }
            Event::Updated => {
                tally.first_updates.entry(seen.agent).or_insert(seen.at);
                if let Some(at) = place(source) {
                    tally.by_source[at] += 1;
                }
                if let Some((told, at)) =
                    answered.remove(&seen.agent).filter(|(told, _)| *told == day)
                {
                    debug_assert_eq!(told, day);
                    tally.fetches.push(seen.at.since(at).as_secs_f64());
                }
            }
            Event::Sent | Event::Failed if source == ObservedSource::Server => {
                tally.received.entry(site).or_default().push(Transfer::of(seen));
                if seen.event == Event::Sent {
                    tally.egress[usize::from(shape.hour(seen.at))] += seen.bytes;
                    tally.send_rates.extend(send_rate(seen));
                }
            }
            Event::Refused if by_server => tally.refused += 1,
            _ => {}
        }
    }
    let measures: BTreeSet<Measure> = logged.measures().collect();
    let mut all: BTreeMap<LogDay, Day> = BTreeMap::new();
    for day in known {
        let cells = all.entry(day).or_default();
        for (group, [told, sent]) in &rosters {
            let empty = Tally::default();
            let tally = tallies.get(&(day, *group)).unwrap_or(&empty);
            tally.put(*group, [told.len(), sent.len()], shape, &mut |cell, value| {
                if measures.contains(&cell.measure) {
                    cells.insert(cell, value);
                }
            });
        }
    }
    all
}

/// The minimum size of what has a rate: more than an index file, whose time is that of setting up the connection.
const LEAST_WITH_RATE: Bytes = Bytes::new(32_000);

/// The rate of what was sent, in bit/s, if it is large enough. Its duration does not matter: a faster model would send less
/// that is slow enough.
#[expect(clippy::cast_precision_loss, reason = "statistics are floating-point")]
fn send_rate(seen: &Observation) -> Option<f64> {
    let seconds = seen.took().as_secs_f64();
    let has_rate = seen.bytes >= LEAST_WITH_RATE && seconds > 0.0;
    has_rate.then(|| seen.bytes.count() as f64 * 8.0 / seconds)
}

/// Whether an event is about notification or reporting, not about sending.
pub fn is_told(event: Event) -> bool {
    matches!(event, Event::NotifyBegins | Event::Answered | Event::Unanswered | Event::Updated)
}

/// The day of an event.
pub fn day_of(seen: &Observation, shape: &Shape) -> LogDay {
    LogDay { window: seen.window, day: shape.day(seen.at) }
}

fn place(source: ObservedSource) -> Option<usize> {
    match source {
        ObservedSource::Server => Some(0),
        ObservedSource::UpdateAgent(_) => Some(1),
        ObservedSource::ActiveUpdate => Some(2),
        ObservedSource::Unknown => None,
    }
}

impl Tally {
    /// Adds the numbers of a group, with the number of agents that are notified or report, and the number that are sent
    /// something.
    #[expect(clippy::cast_precision_loss, reason = "counts of agents and bytes")]
    fn put(
        &self,
        group: usize,
        agents: [usize; 2],
        shape: &Shape,
        put: &mut impl FnMut(DayCell, f64),
    ) {
        let [told, sent_to] = agents.map(|count| count.max(1) as f64);
        let mut say = |measure, hour, value| put(DayCell { measure, group, hour }, value);
        let clock = |at: &SimTime| shape.clock(*at);
        let mut clocks: Vec<SimDuration> = self.first_updates.values().map(clock).collect();
        clocks.sort_unstable();
        for hour in 0..24_u8 {
            let end = SimDuration::from_hours(u64::from(hour) + 1);
            let by_then = clocks.partition_point(|clock| *clock < end);
            say(Measure::Updated, Some(hour), by_then as f64 / told);
            let sent = self.egress[usize::from(hour)].count() as f64;
            say(Measure::Egress, Some(hour), sent / sent_to);
        }
        say(Measure::Notified, None, f64::from(self.notified) / told);
        say(Measure::Refused, None, f64::from(self.refused) / sent_to);
        let updates = f64::from(self.by_source.iter().sum::<u32>());
        if updates > 0.0 {
            let measures = [Measure::FromServer, Measure::FromUpdateAgents, Measure::FromInternet];
            for (measure, count) in measures.into_iter().zip(self.by_source) {
                say(measure, None, f64::from(count) / updates);
            }
        }
        let clocks: Vec<f64> = clocks.into_iter().map(SimDuration::as_secs_f64).collect();
        let mut fetches = self.fetches.clone();
        fetches.sort_by(f64::total_cmp);
        for (values, middle, late) in [
            (&clocks, Measure::UpdateMedian, Measure::UpdateLate),
            (&fetches, Measure::FetchMedian, Measure::FetchLate),
        ] {
            if values.len() >= FEWEST {
                say(middle, None, values[values.len() / 2]);
                say(late, None, values[values.len() * 9 / 10]);
            }
        }
        let busy = self.received.values().flat_map(|transfers| busy_rates(transfers));
        for (mut rates, fewest, middle, top) in [
            (self.send_rates.clone(), FEWEST, Measure::SendMedian, Measure::SendTop),
            (busy.map(|rate| rate as f64).collect(), 1, Measure::BusyMedian, Measure::BusyTop),
        ] {
            rates.sort_by(f64::total_cmp);
            if let Some(highest) = rates.last().filter(|_| rates.len() >= fewest) {
                say(middle, None, rates[rates.len() / 2]);
                say(top, None, *highest);
            }
        }
    }
}
