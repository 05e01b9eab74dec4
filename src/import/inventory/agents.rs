//! The table of agents: how many of which kind are at each site.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::columns::{self, meaning};
use super::sites::Sites;
use super::table::{self, Row, WrongRows};
use super::{Input, InventoryError, InventoryRules};
use crate::scenario::Diagnostic;

// The places of `columns::AGENTS`.
const NAME: usize = 0;
const IP: usize = 1;
const DOMAIN: usize = 2;
const SCAN: usize = 3;
const STATUS: usize = 4;

/// The agents of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) agents: u64,
    /// How many, by each of `columns::MEANINGS`.
    pub(super) of: BTreeMap<&'static str, u64>,
}

/// An agent that is at none of the sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unplaced {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) domain: String,
    pub(super) line: usize,
}

/// The agents, counted.
#[derive(Debug)]
pub(super) struct Agents<'s> {
    sites: &'s Sites,
    rules: &'s InventoryRules,
    /// For each site.
    pub(super) tallies: Vec<Tally>,
    pub(super) unplaced: Vec<Unplaced>,
    /// Rows that name an agent which an earlier row named with the same address.
    pub(super) repeated: usize,
    seen: BTreeSet<(String, String)>,
}

impl<'s> Agents<'s> {
    /// Reads the table; what is wrong with its rows is for whoever asks to judge.
    pub(super) fn read(
        input: Input<'_>,
        sites: &'s Sites,
        rules: &'s InventoryRules,
    ) -> Result<(Self, WrongRows), InventoryError> {
        let tallies = vec![Tally::default(); sites.list.len()];
        let (unplaced, seen) = (Vec::new(), BTreeSet::new());
        let mut agents = Self { sites, rules, tallies, unplaced, repeated: 0, seen };
        let wrong = table::read(input, &columns::AGENTS, rules, |row| agents.take(row))?;
        Ok((agents, wrong))
    }

    /// How many agents are at sites.
    pub(super) fn placed(&self) -> u64 {
        self.tallies.iter().map(|tally| tally.agents).sum()
    }

    /// How many of them are what.
    pub(super) fn placed_and(&self, meaning: &str) -> u64 {
        self.tallies.iter().filter_map(|tally| tally.of.get(meaning)).sum()
    }

    fn take(&mut self, row: &Row<'_, 5>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let (name, address) = (row.text(NAME), row.text(IP));
        if name.is_empty() {
            problems.push(row.problem(NAME, "an agent without a name", "a name"));
        }
        let addresses = parse_addresses(&address).unwrap_or_else(|word| {
            let message = format!("`{word}` is not an address");
            let expected = "an IPv4 or IPv6 address, or several with `;` between them";
            problems.push(row.problem(IP, message, expected));
            Vec::new()
        });
        let mut kinds = Vec::new();
        for (column, range, what) in [(SCAN, 0..2, "scan method"), (STATUS, 2..5, "status")] {
            let word = row.text(column);
            if ["", "-", "N/A", "n/a"].contains(&word.as_str()) {
                continue;
            }
            let known = &columns::MEANINGS[range];
            let found = meaning(&word, &self.rules.words).filter(|found| known.contains(found));
            kinds.extend(found);
            if found.is_none() {
                let message = format!("`{word}` is no {what} that is known");
                let expected = format!("one of {}", known.join(", "));
                let help = format!("say what it means: --word \"{word}={}\"", known[0]);
                problems.push(row.problem(column, message, expected).with_help(Some(help)));
            }
        }
        if problems.is_empty() {
            self.count(row, name, address, &addresses, &kinds);
        }
        problems
    }

    fn count(
        &mut self,
        row: &Row<'_, 5>,
        name: String,
        address: String,
        addresses: &[IpAddr],
        kinds: &[&'static str],
    ) {
        self.repeated += usize::from(!self.seen.insert((name.clone(), address.clone())));
        let Some(site) = addresses.iter().find_map(|address| self.sites.of(*address)) else {
            let (domain, line) = (row.text(DOMAIN), row.line());
            self.unplaced.push(Unplaced { name, address, domain, line });
            return;
        };
        let tally = &mut self.tallies[site];
        tally.agents += 1;
        for kind in kinds {
            *tally.of.entry(kind).or_default() += 1;
        }
    }
}

/// The addresses in a cell, with `;`, `,` or space between them; or the word that is none. A zone
/// (`%12`) is left out, and an IPv4 address that is written as an IPv6 one counts as what it is.
fn parse_addresses(text: &str) -> Result<Vec<IpAddr>, &str> {
    let words = text.split([';', ',', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let address = word.split('%').next().unwrap_or(word);
            address.parse::<IpAddr>().map(|address| address.to_canonical()).map_err(|_| word)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_consoles_write_them() {
        let read = |text| parse_addresses(text).map(|all| all.len());
        assert_eq!(read(""), Ok(0));
        assert_eq!(read("10.1.2.3; fe80::1%12"), Ok(2));
        assert_eq!(read("10.1.2"), Err("10.1.2"));
        assert_eq!(parse_addresses("::ffff:10.1.2.3"), parse_addresses("10.1.2.3"));
    }
}
