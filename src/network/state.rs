//! What the network and its solvers share: classes, channels and clocks.

use super::class::{Class, Classes};
use super::clocks::{ClockId, Clocks};
use super::quantum::UNLIMITED;
use crate::ids::{ChannelId, ClassId, Column};

/// One direction of a link, and how it has fared.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    /// In quanta.
    pub(super) capacity: u64,
    /// The level at which it is saturated, or [`UNLIMITED`].
    level: u64,
    /// Since when it is saturated, and how long it was before, in nanoseconds.
    since: u64,
    saturated: u64,
    /// Weight of all transfers over it, those that share later included.
    pub(super) demand: u64,
    /// All classes that cross it.
    pub(super) classes: Vec<ClassId>,
}

/// How much work the solvers did; exact, and equal on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) settlements: u64,
    pub(super) classes_touched: u64,
    /// Those of the general solver among them.
    pub(super) general_touched: u64,
    pub(super) channels_touched: u64,
    pub(super) rounds: u64,
}

/// What the network and its solvers share.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) classes: Classes,
    pub(super) channels: Column<ChannelId, Channel>,
    pub(super) clocks: Clocks,
    pub(super) work: Work,
}

impl State {
    pub(super) fn new(capacities: impl Iterator<Item = u64>) -> Self {
        let channels: Column<ChannelId, Channel> = capacities
            .map(|capacity| Channel {
                capacity,
                level: UNLIMITED,
                since: 0,
                saturated: 0,
                demand: 0,
                classes: Vec::new(),
            })
            .collect();
        let clocks = Clocks::new(channels.len());
        Self { classes: Classes::default(), channels, clocks, work: Work::default() }
    }

    /// The class of that key, and whether it is new.
    pub(super) fn intern(
        &mut self,
        path: &[ChannelId],
        ceiling: u64,
        weight: u32,
    ) -> (ClassId, bool) {
        let (id, is_new) = self.classes.intern(path, ceiling, weight);
        if is_new {
            let _ = self.clocks.add();
            for &channel in path {
                self.channels[channel].classes.push(id);
            }
        }
        (id, is_new)
    }

    pub(super) fn class(&self, id: ClassId) -> &Class {
        &self.classes.rows[id]
    }

    /// The clock of a class; that of a channel has the channel's number.
    pub(super) fn clock(&self, id: ClassId) -> ClockId {
        u32::try_from(self.channels.len()).expect("fewer than 2³² channels") + id.0
    }

    /// The class of a clock that is not a channel's.
    pub(super) fn class_of(&self, clock: ClockId) -> ClassId {
        ClassId(clock - u32::try_from(self.channels.len()).expect("fewer than 2³² channels"))
    }

    /// The rate of a member of the class now, in quanta.
    pub(super) fn rate(&self, id: ClassId) -> u64 {
        self.clocks.speed(self.clock(id)) * self.class(id).unit()
    }

    /// The level of the class now.
    pub(super) fn level(&self, id: ClassId) -> u64 {
        self.class(id).level_at(self.clocks.speed(self.clock(id)))
    }

    /// Counts so many more transfers of the class, or fewer, on the channels of its path.
    pub(super) fn count(&mut self, id: ClassId, more: i64) {
        let class = &self.classes.rows[id];
        for &channel in &class.path {
            let demand = &mut self.channels[channel].demand;
            *demand = demand.strict_add_signed(more * i64::from(class.weight));
        }
    }

    /// The level at which the channel is saturated, or [`UNLIMITED`].
    pub(super) fn channel_level(&self, id: ChannelId) -> u64 {
        self.channels[id].level
    }

    /// Notes that the channel is saturated at `level` from now on, or not ([`UNLIMITED`]).
    pub(super) fn set_channel_level(&mut self, id: ChannelId, level: u64) {
        let now = self.clocks.now();
        let channel = &mut self.channels[id];
        if channel.level == UNLIMITED {
            channel.since = now;
        } else if level == UNLIMITED {
            channel.saturated += now - channel.since;
        }
        channel.level = level;
    }

    /// How long the channel has been saturated so far, in nanoseconds.
    pub(super) fn saturated(&self, id: ChannelId) -> u64 {
        let channel = &self.channels[id];
        let running = channel.level != UNLIMITED;
        channel.saturated + if running { self.clocks.now() - channel.since } else { 0 }
    }

    /// Work done by members of the class, those in progress included. Exact: nothing is rounded.
    pub(super) fn served(&self, id: ClassId) -> u128 {
        let class = self.class(id);
        if class.members == 0 {
            return class.moved;
        }
        let readings = self.clocks.reading(self.clock(id)).wrapping_mul(class.members.into());
        let units = readings.wrapping_sub(class.starts);
        class.moved + units * u128::from(class.unit())
    }
}
