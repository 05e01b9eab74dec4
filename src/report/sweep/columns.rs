//! Factors as columns: numbers in base units where every level is a quantity, texts elsewhere.

use crate::experiment::sweep::SweepPlan;
use crate::report::tables::Number;
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
    /// What these are.
    pub(in crate::report) kind: Kind,
}

/// What the cells of a factor are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Kind {
    /// Whole numbers: counts, bytes, bit/s.
    Whole,
    /// Other numbers: seconds, percentages.
    Decimal,
    /// Texts as they were written.
    Words,
}

/// The columns of all factors.
pub(in crate::report) fn columns(plan: &SweepPlan) -> Vec<Column> {
    let keys = plan.design.keys.iter().enumerate();
    keys.map(|(place, key)| {
        let written = || plan.design.points.iter().map(|point| point.values[place].as_str());
        let known = VariedKey::find(key).ok();
        let numbers = known.and_then(|known| {
            let decimals = known.decimals();
            let number =
                |value| Some(Number::decimal(known.quantity(value).ok()?, decimals).to_string());
            let cells = written().map(number).collect::<Option<Vec<_>>>()?;
            let kind = if decimals == 0 { Kind::Whole } else { Kind::Decimal };
            Some((cells, known.unit_suffix(), kind))
        });
        let key = key.clone();
        match numbers {
            Some((cells, unit, kind)) => Column { name: format!("{key}{unit}"), key, cells, kind },
            None => Column {
                name: key.clone(),
                key,
                cells: written().map(String::from).collect(),
                kind: Kind::Words,
            },
        }
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
}
