//! Factors as columns: numbers in base units where every level is a quantity, texts elsewhere.

use std::collections::BTreeMap;

use crate::experiment::sweep::Design;
use crate::scenario::VariedKey;

/// A factor in the tables.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Column {
    /// The key, with its unit at the end: `site.branch.bandwidth_bps`.
    pub(in crate::report) name: String,
    /// The key as it is written.
    pub(in crate::report) key: String,
    /// Its value at each point: digits, or a text.
    pub(in crate::report) cells: Vec<String>,
    /// The same as it is written, with its unit.
    pub(in crate::report) written: Vec<String>,
    /// Whether these are numbers.
    pub(in crate::report) is_number: bool,
}

/// The columns of all factors.
pub(in crate::report) fn columns(design: &Design) -> Vec<Column> {
    let keys = design.keys.iter().enumerate();
    keys.map(|(place, key)| {
        let written = || design.points.iter().map(|point| point.values[place].as_str());
        let known = VariedKey::find(key).ok();
        let numbers = known.and_then(|known| {
            let number = |value| Some(decimal(known.quantity(value).ok()?, known.decimals()));
            Some((written().map(number).collect::<Option<Vec<_>>>()?, known.unit_suffix()))
        });
        let (key, is_number) = (key.clone(), numbers.is_some());
        let written: Vec<String> = written().map(String::from).collect();
        let (cells, unit) = numbers.unwrap_or_else(|| (written.clone(), ""));
        Column { name: format!("{key}{unit}"), key, cells, written, is_number }
    })
    .collect()
}

impl Column {
    /// Its number at `point`, if these are numbers.
    pub(in crate::report) fn number(&self, point: usize) -> Option<f64> {
        self.cells[point].parse().ok().filter(|_| self.is_number)
    }

    /// A point of each of its levels: numbers by size, words as they come.
    pub(in crate::report) fn levels(&self) -> Vec<usize> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (point, cell) in self.cells.iter().enumerate() {
            let _ = first.entry(cell).or_insert(point);
        }
        let mut all: Vec<usize> = first.into_values().collect();
        all.sort_unstable();
        if self.is_number {
            let number = |point: usize| self.number(point).unwrap_or_default();
            all.sort_by(|a, b| number(*a).total_cmp(&number(*b)));
        }
        all
    }

    /// The unit of its numbers: `s`, `bytes`, `bit/s`, or `count` for all others.
    pub(in crate::report) fn unit(&self) -> &'static str {
        match self.name.strip_prefix(&self.key) {
            Some("_s") => "s",
            Some("_bytes") => "bytes",
            Some("_bps") => "bit/s",
            _ => "count",
        }
    }
}

/// `number` / 10^`decimals` with as many digits as are needed.
fn decimal(number: u64, decimals: u32) -> String {
    let one = 10_u64.pow(decimals);
    let (whole, part) = (number / one, number % one);
    if part == 0 {
        return whole.to_string();
    }
    let digits = format!("{part:0width$}", width = decimals as usize);
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_quantities_are_told_in_their_units() {
        assert_eq!(decimal(5_400_000_000_000, 9), "5400");
        assert_eq!(decimal(1_500_000, 9), "0.0015");
        assert_eq!(decimal(125_000, 4), "12.5");
        assert_eq!(decimal(7, 0), "7");
    }

    #[test]
    fn levels_of_numbers_are_sorted_and_words_are_not() {
        let levels = |cells: &[&str], is_number| {
            let cells: Vec<String> = cells.iter().copied().map(String::from).collect();
            let (name, key, written) = ("k".into(), "k".into(), cells.clone());
            Column { name, key, cells, written, is_number }.levels()
        };
        assert_eq!(levels(&["10", "9", "10"], true), [1, 0]);
        assert_eq!(levels(&["tcp", "fluid", "tcp"], false), [0, 1]);
    }
}
