//! Values with numbers.

use std::collections::BTreeMap;

/// Different values, numbered in the order in which they first occur.
#[derive(Debug)]
pub(super) struct Numbered<T>(BTreeMap<T, usize>);

impl<T: Ord> Numbered<T> {
    /// These values, which differ, with the first numbers.
    pub(super) fn beginning_with(first: impl IntoIterator<Item = T>) -> Self {
        Self(first.into_iter().zip(0..).collect())
    }

    /// The number of `value`.
    pub(super) fn number_of(&mut self, value: T) -> usize {
        let next = self.0.len();
        *self.0.entry(value).or_insert(next)
    }

    /// All values in the order of their numbers.
    pub(super) fn in_order(&self) -> Vec<&T> {
        let mut all: Vec<(&T, &usize)> = self.0.iter().collect();
        all.sort_unstable_by_key(|(_, number)| **number);
        all.into_iter().map(|(value, _)| value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_number() {
        let mut words = Numbered::beginning_with(["z"]);
        assert_eq!(["b", "a", "b", "z"].map(|word| words.number_of(word)), [1, 2, 1, 0]);
        assert_eq!(words.in_order(), [&"z", &"b", &"a"]);
    }
}
