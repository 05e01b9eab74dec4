//! A monotone priority queue: pending entries in buckets by their distance in time.
//!
//! A run never adds an event in the past, so a *radix heap* suffices (Ahuja, Mehlhorn, Orlin and Tarjan, *Faster
//! algorithms for the shortest path problem*, J. ACM 37(2), 1990): an entry is in the bucket of the highest bit in
//! which its time differs from the queue's time. When the nearest bucket is opened, the queue's time becomes that
//! bucket's earliest time, and each of its entries moves to a nearer bucket: at most 64 moves for an entry, and a few
//! in practice, all through memory in order.
//!
//! The entries of one instant are sorted once and taken from the end: a *wave* of thousands of equal timers, most of
//! them inserted in order of rank, costs one comparison each and no heap operation. A bucket of a few entries is sorted as a
//! whole instead of being distributed further. Entries that are added before the last of a wave wait in other buckets or
//! in a separate small heap, which also has all entries while they are few.
//!
//! Entries of one type that are always scheduled the same span ahead arrive in order: they have a *lane*, a separate
//! queue, as long as they do.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use super::ordered::{LANES, Ordered};

/// The number of entries that are sorted, or kept in the heap, rather than distributed.
pub(super) const FEW: usize = 256;
/// One bucket for each bit of a time.
const BUCKETS: usize = 64;

/// The number of entries of a block.
const BLOCK: usize = 1024;

/// An event with its time and its position among the events of equal time and rank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<E> {
    pub(super) time: u64,
    pub(super) inserted: u64,
    pub(super) event: E,
}

impl<E: Ordered> Entry<E> {
    /// Its position among the entries of its time.
    #[inline]
    fn place(&self) -> (u64, u64) {
        (self.event.rank(), self.inserted)
    }
}

impl<E: Ordered> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E: Ordered> Eq for Entry<E> {}

impl<E: Ordered> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    // A heap compares with these two: one test of the times decides nearly always.
    #[inline]
    fn lt(&self, other: &Self) -> bool {
        self.time < other.time || (self.time == other.time && self.place() < other.place())
    }

    #[inline]
    fn le(&self, other: &Self) -> bool {
        self.time < other.time || (self.time == other.time && self.place() <= other.place())
    }
}

impl<E: Ordered> Ord for Entry<E> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.place().cmp(&other.place()))
    }
}

/// The pending entries.
#[derive(Clone, Debug)]
pub(super) struct RadixHeap<E> {
    /// The time to which the queue was advanced: all entries of a bucket are later.
    now: u64,
    /// The time by which buckets are numbered: no entry of a bucket is earlier.
    at: u64,
    /// The earliest time of all entries, `u64::MAX` if there is none.
    earliest: u64,
    /// The entries of one bucket, or those of its earliest time, the first entry last.
    wave: Vec<Entry<E>>,
    /// Other entries that are earlier than any in a bucket.
    near: BinaryHeap<Reverse<Entry<E>>>,
    /// Entries that arrived in order, the first one in front.
    lanes: [VecDeque<Entry<E>>; LANES],
    /// The lane with the earliest entry of all lanes.
    first_lane: Option<usize>,
    /// Entries by the highest bit in which their time differs from `at`.
    buckets: Vec<Bucket<E>>,
    /// A bit for each bucket that is not empty.
    filled: u64,
    /// Blocks without entries, kept for the next use.
    spare: Vec<Vec<Entry<E>>>,
    /// The number of entries that are few.
    few: usize,
}

/// Entries in blocks of [`BLOCK`], of which all but the last are full. As entries move from bucket to bucket, so do the
/// blocks: the buckets together take the memory of the entries that are pending.
#[derive(Clone, Debug)]
struct Bucket<E> {
    blocks: Vec<Vec<Entry<E>>>,
    earliest: u64,
}

impl<E: Copy + Ordered> RadixHeap<E> {
    /// An empty queue to which `few` entries are few.
    pub(super) fn new(few: usize) -> Self {
        let bucket = || Bucket { blocks: Vec::new(), earliest: u64::MAX };
        Self {
            now: 0,
            at: 0,
            earliest: u64::MAX,
            wave: Vec::new(),
            near: BinaryHeap::new(),
            lanes: std::array::from_fn(|_| VecDeque::new()),
            first_lane: None,
            buckets: std::iter::repeat_with(bucket).take(BUCKETS).collect(),
            filled: 0,
            spare: Vec::new(),
            few,
        }
    }

    pub(super) fn len(&self) -> usize {
        let in_lanes: usize = self.lanes.iter().map(VecDeque::len).sum();
        let blocks = self.buckets.iter().flat_map(|bucket| &bucket.blocks);
        self.wave.len() + self.near.len() + in_lanes + blocks.map(Vec::len).sum::<usize>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.earliest == u64::MAX
    }

    /// The time to which the queue was advanced.
    #[inline]
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// The earliest time of all entries, `u64::MAX` if there is none.
    #[inline]
    pub(super) fn next_time(&self) -> u64 {
        self.earliest
    }

    #[inline]
    fn find_earliest(&self) -> u64 {
        let wave = self.wave.last().map_or(u64::MAX, |entry| entry.time);
        let near = self.near.peek().map_or(u64::MAX, |Reverse(entry)| entry.time);
        let far = self.nearest().map_or(u64::MAX, |bucket| self.buckets[bucket].earliest);
        let lanes = self.first_lane.map_or(u64::MAX, |lane| self.lanes[lane][0].time);
        wave.min(near).min(far).min(lanes)
    }

    /// Finds the lane with the earliest entry again, after it has lost its first one.
    fn find_first_lane(&mut self) {
        let lanes = self.lanes.iter().enumerate();
        let fronts = lanes.filter_map(|(number, lane)| Some((number, lane.front()?)));
        let first = fronts.reduce(|one, other| if other.1 < one.1 { other } else { one });
        self.first_lane = first.map(|(number, _)| number);
    }

    #[inline]
    fn nearest(&self) -> Option<usize> {
        (self.filled != 0).then(|| self.filled.trailing_zeros() as usize)
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry<E>, lane: Option<usize>) {
        self.earliest = self.earliest.min(entry.time);
        if let Some(lane) = lane
            && self.lanes[lane].back().is_none_or(|last| *last < entry)
        {
            if self.lanes[lane].is_empty()
                && self.first_lane.is_none_or(|first| entry < self.lanes[first][0])
            {
                self.first_lane = Some(lane);
            }
            self.lanes[lane].push_back(entry);
            return;
        }
        let few = self.filled == 0 && self.near.len() < self.few;
        if few || entry.time <= self.now {
            self.near.push(Reverse(entry));
        } else {
            self.put_away(entry);
        }
    }

    fn put_away(&mut self, entry: Entry<E>) {
        let number = 63 - (entry.time ^ self.at).leading_zeros() as usize;
        self.filled |= 1 << number;
        let bucket = &mut self.buckets[number];
        bucket.earliest = bucket.earliest.min(entry.time);
        match bucket.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(entry),
            _ => {
                let mut block = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(BLOCK));
                block.push(entry);
                bucket.blocks.push(block);
            }
        }
    }

    /// Moves the entries of `now` out of their bucket. No entry may be earlier.
    #[inline]
    pub(super) fn advance_to(&mut self, now: u64) {
        self.now = now;
        while let Some(nearest) = self.nearest() {
            let earliest = self.buckets[nearest].earliest;
            if earliest > now {
                return;
            }
            self.at = earliest;
            self.filled &= !(1 << nearest);
            self.buckets[nearest].earliest = u64::MAX;
            let mut blocks = std::mem::take(&mut self.buckets[nearest].blocks);
            let are_few = matches!(&blocks[..], [block] if block.len() <= self.few);
            let joins = are_few && !self.wave.is_empty();
            if !joins {
                self.near.extend(self.wave.drain(..).map(Reverse));
            }
            for mut block in blocks.drain(..) {
                for entry in block.drain(..) {
                    if joins {
                        self.near.push(Reverse(entry));
                    } else if are_few || entry.time == earliest {
                        self.wave.push(entry);
                    } else {
                        self.put_away(entry);
                    }
                }
                self.spare.push(block);
            }
            if !joins {
                self.wave.sort_unstable_by(|one, other| other.cmp(one));
            }
            // The capacity is kept for the next round.
            self.buckets[nearest].blocks = blocks;
        }
    }

    /// Takes the first entry of the present time.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Entry<E>> {
        if self.earliest > self.now {
            return None;
        }
        let first = self.pop_first()?;
        self.earliest = self.find_earliest();
        Some(first)
    }

    #[inline]
    fn pop_first(&mut self) -> Option<Entry<E>> {
        let near = self.near.peek().map(|Reverse(entry)| entry);
        let from_wave = match (self.wave.last(), near) {
            (Some(wave), Some(near)) => wave < near,
            (wave, _) => wave.is_some(),
        };
        let first = if from_wave { self.wave.last() } else { near };
        if let Some(lane) = self.first_lane
            && first.is_none_or(|first| self.lanes[lane][0] < *first)
        {
            let first = self.lanes[lane].pop_front();
            self.find_first_lane();
            return first;
        }
        if from_wave { self.wave.pop() } else { self.near.pop().map(|Reverse(entry)| entry) }
    }
}
