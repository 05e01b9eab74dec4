//! Heaps whose entries can be found by item, to change or remove them.
//!
//! Heaps of one family (such as the completion heaps of all channels) share one column of [`Places`], as every item is
//! in at most one of them: 4 bytes per item, no hashing, no tombstones. Entries have four children, for a flatter heap
//! with fewer cache misses than a binary one.

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

    fn of(&self, item: u32) -> Option<usize> {
        let place = self.0[item as usize];
        (place != NOWHERE).then_some(place as usize)
    }

    fn note(&mut self, item: u32, place: usize) {
        self.0[item as usize] = u32::try_from(place).expect("fewer than 2³² entries");
    }

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
    pub(super) fn first(&self) -> Option<(K, u32)> {
        self.entries.first().copied()
    }

    /// Inserts `item` with `key`, or changes its key.
    pub(super) fn set(&mut self, places: &mut Places, item: u32, key: K) {
        let place = places.of(item).unwrap_or_else(|| {
            self.entries.push((key, item));
            self.entries.len() - 1
        });
        self.entries[place].0 = key;
        let place = self.rise(places, place);
        self.sink(places, place);
    }

    /// Removes `item`, if present.
    pub(super) fn remove(&mut self, places: &mut Places, item: u32) {
        let Some(place) = places.of(item) else { return };
        places.forget(item);
        let last = self.entries.pop().expect("the item is in");
        if place < self.entries.len() {
            self.entries[place] = last;
            let place = self.rise(places, place);
            self.sink(places, place);
        }
    }

    /// Sets the key of `item`, or removes it if there is none.
    pub(super) fn put(&mut self, places: &mut Places, item: u32, key: Option<K>) {
        match key {
            Some(key) => self.set(places, item, key),
            None => self.remove(places, item),
        }
    }

    fn rise(&mut self, places: &mut Places, mut place: usize) -> usize {
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
        place
    }

    fn sink(&mut self, places: &mut Places, mut place: usize) {
        let entry = self.entries[place];
        loop {
            let first = place * ARITY + 1;
            let end = (first + ARITY).min(self.entries.len());
            let Some(below) = (first..end).min_by_key(|&below| self.entries[below].0) else {
                break;
            };
            if entry.0 <= self.entries[below].0 {
                break;
            }
            self.entries[place] = self.entries[below];
            places.note(self.entries[place].1, place);
            place = below;
        }
        self.entries[place] = entry;
        places.note(entry.1, place);
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
