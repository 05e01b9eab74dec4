//! A source of choices for generators: a stream of numbers from a seed, or the bytes of a fuzzer.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Yields choices until the generator has what it needs. Equal sources make equal choices.
#[derive(Debug)]
pub(crate) enum Choices<'a> {
    /// Endless and uniform.
    Seeded(Box<ChaCha8Rng>),
    /// The bytes of a fuzzer; the first of each range once they are used up.
    Bytes(&'a [u8]),
}

impl<'a> Choices<'a> {
    /// The choices of `seed`.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self::Seeded(Box::new(ChaCha8Rng::seed_from_u64(seed)))
    }

    /// The choices encoded by `bytes`.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }

    /// A number below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        match self {
            Self::Seeded(generator) => generator.next_u64() % end,
            Self::Bytes(bytes) => {
                let width = if end > 256 { 8 } else { 1 };
                let (used, rest) = bytes.split_at(width.min(bytes.len()));
                *bytes = rest;
                used.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) % end
            }
        }
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below((to - from).saturating_add(1))
    }

    /// Whether an event with this probability, in percent, happens.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of `list`, which is not empty.
    pub(crate) fn one<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let place = self.below(list.len() as u64);
        &list[usize::try_from(place).expect("a place in the list")]
    }

    /// Each of `list` with probability one half.
    pub(crate) fn some<T: Clone>(&mut self, list: &[T]) -> Vec<T> {
        list.iter().filter(|_| self.below(2) == 1).cloned().collect()
    }
}
