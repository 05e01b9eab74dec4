//! Load attribution: how much of what the targets depend on is due to each site, from simulated days.
//!
//! Each target depends on one load, which is measured for each site. An Update Agent offloads the agents that it serves in
//! one of three ways ([`Offload`]):
//!
//! | Targets | load of a site | offload |
//! |---|---|---|
//! | `wan_bytes` | bytes that it took | of each link up to its previous source |
//! | `server_egress_bytes`, `au_egress_bytes`, `ua_egress_bytes` (at least) | bytes that it received | of the server |
//! | `server_egress_peak_bps` | bits that it took while the server sent beyond the limit, if the first day has this; else bytes | of the server |
//! | `server_active_transfers_peak`, `slots_timed_out` | agents × time at its bottleneck | of the server |
//! | `server_requests`, `server_refused`, `failed_refused`, `reports_delayed`, `server_files_read` | agents | of the server |
//! | `exposure_agent_hours`, `protected_p50_s` | agents × time until half of them have the release, × time at its bottleneck | of its bottleneck |
//! | all others | agents × time until 95 % of them have the release, × time at its bottleneck | of its bottleneck |
//!
//! The last line is also the fallback: for a metric without a known relation to sites, late agents and busy links show
//! where Update Agents act. Concurrent requests are requests × their duration (J. D. C. Little, *A proof for the queuing
//! formula L = λW*, Operations Research 9, 1961).

use std::collections::BTreeMap;

use super::placement::Place;
use super::target::{Side, Target};
use crate::measure::run::{LinkRow, RunMeasurements, SiteRow};
use crate::model::settings::TopologyOption;
use crate::units::SimDuration;

/// The load of a link that was never saturated, above zero: of two sites on idle links the later one comes first.
const LEAST_PRESSURE: f64 = 0.001;

/// The loads of the places over some days.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadAttribution {
    /// The loads of the targets that some day missed; if none did, of all targets.
    pub loads: Vec<SiteLoad>,
    /// The place on its path up whose link was saturated longest, itself included. Headquarters' link is the server's.
    pub bottleneck: Vec<usize>,
}

/// The load of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteLoad {
    /// How an Update Agent removes it.
    pub offload: Offload,
    /// The load of each place, without the sites below; the unit does not matter.
    pub of_place: Vec<f64>,
}

/// The agents whose load an Update Agent removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offload {
    /// All that it serves whose bottleneck is not below it.
    OfBottleneck,
    /// All that it serves and that no other Update Agent served.
    OfServer,
    /// All that it serves, for each link between places up to their previous source.
    OfLinks {
        /// Whether that is `ActiveUpdate`, beyond headquarters' link to the Internet.
        from_internet: bool,
    },
}

/// The measurements of the places on one day.
struct Day<'a> {
    run: &'a RunMeasurements,
    places: &'a [Place],
    /// Rows of links by their direction.
    links: BTreeMap<&'a str, &'a LinkRow>,
    whole: f64,
}

impl LoadAttribution {
    /// The loads of `places` for `targets`, from `runs` of `duration`: from those days on which a target was missed, if
    /// there are any.
    pub fn of(
        runs: &[RunMeasurements],
        places: &[Place],
        duration: SimDuration,
        targets: &[Target],
    ) -> Self {
        let whole = duration.as_secs_f64();
        let is_met = |run: &&RunMeasurements| targets.iter().all(|target| target.is_met_by(run));
        let is_missed = |target: &&Target| !runs.iter().all(|run| target.is_met_by(run));
        let missed = some_or_all(runs, |run| !is_met(run));
        let days: Vec<Day<'_>> = missed.map(|run| Day::of(run, places, whole)).collect();
        let (bottleneck, pressure) = bottlenecks(places, &means(&days, Day::saturated));
        let asked = some_or_all(targets, is_missed);
        let load = |target| load(target, &days, &pressure);
        Self { loads: asked.map(load).collect(), bottleneck }
    }

    /// The loads of this many places before any day.
    pub fn nothing(places: usize) -> Self {
        Self { loads: Vec::new(), bottleneck: (0..places).collect() }
    }
}

/// The selected elements of `all`; all of them if none is selected.
fn some_or_all<'a, T>(
    all: &'a [T],
    is_meant: impl Fn(&&'a T) -> bool,
) -> impl Iterator<Item = &'a T> {
    let has_some = all.iter().any(|one| is_meant(&one));
    all.iter().filter(move |one| !has_some || is_meant(one))
}

/// The load of `target`, from `days` and the `pressure` on the bottleneck of each place: the table above.
fn load(target: &Target, days: &[Day<'_>], pressure: &[f64]) -> SiteLoad {
    let (offload, of_place) = match (target.metric.name, target.side) {
        ("wan_bytes", Side::AtMost) => {
            let from_internet = days.iter().any(|day| day.run.option == TopologyOption::Ua);
            (Offload::OfLinks { from_internet }, means(days, Day::bytes))
        }
        ("server_egress_bytes" | "au_egress_bytes", Side::AtMost)
        | ("ua_egress_bytes", Side::AtLeast) => (Offload::OfServer, means(days, Day::bytes)),
        ("server_egress_peak_bps", Side::AtMost) => {
            let beyond = means(days, |day| day.bits_beyond(target.limit));
            let is_told = beyond.iter().any(|bits| *bits > 0.0);
            (Offload::OfServer, if is_told { beyond } else { means(days, Day::bytes) })
        }
        ("server_active_transfers_peak" | "slots_timed_out", Side::AtMost) => {
            (Offload::OfServer, weighted(&means(days, Day::agents), pressure))
        }
        (
            "server_requests" | "server_refused" | "failed_refused" | "reports_delayed"
            | "server_files_read",
            Side::AtMost,
        ) => (Offload::OfServer, means(days, Day::agents)),
        ("exposure_agent_hours" | "protected_p50_s", _) => {
            (Offload::OfBottleneck, weighted(&means(days, |day| day.lateness(0)), pressure))
        }
        _ => (Offload::OfBottleneck, weighted(&means(days, |day| day.lateness(1)), pressure)),
    };
    SiteLoad { offload, of_place }
}

/// For each place the bottleneck on its path up, and how long that was saturated, from the saturation of each place's
/// own link.
fn bottlenecks(places: &[Place], saturated: &[f64]) -> (Vec<usize>, Vec<f64>) {
    let mut bottleneck: Vec<usize> = Vec::with_capacity(places.len());
    let mut pressure: Vec<f64> = Vec::with_capacity(places.len());
    for (number, (place, own)) in places.iter().zip(saturated).enumerate() {
        let above = place.above.filter(|above| pressure[*above] >= *own);
        bottleneck.push(above.map_or(number, |above| bottleneck[above]));
        pressure.push(above.map_or(*own, |above| pressure[above]));
    }
    (bottleneck, pressure)
}

/// The means over days of the values of every place.
#[expect(clippy::cast_precision_loss, reason = "days are few")]
fn means<'a>(days: &[Day<'a>], of_day: impl Fn(&Day<'a>) -> Vec<f64>) -> Vec<f64> {
    let add = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(b).map(|(a, b)| a + b).collect();
    let sums = days.iter().map(of_day).reduce(add).unwrap_or_default();
    sums.into_iter().map(|sum| sum / days.len() as f64).collect()
}

/// The value of each place, weighted by the time for which the bottleneck on its path was saturated: for that time its
/// agents wait, and their transfers last.
fn weighted(of_place: &[f64], pressure: &[f64]) -> Vec<f64> {
    let weigh = |(own, pressure): (&f64, &f64)| own * pressure.max(LEAST_PRESSURE);
    of_place.iter().zip(pressure).map(weigh).collect()
}

impl<'a> Day<'a> {
    fn of(run: &'a RunMeasurements, places: &'a [Place], whole: f64) -> Self {
        let links = run.links.iter().map(|row| (row.direction.as_str(), row)).collect();
        Self { run, places, links, whole }
    }

    /// The rows of the links down to a place: from the one above (from the server: headquarters), and
    /// from the Internet if it has one.
    fn down(&self, place: usize) -> impl Iterator<Item = &LinkRow> {
        let Place { site, above, .. } = &self.places[place];
        let from = above.map_or("server", |above| &self.places[above].site);
        [from, "internet"]
            .into_iter()
            .filter_map(move |from| self.links.get(format!("{from} → {site}").as_str()).copied())
    }

    /// The share of the day in which the link down to each place was saturated.
    fn saturated(&self) -> Vec<f64> {
        let share = |row: &LinkRow| row.saturated.as_secs_f64() / self.whole;
        (0..self.places.len()).map(|at| self.down(at).map(share).fold(0.0, f64::max)).collect()
    }

    /// Lateness, in agents × seconds until a share of a site's agents have the release, one of those
    /// that [`SiteRow::protected`] lists.
    #[expect(clippy::cast_precision_loss, reason = "agents of a site are few")]
    fn lateness(&self, share: usize) -> Vec<f64> {
        let late = |(place, row): (&Place, &SiteRow)| {
            let span = row.protected[share].map_or(self.whole, SimDuration::as_secs_f64);
            place.agents as f64 * span
        };
        self.places.iter().zip(&self.run.sites).map(late).collect()
    }

    /// Bytes that each place received for its own agents.
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    fn bytes(&self) -> Vec<f64> {
        self.own(|row| row.bytes.count() as f64)
    }

    /// Bits that each place received for its own agents in the sampling intervals in which the server sent more than
    /// `limit`, in bit/s; in those of its peak if it never did. Only the first replication has the traffic of links in
    /// each interval: zero on other days.
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    fn bits_beyond(&self, limit: f64) -> Vec<f64> {
        let sent: Vec<f64> =
            self.run.server.iter().map(|at| at.egress.bits_per_sec() as f64).collect();
        let limit = sent.iter().copied().fold(0.0, f64::max).min(limit);
        self.own(|row| {
            let load = sent.iter().zip(&row.utilization_per_mille);
            let beyond = load.filter(|(sent, _)| **sent >= limit);
            let per_mille: f64 = beyond.map(|(_, per_mille)| f64::from(*per_mille)).sum();
            row.capacity.bits_per_sec() as f64 * per_mille / 1000.0
        })
    }

    /// The traffic down to each place minus the traffic on to the sites below.
    fn own(&self, says: impl Fn(&LinkRow) -> f64) -> Vec<f64> {
        let all = 0..self.places.len();
        let down: Vec<f64> = all.map(|at| self.down(at).map(&says).sum()).collect();
        let mut own = down.clone();
        for (place, down) in self.places.iter().zip(down) {
            if let Some(above) = place.above {
                own[above] -= down;
            }
        }
        own.into_iter().map(|own| own.max(0.0)).collect()
    }

    /// The number of agents, each of which sends its requests.
    #[expect(clippy::cast_precision_loss, reason = "agents of a site are few")]
    fn agents(&self) -> Vec<f64> {
        self.run.sites.iter().map(|row| row.agents as f64).collect()
    }
}
