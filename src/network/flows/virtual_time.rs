//! Virtual clocks, and the time of the next end by these clocks.
//!
//! Every class has a clock that shows the service of each member, per *unit* of the class, since the clock was created:
//! ∫ rate / unit dt, in quantum-nanoseconds. A member that starts at reading `Y` with work `w` ends at reading `Y + ⌈w
//! / unit⌉`, whatever happens to the rate: a change of rate touches the clock and no member.
//!
//! Classes of one bottleneck have one level, so their clocks run at the same speed. Such clocks *follow* the clock of
//! the bottleneck channel at a fixed offset, and a change of level updates one number for any number of classes
//! (processor sharing by virtual time: Parekh and Gallager, *A generalized processor sharing approach*, 1993; here per
//! bottleneck). Channels below a bottleneck that do not bind follow too, so clocks form a tree; classes that begin inside
//! it and get more may follow a second clock of the channel that limits them. Each clock keeps its followers ordered by
//! the reading of their first end; independent clocks are ordered by the instant of their first end.
//!
//! Readings are 128-bit and wrap: only differences are meaningful, and they are far smaller.

use crate::network::indexed_heap::{Heap, Places};

/// The reading of a clock: service per unit.
pub(crate) type VirtualTime = u128;

/// A clock: first those that others may follow, then those of classes.
pub(crate) type ClockId = u32;

const NONE: ClockId = u32::MAX;

/// All clocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clocks {
    now: u64,
    rows: Vec<Clock>,
    /// For clocks that others may follow: these by the reading at which their first member ends.
    followers: Vec<Heap<VirtualTime>>,
    following: Places,
    /// Independent clocks by the nanosecond at which their first member ends.
    ends: Heap<u64>,
    ending: Places,
    /// Independent clocks whose first end must be recomputed.
    changed: Vec<ClockId>,
    moves: u64,
    timings: u64,
}

#[derive(Clone, Copy, Debug)]
struct Clock {
    /// Independent: the reading at `since`. Following: the offset to the leader's reading.
    shown: VirtualTime,
    since: u64,
    speed: u64,
    follows: ClockId,
    changed: bool,
    /// For a class: the reading at which its first member ends.
    first: Option<(u64, u64)>,
}

impl Clocks {
    /// So many stopped clocks that others may follow.
    pub(crate) fn new(leaders: usize) -> Self {
        let mut clocks = Self::default();
        for _ in 0..leaders {
            let _ = clocks.add();
            clocks.followers.push(Heap::default());
        }
        clocks
    }

    /// Adds the stopped clock of a class.
    pub(crate) fn add(&mut self) -> ClockId {
        let id = u32::try_from(self.rows.len()).expect("fewer than 2³² clocks");
        let (shown, since) = (0, self.now);
        self.rows.push(Clock {
            shown,
            since,
            speed: 0,
            follows: NONE,
            changed: false,
            first: None,
        });
        self.following.grow();
        self.ending.grow();
        id
    }

    /// The current time, in nanoseconds.
    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    /// Advances the time.
    pub(crate) fn advance_to(&mut self, now: u64) {
        self.now = now;
    }

    /// The current reading of `id`.
    #[inline]
    pub(crate) fn reading(&self, id: ClockId) -> VirtualTime {
        let mut ahead: VirtualTime = 0;
        let mut at = id;
        loop {
            let clock = &self.rows[at as usize];
            if clock.follows == NONE {
                let run = u128::from(clock.speed) * u128::from(self.now - clock.since);
                return clock.shown.wrapping_add(run).wrapping_sub(ahead);
            }
            ahead = ahead.wrapping_add(clock.shown);
            at = clock.follows;
        }
    }

    /// Whether `id` follows `leader` directly.
    pub(crate) fn follows(&self, id: ClockId, leader: ClockId) -> bool {
        self.rows[id as usize].follows == leader
    }

    /// The speed of `id`: the level of the classes that run by it.
    #[inline]
    pub(crate) fn speed(&self, id: ClockId) -> u64 {
        self.rows[self.leader(id) as usize].speed
    }

    /// The number of times that a clock was tied to another or freed.
    pub(crate) fn moves(&self) -> u64 {
        self.moves
    }

    /// The number of times that the instant of a clock's first end was computed.
    pub(crate) fn timings(&self) -> u64 {
        self.timings
    }

    /// The independent clock that `id` follows, directly or indirectly.
    #[inline]
    fn leader(&self, id: ClockId) -> ClockId {
        let mut at = id;
        while self.rows[at as usize].follows != NONE {
            at = self.rows[at as usize].follows;
        }
        at
    }

    /// Makes `id` independent, running at `speed`.
    pub(crate) fn run(&mut self, id: ClockId, speed: u64) {
        let clock = self.rows[id as usize];
        if clock.follows == NONE && clock.speed == speed {
            return;
        }
        let shown = self.reading(id);
        if clock.follows != NONE {
            self.moves += 1;
            self.unlink(id, clock.follows);
        }
        let (follows, since) = (NONE, self.now);
        self.rows[id as usize] = Clock { shown, since, speed, follows, ..clock };
        self.mark(id);
    }

    /// Makes `id` follow a clock that others may follow.
    pub(crate) fn follow(&mut self, id: ClockId, leader: ClockId) {
        let clock = self.rows[id as usize];
        if clock.follows == leader {
            return;
        }
        self.moves += 1;
        let reading = self.reading(id);
        if clock.follows == NONE {
            self.ends.remove(&mut self.ending, id);
        } else {
            self.unlink(id, clock.follows);
        }
        self.rows[id as usize].shown = self.reading(leader).wrapping_sub(reading);
        self.rows[id as usize].follows = leader;
        self.update(id);
    }

    /// Removes `id` from the heap of `leader`, whose first end may change.
    fn unlink(&mut self, id: ClockId, leader: ClockId) {
        self.followers[leader as usize].remove(&mut self.following, id);
        self.update(leader);
    }

    /// Records the reading at which the first member of class clock `id` ends.
    #[inline]
    pub(crate) fn set_first(&mut self, id: ClockId, first: Option<VirtualTime>) {
        let first = first.map(split);
        if self.rows[id as usize].first != first {
            self.rows[id as usize].first = first;
            self.update(id);
        }
    }

    /// The reading of `id` at which the first of its members or followers ends.
    #[inline]
    fn first(&self, id: ClockId) -> Option<VirtualTime> {
        match self.followers.get(id as usize) {
            Some(followers) => followers.first().map(|(reading, _)| reading),
            None => self.rows[id as usize].first.map(join),
        }
    }

    /// Informs the leader of `id` that its first end has changed.
    fn update(&mut self, id: ClockId) {
        let mut at = id;
        loop {
            let Clock { follows, shown, .. } = self.rows[at as usize];
            if follows == NONE {
                self.mark(at);
                return;
            }
            let key = self.first(at).map(|reading| reading.wrapping_add(shown));
            let heap = &mut self.followers[follows as usize];
            let before = heap.first();
            heap.put(&mut self.following, at, key);
            if heap.first().map(|first| first.0) == before.map(|first| first.0) {
                return;
            }
            at = follows;
        }
    }

    #[inline]
    fn mark(&mut self, id: ClockId) {
        if !self.rows[id as usize].changed {
            self.rows[id as usize].changed = true;
            self.changed.push(id);
        }
    }

    /// The nanosecond at which the next member ends, rounded up to the first at which the reading is reached;
    /// `u64::MAX` if there is none.
    pub(crate) fn next_end(&mut self) -> u64 {
        while let Some(id) = self.changed.pop() {
            self.rows[id as usize].changed = false;
            if self.rows[id as usize].follows == NONE {
                let end = self.end_of(id);
                self.ends.put(&mut self.ending, id, end);
            }
        }
        self.ends.first().map_or(u64::MAX, |(end, _)| end)
    }

    fn end_of(&mut self, id: ClockId) -> Option<u64> {
        let left = self.left(id)?;
        self.timings += 1;
        let speed = self.rows[id as usize].speed;
        let span = match (u64::try_from(left), speed) {
            (Ok(0), _) => 0,
            (_, 0) => return None,
            (Ok(left), speed) => left.div_ceil(speed),
            (Err(_), speed) => u64::try_from(left.div_ceil(u128::from(speed))).ok()?,
        };
        self.now.checked_add(span)
    }

    /// The distance from the reading of `id` to its first end.
    #[inline]
    fn left(&self, id: ClockId) -> Option<u128> {
        let left = self.first(id)?.wrapping_sub(self.reading(id));
        // A distance of more than half the range means that the reading is past the end: it is due.
        Some(if left > u128::MAX / 2 { 0 } else { left })
    }

    /// A class clock with a member that ends now, if there is one. The caller removes the members and records the new
    /// first end. Must be called after [`Self::next_end`], and before any clock changes its speed.
    pub(crate) fn due(&mut self) -> Option<ClockId> {
        loop {
            let (end, mut at) = self.ends.first().filter(|(end, _)| *end <= self.now)?;
            debug_assert!(end == self.now, "an end was skipped");
            if self.left(at) != Some(0) {
                // All its ends of this instant are taken; the next one is computed on demand.
                self.ends.remove(&mut self.ending, at);
                continue;
            }
            while let Some(followers) = self.followers.get(at as usize) {
                at = followers.first()?.1;
            }
            return Some(at);
        }
    }
}

/// The high and the low half, for storage without 16-byte alignment.
#[inline]
pub(crate) fn split(reading: VirtualTime) -> (u64, u64) {
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).expect("64 bits");
    (half(reading >> 64), half(reading))
}

/// The number with these two halves.
#[inline]
pub(crate) fn join((high, low): (u64, u64)) -> VirtualTime {
    u128::from(high) << 64 | u128::from(low)
}
