//! Flow classes: all transfers of equal path, rate cap and weight share one rate.
//!
//! The solvers handle classes and their numbers of members, never single transfers.

use std::collections::BTreeMap;

use crate::ids::{ChannelId, ClassId, Column, RowId};
use crate::network::flows::completions::CompletionQueue;
use crate::network::flows::virtual_time::VirtualTime;
use crate::network::quantum::UNLIMITED;
use crate::network::solver::reference::Demand;
use crate::units::Bytes;

/// All transfers of equal path, rate cap and weight.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) path: Box<[ChannelId]>,
    /// Rate cap of a member, or [`UNLIMITED`].
    pub(crate) rate_cap: u64,
    pub(crate) weight: u32,
    /// Members in progress.
    pub(crate) members: u64,
    /// The members by the reading at which they end, with one entry for all that end together; stale entries of aborted
    /// members are dropped when they reach the front.
    pub(crate) ends: CompletionQueue,
    /// Stale entries of `ends`.
    pub(crate) stale: u32,
    /// Σ over the members of the readings at which they started; wraps as readings do.
    pub(crate) starts: VirtualTime,
    /// Work of members that have ended or left.
    pub(crate) moved: u128,
    /// The cohorts admitted at the latest reading, which new members may join.
    pub(crate) recent: Recent,
    /// The number of members when the rates were computed.
    pub(crate) settled: u64,
    /// Whether the number of members may have changed since.
    pub(crate) dirty: bool,
    same_hash: Option<ClassId>,
}

/// Cohorts that started at one reading, by the size of their members.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recent {
    reading: VirtualTime,
    /// Sizes in order, each with its cohort.
    cohorts: Vec<(Bytes, u32)>,
}

/// The number of sizes of one instant that are remembered; members of further sizes get separate entries.
const MOST_SIZES: usize = 4096;

impl Recent {
    /// The cohort of `size` that started at `reading`, if remembered.
    pub(crate) fn cohort(&self, reading: VirtualTime, size: Bytes) -> Option<u32> {
        let place = self.cohorts.binary_search_by_key(&size, |known| known.0);
        place.ok().filter(|_| self.reading == reading).map(|place| self.cohorts[place].1)
    }

    /// Adds a cohort.
    pub(crate) fn remember(&mut self, reading: VirtualTime, size: Bytes, cohort: u32) {
        if self.reading != reading {
            self.cohorts.clear();
            self.reading = reading;
        }
        match self.cohorts.binary_search_by_key(&size, |known| known.0) {
            Ok(place) => self.cohorts[place].1 = cohort,
            Err(place) if self.cohorts.len() < MOST_SIZES => {
                self.cohorts.insert(place, (size, cohort));
            }
            Err(_) => {}
        }
    }
}

impl Class {
    /// The level at which the rate cap binds.
    #[inline]
    pub(crate) fn cap_level(&self) -> u64 {
        if self.rate_cap == UNLIMITED {
            UNLIMITED
        } else {
            self.rate_cap.div_ceil(self.weight.into())
        }
    }

    /// The rate of a member at `level`.
    pub(crate) fn rate(&self, level: u64) -> u64 {
        level.saturating_mul(self.weight.into()).min(self.rate_cap)
    }

    /// Whether the rate cap is a whole number of levels, so that the rate is always weight × level.
    #[inline]
    pub(crate) fn is_even(&self) -> bool {
        self.rate_cap == UNLIMITED || self.rate_cap.is_multiple_of(self.weight.into())
    }

    /// Work per unit of the class's clock: its weight, so that the clock runs with the level; or one, if the rate cap
    /// would leave a fraction.
    #[inline]
    pub(crate) fn unit(&self) -> u64 {
        if self.is_even() { self.weight.into() } else { 1 }
    }

    /// The level at which a clock of the class runs at `speed`.
    #[inline]
    pub(crate) fn level_at(&self, speed: u64) -> u64 {
        (speed * self.unit()).div_ceil(self.weight.into())
    }

    /// Whether nothing limits its members.
    #[inline]
    pub(crate) fn is_instant(&self) -> bool {
        self.path.is_empty() && self.rate_cap == UNLIMITED
    }

    /// The class as a demand of the reference solver.
    pub(crate) fn demand(&self) -> Demand {
        Demand {
            path: self.path.iter().map(|channel| channel.index()).collect(),
            rate_cap: (self.rate_cap != UNLIMITED).then_some(self.rate_cap),
            weight: self.weight.into(),
            members: self.members,
        }
    }
}

/// All classes, with unique keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classes {
    pub(crate) rows: Column<ClassId, Class>,
    /// First class of each hash of a key; the others are chained to it.
    by_hash: BTreeMap<u64, ClassId>,
}

impl Classes {
    /// The class of the key, and whether it is new.
    pub(crate) fn intern(
        &mut self,
        path: &[ChannelId],
        rate_cap: u64,
        weight: u32,
    ) -> (ClassId, bool) {
        let hash = hash(path, rate_cap, weight);
        let head = self.by_hash.get(&hash).copied();
        let mut at = head;
        while let Some(id) = at {
            let class = &self.rows[id];
            if *class.path == *path && class.rate_cap == rate_cap && class.weight == weight {
                return (id, false);
            }
            at = class.same_hash;
        }
        let id = self.rows.push(Class {
            path: path.into(),
            rate_cap,
            weight,
            members: 0,
            ends: CompletionQueue::default(),
            stale: 0,
            starts: 0,
            moved: 0,
            recent: Recent::default(),
            settled: 0,
            dirty: false,
            same_hash: head,
        });
        let _ = self.by_hash.insert(hash, id);
        (id, true)
    }
}

/// FNV-1a over the numbers of a key (Fowler, Noll, Vo; public domain).
fn hash(path: &[ChannelId], rate_cap: u64, weight: u32) -> u64 {
    let numbers = path.iter().map(|channel| u64::from(channel.0)).chain([rate_cap, weight.into()]);
    numbers.fold(0xcbf2_9ce4_8422_2325, |hash, number| {
        (hash ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
    })
}
