//! Heaps whose entries can be found by item, to change or remove them.
//!
//! Heaps of one family (such as the completion heaps of all channels) share one column of [`Places`], as every item is
//! in at most one of them: 4 bytes per item, no hashing, no tombstones. Entries have four children, for a flatter heap
//! with fewer cache misses than a binary one.

use std::cmp::Ordering;

const ARITY: usize = 4;
const NOWHERE: u32 = u32::MAX;

/// The position of each item in its heap, if it is in one.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(Vec<u32>);

impl Places {
    /// Adds one more item.
    pub(super) fn grow(&mut self) {
        self.0.push(NOWHERE);
    }

    /// Whether `item` is in a heap.
    #[cfg(test)]
    fn holds(&self, item: u32) -> bool {
        self.0[item as usize] != NOWHERE
    }

    #[inline]
    fn of(&self, item: u32) -> Option<usize> {
        let place = self.0[item as usize];
        (place != NOWHERE).then_some(place as usize)
    }

    #[inline]
    fn note(&mut self, item: u32, place: usize) {
        self.0[item as usize] = u32::try_from(place).expect("fewer than 2³² entries");
    }

    #[inline]
    fn forget(&mut self, item: u32) {
        self.0[item as usize] = NOWHERE;
    }
}

/// Items by key, smallest first; equal keys in no particular order.
#[derive(Clone, Debug)]
pub(super) struct Heap<K> {
    entries: Vec<(K, u32)>,
}

impl<K> Default for Heap<K> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Copy + Ord> Heap<K> {
    /// The smallest entry.
    #[inline]
    pub(super) fn first(&self) -> Option<(K, u32)> {
        self.entries.first().copied()
    }

    /// Inserts `item` with `key`, or changes its key.
    #[inline]
    pub(super) fn set(&mut self, places: &mut Places, item: u32, key: K) {
        let Some(place) = places.of(item) else {
            self.entries.push((key, item));
            return self.rise(places, self.entries.len() - 1);
        };
        let before = std::mem::replace(&mut self.entries[place].0, key);
        match key.cmp(&before) {
            Ordering::Less => self.rise(places, place),
            Ordering::Greater => self.sink(places, place),
            Ordering::Equal => {}
        }
    }

    /// Removes `item`, if present.
    #[inline]
    pub(super) fn remove(&mut self, places: &mut Places, item: u32) {
        if let Some(place) = places.of(item) {
            self.remove_at(places, item, place);
        }
    }

    /// Not inlined, so that the test whether there is anything to remove is.
    #[inline(never)]
    fn remove_at(&mut self, places: &mut Places, item: u32, place: usize) {
        places.forget(item);
        let last = self.entries.pop().expect("the item is in");
        if place < self.entries.len() {
            let removed = std::mem::replace(&mut self.entries[place], last);
            places.note(last.1, place);
            if last.0 < removed.0 {
                self.rise(places, place);
            } else {
                self.sink(places, place);
            }
        }
    }

    /// Sets the key of `item`, or removes it if there is none.
    #[inline]
    pub(super) fn put(&mut self, places: &mut Places, item: u32, key: Option<K>) {
        match key {
            Some(key) => self.set(places, item, key),
            None => self.remove(places, item),
        }
    }

    #[inline]
    fn rise(&mut self, places: &mut Places, mut place: usize) {
        let entry = self.entries[place];
        while place > 0 {
            let above = (place - 1) / ARITY;
            if self.entries[above].0 <= entry.0 {
                break;
            }
            self.entries[place] = self.entries[above];
            places.note(self.entries[place].1, place);
            place = above;
        }
        self.entries[place] = entry;
        places.note(entry.1, place);
    }

    fn sink(&mut self, places: &mut Places, mut place: usize) {
        let entry = self.entries[place];
        while let Some(below) = self.first_below(place)
            && self.entries[below].0 < entry.0
        {
            self.entries[place] = self.entries[below];
            places.note(self.entries[place].1, place);
            place = below;
        }
        self.entries[place] = entry;
        places.note(entry.1, place);
    }

    /// The place of the smallest of the entries below `place`.
    fn first_below(&self, place: usize) -> Option<usize> {
        let first = place * ARITY + 1;
        let below = self.entries.get(first..)?;
        let mut smallest = (0, below.first()?.0);
        for (number, entry) in below.iter().enumerate().take(ARITY).skip(1) {
            if entry.0 < smallest.1 {
                smallest = (number, entry.0);
            }
        }
        Some(first + smallest.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_heap_is_a_map_that_knows_its_smallest(
            steps in prop::collection::vec((0_u32..20, prop::option::of(0_u32..10)), 1..200)
        ) {
            let mut places = Places::default();
            (0..20).for_each(|_| places.grow());
            let mut heap = Heap::default();
            let mut map = std::collections::BTreeMap::new();
            for (item, key) in steps {
                heap.put(&mut places, item, key);
                match key {
                    Some(key) => map.insert(item, key),
                    None => map.remove(&item),
                };
                prop_assert_eq!(heap.first().map(|first| first.0), map.values().min().copied());
                prop_assert!(heap.first().is_none_or(|(key, item)| map[&item] == key));
                prop_assert!((0..20).all(|item| places.holds(item) == map.contains_key(&item)));
            }
        }
    }
}
