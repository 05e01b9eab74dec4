//! Values with an edition that counts changes, so that results computed from an older edition are recognised.

use std::ops::{Deref, DerefMut};

/// A value and its edition, which changes with every modification.
#[derive(Clone, Debug)]
pub struct Tracked<T> {
    value: T,
    edition: u64,
}

impl<T> Tracked<T> {
    /// `value` in its first edition.
    pub const fn new(value: T) -> Self {
        Self { value, edition: 0 }
    }

    /// The edition; results computed from the value are valid while it stays the same.
    pub const fn edition(&self) -> u64 {
        self.edition
    }
}

/// Equal values are equal, whatever their editions.
impl<T: PartialEq> PartialEq for Tracked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.edition += 1;
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_changes_with_the_value_and_not_by_looking_at_it() {
        let mut tracked = Tracked::new([1, 2]);
        let first = tracked.edition();
        assert_eq!(tracked[1], 2);
        assert_eq!(tracked.edition(), first);
        tracked[1] = 3;
        assert_ne!(tracked.edition(), first);
    }
}
