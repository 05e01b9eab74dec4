//! Where an Update Agent would help most, by what a simulated day says.
//!
//! An Update Agent relieves the links above it and nothing else. So one at a site helps a site that it
//! would serve if that one's bottleneck (the link of its way that was saturated longest) is not below.
//! Its benefit is the lateness (agents × time until 95 % of a site have the release) of all that it
//! helps, each weighted by how long its bottleneck was saturated.

use std::collections::BTreeMap;

use crate::measure::run::{RunMeasurements, SiteRow};
use crate::scenario::Place;
use crate::units::SimDuration;

/// A link that was never saturated still counts so much: of two sites on idle links the later one
/// goes first.
const LEAST_PRESSURE: f64 = 0.001;

/// What a day says of each place.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Agents × seconds until 95 % of its own agents had the release.
    pub lateness: Vec<f64>,
    /// The place on its way up whose link was saturated longest, itself included. Headquarters' link
    /// is the server's.
    pub bottleneck: Vec<usize>,
    /// The share of the day in which that link was.
    pub pressure: Vec<f64>,
}

impl Evidence {
    /// What `run` of `duration` says of `places`.
    #[expect(clippy::cast_precision_loss, reason = "agents of a site are few")]
    pub fn of(run: &RunMeasurements, places: &[Place], duration: SimDuration) -> Self {
        let whole = duration.as_secs_f64();
        let late = |(place, row): (&Place, &SiteRow)| {
            let span = row.protected[1].map_or(whole, SimDuration::as_secs_f64);
            place.agents as f64 * span
        };
        let share = |saturated: SimDuration| saturated.as_secs_f64() / whole;
        let saturated: BTreeMap<&str, f64> =
            run.links.iter().map(|row| (row.direction.as_str(), share(row.saturated))).collect();
        let mut bottleneck: Vec<usize> = Vec::with_capacity(places.len());
        let mut pressure: Vec<f64> = Vec::with_capacity(places.len());
        for (number, place) in places.iter().enumerate() {
            let from = place.above.map_or("server", |above| &places[above].site);
            let own = saturated.get(format!("{from} → {}", place.site).as_str());
            let own = own.copied().unwrap_or_default();
            let above = place.above.filter(|above| pressure[*above] >= own);
            bottleneck.push(above.map_or(number, |above| bottleneck[above]));
            pressure.push(above.map_or(own, |above| pressure[above]));
        }
        let lateness = places.iter().zip(&run.sites).map(late).collect();
        Self { lateness, bottleneck, pressure }
    }

    /// The benefit of one more Update Agent at each place beside `numbers`, each able to serve
    /// `capacity` agents at once; nothing where there is no room for it.
    pub fn benefits(&self, places: &[Place], numbers: &[u32], capacity: u64) -> Vec<f64> {
        let mut benefits = vec![0.0; places.len()];
        let mut agents = vec![0; places.len()];
        for (number, place) in places.iter().enumerate() {
            let weight = self.lateness[number] * self.pressure[number].max(LEAST_PRESSURE);
            let mut at = number;
            loop {
                benefits[at] += weight;
                agents[at] += place.agents;
                match places[at].above {
                    Some(above) if at != self.bottleneck[number] && numbers[at] == 0 => at = above,
                    _ => break,
                }
            }
        }
        for (at, place) in places.iter().enumerate() {
            let has_room = numbers[at] < place.room;
            let rest = unserved(agents[at], u64::from(numbers[at]) * capacity);
            benefits[at] *= if has_room { rest } else { 0.0 };
        }
        benefits
    }

    /// The places in the order in which Update Agents would go there, at most `most` of them: each
    /// where it helps most beside those before it.
    pub fn rank(&self, places: &[Place], capacity: u64, most: u32) -> Vec<usize> {
        let mut numbers = vec![0; places.len()];
        let mut order = Vec::new();
        while order.len() < most as usize {
            let benefits = self.benefits(places, &numbers, capacity);
            let Some(best) = greatest(&benefits).filter(|place| benefits[*place] > 0.0) else {
                break;
            };
            numbers[best] += 1;
            order.push(best);
        }
        order
    }
}

/// The share of `agents` beyond what those that are there can serve at once.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn unserved(agents: u64, capacity: u64) -> f64 {
    if agents == 0 { 0.0 } else { agents.saturating_sub(capacity) as f64 / agents as f64 }
}

/// The place of the greatest value; of equal ones the first.
pub(super) fn greatest(values: &[f64]) -> Option<usize> {
    (0..values.len()).rev().max_by(|a, b| values[*a].total_cmp(&values[*b]))
}
