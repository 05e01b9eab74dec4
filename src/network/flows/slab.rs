//! The transfers that are not over, in rows of 20 bytes, and the cohorts that they form, in rows of 40 bytes.
//!
//! Transfers of one class that started at the same reading with the same size form a *cohort*: they end together
//! whatever the rates are, and have one entry in the queue of their class. A transfer that does not move is alone in its
//! cohort, which is in no queue. Rows are reused; the generation of a transfer distinguishes old ids from new ones.

use std::collections::BTreeMap;

use crate::ids::ClassId;
use crate::network::flows::class::Class;
use crate::network::flows::virtual_time::{VirtualTime, join, split};
use crate::network::quantum;
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

/// A transfer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transfer {
    pub(crate) class: ClassId,
    pub(crate) size: Bytes,
    pub(crate) tag: u32,
    pub(crate) stage: Stage,
}

#[derive(Clone, Copy, Debug)]
struct TransferRow {
    cohort: u32,
    tag: u32,
    /// The next member of the cohort, or the next free row.
    next: u32,
    previous: u32,
    /// The generation above two bits of the stage.
    generation_and_stage: u32,
}

const _: () = assert!(size_of::<TransferRow>() == 20, "a million transfers have a row each");

impl TransferRow {
    fn generation(self) -> u32 {
        self.generation_and_stage >> 2
    }

    fn stage(self) -> Stage {
        match self.generation_and_stage & 3 {
            0 => Stage::Waiting,
            1 => Stage::Moving,
            2 => Stage::Ended,
            _ => Stage::Gone,
        }
    }

    fn set_stage(&mut self, stage: Stage) {
        self.generation_and_stage = self.generation_and_stage & !3 | stage as u32;
    }
}

#[derive(Clone, Copy, Debug)]
struct Cohort {
    /// The reading of its class's clock at which it ends (high and low half).
    end: (u64, u64),
    size: Bytes,
    class: ClassId,
    /// Its first member, or the next free row.
    first: u32,
    members: u32,
    /// Whether its members had all their work left when they entered the class; those that had not are alone in theirs.
    is_whole: bool,
}

/// All transfers that are not over.
#[derive(Clone, Debug)]
pub(crate) struct TransferSlab {
    rows: Vec<TransferRow>,
    free: u32,
    cohorts: Cohorts,
    live: u64,
    /// Work left on entry, for transfers that changed their class.
    rest: BTreeMap<u32, u128>,
}

#[derive(Clone, Debug)]
struct Cohorts {
    rows: Vec<Cohort>,
    free: u32,
}

impl Cohorts {
    #[inline]
    fn add(&mut self, cohort: Cohort) -> u32 {
        if self.free == NONE {
            self.rows.push(cohort);
            return number(self.rows.len() - 1);
        }
        let row = self.free;
        self.free = std::mem::replace(self.at_mut(row), cohort).first;
        row
    }

    #[inline]
    fn release(&mut self, row: u32) {
        let free = std::mem::replace(&mut self.free, row);
        let old = self.at_mut(row);
        (old.first, old.members, old.is_whole) = (free, 0, false);
    }

    #[inline]
    fn at(&self, row: u32) -> &Cohort {
        &self.rows[row as usize]
    }

    #[inline]
    fn at_mut(&mut self, row: u32) -> &mut Cohort {
        &mut self.rows[row as usize]
    }
}

impl TransferSlab {
    pub(crate) fn new() -> Self {
        Self {
            rows: Vec::new(),
            free: NONE,
            cohorts: Cohorts { rows: Vec::new(), free: NONE },
            live: 0,
            rest: BTreeMap::new(),
        }
    }

    /// The number of transfers that are not over.
    pub(crate) fn live(&self) -> u64 {
        self.live
    }

    /// The transfer `id`, if it is not over.
    #[inline]
    pub(crate) fn get(&self, id: TransferId) -> Option<Transfer> {
        let row = self.rows.get(id.row as usize)?;
        (row.generation() == id.generation).then(|| self.at(id.row))
    }

    /// The transfer in `row`, which is not free.
    #[inline]
    pub(crate) fn at(&self, row: u32) -> Transfer {
        let found = self.rows[row as usize];
        let Cohort { class, size, .. } = *self.cohorts.at(found.cohort);
        Transfer { class, size, tag: found.tag, stage: found.stage() }
    }

    #[inline]
    pub(crate) fn id(&self, row: u32) -> TransferId {
        TransferId { row, generation: self.rows[row as usize].generation() }
    }

    /// The rows of all transfers that are not over.
    pub(crate) fn live_rows(&self) -> impl Iterator<Item = u32> {
        let rows = (0..).zip(&self.rows);
        rows.filter(|(_, row)| row.stage() != Stage::Gone).map(|(number, _)| number)
    }

    /// Adds a transfer that does not move yet.
    #[inline]
    pub(crate) fn add(&mut self, class: ClassId, size: Bytes, tag: u32) -> u32 {
        self.live += 1;
        let fresh =
            TransferRow { cohort: NONE, tag, next: NONE, previous: NONE, generation_and_stage: 0 };
        let row = if self.free == NONE {
            self.rows.push(fresh);
            number(self.rows.len() - 1)
        } else {
            let row = self.free;
            let old = &mut self.rows[row as usize];
            self.free = old.next;
            *old = TransferRow { generation_and_stage: old.generation_and_stage, ..fresh };
            old.set_stage(Stage::Waiting);
            row
        };
        self.isolate(row, class, size);
        row
    }

    /// Puts a transfer into a cohort of its own.
    #[inline]
    fn isolate(&mut self, row: u32, class: ClassId, size: Bytes) {
        let cohort = Cohort { end: (0, 0), size, class, first: row, members: 1, is_whole: true };
        self.rows[row as usize].cohort = self.cohorts.add(cohort);
    }

    /// Frees the row of a transfer that does not move.
    #[inline]
    pub(crate) fn release(&mut self, row: u32) {
        self.live -= 1;
        let free = std::mem::replace(&mut self.free, row);
        let old = &mut self.rows[row as usize];
        debug_assert!(old.stage() != Stage::Moving, "a transfer leaves its class before");
        old.generation_and_stage = old.generation_and_stage.wrapping_add(4);
        old.set_stage(Stage::Gone);
        old.next = free;
        let cohort = old.cohort;
        self.cohorts.at_mut(cohort).members -= 1;
        if self.cohorts.at(cohort).members == 0 {
            self.cohorts.release(cohort);
        }
        if !self.rest.is_empty() {
            let _ = self.rest.remove(&row);
        }
    }

    /// The work that was left when the transfer entered its class.
    #[inline]
    pub(crate) fn work_at_entry(&self, row: u32) -> u128 {
        let moved = if self.rest.is_empty() { None } else { self.rest.get(&row) };
        moved.copied().unwrap_or_else(|| quantum::work(self.at(row).size))
    }

    /// Assigns a transfer that does not move to another class, with `work` left.
    pub(crate) fn assign(&mut self, row: u32, class: ClassId, work: Option<u128>) {
        let cohort = self.rows[row as usize].cohort;
        self.cohorts.at_mut(cohort).class = class;
        if let Some(work) = work {
            let _ = self.rest.insert(row, work);
        }
    }

    /// A transfer that does not move has ended.
    #[inline]
    pub(crate) fn end(&mut self, row: u32) {
        self.rows[row as usize].set_stage(Stage::Ended);
    }

    /// The reading at which the transfer would have started in `class` with the work left on entry.
    #[inline]
    pub(crate) fn start(&self, row: u32, class: &Class) -> VirtualTime {
        let cohort = self.cohorts.at(self.rows[row as usize].cohort);
        join(cohort.end).wrapping_sub(span(self.work_at_entry(row), class))
    }

    /// Makes the transfer, which does not move and has `work` left, a member of `class`, whose clock shows `reading`.
    /// Returns whether the class has an end that it did not have.
    #[inline]
    pub(crate) fn enter(
        &mut self,
        row: u32,
        work: u128,
        class: &mut Class,
        reading: VirtualTime,
    ) -> bool {
        let is_whole = self.rest.is_empty() || !self.rest.contains_key(&row);
        let end = split(reading.wrapping_add(span(work, class)));
        class.members += 1;
        class.starts = class.starts.wrapping_add(reading);
        let entered = &mut self.rows[row as usize];
        entered.set_stage(Stage::Moving);
        (entered.previous, entered.next) = (NONE, NONE);
        let own = entered.cohort;
        let size = self.cohorts.at(own).size;
        if is_whole && let Some(cohort) = self.cohort_of(own, class, (reading, end)) {
            self.cohorts.release(own);
            return self.join(row, cohort, class);
        }
        let cohort = self.cohorts.at_mut(own);
        (cohort.end, cohort.is_whole) = (end, is_whole);
        class.ends.push((end.0, end.1, own));
        if is_whole {
            class.recent.remember(reading, size, own);
        }
        true
    }

    /// The cohort that a transfer alone in `own` can join, given its start and end readings.
    #[inline]
    fn cohort_of(
        &self,
        own: u32,
        class: &Class,
        (reading, end): (VirtualTime, (u64, u64)),
    ) -> Option<u32> {
        let Cohort { class: id, size, .. } = *self.cohorts.at(own);
        let recent = class.recent.cohort(reading, size)?;
        let found = self.cohorts.at(recent);
        let is_same = found.is_whole && found.size == size && found.class == id && found.end == end;
        (recent != own && is_same).then_some(recent)
    }

    /// Adds a member to a cohort in the queue of `class`; returns whether it was the first.
    #[inline]
    fn join(&mut self, row: u32, cohort: u32, class: &mut Class) -> bool {
        let found = self.cohorts.at_mut(cohort);
        let was_empty = found.members == 0;
        class.stale -= u32::from(was_empty);
        let second = if was_empty { NONE } else { found.first };
        (found.first, found.members) = (row, found.members + 1);
        if second != NONE {
            self.rows[second as usize].previous = row;
        }
        let joined = &mut self.rows[row as usize];
        (joined.cohort, joined.next) = (cohort, second);
        was_empty
    }

    /// Removes a single transfer from its class. Its reading must not be due. Its cohort stays in the queue, even without
    /// members.
    pub(crate) fn leave(&mut self, row: u32, class: &mut Class) {
        class.members -= 1;
        class.starts = class.starts.wrapping_sub(self.start(row, class));
        let TransferRow { cohort, next, previous, .. } = self.rows[row as usize];
        if next != NONE {
            self.rows[next as usize].previous = previous;
        }
        let left = self.cohorts.at_mut(cohort);
        left.members -= 1;
        if previous == NONE {
            left.first = next;
        } else {
            self.rows[previous as usize].next = next;
        }
        class.stale += u32::from(next == NONE && previous == NONE);
        let Cohort { class: id, size, .. } = *self.cohorts.at(cohort);
        self.rows[row as usize].set_stage(Stage::Waiting);
        self.isolate(row, id, size);
    }

    /// The reading at which the first member of `class` ends, if it has one.
    #[inline]
    pub(crate) fn first_end(&mut self, class: &mut Class) -> Option<VirtualTime> {
        if class.stale > 0 {
            self.drop_stale(class);
        }
        class.ends.first().map(|(high, low, _)| join((high, low)))
    }

    /// Drops the entries of cohorts without members at the front of the queue, and all of them if they are many.
    fn drop_stale(&mut self, class: &mut Class) {
        if usize::try_from(class.stale).is_ok_and(|stale| stale > 64 + class.ends.len() / 2) {
            class.ends.keep(|&(_, _, cohort)| {
                let has_members = self.cohorts.at(cohort).members > 0;
                if !has_members {
                    self.cohorts.release(cohort);
                }
                has_members
            });
            class.stale = 0;
        }
        while class.stale > 0
            && let Some((_, _, cohort)) = class.ends.first()
            && self.cohorts.at(cohort).members == 0
        {
            let _ = class.ends.pop();
            self.cohorts.release(cohort);
            class.stale -= 1;
        }
    }

    /// Removes all members that end at `reading` or before, and calls `ended` with the tag and the row of each; returns
    /// their number and the sum of their work.
    pub(crate) fn end_due(
        &mut self,
        class: &mut Class,
        reading: VirtualTime,
        mut ended: impl FnMut(u32, u32),
    ) -> (u64, u128) {
        let (mut count, mut moved) = (0, 0);
        while self.first_end(class).is_some_and(|end| end <= reading) {
            let (_, _, cohort) = class.ends.pop().expect("the first end");
            let Cohort { first, members, .. } = *self.cohorts.at(cohort);
            let start = self.start(first, class);
            class.starts = class.starts.wrapping_sub(start.wrapping_mul(members.into()));
            moved += self.work_at_entry(first) * u128::from(members);
            count += u64::from(members);
            let mut at = first;
            while at != NONE {
                let row = &mut self.rows[at as usize];
                row.set_stage(Stage::Ended);
                ended(row.tag, at);
                at = row.next;
            }
        }
        class.members -= count;
        (count, moved)
    }
}

/// The span of readings in which `work` is done in `class`.
#[inline]
fn span(work: u128, class: &Class) -> VirtualTime {
    match class.unit() {
        1 => work,
        unit => work.div_ceil(u128::from(unit)),
    }
}

fn number(row: usize) -> u32 {
    u32::try_from(row).expect("fewer than 2³² transfers")
}
