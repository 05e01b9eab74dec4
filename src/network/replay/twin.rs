//! A network, and in a checked replay its slow twin beside it.

use super::{Network, ReplayError};
use crate::ids::{ChannelId, ClassId, Column};
use crate::network::{Ended, Method};
use crate::units::{BitRate, Bytes, SimTime};

/// The fast network, and one by the definition to compare it with.
pub(super) struct Twin {
    fast: Network,
    slow: Option<Network>,
}

impl Twin {
    pub(super) fn new(capacities: &Column<ChannelId, BitRate>, is_checked: bool) -> Self {
        let with = |method| Network::with_method(capacities, method);
        let slow = is_checked.then(|| with(Method::Definition));
        Self { fast: with(Method::Automatic), slow }
    }

    pub(super) fn fast(&self) -> &Network {
        &self.fast
    }

    pub(super) fn class(
        &mut self,
        path: &[ChannelId],
        ceiling: Option<BitRate>,
        weight: u32,
    ) -> ClassId {
        if let Some(slow) = &mut self.slow {
            let _ = slow.class(path, ceiling, weight);
        }
        self.fast.class(path, ceiling, weight)
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
        self.compare_channels()?;
        Ok(end)
    }

    /// Equal loads and equal levels of saturation, hence equal rates.
    fn compare_channels(&self) -> Result<(), ReplayError> {
        let Some(slow) = &self.slow else { return Ok(()) };
        for id in self.fast.state.channels.ids() {
            let levels = [&self.fast, slow].map(|network| network.state.channel_level(id));
            let loads = [&self.fast, slow].map(|network| network.load_in_quanta(id));
            if levels[0] != levels[1] || loads[0] != loads[1] {
                let what = format!("{id:?} carries {loads:?} quanta at levels {levels:?}");
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
