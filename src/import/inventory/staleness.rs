//! How many releases an agent is behind, from the version of its pattern.
//!
//! A pattern's number increases by 2 with each release (DUP-1): `17.321.00` is followed by `17.323.00`. The newest in
//! the table counts as the latest release.

use std::collections::BTreeMap;

/// Older ones take the full file in any case (DUP-9): they count as this many.
pub(super) const MOST: u64 = 15;

/// The number of a pattern's version, which increases by 2 with each release; `None` if it is not a version.
pub(super) fn number_of(version: &str) -> Option<u64> {
    let version = version.trim();
    let parts: Vec<&str> = version.split('.').collect();
    let number = |text: &str| if text.len() <= 6 { text.parse::<u64>().ok() } else { None };
    match parts[..] {
        // 17.321.00, and 17.321 if a spreadsheet treated it as a number.
        [major, minor, _] | [major, minor] if minor.len() <= 3 => {
            let minor = format!("{minor:0<3}");
            Some(number(major)? * 1000 + number(&minor)?)
        }
        // 1732100, as in files and logs.
        [whole] if whole.len() >= 6 && whole.len() <= 9 => {
            whole.parse::<u64>().ok().map(|number| number / 100)
        }
        _ => None,
    }
}

/// The number of agents with each version, for each column of versions.
pub(super) type Versions = BTreeMap<(usize, u64), u64>;

/// The number of agents for each number of releases behind the newest of their column.
pub(super) fn behind(versions: &Versions, newest: &BTreeMap<usize, u64>) -> Vec<(u64, u64)> {
    let mut all: BTreeMap<u64, u64> = BTreeMap::new();
    for ((column, version), agents) in versions {
        let newest = newest.get(column).copied().unwrap_or(*version);
        *all.entry((newest - version).div_ceil(2).min(MOST)).or_default() += agents;
    }
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_that_rise_by_two() {
        assert_eq!(number_of("17.321.00"), Some(17_321));
        assert_eq!(number_of("17.321"), Some(17_321));
        assert_eq!(number_of("17.32"), Some(17_320), "a spreadsheet leaves zeros out");
        assert_eq!(number_of("1732100"), Some(17_321));
        assert_eq!(number_of("1667900"), Some(16_679));
        for text in ["", "N/A", "n.a.", "1.2.3.4", "12", "99999999999.1.0"] {
            assert_eq!(number_of(text), None, "{text}");
        }
    }

    #[test]
    fn agents_are_behind_the_newest_of_their_column() {
        let versions =
            BTreeMap::from([((4, 17_321), 5), ((4, 17_317), 2), ((4, 17_001), 1), ((5, 900), 7)]);
        let newest = BTreeMap::from([(4, 17_321), (5, 902)]);
        assert_eq!(behind(&versions, &newest), [(0, 5), (1, 7), (2, 2), (15, 1)]);
    }
}
