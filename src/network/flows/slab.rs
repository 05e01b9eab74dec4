//! The transfers that are not over, and the cohorts that they form, in rows of a few bytes each.
//!
//! Transfers of one class that started at the same reading with the same size form a *cohort*: they end together
//! whatever the rates are, and have one entry in the queue of their class. Only transfers that move are in one. Rows are
//! reused; the generation of a transfer distinguishes old ids from new ones.

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
struct Row {
    tag: u32,
    generation: u32,
    at: At,
}

const _: () = assert!(size_of::<Row>() == 24, "a million transfers have a row each");

/// Where a transfer is.
#[derive(Clone, Copy, Debug)]
enum At {
    /// On its own: it does not share bandwidth yet, or no longer.
    Apart { class: ClassId, size: Bytes, has_ended: bool },
    /// In a cohort, between two other members of it.
    InCohort { cohort: u32, next: u32, previous: u32 },
    /// Over: the row is free, and so is the next one.
    Over { next: u32 },
}

#[derive(Clone, Copy, Debug)]
struct Cohort {
    /// The reading of its class's clock at which it started (high and low half).
    start: (u64, u64),
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
    rows: Vec<Row>,
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
        (row.generation == id.generation).then(|| self.at(id.row))
    }

    /// The transfer in `row`, which is not free.
    #[inline]
    pub(crate) fn at(&self, row: u32) -> Transfer {
        let Row { tag, at, .. } = self.rows[row as usize];
        let (class, size, stage) = match at {
            At::Apart { class, size, has_ended: false } => (class, size, Stage::Waiting),
            At::Apart { class, size, has_ended: true } => (class, size, Stage::Ended),
            At::InCohort { cohort, .. } => {
                let Cohort { class, size, .. } = *self.cohorts.at(cohort);
                (class, size, Stage::Moving)
            }
            At::Over { .. } => unreachable!("the row is not free"),
        };
        Transfer { class, size, tag, stage }
    }

    #[inline]
    pub(crate) fn id(&self, row: u32) -> TransferId {
        TransferId { row, generation: self.rows[row as usize].generation }
    }

    /// The rows of all transfers that are not over.
    pub(crate) fn live_rows(&self) -> impl Iterator<Item = u32> {
        let rows = (0..).zip(&self.rows);
        rows.filter(|(_, row)| !matches!(row.at, At::Over { .. })).map(|(number, _)| number)
    }

    /// Adds a transfer that does not move yet.
    #[inline]
    pub(crate) fn add(&mut self, class: ClassId, size: Bytes, tag: u32) -> u32 {
        self.live += 1;
        let at = At::Apart { class, size, has_ended: false };
        if self.free == NONE {
            self.rows.push(Row { tag, generation: 0, at });
            return number(self.rows.len() - 1);
        }
        let row = self.free;
        let reused = &mut self.rows[row as usize];
        let At::Over { next } = reused.at else { unreachable!("a free row") };
        self.free = next;
        (reused.tag, reused.at) = (tag, at);
        row
    }

    /// Frees the row of a transfer that does not move.
    #[inline]
    pub(crate) fn release(&mut self, row: u32) {
        self.live -= 1;
        let next = std::mem::replace(&mut self.free, row);
        let old = &mut self.rows[row as usize];
        debug_assert!(matches!(old.at, At::Apart { .. }), "a transfer leaves its class before");
        old.generation = old.generation.wrapping_add(1);
        old.at = At::Over { next };
        if !self.rest.is_empty() {
            let _ = self.rest.remove(&row);
        }
    }

    /// The work that was left when the transfer, of this size, entered its class.
    #[inline]
    pub(crate) fn work_at_entry(&self, row: u32, size: Bytes) -> u128 {
        let moved = if self.rest.is_empty() { None } else { self.rest.get(&row) };
        moved.copied().unwrap_or_else(|| quantum::work(size))
    }

    /// Assigns a transfer that does not move to another class, with `work` left.
    pub(crate) fn assign(&mut self, row: u32, class: ClassId, work: Option<u128>) {
        let Transfer { size, .. } = self.at(row);
        self.rows[row as usize].at = At::Apart { class, size, has_ended: false };
        if let Some(work) = work {
            let _ = self.rest.insert(row, work);
        }
    }

    /// A transfer that does not move has ended.
    #[inline]
    pub(crate) fn end(&mut self, row: u32) {
        let Transfer { class, size, .. } = self.at(row);
        self.rows[row as usize].at = At::Apart { class, size, has_ended: true };
    }

    /// The reading of its class's clock at which a transfer that moves started.
    #[inline]
    pub(crate) fn start(&self, row: u32) -> VirtualTime {
        let At::InCohort { cohort, .. } = self.rows[row as usize].at else {
            unreachable!("the transfer moves");
        };
        join(self.cohorts.at(cohort).start)
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
        let At::Apart { class: id, size, .. } = self.rows[row as usize].at else {
            unreachable!("a transfer that enters a class does not move yet");
        };
        let is_whole = self.rest.is_empty() || !self.rest.contains_key(&row);
        let entering =
            Cohort { start: split(reading), size, class: id, first: row, members: 1, is_whole };
        class.members += 1;
        class.starts = class.starts.wrapping_add(reading);
        if is_whole && let Some(cohort) = self.equal_cohort(&entering, class) {
            return self.join(row, cohort, class);
        }
        let cohort = self.cohorts.add(entering);
        self.rows[row as usize].at = At::InCohort { cohort, next: NONE, previous: NONE };
        let end = split(reading.wrapping_add(span(work, class)));
        class.ends.push((end.0, end.1, cohort));
        if is_whole {
            class.recent.remember(reading, size, cohort);
        }
        true
    }

    /// The cohort of `class` with all its work left that is equal to `entering` but for its members.
    #[inline]
    fn equal_cohort(&self, entering: &Cohort, class: &Class) -> Option<u32> {
        let Cohort { start, size, class: id, .. } = *entering;
        let recent = class.recent.cohort(join(start), size)?;
        let found = self.cohorts.at(recent);
        let is_equal =
            found.is_whole && (found.start, found.size, found.class) == (start, size, id);
        is_equal.then_some(recent)
    }

    /// Adds a member to a cohort in the queue of `class`; returns whether it was the first.
    #[inline]
    fn join(&mut self, row: u32, cohort: u32, class: &mut Class) -> bool {
        let joined = self.cohorts.at_mut(cohort);
        let was_empty = joined.members == 0;
        class.stale -= u32::from(was_empty);
        let second = if was_empty { NONE } else { joined.first };
        (joined.first, joined.members) = (row, joined.members + 1);
        self.link(second, |_, previous| *previous = row);
        self.rows[row as usize].at = At::InCohort { cohort, next: second, previous: NONE };
        was_empty
    }

    /// Changes the neighbours (next and previous) of a member of a cohort, if there is one.
    #[inline]
    fn link(&mut self, row: u32, change: impl FnOnce(&mut u32, &mut u32)) {
        if row != NONE {
            let At::InCohort { next, previous, .. } = &mut self.rows[row as usize].at else {
                unreachable!("a member of a cohort");
            };
            change(next, previous);
        }
    }

    /// Removes a single transfer from its class. Its reading must not be due. Its cohort stays in the queue, even without
    /// members.
    pub(crate) fn leave(&mut self, row: u32, class: &mut Class) {
        let At::InCohort { cohort, next, previous } = self.rows[row as usize].at else {
            unreachable!("a transfer that leaves its class moves");
        };
        self.link(next, |_, of_next| *of_next = previous);
        self.link(previous, |of_previous, _| *of_previous = next);
        let left = self.cohorts.at_mut(cohort);
        left.members -= 1;
        if previous == NONE {
            left.first = next;
        }
        class.members -= 1;
        class.starts = class.starts.wrapping_sub(join(left.start));
        class.stale += u32::from(left.members == 0);
        let Cohort { class, size, .. } = *left;
        self.rows[row as usize].at = At::Apart { class, size, has_ended: false };
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
            let Cohort { start, size, class: id, first, members, .. } = *self.cohorts.at(cohort);
            class.starts = class.starts.wrapping_sub(join(start).wrapping_mul(members.into()));
            moved += self.work_at_entry(first, size) * u128::from(members);
            count += u64::from(members);
            self.cohorts.release(cohort);
            let mut member = first;
            while member != NONE {
                let row = &mut self.rows[member as usize];
                let At::InCohort { next, .. } = row.at else {
                    unreachable!("a member of a cohort");
                };
                row.at = At::Apart { class: id, size, has_ended: true };
                ended(row.tag, member);
                member = next;
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
