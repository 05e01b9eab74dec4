//! Factors as table columns: numbers in base units if every level is a quantity, else text.

use std::collections::BTreeMap;

use crate::experiment::sweep::Design;
use crate::report::tables::Number;
use crate::scenario::VariedKey;

/// A factor in the tables.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Column {
    /// The key, with its unit at the end: `site.branch.bandwidth_bps`.
    pub(in crate::report) name: String,
    /// The key as written.
    pub(in crate::report) key: String,
    /// Its value at each point: digits, or a text.
    pub(in crate::report) cells: Vec<String>,
    /// The same as written, with its unit.
    pub(in crate::report) written: Vec<String>,
    /// The type of these.
    pub(in crate::report) kind: Kind,
}

/// The type of the cells of a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Kind {
    /// Whole numbers: counts, bytes, bit/s.
    Whole,
    /// Other numbers: seconds, percentages.
    Decimal,
    /// Texts as written.
    Words,
}

/// The columns of all factors.
pub(in crate::report) fn columns(design: &Design) -> Vec<Column> {
    let keys = design.keys.iter().enumerate();
    keys.map(|(place, key)| {
        let written = || design.points.iter().map(|point| point.values[place].as_str());
        let known = VariedKey::find(key).ok();
        let numbers = known.and_then(|known| {
            let decimals = known.decimals();
            let number =
                |value| Some(Number::decimal(known.quantity(value).ok()?, decimals).to_string());
            let cells = written().map(number).collect::<Option<Vec<_>>>()?;
            let kind = if decimals == 0 { Kind::Whole } else { Kind::Decimal };
            Some((cells, known.unit_suffix(), kind))
        });
        let (key, written) = (key.clone(), written().map(String::from).collect::<Vec<_>>());
        let words = || (written.clone(), "", Kind::Words);
        let (cells, unit, kind) = numbers.unwrap_or_else(words);
        Column { name: format!("{key}{unit}"), key, cells, written, kind }
    })
    .collect()
}

impl Column {
    /// Whether these are numbers.
    pub(in crate::report) fn is_number(&self) -> bool {
        self.kind != Kind::Words
    }

    /// Its number at `point`, if these are numbers.
    pub(in crate::report) fn number(&self, point: usize) -> Option<f64> {
        self.cells[point].parse().ok().filter(|_| self.is_number())
    }

    /// One point for each of its levels: numbers in ascending order, words in order of occurrence.
    pub(in crate::report) fn levels(&self) -> Vec<usize> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (point, cell) in self.cells.iter().enumerate() {
            let _ = first.entry(cell).or_insert(point);
        }
        let mut all: Vec<usize> = first.into_values().collect();
        all.sort_unstable();
        if self.is_number() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_numbers_are_sorted_and_words_are_not() {
        let levels = |cells: &[&str], kind| {
            let cells: Vec<String> = cells.iter().copied().map(String::from).collect();
            let (name, key, written) = ("k".into(), "k".into(), cells.clone());
            Column { name, key, cells, written, kind }.levels()
        };
        assert_eq!(levels(&["10", "9", "10"], Kind::Whole), [1, 0]);
        assert_eq!(levels(&["tcp", "fluid", "tcp"], Kind::Words), [0, 1]);
    }
}
