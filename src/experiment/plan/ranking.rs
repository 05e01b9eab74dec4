//! Ranks sites by how much an Update Agent there would help, from one simulated day.
//!
//! An Update Agent serves its site and those below it that have no nearer one. Its benefit is the share of load that it
//! removes, for each load that the targets depend on ([`super::load_attribution`]).

use super::load_attribution::{LoadAttribution, Offload, SiteLoad};
use super::placement::{Place, served_from};

impl LoadAttribution {
    /// The benefit of one more Update Agent at each place in addition to `numbers`, each able to serve `capacity`
    /// agents at once; zero if there is no room for it.
    pub fn benefits(&self, places: &[Place], numbers: &[u32], capacity: u64) -> Vec<f64> {
        let from = served_from(places, numbers);
        let mut benefits = vec![0.0; places.len()];
        for load in &self.loads {
            self.share_out(load, places, &from, &mut benefits);
        }
        let mut served = vec![0; places.len()];
        for (place, from) in places.iter().zip(from) {
            if let Some(from) = from {
                served[from] += place.agents;
            }
        }
        for (at, place) in places.iter().enumerate() {
            if numbers[at] >= place.room {
                benefits[at] = 0.0;
            } else if numbers[at] > 0 {
                benefits[at] *= unserved(served[at], u64::from(numbers[at]) * capacity);
            }
        }
        benefits
    }

    /// Adds to the benefit of each place its share of a load: on the path up from the site with the load, as far as an
    /// Update Agent there would serve that site and remove the load.
    fn share_out(
        &self,
        load: &SiteLoad,
        places: &[Place],
        from: &[Option<usize>],
        benefits: &mut [f64],
    ) {
        let SiteLoad { offload, of_place } = load;
        let depths = depths(places, *offload);
        let all: f64 = of_place.iter().sum();
        for (place, own) in of_place.iter().enumerate().filter(|(_, own)| **own > 0.0) {
            let before = from[place];
            let mut next = Some(place);
            while let Some(at) = next {
                let is_there = before == Some(at);
                let nearer = before.filter(|_| !is_there).map_or(0.0, |before| depths[before]);
                let relieved = match offload {
                    Offload::OfBottleneck => 1.0,
                    Offload::OfServer => f64::from(before.is_none() || is_there),
                    Offload::OfLinks { .. } => depths[at] - nearer,
                };
                benefits[at] += relieved * own / all;
                let is_relieved = *offload == Offload::OfBottleneck && at == self.bottleneck[place];
                next = places[at].above.filter(|_| !is_there && !is_relieved);
            }
        }
    }

    /// The places in the order in which Update Agents would be added, at most `most` of them: each where it helps most
    /// in addition to those before it.
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

/// The number of links between each place and the source of all.
fn depths(places: &[Place], offload: Offload) -> Vec<f64> {
    let top = f64::from(offload == Offload::OfLinks { from_internet: true });
    let mut depths: Vec<f64> = Vec::with_capacity(places.len());
    for place in places {
        depths.push(place.above.map_or(top, |above| depths[above] + 1.0));
    }
    depths
}

/// The share of `agents` beyond the capacity of the present Update Agents.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn unserved(agents: u64, capacity: u64) -> f64 {
    if agents == 0 { 0.0 } else { agents.saturating_sub(capacity) as f64 / agents as f64 }
}

/// The index of the greatest value; the first of equal ones.
pub(super) fn greatest(values: &[f64]) -> Option<usize> {
    (0..values.len()).rev().max_by(|a, b| values[*a].total_cmp(&values[*b]))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::scenario::{Overrides, Scenario};

    /// Headquarters, a hub, and two stores below it.
    pub(in crate::experiment::plan) fn four_places() -> Scenario {
        let text = "name = \"x\"\nduration = \"1 h\"\n\
                    [headquarters]\nagents = 10\ninternet_bandwidth = \"10 Mbit/s\"\n\
                    [[site]]\nname = \"hub\"\nagents = 10\nbandwidth = \"1 Mbit/s\"\n\
                    [[site]]\nname = \"store\"\nvia = \"hub\"\ncount = 2\nagents = 10\nbandwidth = \"1 Mbit/s\"\n\
                    [[release]]\nname = \"r\"\nat = \"10 min\"\ncomponents = [\"Virus Pattern\"]\n";
        Scenario::parse(text, "x.toml", &Overrides::default()).expect("a scenario")
    }

    fn places() -> Vec<Place> {
        super::super::placement::places(&four_places())
    }

    /// The benefits at headquarters, the hub and the stores in addition to `numbers`, with equal loads everywhere and
    /// the hub's link as the bottleneck of everything below.
    fn benefits(offload: Offload, numbers: [u32; 4]) -> Vec<f64> {
        let loads = vec![SiteLoad { offload, of_place: vec![1.0; 4] }];
        let attribution = LoadAttribution { loads, bottleneck: vec![0, 1, 1, 1] };
        let benefits = attribution.benefits(&places(), &numbers, 250);
        benefits.into_iter().map(|share| 4.0 * share).collect()
    }

    #[test]
    fn bytes_on_links_are_spared_for_each_link_up_to_who_served_before() {
        let links = Offload::OfLinks { from_internet: false };
        assert_eq!(benefits(links, [0; 4]), [0.0, 3.0, 2.0, 2.0], "nothing at headquarters");
        assert_eq!(
            benefits(links, [0, 1, 0, 0]),
            [0.0, 0.0, 1.0, 1.0],
            "the hub has done its part"
        );
        let from_internet = Offload::OfLinks { from_internet: true };
        assert_eq!(benefits(from_internet, [0; 4]), [4.0, 6.0, 3.0, 3.0]);
    }

    #[test]
    fn the_server_is_relieved_of_whom_nobody_else_serves() {
        assert_eq!(benefits(Offload::OfServer, [0; 4]), [4.0, 3.0, 1.0, 1.0]);
        assert_eq!(benefits(Offload::OfServer, [0, 1, 0, 0]), [1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn only_update_agents_behind_a_bottleneck_help() {
        assert_eq!(benefits(Offload::OfBottleneck, [0; 4]), [1.0, 3.0, 1.0, 1.0]);
    }
}
