//! Factors as columns: numbers in base units where every level is a quantity, texts elsewhere.

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
        let key = key.clone();
        match numbers {
            Some((cells, unit)) => {
                Column { name: format!("{key}{unit}"), key, cells, is_number: true }
            }
            None => Column {
                name: key.clone(),
                key,
                cells: written().map(String::from).collect(),
                is_number: false,
            },
        }
    })
    .collect()
}

impl Column {
    /// Its number at `point`, if these are numbers.
    pub(in crate::report) fn number(&self, point: usize) -> Option<f64> {
        self.cells[point].parse().ok().filter(|_| self.is_number)
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
}
