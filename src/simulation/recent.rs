//! A direct-mapped cache of the answers of a map.

/// The number of cached answers.
const RECENT: usize = 4096;

/// Cached answers of a larger map, each at the one position that its hash selects, so a lookup needs no search.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    places: Vec<Option<(K, V)>>,
}

impl<K: Copy + Eq, V: Copy> Recent<K, V> {
    /// An empty cache.
    pub(super) fn new() -> Self {
        Self { places: vec![None; RECENT] }
    }

    /// The position of a hash.
    fn place([one, other]: [u32; 2]) -> usize {
        // The golden ratio spreads neighbouring hashes.
        let mixed = (u64::from(one) << 32 | u64::from(other)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> 52).expect("twelve bits")
    }

    /// The answer for `key`, whose hash is `mark`, if cached.
    pub(super) fn get(&self, mark: [u32; 2], key: &K) -> Option<V> {
        let (known, answer) = self.places[Self::place(mark)]?;
        (known == *key).then_some(answer)
    }

    /// Stores an answer, replacing the one at its position.
    pub(super) fn keep(&mut self, mark: [u32; 2], key: K, answer: V) {
        self.places[Self::place(mark)] = Some((key, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recent_answer_is_the_last_one_kept_or_none() {
        let mut recent = Recent::new();
        for key in 0..100_000_u32 {
            recent.keep([key, 1], key, key * 2);
            assert_eq!(recent.get([key, 1], &key), Some(key * 2));
        }
        let found = (0..100_000).filter_map(|key| Some((key, recent.get([key, 1], &key)?)));
        let found: Vec<(u32, u32)> = found.collect();
        assert!(found.len() > RECENT / 2 && found.iter().all(|(key, answer)| *answer == key * 2));
    }
}
