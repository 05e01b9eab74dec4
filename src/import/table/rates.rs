//! Finds data rates in columns whose headers do not name them, so that no known bandwidth is replaced by a default.

use super::header::{Column, Found};
use crate::import::account::{listed, named};
use crate::import::quantity::{Meaning, Quantity, RateUnit, is_missing, is_rate, unit_of_header};
use crate::scenario::{Diagnostic, Rows};

/// Parts of headers of columns that hold the rates of links, as `Circuit` and `Internetanbindung` do.
const LINKS: [&str; 18] = [
    "link",
    "line",
    "circuit",
    "connection",
    "wan",
    "access",
    "internet",
    "uplink",
    "mpls",
    "dsl",
    "leitung",
    "anbindung",
    "verbindung",
    "connexion",
    "liaison",
    "enlace",
    "conexi",
    "回線",
];

/// Takes the only column of rates as the bandwidth, if there is none with a known header, and if its own names a link.
///
/// # Errors
/// A column of rates that may be something else, or several, with the flag that names the right one.
pub(super) fn find<const N: usize>(
    found: &mut Found<N>,
    columns: &[Column; N],
    header: &Rows<&[u8]>,
    rows: Rows<&[u8]>,
) -> Result<(), Diagnostic> {
    let is_bandwidth = |column: &Column| column.quantity == Some(Meaning::Bandwidth);
    let Some(place) = columns.iter().position(is_bandwidth) else { return Ok(()) };
    if !found.places[place].is_empty() {
        return Ok(());
    }
    let all = of_rates(found, rows);
    let lower = |at: usize| found.headers[at].to_lowercase();
    match all.as_slice() {
        [] => Ok(()),
        [(at, unit)] if LINKS.iter().any(|word| lower(*at).contains(word)) => {
            found.places[place].push(*at);
            found.quantities[place] = Some(Quantity::Rate(*unit));
            let header = found.headers[*at].clone();
            found.unread.retain(|unread| *unread != header);
            found.missing.retain(|missing| *missing != columns[place].name);
            found.read.push((columns[place].name, header));
            Ok(())
        }
        several => {
            let names = several.iter().map(|(at, _)| found.headers[*at].as_str());
            let first = several[0].0;
            let message = match several.len() {
                1 => format!(
                    "the column {} has data rates and is not read",
                    named(&found.headers[first])
                ),
                _ => format!("the columns {} have data rates and are not read", listed(names)),
            };
            let help = format!(
                "if it is the bandwidth of the links: --column bandwidth=\"{}\"; if the table has none: --default-link RATE",
                found.headers[first]
            );
            let expected = "the column of the bandwidth, such as `Bandwidth (Mbit/s)`";
            Err(Diagnostic::new("unclear-column", header.span(first), message, expected)
                .with_help(Some(help)))
        }
    }
}

/// The columns that are not read, and have data rates in all cells with a value, with the units in their headers.
fn of_rates<const N: usize>(
    found: &Found<N>,
    mut rows: Rows<&[u8]>,
) -> Vec<(usize, Option<RateUnit>)> {
    struct Suspect {
        at: usize,
        unit: Option<RateUnit>,
        values: usize,
    }
    let is_read = |at: &usize| found.places.iter().any(|places| places.contains(at));
    let unread = (0..found.headers.len()).filter(|at| !is_read(at));
    let suspect = |at: usize| Suspect { at, unit: unit_of_header(&found.headers[at]), values: 0 };
    let mut all: Vec<Suspect> = unread.map(suspect).collect();
    while !all.is_empty() && rows.advance().expect("memory can be read") {
        all.retain_mut(|suspect| {
            let cell = String::from_utf8_lossy(rows.cell(suspect.at));
            if is_missing(&cell) || cell.trim() == found.headers[suspect.at] {
                return true;
            }
            suspect.values += 1;
            is_rate(&cell, suspect.unit)
        });
    }
    all.into_iter().filter(|suspect| suspect.values > 0).map(|at| (at.at, at.unit)).collect()
}
