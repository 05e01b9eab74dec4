//! The transfers in progress, in rows of 48 bytes, and the cohorts that they form.
//!
//! Transfers of one class that end at the same reading with the same size form a *cohort*: a list with one entry in the
//! heap of their class, since they stay together whatever the rates are. (Equal end and equal size imply an equal
//! start.) Rows of ended transfers are reused; the generation distinguishes old ids from new ones.

use std::collections::BTreeMap;

use crate::ids::ClassId;
use crate::network::flows::class::Class;
use crate::network::flows::virtual_time::{VirtualTime, join, split};
use crate::units::Bytes;

const NONE: u32 = u32::MAX;

/// The id of a transfer; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId {
    pub(crate) row: u32,
    pub(crate) generation: u32,
}

/// The stage of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Started, but not yet sharing bandwidth.
    Waiting,
    /// In progress.
    Moving,
    /// Ended, but not yet reported.
    Ended,
    /// Over; the row is free.
    Gone,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TransferRow {
    /// The reading of its class's clock at which it ends (high and low half).
    end: (u64, u64),
    pub(crate) size: Bytes,
    pub(crate) tag: u32,
    pub(crate) class: ClassId,
    next: u32,
    previous: u32,
    generation: u32,
    pub(crate) stage: Stage,
}

/// All transfers that are not over.
#[derive(Clone, Debug)]
pub(crate) struct TransferSlab {
    rows: Vec<TransferRow>,
    free: u32,
    live: u64,
    /// Work left on entry, for transfers that changed their class.
    rest: BTreeMap<u32, u128>,
}

impl TransferSlab {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), free: NONE, live: 0, rest: BTreeMap::new() }
    }

    /// The number of transfers that are not over.
    pub(crate) fn live(&self) -> u64 {
        self.live
    }

    /// The row of `id`, if the transfer is not over.
    #[inline]
    pub(crate) fn get(&self, id: TransferId) -> Option<&TransferRow> {
        self.rows.get(id.row as usize).filter(|row| row.generation == id.generation)
    }

    /// Whether the transfer with this row and generation has not begun to share bandwidth.
    pub(crate) fn is_waiting(&self, row: u32, generation: u64) -> bool {
        let found = self.row(row);
        u64::from(found.generation) == generation && found.stage == Stage::Waiting
    }

    #[inline]
    pub(crate) fn row(&self, row: u32) -> &TransferRow {
        &self.rows[row as usize]
    }

    #[inline]
    pub(crate) fn row_mut(&mut self, row: u32) -> &mut TransferRow {
        &mut self.rows[row as usize]
    }

    #[inline]
    pub(crate) fn id(&self, row: u32) -> TransferId {
        TransferId { row, generation: self.rows[row as usize].generation }
    }

    /// The rows of all transfers that are not over.
    pub(crate) fn live_rows(&self) -> impl Iterator<Item = u32> {
        let rows = (0..).zip(&self.rows);
        rows.filter(|(_, row)| row.stage != Stage::Gone).map(|(number, _)| number)
    }

    /// Allocates a row.
    pub(crate) fn add(&mut self, class: ClassId, size: Bytes, tag: u32, stage: Stage) -> u32 {
        self.live += 1;
        let fresh = TransferRow {
            end: (0, 0),
            size,
            tag,
            class,
            next: NONE,
            previous: NONE,
            generation: 0,
            stage,
        };
        if self.free == NONE {
            self.rows.push(fresh);
            return u32::try_from(self.rows.len() - 1).expect("fewer than 2³² transfers");
        }
        let row = self.free;
        let old = &mut self.rows[row as usize];
        self.free = old.next;
        *old = TransferRow { generation: old.generation, ..fresh };
        row
    }

    /// Frees the row of a transfer that is over.
    pub(crate) fn release(&mut self, row: u32) {
        self.live -= 1;
        let old = &mut self.rows[row as usize];
        old.generation = old.generation.wrapping_add(1);
        old.stage = Stage::Gone;
        old.next = self.free;
        self.free = row;
        if !self.rest.is_empty() {
            let _ = self.rest.remove(&row);
        }
    }

    /// The work that was left when the transfer entered its class.
    #[inline]
    pub(crate) fn work_at_entry(&self, row: u32) -> u128 {
        let moved = if self.rest.is_empty() { None } else { self.rest.get(&row) };
        moved.copied().unwrap_or_else(|| crate::network::quantum::work(self.row(row).size))
    }

    /// Sets the work left on entry to `work` instead of the size.
    pub(crate) fn set_rest(&mut self, row: u32, work: u128) {
        let _ = self.rest.insert(row, work);
    }

    /// The reading at which the transfer would have started in `class` with the work left on entry.
    #[inline]
    pub(crate) fn start(&self, row: u32, class: &Class) -> VirtualTime {
        let span = self.work_at_entry(row).div_ceil(u128::from(class.unit()));
        join(self.row(row).end).wrapping_sub(span)
    }

    /// Makes the transfer a member of `class`, whose clock shows `reading`. Returns whether it has a separate entry in
    /// the heap.
    pub(crate) fn enter(&mut self, row: u32, class: &mut Class, reading: VirtualTime) -> bool {
        let work = self.work_at_entry(row);
        let end = split(reading.wrapping_add(work.div_ceil(u128::from(class.unit()))));
        class.members += 1;
        class.starts = class.starts.wrapping_add(reading);
        self.rows[row as usize].end = end;
        self.rows[row as usize].stage = Stage::Moving;
        let plain = self.rest.is_empty() || !self.rest.contains_key(&row);
        if plain && let Some(head) = self.cohort(row, class, (reading, end)) {
            let second = self.rows[head as usize].next;
            self.rows[row as usize].previous = head;
            self.rows[row as usize].next = second;
            self.rows[head as usize].next = row;
            if second != NONE {
                self.rows[second as usize].previous = row;
            }
            return false;
        }
        self.rows[row as usize].next = NONE;
        self.rows[row as usize].previous = NONE;
        class.ends.push((end.0, end.1, row));
        if plain {
            class.recent.remember(reading, self.rows[row as usize].size, row);
        }
        true
    }

    /// The head of the cohort that `row` can join, given its start and end readings.
    fn cohort(
        &self,
        row: u32,
        class: &Class,
        (reading, end): (VirtualTime, (u64, u64)),
    ) -> Option<u32> {
        let TransferRow { class: id, size, .. } = *self.row(row);
        let head = class.recent.head(reading, size)?;
        let plain = self.rest.is_empty() || !self.rest.contains_key(&head);
        let same = plain && head != row && self.row(head).size == size;
        (same && self.is_head(head, end, id)).then_some(head)
    }

    /// Whether `row` is the head of a cohort of `class` that ends at `end`.
    #[inline]
    fn is_head(&self, row: u32, end: (u64, u64), class: ClassId) -> bool {
        let found = self.row(row);
        found.stage == Stage::Moving
            && found.previous == NONE
            && found.class == class
            && found.end == end
    }

    /// Removes a single transfer from its cohort and class. Its reading must not be due.
    pub(crate) fn leave(&mut self, row: u32, class: &mut Class) {
        let start = self.start(row, class);
        class.members -= 1;
        class.starts = class.starts.wrapping_sub(start);
        let TransferRow { next, previous, end, .. } = *self.row(row);
        if next != NONE {
            self.rows[next as usize].previous = previous;
        }
        if previous != NONE {
            self.rows[previous as usize].next = next;
        } else if next != NONE {
            class.ends.push((end.0, end.1, next));
            class.stale += 1;
        } else {
            class.stale += 1;
        }
        let left = &mut self.rows[row as usize];
        (left.previous, left.next) = (NONE, NONE);
        // From here on, its entry is recognised as stale.
        left.stage = Stage::Waiting;
    }

    /// The reading at which the first member of `class` ends, if it has one.
    #[inline]
    pub(crate) fn first_end(&self, class: &mut Class, id: ClassId) -> Option<VirtualTime> {
        if usize::try_from(class.stale).is_ok_and(|stale| stale > 64 + class.ends.len() / 2) {
            class.ends.keep_once(|&(high, low, row)| self.is_head(row, (high, low), id));
            class.stale = 0;
        }
        while let Some((high, low, row)) = class.ends.first() {
            if class.stale == 0 || self.is_head(row, (high, low), id) {
                return Some(join((high, low)));
            }
            let _ = class.ends.pop();
            class.stale -= 1;
        }
        None
    }

    /// Removes all members that end at `reading` or before, and appends their rows to `ended`; returns the sum of their work.
    pub(crate) fn end_due(
        &mut self,
        class: &mut Class,
        id: ClassId,
        reading: VirtualTime,
        ended: &mut Vec<u32>,
    ) -> u128 {
        let mut moved = 0;
        while self.first_end(class, id).is_some_and(|end| end <= reading) {
            let (_, _, head) = class.ends.pop().expect("the first end");
            let mut at = head;
            while at != NONE {
                class.members -= 1;
                class.starts = class.starts.wrapping_sub(self.start(at, class));
                moved += self.work_at_entry(at);
                self.rows[at as usize].stage = Stage::Ended;
                ended.push(at);
                at = self.rows[at as usize].next;
            }
        }
        moved
    }
}
