//! The table of agents: the number of agents of each category at each site.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::columns::{
    AGENTS, DOMAIN, IP, LOCATION, NAME, PATTERN, SCAN, STATUS, UPDATE_AGENT, is_pattern_of,
};
use super::rules::{Input, InventoryRules};
use super::sites::{Sites, relative_name};
use super::staleness::{Versions, number_of};
use super::words::{MEANINGS, answer, meaning};
use crate::import::ImportError;
use crate::import::account::{counted, named, printable};
use crate::import::quantity::is_missing;
use crate::import::table::{self, Row, WrongRows};
use crate::scenario::{Diagnostic, nearest};

/// The number of agents without a site that are kept by name; the others are counted.
const NAMED: usize = 5;

/// A row of the table.
type AgentRow<'r> = Row<'r, { AGENTS.len() }>;

/// The agents of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) agents: u64,
    /// The number with each of `MEANINGS`.
    pub(super) of: BTreeMap<&'static str, u64>,
    /// The number with each version of the pattern.
    pub(super) versions: Versions,
    /// The number that are Update Agents, if the table says who is one.
    pub(super) update_agents: u64,
}

/// An agent that is at none of the sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unplaced {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) line: usize,
}

/// Agents that are at none of the sites.
#[derive(Clone, Debug, Default)]
pub(super) struct Stray {
    pub(super) count: usize,
    pub(super) first: Vec<Unplaced>,
    /// The number, by domain.
    pub(super) domains: BTreeMap<String, usize>,
}

/// The counted agents.
#[derive(Debug, Default)]
pub(super) struct Agents {
    /// By site.
    pub(super) tallies: Vec<Tally>,
    /// Agents whose address is in no subnet.
    pub(super) unplaced: Stray,
    /// Agents without a valid address or site.
    pub(super) nowhere: Stray,
    /// The number of rows that repeat an agent with the same address.
    pub(super) repeated: usize,
    /// The newest version of each column of patterns.
    pub(super) newest: BTreeMap<usize, u64>,
    /// The number of cells of patterns that are not a version.
    pub(super) versions_unread: usize,
    /// The number of agents with a version of a pattern that their scan method does not use, and no other.
    pub(super) versions_unused: usize,
    /// Whether the table says which agents are Update Agents.
    pub(super) roles_are_known: bool,
    /// The number of agents that are placed only by the site in their row.
    pub(super) by_name: usize,
    pub(super) wrong: WrongRows,
    /// The report of the columns.
    pub(super) account: Vec<String>,
}

impl Agents {
    /// Reads the table. Without addresses of sites, the sites are those in its rows.
    pub(super) fn read(
        input: Input<'_>,
        sites: &mut Sites,
        rules: &InventoryRules,
    ) -> Result<Self, ImportError> {
        let mut reader = AgentReader {
            by_address: sites.have_addresses(),
            sites,
            rules,
            agents: Self::default(),
            seen: BTreeSet::new(),
        };
        let needed: &[usize] = if reader.by_address { &[IP, LOCATION] } else { &[LOCATION] };
        let read =
            table::read(input, "an inventory of agents", &AGENTS, needed, &rules.table, |row| {
                reader.take(row)
            });
        let read = read.map_err(|problems| ImportError::of(vec![problems]))?;
        let mut agents = reader.agents;
        let of_sites = sites.list.len();
        if let Some(mut lack) = read.unmet {
            for problem in &mut lack.list {
                let help = "give a table of sites with their subnets, --subnets SITES, or name the column with the \
                            site: --column location=\"HEADER\"";
                problem.help = Some(help.into());
            }
            return Err(ImportError::of(vec![sites.unmet.clone().unwrap_or(lack)]));
        }
        agents.tallies.resize(of_sites, Tally::default());
        agents.wrong = read.wrong;
        agents.account = read.account;
        agents.roles_are_known = !read.found.places[UPDATE_AGENT].is_empty();
        if agents.versions_unread > 0 {
            let cells = counted(agents.versions_unread, "cell", "cells");
            agents
                .account
                .push(format!("{cells} of the pattern without a version: counted as the newest"));
        }
        if agents.versions_unused > 0 {
            let those = counted(agents.versions_unused, "agent", "agents");
            agents.account.push(format!(
                "{those} with no version but one of a pattern of the other scan method: counted as the newest"
            ));
        }
        for (column, newest) in &agents.newest {
            let header = read.found.headers.get(*column).map_or("", String::as_str);
            let version = format!("{}.{:03}", newest / 1000, newest % 1000);
            agents.account.push(format!(
                "{}: the newest version is {version}; agents with other versions are behind",
                named(header)
            ));
        }
        Ok(agents)
    }

    /// The number of agents at sites.
    pub(super) fn placed(&self) -> u64 {
        self.tallies.iter().map(|tally| tally.agents).sum()
    }

    /// The number of these with each meaning.
    pub(super) fn placed_and(&self, meaning: &str) -> u64 {
        self.tallies.iter().filter_map(|tally| tally.of.get(meaning)).sum()
    }
}

/// A partially read table.
struct AgentReader<'a> {
    sites: &'a mut Sites,
    rules: &'a InventoryRules,
    /// Whether addresses determine the site; otherwise the row does.
    by_address: bool,
    agents: Agents,
    seen: BTreeSet<Box<str>>,
}

/// The agent of a row.
struct Described {
    name: String,
    address: String,
    addresses: Vec<IpAddr>,
    kinds: Vec<&'static str>,
    is_update_agent: bool,
}

impl AgentReader<'_> {
    fn take(&mut self, row: &AgentRow<'_>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let (name, address) = (relative_name(&row.text(NAME)), row.text(IP));
        if is_missing(&name) {
            problems.push(row.problem(NAME, "an agent without a name", "a name"));
        }
        let addresses = parse_addresses(&address).unwrap_or_else(|word| {
            let message = format!("`{word}` is not an address");
            let expected = "an IPv4 or IPv6 address, or several separated by `;`";
            if self.by_address {
                problems.push(row.problem(IP, message, expected));
            }
            Vec::new()
        });
        let mut kinds = Vec::new();
        for (column, range, what) in [(SCAN, 0..2, "scan method"), (STATUS, 2..5, "status")] {
            let word = row.text(column);
            if is_missing(&word) {
                continue;
            }
            let known = &MEANINGS[range];
            let found = meaning(&word, &self.rules.words).filter(|found| known.contains(found));
            kinds.extend(found);
            if found.is_none() {
                let message = format!("`{word}` is not a known {what}");
                let expected = format!("one of {}", known.join(", "));
                // A slip of one known word means that; else any of them may be meant.
                let meant =
                    known.iter().find(|known| nearest(&word, std::iter::once(**known)).is_some());
                let meant = meant.map_or(known, std::slice::from_ref);
                let ways: Vec<String> =
                    meant.iter().map(|known| format!("--word \"{word}={known}\"")).collect();
                let help = format!("give its meaning: {}", ways.join(" or "));
                problems.push(row.problem(column, message, expected).with_help(Some(help)));
            }
        }
        let role = row.text(UPDATE_AGENT);
        let is_update_agent = if is_missing(&role) { Some(false) } else { answer(&role) };
        if is_update_agent.is_none() {
            let message =
                format!("`{}` does not say whether it is an Update Agent", printable(&role));
            problems.push(row.problem(UPDATE_AGENT, message, "yes or no"));
        }
        if problems.is_empty() {
            let is_update_agent = is_update_agent == Some(true);
            self.count(row, Described { name, address, addresses, kinds, is_update_agent });
        }
        problems
    }

    fn count(
        &mut self,
        row: &AgentRow<'_>,
        Described { name, address, addresses, kinds, is_update_agent }: Described,
    ) {
        let is_new = self.seen.insert(format!("{name}\0{address}").into());
        self.agents.repeated += usize::from(!is_new);
        let Some(site) = self.site(row, &addresses) else {
            let stray = if addresses.is_empty() || !self.by_address {
                &mut self.agents.nowhere
            } else {
                &mut self.agents.unplaced
            };
            stray.count += 1;
            let domain = relative_name(&row.text(DOMAIN));
            if !is_missing(&domain) {
                *stray.domains.entry(domain).or_default() += 1;
            }
            if stray.first.len() < NAMED {
                stray.first.push(Unplaced { name, address, line: row.line() });
            }
            return;
        };
        if self.agents.tallies.len() <= site {
            self.agents.tallies.resize(site + 1, Tally::default());
        }
        let tally = &mut self.agents.tallies[site];
        tally.agents += 1;
        tally.update_agents += u64::from(is_update_agent);
        let method = MEANINGS[..2].iter().find(|method| kinds.contains(method));
        for kind in kinds {
            *tally.of.entry(kind).or_default() += 1;
        }
        let headers = &row.found().headers;
        let is_own = |at: usize| method.is_none_or(|method| is_pattern_of(method, &headers[at]));
        let patterns: Vec<_> = row.cells(PATTERN).filter(|(_, text)| !is_missing(text)).collect();
        match patterns.iter().find(|(column, _)| is_own(*column)) {
            None => self.agents.versions_unused += usize::from(!patterns.is_empty()),
            Some((column, text)) => match number_of(text) {
                None => self.agents.versions_unread += 1,
                Some(number) => {
                    *tally.versions.entry((*column, number)).or_default() += 1;
                    let newest = self.agents.newest.entry(*column).or_default();
                    *newest = number.max(*newest);
                }
            },
        }
    }

    /// The site of a row: that of an address, or else the named one.
    fn site(&mut self, row: &AgentRow<'_>, addresses: &[IpAddr]) -> Option<usize> {
        let by_address = self.sites.of(addresses);
        if by_address.is_some() {
            return by_address;
        }
        let location = relative_name(&row.text(LOCATION));
        if is_missing(&location) {
            return None;
        }
        let by_name = if self.by_address {
            self.sites.called(&location)
        } else {
            Some(self.sites.add_name(&location))
        };
        self.agents.by_name += usize::from(by_name.is_some());
        by_name
    }
}

/// The addresses in a cell, separated by `;`, `,` or spaces; or the word that is not an address. A zone (`%12`) and a
/// prefix length (`/24`) are dropped, an IPv4-mapped IPv6 address counts as IPv4, and a loopback, link-local or
/// unspecified address (`127.0.0.1`, `169.254.3.4`, `0.0.0.0`) is ignored.
fn parse_addresses(text: &str) -> Result<Vec<IpAddr>, &str> {
    if is_missing(text) {
        return Ok(Vec::new());
    }
    let words = text.split([';', ',', ' ', '|', '\n', '\r', '\t', '{', '}', '[', ']', '"']);
    let words = words.filter(|word| !is_missing(word));
    let mut addresses = Vec::new();
    for word in words {
        let address = word.split(['%', '/']).next().unwrap_or(word);
        let address = address.parse::<IpAddr>().map_err(|_| word)?.to_canonical();
        if !is_of_host_alone(address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

fn is_of_host_alone(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unspecified() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_consoles_write_them() {
        let read = |text| parse_addresses(text).map(|all| all.len());
        assert_eq!(read(""), Ok(0));
        assert_eq!(read("N/A"), Ok(0));
        assert_eq!(read("-"), Ok(0));
        assert_eq!(read("10.1.2.3; fe80::1%12"), Ok(1));
        assert_eq!(read("10.1.2.3/24, 2001:db8::5/64"), Ok(2));
        assert_eq!(read("{10.1.2.3, 2001:db8::5}"), Ok(2));
        assert_eq!(read("169.254.3.4"), Ok(0));
        assert_eq!(read("0.0.0.0"), Ok(0));
        assert_eq!(read("10.1.2"), Err("10.1.2"));
        assert_eq!(parse_addresses("::ffff:10.1.2.3"), parse_addresses("10.1.2.3"));
    }
}
