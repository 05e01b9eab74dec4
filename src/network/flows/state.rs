//! State shared by the network and its solvers: classes, channels and clocks.

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::class::{Class, Classes};
use crate::network::flows::virtual_time::{ClockId, Clocks};
use crate::network::quantum::UNLIMITED;

/// One direction of a link, with its accumulated statistics.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    /// Capacity, in quanta.
    pub(crate) capacity: u64,
    /// The level at which it is saturated, or [`UNLIMITED`]; 0 if it is down.
    level: u64,
    /// Since when it is saturated, and how long it was saturated before, in nanoseconds. One that is down is not.
    since: u64,
    saturated: u64,
    /// Weight of all transfers over it, delayed ones included.
    pub(crate) demand: u64,
    /// Work over it of members that have ended or left.
    pub(crate) moved: u128,
    /// All classes that cross it.
    pub(crate) classes: Vec<ClassId>,
}

/// The number of operations of the solvers; exact, and equal on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) settlements: u64,
    pub(crate) classes_touched: u64,
    /// Those of the general solver among the classes touched.
    pub(crate) general_touched: u64,
    pub(crate) channels_touched: u64,
    pub(crate) rounds: u64,
}

/// State shared by the network and its solvers.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) classes: Classes,
    pub(crate) channels: Column<ChannelId, Channel>,
    /// Two for each channel, then one for each class.
    pub(crate) clocks: Clocks,
    pub(crate) work: Work,
}

/// Whether a channel of this level carries as much as it can, and not nothing.
#[inline]
fn is_saturated(level: u64) -> bool {
    level.wrapping_sub(1) < UNLIMITED - 1
}

impl State {
    pub(crate) fn new(capacities: impl Iterator<Item = u64>) -> Self {
        let channels: Column<ChannelId, Channel> = capacities
            .map(|capacity| Channel {
                capacity,
                level: UNLIMITED,
                since: 0,
                saturated: 0,
                demand: 0,
                moved: 0,
                classes: Vec::new(),
            })
            .collect();
        let clocks = Clocks::new(2 * channels.len());
        Self { classes: Classes::default(), channels, clocks, work: Work::default() }
    }

    /// The class of the key, and whether it is new.
    pub(crate) fn intern(
        &mut self,
        path: &[ChannelId],
        rate_cap: u64,
        weight: u32,
    ) -> (ClassId, bool) {
        let (id, is_new) = self.classes.intern(path, rate_cap, weight);
        if is_new {
            let _ = self.clocks.add();
            for &channel in path {
                self.channels[channel].classes.push(id);
            }
        }
        (id, is_new)
    }

    #[inline]
    pub(crate) fn class(&self, id: ClassId) -> &Class {
        &self.classes.rows[id]
    }

    /// The clock of a class. The clock of a channel has the channel's number.
    #[inline]
    pub(crate) fn clock(&self, id: ClassId) -> ClockId {
        2 * self.number_of_channels() + id.0
    }

    /// The class of a clock that is that of one.
    #[inline]
    pub(crate) fn class_of(&self, clock: ClockId) -> ClassId {
        ClassId(clock - 2 * self.number_of_channels())
    }

    /// The second clock of a channel: that of the loose classes that it limits.
    #[inline]
    pub(crate) fn loose_clock(&self, channel: ChannelId) -> ClockId {
        self.number_of_channels() + channel.0
    }

    #[inline]
    fn number_of_channels(&self) -> u32 {
        u32::try_from(self.channels.len()).expect("fewer than 2³¹ channels")
    }

    /// The current rate of a member of the class, in quanta.
    #[inline]
    pub(crate) fn rate(&self, id: ClassId) -> u64 {
        self.clocks.speed(self.clock(id)) * self.class(id).unit()
    }

    /// The current level of the class.
    #[inline]
    pub(crate) fn level(&self, id: ClassId) -> u64 {
        self.class(id).level_at(self.clocks.speed(self.clock(id)))
    }

    /// Adds `change` to the number of transfers of the class on the channels of its path.
    #[inline]
    pub(crate) fn count(&mut self, id: ClassId, more: i64) {
        let class = &self.classes.rows[id];
        for &channel in &class.path {
            let demand = &mut self.channels[channel].demand;
            *demand = demand.strict_add_signed(more * i64::from(class.weight));
        }
    }

    /// The level at which the channel is saturated, or [`UNLIMITED`].
    #[inline]
    pub(crate) fn channel_level(&self, id: ChannelId) -> u64 {
        self.channels[id].level
    }

    /// Records that the channel is saturated at `level` from now on, or no longer ([`UNLIMITED`]).
    #[inline]
    pub(crate) fn set_channel_level(&mut self, id: ChannelId, level: u64) {
        let now = self.clocks.now();
        let channel = &mut self.channels[id];
        if !is_saturated(channel.level) {
            channel.since = now;
        } else if !is_saturated(level) {
            channel.saturated += now - channel.since;
        }
        channel.level = level;
    }

    /// How long the channel has been saturated so far, in nanoseconds.
    pub(crate) fn saturated(&self, id: ChannelId) -> u64 {
        let channel = &self.channels[id];
        let running = is_saturated(channel.level);
        channel.saturated + if running { self.clocks.now() - channel.since } else { 0 }
    }

    /// Removes so many transfers of the class from the channels of its path, which have ended or left after this work.
    #[inline]
    pub(crate) fn retire(&mut self, id: ClassId, members: u64, work: u128) {
        let class = &mut self.classes.rows[id];
        class.moved += work;
        for &channel in &class.path {
            let channel = &mut self.channels[channel];
            channel.moved += work;
            channel.demand -= members * u64::from(class.weight);
        }
    }

    /// Adds the work of members that are no longer in progress.
    #[inline]
    pub(crate) fn add_moved(&mut self, id: ClassId, work: u128) {
        let class = &mut self.classes.rows[id];
        class.moved += work;
        for &channel in &class.path {
            self.channels[channel].moved += work;
        }
    }

    /// Work done by members of the class, including those in progress. Exact: nothing is rounded.
    pub(crate) fn served(&self, id: ClassId) -> u128 {
        self.class(id).moved + self.in_progress(id)
    }

    /// Work that the present members of the class have done.
    pub(crate) fn in_progress(&self, id: ClassId) -> u128 {
        let class = self.class(id);
        if class.members == 0 {
            return 0;
        }
        let readings = self.clocks.reading(self.clock(id)).wrapping_mul(class.members.into());
        readings.wrapping_sub(class.starts) * u128::from(class.unit())
    }
}
