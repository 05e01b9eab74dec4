//! Read access to a network: to transfers, to channels, and to the counts of operations.

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::slab::{Stage, Transfer, TransferId};
use crate::network::flows::state::Channel;
use crate::network::quantum;
use crate::network::transfers::Network;
use crate::units::{BitRate, Bytes, SimDuration, scaled};

/// Counts of operations so far; exact, and equal on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Transfers that were started.
    pub transfers_started: u64,
    /// Transfers that ended and were taken.
    pub transfers_ended: u64,
    /// Transfers that were aborted.
    pub transfers_aborted: u64,
    /// Instants at which rates were computed.
    pub settlements: u64,
    /// Classes whose rate was computed, or whose clock was tied to another; not those that follow a clock as its speed
    /// changes.
    pub classes_touched: u64,
    /// Channels whose level was computed.
    pub channels_touched: u64,
    /// Rounds of guess and verification of the general solver.
    pub rounds: u64,
    /// Channels and rate caps that began or ceased to bind, in trees.
    pub crossings: u64,
    /// Clocks that were tied to another or freed.
    pub clock_moves: u64,
    /// Computations of the instant of a clock's next end.
    pub timings: u64,
}

/// The conditions that one more transfer would meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Its approximate rate.
    pub share: BitRate,
    /// The channel that would limit it; none if its rate cap would.
    pub bottleneck: Option<ChannelId>,
    /// Whether that channel is saturated already, so that frames wait in its queue.
    pub is_full: bool,
}

/// The limit of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It does not share bandwidth yet: its connection is being set up.
    SetUp,
    /// This channel: the first saturated one of its path.
    Channel(ChannelId),
    /// Its rate cap.
    RateCap,
}

impl Network {
    /// The bytes that the transfer still has to move, rounded up.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn remaining(&self, id: TransferId) -> Bytes {
        let row = self.slab.get(id).expect("a transfer that is over has no rest");
        match row.stage {
            Stage::Waiting => row.size,
            Stage::Ended => Bytes::ZERO,
            Stage::Moving => {
                let done = quantum::work(row.size) - self.work_left(id.row);
                row.size - quantum::whole_bytes(done)
            }
        }
    }

    /// The settled rate of a transfer, in whole bits per second; zero before it shares bandwidth.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn rate(&self, id: TransferId) -> BitRate {
        let row = self.slab.get(id).expect("a transfer that is over has no rate");
        let moves = row.stage == Stage::Moving;
        quantum::bit_rate(if moves { self.state.rate(row.class).into() } else { 0 })
    }

    /// The channel that limits a transfer at the settled rates, the first of its path if there are several; none if its
    /// rate cap does.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn bottleneck(&self, id: TransferId) -> Option<ChannelId> {
        let row = self.slab.get(id).expect("a transfer that is over has no bottleneck");
        let level = self.state.level(row.class);
        let path = &self.state.class(row.class).path;
        path.iter().copied().find(|&channel| self.state.channel_level(channel) == level)
    }

    /// The limit of a transfer at the settled rates.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn limit(&self, id: TransferId) -> Limit {
        let row = self.slab.get(id).expect("a transfer that is over has no limit");
        match row.stage {
            Stage::Waiting => Limit::SetUp,
            Stage::Moving | Stage::Ended => {
                self.bottleneck(id).map_or(Limit::RateCap, Limit::Channel)
            }
        }
    }

    /// The approximate rate of each of `count` more transfers of the class. Delayed starts are counted.
    pub fn share_of_more(&self, class: ClassId, more: u64) -> BitRate {
        self.prospect(class, more).share
    }

    /// The conditions for `more` more transfers of the class.
    pub fn prospect(&self, class: ClassId, more: u64) -> Prospect {
        let class = self.state.class(class);
        self.prospect_in_quanta(&class.path, class.rate_cap, class.weight, more)
    }

    /// The conditions for one more transfer over `path` with `weight`, limited to `rate_cap`. It needs no class.
    pub fn prospect_over(&self, path: &[ChannelId], rate_cap: BitRate, weight: u32) -> Prospect {
        self.prospect_in_quanta(path, quantum::quanta(rate_cap), weight, 1)
    }

    /// The conditions for each of `more` transfers: on every channel of the path its part of the free capacity, or its
    /// part by weight of the whole capacity if that is more. Exact behind a single bottleneck.
    fn prospect_in_quanta(
        &self,
        path: &[ChannelId],
        rate_cap: u64,
        weight: u32,
        more: u64,
    ) -> Prospect {
        let channels = &self.state.channels;
        let (own, more) = (u64::from(weight), more.max(1));
        let part = |channel: ChannelId| {
            let Channel { capacity, demand, .. } = channels[channel];
            scaled(capacity, own, demand + own * more).expect("at most the capacity")
        };
        let free = |channel: ChannelId| {
            let Channel { capacity, demand, .. } = channels[channel];
            // The settled load contains transfers that ended at this instant.
            let load = if demand == 0 { 0 } else { self.load_in_quanta(channel) };
            capacity.saturating_sub(u64::try_from(load).unwrap_or(u64::MAX)) / more
        };
        // A channel with a greater part than this is no bottleneck: its load, a sum over many classes where it is in no
        // tree, is not looked at.
        let smallest = path.iter().map(|&channel| (part(channel), channel)).min();
        let most = smallest.map_or(0, |(part, channel)| part.max(free(channel)));
        let mut share = rate_cap;
        let (mut bottleneck, mut is_full) = (None, false);
        for &channel in path {
            let part = part(channel);
            if part > most || part >= share {
                continue;
            }
            let free = free(channel);
            let here = part.max(free);
            if here < share {
                (share, bottleneck, is_full) = (here, Some(channel), free < part);
            }
        }
        Prospect { share: quantum::bit_rate(share.into()), bottleneck, is_full }
    }

    /// The capacity of a channel, rounded to whole bits per second.
    pub fn capacity(&self, channel: ChannelId) -> BitRate {
        quantum::bit_rate(self.state.channels[channel].capacity.into())
    }

    /// The bytes carried by the channel until now, rounded down: by ended, aborted and current transfers.
    pub fn carried(&self, channel: ChannelId) -> Bytes {
        let Channel { moved, classes, .. } = &self.state.channels[channel];
        let present: u128 = classes.iter().map(|&class| self.state.in_progress(class)).sum();
        quantum::whole_bytes(moved + present)
    }

    /// The bytes carried by every channel, as [`Self::carried`] has them: in one pass over all classes.
    pub fn carried_by_all(&self) -> Column<ChannelId, Bytes> {
        let mut sums: Column<ChannelId, u128> =
            self.state.channels.iter().map(|channel| channel.moved).collect();
        for (id, class) in self.state.classes.rows.rows().filter(|(_, class)| class.members > 0) {
            let present = self.state.in_progress(id);
            class.path.iter().for_each(|&channel| sums[channel] += present);
        }
        sums.iter().map(|&sum| quantum::whole_bytes(sum)).collect()
    }

    /// The settled rate of all transfers over the channel, in whole bits per second.
    pub fn load(&self, channel: ChannelId) -> BitRate {
        quantum::bit_rate(self.load_in_quanta(channel))
    }

    /// The same, in quanta.
    pub(super) fn load_in_quanta(&self, channel: ChannelId) -> u128 {
        self.placement.load(&self.state, channel)
    }

    /// How long the channel has been saturated so far, that is, has limited some transfer.
    pub fn saturated(&self, channel: ChannelId) -> SimDuration {
        SimDuration::from_nanos(self.state.saturated(channel))
    }

    /// The number of transfers that are not over.
    pub fn active(&self) -> u64 {
        self.slab.live()
    }

    /// Counts of operations so far.
    pub fn counts(&self) -> Counts {
        let work = self.state.work;
        Counts {
            transfers_started: self.started,
            transfers_ended: self.finished,
            transfers_aborted: self.aborted,
            settlements: work.settlements,
            classes_touched: work.classes_touched,
            channels_touched: work.channels_touched,
            rounds: work.rounds,
            crossings: self.placement.tree.crossings(),
            clock_moves: self.state.clocks.moves(),
            timings: self.state.clocks.timings(),
        }
    }

    /// The work that a transfer in progress still has to do.
    pub(super) fn work_left(&self, row: u32) -> u128 {
        let Transfer { class: id, size, .. } = self.slab.at(row);
        let class = self.state.class(id);
        let start = self.slab.start(row);
        let units = self.state.clocks.reading(self.state.clock(id)).wrapping_sub(start);
        self.slab.work_at_entry(row, size) - units * u128::from(class.unit())
    }
}
