//! All transfers in progress over fixed channels: the time of the next end, and the bytes that each channel carried.
//!
//! Time does not advance between calls. At an instant, the owner of the network takes ended transfers, starts and
//! aborts; the rates are computed once, lazily, when the next end is requested.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::ids::{ChannelId, ClassId, Column};
use crate::network::flows::slab::{Stage, Transfer, TransferId, TransferSlab};
use crate::network::flows::state::State;
use crate::network::quantum::{self, UNLIMITED};
use crate::network::solver::placement::{Method, Placement};
use crate::units::{BitRate, Bytes, SimTime};

/// The greatest weight of a transfer.
pub const MAX_WEIGHT: u32 = 1024;

/// All transfers in progress over fixed channels.
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) state: State,
    pub(super) placement: Placement,
    pub(super) slab: TransferSlab,
    /// Transfers that share bandwidth later, by the time from which they do. The first one was not aborted.
    waiting: BinaryHeap<Reverse<(SimTime, TransferId)>>,
    /// Those of them that were aborted.
    stale: usize,
    /// The tags (high half) and rows (low half) of transfers that have ended and were not taken yet, the next one last.
    ended: Vec<u64>,
    ended_is_sorted: bool,
    dirty: Vec<ClassId>,
    dirty_channels: Vec<ChannelId>,
    pub(super) started: u64,
    pub(super) finished: u64,
    pub(super) aborted: u64,
}

/// A transfer that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The caller's mark.
    pub tag: u32,
    /// Its id.
    pub transfer: TransferId,
    /// Its class at the end.
    pub class: ClassId,
    /// Its size.
    pub size: Bytes,
}

impl Network {
    /// A network without transfers over channels with these capacities.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the capacities are the network's from now on"
    )]
    pub fn new(capacities: Column<ChannelId, BitRate>) -> Self {
        Self::with_method(&capacities, Method::Automatic)
    }

    /// The same, with a given method to compute the rates.
    pub fn with_method(capacities: &Column<ChannelId, BitRate>, method: Method) -> Self {
        Self::with_quanta(capacities.iter().map(|&rate| quantum::quanta(rate)), method)
    }

    /// The same, with capacities in quanta, for tests with tiny capacities.
    pub(super) fn with_quanta(capacities: impl Iterator<Item = u64>, method: Method) -> Self {
        let state = State::new(capacities);
        let placement = Placement::new(method, state.channels.len());
        Self {
            state,
            placement,
            slab: TransferSlab::new(),
            waiting: BinaryHeap::new(),
            stale: 0,
            ended: Vec::new(),
            ended_is_sorted: true,
            dirty: Vec::new(),
            dirty_channels: Vec::new(),
            started: 0,
            finished: 0,
            aborted: 0,
        }
    }

    /// The class of transfers over `path` with `weight`, each limited to `rate_cap`. Equal keys yield equal ids.
    ///
    /// A transfer of weight 2 gets twice the rate of one of weight 1 at the same bottleneck.
    ///
    /// # Panics
    /// If the weight is not in 1 to [`MAX_WEIGHT`], or if a channel occurs twice.
    pub fn class(&mut self, path: &[ChannelId], rate_cap: Option<BitRate>, weight: u32) -> ClassId {
        self.class_in_quanta(path, rate_cap.map_or(UNLIMITED, quantum::quanta), weight)
    }

    /// The same, with the rate cap in quanta.
    pub(super) fn class_in_quanta(
        &mut self,
        path: &[ChannelId],
        rate_cap: u64,
        weight: u32,
    ) -> ClassId {
        assert!((1..=MAX_WEIGHT).contains(&weight), "a weight is 1 to {MAX_WEIGHT}");
        let (id, is_new) = self.state.intern(path, rate_cap, weight);
        if is_new {
            let mut channels = path.to_vec();
            channels.sort_unstable();
            let is_twice = |pair: &[ChannelId]| pair[0] == pair[1];
            assert!(!channels.windows(2).any(is_twice), "a path crosses a channel once");
            self.placement.add_class();
        }
        id
    }

    /// Starts a transfer of `size` now. It ends at once if its size is zero or if nothing limits it.
    pub fn start(&mut self, class: ClassId, size: Bytes, tag: u32) -> TransferId {
        self.started += 1;
        let row = self.slab.add(class, size, tag);
        self.state.count(class, 1);
        self.enter(row);
        self.slab.id(row)
    }

    /// Starts a transfer that can be aborted from now on but shares bandwidth only from `time` on, while its connection
    /// is being set up.
    ///
    /// # Panics
    /// If `time` is past.
    pub fn start_later(
        &mut self,
        class: ClassId,
        size: Bytes,
        tag: u32,
        time: SimTime,
    ) -> TransferId {
        assert!(time >= self.now(), "a transfer cannot begin in the past");
        if time == self.now() {
            return self.start(class, size, tag);
        }
        self.started += 1;
        let row = self.slab.add(class, size, tag);
        let id = self.slab.id(row);
        self.state.count(class, 1);
        self.waiting.push(Reverse((time, id)));
        id
    }

    /// Aborts a transfer and returns how much it has moved. A started byte counts as moved, here and on every channel
    /// of the path, so the result equals what the channels carried.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn abort(&mut self, id: TransferId) -> Bytes {
        let row = self.slab.get(id).expect("a transfer that is over cannot be aborted");
        let mut done = row.size - self.remaining(id);
        match row.stage {
            Stage::Moving => {
                let work = quantum::work(row.size) - self.work_left(id.row);
                done = quantum::started_bytes(work);
                self.leave(id.row);
                self.state.add_moved(row.class, quantum::work(done) - work);
            }
            Stage::Ended => self.ended.retain(|&ended| ended != key(row.tag, id.row)),
            Stage::Waiting => {
                self.state.count(row.class, -1);
                self.stale += 1;
            }
        }
        self.slab.release(id.row);
        self.drop_stale();
        self.aborted += 1;
        done
    }

    /// Moves a transfer to another class: another path, rate cap or weight.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn move_to_class(&mut self, id: TransferId, class: ClassId) {
        let row = self.slab.get(id).expect("a transfer that is over cannot be moved");
        match row.stage {
            Stage::Moving => {
                let rest = self.work_left(id.row);
                self.leave(id.row);
                self.slab.assign(id.row, class, Some(rest));
                self.state.count(class, 1);
                self.enter(id.row);
            }
            Stage::Waiting => {
                self.state.count(row.class, -1);
                self.state.count(class, 1);
                self.slab.assign(id.row, class, None);
            }
            Stage::Ended => {}
        }
    }

    /// The channels over which a transfer goes.
    ///
    /// # Panics
    /// If the transfer is over.
    pub fn path(&self, id: TransferId) -> &[ChannelId] {
        let row = self.slab.get(id).expect("a transfer that is over goes nowhere");
        &self.state.class(row.class).path
    }

    /// Sets the capacity of a channel from now on. At zero its transfers stall; the caller may abort or reroute them.
    pub fn set_capacity(&mut self, channel: ChannelId, capacity: BitRate) {
        self.set_capacity_in_quanta(channel, quantum::quanta(capacity));
    }

    /// The same, in quanta.
    pub(super) fn set_capacity_in_quanta(&mut self, channel: ChannelId, capacity: u64) {
        if self.state.channels[channel].capacity != capacity {
            self.state.channels[channel].capacity = capacity;
            self.dirty_channels.push(channel);
        }
    }

    /// The current time.
    #[inline]
    pub fn now(&self) -> SimTime {
        SimTime::from_nanos(self.state.clocks.now())
    }

    /// The latest instant to which time may advance: that of the next end, or of the next delayed start if that is
    /// earlier; [`SimTime::NEVER`] if nothing will ever end.
    pub fn next_end(&mut self) -> SimTime {
        if !self.ended.is_empty() {
            return self.now();
        }
        self.settle();
        let end = SimTime::from_nanos(self.state.clocks.next_end());
        self.next_entry().map_or(end, |entry| entry.min(end))
    }

    /// Advances the time to `time`, at most [`Self::next_end`].
    ///
    /// # Panics
    /// If `time` is past, or beyond the next end.
    pub fn advance_to(&mut self, time: SimTime) {
        assert!(time >= self.now(), "time runs forward");
        if time == self.now() && self.ended.is_empty() && self.waiting.is_empty() {
            return;
        }
        let limit = self.next_end();
        assert!(time <= limit, "the end of a transfer at {limit} would be skipped");
        self.state.clocks.advance_to(time.as_nanos());
        self.collect();
        while self.next_entry() == Some(time)
            && let Some(Reverse((_, id))) = self.waiting.pop()
        {
            self.drop_stale();
            self.enter(id.row);
        }
    }

    /// Takes the next ended transfer, in ascending order of tags.
    #[inline]
    pub fn pop_ended(&mut self) -> Option<Ended> {
        if self.ended.is_empty() { None } else { self.pop_first_ended() }
    }

    #[inline]
    fn pop_first_ended(&mut self) -> Option<Ended> {
        if !self.ended_is_sorted {
            self.ended.sort_unstable_by(|one, other| other.cmp(one));
            self.ended_is_sorted = true;
        }
        let row = row_of(self.ended.pop()?);
        let Transfer { tag, class, size, .. } = self.slab.at(row);
        let transfer = self.slab.id(row);
        self.slab.release(row);
        self.finished += 1;
        Some(Ended { tag, transfer, class, size })
    }

    /// Computes the rates of this instant, if anything has changed. [`Self::next_end`] also does so.
    #[inline]
    pub fn settle(&mut self) {
        if self.is_unsettled() {
            self.settle_changes();
        }
    }

    fn settle_changes(&mut self) {
        // As one transfer of a session ends, the next one often begins.
        let classes = &mut self.state.classes.rows;
        self.dirty.retain(|&id| {
            let class = &mut classes[id];
            class.dirty = false;
            std::mem::replace(&mut class.settled, class.members) != class.members
        });
        if !self.is_unsettled() {
            return;
        }
        self.placement.settle(&mut self.state, &self.dirty, &self.dirty_channels);
        self.dirty.clear();
        self.dirty_channels.clear();
    }

    /// Whether something has changed since the rates were computed.
    #[inline]
    pub(super) fn is_unsettled(&self) -> bool {
        !self.dirty.is_empty() || !self.dirty_channels.is_empty()
    }

    /// Lets a transfer share bandwidth. It is counted on the channels of its path already.
    fn enter(&mut self, row: u32) {
        let Transfer { class: id, size, tag, .. } = self.slab.at(row);
        let work = self.slab.work_at_entry(row, size);
        if work == 0 || self.state.class(id).is_instant() {
            self.state.count(id, -1);
            self.state.add_moved(id, work);
            self.slab.end(row);
            self.ended.push(key(tag, row));
            self.ended_is_sorted = false;
            return;
        }
        let clock = self.state.clock(id);
        let reading = self.state.clocks.reading(clock);
        if self.slab.enter(row, work, &mut self.state.classes.rows[id], reading) {
            self.note_first(id);
        }
        self.mark(id);
    }

    /// Removes a transfer in progress from its class.
    fn leave(&mut self, row: u32) {
        let Transfer { class: id, size, .. } = self.slab.at(row);
        let done = self.slab.work_at_entry(row, size) - self.work_left(row);
        self.slab.leave(row, &mut self.state.classes.rows[id]);
        self.state.retire(id, 1, done);
        self.note_first(id);
        self.mark(id);
    }

    /// Removes all transfers that end now from their classes.
    fn collect(&mut self) {
        while let Some(clock) = self.state.clocks.due() {
            let id = self.state.class_of(clock);
            let reading = self.state.clocks.reading(clock);
            let class = &mut self.state.classes.rows[id];
            let ended = |tag, row| self.ended.push(key(tag, row));
            let (count, moved) = self.slab.end_due(class, reading, ended);
            self.state.retire(id, count, moved);
            self.ended_is_sorted = false;
            self.note_first(id);
            self.mark(id);
        }
    }

    #[inline]
    fn note_first(&mut self, id: ClassId) {
        let first = self.slab.first_end(&mut self.state.classes.rows[id]);
        self.state.clocks.set_first(self.state.clock(id), first);
    }

    #[inline]
    fn mark(&mut self, id: ClassId) {
        let class = &mut self.state.classes.rows[id];
        if !class.dirty {
            class.dirty = true;
            self.dirty.push(id);
        }
    }

    /// The time at which the next delayed transfer begins to share.
    #[inline]
    fn next_entry(&self) -> Option<SimTime> {
        self.waiting.peek().map(|Reverse((time, _))| *time)
    }

    /// Drops aborted transfers from the front of those that wait.
    #[inline]
    fn drop_stale(&mut self) {
        while self.stale > 0
            && let Some(Reverse((_, id))) = self.waiting.peek()
            && self.slab.get(*id).is_none_or(|found| found.stage != Stage::Waiting)
        {
            self.stale -= 1;
            let _ = self.waiting.pop();
        }
    }
}

/// An ended transfer as a number: in order of tags, then of rows.
fn key(tag: u32, row: u32) -> u64 {
    u64::from(tag) << 32 | u64::from(row)
}

/// The row of an ended transfer.
#[expect(clippy::cast_possible_truncation, reason = "the low half")]
fn row_of(key: u64) -> u32 {
    key as u32
}
