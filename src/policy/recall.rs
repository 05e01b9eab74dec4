//! Recalls: the remaining versions when a release is withdrawn or rolled back (DUP-1, DUP-6).

use crate::model::version::Version;

/// The newest of the `kept` versions, which rise and are not recalled, and at least `first`, which was published before
/// the scenario began. Numbers are never reused: the next release is one above all that were issued (DUP-1).
pub fn newest_left(mut kept: impl DoubleEndedIterator<Item = Version>, first: Version) -> Version {
    kept.next_back().map_or(first, |newest| newest.max(first))
}

/// The full version to which a server returns from `bad`: the newest older one that it holds; `held` is ordered newest
/// first (DUP-6).
pub fn version_before(held: &[Version], bad: Version) -> Option<Version> {
    held.iter().copied().find(|version| *version < bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dup_1_what_is_left_is_the_newest_that_is_not_recalled() {
        let left = |recalled: &[u16]| {
            let kept = (6..=9).filter(|version| !recalled.contains(version));
            newest_left(kept.map(Version), Version(5)).0
        };
        assert_eq!(left(&[]), 9);
        assert_eq!(left(&[9]), 8);
        assert_eq!(left(&[8]), 9);
        assert_eq!(left(&[9, 8, 6]), 7);
        assert_eq!(left(&[9, 8, 7, 6, 5]), 5);
    }

    #[test]
    fn dup_6_a_server_goes_back_to_the_newest_older_version_that_it_holds() {
        let held = [9, 8, 6].map(Version);
        assert_eq!(version_before(&held, Version(9)), Some(Version(8)));
        assert_eq!(version_before(&held, Version(8)), Some(Version(6)));
        assert_eq!(version_before(&held[..1], Version(9)), None);
    }
}
