//! Versions, packages, and the offers of sources (DUP-1).

use super::component::Component;
use crate::units::Bytes;

pub use super::component::INCREMENTALS;

/// The version of a component: the number of its releases (DUP-1). The printed number, which increases by two per
/// release and wraps, is not used for comparisons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

impl Version {
    /// The number of releases that `self` is behind `latest`; zero if it is not behind (DUP-1).
    pub fn behind(self, latest: Self) -> u16 {
        latest.0.saturating_sub(self.0)
    }

    /// The version `releases` later.
    #[must_use]
    pub fn later(self, releases: u16) -> Self {
        Self(self.0 + releases)
    }

    /// The version `releases` earlier, or the oldest one.
    #[must_use]
    pub fn earlier(self, releases: u16) -> Self {
        Self(self.0.saturating_sub(releases))
    }
}

/// A file that brings a component to a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Package {
    /// The full file of a version.
    Full(Version),
    /// The difference from an old version to a newer one, which is always the latest (DUP-2).
    Incremental {
        /// The version it starts from.
        from: Version,
        /// The version it leads to.
        to: Version,
    },
}

impl Package {
    /// The transfer size (CMP-8): at least one byte, and at most the full file.
    pub fn size(self, component: &Component) -> Bytes {
        match (self, component.incremental) {
            (Self::Incremental { from, to }, Some(size)) => {
                size.of(from.behind(to)).max(Bytes::new(1)).min(component.full)
            }
            _ => component.full,
        }
    }
}

/// A set of spans 1 to 14: the distances for which a source offers an incremental.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spans(u16);

impl Spans {
    /// No incremental.
    pub const NONE: Self = Self(0);
    /// All 14 (DUP-2).
    pub const ALL: Self = Self(((1 << INCREMENTALS) - 1) << 1);

    /// The set with `span` added, if `span` is one of 1 to 14.
    #[must_use]
    pub const fn with(self, span: u16) -> Self {
        if span >= 1 && span <= INCREMENTALS { Self(self.0 | 1 << span) } else { self }
    }

    /// Whether an incremental from `span` releases behind is in the set.
    pub const fn has(self, span: u16) -> bool {
        span >= 1 && span <= INCREMENTALS && self.0 & (1 << span) != 0
    }

    /// Spans of this set that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Spans of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The number of spans.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The spans in the set, smallest first.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        (1..=INCREMENTALS).filter(move |span| self.has(*span))
    }
}

/// What a source offers of one component: the latest full file and the incrementals that lead to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The version of the full file.
    pub latest: Version,
    /// The distances for which there is an incremental.
    pub incrementals: Spans,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::component::{ComponentKind, IncrementalSize};

    fn component(incremental: Option<IncrementalSize>) -> Component {
        Component {
            name: "Virus Pattern".into(),
            kind: ComponentKind::Pattern,
            conventional: true,
            smart: false,
            full: Bytes::new(1_000),
            incremental,
            releases_per_1000_days: 1000,
            source: "a test",
        }
    }

    #[test]
    fn cmp_8_an_incremental_grows_with_its_span_and_never_exceeds_the_full_file() {
        let grows = component(Some(IncrementalSize {
            base: Bytes::new(10),
            step: Bytes::new(100),
            listed: None,
        }));
        let span = |k: u16| Package::Incremental { from: Version(20 - k), to: Version(20) };
        for (k, size) in [(1, 110), (2, 210), (9, 910), (10, 1_000), (14, 1_000)] {
            assert_eq!(span(k).size(&grows), Bytes::new(size), "span {k}");
        }
        assert_eq!(Package::Full(Version(20)).size(&grows), Bytes::new(1_000));
        assert_eq!(span(1).size(&component(None)), Bytes::new(1_000));
    }

    #[test]
    fn cmp_8_where_the_sizes_are_listed_each_incremental_has_its_own() {
        let mut sizes = [Bytes::new(7); 14];
        (sizes[0], sizes[12], sizes[13]) = (Bytes::new(0), Bytes::new(900), Bytes::new(1_200));
        let (base, step) = (Bytes::new(10), Bytes::new(100));
        let listed = component(Some(IncrementalSize { base, step, listed: Some(sizes) }));
        let span = |k: u16| Package::Incremental { from: Version(20 - k), to: Version(20) };
        for (k, size) in [(1, 1), (2, 7), (13, 900), (14, 1_000)] {
            assert_eq!(span(k).size(&listed), Bytes::new(size), "span {k}");
        }
    }

    #[test]
    fn dup_1_the_difference_counts_releases() {
        // 171 → 175: printed numbers rise by two per release.
        let printed = |number: u16| Version((number - 101) / 2);
        assert_eq!(printed(171).behind(printed(175)), 2);
        assert_eq!(printed(147).behind(printed(175)), 14);
        assert_eq!(printed(145).behind(printed(175)), 15);
        assert_eq!(printed(175).behind(printed(171)), 0);
    }

    #[test]
    fn dup_2_a_release_comes_with_fourteen_incrementals() {
        assert_eq!(Spans::ALL.count(), 14);
        assert!(Spans::ALL.has(1) && Spans::ALL.has(14));
        assert!(!Spans::ALL.has(0) && !Spans::ALL.has(15));
    }
}
