//! A network and, in a checked replay, the same network with the reference solver.

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::replay::error::ReplayError;
use crate::network::{Ended, Method, Network, Topology};
use crate::units::{BitRate, Bytes, SimTime};

/// The fast network, and one with the reference solver to compare with.
pub(super) struct CheckedNetwork<'t> {
    /// For messages about differences.
    topology: &'t Topology,
    fast: Network,
    slow: Option<Network>,
}

impl<'t> CheckedNetwork<'t> {
    pub(super) fn new(
        topology: &'t Topology,
        capacities: &Column<ChannelId, BitRate>,
        is_checked: bool,
    ) -> Self {
        let with = |method| Network::with_method(capacities, method);
        let slow = is_checked.then(|| with(Method::Definition));
        Self { topology, fast: with(Method::Automatic), slow }
    }

    pub(super) fn fast(&self) -> &Network {
        &self.fast
    }

    pub(super) fn class(&mut self, path: &[ChannelId], rate_cap: u64, weight: u32) -> ClassId {
        if let Some(slow) = &mut self.slow {
            let _ = slow.class_in_quanta(path, rate_cap, weight);
        }
        self.fast.class_in_quanta(path, rate_cap, weight)
    }

    pub(super) fn start(&mut self, class: ClassId, size: Bytes, tag: u32, time: SimTime) {
        if let Some(slow) = &mut self.slow {
            let _ = slow.start_later(class, size, tag, time);
        }
        let _ = self.fast.start_later(class, size, tag, time);
    }

    pub(super) fn next_end(&mut self) -> Result<SimTime, ReplayError> {
        let end = self.fast.next_end();
        let Some(slow) = &mut self.slow else { return Ok(end) };
        let expected = slow.next_end();
        if end != expected {
            let what = format!("the next end is at {end} and not at {expected}");
            return Err(ReplayError::Difference { time: self.fast.now(), what });
        }
        // If something ends at this instant, its rates are not computed yet.
        if end > self.fast.now() {
            self.compare_channels()?;
        }
        Ok(end)
    }

    /// Equal loads and equal levels of saturation imply equal rates.
    fn compare_channels(&self) -> Result<(), ReplayError> {
        let Some(slow) = &self.slow else { return Ok(()) };
        for id in self.fast.state.channels.ids() {
            let levels = [&self.fast, slow].map(|network| network.state.channel_level(id));
            let loads = [&self.fast, slow].map(|network| network.load_in_quanta(id));
            if levels[0] != levels[1] || loads[0] != loads[1] {
                let [from, to] = self.topology.ends(id).map(|node| self.topology.name(node));
                let [load, expected] = loads;
                let [level, expected_level] = levels;
                let what = format!(
                    "the link from `{from}` to `{to}` carries {load} quanta at level {level}, not \
                     {expected} at level {expected_level}"
                );
                return Err(ReplayError::Difference { time: self.fast.now(), what });
            }
        }
        Ok(())
    }

    pub(super) fn advance_to(&mut self, time: SimTime) {
        self.fast.advance_to(time);
        if let Some(slow) = &mut self.slow {
            slow.advance_to(time);
        }
    }

    pub(super) fn pop_ended(&mut self) -> Result<Option<Ended>, ReplayError> {
        let ended = self.fast.pop_ended();
        let Some(slow) = &mut self.slow else { return Ok(ended) };
        let expected = slow.pop_ended();
        if ended.map(|ended| ended.tag) != expected.map(|ended| ended.tag) {
            let what = format!("{ended:?} ends instead of {expected:?}");
            return Err(ReplayError::Difference { time: self.fast.now(), what });
        }
        Ok(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    #[test]
    fn a_difference_is_found_and_said_where() {
        let mut topology = Topology::new();
        let [hq, core] = ["hq", "core"].map(|name| topology.add_node(name));
        let rate = BitRate::from_bits_per_sec(800);
        let link = topology.add_link(hq, core, rate, SimDuration::ZERO);
        let mut twin = CheckedNetwork::new(&topology, &topology.capacities(), true);
        let class = twin.class(&[link.backward()], 1 << 20, 1);
        twin.start(class, Bytes::new(100), 0, SimTime::START);
        assert_eq!(twin.next_end(), Ok(SimTime::from_secs(100)));
        let slow = twin.slow.as_mut().expect("a checked one");
        let aside = slow.class_in_quanta(&[link.backward()], 5, 1);
        let _ = slow.start(aside, Bytes::new(100), 1);
        let Err(ReplayError::Difference { what, .. }) = twin.next_end() else { panic!("equal") };
        assert!(what.starts_with("the link from `core` to `hq` carries 1048576 quanta"), "{what}");
    }
}
